// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collect_configured.h"
#include "kernel_btf.h"

/* Bits without a name are told by number. */
static void name_inhibits(struct kernel_btf *btf, struct configured *configured)
{
	char *names = configured->inhibit_names;

	for (unsigned int bit = 0; bit < 64; bit++) {
		size_t used = strlen(names);
		const char *name;

		if (!(configured->inhibits & (UINT64_C(1) << bit)))
			continue;
		name = btf ? kernel_btf_inhibit_name(btf, bit) : NULL;
		if (name)
			(void)snprintf(names + used, INHIBIT_NAMES_LEN - used,
				       "%s%s", used ? "," : "", name);
		else
			(void)snprintf(names + used, INHIBIT_NAMES_LEN - used,
				       "%s%u", used ? "," : "", bit);
	}
}

/* Of a line that is shared, the actions before the device's are others'. */
static int ask(struct inspector *inspector,
	       const struct inspect_subject *subject,
	       struct inspect_answer *answer, struct configured *configured)
{
	struct vector_name name;
	int err;

	for (unsigned int nth = 0;; nth++) {
		err = inspector_ask(inspector, subject, nth, answer,
				    configured);
		if (err)
			return err;
		if (!answer->action[0])
			return nth ? -ENOENT : 0;
		if (!vector_name_parse(answer->action, &name) &&
		    !pci_address_compare(&name.device, &subject->device))
			return 0;
	}
}

int collect_configured(struct inspector *inspector, struct kernel_btf *btf,
		       const struct inspect_subject *subject,
		       struct vm_names *names, struct inspect_answer *answer,
		       struct configured *configured)
{
	int err = -ENODATA;

	memset(answer, 0, sizeof(*answer));
	if (inspector)
		err = ask(inspector, subject, answer, configured);
	if (err) {
		configured_unknown(configured);
		return err;
	}
	if (configured->vm.known)
		vm_names_identify(names, configured->vm.pid, &configured->vm);
	name_inhibits(btf, configured);
	return 0;
}
