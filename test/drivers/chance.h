/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_CHANCE_H_
#define _TEST_CHANCE_H_

#include <stdint.h>
#include <stdlib.h>

/* What comes next at random, of 31 bits: from the same state always the same. */
static inline uint32_t
test_chance(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*state >> 33);
}

/* A number that the environment may set, such as how long a test shall run. */
static inline uint64_t
test_setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 0) : otherwise;
}

#endif /* _TEST_CHANCE_H_ */
