/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Requests that change rules: lines, each of which begins with a letter for what it asks, and goes
 * on as its parameters do on the socket. What is refused changes nothing; what is taken changes
 * just what it says.
 */

#include <errno.h>
#include <inttypes.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "fuzz.h"
#include "steer_engine.h"
#include "steer_kept.h"
#include "steer_params.h"
#include "steer_text.h"

#define NOTE "control"
#define QUEUES 4
#define REQUESTS 32
#define TEXTS 16

struct world {
	struct steer_engine *e;
	/* How many rules there must be. */
	uint64_t n;
	/* Of the load that is being made. */
	const char *texts[TEXTS];
	unsigned int n_texts;
	unsigned int next;
	struct steer_text_rule *rule;
};

static const struct steer_params_shape shapes[] = {
	{ 1, 1, STEER_PARAMS_NO_TEXT }, { 1, 1, STEER_PARAMS_MAY_TEXT },
	{ 1, 1, STEER_PARAMS_MUST_TEXT }, { 1, 2, STEER_PARAMS_NO_TEXT },
	{ 2, 2, STEER_PARAMS_MAY_TEXT }, { 2, 2, STEER_PARAMS_MUST_TEXT },
	{ 1, 3, STEER_PARAMS_MAY_TEXT }, { 3, 3, STEER_PARAMS_MUST_TEXT },
};

/* Parameters */

/* Said again, they are the same. */
static void
check_again(const struct steer_params *p, const struct steer_params_shape *shape)
{
	char again[2048];
	struct steer_params q;
	size_t len = 0;

	for (unsigned int i = 0; i < p->n; i++)
		len += (size_t)snprintf(again + len, sizeof(again) - len, "%s%" PRIu64,
					i > 0 ? "," : "", p->number[i]);
	if (p->text != NULL)
		len += (size_t)snprintf(again + len, sizeof(again) - len, ",%s", p->text);
	if (len >= sizeof(again))
		return;
	FUZZ_CHECK(steer_params_parse(again, shape, &q) == 0);
	FUZZ_CHECK(q.n == p->n && memcmp(q.number, p->number, p->n * sizeof(q.number[0])) == 0);
	FUZZ_CHECK((q.text == NULL) == (p->text == NULL));
	FUZZ_CHECK(q.text == NULL || strcmp(q.text, p->text) == 0);
}

static bool
parse(const char *text, const struct steer_params_shape *shape, struct steer_params *p)
{
	const int rc = steer_params_parse(text, shape, p);

	FUZZ_CHECK(rc == 0 || rc == -EINVAL);
	if (rc < 0)
		return false;
	FUZZ_CHECK(p->n >= shape->min && p->n <= shape->max);
	FUZZ_CHECK(p->text == NULL || shape->text != STEER_PARAMS_NO_TEXT);
	FUZZ_CHECK(p->text != NULL || shape->text != STEER_PARAMS_MUST_TEXT);
	FUZZ_CHECK(p->text == NULL || (p->text > text && p->text <= text + strlen(text)));
	check_again(p, shape);
	return true;
}

/* Rules */

static int
next_rule(void *arg, struct steer_flow_spec *spec, struct rte_flow_error *error)
{
	struct steer_text_error wrong;
	struct world *w = arg;
	const char *text;

	steer_text_free(w->rule);
	w->rule = NULL;
	if (w->next == w->n_texts)
		return 0;
	text = w->texts[w->next++];
	if (steer_text_parse(text, strlen(text), &w->rule, &wrong) < 0 || w->rule == NULL ||
	    w->rule->handle)
		return rte_flow_error_set(error, EINVAL, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
					  "no rule");
	*spec = (struct steer_flow_spec){ &w->rule->attr, w->rule->pattern, w->rule->actions };
	return 1;
}

static void
load(struct world *w, bool replace)
{
	const struct steer_flow_source source = { next_rule, w };
	struct rte_flow_error error = { .message = NULL };
	struct steer_flow_range made;
	struct steer_flow *flow;

	w->next = 0;
	if (steer_engine_flow_load(w->e, &source, NOTE, replace, &made, &error) < 0) {
		FUZZ_CHECK(error.message != NULL);
	} else {
		FUZZ_CHECK(made.end - made.first == w->n_texts);
		w->n = w->n_texts + (replace ? 0 : w->n);
		if (w->n_texts > 0)
			FUZZ_CHECK(steer_engine_flow_find(w->e, made.first, NOTE, &flow) == 0);
	}
	steer_text_free(w->rule);
	w->rule = NULL;
	w->n_texts = 0;
}

static void
request(struct world *w, char what, const char *params)
{
	struct steer_params p;

	if (!parse(params, &shapes[(unsigned char)what % RTE_DIM(shapes)], &p))
		return;
	switch (what) {
	case 'b': /* one rule */
		w->texts[0] = p.text;
		w->n_texts = 1;
		load(w, false);
		break;
	case 'e': /* a line of a load */
		if (w->n_texts < TEXTS)
			w->texts[w->n_texts++] = p.text != NULL ? p.text : "";
		break;
	case 'h':
	case 'i': /* its commit */
		load(w, what == 'i');
		break;
	case 'd': /* one goes */
		if (steer_engine_flow_destroy_number(w->e, p.number[1], NOTE) == 0)
			w->n--;
		break;
	case 'p': /* all go */
		FUZZ_CHECK(steer_engine_flow_unload(w->e, NOTE, STEER_FLOW_ALL) == w->n);
		w->n = 0;
		break;
	default:
		break;
	}
	FUZZ_CHECK(steer_engine_flow_count(w->e) == w->n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = { .e = steer_engine_create(QUEUES, SOCKET_ID_ANY) };
	char *copy = fuzz_alloc(size + 1), *rest = copy, *line;

	if (w.e == NULL)
		abort();
	FUZZ_CHECK(steer_engine_configure(w.e, QUEUES, 1) == 0);
	if (size > 0)
		memcpy(copy, data, size);
	copy[size] = '\0';
	for (unsigned int i = 0; i < REQUESTS && (line = strsep(&rest, "\n")) != NULL; i++)
		if (line[0] != '\0')
			request(&w, line[0], line + 1);
	steer_engine_free(w.e);
	free(copy);
	return 0;
}
