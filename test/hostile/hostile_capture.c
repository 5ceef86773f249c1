/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "hostile_capture.h"

#define MAGIC_US 0xa1b2c3d4u
#define MAGIC_NS 0xa1b23c4du

struct file_header {
	uint32_t magic;
	uint16_t version[2];
	uint32_t zone, sigfigs, snaplen, linktype;
};

struct packet_header {
	uint32_t sec, frac, kept, len;
};

static int
add(struct hostile_captures *c, const uint8_t *data, size_t len)
{
	struct hostile_capture *p = &c->all[c->n];

	if (c->n == HOSTILE_CAPTURES_MAX)
		return 0;
	p->len = (uint32_t)RTE_MIN(len, (size_t)HOSTILE_CAPTURE_MAX);
	p->data = malloc(RTE_MAX(p->len, 1u));
	if (p->data == NULL)
		return -ENOMEM;
	memcpy(p->data, data, p->len);
	c->n++;
	return 0;
}

/* A file may end anywhere. */
static int
add_packets(struct hostile_captures *c, const uint8_t *data, size_t size, bool swapped)
{
	struct packet_header h;
	int rc = 0;

	for (size_t at = sizeof(struct file_header); rc == 0 && size - at >= sizeof(h);) {
		uint32_t kept;

		memcpy(&h, data + at, sizeof(h));
		at += sizeof(h);
		kept = swapped ? rte_bswap32(h.kept) : h.kept;
		if (kept > size - at)
			break;
		rc = add(c, data + at, kept);
		at += kept;
	}
	return rc;
}

static int
add_file(struct hostile_captures *c, const uint8_t *data, size_t size)
{
	struct file_header h;
	bool swapped;

	if (size < sizeof(h))
		return add(c, data, size);
	memcpy(&h, data, sizeof(h));
	swapped = h.magic == rte_bswap32(MAGIC_US) || h.magic == rte_bswap32(MAGIC_NS);
	if (!swapped && h.magic != MAGIC_US && h.magic != MAGIC_NS)
		return add(c, data, size);
	return add_packets(c, data, size, swapped);
}

static int
read_file(struct hostile_captures *c, const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	long size = 0;
	int rc = 0;

	if (f == NULL)
		return -errno;
	if (fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	rewind(f);
	if (size > 0)
		data = malloc((size_t)size);
	if (data != NULL && fread(data, 1, (size_t)size, f) == (size_t)size)
		rc = add_file(c, data, (size_t)size);
	free(data);
	fclose(f);
	return rc;
}

int
hostile_captures_read(struct hostile_captures *c, const char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *entry;
	char path[4096];
	int rc = 0;

	if (d == NULL)
		return -errno;
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		rc = read_file(c, path);
	}
	closedir(d);
	return rc;
}

void
hostile_captures_free(struct hostile_captures *c)
{
	while (c->n > 0)
		free(c->all[--c->n].data);
}
