/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Rules of a text, one command a line: what dumps write, and people. Handles that lines make are
 * the engine's; what becomes of rules the caller says.
 */

#ifndef STEER_LOAD_H
#define STEER_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include <rte_flow.h>

#include "steer_text.h"

struct steer_engine;

/** Columns shown of a bad line. */
#define STEER_LOAD_SHOWN 100

/** What is wrong with a line. */
struct steer_load_error {
	unsigned int line;
	/** The line's first one being 1; 0: it is not about a place, there is no text. */
	unsigned int column;
	const char *message;
	/** The line around that place, and a caret under it. */
	char text[STEER_LOAD_SHOWN + 1];
	char caret[STEER_LOAD_SHOWN + 1];
};

struct steer_load {
	struct steer_engine *engine;
	/**
	 * A rule has been read: "flow create", or "flow validate". @return 0; -errno: @p error is
	 * filled, loading ends. Without a message it has been told already.
	 */
	int (*rule)(const struct steer_text_rule *rule, unsigned int line,
		    struct rte_flow_error *error, void *arg);
	/** What is wrong; once. */
	void (*complain)(const struct steer_load_error *error, void *arg);
	/** It ends in an error: rules that were made are to go. NULL: none were. */
	void (*undo)(void *arg);
	void *arg;
	/** Handles stay, if all goes well. Else no rule may name them by then. */
	bool keep;
};

/**
 * Read all lines.
 * @param text  Need not end with NUL.
 * @return      0; what rule() said; -EINVAL, -ENOMEM. Then no handle is left.
 */
int steer_load(const struct steer_load *load, const char *text, size_t len);

#endif /* STEER_LOAD_H */
