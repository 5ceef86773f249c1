/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_VERIFIED_H_
#define _TEST_VERIFIED_H_

#include <stdbool.h>

struct steer_kernel_trouble;

/*
 * The kernel takes a second to verify the programs of lib/kernel, and waits for all CPUs after each
 * change of rules, which is too much for each fault. In a program with these, it verifies once: who
 * loads programs again has the same ones. These go by the maps of the first time, in which there
 * are never any rules: they leave packets where they are, and do not choose among queues. Maps,
 * links and whatever else there is are everybody's own; but nobody waits for who might look at
 * them.
 */

/* Load each kind. @return false with trouble: they cannot be. */
bool verified_begin(struct steer_kernel_trouble *trouble);
void verified_end(void);

#endif /* _TEST_VERIFIED_H_ */
