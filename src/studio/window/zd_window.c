/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Follows document and session, and says what it sees to the widgets. */

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "zd_chain_panel.h"
#include "zd_layers_panel.h"
#include "zd_params_panel.h"
#include "zd_ruler.h"
#include "zd_scene_page.h"
#include "zd_sequence.h"
#include "zd_settings.h"
#include "zd_timeline.h"
#include "zd_viewer.h"
#include "zd_window_private.h"

G_DEFINE_FINAL_TYPE(ZdWindow, zd_window, ADW_TYPE_APPLICATION_WINDOW)

AdwToastOverlay *zd_window_toasts(ZdWindow *self)
{
    const char *page = gtk_stack_get_visible_child_name(GTK_STACK(self->pages));
    if (g_strcmp0(page, "scene") == 0) {
        return zd_scene_page_toasts(ZD_SCENE_PAGE(self->scene));
    }
    return ADW_TOAST_OVERLAY(g_strcmp0(page, "work") == 0 ? self->work_toasts : self->empty_toasts);
}

void zd_window_toast(ZdWindow *self, const char *text)
{
    g_autofree char *title = g_markup_escape_text(text, -1); /* files are named "a & b" */
    AdwToast *toast = adw_toast_new(title);
    adw_toast_set_timeout(toast, 6);
    adw_toast_set_priority(toast,
                           ADW_TOAST_PRIORITY_HIGH); /* an offer may wait there for its answer */
    if (strstr(text, "models install") != NULL) {    /* the remedy is a click away */
        adw_toast_set_button_label(toast, "AI Models…");
        adw_toast_set_action_name(toast, "win.models");
    }
    adw_toast_overlay_add_toast(zd_window_toasts(self), toast);
}

void zd_window_toast_error(ZdWindow *self, GError *error)
{
    zd_window_toast(self, error->message);
    g_error_free(error);
}

double zd_window_rate(ZdWindow *self)
{
    const zdepth_clip_info *info = zd_session_info(self->session);
    return info != NULL && info->frame_rate_num > 0 && info->frame_rate_den > 0
               ? (double) info->frame_rate_num / info->frame_rate_den
               : 24.0;
}

double zd_window_time(ZdWindow *self)
{
    return (double) self->frame / zd_window_rate(self);
}

gint64 zd_window_frames(ZdWindow *self)
{
    const zdepth_clip_info *info = zd_session_info(self->session);
    return info == NULL ? 0 : info->is_still ? 1 : MAX(info->frame_count, 1);
}

void zd_window_request(ZdWindow *self)
{
    const zdepth_clip_info *info = zd_session_info(self->session);
    int width;
    int height;
    if (info == NULL) {
        return;
    }
    zd_viewer_wanted_size(ZD_VIEWER(self->viewer), info->width, info->height, &width, &height);
    zd_session_request(self->session, self->frame, self->output, width, height);
}

/* 00:00:03:12 */
static void show_clock(ZdWindow *self)
{
    double rate = zd_window_rate(self);
    gint64 per_second = MAX((gint64) lround(rate), 1);
    gint64 seconds = (gint64) floor((double) self->frame / rate + 1e-9);
    gint64 rest = self->frame - (gint64) ceil((double) seconds * rate - 1e-9);
    g_autofree char *text =
        g_strdup_printf("%02d:%02d:%02d:%02d   %" G_GINT64_FORMAT " / %" G_GINT64_FORMAT,
                        (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60),
                        (int) (rest % per_second), self->frame, zd_window_frames(self));
    gtk_label_set_text(GTK_LABEL(self->clock), text);
}

void zd_window_seek(ZdWindow *self, gint64 frame)
{
    self->frame = CLAMP(frame, 0, MAX(zd_window_frames(self) - 1, 0));
    zd_timeline_set_frame(ZD_TIMELINE(self->timeline), self->frame);
    zd_params_panel_set_time(ZD_PARAMS_PANEL(self->params), zd_window_time(self));
    show_clock(self);
    zd_window_show_marks(self);
    zd_window_request(self);
}

void zd_window_set_output(ZdWindow *self, zdepth_output output)
{
    g_return_if_fail(output <= ZDEPTH_OUTPUT_CONFIDENCE);
    self->last_output = self->output != output ? self->output : self->last_output;
    self->output = output;
    zd_window_update_wipe(self);
    zd_window_request(self);
}

void zd_window_update_wipe(ZdWindow *self)
{
    zdepth_output other = self->wipe_output >= 0 ? (zdepth_output) self->wipe_output
                          : self->last_output != self->output
                              ? self->last_output
                              : ZDEPTH_OUTPUT_SOURCE; /* there was no view before */
    zd_session_set_wipe(self->session, self->wants_wipe, other);
}

/* ---- news ---- */

static void show_page(ZdWindow *self, const char *page);

static void opened_cb(ZdSession *session, ZdWindow *self)
{
    (void) session;
    show_page(self, "work");
    zd_timeline_set_clip(ZD_TIMELINE(self->timeline), zd_window_frames(self), zd_window_rate(self));
    zd_window_open_media(self);
    self->in = -1;
    self->out = -2;
    zd_viewer_set_zoom(ZD_VIEWER(self->viewer), 0.0);
    zd_window_seek(self, 0);
}

static void failed_cb(ZdSession *session, const char *message, ZdWindow *self)
{
    (void) session;
    zd_window_toast(self, message);
}

static void show_thresholds(ZdWindow *self, const zdepth_frame_state *state)
{
    double in = state->depth_in;
    double out = state->depth_out;
    const zdepth_project *project = zd_document_project(self->document);
    if (zdepth_project_number(project, ZDEPTH_PROJECT_ITSELF, "mode", 0.0) < 0.5) {
        double span = state->nearest - state->furthest;
        in = (in - state->furthest) / span;
        out = (out - state->furthest) / span;
    }
    zd_ruler_set_thresholds(ZD_RULER(self->ruler), CLAMP(in, 0.0, 1.0),
                            isfinite(out) ? CLAMP(out, 0.0, 1.0) : 1.0);
}

/* What the analysis found stands in the rows that nobody has set. */
static void show_automatic(ZdWindow *self, const zdepth_frame_state *state)
{
    const zdepth_project *project = zd_document_project(self->document);
    gboolean normalised = zdepth_project_number(project, ZDEPTH_PROJECT_ITSELF, "mode", 0.0) >= 0.5;
    double from = normalised ? 0.0 : MIN(state->furthest, state->nearest);
    double to = normalised ? 1.0 : MAX(state->furthest, state->nearest);
    double out = isfinite(state->depth_out) ? state->depth_out : normalised ? 1.0 : state->nearest;
    ZdParamsPanel *panel = ZD_PARAMS_PANEL(self->params);
    zd_params_panel_set_automatic(panel, "depth_in", state->depth_in, from, to);
    zd_params_panel_set_automatic(panel, "depth_out", out, from, to);
    /* Their own sliders reach a little beyond what there is. */
    double most = 1.5 * MAX(state->furthest, state->nearest);
    zd_params_panel_set_automatic(panel, "furthest", state->furthest, 0.0, most);
    zd_params_panel_set_automatic(panel, "nearest", state->nearest, 0.0, most);
    zd_params_panel_set_automatic(panel, "at_depth", state->depth_in, from, to);
    zd_params_panel_set_automatic(panel, "end",
                                  (double) zd_window_frames(self) / zd_window_rate(self), 0.0, 0.0);
}

static void picture_cb(ZdSession *session, ZdWindow *self)
{
    const ZdPicture *picture = zd_session_picture(session);
    const zdepth_clip_info *info = zd_session_info(session);
    if (picture == NULL || info == NULL) {
        return;
    }
    double aspect = (double) info->width * info->sample_aspect_num /
                    ((double) info->height * info->sample_aspect_den);
    zd_viewer_set_texture(ZD_VIEWER(self->viewer), picture->texture, aspect);
    zd_window_count_picture(self);
    gtk_widget_set_visible(self->more_views, picture->has_sky || picture->has_confidence);
    if (self->wants_wipe || picture->wipe == NULL) {
        zd_viewer_set_wipe(ZD_VIEWER(self->viewer), picture->wipe, -1.0);
    }
    zd_ruler_set_histogram(ZD_RULER(self->ruler), picture->histogram, ZD_SESSION_BINS);
    show_thresholds(self, &picture->state);
    show_automatic(self, &picture->state);
    zd_window_show_marks(self);
}

static void probe_cb(ZdSession *session, ZdWindow *self)
{
    double x;
    double y;
    const zdepth_probe *probe = zd_session_probe(session, &x, &y);
    const zdepth_clip_info *info = zd_session_info(session);
    if (info == NULL) {
        return;
    }
    const ZdPicture *picture = zd_session_picture(session);
    gboolean is_metric = picture != NULL && picture->state.kind == ZDEPTH_DEPTH_METRES;
    g_autofree char *text = g_strdup_printf(
        "x %d  y %d   %d %d %d   depth %.3f%s (%.2f)   matte %.2f", (int) (x * info->width),
        (int) (y * info->height), (int) lroundf(probe->rgba[0] * 255.0f),
        (int) lroundf(probe->rgba[1] * 255.0f), (int) lroundf(probe->rgba[2] * 255.0f),
        probe->depth, is_metric ? " m" : "", probe->normalised, (double) probe->matte);
    gtk_label_set_text(GTK_LABEL(self->readout), text);
    zd_ruler_set_pointer(ZD_RULER(self->ruler), probe->normalised);
}

static void show_shots(ZdWindow *self)
{
    int count = zd_session_shot_count(self->session);
    g_autofree gint64 *firsts = g_new(gint64, MAX(count, 1));
    for (int i = 0; i < count; i++) {
        firsts[i] = zd_session_shot(self->session, i)->first_frame;
    }
    zd_timeline_set_shots(ZD_TIMELINE(self->timeline), firsts, count);
}

static void analysis_cb(ZdSession *session, ZdWindow *self)
{
    int64_t done;
    int64_t total;
    ZdAnalysis state = zd_session_analysis(session, &done, &total);
    g_autofree char *text = NULL;
    if (state == ZD_ANALYSIS_RUNNING) {
        text = total > 0 ? g_strdup_printf("analysing %d %%", (int) (100 * done / total))
                         : g_strdup("analysing");
        zd_timeline_set_depth_until(ZD_TIMELINE(self->timeline), done);
    } else if (state == ZD_ANALYSIS_DONE) {
        zd_timeline_set_depth_until(ZD_TIMELINE(self->timeline), zd_window_frames(self));
        show_shots(self);
        zd_window_request(self);
    }
    zd_window_tell_analysis(self, text);
}

/* ---- the document ---- */

static void set_titles(ZdWindow *self, const char *title, const char *subtitle)
{
    g_autofree char *whole = g_strdup_printf("%s – Zdepth Studio", title);
    adw_window_title_set_title(ADW_WINDOW_TITLE(self->title), title);
    adw_window_title_set_subtitle(ADW_WINDOW_TITLE(self->title), subtitle);
    gtk_window_set_title(GTK_WINDOW(self), whole);
}

static void show_scene_title(ZdWindow *self)
{
    ZdSceneDocument *document = zd_scene_page_document(ZD_SCENE_PAGE(self->scene));
    const char *path = zd_scene_document_path(document);
    g_autofree char *base = path != NULL ? g_path_get_basename(path) : g_strdup("Scene");
    g_autofree char *subtitle = g_strdup_printf("%s%s", path != NULL ? "saved" : "not saved",
                                                zd_scene_document_is_dirty(document) ? " •" : "");
    set_titles(self, base, subtitle);
}

static void show_title(ZdWindow *self)
{
    if (zd_window_in_scene(self)) {
        show_scene_title(self);
        return;
    }
    g_autofree char *footage = zd_document_footage(self->document);
    g_autofree char *base = footage != NULL ? g_path_get_basename(footage) : g_strdup("Zdepth");
    const char *path = zd_document_path(self->document);
    g_autofree char *file = path != NULL ? g_path_get_basename(path) : NULL;
    g_autofree char *subtitle =
        footage == NULL ? g_strdup("")
                        : g_strdup_printf("%s%s", file != NULL ? file : "not saved",
                                          zd_document_is_dirty(self->document) ? " •" : "");
    set_titles(self, base, subtitle);
}

/* ---- the scene ---- */

ZdSceneDocument *zd_window_scene_document(ZdWindow *self)
{
    return zd_scene_page_document(ZD_SCENE_PAGE(self->scene));
}

gboolean zd_window_in_scene(ZdWindow *self)
{
    const char *name = gtk_stack_get_visible_child_name(GTK_STACK(self->pages));
    return name != NULL && g_str_equal(name, "scene");
}

static void show_page(ZdWindow *self, const char *page)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(self), "workspace");
    zd_window_set_playing(self, FALSE);
    gboolean is_filter = g_str_equal(page, "filter");
    gtk_stack_set_visible_child_name(GTK_STACK(self->pages), is_filter ? "work" : page);
    gtk_widget_set_visible(self->layers, !is_filter);
    gtk_widget_set_visible(self->adds, !is_filter);
    gtk_widget_set_visible(self->chain, is_filter);
    if (is_filter) {
        zd_layers_panel_choose(ZD_LAYERS_PANEL(self->layers), ZDEPTH_PROJECT_ITSELF);
    }
    g_simple_action_set_state(G_SIMPLE_ACTION(action), g_variant_new_string(page));
    zd_window_move_offers(self);
    show_title(self);
    zd_window_update_actions(self);
}

void zd_window_show_page(ZdWindow *self, const char *page)
{
    ZdSceneDocument *scene = zd_scene_page_document(ZD_SCENE_PAGE(self->scene));
    const zdepth_clip_info *info = zd_session_info(self->session);
    g_autofree char *footage = zd_document_footage(self->document);
    if (g_str_equal(page, "scene") && zd_scene_document_scene(scene) == NULL) {
        if (footage == NULL || info == NULL) {
            zd_window_toast(self, _("Open a picture, a clip or a scene first"));
            return;
        }
        zd_scene_page_start(ZD_SCENE_PAGE(self->scene), footage, info);
    } else if (!g_str_equal(page, "scene") && footage == NULL) {
        page = "empty";
    }
    show_page(self, page);
}

static void scene_told_cb(ZdScenePage *page, const char *message, ZdWindow *self)
{
    (void) page;
    zd_window_toast(self, message);
}

static void chain_failed_cb(ZdChainPanel *panel, const char *message, ZdWindow *self)
{
    (void) panel;
    zd_window_toast(self, message);
}

static void scene_state_cb(ZdScenePage *page, ZdWindow *self)
{
    (void) page;
    show_title(self);
    zd_window_update_actions(self);
}

static void follow_document(ZdWindow *self)
{
    g_autofree char *footage = zd_document_footage(self->document);
    if (footage != NULL) {
        zd_window_give_project(self);
        zd_window_request(self);
    }
    zd_window_show_marks(self);
}

static void changed_cb(ZdDocument *document, int insert, const char *name, ZdWindow *self)
{
    (void) document;
    (void) insert;
    (void) name;
    follow_document(self);
}

static void structure_cb(ZdDocument *document, ZdWindow *self)
{
    (void) document;
    follow_document(self);
}

static void file_cb(ZdDocument *document, ZdWindow *self)
{
    (void) document;
    show_title(self);
    zd_window_update_actions(self);
}

static void history_cb(ZdDocument *document, ZdWindow *self)
{
    (void) document;
    zd_window_update_actions(self);
}

static void chosen_cb(ZdLayersPanel *panel, int insert, ZdWindow *self)
{
    (void) panel;
    if (insert != self->chosen && self->params != NULL) {
        self->chosen = insert;
        zd_params_panel_show(ZD_PARAMS_PANEL(self->params), insert);
        zd_window_show_marks(self);
    }
}

static void remember_recent(const char *path)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autofree char *uri = g_file_get_uri(file);
    gtk_recent_manager_add_item(gtk_recent_manager_get_default(), uri);
    zd_settings_add_recent(path);
}

static void open_scene(ZdWindow *self, const char *path)
{
    GError *error = NULL;
    if (!zd_scene_page_open(ZD_SCENE_PAGE(self->scene), path, &error)) {
        zd_window_toast_error(self, error);
        return;
    }
    remember_recent(path);
    show_page(self, "scene");
}

void zd_window_open(ZdWindow *self, const char *path)
{
    g_return_if_fail(path != NULL);
    GError *error = NULL;
    gboolean is_project = g_str_has_suffix(path, ".zdp");
    zd_window_set_playing(self, FALSE);
    if (g_str_has_suffix(path, ".zscene")) {
        open_scene(self, path);
        return;
    }
    zd_session_close(self->session);
    zd_thumbs_open(self->thumbs, NULL, 1, 1.0);
    zd_sound_open(self->sound, NULL);
    zd_viewer_set_texture(ZD_VIEWER(self->viewer), NULL, 0.0);
    self->chosen = ZDEPTH_PROJECT_ITSELF;
    zd_params_panel_show(ZD_PARAMS_PANEL(self->params), self->chosen);
    int frames = 0;
    g_autofree char *pattern = is_project ? NULL : zd_studio_sequence_of(path, &frames);
    gboolean good = is_project ? zd_document_open_project(self->document, path, &error)
                               : zd_document_open_footage(self->document,
                                                          pattern != NULL ? pattern : path, &error);
    if (!good) {
        zd_window_toast_error(self, error);
        return;
    }
    if (pattern != NULL) {
        g_autofree char *text = g_strdup_printf("Opened as a sequence of %d pictures", frames);
        zd_window_toast(self, text);
    }
    remember_recent(path);
    show_title(self);
}

static gboolean drop_cb(GtkDropTarget *target, const GValue *value, double x, double y,
                        ZdWindow *self)
{
    (void) target;
    (void) x;
    (void) y;
    g_autofree char *path = g_file_get_path(g_value_get_object(value));
    if (path == NULL) {
        return FALSE;
    }
    zd_window_open(self, path);
    return TRUE;
}

/* ---- the window ---- */

static void build(ZdWindow *self)
{
    GtkDropTarget *drop = gtk_drop_target_new(G_TYPE_FILE, GDK_ACTION_COPY);
    zd_window_fill(self);
    g_signal_connect(drop, "drop", G_CALLBACK(drop_cb), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drop));
    gtk_window_set_default_size(GTK_WINDOW(self), zd_settings_number("width", 1280),
                                zd_settings_number("height", 760));
    if (zd_settings_number("maximized", 0) != 0) {
        gtk_window_maximize(GTK_WINDOW(self));
    }
}

static void connect(ZdWindow *self)
{
    g_signal_connect(self->session, "opened", G_CALLBACK(opened_cb), self);
    g_signal_connect(self->session, "failed", G_CALLBACK(failed_cb), self);
    g_signal_connect(self->session, "picture", G_CALLBACK(picture_cb), self);
    g_signal_connect(self->session, "probe", G_CALLBACK(probe_cb), self);
    g_signal_connect(self->session, "analysis", G_CALLBACK(analysis_cb), self);
    g_signal_connect(self->document, "changed", G_CALLBACK(changed_cb), self);
    g_signal_connect(self->document, "structure", G_CALLBACK(structure_cb), self);
    g_signal_connect(self->document, "file", G_CALLBACK(file_cb), self);
    g_signal_connect(self->document, "history", G_CALLBACK(history_cb), self);
    g_signal_connect(self->layers, "chosen", G_CALLBACK(chosen_cb), self);
    g_signal_connect(self->scene, "told", G_CALLBACK(scene_told_cb), self);
    g_signal_connect(self->chain, "failed", G_CALLBACK(chain_failed_cb), self);
    g_signal_connect(self->scene, "state", G_CALLBACK(scene_state_cb), self);
    zd_window_connect_hands(self);
    zd_window_watch_keys(self);
}

static gboolean zd_window_close_request(GtkWindow *window)
{
    ZdWindow *self = ZD_WINDOW(window);
    /* The journal of unsaved work stays: the next start offers it. */
    if (!zd_document_is_dirty(self->document)) {
        zd_document_close_journal(self->document);
    }
    if (!zd_scene_document_is_dirty(zd_window_scene_document(self))) {
        zd_scene_document_close_journal(zd_window_scene_document(self));
    }
    gboolean is_maximized = gtk_window_is_maximized(window);
    zd_settings_set_number("maximized", is_maximized);
    if (!is_maximized && !gtk_window_is_fullscreen(window)) {
        zd_settings_set_number("width", gtk_widget_get_width(GTK_WIDGET(window)));
        zd_settings_set_number("height", gtk_widget_get_height(GTK_WIDGET(window)));
    }
    return GTK_WINDOW_CLASS(zd_window_parent_class)->close_request(window);
}

static void zd_window_dispose(GObject *object)
{
    ZdWindow *self = ZD_WINDOW(object);
    zd_window_set_playing(self, FALSE);
    if (self->session != NULL) {
        g_signal_handlers_disconnect_by_data(self->session, self);
        g_signal_handlers_disconnect_by_data(self->document, self);
        g_signal_handlers_disconnect_by_data(self->queue, self);
        g_signal_handlers_disconnect_by_data(self->scene, self);
        g_signal_handlers_disconnect_by_data(self->plugins, self);
        g_object_run_dispose(G_OBJECT(self->session));
        g_object_run_dispose(G_OBJECT(self->queue));
        g_object_run_dispose(G_OBJECT(self->thumbs));
    }
    if (self->time_menu != NULL) {
        gtk_widget_unparent(self->time_menu);
        self->time_menu = NULL;
    }
    g_clear_pointer(&self->menu_name, g_free);
    g_clear_pointer(&self->play_text, g_free);
    g_clear_pointer(&self->analysis_text, g_free);
    g_clear_object(&self->session);
    g_clear_object(&self->queue);
    g_clear_object(&self->thumbs);
    g_clear_object(&self->plugins);
    g_clear_object(&self->history_menu);
    g_clear_pointer(&self->offers, g_ptr_array_unref);
    g_clear_pointer(&self->sound, zd_sound_free);
    g_clear_object(&self->chooser);
    G_OBJECT_CLASS(zd_window_parent_class)->dispose(object);
}

static void zd_window_finalize(GObject *object)
{
    g_object_unref(ZD_WINDOW(object)->document);
    G_OBJECT_CLASS(zd_window_parent_class)->finalize(object);
}

static void zd_window_class_init(ZdWindowClass *class)
{
    G_OBJECT_CLASS(class)->dispose = zd_window_dispose;
    G_OBJECT_CLASS(class)->finalize = zd_window_finalize;
    GTK_WINDOW_CLASS(class)->close_request = zd_window_close_request;
    zd_window_bind_template(GTK_WIDGET_CLASS(class));
}

static void zd_window_init(ZdWindow *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    self->offers = g_ptr_array_new_with_free_func(g_object_unref);
    self->chosen = ZDEPTH_PROJECT_ITSELF;
    self->wipe_output = -1;
    self->in = -1;
    self->out = -2;
}

GtkWidget *zd_window_new(AdwApplication *application, zdepth_context *context)
{
    ZdWindow *self = g_object_new(ZD_TYPE_WINDOW, "application", application, NULL);
    self->context = context;
    self->document = zd_document_new(context);
    self->session = zd_session_new(context);
    self->queue = zd_export_new(context);
    self->thumbs = zd_thumbs_new(context);
    self->sound = zd_sound_new();
    self->plugins = zd_plugins_new(context);
    build(self);
    zd_window_add_actions(self);
    connect(self);
    zd_window_update_actions(self);
    show_title(self);
    return GTK_WIDGET(self);
}
