/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_mbuf.h>

#include "bench.h"
#include "steer_engine.h"
#include "steer_kept.h"
#include "steer_load.h"

struct trace_bench {
	struct steer_engine *engine;
	const char *rules;
	/** The same packet for the burst, and for the step by step. */
	struct rte_mbuf *burst;
	struct rte_mbuf *steps;
};

/* Rules */

static int
make_rule(const struct steer_text_rule *rule, unsigned int line, struct rte_flow_error *error,
	  void *arg)
{
	const struct trace_bench *b = arg;
	struct steer_flow *flow;
	char note[256];

	if (rule->validate)
		return 0;
	flow = steer_engine_flow_create(b->engine, &rule->attr, rule->pattern, rule->actions,
					error);
	if (flow == NULL)
		return -rte_errno;
	snprintf(note, sizeof(note), "%s:%u", b->rules, line);
	return steer_engine_flow_keep(b->engine, flow, note);
}

static void
complain(const struct steer_load_error *error, void *arg)
{
	const struct trace_bench *b = arg;

	if (error->column == 0)
		fprintf(stderr, "steer-trace: %s: %s\n", b->rules, error->message);
	else
		fprintf(stderr, "%s:%u:%u: %s\n\t%s\n\t%s\n", b->rules, error->line,
			error->column, error->message, error->text, error->caret);
}

/** All of a file, whatever it is. @return NULL with errno. */
static char *
read_file(FILE *file, size_t *len)
{
	size_t room = 1u << 16, n;
	char *text = malloc(room), *more;

	for (*len = 0; text != NULL;) {
		n = fread(text + *len, 1, room - *len, file);
		*len += n;
		if (*len < room)
			break;
		room *= 2;
		more = realloc(text, room);
		if (more == NULL)
			free(text);
		text = more;
	}
	if (text != NULL && ferror(file)) {
		free(text);
		return NULL;
	}
	return text;
}

static int
load_rules(struct trace_bench *b, const char *name)
{
	const struct steer_load load = {
		.engine = b->engine, .rule = make_rule, .complain = complain, .arg = b,
		.keep = true,
	};
	FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
	char *text = NULL;
	size_t len = 0;
	int rc = -1;

	b->rules = name;
	if (file != NULL)
		text = read_file(file, &len);
	if (text == NULL)
		fprintf(stderr, "steer-trace: %s: %s\n", name, strerror(errno));
	else
		rc = steer_load(&load, text, len);
	free(text);
	if (file != NULL && file != stdin)
		fclose(file);
	return rc;
}

/* The port */

static int
configure(struct trace_bench *b, const struct trace_args *a)
{
	int rc = steer_engine_configure(b->engine, a->queues, 1);

	if (rc == 0)
		rc = steer_engine_port_rss(b->engine, &a->rss);
	if (rc < 0) {
		fprintf(stderr, "steer-trace: no port of %u queues: %s\n", a->queues,
			rte_strerror(-rc));
		return rc;
	}
	steer_engine_isolate(b->engine, a->isolated);
	return a->rules != NULL ? load_rules(b, a->rules) : 0;
}

struct trace_bench *
trace_bench_open(const struct trace_args *a)
{
	struct trace_bench *b = calloc(1, sizeof(*b));

	if (b != NULL) {
		b->burst = steer_trace_packet(NULL, 0, 0);
		b->steps = steer_trace_packet(NULL, 0, 0);
		b->engine = steer_engine_create(STEER_QUEUES_MAX, SOCKET_ID_ANY);
	}
	if (b == NULL || b->burst == NULL || b->steps == NULL || b->engine == NULL) {
		fprintf(stderr, "steer-trace: no memory for an engine\n");
		trace_bench_close(b);
		return NULL;
	}
	if (configure(b, a) < 0) {
		trace_bench_close(b);
		return NULL;
	}
	return b;
}

void
trace_bench_close(struct trace_bench *b)
{
	if (b == NULL)
		return;
	steer_engine_free(b->engine);
	steer_trace_packet_free(b->burst);
	steer_trace_packet_free(b->steps);
	free(b);
}

struct steer_engine *
trace_bench_engine(const struct trace_bench *b)
{
	return b->engine;
}

/* Packets */

/** As the driver does. */
static void
judge_burst(struct trace_bench *b, struct steer_path *path)
{
	struct steer_burst_stats stats;
	struct rte_mbuf *m = b->burst;

	memset(path, 0, sizeof(*path));
	steer_engine_burst(b->engine, 0, 0, &m, 1, &path->queue, &stats);
	/* There is no pool that another one could have come from. */
	path->hit = stats.hits != 0;
	path->malformed = stats.malformed != 0;
	path->marked = (m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0;
	path->flagged = (m->ol_flags & RTE_MBUF_F_RX_FDIR) != 0;
	path->hashed = (m->ol_flags & RTE_MBUF_F_RX_RSS_HASH) != 0;
	path->mark = path->marked ? m->hash.fdir.hi : 0;
	path->hash = path->hashed ? m->hash.rss : 0;
}

static bool
is_same(const struct steer_path *a, const struct steer_path *b)
{
	return a->queue == b->queue && a->hit == b->hit && a->marked == b->marked &&
	       a->flagged == b->flagged && a->mark == b->mark && a->hashed == b->hashed &&
	       a->hash == b->hash;
}

int
trace_bench_judge(struct trace_bench *b, const struct trace_packet *packet, bool why,
		  struct trace_verdict *v)
{
	/* What was not captured is taken to be zeros, so that lengths are right. */
	steer_trace_packet_set(b->burst, packet->data, packet->n, packet->len);
	steer_trace_packet_set(b->steps, packet->data, packet->n, packet->len);
	judge_burst(b, &v->burst);
	v->trace = steer_trace_create(b->engine, b->steps, 0, why);
	if (v->trace == NULL) {
		fprintf(stderr, "steer-trace: no memory for a packet\n");
		return -1;
	}
	v->disagree = !is_same(&v->burst, &v->trace->path) || v->trace->disagree > 0;
	return 0;
}
