// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "clock.h"
#include "output.h"
#include "render_metrics.h"
#include "text_escape.h"

enum family_type {
	FAMILY_COUNTER,
	FAMILY_GAUGE,
	FAMILY_INFO, /* its labels are what it tells; its value is 1 */
	FAMILY_TYPE_COUNT
};

struct family {
	const char *name; /* without what its type appends */
	enum family_type type;
	const char *unit; /* NULL: none; else the name ends with it */
	const char *help;
};

struct page {
	FILE *text;
	const struct metrics *metrics;
	enum metrics_format format;
	bool per_device;
};

/* --- lines --- */

/* OpenMetrics has the name of a family without it, older readers with it. */
static const char *const suffixes[FAMILY_TYPE_COUNT] = {
	[FAMILY_COUNTER] = "_total",
	[FAMILY_GAUGE] = "",
	[FAMILY_INFO] = "_info",
};

static const char *type_name(const struct page *page, enum family_type type)
{
	static const char *const names[FAMILY_TYPE_COUNT] = {
		[FAMILY_COUNTER] = "counter",
		[FAMILY_GAUGE] = "gauge",
		[FAMILY_INFO] = "info",
	};

	if (type == FAMILY_INFO && page->format == METRICS_TEXT)
		return "gauge"; /* it has no such type */
	return names[type];
}

static void begin_family(const struct page *page, const struct family *family)
{
	const char *suffix =
		page->format == METRICS_TEXT ? suffixes[family->type] : "";

	(void)fprintf(page->text, "# HELP %s%s %s\n", family->name, suffix,
		      family->help);
	(void)fprintf(page->text, "# TYPE %s%s %s\n", family->name, suffix,
		      type_name(page, family->type));
	if (family->unit && page->format == METRICS_OPENMETRICS)
		(void)fprintf(page->text, "# UNIT %s %s\n", family->name,
			      family->unit);
}

/* What stands between the braces of a sample; longer than all there can be. */
struct labels {
	char text[1024];
	size_t used;
};

static void append(struct labels *labels, const char *text)
{
	size_t length = strlen(text);

	if (labels->used + length >= sizeof(labels->text))
		return;
	memcpy(labels->text + labels->used, text, length + 1);
	labels->used += length;
}

/* As people are shown it, so that no control character is left. */
static void add_label(struct labels *labels, const char *name,
		      const char *value)
{
	char safe[4 * KERNEL_RELEASE_LEN];

	text_escape(value, safe, sizeof(safe));
	append(labels, labels->used ? "," : "");
	append(labels, name);
	append(labels, "=\"");
	for (const char *at = safe; *at; at++) {
		const char byte[2] = {*at, '\0'};

		append(labels, *at == '\\' || *at == '"' ? "\\" : "");
		append(labels, byte);
	}
	append(labels, "\"");
}

static void add_number_label(struct labels *labels, const char *name,
			     uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, value);
	add_label(labels, name, text);
}

static void begin_sample(const struct page *page, const struct family *family,
			 const struct labels *labels)
{
	bool bare = !labels || !labels->used;

	(void)fprintf(page->text, "%s%s%s%s%s ", family->name,
		      suffixes[family->type], bare ? "" : "{",
		      bare ? "" : labels->text, bare ? "" : "}");
}

static void add_sample(const struct page *page, const struct family *family,
		       const struct labels *labels, uint64_t value)
{
	begin_sample(page, family, labels);
	(void)fprintf(page->text, "%" PRIu64 "\n", value);
}

/* A metric of one series, or none while it is not known. */
static void add_single(const struct page *page, const struct family *family,
		       bool known, uint64_t value)
{
	if (!known)
		return;
	begin_family(page, family);
	add_sample(page, family, NULL, value);
}

static void add_seconds(const struct page *page, const struct family *family,
			uint64_t ns)
{
	begin_family(page, family);
	begin_sample(page, family, NULL);
	(void)fprintf(page->text, "%" PRIu64 ".%09" PRIu64 "\n", ns / NS_PER_S,
		      ns % NS_PER_S);
}

/* --- of vectors --- */

/* What has series in common: a vector, or all of a device. */
struct group {
	const struct vector_snapshot *vectors;
	size_t count;
	struct labels labels;
};

typedef void group_fn(const struct page *page, const struct family *family,
		      const struct group *group);

/* Vectors of a device stand together. */
static size_t group_size(const struct page *page, size_t first)
{
	const struct snapshot *s = page->metrics->snapshot;
	const struct pci_address *device = &s->vectors[first].name.device;
	size_t next = first + 1;

	while (page->per_device && next < s->vector_count &&
	       !pci_address_compare(&s->vectors[next].name.device, device))
		next++;
	return next - first;
}

static void name_group(const struct page *page, struct group *group)
{
	const struct vector_name *name = &group->vectors->name;
	char device[PCI_ADDRESS_LEN];

	group->labels.used = 0;
	pci_address_format(&name->device, device);
	add_label(&group->labels, "device", device);
	if (page->per_device)
		return;
	add_label(&group->labels, "kind", vector_kind_name(name->kind));
	add_number_label(&group->labels, "vector", name->vector);
}

static void add_groups(const struct page *page, const struct family *family,
		       group_fn *add)
{
	const struct snapshot *s = page->metrics->snapshot;
	struct group group;

	begin_family(page, family);
	for (size_t i = 0; i < s->vector_count; i += group.count) {
		group.vectors = &s->vectors[i];
		group.count = group_size(page, i);
		name_group(page, &group);
		add(page, family, &group);
	}
}

/* Only an INTx line is shared with other devices. */
static bool can_take(const struct group *group, enum delivery_path path)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->vectors[i].name.kind == VECTOR_INTX)
			return true;
	return path != PATH_UNCLAIMED;
}

/* The sum of a counter, which is there in struct vector_snapshot. */
static uint64_t sum_of(const struct group *group, size_t offset)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < group->count; i++)
		sum += *(const uint64_t *)((const char *)&group->vectors[i] +
					   offset);
	return sum;
}

/* Also 0, or the first interrupts of a path would be no increase. */
static void add_interrupts(const struct page *page, const struct family *family,
			   const struct group *group)
{
	for (int path = 0; path < PATH_COUNT; path++) {
		struct labels labels = group->labels;
		uint64_t count = sum_of(
			group, offsetof(struct vector_snapshot, paths[path]));

		if (!count && !can_take(group, (enum delivery_path)path))
			continue;
		add_label(&labels, "path", path_name(path));
		add_sample(page, family, &labels, count);
	}
}

/* A sum with one that is not known is not known. */
static void add_posted(const struct page *page, const struct family *family,
		       const struct group *group)
{
	uint64_t posted = 0;

	for (size_t i = 0; i < group->count; i++) {
		const struct vector_snapshot *vector = &group->vectors[i];

		if (vector->configured.path == CONFIGURED_UNKNOWN)
			return;
		posted += vector_is_posted(vector);
	}
	add_sample(page, family, &group->labels, posted);
}

static void add_changes(const struct page *page, const struct family *family,
			const struct group *group)
{
	add_sample(page, family, &group->labels,
		   sum_of(group,
			  offsetof(struct vector_snapshot, posting_changes)));
}

static void add_failures(const struct page *page, const struct family *family,
			 const struct group *group)
{
	add_sample(page, family, &group->labels,
		   sum_of(group,
			  offsetof(struct vector_snapshot, posting_failures)));
}

/* Has one of the group's first @count vectors this VM as well? */
static bool has_vm(const struct group *group, size_t count,
		   const struct vm_identity *vm)
{
	for (size_t i = 0; i < count; i++) {
		const struct vm_identity *other = vector_vm(&group->vectors[i]);

		if (other->known && other->pid == vm->pid &&
		    !strcmp(other->comm, vm->comm))
			return true;
	}
	return false;
}

static void add_vms(const struct page *page, const struct family *family,
		    const struct group *group)
{
	for (size_t i = 0; i < group->count; i++) {
		const struct vm_identity *vm = vector_vm(&group->vectors[i]);
		struct labels labels = group->labels;

		if (!vm->known || vm->pid < 0 || has_vm(group, i, vm))
			continue;
		add_number_label(&labels, "pid", (uint64_t)vm->pid);
		if (*vm->comm)
			add_label(&labels, "comm", vm->comm);
		add_sample(page, family, &labels, 1);
	}
}

static const struct family interrupts = {
	"pitrace_interrupts",
	FAMILY_COUNTER,
	NULL,
	"Interrupts that the host handled, by the path they took. "
	"Posted ones are in none.",
};

static const struct family vector_posted = {
	"pitrace_vector_posted",
	FAMILY_GAUGE,
	NULL,
	"Does the IOMMU post this vector's interrupts now? "
	"The host cannot count them then.",
};

static const struct family posted_vectors = {
	"pitrace_posted_vectors",
	FAMILY_GAUGE,
	NULL,
	"Vectors of the device whose interrupts the IOMMU posts now.",
};

static const struct family posting_changes = {
	"pitrace_posting_changes",
	FAMILY_COUNTER,
	NULL,
	"Changes of entries in the remapping table, to and from posted.",
};

static const struct family posting_failures = {
	"pitrace_posting_failures",
	FAMILY_COUNTER,
	NULL,
	"Tries to change an entry in the remapping table that failed.",
};

static const struct family vms = {
	"pitrace_vm",
	FAMILY_INFO,
	NULL,
	"VM that takes the interrupts, or has the device, by its process.",
};

static void add_vectors(const struct page *page)
{
	add_groups(page, &interrupts, add_interrupts);
	add_groups(page, page->per_device ? &posted_vectors : &vector_posted,
		   add_posted);
	if (page->metrics->changes_known) {
		add_groups(page, &posting_changes, add_changes);
		add_groups(page, &posting_failures, add_failures);
	}
	add_groups(page, &vms, add_vms);
}

/* --- of the host --- */

static const struct family notification_interrupts = {
	"pitrace_notification_interrupts",
	FAMILY_COUNTER,
	NULL,
	"Posted-interrupt events of the host (PIN, NPI, PIW, PMN).",
};

static const struct family other_injections = {
	"pitrace_other_injections",
	FAMILY_COUNTER,
	NULL,
	"Interrupts that KVM injected and no traced vector raised.",
};

static const struct family running_injections = {
	"pitrace_running_injections",
	FAMILY_COUNTER,
	NULL,
	"Interrupts that KVM injected into vCPUs in guest mode (Intel).",
};

static const struct family wakeup_events = {
	"pitrace_wakeup_events",
	FAMILY_COUNTER,
	NULL,
	"Runs of KVM's handler for wake-up events (PIW).",
};

static const struct family lost = {
	"pitrace_lost",
	FAMILY_COUNTER,
	NULL,
	"What was not counted, or not in full, by its kind.",
};

static void add_notifications(const struct page *page)
{
	const struct snapshot *s = page->metrics->snapshot;

	begin_family(page, &notification_interrupts);
	for (int i = 0; i < HOST_VECTOR_COUNT; i++) {
		struct labels labels = {.used = 0};

		if (!s->host_vector_known[i])
			continue;
		add_label(&labels, "kind", host_vector_name(i));
		add_sample(page, &notification_interrupts, &labels,
			   s->host_vectors[i]);
	}
}

static void add_lost(const struct page *page)
{
	begin_family(page, &lost);
	for (int i = 0; i < LOST_KIND_COUNT; i++) {
		struct labels labels = {.used = 0};

		add_label(&labels, "kind", loss_name(i));
		add_sample(page, &lost, &labels,
			   page->metrics->snapshot->lost[i]);
	}
}

static void add_host(const struct page *page)
{
	const struct snapshot *s = page->metrics->snapshot;

	add_notifications(page);
	add_single(page, &other_injections, s->other_injections_known,
		   s->other_injections);
	add_single(page, &running_injections, s->running_injections_known,
		   s->running_injections);
	add_single(page, &wakeup_events, s->wakeup_events_known,
		   s->wakeup_events);
	add_lost(page);
}

/* --- of the run --- */

static const struct family build = {
	"pitrace_build",
	FAMILY_INFO,
	NULL,
	"Version of pitrace, and the kernel that it traces.",
};

static const struct family probe_attached = {
	"pitrace_probe_attached",
	FAMILY_GAUGE,
	NULL,
	"Is the probe attached, and how?",
};

static const struct family snapshot_time = {
	"pitrace_snapshot_timestamp_seconds",
	FAMILY_GAUGE,
	"seconds",
	"Time that the counts are of, since 1970.",
};

static const struct family duration = {
	"pitrace_tracing_duration_seconds",
	FAMILY_GAUGE,
	"seconds",
	"Time from the start of counting, where counters were 0, to that time.",
};

/* One that is off, and without which nothing is lacking, is left out. */
static void add_probe(const struct page *page, const struct probe_status *probe)
{
	struct labels labels = {.used = 0};
	bool on = probe->method != METHOD_OFF;

	if (!on && !probe->without)
		return;
	add_label(&labels, "probe", probe->name);
	add_label(&labels, "method", attach_method_name(probe->method));
	add_sample(page, &probe_attached, &labels, on);
}

static void add_build(const struct page *page, const struct run_info *run)
{
	struct labels labels = {.used = 0};

	begin_family(page, &build);
	/* Of saved records without their beginning. */
	if (!run->version)
		return;
	add_label(&labels, "version", run->version);
	add_label(&labels, "kernel", run->kernel_release);
	add_sample(page, &build, &labels, 1);
}

static void add_run(const struct page *page)
{
	const struct run_info *run = &page->metrics->run;

	add_build(page, run);
	begin_family(page, &probe_attached);
	for (size_t i = 0; i < run->probe_count; i++)
		add_probe(page, &run->probes[i]);
}

static void add_times(const struct page *page)
{
	const struct snapshot *s = page->metrics->snapshot;

	add_seconds(page, &snapshot_time, (uint64_t)s->time_ns);
	add_seconds(page, &duration, s->duration_ns);
}

int render_metrics(FILE *file, const struct metrics *metrics,
		   enum metrics_format format, bool per_device)
{
	struct page page = {
		.metrics = metrics,
		.format = format,
		.per_device = per_device,
	};
	struct output out;
	int err = output_begin(&out);

	if (err)
		return err;
	page.text = out.text;
	add_run(&page);
	if (metrics->snapshot) {
		add_times(&page);
		add_vectors(&page);
		add_host(&page);
	}
	if (format == METRICS_OPENMETRICS)
		(void)fputs("# EOF\n", out.text);
	return output_end(&out, file);
}
