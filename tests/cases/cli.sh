# Bad input, missing things, and how pitrace ends.
# shellcheck shell=sh disable=SC2034,SC2154

# refuses STATUS PATTERN ARG...: its exit status, and one line that says why.
refuses() {
	_status=$1 _pattern=$2
	shift 2
	pitrace "$@" >/tmp/cli.out 2>/tmp/cli.err
	_got=$?
	expect "cli: pitrace $*: exit status" "$_status" $_got
	expect_match "cli: pitrace $*: says why" "$_pattern" /tmp/cli.err
	expect "cli: pitrace $*: in one line, nothing on standard output" "1 0" \
		"$(grep -c . /tmp/cli.err) $(grep -c . /tmp/cli.out)"
}

cli_usage() {
	refuses 2 "--device.*'zz'.*0000:03:00" --device zz
	refuses 2 "--device.*'0000:03:00.8'" -d 0000:03:00.8
	refuses 2 "--device.*'03:00.0x'" -d 03:00.0x
	refuses 2 "unknown option '--frobnicate'" --frobnicate
	refuses 2 "unknown option '-Q'" -Q
	for _value in 0 nan -1 1e99 1x "" inf; do
		refuses 2 "--interval '$_value': expected seconds" --interval "$_value"
	done
	refuses 2 "--duration '-1': expected seconds" --duration -1
	refuses 2 "--count 'many'" --count many
	refuses 2 "--attach 'maybe'.*auto, fentry or kprobe" --attach maybe
	refuses 2 "--interval.*needs" --interval
	refuses 2 "unexpected argument 'now'|'now'" now
	refuses 2 "--inspect and --stacks exclude each other" --inspect --stacks
	refuses 2 "--inspect and --interval exclude" -i 1 --inspect
	refuses 2 "--doctor and --duration exclude" --doctor -t 1
	refuses 2 "--inspect and --doctor exclude" --doctor --inspect
	refuses 2 "--events and --json exclude each other" --events --json
	pitrace --help >/tmp/cli.out 2>/tmp/cli.err
	expect "cli: --help: on standard output, status 0" "0 0" \
		"$? $(grep -c . /tmp/cli.err)"
	expect_match "cli: --version names it" '^pitrace [0-9]' /dev/stdin <<-END
		$(pitrace --version)
	END
}

cli_devices() {
	refuses 1 "no PCI device 0000:77:00.0" -d 77:00.0
	refuses 1 "no PCI device 0000:77:00.0" --inspect -d 77:00.0
	# As long as someone has it open, unbinding would wait.
	gen close edu >/dev/null
	unbind "$edu"
	pitrace -d "$edu" -t 0.5 >/tmp/cli.out 2>/tmp/cli.err
	expect "cli: an unbound device is waited for" 0 $?
	expect_match "cli: and says so" \
		"$edu is not bound to a driver; waiting until it is bound to vfio-pci" \
		/tmp/cli.err
}

# as_nobody ARG...: pitrace without root.
as_nobody() {
	grep -q '^nobody:' /etc/passwd 2>/dev/null ||
		echo 'nobody:x:65534:65534::/:/bin/sh' >>/etc/passwd
	cp "$(command -v pitrace)" /tmp/pitrace && chmod 755 /tmp/pitrace
	su -s /bin/sh nobody -c "/tmp/pitrace $*"
}

# Without root, without BTF: real ones.
cli_privilege() {
	as_nobody -t 0.2 >/tmp/cli.out 2>/tmp/cli.err
	expect "cli: without root: exit status" 3 $?
	expect_match "cli: without root: names the capabilities" \
		'CAP_BPF.*CAP_PERFMON.*CAP_SYS_ADMIN' /tmp/cli.err
	as_nobody -t 0.2 --json >/tmp/cli.out 2>/dev/null
	expect "cli: without root: an error record with --json" error \
		"$(jq -r .type /tmp/cli.out)"
	keep /tmp/cli.out
	as_nobody --inspect >/tmp/cli.out 2>/tmp/cli.err
	expect "cli: --inspect without root: exit status" 3 $?
	# A kernel without BTF lacks the directory; one that is hidden is empty.
	mount -t tmpfs none /sys/kernel
	refuses 4 "no BTF.*CONFIG_DEBUG_INFO_BTF" -t 0.2
	refuses 4 "no BTF.*CONFIG_DEBUG_INFO_BTF" --inspect
	umount /sys/kernel
	mount -t tmpfs none /sys/kernel/btf
	refuses 4 "/sys/kernel/btf is hidden from this process" -t 0.2
	refuses 4 "/sys/kernel/btf is hidden from this process" --inspect
	umount /sys/kernel/btf
}

cli_output() {
	(pitrace --json -i 0.05 2>/tmp/cli.err; echo $? >/tmp/cli.status) |
		head -n 2 >/dev/null
	expect "cli: a reader that goes away: quiet, status 0" "0 " \
		"$(cat /tmp/cli.status) $(cat /tmp/cli.err)"
	pitrace --json -t 1 >/dev/full 2>/tmp/cli.err
	expect "cli: a full disk: exit status" 1 $?
	expect_match "cli: a full disk: the reason" 'No space left on device' \
		/tmp/cli.err
	pitrace --json -n 3 -i 0.1 >/tmp/cli.out 2>/dev/null
	expect "cli: records, in their order" \
		"start snapshot snapshot snapshot end" \
		"$(jq -r .type /tmp/cli.out | xargs)"
	expect "cli: --count is the reason of the end" count \
		"$(tail -n 1 /tmp/cli.out | jq -r .reason)"
	keep /tmp/cli.out
	pitrace -n 1 -i 0.2 >/tmp/cli.out 2>/dev/null
	expect "cli: a table fits 80 columns" 0 \
		"$(awk 'length > 79' /tmp/cli.out | wc -l)"
}

# What stays attached, by the kernel's own list.
attached() {
	grep -cE '^(vfio_|irqfd_|kvm_arch_set|[sv]mx?_deliver|request_threaded|free_irq)' \
		/sys/kernel/tracing/enabled_functions
}

cli_end() {
	mkfifo /tmp/stuck
	# Opens it, and reads nothing.
	(exec </tmp/stuck && sleep 100) &
	_reader=$!
	pitrace --json -i 0.01 >/tmp/stuck 2>/dev/null &
	_pid=$!
	wait_until 60 grep -q pipe_write /proc/$_pid/stack
	kill -INT $_pid
	sleep 0.3
	expect "cli: stuck in a write, one Ctrl-C waits" "0" \
		"$(kill -0 $_pid 2>/dev/null; echo $?)"
	kill -INT $_pid
	wait $_pid
	expect "cli: and the second ends it at once" 130 $?
	kill $_reader
	expect "cli: nothing stays attached after it" 0 "$(attached)"
	: >/tmp/cli.out # what is waited for may not be the last one's
	pitrace --json >/tmp/cli.out 2>/dev/null &
	_pid=$!
	wait_until 60 grep -q start /tmp/cli.out
	expect "cli: probes are attached meanwhile" yes \
		"$([ "$(attached)" -ge 5 ] && echo yes)"
	kill -KILL $_pid
	wait $_pid
	keep /tmp/cli.out
	sleep 1
	expect "cli: nothing stays attached after SIGKILL" 0 "$(attached)"
	: >/tmp/cli.out # what is waited for may not be the last one's
	pitrace --json >/tmp/cli.out 2>/dev/null &
	_pid=$!
	wait_until 60 grep -q start /tmp/cli.out
	kill -TERM $_pid
	wait $_pid
	expect "cli: SIGTERM ends it like Ctrl-C" "0 signal" \
		"$? $(tail -n 1 /tmp/cli.out | jq -r .reason)"
	keep /tmp/cli.out
}

# While probes are being attached, nothing else has a hand on signals.
cli_end_early() {
	pitrace --report /tmp/early.html -t 60 >/tmp/cli.out 2>&1 &
	_pid=$!
	until [ -e /tmp/early.html.tmp ] || ! kill -0 $_pid; do :; done
	kill -TERM $_pid
	wait $_pid
	expect "cli: a signal before tracing begins: status, files of --report" \
		"143 0" "$? $(find /tmp -name 'early.html*' | wc -l)"
	keep /tmp/cli.out
}

cli() {
	cli_usage
	cli_privilege
	cli_output
	cli_end
	cli_end_early
	cli_devices
}
