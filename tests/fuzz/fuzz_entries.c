// SPDX-License-Identifier: GPL-2.0-only
/* Words of remapping entries and of routed messages: put together again. */
#include "support.h"

#include "irte.h"
#include "msi_route.h"

static void check_vector(const struct irte *irte)
{
	bool is_posted = irte->mode == IRTE_POSTED;

	REQUIRE((irte->mode == IRTE_NONE) == !(irte->low & 1));
	REQUIRE(irte->vector >= -1 && irte->vector <= 0xff);
	REQUIRE((irte->vector >= 0) == is_posted);
	REQUIRE(is_posted || !irte->descriptor);
}

static void check_intel(struct irte irte)
{
	irte_decode_intel(&irte);
	check_vector(&irte);
	if (irte.mode != IRTE_POSTED)
		return;
	REQUIRE(irte.low >> 15 & 1);
	REQUIRE(irte.descriptor % 64 == 0);
	REQUIRE((irte.descriptor & UINT32_MAX) >> 6 == irte.low >> 38);
	REQUIRE(irte.descriptor >> 32 == irte.high >> 32);
	REQUIRE((uint64_t)irte.vector == (irte.low >> 16 & 0xff));
}

static void check_amd(struct irte irte)
{
	irte_decode_amd(&irte);
	check_vector(&irte);
	if (irte.mode == IRTE_POSTED) {
		REQUIRE(irte.low >> 7 & 1);
		REQUIRE(irte.descriptor % 4096 == 0);
		REQUIRE(irte.descriptor >> 12 ==
			(irte.high >> 12 & 0xffffffffff));
		REQUIRE((uint64_t)irte.vector == (irte.high & 0xff));
	}
	irte_decode_amd_legacy(&irte);
	check_vector(&irte);
	REQUIRE(irte.mode != IRTE_POSTED);
}

static void check_route(uint32_t low, uint32_t high, uint32_t data,
			bool extended)
{
	struct msi_route route;

	msi_route_decode(low, high, data, extended, &route);
	REQUIRE((uint32_t)route.address == low && route.address >> 32 == high);
	REQUIRE((route.destination & 0xff) == (low >> 12 & 0xff));
	REQUIRE(route.destination >> 8 == (extended ? high >> 8 : 0));
	REQUIRE(route.logical == (low >> 2 & 1));
	REQUIRE(route.redirection_hint == (low >> 3 & 1));
	REQUIRE((uint32_t)route.vector == (data & 0xff));
	REQUIRE(route.delivery_mode == (data >> 8 & 7));
	REQUIRE(delivery_mode_name(route.delivery_mode));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t words[4];
	struct irte irte = {.words_known = true, .index = -1};

	for (int i = 0; i < 4; i++)
		words[i] = fuzz_take(&data, &size, 4);
	irte.high = (uint64_t)words[0] << 32 | words[1];
	irte.low = (uint64_t)words[2] << 32 | words[3];
	check_intel(irte);
	check_amd(irte);
	check_route(words[0], words[1], words[2], words[3] & 1);
	return 0;
}
