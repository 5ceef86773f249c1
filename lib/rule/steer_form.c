/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "steer_form.h"

void
steer_form_match(const struct steer_form *form, const uint64_t *values, struct steer_match *match)
{
	memset(match->spec, 0, sizeof(match->spec));
	memset(match->mask, 0, sizeof(match->mask));
	for (unsigned int i = 0; i < form->n_words; i++) {
		match->mask[form->word[i]] = form->mask[i];
		match->spec[form->word[i]] = values[i];
	}
	match->n_ranges = 0;
	match->condition = NULL;
}
