/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "steer_trace.h"
#include "summary.h"

/** Characters of the longest bar. */
#define BAR 40

/** What a rule, or that there is none, has made of packets. */
struct row {
	uint64_t rule;
	/** NULL: there is none. */
	char *text;
	uint64_t packets;
	uint64_t dropped;
	uint64_t queue[STEER_QUEUES_MAX];
};

struct trace_summary {
	/** The first one is that of no rule; then by number. */
	struct row *rows;
	uint32_t n;
	uint32_t room;
	uint16_t queues;
	bool no_memory;
	struct row all;
};

static struct row *
grow(struct trace_summary *s)
{
	const uint32_t room = s->room > 0 ? 2 * s->room : 64;
	struct row *rows;

	if (s->n == s->room) {
		rows = realloc(s->rows, room * sizeof(rows[0]));
		if (rows == NULL)
			return NULL;
		s->rows = rows;
		s->room = room;
	}
	return memset(&s->rows[s->n++], 0, sizeof(s->rows[0]));
}

static void
add_rule(const struct steer_flow_line *line, void *arg)
{
	struct trace_summary *s = arg;
	struct row *row = grow(s);

	if (row == NULL) {
		s->no_memory = true;
		return;
	}
	row->rule = line->rule;
	row->text = strdup(line->text);
}

static int
compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

struct trace_summary *
trace_summary_create(struct steer_engine *e, uint16_t queues)
{
	struct trace_summary *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->queues = queues;
	s->no_memory = grow(s) == NULL;
	steer_engine_flow_list(e, 0, 0, UINT32_MAX, add_rule, s);
	if (s->no_memory) {
		trace_summary_free(s);
		return NULL;
	}
	qsort(s->rows + 1, s->n - 1, sizeof(s->rows[0]), compare);
	return s;
}

void
trace_summary_free(struct trace_summary *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->n; i++)
		free(s->rows[i].text);
	free(s->rows);
	free(s);
}

static void
add_to(struct row *row, uint16_t queue)
{
	row->packets++;
	if (STEER_IS_DROP(queue))
		row->dropped++;
	else
		row->queue[queue]++;
}

void
trace_summary_add(struct trace_summary *s, const struct steer_path *path)
{
	const struct row wanted = { .rule = path->rule };
	struct row *row = s->rows;

	if (path->hit)
		row = bsearch(&wanted, s->rows + 1, s->n - 1, sizeof(s->rows[0]), compare);
	if (row != NULL)
		add_to(row, path->queue);
	add_to(&s->all, path->queue);
}

/* Printing */

static double
percent(const struct trace_summary *s, uint64_t n)
{
	return s->all.packets > 0 ? 100.0 * (double)n / (double)s->all.packets : 0;
}

/** "1:20 3:5": packets of each queue that got some. */
static void
print_queues(FILE *file, const struct trace_summary *s, const struct row *row)
{
	for (uint16_t q = 0; q < s->queues; q++)
		if (row->queue[q] > 0)
			fprintf(file, " %u:%" PRIu64, q, row->queue[q]);
	if (row->dropped > 0)
		fprintf(file, " dropped:%" PRIu64, row->dropped);
}

static void
print_row(FILE *file, const struct trace_summary *s, const struct row *row)
{
	if (row->text != NULL)
		fprintf(file, "%10" PRIu64, row->rule);
	else
		fprintf(file, "%10s", "none");
	fprintf(file, " %12" PRIu64 " %6.2f %%  ", row->packets, percent(s, row->packets));
	print_queues(file, s, row);
	if (row->text != NULL)
		fprintf(file, "\n%10s %s", "", row->text);
	fputc('\n', file);
}

static void
print_bar(FILE *file, const struct trace_summary *s, const char *name, uint64_t n)
{
	const uint64_t bar = s->all.packets > 0 ? (n * BAR + s->all.packets - 1) / s->all.packets
						: 0;

	fprintf(file, "%10s %12" PRIu64 " %6.2f %%  ", name, n, percent(s, n));
	for (uint64_t i = 0; i < bar; i++)
		fputc('#', file);
	fputc('\n', file);
}

static void
print_text(FILE *file, const struct trace_summary *s)
{
	char name[16];

	fprintf(file, "%10s %12s %8s   %s\n", "rule", "packets", "share", "queue:packets");
	for (uint32_t i = 1; i < s->n; i++)
		print_row(file, s, &s->rows[i]);
	print_row(file, s, &s->rows[0]);
	fprintf(file, "\n%10s %12s %8s\n", "queue", "packets", "share");
	for (uint16_t q = 0; q < s->queues; q++) {
		snprintf(name, sizeof(name), "%u", q);
		print_bar(file, s, name, s->all.queue[q]);
	}
	if (s->all.dropped > 0)
		print_bar(file, s, "dropped", s->all.dropped);
	fprintf(file, "%10s %12" PRIu64 "\n", "all", s->all.packets);
}

static void
print_counts(FILE *file, const struct trace_summary *s, const struct row *row)
{
	fprintf(file, "\"packets\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"queues\":[", row->packets,
		row->dropped);
	for (uint16_t q = 0; q < s->queues; q++)
		fprintf(file, "%s%" PRIu64, q > 0 ? "," : "", row->queue[q]);
	fputc(']', file);
}

static void
print_json(FILE *file, const struct trace_summary *s)
{
	fputs("{\"summary\":{", file);
	print_counts(file, s, &s->all);
	fputs(",\"no_rule\":{", file);
	print_counts(file, s, &s->rows[0]);
	fputs("},\"rules\":[", file);
	for (uint32_t i = 1; i < s->n; i++) {
		fprintf(file, "%s{\"rule\":%" PRIu64 ",", i > 1 ? "," : "", s->rows[i].rule);
		print_counts(file, s, &s->rows[i]);
		fputs(",\"text\":", file);
		steer_trace_json_string(file, s->rows[i].text != NULL ? s->rows[i].text : "");
		fputc('}', file);
	}
	fputs("]}}\n", file);
}

void
trace_summary_print(FILE *file, const struct trace_summary *s, bool json)
{
	if (json)
		print_json(file, s);
	else
		print_text(file, s);
}
