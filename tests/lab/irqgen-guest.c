// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "irqgen-guest.h"

/* Guest physical addresses. */
#define GDT      0x0800u
#define IDT      0x1000u
#define STUBS    0x2000u /* 256 of 16 bytes */
#define COMMON   0x3000u
#define ENTRY    0x3100u
#define RELAY    0x3200u
#define COUNTERS 0x10000u /* one page a vCPU, 256 words used */
#define STACKS   0x20000u /* one page a vCPU, growing down */
#define PAGE     0x1000u

#define LAPIC    0xfee00000u
#define CODE_SEG 0x08
#define DATA_SEG 0x10

/* Where the logical APIC id lies in its register. */
#define LDR_SHIFT 24

/*
 * Registers kept for good: ebp = this vCPU's counters, esi = LAPIC. At the
 * start ebx = the logical APIC id.
 */
static const uint8_t common_code[] = {
	0x58, /* pop eax (the vector) */
	0xf0, 0xff, 0x44, 0x85, 0x00, /* lock inc dword [ebp+eax*4] */
	0xc7, 0x86, 0xb0, 0,    0,
	0,    0,    0,    0,    0, /* mov dword [esi+0xb0], 0: EOI */
	0xcf, /* iret */
};

/* A stub clobbers eax, which nothing else uses. */
static const uint8_t entry_code[] = {
	0x89, 0x9e, 0xd0, 0, 0, 0, /* mov [esi+0xd0], ebx: the logical id */
	/* mov dword [esi+0xf0], 0x1ff: enable the local APIC */
	0xc7, 0x86, 0xf0, 0, 0, 0, 0xff, 0x01, 0, 0, 0xff, 0x45,
	0x00, /* inc dword [ebp], which is vector 0: ready */
	0xfb, /* sti */
	0xf4, /* hlt */
	0xeb, 0xfd, /* jmp to the hlt */
};

static const uint8_t relay_code[] = {
	/* mov dword [esi+0x310], 1 << 24: whom to send it to */
	0xc7,
	0x86,
	0x10,
	0x03,
	0,
	0,
	0,
	0,
	0,
	1,
	/* mov dword [esi+0x300], the vector, fixed, asserted: send it */
	0xc7,
	0x86,
	0,
	0x03,
	0,
	0,
	GUEST_IPI_VECTOR,
	0x40,
	0,
	0,
};

static void put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

static void write_jump(uint8_t *memory, uint32_t at, uint32_t to)
{
	memory[at] = 0xe9;
	put32(memory + at + 1, to - (at + 5));
}

/* push imm32; jmp common */
static void write_count(uint8_t *memory, uint32_t at, unsigned int vector)
{
	memory[at] = 0x68;
	put32(memory + at + 1, vector);
	write_jump(memory, at + 5, COMMON);
}

static void write_stub(uint8_t *memory, unsigned int vector)
{
	write_count(memory, STUBS + vector * 16, vector);
}

static void write_relay(uint8_t *memory)
{
	write_jump(memory, STUBS + GUEST_RELAY_VECTOR * 16, RELAY);
	memcpy(memory + RELAY, relay_code, sizeof(relay_code));
	write_count(memory, RELAY + sizeof(relay_code), GUEST_RELAY_VECTOR);
}

/* A present 32-bit interrupt gate, ring 0. */
static void write_gate(uint8_t *memory, unsigned int vector)
{
	uint32_t stub = STUBS + vector * 16;
	uint8_t *gate = memory + IDT + vector * 8;

	put32(gate, CODE_SEG << 16 | (stub & 0xffff));
	put32(gate + 4, (stub & 0xffff0000) | 0x8e00);
}

void guest_write(uint8_t *memory)
{
	static const uint64_t gdt[] = {
		0, 0x00cf9b000000ffff, /* code: flat, 32 bits, accessed */
		0x00cf93000000ffff, /* data: likewise */
	};
	unsigned int vector;

	memcpy(memory + GDT, gdt, sizeof(gdt));
	memcpy(memory + COMMON, common_code, sizeof(common_code));
	memcpy(memory + ENTRY, entry_code, sizeof(entry_code));
	for (vector = 0; vector < 256; vector++) {
		write_stub(memory, vector);
		write_gate(memory, vector);
	}
	write_relay(memory);
}

static struct kvm_segment flat_segment(uint16_t selector, uint8_t type)
{
	return (struct kvm_segment){
		.limit = 0xffffffff,
		.selector = selector,
		.type = type,
		.present = 1,
		.db = 1,
		.s = 1,
		.g = 1,
	};
}

void guest_set_sregs(struct kvm_sregs *sregs)
{
	struct kvm_segment data = flat_segment(DATA_SEG, 0x3);

	sregs->cs = flat_segment(CODE_SEG, 0xb);
	sregs->ds = data;
	sregs->es = data;
	sregs->fs = data;
	sregs->gs = data;
	sregs->ss = data;
	sregs->gdt.base = GDT;
	sregs->gdt.limit = 3 * 8 - 1;
	sregs->idt.base = IDT;
	sregs->idt.limit = 256 * 8 - 1;
	sregs->cr0 |= 1; /* protected mode */
}

void guest_set_regs(struct kvm_regs *regs, unsigned int vcpu)
{
	memset(regs, 0, sizeof(*regs));
	regs->rip = ENTRY;
	regs->rflags = 2;
	regs->rsp = STACKS + (vcpu + 1) * PAGE;
	regs->rbp = COUNTERS + vcpu * PAGE;
	regs->rsi = LAPIC;
	if (vcpu < GUEST_LOGICAL_VCPUS)
		regs->rbx = 1u << (LDR_SHIFT + vcpu);
}

uint32_t guest_count(const uint8_t *memory, unsigned int vcpu,
		     unsigned int vector)
{
	const uint8_t *at = memory + COUNTERS + vcpu * PAGE + vector * 4;

	return __atomic_load_n((const uint32_t *)(const void *)at,
			       __ATOMIC_ACQUIRE);
}

bool guest_is_ready(const uint8_t *memory, unsigned int vcpu)
{
	return guest_count(memory, vcpu, 0) > 0;
}
