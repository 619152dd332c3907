#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What a refresh costs pitrace in user space, with few and with very many
# vectors, on machines with few and with very many CPUs. One line a figure.
#
# usage: sizes.sh [KERNEL [CPUS]...]     (default 6.1 2 64 256)
#
# Later kernels than 6.1 do not take the emulated machine's word for CPUs that
# it could have: there it is 2, or one with icount.
#
# The vectors are a module's (vectors/), CPUs are possible ones, of which few
# are online, and what the programs would have counted comes from fill.c. So
# all that pitrace reads is real but for its counts: rows of /proc/interrupts,
# files of /sys/kernel/irq, answers of its program.
#
#   cpu_ms       CPU time of pitrace (user and kernel) for one refresh, in
#                milliseconds of an emulated CPU: 10 to 30 times those of a
#                real one. With LAB_ACCEL=tcg-icount it is minstr instead:
#                millions of instructions. At one instruction a cycle, 3
#                million are a millisecond of a CPU with 3 GHz.
#   bytes        of output, one refresh
#   rss_kib      resident memory but for mapped BPF arrays, between refreshes
#   mapped_kib   of mapped BPF arrays, which are resident whole from the start
#   map_kib      all maps, by memlock in fdinfo
#   cells, of    in use, and as many as there is room for
#   active, active_cpus   vectors with interrupts, and on how many CPUs each
#   view         table-wide is a table with rows of /proc/interrupts as wide
#                as if all CPUs were online, which the kernel is not asked to
#                write; ...-end is from Ctrl-C to the exit; of --inspect it is
#                all, from its start to its exit
#
# Before those of each number of vectors one line has what CPU and kernel
# take for work that is known, and for files that pitrace reads (calibrate.c).
#
# Environment: SIZES_VECTORS  (default "16 512 4096")
#              SIZES_VIEWS    (default "table wide json stacks inspect")
#              and that of run.sh
#
# Needs pitrace, build/bench/fill and build/bench/calibrate (make bench builds
# them, and runs this).
set -eu
cd -- "$(dirname -- "$0")/../.."

kernel=${1:-6.1}
[ $# -lt 1 ] || shift
[ $# -gt 0 ] || set -- 2 64 256

# Between two refreshes there has to be time to look at what was written. With
# icount there is one CPU at a time, and waiting costs nothing.
smp=2 unit=cpu_ms interval=8
if [ "${LAB_ACCEL:-}" = tcg-icount ]; then
	smp=1 unit=minstr interval=20
fi

module=$(tests/lab/standin.sh --source tests/bench/vectors "$kernel")
for cpus; do
	tests/lab/run.sh --kernel "$kernel" --timeout 1800 \
		--smp "$smp" --append "possible_cpus=$cpus" \
		--add build/pitrace --add build/bench/fill \
		--add build/bench/calibrate --add "$module" \
		--add tests/bench/sizes-guest.sh -- \
		sh /opt/sizes-guest.sh "$unit" "$interval" \
		"'${SIZES_VIEWS-table wide json stacks inspect}'" \
		"${SIZES_VECTORS:-16 512 4096}"
done
