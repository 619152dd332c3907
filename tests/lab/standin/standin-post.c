// SPDX-License-Identifier: GPL-2.0-only
/* The commands that post. */
#include <linux/ktime.h>
#include <linux/sched/signal.h>

#include "standin-posting.h"

static void answer_posting(const struct posting *posting)
{
	answer("irq=%u vcpu_id=%d gsi=%u gvec=0x%x descriptor=0x%llx",
	       posting->irq, posting->vcpu->vcpu_id, posting->gsi,
	       posting->gvec, descriptor_address(posting->vcpu));
}

static struct posting *checked_posting(unsigned int irq, unsigned int index,
				       unsigned int gvec)
{
	struct posting *posting;

	if (gvec > 0xff)
		return ERR_PTR(-EINVAL);
	posting = posting_new(irq, index);
	if (IS_ERR(posting))
		return posting;
	posting->gvec = gvec;
	if (posting_vanishes(descriptor_address(posting->vcpu)))
		return posting;
	posting_free(posting);
	return ERR_PTR(-EAGAIN);
}

/* post IRQ VCPU_INDEX GVEC [GSI] */
int command_post(const char *args)
{
	unsigned int irq, index, gvec, gsi;
	struct posting *posting;
	int words, err;

	words = sscanf(args, "%u %u %i %u", &irq, &index, &gvec, &gsi);
	if (words < 3)
		return -EINVAL;
	posting = checked_posting(irq, index, gvec);
	if (IS_ERR(posting))
		return PTR_ERR(posting);
	if (words == 4)
		posting->gsi = gsi;
	err = posting_apply(posting, true);
	if (err) {
		posting_free(posting);
		return err;
	}
	posting_keep(posting);
	answer_posting(posting);
	return 0;
}

/* unpost IRQ */
int command_unpost(const char *args)
{
	struct posting *posting;
	unsigned int irq;
	int err;

	if (sscanf(args, "%u", &irq) != 1)
		return -EINVAL;
	posting = posting_find(irq);
	if (!posting)
		posting = posting_new(irq, 0);
	if (IS_ERR(posting))
		return PTR_ERR(posting);
	err = posting_apply(posting, false);
	if (!err)
		answer_posting(posting);
	posting_free(posting);
	return err;
}

static int toggle(struct posting *posting, unsigned int changes)
{
	bool set = false;
	int err = 0;

	while (changes-- && !err) {
		set = !set;
		err = posting_apply(posting, set);
		cond_resched();
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
	}
	if (set)
		posting_keep(posting);
	else
		posting_free(posting);
	return err;
}

/* toggle IRQ VCPU_INDEX GVEC CHANGES */
int command_toggle(const char *args)
{
	unsigned int irq, index, gvec, changes;
	struct posting *posting;
	ktime_t start;
	int err;

	if (sscanf(args, "%u %u %i %u", &irq, &index, &gvec, &changes) != 4)
		return -EINVAL;
	posting = checked_posting(irq, index, gvec);
	if (IS_ERR(posting))
		return PTR_ERR(posting);
	posting_keep(posting);
	start = ktime_get();
	err = toggle(posting, changes);
	if (!err)
		answer("irq=%u changes=%u us=%lld", irq, changes,
		       ktime_us_delta(ktime_get(), start));
	return err;
}

/* fail IRQ ERR */
int command_fail(const char *args)
{
	struct posting *posting;
	unsigned int irq, error;

	if (sscanf(args, "%u %u", &irq, &error) != 2 || !error ||
	    error > MAX_ERRNO)
		return -EINVAL;
	posting = posting_new(irq, 0);
	if (IS_ERR(posting))
		return PTR_ERR(posting);
	answer("irq=%u returned=%d", irq, posting_refuse(posting, -(int)error));
	posting_free(posting);
	return 0;
}
