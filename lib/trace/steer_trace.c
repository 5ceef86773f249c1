/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "steer_parse.h"
#include "steer_trace.h"

/* Packets: mbufs of no pool. Whoever might want to copy or free one has none to do it with. */

#define ROOM (RTE_PKTMBUF_HEADROOM + STEER_TRACE_LEN_MAX)

bool
steer_trace_packet_set(struct rte_mbuf *m, const void *data, uint32_t n, uint32_t len)
{
	if (len > STEER_TRACE_LEN_MAX || n > len)
		return false;
	memset(m, 0, sizeof(*m));
	m->buf_addr = m + 1;
	m->buf_len = ROOM;
	m->data_off = RTE_PKTMBUF_HEADROOM;
	m->nb_segs = 1;
	m->port = RTE_MBUF_PORT_INVALID;
	rte_mbuf_refcnt_set(m, 1);
	m->data_len = (uint16_t)len;
	m->pkt_len = len;
	/* An empty one may be nowhere. */
	if (n > 0)
		memcpy(rte_pktmbuf_mtod(m, void *), data, n);
	memset(rte_pktmbuf_mtod_offset(m, uint8_t *, n), 0, len - n);
	return true;
}

struct rte_mbuf *
steer_trace_packet(const void *data, uint32_t n, uint32_t len)
{
	struct rte_mbuf *m = aligned_alloc(RTE_CACHE_LINE_SIZE,
					   RTE_ALIGN(sizeof(*m) + ROOM, RTE_CACHE_LINE_SIZE));

	if (m != NULL && !steer_trace_packet_set(m, data, n, len)) {
		free(m);
		return NULL;
	}
	return m;
}

void
steer_trace_packet_free(struct rte_mbuf *m)
{
	free(m);
}

/* Traces */

static struct steer_trace_rule *
add_rule(struct steer_trace *t)
{
	const uint32_t room = t->room != 0 ? 2 * t->room : 16;
	struct steer_trace_rule *rules;

	if (t->n_rules == t->room) {
		rules = realloc(t->rules, room * sizeof(rules[0]));
		if (rules == NULL) {
			t->cut = true;
			return NULL;
		}
		t->rules = rules;
		t->room = room;
	}
	return &t->rules[t->n_rules++];
}

static void
tried(const struct steer_path_rule *rule, const struct steer_key *key, void *arg)
{
	struct steer_trace *t = arg;
	struct steer_trace_rule *to = add_rule(t);

	if (to == NULL)
		return;
	*to = (struct steer_trace_rule){
		.rule = rule->rule,
		.group = rule->group,
		.prio = rule->prio,
		.inactive = rule->inactive,
		.found = rule->found,
		.text = rule->text != NULL ? strdup(rule->text) : NULL,
		.note = rule->note != NULL ? strdup(rule->note) : NULL,
	};
	steer_why(rule->match, key, &to->why);
	if (!rule->inactive && rule->found != (to->why.kind == STEER_WHY_MATCHES))
		t->disagree++;
}

struct steer_trace *
steer_trace_create(struct steer_engine *e, struct rte_mbuf *m, unsigned int port, bool why)
{
	struct steer_trace *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->len = m->pkt_len;
	steer_parse(m, STEER_DEPTH_ALL | STEER_DEPTH_PACKET | STEER_DEPTH_TCP, &t->key);
	if (steer_engine_path(e, m, port, why ? tried : NULL, t, &t->path) < 0) {
		steer_trace_free(t);
		return NULL;
	}
	t->key.packet = NULL;
	return t;
}

void
steer_trace_free(struct steer_trace *t)
{
	if (t == NULL)
		return;
	for (uint32_t i = 0; i < t->n_rules; i++) {
		free(t->rules[i].text);
		free(t->rules[i].note);
		steer_why_free(&t->rules[i].why);
	}
	free(t->rules);
	free(t);
}
