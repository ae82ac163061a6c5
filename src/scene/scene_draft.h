/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_DRAFT_H
#define ZD_SCENE_SCENE_DRAFT_H

/* A scene as its text, which is edited as a whole: each edit makes a new text, which is parsed, and
 * only then takes the old one's place. Comments, order and layout of what an edit is not about stay;
 * an edit that fails changes nothing. Under the library's scenes and the editing verbs of
 * `zdepth scene`.
 *
 * Thread-safety: one thread at a time uses a draft. */

#include "scene/scene_edit.h"

typedef struct zd_scene_draft {
    zd_context *ctx;
    char *path;
    char *text;
    size_t bytes;
    zd_scene *parsed; /* of the text, not checked: it holds what the file holds */
} zd_scene_draft;

/** Parses a text of `bytes` bytes, which is copied. On failure nothing is to be released. */
ZD_MUST_USE zd_status zd_scene_draft_open(zd_context *ctx, const char *path, const char *text,
                                          size_t bytes, zd_scene_draft *doc, zd_error *err);
ZD_MUST_USE zd_status zd_scene_draft_read(zd_context *ctx, const char *path, zd_scene_draft *doc,
                                          zd_error *err);
void zd_scene_draft_close(zd_scene_draft *doc);

/** Writes the text to a file, which appears whole or not at all. */
ZD_MUST_USE zd_status zd_scene_draft_save(const zd_scene_draft *doc, const char *path,
                                          zd_error *err);

static inline bool zd_scene_draft_has(const zd_scene_draft *doc, int node)
{
    return node >= 0 && node < doc->parsed->node_count;
}

static inline zd_scene_source zd_scene_draft_source(const zd_scene_draft *doc)
{
    return (zd_scene_source){ doc->parsed, doc->text, doc->bytes };
}

/** Ends an edit of scene_edit.h: what it made becomes the scene, or is forgotten. Releases `text`. */
ZD_MUST_USE zd_status zd_scene_draft_finish(zd_scene_draft *doc, zd_status status, zd_text *text,
                                            zd_error *err);

/** The index of a node's key; fails where there is none of that name. */
ZD_MUST_USE zd_status zd_scene_draft_key(const zd_scene_draft *doc, int node, const char *key,
                                         int *index, zd_error *err);

/** Writes a key's value as zd_scene_edit_set takes it; NULL takes the key out. */
ZD_MUST_USE zd_status zd_scene_draft_set(zd_scene_draft *doc, int node, const char *key,
                                         const char *value, zd_error *err);

/** Appends a node named after `stem`, with a number where that is taken; *node is its index. */
ZD_MUST_USE zd_status zd_scene_draft_add(zd_scene_draft *doc, zd_scene_kind kind, const char *stem,
                                         int *node, zd_error *err);

/** Add Map: lays a zdepth, normalmap or aov on a surface or geometry. A zdepth gets an axis of its own,
 *  which is a child of the object. `media` is the map's; -1: the object's own. */
ZD_MUST_USE zd_status zd_scene_draft_add_map(zd_scene_draft *doc, int object, zd_scene_kind kind,
                                             int media, int *node, zd_error *err);

/** Create Map: writes down the map that an aov node needs, with its axis, or the bump that its map
 *  needs. *made tells whether anything was missing. */
ZD_MUST_USE zd_status zd_scene_draft_create_map(zd_scene_draft *doc, int aov, bool *made,
                                                zd_error *err);

/** Apply: gives a surface, geometry, zdepth or normalmap another media. */
ZD_MUST_USE zd_status zd_scene_draft_apply_media(zd_scene_draft *doc, int node, int media,
                                                 zd_error *err);

/** Read File: the media whose front is `file`, which is added where there is none. */
ZD_MUST_USE zd_status zd_scene_draft_read_file(zd_scene_draft *doc, const char *file, int *media,
                                               zd_error *err);

/** Writes an axis's position as zd_scene_zsnap has left it in `snapped`, a scene of the same text, and
 *  ends its live relation to a map. */
ZD_MUST_USE zd_status zd_scene_draft_snap(zd_scene_draft *doc, int axis, const zd_scene *snapped,
                                          zd_error *err);

#endif
