/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_mbuf.h>

#include "steer_geneve_opt.h"

#define OPTION_LEN 4
#define OPTIONS_MAX (63 * 4)

static bool
within(const struct steer_masked *m, uint16_t value)
{
	value &= m->mask;
	return value >= m->lo && value <= m->hi;
}

static bool
is_option(const struct steer_geneve_opt *opt, const uint8_t *option, uint32_t n_bytes)
{
	if (!within(&opt->option_class, (uint16_t)(option[0] << 8 | option[1])) ||
	    !within(&opt->type, option[2]) || !within(&opt->length, option[3] & 0x1f) ||
	    n_bytes < opt->n_bytes)
		return false;
	for (uint32_t i = 0; i < opt->n_bytes; i++)
		if ((option[OPTION_LEN + i] & opt->mask[i]) != opt->spec[i])
			return false;
	return true;
}

bool
steer_geneve_opt_holds(const struct steer_geneve_opt *opt, const struct steer_key *key)
{
	const uint32_t len = (key->tunnel[0] & 0x3fu) * 4;
	uint8_t buf[OPTIONS_MAX];
	const uint8_t *options;
	uint32_t at = 0, n;

	if (len == 0)
		return false;
	options = rte_pktmbuf_read(key->packet, key->tunnel_end - len, len, buf);
	while (options != NULL && len - at >= OPTION_LEN) {
		n = (options[at + 3] & 0x1fu) * 4;
		if (len - at - OPTION_LEN < n)
			break;
		if (is_option(opt, options + at, n))
			return true;
		at += OPTION_LEN + n;
	}
	return false;
}
