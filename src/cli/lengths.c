/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The text is copied; numbers with "px" behind them are replaced. */

#include "cli/lengths.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A box as X11 and ImageMagick write it; the rest, "" or "@TIME". NULL: it is none. */
static const char *read_geometry(const char *text, double box[4])
{
    int used = 0;
    bool good = isdigit((unsigned char) text[0]) &&
                sscanf(text, "%lfx%lf+%lf+%lf%n", &box[2], &box[3], &box[0], &box[1], &used) == 4;
    return good && (text[used] == '\0' || text[used] == '@') ? text + used : NULL;
}

static bool begins_number(const char *text, const char *at)
{
    bool inside = at > text && (isalnum((unsigned char) at[-1]) || at[-1] == '.');
    return !inside &&
           (isdigit((unsigned char) *at) || (*at == '.' && isdigit((unsigned char) at[1])));
}

bool zd_lengths_in_pixels(const char *text)
{
    double box[4];
    for (const char *at = text; *at != '\0'; at++) {
        char *end;
        if (begins_number(text, at)) {
            strtod(at, &end);
            if (strncmp(end, "px", 2) == 0) {
                return true;
            }
        }
    }
    return read_geometry(text, box) != NULL;
}

void zd_lengths_resolve(zd_text *out, const char *text, const double *extents, int count,
                        bool per_cent)
{
    assert(count >= 1 && count <= 4);
    double box[4];
    int field = 0;
    const char *rest = count == 4 ? read_geometry(text, box) : NULL;
    for (int i = 0; rest != NULL && i < 4; i++) {
        zd_text_format(out, "%s%.15g", i > 0 ? "," : "", box[i] / extents[i]);
    }
    for (const char *at = rest != NULL ? rest : text; *at != '\0';) {
        char *end = NULL;
        double value = begins_number(text, at) ? strtod(at, &end) : 0.0;
        if (end != NULL && strncmp(end, "px", 2) == 0) {
            zd_text_format(out, "%.15g", value / extents[field % count]);
            at = end + 2;
        } else if (end != NULL && per_cent && *end == '%') {
            zd_text_format(out, "%.15g", value / 100.0);
            at = end + 1;
        } else {
            const char *stop = end != NULL && end > at ? end : at + 1;
            zd_text_add_bytes(out, at, (size_t) (stop - at));
            field += *at == ',';
            at = stop;
        }
    }
}
