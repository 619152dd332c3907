// SPDX-License-Identifier: GPL-2.0-only
/*
 * What this CPU takes for work that is known, so that times measured on it
 * can be compared with those of another one; and what this kernel takes for
 * a file to be opened, read and closed, which is the least that a reader of it
 * can cost.
 *
 * usage: calibrate [FILE...]     prints one line
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS               20000000u
#define INSTRUCTIONS_A_ROUND 2 /* dec, jnz */
#define COPY_BYTES           (4u << 20)
#define COPIES               8
#define READS                16
#define READ_BYTES           4096
#define NS_A_SECOND          1000000000u

static uint64_t cpu_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * NS_A_SECOND + (uint64_t)now.tv_nsec;
}

static double loop_ns(void)
{
	uint64_t left = ROUNDS, start = cpu_ns();

	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(left) : : "cc");
	return (double)(cpu_ns() - start) / ROUNDS / INSTRUCTIONS_A_ROUND;
}

static double copy_ns_a_kib(char *to, char *from)
{
	uint64_t start = cpu_ns();

	for (int i = 0; i < COPIES; i++) {
		memcpy(to, from, COPY_BYTES);
		/* Somebody may look at the copy. */
		__asm__ volatile("" : : "r"(to) : "memory");
	}
	return (double)(cpu_ns() - start) / COPIES / (COPY_BYTES / 1024);
}

static int read_whole(const char *path, char *buffer)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;

	if (fd < 0)
		return -1;
	do
		got = read(fd, buffer, READ_BYTES);
	while (got > 0);
	(void)close(fd);
	return (int)got;
}

static int time_file(const char *path, char *buffer)
{
	uint64_t start = cpu_ns();

	for (int i = 0; i < READS; i++) {
		if (read_whole(path, buffer)) {
			perror(path);
			return -1;
		}
	}
	(void)printf(" %s=%.0f_ns", path, (double)(cpu_ns() - start) / READS);
	return 0;
}

int main(int argc, char **argv)
{
	int err = 0;
	char *from = malloc(COPY_BYTES), *to = malloc(COPY_BYTES);

	if (!from || !to) {
		(void)fputs("calibrate: out of memory\n", stderr);
		return 1;
	}
	memset(from, 1, COPY_BYTES);
	memset(to, 1, COPY_BYTES);
	(void)printf("loop_ns_per_instruction=%.3f memcpy_ns_per_kib=%.1f",
		     loop_ns(), copy_ns_a_kib(to, from));
	for (int i = 1; i < argc && !err; i++)
		err = time_file(argv[i], from);
	(void)putchar('\n');
	free(from);
	free(to);
	return err ? 1 : 0;
}
