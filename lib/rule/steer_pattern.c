/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdbool.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "steer_error.h"
#include "steer_item.h"
#include "steer_match.h"
#include "steer_pattern_regs.h"
#include "steer_pattern_walk.h"
#include "steer_port_item.h"
#include "steer_tunnel.h"
#include "steer_type_name.h"

#define REFUSE(w, cause, code, type, ...) \
	steer_error((w)->error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

static int
check_spec(struct steer_walk *w, const struct rte_flow_item *item, const char *name)
{
	if (item->spec != NULL)
		return 0;
	if (item->mask != NULL)
		return REFUSE(w, item, EINVAL, ITEM_MASK, "%s: mask without spec", name);
	if (item->last != NULL)
		return REFUSE(w, item, EINVAL, ITEM_LAST, "%s: last without spec", name);
	return 0;
}

static int
parse_header(struct steer_walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	int rc = check_spec(w, item, row->name);

	w->nth = steer_walk_same(w, item);
	if (rc == 0)
		rc = steer_extra_may_follow(&w->extra, item, row->name);
	if (rc == 0)
		rc = steer_walk_enter(w, item, row);
	if (rc == 0)
		rc = steer_walk_order(w, item, row);
	if (rc == 0)
		rc = steer_walk_below(w, item, row);
	if (rc == 0)
		rc = steer_walk_layer(w, item, row);
	if (rc == 0)
		rc = steer_walk_flags(w, item, row, row->needs);
	if (rc == 0)
		rc = steer_walk_fields(w, item, row);
	if (rc == 0) {
		if (w->repeat != NULL)
			steer_repeat_note(w->repeat, item, row,
					  steer_item_offset(row, w->nth, w->inner));
		steer_extra_passed(&w->extra, steer_extra_end(row, w->nth),
				   w->inner && row->layer != STEER_LAYER_TUNNEL);
		steer_walk_advance(w, item, row);
	}
	return rc;
}

/** MARK, META, TAG: nothing of the packet. @return as steer_reg_item(). */
static int
parse_reg(struct steer_walk *w, const struct rte_flow_item *item)
{
	const struct steer_field marked = {
		.off = offsetof(struct steer_key, regs) + offsetof(struct steer_regs, marked),
		.len = sizeof(uint32_t),
		.mask = UINT32_MAX,
	};
	struct steer_reg_item reg;
	int rc = steer_reg_item(item, &w->regs, &reg, w->error);

	if (rc != 0)
		return rc;
	if (item->type == RTE_FLOW_ITEM_TYPE_MARK)
		rc = steer_walk_exact(w, item, reg.name, &marked, UINT32_MAX);
	if (rc < 0 || reg.field.mask == 0)
		return rc;
	return steer_walk_value(w, item, reg.name, reg.field_name, &reg.field, reg.spec, reg.last);
}

/** ANY stands for the next @p n layers of eth, L3, L4. */
static int
step_any(struct steer_walk *w, const struct rte_flow_item *item, uint32_t n)
{
	static const struct {
		enum steer_layer layer;
		uint64_t meta;
		enum steer_raw_from end;
	} step[] = {
		{ STEER_LAYER_ETH, STEER_META_ETH, STEER_FROM_ETH },
		{ STEER_LAYER_L3, STEER_META_L3_ANY, STEER_FROM_L3 },
		{ STEER_LAYER_L4, STEER_META_L4_ANY, STEER_FROM_L4 },
	};
	int rc = n > 0 ? steer_extra_may_follow(&w->extra, item, "any") : 0;
	const uint32_t num = n;
	unsigned int taken = 0;

	if (rc < 0)
		return rc;

	for (unsigned int i = 0; i < RTE_DIM(step) && n > 0; i++) {
		if (step[i].layer <= w->layer)
			continue;
		rc = steer_walk_meta(w, item, "any", steer_walk_stack(w, step[i].meta),
				     steer_walk_stack(w, step[i].meta));
		if (rc < 0)
			return rc;
		w->layer = step[i].layer;
		steer_extra_passed(&w->extra, step[i].end, w->inner);
		taken++;
		n--;
	}
	if (n > 0)
		return REFUSE(w, item, EINVAL, ITEM_SPEC,
			      "any: num %u goes beyond L4: 0..%u are accepted here", num, taken);
	return 0;
}

static int
parse_any(struct steer_walk *w, const struct rte_flow_item *item)
{
	const struct rte_flow_item_any *spec = item->spec, *mask = item->mask, *last = item->last;
	int rc = check_spec(w, item, "any");

	if (rc < 0 || spec == NULL)
		return rc;
	if (mask == NULL)
		mask = &rte_flow_item_any_mask;
	if (last != NULL && (last->num & mask->num) != 0 &&
	    (last->num & mask->num) < (spec->num & mask->num))
		return REFUSE(w, item, EINVAL, ITEM_LAST,
			      "any: last of num is below its spec: last must be 0 or at least "
			      "spec");
	return step_any(w, item, spec->num & mask->num);
}

/** A header that the pattern leaves out, but @p item stands for. */
static int
imply_header(struct steer_walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	int rc;

	w->nth = 0;
	rc = steer_walk_order(w, item, row);
	if (rc == 0)
		rc = steer_walk_below(w, item, row);
	if (rc == 0)
		rc = steer_walk_layer(w, item, row);
	if (rc == 0) {
		steer_extra_passed(&w->extra, steer_extra_end(row, w->nth), false);
		steer_walk_advance(w, item, row);
	}
	return rc;
}

/** An option behind GENEVE, which it stands for where it is left out. */
static int
parse_geneve_opt(struct steer_walk *w, const struct rte_flow_item *item)
{
	const uint64_t geneve = (uint64_t)STEER_TUNNEL_GENEVE << STEER_META_TUNNEL_SHIFT;
	int rc = steer_extra_may_follow(&w->extra, item, "geneve-opt");

	if (rc < 0)
		return rc;
	if (!w->inner) {
		rc = imply_header(w, item, steer_item(RTE_FLOW_ITEM_TYPE_GENEVE, w->l4));
	} else if (w->layer != STEER_LAYER_NONE ||
		   (w->match->spec[0] & STEER_META_TUNNEL) != geneve) {
		return REFUSE(w, item, EINVAL, ITEM, "geneve-opt: stands behind geneve only");
	}
	return rc < 0 ? rc : steer_extra_geneve_opt(&w->extra, item);
}

/** An item that is no header. @return 0; -EINVAL, -ENOTSUP; 1: it is none of these. */
static int
parse_other(struct steer_walk *w, const struct rte_flow_item *item)
{
	int rc = steer_extra_item(&w->extra, item);

	if (rc == 1)
		rc = parse_reg(w, item);
	/* Ports and tunnels are checked by who knows which one this is, and which there are. */
	if (rc <= 0 || steer_is_port_item(item->type) || item->type == STEER_ITEM_TUNNEL)
		return RTE_MIN(rc, 0);
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_VOID:
		return 0;
	case RTE_FLOW_ITEM_TYPE_FUZZY:
		/* How sloppy a match may be: ours is exact, which is as good as any. */
		return check_spec(w, item, "fuzzy");
	case RTE_FLOW_ITEM_TYPE_ANY:
		return parse_any(w, item);
	case RTE_FLOW_ITEM_TYPE_GENEVE_OPT:
		return parse_geneve_opt(w, item);
	default:
		return 1;
	}
}

static int
parse_item(struct steer_walk *w, const struct rte_flow_item *item)
{
	const struct steer_item *row;
	const char *reason;
	int rc = parse_other(w, item);

	if (rc <= 0) {
		if (w->repeat != NULL)
			steer_repeat_forget(w->repeat);
		return rc;
	}
	row = steer_item(item->type, w->l4);
	if (row != NULL)
		return parse_header(w, item, row);
	reason = steer_refused_item(item->type);
	if (reason != NULL)
		return REFUSE(w, item, ENOTSUP, ITEM, "%s", reason);
	return REFUSE(w, item, ENOTSUP, ITEM,
		      "%s: accepted are void, any, fuzzy, raw, integrity, ptype, random, "
		      "compare, port_id, represented_port, mark, meta, tag, invert and the headers "
		      "that the guide lists",
		      steer_item_type_name(item->type).text);
}

static int
parse(const struct rte_flow_item pattern[], struct steer_match *match, struct steer_repeat *repeat,
      struct rte_flow_error *error)
{
	struct steer_walk w = { .match = match, .error = error, .begin = pattern,
			  .extra.error = error, .repeat = repeat };
	const struct rte_flow_item *item;
	int rc;

	/* Not the fields and bounds: n_ranges says how many there are. */
	memset(match->spec, 0, sizeof(match->spec));
	memset(match->mask, 0, sizeof(match->mask));
	match->n_ranges = 0;
	match->condition = NULL;
	if (pattern == NULL)
		return REFUSE(&w, NULL, EINVAL, ITEM_NUM, "no pattern");
	for (item = pattern; item->type != RTE_FLOW_ITEM_TYPE_END; item++) {
		rc = parse_item(&w, item);
		if (rc < 0) {
			steer_extra_abort(&w.extra);
			return rc;
		}
	}
	return steer_extra_finish(&w.extra, match);
}

int
steer_pattern_parse(const struct rte_flow_item pattern[], struct steer_match *match,
		    struct rte_flow_error *error)
{
	return parse(pattern, match, NULL, error);
}

int
steer_pattern_parse_next(const struct rte_flow_item pattern[], struct steer_repeat *repeat,
			 struct rte_flow_error *error)
{
	int rc;

	if (pattern != NULL && steer_repeat(repeat, pattern))
		return 0;
	steer_repeat_begin(repeat);
	rc = parse(pattern, &repeat->match, repeat, error);
	if (rc == 0)
		steer_repeat_end(repeat);
	else
		steer_repeat_forget(repeat);
	return rc;
}
