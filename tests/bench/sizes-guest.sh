#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs inside the lab: what pitrace costs in user space by the number of
# vectors (sizes.sh says what each line means).
#
# usage: sizes-guest.sh UNIT INTERVAL VIEWS VECTORS...
#
# UNIT is what a million nanoseconds of CPU time are called, VIEWS are words.
# shellcheck disable=SC1091
. /opt/guest-lib.sh

unit=$1 interval=$2 views=$3
shift 3
refreshes=2
cpus=$(($(sed 's/.*-//' /sys/devices/system/cpu/possible) + 1))
online=$(grep -c ^processor /proc/cpuinfo)
out=/tmp/out
err=/tmp/err

# line KEY=VALUE...
line() {
	echo "sizes cpus=$cpus online=$online vectors=$vectors $*"
}

# millions NANOSECONDS [DIVISOR]
millions() {
	awk -v ns="$1" -v by="${2:-1}" 'BEGIN { printf "%.2f", ns / by / 1e6 }'
}

# --- vectors ---

vectors_make() {
	vectors=$1
	insmod /opt/vectors.ko count="$vectors" || exit 1
}

vectors_remove() {
	rmmod vectors
}

# As sysfs would be if the vectors were those of devices.
devices_make() {
	_devices=/sys/bus/pci/devices
	mount -t tmpfs tmpfs $_devices
	sed -n 's/^ *\([0-9]*\):.*vfio-msix.*(\(.*\))$/\1 \2/p' \
		/proc/interrupts | while read -r _irq _device; do
		_device=$_devices/$_device
		if [ ! -d "$_device" ]; then
			mkdir -p "$_device/msi_irqs"
			ln -s ../vfio-pci "$_device/driver"
		fi
		echo msix >"$_device/msi_irqs/$_irq"
	done
}

devices_remove() {
	umount /sys/bus/pci/devices
}

# As /proc/interrupts would be if all CPUs were online. The kernel's work to
# write it is not in it.
rows_widen() {
	awk -v cpus="$cpus" '
		NR == 1 {
			online = NF
			for (i = 0; i < cpus; i++)
				head = head sprintf(" %10s", "CPU" i)
			print "    " head
			next
		}
		NF > online {
			text = sprintf("%5s", $1)
			for (i = 0; i < cpus; i++)
				text = text sprintf(" %10s", $(2 + i % online))
			for (i = online + 2; i <= NF; i++)
				text = text "  " $i
			print text
			next
		}
		{ print }' /proc/interrupts >/tmp/interrupts
	mount --bind /tmp/interrupts /proc/interrupts
}

rows_narrow() {
	umount /proc/interrupts
}

# --- pitrace, and what was counted ---

# trace_start PATTERN ARG...: a pitrace whose views have a line that matches.
trace_start() {
	pattern=$1
	shift
	: >$out
	: >$err
	pitrace -v -i "$interval" "$@" >$out 2>$err &
	pid=$!
	wait_until 120 has_started || {
		tail -n 3 $err
		exit 1
	}
}

has_started() {
	grep -q 'tracing;' $err || grep -q '"type":"start"' $out
}

trace_stop() {
	fill_stop
	kill -INT "$pid"
	wait "$pid"
}

# fill_start ACTIVE CPUS: cells, which count until fill_stop.
fill_start() {
	fill_stop
	mkfifo /tmp/fill-in
	fill "$1" "$2" </tmp/fill-in >/tmp/fill-out &
	fill_pid=$!
	exec 7>/tmp/fill-in
	rm /tmp/fill-in
	wait_until 120 grep -q cells= /tmp/fill-out || exit 1
	cells=$(cat /tmp/fill-out)
}

fill_stop() {
	[ -n "$fill_pid" ] || return 0
	exec 7>&-
	wait "$fill_pid"
	fill_pid=
}

# --- figures ---

cpu_ns() {
	cut -d ' ' -f 1 "/proc/$pid/schedstat"
}

sleeps() {
	[ "$(cut -d ' ' -f 3 "/proc/$pid/stat")" = S ]
}

# Views and CPU time of the same moment: between two refreshes.
sample() {
	_ns=none
	until sleeps && [ "$_ns" = "$(cpu_ns)" ]; do
		sleep 0.2
		_ns=$(cpu_ns)
		sleeps || continue
		shown=$(grep -c "$pattern" $out)
		bytes=$(wc -c <$out)
	done
	ns=$_ns
}

shown_after() {
	sample
	[ "$shown" -ge "$1" ] || {
		sleep "$interval"
		return 1
	}
}

# resident_kib 0|1: of other mappings, or of BPF arrays. What status says is
# behind by what the kernel has not added up yet.
resident_kib() {
	awk -v wanted="$1" '/^[0-9a-f]+-[0-9a-f]+ / { array = /bpf-map/ }
		array == wanted && $1 == "Rss:" { sum += $2 }
		END { print sum + 0 }' "/proc/$pid/smaps"
}

# A map can be open more than once.
map_kib() {
	cat "/proc/$pid"/fdinfo/* | awk '$1 == "memlock:" { bytes = $2 }
		$1 == "map_id:" && !seen[$2]++ { sum += bytes }
		END { printf "%d\n", sum / 1024 }'
}

# measure VIEW ACTIVE CPUS
measure() {
	[ "$3" -le "$cpus" ] || return 0
	fill_start "$2" "$3"
	sample
	wait_until 60 shown_after $((shown + 1)) || exit 1
	_shown=$shown _from=$ns _bytes=$bytes
	wait_until 60 shown_after $((shown + refreshes)) || exit 1
	_shown=$((shown - _shown))
	line active="$2" active_cpus="$3" view="$1" \
		"$unit=$(millions $((ns - _from)) $_shown)" \
		"bytes=$(((bytes - _bytes) / _shown))" \
		"rss_kib=$(resident_kib 0) mapped_kib=$(resident_kib 1)" \
		"map_kib=$(map_kib) $cells"
}

# What times has written: CPU time of children that were waited for.
children_ms() {
	tr 'ms' '  ' </tmp/times | awk 'NR == 2 {
		printf "%d\n", ($1 * 60 + $2 + $3 * 60 + $4) * 1000 }'
}

# From the signal to the end: two refreshes, and the last records.
measure_end() {
	sample
	fill_stop
	times >/tmp/times
	_before=$(children_ms)
	kill -INT "$pid"
	wait "$pid"
	times >/tmp/times
	_ns=$((($(children_ms) - _before) * 1000000 - ns))
	line view="$1" "$unit=$(millions $_ns)" \
		"bytes=$(($(wc -c <$out) - bytes))" \
		"stacks_bytes=$(grep '"type":"stacks"' $out | wc -c)" \
		"end_bytes=$(grep '"type":"end"' $out | wc -c)"
}

measure_inspect() {
	command time -f '%U %S %e' pitrace "$@" >$out 2>$err || tail -n 3 $err
	# shellcheck disable=SC2046 # three words
	set -- $(tail -n 1 $err) "$*"
	line "view='$4'" "$unit=$(millions "$(awk -v u="$1" -v s="$2" \
		'BEGIN { printf "%d", (u + s) * 1e9 }')")" \
		"seconds=$3 bytes=$(wc -c <$out)"
}

# Any one of them will do.
actions_file() {
	sed -n 's|^ *\([0-9]*\):.*vfio-msix.*|/sys/kernel/irq/\1/actions|p' \
		/proc/interrupts | tail -n 1
}

# --- what is measured ---

table='^[0-9:]*Z .* from .* vector'
json='"type":"snapshot"'

steps() {
	[ "$vectors" -le 16 ] || measure "$1" 16 1
	measure "$1" "$vectors" 1
	measure "$1" "$vectors" 4
	measure "$1" "$vectors" 16
}

bench_table() {
	trace_start "$table"
	steps table
	trace_stop
}

bench_wide() {
	rows_widen
	trace_start "$table"
	measure table-wide "$vectors" 1
	trace_stop
	rows_narrow
}

bench_json() {
	trace_start "$json" --json
	measure json "$vectors" 1
	measure json "$vectors" 4
	measure_end json-end
}

bench_stacks() {
	trace_start "$json" --json --stacks
	measure json-stacks "$vectors" 1
	measure_end json-stacks-end
}

bench_inspect() {
	devices_make
	measure_inspect --inspect
	measure_inspect --inspect --json
	devices_remove
}

load_vfio && load_kvm || exit 1
for count; do
	vectors_make "$count"
	line "$(calibrate /proc/interrupts "$(actions_file)" /proc/1/comm)"
	for view in $views; do
		bench_"$view"
	done
	vectors_remove
done
