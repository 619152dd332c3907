#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Boots the lab and shows pitrace at work there: its live table, then the
# kernel stacks and the JSON of the same interrupts, and whether all of them
# and /proc/interrupts agree in the end (the exit status says so, too).
#
# usage: demo.sh [KERNEL]     (default 6.1)
#
# Needs pitrace and irqgen built (make demo does that).
set -eu
cd -- "$(dirname -- "$0")/.."

kernel=${1:-6.1}
seconds=15
out=build/demo

heading() {
	printf '\n== %s\n' "$*"
}

introduce() {
	cat <<-END
		pitrace, in a virtual machine with an unmodified Debian kernel $kernel. There, a
		network card (00:02.0) and a second device (00:03.0) are passed through to a
		tiny KVM guest; for $seconds seconds their interrupts take all ways there are, and
		pitrace shows which. For a while vector 0 is posted, by a stand-in for
		kvm_intel and the kernel's own IOMMU driver. Booting takes some seconds ...
	END
}

# On a terminal the table is redrawn in place, elsewhere one follows another.
run_guest() {
	local tty=() interval=3 env="TERM=${TERM:-dumb}"

	if [ -t 1 ]; then
		tty=(--tty)
		interval=1
	fi
	[ -z "${NO_COLOR:-}" ] || env+=" NO_COLOR=1"
	tests/lab/run.sh --kernel "$kernel" --share "$out" --timeout 120 \
		${tty[@]+"${tty[@]}"} --add build/pitrace \
		--add "$(tests/lab/standin.sh "$kernel"):/opt/kvm-intel.ko" \
		--add tests/demo-guest.sh \
		-- "$env sh /opt/demo-guest.sh $seconds $interval" |
		tee "$out/screen"
	return "${PIPESTATUS[0]}"
}

# Emulators that nest another machine fail now and then: two tries.
run_lab() {
	local status=0

	run_guest || status=$?
	if [ "$status" -eq 124 ] || [ "$status" -eq 125 ]; then
		echo "demo.sh: the emulated machine failed; once more ..." >&2
		status=0
		run_guest || status=$?
	fi
	[ "$status" -ne 0 ] || return 0
	tail -qn 1 "$out"/*.err >&2 2>/dev/null || true
	echo "demo.sh: the lab failed (status $status); see $out" >&2
	return 1
}

show_stacks() {
	heading "pitrace --stacks: the most frequent 3 of" \
		"$(grep -c '^@\[' "$out/stacks") kernel stacks"
	awk '/^@\[/ { n++ } { text[n] = text[n] $0 "\n" }
		END { printf "%s%s%s", text[n - 2], text[n - 1], text[n] }' \
		"$out/stacks"
}

# When vector 0 was posted and turned back, and what all would do at the end.
show_posting() {
	heading "pitrace --json: changes of entries in the remapping table"
	jq -r 'select(.type == "event" and (.event == "posted" or
		.event == "remapped")) | "\(.time[11:19]) \(.device) \(.kind) " +
		"\(.vector) \(.event): vCPU \(.vcpu), descriptor \(.descriptor)"' \
		"$out/json"
	heading "pitrace --inspect, the first vector of" \
		"$(awk '$1 == "vectors" { print $2 }' "$out/inspect")"
	awk -v RS= 'NR <= 2 { print $0 "\n" }' "$out/inspect"
}

# The start record's probes as a table; one vector of the end record whole.
show_json() {
	heading "pitrace --json: first and last record, in part"
	jq -r 'select(.type == "start") | "kernel \(.kernel)",
		(.probes[] | select(.method != "off") |
		"  \(.method)\t\(.module // "vmlinux")\t\(.function)")' \
		"$out/json" | expand -t 14,30
	echo
	jq 'select(.type == "end") | .vectors[] |
		select(.kind == "msix" and .vector == 4) |
		del(.count_delta, .paths_delta)' "$out/json"
}

# --- totals, each from what one of them wrote ---

# Only the rows of VFIO, by how much they grew.
row_total() {
	awk 'FNR == 1 { file++; cpus = NF; next }
		/ vfio-/ { for (i = 2; i <= cpus + 1; i++)
			sum += file == 1 ? -$i : $i }
		END { print sum + 0 }' "$out/before" "$out/after"
}

table_total() {
	tr -d '\r' <"$out/screen" |
		sed -n 's/^.*[^0-9]\([0-9][0-9]*\) interrupts\{0,1\} in .*/\1/p
			s/^\([0-9][0-9]*\) interrupts\{0,1\} in .*/\1/p' |
		tail -n 1
}

# Events have stacks as well.
stack_total() {
	awk -F ']: ' '/^, / && !/ event:/ { sum += $2 } END { print sum + 0 }' \
		"$out/stacks"
}

json_total() {
	jq 'select(.type == "end") | [.vectors[].count] | add' "$out/json"
}

compare() {
	local rows table stacks json

	rows=$(row_total)
	table=$(table_total)
	stacks=$(stack_total)
	json=$(json_total)
	heading "Interrupts in total"
	echo "/proc/interrupts $rows, table $table, stacks $stacks, JSON $json:"
	if [ "$rows" -gt 0 ] && [ "$rows" = "$table" ] &&
		[ "$rows" = "$stacks" ] && [ "$rows" = "$json" ]; then
		echo "all four agree."
	else
		echo "they DISAGREE."
		return 1
	fi
}

rm -rf "$out"
mkdir -p "$out"
introduce
run_lab
show_stacks
show_posting
show_json
compare
