/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_kvargs.h>
#include <rte_string_fns.h>

#include "steer_port.h"

/*
 * The valid keys are not given to rte_kvargs_parse(): it would refuse an unknown one without
 * saying which.
 */

#define ARG_CONTROL "control"
#define ARG_COUNT "count"
#define ARG_DISPATCH "dispatch"
#define ARG_IFACE "iface"
#define ARG_LOWER "lower"
#define ARG_LOWER_QUEUES "lower_queues"
#define ARG_KERNEL "kernel"
#define ARG_QPAIRS "qpairs"
#define ARG_REMOTE "remote"
#define ARG_QUEUES "queues"
#define ARG_RING_SIZE "ring_size"
#define ARG_RETA_SIZE "reta_size"
#define ARG_CACHE "cache"
#define ARG_HW "hw"
#define ARG_RULES "rules"
#define ARG_SIMD "simd"

/* A decimal number and nothing else: no sign, no white space, no prefix. */
static int
parse_number(const char *value, uint32_t max, uint32_t *out)
{
	uint32_t n = 0;

	if (*value == '\0')
		return -EINVAL;
	for (; *value != '\0'; value++) {
		if (!isdigit((unsigned char)*value))
			return -EINVAL;
		n = n * 10 + (*value - '0');
		if (n > max)
			return -EINVAL;
	}
	*out = n;
	return 0;
}

static int
parse_iface(const char *name, const char *value, struct steer_args *args)
{
	const char *c;

	for (c = value; isgraph((unsigned char)*c); c++)
		;
	if (c == value || *c != '\0') {
		STEER_LOG(ERR, "%s: iface=%s: must be the name of a port", name, value);
		return -EINVAL;
	}
	if (steer_make_parse(name, value, args) != 0)
		return -EINVAL;
	if (strcmp(name, args->iface) == 0) {
		STEER_LOG(ERR, "%s: iface=%s: must be the name of another port", name, value);
		return -EINVAL;
	}
	return 0;
}

static int
parse_lower(const char *name, const char *value, struct steer_args *args)
{
	if (strcmp(value, "af_xdp") == 0) {
		args->driver = STEER_DRIVER_AF_XDP;
	} else if (strcmp(value, "af_packet") == 0) {
		args->driver = STEER_DRIVER_AF_PACKET;
	} else {
		STEER_LOG(ERR, "%s: lower=%s: must be af_xdp or af_packet", name, value);
		return -EINVAL;
	}
	return 0;
}

static int
parse_dispatch(const char *name, const char *value, struct steer_args *args)
{
	if (strcmp(value, "poll") == 0) {
		args->dispatch = STEER_DISPATCH_POLL;
	} else if (strcmp(value, "service") == 0) {
		args->dispatch = STEER_DISPATCH_SERVICE;
	} else {
		STEER_LOG(ERR, "%s: dispatch=%s: must be poll or service", name, value);
		return -EINVAL;
	}
	return 0;
}

static int
parse_count(const char *name, const char *key, const char *value, uint16_t max, uint16_t *count)
{
	uint32_t n;

	if (parse_number(value, max, &n) != 0 || n == 0) {
		STEER_LOG(ERR, "%s: %s=%s: must be a number from 1 to %u", name, key, value, max);
		return -EINVAL;
	}
	*count = n;
	return 0;
}

static int
parse_ring_size(const char *name, const char *value, struct steer_args *args)
{
	uint32_t n;

	if (parse_number(value, STEER_RING_MAX, &n) != 0 || n < STEER_RING_MIN ||
			!rte_is_power_of_2(n)) {
		STEER_LOG(ERR, "%s: ring_size=%s: must be a power of two from %u to %u", name,
			value, STEER_RING_MIN, STEER_RING_MAX);
		return -EINVAL;
	}
	args->ring_size = n;
	return 0;
}

static int
parse_cache(const char *name, const char *value, struct steer_args *args)
{
	if (parse_number(value, STEER_CACHE_ENTRIES_MAX, &args->cache) == 0)
		return 0;
	STEER_LOG(ERR, "%s: cache=%s: must be a number from 0 to %u", name, value,
		STEER_CACHE_ENTRIES_MAX);
	return -EINVAL;
}

static int
parse_hw(const char *name, const char *value, struct steer_args *args)
{
	if (strcmp(value, "auto") == 0) {
		args->hw = STEER_HW_AUTO;
	} else if (strcmp(value, "off") == 0) {
		args->hw = STEER_HW_OFF;
	} else if (strcmp(value, "require") == 0) {
		args->hw = STEER_HW_REQUIRE;
	} else {
		STEER_LOG(ERR, "%s: hw=%s: must be off, auto or require", name, value);
		return -EINVAL;
	}
	return 0;
}

static int
parse_kernel(const char *name, const char *value, struct steer_args *args)
{
	if (strcmp(value, "off") == 0) {
		args->kernel = STEER_KERNEL_OFF;
	} else if (strcmp(value, "auto") == 0) {
		args->kernel = STEER_KERNEL_AUTO;
	} else if (strcmp(value, "require") == 0) {
		args->kernel = STEER_KERNEL_REQUIRE;
	} else {
		STEER_LOG(ERR, "%s: kernel=%s: must be off, auto or require", name, value);
		return -EINVAL;
	}
	return 0;
}

static int
parse_on_off(const char *name, const char *key, const char *value, bool *on)
{
	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) {
		STEER_LOG(ERR, "%s: %s=%s: must be off or on", name, key, value);
		return -EINVAL;
	}
	*on = strcmp(value, "on") == 0;
	return 0;
}

static int
parse_remote(const char *name, const char *value, struct steer_args *args)
{
	const char *c;

	for (c = value; isgraph((unsigned char)*c) && *c != '/' && *c != ':'; c++)
		;
	if (c != value && *c == '\0' &&
			strlcpy(args->remote, value, sizeof(args->remote)) < sizeof(args->remote))
		return 0;
	STEER_LOG(ERR, "%s: remote=%s: must be the name of an interface", name, value);
	return -EINVAL;
}

static int
parse_count_of(const char *name, const char *value, struct steer_args *args)
{
	if (strcmp(value, "asked") != 0 && strcmp(value, "all") != 0) {
		STEER_LOG(ERR, "%s: count=%s: must be asked or all", name, value);
		return -EINVAL;
	}
	args->count_all = strcmp(value, "all") == 0;
	return 0;
}

/* The bifurcated driver's word for the same. */
static int
parse_queues(const char *name, const char *key, const char *value, struct steer_args *args)
{
	if (args->queues != 0) {
		STEER_LOG(ERR, "%s: %s=%s: " ARG_QPAIRS " is another word for " ARG_QUEUES
			", and one of them is accepted", name, key, value);
		return -EINVAL;
	}
	return parse_count(name, key, value, STEER_QUEUES_MAX, &args->queues);
}

static int
parse_simd(const char *name, const char *value, struct steer_args *args)
{
	if (strcmp(value, "auto") == 0) {
		args->simd = STEER_SIMD_AUTO;
	} else if (strcmp(value, "off") == 0) {
		args->simd = STEER_SIMD_OFF;
	} else if (strcmp(value, "gfni") == 0) {
		args->simd = STEER_SIMD_GFNI;
	} else {
		STEER_LOG(ERR, "%s: simd=%s: must be off, auto or gfni", name, value);
		return -EINVAL;
	}
	if (steer_simd_has(args->simd))
		return 0;
	STEER_LOG(ERR, "%s: simd=%s: this CPU has no GFNI with AVX512-VBMI: must be off or auto",
		name, value);
	return -ENOTSUP;
}

/* Its log lines and comments in dumps have it as it is. */
static int
parse_rules(const char *name, const char *value, struct steer_args *args)
{
	const char *c;

	for (c = value; isgraph((unsigned char)*c); c++)
		;
	if (c == value || *c != '\0' ||
			strlcpy(args->rules, value, sizeof(args->rules)) >= sizeof(args->rules)) {
		STEER_LOG(ERR, "%s: rules=%s: must be a file's path of up to %zu characters "
			"without blanks", name, value, sizeof(args->rules) - 1);
		return -EINVAL;
	}
	return 0;
}

static int
parse_pair(const char *name, const struct rte_kvargs_pair *pair, struct steer_args *args)
{
	if (strcmp(pair->key, ARG_IFACE) == 0)
		return parse_iface(name, pair->value, args);
	if (strcmp(pair->key, ARG_DISPATCH) == 0)
		return parse_dispatch(name, pair->value, args);
	if (strcmp(pair->key, ARG_LOWER) == 0)
		return parse_lower(name, pair->value, args);
	if (strcmp(pair->key, ARG_LOWER_QUEUES) == 0)
		return parse_count(name, pair->key, pair->value, STEER_QUEUES_MAX,
				   &args->lower_queues);
	if (strcmp(pair->key, ARG_QUEUES) == 0 || strcmp(pair->key, ARG_QPAIRS) == 0)
		return parse_queues(name, pair->key, pair->value, args);
	if (strcmp(pair->key, ARG_KERNEL) == 0)
		return parse_kernel(name, pair->value, args);
	if (strcmp(pair->key, ARG_REMOTE) == 0)
		return parse_remote(name, pair->value, args);
	if (strcmp(pair->key, ARG_RING_SIZE) == 0)
		return parse_ring_size(name, pair->value, args);
	if (strcmp(pair->key, ARG_RETA_SIZE) == 0)
		return parse_count(name, pair->key, pair->value, STEER_RETA_MAX, &args->reta_size);
	if (strcmp(pair->key, ARG_CACHE) == 0)
		return parse_cache(name, pair->value, args);
	if (strcmp(pair->key, ARG_HW) == 0)
		return parse_hw(name, pair->value, args);
	if (strcmp(pair->key, ARG_RULES) == 0)
		return parse_rules(name, pair->value, args);
	if (strcmp(pair->key, ARG_CONTROL) == 0)
		return parse_on_off(name, pair->key, pair->value, &args->control);
	if (strcmp(pair->key, ARG_COUNT) == 0)
		return parse_count_of(name, pair->value, args);
	if (strcmp(pair->key, ARG_SIMD) == 0)
		return parse_simd(name, pair->value, args);

	STEER_LOG(ERR, "%s: %s=%s: unknown argument, accepted are " STEER_PARAM_STRING, name,
		pair->key, pair->value);
	return -EINVAL;
}

static int
parse_all(const char *name, const struct rte_kvargs *kvlist, struct steer_args *args)
{
	const struct rte_kvargs_pair *pair;
	unsigned int i;
	int ret;

	for (i = 0; i < kvlist->count; i++) {
		pair = &kvlist->pairs[i];
		if (pair->value == NULL) {
			STEER_LOG(ERR, "%s: %s: must be followed by = and a value, accepted are "
				STEER_PARAM_STRING, name, pair->key);
			return -EINVAL;
		}
		if (rte_kvargs_count(kvlist, pair->key) > 1) {
			STEER_LOG(ERR, "%s: %s=%s: given more than once", name, pair->key,
				pair->value);
			return -EINVAL;
		}
		ret = parse_pair(name, pair, args);
		if (ret != 0)
			return ret;
	}
	return 0;
}

/* It is done by programs in the kernel, and without them there is nothing of it. */
static int
check_remote(const char *name, const struct rte_kvargs *kvlist, struct steer_args *args)
{
	if (args->remote[0] == '\0' || args->kernel != STEER_KERNEL_OFF)
		return 0;
	if (rte_kvargs_count(kvlist, ARG_KERNEL) == 0) {
		args->kernel = STEER_KERNEL_REQUIRE;
		return 0;
	}
	STEER_LOG(ERR, "%s: kernel=off: with remote=%s it must be auto or require", name,
		args->remote);
	return -EINVAL;
}

/*
 * The commas and equal signs of "iface=(DEVICE,KEY=VALUE)" are the device's: rte_kvargs is not
 * shown them.
 *
 * Returns the text in parentheses cut out of params, which is left with "iface=()"; NULL if there
 * is none.
 */
static char *
cut_device(char *params)
{
	char *open = strstr(params, ARG_IFACE "=(");
	char *end, *device;

	if (open == NULL || (open != params && open[-1] != ','))
		return NULL;
	open += strlen(ARG_IFACE "=");
	end = strrchr(open, ')');
	if (end == NULL || (end[1] != '\0' && end[1] != ','))
		return NULL;
	device = strndup(open, end + 1 - open);
	if (device != NULL)
		memmove(open + 1, end, strlen(end) + 1);
	return device;
}

static int
parse_params(const char *name, const char *params, const char *device, struct steer_args *args)
{
	struct rte_kvargs *kvlist;
	unsigned int i;
	int ret;

	kvlist = rte_kvargs_parse(params, NULL);
	if (kvlist == NULL) {
		STEER_LOG(ERR, "%s: %s: cannot be parsed, accepted are " STEER_PARAM_STRING, name,
			params);
		return -EINVAL;
	}
	for (i = 0; device != NULL && i < kvlist->count; i++)
		if (strcmp(kvlist->pairs[i].key, ARG_IFACE) == 0)
			kvlist->pairs[i].value = (char *)(uintptr_t)device;
	ret = parse_all(name, kvlist, args);
	if (ret == 0)
		ret = check_remote(name, kvlist, args);
	rte_kvargs_free(kvlist);
	return ret;
}

int
steer_args_parse(const char *name, const char *params, struct steer_args *args)
{
	char *copy, *device;
	int ret;

	*args = (struct steer_args){
		.reta_size = STEER_RETA_SIZE,
		.cache = STEER_CACHE_ENTRIES,
	};
	copy = strdup(params != NULL ? params : "");
	if (copy == NULL)
		return -ENOMEM;
	device = cut_device(copy);
	ret = parse_params(name, copy, device, args);
	free(device);
	free(copy);
	if (ret != 0)
		return ret;

	if (args->queues == 0)
		args->queues = STEER_QUEUES_MAX;
	if (args->iface[0] == '\0') {
		STEER_LOG(ERR, "%s: iface= is missing: the name of the port below", name);
		return -EINVAL;
	}
	return 0;
}
