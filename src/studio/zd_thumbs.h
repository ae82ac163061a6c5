/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_THUMBS_H
#define ZD_STUDIO_ZD_THUMBS_H

/* Small pictures of the footage's frames, made in a thread of their own, what was asked for last first, and
 * kept.
 *
 * Signal: "ready" when one more is there. */

#include <gdk/gdk.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_THUMBS (zd_thumbs_get_type())
G_DECLARE_FINAL_TYPE(ZdThumbs, zd_thumbs, ZD, THUMBS, GObject)

/** Borrows the context, which outlives it. */
ZdThumbs *zd_thumbs_new(zdepth_context *context);

/** Turns to a project's footage, which is copied, or to none (NULL); `height` is that of the pictures, and
 *  `aspect` their width by it. What was kept is forgotten. */
void zd_thumbs_open(ZdThumbs *thumbs, const zdepth_project *project, int height, double aspect);

/** A frame's picture; NULL: not yet, it is then made. Valid until the next open. */
GdkTexture *zd_thumbs_get(ZdThumbs *thumbs, gint64 frame);

G_END_DECLS

#endif
