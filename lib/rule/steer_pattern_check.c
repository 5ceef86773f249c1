/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "steer_compat.h"
#include "steer_error.h"
#include "steer_geneve_opt.h"
#include "steer_integrity.h"
#include "steer_parse.h"
#include "steer_pattern_extra.h"
#include "steer_ptype.h"

#define REFUSE(x, cause, code, type, ...) \
	steer_error((x)->error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Options of GENEVE */

static int
bounds(const struct steer_extra *x, const struct rte_flow_item *item, const char *field,
       uint16_t spec, uint16_t last, uint16_t mask, struct steer_masked *m)
{
	m->mask = mask;
	m->lo = spec & mask;
	m->hi = last & mask;
	if (m->hi == 0)
		m->hi = m->lo;
	if (m->hi < m->lo)
		return REFUSE(x, item, EINVAL, ITEM_LAST,
			      "geneve-opt: last of %s is below its spec: last must be 0 or at "
			      "least spec",
			      field);
	return 0;
}

static int
geneve_opt_bounds(const struct steer_extra *x, const struct rte_flow_item *item,
		  const struct rte_flow_item_geneve_opt *mask, struct steer_geneve_opt *opt)
{
	static const struct rte_flow_item_geneve_opt none;
	const struct rte_flow_item_geneve_opt *spec = item->spec;
	const struct rte_flow_item_geneve_opt *last = item->last != NULL ? item->last : &none;
	int rc;

	rc = bounds(x, item, "class", rte_be_to_cpu_16(spec->option_class),
		    rte_be_to_cpu_16(last->option_class), rte_be_to_cpu_16(mask->option_class),
		    &opt->option_class);
	if (rc == 0)
		rc = bounds(x, item, "type", spec->option_type, last->option_type,
			    mask->option_type, &opt->type);
	if (rc == 0)
		rc = bounds(x, item, "length", spec->option_len, last->option_len,
			    mask->option_len, &opt->length);
	return rc;
}

/** Spec's length says how many words of data there are, in mask and last as well. */
static int
geneve_opt_data(const struct steer_extra *x, const struct rte_flow_item *item,
		const struct rte_flow_item_geneve_opt *mask, struct steer_geneve_opt *opt)
{
	const struct rte_flow_item_geneve_opt *spec = item->spec, *last = item->last;
	const uint8_t *data = (const uint8_t *)spec->data, *ones = (const uint8_t *)mask->data;
	const unsigned int n = spec->option_len * 4u;

	if (n > STEER_GENEVE_OPT_MAX)
		return REFUSE(x, item, EINVAL, ITEM_SPEC,
			      "geneve-opt: length %u: options have up to 31 words",
			      spec->option_len);
	if (last != NULL && last->data != NULL && last->option_len == spec->option_len &&
	    data != NULL && memcmp(last->data, data, n) != 0)
		return REFUSE(x, item, EINVAL, ITEM_LAST,
			      "geneve-opt: data has no ranges: its last must be NULL or as spec");
	if (data == NULL || ones == NULL)
		return 0;
	for (unsigned int i = 0; i < n; i++) {
		opt->mask[i] = ones[i];
		opt->spec[i] = data[i] & ones[i];
	}
	opt->n_bytes = (uint8_t)n;
	return 0;
}

int
steer_extra_geneve_opt(struct steer_extra *x, const struct rte_flow_item *item)
{
	const struct rte_flow_item_geneve_opt *mask =
		item->mask != NULL ? item->mask : &rte_flow_item_geneve_opt_mask;
	struct steer_geneve_opt *opt;
	int rc = steer_extra_spec(x, item, "geneve-opt");

	if (rc < 0)
		return rc;
	opt = calloc(1, sizeof(*opt));
	if (opt == NULL)
		return steer_extra_add(x, item, "geneve-opt", NULL, 0);
	opt->check.type = STEER_CHECK_GENEVE_OPT;
	/* Without spec any option does. */
	if (item->spec != NULL)
		rc = geneve_opt_bounds(x, item, mask, opt);
	if (rc == 0 && item->spec != NULL)
		rc = geneve_opt_data(x, item, mask, opt);
	if (rc < 0) {
		free(opt);
		return rc;
	}
	return steer_extra_add(x, item, "geneve-opt", &opt->check, 0);
}

/* Integrity */

static int
check_integrity(const struct steer_extra *x, const struct rte_flow_item *item, uint64_t mask)
{
	const struct rte_flow_item_integrity *spec = item->spec, *last = item->last;

	if (spec->level > 2)
		return REFUSE(x, item, EINVAL, ITEM_SPEC,
			      "integrity: level %u: 0 and 1 are the outer headers, 2 the inner "
			      "ones",
			      spec->level);
	if ((mask & ~(uint64_t)STEER_INTEGRITY_ALL) != 0)
		return REFUSE(x, item, EINVAL, ITEM_MASK,
			      "integrity: mask 0x%llx has bits that mean nothing: 0xff are all",
			      (unsigned long long)mask);
	if (last != NULL && (last->value & mask) != 0 &&
	    ((last->value ^ spec->value) & mask) != 0)
		return REFUSE(x, item, EINVAL, ITEM_LAST,
			      "integrity: bits have no ranges: last must be 0 or as spec");
	return 0;
}

static int
integrity_item(struct steer_extra *x, const struct rte_flow_item *item)
{
	const struct rte_flow_item_integrity *spec = item->spec, *mask = item->mask;
	struct steer_integrity *integrity;
	int rc = steer_extra_spec(x, item, "integrity");

	if (rc < 0 || spec == NULL)
		return rc;
	if (mask == NULL)
		mask = &rte_flow_item_integrity_mask;
	rc = check_integrity(x, item, mask->value);
	if (rc < 0 || mask->value == 0)
		return rc;
	integrity = calloc(1, sizeof(*integrity));
	if (integrity != NULL) {
		integrity->check.type = STEER_CHECK_INTEGRITY;
		integrity->inner = spec->level == 2;
		integrity->mask = (uint8_t)mask->value;
		integrity->spec = (uint8_t)(spec->value & mask->value);
	}
	return steer_extra_add(x, item, "integrity", (struct steer_check *)integrity,
			       STEER_DEPTH_ALL);
}

/* Numbers */

#ifdef STEER_HAS_ITEM_PTYPE
/** PTYPE and RANDOM: their structures are one number. */
static int
number_item(struct steer_extra *x, const struct rte_flow_item *item, const char *name,
	    const void *default_mask, enum steer_check_type type, uint32_t depth)
{
	const uint32_t *spec = item->spec, *last = item->last;
	const uint32_t *mask = item->mask != NULL ? item->mask : default_mask;
	struct steer_bounded *b;
	int rc = steer_extra_spec(x, item, name);

	if (rc < 0 || spec == NULL)
		return rc;
	if (last != NULL && (*last & *mask) != 0 && (*last & *mask) < (*spec & *mask))
		return REFUSE(x, item, EINVAL, ITEM_LAST,
			      "%s: last is below its spec: last must be 0 or at least spec", name);
	b = calloc(1, sizeof(*b));
	if (b != NULL) {
		b->check.type = type;
		b->mask = *mask;
		b->lo = *spec & *mask;
		b->hi = last != NULL && (*last & *mask) != 0 ? *last & *mask : b->lo;
	}
	return steer_extra_add(x, item, name, (struct steer_check *)b, depth);
}
#endif

int
steer_extra_check(struct steer_extra *x, const struct rte_flow_item *item)
{
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_INTEGRITY:
		return integrity_item(x, item);
#ifdef STEER_HAS_ITEM_PTYPE
	case RTE_FLOW_ITEM_TYPE_PTYPE:
		return number_item(x, item, "ptype", &rte_flow_item_ptype_mask, STEER_CHECK_PTYPE,
				   STEER_DEPTH_ALL);
#endif
#ifdef STEER_HAS_ITEM_RANDOM
	case RTE_FLOW_ITEM_TYPE_RANDOM:
		return number_item(x, item, "random", &rte_flow_item_random_mask,
				   STEER_CHECK_RANDOM, STEER_DEPTH_RANDOM);
#endif
	default:
		return steer_extra_compare(x, item);
	}
}
