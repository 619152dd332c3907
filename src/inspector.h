/* SPDX-License-Identifier: GPL-2.0-only */
/* Asks the program "inspect" about interrupts, one after the other. */
#ifndef PITRACE_INSPECTOR_H
#define PITRACE_INSPECTOR_H

#include "configured.h"
#include "vector_name.h"

struct inspector;
struct kernel_btf;
struct loader;

/*
 * For the maps of @loader, which must be loaded; @btf may be NULL, then
 * whether a vector is masked is not known. NULL when memory is out.
 */
struct inspector *inspector_new(const struct loader *loader,
				struct kernel_btf *btf);
void inspector_free(struct inspector *inspector);

/*
 * To be called before the first question, and again once a module has come or
 * gone: reads what holds for the whole host. Returns 0 or a negative errno; on
 * failure nothing can be asked.
 */
int inspector_begin(struct inspector *inspector);

/* How often that was: what an answer rests on is as of the last time. */
unsigned int inspector_begun(const struct inspector *inspector);

/* Can programs find the vCPUs that posted interrupts wake? */
bool inspector_knows_sleepers(const struct inspector *inspector);

/* As of then. */
const struct host_posting *inspector_host(const struct inspector *inspector);

struct inspect_subject {
	unsigned int irq; /* of the host */
	struct pci_address device;
	bool is_vfio; /* a VFIO driver has it */
};

/*
 * What the interrupt would do now, for the @nth of VFIO's actions if its line
 * is shared. @answer gets the bare facts, @configured
 * what they mean. Returns 0; -ENOENT if there is no such interrupt (any
 * more), -ENODATA if the program did not answer: it is not attached.
 */
int inspector_ask(struct inspector *inspector,
		  const struct inspect_subject *subject, unsigned int nth,
		  struct inspect_answer *answer, struct configured *configured);

#endif
