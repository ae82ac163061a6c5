/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Places are found by walking the tree: a node stands over the middle of what it carries, level by
 * level. Nodes moved by hand stand where they were put. */

#include "zd_schematic.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "zd_node_bin.h"
#include "zd_scene_document.h"

enum { NODE_WIDTH = 128, NODE_HEIGHT = 34, COLUMN = 146, ROW = 66, PORT_PX = 9, MOST_DEEP = 64 };

typedef struct drawn_node {
    int node;
    zdepth_scene_kind kind;
    char *name;
    char *label;   /* with the media's number */
    int parent;    /* index of a drawn node; -1 */
    int others[3]; /* drawn nodes that it looks at, snaps to or lies on; -1 */
    double x;      /* of its top left corner, in the plane of the schematic */
    double y;
    int level;
} drawn_node;

typedef enum grip { GRIP_NONE, GRIP_NODE, GRIP_PORT, GRIP_PLANE } grip;

struct _ZdSchematic {
    GtkWidget parent_instance;
    GArray *nodes;      /* of drawn_node */
    GHashTable *places; /* name to graphene_point_t, given by hand */
    int chosen;         /* index of a drawn node; -1 */
    double pan_x;
    double pan_y;
    double zoom;
    gboolean was_moved; /* panned or zoomed by hand: it does not fit itself */
    grip grip;
    int gripped;
    double from_x;
    double from_y;
    double at_x; /* of the pointer */
    double at_y;
};

G_DEFINE_FINAL_TYPE(ZdSchematic, zd_schematic, GTK_TYPE_WIDGET)

enum { CHOSEN, OPENED, LINKED, MENU, DROPPED, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

static void clear_node(gpointer data)
{
    drawn_node *node = data;
    g_free(node->name);
    g_free(node->label);
}

static drawn_node *node_at(ZdSchematic *self, int index)
{
    assert(index >= 0 && index < (int) self->nodes->len);
    return &g_array_index(self->nodes, drawn_node, index);
}

/* ---- the layout ---- */

static double place_tree(ZdSchematic *self, int index, int level, double left)
{
    drawn_node *node = node_at(self, index);
    double right = left;
    double first = -1.0;
    double last = left;
    node->level = level;
    for (guint i = 0; i < self->nodes->len && level < MOST_DEEP; i++) {
        if (node_at(self, (int) i)->parent == index) {
            right = place_tree(self, (int) i, level + 1, right);
            first = first < 0.0 ? node_at(self, (int) i)->x : first;
            last = node_at(self, (int) i)->x;
        }
    }
    node->x = first < 0.0 ? left : 0.5 * (first + last);
    node->y = level * (double) ROW;
    return MAX(right, left + COLUMN);
}

static void arrange(ZdSchematic *self)
{
    double left = 0.0;
    for (guint i = 0; i < self->nodes->len; i++) {
        if (node_at(self, (int) i)->parent < 0) {
            left = place_tree(self, (int) i, 0, left);
        }
    }
    for (guint i = 0; i < self->nodes->len; i++) {
        drawn_node *node = node_at(self, (int) i);
        const graphene_point_t *kept = g_hash_table_lookup(self->places, node->name);
        if (kept != NULL) {
            node->x = (double) kept->x;
            node->y = (double) kept->y;
        }
    }
}

static void fit(ZdSchematic *self)
{
    double right = 1.0;
    double bottom = 1.0;
    double left = 0.0;
    double top = 0.0;
    double width = gtk_widget_get_width(GTK_WIDGET(self));
    double height = gtk_widget_get_height(GTK_WIDGET(self));
    for (guint i = 0; i < self->nodes->len; i++) {
        const drawn_node *node = node_at(self, (int) i);
        left = MIN(left, node->x);
        top = MIN(top, node->y);
        right = MAX(right, node->x + NODE_WIDTH);
        bottom = MAX(bottom, node->y + NODE_HEIGHT + PORT_PX);
    }
    if (width < 1.0 || height < 1.0) {
        return;
    }
    self->zoom =
        CLAMP(MIN((width - 24.0) / (right - left), (height - 24.0) / (bottom - top)), 0.3, 1.0);
    self->pan_x = 0.5 * (width - (right + left) * self->zoom);
    self->pan_y = 0.5 * (height - (bottom + top) * self->zoom);
}

static graphene_rect_t rect_of(ZdSchematic *self, const drawn_node *node)
{
    graphene_rect_t rect;
    graphene_rect_init(&rect, (float) (node->x * self->zoom + self->pan_x),
                       (float) (node->y * self->zoom + self->pan_y),
                       (float) (NODE_WIDTH * self->zoom), (float) (NODE_HEIGHT * self->zoom));
    return rect;
}

static graphene_point_t port_of(ZdSchematic *self, const drawn_node *node, gboolean below)
{
    graphene_rect_t rect = rect_of(self, node);
    return GRAPHENE_POINT_INIT(rect.origin.x + rect.size.width * 0.5f,
                               rect.origin.y + (below ? rect.size.height : 0.0f));
}

/* ---- drawing ---- */

static GdkRGBA colour_of(zdepth_scene_kind kind)
{
    static const GdkRGBA colours[ZDEPTH_SCENE_KINDS] = {
        [ZDEPTH_SCENE_AXIS] = { 0.36f, 0.40f, 0.46f, 1.0f },
        [ZDEPTH_SCENE_SURFACE] = { 0.16f, 0.42f, 0.62f, 1.0f },
        [ZDEPTH_SCENE_GEOMETRY] = { 0.20f, 0.36f, 0.66f, 1.0f },
        [ZDEPTH_SCENE_CAMERA] = { 0.45f, 0.30f, 0.55f, 1.0f },
        [ZDEPTH_SCENE_LIGHT] = { 0.62f, 0.48f, 0.12f, 1.0f },
        [ZDEPTH_SCENE_ZDEPTH] = { 0.10f, 0.50f, 0.38f, 1.0f },
        [ZDEPTH_SCENE_NORMALMAP] = { 0.34f, 0.48f, 0.24f, 1.0f },
        [ZDEPTH_SCENE_AOV] = { 0.56f, 0.32f, 0.24f, 1.0f },
        [ZDEPTH_SCENE_OUTPUT] = { 0.30f, 0.30f, 0.30f, 1.0f },
    };
    return colours[kind];
}

static void draw_link(cairo_t *cairo, graphene_point_t from, graphene_point_t to, gboolean dashed)
{
    const double dashes[] = { 4.0, 4.0 };
    double bend = MAX(fabs((double) (to.y - from.y)) * 0.5, 12.0);
    cairo_set_dash(cairo, dashes, dashed ? 2 : 0, 0.0);
    cairo_move_to(cairo, (double) from.x, (double) from.y);
    cairo_curve_to(cairo, (double) from.x, (double) from.y + bend, (double) to.x,
                   (double) to.y - bend, (double) to.x, (double) to.y);
    cairo_stroke(cairo);
}

static void draw_links(ZdSchematic *self, cairo_t *cairo, const GdkRGBA *text)
{
    cairo_set_line_width(cairo, 1.5);
    for (guint i = 0; i < self->nodes->len; i++) {
        const drawn_node *node = node_at(self, (int) i);
        if (node->parent >= 0) {
            cairo_set_source_rgba(cairo, (double) text->red, (double) text->green,
                                  (double) text->blue, 0.7);
            draw_link(cairo, port_of(self, node_at(self, node->parent), TRUE),
                      port_of(self, node, FALSE), FALSE);
        }
        for (int k = 0; k < 3; k++) {
            if (node->others[k] >= 0 && node->others[k] != node->parent) {
                cairo_set_source_rgba(cairo, 0.2, 0.7, 0.6, 0.7);
                draw_link(cairo, port_of(self, node_at(self, node->others[k]), TRUE),
                          port_of(self, node, FALSE), TRUE);
            }
        }
    }
    if (self->grip == GRIP_PORT) {
        cairo_set_source_rgba(cairo, 0.2, 0.75, 1.0, 1.0);
        draw_link(cairo, port_of(self, node_at(self, self->gripped), TRUE),
                  GRAPHENE_POINT_INIT((float) self->at_x, (float) self->at_y), FALSE);
    }
}

static void draw_label(ZdSchematic *self, GtkSnapshot *snapshot, const drawn_node *node)
{
    static const GdkRGBA white = { 1.0f, 1.0f, 1.0f, 1.0f };
    graphene_rect_t rect = rect_of(self, node);
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(GTK_WIDGET(self), node->label);
    int width;
    int height;
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_MIDDLE);
    pango_layout_set_width(layout, (NODE_WIDTH - 12) * PANGO_SCALE);
    pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    pango_layout_get_pixel_size(layout, &width, &height);
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &rect.origin);
    gtk_snapshot_scale(snapshot, (float) self->zoom, (float) self->zoom);
    gtk_snapshot_translate(snapshot,
                           &GRAPHENE_POINT_INIT(6.0f, 0.5f * (float) (NODE_HEIGHT - height)));
    gtk_snapshot_append_layout(snapshot, layout, &white);
    gtk_snapshot_restore(snapshot);
}

static void draw_node(ZdSchematic *self, GtkSnapshot *snapshot, int index)
{
    static const GdkRGBA bright = { 0.35f, 0.80f, 1.0f, 1.0f };
    const drawn_node *node = node_at(self, index);
    GskRoundedRect shape;
    graphene_rect_t rect = rect_of(self, node);
    GdkRGBA colour = colour_of(node->kind);
    gsk_rounded_rect_init_from_rect(&shape, &rect, 6.0f * (float) self->zoom);
    gtk_snapshot_push_rounded_clip(snapshot, &shape);
    gtk_snapshot_append_color(snapshot, &colour, &rect);
    gtk_snapshot_pop(snapshot);
    if (index == self->chosen) {
        const float widths[] = { 2.0f, 2.0f, 2.0f, 2.0f };
        const GdkRGBA colours[] = { bright, bright, bright, bright };
        gtk_snapshot_append_border(snapshot, &shape, widths, colours);
    }
    graphene_point_t port = port_of(self, node, TRUE);
    float radius = 4.0f * (float) self->zoom;
    graphene_rect_t dot =
        GRAPHENE_RECT_INIT(port.x - radius, port.y - radius, 2.0f * radius, 2.0f * radius);
    gsk_rounded_rect_init_from_rect(&shape, &dot, radius);
    gtk_snapshot_push_rounded_clip(snapshot, &shape);
    gtk_snapshot_append_color(snapshot, &bright, &dot);
    gtk_snapshot_pop(snapshot);
    draw_label(self, snapshot, node);
}

static void zd_schematic_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    ZdSchematic *self = ZD_SCHEMATIC(widget);
    GdkRGBA text;
    graphene_rect_t whole;
    graphene_rect_init(&whole, 0.0f, 0.0f, (float) gtk_widget_get_width(widget),
                       (float) gtk_widget_get_height(widget));
    gtk_style_context_get_color(gtk_widget_get_style_context(widget), &text);
    if (!self->was_moved) {
        fit(self);
    }
    cairo_t *cairo = gtk_snapshot_append_cairo(snapshot, &whole);
    draw_links(self, cairo, &text);
    cairo_destroy(cairo);
    for (guint i = 0; i < self->nodes->len; i++) {
        draw_node(self, snapshot, (int) i);
    }
}

/* ---- the hand ---- */

static int find_at(ZdSchematic *self, double x, double y)
{
    for (int i = (int) self->nodes->len - 1; i >= 0; i--) {
        graphene_rect_t rect = rect_of(self, node_at(self, i));
        graphene_rect_inset(&rect, 0.0f, -3.0f);
        graphene_point_t point = GRAPHENE_POINT_INIT((float) x, (float) y);
        if (graphene_rect_contains_point(&rect, &point)) {
            return i;
        }
    }
    return -1;
}

static int scene_node(ZdSchematic *self, int index)
{
    return index >= 0 ? node_at(self, index)->node : -1;
}

static int find_port(ZdSchematic *self, double x, double y)
{
    for (int i = (int) self->nodes->len - 1; i >= 0; i--) {
        graphene_point_t port = port_of(self, node_at(self, i), TRUE);
        if (hypot(x - (double) port.x, y - (double) port.y) <= PORT_PX) {
            return i;
        }
    }
    return -1;
}

static void drag_begin_cb(GtkGestureDrag *gesture, double x, double y, ZdSchematic *self)
{
    (void) gesture;
    gtk_widget_grab_focus(GTK_WIDGET(self));
    self->gripped = find_port(self, x, y);
    self->grip = GRIP_PORT;
    if (self->gripped < 0) {
        self->gripped = find_at(self, x, y);
        self->grip = self->gripped >= 0 ? GRIP_NODE : GRIP_PLANE;
    }
    self->at_x = x;
    self->at_y = y;
    if (self->grip == GRIP_NODE) {
        self->from_x = node_at(self, self->gripped)->x;
        self->from_y = node_at(self, self->gripped)->y;
        self->chosen = self->gripped;
        g_signal_emit(self, signals[CHOSEN], 0, scene_node(self, self->chosen));
    } else if (self->grip == GRIP_PLANE) {
        self->from_x = self->pan_x;
        self->from_y = self->pan_y;
        self->chosen = -1;
        g_signal_emit(self, signals[CHOSEN], 0, -1);
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void put_node(ZdSchematic *self, int index, double x, double y)
{
    drawn_node *node = node_at(self, index);
    graphene_point_t *kept = g_new(graphene_point_t, 1);
    node->x = x;
    node->y = y;
    graphene_point_init(kept, (float) x, (float) y);
    g_hash_table_replace(self->places, g_strdup(node->name), kept);
}

static void drag_update_cb(GtkGestureDrag *gesture, double dx, double dy, ZdSchematic *self)
{
    double x;
    double y;
    gtk_gesture_drag_get_start_point(gesture, &x, &y);
    self->at_x = x + dx;
    self->at_y = y + dy;
    if (hypot(dx, dy) < 3.0 || self->gripped >= (int) self->nodes->len) {
        return;
    }
    if (self->grip == GRIP_NODE) {
        self->was_moved = TRUE;
        put_node(self, self->gripped, self->from_x + dx / self->zoom,
                 self->from_y + dy / self->zoom);
    } else if (self->grip == GRIP_PLANE) {
        self->was_moved = TRUE;
        self->pan_x = self->from_x + dx;
        self->pan_y = self->from_y + dy;
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void drag_end_cb(GtkGestureDrag *gesture, double dx, double dy, ZdSchematic *self)
{
    int from = self->gripped;
    grip held = self->grip;
    drag_update_cb(gesture, dx, dy, self);
    self->grip = GRIP_NONE;
    if (held == GRIP_PORT && from < (int) self->nodes->len) {
        int to = find_at(self, self->at_x, self->at_y);
        if (to >= 0 && to != from) {
            g_signal_emit(self, signals[LINKED], 0, scene_node(self, from), scene_node(self, to));
        }
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void pressed_cb(GtkGestureClick *gesture, int count, double x, double y, ZdSchematic *self)
{
    int at = find_at(self, x, y);
    guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture));
    if (button == GDK_BUTTON_SECONDARY) {
        self->chosen = at;
        g_signal_emit(self, signals[CHOSEN], 0, scene_node(self, at));
        g_signal_emit(self, signals[MENU], 0, scene_node(self, at), x, y);
        gtk_widget_queue_draw(GTK_WIDGET(self));
    } else if (button == GDK_BUTTON_PRIMARY && count == 2 && at >= 0) {
        g_signal_emit(self, signals[OPENED], 0, scene_node(self, at));
    }
}

static gboolean scroll_cb(GtkEventControllerScroll *controller, double dx, double dy,
                          ZdSchematic *self)
{
    (void) controller;
    (void) dx;
    double zoom = CLAMP(self->zoom * pow(1.15, -dy), 0.3, 2.0);
    self->pan_x = self->at_x - (self->at_x - self->pan_x) * zoom / self->zoom;
    self->pan_y = self->at_y - (self->at_y - self->pan_y) * zoom / self->zoom;
    self->zoom = zoom;
    self->was_moved = TRUE;
    gtk_widget_queue_draw(GTK_WIDGET(self));
    return TRUE;
}

static void motion_cb(GtkEventControllerMotion *controller, double x, double y, ZdSchematic *self)
{
    (void) controller;
    self->at_x = x;
    self->at_y = y;
}

static gboolean drop_cb(GtkDropTarget *target, const GValue *value, double x, double y,
                        ZdSchematic *self)
{
    (void) target;
    int kind = zd_node_bin_dropped(value);
    if (kind < 0) {
        return FALSE;
    }
    g_signal_emit(self, signals[DROPPED], 0, kind, scene_node(self, find_at(self, x, y)));
    return TRUE;
}

/* ---- the widget ---- */

static void zd_schematic_finalize(GObject *object)
{
    ZdSchematic *self = ZD_SCHEMATIC(object);
    g_array_unref(self->nodes);
    g_hash_table_unref(self->places);
    G_OBJECT_CLASS(zd_schematic_parent_class)->finalize(object);
}

static void zd_schematic_class_init(ZdSchematicClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->finalize = zd_schematic_finalize;
    widget->snapshot = zd_schematic_snapshot;
    gtk_widget_class_set_css_name(widget, "schematic");
    gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
    signals[CHOSEN] = g_signal_new("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT);
    signals[OPENED] = g_signal_new("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT);
    signals[LINKED] = g_signal_new("linked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
    signals[MENU] = g_signal_new("menu", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 3, G_TYPE_INT, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
    signals[DROPPED] = g_signal_new("dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
}

static void add_controllers(ZdSchematic *self)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    GtkGesture *click = gtk_gesture_click_new();
    GtkEventController *scroll =
        gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
    GtkEventController *motion = gtk_event_controller_motion_new();
    GtkDropTarget *drop = gtk_drop_target_new(G_TYPE_STRING, GDK_ACTION_COPY);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin_cb), self);
    g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update_cb), self);
    g_signal_connect(drag, "drag-end", G_CALLBACK(drag_end_cb), self);
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(click), 0);
    g_signal_connect(click, "pressed", G_CALLBACK(pressed_cb), self);
    g_signal_connect(scroll, "scroll", G_CALLBACK(scroll_cb), self);
    g_signal_connect(motion, "motion", G_CALLBACK(motion_cb), self);
    g_signal_connect(drop, "drop", G_CALLBACK(drop_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drag));
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
    gtk_widget_add_controller(GTK_WIDGET(self), scroll);
    gtk_widget_add_controller(GTK_WIDGET(self), motion);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drop));
}

static void zd_schematic_init(ZdSchematic *self)
{
    self->nodes = g_array_new(FALSE, TRUE, sizeof(drawn_node));
    g_array_set_clear_func(self->nodes, clear_node);
    self->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->chosen = -1;
    self->zoom = 1.0;
    gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
    gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
    gtk_widget_set_vexpand(GTK_WIDGET(self), TRUE);
    gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
    gtk_widget_set_size_request(GTK_WIDGET(self), 300, 110);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, "Schematic",
                                   -1);
    add_controllers(self);
}

GtkWidget *zd_schematic_new(void)
{
    return g_object_new(ZD_TYPE_SCHEMATIC, NULL);
}

/* ---- the scene ---- */

static void add_node(ZdSchematic *self, int index, const zdepth_scene_node *node)
{
    drawn_node drawn = { .node = index,
                         .kind = node->kind,
                         .name = g_strdup(node->name),
                         .parent = -1,
                         .others = { -1, -1, -1 } };
    drawn.label = node->media_number > 0
                      ? g_strdup_printf("%s (%d)", node->name, node->media_number)
                      : g_strdup(node->name);
    g_array_append_val(self->nodes, drawn);
}

static void link_nodes(ZdSchematic *self, const zdepth_scene *scene, const int *drawn)
{
    static const char *const keys[3] = { "on", "look_at", "zsnap" };
    for (guint i = 0; i < self->nodes->len; i++) {
        drawn_node *node = node_at(self, (int) i);
        zdepth_scene_node of;
        zdepth_scene_node_at(scene, node->node, &of);
        node->parent = of.parent >= 0 ? drawn[of.parent] : -1;
        for (int k = 0; k < 3; k++) {
            int to = zdepth_scene_link(scene, node->node, keys[k], 0);
            node->others[k] = to >= 0 ? drawn[to] : -1;
        }
        if (node->kind == ZDEPTH_SCENE_OUTPUT) {
            int camera = zdepth_scene_link(scene, node->node, "camera", 0);
            node->parent = camera >= 0 ? drawn[camera] : -1;
        }
    }
    /* A chain of parents that ends in itself has no top; the check says so, here it hangs loose. */
    for (guint i = 0; i < self->nodes->len; i++) {
        int at = (int) i;
        for (int steps = 0; at >= 0; steps++) {
            at = node_at(self, at)->parent;
            if (steps > MOST_DEEP) {
                node_at(self, (int) i)->parent = -1;
                break;
            }
        }
    }
}

void zd_schematic_set_scene(ZdSchematic *self, const zdepth_scene *scene)
{
    g_autofree char *chosen =
        self->chosen >= 0 ? g_strdup(node_at(self, self->chosen)->name) : NULL;
    int count = scene != NULL ? zdepth_scene_node_count(scene) : 0;
    g_autofree int *drawn = g_new(int, MAX(count, 1));
    g_array_set_size(self->nodes, 0);
    self->grip = self->grip == GRIP_PLANE ? GRIP_PLANE : GRIP_NONE;
    self->chosen = -1;
    for (int i = 0; i < count; i++) {
        zdepth_scene_node node;
        zdepth_scene_node_at(scene, i, &node);
        drawn[i] = -1;
        if (node.kind != ZDEPTH_SCENE_FRAME && node.kind != ZDEPTH_SCENE_MEDIA) {
            drawn[i] = (int) self->nodes->len;
            self->chosen = g_strcmp0(node.name, chosen) == 0 ? drawn[i] : self->chosen;
            add_node(self, i, &node);
        }
    }
    if (scene != NULL) {
        link_nodes(self, scene, drawn);
    }
    arrange(self);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_schematic_choose(ZdSchematic *self, int node)
{
    self->chosen = -1;
    for (guint i = 0; i < self->nodes->len; i++) {
        self->chosen = node >= 0 && node_at(self, (int) i)->node == node ? (int) i : self->chosen;
    }
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

void zd_schematic_arrange(ZdSchematic *self)
{
    g_hash_table_remove_all(self->places);
    self->was_moved = FALSE;
    arrange(self);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}
