/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * GENEVE_OPT items: one of the options of the GENEVE header matches in class, type and length, each
 * under its mask and within its range, and begins with the data, where spec and mask have some. An
 * option that goes beyond the header's length ends the options. Each item looks at all of them.
 */

#ifndef REF_GENEVE_OPT_H
#define REF_GENEVE_OPT_H

#include <stdbool.h>

#include <rte_flow.h>

struct ref_packet;

bool ref_geneve_opt_matches(const struct rte_flow_item *item, const struct ref_packet *p);

#endif /* REF_GENEVE_OPT_H */
