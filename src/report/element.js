// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/*
 * Builds the page. Text goes in as text nodes alone, so that no string of a
 * record is ever taken for markup.
 */

const SVG = "http://www.w3.org/2000/svg";

function fillElement(node, attributes, children) {
	for (const [name, value] of Object.entries(attributes || {})) {
		if (name === "on")
			for (const [event, what] of Object.entries(value))
				node.addEventListener(event, what);
		else if (value !== null && value !== undefined && value !== false)
			node.setAttribute(name, value === true ? "" : value);
	}
	node.append(...children.flat(Infinity).filter((c) => c !== null));
	return node;
}

function el(name, attributes, ...children) {
	return fillElement(document.createElement(name), attributes, children);
}

function svg(name, attributes, ...children) {
	return fillElement(document.createElementNS(SVG, name), attributes,
		children);
}

/* A section with its heading, and its place in the list of them. */
function addSection(id, title, ...children) {
	document.getElementById("nav").append(
		el("a", {href: `#${id}`}, title));
	const section = el("section", {id, "aria-labelledby": `${id}-title`},
		el("h2", {id: `${id}-title`}, title), children);
	document.getElementById("main").append(section);
	return section;
}

function addNotice(kind, label, text) {
	document.getElementById("notices").append(
		el("p", {class: `notice ${kind}`, role: "note"},
			el("strong", {}, label), text));
}

function facts(rows) {
	return el("dl", {class: "facts"}, rows.filter(Boolean).map(
		([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function swatch(path) {
	return el("span", {class: `swatch fill p-${path}`, "aria-hidden": "true"});
}

/* Shares of a whole, side by side. */
function pathBar(kind, parts, label) {
	return el("div", {class: kind, role: "img", "aria-label": label},
		parts.filter(([, count]) => count > 0).map(([path, count]) => {
			const part = el("span", {class: `fill p-${path}`});
			part.style.flexGrow = String(count);
			part.style.flexBasis = "0";
			return part;
		}));
}

function labelled(text, control) {
	return el("label", {}, text, control);
}

/*
 * Rows that are drawn some at a time: thousands of them would keep the browser
 * busy, and nobody from reading the first. @draw: (item) => row
 */
class RowList {
	constructor(body, draw, step) {
		this.body = body;
		this.draw = draw;
		this.step = step;
		this.left = el("span", {class: "hint", role: "status"});
		this.next = el("button", {type: "button", class: "show-more", on: {
			click: () => this.grow(this.step)}});
		this.all = el("button", {type: "button", class: "show-all", on: {
			click: () => this.grow(Infinity)}}, "Show all");
		this.more = el("div", {class: "more"}, this.next, this.all,
			this.left);
	}

	show(items) {
		this.items = items;
		this.shown = 0;
		this.body.replaceChildren();
		this.grow(this.step);
	}

	grow(count) {
		const end = Math.min(this.items.length, this.shown + count);
		this.body.append(...this.items.slice(this.shown, end)
			.map(this.draw));
		this.shown = end;
		const rest = this.items.length - end;
		this.more.hidden = rest === 0;
		this.next.textContent =
			`Show ${number(Math.min(rest, this.step))} more`;
		this.left.textContent = `${number(end)} of ` +
			`${number(this.items.length)} are shown`;
	}
}
