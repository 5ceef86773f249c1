/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What a request on a socket has behind its name: "NUMBER[,NUMBER...][,TEXT]".
 */

#ifndef STEER_PARAMS_H
#define STEER_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

/** Most numbers of a request. */
#define STEER_PARAMS_NUMBERS 3

/** Has a request a text behind its numbers? */
enum steer_params_text {
	STEER_PARAMS_NO_TEXT,
	/** Only behind the most numbers there may be. */
	STEER_PARAMS_MAY_TEXT,
	STEER_PARAMS_MUST_TEXT,
};

/** What is accepted. */
struct steer_params_shape {
	/** Numbers: at least one. */
	unsigned int min;
	unsigned int max;
	enum steer_params_text text;
};

struct steer_params {
	unsigned int n;
	uint64_t number[STEER_PARAMS_NUMBERS];
	/** In what was parsed, up to its end; NULL: there is none. */
	const char *text;
};

/**
 * Numbers are decimal, without signs or blanks; the text is all behind a comma, and may have some
 * of its own.
 * @param text  NULL is refused.
 * @return      0; -EINVAL. Thread-safe.
 */
int steer_params_parse(const char *text, const struct steer_params_shape *shape,
		       struct steer_params *params);

#endif /* STEER_PARAMS_H */
