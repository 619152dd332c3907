#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reports (--report) in real browsers.

usage: check.py [BROWSER]      chromium or firefox; default: both, in turn

Needs build/pitrace, Chromium with its driver, and Firefox. Opens reports of
made-up runs (runs.py) from files, as whoever gets one does, and holds what is
shown against the records. Prints one line a test, as the unit tests do; pages
and screenshots are in build/test/report/BROWSER.
"""
import base64
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time
import traceback

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import runs
from browser import Browser
from firefox import Firefox

BROWSERS = {"chromium": Browser, "firefox": Firefox}
BROWSER = sys.argv[1] if sys.argv[1:] else ""
PITRACE = pathlib.Path("build/pitrace")
OUT = pathlib.Path("build/test/report") / BROWSER
LOAD_SECONDS = 2
failed = False


def verdict(name, problem, detail=""):
    global failed
    if problem:
        print(f"FAIL report.{BROWSER}.{name}: {problem}", flush=True)
        failed = True
    else:
        print(f"PASS report.{BROWSER}.{name}{detail and ': '}{detail}",
              flush=True)


def differs(wanted, got):
    return "" if wanted == got else f"wanted {wanted!r}, got {got!r}"


def write_records(name, records):
    """As pitrace writes them: not ASCII alone, but no control characters."""
    path = OUT / f"{name}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, separators=(",", ":")) + "\n")
    again = subprocess.run([PITRACE, "--json", "--input", path],
                           capture_output=True, check=True).stdout
    path.write_bytes(again)
    return path


def report_of(records, name, *options):
    """What pitrace shows of it beside, and the report."""
    path = OUT / f"{name}.html"
    path.unlink(missing_ok=True)
    done = subprocess.run(
        [PITRACE, "--input", records, "--report", path, *options],
        capture_output=True, check=False)
    return path, done


# --- what is to be seen, worked out from the records ---

def number(value):
    return f"{value:,}"


def vector_label(v):
    return v["kind"] if v["kind"] == "intx" else f"{v['kind']} {v['vector']}"


def full_name(v):
    return f"{v['device']} {vector_label(v)}"


def target_label(vcpu, guest_vector):
    return (("v?" if vcpu is None else f"v{vcpu}") +
            ("" if guest_vector is None else f":0x{guest_vector:02x}"))


def expected_target(v):
    c = v["configured"]
    if not v["countable"]:
        return target_label(c["vcpu"], c["guest_vector"])
    targets = sorted(v["targets"], key=lambda t: -t["count"])
    if not targets:
        return "–"
    more = f" +{len(targets) - 1}" if targets[1:] else ""
    return target_label(targets[0]["vcpu"], targets[0]["guest_vector"]) + more


def expected_row(v):
    """Vector, IRQ, paths, count, set up, target."""
    parts = [f"{path} {number(v['paths'][path])}" for path in runs.PATHS
             if v["paths"][path]]
    if not v["countable"]:
        parts.insert(0, "posted n/c")
    elif v["ever_posted"]:
        parts.append("posted for a while, n/c")
    count = number(v["count"]) if v["countable"] else "n/c"
    return [v["device"], vector_label(v),
            "–" if v["irq"] is None else str(v["irq"]),
            " · ".join(parts) or "no interrupt", count,
            v["configured"]["path"], expected_target(v)]


ROWS = """return [...document.querySelectorAll('#vector-table tbody tr')].map(
    (row) => { const c = [...row.cells]; return [c[0].textContent,
    c[1].textContent, c[2].textContent, c[3].querySelector('small').textContent,
    c[4].firstChild.textContent, c[6].querySelector('.state').textContent,
    c[8].textContent]; })"""


def shown_rows(browser):
    return browser.run(ROWS)


def by_count(vectors):
    """Most first, posted ones last, those alike as the records have them."""
    return sorted(vectors, key=lambda v: -v["count"] if v["countable"] else 1)


def check_quiet(browser):
    return differs(([], []), (browser.complaints(), browser.requests()))


# --- a run with all there is ---

def check_legend(browser, end):
    sums = {path: sum(v["paths"][path] for v in end["vectors"])
            for path in runs.PATHS}
    wanted = {path: number(n) for path, n in sums.items() if n}
    if any(v["ever_posted"] for v in end["vectors"]):
        wanted["posted"] = "n/c"
    return differs(wanted, browser.run(
        "return Object.fromEntries([...document.querySelectorAll("
        "'#path-legend li')].map((li) => [li.dataset.path,"
        " li.querySelector('b').textContent]))"))


def check_changes(browser, records):
    wanted = [[r["time"][11:23] + "Z", r["event"].replace("_", " "),
               full_name(r) if r["device"] else "vector not known",
               "done" if not r["result"] else f"failed, errno {-r['result']}"]
              for r in records if r["type"] == "event"]
    return differs(wanted, browser.run(
        "return [...document.querySelectorAll('#change-table tbody tr')].map("
        "(row) => [0, 1, 2, 6].map((i) => row.cells[i].firstChild"
        ".textContent))"))


def check_bars(browser, end):
    """How wide each part of a bar is, in pixels, against its share."""
    bars = browser.run(
        "return Object.fromEntries([...document.querySelectorAll("
        "'#vector-table tbody tr')].map((row) => [row.dataset.name, ["
        "...row.querySelectorAll('.rowbar > span')].map((part) => ["
        "part.className.replace('fill p-', ''),"
        " part.getBoundingClientRect().width])]))")
    for v in end["vectors"]:
        shown = dict(bars[full_name(v)])
        if not v["countable"]:
            if list(shown) != ["posted"]:
                return f"{full_name(v)} is posted, its bar has {shown}"
            continue
        wanted = {p: v["paths"][p] for p in runs.PATHS if v["paths"][p]}
        whole = sum(shown.values())
        for path, count in wanted.items():
            share = shown.get(path, 0) / whole
            if abs(share - count / v["count"]) > 0.02:
                return f"{full_name(v)} {path}: {share}"
        if set(shown) != set(wanted):
            return f"{full_name(v)}: {shown}"
    return ""


def readout(browser):
    return browser.driver.find_element(By.ID, "timeline-readout").text


def check_timeline(browser, records):
    chart = browser.driver.find_element(By.ID, "timeline-chart")
    marks = browser.run("return [...document.querySelectorAll('.mark')]"
                        ".reduce((n, m) => n + Number(m.dataset.count), 0)")
    wanted = sum(r["type"] == "event" for r in records)
    if marks != wanted:
        return f"{marks} changes are marked, of {wanted}"
    chart.send_keys(Keys.HOME, *[Keys.ARROW_RIGHT] * 14)
    shots = [r for r in records if r["type"] == "snapshot"]
    delta = sum(v["count_delta"] for v in shots[14]["vectors"])
    posted = sum(not v["countable"] for v in shots[14]["vectors"])
    text = readout(browser)
    if (f": {number(delta)}/s by the host" not in text or
            f"{posted} vector posted, n/c" not in text or
            "Interval 15 of 40" not in text):
        return f"{delta}/s and {posted} posted are not in: {text}"
    chart.send_keys(Keys.ARROW_LEFT)
    return "" if "Interval 14 " in readout(browser) else readout(browser)


def stack_counts(records, path=None):
    stacks = next(r["stacks"] for r in records if r["type"] == "stacks")
    return [s for s in stacks if s["path"] and path in (None, s["path"])]


FOCUSED = ("const f = document.activeElement; return f.dataset.name ?"
           " [f.dataset.name, Number(f.dataset.count),"
           " Math.round(f.getBoundingClientRect().width /"
           " f.parentNode.clientWidth * 100)] : f.id || f.tagName")


def press(browser, *keys):
    """To what has the focus, as a keyboard does."""
    browser.driver.switch_to.active_element.send_keys(*keys)
    return browser.run(FOCUSED)


def outermost(stacks, depth, below=None):
    """Functions at a depth, with their counts, most first."""
    sums = {}
    for s in stacks:
        chain = [f["symbol"] for f in reversed(s["frames"])]
        if len(chain) > depth and (below is None or chain[:depth] == below):
            sums[chain[depth]] = sums.get(chain[depth], 0) + s["count"]
    return sorted(sums.items(), key=lambda x: (-x[1], x[0]))


def check_flame_keys(browser, records):
    stacks = stack_counts(records)
    total = sum(s["count"] for s in stacks)
    first, second = outermost(stacks, 0)[:2]
    below = outermost(stacks, 1, [second[0]])[0]
    browser.driver.find_element(By.ID, "flame-search").click()
    steps = [
        # Reset cannot be pressed while there is nothing to reset.
        ("Tab", (Keys.TAB,), ["all interrupts", total, 100]),
        ("down", (Keys.ARROW_DOWN,),
         [*first, round(100 * first[1] / total)]),
        ("right", (Keys.ARROW_RIGHT,),
         [*second, round(100 * second[1] / total)]),
        ("Enter", (Keys.ENTER,), [*second, 100]),
        ("down, zoomed", (Keys.ARROW_DOWN,), [*below, 100]),
        ("up", (Keys.ARROW_UP,), [*second, 100]),
        ("Escape", (Keys.ESCAPE,), ["all interrupts", total, 100]),
    ]
    for name, keys, wanted in steps:
        got = press(browser, *keys)
        if got != wanted:
            return f"{name}: {differs(wanted, got)}"
    # The key itself is neither typed nor left to the browser's own search.
    return differs(("flame-search", ""), (press(browser, "/"), browser.run(
        "return document.getElementById('flame-search').value")))


def check_flame_search(browser, records):
    stacks = stack_counts(records)
    total = sum(s["count"] for s in stacks)
    hits = sum(s["count"] for s in stacks if any(
        "irqfd_wakeup" in (f["symbol"] or "") for f in s["frames"]))
    search = browser.driver.find_element(By.ID, "flame-search")
    search.clear()
    search.send_keys("irqfd_wake")
    found = browser.driver.find_element(By.ID, "flame-found").text
    wanted = f"found in {number(hits)} of {number(total)}"
    if not found.startswith(wanted):
        return differs(wanted, found)
    marked = browser.run("return new Set([...document.querySelectorAll("
                         "'.frame.match')].map((f) => f.dataset.name)).size")
    if marked != 1:
        return f"{marked} functions are marked"
    browser.driver.find_element(By.ID, "flame-reset").click()
    return differs((0, ""), (
        browser.run("return document.querySelectorAll('.match').length"),
        search.get_attribute("value")))


def check_flame_click(browser, records):
    """Of one path; the frame that is clicked becomes as wide as can be."""
    stacks = stack_counts(records, "irqfd_deferred")
    browser.run("const s = document.getElementById('flame-select');"
                "s.value = [...s.options].find((o) => o.textContent ==="
                " 'path irqfd_deferred').value;"
                "s.dispatchEvent(new Event('change'))")
    total = sum(s["count"] for s in stacks)
    root = browser.driver.find_element(By.CSS_SELECTOR, ".frame")
    if root.get_attribute("data-count") != str(total):
        return differs(str(total), root.get_attribute("data-count"))
    inner = browser.driver.find_elements(
        By.CSS_SELECTOR, ".frame[data-name='queue_work_on']")[-1]
    count = int(inner.get_attribute("data-count"))
    inner.click()
    return differs(["queue_work_on", count, 100], browser.run(FOCUSED))


def check_table_keys(browser, end):
    """Sorted by a key on a column's button, filtered by typing."""
    button = browser.driver.find_elements(
        By.CSS_SELECTOR, "#vector-table thead button")[2]
    browser.run("arguments[0].focus()", button)
    press(browser, Keys.ENTER)
    press(browser, Keys.ENTER)
    irqs = [row[2] for row in shown_rows(browser)]
    wanted = [str(v["irq"]) for v in sorted(
        (v for v in end["vectors"] if v["irq"] is not None),
        key=lambda v: v["irq"])] + ["–"]
    if irqs != wanted:
        return differs(wanted, irqs)
    box = browser.driver.find_element(By.ID, "vector-filter")
    box.send_keys("qemu-web")
    names = [row[:2] for row in shown_rows(browser)]
    box.send_keys(Keys.CONTROL + "a", Keys.DELETE)
    return differs([["0000:e1:00.0", "msi 0"]], names)


def check_details(browser):
    row = browser.driver.find_element(
        By.CSS_SELECTOR, "tr[data-name='0000:65:00.0 msix 0'] .row-open")
    browser.run("arguments[0].focus()", row)
    press(browser, Keys.ENTER)
    text = browser.driver.find_element(By.CSS_SELECTOR, ".detail").text
    for wanted in ("0x3f435c0", "posted, index 23", "v0:0x41: 948", "n/c"):
        if wanted not in text:
            return f"{wanted} is not in {text!r}"
    press(browser, Keys.ENTER)
    return differs([], browser.driver.find_elements(By.CSS_SELECTOR,
                                                    ".detail"))


def check_theme(browser):
    back = "return getComputedStyle(document.body).backgroundColor"
    browser.set_view(1280, dark=True)
    dark = browser.run(back)
    browser.driver.find_element(By.ID, "theme").click()
    light = browser.run(back)
    browser.set_view(1280)
    return "" if dark != light == browser.run(back) else f"{dark}, {light}"


def check_saved(browser, records, name):
    """The button gives back the bytes that pitrace wrote."""
    for path in browser.downloads.iterdir():
        path.unlink()
    browser.run("document.getElementById('save-records').click()")
    saved = browser.downloads / "pitrace.jsonl"
    # A browser may make the file before it has what is to be in it.
    for _ in range(1200):
        if saved.exists() and saved.read_bytes() == records.read_bytes():
            break
        time.sleep(0.05)
    else:
        return "other bytes than those of the records" if saved.exists() \
            else "nothing was saved"
    shutil.copy(saved, OUT / f"{name}-saved.jsonl")
    again, _ = report_of(saved, f"{name}-again")
    return "" if again.read_bytes() == (OUT / f"{name}.html").read_bytes() \
        else "a report of them is another one"


# --- colours ---

def luminance(color):
    parts = [int(n) / 255 for n in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
              for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


COLORS = """const probe = document.body.appendChild(
    document.createElement('i'));
    const found = Object.fromEntries(arguments[0].map((name) => {
        probe.style.color = `var(--${name})`;
        return [name, getComputedStyle(probe).color]; }));
    probe.remove(); return found"""

# Text on what is behind it, 4.5; other things that tell something, 3.
TEXTS = {"sheet": ("text", "muted", "accent", "good", "bad-line", "posted",
                   "warn-line"),
         "page": ("text", "muted", "accent"), "sunken": ("text", "muted"),
         "warn-back": ("text",), "bad-back": ("text",), "match": ("on-match",),
         "kernel": ("text",), "kvm": ("text",), "vfio": ("text",),
         "module": ("text",), "address": ("text",), "accent": ("on-accent",)}
THINGS = {"sheet": (*runs.PATHS, "posted", "strong-line")}


def check_contrast(browser, dark):
    browser.run("delete document.documentElement.dataset.theme")
    browser.set_view(1280, dark=dark)
    names = sorted({*TEXTS, *THINGS["sheet"],
                    *(t for texts in TEXTS.values() for t in texts)})
    colors = browser.run(COLORS, names)
    low = [f"{front} on {back}: {contrast(colors[front], colors[back]):.2f}"
           for table, least in ((TEXTS, 4.5), (THINGS, 3))
           for back, fronts in table.items() for front in fronts
           if contrast(colors[front], colors[back]) < least]
    browser.set_view(1280)
    return ", ".join(low)


# --- other runs ---

def check_hostile(browser, records):
    """Nothing of it became markup, all of it is text."""
    scripts = browser.run("return document.scripts.length")
    made = browser.run("return document.querySelectorAll('img, main script,"
                       " iframe, object').length")
    if (scripts, made) != (len(records) + 2, 0):
        return f"{scripts} scripts, {made} elements that are not ours"
    text = browser.run("return document.body.innerText")
    shown = browser.run("return [...document.querySelectorAll("
                        "'#vector-table tbody td:nth-child(8)')].map("
                        "(c) => c.textContent)")
    wanted = {f"{100 + i} " + re.sub(
        "[\x00-\x1f\u2028\u2029\u202e]",
        lambda c: f"\\u{ord(c[0]):04x}", name)
        for i, name in enumerate(runs.HOSTILE)}
    if "\x1b" in text or "\u202e" in text:
        return "a control character is on the page"
    return differs(wanted, set(shown))


def check_many(browser, end):
    shown = shown_rows(browser)
    wanted = [expected_row(v) for v in by_count(end["vectors"])]
    if shown != wanted[:100]:
        return "the first rows are others"
    browser.driver.find_element(By.CSS_SELECTOR, "#vectors .show-all").click()
    return "" if shown_rows(browser) == wanted else "the rows are others"


def check_thinned(browser):
    text = browser.driver.find_element(By.ID, "notices").text
    kept = browser.run("return JSON.parse(document.getElementById('figures')"
                       ".textContent).records")
    wanted = (f"{kept['snapshot']['kept']} of 12 snapshots are kept",
              "the first and the last 1,000 of 2,500 changes")
    if kept["snapshot"]["kept"] >= 12:
        return "nothing was thinned"
    return "" if all(w in text for w in wanted) else text


def check_without_scripts(browser, path, shown):
    browser.set_scripts(False)
    browser.driver.get(path.absolute().as_uri())
    text = browser.driver.find_element(By.CSS_SELECTOR,
                                       "noscript pre").get_property(
                                           "textContent")
    browser.set_scripts(True)
    return differs(shown, text)


def check_narrow(browser):
    """Nothing is wider than the screen."""
    wide = browser.run("return [...document.querySelectorAll('main *')].filter("
                       "(e) => e.getBoundingClientRect().right >"
                       " document.documentElement.clientWidth + 1 &&"
                       " !e.closest('.flame, svg, thead'))"
                       ".map((e) => e.outerHTML.slice(0, 80))")
    return differs((True, []), (browser.run(
        "const root = document.documentElement;"
        " return root.scrollWidth <= root.clientWidth"), wide))


def take_shots(browser, page, name):
    for width, dark in ((1280, False), (1280, True), (480, False)):
        browser.set_view(width, dark=dark)
        browser.open(page)
        shot = OUT / f"{name}-{width}-{'dark' if dark else 'light'}.png"
        browser.screenshot(shot)
        if width == 480:
            verdict(f"{name}.narrow", check_narrow(browser))
    browser.set_view(1280)


# --- what check_quiet would see ---

BAD = """<!DOCTYPE html><meta http-equiv="Content-Security-Policy"
content="default-src 'none'; img-src http:; script-src 'sha256-%s'">
<img src="http://127.0.0.1:9009/asked-for">
<script>%s</script><script>refused()</script>"""
BAD_SCRIPT = "console.error('said by it'); missing_function()"


def test_bad(browser):
    """A page that does all that a report must not do."""
    hashed = base64.b64encode(
        hashlib.sha256(BAD_SCRIPT.encode()).digest()).decode()
    page = OUT / "bad.html"
    page.write_text(BAD % (hashed, BAD_SCRIPT))
    browser.open(page)
    text = "\n".join(browser.complaints())
    verdict("bad.complaints", differs([], [
        wanted for wanted in ("said by it", "missing_function",
                              "Content.Security.Policy")
        if not re.search(wanted, text)]))
    verdict("bad.requests", differs(["http://127.0.0.1:9009/asked-for"],
                                    browser.requests()))


# --- all of it ---

def test_mixed(browser):
    records = runs.mixed()
    end = records[-1]
    saved = write_records("mixed", records)
    page, _ = report_of(saved, "mixed")
    browser.set_view(1280)
    browser.open(page)
    verdict("mixed.rows", differs([expected_row(v) for v in by_count(
        end["vectors"])], shown_rows(browser)))
    verdict("mixed.bars", check_bars(browser, end))
    verdict("mixed.legend", check_legend(browser, end))
    verdict("mixed.changes", check_changes(browser, records))
    verdict("mixed.timeline", check_timeline(browser, records))
    verdict("mixed.flame_keys", check_flame_keys(browser, records))
    verdict("mixed.flame_search", check_flame_search(browser, records))
    verdict("mixed.flame_click", check_flame_click(browser, records))
    verdict("mixed.table_keys", check_table_keys(browser, end))
    verdict("mixed.details", check_details(browser))
    verdict("mixed.theme", check_theme(browser))
    verdict("mixed.contrast_light", check_contrast(browser, False))
    verdict("mixed.contrast_dark", check_contrast(browser, True))
    verdict("mixed.saved", check_saved(browser, saved, "mixed"))
    verdict("mixed.quiet", check_quiet(browser))
    shown = subprocess.run([PITRACE, "--input", saved, "-a", "-x"], text=True,
                           capture_output=True, check=True).stdout
    verdict("mixed.without_scripts",
            check_without_scripts(browser, page, shown))
    take_shots(browser, page, "mixed")


def test_cut(browser):
    """Records whose end is missing."""
    text = (OUT / "mixed.jsonl").read_bytes().splitlines(keepends=True)
    cut = OUT / "cut.jsonl"
    cut.write_bytes(b"".join(text[:20]) + text[20][:500])
    page, done = report_of(cut, "cut")
    browser.open(page)
    text = browser.driver.find_element(By.ID, "notices").text
    verdict("cut.said", differs((5, True), (
        done.returncode, f"line 21 of {cut}: cut short" in text)))
    verdict("cut.quiet", check_quiet(browser))


def test_hostile(browser):
    records = runs.hostile()
    saved = write_records("hostile", records)
    page, _ = report_of(saved, "hostile")
    browser.open(page)
    verdict("hostile.text", check_hostile(browser, records))
    verdict("hostile.saved", check_saved(browser, saved, "hostile"))
    verdict("hostile.quiet", check_quiet(browser))
    take_shots(browser, page, "hostile")


def test_look(browser):
    """Of --doctor alone: no run, so nothing that would be about one."""
    saved = write_records("look", runs.hostile()[:1])
    page, _ = report_of(saved, "look")
    browser.open(page)
    verdict("look.sections", differs(["Host", "Records"], browser.run(
        "return [...document.querySelectorAll('h2')].map("
        "(h) => h.textContent)")))
    verdict("look.quiet", check_quiet(browser))


def test_many(browser):
    records = runs.many()
    path = OUT / "many.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    page, _ = report_of(path, "many")
    took = min(browser.open(page) for _ in range(2))
    verdict("many.time", "" if took < LOAD_SECONDS else
            f"{took:.2f} s to open it", f"{took:.2f} s to open it, "
            f"{page.stat().st_size >> 20} MiB")
    verdict("many.thinned", check_thinned(browser))
    verdict("many.rows", check_many(browser, records[-1]))
    verdict("many.quiet", check_quiet(browser))


def check_schema():
    """What is made up here could be written by pitrace."""
    strict = OUT / "strict.json"
    with strict.open("wb") as file:
        subprocess.run(["jq", "-f", "tests/records/strict.jq",
                        "docs/schema/pitrace.schema.json"], stdout=file,
                       check=True)
    done = subprocess.run(["tests/records/validate.py", strict,
                           OUT / "mixed.jsonl", OUT / "hostile.jsonl"],
                          capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout.splitlines()[0]


def check_replaced():
    """A file that is there stays; nothing is left beside."""
    page, _ = report_of(OUT / "mixed.jsonl", "mixed-twice")
    before = page.read_bytes()
    done = subprocess.run([PITRACE, "--input", OUT / "mixed.jsonl",
                           "--report", page], capture_output=True, check=False)
    return differs((1, before, []), (done.returncode, page.read_bytes(),
                                     list(OUT.glob("*.tmp"))))


def attempt(test, browser):
    """Whatever fails in a way that nobody has thought of is a failure, too."""
    try:
        test(browser)
    except Exception as error:  # pylint: disable=broad-except
        verdict(test.__name__.removeprefix("test_"),
                f"ended early: {str(error).splitlines()[0]}")
        traceback.print_exc()


def check_in_both():
    done = [subprocess.run([sys.argv[0], browser], check=False).returncode
            for browser in BROWSERS]
    return 1 if any(done) else 0


def check_in_one():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    browser = BROWSERS[BROWSER]()
    try:
        for test in (test_bad, test_mixed, test_cut, test_hostile, test_look,
                     test_many):
            attempt(test, browser)
    finally:
        browser.close()
    verdict("schema", check_schema())
    verdict("replaced", check_replaced())
    return 1 if failed else 0


def main():
    if not BROWSER:
        return check_in_both()
    if BROWSER not in BROWSERS:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return check_in_one()


if __name__ == "__main__":
    sys.exit(main())
