/* SPDX-License-Identifier: GPL-2.0-only */
/* Leaves of a saved record what is of the devices asked for. */
#ifndef PITRACE_REPLAY_FILTER_H
#define PITRACE_REPLAY_FILTER_H

#include <stdbool.h>

#include "options.h"
#include "saved_record.h"

/*
 * Takes out vectors, stacks and devices that were not asked for, and a doctor's
 * facts of such devices; what is of the host as a whole stays. False: it is a
 * change of none of them, so the record as a whole is not wanted.
 */
bool replay_filter(const struct options *options, struct saved_record *saved);

#endif
