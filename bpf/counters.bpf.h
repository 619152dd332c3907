/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells, targets and losses: everything that counts. */
#ifndef PITRACE_COUNTERS_BPF_H
#define PITRACE_COUNTERS_BPF_H

static __always_inline struct cpu_state *this_cpu_state(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&cpu_states, &cpu);
}

static __always_inline __u32 tracing_mode(void)
{
	return globals.mode;
}

/* Atomic, since a task's program can be interrupted by a handler's. */
static __always_inline void count_loss(enum loss kind)
{
	struct cpu_state *state = this_cpu_state();

	if (state)
		atomic_add_u64(&state->lost[kind], 1);
}

static __always_inline void forget_vectors(void)
{
	atomic_add_u32(&globals.vectors_epoch, 1);
}

static __always_inline void forget_irqfds(void)
{
	atomic_add_u32(&globals.irqfd_epoch, 1);
}

/* The cell of this number, which is no one's. Returns it, or 0. */
static __always_inline __u32 use_cell(__u32 id, __u32 slot, __u32 cpu,
				      __u32 *index)
{
	struct cell *cell = bpf_map_lookup_elem(&cells, &id);

	if (!cell)
		return 0;
	cell->cpu = cpu;
	cell->slot = slot;
	*index = id;
	return id;
}

static __noinline __u32 new_cell(__u32 slot, __u32 cpu, __u32 *index)
{
	__u32 id;

	if (!index || globals.next_cell >= max_cells)
		return 0;
	id = __sync_fetch_and_add(&globals.next_cell, 1);
	return use_cell(id, slot, cpu, index);
}

/* Where the number of the cell of @slot on this CPU stands, 0 if not yet. */
static __always_inline __u32 *cell_place(__u32 slot, __u32 cpu)
{
	__u32 *row = bpf_map_lookup_elem(&cell_index, &slot);

	/* Checked, not spilled and taken from elsewhere. */
	barrier_var(cpu);
	return row && cpu < possible_cpus ? &row[cpu] : 0;
}

/* The cell of @slot on this CPU, made at the first interrupt there. */
static __always_inline __u32 find_cell(__u32 slot, __u32 cpu)
{
	__u32 *place = cell_place(slot, cpu);

	if (!place)
		return 0;
	return *place ?: new_cell(slot, cpu, place);
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

/* One of them, under its target; without that if it has no room. */
static __always_inline void count_injection(struct cpu_state *state,
					    __u64 target)
{
	__u64 *count = lookup_or_zero(&injections, &target);

	if (count) {
		atomic_add_u64(count, 1);
		return;
	}
	atomic_add_u64(&state->other_injections, 1);
	count_loss(LOSS_TARGET_TABLE_FULL);
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
	__u64 *count;

	if (!globals.more_targets)
		globals.more_targets = 1;
	count = lookup_or_zero(&targets, &key);
	if (count)
		atomic_add_u64(count, 1);
	else
		count_loss(LOSS_TARGET_TABLE_FULL);
}

/* By the APIC, which is at hand; false if the cell does not know it. */
static __always_inline bool count_known_target(struct cell *cell,
					       const struct delivery *delivery)
{
#pragma unroll
	for (int i = 0; i < CELL_TARGETS; i++) {
		struct cell_target *target = &cell->targets[i];

		if (target->apic == delivery->apic &&
		    target->guest_vector == delivery->to.guest_vector) {
			target->count++;
			return true;
		}
	}
	return false;
}

/* False if the cell has other targets. */
static __always_inline bool count_in_cell(struct cell *cell, __u64 apic,
					  __u32 vcpu, __u32 guest_vector)
{
	for (int i = 0; i < CELL_TARGETS; i++) {
		struct cell_target *target = &cell->targets[i];

		if (!target->count) {
			target->vcpu = vcpu;
			target->guest_vector = guest_vector;
			/* Whoever sees a count sees of what. */
			barrier();
		}
		if (target->vcpu == vcpu &&
		    target->guest_vector == guest_vector) {
			target->apic = apic;
			target->count++;
			return true;
		}
	}
	return false;
}

#endif
