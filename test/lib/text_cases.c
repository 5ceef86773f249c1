/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>

#include "steer_compat.h"
#include "text_cases.h"

#define RULE "ingress group 0 priority 0 pattern "
#define DROP "end actions drop / end"
#define KEY \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"

/* Items that are printed as they are, or otherwise; actions alike. */
#define SAME(items) { RULE items " " DROP, NULL }
#define ITEMS(items, printed) { "ingress pattern " items " " DROP, RULE printed " " DROP }
#define DOES(actions) { RULE "end actions " actions " / end", NULL }
#define ACTIONS(actions, printed) \
	{ "ingress pattern end actions " actions " / end", RULE "end actions " printed " / end" }

const struct text_good text_good[] = {
	/* Commands and attributes */
	{ RULE DROP, NULL },
	{ "pattern end actions drop / end", RULE DROP },
	{ "flow create 0 ingress pattern end actions drop / end", RULE DROP },
	{ "flow validate 65535 ingress pattern end actions drop / end", RULE DROP },
	{ "\tflow  create 1   ingress pattern end\tactions drop / end  ", RULE DROP },
	{ "flow create 0 ingress pattern end actions drop / end# a comment", RULE DROP },
	{ "pattern end actions drop / end # rule 7", RULE DROP },
	{ "pattern end actions drop / end\r\n", RULE DROP },
	{ "priority 0x10 ingress pattern " DROP, "ingress group 0 priority 16 pattern " DROP },
	{ "ingress priority 4294967295 pattern " DROP,
	  "ingress group 0 priority 4294967295 pattern " DROP },
	{ "priority 1 priority 010 ingress ingress pattern " DROP,
	  "ingress group 0 priority 8 pattern " DROP },
	{ "group 77 ingress pattern " DROP, "ingress group 77 priority 0 pattern " DROP },
	/* Ethernet and VLAN */
	SAME("eth /"),
	SAME("eth dst is 02:00:00:00:00:1f /"),
	SAME("eth src spec 02:00:00:00:00:00 src mask ff:ff:00:00:00:00 /"),
	SAME("eth type is 0x88cc has_vlan is 0 /"),
	ITEMS("eth type is 2048 /", "eth type is 0x800 /"),
	ITEMS("eth dst is 2:0:0:0:A:b /", "eth dst is 02:00:00:00:0a:0b /"),
	ITEMS("eth dst is 0200:0000:0a0b /", "eth dst is 02:00:00:00:0a:0b /"),
	/* A mask of one field takes the default mask from the others. */
	ITEMS("eth dst spec 02:00:00:00:00:01 type is 3 type mask 0xff /",
	      "eth type spec 0x3 type mask 0xff /"),
	ITEMS("eth dst spec 02:00:00:00:00:01 /",
	      "eth dst is 02:00:00:00:00:01 src is 00:00:00:00:00:00 /"),
	ITEMS("eth type spec 0x1234 type prefix 8 /", "eth type spec 0x1200 type mask 0xff00 /"),
	ITEMS("eth type spec 1 type prefix 0 /", "eth /"),
	ITEMS("eth has_vlan is yes / vlan /", "eth / vlan /"),
	SAME("eth / vlan /"),
	SAME("vlan vid is 4095 /"),
	SAME("vlan pcp is 7 dei is 1 vid is 100 /"),
	SAME("vlan vid spec 5 vid last 9 vid mask 4095 /"),
	ITEMS("vlan tci is 0x6005 /", "vlan pcp is 3 dei is 0 vid is 5 /"),
	ITEMS("vlan tci spec 0x6005 tci mask 0xefff /", "vlan pcp is 3 vid is 5 /"),
	ITEMS("vlan vid is 3 / vlan inner_type is 2048 /",
	      "vlan vid is 3 / vlan inner_type is 0x800 /"),
	SAME("vlan has_more_vlan is 0 /"),
	ITEMS("vlan has_more_vlan spec on has_more_vlan mask true /",
	      "vlan / vlan /"),
	/* IPv4 */
	SAME("eth / ipv4 dst is 10.0.0.9 /"),
	SAME("ipv4 src spec 10.0.0.0 src prefix 24 /"),
	SAME("ipv4 src spec 10.0.0.1 src mask 255.0.0.255 /"),
	SAME("ipv4 dst spec 10.0.0.1 dst last 10.0.0.9 dst prefix 32 /"),
	ITEMS("ipv4 dst is 0x0a000009 /", "ipv4 dst is 10.0.0.9 /"),
	ITEMS("ipv4 src is 1.2.3.4 src mask 255.255.0.0 /",
	      "ipv4 src spec 1.2.0.0 src prefix 16 /"),
	ITEMS("ipv4 dst spec 10.0.0.9 /", "ipv4 src is 0.0.0.0 dst is 10.0.0.9 /"),
	ITEMS("ipv4 dst spec 10.0.0.9 dst last 10.0.0.9 dst prefix 32 /",
	      "ipv4 dst is 10.0.0.9 /"),
	SAME("ipv4 version_ihl is 0x45 /"),
	SAME("ipv4 version_ihl spec 0x5 version_ihl mask 0xf /"),
	ITEMS("ipv4 version is 4 ihl is 5 /", "ipv4 version_ihl is 0x45 /"),
	SAME("ipv4 ihl spec 5 ihl last 7 ihl mask 15 /"),
	SAME("ipv4 tos is 184 packet_id is 1 fragment_offset is 0x2000 ttl is 64 proto is 6 /"),
	SAME("ipv4 length is 1500 checksum is 0xffff /"),
	/* IPv6 */
	SAME("ipv6 src is 2001:db8::1 dst is :: /"),
	SAME("ipv6 dst spec 2001:db8:: dst prefix 32 /"),
	SAME("ipv6 dst spec ::1 dst mask ::ffff /"),
	SAME("ipv6 tc is 184 flow is 0x12345 proto is 58 hop is 255 /"),
	SAME("ipv6 has_hop_ext is 0 has_esp_ext is 1 /"),
	ITEMS("ipv6 has_frag_ext is 1 /", "ipv6 / ipv6_frag_ext /"),
	ITEMS("ipv6 / ipv6_frag_ext packet_id is 5 /",
	      "ipv6 / ipv6_frag_ext packet_id is 0x5 /"),
	ITEMS("eth / any num is 1 / ipv6_frag_ext /", "eth / any num is 1 / ipv6_frag_ext /"),
	SAME("arp_eth_ipv4 op is 1 sha is 02:00:00:00:00:01 spa is 10.0.0.1 /"),
	SAME("arp_eth_ipv4 tha is 00:00:00:00:00:00 tpa spec 10.0.0.0 tpa prefix 8 /"),
	/* L4 */
	SAME("eth / ipv4 / tcp src is 1 dst is 65535 /"),
	SAME("tcp dst spec 1 dst mask 3 /"),
	SAME("tcp dst spec 100 dst last 200 dst mask 65535 /"),
	SAME("tcp seq is 4294967295 ack is 0 flags spec 0x2 flags mask 0x12 /"),
	ITEMS("tcp data_off is 5 /", "tcp data_off is 5 /"),
	SAME("ipv6 / udp src is 53 length is 8 checksum is 0x0 /"),
	SAME("sctp src is 1 dst is 2 tag is 0x3 cksum is 0x4 /"),
	SAME("ipv4 / icmp type is 8 code is 0 ident is 1 seq is 2 /"),
	SAME("ipv6 / icmp6 type is 135 code is 0 /"),
	/* Tunnels */
	SAME("udp / vxlan vni is 16777215 / eth / ipv4 / tcp dst is 80 /"),
	SAME("vxlan flags is 0x8 last_rsvd is 0x0 /"),
	ITEMS("vxlan rsvd1 is 3 /", "vxlan last_rsvd is 0x3 /"),
	SAME("vxlan rsvd1 spec 0x1 rsvd1 last 0x3 rsvd1 mask 0xff /"),
	SAME("geneve optlen is 2 protocol is 0x6558 vni is 7 / vlan vid is 3 /"),
	SAME("geneve optlen spec 2 optlen mask 6 /"),
	SAME("geneve ver_opt_len_o_c_rsvd0 is 0x200 /"),
	SAME("udp / vxlan-gpe protocol is 1 vni is 7 / ipv4 /"),
	SAME("eth / ipv4 / gre protocol is 0x800 / ipv4 / tcp /"),
	ITEMS("gre k_bit is 1 c_bit is off /",
	      "gre c_rsvd0_ver spec 0x2000 c_rsvd0_ver mask 0xa000 /"),
	SAME("gre c_rsvd0_ver spec 0x2000 c_rsvd0_ver mask 0x2000 / gre_key value is 7 / eth /"),
	ITEMS("gre / gre_key value is 7 / eth /",
	      "gre c_rsvd0_ver spec 0x2000 c_rsvd0_ver mask 0x2000 / gre_key value is 7 / eth /"),
	ITEMS("gre_key /", "gre c_rsvd0_ver spec 0x2000 c_rsvd0_ver mask 0x2000 /"),
	ITEMS("gre / gre_option sequence is 1 sequence mask 1 /",
	      "gre c_rsvd0_ver spec 0x1000 c_rsvd0_ver mask 0x1000 / "
	      "gre_option sequence spec 1 sequence mask 1 /"),
	SAME("ipv6 / nvgre tni is 16777215 flow_id is 3 / eth / ipv4 /"),
	SAME("udp / gtp teid is 3 / ipv4 /"),
	SAME("udp / gtpu teid is 3 / gtp_psc pdu_t is 1 qfi is 34 / ipv6 / udp /"),
	SAME("gtpc v_pt_rsv_flags is 0x30 msg_type is 1 / gtp_psc /"),
	ITEMS("gtp_psc qfi is 9 /", "gtp / gtp_psc qfi is 9 /"),
	SAME("eth / ipv4 / ipv6 / tcp dst is 80 /"),
	SAME("ipv4 / udp / mpls label is 3 / mpls / ipv4 /"),
	SAME("ipv6 / gre / mpls label is 3 / ipv6 /"),
	SAME("ipv6 src is ::1 / ipv6 src is ::2 / icmp6 /"),
	/* Without a header */
	SAME("eth has_vlan is 1 / raw relative is 1 offset is 4 pattern is foo /"),
	SAME("eth / vlan / raw relative is 1 offset is -4 pattern_hex is 0800 /"),
	SAME("vlan has_more_vlan is 1 / raw relative is 1 offset is 0 pattern is foo /"),
	SAME("ipv6 has_frag_ext is 1 / raw relative is 1 offset is 0 pattern is foo /"),
	SAME("invert / eth / ipv4 / udp dst is 53 /"),
	ITEMS("udp / invert / raw relative is 1 search is yes limit is 20 pattern is ab /",
	      "invert / udp / raw relative is 1 search is 1 offset is 0 limit is 20 "
	      "pattern is ab /"),
	SAME("raw offset is 0 pattern_hex spec 60 pattern_hex mask f0 /"),
	SAME("raw search is 1 offset is 2147483647 pattern is foo / raw relative is 1 offset is 0 "
	     "pattern is bar /"),
	SAME("geneve / geneve-opt class is 0x102 type is 0x80 length spec 0x1 length mask 0x1f "
	     "data spec 01000300 data mask ff00ff00 / eth / udp /"),
	ITEMS("geneve-opt class is 258 length is 1 data is 01020304 / udp / integrity level is 2 "
	      "value spec 32 value mask 0x60 /",
	      "geneve / geneve-opt class is 0x102 length spec 0x1 length mask 0xff "
	      "data spec 01020304 data mask ffffffff / udp / "
	      "integrity level is 2 value spec 0x20 value mask 0x60 /"),
#ifdef STEER_HAS_ITEM_COMPARE
	SAME("compare op is lt a_type is ipv4_ttl b_type is value b_value is 05 width is 8 /"),
	SAME("ipv4 / udp / compare op is eq a_type is udp_port_src b_type is udp_port_dst "
	     "width is 16 /"),
	SAME("compare op is ge a_type is ipv4_src a_level is 2 b_type is ipv4_dst width is 32 /"),
	SAME("compare op is ne a_type is vlan_id b_type is vlan_id b_tag_index is 1 width is 12 /"),
	SAME("compare op is gt a_type is tcp_data_off b_type is value b_value is 60 width is 4 /"),
	ITEMS("compare width is 3 a_type is random b_type is value b_value is 05 op is le /",
	      "compare op is le a_type is random b_type is value b_value is 05000000 "
	      "width is 3 /"),
#endif
	ITEMS("void / eth / void /", "eth /"),
	ITEMS("any num is 3 /", "eth / any num is 1 / any num is 1 /"),
	ITEMS("any num is 0 / ipv4 /", "ipv4 /"),
	ITEMS("fuzzy thresh is 4294967295 / udp /", "udp /"),
	/* Actions */
	DOES("queue index 63"),
	DOES("mark id 4294967295 / flag / count / queue index 0"),
	DOES("passthru"),
	DOES("drop"),
	DOES("count"),
	ACTIONS("void / queue index 0x3 / void", "queue index 3"),
	ACTIONS("queue", "queue index 0"),
	ACTIONS("queue index 3 / count identifier 9 / mark id 1",
		"mark id 1 / count / queue index 3"),
	DOES("rss func default level 0 types none end queues end"),
	DOES("rss func toeplitz level 2 types ip end queues 0 1 63 1 end"),
	DOES("rss func symmetric_toeplitz level 1 types ipv4 ipv6-tcp l3-src-only end queues end"),
	DOES("rss func simple_xor level 0 types none end key " KEY " queues 0 end"),
	ACTIONS("rss", "rss func default level 0 types none end queues end"),
	ACTIONS("rss queues 0 1 end types tcp end",
		"rss func default level 0 types tcp end queues 0 1 end"),
	ACTIONS("rss types 0x4 ipv4-frag end", "rss func default level 0 types ipv4 ipv4-frag end "
		"queues end"),
	ACTIONS("rss types end queues end", "rss func default level 0 types none end queues end"),
	ACTIONS("rss types ip ip end", "rss func default level 0 types ip end queues end"),
	ACTIONS("rss key 0x" KEY " key_len 40 types udp end types none end",
		"rss func default level 0 types none end key " KEY " queues end"),
};
const unsigned int text_n_good = RTE_DIM(text_good);

#define ITEM_LIST ": items are end, eth, vlan, ipv4,"
#define PARAMS(field) ": accepted behind " field " are is, spec, last, mask, prefix"
#define VALUE(field, accepted) ": " field " takes " accepted
#define ACTION_LIST \
	": actions are end, void, passthru, jump, mark, flag, queue, drop, send_to_kernel, " \
	"count, rss"
#define MAC "a MAC address such as 02:00:00:00:00:01"
#define IPV4 "an IPv4 address such as 10.0.0.1"
#define IPV6 "an IPv6 address such as 2001:db8::1"
#define QUEUES ": accepted in queues are numbers 0..65535 and end"
#define P "ingress pattern "
#define A "ingress pattern eth / end actions "

const struct text_bad text_bad[] = {
	/* Commands and attributes */
	{ "", "foo", "", ": accepted are flow, group, priority, ingress, egress, transfer, "
	  "pattern" },
	{ "", "create", " 0 ingress", ": accepted are flow," },
	{ "flow", "", "", ": accepted behind flow are create, validate" },
	{ "flow ", "flush", " 0", ": accepted behind flow are create, validate" },
	{ "flow create", "", "", ": the port takes a number 0..65535" },
	{ "flow create ", "net_steer0", " ingress", ": the port takes a number 0..65535" },
	{ "flow create ", "65536", " ingress", ": the port takes a number 0..65535" },
	{ "flow create ", "-1", " ingress", ": the port takes a number 0..65535" },
	{ "flow create 0", "", "", ": accepted are group, priority," },
	{ "flow create 0 ", "flow", " create", ": accepted are group, priority," },
	{ "flow create 0 ", "Ingress", " pattern", ": accepted are group, priority," },
	{ "ingress group ", "4294967296", " pattern", ": group takes a number 0..4294967295" },
	{ "ingress priority", "", "", ": priority takes a number 0..4294967295" },
	{ "ingress priority ", "+1", "", ": priority takes a number 0..4294967295" },
	{ "ingress priority ", "1x", "", ": priority takes a number 0..4294967295" },
	{ "ingress priority ", "09", "", ": priority takes a number 0..4294967295" },
	{ "ingress", "", " # pattern", ": accepted are group, priority," },
	{ "ingress ", "tunnel_set", " 1 pattern", ": tunnels are made by applications," },
	{ "flow create 0 ", "tunnel_match", " 1 ingress", ": tunnels are made by applications," },
	/* Items */
	{ "ingress pattern", "", "", ITEM_LIST },
	{ P, "ipv5", " / end", ITEM_LIST },
	{ P, "IPV4", " / end", ITEM_LIST },
	{ P, "/", " end", ITEM_LIST },
	{ P, "actions", " drop / end", ITEM_LIST },
	{ P "eth /", "", "", ITEM_LIST },
	{ P "eth / ", "eth/", " ipv4", ITEM_LIST },
	/* Fields */
	{ P "eth", "", "", ": accepted behind eth are /, dst, src, type, has_vlan" },
	{ P "eth ", "end", " actions", ": accepted behind eth are /, dst, src, type, has_vlan" },
	{ P "void ", "num", " is 1", ": accepted behind void are /" },
	{ P "vlan ", "id", " is 3 /", ": accepted behind vlan are /, pcp, dei, vid, inner_type, "
	  "has_more_vlan, tci" },
	{ P "ipv4 ", "dest", " is 10.0.0.1 /", ": accepted behind ipv4 are /, version, ihl, tos," },
	{ P "vxlan vni is 3 ", "tni", " is 3", ": accepted behind vxlan are /, flags, rsvd0, vni, "
	  "rsvd1, last_rsvd" },
	{ P "any ", "count", " is 3", ": accepted behind any are /, num" },
	{ P "ipv4 dst", "", "", PARAMS("ipv4 dst") },
	{ P "ipv4 dst ", "10.0.0.1", " /", PARAMS("ipv4 dst") },
	{ P "ipv4 dst ", "=", " 10.0.0.1 /", PARAMS("ipv4 dst") },
	{ P "eth has_vlan ", "/", " end", PARAMS("eth has_vlan") },
	/* Values */
	{ P "ipv4 dst is", "", "", VALUE("ipv4 dst", IPV4) },
	{ P "ipv4 dst is", "", " # 10.0.0.1", VALUE("ipv4 dst", IPV4) },
	{ P "ipv4 dst is ", "10.0.0.256", " /", VALUE("ipv4 dst", IPV4) },
	{ P "ipv4 dst is ", "10.0.0", " /", VALUE("ipv4 dst", IPV4) },
	{ P "ipv4 dst is ", "10.0.0.0/24", " /", VALUE("ipv4 dst", IPV4) },
	{ P "ipv4 dst mask ", "255.255.0.0.0", " /", VALUE("ipv4 dst", IPV4) },
	{ P "ipv6 dst is ", "10.0.0.1", " /", VALUE("ipv6 dst", IPV6) },
	{ P "ipv6 src last ", "2001:db8:::1", " /", VALUE("ipv6 src", IPV6) },
	{ P "ipv6 src is ", "1", " /", VALUE("ipv6 src", IPV6) },
	{ P "eth dst is ", "02:00:00:00:00", " /", VALUE("eth dst", MAC) },
	{ P "eth dst is ", "02:00:00:00:00:00:00", " /", VALUE("eth dst", MAC) },
	{ P "eth dst is ", "02:00:00:00:00:100", " /", VALUE("eth dst", MAC) },
	{ P "eth dst is ", "02:00:00:00:00:", " /", VALUE("eth dst", MAC) },
	{ P "eth dst is ", "0200:0000:1", " /", VALUE("eth dst", MAC) },
	{ P "eth dst is ", "02-00-00-00-00-01", " /", VALUE("eth dst", MAC) },
	{ P "eth dst spec ", "gg:00:00:00:00:00", " /", VALUE("eth dst", MAC) },
	{ P "tcp dst is ", "65536", " /", VALUE("tcp dst", "a number 0..65535") },
	{ P "tcp dst is ", "http", " /", VALUE("tcp dst", "a number 0..65535") },
	{ P "tcp dst is ", "80-90", " /", VALUE("tcp dst", "a number 0..65535") },
	{ P "tcp flags is ", "0x", " /", VALUE("tcp flags", "a number 0..255") },
	{ P "tcp flags is ", "0x100", " /", VALUE("tcp flags", "a number 0..255") },
	{ P "vlan pcp is ", "8", " /", VALUE("vlan pcp", "a number 0..7") },
	{ P "vlan dei is ", "2", " /", VALUE("vlan dei", "0 or 1") },
	{ P "vlan vid is ", "4096", " /", VALUE("vlan vid", "a number 0..4095") },
	{ P "ipv6 flow is ", "0x100000", " /", VALUE("ipv6 flow", "a number 0..1048575") },
	{ P "vxlan vni is ", "16777216", " /", VALUE("vxlan vni", "a number 0..16777215") },
	{ P "eth has_vlan is ", "maybe", " /", VALUE("eth has_vlan", "0 or 1") },
	{ P "any num is ", "99999999999999999999999", " /",
	  VALUE("any num", "a number 0..4294967295") },
	{ P "raw offset is ", "-2147483649", " /",
	  VALUE("raw offset", "a number -2147483648..2147483647") },
	{ P "raw offset is ", "-", " /", VALUE("raw offset", "a number -2147483648..") },
	{ P "raw offset is ", "2147483648", " /", VALUE("raw offset", "a number -2147483648..") },
	{ P "raw relative is ", "2", " /", VALUE("raw relative", "0 or 1") },
	{ P "", "geneve-opt", " length is 2 data is 01020304 /",
	  ": 4 bytes of data, length spec 2: it must be their number of words" },
	{ P "", "geneve-opt", " length is 1 data spec 01020304 data mask ffffff /",
	  ": 3 bytes of data, length spec 1" },
	{ P "raw pattern is", "", "", VALUE("raw pattern", "a word of up to 1024 bytes") },
	{ P "raw pattern_hex spec ", "0x0", " /",
	  VALUE("raw pattern_hex", "up to 1024 bytes, each of two hexadecimal digits") },
	{ P "raw pattern ", "last", " foo /", ": accepted behind raw pattern are is, spec, mask" },
#ifdef STEER_HAS_ITEM_COMPARE
	{ P "compare op is ", "equal", " /", VALUE("compare op", "eq, ne, lt, le, gt, ge") },
	{ P "compare a_type is ", "ttl", " /", ": compare a_type takes mac_dst, mac_src, " },
	{ P "compare b_value is ", "123", " /",
	  VALUE("compare b_value", "up to 16 bytes, each of two hexadecimal digits") },
#endif
	{ P "ipv4 dst prefix", "", "", ": a prefix of ipv4 dst has 0..32 bits" },
	{ P "ipv4 dst prefix ", "33", " /", ": a prefix of ipv4 dst has 0..32 bits" },
	{ P "ipv6 dst prefix ", "129", " /", ": a prefix of ipv6 dst has 0..128 bits" },
	{ P "vlan vid prefix ", "13", " /", ": a prefix of vlan vid has 0..12 bits" },
	/* Actions */
	{ P "eth / end", "", "", ": actions must follow the pattern's end" },
	{ P "eth / end ", "action", " drop / end", ": actions must follow the pattern's end" },
	{ "ingress pattern eth / end actions", "", "", ACTION_LIST },
	{ A, "dropp", " / end", ACTION_LIST },
	{ A, "/", " end", ACTION_LIST },
	{ A "drop ", "end", "", ": accepted behind drop is /" },
	{ A "drop /", "", "", ACTION_LIST },
	{ A "drop ", "now", " /", ": accepted behind drop is /" },
	{ A "queue ", "3", " / end", ": accepted behind queue is /, index" },
	{ A "queue index", "", "", VALUE("queue index", "a number 0..65535") },
	{ A "queue index ", "65536", " / end", VALUE("queue index", "a number 0..65535") },
	{ A "queue index ", "/", " end", VALUE("queue index", "a number 0..65535") },
	{ A "mark ", "7", " / end", ": accepted behind mark is /, id" },
	{ A "mark id ", "0x1ffffffff", " / end", VALUE("mark id", "a number 0..4294967295") },
	{ A "count ", "id", " 1 / end", ": accepted behind count is /, identifier" },
	{ A "age timeout ", "16777216", " / end", VALUE("age timeout", "a number 0..16777215") },
	{ A "set_ttl ttl_value ", "256", " / end", VALUE("set_ttl ttl_value", "a number 0..255") },
	{ A "drop / end ", "end", "", ": nothing but a comment (#) is accepted behind the rule" },
	{ A "drop / end ", "/", "", ": nothing but a comment (#) is accepted behind the rule" },
	/* RSS */
	{ A "rss", "", "", ": accepted behind rss are /, func, level, types, key, key_len, "
	  "queues" },
	{ A "rss ", "queue", " 0 end", ": accepted behind rss are /, func," },
	{ A "rss func ", "xor", " /", ": accepted behind func are default, toeplitz, simple_xor, "
	  "symmetric_toeplitz" },
	{ A "rss level ", "inner", " /", ": level takes a number 0..4294967295" },
	{ A "rss types ", "ipv5", " end /", ": accepted in types are end, ip, udp, tcp," },
	{ A "rss types ipv4 ", "/", " end", ": accepted in types are end, ip, udp, tcp," },
	{ A "rss types ipv4", "", "", ": accepted in types are end, ip, udp, tcp," },
	{ A "rss key", "", "", ": a key is 1..256 bytes, each of two hexadecimal digits" },
	{ A "rss key ", "abc", " /", ": a key is 1..256 bytes, each of two hexadecimal digits" },
	{ A "rss key ", "0x", " /", ": a key is 1..256 bytes, each of two hexadecimal digits" },
	{ A "rss key ", "0g", " /", ": a key is 1..256 bytes, each of two hexadecimal digits" },
	{ A "rss key_len ", "257", " /", ": key_len takes a number 0..256" },
	{ A "rss queues 0 1 ", "/", " end", QUEUES },
	{ A "rss queues 0 ", "65536", " end /", QUEUES },
	{ A "rss queues ", "0,1", " end /", QUEUES },
	{ A "rss queues 0 1", "", "", QUEUES },
};
const unsigned int text_n_bad = RTE_DIM(text_bad);
