/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "steer_match.h"
#include "steer_parse.h"

uint32_t
steer_match_depth(const struct steer_match *match)
{
	uint64_t mask[STEER_KEY_WORDS];

	memcpy(mask, match->mask, sizeof(mask));
	for (unsigned int i = 0; i < match->n_ranges; i++)
		mask[match->fields[i].off / 8] |= 1;
	return steer_parse_depth(mask);
}

bool
steer_match_regs(const struct steer_match *match)
{
	const size_t begin = offsetof(struct steer_key, regs);
	const size_t end = begin + sizeof(struct steer_regs);

	for (size_t off = begin; off < end; off += sizeof(uint64_t))
		if (match->mask[off / sizeof(uint64_t)] != 0)
			return true;
	for (unsigned int i = 0; i < match->n_ranges; i++)
		if (match->fields[i].off >= begin && match->fields[i].off < end)
			return true;
	return false;
}

bool
steer_match_covers(const struct steer_match *match, const struct steer_key *key)
{
	const uint64_t *words = steer_key_words(key);

	/* Layers first: the first word says which slots may be looked at. */
	for (unsigned int i = 0; i < STEER_KEY_WORDS; i++)
		if ((words[i] & match->mask[i]) != match->spec[i])
			return false;
	for (unsigned int i = 0; i < match->n_ranges; i++) {
		const steer_u128 v = steer_field_value(&match->fields[i], key);

		if (v < match->bounds[i].lo || v > match->bounds[i].hi)
			return false;
	}
	return true;
}
