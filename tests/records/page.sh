#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Writes docs/json.md, which is made from the schema, to standard output.
set -eu
cd -- "$(dirname -- "$0")/../../docs/schema"

cat json.head.md
jq -rf json.jq pitrace.schema.json
