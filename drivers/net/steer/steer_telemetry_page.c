/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "steer_compat.h"
#include "steer_telemetry.h"

int
steer_telemetry_page_begin(struct steer_telemetry_page *page)
{
	page->entries = rte_tel_data_alloc();
	if (page->entries == NULL)
		return -ENOMEM;
	rte_tel_data_start_dict(page->entries);
	return 0;
}

struct rte_tel_data *
steer_telemetry_page_entry(struct steer_telemetry_page *page)
{
	struct rte_tel_data *d = page->lost ? NULL : rte_tel_data_alloc();

	page->lost = d == NULL;
	if (d != NULL)
		rte_tel_data_start_dict(d);
	return d;
}

void
steer_telemetry_page_add(struct steer_telemetry_page *page, struct rte_tel_data *entry, int rc)
{
	char name[24];

	if (rc < 0) {
		rte_tel_data_free(entry);
		page->lost = true;
		return;
	}
	snprintf(name, sizeof(name), "%" PRIu64, page->base + page->n++);
	rte_tel_data_add_dict_container(page->entries, name, entry, 0);
}

int
steer_telemetry_page_end(struct steer_telemetry_page *page, struct rte_tel_data *d, uint64_t all)
{
	char count[16];

	/* Else who asks for the next ones, as long as there are, would do so for ever. */
	if (page->lost && page->n == 0) {
		rte_tel_data_free(page->entries);
		return -ENOMEM;
	}
	snprintf(count, sizeof(count), "n_%s", page->name);
	rte_tel_data_start_dict(d);
	STEER_TEL_DICT_UINT(d, count, all);
	if ((page->n == page->max || page->lost) && page->first + page->n < all)
		STEER_TEL_DICT_UINT(d, "next", page->first + page->n);
	rte_tel_data_add_dict_container(d, page->name, page->entries, 0);
	return 0;
}
