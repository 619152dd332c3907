// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaches an empty program to each function named, says "attached", and
 * stays until its standard input ends.
 *
 * usage: floor [entry:|exit:]FUNCTION...
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "floor.skel.h"

static int attach(const char *how, const char *function)
{
	struct floor_bpf *skeleton = floor_bpf__open();
	struct bpf_program *program;

	if (!skeleton)
		return -1;
	program = strcmp(how, "exit") == 0 ? skeleton->progs.floor_exit
					   : skeleton->progs.floor_entry;
	bpf_program__set_autoload(program, true);
	if (bpf_program__set_attach_target(program, 0, function) ||
	    floor_bpf__load(skeleton))
		return -1;
	/* The link, as the object, stays until the process ends. */
	return bpf_program__attach(program) ? 0 : -1;
}

int main(int argc, char **argv)
{
	char byte;

	for (int i = 1; i < argc; i++) {
		char *colon = strchr(argv[i], ':');

		if (colon)
			*colon = '\0';
		if (attach(colon ? argv[i] : "entry",
			   colon ? colon + 1 : argv[i])) {
			(void)fprintf(stderr, "floor: cannot attach to %s\n",
				      colon ? colon + 1 : argv[i]);
			return 1;
		}
	}
	puts("attached");
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
