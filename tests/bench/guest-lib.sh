# Sourced by the benches, inside the lab: tracers to start and to stop.
# shellcheck shell=sh
# shellcheck disable=SC1091
. /opt/guest-lib.sh

out=/tmp/tracer.out
err=/tmp/tracer.err

fail() {
	echo "bench: $*" >&2
	tail -n 3 $out $err >&2
	exit 1
}

has() {
	grep -q -- "$1" $out
}

# now_ms: since boot, to 10 ms.
now_ms() {
	read -r _up _ </proc/uptime
	echo $((${_up%.*} * 1000 + 1${_up#*.} * 10 - 1000))
}

# Tracers that would wait for their standard input get one that stays open.
start_floor() {
	mkfifo /tmp/floor.in
	floor "$@" </tmp/floor.in >$out 2>$err &
	tracer=$!
	exec 7>/tmp/floor.in
	rm /tmp/floor.in
}

start_pitrace() {
	pitrace --json "$@" >$out 2>$err &
	tracer=$!
}

start_bpftrace() {
	bpftrace "$1" >$out 2>$err &
	tracer=$!
}

hooks_now() {
	grep -cE '^(vfio_msihandler|irqfd_wakeup|svm_deliver_interrupt|kvm_arch_set_irq_inatomic) ' \
		/sys/kernel/tracing/enabled_functions
}

# Functions that are hooked, however many programs hang on each.
functions_in() {
	sed -n 's/^k[a-z]*:\([a-z_]*\).*/\1/p' "$1" | sort -u | wc -l
}

# The kernel takes hooks away some time after their tracer has ended.
unhooked() {
	[ "$(hooks_now)" -eq 0 ]
}

bpftrace_attached() {
	[ "$(hooks_now)" -ge "$(functions_in "$1")" ]
}

# start TRACER: returns once it traces.
start() {
	: >$out
	: >$err
	case $1 in
	none) return ;;
	floor) start_floor vfio_msihandler exit:kvm_arch_set_irq_inatomic \
		svm_deliver_interrupt ;;
	pitrace) start_pitrace -i 3600 ;;
	stacks) start_pitrace -i 3600 --stacks ;;
	all) start_pitrace -i 0.1 --stacks --all --exact -v ;;
	bpftrace) start_bpftrace /tmp/counts.bt ;;
	bpftrace-stacks) start_bpftrace /opt/bench/stacks.bt ;;
	esac
	case $1 in
	floor) wait_until 60 has '^attached' ;;
	bpftrace) wait_until 300 bpftrace_attached /tmp/counts.bt ;;
	bpftrace-stacks) wait_until 300 bpftrace_attached /opt/bench/stacks.bt ;;
	*) wait_until 60 has '"type":"start"' ;;
	esac || fail "$1 does not start"
}

total() {
	awk '{ sum += $1 } END { print sum }'
}

# Counts of stacks whose first frame is the handler, in bpftrace's output.
handler_stacks() {
	awk '
	/^@\[/ { getline; handler = $1 ~ /^vfio_msihandler/ }
	/^\]: / && handler { print $2 }' $out
}

# stop TRACER INTERRUPTS: what it has counted has to be that.
stop() {
	case $1 in
	none) return ;;
	floor) exec 7>&- ;;
	*) kill -INT "$tracer" ;;
	esac
	wait "$tracer" || fail "$1 ended with $?"
	wait_until 60 unhooked || fail "$1 leaves hooks behind"
	case $1 in
	floor) return ;;
	pitrace | stacks | all)
		[ "$(tail -n 1 $out | jq '[.vectors[].count] | add')" = "$2" ] ;;
	bpftrace)
		[ "$(sed -n 's/^@runs.*: //p' $out | total)" = "$2" ] ;;
	bpftrace-stacks)
		[ "$(handler_stacks | total)" = "$2" ] ;;
	esac || fail "$1 has not counted $2 interrupts"
}

# An fentry that does not take (docs/paths.md) is none to compare with:
# bpftrace does not notice, and gets a kprobe there.
choose_script() {
	cp /opt/bench/counts.bt /tmp/counts.bt
	grep -q '^kfunc:irqfd_wakeup' /tmp/counts.bt || return 0
	start_floor irqfd_wakeup
	wait_until 60 has '^attached' || fail "floor does not start"
	grep -q '^irqfd_wakeup .*direct' /sys/kernel/tracing/enabled_functions ||
		sed -i 's/^kfunc:irqfd_wakeup/kprobe:irqfd_wakeup/' /tmp/counts.bt
	exec 7>&-
	wait "$tracer"
	wait_until 60 unhooked || fail "floor leaves hooks behind"
}

# run_rounds ROUNDS TRACER...: the caller's measure for each of them in turn.
run_rounds() {
	_rounds=$1
	shift
	while [ "$_rounds" -gt 0 ]; do
		for _tracer; do
			measure "$_tracer"
		done
		_rounds=$((_rounds - 1))
	done
	gen_stop
	echo DONE
}
