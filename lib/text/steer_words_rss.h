/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * RSS types and hash functions by the words of testpmd.
 */

#ifndef STEER_WORDS_RSS_H
#define STEER_WORDS_RSS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_ethdev.h>

#include "steer_word.h"

/** @return false if the word is neither the name of types nor a number. */
bool steer_words_rss_types(struct steer_word w, uint64_t *types);

/** Types as a list of words; "none" if there are none. Those without a name as a number. */
void steer_words_print_rss_types(FILE *file, uint64_t types);

/** Bytes that hold any types as text. */
#define STEER_WORDS_RSS_MAX 768

/** The same as text, one blank before each word. @return @p text. */
const char *steer_words_rss_types_text(uint64_t types, char text[STEER_WORDS_RSS_MAX]);

/** @return false if there is no such function. */
bool steer_words_rss_func(struct steer_word w, enum rte_eth_hash_function *func);

/** @return NULL if the function has no name. */
const char *steer_words_rss_func_name(enum rte_eth_hash_function func);

/** The i-th name, NULL behind the last one. */
const char *steer_words_rss_func_at(unsigned int i);
const char *steer_words_rss_type_at(unsigned int i);

#endif /* STEER_WORDS_RSS_H */
