// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "attach_target.h"
#include "clock.h"
#include "host.h"
#include "interrupt_context.h"
#include "kernel_btf.h"
#include "loader.h"
#include "map_limits.h"
#include "privileges.h"
#include "probe_abi.h"
#include "probes.h"
#include "proc_interrupts.h"
#include "requirements.h"
#include "tracer.h"
#include "untyped.h"

/* Of 128 bytes each, and allocated whole: see choose_cells(). */
#define CELLS_PER_VECTOR 16
#define CELLS_TO_COME    16384

/* A vCPU has some ten vectors: its IPIs, its timer, a few for each device. */
#define INJECTION_TARGETS 65536

/* Always; what can only add stacks comes with them. */
#define PURPOSES                                                               \
	(PURPOSE_COUNTING | PURPOSE_CHANGES | PURPOSE_WAKEUPS |                \
	 PURPOSE_INSPECTION)

struct tracer {
	const struct options *options;
	struct map_sizes sizes;
	struct loader *loader;
	struct kernel_btf *btf;
	struct attacher *attacher;
	struct host_posting host; /* as it was at the start */
	struct inspector *inspector;
	bool can_inspect;
	struct map_views views;
	struct ring_buffer *rings; /* modules, changes */
	tracer_change_fn *on_change;
	void *change_arg;
	int change_error; /* of on_change, 0 or the first */
	uint64_t start_ns;
	FILE *symbols; /* NULL: not wanted, or none can be read */
	bool started_late;
	bool modules_coming;
	bool is_final; /* nothing can be attached any more, nor need be */
};

struct interrupt_census {
	uint32_t highest_irq;
	uint32_t vectors;
};

static size_t count_vectors(const struct interrupt_row *row)
{
	char raw[VFIO_ACTION_LEN];
	struct vector_name name;
	size_t cursor = 0, count = 0;

	while (interrupt_row_vfio(row, &cursor, &name, raw))
		count++;
	return count;
}

static int count_row(const struct interrupt_row *row, void *arg)
{
	struct interrupt_census *census = arg;

	if (row->irq > (int)census->highest_irq)
		census->highest_irq = (uint32_t)row->irq;
	census->vectors += (uint32_t)count_vectors(row);
	return 0;
}

/*
 * A vector needs a cell on each CPU that ever takes it. Enough for all of them
 * on small hosts; on others, where interrupts wander to a few of the CPUs, for
 * CELLS_PER_VECTOR of those that exist, and for many that are yet to come.
 */
static uint32_t choose_cells(const struct map_sizes *sizes, uint32_t vectors)
{
	uint64_t all = (uint64_t)sizes->slots * sizes->possible_cpus;
	uint64_t some = (uint64_t)CELLS_PER_VECTOR * vectors + CELLS_TO_COME;

	return (uint32_t)(all < some ? all : some);
}

/* By what exists now, with room for as much again and for a few VMs. */
static int choose_sizes(struct map_sizes *sizes, const struct options *options)
{
	struct interrupt_census census = {0};
	int cpus = libbpf_num_possible_cpus();
	int err = proc_interrupts_read(count_row, &census);

	if (err)
		return err;
	if (cpus < 0)
		return cpus;
	sizes->possible_cpus = (uint32_t)cpus;
	sizes->irqs = census.highest_irq + 4096;
	sizes->slots = 2 * census.vectors + 1024;
	sizes->cells = choose_cells(sizes, census.vectors);
	sizes->targets = 4 * sizes->slots;
	sizes->injections = options->injections ? INJECTION_TARGETS : 1;
	sizes->stacks = options->stacks ? 8192 : 1;
	sizes->stack_counts = options->stacks ? 16384 : 1;
	sizes->stack_caches = options->stacks ? sizes->possible_cpus : 1;
	return 0;
}

/* Names that stand in the table are the only ones to wait for. */
static bool probe_is_of(const struct probe *probe, const char *module)
{
	return (probe->module && !strcmp(probe->module, module)) ||
	       (probe->earlier_module &&
		!strcmp(probe->earlier_module, module));
}

static int on_module_event(void *arg, void *data, size_t size)
{
	const struct module_event *event = data;
	struct tracer *tracer = arg;

	if (size < sizeof(*event))
		return 0;
	for (size_t i = 0; i < probe_count; i++)
		if (probe_is_of(&probes[i], event->name))
			tracer->modules_coming = true;
	attacher_module_loaded(tracer->attacher, event->name, event->ts_ns);
	return 0;
}

static int on_change_event(void *arg, void *data, size_t size)
{
	struct tracer *tracer = arg;

	if (size >= sizeof(struct change_event) && tracer->on_change &&
	    !tracer->change_error)
		tracer->change_error =
			tracer->on_change(tracer->change_arg, data);
	return 0;
}

static int open_rings(struct tracer *tracer, struct failure *failure)
{
	int modules = loader_map_fd(tracer->loader, "module_events");
	int changes = loader_map_fd(tracer->loader, "change_events");
	int err;

	tracer->rings =
		ring_buffer__new(modules, on_module_event, tracer, NULL);
	err = tracer->rings ? ring_buffer__add(tracer->rings, changes,
					       on_change_event, tracer)
			    : -errno;
	return err ? fail(failure, EXIT_FAILED, err, "watching for events") : 0;
}

static int register_typed(const struct tracer *tracer, const char *action,
			  uint32_t irq)
{
	struct bpf_program *program =
		loader_program(tracer->loader, "register_existing_vector");
	struct register_request request = {.irq = irq};
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &request,
		    .ctx_size_in = sizeof(request));

	memcpy(request.name, action, strlen(action));
	return bpf_prog_test_run_opts(bpf_program__fd(program), &run);
}

static int register_row(const struct interrupt_row *row, void *arg)
{
	const struct tracer *tracer = arg;
	bool alone = count_vectors(row) == 1;
	uint32_t irq = (uint32_t)row->irq;
	char raw[VFIO_ACTION_LEN];
	struct vector_name name;
	size_t cursor = 0;
	int err = 0;

	while (!err && interrupt_row_vfio(row, &cursor, &name, raw))
		err = loader_is_untyped(tracer->loader)
			      ? untyped_register(tracer->loader, raw, irq,
						 alone)
			      : register_typed(tracer, raw, irq);
	return err;
}

/* Programs look at the mode again when this number has changed. */
static void set_mode(const struct tracer *tracer, enum tracing_mode mode)
{
	volatile struct globals *globals = tracer->views.globals;

	globals->mode = mode;
	__atomic_fetch_add(&globals->vectors_epoch, 1, __ATOMIC_SEQ_CST);
}

/* Then programs need not look for each interrupt whether they did. */
static bool irqfds_are_watched(const struct tracer *tracer)
{
	return attacher_is_on(tracer->attacher, "irqfd_exit") &&
	       attacher_is_on(tracer->attacher, "irqfd_shutdown");
}

static void count_if_possible(struct tracer *tracer, bool late)
{
	if (tracer->start_ns || !tracer->views.globals ||
	    !attacher_is_on(tracer->attacher, "msi"))
		return;
	tracer->started_late = late;
	tracer->start_ns = clock_monotonic_ns();
	set_mode(tracer, TRACING_ON);
}

static int open_maps(struct tracer *tracer, struct failure *failure)
{
	int err =
		map_views_open(&tracer->views, tracer->loader, &tracer->sizes);

	if (err) {
		(void)fail(failure, EXIT_FAILED, err, "mapping BPF maps");
		return err;
	}
	err = proc_interrupts_read(register_row, tracer);
	if (err)
		return fail(failure, EXIT_FAILED, err,
			    "taking over the vectors that exist");
	return open_rings(tracer, failure);
}

/* Without types, an interrupt is what runs between a handler's two probes. */
static int require_hard_interrupts(const struct tracer *tracer,
				   struct failure *failure)
{
	if (!interrupt_context_threaded(tracer->loader))
		return 0;
	return fail(failure, EXIT_UNSUPPORTED, 0,
		    "interrupt handlers may run in threads here (PREEMPT_RT, "
		    "threadirqs, or hidden symbols), and without BTF of "
		    "modules pitrace cannot tell there whose a wake-up is");
}

static int learn_constants(struct tracer *tracer, struct failure *failure)
{
	struct program_constants *constants = loader_constants(tracer->loader);
	uint32_t mask;
	int err = interrupt_context_mask(tracer->loader, tracer->btf, &mask);

	if (err)
		return fail(failure, EXIT_UNSUPPORTED, 0,
			    "this kernel does not show whether a program runs "
			    "in an interrupt, and without that pitrace cannot "
			    "tell whose a wake-up is");
	constants->interrupt_mask = mask;
	constants->threaded_handlers =
		interrupt_context_threaded(tracer->loader);
	constants->hardirq_stack_ptr = interrupt_context_stack(tracer->loader);
	constants->is_amd_iommu = tracer->host.iommu == IOMMU_AMD;
	return 0;
}

static int open_loader(struct tracer *tracer, struct failure *failure)
{
	bool untyped = !kernel_btf_describes_modules(tracer->btf);
	int err = attach_target_begin(tracer->btf);

	if (!err)
		tracer->loader =
			loader_new(&tracer->sizes, tracer->options, untyped);
	if (!tracer->loader)
		return fail(failure, EXIT_FAILED, err ? err : -ENOMEM,
			    "starting");
	loader_constants(tracer->loader)->has_pcpu_hot =
		kernel_btf_has_variable(tracer->btf, "pcpu_hot");
	err = require_utilities(tracer->loader, failure);
	if (err)
		return err;
	return untyped ? require_hard_interrupts(tracer, failure)
		       : learn_constants(tracer, failure);
}

/* What can be asked changes with what is attached, and with modules. */
static int attach(struct tracer *tracer, bool *changed, struct failure *failure)
{
	int err = attacher_attach(tracer->attacher, changed, failure);

	if (!err && *changed)
		tracer->can_inspect =
			!inspector_begin(tracer->inspector) &&
			attacher_is_on(tracer->attacher, "inspect");
	return err;
}

/* Before 5.19 that may take privileges: kernel.unprivileged_bpf_disabled. */
static bool maps_are_readable(const struct tracer *tracer)
{
	struct target_key key;

	return bpf_map_get_next_key(loader_map_fd(tracer->loader, "targets"),
				    NULL, &key) != -EPERM;
}

/* A few kernel interfaces ask for privileges: the rest of the time has none. */
static int rest(struct tracer *tracer, struct failure *failure)
{
	int err = privileges_rest();

	tracer->is_final = attacher_is_final(tracer->attacher);
	if (!err && !maps_are_readable(tracer))
		err = privileges_resume();
	else if (!err && tracer->is_final)
		err = privileges_drop();
	return err ? fail(failure, EXIT_FAILED, err, "giving up privileges")
		   : 0;
}

static int attach_again(struct tracer *tracer, bool *changed,
			struct failure *failure)
{
	int err;

	*changed = false;
	if (tracer->is_final || !attacher_is_due(tracer->attacher))
		return 0;
	err = privileges_resume();
	if (err)
		return fail(failure, EXIT_FAILED, err, "resuming privileges");
	err = attach(tracer, changed, failure);
	return err ? err : rest(tracer, failure);
}

static unsigned int purposes(const struct options *options)
{
	bool traceable = options->stacks && host_cpu_has_fred();

	return PURPOSES | (traceable ? PURPOSE_NOTIFICATIONS : 0);
}

/* Everything that comes before the first probe. */
static int prepare(struct tracer *tracer, struct failure *failure)
{
	const char *limits = getenv(MAP_LIMITS_VARIABLE);
	int err;

	err = require_descriptors(failure);
	if (!err)
		err = require_btf(tracer->options->btf, &tracer->btf, failure);
	if (err)
		return err;
	err = choose_sizes(&tracer->sizes, tracer->options);
	if (err)
		return fail(failure, EXIT_FAILED, err,
			    "reading /proc/interrupts");
	err = map_limits_apply(limits ? limits : "", &tracer->sizes);
	if (err)
		return fail(failure, EXIT_USAGE, 0, "%s: no such limits: %s",
			    MAP_LIMITS_VARIABLE, limits);
	host_posting_read(&tracer->host);
	err = open_loader(tracer, failure);
	if (err)
		return err;
	tracer->attacher = attacher_new(tracer->loader, tracer->options,
					tracer->btf, purposes(tracer->options));
	tracer->inspector = inspector_new(tracer->loader, tracer->btf);
	if (!tracer->attacher || !tracer->inspector)
		return fail(failure, EXIT_FAILED, -ENOMEM, "starting");
	return 0;
}

/* Everything that comes after the first attachment. */
static int begin(struct tracer *tracer, struct failure *failure)
{
	int err = open_maps(tracer, failure);

	if (err)
		return err;
	/* Who opens this file decides whether it shows addresses. */
	if (tracer->options->stacks)
		tracer->symbols = fopen("/proc/kallsyms", "re");
	tracer->views.globals->irqfds_watched = irqfds_are_watched(tracer);
	count_if_possible(tracer, false);
	return rest(tracer, failure);
}

static int open_all(struct tracer *tracer, struct failure *failure)
{
	bool changed;
	int err = prepare(tracer, failure);

	if (!err)
		err = attach(tracer, &changed, failure);
	return err ? err : begin(tracer, failure);
}

int tracer_open(struct tracer **tracer, const struct options *options,
		struct failure *failure)
{
	int err;

	*tracer = calloc(1, sizeof(**tracer));
	if (!*tracer)
		return fail(failure, EXIT_FAILED, -ENOMEM, "starting");
	(*tracer)->options = options;
	err = open_all(*tracer, failure);
	if (err) {
		tracer_close(*tracer);
		*tracer = NULL;
	}
	return err;
}

int tracer_try(struct tracer **tracer, const struct options *options,
	       struct failure *failure)
{
	bool changed;
	int err;

	*tracer = calloc(1, sizeof(**tracer));
	if (!*tracer)
		return fail(failure, EXIT_FAILED, -ENOMEM, "starting");
	(*tracer)->options = options;
	err = prepare(*tracer, failure);
	return err ? err : attach(*tracer, &changed, failure);
}

bool tracer_has_tried(const struct tracer *tracer)
{
	return tracer->attacher && attacher_is_settled(tracer->attacher);
}

void tracer_close(struct tracer *tracer)
{
	if (!tracer)
		return;
	attacher_free(tracer->attacher);
	ring_buffer__free(tracer->rings);
	map_views_close(&tracer->views);
	inspector_free(tracer->inspector);
	attach_target_end();
	kernel_btf_close(tracer->btf);
	loader_free(tracer->loader);
	if (tracer->symbols)
		(void)fclose(tracer->symbols);
	free(tracer);
}

static bool kvm_is_probed(const struct tracer *tracer)
{
	return attacher_is_covered(tracer->attacher, "wakeup") &&
	       attacher_is_on(tracer->attacher, "inatomic_exit");
}

int tracer_update(struct tracer *tracer, bool *changed, struct failure *failure)
{
	int err = attach_again(tracer, changed, failure);

	if (err)
		return err;
	tracer->views.globals->irqfds_watched = irqfds_are_watched(tracer);
	if (tracer->start_ns && kvm_is_probed(tracer) &&
	    tracer->views.globals->mode == TRACING_KVM_UNPROBED)
		set_mode(tracer, TRACING_ON);
	count_if_possible(tracer, true);
	return 0;
}

bool tracer_is_counting(const struct tracer *tracer)
{
	return tracer->start_ns;
}

uint64_t tracer_start_ns(const struct tracer *tracer)
{
	return tracer->start_ns;
}

void tracer_stop(struct tracer *tracer)
{
	set_mode(tracer, TRACING_OFF);
}

int tracer_event_fd(const struct tracer *tracer)
{
	return ring_buffer__epoll_fd(tracer->rings);
}

void tracer_on_change(struct tracer *tracer, tracer_change_fn *on_change,
		      void *arg)
{
	tracer->on_change = on_change;
	tracer->change_arg = arg;
}

int tracer_take_events(struct tracer *tracer)
{
	(void)ring_buffer__consume(tracer->rings);
	return tracer->change_error;
}

static bool is_coming(const char *module)
{
	char path[128];

	if (!module || host_module_live(module))
		return false;
	(void)snprintf(path, sizeof(path), "/sys/module/%s/initstate", module);
	return !access(path, F_OK);
}

bool tracer_modules_coming(struct tracer *tracer)
{
	if (!tracer->modules_coming)
		return false;
	for (size_t i = 0; i < probe_count; i++)
		if (is_coming(probes[i].module) ||
		    is_coming(probes[i].earlier_module))
			return true;
	tracer->modules_coming = false;
	return true;
}

const struct probe_status *tracer_probes(const struct tracer *tracer,
					 size_t *count)
{
	return attacher_statuses(tracer->attacher, count);
}

const struct map_views *tracer_views(const struct tracer *tracer)
{
	return &tracer->views;
}

int tracer_map_fd(const struct tracer *tracer, const char *name)
{
	return loader_map_fd(tracer->loader, name);
}

unsigned long long tracer_skipped_runs(const struct tracer *tracer)
{
	return attacher_skipped_runs(tracer->attacher);
}

bool tracer_injections_known(const struct tracer *tracer)
{
	return attacher_is_on(tracer->attacher, "vmx_deliver") ||
	       attacher_is_on(tracer->attacher, "svm_deliver");
}

int tracer_injection_targets(const struct tracer *tracer)
{
	return tracer->options->injections
		       ? loader_map_fd(tracer->loader, "injections")
		       : -ENOENT;
}

FILE *tracer_symbols(const struct tracer *tracer)
{
	return tracer->symbols;
}

struct inspector *tracer_inspector(const struct tracer *tracer)
{
	return tracer->can_inspect ? tracer->inspector : NULL;
}

const struct host_posting *tracer_host(const struct tracer *tracer)
{
	return &tracer->host;
}

struct kernel_btf *tracer_btf(const struct tracer *tracer)
{
	return tracer->btf;
}

bool tracer_intel_known(const struct tracer *tracer)
{
	return attacher_is_on(tracer->attacher, "vmx_deliver");
}

bool tracer_changes_known(const struct tracer *tracer)
{
	return attacher_is_on(tracer->attacher, "affinity_exit");
}

bool tracer_wakeups_known(const struct tracer *tracer)
{
	return attacher_is_on(tracer->attacher, "pi_wakeup");
}

bool tracer_sleepers_known(const struct tracer *tracer)
{
	return tracer_wakeups_known(tracer) &&
	       inspector_knows_sleepers(tracer->inspector);
}

struct bpf_program *tracer_program(const struct tracer *tracer,
				   const char *name)
{
	return loader_program(tracer->loader, name);
}

bool tracer_is_untyped(const struct tracer *tracer)
{
	return loader_is_untyped(tracer->loader);
}

bool tracer_started_late(const struct tracer *tracer)
{
	return tracer->started_late;
}
