// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/* The records themselves, to be saved and read by pitrace --input. */

/*
 * As pitrace wrote them: in the page '<', '>' and '&' are escaped. A backslash
 * and what follows it are one, so that an escaped backslash begins no escape.
 */
function recordLine(text) {
	return text.replace(/\\(?:u003c|u003e|u0026|.)/g, (escape) =>
		({"\\u003c": "<", "\\u003e": ">", "\\u0026": "&"})[escape] ||
		escape);
}

function recordLines() {
	return recordTexts().map((text) => `${recordLine(text)}\n`).join("");
}

function saveRecords() {
	const url = URL.createObjectURL(
		new Blob([recordLines()], {type: "application/x-ndjson"}));
	el("a", {href: url, download: "pitrace.jsonl"}).click();
	setTimeout(() => URL.revokeObjectURL(url), 60000);
}

function records(model) {
	const rows = Object.entries(model.figures.records)
		.filter(([, n]) => n.seen).map(([type, n]) =>
			[el("span", {class: "mono"}, type), number(n.kept),
				number(n.seen)]);

	addSection("records", "Records",
		el("p", {}, "All of the above is worked out from these. Saved, they can be looked at again by ",
			el("code", {}, "pitrace --input pitrace.jsonl"), "."),
		simpleTable("record-table", ["Type", "In this file", "Of"], rows),
		el("p", {class: "more"}, el("button", {type: "button",
			id: "save-records", on: {click: saveRecords}},
		"Save records")));
}
