// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/* The table of vectors. */

const VECTOR_STEP = 100;

/* --- what is known of a vector, in words --- */

function sinceText(since, format) {
	return since === null ? "unknown"
		: since === "before_start" ? "before start" : format(since);
}

/* Its path as it is set up, and by what that is known. */
function evidence(v) {
	const c = v.configured;
	if (c.path === "posted")
		return `entry posted, since ${sinceText(c.since, clock)}`;
	return c.reasons.length ? c.reasons.map(words).join(", ") : "";
}

function busiestTarget(v) {
	const c = v.configured;
	if (isPosted(v))
		return targetName(c.vcpu, c.guest_vector);
	const [first, ...rest] = v.targets.toSorted((a, b) => b.count - a.count);
	if (!first)
		return "–";
	return targetName(first.vcpu, first.guest_vector) +
		(rest.length ? ` +${rest.length}` : "");
}

function shownVm(v) {
	return v.configured.vm || v.vm;
}

function pathParts(v) {
	return PATHS.filter((path) => v.paths[path] > 0).map(
		(path) => [path, v.paths[path]]);
}

function pathText(v) {
	const parts = pathParts(v).map(([path, n]) => `${path} ${number(n)}`);
	if (isPosted(v))
		parts.unshift("posted n/c");
	else if (v.ever_posted)
		parts.push("posted for a while, n/c");
	return parts.join(" · ") || "no interrupt";
}

/* --- cells --- */

function vectorBar(v, share) {
	const parts = pathParts(v);
	const bar = pathBar("rowbar", isPosted(v) ? [["posted", 1]] : parts,
		pathText(v));
	bar.style.width = isPosted(v) ? "100%" : `${Math.max(share * 100, 1)}%`;
	return parts.length || isPosted(v) ? bar : null;
}

function countCell(v) {
	if (!isPosted(v))
		return [number(v.count), v.ever_posted
			? el("small", {}, "not all: was posted") : null];
	return ["n/c", v.count
		? el("small", {}, `${number(v.count)} handled`) : null];
}

function cell(label, attributes, ...children) {
	return el("td", {"data-label": label, ...attributes}, ...children);
}

/* --- details of one vector --- */

function entryText(irte) {
	return [words(irte.mode),
		irte.index === null ? null : `index ${irte.index}`,
		irte.high === null ? null : `${irte.high} ${irte.low}`]
		.filter(Boolean).join(", ");
}

function routeText(route) {
	if (!route)
		return null;
	if (route.type !== "msi")
		return route.type;
	return `MSI ${route.address} ${route.data}, ${words(route.delivery_mode)}, ` +
		`destination ${hex(route.destination)}` +
		`${route.logical ? " (logical)" : ""}, ` +
		(route.vcpus === null ? "vCPUs unknown" : plural(route.vcpus, "vCPU"));
}

function yesNo(value) {
	return value === null ? "unknown" : value ? "yes" : "no";
}

function countedFacts(v) {
	return facts([
		...PATHS.map((path) => [path, number(v.paths[path])]),
		["posted", v.paths.posted === 0 ? "0 (was never posted)"
			: v.ever_posted ? "n/c" : "unknown"],
		["posting changes", `${number(v.posting_changes)}, ` +
			`${number(v.posting_failures)} failed`],
		["targets", v.targets.map((t) =>
			`${targetName(t.vcpu, t.guest_vector)}: ${number(t.count)}`)
			.join(", ") || "none seen"],
		["CPUs", v.cpus.map((c) => `${c.cpu}: ${number(c.count)}`)
			.join(", ") || "none"],
	]);
}

function configuredFacts(c) {
	const posted = c.path === "posted";
	return facts([
		["next interrupt", c.path],
		c.reasons.length ? ["not posted for",
			c.reasons.map(words).join(", ")] : null,
		["entry", entryText(c.irte)],
		posted ? ["descriptor", c.descriptor === null ? "unknown"
			: c.descriptor] : null,
		["since", sinceText(c.since, time)],
		["vCPU, vector", targetName(c.vcpu, c.guest_vector)],
		["VM", vmName(c.vm) + (c.vm_by_device ? " (has the device)" : "")],
		["GSI", c.gsi === null ? "none or unknown" : String(c.gsi)],
		c.route ? ["route", routeText(c.route)] : null,
		["bypass joined", yesNo(c.bypass_joined)],
		c.apicv_inhibits && c.apicv_inhibits.length
			? ["APICv inhibited by",
				c.apicv_inhibits.map(visible).join(", ")] : null,
		c.update_error === null ? null
			: ["last update", `failed, errno ${-c.update_error}`],
	]);
}

function detailRow(v, columns) {
	return el("tr", {class: "detail"}, el("td", {colspan: columns},
		el("div", {class: "columns"},
			el("div", {}, el("h3", {}, "Counted"), countedFacts(v)),
			el("div", {}, el("h3", {}, "Set up"),
				configuredFacts(v.configured)))));
}

/* --- the table --- */

const VECTOR_COLUMNS = [
	{name: "Device", key: (v) => v.order},
	{name: "Vector", key: (v) => v.vector},
	{name: "IRQ", key: (v) => v.irq, num: true},
	{name: "Paths", key: (v) => pathText(v)},
	{name: "Count", key: (v) => isPosted(v) ? null : v.count, num: true},
	{name: "Rate", key: (v) => isPosted(v) ? null : v.count, num: true},
	{name: "Set up", key: (v) => v.configured.path + evidence(v)},
	{name: "VM", key: (v) => vmName(shownVm(v))},
	{name: "Target", key: (v) => busiestTarget(v)},
];

class VectorTable {
	constructor(model) {
		this.model = model;
		this.largest = Math.max(1, ...model.vectors.map((v) => v.count));
		this.rows = model.vectors.map((v, order) => ({...v, order,
			text: [fullName(v), v.irq, v.configured.path, evidence(v),
				pathText(v), vmName(shownVm(v)), busiestTarget(v)]
				.join(" ").toLowerCase()}));
		this.sort = {column: VECTOR_COLUMNS[4], down: true};
		this.body = el("tbody");
		this.list = new RowList(this.body, (v) => this.row(v), VECTOR_STEP);
		this.makeControls();
		this.makeHead();
	}

	makeControls() {
		const update = () => this.update();
		this.filter = el("input", {
			type: "search", id: "vector-filter",
			placeholder: "device, VM, reason …", on: {input: update}});
		const used = ["posted", ...PATHS].filter((path) =>
			this.rows.some((v) => VectorTable.hasPath(v, path)));
		this.path = el("select", {id: "vector-path", on: {change: update}},
			el("option", {value: ""}, "all"),
			used.map((path) => el("option", {value: path}, path)),
			el("option", {value: "idle"}, "no interrupt"));
		this.scale = el("select", {id: "vector-scale", on: {change: update}},
			el("option", {value: "share"}, "shares of each vector"),
			el("option", {value: "count"}, "counts"));
		this.found = el("output", {id: "vector-found", role: "status"});
	}

	static hasPath(v, path) {
		if (path === "posted")
			return isPosted(v);
		if (path === "idle")
			return !v.count && !isPosted(v);
		return !path || v.paths[path] > 0;
	}

	makeHead() {
		this.heads = VECTOR_COLUMNS.map((column) => {
			const button = el("button", {type: "button", on: {
				click: () => this.sortBy(column)}}, column.name);
			return el("th", {scope: "col",
				class: column.num ? "num" : null}, button);
		});
	}

	sortBy(column) {
		const same = this.sort.column === column;
		this.sort = {column, down: same ? !this.sort.down
			: Boolean(column.num)};
		this.update();
	}

	/* What has no value comes last either way. */
	compare(a, b) {
		const {column, down} = this.sort;
		const x = column.key(a), y = column.key(b);
		if (x === y)
			return a.order - b.order;
		if (x === null || y === null)
			return x === null ? 1 : -1;
		return (x < y ? -1 : 1) * (down ? -1 : 1);
	}

	update() {
		const text = this.filter.value.trim().toLowerCase();
		const rows = this.rows.filter((v) => v.text.includes(text) &&
			VectorTable.hasPath(v, this.path.value));
		rows.sort((a, b) => this.compare(a, b));
		VECTOR_COLUMNS.forEach((column, i) => {
			this.heads[i].setAttribute("aria-sort",
				column !== this.sort.column ? "none"
					: this.sort.down ? "descending" : "ascending");
		});
		this.found.textContent = rows.length === this.rows.length
			? plural(rows.length, "vector")
			: `${number(rows.length)} of ${plural(this.rows.length, "vector")}`;
		this.list.show(rows);
	}

	toggle(row, button, v) {
		const open = button.getAttribute("aria-expanded") === "true";
		button.setAttribute("aria-expanded", String(!open));
		if (open)
			row.nextSibling.remove();
		else
			row.after(detailRow(v, VECTOR_COLUMNS.length));
	}

	row(v) {
		const share = this.scale.value === "share" ? 1
			: v.count / this.largest;
		const open = el("button", {type: "button", class: "row-open",
			"aria-expanded": "false", title: "all that is known of it",
			on: {click: () => this.toggle(row, open, v)}}, v.device);
		const row = el("tr", {"data-name": fullName(v)},
			cell("Device", {class: "device mono"}, open),
			cell("Vector", {class: "keep"}, vectorName(v)),
			cell("IRQ", {class: "num"}, v.irq === null ? "–" : String(v.irq)),
			cell("Paths", {class: "paths"}, vectorBar(v, share),
				el("small", {}, pathText(v))),
			cell("Count", {class: "num"}, countCell(v)),
			cell("Rate", {class: "num"}, isPosted(v) ? "n/c"
				: rate(averageRate(this.model, v.count))),
			cell("Set up", {class: "setup"}, el("span", {
				class: `state is-${v.configured.path}`},
			v.configured.path), el("small", {}, evidence(v))),
			cell("VM", {class: "keep"}, vmName(shownVm(v))),
			cell("Target", {class: "keep mono"}, busiestTarget(v)));
		return row;
	}

	element() {
		this.update();
		return [
			el("div", {class: "controls"},
				labelled("Filter", this.filter),
				labelled("Path", this.path),
				labelled("Bars show", this.scale), this.found),
			el("div", {class: "scroll"},
				el("table", {id: "vector-table", class: "cards"},
					el("thead", {}, el("tr", {}, this.heads)),
					this.body)),
			this.list.more,
		];
	}
}

function vectors(model) {
	addSection("vectors", "Vectors", new VectorTable(model).element());
}
