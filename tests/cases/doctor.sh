# --doctor against what the lab is, and against what tracing then does.
# shellcheck shell=sh disable=SC2034,SC2154

# doctor NAME ARG...: its record is $doctor_out, its exit status doctor_status.
doctor() {
	doctor_name=doctor-$1
	doctor_out=$out/$LABEL-$doctor_name.json
	shift
	pitrace --doctor --json "$@" >"$doctor_out" 2>/tmp/doctor.err
	doctor_status=$?
	expect "$doctor_name: one record, nothing on standard error" "doctor 0" \
		"$(jq -r .type "$doctor_out" | xargs) $(grep -c . /tmp/doctor.err)"
	expect "$doctor_name: the record has the exit status" $doctor_status \
		"$(jq .exit_status "$doctor_out")"
	expect "$doctor_name: no remedy for what is ok, no limit without a consequence" \
		"" "$(jq -r '.facts[] | select(
			(.status == "ok" and .remedy != null) or
			(.status == "limits" and .consequence == null)) |
			"\(.fact) \(.subject)"' "$doctor_out")"
}

# fact NAME SUBJECT FIELD: "" for the one without a subject.
fact() {
	jq -r --arg name "$1" --arg subject "$2" ".facts[] |
		select(.fact == \$name and (.subject // \"\") == \$subject) |
		.$3 // \"\"" "$doctor_out"
}

# expect_fact NAME SUBJECT STATUS PATTERN-OF-FOUND
expect_fact() {
	expect "$doctor_name: $1${2:+ $2}: status" "$3" "$(fact "$1" "$2" status)"
	fact "$1" "$2" found >/tmp/doctor.found
	expect_match "$doctor_name: $1${2:+ $2}: what was found" "$4" \
		/tmp/doctor.found
}

# methods_of TYPE FILE: of each probe, as its record of this type has them.
methods_of() {
	grep "\"type\":\"$1\"" "$2" |
		jq -r '.probes[] | "\(.name)=\(.method)"' | sort | xargs
}

mount_securityfs() {
	[ -e /sys/kernel/security/lsm ] ||
		mount -t securityfs none /sys/kernel/security
}

# Before anything is loaded: tracing could wait for it, so that is no failure.
doctor_bare() {
	mount_securityfs
	doctor bare
	expect "doctor-bare: exit status" 0 $doctor_status
	expect "doctor-bare: kernel" "$(uname -r), x86_64" \
		"$(fact kernel "" found)"
	for _module in vfio vfio_pci_core irqbypass kvm; do
		expect_fact module $_module limits '^not loaded$'
	done
	expect_fact lockdown "" ok '^none$'
	expect_fact capabilities "" ok '^all'
	expect_fact tracefs "" ok 'can be read'
	expect_fact device "" limits '^VFIO has none$'
	expect_fact probe msi limits '^off: module vfio_pci_core is not loaded$'
	expect "doctor-bare: and what helps" "modprobe vfio-pci" \
		"$(fact probe msi remedy)"
	expect_fact bpf_jit "" ok '^on$'
	doctor_threads
	doctor_iommu
}

# As the boot was asked to have them.
doctor_threads() {
	_realtime=no _forced=no _status=ok
	uname -v | grep -q PREEMPT_RT && _realtime=yes
	grep -qw threadirqs /proc/cmdline && _forced='by threadirqs'
	[ $_realtime = no ] || _forced='by PREEMPT_RT'
	[ "$_forced" = no ] || _status=limits
	expect_fact preempt_rt "" ok "^$_realtime\$"
	expect_fact threaded_handlers "" $_status "^$_forced\$"
}

# By the names of interrupts in /proc/interrupts, and of the emulated IOMMU.
doctor_iommu() {
	if grep -q 'IR-PCI-MSI' /proc/interrupts; then
		expect_fact remapping "" ok '^on$'
	else
		expect_fact remapping "" limits '^off$'
	fi
	if [ -e /sys/class/iommu/dmar0 ]; then
		expect_fact iommu "" ok '^intel$'
		expect_fact posting "" limits 'cannot post'
	elif [ -e /sys/class/iommu/ivhd0 ]; then
		expect_fact iommu "" ok '^amd$'
	else
		expect_fact iommu "" limits '^none'
	fi
}

# After attach_methods: what it names is what tracing had used just before,
# by each method that the kernel can do; and nothing of it stays.
doctor_methods() {
	for _how in kprobe auto; do
		doctor "$_how" --attach $_how
		expect "doctor-$_how: exit status" 0 $doctor_status
		expect "doctor-$_how: methods are those of tracing" \
			"$(methods_of start "$out/$LABEL-attach-$_how.json")" \
			"$(methods_of doctor "$doctor_out")"
	done
	expect "doctor: what BTF lets expect is what came, but for a reason" "" \
		"$(jq -r '.probes[] | select(.reason == null and
			.method != .expected_method) | .name' "$doctor_out")"
	expect "doctor: nothing stays attached" 0 "$(attached)"
	for _module in vfio vfio_pci_core irqbypass kvm kvm_amd; do
		expect_fact module $_module ok '^loaded'
	done
	expect_fact device "$nic" ok '^vfio-pci, 5 vectors \(msix\)$'
	expect_fact device "$edu" ok '^vfio-pci, 1 vector \(msi\)$'
}

# Without root, without BTF, without the device asked for: real ones.
doctor_refused() {
	as_nobody --doctor --json \
		>"$out/$LABEL-doctor-nobody.json" 2>/tmp/doctor.err
	expect "doctor: without root: exit status of tracing" 3 $?
	doctor_name=doctor-nobody doctor_out=$out/$LABEL-doctor-nobody.json
	expect_fact capabilities "" missing 'CAP_BPF.*CAP_PERFMON.*CAP_SYS_ADMIN'
	expect_fact tracefs "" limits 'Permission denied'
	expect_fact kallsyms "" limits 'hidden'
	expect_fact trial "" missing 'CAP_BPF'
	expect_fact probe msi unknown \
		'^not tried; expected: fentry vfio_pci_core:vfio_msihandler$'
	expect "doctor-nobody: what was not tried has no method" "" \
		"$(jq -r '.probes[].method // empty' "$doctor_out")"
	expect_fact device "$nic" ok '^vfio-pci, 5 vectors'
	mount -t tmpfs none /sys/kernel/btf
	mount -t tmpfs none /sys/kernel/debug
	umount /sys/kernel/tracing
	doctor btf
	expect "doctor-btf: exit status" 4 $doctor_status
	expect_fact btf "" missing 'No such file'
	expect_fact tracefs "" limits 'No such file'
	doctor_text
	mount -t tracefs none /sys/kernel/tracing
	umount /sys/kernel/debug
	umount /sys/kernel/btf
	refuses 1 "no PCI device 0000:77:00.0" --doctor -d 77:00.0
}

# The same as text; while tracing is refused, which takes less time.
doctor_text() {
	to_replay doctor-text
	# shellcheck disable=SC2086 # words
	pitrace --doctor $record >/tmp/doctor.text
	expect "doctor-btf: text: the same exit status" 4 $?
	cp /tmp/doctor.text "$out/$LABEL-doctor-text.txt"
	expect "doctor-btf: text fits 80 columns" 0 \
		"$(awk 'length > 79' /tmp/doctor.text | wc -l)"
	expect "doctor-btf: text has a line for each fact" \
		"$(jq '.facts | length' "$doctor_out")" \
		"$(grep -cE '^(ok|limits|missing|unknown) ' /tmp/doctor.text)"
	pitrace --doctor >/dev/full 2>/tmp/cli.err
	expect "doctor-btf: a full disk: exit status" 1 $?
	expect_match "doctor-btf: a full disk: the reason" \
		'No space left on device' /tmp/cli.err
}

# What cannot be undone, so it comes last. Both exit statuses are the same.
doctor_lockdown() {
	mount_securityfs
	echo confidentiality >/sys/kernel/security/lockdown
	pitrace -t 0.1 >/dev/null 2>&1
	_status=$?
	doctor lockdown
	expect "doctor-lockdown: exit status is tracing's, a failure" "$_status 4" \
		"$doctor_status $doctor_status"
	expect_fact lockdown "" missing '^confidentiality$'
}

# One look in boots that are about other things.
doctor_boot() {
	doctor boot
	expect "doctor-boot: exit status" 0 $doctor_status
	doctor_threads
	doctor_iommu
}
