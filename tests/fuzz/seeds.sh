#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Writes the seeds that are too large to be kept: DIR/seeds/TARGET/NAME up to
# 64 KiB, DIR/large/TARGET/NAME above. Leaves those that are there.
#
# usage: seeds.sh DIR
set -eu
[ $# -eq 1 ] || {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}
dir=$1

# interrupts CPUS ROWS: as show_interrupts() writes them, from IRQ 9990 on.
interrupts() {
	awk -v cpus="$1" -v rows="$2" 'BEGIN {
		printf "%13s", ""
		for (cpu = 0; cpu < cpus; cpu++)
			printf "CPU%-8d", cpu
		printf "\n"
		for (row = 0; row < rows; row++) {
			printf "%5d: ", 9990 + row
			for (cpu = 0; cpu < cpus; cpu++)
				printf "%10d ", row * cpu
			printf " IR-PCI-MSIX-0000:c8:00.0 %5d-edge      ", row
			printf "vfio-msix[%d](0000:c8:00.0)\n", row % 2048
		}
		printf " PIN: "
		for (cpu = 0; cpu < cpus; cpu++)
			printf "%10d ", cpu
		printf " Posted-interrupt notification event\n ERR: %10d\n", 0
	}'
}

# kallsyms COUNT FIRST STEP: a tenth of them in modules, FIRST 0 and STEP 0 as
# kptr_restrict has it. The low half of addresses is enough to count up.
kallsyms() {
	awk -v count="$1" -v first="$2" -v step="$3" 'BEGIN {
		for (i = 0; i < count; i++) {
			printf "%s%08x %s function_%d", step ? "ffffffff" : \
				"00000000", first + i * step, \
				substr("tTdWrt", i % 6 + 1, 1), i
			if (i >= count * 0.9)
				printf "\t[module_%d]", i / 1000
			printf "\n"
		}
	}'
}

# enabled COUNT: half of them with a direct call.
enabled() {
	awk -v count="$1" 'BEGIN {
		for (i = 0; i < count; i++) {
			printf "function_%d [kvm] (1) R   D   M \ttramp: x\n", i
			if (i % 2)
				printf "\tdirect-->bpf_trampoline_%d+0x0/0xb1\n", i
		}
		print "irqfd_wakeup [kvm] (1) R   D   M \ttramp: x"
		print "\tdirect-->bpf_trampoline_1+0x0/0xb1"
	}'
}

# seed FILE COMMAND...: whole or not at all.
seed() {
	local file=$dir/$1

	shift
	[ ! -e "$file" ] || return 0
	mkdir -p "${file%/*}"
	"$@" >"$file.new"
	mv "$file.new" "$file"
}

seed seeds/interrupts/2-cpus interrupts 2 300
seed seeds/interrupts/512-cpus interrupts 512 6
seed seeds/interrupts/128-cpus cat tests/unit/fixtures/interrupts-128-cpus
seed seeds/interrupts/32-cpus cat tests/unit/fixtures/interrupts-32-cpus
seed large/interrupts/512-cpus-2048-vectors interrupts 512 2048
seed large/kallsyms/300000 kallsyms 300000 1048576 64
seed large/kallsyms/300000-hidden kallsyms 300000 0 0
seed large/attach_evidence/50000 enabled 50000
