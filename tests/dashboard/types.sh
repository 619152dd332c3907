#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Holds the dashboard against Grafana's own types (types.ts), as no Grafana is
# part of the tests; and the same dashboards with a mistake each, all of which
# have to be found. Prints one line for each test, as the unit tests do.
#
# usage: types.sh
#
# The types are those of the npm package @grafana/schema, in $LAB_BUILD/grafana
# (default build/lab/...), where they stay. Without npm, or a registry, SKIP.
set -u
cd -- "$(dirname -- "$0")/../.." || exit

schema=@grafana/schema@13.2.3
compiler=typescript@5.9.3
dir=${LAB_BUILD:-build/lab}/grafana
dashboard=docs/dashboards/pitrace.json

# NAME and what jq does to the dashboard to plant the mistake.
mistakes='
option          (.panels[] | select(.type == "stat") | .options.colorMode) = "nonesuch"
option_name     (.panels[] | select(.type == "table") | .options.footer) = {show: false}
custom          (.panels[] | select(.type == "timeseries") | .fieldConfig.defaults.custom.lineWidth) = "1"
custom_name     (.panels[] | select(.type == "timeseries") | .fieldConfig.defaults.custom.linewidth) = 1
place           (.panels[3].gridPos.w) = "4"
kind            (.panels[] | select(.type == "stat") | .type) = "singlestat"
query           del(.panels[] | .targets[]? | .expr)
threshold       (.panels[] | select(.type == "stat") | .fieldConfig.defaults.thresholds.mode) = "relative"
variable        (.templating.list[0].type) = "source"
refresh         (.templating.list[1].refresh) = 3
dashboard_name  .panel = []
'

# typed FILE: a dashboard as a module, one constant for each of its panels.
typed() {
	jq -r '
		def kind: {row: "AnyRow", stat: "AnyStat", table: "AnyTable",
			timeseries: "AnyTimeSeries"}[.type] // "never";
		"import type * as grafana from \"./types\";",
		(.panels[] | "export const panel_\(.id): grafana.\(kind) = \(tojson);"),
		"export const rest: grafana.Rest = \(del(.panels, .__requires) | tojson);"' "$1"
}

# has PACKAGE@VERSION: of an earlier run.
has() {
	[ "$(jq -r .version "$dir/node_modules/${1%@*}/package.json" 2>/dev/null)" = "${1##*@}" ]
}

fetch() {
	! has $schema || ! has $compiler || return 0
	command -v npm >/dev/null || {
		echo "SKIP dashboard.types: npm, which has Grafana's types, is not installed"
		return 1
	}
	echo '{"private": true}' >"$dir/package.json"
	(cd "$dir" && npm install --no-audit --no-fund --ignore-scripts \
		--no-package-lock --save-exact $schema $compiler) \
		>"$dir/npm.log" 2>&1 </dev/null || {
		echo "SKIP dashboard.types: npm cannot fetch $schema: $(grep -m 1 . "$dir/npm.log")"
		return 1
	}
}

write_modules() {
	local name change

	rm -f "$dir"/*.ts
	cp tests/dashboard/types.ts "$dir"
	typed $dashboard >"$dir/dashboard.ts"
	while read -r name change; do
		[ -n "$name" ] || continue
		jq "$change" $dashboard >"$dir/mistake.json" &&
			typed "$dir/mistake.json" >"$dir/mistake_$name.ts"
	done <<<"$mistakes"
}

# What is wrong with MODULE.
errors_of() {
	grep "^$1.ts(.*error" "$dir/tsc.log" | sed -E 's/^[^:]*: //' | cut -c 1-300
}

failed=0
verdict() {
	if [ -z "$2" ]; then
		echo "PASS dashboard.$1"
	else
		echo "FAIL dashboard.$1: ${2//$'\n'/; }"
		failed=1
	fi
}

mkdir -p "$dir"
fetch || exit 0
write_modules
(cd "$dir" && node_modules/.bin/tsc --noEmit --strict --skipLibCheck \
	--module nodenext --moduleResolution nodenext --target es2022 ./*.ts) \
	>"$dir/tsc.log" 2>&1
verdict types "$(errors_of dashboard)"
# What is not said of one of the dashboards says that nothing was checked.
verdict types_read "$(grep -vE '^((mistake_.*|dashboard)\.ts\(| )' "$dir/tsc.log" |
	head -n 1)"
while read -r name change; do
	[ -n "$name" ] || continue
	[ -n "$(errors_of "mistake_$name")" ] && missed= || missed="not found: $change"
	verdict "types_find.$name" "$missed"
done <<<"$mistakes"
exit $failed
