/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_COLOUR_PARSE_H
#define ZD_IMAGE_COLOUR_PARSE_H

/* Colours as people write them. */

#include "core/status.h"

/** Reads #RGB, #RRGGBB, #RRGGBBAA, rgb(r, g, b) and rgba(r, g, b, a) with 0..255 or percent (alpha
 *  0..1 or percent), a CSS colour name, or "transparent". Gives RGBA, sRGB code values 0..1, not
 *  premultiplied. Fails with ZD_ERR_INVALID_ARGUMENT and a message that names the text. */
ZD_MUST_USE zd_status zd_colour_parse(const char *text, float rgba[4], zd_error *err);

/** sRGB code values, not premultiplied, to linear light, premultiplied. */
void zd_colour_to_linear(const float rgba[4], float out[4]);

#endif
