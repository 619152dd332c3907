#!/bin/bash
# Build the lab's boot image for one kernel: vmlinuz and an initramfs with
# busybox, the modules the tests load, and init.
#
# usage: image.sh NAME        prints the directory with vmlinuz and base.cpio
#
# Built once per kernel in $LAB_BUILD/images/NAME, and again when init or
# this script has changed.
set -eu
# shellcheck source-path=SCRIPTDIR source=lab-env.sh
. "$(dirname -- "$0")/lab-env.sh"

# Loaded by init, to get at the shared directories and the output channel, and
# to put a system's directory under one that is written to.
channel_modules='virtio_pci virtio_console 9pnet_virtio 9p overlay'
# Loaded by the tests themselves. Which of them exist depends on the kernel.
test_modules='kvm kvm_amd kvm_intel irqbypass rng-core ccp
	vfio vfio_iommu_type1 vfio_virqfd vfio_pci_core vfio_pci null_blk'

is_current() {
	[ -f "$dest/base.cpio" ] &&
		[ ! "$lab_dir/init" -nt "$dest/base.cpio" ] &&
		[ ! "$lab_dir/image.sh" -nt "$dest/base.cpio" ] &&
		[ ! "$kernel" -nt "$dest/base.cpio" ]
}

# The files of the modules wanted and of all they depend on.
module_files() {
	for module in $channel_modules $test_modules; do
		modprobe -d "$kernel" -S "$version" --show-depends "$module" \
			2>/dev/null || true
	done | awk '$1 == "insmod" { print $2 }' | sort -u
}

# busybox modprobe reads no compressed modules, hence unpacked here.
add_module() {
	local to=$root/lib/modules/$version/${1#*"/lib/modules/$version/"}

	mkdir -p "${to%/*}"
	case $1 in
	*.xz) xz -dc "$1" >"${to%.xz}" ;;
	*.zst) zstd -qdc "$1" >"${to%.zst}" ;;
	*) cp "$1" "$to" ;;
	esac
}

add_modules() {
	local from=$kernel/lib/modules/$version

	mkdir -p "$root/lib/modules/$version"
	cp "$from/modules.builtin" "$from/modules.builtin.modinfo" \
		"$from/modules.order" "$root/lib/modules/$version"
	module_files | while read -r file; do
		add_module "$file"
	done
	depmod -b "$root" "$version" 2>/dev/null
}

add_base() {
	mkdir -p "$root"/{bin,dev,etc,lib,mnt,proc,root,run,share,sys,tmp}
	ln -s bin "$root/sbin"
	cp "$busybox" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	install -m 755 "$lab_dir/init" "$root/init"
	echo "root:x:0:0:root:/root:/bin/sh" >"$root/etc/passwd"
	echo "root:x:0:" >"$root/etc/group"
}

[ $# -eq 1 ] || die "usage: image.sh NAME"
name=$1
kernel=$("$lab_dir/kernel.sh" "$name")
version=$(ls "$kernel/lib/modules")
dest=$lab_build/images/$name
if is_current; then
	echo "$dest"
	exit 0
fi

need cpio cpio
need modprobe kmod
need xz xz-utils
need zstd zstd
need busybox busybox-static
busybox=$(command -v busybox)

mkdir -p "$lab_build/images"
tmp=$(mktemp -d "$lab_build/images/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root
add_base
add_modules
mkdir "$tmp/out"
cp "$(find_vmlinuz "$kernel")" "$tmp/out/vmlinuz"
# Left uncompressed: an emulated CPU takes longer to unpack than to load it.
(cd "$root" && find . | cpio -o -H newc --quiet -R 0:0) >"$tmp/out/base.cpio"

# A run in progress may still be reading the old image: move it aside whole.
if [ -d "$dest" ]; then
	mv -T "$dest" "$tmp/old" 2>/dev/null || true
fi
mv -T "$tmp/out" "$dest" 2>/dev/null || is_current ||
	die "cannot create $dest"
echo "$dest"
