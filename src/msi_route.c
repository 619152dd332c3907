// SPDX-License-Identifier: GPL-2.0-only
#include "msi_route.h"

#define DESTINATION_SHIFT    12
#define DESTINATION_EXTENDED UINT32_C(0xffffff00)
#define LOGICAL              (UINT32_C(1) << 2)
#define REDIRECTION_HINT     (UINT32_C(1) << 3)
#define DELIVERY_SHIFT       8

void msi_route_decode(uint32_t address_lo, uint32_t address_hi, uint32_t data,
		      bool extended, struct msi_route *route)
{
	*route = (struct msi_route){
		.address = (uint64_t)address_hi << 32 | address_lo,
		.data = data,
		.destination = address_lo >> DESTINATION_SHIFT & 0xff,
		.logical = address_lo & LOGICAL,
		.redirection_hint = address_lo & REDIRECTION_HINT,
		.delivery_mode = data >> DELIVERY_SHIFT & 7,
		.vector = (int)(data & 0xff),
	};
	if (extended)
		route->destination |= address_hi & DESTINATION_EXTENDED;
}

const char *delivery_mode_name(unsigned int delivery_mode)
{
	static const char *const names[DELIVERY_MODES] = {
		"fixed", "lowest_priority", "smi",    "reserved", "nmi",
		"init",  "reserved",        "extint",
	};

	return names[delivery_mode % DELIVERY_MODES];
}
