// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two functions of elfutils that libelf calls as it opens and closes a file,
 * and that are missing in libelf.a 0.192, as Debian 13 has it (elfutils' bug
 * 32293). They keep a tree of what elf_getdata_rawchunk() has read. Nothing
 * here calls that function: libelf.a lacks the rest of what it needs, too, so a
 * program that did would not link. Hence the tree is always empty.
 *
 * Weak, since other versions of libelf.a have them.
 */
#include <stddef.h>

struct search_tree {
	void *root;
	/* Where elfutils has locks, one follows. libelf has zeroed it. */
};

void eu_search_tree_init(struct search_tree *tree);
void eu_search_tree_fini(struct search_tree *tree, void (*free_node)(void *));

__attribute__((weak)) void eu_search_tree_init(struct search_tree *tree)
{
	tree->root = NULL;
}

__attribute__((weak)) void eu_search_tree_fini(struct search_tree *tree,
					       void (*free_node)(void *node))
{
	(void)tree;
	(void)free_node;
}
