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
#include "existing_vectors.h"
#include "handlers.h"
#include "host.h"
#include "host_proc.h"
#include "interrupt_context.h"
#include "kernel_btf.h"
#include "loader.h"
#include "map_limits.h"
#include "map_sizes.h"
#include "privileges.h"
#include "probe_abi.h"
#include "probes.h"
#include "requirements.h"
#include "tracer.h"

/* Always; what can only add stacks comes with them. */
#define PURPOSES                                                               \
	(PURPOSE_COUNTING | PURPOSE_CHANGES | PURPOSE_WAKEUPS |                \
	 PURPOSE_INSPECTION)

struct tracer {
	const struct options *options;
	struct map_sizes sizes;
	struct loader *loader;
	struct kernel_btf *btf;
	char refusal[192]; /* why types are not used; "": for no such cause */
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

/* Programs look at the mode again when this number has changed. */
static void set_mode(const struct tracer *tracer, enum tracing_mode mode)
{
	volatile struct globals *globals = tracer->views.globals;

	globals->mode = mode;
	__atomic_fetch_add(&globals->vectors_epoch, 1, __ATOMIC_SEQ_CST);
}

/*
 * Then programs need not look for each interrupt whether they did. A kprobe can
 * be skipped, and one on irqfd_shutdown() comes before the irqfd has gone.
 */
static bool irqfds_are_watched(const struct tracer *tracer)
{
	return attacher_method(tracer->attacher, "irqfd_exit") ==
		       METHOD_FEXIT &&
	       attacher_method(tracer->attacher, "irqfd_shutdown") ==
		       METHOD_FEXIT;
}

static bool kvm_is_probed(const struct tracer *tracer)
{
	return attacher_is_covered(tracer->attacher, "wakeup") &&
	       attacher_is_on(tracer->attacher, "inatomic_exit");
}

static bool is_coming(const char *module)
{
	char path[128];

	if (!module || host_module_live(module))
		return false;
	(void)snprintf(path, sizeof(path), "/sys/module/%s/initstate", module);
	return !access(path, F_OK);
}

static void count_if_possible(struct tracer *tracer, bool late)
{
	if (tracer->start_ns || !tracer->views.globals ||
	    !attacher_is_on(tracer->attacher, "msi"))
		return;
	tracer->started_late = late;
	tracer->start_ns = clock_monotonic_ns();
	set_mode(tracer, TRACING_ON);
	/* Loaded while this attached: programs tell of what comes from here on.
	 */
	if (!kvm_is_probed(tracer) &&
	    (host_module_present("kvm") || is_coming("kvm")))
		set_mode(tracer, TRACING_KVM_UNPROBED);
}

static int open_maps(struct tracer *tracer, struct failure *failure)
{
	int err =
		map_views_open(&tracer->views, tracer->loader, &tracer->sizes);

	if (err) {
		(void)fail(failure, EXIT_FAILED, err, "mapping BPF maps");
		return err;
	}
	err = existing_vectors_register(tracer->loader);
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
	if (*tracer->refusal)
		return fail(failure, EXIT_UNSUPPORTED, 0,
			    "interrupt handlers may run in threads here "
			    "(PREEMPT_RT, threadirqs, or hidden symbols), and "
			    "this kernel refuses the programs that could tell "
			    "there whose a wake-up is (%s)",
			    tracer->refusal);
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

	if (err && err != -ENOTSUP)
		return fail(failure, EXIT_FAILED, err,
			    "asking other CPUs in an interrupt");
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

static int new_loader(struct tracer *tracer, bool untyped,
		      struct failure *failure)
{
	tracer->loader = loader_new(&tracer->sizes, tracer->options, untyped);
	if (!tracer->loader)
		return fail(failure, EXIT_FAILED, -ENOMEM, "starting");
	loader_constants(tracer->loader)->has_pcpu_hot =
		kernel_btf_has_variable(tracer->btf, "pcpu_hot");
	return 0;
}

static int open_untyped(struct tracer *tracer, struct failure *failure)
{
	int err = new_loader(tracer, true, failure);

	if (!err)
		err = require_utilities(tracer->loader, failure);
	return err ? err : require_hard_interrupts(tracer, failure);
}

/* All that needs types is given up. */
static void close_typed(struct tracer *tracer)
{
	attacher_free(tracer->attacher);
	inspector_free(tracer->inspector);
	loader_free(tracer->loader);
	tracer->attacher = NULL;
	tracer->inspector = NULL;
	tracer->loader = NULL;
}

static int open_typed(struct tracer *tracer, struct failure *failure)
{
	int err = new_loader(tracer, false, failure);

	if (!err)
		err = require_unrefused(tracer->loader, tracer->refusal,
					sizeof(tracer->refusal), failure);
	if (err)
		return err;
	if (!*tracer->refusal)
		return learn_constants(tracer, failure);
	if (tracer->options->attach == ATTACH_FENTRY)
		return fail(failure, EXIT_UNSUPPORTED, 0,
			    "this kernel does not take pitrace's programs: %s",
			    tracer->refusal);
	close_typed(tracer);
	return open_untyped(tracer, failure);
}

static int open_loader(struct tracer *tracer, struct failure *failure)
{
	int err = attach_target_begin(tracer->btf);

	if (err)
		return fail(failure, EXIT_FAILED, err, "starting");
	return kernel_btf_describes_modules(tracer->btf)
		       ? open_typed(tracer, failure)
		       : open_untyped(tracer, failure);
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

static int new_attacher(struct tracer *tracer, struct failure *failure)
{
	tracer->attacher =
		attacher_new(tracer->loader, tracer->options, tracer->btf,
			     purposes(tracer->options),
			     *tracer->refusal ? tracer->refusal : NULL);
	tracer->inspector = inspector_new(tracer->loader, tracer->btf);
	if (!tracer->attacher || !tracer->inspector)
		return fail(failure, EXIT_FAILED, -ENOMEM, "starting");
	return 0;
}

/* Of what the last of its programs was refused for. */
static void keep_refusal(struct tracer *tracer,
			 const struct probe_status *status)
{
	const char *cause = status->reason, *next;

	while ((next = strstr(cause, "; ")))
		cause = next + 2;
	(void)snprintf(tracer->refusal, sizeof(tracer->refusal), "%s: %.160s",
		       status->name, cause);
}

/*
 * The first time. What counting needs may be refused in all its forms but those
 * without types: then all of it is done without, as the two do not mix.
 */
static int attach_first(struct tracer *tracer, struct failure *failure)
{
	const struct probe_status *refused;
	bool changed;
	int err = attach(tracer, &changed, failure);

	refused = attacher_refusal(tracer->attacher);
	if (!refused || !privileges_suffice())
		return err;
	keep_refusal(tracer, refused);
	close_typed(tracer);
	err = open_untyped(tracer, failure);
	if (!err)
		err = new_attacher(tracer, failure);
	return err ? err : attach(tracer, &changed, failure);
}

/* Everything that comes before the first probe. */
static int prepare(struct tracer *tracer, struct failure *failure)
{
	const char *limits = getenv(MAP_LIMITS_VARIABLE);
	int err;

	err = require_proc(failure);
	if (!err)
		err = require_descriptors(failure);
	if (!err)
		err = require_btf(tracer->options->btf, &tracer->btf, failure);
	if (err)
		return err;
	err = map_sizes_choose(&tracer->sizes, tracer->options);
	if (err)
		return fail_interrupts(failure, err);
	err = map_limits_apply(limits ? limits : "", &tracer->sizes);
	if (err)
		return fail(failure, EXIT_USAGE, 0, "%s: no such limits: %s",
			    MAP_LIMITS_VARIABLE, limits);
	host_posting_read(&tracer->host);
	err = open_loader(tracer, failure);
	return err ? err : new_attacher(tracer, failure);
}

/* Everything that comes after the first attachment. */
static int begin(struct tracer *tracer, struct failure *failure)
{
	int err = open_maps(tracer, failure);

	if (err)
		return err;
	/* Who opens this file decides whether it shows addresses. */
	if (tracer->options->stacks)
		tracer->symbols = host_proc_open("kallsyms");
	tracer->views.globals->irqfds_watched = irqfds_are_watched(tracer);
	count_if_possible(tracer, false);
	return rest(tracer, failure);
}

static int open_all(struct tracer *tracer, struct failure *failure)
{
	int err = prepare(tracer, failure);

	if (!err)
		err = attach_first(tracer, failure);
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
	int err;

	*tracer = calloc(1, sizeof(**tracer));
	if (!*tracer)
		return fail(failure, EXIT_FAILED, -ENOMEM, "starting");
	(*tracer)->options = options;
	err = prepare(*tracer, failure);
	return err ? err : attach_first(*tracer, failure);
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
	handlers_let_end();
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
	return inspector_begun(tracer->inspector)
		       ? inspector_host(tracer->inspector)
		       : &tracer->host;
}

struct kernel_btf *tracer_btf(const struct tracer *tracer)
{
	return tracer->btf;
}

bool tracer_irqfds_known(const struct tracer *tracer)
{
	return kvm_is_probed(tracer);
}

bool tracer_intel_known(const struct tracer *tracer)
{
	return attacher_is_on(tracer->attacher, "vmx_deliver");
}

bool tracer_changes_known(const struct tracer *tracer)
{
	return attacher_is_on(tracer->attacher, PROBE_OF_CHANGES);
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

int tracer_is_jited(const struct tracer *tracer, bool *jited)
{
	struct bpf_program *program = tracer_program(tracer, "read_context");
	struct bpf_prog_info info = {.type = 0};
	__u32 size = sizeof(info);

	if (!program ||
	    bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
		return -ENOENT;
	*jited = info.jited_prog_len;
	return 0;
}

bool tracer_is_untyped(const struct tracer *tracer)
{
	return loader_is_untyped(tracer->loader);
}

const char *tracer_refusal(const struct tracer *tracer)
{
	return tracer->refusal;
}

bool tracer_has_loop(const struct tracer *tracer)
{
	return !tracer->loader || loader_constants(tracer->loader)->has_loop;
}

bool tracer_started_late(const struct tracer *tracer)
{
	return tracer->started_late;
}
