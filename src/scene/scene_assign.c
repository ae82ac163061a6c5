/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Numbers may change from frame to frame by keyframes, so a renderer looks at them each time; a scene
 * that differs from another in numbers alone can hand them over while it is being rendered. */

#include "scene/scene_edit.h"

#include <string.h>

/* Numbers that a renderer looks at once: they decide sizes and what is learnt from a first frame. */
static bool is_looked_at_once(zd_scene_kind kind, int key)
{
    return kind == ZD_SCENE_NODE_FRAME || kind == ZD_SCENE_NODE_MEDIA ||
           (kind == ZD_SCENE_NODE_GEOMETRY && key == ZD_SCENE_GEOMETRY_SUBDIVIDE) ||
           (kind == ZD_SCENE_NODE_ZDEPTH && key == ZD_SCENE_ZDEPTH_ROI);
}

static bool same_numbers(const zd_scene_value *a, const zd_scene_value *b)
{
    return a->is_auto == b->is_auto && memcmp(a->number, b->number, sizeof a->number) == 0 &&
           a->curves == NULL && b->curves == NULL;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static bool same_links(const zd_scene_value *a, const zd_scene_value *b)
{
    if (a->is_all != b->is_all || a->ref_count != b->ref_count) {
        return false;
    }
    for (int i = 0; i < a->ref_count; i++) {
        if (a->refs[i].node != b->refs[i].node) {
            return false;
        }
    }
    return true;
}

static bool same_value(zd_scene_kind kind, int key, const zd_scene_key *table,
                       const zd_scene_value *a, const zd_scene_value *b)
{
    switch (table->kind) {
    case ZD_SCENE_VALUE_NUMBER:
        return !is_looked_at_once(kind, key) || same_numbers(a, b);
    case ZD_SCENE_VALUE_CHOICE:
    case ZD_SCENE_VALUE_PASSES:
        return a->choice == b->choice;
    case ZD_SCENE_VALUE_TEXT:
        return same_text(a->text, b->text);
    case ZD_SCENE_VALUE_NODE:
    case ZD_SCENE_VALUE_NODES:
        return same_links(a, b);
    }
    return false;
}

static bool same_but_numbers(const zd_scene *a, const zd_scene *b)
{
    if (a->node_count != b->node_count || a->is_timeline != b->is_timeline) {
        return false;
    }
    for (int i = 0; i < a->node_count; i++) {
        int count = 0;
        const zd_scene_key *keys = zd_scene_node_keys(a->nodes[i].kind, &count);
        if (a->nodes[i].kind != b->nodes[i].kind || strcmp(a->nodes[i].name, b->nodes[i].name) != 0)
        {
            return false;
        }
        for (int k = 0; k < count; k++) {
            if (!same_value(a->nodes[i].kind, k, &keys[k], &a->nodes[i].values[k],
                            &b->nodes[i].values[k])) {
                return false;
            }
        }
    }
    return true;
}

/* Keyframes live in the arena of their scene. */
static zd_scene_curve *copy_curves(zd_scene *to, const zd_scene_curve *curves, int count)
{
    zd_scene_curve *copies = zd_scene_alloc(to, (size_t) count, sizeof *copies);
    for (int i = 0; copies != NULL && i < count; i++) {
        size_t keys = (size_t) curves[i].count;
        copies[i].keys = zd_scene_alloc(to, keys > 0 ? keys : 1, sizeof *copies[i].keys);
        if (copies[i].keys == NULL) {
            return NULL;
        }
        if (keys > 0) {
            memcpy(copies[i].keys, curves[i].keys, keys * sizeof *curves[i].keys);
        }
        copies[i].count = curves[i].count;
    }
    return copies;
}

static bool same_curves(const zd_scene_curve *a, const zd_scene_curve *b, int count)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    for (int i = 0; i < count; i++) {
        if (a[i].count != b[i].count) {
            return false;
        }
        for (int k = 0; k < a[i].count; k++) {
            const zd_keyframe *one = &a[i].keys[k];
            const zd_keyframe *other = &b[i].keys[k];
            if (one->frame != other->frame || one->value != other->value ||
                one->interp != other->interp) {
                return false;
            }
        }
    }
    return true;
}

/* False: no memory. */
static bool take_numbers(zd_scene *scene, zd_scene_value *mine, const zd_scene_value *other,
                         int count)
{
    if (!same_curves(mine->curves, other->curves, count)) {
        zd_scene_curve *curves =
            other->curves != NULL ? copy_curves(scene, other->curves, count) : NULL;
        if (curves == NULL && other->curves != NULL) {
            return false;
        }
        mine->curves = curves;
    }
    memcpy(mine->number, other->number, sizeof mine->number);
    mine->is_auto = other->is_auto;
    mine->is_set = other->is_set;
    return true;
}

bool zd_scene_assign_numbers(zd_scene *to, const zd_scene *from)
{
    if (!same_but_numbers(to, from)) {
        return false;
    }
    for (int i = 0; i < to->node_count; i++) {
        int count = 0;
        const zd_scene_key *keys = zd_scene_node_keys(to->nodes[i].kind, &count);
        for (int k = 0; k < count; k++) {
            if (keys[k].kind == ZD_SCENE_VALUE_NUMBER &&
                !take_numbers(to, &to->nodes[i].values[k], &from->nodes[i].values[k],
                              keys[k].count))
            {
                return false;
            }
        }
    }
    return true;
}
