/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One reader for every way to write a time; which one it is, its letters and colons tell. */

#include "core/time_text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FIELDS = 4 };

/* strtod takes "inf", "nan" and hexadecimals as well, which are no times. */
static bool read_number(const char **at, double *out)
{
    char *end;
    if (!isdigit((unsigned char) **at) && **at != '.') {
        return false;
    }
    if ((*at)[0] == '0' && ((*at)[1] == 'x' || (*at)[1] == 'X')) {
        return false;
    }
    *out = strtod(*at, &end);
    bool good = end != *at && isfinite(*out);
    *at = end;
    return good;
}

/* "1h2m3s", "500ms": each unit smaller than the one before. */
static bool read_units(const char *text, double *seconds)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = { { "h", 3600.0 }, { "min", 60.0 }, { "ms", 0.001 }, { "m", 60.0 }, { "s", 1.0 } };
    double total = 0.0;
    double last = HUGE_VAL;
    while (*text != '\0') {
        double value;
        if (!read_number(&text, &value)) {
            return false;
        }
        size_t length = strcspn(text, "0123456789.");
        double unit = 0.0;
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            bool same =
                strlen(units[i].name) == length && strncmp(text, units[i].name, length) == 0;
            unit = same ? units[i].seconds : unit;
        }
        if (!(unit > 0.0) || !(unit < last)) {
            return false;
        }
        total += value * unit;
        last = unit;
        text += length;
    }
    *seconds = total;
    return true;
}

/* Numbers with colons between; 0: it is something else. */
static int read_clock(const char *text, double fields[MAX_FIELDS])
{
    for (int count = 0; count < MAX_FIELDS; count++) {
        if (!read_number(&text, &fields[count])) {
            return 0;
        }
        if (*text == '\0') {
            return count + 1;
        }
        if (*text++ != ':') {
            return 0;
        }
    }
    return 0;
}

/* "f36" or "36f". */
static bool read_frame(const char *text, double *frame)
{
    bool is_before = *text == 'f';
    text += is_before;
    return read_number(&text, frame) && strcmp(text, is_before ? "" : "f") == 0;
}

static zd_status need_rate(const char *text, double fps, zd_error *err)
{
    if (!(fps > 0.0)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' is a frame, and the frame rate is not known here; give seconds", text);
    }
    return ZD_OK;
}

/* Hours, minutes, seconds, frames: the frame's number counts as many a second as the rate rounds to. */
static zd_status from_timecode(const char *text, const double f[MAX_FIELDS], double fps,
                               double *seconds, zd_error *err)
{
    ZD_TRY(need_rate(text, fps, err));
    double base = ceil(fps - 1e-6);
    for (int i = 0; i < MAX_FIELDS; i++) {
        double limit = i == 0 ? HUGE_VAL : i < 3 ? 60.0 : base;
        if (f[i] != floor(f[i]) || !(f[i] < limit)) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "'%s' is no timecode at %g frames a second: hours, minutes, seconds and "
                           "frames up to %g are whole numbers",
                           text, fps, base - 1.0);
        }
    }
    *seconds = (((f[0] * 60.0 + f[1]) * 60.0 + f[2]) * base + f[3]) / fps;
    return ZD_OK;
}

zd_status zd_time_parse(const char *text, double fps, double *seconds, zd_error *err)
{
    double fields[MAX_FIELDS];
    double frame;
    if (read_frame(text, &frame)) {
        ZD_TRY(need_rate(text, fps, err));
        *seconds = frame / fps;
        return ZD_OK;
    }
    int count = read_clock(text, fields);
    if (count == MAX_FIELDS) {
        return from_timecode(text, fields, fps, seconds, err);
    }
    if (count > 0) {
        *seconds = 0.0;
        for (int i = 0; i < count; i++) {
            *seconds = *seconds * 60.0 + fields[i];
        }
        return ZD_OK;
    }
    if (text[0] != '\0' && read_units(text, seconds)) {
        return ZD_OK;
    }
    bool has_comma = text[0] != '\0' && strspn(text, "0123456789,") == strlen(text);
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "'%.80s' is not a time; write 1.5, 500ms, 1:02.5, 36f or 0:00:01:12%s", text,
                   has_comma ? " (with a point, not a comma)" : "");
}

/* Times stand before '=' and behind '@', alone or in a list. */
bool zd_time_names_frame(const char *text)
{
    static const char between[] = ",@= ";
    while (*text != '\0') {
        char word[32];
        double number;
        double fields[MAX_FIELDS];
        size_t length = strcspn(text, between);
        snprintf(word, sizeof word, "%.*s", (int) (length < 31 ? length : 31), text);
        if (read_frame(word, &number) || read_clock(word, fields) == MAX_FIELDS) {
            return true;
        }
        text += length + (text[length] != '\0');
    }
    return false;
}
