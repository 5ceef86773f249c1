/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stddef.h>
#include <stdint.h>

#include <rte_byteorder.h>

#include "ref_bugs.h"
#include "ref_geneve_opt.h"
#include "ref_packet.h"

static bool
agrees(unsigned int value, unsigned int spec, unsigned int last, unsigned int mask)
{
	value &= mask;
	spec &= mask;
	last &= mask;
	return last != 0 ? spec <= value && value <= last : value == spec;
}

static bool
data_agrees(const struct rte_flow_item_geneve_opt *spec,
	    const struct rte_flow_item_geneve_opt *mask, const uint8_t *data, unsigned int len)
{
	const uint8_t *want = (const uint8_t *)spec->data, *ones = (const uint8_t *)mask->data;

	if (want == NULL || ones == NULL || ref_bug == REF_BUG_GENEVE_OPT_DATA)
		return true;
	if (4u * spec->option_len > len)
		return false;
	for (unsigned int i = 0; i < 4u * spec->option_len; i++) {
		if ((data[i] & ones[i]) != (want[i] & ones[i]))
			return false;
	}
	return true;
}

static bool
option_matches(const struct rte_flow_item *item, const uint8_t *option)
{
	static const struct rte_flow_item_geneve_opt none;
	const struct rte_flow_item_geneve_opt *spec = item->spec;
	const struct rte_flow_item_geneve_opt *last = item->last != NULL ? item->last : &none;
	const struct rte_flow_item_geneve_opt *mask =
		item->mask != NULL ? item->mask : &rte_flow_item_geneve_opt_mask;

	if (spec == NULL)
		return true;
	return agrees(option[0] << 8 | option[1], rte_be_to_cpu_16(spec->option_class),
		      rte_be_to_cpu_16(last->option_class),
		      rte_be_to_cpu_16(mask->option_class)) &&
	       agrees(option[2], spec->option_type, last->option_type, mask->option_type) &&
	       agrees(option[3] & 0x1f, spec->option_len, last->option_len, mask->option_len) &&
	       data_agrees(spec, mask, option + 4, 4 * (option[3] & 0x1f));
}

bool
ref_geneve_opt_matches(const struct rte_flow_item *item, const struct ref_packet *p)
{
	const uint8_t *end = p->in.data + p->tunnel_end - p->restored;
	const uint8_t *option = end - 4 * (p->tunnel_header[0] & 0x3f);

	if (p->tunnel != REF_TUNNEL_GENEVE)
		return false;
	while (end - option >= 4 && end - option >= 4 + 4 * (option[3] & 0x1f)) {
		if (option_matches(item, option))
			return true;
		if (ref_bug == REF_BUG_GENEVE_OPT_FIRST)
			return false;
		option += 4 + 4 * (option[3] & 0x1f);
	}
	return false;
}
