#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What mutate.py changes, and what it leaves.

usage: test.py
"""
import sys

import mutants
import mutate

FRAME = "int f(int a, char *b)\n{{\n\t{}\n\treturn a;\n}}\n"

# A line in a function, and all changes of it.
CASES = {
    "if (a < 1)": ["< -> <=", "< -> >=", "1 -> 2"],
    "a = a * 3 - -a;": ["* -> /", "3 -> 4", "- -> +", "statement deleted"],
    "*b = !a && *b;": ["! -> nothing", "&& -> ||", "statement deleted"],
    "a = a & (unsigned int)*b;": ["& -> |", "statement deleted"],
    "g(&a, \"a < 1\", '<');": ["statement deleted"],
    "char text[4 * 8], *at = text + 1;": ["+ -> -", "1 -> 2"],
    "struct s x = {.on = true}; /* a < 1 */": ["true -> false"],
    "g(0x1f, 010, 1.5, 7UL);": ["0x1f -> 0x20", "010 -> 011", "7UL -> 8UL",
                                "statement deleted"],
    "for (int i = 0; i < a; i++)": ["0 -> 1", "< -> <=", "< -> >=",
                                    "++ -> --"],
    "a = a + a + a;": ["+ -> -", "+ -> - (2)", "statement deleted"],
    "#define ONE (1 + 1)": [],
    "(void)a;": [],
    "switch (a) { case 1: break; default: break; }":
        ["1 -> 2", "statement deleted", "statement deleted (2)"],
}


def changes(text, seed=1):
    return mutate.changes_of("m", text, seed)


def check_cases():
    for line, expected in CASES.items():
        found = [c.what for c in changes(FRAME.format(line)) if c.line == 3]
        yield line, sorted(expected), sorted(found)


def check_texts():
    """Each is another text, and differs at its line alone."""
    text = FRAME.format("if (a < 1 && *b)\n\t\tg(a,\n\t\t  b);")
    for change in changes(text):
        lines = list(zip(text.split("\n"), change.apply(text).split("\n")))
        yield change.what, False, change.apply(text) == text
        if change.what != "statement deleted":
            yield change.what, [change.line], [
                i for i, (a, b) in enumerate(lines, 1) if a != b]


def check_order():
    """It follows from the seed and the line, not from where the line is."""
    text = FRAME.format("a = a + 1;")
    here = {c.what: c.weight for c in changes(text)}
    there = {c.what: c.weight for c in changes("\n\n" + text)}
    other = {c.what: c.weight for c in changes(text, 2)}
    yield "moved", here, there
    yield "another seed", True, here != other


def check_equivalents():
    known = changes(FRAME.format("a = a + 1;"))
    entries = {("m", "a = a + 1;", "+ -> -"): "why",
               ("m", "a = a + 2;", "+ -> -"): "why"}
    yield "stale", [("m", "a = a + 2;", "+ -> -")], mutants.stale_entries(
        entries, known, ["m"])


def main():
    failed = 0
    for check in (check_cases, check_texts, check_order, check_equivalents):
        for name, expected, found in check():
            if expected != found:
                print(f"FAIL mutants.{check.__name__}: {name}: "
                      f"wanted {expected}, got {found}")
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
