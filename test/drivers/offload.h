/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_OFFLOAD_H_
#define _TEST_OFFLOAD_H_

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>
#include <rte_mbuf.h>

#include "port.h"
#include "traffic.h"
#include "tunnels.h"

/*
 * Tunnel offload: rules with tunnel_set send packets to groups of their tunnel; rules with
 * tunnel_match take them out of it; what misses is delivered as it came, and tells where.
 */

#define OFFLOAD_QUEUES 4

/* VXLAN goes to group 3 of its tunnel. */
#define OFFLOAD_SET "ingress pattern eth / ipv4 / udp dst is 4789 / end actions jump group 3 / end"

/* A tunnel; a packet in it, and the same as it is inside. */
extern struct rte_flow_tunnel offload_vxlan;
extern const struct test_packet offload_outside;
extern const struct test_packet offload_inside;

/* Begins a group of tests: the first use registers what stays. */
int offload_begin_group(void **state);

/* Rules of that tunnel. */
void offload_set(const struct test_world *w, const char *line);
void offload_match(const struct test_world *w, const char *line);

/* Send one packet. The one that comes, if one does, and from which queue. */
struct rte_mbuf *offload_pass(const struct test_world *w, struct rte_mbuf *m, uint16_t *queue);
struct rte_mbuf *offload_pass_packet(const struct test_world *w, const struct test_packet *p,
				     uint16_t *queue);

/* It has the bytes of that packet. */
void offload_is_packet(const struct rte_mbuf *m, const struct test_packet *p);
/* Does it tell where it missed? */
bool offload_tells(const struct rte_mbuf *m);
void offload_is_missed(const struct test_world *w, struct rte_mbuf *m,
		       const struct rte_flow_tunnel *t, uint32_t group);
void offload_is_not_missed(const struct test_world *w, struct rte_mbuf *m);

/* The packet comes out of the tunnel into a queue. */
void offload_expect_inside(const struct test_world *w, uint16_t queue);
/* It comes as it was, and tells the group where it missed. */
void offload_expect_miss(const struct test_world *w, const struct rte_flow_tunnel *t,
			 uint32_t group);

#endif /* _TEST_OFFLOAD_H_ */
