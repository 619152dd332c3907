// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "record.h"
#include "render.h"
#include "render_doctor.h"
#include "render_inspect.h"

const char *record_type_name(enum record_type type)
{
	static const char *const names[RECORD_TYPE_COUNT] = {
		[RECORD_START] = "start",       [RECORD_PROBES] = "probes",
		[RECORD_SNAPSHOT] = "snapshot", [RECORD_EVENT] = "event",
		[RECORD_STACKS] = "stacks",     [RECORD_END] = "end",
		[RECORD_ERROR] = "error",       [RECORD_INSPECT] = "inspect",
		[RECORD_DOCTOR] = "doctor",
	};

	return names[type];
}

int record_write(FILE *file, const struct record *r)
{
	switch (r->type) {
	case RECORD_START:
		return render_json_start(file, &r->run, r->time_ns, r->ts_ns);
	case RECORD_PROBES:
		return render_json_probes(file, &r->run, r->time_ns, r->ts_ns);
	case RECORD_SNAPSHOT:
		return render_json_snapshot(file, r->snapshot);
	case RECORD_EVENT:
		return render_json_change(file, r->change);
	case RECORD_STACKS:
		return render_json_stacks(file, r->stacks, r->time_ns,
					  r->ts_ns);
	case RECORD_END:
		return render_json_end(file, r->snapshot, r->text);
	case RECORD_ERROR:
		return render_json_error(file, r->text, r->time_ns, r->ts_ns);
	case RECORD_INSPECT:
		return render_json_inspect(file, r->inspection, &r->run);
	case RECORD_DOCTOR:
		return render_json_doctor(file, r->report, r->findings,
					  r->run.version);
	case RECORD_TYPE_COUNT:
		break;
	}
	return -EINVAL;
}
