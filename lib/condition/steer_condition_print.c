/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ctype.h>

#include "steer_compare.h"
#include "steer_condition.h"
#include "steer_geneve_opt.h"
#include "steer_integrity.h"
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

static void
print_masked(FILE *file, const char *name, const struct steer_masked *m, uint16_t full)
{
	if (m->mask == 0)
		return;
	if (m->mask == full && m->lo == m->hi) {
		fprintf(file, " %s is 0x%x", name, m->lo);
		return;
	}
	fprintf(file, " %s spec 0x%x", name, m->lo);
	if (m->hi != m->lo)
		fprintf(file, " %s last 0x%x", name, m->hi);
	fprintf(file, " %s mask 0x%x", name, m->mask);
}

/** The length says how much data there is, also where it does not matter itself. */
static void
print_geneve_opt(FILE *file, const struct steer_geneve_opt *opt)
{
	fputs(" geneve-opt", file);
	print_masked(file, "class", &opt->option_class, UINT16_MAX);
	print_masked(file, "type", &opt->type, UINT8_MAX);
	if (opt->n_bytes == 0) {
		print_masked(file, "length", &opt->length, UINT8_MAX);
		return;
	}
	fprintf(file, " length spec 0x%x", opt->n_bytes / 4);
	if (opt->length.hi != opt->length.lo)
		fprintf(file, " length last 0x%x", opt->length.hi);
	fprintf(file, " length mask 0x%x", opt->length.mask);
	fputs(" data spec ", file);
	print_hex(file, opt->spec, opt->n_bytes);
	fputs(" data mask ", file);
	print_hex(file, opt->mask, opt->n_bytes);
}

static void
print_integrity(FILE *file, const struct steer_integrity *i)
{
	fprintf(file, " integrity level is %d value spec 0x%x value mask 0x%x", i->inner ? 2 : 0,
		i->spec, i->mask);
}

static void
print_bounded(FILE *file, const char *name, const char *field, const struct steer_check *check)
{
	const struct steer_bounded *b = (const struct steer_bounded *)check;

	fprintf(file, " %s %s spec 0x%x", name, field, b->lo);
	if (b->hi != b->lo)
		fprintf(file, " %s last 0x%x", field, b->hi);
	fprintf(file, " %s mask 0x%x", field, b->mask);
}

void
steer_check_print(FILE *file, const struct steer_check *check)
{
	switch (check->type) {
	case STEER_CHECK_RAW:
		print_raw(file, (const struct steer_raw *)check);
		break;
	case STEER_CHECK_GENEVE_OPT:
		print_geneve_opt(file, (const struct steer_geneve_opt *)check);
		break;
	case STEER_CHECK_INTEGRITY:
		print_integrity(file, (const struct steer_integrity *)check);
		break;
	case STEER_CHECK_PTYPE:
		print_bounded(file, "ptype", "packet_type", check);
		break;
	case STEER_CHECK_RANDOM:
		print_bounded(file, "random", "value", check);
		break;
	case STEER_CHECK_COMPARE:
		fputs(" compare", file);
		steer_compare_print(file, (const struct steer_compare *)check);
		break;
	}
}

void
steer_condition_print(FILE *file, const struct steer_condition *c, bool options)
{
	for (const struct steer_check *check = c->checks; check != NULL; check = check->next) {
		if ((check->type == STEER_CHECK_GENEVE_OPT) != options)
			continue;
		steer_check_print(file, check);
		fputs(" /", file);
	}
}
