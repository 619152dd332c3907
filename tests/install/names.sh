# SPDX-License-Identifier: GPL-2.0-only
# What is written more than once: options, exit statuses, record types,
# figures. The program, or what it is made from, is right.
# shellcheck shell=bash disable=SC2154

man_page=docs/man/pitrace.8

# Lines as one, sorted.
listed() {
	sort | paste -sd' '
}

# --- options, each as "-d --device BDF" ---

options_of_help() {
	build/pitrace --help | awk '
		/^  (-.,|   ) --/ {
			sub(/^ +/, "")
			sub(/  .*/, "")
			sub(/,/, "")
			print
		}' | listed
}

# .It Fl d , Fl -device Ar BDF
options_of_man() {
	awk '
		/^\.Sh / { here = $2 == "OPTIONS" }
		here && /^\.It Fl / {
			line = ""
			for (i = 2; i <= NF; i++)
				if ($i == "Fl")
					line = line " -" $++i
				else if ($i == "Ar")
					line = line " " $++i
			print substr(line, 2)
		}' "$man_page" | listed
}

# | `-d`, `--device BDF` | only this device |
options_of_readme() {
	awk -F ' *[|] *' '
		$2 == "option" { here = 1; next }
		!NF { here = 0 }
		here && $2 ~ /^`-/ {
			gsub(/[`,]/, "", $2)
			print $2
		}' README.md | listed
}

names_of_options() {
	tr ' ' '\n' | grep '^-' | listed
}

options_of_completion() {
	typed 'pitrace -\e*' | names_of_options
}

names_options() {
	local wanted

	wanted=$(options_of_help)
	expect "names: --help has options" yes \
		"$([[ $wanted == *"-h --help"* ]] && echo yes)"
	expect "names: options of the manual page are those of --help" \
		"$wanted" "$(options_of_man)"
	expect "names: options in README.md are those of --help" \
		"$wanted" "$(options_of_readme)"
	expect "names: options that are completed are those of --help" \
		"$(names_of_options <<<"$wanted")" "$(options_of_completion)"
}

# --- options that go with --input ---

# The letters, and the long names that have none, as -a or --record.
names_to_give() {
	build/pitrace --help | sed -n \
		-e 's/^  \(-.\), --\([^ ]*\) \([A-Z]*\).*/\1 \3/p' \
		-e 's/^      \(--[^ ]*\) \([A-Z]*\).*/\1 \2/p' |
		grep -v -e '^-[hV]' -e '^--input'
}

# goes_with_input OPTION ARGUMENT: it is not refused. There is no such input.
goes_with_input() {
	local option=("$1") needed=()

	case $2 in
	BDF) option+=(03:00.0) ;;
	SEC | N) option+=(1) ;;
	PORT) option+=(9400) ;;
	HOW) option+=(auto) ;;
	X) option+=(device) needed=(--textfile "$scratch/metrics") ;;
	FILE) option+=("$scratch/of-option") ;;
	esac
	build/pitrace --input "$scratch/no-input" ${needed[@]+"${needed[@]}"} \
		"${option[@]}" >"$scratch/said" 2>&1
	[ $? -eq 5 ]
}

options_with_input() {
	local option argument

	while read -r option argument; do
		! goes_with_input "$option" "$argument" || printf '%s\n' "$option"
	done < <(names_to_give) | listed
}

# Of the synopsis, letters that stand together taken apart.
options_of_input_in_man() {
	awk '
		/^\.Sh / { here = 0 }
		/^\.Nm/ { here = 0 }
		/^\.Fl -input Ar FILE$/ && !done { here = done = 1; next }
		here && /^\.Op Fl -/ { print "-" $3; next }
		here && /^\.Op Fl / {
			for (i = 1; i <= length($3); i++)
				print "-" substr($3, i, 1)
		}' "$man_page" | listed
}

names_of_input() {
	expect "names: options of --input in the synopsis are those that it takes" \
		"$(options_with_input)" "$(options_of_input_in_man)"
}

# --- words of lists ---

# words_of_man SECTION: of .It Li WORD, in .Sh SECTION or .Ss SECTION.
words_of_man() {
	awk -v section="$1" '
		/^\.S[hs] / { here = substr($0, 5) == section }
		here && /^\.It Li / { print $3 }' "$man_page" | listed
}

# words_of_readme TITLE: the first column of the table whose title is this.
words_of_readme() {
	awk -F ' *[|] *' -v title="$1" '
		$2 == title { here = 1; next }
		!NF { here = 0 }
		here && $2 !~ /^-+$/ { gsub(/`/, "", $2); print $2 }' \
		README.md | listed
}

# 0 to 5; that of a signal is not one of them.
statuses_of_source() {
	sed -n 's/^\tEXIT_[A-Z]* = \([0-9]*\),.*/\1/p' src/failure.h
}

# Posted interrupts are not counted, so --help does not have them.
paths_of_help() {
	build/pitrace --help | awk '
		/^[a-z ]+:/ { here = $1 == "paths:" }
		here && /^  / { print $1 }'
	echo posted
}

names_lists() {
	expect "names: exit statuses of the manual page are those of README.md" \
		"$(words_of_readme 'exit status')" "$(words_of_man 'EXIT STATUS')"
	expect "names: and those of src/failure.h, and a signal's" \
		"$( (statuses_of_source && echo 130) | listed)" \
		"$(words_of_man 'EXIT STATUS')"
	expect "names: record types of the manual page are those of the schema" \
		"$(jq -r '.allOf[].if.properties.type.const' \
			docs/schema/pitrace.schema.json | listed)" \
		"$(words_of_man JSON)"
	expect "names: paths of the manual page are those of --help" \
		"$(paths_of_help | listed)" "$(words_of_man Paths)"
}

# --- figures of docs/performance.md ---

# What counting adds to an interrupt, one kernel a line: eventfd, irqfd.
costs_measured() {
	awk -F ' *[|] *' '
		function added(cell) { sub(/.*[+]/, "", cell); return cell }
		$3 == "eventfd" {
			for (i = 3; i < NF; i++)
				column[$i] = i
		}
		$2 == "pitrace" && ("irqfd" in column) {
			print added($column["eventfd"]), added($column["irqfd"])
		}' docs/performance.md
}

# Those of a text.
costs_told() {
	tr '\n' ' ' <"$1" |
		sed -n 's/.*Counting adds some \([0-9]*\) instructions [^.]* and \(some \)\?\([0-9]*\) to one.*/\1 \3/p'
}

# costs_fit TOLD: each is within a tenth of all that was measured.
costs_fit() {
	costs_measured | awk -v told="$1" '
		function near(a, b) { return a >= 0.9 * b && a <= 1.1 * b }
		BEGIN { split(told, cost, " ") }
		!near(cost[1], $1) || !near(cost[2], $2) { bad = 1 }
		END { print NR && !bad ? "fits" : "does not fit" }'
}

# maps_mib CPUS VECTORS: the kernel's memory, in MiB.
maps_mib() {
	awk -F ' *[|] *' -v cpus="$1" -v vectors="$2" '
		$2 == cpus && $3 == vectors && $6 == "table" && !seen++ {
			printf "%.0f", $10 / 1024
		}' docs/performance.md
}

names_figures() {
	local text told

	for text in README.md "$man_page"; do
		told=$(costs_told "$text")
		expect "names: what counting costs ($told) in $text is docs/performance.md's" \
			fits "$(costs_fit "$told")"
	done
	told="is $(maps_mib 2 16) MiB with 16 vectors on two CPUs and"
	told+=" $(maps_mib 256 4096) MiB with 4096 on 256"
	expect "names: and so is the memory it takes, in the manual page" "$told" \
		"$(tr '\n' ' ' <"$man_page" | grep -o "$told")"
}

names() {
	names_options
	names_of_input
	names_lists
	names_figures
}
