/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "media/sequence_name.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

zd_status zd_sequence_name(const char *pattern, int64_t number, char *out, size_t size,
                           zd_error *err)
{
    const char *percent = strchr(pattern, '%');
    int written;
    if (percent == NULL) {
        written = snprintf(out, size, "%s", pattern);
    } else {
        char *end;
        long width = isdigit((unsigned char) percent[1]) ? strtol(percent + 1, &end, 10) : 0;
        const char *rest = width > 0 ? end : percent + 1;
        if (*rest != 'd' || width > 20 || strchr(rest, '%') != NULL) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "'%s' is not a sequence; write its number as %%d or %%04d, once",
                           pattern);
        }
        written = snprintf(out, size, "%.*s%0*lld%s", (int) (percent - pattern), pattern,
                           (int) width, (long long) number, rest + 1);
    }
    if (written < 0 || (size_t) written >= size) {
        return zd_fail(err, ZD_ERR_LIMIT, "the name '%.200s' is too long", pattern);
    }
    return ZD_OK;
}
