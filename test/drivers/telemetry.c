/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_eal.h>

#include "eal.h"
#include "port.h"
#include "telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static int client = -1;
static char answer[32768];

static int
join(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof(to.sun_path), "%s/dpdk_telemetry.v2",
		 rte_eal_get_runtime_dir());
	client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (client < 0 || connect(client, (struct sockaddr *)&to, sizeof(to)) < 0) {
		perror(to.sun_path);
		return -1;
	}
	/* It says what it is. */
	return recv(client, answer, sizeof(answer), 0) > 0 ? 0 : -1;
}

int
test_telemetry_init(void)
{
	static const char *const args[] = {
		"--telemetry", "--log-level=pmd.net.steer:notice", NULL
	};

	if (test_eal_init(args) < 0 || test_driver_prepare() != 0)
		return -1;
	return join();
}

void
test_telemetry_cleanup(void)
{
	char dir[256];

	close(client);
	snprintf(dir, sizeof(dir), "%s", rte_eal_get_runtime_dir());
	test_eal_cleanup();
	/* The socket goes when the process does. */
	snprintf(answer, sizeof(answer), "%s/dpdk_telemetry.v2", dir);
	unlink(answer);
	rmdir(dir);
}

static void
ask(const char *format, va_list args)
{
	char request[2048];
	ssize_t n;
	char *from;
	size_t len;

	n = vsnprintf(request, sizeof(request), format, args);
	assert_in_range(n, 1, sizeof(request) - 1);
	assert_int_equal(send(client, request, (size_t)n, 0), n);
	n = recv(client, answer, sizeof(answer) - 1, 0);
	assert_true(n > 0);
	answer[n] = '\0';
	/* {"/steer/x":ANSWER} */
	from = strchr(answer, ':');
	assert_non_null(from);
	len = strlen(from + 1);
	memmove(answer, from + 1, len);
	answer[len - 1] = '\0';
}

const char *
test_ask(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	ask(format, args);
	va_end(args);
	return answer;
}

uint64_t
test_answer_number(const char *name)
{
	char key[64];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\":", name);
	at = strstr(answer, key);
	if (at == NULL)
		fail_msg("no %s in %s", name, answer);
	return strtoull(at + strlen(key), NULL, 10);
}

void
test_ask_refused(int code, const char *part, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	ask(format, args);
	va_end(args);
	if (test_answer_number("errno") != (uint64_t)code || strstr(answer, part) == NULL)
		fail_msg("not errno %d and \"%s\": %s", code, part, answer);
}
