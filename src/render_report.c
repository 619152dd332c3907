// SPDX-License-Identifier: GPL-2.0-only
#include "render_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report_page.h"

/* --- the records --- */

/*
 * Neither an end tag nor a comment can begin in what this writes. Outside of
 * strings JSON has none of these characters, so it is the same JSON.
 */
static void write_json(FILE *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '<' || c == '>' || c == '&') {
			(void)fprintf(out, "\\u%04x", c);
		} else if (length - i >= 3 &&
			   (!memcmp(text + i, "\u2028", 3) ||
			    !memcmp(text + i, "\u2029", 3))) {
			(void)fprintf(out, "\\u202%c",
				      text[i + 2] == '\xa8' ? '8' : '9');
			i += 2;
		} else {
			(void)fputc(c, out);
		}
	}
}

static int write_records(FILE *out, const struct report_keep *keep)
{
	size_t count = 0;
	const struct report_line **lines = report_keep_lines(keep, &count);

	if (!lines)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		(void)fputs("<script type=\"application/json\" "
			    "class=\"record\">",
			    out);
		/* Without its '\n'. */
		write_json(out, lines[i]->text, lines[i]->length - 1);
		(void)fputs("</script>\n", out);
	}
	free(lines);
	return 0;
}

/* What the records do not say themselves: how many there were. */
static void write_figures(FILE *out, const struct report_keep *keep)
{
	(void)fprintf(out,
		      "<script type=\"application/json\" id=\"figures\">"
		      "{\"earlier_runs\":%" PRIu64
		      ",\"snapshot_stride\":%" PRIu64 ",\"records\":{",
		      keep->earlier_runs, keep->snapshots.stride);
	for (int type = 0; type < RECORD_TYPE_COUNT; type++) {
		uint64_t kept, seen;

		report_keep_figures(keep, (enum record_type)type, &kept, &seen);
		(void)fprintf(
			out,
			"%s\"%s\":{\"seen\":%" PRIu64 ",\"kept\":%" PRIu64 "}",
			type ? "," : "",
			record_type_name((enum record_type)type), seen, kept);
	}
	(void)fputs("}}</script>\n", out);
}

/* --- without scripts --- */

static void write_html(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("<>&\"'", *text))
			(void)fprintf(out, "&#%d;", *text);
		else
			(void)fputc(*text, out);
	}
}

static void write_plain(FILE *out, const struct report_keep *keep)
{
	(void)fputs(
		"<noscript>\n<div class=\"plain\">\n<p>Without scripts there is this table alone. "
		"The records of the run are in this file, one in each "
		"element <code>script class=\"record\"</code>.</p>\n<pre>",
		out);
	write_html(out, keep->summary ? keep->summary
				      : "There is no snapshot of a run.\n");
	(void)fputs("</pre>\n</div>\n</noscript>\n", out);
}

int render_report(FILE *out, const struct report_keep *keep)
{
	int err;

	errno = 0;
	(void)fwrite(report_page_head, 1, report_page_head_size, out);
	write_plain(out, keep);
	write_figures(out, keep);
	err = write_records(out, keep);
	(void)fwrite(report_page_tail, 1, report_page_tail_size, out);
	if (!err && (fflush(out) || ferror(out)))
		err = errno ? -errno : -EIO;
	return err;
}
