// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/*
 * A flame graph, its root on top: each frame is as wide as it was counted, its
 * callees stand below it. Only frames that can be seen are in the page.
 */

const FRAME_HEIGHT = 22;
const FRAME_LEAST = 0.0012; /* of the width; thinner ones are left out */

function frameName(frame) {
	return frame.symbol === null ? frame.address : visible(frame.symbol);
}

function frameKind(frame) {
	if (frame.symbol === null)
		return "address";
	if (frame.module === null)
		return "kernel";
	return frame.module.startsWith("kvm") ? "kvm"
		: frame.module.startsWith("vfio") ? "vfio" : "module";
}

function newNode(name, module, kind, parent) {
	return {name, module, kind, parent, count: 0, children: new Map(),
		depth: parent ? parent.depth + 1 : 0};
}

function childOf(node, frame) {
	const key = JSON.stringify([frameName(frame), frame.module]);
	if (!node.children.has(key))
		node.children.set(key, newNode(frameName(frame), frame.module,
			frameKind(frame), node));
	return node.children.get(key);
}

const LOST_FRAME = {symbol: "[stack was lost]", module: "no frames"};

function buildTree(stacks, name) {
	const root = newNode(name, null, "address", null);
	for (const stack of stacks) {
		let node = root;
		root.count += stack.count;
		const frames = stack.frames.length ? stack.frames : [LOST_FRAME];
		for (const frame of frames.toReversed()) {
			node = childOf(node, frame);
			node.count += stack.count;
		}
	}
	return root;
}

/* Children with their place, of 0 to 1 of the root's width, widest first. */
function placeNodes(node, from, whole) {
	node.from = from;
	node.width = whole ? node.count / whole : 0;
	node.callees = [...node.children.values()].sort(
		(a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
	let at = from;
	for (const child of node.callees) {
		placeNodes(child, at, whole);
		at += child.width;
	}
}

/* Which stacks there are to choose from. */
function stackChoices(stacks) {
	const choices = [];
	const add = (name, test) => {
		const some = stacks.filter(test);
		if (some.length)
			choices.push({name, stacks: some});
	};

	add("all interrupts", (s) => s.path !== null);
	for (const path of PATHS)
		add(`path ${path}`, (s) => s.path === path);
	const named = stacks.filter((s) => s.path !== null && s.device);
	const names = new Set(named.flatMap((s) => [s.device, fullName(s)]));
	for (const name of [...names].sort())
		add(name, (s) => s.path !== null &&
			(s.device === name || fullName(s) === name));
	for (const event of new Set(stacks.map((s) => s.event)))
		if (event !== null)
			add(`event ${words(event)}`, (s) => s.event === event);
	return choices;
}

class FlameGraph {
	constructor(stacks) {
		this.choices = stackChoices(stacks);
		this.box = el("div", {class: "flame", id: "flame", role: "tree",
			"aria-label": "Flame graph of kernel stacks", on: {
				keydown: (event) => this.key(event),
				click: (event) => this.click(event),
				focusin: (event) => this.onFocus(event),
				pointerover: (event) => this.onPointer(event),
			}});
		this.info = el("div", {class: "flame-info", id: "flame-info",
			role: "status"});
		this.select = el("select", {id: "flame-select", on: {
			change: () => this.load()}}, this.choices.map((choice, i) =>
			el("option", {value: i}, choice.name)));
		this.search = el("input", {type: "search", id: "flame-search",
			placeholder: "function or module", on: {
				input: () => this.draw()}});
		this.found = el("output", {id: "flame-found", role: "status"});
		this.reset = el("button", {type: "button", id: "flame-reset", on: {
			click: () => this.clear()}}, "Reset");
	}

	load() {
		const choice = this.choices[Number(this.select.value)];
		this.root = buildTree(choice.stacks, choice.name);
		placeNodes(this.root, 0, this.root.count);
		this.depth = 0;
		const visit = (node) => {
			this.depth = Math.max(this.depth, node.depth);
			node.callees.forEach(visit);
		};
		visit(this.root);
		this.zoom = this.root;
		this.current = this.root;
		this.draw();
	}

	clear() {
		this.search.value = "";
		this.zoom = this.root;
		this.current = this.root;
		this.draw();
	}

	/* --- drawing --- */

	matches(node) {
		const text = this.search.value.trim().toLowerCase();
		return text !== "" && node !== this.root &&
			`${node.name} ${node.module || ""}`.toLowerCase()
				.includes(text);
	}

	isAbove(node) {
		for (let at = this.zoom.parent; at; at = at.parent)
			if (at === node)
				return true;
		return false;
	}

	draw() {
		this.nodes = new Map();
		this.frames = new Map();
		const nodes = [];
		for (let at = this.zoom.parent; at; at = at.parent)
			nodes.unshift(at);
		const visit = (node) => {
			if (node.width / this.zoom.width < FRAME_LEAST)
				return;
			nodes.push(node);
			node.callees.forEach(visit);
		};
		visit(this.zoom);
		this.box.replaceChildren(...nodes.map((node) => this.frame(node)));
		this.box.style.height =
			`${Math.max(4, this.depth + 1) * FRAME_HEIGHT}px`;
		this.setCurrent(this.nodes.has(this.current)
			? this.current : this.zoom);
		this.countFound();
		this.reset.disabled = this.zoom === this.root &&
			this.search.value === "";
	}

	frame(node) {
		const above = this.isAbove(node);
		const from = above ? 0
			: (node.from - this.zoom.from) / this.zoom.width;
		const width = above ? 1 : node.width / this.zoom.width;
		const frame = el("div", {
			class: `frame f-${node.kind}${above ? " above" : ""}` +
				`${this.matches(node) ? " match" : ""}` +
				`${width < 0.02 ? " thin" : ""}`,
			role: "treeitem", tabindex: -1,
			"aria-level": node.depth + 1,
			"aria-label": this.describe(node),
			"data-count": node.count, "data-name": node.name,
		}, width < 0.02 ? "" : node.name);
		if (node.callees.length)
			frame.setAttribute("aria-expanded", "true");
		frame.style.left = `${100 * from}%`;
		frame.style.width = `${100 * width}%`;
		frame.style.top = `${node.depth * FRAME_HEIGHT}px`;
		this.nodes.set(node, frame);
		this.frames.set(frame, node);
		return frame;
	}

	describe(node) {
		const of = node === this.root ? ""
			: `, ${percent(node.count, this.root.count)} of ${this.root.name}`;
		const where = node.module ? ` [${visible(node.module)}]` : "";
		return `${node.name}${where}: ${number(node.count)}${of}`;
	}

	/* Counted once, where a match is below another. */
	countFound() {
		if (this.search.value.trim() === "") {
			this.found.textContent = "";
			return;
		}
		const sum = (node) => this.matches(node) ? node.count
			: node.callees.reduce((all, c) => all + sum(c), 0);
		const count = sum(this.root);
		this.found.textContent = `found in ${number(count)} of ` +
			`${number(this.root.count)} (${percent(count, this.root.count)})`;
	}

	/* --- moving --- */

	setCurrent(node, focus) {
		for (const frame of this.box.querySelectorAll('[tabindex="0"]'))
			frame.tabIndex = -1;
		const frame = this.nodes.get(node);
		frame.tabIndex = 0;
		this.current = node;
		this.info.textContent = this.describe(node);
		if (focus)
			frame.focus({preventScroll: false});
	}

	zoomTo(node) {
		this.zoom = node;
		this.current = node;
		this.draw();
		this.setCurrent(node, true);
	}

	/* The next to the left or right that is shown, of the same parent. */
	sibling(step) {
		const parent = this.current.parent;
		if (!parent)
			return null;
		const all = parent.callees.filter((c) => this.nodes.has(c));
		return all[all.indexOf(this.current) + step] || null;
	}

	target(key) {
		switch (key) {
		case "ArrowUp": return this.current.parent;
		case "ArrowDown": return this.current.callees.find(
			(c) => this.nodes.has(c)) || null;
		case "ArrowLeft": return this.sibling(-1);
		case "ArrowRight": return this.sibling(1);
		case "Home": return this.root;
		default: return undefined;
		}
	}

	key(event) {
		if (event.ctrlKey || event.altKey || event.metaKey)
			return;
		const target = this.target(event.key);
		if (target !== undefined) {
			if (target)
				this.setCurrent(target, true);
		} else if (event.key === "Enter" || event.key === " ") {
			this.zoomTo(this.current);
		} else if (event.key === "Escape" || event.key === "Backspace") {
			this.zoomTo(this.zoom.parent || this.root);
		} else if (event.key === "/") {
			this.search.focus();
		} else {
			return;
		}
		event.preventDefault();
	}

	nodeOf(event) {
		return this.frames.get(event.target.closest(".frame"));
	}

	click(event) {
		const node = this.nodeOf(event);
		if (node)
			this.zoomTo(node);
	}

	onFocus(event) {
		const node = this.nodeOf(event);
		if (node && node !== this.current)
			this.setCurrent(node);
	}

	onPointer(event) {
		const node = this.nodeOf(event);
		if (node)
			this.info.textContent = this.describe(node);
	}
}

function flame(model) {
	if (!model.stacks)
		return;
	const graph = new FlameGraph(model.stacks);
	if (!graph.choices.length) {
		addSection("stacks", "Stacks", el("p", {}, "No stack was counted."));
		return;
	}
	const kinds = [["kernel", "kernel"], ["kvm", "KVM"], ["vfio", "VFIO"],
		["module", "other modules"], ["address", "no symbol"]];
	addSection("stacks", "Stacks",
		el("p", {class: "hint"},
			"The outermost function is on top. A click or ",
			el("kbd", {}, "Enter"), " zooms, ", el("kbd", {}, "Esc"),
			" zooms out, arrow keys go from frame to frame, ",
			el("kbd", {}, "/"), " searches."),
		el("div", {class: "controls"},
			labelled("Stacks of", graph.select),
			labelled("Search", graph.search), graph.reset, graph.found),
		graph.box, graph.info,
		el("ul", {class: "legend"}, kinds.map(([kind, name]) =>
			el("li", {}, el("span", {class: `swatch frame-key f-${kind}`,
				"aria-hidden": "true"}), name))));
	graph.load();
}
