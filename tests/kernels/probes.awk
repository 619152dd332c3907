# SPDX-License-Identifier: GPL-2.0-only
# From kernels.sh's lines: the table of probes of docs/kernels.md.
#
# kernels: their names, in order. A kernel has as many records as it was booted
# with different modules: what was attached in one of them can be attached.

BEGIN { kernel_count = split(kernels, kernel_names, " ") }

function number_of(reason) {
	if (!(reason in number)) {
		number[reason] = ++reason_count
		reasons[reason_count] = reason
	}
	return number[reason]
}

$1 == "probe" {
	recorded[$2] = 1
	if (!($4 in functions)) {
		functions[$4] = $5
		names[++name_count] = $4
	}
	# The reason of the first record will do where it is off in all.
	if ($3 == "off") {
		if (!(($2, $4) in off))
			off[$2, $4] = $6
		next
	}
	if (index(methods[$2, $4], $3))
		next
	methods[$2, $4] = methods[$2, $4] (methods[$2, $4] ? ", " : "") $3
	attached_to[$2, $4] = $5
	if ($6 != "")
		why[$2, $4] = $6
}

function with_note(text, reason) {
	return reason == "" ? text : text " (" number_of(reason) ")"
}

# What is attached to another function tells as much from there.
function note_of(kernel, name) {
	if (attached_to[kernel, name] == functions[name])
		return why[kernel, name]
	return "on `" attached_to[kernel, name] "`" \
		(why[kernel, name] == "" ? "" : "; " why[kernel, name])
}

function cell_of(kernel, name) {
	if ((kernel, name) in methods && methods[kernel, name] != "")
		return with_note(methods[kernel, name], note_of(kernel, name))
	if ((kernel, name) in off)
		return with_note("off", off[kernel, name])
	return "-"
}

END {
	line = "| probe | function |"
	for (i = 1; i <= kernel_count; i++)
		line = line " " kernel_names[i] " |"
	print "\n## Probes\n\n" line
	gsub(/[^|]+/, "---", line)
	print line
	for (j = 1; j <= name_count; j++) {
		line = "| `" names[j] "` | `" functions[names[j]] "` |"
		for (i = 1; i <= kernel_count; i++)
			line = line " " cell_of(kernel_names[i], names[j]) " |"
		print line
	}
	print ""
	for (i = 1; i <= reason_count; i++)
		print i ". " reasons[i]
	for (i = 1; i <= kernel_count; i++)
		if (!(kernel_names[i] in recorded))
			none = none " " kernel_names[i]
	if (none != "")
		print "\n-: there is no record of it:" none "."
}
