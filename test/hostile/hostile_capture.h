/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Packets that others have captured.
 */

#ifndef HOSTILE_CAPTURE_H
#define HOSTILE_CAPTURE_H

#include <stdint.h>

#define HOSTILE_CAPTURES_MAX 20000
/** Longer ones are cut. */
#define HOSTILE_CAPTURE_MAX 2048

struct hostile_capture {
	uint32_t len;
	uint8_t *data;
};

struct hostile_captures {
	unsigned int n;
	struct hostile_capture all[HOSTILE_CAPTURES_MAX];
};

/**
 * All packets of all files of a directory: of pcap files (Ethernet, either byte order, micro- or
 * nanoseconds) each packet; any other file is a packet.
 *
 * @return 0; -errno.
 */
int hostile_captures_read(struct hostile_captures *c, const char *directory);
void hostile_captures_free(struct hostile_captures *c);

#endif /* HOSTILE_CAPTURE_H */
