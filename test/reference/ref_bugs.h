/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Deliberate bugs of the reference. With each one switched on the randomised comparison must find
 * differences: this proves that its rules and packets reach the case in question.
 */

#ifndef REF_BUGS_H
#define REF_BUGS_H

#define REF_BUGS(X) \
	X(NONE, "none") \
	/* Decoding. */ \
	X(STRIPPED_IGNORED, "tags stripped by the lower port are ignored") \
	X(QINQ_SWAPPED, "stripped outer and inner tag are swapped") \
	X(VLAN_DEPTH, "only one tag is looked through") \
	X(THIRD_TAG, "three tags are looked through") \
	X(TPID_9100, "TPID 0x9100 is not known") \
	X(NO_ETAG, "E-tags are not known") \
	X(MPLS_ONE, "one MPLS label is looked through, whatever it says") \
	X(PPPOE_LENGTH, "the length of PPPoE is ignored") \
	X(PPPOE_DISCOVERY, "PPPoE discovery carries PPP") \
	X(IHL_IGNORED, "IPv4 options are taken for the L4 header") \
	X(TOTAL_LENGTH_IGNORED, "L4 may lie behind the end of the IPv4 packet") \
	X(PAYLOAD_LEN_IGNORED, "L4 may lie behind the end of the IPv6 packet") \
	X(IP_VERSION_IGNORED, "the version field is not checked") \
	X(LATER_FRAGMENT_L4, "fragments after the first have an L4 header") \
	X(FIRST_FRAGMENT_NO_L4, "first fragments have none") \
	X(EXT_NOT_SKIPPED, "IPv6 extension headers are not skipped") \
	X(EXT_NINE, "nine extension headers are skipped") \
	X(AH_LENGTH, "AH is taken to be as long as other extension headers") \
	X(AH_LAST, "the last AH is kept, not the first one") \
	X(AH_IPV4, "what AH protects in IPv4 is not looked at") \
	X(ESP_FROM, "UDP from port 4500 never carries ESP") \
	X(ESP_IKE, "IKE on port 4500 is taken for ESP") \
	X(PFCP_FLAGS, "S of PFCP is all its flags") \
	X(ND_OPTIONS, "options of a router advertisement stand as in a solicitation") \
	X(L4_CUT, "an L4 header of half its length is present") \
	X(ICMP_ANYWHERE, "ICMP is looked for over IPv6 and ICMPv6 over IPv4") \
	X(GENEVE_OPTIONS, "the length of GENEVE options is ignored") \
	X(GENEVE_VERSION, "the version of GENEVE is ignored") \
	X(GENEVE_ETH, "all GENEVE protocols are taken for Ethernet") \
	X(GRE_FLAGS, "the optional fields of GRE are not skipped") \
	X(GPE_FLAG, "VXLAN-GPE without the flag has a next protocol, too") \
	X(GTP_OPTIONAL, "the flags of GTP are ignored") \
	X(GTP_TYPE, "all messages of GTP carry IP") \
	X(GTP_LAST_PSC, "the last container of GTP is kept") \
	X(IP_IN_IP_VERSION, "IP in IP is of the version that it says") \
	X(MPLS_IN_UDP, "MPLS over UDP is not entered") \
	X(INNER_END, "inner headers may lie behind the end of the outer IP packet") \
	X(NESTED_TUNNEL, "a tunnel in a tunnel is entered") \
	/* Matching. */ \
	X(PORT_MASK_SWAPPED, "bytes of port masks are swapped") \
	X(SPEC_UNMASKED, "bits of spec outside the mask count") \
	X(MASK_ALL_ONES, "spec without mask is compared in full") \
	X(RANGE_END, "the end of a range is not part of it") \
	X(RANGE_UNMASKED, "ranges ignore their mask") \
	X(TCI_ONE_FIELD, "a range of VLAN TCI is one integer") \
	X(LAST_ZERO, "last 0 is the end of a range") \
	X(VLAN_ORDER, "the first VLAN item is the innermost tag") \
	X(ETH_TYPE_LOOKS_THROUGH, "ETH type is the type behind the tags") \
	X(HAS_VLAN_IGNORED, "has_vlan and has_more_vlan are ignored") \
	X(HAS_EXT_IGNORED, "has_*_ext are ignored") \
	X(ANY_IGNORED, "ANY never demands a layer") \
	X(EXT_ORDER, "the first IPV6_EXT item is the last extension header") \
	X(MPLS_ORDER, "the first MPLS item is the last label") \
	X(ESP_ANYWHERE, "ESP behind a UDP item is ESP over IP") \
	X(GRE_KEY_ABSENT, "GRE without key has key 0") \
	X(GRE_OPTION_ALL, "GRE_OPTION without fields demands all of them") \
	X(NVGRE_IS_GRE, "all GRE that carries Ethernet is NVGRE") \
	X(GTP_IS_GTPU, "GTP is user data alone") \
	X(INNER_IS_OUTER, "items behind a tunnel speak of the outer headers") \
	X(INVERT_IGNORED, "INVERT does nothing") \
	X(GENEVE_OPT_FIRST, "only the first option of GENEVE is looked at") \
	X(GENEVE_OPT_DATA, "data of options is ignored") \
	X(INTEGRITY_LEVEL, "INTEGRITY always speaks of the outer headers") \
	X(SUM_NO_PSEUDO, "checksums of L4 are without the pseudo header") \
	X(SUM_UDP_ZERO, "a UDP checksum of 0 is wrong") \
	X(SUM_PORT_IGNORED, "what the port says of checksums is ignored") \
	X(RAW_FROM_START, "relative places are counted from the packet's begin") \
	X(RAW_HERE_ONLY, "RAW does not search") \
	X(RAW_LIMIT, "the last place of a limited search is left out") \
	X(RAW_UNMASKED, "RAW ignores the mask of its bytes") \
	X(RAW_STRIPPED, "RAW sees tags that were stripped") \
	X(RAW_IHL, "options of IPv4 and TCP are behind the end of their header") \
	/* Rules. */ \
	X(TIE_LATER, "at equal priority the later rule wins") \
	X(UPDATE_LAST, "other actions put a rule behind others of its priority") \
	X(UPDATE_COUNT, "other actions begin to count anew") \
	X(UPDATE_AGE, "other actions do not begin an age anew") \
	X(AGE_HITS, "packets of a rule do not begin its age anew") \
	X(SHARED_RSS, "an update of a shared RSS action is for one of its rules") \
	X(SHARED_WOKEN, "rules that an update of a shared RSS action wakes keep their place") \
	X(SHARED_COUNT, "a shared COUNT counts for one of its rules") \
	X(SHARED_AGE, "a shared AGE is hit by one of its rules") \
	X(PRIORITY_IGNORED, "priorities are ignored") \
	X(PASSTHRU_ENDS, "PASSTHRU ends the search") \
	X(PASSTHRU_FORGETS, "PASSTHRU rules lose their MARK and FLAG") \
	X(FIRST_MARK, "the first MARK stays") \
	X(PASSTHRU_NO_COUNT, "PASSTHRU rules do not count") \
	X(NO_FATE_GOES_ON, "a rule without fate does not end the search") \
	X(ISOLATED_PASSTHRU, "isolated, packets that only PASSTHRU rules match are dropped") \
	X(GONE_QUEUE, "rules to queues that are gone stay active") \
	X(GROUPS_IGNORED, "all rules are of one group") \
	X(JUMP_FORGETS, "JUMP rules lose their MARK and FLAG") \
	X(JUMP_NO_COUNT, "JUMP rules do not count") \
	X(MARK_ANY, "MARK matches packets that have none") \
	X(MARK_NOT_SEEN, "rules do not see marks of those before them") \
	X(SET_UNMASKED, "SET_META and SET_TAG ignore their mask") \
	X(TAG_INDEX, "there is one tag only") \
	X(JUMP_CLEARS, "JUMP clears the tags") \
	X(MISS_ISOLATED, "isolated, what a group has no rule for is not dropped") \
	/* Changing packets. */ \
	X(EDIT_STRIPPED, "tags that were stripped are not the outermost ones") \
	X(EDIT_POP_INNER, "the innermost tag is popped") \
	X(EDIT_TTL_WRAPS, "a TTL of 0 becomes 255") \
	X(EDIT_SUM_IP, "the checksum of IPv4 stays as it is") \
	X(EDIT_SUM_PSEUDO, "that of L4 does not change with addresses") \
	X(EDIT_UDP_ZERO, "a UDP checksum of 0 is one") \
	X(EDIT_PARTIAL, "a checksum that is not the right one is taken for it") \
	X(EDIT_ROUTED, "the destination is part of the checksum, though others are to come") \
	X(EDIT_NOT_SEEN, "rules see the packet as it was before others changed it") \
	X(SAMPLE_MARKED, "copies have the marks of the packet") \
	/* RSS. */ \
	X(RSS_LEVEL, "level 2 hashes the outer headers") \
	X(RSS_FRAGMENT_PORTS, "ports of first fragments are hashed") \
	X(RSS_SYMMETRIC, "symmetric Toeplitz is plain Toeplitz") \
	X(RSS_ONLY_IGNORED, "SRC_ONLY and DST_ONLY are ignored") \
	X(RSS_LIST_SHORT, "the queue list is the RETA as it is") \
	X(RSS_PORT_KEY, "the key of an RSS action is ignored") \
	X(RSS_SORT, "symmetric sort does not sort") \
	X(RSS_PREFIX, "prefixes of IPv6 addresses are ignored") \
	X(RSS_CVLAN_OUTER, "the customer's tag is the first of two") \
	X(RSS_MPLS_CLASS, "the traffic class of a label is hashed") \
	X(RSS_FRAGMENT_L4, "L4 headers of first fragments are hashed") \
	X(RSS_VNI, "the byte behind a VNI is hashed") \
	X(RSS_KEY_40, "only 40 bytes of a key are used")

#define REF_BUG_ENUM(name, text) REF_BUG_##name,
enum ref_bug { REF_BUGS(REF_BUG_ENUM) REF_BUG_COUNT };
#undef REF_BUG_ENUM

/** The bug in force: REF_BUG_NONE but in the test of the test. */
extern enum ref_bug ref_bug;

/** What the bug is. */
const char *ref_bug_text(enum ref_bug bug);

#endif /* REF_BUGS_H */
