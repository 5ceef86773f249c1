/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <ucontext.h>

#include <rte_common.h>

#include "instructions.h"
#include "where.h"

#ifdef RTE_ARCH_X86_64

#define TRAP_FLAG 0x100

static volatile uint64_t steps;

/** After each instruction; the handler itself runs without the flag. */
static void
step(int signal __rte_unused, siginfo_t *info __rte_unused, void *context)
{
	const ucontext_t *at = context;

	steps++;
	perf_where_count((const void *)(uintptr_t)at->uc_mcontext.gregs[REG_RIP]);
}

/** Step by step from here on, or not. */
static inline void
trap(bool on)
{
	uint64_t flags;

	__asm__ volatile("pushfq\n\tpopq %0" : "=r"(flags) : : "memory");
	flags = on ? flags | TRAP_FLAG : flags & ~(uint64_t)TRAP_FLAG;
	__asm__ volatile("pushq %0\n\tpopfq" : : "r"(flags) : "memory", "cc");
}

/** Also how many packets were moved. */
static uint64_t
count(uint64_t (*run)(void *arg, uint64_t packets), void *arg, uint64_t *packets)
{
	steps = 0;
	trap(true);
	*packets = run(arg, *packets);
	trap(false);
	return steps;
}

double
perf_instructions(uint64_t (*run)(void *arg, uint64_t packets), void *arg, uint64_t packets)
{
	struct sigaction old, wanted = { .sa_sigaction = step, .sa_flags = SA_SIGINFO };
	uint64_t with, without, none = 0;

	if (sigaction(SIGTRAP, &wanted, &old) != 0)
		return -1;
	run(arg, PERF_INSTRUCTIONS_BEFORE);
	without = count(run, arg, &none);
	perf_where_clear();
	with = count(run, arg, &packets);
	sigaction(SIGTRAP, &old, NULL);
	return (double)(with - without) / (double)packets;
}

#else

double
perf_instructions(uint64_t (*run)(void *arg, uint64_t packets), void *arg, uint64_t packets)
{
	RTE_SET_USED(run);
	RTE_SET_USED(arg);
	RTE_SET_USED(packets);
	return -1;
}

#endif
