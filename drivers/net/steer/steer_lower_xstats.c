/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_malloc.h>

#include "steer_port.h"

/*
 * Extended statistics of the lower port, shown with a prefix.
 *
 * Applications ask for number and names once and for values from then on, while the lower's list
 * may change: ports leave a failsafe, others name their queues only once these are set up. So
 * configure settles how many there are, each has a place of its own, and the place keeps its name.
 * What comes later takes a place without a name, as long as there are any; what has gone reads 0.
 * Values are looked up by name each time.
 *
 * Statistics may be read at any time, by secondary processes too: this is in shared memory, without
 * a pointer, and changes under counts_lock. The lower is asked without it, by who has a copy; that
 * it is not configured between number, names and values is what steer_lower_ask() is for.
 */

#define PREFIX "lower_"
#define NOWHERE UINT32_MAX

struct place {
	struct rte_eth_xstat_name name; /* As the lower has it; empty: nothing yet. */
	uint64_t base;                  /* Value at the last reset. */
	uint64_t value;                 /* Of a copy. */
};

struct steer_lower_xstats {
	uint32_t n;
	struct place place[];
};

/* The lower's list as it is now, and where to go on looking: names keep their order as a rule. */
struct list {
	struct rte_eth_xstat_name *name;
	uint32_t room; /* What the lower asks for. */
	uint32_t len;  /* What it has filled. */
	uint32_t next;
};

static bool
all_set_up(void *const *queues, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		if (queues[i] == NULL)
			return false;
	return true;
}

/* net_vhost takes for granted that its queues are set up. */
static bool
may_be_asked(uint16_t lower)
{
	const struct rte_eth_dev *dev = &rte_eth_devices[lower];

	return strcmp(dev->device->driver->name, "net_vhost") != 0 ||
		(all_set_up(dev->data->rx_queues, dev->data->nb_rx_queues) &&
		 all_set_up(dev->data->tx_queues, dev->data->nb_tx_queues));
}

/* By who asks it. */
static int
read_names(uint16_t lower, struct list *list)
{
	int n = may_be_asked(lower) ? rte_eth_xstats_get_names(lower, NULL, 0) : 0;

	if (n <= 0)
		return 0;
	list->room = n;
	list->name = calloc(list->room, sizeof(list->name[0]));
	if (list->name == NULL)
		return -ENOMEM;
	n = rte_eth_xstats_get_names(lower, list->name, list->room);
	list->len = RTE_MIN((uint32_t)RTE_MAX(n, 0), list->room);
	return 0;
}

/* Also of a lower that is not there: it has none. */
static int
list_read(struct steer_port *port, struct list *list)
{
	const uint16_t lower = steer_lower_ask(port);
	int ret;

	memset(list, 0, sizeof(*list));
	if (lower == RTE_MAX_ETHPORTS)
		return 0;
	ret = read_names(lower, list);
	steer_lower_told(port);
	return ret;
}

static uint32_t
list_find(struct list *list, const char *name)
{
	uint32_t i, k;

	for (k = 0; k < list->len && name[0] != '\0'; k++) {
		i = (list->next + k) % list->len;
		if (strcmp(list->name[i].name, name) == 0) {
			list->next = i + 1;
			return i;
		}
	}
	return NOWHERE;
}

/* What has no place yet takes those without a name. */
static void
take_places(struct steer_lower_xstats *x, struct list *list)
{
	uint32_t i, p;

	for (p = 0; p < x->n && x->place[p].name.name[0] != '\0'; p++) {
		i = list_find(list, x->place[p].name.name);
		if (i != NOWHERE)
			list->name[i].name[0] = '\0';
	}
	for (i = 0; i < list->len && p < x->n; i++) {
		if (list->name[i].name[0] != '\0')
			x->place[p++].name = list->name[i];
	}
}

int
steer_lower_xstats_refresh(struct steer_port *port)
{
	struct list list;
	int ret;

	/* None, perhaps since it could not be asked at configure. */
	if (port->lower_xstats->n == 0)
		return steer_lower_xstats_settle(port);
	ret = list_read(port, &list);
	if (ret != 0)
		return ret;
	steer_counts_lock(port);
	take_places(port->lower_xstats, &list);
	steer_counts_unlock(port);
	free(list.name);
	return 0;
}

/* A reset holds over configure. */
static void
keep_bases(struct steer_lower_xstats *x, const struct steer_lower_xstats *old)
{
	uint32_t i, k = 0, p;

	for (p = 0; old != NULL && p < x->n; p++) {
		for (i = 0; i < old->n; i++, k++) {
			if (strcmp(old->place[k % old->n].name.name, x->place[p].name.name) == 0)
				break;
		}
		if (i < old->n)
			x->place[p].base = old->place[k % old->n].base;
	}
}

static void
replace(struct steer_port *port, struct steer_lower_xstats *x)
{
	struct steer_lower_xstats *old;

	steer_counts_lock(port);
	old = port->lower_xstats;
	if (x != NULL)
		keep_bases(x, old);
	port->lower_xstats = x;
	steer_counts_unlock(port);
	rte_free(old);
}

int
steer_lower_xstats_settle(struct steer_port *port)
{
	struct steer_lower_xstats *x;
	struct list list;
	int ret;

	ret = list_read(port, &list);
	if (ret != 0)
		return ret;
	x = rte_zmalloc("steer_xstats", sizeof(*x) + list.room * sizeof(x->place[0]), 0);
	if (x != NULL) {
		x->n = list.room;
		take_places(x, &list);
		replace(port, x);
	}
	free(list.name);
	return x != NULL ? 0 : -ENOMEM;
}

void
steer_lower_xstats_free(struct steer_port *port)
{
	replace(port, NULL);
}

static unsigned int
count_locked(const struct steer_port *port)
{
	return port->lower_xstats != NULL ? port->lower_xstats->n : 0;
}

unsigned int
steer_lower_xstats_count(struct steer_port *port)
{
	unsigned int n;

	steer_counts_lock(port);
	n = count_locked(port);
	steer_counts_unlock(port);
	return n;
}

/* With a number in place of its end where the prefix makes it too long: it stays the only one. */
static void
put_name(struct rte_eth_xstat_name *to, const struct rte_eth_xstat_name *name, uint32_t p)
{
	char number[16];

	if (name->name[0] == '\0') {
		snprintf(to->name, sizeof(to->name), PREFIX "unnamed_%u", p);
		return;
	}
	if ((size_t)snprintf(to->name, sizeof(to->name), PREFIX "%.*s", (int)sizeof(name->name),
			     name->name) < sizeof(to->name))
		return;
	snprintf(number, sizeof(number), "~%u", p);
	strcpy(&to->name[sizeof(to->name) - 1 - strlen(number)], number);
}

void
steer_lower_xstats_names(struct steer_port *port, struct rte_eth_xstat_name *names, unsigned int n)
{
	static const struct rte_eth_xstat_name none;
	unsigned int p, known;

	steer_counts_lock(port);
	known = count_locked(port);
	for (p = 0; p < n; p++)
		put_name(&names[p], p < known ? &port->lower_xstats->place[p].name : &none, p);
	steer_counts_unlock(port);
}

/* A copy of the first n places, those that are not there empty. NULL if memory is short. */
static struct place *
copy_places(struct steer_port *port, unsigned int n)
{
	struct place *places = calloc(n + 1, sizeof(*places));
	unsigned int p;

	if (places == NULL)
		return NULL;
	steer_counts_lock(port);
	n = RTE_MIN(n, count_locked(port));
	for (p = 0; p < n; p++) {
		places[p] = port->lower_xstats->place[p];
		places[p].value = places[p].base;
	}
	steer_counts_unlock(port);
	return places;
}

/* By who asks it: fill in its values. */
static int
read_values(uint16_t lower, struct list *list, struct place *places, unsigned int n)
{
	struct rte_eth_xstat *values = calloc(list->room, sizeof(*values));
	uint32_t i, p;
	int found;

	if (values == NULL)
		return -ENOMEM;
	found = rte_eth_xstats_get(lower, values, list->room);
	if (found > (int)list->room)
		found = 0;
	for (p = 0; p < n; p++) {
		i = list_find(list, places[p].name.name);
		if (i != NOWHERE && (int)i < found)
			places[p].value = values[i].value;
	}
	free(values);
	return 0;
}

static int
ask_values(struct steer_port *port, struct place *places, unsigned int n)
{
	const uint16_t lower = steer_lower_ask(port);
	struct list list = { 0 };
	int ret;

	if (lower == RTE_MAX_ETHPORTS)
		return 0;
	ret = read_names(lower, &list);
	if (ret == 0 && list.len > 0)
		ret = read_values(lower, &list, places, n);
	steer_lower_told(port);
	free(list.name);
	return ret;
}

/*
 * A copy of the first n places with their values, as they stand at the lower. What is not there is
 * as it was at the last reset. NULL if memory is short.
 */
static struct place *
read_places(struct steer_port *port, unsigned int n)
{
	struct place *places = copy_places(port, n);

	if (places == NULL || ask_values(port, places, n) == 0)
		return places;
	free(places);
	return NULL;
}

void
steer_lower_xstats_read(struct steer_port *port, struct rte_eth_xstat *to, unsigned int n)
{
	struct place *places = read_places(port, n);
	unsigned int p;

	for (p = 0; p < n; p++)
		to[p].value = places != NULL ? steer_since(places[p].value, places[p].base) : 0;
	free(places);
}

/* Another configure may have come since the places were copied. */
static void
set_bases(struct steer_port *port, const struct place *places, unsigned int n)
{
	struct place *place;
	unsigned int p;

	steer_counts_lock(port);
	n = RTE_MIN(n, count_locked(port));
	for (p = 0; p < n; p++) {
		place = &port->lower_xstats->place[p];
		if (strcmp(place->name.name, places[p].name.name) == 0)
			place->base = places[p].value;
	}
	steer_counts_unlock(port);
}

int
steer_lower_xstats_reset(struct steer_port *port)
{
	unsigned int n = steer_lower_xstats_count(port);
	struct place *places = read_places(port, n);

	if (places == NULL)
		return -ENOMEM;
	set_bases(port, places, n);
	free(places);
	return 0;
}
