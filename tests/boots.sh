# SPDX-License-Identifier: GPL-2.0-only
# Sourced by run.sh and by kernels/: what is booted, what that is called, and
# which cases run there.
# shellcheck shell=bash disable=SC2034,SC2016

# Cases that go together; "case:name" says which name its files get.
declare -A groups=(
	[all]='doctor_bare privileges_late untyped_late late_start
		late_burst late_in_turns attach_reload set_up paths_mixed:exact
		paths_under_storm:storm paths_filtered paths_intx:intx paths_intx_irqfd:intx-irqfd
		stacks_counted attach_methods attach_listed doctor_methods
		doctor_refused privileges names
		untyped_paths untyped_intx untyped_stacks
		untyped_refuses btf_files btf_flat replay metrics cli
		doctor_lockdown'
	[most]='doctor_bare privileges_late late_start late_burst attach_reload set_up
		paths_mixed:exact portable paths_under_storm:storm paths_filtered
		paths_intx:intx paths_intx_irqfd:intx-irqfd stacks_counted
		attach_methods attach_listed doctor_methods doctor_refused
		privileges names untyped_paths untyped_intx untyped_refuses
		btf_files replay metrics cli doctor_lockdown'
	[core]='late_start late_in_turns set_up paths_mixed:exact portable paths_under_storm:storm
		paths_filtered paths_intx:intx paths_intx_irqfd:intx-irqfd
		stacks_counted'
	[paths]='set_up paths_mixed:exact paths_in_turns:turns paths_intx:intx doctor_boot
		pressure_threads untyped_threads'
	[untyped]='untyped_late set_up paths_under_storm:storm
		paths_intx:intx untyped_paths untyped_intx untyped_stacks
		untyped_refuses untyped_privileges attach_listed
		verifier_untyped btf_files btf_types'
	[untaken]='attach_untaken set_up attach_fallback'
	[foreign]='set_up paths_foreign:foreign paths_restarted'
	[targets]='injections injections_by_kprobe'
	[posted]='set_up posting inspect_reasons inspect_apicv inspect_races
		attach_listed inspect_exit'
	[inspect]='set_up inspect_paths:inspect inspect_traced:inspect'
	[looks]='inspect_reasons inspect_races inspect_exit'
	[compiled]='set_up paths_mixed:exact paths_intx:intx paths_intx_irqfd:intx-irqfd
		stacks_counted posting attach_listed'
	[hardship]='set_up life pressure paths_in_turns:turns'
	[lasting]='set_up life_suspended pressure_storm many_vectors'
	[refused]='set_up refused_helpers refused_tracing refused_types:fetch
		refused_types:global refused_types:syscall refused_stacks
		refused_inspection refused_wholly'
	[eventfd]='late_start set_up paths_eventfd:eventfd paths_intx:intx
		pressure_threads attach_listed doctor_boot'
)

# The boots. A kernel's variants, as 6.1-rt, go with it.
# On a real-time kernel KVM wants a constant TSC, which the emulator lacks.
# Two VMs are too much for emulated SVM while CPUs run in parallel (the guest,
# or the kernel under it, dies, without pitrace as well): there they take turns.
# 6.18 is the other way round: taking turns, the guest always dies.
# What depends on where the kernel happens to load a module to is booted again
# and again, up to ten times, until nothing is skipped. "amd" is another IOMMU.
# kernel | kernel arguments | how      | groups or cases
boots='
6.1      |                  | parallel | most
6.1      |                  | turns    | foreign
6.1      | threadirqs       | parallel | paths
6.1      |                  | parallel | posted
6.1      | intremap=nopost  | parallel | set_up inspect_nopost
6.1      | intremap=off     | parallel | doctor_boot inspect_unremapped
6.1      | possible_cpus=1100 | parallel | many_cpus
6.1      | intel_iommu=off intremap=off | parallel | inspect_no_iommu
6.1      |                  | parallel | set_up refused_helpers
6.1-rt   |                  | parallel | eventfd
6.12     |                  | parallel | core
6.12     |                  | turns    | foreign injections
6.12     | idle=poll        | turns    | paths_polling
6.12     |                  | parallel | verifier_budgets late_stalled set_up paths_stalled paths_stopped prometheus_traced
6.12     |                  | parallel | hardship
6.12     |                  | amd      | set_up doctor_boot inspect_amd
7.x      |                  | parallel | inspect
7.x      |                  | again    | attach_untaken set_up attach_fallback paths_in_turns:turns attach_methods
'

# The boots of make test-kernels: the same on every kernel, as far as it goes.
matrix='
5.10     |                  | parallel | untyped
5.10     | threadirqs       | parallel | set_up untyped_threads
6.1      |                  | parallel | all
6.1      | threadirqs       | parallel | paths attach_counted
6.1      |                  | turns    | foreign targets
6.1      |                  | parallel | hardship
6.1      |                  | parallel | lasting
6.1      |                  | parallel | verifier_budgets posted
6.1      |                  | parallel | late_stalled set_up paths_stalled paths_stopped posting_methods
6.1      |                  | parallel | inspect
6.1      |                  | parallel | refused
6.1      |                  | parallel | set_up refused_posting
6.1-rt   |                  | parallel | eventfd cli
6.12     |                  | parallel | all
6.12     | threadirqs       | parallel | paths attach_counted
6.12     |                  | turns    | foreign targets
6.12     |                  | parallel | hardship
6.12     |                  | parallel | lasting
6.12     |                  | parallel | verifier_budgets posted
6.12     |                  | parallel | late_stalled set_up paths_stalled paths_stopped posting_methods
6.12     |                  | parallel | inspect
6.12     |                  | again    | untaken
6.16-19  |                  | parallel | all
6.16-19  | threadirqs       | parallel | paths attach_counted
6.16-19  |                  | parallel | foreign targets
6.16-19  |                  | parallel | hardship
6.16-19  |                  | parallel | lasting
6.16-19  |                  | parallel | verifier_budgets inspect looks
6.16-19  |                  | again    | untaken
7.0-2    |                  | parallel | all
7.0-2    | threadirqs       | parallel | paths attach_counted
7.0-2    |                  | turns    | foreign targets
7.0-2    |                  | parallel | hardship
7.0-2    |                  | parallel | lasting
7.0-2    |                  | parallel | verifier_budgets inspect looks
7.0-2    |                  | again    | untaken
7.x      |                  | parallel | all
7.x      | threadirqs       | parallel | paths attach_counted
7.x      |                  | turns    | foreign targets
7.x      |                  | parallel | hardship
7.x      |                  | parallel | lasting
7.x      |                  | parallel | verifier_budgets inspect looks
7.x      |                  | again    | untaken
7.x      |                  | parallel | refused
'

# Where the programs of COMPILERS are loaded, besides.
[ -z "${COMPILERS:-}" ] || boots+='
6.1      |                  | parallel | compilers_load
'

# The boots of make test-compilers: the programs of every compiler are loaded on
# every kernel, and some cases run with each compiler.
loads=$(tests/lab/kernel.sh --list | grep -vE -- '-[0-9]|x$' |
	sed 's/$/ | | parallel | compilers_load/')
compiled='
6.1      |                  | parallel | compiled
6.12     |                  | parallel | compiled
'

# The boots with the portable file in place of the ordinary build.
portable_boots='
6.1      |                  | parallel | most
6.12     |                  | parallel | core
'

# Why a case is not run on a kernel. The page that make test-kernels writes
# tells, and is not written as long as a case is missing without a word here;
# the first row that fits counts.
# kernels           | groups or cases | why
absent='
5.10                | *       | needs types of modules, which this kernel does not describe; `untyped_*` test what can be told without
6.1-rt              | untyped | there handlers run in threads
*                   | untyped | about kernels that do not describe the types of modules, or ask for privileges where maps are read
6.1-rt              | *       | KVM wants a constant TSC on PREEMPT_RT, which the emulator lacks: no path but `eventfd`
6.12 6.16-19 7.0-2  | refused | what is refused is refused by the lab: 6.1 and the newest stand for all
6.12 6.16-19 7.0-2 7.x | refused_posting | what is refused is refused by the lab: 6.1 stands for all
*                   | doctor_boot | `doctor_bare` and `doctor_methods` have more of it
*                   | eventfd | `paths_mixed` has as much, with KVM
6.1                 | untaken | built without IBT: fentry always takes
6.16-19 7.0-2 7.x   | posted posting_methods | needs the stand-in for kvm_intel, which cannot be built: the archive has no headers for this kernel, or their tools need a later libc than that of Debian 12
6.16-19 7.0-2 7.x   | late_stalled paths_stalled paths_stopped | needs a module of the lab, which cannot be built either
'

# Cases that only prepare, and say nothing unless that fails.
preparations='set_up attach_untaken'

# 6.1 and threadirqs: 6.1-threadirqs; the last cases, where they are not all.
# label_of KERNEL ARGUMENTS HOW NAMES
label_of() {
	local label="$1 $2 ${3#parallel} ${4##* }"

	label=$(xargs <<<"${label% all}")
	echo "${label// /-}"
}

# cases_of NAME...: groups become their cases.
cases_of() {
	local word

	for word; do
		xargs <<<"${groups[$word]:-$word}"
	done | xargs
}
