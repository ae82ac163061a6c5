/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Text is printed character by character; what a terminal would obey is written as an escape. */

#include "cli/print.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

static void put(FILE *out, const char *text, const char *kept)
{
    for (const unsigned char *at = (const unsigned char *) text; *at != '\0';) {
        unsigned code;
        int length = zd_utf8_read(at, &code);
        if (length == 0 || (code < 0x80 && !zd_utf8_is_shown(code) && strchr(kept, *at) == NULL)) {
            fprintf(out, "\\x%02x", *at);
        } else if (code >= 0x80 && !zd_utf8_is_shown(code)) {
            fprintf(out, "\\u{%04x}", code);
        } else {
            fwrite(at, 1, (size_t) length, out);
        }
        at += length > 0 ? length : 1;
    }
}

ZD_PRINTF(2, 0) static void put_formatted(FILE *out, const char *format, va_list args)
{
    char text[8192];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(text, sizeof text, format, args);
    char *long_text =
        length >= (int) sizeof text ? malloc((size_t) length + 1) : NULL; /* else cut short */
    if (long_text != NULL) {
        vsnprintf(long_text, (size_t) length + 1, format, again);
    }
    put(out, long_text != NULL ? long_text : text, "");
    free(long_text);
    va_end(again);
}

void zd_print(FILE *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_formatted(out, format, args);
    va_end(args);
}

void zd_say(FILE *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_formatted(out, format, args);
    va_end(args);
    fputc('\n', out);
}

void zd_say_text(FILE *out, const char *text)
{
    put(out, text, "\n\t");
}
