/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_TIMELINE_H
#define ZD_STUDIO_ZD_TIMELINE_H

/* The clip from left to right: shots, which frames have depth, keys of the parameters, inserts as
 * bars, boxes, the playhead.
 *
 * Signals: "sought" (gint64 frame) while the playhead is dragged; "bar" (int insert, double start_s,
 * double end_s, gboolean ended) while an end of an insert is; "key" (int insert, const char *name,
 * int index, double time_s, gboolean ended) while a key is; "menu" (int insert, const char *name, int
 * index, gint64 frame, double x, double y) of a right click on a key, or with name "" on a shot. */

#include <gtk/gtk.h>

#include "zd_document.h"
#include "zd_thumbs.h"

G_BEGIN_DECLS

#define ZD_TYPE_TIMELINE (zd_timeline_get_type())
G_DECLARE_FINAL_TYPE(ZdTimeline, zd_timeline, ZD, TIMELINE, GtkWidget)

GtkWidget *zd_timeline_new(ZdDocument *document);

/** The clip: 0 frames when none is open. */
void zd_timeline_set_clip(ZdTimeline *timeline, gint64 frames, double rate);
void zd_timeline_set_frame(ZdTimeline *timeline, gint64 frame);

/** First frames of shots; frames before `depth_until` have depth. */
void zd_timeline_set_shots(ZdTimeline *timeline, const gint64 *firsts, int count);
void zd_timeline_set_depth_until(ZdTimeline *timeline, gint64 frame);

/** Where the small pictures in the lane of shots come from, ZD_TIMELINE_THUMB pixels high and `aspect`
 *  times as wide. */
enum { ZD_TIMELINE_THUMB = 32 };
void zd_timeline_set_thumbs(ZdTimeline *timeline, ZdThumbs *thumbs, double aspect);

/** In and out points; out below in: none. */
void zd_timeline_set_range(ZdTimeline *timeline, gint64 in, gint64 out);

G_END_DECLS

#endif
