/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_common.h>

#include "steer_control.h"
#include "steer_port.h"
#include "steer_telemetry.h"

/* An answer has 16 KB: rules of at most TEXT_MAX each, in JSON. */
#define FLOWS_AT_ONCE 16
#define TEXT_MAX 640

static int
add_text(struct rte_tel_data *d, const char *text, size_t max)
{
	const size_t len = strnlen(text, max);
	const int rc = steer_telemetry_add_pieces(d, "text", text, len);

	if (text[len] != '\0')
		rte_tel_data_add_dict_string(d, "cut_off", "yes");
	return rc;
}

/** By its note: see steer_kept.h. */
static const char *
maker(const char *note)
{
	if (note == NULL)
		return "application";
	return strcmp(note, STEER_CONTROL_NOTE) == 0 ? "control" : "rules";
}

/** @return 0; -ENOMEM. */
static int
add_flow(struct rte_tel_data *d, const struct steer_flow_line *line, size_t max)
{
	int rc;

	STEER_TEL_DICT_UINT(d, "rule", line->rule);
	rte_tel_data_add_dict_string(d, "made_by", maker(line->note));
	rc = add_text(d, line->text, max);
	if (line->counted) {
		STEER_TEL_DICT_UINT(d, "hits", line->count.hits);
		STEER_TEL_DICT_UINT(d, "bytes", line->count.bytes);
	}
	if (line->ages) {
		rte_tel_data_add_dict_string(d, "aged", line->age.aged ? "yes" : "no");
		STEER_TEL_DICT_UINT(d, "idle_seconds", line->age.sec_since_last_hit);
	}
	return rc;
}

static void
add_to_page(const struct steer_flow_line *line, void *page)
{
	struct rte_tel_data *d = steer_telemetry_page_entry(page);

	if (d != NULL)
		steer_telemetry_page_add(page, d, add_flow(d, line, TEXT_MAX));
}

int
steer_telemetry_flows(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_telemetry_page page = {
		.name = "flows", .first = r->n > 0 ? r->number[0] : 0, .max = FLOWS_AT_ONCE,
	};
	struct steer_engine *e = r->port->engine;
	const uint64_t n = steer_engine_flow_count(e);

	if (steer_telemetry_page_begin(&page) < 0)
		return -ENOMEM;
	if (!steer_engine_flow_list(e, r->port->dev->data->port_id, page.first, page.max,
				    add_to_page, &page))
		page.lost = true;
	return steer_telemetry_page_end(&page, d, n);
}

struct answer {
	struct rte_tel_data *d;
	int rc;
};

static void
add_to_answer(const struct steer_flow_line *line, void *arg)
{
	struct answer *a = arg;

	rte_tel_data_start_dict(a->d);
	a->rc = add_flow(a->d, line, SIZE_MAX);
}

int
steer_telemetry_flow(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	const uint16_t port_id = r->port->dev->data->port_id;
	struct answer a = { .d = d };

	return steer_engine_flow_tell(r->port->engine, port_id, r->number[0], add_to_answer, &a) ?
		       a.rc : -ENOENT;
}
