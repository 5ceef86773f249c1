/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_common.h>

#include "bad_rules.h"

/* Rules whose actions are refused. */
#define ACTIONS(code, type, actions, message) \
	BAD_RULE(code, type, "ingress pattern eth / end actions " actions " / end", message)

static const struct bad_rule rules[] = {
	/* No fate, or two */
	BAD_RULE(EINVAL, ACTION, "ingress pattern eth / end actions ^end",
	    "the rule does nothing: one of queue, rss, drop, ..."),
	ACTIONS(EINVAL, ACTION, "^void",
	    "the rule does nothing: one of queue, rss, drop, ..."),
	ACTIONS(EINVAL, ACTION, "^void / void",
	    "the rule does nothing: one of queue, rss, drop, ..."),
	ACTIONS(EINVAL, ACTION, "queue index 0 / ^drop",
	    "drop: the rule has queue already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "drop / ^queue index 1",
	    "queue: the rule has drop already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "drop / ^drop",
	    "drop: the rule has drop already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "queue index 0 / ^queue index 0",
	    "queue: the rule has queue already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "passthru / ^jump group 1",
	    "jump: the rule has passthru already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "jump group 1 / mark id 1 / ^rss queues 0 end",
	    "rss: the rule has jump already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "rss queues 0 end / count / ^rss queues 1 end",
	    "rss: the rule has rss already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "rss / ^passthru",
	    "passthru: the rule has rss already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "mark id 3 / queue index 1 / count / ^passthru",
	    "passthru: the rule has queue already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "drop / ^rss",
	    "rss: the rule has drop already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "jump group 1 / ^jump group 2",
	    "jump: the rule has jump already: one fate is accepted"),
	ACTIONS(EINVAL, ACTION, "age timeout 3 / ^age timeout 4",
	    "age: the rule has age already: one is accepted"),
	/* Queues */
	ACTIONS(EINVAL, ACTION_CONF, "^queue index 4",
	    "queue: index 4: the port has queues 0..3"),
	ACTIONS(EINVAL, ACTION_CONF, "mark id 1 / ^queue index 65535",
	    "queue: index 65535: the port has queues 0..3"),
	ACTIONS(EINVAL, ACTION_CONF, "^rss queues 4 end",
	    "rss: queue 4: the port has queues 0..3"),
	ACTIONS(EINVAL, ACTION_CONF, "^rss queues 0 1 2 3 4 end",
	    "rss: queue 4: the port has queues 0..3"),
	ACTIONS(EINVAL, ACTION_CONF, "^rss types ipv4 end queues 1 1 9 end",
	    "rss: queue 9: the port has queues 0..3"),
	/* RSS */
	ACTIONS(ENOTSUP, ACTION_CONF, "^rss level 3",
	    "rss: level 3: 0, 1 (outer) and 2 (inner) are accepted"),
	ACTIONS(ENOTSUP, ACTION_CONF, "^rss level 4294967295 queues 0 end",
	    "rss: level 4294967295: 0, 1 (outer) and 2 (inner) are accepted"),
	ACTIONS(EINVAL, ACTION_CONF, "^rss types l3-src-only l4-dst-only end",
	    "rss: types l4-dst-only l3-src-only hash nothing by themselves: they say less of "
	    "others, as ipv4 or eth"),
	ACTIONS(EINVAL, ACTION_CONF, "^rss types l3-pre64 end queues 0 1 end",
	    "rss: types l3-pre64 hash nothing by themselves: they say less of others, as ipv4 or "
	    "eth"),
	ACTIONS(EINVAL, ACTION_CONF, "^rss types ipv6 l3-pre32 l3-pre64 end",
	    "rss: types l3-pre64 l3-pre32: one prefix is accepted"),
	ACTIONS(ENOTSUP, ACTION_CONF, "^rss types ipv4 l2tpv2 0x40 end queues 0 end",
	    "rss: types l2tpv2 are not hashed: accepted are ..."),
	ACTIONS(ENOTSUP, ACTION_CONF, "^rss types ipv4 0x8000000000000 end",
	    "rss: types 0x8000000000000 are not hashed: accepted are ..."),
	ACTIONS(ENOTSUP, ACTION_CONF, "^rss types ipv4 ecpri end",
	    "rss: types ecpri are not hashed: accepted are ..."),
	/* Groups */
	BAD_RULE(EINVAL, ACTION_CONF, "ingress pattern eth / end actions ^jump group 0 / end",
	    "jump: group 0 leads back to group 0: 0 -> 0"),
	BAD_RULE(EINVAL, ACTION_CONF,
	    "ingress group 9 pattern eth / end actions ^jump group 9 / end",
	    "jump: group 9 leads back to group 9: 9 -> 9"),
	BAD_RULE(EINVAL, ACTION_CONF,
	    "ingress group 9 pattern end actions mark id 2 / ^jump group 9 / end",
	    "jump: group 9 leads back to group 9: 9 -> 9"),
	BAD_RULE(EINVAL, ACTION_CONF,
	    "ingress group 4294967295 pattern end actions count / ^jump group 4294967295 / end",
	    "jump: group 4294967295 leads back to group 4294967295: 4294967295 -> 4294967295"),
	BAD_RULE(EINVAL, ACTION_CONF,
	    "ingress group 21 pattern eth / end actions ^jump group 20 / end",
	    "jump: group 20 leads back to group 21: 21 -> 20 -> 21"),
	BAD_RULE(EINVAL, ACTION_CONF,
	    "ingress group 22 pattern eth / end actions flag / ^jump group 21 / end",
	    "jump: group 21 leads back to group 22: 22 -> 21 -> 22"),
	BAD_RULE(EINVAL, ACTION_CONF, "ingress group 22 pattern end actions ^jump group 20 / end",
	    "jump: group 20 leads back to group 22: 22 -> 20 -> 21 -> 22"),
	BAD_RULE(EINVAL, ACTION_CONF,
	    "ingress group 22 priority 9 pattern udp / end actions ^jump group 0 / end",
	    "jump: group 0 leads back to group 22: 22 -> 0 -> 20 -> 21 -> 22"),
	/* Actions with what they cannot have */
	ACTIONS(EINVAL, ACTION_CONF, "^age timeout 0",
	    "age: timeout 0: 1..16777215 seconds are accepted"),
	ACTIONS(EINVAL, ACTION_CONF, "^set_tag data 1 mask 1 index 8",
	    "set_tag: index 8: there are 0..7"),
	ACTIONS(EINVAL, ACTION_CONF, "set_meta data 1 mask 1 / ^set_tag data 1 mask 1 index 255",
	    "set_tag: index 255: there are 0..7"),
	/* Actions that are not taken */
	ACTIONS(ENOTSUP, ACTION, "^port_id id 1",
	    "port_id: packets stay on this port: accepted are void, queue, ..."),
	ACTIONS(ENOTSUP, ACTION, "^represented_port ethdev_port_id 0",
	    "represented_port: packets stay on this port: accepted are ..."),
	ACTIONS(ENOTSUP, ACTION, "^port_representor port_id 0",
	    "port_representor: packets stay on this port: accepted are ..."),
	ACTIONS(ENOTSUP, ACTION, "mark id 1 / ^meter mtr_id 1",
	    "meter: the port has no meters: accepted are void, queue, ..."),
	/* Changes of packets */
	ACTIONS(EINVAL, ACTION_CONF, "^of_push_vlan ethertype 0x86dd",
	    "of_push_vlan: ethertype 0x86dd: 0x8100, 0x88a8 and 0x9100 are accepted"),
	ACTIONS(EINVAL, ACTION_CONF, "^of_push_vlan",
	    "of_push_vlan: ethertype 0x0000: 0x8100, 0x88a8 and 0x9100 are accepted"),
	ACTIONS(EINVAL, ACTION_CONF, "of_pop_vlan / ^of_set_vlan_vid vlan_vid 4096",
	    "of_set_vlan_vid: 4096: 0..4095 are accepted"),
	ACTIONS(EINVAL, ACTION_CONF, "^of_set_vlan_pcp vlan_pcp 8",
	    "of_set_vlan_pcp: 8: 0..7 are accepted"),
	ACTIONS(EINVAL, ACTION_CONF, "queue index 0 / ^set_ipv4_dscp dscp_value 64",
	    "set_ipv4_dscp: 64: 0..63 are accepted"),
	ACTIONS(EINVAL, ACTION_CONF, "^set_ipv6_dscp dscp_value 255",
	    "set_ipv6_dscp: 255: 0..63 are accepted"),
	/* Copies */
	ACTIONS(EINVAL, ACTION_CONF, "^sample index 0",
	    "sample: ratio 0: 1 (each packet) and more are accepted"),
	ACTIONS(EINVAL, ACTION_CONF, "queue index 0 / ^sample ratio 1",
	    "sample: no actions given"),
	ACTIONS(EINVAL, ACTION_CONF, "^sample ratio 1 index 1",
	    "sample: no queue among its actions: one is needed"),
	ACTIONS(ENOTSUP, ACTION, "drop / ^sample ratio 1 index 2",
	    "drop: accepted are queue, mark, count, void as actions of sample"),
	ACTIONS(EINVAL, ACTION_CONF, "mark id 1 / ^sample ratio 1 index 3",
	    "queue: index 99: the port has queues 0..3"),
	ACTIONS(ENOTSUP, ACTION, "^sample ratio 1 index 4",
	    "meter: the port has no meters: accepted are queue, mark, count, void as actions of "
	    "sample"),
	ACTIONS(EINVAL, ACTION, "sample ratio 1 index 0 / drop / ^sample ratio 2 index 0",
	    "sample: the rule has sample already: one is accepted"),
	ACTIONS(EINVAL, ACTION, "count / ^sample ratio 1 index 5",
	    "count: the rule has one besides that of its sample: one is accepted"),
};

const struct bad_rules bad_actions = { rules, RTE_DIM(rules) };

const char *const bad_rule_samples[] = {
	"set sample_actions 0 queue index 0 / end",
	"set sample_actions 1 mark id 1 / end",
	"set sample_actions 2 drop / end",
	"set sample_actions 3 queue index 99 / end",
	"set sample_actions 4 queue index 0 / meter mtr_id 1 / end",
	"set sample_actions 5 queue index 0 / count / end",
};

const unsigned int n_bad_rule_samples = RTE_DIM(bad_rule_samples);
