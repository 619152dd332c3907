#!/bin/bash
# Boot an unmodified Debian kernel in QEMU, with an e1000e and an edu device
# behind an emulated IOMMU, and run a command in it as root.
#
# usage: run.sh [option]... -- COMMAND...
#
#   --kernel NAME       which kernel (default 6.1; kernel.sh --list)
#   --append ARGS       more kernel arguments, for example threadirqs
#   --smp N             number of CPUs (default 2), or N,maxcpus=M
#   --timeout SEC       give up after SEC seconds without a word from the
#                       machine (default 120), and after ten times as long
#                       whatever it says
#   --share DIR         mount DIR read-write as /share
#   --add FILE[:PATH]   put FILE (or a directory) at PATH, default
#                       /opt/<its name>; /opt is in PATH. A program's shared
#                       libraries come along.
#   --system DIR        boot the system in DIR (a Debian with systemd) and run
#                       COMMAND there, with no --tty. DIR is only read; what
#                       is written stays in the machine's memory.
#   --tty               run the command on a terminal (default: a pipe)
#   --help              this text
#
# The words of COMMAND are one shell line. Its output (stdout and stderr)
# comes live on stdout, byte for byte. irqgen, if built, is in the guest's
# PATH, and guest-lib.sh is /opt/guest-lib.sh.
#
# Exit status: the command's; 124 timed out; 125 the kernel panicked or the
# machine died; in both cases the end of the console log is on stderr. The
# whole log is DIR/console.log with --share, else it is kept on failure only.
#
# Environment: LAB_BUILD  where everything is built (default build/lab)
#              LAB_IOMMU  intel or amd: whose IOMMU is emulated (default intel)
#              LAB_ACCEL  tcg, kvm, tcg-single, where all CPUs take turns, or
#                         tcg-icount, where moreover each instruction takes a
#                         nanosecond (default: kvm if it can nest, else tcg)
#
# Debian packages: qemu-system-x86 busybox-static cpio kmod xz-utils zstd
# (and gcc libc6-dev linux-libc-dev to build irqgen).
set -eu
# shellcheck source-path=SCRIPTDIR source=lab-env.sh
. "$(dirname -- "$0")/lab-env.sh"
# shellcheck source-path=SCRIPTDIR source=options-lib.sh
. "$lab_dir/options-lib.sh"
# shellcheck source-path=SCRIPTDIR source=console-lib.sh
. "$lab_dir/console-lib.sh"
# shellcheck source-path=SCRIPTDIR source=watch-lib.sh
. "$lab_dir/watch-lib.sh"

kernel=6.1
append=
smp=2
timeout=120
share=
system=
tty=
adds=()
value_options=(--kernel --append --smp --timeout --share --system --add)
flag_options=(--tty)

# Does e1000e raise an interrupt once more when its throttle timer ends? That of
# QEMU 8 and later does (seen with 10.0 and 11.1).
throttle_repeats() {
	qemu-system-x86_64 --version | grep -qE 'version ([89]|[1-9][0-9])[.]'
}

# What init and irqgen read.
make_lab_dir() {
	mkdir "$run/lab"
	printf '%s\n' "$command" >"$run/lab/command"
	[ -z "$share" ] || touch "$run/lab/with-share"
	[ -z "$system" ] || touch "$run/lab/with-system"
	[ -z "$tty" ] || terminal_size >"$run/lab/with-tty"
	! throttle_repeats || touch "$run/lab/throttle-repeats"
}

terminal_size() {
	stty size <&2 2>/dev/null | grep -v '^0' || echo 24 80
}

# --- the machine ---

# Real virtualisation is of use only if a guest can nest one in turn.
can_nest() {
	local nested

	{ : <>/dev/kvm; } 2>/dev/null || return 1
	for nested in /sys/module/kvm_{intel,amd}/parameters/nested; do
		if [ -r "$nested" ] && grep -q '[Y1]' "$nested"; then
			return 0
		fi
	done
	return 1
}

choose_accel() {
	local accel=${LAB_ACCEL:-}

	if [ -z "$accel" ]; then
		accel=tcg
		if can_nest; then
			accel=kvm
		fi
	fi
	cpu=(-machine q35 -cpu 'EPYC,+svm,+npt')
	case $accel in
	kvm) cpu=(-accel kvm -machine 'q35,kernel-irqchip=split' -cpu host) ;;
	tcg) cpu+=(-accel 'tcg,thread=multi') ;;
	tcg-single) cpu+=(-accel 'tcg,thread=single') ;;
	tcg-icount) cpu+=(-accel 'tcg,thread=single' -icount 'shift=0,sleep=off') ;;
	*) die "LAB_ACCEL is not tcg, tcg-single, tcg-icount or kvm: $accel" ;;
	esac
}

# Both remap interrupts; neither posts them.
choose_iommu() {
	case ${LAB_IOMMU:-intel} in
	intel) iommu=intel-iommu,intremap=on,caching-mode=on ;;
	amd) iommu=amd-iommu,intremap=on ;;
	*) die "LAB_IOMMU is not intel or amd: $LAB_IOMMU" ;;
	esac
}

# shellcheck disable=SC2054 # the commas are QEMU's
# Fixed addresses, so that the guest sees the same ones in every run.
device_args() {
	args=(
		-device "$iommu"
		-netdev user,id=n0,restrict=on
		-device e1000e,netdev=n0,addr=2
		-device edu,addr=3
		-device virtio-serial-pci,addr=4
		-chardev file,id=out,path=/dev/stdout,append=on
		-fsdev "local,id=lab,path=$run/lab,security_model=none"
		-device virtio-9p-pci,addr=5,fsdev=lab,mount_tag=lab
	)
	if [ -n "$tty" ]; then
		args+=(-device virtconsole,chardev=out)
	else
		args+=(-device virtserialport,nr=1,chardev=out)
	fi
	if [ -n "$share" ]; then
		args+=(
			-fsdev "local,id=share,path=$share,security_model=none"
			-device virtio-9p-pci,addr=6,fsdev=share,mount_tag=share
		)
	fi
	if [ -n "$system" ]; then
		# Nobody logs in.
		append="systemd.getty_auto=no $append"
		args+=(
			-fsdev "local,id=system,path=$system,security_model=none,readonly=on"
			-device virtio-9p-pci,addr=7,fsdev=system,mount_tag=system
		)
	fi
}

# The pipe to tee is what the output channel opens as /dev/stdout: a file
# would be truncated, a terminal be set up. An emulator that loses the CPU for a
# moment fails the kernel's check of the timer, which ends in a panic; in virtual
# machines the check is usually off. A CPU that is stuck ends the boot at once.
boot() {
	local kargs='console=ttyS0 loglevel=5 intel_iommu=on iommu=pt panic=-1'

	kargs="$kargs oops=panic softlockup_panic=1"
	kargs="$kargs sysctl.kernel.softlockup_all_cpu_backtrace=1"
	kargs="$kargs mitigations=off no_timer_check $append"
	rm -f "$run/lab/status" "$run/lab/started" "$run/qemu.pid"
	watch_over >/dev/null 2>&1 &
	timeout -k 5 $((timeout * 10)) qemu-system-x86_64 "${cpu[@]}" -smp "$smp" -m 2G \
		-nodefaults -display none -vga none -no-reboot "${args[@]}" \
		-pidfile "$run/qemu.pid" \
		-serial "file:$console" -kernel "$image/vmlinuz" \
		-initrd "$run/initrd" -append "$kargs" </dev/null 2>"$run/qemu.err" |
		tee "$run/output"
	qemu_status=${PIPESTATUS[0]}
	kill $! 2>/dev/null || true
}

# --- how it ended ---

# Not our doing, nor the kernel's.
is_emulator_fault() {
	[ ! -e "$run/lab/status" ] && has_int3_fault "$console"
}

is_stuck() {
	[ ! -e "$run/lab/started" ] && ! has_panic "$console" &&
		! is_timed_out
}

is_timed_out() {
	[ -e "$run/silent" ] || [ "$qemu_status" -eq 124 ] ||
		[ "$qemu_status" -eq 137 ]
}

time_out() {
	if [ -e "$run/silent" ]; then
		give_up 124 "timed out after $timeout s without a word"
	fi
	give_up 124 "timed out after $((timeout * 10)) s"
}

give_up() {
	{
		echo "run.sh: $2; the console said:"
		last_words "$console"
		grep -v "TCG doesn't support requested" "$run/qemu.err" || true
	} >&2
	if [ -z "$share" ]; then
		mkdir -p "$lab_build/failed"
		cp "$console" "$lab_build/failed/${run##*/}.log"
		echo "run.sh: all of it: $lab_build/failed/${run##*/}.log" >&2
	fi
	exit "$1"
}

finish() {
	if has_panic "$console"; then
		give_up 125 "the kernel panicked"
	elif [ -s "$run/lab/status" ]; then
		exit "$(cat "$run/lab/status")"
	elif is_timed_out; then
		time_out
	else
		give_up 125 "the machine died (qemu status $qemu_status)"
	fi
}

parse_args "$@"
[ -z "$system" ] || [ -z "$tty" ] || die "--system has no --tty"
need qemu-system-x86_64 qemu-system-x86
need cpio cpio
image=$("$lab_dir/image.sh" "$kernel")
mkdir -p "$lab_build/runs"
run=$(mktemp -d "$lab_build/runs/$kernel.XXXXXX")
trap 'rm -rf "$run"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
console=$run/console.log
# shellcheck source-path=SCRIPTDIR source=initrd-lib.sh
. "$lab_dir/initrd-lib.sh"
if [ -n "$share" ]; then
	mkdir -p "$share"
	share=$(CDPATH='' cd -- "$share" && pwd)
	console=$share/console.log
fi

choose_accel
choose_iommu
device_args
make_initrd "$image" ${adds[@]+"${adds[@]}"}
make_lab_dir
boot
for ((left = 3; left > 0; left--)); do
	is_emulator_fault || break
	echo "run.sh: the emulator's int3 fault; once more" >&2
	boot
done
if is_stuck; then
	echo "run.sh: the machine did not start; once more" >&2
	boot
fi
finish
