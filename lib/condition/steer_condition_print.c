/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ctype.h>

#include "steer_condition.h"
#include "steer_raw.h"

static void
print_hex(FILE *file, const uint8_t *bytes, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		fprintf(file, "%02x", bytes[i]);
}

/** Are the bytes a word that reads as itself, not as a number of digits? */
static bool
is_word(const struct steer_raw *raw)
{
	for (uint32_t i = 0; i < raw->length; i++)
		if (!isalnum(raw->spec[i]) && raw->spec[i] != '_' && raw->spec[i] != '-')
			return false;
	return raw->exact && raw->length > 0;
}

static void
print_raw(FILE *file, const struct steer_raw *raw)
{
	fputs(" raw", file);
	/* At the beginning relative is the same, and allows what never matches. */
	if (raw->from != STEER_FROM_START || raw->offset < 0)
		fputs(" relative is 1", file);
	if (raw->search)
		fputs(" search is 1", file);
	fprintf(file, " offset is %d", raw->offset);
	if (raw->limit != UINT32_MAX)
		fprintf(file, " limit is %u", raw->limit);
	if (raw->length == 0)
		return;
	if (is_word(raw)) {
		fprintf(file, " pattern is %.*s", (int)raw->length, (const char *)raw->spec);
		return;
	}
	fputs(raw->exact ? " pattern_hex is " : " pattern_hex spec ", file);
	print_hex(file, raw->spec, raw->length);
	if (raw->exact)
		return;
	fputs(" pattern_hex mask ", file);
	print_hex(file, raw->mask, raw->length);
}

void
steer_condition_print(FILE *file, const struct steer_condition *c)
{
	for (const struct steer_check *check = c->checks; check != NULL; check = check->next) {
		switch (check->type) {
		case STEER_CHECK_RAW:
			print_raw(file, (const struct steer_raw *)check);
			break;
		}
		fputs(" /", file);
	}
}
