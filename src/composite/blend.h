/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLEND_H
#define ZD_COMPOSITE_BLEND_H

/* Blend modes, after the W3C's Compositing and Blending Level 1, in premultiplied form and in
 * linear light. Within 0..1 they are the formulas of that text; above 1 (highlights) every mode
 * goes on without a jump, and nothing is clipped. */

#include <stdbool.h>

#include "composite/blend_list.h"

#define ZD_BLEND_ENUM(id, function, word) ZD_BLEND_##id,
#define ZD_BLEND_WORD(id, function, word) word,

typedef enum zd_blend {
    ZD_BLENDS(ZD_BLEND_ENUM) ZD_BLEND_COUNT,
} zd_blend;

/** "normal", "soft-light" and so on; NULL past the last. */
const char *zd_blend_name(int blend);

/** Finds a mode by its name; false when there is none. */
bool zd_blend_parse(const char *name, zd_blend *out);

/** Lays one source pixel on one backdrop pixel. All are RGBA, linear, premultiplied; `out` may be
 *  `backdrop`. This is the definition; the row kernels give the same bits. */
void zd_blend_pixel(zd_blend blend, const float source[4], const float backdrop[4], float out[4]);

#endif
