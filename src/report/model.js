// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/* The records of this page, and what follows from them. */

function recordTexts() {
	return [...document.querySelectorAll("script.record")].map(
		(script) => script.textContent);
}

function sumPaths(vectors) {
	const sums = Object.fromEntries(PATHS.map((path) => [path, 0]));
	for (const vector of vectors)
		for (const path of PATHS)
			sums[path] += vector.paths[path];
	return sums;
}

function isPosted(vector) {
	return !vector.countable;
}

/* Of a snapshot what the time line needs, so that the rest can go. */
function pointOf(snapshot) {
	return {
		ts_ns: snapshot.ts_ns,
		time: snapshot.time,
		sums: sumPaths(snapshot.vectors),
		posted: snapshot.vectors.filter(isPosted).length,
	};
}

/*
 * The end comes within a moment of a snapshot: a rate over that moment would be
 * one of few interrupts.
 */
function dropShortEnd(points, origin_ns) {
	const n = points.length;
	if (n < 2)
		return points;
	const last = points[n - 1].ts_ns - points[n - 2].ts_ns;
	const before = points[n - 2].ts_ns -
		(n > 2 ? points[n - 3].ts_ns : origin_ns);
	return last < before / 4 ? points.toSpliced(n - 2, 1) : points;
}

function emptyModel(figures) {
	return {
		figures, start: null, probes: null, end: null, last: null,
		stacks: null, inspect: null, doctor: null, snapshots: 0,
		points: [], changes: [], errors: [],
	};
}

function takeCounts(model, record) {
	model.last = record;
	if (record.duration_ns > 0)
		model.points.push(pointOf(record));
}

const TAKERS = {
	start(model, record) {
		model.start = record;
		model.probes = record;
	},
	probes(model, record) { model.probes = record; },
	snapshot(model, record) {
		model.snapshots++;
		takeCounts(model, record);
	},
	end(model, record) {
		model.end = record;
		takeCounts(model, record);
	},
	event(model, record) { model.changes.push(record); },
	stacks(model, record) { model.stacks = record.stacks; },
	error(model, record) { model.errors.push(record); },
	inspect(model, record) { model.inspect = record; },
	doctor(model, record) { model.doctor = record; },
};

function readModel() {
	const model = emptyModel(JSON.parse(
		document.getElementById("figures").textContent));
	for (const text of recordTexts()) {
		const record = JSON.parse(text);
		if (Object.hasOwn(TAKERS, record.type))
			TAKERS[record.type](model, record);
	}
	const last = model.last;
	model.vectors = last ? last.vectors : [];
	model.duration_ns = last ? last.duration_ns : 0;
	model.origin_ns = last ? last.ts_ns - last.duration_ns : 0;
	model.points = dropShortEnd(model.points, model.origin_ns);
	model.sums = sumPaths(model.vectors);
	model.total = PATHS.reduce((sum, path) => sum + model.sums[path], 0);
	model.posted = model.vectors.filter(isPosted);
	return model;
}

/* Interrupts per second on average; of no time at all there is none. */
function averageRate(model, count) {
	return model.duration_ns ? count * 1e9 / model.duration_ns : null;
}
