// SPDX-License-Identifier: GPL-2.0-only
#include "kallsyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Further behind a symbol than any function is long. */
#define MAX_OFFSET (1u << 20)

struct entry {
	uint64_t address;
	/* Into the arena. Names are added in the order of the file. */
	uint32_t name;
	uint32_t module : 31; /* 0: the kernel itself */
	uint32_t global : 1;
};

struct kallsyms {
	struct entry *entries;
	size_t count, room;
	char *arena; /* begins with "", so that no string stands at 0 */
	size_t arena_size, arena_room;
	size_t hidden; /* symbols with address 0 */
	uint32_t last_module;
};

/* A line of the file: "ffffffffc0a81230 t vmx_deliver_interrupt\t[kvm]". */
struct line {
	uint64_t address;
	char type;
	char *name;
	char *module; /* NULL for the kernel itself */
};

/* Cuts "\t[kvm]" off @name. Returns its inside, NULL if there is none. */
static char *split_module(char *name)
{
	char *module = strpbrk(name, " \t");
	char *end;

	if (!module)
		return NULL;
	*module++ = '\0';
	module += strspn(module, " \t");
	end = strchr(module, ']');
	if (*module != '[' || !end || end == module + 1 || end[1])
		return NULL;
	*end = '\0';
	return module + 1;
}

static bool parse_line(char *text, struct line *line)
{
	size_t len = strcspn(text, "\n");
	size_t digits = strspn(text, "0123456789abcdef");
	bool in_module;

	/* A last line without its end was cut, perhaps in the name. */
	if (text[len] != '\n' || !digits || digits > 16 || len < digits + 4)
		return false;
	text[len] = '\0';
	if (text[digits] != ' ' || text[digits + 2] != ' ')
		return false;
	line->address = strtoull(text, NULL, 16);
	line->type = text[digits + 1];
	line->name = text + digits + 3;
	in_module = strpbrk(line->name, " \t");
	line->module = split_module(line->name);
	return *line->name && (line->module || !in_module);
}

/* Makes room for @count more of @size bytes each. Returns 0 or -ENOMEM. */
static int reserve(void **items, size_t used, size_t *room, size_t count,
		   size_t size)
{
	size_t wanted = *room ? *room : 4096;
	void *larger;

	if (*items && used + count <= *room)
		return 0;
	while (wanted < used + count)
		wanted *= 2;
	larger = realloc(*items, wanted * size);
	if (!larger)
		return -ENOMEM;
	*items = larger;
	*room = wanted;
	return 0;
}

static int add_string(struct kallsyms *table, const char *text, uint32_t *at)
{
	size_t size = strlen(text) + 1;
	void *arena = table->arena;

	/* entry.module has 31 bits. */
	if (table->arena_size + size > INT32_MAX ||
	    reserve(&arena, table->arena_size, &table->arena_room, size, 1) < 0)
		return -ENOMEM;
	table->arena = arena;
	*at = (uint32_t)table->arena_size;
	memcpy(table->arena + *at, text, size);
	table->arena_size += size;
	return 0;
}

/* The symbols of a module stand together, so comparing with one will do. */
static int add_module(struct kallsyms *table, const char *module, uint32_t *at)
{
	*at = 0;
	if (!module)
		return 0;
	if (strcmp(table->arena + table->last_module, module) != 0 &&
	    add_string(table, module, &table->last_module) < 0)
		return -ENOMEM;
	*at = table->last_module;
	return 0;
}

static int add_symbol(struct kallsyms *table, const struct line *line)
{
	struct entry entry = {.address = line->address,
			      .global = line->type == 'T'};
	void *entries = table->entries;
	uint32_t module;

	if (!strchr("tTwW", line->type))
		return 0;
	if (!line->address) {
		table->hidden++;
		return 0;
	}
	if (add_module(table, line->module, &module) < 0 ||
	    add_string(table, line->name, &entry.name) < 0 ||
	    reserve(&entries, table->count, &table->room, 1, sizeof(entry)) < 0)
		return -ENOMEM;
	entry.module = module & INT32_MAX;
	table->entries = entries;
	table->entries[table->count++] = entry;
	return 0;
}

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (a->global != b->global)
		return a->global ? -1 : 1;
	return (a->name > b->name) - (a->name < b->name);
}

static int read_symbols(struct kallsyms *table, FILE *file)
{
	char *text = NULL;
	size_t size = 0;
	int error = add_string(table, "", &table->last_module);

	errno = 0;
	while (!error && getline(&text, &size, file) >= 0) {
		struct line line;

		if (parse_line(text, &line))
			error = add_symbol(table, &line);
	}
	if (!error && ferror(file))
		error = errno ? -errno : -EIO;
	free(text);
	return error;
}

int kallsyms_load(FILE *file, struct kallsyms **result)
{
	struct kallsyms *table = calloc(1, sizeof(*table));
	int error;

	if (!table)
		return -ENOMEM;
	error = read_symbols(table, file);
	if (!error && !table->count)
		error = table->hidden ? -EPERM : -ENODATA;
	if (error) {
		kallsyms_free(table);
		return error;
	}
	qsort(table->entries, table->count, sizeof(*table->entries),
	      compare_entries);
	*result = table;
	return 0;
}

void kallsyms_free(struct kallsyms *table)
{
	if (!table)
		return;
	free(table->entries);
	free(table->arena);
	free(table);
}

size_t kallsyms_count(const struct kallsyms *table)
{
	return table->count;
}

/* How many entries begin at or below @address. */
static size_t count_below(const struct kallsyms *table, uint64_t address)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->entries[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool kallsyms_find(const struct kallsyms *table, uint64_t address,
		   struct symbol *symbol)
{
	size_t index = count_below(table, address);
	const struct entry *entry;

	if (!index)
		return false;
	entry = &table->entries[index - 1];
	while (entry > table->entries && entry[-1].address == entry->address)
		entry--;
	if (address - entry->address > MAX_OFFSET)
		return false;
	*symbol = (struct symbol){
		.name = table->arena + entry->name,
		.module = entry->module ? table->arena + entry->module : NULL,
		.offset_bytes = address - entry->address,
	};
	return true;
}

static bool is_named(const struct line *line, const char *module,
		     const char *name)
{
	return !strcmp(line->name, name) &&
	       !strcmp(line->module ? line->module : "", module ? module : "");
}

bool kallsyms_read_address(FILE *file, const char *module, const char *name,
			   uint64_t *address)
{
	struct line line = {.address = 0};
	char *text = NULL;
	size_t size = 0;

	rewind(file);
	*address = 0;
	while (!*address && getline(&text, &size, file) >= 0)
		if (parse_line(text, &line) && is_named(&line, module, name))
			*address = line.address;
	free(text);
	return *address;
}

bool kallsyms_address_of(const struct kallsyms *table, const char *module,
			 const char *name, uint64_t *address)
{
	/* The kernel itself is the module "" at the arena's beginning. */
	const char *wanted = module ? module : "";

	for (size_t i = 0; i < table->count; i++) {
		const struct entry *entry = &table->entries[i];

		if (strcmp(table->arena + entry->name, name) != 0 ||
		    strcmp(table->arena + entry->module, wanted) != 0)
			continue;
		*address = entry->address;
		return true;
	}
	return false;
}
