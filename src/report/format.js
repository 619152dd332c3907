// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/* Numbers and names as text. What is not known is null and never becomes 0. */

const PATHS = ["eventfd", "irqfd", "irqfd_deferred", "irqfd_dropped",
	"unclaimed", "unknown"];

const PATH_WORDS = {
	eventfd: "left to the process that reads the eventfd",
	irqfd: "injected by KVM within the handler",
	irqfd_deferred: "injected by KVM from a workqueue",
	irqfd_dropped: "taken by an irqfd, reached no vCPU",
	unclaimed: "another device's, on a shared INTx line",
	unknown: "the path could not be seen",
	posted: "by the IOMMU to the vCPU, past the host: not countable",
};

function number(value) {
	if (value === null || value === undefined)
		return "unknown";
	/* Beyond this a browser has not all digits. */
	const about = value > Number.MAX_SAFE_INTEGER ? "≈\u202f" : "";
	return about + value.toLocaleString("en-US");
}

function plural(count, word) {
	return `${number(count)} ${word}${count === 1 ? "" : "s"}`;
}

function rate(perSecond) {
	if (perSecond === null)
		return "unknown";
	if (perSecond >= 100 || perSecond === 0)
		return `${number(Math.round(perSecond))}/s`;
	return `${perSecond.toPrecision(perSecond < 0.1 ? 1 : 2)}/s`;
}

function percent(part, whole) {
	if (!whole)
		return "0%";
	const share = 100 * part / whole;
	return `${share >= 99.95 || share === 0 ? share.toFixed(0)
		: share < 0.1 ? "<0.1" : share.toFixed(1)}%`;
}

function seconds(ns) {
	const s = ns / 1e9;
	if (s < 10)
		return `${s.toFixed(2)} s`;
	if (s < 120)
		return `${s.toFixed(1)} s`;
	const minutes = Math.round(s / 60);
	if (minutes < 120)
		return `${minutes} min`;
	return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/* Records have UTC. Shown to the second, or to the millisecond. */
function time(text) {
	return text ? `${text.slice(0, 10)} ${text.slice(11, 19)}Z` : "unknown";
}

function clock(text) {
	return `${text.slice(11, 23)}Z`;
}

function hex(value, digits) {
	return value === null ? "unknown"
		: `0x${value.toString(16).padStart(digits || 0, "0")}`;
}

/* Characters that would not show, or reorder what is around them. */
function visible(text) {
	return text.replace(
		/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
		(c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function vmName(vm) {
	if (!vm)
		return "–";
	const pid = vm.pid === null ? "pid unknown" : vm.pid;
	return `${pid} ${vm.comm === null ? "(gone)" : visible(vm.comm)}`;
}

function vectorName(v) {
	return v.kind === "intx" ? "intx" : `${v.kind} ${v.vector}`;
}

function fullName(v) {
	return v.device ? `${v.device} ${vectorName(v)}` : "vector not known";
}

function targetName(vcpu, guestVector) {
	if (vcpu === null && guestVector === null)
		return "–";
	return (vcpu === null ? "v?" : `v${vcpu}`) +
		(guestVector === null ? "" : `:${hex(guestVector, 2)}`);
}

function words(name) {
	return visible(name).replaceAll("_", " ");
}
