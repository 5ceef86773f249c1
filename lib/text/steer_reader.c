/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

#include "steer_reader.h"

struct steer_word
steer_reader_next(struct steer_reader *p)
{
	const struct steer_word w = steer_word(p->at, p->end);

	p->at = w.at + w.len;
	if (w.len > 0)
		p->behind = p->at;
	return w;
}

struct steer_text_place
steer_reader_place(const struct steer_reader *p, struct steer_word w)
{
	if (w.len > 0)
		return (struct steer_text_place){ (unsigned int)(w.at - p->line) + 1,
						  (unsigned int)w.len };
	/* Where it would stand: one blank behind the last word. */
	return (struct steer_text_place){
		(unsigned int)(p->behind - p->line) + (p->behind > p->line ? 2 : 1), 1
	};
}

/** Write a word into a message: short, and nothing but what can be shown. */
static size_t
quote(char *buf, size_t size, struct steer_word w)
{
	const size_t most = RTE_MIN(w.len, (size_t)40);
	size_t n = 0;

	buf[n++] = '"';
	for (size_t i = 0; i < most && n + 6 < size; i++)
		buf[n++] = w.at[i] >= ' ' && w.at[i] <= '~' ? w.at[i] : '?';
	n += (size_t)snprintf(buf + n, size - n, most < w.len ? "...\"" : "\"");
	return n;
}

int
steer_reader_refuse(struct steer_reader *p, struct steer_word w, const char *format, ...)
{
	char *message = p->error->message;
	const size_t size = sizeof(p->error->message);
	size_t n = 0;
	va_list args;

	p->error->place = steer_reader_place(p, w);
	if (w.len > 0)
		n = quote(message, size, w);
	else
		n = (size_t)snprintf(message, size, "the line ends too early");
	va_start(args, format);
	vsnprintf(message + n, size - n, format, args);
	va_end(args);
	return -EINVAL;
}

void
steer_list_add(struct steer_list *list, const char *name)
{
	const size_t left = sizeof(list->text) - list->n;
	const int n = snprintf(list->text + list->n, left, "%s%s", list->n > 0 ? ", " : "", name);

	list->n += RTE_MIN((size_t)n, left - 1);
}

int
steer_reader_number(struct steer_reader *p, const char *of, uint64_t max, uint64_t *number)
{
	const struct steer_word w = steer_reader_next(p);

	if (!steer_read_number(w, max, number))
		return steer_reader_refuse(p, w, ": %s takes a number 0..%" PRIu64, of, max);
	return 0;
}

int
steer_reader_value(struct steer_reader *p, const char *of, const struct steer_value *v,
		   steer_u128 *value)
{
	const struct steer_word w = steer_reader_next(p);
	char accepted[600];

	if (steer_value_read(w, v, value))
		return 0;
	steer_value_accepted(v, accepted, sizeof(accepted));
	return steer_reader_refuse(p, w, ": %s %s takes %s", of, v->f.name, accepted);
}
