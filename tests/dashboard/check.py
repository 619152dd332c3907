#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The dashboard and the alerts: their form, and what a Prometheus makes of them.

usage: check.py PROGRAMS PAGES

PROGRAMS has prometheus and promtool, PAGES the pages of metrics that the unit
tests made. A Prometheus scrapes four made-up hosts, whose pages are such pages
with counters that grow. Prints one line a test, as the unit tests do.
"""
import contextlib
import http.server
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
DASHBOARDS = TOP / "docs/dashboards"
DASHBOARD = DASHBOARDS / "pitrace.json"
HERE = TOP / "tests/dashboard"
SCRAPE_S = 0.5
WINDOWS = {"rate_interval": "4s", "range": "1m"}
VARIABLES = ("job", "instance", "device", "vm")
failed = 0


def verdict(name, problem):
    """None, or nothing, is a pass."""
    global failed
    if problem:
        print(f"FAIL dashboard.{name}: {problem}", flush=True)
        failed = 1
    else:
        print(f"PASS dashboard.{name}", flush=True)


def expect(wanted, got):
    return None if wanted == got else f"wanted {wanted!r}, got {got!r}"


# --- the dashboard's form ---

def panels_of(dashboard):
    return [p for p in dashboard["panels"] if p["type"] != "row"]


def check_ids(dashboard):
    ids = [p["id"] for p in dashboard["panels"]]
    titles = [p["title"] for p in dashboard["panels"]]
    return [x for x in ids + titles if (ids + titles).count(x) > 1]


def cells_of(panel):
    at = panel["gridPos"]
    return {(x, y) for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])}


def check_places(dashboard):
    """In 24 columns, none upon another."""
    taken = {}
    for panel in dashboard["panels"]:
        cells = cells_of(panel)
        if not cells or any(x < 0 or x > 23 or y < 0 for x, y in cells):
            return f"{panel['title']} is outside"
        for cell in cells:
            if cell in taken:
                return f"{panel['title']} overlaps {taken[cell]}"
            taken[cell] = panel["title"]
    return None


def check_panels(dashboard):
    """What each panel needs to be understood."""
    for panel in panels_of(dashboard):
        defaults = panel["fieldConfig"]["defaults"]
        refs = [t["refId"] for t in panel["targets"]]
        if not panel.get("description") or not defaults.get("unit"):
            return f"{panel['title']} has no description, or no unit"
        if not refs or len(set(refs)) != len(refs):
            return f"{panel['title']} has targets {refs}"
        for target in panel["targets"]:
            if not target.get("expr") or (panel["type"] == "timeseries" and
                                          not target.get("legendFormat")):
                return f"{panel['title']} has no query, or no legend"
    return None


def check_sources(dashboard):
    """The variable everywhere, and no other."""
    variable = {"type": "prometheus", "uid": "${datasource}"}
    users = panels_of(dashboard) + [
        t for p in panels_of(dashboard) for t in p["targets"]] + [
        v for v in dashboard["templating"]["list"] if v["type"] == "query"]
    return [u.get("title") or u.get("name") or u["expr"] for u in users
            if u.get("datasource") != variable]


def check_variables(dashboard):
    """All that are used are there, and the other way round."""
    known = {v["name"] for v in dashboard["templating"]["list"]}
    text = json.dumps(dashboard)
    used = {a or b for a, b in re.findall(r"\$(?:\{(\w+)\}|(\w+))", text)}
    used -= {"__rate_interval", "__range", "__all"}
    return expect(sorted(known), sorted(used))


def check_importable(dashboard):
    return expect((None, "pitrace", True, True),
                  (dashboard["id"], dashboard["uid"],
                   dashboard["schemaVersion"] >= 36,
                   {p["type"] for p in panels_of(dashboard)} <=
                   {r["id"] for r in dashboard["__requires"]}))


def metrics_in(text):
    return set(re.findall(r"pitrace_[a-z_]+", text.replace(
        "pitrace_(vector_posted|posted_vectors)",
        "pitrace_vector_posted pitrace_posted_vectors").replace(
        "pitrace_(vm_info|interrupts_total)",
        "pitrace_vm_info pitrace_interrupts_total")))


def check_all_shown(dashboard, pages):
    """Each metric that pitrace has is in some panel, and there are no others."""
    there = {re.split("[{ ]", line)[0] for page in pages
             for line in page.read_text().splitlines() if line[0] != "#"}
    shown = {m for p in panels_of(dashboard) for t in p["targets"]
             for m in metrics_in(t["expr"])}
    return expect(sorted(there), sorted(shown))


# --- promtool ---

def promtool(program, arguments, page=None, wanted=None):
    """Its objection; it is to say what is wanted, if that is not None."""
    said = subprocess.run([program, *arguments], text=True, check=False,
                          stdin=page.open() if page else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if said.returncode or wanted not in (None, said.stdout):
        return f"{page or ''} {said.stdout.strip()}"
    return None


def check_promtool(program, pages):
    rules = DASHBOARDS / "alerts.yml"
    verdict("rules_are_valid", promtool(program, ["check", "rules", rules]))
    verdict("rules_fire_when_they_should", promtool(
        program, ["test", "rules", HERE / "alerts.test.yml"]))
    verdict("each_rule_is_tested", check_all_tested(rules))
    verdict("configuration_is_valid", promtool(
        program, ["check", "config", DASHBOARDS / "prometheus.yml"]))
    verdict("metrics_are_clean", next(filter(None, (
        promtool(program, ["check", "metrics"], page, "")
        for page in pages)), None) if pages else "there are no pages")


def alerts_of(path, key):
    return re.findall(rf"^ *- {key}: (\w+)$", path.read_text(), re.M)


def check_all_tested(rules):
    """Each is seen firing."""
    text = (HERE / "alerts.test.yml").read_text()
    firing = set(re.findall(
        r"- alertname: (\w+)\n +eval_time: \w+\n +exp_alerts:\n", text))
    return expect(sorted(alerts_of(rules, "alert")), sorted(firing))


# --- made-up hosts ---

class Host:
    """A page of the unit tests, with counters that grow, served for ever."""

    def __init__(self, name, page, age_s=0):
        self.name = name
        self.lines = page.splitlines()
        self.age_s = age_s
        self.changes = {}
        self.is_down = False
        self.began = time.monotonic()

    def page(self):
        elapsed = time.monotonic() - self.began
        return "".join(self.line(line, i, elapsed) + "\n"
                       for i, line in enumerate(self.lines))

    def line(self, line, number, elapsed):
        series, _, value = line.rpartition(" ")
        if line.startswith("#"):
            return line
        if series.startswith("pitrace_snapshot_timestamp_seconds"):
            value = time.time() - self.age_s
        elif re.match(r"\w+_total\b", series):
            value = int((number + 1) * 100 * elapsed)
        return f"{series} {self.changes.get(series, value)}"

    def names(self, prefix):
        return [x.rpartition(" ")[0] for x in self.lines
                if x.startswith(prefix)]


class Fleet(http.server.ThreadingHTTPServer):
    """HOST's page is at /HOST."""
    daemon_threads = True

    def __init__(self, hosts):
        self.hosts = {"/" + host.name: host for host in hosts}
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        host = self.server.hosts[self.path]
        body = host.page().encode()
        self.send_response(503 if host.is_down else 200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def page_with(pages, *wanted):
    """The first one with samples of all these metrics."""
    for page in pages:
        text = page.read_text()
        if all(re.search(rf"^{name}[{{ ]", text, re.M) for name in wanted):
            return text
    raise SystemExit(f"no page has {wanted}")


def make_hosts(pages):
    """vectors and other: per vector; devices: per device; old: of long ago."""
    vectors = page_with(pages, "pitrace_vector_posted",
                        "pitrace_posting_failures_total",
                        "pitrace_running_injections_total",
                        "pitrace_wakeup_events_total")
    devices = page_with(pages, "pitrace_posted_vectors",
                        "pitrace_posting_changes_total", "pitrace_vm_info")
    hosts = [Host("vectors", vectors), Host("devices", devices),
             Host("other", vectors), Host("old", devices, age_s=1000)]
    for host in hosts:
        for series in host.names("pitrace_vector_posted"):
            host.changes[series] = 1
        for series in host.names("pitrace_posted_vectors"):
            host.changes[series] = 3
        for series in host.names("pitrace_posting_failures_total"):
            host.changes[series] = 0
    return {host.name: host for host in hosts}


def fall_back(hosts):
    """All of one host, one vector of each device of another."""
    for series in hosts["vectors"].names("pitrace_vector_posted"):
        hosts["vectors"].changes[series] = 0
    for series in hosts["devices"].names("pitrace_posted_vectors"):
        hosts["devices"].changes[series] = 2
    for series in hosts["other"].names("pitrace_posting_failures_total"):
        hosts["other"].changes[series] = 5


# --- a Prometheus ---

CONFIGURATION = """\
global:
  scrape_interval: {interval}ms
  scrape_timeout: {interval}ms
scrape_configs:
  - job_name: fleet
    static_configs:
      - targets: [{names}]
    relabel_configs:
      - source_labels: [__address__]
        target_label: instance
      - source_labels: [__address__]
        regex: (.*)
        replacement: /$1
        target_label: __metrics_path__
      - target_label: __address__
        replacement: 127.0.0.1:{port}
"""


def free_port():
    with socket.socket() as any_socket:
        any_socket.bind(("127.0.0.1", 0))
        return any_socket.getsockname()[1]


class Prometheus:
    def __init__(self, program, fleet):
        self.directory = tempfile.mkdtemp()
        configuration = pathlib.Path(self.directory, "prometheus.yml")
        configuration.write_text(CONFIGURATION.format(
            interval=int(SCRAPE_S * 1000), port=fleet.server_port,
            names=", ".join(x[1:] for x in fleet.hosts)))
        self.address = f"127.0.0.1:{free_port()}"
        self.log = pathlib.Path(self.directory, "log").open("w")
        self.process = subprocess.Popen(
            [program, f"--config.file={configuration}",
             f"--storage.tsdb.path={self.directory}/data",
             f"--web.listen-address={self.address}"],
            stdout=self.log, stderr=self.log)

    def end(self):
        self.process.terminate()
        self.process.wait(120)
        self.log.close()
        shutil.rmtree(self.directory)

    def ask(self, what, **arguments):
        url = f"http://{self.address}/api/v1/{what}?" + \
            urllib.parse.urlencode(arguments)
        try:
            with urllib.request.urlopen(url, timeout=120) as answer:
                return json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from error

    def query(self, expr):
        return self.ask("query", query=expr)

    def query_range(self, expr):
        now = time.time()
        return self.ask("query_range", query=expr, start=now - 5, end=now,
                        step=1)

    def wait_for(self, expr, limit_s=300):
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            with contextlib.suppress(OSError, ValueError):
                if self.query(expr):
                    return
            time.sleep(0.1)
        raise SystemExit(f"waited in vain for {expr}")


# --- its answers ---

def queries(**chosen):
    """Of the dashboard; chosen: variables that are not "All"."""
    values = WINDOWS | {name: ".*" for name in VARIABLES} | chosen
    arguments = [x for name, value in values.items()
                 for x in ("--arg", name, value)]
    lines = subprocess.run(
        ["jq", "-c", "-f", HERE / "queries.jq", *arguments, DASHBOARD],
        text=True, check=True, stdout=subprocess.PIPE).stdout.splitlines()
    return [json.loads(line) for line in lines]


def samples_of(prometheus, query):
    ask = prometheus.query if query["instant"] else prometheus.query_range
    return ask(query["expr"])


def expect_data(prometheus, asked, absent=()):
    """Each has data, but for those whose title begins so."""
    for query in asked:
        try:
            has = bool(samples_of(prometheus, query))
        except ValueError as error:
            return f"{query['title']}: {error}"
        if has == query["title"].startswith(tuple(absent)):
            return f"{query['title']}: {'data' if has else 'no data'}: " \
                f"{query['expr']}"
    return None


def answers(prometheus, title, asked):
    """{labels without job and name: value} of an instant query."""
    expr = [q["expr"] for q in asked if q["title"] == title][0]
    return {tuple(v for k, v in sorted(s["metric"].items())
                  if k not in ("__name__", "job")): float(s["value"][1])
            for s in prometheus.query(expr)}


def value_of(prometheus, title, asked):
    return round(answers(prometheus, title, asked)[()], 4)


def vectors_of(host):
    return len(host.names("pitrace_vector_posted"))


def check_shares(prometheus, hosts, asked):
    """With all posted but those of a host, and with that host alone."""
    alone = queries(instance="vectors")
    gone = value_of(prometheus, "Vectors that are posted A", alone)
    handled = len({x.split(",path=")[0] for x in
                   hosts["other"].names("pitrace_interrupts_total")})
    share = vectors_of(hosts["other"]) / (2 * handled)
    return expect((0, round(share, 4), 4),
                  (gone, value_of(prometheus, "Vectors that are posted A",
                                  asked),
                   value_of(prometheus, "Hosts that tell A", asked)))


def check_posted(prometheus, hosts, asked):
    wanted = (vectors_of(hosts["other"]) +
              2 * len(hosts["devices"].names("pitrace_posted_vectors")) +
              3 * len(hosts["old"].names("pitrace_posted_vectors")))
    return expect(wanted, value_of(prometheus, "Posted vectors A", asked))


def check_fell_back(prometheus, hosts, asked):
    """These and no others, once each, whatever VMs there are."""
    rows = prometheus.query([q["expr"] for q in asked
                             if q["title"] == "Fell back A"][0])
    got = sorted((r["metric"]["instance"], r["metric"]["device"],
                  r["metric"].get("kind", ""), r["metric"].get("vector", ""))
                 for r in rows)
    wanted = sorted(
        (host, *(label(series, x) for x in ("device", "kind", "vector")))
        for host, name in (("vectors", "pitrace_vector_posted"),
                           ("devices", "pitrace_posted_vectors"))
        for series in hosts[host].names(name))
    if any(not r["metric"].get("vm") or not r["metric"].get("path")
           for r in rows):
        return f"a row without VM or path: {rows}"
    return expect(wanted, got)


def label(series, name):
    found = re.search(rf'[{{,]{name}="([^"]*)"', series)
    return found[1] if found else ""


def check_joined(prometheus, asked):
    """By VM there is as much as without, so no vector is lost or doubled."""
    by_vm = sum(prometheus_sum(prometheus, asked, "Interrupts by VM A"))
    total = value_of(prometheus, "Handled by hosts A", asked)
    return None if total > 0 and abs(by_vm - total) < total / 1000 else \
        f"{by_vm} by VM, {total} in all"


def prometheus_sum(prometheus, asked, title):
    return answers(prometheus, title, asked).values()


def check_one_vm(prometheus, asked):
    """The variable's filter leaves its vectors, and its alone."""
    pid = "4321"
    chosen = queries(vm=pid, instance="vectors")
    rows = answers(prometheus, "Interrupts by VM A", chosen)
    names = [labels[1].split(" ")[0] for labels in rows]
    others = answers(prometheus, "Interrupts by VM A", asked)
    return expect((True, [pid], True),
                  (bool(rows), names, len(others) > len(rows)))


def check_variable_of_vms(prometheus, asked, dashboard):
    """What Grafana shows and puts in, by the variable's expression."""
    variable = [v for v in dashboard["templating"]["list"]
                if v["name"] == "vm"][0]
    # Python has no named group twice, nor JavaScript's spelling.
    pattern = variable["regex"].strip("/").replace("?<", "?P<")
    rows = prometheus.query([q["expr"] for q in asked
                             if q["title"] == "variable vm"][0])
    shown = set()
    for row in rows:
        text = "{" + ", ".join(f'{k}="{v}"' for k, v in
                               row["metric"].items()) + "} 1 1000"
        found = re.search(pattern, text)
        if not found or found["value"] != row["metric"]["pid"]:
            return f"{text} is shown as {found}"
        shown.add(found["text"])
    return expect({r["metric"]["vm"].split('"')[0] for r in rows}, shown)


def rules_of(path):
    """{alert: expression}, by the Prometheus's own reader."""
    names = alerts_of(path, "alert")
    blocks = re.split(r"^ *- alert: \w+\n", path.read_text(), flags=re.M)[1:]
    found = {}
    for name, block in zip(names, blocks):
        lines = re.search(r"^ +expr: (?:\|\n)?((?:.|\n)*?)\n {8}\w+:", block,
                          re.M)
        found[name] = lines[1]
    return found


def check_rules_answer(prometheus):
    """Each condition holds of something here, but for that of nowhere."""
    asked = [{"title": name, "expr": expr, "instant": True} for name, expr in
             rules_of(DASHBOARDS / "alerts.yml").items()]
    return expect_data(prometheus, asked, absent=("PitraceNowhere",))


def check_answers(prometheus, hosts, dashboard):
    asked = queries()
    verdict("each_query_has_data", expect_data(prometheus, asked))
    verdict("so_has_a_host_by_vector", expect_data(
        prometheus, queries(job="fleet", instance="vectors", vm="4321")))
    # Of the others' metrics there are none on that page.
    verdict("so_has_a_host_by_device", expect_data(
        prometheus, queries(job="(fleet|none)", instance="(devices|none)"),
        absent=("Vectors that are posted", "KVM's injections and wake-ups B",
                "KVM's injections and wake-ups C")))
    verdict("shares", check_shares(prometheus, hosts, asked))
    verdict("posted_vectors", check_posted(prometheus, hosts, asked))
    verdict("fell_back", check_fell_back(prometheus, hosts, asked))
    verdict("vms_lose_no_interrupts", check_joined(prometheus, asked))
    verdict("one_vm", check_one_vm(prometheus, asked))
    verdict("variable_of_vms", check_variable_of_vms(prometheus, asked,
                                                     dashboard))


def check_prometheus(program, pages, dashboard):
    hosts = make_hosts(pages)
    fleet = Fleet(hosts.values())
    prometheus = Prometheus(program, fleet)
    try:
        prometheus.wait_for("count(count_over_time(up[1m]) > 6) == 4")
        fall_back(hosts)
        prometheus.wait_for("pitrace_vector_posted == 0")
        prometheus.wait_for("pitrace_posted_vectors == 2")
        time.sleep(5)
        check_answers(prometheus, hosts, dashboard)
        hosts["other"].is_down = True
        prometheus.wait_for("up == 0")
        verdict("each_rule_has_data", check_rules_answer(prometheus))
    finally:
        prometheus.end()
        fleet.shutdown()


def main(programs, directory):
    dashboard = json.loads(DASHBOARD.read_text())
    pages = sorted(pathlib.Path(directory).glob("*.prom"))
    for check in (check_ids, check_places, check_panels, check_sources,
                  check_variables, check_importable):
        verdict(check.__name__[6:], check(dashboard))
    verdict("all_metrics_are_shown", check_all_shown(dashboard, pages))
    check_promtool(f"{programs}/promtool", pages)
    check_prometheus(f"{programs}/prometheus", pages, dashboard)
    sys.exit(failed)


main(*sys.argv[1:])
