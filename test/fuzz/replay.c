/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Runs a fuzz target without a fuzzer: all inputs of a directory as they are, and then any number
 * of random changes of them.
 *
 *	replay-X DIRECTORY [NUMBER [SEED]]
 *
 * What makes the target fail is shown in hexadecimal: xxd -r -p makes a file of it.
 */

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include "fuzz.h"

#define MAX_INPUTS 4096
#define MAX_SIZE 4096

struct input {
	uint8_t *data;
	size_t len;
};

static struct input inputs[MAX_INPUTS];
static unsigned int n_inputs;

/* What is being run. */
static uint8_t current[MAX_SIZE];
static size_t current_len;

/* There is one where the target starts something. */
__attribute__((weak)) int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

/* Given by sanitizers. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

static void
show(void)
{
	fprintf(stderr, "input of %zu bytes:\n", current_len);
	for (size_t i = 0; i < current_len; i++)
		fprintf(stderr, "%02x%s", current[i], i % 32 == 31 ? "\n" : "");
	fputc('\n', stderr);
}

static void
on_signal(int number)
{
	show();
	signal(number, SIG_DFL);
	raise(number);
}

static void
run(void)
{
	/* In memory of its own, so that it ends where it ends. */
	uint8_t *data = fuzz_alloc(current_len);

	if (current_len > 0)
		memcpy(data, current, current_len);
	LLVMFuzzerTestOneInput(data, current_len);
	free(data);
}

static void
load(const char *path)
{
	struct input *in = &inputs[n_inputs];
	FILE *file = fopen(path, "rb");

	if (file == NULL)
		return;
	in->data = fuzz_alloc(MAX_SIZE);
	in->len = fread(in->data, 1, MAX_SIZE, file);
	n_inputs++;
	fclose(file);
}

static int
load_all(const char *directory)
{
	struct dirent **entries;
	const int n = scandir(directory, &entries, NULL, alphasort);
	char path[4096];

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && n_inputs < MAX_INPUTS)
			load(path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return n_inputs > 0 ? 0 : -1;
}

/* Changes */

static void
insert(size_t at, size_t len)
{
	if (current_len + len > MAX_SIZE)
		return;
	memmove(current + at + len, current + at, current_len - at);
	for (size_t i = 0; i < len; i++)
		current[at + i] = (uint8_t)rand();
	current_len += len;
}

static void
cut(size_t at, size_t len)
{
	if (at + len > current_len)
		len = current_len - at;
	memmove(current + at, current + at + len, current_len - at - len);
	current_len -= len;
}

/* From here on another input. */
static void
splice(size_t at)
{
	const struct input *other = &inputs[(unsigned int)rand() % n_inputs];
	const size_t from = other->len > 0 ? (size_t)rand() % other->len : 0;
	size_t len = other->len - from;

	if (at + len > MAX_SIZE)
		len = MAX_SIZE - at;
	memcpy(current + at, other->data + from, len);
	current_len = at + len;
}

static void
mutate(void)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	const size_t at = current_len > 0 ? (size_t)rand() % current_len : 0;

	switch (rand() % 6) {
	case 0:
		insert(at, 1 + (size_t)rand() % 8);
		break;
	case 1:
		cut(at, 1 + (size_t)rand() % 8);
		break;
	case 2:
		splice(at);
		break;
	case 3:
		if (at < current_len)
			current[at] = values[(size_t)rand() % sizeof(values)];
		break;
	case 4:
		if (at < current_len)
			current[at] ^= (uint8_t)(1u << rand() % 8);
		break;
	default:
		if (at < current_len)
			current[at] = (uint8_t)rand();
		break;
	}
}

static void
start_with(const struct input *in)
{
	current_len = in->len;
	memcpy(current, in->data, in->len);
}

int
main(int argc, char **argv)
{
	const unsigned long number = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	const unsigned int seed = argc > 3 ? (unsigned int)strtoul(argv[3], NULL, 0) : 1;

	if (argc < 2 || load_all(argv[1]) < 0) {
		fprintf(stderr, "usage: %s DIRECTORY-WITH-INPUTS [NUMBER [SEED]]\n", argv[0]);
		return 2;
	}
	LLVMFuzzerInitialize(&argc, &argv);
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(show);
	else
		signal(SIGSEGV, on_signal);
	signal(SIGABRT, on_signal);
	srand(seed);
	for (unsigned int i = 0; i < n_inputs; i++) {
		start_with(&inputs[i]);
		run();
	}
	for (unsigned long i = 0; i < number; i++) {
		start_with(&inputs[(unsigned int)rand() % n_inputs]);
		for (int n = rand() % 8; n >= 0; n--)
			mutate();
		run();
	}
	printf("%u inputs, %lu changed ones\n", n_inputs, number);
	for (unsigned int i = 0; i < n_inputs; i++)
		free(inputs[i].data);
	return 0;
}
