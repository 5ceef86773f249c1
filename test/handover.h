/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_HANDOVER_H_
#define _TEST_HANDOVER_H_

/*
 * A packet that a test puts into the ring of a port of rings, or takes out of it: the thread
 * sanitizer does not see what the port does at its other end (see drivers/tsan_port.c).
 */

#ifdef __SANITIZE_THREAD__

void __tsan_acquire(void *p);
void __tsan_release(void *p);

static inline void
test_give(void *packet)
{
	__tsan_release(packet);
}

static inline void
test_take(void *packet)
{
	__tsan_acquire(packet);
}

#else

static inline void
test_give(void *packet)
{
	(void)packet;
}

static inline void
test_take(void *packet)
{
	(void)packet;
}

#endif

#endif /* _TEST_HANDOVER_H_ */
