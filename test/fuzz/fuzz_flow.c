/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * The engine: rules come, go, are queried and dumped, queues come and go, packets pass. What
 * validate says create must do; each packet must go where a search through all rules, one after
 * the other, says; and at the end nothing is left.
 */

#include <errno.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_errno.h>

#include "steer_action.h"
#include "steer_condition.h"
#include "steer_engine.h"
#include "steer_error.h"
#include "steer_match.h"
#include "steer_parse.h"

#include "eal.h"
#include "fuzz_rule.h"
#include "parse_expect.h"

#define MAX_QUEUES 8
#define MAX_FLOWS 32
#define MAX_OPS 64

/* A rule that was taken, as we know it. */
struct known {
	struct steer_flow *flow;
	struct steer_match match;
	struct steer_actions actions;
	uint32_t group;
	uint32_t prio;
	/* Of a JUMP action. */
	uint32_t next_group;
	uint64_t hits;
	/* Of an RSS action: those that may come out; 0: any. */
	uint64_t queues;
};

struct world {
	struct steer_engine *e;
	uint16_t n_queues; /* 0: not configured. */
	bool isolated;
	unsigned int n;
	struct known known[MAX_FLOWS];
};

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	RTE_SET_USED(argc);
	RTE_SET_USED(argv);
	if (test_eal_init(NULL) != 0)
		exit(1);
	return 0;
}

/* Rules */

static void
check_refusal(const struct fuzz_rule *rule, const struct rte_flow_error *a,
	      const struct rte_flow_error *b)
{
	RTE_SET_USED(rule);
	FUZZ_CHECK(a->type != RTE_FLOW_ERROR_TYPE_NONE && a->type == b->type);
	FUZZ_CHECK(a->cause == b->cause && a->cause != NULL);
	FUZZ_CHECK(a->message != NULL && strlen(a->message) > 5);
	FUZZ_CHECK(strlen(a->message) < STEER_ERROR_MAX - 1);
}

static uint64_t
rss_queues(const struct steer_actions *a)
{
	uint64_t queues = 0;

	for (uint32_t i = 0; a->fate == STEER_FATE_RSS && i < a->rss->queue_num; i++)
		queues |= UINT64_C(1) << a->rss->queue[i];
	return queues;
}

static void
create(struct world *w, struct fuzz_stream *s)
{
	struct rte_flow_error a = { 0 }, b = { 0 };
	struct steer_flow *flow;
	struct fuzz_rule rule;
	struct known *k;
	int rc;

	fuzz_rule_read(s, &rule);
	rc = steer_engine_validate(w->e, &rule.attr, rule.pattern, rule.actions, &a);
	rte_errno = 0;
	flow = steer_engine_flow_create(w->e, &rule.attr, rule.pattern, rule.actions, &b);
	FUZZ_CHECK((flow != NULL) == (rc == 0));
	if (flow == NULL) {
		FUZZ_CHECK(rte_errno == -rc);
		check_refusal(&rule, &a, &b);
		fuzz_rule_free(&rule);
		return;
	}
	k = &w->known[w->n++];
	memset(k, 0, sizeof(*k));
	k->flow = flow;
	k->group = rule.attr.group;
	k->prio = rule.attr.priority;
	FUZZ_CHECK(steer_pattern_parse(rule.pattern, &k->match, NULL) == 0);
	FUZZ_CHECK(steer_actions_parse(rule.actions, MAX_QUEUES, &k->actions, NULL) == 0);
	k->queues = rss_queues(&k->actions);
	if (k->actions.fate == STEER_FATE_JUMP)
		k->next_group = k->actions.jump->group;
	fuzz_rule_free(&rule);
}

static void
query(struct world *w, struct known *k, bool reset)
{
	const struct rte_flow_action action = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	struct rte_flow_query_count count = { .reset = reset };
	struct rte_flow_error error = { 0 };
	const int rc = steer_engine_flow_query(w->e, k->flow, &action, &count, &error);

	FUZZ_CHECK((rc == 0) == k->actions.count);
	if (rc == 0)
		FUZZ_CHECK(count.hits_set && count.bytes_set && count.hits == k->hits);
	if (reset)
		k->hits = 0;
}

static void
destroy(struct world *w, unsigned int i)
{
	FUZZ_CHECK(steer_engine_flow_destroy(w->e, w->known[i].flow, NULL) == 0);
	steer_condition_free(w->known[i].match.condition);
	w->n--;
	memmove(&w->known[i], &w->known[i + 1], (w->n - i) * sizeof(w->known[0]));
}

/* All rules have gone. */
static void
forget(struct world *w)
{
	while (w->n > 0)
		steer_condition_free(w->known[--w->n].match.condition);
}

static void
dump(struct world *w, const struct steer_flow *flow)
{
	char *text = NULL;
	size_t len = 0, lines = 0;
	FILE *file = open_memstream(&text, &len);

	if (file == NULL)
		abort();
	FUZZ_CHECK(steer_engine_flow_dump(w->e, 0, flow, file, NULL) == 0);
	fclose(file);
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	FUZZ_CHECK(lines == (flow != NULL ? 1 : w->n));
	free(text);
}

/* Packets */

static bool
active(const struct world *w, const struct known *k)
{
	const uint64_t there = (UINT64_C(1) << w->n_queues) - 1;

	if (k->actions.fate == STEER_FATE_QUEUE)
		return k->actions.queue < w->n_queues;
	return k->queues == 0 || (k->queues & there) != 0;
}

static bool
matches(const struct known *k, const struct steer_key *key)
{
	const uint64_t *words = steer_key_words(key);

	for (unsigned int i = 0; i < STEER_KEY_WORDS; i++)
		if ((words[i] & k->match.mask[i]) != k->match.spec[i])
			return false;
	for (unsigned int i = 0; i < k->match.n_ranges; i++) {
		const steer_u128 v = steer_field_value(&k->match.fields[i], key);

		if (v < k->match.bounds[i].lo || v > k->match.bounds[i].hi)
			return false;
	}
	return k->match.condition == NULL || steer_condition_holds(k->match.condition, key);
}

/* First match of a group behind *after in order of priority and coming, in which known[] is. */
static struct known *
first_match(struct world *w, uint32_t group, const struct steer_key *key, const struct known *after)
{
	struct known *best = NULL;

	for (struct known *k = w->known; k < w->known + w->n; k++) {
		if (k->group != group || !active(w, k) || !matches(k, key))
			continue;
		if (after != NULL && (k->prio < after->prio ||
				      (k->prio == after->prio && k <= after)))
			continue;
		if (best == NULL || k->prio < best->prio)
			best = k;
	}
	return best;
}

/* Mark and flag as they must be. */
struct meant {
	bool any, mark, flag;
	/* Some rule matched in the group where the search ended. */
	bool any_last;
	uint32_t mark_id;
	const struct known *last;
};

static void
set_regs(const struct steer_actions *a, struct steer_regs *regs)
{
	steer_regs_apply(regs, &a->sets);
	if (a->mark) {
		regs->mark = rte_cpu_to_be_32(a->mark_id);
		regs->marked = UINT32_MAX;
	}
}

static void
judge(struct world *w, struct steer_key *key, struct meant *meant)
{
	struct known *k = NULL;
	uint32_t group = 0;

	memset(meant, 0, sizeof(*meant));
	memset(&key->regs, 0, sizeof(key->regs));
	while ((k = first_match(w, group, key, k)) != NULL) {
		meant->any = true;
		meant->any_last = true;
		meant->last = k;
		k->hits++;
		meant->flag |= k->actions.flag || k->actions.mark;
		meant->mark |= k->actions.mark;
		set_regs(&k->actions, &key->regs);
		if (k->actions.mark)
			meant->mark_id = k->actions.mark_id;
		if (k->actions.fate == STEER_FATE_JUMP) {
			group = k->next_group;
			k = NULL;
			meant->any_last = false;
		} else if (k->actions.fate != STEER_FATE_PASSTHRU) {
			return;
		}
	}
	meant->last = NULL;
}

static void
check_queue(const struct world *w, const struct meant *meant, uint16_t queue)
{
	const enum steer_fate fate = meant->last != NULL ? meant->last->actions.fate
							  : STEER_FATE_NONE;

	if (fate == STEER_FATE_DROP) {
		FUZZ_CHECK(queue == STEER_DROP_RULE);
		return;
	}
	if (w->isolated && !meant->any_last) {
		FUZZ_CHECK(queue == STEER_DROP_ISOLATED);
		return;
	}
	FUZZ_CHECK(queue < RTE_MAX(w->n_queues, 1));
	if (fate == STEER_FATE_QUEUE)
		FUZZ_CHECK(queue == meant->last->actions.queue);
	if (fate == STEER_FATE_RSS && meant->last->queues != 0)
		FUZZ_CHECK(meant->last->queues >> queue & 1);
}

static void
check_mbuf(const struct meant *meant, const struct rte_mbuf *m)
{
	FUZZ_CHECK(!!(m->ol_flags & RTE_MBUF_F_RX_FDIR) == meant->flag);
	FUZZ_CHECK(!!(m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) == meant->mark);
	if (meant->mark)
		FUZZ_CHECK(m->hash.fdir.hi == meant->mark_id);
}

/* Bytes as they come, or a packet as it should be with a few bytes changed. */
static struct rte_mbuf *
read_packet(struct fuzz_stream *s)
{
	const uint8_t kind = fuzz_u8(s);
	struct packet p;

	if (kind < 0x80) {
		p.len = (uint32_t)RTE_MIN(s->left, (size_t)kind);
		for (uint32_t i = 0; i < p.len; i++)
			p.data[i] = fuzz_u8(s);
	} else {
		packet_make_plain(&p, parse_chains[(kind & 0x7f) % parse_n_chains]);
		for (uint8_t n = fuzz_u8(s) % 4; n > 0; n--) {
			const uint32_t at = fuzz_u8(s) % p.len;

			p.data[at] = fuzz_u8(s);
		}
	}
	return packet_mbuf(p.data, p.len, NULL, 0);
}

static void
burst(struct world *w, struct fuzz_stream *s)
{
	const uint8_t n = 1 + fuzz_u8(s) % 4;
	struct steer_burst_stats stats;
	struct rte_mbuf *pkts[4];
	uint16_t queues[4];
	uint16_t hits = 0, malformed = 0;

	for (unsigned int i = 0; i < n; i++) {
		pkts[i] = read_packet(s);
		pkts[i]->ol_flags = RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
	}
	steer_engine_burst(w->e, fuzz_u8(s) % STEER_QUEUES_MAX, 0, pkts, n, queues, &stats);
	for (unsigned int i = 0; i < n; i++) {
		struct steer_key key;
		struct meant meant;

		malformed += !steer_parse(pkts[i], STEER_DEPTH_ALL | STEER_DEPTH_PACKET, &key);
		judge(w, &key, &meant);
		hits += meant.any;
		check_queue(w, &meant, queues[i]);
		check_mbuf(&meant, pkts[i]);
		packet_mbuf_free(pkts[i]);
	}
	FUZZ_CHECK(stats.hits == hits);
	/* A shallower look may find nothing wrong. */
	FUZZ_CHECK(stats.malformed <= malformed);
}

/* The port */

static void
configure(struct world *w, uint8_t n)
{
	const int rc = steer_engine_configure(w->e, n % 10, 1 + n % 3);

	FUZZ_CHECK((rc == 0) == (n % 10 >= 1 && n % 10 <= MAX_QUEUES));
	if (rc == 0)
		w->n_queues = n % 10;
}

static void
port_rss(struct world *w, struct fuzz_stream *s)
{
	struct steer_rss_conf conf = { .func = (enum rte_eth_hash_function)(fuzz_u8(s) % 5) };
	uint16_t reta[16];

	conf.level = fuzz_u8(s) % 4;
	conf.types = (uint64_t)fuzz_u32(s);
	conf.reta = reta;
	conf.reta_size = fuzz_u8(s) % (RTE_DIM(reta) + 1);
	for (unsigned int i = 0; i < conf.reta_size; i++)
		reta[i] = fuzz_u8(s) % MAX_QUEUES;
	steer_engine_port_rss(w->e, fuzz_u8(s) % 4 == 0 ? NULL : &conf);
}

static void
operate(struct world *w, struct fuzz_stream *s)
{
	const uint8_t op = fuzz_u8(s), which = w->n > 0 ? fuzz_u8(s) % w->n : 0;

	switch (op % 16) {
	case 0:
		if (w->n > 0)
			destroy(w, which);
		break;
	case 1:
		if (w->n > 0)
			query(w, &w->known[which], op & 16);
		break;
	case 2:
		dump(w, w->n > 0 && op & 16 ? w->known[which].flow : NULL);
		break;
	case 3:
		configure(w, op >> 4);
		break;
	case 4:
		port_rss(w, s);
		break;
	case 5:
		w->isolated = op & 16;
		steer_engine_isolate(w->e, w->isolated);
		steer_engine_want_hash(w->e, op & 32);
		break;
	case 6:
		if (op & 16)
			break;
		FUZZ_CHECK(steer_engine_flow_flush(w->e, NULL) == 0);
		forget(w);
		break;
	case 7: case 8: case 9: case 10:
		burst(w, s);
		break;
	default:
		if (w->n < MAX_FLOWS)
			create(w, s);
		break;
	}
	FUZZ_CHECK(steer_engine_flow_count(w->e) == w->n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_stream s = { .data = data, .left = size };
	/* Too large for the stack of a fuzzer. */
	static struct world w;

	w = (struct world){ .e = steer_engine_create(MAX_QUEUES, SOCKET_ID_ANY) };
	if (w.e == NULL)
		abort();
	steer_engine_port_id(w.e, 0);
	for (unsigned int i = 0; i < MAX_OPS && s.left > 0; i++)
		operate(&w, &s);
	dump(&w, NULL);
	while (w.n > 0 && size % 2 == 0)
		destroy(&w, w.n - 1);
	forget(&w);
	steer_engine_free(w.e);
	return 0;
}
