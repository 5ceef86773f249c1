/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * The parser is asked for all numbers that say what follows a header: of those that it makes
 * something of, each is in a packet that is listed. So no header is parsed that hostile packets do
 * not have.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_common.h>

#include "hostile_packet.h"
#include "parse_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define LEN 256
#define NUMBERS 65536
#define CONDITIONS 10

/* A byte that says which headers there are, as far as the mask goes. */
struct condition {
	uint8_t at;
	uint8_t value;
	uint8_t mask;
};

#define IS(at, value) { at, value, 0xff }
/* Only for what the parser is asked. */
#define BE(at, value) { at, value, 0 }
#define TYPE_IPV4 IS(12, 0x08), IS(13, 0x00), IS(14, 0x45)
#define TYPE_IPV6 IS(12, 0x86), IS(13, 0xdd), { 14, 0x60, 0xf0 }
#define IPV4_UDP TYPE_IPV4, IS(23, 17)
#define IPV6_ICMP TYPE_IPV6, IS(20, 58)

/* Where a number is, in a packet with these bytes before it. */
static const struct place {
	const char *name;
	uint32_t at;
	uint32_t size;
	uint32_t least; /* Numbers that are known: more may be. */
	struct condition conditions[CONDITIONS];
} places[] = {
	{ "EtherType", 12, 2, 11, { { 0 } } },
	{ "EtherType behind a tag", 16, 2, 8, { IS(12, 0x81), IS(13, 0x00) } },
	{ "PPP protocol", 20, 2, 4, { IS(12, 0x88), IS(13, 0x64), IS(14, 0x11), BE(18, 0xff) } },
	{ "IPv4 protocol", 23, 1, 11, { TYPE_IPV4 } },
	{ "IPv6 next header", 20, 1, 16, { TYPE_IPV6 } },
	{ "next header of an extension", 54, 1, 16, { TYPE_IPV6, IS(20, 60) } },
	{ "UDP source port", 34, 2, 2, { IPV4_UDP } },
	{ "UDP destination port", 36, 2, 8, { IPV4_UDP } },
	{ "GRE protocol type", 36, 2, 5, { TYPE_IPV4, IS(23, 47) } },
	{ "GENEVE protocol type", 44, 2, 5, { IPV4_UDP, IS(36, 0x17), IS(37, 0xc1) } },
	{ "VXLAN-GPE next protocol", 45, 1, 4,
	  { IPV4_UDP, IS(36, 0x12), IS(37, 0xb6), IS(42, 0x0c) } },
	{ "GTP message", 43, 1, 1, { IPV4_UDP, IS(36, 0x08), IS(37, 0x68), IS(42, 0x30) } },
	{ "GTP extension header", 53, 1, 2,
	  { IPV4_UDP, IS(36, 0x08), IS(37, 0x68), IS(42, 0x34), IS(43, 0xff) } },
	{ "ICMPv6 type", 54, 1, 4, { IPV6_ICMP } },
	{ "option of neighbor discovery", 78, 1, 2, { IPV6_ICMP, IS(54, 135), BE(79, 1) } },
};

static struct {
	bool known[NUMBERS], listed[NUMBERS];
} found[RTE_DIM(places)];

static uint32_t
numbers(const struct place *p)
{
	return p->size == 1 ? UINT8_MAX + 1 : NUMBERS;
}

/* What the parser makes of a packet; of slots nothing. */
struct seen {
	bool whole;
	uint64_t meta, rare;
	struct steer_places at[2];
	uint32_t end[2];
	uint32_t tunnel_end;
};

static void
look(const uint8_t *data, struct seen *seen)
{
	/* not on the stack: ASan's does not keep the alignment that an mbuf's type asks for */
	static struct rte_mbuf m = { .pkt_len = LEN, .data_len = LEN };
	static struct steer_key key;

	m.buf_addr = RTE_PTR_ADD(data, 0);
	memset(&key, 0, sizeof(key));
	memset(seen, 0, sizeof(*seen));
	seen->whole = steer_parse(&m, STEER_DEPTH_ALL | STEER_DEPTH_PACKET, &key);
	seen->meta = key.meta;
	seen->rare = key.rare;
	memcpy(seen->at, key.at, sizeof(seen->at));
	memcpy(seen->end, key.end, sizeof(seen->end));
	seen->tunnel_end = key.tunnel_end;
}

static void
put(uint8_t *data, const struct place *p, uint32_t number)
{
	if (p->size == 2)
		data[p->at] = (uint8_t)(number >> 8);
	data[p->at + p->size - 1] = (uint8_t)number;
}

static void
begin(uint8_t *data, const struct place *p, uint8_t fill)
{
	memset(data, 0, p->at);
	memset(data + p->at, fill, LEN - p->at);
	for (unsigned int i = 0; i < CONDITIONS && p->conditions[i].at != 0; i++)
		data[p->conditions[i].at] = p->conditions[i].value;
}

/* The parser makes something else of it than of numbers that are nobody's. */
static void
ask(const struct place *p, bool *known, uint8_t fill)
{
	const uint32_t nobodys = p->size == 2 ? 0xfff1 : 0xfd;
	struct seen nothing, something;
	uint8_t data[LEN];

	begin(data, p, fill);
	put(data, p, nobodys);
	look(data, &nothing);
	for (uint32_t number = 0; number < numbers(p); number++) {
		put(data, p, number);
		look(data, &something);
		if (memcmp(&nothing, &something, sizeof(nothing)) != 0)
			known[number] = true;
	}
}

/* Is the number behind the headers that the place is behind? */
static bool
is_there(const struct hostile_packet *h, const struct place *p)
{
	if (h->len < p->at + p->size)
		return false;
	for (unsigned int i = 0; i < CONDITIONS && p->conditions[i].at != 0; i++)
		if (p->conditions[i].mask != 0 &&
				((p->conditions[i].value ^ h->data[p->conditions[i].at]) &
				 p->conditions[i].mask) != 0)
			return false;
	return true;
}

static void
take(struct hostile_sink *sink, const struct hostile_packet *h)
{
	RTE_SET_USED(sink);
	for (unsigned int i = 0; i < RTE_DIM(places); i++) {
		const struct place *p = &places[i];

		if (is_there(h, p))
			found[i].listed[p->size == 1 ? h->data[p->at]
						     : h->data[p->at] << 8 | h->data[p->at + 1]] =
				true;
	}
}

/* @return how many are missing. */
static unsigned int
check(unsigned int place)
{
	unsigned int n = 0, missing = 0;

	for (uint32_t number = 0; number < numbers(&places[place]); number++) {
		n += found[place].known[number];
		if (!found[place].known[number] || found[place].listed[number])
			continue;
		missing++;
		print_error("%s %#x: known to the parser, in no packet that is listed\n",
			    places[place].name, number);
	}
	if (n >= places[place].least)
		return missing;
	print_error("%s: only %u are known\n", places[place].name, n);
	return missing + 1;
}

static void
test_known(void **state)
{
	static const uint8_t fills[] = { 0x00, 0x01, 0x11, 0x20, 0x30, 0x45, 0x60, 0x81, 0xff };
	struct hostile_sink sink = { .take = take };

	unsigned int missing = 0;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(places); i++)
		for (unsigned int n = 0; n < RTE_DIM(fills); n++)
			ask(&places[i], found[i].known, fills[n]);
	hostile_list(&sink);
	for (unsigned int i = 0; i < RTE_DIM(places); i++)
		missing += check(i);
	assert_int_equal(missing, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
	};

	return cmocka_run_group_tests_name("hostile_known", tests, NULL, NULL);
}
