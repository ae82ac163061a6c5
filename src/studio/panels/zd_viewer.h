/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_VIEWER_H
#define ZD_STUDIO_ZD_VIEWER_H

/* The picture, zoomed and panned, with selection boxes and inserts' handles on it.
 *
 * Signals: "box" (x, y, width, height in fractions, gboolean subtract) when a box was drawn; "box-moved"
 * (int index, x, y, width, height, gboolean ended) while one is dragged; "title-moved" (int index,
 * x, y, gboolean ended); "shape-drawn" (const ZdPoint *points, int count, gboolean is_holdout);
 * "picked" (int pen, x, y, gboolean subtract);
 * "shape-moved" (int shape, int point, x, y, gboolean ended); "pointer" (x, y) in fractions; "view-size" when another picture size would
 * fit; "activate-at" (x, y) on a double click. */

#include <gtk/gtk.h>
#include <zdepth/zdepth.h>

#include "zd_shapes.h"

G_BEGIN_DECLS

#define ZD_TYPE_VIEWER (zd_viewer_get_type())
G_DECLARE_FINAL_TYPE(ZdViewer, zd_viewer, ZD, VIEWER, GtkWidget)

/** Shows a picture; NULL: none. Pixels may be non-square: `aspect` is shown width by height. */
void zd_viewer_set_texture(ZdViewer *viewer, GdkTexture *texture, double aspect);

/** A second picture behind a wipe at a place in fractions of the width; below 0: none. */
void zd_viewer_set_wipe(ZdViewer *viewer, GdkTexture *texture, double at);

/** Boxes drawn on the picture; copied. `selected` is highlighted, -1: none. */
void zd_viewer_set_boxes(ZdViewer *viewer, const zdepth_box *boxes, int count, int selected);
int zd_viewer_selected_box(ZdViewer *viewer);

/** Outlines of shapes drawn on the picture, whose points can be dragged; copied. */
typedef struct ZdOutline {
    gboolean is_holdout;
    ZdPoint *points;
    int count;
} ZdOutline;

void zd_viewer_set_outlines(ZdViewer *viewer, const ZdOutline *outlines, int count);

/** The shape whose point was touched last; -1: none. */
int zd_viewer_chosen_shape(ZdViewer *viewer);

/** A pen draws a shape by clicks instead of boxes. */
typedef enum ZdPen {
    ZD_PEN_NONE,
    ZD_PEN_GARBAGE,
    ZD_PEN_HOLDOUT,
    ZD_PEN_OBJECT, /* no pen: a click picks the object there */
    ZD_PEN_PLACE,  /* a click picks a place */
} ZdPen;

void zd_viewer_set_pen(ZdViewer *viewer, ZdPen pen);

/** The place of an insert's handle; index -1: none. */
void zd_viewer_set_handle(ZdViewer *viewer, int insert, double x, double y);

/** Zoom: 0 fits the picture, 1 shows its size pixel by pixel. */
void zd_viewer_set_zoom(ZdViewer *viewer, double zoom);

/** The size in device pixels at which a picture of this size is looked at, no larger than it. */
void zd_viewer_wanted_size(ZdViewer *viewer, int width, int height, int *wanted_width,
                           int *wanted_height);

G_END_DECLS

#endif
