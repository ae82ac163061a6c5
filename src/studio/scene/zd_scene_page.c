/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Builds the page and follows its document: each change goes to the session, and what can be shown
 * of it without a picture to the widgets. */

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "zd_media_list.h"
#include "zd_node_bin.h"
#include "zd_node_panel.h"
#include "zd_result_view.h"
#include "zd_scene_page_private.h"
#include "zd_schematic.h"

enum { REST_MS = 220 };

G_DEFINE_FINAL_TYPE(ZdScenePage, zd_scene_page, GTK_TYPE_BOX)

enum { TOLD, STATE, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

ZdSceneDocument *zd_scene_page_document(ZdScenePage *self)
{
    return self->document;
}

AdwToastOverlay *zd_scene_page_toasts(ZdScenePage *self)
{
    return ADW_TOAST_OVERLAY(self->toasts);
}

void zd_scene_page_tell(ZdScenePage *self, const char *message)
{
    g_signal_emit(self, signals[TOLD], 0, message);
}

void zd_scene_page_report(ZdScenePage *self, gboolean good, GError *error)
{
    if (!good) {
        zd_scene_page_tell(self, error->message);
        g_error_free(error);
    }
}

int zd_scene_page_chosen(ZdScenePage *self)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    return scene != NULL && self->chosen != NULL ? zdepth_scene_find(scene, self->chosen) : -1;
}

/* Which nodes Apply gives a media to. */
static gboolean takes_media(zdepth_scene_kind kind)
{
    return kind == ZDEPTH_SCENE_SURFACE || kind == ZDEPTH_SCENE_GEOMETRY ||
           kind == ZDEPTH_SCENE_ZDEPTH || kind == ZDEPTH_SCENE_NORMALMAP;
}

void zd_scene_page_choose(ZdScenePage *self, int index)
{
    zdepth_scene_node node = { .kind = ZDEPTH_SCENE_FRAME };
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    gboolean is_node = scene != NULL && index > 0 && zdepth_scene_node_at(scene, index, &node);
    char *name = is_node ? g_strdup(node.name) : NULL;
    g_free(self->chosen);
    self->chosen = name;
    zd_schematic_choose(ZD_SCHEMATIC(self->schematic), is_node ? index : -1);
    zd_media_list_set_target(ZD_MEDIA_LIST(self->media), takes_media(node.kind) ? name : NULL);
    if (scene != NULL) {
        zd_node_panel_show(ZD_NODE_PANEL(self->panel), is_node ? index : 0);
    }
    zd_scene_page_show_marks(self);
}

/* ---- pictures ---- */

static void ask(ZdScenePage *self, gboolean is_draft)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    zdepth_scene_request request = { .size = sizeof request,
                                     .frame = self->frame,
                                     .pass = self->pass,
                                     .is_draft = is_draft,
                                     .yaw_deg = self->yaw,
                                     .pitch_deg = self->pitch,
                                     .zoom = self->zoom,
                                     .pan_x = self->pan_x,
                                     .pan_y = self->pan_y };
    if (scene == NULL) {
        return;
    }
    int width = (int) zdepth_scene_number(scene, 0, "size", 0, 1.0);
    int height = (int) zdepth_scene_number(scene, 0, "size", 1, 1.0);
    zd_result_view_wanted_size(ZD_RESULT_VIEW(self->result), width, height, &request.width,
                               &request.height);
    zd_scene_session_request(self->session, &request);
}

static gboolean refine_cb(gpointer user)
{
    ZdScenePage *self = user;
    self->refine = 0;
    ask(self, FALSE);
    return G_SOURCE_REMOVE;
}

void zd_scene_page_request(ZdScenePage *self)
{
    ask(self, TRUE);
    if (self->refine != 0) {
        g_source_remove(self->refine);
    }
    self->refine = g_timeout_add(REST_MS, refine_cb, self);
}

static void show_gizmo(ZdScenePage *self, const ZdScenePicture *picture, int node)
{
    ZdGizmo gizmo;
    if (node < 0 || node >= picture->node_count || !picture->has_place[node]) {
        zd_result_view_set_gizmo(ZD_RESULT_VIEW(self->result), NULL);
        return;
    }
    const zdepth_scene_place *place = &picture->places[node];
    gizmo.x = place->at[0];
    gizmo.y = place->at[1];
    for (int i = 0; i < 3; i++) {
        gizmo.arrows[i][0] = place->by[i][0];
        gizmo.arrows[i][1] = place->by[i][1];
    }
    zd_result_view_set_gizmo(ZD_RESULT_VIEW(self->result), &gizmo);
}

static void show_region(ZdScenePage *self, const zdepth_scene *scene)
{
    double region[4] = { 0 };
    zdepth_scene_node node;
    int chosen = zd_scene_page_chosen(self);
    if (chosen >= 0 && zdepth_scene_node_at(scene, chosen, &node) &&
        node.kind == ZDEPTH_SCENE_ZDEPTH) {
        for (int i = 0; i < 4; i++) {
            region[i] = zdepth_scene_number(scene, chosen, "roi", i, self->frame) /
                        MAX(zdepth_scene_number(scene, 0, "size", i & 1, 1.0), 1.0);
        }
    }
    zd_result_view_set_region(ZD_RESULT_VIEW(self->result), region, self->draws_region);
}

static gboolean has_mark(zdepth_scene_kind kind)
{
    return kind == ZDEPTH_SCENE_AXIS || kind == ZDEPTH_SCENE_LIGHT ||
           kind == ZDEPTH_SCENE_SURFACE || kind == ZDEPTH_SCENE_GEOMETRY;
}

void zd_scene_page_show_marks(ZdScenePage *self)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    const ZdScenePicture *picture = zd_scene_session_picture(self->session);
    if (scene == NULL || self->result == NULL) {
        return;
    }
    show_region(self, scene);
    if (picture == NULL || picture->serial != zd_scene_document_serial(self->document)) {
        return; /* the places are those of another state, the next picture brings its own */
    }
    g_autoptr(GArray) marks = g_array_new(FALSE, TRUE, sizeof(ZdMark));
    int chosen = zd_scene_page_chosen(self);
    for (int i = 1; i < picture->node_count; i++) {
        zdepth_scene_node node;
        zdepth_scene_node_at(scene, i, &node);
        if (picture->has_place[i] && has_mark(node.kind) && i != chosen) {
            ZdMark mark = { i, picture->places[i].at[0], picture->places[i].at[1] };
            g_array_append_val(marks, mark);
        }
    }
    zd_result_view_set_marks(ZD_RESULT_VIEW(self->result), (const ZdMark *) (gpointer) marks->data,
                             (int) marks->len);
    show_gizmo(self, picture, zd_scene_page_movable(self));
}

static void picture_cb(ZdSceneSession *session, ZdScenePage *self)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    const ZdScenePicture *picture = zd_scene_session_picture(session);
    if (scene == NULL || picture == NULL) {
        return;
    }
    double aspect = zdepth_scene_number(scene, 0, "aspect", 0, 1.0) *
                    zdepth_scene_number(scene, 0, "size", 0, 1.0) /
                    MAX(zdepth_scene_number(scene, 0, "size", 1, 1.0), 1.0);
    zd_result_view_set_texture(ZD_RESULT_VIEW(self->result), picture->texture, aspect);
    zd_scene_page_show_marks(self);
}

static void show_problem(ZdScenePage *self, const char *message)
{
    gboolean lacks_model = message != NULL && strstr(message, "models install") != NULL;
    gtk_label_set_text(GTK_LABEL(self->problem), message != NULL ? message : "");
    gtk_widget_set_tooltip_text(self->problem, message);
    gtk_widget_set_visible(gtk_widget_get_parent(self->problem), message != NULL);
    gtk_widget_set_visible(self->remedy, lacks_model);
}

static void failed_cb(ZdSceneSession *session, const char *message, ZdScenePage *self)
{
    (void) session;
    show_problem(self, message);
}

static void busy_cb(ZdSceneSession *session, ZdScenePage *self)
{
    zd_result_view_set_note(ZD_RESULT_VIEW(self->result),
                            zd_scene_session_is_busy(session) ? "rendering…" : NULL);
}

static void exported_cb(ZdSceneSession *session, const char *message, ZdScenePage *self)
{
    (void) session;
    zd_scene_page_tell(self, message != NULL ? message : "The scene is rendered");
}

/* ---- the document ---- */

static void show_range(ZdScenePage *self, const zdepth_scene *scene)
{
    double first = zdepth_scene_number(scene, 0, "range", 0, 1.0);
    double last = MAX(zdepth_scene_number(scene, 0, "range", 1, 1.0), first);
    self->is_reading = TRUE;
    gtk_range_set_range(GTK_RANGE(self->frame_scale), first, MAX(last, first + 1e-3));
    gtk_widget_set_sensitive(self->frame_scale, last > first);
    self->frame = CLAMP(self->frame, first, last);
    gtk_range_set_value(GTK_RANGE(self->frame_scale), self->frame);
    self->is_reading = FALSE;
    g_autofree char *text = g_strdup_printf("frame %g of %g to %g", self->frame, first, last);
    gtk_label_set_text(GTK_LABEL(self->frame_label), text);
}

static void changed_cb(ZdSceneDocument *document, ZdScenePage *self)
{
    zdepth_error reason;
    const zdepth_scene *scene = zd_scene_document_scene(document);
    const char *path = zd_scene_document_path(document);
    zd_schematic_set_scene(ZD_SCHEMATIC(self->schematic), scene);
    if (scene == NULL) {
        return;
    }
    show_range(self, scene);
    gboolean is_whole = zdepth_scene_check(scene, &reason) == ZDEPTH_OK;
    show_problem(self, is_whole ? NULL : reason.message);
    if (is_whole) {
        zd_scene_session_set_scene(self->session, path != NULL ? path : "scene",
                                   zdepth_scene_text(scene), zd_scene_document_serial(document));
        zd_scene_page_request(self);
    }
    if (self->chosen != NULL && zd_scene_page_chosen(self) < 0) {
        zd_scene_page_choose(self, zd_node_panel_shown(ZD_NODE_PANEL(self->panel)));
    }
    zd_scene_page_show_marks(self);
}

static void state_cb(ZdSceneDocument *document, ZdScenePage *self)
{
    (void) document;
    g_signal_emit(self, signals[STATE], 0);
}

static void frame_cb(GtkRange *range, ZdScenePage *self)
{
    if (self->is_reading) {
        return;
    }
    self->frame = round(gtk_range_get_value(range));
    show_range(self, zd_scene_document_scene(self->document));
    zd_node_panel_set_frame(ZD_NODE_PANEL(self->panel), self->frame);
    zd_scene_page_request(self);
}

void zd_scene_page_step(ZdScenePage *self, int by)
{
    gtk_range_set_value(GTK_RANGE(self->frame_scale), self->frame + by);
}

/* Starts over with another scene. */
static void start(ZdScenePage *self)
{
    zdepth_scene_node node;
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    self->yaw = self->pitch = self->zoom = self->pan_x = self->pan_y = 0.0;
    zd_schematic_arrange(ZD_SCHEMATIC(self->schematic));
    int found = 0;
    for (int i = 1; i < zdepth_scene_node_count(scene) && found == 0; i++) {
        zdepth_scene_node_at(scene, i, &node);
        found = node.kind == ZDEPTH_SCENE_SURFACE || node.kind == ZDEPTH_SCENE_GEOMETRY ? i : 0;
    }
    zd_scene_page_choose(self, found);
}

gboolean zd_scene_page_open(ZdScenePage *self, const char *path, GError **error)
{
    if (!zd_scene_document_open(self->document, path, error)) {
        return FALSE;
    }
    start(self);
    return TRUE;
}

gboolean zd_scene_page_recover(ZdScenePage *self, const char *journal, GError **error)
{
    if (!zd_scene_document_recover(self->document, journal, error)) {
        return FALSE;
    }
    start(self);
    return TRUE;
}

void zd_scene_page_start(ZdScenePage *self, const char *footage, const zdepth_clip_info *info)
{
    GError *error = NULL;
    char fps[G_ASCII_DTOSTR_BUF_SIZE] = "24";
    char aspect[G_ASCII_DTOSTR_BUF_SIZE];
    g_autofree char *whole = g_canonicalize_filename(footage, NULL);
    if (info->frame_rate_num > 0 && info->frame_rate_den > 0) {
        g_ascii_formatd(fps, sizeof fps, "%.6g",
                        (double) info->frame_rate_num / info->frame_rate_den);
    }
    g_ascii_formatd(aspect, sizeof aspect, "%.6g",
                    (double) info->sample_aspect_num / MAX(info->sample_aspect_den, 1));
    g_autofree char *text = g_strdup_printf(
        "# Made with Zdepth Studio.\n"
        "zscene 1\n"
        "frame { size %d %d aspect %s fps %s range 1 %d }\n"
        "\n"
        "media plate { front \"%s\" }\n"
        "\n"
        "camera cam { near 10 far %d }\n"
        "axis card_axis { }\n"
        "surface card { parent card_axis media plate }\n"
        "\n"
        "output main { camera cam samples 4 passes comp matte zdepth normals }\n",
        info->width, info->height, aspect, fps,
        info->is_still ? 1 : (int) MAX(info->frame_count, 1), whole, 10 * info->height);
    gboolean good = zd_scene_document_start(self->document, text, &error);
    zd_scene_page_report(self, good, error);
    if (good) {
        start(self);
    }
}

void zd_scene_page_remove_chosen(ZdScenePage *self)
{
    GError *error = NULL;
    int node = zd_scene_page_chosen(self);
    if (node > 0) {
        gboolean good = zd_scene_document_remove(self->document, node, &error);
        zd_scene_page_report(self, good, error);
    }
}

void zd_scene_page_export(ZdScenePage *self, const char *file)
{
    const zdepth_scene *scene = zd_scene_document_scene(self->document);
    const char *path = zd_scene_document_path(self->document);
    if (scene != NULL) {
        zd_scene_page_tell(self, _("The scene is being rendered"));
        zd_scene_session_export(self->session, path != NULL ? path : "scene",
                                zdepth_scene_text(scene), file);
    }
}

/* ---- building ---- */

static GtkWidget *pass_buttons(void)
{
    static const char *const labels[ZDEPTH_SCENE_PASSES][2] = {
        { "Result", "comp" },     { "Matte", "matte" },       { "Z", "zdepth" },
        { "Normals", "normals" }, { "Position", "position" }, { "Objects", "object_id" }
    };
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    gtk_widget_add_css_class(box, "linked");
    for (int i = 0; i < ZDEPTH_SCENE_PASSES; i++) {
        GtkWidget *button = gtk_toggle_button_new_with_label(_(labels[i][0]));
        gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "scene.pass");
        gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", labels[i][1]);
        gtk_box_append(GTK_BOX(box), button);
    }
    return box;
}

static GtkWidget *text_button(const char *label, const char *tip, const char *action,
                              gboolean is_toggle)
{
    GtkWidget *button =
        is_toggle ? gtk_toggle_button_new_with_label(label) : gtk_button_new_with_label(label);
    gtk_widget_add_css_class(button, "flat");
    gtk_widget_set_tooltip_text(button, tip);
    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
    return button;
}

static void pad(GtkWidget *widget, int margin)
{
    gtk_widget_set_margin_start(widget, margin);
    gtk_widget_set_margin_end(widget, margin);
    gtk_widget_set_margin_top(widget, margin / 2);
    gtk_widget_set_margin_bottom(widget, margin / 2);
}

static GtkWidget *build_bar(void)
{
    GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    gtk_box_append(GTK_BOX(bar), pass_buttons());
    gtk_box_append(GTK_BOX(bar), text_button("Camera", "Look through the output's camera again",
                                             "scene.look-reset", FALSE));
    gtk_box_append(GTK_BOX(bar), text_button("Region", "Draw the chosen map's region of interest",
                                             "scene.region", TRUE));
    pad(bar, 8);
    return bar;
}

static GtkWidget *build_frames(ZdScenePage *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    self->frame_scale = gtk_scale_new_with_range(GTK_ORIENTATION_HORIZONTAL, 1.0, 2.0, 1.0);
    self->frame_label = gtk_label_new("");
    gtk_scale_set_draw_value(GTK_SCALE(self->frame_scale), FALSE);
    gtk_widget_set_hexpand(self->frame_scale, TRUE);
    gtk_widget_add_css_class(self->frame_label, "dim-label");
    gtk_widget_add_css_class(self->frame_label, "numeric");
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->frame_scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Frame"), -1);
    g_signal_connect(self->frame_scale, "value-changed", G_CALLBACK(frame_cb), self);
    gtk_box_append(GTK_BOX(box), self->frame_scale);
    gtk_box_append(GTK_BOX(box), self->frame_label);
    pad(box, 8);
    return box;
}

static GtkWidget *build_left(ZdScenePage *self)
{
    GtkWidget *upper = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *lower = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_VERTICAL);
    GtkWidget *bin_scroller = gtk_scrolled_window_new();
    self->result = zd_result_view_new();
    self->schematic = zd_schematic_new();
    self->problem = gtk_label_new("");
    /* One line, the whole of it as a tooltip: to measure long lines that wrap takes GTK 100 ms. */
    gtk_label_set_ellipsize(GTK_LABEL(self->problem), PANGO_ELLIPSIZE_END);
    gtk_label_set_xalign(GTK_LABEL(self->problem), 0.0f);
    gtk_widget_add_css_class(self->problem, "error");
    gtk_widget_set_hexpand(self->problem, TRUE);
    GtkWidget *trouble = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    self->remedy = text_button("AI Models…", "Install what is missing", "win.models", FALSE);
    gtk_box_append(GTK_BOX(trouble), self->problem);
    gtk_box_append(GTK_BOX(trouble), self->remedy);
    gtk_widget_set_visible(trouble, FALSE);
    pad(trouble, 8);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(bin_scroller), GTK_POLICY_AUTOMATIC,
                                   GTK_POLICY_NEVER);
    self->bin = zd_node_bin_new();
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(bin_scroller), self->bin);
    gtk_box_append(GTK_BOX(upper), build_bar());
    self->toasts = adw_toast_overlay_new(); /* over the picture, not over what one works with */
    adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(self->toasts), self->result);
    gtk_box_append(GTK_BOX(upper), self->toasts);
    gtk_box_append(GTK_BOX(upper), trouble);
    gtk_box_append(GTK_BOX(upper), build_frames(self));
    gtk_box_append(GTK_BOX(lower), self->schematic);
    gtk_box_append(GTK_BOX(lower), bin_scroller);
    gtk_paned_set_start_child(GTK_PANED(paned), upper);
    gtk_paned_set_end_child(GTK_PANED(paned), lower);
    gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
    gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
    gtk_paned_set_position(GTK_PANED(paned), 440);
    return paned;
}

static GtkWidget *build_right(ZdScenePage *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    self->media = zd_media_list_new(self->document);
    self->panel = zd_node_panel_new(self->document);
    gtk_widget_set_vexpand(self->panel, TRUE);
    gtk_widget_set_size_request(box, 330, -1);
    gtk_box_append(GTK_BOX(box), self->media);
    gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
    gtk_box_append(GTK_BOX(box), self->panel);
    pad(box, 10);
    return box;
}

static void zd_scene_page_dispose(GObject *object)
{
    ZdScenePage *self = ZD_SCENE_PAGE(object);
    if (self->refine != 0) {
        g_source_remove(self->refine);
        self->refine = 0;
    }
    if (self->session != NULL) {
        g_signal_handlers_disconnect_by_data(self->session, self);
        g_signal_handlers_disconnect_by_data(self->document, self);
        g_object_run_dispose(G_OBJECT(self->session));
    }
    if (self->menu != NULL) {
        gtk_widget_unparent(self->menu);
        self->menu = NULL;
    }
    g_clear_object(&self->session);
    g_clear_object(&self->chooser);
    g_clear_object(&self->actions);
    G_OBJECT_CLASS(zd_scene_page_parent_class)->dispose(object);
}

static void zd_scene_page_finalize(GObject *object)
{
    ZdScenePage *self = ZD_SCENE_PAGE(object);
    g_clear_object(&self->document);
    g_free(self->chosen);
    g_free(self->browse_key);
    G_OBJECT_CLASS(zd_scene_page_parent_class)->finalize(object);
}

static void zd_scene_page_class_init(ZdScenePageClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = zd_scene_page_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_scene_page_finalize;
    signals[TOLD] = g_signal_new("told", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_STRING);
    signals[STATE] =
        g_signal_new("state", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void zd_scene_page_init(ZdScenePage *self)
{
    self->frame = 1.0;
}

GtkWidget *zd_scene_page_new(zdepth_context *context)
{
    ZdScenePage *self = g_object_new(ZD_TYPE_SCENE_PAGE, NULL);
    GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_HORIZONTAL);
    self->document = zd_scene_document_new(context);
    self->session = zd_scene_session_new(context);
    gtk_paned_set_start_child(GTK_PANED(paned), build_left(self));
    gtk_paned_set_end_child(GTK_PANED(paned), build_right(self));
    gtk_paned_set_resize_end_child(GTK_PANED(paned), FALSE);
    gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
    gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
    gtk_widget_set_hexpand(paned, TRUE);
    gtk_box_append(GTK_BOX(self), paned);
    g_signal_connect(self->session, "picture", G_CALLBACK(picture_cb), self);
    g_signal_connect(self->session, "failed", G_CALLBACK(failed_cb), self);
    g_signal_connect(self->session, "busy", G_CALLBACK(busy_cb), self);
    g_signal_connect(self->session, "exported", G_CALLBACK(exported_cb), self);
    g_signal_connect(self->document, "changed", G_CALLBACK(changed_cb), self);
    g_signal_connect(self->document, "history", G_CALLBACK(state_cb), self);
    g_signal_connect(self->document, "file", G_CALLBACK(state_cb), self);
    zd_scene_page_add_actions(self);
    zd_scene_page_connect_hands(self);
    return GTK_WIDGET(self);
}
