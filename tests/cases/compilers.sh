# The same programs as compiled by other clangs, all loaded in one boot:
# tests/compilers/build.sh makes them. A compiled object is not a loaded one.
# shellcheck shell=sh disable=SC2034,SC2154

# Of BPF's 512 bytes and, on the oldest kernel that pitrace knows, 1,000,000
# instructions looked at.
compilers_stack_bytes=400
compilers_insns=500000

# compilers_facts_of COMPILER: of the programs that it compiled, in all ways of
# tracing. Each line: program, instructions, bytes of stack.
compilers_facts_of() {
	_program=/opt/compilers/$1
	_facts=$out/$LABEL-compilers-$1.txt
	# shellcheck disable=SC2317 # called by verifier_load_all
	pitrace() {
		"$_program" "$@"
	}
	: >/tmp/verifier.log
	# Injections are counted by target only where types are known. Without
	# types nothing is traced where handlers run in threads.
	for _how in "" --stacks "--stacks --attach kprobe" ${_typed:+--injections} \
		${_untyped:+"--stacks $(untyped_needs)"} \
		${_typed:+"--injections --attach kprobe"}; do
		# shellcheck disable=SC2086 # words
		pitrace -vvv -t 0.1 $_how 2>>/tmp/verifier.log >/dev/null ||
			echo "pitrace $_how: status $?"
	done >/tmp/compilers.refused
	verifier_refused >>/tmp/compilers.refused
	verifier_facts </tmp/verifier.log >"$_facts"
	unset -f pitrace
}

# compilers_beyond FIELD LIMIT: programs that go beyond.
compilers_beyond() {
	awk -v field="$1" -v limit="$2" \
		'$field == "?" || $field > limit { print $1 "=" $field }' "$_facts" |
		xargs
}

compilers_load() {
	load_vfio
	load_kvm 2>/dev/null
	[ ! -e /opt/kvm-intel.ko ] || load_standin
	_all=''
	_typed=$(untyped_needs)
	_untyped=yes
	[ ! -e /sys/kernel/realtime ] || _untyped=''
	for _path in /opt/compilers/*; do
		_compiler=${_path##*/}
		compilers_facts_of "$_compiler"
		[ -n "$_all" ] || _all=$(cut -d ' ' -f 1 "$_facts" | xargs)
		expect "compilers: $_compiler: what the verifier refuses" "" \
			"$(xargs </tmp/compilers.refused)"
		expect "compilers: $_compiler: the same programs as of the others" \
			"$_all" "$(cut -d ' ' -f 1 "$_facts" | xargs)"
		expect "compilers: $_compiler: over $compilers_stack_bytes bytes of stack" \
			"" "$(compilers_beyond 3 $compilers_stack_bytes)"
		expect "compilers: $_compiler: over $compilers_insns instructions" \
			"" "$(compilers_beyond 2 $compilers_insns)"
	done
	expect "compilers: programs are loaded" yes \
		"$([ "$(echo "$_all" | wc -w)" -ge 9 ] && echo yes)"
}
