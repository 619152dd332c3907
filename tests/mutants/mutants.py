#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Can the unit tests fail? Changes modules one at a time and runs the tests.

usage: mutants.py [--seed N] [--count N] [--seconds N] [--jobs N] [--share N]
                  [--equivalents FILE] --build DIR --cc COMPILER
                  --cflags FLAGS --libs LIBS MODULE...

Each change is tried without sanitizers first, then, if nothing noticed, with
them; programs that take long with sanitizers run without them alone. Only the
programs run that reach the changed function.

The order of all possible changes follows from the seed and from the changed
lines alone, so that a run can be repeated, and stays the same where the source
does. A change counts once it compiles; one after which the compiler makes the
same code from the module does not count, since nothing could notice it. The
tests notice a change when one fails, dies, ends early, hangs, or takes far more
time than it needs; "make mutants" (mutants.mk) has built what is run here.

Survivors are listed as FILE:LINE, the change, and the line. Those that change
nothing anybody can observe are in FILE with a word why; entries of FILE that
no longer match the source are listed too. DIR/log has all changes, each with
what noticed it. The last line has the figures. The exit status is 1 if the
share of noticed changes, of those that change something, is below --share per
cent, or if an entry no longer matches.
"""
import argparse
import collections
import dataclasses
import json
import os
import pathlib
import queue
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import mutate

LIBRARY = "libmodules.so"
SANITIZER = re.compile(r"-fsanitize|-fno-sanitize")
# A program that waits for nothing that could come uses no time at all.
STUCK_SAMPLES = 6
SAMPLE_S = 0.5
# Programs that need more with sanitizers run without them alone.
LONG_S = 5
LONGEST_S = 600
FILE_BYTES = 256 << 20
NOT_COMPILED, SAME_CODE, NOTICED, EQUIVALENT, SURVIVED = (
    "does not compile", "same code", "noticed", "equivalent", "survived")
COUNTED = (NOTICED, EQUIVALENT, SURVIVED)


@dataclasses.dataclass
class Baseline:
    passed: int
    cpu_s: float
    wall_s: float


@dataclasses.dataclass
class Result:
    change: mutate.Change
    verdict: str
    by: str = ""


# --- programs ---

def limit(cpu_s):
    """What an endless loop may take."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sleeps(session):
    """Nothing of the session runs, or wants to."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] in "RD":
            return False
    return True


def wait_for(process, wall_s):
    """Until it ends, or is stuck; however busy this machine is."""
    start, asleep = time.monotonic(), 0
    while time.monotonic() - start < LONGEST_S:
        try:
            return process.wait(SAMPLE_S if asleep else 0.5)
        except subprocess.TimeoutExpired:
            pass
        if time.monotonic() - start < 3 + 5 * wall_s:
            continue
        asleep = asleep + 1 if sleeps(process.pid) else 0
        if asleep >= STUCK_SAMPLES:
            return None
    return None


def run_program(program, library, place, cpu_s, wall_s, **more):
    """(status, None if it was stuck; number of tests that passed)."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for name in ("docs", "tests"):
        (place / name).symlink_to(pathlib.Path(name).resolve())
    env = dict(os.environ, LD_LIBRARY_PATH=str(library.resolve()),
               TMPDIR=str(place), CMOCKA_MESSAGE_OUTPUT="TAP",
               ASAN_OPTIONS="hard_rss_limit_mb=2048", **more)
    with open(place / "output", "wb") as output:
        process = subprocess.Popen(
            [program], cwd=place, env=env, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=lambda: limit(cpu_s))
        status = wait_for(process, wall_s)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    text = (place / "output").read_bytes()
    return status, len(re.findall(rb"^ok ", text, re.MULTILINE))


class Bench:
    """The unit tests in one build, and what they need without a change."""

    def __init__(self, args, name, place):
        self.build = pathlib.Path(args.build, name).resolve()
        self.cc, self.libs = shlex.split(args.cc), shlex.split(args.libs)
        self.cflags = shlex.split(args.cflags)
        if name == "plain":
            self.cflags = [f for f in self.cflags if not SANITIZER.match(f)]
        self.modules = args.modules
        self.programs = sorted(p for p in self.build.glob("test_*")
                               if not p.suffix)
        self.baseline = {}
        self.unchanged = {}
        self.caught = collections.Counter()  # by (module, program)
        for program in self.programs:
            self.baseline[program] = self.measure(program, place)

    def measure(self, program, place):
        """What a program does without a change; it has to pass."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        status, passed = run_program(program, self.build, place / "all", 300,
                                     60)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if status != 0:
            said = (place / "all/output").read_text(errors="replace")
            sys.exit(f"{said}mutants: {program.name} fails without a change "
                     f"(status {status})")
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - \
            before.ru_stime
        return Baseline(passed, cpu_s, time.monotonic() - start)

    def leave_out_long(self):
        self.programs = [p for p in self.programs
                         if self.baseline[p].cpu_s <= LONG_S]

    def order(self, module):
        """First what is likely to notice: its own test, and those that did."""
        def rank(program):
            own = program.name == f"test_{module}"
            return (-self.caught[module, program] - 2 * own,
                    self.baseline[program].cpu_s)
        return sorted(self.programs, key=rank)

    def compile(self, text, target):
        """From standard input, so that no name of a file is in the object."""
        done = subprocess.run([*self.cc, *self.cflags, "-w", "-x", "c", "-c",
                               "-o", target, "-"], input=text.encode(),
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0

    def link(self, module, place):
        objects = [self.build / f"{m}.o" for m in self.modules if m != module]
        subprocess.run([*self.cc, *self.cflags, "-shared", "-o",
                        place / LIBRARY, place / "changed.o", *objects,
                        *self.libs], check=True)

    def is_unchanged(self, change, text, place):
        """The compiler has made the same of it."""
        if change.module not in self.unchanged:
            self.compile(text, place / "was.o")
            self.unchanged[change.module] = (place / "was.o").read_bytes()
        return (place / "changed.o").read_bytes() == \
            self.unchanged[change.module]

    def notices(self, change, place, reached):
        """The program that notices the change, and how; "": none."""
        self.link(change.module, place)
        for program in self.order(change.module):
            if not reached.may_notice(program.name, change):
                continue
            was = self.baseline[program]
            status, passed = run_program(program, place, place / "run",
                                         int(5 + 10 * was.cpu_s), was.wall_s)
            if status == 0 and passed == was.passed:
                continue
            self.caught[change.module, program] += 1
            how = "stuck" if status is None else f"status {status}"
            return f"{program.name} ({how})"
        return ""


class Reached:
    """Which functions each program runs, by a build that counts them."""

    def __init__(self, args, place):
        self.build = pathlib.Path(args.build, "counted").resolve()
        self.functions = {program.name: self.functions_of(program, place)
                          for program in self.build.glob("test_*")
                          if not program.suffix}

    def functions_of(self, program, place):
        """{(module, first line, last line)}; None: not known."""
        counts = place / "counts"
        shutil.rmtree(counts, ignore_errors=True)
        counts.mkdir()
        run_program(program, self.build, place / "all", 300, 60,
                    GCOV_PREFIX=str(counts), GCOV_PREFIX_STRIP="99")
        names = [data.name for data in counts.glob("*.gcda")]
        for name in names:
            notes = name.replace(".gcda", ".gcno")
            (counts / notes).symlink_to(self.build / notes)
        done = subprocess.run(["gcov", "--json-format", "--stdout", *names],
                              cwd=counts, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False)
        if done.returncode or not names:
            return None
        return {(pathlib.Path(file["file"]).stem, function["start_line"],
                 function["end_line"])
                for line in done.stdout.splitlines()
                for file in json.loads(line)["files"]
                for function in file["functions"]
                if function["execution_count"]}

    def may_notice(self, name, change):
        """It runs the changed function, as far as is known; children that end
        by _exit() leave no counts."""
        functions = self.functions.get(name)
        if functions is None or not change.in_function or \
           name == f"test_{change.module}":
            return True
        return any(module == change.module and first <= change.line <= last
                   for module, first, last in functions)


class Benches:
    """Both builds."""

    def __init__(self, args, place):
        self.place = place
        self.plain = Bench(args, "plain", place)
        self.sanitized = Bench(args, "sanitized", place)
        self.sanitized.leave_out_long()
        self.reached = Reached(args, place)

    def judge(self, change, place):
        text = pathlib.Path(f"src/{change.module}.c").read_text()
        changed = change.apply(text)
        if not self.plain.compile(changed, place / "changed.o"):
            return Result(change, NOT_COMPILED)
        if self.plain.is_unchanged(change, text, place):
            return Result(change, SAME_CODE)
        by = self.plain.notices(change, place, self.reached)
        if not by and self.sanitized.compile(changed, place / "changed.o"):
            by = self.sanitized.notices(change, place, self.reached)
            by = by and f"{by} with sanitizers"
        return Result(change, NOTICED if by else SURVIVED, by)


# --- changes that nobody can observe ---

FIELDS = ("module", "line", "change", "why")


def read_equivalents(path):
    """{(module, line, change): why}; a block of four fields each."""
    entries = {}
    text = re.sub(r"^#.*\n", "", pathlib.Path(path).read_text(),
                  flags=re.MULTILINE)
    for block in re.split(r"\n\s*\n", text.strip()):
        if not block:
            continue
        entry = dict(re.split(r":\s*", line, maxsplit=1)
                     for line in re.sub(r"\n\s+", " ", block).split("\n"))
        if tuple(entry) != FIELDS or not entry["why"]:
            sys.exit(f"mutants: {path}: not an entry:\n{block}")
        entries[entry["module"], entry["line"], entry["change"]] = entry["why"]
    return entries


def key_of(change):
    return change.module, change.source, change.what


def stale_entries(equivalents, changes, modules):
    known = {key_of(change) for change in changes}
    return [entry for entry in equivalents
            if entry not in known and
            (entry[0] in modules or
             not pathlib.Path(f"src/{entry[0]}.c").exists())]


# --- the run ---

class Run:
    """Takes changes in their order until as many as are wanted count."""

    def __init__(self, benches, changes, equivalents, args):
        self.benches, self.equivalents, self.args = benches, equivalents, args
        self.changes = iter(changes)
        self.ends_at = time.monotonic() + args.seconds
        self.open = 0  # being tried
        self.results = {}
        self.numbers = iter(range(len(changes)))
        self.condition = threading.Condition()
        self.errors = queue.Queue()
        self.log = open(pathlib.Path(args.build, "log"), "w", encoding="utf-8")

    def counted(self):
        return sum(r.verdict in COUNTED for r in self.results.values())

    def next(self):
        """(number, change), or None at the end."""
        with self.condition:
            while self.counted() + self.open >= self.args.count and \
                    self.counted() < self.args.count and self.errors.empty():
                self.condition.wait(1)
            change = next(self.changes, None)
            if self.counted() >= self.args.count or not change or \
               time.monotonic() >= self.ends_at or not self.errors.empty():
                return None
            self.open += 1
            return next(self.numbers), change

    def settle(self, number, result):
        with self.condition:
            if result.verdict == SURVIVED and \
               key_of(result.change) in self.equivalents:
                result.verdict = EQUIVALENT
            self.results[number] = result
            self.log.write(text_of(number, result))
            self.log.flush()
            self.open -= 1
            self.condition.notify_all()

    def work(self, place):
        place.mkdir()
        try:
            while task := self.next():
                self.settle(task[0], self.benches.judge(task[1], place))
        except Exception as error:  # pylint: disable=broad-except
            self.errors.put(error)

    def run(self):
        workers = [threading.Thread(target=self.work,
                                    args=(self.benches.place / str(i),))
                   for i in range(self.args.jobs)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if not self.errors.empty():
            raise self.errors.get()
        return [self.results[i] for i in sorted(self.results)]


def describe(change):
    return f"src/{change.module}.c:{change.line}: {change.what}\n" \
        f"    {change.source}"


def text_of(number, result):
    by = f": {result.by}" if result.by else ""
    return f"{number} {result.verdict}{by}: {describe(result.change)}\n"


def report(results, stale, args, seconds):
    """Prints all that is to be known. Returns the exit status."""
    number = collections.Counter(r.verdict for r in results)
    made = sum(number[verdict] for verdict in COUNTED)
    for r in sorted((r for r in results if r.verdict == SURVIVED),
                    key=lambda r: (r.change.module, r.change.line)):
        print(describe(r.change))
    for module, line, what in stale:
        print(f"{args.equivalents}: matches no longer: {module}: {what}\n"
              f"    {line}")
    changing = made - number[EQUIVALENT]
    share = 100 * number[NOTICED] / changing if changing else 0
    print(f"mutants: seed {args.seed}, {made} made, {number[NOTICED]} noticed, "
          f"{number[EQUIVALENT]} change nothing, {number[SURVIVED]} survived: "
          f"{share:.1f} % of the {changing} that change something are "
          f"noticed ({number[NOT_COMPILED]} did not compile, "
          f"{number[SAME_CODE]} made the same code; {seconds:.0f} s)")
    return 1 if stale or share < args.share or not made else 0


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--share", type=float, default=92)
    parser.add_argument("--equivalents", default="tests/mutants/equivalent")
    for name in ("--build", "--cc", "--cflags", "--libs"):
        parser.add_argument(name, required=True)
    parser.add_argument("modules", nargs="+", metavar="MODULE")
    parser.add_argument("--only", default="",
                        help="modules to change, of those that are linked")
    return parser.parse_args()


def main():
    args = arguments()
    start = time.monotonic()
    chosen = args.only.split() or args.modules
    changes = [change for module in chosen for change in mutate.changes_of(
        module, pathlib.Path(f"src/{module}.c").read_text(), args.seed)]
    changes.sort(key=lambda change: change.weight)
    equivalents = read_equivalents(args.equivalents)
    with tempfile.TemporaryDirectory(prefix="pitrace-mutants-") as place:
        benches = Benches(args, pathlib.Path(place))
        results = Run(benches, changes, equivalents, args).run()
    return report(results, stale_entries(equivalents, changes, chosen), args,
                  time.monotonic() - start)


if __name__ == "__main__":
    sys.exit(main())
