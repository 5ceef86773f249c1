/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_hash.h>
#include <rte_malloc.h>

#include "contract.h"

/* The next local port that is the worker's; none is given back, as none of a test's is used up. */
static uint16_t
take_local_port(struct worker *w)
{
	const uint16_t mask = rules_mask(w->c);

	while (w->next_port <= UINT16_MAX) {
		const uint16_t port = w->next_port++;

		if ((port & mask) == w->id)
			return port;
	}
	fail("worker %u has no local port left", w->id);
}

static struct connection *
open_connection(struct worker *w, const struct packet *p, const struct endpoint *client)
{
	struct connection *conn = rte_zmalloc("connection", sizeof(*conn), 0);

	if (conn == NULL)
		fail("no memory for a connection");
	conn->client = *client;
	conn->family = p->family;
	conn->owner = w->id;
	conn->local_port = take_local_port(w);
	if (rte_hash_add_key_data(w->clients, client, conn) != 0)
		fail("no room for a connection");
	atomic_store(&w->c->connection[conn->local_port], conn);
	w->counts.connections++;
	return conn;
}

static struct connection *
find_connection(struct worker *w, const struct packet *p)
{
	struct endpoint client = { .addr = p->src, .port = p->ports[0], .proto = p->proto };
	void *found;

	if (rte_hash_lookup_data(w->clients, &client, &found) >= 0)
		return found;
	if (p->proto == IPPROTO_TCP && !packet_is_syn(p))
		return NULL;
	return open_connection(w, p, &client);
}

/* From the client to the server. */
static bool
forward(struct worker *w, struct packet *p)
{
	const struct contract *c = w->c;
	struct endpoint local = { .addr = c->lip[p->family] };
	struct endpoint server = { .addr = c->rs[p->family], .port = RTE_BE16(RPORT) };
	const struct connection *conn;

	if (!address_equal(&p->dst, &c->vip[p->family]) || p->ports[1] != RTE_BE16(VPORT))
		return false;
	conn = find_connection(w, p);
	if (conn == NULL) {
		w->counts.unknown++;
		return false;
	}
	local.port = rte_cpu_to_be_16(conn->local_port);
	packet_write(p, &local, &server);
	return true;
}

/* From the server to the client, if the connection is ours. */
static bool
reply(struct worker *w, struct packet *p)
{
	struct contract *c = w->c;
	struct endpoint service = { .addr = c->vip[p->family], .port = RTE_BE16(VPORT) };
	const struct connection *conn = atomic_load(&c->connection[rte_be_to_cpu_16(p->ports[1])]);

	if (!address_equal(&p->dst, &c->lip[p->family]))
		return false;
	if (conn == NULL || conn->family != p->family || conn->client.proto != p->proto) {
		w->counts.unknown++;
		return false;
	}
	if (conn->owner != w->id) {
		w->counts.wrong++;
		return false;
	}
	w->counts.right++;
	packet_write(p, &service, &conn->client);
	return true;
}

/* What the kernel would get is for it alone. */
static bool
is_for_kernel(struct worker *w, const struct packet *p)
{
	const bool kernel = address_equal(&p->dst, &w->c->kernel_ip[p->family]);

	if (kernel && w->kernel)
		w->counts.kernel++;
	else if (kernel || w->kernel)
		w->counts.strayed++;
	return kernel && w->kernel;
}

bool
nat_translate(struct worker *w, uint16_t from, struct rte_mbuf *m)
{
	const struct contract *c = w->c;
	const uint16_t to = from == WAN ? LAN : WAN;
	struct packet p;

	if (!packet_read(&p, m))
		return false;
	if (is_for_kernel(w, &p)) {
		/* no kernel is asked: its answer would be the same */
		packet_turn(&p);
		return p.proto == IPPROTO_UDP;
	}
	if (w->kernel || !(from == WAN ? forward(w, &p) : reply(w, &p)))
		return false;
	p.eth->dst_addr = c->peer[to];
	p.eth->src_addr = c->mac[to];
	return true;
}
