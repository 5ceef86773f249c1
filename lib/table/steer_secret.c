/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <sys/random.h>

#include <rte_random.h>

#include "steer_secret.h"

/** Where the system gives none, EAL's, which began with the system's or the processor's. */
static void
draw_by_eal(struct steer_secret *secret)
{
	secret->last = rte_rand();
	for (unsigned int i = 0; i < RTE_DIM(secret->word); i++)
		secret->word[i] = rte_rand();
}

void
steer_secret_draw(struct steer_secret *secret)
{
	size_t done = 0;

	while (done < sizeof(*secret)) {
		const ssize_t n = getrandom(RTE_PTR_ADD(secret, done), sizeof(*secret) - done, 0);

		if (n < 0 && errno != EINTR) {
			draw_by_eal(secret);
			break;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	secret->last |= 1;
}
