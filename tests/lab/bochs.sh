#!/bin/bash
# Boot an unmodified Debian kernel in Bochs, which emulates Intel's VMX, and
# run a command in it as root: there the real kvm_intel runs nested guests.
# One CPU, no IOMMU and no device for VFIO; slow (a minute and more to boot).
#
# usage: bochs.sh [option]... -- COMMAND...
#
#   --kernel NAME       which kernel (default 6.12, three times as fast as 6.1)
#   --append ARGS       more kernel arguments
#   --timeout SEC       give up after SEC seconds (default 1800)
#   --add FILE[:PATH]   as run.sh's
#   --help              this text
#
# The words of COMMAND are one shell line. Its output (stdout and stderr)
# comes live on stdout, byte for byte. irqgen, if built, is in the guest's
# PATH, and guest-lib.sh is /opt/guest-lib.sh.
#
# Exit status: the command's; 124 timed out; 125 the kernel panicked or the
# machine died; in both cases the end of the console log is on stderr.
#
# Environment: LAB_BUILD  where everything is built (default build/lab)
#
# Debian packages: bochs bochsbios vgabios isolinux syslinux-common xorriso
# busybox-static cpio kmod xz-utils zstd
set -eu
# shellcheck source-path=SCRIPTDIR source=lab-env.sh
. "$(dirname -- "$0")/lab-env.sh"
# shellcheck source-path=SCRIPTDIR source=options-lib.sh
. "$lab_dir/options-lib.sh"
# shellcheck source-path=SCRIPTDIR source=console-lib.sh
. "$lab_dir/console-lib.sh"

kernel=6.12
append=
timeout=1800
adds=()
value_options=(--kernel --append --timeout --add)
flag_options=()
isolinux=/usr/lib/ISOLINUX/isolinux.bin
ldlinux=/usr/lib/syslinux/modules/bios/ldlinux.c32
bios=/usr/share/bochs/BIOS-bochs-latest
vgabios=/usr/share/vgabios/vgabios.bin

need_file() {
	[ -r "$1" ] || die "no $1: apt-get install $2"
}

# What init reads; there is no directory to share, so it comes along.
make_lab_dir() {
	mkdir -p "$root/lab"
	printf '%s\n' "$command" >"$root/lab/command"
	touch "$root/lab/with-serial"
}

# Bochs's devices are not timed by the processor's clock: it has to be the
# HPET's. There is no BIOS call for disks that the kernel could ask (edd).
make_cd() {
	local kargs='console=ttyS0 quiet panic=-1 oops=panic mitigations=off'

	kargs="$kargs nokaslr edd=off tsc=unstable clocksource=hpet $append"
	mkdir "$run/cd"
	cp "$isolinux" "$ldlinux" "$image/vmlinuz" "$run/cd"
	mv "$run/initrd" "$run/cd/initrd"
	printf '%s\n' 'DEFAULT lab' 'LABEL lab' 'KERNEL /vmlinuz' \
		'INITRD /initrd' "APPEND $kargs" >"$run/cd/isolinux.cfg"
	xorriso -as mkisofs -quiet -o "$run/cd.iso" -b isolinux.bin \
		-c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
		"$run/cd" 2>"$run/xorriso.log" ||
		die "xorriso failed: $(tail -n 1 "$run/xorriso.log")"
	rm -rf "$run/cd"
}

# The display is one that needs no screen. The speaker's driver dies where there
# is no sound card. Debian's Bochs begins in its debugger, which is told to go
# on.
make_config() {
	cat >"$run/bochsrc" <<-END
		cpu: model=corei7_skylake_x, count=1, ips=50000000, reset_on_triple_fault=0
		memory: guest=512, host=512
		romimage: file=$bios
		vgaromimage: file=$vgabios
		ata0-master: type=cdrom, path=$run/cd.iso, status=inserted
		boot: cdrom
		com1: enabled=1, mode=file, dev=$run/console.log
		com2: enabled=1, mode=file, dev=$run/output
		display_library: rfb, options="timeout=0"
		plugin_ctrl: speaker=0
		log: $run/bochs.log
		panic: action=fatal
	END
	echo c >"$run/debugger"
}

# The display is served to whoever connects: not to this machine's network.
choose_network() {
	alone=()
	if unshare -n true 2>/dev/null; then
		alone=(unshare -n)
	elif unshare -rn true 2>/dev/null; then
		alone=(unshare -rn)
	fi
}

is_running() {
	kill -0 "$bochs" 2>/dev/null
}

has_status() {
	grep -q '^lab: status [0-9]' "$run/console.log"
}

# After a panic the machine would only boot again.
wait_for_end() {
	while is_running && ! has_status && ! has_panic "$run/console.log"; do
		[ "$SECONDS" -lt "$timeout" ] || return 0
		sleep 1
	done
}

stop_bochs() {
	! is_running || kill -9 "$bochs"
	wait "$bochs" 2>/dev/null || true
}

boot() {
	: >"$run/console.log"
	: >"$run/output"
	SECONDS=0
	${alone[@]+"${alone[@]}"} bochs -q -f "$run/bochsrc" \
		-rc "$run/debugger" </dev/null >"$run/bochs.out" 2>&1 &
	bochs=$!
	tail -f -n +1 --pid="$bochs" "$run/output" &
	wait_for_end
	stop_bochs
	wait
}

give_up() {
	mkdir -p "$lab_build/failed"
	cp "$run/console.log" "$lab_build/failed/${run##*/}.log"
	cp "$run/bochs.log" "$lab_build/failed/${run##*/}.bochs.log"
	{
		echo "bochs.sh: $2; the console said:"
		last_words "$run/console.log"
		tail -n 5 "$run/bochs.out"
		echo "bochs.sh: all of it: $lab_build/failed/${run##*/}.log"
	} >&2
	exit "$1"
}

finish() {
	if has_panic "$run/console.log"; then
		give_up 125 "the kernel panicked"
	elif has_status; then
		exit "$(sed -n 's/^lab: status \([0-9]*\).*/\1/p' "$run/console.log")"
	elif [ "$SECONDS" -ge "$timeout" ]; then
		give_up 124 "timed out after $timeout s"
	else
		give_up 125 "the machine died"
	fi
}

parse_args "$@"
need bochs bochs
need xorriso xorriso
need cpio cpio
need_file "$bios" bochsbios
need_file "$vgabios" vgabios
need_file "$isolinux" isolinux
need_file "$ldlinux" syslinux-common
image=$("$lab_dir/image.sh" "$kernel")
mkdir -p "$lab_build/runs"
run=$(mktemp -d "$lab_build/runs/bochs.XXXXXX")
bochs=
trap '[ -z "$bochs" ] || stop_bochs; rm -rf "$run"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# shellcheck source-path=SCRIPTDIR source=initrd-lib.sh
. "$lab_dir/initrd-lib.sh"

choose_network
make_lab_dir
make_initrd "$image" ${adds[@]+"${adds[@]}"}
make_cd
make_config
boot
finish
