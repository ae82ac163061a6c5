/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lanes from top to bottom: shots with their depth, a lane of keys for every keyed parameter, a bar
 * for every insert. What is under the hand is looked for in the same order. */

#include "zd_timeline.h"

#include <assert.h>
#include <math.h>

enum { SHOT_LANE = 40, LANE = 16, MARGIN = 8, GRAB_PX = 6, MAX_LANES = 12 };

typedef enum Grip { GRIP_NONE, GRIP_HEAD, GRIP_START, GRIP_END, GRIP_KEY } Grip;

typedef struct Lane {
    int insert;
    char name[64]; /* of the keyed parameter; "": the insert's bar */
} Lane;

struct _ZdTimeline {
    GtkWidget parent_instance;
    ZdDocument *document;
    gulong handlers[2];
    gint64 frames;
    double rate;
    gint64 frame;
    gint64 in;
    gint64 out;
    gint64 depth_until;
    GArray *firsts;
    ZdThumbs *thumbs; /* NULL: none */
    gulong thumbs_handler;
    double thumb_aspect;
    Lane lanes[MAX_LANES];
    int lane_count;
    Grip grip;
    int grip_insert;
    int grip_key;
    char grip_name[64];
};

G_DEFINE_FINAL_TYPE(ZdTimeline, zd_timeline, GTK_TYPE_WIDGET)

enum { SOUGHT, BAR, KEY, MENU, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

static double to_x(ZdTimeline *self, double frame)
{
    double width = gtk_widget_get_width(GTK_WIDGET(self)) - 2.0 * MARGIN;
    return MARGIN + (self->frames > 0 ? frame / (double) self->frames * width : 0.0);
}

static double time_x(ZdTimeline *self, double time_s)
{
    return to_x(self, CLAMP(time_s * self->rate, 0.0, (double) self->frames));
}

static double to_frame(ZdTimeline *self, double x)
{
    double width = gtk_widget_get_width(GTK_WIDGET(self)) - 2.0 * MARGIN;
    return CLAMP((x - MARGIN) / width, 0.0, 1.0) * (double) self->frames;
}

/* ---- lanes ---- */

static void add_lane(ZdTimeline *self, int insert, const char *name)
{
    assert(self->lane_count >= 0 && self->lane_count <= MAX_LANES);
    if (self->lane_count < MAX_LANES) {
        Lane *lane = &self->lanes[self->lane_count++];
        lane->insert = insert;
        g_strlcpy(lane->name, name, sizeof lane->name);
    }
}

static void find_lanes(ZdTimeline *self)
{
    const zdepth_project *project = zd_document_project(self->document);
    self->lane_count = 0;
    for (int insert = -1; insert < zdepth_project_insert_count(project); insert++) {
        zdepth_param param;
        if (insert >= 0) {
            add_lane(self, insert, "");
        }
        for (int i = 0; zdepth_param_at(i, &param); i++) {
            if (zdepth_project_key_count(project, insert, param.name) > 0) {
                add_lane(self, insert, param.name);
            }
        }
    }
    gtk_widget_queue_resize(GTK_WIDGET(self));
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void insert_span(ZdTimeline *self, int insert, double *start_s, double *end_s)
{
    assert(insert >= 0);
    const zdepth_project *project = zd_document_project(self->document);
    *start_s = zdepth_project_number(project, insert, "start", 0.0);
    *end_s = zdepth_project_is_set(project, insert, "end")
                 ? zdepth_project_number(project, insert, "end", 0.0)
                 : (double) self->frames / self->rate;
}

/* ---- drawing ---- */

static void fill_rect(GtkSnapshot *snapshot, GdkRGBA colour, double x, double y, double width,
                      double height)
{
    graphene_rect_t rect;
    graphene_rect_init(&rect, (float) x, (float) y, (float) MAX(width, 1.0), (float) height);
    gtk_snapshot_append_color(snapshot, &colour, &rect);
}

static void draw_text(ZdTimeline *self, GtkSnapshot *snapshot, const char *text, double x, double y,
                      const GdkRGBA *colour)
{
    PangoLayout *layout = gtk_widget_create_pango_layout(GTK_WIDGET(self), text);
    PangoAttrList *small = pango_attr_list_new();
    pango_attr_list_insert(small, pango_attr_scale_new(0.8));
    pango_layout_set_attributes(layout, small);
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float) x, (float) y));
    gtk_snapshot_append_layout(snapshot, layout, colour);
    gtk_snapshot_restore(snapshot);
    pango_attr_list_unref(small);
    g_object_unref(layout);
}

/* Each stands for the frame at its middle. */
static void draw_thumbs(ZdTimeline *self, GtkSnapshot *snapshot, double end)
{
    double width = MAX(ZD_TIMELINE_THUMB * self->thumb_aspect, 8.0);
    if (self->thumbs == NULL) {
        return;
    }
    for (double x = MARGIN; x < end; x += width) {
        graphene_rect_t rect;
        graphene_rect_t lane;
        gint64 frame = (gint64) to_frame(self, MIN(x + 0.5 * width, end));
        GdkTexture *texture = zd_thumbs_get(self->thumbs, MIN(frame, self->frames - 1));
        if (texture != NULL) {
            graphene_rect_init(&rect, (float) x, 2, (float) width, ZD_TIMELINE_THUMB);
            graphene_rect_init(&lane, (float) x, 2, (float) MIN(width, end - x), ZD_TIMELINE_THUMB);
            gtk_snapshot_push_clip(snapshot, &lane);
            gtk_snapshot_append_texture(snapshot, texture, &rect);
            gtk_snapshot_pop(snapshot);
        }
    }
}

static void draw_shots(ZdTimeline *self, GtkSnapshot *snapshot, const GdkRGBA *text)
{
    GdkRGBA ground = { text->red, text->green, text->blue, 0.12f };
    double end = to_x(self, (double) self->frames);
    fill_rect(snapshot, ground, MARGIN, 2, end - MARGIN, SHOT_LANE - 4);
    draw_thumbs(self, snapshot, end);
    double until = to_x(self, (double) MIN(self->depth_until, self->frames));
    if (self->depth_until > 0) {
        fill_rect(snapshot, (GdkRGBA){ 0.2f, 0.7f, 0.35f, 0.8f }, MARGIN, SHOT_LANE - 6,
                  until - MARGIN, 4);
    }
    for (guint i = 0; i < self->firsts->len; i++) {
        double x = to_x(self, (double) g_array_index(self->firsts, gint64, i));
        fill_rect(snapshot, (GdkRGBA){ text->red, text->green, text->blue, 0.7f }, x - 0.5, 2, 1,
                  SHOT_LANE - 4);
    }
    if (self->out >= self->in && self->in >= 0) {
        fill_rect(snapshot, (GdkRGBA){ 1.0f, 0.8f, 0.2f, 0.25f }, to_x(self, (double) self->in), 2,
                  to_x(self, (double) self->out + 1.0) - to_x(self, (double) self->in),
                  SHOT_LANE - 4);
    }
}

/* The value over time, from the lowest key to the highest. */
static void draw_curve(ZdTimeline *self, GtkSnapshot *snapshot, const Lane *lane, double y,
                       int count)
{
    assert(count > 0);
    const zdepth_project *project = zd_document_project(self->document);
    double low = INFINITY;
    double high = -INFINITY;
    for (int i = 0; i < count; i++) {
        zdepth_key key;
        zdepth_project_key_at(project, lane->insert, lane->name, i, &key);
        low = MIN(low, key.value);
        high = MAX(high, key.value);
    }
    int width = gtk_widget_get_width(GTK_WIDGET(self));
    if (!(high > low) || self->frames < 2) {
        return;
    }
    for (int x = MARGIN; x < width - MARGIN; x += 2) {
        double value = zdepth_project_number(project, lane->insert, lane->name,
                                             to_frame(self, x + 1.0) / self->rate);
        double at = (value - low) / (high - low);
        fill_rect(snapshot, (GdkRGBA){ 1.0f, 0.75f, 0.15f, 0.5f }, x,
                  y + (LANE - 3) * (1.0 - at) + 1.0, 2, 1);
    }
}

static void draw_keys(ZdTimeline *self, GtkSnapshot *snapshot, const Lane *lane, double y,
                      const GdkRGBA *text)
{
    const zdepth_project *project = zd_document_project(self->document);
    zdepth_param param;
    int count = zdepth_project_key_count(project, lane->insert, lane->name);
    if (zdepth_param_find(lane->name, &param)) {
        draw_text(self, snapshot, param.label, MARGIN + 2, y, text);
    }
    draw_curve(self, snapshot, lane, y, count);
    for (int i = 0; i < count; i++) {
        zdepth_key key;
        zdepth_project_key_at(project, lane->insert, lane->name, i, &key);
        double x = time_x(self, key.time_s);
        gtk_snapshot_save(snapshot);
        gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float) x, (float) (y + LANE * 0.5)));
        gtk_snapshot_rotate(snapshot, key.ease == ZDEPTH_EASE_HOLD ? 0.0f : 45.0f);
        fill_rect(snapshot, (GdkRGBA){ 1.0f, 0.75f, 0.15f, 1.0f }, -4, -4, 8, 8);
        gtk_snapshot_restore(snapshot);
    }
}

static void draw_bar(ZdTimeline *self, GtkSnapshot *snapshot, const Lane *lane, double y,
                     const GdkRGBA *text)
{
    double start_s;
    double end_s;
    char *name = NULL;
    const zdepth_project *project = zd_document_project(self->document);
    insert_span(self, lane->insert, &start_s, &end_s);
    double x = time_x(self, start_s);
    fill_rect(snapshot, (GdkRGBA){ 0.35f, 0.5f, 0.9f, 0.6f }, x, y + 2, time_x(self, end_s) - x,
              LANE - 4);
    gboolean is_title = zdepth_project_is_set(project, lane->insert, "title");
    if (zdepth_project_get(project, lane->insert, is_title ? "title" : "insert", &name, NULL) ==
        ZDEPTH_OK)
    {
        draw_text(self, snapshot, name, x + 4, y, text);
        zdepth_text_free(zd_document_context(self->document), name);
    }
}

static void zd_timeline_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    ZdTimeline *self = ZD_TIMELINE(widget);
    GdkRGBA text;
    if (self->frames == 0) {
        return;
    }
    gtk_style_context_get_color(gtk_widget_get_style_context(widget), &text);
    draw_shots(self, snapshot, &text);
    for (int i = 0; i < self->lane_count; i++) {
        double y = SHOT_LANE + i * LANE;
        if (self->lanes[i].name[0] == '\0') {
            draw_bar(self, snapshot, &self->lanes[i], y, &text);
        } else {
            draw_keys(self, snapshot, &self->lanes[i], y, &text);
        }
    }
    double x = to_x(self, (double) self->frame + 0.5);
    fill_rect(snapshot, (GdkRGBA){ 1.0f, 0.3f, 0.25f, 1.0f }, x - 1.0, 0, 2,
              gtk_widget_get_height(widget));
}

static void zd_timeline_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                int *minimum, int *natural, int *minimum_baseline,
                                int *natural_baseline)
{
    ZdTimeline *self = ZD_TIMELINE(widget);
    (void) for_size;
    *minimum =
        orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : SHOT_LANE + self->lane_count * LANE + 4;
    *natural = *minimum;
    *minimum_baseline = -1;
    *natural_baseline = -1;
}

/* ---- the hand ---- */

static void grip_lane(ZdTimeline *self, const Lane *lane, double x)
{
    const zdepth_project *project = zd_document_project(self->document);
    self->grip_insert = lane->insert;
    g_strlcpy(self->grip_name, lane->name, sizeof self->grip_name);
    if (lane->name[0] == '\0') {
        double start_s;
        double end_s;
        insert_span(self, lane->insert, &start_s, &end_s);
        self->grip = fabs(x - time_x(self, start_s)) < GRAB_PX ? GRIP_START
                     : fabs(x - time_x(self, end_s)) < GRAB_PX ? GRIP_END
                                                               : GRIP_HEAD;
        return;
    }
    for (int i = 0; i < zdepth_project_key_count(project, lane->insert, lane->name); i++) {
        zdepth_key key;
        zdepth_project_key_at(project, lane->insert, lane->name, i, &key);
        if (fabs(x - time_x(self, key.time_s)) < GRAB_PX) {
            self->grip = GRIP_KEY;
            self->grip_key = i;
        }
    }
}

static void move_to(ZdTimeline *self, double x, gboolean ended)
{
    double frame = to_frame(self, x);
    double time_s = floor(frame + 0.5) / self->rate;
    double start_s;
    double end_s;
    if (self->grip == GRIP_HEAD) {
        gint64 whole = MIN((gint64) frame, self->frames - 1);
        g_signal_emit(self, signals[SOUGHT], 0, whole);
    } else if (self->grip == GRIP_START || self->grip == GRIP_END) {
        insert_span(self, self->grip_insert, &start_s, &end_s);
        if (self->grip == GRIP_START) {
            start_s = MIN(time_s, end_s - 1.0 / self->rate);
        } else {
            end_s = MAX(time_s, start_s + 1.0 / self->rate);
        }
        g_signal_emit(self, signals[BAR], 0, self->grip_insert, MAX(start_s, 0.0), end_s, ended);
    } else if (self->grip == GRIP_KEY) {
        g_signal_emit(self, signals[KEY], 0, self->grip_insert, self->grip_name, self->grip_key,
                      time_s, ended);
    }
}

static void drag_begin_cb(GtkGestureDrag *gesture, double x, double y, ZdTimeline *self)
{
    (void) gesture;
    int lane = (int) floor((y - SHOT_LANE) / LANE);
    self->grip = self->frames > 0 ? GRIP_HEAD : GRIP_NONE;
    if (self->frames > 0 && lane >= 0 && lane < self->lane_count) {
        grip_lane(self, &self->lanes[lane], x);
    }
    if (self->grip == GRIP_HEAD) {
        move_to(self, x, FALSE);
    }
}

static void drag_cb(ZdTimeline *self, GtkGestureDrag *gesture, double dx, gboolean ended)
{
    double x;
    double y;
    gtk_gesture_drag_get_start_point(gesture, &x, &y);
    move_to(self, x + dx, ended);
}

static void drag_update_cb(GtkGestureDrag *gesture, double dx, double dy, ZdTimeline *self)
{
    (void) dy;
    drag_cb(self, gesture, dx, FALSE);
}

static void drag_end_cb(GtkGestureDrag *gesture, double dx, double dy, ZdTimeline *self)
{
    (void) dy;
    drag_cb(self, gesture, dx, TRUE);
    self->grip = GRIP_NONE;
}

static void pressed_cb(GtkGestureClick *click, int count, double x, double y, ZdTimeline *self)
{
    int lane = (int) floor((y - SHOT_LANE) / LANE);
    (void) click;
    (void) count;
    self->grip = GRIP_NONE;
    if (self->frames > 0 && lane >= 0 && lane < self->lane_count) {
        grip_lane(self, &self->lanes[lane], x);
    }
    if (self->frames > 0 && (self->grip == GRIP_KEY || y < SHOT_LANE)) {
        g_signal_emit(self, signals[MENU], 0, self->grip_insert,
                      self->grip == GRIP_KEY ? self->grip_name : "", self->grip_key,
                      (gint64) to_frame(self, x), x, y);
    }
    self->grip = GRIP_NONE;
}

/* ---- the widget ---- */

static void structure_cb(ZdDocument *document, ZdTimeline *self)
{
    (void) document;
    find_lanes(self);
}

static void changed_cb(ZdDocument *document, int insert, const char *name, ZdTimeline *self)
{
    (void) document;
    (void) insert;
    (void) name;
    find_lanes(self);
}

static void zd_timeline_dispose(GObject *object)
{
    ZdTimeline *self = ZD_TIMELINE(object);
    zd_timeline_set_thumbs(self, NULL, 1.0);
    if (self->document != NULL) {
        g_clear_signal_handler(&self->handlers[0], self->document);
        g_clear_signal_handler(&self->handlers[1], self->document);
        g_clear_object(&self->document);
    }
    G_OBJECT_CLASS(zd_timeline_parent_class)->dispose(object);
}

static void zd_timeline_finalize(GObject *object)
{
    g_array_unref(ZD_TIMELINE(object)->firsts);
    G_OBJECT_CLASS(zd_timeline_parent_class)->finalize(object);
}

static void zd_timeline_class_init(ZdTimelineClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = zd_timeline_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_timeline_finalize;
    widget->snapshot = zd_timeline_snapshot;
    widget->measure = zd_timeline_measure;
    gtk_widget_class_set_css_name(widget, "timeline");
    gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
    signals[SOUGHT] = g_signal_new("sought", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT64);
    signals[BAR] = g_signal_new("bar", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
    signals[KEY] =
        g_signal_new("key", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5,
                     G_TYPE_INT, G_TYPE_STRING, G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
    signals[MENU] = g_signal_new("menu", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 6, G_TYPE_INT, G_TYPE_STRING, G_TYPE_INT, G_TYPE_INT64,
                                 G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void zd_timeline_init(ZdTimeline *self)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    GtkGesture *click = gtk_gesture_click_new();
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(click), GDK_BUTTON_SECONDARY);
    g_signal_connect(click, "pressed", G_CALLBACK(pressed_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
    self->firsts = g_array_new(FALSE, FALSE, sizeof(gint64));
    self->rate = 24.0;
    self->in = -1;
    self->out = -2;
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, "Timeline",
                                   -1);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin_cb), self);
    g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update_cb), self);
    g_signal_connect(drag, "drag-end", G_CALLBACK(drag_end_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drag));
}

GtkWidget *zd_timeline_new(ZdDocument *document)
{
    g_return_val_if_fail(document != NULL, NULL);
    ZdTimeline *self = g_object_new(ZD_TYPE_TIMELINE, NULL);
    self->document = g_object_ref(document);
    self->handlers[0] = g_signal_connect(document, "structure", G_CALLBACK(structure_cb), self);
    self->handlers[1] = g_signal_connect(document, "changed", G_CALLBACK(changed_cb), self);
    return GTK_WIDGET(self);
}

void zd_timeline_set_clip(ZdTimeline *self, gint64 frames, double rate)
{
    g_return_if_fail(frames >= 0);
    self->frames = frames;
    self->rate = rate > 0.0 ? rate : 24.0;
    self->frame = 0;
    self->depth_until = 0;
    self->in = -1;
    self->out = -2;
    g_array_set_size(self->firsts, 0);
    find_lanes(self);
}

void zd_timeline_set_frame(ZdTimeline *self, gint64 frame)
{
    self->frame = frame;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_timeline_set_shots(ZdTimeline *self, const gint64 *firsts, int count)
{
    g_return_if_fail(count >= 0 && (firsts != NULL || count == 0));
    g_array_set_size(self->firsts, 0);
    g_array_append_vals(self->firsts, firsts, (guint) count);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_timeline_set_depth_until(ZdTimeline *self, gint64 frame)
{
    self->depth_until = frame;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_timeline_set_thumbs(ZdTimeline *self, ZdThumbs *thumbs, double aspect)
{
    if (self->thumbs != NULL) {
        g_clear_signal_handler(&self->thumbs_handler, self->thumbs);
    }
    g_set_object(&self->thumbs, thumbs);
    self->thumb_aspect = aspect;
    if (thumbs != NULL) {
        self->thumbs_handler = g_signal_connect_swapped(
            thumbs, "ready", G_CALLBACK(gtk_widget_queue_draw), GTK_WIDGET(self));
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_timeline_set_range(ZdTimeline *self, gint64 in, gint64 out)
{
    self->in = in;
    self->out = out;
    gtk_widget_queue_draw(GTK_WIDGET(self));
}
