/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A step of the history is the whole project before it: a few kilobytes, and undo cannot forget
 * anything. The journal is the project's text beside the cache, replaced after every step. */

#include "zd_document.h"

#include <glib/gstdio.h>

#include "zd_journal.h"

typedef struct step {
    zdepth_project *project;
    char *label;
} step;

struct _ZdDocument {
    GObject parent_instance;
    zdepth_context *context;
    zdepth_project *project;
    char *path;
    char *journal;
    GPtrArray *undo; /* of step, oldest first */
    GPtrArray *redo;
    int depth;     /* of begin without end */
    char *label;   /* of the running step */
    step *pending; /* the state before it, once something changed */
    gboolean dirty;
};

G_DEFINE_FINAL_TYPE(ZdDocument, zd_document, G_TYPE_OBJECT)

enum { CHANGED, STRUCTURE, HISTORY, FILE_STATE, SIGNAL_COUNT };
static guint signals[SIGNAL_COUNT];

static void free_step(gpointer data)
{
    step *s = data;
    zdepth_project_destroy(&s->project);
    g_free(s->label);
    g_free(s);
}

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
    g_ptr_array_unref(self->undo);
    g_ptr_array_unref(self->redo);
    if (self->pending != NULL) {
        free_step(self->pending);
    }
    g_free(self->label);
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

static void zd_document_init(ZdDocument *self)
{
    self->undo = g_ptr_array_new_with_free_func(free_step);
    self->redo = g_ptr_array_new_with_free_func(free_step);
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

/* Keeps the state before the first change of a step. */
static void remember(ZdDocument *self)
{
    if (self->pending == NULL) {
        self->pending = g_new0(step, 1);
        if (zdepth_project_copy(self->project, &self->pending->project, NULL) != ZDEPTH_OK) {
            g_error("not enough memory to remember a step");
        }
    }
}

static void finish_step(ZdDocument *self, const char *label)
{
    if (self->depth > 0 || self->pending == NULL) {
        return;
    }
    self->pending->label = g_strdup(label);
    g_ptr_array_add(self->undo, g_steal_pointer(&self->pending));
    g_ptr_array_set_size(self->redo, 0);
    write_journal(self);
    set_dirty(self, TRUE);
    tell_history(self);
}

static void drop_step(ZdDocument *self)
{
    if (self->depth == 0 && self->pending != NULL) {
        free_step(g_steal_pointer(&self->pending));
    }
}

void zd_document_begin(ZdDocument *self, const char *label)
{
    if (self->depth++ == 0) {
        g_free(self->label);
        self->label = g_strdup(label);
    }
}

void zd_document_end(ZdDocument *self)
{
    g_return_if_fail(self->depth > 0);
    if (--self->depth == 0) {
        finish_step(self, self->label);
    }
}

static const char *last_label(GPtrArray *steps)
{
    return steps->len > 0 ? ((step *) steps->pdata[steps->len - 1])->label : NULL;
}

const char *zd_document_undo_label(ZdDocument *self)
{
    return last_label(self->undo);
}

const char *zd_document_redo_label(ZdDocument *self)
{
    return last_label(self->redo);
}

static void tell_everything(ZdDocument *self)
{
    g_signal_emit(self, signals[STRUCTURE], 0);
    g_signal_emit(self, signals[CHANGED], 0, ZDEPTH_PROJECT_ITSELF, "");
}

static void step_over(ZdDocument *self, GPtrArray *from, GPtrArray *to)
{
    if (from->len == 0 || self->depth > 0) {
        return;
    }
    step *s = g_ptr_array_steal_index(from, from->len - 1);
    zdepth_project *now = self->project;
    self->project = s->project;
    s->project = now;
    g_ptr_array_add(to, s);
    write_journal(self);
    set_dirty(self, TRUE);
    tell_history(self);
    tell_everything(self);
}

void zd_document_undo(ZdDocument *self)
{
    step_over(self, self->undo, self->redo);
}

void zd_document_redo(ZdDocument *self)
{
    step_over(self, self->redo, self->undo);
}

/* ---- files ---- */

static void start_with(ZdDocument *self, zdepth_project *project, const char *path)
{
    zdepth_project_destroy(&self->project);
    self->project = project;
    g_free(self->path);
    self->path = g_strdup(path);
    g_ptr_array_set_size(self->undo, 0);
    g_ptr_array_set_size(self->redo, 0);
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
    if (!give(error, zdepth_project_save(self->project, to, &reason), &reason)) {
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
    finish_step(self, label);
    g_signal_emit(self, signals[CHANGED], 0, insert, name);
}

gboolean zd_document_set(ZdDocument *self, int insert, const char *name, const char *text,
                         GError **error)
{
    zdepth_error reason;
    remember(self);
    if (text == NULL) {
        zdepth_project_unset(self->project, insert, name);
    } else if (!give(error, zdepth_project_set(self->project, insert, name, text, 0.0, &reason),
                     &reason))
    {
        drop_step(self);
        return FALSE;
    }
    tell_change(self, insert, name);
    return TRUE;
}

gboolean zd_document_set_number(ZdDocument *self, int insert, const char *name, double value,
                                GError **error)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(text, sizeof text, "%.6g", value);
    return zd_document_set(self, insert, name, text, error);
}

gboolean zd_document_set_key(ZdDocument *self, int insert, const char *name, zdepth_key key,
                             GError **error)
{
    zdepth_error reason;
    remember(self);
    if (!give(error, zdepth_project_set_key(self->project, insert, name, key, &reason), &reason)) {
        drop_step(self);
        return FALSE;
    }
    tell_change(self, insert, name);
    return TRUE;
}

void zd_document_remove_key(ZdDocument *self, int insert, const char *name, int index)
{
    remember(self);
    zdepth_project_remove_key(self->project, insert, name, index);
    tell_change(self, insert, name);
}

/* ---- inserts and boxes ---- */

static void tell_structure(ZdDocument *self, const char *label)
{
    finish_step(self, label);
    g_signal_emit(self, signals[STRUCTURE], 0);
}

int zd_document_add_insert(ZdDocument *self, const char *name, const char *text, GError **error)
{
    zdepth_error reason;
    int index = -1;
    remember(self);
    zdepth_status status = zdepth_project_add_insert(self->project, &index, &reason);
    if (status == ZDEPTH_OK) {
        status = zdepth_project_set(self->project, index, name, text, 0.0, &reason);
        if (status != ZDEPTH_OK) {
            zdepth_project_remove_insert(self->project, index);
        }
    }
    if (!give(error, status, &reason)) {
        drop_step(self);
        return -1;
    }
    tell_structure(self, g_str_equal(name, "title") ? "Add Title" : "Add Insert");
    return index;
}

void zd_document_remove_insert(ZdDocument *self, int index)
{
    remember(self);
    zdepth_project_remove_insert(self->project, index);
    tell_structure(self, "Remove Insert");
}

void zd_document_move_insert(ZdDocument *self, int from, int to)
{
    remember(self);
    zdepth_project_move_insert(self->project, from, to);
    tell_structure(self, "Reorder Inserts");
}

gboolean zd_document_add_box(ZdDocument *self, zdepth_box box, GError **error)
{
    zdepth_error reason;
    remember(self);
    if (!give(error, zdepth_project_add_box(self->project, box, &reason), &reason)) {
        drop_step(self);
        return FALSE;
    }
    tell_structure(self, box.subtract ? "Subtract Selection" : "Add Selection");
    return TRUE;
}

gboolean zd_document_set_box(ZdDocument *self, int index, zdepth_box box, GError **error)
{
    zdepth_error reason;
    remember(self);
    if (!give(error, zdepth_project_set_box(self->project, index, box, &reason), &reason)) {
        drop_step(self);
        return FALSE;
    }
    tell_structure(self, "Change Selection");
    return TRUE;
}

void zd_document_remove_box(ZdDocument *self, int index)
{
    remember(self);
    zdepth_project_remove_box(self->project, index);
    tell_structure(self, "Remove Selection");
}

void zd_document_clear_boxes(ZdDocument *self)
{
    remember(self);
    while (zdepth_project_box_count(self->project) > 0) {
        zdepth_project_remove_box(self->project, 0);
    }
    tell_structure(self, "Clear Selection");
}
