/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_DOCUMENT_H
#define ZD_STUDIO_ZD_DOCUMENT_H

/* The document: one project with its undo steps, its journal and its file. Widgets change it and
 * listen to it; it knows nothing of them, nor of the engine.
 *
 * Signals: "changed" (int insert, const char *name) after a value; "structure" after inserts, boxes
 * or everything; "history" after what can be undone has changed; "file" after path or dirtiness. */

#include <gio/gio.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_DOCUMENT (zd_document_get_type())
G_DECLARE_FINAL_TYPE(ZdDocument, zd_document, ZD, DOCUMENT, GObject)

/** Makes an empty document. The context is borrowed and outlives it. */
ZdDocument *zd_document_new(zdepth_context *context);

zdepth_context *zd_document_context(ZdDocument *document);

/** The project as it is now, to read. Valid until the next change. */
const zdepth_project *zd_document_project(ZdDocument *document);

/** Starts anew with footage; with a project file; both forget the history. */
gboolean zd_document_open_footage(ZdDocument *document, const char *path, GError **error);
gboolean zd_document_open_project(ZdDocument *document, const char *path, GError **error);

/** Writes the project file; NULL: where it came from. What lies beside it or below is named from there. */
gboolean zd_document_save(ZdDocument *document, const char *path, GError **error);

const char *zd_document_path(ZdDocument *document); /* NULL: never saved */
gboolean zd_document_is_dirty(ZdDocument *document);

/** The footage's name; NULL when there is none. Release with g_free. */
char *zd_document_footage(ZdDocument *document);

/** Names what is done next, "Depth In", as the undo menu will show it, and joins everything until
 *  zd_document_end into one step. May be nested; the outermost name counts. */
void zd_document_begin(ZdDocument *document, const char *label);

/** As zd_document_begin, for letters that are typed: those of one go are one step. */
void zd_document_begin_typing(ZdDocument *document, const char *label);
void zd_document_end(ZdDocument *document);

/** Sets a value from text, or takes it back to its initial one (text NULL). A change outside of
 *  begin and end is a step of its own, named after the parameter. */
gboolean zd_document_set(ZdDocument *document, int insert, const char *name, const char *text,
                         GError **error);

/** Sets a number in the way the document's locale-free text wants it. */
gboolean zd_document_set_number(ZdDocument *document, int insert, const char *name, double value,
                                GError **error);

gboolean zd_document_set_key(ZdDocument *document, int insert, const char *name, zdepth_key key,
                             GError **error);
void zd_document_remove_key(ZdDocument *document, int insert, const char *name, int index);

/** Adds an insert with "title" or "insert" set; gives its index, or -1. */
int zd_document_add_insert(ZdDocument *document, const char *name, const char *text,
                           GError **error);
void zd_document_remove_insert(ZdDocument *document, int index);
void zd_document_move_insert(ZdDocument *document, int from, int to);

gboolean zd_document_add_box(ZdDocument *document, zdepth_box box, GError **error);
gboolean zd_document_set_box(ZdDocument *document, int index, zdepth_box box, GError **error);
void zd_document_remove_box(ZdDocument *document, int index);
void zd_document_clear_boxes(ZdDocument *document);

/** The name of the step that undo or redo would do; NULL when there is none. */
const char *zd_document_undo_label(ZdDocument *document);
const char *zd_document_redo_label(ZdDocument *document);
void zd_document_undo(ZdDocument *document);
void zd_document_redo(ZdDocument *document);

/** A journal that a run which did not end left behind; NULL: none. Release with g_free. */
char *zd_document_find_journal(void);

/** Goes on from a journal, whose file becomes the document's own. */
gboolean zd_document_recover(ZdDocument *document, const char *journal, GError **error);

/** Forgets the journal: the window is closed in good order. */
void zd_document_close_journal(ZdDocument *document);

G_END_DECLS

#endif
