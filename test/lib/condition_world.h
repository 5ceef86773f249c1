/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_CONDITION_WORLD_H_
#define _TEST_CONDITION_WORLD_H_

#include <stdbool.h>
#include <stdint.h>

#include <rte_byteorder.h>
#include <rte_flow.h>
#include <rte_mbuf.h>

#include "engine_world.h"
#include "steer_compat.h"

/* Packets written by hand, in hexadecimal, and rules with conditions for them. */

/* "..foo...foobar." behind UDP and other headers; UDP with nothing behind it. */
extern const char udp_packet[], udp_shifted[], udp_short[], options_packet[], tagged_packet[],
	tcp_packet[], ipv6_packet[], vxlan_packet[], geneve_packet[];
/* Two options: class 0x0101, type 1, one word; 0x0102, 0x80, two. The second packet's second one is
 * longer than the header says. */
extern const char options_packet_2[], broken_options[];
/* With right and wrong checksums; behind UDP's there is "hello". */
extern const char good_udp[], bad_udp[], no_sum_udp[], bad_ip[], padded_udp[], cut_udp[],
	good_tcp[], good_icmp[], good_sctp[], good_icmp6[], good_inner[];

/* Items */

#define T(name) RTE_FLOW_ITEM_TYPE_##name
#define I(name, ...) { .type = T(name), ##__VA_ARGS__ }
#define PATTERN(...) ((const struct rte_flow_item[]){ __VA_ARGS__, I(END) })

/* A RAW item: what its structure says, under the default mask. */
#define RAW(...) I(RAW, .spec = &(const struct rte_flow_item_raw){ __VA_ARGS__ })
#define BYTES(text) .pattern = (const uint8_t *)(text), .length = sizeof(text) - 1
#define REL .relative = 1
#define SEARCH .search = 1
/* Searches behind UDP. */
#define HAS(text) PATTERN(I(UDP), RAW(REL, SEARCH, BYTES(text)))

#define OPT(...) (const struct rte_flow_item_geneve_opt){ __VA_ARGS__ }
#define CLASS(n) .option_class = RTE_BE16(n)
#define TYPE(n) .option_type = n
#define WORDS(n) .option_len = n
#define GENEVE_OPT(...) I(GENEVE_OPT, .spec = &OPT(__VA_ARGS__), .mask = &opt_full)
/* Two words. */
extern uint32_t condition_ones[2];
extern const struct rte_flow_item_geneve_opt opt_full;

#define CHECKED(l, bits, ones)                                                                     \
	I(INTEGRITY, .spec = &(const struct rte_flow_item_integrity){ .level = l, .value = bits }, \
	  .mask = &(const struct rte_flow_item_integrity){ .value = ones })

#ifdef STEER_HAS_ITEM_COMPARE
#define COMPARE(...) I(COMPARE, .spec = &(const struct rte_flow_item_compare){ __VA_ARGS__ })
#define OP(name) .operation = RTE_FLOW_ITEM_COMPARE_##name
#define FIELD(name) { .field = RTE_FLOW_FIELD_##name }
#define NUMBER(...) { .field = RTE_FLOW_FIELD_VALUE, .value = { __VA_ARGS__ } }
#define WIDTH(n) .width = n
#endif

#define PORT(n) I(PORT_ID, .spec = &(const struct rte_flow_item_port_id){ .id = n })
#define REPRESENTED(n) \
	I(REPRESENTED_PORT, .spec = &(const struct rte_flow_item_ethdev){ .port_id = n })

/* A packet, cut into segments of that many bytes; 0: whole. */
struct rte_mbuf *condition_mbuf(const char *hex, unsigned int piece);

/* The queue of a packet; also of one that is cut, with these flags of the port's. */
uint16_t send_packet(const char *hex);
uint16_t send_flagged(const char *hex, unsigned int piece, uint64_t flags);

/* A rule; must be taken. */
struct steer_flow *rule_at(uint32_t prio, const struct rte_flow_item *pattern,
			   const struct rte_flow_action *actions);

/* Whether the packet matches, whole and cut into segments everywhere. */
void assert_match(const struct rte_flow_item *pattern, const char *hex, uint64_t flags,
		  bool expected);

/* Each test has an engine with four queues. */
int condition_begin(void **state);
#define CONDITION_TEST(name) cmocka_unit_test_setup_teardown(name, condition_begin, world_end)

/* Of a group of tests. */
int condition_set_up(void **state);
int condition_tear_down(void **state);

#endif /* _TEST_CONDITION_WORLD_H_ */
