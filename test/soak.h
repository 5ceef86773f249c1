/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_SOAK_H_
#define _TEST_SOAK_H_

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * What devtools/soak.sh has in its table for a test: "VOLUME, N findings", into the file that it
 * names. Elsewhere nothing.
 */
static inline void __attribute__((format(printf, 1, 2)))
soak_result(const char *format, ...)
{
	const char *path = getenv("STEER_SOAK_RESULT");
	FILE *file = path != NULL ? fopen(path, "w") : NULL;
	va_list args;

	if (file == NULL)
		return;
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	fclose(file);
}

#endif /* _TEST_SOAK_H_ */
