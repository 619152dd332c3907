// SPDX-License-Identifier: GPL-2.0-only
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "host_posting.h"
#include "host_proc.h"
#include "kernel_cmdline.h"

#define INTEL_PI        (UINT64_C(1) << 59)
#define AMD_GA          (UINT64_C(1) << 7)
#define AMD_GAM_SHIFT   21
#define AMD_GAM_MASK    7
#define AMD_GAM_VAPIC   1

#define INTEL_ATTRIBUTE "/sys/class/iommu/*/intel-iommu/cap"
#define AMD_ATTRIBUTE   "/sys/class/iommu/*/amd-iommu/features"

const char *iommu_kind_name(enum iommu_kind kind)
{
	static const char *const names[] = {
		[IOMMU_NONE] = NULL,
		[IOMMU_INTEL] = "intel",
		[IOMMU_AMD] = "amd",
	};

	return names[kind];
}

/* One register in hexadecimal. Returns the text after it, NULL if it is none.
 */
static const char *parse_register(const char *text, uint64_t *value)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF");

	if (!digits || digits > 16)
		return NULL;
	*value = strtoull(text, NULL, 16);
	return text + digits;
}

static bool is_end(const char *text)
{
	return text && (!*text || *text == '\n');
}

enum known intel_can_post(const char *text)
{
	uint64_t cap;

	if (!is_end(parse_register(text, &cap)))
		return NOT_KNOWN;
	return cap & INTEL_PI ? KNOWN_YES : KNOWN_NO;
}

static enum known features_can_post(uint64_t features)
{
	return features & AMD_GA && (features >> AMD_GAM_SHIFT &
				     AMD_GAM_MASK) == AMD_GAM_VAPIC
		       ? KNOWN_YES
		       : KNOWN_NO;
}

/*
 * A unit without a first register has no second one, so a zero beside another
 * number is the second register, wherever it stands.
 */
static enum known either_can_post(uint64_t one, uint64_t other)
{
	enum known answer = features_can_post(one);

	if (!other)
		return answer;
	if (!one || features_can_post(other) == answer)
		return features_can_post(other);
	return NOT_KNOWN;
}

enum known amd_can_post(const char *text)
{
	uint64_t one, other = 0;

	text = parse_register(text, &one);
	if (text && *text == ':')
		text = parse_register(text + 1, &other);
	if (!is_end(text))
		return NOT_KNOWN;
	return either_can_post(one, other);
}

void host_posting_learn(struct host_posting *host, int amd_guest_ir)
{
	if (host->iommu == IOMMU_AMD && host->iommu_can_post == NOT_KNOWN &&
	    amd_guest_ir == AMD_GUEST_IR_VAPIC)
		host->iommu_can_post = KNOWN_YES;
}

/* The kernel compares beginnings only, and goes on behind the next comma. */
static void read_intremap(const char *list, enum known *nopost)
{
	for (;;) {
		if (!strncmp(list, "on", 2))
			*nopost = KNOWN_NO;
		else if (!strncmp(list, "off", 3) ||
			 !strncmp(list, "nopost", 6))
			*nopost = KNOWN_YES;
		list = strchr(list, ',');
		if (!list)
			return;
		list++;
	}
}

enum known cmdline_says_nopost(const char *cmdline)
{
	enum known nopost = KNOWN_NO;
	struct kernel_argument argument;

	while (kernel_cmdline_next(&cmdline, &argument))
		if (!strcmp(argument.name, "intremap"))
			read_intremap(argument.value, &nopost);
	return nopost;
}

/* All that match @pattern; the kernel posts only if each of them can. */
static bool ask_iommus(const char *pattern, enum known (*can)(const char *),
		       enum known *answer)
{
	enum known each;
	glob_t found;
	char *text;

	if (glob(pattern, 0, NULL, &found))
		return false;
	*answer = KNOWN_YES;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		each = NOT_KNOWN;
		if (!host_read_file(found.gl_pathv[i], &text)) {
			each = can(text);
			free(text);
		}
		if (*answer == KNOWN_YES || each == KNOWN_NO)
			*answer = each;
	}
	globfree(&found);
	return true;
}

static enum known read_parameter(const char *module, const char *name)
{
	enum known value;
	char path[PATH_MAX], *text;

	(void)snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s",
		       module, name);
	if (host_read_file(path, &text))
		return NOT_KNOWN;
	value = host_text_switch(text);
	free(text);
	return value;
}

/* With both of them built in, the CPU decides which one is at work. */
static bool runs_here(const char *module)
{
	bool is_intel;
	char *text;

	if (host_module_live(module) || host_proc_read("cpuinfo", &text))
		return true;
	is_intel = strstr(text, "GenuineIntel");
	free(text);
	return is_intel == !strcmp(module, "kvm_intel");
}

static void read_kvm(struct host_posting *host)
{
	static const struct {
		const char *module, *apicv;
	} vendors[] = {
		{"kvm_intel", "enable_apicv"},
		{"kvm_amd", "avic"},
	};

	host->apicv = host->device_posting = NOT_KNOWN;
	host->kvm_loaded = host_module_present("kvm");
	host->kvm_module = NULL;
	for (size_t i = 0; i < 2 && !host->kvm_module; i++) {
		if (!host_module_present(vendors[i].module) ||
		    !runs_here(vendors[i].module))
			continue;
		host->kvm_module = vendors[i].module;
		host->apicv =
			read_parameter(vendors[i].module, vendors[i].apicv);
		host->device_posting = read_parameter(
			vendors[i].module, "enable_device_posted_irqs");
	}
}

void host_posting_read(struct host_posting *host)
{
	char *cmdline;

	host->iommu = IOMMU_NONE;
	host->iommu_can_post = NOT_KNOWN;
	if (ask_iommus(INTEL_ATTRIBUTE, intel_can_post, &host->iommu_can_post))
		host->iommu = IOMMU_INTEL;
	else if (ask_iommus(AMD_ATTRIBUTE, amd_can_post, &host->iommu_can_post))
		host->iommu = IOMMU_AMD;
	host->posting_disabled = NOT_KNOWN;
	if (!host_proc_read("cmdline", &cmdline)) {
		host->posting_disabled = cmdline_says_nopost(cmdline);
		free(cmdline);
	}
	read_kvm(host);
}
