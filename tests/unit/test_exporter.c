// SPDX-License-Identifier: GPL-2.0-only
/* Metrics over HTTP and in a file, and what is said of both. */
#include "support.h"
#undef fail /* cmocka's */

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exporter.h"

static const struct metrics metrics = {.run = {.version = "1"}};

/* --- in the place of the system's --- */

/* Errors of bind(), the first call's first; 0: as the system has it. */
static int bind_errors[2];
static size_t binds;
static struct sockaddr_in bound;

static void *next(const char *function)
{
	void *found = dlsym(RTLD_NEXT, function);

	assert_non_null(found);
	return found;
}

/* Any port that is free, whatever was asked for. */
int bind(int fd, const struct sockaddr *address, socklen_t size)
{
	int (*real)(int, const struct sockaddr *, socklen_t) = next("bind");
	int error = bind_errors[binds++ % ARRAY_SIZE(bind_errors)];
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t bound_size = sizeof(bound);

	(void)size;
	if (error) {
		errno = error;
		return -1;
	}
	if (address->sa_family != AF_INET)
		return real(fd, address, size);
	if (real(fd, (struct sockaddr *)&any, sizeof(any)))
		return -1;
	return getsockname(fd, (struct sockaddr *)&bound, &bound_size);
}

/* --- an exporter --- */

struct scene {
	char directory[TEMPORARY_LEN], path[TEMPORARY_LEN + 16];
	struct options options;
	struct exporter exporter;
	struct failure failure;
	int stderr_fd, notes_fd;
};

/* What is said on standard error goes into a file. */
static void open_scene(struct scene *scene, const char *listen)
{
	char notes[TEMPORARY_LEN];

	*scene = (struct scene){.failure.exit_code = EXIT_DONE};
	binds = 0;
	temporary_template(scene->directory);
	assert_non_null(mkdtemp(scene->directory));
	snprintf(scene->path, sizeof(scene->path), "%s/a.prom",
		 scene->directory);
	if (listen)
		assert_int_equal(
			listen_addresses_parse(listen, &scene->options.listen),
			0);
	temporary_template(notes);
	scene->notes_fd = mkstemp(notes);
	scene->stderr_fd = dup(STDERR_FILENO);
	assert_true(scene->notes_fd >= 0 && scene->stderr_fd >= 0);
	assert_int_equal(unlink(notes), 0);
	dup2(scene->notes_fd, STDERR_FILENO);
}

/* All that was said; it belongs to the caller. */
static char *close_scene(struct scene *scene)
{
	char *text = calloc(1, 4096);

	exporter_close(&scene->exporter);
	dup2(scene->stderr_fd, STDERR_FILENO);
	close(scene->stderr_fd);
	assert_non_null(text);
	assert_true(pread(scene->notes_fd, text, 4095, 0) >= 0);
	close(scene->notes_fd);
	rmdir(scene->directory);
	memset(bind_errors, 0, sizeof(bind_errors));
	return text;
}

static int open_exporter(struct scene *scene)
{
	return exporter_open(&scene->exporter, &scene->options,
			     &scene->failure);
}

static void expect_notes(struct scene *scene, const char *expected)
{
	char *notes = close_scene(scene);

	assert_string_equal(notes, expected);
	free(notes);
}

/* --- over HTTP --- */

static int ask(void)
{
	static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&bound, sizeof(bound)),
			 0);
	assert_int_equal(send(fd, request, strlen(request), 0),
			 strlen(request));
	return fd;
}

/* The answer to one who asked, which ends in due time or never. */
static char *serve(struct scene *scene, int fd)
{
	char *text = calloc(1, 1 << 16);
	size_t used = 0;
	ssize_t got = -1;

	assert_non_null(text);
	for (int i = 0; i < 1000 && got; i++) {
		struct pollfd wait = {exporter_fd(&scene->exporter), POLLIN, 0};

		(void)poll(&wait, 1, 1);
		exporter_serve(&scene->exporter, &metrics);
		got = recv(fd, text + used, (1 << 16) - used - 1, MSG_DONTWAIT);
		used += got > 0 ? (size_t)got : 0;
	}
	assert_int_equal(got, 0);
	close(fd);
	return text;
}

static void metrics_are_served(void **state)
{
	struct scene scene;
	char *text;

	(void)state;
	open_scene(&scene, "127.0.0.1:9400");
	assert_int_equal(open_exporter(&scene), 0);
	assert_true(exporter_fd(&scene.exporter) >= 0);
	exporter_update(&scene.exporter, &metrics);
	text = serve(&scene, ask());
	assert_non_null(strstr(text, "pitrace_build_info{version=\"1\""));
	free(text);
	expect_notes(&scene,
		     "pitrace: metrics at http://127.0.0.1:9400/metrics\n");
}

/* Each snapshot has a page of its own. */
static void updates_renew_the_page(void **state)
{
	static const struct metrics later = {.run = {.version = "2"}};
	struct scene scene;
	char *text;

	(void)state;
	open_scene(&scene, "127.0.0.1:9400");
	assert_int_equal(open_exporter(&scene), 0);
	exporter_serve(&scene.exporter, &later);
	free(serve(&scene, ask()));
	exporter_update(&scene.exporter, &metrics);
	text = serve(&scene, ask());
	assert_non_null(strstr(text, "version=\"1\""));
	free(text);
	free(close_scene(&scene));
}

static void nobody_listens(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, NULL);
	assert_int_equal(open_exporter(&scene), 0);
	assert_int_equal(exporter_fd(&scene.exporter), -1);
	exporter_update(&scene.exporter, &metrics);
	exporter_serve(&scene.exporter, &metrics);
	expect_notes(&scene, "");
}

/* The second loopback need not be there, the first has to be. */
static void hosts_without_ip6(void **state)
{
	struct scene scene;

	(void)state;
	bind_errors[1] = EADDRNOTAVAIL;
	open_scene(&scene, "9400");
	assert_int_equal(open_exporter(&scene), 0);
	expect_notes(&scene,
		     "pitrace: metrics at http://127.0.0.1:9400/metrics\n");
	bind_errors[0] = EADDRNOTAVAIL;
	open_scene(&scene, "9400");
	assert_int_equal(open_exporter(&scene), -EADDRNOTAVAIL);
	assert_string_equal(scene.failure.text,
			    "listening at http://127.0.0.1:9400: "
			    "Cannot assign requested address");
	assert_int_equal(scene.failure.exit_code, EXIT_FAILED);
	expect_notes(&scene, "");
}

static void ports_that_are_taken(void **state)
{
	struct scene scene;

	(void)state;
	bind_errors[1] = EADDRINUSE;
	open_scene(&scene, "9400");
	assert_int_equal(open_exporter(&scene), -EADDRINUSE);
	assert_string_equal(scene.failure.text,
			    "listening at http://[::1]:9400: "
			    "Address already in use");
	assert_int_equal(scene.failure.exit_code, EXIT_FAILED);
	free(close_scene(&scene));
}

/* Only where a capability would help, it is named. */
static void ports_that_need_a_privilege(void **state)
{
	struct scene scene;

	(void)state;
	bind_errors[0] = EACCES;
	open_scene(&scene, "127.0.0.1:1023");
	assert_int_equal(open_exporter(&scene), -EACCES);
	assert_string_equal(scene.failure.text,
			    "listening at http://127.0.0.1:1023 needs "
			    "CAP_NET_BIND_SERVICE, as ports below 1024 do: "
			    "Permission denied");
	assert_int_equal(scene.failure.exit_code, EXIT_PRIVILEGE);
	free(close_scene(&scene));
	bind_errors[0] = EACCES;
	open_scene(&scene, "127.0.0.1:1024");
	assert_int_equal(open_exporter(&scene), -EACCES);
	assert_string_equal(scene.failure.text,
			    "listening at http://127.0.0.1:1024: "
			    "Permission denied");
	assert_int_equal(scene.failure.exit_code, EXIT_FAILED);
	free(close_scene(&scene));
	bind_errors[0] = EADDRINUSE;
	open_scene(&scene, "127.0.0.1:80");
	assert_int_equal(open_exporter(&scene), -EADDRINUSE);
	assert_int_equal(scene.failure.exit_code, EXIT_FAILED);
	free(close_scene(&scene));
}

/* --- in a file --- */

static void files_are_written_and_removed(void **state)
{
	struct scene scene;
	struct stat status;
	char *text;

	(void)state;
	open_scene(&scene, NULL);
	scene.options.textfile = scene.path;
	assert_int_equal(open_exporter(&scene), 0);
	exporter_update(&scene.exporter, &metrics);
	text = read_fixture(scene.path);
	assert_non_null(strstr(text, "version=\"1\""));
	free(text);
	expect_notes(&scene, "");
	assert_int_equal(stat(scene.path, &status), -1);
}

#define NOT_A_FILE(path)                                                       \
	"pitrace: writing '" path                                              \
	"': File exists (not a plain file); tracing goes on\n"

/* Once each, and again when it had worked meanwhile. */
static void errors_of_files_are_told_once(void **state)
{
	struct scene scene;
	char *notes, *once, line[300];

	(void)state;
	open_scene(&scene, NULL);
	scene.options.textfile = scene.path;
	assert_int_equal(open_exporter(&scene), 0);
	assert_int_equal(mkdir(scene.path, 0700), 0);
	exporter_update(&scene.exporter, &metrics);
	exporter_update(&scene.exporter, &metrics);
	assert_int_equal(rmdir(scene.path), 0);
	exporter_update(&scene.exporter, &metrics);
	assert_int_equal(unlink(scene.path), 0);
	assert_int_equal(mkdir(scene.path, 0700), 0);
	exporter_update(&scene.exporter, &metrics);
	assert_int_equal(rmdir(scene.path), 0);
	notes = close_scene(&scene);
	snprintf(line, sizeof(line), NOT_A_FILE("%s"), scene.path);
	once = strstr(notes, line);
	assert_ptr_equal(once, notes);
	assert_string_equal(once + strlen(line), line);
	free(notes);
}

/* A name is shown as it is, but never takes hold of a terminal. */
static void names_of_files_are_escaped(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, NULL);
	scene.options.textfile = "/none/a\x1b[2J.prom";
	assert_int_equal(open_exporter(&scene), 0);
	exporter_update(&scene.exporter, &metrics);
	expect_notes(&scene, "pitrace: writing '/none/a\\x1b[2J.prom': No such "
			     "file or directory; tracing goes on\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(metrics_are_served),
		cmocka_unit_test(updates_renew_the_page),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(hosts_without_ip6),
		cmocka_unit_test(ports_that_are_taken),
		cmocka_unit_test(ports_that_need_a_privilege),
		cmocka_unit_test(files_are_written_and_removed),
		cmocka_unit_test(errors_of_files_are_told_once),
		cmocka_unit_test(names_of_files_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
