/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One drag gesture does everything; where it begins and which keys are held decide what. */

#include "zd_result_view.h"

#include <assert.h>
#include <glib/gi18n.h>
#include <math.h>

#include "zd_node_bin.h"

enum { ARROW_PX = 56, GRAB_PX = 8, MARK_PX = 5, MIN_REGION_PX = 6 };

typedef enum grip { GRIP_NONE, GRIP_LOOK, GRIP_HANDLE, GRIP_REGION } grip;

struct _ZdResultView {
    GtkWidget parent_instance;
    GdkTexture *texture;
    double aspect;
    gboolean has_gizmo;
    ZdGizmo gizmo;
    GArray *marks;
    double region[4];
    gboolean draws_region;
    char *note;
    grip grip;
    ZdLook look;
    int handle;
    gboolean snaps;
    double last_x; /* of a drag, to give steps of a look */
    double last_y;
    int told_width;
    int told_height;
};

G_DEFINE_FINAL_TYPE(ZdResultView, zd_result_view, GTK_TYPE_WIDGET)

enum { LOOKED, HANDLE, REGION, PICKED, DROPPED, MENU, VIEW_SIZE, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

static graphene_rect_t picture_rect(ZdResultView *self)
{
    graphene_rect_t rect;
    double width = gtk_widget_get_width(GTK_WIDGET(self));
    double height = gtk_widget_get_height(GTK_WIDGET(self));
    double shown_width = MIN(width, height * self->aspect);
    double shown_height = shown_width / self->aspect;
    graphene_rect_init(&rect, (float) floor(0.5 * (width - shown_width)),
                       (float) floor(0.5 * (height - shown_height)), (float) shown_width,
                       (float) shown_height);
    return rect;
}

void zd_result_view_locate(ZdResultView *self, double x, double y, double *px, double *py)
{
    graphene_rect_t rect = picture_rect(self);
    *px = (double) rect.origin.x + x * (double) rect.size.width;
    *py = (double) rect.origin.y + y * (double) rect.size.height;
}

static void to_parts(ZdResultView *self, double px, double py, double *x, double *y)
{
    graphene_rect_t rect = picture_rect(self);
    *x = (px - (double) rect.origin.x) / (double) rect.size.width;
    *y = (py - (double) rect.origin.y) / (double) rect.size.height;
}

/* The tip of an arrow, in the widget's pixels: of a fixed length, shorter where it points away. */
static void arrow_tip(ZdResultView *self, int which, double *px, double *py)
{
    assert(which >= 0 && which < 3);
    graphene_rect_t rect = picture_rect(self);
    double longest = 1e-12;
    for (int i = 0; i < 3; i++) {
        longest = MAX(longest, hypot(self->gizmo.arrows[i][0] * (double) rect.size.width,
                                     self->gizmo.arrows[i][1] * (double) rect.size.height));
    }
    zd_result_view_locate(self, self->gizmo.x, self->gizmo.y, px, py);
    *px += self->gizmo.arrows[which][0] * (double) rect.size.width / longest * ARROW_PX;
    *py += self->gizmo.arrows[which][1] * (double) rect.size.height / longest * ARROW_PX;
}

/* ---- drawing ---- */

static void draw_gizmo(ZdResultView *self, cairo_t *cairo)
{
    static const double colours[3][3] = { { 0.95, 0.30, 0.30 },
                                          { 0.35, 0.85, 0.35 },
                                          { 0.35, 0.55, 1.00 } };
    double x;
    double y;
    zd_result_view_locate(self, self->gizmo.x, self->gizmo.y, &x, &y);
    for (int i = 0; i < 3; i++) {
        double tip_x;
        double tip_y;
        arrow_tip(self, i, &tip_x, &tip_y);
        cairo_set_line_width(cairo, 3.0);
        cairo_set_source_rgb(cairo, colours[i][0], colours[i][1], colours[i][2]);
        cairo_move_to(cairo, x, y);
        cairo_line_to(cairo, tip_x, tip_y);
        cairo_stroke(cairo);
        cairo_arc(cairo, tip_x, tip_y, 5.0, 0.0, 2.0 * G_PI);
        cairo_fill(cairo);
    }
    cairo_set_source_rgb(cairo, 1.0, 0.9, 0.3);
    cairo_rectangle(cairo, x - 5.0, y - 5.0, 10.0, 10.0);
    cairo_fill(cairo);
}

static void draw_marks(ZdResultView *self, cairo_t *cairo)
{
    for (guint i = 0; i < self->marks->len; i++) {
        const ZdMark *mark = &g_array_index(self->marks, ZdMark, i);
        double x;
        double y;
        zd_result_view_locate(self, mark->x, mark->y, &x, &y);
        cairo_arc(cairo, x, y, MARK_PX, 0.0, 2.0 * G_PI);
        cairo_set_source_rgba(cairo, 0.0, 0.0, 0.0, 0.6);
        cairo_fill_preserve(cairo);
        cairo_set_line_width(cairo, 1.5);
        cairo_set_source_rgb(cairo, 0.35, 0.80, 1.0);
        cairo_stroke(cairo);
    }
}

static void draw_region(ZdResultView *self, cairo_t *cairo)
{
    const double dashes[] = { 6.0, 4.0 };
    double x0;
    double y0;
    double x1;
    double y1;
    if (!(self->region[2] > self->region[0]) || !(self->region[3] > self->region[1])) {
        return;
    }
    zd_result_view_locate(self, self->region[0], self->region[1], &x0, &y0);
    zd_result_view_locate(self, self->region[2], self->region[3], &x1, &y1);
    cairo_rectangle(cairo, x0, y0, x1 - x0, y1 - y0);
    cairo_set_line_width(cairo, 2.0);
    cairo_set_dash(cairo, dashes, 2, 0.0);
    cairo_set_source_rgb(cairo, 1.0, 0.75, 0.2);
    cairo_stroke(cairo);
    cairo_set_dash(cairo, dashes, 0, 0.0);
}

static void draw_note(ZdResultView *self, GtkSnapshot *snapshot)
{
    static const GdkRGBA white = { 1.0f, 1.0f, 1.0f, 1.0f };
    static const GdkRGBA shade = { 0.0f, 0.0f, 0.0f, 0.65f };
    int width;
    int height;
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(GTK_WIDGET(self), self->note);
    pango_layout_set_width(layout,
                           MAX(gtk_widget_get_width(GTK_WIDGET(self)) - 32, 80) * PANGO_SCALE);
    pango_layout_get_pixel_size(layout, &width, &height);
    gtk_snapshot_append_color(
        snapshot, &shade,
        &GRAPHENE_RECT_INIT(8.0f, 8.0f, (float) width + 16.0f, (float) height + 8.0f));
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(16.0f, 12.0f));
    gtk_snapshot_append_layout(snapshot, layout, &white);
    gtk_snapshot_restore(snapshot);
}

static void zd_result_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    static const GdkRGBA dark = { 0.11f, 0.11f, 0.11f, 1.0f };
    static const GdkRGBA black = { 0.0f, 0.0f, 0.0f, 1.0f };
    ZdResultView *self = ZD_RESULT_VIEW(widget);
    graphene_rect_t whole;
    graphene_rect_t rect = picture_rect(self);
    graphene_rect_init(&whole, 0.0f, 0.0f, (float) gtk_widget_get_width(widget),
                       (float) gtk_widget_get_height(widget));
    gtk_snapshot_append_color(snapshot, &dark, &whole);
    if (self->texture != NULL) {
        gtk_snapshot_append_color(snapshot, &black, &rect);
        gtk_snapshot_append_texture(snapshot, self->texture, &rect);
    }
    cairo_t *cairo = gtk_snapshot_append_cairo(snapshot, &whole);
    draw_region(self, cairo);
    draw_marks(self, cairo);
    if (self->has_gizmo) {
        draw_gizmo(self, cairo);
    }
    cairo_destroy(cairo);
    if (self->note != NULL) {
        draw_note(self, snapshot);
    }
}

/* ---- the hand ---- */

static int handle_at(ZdResultView *self, double px, double py)
{
    double x;
    double y;
    if (!self->has_gizmo) {
        return -1;
    }
    zd_result_view_locate(self, self->gizmo.x, self->gizmo.y, &x, &y);
    if (fabs(px - x) <= GRAB_PX && fabs(py - y) <= GRAB_PX) {
        return 3;
    }
    for (int i = 0; i < 3; i++) {
        double tip_x;
        double tip_y;
        arrow_tip(self, i, &tip_x, &tip_y);
        double length = hypot(tip_x - x, tip_y - y);
        double along = length > 0.0
                           ? ((px - x) * (tip_x - x) + (py - y) * (tip_y - y)) / (length * length)
                           : 0.0;
        double off = hypot(px - x - along * (tip_x - x), py - y - along * (tip_y - y));
        if (length >= GRAB_PX && along > 0.0 && along * length <= length + GRAB_PX &&
            off <= GRAB_PX) {
            return i;
        }
    }
    return -1;
}

static int mark_at(ZdResultView *self, double px, double py)
{
    for (guint i = 0; i < self->marks->len; i++) {
        const ZdMark *mark = &g_array_index(self->marks, ZdMark, i);
        double x;
        double y;
        zd_result_view_locate(self, mark->x, mark->y, &x, &y);
        if (hypot(px - x, py - y) <= GRAB_PX) {
            return mark->node;
        }
    }
    return -1;
}

static GdkModifierType held_keys(gpointer gesture)
{
    return gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
}

static void drag_begin_cb(GtkGestureDrag *gesture, double x, double y, ZdResultView *self)
{
    GdkModifierType keys = held_keys(gesture);
    guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture));
    gtk_widget_grab_focus(GTK_WIDGET(self));
    self->last_x = 0.0;
    self->last_y = 0.0;
    self->grip = GRIP_NONE;
    if (button == GDK_BUTTON_MIDDLE || (keys & GDK_ALT_MASK) != 0) {
        self->grip = GRIP_LOOK;
        self->look = button == GDK_BUTTON_MIDDLE || (keys & GDK_SHIFT_MASK) != 0 ? ZD_LOOK_PAN
                     : (keys & GDK_CONTROL_MASK) != 0                            ? ZD_LOOK_DOLLY
                                                                                 : ZD_LOOK_ORBIT;
    } else if (button == GDK_BUTTON_PRIMARY && self->draws_region) {
        self->grip = GRIP_REGION;
    } else if (button == GDK_BUTTON_PRIMARY && (self->handle = handle_at(self, x, y)) >= 0) {
        self->grip = GRIP_HANDLE;
        self->snaps = (keys & GDK_SHIFT_MASK) != 0;
    }
}

static void give_region(ZdResultView *self, double px, double py, double dx, double dy,
                        gboolean ended)
{
    double x0;
    double y0;
    double x1;
    double y1;
    to_parts(self, px, py, &x0, &y0);
    to_parts(self, px + dx, py + dy, &x1, &y1);
    double left = CLAMP(MIN(x0, x1), 0.0, 1.0);
    double top = CLAMP(MIN(y0, y1), 0.0, 1.0);
    double right = CLAMP(MAX(x0, x1), 0.0, 1.0);
    double bottom = CLAMP(MAX(y0, y1), 0.0, 1.0);
    self->region[0] = left;
    self->region[1] = top;
    self->region[2] = right;
    self->region[3] = bottom;
    if (fabs(dx) >= MIN_REGION_PX && fabs(dy) >= MIN_REGION_PX) {
        g_signal_emit(self, signals[REGION], 0, left, top, right, bottom, ended);
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void give_handle(ZdResultView *self, double px, double py, double dx, double dy,
                        gboolean ended)
{
    double x;
    double y;
    graphene_rect_t rect = picture_rect(self);
    to_parts(self, px + dx, py + dy, &x, &y);
    g_signal_emit(self, signals[HANDLE], 0, self->handle, dx / (double) rect.size.width,
                  dy / (double) rect.size.height, x, y, self->snaps, ended);
}

static void drag_to(ZdResultView *self, GtkGestureDrag *gesture, double dx, double dy,
                    gboolean ended)
{
    double px;
    double py;
    graphene_rect_t rect = picture_rect(self);
    gtk_gesture_drag_get_start_point(gesture, &px, &py);
    if (self->grip == GRIP_LOOK) {
        g_signal_emit(self, signals[LOOKED], 0, (dx - self->last_x) / (double) rect.size.height,
                      (dy - self->last_y) / (double) rect.size.height, (int) self->look);
        self->last_x = dx;
        self->last_y = dy;
    } else if (self->grip == GRIP_HANDLE) {
        give_handle(self, px, py, dx, dy, ended);
    } else if (self->grip == GRIP_REGION) {
        give_region(self, px, py, dx, dy, ended);
    }
}

static void drag_update_cb(GtkGestureDrag *gesture, double dx, double dy, ZdResultView *self)
{
    drag_to(self, gesture, dx, dy, FALSE);
}

static void drag_end_cb(GtkGestureDrag *gesture, double dx, double dy, ZdResultView *self)
{
    double x;
    double y;
    grip held = self->grip;
    drag_to(self, gesture, dx, dy, TRUE);
    self->grip = GRIP_NONE;
    gtk_gesture_drag_get_start_point(gesture, &x, &y);
    if (held == GRIP_NONE && hypot(dx, dy) < 4.0) {
        int node = mark_at(self, x, y);
        if (node >= 0) {
            g_signal_emit(self, signals[PICKED], 0, node);
        }
    }
}

static void pressed_cb(GtkGestureClick *click, int count, double x, double y, ZdResultView *self)
{
    (void) click;
    (void) count;
    g_signal_emit(self, signals[MENU], 0, x, y);
}

static gboolean scroll_cb(GtkEventControllerScroll *scroll, double dx, double dy,
                          ZdResultView *self)
{
    (void) scroll;
    (void) dx;
    g_signal_emit(self, signals[LOOKED], 0, 0.0, 0.1 * dy, (int) ZD_LOOK_DOLLY);
    return TRUE;
}

static gboolean drop_cb(GtkDropTarget *target, const GValue *value, double px, double py,
                        ZdResultView *self)
{
    double x;
    double y;
    int kind = zd_node_bin_dropped(value);
    (void) target;
    if (kind < 0) {
        return FALSE;
    }
    to_parts(self, px, py, &x, &y);
    g_signal_emit(self, signals[DROPPED], 0, kind, x, y);
    return TRUE;
}

/* ---- the widget ---- */

static void zd_result_view_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    ZdResultView *self = ZD_RESULT_VIEW(widget);
    GTK_WIDGET_CLASS(zd_result_view_parent_class)->size_allocate(widget, width, height, baseline);
    if (width != self->told_width || height != self->told_height) {
        self->told_width = width;
        self->told_height = height;
        g_signal_emit(self, signals[VIEW_SIZE], 0);
    }
}

static void zd_result_view_dispose(GObject *object)
{
    g_clear_object(&ZD_RESULT_VIEW(object)->texture);
    G_OBJECT_CLASS(zd_result_view_parent_class)->dispose(object);
}

static void zd_result_view_finalize(GObject *object)
{
    g_array_unref(ZD_RESULT_VIEW(object)->marks);
    g_free(ZD_RESULT_VIEW(object)->note);
    G_OBJECT_CLASS(zd_result_view_parent_class)->finalize(object);
}

static void add_signals(GType type)
{
    signals[LOOKED] = g_signal_new("looked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 3, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_INT);
    signals[HANDLE] = g_signal_new("handle", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 7, G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_DOUBLE,
                                   G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
    signals[REGION] =
        g_signal_new("region", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5,
                     G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
    signals[PICKED] = g_signal_new("picked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT);
    signals[DROPPED] = g_signal_new("dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
    signals[MENU] = g_signal_new("menu", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
    signals[VIEW_SIZE] =
        g_signal_new("view-size", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void zd_result_view_class_init(ZdResultViewClass *class)
{
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = zd_result_view_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_result_view_finalize;
    widget->snapshot = zd_result_view_snapshot;
    widget->size_allocate = zd_result_view_size_allocate;
    gtk_widget_class_set_css_name(widget, "result");
    gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
    add_signals(G_TYPE_FROM_CLASS(class));
}

static void add_controllers(ZdResultView *self)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    GtkGesture *click = gtk_gesture_click_new();
    GtkEventController *scroll =
        gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
    GtkDropTarget *drop = gtk_drop_target_new(G_TYPE_STRING, GDK_ACTION_COPY);
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), 0);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin_cb), self);
    g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update_cb), self);
    g_signal_connect(drag, "drag-end", G_CALLBACK(drag_end_cb), self);
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(click), GDK_BUTTON_SECONDARY);
    g_signal_connect(click, "pressed", G_CALLBACK(pressed_cb), self);
    g_signal_connect(scroll, "scroll", G_CALLBACK(scroll_cb), self);
    g_signal_connect(drop, "drop", G_CALLBACK(drop_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drag));
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
    gtk_widget_add_controller(GTK_WIDGET(self), scroll);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drop));
}

static void zd_result_view_init(ZdResultView *self)
{
    self->aspect = 16.0 / 9.0;
    self->marks = g_array_new(FALSE, TRUE, sizeof(ZdMark));
    gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
    gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
    gtk_widget_set_vexpand(GTK_WIDGET(self), TRUE);
    gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
    gtk_widget_set_size_request(GTK_WIDGET(self), 320, 160);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Result view"), -1);
    add_controllers(self);
}

GtkWidget *zd_result_view_new(void)
{
    return g_object_new(ZD_TYPE_RESULT_VIEW, NULL);
}

void zd_result_view_set_texture(ZdResultView *self, GdkTexture *texture, double aspect)
{
    g_set_object(&self->texture, texture);
    self->aspect = aspect > 0.0 ? aspect : 16.0 / 9.0;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_result_view_set_gizmo(ZdResultView *self, const ZdGizmo *gizmo)
{
    self->has_gizmo = gizmo != NULL;
    if (gizmo != NULL) {
        self->gizmo = *gizmo;
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_result_view_set_marks(ZdResultView *self, const ZdMark *marks, int count)
{
    g_return_if_fail(count >= 0 && (marks != NULL || count == 0));
    g_array_set_size(self->marks, 0);
    g_array_append_vals(self->marks, marks, (guint) count);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_result_view_set_region(ZdResultView *self, const double region[4], gboolean draws)
{
    for (int i = 0; i < 4 && self->grip != GRIP_REGION; i++) {
        self->region[i] = region[i];
    }
    self->draws_region = draws;
    gtk_widget_set_cursor_from_name(GTK_WIDGET(self), draws ? "crosshair" : NULL);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_result_view_set_note(ZdResultView *self, const char *note)
{
    if (g_strcmp0(self->note, note) != 0) {
        g_free(self->note);
        self->note = g_strdup(note);
        gtk_widget_queue_draw(GTK_WIDGET(self));
    }
}

void zd_result_view_wanted_size(ZdResultView *self, int width, int height, int *wanted_width,
                                int *wanted_height)
{
    g_return_if_fail(wanted_width != NULL && wanted_height != NULL);
    int scale = gtk_widget_get_scale_factor(GTK_WIDGET(self));
    double fits = MIN((double) gtk_widget_get_width(GTK_WIDGET(self)) * scale / width,
                      (double) gtk_widget_get_height(GTK_WIDGET(self)) * scale / height);
    fits = CLAMP(fits, 0.0, 1.0);
    *wanted_width = fits > 0.0 ? MAX(16, (int) lround(width * fits)) : 0;
    *wanted_height = fits > 0.0 ? MAX(16, (int) lround(height * fits)) : 0;
}
