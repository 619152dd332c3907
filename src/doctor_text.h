/* SPDX-License-Identifier: GPL-2.0-only */
/* What single files of a host say, for doctor_host.c. Pure functions. */
#ifndef PITRACE_DOCTOR_TEXT_H
#define PITRACE_DOCTOR_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor_findings.h"

/*
 * The level in force, which stands in brackets in @text, a reading of
 * /sys/kernel/security/lockdown. Returns 0, or -EINVAL if there is none.
 */
int lockdown_parse(const char *text, char *level, size_t size);

/* Does @cmdline, a reading of /proc/cmdline, force handlers into threads? */
bool cmdline_says_threadirqs(const char *cmdline);

/*
 * Are interrupts of a chip of this name remapped? @name is a reading of
 * /sys/kernel/irq/N/chip_name: "IR-PCI-MSI", "PCI-MSI". Chips that are neither
 * a device's nor an I/O APIC's tell nothing.
 */
enum known chip_says_remapped(const char *name);

#endif
