#!/bin/sh
# Build irqgen into $LAB_BUILD (default build/lab); static, so that it needs
# nothing of the machine it runs on. And files of BTF, of types/.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=${LAB_BUILD:-$here/../../build/lab}

mkdir -p "$out"
tmp=$(mktemp "$out/.irqgen.XXXXXX")
trap 'rm -f "$tmp"' EXIT
"${CC:-gcc}" -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra ${WERROR:+-Werror} -static \
	-pthread -o "$tmp" "$here"/irqgen*.c
chmod 755 "$tmp"
mv "$tmp" "$out/irqgen"

mkdir -p "$out/types"
for source in "$here"/types/*.c; do
	object=$out/types/$(basename -- "$source" .c).o
	"${CLANG:-clang}" -g -O2 -Wall ${WERROR:+-Werror} -target bpf -c "$source" -o "$object"
done
