/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "steer_edit.h"
#include "steer_match.h"
#include "steer_text.h"
#include "steer_words_action.h"

/* Actions that change packets, in the order in which they do. */

static const struct steer_words_action *
words_of(enum rte_flow_action_type type)
{
	const struct steer_words_action *words;
	unsigned int i = 0;

	do
		words = steer_words_action_at(i++);
	while (words != NULL && words->type != type);
	return words;
}

/** What stands in bytes is in network order, or a byte. */
static void
print_edit(FILE *file, const struct steer_edit *edit)
{
	const struct steer_words_action *words = words_of(edit->type);

	fprintf(file, " %s", words->name);
	for (unsigned int i = 0; i < words->n_params; i++) {
		const struct steer_value *v = &words->params[i];

		fprintf(file, " %s ", v->f.name);
		steer_value_print(file, v, steer_load_be(edit->conf + v->f.off, v->f.len));
	}
	fputs(" /", file);
}

void
steer_text_print_edits(FILE *file, const struct steer_edits *edits)
{
	for (unsigned int i = 0; i < edits->n; i++) {
		if (edits->edit[i].type == RTE_FLOW_ACTION_TYPE_SAMPLE)
			fprintf(file, " sample ratio %u index %u /", edits->sample.ratio,
				STEER_TEXT_SAMPLE);
		else
			print_edit(file, &edits->edit[i]);
	}
}

void
steer_text_print_sample(FILE *file, const struct steer_sample *sample)
{
	fprintf(file, "set sample_actions %u", STEER_TEXT_SAMPLE);
	if (sample->mark)
		fprintf(file, " mark id %u /", sample->mark_id);
	if (sample->count)
		fputs(" count /", file);
	fprintf(file, " queue index %u / end", sample->queue);
}
