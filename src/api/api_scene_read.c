/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: what a scene's nodes are and hold. */

#include <string.h>

#include "api/api_scene.h"

int zdepth_scene_node_count(const zdepth_scene *scene)
{
    return scene->doc.parsed->node_count;
}

static int ref_of(const zd_scene_node *node, const char *key)
{
    int index = zd_scene_node_find_key(node->kind, key, strlen(key));
    return index >= 0 ? zd_scene_node_ref(node, index) : -1;
}

bool zdepth_scene_node_at(const zdepth_scene *scene, int index, zdepth_scene_node *out)
{
    *out = (zdepth_scene_node){ 0 };
    if (index < 0 || index >= scene->doc.parsed->node_count) {
        return false;
    }
    const zd_scene_node *node = &scene->doc.parsed->nodes[index];
    int media = node->kind == ZD_SCENE_NODE_MEDIA ? index : ref_of(node, "media");
    int parent = ref_of(node, "parent");
    *out = (zdepth_scene_node){
        .kind = (zdepth_scene_kind) node->kind,
        .name = node->name,
        .parent = parent >= 0 ? parent : ref_of(node, "on"),
        .media_number = media >= 0 ? zd_scene_node_media_number(scene->doc.parsed, media) : 0
    };
    return true;
}

int zdepth_scene_find(const zdepth_scene *scene, const char *name)
{
    return zd_scene_find(scene->doc.parsed, name);
}

/* A node's value of a key; NULL when there is none. */
static const zd_scene_value *value_of(const zdepth_scene *scene, int node, const char *key,
                                      const zd_scene_key **table, int *index)
{
    int count = 0;
    if (node < 0 || node >= scene->doc.parsed->node_count) {
        return NULL;
    }
    const zd_scene_node *owner = &scene->doc.parsed->nodes[node];
    *index = zd_scene_node_find_key(owner->kind, key, strlen(key));
    if (*index < 0) {
        return NULL;
    }
    *table = &zd_scene_node_keys(owner->kind, &count)[*index];
    return &owner->values[*index];
}

zdepth_status zdepth_scene_get(const zdepth_scene *scene, int node, const char *key, char **out,
                               zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL && key != NULL && out != NULL);
    const zd_scene_key *table = NULL;
    int index = -1;
    zd_text text;
    *out = NULL;
    if (value_of(scene, node, key, &table, &index) == NULL) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "node %d has no key '%s'", node,
                             key);
    }
    zd_text_init(&text, scene->context->core);
    zd_scene_write_plain_value(&scene->doc.parsed->nodes[node], index, &text);
    *out = text.failed ? NULL : text.data != NULL ? text.data : zd_strdup(scene->context->core, "");
    if (*out == NULL) {
        zd_text_release(&text);
        return zd_api_refuse(err, ZDEPTH_ERR_NO_MEMORY, "not enough memory for a value");
    }
    return ZDEPTH_OK;
}

bool zdepth_scene_is_set(const zdepth_scene *scene, int node, const char *key)
{
    const zd_scene_key *table = NULL;
    int index = -1;
    const zd_scene_value *value = value_of(scene, node, key, &table, &index);
    return value != NULL && value->is_set;
}

double zdepth_scene_number(const zdepth_scene *scene, int node, const char *key, int component,
                           double frame)
{
    const zd_scene_key *table = NULL;
    int index = -1;
    const zd_scene_value *value = value_of(scene, node, key, &table, &index);
    if (value == NULL || table->kind != ZD_SCENE_VALUE_NUMBER || component < 0 ||
        component >= table->count)
    {
        return 0.0;
    }
    return zd_scene_node_number(&scene->doc.parsed->nodes[node], index, component, frame);
}

int zdepth_scene_link(const zdepth_scene *scene, int node, const char *key, int which)
{
    const zd_scene_key *table = NULL;
    int index = -1;
    const zd_scene_value *value = value_of(scene, node, key, &table, &index);
    return value != NULL && which >= 0 && which < value->ref_count ? value->refs[which].node : -1;
}
