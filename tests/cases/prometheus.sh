# A Prometheus that scrapes a pitrace for a minute holds what was raised, to the
# last interrupt, and the dashboard's queries have data. Needs prometheus and
# dashboards/ in /opt.
# shellcheck shell=sh disable=SC2034,SC2154

prometheus_at=http://127.0.0.1:9090
scrape_s=5

prometheus_start() {
	ip link set lo up
	mkdir -p /tmp/prometheus
	cat >/tmp/prometheus/prometheus.yml <<-END
		global:
		  scrape_interval: ${scrape_s}s
		  evaluation_interval: ${scrape_s}s
		rule_files: [/opt/dashboards/alerts.yml]
		scrape_configs:
		  - job_name: pitrace
		    static_configs:
		      - targets: [127.0.0.1:9400]
	END
	prometheus --config.file=/tmp/prometheus/prometheus.yml \
		--storage.tsdb.path=/tmp/prometheus/data \
		--web.listen-address=127.0.0.1:9090 \
		>"$out/$LABEL-prometheus.log" 2>&1 &
	_prometheus=$!
}

# ask EXPR: the query's result, as JSON.
ask() {
	wget -q -O - "$prometheus_at/api/v1/query?query=$(jq -nr --arg expr "$1" \
		'$expr | @uri')" 2>/dev/null | jq -c .data.result
}

# held EXPR: its value, of the one series that it is to have.
held() {
	ask "$1" | jq -r 'if length == 1 then .[0].value[1]
		else "\(length) series" end'
}

# As much is held as of a snapshot that began after this moment.
prometheus_newer() {
	case $(held pitrace_snapshot_timestamp_seconds) in
	*series | "") return 1 ;;
	esac
	[ "$(held "pitrace_snapshot_timestamp_seconds > bool $1")" = 1 ]
}

prometheus_wait() {
	wait_until 120 prometheus_newer "$(($(date +%s) + 2))"
}

# held_paths VECTOR: only what is not 0, as paths_of.
held_paths() {
	ask "pitrace_interrupts_total{device=\"$nic\",kind=\"msix\",vector=\"$1\"} > 0" |
		jq -r 'map("\(.metric.path)=\(.value[1])") | join(",")'
}

# A vector on each path, vector 0 posted at first; by hand for a minute.
prometheus_raise() {
	gen irqfd vm 26 nic 2 nowhere 0x44 >/dev/null
	gen irqfd vm 27 nic 3 broadcast 0x43 >/dev/null
	_until=$(($(date +%s) + 60))
	_dropped=0 _deferred=0 _eventfd=0 _rounds=0
	while [ "$(date +%s)" -lt "$_until" ] || [ "$_rounds" -lt 8 ]; do
		_dropped=$((_dropped + $(gen_value raised fire nic 2 10)))
		_deferred=$((_deferred + $(gen_value raised fire nic 3 10)))
		_eventfd=$((_eventfd + $(gen_value raised fire nic 4 30)))
		standin deliver "$irq0" 1 0x41 5 >/dev/null
		_rounds=$((_rounds + 1))
		[ "$_rounds" -ne 4 ] || prometheus_fall_back
		[ "$_rounds" -le 4 ] ||
			_fallen=$((_fallen + $(gen_value raised fire nic 0 20)))
		sleep 0.2
	done
}

prometheus_fall_back() {
	prometheus_wait
	expect "prometheus: which vectors are posted" "1 1 0" \
		"$(for _v in 0 1 2; do
			held "pitrace_vector_posted{device=\"$nic\",vector=\"$_v\"}"
		done | xargs)"
	unpost 0
	_fallen=0
}

# expect_held VECTOR PATHS: as raised, as its row has grown.
expect_held() {
	expect "prometheus: msix $1: as raised" "$2" "$(held_paths "$1")"
	expect "prometheus: msix $1: as its row has grown" \
		"$(growth_of "$(msix "$nic" "$1")")" \
		"$(held "sum(pitrace_interrupts_total{device=\"$nic\",kind=\"msix\",vector=\"$1\"})")"
}

prometheus_counts() {
	expect_held 0 "irqfd=$_fallen"
	expect_held 1 ""
	expect_held 2 "irqfd_dropped=$_dropped"
	expect_held 3 "irqfd_deferred=$_deferred"
	expect_held 4 "eventfd=$_eventfd"
	expect "prometheus: other injections, as the stand-in made them" \
		"$((_rounds * 5))" "$(held pitrace_other_injections_total)"
	expect "prometheus: nothing is lost" 0 \
		"$(held 'sum(pitrace_lost_total)')"
	# The emulator may keep one waiting for longer than its interval.
	expect "prometheus: scrapes succeed" "1 1" \
		"$(held up) $(held 'avg_over_time(up[2m]) > bool 0.8')"
	expect "prometheus: for a minute" yes \
		"$([ "$(held 'floor(pitrace_tracing_duration_seconds)')" -ge 60 ] &&
			echo yes)"
}

# The dashboard's queries for all VMs, or for this process; rates are those of
# all that was raised.
prometheus_queries() {
	jq -c --arg rate_interval 5m --arg range 5m --arg job '.*' \
		--arg instance '.*' --arg device '.*' --arg vm "${1:-.*}" \
		-f /opt/dashboards/queries.jq /opt/dashboards/pitrace.json
}

# Of these queries, those that fail or have no data.
prometheus_unanswered() {
	jq -r '"\(.expr | @uri) \(.title)"' | while read -r _uri _title; do
		wget -q -O - "$prometheus_at/api/v1/query?query=$_uri" |
			grep -q '"result":\[{' || echo "$_title"
	done
}

prometheus_dashboard() {
	prometheus_queries >/tmp/queries
	prometheus_queries "$GEN_PID" >/tmp/queries.vm
	expect "prometheus: each panel of the dashboard has a query" "" \
		"$(jq -r '.panels[] | select(.type != "row") | "\(.title) A"' \
			/opt/dashboards/pitrace.json | while read -r _title; do
			grep -qF "\"title\":\"$_title\"" /tmp/queries ||
				echo "$_title"
		done)"
	expect "prometheus: each query of the dashboard has data" "" \
		"$(prometheus_unanswered </tmp/queries | paste -sd,)"
	expect "prometheus: so it has for one VM" "" \
		"$(prometheus_unanswered </tmp/queries.vm | paste -sd,)"
	expect "prometheus: the one vector that fell back, and its VM" \
		"0 irqfd $GEN_PID irqgen" "$(prometheus_fell_back)"
	expect "prometheus: its alert waits, no other is there but of drops" \
		"PitraceInterruptsDropped PitraceVectorFellBack" \
		"$(ask 'sum by (alertname) (ALERTS)' |
			jq -r '.[].metric.alertname' | sort | xargs)"
}

prometheus_fell_back() {
	ask "$(jq -r 'select(.title == "Fell back A") | .expr' /tmp/queries)" |
		jq -r '.[].metric | "\(.vector) \(.path) \(.vm)"'
}

prometheus_end() {
	kill "$_pitrace" "$_prometheus"
	wait "$_pitrace"
	expect "prometheus: exit status" 0 $?
	wait "$_prometheus"
	for _gsi in 24:0 25:1 26:2 27:3; do
		gen unirqfd vm "${_gsi%:*}" nic "${_gsi#*:}" >/dev/null
	done
	rmmod kvm_intel
}

prometheus_pitrace() {
	: >/tmp/pitrace.err
	pitrace -i 1 --listen 9400 >/tmp/pitrace.out 2>/tmp/pitrace.err &
	_pitrace=$!
	wait_until 60 grep -q tracing /tmp/pitrace.err
}

prometheus_traced() {
	load_standin enable_apicv=1
	post_two || return
	prometheus_pitrace
	rows_note
	prometheus_start
	prometheus_wait || {
		verdict FAIL "prometheus: it scrapes: $(tail -n 2 "$out/$LABEL-prometheus.log")"
		return
	}
	prometheus_raise
	prometheus_wait
	prometheus_counts
	prometheus_dashboard
	unpost 1
	prometheus_end
}
