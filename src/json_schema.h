/* SPDX-License-Identifier: GPL-2.0-only */
/* The contract that records keep: docs/json.md. */
#ifndef PITRACE_JSON_SCHEMA_H
#define PITRACE_JSON_SCHEMA_H

/* Rises when what a reader of the last one relies on is no longer so. */
#define JSON_SCHEMA 1

#endif
