/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_VIEWER_PRIVATE_H
#define ZD_STUDIO_ZD_VIEWER_PRIVATE_H

/* What the files of the viewer share: zd_viewer.c has the hand, zd_viewer_shapes.c what it does
 * with shapes, zd_viewer_draw.c draws. */

#include "zd_viewer.h"

enum { HANDLE_PX = 9, MIN_BOX_PX = 4, MAX_ZOOM = 16 };

typedef enum Grip {
    GRIP_NONE,
    GRIP_NEW,    /* a box is being drawn */
    GRIP_BODY,   /* a box is being moved */
    GRIP_EDGES,  /* some of its edges are */
    GRIP_HANDLE, /* the insert is */
    GRIP_WIPE,
    GRIP_POINT, /* a shape's point is being moved */
    GRIP_PEN,   /* a shape is being drawn */
} Grip;

struct _ZdViewer {
    GtkWidget parent_instance;
    GdkTexture *texture;
    double aspect;
    GdkTexture *wipe;
    double wipe_at;
    double zoom;  /* 0: fit */
    double pan_x; /* of the picture's centre from the widget's, in widget units */
    double pan_y;
    double pan_from_x;
    double pan_from_y;
    GArray *boxes;
    int selected;
    int handle; /* the insert with a handle; -1: none */
    double handle_x;
    double handle_y;
    Grip grip;
    gboolean has_moved; /* since it was gripped */
    int grip_box;
    int edges; /* 1 left, 2 right, 4 top, 8 bottom */
    gboolean subtract;
    graphene_rect_t drawn; /* the box being drawn, in fractions */
    zdepth_box grip_from;
    GArray *outlines; /* of ZdOutline */
    int chosen_shape;
    int grip_shape;
    int grip_point;
    ZdPen pen;
    GArray *pen_points; /* of ZdPoint: drawn so far */
    double pointer_x;
    double pointer_y;
    int told_width;
    int told_height;
};

/** The picture in the widget. */
graphene_rect_t zd_viewer_picture_rect(ZdViewer *viewer);

/** A box on it. */
graphene_rect_t zd_viewer_box_rect(ZdViewer *viewer, const zdepth_box *box);

/** Whether a shape's point is under the hand; that is then gripped and its shape chosen. */
gboolean zd_viewer_shape_grip(ZdViewer *viewer, double x, double y);

/** The pen's next point; TRUE: it is the first one again, the shape is closed. */
gboolean zd_viewer_pen_put(ZdViewer *viewer, double x, double y, ZdPoint at);

void zd_viewer_draw_shapes(ZdViewer *viewer, GtkSnapshot *snapshot, const graphene_rect_t *all);
void zd_viewer_clear_outline(gpointer outline);

void zd_viewer_draw(GtkWidget *widget, GtkSnapshot *snapshot);

#endif
