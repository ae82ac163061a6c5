/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_RESULT_VIEW_H
#define ZD_STUDIO_ZD_RESULT_VIEW_H

/* The Result view of a scene: the rendered picture, the handles of a chosen node, places of others to
 * be clicked, a region to be drawn. Places are parts of the picture, from its top left corner.
 *
 * Signals: "looked" (double dx, double dy, int how: ZdLook) while the view is moved by hand; "handle"
 * (int which, double dx, double dy, double x, double y, gboolean snaps, gboolean ended) while one is
 * dragged: 0 to 2 an arrow, 3 the middle, with the way since its begin; "region" (double x0, y0, x1,
 * y1, gboolean ended); "picked" (int node); "dropped" (int kind, double x, double y); "menu" (double
 * x, double y) in pixels; "view-size" when another picture size would fit. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZD_TYPE_RESULT_VIEW (zd_result_view_get_type())
G_DECLARE_FINAL_TYPE(ZdResultView, zd_result_view, ZD, RESULT_VIEW, GtkWidget)

typedef enum ZdLook { ZD_LOOK_ORBIT, ZD_LOOK_PAN, ZD_LOOK_DOLLY } ZdLook;

typedef struct ZdMark {
    int node;
    double x;
    double y;
} ZdMark;

/** The handles of a node: where it is, and how far an arrow of some pixels goes in the picture. */
typedef struct ZdGizmo {
    double x;
    double y;
    double arrows[3][2];
} ZdGizmo;

GtkWidget *zd_result_view_new(void);
void zd_result_view_set_texture(ZdResultView *view, GdkTexture *texture, double aspect);
void zd_result_view_set_gizmo(ZdResultView *view, const ZdGizmo *gizmo); /* NULL: none */
void zd_result_view_set_marks(ZdResultView *view, const ZdMark *marks, int count);

/** A region drawn on the picture; right not beyond left: none. While `draws` a drag draws it anew. */
void zd_result_view_set_region(ZdResultView *view, const double region[4], gboolean draws);

/** A line of text over the picture, such as what is awaited; NULL: none. */
void zd_result_view_set_note(ZdResultView *view, const char *note);

void zd_result_view_wanted_size(ZdResultView *view, int width, int height, int *wanted_width,
                                int *wanted_height);

/** Where a place of the picture is in the widget's pixels: for tests. */
void zd_result_view_locate(ZdResultView *view, double x, double y, double *px, double *py);

G_END_DECLS

#endif
