/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include <rte_acl.h>
#include <rte_byteorder.h>
#include <rte_malloc.h>

#include "alternative.h"
#include "walk.h"

enum field {
	FIELD_PROTO,
	FIELD_SRC,
	FIELD_DST,
	FIELD_SPORT,
	FIELD_DPORT,
	N_FIELDS,
};

RTE_ACL_RULE_DEF(rule5, N_FIELDS);

/* Offsets are from the protocol on, in front of the tuple. */
#define AT(offset) (PERF_WALK_PROTO + (offset))

static const struct rte_acl_field_def fields[N_FIELDS] = {
	[FIELD_PROTO] = { .type = RTE_ACL_FIELD_TYPE_BITMASK, .size = 1,
			  .field_index = FIELD_PROTO, .input_index = 0, .offset = 0 },
	[FIELD_SRC] = { .type = RTE_ACL_FIELD_TYPE_MASK, .size = 4,
			.field_index = FIELD_SRC, .input_index = 1, .offset = AT(0) },
	[FIELD_DST] = { .type = RTE_ACL_FIELD_TYPE_MASK, .size = 4,
			.field_index = FIELD_DST, .input_index = 2, .offset = AT(4) },
	[FIELD_SPORT] = { .type = RTE_ACL_FIELD_TYPE_RANGE, .size = 2,
			  .field_index = FIELD_SPORT, .input_index = 3, .offset = AT(8) },
	[FIELD_DPORT] = { .type = RTE_ACL_FIELD_TYPE_RANGE, .size = 2,
			  .field_index = FIELD_DPORT, .input_index = 3, .offset = AT(10) },
};

struct acl {
	struct perf_walk walk;
	struct rte_acl_ctx *ctx;
};

static void
acl_free(void *arg)
{
	struct acl *a = arg;

	if (a == NULL)
		return;
	rte_acl_free(a->ctx);
	perf_walk_free(&a->walk);
	rte_free(a);
}

static uint32_t
prefix_len(rte_be32_t mask)
{
	return (uint32_t)__builtin_popcount(mask);
}

static struct rule5
rule_of(const struct perf_rule *r, int32_t priority)
{
	struct rule5 rule = {
		/* 0 is no rule. */
		.data = { .category_mask = 1, .priority = priority, .userdata = r->queue + 1u },
	};

	rule.field[FIELD_PROTO].value.u8 = r->value.proto;
	rule.field[FIELD_PROTO].mask_range.u8 = 0xff;
	rule.field[FIELD_SRC].value.u32 = rte_be_to_cpu_32(r->value.src);
	rule.field[FIELD_SRC].mask_range.u32 = prefix_len(r->mask.src);
	rule.field[FIELD_DST].value.u32 = rte_be_to_cpu_32(r->value.dst);
	rule.field[FIELD_DST].mask_range.u32 = prefix_len(r->mask.dst);
	rule.field[FIELD_SPORT].mask_range.u16 = UINT16_MAX;
	rule.field[FIELD_DPORT].value.u16 = rte_be_to_cpu_16(r->value.ports[1]);
	rule.field[FIELD_DPORT].mask_range.u16 = rte_be_to_cpu_16(r->last_port);
	return rule;
}

static int
build(struct rte_acl_ctx *ctx, perf_rule_fn rule, uint32_t n)
{
	struct rte_acl_config config = { .num_categories = 1, .num_fields = N_FIELDS };

	for (uint32_t i = 0; i < n; i++) {
		struct perf_rule r;
		struct rule5 acl_rule;

		rule(i, &r);
		acl_rule = rule_of(&r, (int32_t)(n - i));
		if (rte_acl_add_rules(ctx, (const struct rte_acl_rule *)&acl_rule, 1) != 0)
			return -1;
	}
	for (unsigned int i = 0; i < N_FIELDS; i++)
		config.defs[i] = fields[i];
	return rte_acl_build(ctx, &config);
}

static void *
acl_create(uint16_t lower, perf_rule_fn rule, uint32_t n)
{
	const struct rte_acl_param param = {
		.name = "perf",
		.socket_id = SOCKET_ID_ANY,
		.rule_size = RTE_ACL_RULE_SZ(N_FIELDS),
		.max_rule_num = n,
	};
	struct acl *a = rte_zmalloc("acl", sizeof(*a), RTE_CACHE_LINE_SIZE);

	if (a == NULL)
		return NULL;
	a->ctx = rte_acl_create(&param);
	if (perf_walk_init(&a->walk, lower, 0) != 0 || a->ctx == NULL ||
	    build(a->ctx, rule, n) != 0) {
		acl_free(a);
		return NULL;
	}
	return a;
}

static inline unsigned int
burst(struct acl *a)
{
	struct rte_mbuf *pkts[PERF_WALK_BURST];
	const uint8_t *tuples[PERF_WALK_BURST];
	uint32_t results[PERF_WALK_BURST];
	const unsigned int n = perf_walk_rx(&a->walk, pkts, tuples);

	for (unsigned int i = 0; i < n; i++)
		tuples[i] -= PERF_WALK_PROTO;
	rte_acl_classify(a->ctx, tuples, results, n, 1);
	for (unsigned int i = 0; i < n; i++)
		perf_walk_stage(&a->walk, results[i] != 0 ? results[i] - 1 : 0, pkts[i]);
	perf_walk_scatter(&a->walk);
	return perf_walk_out(&a->walk);
}

static uint64_t
acl_run(void *arg, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += burst(arg);
	return done;
}

const struct perf_alternative perf_alternative_acl = {
	.name = "rte_acl",
	.create = acl_create,
	.run = acl_run,
	.free = acl_free,
};
