/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What Flame's Action does by a drag or a click in the schematic: Add Map, Create Map, Apply, Read
 * File, Z-Snap. */

#include <stdio.h>
#include <string.h>

#include "scene/scene_draft.h"

/* A change of several edits: all of them, or the text as it was. */
typedef struct checkpoint {
    char *text;
    size_t bytes;
} checkpoint;

static zd_status begin(const zd_scene_draft *doc, checkpoint *before, zd_error *err)
{
    *before = (checkpoint){ zd_strdup(doc->ctx, doc->text), doc->bytes };
    return before->text != NULL ? ZD_OK : zd_fail_memory(err, "a scene");
}

/* That text was a scene before, so that only memory can stand in its way; then it stays without its
 * last edits and is still a scene. */
static zd_status end(zd_scene_draft *doc, zd_status status, checkpoint *before)
{
    zd_scene_draft old;
    if (status != ZD_OK &&
        zd_scene_draft_open(doc->ctx, doc->path, before->text, before->bytes, &old, NULL) == ZD_OK)
    {
        zd_scene_draft_close(doc);
        *doc = old;
    }
    zd_free(doc->ctx, before->text);
    return status;
}

static void copy_name(const zd_scene_draft *doc, int node, char *name)
{
    snprintf(name, ZD_SCENE_NAME_SIZE, "%s",
             zd_scene_draft_has(doc, node) ? doc->parsed->nodes[node].name : "");
}

static zd_status link_map(zd_scene_draft *doc, const char *object, zd_scene_kind kind,
                          const char *media, int *node, zd_error *err)
{
    char stem[ZD_SCENE_NAME_SIZE];
    char carrier[ZD_SCENE_NAME_SIZE] = "";
    bool is_zdepth = kind == ZD_SCENE_NODE_ZDEPTH;
    if (is_zdepth) {
        int axis = -1;
        snprintf(stem, sizeof stem, "%.30s_z_axis", object);
        ZD_TRY(zd_scene_draft_add(doc, ZD_SCENE_NODE_AXIS, stem, &axis, err));
        ZD_TRY(zd_scene_draft_set(doc, axis, "parent", object, err));
        copy_name(doc, axis, carrier);
    }
    snprintf(stem, sizeof stem, "%.30s_%s", object,
             is_zdepth ? "z" : zd_scene_node_kind_name(kind));
    ZD_TRY(zd_scene_draft_add(doc, kind, stem, node, err));
    if (is_zdepth) {
        ZD_TRY(zd_scene_draft_set(doc, *node, "parent", carrier, err));
    }
    ZD_TRY(zd_scene_draft_set(doc, *node, "on", object, err));
    return media[0] != '\0' && kind != ZD_SCENE_NODE_AOV
               ? zd_scene_draft_set(doc, *node, "media", media, err)
               : ZD_OK;
}

zd_status zd_scene_draft_add_map(zd_scene_draft *doc, int object, zd_scene_kind kind, int media,
                                 int *node, zd_error *err)
{
    char on[ZD_SCENE_NAME_SIZE];
    char from[ZD_SCENE_NAME_SIZE];
    checkpoint before;
    const zd_scene_node *nodes = doc->parsed->nodes;
    bool has_object = zd_scene_draft_has(doc, object);
    if (!has_object || (nodes[object].kind != ZD_SCENE_NODE_SURFACE &&
                        nodes[object].kind != ZD_SCENE_NODE_GEOMETRY))
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a map lies on a surface or geometry%s%s",
                       has_object ? "; choose one instead of " : "",
                       has_object ? nodes[object].name : "");
    }
    if (media < 0) {
        media = zd_scene_node_ref(&nodes[object], ZD_SCENE_OBJECT_MEDIA);
    }
    copy_name(doc, object, on);
    copy_name(doc, media, from);
    ZD_TRY(begin(doc, &before, err));
    return end(doc, link_map(doc, on, kind, from, node, err), &before);
}

/* Writes down what Create Map has added, and the bump that it has switched on. */
static zd_status write_created(zd_scene_draft *doc, const zd_scene *checked, bool *made,
                               zd_error *err)
{
    zd_text text;
    int nodes = doc->parsed->node_count;
    zd_text_init(&text, doc->ctx);
    zd_text_add_bytes(&text, doc->text, doc->bytes);
    for (int i = nodes; i < checked->node_count; i++) {
        zd_text_add(&text, text.length > 0 && text.data[text.length - 1] != '\n' ? "\n" : "");
        zd_scene_write_node(checked, &checked->nodes[i], &text);
        zd_text_add(&text, "\n");
        *made = true;
    }
    zd_status status = zd_text_finish(&text, "a scene", err);
    ZD_TRY(zd_scene_draft_finish(doc, status, &text, err));
    for (int i = 0; i < nodes; i++) {
        const zd_scene_node *mine = &doc->parsed->nodes[i];
        if (mine->kind == ZD_SCENE_NODE_ZDEPTH &&
            zd_scene_node_choice(mine, ZD_SCENE_ZDEPTH_BUMP) !=
                zd_scene_node_choice(&checked->nodes[i], ZD_SCENE_ZDEPTH_BUMP))
        {
            *made = true;
            ZD_TRY(zd_scene_draft_set(doc, i, "bump", "yes", err));
        }
    }
    return ZD_OK;
}

zd_status zd_scene_draft_create_map(zd_scene_draft *doc, int aov, bool *made, zd_error *err)
{
    zd_scene *checked = NULL;
    checkpoint before;
    *made = false;
    if (!zd_scene_draft_has(doc, aov) || doc->parsed->nodes[aov].kind != ZD_SCENE_NODE_AOV) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "Create Map makes what an aov node needs; choose one");
    }
    /* A whole check would also ask for cameras and outputs, which may come later. */
    ZD_TRY(zd_scene_parse(doc->ctx, doc->path, doc->text, doc->bytes, &checked, err));
    zd_status status = zd_scene_create_map(checked, aov, err);
    if (status == ZD_OK) {
        status = begin(doc, &before, err);
    }
    if (status == ZD_OK) {
        status = end(doc, write_created(doc, checked, made, err), &before);
    }
    zd_scene_destroy(&checked);
    return status;
}

zd_status zd_scene_draft_apply_media(zd_scene_draft *doc, int node, int media, zd_error *err)
{
    int key = -1;
    char name[ZD_SCENE_NAME_SIZE];
    if (!zd_scene_draft_has(doc, media) || doc->parsed->nodes[media].kind != ZD_SCENE_NODE_MEDIA) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no media %d", media);
    }
    if (!zd_scene_draft_has(doc, node) ||
        zd_scene_draft_key(doc, node, "media", &key, NULL) != ZD_OK) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' shows no media; a surface, geometry, zdepth or normalmap does",
                       zd_scene_draft_has(doc, node) ? doc->parsed->nodes[node].name : "");
    }
    copy_name(doc, media, name);
    return zd_scene_draft_set(doc, node, "media", name, err);
}

/* A media's name from its file's: letters, digits and '_'; no number, which would be a media's. */
static void media_stem(const char *file, char *stem)
{
    const char *slash = strrchr(file, '/');
    const char *from = slash != NULL ? slash + 1 : file;
    size_t length = strcspn(from, ".%:");
    size_t used = 0;
    bool has_letter = false;
    for (size_t i = 0; i < length && used < 24; i++) {
        char c = from[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        has_letter = has_letter || is_letter;
        stem[used++] = is_letter || (c >= '0' && c <= '9') ? c : '_';
    }
    while (has_letter && stem[used - 1] == '_') {
        used--;
    }
    stem[used] = '\0';
    if (!has_letter) {
        snprintf(stem, ZD_SCENE_NAME_SIZE, "media");
    }
}

static zd_status add_media(zd_scene_draft *doc, const char *file, int *media, zd_error *err)
{
    char stem[ZD_SCENE_NAME_SIZE];
    media_stem(file, stem);
    ZD_TRY(zd_scene_draft_add(doc, ZD_SCENE_NODE_MEDIA, stem, media, err));
    return zd_scene_draft_set(doc, *media, "front", file, err);
}

zd_status zd_scene_draft_read_file(zd_scene_draft *doc, const char *file, int *media, zd_error *err)
{
    checkpoint before;
    for (int i = 1; i < doc->parsed->node_count; i++) {
        const zd_scene_node *node = &doc->parsed->nodes[i];
        if (node->kind == ZD_SCENE_NODE_MEDIA &&
            strcmp(zd_scene_node_text(node, ZD_SCENE_MEDIA_FRONT), file) == 0)
        {
            *media = i;
            return ZD_OK;
        }
    }
    ZD_TRY(begin(doc, &before, err));
    return end(doc, add_media(doc, file, media, err), &before);
}

static zd_status place_axis(zd_scene_draft *doc, int axis, const char *position, zd_error *err)
{
    ZD_TRY(zd_scene_draft_set(doc, axis, "position", position, err));
    ZD_TRY(zd_scene_draft_set(doc, axis, "zsnap", NULL, err));
    return zd_scene_draft_set(doc, axis, "zsnap_at", NULL, err);
}

zd_status zd_scene_draft_snap(zd_scene_draft *doc, int axis, const zd_scene *snapped, zd_error *err)
{
    checkpoint before;
    zd_text text;
    const double *position = snapped->nodes[axis].values[ZD_SCENE_AXIS_POSITION].number;
    zd_text_init(&text, doc->ctx);
    for (int i = 0; i < 3; i++) {
        zd_text_add(&text, i > 0 ? " " : "");
        zd_scene_write_number(&text, position[i]);
    }
    zd_status status = zd_text_finish(&text, "a position", err);
    if (status == ZD_OK) {
        status = begin(doc, &before, err);
    }
    if (status == ZD_OK) {
        status = end(doc, place_axis(doc, axis, text.data, err), &before);
    }
    zd_text_release(&text);
    return status;
}
