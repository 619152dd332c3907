// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "metrics_accept.h"
#include "metrics_server.h"

#define NS_PER_MS UINT64_C(1000000)

/* At each address; more wait in the queue of the socket. */
#define CONNECTIONS      64
#define CONNECTION_BYTES ((size_t)8 * 1024)
#define CLIENTS          ((size_t)LISTEN_ADDRESSES * CONNECTIONS)
/* From its beginning to its end, whatever comes and goes meanwhile. */
#define CONNECTION_NS (10 * NS_PER_S)
/* How often to look for those whose time is up, and who have gone. */
#define TICK_MS 500

struct client {
	int fd; /* -1: none */
	uint64_t deadline_ns;
};

struct metrics_server {
	bool per_device;
	int epoll_fd; /* of what follows */
	int timer_fd;
	struct MHD_Daemon *daemons[LISTEN_ADDRESSES];
	size_t daemon_count;
	struct client clients[CLIENTS];
	size_t client_count;
	uint64_t next_look_ns; /* at them */
	const struct metrics *metrics; /* while it runs */
	/* As rendered since the last renewal; NULL: nobody has asked. */
	struct MHD_Response *pages[METRICS_FORMAT_COUNT];
};

/* --- answers --- */

/* One request a connection, so that none is kept for its own sake. */
static enum MHD_Result add_headers(struct MHD_Response *response,
				   const char *content_type)
{
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				    content_type) == MHD_NO)
		return MHD_NO;
	return MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION,
				       "close");
}

static struct MHD_Response *make_response(char *text, size_t size,
					  enum MHD_ResponseMemoryMode mode,
					  const char *content_type)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(size, text, mode);

	if (!response)
		return NULL;
	if (add_headers(response, content_type) == MHD_YES)
		return response;
	MHD_destroy_response(response);
	return NULL;
}

static struct MHD_Response *make_page(const struct metrics_server *server,
				      enum metrics_format format)
{
	struct MHD_Response *page = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	int err;

	if (!file)
		return NULL;
	err = render_metrics(file, server->metrics, format, server->per_device);
	if (!fclose(file) && !err)
		page = make_response(text, size, MHD_RESPMEM_MUST_COPY,
				     metrics_content_type(format));
	free(text);
	return page;
}

/* MHD_NO: there is no memory for more than to close the connection. */
static enum MHD_Result answer_metrics(struct metrics_server *server,
				      struct MHD_Connection *connection)
{
	enum metrics_format format = metrics_accept(MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT));

	if (!server->pages[format])
		server->pages[format] = make_page(server, format);
	if (!server->pages[format])
		return MHD_NO;
	return MHD_queue_response(connection, MHD_HTTP_OK,
				  server->pages[format]);
}

static enum MHD_Result answer_text(struct MHD_Connection *connection,
				   unsigned int status, char *text)
{
	struct MHD_Response *response =
		make_response(text, strlen(text), MHD_RESPMEM_PERSISTENT,
			      "text/plain; charset=utf-8");
	enum MHD_Result result = MHD_YES;

	if (!response)
		return MHD_NO;
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		result = MHD_add_response_header(
			response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (result == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer(void *arg, struct MHD_Connection *connection,
			      const char *url, const char *method,
			      const char *version, const char *upload,
			      size_t *upload_size, void **state)
{
	static char method_text[] = "only GET and HEAD\n";
	static char root_text[] = "pitrace: the metrics are at /metrics\n";
	static char none_text[] = "not found; the metrics are at /metrics\n";
	struct metrics_server *server = arg;

	(void)version;
	(void)upload;
	(void)upload_size;
	(void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
				   method_text);
	if (!strcmp(url, "/metrics"))
		return answer_metrics(server, connection);
	if (!strcmp(url, "/"))
		return answer_text(connection, MHD_HTTP_OK, root_text);
	return answer_text(connection, MHD_HTTP_NOT_FOUND, none_text);
}

/* --- clients --- */

static void add_client(struct metrics_server *server, int fd, void **client)
{
	size_t i = 0;

	while (server->clients[i].fd >= 0)
		i++;
	server->clients[i] = (struct client){
		.fd = fd,
		.deadline_ns = clock_monotonic_ns() + CONNECTION_NS,
	};
	server->client_count++;
	*client = &server->clients[i];
}

static void note_client(void *arg, struct MHD_Connection *connection,
			void **client, enum MHD_ConnectionNotificationCode code)
{
	struct metrics_server *server = arg;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		add_client(
			server,
			MHD_get_connection_info(
				connection, MHD_CONNECTION_INFO_CONNECTION_FD)
				->connect_fd,
			client);
		return;
	}
	((struct client *)*client)->fd = -1;
	server->client_count--;
}

static bool has_hung_up(const struct client *client)
{
	struct pollfd fd = {.fd = client->fd, .events = POLLRDHUP};

	return poll(&fd, 1, 0) == 1;
}

/*
 * The library knows only how long nothing was heard of a client, which one who
 * sends a byte now and then can stretch; and it misses the end of those who
 * left amid their request before it was read. It closes what has been shut
 * down; an answer that is on its way goes on after the latter.
 */
static void end_clients(struct metrics_server *server)
{
	uint64_t now_ns = clock_monotonic_ns();

	if (!server->client_count || now_ns < server->next_look_ns)
		return;
	server->next_look_ns = now_ns + TICK_MS * NS_PER_MS;
	for (size_t i = 0; i < CLIENTS; i++) {
		const struct client *client = &server->clients[i];

		if (client->fd < 0)
			continue;
		if (client->deadline_ns <= now_ns)
			(void)shutdown(client->fd, SHUT_RDWR);
		else if (has_hung_up(client))
			(void)shutdown(client->fd, SHUT_RD);
	}
}

/* --- the loop --- */

/* Until the library has to be run, if nothing happens before. */
static MHD_UNSIGNED_LONG_LONG rest_ms(const struct metrics_server *server)
{
	MHD_UNSIGNED_LONG_LONG rest = TICK_MS, wanted;

	for (size_t i = 0; i < server->daemon_count; i++)
		if (MHD_get_timeout(server->daemons[i], &wanted) == MHD_YES &&
		    wanted < rest)
			rest = wanted;
	return rest;
}

/* A time of 0 would stop the timer, which is what is wanted without clients. */
static void set_timer(const struct metrics_server *server, bool busy)
{
	uint64_t ns = busy ? rest_ms(server) * NS_PER_MS + 1 : 0;
	const struct itimerspec timer = {
		.it_value = {.tv_sec = (time_t)(ns / NS_PER_S),
			     .tv_nsec = (long)(ns % NS_PER_S)},
	};

	(void)timerfd_settime(server->timer_fd, 0, &timer, NULL);
}

void metrics_server_run(struct metrics_server *server,
			const struct metrics *metrics)
{
	/* After the last one has gone, too: others may wait for its place. */
	bool busy = server->client_count > 0;
	uint64_t expirations;

	(void)!read(server->timer_fd, &expirations, sizeof(expirations));
	server->metrics = metrics;
	for (size_t i = 0; i < server->daemon_count; i++)
		(void)MHD_run(server->daemons[i]);
	server->metrics = NULL;
	end_clients(server);
	set_timer(server, busy || server->client_count > 0);
}

void metrics_server_renew(struct metrics_server *server)
{
	/* Those who are still being sent an old page keep it till then. */
	for (int i = 0; i < METRICS_FORMAT_COUNT; i++) {
		if (server->pages[i])
			MHD_destroy_response(server->pages[i]);
		server->pages[i] = NULL;
	}
}

int metrics_server_fd(const struct metrics_server *server)
{
	return server->epoll_fd;
}

/* --- beginning and end --- */

static int watch(const struct metrics_server *server, int fd)
{
	struct epoll_event entry = {.events = EPOLLIN};

	return epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &entry) ? -errno
								      : 0;
}

struct metrics_server *metrics_server_new(bool per_device)
{
	struct metrics_server *server = calloc(1, sizeof(*server));

	if (!server)
		return NULL;
	server->per_device = per_device;
	for (size_t i = 0; i < CLIENTS; i++)
		server->clients[i].fd = -1;
	server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	server->timer_fd =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (server->epoll_fd >= 0 && server->timer_fd >= 0 &&
	    !watch(server, server->timer_fd))
		return server;
	metrics_server_free(server);
	return NULL;
}

void metrics_server_free(struct metrics_server *server)
{
	if (!server)
		return;
	for (size_t i = 0; i < server->daemon_count; i++)
		MHD_stop_daemon(server->daemons[i]);
	metrics_server_renew(server);
	(void)close(server->timer_fd);
	(void)close(server->epoll_fd);
	free(server);
}

static struct MHD_Daemon *start_daemon(struct metrics_server *server, int fd)
{
	return MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, answer, server,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned int)CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		CONNECTION_BYTES, MHD_OPTION_NOTIFY_CONNECTION, note_client,
		server, MHD_OPTION_END);
}

int metrics_server_listen(struct metrics_server *server,
			  const union listen_address *address)
{
	int fd = listen_address_open(address);
	struct MHD_Daemon *daemon;

	if (fd < 0)
		return fd;
	daemon = start_daemon(server, fd);
	if (!daemon) {
		(void)close(fd);
		return -ENOMEM;
	}
	server->daemons[server->daemon_count++] = daemon;
	return watch(server,
		     MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)
			     ->epoll_fd);
}
