/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include "steer_condition.h"
#include "steer_raw.h"

struct steer_condition *
steer_condition_create(void)
{
	return calloc(1, sizeof(struct steer_condition));
}

void
steer_condition_free(struct steer_condition *c)
{
	struct steer_check *check;

	if (c == NULL)
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
checks_hold(const struct steer_condition *c, const struct steer_key *key)
{
	/* Behind the bytes that the last RAW item has matched. */
	uint32_t at = 0;

	for (const struct steer_check *check = c->checks; check != NULL; check = check->next) {
		switch (check->type) {
		case STEER_CHECK_RAW:
			if (!steer_raw_holds((const struct steer_raw *)check, key, &at))
				return false;
			break;
		}
	}
	return true;
}

bool
steer_condition_holds(const struct steer_condition *c, const struct steer_key *key)
{
	if (c->inverted == NULL)
		return checks_hold(c, key);
	return !steer_match_covers(c->inverted, key) || !checks_hold(c, key);
}
