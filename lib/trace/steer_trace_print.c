/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>

#include <rte_common.h>

#include "steer_engine.h"
#include "steer_item.h"
#include "steer_trace.h"

struct printer {
	FILE *file;
	const struct steer_trace *t;
	const struct steer_trace_style *style;
};

/* Headers */

static void
print_layer(const struct steer_trace_layer *layer, void *arg)
{
	const struct printer *p = arg;
	struct steer_value v;
	steer_u128 value;
	unsigned int i = 0;

	fprintf(p->file, "%s%s%s", p->style->indent, layer->inner ? "inner " : "",
		layer->item->name);
	if (layer->offset >= 0)
		fprintf(p->file, " @%d", layer->offset);
	fputc(':', p->file);
	while (steer_trace_field(&p->t->key, layer, p->style->all, &i, &v, &value) != NULL) {
		fprintf(p->file, "%s%s ", v.f.name[0] != '\0' ? " " : "", v.f.name);
		steer_value_print_placed(p->file, &v, value);
	}
	fputc('\n', p->file);
}

/* Rules */

static void
print_name(const struct printer *p, const struct steer_trace_rule *r)
{
	fprintf(p->file, "%s  rule %" PRIu64, p->style->indent, r->rule);
	if (r->note != NULL)
		fprintf(p->file, " (%s)", r->note);
	fprintf(p->file, " group %" PRIu32 " priority %" PRIu32 ": ", r->group, r->prio);
}

static void
print_refused(const struct printer *p, const struct steer_trace_rule *r)
{
	print_name(p, r);
	if (r->inactive)
		fputs("inactive, its queue does not exist; else: ", p->file);
	steer_why_print(p->file, &r->why);
	if (!r->inactive && r->why.kind == STEER_WHY_MATCHES)
		fputs(", BUT THE TABLES PASS IT OVER", p->file);
	fputc('\n', p->file);
}

static void
print_found(const struct printer *p, const struct steer_trace_rule *r)
{
	print_name(p, r);
	fputs("matches", p->file);
	if (r->why.kind != STEER_WHY_MATCHES) {
		fputs(" BY THE TABLES, BUT ", p->file);
		steer_why_print(p->file, &r->why);
	}
	fprintf(p->file, "\n%s    %s\n", p->style->indent, r->text != NULL ? r->text : "");
}

uint32_t
steer_trace_nearest(const struct steer_trace *t, uint32_t from, uint32_t end,
		    uint32_t shown[STEER_TRACE_SHOWN])
{
	uint32_t n = 0;

	for (uint32_t i = from; i < end; i++) {
		uint32_t at = n;

		while (at > 0 && t->rules[shown[at - 1]].why.agreed < t->rules[i].why.agreed)
			at--;
		if (at == STEER_TRACE_SHOWN)
			continue;
		n = RTE_MIN(n + 1, (uint32_t)STEER_TRACE_SHOWN);
		for (uint32_t k = n - 1; k > at; k--)
			shown[k] = shown[k - 1];
		shown[at] = i;
	}
	return n;
}

/** Those that one search has passed over. */
static void
print_passed(const struct printer *p, uint32_t from, uint32_t end)
{
	uint32_t shown[STEER_TRACE_SHOWN], n;

	if (p->style->all || end - from <= STEER_TRACE_SHOWN) {
		for (uint32_t i = from; i < end; i++)
			print_refused(p, &p->t->rules[i]);
		return;
	}
	n = steer_trace_nearest(p->t, from, end, shown);
	for (uint32_t i = 0; i < n; i++)
		print_refused(p, &p->t->rules[shown[i]]);
	fprintf(p->file, "%s  and %" PRIu32 " rules that are farther from it\n", p->style->indent,
		end - from - n);
}

static void
print_rules(const struct printer *p)
{
	const struct steer_trace *t = p->t;
	uint32_t from = 0;

	if (t->n_rules == 0)
		return;
	fprintf(p->file, "%stried:\n", p->style->indent);
	for (uint32_t i = 0; i < t->n_rules; i++) {
		if (!t->rules[i].found)
			continue;
		print_passed(p, from, i);
		print_found(p, &t->rules[i]);
		from = i + 1;
	}
	print_passed(p, from, t->n_rules);
}

/* Verdict */

const char *
steer_trace_verdict(uint16_t queue)
{
	switch (queue) {
	case STEER_DROP_RULE:
		return "dropped by a rule";
	case STEER_DROP_ISOLATED:
		return "dropped, since the port is isolated and no rule matches";
	case STEER_DROP_NO_MBUF:
		return "dropped, since a rule's change needs an mbuf";
	default:
		return "queue";
	}
}

void
steer_trace_print_verdict(FILE *file, const struct steer_path *path)
{
	fputs(steer_trace_verdict(path->queue), file);
	if (!STEER_IS_DROP(path->queue))
		fprintf(file, " %u", path->queue);
	if (path->marked)
		fprintf(file, ", mark %" PRIu32, path->mark);
	else if (path->flagged)
		fputs(", flag", file);
	if (path->hashed)
		fprintf(file, ", hash 0x%08" PRIx32, path->hash);
	if (path->hit)
		fprintf(file, " (rule %" PRIu64 ")", path->rule);
	else if (!STEER_IS_DROP(path->queue))
		fputs(" (no rule)", file);
}

void
steer_trace_print(FILE *file, const struct steer_trace *t, const struct steer_trace_style *style)
{
	struct printer p = { .file = file, .t = t, .style = style };

	steer_trace_layers(&t->key, print_layer, &p);
	if (t->path.malformed)
		fprintf(file, "%sa header is cut short: none behind it is looked at\n",
			style->indent);
	print_rules(&p);
	if (t->cut)
		fprintf(file, "%sno memory for more rules\n", style->indent);
	fprintf(file, "%s=> ", style->indent);
	steer_trace_print_verdict(file, &t->path);
	fputc('\n', file);
}
