/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The viewer's picture: everything is drawn from the texture and a few numbers. */

#include "zd_viewer_private.h"

graphene_rect_t zd_viewer_picture_rect(ZdViewer *self)
{
    double width = gtk_widget_get_width(GTK_WIDGET(self));
    double height = gtk_widget_get_height(GTK_WIDGET(self));
    double shown_width = width;
    double shown_height = width / self->aspect;
    if (shown_height > height) {
        shown_height = height;
        shown_width = height * self->aspect;
    }
    if (self->zoom > 0.0 && self->texture != NULL) {
        double scale = gtk_widget_get_scale_factor(GTK_WIDGET(self));
        shown_height = gdk_texture_get_height(self->texture) * self->zoom / scale;
        shown_width = shown_height * self->aspect;
    }
    graphene_rect_t rect;
    graphene_rect_init(&rect, (float) (0.5 * (width - shown_width) + self->pan_x),
                       (float) (0.5 * (height - shown_height) + self->pan_y), (float) shown_width,
                       (float) shown_height);
    return rect;
}

graphene_rect_t zd_viewer_box_rect(ZdViewer *self, const zdepth_box *box)
{
    graphene_rect_t p = zd_viewer_picture_rect(self);
    graphene_rect_t rect;
    graphene_rect_init(&rect, p.origin.x + (float) box->x * p.size.width,
                       p.origin.y + (float) box->y * p.size.height,
                       (float) box->width * p.size.width, (float) box->height * p.size.height);
    return rect;
}

static void frame_rect(GtkSnapshot *snapshot, const graphene_rect_t *rect, const GdkRGBA *colour,
                       float width)
{
    GskRoundedRect outline;
    const float widths[4] = { width, width, width, width };
    const GdkRGBA colours[4] = { *colour, *colour, *colour, *colour };
    gsk_rounded_rect_init_from_rect(&outline, rect, 0.0f);
    gtk_snapshot_append_border(snapshot, &outline, widths, colours);
}

static void draw_box(ZdViewer *self, GtkSnapshot *snapshot, const zdepth_box *box,
                     gboolean selected)
{
    static const GdkRGBA add = { 0.20f, 0.75f, 1.0f, 1.0f };
    static const GdkRGBA subtract = { 1.0f, 0.35f, 0.30f, 1.0f };
    static const GdkRGBA shade = { 0.0f, 0.0f, 0.0f, 0.55f };
    graphene_rect_t rect = zd_viewer_box_rect(self, box);
    graphene_rect_t outer = rect;
    graphene_rect_inset(&outer, -1.0f, -1.0f);
    frame_rect(snapshot, &outer, &shade, 3.0f);
    frame_rect(snapshot, &rect, box->subtract ? &subtract : &add, selected ? 2.0f : 1.0f);
    if (!selected) {
        return;
    }
    for (int i = 0; i < 4; i++) {
        graphene_rect_t corner;
        float x = rect.origin.x + (i % 2 != 0 ? rect.size.width : 0.0f);
        float y = rect.origin.y + (i / 2 != 0 ? rect.size.height : 0.0f);
        graphene_rect_init(&corner, x - 3.0f, y - 3.0f, 6.0f, 6.0f);
        gtk_snapshot_append_color(snapshot, box->subtract ? &subtract : &add, &corner);
    }
}

static void draw_handle(ZdViewer *self, GtkSnapshot *snapshot)
{
    static const GdkRGBA light = { 1.0f, 1.0f, 1.0f, 0.9f };
    static const GdkRGBA dark = { 0.0f, 0.0f, 0.0f, 0.7f };
    zdepth_box at = { .x = self->handle_x, .y = self->handle_y };
    graphene_rect_t rect = zd_viewer_box_rect(self, &at);
    graphene_rect_t arm;
    for (int i = 0; i < 2; i++) {
        float grow = i == 0 ? 1.0f : 0.0f;
        graphene_rect_init(&arm, rect.origin.x - 8.0f - grow, rect.origin.y - 1.0f - grow,
                           16.0f + 2.0f * grow, 2.0f + 2.0f * grow);
        gtk_snapshot_append_color(snapshot, i == 0 ? &dark : &light, &arm);
        graphene_rect_init(&arm, rect.origin.x - 1.0f - grow, rect.origin.y - 8.0f - grow,
                           2.0f + 2.0f * grow, 16.0f + 2.0f * grow);
        gtk_snapshot_append_color(snapshot, i == 0 ? &dark : &light, &arm);
    }
}

static void draw_wipe(ZdViewer *self, GtkSnapshot *snapshot, const graphene_rect_t *rect)
{
    static const GdkRGBA line = { 1.0f, 1.0f, 1.0f, 0.9f };
    graphene_rect_t left = *rect;
    left.size.width *= (float) self->wipe_at;
    gtk_snapshot_push_clip(snapshot, &left);
    gtk_snapshot_append_texture(snapshot, self->wipe, rect);
    gtk_snapshot_pop(snapshot);
    graphene_rect_init(&left, rect->origin.x + left.size.width - 1.0f, rect->origin.y, 2.0f,
                       rect->size.height);
    gtk_snapshot_append_color(snapshot, &line, &left);
}

void zd_viewer_draw(GtkWidget *widget, GtkSnapshot *snapshot)
{
    static const GdkRGBA ground = { 0.11f, 0.11f, 0.11f, 1.0f };
    ZdViewer *self = ZD_VIEWER(widget);
    graphene_rect_t all;
    graphene_rect_init(&all, 0, 0, (float) gtk_widget_get_width(widget),
                       (float) gtk_widget_get_height(widget));
    gtk_snapshot_append_color(snapshot, &ground, &all);
    if (self->texture == NULL) {
        return;
    }
    graphene_rect_t rect = zd_viewer_picture_rect(self);
    gtk_snapshot_push_clip(snapshot, &all);
    gtk_snapshot_append_texture(snapshot, self->texture, &rect);
    if (self->wipe != NULL) {
        draw_wipe(self, snapshot, &rect);
    }
    for (guint i = 0; i < self->boxes->len; i++) {
        draw_box(self, snapshot, &g_array_index(self->boxes, zdepth_box, i),
                 (int) i == self->selected);
    }
    if (self->grip == GRIP_NEW) {
        zdepth_box box = { (double) self->drawn.origin.x,
                           (double) self->drawn.origin.y,
                           (double) self->drawn.size.width,
                           (double) self->drawn.size.height,
                           0.0,
                           self->subtract };
        draw_box(self, snapshot, &box, TRUE);
    }
    zd_viewer_draw_shapes(self, snapshot, &all);
    if (self->handle >= 0) {
        draw_handle(self, snapshot);
    }
    gtk_snapshot_pop(snapshot);
}
