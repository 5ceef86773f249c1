/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_TUNNELS_H_
#define _TEST_TUNNELS_H_

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

struct rte_mbuf;

/* Packets inside tunnels, by their bytes; and rules with what tunnel offload gives. */

#define TEST_FRAME_MAX 512

struct test_frame {
	uint16_t len;
	uint8_t data[TEST_FRAME_MAX];
};

/* A frame or, without Ethernet, what is of the EtherType, of so many bytes. */
void test_frame(struct test_frame *f, uint16_t type, bool ethernet, uint16_t len);
/*
 * The same inside a tunnel, over IPv4 from 192.0.2.1 to 192.0.2.2. False: tunnels of the type do
 * not carry that.
 */
bool test_frame_wrap(struct test_frame *f, const struct test_frame *inner, uint16_t type,
		     bool ethernet, enum rte_flow_item_type tunnel);
/* What is delivered of that. */
void test_frame_unwrapped(struct test_frame *f, const struct test_frame *inner, uint16_t type,
			  bool ethernet, const struct test_frame *outer);

/* In an mbuf of test_pool(). */
struct rte_mbuf *test_frame_mbuf(const struct test_frame *f);
/* Fails the test if an mbuf has other bytes. */
void test_frame_is(const struct rte_mbuf *m, const struct test_frame *f);

/*
 * A rule of a line in testpmd's words, with tunnel_set, tunnel_match or neither (NULL) as testpmd
 * does it: the action or item is taken from the port, put in front, and released.
 */
struct test_tunnel_rule {
	struct rte_flow_tunnel *set;
	struct rte_flow_tunnel *match;
	const char *line;
};

/* NULL with rte_errno, and error set. */
struct rte_flow *test_tunnel_try(uint16_t port, const struct test_tunnel_rule *r,
				 struct rte_flow_error *error);
/* The test fails if it is refused. */
struct rte_flow *test_tunnel_set(uint16_t port, struct rte_flow_tunnel *t, const char *line);
struct rte_flow *test_tunnel_match(uint16_t port, struct rte_flow_tunnel *t, const char *line);

#endif /* _TEST_TUNNELS_H_ */
