/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "pattern_cases.h"
#include "steer_item.h"
#include "steer_match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Where an item stands: each is tried at all places that it can have. */
struct place {
	/* Items before it, none of which asks for a field. */
	struct rte_flow_item before[4];
	unsigned int n;
	bool inner;
	/* Headers of its kind before it. */
	unsigned int nth;
	/* What those ask for. */
	uint64_t meta_mask, meta_spec, rare;
};

#define VXLAN_META ((uint64_t)STEER_TUNNEL_VXLAN << STEER_META_TUNNEL_SHIFT)
#define UDP_META ((uint64_t)STEER_L4_UDP << STEER_META_L4_SHIFT)

static const struct place first = { .n = 0 };
static const struct place behind_vxlan = {
	.before = { { .type = RTE_FLOW_ITEM_TYPE_VXLAN } },
	.n = 1,
	.inner = true,
	.meta_mask = STEER_META_TUNNEL,
	.meta_spec = VXLAN_META,
};
static const struct place behind_udp_vxlan = {
	.before = { { .type = RTE_FLOW_ITEM_TYPE_UDP }, { .type = RTE_FLOW_ITEM_TYPE_VOID },
		    { .type = RTE_FLOW_ITEM_TYPE_VXLAN } },
	.n = 3,
	.inner = true,
	.meta_mask = STEER_META_TUNNEL | STEER_META_L4,
	.meta_spec = VXLAN_META | UDP_META,
};
static const struct place behind_labels = {
	.before = { { .type = RTE_FLOW_ITEM_TYPE_MPLS }, { .type = RTE_FLOW_ITEM_TYPE_MPLS } },
	.n = 2,
	.nth = 2,
	.rare = STEER_RARE_MPLS(0) | STEER_RARE_MPLS(1),
};
static const struct place behind_vlan = {
	.before = { { .type = RTE_FLOW_ITEM_TYPE_ETH }, { .type = RTE_FLOW_ITEM_TYPE_VLAN } },
	.n = 2,
	.nth = 1,
	.meta_mask = STEER_META_ETH | STEER_META_VLAN0,
	.meta_spec = STEER_META_ETH | STEER_META_VLAN0,
};

static unsigned int
places(const struct case_item *item, const struct place *p[3])
{
	unsigned int n = 0;

	p[n++] = &first;
	if (item->layer == 6)
		return n;
	p[n++] = &behind_vxlan;
	if (item->type == RTE_FLOW_ITEM_TYPE_MPLS)
		p[n++] = &behind_labels;
	else if (item->layer == 2)
		p[n++] = &behind_vlan;
	else
		p[n++] = &behind_udp_vxlan;
	return n;
}

/* Bits of meta of the outer stack as they are at this place. */
static uint64_t
meta_at(const struct case_item *item, const struct place *p, uint64_t meta)
{
	if (item->layer == 6)
		return meta;
	return meta << (item->layer == 2 ? p->nth : 0) << (p->inner ? STEER_META_INNER : 0);
}

static size_t
slot_at(const struct case_item *item, const struct place *p)
{
	if (item->layer == 6)
		return item->slot;
	if (p->inner && item->slot >= offsetof(struct steer_key, outer_rare))
		return item->slot - offsetof(struct steer_key, outer_rare) +
		       offsetof(struct steer_key, inner_rare);
	if (p->inner)
		return item->slot - offsetof(struct steer_key, outer) +
		       offsetof(struct steer_key, inner);
	return item->slot + 4 * p->nth;
}

static void
expect_needs(uint8_t needs, struct steer_match *want)
{
	((uint8_t *)want->mask)[offsetof(struct steer_key, tunnel)] |= needs;
	((uint8_t *)want->spec)[offsetof(struct steer_key, tunnel)] |= needs;
}

static void
expect_layer(const struct case_item *item, const struct place *p, struct steer_match *want)
{
	memset(want, 0, sizeof(*want));
	want->mask[0] = p->meta_mask | meta_at(item, p, item->meta_mask);
	want->spec[0] = p->meta_spec | meta_at(item, p, item->meta_spec);
	want->mask[STEER_KEY_RARE] = item->rare << p->nth << (p->inner ? STEER_RARE_INNER : 0);
	want->mask[STEER_KEY_RARE] |= p->rare;
	want->spec[STEER_KEY_RARE] = want->mask[STEER_KEY_RARE];
	expect_needs(item->needs, want);
}

/* Whatever it is to be, a field that is asked for must be there. */
static void
expect_present(const struct case_field *f, const uint8_t *mask, struct steer_match *want)
{
	uint8_t full[16];

	case_full_mask(f, full);
	for (size_t i = 0; i < f->len; i++)
		if (mask[f->off + i] & full[i])
			expect_needs(f->needs, want);
}

/* Bytes of a field: mask, and of spec what it covers. */
static void
expect_field(const struct case_field *f, size_t slot, const uint8_t *spec, const uint8_t *mask,
	     struct steer_match *want)
{
	uint8_t full[16];

	expect_present(f, mask, want);
	case_full_mask(f, full);
	for (size_t i = 0; i < f->len; i++) {
		const uint8_t m = mask[f->off + i] & full[i];

		((uint8_t *)want->mask)[slot + f->off + i] |= m;
		((uint8_t *)want->spec)[slot + f->off + i] |= spec[f->off + i] & m;
	}
}

static void
assert_match(const struct steer_match *got, const struct steer_match *want)
{
	assert_memory_equal(got->mask, want->mask, sizeof(got->mask));
	assert_memory_equal(got->spec, want->spec, sizeof(got->spec));
	assert_int_equal(got->n_ranges, want->n_ranges);
	for (unsigned int i = 0; i < want->n_ranges; i++) {
		assert_int_equal(got->fields[i].off, want->fields[i].off);
		assert_int_equal(got->fields[i].len, want->fields[i].len);
		assert_true(got->fields[i].mask == want->fields[i].mask);
		assert_true(got->bounds[i].lo == want->bounds[i].lo);
		assert_true(got->bounds[i].hi == want->bounds[i].hi);
	}
}

static void
check(const struct place *p, const struct rte_flow_item *item, const struct steer_match *want)
{
	struct rte_flow_item pattern[8] = { 0 };
	struct rte_flow_error error = { 0 };
	struct steer_match got;

	memcpy(pattern, p->before, p->n * sizeof(pattern[0]));
	pattern[p->n] = *item;
	pattern[p->n + 1].type = RTE_FLOW_ITEM_TYPE_END;
	memset(&got, 0xa5, sizeof(got));
	if (steer_pattern_parse(pattern, &got, &error) != 0)
		fail_msg("item %d: %s", item->type, error.message);
	assert_match(&got, want);
}

static void
random_bytes(uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)rand();
}

/* Without spec: the layer, and nothing else. */
static void
test_layer(void **state)
{
	const struct place *p[3];
	struct steer_match want;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < case_n_items; i++) {
		const struct rte_flow_item item = { .type = case_items[i].type };

		for (unsigned int n = places(&case_items[i], p); n-- > 0;) {
			expect_layer(&case_items[i], p[n], &want);
			check(p[n], &item, &want);
		}
	}
}

/* One field under this mask, with other bits of spec set that the mask leaves out. */
static void
check_field(const struct case_field *f, const uint8_t *mask)
{
	const struct case_item *of = case_item(f->type);
	uint8_t spec[CASE_ITEM_MAX];
	const struct rte_flow_item item = { .type = f->type, .spec = spec, .mask = mask };
	const struct place *p[3];
	struct steer_match want;

	random_bytes(spec, sizeof(spec));
	for (unsigned int n = places(of, p); n-- > 0;) {
		expect_layer(of, p[n], &want);
		expect_field(f, slot_at(of, p[n]), spec, mask, &want);
		check(p[n], &item, &want);
	}
}

static void
test_field_exact(void **state)
{
	uint8_t mask[CASE_ITEM_MAX];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < case_n_fields; i++) {
		memset(mask, 0, sizeof(mask));
		case_full_mask(&case_fields[i], mask + case_fields[i].off);
		check_field(&case_fields[i], mask);
	}
}

static void
test_field_masked(void **state)
{
	uint8_t mask[CASE_ITEM_MAX], full[16];

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 20 * case_n_fields; n++) {
		const struct case_field *f = &case_fields[n % case_n_fields];

		memset(mask, 0, sizeof(mask));
		case_full_mask(f, full);
		for (size_t i = 0; i < f->len; i++)
			mask[f->off + i] = full[i] & (uint8_t)rand();
		check_field(f, mask);
	}
}

/* All fields at once; mask NULL: the default one. */
static void
check_fields(const struct case_item *of, const uint8_t *mask)
{
	uint8_t spec[CASE_ITEM_MAX];
	const struct rte_flow_item item = { .type = of->type, .spec = spec, .mask = mask };
	const struct place *p[3];
	struct steer_match want;

	random_bytes(spec, sizeof(spec));
	for (unsigned int n = places(of, p); n-- > 0;) {
		expect_layer(of, p[n], &want);
		for (unsigned int i = 0; i < case_n_fields; i++)
			if (case_fields[i].type == of->type)
				expect_field(&case_fields[i], slot_at(of, p[n]), spec,
					     mask != NULL ? mask : of->default_mask, &want);
		check(p[n], &item, &want);
	}
}

static void
test_default_mask(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < case_n_items; i++)
		check_fields(&case_items[i], NULL);
}

/* Padding of ARP, and the reserved bits behind the header, are nobody's. */
static void
test_all_fields(void **state)
{
	uint8_t mask[CASE_ITEM_MAX];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < case_n_items; i++) {
		random_bytes(mask, sizeof(mask));
		/* The bits have tests of their own. */
		if (case_items[i].type == RTE_FLOW_ITEM_TYPE_ETH)
			mask[14] &= 0xfe;
		if (case_items[i].type == RTE_FLOW_ITEM_TYPE_VLAN)
			mask[4] &= 0xfe;
		if (case_items[i].type == RTE_FLOW_ITEM_TYPE_IPV6) {
			mask[40] = 0;
			mask[41] &= 0xfe;
		}
		check_fields(&case_items[i], mask);
	}
}

/* What the reference table has, the library has, and nothing else. */
static void
test_tables_agree(void **state)
{
	const struct steer_item *row;
	unsigned int n_fields = 0, n_bits = 0, n = 0, i;

	RTE_SET_USED(state);
	for (i = 0; (row = steer_item_at(i)) != NULL; i++) {
		const bool behind_udp = row->type == RTE_FLOW_ITEM_TYPE_ESP &&
					row->layer == STEER_LAYER_UDP;
		const struct case_item *item = case_item(row->type);

		assert_non_null(item);
		assert_string_equal(row->name, item->name);
		assert_true(steer_item_size(row) <= item->size);
		assert_ptr_equal(steer_item(row->type,
					    behind_udp ? STEER_L4_UDP : STEER_L4_NONE), row);
		/* The same item, elsewhere: see test_esp_behind_udp(). */
		if (behind_udp)
			continue;
		n++;
		n_fields += row->n_fields;
		n_bits += row->n_bits;
	}
	assert_int_equal(n, case_n_items);
	assert_int_equal(n_fields, case_n_fields);
	assert_int_equal(n_bits, case_n_bits);
	assert_null(steer_item(RTE_FLOW_ITEM_TYPE_VOID, STEER_L4_NONE));
	assert_null(steer_item(RTE_FLOW_ITEM_TYPE_VOID, STEER_L4_UDP));
}

/* Another header than ESP over IP. */
static void
test_esp_behind_udp(void **state)
{
	static const struct rte_flow_item_esp spi = { .hdr.spi = RTE_BE32(0x01020304) };
	static const uint8_t bytes[] = { 1, 2, 3, 4 };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_UDP },
		{ .type = RTE_FLOW_ITEM_TYPE_VOID },
		{ .type = RTE_FLOW_ITEM_TYPE_ESP, .spec = &spi },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	struct steer_match want = { .n_ranges = 0 }, got;
	const size_t at = offsetof(struct steer_key, outer.l4) + 8;

	RTE_SET_USED(state);
	want.mask[0] = STEER_META_L4;
	want.spec[0] = UDP_META;
	want.mask[STEER_KEY_RARE] = STEER_RARE_UDP_ESP;
	want.spec[STEER_KEY_RARE] = STEER_RARE_UDP_ESP;
	memset((uint8_t *)want.mask + at, 0xff, sizeof(bytes));
	memcpy((uint8_t *)want.spec + at, bytes, sizeof(bytes));
	assert_int_equal(steer_pattern_parse(pattern, &got, NULL), 0);
	assert_match(&got, &want);
}

/* Each once, in any order. */
static void
test_extension_order(void **state)
{
	const struct rte_flow_item one[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV6 }, { .type = RTE_FLOW_ITEM_TYPE_AH },
		{ .type = RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT }, { .type = RTE_FLOW_ITEM_TYPE_TCP },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_item other[] = { one[0], one[2], one[1], one[3], one[4] };
	struct steer_match a, b;

	RTE_SET_USED(state);
	assert_int_equal(steer_pattern_parse(one, &a, NULL), 0);
	assert_int_equal(steer_pattern_parse(other, &b, NULL), 0);
	assert_match(&a, &b);
}

static void
check_bit(const struct case_bit *b, bool spec_set, bool mask_set)
{
	const struct case_item *of = case_item(b->type);
	uint8_t spec[CASE_ITEM_MAX] = { 0 }, mask[CASE_ITEM_MAX] = { 0 };
	const struct rte_flow_item item = { .type = b->type, .spec = spec, .mask = mask };
	const struct place *p[3];
	struct steer_match want;

	spec[b->off] = (uint8_t)(spec_set ? 1u << b->bit : 0);
	mask[b->off] = (uint8_t)(mask_set ? 1u << b->bit : 0);
	for (unsigned int n = places(of, p); n-- > 0;) {
		expect_layer(of, p[n], &want);
		if (mask_set)
			want.mask[0] |= meta_at(of, p[n], b->meta);
		if (mask_set && spec_set)
			want.spec[0] |= meta_at(of, p[n], b->meta);
		check(p[n], &item, &want);
	}
}

static void
test_bits(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < case_n_bits; i++)
		for (unsigned int v = 0; v < 4; v++)
			check_bit(&case_bits[i], v & 1, v & 2);
}

/* Ranges */

struct range_case {
	struct place place;
	uint8_t spec[CASE_ITEM_MAX], mask[CASE_ITEM_MAX], last[CASE_ITEM_MAX];
};

/* Two values under a random mask of a field; spec the lower one, unless they are equal. */
static void
make_range(const struct case_field *f, struct range_case *r)
{
	uint8_t full[16];

	random_bytes(r->spec, sizeof(r->spec));
	random_bytes(r->last, sizeof(r->last));
	memset(r->mask, 0, sizeof(r->mask));
	case_full_mask(f, full);
	for (size_t i = 0; i < f->len; i++) {
		r->mask[f->off + i] = rand() % 2 ? full[i] : full[i] & (uint8_t)rand();
		r->spec[f->off + i] &= r->mask[f->off + i];
		r->last[f->off + i] &= r->mask[f->off + i];
	}
	if (memcmp(r->spec + f->off, r->last + f->off, f->len) > 0)
		for (size_t i = f->off; i < f->off + f->len; i++)
			RTE_SWAP(r->spec[i], r->last[i]);
	/* Nobody looks at what the mask leaves out. */
	for (size_t i = f->off; i < f->off + f->len; i++) {
		r->spec[i] |= (uint8_t)(rand() & ~r->mask[i]);
		r->last[i] |= (uint8_t)(rand() & ~r->mask[i]);
	}
}

/* What the range must become. */
static void
expect_range(const struct case_field *f, size_t slot, const struct range_case *r,
	     struct steer_match *want)
{
	const unsigned int len = (unsigned int)f->len;
	const steer_u128 mask = steer_load_be(r->mask + f->off, len);
	const steer_u128 lo = steer_load_be(r->spec + f->off, len) & mask;
	const steer_u128 hi = steer_load_be(r->last + f->off, len) & mask;

	if (hi == 0 || hi == lo) {
		expect_field(f, slot, r->spec, r->mask, want);
		return;
	}
	expect_present(f, r->mask, want);
	if (lo == 0 && hi == mask)
		return;
	want->n_ranges = 1;
	want->fields[0].off = (uint16_t)(slot + f->off);
	want->fields[0].len = (uint16_t)f->len;
	want->fields[0].mask = mask;
	want->bounds[0].lo = lo;
	want->bounds[0].hi = hi;
}

static void
check_range(const struct case_field *f, const struct range_case *r)
{
	const struct case_item *of = case_item(f->type);
	const struct rte_flow_item item = { .type = f->type, .spec = r->spec, .last = r->last,
					    .mask = r->mask };
	const struct place *p[3];
	struct steer_match want;

	for (unsigned int n = places(of, p); n-- > 0;) {
		expect_layer(of, p[n], &want);
		expect_range(f, slot_at(of, p[n]), r, &want);
		check(p[n], &item, &want);
	}
}

static void
test_ranges(void **state)
{
	struct range_case r;

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 50 * case_n_fields; n++) {
		make_range(&case_fields[n % case_n_fields], &r);
		check_range(&case_fields[n % case_n_fields], &r);
	}
}

/* last 0, last equal to spec, last that differs only where the mask does not look; everything. */
static void
test_ranges_that_are_none(void **state)
{
	struct range_case r;
	uint8_t full[16];

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < case_n_fields; n++) {
		const struct case_field *f = &case_fields[n];

		make_range(f, &r);
		memset(r.last + f->off, 0, f->len);
		check_range(f, &r);
		memcpy(r.last + f->off, r.spec + f->off, f->len);
		check_range(f, &r);
		case_full_mask(f, full);
		memset(r.spec + f->off, 0, f->len);
		memcpy(r.last + f->off, full, f->len);
		memcpy(r.mask + f->off, full, f->len);
		check_range(f, &r);
	}
}

/* Bits of last and spec outside the mask do not make a range, or one that is upside down. */
static void
test_range_outside_mask(void **state)
{
	static const struct rte_flow_item_udp spec = { .hdr.dst_port = RTE_BE16(0xf050) };
	static const struct rte_flow_item_udp last = { .hdr.dst_port = RTE_BE16(0x0060) };
	static const struct rte_flow_item_udp mask = { .hdr.dst_port = RTE_BE16(0x00ff) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec, .last = &last, .mask = &mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	struct steer_match match;

	RTE_SET_USED(state);
	assert_int_equal(steer_pattern_parse(pattern, &match, NULL), 0);
	assert_int_equal(match.n_ranges, 1);
	assert_true(match.bounds[0].lo == 0x50 && match.bounds[0].hi == 0x60);
	assert_true(match.fields[0].mask == 0xff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layer),
		cmocka_unit_test(test_field_exact),
		cmocka_unit_test(test_field_masked),
		cmocka_unit_test(test_default_mask),
		cmocka_unit_test(test_all_fields),
		cmocka_unit_test(test_tables_agree),
		cmocka_unit_test(test_esp_behind_udp),
		cmocka_unit_test(test_extension_order),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_ranges_that_are_none),
		cmocka_unit_test(test_range_outside_mask),
	};

	srand(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
