/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --listen: metrics over HTTP. No threads: all happens in metrics_server_run(),
 * on the caller's. What clients can take is bounded: connections, memory and
 * time of each, and the rendering, which is done once for all who ask between
 * two snapshots.
 */
#ifndef PITRACE_METRICS_SERVER_H
#define PITRACE_METRICS_SERVER_H

#include <stdbool.h>

#include "listen_address.h"
#include "render_metrics.h"

struct metrics_server;

/* NULL when memory is out, or no descriptor can be had. */
struct metrics_server *metrics_server_new(bool per_device);
void metrics_server_free(struct metrics_server *server);

/* Listens there, too, at most at LISTEN_ADDRESSES. 0 or a negative errno. */
int metrics_server_listen(struct metrics_server *server,
			  const union listen_address *address);

/* Readable when metrics_server_run() has something to do. */
int metrics_server_fd(const struct metrics_server *server);

/* Answers, as far as it can without waiting; @metrics is borrowed. */
void metrics_server_run(struct metrics_server *server,
			const struct metrics *metrics);

/* From here on other metrics are given to metrics_server_run(). */
void metrics_server_renew(struct metrics_server *server);

#endif
