// SPDX-License-Identifier: GPL-2.0-only
"use strict";

/* --- light and dark --- */

function isDark() {
	const chosen = document.documentElement.dataset.theme;
	return chosen ? chosen === "dark"
		: matchMedia("(prefers-color-scheme: dark)").matches;
}

function nameTheme(button) {
	button.textContent = isDark() ? "Light" : "Dark";
	button.setAttribute("aria-label",
		`Switch to ${isDark() ? "light" : "dark"} colours`);
}

function setUpTheme() {
	const button = document.getElementById("theme");

	button.addEventListener("click", () => {
		document.documentElement.dataset.theme =
			isDark() ? "light" : "dark";
		nameTheme(button);
	});
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change",
		() => nameTheme(button));
	nameTheme(button);
	button.hidden = false;
}

function setUpSave() {
	const button = document.getElementById("save");

	button.addEventListener("click", saveRecords);
	button.hidden = false;
}

/* --- the page --- */

function titlePage(model) {
	const devices = [...new Set(model.vectors.map((v) => v.device))];
	const about = model.start || model.doctor || model.inspect;
	const parts = [];

	if (devices.length)
		document.getElementById("title").textContent =
			devices.length <= 3 ? devices.join(", ")
				: `${devices[0]} and ${devices.length - 1} more devices`;
	if (about)
		parts.push(`Linux ${visible(about.kernel)}`);
	if (model.last)
		parts.push(`until ${time(model.last.time)}`,
			`${seconds(model.duration_ns)} of tracing`);
	else if (about)
		parts.push(time(about.time));
	document.getElementById("subtitle").textContent = parts.join(" · ");
	document.title = `pitrace report: ${parts.join(", ")}`;
}

function showPage() {
	const model = readModel();

	setUpTheme();
	setUpSave();
	titlePage(model);
	notices(model);
	if (model.last)
		overview(model);
	hostSection(model);
	if (model.last) {
		vectors(model);
		timeline(model);
		changes(model);
	}
	flame(model);
	records(model);
	document.documentElement.dataset.ready = "yes";
}

showPage();
