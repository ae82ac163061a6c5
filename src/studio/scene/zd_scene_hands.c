/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the hand does in the Result view, the schematic, the bin and the media becomes a change of the
 * document. A drag is one step of the history. */

#include <assert.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "zd_media_list.h"
#include "zd_node_bin.h"
#include "zd_node_panel.h"
#include "zd_result_view.h"
#include "zd_scene_page_private.h"
#include "zd_schematic.h"

#define ORBIT_DEG 130.0 /* for a drag over the picture's height */

/* ---- looking ---- */

static void looked_cb(ZdResultView *view, double dx, double dy, int how, ZdScenePage *self)
{
    (void) view;
    if (how == ZD_LOOK_ORBIT) {
        self->yaw = CLAMP(self->yaw - dx * ORBIT_DEG, -180.0, 180.0);
        self->pitch = CLAMP(self->pitch - dy * ORBIT_DEG, -89.0, 89.0);
    } else if (how == ZD_LOOK_PAN) {
        self->pan_x += dx;
        self->pan_y -= dy;
    } else {
        self->zoom = CLAMP((1.0 + self->zoom) * exp(dy), 0.05, 20.0) - 1.0;
    }
    zd_scene_page_request(self);
}

static gboolean looks_through_camera(ZdScenePage *self)
{
    return self->yaw == 0.0 && self->pitch == 0.0 && self->zoom == 0.0 && self->pan_x == 0.0 &&
           self->pan_y == 0.0;
}

/* ---- handles ---- */

static gboolean has_position(zdepth_scene_kind kind)
{
    return kind == ZDEPTH_SCENE_AXIS || kind == ZDEPTH_SCENE_CAMERA || kind == ZDEPTH_SCENE_LIGHT;
}

int zd_scene_page_movable(ZdScenePage *self)
{
    zdepth_scene_node node;
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    int at = zd_scene_page_chosen(self);
    for (int steps = 0; at > 0 && steps < 256 && zdepth_scene_node_at(scene, at, &node); steps++) {
        if (has_position(node.kind)) {
            return at;
        }
        at = node.parent;
    }
    return -1;
}

static void read_position(ZdScenePage *self, const zdepth_scene *scene, int node)
{
    g_autofree char *text = zd_scene_document_get(self->document, node, "position");
    for (int i = 0; i < 3; i++) {
        self->drag_from[i] = zdepth_scene_number(scene, node, "position", i, self->frame);
    }
    if (g_str_has_suffix(text, "auto") &&
        zdepth_scene_keyframe_count(scene, node, "position", 2) == 0) {
        double fov = zdepth_scene_number(scene, node, "fov", 0, self->frame);
        self->drag_from[2] = 0.5 * zdepth_scene_number(scene, 0, "size", 1, self->frame) /
                             tan(0.5 * fov * G_PI / 180.0);
    }
}

static void write_position(ZdScenePage *self, int node, const double position[3])
{
    GError *error = NULL;
    gboolean good = TRUE;
    gboolean is_keyed = FALSE;
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    for (int i = 0; i < 3; i++) {
        is_keyed = is_keyed || zdepth_scene_keyframe_count(scene, node, "position", i) > 0;
    }
    if (is_keyed) {
        for (int i = 0; i < 3 && good; i++) {
            good = zd_scene_document_set_number(self->document, node, "position", i, position[i],
                                                self->frame, &error);
        }
    } else {
        char digits[3][G_ASCII_DTOSTR_BUF_SIZE];
        for (int i = 0; i < 3; i++) {
            g_ascii_formatd(digits[i], sizeof digits[i], "%.6g",
                            round(position[i] * 1000.0) / 1000.0);
        }
        g_autofree char *text = g_strdup_printf("%s %s %s", digits[0], digits[1], digits[2]);
        good = zd_scene_document_set(self->document, node, "position", text, &error);
    }
    zd_scene_page_report(self, good, error);
}

/* The way of a drag in the picture as a way of the position: along one axis, or at one distance. */
static gboolean solve_move(ZdScenePage *self, int which, double dx, double dy, double aspect,
                           double move[3])
{
    assert(which >= 0);
    const double(*by)[3] = (const double(*)[3]) self->drag_by;
    move[0] = move[1] = move[2] = 0.0;
    if (which < 3) {
        double ax = by[which][0] * aspect;
        double ay = by[which][1];
        double length = ax * ax + ay * ay;
        move[which] = length > 1e-18 ? (dx * aspect * ax + dy * ay) / length : 0.0;
        return length > 1e-18;
    }
    const double to[3] = { dx, dy, 0.0 };
    double whole = 0.0;
    for (int i = 0; i < 3; i++) {
        const double *a = by[(i + 1) % 3];
        const double *b = by[(i + 2) % 3];
        double cross[3] = { a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2],
                            a[0] * b[1] - a[1] * b[0] };
        whole += i == 0 ? by[0][0] * cross[0] + by[0][1] * cross[1] + by[0][2] * cross[2] : 0.0;
        move[i] = to[0] * cross[0] + to[1] * cross[1] + to[2] * cross[2];
    }
    for (int i = 0; i < 3; i++) {
        move[i] = fabs(whole) > 1e-18 ? move[i] / whole : 0.0;
    }
    return fabs(whole) > 1e-18;
}

static void begin_drag(ZdScenePage *self, int node, gboolean snaps)
{
    assert(node >= 0);
    zdepth_scene_node of;
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    const ZdScenePicture *picture = zd_scene_session_picture(self->session);
    zdepth_scene_node_at(scene, node, &of);
    g_autofree char *label = g_strdup_printf(snaps ? "Z-Snap %s" : "Move %s", of.name);
    read_position(self, scene, node);
    memset(self->drag_by, 0, sizeof self->drag_by);
    if (picture != NULL && node < picture->node_count && picture->has_place[node]) {
        memcpy(self->drag_by, picture->places[node].by, sizeof self->drag_by);
    }
    self->in_drag = TRUE;
    zd_scene_document_begin(self->document, label);
}

static void end_drag(ZdScenePage *self)
{
    if (self->in_drag) {
        self->in_drag = FALSE;
        self->snap_ends = FALSE;
        zd_scene_document_end(self->document);
    }
}

static void handle_cb(ZdResultView *view, int which, double dx, double dy, double x, double y,
                      gboolean snaps, gboolean ended, ZdScenePage *self)
{
    double move[3];
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    int node = zd_scene_page_movable(self);
    zdepth_scene_node of;
    (void) view;
    if (node < 0 || !zdepth_scene_node_at(scene, node, &of)) {
        return;
    }
    if (!self->in_drag) {
        begin_drag(self, node, snaps);
    }
    if (snaps && (of.kind != ZDEPTH_SCENE_AXIS || !looks_through_camera(self))) {
        if (ended) {
            zd_scene_page_tell(self, of.kind != ZDEPTH_SCENE_AXIS
                                         ? "Z-snap moves an axis: choose one"
                                         : "Z-snap looks through the camera: press Camera first");
        }
    } else if (snaps) {
        self->snap_ends = ended;
        zd_scene_session_ask_snap(self->session, node, x, y);
        return; /* the answer moves it, and ends the step */
    } else {
        double aspect = zdepth_scene_number(scene, 0, "size", 0, 1.0) /
                        MAX(zdepth_scene_number(scene, 0, "size", 1, 1.0), 1.0);
        if (solve_move(self, which, dx, dy, aspect, move)) {
            for (int i = 0; i < 3; i++) {
                move[i] += self->drag_from[i];
            }
            write_position(self, node, move);
        }
    }
    if (ended) {
        end_drag(self);
    }
}

static void snapped_cb(ZdSceneSession *session, ZdScenePage *self)
{
    int axis;
    guint serial;
    const zdepth_scene_snap *snap = zd_scene_session_snap(session, &axis, &serial);
    zdepth_scene_node map;
    gboolean is_map =
        zdepth_scene_node_at(zd_scene_document_scene(self->document), snap->map, &map);
    if (!self->in_drag || axis != zd_scene_page_movable(self)) {
        return;
    }
    gboolean ends = self->snap_ends;
    /* The map's name is the scene's, which the change replaces. */
    g_autofree char *note =
        g_strdup_printf("Z-snap to %s: z %.1f", is_map ? map.name : "", snap->world[2]);
    write_position(self, axis, snap->position);
    zd_result_view_set_note(ZD_RESULT_VIEW(self->result), note);
    if (ends) {
        zd_scene_page_tell(self, note);
        end_drag(self);
    }
}

static void snap_failed_cb(ZdSceneSession *session, const char *message, ZdScenePage *self)
{
    (void) session;
    if (self->in_drag && self->snap_ends) {
        zd_scene_page_tell(self, message);
        end_drag(self);
    }
}

/* ---- the region ---- */

static void region_cb(ZdResultView *view, double x0, double y0, double x1, double y1,
                      gboolean ended, ZdScenePage *self)
{
    GError *error = NULL;
    zdepth_scene_node of;
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    int node = zd_scene_page_chosen(self);
    (void) view;
    if (!ended) {
        return; /* depth is measured once, when the region is drawn */
    }
    if (node < 0 || !zdepth_scene_node_at(scene, node, &of) || of.kind != ZDEPTH_SCENE_ZDEPTH) {
        zd_scene_page_tell(self, _("A region of interest is a Z-Depth Map's: choose one"));
        return;
    }
    double width = zdepth_scene_number(scene, 0, "size", 0, 1.0);
    double height = zdepth_scene_number(scene, 0, "size", 1, 1.0);
    g_autofree char *text =
        g_strdup_printf("%d %d %d %d", (int) floor(x0 * width), (int) floor(y0 * height),
                        (int) ceil(x1 * width), (int) ceil(y1 * height));
    gboolean good = zd_scene_document_set(self->document, node, "roi", text, &error);
    zd_scene_page_report(self, good, error);
    g_action_group_change_action_state(self->actions, "region", g_variant_new_boolean(FALSE));
}

static void draw_region_cb(ZdNodePanel *panel, int node, ZdScenePage *self)
{
    (void) panel;
    zd_scene_page_choose(self, node);
    gtk_widget_activate_action(GTK_WIDGET(self), "scene.region", NULL);
}

/* ---- nodes ---- */

static gboolean is_object(zdepth_scene_kind kind)
{
    return kind == ZDEPTH_SCENE_SURFACE || kind == ZDEPTH_SCENE_GEOMETRY;
}

static gboolean is_map(zdepth_scene_kind kind)
{
    return kind == ZDEPTH_SCENE_ZDEPTH || kind == ZDEPTH_SCENE_NORMALMAP ||
           kind == ZDEPTH_SCENE_AOV;
}

/* The object that a new map lies on: what it was dropped on or is chosen, or what that lies on, or the
 * only one. */
static int object_for(const zdepth_scene *scene, int over)
{
    zdepth_scene_node node;
    int only = -1;
    for (int steps = 0; over > 0 && steps < 256 && zdepth_scene_node_at(scene, over, &node);
         steps++) {
        if (is_object(node.kind)) {
            return over;
        }
        over = node.parent;
    }
    for (int i = 1; i < zdepth_scene_node_count(scene); i++) {
        zdepth_scene_node_at(scene, i, &node);
        if (is_object(node.kind)) {
            only = only == -1 ? i : -2;
        }
    }
    return only;
}

static gboolean takes_parent(zdepth_scene_kind kind)
{
    return kind == ZDEPTH_SCENE_AXIS || is_object(kind) || kind == ZDEPTH_SCENE_CAMERA ||
           kind == ZDEPTH_SCENE_LIGHT;
}

/* Links a new node to what carries it; a link that cannot be is left out. */
static void hang(ZdScenePage *self, int node, int parent)
{
    assert(node >= 0);
    zdepth_scene_node of;
    zdepth_scene_node child;
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    if (parent > 0 && zdepth_scene_node_at(scene, parent, &of) &&
        zdepth_scene_node_at(scene, node, &child) && takes_parent(of.kind) &&
        takes_parent(child.kind))
    {
        g_autofree char *name = g_strdup(of.name);
        zd_scene_document_set(self->document, node, "parent", name, NULL);
    }
}

static int add_map(ZdScenePage *self, zdepth_scene_kind kind, int over)
{
    GError *error = NULL;
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    int object = object_for(scene, over);
    if (object < 0) {
        zd_scene_page_tell(self, object == -2 ? "Choose the surface or geometry for the map first"
                                              : "A map needs a surface or geometry: add one first");
        return -1;
    }
    int node = zd_scene_document_add_map(self->document, object, kind,
                                         zd_media_list_chosen(ZD_MEDIA_LIST(self->media)), &error);
    zd_scene_page_report(self, node >= 0, error);
    return node;
}

/* A surface or geometry comes with an axis of its own, as in Action. */
static int add_object(ZdScenePage *self, zdepth_scene_kind kind, int over)
{
    GError *error = NULL;
    zdepth_scene_node of;
    int axis = zd_scene_document_add(self->document, ZDEPTH_SCENE_AXIS, &error);
    if (axis < 0) {
        zd_scene_page_report(self, FALSE, error);
        return -1;
    }
    hang(self, axis, over);
    int node = zd_scene_document_add(self->document, kind, &error);
    zd_scene_page_report(self, node >= 0, error);
    if (node >= 0) {
        int media = zd_media_list_chosen(ZD_MEDIA_LIST(self->media));
        hang(self, node, axis);
        if (media > 0 && zdepth_scene_node_at(zd_scene_document_scene(self->document), media, &of))
        {
            g_autofree char *name = g_strdup(of.name);
            zd_scene_document_set(self->document, node, "media", name, NULL);
        }
    }
    return node;
}

int zd_scene_page_add(ZdScenePage *self, zdepth_scene_kind kind, int over)
{
    GError *error = NULL;
    int node = -1;
    if (zd_scene_document_scene(self->document) == NULL) {
        return -1;
    }
    g_autofree char *label = g_strdup_printf("Add %s", zd_scene_kind_label(kind));
    zd_scene_document_begin(self->document, label);
    if (is_map(kind)) {
        node = add_map(self, kind, over);
    } else if (is_object(kind)) {
        node = add_object(self, kind, over);
    } else {
        node = zd_scene_document_add(self->document, kind, &error);
        zd_scene_page_report(self, node >= 0, error);
        if (node >= 0) {
            hang(self, node, over);
        }
    }
    zd_scene_document_end(self->document);
    if (node >= 0) {
        zd_scene_page_choose(self, node);
    }
    return node;
}

static void result_dropped_cb(ZdResultView *view, int kind, double x, double y, ZdScenePage *self)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    (void) view;
    if (scene == NULL) {
        return;
    }
    g_autofree char *label =
        g_strdup_printf("Add %s", zd_scene_kind_label((zdepth_scene_kind) kind));
    zd_scene_document_begin(self->document, label);
    int over = is_map((zdepth_scene_kind) kind) ? zd_scene_page_chosen(self) : -1;
    int node = zd_scene_page_add(self, (zdepth_scene_kind) kind, over);
    int moved = node >= 0 && !is_map((zdepth_scene_kind) kind) ? zd_scene_page_movable(self) : -1;
    scene = zd_scene_document_scene(self->document);
    if (moved >= 0 && looks_through_camera(self) && kind != ZDEPTH_SCENE_CAMERA) {
        const double position[3] = { (x - 0.5) * zdepth_scene_number(scene, 0, "size", 0, 1.0),
                                     (0.5 - y) * zdepth_scene_number(scene, 0, "size", 1, 1.0),
                                     kind == ZDEPTH_SCENE_LIGHT ? 200.0 : 0.0 };
        write_position(self, moved, position);
    }
    zd_scene_document_end(self->document);
}

static void schematic_dropped_cb(ZdSchematic *schematic, int kind, int node, ZdScenePage *self)
{
    (void) schematic;
    zd_scene_page_add(self, (zdepth_scene_kind) kind,
                      node >= 0 ? node : zd_scene_page_chosen(self));
}

static void bin_activated_cb(ZdNodeBin *bin, int kind, ZdScenePage *self)
{
    int over = is_map((zdepth_scene_kind) kind) ? zd_scene_page_chosen(self) : -1;
    (void) bin;
    zd_scene_page_add(self, (zdepth_scene_kind) kind, over);
}

/* A drag from port to node: carries it, or is what a map lies on, or an output's camera. */
static void linked_cb(ZdSchematic *schematic, int parent, int child, ZdScenePage *self)
{
    GError *error = NULL;
    zdepth_scene_node from;
    zdepth_scene_node to;
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    (void) schematic;
    if (!zdepth_scene_node_at(scene, parent, &from) || !zdepth_scene_node_at(scene, child, &to)) {
        return;
    }
    g_autofree char *name = g_strdup(from.name);
    const char *key = is_map(to.kind) && is_object(from.kind) ? "on"
                      : to.kind == ZDEPTH_SCENE_OUTPUT        ? "camera"
                                                              : "parent";
    gboolean good = zd_scene_document_set(self->document, child, key, name, &error);
    zd_scene_page_report(self, good, error);
}

static void chosen_cb(ZdSchematic *schematic, int node, ZdScenePage *self)
{
    (void) schematic;
    zd_scene_page_choose(self, node);
}

static void opened_cb(ZdSchematic *schematic, int node, ZdScenePage *self)
{
    (void) schematic;
    zd_scene_page_choose(self, node);
    gtk_widget_child_focus(self->panel, GTK_DIR_TAB_FORWARD);
}

static void picked_cb(ZdResultView *view, int node, ZdScenePage *self)
{
    (void) view;
    zd_scene_page_choose(self, node);
}

static void schematic_menu_cb(ZdSchematic *schematic, int node, double x, double y,
                              ZdScenePage *self)
{
    zd_scene_page_open_menu(self, GTK_WIDGET(schematic), node, x, y);
}

static void result_menu_cb(ZdResultView *view, double x, double y, ZdScenePage *self)
{
    zd_scene_page_open_menu(self, GTK_WIDGET(view), zd_scene_page_chosen(self), x, y);
}

/* ---- media ---- */

static void apply_cb(ZdMediaList *list, int media, ZdScenePage *self)
{
    GError *error = NULL;
    zdepth_scene_node of;
    int node = zd_scene_page_chosen(self);
    (void) list;
    if (node > 0 && zdepth_scene_node_at(zd_scene_document_scene(self->document), media, &of)) {
        g_autofree char *name = g_strdup(of.name);
        gboolean good = zd_scene_document_set(self->document, node, "media", name, &error);
        zd_scene_page_report(self, good, error);
    }
}

static void add_media_cb(ZdMediaList *list, ZdScenePage *self)
{
    (void) list;
    zd_scene_page_browse(self, -1, NULL);
}

static void media_opened_cb(ZdMediaList *list, int node, ZdScenePage *self)
{
    (void) list;
    if (node > 0) {
        zd_scene_page_choose(self, node);
    }
}

static void browse_cb(ZdNodePanel *panel, int node, const char *key, ZdScenePage *self)
{
    (void) panel;
    zd_scene_page_browse(self, node, key);
}

static void told_cb(ZdNodePanel *panel, const char *message, ZdScenePage *self)
{
    (void) panel;
    zd_scene_page_tell(self, message);
}

static void view_size_cb(ZdResultView *view, ZdScenePage *self)
{
    (void) view;
    zd_scene_page_request(self);
}

void zd_scene_page_connect_hands(ZdScenePage *self)
{
    g_signal_connect(self->result, "looked", G_CALLBACK(looked_cb), self);
    g_signal_connect(self->result, "handle", G_CALLBACK(handle_cb), self);
    g_signal_connect(self->result, "region", G_CALLBACK(region_cb), self);
    g_signal_connect(self->result, "picked", G_CALLBACK(picked_cb), self);
    g_signal_connect(self->result, "dropped", G_CALLBACK(result_dropped_cb), self);
    g_signal_connect(self->result, "menu", G_CALLBACK(result_menu_cb), self);
    g_signal_connect(self->result, "view-size", G_CALLBACK(view_size_cb), self);
    g_signal_connect(self->session, "snapped", G_CALLBACK(snapped_cb), self);
    g_signal_connect(self->session, "failed", G_CALLBACK(snap_failed_cb), self);
    g_signal_connect(self->schematic, "chosen", G_CALLBACK(chosen_cb), self);
    g_signal_connect(self->schematic, "opened", G_CALLBACK(opened_cb), self);
    g_signal_connect(self->schematic, "linked", G_CALLBACK(linked_cb), self);
    g_signal_connect(self->schematic, "menu", G_CALLBACK(schematic_menu_cb), self);
    g_signal_connect(self->schematic, "dropped", G_CALLBACK(schematic_dropped_cb), self);
    g_signal_connect(self->bin, "activated", G_CALLBACK(bin_activated_cb), self);
    g_signal_connect(self->media, "apply", G_CALLBACK(apply_cb), self);
    g_signal_connect(self->media, "add", G_CALLBACK(add_media_cb), self);
    g_signal_connect(self->media, "opened", G_CALLBACK(media_opened_cb), self);
    g_signal_connect(self->panel, "browse", G_CALLBACK(browse_cb), self);
    g_signal_connect(self->panel, "draw-region", G_CALLBACK(draw_region_cb), self);
    g_signal_connect(self->panel, "failed", G_CALLBACK(told_cb), self);
}
