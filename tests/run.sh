#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the unit tests, those of metrics, of the dashboard, of what is installed,
# of the portable file and of reports in browsers, each fuzz target for some
# seconds, then the cases of tests/cases inside the lab; all records that pitrace
# writes in them are held against the schema (tests/records/check.sh).
#
# usage: run.sh [OPTION]... [KERNEL]...      (default: 6.1 6.12 7.x)
#
#   --lab-only   only what runs in the lab
#   --matrix     the same without costs; the boots for every kernel there is
#                a word on (default: all of these), in build/test-kernels
#   --loads      only that the programs of all compilers are loaded, on every
#                kernel that the archive holds (tests/compilers)
#   --compiled   only the cases for the program of one compiler
#   --portable   all cases on 6.1 and some on 6.12 with the portable file in
#                place of build/pitrace, in build/test-portable
#   --with NAME  only the boots that have this group or case
#   --kernels    only names what would be booted
#
# Prints one line a test, "PASS name", "FAIL name: cause" or "SKIP name: why";
# what else is said follows "# ". The last line is "N passed, N failed, N
# skipped"; the exit status is 1 if anything failed. Needs pitrace, irqgen and
# the programs of the unit tests and fuzz targets built (make test does that);
# logs, and all that the cases left, are in build/test. With 6.1 the costs are measured, too.
#
# Environment: PITRACE       the program under test (default build/pitrace)
#              TEST_LOGS     where logs go (default build/test)
#              TEST_JOBS     boots at the same time (default: 2, or 1 with one
#                            CPU; with more, a case that waits may do so in vain)
#              TEST_TIMEOUT  seconds that a boot may say nothing (default 600)
set -eu
cd -- "$(dirname -- "$0")/.."

here=$(pwd)/tests
# shellcheck source-path=SCRIPTDIR source=boots.sh
. "$here/boots.sh"

# Where costs are measured.
cost_kernel=6.1

logs=${TEST_LOGS:-build/test}
jobs=${TEST_JOBS:-$(($(nproc) < 2 ? 1 : 2))}
timeout=${TEST_TIMEOUT:-600}

usage() {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

# The lab says so on its standard error when it boots a second time.
is_rerun() {
	[[ $1 == *"run.sh: the emulator's int3 fault"* ]]
}

is_verdict() {
	[[ $1 =~ ^(PASS|FAIL|SKIP)\  ]]
}

# Shows a boot's lines as they come. They do not mix with those of another
# boot, as each is written at once.
show() {
	local line

	while IFS= read -r line || [ -n "$line" ]; do
		line=${line%$'\r'}
		if is_verdict "$line"; then
			printf '%s\n' "$line"
		elif is_rerun "$line"; then
			printf '# %s: %s\n' "$1" \
				"the emulator died; all again, what was above does not count"
		elif [ "$line" != DONE ]; then
			printf '# %s: %s\n' "$1" "${line#\# }"
		fi
	done
}

# --- what has been run: FILE's verdicts, but none of before a rerun ---

last_attempt() {
	local line lines=()

	while IFS= read -r line; do
		if is_rerun "$line"; then
			lines=()
		else
			lines+=("${line%$'\r'}")
		fi
	done <"$1"
	printf '%s\n' ${lines[@]+"${lines[@]}"}
}

# A part that ended early is a failure, whatever it had printed by then.
fail() {
	echo "FAIL $*" | tee -a "$logs/verdicts"
}

# What a boot was, beside its verdicts: the row of boots.sh, and its label.
note_boot() {
	echo "$1|$2|$3|$4|$5" >"$logs/$5.boot"
}

# --- unit tests, fuzz targets ---

# run_made NAME TARGET: what make's TARGET prints.
run_made() {
	local log=$logs/$1.log status=0

	# Not as a part of the make that may have called us.
	env -u MAKEFLAGS -u MFLAGS make -s "$2" >"$log" 2>&1 || status=$?
	show "$1" <"$log"
	grep -E '^(PASS|FAIL|SKIP) ' "$log" >>"$logs/verdicts" || true
	if ! grep -qE '^(PASS|FAIL) ' "$log"; then
		fail "$1: no test ran (status $status)"
	elif [ "$status" -ne 0 ] && ! grep -qE '^FAIL ' "$log"; then
		fail "$1: ended early (status $status)"
	fi
}

# --- boots ---

# files_for KERNEL CASES: what they need besides, one a line, as --add has it.
# The modules, the stand-in for kvm_intel and the bench's vectors among them,
# cannot be built for each kernel.
files_for() {
	local kernel=$1 cases=" $2 " compiler can_build=

	if tests/lab/standin.sh --list | grep -qxF -- "$kernel"; then
		can_build=yes
		echo "$(tests/lab/standin.sh "$kernel"):/opt/kvm-intel.ko"
	fi
	if [[ $cases == *" prometheus_traced "* ]]; then
		echo "$(tests/dashboard/prometheus.sh)/prometheus"
		echo docs/dashboards
		echo tests/dashboard/queries.jq:/opt/dashboards/queries.jq
	fi
	if [[ $cases == *" portable "* ]]; then
		echo build/portable/pitrace:/opt/portable/pitrace
	fi
	if [[ $cases == *"_stalled "* ]]; then
		echo "$(tests/lab/standin.sh --source tests/lab/stall "$kernel"):/opt/stall.ko"
	fi
	[[ $cases != *" compilers_load "* ]] ||
		for compiler in build/compilers/bin/*; do
			echo "$compiler:/opt/compilers/${compiler##*/}"
		done
	[[ $cases == *" many_vectors "* ]] || return 0
	echo build/bench/fill
	[ -z "$can_build" ] ||
		echo "$(tests/lab/standin.sh --source tests/bench/vectors "$kernel"):/opt/vectors.ko"
}

# boot_once KERNEL ARGUMENTS LABEL CASES: its verdicts, in $logs/LABEL.last.
boot_once() {
	local kernel=$1 append=$2 label=$3 cases=$4 status files file adds=()

	files=$(files_for "$kernel" "$cases")
	for file in $files; do
		adds+=(--add "$file")
	done
	rm -rf "${logs:?}/$label"
	mkdir "$logs/$label"
	tests/lab/run.sh --kernel "$kernel" --append "$append" \
		--timeout "$timeout" --share "$logs/$label" \
		--add "${PITRACE:-build/pitrace}:/opt/pitrace" \
		--add "$(command -v jq)" \
		--add "$(command -v setpriv)" --add tests/cases \
		--add build/lab/types --add build/lab/btf-flat \
		--add build/lab/refuse \
		${adds[@]+"${adds[@]}"} \
		-- "sh /opt/cases/in-lab.sh $label $cases" 2>&1 </dev/null |
		tee "$logs/$label.log" | show "$label"
	status=${PIPESTATUS[0]}
	last_attempt "$logs/$label.log" >"$logs/$label.last"
	return "$status"
}

# Emulated SVM's own fault (docs/design.md), seen without pitrace as well: the
# vCPU shuts down, or its thread finds its stack overwritten.
guest_died() {
	grep -qE 'irqgen: vCPU died|error [a-z]+ [0-9]+ never arrived|corrupted stack end' \
		"$logs/$1.log"
}

# boot KERNEL ARGUMENTS CPUS NAMES: of groups or cases.
boot() {
	local kernel=$1 append=$2 cpus=$3 names=$4 cases label status try

	SECONDS=0
	label=$(label_of "$kernel" "$append" "$cpus" "$names")
	# shellcheck disable=SC2086 # words
	cases=$(cases_of $names)
	note_boot "$kernel" "$append" "$cpus" "$names" "$label"
	[ "$cpus" != turns ] || export LAB_ACCEL=tcg-single
	[ "$cpus" != amd ] || export LAB_IOMMU=amd
	for try in 1 2 3 4 5 6 7 8 9 10; do
		status=0
		boot_once "$kernel" "$append" "$label" "$cases" || status=$?
		if [ "$try" = 1 ] && guest_died "$label"; then
			echo "# $label: the emulated guest died; all again, what was above does not count"
		elif [ "$cpus" = again ] && [ "$try" != 10 ] &&
			grep -q '^SKIP ' "$logs/$label.last"; then
			echo "# $label: once more; what was skipped does not count"
		else
			break
		fi
	done
	check_records "$label"
	grep -E '^(PASS|FAIL|SKIP) ' "$logs/$label.last" \
		>>"$logs/verdicts" || true
	judge "$label" "$status"
	echo "# $label: $SECONDS s"
}

# What has come out of the machine: all records that it wrote, and what it
# showed of them. Of a boot that ended early there is nothing.
check_records() {
	grep -qx DONE "$logs/$1.last" || return 0
	{
		echo "# case records"
		tests/records/check.sh "$1" "$logs/$1" || true
	} | tee -a "$logs/$1.last" | show "$1"
}

# Did all cases run? in-lab.sh prints DONE behind the last.
judge() {
	local label=$1 status=$2 cause

	if grep -qx DONE "$logs/$label.last" && [ "$status" -eq 0 ]; then
		return
	fi
	cause=$(sed -n 's/^run\.sh: \(.*\); the console said:$/\1/p' \
		"$logs/$label.last" | tail -n 1)
	[ -n "$cause" ] ||
		cause="ended early (status $status) after: $(tail -n 1 "$logs/$label.last")"
	fail "[$label] boot: $cause (see $logs/$label.log)" |
		tee -a "$logs/$label.last"
}

# The boots of KERNEL and its variants, one a line.
boots_of() {
	awk -F ' *[|] *' -v kernel="$1" '
		$1 == kernel || index($1, kernel "-") == 1' <<<"$boots"
}

kernels_of() {
	awk -F ' *[|] *' 'NF > 1 { print $1 }' <<<"$1" | sort -u | xargs
}

# What tracing adds to an interrupt, against bounds: counted in instructions,
# so that neither the machine nor the emulator matters.
run_costs() {
	local kernel=$1 status=0

	SECONDS=0
	tests/bench/bench.sh --short "$kernel" >"$logs/cost.log" 2>&1 ||
		status=$?
	show cost <"$logs/cost.log"
	grep -E '^(PASS|FAIL) ' "$logs/cost.log" >>"$logs/verdicts" || true
	if [ "$status" -ne 0 ] && ! grep -q '^FAIL ' "$logs/cost.log"; then
		fail "[$kernel-cost] ended early (status $status)"
	fi
	echo "# $kernel-cost: $SECONDS s"
}

# Up to $jobs at the same time.
run_boots() {
	local kernel append cpus cases running=0

	while IFS='|' read -r kernel append cpus cases; do
		if [ "$running" -ge "$jobs" ]; then
			wait -n
			running=$((running - 1))
		fi
		boot "$(xargs <<<"$kernel")" "$(xargs <<<"$append")" \
			"$(xargs <<<"$cpus")" "$(xargs <<<"$cases")" &
		running=$((running + 1))
	done <<<"$1"
	wait
}

# --- the end ---

count() {
	grep -c "^$1 " "$logs/verdicts" || true
}

finish() {
	local failed

	failed=$(count FAIL)
	echo "$(count PASS) passed, $failed failed, $(count SKIP) skipped"
	[ "$failed" -eq 0 ]
}

default_kernels() {
	case $boots in
	"$matrix" | "$loads" | "$compiled" | "$portable_boots")
		kernels_of "$boots"
		;;
	*) echo 6.1 6.12 7.x ;;
	esac
}

choose_boots() {
	local kernel more

	for kernel; do
		more=$(boots_of "$kernel")
		[ -n "$more" ] || {
			echo "run.sh: no boots of '$kernel' (known: $(kernels_of "$boots"))" >&2
			exit 2
		}
		chosen+=${chosen:+$'\n'}$more
	done
	# A variant may have been named as well.
	chosen=$(awk -F ' *[|] *' -v with="$with" '
		!seen[$0]++ && (with == "" || index(" " $4 " ", " " with " "))' \
		<<<"$chosen")
	[ -n "$chosen" ] || {
		echo "run.sh: no such boot has '$with'" >&2
		exit 2
	}
}

unit=yes cost=yes only_names='' with=''
while [ $# -gt 0 ]; do
	case $1 in
	--lab-only) unit= ;;
	--matrix)
		boots=$matrix logs=build/test-kernels
		unit='' cost=''
		;;
	--portable)
		export PITRACE=build/portable/pitrace
		boots=$portable_boots logs=build/test-portable
		unit='' cost=''
		;;
	--loads | --compiled)
		table=${1#--}
		boots=${!table}
		unit='' cost=''
		;;
	--with)
		[ $# -ge 2 ] || usage
		with=$2 cost=''
		shift
		;;
	--kernels) only_names=yes ;;
	-*) usage ;;
	*) break ;;
	esac
	shift
done
# shellcheck disable=SC2046 # words
[ $# -gt 0 ] || set -- $(default_kernels)
chosen=
choose_boots "$@"
if [ -n "$only_names" ]; then
	kernels_of "$chosen"
	exit
fi

mkdir -p "$logs"
: >"$logs/verdicts"
if [ -n "$unit" ]; then
	run_made unit unit
	run_made schema schema
	run_made metrics metrics
	run_made dashboard dashboard
	run_made install install-test
	run_made portable dist-test
	run_made report test-report
	run_made fuzz fuzz-short
fi
run_boots "$chosen"
if [ -n "$cost" ] && grep -qxF -- "$cost_kernel" <<<"$(kernels_of "$chosen" | tr ' ' '\n')"; then
	run_costs "$cost_kernel"
fi
finish
