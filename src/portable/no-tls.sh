#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Writes, as assembler source, what takes the place of GnuTLS where a static
# libmicrohttpd is linked that was built with it, as Debian's is.
#
# usage: no-tls.sh LIBRARY
#
#   LIBRARY  libmicrohttpd.a
#
# pitrace serves plain HTTP, so libmicrohttpd calls none of GnuTLS but what
# begins and ends it, which have nothing to do and succeed. Every other function
# that LIBRARY names ends the program at once (SIGILL), should it ever be
# called: nothing is sent that only seems to be encrypted.
set -eu

[ $# -eq 1 ] || {
	sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

# What LIBRARY wants of GnuTLS, one a line.
wanted() {
	nm --undefined-only "$1" 2>/dev/null |
		awk '$2 ~ /^gnutls_/ { print $2 }' | LC_ALL=C sort -u
}

# label NAME
label() {
	printf '\t.globl %s\n\t.type %s, @function\n%s:\n' "$1" "$1" "$1"
}

nm "$1" >/dev/null 2>&1 || {
	echo "${0##*/}: cannot read '$1'" >&2
	exit 1
}
printf '\t.text\n'
label gnutls_global_init
label gnutls_global_deinit
printf '\txorl %%eax, %%eax\n\tret\n'
for name in $(wanted "$1"); do
	case $name in
	gnutls_global_init | gnutls_global_deinit) ;;
	*) label "$name" ;;
	esac
done
printf '\tud2\n\t.section .note.GNU-stack, "", @progbits\n'
