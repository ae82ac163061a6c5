/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Turns the names in a scene into indexes of nodes. Media may be named by their number, counted
 * from 1 in the order of the file, as in Action's media list. */

#include "scene/scene_internal.h"

#include <stdlib.h>
#include <string.h>

static int find_media_number(const zd_scene *scene, const char *name)
{
    char *end = NULL;
    long number = strtol(name, &end, 10);
    if (end == name || *end != '\0' || number < 1) {
        return -1;
    }
    for (int i = 0; i < scene->node_count; i++) {
        if (scene->nodes[i].kind == ZD_SCENE_NODE_MEDIA && --number == 0) {
            return i;
        }
    }
    return -1;
}

int zd_scene_find_media(const zd_scene *scene, const char *name)
{
    int node = zd_scene_find(scene, name);
    return node >= 0 && scene->nodes[node].kind == ZD_SCENE_NODE_MEDIA
               ? node
               : find_media_number(scene, name);
}

static void name_kinds(unsigned mask, char *out, size_t size)
{
    out[0] = '\0';
    for (int i = 0; i < ZD_SCENE_NODE_KINDS; i++) {
        if ((mask >> i & 1) != 0) {
            strncat(out, out[0] != '\0' ? "|" : "", size - strlen(out) - 1);
            strncat(out, zd_scene_node_kind_name((zd_scene_kind) i), size - strlen(out) - 1);
        }
    }
}

static zd_status link_ref(zd_scene *scene, const zd_scene_key *key, zd_scene_name_ref *ref,
                          zd_error *err)
{
    ref->node = zd_scene_find(scene, ref->name);
    if (ref->node < 0 && key->node_kinds == 1u << ZD_SCENE_NODE_MEDIA) {
        ref->node = find_media_number(scene, ref->name);
    }
    if (ref->node < 0) {
        return zd_scene_fail(scene, ref->line, ref->column, err, "%s: there is no node '%.60s'",
                             key->name, ref->name);
    }
    zd_scene_kind kind = scene->nodes[ref->node].kind;
    if ((key->node_kinds >> kind & 1) == 0) {
        char kinds[160];
        name_kinds(key->node_kinds, kinds, sizeof kinds);
        return zd_scene_fail(scene, ref->line, ref->column, err,
                             "%s takes %s; '%s' is of the kind %s", key->name, kinds, ref->name,
                             zd_scene_node_kind_name(kind));
    }
    return ZD_OK;
}

zd_status zd_scene_link(zd_scene *scene, zd_error *err)
{
    for (int i = 0; i < scene->node_count; i++) {
        int count = 0;
        const zd_scene_key *keys = zd_scene_node_keys(scene->nodes[i].kind, &count);
        for (int k = 0; k < count; k++) {
            zd_scene_value *value = &scene->nodes[i].values[k];
            for (int r = 0; r < value->ref_count; r++) {
                ZD_TRY(link_ref(scene, &keys[k], &value->refs[r], err));
            }
        }
    }
    return ZD_OK;
}
