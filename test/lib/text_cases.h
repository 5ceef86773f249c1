/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Lines, good and bad.
 */

#ifndef TEXT_CASES_H
#define TEXT_CASES_H

struct text_good {
	const char *line;
	/** NULL: as it is. */
	const char *printed;
};

struct text_bad {
	/** The line: what stands before the bad word, the word (none: it is missing), the rest. */
	const char *before, *word, *behind;
	/** Its beginning, behind the word. */
	const char *message;
};

extern const struct text_good text_good[];
extern const unsigned int text_n_good;
extern const struct text_bad text_bad[];
extern const unsigned int text_n_bad;

#endif /* TEXT_CASES_H */
