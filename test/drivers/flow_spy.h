/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FLOW_SPY_H_
#define _TEST_FLOW_SPY_H_

#include <stdbool.h>
#include <stdint.h>

/*
 * Stands between a port's operations and who calls them, refuses on purpose what it is told to,
 * and counts the rules that the port has.
 */
struct flow_spy {
	/* Refused with -ENOTSUP and FLOW_SPY_MESSAGE. */
	bool create, destroy, flush, isolate, query, rss;
	/* Rules with this action (enum rte_flow_action_type). END: none. */
	int action;
	/* The port has no flow API; does not keep rules; has no RSS hash to deliver. */
	bool no_api, no_keep, no_hash;
	/* What was seen. */
	int rules;
	unsigned int creates;
	bool isolated;
};

#define FLOW_SPY_MESSAGE "not for you"

/* From now on, until the port is closed. One port at a time. */
void flow_spy_on(uint16_t port, struct flow_spy *spy);

#endif /* _TEST_FLOW_SPY_H_ */
