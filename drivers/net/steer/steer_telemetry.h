/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What ports tell on DPDK's telemetry socket, below /steer. In the primary process: it has the
 * ports.
 *
 * Requests are answered by a thread of EAL's, one at a time for us; a port is not closed meanwhile.
 */

#ifndef STEER_TELEMETRY_H
#define STEER_TELEMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_telemetry.h>

#include "steer_params.h"

struct rte_eth_dev;
struct steer_port;

/** The port can be asked for from now on. */
void steer_telemetry_add(struct rte_eth_dev *dev);
/** Not any more; waits for an answer that is being made. A port that is not known does no harm. */
void steer_telemetry_remove(struct rte_eth_dev *dev);

/** What a request asks for. */
struct steer_telemetry_request {
	struct steer_port *port;
	/** Numbers behind the port's id. */
	unsigned int n;
	const uint64_t *number;
	/** What stands behind them; NULL: nothing. */
	const char *text;
};

/** @return 0; -errno: there is no answer. */
typedef int (*steer_telemetry_fn)(const struct steer_telemetry_request *request,
				  struct rte_tel_data *answer);

/** Longest string of telemetry's, without its end. */
#define STEER_TELEMETRY_STRING (RTE_TEL_MAX_STRING_LEN - 1)

/** Answer a request of telemetry's whose parameters have this shape. @return 0; -errno. */
int steer_telemetry_answer(const char *cmd, const char *params, struct rte_tel_data *d,
			   const struct steer_params_shape *shape, steer_telemetry_fn fn);
/**
 * A string that may be too long for one: an array of pieces, to be put together. DPDK frees what
 * an answer contains when it has sent it, and of a refusal nothing: behind it nothing may fail.
 * @return 0; -ENOMEM.
 */
int steer_telemetry_add_pieces(struct rte_tel_data *d, const char *name, const char *text,
			       size_t len);

/* steer_telemetry_page.c */

/** Part of a list: what one answer has room for. */
struct steer_telemetry_page {
	/** Of what: the list's name in the answer. */
	const char *name;
	/** The first one that is asked for. */
	uint64_t first;
	/** In the list, entries are named by numbers from this one on. */
	uint64_t base;
	/** Entries at most, and how many there are. */
	unsigned int max;
	unsigned int n;
	/** There was no memory for the next one. */
	bool lost;
	struct rte_tel_data *entries;
};

/** Name, first, base and max are set, all else is 0. @return 0; -ENOMEM. */
int steer_telemetry_page_begin(struct steer_telemetry_page *page);
/** @return an entry to be filled and added; NULL: there is no memory, and this page ends. */
struct rte_tel_data *steer_telemetry_page_entry(struct steer_telemetry_page *page);
/** Add it; @p rc below 0: there was no memory for all of it, it is freed, and this page ends. */
void steer_telemetry_page_add(struct steer_telemetry_page *page, struct rte_tel_data *entry,
			      int rc);
/**
 * Begin the answer with how many there are in all, where the next page starts, if there is one,
 * and this one.
 * @return 0; -ENOMEM: it would be empty, but should not.
 */
int steer_telemetry_page_end(struct steer_telemetry_page *page, struct rte_tel_data *answer,
			     uint64_t all);

/* steer_telemetry_queues.c */
int steer_telemetry_queues(const struct steer_telemetry_request *request,
			   struct rte_tel_data *answer);

/* steer_telemetry_flows.c */
int steer_telemetry_flows(const struct steer_telemetry_request *request,
			  struct rte_tel_data *answer);
int steer_telemetry_flow(const struct steer_telemetry_request *request,
			 struct rte_tel_data *answer);

/* steer_telemetry_tables.c */
int steer_telemetry_tables(const struct steer_telemetry_request *request,
			   struct rte_tel_data *answer);

/* steer_telemetry_kernel.c */
int steer_telemetry_kernel(const struct steer_telemetry_request *request,
			   struct rte_tel_data *answer);

#endif /* STEER_TELEMETRY_H */
