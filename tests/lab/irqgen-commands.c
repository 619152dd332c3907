// SPDX-License-Identifier: GPL-2.0-only
/*
 * ROUTE is "fixed VCPU GVEC", "logical MASK GVEC" (to each vCPU of the mask),
 * "lowest MASK GVEC" (to one of them), "nmi VCPU" (counted as vector 2),
 * "broadcast GVEC" (which KVM cannot deliver in atomic context), "nowhere
 * GVEC" (to an APIC id that no vCPU has) or "pins VCPU GVEC" (the GSI is a pin
 * of the PIC and of the I/O APIC, as below 16 on a PC).
 *
 * fire and fireall wait for each interrupt where it ends: the eventfd, the
 * guest's counter, the row of /proc/interrupts; "raised" is what the host
 * counted meanwhile, "resent" how often the device had ignored the request.
 * A storm waits for nothing, and the host may take several as one: "raised"
 * are requests, "seen" is what the eventfds counted, "rows" what the host did,
 * "ns" how long it blew. With "for ROUNDS" the answer comes at its end.
 * readfd has reads of a block device signal an eventfd, writefd writes to it.
 * Nor does raise wait, for vectors whose interrupts go where none is seen.
 *
 * notrigger takes the eventfd of one vector away from VFIO, trigger gives it
 * back; meanwhile the host has no such interrupt. mask has VFIO mask the INTx
 * of a device. A machine with noirqchip has VFIO's groups like any other, but
 * takes no irqfd.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "irqgen-commands.h"
#include "irqgen-fire.h"
#include "irqgen-label.h"
#include "irqgen-parse.h"
#include "irqgen-reply.h"
#include "irqgen-storm.h"
#include "irqgen-vm.h"

#define MAX_COUNT    1000000000u
#define MAX_PAUSE_US 999999u
#define MAX_GSI      4095u
#define MAX_CPU      1023u
#define MAX_CROWD    65536u

static int cmd_open(int argc, char **argv)
{
	(void)argc;
	if (device_find(argv[1]))
		return fail("there is a device %s already", argv[1]);
	return device_open(argv[1], argv[2]);
}

static int cmd_irqs(int argc, char **argv)
{
	struct device *dev = device_find(argv[1]);
	unsigned int count = 1;
	enum irq_kind kind;

	if (!dev || parse_kind(argv[2], &kind))
		return -1;
	if (dev->storm)
		return fail("%s has a storm on", argv[1]);
	if ((argc == 4) != (kind != IRQ_NONE))
		return fail("expected: irqs NAME msix|msi|intx COUNT, "
			    "or irqs NAME none");
	if (argc == 4 && parse_uint(argv[3], MAX_VECTORS, &count))
		return -1;
	return device_set_irqs(dev, kind, count);
}

/* trigger NAME VECTOR, notrigger NAME VECTOR */
static int cmd_trigger(int argc, char **argv)
{
	struct device *dev;
	unsigned int vector;

	(void)argc;
	if (parse_vector(argv + 1, &dev, &vector))
		return -1;
	if (dev->storm)
		return fail("%s has a storm on", argv[1]);
	return device_set_trigger(dev, vector, strcmp(argv[0], "trigger") == 0);
}

/* mask NAME, unmask NAME */
static int cmd_mask(int argc, char **argv)
{
	struct device *dev = device_find(argv[1]);

	(void)argc;
	if (!dev)
		return -1;
	if (dev->kind != IRQ_INTX)
		return fail("%s does not use INTx", argv[1]);
	return strcmp(argv[0], "mask") == 0 ? vfio_mask_intx(&dev->vfio)
					    : vfio_unmask_intx(&dev->vfio);
}

/* What is done with a machine that there is; 1 if @what is no such thing. */
static int command_machine(const char *name, const char *what)
{
	struct vm *vm;

	if (strcmp(what, "close") != 0 && strcmp(what, "pause") != 0 &&
	    strcmp(what, "resume") != 0)
		return 1;
	vm = vm_find(name);
	if (!vm)
		return -1;
	if (strcmp(what, "resume") == 0)
		return vm_resume(vm);
	if (strcmp(what, "close") == 0)
		vm_close(vm);
	else
		vm_pause(vm);
	return 0;
}

static int cmd_vm(int argc, char **argv)
{
	int done = command_machine(argv[1], argv[2]);
	unsigned int vcpus;

	if (done <= 0)
		return done;
	if (vm_find(argv[1]))
		return fail("there is a machine %s already", argv[1]);
	if (parse_uint(argv[2], GUEST_MAX_VCPUS, &vcpus))
		return -1;
	if (!vcpus || (argc == 4 && strcmp(argv[3], "noirqchip") != 0))
		return fail("expected: vm NAME VCPUS [noirqchip]");
	return vm_create(argv[1], vcpus, argc == 3);
}

static int check_route(const struct vm *vm, const struct route *route)
{
	if (route->vcpu >= vm->vcpus || route->mask >> vm->vcpus)
		return fail("%s has %u vCPUs", vm->name, vm->vcpus);
	return 0;
}

/* irqfd VM GSI NAME VECTOR <route> */
static int cmd_irqfd(int argc, char **argv)
{
	struct vm *vm = vm_find(argv[1]);
	struct route want = {0};
	struct device *dev;
	unsigned int vector;

	if (!vm || parse_uint(argv[2], MAX_GSI, &want.gsi) ||
	    parse_vector(argv + 3, &dev, &vector) ||
	    parse_route(argc - 5, argv + 5, &want) || check_route(vm, &want))
		return -1;
	want.eventfd = dev->eventfd[vector];
	if (route_of_eventfd(want.eventfd))
		return fail("vector %u has an irqfd already", vector);
	eventfd_drain(want.eventfd); /* or KVM would inject what is pending */
	return route_bind(vm, &want) ? 0 : -1;
}

/* eventfd VM GSI LABEL <route> */
static int cmd_eventfd(int argc, char **argv)
{
	struct vm *vm = vm_find(argv[1]);
	struct route want = {0};

	if (!vm || parse_uint(argv[2], MAX_GSI, &want.gsi) ||
	    parse_route(argc - 4, argv + 4, &want) || check_route(vm, &want))
		return -1;
	return label_bind(argv[3], vm, &want);
}

/* unirqfd VM GSI [NAME VECTOR]; the GSI says it all. */
static int cmd_unirqfd(int argc, char **argv)
{
	struct vm *vm = vm_find(argv[1]);
	struct route *route;
	unsigned int gsi;

	(void)argc;
	if (!vm || parse_uint(argv[2], MAX_GSI, &gsi))
		return -1;
	route = route_find(vm, gsi);
	if (!route)
		return fail("gsi %u has no irqfd", gsi);
	return route_unbind(route);
}

/* crowd VM GSI COUNT: irqfds on eventfds of no device, for a moment. */
static int cmd_crowd(int argc, char **argv)
{
	struct vm *vm = vm_find(argv[1]);
	unsigned int gsi, count;

	(void)argc;
	if (!vm || parse_uint(argv[2], MAX_GSI, &gsi) ||
	    parse_uint(argv[3], MAX_CROWD, &count))
		return -1;
	return route_crowd(vm, gsi, count);
}

/* NAME VECTOR COUNT */
static int fire_by(int (*fire_vectors)(struct device *, uint32_t, uint64_t),
		   char **argv)
{
	struct device *dev;
	unsigned int vector;
	uint64_t count;

	if (parse_vector(argv + 1, &dev, &vector) ||
	    parse_number(argv[3], MAX_COUNT, &count))
		return -1;
	return fire_vectors(dev, 1u << vector, count);
}

static int cmd_fire(int argc, char **argv)
{
	(void)argc;
	return fire_by(fire, argv);
}

static int cmd_raise(int argc, char **argv)
{
	(void)argc;
	return fire_by(fire_blind, argv);
}

static int cmd_fireall(int argc, char **argv)
{
	struct device *dev = device_find(argv[1]);
	uint64_t count;

	(void)argc;
	if (!dev || parse_number(argv[2], MAX_COUNT, &count))
		return -1;
	if (!dev->vectors)
		return fail("%s has no interrupts enabled", argv[1]);
	return fire(dev, (1u << dev->vectors) - 1, count);
}

static int cmd_storm(int argc, char **argv)
{
	struct device *dev = device_find(argv[1]);
	unsigned int cpu, pause_us = 0;
	uint64_t rounds;

	if (!dev)
		return -1;
	if (argc == 3 && strcmp(argv[2], "off") == 0)
		return storm_report(dev);
	if (argc < 4 || parse_uint(argv[2], MAX_CPU, &cpu))
		return fail("expected: storm NAME CPU on [PAUSE_US], "
			    "storm NAME CPU for ROUNDS, or storm NAME off");
	if (argc == 5 && strcmp(argv[3], "for") == 0)
		return parse_number(argv[4], MAX_COUNT, &rounds)
			       ? -1
			       : storm_run(dev, cpu, rounds);
	if (strcmp(argv[3], "on") != 0 ||
	    (argc == 5 && parse_uint(argv[4], MAX_PAUSE_US, &pause_us)))
		return fail("storm: on [PAUSE_US] or for ROUNDS");
	return storm_start(dev, cpu, pause_us);
}

static int cmd_write(int argc, char **argv)
{
	struct device *dev;
	unsigned int vector;
	uint64_t count;

	(void)argc;
	if (parse_vector(argv + 1, &dev, &vector) ||
	    parse_number(argv[3], MAX_COUNT, &count))
		return -1;
	return fire_write(dev->eventfd[vector], count);
}

static int cmd_writefd(int argc, char **argv)
{
	int eventfd = label_eventfd(argv[1]);
	uint64_t count;

	(void)argc;
	if (eventfd < 0 || parse_number(argv[2], MAX_COUNT, &count))
		return -1;
	return fire_write(eventfd, count);
}

static int cmd_readfd(int argc, char **argv)
{
	int eventfd = label_eventfd(argv[1]);
	uint64_t count;

	(void)argc;
	if (eventfd < 0 || parse_number(argv[3], MAX_COUNT, &count))
		return -1;
	return fire_reads(eventfd, argv[2], count);
}

static int cmd_counts(int argc, char **argv)
{
	const struct vm *vm = vm_find(argv[1]);
	unsigned int vcpu, vector;
	uint32_t count;

	(void)argc;
	if (!vm)
		return -1;
	for (vcpu = 0; vcpu < vm->vcpus; vcpu++)
		for (vector = 0; vector < 256; vector++) {
			count = guest_count(vm->memory, vcpu, vector);
			if (count)
				reply("v%u:0x%x=%u", vcpu, vector, count);
		}
	return 0;
}

static int cmd_row(int argc, char **argv)
{
	unsigned int vector;
	struct device *dev;
	struct irq_row row;

	(void)argc;
	if (parse_vector(argv + 1, &dev, &vector) ||
	    device_row(dev, vector, &row))
		return -1;
	reply("irq=%d", row.irq);
	reply("count=%" PRIu64, row.count);
	return 0;
}

static int cmd_affinity(int argc, char **argv)
{
	unsigned int vector, cpu;
	struct device *dev;
	struct irq_row row;

	(void)argc;
	if (parse_vector(argv + 1, &dev, &vector) ||
	    parse_uint(argv[3], MAX_CPU, &cpu) || device_row(dev, vector, &row))
		return -1;
	return proc_set_affinity(row.irq, cpu);
}

static int cmd_close(int argc, char **argv)
{
	struct device *dev = device_find(argv[1]);

	(void)argc;
	if (!dev)
		return label_close(argv[1]);
	device_close(dev);
	return 0;
}

static int cmd_sleep(int argc, char **argv)
{
	unsigned int ms;

	(void)argc;
	if (parse_uint(argv[1], 3600000, &ms))
		return -1;
	while (ms--)
		usleep(1000);
	return 0;
}

static int cmd_pid(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	reply("pid=%d", (int)getpid());
	return 0;
}

/* comm HEX: the name of the process, whatever its bytes. */
static int cmd_comm(int argc, char **argv)
{
	char name[16];

	(void)argc;
	if (parse_bytes(argv[1], name, sizeof(name)))
		return -1;
	return prctl(PR_SET_NAME, name) ? fail_errno("PR_SET_NAME") : 0;
}

static const struct command {
	const char *name;
	int least, most; /* words, the name among them */
	int (*run)(int argc, char **argv);
	const char *usage;
} commands[] = {
	{"open", 3, 3, cmd_open, "NAME BDF"},
	{"irqs", 3, 4, cmd_irqs, "NAME msix|msi|intx COUNT, NAME none"},
	{"trigger", 3, 3, cmd_trigger, "NAME VECTOR"},
	{"notrigger", 3, 3, cmd_trigger, "NAME VECTOR"},
	{"mask", 2, 2, cmd_mask, "NAME"},
	{"unmask", 2, 2, cmd_mask, "NAME"},
	{"vm", 3, 4, cmd_vm, "NAME VCPUS [noirqchip], NAME close|pause|resume"},
	{"irqfd", 7, 8, cmd_irqfd, "VM GSI NAME VECTOR ROUTE"},
	{"unirqfd", 3, 5, cmd_unirqfd, "VM GSI [NAME VECTOR]"},
	{"eventfd", 6, 7, cmd_eventfd, "VM GSI LABEL ROUTE"},
	{"crowd", 4, 4, cmd_crowd, "VM GSI COUNT"},
	{"fire", 4, 4, cmd_fire, "NAME VECTOR COUNT"},
	{"raise", 4, 4, cmd_raise, "NAME VECTOR COUNT"},
	{"fireall", 3, 3, cmd_fireall, "NAME COUNT"},
	{"storm", 3, 5, cmd_storm,
	 "NAME CPU on [PAUSE_US], NAME CPU for ROUNDS, NAME off"},
	{"write", 4, 4, cmd_write, "NAME VECTOR COUNT"},
	{"writefd", 3, 3, cmd_writefd, "LABEL COUNT"},
	{"readfd", 4, 4, cmd_readfd, "LABEL BLOCK-DEVICE COUNT"},
	{"counts", 2, 2, cmd_counts, "VM"},
	{"row", 3, 3, cmd_row, "NAME VECTOR"},
	{"affinity", 4, 4, cmd_affinity, "NAME VECTOR CPU"},
	{"close", 2, 2, cmd_close, "NAME|LABEL"},
	{"sleep", 2, 2, cmd_sleep, "MS"},
	{"pid", 1, 1, cmd_pid, ""},
	{"comm", 2, 2, cmd_comm, "HEX"},
};

int command_run(int argc, char **argv)
{
	const struct command *command = NULL;
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, argv[0]) == 0)
			command = &commands[i];
	if (!command)
		return fail("unknown command %s", argv[0]);
	if (argc < command->least || argc > command->most)
		return fail("expected: %s %s", command->name, command->usage);
	return command->run(argc, argv);
}
