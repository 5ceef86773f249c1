/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <pthread.h>
#include <string.h>

#include <rte_malloc.h>

#include "steer_rss_tables.h"

/* Ports share the default key as a rule; contexts of several engines share this list. */
static pthread_mutex_t rss_tables_lock = PTHREAD_MUTEX_INITIALIZER;
static LIST_HEAD(, steer_rss_tables) rss_tables_list = LIST_HEAD_INITIALIZER(rss_tables_list);

static struct steer_rss_tables *
rss_tables_find(const uint8_t *key, unsigned int rows, int socket)
{
	struct steer_rss_tables *tables;

	LIST_FOREACH(tables, &rss_tables_list, next) {
		if (tables->socket == socket && tables->rows >= rows &&
		    memcmp(tables->key, key, STEER_RSS_KEY_USED) == 0)
			return tables;
	}
	return NULL;
}

static struct steer_rss_tables *
rss_tables_add(const uint8_t *key, unsigned int rows, int socket)
{
	const size_t len = sizeof(struct steer_rss_tables) + rows * sizeof(steer_toeplitz_row);
	struct steer_rss_tables *tables;

	/* Rows are whole cache lines. */
	tables = rte_zmalloc_socket("steer_rss", len + sizeof(*tables->gfni), RTE_CACHE_LINE_SIZE,
				    socket);
	if (tables == NULL)
		return NULL;
	if (steer_toeplitz_gfni_has()) {
		tables->gfni = RTE_PTR_ADD(tables, len);
		steer_toeplitz_gfni_init(tables->gfni, key);
	}
	steer_toeplitz_init(tables->row, rows, key);
	memcpy(tables->key, key, STEER_RSS_KEY_USED);
	tables->rows = rows;
	tables->socket = socket;
	LIST_INSERT_HEAD(&rss_tables_list, tables, next);
	return tables;
}

struct steer_rss_tables *
steer_rss_tables_get(const uint8_t *key, uint32_t len, unsigned int rows, int socket)
{
	uint8_t repeated[STEER_RSS_KEY_USED];
	struct steer_rss_tables *tables;

	for (uint32_t i = 0; i < sizeof(repeated); i++)
		repeated[i] = key[i % len];
	pthread_mutex_lock(&rss_tables_lock);
	tables = rss_tables_find(repeated, rows, socket);
	if (tables == NULL)
		tables = rss_tables_add(repeated, rows, socket);
	if (tables != NULL)
		tables->refs++;
	pthread_mutex_unlock(&rss_tables_lock);
	return tables;
}

void
steer_rss_tables_put(struct steer_rss_tables *tables)
{
	pthread_mutex_lock(&rss_tables_lock);
	if (--tables->refs == 0) {
		LIST_REMOVE(tables, next);
		rte_free(tables);
	}
	pthread_mutex_unlock(&rss_tables_lock);
}
