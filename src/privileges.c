// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/securebits.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "privilege_needs.h"
#include "privileges.h"

/* Neither being root nor setuid() gives anything, and that stays so. */
#define SECUREBITS                                                             \
	(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |       \
	 SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |             \
	 SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

static int read_set(cap_flag_t which, uint64_t *bits)
{
	cap_t sets = cap_get_proc();
	cap_flag_value_t value;

	if (!sets)
		return -errno;
	*bits = 0;
	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++)
		if (!cap_get_flag(sets, cap, which, &value) && value == CAP_SET)
			*bits |= PRIVILEGE_BIT(cap);
	(void)cap_free(sets);
	return 0;
}

static int fill_set(cap_t sets, cap_flag_t which, uint64_t bits)
{
	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++)
		if (bits & PRIVILEGE_BIT(cap) &&
		    cap_set_flag(sets, which, 1, &cap, CAP_SET))
			return -errno;
	return 0;
}

/* Nothing is inheritable then. */
static int apply(uint64_t permitted, uint64_t effective)
{
	cap_t sets = cap_init();
	int err;

	if (!sets)
		return -errno;
	err = fill_set(sets, CAP_PERMITTED, permitted);
	if (!err)
		err = fill_set(sets, CAP_EFFECTIVE, effective);
	if (!err && cap_set_proc(sets))
		err = -errno;
	(void)cap_free(sets);
	return err;
}

uint64_t privileges_in_effect(void)
{
	uint64_t bits = 0;

	return read_set(CAP_EFFECTIVE, &bits) ? 0 : bits;
}

bool privileges_suffice(void)
{
	char lacking[8]; /* of which the beginning will do */

	privileges_lacking(privileges_in_effect(), lacking, sizeof(lacking));
	return !*lacking;
}

/* What is started from here, which nothing should be, has no more than this. */
static int confine_exec(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || cap_reset_ambient())
		return -errno;
	if (!(privileges_in_effect() & PRIVILEGE_BIT(CAP_SETPCAP)))
		return 0;
	for (cap_value_t cap = 0; cap_get_bound(cap) >= 0; cap++)
		if (cap_drop_bound(cap))
			return -errno;
	return cap_set_secbits(SECUREBITS) ? -errno : 0;
}

int privileges_confine(void)
{
	uint64_t given = 0;
	int err = confine_exec();

	if (!err)
		err = read_set(CAP_PERMITTED, &given);
	if (err)
		return err;
	given = privileges_useful(given);
	return apply(given, given);
}

int privileges_rest(void)
{
	uint64_t kept = 0;
	int err = read_set(CAP_PERMITTED, &kept);

	return err ? err : apply(kept, 0);
}

int privileges_resume(void)
{
	uint64_t kept = 0;
	int err = read_set(CAP_PERMITTED, &kept);

	return err ? err : apply(kept, kept);
}

int privileges_drop(void)
{
	return apply(0, 0);
}
