# --listen and --textfile: what is scraped is what was raised, to the last one.
# shellcheck shell=sh disable=SC2034,SC2154

# A page over HTTP, by a client that asks for nothing and by one that asks for
# OpenMetrics; a file.
metrics_pages='http openmetrics file'

metrics_fetch() {
	wget -q -O /tmp/page.http http://127.0.0.1:9400/metrics &&
		wget -q -O /tmp/page.openmetrics --header \
			'Accept: application/openmetrics-text;version=1.0.0' \
			'http://[::1]:9400/metrics' &&
		cp /tmp/metrics/pitrace.prom /tmp/page.file
}

# sample PAGE SERIES: its value.
sample() {
	grep -v '^#' "/tmp/page.$1" | grep -F "$2 " | sed 's/.* //'
}

metrics_duration() {
	wget -q -O - http://127.0.0.1:9400/metrics |
		sed -n 's/^pitrace_tracing_duration_seconds //p'
}

metrics_newer() {
	[ "$(metrics_duration)" != "$1" ]
}

# Until there is a snapshot that began after this moment.
metrics_wait() {
	for _turn in 1 2; do
		wait_until 30 metrics_newer "$(metrics_duration)"
	done
	metrics_fetch
}

# page_paths PAGE VECTOR: only what is not 0, as paths_of.
page_paths() {
	sed -n "s/^pitrace_interrupts_total{device=\"$nic\",kind=\"msix\",vector=\"$2\",path=\"\([a-z_]*\)\"} \([0-9]*\)$/\1=\2/p" \
		"/tmp/page.$1" | grep -v '=0$' | tr '\n' ',' | sed 's/,$//'
}

# expect_pages VECTOR PATHS: on all pages, and as its row has grown.
expect_pages() {
	for _page in $metrics_pages; do
		expect "metrics: $_page: msix $1: paths as raised" "$2" \
			"$(page_paths "$_page" "$1")"
		expect "metrics: $_page: msix $1: a series for each path" 5 \
			"$(grep -c "^pitrace_interrupts_total{.*\"msix\",vector=\"$1\"" "/tmp/page.$_page")"
	done
	expect "metrics: msix $1: its row agrees" "$(growth_of "$(msix "$nic" "$1")")" \
		"$(echo "$2" | tr ',' '\n' | awk -F= '{ n += $2 } END { print n + 0 }')"
}

metrics_start() {
	ip link set lo up
	mkdir -p /tmp/metrics
	: >/tmp/metrics.err
	pitrace -d "$nic" -i 0.2 --listen 9400 --textfile /tmp/metrics/pitrace.prom \
		>/tmp/metrics.out 2>/tmp/metrics.err &
	_metrics=$!
}

metrics_begin() {
	metrics_start
	: >/tmp/sums.err
	# A port that takes a privilege, which is then given up.
	pitrace -d "$nic" -i 0.2 --listen 127.0.0.1:81 --metrics-per device \
		>/tmp/sums.out 2>/tmp/sums.err &
	_sums=$!
	wait_until 60 grep -q tracing /tmp/metrics.err
	wait_until 60 grep -q tracing /tmp/sums.err
	expect_match "metrics: says where" \
		'metrics at http://127.0.0.1:9400/metrics$' /tmp/metrics.err
	expect_sets "metrics: served without any privilege" "$_sums" \
		"$none" "$none" "$none"
	metrics_wait
	expect "metrics: 0 before the first interrupt" "0 0" \
		"$(sample http 'vector="3",path="eventfd"}') $(sample file 'vector="4",path="irqfd"}')"
}

metrics_raise() {
	rows_note
	gen irqfd vm 24 nic 0 fixed 0 0x41 >/dev/null
	gen irqfd vm 25 nic 1 broadcast 0x43 >/dev/null
	gen irqfd vm 26 nic 2 nowhere 0x44 >/dev/null
	_fixed=$(gen_value raised fire nic 0 700)
	_broadcast=$(gen_value raised fire nic 1 200)
	_nowhere=$(gen_value raised fire nic 2 300)
	_eventfd=$(gen_value raised fire nic 3 900)
	_first=$(gen_value raised fire nic 4 150)
	gen irqfd vm 27 nic 4 fixed 1 0x45 >/dev/null
	_second=$(gen_value raised fire nic 4 250)
}

# page_lost PAGE: what the page says is lost, kind=N.
page_lost() {
	sed -n 's/^pitrace_lost_total{kind="\([a-z_]*\)"} \([1-9].*\)$/\1=\2/p' \
		"/tmp/page.$1"
}

metrics_counts() {
	expect_pages 0 "irqfd=$_fixed"
	expect_pages 1 "irqfd_deferred=$_broadcast"
	expect_pages 2 "irqfd_dropped=$_nowhere"
	expect_pages 3 "eventfd=$_eventfd"
	expect_pages 4 "eventfd=$_first,irqfd=$_second"
	for _page in $metrics_pages; do
		expect_match "metrics: $_page: it says what is lost" \
			'^pitrace_lost_total{kind="skipped_run"} ' "/tmp/page.$_page"
		expect "metrics: $_page: nothing is lost" "" "$(page_lost "$_page")"
		expect "metrics: $_page: no other injections, none posted" "0 0" \
			"$(sample "$_page" pitrace_other_injections_total) $(sample "$_page" 'pitrace_vector_posted{device="'"$nic"'",kind="msix",vector="0"}')"
		expect "metrics: $_page: the VM" 1 \
			"$(sample "$_page" 'vector="0",pid="'"$GEN_PID"'",comm="irqgen"}')"
	done
	expect "metrics: OpenMetrics, where it was asked for" "0 1 0" \
		"$(grep -c '^# EOF' /tmp/page.http) $(tail -n 1 /tmp/page.openmetrics | grep -c '^# EOF$') $(grep -c '^# EOF' /tmp/page.file)"
}

metrics_sums() {
	wget -q -O /tmp/page.sums http://127.0.0.1:81/metrics
	expect "metrics: per device: the sums" \
		"$((_eventfd + _first)) $((_fixed + _second)) $_broadcast $_nowhere" \
		"$(for _path in eventfd irqfd irqfd_deferred irqfd_dropped; do
			sample sums "{device=\"$nic\",path=\"$_path\"}"
		done | xargs)"
	expect "metrics: per device: no series of vectors" 0 \
		"$(grep -c 'vector=' /tmp/page.sums)"
	expect "metrics: per device: none posted, one VM" "0 1" \
		"$(sample sums "pitrace_posted_vectors{device=\"$nic\"}") $(sample sums 'pid="'"$GEN_PID"'",comm="irqgen"}')"
}

metrics_end() {
	expect "metrics: the file is for all to read" 644 \
		"$(stat -c %a /tmp/metrics/pitrace.prom)"
	kill -INT "$_metrics" "$_sums"
	wait "$_metrics"
	expect "metrics: exit status" 0 $?
	wait "$_sums"
	expect "metrics: of the other one" 0 $?
	expect "metrics: nothing on standard output, no file is left" "0 " \
		"$(cat /tmp/metrics.out /tmp/sums.out | wc -c) $(ls /tmp/metrics)"
	for _gsi in 24:0 25:1 26:2 27:4; do
		gen unirqfd vm "${_gsi%:*}" nic "${_gsi#*:}" >/dev/null
	done
	cp /tmp/page.* "$out"
}

# A directory of someone else's: told once, and it goes on.
metrics_refused() {
	mkdir /tmp/foreign
	chown 65534 /tmp/foreign
	pitrace -i 0.1 -n 5 --textfile /tmp/foreign/a.prom \
		>/tmp/metrics.out 2>/tmp/metrics.err
	expect "metrics: a file that cannot be written ends nothing" "0 1" \
		"$? $(grep -c "writing '/tmp/foreign/a.prom': Permission denied.*tracing goes on" /tmp/metrics.err)"
}

# While vectors 0 and 1 are posted, 2 is on an irqfd and 3 on its eventfd: part
# of posting.
metrics_posted() {
	metrics_start
	wait_until 60 grep -q tracing /tmp/metrics.err
	metrics_wait
	for _page in $metrics_pages; do
		expect "metrics: $_page: which vectors are posted" "1 1 0 0" \
			"$(for _v in 0 1 2 3; do
				sample "$_page" "pitrace_vector_posted{device=\"$nic\",kind=\"msix\",vector=\"$_v\"}"
			done | xargs)"
		expect "metrics: $_page: what is posted has no count" 0 \
			"$(grep -c 'path="posted"' "/tmp/page.$_page")"
	done
	kill -INT "$_metrics"
	wait "$_metrics"
	expect "metrics: exit status, posted" 0 $?
}

metrics() {
	metrics_begin
	metrics_raise
	metrics_wait
	metrics_counts
	metrics_sums
	metrics_end
	metrics_refused
}
