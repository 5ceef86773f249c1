/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Control, inside: steer_control.c (one rule), steer_control_load.c (many).
 */

#ifndef STEER_CONTROL_PRIVATE_H
#define STEER_CONTROL_PRIVATE_H

#include <rte_common.h>
#include <rte_flow.h>

#include "steer_control.h"
#include "steer_text.h"

/**
 * A load that has begun. Lines are kept as text until it is committed: parsed rules would take a
 * hundred times as much.
 */
struct steer_control_load {
	/** 0: there is none. */
	uint64_t token;
	/** When it was last used, in cycles of the timer. */
	uint64_t used;
	bool replace;
	unsigned int lines;
	/** Lines with their NULs, one behind the other. */
	char *text;
	size_t len;
	size_t size;
	/** For what follows: as of the last line. */
	struct steer_text_samples samples;
};

struct steer_control {
	struct steer_control_load load;
};

/* steer_control.c */

/** @return -@p code. */
int steer_control_refuse(struct steer_control_error *error, int code, const char *format, ...)
	__rte_format_printf(3, 4);
/** The same for a rule that the flow operations refuse. NULL: there is no text. */
int steer_control_refuse_rule(struct steer_control_error *error, int code,
			      const struct steer_text_rule *rule,
			      const struct rte_flow_error *why);
/** @return 0; -EPERM. */
int steer_control_check_on(const struct steer_port *port, struct steer_control_error *error);
/** As steer_text_parse_among(), but that it makes no handles. */
int steer_control_parse(const char *text, struct steer_text_samples *samples,
			struct steer_text_rule **rule, struct steer_control_error *error);
/** Would the port take the rule? @return 0; -errno. */
int steer_control_check(struct steer_port *port, const struct steer_text_rule *rule,
			struct steer_control_error *error);

/* steer_control_load.c */

/** There is none any more. A zeroed one is allowed. */
void steer_control_load_drop(struct steer_control_load *load);

#endif /* STEER_CONTROL_PRIVATE_H */
