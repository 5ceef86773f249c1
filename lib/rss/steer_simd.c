/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_vect.h>

#include "steer_simd.h"
#include "steer_toeplitz_gfni.h"

bool
steer_simd_has(enum steer_simd asked)
{
	return asked <= STEER_SIMD_OFF || (asked == STEER_SIMD_GFNI && steer_toeplitz_gfni_has());
}

enum steer_simd
steer_simd_choose(enum steer_simd asked)
{
	if (asked != STEER_SIMD_AUTO)
		return asked;
	return steer_toeplitz_gfni_has() &&
	       rte_vect_get_max_simd_bitwidth() >= RTE_VECT_SIMD_256 ? STEER_SIMD_GFNI :
								       STEER_SIMD_OFF;
}
