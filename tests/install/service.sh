# SPDX-License-Identifier: GPL-2.0-only
# The service, as systemd reads it; systemd need not run for that.
# shellcheck shell=bash disable=SC2034,SC2154

# What systemd calls its exposure, of 10, in tenths: 24 with that of Debian 12.
# Each setting left off costs 1 to 5.
exposure_tenths=25

# setting NAME: its value in the unit.
setting() {
	sed -n "s/^$1=//p" "$unit"
}

# Of a program that is where the unit says, since that is looked at, too.
service_install() {
	local root='' # with make_there

	make_there install PREFIX="$scratch/prefix"
	unit=$scratch/prefix/lib/systemd/system/pitrace-exporter.service
}

service_reads() {
	local said status=0

	said=$(systemd-analyze verify --man=no --recursive-errors=no "$unit" \
		2>&1) || status=$?
	expect "service: systemd finds nothing wrong in it" "0: " \
		"$status: $said"
	said=$(systemd-analyze security --no-pager --offline=true \
		--threshold=$exposure_tenths "$unit" 2>&1) || status=$?
	expect "service: and not more open to attack than it has to be" 0 \
		"$status$([ $status -eq 0 ] || tail -n 1 <<<"$said")"
}

# statuses NAME...: of src/failure.h.
statuses() {
	local name

	for name; do
		sed -n "s/^\t$name = \([0-9]*\),.*/\1/p" src/failure.h
	done | paste -sd' '
}

service_agrees() {
	expect "service: is not tried again where that cannot help" \
		"$(statuses EXIT_USAGE EXIT_PRIVILEGE EXIT_UNSUPPORTED)" \
		"$(setting RestartPreventExitStatus)"
	expect "service: has the capabilities that the manual page names" \
		"$(sed -n '/^\.Sh PRIVILEGES/,/^\.El/s/^\.It Dv //p' \
			docs/man/pitrace.8 | paste -sd' ')" \
		"$(setting AmbientCapabilities)"
	expect "service: and can have no others" \
		"$(setting AmbientCapabilities)" \
		"$(setting CapabilityBoundingSet)"
}

service() {
	local unit

	service_install
	service_reads
	service_agrees
}
