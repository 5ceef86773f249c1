/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_bitops.h>
#include <rte_common.h>
#include <rte_errno.h>

#include "fault.h"

/* More than there are places that call. */
#define SITES 4096

enum fault_kind {
	FAULT_NULL,  /* NULL, with errno and rte_errno. */
	FAULT_CODE,  /* -errno. */
	FAULT_MINUS, /* -1, with errno and rte_errno. */
	FAULT_ZERO,  /* 0, with errno. */
};

static const struct {
	const char *name;
	enum fault_kind kind;
} list[] = {
#define FAULT(name, kind) { #name, kind },
#include "fault_list.h"
#undef FAULT
};

static bool excluded[RTE_DIM(list)];

/* In two registers. */
struct answer {
	uint64_t fails;
	int64_t value;
};

struct answer test_fault_at(unsigned int function, const void *site);

static atomic_bool armed;
static bool onwards, anybody;
static __thread bool mine;
/* Calls until the one that fails, itself included. */
static atomic_int countdown;
static _Atomic(const char *) first;
/* Where a function was called that failed, both in one: see site_of(). */
static _Atomic(uint64_t) sites[SITES];

static bool
begins_with_any(const char *name, const char *beginnings)
{
	size_t len;

	for (; *beginnings != '\0'; beginnings += len + (beginnings[len] == ' ')) {
		len = strcspn(beginnings, " ");
		if (strncmp(name, beginnings, len) == 0)
			return true;
	}
	return false;
}

void
test_fault_only(const char *names)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(list); i++)
		excluded[i] = names != NULL && !begins_with_any(list[i].name, names);
}

void
test_fault_begin(unsigned int n, bool all, enum test_fault_who who)
{
	countdown = (int)n;
	onwards = all;
	anybody = who == TEST_FAULT_ANYBODY;
	mine = true;
	first = NULL;
	armed = true;
}

const char *
test_fault_end(void)
{
	armed = false;
	mine = false;
	return first;
}

/* Addresses have 48 bits. */
static uint64_t
site_of(unsigned int function, const void *address)
{
	return (uint64_t)function << 48 | (uintptr_t)address;
}

static void
note(uint64_t site)
{
	unsigned int i;

	for (i = 0; i < SITES; i++) {
		uint64_t there = 0;

		if (atomic_compare_exchange_strong(&sites[i], &there, site) || there == site)
			return;
	}
}

static int64_t
answer_of(enum fault_kind kind)
{
	const int code = kind == FAULT_NULL ? ENOMEM : EIO;

	errno = code;
	rte_errno = code;
	switch (kind) {
	case FAULT_CODE:
		return -code;
	case FAULT_MINUS:
		return -1;
	default:
		return 0;
	}
}

/* One of the calls of the driver, which returns to site. */
struct answer
test_fault_at(unsigned int function, const void *site)
{
	const char *none = NULL;
	int left;

	if (!armed || !(anybody || mine) || excluded[function])
		return (struct answer){ 0 };
	left = atomic_fetch_sub(&countdown, 1);
	if (left > 1 || (left < 1 && !onwards))
		return (struct answer){ 0 };
	atomic_compare_exchange_strong(&first, &none, list[function].name);
	note(site_of(function, site));
	return (struct answer){ 1, answer_of(list[function].kind) };
}

/*
 * test_fault_NAME asks with the arguments put aside, then either answers or becomes NAME, whatever
 * its arguments are.
 */
__asm__(
	".macro fault name\n"
	".globl test_fault_\\name\n"
	".type test_fault_\\name, @function\n"
	"test_fault_\\name:\n"
	"	push %rdi\n"
	"	push %rsi\n"
	"	push %rdx\n"
	"	push %rcx\n"
	"	push %r8\n"
	"	push %r9\n"
	"	push %rax\n"
	"	mov $fault_index, %edi\n"
	"	mov 56(%rsp), %rsi\n"
	"	call test_fault_at@PLT\n"
	"	mov %rax, %r10\n"
	"	mov %rdx, %r11\n"
	"	pop %rax\n"
	"	pop %r9\n"
	"	pop %r8\n"
	"	pop %rcx\n"
	"	pop %rdx\n"
	"	pop %rsi\n"
	"	pop %rdi\n"
	"	test %r10, %r10\n"
	"	jnz 1f\n"
	"	jmp \\name@PLT\n"
	"1:	mov %r11, %rax\n"
	"	ret\n"
	".size test_fault_\\name, . - test_fault_\\name\n"
	".set fault_index, fault_index + 1\n"
	".endm\n"
	".text\n"
	".set fault_index, 0\n"
#define FAULT(name, kind) "fault " #name "\n"
#include "fault_list.h"
#undef FAULT
);

/* Of the first object, which is the program. */
static int
base_of(struct dl_phdr_info *info, size_t size __rte_unused, void *base)
{
	*(uintptr_t *)base = info->dlpi_addr;
	return 1;
}

void
test_fault_sites(void)
{
	const char *path = getenv("STEER_FAULT_SITES");
	FILE *file = path != NULL ? fopen(path, "w") : NULL;
	uintptr_t base = 0;
	unsigned int i;

	if (file == NULL)
		return;
	dl_iterate_phdr(base_of, &base);
	for (i = 0; i < SITES && sites[i] != 0; i++)
		fprintf(file, "%" PRIx64 " %s\n", (sites[i] & (RTE_BIT64(48) - 1)) - base,
			list[sites[i] >> 48].name);
	fclose(file);
}
