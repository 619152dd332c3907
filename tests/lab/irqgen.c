// SPDX-License-Identifier: GPL-2.0-only
/*
 * irqgen: open PCI devices through VFIO, have them raise known numbers of
 * interrupts, and run a tiny KVM guest that takes some of them by irqfd.
 *
 * Commands come on stdin, one a line; each is answered by one line on
 * stdout, "ok [key=value ...]" or "error <cause>". See irqgen-commands.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "irqgen-commands.h"
#include "irqgen-parse.h"
#include "irqgen-reply.h"

#define MAX_WORDS 16

int main(void)
{
	char *words[MAX_WORDS];
	char *line = NULL;
	size_t room = 0;
	int n, quit = 0;

	while (!quit && getline(&line, &room, stdin) > 0) {
		n = parse_words(line, words, MAX_WORDS);
		if (!n || words[0][0] == '#')
			continue;
		quit = strcmp(words[0], "quit") == 0;
		reply_send(quit ? 0 : command_run(n, words));
	}
	free(line);
	return 0;
}
