/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_PACKET_H_
#define _TEST_PACKET_H_

#include <stddef.h>
#include <stdint.h>

#include <rte_mbuf.h>

/*
 * Packets from a list of their headers. What links headers (types, next protocols, ports of
 * tunnels, lengths) is right; all other bytes are random, so that each of them is told from the
 * others when it turns up in a key.
 */

enum packet_layer {
	P_END,
	P_ETH,
	P_VLAN,  /* TPID 0x8100 */
	P_QINQ,  /* 0x88a8 */
	P_QINQ1, /* 0x9100 */
	P_IPV4,
	P_IPV4_OPT,   /* 8 bytes of options */
	P_IPV4_FULL,  /* 40 bytes of options */
	P_IPV4_FIRST, /* first fragment */
	P_IPV4_LATER, /* later fragment */
	P_IPV6,
	P_HOP,
	P_ROUTE,
	P_FRAG,       /* an only fragment: offset 0 */
	P_FRAG_LATER,
	P_AUTH,
	P_ESP,
	P_DEST,
	P_MOBIL,
	P_HIP,
	P_SHIM6,
	P_ARP,
	P_ETAG,
	P_PPPOE,
	P_PPPOED,
	P_PPP,
	P_LABEL,       /* not the last one */
	P_LAST_LABEL,
	P_TCP,
	P_UDP,
	P_SCTP,
	P_ICMP,
	P_ICMP6,
	P_ICMP6_ECHO, /* the first 4 bytes of a request */
	P_ECHO_REST,
	P_ICMP6_NS,   /* the first 4 bytes of a neighbor solicitation */
	P_NS_REST,
	P_SLA,        /* options */
	P_TLA,
	P_IGMP,
	P_L2TPV3,
	P_UDP_ESP, /* ESP in UDP */
	P_PFCP,
	P_PFCP_SEID,
	P_VXLAN,
	P_GENEVE,
	P_GENEVE_OPT,  /* 4 bytes of options */
	P_GENEVE_FULL, /* 252 bytes of options */
	P_GPE,         /* VXLAN-GPE */
	P_GRE,
	P_GRE_KEY,     /* NVGRE where Ethernet follows */
	P_GRE_FULL,    /* checksum, key and sequence number */
	P_GTPU,
	P_GTPU_SEQ,    /* with a sequence number */
	P_GTPU_EXT,    /* with extension headers */
	P_GTPC,
	P_GTPC_EXT,
	P_PSC,         /* extension header of GTP: PDU session container */
	P_GTP_OTHER,   /* extension header of 8 bytes that nobody asks for */
	P_PAYLOAD,     /* 5 bytes that nobody knows */
	P_LAYERS,
};

#define PACKET_LAYERS 40
#define PACKET_MAX 1024

struct packet {
	uint32_t len;
	unsigned int n;
	enum packet_layer layer[PACKET_LAYERS];
	/* Where each begins; one more for the end. */
	uint16_t at[PACKET_LAYERS + 1];
	uint8_t data[PACKET_MAX];
};

/* Make a packet of headers, ending in P_END; no more than PACKET_LAYERS. */
void packet_make(struct packet *p, const enum packet_layer *layers);
/* The same with zeros for the random bytes. */
void packet_make_plain(struct packet *p, const enum packet_layer *layers);

/* Names joined by '/', for messages; valid until the next call. */
const char *packet_name(const struct packet *p);

/* Index of the n-th such layer (0: the first); -1: none. */
int packet_find(const struct packet *p, enum packet_layer layer, unsigned int n);

/* Write a big-endian number of two bytes. */
void packet_put16(struct packet *p, unsigned int off, uint16_t v);

/*
 * Make an mbuf out of bytes, without a pool: each segment lies in memory of its own that ends
 * where the segment ends, so that the address sanitizer sees a read behind it.
 *
 * cuts: ascending offsets where a new segment begins; the same one twice gives an empty segment.
 */
struct rte_mbuf *packet_mbuf(const uint8_t *data, uint32_t len, const uint32_t *cuts,
			     unsigned int n_cuts);
/* One segment that says it has len bytes, of which reading more than backed is an error. */
struct rte_mbuf *packet_mbuf_backed(const uint8_t *data, uint32_t len, uint32_t backed);
void packet_mbuf_free(struct rte_mbuf *m);

#endif /* _TEST_PACKET_H_ */
