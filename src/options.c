// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "option_conflicts.h"
#include "output.h"
#include "text_escape.h"

#define NS_PER_SECOND        UINT64_C(1000000000)
#define NS_MIN               (NS_PER_SECOND / 100)
#define INTERVAL_MAX_SECONDS 86400u /* a day */
#define DURATION_MAX_SECONDS 31536000u /* a year */
#define COUNT_MAX            1000000000u

/* Beyond all letters: an option without a short form. */
#define LONG_ONLY 256

#define HELP      "pitrace --help"
#define SHOWN_LEN 80 /* of a wrong argument, in the message */

/* Applies an option. Returns 0, -EINVAL if @value is wrong, or -ENOMEM. */
typedef int apply_fn(struct options *o, const char *value);

struct option_spec {
	int letter;
	const char *name;
	const char *argument; /* NULL: it takes none */
	apply_fn *apply;
	const char *expected; /* what would have been a right argument */
	const char *help;
};

/*
 * Reads decimal seconds. Not with strtod(), which takes hex, infinities and
 * blanks and follows the locale.
 */
static int parse_seconds(const char *text, uint64_t max, uint64_t *ns)
{
	uint64_t seconds = 0, unit = NS_PER_SECOND / 10, fraction = 0;
	size_t whole = strspn(text, "0123456789");
	const char *point = text + whole;
	size_t digits = *point == '.' ? strspn(point + 1, "0123456789") : 0;

	if (whole + digits == 0 || (*point && point[1 + digits]) ||
	    (*point && *point != '.'))
		return -EINVAL;
	for (size_t i = 0; i < whole && seconds <= max; i++)
		seconds = seconds * 10 + (uint64_t)(text[i] - '0');
	for (size_t i = 1; i <= digits; i++, unit /= 10)
		fraction += (uint64_t)(point[i] - '0') * unit;
	if (seconds > max || seconds * NS_PER_SECOND + fraction < NS_MIN ||
	    (seconds == max && fraction))
		return -EINVAL;
	*ns = seconds * NS_PER_SECOND + fraction;
	return 0;
}

static int apply_device(struct options *o, const char *value)
{
	struct pci_address device, *devices;

	if (pci_address_parse(value, &device) < 0)
		return -EINVAL;
	for (size_t i = 0; i < o->device_count; i++)
		if (pci_address_compare(&o->devices[i], &device) == 0)
			return 0;
	devices =
		reallocarray(o->devices, o->device_count + 1, sizeof(*devices));
	if (!devices)
		return -ENOMEM;
	o->devices = devices;
	o->devices[o->device_count++] = device;
	return 0;
}

static int apply_interval(struct options *o, const char *value)
{
	o->interval_given = true;
	return parse_seconds(value, INTERVAL_MAX_SECONDS, &o->interval_ns);
}

static int apply_duration(struct options *o, const char *value)
{
	return parse_seconds(value, DURATION_MAX_SECONDS, &o->duration_ns);
}

static int apply_count(struct options *o, const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (!digits || digits > 10 || value[digits])
		return -EINVAL;
	o->count = strtoull(value, NULL, 10);
	return o->count && o->count <= COUNT_MAX ? 0 : -EINVAL;
}

/* What looks once and ends. */
static int apply_look(struct options *o, enum options_action action)
{
	o->two_looks |= o->action != ACTION_TRACE && o->action != action;
	o->action = action;
	return 0;
}

static int apply_inspect(struct options *o, const char *value)
{
	(void)value;
	return apply_look(o, ACTION_INSPECT);
}

static int apply_doctor(struct options *o, const char *value)
{
	(void)value;
	return apply_look(o, ACTION_DOCTOR);
}

static int apply_events(struct options *o, const char *value)
{
	(void)value;
	o->events = true;
	return 0;
}

static int apply_stacks(struct options *o, const char *value)
{
	(void)value;
	o->stacks = true;
	return 0;
}

static int apply_folded(struct options *o, const char *value)
{
	o->folded = true;
	return apply_stacks(o, value);
}

static int apply_injections(struct options *o, const char *value)
{
	(void)value;
	o->injections = true;
	return 0;
}

static int apply_json(struct options *o, const char *value)
{
	(void)value;
	o->json = true;
	return 0;
}

static int apply_all(struct options *o, const char *value)
{
	(void)value;
	o->all = true;
	return 0;
}

static int apply_exact(struct options *o, const char *value)
{
	(void)value;
	o->exact = true;
	return 0;
}

static int apply_attach(struct options *o, const char *value)
{
	static const char *const names[] = {
		[ATTACH_AUTO] = "auto",
		[ATTACH_FENTRY] = "fentry",
		[ATTACH_KPROBE] = "kprobe",
	};

	o->attach_given = true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) == 0) {
			o->attach = (enum attach_choice)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int apply_btf(struct options *o, const char *value)
{
	o->btf = value;
	return *value ? 0 : -EINVAL;
}

static int apply_proc(struct options *o, const char *value)
{
	o->proc = value;
	return *value == '/' ? 0 : -EINVAL;
}

static int apply_record(struct options *o, const char *value)
{
	o->record = value;
	return *value && strcmp(value, "-") != 0 ? 0 : -EINVAL;
}

static int apply_report(struct options *o, const char *value)
{
	o->report = value;
	return *value && strcmp(value, "-") != 0 ? 0 : -EINVAL;
}

static int apply_input(struct options *o, const char *value)
{
	o->input = value;
	return *value ? 0 : -EINVAL;
}

static int apply_listen(struct options *o, const char *value)
{
	return listen_addresses_parse(value, &o->listen);
}

static int apply_textfile(struct options *o, const char *value)
{
	o->textfile = value;
	return *value && strcmp(value, "-") != 0 ? 0 : -EINVAL;
}

static int apply_metrics_per(struct options *o, const char *value)
{
	o->per_given = true;
	o->per_device = strcmp(value, "device") == 0;
	return o->per_device || !strcmp(value, "vector") ? 0 : -EINVAL;
}

static int apply_verbose(struct options *o, const char *value)
{
	(void)value;
	if (o->verbosity < INT_MAX)
		o->verbosity++;
	return 0;
}

static int apply_version(struct options *o, const char *value)
{
	(void)value;
	o->action = ACTION_VERSION;
	return 0;
}

static int apply_help(struct options *o, const char *value)
{
	(void)value;
	o->action = ACTION_HELP;
	return 0;
}

/* The one list of options: the parser and the help both come from it. */
static const struct option_spec specs[] = {
	{'d', "device", "BDF", apply_device,
	 "a PCI address such as 0000:03:00.0 or 03:00.0",
	 "only this device; may be repeated"},
	{'i', "interval", "SEC", apply_interval,
	 "seconds between 0.01 and 86400, such as 1 or 0.5",
	 "time between two views (default: 1)"},
	{'t', "duration", "SEC", apply_duration,
	 "seconds between 0.01 and 31536000, such as 10 or 0.5",
	 "stop after this time"},
	{'n', "count", "N", apply_count,
	 "a whole number between 1 and 1000000000",
	 "stop after this many intervals"},
	{LONG_ONLY + 3, "inspect", NULL, apply_inspect, NULL,
	 "show once what each interrupt would do now, and why"},
	{LONG_ONLY + 4, "doctor", NULL, apply_doctor, NULL,
	 "show what this host offers for tracing, and what not"},
	{'e', "events", NULL, apply_events, NULL,
	 "print each change of posting, irqfds, bypasses"},
	{'s', "stacks", NULL, apply_stacks, NULL,
	 "count kernel stacks, too; print them at the end"},
	{LONG_ONLY + 1, "folded", NULL, apply_folded, NULL,
	 "print stacks folded, for flame graphs"},
	{LONG_ONLY + 6, "injections", NULL, apply_injections, NULL,
	 "count KVM's other injections by vCPU and vector, too"},
	{'j', "json", NULL, apply_json, NULL,
	 "write one JSON record a line instead of text"},
	{'a', "all", NULL, apply_all, NULL, "show idle vectors, too"},
	{'x', "exact", NULL, apply_exact, NULL,
	 "show numbers in full, 12345 rather than 12.3k"},
	{LONG_ONLY + 7, "record", "FILE", apply_record, "a new file",
	 "save JSON records, whatever is shown"},
	{LONG_ONLY + 12, "report", "FILE", apply_report, "a new file",
	 "write a page of HTML at the end, whatever is shown"},
	{LONG_ONLY + 8, "input", "FILE", apply_input, "a file, or '-'",
	 "show saved records, not this host; -: standard input"},
	{LONG_ONLY + 9, "listen", "PORT", apply_listen,
	 "a port, or ADDRESS:PORT such as 192.0.2.1:9400 or [::1]:9400",
	 "serve metrics to this host; ADDR:PORT: to others"},
	{LONG_ONLY + 10, "textfile", "FILE", apply_textfile, "a file",
	 "keep metrics in FILE, for node_exporter"},
	{LONG_ONLY + 11, "metrics-per", "X", apply_metrics_per,
	 "vector or device", "metrics of each vector (default) or device"},
	{LONG_ONLY + 2, "attach", "HOW", apply_attach, "auto, fentry or kprobe",
	 "auto, fentry or kprobe (default: auto)"},
	{LONG_ONLY + 5, "btf", "FILE", apply_btf, "a file of BTF",
	 "kernel types, if the kernel does not tell them"},
	{LONG_ONLY + 13, "proc", "DIR", apply_proc,
	 "a directory, from / on, such as /host/proc",
	 "where the host's /proc is, seen from a container"},
	{'v', "verbose", NULL, apply_verbose, NULL,
	 "tell what is done; -vv: libbpf, too; -vvv: the verifier"},
	{'V', "version", NULL, apply_version, NULL,
	 "show the version and exit"},
	{'h', "help", NULL, apply_help, NULL, "show this help and exit"},
};

#define SPEC_COUNT (sizeof(specs) / sizeof(specs[0]))

static const struct option_spec *find_spec(int letter)
{
	for (size_t i = 0; i < SPEC_COUNT; i++)
		if (specs[i].letter == letter)
			return &specs[i];
	return NULL;
}

/* Where one line about what is wrong goes. */
struct complaint {
	char *text;
	size_t size;
};

/* Returns -EINVAL. */
__attribute__((format(printf, 2, 3))) static int complain(
	const struct complaint *to, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(to->text, to->size, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static int apply(struct options *o, const struct option_spec *spec,
		 const char *value, const struct complaint *to)
{
	int error = spec->apply(o, value);
	char shown[SHOWN_LEN];

	if (!error)
		return 0;
	if (error == -ENOMEM) {
		complain(to, "--%s: out of memory", spec->name);
		return error;
	}
	text_escape(value, shown, sizeof(shown));
	return complain(to, "--%s '%s': expected %s", spec->name, shown,
			spec->expected);
}

/* The name that --na begins is short for two options at least. */
static bool is_ambiguous(const char *argument)
{
	size_t len = strcspn(argument, "="), matches = 0;

	if (len < 3 || strncmp(argument, "--", 2) != 0)
		return false;
	for (size_t i = 0; i < SPEC_COUNT; i++)
		if (strncmp(specs[i].name, argument + 2, len - 2) == 0)
			matches++;
	return matches > 1;
}

/*
 * getopt_long() said '?'. optopt is then the unknown letter, 0 for an unknown
 * name, or the value of a known option that was given an argument by "=".
 */
static int complain_unknown(const char *argument, const struct complaint *to)
{
	const struct option_spec *spec = find_spec(optopt);
	char letter[2] = {(char)optopt, '\0'};
	char shown[SHOWN_LEN];

	if (spec)
		return complain(to, "--%s takes no argument; try '" HELP "'",
				spec->name);
	text_escape(optopt ? letter : argument, shown, sizeof(shown));
	if (optopt)
		return complain(to, "unknown option '-%s'; try '" HELP "'",
				shown);
	return complain(to, "%s option '%s'; try '" HELP "'",
			is_ambiguous(argument) ? "ambiguous" : "unknown",
			shown);
}

static int complain_positional(const char *argument, const struct complaint *to)
{
	char shown[SHOWN_LEN];

	text_escape(argument, shown, sizeof(shown));
	return complain(to, "unexpected argument '%s'; try '" HELP "'", shown);
}

/* The table in the forms that getopt_long() wants. */
struct getopt_tables {
	struct option names[SPEC_COUNT + 1];
	char letters[2 * SPEC_COUNT + 3];
};

static void fill_tables(struct getopt_tables *tables)
{
	/* Behind what is there already. */
	char *letters = tables->letters + strlen(tables->letters);

	/* '-': in order, not sorted; ':': tell missing arguments apart. */
	*tables = (struct getopt_tables){.letters = "-:"};
	for (size_t i = 0; i < SPEC_COUNT; i++) {
		const struct option_spec *spec = &specs[i];

		tables->names[i] = (struct option){
			.name = spec->name,
			.has_arg = spec->argument ? required_argument
						  : no_argument,
			.val = spec->letter,
		};
		if (spec->letter >= LONG_ONLY)
			continue;
		*letters++ = (char)spec->letter;
		if (spec->argument)
			*letters++ = ':';
	}
}

/* Handles what getopt_long() returned. Returns 0, -EINVAL or -ENOMEM. */
static int handle(int letter, char **argv, struct options *o,
		  const struct complaint *to)
{
	const struct option_spec *spec;

	switch (letter) {
	case 1:
		return complain_positional(optarg, to);
	case '?':
		return complain_unknown(argv[optind - 1], to);
	case ':':
		spec = find_spec(optopt);
		return complain(to, "--%s needs an argument: %s", spec->name,
				spec->expected);
	default:
		return apply(o, find_spec(letter), optarg, to);
	}
}

static bool ends_parse(enum options_action action)
{
	return action == ACTION_HELP || action == ACTION_VERSION;
}

static int parse_all(int argc, char **argv, struct options *o,
		     const struct complaint *to)
{
	/* '-': in order, not sorted; ':': tell missing arguments apart. */
	struct getopt_tables tables = {.letters = "-:"};
	int error = 0;

	fill_tables(&tables);
	opterr = 0;
	optind = 0; /* glibc: begin anew */
	while (!error && !ends_parse(o->action)) {
		int letter = getopt_long(argc, argv, tables.letters,
					 tables.names, NULL);

		if (letter < 0)
			break;
		error = handle(letter, argv, o, to);
	}
	if (error || ends_parse(o->action))
		return error;
	/* What stands behind "--". */
	if (optind < argc)
		return complain_positional(argv[optind], to);
	error = option_conflicts(o, to->text, to->size);
	if (!error && o->input)
		o->action = ACTION_REPLAY;
	return error;
}

int options_parse(int argc, char **argv, struct options *o, char *error,
		  size_t error_size)
{
	const struct complaint to = {error, error_size};
	int result;

	*o = (struct options){.interval_ns = NS_PER_SECOND};
	result = parse_all(argc, argv, o, &to);
	if (result)
		options_free(o);
	return result;
}

bool options_only_export(const struct options *o)
{
	return (o->listen.count || o->textfile) && !o->json && !o->events &&
	       !o->stacks && !o->injections;
}

void options_free(struct options *o)
{
	free(o->devices);
	o->devices = NULL;
	o->device_count = 0;
}

static void print_spec(FILE *out, const struct option_spec *spec)
{
	char letter[8] = "    ", name[40];

	if (spec->letter < LONG_ONLY)
		snprintf(letter, sizeof(letter), "-%c, ", spec->letter);
	snprintf(name, sizeof(name), "--%s%s%s", spec->name,
		 spec->argument ? " " : "",
		 spec->argument ? spec->argument : "");
	fprintf(out, "  %s%-16s  %s\n", letter, name, spec->help);
}

int options_help(FILE *file)
{
	struct output out;
	int error = output_begin(&out);

	if (error)
		return error;
	fputs("usage: pitrace [OPTION]...\n"
	      "\n"
	      "Shows which way the interrupts of passed-through (VFIO) PCI\n"
	      "devices reach their guests, vector by vector.\n"
	      "\n"
	      "options:\n",
	      out.text);
	for (size_t i = 0; i < SPEC_COUNT; i++)
		print_spec(out.text, &specs[i]);
	fputs("\n"
	      "paths:\n"
	      "  eventfd         left to the process that reads the eventfd\n"
	      "  irqfd           injected by KVM within the handler\n"
	      "  irqfd_deferred  injected by KVM from a workqueue\n"
	      "  irqfd_dropped   reached no vCPU\n"
	      "  unclaimed       another device's, on a shared INTx line\n"
	      "  unknown         could not be seen; KVM's probes were missing\n"
	      "\n"
	      "exit status: 0 done (also on Ctrl-C), 1 failure while running,\n"
	      "2 wrong usage, 3 missing privilege, 4 the kernel lacks what is\n"
	      "required, 5 saved records that are damaged, cut short or newer.\n"
	      "--doctor ends with what tracing would.\n",
	      out.text);
	return output_end(&out, file);
}
