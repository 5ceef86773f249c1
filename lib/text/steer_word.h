/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A line's words: what stands between blanks. A '#' ends the line.
 */

#ifndef STEER_WORD_H
#define STEER_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct steer_word {
	const char *at;
	/** 0: the line is at its end. */
	size_t len;
};

static inline bool
steer_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

/** The first word in @p at .. @p end. */
static inline struct steer_word
steer_word(const char *at, const char *end)
{
	struct steer_word w;

	while (at < end && steer_is_blank(*at))
		at++;
	w.at = at;
	while (at < end && !steer_is_blank(*at) && *at != '#')
		at++;
	w.len = (size_t)(at - w.at);
	return w;
}

static inline bool
steer_word_is(struct steer_word w, const char *text)
{
	return strlen(text) == w.len && memcmp(text, w.at, w.len) == 0;
}

/** @return false if the word does not fit. */
static inline bool
steer_word_copy(struct steer_word w, char *buf, size_t size)
{
	if (w.len >= size || memchr(w.at, '\0', w.len) != NULL)
		return false;
	memcpy(buf, w.at, w.len);
	buf[w.len] = '\0';
	return true;
}

#endif /* STEER_WORD_H */
