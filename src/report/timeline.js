// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/* Rates by path over time, how many vectors are posted, and when it changed. */

const CHANGE_KINDS = ["posted", "remapped", "irqfd_assigned",
	"irqfd_shutdown", "bypass_connected", "bypass_disconnected"];
const CHART = {left: 150, right: 14, top: 10, rates: 190, strip: 46, lane: 22};

/* Pairs of points become intervals, with a rate for each path. */
function intervals(model) {
	const zero = {ts_ns: model.origin_ns, posted: null,
		sums: Object.fromEntries(PATHS.map((path) => [path, 0]))};
	let before = zero;

	return model.points.filter((p) => p.ts_ns > model.origin_ns).map((p) => {
		const length_ns = p.ts_ns - before.ts_ns;
		const rates = {};
		for (const path of PATHS)
			rates[path] = length_ns <= 0 ? 0 : Math.max(0,
				p.sums[path] - before.sums[path]) * 1e9 / length_ns;
		const made = {from_ns: before.ts_ns, to_ns: p.ts_ns, rates,
			posted: p.posted, time: p.time,
			total: PATHS.reduce((sum, path) => sum + rates[path], 0)};
		before = p;
		return made;
	});
}

/* The first round number that is not below. */
function roundUp(value) {
	if (value <= 0)
		return 1;
	const unit = 10 ** Math.floor(Math.log10(value));
	return [1, 2, 2.5, 5, 10].map((n) => n * unit).find((n) => n >= value);
}

function compact(value) {
	return value.toLocaleString("en-US",
		{notation: "compact", maximumFractionDigits: 1});
}

/* Patterns of the paths, as those of the bars. */
const INKS = {
	eventfd: "M3 0V8", irqfd: "", irqfd_deferred: "M-2 2L2 -2M0 8L8 0M6 10L10 6",
	irqfd_dropped: "M0 8L8 0M0 0L8 8", unclaimed: "M4 4h1.5", unknown: "M0 4H8",
};

function patterns() {
	return svg("defs", {}, PATHS.map((path) =>
		svg("pattern", {id: `ink-${path}`, width: 8, height: 8,
			patternUnits: "userSpaceOnUse", class: `p-${path}`},
		svg("rect", {width: 8, height: 8, class: "ground"}),
		svg("path", {d: INKS[path], class: "ink"}))));
}

class Timeline {
	constructor(model) {
		this.model = model;
		this.spans = intervals(model);
		this.kinds = CHANGE_KINDS.filter((kind) =>
			model.changes.some((c) => c.event === kind));
		const ends = [...this.spans.map((s) => s.to_ns),
			...model.changes.map((c) => c.ts_ns)];
		const starts = [this.spans[0].from_ns,
			...model.changes.map((c) => c.ts_ns)];
		this.from_ns = starts.reduce((a, b) => Math.min(a, b));
		this.to_ns = Math.max(this.from_ns + 1,
			ends.reduce((a, b) => Math.max(a, b)));
		this.top = roundUp(this.spans.reduce(
			(max, s) => Math.max(max, s.total), 0));
		this.chosen = this.spans.length - 1;
		this.chart = el("div", {class: "chart", id: "timeline-chart",
			tabindex: 0, role: "group",
			"aria-label": "Time line. The arrow keys go from interval to interval.",
			on: {
				keydown: (event) => this.key(event),
				pointermove: (event) => this.point(event),
			}});
		this.readout = el("div", {class: "readout", role: "status",
			id: "timeline-readout"});
	}

	x(ts_ns) {
		return CHART.left + (ts_ns - this.from_ns) /
			(this.to_ns - this.from_ns) * this.width;
	}

	y(perSecond) {
		return CHART.top + CHART.rates * (1 - perSecond / this.top);
	}

	/* One path's steps, on top of those before it. */
	area(path, floor) {
		const upper = [], lower = [];
		this.spans.forEach((span, i) => {
			const a = this.x(span.from_ns).toFixed(1);
			const b = this.x(span.to_ns).toFixed(1);
			const low = this.y(floor[i]).toFixed(1);
			floor[i] += span.rates[path];
			const high = this.y(floor[i]).toFixed(1);
			upper.push(`${a},${high}`, `${b},${high}`);
			lower.push(`${a},${low}`, `${b},${low}`);
		});
		return svg("polygon", {points: [...upper, ...lower.reverse()].join(" "),
			fill: `url(#ink-${path})`});
	}

	rates() {
		const floor = this.spans.map(() => 0);
		return PATHS.filter((path) => this.model.sums[path] > 0)
			.map((path) => this.area(path, floor));
	}

	scale() {
		return [0, 0.5, 1].map((part) => {
			const y = this.y(part * this.top);
			return [
				svg("line", {class: "axis", x1: CHART.left, y1: y,
					x2: CHART.left + this.width, y2: y}),
				svg("text", {x: CHART.left - 8, y: y + 4,
					"text-anchor": "end"},
				`${compact(part * this.top)}/s`),
			];
		});
	}

	/* How many vectors are posted, as of the end of each interval. */
	strip(top) {
		const most = this.model.vectors.length || 1;
		const y = (n) => top + (CHART.strip - 16) * (1 - n / most) + 6;
		const points = this.spans.flatMap((s) => [s.from_ns, s.to_ns].map(
			(ns) => `${this.x(ns).toFixed(1)},${y(s.posted).toFixed(1)}`));
		return [
			svg("text", {x: CHART.left - 8, y: top + 22,
				"text-anchor": "end"}, "vectors posted"),
			svg("line", {class: "axis", x1: CHART.left, y1: y(0),
				x2: CHART.left + this.width, y2: y(0)}),
			svg("polyline", {class: "steps", points: points.join(" ")}),
		];
	}

	/* Marks of changes that would cover each other are one. */
	lane(kind, top) {
		const marks = new Map();
		for (const change of this.model.changes) {
			if (change.event !== kind)
				continue;
			const x = Math.round(this.x(change.ts_ns) / 5) * 5;
			const mark = marks.get(x) || {count: 0, failed: 0};
			mark.count++;
			mark.failed += change.result !== 0;
			marks.set(x, mark);
		}
		const y = top + CHART.lane / 2;
		return [
			svg("text", {x: CHART.left - 8, y: y + 4, "text-anchor": "end"},
				words(kind)),
			svg("line", {class: "lane", x1: CHART.left, y1: y,
				x2: CHART.left + this.width, y2: y}),
			[...marks].map(([x, mark]) => this.mark(x, y, mark)),
		];
	}

	mark(x, y, mark) {
		const title = svg("title", {}, plural(mark.count, "change") +
			(mark.failed ? `, ${number(mark.failed)} failed` : ""));
		if (mark.failed)
			return svg("path", {class: "mark bad", "data-count": mark.count,
				d: `M${x - 5} ${y - 3}l2 -2 3 3 3 -3 2 2 -3 3 3 3 -2 2 -3 -3 -3 3 -2 -2 3 -3z`},
			title);
		return svg("path", {class: "mark", "data-count": mark.count,
			d: `M${x} ${y - 6}l5 6 -5 6 -5 -6z`}, title);
	}

	times(bottom) {
		const length = this.to_ns - this.from_ns;
		return [0, 0.5, 1].map((part) => svg("text", {
			x: CHART.left + part * this.width, y: bottom,
			"text-anchor": ["start", "middle", "end"][2 * part],
		}, `+${seconds(part * length)}`));
	}

	draw() {
		const outer = Math.max(320, this.chart.clientWidth);
		CHART.left = outer < 560 ? 136 : 150;
		this.width = outer - CHART.left - CHART.right;
		const strip = CHART.top + CHART.rates + 8;
		const lanes = strip + CHART.strip;
		const bottom = lanes + this.kinds.length * CHART.lane + 18;
		this.cursor = svg("line", {class: "cursor", y1: CHART.top,
			y2: bottom - 16});
		this.chart.replaceChildren(svg("svg",
			{viewBox: `0 0 ${outer} ${bottom + 6}`, "aria-hidden": "true"},
			patterns(), this.scale(), this.rates(), this.strip(strip),
			this.kinds.map((kind, i) =>
				this.lane(kind, lanes + i * CHART.lane)),
			this.times(bottom), this.cursor));
		this.choose(this.chosen);
	}

	choose(nth) {
		const last = this.spans.length - 1;
		this.chosen = Math.min(last, Math.max(0, nth));
		const span = this.spans[this.chosen];
		const x = (this.x(span.from_ns) + this.x(span.to_ns)) / 2;
		this.cursor.setAttribute("x1", x);
		this.cursor.setAttribute("x2", x);
		const rates = PATHS.filter((path) => span.rates[path] > 0).map(
			(path) => `${path} ${rate(span.rates[path])}`);
		this.readout.textContent =
			`Interval ${number(this.chosen + 1)} of ${number(last + 1)}, ` +
			`+${seconds(span.from_ns - this.from_ns)} to ` +
			`+${seconds(span.to_ns - this.from_ns)} (until ${time(span.time)}): ` +
			`${rate(span.total)} by the host` +
			`${rates.length ? ` (${rates.join(", ")})` : ""}; ` +
			`${plural(span.posted, "vector")} posted${span.posted ? ", n/c" : ""}.`;
	}

	key(event) {
		const steps = {ArrowLeft: this.chosen - 1, ArrowRight: this.chosen + 1,
			Home: 0, End: this.spans.length - 1};
		if (!Object.hasOwn(steps, event.key))
			return;
		event.preventDefault();
		this.choose(steps[event.key]);
	}

	point(event) {
		const box = this.chart.getBoundingClientRect();
		const ns = this.from_ns + (event.clientX - box.left - CHART.left) /
			this.width * (this.to_ns - this.from_ns);
		const found = this.spans.findIndex((span) => ns <= span.to_ns);
		this.choose(found < 0 ? this.spans.length - 1 : found);
	}
}

function timeline(model) {
	if (!model.points.some((p) => p.ts_ns > model.origin_ns))
		return;
	const line = new Timeline(model);
	addSection("timeline", "Time line",
		el("p", {class: "hint"},
			"Interrupts per second that the host handled, by path; below them how many vectors are posted, and the changes. ",
			el("kbd", {}, "←"), " ", el("kbd", {}, "→"),
			" go through the intervals. A diamond is a change, a cross one that failed."),
		el("ul", {class: "legend"}, PATHS.filter((path) =>
			model.sums[path] > 0).map((path) =>
			el("li", {}, swatch(path), path))),
		line.chart, line.readout);
	line.draw();
	new ResizeObserver(() => line.draw()).observe(line.chart);
}
