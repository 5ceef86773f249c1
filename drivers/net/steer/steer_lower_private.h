/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The port below, inside: steer_lower.c (the list of all ports and which is below each),
 * steer_lower_events.c (what lower ports tell of themselves).
 */

#ifndef STEER_LOWER_PRIVATE_H
#define STEER_LOWER_PRIVATE_H

#include <stdint.h>

#include "steer_lower.h"
#include "steer_port.h"

/* steer_lower.c */

/**
 * The list's lock. It is never held while others are called that may call us back: callbacks of
 * the application, operations of the lower port.
 */
void steer_lower_list_lock(void);
void steer_lower_list_unlock(void);
/** The one port on top of a lower port, which owns it; NULL. With the list's lock. */
struct steer_port *steer_lower_upper(uint16_t lower_id);
/**
 * Have a port's lower_lock, which comes before the list's: that one is let go meanwhile, but the
 * port stays in the list. With the list's lock.
 */
void steer_lower_hold(struct steer_port *port);
void steer_lower_let_go(struct steer_port *port);
/** Which port is below from now on; RTE_MAX_ETHPORTS: none. */
void steer_lower_set(struct steer_port *port, uint16_t lower_id);
/** A port appears: bind it to those that wait for it. */
void steer_lower_come(uint16_t port_id);

/* steer_lower_events.c */

/** Listen to all ports. @return 0; -errno, and nothing is listened to. */
int steer_lower_events_register(void);
void steer_lower_events_unregister(void);

#endif /* STEER_LOWER_PRIVATE_H */
