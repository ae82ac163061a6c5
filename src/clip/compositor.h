/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_COMPOSITOR_H
#define ZD_CLIP_COMPOSITOR_H

/* A project's titles and inserts between the layers of one frame after the other, in any order.
 * Only the pixels that an insert can touch are turned into light and back. */

#include "clip/layers.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_compositor zd_compositor;

/** Opens all inserts of the project, which is borrowed, for footage of this size and colour. The
 *  caller owns *out. */
ZD_MUST_USE zd_status zd_compositor_open(zd_context *ctx, const zd_project *project,
                                         const zd_reader_info *footage, zd_compositor **out,
                                         zd_error *err);
void zd_compositor_close(zd_compositor **compositor);

/** Finds what is shown at a moment. *roi is where it can touch the picture, on even pixels, which
 *  chroma is shared by; empty when nothing is shown. Before zd_compositor_render. */
ZD_MUST_USE zd_status zd_compositor_at(zd_compositor *compositor, double time_s, zd_rect *roi,
                                       zd_error *err);

/** Lays what zd_compositor_at found on a prepared frame of that time: writes the roi of `out`, RGBA
 *  f32 of the frame's size, code values, not premultiplied. Pixels where nothing shows get the
 *  picture's very bits. *changed tells whether any pixel did. `task` may be NULL and can cancel. */
ZD_MUST_USE zd_status zd_compositor_render(zd_compositor *compositor, const zd_layered_frame *frame,
                                           zd_rect roi, const zd_task *task, zd_view out,
                                           bool *changed, zd_error *err);

#endif
