// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "clock.h"
#include "host_vectors.h"
#include "kernel_btf.h"
#include "loader.h"
#include "pace.h"
#include "proc_interrupts.h"
#include "tracer.h"

/* Counters wrap at 2^32; what they grew by is kept in 64 bits. */
struct cpu_counter {
	bool seen; /* at a reading before */
	uint32_t last;
	uint64_t grown;
};

struct host_vectors {
	const struct tracer *tracer;
	uint32_t cpus;
	bool by_btf;
	bool was_read; /* before */
	struct pace pace; /* of readings of /proc/interrupts */
	struct irq_stat_request request;
	const volatile uint32_t (*shared)[IRQ_STAT_COUNT]; /* by CPU */
	bool known[HOST_VECTOR_COUNT];
	struct cpu_counter *counters[HOST_VECTOR_COUNT]; /* by CPU */
};

/* The kernel pads values of mappable arrays to 8 bytes; these have 16. */
static size_t shared_bytes(const struct host_vectors *vectors)
{
	return vectors->cpus * sizeof(*vectors->shared);
}

static void open_counters(struct host_vectors *vectors)
{
	struct kernel_btf *btf = tracer_btf(vectors->tracer);
	void *view;

	if (!btf || !tracer_program(vectors->tracer, "read_irq_stat") ||
	    kernel_btf_irq_stat(btf, vectors->request.offsets))
		return;
	view = mmap(NULL, shared_bytes(vectors), PROT_READ, MAP_SHARED,
		    tracer_map_fd(vectors->tracer, "irq_stats"), 0);
	if (view == MAP_FAILED)
		return;
	vectors->shared = view;
	vectors->by_btf = true;
}

/* The first reading is what later ones have grown from. */
static void take_count(struct host_vectors *vectors, int vector, uint32_t cpu,
		       uint32_t count, bool from_zero)
{
	struct cpu_counter *counter = &vectors->counters[vector][cpu];

	if (counter->seen)
		counter->grown += (uint32_t)(count - counter->last);
	else if (from_zero)
		counter->grown = count;
	counter->seen = true;
	counter->last = count;
}

static int read_by_btf(struct host_vectors *vectors)
{
	struct bpf_program *program =
		tracer_program(vectors->tracer, "read_irq_stat");
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &vectors->request,
		    .ctx_size_in = sizeof(vectors->request),
		    .ctx_out = &vectors->request,
		    .ctx_size_out = sizeof(vectors->request));
	int err = bpf_prog_test_run_opts(bpf_program__fd(program), &run);

	if (err || !vectors->request.done)
		return err ? err : -ENOENT;
	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		vectors->known[i] = vectors->request.offsets[i] >= 0;
		for (uint32_t cpu = 0; vectors->known[i] && cpu < vectors->cpus;
		     cpu++)
			take_count(vectors, i, cpu, vectors->shared[cpu][i],
				   false);
	}
	return 0;
}

/* A row can appear later: some kernels hide it while it is 0. */
static int read_row(const struct interrupt_row *row, void *arg)
{
	struct interrupt_cells cells = interrupt_row_cells(row);
	struct host_vectors *vectors = arg;
	uint64_t count;
	unsigned int cpu;

	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		bool is_new = !vectors->known[i];

		if (strcmp(row->label, host_vector_name(i)) != 0)
			continue;
		vectors->known[i] = true;
		while (interrupt_cells_next(&cells, &cpu, &count))
			if (cpu < vectors->cpus)
				take_count(vectors, i, cpu, (uint32_t)count,
					   is_new && vectors->was_read);
	}
	return 0;
}

static int read_by_proc(struct host_vectors *vectors)
{
	uint64_t began_ns = clock_thread_cpu_ns();
	int err = proc_interrupts_read(read_row, vectors);

	pace_note(&vectors->pace, clock_monotonic_ns(),
		  clock_thread_cpu_ns() - began_ns);
	if (!err)
		vectors->was_read = true;
	return err;
}

static int read_counters(struct host_vectors *vectors, bool at_once)
{
	if (vectors->by_btf && !read_by_btf(vectors))
		return 0;
	vectors->by_btf = false;
	if (!at_once && !pace_is_due(&vectors->pace, clock_monotonic_ns()))
		return 0;
	return read_by_proc(vectors);
}

struct host_vectors *host_vectors_new(const struct tracer *tracer)
{
	struct host_vectors *vectors = calloc(1, sizeof(*vectors));
	bool complete = vectors;

	if (!vectors)
		return NULL;
	vectors->tracer = tracer;
	vectors->cpus = tracer_views(tracer)->cpus;
	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		vectors->counters[i] =
			calloc(vectors->cpus, sizeof(*vectors->counters[i]));
		complete = complete && vectors->counters[i];
	}
	if (!complete) {
		host_vectors_free(vectors);
		return NULL;
	}
	open_counters(vectors);
	(void)read_counters(vectors, true);
	return vectors;
}

void host_vectors_free(struct host_vectors *vectors)
{
	if (!vectors)
		return;
	for (int i = 0; i < HOST_VECTOR_COUNT; i++)
		free(vectors->counters[i]);
	if (vectors->shared)
		munmap((void *)vectors->shared, shared_bytes(vectors));
	free(vectors);
}

/* Those of one vector that have grown. */
static int copy_counters(const struct host_vectors *vectors, int vector,
			 struct snapshot *snapshot)
{
	size_t *count = &snapshot->host_vector_cpu_count[vector];
	struct cpu_count *cpus = calloc(vectors->cpus, sizeof(*cpus));

	if (!cpus)
		return -ENOMEM;
	snapshot->host_vector_cpus[vector] = cpus;
	for (uint32_t cpu = 0; cpu < vectors->cpus; cpu++) {
		uint64_t grown = vectors->counters[vector][cpu].grown;

		if (!grown)
			continue;
		snapshot->host_vectors[vector] += grown;
		cpus[(*count)++] = (struct cpu_count){cpu, grown};
	}
	return 0;
}

int host_vectors_read(struct host_vectors *vectors, struct snapshot *snapshot,
		      bool at_once)
{
	int err = 0;

	if (read_counters(vectors, at_once))
		return 0;
	for (int i = 0; i < HOST_VECTOR_COUNT && !err; i++) {
		snapshot->host_vector_known[i] = vectors->known[i];
		err = copy_counters(vectors, i, snapshot);
	}
	return err;
}
