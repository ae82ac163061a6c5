/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_HABITS_H
#define ZD_CLI_HABITS_H

/* What other programs have taught people to type. */

#include "cli/cli.h"

/** What to say instead of a flag of another program, given with its dashes: "write --from"; NULL: the
 *  flag is nobody's habit. */
const char *zd_habit_of_flag(const char *flag);

/** The same for a verb. */
const char *zd_habit_of_verb(const char *word);

/** The verb, flag of a verb, or any flag at all that was probably meant, as the end of a message.
 *  Returns `to`. */
const char *zd_meant_verb(const char *word, char *to, size_t size);
const char *zd_meant_flag(const zd_verb *verb, const char *name, char *to, size_t size);

#endif
