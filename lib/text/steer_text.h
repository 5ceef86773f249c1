/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Rules as text, in the words of testpmd's "flow create" command: from a line to what rte_flow
 * takes, and from a rule in force to a line that makes the same rule.
 */

#ifndef STEER_TEXT_H
#define STEER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_flow.h>

struct steer_actions;
struct steer_edits;
struct steer_match;
struct steer_sample;

/** Most bytes of a line. */
#define STEER_TEXT_LINE_MAX 262144
/** Most items and actions of a rule, END left out. */
#define STEER_TEXT_ITEMS_MAX 64
#define STEER_TEXT_ACTIONS_MAX 32

/** Where a word stands in its line. */
struct steer_text_place {
	/** First byte, the line's first one being 1; behind the line if a word is missing. */
	unsigned int column;
	/** Bytes; 1 if a word is missing. */
	unsigned int len;
};

struct steer_text_error {
	struct steer_text_place place;
	/** What is wrong, and what is accepted. No full stop. */
	char message[1024];
};

/** A line read. All it points to belongs to it. */
struct steer_text_rule {
	/** "flow validate" in place of "flow create". */
	bool validate;
	/**
	 * "flow indirect_action PORT create": attr has its directions, actions the one that is to
	 * be shared by the handle of that number. There is no pattern.
	 */
	bool handle;
	uint32_t number;
	/** Port of the command; -1 if the line has only what stands behind "flow create N". */
	int32_t port;
	struct rte_flow_attr attr;
	struct rte_flow_item pattern[STEER_TEXT_ITEMS_MAX + 1];
	struct rte_flow_action actions[STEER_TEXT_ACTIONS_MAX + 1];
};

/** Numbers of "set sample_actions": as testpmd. */
#define STEER_TEXT_SAMPLES 8

/** A handle, and the number that a line has given it. */
struct steer_text_handle {
	uint32_t number;
	struct rte_flow_action_handle *handle;
};

/**
 * Actions of samples, as lines in front of a rule have set them; zeroed at first. What a rule has
 * of them is valid until they are set anew or freed.
 */
struct steer_text_samples {
	struct steer_text_rule *set[STEER_TEXT_SAMPLES];
	/** Handles that rules can name: the caller's, who has made them of such lines. */
	const struct steer_text_handle *handles;
	size_t n_handles;
};

/**
 * Read a line: [flow create|validate PORT] [group N] [priority N] [ingress] [egress] [transfer]
 * pattern ITEM ... / end actions ACTION ... / end [# comment]
 *
 * What is read is what testpmd makes of the same words, but for the RSS action: what it leaves out
 * stays open, so that it is the port's.
 *
 * @param line   Need not end with NUL.
 * @param len    Bytes.
 * @param rule   Set to the rule, for steer_text_free(); to NULL if the line is blank or a comment.
 * @param error  Filled if -EINVAL.
 * @return       0; -EINVAL, -ENOMEM. Thread-safe.
 */
int steer_text_parse(const char *line, size_t len, struct steer_text_rule **rule,
		     struct steer_text_error *error);

/**
 * The same with one line among several. Others: set sample_actions N ACTION ... / end [# comment]
 * and flow indirect_action PORT create action_id N [ingress] action ACTION / end [# comment]
 *
 * @param samples  Set by a line of the former kind, for whose rule there is NULL then.
 */
int steer_text_parse_among(const char *line, size_t len, struct steer_text_samples *samples,
			   struct steer_text_rule **rule, struct steer_text_error *error);

void steer_text_samples_free(struct steer_text_samples *samples);

/** NULL is allowed. */
void steer_text_free(struct steer_text_rule *rule);

/**
 * Which word of the line an rte_flow_error for the rule means: the item or action that its cause
 * points at or into, or the attribute that its type names, else "pattern".
 */
struct steer_text_place steer_text_where(const struct steer_text_rule *rule,
					 const struct rte_flow_error *error);

/**
 * Two lines that show a place: what stands around it, and a caret under it.
 *
 * @param text, caret  Filled with at most @p size bytes each, NUL included.
 */
void steer_text_point(const char *line, size_t len, struct steer_text_place place, char *text,
		      char *caret, size_t size);

/**
 * Print all that follows "flow create PORT ", without a line's end. steer_text_parse() makes the
 * same match and actions of it.
 *
 * @param attr  Group and priority are printed.
 */
void steer_text_print(FILE *file, const struct rte_flow_attr *attr,
		      const struct steer_match *match, const struct steer_actions *actions);

/**
 * Print which fields a match asks for, with the masks of those that it asks for in part: as a
 * pattern without values.
 */
void steer_text_print_fields(FILE *file, const struct steer_match *match);

/** Print all that follows "actions", END included. Actions by handles are printed by number. */
void steer_text_print_actions(FILE *file, const struct steer_actions *actions);

/* steer_text_print_edit.c */

/** Under which number dumps have the actions of a SAMPLE. */
#define STEER_TEXT_SAMPLE 0u

/** Print the actions that change packets. */
void steer_text_print_edits(FILE *file, const struct steer_edits *edits);

/** Print the line that must stand in front of a rule with SAMPLE, without its end. */
void steer_text_print_sample(FILE *file, const struct steer_sample *sample);

#endif /* STEER_TEXT_H */
