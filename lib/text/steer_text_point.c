/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "steer_text.h"

/** Where the line goes on that is shown in part. */
static const char dots[] = "...";

void
steer_text_point(const char *line, size_t len, struct steer_text_place place, char *text,
		 char *caret, size_t size)
{
	const size_t width = size - 1, at = place.column - 1;
	size_t start = 0, n;

	/* The word with half of the room before it, if all does not fit. */
	if (at + place.len > width)
		start = at > width / 2 ? at - width / 2 : 0;
	n = start < len ? RTE_MIN(len - start, width) : 0;
	for (size_t i = 0; i < n; i++)
		text[i] = line[start + i] >= ' ' && line[start + i] <= '~' ? line[start + i] : ' ';
	text[n] = '\0';
	if (start > 0 && n >= strlen(dots))
		memcpy(text, dots, strlen(dots));
	if (start + n < len && n >= 2 * strlen(dots))
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) its end is there */
		memcpy(text + n - strlen(dots), dots, strlen(dots));

	n = RTE_MIN(at - start, width - 1);
	memset(caret, ' ', n);
	caret[n++] = '^';
	while (n < width && n < at - start + place.len)
		caret[n++] = '~';
	caret[n] = '\0';
}
