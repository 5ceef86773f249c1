/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Tunnel offload: tunnels are asked for, and what stands for them is given back. */

#include <errno.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "fuzz_flow.h"

static unsigned int
index_of(const struct world *w, uint32_t id)
{
	unsigned int i = 0;

	while (i < w->given.n_tunnels && w->given.tunnels[i].id != id)
		i++;
	return i;
}

const struct asked *
fuzz_tunnel(const struct world *w, uint32_t id)
{
	const unsigned int i = index_of(w, id);

	return i < w->given.n_tunnels ? &w->asked[i] : NULL;
}

uint32_t
fuzz_tunnel_match(const struct world *w, const struct rte_flow_item *pattern,
		  struct steer_match *match)
{
	const struct rte_flow_item *item;
	unsigned int i;

	FUZZ_CHECK(steer_tunnel_item(pattern, &item, NULL) == 0);
	if (item == NULL)
		return 0;
	i = index_of(w, steer_tunnel_name(item->spec).id);
	FUZZ_CHECK(i < w->given.n_tunnels);
	steer_tunnel_demand(match, w->given.tunnels[i].type);
	return w->given.tunnels[i].id;
}

static void
read_tunnel(struct fuzz_stream *s, struct rte_flow_tunnel *tunnel)
{
	static const enum rte_flow_item_type types[] = {
		RTE_FLOW_ITEM_TYPE_VXLAN, RTE_FLOW_ITEM_TYPE_GENEVE, RTE_FLOW_ITEM_TYPE_GRE,
		RTE_FLOW_ITEM_TYPE_NVGRE, RTE_FLOW_ITEM_TYPE_GTPU, RTE_FLOW_ITEM_TYPE_VXLAN_GPE,
		RTE_FLOW_ITEM_TYPE_ETH,
	};
	const uint8_t flags = fuzz_u8(s);

	memset(tunnel, 0, sizeof(*tunnel));
	tunnel->type = types[(flags & 0x0f) % RTE_DIM(types)];
	tunnel->tun_id = flags >> 4 & 1;
	tunnel->is_ipv6 = flags >> 5 & 1;
	/* Of the other one nothing is compared. */
	if ((flags & 0x60) == 0x60)
		memset(&tunnel->ipv6, fuzz_u8(s), sizeof(tunnel->ipv6));
	else if (flags & 0x40)
		tunnel->ipv4.dst_addr = fuzz_u8(s);
	if (flags & 0x80)
		tunnel->tp_dst = rte_cpu_to_be_16(fuzz_u16(s));
}

/* Asked for again, it is the same, unless it was gone in between. */
static struct asked *
note(struct world *w, const struct rte_flow_tunnel *tunnel, const void *given)
{
	const struct steer_tunnel_name name = steer_tunnel_name(given);
	const unsigned int i = index_of(w, name.id);
	struct asked *t = &w->asked[i];

	for (unsigned int k = 0; k < w->given.n_tunnels; k++)
		if (w->asked[k].actions_out + w->asked[k].items_out > 0 &&
		    memcmp(&w->asked[k].tunnel, tunnel, sizeof(*tunnel)) == 0)
			FUZZ_CHECK(k == i);
	if (i < w->given.n_tunnels) {
		FUZZ_CHECK(memcmp(&t->tunnel, tunnel, sizeof(*tunnel)) == 0);
		return t;
	}
	w->given.tunnels[w->given.n_tunnels++] = name;
	*t = (struct asked){ .tunnel = *tunnel };
	return t;
}

static void
ask(struct world *w, struct fuzz_stream *s, bool set)
{
	struct rte_flow_error error = { 0 };
	struct rte_flow_action *action;
	struct rte_flow_tunnel tunnel;
	struct rte_flow_item *item;
	struct asked *t;
	uint32_t n = 0;
	int rc;

	read_tunnel(s, &tunnel);
	rc = set ? steer_engine_tunnel_set(w->e, &tunnel, &action, &n, &error)
		 : steer_engine_tunnel_match(w->e, &tunnel, &item, &n, &error);
	if (rc < 0) {
		FUZZ_CHECK(error.type != RTE_FLOW_ERROR_TYPE_NONE && error.message != NULL);
		return;
	}
	FUZZ_CHECK(n == 1);
	t = note(w, &tunnel, set ? action->conf : item->spec);
	if (set) {
		t->action = action;
		t->actions_out++;
	} else {
		t->item = item;
		t->items_out++;
	}
}

/* Of a tunnel that is gone, it may be another one's by now. */
static void
release_action(struct world *w, struct rte_flow_action *action)
{
	const int rc = steer_engine_tunnel_release_actions(w->e, action, 1, NULL);
	unsigned int i = 0;

	while (i < w->given.n_tunnels &&
	       (w->asked[i].action != action || w->asked[i].actions_out == 0))
		i++;
	FUZZ_CHECK(rc == (i < w->given.n_tunnels ? 0 : -EINVAL));
	if (rc == 0)
		w->asked[i].actions_out--;
}

static void
release_item(struct world *w, struct rte_flow_item *item)
{
	const int rc = steer_engine_tunnel_release_items(w->e, item, 1, NULL);
	unsigned int i = 0;

	while (i < w->given.n_tunnels &&
	       (w->asked[i].item != item || w->asked[i].items_out == 0))
		i++;
	FUZZ_CHECK(rc == (i < w->given.n_tunnels ? 0 : -EINVAL));
	if (rc == 0)
		w->asked[i].items_out--;
}

void
fuzz_tunnel_operate(struct world *w, struct fuzz_stream *s)
{
	const uint8_t op = fuzz_u8(s);
	const struct asked *t;

	if (w->given.n_tunnels == 0 || (op % 4 < 2 && w->given.n_tunnels < FUZZ_TUNNELS)) {
		ask(w, s, op & 1);
		return;
	}
	t = &w->asked[(op >> 4) % w->given.n_tunnels];
	if (op & 1)
		release_action(w, t->action);
	else
		release_item(w, t->item);
}
