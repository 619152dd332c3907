#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds records against a JSON Schema, by Debian's python3-jsonschema.

usage: validate.py SCHEMA FILE...

Says of each line that is no such record, on standard output, where it stands
and what is wrong; of a file whose last line is cut, nothing if all before it
is right. The last line is the number of records of each type. Ends with 1 if
a record was wrong or there was none.

Of lines that differ in nothing but digits of numbers one is held against it,
as some cases make thousands of events that are alike.
"""
import collections
import json
import re
import sys

import jsonschema


def validators(schema):
    """By type, as there is nothing else that a record can be."""
    checker = jsonschema.validators.validator_for(schema)
    checker.check_schema(schema)
    return {
        rule["if"]["properties"]["type"]["const"]: checker(
            {"$defs": schema["$defs"], **rule["then"]}
        )
        for rule in schema["allOf"]
    }, checker(schema)


class Seen:
    """Lines, but for digits."""

    def __init__(self):
        self.lines = set()

    def add(self, line):
        line = re.sub(r"0x[0-9a-f]+|[0-9]+", "0", line)
        new = line not in self.lines
        self.lines.add(line)
        return new


def problems(line, by_type, whole, counts, seen):
    try:
        record = json.loads(line)
        kind = record["type"]
    except (ValueError, TypeError, KeyError) as error:
        yield f"not a record: {error!r}"
        return
    counts[kind] += 1
    if seen.add(line):
        for error in by_type.get(kind, whole).iter_errors(record):
            yield f"{error.json_path}: {error.message[:300]}"


def check_file(path, *how):
    wrong = 0
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith("\n"):
                continue
            for problem in problems(line, *how):
                print(f"{path}:{number}: {problem}")
                wrong += 1
    return wrong


def main(schema_path, *paths):
    with open(schema_path, encoding="utf-8") as file:
        by_type, whole = validators(json.load(file))
    counts = collections.Counter()
    how = by_type, whole, counts, Seen()
    wrong = sum(check_file(path, *how) for path in paths)
    print(", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())))
    return 1 if wrong or not counts else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
