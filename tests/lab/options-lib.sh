# Sourced by the scripts that boot the lab, after lab-env.sh: their options.
# The script says which it has, and gives their variables a default:
#   value_options   as "--kernel", whose value is in $kernel afterwards; all
#                   values of "--add" are in the array adds
#   flag_options    as "--tty", after which $tty is 1
# shellcheck shell=bash disable=SC2034,SC2154

# The script's head.
usage() {
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
}

# is_among WORD [WORD]...
is_among() {
	local word=$1 other

	shift
	for other; do
		[ "$word" != "$other" ] || return 0
	done
	return 1
}

set_option() {
	if [ "$1" = --add ]; then
		adds+=("$2")
	else
		printf -v "${1#--}" %s "$2"
	fi
}

# parse_args ARG...: what follows "--" is in $command, as one line.
parse_args() {
	while [ $# -gt 0 ]; do
		case $1 in
		--help | -h) usage && exit 0 ;;
		--) shift && break ;;
		esac
		if is_among "$1" ${flag_options[@]+"${flag_options[@]}"}; then
			set_option "$1" 1
			shift
			continue
		fi
		is_among "$1" "${value_options[@]}" ||
			die "unknown option '$1' (see --help)"
		[ $# -ge 2 ] || die "$1 needs an argument"
		set_option "$1" "$2"
		shift 2
	done
	[ $# -gt 0 ] || die "no command (see --help)"
	command="$*"
}
