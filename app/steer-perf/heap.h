/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * All memory that this process has allocated, by EAL and by the C library.
 */

#ifndef PERF_HEAP_H
#define PERF_HEAP_H

#include <stdint.h>

/** @return bytes. */
uint64_t perf_heap(void);

#endif /* PERF_HEAP_H */
