/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest: a flat 32-bit program in which every vCPU halts with interrupts
 * on, and counts those that arrive, by vector, in memory the host can read.
 */
#ifndef IRQGEN_GUEST_H
#define IRQGEN_GUEST_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUEST_MEMORY    0x40000u
#define GUEST_MAX_VCPUS 16

/* Those that logical destinations can name, one bit each. */
#define GUEST_LOGICAL_VCPUS 8

#define GUEST_NMI_VECTOR    2

/* A vCPU that gets the one sends the other to the vCPU with APIC id 1. */
#define GUEST_RELAY_VECTOR 0xe0
#define GUEST_IPI_VECTOR   0xe1

/* Write the program, its GDT and IDT into memory. */
void guest_write(uint8_t *memory);

/* How vCPU n starts: protected mode, registers as the program wants them. */
void guest_set_sregs(struct kvm_sregs *sregs);
void guest_set_regs(struct kvm_regs *regs, unsigned int vcpu);

/* How often this vCPU has taken this vector. */
uint32_t guest_count(const uint8_t *memory, unsigned int vcpu,
		     unsigned int vector);

/* Has it its APIC on, so that no interrupt is lost? No device has vector 0. */
bool guest_is_ready(const uint8_t *memory, unsigned int vcpu);

#endif
