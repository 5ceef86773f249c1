/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_OVERLAY_H_
#define _TEST_OVERLAY_H_

#include <stdint.h>

#include <ethdev_driver.h>

/*
 * A port's table of operations for a test to change: what the port cannot do, or cannot be made to
 * refuse, is put in place of its own. One port at a time.
 */
struct eth_dev_ops *test_overlay_begin(uint16_t port);
/* The port has its own operations back, if it is still there. */
void test_overlay_end(void);

#endif /* _TEST_OVERLAY_H_ */
