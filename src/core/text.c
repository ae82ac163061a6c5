/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Text doubles its memory; JSON writers add commas by themselves and escape what RFC 8259 asks. */

#include "core/text.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void zd_text_init(zd_text *text, zd_context *ctx)
{
    assert(text != NULL && ctx != NULL);
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
    assert(bytes != NULL || count == 0);
    if (reserve(text, count)) {
        if (count > 0) {
            memcpy(text->data + text->length, bytes, count);
        }
        text->length += count;
        text->data[text->length] = '\0';
    }
}

void zd_text_add(zd_text *text, const char *addition)
{
    assert(addition != NULL);
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

/* The length that a sequence's first byte announces, 0 for bytes that begin none. */
static int announced_length(unsigned char first)
{
    return first < 0x80                    ? 1
           : first >= 0xC2 && first < 0xE0 ? 2
           : first >= 0xE0 && first < 0xF0 ? 3
           : first >= 0xF0 && first < 0xF5 ? 4
                                           : 0;
}

int zd_utf8_read(const unsigned char *at, unsigned *code)
{
    static const unsigned first_bits[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    int length = announced_length(at[0]);
    *code = at[0] & first_bits[length];
    for (int i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
        *code = *code << 6 | (at[i] & 0x3FU);
    }
    /* Not longer than needed, no half of a UTF-16 pair, not beyond the last character. */
    bool is_valid =
        *code >= least[length] && !(*code >= 0xD800 && *code < 0xE000) && *code <= 0x10FFFF;
    return is_valid ? length : 0;
}

bool zd_utf8_is_shown(unsigned code)
{
    static const unsigned obeyed[][2] = { { 0, 0x1F },        { 0x7F, 0x9F },
                                          { 0x061C, 0x061C }, { 0x200E, 0x200F },
                                          { 0x2028, 0x202E }, { 0x2066, 0x2069 } };
    for (size_t i = 0; i < sizeof obeyed / sizeof *obeyed; i++) {
        if (code >= obeyed[i][0] && code <= obeyed[i][1]) {
            return false;
        }
    }
    return true;
}

void zd_text_json_string(zd_text *text, const char *value)
{
    assert(value != NULL);
    zd_text_add(text, "\"");
    for (const unsigned char *at = (const unsigned char *) value; *at != '\0';) {
        unsigned code;
        int length = zd_utf8_read(at, &code);
        if (*at == '"' || *at == '\\') {
            zd_text_format(text, "\\%c", *at);
        } else if (length == 0) {
            zd_text_format(text, "\\u%04x", *at);
        } else if (!zd_utf8_is_shown(code)) {
            zd_text_format(text, "\\u%04x", code);
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
    bool is_whole = value == floor(value) && fabs(value) < 1e15;
    snprintf(digits, sizeof digits, "%.0f", value == 0.0 ? 0.0 : value);
    for (int precision = 6; !is_whole && precision <= 17; precision++) {
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
