/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_TABLE_MODEL_H_
#define _TEST_TABLE_MODEL_H_

#include <stdbool.h>
#include <stdint.h>

#include "steer_table.h"

/*
 * A table next to a plain array of the same rules, for comparison. One control thread; readers
 * take slots of the model's qsbr.
 */

#define MODEL_SLOTS 8

struct model_rule {
	struct steer_match match;
	struct steer_place place;
	struct steer_tomb tomb;
	uint32_t prio;
	uint32_t mark;
	uint64_t seq;
	bool in;
	/* Buried, and not gone yet: it cannot come back. */
	bool leaving;
	struct steer_retired retired;
	struct model *model;
};

struct model {
	struct steer_table table;
	struct steer_retire retire;
	struct rte_rcu_qsbr *qsbr;
	uint64_t version;
	unsigned int max;
	struct model_rule *rules;
	unsigned int n_gone; /* Of those that were buried. */
};

void model_init(struct model *m, unsigned int max);
/* The heap must be as it was before. */
void model_fini(struct model *m);

/* A cmocka test with a model, whose max is set. Behind it, no allocation is to fail any more. */
int model_set_up(void **state);
int model_tear_down(void **state);
#define MODEL_TEST(test, model) \
	cmocka_unit_test_prestate_setup_teardown(test, model_set_up, model_tear_down, model)

/* Rule i into the table; its match, prio and mark are set. @return as steer_table_insert(). */
int model_insert(struct model *m, unsigned int i);
/* Out again, waiting for readers. */
void model_remove(struct model *m, unsigned int i);
/* As the engine does it, never waiting for readers: gone when what is retired is reclaimed. */
void model_bury(struct model *m, unsigned int i);

/* First match of a key behind after (NULL: of all), among the array's rules in use. */
struct model_rule *model_first(struct model *m, const struct steer_key *key, uint64_t version,
			       const struct model_rule *after);

/* All matches of some keys, one after the other, must be the array's. */
void model_compare(struct model *m, const struct steer_key *keys, unsigned int n,
		   uint64_t version);

/* Demand bytes of the key; bits of value outside the mask are dropped. */
void match_bytes(struct steer_match *match, size_t off, size_t len, uint64_t mask, uint64_t value);
/* Mask of an IPv4 address's first bits, for match_bytes(). */
uint64_t match_prefix(unsigned int len);
/* Demand a range. */
void match_range(struct steer_match *match, size_t off, size_t len, uint64_t lo, uint64_t hi);
/* Big-endian bytes of a key. */
void key_put(struct steer_key *key, size_t off, size_t len, uint64_t value);

#endif /* _TEST_TABLE_MODEL_H_ */
