/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What differs between DPDK releases. RTE_VERSION is tested here and nowhere else.
 */

#ifndef STEER_COMPAT_H
#define STEER_COMPAT_H

#include <rte_version.h>

#if RTE_VERSION < RTE_VERSION_NUM(22, 11, 0, 0)
#error "net_steer needs DPDK 22.11 or later"
#endif

#endif /* STEER_COMPAT_H */
