/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_flow_driver.h>

#include "steer_hand_private.h"
#include "steer_rx.h"

static const char *
message_of(const struct rte_flow_error *error)
{
	return error->message != NULL ? error->message : "refused without a message";
}

bool
steer_hand_idle(const struct steer_port *port)
{
	return port->hand == NULL || __atomic_load_n(&port->hand->idle, __ATOMIC_RELAXED);
}

/* Copies */

void
steer_hand_forget(struct steer_hand *hand, struct handed_rule *r)
{
	TAILQ_REMOVE(&hand->rules, r, link);
	free(r);
	if (TAILQ_EMPTY(&hand->rules))
		hand->given_up = false;
}

void
steer_hand_forget_all(struct steer_hand *hand)
{
	while (!TAILQ_EMPTY(&hand->rules))
		steer_hand_forget(hand, TAILQ_FIRST(&hand->rules));
}

void
steer_hand_forget_flushed(struct steer_hand *hand)
{
	struct handed_rule *r, *next;

	for (r = TAILQ_FIRST(&hand->rules); r != NULL; r = next) {
		next = TAILQ_NEXT(r, link);
		if (!r->kept)
			steer_hand_forget(hand, r);
	}
}

/* Taking back */

/** Which way packets go. Pollers notice one after the other. */
static void
set_path(struct steer_port *port, bool on)
{
	const struct rte_eth_dev_data *data = port->dev->data;

	if (port->hand->path == on)
		return;
	port->hand->path = on;
	for (uint16_t i = 0; i < data->nb_rx_queues; i++) {
		struct steer_rxq *rxq = data->rx_queues[i];

		if (rxq != NULL)
			__atomic_store_n(&rxq->handed, on, __ATOMIC_RELEASE);
	}
	/* Pollers see it before they see what the lower does without the rules. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/** Rules that the lower did not destroy one by one: perhaps all at once. */
static void
flush_below(struct steer_port *port)
{
	struct handed_rule *r;

	TAILQ_FOREACH(r, &port->hand->rules, link)
		r->lower = NULL;
	if (rte_flow_flush(port->lower.port_id, NULL) == 0)
		return;
	port->hand->stuck = true;
	STEER_LOG(ERR, "%s: lower port '%s' does not give back rules: what they drop stays dropped",
		  port->dev->data->name, port->args.iface);
}

void
steer_hand_take_back(struct steer_port *port)
{
	struct steer_hand *hand = port->hand;
	struct handed_rule *r;
	bool failed = false;

	set_path(port, false);
	TAILQ_FOREACH(r, &hand->rules, link)
		failed |= steer_handed_destroy(port, r, NULL) != 0;
	if (failed)
		flush_below(port);
	if (hand->isolated && rte_flow_isolate(port->lower.port_id, 0, NULL) != 0)
		STEER_LOG(ERR, "%s: lower port '%s' stays isolated", port->dev->data->name,
			  port->args.iface);
	hand->isolated = false;
	if (hand->rss_set)
		steer_lower_rss_spread(port);
}

/** The rule as a command, without the comment behind it. To be freed; NULL if memory is short. */
static char *
rule_text(const struct steer_port *port, const struct steer_flow *flow)
{
	char *text = NULL, *end;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return NULL;
	steer_engine_flow_dump(port->engine, port->dev->data->port_id, flow, f, NULL);
	fclose(f);
	if (text != NULL && (end = strstr(text, " # ")) != NULL)
		*end = '\0';
	return text;
}

static void
explain(const struct steer_port *port, const struct refusal *no, char *why, size_t size)
{
	char *text = no->flow != NULL ? rule_text(port, no->flow) : NULL;

	snprintf(why, size, "%s%s%s", text != NULL ? text : "", text != NULL ? ": " : "",
		 message_of(&no->error));
	free(text);
}

void
steer_hand_give_up(struct steer_port *port, const struct refusal *no)
{
	struct steer_hand *hand = port->hand;

	explain(port, no, hand->why, sizeof(hand->why));
	STEER_LOG(NOTICE, "%s: lower port '%s' cannot have the rules, they are in software: %s",
		  port->dev->data->name, port->args.iface, hand->why);
	hand->given_up = true;
	steer_hand_take_back(port);
}

/* Handing down */

static int
spread_below(struct steer_port *port, struct refusal *no)
{
	no->flow = NULL;
	port->hand->rss_set = true;
	if (steer_lower_rss_set(port, &port->rss) < 0)
		return steer_refuse(no, ENOTSUP, "its RSS cannot be set as the port's");
	return 0;
}

static int
isolate_below(struct steer_port *port, struct refusal *no)
{
	const bool isolated = steer_engine_isolated(port->engine);
	int rc;

	no->flow = NULL;
	if (isolated == port->hand->isolated)
		return 0;
	rc = rte_flow_isolate(port->lower.port_id, isolated, &no->error);
	if (rc == 0)
		port->hand->isolated = isolated;
	return rc;
}

static int
create_all_below(struct steer_port *port, struct refusal *no)
{
	struct handed_rule *r;
	int rc;

	TAILQ_FOREACH(r, &port->hand->rules, link) {
		if (r->lower != NULL)
			continue;
		rc = steer_handed_create(port, r, no);
		if (rc < 0)
			return rc;
		r->fresh = true;
	}
	return 0;
}

/** What the lower has counted while software did, is not counted twice. */
static void
begin_counts(const struct steer_port *port)
{
	struct handed_rule *r;

	TAILQ_FOREACH(r, &port->hand->rules, link) {
		if (r->fresh)
			steer_handed_begin(port, r);
		r->fresh = false;
	}
}

/** Packets for a stopped queue are dropped, which the lower would not do. */
static int
check_queues(const struct steer_port *port, struct refusal *no)
{
	const struct rte_eth_dev_data *data = port->dev->data;

	for (uint16_t i = 0; i < data->nb_rx_queues; i++) {
		const struct steer_rxq *rxq = data->rx_queues[i];

		if (rxq != NULL && rxq->stopped)
			return steer_refuse(no, EBUSY, "an RX queue of the port is stopped");
	}
	return 0;
}

/** All there is, and packets go that way. */
static int
hand_down(struct steer_port *port, struct refusal *no)
{
	struct steer_hand *hand = port->hand;
	int rc;

	if (hand->unfit[0] != '\0')
		return steer_refuse(no, ENOTSUP, hand->unfit);
	if (hand->queues)
		return steer_refuse(no, ENOTSUP, "with flow queues rules are kept in software");
	if (hand->stuck)
		hand->stuck = rte_flow_flush(port->lower.port_id, NULL) != 0;
	if (hand->stuck)
		return steer_refuse(no, EBUSY, "it still has rules that it did not give back");
	rc = check_queues(port, no);
	if (rc == 0)
		rc = spread_below(port, no);
	if (rc == 0)
		rc = create_all_below(port, no);
	if (rc == 0)
		rc = isolate_below(port, no);
	if (rc < 0)
		return rc;
	begin_counts(port);
	set_path(port, true);
	hand->why[0] = '\0';
	STEER_LOG(INFO, "%s: lower port '%s' has the rules", port->dev->data->name,
		  port->args.iface);
	return 0;
}

int
steer_hand_offer(struct steer_port *port, struct handed_rule *r, struct refusal *no)
{
	const struct steer_hand *hand = port->hand;
	const bool path = hand->path;
	int rc;

	if (!hand->running || hand->given_up)
		return 0;
	rc = path ? steer_handed_create(port, r, no) : hand_down(port, no);
	if (rc == 0)
		return 0;
	if (!steer_hand_required(port)) {
		steer_hand_give_up(port, no);
		return 0;
	}
	if (!path)
		steer_hand_take_back(port);
	return rc;
}

/* Life of the port */

int
steer_hand_create(struct steer_port *port)
{
	if (port->args.hw == STEER_HW_OFF)
		return 0;
	port->hand = calloc(1, sizeof(*port->hand));
	if (port->hand == NULL)
		return -ENOMEM;
	pthread_mutex_init(&port->hand->lock, NULL);
	TAILQ_INIT(&port->hand->rules);
	return 0;
}

void
steer_hand_free(struct steer_port *port)
{
	if (port->hand == NULL)
		return;
	if (steer_bound(port))
		steer_hand_take_back(port);
	steer_hand_forget_all(port->hand);
	pthread_mutex_destroy(&port->hand->lock);
	free(port->hand);
	port->hand = NULL;
}

static bool
has_flow_api(uint16_t lower)
{
	struct rte_eth_dev *dev = &rte_eth_devices[lower];
	const struct rte_flow_ops *ops = NULL;

	return dev->dev_ops->flow_ops_get != NULL && dev->dev_ops->flow_ops_get(dev, &ops) == 0 &&
	       ops != NULL && ops->create != NULL && ops->destroy != NULL;
}

static bool
app_wants_hash(const struct steer_port *port)
{
	return (port->dev->data->dev_conf.rxmode.offloads & RTE_ETH_RX_OFFLOAD_RSS_HASH) != 0;
}

bool
steer_hand_wants_hash(const struct steer_port *port, const struct rte_eth_dev_info *lower)
{
	return !steer_hand_idle(port) && app_wants_hash(port) &&
	       (lower->rx_offload_capa & RTE_ETH_RX_OFFLOAD_RSS_HASH) != 0;
}

static void
find_unfit(struct steer_port *port, const struct rte_eth_dev_info *lower, uint16_t n_rxq)
{
	const uint16_t n_queues = port->dev->data->nb_rx_queues;
	struct steer_hand *hand = port->hand;

	hand->unfit[0] = '\0';
	if (hand->idle)
		snprintf(hand->unfit, sizeof(hand->unfit), "it has no flow API");
	else if (steer_in_kernel_on(port))
		snprintf(hand->unfit, sizeof(hand->unfit), "a program in the kernel steers");
	else if (n_rxq != n_queues)
		snprintf(hand->unfit, sizeof(hand->unfit),
			 "it has %u RX queues for the port's %u, which must be as many", n_rxq,
			 n_queues);
	else if (port->args.dispatch != STEER_DISPATCH_POLL)
		snprintf(hand->unfit, sizeof(hand->unfit), "with dispatch=service software steers");
	else if (port->dev->data->dev_conf.intr_conf.rxq)
		snprintf(hand->unfit, sizeof(hand->unfit), "with RX interrupts software steers");
	else if (app_wants_hash(port) && !steer_hand_wants_hash(port, lower))
		snprintf(hand->unfit, sizeof(hand->unfit), "it does not deliver the RSS hash");
}

/** Rules that were made without a copy cannot be handed down: then it stays so. */
static bool
may_wake(const struct steer_port *port)
{
	return !port->hand->idle || steer_engine_flow_count(port->engine) == 0;
}

int
steer_hand_configure(struct steer_port *port, const struct rte_eth_dev_info *lower, uint16_t n_rxq)
{
	struct steer_hand *hand = port->hand;
	int rc = 0;

	if (hand == NULL)
		return 0;
	pthread_mutex_lock(&hand->lock);
	steer_hand_take_back(port);
	hand->stuck = false;
	hand->given_up = false;
	hand->keeps = (lower->dev_capa & RTE_ETH_DEV_CAPA_FLOW_RULE_KEEP) != 0;
	if (!has_flow_api(port->lower.port_id)) {
		steer_hand_forget_all(hand);
		__atomic_store_n(&hand->idle, true, __ATOMIC_RELAXED);
	} else if (may_wake(port)) {
		__atomic_store_n(&hand->idle, false, __ATOMIC_RELAXED);
	}
	find_unfit(port, lower, n_rxq);
	if (steer_hand_required(port) && hand->unfit[0] != '\0') {
		STEER_LOG(ERR, "%s: hw=require, but lower port '%s' cannot have rules: %s",
			  port->dev->data->name, port->args.iface, hand->unfit);
		rc = -ENOTSUP;
	}
	pthread_mutex_unlock(&hand->lock);
	return rc;
}

int
steer_hand_start(struct steer_port *port)
{
	struct steer_hand *hand = port->hand;
	struct refusal no = { .flow = NULL };
	char why[512];
	int rc = 0;

	if (steer_hand_idle(port))
		return 0;
	pthread_mutex_lock(&hand->lock);
	hand->given_up = false;
	hand->running = true;
	if (!TAILQ_EMPTY(&hand->rules))
		rc = hand_down(port, &no);
	else if (hand->rss_set)
		steer_lower_rss_spread(port);
	if (rc < 0 && steer_hand_required(port)) {
		explain(port, &no, why, sizeof(why));
		STEER_LOG(ERR, "%s: hw=require, but lower port '%s' cannot have the rules: %s",
			  port->dev->data->name, port->args.iface, why);
		hand->running = false;
		steer_hand_take_back(port);
	} else if (rc < 0) {
		steer_hand_give_up(port, &no);
		rc = 0;
	}
	pthread_mutex_unlock(&hand->lock);
	return rc;
}

void
steer_hand_stop(struct steer_port *port)
{
	if (steer_hand_idle(port))
		return;
	pthread_mutex_lock(&port->hand->lock);
	port->hand->running = false;
	if (port->hand->keeps)
		set_path(port, false);
	else
		steer_hand_take_back(port);
	pthread_mutex_unlock(&port->hand->lock);
}

void
steer_hand_lost(struct steer_port *port)
{
	struct steer_hand *hand = port->hand;
	struct handed_rule *r;

	if (hand == NULL)
		return;
	pthread_mutex_lock(&hand->lock);
	set_path(port, false);
	TAILQ_FOREACH(r, &hand->rules, link)
		r->lower = NULL;
	hand->running = false;
	hand->isolated = false;
	hand->rss_set = false;
	hand->stuck = false;
	pthread_mutex_unlock(&hand->lock);
}

int
steer_hand_queue_stop(struct steer_port *port, uint16_t id)
{
	struct refusal no = { .flow = NULL };
	int rc = 0;

	if (steer_hand_idle(port))
		return 0;
	pthread_mutex_lock(&port->hand->lock);
	if (port->hand->path && steer_hand_required(port)) {
		STEER_LOG(ERR, "%s: RX queue %u cannot be stopped: hw=require, and lower port '%s' "
			  "has the rules", port->dev->data->name, id, port->args.iface);
		rc = -ENOTSUP;
	} else if (port->hand->path) {
		steer_refuse(&no, EBUSY, "an RX queue of the port is stopped");
		steer_hand_give_up(port, &no);
	}
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}

int
steer_hand_rss(struct steer_port *port, const struct steer_rss_conf *conf)
{
	struct refusal no = { .flow = NULL };
	int rc = 0;

	if (steer_hand_idle(port))
		return 0;
	if (port->hand->path)
		rc = steer_lower_rss_set(port, conf);
	if (rc < 0 && steer_hand_required(port)) {
		STEER_LOG(ERR, "%s: hw=require, but lower port '%s' does not take this RSS: %s",
			  port->dev->data->name, port->args.iface, rte_strerror(-rc));
		steer_lower_rss_set(port, &port->rss);
	} else if (rc < 0) {
		steer_refuse(&no, ENOTSUP, "its RSS cannot be set as the port's");
		steer_hand_give_up(port, &no);
		rc = 0;
	}
	return rc;
}

void
steer_hand_lock(struct steer_port *port)
{
	if (port->hand != NULL)
		pthread_mutex_lock(&port->hand->lock);
}

void
steer_hand_unlock(struct steer_port *port)
{
	if (port->hand != NULL)
		pthread_mutex_unlock(&port->hand->lock);
}
