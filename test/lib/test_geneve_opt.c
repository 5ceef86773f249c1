/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* GENEVE_OPT: options by class, type, length and data. */

#include <rte_byteorder.h>

#include "condition_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static uint32_t data_1[] = { RTE_BE32(0x11223344) };
static uint32_t data_1_off[] = { RTE_BE32(0x11223345) };
static uint32_t data_2[] = { RTE_BE32(0), RTE_BE32(0xaabbccdd) };
static uint32_t data_2_off[] = { RTE_BE32(1), RTE_BE32(0xaabbccdd) };
static uint32_t second_word[] = { 0, UINT32_MAX };

static void
test_geneve_opt(void **state __rte_unused)
{
	const char *two = options_packet_2;

	/* Without spec any, without mask the type. */
	assert_match(PATTERN(I(GENEVE), I(GENEVE_OPT)), two, 0, true);
	assert_match(PATTERN(I(GENEVE), I(GENEVE_OPT)), vxlan_packet, 0, false);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x80)))), two, 0, true);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x81)))), two, 0, false);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x101), TYPE(1), WORDS(1), .data = data_1)), two, 0,
		     true);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x101), TYPE(1), WORDS(1), .data = data_1_off)), two,
		     0, false);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x101), TYPE(1), WORDS(0))), two, 0, false);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x102), TYPE(1), WORDS(1))), two, 0, false);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x102), TYPE(0x80), WORDS(2), .data = data_2)), two,
		     0, true);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(WORDS(2), .data = data_2_off),
			       .mask = &OPT(.data = second_word))), two, 0, true);
	/* Three words of data are in no option. */
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(WORDS(3), .data = (uint32_t[3]){ 0 }),
			       .mask = &OPT(.data = (uint32_t[3]){ 0 }))), two, 0, false);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x70)), .last = &OPT(TYPE(0x80)))),
		     two, 0, true);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x70)), .last = &OPT(TYPE(0x7f)))),
		     two, 0, false);
	/* Each of several, in any order; and what is inside. */
	assert_match(PATTERN(I(UDP), I(GENEVE), I(GENEVE_OPT, .spec = &OPT(TYPE(0x80))),
			     I(GENEVE_OPT, .spec = &OPT(TYPE(1))), I(ETH), I(UDP),
			     RAW(REL, .offset = 2, BYTES("foo"))), two, 0, true);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x80))),
			     I(GENEVE_OPT, .spec = &OPT(TYPE(2)))), two, 0, false);
	/* An option that is cut is none. */
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x80)))), broken_options, 0, false);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(1)))), broken_options, 0, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONDITION_TEST(test_geneve_opt),
	};

	return cmocka_run_group_tests(tests, condition_set_up, condition_tear_down);
}
