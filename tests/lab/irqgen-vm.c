// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "irqgen-device.h"
#include "irqgen-reply.h"
#include "irqgen-vm.h"
#include "irqgen-watch.h"

#define MAX_VMS 4
#define KICK    SIGUSR1

/* For a vCPU to come to where it can take interrupts; it takes some ms. */
#define READY_MS 30000

/* Pages KVM needs of its own on some CPUs; out of the guest's way. */
#define TSS_ADDRESS 0xfffbd000ul

static struct vm vms[MAX_VMS];

struct vm *vm_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < MAX_VMS; i++)
		if (vms[i].name[0] && strcmp(vms[i].name, name) == 0)
			return &vms[i];
	fail("no machine %s", name);
	return NULL;
}

void vm_for_each(void (*fn)(struct vm *vm, void *arg), void *arg)
{
	unsigned int i;

	for (i = 0; i < MAX_VMS; i++)
		if (vms[i].name[0])
			fn(&vms[i], arg);
}

static void on_kick(int signal)
{
	(void)signal; /* only there to interrupt KVM_RUN */
}

static void tell_death(const struct kvm_run *run)
{
	fprintf(stderr, "irqgen: vCPU died: exit %u", run->exit_reason);
	if (run->exit_reason == KVM_EXIT_INTERNAL_ERROR) {
		fprintf(stderr, ", error %u:", run->internal.suberror);
		for (unsigned int i = 0; i < run->internal.ndata && i < 16; i++)
			fprintf(stderr, " %#llx", run->internal.data[i]);
	}
	fputc('\n', stderr);
}

/* Without an in-kernel APIC a halt comes back here, as does the APIC's MMIO. */
static void *run_vcpu(void *arg)
{
	struct vcpu *vcpu = arg;
	struct kvm_run *run = vcpu->run;

	while (!__atomic_load_n(&run->immediate_exit, __ATOMIC_ACQUIRE)) {
		if (ioctl(vcpu->fd, KVM_RUN, 0) && errno != EINTR &&
		    errno != EAGAIN)
			break;
		if (run->exit_reason == KVM_EXIT_HLT)
			usleep(1000);
		else if (run->exit_reason == KVM_EXIT_SHUTDOWN ||
			 run->exit_reason == KVM_EXIT_FAIL_ENTRY ||
			 run->exit_reason == KVM_EXIT_INTERNAL_ERROR) {
			tell_death(run);
			break;
		}
	}
	return NULL;
}

static int set_state(struct vcpu *vcpu, unsigned int index, bool irqchip)
{
	struct kvm_mp_state state = {.mp_state = KVM_MP_STATE_RUNNABLE};
	struct kvm_sregs sregs;
	struct kvm_regs regs;

	if (ioctl(vcpu->fd, KVM_GET_SREGS, &sregs))
		return fail_errno("KVM_GET_SREGS");
	guest_set_sregs(&sregs);
	if (ioctl(vcpu->fd, KVM_SET_SREGS, &sregs))
		return fail_errno("KVM_SET_SREGS");
	guest_set_regs(&regs, index);
	if (ioctl(vcpu->fd, KVM_SET_REGS, &regs))
		return fail_errno("KVM_SET_REGS");
	/* All but the first would wait for a startup IPI. */
	if (irqchip && ioctl(vcpu->fd, KVM_SET_MP_STATE, &state))
		return fail_errno("KVM_SET_MP_STATE");
	return 0;
}

static int add_vcpu(struct vm *vm, unsigned int index, size_t run_size,
		    bool irqchip)
{
	struct vcpu *vcpu = &vm->vcpu[index];
	void *run;

	*vcpu = (struct vcpu){.run_size = run_size};
	vcpu->fd = ioctl(vm->fd, KVM_CREATE_VCPU, index);
	if (vcpu->fd < 0)
		return fail_errno("KVM_CREATE_VCPU");
	vm->vcpus = index + 1;
	run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd,
		   0);
	if (run == MAP_FAILED)
		return fail_errno("mmap vCPU");
	vcpu->run = run;
	return set_state(vcpu, index, irqchip);
}

static int start_vcpu(struct vcpu *vcpu, unsigned int index)
{
	char name[16];

	errno = pthread_create(&vcpu->thread, NULL, run_vcpu, vcpu);
	if (errno)
		return fail_errno("pthread_create");
	vcpu->started = true;
	snprintf(name, sizeof(name), "vcpu%u", index);
	pthread_setname_np(vcpu->thread, name);
	return 0;
}

static int add_memory(struct vm *vm)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = GUEST_MEMORY,
	};
	void *memory;

	memory = mmap(NULL, GUEST_MEMORY, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return fail_errno("mmap guest memory");
	vm->memory = memory;
	guest_write(memory);
	region.userspace_addr = (uintptr_t)memory;
	if (ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region))
		return fail_errno("KVM_SET_USER_MEMORY_REGION");
	return 0;
}

static void change_group(struct vm *vm, int group, uint64_t what)
{
	struct kvm_device_attr attr = {
		.group = KVM_DEV_VFIO_GROUP,
		.attr = what,
		.addr = (uintptr_t)&group,
	};

	/* Interrupts work without; a monitor goes on as well. */
	if (ioctl(vm->vfio, KVM_SET_DEVICE_ATTR, &attr))
		fprintf(stderr, "irqgen: KVM_DEV_VFIO_GROUP: %s\n",
			strerror(errno));
}

static void add_group_to(int group, void *arg)
{
	change_group(arg, group, KVM_DEV_VFIO_GROUP_ADD);
}

static int add_vfio(struct vm *vm)
{
	struct kvm_create_device device = {.type = KVM_DEV_TYPE_VFIO};

	if (ioctl(vm->fd, KVM_CREATE_DEVICE, &device))
		return fail_errno("KVM_CREATE_DEVICE vfio");
	vm->vfio = (int)device.fd;
	device_for_each_group(add_group_to, vm);
	return 0;
}

/* One that dies first says so itself, and will be missed later. */
static void wait_until_ready(const struct vm *vm)
{
	uint64_t start = now_ms();

	for (unsigned int i = 0; i < vm->vcpus; i++)
		while (!guest_is_ready(vm->memory, i) &&
		       now_ms() - start < READY_MS)
			usleep(1000);
}

static int set_up(struct vm *vm, int kvm, unsigned int vcpus, bool irqchip)
{
	int run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	unsigned int i;

	vm->fd = ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm->fd < 0)
		return fail_errno("KVM_CREATE_VM");
	if (ioctl(vm->fd, KVM_SET_TSS_ADDR, TSS_ADDRESS))
		return fail_errno("KVM_SET_TSS_ADDR");
	if (irqchip && ioctl(vm->fd, KVM_CREATE_IRQCHIP, 0))
		return fail_errno("KVM_CREATE_IRQCHIP");
	if (add_memory(vm) || add_vfio(vm))
		return -1;
	for (i = 0; i < vcpus; i++)
		if (add_vcpu(vm, i, (size_t)run_size, irqchip))
			return -1;
	for (i = 0; i < vcpus; i++)
		if (start_vcpu(&vm->vcpu[i], i))
			return -1;
	wait_until_ready(vm);
	return 0;
}

static struct vm *free_vm(void)
{
	unsigned int i;

	for (i = 0; i < MAX_VMS; i++)
		if (!vms[i].name[0])
			return &vms[i];
	return NULL;
}

int vm_create(const char *name, unsigned int vcpus, bool irqchip)
{
	struct sigaction kick = {.sa_handler = on_kick};
	struct vm *vm = free_vm();
	int kvm, err;

	if (!vm)
		return fail("too many machines");
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		return fail_errno("/dev/kvm");
	sigaction(KICK, &kick, NULL);
	*vm = (struct vm){.fd = -1, .vfio = -1};
	snprintf(vm->name, sizeof(vm->name), "%s", name);
	err = set_up(vm, kvm, vcpus, irqchip);
	close(kvm);
	if (err)
		vm_close(vm);
	return err;
}

static void stop_vcpu(struct vcpu *vcpu)
{
	if (!vcpu->started)
		return;
	__atomic_store_n(&vcpu->run->immediate_exit, 1, __ATOMIC_RELEASE);
	pthread_kill(vcpu->thread, KICK);
	pthread_join(vcpu->thread, NULL);
	vcpu->started = false;
}

void vm_pause(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < vm->vcpus; i++)
		stop_vcpu(&vm->vcpu[i]);
}

int vm_resume(struct vm *vm)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < vm->vcpus && !err; i++) {
		if (vm->vcpu[i].started)
			continue;
		vm->vcpu[i].run->immediate_exit = 0;
		err = start_vcpu(&vm->vcpu[i], i);
	}
	return err;
}

static void close_vcpu(struct vcpu *vcpu)
{
	stop_vcpu(vcpu);
	if (vcpu->run)
		munmap(vcpu->run, vcpu->run_size);
	close(vcpu->fd);
}

void vm_close(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < vm->vcpus; i++)
		close_vcpu(&vm->vcpu[i]);
	if (vm->vfio >= 0)
		close(vm->vfio);
	if (vm->fd >= 0)
		close(vm->fd);
	if (vm->memory)
		munmap(vm->memory, GUEST_MEMORY);
	*vm = (struct vm){.fd = -1, .vfio = -1};
}

void vm_add_group(int group)
{
	unsigned int i;

	for (i = 0; i < MAX_VMS; i++)
		if (vms[i].name[0])
			change_group(&vms[i], group, KVM_DEV_VFIO_GROUP_ADD);
}

void vm_remove_group(int group)
{
	unsigned int i;

	for (i = 0; i < MAX_VMS; i++)
		if (vms[i].name[0])
			change_group(&vms[i], group, KVM_DEV_VFIO_GROUP_DEL);
}
