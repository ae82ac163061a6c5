/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Bars grow with the square root of their count: a few pixels of a person are seen beside a wall. */

#include "zd_ruler.h"

#include <assert.h>
#include <glib/gi18n.h>
#include <math.h>

enum { MAX_BINS = 256, MAX_FLAGS = 64, MARGIN = 10, FLAG_ROW = 14, GRAB_PX = 8, NOTHING = -100 };
enum { GRIP_IN = -1, GRIP_OUT = -2 }; /* else the index of a flag */

struct _ZdRuler {
    GtkWidget parent_instance;
    float bars[MAX_BINS];
    int bins;
    double depth_in;
    double depth_out;
    ZdFlag flags[MAX_FLAGS];
    int flag_count;
    double pointer;
    int grip;
};

G_DEFINE_FINAL_TYPE(ZdRuler, zd_ruler, GTK_TYPE_WIDGET)

enum { THRESHOLD, FLAG, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

static double to_x(ZdRuler *self, double place)
{
    double width = gtk_widget_get_width(GTK_WIDGET(self)) - 2.0 * MARGIN;
    return MARGIN + CLAMP(place, 0.0, 1.0) * width;
}

static double to_place(ZdRuler *self, double x)
{
    double width = gtk_widget_get_width(GTK_WIDGET(self)) - 2.0 * MARGIN;
    return CLAMP((x - MARGIN) / width, 0.0, 1.0);
}

static void fill_rect(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y,
                      double width, double height)
{
    graphene_rect_t rect;
    graphene_rect_init(&rect, (float) x, (float) y, (float) width, (float) height);
    gtk_snapshot_append_color(snapshot, colour, &rect);
}

static void draw_bars(ZdRuler *self, GtkSnapshot *snapshot, double height, const GdkRGBA *text)
{
    for (int i = 0; i < self->bins; i++) {
        double from = to_x(self, (double) i / self->bins);
        double to = to_x(self, (i + 1.0) / self->bins);
        double middle = (i + 0.5) / self->bins;
        gboolean inside = middle >= self->depth_in && middle <= self->depth_out;
        GdkRGBA colour = inside ? (GdkRGBA){ 0.20f, 0.75f, 1.0f, 0.9f }
                                : (GdkRGBA){ text->red, text->green, text->blue, 0.35f };
        double bar = (double) self->bars[i] * (height - FLAG_ROW - 4);
        fill_rect(snapshot, &colour, from, height - bar, to - from, bar);
    }
}

/* "far" and "near" at the two ends, above the bars. */
static void draw_word(ZdRuler *self, GtkSnapshot *snapshot, const char *word, gboolean at_end,
                      GdkRGBA colour)
{
    int width;
    PangoAttrList *attributes = pango_attr_list_new();
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(GTK_WIDGET(self), word);
    pango_attr_list_insert(attributes, pango_attr_scale_new(0.75));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_get_pixel_size(layout, &width, NULL);
    colour.alpha = 0.55f;
    double x = at_end ? gtk_widget_get_width(GTK_WIDGET(self)) - MARGIN - width : MARGIN;
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float) x, 0.0f));
    gtk_snapshot_append_layout(snapshot, layout, &colour);
    gtk_snapshot_restore(snapshot);
}

static void zd_ruler_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    static const GdkRGBA handle = { 0.20f, 0.75f, 1.0f, 1.0f };
    static const GdkRGBA flag = { 1.0f, 0.75f, 0.15f, 1.0f };
    static const GdkRGBA mark = { 1.0f, 0.3f, 0.3f, 1.0f };
    ZdRuler *self = ZD_RULER(widget);
    GdkRGBA text;
    double height = gtk_widget_get_height(widget);
    gtk_style_context_get_color(gtk_widget_get_style_context(widget), &text);
    draw_word(self, snapshot, _("far"), FALSE, text);
    draw_word(self, snapshot, _("near"), TRUE, text);
    draw_bars(self, snapshot, height, &text);
    const double ends[2] = { self->depth_in, self->depth_out };
    for (int i = 0; i < 2; i++) {
        double x = to_x(self, ends[i]);
        fill_rect(snapshot, &handle, x - 1.0, FLAG_ROW, 2.0, height - FLAG_ROW);
        fill_rect(snapshot, &handle, i == 0 ? x - 1.0 : x - 7.0, height - 10.0, 8.0, 10.0);
    }
    for (int i = 0; i < self->flag_count; i++) {
        double x = to_x(self, self->flags[i].place);
        fill_rect(snapshot, &flag, x - 1.0, 0.0, 2.0, height);
        fill_rect(snapshot, &flag, x, 0.0, 12.0, FLAG_ROW - 4.0);
    }
    if (!isnan(self->pointer)) {
        fill_rect(snapshot, &mark, to_x(self, self->pointer) - 0.5, FLAG_ROW, 1.0,
                  height - FLAG_ROW);
    }
}

static void zd_ruler_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                             int *minimum, int *natural, int *minimum_baseline,
                             int *natural_baseline)
{
    (void) widget;
    (void) for_size;
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 84;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 280 : 96;
    *minimum_baseline = -1;
    *natural_baseline = -1;
}

/* ---- the hand ---- */

static int grip_at(ZdRuler *self, double x, double y)
{
    assert(self->flag_count >= 0 && self->flag_count <= MAX_FLAGS);
    for (int i = 0; i < self->flag_count; i++) {
        double at = to_x(self, self->flags[i].place);
        if (y < FLAG_ROW + 4 && x > at - GRAB_PX && x < at + 14.0) {
            return i;
        }
    }
    double to_in = fabs(x - to_x(self, self->depth_in));
    double to_out = fabs(x - to_x(self, self->depth_out));
    if (MIN(to_in, to_out) > GRAB_PX) {
        return NOTHING;
    }
    /* On top of each other: the side of the press decides. */
    return to_in < to_out || (to_in == to_out && x < to_x(self, self->depth_in)) ? GRIP_IN
                                                                                 : GRIP_OUT;
}

static void drag_begin_cb(GtkGestureDrag *gesture, double x, double y, ZdRuler *self)
{
    (void) gesture;
    self->grip = grip_at(self, x, y);
}

static void tell(ZdRuler *self, GtkGestureDrag *gesture, double dx, gboolean ended)
{
    double x;
    double y;
    if (self->grip == NOTHING) {
        return;
    }
    gtk_gesture_drag_get_start_point(gesture, &x, &y);
    double place = to_place(self, x + dx);
    if (self->grip >= 0 && self->grip < self->flag_count) {
        g_signal_emit(self, signals[FLAG], 0, self->flags[self->grip].insert, place, ended);
    } else if (self->grip == GRIP_IN || self->grip == GRIP_OUT) {
        g_signal_emit(self, signals[THRESHOLD], 0, self->grip == GRIP_OUT, place, ended);
    }
}

static void drag_update_cb(GtkGestureDrag *gesture, double dx, double dy, ZdRuler *self)
{
    (void) dy;
    tell(self, gesture, dx, FALSE);
}

static void drag_end_cb(GtkGestureDrag *gesture, double dx, double dy, ZdRuler *self)
{
    (void) dy;
    tell(self, gesture, dx, TRUE);
    self->grip = NOTHING;
}

/* What can be dragged shows it. */
static void motion_cb(GtkEventControllerMotion *motion, double x, double y, ZdRuler *self)
{
    (void) motion;
    gtk_widget_set_cursor_from_name(GTK_WIDGET(self),
                                    grip_at(self, x, y) != NOTHING ? "ew-resize" : NULL);
}

static void zd_ruler_class_init(ZdRulerClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    widget->snapshot = zd_ruler_snapshot;
    widget->measure = zd_ruler_measure;
    gtk_widget_class_set_css_name(widget, "ruler");
    gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
    signals[THRESHOLD] =
        g_signal_new("threshold", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                     G_TYPE_BOOLEAN, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
    signals[FLAG] = g_signal_new("flag", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 3, G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
}

static void zd_ruler_init(ZdRuler *self)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    GtkEventController *motion = gtk_event_controller_motion_new();
    self->pointer = NAN;
    self->depth_out = 1.0;
    self->grip = NOTHING;
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Depth ruler"), -1);
    gtk_widget_set_tooltip_text(
        GTK_WIDGET(self),
        _("The shot's depths, far on the left. The blue lines are Depth In and Depth "
          "Out, the yellow flags inserts: drag them"));
    g_signal_connect(motion, "motion", G_CALLBACK(motion_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), motion);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin_cb), self);
    g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update_cb), self);
    g_signal_connect(drag, "drag-end", G_CALLBACK(drag_end_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drag));
}

void zd_ruler_set_histogram(ZdRuler *self, const guint32 *counts, int bins)
{
    g_return_if_fail(counts != NULL && bins > 0);
    guint32 most = 1;
    self->bins = MIN(bins, MAX_BINS);
    for (int i = 0; i < self->bins; i++) {
        most = MAX(most, counts[i]);
    }
    for (int i = 0; i < self->bins; i++) {
        self->bars[i] = (float) sqrt((double) counts[i] / most);
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_ruler_set_thresholds(ZdRuler *self, double depth_in, double depth_out)
{
    self->depth_in = depth_in;
    self->depth_out = depth_out;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_ruler_set_flags(ZdRuler *self, const ZdFlag *flags, int count)
{
    g_return_if_fail(count >= 0 && (flags != NULL || count == 0));
    self->flag_count = MIN(count, MAX_FLAGS);
    for (int i = 0; i < self->flag_count; i++) {
        self->flags[i] = flags[i];
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_ruler_set_pointer(ZdRuler *self, double place)
{
    self->pointer = place;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}
