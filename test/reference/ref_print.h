/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Rules, packets and verdicts in a form to read, for reports of differences.
 *
 * A field is written `name value/mask`, or `name first..last/mask`, in hexadecimal and only if its
 * mask is not zero; `(default mask)` where the item has none of its own.
 */

#ifndef REF_PRINT_H
#define REF_PRINT_H

#include <stdint.h>
#include <stdio.h>

#include <rte_flow.h>

struct ref_packet;
struct ref_rss;

void ref_print_pattern(FILE *f, const struct rte_flow_item pattern[]);
void ref_print_actions(FILE *f, const struct rte_flow_action actions[]);

/** Priority, pattern and actions in one line. */
void ref_print_rule(FILE *f, const struct rte_flow_attr *attr, const struct rte_flow_item pattern[],
		    const struct rte_flow_action actions[]);

/** Layers of a decoded packet in one line. */
void ref_print_packet(FILE *f, const struct ref_packet *p);

void ref_print_rss(FILE *f, const struct ref_rss *rss);

void ref_print_hex(FILE *f, const uint8_t *data, uint32_t len);

#endif /* REF_PRINT_H */
