/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_byteorder.h>

#include "steer_action.h"
#include "steer_text.h"
#include "steer_words_rss.h"

/** All of it: where the text leaves something out, testpmd fills in what it likes. */
static void
print_rss(FILE *file, const struct rte_flow_action_rss *rss)
{
	fprintf(file, " rss func %s level %u types", steer_words_rss_func_name(rss->func),
		rss->level);
	steer_words_print_rss_types(file, rss->types);
	fputs(" end", file);
	if (rss->key != NULL && rss->key_len > 0) {
		fputs(" key ", file);
		for (uint32_t i = 0; i < rss->key_len; i++)
			fprintf(file, "%02x", rss->key[i]);
	}
	fputs(" queues", file);
	for (uint32_t i = 0; i < rss->queue_num; i++)
		fprintf(file, " %u", rss->queue[i]);
	fputs(" end /", file);
}

static void
print_sets(FILE *file, const struct steer_sets *sets)
{
	for (unsigned int i = 0; i < STEER_REGS; i++) {
		if (sets->mask[i] == 0)
			continue;
		fprintf(file, " %s data %u mask 0x%x", i == STEER_REG_META ? "set_meta" : "set_tag",
			rte_be_to_cpu_32(sets->data[i]), rte_be_to_cpu_32(sets->mask[i]));
		if (i != STEER_REG_META)
			fprintf(file, " index %u", i - STEER_REG_TAG(0));
		fputs(" /", file);
	}
}

/** Count and age, its own or by a handle; an RSS by a handle. */
static void
print_shared(FILE *file, const struct steer_actions *a)
{
	if (a->count && a->shared[STEER_SHARE_COUNT] == NULL)
		fputs(" count /", file);
	if (a->age != NULL && a->shared[STEER_SHARE_AGE] == NULL)
		fprintf(file, " age timeout %u /", a->age->timeout);
	for (unsigned int i = 0; i < STEER_SHARES; i++)
		if (a->shared[i] != NULL)
			fprintf(file, " indirect %u /", a->shared[i]->number);
}

void
steer_text_print_actions(FILE *file, const struct steer_actions *a)
{
	if (a->mark)
		fprintf(file, " mark id %u /", a->mark_id);
	if (a->flag)
		fputs(" flag /", file);
	print_shared(file, a);
	print_sets(file, &a->sets);
	steer_text_print_edits(file, &a->edits);
	switch (a->fate) {
	case STEER_FATE_QUEUE:
		fprintf(file, " queue index %u /", a->queue);
		break;
	case STEER_FATE_RSS:
		if (a->shared[STEER_SHARE_RSS] == NULL)
			print_rss(file, a->rss);
		break;
	case STEER_FATE_DROP:
		fputs(" drop /", file);
		break;
	case STEER_FATE_KERNEL:
		fputs(" send_to_kernel /", file);
		break;
	case STEER_FATE_PASSTHRU:
		fputs(" passthru /", file);
		break;
	case STEER_FATE_JUMP:
		fprintf(file, " jump group %u /", a->jump->group);
		break;
	case STEER_FATE_NONE:
		break;
	}
	fputs(" end", file);
}
