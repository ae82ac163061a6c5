/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "core/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void zd_text_init(zd_text *text, zd_context *ctx)
{
    *text = (zd_text){ .ctx = ctx };
}

void zd_text_release(zd_text *text)
{
    zd_free(text->ctx, text->data);
    *text = (zd_text){ .ctx = text->ctx };
}

static bool reserve(zd_text *text, size_t more)
{
    if (text->failed) {
        return false;
    }
    if (text->length + more + 1 <= text->capacity) {
        return true;
    }
    size_t capacity = (text->length + more + 1) * 2;
    char *data = zd_alloc(text->ctx, capacity);
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    if (text->data != NULL) {
        memcpy(data, text->data, text->length + 1);
        zd_free(text->ctx, text->data);
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void zd_text_add_bytes(zd_text *text, const char *bytes, size_t count)
{
    if (reserve(text, count)) {
        memcpy(text->data + text->length, bytes, count);
        text->length += count;
        text->data[text->length] = '\0';
    }
}

void zd_text_add(zd_text *text, const char *addition)
{
    zd_text_add_bytes(text, addition, strlen(addition));
}

void zd_text_format(zd_text *text, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int needed = vsnprintf(NULL, 0, format, args);
    if (needed >= 0 && reserve(text, (size_t) needed)) {
        vsnprintf(text->data + text->length, (size_t) needed + 1, format, again);
        text->length += (size_t) needed;
    }
    va_end(again);
    va_end(args);
}

zd_status zd_text_finish(const zd_text *text, const char *what, zd_error *err)
{
    return text->failed ? zd_fail_memory(err, what) : ZD_OK;
}

/* The length of the valid UTF-8 sequence at `at`, or 0. */
static int utf8_length(const unsigned char *at)
{
    int length = at[0] < 0x80                    ? 1
                 : at[0] >= 0xC2 && at[0] < 0xE0 ? 2
                 : at[0] >= 0xE0 && at[0] < 0xF0 ? 3
                 : at[0] >= 0xF0 && at[0] < 0xF5 ? 4
                                                 : 0;
    for (int i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

void zd_text_json_string(zd_text *text, const char *value)
{
    zd_text_add(text, "\"");
    for (const unsigned char *at = (const unsigned char *) value; *at != '\0';) {
        int length = utf8_length(at);
        if (*at == '"' || *at == '\\') {
            zd_text_format(text, "\\%c", *at);
        } else if (length == 0 || *at < 0x20) {
            zd_text_format(text, "\\u%04x", *at);
        } else {
            zd_text_add_bytes(text, (const char *) at, (size_t) length);
        }
        at += length > 0 ? length : 1;
    }
    zd_text_add(text, "\"");
}

void zd_text_json_number(zd_text *text, double value)
{
    if (!isfinite(value)) {
        zd_text_add(text, "null");
        return;
    }
    char digits[40];
    for (int precision = 6; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value) {
            break;
        }
    }
    zd_text_add(text, digits);
}

void zd_json_begin(zd_json *json, zd_text *text)
{
    *json = (zd_json){ .text = text };
}

static void start_member(zd_json *json, const char *key)
{
    if (json->need_comma) {
        zd_text_add(json->text, ", ");
    }
    if (key != NULL) {
        zd_text_json_string(json->text, key);
        zd_text_add(json->text, ": ");
    }
    json->need_comma = true;
}

void zd_json_open(zd_json *json, const char *key, char bracket)
{
    start_member(json, key);
    zd_text_format(json->text, "%c", bracket);
    json->need_comma = false;
}

void zd_json_close(zd_json *json, char bracket)
{
    zd_text_format(json->text, "%c", bracket);
    json->need_comma = true;
}

void zd_json_text(zd_json *json, const char *key, const char *value)
{
    start_member(json, key);
    if (value != NULL) {
        zd_text_json_string(json->text, value);
    } else {
        zd_text_add(json->text, "null");
    }
}

void zd_json_number(zd_json *json, const char *key, double value)
{
    start_member(json, key);
    zd_text_json_number(json->text, value);
}

void zd_json_bool(zd_json *json, const char *key, bool value)
{
    start_member(json, key);
    zd_text_add(json->text, value ? "true" : "false");
}
