/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <rte_common.h>

#include "steer_value.h"

/* Widths */

unsigned int
steer_value_bits(const struct steer_value *v)
{
	if (v->f.bits != 0)
		return (unsigned int)__builtin_popcount(v->f.bits);
	return 8u * v->f.len;
}

steer_u128
steer_value_full(const struct steer_value *v)
{
	const unsigned int bits = steer_value_bits(v);

	return bits >= 128 ? ~(steer_u128)0 : ((steer_u128)1 << bits) - 1;
}

int
steer_value_range(const struct steer_match *m, const struct steer_value *v, size_t base)
{
	for (unsigned int i = 0; i < m->n_ranges; i++)
		if (m->fields[i].off == base + v->f.off && m->fields[i].len == v->f.len &&
		    (m->fields[i].mask & steer_value_mask(v)) != 0)
			return (int)i;
	return -1;
}

/* Reading */

bool
steer_read_number(struct steer_word w, uint64_t max, uint64_t *number)
{
	char text[32], *end;

	/* strtoull() would take signs and blanks, too. */
	if (!steer_word_copy(w, text, sizeof(text)) || text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 0);
	return errno == 0 && *end == '\0' && *number <= max;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' - 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
steer_read_hex(struct steer_word w, uint8_t *bytes, size_t max)
{
	if (w.len > 2 && w.at[0] == '0' && (w.at[1] == 'x' || w.at[1] == 'X')) {
		w.at += 2;
		w.len -= 2;
	}
	if (w.len == 0 || w.len % 2 != 0 || w.len / 2 > max)
		return -1;
	for (size_t i = 0; i < w.len / 2; i++) {
		const int high = hex_digit(w.at[2 * i]), low = hex_digit(w.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return (int)(w.len / 2);
}

/** Six groups of one or two digits, or three of four. */
static bool
read_mac(struct steer_word w, uint8_t mac[6])
{
	unsigned int n_groups = 0, n_digits = 0, group = 0;
	unsigned int values[6], digits[6];

	for (size_t i = 0; i <= w.len; i++) {
		const int digit = i < w.len ? hex_digit(w.at[i]) : -1;

		if (digit >= 0 && n_digits < 4) {
			group = group << 4 | (unsigned int)digit;
			n_digits++;
		} else if ((i == w.len || w.at[i] == ':') && n_digits > 0 && n_groups < 6) {
			values[n_groups] = group;
			digits[n_groups++] = n_digits;
			group = n_digits = 0;
		} else {
			return false;
		}
	}
	for (unsigned int i = 0; i < n_groups; i++)
		if (n_groups == 6 ? digits[i] > 2 : n_groups != 3 || digits[i] != 4)
			return false;
	for (unsigned int i = 0; i < 6; i++)
		mac[i] = (uint8_t)(n_groups == 6 ? values[i] : values[i / 2] >> (i % 2 ? 0 : 8));
	return true;
}

static bool
read_boolean(struct steer_word w, steer_u128 *value)
{
	/* testpmd's words; odd ones are true. */
	static const char *const words[] = { "0",   "1", "false", "true", "no",
					     "yes", "N", "Y",	  "off",  "on" };

	for (unsigned int i = 0; i < RTE_DIM(words); i++) {
		if (steer_word_is(w, words[i])) {
			*value = i % 2;
			return true;
		}
	}
	return false;
}

static bool
read_name(struct steer_word w, const struct steer_value *v, steer_u128 *value)
{
	const char *name;
	uint32_t number;

	for (unsigned int i = 0; (name = v->name_at(i, &number)) != NULL; i++) {
		if (steer_word_is(w, name)) {
			*value = number;
			return true;
		}
	}
	return false;
}

static bool
read_placed(struct steer_word w, const struct steer_value *v, steer_u128 *value)
{
	uint8_t bytes[16] = { 0 };

	if (steer_read_hex(w, bytes, v->f.len) < 0)
		return false;
	*value = steer_load_be(bytes, v->f.len);
	return true;
}

static bool
read_address(struct steer_word w, const struct steer_value *v, steer_u128 *value)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t bytes[16];
	bool ok;

	if (v->f.format == STEER_FORMAT_MAC)
		ok = read_mac(w, bytes);
	else
		ok = steer_word_copy(w, text, sizeof(text)) &&
		     inet_pton(v->f.format == STEER_FORMAT_IPV4 ? AF_INET : AF_INET6, text,
			       bytes) == 1;
	if (ok)
		*value = steer_load_be(bytes, v->f.len);
	return ok;
}

bool
steer_value_read(struct steer_word w, const struct steer_value *v, steer_u128 *value)
{
	const uint64_t max = (uint64_t)RTE_MIN(steer_value_full(v), (steer_u128)UINT64_MAX);
	const bool negative = v->kind == STEER_VALUE_SIGNED && w.len > 1 && w.at[0] == '-';
	uint64_t number;

	if (v->kind == STEER_VALUE_BOOLEAN && read_boolean(w, value))
		return true;
	if (v->kind == STEER_VALUE_NAME)
		return read_name(w, v, value);
	if (v->kind == STEER_VALUE_PLACED)
		return read_placed(w, v, value);
	switch (v->f.format) {
	case STEER_FORMAT_MAC:
	case STEER_FORMAT_IPV6:
		return read_address(w, v, value);
	case STEER_FORMAT_IPV4:
		if (read_address(w, v, value))
			return true;
		break;
	default:
		break;
	}
	if (v->kind == STEER_VALUE_SIGNED) {
		w.at += negative;
		w.len -= negative;
		if (!steer_read_number(w, max / 2 + negative, &number))
			return false;
		*value = (negative ? -number : number) & max;
		return true;
	}
	if (!steer_read_number(w, max, &number))
		return false;
	*value = number;
	return true;
}

static void
accepted_names(const struct steer_value *v, char *buf, size_t size)
{
	const char *name;
	uint32_t number;
	size_t n = 0;

	for (unsigned int i = 0; n < size && (name = v->name_at(i, &number)) != NULL; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", i > 0 ? ", " : "", name);
}

void
steer_value_accepted(const struct steer_value *v, char *buf, size_t size)
{
	const uint64_t max = (uint64_t)RTE_MIN(steer_value_full(v), (steer_u128)UINT64_MAX);

	if (v->kind == STEER_VALUE_NAME)
		accepted_names(v, buf, size);
	else if (v->kind == STEER_VALUE_PLACED)
		snprintf(buf, size, "up to %u bytes, each of two hexadecimal digits", v->f.len);
	else if (v->kind == STEER_VALUE_SIGNED)
		snprintf(buf, size, "a number -%" PRIu64 "..%" PRIu64, max / 2 + 1, max / 2);
	else if (v->kind == STEER_VALUE_TEXT)
		snprintf(buf, size, "a word of up to %u bytes", STEER_BYTES_MAX);
	else if (v->kind == STEER_VALUE_HEX || v->kind == STEER_VALUE_DATA)
		snprintf(buf, size, "up to %u bytes, each of two hexadecimal digits",
			 STEER_BYTES_MAX);
	else if (v->kind == STEER_VALUE_BOOLEAN)
		snprintf(buf, size, "0 or 1 (or no, yes, off, on, false, true)");
	else if (v->f.format == STEER_FORMAT_MAC)
		snprintf(buf, size, "a MAC address such as 02:00:00:00:00:01");
	else if (v->f.format == STEER_FORMAT_IPV4)
		snprintf(buf, size, "an IPv4 address such as 10.0.0.1");
	else if (v->f.format == STEER_FORMAT_IPV6)
		snprintf(buf, size, "an IPv6 address such as 2001:db8::1");
	else
		snprintf(buf, size, "a number 0..%" PRIu64, max);
}

/* Printing */

void
steer_value_print(FILE *file, const struct steer_value *v, steer_u128 value)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t bytes[16];

	for (unsigned int i = 0; i < v->f.len; i++)
		bytes[i] = (uint8_t)(value >> 8 * (v->f.len - 1u - i));
	switch (v->f.format) {
	case STEER_FORMAT_MAC:
		for (unsigned int i = 0; i < v->f.len; i++)
			fprintf(file, "%s%02x", i > 0 ? ":" : "", bytes[i]);
		break;
	case STEER_FORMAT_IPV4:
		fputs(inet_ntop(AF_INET, bytes, text, sizeof(text)), file);
		break;
	case STEER_FORMAT_IPV6:
		fputs(inet_ntop(AF_INET6, bytes, text, sizeof(text)), file);
		break;
	case STEER_FORMAT_HEX:
		fprintf(file, "0x%" PRIx64, (uint64_t)value);
		break;
	default:
		fprintf(file, "%" PRIu64, (uint64_t)value);
	}
}

/* Storing */

static void
store_host(uint8_t *at, unsigned int len, uint32_t bits, uint64_t value)
{
	uint32_t word;

	if (bits != 0) {
		memcpy(&word, at, sizeof(word));
		word = (word & ~bits) | (uint32_t)(value << __builtin_ctz(bits));
		memcpy(at, &word, sizeof(word));
	} else if (len == 1) {
		*at = (uint8_t)value;
	} else if (len == 2) {
		memcpy(at, &(uint16_t){ (uint16_t)value }, 2);
	} else if (len == 4) {
		memcpy(at, &(uint32_t){ (uint32_t)value }, 4);
	} else {
		memcpy(at, &value, 8);
	}
}

void
steer_value_store(void *structure, const struct steer_value *v, steer_u128 value)
{
	uint8_t *at = (uint8_t *)structure + v->f.off;
	steer_u128 all = steer_value_full(v);

	if (v->order == STEER_ORDER_HOST) {
		store_host(at, v->f.len, v->f.bits, (uint64_t)value);
		return;
	}
	if (v->f.bits != 0) {
		value <<= __builtin_ctz(v->f.bits);
		all = v->f.bits;
	}
	for (unsigned int i = 0; i < v->f.len; i++) {
		const unsigned int shift = 8 * (v->f.len - 1u - i);

		at[i] = (uint8_t)((at[i] & ~(uint8_t)(all >> shift)) | (uint8_t)(value >> shift));
	}
}
