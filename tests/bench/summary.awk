# SPDX-License-Identifier: GPL-2.0-only
# From the lines of costs-guest.sh and rates-guest.sh: medians, and the ratios
# that the goals are about, with bounds (times "slack"; "attach_bound" replaces
# that of attaching). Prints
#   median KIND TRACER VALUE LEAST MOST
#   added PATH TRACER INSTRUCTIONS
#   goal NAME RATIO BOUND held|missed
function sorted(key, n,    i, j, v) {
	for (i = 1; i <= n; i++) {
		v = all[key, i]
		for (j = i - 1; j > 0 && list[j] > v; j--)
			list[j + 1] = list[j]
		list[j + 1] = v
	}
}

function note(key, value) {
	if (!(key in count))
		keys[++key_count] = key
	all[key, ++count[key]] = value
}

function goal(name, value, bound) {
	bound *= slack ? slack : 1
	printf "goal %s %.3f %s %s\n", name, value, bound,
		value <= bound ? "held" : "missed"
}

function added(path, tracer) {
	return median["cost " path " " tracer] - median["cost " path " none"]
}

function ratio(a, b) {
	return b > 0 ? a / b : 999
}

function has(kind, tracer) {
	return (kind " " tracer) in median
}

function goals(path, times,    ours, key) {
	key = "cost " path
	if (!has(key, "pitrace"))
		return
	ours = added(path, "pitrace")
	if (has(key, "floor"))
		goal("counting/floor/" path, ratio(ours, added(path, "floor")), times)
	if (has(key, "bpftrace"))
		goal("counting/bpftrace/" path, ratio(ours, added(path, "bpftrace")), 0.143)
}

function stack_goal(path, bound) {
	if (has("cost " path, "stacks") && has("cost " path, "bpftrace-stacks"))
		goal("stacks/bpftrace/" path, ratio(added(path, "stacks"), added(path, "bpftrace-stacks")), bound)
}

$1 == "cost" { note("cost " $3 " " $2, $4 / $5) }
$1 == "rate" { note("rate - " $2, $3); fired[$2] += $4 }
$1 == "attach" { note("attach - " $2, $3) }

END {
	for (k = 1; k <= key_count; k++) {
		key = keys[k]
		n = count[key]
		sorted(key, n)
		median[key] = list[int((n + 1) / 2)]
		printf "median %s %.0f %.0f %.0f\n", key, median[key], list[1],
			list[n]
	}
	for (k = 1; k <= key_count; k++) {
		split(keys[k], part, " ")
		if (part[1] == "cost" && part[3] != "none")
			printf "added %s %s %.0f\n", part[2], part[3],
				added(part[2], part[3])
	}
	goals("eventfd", 2)
	goals("irqfd", 1.5)
	goals("eventfd_turns", 2)
	goals("irqfd_turns", 1.5)
	stack_goal("eventfd", 0.8)
	stack_goal("irqfd", 0.5)
	if (has("attach -", "pitrace") && has("attach -", "bpftrace"))
		goal("attach/bpftrace", ratio(median["attach - pitrace"], median["attach - bpftrace"]), attach_bound ? attach_bound : 0.2)
	if (has("rate -", "pitrace"))
		goal("rate/floor", ratio(median["rate - floor"], median["rate - pitrace"]), 1.176)
}
