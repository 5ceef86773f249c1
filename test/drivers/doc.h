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

#endif /* _TEST_DOC_H_ */
