# SPDX-License-Identifier: GPL-2.0-only
# The queries of a dashboard, as Grafana would send them: {"title", "expr",
# "instant"}, one a line; those of variables, too, by what their functions do.
# With --arg: rate_interval, range, job, instance, device, vm (".*": all).

def filled:
	gsub("\\$__rate_interval"; $rate_interval)
	| gsub("\\$__range"; $range)
	| gsub("\\$job"; $job)
	| gsub("\\$instance"; $instance)
	| gsub("\\$device"; $device)
	| gsub("\\$vm"; $vm);

def as_query:
	sub("^label_values\\((?<series>.*), (?<label>[a-z]+)\\)$";
		"group by (\(.label)) (\(.series))")
	| sub("^query_result\\((?<expr>.*)\\)$"; .expr);

(.templating.list[] | select(.type == "query")
	| {title: "variable \(.name)", expr: (.query.query | as_query),
		instant: true}),
(.panels[] | .title as $title | .targets[]?
	| {title: "\($title) \(.refId)", expr, instant})
| .expr |= filled
