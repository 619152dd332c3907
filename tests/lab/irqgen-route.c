// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "irqgen-reply.h"
#include "irqgen-route.h"
#include "irqgen-vm.h"

#define MSI_ADDRESS 0xfee00000u
#define DEST_SHIFT  12

/* Of the address: the destination is a set of bits, as in the APICs' LDR. */
#define DEST_LOGICAL 0x4u

/* Of the data. */
#define DELIVER_LOWEST 0x100u
#define DELIVER_NMI    0x400u

/* To all: KVM cannot deliver that in atomic context. */
#define DEST_ALL 0xffu
/* An APIC id no vCPU of ours has. */
#define DEST_NOBODY 0x7eu

/* Of each of the two. */
#define PIC_PINS 8

static uint32_t destination(const struct route *route)
{
	switch (route->mode) {
	case ROUTE_BROADCAST:
		return DEST_ALL;
	case ROUTE_NOWHERE:
		return DEST_NOBODY;
	case ROUTE_LOGICAL:
	case ROUTE_LOWEST:
		return route->mask;
	default:
		return route->vcpu;
	}
}

static bool is_logical(const struct route *route)
{
	return route->mode == ROUTE_LOGICAL || route->mode == ROUTE_LOWEST;
}

static uint32_t message_data(const struct route *route)
{
	switch (route->mode) {
	case ROUTE_LOWEST:
		return DELIVER_LOWEST | route->vector;
	case ROUTE_NMI:
		return DELIVER_NMI;
	default:
		return route->vector;
	}
}

/* --- pins of the emulated chips, as on a PC --- */

static struct kvm_irq_routing_entry pin_of(unsigned int gsi, unsigned int chip,
					   unsigned int pin)
{
	return (struct kvm_irq_routing_entry){
		.gsi = gsi,
		.type = KVM_IRQ_ROUTING_IRQCHIP,
		.u.irqchip = {.irqchip = chip, .pin = pin},
	};
}

static struct kvm_irq_routing_entry pin_of_pic(unsigned int gsi)
{
	return pin_of(gsi,
		      gsi < PIC_PINS ? KVM_IRQCHIP_PIC_MASTER
				     : KVM_IRQCHIP_PIC_SLAVE,
		      gsi % PIC_PINS);
}

static struct kvm_irq_routing_entry pin_of_ioapic(unsigned int gsi)
{
	return pin_of(gsi, KVM_IRQCHIP_IOAPIC, gsi);
}

/* As an operating system does that uses the I/O APIC. */
static int mask_pic(const struct vm *vm, unsigned int chip_id)
{
	struct kvm_irqchip chip = {.chip_id = chip_id};

	if (ioctl(vm->fd, KVM_GET_IRQCHIP, &chip))
		return fail_errno("KVM_GET_IRQCHIP");
	chip.chip.pic.imr = 0xff;
	if (ioctl(vm->fd, KVM_SET_IRQCHIP, &chip))
		return fail_errno("KVM_SET_IRQCHIP");
	return 0;
}

/* Edge-triggered, fixed, to an APIC id. */
static int program_ioapic(const struct route *route)
{
	struct kvm_irqchip chip = {.chip_id = KVM_IRQCHIP_IOAPIC};

	if (ioctl(route->vm->fd, KVM_GET_IRQCHIP, &chip))
		return fail_errno("KVM_GET_IRQCHIP");
	chip.chip.ioapic.redirtbl[route->gsi].bits = 0;
	chip.chip.ioapic.redirtbl[route->gsi].fields.vector =
		(uint8_t)route->vector;
	chip.chip.ioapic.redirtbl[route->gsi].fields.dest_id =
		(uint8_t)route->vcpu;
	if (ioctl(route->vm->fd, KVM_SET_IRQCHIP, &chip))
		return fail_errno("KVM_SET_IRQCHIP");
	return 0;
}

static int pins_set_up(const struct route *route)
{
	if (route->gsi >= 2 * PIC_PINS)
		return fail("no PIC has a pin for gsi %u", route->gsi);
	if (mask_pic(route->vm, KVM_IRQCHIP_PIC_MASTER) ||
	    mask_pic(route->vm, KVM_IRQCHIP_PIC_SLAVE))
		return -1;
	return program_ioapic(route);
}

static struct kvm_irq_routing_entry to_kvm(const struct route *route)
{
	struct kvm_irq_routing_entry entry = {
		.gsi = route->gsi,
		.type = KVM_IRQ_ROUTING_MSI,
	};

	entry.u.msi.address_lo = MSI_ADDRESS | destination(route) << DEST_SHIFT;
	if (is_logical(route))
		entry.u.msi.address_lo |= DEST_LOGICAL;
	entry.u.msi.data = message_data(route);
	return entry;
}

/* Adds the route's entries behind the @count there are; returns how many. */
static unsigned int add_entries(struct kvm_irq_routing_entry *entries,
				unsigned int count, const struct route *route)
{
	if (route->mode == ROUTE_PINS) {
		entries[count++] = pin_of_pic(route->gsi);
		entries[count++] = pin_of_ioapic(route->gsi);
	} else {
		entries[count++] = to_kvm(route);
	}
	return count;
}

/* KVM wants the whole table each time. */
static int set_routing(struct vm *vm)
{
	struct kvm_irq_routing *table;
	unsigned int i;
	int err;

	table = calloc(1, sizeof(*table) +
				  2 * MAX_ROUTES * sizeof(*table->entries));
	if (!table)
		return fail_errno("calloc");
	for (i = 0; i < MAX_ROUTES; i++)
		if (vm->routes[i].used)
			table->nr = add_entries(table->entries, table->nr,
						&vm->routes[i]);
	err = ioctl(vm->fd, KVM_SET_GSI_ROUTING, table);
	free(table);
	return err ? fail_errno("KVM_SET_GSI_ROUTING") : 0;
}

static int set_irqfd(const struct route *route, uint32_t flags)
{
	struct kvm_irqfd irqfd = {
		.fd = (uint32_t)route->eventfd,
		.gsi = route->gsi,
		.flags = flags,
	};

	if (ioctl(route->vm->fd, KVM_IRQFD, &irqfd))
		return fail_errno("KVM_IRQFD gsi %u", route->gsi);
	return 0;
}

struct route *route_find(struct vm *vm, unsigned int gsi)
{
	unsigned int i;

	for (i = 0; i < MAX_ROUTES; i++)
		if (vm->routes[i].used && vm->routes[i].gsi == gsi)
			return &vm->routes[i];
	return NULL;
}

static struct route *free_route(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < MAX_ROUTES; i++)
		if (!vm->routes[i].used)
			return &vm->routes[i];
	return NULL;
}

struct route *route_bind(struct vm *vm, const struct route *want)
{
	struct route *route;

	if (route_find(vm, want->gsi)) {
		fail("gsi %u is in use", want->gsi);
		return NULL;
	}
	route = free_route(vm);
	if (!route) {
		fail("too many routes");
		return NULL;
	}
	*route = *want;
	route->used = true;
	route->vm = vm;
	if ((want->mode == ROUTE_PINS && pins_set_up(route)) ||
	    set_routing(vm) || set_irqfd(route, 0)) {
		route->used = false;
		return NULL;
	}
	return route;
}

int route_unbind(struct route *route)
{
	if (set_irqfd(route, KVM_IRQFD_FLAG_DEASSIGN))
		return -1;
	route->used = false;
	return set_routing(route->vm);
}

/* Raises the limit of open files to what @count more of them take. */
static int allow_files(unsigned int count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return fail_errno("getrlimit");
	limit.rlim_cur += count;
	if (limit.rlim_max < limit.rlim_cur)
		limit.rlim_max = limit.rlim_cur;
	return setrlimit(RLIMIT_NOFILE, &limit) ? fail_errno("setrlimit") : 0;
}

/* Returns how many there are. */
static unsigned int crowd_in(struct vm *vm, unsigned int gsi,
			     unsigned int count, int *eventfds)
{
	struct route route = {.vm = vm, .gsi = gsi};
	unsigned int i;

	for (i = 0; i < count; i++) {
		route.eventfd = eventfds[i] = eventfd(0, EFD_CLOEXEC);
		if (route.eventfd < 0)
			break;
		if (set_irqfd(&route, 0)) {
			close(route.eventfd);
			break;
		}
	}
	return i;
}

int route_crowd(struct vm *vm, unsigned int gsi, unsigned int count)
{
	unsigned int i, made;
	int *eventfds;

	if (allow_files(count))
		return -1;
	eventfds = calloc(count, sizeof(*eventfds));
	if (!eventfds)
		return fail_errno("calloc");
	made = crowd_in(vm, gsi, count, eventfds);
	/* KVM takes an irqfd down when its eventfd is closed. */
	for (i = 0; i < made; i++)
		close(eventfds[i]);
	free(eventfds);
	return made == count ? 0 : fail("%u of %u irqfds", made, count);
}

struct search {
	int eventfd;
	struct route *found;
};

static void search_vm(struct vm *vm, void *arg)
{
	struct search *search = arg;
	unsigned int i;

	for (i = 0; i < MAX_ROUTES; i++)
		if (vm->routes[i].used &&
		    vm->routes[i].eventfd == search->eventfd)
			search->found = &vm->routes[i];
}

struct route *route_of_eventfd(int eventfd)
{
	struct search search = {.eventfd = eventfd};

	vm_for_each(search_vm, &search);
	return search.found;
}

static bool goes_to(const struct route *route, unsigned int vcpu)
{
	if (is_logical(route))
		return route->mask & 1u << vcpu;
	return route->mode == ROUTE_BROADCAST || route->vcpu == vcpu;
}

uint32_t route_count(const struct route *route)
{
	const struct vm *vm = route->vm;
	uint32_t count, sum = 0, least = UINT32_MAX;
	unsigned int i;

	for (i = 0; i < vm->vcpus; i++) {
		if (!goes_to(route, i))
			continue;
		count = guest_count(vm->memory, i, route->vector);
		sum += count;
		if (count < least)
			least = count;
	}
	return route->mode == ROUTE_LOWEST ? sum : least;
}
