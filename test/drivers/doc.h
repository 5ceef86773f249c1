/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_DOC_H_
#define _TEST_DOC_H_

#include <stdbool.h>

/*
 * What the documentation says: doc/guides/nics/features/steer.ini in its sections, and the guide.
 * The files are looked for below STEER_SOURCE, or the working directory.
 */

#define TEST_DOC_GUIDE "doc/guides/nics/steer.rst"

/* Read both, for tests in between; what is not as it should be fails the test. */
void test_doc_begin(void);
void test_doc_end(void);

/*
 * The rest tells of each disagreement and answers how many there were: a test asks about all that
 * it has before it fails.
 */

/* Is a name listed in the section if, and only if, the code has it? */
unsigned int test_doc_disagrees(const char *section, const char *name, bool there);
/* What is listed in the section and was not asked about is a name that nobody knows. */
unsigned int test_doc_unseen(const char *section);
/* Does the guide name it? */
unsigned int test_doc_unnamed(const char *what);
/* The same without a word. */
bool test_doc_names(const char *what);

/* A row of one of the guide's list tables with three columns: a name, a release or none, a text. */
struct test_doc_row {
	char name[64];
	char since[16];
	/* On one line. */
	char text[512];
};

/* The n-th row; false behind the last one. A table that is not there fails the test. */
bool test_doc_row_at(const char *table, unsigned int n, struct test_doc_row *row);
/* The row of that name; false if there is none. */
bool test_doc_row(const char *table, const char *name, struct test_doc_row *row);

#endif /* _TEST_DOC_H_ */
