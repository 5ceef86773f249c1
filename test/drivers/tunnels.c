/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ether.h>
#include <rte_mbuf.h>

#include "port.h"
#include "steer_text.h"
#include "tunnels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define MACS 0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2
#define LIST_MAX 40

/* Frames */

static void
put(struct test_frame *f, const void *data, uint16_t len)
{
	assert_true(f->len + len <= TEST_FRAME_MAX);
	memcpy(f->data + f->len, data, len);
	f->len += len;
}

static void
put16(struct test_frame *f, uint16_t v)
{
	put(f, (uint8_t[]){ v >> 8, v & 0xff }, 2);
}

static void
put_ether(struct test_frame *f, uint16_t type)
{
	put(f, (const uint8_t[]){ MACS }, 12);
	put16(f, type);
}

static void
put_ipv4(struct test_frame *f, uint8_t proto, uint16_t len)
{
	put16(f, 0x4500);
	put16(f, 20 + len);
	put(f, (const uint8_t[]){ 0, 0, 0, 0, 64, proto, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2 }, 16);
}

static void
put_udp(struct test_frame *f, uint16_t port, uint16_t len)
{
	put16(f, 54321);
	put16(f, port);
	put16(f, 8 + len);
	put16(f, 0);
}

void
test_frame(struct test_frame *f, uint16_t type, bool ethernet, uint16_t len)
{
	const uint16_t begin = ethernet ? RTE_ETHER_HDR_LEN : 0;

	f->len = 0;
	if (ethernet)
		put(f, (const uint8_t[]){ 0x06, 1, 1, 1, 1, 1, 0x06, 2, 2, 2, 2, 2, type >> 8,
					  type & 0xff }, RTE_ETHER_HDR_LEN);
	if (type == RTE_ETHER_TYPE_MPLS)
		put(f, (const uint8_t[]){ 0, 0x01, 0x01, 64 }, 4);
	if (type == RTE_ETHER_TYPE_IPV6) {
		put(f, (const uint8_t[]){ 0x60, 0, 0, 0 }, 4);
		put16(f, len - begin - 40);
		put(f, (const uint8_t[]){ 59, 64 }, 2);
	} else {
		put_ipv4(f, 253, len - f->len - 20);
	}
	for (; f->len < len; f->len++)
		f->data[f->len] = (uint8_t)f->len;
}

/* The header of the tunnel itself. */
static bool
put_tunnel(struct test_frame *f, uint16_t type, bool ethernet, enum rte_flow_item_type tunnel)
{
	const bool mpls = type == RTE_ETHER_TYPE_MPLS;
	uint8_t next;

	type = ethernet ? RTE_ETHER_TYPE_TEB : type;
	switch (tunnel) {
	case RTE_FLOW_ITEM_TYPE_VXLAN:
		put(f, (const uint8_t[]){ 0x08, 0, 0, 0, 0, 0, 7, 0 }, 8);
		return ethernet;
	case RTE_FLOW_ITEM_TYPE_VXLAN_GPE:
		next = ethernet ? 3 : mpls ? 5 : type == RTE_ETHER_TYPE_IPV4 ? 1 : 2;
		put(f, (const uint8_t[]){ 0x0c, 0, 0, next, 0, 0, 7, 0 }, 8);
		return true;
	case RTE_FLOW_ITEM_TYPE_GENEVE: /* With an option. */
		put(f, (const uint8_t[]){ 0x01, 0, type >> 8, type & 0xff, 0, 0, 7, 0, 0, 1, 2, 0 },
		    12);
		return true;
	case RTE_FLOW_ITEM_TYPE_GRE: /* With a sequence number. */
		put(f, (const uint8_t[]){ 0x10, 0, type >> 8, type & 0xff, 0, 0, 0, 1 }, 8);
		return true;
	case RTE_FLOW_ITEM_TYPE_NVGRE:
		put(f, (const uint8_t[]){ 0x20, 0, type >> 8, type & 0xff, 0, 0, 7, 0 }, 8);
		return ethernet;
	default: /* GTPU */
		put(f, (const uint8_t[]){ 0x30, 255, 0, 0, 0, 0, 0, 7 }, 8);
		return !ethernet && !mpls;
	}
}

bool
test_frame_wrap(struct test_frame *f, const struct test_frame *inner, uint16_t type, bool ethernet,
		enum rte_flow_item_type tunnel)
{
	static const struct {
		enum rte_flow_item_type type;
		uint16_t port;
	} ports[] = {
		{ RTE_FLOW_ITEM_TYPE_VXLAN, 4789 },
		{ RTE_FLOW_ITEM_TYPE_VXLAN_GPE, 4790 },
		{ RTE_FLOW_ITEM_TYPE_GENEVE, 6081 },
		{ RTE_FLOW_ITEM_TYPE_GTPU, 2152 },
	};
	struct test_frame head = { .len = 0 };
	uint16_t port = 0, len;
	bool carries = put_tunnel(&head, type, ethernet, tunnel);

	for (unsigned int i = 0; i < RTE_DIM(ports); i++)
		if (ports[i].type == tunnel)
			port = ports[i].port;
	len = head.len + inner->len;
	f->len = 0;
	put_ether(f, RTE_ETHER_TYPE_IPV4);
	put_ipv4(f, port != 0 ? 17 : 47, port != 0 ? len + 8 : len);
	if (port != 0)
		put_udp(f, port, len);
	put(f, head.data, head.len);
	put(f, inner->data, inner->len);
	return carries;
}

void
test_frame_unwrapped(struct test_frame *f, const struct test_frame *inner, uint16_t type,
		     bool ethernet, const struct test_frame *outer)
{
	f->len = 0;
	if (!ethernet) {
		put(f, outer->data, 12);
		put16(f, type);
	}
	put(f, inner->data, inner->len);
}

struct rte_mbuf *
test_frame_mbuf(const struct test_frame *f)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool());
	char *data;

	assert_non_null(m);
	data = rte_pktmbuf_append(m, f->len);
	assert_non_null(data);
	memcpy(data, f->data, f->len);
	return m;
}

void
test_frame_is(const struct rte_mbuf *m, const struct test_frame *f)
{
	uint8_t buf[TEST_FRAME_MAX];

	assert_int_equal(rte_pktmbuf_pkt_len(m), f->len);
	assert_memory_equal(rte_pktmbuf_read(m, 0, f->len, buf), f->data, f->len);
}

/* Rules */

static void
prepend_actions(struct rte_flow_action *to, const struct rte_flow_action *first, uint32_t n,
		const struct rte_flow_action *rest)
{
	assert_true(n < LIST_MAX / 2);
	for (uint32_t i = 0; i < n; i++)
		to[i] = first[i];
	do
		to[n++] = *rest;
	while ((rest++)->type != RTE_FLOW_ACTION_TYPE_END && n < LIST_MAX);
}

static void
prepend_items(struct rte_flow_item *to, const struct rte_flow_item *first, uint32_t n,
	      const struct rte_flow_item *rest)
{
	assert_true(n < LIST_MAX / 2);
	for (uint32_t i = 0; i < n; i++)
		to[i] = first[i];
	do
		to[n++] = *rest;
	while ((rest++)->type != RTE_FLOW_ITEM_TYPE_END && n < LIST_MAX);
}

/* What is refused is refused by rte_flow_validate() alike. */
static struct rte_flow *
create(uint16_t port, const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
       const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	const int rc = rte_flow_validate(port, attr, pattern, actions, error);
	struct rte_flow *flow = rte_flow_create(port, attr, pattern, actions, error);

	assert_int_equal(rc, flow != NULL ? 0 : -rte_errno);
	return flow;
}

struct rte_flow *
test_tunnel_try(uint16_t port, const struct test_tunnel_rule *r, struct rte_flow_error *error)
{
	struct rte_flow_action *set = NULL, actions[LIST_MAX];
	struct rte_flow_item *match = NULL, pattern[LIST_MAX];
	uint32_t n_actions = 0, n_items = 0;
	struct steer_text_error wrong;
	struct steer_text_rule *rule;
	struct rte_flow *flow;

	if (steer_text_parse(r->line, strlen(r->line), &rule, &wrong) != 0)
		fail_msg("%s: column %u: %s", r->line, wrong.place.column, wrong.message);
	if (r->set != NULL)
		assert_int_equal(rte_flow_tunnel_decap_set(port, r->set, &set, &n_actions, error),
				 0);
	if (r->match != NULL)
		assert_int_equal(rte_flow_tunnel_match(port, r->match, &match, &n_items, error), 0);
	prepend_actions(actions, set, n_actions, rule->actions);
	prepend_items(pattern, match, n_items, rule->pattern);
	flow = create(port, &rule->attr, pattern, actions, error);
	if (r->set != NULL)
		assert_int_equal(rte_flow_tunnel_action_decap_release(port, set, n_actions, NULL),
				 0);
	if (r->match != NULL)
		assert_int_equal(rte_flow_tunnel_item_release(port, match, n_items, NULL), 0);
	steer_text_free(rule);
	return flow;
}

static struct rte_flow *
must(uint16_t port, const struct test_tunnel_rule *r)
{
	struct rte_flow_error error = { .message = "" };
	struct rte_flow *flow = test_tunnel_try(port, r, &error);

	if (flow == NULL)
		fail_msg("%s: %s", r->line, error.message);
	return flow;
}

struct rte_flow *
test_tunnel_set(uint16_t port, struct rte_flow_tunnel *t, const char *line)
{
	return must(port, &(const struct test_tunnel_rule){ .set = t, .line = line });
}

struct rte_flow *
test_tunnel_match(uint16_t port, struct rte_flow_tunnel *t, const char *line)
{
	return must(port, &(const struct test_tunnel_rule){ .match = t, .line = line });
}
