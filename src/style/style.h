/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STYLE_STYLE_H
#define ZD_STYLE_STYLE_H

/* Pictures in the style of another: a small feed-forward network (Johnson, Alahi, Li 2016) from a style
 * file, which holds one or more styles (models/EMBEDDED_FORMAT.md, Style files).
 *
 * The network sees the whole picture at a bounded working size, so a part of a picture is that part of
 * the whole. Thread-safety: one zd_style is used by one thread at a time; it computes on the pool. */

#include "style/style_memory.h"

enum {
    ZD_STYLE_MAX = 8,
    ZD_STYLE_NAME = 32
}; /* styles in a file; characters of a name and its end */

typedef struct zd_style zd_style;

/** Opens a style file. ZD_ERR_UNSUPPORTED for another network's. The caller owns *out. */
ZD_MUST_USE zd_status zd_style_open(zd_context *ctx, const char *path, zd_style **out,
                                    zd_error *err);
void zd_style_close(zd_style **style); /* sets it to NULL; accepts a pointer to NULL */

int zd_style_count(const zd_style *style);
const char *zd_style_name(const zd_style *style, int index); /* valid until it is closed */

/** How a picture is painted. */
typedef struct zd_style_look {
    int index;    /* of the style */
    float size;   /* of its strokes, 0.5..4; 1: as the network was trained */
    float steady; /* 0..1: how much of the frame before stays where nothing but noise changed */
} zd_style_look;

/** The working size for a picture: its short side by the file and the look, the aspect kept as far as
 *  multiples of the network allow. */
void zd_style_working_size(const zd_style *style, const zd_style_look *look, zd_view picture,
                           int *width, int *height);

/** Paints a picture in place: RGB f32, display-referred 0..1, finite, any size. `memory` is that of the
 *  frames before; NULL: each frame by itself. `task` may be NULL. */
ZD_MUST_USE zd_status zd_style_paint(zd_style *style, const zd_style_look *look,
                                     zd_style_memory *memory, zd_view picture, const zd_task *task,
                                     zd_error *err);

#endif
