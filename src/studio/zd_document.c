/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A state of the history is a copy of the project. The journal is the project's text beside the cache,
 * replaced after every step. */

#include "zd_document.h"

#include <glib/gstdio.h>
#include <math.h>

#include "zd_history.h"
#include "zd_journal.h"

struct _ZdDocument {
    GObject parent_instance;
    zdepth_context *context;
    zdepth_project *project;
    char *path;
    char *journal;
    ZdHistory *history;
    gboolean dirty;
};

G_DEFINE_FINAL_TYPE(ZdDocument, zd_document, G_TYPE_OBJECT)

enum { CHANGED, STRUCTURE, HISTORY, FILE_STATE, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

static gboolean give(GError **error, zdepth_status status, const zdepth_error *reason)
{
    if (status == ZDEPTH_OK) {
        return TRUE;
    }
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, reason->message);
    return FALSE;
}

static void zd_document_finalize(GObject *object)
{
    ZdDocument *self = ZD_DOCUMENT(object);
    zdepth_project_destroy(&self->project);
    zd_history_free(self->history);
    g_free(self->path);
    g_free(self->journal);
    G_OBJECT_CLASS(zd_document_parent_class)->finalize(object);
}

static void zd_document_class_init(ZdDocumentClass *class)
{
    GType type = G_TYPE_FROM_CLASS(class);
    G_OBJECT_CLASS(class)->finalize = zd_document_finalize;
    signals[CHANGED] = g_signal_new("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
    signals[STRUCTURE] =
        g_signal_new("structure", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[HISTORY] =
        g_signal_new("history", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[FILE_STATE] =
        g_signal_new("file", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static const ZdHistoryClass history_class;

static void zd_document_init(ZdDocument *self)
{
    self->history = zd_history_new(&history_class, self);
}

ZdDocument *zd_document_new(zdepth_context *context)
{
    ZdDocument *self = g_object_new(ZD_TYPE_DOCUMENT, NULL);
    self->context = context;
    if (zdepth_project_create(context, &self->project, NULL) != ZDEPTH_OK) {
        g_error("not enough memory for a project");
    }
    return self;
}

zdepth_context *zd_document_context(ZdDocument *self)
{
    return self->context;
}

const zdepth_project *zd_document_project(ZdDocument *self)
{
    return self->project;
}

const char *zd_document_path(ZdDocument *self)
{
    return self->path;
}

gboolean zd_document_is_dirty(ZdDocument *self)
{
    return self->dirty;
}

char *zd_document_footage(ZdDocument *self)
{
    char *text = NULL;
    char *copy = NULL;
    if (zdepth_project_is_set(self->project, ZDEPTH_PROJECT_ITSELF, "footage") &&
        zdepth_project_get(self->project, ZDEPTH_PROJECT_ITSELF, "footage", &text, NULL) ==
            ZDEPTH_OK)
    {
        copy = g_strdup(text);
        zdepth_text_free(self->context, text);
    }
    return copy;
}

/* ---- journal ---- */

#define JOURNAL_ENDING ".journal.zdp"

static void write_journal(ZdDocument *self)
{
    if (self->journal == NULL && (self->journal = zd_journal_new(JOURNAL_ENDING)) == NULL) {
        return; /* work goes on without */
    }
    zdepth_error reason;
    if (zdepth_project_save(self->project, self->journal, &reason) != ZDEPTH_OK) {
        g_warning("the journal '%s' cannot be written: %s", self->journal, reason.message);
    }
}

void zd_document_close_journal(ZdDocument *self)
{
    if (self->journal != NULL) {
        g_unlink(self->journal);
        g_clear_pointer(&self->journal, g_free);
    }
}

char *zd_document_find_journal(void)
{
    return zd_journal_find(JOURNAL_ENDING);
}

/* ---- history ---- */

static void tell_history(ZdDocument *self)
{
    g_signal_emit(self, signals[HISTORY], 0);
}

static void set_dirty(ZdDocument *self, gboolean dirty)
{
    self->dirty = dirty;
    g_signal_emit(self, signals[FILE_STATE], 0);
}

static gpointer copy_state(gpointer document)
{
    zdepth_project *copy;
    if (zdepth_project_copy(ZD_DOCUMENT(document)->project, &copy, NULL) != ZDEPTH_OK) {
        g_error("not enough memory to remember a step");
    }
    return copy;
}

static gpointer exchange_state(gpointer document, gpointer state)
{
    ZdDocument *self = document;
    zdepth_project *before = self->project;
    self->project = state;
    return before;
}

static gboolean is_state_now(gpointer document, gpointer state)
{
    ZdDocument *self = document;
    char *now = NULL;
    char *before = NULL;
    gboolean is_same = zdepth_project_text(self->project, &now, NULL) == ZDEPTH_OK &&
                       zdepth_project_text(state, &before, NULL) == ZDEPTH_OK &&
                       g_str_equal(now, before);
    zdepth_text_free(self->context, now);
    zdepth_text_free(self->context, before);
    return is_same;
}

static void free_state(gpointer state)
{
    zdepth_project *project = state;
    zdepth_project_destroy(&project);
}

static void stepped(gpointer document)
{
    write_journal(document);
    set_dirty(document, TRUE);
    tell_history(document);
}

static const ZdHistoryClass history_class = { copy_state, exchange_state, is_state_now, free_state,
                                              stepped };

void zd_document_begin(ZdDocument *self, const char *label)
{
    zd_history_begin(self->history, label);
}

void zd_document_begin_typing(ZdDocument *self, const char *label)
{
    zd_history_begin_typing(self->history, label);
}

void zd_document_end(ZdDocument *self)
{
    zd_history_end(self->history);
}

const char *zd_document_undo_label(ZdDocument *self)
{
    return zd_history_undo_label(self->history);
}

const char *zd_document_redo_label(ZdDocument *self)
{
    return zd_history_redo_label(self->history);
}

static void tell_everything(ZdDocument *self)
{
    g_signal_emit(self, signals[STRUCTURE], 0);
    g_signal_emit(self, signals[CHANGED], 0, ZDEPTH_PROJECT_ITSELF, "");
}

void zd_document_undo(ZdDocument *self)
{
    if (zd_history_undo(self->history)) {
        tell_everything(self);
    }
}

void zd_document_redo(ZdDocument *self)
{
    if (zd_history_redo(self->history)) {
        tell_everything(self);
    }
}

/* ---- files ---- */

static void start_with(ZdDocument *self, zdepth_project *project, const char *path)
{
    zdepth_project_destroy(&self->project);
    self->project = project;
    g_free(self->path);
    self->path = g_strdup(path);
    zd_history_clear(self->history);
    zd_document_close_journal(self);
    set_dirty(self, FALSE);
    tell_history(self);
    tell_everything(self);
}

gboolean zd_document_open_footage(ZdDocument *self, const char *path, GError **error)
{
    zdepth_error reason;
    zdepth_project *project;
    if (!give(error, zdepth_project_create(self->context, &project, &reason), &reason)) {
        return FALSE;
    }
    zdepth_status status =
        zdepth_project_set(project, ZDEPTH_PROJECT_ITSELF, "footage", path, 0.0, &reason);
    if (!give(error, status, &reason)) {
        zdepth_project_destroy(&project);
        return FALSE;
    }
    start_with(self, project, NULL);
    return TRUE;
}

gboolean zd_document_open_project(ZdDocument *self, const char *path, GError **error)
{
    zdepth_error reason;
    zdepth_project *project;
    if (!give(error, zdepth_project_load(self->context, path, &project, &reason), &reason)) {
        return FALSE;
    }
    start_with(self, project, path);
    return TRUE;
}

gboolean zd_document_recover(ZdDocument *self, const char *journal, GError **error)
{
    if (!zd_document_open_project(self, journal, error)) {
        return FALSE;
    }
    g_clear_pointer(&self->path, g_free);
    write_journal(self);
    g_unlink(journal);
    set_dirty(self, TRUE);
    return TRUE;
}

gboolean zd_document_save(ZdDocument *self, const char *path, GError **error)
{
    zdepth_error reason;
    const char *to = path != NULL ? path : self->path;
    g_return_val_if_fail(to != NULL, FALSE);
    if (!give(error, zdepth_project_save_carried(self->project, to, &reason), &reason)) {
        return FALSE;
    }
    char *kept = g_strdup(to);
    g_free(self->path);
    self->path = kept;
    zd_document_close_journal(self);
    set_dirty(self, FALSE);
    return TRUE;
}

/* ---- values ---- */

static void tell_change(ZdDocument *self, int insert, const char *name)
{
    zdepth_param param;
    const char *label = zdepth_param_find(name, &param) ? param.label : name;
    zd_history_finish(self->history, label);
    g_signal_emit(self, signals[CHANGED], 0, insert, name);
}

gboolean zd_document_set(ZdDocument *self, int insert, const char *name, const char *text,
                         GError **error)
{
    g_return_val_if_fail(insert >= ZDEPTH_PROJECT_ITSELF && name != NULL, FALSE);
    zdepth_error reason;
    zd_history_remember(self->history);
    if (text == NULL) {
        zdepth_project_unset(self->project, insert, name);
    } else if (!give(error, zdepth_project_set(self->project, insert, name, text, 0.0, &reason),
                     &reason))
    {
        zd_history_finish(self->history, NULL); /* nothing came of it */
        return FALSE;
    }
    tell_change(self, insert, name);
    return TRUE;
}

gboolean zd_document_set_number(ZdDocument *self, int insert, const char *name, double value,
                                GError **error)
{
    g_return_val_if_fail(isfinite(value), FALSE);
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(text, sizeof text, "%.6g", value);
    return zd_document_set(self, insert, name, text, error);
}

gboolean zd_document_set_key(ZdDocument *self, int insert, const char *name, zdepth_key key,
                             GError **error)
{
    zdepth_error reason;
    zd_history_remember(self->history);
    if (!give(error, zdepth_project_set_key(self->project, insert, name, key, &reason), &reason)) {
        zd_history_finish(self->history, NULL); /* nothing came of it */
        return FALSE;
    }
    tell_change(self, insert, name);
    return TRUE;
}

void zd_document_remove_key(ZdDocument *self, int insert, const char *name, int index)
{
    zd_history_remember(self->history);
    zdepth_project_remove_key(self->project, insert, name, index);
    tell_change(self, insert, name);
}

/* ---- inserts and boxes ---- */

static void tell_structure(ZdDocument *self, const char *label)
{
    zd_history_finish(self->history, label);
    g_signal_emit(self, signals[STRUCTURE], 0);
}

int zd_document_add_insert(ZdDocument *self, const char *name, const char *text, GError **error)
{
    zdepth_error reason;
    int index = -1;
    zd_history_remember(self->history);
    zdepth_status status = zdepth_project_add_insert(self->project, &index, &reason);
    if (status == ZDEPTH_OK) {
        status = zdepth_project_set(self->project, index, name, text, 0.0, &reason);
        if (status != ZDEPTH_OK) {
            zdepth_project_remove_insert(self->project, index);
        }
    }
    if (!give(error, status, &reason)) {
        zd_history_finish(self->history, NULL); /* nothing came of it */
        return -1;
    }
    tell_structure(self, g_str_equal(name, "title") ? "Add Title" : "Add Insert");
    return index;
}

void zd_document_remove_insert(ZdDocument *self, int index)
{
    g_return_if_fail(index >= 0);
    zd_history_remember(self->history);
    zdepth_project_remove_insert(self->project, index);
    tell_structure(self, "Remove Insert");
}

void zd_document_move_insert(ZdDocument *self, int from, int to)
{
    g_return_if_fail(from >= 0 && to >= 0);
    zd_history_remember(self->history);
    zdepth_project_move_insert(self->project, from, to);
    tell_structure(self, "Reorder Inserts");
}

gboolean zd_document_add_box(ZdDocument *self, zdepth_box box, GError **error)
{
    zdepth_error reason;
    zd_history_remember(self->history);
    if (!give(error, zdepth_project_add_box(self->project, box, &reason), &reason)) {
        zd_history_finish(self->history, NULL); /* nothing came of it */
        return FALSE;
    }
    tell_structure(self, box.subtract ? "Subtract Selection" : "Add Selection");
    return TRUE;
}

gboolean zd_document_set_box(ZdDocument *self, int index, zdepth_box box, GError **error)
{
    zdepth_error reason;
    zd_history_remember(self->history);
    if (!give(error, zdepth_project_set_box(self->project, index, box, &reason), &reason)) {
        zd_history_finish(self->history, NULL); /* nothing came of it */
        return FALSE;
    }
    tell_structure(self, "Change Selection");
    return TRUE;
}

void zd_document_remove_box(ZdDocument *self, int index)
{
    g_return_if_fail(index >= 0);
    zd_history_remember(self->history);
    zdepth_project_remove_box(self->project, index);
    tell_structure(self, "Remove Selection");
}

void zd_document_clear_boxes(ZdDocument *self)
{
    zd_history_remember(self->history);
    while (zdepth_project_box_count(self->project) > 0) {
        zdepth_project_remove_box(self->project, 0);
    }
    tell_structure(self, "Clear Selection");
}
