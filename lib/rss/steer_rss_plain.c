/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_branch_prediction.h>

#include "steer_rss_plain.h"
#include "steer_toeplitz_gfni.h"

void
steer_rss_inputs_hash(const struct steer_rss *rss, struct steer_rss_inputs *inputs, unsigned int n,
		      uint32_t *hash)
{
	const uint8_t *const *in = inputs->in;
	const uint8_t *len = inputs->len;

	if (likely(rss->gfni != NULL)) {
		inputs->in[n] = NULL;
		inputs->len[n] = 0;
		steer_toeplitz_gfni(rss->gfni, in, len, inputs->longest, n, hash);
		return;
	}
	for (unsigned int i = 0; i < n; i++)
		hash[i] = likely(len[i] == 12) ? steer_toeplitz(rss->toeplitz, in[i], 0, 12) :
						 steer_toeplitz(rss->toeplitz, in[i], 0, len[i]);
}

void
steer_rss_tuples_hash(const struct steer_rss *rss, const struct steer_rss_tuples *tuples,
		      unsigned int n, uint32_t *hash)
{
	const unsigned int len = rss->plain[STEER_L3_IPV4];

	if (likely(rss->gfni != NULL)) {
		steer_toeplitz_gfni_tuples(rss->gfni, tuples->tuple[0], len, n, hash);
		return;
	}
	for (unsigned int i = 0; i < n; i++)
		hash[i] = likely(len == 12) ?
				  steer_toeplitz(rss->toeplitz, tuples->tuple[i], 0, 12) :
				  steer_toeplitz(rss->toeplitz, tuples->tuple[i], 0, len);
}
