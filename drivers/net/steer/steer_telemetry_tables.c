/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>

#include "steer_port.h"
#include "steer_telemetry.h"

/* An answer has 16 KB. */
#define TABLES_AT_ONCE 12
#define MASK_MAX 640

/** Subtables that are told in one answer. */
struct page {
	struct rte_tel_data *tables;
	unsigned int n;
	bool lost; /**< There was no memory for the next one. */
};

static void
add_to_page(const struct steer_table_line *line, void *arg)
{
	struct page *page = arg;
	struct rte_tel_data *d = page->lost ? NULL : rte_tel_data_alloc();
	char name[8];

	page->lost = d == NULL;
	if (page->lost)
		return;
	rte_tel_data_start_dict(d);
	STEER_TEL_DICT_UINT(d, "group", line->group);
	if (line->tunnel != 0)
		STEER_TEL_DICT_UINT(d, "tunnel", line->tunnel);
	steer_telemetry_add_pieces(d, "mask", line->mask, strnlen(line->mask, MASK_MAX));
	STEER_TEL_DICT_UINT(d, "priority", line->priority);
	STEER_TEL_DICT_UINT(d, "rules", line->rules);
	STEER_TEL_DICT_UINT(d, "values", line->values);
	STEER_TEL_DICT_UINT(d, "buckets", line->buckets);
	STEER_TEL_DICT_UINT(d, "bytes", line->bytes);
	rte_tel_data_add_dict_string(d, "filtered", line->filtered ? "yes" : "no");
	snprintf(name, sizeof(name), "%u", page->n++);
	rte_tel_data_add_dict_container(page->tables, name, d, 0);
}

static void
add_cache(struct rte_tel_data *d, struct steer_port *port)
{
	struct steer_drop_counts c;
	uint64_t lookups;

	steer_drop_counts_sum(port, &c);
	lookups = c.hits + c.misses;
	rte_tel_data_add_dict_string(d, "cache",
				     steer_engine_cached(port->engine) ? "on" : "off");
	STEER_TEL_DICT_UINT(d, "cache_entries", port->args.cache);
	STEER_TEL_DICT_UINT(d, "lookups", lookups);
	STEER_TEL_DICT_UINT(d, "cache_hits", c.cached);
	STEER_TEL_DICT_UINT(d, "cache_hit_percent", lookups > 0 ? c.cached * 100 / lookups : 0);
}

int
steer_telemetry_tables(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	const uint64_t first = r->n > 0 ? r->number[0] : 0;
	struct page page = { .tables = rte_tel_data_alloc() };
	uint64_t n;

	if (page.tables == NULL)
		return -ENOMEM;
	rte_tel_data_start_dict(page.tables);
	n = steer_engine_table_list(r->port->engine, first, TABLES_AT_ONCE, add_to_page, &page);
	if (page.lost && page.n == 0) {
		rte_tel_data_free(page.tables);
		return -ENOMEM;
	}
	rte_tel_data_start_dict(d);
	STEER_TEL_DICT_UINT(d, "n_tables", n);
	if ((page.n == TABLES_AT_ONCE || page.lost) && first + page.n < n)
		STEER_TEL_DICT_UINT(d, "next", first + page.n);
	rte_tel_data_add_dict_container(d, "tables", page.tables, 0);
	add_cache(d, r->port);
	return 0;
}
