# A kernel that pitrace does not trace: it says so, and nothing is left of it.
# shellcheck shell=sh disable=SC2034,SC2154

# What programs, probes and users of modules there are, by the kernel's lists.
traces_left() {
	echo "programs $(loaded_programs)"
	echo "functions $(grep -c . /sys/kernel/tracing/enabled_functions)"
	echo "kprobes $(grep -c . /sys/kernel/debug/kprobes/list)"
	awk '/^(kvm|vfio|irqbypass)/ { print $1, $3 }' /proc/modules | sort
}

# All is there that could be traced, and goes on working.
refused() {
	set_up
	traces_left >/tmp/refused.before
	expect "refused: nothing is attached to begin with" \
		"programs 0 functions 0 kprobes 0" \
		"$(head -n 3 /tmp/refused.before | xargs)"
	for _how in auto fentry kprobe; do
		refuses 4 "$refusal" --attach $_how -t 1
	done
	cp /tmp/cli.err "$out/$LABEL-refusal.txt"
	refuses 4 "$refusal" --inspect
	pitrace --json -t 1 >/tmp/cli.out 2>/dev/null
	expect "refused: --json: exit status, and one record" "4 error" \
		"$? $(jq -r .type /tmp/cli.out | xargs)"
	traces_left >/tmp/refused.after
	expect "refused: nothing is left attached" "" \
		"$(diff /tmp/refused.before /tmp/refused.after)"
	_before=$(row_of "$(msix "$nic" 0)")
	_raised=$(gen_value raised fire nic 0 100)
	expect "refused: interrupts go on" "$_raised" \
		"$(($(row_of "$(msix "$nic" 0)") - _before))"
	expect "refused: and the kernel has no complaint" "" \
		"$(dmesg | grep -E 'BUG|WARNING|Oops|general protection' | head -n 3)"
}

refusal="this kernel does not take pitrace's programs: .*verifier rejects"
