/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PITRACE_VERSION_H
#define PITRACE_VERSION_H

#define PITRACE_VERSION "0.1.0"

#endif
