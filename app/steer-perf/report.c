/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

#define NAME "%-44s"

int
perf_report_open(struct perf_report *r, const char *csv)
{
	memset(r, 0, sizeof(*r));
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (csv == NULL)
		return 0;
	r->csv = fopen(csv, "w");
	if (r->csv == NULL) {
		fprintf(stderr, "steer-perf: %s: %s\n", csv, strerror(errno));
		return -1;
	}
	fprintf(r->csv, "section,name,unit,median,low,high,ratio,target,verdict\n");
	return 0;
}

void
perf_report_close(struct perf_report *r)
{
	if (r->csv != NULL && fclose(r->csv) != 0)
		fprintf(stderr, "steer-perf: results not written: %s\n", strerror(errno));
}

void
perf_report_progress(struct perf_report *r, const char *format, ...)
{
	va_list args;

	if (!isatty(STDERR_FILENO))
		return;
	va_start(args, format);
	fputs("\r\033[K", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	r->progress = true;
}

static void
clear_progress(struct perf_report *r)
{
	if (r->progress)
		fputs("\r\033[K", stderr);
	r->progress = false;
}

void
perf_report_section(struct perf_report *r, const char *name, const char *base)
{
	clear_progress(r);
	r->section = name;
	r->base = base;
	r->heading = true;
}

/** A heading comes with its first line. */
static void
begin_line(struct perf_report *r)
{
	clear_progress(r);
	if (!r->heading)
		return;
	r->heading = false;
	if (r->base != NULL)
		printf("\n" NAME " %8s  %6s  %8s  %6s\n", r->section, "each", "spread", r->base,
		       "ratio");
	else
		printf("\n%s\n", r->section);
}

static void
write_csv(struct perf_report *r, const char *name, const char *unit, const struct perf_value *v,
	  const struct perf_value *ratio)
{
	if (r->csv == NULL)
		return;
	fprintf(r->csv, "\"%s\",\"%s\",\"%s\",%.3f,%.3f,%.3f,", r->section, name, unit, v->median,
		v->low, v->high);
	if (ratio != NULL)
		fprintf(r->csv, "%.3f", ratio->median);
	fprintf(r->csv, ",,\n");
}

void
perf_report_row(struct perf_report *r, const char *name, const char *unit,
		const struct perf_value *value, const struct perf_value *base,
		const struct perf_value *ratio)
{
	begin_line(r);
	printf(NAME " %8.1f  %4.1f %%", name, value->median, perf_spread(value));
	if (ratio != NULL)
		printf("  %8.1f  %6.2f", base->median, ratio->median);
	putchar('\n');
	write_csv(r, name, unit, value, ratio);
}

void
perf_report_counts(struct perf_report *r, const char *name, double count, double floor)
{
	const struct perf_value v = { count, count, count };
	const struct perf_value ratio = { .median = floor != 0 ? count / floor : 0 };

	begin_line(r);
	printf(NAME " %8.1f  %6s", name, count, "");
	if (floor != 0)
		printf("  %8.1f  %6.2f", floor, ratio.median);
	putchar('\n');
	write_csv(r, name, "instructions", &v, floor != 0 ? &ratio : NULL);
}

void
perf_report_value(struct perf_report *r, const char *name, const struct perf_value *value,
		  const char *unit)
{
	begin_line(r);
	printf(NAME " %8.*f  %4.1f %%  %s\n", name, value->median < 100 ? 2 : 0, value->median,
	       perf_spread(value), unit);
	write_csv(r, name, unit, value, NULL);
}

void
perf_report_note(struct perf_report *r, const char *format, ...)
{
	va_list args;

	begin_line(r);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

void
perf_report_target(struct perf_report *r, const char *name, double result, double target,
		   bool at_least, const char *unit)
{
	struct perf_target *t = &r->targets[r->n_targets];

	if (r->n_targets == PERF_TARGETS_MAX)
		return;
	r->n_targets++;
	*t = (struct perf_target){ .target = target, .result = result, .at_least = at_least,
				   .unit = unit };
	snprintf(t->name, sizeof(t->name), "%s", name);
}

void
perf_report_targets(struct perf_report *r)
{
	unsigned int missed = 0;

	if (r->n_targets == 0)
		return;
	perf_report_section(r, "Targets", NULL);
	begin_line(r);
	printf(NAME " %-17s  %8s\n", "", "target", "result");
	for (unsigned int i = 0; i < r->n_targets; i++) {
		const struct perf_target *t = &r->targets[i];
		const bool met = t->at_least ? t->result >= t->target : t->result <= t->target;
		const char *verdict = met ? "ok" : "MISS";

		missed += !met;
		printf(NAME " %-8s %8.2f  %8.2f  %-12s %s\n", t->name,
		       t->at_least ? "at least" : "at most", t->target, t->result, t->unit,
		       verdict);
		if (r->csv != NULL)
			fprintf(r->csv, "\"Targets\",\"%s\",\"%s\",%.3f,,,,%.3f,%s\n", t->name,
				t->unit, t->result, t->target, verdict);
	}
	printf("%u of %u targets met\n", r->n_targets - missed, r->n_targets);
}
