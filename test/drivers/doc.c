/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define INI "doc/guides/nics/features/steer.ini"

struct entry {
	char section[32];
	char name[64];
	/* Something of that name was found in the code. */
	bool seen;
};

static struct entry entries[256];
static unsigned int n_entries;
static char *guide;

static char *
read_file(const char *path)
{
	const char *top = getenv("STEER_SOURCE");
	char name[4096], *text;
	size_t size;
	FILE *f;

	snprintf(name, sizeof(name), "%s/%s", top != NULL ? top : ".", path);
	f = fopen(name, "r");
	if (f == NULL)
		fail_msg("%s: cannot be opened; STEER_SOURCE must be the top directory", name);
	text = calloc(1, 1 << 20);
	assert_non_null(text);
	size = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	assert_in_range(size, 1, (1 << 20) - 2);
	return text;
}

static struct entry *
find_entry(const char *section, const char *name)
{
	for (unsigned int i = 0; i < n_entries; i++)
		if (strcmp(entries[i].section, section) == 0 && strcmp(entries[i].name, name) == 0)
			return &entries[i];
	return NULL;
}

static void
add_entry(const char *section, const char *name)
{
	if (find_entry(section, name) != NULL)
		fail_msg(INI ": [%s] has '%s' twice", section, name);
	assert_in_range(n_entries, 0, RTE_DIM(entries) - 1);
	snprintf(entries[n_entries].section, sizeof(entries[0].section), "%s", section);
	snprintf(entries[n_entries].name, sizeof(entries[0].name), "%s", name);
	n_entries++;
}

static void
read_ini(void)
{
	char *text = read_file(INI), *line, *rest, section[32] = "", name[64], value[8];

	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if (line[0] == ';' || sscanf(line, "[%31[^]]]", section) == 1)
			continue;
		if (sscanf(line, "%63[^=]= %7s", name, value) != 2 || strlen(value) != 1 ||
		    strchr("YPI", value[0]) == NULL)
			fail_msg(INI ": '%s' is not a name with Y, P or I", line);
		while (name[0] != '\0' && name[strlen(name) - 1] == ' ')
			name[strlen(name) - 1] = '\0';
		add_entry(section, name);
	}
	free(text);
}

unsigned int
test_doc_disagrees(const char *section, const char *name, bool there)
{
	struct entry *e = find_entry(section, name);

	if (e != NULL)
		e->seen = true;
	if ((e != NULL) == there)
		return 0;
	print_error(there ? "%s: the code has it, " INI " does not list it in [%s]\n" :
			    "%s: the code does not have it, " INI " lists it in [%s]\n",
		    name, section);
	return 1;
}

unsigned int
test_doc_unseen(const char *section)
{
	unsigned int bad = 0;

	for (unsigned int i = 0; i < n_entries; i++) {
		if (entries[i].seen || strcmp(entries[i].section, section) != 0)
			continue;
		print_error("%s: " INI " has it in [%s], no name is known like that\n",
			    entries[i].name, section);
		bad++;
	}
	return bad;
}

bool
test_doc_names(const char *what)
{
	char quoted[128];

	snprintf(quoted, sizeof(quoted), "``%s``", what);
	return strstr(guide, quoted) != NULL;
}

unsigned int
test_doc_unnamed(const char *what)
{
	if (test_doc_names(what))
		return 0;
	print_error("%s: " TEST_DOC_GUIDE " does not name it\n", what);
	return 1;
}

/* What stands behind "- " on a line, or on its own as what goes on, is added without its blanks. */
static const char *
read_cell(const char *at, char *text, size_t size)
{
	size_t n = 0;

	at += strspn(at, " *-");
	while (*at != '\0') {
		const size_t len = strcspn(at, "\n");

		n += (size_t)snprintf(text + n, n < size ? size - n : 0, "%s%.*s",
				      n > 0 ? " " : "", (int)len, at);
		assert_in_range(n, 0, size - 1);
		at += len + (at[len] == '\n');
		/* A new cell, a new row or the table's end. */
		if (strncmp(at, "       ", 7) != 0)
			break;
		at += strspn(at, " ");
	}
	return at;
}

bool
test_doc_row_at(const char *table, unsigned int n, struct test_doc_row *row)
{
	char title[128], name[80];
	const char *at;

	snprintf(title, sizeof(title), ".. list-table:: %s\n", table);
	at = strstr(guide, title);
	if (at == NULL)
		fail_msg(TEST_DOC_GUIDE " has no list-table \"%s\"", table);
	at = strstr(at, "\n   * - ");
	/* The first row is the head. */
	for (unsigned int i = 0; at != NULL; i++) {
		at = read_cell(at + 1, name, sizeof(name));
		at = read_cell(at, row->since, sizeof(row->since));
		at = read_cell(at, row->text, sizeof(row->text));
		if (i == n + 1)
			break;
		at = strncmp(at, "   * - ", 7) == 0 ? at - 1 : NULL;
	}
	if (at != NULL && sscanf(name, "``%63[^`]``", row->name) != 1)
		fail_msg(TEST_DOC_GUIDE ": \"%s\": '%s' is no name", table, name);
	return at != NULL;
}

bool
test_doc_row(const char *table, const char *name, struct test_doc_row *row)
{
	for (unsigned int n = 0; test_doc_row_at(table, n, row); n++)
		if (strcmp(row->name, name) == 0)
			return true;
	return false;
}

void
test_doc_begin(void)
{
	n_entries = 0;
	read_ini();
	guide = read_file(TEST_DOC_GUIDE);
}

void
test_doc_end(void)
{
	free(guide);
	guide = NULL;
}
