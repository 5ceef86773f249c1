/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Rules that an operator makes while the application runs, as text (steer_text.h): with control=on.
 * They are kept (steer_kept.h): the application neither knows nor flushes them. The port frees them
 * when it is closed.
 *
 * One caller at a time: requests of telemetry are. Other threads may use the flow operations of the
 * port meanwhile, and poll it.
 */

#ifndef STEER_CONTROL_H
#define STEER_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct steer_port;
struct steer_control;

/** The note of these rules: see steer_kept.h. */
#define STEER_CONTROL_NOTE "control"

/** Why something was refused. */
struct steer_control_error {
	/** Byte of the text that it is about, the first one being 0; -1: of none. */
	int at;
	/** Line of the load, the first one being 1; 0: of none. */
	unsigned int line;
	/** One line, without a full stop. */
	char message[1024];
};

/** @return 0; -ENOMEM. Nothing is made with control=off. */
int steer_control_create(struct steer_port *port);
void steer_control_free(struct steer_port *port);

/* All of these: 0 or more; -errno with error, and nothing has changed. -EPERM: control=off. */

/** With control=off as well. */
int steer_control_validate(struct steer_port *port, const char *text,
			   struct steer_control_error *error);
/** @param number  Filled: the rule's. */
int steer_control_add(struct steer_port *port, const char *text, uint64_t *number,
		      struct steer_control_error *error);
/** @param any  Also if it is the application's. */
int steer_control_destroy(struct steer_port *port, uint64_t number, bool any,
			  struct steer_control_error *error);
/** @param n  Filled: how many there were. */
int steer_control_flush(struct steer_port *port, uint64_t *n, struct steer_control_error *error);

/*
 * A load: many rules, all or none, at one moment. One at a time; another may begin when the last
 * has not been used for STEER_CONTROL_IDLE seconds.
 */
#define STEER_CONTROL_IDLE 60

/**
 * @param replace  The rules of control that there are go when those of the load come.
 * @param token    Filled: names the load. -EBUSY: there is one.
 */
int steer_control_load_begin(struct steer_port *port, bool replace, uint64_t *token,
			     struct steer_control_error *error);
/**
 * A line: it is checked now. Blank lines, comments, "flow validate" and "set sample_actions" are
 * accepted as well.
 * @param line  Filled: its number.
 */
int steer_control_load_line(struct steer_port *port, uint64_t token, const char *text,
			    unsigned int *line, struct steer_control_error *error);
/**
 * Its rules come. If they cannot, the load is there still.
 * @param n  Filled: rules.
 */
int steer_control_load_commit(struct steer_port *port, uint64_t token, uint64_t *n,
			      struct steer_control_error *error);
int steer_control_load_abort(struct steer_port *port, uint64_t token,
			     struct steer_control_error *error);

#endif /* STEER_CONTROL_H */
