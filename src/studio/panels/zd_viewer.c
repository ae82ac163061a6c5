/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Everything is drawn by snapshot() from the texture and a few numbers; what the hand does is told
 * by signals and comes back through the setters. */

#include "zd_viewer_private.h"

#include <math.h>

G_DEFINE_FINAL_TYPE(ZdViewer, zd_viewer, GTK_TYPE_WIDGET)

enum {
    BOX,
    BOX_MOVED,
    TITLE_MOVED,
    SHAPE_DRAWN,
    SHAPE_MOVED,
    PICKED,
    POINTER,
    VIEW_SIZE,
    ACTIVATE_AT,
    SIGNAL_COUNT
};
static guint signals[SIGNAL_COUNT];

/* ---- where things are ---- */

static void to_fractions(ZdViewer *self, double x, double y, double *fx, double *fy)
{
    graphene_rect_t rect = zd_viewer_picture_rect(self);
    *fx = (x - (double) rect.origin.x) / (double) rect.size.width;
    *fy = (y - (double) rect.origin.y) / (double) rect.size.height;
}

/* ---- the hand ---- */

/* Which edges of a box a point is at. */
static int edges_at(const graphene_rect_t *rect, double x, double y)
{
    double left = (double) rect->origin.x;
    double top = (double) rect->origin.y;
    double right = left + (double) rect->size.width;
    double bottom = top + (double) rect->size.height;
    if (x < left - HANDLE_PX || x > right + HANDLE_PX || y < top - HANDLE_PX ||
        y > bottom + HANDLE_PX) {
        return 0;
    }
    return (fabs(x - left) <= HANDLE_PX    ? 1
            : fabs(x - right) <= HANDLE_PX ? 2
                                           : 0) |
           (fabs(y - top) <= HANDLE_PX      ? 4
            : fabs(y - bottom) <= HANDLE_PX ? 8
                                            : 0);
}

static Grip grip_at(ZdViewer *self, double x, double y)
{
    if (self->pen != ZD_PEN_NONE) {
        return GRIP_PEN;
    }
    if (zd_viewer_shape_grip(self, x, y)) {
        return GRIP_POINT;
    }
    if (self->handle >= 0) {
        zdepth_box at = { .x = self->handle_x, .y = self->handle_y };
        graphene_rect_t rect = zd_viewer_box_rect(self, &at);
        if (hypot(x - (double) rect.origin.x, y - (double) rect.origin.y) < 2 * HANDLE_PX) {
            return GRIP_HANDLE;
        }
    }
    if (self->wipe != NULL) {
        graphene_rect_t rect = zd_viewer_picture_rect(self);
        double line = (double) rect.origin.x + self->wipe_at * (double) rect.size.width;
        if (fabs(x - line) < HANDLE_PX) {
            return GRIP_WIPE;
        }
    }
    if (self->selected >= 0) {
        const zdepth_box *box = &g_array_index(self->boxes, zdepth_box, self->selected);
        graphene_rect_t rect = zd_viewer_box_rect(self, box);
        self->grip_box = self->selected;
        self->edges = edges_at(&rect, x, y);
        graphene_point_t point = GRAPHENE_POINT_INIT((float) x, (float) y);
        return self->edges != 0                              ? GRIP_EDGES
               : graphene_rect_contains_point(&rect, &point) ? GRIP_BODY
                                                             : GRIP_NEW;
    }
    return GRIP_NEW;
}

static double clamp01(double value)
{
    return CLAMP(value, 0.0, 1.0);
}

static void drag_begin_cb(GtkGestureDrag *gesture, double x, double y, ZdViewer *self)
{
    GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
    if (self->texture == NULL) {
        return;
    }
    gtk_widget_grab_focus(GTK_WIDGET(self));
    self->subtract = (state & GDK_ALT_MASK) != 0;
    self->grip = grip_at(self, x, y);
    if (self->grip == GRIP_BODY || self->grip == GRIP_EDGES) {
        self->grip_from = g_array_index(self->boxes, zdepth_box, self->grip_box);
    }
    self->has_moved = FALSE;
    graphene_rect_init(&self->drawn, 0, 0, 0, 0);
}

/* The dragged box with its edges or all of it moved by fractions. */
static zdepth_box moved_box(ZdViewer *self, double dx, double dy)
{
    zdepth_box box = self->grip_from;
    double x1 = box.x + box.width;
    double y1 = box.y + box.height;
    if (self->grip == GRIP_BODY) {
        box.x = CLAMP(box.x + dx, 0.0, 1.0 - box.width);
        box.y = CLAMP(box.y + dy, 0.0, 1.0 - box.height);
        return box;
    }
    if ((self->edges & 1) != 0) {
        box.x = CLAMP(box.x + dx, 0.0, x1 - 0.005);
    }
    if ((self->edges & 2) != 0) {
        x1 = CLAMP(x1 + dx, box.x + 0.005, 1.0);
    }
    if ((self->edges & 4) != 0) {
        box.y = CLAMP(box.y + dy, 0.0, y1 - 0.005);
    }
    if ((self->edges & 8) != 0) {
        y1 = CLAMP(y1 + dy, box.y + 0.005, 1.0);
    }
    box.width = x1 - box.x;
    box.height = y1 - box.y;
    return box;
}

/* A point of the pen; the first one again ends the shape. */
static void put_point(ZdViewer *self, double x, double y, ZdPoint at)
{
    if (self->pen == ZD_PEN_OBJECT || self->pen == ZD_PEN_PLACE) {
        g_signal_emit(self, signals[PICKED], 0, (int) self->pen, clamp01(at.x), clamp01(at.y),
                      self->subtract);
    } else if (zd_viewer_pen_put(self, x, y, at)) {
        g_autoptr(GArray) points = g_array_copy(self->pen_points);
        gboolean is_holdout = self->pen == ZD_PEN_HOLDOUT;
        g_array_set_size(self->pen_points, 0);
        g_signal_emit(self, signals[SHAPE_DRAWN], 0, points->data, (int) points->len, is_holdout);
    }
}

static void drag_to(ZdViewer *self, GtkGestureDrag *gesture, double dx, double dy, gboolean ended)
{
    double x;
    double y;
    double fx;
    double fy;
    double tx;
    double ty;
    graphene_rect_t rect = zd_viewer_picture_rect(self);
    gtk_gesture_drag_get_start_point(gesture, &x, &y);
    to_fractions(self, x, y, &fx, &fy);
    to_fractions(self, x + dx, y + dy, &tx, &ty);
    if (self->grip == GRIP_NEW) {
        double left = clamp01(MIN(fx, tx));
        double top = clamp01(MIN(fy, ty));
        graphene_rect_init(&self->drawn, (float) left, (float) top,
                           (float) (clamp01(MAX(fx, tx)) - left),
                           (float) (clamp01(MAX(fy, ty)) - top));
    } else if (self->grip == GRIP_HANDLE) {
        g_signal_emit(self, signals[TITLE_MOVED], 0, self->handle, tx, ty, ended);
    } else if (self->grip == GRIP_POINT) {
        g_signal_emit(self, signals[SHAPE_MOVED], 0, self->grip_shape, self->grip_point,
                      clamp01(tx), clamp01(ty), ended);
    } else if (self->grip == GRIP_WIPE) {
        self->wipe_at = clamp01(tx);
    } else if (self->grip == GRIP_PEN) {
        if (ended) {
            put_point(self, x + dx, y + dy, (ZdPoint){ tx, ty });
        }
    } else if (self->grip != GRIP_NONE) {
        zdepth_box box =
            moved_box(self, dx / (double) rect.size.width, dy / (double) rect.size.height);
        g_signal_emit(self, signals[BOX_MOVED], 0, self->grip_box, box.x, box.y, box.width,
                      box.height, ended);
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void drag_update_cb(GtkGestureDrag *gesture, double dx, double dy, ZdViewer *self)
{
    self->has_moved = TRUE;
    drag_to(self, gesture, dx, dy, FALSE);
}

/* The box under a point, the smallest one; -1: none. */
static int box_at(ZdViewer *self, double x, double y)
{
    int found = -1;
    double smallest = 2.0;
    for (guint i = 0; i < self->boxes->len; i++) {
        const zdepth_box *box = &g_array_index(self->boxes, zdepth_box, i);
        bool inside =
            x >= box->x && x <= box->x + box->width && y >= box->y && y <= box->y + box->height;
        if (inside && box->width * box->height < smallest) {
            smallest = box->width * box->height;
            found = (int) i;
        }
    }
    return found;
}

static void drag_end_cb(GtkGestureDrag *gesture, double dx, double dy, ZdViewer *self)
{
    if (self->has_moved || self->grip == GRIP_NEW || self->grip == GRIP_PEN) {
        drag_to(self, gesture, dx, dy, TRUE);
    } /* a click on what can be dragged only chooses it */
    if (self->grip == GRIP_NEW) {
        graphene_rect_t rect = zd_viewer_picture_rect(self);
        double width = (double) self->drawn.size.width;
        double height = (double) self->drawn.size.height;
        self->grip = GRIP_NONE;
        if (width * (double) rect.size.width >= MIN_BOX_PX &&
            height * (double) rect.size.height >= MIN_BOX_PX)
        {
            g_signal_emit(self, signals[BOX], 0, (double) self->drawn.origin.x,
                          (double) self->drawn.origin.y, width, height, self->subtract);
        } else {
            double x;
            double y;
            gtk_gesture_drag_get_start_point(gesture, &x, &y);
            to_fractions(self, x, y, &x, &y);
            self->selected = box_at(self, x, y);
        }
    }
    self->grip = GRIP_NONE;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void pan_begin_cb(GtkGestureDrag *gesture, double x, double y, ZdViewer *self)
{
    (void) gesture;
    (void) x;
    (void) y;
    self->pan_from_x = self->pan_x;
    self->pan_from_y = self->pan_y;
}

static void pan_update_cb(GtkGestureDrag *gesture, double dx, double dy, ZdViewer *self)
{
    (void) gesture;
    self->pan_x = self->pan_from_x + dx;
    self->pan_y = self->pan_from_y + dy;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void tell_size(ZdViewer *self)
{
    g_signal_emit(self, signals[VIEW_SIZE], 0);
}

/* Zoom, and what is under the pointer stays there. */
static void zoom_at(ZdViewer *self, double factor)
{
    if (self->texture == NULL) {
        return;
    }
    graphene_rect_t before = zd_viewer_picture_rect(self);
    double scale = gtk_widget_get_scale_factor(GTK_WIDGET(self));
    double now = (double) before.size.height * scale / gdk_texture_get_height(self->texture);
    double fx;
    double fy;
    to_fractions(self, self->pointer_x, self->pointer_y, &fx, &fy);
    self->zoom = CLAMP(now * factor, 0.05, MAX_ZOOM);
    graphene_rect_t after = zd_viewer_picture_rect(self);
    self->pan_x += self->pointer_x - ((double) after.origin.x + fx * (double) after.size.width);
    self->pan_y += self->pointer_y - ((double) after.origin.y + fy * (double) after.size.height);
    gtk_widget_queue_draw(GTK_WIDGET(self));
    tell_size(self);
}

static gboolean scroll_cb(GtkEventControllerScroll *controller, double dx, double dy,
                          ZdViewer *self)
{
    (void) controller;
    (void) dx;
    zoom_at(self, pow(1.2, -dy));
    return TRUE;
}

static void motion_cb(GtkEventControllerMotion *controller, double x, double y, ZdViewer *self)
{
    double fx;
    double fy;
    (void) controller;
    self->pointer_x = x;
    self->pointer_y = y;
    to_fractions(self, x, y, &fx, &fy);
    g_signal_emit(self, signals[POINTER], 0, fx, fy);
}

static void pressed_cb(GtkGestureClick *gesture, int count, double x, double y, ZdViewer *self)
{
    double fx;
    double fy;
    (void) gesture;
    to_fractions(self, x, y, &fx, &fy);
    if (count == 2 && self->pen == ZD_PEN_NONE && fx >= 0.0 && fx <= 1.0 && fy >= 0.0 && fy <= 1.0)
    {
        g_signal_emit(self, signals[ACTIVATE_AT], 0, fx, fy);
    }
}

/* ---- the widget ---- */

static void zd_viewer_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    ZdViewer *self = ZD_VIEWER(widget);
    GTK_WIDGET_CLASS(zd_viewer_parent_class)->size_allocate(widget, width, height, baseline);
    if (width != self->told_width || height != self->told_height) {
        self->told_width = width;
        self->told_height = height;
        tell_size(self);
    }
}

static void zd_viewer_dispose(GObject *object)
{
    ZdViewer *self = ZD_VIEWER(object);
    g_clear_object(&self->texture);
    g_clear_object(&self->wipe);
    G_OBJECT_CLASS(zd_viewer_parent_class)->dispose(object);
}

static void zd_viewer_finalize(GObject *object)
{
    g_array_unref(ZD_VIEWER(object)->boxes);
    g_array_unref(ZD_VIEWER(object)->outlines);
    g_array_unref(ZD_VIEWER(object)->pen_points);
    G_OBJECT_CLASS(zd_viewer_parent_class)->finalize(object);
}

static void zd_viewer_class_init(ZdViewerClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = zd_viewer_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_viewer_finalize;
    widget->snapshot = zd_viewer_draw;
    widget->size_allocate = zd_viewer_size_allocate;
    gtk_widget_class_set_css_name(widget, "viewer");
    gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
    signals[BOX] =
        g_signal_new("box", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5,
                     G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
    signals[BOX_MOVED] = g_signal_new("box-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 6, G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_DOUBLE,
                                      G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
    signals[TITLE_MOVED] =
        g_signal_new("title-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                     G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
    signals[SHAPE_DRAWN] = g_signal_new("shape-drawn", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_INT, G_TYPE_BOOLEAN);
    signals[SHAPE_MOVED] =
        g_signal_new("shape-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5,
                     G_TYPE_INT, G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
    signals[PICKED] =
        g_signal_new("picked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                     G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
    signals[POINTER] = g_signal_new("pointer", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
    signals[VIEW_SIZE] =
        g_signal_new("view-size", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[ACTIVATE_AT] = g_signal_new("activate-at", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void add_drag(ZdViewer *self, guint button, GCallback begin, GCallback update, GCallback end)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), button);
    g_signal_connect(drag, "drag-begin", begin, self);
    g_signal_connect(drag, "drag-update", update, self);
    if (end != NULL) {
        g_signal_connect(drag, "drag-end", end, self);
    }
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drag));
}

static void zd_viewer_init(ZdViewer *self)
{
    self->aspect = 16.0 / 9.0;
    self->selected = -1;
    self->handle = -1;
    self->wipe_at = 0.5;
    self->boxes = g_array_new(FALSE, TRUE, sizeof(zdepth_box));
    self->chosen_shape = -1;
    self->outlines = g_array_new(FALSE, TRUE, sizeof(ZdOutline));
    g_array_set_clear_func(self->outlines, zd_viewer_clear_outline);
    self->pen_points = g_array_new(FALSE, FALSE, sizeof(ZdPoint));
    gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
    gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
    gtk_widget_set_vexpand(GTK_WIDGET(self), TRUE);
    gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
    gtk_widget_set_size_request(GTK_WIDGET(self), 320, 180);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, "Viewer",
                                   -1);
    add_drag(self, GDK_BUTTON_PRIMARY, G_CALLBACK(drag_begin_cb), G_CALLBACK(drag_update_cb),
             G_CALLBACK(drag_end_cb));
    add_drag(self, GDK_BUTTON_MIDDLE, G_CALLBACK(pan_begin_cb), G_CALLBACK(pan_update_cb), NULL);
    GtkGesture *click = gtk_gesture_click_new();
    g_signal_connect(click, "pressed", G_CALLBACK(pressed_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
    GtkEventController *scroll =
        gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
    g_signal_connect(scroll, "scroll", G_CALLBACK(scroll_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), scroll);
    GtkEventController *motion = gtk_event_controller_motion_new();
    g_signal_connect(motion, "motion", G_CALLBACK(motion_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), motion);
}

void zd_viewer_set_texture(ZdViewer *self, GdkTexture *texture, double aspect)
{
    g_set_object(&self->texture, texture);
    self->aspect = aspect > 0.0 ? aspect : 16.0 / 9.0;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_viewer_set_wipe(ZdViewer *self, GdkTexture *texture, double at)
{
    g_set_object(&self->wipe, texture);
    if (at >= 0.0) {
        self->wipe_at = clamp01(at);
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_viewer_set_boxes(ZdViewer *self, const zdepth_box *boxes, int count, int selected)
{
    g_return_if_fail(count >= 0 && (boxes != NULL || count == 0));
    g_array_set_size(self->boxes, 0);
    g_array_append_vals(self->boxes, boxes, (guint) count);
    self->selected = selected < count ? selected : -1;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

int zd_viewer_selected_box(ZdViewer *self)
{
    return self->selected;
}

void zd_viewer_set_handle(ZdViewer *self, int insert, double x, double y)
{
    self->handle = insert;
    self->handle_x = x;
    self->handle_y = y;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_viewer_set_zoom(ZdViewer *self, double zoom)
{
    g_return_if_fail(zoom >= 0.0);
    self->zoom = zoom;
    self->pan_x = 0.0;
    self->pan_y = 0.0;
    gtk_widget_queue_draw(GTK_WIDGET(self));
    tell_size(self);
}

void zd_viewer_wanted_size(ZdViewer *self, int width, int height, int *wanted_width,
                           int *wanted_height)
{
    g_return_if_fail(wanted_width != NULL && wanted_height != NULL);
    int scale = gtk_widget_get_scale_factor(GTK_WIDGET(self));
    double fits = MIN((double) gtk_widget_get_width(GTK_WIDGET(self)) * scale / width,
                      (double) gtk_widget_get_height(GTK_WIDGET(self)) * scale / height);
    *wanted_width = width;
    *wanted_height = height;
    if (self->zoom == 0.0 && fits > 0.0 && fits < 1.0) {
        *wanted_width = MAX(16, (int) lround(width * fits));
        *wanted_height = MAX(16, (int) lround(height * fits));
    }
}
