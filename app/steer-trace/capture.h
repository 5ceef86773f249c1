/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Where packets come from: captures (pcap, pcapng), hexadecimal digits.
 */

#ifndef TRACE_CAPTURE_H
#define TRACE_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_trace.h"

struct trace_packet {
	/** Bytes that were captured, and that it had. */
	uint32_t n;
	uint32_t len;
	/** Valid until the next one is read. */
	const uint8_t *data;
};

struct trace_capture;

/**
 * @param input  A file, "-", or digits.
 * @return       NULL; it was told why.
 */
struct trace_capture *trace_capture_open(const char *input);
/** @return 1; 0: there is no other one; -1: it was told why. */
int trace_capture_next(struct trace_capture *c, struct trace_packet *packet);
/** How much of it was read, in percent; -1: nobody knows. */
int trace_capture_percent(const struct trace_capture *c);
/** NULL is allowed. */
void trace_capture_close(struct trace_capture *c);

#endif /* TRACE_CAPTURE_H */
