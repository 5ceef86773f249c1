/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Conditions that are refused: the type, the cause and the message of the error. */

#include <errno.h>
#include <string.h>

#include <rte_common.h>

#include "condition_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static uint32_t data_1[] = { RTE_BE32(0x11223344) };
static uint32_t data_1_off[] = { RTE_BE32(0x11223345) };
static const uint8_t three[] = { 1, 2, 3 };
static const struct rte_flow_item_integrity checked = { .value = 1 };
static const struct rte_flow_item_raw raw_abc = { BYTES("abc") };
static const struct rte_flow_item_raw raw_abd = { BYTES("abd") };

static const struct {
	struct rte_flow_item pattern[5];
	unsigned int cause;
	int code;
	enum rte_flow_error_type type;
	const char *words;
} refused[] = {
#define BAD(cause, code, type, words, ...) \
	{ { __VA_ARGS__, I(END) }, cause, code, RTE_FLOW_ERROR_TYPE_##type, words }
	BAD(0, EINVAL, ITEM_MASK, "raw: mask without spec", I(RAW, .mask = &raw_abc)),
	BAD(0, EINVAL, ITEM_LAST, "raw: last without spec", I(RAW, .last = &raw_abc)),
	BAD(1, EINVAL, ITEM_SPEC, "raw: reserved is 0x3", I(UDP), RAW(.reserved = 3)),
	BAD(0, ENOTSUP, ITEM_SPEC, "raw: length 257: up to 256 bytes",
	    RAW(.length = 257, .pattern = three)),
	BAD(0, EINVAL, ITEM_SPEC, "raw: length 3 without a pattern", RAW(.length = 3)),
	BAD(0, EINVAL, ITEM_SPEC, "raw: offset -1 in front", RAW(.offset = -1)),
	BAD(0, EINVAL, ITEM_LAST, "raw: has no ranges",
	    I(RAW, .spec = &raw_abc, .last = &raw_abd)),
	BAD(1, ENOTSUP, ITEM, "udp: cannot follow raw", RAW(.offset = 3), I(UDP)),
	BAD(2, ENOTSUP, ITEM, "ipv4: cannot follow raw", I(ETH), RAW(REL), I(IPV4)),
	BAD(1, ENOTSUP, ITEM, "any: cannot follow raw", RAW(REL),
	    I(ANY, .spec = &(const struct rte_flow_item_any){ .num = 1 },
	      .mask = &(const struct rte_flow_item_any){ .num = 1 })),
	BAD(0, EINVAL, ITEM_MASK, "geneve-opt: mask without spec",
	    I(GENEVE_OPT, .mask = &opt_full)),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: last without spec",
	    I(GENEVE_OPT, .last = &opt_full)),
	BAD(1, EINVAL, ITEM, "geneve-opt: stands behind geneve only", I(VXLAN), I(GENEVE_OPT)),
	BAD(2, EINVAL, ITEM, "geneve-opt: stands behind geneve only", I(GENEVE), I(ETH),
	    I(GENEVE_OPT)),
	BAD(1, EINVAL, ITEM, "geneve: is carried by udp only", I(TCP), I(GENEVE_OPT)),
	BAD(1, ENOTSUP, ITEM, "geneve-opt: cannot follow raw", RAW(REL), I(GENEVE_OPT)),
	BAD(0, EINVAL, ITEM_SPEC, "geneve-opt: length 32: options have up to 31",
	    GENEVE_OPT(WORDS(32), .data = condition_ones)),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: last of type is below",
	    I(GENEVE_OPT, .spec = &OPT(TYPE(3)), .last = &OPT(TYPE(2)))),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: last of class is below",
	    I(GENEVE_OPT, .spec = &OPT(CLASS(0x200)), .last = &OPT(CLASS(0x1ff)),
	      .mask = &opt_full)),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: last of length is below",
	    I(GENEVE_OPT, .spec = &OPT(WORDS(3)), .last = &OPT(WORDS(2)), .mask = &opt_full)),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: data has no ranges",
	    I(GENEVE_OPT, .spec = &OPT(WORDS(1), .data = data_1),
	      .last = &OPT(WORDS(1), .data = data_1_off))),
	BAD(0, EINVAL, ITEM_MASK, "integrity: mask without spec", I(INTEGRITY, .mask = &checked)),
	BAD(0, EINVAL, ITEM_LAST, "integrity: last without spec", I(INTEGRITY, .last = &checked)),
	BAD(0, EINVAL, ITEM_SPEC, "integrity: level 3: 0 and 1 are", CHECKED(3, 1, 1)),
	BAD(0, EINVAL, ITEM_MASK, "integrity: mask 0x100 has bits", CHECKED(0, 1, 0x100)),
	BAD(0, EINVAL, ITEM_LAST, "integrity: bits have no ranges",
	    I(INTEGRITY, .spec = &(const struct rte_flow_item_integrity){ .value = 0 },
	      .last = &checked, .mask = &checked)),
#ifdef STEER_HAS_ITEM_COMPARE
	BAD(0, ENOTSUP, ITEM_SPEC, "compare: field", COMPARE(.a = FIELD(ESP_SPI), WIDTH(32))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: width 15: ipv4_ttl has 8 bits",
	    COMPARE(.a = FIELD(IPV4_TTL), .b = NUMBER(1), WIDTH(15))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: width 8: udp_port_dst has 16",
	    COMPARE(.a = FIELD(IPV4_TTL), .b = FIELD(UDP_PORT_DST), WIDTH(8))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: a is a number", COMPARE(.a = NUMBER(1), WIDTH(8))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: operation 6",
	    COMPARE(.operation = 6, .a = FIELD(IPV4_TTL), WIDTH(8))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: ipv4_ttl: level 3",
	    COMPARE(.a = { .field = RTE_FLOW_FIELD_IPV4_TTL, .level = 3 }, WIDTH(8))),
	BAD(0, ENOTSUP, ITEM_SPEC, "compare: ipv4_ttl: offset 1",
	    COMPARE(.a = { .field = RTE_FLOW_FIELD_IPV4_TTL, .offset = 1 }, WIDTH(8))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: b is a pointer to nothing",
	    COMPARE(.a = FIELD(IPV4_TTL), .b = FIELD(POINTER), WIDTH(8))),
#endif
	BAD(1, EINVAL, ITEM_SPEC, "port_id: port 4: no packet of another port", I(ETH), PORT(4)),
	BAD(0, EINVAL, ITEM_SPEC, "represented_port: port 0: no", REPRESENTED(0)),
	BAD(0, EINVAL, ITEM_MASK, "port_id: mask without spec",
	    I(PORT_ID, .mask = &rte_flow_item_port_id_mask)),
	BAD(0, EINVAL, ITEM_LAST, "represented_port: last without spec",
	    I(REPRESENTED_PORT, .last = &rte_flow_item_ethdev_mask)),
	BAD(0, EINVAL, ITEM_LAST, "port_id: last is below its spec",
	    I(PORT_ID, .spec = &(const struct rte_flow_item_port_id){ .id = 2 },
	      .last = &(const struct rte_flow_item_port_id){ .id = 1 })),
	BAD(2, EINVAL, ITEM, "invert: the second one", I(INVERT), I(UDP), I(INVERT)),
	BAD(0, EINVAL, ITEM, "invert: all else in the pattern matches every", I(INVERT)),
	BAD(1, EINVAL, ITEM, "invert: all else", I(VOID), I(INVERT), I(ANY)),
};

static void
test_refused(void **state __rte_unused)
{
	const struct rte_flow_attr attr = { .ingress = 1 };

	steer_engine_port_id(engine, 3);
	for (unsigned int i = 0; i < RTE_DIM(refused); i++) {
		const struct rte_flow_action *actions = ACTIONS(QUEUE(1));
		struct rte_flow_error error = { 0 };

		assert_int_equal(steer_engine_validate(engine, &attr, refused[i].pattern, actions,
						       &error), -refused[i].code);
		if (strstr(error.message, refused[i].words) == NULL)
			fail_msg("'%s' does not say '%s'", error.message, refused[i].words);
		assert_int_equal(error.type, refused[i].type);
		assert_ptr_equal(error.cause, &refused[i].pattern[refused[i].cause]);
		assert_null(steer_engine_flow_create(engine, &attr, refused[i].pattern, actions,
						     NULL));
	}
	/* A pattern that is fine, with actions that are not. */
	assert_null(steer_engine_flow_create(engine, &attr, HAS("foo"), ACTIONS(QUEUE(99)), NULL));
	/* All of last as in spec is no range. */
	assert_match(PATTERN(I(RAW, .spec = &raw_abc, .last = &raw_abc)), udp_packet, 0, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONDITION_TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, condition_set_up, condition_tear_down);
}
