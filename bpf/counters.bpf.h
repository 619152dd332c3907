/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells, targets and losses: everything that counts. */
#ifndef PITRACE_COUNTERS_BPF_H
#define PITRACE_COUNTERS_BPF_H

static __always_inline struct globals *get_globals(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&globals, &zero);
}

static __always_inline struct cpu_state *this_cpu_state(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&cpu_states, &cpu);
}

static __always_inline __u32 tracing_mode(void)
{
	struct globals *global = get_globals();

	return global ? global->mode : TRACING_OFF;
}

/* Atomic, since a task's program can be interrupted by a handler's. */
static __always_inline void count_loss(enum loss kind)
{
	struct cpu_state *state = this_cpu_state();

	if (state)
		__sync_fetch_and_add(&state->lost[kind], 1);
}

static __noinline __u32 new_cell(__u32 slot, __u32 cpu, __u32 *index)
{
	struct globals *global = get_globals();
	struct cell *cell;
	__u32 id;

	if (!global || !index || global->next_cell >= max_cells)
		return 0;
	id = __sync_fetch_and_add(&global->next_cell, 1);
	cell = bpf_map_lookup_elem(&cells, &id);
	if (!cell)
		return 0;
	cell->cpu = cpu;
	cell->slot = slot;
	*index = id;
	return id;
}

/* The cell of @slot on this CPU, made at the first interrupt there. */
static __always_inline __u32 find_cell(__u32 slot)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u32 key = slot * possible_cpus + cpu;
	__u32 *index = bpf_map_lookup_elem(&cell_index, &key);

	if (!index)
		return 0;
	return *index ?: new_cell(slot, cpu, index);
}

static __always_inline __u64 *lookup_or_zero(void *map, const void *key)
{
	static const __u64 zero = 0;
	__u64 *count = bpf_map_lookup_elem(map, key);

	if (count)
		return count;
	bpf_map_update_elem(map, key, &zero, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, key);
}

static __always_inline void count_target(__u32 slot, __u32 vcpu,
					 __u32 guest_vector)
{
	struct target_key key = {
		.slot = slot,
		.cpu = bpf_get_smp_processor_id(),
		.vcpu = vcpu,
		.guest_vector = guest_vector,
	};
	__u64 *count = lookup_or_zero(&targets, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
	else
		count_loss(LOSS_TARGET_TABLE_FULL);
}

#endif
