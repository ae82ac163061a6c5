/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: scenes, which are their text. An edit makes a new text, which is parsed; only then does
 * it take the old one's place. */

#include "api/api_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "scene/scene_internal.h"
#include "scene_job/scene_job.h"

_Static_assert((int) ZDEPTH_SCENE_KINDS == (int) ZD_SCENE_NODE_KINDS, "kinds of nodes");
_Static_assert((int) ZDEPTH_SCENE_ZDEPTH == (int) ZD_SCENE_NODE_ZDEPTH, "kinds of nodes");
_Static_assert((int) ZDEPTH_SCENE_WORDS == (int) ZD_SCENE_VALUE_PASSES, "kinds of values");
_Static_assert((int) ZDEPTH_SCENE_SMOOTH == (int) ZD_SCENE_INTERP_SMOOTH, "keyframes");

const char *zdepth_scene_kind_name(zdepth_scene_kind kind)
{
    return zd_scene_node_kind_name((zd_scene_kind) kind);
}

int zdepth_scene_key_count(zdepth_scene_kind kind)
{
    int count = 0;
    zd_scene_node_keys((zd_scene_kind) kind, &count);
    return count;
}

bool zdepth_scene_key_at(zdepth_scene_kind kind, int index, zdepth_scene_key *out)
{
    int count = 0;
    const zd_scene_key *keys = zd_scene_node_keys((zd_scene_kind) kind, &count);
    if (index < 0 || index >= count) {
        return false;
    }
    *out = (zdepth_scene_key){ .name = keys[index].name,
                               .help = keys[index].help,
                               .type = (zdepth_scene_value) keys[index].kind,
                               .count = keys[index].count,
                               .min = keys[index].minimum,
                               .max = keys[index].maximum,
                               .choices = keys[index].choices,
                               .kinds = keys[index].node_kinds,
                               .has_auto = keys[index].auto_component > 0 };
    return true;
}

/* ---- a scene ---- */

static zd_status make(zdepth_context *context, const char *path, const char *text, size_t bytes,
                      zdepth_scene **out, zd_error *err)
{
    zd_context *ctx = context->core;
    zdepth_scene *scene = zd_alloc_zeroed(ctx, 1, sizeof *scene);
    *out = scene;
    if (scene == NULL) {
        return zd_fail_memory(err, "a scene");
    }
    scene->context = context;
    scene->path = zd_strdup(ctx, path);
    scene->text = zd_strdup(ctx, text);
    scene->bytes = bytes;
    if (scene->path == NULL || scene->text == NULL) {
        return zd_fail_memory(err, "a scene");
    }
    return zd_scene_parse(ctx, path, text, bytes, &scene->parsed, err);
}

static zdepth_status create(zdepth_context *context, const char *path, const char *text,
                            size_t bytes, zdepth_scene **out, zdepth_error *err)
{
    zd_error error = { 0 };
    zd_status status = make(context, path, text, bytes, out, &error);
    if (status != ZD_OK) {
        zdepth_scene_destroy(out);
    }
    return zd_api_answer(status, &error, err);
}

zdepth_status zdepth_scene_parse(zdepth_context *context, const char *path, const char *text,
                                 zdepth_scene **out, zdepth_error *err)
{
    return create(context, path, text, strlen(text), out, err);
}

zdepth_status zdepth_scene_load(zdepth_context *context, const char *path, zdepth_scene **out,
                                zdepth_error *err)
{
    zd_error error = { 0 };
    char *text = NULL;
    size_t bytes = 0;
    *out = NULL;
    zd_status read =
        zd_file_read_text(context->core, path, ZD_SCENE_MAX_BYTES, &text, &bytes, &error);
    if (read != ZD_OK) {
        return zd_api_answer(read, &error, err);
    }
    zdepth_status status = create(context, path, text, bytes, out, err);
    zd_free(context->core, text);
    return status;
}

void zdepth_scene_destroy(zdepth_scene **scene)
{
    zdepth_scene *doomed = *scene;
    *scene = NULL;
    if (doomed != NULL) {
        zd_context *ctx = doomed->context->core;
        zd_scene_destroy(&doomed->parsed);
        zd_free(ctx, doomed->path);
        zd_free(ctx, doomed->text);
        zd_free(ctx, doomed);
    }
}

const char *zdepth_scene_text(const zdepth_scene *scene)
{
    return scene->text;
}

zdepth_status zdepth_scene_save(const zdepth_scene *scene, const char *path, zdepth_error *err)
{
    zd_error error = { 0 };
    return zd_api_answer(
        zd_file_write(scene->context->core, path, scene->text, scene->bytes, &error), &error, err);
}

/* The scene as it is rendered, with the maps of Create Map. */
static zd_status make_checked(const zdepth_scene *scene, zd_scene **out, zd_error *err)
{
    ZD_TRY(zd_scene_parse(scene->context->core, scene->path, scene->text, scene->bytes, out, err));
    zd_status status = zd_scene_check(*out, err);
    if (status != ZD_OK) {
        zd_scene_destroy(out);
    }
    return status;
}

zdepth_status zdepth_scene_check(const zdepth_scene *scene, zdepth_error *err)
{
    zd_error error = { 0 };
    zd_scene *checked = NULL;
    zd_status status = make_checked(scene, &checked, &error);
    zd_scene_destroy(&checked);
    return zd_api_answer(status, &error, err);
}

/* ---- editing ---- */

/* Takes over a new text, whose memory goes with it or is released. */
static zd_status take_over(zdepth_scene *scene, zd_text *text, zd_error *err)
{
    zd_scene *parsed = NULL;
    const char *made = text->data != NULL ? text->data : "";
    if (text->length > ZD_SCENE_MAX_BYTES) {
        return zd_fail(err, ZD_ERR_LIMIT, "%s: a scene has at most %d bytes", scene->path,
                       ZD_SCENE_MAX_BYTES);
    }
    ZD_TRY(zd_scene_parse(scene->context->core, scene->path, made, text->length, &parsed, err));
    zd_scene_destroy(&scene->parsed);
    zd_free(scene->context->core, scene->text);
    scene->parsed = parsed;
    scene->text = text->data;
    scene->bytes = text->length;
    *text = (zd_text){ .ctx = text->ctx };
    return ZD_OK;
}

/* Ends an edit: what an edit made becomes the scene, or is forgotten. */
static zd_status finish(zdepth_scene *scene, zd_status status, zd_text *text, zd_error *err)
{
    if (status == ZD_OK) {
        status = take_over(scene, text, err);
    }
    zd_text_release(text);
    return status;
}

static zd_scene_source source_of(const zdepth_scene *scene)
{
    return (zd_scene_source){ scene->parsed, scene->text, scene->bytes };
}

static bool has_node(const zdepth_scene *scene, int node)
{
    return node >= 0 && node < scene->parsed->node_count;
}

static int find_key(const zdepth_scene *scene, int node, const char *key)
{
    return has_node(scene, node)
               ? zd_scene_node_find_key(scene->parsed->nodes[node].kind, key, strlen(key))
               : -1;
}

static zd_status need_key(const zdepth_scene *scene, int node, const char *key, int *index,
                          zd_error *err)
{
    *index = find_key(scene, node, key);
    if (*index >= 0) {
        return ZD_OK;
    }
    return has_node(scene, node)
               ? zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s has no key '%s'",
                         zd_scene_node_kind_name(scene->parsed->nodes[node].kind), key)
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "there is no node %d", node);
}

static zd_status set(zdepth_scene *scene, int node, const char *key, const char *text,
                     zd_error *err)
{
    zd_scene_source source = source_of(scene);
    zd_text made;
    int index = -1;
    ZD_TRY(need_key(scene, node, key, &index, err));
    zd_text_init(&made, scene->context->core);
    return finish(scene, zd_scene_edit_set(&source, node, index, text, &made, err), &made, err);
}

zdepth_status zdepth_scene_set(zdepth_scene *scene, int node, const char *key, const char *text,
                               zdepth_error *err)
{
    zd_error error = { 0 };
    return zd_api_answer(set(scene, node, key, text, &error), &error, err);
}

/* "surface1", "surface2", ... */
static void free_name(const zdepth_scene *scene, const char *stem, char *name, size_t size)
{
    snprintf(name, size, "%.40s", stem);
    for (int n = 2; zd_scene_find(scene->parsed, name) >= 0; n++) {
        snprintf(name, size, "%.40s%d", stem, n);
    }
}

static zd_status add(zdepth_scene *scene, zd_scene_kind kind, const char *stem, int *node,
                     zd_error *err)
{
    char name[ZD_SCENE_NAME_SIZE];
    zd_scene_source source = source_of(scene);
    zd_text made;
    zd_text_init(&made, scene->context->core);
    free_name(scene, stem, name, sizeof name);
    ZD_TRY(finish(scene, zd_scene_edit_add(&source, kind, name, &made, err), &made, err));
    *node = zd_scene_find(scene->parsed, name);
    return ZD_OK;
}

zdepth_status zdepth_scene_add(zdepth_scene *scene, zdepth_scene_kind kind, int *node,
                               zdepth_error *err)
{
    zd_error error = { 0 };
    *node = -1;
    if (kind <= ZDEPTH_SCENE_FRAME || kind >= ZDEPTH_SCENE_KINDS) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "kind %d cannot be added",
                             (int) kind);
    }
    zd_scene_kind inner = (zd_scene_kind) kind;
    return zd_api_answer(add(scene, inner, zd_scene_node_kind_name(inner), node, &error), &error,
                         err);
}

/* A change of several edits: all of them, or the text as it was. */
static zd_status undo_unless(zdepth_scene *scene, zd_status status, const char *before)
{
    if (status != ZD_OK) {
        zd_text old;
        zd_text_init(&old, scene->context->core);
        zd_text_add(&old, before);
        if (!old.failed) {
            (void) take_over(scene, &old, NULL);
        }
        zd_text_release(&old);
    }
    return status;
}

static zd_status link_map(zdepth_scene *scene, const char *object, zd_scene_kind kind,
                          const char *media, int *node, zd_error *err)
{
    char stem[ZD_SCENE_NAME_SIZE];
    int axis = -1;
    if (kind == ZD_SCENE_NODE_ZDEPTH) {
        snprintf(stem, sizeof stem, "%.30s_z_axis", object);
        ZD_TRY(add(scene, ZD_SCENE_NODE_AXIS, stem, &axis, err));
        ZD_TRY(set(scene, axis, "parent", object, err));
    }
    const char *carrier = axis >= 0 ? scene->parsed->nodes[axis].name : NULL;
    char parent[ZD_SCENE_NAME_SIZE] = "";
    snprintf(parent, sizeof parent, "%s", carrier != NULL ? carrier : "");
    snprintf(stem, sizeof stem, "%.30s_%s", object,
             kind == ZD_SCENE_NODE_ZDEPTH ? "z" : zd_scene_node_kind_name(kind));
    ZD_TRY(add(scene, kind, stem, node, err));
    if (carrier != NULL) {
        ZD_TRY(set(scene, *node, "parent", parent, err));
    }
    ZD_TRY(set(scene, *node, "on", object, err));
    return media[0] != '\0' && kind != ZD_SCENE_NODE_AOV ? set(scene, *node, "media", media, err)
                                                         : ZD_OK;
}

static zd_status add_map(zdepth_scene *scene, int object, zd_scene_kind kind, int media, int *node,
                         zd_error *err)
{
    char on[ZD_SCENE_NAME_SIZE];
    char from[ZD_SCENE_NAME_SIZE] = "";
    const zd_scene_node *nodes = scene->parsed->nodes;
    if (!has_node(scene, object) || (nodes[object].kind != ZD_SCENE_NODE_SURFACE &&
                                     nodes[object].kind != ZD_SCENE_NODE_GEOMETRY))
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a map lies on a surface or geometry%s%s",
                       has_node(scene, object) ? "; choose one instead of " : "",
                       has_node(scene, object) ? nodes[object].name : "");
    }
    if (media < 0) {
        media = zd_scene_node_ref(&nodes[object], ZD_SCENE_OBJECT_MEDIA);
    }
    snprintf(on, sizeof on, "%s", nodes[object].name);
    if (has_node(scene, media)) {
        snprintf(from, sizeof from, "%s", nodes[media].name);
    }
    char *before = zd_strdup(scene->context->core, scene->text);
    if (before == NULL) {
        return zd_fail_memory(err, "a scene");
    }
    zd_status status = undo_unless(scene, link_map(scene, on, kind, from, node, err), before);
    zd_free(scene->context->core, before);
    return status;
}

zdepth_status zdepth_scene_add_map(zdepth_scene *scene, int object, zdepth_scene_kind kind,
                                   int media, int *node, zdepth_error *err)
{
    zd_error error = { 0 };
    *node = -1;
    if (kind != ZDEPTH_SCENE_ZDEPTH && kind != ZDEPTH_SCENE_NORMALMAP && kind != ZDEPTH_SCENE_AOV) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "kind %d is no map", (int) kind);
    }
    return zd_api_answer(add_map(scene, object, (zd_scene_kind) kind, media, node, &error), &error,
                         err);
}

/* Writes down what a check has added, and the bump that it has switched on. */
static zd_status write_created(zdepth_scene *scene, const zd_scene *checked, bool *made,
                               zd_error *err)
{
    zd_text text;
    zd_text_init(&text, scene->context->core);
    zd_text_add(&text, scene->text);
    for (int i = scene->parsed->node_count; i < checked->node_count; i++) {
        zd_text_add(&text, "\n");
        zd_scene_write_node(checked, &checked->nodes[i], &text);
        zd_text_add(&text, "\n");
        *made = true;
    }
    ZD_TRY(finish(scene, zd_text_finish(&text, "a scene", err), &text, err));
    for (int i = 0; i < scene->parsed->node_count; i++) {
        const zd_scene_node *mine = &scene->parsed->nodes[i];
        if (mine->kind == ZD_SCENE_NODE_ZDEPTH &&
            zd_scene_node_choice(mine, ZD_SCENE_ZDEPTH_BUMP) !=
                zd_scene_node_choice(&checked->nodes[i], ZD_SCENE_ZDEPTH_BUMP))
        {
            *made = true;
            ZD_TRY(set(scene, i, "bump", "yes", err));
        }
    }
    return ZD_OK;
}

zdepth_status zdepth_scene_create_map(zdepth_scene *scene, int aov, bool *made, zdepth_error *err)
{
    zd_error error = { 0 };
    zd_scene *checked = NULL;
    *made = false;
    if (!has_node(scene, aov) || scene->parsed->nodes[aov].kind != ZD_SCENE_NODE_AOV) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                             "Create Map makes what an aov node needs; choose one");
    }
    /* A whole check would also ask for cameras and outputs, which may come later. */
    zd_status status = zd_scene_parse(scene->context->core, scene->path, scene->text, scene->bytes,
                                      &checked, &error);
    if (status == ZD_OK) {
        status = zd_scene_create_maps(checked, &error);
    }
    if (status == ZD_OK) {
        status = write_created(scene, checked, made, &error);
    }
    zd_scene_destroy(&checked);
    return zd_api_answer(status, &error, err);
}

zdepth_status zdepth_scene_remove(zdepth_scene *scene, int node, zdepth_error *err)
{
    zd_error error = { 0 };
    zd_scene_source source = source_of(scene);
    zd_text made;
    if (!has_node(scene, node)) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no node %d", node);
    }
    zd_text_init(&made, scene->context->core);
    zd_status status = zd_scene_edit_remove(&source, node, &made, &error);
    return zd_api_answer(finish(scene, status, &made, &error), &error, err);
}

zdepth_status zdepth_scene_rename(zdepth_scene *scene, int node, const char *name,
                                  zdepth_error *err)
{
    zd_error error = { 0 };
    zd_scene_source source = source_of(scene);
    zd_text made;
    if (!has_node(scene, node) || node == 0) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no node %d with a name",
                             node);
    }
    if (strcmp(scene->parsed->nodes[node].name, name) == 0) {
        return ZDEPTH_OK;
    }
    zd_text_init(&made, scene->context->core);
    zd_status status = zd_scene_edit_rename(&source, node, name, &made, &error);
    return zd_api_answer(finish(scene, status, &made, &error), &error, err);
}

/* ---- keyframes ---- */

static const zd_scene_curve *curve_of(const zdepth_scene *scene, int node, const char *key,
                                      int component)
{
    int count = 0;
    int index = find_key(scene, node, key);
    if (index < 0) {
        return NULL;
    }
    const zd_scene_node *owner = &scene->parsed->nodes[node];
    const zd_scene_key *keys = zd_scene_node_keys(owner->kind, &count);
    bool is_there = keys[index].kind == ZD_SCENE_VALUE_NUMBER && component >= 0 &&
                    component < keys[index].count && owner->values[index].curves != NULL;
    return is_there ? &owner->values[index].curves[component] : NULL;
}

int zdepth_scene_keyframe_count(const zdepth_scene *scene, int node, const char *key, int component)
{
    const zd_scene_curve *curve = curve_of(scene, node, key, component);
    return curve != NULL ? curve->count : 0;
}

bool zdepth_scene_keyframe_at(const zdepth_scene *scene, int node, const char *key, int component,
                              int index, zdepth_scene_keyframe *out)
{
    const zd_scene_curve *curve = curve_of(scene, node, key, component);
    if (curve == NULL || index < 0 || index >= curve->count) {
        return false;
    }
    *out = (zdepth_scene_keyframe){ curve->keys[index].frame, curve->keys[index].value,
                                    (zdepth_scene_ease) curve->keys[index].interp };
    return true;
}

/* Writes the keyframes without the one at `without`, and with `with`, which may be NULL. */
static zd_status change_keyframes(zdepth_scene *scene, int node, const char *key, int component,
                                  int without, const zd_keyframe *with, zd_error *err)
{
    int index = -1;
    int key_count = 0;
    zd_text made;
    zd_scene_source source = source_of(scene);
    ZD_TRY(need_key(scene, node, key, &index, err));
    const zd_scene_key *table =
        &zd_scene_node_keys(scene->parsed->nodes[node].kind, &key_count)[index];
    if (table->kind != ZD_SCENE_VALUE_NUMBER || component < 0 || component >= table->count ||
        node == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s cannot be animated", key);
    }
    const zd_scene_curve *curve = curve_of(scene, node, key, component);
    int count = curve != NULL ? curve->count : 0;
    zd_keyframe *keys = zd_alloc(scene->context->core, (size_t) (count + 1) * sizeof *keys);
    if (keys == NULL) {
        return zd_fail_memory(err, "keyframes");
    }
    int n = 0;
    bool placed = with == NULL;
    for (int i = 0; i < count; i++) {
        if (!placed && curve->keys[i].frame >= with->frame) {
            keys[n++] = *with;
            placed = true;
        }
        if (i != without && (with == NULL || curve->keys[i].frame != with->frame)) {
            keys[n++] = curve->keys[i];
        }
    }
    if (!placed) {
        keys[n++] = *with;
    }
    zd_text_init(&made, scene->context->core);
    zd_status status =
        zd_scene_edit_keyframes(&source, node, index, component, keys, n, &made, err);
    zd_free(scene->context->core, keys);
    return finish(scene, status, &made, err);
}

zdepth_status zdepth_scene_set_keyframe(zdepth_scene *scene, int node, const char *key,
                                        int component, zdepth_scene_keyframe keyframe,
                                        zdepth_error *err)
{
    zd_error error = { 0 };
    zd_keyframe with = { keyframe.frame, keyframe.value, (zd_interp) keyframe.ease };
    return zd_api_answer(change_keyframes(scene, node, key, component, -1, &with, &error), &error,
                         err);
}

zdepth_status zdepth_scene_remove_keyframe(zdepth_scene *scene, int node, const char *key,
                                           int component, int index, zdepth_error *err)
{
    zd_error error = { 0 };
    return zd_api_answer(change_keyframes(scene, node, key, component, index, NULL, &error), &error,
                         err);
}

/* ---- files ---- */

zdepth_status zdepth_scene_run(const zdepth_scene *scene, const zdepth_scene_job_options *options,
                               const zdepth_task *task, int *frames, zdepth_error *err)
{
    zd_error error = { 0 };
    zdepth_scene_job_options with = { 0 };
    zd_scene_job *job = NULL;
    zd_scene_job_report report = { 0 };
    zd_task inner = zd_api_task(task);
    if (options != NULL) {
        memcpy(&with, options, options->size < sizeof with ? options->size : sizeof with);
    }
    zd_scene_job_params params = { .file = with.file,
                                   .output = with.output,
                                   .first = with.first,
                                   .last = with.last,
                                   .all = !with.has_frames };
    const zd_clip_options cache = { 0 };
    zd_status status = zd_scene_job_open_text(scene->context->core, scene->path, scene->text,
                                              with.model, &cache, &job, &error);
    if (status == ZD_OK) {
        status = zd_scene_job_render(job, &params, &inner, &report, &error);
    }
    zd_scene_job_close(&job);
    if (frames != NULL) {
        *frames = report.frames;
    }
    return zd_api_answer(status, &error, err);
}
