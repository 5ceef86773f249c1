/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "where.h"

/* Far more than a packet's way has instructions. */
#define PLACES (1u << 16)

struct place {
	uintptr_t address;
	uint64_t n;
};

static struct place places[PLACES];
static FILE *file;

int
perf_where_open(const char *path)
{
	file = fopen(path, "w");
	if (file == NULL) {
		fprintf(stderr, "steer-perf: %s cannot be written: %s\n", path, strerror(errno));
		return -1;
	}
	fprintf(file, "name,object,offset,instructions\n");
	return 0;
}

void
perf_where_close(void)
{
	if (file != NULL)
		fclose(file);
	file = NULL;
}

void
perf_where_clear(void)
{
	memset(places, 0, sizeof(places));
}

/* A table that is full counts no more addresses: the handler must not wait. */
void
perf_where_count(const void *address)
{
	const uintptr_t wanted = (uintptr_t)address;
	uint32_t at = (uint32_t)(wanted * UINT64_C(0x9e3779b97f4a7c15) >> 48);

	for (unsigned int i = 0; i < PLACES; i++, at++) {
		struct place *p = &places[at % PLACES];

		if (p->address == 0)
			p->address = wanted;
		if (p->address == wanted) {
			p->n++;
			return;
		}
	}
}

static void
write_place(const char *name, const struct place *p, double each)
{
	Dl_info info;

	if (dladdr((const void *)p->address, &info) == 0 || info.dli_fname == NULL)
		info = (Dl_info){ .dli_fname = "?" };
	fprintf(file, "\"%s\",\"%s\",0x%" PRIxPTR ",%.6f\n", name, info.dli_fname,
		p->address - (uintptr_t)info.dli_fbase, each);
}

void
perf_where_write(const char *name, double each)
{
	uint64_t sum = 0;

	if (file == NULL)
		return;
	for (unsigned int i = 0; i < PLACES; i++)
		sum += places[i].n;
	for (unsigned int i = 0; i < PLACES; i++)
		if (places[i].n != 0)
			write_place(name, &places[i], each * (double)places[i].n / (double)sum);
}
