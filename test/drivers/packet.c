/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_mbuf.h>

#include "packet.h"
#include "port.h"

#define PAYLOAD 18
#define BYTES_MAX 256
/* Within the addresses of IPv4 or IPv6, if there is no tag. */
#define CUT_AT 29

/* Bytes being written, one header after the other. */
struct bytes {
	uint8_t data[BYTES_MAX];
	uint16_t len;
};

static void
put8(struct bytes *b, uint8_t v)
{
	b->data[b->len++] = v;
}

static void
put16(struct bytes *b, uint16_t v)
{
	put8(b, (uint8_t)(v >> 8));
	put8(b, (uint8_t)v);
}

static void
put32(struct bytes *b, uint32_t v)
{
	put16(b, (uint16_t)(v >> 16));
	put16(b, (uint16_t)v);
}

static void
put_zeros(struct bytes *b, unsigned int n)
{
	while (n-- > 0)
		put8(b, 0);
}

static void
put_eth(struct bytes *b, const struct test_packet *p)
{
	unsigned int i;

	put32(b, 0x02000000);
	put32(b, 0x00010200);
	put32(b, 0x00000002);
	for (i = 0; i < 2 && p->vlan[i] != 0; i++) {
		put16(b, i == 0 && p->vlan[1] != 0 ? RTE_ETHER_TYPE_QINQ : RTE_ETHER_TYPE_VLAN);
		put16(b, p->vlan[i]);
	}
	if (p->eth_type != 0)
		put16(b, p->eth_type);
	else
		put16(b, p->v6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4);
}

static void
put_ipv4(struct bytes *b, uint16_t payload, uint16_t frag, uint8_t proto, uint32_t src,
	 uint32_t dst)
{
	put16(b, 0x4500);
	put16(b, 20 + payload);
	put16(b, 1);
	put16(b, frag);
	put8(b, 64);
	put8(b, proto);
	put16(b, 0);
	put32(b, src);
	put32(b, dst);
}

static void
put_ipv6_addr(struct bytes *b, uint32_t last)
{
	static const uint8_t prefix[] = { TEST_IPV6_PREFIX };

	memcpy(&b->data[b->len], prefix, sizeof(prefix));
	b->len += sizeof(prefix);
	put32(b, last);
}

static void
put_ipv6(struct bytes *b, uint16_t payload, const struct test_packet *p)
{
	put32(b, 0x60000000);
	put16(b, payload);
	put8(b, p->proto);
	put8(b, 64);
	put_ipv6_addr(b, p->src);
	put_ipv6_addr(b, p->dst);
}

static uint16_t
l4_len(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return 20;
	case IPPROTO_SCTP:
		return 12;
	default:
		return 8;
	}
}

static void
put_l4(struct bytes *b, const struct test_packet *p)
{
	const uint16_t start = b->len;

	if (p->proto == IPPROTO_ICMP || p->proto == IPPROTO_ICMPV6) {
		put16(b, p->proto == IPPROTO_ICMP ? 0x0800 : 0x8000); /* Echo request. */
		put16(b, 0);
	} else {
		put16(b, p->sport);
		put16(b, p->dport);
	}
	if (p->proto == IPPROTO_UDP)
		put16(b, 8 + PAYLOAD);
	put_zeros(b, l4_len(p->proto) - (b->len - start));
	if (p->proto == IPPROTO_TCP)
		b->data[start + 12] = 0x50;
}

static void
put_packet(struct bytes *b, const struct test_packet *p)
{
	put_eth(b, p);
	if (p->eth_type != 0) {
		put_zeros(b, 46);
		return;
	}
	if (p->v6)
		put_ipv6(b, l4_len(p->proto) + PAYLOAD, p);
	else
		put_ipv4(b, l4_len(p->proto) + PAYLOAD, p->frag, p->proto, p->src, p->dst);
	put_l4(b, p);
	put_zeros(b, PAYLOAD);
}

static void
put_vxlan(struct bytes *b, const struct test_packet *p)
{
	const struct test_packet outer = { .proto = IPPROTO_UDP };
	struct bytes inner = { .len = 0 };

	put_packet(&inner, p);
	put_eth(b, &outer);
	put_ipv4(b, 16 + inner.len, 0, IPPROTO_UDP, 0xc0000201, 0xc0000202);
	put16(b, 54321);
	put16(b, 4789);
	put16(b, 16 + inner.len);
	put16(b, 0);
	put32(b, 0x08000000);
	put32(b, p->vni << 8);
	memcpy(&b->data[b->len], inner.data, inner.len);
	b->len += inner.len;
}

/* Where it lies */

static struct rte_mbuf *
make_plain(const uint8_t *data, uint16_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool());

	if (m != NULL)
		memcpy(rte_pktmbuf_append(m, len), data, len);
	return m;
}

static struct rte_mbuf *
make_segments(const struct bytes *b)
{
	struct rte_mbuf *head, *tail;

	if (b->len <= CUT_AT)
		return make_plain(b->data, b->len);
	head = make_plain(b->data, CUT_AT);
	tail = make_plain(b->data + CUT_AT, b->len - CUT_AT);
	if (head != NULL && tail != NULL && rte_pktmbuf_chain(head, tail) == 0)
		return head;
	rte_pktmbuf_free(head);
	rte_pktmbuf_free(tail);
	return NULL;
}

static struct rte_mbuf *
make_clone(const struct bytes *b)
{
	struct rte_mbuf *m = make_plain(b->data, b->len), *clone = NULL;

	if (m != NULL)
		clone = rte_pktmbuf_clone(m, test_pool());
	rte_pktmbuf_free(m);
	return clone;
}

static void
free_external(void *buf, void *arg __rte_unused)
{
	free(buf);
}

static struct rte_mbuf *
make_external(const struct bytes *b)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool());
	struct rte_mbuf_ext_shared_info *shared;
	uint16_t size = 512;
	uint8_t *buf;

	if (m == NULL)
		return NULL;
	buf = malloc(size);
	if (buf == NULL)
		abort();
	shared = rte_pktmbuf_ext_shinfo_init_helper(buf, &size, free_external, NULL);
	rte_pktmbuf_attach_extbuf(m, buf, RTE_BAD_IOVA, size, shared);
	memcpy(rte_pktmbuf_append(m, b->len), b->data, b->len);
	return m;
}

static struct rte_mbuf *
make_shared(const struct bytes *b)
{
	struct rte_mbuf *m = make_plain(b->data, b->len);

	if (m != NULL)
		rte_mbuf_refcnt_update(m, 1);
	return m;
}

struct rte_mbuf *
test_packet_make(const struct test_packet *p)
{
	struct bytes b = { .len = 0 };

	if (p->vni != 0)
		put_vxlan(&b, p);
	else
		put_packet(&b, p);
	if (p->cut != 0)
		b.len = p->cut;
	switch (p->memory) {
	case TEST_SEGMENTS:
		return make_segments(&b);
	case TEST_CLONE:
		return make_clone(&b);
	case TEST_EXTERNAL:
		return make_external(&b);
	case TEST_SHARED:
		return make_shared(&b);
	default:
		return make_plain(b.data, b.len);
	}
}
