# SPDX-License-Identifier: GPL-2.0-only
# Types into a bash that has the completion, on a host with made-up devices.
# shellcheck shell=bash disable=SC2016,SC2154

# What is typed, with \t to complete and \e* to insert all that it could be,
# and what pitrace is then started with.
completions='
--ins\t                         | --inspect
-d \e*                          | -d 0000:03:00.0 0000:03:00.1 10000:e1:00.0
-d 0000:0\t1                    | -d 0000:03:00.1
-d 0000:05\t                    | -d 0000:05
-d 03:\t1                       | -d 03:00.1
-jd 1\t                         | -jd 10000:e1:00.0
--device 10000:\t               | --device 10000:e1:00.0
--device=0000:03:\t1            | --device=0000:03:00.1
--device=1\t -d 03:00.\t0       | --device=10000:e1:00.0 -d 03:00.0
--attach \e*                    | --attach auto fentry kprobe
-x --attach=k\t -a              | -x --attach=kprobe -a
-i \e* -n \e* --count \e*       | -i -n --count
-jt \e*                         | -jt
--btf typ\tker\t                | --btf types/kernel.btf
--btf=types/ker\t               | --btf=types/kernel.btf
--input typ\tker\t              | --input types/kernel.btf
--record=types/ker\t            | --record=types/kernel.btf
--report=types/ker\t            | --report=types/kernel.btf
--proc ty\tx                    | --proc types/x
/\t                             | /
'

make_host() {
	mkdir -p "$scratch"/drivers/{vfio-pci,mlx5_vfio_pci,e1000e} \
		"$scratch/types"
	touch "$scratch"/drivers/vfio-pci/{0000:03:00.0,0000:03:00.1,bind} \
		"$scratch/drivers/mlx5_vfio_pci/10000:e1:00.0" \
		"$scratch/drivers/e1000e/0000:05:00.0" \
		"$scratch/types/kernel.btf"
}

# typed LINE...: what each starts pitrace with. In a session of its own, since
# an interactive bash takes hold of the terminal.
typed() {
	: >"$scratch/started"
	{
		printf '. docs/completion/pitrace.bash; cd %q\n' "$scratch"
		printf '_pitrace_drivers=%q\n' "$scratch/drivers"
		printf 'pitrace() { echo "$*" >>%q; }\n' "$scratch/started"
		printf '%b\n' "$@"
	} | env -i PATH="$PATH" HOME="$scratch" INPUTRC=/dev/null TERM=dumb \
		setsid --wait bash --noprofile --norc -i >/dev/null 2>&1
	cat "$scratch/started"
}

# typed_all COMMAND: the same for the table, behind a command, in one line.
typed_all() {
	local keys lines=()

	while IFS='|' read -r keys _; do
		[ -z "$keys" ] || lines+=("pitrace $keys")
	done <<<"$completions"
	typed "$1" "${lines[@]}" | paste -sd'|'
}

started_all() {
	sed -n 's/^.*| //p' <<<"$completions" | paste -sd'|'
}

completion() {
	local keys wanted got=() i=0

	make_host
	IFS='|' read -ra got < <(typed_all '')
	while IFS='|' read -r keys wanted; do
		[ -n "$keys" ] || continue
		expect "completion: pitrace ${keys%%  *}" \
			"${wanted# }" "${got[i++]-}"
	done <<<"$completions"
	# As some people have it.
	expect "completion: all that with ':' as part of a word" \
		"$(started_all)" \
		"$(typed_all 'COMP_WORDBREAKS=${COMP_WORDBREAKS//:}')"
	expect "completion: all that with '=' as part of a word" \
		"$(started_all)" \
		"$(typed_all 'COMP_WORDBREAKS=${COMP_WORDBREAKS//=}')"
}
