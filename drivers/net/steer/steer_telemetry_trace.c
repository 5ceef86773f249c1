/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_mbuf.h>

#include "steer_engine.h"
#include "steer_params.h"
#include "steer_port.h"
#include "steer_telemetry.h"
#include "steer_trace.h"
#include "steer_value.h"

/* What would happen to a packet on this port, and why: nothing of the port changes. */

/** An answer has 16 KB: lines that say why, at most, with what JSON has around each. */
#define TEXT_MAX 12000
#define AROUND 8
/** Bytes of a packet: a request has 1 KB. */
#define PACKET_MAX 512
#define INDENT "        "
/** Explaining takes time for each rule, under the lock that changes of rules take. */
#define EXPLAINED_MAX 100000

/* Lines: strings of telemetry are short, so that long lines go on in the next one. */

struct lines {
	struct rte_tel_data *array;
	size_t len;
	bool cut;
};

static bool
add_line(struct lines *l, const char *line)
{
	l->cut = l->len + strlen(line) + AROUND > TEXT_MAX ||
		 rte_tel_data_add_array_string(l->array, line) < 0;
	l->len += strlen(line) + AROUND;
	return !l->cut;
}

/** How much of a line goes into one string: up to a blank, where there is one. */
static size_t
part_of(const char *text, size_t len, size_t room)
{
	size_t n = RTE_MIN(len, room);

	if (n == len)
		return n;
	while (n > 0 && text[n] != ' ')
		n--;
	return n > 0 ? n : room;
}

static bool
add_long_line(struct lines *l, const char *text, size_t len)
{
	char line[STEER_TELEMETRY_STRING + 1];
	const char *indent = "";
	size_t n;

	do {
		n = part_of(text, len, STEER_TELEMETRY_STRING - strlen(indent));
		snprintf(line, sizeof(line), "%s%.*s", indent, (int)n, text);
		if (!add_line(l, line))
			return false;
		text += n;
		len -= n;
		indent = INDENT;
	} while (len > 0);
	return true;
}

static void
add_lines(struct lines *l, const char *text)
{
	size_t len;

	for (; *text != '\0'; text += len + (text[len] != '\0')) {
		len = strcspn(text, "\n");
		if (!add_long_line(l, text, len))
			return;
	}
}

/** @return in words, to be freed; NULL: there is no memory. */
static char *
print(const struct steer_trace *t)
{
	const struct steer_trace_style style = { .indent = "" };
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	bool lost;

	if (file == NULL)
		return NULL;
	steer_trace_print(file, t, &style);
	lost = ferror(file) != 0;
	if (fclose(file) == 0 && !lost)
		return text;
	free(text);
	return NULL;
}

/** @return 0; -ENOMEM. */
static int
add_text(struct rte_tel_data *d, const struct steer_trace *t)
{
	char *text = print(t);
	struct lines lines = { .array = text != NULL ? rte_tel_data_alloc() : NULL };

	if (lines.array == NULL) {
		free(text);
		return -ENOMEM;
	}
	rte_tel_data_start_array(lines.array, RTE_TEL_STRING_VAL);
	add_lines(&lines, text);
	free(text);
	rte_tel_data_add_dict_container(d, "text", lines.array, 0);
	if (lines.cut)
		rte_tel_data_add_dict_string(d, "cut_off", "yes");
	return 0;
}

static void
add_path(struct rte_tel_data *d, const struct steer_path *path)
{
	rte_tel_data_add_dict_string(d, "verdict", steer_trace_verdict(path->queue));
	if (!STEER_IS_DROP(path->queue))
		rte_tel_data_add_dict_int(d, "queue", path->queue);
	if (path->hit)
		STEER_TEL_DICT_UINT(d, "rule", path->rule);
	if (path->marked)
		STEER_TEL_DICT_UINT(d, "mark", path->mark);
	rte_tel_data_add_dict_string(d, "flag", path->flagged ? "yes" : "no");
	if (path->hashed)
		STEER_TEL_DICT_UINT(d, "hash", path->hash);
	rte_tel_data_add_dict_string(d, "malformed", path->malformed ? "yes" : "no");
}

/* Requests */

/** "HEX[,LENGTH]": a packet, and how long it was before it was cut. @return 0; -errno. */
static int
read_packet(const char *text, struct rte_mbuf **m)
{
	const size_t len = strcspn(text, ",");
	const struct steer_word digits = { text, len };
	const struct steer_word length = { text + len + 1, text[len] == ',' ?
							   strlen(text + len + 1) : 0 };
	uint8_t bytes[PACKET_MAX];
	const int n = steer_read_hex(digits, bytes, sizeof(bytes));
	uint64_t all = 0;

	if (n <= 0)
		return -EINVAL;
	if (text[len] == ',' && !steer_read_number(length, STEER_TRACE_LEN_MAX, &all))
		return -EINVAL;
	*m = steer_trace_packet(bytes, (uint32_t)n, (uint32_t)RTE_MAX(all, (uint64_t)n));
	return *m != NULL ? 0 : -ENOMEM;
}

static int
trace(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_engine *e = r->port->engine;
	const bool why = steer_engine_flow_count(e) <= EXPLAINED_MAX;
	struct steer_trace *t;
	struct rte_mbuf *m;
	int rc;

	/* Rules do not ask for it: any queue of the lower port is as good. */
	if (r->number[0] >= STEER_QUEUES_MAX)
		return -EINVAL;
	rc = read_packet(r->text, &m);
	if (rc < 0)
		return rc;
	t = steer_trace_create(e, m, r->port->dev->data->port_id, why);
	steer_trace_packet_free(m);
	if (t == NULL)
		return -ENOMEM;
	rte_tel_data_start_dict(d);
	add_path(d, &t->path);
	rte_tel_data_add_dict_string(d, "explained", why ? "yes" : "no");
	rc = add_text(d, t);
	steer_trace_free(t);
	return rc;
}

static int
on_trace(const char *cmd, const char *params, struct rte_tel_data *d)
{
	static const struct steer_params_shape shape = { 2, 2, STEER_PARAMS_MUST_TEXT };

	return steer_telemetry_answer(cmd, params, d, &shape, trace);
}

RTE_INIT(steer_telemetry_trace_init)
{
	rte_telemetry_register_cmd("/steer/trace", on_trace,
				   "What would happen to a packet, and why. "
				   "Parameters: port,queue,hex[,length]");
}
