# Stacks: as many as interrupts, and the frames that ftrace sees.
# shellcheck shell=sh disable=SC2034,SC2154

tracefs=/sys/kernel/tracing

# The functions above the deliver function, by ftrace, down to the interrupt.
ftrace_frames() {
	echo 0 >$tracefs/tracing_on
	echo "$1" >$tracefs/set_ftrace_filter
	echo function >$tracefs/current_tracer
	echo 1 >$tracefs/options/func_stack_trace
	echo >$tracefs/trace
	echo 1 >$tracefs/tracing_on
	gen fire nic 0 1 >/dev/null
	echo 0 >$tracefs/tracing_on
	awk -v first="$1" '
		$1 == "=>" && $2 == first { on = 1 }
		on { print $2 }
		on && $2 == "asm_common_interrupt" { exit }' $tracefs/trace
	echo 0 >$tracefs/options/func_stack_trace
	echo nop >$tracefs/current_tracer
	echo >$tracefs/set_ftrace_filter
}

# stack_frames VECTOR PATH: the most frequent one's functions, to the same end.
stack_frames() {
	grep '"type":"stacks"' "$trace_out" |
		jq -r "[.stacks[] | select(.kind == \"msix\" and
			.vector == $1 and .path == \"$2\")] |
			max_by(.count) | .frames[].symbol" |
		awk '{ print } $1 == "asm_common_interrupt" { exit }'
}

# FlameGraph's rules for bpftrace's format, as stackcollapse-bpftrace.pl has
# them: a line "@[", frames, and a line "key]: count".
collapse() {
	awk '
		/^@\[$/ { inside = 1; stack = ""; next }
		inside && /^,? ?.*\]: [0-9]+$/ {
			count = $0
			sub(/^.*\]: /, "", count)
			label = $0
			sub(/\]: [0-9]+$/, "", label)
			sub(/^, /, "", label)
			print label "\t" count
			inside = 0
			next
		}
		inside && /^    [^ ]/ { next }
		NF { print "?\t" $0 }' "$1"
}

# What the records and the text say of one set of interrupts.
stacks_counted() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	_frames=$(ftrace_frames svm_deliver_interrupt)
	gen irqfd vm 25 nic 1 broadcast 0x43 >/dev/null
	gen irqfd vm 26 nic 2 nowhere 0x44 >/dev/null
	to_replay stacks-text --stacks
	# shellcheck disable=SC2086 # words
	pitrace --stacks $record >"$out/$LABEL"-stacks-text.txt 2>/tmp/stacks.err &
	_text=$!
	to_replay folded --folded
	# shellcheck disable=SC2086 # words
	pitrace --folded $record >"$out/$LABEL"-folded.txt 2>/tmp/folded.err &
	_folded=$!
	touch /tmp/stacks.err /tmp/folded.err
	wait_until 60 grep -q tracing /tmp/stacks.err
	wait_until 60 grep -q tracing /tmp/folded.err
	trace_start stacks --stacks || return
	gen fire nic 0 500 >/dev/null
	gen fire nic 1 200 >/dev/null
	gen fire nic 2 300 >/dev/null
	gen fire nic 3 400 >/dev/null
	trace_stop
	kill -INT $_text $_folded
	wait $_text $_folded
	expect_nothing_lost
	stacks_agree
	expect "stacks: the irqfd stack is ftrace's" "$_frames" \
		"$(stack_frames 0 irqfd)"
	expect "stacks: an eventfd stack begins at the handler" \
		vfio_msihandler "$(stack_frames 3 eventfd | head -n 1)"
	expect "stacks: a deferred one where it was deferred" \
		kvm_arch_set_irq_inatomic \
		"$(stack_frames 1 irqfd_deferred | head -n 1)"
	expect "stacks: none shows a program or a trampoline" "" \
		"$(grep -E 'bpf_prog_[0-9a-f]{16}|bpf_trampoline|ftrace_(regs_)?ca' "$out/$LABEL"-stacks-text.txt)"
	for _gsi in 24:0 25:1 26:2; do
		gen unirqfd vm "${_gsi%:*}" nic "${_gsi#*:}" >/dev/null
	done
}

stacks_agree() {
	_wanted='0 irqfd=500 1 irqfd_deferred=200 2 irqfd_dropped=300 3 eventfd=400'
	expect "stacks: records add up to the interrupts" "$_wanted" \
		"$(grep '"type":"stacks"' "$trace_out" | jq -r '
			[.stacks | group_by([.vector, .path])[] |
			"\(.[0].vector) \(.[0].path)=\([.[].count] | add)"] |
			join(" ")')"
	expect "stacks: the table adds up to the same" 1400 \
		"$(of '[.vectors[].count] | add')"
	expect "stacks: the text reads back to the same" "$_wanted" \
		"$(collapse "$out/$LABEL"-stacks-text.txt | awk -F'\t' '
			{ split($1, w, " "); n[w[3] " " w[4]] += $2 }
			END { for (k in n) print k "=" n[k] }' | sort |
			tr '\n' ' ' | sed 's/ $//')"
	expect "stacks: folded adds up to the same" 1400 \
		"$(awk '{ n += $NF } END { print n }' "$out/$LABEL"-folded.txt)"
}
