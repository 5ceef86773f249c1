/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Frozen, with walk.h: results of different days are compared by what is measured here. It may be
 * made faster, never slower: floor.h has its instructions for each packet, which a test compares.
 */

#include <string.h>

#include <rte_cpuflags.h>
#include <rte_malloc.h>

#include "floor.h"
#include "walk.h"

#define BURST PERF_WALK_BURST
#define RETA 128
#define TUPLE PERF_WALK_TUPLE
/* Bytes of the key that bits of the hash begin in: those of the tuple, and three more. */
#define WINDOWS (TUPLE + 3)

struct perf_floor {
	struct perf_walk walk;
	bool gfni;
	uint8_t reta[RETA];
	/* GFNI: see hash_pair(). */
	uint64_t matrix[16] __rte_cache_aligned;
	uint8_t from[2][64];
	uint64_t valid[2];
	/* Tables: hash of each byte at each place. */
	uint32_t table[TUPLE][256];
};

/* Toeplitz: bit i of the tuple, if set, adds the 32 bits of the key that begin at bit i. */

static uint32_t
key_bits(const uint8_t *key, unsigned int bit, unsigned int n)
{
	uint32_t bits = 0;

	for (unsigned int i = bit; i < bit + n; i++)
		bits = bits << 1 | (key[i / 8] >> (7 - i % 8) & 1);
	return bits;
}

static void
make_tables(struct perf_floor *f, const uint8_t *key)
{
	for (unsigned int pos = 0; pos < TUPLE; pos++)
		for (unsigned int byte = 0; byte < 256; byte++)
			for (unsigned int bit = 0; bit < 8; bit++)
				if (byte & 0x80u >> bit)
					f->table[pos][byte] ^= key_bits(key, pos * 8 + bit, 32);
}

/*
 * Byte k of the hash gets from byte j of the tuple what the key has from byte w = j + k on: one
 * 8 x 8 matrix for each w, whose row of bit b is the key from bit 8 w + b on. Lane w of the vectors
 * has that matrix, and the bytes w - k of two tuples, k falling, so that the hash is in the CPU's
 * order: those of the first in the lower half.
 */
static void
make_matrices(struct perf_floor *f, const uint8_t *key)
{
	for (unsigned int w = 0; w < WINDOWS; w++) {
		uint8_t rows[8];

		for (unsigned int b = 0; b < 8; b++)
			rows[b] = (uint8_t)key_bits(key, 8 * w + b, 8);
		memcpy(&f->matrix[w], rows, sizeof(rows));
		for (unsigned int k = 0; k < 8; k++) {
			const unsigned int byte = w - (3 - k % 4), at = w % 8 * 8 + k;

			if (byte >= TUPLE)
				continue;
			f->from[w / 8][at] = (uint8_t)(k / 4 * 16 + byte);
			f->valid[w / 8] |= UINT64_C(1) << at;
		}
	}
}

static inline uint32_t
hash_by_tables(const struct perf_floor *f, const uint8_t *tuple)
{
	uint32_t hash = 0;

	for (unsigned int i = 0; i < TUPLE; i += 4)
		hash ^= f->table[i][tuple[i]] ^ f->table[i + 1][tuple[i + 1]] ^
			f->table[i + 2][tuple[i + 2]] ^ f->table[i + 3][tuple[i + 3]];
	return hash;
}

static inline void
hash_burst_by_tables(const struct perf_floor *f, const uint8_t **tuples, uint32_t *hash,
		     unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		hash[i] = hash_by_tables(f, tuples[i]);
}

#ifdef RTE_ARCH_X86_64
#include <immintrin.h>

#define GFNI __attribute__((target("avx512f,avx512bw,avx512vbmi,avx512vl,gfni")))

bool
perf_floor_has_gfni(void)
{
	return rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512F) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512BW) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512VL) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512VBMI) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_GFNI) > 0;
}

/** Hash two tuples; 16 bytes of each are read. */
GFNI static inline void
hash_pair(const struct perf_floor *f, const uint8_t *first, const uint8_t *second, uint32_t *hash)
{
	const __m512i both = _mm512_castsi256_si512(_mm256_inserti128_si256(
		_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)first)),
		_mm_loadu_si128((const __m128i *)second), 1));
	const __m512i low = _mm512_maskz_permutexvar_epi8(f->valid[0],
							  _mm512_loadu_si512(f->from[0]), both);
	const __m512i high = _mm512_maskz_permutexvar_epi8(f->valid[1],
							   _mm512_loadu_si512(f->from[1]), both);
	const __m512i sum = _mm512_xor_si512(
		_mm512_gf2p8affine_epi64_epi8(low, _mm512_loadu_si512(&f->matrix[0]), 0),
		_mm512_gf2p8affine_epi64_epi8(high, _mm512_loadu_si512(&f->matrix[8]), 0));
	const __m256i half = _mm256_xor_si256(_mm512_castsi512_si256(sum),
					      _mm512_extracti64x4_epi64(sum, 1));
	const __m128i quarter = _mm_xor_si128(_mm256_castsi256_si128(half),
					      _mm256_extracti128_si256(half, 1));

	_mm_storel_epi64((__m128i *)hash, _mm_xor_si128(quarter, _mm_srli_si128(quarter, 8)));
}

/** There is room for one more hash, and a tuple (any) behind the last one. */
GFNI static void
hash_burst_by_gfni(const struct perf_floor *f, const uint8_t **tuples, uint32_t *hash,
		   unsigned int n)
{
	for (unsigned int i = 0; i < n; i += 2)
		hash_pair(f, tuples[i], tuples[i + 1], &hash[i]);
}
#else
bool
perf_floor_has_gfni(void)
{
	return false;
}

static inline void
hash_burst_by_gfni(const struct perf_floor *f, const uint8_t **tuples, uint32_t *hash,
		   unsigned int n)
{
	hash_burst_by_tables(f, tuples, hash, n);
}
#endif

uint32_t
perf_floor_hash(const struct perf_floor *f, const uint8_t *tuple)
{
	const uint8_t *tuples[2] = { tuple, tuple };
	uint32_t hash[2];

	if (f->gfni)
		hash_burst_by_gfni(f, tuples, hash, 1);
	else
		hash_burst_by_tables(f, tuples, hash, 1);
	return hash[0];
}

/* The loop */

static inline unsigned int
burst(struct perf_floor *f)
{
	struct rte_mbuf *pkts[BURST];
	const uint8_t *tuples[BURST + 1];
	uint32_t hash[BURST + 1];
	unsigned int n;

	n = perf_walk_rx(&f->walk, pkts, tuples);
	tuples[n] = perf_walk_none;
	if (f->gfni)
		hash_burst_by_gfni(f, tuples, hash, n);
	else
		hash_burst_by_tables(f, tuples, hash, n);
	for (unsigned int i = 0; i < n; i++)
		perf_walk_stage(&f->walk, f->reta[hash[i] & (RETA - 1)], pkts[i]);
	perf_walk_scatter(&f->walk);
	return perf_walk_out(&f->walk);
}

uint64_t
perf_floor_run(void *floor, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += burst(floor);
	return done;
}

/* Set-up */

struct perf_floor *
perf_floor_create(uint16_t port, uint16_t queue, enum perf_floor_hash hash, const uint8_t *key)
{
	struct perf_floor *f = rte_zmalloc("perf_floor", sizeof(*f), RTE_CACHE_LINE_SIZE);

	if (f == NULL)
		return NULL;
	f->gfni = hash == PERF_FLOOR_BEST && perf_floor_has_gfni();
	make_tables(f, key);
	make_matrices(f, key);
	for (unsigned int i = 0; i < RETA; i++)
		f->reta[i] = i % PERF_WALK_RINGS;
	if (perf_walk_init(&f->walk, port, queue) != 0) {
		perf_floor_free(f);
		return NULL;
	}
	return f;
}

void
perf_floor_free(struct perf_floor *f)
{
	if (f != NULL)
		perf_walk_free(&f->walk);
	rte_free(f);
}
