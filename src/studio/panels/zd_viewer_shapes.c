/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The viewer's outlines: those that are there, whose points can be dragged, and the one that the pen
 * draws, a point a click, closed at its first point. */

#include <assert.h>
#include <math.h>

#include "zd_viewer_private.h"

static graphene_point_t on_widget(ZdViewer *self, ZdPoint at)
{
    graphene_rect_t rect = zd_viewer_picture_rect(self);
    return GRAPHENE_POINT_INIT(rect.origin.x + (float) at.x * rect.size.width,
                               rect.origin.y + (float) at.y * rect.size.height);
}

static gboolean is_near(ZdViewer *self, ZdPoint point, double x, double y)
{
    graphene_point_t at = on_widget(self, point);
    return hypot(x - (double) at.x, y - (double) at.y) <= HANDLE_PX;
}

gboolean zd_viewer_shape_grip(ZdViewer *self, double x, double y)
{
    for (guint s = 0; s < self->outlines->len; s++) {
        const ZdOutline *outline = &g_array_index(self->outlines, ZdOutline, s);
        for (int i = 0; i < outline->count; i++) {
            if (is_near(self, outline->points[i], x, y)) {
                self->grip_shape = (int) s;
                self->grip_point = i;
                self->chosen_shape = (int) s;
                return TRUE;
            }
        }
    }
    self->chosen_shape = -1;
    return FALSE;
}

gboolean zd_viewer_pen_put(ZdViewer *self, double x, double y, ZdPoint at)
{
    if (self->pen_points->len >= 3 &&
        is_near(self, g_array_index(self->pen_points, ZdPoint, 0), x, y)) {
        return TRUE;
    }
    at.x = CLAMP(at.x, 0.0, 1.0);
    at.y = CLAMP(at.y, 0.0, 1.0);
    g_array_append_val(self->pen_points, at);
    return FALSE;
}

/* ---- drawing ---- */

static void draw_outline(ZdViewer *self, cairo_t *cairo, const ZdPoint *points, int count,
                         gboolean is_holdout, gboolean is_open)
{
    assert(count >= 0 && (points != NULL || count == 0));
    double red = is_holdout ? 0.35 : 1.0;
    double green = is_holdout ? 0.9 : 0.45;
    for (int i = 0; i < count; i++) {
        graphene_point_t at = on_widget(self, points[i]);
        cairo_line_to(cairo, (double) at.x, (double) at.y);
    }
    if (!is_open) {
        cairo_close_path(cairo);
    }
    cairo_set_line_width(cairo, 3.0);
    cairo_set_source_rgba(cairo, 0.0, 0.0, 0.0, 0.55);
    cairo_stroke_preserve(cairo);
    cairo_set_line_width(cairo, 1.5);
    cairo_set_source_rgba(cairo, red, green, 0.35, 1.0);
    cairo_stroke(cairo);
    for (int i = 0; i < count; i++) {
        graphene_point_t at = on_widget(self, points[i]);
        cairo_rectangle(cairo, (double) at.x - 3.0, (double) at.y - 3.0, 6.0, 6.0);
    }
    cairo_fill(cairo);
}

void zd_viewer_draw_shapes(ZdViewer *self, GtkSnapshot *snapshot, const graphene_rect_t *all)
{
    if (self->outlines->len == 0 && self->pen_points->len == 0) {
        return;
    }
    cairo_t *cairo = gtk_snapshot_append_cairo(snapshot, all);
    for (guint i = 0; i < self->outlines->len; i++) {
        const ZdOutline *outline = &g_array_index(self->outlines, ZdOutline, i);
        draw_outline(self, cairo, outline->points, outline->count, outline->is_holdout, FALSE);
    }
    draw_outline(self, cairo, (const ZdPoint *) (gpointer) self->pen_points->data,
                 (int) self->pen_points->len, self->pen == ZD_PEN_HOLDOUT, TRUE);
    cairo_destroy(cairo);
}

/* ---- the setters ---- */

void zd_viewer_clear_outline(gpointer data)
{
    g_free(((ZdOutline *) data)->points);
}

void zd_viewer_set_outlines(ZdViewer *self, const ZdOutline *outlines, int count)
{
    g_return_if_fail(count >= 0 && (outlines != NULL || count == 0));
    g_array_set_size(self->outlines, 0);
    for (int i = 0; i < count; i++) {
        ZdOutline copy = outlines[i];
        copy.points = g_memdup2(copy.points, sizeof *copy.points * (gsize) copy.count);
        g_array_append_val(self->outlines, copy);
    }
    self->chosen_shape = self->chosen_shape < count ? self->chosen_shape : -1;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

int zd_viewer_chosen_shape(ZdViewer *self)
{
    return self->chosen_shape;
}

void zd_viewer_set_pen(ZdViewer *self, ZdPen pen)
{
    self->pen = pen;
    g_array_set_size(self->pen_points, 0);
    gtk_widget_set_cursor_from_name(GTK_WIDGET(self), pen != ZD_PEN_NONE ? "crosshair" : NULL);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}
