/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STYLE_STYLE_MEMORY_H
#define ZD_STYLE_STYLE_MEMORY_H

/* What the frames before leave, so that a style does not flicker: the last painted picture is moved along
 * with the footage (block matching, depth/motion.h) and stays where the footage, so moved, is what is
 * there now; elsewhere the new one counts (after Ruder, Dosovitskiy, Brox 2016, whose warped picture
 * likewise counts only where the motion is found to be true). */

#include "core/task.h"
#include "image/image.h"

typedef struct zd_style_memory zd_style_memory;

ZD_MUST_USE zd_status zd_style_memory_create(zd_context *ctx, zd_style_memory **out, zd_error *err);
void zd_style_memory_destroy(zd_style_memory **memory); /* accepts NULL inside */

/** Forgets all frames: a cut, or a jump. */
void zd_style_memory_forget(zd_style_memory *memory);

/** Sees the footage of the next frame, RGB f32 of even sides. Another size or style than before forgets. */
ZD_MUST_USE zd_status zd_style_memory_see(zd_style_memory *memory, zd_view footage, int style,
                                          zd_error *err);

/** Steadies that frame's painted picture in place, RGB f32, and remembers it. `amount` is 0..1, how much of
 *  the last picture stays where only noise changed. The same bits for any number of threads. */
void zd_style_memory_steady(zd_style_memory *memory, float amount, zd_view painted);

#endif
