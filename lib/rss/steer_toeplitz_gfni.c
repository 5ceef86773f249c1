/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "steer_toeplitz_gfni.h"

#ifdef RTE_ARCH_X86_64

#include <immintrin.h>

#include <rte_cpuflags.h>

#define GFNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,gfni,bmi2")))

static bool has;

/* Once: in a virtual machine each look at a flag leaves it, for thousands of cycles. */
RTE_INIT(look_at_flags)
{
	static const enum rte_cpu_flag_t flags[] = {
		RTE_CPUFLAG_AVX512F, RTE_CPUFLAG_AVX512BW, RTE_CPUFLAG_AVX512VL,
		RTE_CPUFLAG_AVX512VBMI, RTE_CPUFLAG_GFNI, RTE_CPUFLAG_BMI2,
	};

	has = true;
	for (unsigned int i = 0; i < RTE_DIM(flags); i++)
		has = has && rte_cpu_get_flag_enabled(flags[i]) > 0;
}

bool
steer_toeplitz_gfni_has(void)
{
	return has;
}

/** Eight bits of the key. */
static uint8_t
key_bits(const uint8_t *key, unsigned int bit)
{
	const unsigned int two = (unsigned int)(key[bit / 8] << 8 | key[bit / 8 + 1]);

	return (uint8_t)(two >> (8 - bit % 8));
}

/*
 * Byte k of the hash gets from byte j of the input what the key has from byte w = j + k on: that is
 * the product with a matrix whose row of bit b is the key from bit 8 w + b on. Lane w of the
 * vectors has that matrix. Bytes of a hash stand in a lane in the CPU's order.
 */
void
steer_toeplitz_gfni_init(struct steer_toeplitz_gfni *g, const uint8_t *key)
{
	memset(g, 0, sizeof(*g));
	memset(g->pair, STEER_TOEPLITZ_NOTHING, sizeof(g->pair));
	for (unsigned int w = 0; w < STEER_TOEPLITZ_INPUT + 3; w++) {
		uint8_t rows[8];

		for (unsigned int b = 0; b < 8; b++)
			rows[b] = key_bits(key, 8 * w + b);
		memcpy(&g->matrix[w], rows, sizeof(rows));
		for (unsigned int k = 0; k < 4; k++) {
			const unsigned int byte = w - (3 - k);

			if (byte >= STEER_TOEPLITZ_INPUT)
				continue;
			g->one[w / 4].from[w % 4 * 8 + k] = (uint8_t)byte;
			g->one[w / 4].valid |= UINT32_C(1) << (w % 4 * 8 + k);
			if (byte >= STEER_TOEPLITZ_SHORT)
				continue;
			g->pair[w / 4][w % 4 * 8 + k] = (uint8_t)byte;
			g->pair[w / 4][w % 4 * 8 + k + 4] = (uint8_t)(byte + 16);
		}
	}
}

GFNI static inline __m256i
multiply(const struct steer_toeplitz_gfni *g, unsigned int v, __m256i bytes)
{
	return _mm256_gf2p8affine_epi64_epi8(
		bytes, _mm256_load_si256((const __m256i *)&g->matrix[4 * v]), 0);
}

GFNI static inline __m256i
from(const struct steer_toeplitz_from *f)
{
	return _mm256_load_si256((const __m256i *)f->from);
}

/** The sum of the lanes. */
GFNI static inline __m128i
sum_lanes(__m256i sum)
{
	const __m128i half = _mm_xor_si128(_mm256_castsi256_si128(sum),
					   _mm256_extracti128_si256(sum, 1));

	return _mm_xor_si128(half, _mm_srli_si128(half, 8));
}

GFNI static inline __m128i
load_short(const uint8_t *in, uint8_t len)
{
	return _mm_maskz_loadu_epi8((__mmask16)_bzhi_u32(UINT32_MAX, len), in);
}

/** Vectors that all pairs have in common, kept in registers. */
struct pair_vectors {
	__m256i from[STEER_TOEPLITZ_SHORT_VECTORS];
};

GFNI static inline void
load_pair_vectors(const struct steer_toeplitz_gfni *g, struct pair_vectors *p)
{
	for (unsigned int v = 0; v < STEER_TOEPLITZ_SHORT_VECTORS; v++)
		p->from[v] = _mm256_load_si256((const __m256i *)g->pair[v]);
}

/** Two inputs, the second one from byte 16 on; behind each, zeros. */
GFNI static inline __m128i
hash_pair(const struct steer_toeplitz_gfni *g, const struct pair_vectors *p, __m256i both)
{
	__m256i sum = _mm256_setzero_si256();

	for (unsigned int v = 0; v < STEER_TOEPLITZ_SHORT_VECTORS; v++)
		sum = _mm256_xor_si256(
			sum, multiply(g, v, _mm256_permutexvar_epi8(p->from[v], both)));
	return sum_lanes(sum);
}

GFNI static void
hash_short(const struct steer_toeplitz_gfni *g, const uint8_t *const *in, const uint8_t *len,
	   unsigned int n, uint32_t *hash)
{
	struct pair_vectors p;

	load_pair_vectors(g, &p);
	for (unsigned int i = 0; i < n; i += 2) {
		const __m256i both = _mm256_inserti128_si256(
			_mm256_castsi128_si256(load_short(in[i], len[i])),
			load_short(in[i + 1], len[i + 1]), 1);

		_mm_storel_epi64((__m128i *)&hash[i], hash_pair(g, &p, both));
	}
}

GFNI static void
hash_long(const struct steer_toeplitz_gfni *g, const uint8_t *const *in, const uint8_t *len,
	  unsigned int n, uint32_t *hash)
{
	for (unsigned int i = 0; i < n; i++) {
		const uint64_t mask = _bzhi_u64(UINT64_MAX, len[i]);
		const __m256i low = _mm256_maskz_loadu_epi8((__mmask32)mask, in[i]);
		const __m256i high = _mm256_maskz_loadu_epi8((__mmask32)(mask >> 32), in[i] + 32);
		__m256i sum = _mm256_setzero_si256();

		for (unsigned int v = 0; v < STEER_TOEPLITZ_VECTORS; v++)
			sum = _mm256_xor_si256(sum, multiply(g, v, _mm256_maskz_permutex2var_epi8(
				g->one[v].valid, low, from(&g->one[v]), high)));
		hash[i] = (uint32_t)_mm_cvtsi128_si32(sum_lanes(sum));
	}
}

GFNI void
steer_toeplitz_gfni_tuples(const struct steer_toeplitz_gfni *g, const uint8_t *in,
			   unsigned int len, unsigned int n, uint32_t *hash)
{
	const uint32_t one = _bzhi_u32(UINT32_MAX, len);
	const __mmask32 both = one | one << 16;
	struct pair_vectors p;

	load_pair_vectors(g, &p);
	for (unsigned int i = 0; i < n; i += 2, in += 32, hash += 2)
		_mm_storel_epi64((__m128i *)hash,
				 hash_pair(g, &p, _mm256_maskz_loadu_epi8(both, in)));
}

void
steer_toeplitz_gfni(const struct steer_toeplitz_gfni *g, const uint8_t *const *in,
		    const uint8_t *len, unsigned int max, unsigned int n, uint32_t *hash)
{
	if (max <= STEER_TOEPLITZ_SHORT)
		hash_short(g, in, len, n, hash);
	else
		hash_long(g, in, len, n, hash);
}

#else

bool
steer_toeplitz_gfni_has(void)
{
	return false;
}

void
steer_toeplitz_gfni_init(struct steer_toeplitz_gfni *g, const uint8_t *key)
{
	RTE_SET_USED(g);
	RTE_SET_USED(key);
}

/* Never called. */
void
steer_toeplitz_gfni(const struct steer_toeplitz_gfni *g, const uint8_t *const *in,
		    const uint8_t *len, unsigned int max, unsigned int n, uint32_t *hash)
{
	RTE_SET_USED(g);
	RTE_SET_USED(in);
	RTE_SET_USED(len);
	RTE_SET_USED(max);
	RTE_SET_USED(n);
	RTE_SET_USED(hash);
}

/* Nor is this. */
void
steer_toeplitz_gfni_tuples(const struct steer_toeplitz_gfni *g, const uint8_t *in,
			   unsigned int len, unsigned int n, uint32_t *hash)
{
	RTE_SET_USED(g);
	RTE_SET_USED(in);
	RTE_SET_USED(len);
	RTE_SET_USED(n);
	RTE_SET_USED(hash);
}

#endif
