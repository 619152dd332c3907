# SPDX-License-Identifier: GPL-2.0-only
# The service: the system with the package, booted in the lab by its systemd.
# shellcheck shell=bash disable=SC2154

# Emulated, and with a busy machine below it, that takes minutes. The system's
# directory is only read.
service_boot() {
	local status=0

	tests/lab/run.sh --kernel "$kernel" --timeout 1500 --system "$root" \
		--add tests/cases/lib.sh --add tests/package/service-guest.sh \
		-- sh /opt/service-guest.sh "$LABEL" 2>"$work/boot.err" || status=$?
	expect "service: the machine ends well" "0" \
		"$status$([ $status -eq 0 ] || tail -n 3 "$work/boot.err")"
}
