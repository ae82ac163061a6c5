/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* #RGB to #RRGGBBAA, rgb() and rgba(), and the names of CSS. */

#include "image/colour_parse.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/size.h"
#include "core/words.h"
#include "image/colour.h"
#include "image/colour_names_table.h"

static zd_status bad_colour(const char *text, zd_error *err)
{
    char meant[80];
    zd_nearest_word nearest = zd_nearest_word_begin(text);
    for (int i = 0; i < ZD_COLOUR_NAME_COUNT; i++) {
        zd_nearest_word_try(&nearest, zd_colour_names[i].name);
    }
    return zd_fail(
        err, ZD_ERR_INVALID_ARGUMENT,
        "'%.60s' is not a colour; use #RRGGBB, #RRGGBBAA, rgb(255, 128, 0) or a name such "
        "as orange%s",
        text, zd_did_you_mean(&nearest, "", meant, sizeof meant));
}

static void from_bytes(uint32_t rgba, float out[4])
{
    for (int c = 0; c < 4; c++) {
        out[c] = (float) ((rgba >> (24 - 8 * c)) & 255U) / 255.0f;
    }
}

/* #RGB, #RGBA, #RRGGBB, #RRGGBBAA after the '#'. */
static bool parse_hex(const char *digits, float out[4])
{
    size_t length = strlen(digits);
    if (strspn(digits, "0123456789abcdefABCDEF") != length) {
        return false;
    }
    uint32_t value = length <= 8 ? (uint32_t) strtoul(digits, NULL, 16) : 0;
    if (length == 3 || length == 4) {
        uint32_t wide = 0;
        uint32_t short_value = length == 3 ? value << 4 | 15U : value;
        for (int i = 12; i >= 0; i -= 4) {
            wide = wide << 8 | ((short_value >> i) & 15U) * 17U;
        }
        value = wide;
    } else if (length == 6) {
        value = value << 8 | 255U;
    } else if (length != 8) {
        return false;
    }
    from_bytes(value, out);
    return true;
}

/* A number, or a percentage of `full`; the result is in units of `full`, clipped to 0..1. */
static bool parse_part(const char **at, double full, float *out)
{
    char *end = NULL;
    while (isspace((unsigned char) **at)) {
        (*at)++;
    }
    if (!isdigit((unsigned char) **at) && **at != '.') {
        return false;
    }
    double value = strtod(*at, &end);
    if (end == *at || !(value >= 0.0)) {
        return false;
    }
    bool percent = *end == '%';
    *out = zd_float_clamp((float) (value / (percent ? 100.0 : full)), 0.0f, 1.0f);
    *at = percent ? end + 1 : end;
    while (isspace((unsigned char) **at)) {
        (*at)++;
    }
    return true;
}

/* "(r, g, b)" or "(r, g, b, a)". */
static bool parse_function(const char *at, float out[4])
{
    out[3] = 1.0f;
    for (int c = 0; c < 4; c++) {
        if (*at != (c == 0 ? '(' : ',')) {
            return c == 3 && strcmp(at, ")") == 0;
        }
        at++;
        if (!parse_part(&at, c == 3 ? 1.0 : 255.0, &out[c])) {
            return false;
        }
    }
    return strcmp(at, ")") == 0;
}

/* The opacity behind an '@', as FFmpeg writes it: 0 to 1, or 0x00 to 0xff. */
static bool parse_opacity(const char *text, float *out)
{
    char *end;
    bool is_hex = strncasecmp(text, "0x", 2) == 0;
    double value = strtod(text, &end);
    value = is_hex ? value / 255.0 : value;
    *out = (float) value;
    return end != text && *end == '\0' && value >= 0.0 && value <= 1.0;
}

static int compare_name(const void *key, const void *entry)
{
    return strcasecmp(key, ((const zd_colour_name *) entry)->name);
}

static bool parse_name(const char *name, float out[4])
{
    const zd_colour_name *found =
        bsearch(name, zd_colour_names, ZD_COLOUR_NAME_COUNT, sizeof *zd_colour_names, compare_name);
    if (found != NULL) {
        from_bytes(found->rgb << 8 | 255U, out);
        return true;
    }
    if (strcasecmp(name, "transparent") == 0) {
        from_bytes(0, out);
        return true;
    }
    return false;
}

/* RRGGBB or RRGGBBAA without a '#'. */
static bool is_bare_hex(const char *text)
{
    size_t length = strspn(text, "0123456789abcdefABCDEF");
    return (length == 6 || length == 8) && text[length] == '\0';
}

static bool parse_plain(const char *text, float rgba[4])
{
    bool good;
    if (text[0] == '#') {
        good = parse_hex(text + 1, rgba);
    } else if (strncasecmp(text, "0x", 2) == 0 && is_bare_hex(text + 2)) {
        good = parse_hex(text + 2, rgba);
    } else if (is_bare_hex(text)) {
        good = parse_hex(text, rgba);
    } else if (strncasecmp(text, "rgba(", 5) == 0) {
        good = parse_function(text + 4, rgba);
    } else if (strncasecmp(text, "rgb(", 4) == 0) {
        good = parse_function(text + 3, rgba);
    } else {
        good = parse_name(text, rgba);
    }
    return good;
}

zd_status zd_colour_parse(const char *text, float rgba[4], zd_error *err)
{
    char plain[64];
    const char *at = strrchr(text, '@');
    if (at == NULL) {
        return parse_plain(text, rgba) ? ZD_OK : bad_colour(text, err);
    }
    size_t length = (size_t) (at - text);
    float opacity = 0.0f;
    if (length >= sizeof plain) {
        return bad_colour(text, err);
    }
    memcpy(plain, text, length);
    plain[length] = '\0';
    bool good = parse_plain(plain, rgba) && parse_opacity(at + 1, &opacity);
    rgba[3] = opacity;
    return good ? ZD_OK : bad_colour(text, err);
}

void zd_colour_to_linear(const float rgba[4], float out[4])
{
    for (int c = 0; c < 3; c++) {
        out[c] = zd_transfer_decode(ZD_TRANSFER_SRGB, rgba[c]) * rgba[3];
    }
    out[3] = rgba[3];
}
