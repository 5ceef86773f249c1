/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <time.h>

#include <rte_hash.h>
#include <rte_jhash.h>
#include <rte_lcore.h>

#include "contract.h"

#define CONNECTIONS_MAX 8192
/** A worker that has so many connections destroys rules of which there are copies. */
#define CONNECTIONS_SOME 4
#define IDLE_ROUNDS 32

void
worker_init(struct contract *c, uint16_t id)
{
	struct worker *w = &c->worker[id];
	char name[RTE_HASH_NAMESIZE];
	struct rte_hash_parameters params = {
		.name = name,
		.entries = CONNECTIONS_MAX,
		.key_len = sizeof(struct endpoint),
		.hash_func = rte_jhash,
	};

	snprintf(name, sizeof(name), "clients%u", id);
	w->c = c;
	w->id = id;
	w->kernel = id == c->n_workers;
	w->next_port = LOCAL_PORT_MIN;
	w->clients = rte_hash_create(&params);
	if (w->clients == NULL)
		fail("no memory for connections");
}

static void
send_out(struct worker *w, uint16_t port, struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t sent = rte_eth_tx_burst(port, w->id, pkts, n);

	/* DPVS does not try again */
	w->counts.unsent += n - sent;
	rte_pktmbuf_free_bulk(pkts + sent, n - sent);
}

static bool
tag(const struct contract *c, uint16_t port, struct rte_mbuf **m)
{
	if (port != LAN || c->vlan == 0)
		return true;
	(*m)->vlan_tci = c->vlan;
	return rte_vlan_insert(m) == 0;
}

static uint16_t
poll_port(struct worker *w, uint16_t port)
{
	/* the answers of the kernel's worker go where they came from */
	const uint16_t to = w->kernel ? port : port == WAN ? LAN : WAN;
	struct rte_mbuf *pkts[BURST], *out[BURST];
	uint16_t n, n_out = 0;

	n = rte_eth_rx_burst(port, w->id, pkts, BURST);
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];
		bool good = m->port == port;

		w->counts.foreign += !good;
		good = good && nat_translate(w, port, m) && tag(w->c, to, &m);
		if (good)
			out[n_out++] = m;
		else
			rte_pktmbuf_free(m);
	}
	if (n_out > 0)
		send_out(w, to, out, n_out);
	return n;
}

/* Rules come and go in the loop that receives, one in each round. */
static uint16_t
work(struct worker *w)
{
	const uint16_t n = poll_port(w, WAN) + poll_port(w, LAN);

	if (atomic_load(&w->c->phase) == MAKE_RULES) {
		if (rules_make_next(w)) {
			if (w->n_made == COPIES * RULES)
				atomic_fetch_add(&w->c->n_ready, 1);
		} else if (w->counts.connections >= CONNECTIONS_SOME) {
			rules_destroy_next(w);
		}
	}
	return n;
}

/* Others want to run on this processor, too. */
static void
rest(void)
{
	const struct timespec t = { .tv_nsec = 20000 };

	nanosleep(&t, NULL);
}

int
worker_lcore(void *arg)
{
	struct contract *c = arg;
	const unsigned int n_lcores = rte_lcore_count() - 1;
	/* the main lcore is the first one, and no worker's */
	const unsigned int first = rte_lcore_index(-1) - 1;
	unsigned int idle = 0;

	while (atomic_load(&c->phase) != QUIT) {
		uint16_t n = 0;

		for (unsigned int i = first; i < c->n_pollers; i += n_lcores)
			n += work(&c->worker[i]);
		idle = n == 0 ? idle + 1 : 0;
		if (idle > IDLE_ROUNDS)
			rest();
	}
	return 0;
}
