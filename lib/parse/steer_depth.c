/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>

#include "steer_parse.h"

static bool
any_word(const uint64_t *mask, size_t from, size_t len)
{
	uint64_t any = 0;

	for (size_t i = from / 8; i < (from + len) / 8; i++)
		any |= mask[i];
	return any != 0;
}

/** Does the mask touch a slot of the outer stack? */
#define TOUCHES(mask, slot) \
	any_word(mask, offsetof(struct steer_key, outer) + offsetof(struct steer_stack, slot), \
		 RTE_SIZEOF_FIELD(struct steer_stack, slot))

/** What of L4 is not in its first word. */
#define L4_REST(stack) (offsetof(struct steer_key, stack.l4) + sizeof(uint64_t))
#define L4_REST_BYTES (RTE_SIZEOF_FIELD(struct steer_stack, l4) - sizeof(uint64_t))

#define RARE_BYTES (offsetof(struct steer_key, packet) - offsetof(struct steer_key, rare))

uint32_t
steer_parse_depth(const uint64_t *mask)
{
	const uint64_t l4_bits = STEER_META_L4 | STEER_META_L4_ANY | STEER_META_FRAG |
				 STEER_META_NONFIRST |
				 ((UINT64_C(1) << STEER_EXT_COUNT) - 1) << STEER_META_EXT_SHIFT;
	const uint64_t l3_bits = STEER_META_L3 | STEER_META_L3_ANY | STEER_META_L25;
	uint32_t depth = 0;

	if (TOUCHES(mask, l2))
		depth |= STEER_DEPTH_MAC;
	if ((mask[0] & l3_bits) != 0 || TOUCHES(mask, l3))
		depth |= STEER_DEPTH_L3;
	if ((mask[0] & l4_bits) != 0 || TOUCHES(mask, frag) || TOUCHES(mask, l4))
		depth |= STEER_DEPTH_L3 | STEER_DEPTH_L4;
	if (any_word(mask, L4_REST(outer), L4_REST_BYTES) ||
	    any_word(mask, L4_REST(inner), L4_REST_BYTES))
		depth |= STEER_DEPTH_TCP;
	if (any_word(mask, offsetof(struct steer_key, rare), RARE_BYTES))
		depth |= STEER_DEPTH_L3 | STEER_DEPTH_L4 | STEER_DEPTH_RARE;
	if (mask[0] >> STEER_META_INNER != 0 || mask[STEER_KEY_RARE] >> STEER_RARE_INNER != 0)
		depth |= STEER_DEPTH_L3 | STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL;
	return depth;
}
