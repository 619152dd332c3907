// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/* What the host is: run, counters, probes, and what the looks told of it. */

function runFacts(model) {
	const {start, last, end} = model;
	const about = start || model.inspect || model.doctor;

	return facts([
		about ? ["kernel", visible(about.kernel)] : null,
		about ? ["pitrace", visible(about.version)] : null,
		start ? ["started", time(start.time)] : null,
		last ? [end ? "ended" : "last seen", time(last.time)] : null,
		last ? ["duration", seconds(model.duration_ns)] : null,
		end ? ["ended by", {duration: "--duration", count: "--count",
			signal: "a signal"}[end.reason]] : null,
		start ? ["interval", seconds(start.interval_ns)] : null,
	]);
}

function counterFacts(last) {
	const names = {PIN: "PIN, notification events",
		NPI: "NPI, nested notification events",
		PIW: "PIW, wake-up events", PMN: "PMN, host-posted MSI"};

	return facts([
		...Object.entries(last.host_vectors).map(
			([name, count]) => [names[name] || name, number(count)]),
		["runs of the wake-up handler", number(last.wakeup_events)],
		["KVM's other injections", number(last.other_injections)],
		["of these into running vCPUs", number(last.running_injections)],
	]);
}

function hostFacts(host) {
	return facts([
		["IOMMU", host.iommu || "none in sysfs"],
		["IOMMU can post", yesNo(host.iommu_can_post)],
		["posting disabled", yesNo(host.posting_disabled)],
		["KVM", host.kvm_module || "no vendor module"],
		["APICv or AVIC", yesNo(host.apicv)],
		["device posted IRQs", yesNo(host.device_posted_irqs)],
	]);
}

function simpleTable(id, heads, rows) {
	return el("div", {class: "scroll"}, el("table", {id, class: "cards"},
		el("thead", {}, el("tr", {}, heads.map(
			(head) => el("th", {scope: "col"}, head)))),
		el("tbody", {}, rows.map((row) => el("tr", {}, row.map(
			(value, i) => cell(heads[i], {}, value)))))));
}

/* Once for all probes that the same lacks without. */
function lackingText(probes) {
	const lacks = new Map();
	for (const p of probes) {
		if (p.method !== "off" || p.lost_without === null)
			continue;
		const names = lacks.get(p.lost_without) || [];
		lacks.set(p.lost_without, [...names, `${visible(p.name)}` +
			(p.reason === null ? "" : `: ${visible(p.reason)}`)]);
	}
	return [...lacks].map(([lack, names]) =>
		`${visible(lack)} (${names.join("; ")})`).join(", ");
}

function probeParts(probes) {
	const attached = probes.filter((p) => p.method !== "off").length;
	const lacking = lackingText(probes);

	return [
		el("details", {}, el("summary", {},
			`Probes: ${attached} of ${probes.length} attached`),
		probeTable(probes)),
		lacking ? el("p", {class: "hint", id: "lacking"},
			"Off are those for: ", lacking, ".") : null,
	];
}

function probeTable(probes) {
	return simpleTable("probe-table",
		["Probe", "Method", "Function", "Remark"], probes.map((p) => [
			el("span", {class: "mono"}, visible(p.name)), p.method,
			el("code", {}, `${p.module ? `${visible(p.module)}:` : ""}` +
				visible(p.function)),
			[p.lost_without && `lacks ${p.lost_without}`, p.reason]
				.filter(Boolean).map(visible).join("; ")]));
}

function factRow(f) {
	return [
		words(f.fact) + (f.subject === null ? "" : ` ${visible(f.subject)}`),
		el("span", {class: `status-${f.status}`}, f.status),
		visible(f.found),
		[f.consequence === null ? null : visible(f.consequence),
			f.remedy === null ? null
				: el("small", {}, `remedy: ${visible(f.remedy)}`)]
			.filter(Boolean),
	];
}

/* What is as it should be comes after what is not, and out of the way. */
function doctorParts(doctor) {
	const heads = ["Fact", "Status", "Found", "So"];
	const fine = doctor.facts.filter((f) => f.status === "ok");
	const other = doctor.facts.filter((f) => f.status !== "ok");

	return [
		el("h3", {}, "What the host offers (--doctor)"),
		el("p", {}, `${visible(doctor.verdict)} (${time(doctor.time)})`),
		other.length ? simpleTable("fact-table", heads, other.map(factRow))
			: null,
		fine.length ? el("details", {},
			el("summary", {}, `${plural(fine.length, "fact")} that are as they should be`),
			simpleTable("fine-table", heads, fine.map(factRow))) : null,
	];
}

function inspectParts(inspect) {
	return [
		el("h3", {}, "What its vectors would do (--inspect)"),
		el("p", {class: "hint"}, `As of ${time(inspect.time)}.`),
		simpleTable("inspect-table",
			["Vector", "IRQ", "Path", "Target", "Why"],
			inspect.vectors.map((v) => [
				el("span", {class: "mono"}, fullName(v)), String(v.irq),
				v.configured.path,
				targetName(v.configured.vcpu, v.configured.guest_vector),
				v.configured.path === "posted"
					? `since ${sinceText(v.configured.since, time)}`
					: v.configured.reasons.map(words).join(", ")])),
	];
}

function hostSection(model) {
	const {last, probes, doctor, inspect} = model;
	const host = (inspect || doctor || {}).host;

	addSection("host", "Host",
		el("div", {class: "columns"},
			el("div", {}, el("h3", {}, "Run"), runFacts(model)),
			last ? el("div", {}, el("h3", {}, "Events of the host as a whole"),
				counterFacts(last)) : null,
			host ? el("div", {}, el("h3", {}, "Posting"), hostFacts(host))
				: null),
		probes && probes.probes.length ? probeParts(probes.probes) : null,
		inspect ? inspectParts(inspect) : null,
		doctor ? doctorParts(doctor) : null);
}
