/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_TABLE_H
#define ZD_TESTS_TABLE_H

/* Tables of figures that a test makes and finds again in a file of tests/: words must be the same, numbers the
 * same within `tolerance`. ZD_UPDATE=1 writes what is meant into the file: read the difference. */

#include "core/file.h"
#include "core/text.h"
#include "zd_test.h"

static inline const char *zd_table_word(const char *at, char word[64])
{
    size_t length = 0;
    while (*at == ' ' || *at == '\n') {
        at++;
    }
    while (*at != ' ' && *at != '\n' && *at != '\0' && length < 63) {
        word[length++] = *at++;
    }
    word[length] = '\0';
    return at;
}

/** What is written down in a file of tests/, without its two first lines; with ZD_UPDATE=1 `text` is written
 *  first. The caller frees what is returned. */
static inline char *zd_table_stored(zd_context *ctx, const char *name, const zd_text *text)
{
    static const char head[] = "# SPDX-FileCopyrightText: 2026 The Zdepth developers\n"
                               "# SPDX-License-Identifier: Apache-2.0\n";
    char path[1024];
    char *stored = NULL;
    size_t bytes;
    zd_error err;
    const char *source = getenv("ZD_SOURCE");
    snprintf(path, sizeof path, "%s/tests/%s", source != NULL ? source : ".", name);
    if (getenv("ZD_UPDATE") != NULL) {
        zd_text all;
        zd_text_init(&all, ctx);
        zd_text_format(&all, "%s%s", head, text->data);
        REQUIRE_OK(zd_file_write(ctx, path, all.data, all.length, &err));
        zd_text_release(&all);
    }
    REQUIRE_OK(zd_file_read_text(ctx, path, 1 << 20, &stored, &bytes, &err));
    REQUIRE(strncmp(stored, head, sizeof head - 1) == 0);
    memmove(stored, stored + sizeof head - 1, bytes - (sizeof head - 1) + 1);
    return stored;
}

static inline void zd_table_check(zd_context *ctx, const char *name, const zd_text *text,
                                  double tolerance)
{
    char *stored = zd_table_stored(ctx, name, text);
    const char *found = text->data;
    const char *meant = stored;
    char line[64] = "";
    while (*found != '\0' || *meant != '\0') {
        char a[64];
        char b[64];
        char *end_a;
        char *end_b;
        bool starts = *found == '\n' || found == text->data;
        found = zd_table_word(found, a);
        meant = zd_table_word(meant, b);
        if (starts) {
            snprintf(line, sizeof line, "%s", a);
        }
        double x = strtod(a, &end_a);
        double y = strtod(b, &end_b);
        bool numbers = *end_a == '\0' && *end_b == '\0';
        if (numbers ? !(x - y <= tolerance && y - x <= tolerance) : strcmp(a, b) != 0) {
            ZD_TEST_FAIL("%s: line %s: %s, and the table says %s", name, line, a, b);
        }
    }
    zd_free(ctx, stored);
}

#endif
