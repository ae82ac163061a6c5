/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_QUALITY_FIGURES_H
#define ZD_QUALITY_FIGURES_H

/* The figures of a quality test, printed, and held against those that are written down in tests/quality: each
 * number must be the same within a tenth (of a number between 0 and 1 also of what it lacks to 1, and one
 * of its last digits more), in either direction. Worse is a fault, and better wants to be kept: ZD_UPDATE=1
 * writes down what came out. Words must be the same. */

#include <ctype.h>
#include <stdarg.h>

#include "table.h"

static zd_context *figures_ctx;
static zd_text figures_text;

static inline void figures(const char *format, ...) ZD_PRINTF(1, 2);
static inline void figures(const char *format, ...)
{
    char line[512];
    va_list args;
    if (figures_ctx == NULL) {
        figures_ctx = zd_test_context(1);
        zd_text_init(&figures_text, figures_ctx);
    }
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    printf("%s", line);
    zd_text_format(&figures_text, "%s", line);
}

/* How far a number may be from the one that begins at `text`, which ends at `end`. */
static inline double figures_slack(const char *text, const char *end, double value)
{
    double digit = 1.0;
    const char *point = memchr(text, '.', (size_t) (end - text));
    double size = value < 0.0 ? -value : value;
    for (const char *at = point; at != NULL && at + 1 < end; at++) {
        digit *= 0.1;
    }
    if (point == NULL && strchr("0123456789", *text) != NULL) {
        digit = size < 20.0 ? 0.0 : 1.0; /* counts of few are exact */
    }
    size = value > 0.5 && value <= 1.0 && point != NULL ? 1.0 - value : size;
    return 0.1 * size + 1.001 * digit;
}

static inline void figures_compare(const char *name, const char *found, const char *meant)
{
    int line = 3;
    while (*found != '\0' || *meant != '\0') {
        if (isdigit((unsigned char) *found) && isdigit((unsigned char) *meant)) {
            char *end_found;
            char *end_meant;
            double a = strtod(found, &end_found);
            double b = strtod(meant, &end_meant);
            double slack = figures_slack(meant, end_meant, b);
            if (a - b > slack || b - a > slack) {
                ZD_TEST_FAIL("%s:%d: %g is not the %g that is written down; where it is better, "
                             "write it down with ZD_UPDATE=1",
                             name, line, a, b);
            }
            found = end_found;
            meant = end_meant;
        } else if (*found == *meant) {
            line += *meant == '\n';
            found++;
            meant++;
        } else {
            ZD_TEST_FAIL("%s:%d: '%.40s' is not '%.40s'", name, line, found, meant);
        }
    }
}

static const char *figures_name;

static inline void figures_are_as_written(void)
{
    char path[256];
    snprintf(path, sizeof path, "quality/%s", figures_name);
    char *stored = zd_table_stored(figures_ctx, path, &figures_text);
    figures_compare(figures_name, figures_text.data, stored);
    zd_free(figures_ctx, stored);
    zd_text_release(&figures_text);
    zd_context_destroy(&figures_ctx);
}

/** After all tests that give figures. */
#define FIGURES_RUN(name)            \
    do {                             \
        figures_name = (name);       \
        RUN(figures_are_as_written); \
    } while (0)

#endif
