# SPDX-License-Identifier: GPL-2.0-only
# The portable file in roots of others, alone.
# shellcheck shell=bash disable=SC2034,SC2154

suites='bullseye bookworm trixie'

# in_root COMMAND...: the directory is the root's.
in_root() {
	chroot "$root" "$@"
}

# What a shell of the root says of it.
root_looks() {
	local look

	for look in --version --help; do
		expect "$1: $look: as the ordinary build, outside" \
			"$(build/pitrace $look)" \
			"$(in_root /bin/sh -c "/pitrace $look" 2>&1)"
	done
}

# page_of PORT: over HTTP, once it is there.
page_of() {
	local tries=100

	until busybox wget -q -O - "http://127.0.0.1:$1/metrics" 2>/dev/null; do
		((tries--)) || return
		sleep 0.1
	done
}

# Made-up metrics of four vectors: there is nothing to trace here.
root_serves() {
	local port pid

	port=$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	chroot "$root" /serve "$port" /out/serve.prom 4 >/dev/null \
		2>"$scratch/serve.err" &
	pid=$!
	page_of "$port" >"$scratch/page"
	kill $pid
	wait $pid
	expect "$1: metrics: it ends well" 0 $?
	expect "$1: metrics: it says where" \
		"pitrace: metrics at http://127.0.0.1:$port/metrics" \
		"$(head -n 1 "$scratch/serve.err")"
	expect "$1: metrics: over HTTP, six paths of each of four vectors" 24 \
		"$(grep -c '^pitrace_interrupts_total{.* [0-9]*$' "$scratch/page")"
}

# root_use NAME: what can be done with the file there.
root_use() {
	cp "$portable" "$root/pitrace"
	cp build/portable/serve "$root/serve"
	root_looks "$1"
	show_all "$root" in_root /pitrace
	expect_shown "$1" "$root"
	root_serves "$1"
}

# root_doctor NAME: with what this machine's kernel shows, it sees what is seen
# outside.
root_doctor() {
	local dir

	for dir in proc sys; do
		mount --rbind "/$dir" "$root/$dir"
		mount --make-rslave "$root/$dir"
	done
	expect "$1: --doctor: as the ordinary build, outside" \
		"$(build/pitrace --doctor 2>&1; echo $?)" \
		"$(in_root /pitrace --doctor 2>&1; echo $?)"
	root_unmount
}

# Not even directories that a system has.
root_of_busybox() {
	root=$work/busybox
	root_remove
	mkdir -p "$root/bin"
	cp "$(command -v busybox)" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	root_use busybox
}

root_of_debian() {
	local suite=$1 name

	root=$work/$suite
	root_unmount
	root_remove
	mkdir -p "$root"
	chmod 755 "$root"
	root_make
	name="Debian $(cut -d . -f 1 "$root/etc/debian_version")"
	root_use "$name"
	root_doctor "$name"
}

# In a shell of its own, so that no mount stays if it ends early.
roots() (
	root=$work
	trap root_unmount EXIT
	for suite in $suites; do
		root_of_debian "$suite"
	done
	root_of_busybox
)
