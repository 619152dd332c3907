// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "interrupt_context.h"
#include "kernel_btf.h"
#include "loader.h"
#include "probe_abi.h"
#include "untyped.h"

#define MASK_UP_TO_7_2 UINT32_C(0x000f0000)
#define MASK_FROM_7_3  UINT32_C(0x0f000000)

/*
 * Softirqs count as well: a handler is called from one when the kernel polls
 * for spurious interrupts, with interrupts disabled as in the hard ones.
 */
#define SERVING_SOFTIRQ UINT32_C(0x00000100)

/* Half a second for a thread to get to its CPU. */
#define SPINNER_TRIES    500
#define SPINNER_PAUSE_US 1000

/* Returns the counter, in an interrupt if @cpu is not the current one. */
static int read_on(int program, unsigned int cpu, uint32_t *counter)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .flags = BPF_F_TEST_RUN_ON_CPU,
		    .cpu = cpu);
	int err = bpf_prog_test_run_opts(program, &run);

	*counter = run.retval;
	return err;
}

static uint32_t mask_in(uint32_t counter)
{
	/* First: in 7.3 the lower place counts something else. */
	if (counter & MASK_FROM_7_3)
		return MASK_FROM_7_3;
	return counter & MASK_UP_TO_7_2 ? MASK_UP_TO_7_2 : 0;
}

static uint32_t mask_by_btf(struct kernel_btf *btf)
{
	return btf && kernel_btf_has_variable(btf,
					      "local_interrupt_disable_state")
		       ? MASK_FROM_7_3
		       : MASK_UP_TO_7_2;
}

/* --- something to interrupt --- */

struct spinner {
	unsigned int cpu;
	atomic_bool there, stop;
	pthread_t thread;
};

/* Hosts can have more CPUs than a cpu_set_t. */
static int stay_on(unsigned int cpu)
{
	size_t size_bytes = CPU_ALLOC_SIZE(cpu + 1);
	cpu_set_t *cpus = CPU_ALLOC(cpu + 1);
	int err = 0;

	if (!cpus)
		return -ENOMEM;
	CPU_ZERO_S(size_bytes, cpus);
	CPU_SET_S(cpu, size_bytes, cpus);
	if (sched_setaffinity(0, size_bytes, cpus))
		err = -errno;
	CPU_FREE(cpus);
	return err;
}

static void *spin(void *arg)
{
	struct spinner *spinner = arg;

	/* Not there if the CPU is offline, or not for us. */
	if (!stay_on(spinner->cpu))
		atomic_store(&spinner->there, true);
	while (!atomic_load(&spinner->stop))
		;
	return NULL;
}

static void wait_for_spinner(struct spinner *spinner)
{
	for (int i = 0; i < SPINNER_TRIES && !atomic_load(&spinner->there); i++)
		(void)usleep(SPINNER_PAUSE_US);
}

/*
 * A CPU that polls while it is idle (idle=poll, or on its way to sleep) finds
 * what it is asked to run by itself, without an interrupt. One that runs a
 * thread of ours has to be interrupted.
 */
static uint32_t mask_on_busy(int program, unsigned int cpu)
{
	struct spinner spinner = {.cpu = cpu};
	uint32_t counter, mask = 0;

	if (pthread_create(&spinner.thread, NULL, spin, &spinner))
		return 0;
	wait_for_spinner(&spinner);
	if (atomic_load(&spinner.there) && !read_on(program, cpu, &counter))
		mask = mask_in(counter);
	atomic_store(&spinner.stop, true);
	(void)pthread_join(spinner.thread, NULL);
	return mask;
}

static uint32_t mask_on(int program, unsigned int cpu)
{
	uint32_t counter, mask;

	if (read_on(program, cpu, &counter))
		return 0;
	mask = mask_in(counter);
	return mask ? mask : mask_on_busy(program, cpu);
}

/* Asks all CPUs but @own, from there; some may be offline. */
static uint32_t mask_by_asking(int program, int own)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	uint32_t mask = 0;

	for (int cpu = 0; cpu < cpus && !mask; cpu++)
		if (cpu != own)
			mask = mask_on(program, (unsigned int)cpu);
	return mask;
}

struct asker {
	int program;
	uint32_t mask;
	int err;
};

static void *ask_from_one_cpu(void *arg)
{
	struct asker *asker = arg;
	int own = sched_getcpu();

	asker->err = own < 0 ? -errno : stay_on((unsigned int)own);
	if (!asker->err)
		asker->mask = mask_by_asking(asker->program, own);
	return NULL;
}

/*
 * What runs on the own CPU is no interrupt. Asked by a thread, which stays on
 * one CPU, so that nobody else has to.
 */
static int ask_others(int program, uint32_t *mask)
{
	struct asker asker = {.program = program};
	pthread_t thread;
	int err = pthread_create(&thread, NULL, ask_from_one_cpu, &asker);

	if (err)
		return -err;
	(void)pthread_join(thread, NULL);
	*mask = asker.mask;
	return asker.err;
}

/*
 * The key of kernel/irq/manage.c, a struct static_key that begins with how
 * often it was turned on. PREEMPT_RT forces all, and has none.
 */
#define THREADS_KEY "force_irqthreads_key"

/* What was there before, a bool (up to 5.14). */
#define THREADS_SWITCH "force_irqthreads"

static bool threaded_by_address(const struct loader *loader)
{
	unsigned char byte;

	if (untyped_read(loader, NULL, THREADS_KEY, &byte, 1) &&
	    untyped_read(loader, NULL, THREADS_SWITCH, &byte, 1))
		return true;
	return byte;
}

bool interrupt_context_threaded(const struct loader *loader)
{
	struct number_request request = {.variable = THREADS_KEY};
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &request,
		    .ctx_size_in = sizeof(request));
	struct bpf_program *program = loader_program(loader, "read_number");

	if (!program)
		return threaded_by_address(loader);
	if (bpf_prog_test_run_opts(bpf_program__fd(program), &run) ||
	    !request.known)
		return true;
	return request.number != 0;
}

uint64_t interrupt_context_stack(const struct loader *loader)
{
	struct text_request request = {.function = "hardirq_stack_ptr"};
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &request,
		    .ctx_size_in = sizeof(request));
	struct bpf_program *program = loader_program(loader, "read_text");
	uint64_t address;

	if (program)
		return bpf_prog_test_run_opts(bpf_program__fd(program), &run)
			       ? 0
			       : request.address;
	(void)untyped_address(NULL, request.function, &address);
	return address;
}

int interrupt_context_mask(const struct loader *loader, struct kernel_btf *btf,
			   uint32_t *mask)
{
	int program = bpf_program__fd(loader_program(loader, "read_context"));
	uint32_t hard = 0;
	int err = 0;

	if (sysconf(_SC_NPROCESSORS_ONLN) == 1)
		hard = mask_by_btf(btf);
	else
		err = ask_others(program, &hard);
	*mask = hard | SERVING_SOFTIRQ;
	if (err)
		return err;
	return hard ? 0 : -ENOTSUP;
}
