# What the verifier has to look at, for each program, and the stack that it
# takes: within budgets, so that neither grows unnoticed.
# shellcheck shell=sh disable=SC2034,SC2154

# Program, instructions, bytes of stack of all its functions, from what -vvv
# tells. A program that is loaded twice counts with its worst.
verifier_facts() {
	awk '
	/BEGIN PROG LOAD LOG/ {
		split($0, part, "\047")
		name = part[2]
		depth = 0
		told = 0
	}
	/^stack depth [0-9]/ {
		told = 1
		n = split($3, depths, "+")
		for (i = 1; i <= n; i++)
			depth += depths[i]
	}
	# Newer kernels, one line a function.
	/^subprog [0-9]+ .* stack [0-9]+$/ {
		told = 1
		depth += $NF
	}
	/^processed [0-9]+ insns/ {
		if ($2 + 0 > most[name])
			most[name] = $2 + 0
		if (depth > deepest[name])
			deepest[name] = depth
		if (!told)
			untold[name] = 1
	}
	END {
		for (name in most)
			print name, most[name],
				name in untold ? "?" : deepest[name] + 0
	}' | sort
}

# What libbpf or the kernel did not take.
verifier_refused() {
	grep -E 'failed to (load|patch|perform)' /tmp/verifier.log
}

# verifier_load_all ARG...: facts of the plain programs, those for stacks,
# kprobes, those that need no types.
verifier_load_all() {
	: >/tmp/verifier.log
	for _how in "" --stacks "--stacks --attach kprobe" \
		"--stacks $(untyped_needs)"; do
		# shellcheck disable=SC2086 # words
		pitrace -vvv -t 0.1 "$@" $_how 2>>/tmp/verifier.log >/dev/null
	done
	verifier_facts </tmp/verifier.log
}

# verifier_kinds FILE: of how many kinds of probe there are programs.
verifier_kinds() {
	sed -n 's/^\(fentry\|fexit\|kprobe\|kretprobe\|tracepoint\)_.*/\1/p' "$1" |
		sort -u | xargs
}

verifier_budgets() {
	_facts=$out/$LABEL-verifier.txt
	load_vfio
	load_kvm
	# Intel's are checked against the stand-in, where there is one.
	[ ! -e /opt/kvm-intel.ko ] || load_standin
	verifier_load_all >"$_facts"
	verifier_refused >/tmp/verifier.refused
	# The same ones may have more to do; a few are others.
	verifier_load_all --injections | sed 's/ /+injections /' >>"$_facts"
	verifier_refused >>/tmp/verifier.refused
	[ ! -e /opt/kvm-intel.ko ] || rmmod kvm_intel
	expect "verifier: every program is taken" "" \
		"$(xargs </tmp/verifier.refused)"
	expect "verifier: programs of each kind are told of" \
		"fentry fexit kprobe kretprobe tracepoint" \
		"$(verifier_kinds "$_facts")"
	verifier_within "$_facts"
}

# verifier_within FACTS
verifier_within() {
	expect "verifier: the stack of each is told" "" \
		"$(awk '$3 == "?" { print $1 }' "$1" | xargs)"
	expect "verifier: programs beyond their budgets" "" "$(awk '
		NR == FNR && !/^#/ { insns[$1] = $2; stack[$1] = $3 }
		NR == FNR { next }
		{ name = $1 }
		!(name in insns) { sub(/[+].*/, "", name) }
		$2 > insns[name] + 0 {
			printf "%s: %d instructions, of %d; ", $1, $2, insns[name] }
		$3 > stack[name] + 0 {
			printf "%s: %d bytes of stack, of %d; ", $1, $3, stack[name] }
	' /opt/cases/verifier.budgets "$1")"
}

# Where there are no others.
verifier_untyped() {
	pitrace -vvv -t 0.1 --stacks 2>/tmp/verifier.log >/dev/null
	verifier_facts </tmp/verifier.log >"$out/$LABEL-verifier.txt"
	expect "verifier: programs are told of" yes \
		"$([ "$(grep -c untyped_ "$out/$LABEL-verifier.txt")" -ge 9 ] &&
			echo yes)"
	verifier_within "$out/$LABEL-verifier.txt"
}
