// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/* The changes one by one. */

const CHANGE_STEP = 50;

function changeRow(model, change) {
	const failed = change.result !== 0;

	return el("tr", {},
		cell("Time", {class: "keep"}, clock(change.time), el("small", {},
			`+${seconds(Math.max(0, change.ts_ns - model.origin_ns))}`)),
		cell("Change", {}, words(change.event)),
		cell("Vector", {class: "device mono"}, fullName(change)),
		cell("GSI", {class: "num"}, change.gsi === null ? "–"
			: String(change.gsi)),
		cell("Target", {class: "mono keep"}, targetName(change.vcpu, change.guest_vector)),
		cell("VM", {class: "keep"}, vmName(change.vm)),
		cell("Result", {class: failed ? "failed" : null},
			failed ? `failed, errno ${-change.result}` : "done"));
}

function changeText(change) {
	return [words(change.event), fullName(change), targetName(change.vcpu, change.guest_vector),
		vmName(change.vm), change.result ? "failed" : "done"]
		.join(" ").toLowerCase();
}

function changes(model) {
	if (!model.changes.length)
		return;
	const body = el("tbody");
	const list = new RowList(body, (c) => changeRow(model, c), CHANGE_STEP);
	const found = el("output", {role: "status"});
	const filter = el("input", {type: "search", id: "change-filter",
		placeholder: "device, kind, VM, failed …", on: {input: update}});

	function update() {
		const text = filter.value.trim().toLowerCase();
		const shown = model.changes.filter(
			(c) => changeText(c).includes(text));
		found.textContent = `${number(shown.length)} of ` +
			plural(model.changes.length, "change");
		list.show(shown);
	}

	const heads = ["Time", "Change", "Vector", "GSI", "Target", "VM", "Result"];
	addSection("changes", "Changes",
		el("div", {class: "controls"}, labelled("Filter", filter), found),
		el("div", {class: "scroll"},
			el("table", {id: "change-table", class: "cards"},
				el("thead", {}, el("tr", {}, heads.map((head) =>
					el("th", {scope: "col",
						class: head === "GSI" ? "num" : null}, head)))),
				body)),
		list.more);
	update();
}
