/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_common.h>

#include "steer_port.h"
#include "steer_telemetry.h"

/* An answer has 16 KB. */
#define TABLES_AT_ONCE 12
#define MASK_MAX 640

static void
add_to_page(const struct steer_table_line *line, void *page)
{
	struct rte_tel_data *d = steer_telemetry_page_entry(page);
	int rc;

	if (d == NULL)
		return;
	STEER_TEL_DICT_UINT(d, "group", line->group);
	if (line->tunnel != 0)
		STEER_TEL_DICT_UINT(d, "tunnel", line->tunnel);
	rc = steer_telemetry_add_pieces(d, "mask", line->mask, strnlen(line->mask, MASK_MAX));
	STEER_TEL_DICT_UINT(d, "priority", line->priority);
	STEER_TEL_DICT_UINT(d, "rules", line->rules);
	STEER_TEL_DICT_UINT(d, "values", line->values);
	STEER_TEL_DICT_UINT(d, "buckets", line->buckets);
	STEER_TEL_DICT_UINT(d, "bytes", line->bytes);
	rte_tel_data_add_dict_string(d, "filtered", line->filtered ? "yes" : "no");
	steer_telemetry_page_add(page, d, rc);
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
	struct steer_telemetry_page page = {
		.name = "tables", .first = r->n > 0 ? r->number[0] : 0, .max = TABLES_AT_ONCE,
	};
	uint64_t n;
	int rc;

	if (steer_telemetry_page_begin(&page) < 0)
		return -ENOMEM;
	n = steer_engine_table_list(r->port->engine, page.first, page.max, add_to_page, &page);
	rc = steer_telemetry_page_end(&page, d, n);
	if (rc == 0)
		add_cache(d, r->port);
	return rc;
}
