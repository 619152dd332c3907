// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "display.h"
#include "exporter.h"
#include "listen_address.h"
#include "metrics_server.h"
#include "text_escape.h"

/* --- over HTTP --- */

static int fail_listening(const union listen_address *address, int err,
			  struct failure *failure)
{
	char url[LISTEN_URL_LEN];

	listen_address_url(address, url);
	if (err == -EACCES && listen_address_is_privileged(address))
		return fail(failure, EXIT_PRIVILEGE, err,
			    "listening at %s needs CAP_NET_BIND_SERVICE, as "
			    "ports below 1024 do",
			    url);
	return fail(failure, EXIT_FAILED, err, "listening at %s", url);
}

static int listen_at(struct exporter *exporter,
		     const union listen_address *address)
{
	char url[LISTEN_URL_LEN];
	int err = metrics_server_listen(exporter->server, address);

	if (err)
		return err;
	listen_address_url(address, url);
	output_note("metrics at %s/metrics", url);
	return 0;
}

static int open_server(struct exporter *exporter, struct failure *failure)
{
	const struct listen_addresses *to = &exporter->options->listen;

	if (!to->count)
		return 0;
	exporter->server = metrics_server_new(exporter->options->per_device);
	if (!exporter->server)
		return fail(failure, EXIT_FAILED, -ENOMEM, "starting");
	for (size_t i = 0; i < to->count; i++) {
		int err = listen_at(exporter, &to->address[i]);

		if (err && !listen_address_may_lack(to, i, err))
			return fail_listening(&to->address[i], err, failure);
	}
	return 0;
}

int exporter_fd(const struct exporter *exporter)
{
	return exporter->server ? metrics_server_fd(exporter->server) : -1;
}

void exporter_serve(struct exporter *exporter, const struct metrics *metrics)
{
	if (exporter->server)
		metrics_server_run(exporter->server, metrics);
}

/* --- in a file --- */

static void tell_file(struct exporter *exporter, int err)
{
	char path[256];

	if (err && err != exporter->told) {
		text_escape(exporter->file.path, path, sizeof(path));
		output_note("writing '%s': %s%s; tracing goes on", path,
			    strerror(-err), metrics_file_hint(err));
	}
	exporter->told = err;
}

/* --- both --- */

int exporter_open(struct exporter *exporter, const struct options *options,
		  struct failure *failure)
{
	*exporter = (struct exporter){.options = options};
	if (metrics_file_init(&exporter->file, options->textfile))
		return fail(failure, EXIT_FAILED, -ENOMEM, "starting");
	return open_server(exporter, failure);
}

void exporter_close(struct exporter *exporter)
{
	metrics_server_free(exporter->server);
	exporter->server = NULL;
	metrics_file_end(&exporter->file);
}

void exporter_update(struct exporter *exporter, const struct metrics *metrics)
{
	if (exporter->server)
		metrics_server_renew(exporter->server);
	tell_file(exporter, metrics_file_write(&exporter->file, metrics,
					       exporter->options->per_device));
}
