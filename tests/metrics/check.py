#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Metrics as others read them, and the server under clients of all kinds.

usage: check.py SERVE [DIR]

SERVE is the program of serve.c, DIR has the pages that the unit tests made;
without DIR only the server is tested.
Pages are read by the reference parsers (python3-prometheus-client); what
promtool says of them is tested in tests/dashboard. Prints one line a test, as
the unit tests do.
"""
import concurrent.futures
import contextlib
import http.client
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client import parser as text

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
ASKS_OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0,"
                              "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}
VECTORS = 100
PATHS = 6
failed = 0


def verdict(name, problem):
    """None is a pass, SKIP: why it was not tried."""
    global failed
    if problem is None:
        print(f"PASS metrics.{name}")
    elif problem.startswith("SKIP "):
        print(f"SKIP metrics.{name}: {problem[5:]}")
    else:
        print(f"FAIL metrics.{name}: {problem}")
        failed = 1


def expect(wanted, got):
    return None if wanted == got else f"wanted {wanted!r}, got {got!r}"


# --- pages ---

def samples_of(page, is_openmetrics):
    parser = openmetrics if is_openmetrics else text
    return {(s.name, tuple(sorted(s.labels.items()))): float(s.value)
            for family in parser.text_string_to_metric_families(page)
            for s in family.samples}


def check_pages(paths):
    """All can be read, and hold as many samples as they have lines."""
    if not paths:
        return "the unit tests have left no pages"
    for path in paths:
        page = path.read_text()
        lines = [x for x in page.splitlines() if not x.startswith("#")]
        try:
            samples = samples_of(page, path.suffix == ".om")
        except ValueError as error:
            return f"{path}: {error}"
        if len(samples) != len(lines):
            return f"{path}: {len(lines)} lines, {len(samples)} samples"
    return None


def check_same(directory):
    """Both formats tell the same, as far as both were made of a scene."""
    pages = sorted(directory.glob("*"))
    pairs = [(a, b) for a, b in zip(pages, pages[1:])
             if (a.suffix, b.suffix) == (".prom", ".om")]
    if not pairs:
        return "no pairs of pages"
    for plain, om in pairs:
        wrong = (samples_of(plain.read_text(), False).items() ^
                 samples_of(om.read_text(), True).items())
        if wrong:
            return f"{plain} and {om} differ: {sorted(wrong)[:3]}"
    return None


# --- the server ---

class Server:
    """One that runs, with what it says."""

    def __init__(self, program, vectors=VECTORS):
        self.directory = tempfile.mkdtemp()
        self.file = pathlib.Path(self.directory, "pitrace.prom")
        self.port = free_port()
        self.process = subprocess.Popen(
            [program, str(self.port), str(self.file), str(vectors)],
            env={**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said = self.process.stderr.readline()
        self.ask()
        # Of those that asked, one may still be open.
        self.listening = min(map(self.sockets_in_a_while, range(5)))

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def sockets(self):
        """How many are open, those that listen included."""
        count = 0
        for fd in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                count += os.readlink(fd).startswith("socket:")
        return count

    def sockets_in_a_while(self, _):
        time.sleep(0.1)
        return self.sockets()

    def end(self):
        """Returns the longest time in ms that its loop stood still."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=120)
        shutil.rmtree(self.directory)
        return int(out.split()[0]) if self.process.returncode == 0 else None

    def ask(self, method="GET", path="/metrics", headers=None, host="127.0.0.1",
            body=None):
        connection = http.client.HTTPConnection(host, self.port, timeout=15)
        with contextlib.closing(connection):
            connection.request(method, path, headers=headers or {}, body=body)
            response = connection.getresponse()
            return response, response.read()

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.port), timeout=15)
        return client

    def send(self, data):
        """What comes back for these bytes, to the end or a reset."""
        got = b""
        with self.connect() as client:
            with contextlib.suppress(ConnectionError):
                client.sendall(data)
            with contextlib.suppress(ConnectionError):
                while chunk := client.recv(65536):
                    got += chunk
        return got


def free_port():
    with socket.socket() as any_socket:
        any_socket.bind(("127.0.0.1", 0))
        return any_socket.getsockname()[1]


def check_get(server):
    response, body = server.ask()
    got = (response.status, response.getheader("Content-Type"),
           response.getheader("Connection"),
           response.getheader("Content-Length"))
    return expect((200, TEXT, "close", str(len(body))), got)


def check_openmetrics(server):
    response, body = server.ask(headers=ASKS_OPENMETRICS)
    samples = samples_of(body.decode(), True)
    return expect((OPENMETRICS, "a\\\\b\"c"),
                  (response.getheader("Content-Type"),
                   [dict(labels)["comm"] for name, labels in samples
                    if name == "pitrace_vm_info"][0]))


def check_whole(server):
    """A page is of one snapshot, and the next one's is of a later one."""
    seen = []
    for _ in range(5):
        samples = samples_of(server.ask()[1].decode(), False)
        values = {value for (name, _), value in samples.items()
                  if name == "pitrace_interrupts_total"}
        count = sum(name == "pitrace_interrupts_total" for name, _ in samples)
        if len(values) != 1 or count != VECTORS * PATHS:
            return f"{count} samples with the values {values}"
        seen += values
        time.sleep(0.12)
    return expect(sorted(set(seen)), seen)


def check_head(server):
    response, body = server.ask("HEAD")
    _, page = server.ask("GET")
    length = int(response.getheader("Content-Length"))
    if abs(length - len(page)) > VECTORS * PATHS:
        return f"Content-Length {length}, but a page has {len(page)}"
    return expect((200, TEXT, b""), (response.status,
                                     response.getheader("Content-Type"), body))


def check_statuses(server):
    asked = [("GET", "/"), ("HEAD", "/"), ("GET", "/metrics?a=b"),
             ("GET", "/metrics/"), ("GET", "/etc/passwd"), ("GET", "//metrics"),
             ("GET", "/../metrics"), ("POST", "/metrics"), ("PUT", "/"),
             ("DELETE", "/metrics"), ("OPTIONS", "/metrics"), ("X", "/none")]
    got = [server.ask(*what)[0].status for what in asked]
    return expect([200, 200, 200, 404, 404, 404, 404, 405, 405, 405, 405, 405],
                  got)


def check_texts(server):
    response, _ = server.ask("POST", body=b"x" * 100000)
    return expect((True, "GET, HEAD"),
                  (b"/metrics" in server.ask(path="/")[1],
                   response.getheader("Allow")))


def check_loopbacks(server):
    if not pathlib.Path("/proc/net/if_inet6").exists():
        return "SKIP this host has no IPv6"
    try:
        status = server.ask(host="::1")[0].status
    except OSError as error:
        return f"::1: {error}"
    return expect(200, status)


def check_busy_port(program, server):
    said = subprocess.run([program, f"127.0.0.1:{server.port}", "/none/a", "1"],
                          stderr=subprocess.PIPE, text=True, check=False)
    return expect((1, f"pitrace: listening at http://127.0.0.1:{server.port}: "
                      "Address already in use\n"),
                  (said.returncode, said.stderr))


def check_low_port(program):
    """As one who may not."""
    start = pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if os.geteuid() != 0:
        prefix = []
    elif shutil.which("setpriv"):
        prefix = ["setpriv", "--bounding-set", "-net_bind_service",
                  "--inh-caps", "-all", "--"]
    else:
        return "SKIP no setpriv here, to give the capability up"
    if int(start.read_text()) <= 81:
        return "SKIP every port is for all here"
    said = subprocess.run([*prefix, program, "127.0.0.1:81", "/none/a", "1"],
                          stderr=subprocess.PIPE, text=True, check=False)
    return expect((3, "pitrace: listening at http://127.0.0.1:81 needs "
                      "CAP_NET_BIND_SERVICE, as ports below 1024 do: "
                      "Permission denied\n"), (said.returncode, said.stderr))


def check_file(server):
    """Never half a file, never a value that falls."""
    last = -1
    for _ in range(40):
        page = server.file.read_text()
        values = {v for (n, _), v in samples_of(page, False).items()
                  if n == "pitrace_interrupts_total"}
        if len(values) != 1 or min(values) < last:
            return f"values {values} after {last}"
        last = min(values)
    return expect((0o100644, [server.file.name]),
                  (server.file.stat().st_mode,
                   [x for x in os.listdir(server.directory)
                    if not x.endswith(".tmp")]))


def check_file_error(program):
    process = subprocess.Popen(
        [program, f"127.0.0.1:{free_port()}", "/none/a.prom", "1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    return expect(["pitrace: writing '/none/a.prom': No such file or "
                   "directory; tracing goes on"],
                  [x for x in said.splitlines() if "writing" in x])


# --- clients that mean no good ---

def let_go(server):
    """All that have gone are closed, and long before their time is up."""
    until = time.monotonic() + 5
    while server.sockets() > server.listening and time.monotonic() < until:
        time.sleep(0.05)
    return expect(server.listening, server.sockets())


def check_garbage(server):
    requests = [b"\0" * 5000, b"\xff\xfe\x80" * 3000, b"GET\r\n\r\n",
                b"GET /metrics HTTP/9.9\r\n\r\n", b"\r\n" * 4000,
                b"GET /metrics HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                b"GET /metrics HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n",
                b"GET " + b"/" * 100000 + b" HTTP/1.1\r\n\r\n",
                b"GET / HTTP/1.1\r\nA: " + b"b" * 1000000 + b"\r\n\r\n",
                b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100000 + b"\r\n",
                b"GET /%00%ff%2e%2e HTTP/1.1\r\nHost: x\r\n\r\n",
                os.urandom(20000)]
    for request in requests:
        with server.connect() as client:
            with contextlib.suppress(OSError):
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
    if server.ask()[0].status != 200:
        return "it does not answer any more"
    return let_go(server)


def check_huge_header(server):
    got = server.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\nA: " +
                      b"b" * 20000 + b"\r\n\r\n")
    return expect(True, got.startswith(b"HTTP/1.1 431 ") or got == b"")


def check_pipelined(server):
    """One request a connection."""
    got = server.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
    return expect(1, got.count(b"HTTP/1.1 200"))


def knock(server, count, request=b""):
    """Connections that are not waited for."""
    clients = []
    for _ in range(count):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", server.port))
        with contextlib.suppress(OSError):
            client.send(request)
        clients.append(client)
    return clients


def check_growth(server, what):
    """What is done a second time takes no more memory."""
    what()
    before = server.resident_kib()
    what()
    grown = server.resident_kib() - before
    if grown > 1024:
        return f"it has grown by {grown} KiB"
    return expect(200, server.ask()[0].status)


def check_many(server):
    """2,000 at once, who say nothing: others wait, but not for ever."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 2100)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    held = []

    def crowd():
        clients = knock(server, min(2000, wanted - 100))
        time.sleep(0.5)
        held.append(server.sockets())
        for client in clients:
            client.close()

    problem = check_growth(server, crowd)
    if max(held) > server.listening + 64:
        return f"it holds {held} sockets"
    return problem


def check_flood(server):
    """10,000, that go away at once or amid their request."""
    def flood():
        for i in range(50):
            for client in knock(server, 100, b"GET /met" if i % 2 else b""):
                client.close()

    return check_growth(server, flood) or let_go(server)


def check_slow(server):
    """Who sends a byte a second, or reads nothing, is let go after 10 s."""
    began = time.monotonic()
    with server.connect() as writer, server.connect() as idle:
        writer.settimeout(0.5)
        ended = None
        for byte in b"GET /metrics HTTP/1.1\r\nHost: " + b"x" * 60:
            try:
                writer.send(bytes([byte]))
                if writer.recv(1000) == b"":
                    ended = time.monotonic() - began
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                ended = time.monotonic() - began
                break
        idle.settimeout(5)
        gone = idle.recv(1) == b""
    if ended is None or not 9 < ended < 13:
        return f"ended after {ended} s"
    return expect(True, gone)


def main(program, directory=None):
    if directory:
        pages = pathlib.Path(directory)
        verdict("reference_parsers", check_pages(sorted(pages.glob("*"))))
        verdict("formats_agree", check_same(pages))
    # It takes as long as a client may, meanwhile the others go on.
    slow = Server(program)
    pool = concurrent.futures.ThreadPoolExecutor()
    slowly = pool.submit(check_slow, slow)
    server = Server(program)
    # Nobody asks this one: how long does the machine keep a loop waiting?
    idle = Server(program)
    verdict("says_where", expect(
        f"pitrace: metrics at http://127.0.0.1:{server.port}/metrics\n",
        server.said))
    for check in (check_get, check_openmetrics, check_whole, check_head,
                  check_statuses, check_texts, check_loopbacks, check_file,
                  check_garbage, check_huge_header, check_pipelined,
                  check_many, check_flood):
        verdict(check.__name__[6:], check(server))
    verdict("busy_port", check_busy_port(program, server))
    verdict("low_port", check_low_port(program))
    verdict("slow", slowly.result())
    slow.end()
    held, waits = server.end(), idle.end()
    verdict("loop_goes_on", None if held is not None and waits is not None
            and held < 1000 + waits else
            f"it stood still for {held} ms, one that nobody asks {waits} ms")
    verdict("file_is_removed", expect(False, server.file.exists()))
    verdict("file_error", check_file_error(program))
    sys.exit(failed)


main(*sys.argv[1:])
