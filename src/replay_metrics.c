// SPDX-License-Identifier: GPL-2.0-only
#include "replay_metrics.h"

#include <errno.h>
#include <string.h>

#include "display.h"
#include "probes.h"

int replay_metrics_open(struct replay_metrics *metrics,
			const struct options *options, struct failure *failure)
{
	*metrics = (struct replay_metrics){.options = options};
	if (metrics_file_init(&metrics->file, options->textfile))
		return fail(failure, EXIT_FAILED, -ENOMEM, "starting");
	return 0;
}

void replay_metrics_run(struct replay_metrics *metrics,
			struct saved_record *saved)
{
	saved_record_free(&metrics->run);
	metrics->run = *saved;
	*saved = (struct saved_record){.json = NULL};
}

int replay_metrics_write(struct replay_metrics *metrics,
			 const struct snapshot *snapshot,
			 struct failure *failure)
{
	const struct run_info *run = &metrics->run.record.run;
	const struct metrics page = {
		.run = *run,
		.snapshot = snapshot,
		.changes_known = probe_status_is_on(
			run->probes, run->probe_count, PROBE_OF_CHANGES),
	};
	int err = metrics_file_write(&metrics->file, &page,
				     metrics->options->per_device);

	metrics->has_snapshot = true;
	return err ? fail(failure, EXIT_FAILED, 0, "writing '%s': %s%s",
			  metrics->options->textfile, strerror(-err),
			  metrics_file_hint(err))
		   : 0;
}

void replay_metrics_say(const struct replay_metrics *metrics)
{
	if (metrics->options->textfile && !metrics->has_snapshot)
		output_note("no snapshot, so no metrics were written");
}

void replay_metrics_close(struct replay_metrics *metrics)
{
	metrics_file_leave(&metrics->file);
	saved_record_free(&metrics->run);
}
