/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_errno.h>

#include "steer_action.h"
#include "steer_rss.h"
#include "steer_words_rss.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define N_QUEUES 4

#define T(name) RTE_FLOW_ACTION_TYPE_##name
#define A(name) { .type = T(name) }
#define WITH(name, c) { .type = T(name), .conf = &(c) }
#define QUEUE(n) WITH(QUEUE, queues[n])
#define RSS(c) WITH(RSS, c)

static const struct rte_flow_action_queue queues[] = {
	{ .index = 0 }, { .index = 3 }, { .index = 4 }, { .index = UINT16_MAX },
};
static const struct rte_flow_action_mark mark_0 = { .id = 0 };
static const struct rte_flow_action_mark mark_max = { .id = UINT32_MAX };
static const struct rte_flow_action_count count = { .id = 7 };
static const uint16_t list[] = { 0, 1, 2, 3, 3 };
static const uint16_t list_beyond[] = { 0, 1, 4 };
static const uint16_t list_max[] = { UINT16_MAX };
static const uint16_t list_huge[32769];
static const uint8_t key[STEER_RSS_KEY_MAX + 1];

static const struct rte_flow_action_rss rss_open = { 0 };
static const struct rte_flow_action_rss rss_list = { .queue = list, .queue_num = 5 };
static const struct rte_flow_action_rss rss_most = { .queue = list_huge, .queue_num = 32768 };

/* The level is told apart from them. */
#define RSS_TYPES (STEER_RSS_TYPES & ~RTE_ETH_RSS_LEVEL_MASK)

static const struct rte_flow_action_rss rss_all = {
	.func = RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ,
	.level = 2,
	.types = RSS_TYPES & ~(STEER_RSS_TYPES_PREFIX ^ RTE_ETH_RSS_L3_PRE64),
	.key = key,
	.key_len = STEER_RSS_KEY_MAX,
	.queue = list,
	.queue_num = 1,
};
static const struct rte_flow_action_rss rss_xor = { .func = RTE_ETH_HASH_FUNCTION_SIMPLE_XOR };
/* A key without length, a length without key: none given. */
static const struct rte_flow_action_rss rss_key_only = { .key = key };
static const struct rte_flow_action_rss rss_len_only = { .key_len = 40 };

#define FATE(name) .fate = STEER_FATE_##name

static const struct accepted {
	struct rte_flow_action actions[8];
	struct steer_actions want;
} accepted[] = {
	{ { QUEUE(0), A(END) }, { FATE(QUEUE) } },
	{ { QUEUE(1), A(END) }, { FATE(QUEUE), .queue = 3 } },
	{ { A(VOID), QUEUE(1), A(VOID), A(END) }, { FATE(QUEUE), .queue = 3 } },
	{ { A(DROP), A(END) }, { FATE(DROP) } },
	{ { A(PASSTHRU), A(END) }, { FATE(PASSTHRU) } },
	{ { A(VOID), A(SEND_TO_KERNEL), A(END) }, { FATE(KERNEL) } },
	{ { WITH(MARK, mark_0), A(END) }, { .mark = true } },
	{ { WITH(MARK, mark_max), A(END) }, { .mark = true, .mark_id = UINT32_MAX } },
	{ { A(FLAG), A(END) }, { .flag = true } },
	{ { A(COUNT), A(END) }, { .count = true } },
	{ { WITH(COUNT, count), A(END) }, { .count = true } },
	{ { A(COUNT), A(COUNT), A(FLAG), A(FLAG), A(END) }, { .count = true, .flag = true } },
	{ { WITH(MARK, mark_max), A(FLAG), A(COUNT), QUEUE(1), A(END) },
	  { FATE(QUEUE), .queue = 3, .mark = true, .mark_id = UINT32_MAX, .flag = true,
	    .count = true } },
	/* In any order, the fate first as well; of two marks the later. */
	{ { A(DROP), WITH(MARK, mark_max), A(END) },
	  { FATE(DROP), .mark = true, .mark_id = UINT32_MAX } },
	{ { WITH(MARK, mark_max), WITH(MARK, mark_0), A(PASSTHRU), A(END) },
	  { FATE(PASSTHRU), .mark = true } },
	{ { RSS(rss_open), A(END) }, { FATE(RSS), .rss = &rss_open } },
	{ { RSS(rss_list), A(END) }, { FATE(RSS), .rss = &rss_list } },
	{ { RSS(rss_most), A(END) }, { FATE(RSS), .rss = &rss_most } },
	{ { RSS(rss_all), A(END) }, { FATE(RSS), .rss = &rss_all } },
	{ { RSS(rss_xor), A(END) }, { FATE(RSS), .rss = &rss_xor } },
	{ { RSS(rss_key_only), A(END) }, { FATE(RSS), .rss = &rss_key_only } },
	{ { RSS(rss_len_only), A(END) }, { FATE(RSS), .rss = &rss_len_only } },
};

static void
assert_actions(const struct steer_actions *got, const struct steer_actions *want)
{
	assert_int_equal(got->fate, want->fate);
	assert_int_equal(got->queue, want->queue);
	assert_int_equal(got->mark, want->mark);
	assert_int_equal(got->mark_id, want->mark_id);
	assert_int_equal(got->flag, want->flag);
	assert_int_equal(got->count, want->count);
	assert_ptr_equal(got->rss, want->rss);
}

static void
test_accepted(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(accepted); i++) {
		struct rte_flow_error error = { 0 };
		struct steer_actions got;

		memset(&got, 0xa5, sizeof(got));
		if (steer_actions_parse(accepted[i].actions, N_QUEUES, &got, &error) != 0)
			fail_msg("list %u: %s", i, error.message);
		assert_actions(&got, &accepted[i].want);
	}
}

static const struct rte_flow_action_rss rss_func = {
	.func = (enum rte_eth_hash_function)RTE_ETH_HASH_FUNCTION_MAX,
};
static const struct rte_flow_action_rss rss_func_low = { .func = (enum rte_eth_hash_function)-1 };
static const struct rte_flow_action_rss rss_level = { .level = 3 };
static const struct rte_flow_action_rss rss_level_max = { .level = UINT32_MAX };
static const struct rte_flow_action_rss rss_level_type = {
	.types = RTE_ETH_RSS_IP | RTE_ETH_RSS_LEVEL_INNERMOST,
};
static const struct rte_flow_action_rss rss_types = { .types = RTE_ETH_RSS_IP | RTE_ETH_RSS_ECPRI };
static const struct rte_flow_action_rss rss_types_max = { .types = UINT64_MAX };
static const struct rte_flow_action_rss rss_prefixes = {
	.types = RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_L3_PRE32 | RTE_ETH_RSS_L3_PRE96,
};
static const struct rte_flow_action_rss rss_prefix_alone = { .types = RTE_ETH_RSS_L3_PRE48 };
static const struct rte_flow_action_rss rss_only_alone = {
	.types = RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L4_DST_ONLY,
};
static const struct rte_flow_action_rss rss_key_long = { .key = key, .key_len = sizeof(key) };
static const struct rte_flow_action_rss rss_key_longest = { .key = key, .key_len = UINT32_MAX };
static const struct rte_flow_action_rss rss_no_list = { .queue_num = 1 };
static const struct rte_flow_action_rss rss_no_list_max = { .queue_num = UINT32_MAX };
static const struct rte_flow_action_rss rss_too_many = { .queue = list_huge, .queue_num = 32769 };
static const struct rte_flow_action_rss rss_far_too_many = { .queue = list,
							     .queue_num = UINT32_MAX };
static const struct rte_flow_action_rss rss_beyond = { .queue = list_beyond, .queue_num = 3 };
static const struct rte_flow_action_rss rss_max = { .queue = list_max, .queue_num = 1 };

/* What the error is to point at. */
#define AT_ACTION NULL

static const struct refused {
	struct rte_flow_action actions[8];
	unsigned int cause;
	/* If not the action itself. */
	const void *conf;
	int code;
	const char *words;
} refused[] = {
	{ { A(QUEUE), A(END) }, 0, AT_ACTION, EINVAL, "queue: no index given" },
	{ { QUEUE(2), A(END) }, 0, &queues[2], EINVAL, "queue: index 4: the port has queues 0..3" },
	{ { A(VOID), QUEUE(3), A(END) }, 1, &queues[3], EINVAL, "queue: index 65535" },
	{ { QUEUE(0), QUEUE(0), A(END) }, 1, AT_ACTION, EINVAL,
	  "queue: the rule has queue already: one fate" },
	{ { A(DROP), QUEUE(0), A(END) }, 1, AT_ACTION, EINVAL, "queue: the rule has drop already" },
	{ { QUEUE(0), A(VOID), A(DROP), A(END) }, 2, AT_ACTION, EINVAL,
	  "drop: the rule has queue already" },
	{ { A(DROP), A(DROP), A(END) }, 1, AT_ACTION, EINVAL, "drop: the rule has drop already" },
	{ { A(PASSTHRU), RSS(rss_list), A(END) }, 1, AT_ACTION, EINVAL,
	  "rss: the rule has passthru already" },
	{ { RSS(rss_list), A(PASSTHRU), A(END) }, 1, AT_ACTION, EINVAL,
	  "passthru: the rule has rss already" },
	{ { QUEUE(0), A(SEND_TO_KERNEL), A(END) }, 1, AT_ACTION, EINVAL,
	  "send_to_kernel: the rule has queue already" },
	{ { A(COUNT), A(SEND_TO_KERNEL), A(END) }, 1, AT_ACTION, ENOTSUP,
	  "send_to_kernel: the kernel gets the packet as it is" },
	{ { A(MARK), A(END) }, 0, AT_ACTION, EINVAL, "mark: no id given" },
	{ { QUEUE(0), A(MARK), A(END) }, 1, AT_ACTION, EINVAL, "mark: no id given" },
	{ { A(END) }, 0, AT_ACTION, EINVAL, "the rule does nothing: one of queue, rss" },
	{ { A(VOID), A(VOID), A(END) }, 0, AT_ACTION, EINVAL, "the rule does nothing" },
	{ { A(RSS), A(END) }, 0, AT_ACTION, EINVAL, "rss: no configuration given" },
	{ { RSS(rss_func), A(END) }, 0, &rss_func, ENOTSUP, "accepted are default, toeplitz" },
	{ { RSS(rss_func_low), A(END) }, 0, &rss_func_low, ENOTSUP, "rss: func -1" },
	{ { RSS(rss_level), A(END) }, 0, &rss_level, ENOTSUP, "rss: level 3: 0, 1 (outer) and 2" },
	{ { RSS(rss_level_max), A(END) }, 0, &rss_level_max, ENOTSUP, "rss: level 4294967295" },
	{ { RSS(rss_types), A(END) }, 0, &rss_types, ENOTSUP,
	  "rss: types ecpri are not hashed: accepted are ip udp tcp sctp tunnel vlan l2-payload " },
	{ { RSS(rss_level_type), A(END) }, 0, &rss_level_type, ENOTSUP,
	  "rss: types 0x8000000000000 are not hashed" },
	{ { RSS(rss_types_max), A(END) }, 0, &rss_types_max, ENOTSUP, "are not hashed" },
	{ { RSS(rss_prefixes), A(END) }, 0, &rss_prefixes, EINVAL,
	  "rss: types l3-pre96 l3-pre32: one prefix is accepted" },
	{ { RSS(rss_prefix_alone), A(END) }, 0, &rss_prefix_alone, EINVAL,
	  "rss: types l3-pre48 hash nothing by themselves" },
	{ { RSS(rss_only_alone), A(END) }, 0, &rss_only_alone, EINVAL,
	  "rss: types l4-dst-only l3-src-only hash nothing by themselves" },
	{ { RSS(rss_key_long), A(END) }, 0, &rss_key_long, ENOTSUP,
	  "rss: key of 257 bytes: 1 to 256" },
	{ { RSS(rss_key_longest), A(END) }, 0, &rss_key_longest, ENOTSUP,
	  "rss: key of 4294967295 bytes" },
	{ { RSS(rss_no_list), A(END) }, 0, &rss_no_list, EINVAL, "rss: 1 queues, but no list" },
	{ { RSS(rss_no_list_max), A(END) }, 0, &rss_no_list_max, EINVAL, "but no list" },
	{ { RSS(rss_too_many), A(END) }, 0, &rss_too_many, ENOTSUP,
	  "rss: 32769 queues: at most 32768" },
	{ { RSS(rss_far_too_many), A(END) }, 0, &rss_far_too_many, ENOTSUP, "at most 32768" },
	{ { RSS(rss_beyond), A(END) }, 0, &rss_beyond, EINVAL,
	  "rss: queue 4: the port has queues 0..3" },
	{ { A(FLAG), RSS(rss_max), A(END) }, 1, &rss_max, EINVAL, "rss: queue 65535" },
};

static void
assert_refused(const struct refused *r)
{
	const void *cause = r->conf != NULL ? r->conf : &r->actions[r->cause];
	struct rte_flow_error error = { 0 };
	struct steer_actions got;

	rte_errno = 0;
	assert_int_equal(steer_actions_parse(r->actions, N_QUEUES, &got, &error), -r->code);
	assert_int_equal(rte_errno, r->code);
	if (strstr(error.message, r->words) == NULL)
		fail_msg("'%s' does not say '%s'", error.message, r->words);
	assert_int_equal(error.type, r->conf != NULL ? RTE_FLOW_ERROR_TYPE_ACTION_CONF
						     : RTE_FLOW_ERROR_TYPE_ACTION);
	assert_ptr_equal(error.cause, cause);
	assert_int_equal(steer_actions_parse(r->actions, N_QUEUES, &got, NULL), -r->code);
}

static void
test_refused(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(refused); i++)
		assert_refused(&refused[i]);
}

static void
test_no_actions(void **state)
{
	struct rte_flow_error error = { 0 };
	struct steer_actions got;

	RTE_SET_USED(state);
	assert_int_equal(steer_actions_parse(NULL, N_QUEUES, &got, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION_NUM);
	assert_null(error.cause);
	assert_string_equal(error.message, "no actions");
}

/* Whatever else rte_flow has or will have. */
static void
test_unknown(void **state)
{
	unsigned int n = 0;
	size_t size;

	RTE_SET_USED(state);
	for (int type = -1; type < 120; type++) {
		const struct rte_flow_action unknown = { .type = (enum rte_flow_action_type)type };
		struct refused r = { .actions = { QUEUE(0), unknown, A(END) }, .cause = 1,
				     .code = ENOTSUP, .words = ": accepted are void, queue" };

		switch (type) {
		case T(END): case T(VOID): case T(PASSTHRU): case T(MARK): case T(FLAG):
		case T(QUEUE): case T(DROP): case T(COUNT): case T(RSS): case T(JUMP):
		case T(SET_META): case T(SET_TAG):
		case T(AGE): case T(INDIRECT): case T(SAMPLE): case T(SEND_TO_KERNEL):
			continue;
		default:
			break;
		}
		if (steer_action_edits(unknown.type, &size))
			continue;
		assert_refused(&r);
		n++;
	}
	assert_true(n > 80);
}

/* By name and with a reason; but those that nobody has thought of. */
static void
test_reasons(void **state)
{
	static const struct refused reasons[] = {
		{ { A(METER), A(END) }, 0, AT_ACTION, ENOTSUP, "meter: the port has no meters" },
		{ { A(VXLAN_ENCAP), A(END) }, 0, AT_ACTION, ENOTSUP,
		  "vxlan_encap: headers of tunnels are not put on" },
		{ { A(NVGRE_DECAP), A(END) }, 0, AT_ACTION, ENOTSUP,
		  "nvgre_decap: tunnel offload does: rte_flow_tunnel_decap_set(), "
		  "rte_flow_tunnel_match()" },
		{ { A(MODIFY_FIELD), A(END) }, 0, AT_ACTION, ENOTSUP,
		  "modify_field: set_* actions do" },
		{ { QUEUE(0), { .type = (enum rte_flow_action_type)119 }, A(END) }, 1, AT_ACTION,
		  ENOTSUP, "action type 119: accepted are void, queue" },
	};

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(reasons); i++)
		assert_refused(&reasons[i]);
}

/* Changes of packets */

static const struct rte_flow_action_of_push_vlan vlan = { .ethertype = RTE_BE16(0x88a8) };
static const struct rte_flow_action_of_push_vlan no_vlan = { .ethertype = RTE_BE16(0x0800) };
static const struct rte_flow_action_of_set_vlan_vid vid = { .vlan_vid = RTE_BE16(4095) };
static const struct rte_flow_action_of_set_vlan_vid no_vid = { .vlan_vid = RTE_BE16(4096) };
static const struct rte_flow_action_of_set_vlan_pcp pcp = { .vlan_pcp = 7 };
static const struct rte_flow_action_of_set_vlan_pcp no_pcp = { .vlan_pcp = 8 };
static const struct rte_flow_action_set_dscp no_dscp = { .dscp = 64 };
static const struct rte_flow_action_set_tp tp = { .port = RTE_BE16(0x1234) };

static const struct rte_flow_action sampled[] = {
	QUEUE(1), WITH(MARK, mark_max), A(COUNT), A(VOID), A(END),
};
static const struct rte_flow_action sampled_plain[] = { QUEUE(0), A(END) };
static const struct rte_flow_action sampled_nowhere[] = { WITH(MARK, mark_0), A(END) };
static const struct rte_flow_action sampled_beyond[] = { A(COUNT), QUEUE(2), A(END) };
static const struct rte_flow_action sampled_twice[] = { QUEUE(0), QUEUE(1), A(END) };
static const struct rte_flow_action sampled_drop[] = { A(DROP), A(END) };
static const struct rte_flow_action sampled_meter[] = { A(METER), A(END) };
static const struct rte_flow_action_sample sample = { .ratio = 3, .actions = sampled };
static const struct rte_flow_action_sample each = { .ratio = 1, .actions = sampled_plain };
static const struct rte_flow_action_sample never = { .ratio = 0, .actions = sampled };
static const struct rte_flow_action_sample nothing = { .ratio = 1 };
static const struct rte_flow_action_sample nowhere = { .ratio = 1, .actions = sampled_nowhere };
static const struct rte_flow_action_sample beyond = { .ratio = 1, .actions = sampled_beyond };
static const struct rte_flow_action_sample twice = { .ratio = 1, .actions = sampled_twice };
static const struct rte_flow_action_sample drop = { .ratio = 1, .actions = sampled_drop };
static const struct rte_flow_action_sample meter = { .ratio = 1, .actions = sampled_meter };

static void
test_edits(void **state)
{
	const struct rte_flow_action actions[] = {
		WITH(OF_SET_VLAN_VID, vid), A(OF_POP_VLAN), WITH(SAMPLE, sample),
		WITH(OF_PUSH_VLAN, vlan), QUEUE(0), WITH(SET_TP_DST, tp), A(DEC_TTL), A(END),
	};
	static const enum rte_flow_action_type order[] = {
		T(OF_SET_VLAN_VID), T(OF_POP_VLAN), T(SAMPLE), T(OF_PUSH_VLAN), T(SET_TP_DST),
		T(DEC_TTL),
	};
	struct rte_flow_error error = { 0 };
	struct steer_actions got;

	RTE_SET_USED(state);
	if (steer_actions_parse(actions, N_QUEUES, &got, &error) != 0)
		fail_msg("%s", error.message);
	assert_int_equal(got.edits.n, RTE_DIM(order));
	for (unsigned int i = 0; i < RTE_DIM(order); i++)
		assert_int_equal(got.edits.edit[i].type, order[i]);
	assert_memory_equal(got.edits.edit[0].conf, &vid, sizeof(vid));
	assert_memory_equal(got.edits.edit[4].conf, &tp, sizeof(tp));
	assert_int_equal(got.edits.sample.ratio, 3);
	assert_int_equal(got.edits.sample.queue, 3);
	assert_int_equal(got.edits.sample.mark_id, UINT32_MAX);
	assert_true(got.edits.sample.mark && got.edits.sample.count);
	assert_false(got.mark || got.flag || got.count);
}

static void
test_edits_refused(void **state)
{
	static const struct refused edits[] = {
		{ { A(OF_PUSH_VLAN), A(END) }, 0, AT_ACTION, EINVAL,
		  "of_push_vlan: no value given" },
		{ { WITH(OF_PUSH_VLAN, no_vlan), A(END) }, 0, &no_vlan, EINVAL,
		  "of_push_vlan: ethertype 0x0800: 0x8100, 0x88a8 and 0x9100 are accepted" },
		{ { WITH(OF_SET_VLAN_VID, no_vid), A(END) }, 0, &no_vid, EINVAL,
		  "of_set_vlan_vid: 4096: 0..4095 are accepted" },
		{ { WITH(OF_SET_VLAN_PCP, pcp), WITH(OF_SET_VLAN_PCP, no_pcp), A(END) }, 1, &no_pcp,
		  EINVAL, "of_set_vlan_pcp: 8: 0..7 are accepted" },
		{ { WITH(SET_IPV4_DSCP, no_dscp), A(END) }, 0, &no_dscp, EINVAL,
		  "set_ipv4_dscp: 64: 0..63 are accepted" },
		{ { QUEUE(0), A(SET_IPV6_SRC), A(END) }, 1, AT_ACTION, EINVAL,
		  "set_ipv6_src: no value given" },
		{ { A(INC_TCP_SEQ), A(END) }, 0, AT_ACTION, EINVAL, "inc_tcp_seq: no value given" },
		{ { A(SAMPLE), A(END) }, 0, AT_ACTION, EINVAL, "sample: no ratio given" },
		{ { WITH(SAMPLE, never), A(END) }, 0, &never, EINVAL,
		  "sample: ratio 0: 1 (each packet) and more are accepted" },
		{ { WITH(SAMPLE, nothing), A(END) }, 0, &nothing, EINVAL,
		  "sample: no actions given" },
		{ { WITH(SAMPLE, nowhere), A(END) }, 0, &nowhere, EINVAL,
		  "sample: no queue among its actions: one is needed" },
		{ { WITH(SAMPLE, beyond), A(END) }, 0, &queues[2], EINVAL,
		  "queue: index 4: the port has queues 0..3" },
		{ { WITH(SAMPLE, each), WITH(SAMPLE, sample), A(END) }, 1, AT_ACTION, EINVAL,
		  "sample: the rule has sample already: one is accepted" },
		{ { A(COUNT), QUEUE(0), WITH(SAMPLE, sample), A(END) }, 2, AT_ACTION, EINVAL,
		  "count: the rule has one besides that of its sample: one is accepted" },
	};

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(edits); i++)
		assert_refused(&edits[i]);
}

/* The cause is an action of the sample. */
static void
test_sample_refused(void **state)
{
	static const struct {
		const struct rte_flow_action_sample *sample;
		const struct rte_flow_action *cause;
		int code;
		const char *words;
	} cases[] = {
		{ &twice, &sampled_twice[1], EINVAL, "queue: the rule has queue already" },
		{ &drop, &sampled_drop[0], ENOTSUP,
		  "drop: accepted are queue, mark, count, void as actions of "
		  "sample" },
		{ &meter, &sampled_meter[0], ENOTSUP,
		  "meter: the port has no meters: accepted are queue, mark" },
	};

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(cases); i++) {
		const struct rte_flow_action actions[] = {
			{ .type = T(SAMPLE), .conf = cases[i].sample }, A(END),
		};
		struct rte_flow_error error = { 0 };
		struct steer_actions got;

		assert_int_equal(steer_actions_parse(actions, N_QUEUES, &got, &error),
				 -cases[i].code);
		assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION);
		assert_ptr_equal(error.cause, cases[i].cause);
		assert_non_null(strstr(error.message, cases[i].words));
	}
}

/* As many changes as there is room for. */
static void
test_most_edits(void **state)
{
	struct rte_flow_action actions[STEER_EDITS_MAX + 2];
	struct rte_flow_error error = { 0 };
	struct steer_actions got;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i <= STEER_EDITS_MAX; i++)
		actions[i] = (struct rte_flow_action)A(DEC_TTL);
	actions[STEER_EDITS_MAX] = (struct rte_flow_action)A(END);
	assert_int_equal(steer_actions_parse(actions, N_QUEUES, &got, &error), 0);
	actions[STEER_EDITS_MAX] = (struct rte_flow_action)A(DEC_TTL);
	actions[STEER_EDITS_MAX + 1] = (struct rte_flow_action)A(END);
	assert_int_equal(steer_actions_parse(actions, N_QUEUES, &got, &error), -ENOTSUP);
	assert_ptr_equal(error.cause, &actions[STEER_EDITS_MAX]);
	assert_string_equal(error.message, "dec_ttl: the rule changes packets 16 times already: no "
					   "more are accepted");
	actions[STEER_EDITS_MAX] = (struct rte_flow_action)WITH(SAMPLE, each);
	assert_int_equal(steer_actions_parse(actions, N_QUEUES, &got, &error), -ENOTSUP);
}

/* Each type, with one that hashes something, is accepted, or named as the one that is refused. */
static void
test_types(void **state)
{
	unsigned int n_refused = 0;

	RTE_SET_USED(state);
	for (unsigned int bit = 0; bit < 64; bit++) {
		const uint64_t type = UINT64_C(1) << bit;
		const struct rte_flow_action_rss rss = { .types = RTE_ETH_RSS_IPV4 | type };
		struct refused r = { .actions = { RSS(rss), A(END) }, .conf = &rss,
				     .code = ENOTSUP };
		char name[STEER_WORDS_RSS_MAX], words[STEER_WORDS_RSS_MAX + 64];
		struct steer_actions got;

		if (type & RSS_TYPES) {
			assert_int_equal(steer_actions_parse(r.actions, 1, &got, NULL), 0);
			continue;
		}
		snprintf(words, sizeof(words), "rss: types%s are not hashed: accepted are",
			 steer_words_rss_types_text(type, name));
		r.words = words;
		assert_refused(&r);
		n_refused++;
	}
	assert_in_range(n_refused, 10, 30);
}

/* A key of any length. */
static void
test_keys(void **state)
{
	RTE_SET_USED(state);
	for (uint32_t len = 0; len <= STEER_RSS_KEY_MAX; len++) {
		const struct rte_flow_action_rss rss = { .key = key, .key_len = len };
		const struct rte_flow_action actions[] = { RSS(rss), A(END) };
		struct steer_actions got;

		assert_int_equal(steer_actions_parse(actions, 1, &got, NULL), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_actions),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_edits_refused),
		cmocka_unit_test(test_sample_refused),
		cmocka_unit_test(test_most_edits),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
