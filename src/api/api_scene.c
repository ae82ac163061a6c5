/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: scenes, which are their text. An edit makes a new text, which is parsed; only then does
 * it take the old one's place. */

#include "api/api_scene.h"

#include <string.h>

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
    *out = (zdepth_scene_key){ 0 };
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

static zdepth_status create(zdepth_context *context, const char *path, const char *text,
                            zdepth_scene **out, zdepth_error *err)
{
    zd_error error = { 0 };
    zdepth_scene *scene = zd_alloc_zeroed(context->core, 1, sizeof *scene);
    *out = scene;
    if (scene == NULL) {
        return zd_api_answer(zd_fail_memory(&error, "a scene"), &error, err);
    }
    scene->context = context;
    zd_status status = text != NULL ? zd_scene_draft_open(context->core, path, text, strlen(text),
                                                          &scene->doc, &error)
                                    : zd_scene_draft_read(context->core, path, &scene->doc, &error);
    if (status != ZD_OK) {
        zdepth_scene_destroy(out);
    }
    return zd_api_answer(status, &error, err);
}

zdepth_status zdepth_scene_parse(zdepth_context *context, const char *path, const char *text,
                                 zdepth_scene **out, zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && path != NULL && text != NULL && out != NULL);
    return create(context, path, text, out, err);
}

zdepth_status zdepth_scene_load(zdepth_context *context, const char *path, zdepth_scene **out,
                                zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && path != NULL && out != NULL);
    return create(context, path, NULL, out, err);
}

void zdepth_scene_destroy(zdepth_scene **scene)
{
    zdepth_scene *doomed = *scene;
    *scene = NULL;
    if (doomed != NULL) {
        zd_scene_draft_close(&doomed->doc);
        zd_free(doomed->context->core, doomed);
    }
}

const char *zdepth_scene_text(const zdepth_scene *scene)
{
    return scene->doc.text;
}

zdepth_status zdepth_scene_save(const zdepth_scene *scene, const char *path, zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL && path != NULL);
    zd_error error = { 0 };
    return zd_api_answer(zd_scene_draft_save(&scene->doc, path, &error), &error, err);
}

/* The scene as it is rendered, with the maps of Create Map. */
static zd_status make_checked(const zdepth_scene *scene, zd_scene **out, zd_error *err)
{
    const zd_scene_draft *doc = &scene->doc;
    ZD_TRY(zd_scene_parse(doc->ctx, doc->path, doc->text, doc->bytes, out, err));
    zd_status status = zd_scene_check(*out, err);
    if (status != ZD_OK) {
        zd_scene_destroy(out);
    }
    return status;
}

zdepth_status zdepth_scene_check(const zdepth_scene *scene, zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL);
    zd_error error = { 0 };
    zd_scene *checked = NULL;
    zd_status status = make_checked(scene, &checked, &error);
    zd_scene_destroy(&checked);
    return zd_api_answer(status, &error, err);
}

/* ---- editing ---- */

zdepth_status zdepth_scene_set(zdepth_scene *scene, int node, const char *key, const char *text,
                               zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL && key != NULL);
    zd_error error = { 0 };
    return zd_api_answer(zd_scene_draft_set(&scene->doc, node, key, text, &error), &error, err);
}

zdepth_status zdepth_scene_add(zdepth_scene *scene, zdepth_scene_kind kind, int *node,
                               zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL && node != NULL);
    zd_error error = { 0 };
    *node = -1;
    if (kind <= ZDEPTH_SCENE_FRAME || kind >= ZDEPTH_SCENE_KINDS) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "kind %d cannot be added",
                             (int) kind);
    }
    zd_scene_kind inner = (zd_scene_kind) kind;
    return zd_api_answer(
        zd_scene_draft_add(&scene->doc, inner, zd_scene_node_kind_name(inner), node, &error),
        &error, err);
}

zdepth_status zdepth_scene_add_map(zdepth_scene *scene, int object, zdepth_scene_kind kind,
                                   int media, int *node, zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL && node != NULL);
    zd_error error = { 0 };
    *node = -1;
    if (kind != ZDEPTH_SCENE_ZDEPTH && kind != ZDEPTH_SCENE_NORMALMAP && kind != ZDEPTH_SCENE_AOV) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "kind %d is no map", (int) kind);
    }
    return zd_api_answer(
        zd_scene_draft_add_map(&scene->doc, object, (zd_scene_kind) kind, media, node, &error),
        &error, err);
}

zdepth_status zdepth_scene_create_map(zdepth_scene *scene, int aov, bool *made, zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL && made != NULL);
    zd_error error = { 0 };
    return zd_api_answer(zd_scene_draft_create_map(&scene->doc, aov, made, &error), &error, err);
}

zdepth_status zdepth_scene_remove(zdepth_scene *scene, int node, zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL);
    zd_error error = { 0 };
    zd_scene_source source = zd_scene_draft_source(&scene->doc);
    zd_text made;
    if (!zd_scene_draft_has(&scene->doc, node)) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no node %d", node);
    }
    zd_text_init(&made, scene->context->core);
    zd_status status = zd_scene_edit_remove(&source, node, &made, &error);
    return zd_api_answer(zd_scene_draft_finish(&scene->doc, status, &made, &error), &error, err);
}

zdepth_status zdepth_scene_rename(zdepth_scene *scene, int node, const char *name,
                                  zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL && name != NULL);
    zd_error error = { 0 };
    zd_scene_source source = zd_scene_draft_source(&scene->doc);
    zd_text made;
    if (!zd_scene_draft_has(&scene->doc, node) || node == 0) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no node %d with a name",
                             node);
    }
    if (strcmp(scene->doc.parsed->nodes[node].name, name) == 0) {
        return ZDEPTH_OK;
    }
    zd_text_init(&made, scene->context->core);
    zd_status status = zd_scene_edit_rename(&source, node, name, &made, &error);
    return zd_api_answer(zd_scene_draft_finish(&scene->doc, status, &made, &error), &error, err);
}

/* ---- keyframes ---- */

static const zd_scene_curve *curve_of(const zdepth_scene *scene, int node, const char *key,
                                      int component)
{
    int count = 0;
    int index = -1;
    if (zd_scene_draft_key(&scene->doc, node, key, &index, NULL) != ZD_OK) {
        return NULL;
    }
    const zd_scene_node *owner = &scene->doc.parsed->nodes[node];
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
    *out = (zdepth_scene_keyframe){ 0 };
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
    zd_scene_source source = zd_scene_draft_source(&scene->doc);
    ZD_TRY(zd_scene_draft_key(&scene->doc, node, key, &index, err));
    const zd_scene_key *table =
        &zd_scene_node_keys(scene->doc.parsed->nodes[node].kind, &key_count)[index];
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
    return zd_scene_draft_finish(&scene->doc, status, &made, err);
}

zdepth_status zdepth_scene_set_keyframe(zdepth_scene *scene, int node, const char *key,
                                        int component, zdepth_scene_keyframe keyframe,
                                        zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL && key != NULL);
    zd_error error = { 0 };
    if ((int) keyframe.ease < 0 || keyframe.ease > ZDEPTH_SCENE_SMOOTH) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no ease %d",
                             (int) keyframe.ease);
    }
    zd_keyframe with = { keyframe.frame, keyframe.value, (zd_interp) keyframe.ease };
    return zd_api_answer(change_keyframes(scene, node, key, component, -1, &with, &error), &error,
                         err);
}

zdepth_status zdepth_scene_remove_keyframe(zdepth_scene *scene, int node, const char *key,
                                           int component, int index, zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL && key != NULL);
    zd_error error = { 0 };
    return zd_api_answer(change_keyframes(scene, node, key, component, index, NULL, &error), &error,
                         err);
}

/* ---- files ---- */

zdepth_status zdepth_scene_run(const zdepth_scene *scene, const zdepth_scene_job_options *options,
                               const zdepth_task *task, int *frames, zdepth_error *err)
{
    ZD_API_REQUIRE(err, scene != NULL);
    zd_error error = { 0 };
    zdepth_scene_job_options with;
    zd_scene_job *job = NULL;
    zd_scene_job_report report = { 0 };
    zd_task inner = zd_api_task(task);
    ZD_API_TRY(zd_api_take(&with, sizeof with, options, "zdepth_scene_job_options", err));
    zd_scene_job_params params = { .file = with.file,
                                   .output = with.output,
                                   .first = with.first,
                                   .last = with.last,
                                   .all = !with.has_frames };
    const zd_scene_job_options inside = { .model = with.model, .face_model = with.face_model };
    zd_status status = zd_scene_job_open_text(scene->context->core, scene->doc.path,
                                              scene->doc.text, &inside, &job, &error);
    if (status == ZD_OK) {
        status = zd_scene_job_render(job, &params, &inner, &report, &error);
    }
    zd_scene_job_close(&job);
    if (frames != NULL) {
        *frames = report.frames;
    }
    return zd_api_answer(status, &error, err);
}
