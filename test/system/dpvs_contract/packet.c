/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <arpa/inet.h>

#include <rte_tcp.h>
#include <rte_udp.h>

#include "contract.h"

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

void
address_parse(struct address *a, const char *text)
{
	memcpy(a->bytes, mapped, sizeof(mapped));
	if (inet_pton(AF_INET, text, a->bytes + sizeof(mapped)) != 1 &&
	    inet_pton(AF_INET6, text, a->bytes) != 1)
		fail("not an address: %s", text);
}

bool
address_equal(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool
read_v4(struct packet *p, uint32_t room)
{
	const struct rte_ipv4_hdr *ip = p->ip;

	if (room < sizeof(*ip) || ip->version_ihl != RTE_IPV4_VHL_DEF ||
	    rte_be_to_cpu_16(ip->total_length) > room ||
	    (ip->fragment_offset & ~RTE_BE16(RTE_IPV4_HDR_DF_FLAG)) != 0)
		return false;
	p->family = V4;
	p->proto = ip->next_proto_id;
	memcpy(p->src.bytes, mapped, sizeof(mapped));
	memcpy(p->src.bytes + sizeof(mapped), &ip->src_addr, sizeof(ip->src_addr));
	memcpy(p->dst.bytes, mapped, sizeof(mapped));
	memcpy(p->dst.bytes + sizeof(mapped), &ip->dst_addr, sizeof(ip->dst_addr));
	p->ports = RTE_PTR_ADD(p->ip, sizeof(*ip));
	return true;
}

static bool
read_v6(struct packet *p, uint32_t room)
{
	const struct rte_ipv6_hdr *ip = p->ip;

	if (room < sizeof(*ip) || rte_be_to_cpu_16(ip->payload_len) > room - sizeof(*ip))
		return false;
	p->family = V6;
	p->proto = ip->proto;
	memcpy(p->src.bytes, &ip->src_addr, sizeof(p->src.bytes));
	memcpy(p->dst.bytes, &ip->dst_addr, sizeof(p->dst.bytes));
	p->ports = RTE_PTR_ADD(p->ip, sizeof(*ip));
	return true;
}

/* Is there room for a header of the transport, behind the one of IP that has been read? */
static bool
has_transport(const struct packet *p, const struct rte_mbuf *m)
{
	const size_t at = RTE_PTR_DIFF(p->ports, p->eth);
	const size_t size = p->proto == IPPROTO_TCP ? sizeof(struct rte_tcp_hdr) :
						      sizeof(struct rte_udp_hdr);

	return (p->proto == IPPROTO_TCP || p->proto == IPPROTO_UDP) &&
	       at + size <= rte_pktmbuf_data_len(m);
}

bool
packet_read(struct packet *p, struct rte_mbuf *m)
{
	uint32_t room;
	bool good = false;

	if (m->nb_segs != 1 || rte_pktmbuf_data_len(m) < sizeof(*p->eth))
		return false;
	/* a VLAN device takes its tag off; the port may have done so before */
	if (rte_vlan_strip(m) != 0 && rte_pktmbuf_data_len(m) < sizeof(*p->eth))
		return false;
	p->eth = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	p->ip = p->eth + 1;
	room = rte_pktmbuf_data_len(m) - sizeof(*p->eth);
	if (p->eth->ether_type == RTE_BE16(RTE_ETHER_TYPE_IPV4))
		good = read_v4(p, room);
	else if (p->eth->ether_type == RTE_BE16(RTE_ETHER_TYPE_IPV6))
		good = read_v6(p, room);
	return good && has_transport(p, m);
}

static uint16_t *
transport_checksum(struct packet *p)
{
	if (p->proto == IPPROTO_TCP)
		return &((struct rte_tcp_hdr *)p->ports)->cksum;
	return &((struct rte_udp_hdr *)p->ports)->dgram_cksum;
}

void
packet_write(struct packet *p, const struct endpoint *src, const struct endpoint *dst)
{
	uint16_t *checksum = transport_checksum(p);
	struct rte_ipv4_hdr *v4 = p->ip;
	struct rte_ipv6_hdr *v6 = p->ip;

	p->ports[0] = src->port;
	p->ports[1] = dst->port;
	*checksum = 0;
	if (p->family == V4) {
		memcpy(&v4->src_addr, src->addr.bytes + sizeof(mapped), sizeof(v4->src_addr));
		memcpy(&v4->dst_addr, dst->addr.bytes + sizeof(mapped), sizeof(v4->dst_addr));
		*checksum = rte_ipv4_udptcp_cksum(v4, p->ports);
		v4->hdr_checksum = 0;
		v4->hdr_checksum = rte_ipv4_cksum(v4);
	} else {
		memcpy(&v6->src_addr, src->addr.bytes, sizeof(src->addr.bytes));
		memcpy(&v6->dst_addr, dst->addr.bytes, sizeof(dst->addr.bytes));
		*checksum = rte_ipv6_udptcp_cksum(v6, p->ports);
	}
}

bool
packet_is_syn(const struct packet *p)
{
	const struct rte_tcp_hdr *tcp = (const struct rte_tcp_hdr *)p->ports;

	return p->proto == IPPROTO_TCP &&
	       (tcp->tcp_flags & (RTE_TCP_SYN_FLAG | RTE_TCP_ACK_FLAG)) == RTE_TCP_SYN_FLAG;
}

void
packet_turn(struct packet *p)
{
	const struct rte_ether_addr mac = p->eth->dst_addr;
	const struct endpoint src = { .addr = p->dst, .port = p->ports[1] };
	const struct endpoint dst = { .addr = p->src, .port = p->ports[0] };

	p->eth->dst_addr = p->eth->src_addr;
	p->eth->src_addr = mac;
	packet_write(p, &src, &dst);
}
