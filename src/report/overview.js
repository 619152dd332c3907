// SPDX-License-Identifier: GPL-2.0-only
"use strict";

function figure(value, label, kind) {
	return el("div", {class: `figure ${kind || ""}`}, el("b", {}, value),
		el("span", {}, label));
}

function lostTotal(last) {
	return Object.values(last.lost).reduce((sum, count) => sum + count, 0);
}

function pathLegend(model) {
	const items = PATHS.filter((path) => model.sums[path] > 0).map((path) =>
		el("li", {title: PATH_WORDS[path], "data-path": path},
			swatch(path), `${path} `,
			el("b", {}, number(model.sums[path])),
			` (${percent(model.sums[path], model.total)})`));
	const ever = model.vectors.filter((v) => v.ever_posted).length;
	if (ever)
		items.push(el("li", {title: PATH_WORDS.posted,
			"data-path": "posted"}, swatch("posted"), "posted ",
		el("b", {}, "n/c"),
		` (${plural(model.posted.length, "vector")} now, ${ever} at any time)`));
	return el("ul", {class: "legend", id: "path-legend"}, items);
}

function overview(model) {
	const bar = PATHS.map((path) => [path, model.sums[path]]);
	const lost = lostTotal(model.last);
	const changes = model.figures.records.event.seen;

	addSection("overview", "Overview",
		el("div", {class: "figures"},
			figure(number(model.total), "interrupts that the host handled"),
			figure(rate(averageRate(model, model.total)), "on average"),
			figure(number(model.vectors.length), "vectors"),
			figure(number(model.posted.length), "posted now, not countable (n/c)"),
			figure(number(changes), "changes of posting, irqfds, bypasses"),
			figure(number(lost), lost ? "lost, see the notices" : "lost",
				lost ? "bad" : "")),
		model.total ? pathBar("pathbar", bar,
			`Interrupts by path: ${bar.filter(([, n]) => n).map(
				([path, n]) => `${path} ${number(n)}`).join(", ")}`) : null,
		pathLegend(model),
		el("p", {class: "hint"},
			"A posted interrupt leaves no trace on the host, so there is no number of them: n/c is “not countable”."));
}

/* --- what to know before reading on --- */

const LOSS_WORDS = {
	vector_table_full: "interrupts not counted, the vector table is full",
	unregistered_vector: "interrupts not counted, their vector is not known",
	counter_table_full: "interrupts not counted, the counter table is full",
	target_table_full: "deliveries without their vCPU",
	stack: "interrupts without their stack",
	event: "changes not told of",
	wakeup: "wake-ups without their vCPU",
	skipped_run: "runs of probes skipped by the kernel",
	unseen_interrupt: "interrupts that only /proc/interrupts has seen",
};

function noticeLost(model) {
	const kinds = Object.entries(model.last.lost).filter(([, n]) => n);
	if (kinds.length)
		addNotice("bad", "Not all was counted.", kinds.map(([kind, n]) =>
			`${number(n)} ${LOSS_WORDS[kind] || words(kind)}`)
			.join("; "));
}

function noticeThinned(figures) {
	const {snapshot, event, probes} = figures.records;
	const parts = [];

	if (snapshot.kept < snapshot.seen)
		parts.push(`${number(snapshot.kept)} of ${number(snapshot.seen)} snapshots are kept, the first, the last and one of ${number(figures.snapshot_stride)} between them; counts at the end are whole`);
	if (event.kept < event.seen)
		parts.push(`the first and the last ${number(event.kept / 2)} of ${number(event.seen)} changes are kept`);
	if (probes.kept < probes.seen)
		parts.push(`${number(probes.kept)} of ${number(probes.seen)} changes of the probes are kept`);
	if (figures.earlier_runs)
		parts.push(`${plural(figures.earlier_runs, "earlier run")} of the input ${figures.earlier_runs === 1 ? "is" : "are"} not shown`);
	if (parts.length)
		addNotice("plain", "Thinned.", `${parts.join("; ")}.`);
}

function noticeEnd(model) {
	for (const error of model.errors)
		addNotice("bad", "Failed:", visible(error.message));
	if (model.start && !model.end && !model.errors.length)
		addNotice("", "Cut short.", "The records of the run have no end; shown is what they had come to.");
	if (model.last && !model.start)
		addNotice("", "No start.", "The records of the run have no beginning: kernel and probes are not known.");
}

function notices(model) {
	noticeEnd(model);
	if (model.last)
		noticeLost(model);
	noticeThinned(model.figures);
}
