/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "steer_engine.h"
#include "steer_item.h"
#include "steer_trace.h"

struct printer {
	FILE *file;
	const struct steer_trace *t;
	bool all;
	bool more;
};

void
steer_trace_json_string(FILE *file, const char *text)
{
	fputc('"', file);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(file, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			fprintf(file, "\\u%04x", (unsigned char)*text);
		else
			fputc(*text, file);
	}
	fputc('"', file);
}

/** What is printed into a file, as a string. */
static void
print_string(FILE *file, void (*print)(FILE *file, const struct steer_why *why),
	     const struct steer_why *why)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	if (memory != NULL) {
		print(memory, why);
		fclose(memory);
	}
	steer_trace_json_string(file, text != NULL ? text : "");
	free(text);
}

static void
add_layer(const struct steer_trace_layer *layer, void *arg)
{
	struct printer *p = arg;
	struct steer_value v;
	unsigned int i = 0, n = 0;
	steer_u128 value;

	fprintf(p->file, "%s{\"name\":\"%s\",\"inner\":%s", p->more ? "," : "", layer->item->name,
		layer->inner ? "true" : "false");
	if (layer->offset >= 0)
		fprintf(p->file, ",\"offset\":%d", layer->offset);
	fputs(",\"fields\":{", p->file);
	while (steer_trace_field(&p->t->key, layer, p->all, &i, &v, &value) != NULL) {
		fprintf(p->file, "%s\"%s\":\"", n++ > 0 ? "," : "",
			v.f.name[0] != '\0' ? v.f.name : "value");
		steer_value_print_placed(p->file, &v, value);
		fputc('"', p->file);
	}
	fputs("}}", p->file);
	p->more = true;
}

static void
add_why(FILE *file, const struct steer_why *why)
{
	fputs(",\"refused\":", file);
	print_string(file, steer_why_print_what, why);
	if (why->kind == STEER_WHY_VALUE || why->kind == STEER_WHY_RANGE ||
	    why->kind == STEER_WHY_BIT) {
		fputs(",\"packet\":", file);
		print_string(file, steer_why_print_have, why);
		fputs(",\"wanted\":", file);
		print_string(file, steer_why_print_want, why);
	}
	fputs(",\"why\":", file);
	print_string(file, steer_why_print, why);
}

static void
add_rule(struct printer *p, const struct steer_trace_rule *r)
{
	FILE *file = p->file;

	fprintf(file, "%s{\"rule\":%" PRIu64 ",\"group\":%" PRIu32 ",\"priority\":%" PRIu32
		",\"matches\":%s", p->more ? "," : "", r->rule, r->group, r->prio,
		r->found ? "true" : "false");
	p->more = true;
	if (r->note != NULL) {
		fputs(",\"note\":", file);
		steer_trace_json_string(file, r->note);
	}
	if (r->inactive)
		fputs(",\"inactive\":true", file);
	if (r->why.kind != STEER_WHY_MATCHES)
		add_why(file, &r->why);
	if (r->text != NULL) {
		fputs(",\"text\":", file);
		steer_trace_json_string(file, r->text);
	}
	fputc('}', file);
}

static void
add_passed(struct printer *p, uint32_t from, uint32_t end)
{
	uint32_t shown[STEER_TRACE_SHOWN], n;

	if (p->all || end - from <= STEER_TRACE_SHOWN) {
		for (uint32_t i = from; i < end; i++)
			add_rule(p, &p->t->rules[i]);
		return;
	}
	n = steer_trace_nearest(p->t, from, end, shown);
	for (uint32_t i = 0; i < n; i++)
		add_rule(p, &p->t->rules[shown[i]]);
}

static void
add_verdict(FILE *file, const struct steer_path *path)
{
	fputs(",\"verdict\":", file);
	steer_trace_json_string(file, steer_trace_verdict(path->queue));
	if (!STEER_IS_DROP(path->queue))
		fprintf(file, ",\"queue\":%u", path->queue);
	if (path->hit)
		fprintf(file, ",\"rule\":%" PRIu64, path->rule);
	if (path->marked)
		fprintf(file, ",\"mark\":%" PRIu32, path->mark);
	fprintf(file, ",\"flag\":%s", path->flagged ? "true" : "false");
	if (path->hashed)
		fprintf(file, ",\"hash\":%" PRIu32, path->hash);
	fprintf(file, ",\"malformed\":%s", path->malformed ? "true" : "false");
}

void
steer_trace_json(FILE *file, const struct steer_trace *t, bool all)
{
	struct printer p = { .file = file, .t = t, .all = all };
	uint32_t from = 0;

	fputs("\"layers\":[", file);
	steer_trace_layers(&t->key, add_layer, &p);
	fprintf(file, "],\"n_tried\":%" PRIu32 ",\"tried\":[", t->n_rules);
	p.more = false;
	for (uint32_t i = 0; i < t->n_rules; i++) {
		if (!t->rules[i].found)
			continue;
		add_passed(&p, from, i);
		add_rule(&p, &t->rules[i]);
		from = i + 1;
	}
	add_passed(&p, from, t->n_rules);
	fputc(']', file);
	add_verdict(file, &t->path);
}
