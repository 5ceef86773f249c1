/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What applications ask of the device itself.
 */

#ifndef STEER_DEVICE_H
#define STEER_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include <ethdev_driver.h>
#include <rte_ethdev.h>

#include "steer_compat.h"

/* steer_info.c */
/**
 * RX offloads that would bypass or contradict what we do with packets, or that need more of the
 * port than we hand through: security contexts, MACsec's.
 */
#define STEER_RX_OFFLOADS_NOT \
	(RTE_ETH_RX_OFFLOAD_BUFFER_SPLIT | RTE_ETH_RX_OFFLOAD_RSS_HASH | \
	 RTE_ETH_RX_OFFLOAD_SECURITY | RTE_ETH_RX_OFFLOAD_MACSEC_STRIP)
int steer_dev_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info);

/* steer_ptypes.c */
const uint32_t *steer_supported_ptypes_get(struct rte_eth_dev *dev STEER_PTYPES_PARAM);
int steer_ptypes_set(struct rte_eth_dev *dev, uint32_t mask);

/* steer_clock.c */
int steer_read_clock(struct rte_eth_dev *dev, uint64_t *clock);
int steer_timesync_enable(struct rte_eth_dev *dev);
int steer_timesync_disable(struct rte_eth_dev *dev);
int steer_timesync_read_rx_timestamp(struct rte_eth_dev *dev, struct timespec *time,
				     uint32_t flags);
int steer_timesync_read_tx_timestamp(struct rte_eth_dev *dev, struct timespec *time);
int steer_timesync_adjust_time(struct rte_eth_dev *dev, int64_t delta);
int steer_timesync_read_time(struct rte_eth_dev *dev, struct timespec *time);
int steer_timesync_write_time(struct rte_eth_dev *dev, const struct timespec *time);

/* steer_device.c */
int steer_fw_version_get(struct rte_eth_dev *dev, char *version, size_t size);
int steer_get_module_info(struct rte_eth_dev *dev, struct rte_eth_dev_module_info *info);
int steer_get_module_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info);
int steer_is_removed(struct rte_eth_dev *dev);
int steer_dev_reset(struct rte_eth_dev *dev);

#endif /* STEER_DEVICE_H */
