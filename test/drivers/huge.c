/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <rte_common.h>

#include "huge.h"

#define PAGES "/proc/sys/vm/nr_hugepages"
#define FREE_PAGES "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"

static long added;

/* -1 if it cannot be read. */
static long
read_number(const char *path)
{
	FILE *f = fopen(path, "r");
	long n = -1;

	if (f == NULL)
		return -1;
	if (fscanf(f, "%ld", &n) != 1)
		n = -1;
	fclose(f);
	return n;
}

static int
write_number(const char *path, long n)
{
	FILE *f = fopen(path, "w");
	int rc;

	if (f == NULL)
		return -1;
	rc = fprintf(f, "%ld", n) > 0 ? 0 : -1;
	return fclose(f) == 0 ? rc : -1;
}

/* Other tests do so at the same time: one after the other. */
static int
add_pages(long n)
{
	int fd = open(PAGES, O_RDONLY | O_CLOEXEC);
	int rc = -1;
	long now;

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX) == 0) {
		now = read_number(PAGES);
		if (now >= 0)
			rc = write_number(PAGES, RTE_MAX(now + n, 0L));
	}
	close(fd);
	return rc;
}

/* Nobody outside sees what is mounted, and it goes with the last process in here. */
static int
mount_here(void)
{
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
			mount("none", "/run", "tmpfs", 0, "mode=755") != 0 ||
			mkdir(TEST_HUGE_DIR, 0700) != 0)
		return -1;
	return mount("none", TEST_HUGE_DIR, "hugetlbfs", 0, "pagesize=2M");
}

const char *
test_huge_begin(unsigned int pages)
{
	if (mount_here() != 0)
		return "huge pages cannot be mounted here";
	if (add_pages(pages) != 0)
		return "the number of huge pages cannot be changed";
	added = pages;
	if (read_number(FREE_PAGES) >= (long)pages)
		return NULL;
	test_huge_end();
	return "there is no memory for huge pages";
}

void
test_huge_end(void)
{
	if (added > 0)
		add_pages(-added);
	added = 0;
}
