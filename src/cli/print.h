/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_PRINT_H
#define ZD_CLI_PRINT_H

/* The one way from texts that hold names, metadata or messages to a terminal. What a terminal would
 * obey instead of showing it (control characters, bytes that are no UTF-8, marks that turn the
 * direction of writing) is printed as \xNN or \u{NNNN}. Help, manual and completion are constants
 * of the program and go out as they are; tools/check_printing.py holds all else to this file. */

#include <stdio.h>

#include "core/status.h"

/** Prints without a line feed; line feeds within values are escaped like all else. */
void zd_print(FILE *out, const char *format, ...) ZD_PRINTF(2, 3);

/** Prints a line. */
void zd_say(FILE *out, const char *format, ...) ZD_PRINTF(2, 3);

/** Prints a text of several lines: line feeds and tabs stay. */
void zd_say_text(FILE *out, const char *text);

#endif
