/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Memory that nobody may touch, where the address sanitizer is there to see it.
 */

#ifndef HOSTILE_POISON_H
#define HOSTILE_POISON_H

#include <stddef.h>

#include <rte_common.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>

static inline void
hostile_poison(const void *from, size_t len)
{
	__asan_poison_memory_region(from, len);
}

static inline void
hostile_unpoison(const void *from, size_t len)
{
	__asan_unpoison_memory_region(from, len);
}
#else
static inline void
hostile_poison(const void *from, size_t len)
{
	RTE_SET_USED(from);
	RTE_SET_USED(len);
}

static inline void
hostile_unpoison(const void *from, size_t len)
{
	RTE_SET_USED(from);
	RTE_SET_USED(len);
}
#endif

#endif /* HOSTILE_POISON_H */
