/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Results: on the terminal as they come, as comma-separated values, and the table of targets.
 */

#ifndef PERF_REPORT_H
#define PERF_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "stats.h"

#define PERF_TARGETS_MAX 48

struct perf_target {
	char name[64];
	const char *unit;
	double target;
	double result;
	/** Larger is better. */
	bool at_least;
};

struct perf_report {
	/** NULL: none is written. */
	FILE *csv;
	/** The terminal's last line is one of progress. */
	bool progress;
	const char *section;
	/** What ratios of this section are to; NULL: there are none. */
	const char *base;
	/** The section's heading is still to be printed. */
	bool heading;
	unsigned int n_targets;
	struct perf_target targets[PERF_TARGETS_MAX];
};

/** @param csv  Path, or NULL. @return 0; -1: a line on stderr says why. */
int perf_report_open(struct perf_report *r, const char *csv);
void perf_report_close(struct perf_report *r);

/** What is being done, if somebody looks on: until the next line. */
void perf_report_progress(struct perf_report *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * A heading, printed if there is a line below it. With @p base, of a table of values and of ratios
 * to what is called so. Both stay the caller's.
 */
void perf_report_section(struct perf_report *r, const char *name, const char *base);

/** A line of such a table; @p base and @p ratio NULL: it is compared with nothing. */
void perf_report_row(struct perf_report *r, const char *name, const char *unit,
		     const struct perf_value *value, const struct perf_value *base,
		     const struct perf_value *ratio);

/** Instructions; @p floor 0: it is a floor itself. */
void perf_report_counts(struct perf_report *r, const char *name, double count, double floor);

/** Anything else. */
void perf_report_value(struct perf_report *r, const char *name, const struct perf_value *value,
		       const char *unit);

/** A line of plain words. */
void perf_report_note(struct perf_report *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** A result that has to be @p target at most, or at least. @p unit stays the caller's. */
void perf_report_target(struct perf_report *r, const char *name, double result, double target,
			bool at_least, const char *unit);
/** All of them. */
void perf_report_targets(struct perf_report *r);

#endif /* PERF_REPORT_H */
