/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The scene's storage: an arena that is freed as a whole, the array of nodes, and the table that
 * finds them by name. */

#include "scene/scene_internal.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/size.h"

enum { ARENA_BLOCK = 32 << 10 };

void *zd_scene_alloc(zd_scene *scene, size_t count, size_t size)
{
    size_t bytes = 0;
    if (!zd_size_mul(count, size, &bytes) || !zd_size_align(bytes, 16, &bytes)) {
        return NULL;
    }
    zd_arena_block *block = scene->arena;
    if (block == NULL || block->bytes - block->used < bytes) {
        size_t header = (sizeof *block + 15) & ~(size_t) 15;
        size_t room = bytes > ARENA_BLOCK ? bytes : ARENA_BLOCK;
        block = zd_alloc_zeroed(scene->ctx, 1, header + room);
        if (block == NULL) {
            return NULL;
        }
        block->next = scene->arena;
        block->used = header;
        block->bytes = header + room;
        scene->arena = block;
    }
    void *memory = (char *) block + block->used;
    block->used += bytes;
    return memory;
}

const char *zd_scene_copy_text(zd_scene *scene, const char *text, size_t length)
{
    char *copy = zd_scene_alloc(scene, length + 1, 1);
    if (copy != NULL) {
        memcpy(copy, text, length);
    }
    return copy;
}

static zd_status rebuild_names(zd_scene *scene, int size, zd_error *err);

zd_status zd_scene_create(zd_context *ctx, const char *path, zd_scene **out, zd_error *err)
{
    *out = NULL;
    zd_scene *scene = zd_alloc_zeroed(ctx, 1, sizeof *scene);
    if (scene == NULL) {
        return zd_fail_memory(err, "a scene");
    }
    scene->ctx = ctx;
    scene->path = zd_strdup(ctx, path);
    zd_scene_node *frame = NULL;
    zd_status status =
        scene->path == NULL ? zd_fail_memory(err, "a scene") : rebuild_names(scene, 64, err);
    if (status == ZD_OK) {
        status = zd_scene_add_node(scene, ZD_SCENE_NODE_FRAME, "", &frame, err);
    }
    if (status != ZD_OK) {
        zd_scene_destroy(&scene);
        return status;
    }
    *out = scene;
    return ZD_OK;
}

void zd_scene_destroy(zd_scene **scene)
{
    zd_scene *doomed = *scene;
    *scene = NULL;
    if (doomed == NULL) {
        return;
    }
    while (doomed->arena != NULL) {
        zd_arena_block *next = doomed->arena->next;
        zd_free(doomed->ctx, doomed->arena);
        doomed->arena = next;
    }
    zd_free(doomed->ctx, doomed->nodes);
    zd_free(doomed->ctx, doomed->by_name);
    zd_free(doomed->ctx, doomed->path);
    zd_free(doomed->ctx, doomed);
}

/* FNV-1a. */
static unsigned name_hash(const char *name)
{
    unsigned hash = 2166136261u;
    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char) *name) * 16777619u;
    }
    return hash;
}

static void insert_name(zd_scene *scene, int node)
{
    assert((scene->by_name_size & (scene->by_name_size - 1)) == 0);
    unsigned mask = (unsigned) scene->by_name_size - 1;
    unsigned slot = name_hash(scene->nodes[node].name) & mask;
    while (scene->by_name[slot] >= 0) {
        slot = (slot + 1) & mask;
    }
    scene->by_name[slot] = node;
}

static zd_status rebuild_names(zd_scene *scene, int size, zd_error *err)
{
    int *table = zd_alloc(scene->ctx, (size_t) size * sizeof *table);
    if (table == NULL) {
        return zd_fail_memory(err, "the names of a scene");
    }
    for (int i = 0; i < size; i++) {
        table[i] = -1;
    }
    zd_free(scene->ctx, scene->by_name);
    scene->by_name = table;
    scene->by_name_size = size;
    for (int i = 1; i < scene->node_count; i++) {
        insert_name(scene, i);
    }
    return ZD_OK;
}

int zd_scene_find(const zd_scene *scene, const char *name)
{
    unsigned mask = (unsigned) scene->by_name_size - 1;
    for (unsigned slot = name_hash(name) & mask; scene->by_name[slot] >= 0;
         slot = (slot + 1) & mask) {
        if (strcmp(scene->nodes[scene->by_name[slot]].name, name) == 0) {
            return scene->by_name[slot];
        }
    }
    return -1;
}

static zd_status grow_nodes(zd_scene *scene, zd_error *err)
{
    if (scene->node_count < scene->node_capacity) {
        return ZD_OK;
    }
    int capacity = zd_int_max(16, scene->node_capacity * 2);
    zd_scene_node *nodes = zd_alloc(scene->ctx, (size_t) capacity * sizeof *nodes);
    if (nodes == NULL) {
        return zd_fail_memory(err, "the nodes of a scene");
    }
    if (scene->node_count > 0) {
        memcpy(nodes, scene->nodes, (size_t) scene->node_count * sizeof *nodes);
    }
    zd_free(scene->ctx, scene->nodes);
    scene->nodes = nodes;
    scene->node_capacity = capacity;
    return scene->by_name_size < 4 * capacity ? rebuild_names(scene, 8 * capacity, err) : ZD_OK;
}

static void set_defaults(zd_scene_node *node)
{
    int count = 0;
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    for (int i = 0; i < count; i++) {
        memcpy(node->values[i].number, keys[i].defaults, sizeof keys[i].defaults);
        node->values[i].choice = (int) keys[i].defaults[0];
        node->values[i].is_auto = keys[i].auto_component > 0;
    }
}

zd_status zd_scene_add_node(zd_scene *scene, zd_scene_kind kind, const char *name,
                            zd_scene_node **out, zd_error *err)
{
    int keys = 0;
    zd_scene_node_keys(kind, &keys);
    ZD_TRY(grow_nodes(scene, err));
    zd_scene_node node = { .kind = kind };
    node.name = zd_scene_copy_text(scene, name, strlen(name));
    node.values = zd_scene_alloc(scene, (size_t) keys, sizeof *node.values);
    if (node.name == NULL || node.values == NULL) {
        return zd_fail_memory(err, "a node of a scene");
    }
    set_defaults(&node);
    scene->nodes[scene->node_count++] = node;
    if (kind != ZD_SCENE_NODE_FRAME) {
        insert_name(scene, scene->node_count - 1);
    }
    *out = &scene->nodes[scene->node_count - 1];
    return ZD_OK;
}

zd_status zd_scene_set_ref(zd_scene *scene, zd_scene_node *node, int key, int target, zd_error *err)
{
    assert(target >= 0 && target < scene->node_count);
    zd_scene_value *value = &node->values[key];
    zd_scene_name_ref *ref = zd_scene_alloc(scene, 1, sizeof *ref);
    if (ref == NULL) {
        return zd_fail_memory(err, "a link between nodes");
    }
    *ref = (zd_scene_name_ref){ scene->nodes[target].name, target, node->line, node->column };
    value->is_set = true;
    value->refs = ref;
    value->ref_count = 1;
    return ZD_OK;
}

zd_status zd_scene_fail(const zd_scene *scene, int line, int column, zd_error *err,
                        const char *format, ...)
{
    char message[320];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return zd_fail(err, ZD_ERR_CORRUPT, "%s:%d:%d: %s", scene->path, line, column, message);
}

bool zd_scene_node_lists(const zd_scene_node *node, int key, int target, bool otherwise)
{
    const zd_scene_value *value = &node->values[key];
    if (!value->is_set || value->is_all) {
        return otherwise || value->is_all;
    }
    for (int i = 0; i < value->ref_count; i++) {
        if (value->refs[i].node == target) {
            return true;
        }
    }
    return false;
}

int zd_scene_parent(const zd_scene *scene, int index)
{
    static const int key[ZD_SCENE_NODE_KINDS] = {
        [ZD_SCENE_NODE_AXIS] = ZD_SCENE_AXIS_PARENT,
        [ZD_SCENE_NODE_SURFACE] = ZD_SCENE_OBJECT_PARENT,
        [ZD_SCENE_NODE_GEOMETRY] = ZD_SCENE_OBJECT_PARENT,
        [ZD_SCENE_NODE_CAMERA] = ZD_SCENE_CAMERA_PARENT,
        [ZD_SCENE_NODE_LIGHT] = ZD_SCENE_LIGHT_PARENT,
        [ZD_SCENE_NODE_ZDEPTH] = ZD_SCENE_ZDEPTH_PARENT,
    };
    const zd_scene_node *node = &scene->nodes[index];
    switch (node->kind) {
    case ZD_SCENE_NODE_AXIS:
    case ZD_SCENE_NODE_SURFACE:
    case ZD_SCENE_NODE_GEOMETRY:
    case ZD_SCENE_NODE_CAMERA:
    case ZD_SCENE_NODE_LIGHT:
        return zd_scene_node_ref(node, key[node->kind]);
    case ZD_SCENE_NODE_ZDEPTH: {
        int axis = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_PARENT);
        return axis >= 0 ? axis : zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON);
    }
    case ZD_SCENE_NODE_NORMALMAP:
        return zd_scene_node_ref(node, ZD_SCENE_NORMALMAP_ON);
    case ZD_SCENE_NODE_AOV:
        return zd_scene_node_ref(node, ZD_SCENE_AOV_ON);
    case ZD_SCENE_NODE_FRAME:
    case ZD_SCENE_NODE_MEDIA:
    case ZD_SCENE_NODE_OUTPUT:
    case ZD_SCENE_NODE_KINDS:
        break;
    }
    return -1;
}

int zd_scene_node_media_number(const zd_scene *scene, int media)
{
    int number = 0;
    for (int i = 0; i <= media; i++) {
        number += scene->nodes[i].kind == ZD_SCENE_NODE_MEDIA;
    }
    return number;
}

int zd_scene_node_media(const zd_scene_node *node)
{
    switch (node->kind) {
    case ZD_SCENE_NODE_SURFACE:
    case ZD_SCENE_NODE_GEOMETRY:
        return zd_scene_node_ref(node, ZD_SCENE_OBJECT_MEDIA);
    case ZD_SCENE_NODE_ZDEPTH:
        return zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA);
    case ZD_SCENE_NODE_NORMALMAP:
        return zd_scene_node_ref(node, ZD_SCENE_NORMALMAP_MEDIA);
    case ZD_SCENE_NODE_FRAME:
    case ZD_SCENE_NODE_MEDIA:
    case ZD_SCENE_NODE_AXIS:
    case ZD_SCENE_NODE_CAMERA:
    case ZD_SCENE_NODE_LIGHT:
    case ZD_SCENE_NODE_AOV:
    case ZD_SCENE_NODE_OUTPUT:
    case ZD_SCENE_NODE_KINDS:
        break;
    }
    return -1;
}

const char *zd_scene_path(const zd_scene *scene)
{
    return scene->path;
}

int zd_scene_node_count(const zd_scene *scene)
{
    return scene->node_count;
}

const char *zd_scene_node_name(const zd_scene *scene, int node)
{
    assert(node >= 0 && node < scene->node_count);
    return scene->nodes[node].name;
}

zd_scene_kind zd_scene_node_kind(const zd_scene *scene, int node)
{
    assert(node >= 0 && node < scene->node_count);
    return scene->nodes[node].kind;
}

void zd_scene_range(const zd_scene *scene, int *first, int *last)
{
    const double *range = scene->nodes[0].values[ZD_SCENE_FRAME_RANGE].number;
    *first = (int) range[0];
    *last = (int) range[1];
}

double zd_scene_fps(const zd_scene *scene)
{
    return scene->nodes[0].values[ZD_SCENE_FRAME_FPS].number[0];
}

int zd_scene_output_count(const zd_scene *scene)
{
    int count = 0;
    for (int i = 0; i < scene->node_count; i++) {
        count += scene->nodes[i].kind == ZD_SCENE_NODE_OUTPUT;
    }
    return count;
}

int zd_scene_output_node(const zd_scene *scene, int output)
{
    for (int i = 0; i < scene->node_count; i++) {
        if (scene->nodes[i].kind == ZD_SCENE_NODE_OUTPUT && output-- == 0) {
            return i;
        }
    }
    return -1;
}

const char *zd_scene_output_file(const zd_scene *scene, int output)
{
    int node = zd_scene_output_node(scene, output);
    return node < 0 ? "" : zd_scene_node_text(&scene->nodes[node], ZD_SCENE_OUTPUT_FILE);
}

static const char *zdepth_text(const zd_scene *scene, int node, int key)
{
    return scene->nodes[node].kind == ZD_SCENE_NODE_ZDEPTH
               ? zd_scene_node_text(&scene->nodes[node], key)
               : "";
}

const char *zd_scene_analysis_model(const zd_scene *scene, int node)
{
    return zdepth_text(scene, node, ZD_SCENE_ZDEPTH_MODEL);
}

const char *zd_scene_analysis_face_model(const zd_scene *scene, int node)
{
    return zdepth_text(scene, node, ZD_SCENE_ZDEPTH_FACE_MODEL);
}

const char *zd_scene_working_space(const zd_scene *scene)
{
    return zd_scene_node_text(&scene->nodes[0], ZD_SCENE_FRAME_WORKING);
}

const char *zd_scene_media_space(const zd_scene *scene, int node)
{
    return scene->nodes[node].kind == ZD_SCENE_NODE_MEDIA
               ? zd_scene_node_text(&scene->nodes[node], ZD_SCENE_MEDIA_SPACE)
               : "";
}

zd_scene_output_colours zd_scene_colours_of(const zd_scene *scene, int output)
{
    assert(output >= 0 && output < zd_scene_output_count(scene));
    const zd_scene_node *node = &scene->nodes[zd_scene_output_node(scene, output)];
    return (zd_scene_output_colours){ zd_scene_node_text(node, ZD_SCENE_OUTPUT_SPACE),
                                      zd_scene_node_text(node, ZD_SCENE_OUTPUT_DISPLAY),
                                      zd_scene_node_text(node, ZD_SCENE_OUTPUT_VIEW) };
}

zd_status zd_scene_fail_at(const zd_scene *scene, int node, zd_status status, zd_error *err)
{
    assert(node >= 0 && node < scene->node_count);
    const zd_scene_node *at = &scene->nodes[node];
    return node == 0
               ? zd_fail_context(err, status, "%s:%d:%d: frame", scene->path, at->line, at->column)
               : zd_fail_context(err, status, "%s:%d:%d: %s '%s'", scene->path, at->line,
                                 at->column, zd_scene_node_kind_name(at->kind), at->name);
}
