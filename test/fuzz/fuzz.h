/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FUZZ_H_
#define _TEST_FUZZ_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What a fuzz target has in common with the others: what libFuzzer calls, and a stream of bytes
 * out of which it makes its decisions. A stream that has ended gives zeros, so that every input
 * is valid.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What must hold, whatever the input. */
#define FUZZ_CHECK(condition)                                                                      \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

struct fuzz_stream {
	const uint8_t *data;
	size_t left;
};

static inline uint8_t
fuzz_u8(struct fuzz_stream *s)
{
	if (s->left == 0)
		return 0;
	s->left--;
	return *s->data++;
}

static inline uint16_t
fuzz_u16(struct fuzz_stream *s)
{
	const uint8_t high = fuzz_u8(s);

	return (uint16_t)(high << 8 | fuzz_u8(s));
}

static inline uint32_t
fuzz_u32(struct fuzz_stream *s)
{
	const uint16_t high = fuzz_u16(s);

	return (uint32_t)high << 16 | fuzz_u16(s);
}

/* Memory of just that size, so that the address sanitizer sees a read behind it. */
static inline void *
fuzz_alloc(size_t len)
{
	void *p = malloc(len);

	if (p == NULL && len > 0)
		abort();
	return p;
}

static inline void *
fuzz_bytes(struct fuzz_stream *s, size_t len)
{
	uint8_t *p = fuzz_alloc(len);

	for (size_t i = 0; i < len; i++)
		p[i] = fuzz_u8(s);
	return p;
}

#endif /* _TEST_FUZZ_H_ */
