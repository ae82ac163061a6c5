/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FRAME_KERNELS_H
#define ZD_MEDIA_FRAME_KERNELS_H

/* Row kernels between stored codes and float values. Every output depends only on its own inputs
 * by elementwise operations, so cutting a row anywhere gives the same bits. */

#include "media/frame_internal.h"

/** Reads `count` values of a component's row from sample position x. */
void zd_frame_kernel_fetch(zd_code code, const zd_frame_component *component, const uint8_t *row,
                           int x, int count, float *out);

/** Adds round(delta * code_scale) to `count` codes from x, clipped to 0..max_code. A delta that is
 *  not finite counts as none. Integer codes only. */
void zd_frame_kernel_add(zd_code code, const zd_frame_component *component, uint8_t *row, int x,
                         int count, const float *delta);

/** One chroma row at full width: values at luma columns x .. x+count-1 of luma row y. count is at
 *  most ZD_CHUNK. */
void zd_frame_kernel_chroma(const zd_layout *layout, const zd_frame_component *component,
                            const AVFrame *av, int x, int y, int count, float *out);

/** Where luma position `at` lies among chroma samples: between `*low` and `*low + 1`, at `*weight`
 *  of the way. Neither is clamped. */
void zd_frame_kernel_site(int at, int shift, bool is_cosited, int *low, float *weight);

/** Upsamples chroma values horizontally: source[0] is the chroma sample `first`. */
void zd_frame_kernel_expand(const zd_frame_component *component, bool is_left, const float *source,
                            int first, int x, int count, float *out);

/** The chroma samples, clamped to the plane, that columns x .. x+count-1 need. */
void zd_frame_kernel_span(const zd_frame_component *component, bool is_left, int x, int count,
                          int *first, int *samples);

/** Turns rows of Y, U, V into R, G, B in place. */
void zd_frame_kernel_to_rgb(const zd_layout *layout, float *rows[3], int count);

#endif
