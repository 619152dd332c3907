# Posting, by the stand-in for kvm_intel: the kernel's own entries, its own
# tracepoint, real notification vectors (docs/posting.md).
# shellcheck shell=sh disable=SC2034,SC2154

# Two vectors posted to the VM's two vCPUs. Where the emulator would take a
# descriptor's address for one of its CPUs, another VM has another address.
post_two() {
	for _try in 1 2 3 4 5 6 7 8; do
		gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
		gen irqfd vm 25 nic 1 fixed 1 0x42 >/dev/null
		irq0=$(irq_of nic 0) irq1=$(irq_of nic 1)
		if post 0 && post 1; then
			return 0
		fi
		unpost 0 2>/dev/null
		gen vm vm close >/dev/null
		gen vm vm 2 >/dev/null
		gen sleep 500 >/dev/null
	done
	verdict FAIL "posting: no VM has an address that will do"
	return 1
}

post() {
	eval "_irq=\$irq$1"
	standin post "$_irq" "$1" 0x4$(($1 + 1)) >/tmp/posted."$1" 2>/dev/null
}

unpost() {
	eval "_irq=\$irq$1"
	standin unpost "$_irq" >/dev/null
}

# What the stand-in said of a vector that it posted.
posted_descriptor() {
	sed 's/.*descriptor=//' "/tmp/posted.$1"
}

# The last snapshot of the trace, for `of`.
last_snapshot() {
	trace_end=$(grep '"type":"snapshot"' "$trace_out" | tail -n 1)
}

# Waits for a snapshot that begins after this moment.
next_snapshot() {
	_seen=$(grep -c '"type":"snapshot"' "$trace_out")
	wait_until 60 more_snapshots $((_seen + 2))
	last_snapshot
}

more_snapshots() {
	[ "$(grep -c '"type":"snapshot"' "$trace_out")" -ge "$1" ]
}

# One on an irqfd, one on its eventfd, one without a use; two to be posted.
posting_set_up() {
	load_standin enable_apicv=1
	gen irqfd vm 26 nic 2 fixed 1 0x43 >/dev/null
	gen notrigger nic 4 >/dev/null
}

# --- 1: five vectors, each otherwise; looked at from before and after ---

posted_words='.configured | "\(.path) \(.irte.mode) \(.irte.high) \(.irte.low) \(.descriptor) \(.guest_vector) \(.vcpu) \(.vm.pid) \(.gsi)"'

# posted_as VECTOR: what has to be told of a vector that is posted.
posted_as() {
	eval "_irq=\$irq$1"
	echo "posted posted $(entry_of "$_irq") $(posted_descriptor "$1") $((65 + $1)) $1 $GEN_PID $((24 + $1))"
}

# people NAME OPTION...: a pitrace whose text is in /tmp/NAME.txt, started beside
# another one; people_stop is its Ctrl-C.
people() {
	_people=$1
	shift
	to_replay "people-$_people" "$@"
	: >"/tmp/$_people.err"
	# shellcheck disable=SC2086 # words
	pitrace "$@" $record >"/tmp/$_people.txt" 2>"/tmp/$_people.err" &
	_people_pid=$!
}

people_wait() {
	wait_until 60 grep -q tracing "/tmp/$_people.err"
}

people_stop() {
	kill -INT "$_people_pid"
	wait "$_people_pid"
	cp "/tmp/$_people.txt" "$out/$LABEL-people-$_people.txt"
}

posting_before() {
	trace_start posting-before -i 0.3 || return 1
	post_two || return 1
	next_snapshot
	for _v in 0 1; do
		expect "posting: msix $_v, traced from before" "$(posted_as $_v)" \
			"$(of_vector "$nic" msix $_v "$posted_words")"
		expect "posting: msix $_v, since when it was posted" true \
			"$(of_vector "$nic" msix $_v '.configured.since |
				test("^20[0-9-]+T[0-9:.]+Z$")')"
	done
}

posting_inspected() {
	inspect
	expect "posting: paths" "posted posted irqfd eventfd unused eventfd" \
		"$(jq -r '.vectors[].configured.path' /tmp/inspect.json | xargs)"
	for _v in 0 1; do
		expect "posting: msix $_v, inspected" "$(posted_as $_v)" \
			"$(inspected "$nic" msix $_v "$posted_words")"
	done
	expect "posting: no reason against what is posted" "null []" \
		"$(inspected "$nic" msix 0 '.configured | "\(.reason) \(.reasons)"')"
	expect "posting: posted before this look" before_start \
		"$(inspected "$nic" msix 0 .configured.since)"
	expect "posting: entry of the one on an irqfd" \
		"remapped $(entry_of "$(irq_of nic 2)")" \
		"$(inspected "$nic" msix 2 '.configured.irte | "\(.mode) \(.high) \(.low)"')"
}

# Beside one that people look at.
posting_after() {
	people table -i 0.5
	trace_start posting-after -i 0.3 || return
	people_wait
	next_snapshot
	expect "posting: traced from after" \
		"posted before_start posted before_start irqfd null eventfd null" \
		"$(of '[.vectors[] | select(.device == "'"$nic"'" and .irq != null) |
			"\(.configured.path) \(.configured.since)"] | .[0:4] | join(" ")')"
	trace_stop
	people_stop
	expect_match "posting: the table says that it cannot count them" \
		"^$nic +msix 0 .* posted +n/c +n/c .*$GEN_PID irqgen +v0:0x41" \
		/tmp/table.txt
	expect_match "posting: and since when" \
		'^posted, not countable \(n/c\): 2 vectors, since before the start$' \
		/tmp/table.txt
	expect "posting: no posted vector has a rate" "" \
		"$(grep ' posted ' /tmp/table.txt | grep '/s')"
	expect "posting: the table fits 80 columns" 0 \
		"$(awk 'length > 79' /tmp/table.txt | wc -l)"
}

# --- 2: what the host counts while a vector is posted, and after ---

# counts_before and counts_after belong to one trace: the one from before.
counts_before() {
	rows_note
	gen raise nic 0 1000 >/dev/null
	next_snapshot
	expect "posting: while posted the counts stand still" "0 0 null" \
		"$(of_vector "$nic" msix 0 '"\(.count) \(.paths.irqfd) \(.paths.posted)"')"
	expect "posting: and so does the row" 0 "$(growth_of "$(msix "$nic" 0)")"
	expect "posting: and it is shown as posted" posted \
		"$(of_vector "$nic" msix 0 .configured.path)"
}

counts_after() {
	unpost 0
	_raised=$(gen_value raised fire nic 0 1000)
	trace_stop
	expect_vector "$nic" msix 0 "irqfd=$_raised"
	expect "posting: 1000 more, after it was turned back" 1000 "$_raised"
	expect "posting: what was posted before is not known" null \
		"$(of_vector "$nic" msix 0 '.paths.posted')"
	expect "posting: a vector that never was posted" 0 \
		"$(of_vector "$nic" msix 2 '.paths.posted')"
	expect_nothing_lost
	unpost 1
}

# program_runs: of all programs of the trace, as the kernel counts them: those on
# functions, and those on tracepoints (BPF_PROG_TYPE_RAW_TRACEPOINT, 17).
program_runs() {
	cat "/proc/$trace_pid/fdinfo/"* 2>/dev/null | awk '
		/^prog_type:/ { on_tracepoint = $2 == 17 }
		/^run_cnt:/ { sum[on_tracepoint] += $2 }
		END { print sum[0] + 0, sum[1] + 0 }'
}

# What is posted costs nothing: no program runs. With one record at the end,
# nothing else runs any, either, but whatever has work queued on the host.
posting_costs() {
	trace_start costs -i 3600 || return
	echo 1 >/proc/sys/kernel/bpf_stats_enabled
	read -r _before _work_before <<-EOF
		$(program_runs)
	EOF
	gen raise nic 0 1000 >/dev/null
	read -r _after _work_after <<-EOF
		$(program_runs)
	EOF
	_fired=$(gen_value raised fire nic 3 1000)
	_control=$(program_runs | cut -d ' ' -f 1)
	echo 0 >/proc/sys/kernel/bpf_stats_enabled
	trace_stop
	expect "posting: no program runs for 1000 posted interrupts" 0 \
		$((_after - _before))
	expect "posting: nor does one for each on a tracepoint" yes \
		"$([ $((_work_after - _work_before)) -lt 100 ] && echo yes)"
	expect "posting: one runs for each of 1000 that are not" "$_fired" \
		$((_control - _after))
}

posting_traced() {
	posting_before || return
	posting_inspected
	counts_before
	counts_after
	post 0
	post 1
	posting_after
	metrics_posted
	posting_costs
	unpost 0
	unpost 1
}

# --- 3: changes ---

count_events() {
	grep '"type":"event"' "$trace_out" |
		jq -c "select($1)" | wc -l
}

posting_changes() {
	for _how in auto kprobe; do
		posting_burst $_how
	done
	posting_events
	posting_crowd
}

posting_burst() {
	trace_start "burst-$1" -d "$nic" --attach "$1" || return
	_made=$(standin toggle "$irq0" 0 0x41 10000 |
		sed 's/.*changes=\([0-9]*\).*/\1/')
	standin toggle "$irq0" 0 0x41 1 >/dev/null
	trace_stop
	_lost=$(of .lost.event)
	expect "burst-$1: changes told of and lost are those made" \
		"$((_made + 1))" "$(($(count_events \
		'.event == "posted" or .event == "remapped"') + _lost))"
	expect "burst-$1: all are counted for their vector" "10001 0" \
		"$(of_vector "$nic" msix 0 \
			'"\(.posting_changes) \(.posting_failures)"')"
	expect "burst-$1: the state at the end" posted \
		"$(of_vector "$nic" msix 0 .configured.path)"
	echo "# burst-$1: $_lost of $((_made + 1)) changes not told of"
	standin unpost "$irq0" >/dev/null
}

# Each kind, with what is known of it; the same as lines for people.
posting_events() {
	people events --events
	trace_start events --stacks || return
	people_wait
	post 0
	standin fail "$irq1" 16 >/dev/null
	unpost 0
	gen unirqfd vm 25 nic 1 >/dev/null
	gen irqfd vm 25 nic 1 fixed 1 0x42 >/dev/null
	# As VMMs do: the irqfd is there before VFIO is given its eventfd.
	gen irqfd vm 28 nic 4 fixed 0 0x45 >/dev/null
	gen trigger nic 4 >/dev/null
	wait_until 20 has_event irqfd_assigned 4
	trace_stop
	gen unirqfd vm 28 nic 4 >/dev/null
	gen notrigger nic 4 >/dev/null
	expect "events: posted" "0 0 24 0 65 $(posted_descriptor 0) $GEN_PID" \
		"$(event_words posted 0)"
	expect "events: a try that failed" "1 -16 25 0 66" \
		"$(event_words posted 1 | cut -d ' ' -f 1-5)"
	expect "events: turned back" "0 0 24 0 65" \
		"$(event_words remapped 0 | cut -d ' ' -f 1-5)"
	expect "events: an irqfd that goes" "1 0 25" \
		"$(event_words irqfd_shutdown 1 | cut -d ' ' -f 1-3)"
	expect "events: an irqfd from before its vector had a use" "4 0 28" \
		"$(event_words irqfd_assigned 4 | cut -d ' ' -f 1-3)"
	expect "events: each irqfd that comes is told of once" 2 \
		"$(count_events '.event == "irqfd_assigned"')"
	expect "events: an irqfd that comes" "1 0 25" \
		"$(event_words irqfd_assigned 1 | cut -d ' ' -f 1-3)"
	# Later kernels have none where the IOMMU cannot post.
	if has_event bypass_disconnected 1; then
		expect "events: a bypass that goes and comes" "1 1" \
			"$(count_events '.event == "bypass_disconnected" and .vector == 1') $(count_events '.event == "bypass_connected" and .vector == 1')"
	fi
	expect "events: their stacks" "posted=2 remapped=1" \
		"$(grep '"type":"stacks"' "$trace_out" | jq -r '
			[.stacks[] | select(.event == "posted" or
			.event == "remapped")] | group_by(.event)[] |
			"\(.[0].event)=\([.[].count] | add)"' | xargs)"
	expect "events: a stack begins where KVM asks for the change" \
		vmx_pi_update_irte \
		"$(grep '"type":"stacks"' "$trace_out" | jq -r '[.stacks[] |
			select(.event == "remapped")][0].frames[0].symbol')"
	expect "events: an update that failed is a reason" "true -16" \
		"$(of_vector "$nic" msix 1 '"\(.configured.reasons |
			any(. == "update_failed")) \(.configured.update_error)"')"
	people_stop
	expect_match "events: a line for people" \
		"^[0-9:.]+Z $nic msix 0 posted IRQ $irq0 GSI 24 vCPU 0 vector 0x41 descriptor $(posted_descriptor 0) VM $GEN_PID irqgen\$" \
		/tmp/events.txt
	expect_match "events: a line for one that failed" \
		"^[0-9:.]+Z $nic msix 1 posted FAILED \(Resource busy|Device or resource busy\)" \
		/tmp/events.txt
}

# More irqfds on eventfds of no vector than are remembered: 8192. A vector's own,
# older than all of them, is still told of; those without room are counted.
posting_crowd() {
	trace_start crowd || return
	gen irqfd vm 28 nic 4 fixed 0 0x45 >/dev/null
	expect "crowd: its irqfds" ok "$(gen crowd vm 100 8200)"
	gen trigger nic 4 >/dev/null
	wait_until 20 has_event irqfd_assigned 4
	trace_stop
	gen unirqfd vm 28 nic 4 >/dev/null
	gen notrigger nic 4 >/dev/null
	expect "crowd: a vector's irqfd is told of" "4 0 28" \
		"$(event_words irqfd_assigned 4 | cut -d ' ' -f 1-3)"
	expect "crowd: what is not remembered is counted" 9 "$(of .lost.event)"
}

has_event() {
	[ "$(count_events ".event == \"$1\" and .vector == $2")" != 0 ]
}

# event_words EVENT VECTOR: of the last such one.
event_words() {
	grep '"type":"event"' "$trace_out" | jq -r "select(.event == \"$1\" and
		.vector == $2) | \"\(.vector) \(.result) \(.gsi) \(.vcpu) \(.guest_vector) \(.descriptor) \(.vm.pid)\"" |
		tail -n 1
}

# --- 4: notification vectors ---

posting_notifications() {
	people account --exact
	trace_start notifications -i 0.5 || return
	people_wait
	cp /proc/interrupts /tmp/notified.before
	standin ipi 0 0xf2 600 >/dev/null
	standin ipi 1 0xf2 400 >/dev/null
	standin ipi 0 0xf1 100 >/dev/null
	standin wake 1 "$irq0" 1 150 >/dev/null
	standin wake 0 "$irq0" 0 50 >/dev/null
	standin ipi 0 0xf0 50 >/dev/null
	standin ipi 1 0xf0 20 >/dev/null
	standin deliver "$irq0" 1 0x41 77 >/dev/null
	trace_stop
	cp /proc/interrupts /tmp/notified.after
	for _event in PIN:600,400 PIW:150,150 NPI:50,20; do
		expect "notifications: ${_event%:*}, per CPU" "${_event#*:}" \
			"$(of ".host_vector_cpus.${_event%:*} | map(.count) |
				map(tostring) | join(\",\")")"
		expect "notifications: ${_event%:*}, as /proc/interrupts has it" \
			"$(notified "${_event%:*}")" \
			"$(of ".host_vectors.${_event%:*}")"
	done
	expect "notifications: PMN, which this kernel lacks" null \
		"$(of .host_vectors.PMN)"
	expect "notifications: runs of KVM's handler" 300 "$(of .wakeup_events)"
	expect "notifications: who was woken" "0:50 1:150" \
		"$(of '[.woken_vcpus[] | "\(.vcpu):\(.count)"] | join(" ")')"
	expect "notifications: and of which VM" "$GEN_PID irqgen" \
		"$(of '.woken_vcpus[0].vm | "\(.pid) \(.comm)"')"
	expect "notifications: injections by KVM's own code" 77 \
		"$(of .other_injections)"
	expect_nothing_lost
	posting_account
}

notified() {
	for _file in before after; do
		awk -v row="$1:" '$1 == row { print $2 + $3 }' \
			"/tmp/notified.$_file"
	done | xargs | awk '{ print $2 - $1 }'
}

posting_account() {
	people_stop
	expect_match "notifications: the account" \
		'^posted-interrupt events of the host: PIN 1000, NPI 70, PIW 300$' \
		/tmp/account.txt
	expect_match "notifications: and what it does not prove" \
		'PIN alone does not show that the IOMMU posts' /tmp/account.txt
	expect_match "notifications: who was woken, for people" \
		"^  woken by PIW: VM $GEN_PID irqgen v1 150\$" \
		/tmp/account.txt
}

posting_end() {
	rmmod kvm_intel
	gen trigger nic 4 >/dev/null
	for _gsi in 24:0 25:1 26:2; do
		gen unirqfd vm "${_gsi%:*}" nic "${_gsi#*:}" >/dev/null
	done
}

posting() {
	posting_set_up
	posting_traced
	posting_changes
	posting_notifications
	posting_end
}

# --- by each method ---

# Changes, notifications, wake-ups and injections, as the stand-in made them.
posting_methods() {
	posting_set_up
	post_two || return
	unpost 0
	unpost 1
	by_each_method posting
	posting_end
}

# posting_made HOW
posting_made() {
	trace_start "posting-$1" --attach "$1" -i 3600 || return
	standin toggle "$irq0" 0 0x41 21 >/dev/null
	unpost 0
	standin fail "$irq1" 16 >/dev/null
	gen unirqfd vm 25 nic 1 >/dev/null
	gen irqfd vm 25 nic 1 fixed 1 0x42 >/dev/null
	standin ipi 0 0xf2 60 >/dev/null
	standin ipi 1 0xf2 40 >/dev/null
	standin ipi 0 0xf0 7 >/dev/null
	standin ipi 0 0xf1 10 >/dev/null
	standin wake 1 "$irq0" 1 15 >/dev/null
	standin wake 0 "$irq0" 0 5 >/dev/null
	standin deliver "$irq0" 1 0x41 77 >/dev/null
	gen fire nic 2 100 >/dev/null
	gen fire nic 3 100 >/dev/null
	trace_stop
}

posting_wanted() {
	cat <<-'EOF'
		changes 22,0 0,1
		posted 0:0:11 1:-16:1
		remapped 0:0:11
		irqfd_assigned 1:0:1
		irqfd_shutdown 1:0:1
		notifications PIN=100 NPI=7 PIW=30
		woken 30 0:5 1:15
		other 77
		paths irqfd=100 eventfd=100
	EOF
}

posting_told() {
	of 'def at(n): .vectors[] | select(.kind == "msix" and .vector == n);
		"changes \([at(0, 1) | "\(.posting_changes),\(.posting_failures)"] |
			join(" "))",
		"notifications \(.host_vectors | "PIN=\(.PIN) NPI=\(.NPI) PIW=\(.PIW)")",
		"woken \(.wakeup_events) \([.woken_vcpus[] |
			"\(.vcpu):\(.count)"] | join(" "))",
		"other \(.other_injections)",
		"running \(.running_injections)",
		"paths \([at(2, 3) | .paths | to_entries[] |
			select(.value > 0) | "\(.key)=\(.value)"] | join(" "))"'
	grep '"type":"event"' "$trace_out" | jq -rs 'group_by(.event)[] |
		"\(.[0].event) \([group_by([.vector, .result])[] |
			"\(.[0].vector):\(.[0].result):\(length)"] | join(" "))"'
}

# Of wake-ups nothing is told as lost; the host's own count shows it.
posting_skipped() {
	if [ -n "$(lost)" ]; then
		expect_loss_told 200
	else
		[ "$(of .wakeup_events)" != "$(of .host_vectors.PIW)" ]
	fi
}
