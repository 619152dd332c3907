# --inspect: what each interrupt would do, and why it is not posted.
# shellcheck shell=sh disable=SC2034,SC2154

# inspect [ARG...]: one look, in /tmp/inspect.json.
inspect() {
	pitrace --inspect --json "$@" >/tmp/inspect.json 2>/tmp/inspect.err
	_status=$?
	keep /tmp/inspect.json
	[ $_status = 0 ] || verdict FAIL \
		"inspect $*: exit status $_status: $(head -n 1 /tmp/inspect.err)"
}

# inspected BDF KIND VECTOR FILTER: of what was seen last.
inspected() {
	jq -rc ".vectors[] | select(.device == \"$1\" and .kind == \"$2\" and
		.vector == $3) | $4" /tmp/inspect.json
}

# entry_of IRQ: both words, as the IOMMU finds them; printed by the stand-in.
entry_of() {
	standin irte "$1" | awk '{
		for (i = 1; i <= NF; i++) {
			split($i, part, "=")
			value[part[1]] = part[2]
		}
		sub(/^0x0*/, "", value["high"])
		sub(/^0x0*/, "", value["low"])
		print "0x" (value["high"] == "" ? "0" : value["high"]),
			"0x" (value["low"] == "" ? "0" : value["low"])
	}'
}

irq_of() {
	gen_value irq row "$1" "$2"
}

# --- reasons ---

# expect_reason TEXT BDF KIND VECTOR PATH REASON...: takes that path, and the
# reasons are among those told.
expect_reason() {
	_text=$1 _bdf=$2 _kind=$3 _vector=$4 _path=$5
	shift 5
	expect "$_text: path" "$_path" \
		"$(inspected "$_bdf" "$_kind" "$_vector" .configured.path)"
	for _reason; do
		expect "$_text: $_reason" true \
			"$(inspected "$_bdf" "$_kind" "$_vector" \
				".configured.reasons | any(. == \"$_reason\")")"
	done
}

# expect_not TEXT BDF KIND VECTOR REASON
expect_not() {
	expect "$1: not $5" false "$(inspected "$2" "$3" "$4" \
		".configured.reasons | any(. == \"$5\")")"
}

# What the VM does with a vector of the network card, one row a route:
# route | path | reasons
route_reasons='
fixed 0 0x41     | irqfd | iommu_no_posting
broadcast 0x43   | irqfd | several_destinations
logical 3 0x46   | irqfd | several_destinations
nmi 1            | irqfd | delivery_mode
nowhere 0x44     | irqfd | no_destination
'

inspect_routes() {
	while IFS='|' read -r _route _wanted_path _reasons; do
		[ -n "$_route" ] || continue
		# shellcheck disable=SC2086 # words
		gen irqfd vm 24 nic 0 $_route >/dev/null
		inspect -d "$nic"
		# shellcheck disable=SC2086 # words
		expect_reason "inspect: ${_route% *}" "$nic" msix 0 \
			$_wanted_path $_reasons
		gen unirqfd vm 24 nic 0 >/dev/null
	done <<-END
		$route_reasons
	END
	# KVM picks one of them by the vector, and can post to that one.
	gen irqfd vm 24 nic 0 lowest 3 0x47 >/dev/null
	inspect -d "$nic"
	expect_not "inspect: lowest 3 0x47" "$nic" msix 0 several_destinations
	gen unirqfd vm 24 nic 0 >/dev/null
}

# A vector of a device that the host has for itself.
inspect_host_managed() {
	_other=0000:00:04.0
	inspect -d $_other
	expect_reason "inspect: a device of the host" $_other msix 0 host \
		host_managed
}

inspect_lines() {
	gen irqs nic intx 1 >/dev/null
	gen irqfd vm 28 nic 0 fixed 1 0x48 >/dev/null
	inspect -d "$nic"
	expect_reason "inspect: INTx by irqfd" "$nic" intx 0 irqfd \
		bypass_not_joined
	gen unirqfd vm 28 nic 0 >/dev/null
	inspect -d "$nic"
	expect_reason "inspect: INTx" "$nic" intx 0 eventfd no_irqfd
	gen mask nic >/dev/null
	inspect -d "$nic"
	expect_reason "inspect: masked" "$nic" intx 0 masked masked
	gen unmask nic >/dev/null
	gen irqs nic none >/dev/null
	inspect -d "$nic"
	expect "inspect: no interrupt is set up" "[$(printf '{"device":"%s","driver":"vfio-pci","vectors":0}' "$nic")]" \
		"$(jq -c .devices /tmp/inspect.json)"
	gen irqs nic msix 5 >/dev/null
}

inspect_reasons() {
	inspect_routes
	inspect -d "$nic"
	expect_reason "inspect: no irqfd" "$nic" msix 3 eventfd no_irqfd \
		iommu_no_posting
	gen notrigger nic 4 >/dev/null
	inspect -d "$nic"
	expect_reason "inspect: without a trigger" "$nic" msix 4 unused unused
	gen trigger nic 4 >/dev/null
	inspect_host_managed
	inspect_lines
	inspect_irqchip
}

# The VM has the device, by its group, but no irqfd can be had.
inspect_irqchip() {
	gen vm vm close >/dev/null
	gen vm bare 1 noirqchip >/dev/null
	inspect -d "$nic"
	expect_reason "inspect: irqchip not in the kernel" "$nic" msix 0 eventfd \
		irqchip_userspace no_irqfd
	expect "inspect: the VM that has the device" "$GEN_PID" \
		"$(inspected "$nic" msix 0 .configured.vm.pid)"
	gen vm bare close >/dev/null
	gen vm vm 2 >/dev/null
	gen sleep 500 >/dev/null # until the guest has its APIC on
}

# The parameter of the vendor's module; the stand-in's can be had both ways.
inspect_apicv() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	for _apicv in 0 1; do
		load_standin enable_apicv=$_apicv
		inspect -d "$nic"
		if [ $_apicv = 0 ]; then
			expect_reason "inspect: enable_apicv=0" "$nic" msix 0 \
				irqfd apicv_off
		else
			expect_not "inspect: enable_apicv=1" "$nic" msix 0 apicv_off
		fi
		rmmod kvm_intel
	done
	gen unirqfd vm 24 nic 0 >/dev/null
}

# --- hosts that are set up otherwise ---

inspect_nopost() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	inspect -d "$nic"
	expect_reason "inspect: intremap=nopost" "$nic" msix 0 irqfd \
		posting_disabled
	expect "inspect: the entry is remapped all the same" remapped \
		"$(inspected "$nic" msix 0 .configured.irte.mode)"
	gen unirqfd vm 24 nic 0 >/dev/null
}

# VFIO has to be told that it may do without.
allow_unsafe() {
	echo 1 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
}

inspect_unremapped() {
	modprobe vfio_iommu_type1
	allow_unsafe
	set_up
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	inspect -d "$nic"
	expect_reason "inspect: intremap=off" "$nic" msix 0 irqfd remapping_off
	expect "inspect: there is no entry" '"none" null null' \
		"$(inspected "$nic" msix 0 .configured.irte |
			jq -r '"\"\(.mode)\" \(.high) \(.low)"')"
	expect "inspect: the rest is right" "24 65 0" \
		"$(inspected "$nic" msix 0 \
			'.configured | "\(.gsi) \(.guest_vector) \(.vcpu)"')"
	gen unirqfd vm 24 nic 0 >/dev/null
}

# No IOMMU, so no VFIO: there is nothing to look at but the host's devices.
inspect_no_iommu() {
	inspect -d 0000:00:04.0
	expect_reason "inspect: no IOMMU" 0000:00:04.0 msix 0 host host_managed
	expect "inspect: no IOMMU: the entry" none \
		"$(inspected 0000:00:04.0 msix 0 .configured.irte.mode)"
	expect "inspect: no IOMMU: said of the host" "null null" \
		"$(jq -r '.host | "\(.iommu) \(.iommu_can_post)"' /tmp/inspect.json)"
}

# AMD's IOMMU: its entries hold the APIC id that the kernel was asked for.
inspect_amd() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	for _cpu in 0 1; do
		gen affinity nic 0 $_cpu >/dev/null
		gen fire nic 0 2 >/dev/null # the change waits for an interrupt
		inspect -d "$nic"
		expect "inspect: AMD's entry, to CPU $_cpu" "remapped $_cpu" \
			"$(amd_entry "$(inspected "$nic" msix 0 .configured.irte.mode)" \
				"$(inspected "$nic" msix 0 .configured.irte.low)")"
	done
	expect_reason "inspect: AMD's IOMMU" "$nic" msix 0 irqfd iommu_no_posting
	expect "inspect: said of the host" "amd false" \
		"$(jq -r '.host | "\(.iommu) \(.iommu_can_post)"' /tmp/inspect.json)"
	gen unirqfd vm 24 nic 0 >/dev/null
}

# amd_entry MODE LOW: and the destination, bits 31:8.
amd_entry() {
	echo "$1 $((($2 >> 8) & 0xffffff))"
}

# --- the newest kernels: vectors on either path that the emulator has ---

inspect_paths() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen irqfd vm 25 nic 1 fixed 1 0x42 >/dev/null
	gen irqfd vm 26 nic 2 broadcast 0x43 >/dev/null
	gen notrigger nic 4 >/dev/null
	inspect
	expect "$1: paths" "irqfd irqfd irqfd eventfd unused eventfd" \
		"$(jq -r '.vectors[].configured.path' /tmp/inspect.json | xargs)"
	for _vector in 0 1 2 3; do
		expect "$1: msix $_vector: its IRQ" "$(irq_of nic $_vector)" \
			"$(inspected "$nic" msix $_vector .irq)"
	done
	expect "$1: msix 0: VM, GSI, route, vCPU" \
		"$GEN_PID irqgen 24 0xfee00000 0x41 0 65 0 1" \
		"$(inspected "$nic" msix 0 "$route_words")"
	expect "$1: msix 1: VM, GSI, route, vCPU" \
		"$GEN_PID irqgen 25 0xfee01000 0x42 1 66 1 1" \
		"$(inspected "$nic" msix 1 "$route_words")"
	expect "$1: msix 2: no one vCPU" "null 2" \
		"$(inspected "$nic" msix 2 '.configured | "\(.vcpu) \(.route.vcpus)"')"
	expect "$1: msix 3: no irqfd" "null null" \
		"$(inspected "$nic" msix 3 '.configured | "\(.gsi) \(.route)"')"
	expect "$1: all entries are remapped, but that of the unused one" \
		"remapped remapped remapped remapped none remapped" \
		"$(jq -r '.vectors[].configured.irte.mode' /tmp/inspect.json | xargs)"
	pitrace --inspect >/tmp/inspect.txt 2>/tmp/inspect.err
	expect "$1: as text: exit status" 0 $?
	expect "$1: as text: within 80 columns" 0 \
		"$(awk 'length > 79' /tmp/inspect.txt | wc -l)"
	expect_match "$1: as text: totals" \
		'^vectors +6: 3 irqfd, 2 eventfd, 1 unused$' /tmp/inspect.txt
	gen trigger nic 4 >/dev/null
	for _gsi in 24:0 25:1 26:2; do
		gen unirqfd vm "${_gsi%:*}" nic "${_gsi#*:}" >/dev/null
	done
}

route_words='.configured | "\(.vm.pid) \(.vm.comm) \(.gsi) \(.route.address) \(.route.data) \(.route.destination) \(.guest_vector) \(.vcpu) \(.route.vcpus)"'

# calls_during FUNCTION COMMAND...: how often the kernel called it meanwhile,
# in $_calls.
calls_during() {
	_ftrace=/sys/kernel/tracing _function=$1
	shift
	echo "$_function" >$_ftrace/set_ftrace_filter
	echo function >$_ftrace/current_tracer
	echo >$_ftrace/trace
	echo 1 >$_ftrace/tracing_on
	"$@" >/dev/null
	echo 0 >$_ftrace/tracing_on
	_calls=$(grep -c " $_function <-" $_ftrace/trace)
	echo nop >$_ftrace/current_tracer
	echo >$_ftrace/set_ftrace_filter
}

# The counters of 7.2 and later, told from what is read by BTF. Whether KVM
# joins a bypass on a host that cannot post depends on the kernel (6.1 does).
inspect_traced() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	trace_start "$1" -d "$nic" || return
	_raised=$(gen_value raised fire nic 0 300)
	calls_during kvm_arch_irq_bypass_add_producer \
		gen irqfd vm 25 nic 1 fixed 1 0x42
	trace_stop
	expect "$1: traced: interrupts" "irqfd=$_raised" \
		"$(paths_of "$nic" msix 0)"
	expect "$1: traced: the host's events" "0 0 0 null" \
		"$(of '.host_vectors | "\(.PIN) \(.NPI) \(.PIW) \(.PMN)"')"
	expect "$1: traced: a new irqfd" \
		"$({ yes bypass_connected | head -n "$_calls" && echo irqfd_assigned; } | xargs)" \
		"$(grep '"type":"event"' "$trace_out" | jq -r .event | xargs)"
	expect "$1: traced: what is off is so for want of a module or function" "" \
		"$(unexpectedly_off)"
	expect_nothing_lost
	gen unirqfd vm 24 nic 0 >/dev/null
	gen unirqfd vm 25 nic 1 >/dev/null
}

# --- what changes while it is looked at ---

# Vectors come and go, and so does the VM; meanwhile many looks. Each is whole
# and tells of paths that the vectors did have.
inspect_races() {
	(
		while [ ! -e /tmp/races.done ]; do
			gen irqs nic none
			gen irqs nic msix 5
			gen irqfd vm 24 nic 0 fixed 0 0x41
			gen unirqfd vm 24 nic 0
		done >/dev/null
	) &
	_changer=$!
	: >/tmp/races.json
	for _look in $(seq 30); do
		pitrace --inspect --json -d "$nic" >>/tmp/races.json 2>>/tmp/races.err ||
			echo "look $_look: $?" >>/tmp/races.failed
	done
	touch /tmp/races.done
	wait $_changer
	keep /tmp/races.json
	expect "inspect: vectors that come and go: no look fails" "" \
		"$(cat /tmp/races.failed /tmp/races.err 2>/dev/null)"
	expect "inspect: vectors that come and go: records" 30 \
		"$(jq -c 'select(.type == "inspect")' /tmp/races.json | wc -l)"
	expect "inspect: vectors that come and go: known paths only" "" \
		"$(jq -r '.vectors[].configured.path' /tmp/races.json |
			sort -u | grep -vxE 'irqfd|eventfd|masked|unused|unknown')"
	expect "inspect: vectors that come and go: VMs are right" "" \
		"$(jq -r '.vectors[].configured.vm | select(. != null) | .pid' \
			/tmp/races.json | sort -u | grep -vx "$GEN_PID")"
}

# The VM and all that belongs to it vanish in the middle.
inspect_exit() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen irqfd vm 25 nic 1 fixed 1 0x42 >/dev/null
	(
		for _look in $(seq 8); do
			pitrace --inspect --json || echo "look $_look failed"
		done >/tmp/exit.json 2>/tmp/exit.err
	) &
	_looks=$!
	sleep 1
	kill -KILL "$GEN_PID"
	wait $_looks
	keep /tmp/exit.json
	expect "inspect: a VM that is killed: each look is whole" 8 \
		"$(jq -c 'select(.type == "inspect")' /tmp/exit.json | wc -l)"
	inspect
	expect "inspect: afterwards no vector is left" 0 \
		"$(jq '.vectors | length' /tmp/inspect.json)"
	expect "inspect: and the kernel has no complaint" "" \
		"$(dmesg | grep -E 'BUG|WARNING|Oops|general protection' | head -n 3)"
	exec 8>&- 9<&-
}
