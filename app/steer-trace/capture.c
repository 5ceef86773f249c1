/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pcap/pcap.h>

#include "capture.h"

struct trace_capture {
	const char *name;
	/** NULL: lines of digits are read. */
	pcap_t *pcap;
	FILE *file;
	/** Bytes of the file; 0: not known. */
	uint64_t size;
	/** Digits of the command line, until they are read; else NULL. */
	const char *digits;
	/** Of lines. */
	char *line;
	size_t room;
	unsigned int number;
	uint8_t bytes[STEER_TRACE_LEN_MAX];
};

/* Digits */

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/**
 * Digits in pairs, between which may stand blanks and colons; 0x in front; a comment behind.
 * @return bytes; -1: it is something else, or too long.
 */
static int
read_digits(const char *text, uint8_t *bytes)
{
	int n = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	for (;;) {
		while (isspace((unsigned char)*text) || *text == ':')
			text++;
		if (*text == '\0' || *text == '#')
			return n;
		if (n == STEER_TRACE_LEN_MAX || digit(text[0]) < 0 || digit(text[1]) < 0)
			return -1;
		bytes[n++] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
		text += 2;
	}
}

static int
next_digits(struct trace_capture *c, struct trace_packet *packet)
{
	int n;

	if (c->digits != NULL) {
		n = read_digits(c->digits, c->bytes);
		c->digits = NULL;
	} else {
		do {
			if (c->file == NULL || getline(&c->line, &c->room, c->file) < 0)
				return 0;
			c->number++;
			n = read_digits(c->line, c->bytes);
		} while (n == 0);
		if (n < 0) {
			fprintf(stderr, "steer-trace: %s:%u: no packet as hexadecimal digits of at "
				"most %u bytes\n", c->name, c->number, STEER_TRACE_LEN_MAX);
			return -1;
		}
	}
	*packet = (struct trace_packet){ .n = (uint32_t)n, .len = (uint32_t)n, .data = c->bytes };
	return 1;
}

/* Captures */

static int
complain(const struct trace_capture *c, const char *what)
{
	fprintf(stderr, "steer-trace: %s: %s\n", c->name, what);
	return -1;
}

static int
next_captured(struct trace_capture *c, struct trace_packet *packet)
{
	struct pcap_pkthdr *header;
	const u_char *data;

	switch (pcap_next_ex(c->pcap, &header, &data)) {
	case 1:
		break;
	case PCAP_ERROR_BREAK:
		return 0;
	default:
		return complain(c, pcap_geterr(c->pcap));
	}
	/* What a file says may be anything. */
	packet->data = data;
	packet->n = header->caplen < STEER_TRACE_LEN_MAX ? header->caplen : STEER_TRACE_LEN_MAX;
	packet->len = header->len < STEER_TRACE_LEN_MAX ? header->len : STEER_TRACE_LEN_MAX;
	if (packet->len < packet->n)
		packet->len = packet->n;
	return 1;
}

static int
open_pcap(struct trace_capture *c)
{
	char error[PCAP_ERRBUF_SIZE];

	c->pcap = pcap_fopen_offline(c->file, error);
	if (c->pcap == NULL)
		return complain(c, error);
	if (pcap_datalink(c->pcap) != DLT_EN10MB) {
		fprintf(stderr, "steer-trace: %s: link type %s: only Ethernet is accepted\n",
			c->name, pcap_datalink_val_to_name(pcap_datalink(c->pcap)) != NULL ?
			pcap_datalink_val_to_name(pcap_datalink(c->pcap)) : "that has no name");
		return -1;
	}
	return 0;
}

/** Neither of the captures' formats begins with what lines of digits may begin with. */
static bool
is_digits(FILE *file)
{
	const int c = getc(file);

	if (c != EOF)
		ungetc(c, file);
	return c == ' ' || c == '#' || (c != EOF && c != '\n' && digit((char)c) >= 0);
}

static int
open_file(struct trace_capture *c)
{
	struct stat st;

	if (strcmp(c->name, "-") == 0)
		c->file = stdin;
	else
		c->file = fopen(c->name, "rb");
	if (c->file == NULL)
		return complain(c, strerror(errno));
	if (fstat(fileno(c->file), &st) < 0)
		return complain(c, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return complain(c, strerror(EISDIR));
	if (S_ISREG(st.st_mode))
		c->size = (uint64_t)st.st_size;
	return is_digits(c->file) ? 0 : open_pcap(c);
}

struct trace_capture *
trace_capture_open(const char *input)
{
	struct trace_capture *c = calloc(1, sizeof(*c));
	struct stat st;
	int rc = 0;

	if (c == NULL) {
		fprintf(stderr, "steer-trace: no memory\n");
		return NULL;
	}
	c->name = input;
	if (strcmp(input, "-") != 0 && stat(input, &st) < 0 && read_digits(input, c->bytes) > 0)
		c->digits = input;
	else
		rc = open_file(c);
	if (rc < 0) {
		trace_capture_close(c);
		return NULL;
	}
	return c;
}

int
trace_capture_next(struct trace_capture *c, struct trace_packet *packet)
{
	return c->pcap != NULL ? next_captured(c, packet) : next_digits(c, packet);
}

int
trace_capture_percent(const struct trace_capture *c)
{
	const long at = c->file != NULL && c->size > 0 ? ftell(c->file) : -1;

	return at < 0 ? -1 : (int)((uint64_t)at * 100 / c->size);
}

void
trace_capture_close(struct trace_capture *c)
{
	if (c == NULL)
		return;
	/* This closes the file, too. */
	if (c->pcap != NULL)
		pcap_close(c->pcap);
	else if (c->file != NULL && c->file != stdin)
		fclose(c->file);
	free(c->line);
	free(c);
}
