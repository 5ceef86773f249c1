/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * What would happen to these packets, and why. Offline: the engine of the driver in a process of
 * its own, without hugepages, devices or root.
 */

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "args.h"
#include "bench.h"
#include "capture.h"
#include "summary.h"

/** Packets between two looks at the clock. */
#define PROGRESS 1024

struct run {
	const struct trace_args *args;
	struct trace_bench *bench;
	struct trace_summary *summary;
	uint64_t n;
	uint64_t truncated;
	uint64_t disagree;
	/** 0: nobody looks at it. */
	uint64_t next_progress;
};

/** Another one may run beside it. */
static int
start_eal(void)
{
	static char lcores[32], prefix[64];
	static const char *args[] = {
		"steer-trace", "--no-huge", "--no-shconf", "--no-pci", "--no-telemetry",
		"-m", "512", "--log-level=*:error", lcores, prefix, NULL,
	};
	const int cpu = sched_getcpu();

	snprintf(lcores, sizeof(lcores), "--lcores=0@%d", cpu < 0 ? 0 : cpu);
	snprintf(prefix, sizeof(prefix), "--file-prefix=steer-trace-%d", (int)getpid());
	if (rte_eal_init(RTE_DIM(args) - 1, (char **)(uintptr_t)args) >= 0)
		return 0;
	fprintf(stderr, "steer-trace: EAL does not start: %s\n", rte_strerror(rte_errno));
	return -1;
}

/** EAL leaves an empty directory behind. */
static void
end_eal(void)
{
	char *dir = strdup(rte_eal_get_runtime_dir());

	rte_eal_cleanup();
	if (dir != NULL)
		rmdir(dir);
	free(dir);
}

/* Progress */

static void
show_progress(struct run *r, const struct trace_capture *c)
{
	const int percent = trace_capture_percent(c);

	if (r->next_progress == 0 || r->n % PROGRESS != 0 ||
	    rte_get_tsc_cycles() < r->next_progress)
		return;
	r->next_progress = rte_get_tsc_cycles() + rte_get_tsc_hz() / 5;
	fprintf(stderr, "\rsteer-trace: %" PRIu64 " packets", r->n);
	if (percent >= 0)
		fprintf(stderr, ", %d %%", percent);
	fflush(stderr);
}

static void
begin_progress(struct run *r)
{
	/* Where packets are shown they are progress enough. */
	if (isatty(STDERR_FILENO) && (r->args->summary || !isatty(STDOUT_FILENO)))
		r->next_progress = rte_get_tsc_cycles() + rte_get_tsc_hz();
}

static void
end_progress(const struct run *r)
{
	if (r->next_progress != 0)
		fputs("\r\033[K", stderr);
}

/* Packets */

static void
tell_disagreement(const struct run *r, const struct trace_verdict *v)
{
	fprintf(stderr, "steer-trace: packet %" PRIu64 ": a burst says ", r->n);
	steer_trace_print_verdict(stderr, &v->burst);
	fputs(", step by step it is ", stderr);
	steer_trace_print_verdict(stderr, &v->trace->path);
	fprintf(stderr, ", %" PRIu32 " rules are explained otherwise\n", v->trace->disagree);
}

static void
print_text(const struct run *r, const struct trace_packet *packet, const struct steer_trace *t)
{
	const struct steer_trace_style style = { .all = r->args->all, .indent = "  " };

	printf("packet %" PRIu64 ": %" PRIu32 " bytes", r->n, packet->len);
	if (packet->n < packet->len)
		printf(", %" PRIu32 " of them captured, the others taken as zeros", packet->n);
	putchar('\n');
	steer_trace_print(stdout, t, &style);
}

static void
print_json(const struct run *r, const struct trace_packet *packet, const struct steer_trace *t)
{
	printf("{\"packet\":%" PRIu64 ",\"len\":%" PRIu32 ",\"captured\":%" PRIu32 ",", r->n,
	       packet->len, packet->n);
	steer_trace_json(stdout, t, r->args->all);
	fputs("}\n", stdout);
}

/** @return 0; -1: it was told why. */
static int
run_packet(struct run *r, const struct trace_packet *packet)
{
	const struct trace_args *a = r->args;
	struct trace_verdict v;

	r->n++;
	r->truncated += packet->n < packet->len;
	if (trace_bench_judge(r->bench, packet, !a->summary, &v) < 0)
		return -1;
	if (v.disagree) {
		r->disagree++;
		tell_disagreement(r, &v);
	}
	if (a->summary)
		trace_summary_add(r->summary, &v.trace->path);
	else if (a->json)
		print_json(r, packet, v.trace);
	else
		print_text(r, packet, v.trace);
	steer_trace_free(v.trace);
	return 0;
}

static int
run_input(struct run *r, const char *input)
{
	struct trace_capture *c = trace_capture_open(input);
	struct trace_packet packet;
	int rc = 1;

	if (c == NULL)
		return -1;
	while (r->n < r->args->count && (rc = trace_capture_next(c, &packet)) > 0) {
		rc = run_packet(r, &packet);
		if (rc < 0)
			break;
		show_progress(r, c);
	}
	trace_capture_close(c);
	return rc < 0 ? -1 : 0;
}

static int
run_all(struct run *r)
{
	const struct trace_args *a = r->args;
	int rc = 0;

	r->summary = trace_summary_create(trace_bench_engine(r->bench), a->queues);
	if (r->summary == NULL) {
		fprintf(stderr, "steer-trace: no memory for a summary\n");
		return TRACE_FAILED;
	}
	begin_progress(r);
	for (int i = 0; i < a->n_inputs && rc == 0; i++)
		rc = run_input(r, a->inputs[i]);
	end_progress(r);
	/* What was read before something went wrong is true all the same. */
	if (a->summary)
		trace_summary_print(stdout, r->summary, a->json);
	if (r->truncated > 0)
		fprintf(stderr, "steer-trace: of %" PRIu64 " packets not all was captured\n",
			r->truncated);
	trace_summary_free(r->summary);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "steer-trace: output cannot be written\n");
		return TRACE_FAILED;
	}
	if (rc < 0)
		return TRACE_FAILED;
	return r->disagree > 0 ? TRACE_DISAGREE : TRACE_OK;
}

int
main(int argc, char **argv)
{
	struct trace_args args;
	struct run run = { .args = &args };
	int rc = trace_args(&args, argc, argv);

	if (rc >= 0)
		return rc;
	if (start_eal() < 0)
		return TRACE_FAILED;
	run.bench = trace_bench_open(&args);
	rc = run.bench != NULL ? run_all(&run) : TRACE_FAILED;
	trace_bench_close(run.bench);
	end_eal();
	return rc;
}
