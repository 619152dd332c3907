// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaves in the maps of a running pitrace what its programs would leave there
 * if each of the first ACTIVE vectors had interrupts on each of CPUS CPUs, all
 * of them delivered to a vCPU; with a stack each if pitrace counts stacks. Says
 * how many cells that took, then counts one more interrupt in each of them
 * every second until its standard input ends.
 *
 * usage: fill ACTIVE CPUS [once]
 *
 * With "once" it counts another number on each path of each cell, says of each
 * what is in it, and ends:
 *
 *	NAME CPU COUNT...(by enum delivery_path) VCPU:GUEST_VECTOR:COUNT...
 *
 * Vectors that were filled before keep the cells they have.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe_abi.h"

#define PERIOD_MS      1000
#define VM_ADDRESS     0xffff888100000000ull
#define STACK_FRAMES   20 /* as interrupts of VFIO have */
#define DEFERRED_VCPUS 1000 /* of "once", from this one on */

struct map {
	int fd;
	struct bpf_map_info info;
	void *view; /* NULL: not mapped */
};

struct maps {
	struct map globals, slots, cells, cell_index;
	struct map targets, framed_stacks, stack_counts;
};

static int fail(const char *what)
{
	(void)fprintf(stderr, "fill: %s: %s\n", what, strerror(errno));
	return -1;
}

/* libbpf puts the object's name before those of sections: "pitrace_.data". */
static bool has_name(const char *name, const char *wanted)
{
	const char *section = strchr(name, '.');

	return !strcmp(*wanted == '.' && section ? section : name, wanted);
}

/* Of several the last one: maps of a process that ended can linger. */
static int find_map(const char *name, struct map *map)
{
	__u32 id = 0;

	map->fd = -1;
	while (!bpf_map_get_next_id(id, &id)) {
		struct bpf_map_info info = {.type = 0};
		__u32 size = sizeof(info);
		int fd = bpf_map_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (bpf_obj_get_info_by_fd(fd, &info, &size) ||
		    !has_name(info.name, name)) {
			(void)close(fd);
			continue;
		}
		if (map->fd >= 0)
			(void)close(map->fd);
		map->fd = fd;
		map->info = info;
	}
	errno = ENOENT;
	return map->fd < 0 ? fail(name) : 0;
}

static size_t map_length(const struct map *map)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t value = (map->info.value_size + 7) & ~7u;

	return (map->info.max_entries * value + page - 1) / page * page;
}

/* Its values must be of the size that probe_abi.h says. */
static int open_map(const char *name, size_t value_size, struct map *map)
{
	if (find_map(name, map))
		return -1;
	errno = EINVAL;
	if (map->info.value_size != value_size)
		return fail(name);
	map->view = mmap(NULL, map_length(map), PROT_READ | PROT_WRITE,
			 MAP_SHARED, map->fd, 0);
	return map->view == MAP_FAILED ? fail(name) : 0;
}

static int open_maps(struct maps *maps)
{
	if (open_map(".data", sizeof(struct globals), &maps->globals) ||
	    open_map("slots", sizeof(struct vector_slot), &maps->slots) ||
	    open_map("cells", sizeof(struct cell), &maps->cells) ||
	    find_map("cell_index", &maps->cell_index) ||
	    find_map("targets", &maps->targets) ||
	    find_map("framed_stacks", &maps->framed_stacks) ||
	    find_map("stack_counts", &maps->stack_counts))
		return -1;
	return 0;
}

/* As new_cell() in bpf/counters.bpf.h. */
static __u32 new_cell(const struct maps *maps, __u32 slot, __u32 cpu)
{
	struct globals *globals = maps->globals.view;
	struct cell *cells = maps->cells.view;
	__u32 id;

	if (globals->next_cell >= maps->cells.info.max_entries)
		return 0;
	id = globals->next_cell++;
	cells[id].cpu = cpu;
	cells[id].slot = slot;
	return id;
}

static struct cell *cell_of(const struct maps *maps, __u32 id)
{
	return (struct cell *)maps->cells.view + id;
}

static void count(struct cell *cell, enum delivery_path path, __u64 times)
{
	struct cell_target *target = &cell->targets[0];

	cell->paths[path] += times;
	if (path != PATH_IRQFD)
		return;
	cell->kvm = VM_ADDRESS;
	target->vcpu = cell->cpu;
	target->guest_vector = 0x20 + cell->slot % 0xd0;
	target->apic = VM_ADDRESS + cell->cpu + 1;
	target->count += times;
}

/* This process stands for the VMM. */
static void set_vm(const struct maps *maps, __u32 slot)
{
	struct vector_slot *vector =
		(struct vector_slot *)maps->slots.view + slot;

	vector->kvm = VM_ADDRESS;
	vector->irqfd = VM_ADDRESS + slot;
	vector->gsi = (int)slot;
	vector->vm_pid = getpid();
}

/* Vectors begin on different CPUs. */
static int fill_slot(const struct maps *maps, __u32 slot, __u32 cpus,
		     __u32 *row)
{
	__u32 possible = maps->cell_index.info.value_size / sizeof(*row);

	if (bpf_map_lookup_elem(maps->cell_index.fd, &slot, row))
		return fail("cell_index");
	for (__u32 i = 0; i < cpus && i < possible; i++) {
		__u32 cpu = (slot + i) % possible;

		if (!row[cpu])
			row[cpu] = new_cell(maps, slot, cpu);
	}
	if (bpf_map_update_elem(maps->cell_index.fd, &slot, row, BPF_ANY))
		return fail("cell_index");
	set_vm(maps, slot);
	return 0;
}

/* Some functions of the kernel, whichever. */
static int read_frames(struct framed_stack *stack)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	unsigned long long address;
	int count = 0;
	char type;

	if (!file)
		return fail("/proc/kallsyms");
	while (count < STACK_FRAMES &&
	       fscanf(file, "%llx %c %*[^\n]", &address, &type) == 2)
		if ((type == 't' || type == 'T') && address)
			stack->frames[count++] = address + 1;
	(void)fclose(file);
	errno = ENODATA;
	return count ? 0 : fail("/proc/kallsyms");
}

/*
 * One stack, counted for each vector. Maps of stack traces cannot be written
 * to, but the map of stacks that those do not take can.
 */
static int add_stacks(const struct maps *maps, __u32 active)
{
	struct globals *globals = maps->globals.view;
	__u32 bucket = globals->next_framed_stack;
	struct stack_key key = {
		.stack = (int)bucket | STACK_WAY_FRAMED << STACK_WAY_SHIFT,
		.label = PATH_IRQFD,
	};
	struct framed_stack stack = {.frames = {0}};
	__u64 count = 1;

	if (read_frames(&stack))
		return -1;
	globals->next_framed_stack++;
	if (bpf_map_update_elem(maps->framed_stacks.fd, &stack, &bucket,
				BPF_ANY))
		return fail("framed_stacks");
	for (key.slot = 1; key.slot <= active; key.slot++)
		if (bpf_map_update_elem(maps->stack_counts.fd, &key, &count,
					BPF_ANY))
			return fail("stack_counts");
	return 0;
}

/* Without --stacks the maps of stacks have room for nothing. */
static bool wants_stacks(const struct maps *maps)
{
	return maps->framed_stacks.info.max_entries > 1;
}

static int fill(const struct maps *maps, __u32 active, __u32 cpus)
{
	const struct globals *globals = maps->globals.view;
	__u32 *row;
	int err = 0;

	if (active >= globals->next_slot) {
		(void)fprintf(stderr, "fill: there are %u vectors\n",
			      globals->next_slot - 1);
		return -1;
	}
	row = malloc(maps->cell_index.info.value_size);
	if (!row)
		return fail("memory");
	for (__u32 slot = 1; slot <= active && !err; slot++)
		err = fill_slot(maps, slot, cpus, row);
	free(row);
	if (!err && wants_stacks(maps))
		err = add_stacks(maps, active);
	return err;
}

static void count_all(const struct maps *maps)
{
	const struct globals *globals = maps->globals.view;

	for (__u32 id = 1; id < globals->next_cell; id++)
		count(cell_of(maps, id), PATH_IRQFD, 1);
}

/* Workers deliver what was deferred, to targets that no cell has room for. */
static int count_deferred(const struct maps *maps, const struct cell *cell,
			  struct target_key *target)
{
	struct globals *globals = maps->globals.view;

	globals->more_targets = 1;
	*target = (struct target_key){
		.slot = cell->slot,
		.cpu = cell->cpu,
		.vcpu = DEFERRED_VCPUS + cell->cpu,
		.guest_vector = 0xff - cell->slot % 0xd0,
	};
	return bpf_map_update_elem(maps->targets.fd, target,
				   &cell->paths[PATH_IRQFD_DEFERRED], BPF_ANY)
		       ? fail("targets")
		       : 0;
}

/* No two numbers are the same, so that none passes for another. */
static int count_apart(const struct maps *maps, __u32 id)
{
	const struct vector_slot *slots = maps->slots.view;
	struct cell *cell = cell_of(maps, id);
	struct target_key deferred;

	for (int path = 0; path < PATH_COUNT; path++)
		count(cell, path, (__u64)id * PATH_COUNT + path);
	if (count_deferred(maps, cell, &deferred))
		return -1;
	(void)printf("%s %u", slots[cell->slot].name, cell->cpu);
	for (int path = 0; path < PATH_COUNT; path++)
		(void)printf(" %llu", cell->paths[path]);
	(void)printf(" %u:%u:%llu %u:%u:%llu\n", cell->targets[0].vcpu,
		     cell->targets[0].guest_vector, cell->targets[0].count,
		     deferred.vcpu, deferred.guest_vector,
		     cell->paths[PATH_IRQFD_DEFERRED]);
	return 0;
}

static int count_once(const struct maps *maps)
{
	const struct globals *globals = maps->globals.view;
	int err = 0;

	for (__u32 id = 1; id < globals->next_cell && !err; id++)
		err = count_apart(maps, id);
	return err;
}

static bool input_ended(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char text[64];

	return poll(&input, 1, PERIOD_MS) > 0 &&
	       read(STDIN_FILENO, text, sizeof(text)) <= 0;
}

/* True if @text is a whole number and not 0. */
static bool parse(const char *text, __u32 *number)
{
	char *end;

	errno = 0;
	*number = (__u32)strtoul(text, &end, 10);
	return !errno && end != text && !*end && *number;
}

static void count_on(const struct maps *maps)
{
	const struct globals *globals = maps->globals.view;

	count_all(maps);
	(void)printf("cells=%u of=%u\n", globals->next_cell - 1,
		     maps->cells.info.max_entries - 1);
	(void)fflush(stdout);
	while (!input_ended())
		count_all(maps);
}

int main(int argc, char **argv)
{
	bool once = argc == 4 && !strcmp(argv[3], "once");
	struct maps maps = {.globals.fd = -1};
	__u32 active, cpus;

	if ((argc != 3 && !once) || !parse(argv[1], &active) ||
	    !parse(argv[2], &cpus)) {
		(void)fputs("usage: fill ACTIVE CPUS [once]\n", stderr);
		return 2;
	}
	if (open_maps(&maps) || fill(&maps, active, cpus))
		return 1;
	if (once)
		return count_once(&maps) ? 1 : 0;
	count_on(&maps);
	return 0;
}
