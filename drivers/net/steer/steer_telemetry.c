/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>

#include "steer_port.h"
#include "steer_telemetry.h"

/* No port is closed while it is held. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rte_eth_dev *devs[RTE_MAX_ETHPORTS];

void
steer_telemetry_add(struct rte_eth_dev *dev)
{
	pthread_mutex_lock(&lock);
	devs[dev->data->port_id] = dev;
	pthread_mutex_unlock(&lock);
}

void
steer_telemetry_remove(struct rte_eth_dev *dev)
{
	pthread_mutex_lock(&lock);
	devs[dev->data->port_id] = NULL;
	pthread_mutex_unlock(&lock);
}

/* Requests */

/** Longest request that DPDK reads: of a longer one it drops the rest without a word. */
#define REQUEST_MAX 1023
/** Of a request in a log line. */
#define SHOWN 80

/**
 * DPDK takes requests apart with strtok(), in a thread for each client: of requests that come at
 * once, one may be given the parameters of another. Its own stand behind its name.
 */
static int
check_whole(const char *cmd, const char *params)
{
	if (params == NULL)
		return -EINVAL;
	if (params != cmd + strlen(cmd) + 1)
		return -EAGAIN;
	return strlen(cmd) + 1 + strlen(params) < REQUEST_MAX ? 0 : -E2BIG;
}

static int
read_request(const char *params, const struct steer_params_shape *shape, struct steer_params *p,
	     struct steer_telemetry_request *r)
{
	int rc = steer_params_parse(params, shape, p);

	if (rc < 0)
		return rc;
	if (p->number[0] >= RTE_DIM(devs) || devs[p->number[0]] == NULL)
		return -ENODEV;
	*r = (struct steer_telemetry_request){
		.port = steer_port(devs[p->number[0]]),
		.n = p->n - 1,
		.number = p->number + 1,
		.text = p->text,
	};
	return 0;
}

/** Whatever a client sends, the log is one line of text. */
static void
log_refusal(const char *cmd, const char *params, int rc)
{
	char shown[SHOWN + 1] = "";
	unsigned int n = 0;

	for (; rc != -EAGAIN && params != NULL && n < SHOWN && params[n] != '\0'; n++)
		shown[n] = isprint((unsigned char)params[n]) ? params[n] : '?';
	shown[n] = '\0';
	STEER_LOG(NOTICE, "telemetry: %s,%s%s: %s", cmd, shown, n == SHOWN ? "..." : "",
		rte_strerror(-rc));
}

int
steer_telemetry_answer(const char *cmd, const char *params, struct rte_tel_data *d,
		       const struct steer_params_shape *shape, steer_telemetry_fn fn)
{
	struct steer_telemetry_request r;
	struct steer_params p;
	int rc = check_whole(cmd, params);

	pthread_mutex_lock(&lock);
	if (rc == 0)
		rc = read_request(params, shape, &p, &r);
	if (rc == 0)
		rc = fn(&r, d);
	pthread_mutex_unlock(&lock);
	if (rc != 0)
		log_refusal(cmd, params, rc);
	return rc;
}

/* Answers */

int
steer_telemetry_add_pieces(struct rte_tel_data *d, const char *name, const char *text, size_t len)
{
	struct rte_tel_data *pieces = rte_tel_data_alloc();
	char piece[STEER_TELEMETRY_STRING + 1];

	if (pieces == NULL)
		return -ENOMEM;
	rte_tel_data_start_array(pieces, RTE_TEL_STRING_VAL);
	for (size_t at = 0; at < len; at += STEER_TELEMETRY_STRING) {
		snprintf(piece, sizeof(piece), "%.*s",
			 (int)RTE_MIN(len - at, (size_t)STEER_TELEMETRY_STRING), text + at);
		rte_tel_data_add_array_string(pieces, piece);
	}
	rte_tel_data_add_dict_container(d, name, pieces, 0);
	return 0;
}

static const char *
on_off(bool on)
{
	return on ? "on" : "off";
}

static const char *
kernel_mode(enum steer_kernel_mode mode)
{
	static const char *const names[] = {
		[STEER_KERNEL_OFF] = "off",
		[STEER_KERNEL_AUTO] = "auto",
		[STEER_KERNEL_REQUIRE] = "require",
	};

	return names[mode];
}

static void
add_lower(struct rte_tel_data *d, struct steer_port *port)
{
	const uint16_t id = steer_lower_ask(port);
	const struct rte_eth_dev *lower;

	rte_tel_data_add_dict_string(d, "iface", port->args.iface);
	if (id == RTE_MAX_ETHPORTS) {
		rte_tel_data_add_dict_string(d, "lower", "none");
		return;
	}
	lower = &rte_eth_devices[id];
	rte_tel_data_add_dict_string(d, "lower", lower->data->name);
	rte_tel_data_add_dict_int(d, "lower_port", id);
	rte_tel_data_add_dict_string(d, "lower_driver", lower->device->driver->name);
	steer_lower_told(port);
}

static int
info(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_port *port = r->port;
	const struct rte_eth_dev_data *data = port->dev->data;

	rte_tel_data_start_dict(d);
	rte_tel_data_add_dict_string(d, "name", data->name);
	rte_tel_data_add_dict_string(d, "version", STEER_VERSION);
	add_lower(d, port);
	rte_tel_data_add_dict_string(d, "started", on_off(data->dev_started));
	rte_tel_data_add_dict_int(d, "rx_queues", data->nb_rx_queues);
	rte_tel_data_add_dict_int(d, "tx_queues", data->nb_tx_queues);
	rte_tel_data_add_dict_int(d, "lower_rx_queues", port->lower.n_rxq);
	rte_tel_data_add_dict_int(d, "lower_tx_queues", port->lower.n_txq);
	rte_tel_data_add_dict_int(d, "max_queues", port->args.queues);
	rte_tel_data_add_dict_string(d, "dispatch",
				     port->args.dispatch == STEER_DISPATCH_POLL ? "poll" :
										  "service");
	rte_tel_data_add_dict_string(d, "kernel", kernel_mode(port->args.kernel));
	rte_tel_data_add_dict_string(d, "in_kernel", on_off(steer_in_kernel_on(port)));
	rte_tel_data_add_dict_string(d, "isolated", on_off(steer_engine_isolated(port->engine)));
	rte_tel_data_add_dict_string(d, "control", on_off(port->args.control));
	STEER_TEL_DICT_UINT(d, "flows", steer_engine_flow_count(port->engine));
	STEER_TEL_DICT_UINT(d, "cache", port->args.cache);
	return 0;
}

/** Which queue each entry of the RETA names: how often. */
static int
rss(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct rte_tel_data *reta = rte_tel_data_alloc();
	char key[2 * STEER_RSS_KEY_LEN + 1];
	uint16_t entries[STEER_RETA_MAX];
	struct steer_rss_conf conf;

	if (reta == NULL)
		return -ENOMEM;
	steer_rss_read(r->port, &conf, entries);
	for (unsigned int i = 0; i < STEER_RSS_KEY_LEN; i++)
		snprintf(key + 2 * i, 3, "%02x", conf.key[i]);
	rte_tel_data_start_array(reta, RTE_TEL_INT_VAL);
	for (uint32_t i = 0; i < RTE_MIN(conf.reta_size, (uint32_t)STEER_RETA_MAX); i++)
		rte_tel_data_add_array_int(reta, entries[i]);
	rte_tel_data_start_dict(d);
	STEER_TEL_DICT_UINT(d, "types", conf.types);
	rte_tel_data_add_dict_string(d, "key", key);
	rte_tel_data_add_dict_int(d, "reta_size", (int)conf.reta_size);
	rte_tel_data_add_dict_container(d, "reta", reta, 0);
	return 0;
}

/* Commands */

static const struct steer_params_shape port_only = { 1, 1, STEER_PARAMS_NO_TEXT };
static const struct steer_params_shape port_and_start = { 1, 2, STEER_PARAMS_NO_TEXT };
static const struct steer_params_shape port_and_rule = { 2, 2, STEER_PARAMS_NO_TEXT };

static int
on_list(const char *cmd __rte_unused, const char *params __rte_unused, struct rte_tel_data *d)
{
	rte_tel_data_start_array(d, RTE_TEL_INT_VAL);
	pthread_mutex_lock(&lock);
	for (unsigned int i = 0; i < RTE_DIM(devs); i++)
		if (devs[i] != NULL)
			rte_tel_data_add_array_int(d, (int)i);
	pthread_mutex_unlock(&lock);
	return 0;
}

static int
on_info(const char *cmd, const char *params, struct rte_tel_data *d)
{
	return steer_telemetry_answer(cmd, params, d, &port_only, info);
}

static int
on_rss(const char *cmd, const char *params, struct rte_tel_data *d)
{
	return steer_telemetry_answer(cmd, params, d, &port_only, rss);
}

static int
on_queues(const char *cmd, const char *params, struct rte_tel_data *d)
{
	return steer_telemetry_answer(cmd, params, d, &port_and_start, steer_telemetry_queues);
}

static int
on_flows(const char *cmd, const char *params, struct rte_tel_data *d)
{
	return steer_telemetry_answer(cmd, params, d, &port_and_start, steer_telemetry_flows);
}

static int
on_flow(const char *cmd, const char *params, struct rte_tel_data *d)
{
	return steer_telemetry_answer(cmd, params, d, &port_and_rule, steer_telemetry_flow);
}

static int
on_tables(const char *cmd, const char *params, struct rte_tel_data *d)
{
	return steer_telemetry_answer(cmd, params, d, &port_and_start, steer_telemetry_tables);
}

static int
on_kernel(const char *cmd, const char *params, struct rte_tel_data *d)
{
	return steer_telemetry_answer(cmd, params, d, &port_only, steer_telemetry_kernel);
}

RTE_INIT(steer_telemetry_init)
{
	rte_telemetry_register_cmd("/steer/list", on_list, "Ids of net_steer ports.");
	rte_telemetry_register_cmd("/steer/info", on_info,
				   "A port's lower, queues and modes. Parameters: port");
	rte_telemetry_register_cmd("/steer/rss", on_rss, "A port's RSS. Parameters: port");
	rte_telemetry_register_cmd("/steer/queues", on_queues,
				   "A port's RX queues. Parameters: port[,first queue]");
	rte_telemetry_register_cmd("/steer/flows", on_flows,
				   "A port's rules, some at once. Parameters: port[,first]");
	rte_telemetry_register_cmd("/steer/tables", on_tables,
				   "A port's masks and their memory. Parameters: port[,first]");
	rte_telemetry_register_cmd("/steer/kernel", on_kernel,
				   "A port's programs in the kernel. Parameters: port");
	rte_telemetry_register_cmd("/steer/flow", on_flow,
				   "One rule, by its number. Parameters: port,rule");
}
