/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SCENE_DOCUMENT_H
#define ZD_STUDIO_ZD_SCENE_DOCUMENT_H

/* A scene with its undo steps and its file. Widgets change it and listen to it; it knows nothing of
 * them. A step of the history is the whole text before it.
 *
 * Signals: "changed" after the text; "history" after what can be undone; "file" after path or
 * dirtiness. */

#include <gio/gio.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_SCENE_DOCUMENT (zd_scene_document_get_type())
G_DECLARE_FINAL_TYPE(ZdSceneDocument, zd_scene_document, ZD, SCENE_DOCUMENT, GObject)

/** Makes a document without a scene. The context is borrowed and outlives it. */
ZdSceneDocument *zd_scene_document_new(zdepth_context *context);

/** The scene as it is now; NULL: none. Valid until the next change. */
const zdepth_scene *zd_scene_document_scene(ZdSceneDocument *document);

/** Counts the changes, so that answers to an older state can be told. */
guint zd_scene_document_serial(ZdSceneDocument *document);

gboolean zd_scene_document_open(ZdSceneDocument *document, const char *path, GError **error);

/** Starts with a text that has no file yet. */
gboolean zd_scene_document_start(ZdSceneDocument *document, const char *text, GError **error);

/** Writes the file; NULL: where it came from. In another folder media are named by whole paths. */
gboolean zd_scene_document_save(ZdSceneDocument *document, const char *path, GError **error);

const char *zd_scene_document_path(ZdSceneDocument *document); /* NULL: never saved */
gboolean zd_scene_document_is_dirty(ZdSceneDocument *document);

/** Joins everything until end into one step of that name; the outermost name counts. */
void zd_scene_document_begin(ZdSceneDocument *document, const char *label);
void zd_scene_document_end(ZdSceneDocument *document);

/** Sets a key from text, or takes it back to what it is by itself (NULL). */
gboolean zd_scene_document_set(ZdSceneDocument *document, int node, const char *key,
                               const char *text, GError **error);

/** Sets one number of a key: its keyframe at `frame` when that number has keyframes. */
gboolean zd_scene_document_set_number(ZdSceneDocument *document, int node, const char *key,
                                      int component, double value, double frame, GError **error);

/** Gives a number a keyframe with its value at a frame, or takes the one there away. */
gboolean zd_scene_document_toggle_keyframe(ZdSceneDocument *document, int node, const char *key,
                                           int component, double frame, GError **error);

/** These give the new node, or -1. */
int zd_scene_document_add(ZdSceneDocument *document, zdepth_scene_kind kind, GError **error);
int zd_scene_document_add_map(ZdSceneDocument *document, int object, zdepth_scene_kind kind,
                              int media, GError **error);

gboolean zd_scene_document_create_map(ZdSceneDocument *document, int aov, gboolean *made,
                                      GError **error);
gboolean zd_scene_document_remove(ZdSceneDocument *document, int node, GError **error);
gboolean zd_scene_document_rename(ZdSceneDocument *document, int node, const char *name,
                                  GError **error);

const char *zd_scene_document_undo_label(ZdSceneDocument *document);
const char *zd_scene_document_redo_label(ZdSceneDocument *document);
void zd_scene_document_undo(ZdSceneDocument *document);
void zd_scene_document_redo(ZdSceneDocument *document);

/** A journal that a run which did not end left behind; NULL: none. Release with g_free. */
char *zd_scene_document_find_journal(void);

/** Goes on from a journal, which becomes the document's own. */
gboolean zd_scene_document_recover(ZdSceneDocument *document, const char *journal, GError **error);

/** Forgets the journal: the window is closed in good order. */
void zd_scene_document_close_journal(ZdSceneDocument *document);

/** A key's value; release with g_free. Never NULL. */
char *zd_scene_document_get(ZdSceneDocument *document, int node, const char *key);

/** "Z-Depth Map" for a kind, "Analysis Type" for a key: as an artist reads it. */
const char *zd_scene_kind_label(zdepth_scene_kind kind);
char *zd_scene_key_label(const char *key); /* release with g_free */

G_END_DECLS

#endif
