/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "steer_compat.h"
#include "steer_error.h"
#include "steer_parse.h"
#include "steer_pattern_extra.h"

#define REFUSE(x, cause, code, type, ...) \
	steer_error((x)->error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

enum steer_raw_from
steer_extra_end(const struct steer_item *row, unsigned int nth)
{
	switch (row->type) {
	case RTE_FLOW_ITEM_TYPE_ETH:
		return STEER_FROM_ETH;
	case RTE_FLOW_ITEM_TYPE_VLAN:
		return nth == 0 ? STEER_FROM_VLAN0 : STEER_FROM_VLAN1;
	case RTE_FLOW_ITEM_TYPE_IPV4:
	case RTE_FLOW_ITEM_TYPE_IPV6:
	case RTE_FLOW_ITEM_TYPE_ARP_ETH_IPV4:
		return STEER_FROM_L3;
	case RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT:
		return STEER_FROM_FRAG;
	case RTE_FLOW_ITEM_TYPE_TCP:
	case RTE_FLOW_ITEM_TYPE_UDP:
	case RTE_FLOW_ITEM_TYPE_SCTP:
	case RTE_FLOW_ITEM_TYPE_ICMP:
	case RTE_FLOW_ITEM_TYPE_ICMP6:
	case RTE_FLOW_ITEM_TYPE_IGMP:
	case RTE_FLOW_ITEM_TYPE_L2TPV3OIP:
		return STEER_FROM_L4;
	case RTE_FLOW_ITEM_TYPE_ESP:
		return row->layer == STEER_LAYER_UDP ? STEER_FROM_UDP_ESP : STEER_FROM_L4;
	case RTE_FLOW_ITEM_TYPE_AH:
		return STEER_FROM_AH;
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NS:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NA:
		return STEER_FROM_ICMP6_ND;
#ifdef STEER_HAS_ITEM_ICMP6_ECHO
	case RTE_FLOW_ITEM_TYPE_ICMP6_ECHO_REQUEST:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ECHO_REPLY:
		return STEER_FROM_ICMP6_ECHO;
#endif
	case RTE_FLOW_ITEM_TYPE_PFCP:
		return STEER_FROM_PFCP;
	case RTE_FLOW_ITEM_TYPE_E_TAG:
		return STEER_FROM_ETAG;
	case RTE_FLOW_ITEM_TYPE_PPPOES:
	case RTE_FLOW_ITEM_TYPE_PPPOED:
		return STEER_FROM_PPPOE;
	case RTE_FLOW_ITEM_TYPE_PPPOE_PROTO_ID:
		return STEER_FROM_PPP;
	case RTE_FLOW_ITEM_TYPE_MPLS:
		return STEER_FROM_MPLS + nth;
	default:
		return row->layer == STEER_LAYER_TUNNEL ? STEER_FROM_TUNNEL : STEER_FROM_UNKNOWN;
	}
}

static int
no_memory(const struct steer_extra *x, const struct rte_flow_item *item, const char *name)
{
	return REFUSE(x, item, ENOMEM, ITEM, "%s: no memory for it", name);
}

/** The condition, made when it is first needed. */
static int
need_condition(struct steer_extra *x, const struct rte_flow_item *item, const char *name)
{
	if (x->condition == NULL)
		x->condition = steer_condition_create();
	return x->condition != NULL ? 0 : no_memory(x, item, name);
}

int
steer_extra_add(struct steer_extra *x, const struct rte_flow_item *item, const char *name,
		struct steer_check *check, uint32_t depth)
{
	int rc = check != NULL ? need_condition(x, item, name) : no_memory(x, item, name);

	if (rc < 0) {
		free(check);
		return rc;
	}
	steer_condition_add(x->condition, check);
	x->condition->depth |= depth | STEER_DEPTH_PACKET;
	return 0;
}

int
steer_extra_spec(const struct steer_extra *x, const struct rte_flow_item *item, const char *name)
{
	if (item->spec != NULL)
		return 0;
	if (item->mask != NULL)
		return REFUSE(x, item, EINVAL, ITEM_MASK, "%s: mask without spec", name);
	if (item->last != NULL)
		return REFUSE(x, item, EINVAL, ITEM_LAST, "%s: last without spec", name);
	return 0;
}

/* RAW */

/** The item's values within its mask. */
static struct rte_flow_item_raw
masked_raw(const struct rte_flow_item_raw *spec, const struct rte_flow_item_raw *mask)
{
	return (struct rte_flow_item_raw){
		.relative = spec->relative & mask->relative,
		.search = spec->search & mask->search,
		.offset = spec->offset & mask->offset,
		.limit = spec->limit & mask->limit,
		.length = spec->length & mask->length,
		.pattern = spec->pattern,
	};
}

/** rte_flow allows no range: all of last is 0, or as in spec. */
static bool
is_range(const struct rte_flow_item_raw *spec, const struct rte_flow_item_raw *last)
{
	const uint16_t length = RTE_MIN(spec->length, last->length);

	if ((last->relative != 0 && last->relative != spec->relative) ||
	    (last->search != 0 && last->search != spec->search) ||
	    (last->offset != 0 && last->offset != spec->offset) ||
	    (last->limit != 0 && last->limit != spec->limit) ||
	    (last->length != 0 && last->length != spec->length))
		return true;
	return last->pattern != NULL && spec->pattern != NULL &&
	       memcmp(last->pattern, spec->pattern, length) != 0;
}

static int
check_raw(struct steer_extra *x, const struct rte_flow_item *item,
	  const struct rte_flow_item_raw *raw)
{
	const struct rte_flow_item_raw *spec = item->spec;

	if (spec->reserved != 0)
		return REFUSE(x, item, EINVAL, ITEM_SPEC, "raw: reserved is 0x%x: must be 0",
			      spec->reserved);
	if (raw->length > STEER_RAW_MAX)
		return REFUSE(x, item, ENOTSUP, ITEM_SPEC,
			      "raw: length %u: up to %d bytes can be matched", raw->length,
			      STEER_RAW_MAX);
	if (raw->length > 0 && raw->pattern == NULL)
		return REFUSE(x, item, EINVAL, ITEM_SPEC, "raw: length %u without a pattern",
			      raw->length);
	if (!raw->relative && raw->offset < 0)
		return REFUSE(x, item, EINVAL, ITEM_SPEC,
			      "raw: offset %d in front of the packet: only relative ones may be "
			      "negative",
			      raw->offset);
	if (raw->relative && x->from == STEER_FROM_UNKNOWN)
		return REFUSE(x, item, ENOTSUP, ITEM,
			      "raw: cannot be relative to the item before it, whose end is not "
			      "known");
	return 0;
}

static struct steer_raw *
make_raw(const struct steer_extra *x, const struct rte_flow_item_raw *item, const uint8_t *mask)
{
	struct steer_raw *raw = calloc(1, sizeof(*raw));

	if (raw == NULL)
		return NULL;
	raw->check.type = STEER_CHECK_RAW;
	raw->from = item->relative ? x->from : STEER_FROM_START;
	raw->inner = x->inner;
	raw->search = item->search;
	raw->offset = item->offset;
	raw->limit = item->limit != 0 ? item->limit : UINT32_MAX;
	raw->length = item->length;
	raw->exact = true;
	for (uint32_t i = 0; i < raw->length; i++) {
		raw->mask[i] = mask != NULL ? mask[i] : 0xff;
		raw->spec[i] = item->pattern[i] & raw->mask[i];
		raw->exact &= raw->mask[i] == 0xff;
	}
	return raw;
}

static int
raw_item(struct steer_extra *x, const struct rte_flow_item *item)
{
	const struct rte_flow_item_raw *mask =
		item->mask != NULL ? item->mask : &rte_flow_item_raw_mask;
	struct rte_flow_item_raw values;
	struct steer_raw *raw;
	int rc = steer_extra_spec(x, item, "raw");

	if (rc < 0 || item->spec == NULL)
		return rc;
	values = masked_raw(item->spec, mask);
	rc = check_raw(x, item, &values);
	if (rc < 0)
		return rc;
	if (item->last != NULL) {
		const struct rte_flow_item_raw last = masked_raw(item->last, mask);

		if (is_range(&values, &last))
			return REFUSE(x, item, EINVAL, ITEM_LAST,
				      "raw: has no ranges: last must be 0 or as spec");
	}
	raw = make_raw(x, &values, mask->pattern);
	x->from = STEER_FROM_RAW;
	return steer_extra_add(x, item, "raw", (struct steer_check *)raw, 0);
}

/* Inversion */

static int
invert_item(struct steer_extra *x, const struct rte_flow_item *item)
{
	if (x->invert != NULL)
		return REFUSE(x, item, EINVAL, ITEM, "invert: the second one: one inverts it all");
	x->invert = item;
	return need_condition(x, item, "invert");
}

/** What the match has becomes part of the condition; what is left of it matches everything. */
static int
invert(struct steer_extra *x, struct steer_match *match)
{
	static const uint64_t none[STEER_KEY_WORDS];
	struct steer_match *copy;

	if (x->condition->checks == NULL && match->n_ranges == 0 &&
	    memcmp(match->mask, none, sizeof(none)) == 0)
		return REFUSE(x, x->invert, EINVAL, ITEM,
			      "invert: all else in the pattern matches every packet, so the rule "
			      "would match none");
	copy = malloc(sizeof(*copy));
	if (copy == NULL)
		return no_memory(x, x->invert, "invert");
	*copy = *match;
	copy->condition = NULL;
	x->condition->inverted = copy;
	x->condition->depth |= steer_match_depth(match);
	memset(match->spec, 0, sizeof(match->spec));
	memset(match->mask, 0, sizeof(match->mask));
	match->n_ranges = 0;
	return 0;
}

/* Patterns */

int
steer_extra_item(struct steer_extra *x, const struct rte_flow_item *item)
{
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_RAW:
		return raw_item(x, item);
	case RTE_FLOW_ITEM_TYPE_INVERT:
		return invert_item(x, item);
	default:
		return steer_extra_check(x, item);
	}
}

int
steer_extra_may_follow(const struct steer_extra *x, const struct rte_flow_item *item,
		       const char *name)
{
	if (x->from != STEER_FROM_RAW)
		return 0;
	return REFUSE(x, item, ENOTSUP, ITEM,
		      "%s: cannot follow raw: headers are found as their protocols say, not behind "
		      "bytes of choice",
		      name);
}

void
steer_extra_passed(struct steer_extra *x, enum steer_raw_from end, bool inner)
{
	x->from = end;
	x->inner = inner;
}

int
steer_extra_finish(struct steer_extra *x, struct steer_match *match)
{
	int rc = x->invert != NULL ? invert(x, match) : 0;

	if (rc < 0)
		steer_extra_abort(x);
	match->condition = x->condition;
	return rc;
}

void
steer_extra_abort(struct steer_extra *x)
{
	steer_condition_free(x->condition);
	x->condition = NULL;
}
