// SPDX-License-Identifier: GPL-2.0-only
/* The server of metrics and its clients, all in one thread, on a false clock.
 */
#include "support.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "metrics_server.h"

#define MS          UINT64_C(1000000)
#define S           (1000 * MS)
#define CONNECTIONS 64 /* at once */
#define PAGE        "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"

/* --- in the place of the system's --- */

static uint64_t added_ns;
static uint64_t timer_ns;
static int listening_fd;

static void *next(const char *function)
{
	void *found = dlsym(RTLD_NEXT, function);

	assert_non_null(found);
	return found;
}

/* Time goes on by itself as slowly as it can. */
int clock_gettime(clockid_t id, struct timespec *now)
{
	(void)id;
	*now = (struct timespec){
		.tv_sec = (time_t)(1000 + added_ns / S),
		.tv_nsec = (long)(added_ns % S),
	};
	return 0;
}

/* It never goes off here. */
int timerfd_settime(int fd, int flags, const struct itimerspec *timer,
		    struct itimerspec *before)
{
	(void)fd;
	(void)flags;
	(void)before;
	assert_int_equal(timer->it_interval.tv_sec, 0);
	assert_int_equal(timer->it_interval.tv_nsec, 0);
	assert_in_range(timer->it_value.tv_nsec, 0, S - 1);
	timer_ns = (uint64_t)timer->it_value.tv_sec * S +
		   (uint64_t)timer->it_value.tv_nsec;
	return 0;
}

int listen(int fd, int backlog)
{
	int (*real)(int, int) = next("listen");

	listening_fd = fd;
	return real(fd, backlog);
}

/* --- a server --- */

struct scene {
	struct metrics_server *server;
	struct metrics metrics;
	struct snapshot *snapshot;
	struct sockaddr_in at[LISTEN_ADDRESSES];
};

static void set_count(struct scene *scene, uint64_t count)
{
	snapshot_free(scene->snapshot);
	scene->snapshot = snapshot_new(1);
	assert_non_null(scene->snapshot);
	set_vector(&scene->snapshot->vectors[0], 1, VECTOR_MSIX, 5, 30,
		   PATH_IRQFD, count);
	configured_unused(&scene->snapshot->vectors[0].configured);
	snapshot_finish(scene->snapshot, NULL, 0);
	scene->metrics.snapshot = scene->snapshot;
}

static void listen_at(struct scene *scene, size_t i)
{
	union listen_address address = {.ip4 = {.sin_family = AF_INET}};
	socklen_t size = sizeof(scene->at[i]);

	address.ip4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(metrics_server_listen(scene->server, &address), 0);
	assert_int_equal(getsockname(listening_fd,
				     (struct sockaddr *)&scene->at[i], &size),
			 0);
}

static void open_scene(struct scene *scene, bool per_device)
{
	added_ns = 0;
	timer_ns = 0;
	*scene = (struct scene){
		.server = metrics_server_new(per_device),
		.metrics.run.version = "1",
	};
	assert_non_null(scene->server);
	set_count(scene, 7);
	listen_at(scene, 0);
}

static void close_scene(struct scene *scene)
{
	metrics_server_free(scene->server);
	snapshot_free(scene->snapshot);
}

/* As the loop of pitrace does. Returns whether there was something to do. */
static bool serve(struct scene *scene)
{
	struct pollfd fd = {metrics_server_fd(scene->server), POLLIN, 0};
	bool ready = poll(&fd, 1, 0) == 1;

	metrics_server_run(scene->server, &scene->metrics);
	return ready;
}

static void serve_until_idle(struct scene *scene)
{
	serve(scene);
	for (int i = 0; i < 1000 && serve(scene); i++)
		;
}

/* --- clients --- */

static int connect_to(const struct sockaddr_in *at)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)at, sizeof(*at)),
			 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static int client_of(struct scene *scene, const char *request)
{
	int fd = connect_to(&scene->at[0]);

	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL),
			 strlen(request));
	serve_until_idle(scene);
	return fd;
}

/* What has come so far; *@ended: and no more will. */
static char *received(int fd, bool *ended)
{
	size_t room = 1 << 16, used = 0;
	char *text = calloc(1, room);
	ssize_t got;

	assert_non_null(text);
	while ((got = recv(fd, text + used, room - used - 1, 0)) > 0)
		used += (size_t)got;
	assert_true(used < room - 1);
	*ended = !got || errno != EAGAIN;
	return text;
}

static bool has_ended(int fd)
{
	bool ended;

	free(received(fd, &ended));
	return ended;
}

static char *ask(struct scene *scene, const char *request)
{
	int fd = client_of(scene, request);
	bool ended;
	char *text = received(fd, &ended);

	assert_true(ended);
	close(fd);
	serve_until_idle(scene);
	return text;
}

static void expect_answer(struct scene *scene, const char *request,
			  const char *const parts[4])
{
	char *text = ask(scene, request);

	for (size_t i = 0; i < 4 && parts[i]; i++)
		if (!strstr(text, parts[i]))
			fail_msg("no '%s' in '%s'", parts[i], text);
	free(text);
}

/* --- tests --- */

static void requests_have_answers(void **state)
{
	static const struct {
		const char *request;
		const char *parts[4];
	} cases[] = {
		{PAGE,
		 {"HTTP/1.1 200 ", "\r\nConnection: close\r\n",
		  "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8",
		  "\npitrace_build_info{"}},
		{"GET /metrics HTTP/1.1\r\nHost: x\r\n"
		 "Accept: application/openmetrics-text; version=1.0.0\r\n\r\n",
		 {"HTTP/1.1 200 ",
		  "\r\nContent-Type: application/openmetrics-text;",
		  "\n# EOF\n"}},
		{"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		 {"HTTP/1.1 200 ",
		  "\r\nContent-Type: text/plain; charset=utf-8\r\n",
		  "\r\nConnection: close\r\n",
		  "\r\n\r\npitrace: the metrics are at /metrics\n"}},
		{"GET /none HTTP/1.1\r\nHost: x\r\n\r\n",
		 {"HTTP/1.1 404 ", "\r\nConnection: close\r\n",
		  "\r\n\r\nnot found; the metrics are at /metrics\n"}},
		{"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
		 "\r\n",
		 {"HTTP/1.1 405 ", "\r\nAllow: GET, HEAD\r\n",
		  "\r\nConnection: close\r\n", "\r\n\r\nonly GET and HEAD\n"}},
	};
	struct scene scene;

	(void)state;
	open_scene(&scene, false);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect_answer(&scene, cases[i].request, cases[i].parts);
	close_scene(&scene);
}

static void only_refusals_name_methods(void **state)
{
	struct scene scene;
	char *text;

	(void)state;
	open_scene(&scene, false);
	text = ask(&scene, "GET /none HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_null(strstr(text, "Allow:"));
	free(text);
	close_scene(&scene);
}

static void heads_have_no_bodies(void **state)
{
	struct scene scene;
	char *text, *end;

	(void)state;
	open_scene(&scene, false);
	text = ask(&scene, "HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_non_null(strstr(text, "HTTP/1.1 200 "));
	end = strstr(text, "\r\n\r\n");
	assert_non_null(end);
	assert_string_equal(end, "\r\n\r\n");
	free(text);
	close_scene(&scene);
}

/* All who ask between two snapshots get the same page. */
static void pages_last_till_the_next(void **state)
{
	struct scene scene;
	char *first, *second, *third;

	(void)state;
	open_scene(&scene, false);
	first = ask(&scene, PAGE);
	assert_non_null(strstr(first, "} 7\n"));
	set_count(&scene, 8);
	second = ask(&scene, PAGE);
	assert_non_null(strstr(second, "} 7\n"));
	metrics_server_renew(scene.server);
	third = ask(&scene, PAGE);
	assert_non_null(strstr(third, "} 8\n"));
	assert_null(strstr(third, "} 7\n"));
	free(first);
	free(second);
	free(third);
	close_scene(&scene);
}

static void series_are_of_vectors_or_devices(void **state)
{
	struct scene scene;
	char *text;

	(void)state;
	open_scene(&scene, false);
	text = ask(&scene, PAGE);
	assert_non_null(strstr(text, "vector=\""));
	free(text);
	close_scene(&scene);
	open_scene(&scene, true);
	text = ask(&scene, PAGE);
	assert_null(strstr(text, "vector=\""));
	free(text);
	close_scene(&scene);
}

static void several_addresses(void **state)
{
	struct scene scene;
	bool ended;
	char *text;
	int fd;

	(void)state;
	open_scene(&scene, false);
	listen_at(&scene, 1);
	fd = connect_to(&scene.at[1]);
	assert_int_equal(send(fd, PAGE, strlen(PAGE), 0), strlen(PAGE));
	serve_until_idle(&scene);
	text = received(fd, &ended);
	assert_true(ended);
	assert_non_null(strstr(text, "HTTP/1.1 200 "));
	free(text);
	close(fd);
	text = ask(&scene, PAGE);
	assert_non_null(strstr(text, "HTTP/1.1 200 "));
	free(text);
	close_scene(&scene);
}

static void addresses_that_are_taken(void **state)
{
	union listen_address address;
	struct scene scene;

	(void)state;
	open_scene(&scene, false);
	address.ip4 = scene.at[0];
	assert_int_equal(metrics_server_listen(scene.server, &address),
			 -EADDRINUSE);
	free(ask(&scene, PAGE));
	close_scene(&scene);
}

/* Nothing wakes a server that nobody uses. */
static void idle_servers_sleep(void **state)
{
	struct scene scene;
	int fd;

	(void)state;
	open_scene(&scene, false);
	serve_until_idle(&scene);
	assert_int_equal(timer_ns, 0);
	assert_false(serve(&scene));
	fd = connect_to(&scene.at[0]);
	assert_true(serve(&scene));
	serve_until_idle(&scene);
	assert_in_range(timer_ns, 1, 500 * MS + 1);
	assert_false(serve(&scene));
	assert_in_range(timer_ns, 1, 500 * MS + 1);
	close(fd);
	serve_until_idle(&scene);
	added_ns += S;
	serve_until_idle(&scene);
	serve_until_idle(&scene);
	assert_int_equal(timer_ns, 0);
	close_scene(&scene);
}

static void pass(struct scene *scene, uint64_t ns)
{
	added_ns += ns;
	serve_until_idle(scene);
	serve_until_idle(scene);
}

/* However often it says something. */
static void slow_clients_are_let_go(void **state)
{
	struct scene scene;
	int slow, late;

	(void)state;
	open_scene(&scene, false);
	slow = client_of(&scene, "GET /met");
	pass(&scene, 5 * S);
	late = client_of(&scene, "GET /met");
	for (int i = 0; i < 4; i++) {
		pass(&scene, S);
		assert_int_equal(send(slow, "r", 1, MSG_NOSIGNAL), 1);
	}
	pass(&scene, 900 * MS);
	assert_false(has_ended(slow));
	pass(&scene, 600 * MS);
	assert_true(has_ended(slow));
	assert_false(has_ended(late));
	pass(&scene, 4 * S);
	assert_false(has_ended(late));
	pass(&scene, 600 * MS);
	assert_true(has_ended(late));
	close(slow);
	close(late);
	pass(&scene, S);
	free(ask(&scene, PAGE));
	close_scene(&scene);
}

/* Amid its request; its place is free after a moment. */
static void clients_that_have_gone(void **state)
{
	struct scene scene;
	int fds[CONNECTIONS], waiting;

	(void)state;
	open_scene(&scene, false);
	for (size_t i = 0; i < CONNECTIONS; i++)
		fds[i] = client_of(&scene, "GET /met");
	waiting = client_of(&scene, PAGE);
	pass(&scene, 600 * MS);
	assert_false(has_ended(waiting));
	for (size_t i = 0; i < CONNECTIONS; i++)
		assert_false(has_ended(fds[i]));
	assert_int_equal(shutdown(fds[CONNECTIONS - 1], SHUT_WR), 0);
	pass(&scene, 600 * MS);
	pass(&scene, 600 * MS);
	assert_true(has_ended(waiting));
	assert_true(has_ended(fds[CONNECTIONS - 1]));
	for (size_t i = 0; i < CONNECTIONS - 1; i++)
		assert_false(has_ended(fds[i]));
	for (size_t i = 0; i < CONNECTIONS; i++)
		close(fds[i]);
	close(waiting);
	close_scene(&scene);
}

/* Two at once: each has a time of its own. */
static void places_are_used_again(void **state)
{
	struct scene scene;
	int first, second;

	(void)state;
	open_scene(&scene, false);
	first = client_of(&scene, "GET /met");
	pass(&scene, 6 * S);
	close(first);
	pass(&scene, S);
	second = client_of(&scene, "GET /met");
	pass(&scene, 9 * S);
	assert_false(has_ended(second));
	pass(&scene, 2 * S);
	assert_true(has_ended(second));
	close(second);
	pass(&scene, S);
	assert_int_equal(timer_ns, 0);
	close_scene(&scene);
}

/* A request larger than what a client may take is refused. */
static void requests_are_bounded(void **state)
{
	static const char begin[] = "GET /metrics HTTP/1.1\r\nHost: x\r\nA: ";
	char request[20000];
	struct scene scene;
	bool ended;
	char *text;
	int fd;

	(void)state;
	open_scene(&scene, false);
	memset(request, 'x', sizeof(request) - 1);
	request[sizeof(request) - 1] = '\0';
	memcpy(request, begin, strlen(begin));
	fd = client_of(&scene, request);
	text = received(fd, &ended);
	assert_null(strstr(text, "HTTP/1.1 200 "));
	free(text);
	close(fd);
	close_scene(&scene);
}

static void nothing_to_free(void **state)
{
	(void)state;
	metrics_server_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_have_answers),
		cmocka_unit_test(only_refusals_name_methods),
		cmocka_unit_test(heads_have_no_bodies),
		cmocka_unit_test(pages_last_till_the_next),
		cmocka_unit_test(series_are_of_vectors_or_devices),
		cmocka_unit_test(several_addresses),
		cmocka_unit_test(addresses_that_are_taken),
		cmocka_unit_test(idle_servers_sleep),
		cmocka_unit_test(slow_clients_are_let_go),
		cmocka_unit_test(clients_that_have_gone),
		cmocka_unit_test(places_are_used_again),
		cmocka_unit_test(requests_are_bounded),
		cmocka_unit_test(nothing_to_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
