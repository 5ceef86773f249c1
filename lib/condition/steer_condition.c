/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include "steer_compare.h"
#include "steer_condition.h"
#include "steer_geneve_opt.h"
#include "steer_integrity.h"
#include "steer_ptype.h"
#include "steer_raw.h"

struct steer_condition *
steer_condition_create(void)
{
	return calloc(1, sizeof(struct steer_condition));
}

void
steer_condition_hold(struct steer_condition *c)
{
	if (c != NULL)
		c->holders++;
}

void
steer_condition_free(struct steer_condition *c)
{
	struct steer_check *check;

	if (c == NULL || c->holders-- > 0)
		return;
	while ((check = c->checks) != NULL) {
		c->checks = check->next;
		free(check);
	}
	free(c->inverted);
	free(c);
}

void
steer_condition_add(struct steer_condition *c, struct steer_check *check)
{
	struct steer_check **end = &c->checks;

	while (*end != NULL)
		end = &(*end)->next;
	check->next = NULL;
	*end = check;
}

static bool
is_bounded(const struct steer_check *check, uint32_t value)
{
	const struct steer_bounded *b = (const struct steer_bounded *)check;

	value &= b->mask;
	return value >= b->lo && value <= b->hi;
}

/** @param at  Behind the bytes that the last RAW item has matched. */
static bool
check_holds(const struct steer_check *check, const struct steer_key *key, uint32_t *at)
{
	switch (check->type) {
	case STEER_CHECK_RAW:
		return steer_raw_holds((const struct steer_raw *)check, key, at);
	case STEER_CHECK_GENEVE_OPT:
		return steer_geneve_opt_holds((const struct steer_geneve_opt *)check, key);
	case STEER_CHECK_INTEGRITY:
		return steer_integrity_holds((const struct steer_integrity *)check, key);
	case STEER_CHECK_PTYPE:
		return is_bounded(check, steer_ptype(key->packet, key));
	case STEER_CHECK_RANDOM:
		return is_bounded(check, key->random);
	case STEER_CHECK_COMPARE:
		return steer_compare_holds((const struct steer_compare *)check, key);
	}
	return false;
}

const struct steer_check *
steer_condition_fails(const struct steer_condition *c, const struct steer_key *key)
{
	uint32_t at = 0;

	for (const struct steer_check *check = c->checks; check != NULL; check = check->next)
		if (!check_holds(check, key, &at))
			return check;
	return NULL;
}

bool
steer_condition_holds(const struct steer_condition *c, const struct steer_key *key)
{
	if (c->inverted == NULL)
		return steer_condition_fails(c, key) == NULL;
	return !steer_match_covers(c->inverted, key) || steer_condition_fails(c, key) != NULL;
}
