/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "ref_bugs.h"

enum ref_bug ref_bug = REF_BUG_NONE;

#define REF_BUG_TEXT(name, text) text,
static const char *const texts[] = { REF_BUGS(REF_BUG_TEXT) };

const char *
ref_bug_text(enum ref_bug bug)
{
	return texts[bug];
}
