// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "irqgen-proc.h"
#include "irqgen-reply.h"

/* "CPU0 CPU1 ...": one word a column. */
static unsigned int count_columns(const char *line)
{
	unsigned int n = 0;

	while ((line = strstr(line, "CPU")) != NULL) {
		n++;
		line += 3;
	}
	return n;
}

/* " 26:  5  0  IR-PCI-MSI 65537-edge  vfio-msix[0](0000:00:02.0)" */
static void parse_row(char *line, unsigned int columns, struct irq_row *row)
{
	char *at;

	row->irq = (int)strtol(line, &at, 10);
	row->count = 0;
	at++; /* the colon */
	while (columns--)
		row->count += strtoull(at, &at, 10);
}

int proc_find_row(const char *action, struct irq_row *row)
{
	FILE *file = fopen("/proc/interrupts", "re");
	unsigned int columns;
	char *line = NULL;
	size_t room = 0;
	int found = 0;

	if (!file)
		return fail_errno("/proc/interrupts");
	columns = getline(&line, &room, file) > 0 ? count_columns(line) : 0;
	while (!found && getline(&line, &room, file) > 0) {
		if (!strstr(line, action))
			continue;
		parse_row(line, columns, row);
		found = 1;
	}
	free(line);
	fclose(file);
	return found ? 0 : fail("no row %s in /proc/interrupts", action);
}

int proc_set_affinity(int irq, unsigned int cpu)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity_list", irq);
	file = fopen(path, "we");
	if (!file)
		return fail_errno("%s", path);
	fprintf(file, "%u\n", cpu);
	if (fclose(file))
		return fail_errno("%s", path);
	return 0;
}

static int has_comm(const char *pid, const char *prefix)
{
	char path[300], comm[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (!fgets(comm, sizeof(comm), file))
		comm[0] = '\0';
	fclose(file);
	return strncmp(comm, prefix, strlen(prefix)) == 0;
}

int proc_irq_thread(int irq)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char prefix[32];
	int pid = 0;

	if (!proc)
		return 0;
	snprintf(prefix, sizeof(prefix), "irq/%d-", irq);
	while (!pid && (entry = readdir(proc)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    has_comm(entry->d_name, prefix))
			pid = atoi(entry->d_name);
	closedir(proc);
	return pid;
}

uint64_t proc_sleeps(int pid)
{
	uint64_t sleeps = 0;
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "voluntary_ctxt_switches: %" SCNu64,
			   &sleeps) == 1)
			break;
	fclose(file);
	return sleeps;
}
