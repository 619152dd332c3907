// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "render_doctor.h"
#include "text_escape.h"

#define BOLD   "\033[1m"
#define RESET  "\033[0m"

#define WIDTH  79
#define INDENT 9 /* of what stands below a fact, and of its name */
#define NAME   26 /* and subject, with a blank behind them */

/* Words, one after the other, that go on in the next line at @indent. */
struct flow {
	FILE *out;
	unsigned int column;
	unsigned int indent;
	bool begun; /* a word stands in this line */
};

static void put_word(struct flow *flow, const char *word)
{
	unsigned int columns = (unsigned int)text_columns(word);

	if (flow->begun && flow->column + 1 + columns > WIDTH) {
		fprintf(flow->out, "\n%*s", (int)flow->indent, "");
		flow->column = flow->indent;
	} else if (flow->begun) {
		fputc(' ', flow->out);
		flow->column++;
	}
	flow->begun = true;
	fputs(word, flow->out);
	flow->column += columns;
}

static void put_text(struct flow *flow, const char *text)
{
	char escaped[4 * sizeof(((struct doctor_fact *)NULL)->found)];
	char *rest = escaped, *word;

	text_escape(text, escaped, sizeof(escaped));
	while ((word = strsep(&rest, " ")))
		if (*word)
			put_word(flow, word);
}

static void print_below(FILE *out, const char *label, const char *text)
{
	struct flow flow = {out, INDENT, INDENT + 2, false};

	if (!*text)
		return;
	fprintf(out, "%*s", INDENT, "");
	put_text(&flow, label);
	put_text(&flow, text);
	fputc('\n', out);
}

/* Returns the columns that it takes. */
static int print_name(FILE *out, const struct doctor_fact *fact)
{
	char name[160], shown[4 * sizeof(name)];

	(void)snprintf(name, sizeof(name), "%s%s%s", fact->name,
		       *fact->subject ? " " : "", fact->subject);
	text_escape(name, shown, sizeof(shown));
	fputs(shown, out);
	return (int)text_columns(shown);
}

static void print_fact(FILE *out, const struct doctor_fact *fact, bool color)
{
	struct flow flow = {out, INDENT + NAME, INDENT + NAME, false};
	bool bold = color && fact->status != DOCTOR_OK;
	int columns;

	fprintf(out, "%s%-*s%s", bold ? BOLD : "", INDENT,
		fact_status_name(fact->status), bold ? RESET : "");
	columns = print_name(out, fact);
	fprintf(out, "%*s", columns < NAME ? NAME - columns : 1, "");
	put_text(&flow, fact->found);
	fputc('\n', out);
	print_below(out, "=>", fact->consequence);
	print_below(out, "remedy:", fact->remedy);
}

static void print_verdict(FILE *out, const struct doctor_report *report)
{
	const char *separator = "";

	fprintf(out, "verdict  %s\n%*s", doctor_report_verdict(report), INDENT,
		"");
	for (int i = 0; i < DOCTOR_STATUSES; i++) {
		size_t count = doctor_report_count(report, (enum fact_status)i);

		if (!count)
			continue;
		fprintf(out, "%s%zu %s", separator, count,
			fact_status_name((enum fact_status)i));
		separator = ", ";
	}
	fputc('\n', out);
}

int render_doctor(FILE *file, const struct doctor_report *report,
		  const struct table_options *o)
{
	struct output out;
	int error = output_begin(&out);

	if (error)
		return error;
	for (size_t i = 0; i < report->fact_count; i++)
		print_fact(out.text, &report->facts[i], o->color);
	print_verdict(out.text, report);
	return output_end(&out, file);
}
