# Too little of everything: what does not fit is counted as lost, the rest is
# exact, and what cannot start says why.
# shellcheck shell=sh disable=SC2034,SC2046,SC2154,SC3045 # busybox has ulimit -n

pressure() {
	pressure_reader_begins
	pressure_table slots vector_table_full
	pressure_table cells counter_table_full
	pressure_targets
	pressure_injections
	pressure_stacks
	pressure_descriptors
	pressure_memory
	pressure_limits_refused
	pressure_reader_ends
}

# counted_and LOSS: what was counted, and what is told as lost of this kind.
counted_and() {
	of "\"\\([.vectors[].count] | add) \\(.lost.$1)\""
}

# pressure_table NAME LOSS: room for two (number 0 means none) of five, which
# are all on one CPU.
pressure_table() {
	PITRACE_MAP_LIMITS=$1=3 trace_start "$1" || return
	for _vector in 0 1 2 3 4; do
		gen affinity nic $_vector 0 >/dev/null
		gen fire nic $_vector 100 >/dev/null
	done
	trace_stop
	expect "$1: what fits is counted, the rest is lost" \
		"200 300" "$(counted_and "$2")"
}

# Handlers in threads have their runs with their vectors, of which there is none.
pressure_threads() {
	pressure_table slots vector_table_full
}

# Two targets are in the cell, one more has a place in the table; the paths
# are exact all the same.
pressure_targets() {
	PITRACE_MAP_LIMITS=targets=1 trace_start targets || return
	for _vector in 0x41 0x42 0x43 0x44 0x45; do
		gen irqfd vm 24 nic 0 fixed 0 $_vector >/dev/null
		gen fire nic 0 100 >/dev/null
		gen unirqfd vm 24 nic 0 >/dev/null
	done
	trace_stop
	expect "targets: paths are exact" irqfd=500 "$(paths_of "$nic" msix 0)"
	expect "targets: some are known, the others are lost" "300 200" \
		"$(of_vector "$nic" msix 0 '[.targets[].count] | add') $(of .lost.target_table_full)"
}

# Of other injections one target has a place. The others' are counted, too.
pressure_injections() {
	PITRACE_MAP_LIMITS=injections=1 trace_start injections --injections || return
	gen eventfd vm 50 first fixed 0 0x61 >/dev/null
	gen eventfd vm 51 second fixed 1 0x61 >/dev/null
	gen writefd first 60 >/dev/null
	gen writefd second 40 >/dev/null
	gen writefd first 5 >/dev/null
	trace_stop
	expect "injections: one target is known, the others are lost" \
		"[[null,null,40],[0,97,65]] 105 40" \
		"$(of '[.other_injection_targets[] | [.vcpu, .guest_vector, .count]]') $(of .other_injections) $(of .lost.target_table_full)"
}

# Interrupts that take different ways have different stacks.
pressure_stacks() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen irqfd vm 25 nic 1 broadcast 0x43 >/dev/null
	gen irqfd vm 26 nic 2 nowhere 0x44 >/dev/null
	pressure_stack_counts
	pressure_stack_buckets
	pressure_stacks_full
	for _vector in 0 1 2; do
		gen unirqfd vm $((24 + _vector)) nic $_vector >/dev/null
	done
}

# On either CPU, as their idle tasks have different stacks, too.
pressure_stack_fire() {
	for _vector in 0 1 2 3; do
		for _cpu in 1 0; do
			gen affinity nic $_vector $_cpu >/dev/null
			gen fire nic $_vector 150 >/dev/null
		done
	done
	trace_stop
	expect "$trace: counts do not suffer" "300 300 300 300" \
		"$(for _vector in 0 1 2 3; do
			of_vector "$nic" msix $_vector .count
		done | paste -sd ' ')"
}

# pressure_stacked: interrupts whose stack is known, how many stacks, and of
# which functions they are.
pressure_stacked() {
	grep '"type":"stacks"' "$trace_out" | jq -r '[.stacks[] |
		select(.path and (.frames | length > 0))] |
		[([.[].count] | add), ([.[].frames] | unique | length),
			([.[].frames[0].symbol] | unique[])] | join(" ")'
}

# Stacks without a place are lost as stacks; the counts stay.
pressure_stack_counts() {
	PITRACE_MAP_LIMITS=stack_counts=1 trace_start stack-counts --stacks ||
		return
	pressure_stack_fire
	expect "stack-counts: all are there, or told as lost" 1200 \
		"$(($(grep '"type":"stacks"' "$trace_out" | jq '[.. | .count? // empty] | add') + $(of .lost.stack)))"
	expect "stack-counts: there is some loss" true "$(of '.lost.stack > 0')"
}

# A bucket in each of three maps: a fourth stack is kept by its frames.
pressure_stack_buckets() {
	PITRACE_MAP_LIMITS=stacks=1 trace_start stack-buckets --stacks || return
	pressure_stack_fire
	set -- $(pressure_stacked)
	expect "stack-buckets: each has its stack" 1200 "$1"
	expect "stack-buckets: there are more than buckets" yes \
		"$([ "$2" -gt 3 ] && echo yes || echo "$2")"
	shift 2
	expect "stack-buckets: all begin where they were taken" \
		"kvm_arch_set_irq_inatomic svm_deliver_interrupt vfio_msihandler" "$*"
	expect_nothing_lost
}

# Nor is there room for those: all are told as lost.
pressure_stacks_full() {
	PITRACE_MAP_LIMITS=stacks=1,framed_stacks=1 \
		trace_start stacks-full --stacks || return
	pressure_stack_fire
	set -- $(pressure_stacked)
	expect "stacks-full: all are there, or told as lost" 1200 \
		"$(($1 + $(of .lost.stack)))"
	expect "stacks-full: there is some loss" true "$(of '.lost.stack > 0')"
	expect "stacks-full: no more stacks than there is room for" yes \
		"$([ "$2" -le 4 ] && echo yes || echo "$2")"
}

# With few descriptors it does not start, and says that they are why; with
# enough it does.
pressure_descriptors() {
	for _limit in 8 20 60; do
		(ulimit -n "$_limit" && exec pitrace -t 0.2) >/tmp/fds.out 2>/tmp/fds.err
		expect "descriptors: $_limit are too few, exit status" 1 $?
		expect_match "descriptors: $_limit are too few, and it says so" \
			'[Tt]oo many open files' /tmp/fds.err
	done
	(ulimit -n 256 && exec pitrace -t 0.2) >/tmp/fds.out 2>/tmp/fds.err
	expect "descriptors: 256 are enough" 0 $?
}

# Little that can be locked, and a cgroup of 64 MiB.
pressure_memory() {
	mkdir -p /tmp/cgroup
	mount -t cgroup2 none /tmp/cgroup
	echo +memory >/tmp/cgroup/cgroup.subtree_control
	mkdir /tmp/cgroup/small
	echo 64M >/tmp/cgroup/small/memory.max
	cat >/tmp/small.sh <<-'EOF'
		echo $$ >/tmp/cgroup/small/cgroup.procs
		ulimit -l 64
		exec pitrace --json -v --stacks "$@"
	EOF
	trace=memory trace_out=$out/$LABEL-memory.json trace_err=$out/$LABEL-memory.err
	sh /tmp/small.sh >"$trace_out" 2>"$trace_err" &
	trace_pid=$!
	wait_until 60 trace_has start || {
		verdict FAIL "memory: tracing starts in 64 MiB: $(tail -n 2 "$trace_err")"
		return
	}
	gen fire nic 1 500 >/dev/null
	trace_stop
	expect "memory: exact in 64 MiB" 500 "$(of_vector "$nic" msix 1 .count)"
	expect_nothing_lost
	echo "# $LABEL memory: peak $(cat /tmp/cgroup/small/memory.peak 2>/dev/null)"
	rmdir /tmp/cgroup/small
	umount /tmp/cgroup
}

pressure_limits_refused() {
	PITRACE_MAP_LIMITS=slots pitrace -t 0.1 >/dev/null 2>/tmp/limits.err
	expect "limits: a bad list is refused" 2 $?
	expect_match "limits: and named" 'PITRACE_MAP_LIMITS' /tmp/limits.err
}

# Someone reads nothing for 30 s, then all of it.
pressure_reader_begins() {
	mkfifo /tmp/stalled
	{
		sleep 30
		cat
	} </tmp/stalled >"$out/$LABEL-stalled.json" &
	reader_pid=$!
	pitrace --json -v -i 0.02 --all >/tmp/stalled 2>"$out/$LABEL-stalled.err" &
	stalled_pid=$!
	# It traces once it tells of its probes.
	wait_until 60 grep -q '^pitrace: msi ' "$out/$LABEL-stalled.err"
	rows_note
	cp /tmp/interrupts.before /tmp/interrupts.stalled
	_began=$(date +%s)
}

pressure_reader_ends() {
	while [ $(($(date +%s) - _began)) -lt 33 ]; do
		sleep 0.5
	done
	cp /tmp/interrupts.stalled /tmp/interrupts.before
	_grown=0
	for _vector in 0 1 2 3 4; do
		_grown=$((_grown + $(growth_of "$(msix "$nic" $_vector)")))
	done
	kill -INT "$stalled_pid"
	wait "$stalled_pid"
	expect "stalled: exit status" 0 $?
	wait "$reader_pid"
	rm /tmp/stalled
	trace=stalled trace_out=$out/$LABEL-stalled.json
	trace_err=$out/$LABEL-stalled.err
	trace_end=$(grep '"type":"end"' "$trace_out")
	expect "stalled: all that happened meanwhile is counted" "$_grown" \
		"$(of '[.vectors[] | select(.kind == "msix") | .count] | add')"
	expect "stalled: every record is whole" 0 \
		"$(jq -c . "$trace_out" 2>&1 >/dev/null | wc -l)"
	expect_nothing_lost
	# Megabytes, which nobody needs afterwards.
	tail -n 1 "$trace_out" >/tmp/last
	mv /tmp/last "$trace_out"
}

# Both devices flat out, on a CPU each, for a minute.
pressure_storm() {
	trace_start minute --stacks || return
	gen affinity edu 0 1 >/dev/null
	gen affinity nic 0 0 >/dev/null
	rows_note
	gen storm edu 1 on >/dev/null
	gen storm nic 0 on >/dev/null
	sleep 60
	gen storm nic off >/dev/null
	gen storm edu off >/dev/null
	trace_stop
	_nic=0
	for _vector in 0 1 2 3 4; do
		_nic=$((_nic + $(growth_of "$(msix "$nic" $_vector)")))
	done
	_edu=$(growth_of "$(msi "$edu")")
	expect "minute: every interrupt of a storm is counted" "$_nic $_edu" \
		"$(of '[.vectors[] | select(.kind == "msix") | .count] | add') $(of_vector "$edu" msi 0 .count)"
	expect_nothing_lost
	echo "# $LABEL minute: $(((_nic + _edu) / 60)) interrupts a second"
}
