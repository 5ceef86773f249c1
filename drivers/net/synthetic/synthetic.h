/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A port for measurements: it always has a full burst, of packets that it makes up.
 *
 * As a NIC does, it writes headers long before the packets are received, half of its mbufs ahead:
 * by then they have left the first cache. It takes mbufs of the pool of its RX queue once, and
 * gives the same ones again and again in their order, so nobody has to free them; who does all the
 * same only takes a reference away. Its queues share nothing.
 *
 * Device: net_synthetic, argument queues=<1-16> (default 1).
 */

#ifndef SYNTHETIC_H
#define SYNTHETIC_H

#include <stdint.h>
#include <string.h>

#include <rte_byteorder.h>

/** Most RX and TX queues. */
#define SYNTHETIC_QUEUES 16
/** Mbufs of a queue: more headers than the first two caches hold. A power of two. */
#define SYNTHETIC_MBUFS 16384
/** Longest packet. */
#define SYNTHETIC_LEN 128

/** What differs from packet to packet. */
struct synthetic_flow {
	rte_be32_t src; /**< Of IPv6 the last bytes. */
	rte_be32_t dst;
	rte_be16_t ports[2]; /**< Source, destination. */
	uint8_t proto;
	uint8_t unused[3];
};

/** What all packets of a queue are: bytes, and where a flow's fields go. */
struct synthetic_layout {
	uint16_t len;
	uint16_t src;
	uint16_t dst;
	uint16_t ports;
	uint16_t proto;
	uint8_t bytes[SYNTHETIC_LEN];
};

/** A flow's fields into a packet of that layout. */
static inline void
synthetic_write_flow(uint8_t *data, const struct synthetic_layout *layout,
		     const struct synthetic_flow *flow)
{
	memcpy(data + layout->src, &flow->src, sizeof(flow->src));
	memcpy(data + layout->dst, &flow->dst, sizeof(flow->dst));
	memcpy(data + layout->ports, flow->ports, sizeof(flow->ports));
	data[layout->proto] = flow->proto;
}

/** A packet as a queue would write it, into layout->len bytes. */
static inline void
synthetic_write(void *data, const struct synthetic_layout *layout,
		const struct synthetic_flow *flow)
{
	uint8_t *bytes = data;

	memcpy(bytes, layout->bytes, layout->len);
	synthetic_write_flow(bytes, layout, flow);
}

/**
 * Packets that a queue gives from now on. Nobody polls it meanwhile. Until this is called, it gives
 * none.
 *
 * @param port    A started net_synthetic port.
 * @param flows   One for each packet, repeated without end. Used until the next call.
 * @param n       How many, a power of two.
 * @return        0; -EINVAL: no such queue, or n is no power of two.
 */
int synthetic_traffic(uint16_t port, uint16_t queue, const struct synthetic_layout *layout,
		      const struct synthetic_flow *flows, uint32_t n);

#endif /* SYNTHETIC_H */
