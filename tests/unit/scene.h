/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that configured_interpret() judges by, as on a host where nothing
 * stands against posting an interrupt; tests change a few fields of it.
 */
#ifndef PITRACE_TEST_SCENE_H
#define PITRACE_TEST_SCENE_H

#include "support.h"

#include "configured.h"

#define MASKED_BITS UINT32_C(0x30000)

/* Words that real kernels wrote. */
#define POSTED_LOW   0x025e6e4000418001
#define REMAPPED_LOW 0x0000010000250009
#define ENTRY_HIGH   0x40010

struct scene {
	struct inspect_answer answer;
	struct host_posting host;
	struct inspect_setting setting;
};

/* A value for one field of a scene. */
struct patch {
	size_t offset, size;
	uint64_t value;
};

#define PATCH(field, value)                                                    \
	{                                                                      \
		offsetof(struct scene, field),                                 \
			sizeof(((struct scene *)0)->field), (uint64_t)(value)  \
	}

#define NO_ACTION   PATCH(answer.action[0], 0)
#define POSTED      PATCH(answer.low, POSTED_LOW)

#define BIT(name)   REASON_BIT(REASON_##name)

#define MAX_PATCHES 8

/* Nothing stands against posting here, and yet it is not posted. */
void set_scene(struct scene *scene);
void apply_patch(struct scene *scene, const struct patch *patch);

/* A vector on an irqfd with an MSI route to vCPU 1; of no VM. */
void set_on_irqfd(struct configured *configured);

/* The scene with these patches, the first of size 0 being their end. */
void interpret(const struct patch patches[MAX_PATCHES],
	       struct configured *configured);

#endif
