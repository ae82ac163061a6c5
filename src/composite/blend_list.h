/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLEND_LIST_H
#define ZD_COMPOSITE_BLEND_LIST_H

/* The blend modes. A mode is a file of blends/ and a row here; the enum, the names that projects
 * and doors know it by, and the kernels are made from the rows. New rows go to the end: plug-ins
 * store the number. */

#include "composite/blends/blend_add.h"
#include "composite/blends/blend_darken.h"
#include "composite/blends/blend_difference.h"
#include "composite/blends/blend_hard_light.h"
#include "composite/blends/blend_lighten.h"
#include "composite/blends/blend_multiply.h"
#include "composite/blends/blend_normal.h"
#include "composite/blends/blend_overlay.h"
#include "composite/blends/blend_screen.h"
#include "composite/blends/blend_soft_light.h"

#define ZD_BLENDS(ROW)                        \
    ROW(NORMAL, normal, "normal")             \
    ROW(ADD, add, "add")                      \
    ROW(SCREEN, screen, "screen")             \
    ROW(MULTIPLY, multiply, "multiply")       \
    ROW(OVERLAY, overlay, "overlay")          \
    ROW(SOFT_LIGHT, soft_light, "soft-light") \
    ROW(HARD_LIGHT, hard_light, "hard-light") \
    ROW(DARKEN, darken, "darken")             \
    ROW(LIGHTEN, lighten, "lighten")          \
    ROW(DIFFERENCE, difference, "difference")

#endif
