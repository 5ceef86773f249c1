/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include "steer_params.h"

/** A number in front of a comma or the end. @return where it ends; NULL: there is none. */
static const char *
read_number(const char *text, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && (*end == '\0' || *end == ',') ? end : NULL;
}

int
steer_params_parse(const char *text, const struct steer_params_shape *shape,
		   struct steer_params *params)
{
	const char *at = text;

	*params = (struct steer_params){ .n = 0 };
	while (at != NULL && params->n < shape->max && (params->n == 0 || *at == ',')) {
		at = read_number(at + (params->n > 0), &params->number[params->n]);
		params->n++;
	}
	if (at == NULL || params->n < shape->min)
		return -EINVAL;
	if (*at == ',' && params->n == shape->max && shape->text != STEER_PARAMS_NO_TEXT) {
		params->text = at + 1;
		return 0;
	}
	return *at == '\0' && shape->text != STEER_PARAMS_MUST_TEXT ? 0 : -EINVAL;
}
