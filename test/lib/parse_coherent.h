/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_PARSE_COHERENT_H_
#define _TEST_PARSE_COHERENT_H_

#include "parse_expect.h"

/*
 * What a key claims must hold together, whatever the packet was: the words of what does not,
 * NULL if all does.
 */
const char *parse_incoherence(const struct steer_key *key, uint32_t depth);

#endif /* _TEST_PARSE_COHERENT_H_ */
