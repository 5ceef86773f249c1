/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Actions by the words of testpmd. Whoever adds an action adds a row; RSS alone has a grammar of
 * its own, and SAMPLE an index besides, which is not part of its configuration.
 */

#ifndef STEER_WORDS_ACTION_H
#define STEER_WORDS_ACTION_H

#include "steer_value.h"

/** Most bytes of an action's configuration. */
#define STEER_ACTION_SIZE_MAX 64

struct steer_words_action {
	const char *name;
	enum rte_flow_action_type type;
	/** Of its configuration, zeros where the line says nothing; 0: it has none. */
	size_t size;
	const struct steer_value *params;
	unsigned int n_params;
};

/** @return the i-th action, NULL behind the last one. */
const struct steer_words_action *steer_words_action_at(unsigned int i);

/** @return NULL if there is none of that name. */
const struct steer_words_action *steer_words_action(struct steer_word w);

#endif /* STEER_WORDS_ACTION_H */
