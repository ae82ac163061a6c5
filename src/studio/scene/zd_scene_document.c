/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The library's scene does the edits; a state of the history is the text. */

#include "zd_scene_document.h"

#include <assert.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "zd_history.h"
#include "zd_journal.h"

/* The first line of a journal says whose it is: relative paths of media start there. */
#define JOURNAL_ENDING ".journal.zscene"
#define JOURNAL_LINE   "# Journal of "

struct _ZdSceneDocument {
    GObject parent_instance;
    zdepth_context *context;
    zdepth_scene *scene;
    char *path;
    char *journal;
    ZdHistory *history;
    guint serial;
    gboolean dirty;
};

G_DEFINE_FINAL_TYPE(ZdSceneDocument, zd_scene_document, G_TYPE_OBJECT)

enum { CHANGED, HISTORY, FILE_STATE, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

static gboolean give(GError **error, zdepth_status status, const zdepth_error *reason)
{
    if (status == ZDEPTH_OK) {
        return TRUE;
    }
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, reason->message);
    return FALSE;
}

static void zd_scene_document_finalize(GObject *object)
{
    ZdSceneDocument *self = ZD_SCENE_DOCUMENT(object);
    zdepth_scene_destroy(&self->scene);
    zd_history_free(self->history);
    g_free(self->path);
    g_free(self->journal);
    G_OBJECT_CLASS(zd_scene_document_parent_class)->finalize(object);
}

static void zd_scene_document_class_init(ZdSceneDocumentClass *class)
{
    static const char *const names[SIGNAL_COUNT] = { "changed", "history", "file" };
    G_OBJECT_CLASS(class)->finalize = zd_scene_document_finalize;
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        signals[i] = g_signal_new(names[i], G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
    }
}

static const ZdHistoryClass history_class;

static void zd_scene_document_init(ZdSceneDocument *self)
{
    self->history = zd_history_new(&history_class, self);
}

ZdSceneDocument *zd_scene_document_new(zdepth_context *context)
{
    ZdSceneDocument *self = g_object_new(ZD_TYPE_SCENE_DOCUMENT, NULL);
    self->context = context;
    return self;
}

const zdepth_scene *zd_scene_document_scene(ZdSceneDocument *self)
{
    return self->scene;
}

guint zd_scene_document_serial(ZdSceneDocument *self)
{
    return self->serial;
}

const char *zd_scene_document_path(ZdSceneDocument *self)
{
    return self->path;
}

gboolean zd_scene_document_is_dirty(ZdSceneDocument *self)
{
    return self->dirty;
}

/* ---- history ---- */

static void set_dirty(ZdSceneDocument *self, gboolean dirty)
{
    self->dirty = dirty;
    g_signal_emit(self, signals[FILE_STATE], 0);
}

static void write_journal(ZdSceneDocument *self)
{
    g_autoptr(GError) error = NULL;
    if (self->journal == NULL && (self->journal = zd_journal_new(JOURNAL_ENDING)) == NULL) {
        return; /* work goes on without */
    }
    g_autofree char *text =
        g_strdup_printf(JOURNAL_LINE "%s\n%s", self->path != NULL ? self->path : "",
                        zdepth_scene_text(self->scene));
    if (!g_file_set_contents(self->journal, text, -1, &error)) {
        g_warning("the journal '%s' cannot be written: %s", self->journal, error->message);
    }
}

void zd_scene_document_close_journal(ZdSceneDocument *self)
{
    if (self->journal != NULL) {
        g_unlink(self->journal);
        g_clear_pointer(&self->journal, g_free);
    }
}

char *zd_scene_document_find_journal(void)
{
    return zd_journal_find(JOURNAL_ENDING);
}

static void tell_change(ZdSceneDocument *self)
{
    self->serial++;
    g_signal_emit(self, signals[CHANGED], 0);
}

/* Ends an edit: a step, or the reason why there is none. */
static gboolean finish_edit(ZdSceneDocument *self, const char *label, zdepth_status status,
                            const zdepth_error *reason, GError **error)
{
    gboolean good = give(error, status, reason);
    if (good) {
        tell_change(self);
    }
    zd_history_finish(self->history, label);
    return good;
}

static const char *path_for_messages(ZdSceneDocument *self)
{
    return self->path != NULL ? self->path : "scene";
}

static gboolean replace_scene(ZdSceneDocument *self, const char *text, GError **error)
{
    zdepth_error reason;
    zdepth_scene *scene = NULL;
    zdepth_status status =
        zdepth_scene_parse(self->context, path_for_messages(self), text, &scene, &reason);
    if (!give(error, status, &reason)) {
        return FALSE;
    }
    zdepth_scene_destroy(&self->scene);
    self->scene = scene;
    return TRUE;
}

static gpointer copy_state(gpointer document)
{
    return g_strdup(zdepth_scene_text(ZD_SCENE_DOCUMENT(document)->scene));
}

static gpointer exchange_state(gpointer document, gpointer state)
{
    char *before = copy_state(document);
    if (!replace_scene(document, state, NULL)) {
        g_warning("a step of the history is no scene");
    }
    g_free(state);
    return before;
}

static gboolean is_state_now(gpointer document, gpointer state)
{
    return g_str_equal(zdepth_scene_text(ZD_SCENE_DOCUMENT(document)->scene), state);
}

static void stepped(gpointer document)
{
    write_journal(document);
    set_dirty(document, TRUE);
    g_signal_emit(document, signals[HISTORY], 0);
}

static const ZdHistoryClass history_class = { copy_state, exchange_state, is_state_now, g_free,
                                              stepped };

void zd_scene_document_begin(ZdSceneDocument *self, const char *label)
{
    zd_history_begin(self->history, label);
}

void zd_scene_document_end(ZdSceneDocument *self)
{
    zd_history_end(self->history);
}

const char *zd_scene_document_undo_label(ZdSceneDocument *self)
{
    return zd_history_undo_label(self->history);
}

const char *zd_scene_document_redo_label(ZdSceneDocument *self)
{
    return zd_history_redo_label(self->history);
}

void zd_scene_document_undo(ZdSceneDocument *self)
{
    if (zd_history_undo(self->history)) {
        tell_change(self);
    }
}

void zd_scene_document_redo(ZdSceneDocument *self)
{
    if (zd_history_redo(self->history)) {
        tell_change(self);
    }
}

/* ---- files ---- */

static void start_with(ZdSceneDocument *self, zdepth_scene *scene, const char *path)
{
    char *kept = g_strdup(path);
    zdepth_scene_destroy(&self->scene);
    self->scene = scene;
    g_free(self->path);
    self->path = kept;
    zd_history_clear(self->history);
    zd_scene_document_close_journal(self);
    set_dirty(self, FALSE);
    g_signal_emit(self, signals[HISTORY], 0);
    tell_change(self);
}

gboolean zd_scene_document_open(ZdSceneDocument *self, const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, FALSE);
    zdepth_error reason;
    zdepth_scene *scene = NULL;
    if (!give(error, zdepth_scene_load(self->context, path, &scene, &reason), &reason)) {
        return FALSE;
    }
    start_with(self, scene, path);
    return TRUE;
}

gboolean zd_scene_document_start(ZdSceneDocument *self, const char *text, GError **error)
{
    g_return_val_if_fail(text != NULL, FALSE);
    zdepth_error reason;
    zdepth_scene *scene = NULL;
    zdepth_status status = zdepth_scene_parse(self->context, "scene", text, &scene, &reason);
    if (!give(error, status, &reason)) {
        return FALSE;
    }
    start_with(self, scene, NULL);
    return TRUE;
}

gboolean zd_scene_document_recover(ZdSceneDocument *self, const char *journal, GError **error)
{
    zdepth_error reason;
    zdepth_scene *scene = NULL;
    g_autofree char *all = NULL;
    if (!g_file_get_contents(journal, &all, NULL, error)) {
        return FALSE;
    }
    char *line_end = g_str_has_prefix(all, JOURNAL_LINE) ? strchr(all, '\n') : NULL;
    const char *text = line_end != NULL ? line_end + 1 : all;
    const char *path = "";
    if (line_end != NULL) {
        *line_end = '\0';
        path = all + strlen(JOURNAL_LINE);
    }
    zdepth_status status =
        zdepth_scene_parse(self->context, path[0] != '\0' ? path : "scene", text, &scene, &reason);
    if (!give(error, status, &reason)) {
        return FALSE;
    }
    start_with(self, scene, path[0] != '\0' ? path : NULL);
    write_journal(self);
    g_unlink(journal);
    set_dirty(self, TRUE);
    return TRUE;
}

/* The way from a folder to a file in it or below, by their real folders; NULL: the file is elsewhere. */
static char *way_from(const char *folder, const char *file)
{
    g_autofree char *its_folder = g_path_get_dirname(file);
    g_autofree char *name = g_path_get_basename(file);
    char *from = realpath(folder, NULL);
    char *to = realpath(its_folder, NULL);
    char *way = NULL;
    if (from != NULL && to != NULL && g_str_has_prefix(to, from)) {
        const char *rest = to + strlen(from);
        if (rest[0] == '\0') {
            way = g_strdup(name);
        } else if (rest[0] == '/' || g_str_has_suffix(from, "/")) {
            way = g_build_filename(rest + (rest[0] == '/'), name, NULL);
        }
    }
    free(from);
    free(to);
    return way;
}

/* What a key names by a path from `from` (NULL: none yet) it names by one from `to` where the file is
 * there or below, by its whole path elsewhere. */
static void name_from(ZdSceneDocument *self, int node, const char *key, const char *from,
                      const char *to)
{
    g_autofree char *file = zd_scene_document_get(self, node, key);
    if (file[0] == '\0' || (from == NULL && !g_path_is_absolute(file))) {
        return;
    }
    g_autofree char *whole =
        g_path_is_absolute(file) ? g_strdup(file) : g_build_filename(from, file, NULL);
    g_autofree char *way = way_from(to, whole);
    const char *now = way != NULL ? way : whole;
    if (strcmp(now, file) != 0 && zdepth_scene_set(self->scene, node, key, now, NULL) != ZDEPTH_OK)
    {
        g_warning("'%s' cannot be named by '%s'", file, now);
    }
}

/* Relative paths start from the file's folder, which may become another. Those that somebody wrote and
 * that still hold stay what they are. */
static void keep_media(ZdSceneDocument *self, const char *path)
{
    g_autofree char *from = self->path != NULL ? g_path_get_dirname(self->path) : NULL;
    g_autofree char *to = g_path_get_dirname(path);
    if (from != NULL && strcmp(from, to) == 0) {
        g_clear_pointer(&from, g_free);
    }
    for (int i = 0; i < zdepth_scene_node_count(self->scene); i++) {
        zdepth_scene_node node;
        zdepth_scene_node_at(self->scene, i, &node);
        if (node.kind == ZDEPTH_SCENE_MEDIA) {
            name_from(self, i, "front", from, to);
            name_from(self, i, "matte", from, to);
        } else if (node.kind == ZDEPTH_SCENE_GEOMETRY) {
            name_from(self, i, "file", from, to);
        }
    }
}

gboolean zd_scene_document_save(ZdSceneDocument *self, const char *path, GError **error)
{
    zdepth_error reason;
    const char *to = path != NULL ? path : self->path;
    g_return_val_if_fail(to != NULL && self->scene != NULL, FALSE);
    keep_media(self, to);
    if (!give(error, zdepth_scene_save(self->scene, to, &reason), &reason)) {
        return FALSE;
    }
    char *kept = g_strdup(to);
    g_autofree char *text = g_strdup(zdepth_scene_text(self->scene));
    g_free(self->path);
    self->path = kept;
    if (!replace_scene(self, text, error)) { /* for its new folder */
        return FALSE;
    }
    zd_scene_document_close_journal(self);
    set_dirty(self, FALSE);
    tell_change(self);
    return TRUE;
}

/* ---- edits ---- */

static char *name_of(ZdSceneDocument *self, int node)
{
    zdepth_scene_node of;
    return zdepth_scene_node_at(self->scene, node, &of) && of.kind != ZDEPTH_SCENE_FRAME
               ? g_strdup(of.name)
               : g_strdup("frame");
}

gboolean zd_scene_document_set(ZdSceneDocument *self, int node, const char *key, const char *text,
                               GError **error)
{
    g_return_val_if_fail(node >= 0 && key != NULL, FALSE);
    zdepth_error reason;
    g_autofree char *label = zd_scene_key_label(key);
    zd_history_remember(self->history);
    return finish_edit(self, label, zdepth_scene_set(self->scene, node, key, text, &reason),
                       &reason, error);
}

static int number_count(ZdSceneDocument *self, int node, const char *key)
{
    zdepth_scene_node of;
    zdepth_scene_key found;
    zdepth_scene_node_at(self->scene, node, &of);
    for (int i = 0; zdepth_scene_key_at(of.kind, i, &found); i++) {
        if (strcmp(found.name, key) == 0) {
            return found.count;
        }
    }
    return 0;
}

/* The numbers of a key with one of them changed, as text; others keep "auto". */
static char *changed_numbers(ZdSceneDocument *self, int node, const char *key, int component,
                             double value)
{
    assert(component >= 0 && component < 4);
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_autofree char *now = zd_scene_document_get(self, node, key);
    g_auto(GStrv) words = g_strsplit(now, " ", -1);
    int count = number_count(self, node, key);
    if (component < count && (int) g_strv_length(words) == count) {
        g_free(words[component]);
        words[component] = g_strdup(g_ascii_formatd(digits, sizeof digits, "%.7g", value));
    }
    return g_strjoinv(" ", words);
}

gboolean zd_scene_document_set_number(ZdSceneDocument *self, int node, const char *key,
                                      int component, double value, double frame, GError **error)
{
    g_return_val_if_fail(node >= 0 && component >= 0 && component < 4, FALSE);
    zdepth_error reason;
    g_autofree char *label = zd_scene_key_label(key);
    zdepth_scene_keyframe old = { .ease = ZDEPTH_SCENE_LINEAR };
    int keys = zdepth_scene_keyframe_count(self->scene, node, key, component);
    if (keys == 0) {
        g_autofree char *text = changed_numbers(self, node, key, component, value);
        return zd_scene_document_set(self, node, key, text, error);
    }
    for (int i = 0; i < keys; i++) {
        zdepth_scene_keyframe at;
        zdepth_scene_keyframe_at(self->scene, node, key, component, i, &at);
        old.ease = i == 0 || at.frame <= frame ? at.ease : old.ease;
    }
    zdepth_scene_keyframe with = { frame, value, old.ease };
    zd_history_remember(self->history);
    return finish_edit(self, label,
                       zdepth_scene_set_keyframe(self->scene, node, key, component, with, &reason),
                       &reason, error);
}

gboolean zd_scene_document_toggle_keyframe(ZdSceneDocument *self, int node, const char *key,
                                           int component, double frame, GError **error)
{
    g_return_val_if_fail(node >= 0 && component >= 0 && component < 4, FALSE);
    zdepth_error reason;
    zdepth_status status;
    zdepth_scene_keyframe at;
    int found = -1;
    int keys = zdepth_scene_keyframe_count(self->scene, node, key, component);
    for (int i = 0; i < keys; i++) {
        zdepth_scene_keyframe_at(self->scene, node, key, component, i, &at);
        found = at.frame == frame ? i : found;
    }
    zd_history_remember(self->history);
    if (found >= 0) {
        status = zdepth_scene_remove_keyframe(self->scene, node, key, component, found, &reason);
    } else {
        at = (zdepth_scene_keyframe){ frame,
                                      zdepth_scene_number(self->scene, node, key, component, frame),
                                      ZDEPTH_SCENE_SMOOTH };
        status = zdepth_scene_set_keyframe(self->scene, node, key, component, at, &reason);
    }
    return finish_edit(self, found >= 0 ? "Remove Key" : "Set Key", status, &reason, error);
}

int zd_scene_document_add(ZdSceneDocument *self, zdepth_scene_kind kind, GError **error)
{
    g_return_val_if_fail(kind < ZDEPTH_SCENE_KINDS, -1);
    zdepth_error reason;
    int node = -1;
    g_autofree char *label = g_strdup_printf("Add %s", zd_scene_kind_label(kind));
    zd_history_remember(self->history);
    finish_edit(self, label, zdepth_scene_add(self->scene, kind, &node, &reason), &reason, error);
    return node;
}

int zd_scene_document_add_map(ZdSceneDocument *self, int object, zdepth_scene_kind kind, int media,
                              GError **error)
{
    g_return_val_if_fail(object >= 0 && kind < ZDEPTH_SCENE_KINDS, -1);
    zdepth_error reason;
    int node = -1;
    g_autofree char *label = g_strdup_printf("Add %s", zd_scene_kind_label(kind));
    zd_history_remember(self->history);
    finish_edit(self, label, zdepth_scene_add_map(self->scene, object, kind, media, &node, &reason),
                &reason, error);
    return node;
}

gboolean zd_scene_document_create_map(ZdSceneDocument *self, int aov, gboolean *made,
                                      GError **error)
{
    zdepth_error reason;
    bool is_made = false;
    zd_history_remember(self->history);
    zdepth_status status = zdepth_scene_create_map(self->scene, aov, &is_made, &reason);
    *made = is_made;
    return finish_edit(self, "Create Map", status, &reason, error);
}

gboolean zd_scene_document_remove(ZdSceneDocument *self, int node, GError **error)
{
    g_return_val_if_fail(node >= 0, FALSE);
    zdepth_error reason;
    g_autofree char *name = name_of(self, node);
    g_autofree char *label = g_strdup_printf("Remove %s", name);
    zd_history_remember(self->history);
    return finish_edit(self, label, zdepth_scene_remove(self->scene, node, &reason), &reason,
                       error);
}

gboolean zd_scene_document_rename(ZdSceneDocument *self, int node, const char *name, GError **error)
{
    g_return_val_if_fail(node >= 0 && name != NULL, FALSE);
    zdepth_error reason;
    zd_history_remember(self->history);
    return finish_edit(self, "Rename", zdepth_scene_rename(self->scene, node, name, &reason),
                       &reason, error);
}

char *zd_scene_document_get(ZdSceneDocument *self, int node, const char *key)
{
    char *text = NULL;
    char *copy = NULL;
    if (zdepth_scene_get(self->scene, node, key, &text, NULL) == ZDEPTH_OK) {
        copy = g_strdup(text);
        zdepth_text_free(self->context, text);
    }
    return copy != NULL ? copy : g_strdup("");
}
