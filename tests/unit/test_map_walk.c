// SPDX-License-Identifier: GPL-2.0-only
/* Hash maps that are read in batches, or entry by entry on older kernels. */
#include "support.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "map_walk.h"

#define FD      77
#define ENTRIES 1000
/* Buckets have this many entries each, but for the last. */
#define BUCKET 300

/* --- a map, in the place of the kernel's --- */

static struct {
	uint32_t entries;
	bool has_batches;
	int batch_error; /* of the second batch */
	int key_error; /* of the key after @error_at */
	uint32_t error_at;
	uint32_t gone; /* this entry cannot be looked up; 0: all can */
	unsigned int calls;
} map;

static uint32_t value_of(uint32_t key)
{
	return 3 * key + 1;
}

int bpf_map_lookup_batch(int fd, void *in, void *out, void *keys, void *values,
			 __u32 *count, const struct bpf_map_batch_opts *opts)
{
	uint32_t first = in ? *(uint32_t *)in : 0, n;

	assert_int_equal(fd, FD);
	assert_null(opts);
	map.calls++;
	if (!map.has_batches)
		return -EINVAL;
	if (in && map.batch_error)
		return map.batch_error;
	n = map.entries - first < BUCKET ? map.entries - first : BUCKET;
	if (*count < n)
		return -ENOSPC;
	for (uint32_t i = 0; i < n; i++) {
		((uint32_t *)keys)[i] = first + i;
		((uint32_t *)values)[i] = value_of(first + i);
	}
	*count = n;
	*(uint32_t *)out = first + n;
	return first + n == map.entries ? -ENOENT : 0;
}

int bpf_map_get_next_key(int fd, const void *key, void *next)
{
	uint32_t number = key ? *(const uint32_t *)key + 1 : 0;

	assert_int_equal(fd, FD);
	if (map.key_error && number == map.error_at)
		return map.key_error;
	if (number >= map.entries)
		return -ENOENT;
	*(uint32_t *)next = number;
	return 0;
}

int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	uint32_t number = *(const uint32_t *)key;

	assert_int_equal(fd, FD);
	if (map.gone && number == map.gone)
		return -ENOENT;
	*(uint32_t *)value = value_of(number);
	return 0;
}

/* --- who walks --- */

struct seen {
	uint8_t times[ENTRIES];
	uint32_t count;
	uint32_t stop_at; /* entries after which it has had enough; 0: never */
};

static int see(void *arg, const void *key, const void *value)
{
	struct seen *seen = arg;
	uint32_t number;

	memcpy(&number, key, sizeof(number));
	assert_in_range(number, 0, map.entries - 1);
	assert_int_equal(*(const uint32_t *)value, value_of(number));
	seen->times[number]++;
	seen->count++;
	return seen->stop_at == seen->count ? -EPIPE : 0;
}

static int walk(struct seen *seen)
{
	return map_walk(FD, sizeof(uint32_t), sizeof(uint32_t), see, seen);
}

static void set_map(uint32_t entries, bool has_batches)
{
	memset(&map, 0, sizeof(map));
	map.entries = entries;
	map.has_batches = has_batches;
}

static void each_is_seen_once(void **state)
{
	static const uint32_t entries[] = {0, 1, 255, 256, 300, 301, ENTRIES};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(entries); i++) {
		struct seen seen = {.count = 0};

		set_map(entries[i / 2], i % 2);
		assert_int_equal(walk(&seen), 0);
		assert_int_equal(seen.count, map.entries);
		for (uint32_t n = 0; n < map.entries; n++)
			assert_int_equal(seen.times[n], 1);
	}
}

/* A batch takes few calls; more room is made no oftener than that needs. */
static void batches_are_few(void **state)
{
	struct seen seen = {.count = 0};

	(void)state;
	set_map(ENTRIES, true);
	assert_int_equal(walk(&seen), 0);
	assert_in_range(map.calls, 1, 1 + (ENTRIES + BUCKET - 1) / BUCKET);
}

static void walks_can_be_stopped(void **state)
{
	(void)state;
	for (int has_batches = 0; has_batches < 2; has_batches++) {
		struct seen seen = {.stop_at = 5};

		set_map(ENTRIES, has_batches);
		assert_int_equal(walk(&seen), -EPIPE);
		assert_int_equal(seen.count, 5);
	}
}

/* Entries that went away between two calls are passed over. */
static void entries_that_have_gone(void **state)
{
	struct seen seen = {.count = 0};

	(void)state;
	set_map(10, false);
	map.gone = 4;
	assert_int_equal(walk(&seen), 0);
	assert_int_equal(seen.count, 9);
	assert_int_equal(seen.times[4], 0);
}

static void errors_end_a_walk(void **state)
{
	struct seen seen = {.count = 0}, none = {.count = 0};

	(void)state;
	set_map(ENTRIES, true);
	map.batch_error = -EIO;
	assert_int_equal(walk(&seen), -EIO);
	assert_int_equal(seen.count, BUCKET);
	set_map(ENTRIES, false);
	map.key_error = -EIO;
	map.error_at = 3;
	assert_int_equal(walk(&none), -EIO);
	assert_int_equal(none.count, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_seen_once),
		cmocka_unit_test(batches_are_few),
		cmocka_unit_test(walks_can_be_stopped),
		cmocka_unit_test(entries_that_have_gone),
		cmocka_unit_test(errors_end_a_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
