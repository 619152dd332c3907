// SPDX-License-Identifier: GPL-2.0-only
#include "row_check.h"

uint32_t row_check_update(struct row_check *check, const struct row_check *now,
			  uint32_t count, bool from_zero)
{
	int32_t missing;

	if (check->registrations != now->registrations ||
	    check->columns != now->columns) {
		*check = *now;
		check->ahead = from_zero ? 0 : now->last_row - count;
		return 0;
	}
	missing = (int32_t)(check->last_row - count - check->ahead);
	if (missing < 0)
		missing = 0;
	check->ahead += (uint32_t)missing;
	/* Interrupts between the readings made it look further ahead. */
	if ((int32_t)(now->last_row - count - check->ahead) < 0)
		check->ahead = now->last_row - count;
	check->last_row = now->last_row;
	return (uint32_t)missing;
}
