# Sourced by the scripts that boot the lab, after lab-env.sh: what goes into
# the guest besides the image. $run is the run's own directory.
# shellcheck shell=bash disable=SC2154

root=$run/root

copy_in() {
	mkdir -p "$root${2%/*}"
	cp -rL -- "$1" "$root$2"
}

# What ldd lists, at the same paths; nothing for static programs.
copy_libraries() {
	{ ldd "$1" 2>/dev/null || true; } |
		awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^\//) print $i }' |
		while read -r lib; do
			[ -e "$root$lib" ] || copy_in "$lib" "$lib"
		done
}

# add_file FILE[:PATH], as the option --add has it.
add_file() {
	local from=${1%%:*} to=${1#*:}

	[ -e "$from" ] || die "--add: no such file: $from"
	case $1 in
	*:*/) to=$to${from##*/} ;;
	*:*) ;;
	*) to=/opt/${from##*/} ;;
	esac
	copy_in "$from" "$to"
	if [ -f "$from" ] && [ -x "$from" ]; then
		copy_libraries "$from"
	fi
}

# make_initrd IMAGE [FILE[:PATH]]...: $run/initrd, of the image's base, these
# files, the generator, and what was copied in before.
make_initrd() {
	local base=$1/base.cpio

	shift
	mkdir -p "$root"
	add_file "$lab_dir/guest-lib.sh"
	add_file "$lab_dir/session.sh"
	if [ -x "$lab_build/irqgen" ]; then
		add_file "$lab_build/irqgen"
	fi
	for add; do
		add_file "$add"
	done
	{
		cat "$base"
		cd "$root" && find . | cpio -o -H newc --quiet -R 0:0
	} >"$run/initrd"
	rm -rf "$root"
}
