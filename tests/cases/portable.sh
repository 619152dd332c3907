# The portable file beside the ordinary build: both trace the same interrupts,
# look at the same host and show the same records. Needs the former in
# /opt/portable.
# shellcheck shell=sh disable=SC2034,SC2086,SC2154

# What both have to agree on, but for when each began.
portable_agrees='{ lost, other_injections, vectors: [.vectors[] | {
	device, kind, vector, irq, count, paths, targets, cpus, vm,
	ever_posted, configured: .configured.path }] }'

# Two trace at the same time: the one that lib.sh knows, and the other.
portable_swap() {
	_pid=$trace_pid _out=$trace_out _trace=$trace
	trace_pid=$other_pid trace_out=$other_out trace=$other_trace
	other_pid=$_pid other_out=$_out other_trace=$_trace
}

portable_start() {
	ip link set lo up
	trace_start portable-ordinary -d "$nic" -i 0.2 --listen 9400 || return
	portable_swap
	trace_as="env PATH=/opt/portable:$PATH"
	trace_start portable -d "$nic" -i 0.2 --listen 9401
	trace_as=
	expect "portable: it is this file that traces" /opt/portable/pitrace \
		"$(readlink /proc/$trace_pid/exe)"
}

# How each probe was attached, by the record of FILE.
portable_probes() {
	grep '"type":"start"' "$1" |
		jq -c '[.probes[] | [.name, .method, .reason]]'
}

# portable_series PORT: what of a page does not depend on the moment.
portable_series() {
	wget -q -O - "http://127.0.0.1:$1/metrics" |
		grep -E '^pitrace_(interrupts_total|vector_posted|vm_info|lost_total)[{]'
}

# The last interrupts have come to both.
portable_served() {
	portable_series 9400 >/tmp/ordinary.page
	portable_series 9401 >/tmp/portable.page
	grep -q "vector=\"4\",path=\"eventfd\"} $((_first + _third))\$" \
		/tmp/portable.page &&
		cmp -s /tmp/ordinary.page /tmp/portable.page
}

portable_traced() {
	portable_start || return
	rows_note
	paths_mixed_fire
	wait_until 30 portable_served
	expect "portable: metrics over HTTP, as the ordinary build's" "" \
		"$(diff /tmp/ordinary.page /tmp/portable.page)"
	for _turn in 1 2; do
		trace_stop
		paths_mixed_expect
		expect_nothing_lost
		of "$portable_agrees" | jq . >"/tmp/$trace.agrees"
		portable_swap
	done
	expect "portable: counts, paths, targets, CPUs as the ordinary build's" "" \
		"$(diff /tmp/portable-ordinary.agrees /tmp/portable.agrees)"
	expect "portable: each probe attached in the same way" \
		"$(portable_probes "$other_out")" "$(portable_probes "$trace_out")"
	paths_mixed_end
}

# The same of this host, whatever the moment.
portable_looks() {
	for _look in --inspect --doctor; do
		pitrace $_look >/tmp/ordinary.look 2>&1
		echo "status $?" >>/tmp/ordinary.look
		/opt/portable/pitrace $_look >/tmp/portable.look 2>&1
		echo "status $?" >>/tmp/portable.look
		expect "portable: $_look: as the ordinary build" "" \
			"$(diff /tmp/ordinary.look /tmp/portable.look)"
	done
	expect_match "portable: --doctor: there was something to see" \
		'^ok +probe msi ' /tmp/portable.look
}

# Where there is nothing but the file and the record.
portable_alone() {
	chroot /tmp/alone /pitrace --input saved "$@"
}

portable_replayed() {
	mkdir -p /tmp/alone
	cp /opt/portable/pitrace /tmp/alone
	cp "$out/$LABEL-portable-ordinary.json" /tmp/alone/saved
	for _shape in '-a -x' '-i 1 -e' -v -j; do
		portable_alone $_shape >/tmp/portable.shown 2>&1
		(cd /tmp/alone && pitrace --input saved $_shape) \
			>/tmp/ordinary.shown 2>&1
		expect "portable: alone, $_shape: of one record, to the byte as the ordinary build" \
			"same" "$(cmp /tmp/ordinary.shown /tmp/portable.shown && echo same)"
	done
	portable_alone --report again.html >/dev/null 2>&1
	(cd /tmp/alone && pitrace --input saved --report /tmp/again.html) \
		>/dev/null 2>&1
	expect "portable: alone: its report, too" "same" \
		"$(cmp /tmp/again.html /tmp/alone/again.html && echo same)"
}

portable() {
	if cmp -s /opt/pitrace /opt/portable/pitrace; then
		echo "# the portable file is what all cases run"
		return
	fi
	portable_traced
	portable_looks
	portable_replayed
}
