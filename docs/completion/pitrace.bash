# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of pitrace's command line. It needs nothing of the package
# bash-completion, whose loader finds it as completions/pitrace.

# Has a directory for each driver, with the addresses of its devices.
_pitrace_drivers=/sys/bus/pci/drivers

_pitrace_options='-d --device -i --interval -t --duration -n --count
	--inspect --doctor -e --events -s --stacks --folded
	--injections -j --json -a --all -x --exact --record --report --input
	--listen --textfile --metrics-per --attach --btf --proc -v --verbose -V --version -h --help'

# The devices that a driver of VFIO's has.
_pitrace_devices() {
	local path

	compgen -G "$_pitrace_drivers/*vfio*/*:*:*.*" |
		while IFS= read -r path; do
			echo "${path##*/}"
		done
}

# Those whose address begins with $1, or the short form that leaves 0000: out.
_pitrace_match_devices() {
	local devices

	mapfile -t devices < <(_pitrace_devices)
	compgen -W "${devices[*]}" -- "$1" ||
		compgen -W "${devices[*]#0000:}" -- "$1"
}

# _pitrace_match OPTION WORD: what WORD can become behind OPTION.
_pitrace_match() {
	case $1 in
	-d | -[!-]*d | --device)
		_pitrace_match_devices "$2"
		;;
	--attach)
		compgen -W 'auto fentry kprobe' -- "$2"
		;;
	--metrics-per)
		compgen -W 'vector device' -- "$2"
		;;
	--proc)
		compgen -d -- "$2"
		;;
	--btf | --record | --report | --input | --textfile)
		compgen -f -- "$2"
		;;
	-[itn] | -[!-]*[itn] | --interval | --duration | --count | --listen) ;;
	*)
		compgen -W "$_pitrace_options" -- "$2"
		;;
	esac
}

_pitrace() {
	local line=${COMP_LINE:0:COMP_POINT} word words option
	local breaks prefix='' kept=''

	# Bash takes words apart at ':' and '=' as well, if these are in
	# COMP_WORDBREAKS, and then replaces what is behind the last of them.
	word=${line##*[[:blank:]]}
	breaks=${COMP_WORDBREAKS//[!=:]/}
	[[ -z $breaks ]] || kept=${word%"${word##*["$breaks"]}"}
	read -ra words <<<"${line%"$word"}"
	option=${words[*]: -1}
	if [[ $word == --*=* ]]; then
		option=${word%%=*} prefix=${word%%=*}=
		word=${word#*=}
	fi
	case $option in
	--btf | --proc | --record | --report | --input | --textfile) compopt -o filenames ;;
	esac
	mapfile -t COMPREPLY < <(_pitrace_match "$option" "$word")
	COMPREPLY=("${COMPREPLY[@]/#/"$prefix"}")
	COMPREPLY=("${COMPREPLY[@]#"$kept"}")
}

complete -F _pitrace pitrace
