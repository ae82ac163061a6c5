/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_TEXT_H
#define ZD_CORE_TEXT_H

/* Text that grows, and JSON written into it. A text that ran out of memory stays empty-handed:
 * `failed` is set, later writes do nothing, and zd_text_finish reports it once. */

#include <stdbool.h>
#include <stddef.h>

#include "core/context.h"
#include "core/status.h"

typedef struct zd_text {
    zd_context *ctx;
    char *data; /* zero-terminated once something was written; NULL before */
    size_t length;
    size_t capacity;
    bool failed;
} zd_text;

void zd_text_init(zd_text *text, zd_context *ctx);
void zd_text_release(zd_text *text);
void zd_text_add(zd_text *text, const char *addition);
void zd_text_add_bytes(zd_text *text, const char *bytes, size_t count);
void zd_text_format(zd_text *text, const char *format, ...) ZD_PRINTF(2, 3);

/** ZD_OK, or the out-of-memory error of any write so far. */
ZD_MUST_USE zd_status zd_text_finish(const zd_text *text, const char *what, zd_error *err);

/** Reads the character at `at`: its length in bytes and its code, or 0 for invalid UTF-8. */
int zd_utf8_read(const unsigned char *at, unsigned *code);

/** Whether a terminal shows a character: no control (C0, DEL, C1) and no mark that ends a line or
 *  turns the direction of writing. */
bool zd_utf8_is_shown(unsigned code);

/** Adds a JSON string with its quotes; what terminals do not show and invalid UTF-8 are escaped. */
void zd_text_json_string(zd_text *text, const char *value);

/** Adds a number that reads back to the same double; "null" for NaN and infinity. */
void zd_text_json_number(zd_text *text, double value);

/** Writes JSON objects and arrays with commas in the right places. */
typedef struct zd_json {
    zd_text *text;
    bool need_comma;
} zd_json;

void zd_json_begin(zd_json *json, zd_text *text);
void zd_json_open(zd_json *json, const char *key, char bracket); /* key NULL inside an array */
void zd_json_close(zd_json *json, char bracket);
void zd_json_text(zd_json *json, const char *key, const char *value); /* NULL value: null */
void zd_json_number(zd_json *json, const char *key, double value);
void zd_json_bool(zd_json *json, const char *key, bool value);

#endif
