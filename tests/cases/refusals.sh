# Kernels that refuse programs which this one takes: refuse (tests/lab/refuse.c)
# has the kernel's own verifier refuse them. What a kernel of 5.14 or 5.15 lacks,
# other programs or user space do as well; what all counting needs takes the way
# without types.
# shellcheck shell=sh disable=SC2034,SC2154

# Helpers of 5.16 and 5.17.
later_helpers=bpf_kallsyms_lookup_name,bpf_loop,bpf_get_func_ret

# under FEATURES COMMAND...: traces and commands that are begun in it.
under() {
	trace_as="refuse $1"
	shift
	"$@"
	trace_as=
}

# of_start NAME EXPRESSION: of that probe, in the trace's start record.
of_start() {
	of_probe "$trace_out" "$1" "$2"
}

# Everything is counted and known: one probe has another method.
refused_helpers() {
	under $later_helpers paths_mixed refused-helpers
	expect "refused-helpers: fexit, but for one that needs such a helper" \
		"fexit kprobe" \
		"$(of_start inatomic_exit .method) $(of_start free_irq .method)"
	of_start free_irq .reason >/tmp/refused.reason
	expect_match "refused-helpers: the verifier says which" \
		'^fexit: the kernel.s verifier rejects the program: invalid func unknown#1000184$' \
		/tmp/refused.reason
	expect "refused-helpers: what each would do is known" \
		"irqfd irqfd irqfd eventfd eventfd" \
		"$(of '[.vectors[].configured.path] | join(" ")')"
	refused_doctor helpers $later_helpers
	expect_fact bpf_loop "" limits '^this kernel has no such helper$'
	expect_fact probe free_irq limits \
		'^kprobe free_irq \(fexit: the kernel.s verifier rejects'
	expect_fact probe inspect ok '^fentry actions_show$'
}

# refused_doctor NAME FEATURES: --doctor has the methods that tracing had.
refused_doctor() {
	refuse "$2" pitrace --doctor --json >/tmp/doctor.json 2>/tmp/doctor.err
	doctor_status=$?
	doctor_name=doctor-refused-$1
	doctor_out=$out/$LABEL-$doctor_name.json
	cp /tmp/doctor.json "$doctor_out"
	expect "$doctor_name: can trace" 0 $doctor_status
	expect "$doctor_name: methods are those of tracing" \
		"$(methods_of start "$trace_out")" \
		"$(methods_of doctor "$doctor_out")"
}

# Without fentry and fexit: kprobes, which give the same counts.
refused_tracing() {
	under tracing trace_start refused-tracing -i 3600 --device "$nic" || return
	rows_note
	paths_mixed_fire
	trace_stop
	untyped_mixed_expect
	expect "refused-tracing: VM and vCPU are known" "$GEN_PID 0" \
		"$(of_vector "$nic" msix 0 '"\(.vm.pid) \(.targets[0].vcpu)"')"
	expect "refused-tracing: kprobes do it, and say why" \
		"kprobe fentry: the kernel refuses the program, and does not say why" \
		"$(of_start msi '"\(.method) \(.reason)"')"
	paths_mixed_end
	refused_doctor tracing tracing
}

# refused_types FEATURE: what counting needs in all its forms but that without
# types; so everything is counted without.
refused_types() {
	under "$1" trace_start "refused-$1" -i 3600 --device "$nic" || return
	rows_note
	paths_mixed_fire
	trace_stop
	untyped_mixed_expect
	expect "refused-$1: the VM is known, for kprobes can read it" \
		"$GEN_PID irqgen" \
		"$(of_vector "$nic" msix 0 '"\(.vm.pid) \(.vm.comm)"')"
	expect "refused-$1: how many vCPUs were reached, not which" \
		"[[null,null,$(of_vector "$nic" msix 0 .count)]]" \
		"$(of_vector "$nic" msix 0 '[.targets[] | [.vcpu, .guest_vector, .count]]')"
	expect "refused-$1: other injections, posting are not known" \
		"null unknown null" \
		"$(of '"\(.other_injections) \(.vectors[0].configured.path) \(.vectors[0].paths.posted)"')"
	_cause=$(refused_cause "$1")
	expect_match "refused-$1: says what is missing, and why" \
		"this kernel refuses programs that read types of modules \($_cause\): .*are not known" \
		"$trace_err"
	of_start inspect .reason >/tmp/refused.reason
	expect_match "refused-$1: so does each probe that is off" \
		"^it reads types of modules, and this kernel refuses programs that do \($_cause\)\$" \
		/tmp/refused.reason
	paths_mixed_end
	refused_doctor "$1" "$1"
	expect_fact btf modules limits \
		"^this kernel refuses programs that read it \($_cause\)\$"
}

# In the words of the verifier, or of those who ask before it.
refused_cause() {
	case $1 in
	fetch) echo 'those that pitrace runs itself: .*invalid atomic opcode.*' ;;
	global) echo 'free_irq: kprobe: .*count_noted\(\) is not supported yet.' ;;
	syscall) echo 'those that pitrace runs itself: the kernel refuses the program, and does not say why' ;;
	esac
}

# Stacks that no stack map takes need a helper, and with it all programs that
# take stacks: without, stacks are taken the plain way.
refused_stacks() {
	under bpf_get_task_stack untyped_stacks
	expect_match "refused-stacks: says why" \
		'refuses programs that read types of modules \(msi: kprobe: .*unknown#1000141\)' \
		"$trace_err"
	refuse bpf_get_task_stack pitrace -v -t 0.2 >/dev/null 2>/tmp/refused.err
	expect "refused-stacks: without --stacks nothing is missed" 0 \
		"$(grep -c refuses /tmp/refused.err)"
}

# Where nothing is left it is said, and nothing is traced.
refused_wholly() {
	refuse fetch pitrace --attach fentry -t 0.2 >/dev/null 2>/tmp/refused.err
	expect "refused-wholly: fentry alone: status" 4 $?
	expect_match "refused-wholly: fentry alone: why" \
		'does not take pitrace.s programs: .*atomic opcode' \
		/tmp/refused.err
	refuse bpf_map_lookup_elem pitrace -t 0.2 >/dev/null 2>/tmp/refused.err
	expect "refused-wholly: all programs: status" 4 $?
	expect_match "refused-wholly: all programs: why" \
		'does not take pitrace.s programs: .*unknown#1000001' \
		/tmp/refused.err
	refuse bpf_map_lookup_elem pitrace --doctor >/tmp/refused.out 2>&1
	expect "refused-wholly: --doctor ends likewise" 4 $?
}

# --inspect without symbols from programs, or programs that are system calls.
refused_inspection() {
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	for _features in $later_helpers syscall; do
		refuse "$_features" pitrace --inspect --json >/tmp/inspect.json
		expect "refused-inspection: status under $_features" 0 $?
		keep /tmp/inspect.json
		expect "refused-inspection: paths, vCPU and VM under $_features" \
			"irqfd eventfd eventfd eventfd eventfd eventfd 0 $GEN_PID" \
			"$(jq -r '[.vectors[].configured.path] | join(" ")' /tmp/inspect.json) $(inspected "$nic" msix 0 '.configured | "\(.vcpu) \(.vm.pid)"')"
	done
	gen unirqfd vm 24 nic 0 >/dev/null
}

# Wake-ups and posted vectors, with searches that do without bpf_loop().
refused_posting() {
	under $later_helpers posting
}
