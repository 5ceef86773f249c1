/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * The library's secrets are the same in every run here, as rules and packets are: so that each run
 * has the same buckets run over, and counts the same instructions. Linked in place of the
 * library's.
 */

#include <rte_common.h>

#include "random.h"
#include "steer_secret.h"

#define SEED_SECRET (UINT64_C(6) << 40)

void __wrap_steer_secret_draw(struct steer_secret *secret);

void
__wrap_steer_secret_draw(struct steer_secret *secret)
{
	static uint64_t drawn = SEED_SECRET;

	for (unsigned int i = 0; i < RTE_DIM(secret->word); i++)
		secret->word[i] = perf_mix(__atomic_fetch_add(&drawn, 1, __ATOMIC_RELAXED));
	secret->last = perf_mix(__atomic_fetch_add(&drawn, 1, __ATOMIC_RELAXED)) | 1;
}
