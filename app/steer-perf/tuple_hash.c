/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>

#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <rte_malloc.h>

#include "tuple_hash.h"

struct rte_hash *
perf_tuple_hash_create(uint32_t n)
{
	static unsigned int tables;
	char name[RTE_HASH_NAMESIZE];
	const struct rte_hash_parameters params = {
		.name = name,
		/* Its buckets cannot all be full. */
		.entries = n + n / 4 + 8,
		.key_len = sizeof(struct perf_key),
		.hash_func = rte_hash_crc,
		.socket_id = (int)SOCKET_ID_ANY,
	};

	snprintf(name, sizeof(name), "perf_%u", tables++);
	return rte_hash_create(&params);
}

struct rte_hash *
perf_tuple_hash_fill(perf_rule_fn rule, uint32_t n)
{
	struct rte_hash *hash = perf_tuple_hash_create(n);
	int ret = hash != NULL ? 0 : -1;

	for (uint32_t i = 0; ret == 0 && i < n; i++) {
		struct perf_rule r;
		struct perf_key key;

		rule(i, &r);
		perf_key_of_rule(&key, &r);
		ret = rte_hash_add_key_data(hash, &key, (void *)(uintptr_t)r.queue);
	}
	if (ret != 0) {
		rte_hash_free(hash);
		return NULL;
	}
	return hash;
}

void
perf_hash_walk_free(void *arg)
{
	struct perf_hash_walk *h = arg;

	if (h == NULL)
		return;
	rte_hash_free(h->table);
	perf_walk_free(&h->walk);
	rte_free(h);
}

void *
perf_hash_walk_create(uint16_t lower, perf_rule_fn rule, uint32_t n)
{
	struct perf_hash_walk *h = rte_zmalloc("hash", sizeof(*h), RTE_CACHE_LINE_SIZE);

	if (h == NULL)
		return NULL;
	h->table = perf_tuple_hash_fill(rule, n);
	if (perf_walk_init(&h->walk, lower, 0) != 0 || h->table == NULL) {
		perf_hash_walk_free(h);
		return NULL;
	}
	return h;
}
