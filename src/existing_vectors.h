/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes over the vectors that exist before the trace, as /proc/interrupts has
 * them; programs see the later ones being requested.
 */
#ifndef PITRACE_EXISTING_VECTORS_H
#define PITRACE_EXISTING_VECTORS_H

struct loader;

/*
 * To be called once the utilities are loaded (loader_load_utilities()) and the
 * programs that see vectors being requested are attached, so that none is
 * missed in between. Returns 0 or a negative errno.
 */
int existing_vectors_register(struct loader *loader);

#endif
