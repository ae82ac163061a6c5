/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_ICC_H
#define ZD_MEDIA_ICC_H

/* Colour profiles (ICC.1) of pictures: kept where the output holds one, else their colours are
 * turned into sRGB's, by Little CMS. */

#include "image/image.h"

/** A profile's bytes; NULL and 0: none. */
typedef struct zd_icc {
    const uint8_t *data;
    size_t bytes;
} zd_icc;

/** Turns RGB or RGBA float32 codes of the profile into sRGB codes in place, by the relative
 *  colorimetric intent with black point compensation; alpha stays. A picture whose profile is not
 *  one of RGB stays as it is. ZD_ERR_UNSUPPORTED when built without Little CMS, and
 *  ZD_ERR_CORRUPT for bytes that are no profile: the messages say so in a few words. */
ZD_MUST_USE zd_status zd_icc_to_srgb(zd_icc icc, zd_view view, zd_error *err);

#endif
