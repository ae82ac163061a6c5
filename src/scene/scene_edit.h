/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_EDIT_H
#define ZD_SCENE_SCENE_EDIT_H

/* Changes of a scene's text that keep comments, order and layout of all that they do not touch.
 *
 * Each function takes a parsed scene that was not checked (so that it holds what the file holds) and
 * the very text that it was parsed from, and adds the whole new text to `out`. Whether that text is a
 * scene again is for the parser to say. */

#include "scene/scene_internal.h"

typedef struct zd_scene_source {
    zd_scene *scene;
    const char *text;
    size_t bytes;
} zd_scene_source;

/** Writes a key's value: numbers, a word, names separated by spaces, or a text (without quotes).
 *  NULL takes the key out. Refuses what could not be one value. */
ZD_MUST_USE zd_status zd_scene_edit_set(const zd_scene_source *source, int node, int key,
                                        const char *value, zd_text *out, zd_error *err);

/** Appends a node without keys. */
ZD_MUST_USE zd_status zd_scene_edit_add(const zd_scene_source *source, zd_scene_kind kind,
                                        const char *name, zd_text *out, zd_error *err);

/** Takes a node out with its keyframes. What it carried hangs on its own parent from then on, maps
 *  that lie on it go with it, and other links to it end. The frame cannot be removed. */
ZD_MUST_USE zd_status zd_scene_edit_remove(const zd_scene_source *source, int node, zd_text *out,
                                           zd_error *err);

/** Gives a node another name, everywhere. */
ZD_MUST_USE zd_status zd_scene_edit_rename(const zd_scene_source *source, int node,
                                           const char *name, zd_text *out, zd_error *err);

/** Writes the keyframes of one number of a key; a count of 0 takes them away. */
ZD_MUST_USE zd_status zd_scene_edit_keyframes(const zd_scene_source *source, int node, int key,
                                              int component, const zd_keyframe *keys, int count,
                                              zd_text *out, zd_error *err);

/** Writes a key's value as zd_scene_edit_set takes it. */
void zd_scene_write_plain_value(const zd_scene_node *node, int key, zd_text *out);

/** Takes over the numbers of another scene that differs in nothing else, so that a renderer of `to`
 *  goes on with them. False when more differs: other nodes, links, words, or numbers that a renderer
 *  looks at only once; or without memory for keyframes. Then `to` wants a renderer of its own. Both
 *  must be checked. */
bool zd_scene_assign_numbers(zd_scene *to, const zd_scene *from);

#endif
