/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_VIEW_DRAW_H
#define ZD_STUDIO_ZD_VIEW_DRAW_H

/* A view of a frame as a texture, in the thread that renders. */

#include <gdk/gdk.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

typedef struct ZdViewWish {
    int64_t frame;
    zdepth_output output;
    int width;
    int height;
    gboolean overlay; /* what is background is tinted */
} ZdViewWish;

/** Draws a view, which the caller owns. NULL when it is cancelled, past the clip's end or fails; only in the
 *  last case *failure is set, to be released with g_free. */
GdkTexture *zd_view_draw(zdepth_engine *engine, const ZdViewWish *wish, zdepth_cancel *cancel,
                         char **failure);

G_END_DECLS

#endif
