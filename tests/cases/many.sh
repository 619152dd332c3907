# As many vectors as a large host has: every row and sum is what was filled in,
# and what has no room is told.
# shellcheck shell=sh disable=SC2034,SC2154

many=4096

# Rows as those of 16 devices with 256 vectors each.
many_rows() {
	awk -v count="$many" '
		NR == 1 { cpus = NF }
		{ print }
		END {
			for (i = 0; i < count; i++) {
				text = sprintf("%5d:", 10000 + i)
				for (cpu = 0; cpu < cpus; cpu++)
					text = text sprintf(" %10d", 0)
				device = sprintf("0000:%02x:00.0", 16 + i / 256)
				printf "%s  IR-PCI-MSIX-%s %4d-edge      vfio-msix[%d](%s)\n",
					text, device, i % 256, i % 256, device
			}
		}' /proc/interrupts
}

# No device here has so many. Where the bench's module can be built they are
# interrupts without hardware, elsewhere no more than rows.
many_make() {
	gen irqs nic none >/dev/null
	gen irqs edu none >/dev/null
	if [ -e /opt/vectors.ko ]; then
		insmod /opt/vectors.ko count=$many
	else
		many_rows >/tmp/interrupts.many
		mount --bind /tmp/interrupts.many /proc/interrupts
	fi
	expect "many: vectors, and no others" "$many $many" \
		"$(grep -c 'vfio-msix.*(0000:1.:00.0)$' /proc/interrupts) $(grep -c vfio- /proc/interrupts)"
}

many_unmake() {
	if [ -e /opt/vectors.ko ]; then
		rmmod vectors
	else
		umount /proc/interrupts
	fi
}

# More CPUs than a cpu_set_t has room for: few are there, all could come.
many_cpus() {
	expect "many: more CPUs are possible than 1024" yes \
		"$([ "$(sed 's/.*-//' /sys/devices/system/cpu/possible)" -ge 1024 ] &&
			echo yes)"
	pitrace -t 1 >/tmp/many.out 2>&1
	expect "many: interrupts are told from tasks on any of these CPUs" 0 $?
	keep /tmp/many.out
}

many_vectors() {
	many_make
	many_json
	many_table
	many_without_room
}

# many_trace ARG...: without a record until the end, as each has megabytes.
many_trace() {
	trace_start "$@" -i 3600
}

# many_fill CPUS: of all vectors, each on so many; /tmp/many.filled says what.
many_fill() {
	fill $many "$1" once >/tmp/many.cells ||
		verdict FAIL "$trace: nothing could be filled in"
	many_by_vector </tmp/many.cells | sort >/tmp/many.filled
}

# From cells to vectors: device, vector, sum, each path, CPUs with their counts,
# targets with theirs.
many_by_vector() {
	tr '[](): ' '       ' | awk '
		{
			key = $3 ":" $4 ":" $5 "," $2
			cpu = $6
			keys[key]
			for (path = 0; path < 6; path++) {
				paths[key, path] += $(7 + path)
				on[key, cpu] += $(7 + path)
				sum[key] += $(7 + path)
			}
			now[key, cpu] = "," $13 "," $14 "," $15
			later[key, cpu] = "," $16 "," $17 "," $18
			if (cpu > last)
				last = cpu
		}
		END {
			for (key in keys) {
				text = key "," sum[key]
				for (path = 0; path < 6; path++)
					text = text "," paths[key, path]
				for (cpu = 0; cpu <= last; cpu++)
					if ((key, cpu) in on)
						text = text "," cpu "," on[key, cpu]
				for (cpu = 0; cpu <= last; cpu++)
					text = text now[key, cpu]
				for (cpu = 0; cpu <= last; cpu++)
					text = text later[key, cpu]
				print text
			}
		}'
}

# The same of the end record: all vectors with counts.
many_shown() {
	jq -r '.vectors[] | select(.count > 0) | [.device, .vector, .count,
		(.paths | .eventfd, .irqfd, .irqfd_deferred, .irqfd_dropped,
			.unclaimed, .unknown),
		(.cpus[] | .cpu, .count),
		(.targets[] | .vcpu, .guest_vector, .count)] | @csv' \
		/tmp/many.json | tr -d '"' | sort
}

many_differences() {
	diff /tmp/many.filled - | head -n 3 | xargs
}

many_end() {
	trace_stop
	grep '"type":"end"' "$trace_out" >/tmp/many.json
	keep "$trace_out"
	rm "$trace_out"
	expect "$trace: every row and sum is what was filled in" "" \
		"$(many_shown | many_differences)"
	expect "$trace: what is lost" "$1" \
		"$(jq -r '[.lost | to_entries[] | select(.value != 0) |
			"\(.key)=\(.value)"] | join(",")' /tmp/many.json)"
}

many_json() {
	many_trace many || return
	many_fill 2
	expect "many: it is all of them" $many "$(wc -l </tmp/many.filled)"
	many_end ""
	[ ! -e /opt/vectors.ko ] ||
		expect "many: each of them was asked what it would do" $many \
			"$(jq '[.vectors[] | select(.configured.path ==
				"eventfd")] | length' /tmp/many.json)"
}

# The same as text: the sum above the table, and a line for each path.
many_table() {
	trace="many-table"
	to_replay many-table --all --exact
	# shellcheck disable=SC2086 # words
	pitrace --all --exact -i 3600 $record >/tmp/many.txt 2>/tmp/many.err &
	trace_pid=$!
	wait_until 60 grep -q tracing /tmp/many.err
	many_fill 2
	kill -INT "$trace_pid"
	wait "$trace_pid"
	expect "many-table: exit status" 0 $?
	cp /tmp/many.txt "$out/$LABEL-many-table.txt"
	expect "many-table: the sum, and of how many vectors" \
		"$(awk -F, '{ sum += $3 } END { printf "%d", sum }' \
			/tmp/many.filled) $many of $many" \
		"$(sed -n 's/^\([0-9]*\) interrupts .* from \(.*\) vectors$/\1 \2/p' \
			/tmp/many.txt)"
	many_paths </tmp/many.filled | sort >/tmp/many.paths
	mv /tmp/many.paths /tmp/many.filled
	expect "many-table: every line is what was filled in" "" \
		"$(many_lines </tmp/many.txt | sort | many_differences)"
	expect "many-table: nothing is lost" 0 "$(grep -c '^lost' /tmp/many.txt)"
}

# From vectors to their paths: device,vector,path,count.
many_paths() {
	awk -F, -v OFS=, '{
		split("eventfd irqfd irqfd_deferred irqfd_dropped unclaimed unknown",
			names, " ")
		for (path = 1; path <= 6; path++)
			print $1, $2, names[path], $(3 + path)
	}'
}

many_lines() {
	awk -v OFS=, '
		$2 == "msix" { vector = $1 "," $3; print vector, $5, $7 }
		vector != "" && NF == 3 { print vector, $1, $3 }'
}

# Room for these vectors, with both CPUs and their targets, and for three more
# vectors: of those that real interrupts come from the first one has no counter
# and no targets, the fourth is unknown. That they go makes no room.
many_without_room() {
	PITRACE_MAP_LIMITS=slots=$((many + 4)),cells=$((2 * many + 1)),targets=$((2 * many)) \
		many_trace many-full || return
	many_fill 2
	many_unmake
	gen irqs nic msix 5 >/dev/null
	gen irqfd vm 24 nic 0 broadcast 0x43 >/dev/null
	_known=$(gen_value raised fire nic 0 150)
	_unknown=$(gen_value raised fire nic 3 70)
	many_end "vector_table_full=$_unknown,counter_table_full=$_known,target_table_full=$((2 * _known))"
	gen unirqfd vm 24 nic 0 >/dev/null
}
