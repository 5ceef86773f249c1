/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "steer_compat.h"
#include "steer_in_kernel_private.h"
#include "steer_port.h"
#include "steer_telemetry.h"

static void
add_counts(struct rte_tel_data *d, const struct steer_kernel_info *info)
{
	STEER_TEL_DICT_UINT(d, "to_user", info->counts[STEER_KERNEL_TO_USER]);
	STEER_TEL_DICT_UINT(d, "to_kernel", info->counts[STEER_KERNEL_TO_KERNEL]);
	STEER_TEL_DICT_UINT(d, "dropped", info->counts[STEER_KERNEL_DROPPED]);
	STEER_TEL_DICT_UINT(d, "no_socket", info->counts[STEER_KERNEL_NO_SOCKET]);
	STEER_TEL_DICT_UINT(d, "no_metadata", info->counts[STEER_KERNEL_NO_META]);
	STEER_TEL_DICT_UINT(d, "copied", info->counts[STEER_KERNEL_COPIED]);
}

static void
add_programs(struct rte_tel_data *d, const struct steer_in_kernel *ik)
{
	struct steer_kernel_info info;

	steer_kernel_info(ik->k, &info);
	rte_tel_data_add_dict_string(d, "hook", steer_in_kernel_hook(ik));
	rte_tel_data_add_dict_string(d, "netdev", ik->netdev.name);
	rte_tel_data_add_dict_int(d, "ifindex", ik->netdev.ifindex);
	if (ik->netdev.kind == STEER_KERNEL_REMOTE) {
		rte_tel_data_add_dict_string(d, "remote", ik->remote.netdev.name);
		rte_tel_data_add_dict_string(d, "remote_hook", steer_remote_hook(ik));
	}
	rte_tel_data_add_dict_string(d, "behind", ik->behind ? "on" : "off");
	STEER_TEL_DICT_UINT(d, "rules", info.rules);
	STEER_TEL_DICT_UINT(d, "refined", info.refined);
	STEER_TEL_DICT_UINT(d, "masks", info.masks);
	add_counts(d, &info);
}

int
steer_telemetry_kernel(const struct steer_telemetry_request *request, struct rte_tel_data *answer)
{
	struct steer_in_kernel *ik = request->port->in_kernel;

	rte_tel_data_start_dict(answer);
	rte_tel_data_add_dict_string(answer, "in_kernel",
				     steer_in_kernel_on(request->port) ? "on" : "off");
	/* Those of the netdev are ours, from the first one on. */
	rte_tel_data_add_dict_int(answer, "lower_rx_queues", request->port->lower.n_rxq);
	if (ik == NULL)
		return 0;
	pthread_mutex_lock(&ik->lock);
	if (ik->k != NULL)
		add_programs(answer, ik);
	pthread_mutex_unlock(&ik->lock);
	return 0;
}
