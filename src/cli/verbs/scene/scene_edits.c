/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The verbs that change a scene's file, or begin one. The edits are those of the Studio (scene/scene_draft.h). */

#include "cli/verbs/scene/scene_edits.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "core/file.h"
#include "scene/scene_exchange.h"

/* What an edit did, for the line that tells it. */
typedef struct edit_report {
    int node; /* -1: none */
    int axis;
    int media;
    bool made;
} edit_report;

static zd_status fail_usage(const char *usage, zd_error *err)
{
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "usage: zdepth scene %s", usage);
}

static zd_status find_named(const zd_scene *scene, const char *name, zd_scene_kind kind, int *node,
                            zd_error *err)
{
    assert(kind < ZD_SCENE_NODE_KINDS);
    *node = name != NULL ? zd_scene_find(scene, name) : -1;
    if (*node < 0 || zd_scene_node_kind(scene, *node) != kind) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: there is no %s '%s'",
                       zd_scene_path(scene), zd_scene_node_kind_name(kind),
                       name != NULL ? name : "");
    }
    return ZD_OK;
}

static zd_status find_node(const zd_scene *scene, const char *name, int *node, zd_error *err)
{
    *node = zd_scene_find(scene, name);
    return *node >= 0 ? ZD_OK
                      : zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: there is no node '%s'",
                                zd_scene_path(scene), name);
}

/* A scene need not be finished, so a file may come later; one that is misspelt would show when rendered only. */
static void warn_absent(zd_context *ctx, const char *file)
{
    const char *colon = strrchr(file, ':');
    char whole[PATH_MAX];
    size_t length = colon != NULL ? (size_t) (colon - file) : 0;
    bool is_there = strchr(file, '%') != NULL || zd_file_exists(file);
    if (!is_there && length > 0 && length < sizeof whole) {
        memcpy(whole, file, length);
        whole[length] = '\0';
        is_there = zd_file_exists(whole);
    }
    if (!is_there) {
        zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "scene",
                     "there is no file '%s' yet; a render asks for it", file);
    }
}

/* The media that --media or --file choose; -1: neither was given. */
static zd_status choose_media(zd_scene_draft *doc, const zd_args *args, int *media, zd_error *err)
{
    const char *name = zd_args_flag(args, "media");
    const char *file = zd_args_flag(args, "file");
    *media = -1;
    if (name != NULL && file != NULL) {
        return zd_fail(
            err, ZD_ERR_INVALID_ARGUMENT,
            "--media chooses a media of the scene and --file adds one; give one of them");
    }
    if (file != NULL) {
        char path[PATH_MAX];
        ZD_TRY(zd_cli_scene_path(doc->path, file, path, sizeof path, err));
        ZD_TRY(zd_scene_draft_read_file(doc, path, media, err));
        warn_absent(doc->ctx, file);
        return ZD_OK;
    }
    if (name != NULL) {
        *media = zd_scene_find_media(doc->parsed, name);
        return *media >= 0 ? ZD_OK
                           : zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: there is no media '%s'",
                                     doc->path, name);
    }
    return ZD_OK;
}

static zd_status choose_type(const char *word, zd_scene_kind *kind, zd_error *err)
{
    static const zd_scene_kind maps[] = { ZD_SCENE_NODE_ZDEPTH, ZD_SCENE_NODE_NORMALMAP,
                                          ZD_SCENE_NODE_AOV };
    *kind = ZD_SCENE_NODE_ZDEPTH;
    for (size_t i = 0; word != NULL && i < sizeof maps / sizeof maps[0]; i++) {
        if (strcmp(zd_scene_node_kind_name(maps[i]), word) == 0) {
            *kind = maps[i];
            return ZD_OK;
        }
    }
    return word == NULL ? ZD_OK
                        : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                                  "--type is '%s'; it must be zdepth, normalmap or aov", word);
}

static zd_status add_map(zd_scene_draft *doc, const zd_args *args, edit_report *done, zd_error *err)
{
    int object = -1;
    zd_scene_kind kind = ZD_SCENE_NODE_ZDEPTH;
    const char *analysis = zd_args_flag(args, "analysis");
    if (args->positional_count < 3) {
        return fail_usage("add-map SCENE OBJECT [--type TYPE] [--media NAME|--file FILE] "
                          "[--analysis TYPE]",
                          err);
    }
    ZD_TRY(choose_type(zd_args_flag(args, "type"), &kind, err));
    if (analysis != NULL && kind != ZD_SCENE_NODE_ZDEPTH) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--analysis measures the depth of a zdepth map; leave it out of a --type %s",
                       zd_scene_node_kind_name(kind));
    }
    ZD_TRY(find_node(doc->parsed, args->positional[2], &object, err));
    ZD_TRY(choose_media(doc, args, &done->media, err));
    object = zd_scene_find(doc->parsed, args->positional[2]);
    ZD_TRY(zd_scene_draft_add_map(doc, object, kind, done->media, &done->node, err));
    if (analysis != NULL) {
        ZD_TRY(zd_scene_draft_set(doc, done->node, "analysis", analysis, err));
    }
    done->axis = kind == ZD_SCENE_NODE_ZDEPTH ? zd_scene_parent(doc->parsed, done->node) : -1;
    done->media = zd_scene_node_media(&doc->parsed->nodes[done->node]);
    done->made = true;
    return ZD_OK;
}

/* Of one aov node, or of all. */
static zd_status create_map(zd_scene_draft *doc, const zd_args *args, edit_report *done,
                            zd_error *err)
{
    int only = -1;
    bool made = false;
    if (args->positional_count > 2) {
        ZD_TRY(find_named(doc->parsed, args->positional[2], ZD_SCENE_NODE_AOV, &only, err));
        return zd_scene_draft_create_map(doc, only, &done->made, err);
    }
    for (int i = 0; i < doc->parsed->node_count; i++) {
        if (doc->parsed->nodes[i].kind == ZD_SCENE_NODE_AOV) {
            only = i;
            ZD_TRY(zd_scene_draft_create_map(doc, i, &made, err));
            done->made = done->made || made;
        }
    }
    return only >= 0 ? ZD_OK
                     : zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: there is no aov node", doc->path);
}

static zd_status apply_media(zd_scene_draft *doc, const zd_args *args, edit_report *done,
                             zd_error *err)
{
    bool is_chosen = zd_args_flag(args, "media") != NULL || zd_args_flag(args, "file") != NULL;
    if (args->positional_count < 3 || !is_chosen) {
        return fail_usage("apply-media SCENE NODE --media NAME|--file FILE", err);
    }
    ZD_TRY(find_node(doc->parsed, args->positional[2], &done->node, err));
    ZD_TRY(choose_media(doc, args, &done->media, err));
    done->node = zd_scene_find(doc->parsed, args->positional[2]);
    done->made = true;
    return zd_scene_draft_apply_media(doc, done->node, done->media, err);
}

/* Cameras, lights, objects and their motion from a file. */
static zd_status import(zd_scene_draft *doc, const zd_args *args, edit_report *done, zd_error *err)
{
    char written[PATH_MAX];
    double unit = 1.0;
    if (args->positional_count < 3) {
        return fail_usage("import SCENE FILE [--unit PIXELS]", err);
    }
    ZD_TRY(zd_cli_scene_unit(args, &unit, err));
    ZD_TRY(zd_cli_scene_path(doc->path, args->positional[2], written, sizeof written, err));
    const zd_scene_import_params params = { .path = args->positional[2],
                                            .written = written,
                                            .unit = unit };
    done->made = true;
    return zd_scene_import(doc, &params, NULL, err);
}

/* What a new scene is about; it is written by whoever opened it. */
static zd_status init(zd_scene_draft *doc, const zd_args *args, edit_report *done, zd_error *err)
{
    (void) args;
    (void) err;
    done->node = zd_scene_find(doc->parsed, "card");
    done->media = zd_scene_node_media(&doc->parsed->nodes[done->node]);
    done->made = true;
    return ZD_OK;
}

static const char *name_of(const zd_scene_draft *doc, int node)
{
    assert(node < doc->parsed->node_count);
    return node >= 0 ? doc->parsed->nodes[node].name : NULL;
}

static void report_added(zd_json *json, const zd_scene_draft *doc, int nodes_before)
{
    zd_json_open(json, "nodes", '[');
    for (int i = nodes_before; i < doc->parsed->node_count; i++) {
        zd_json_text(json, NULL, doc->parsed->nodes[i].name);
    }
    zd_json_close(json, ']');
}

static zd_status report_json(zd_cli *cli, const zd_scene_draft *doc, const char *action,
                             const edit_report *done, int nodes_before, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "scene");
    zd_json_text(&line.json, "action", action);
    zd_json_text(&line.json, "scene", doc->path);
    zd_json_bool(&line.json, "changed", done->made);
    report_added(&line.json, doc, nodes_before);
    if (done->node >= 0) {
        zd_json_text(&line.json, "node", name_of(doc, done->node));
        zd_json_text(&line.json, "axis", name_of(doc, done->axis));
        zd_json_text(&line.json, "media", name_of(doc, done->media));
    }
    return zd_cli_line_print(&line, ZD_OK, err);
}

static void report_text(const zd_scene_draft *doc, const edit_report *done, int nodes_before)
{
    if (!done->made) {
        zd_say(stdout, "%s: nothing is missing", doc->path);
        return;
    }
    for (int i = nodes_before; i < doc->parsed->node_count; i++) {
        const zd_scene_node *node = &doc->parsed->nodes[i];
        zd_say(stdout, "%s: %s '%s' is added", doc->path, zd_scene_node_kind_name(node->kind),
               node->name);
    }
    if (done->media >= 0) {
        zd_say(stdout, "%s: '%s' has the media [%d] %s", doc->path, name_of(doc, done->node),
               zd_scene_node_media_number(doc->parsed, done->media), name_of(doc, done->media));
    }
}

static const struct {
    const char *name;
    zd_status (*run)(zd_scene_draft *doc, const zd_args *args, edit_report *done, zd_error *err);
} edits[] = { { "init", init },
              { "add-map", add_map },
              { "create-map", create_map },
              { "apply-media", apply_media },
              { "import", import } };

/* Whether the text's scene makes sense, by a scene of its own, for a check adds nodes. */
static zd_status check(const zd_scene_draft *doc, zd_error *err)
{
    zd_scene *scene = NULL;
    zd_status status = zd_scene_parse(doc->ctx, doc->path, doc->text, doc->bytes, &scene, err);
    if (status == ZD_OK) {
        status = zd_scene_check(scene, err);
    }
    zd_scene_destroy(&scene);
    return status;
}

static zd_status edit(zd_cli *cli, zd_args *args, zd_scene_draft *doc, zd_error *err)
{
    const char *action = args->positional[0];
    edit_report done = { -1, -1, -1, false };
    int nodes = strcmp(action, "init") == 0 ? 1 : doc->parsed->node_count;
    size_t i = 0;
    while (strcmp(edits[i].name, action) != 0) {
        i++;
        if (i == sizeof edits / sizeof edits[0]) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' is not known", action);
        }
    }
    bool was_good = check(doc, NULL) == ZD_OK;
    ZD_TRY(edits[i].run(doc, args, &done, err));
    if (done.made && was_good) { /* and stays so */
        zd_status status = check(doc, err);
        if (status != ZD_OK) {
            return zd_fail_context(err, status, "nothing is changed, it would make no sense");
        }
    }
    if (done.made) {
        ZD_TRY(zd_scene_draft_save(doc, doc->path, err));
    }
    if (cli->json) {
        return report_json(cli, doc, action, &done, nodes, err);
    }
    if (!cli->quiet) {
        report_text(doc, &done, nodes);
    }
    return ZD_OK;
}

zd_status zd_cli_scene_edit(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_scene_draft doc;
    bool is_new = strcmp(args->positional[0], "init") == 0;
    ZD_TRY(is_new ? zd_cli_scene_begin(cli, args, &doc, err)
                  : zd_scene_draft_read(cli->ctx, args->positional[1], &doc, err));
    zd_status status = edit(cli, args, &doc, err);
    zd_scene_draft_close(&doc);
    return status;
}

/* ---- export ---- */

zd_status zd_cli_scene_export(zd_cli *cli, zd_args *args, zd_scene_job *session, zd_error *err)
{
    const zd_scene *scene = zd_scene_job_scene(session);
    zd_scene_export_params params = { .path = zd_args_flag(args, "output"),
                                      .node = zd_args_flag(args, "node"),
                                      .points = zd_args_flag(args, "points") != NULL };
    zd_scene_job_params frames = { 0 };
    zd_scene_renderer *renderer = NULL;
    if (params.path == NULL) {
        return fail_usage(
            "export SCENE -o FILE [--node NAME] [--frames FIRST-LAST] [--unit PIXELS] "
            "[--points]",
            err);
    }
    ZD_TRY(zd_cli_scene_frames(zd_args_flag(args, "frames"), &frames, err));
    if (frames.all) {
        zd_scene_range(scene, &frames.first, &frames.last);
    }
    params.first = frames.first;
    params.last = frames.last;
    ZD_TRY(zd_cli_scene_unit(args, &params.unit, err));
    if (zd_target_same(params.path, args->positional[1])) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--output '%s' is the scene as well; give it another name", params.path);
    }
    ZD_TRY(zd_target_keep(cli, params.path, err));
    ZD_TRY(
        zd_scene_renderer_create(cli->ctx, scene, zd_scene_job_services(session), &renderer, err));
    zd_status status = zd_scene_export(renderer, &params, err);
    zd_scene_renderer_destroy(&renderer);
    if (status == ZD_OK && cli->json) {
        zd_cli_line line;
        zd_cli_line_result(&line, cli->ctx, "scene");
        zd_json_text(&line.json, "action", "export");
        zd_json_text(&line.json, "output", params.path);
        return zd_cli_line_print(&line, status, err);
    }
    return status;
}

/* ---- zsnap ---- */

/* Without --map, the only map of the scene. */
static const char *only_map(const zd_scene *scene)
{
    const char *name = NULL;
    for (int i = 0; i < zd_scene_node_count(scene); i++) {
        if (zd_scene_node_kind(scene, i) == ZD_SCENE_NODE_ZDEPTH) {
            if (name != NULL) {
                return NULL;
            }
            name = zd_scene_node_name(scene, i);
        }
    }
    return name;
}

static zd_status write_snapped(zd_cli *cli, const zd_scene *snapped, const char *axis,
                               zd_error *err)
{
    zd_scene_draft doc;
    ZD_TRY(zd_scene_draft_read(cli->ctx, zd_scene_path(snapped), &doc, err));
    int node = zd_scene_find(doc.parsed, axis);
    zd_status status =
        node == zd_scene_find(snapped, axis)
            ? zd_scene_draft_snap(&doc, node, snapped, err)
            : zd_fail(err, ZD_ERR_IO, "'%s' was changed meanwhile; try again", doc.path);
    if (status == ZD_OK) {
        status = zd_scene_draft_save(&doc, doc.path, err);
    }
    zd_scene_draft_close(&doc);
    return status;
}

static zd_status report_snap(zd_cli *cli, const zd_scene *scene, const char *axis,
                             const double world[3], zd_error *err)
{
    if (cli->json) {
        zd_cli_line line;
        zd_cli_line_result(&line, cli->ctx, "scene");
        zd_json_text(&line.json, "action", "zsnap");
        zd_json_text(&line.json, "axis", axis);
        zd_json_open(&line.json, "world", '[');
        for (int i = 0; i < 3; i++) {
            zd_json_number(&line.json, NULL, world[i]);
        }
        zd_json_close(&line.json, ']');
        return zd_cli_line_print(&line, ZD_OK, err);
    }
    if (!cli->quiet) {
        zd_say(stdout,
               "%s: axis '%s' is at %.6f %.6f %.6f of the world; the file holds "
               "its place in its parent",
               zd_scene_path(scene), axis, world[0], world[1], world[2]);
    }
    return ZD_OK;
}

zd_status zd_cli_scene_zsnap(zd_cli *cli, zd_args *args, zd_scene_job *session, zd_error *err)
{
    zd_scene *scene = zd_scene_job_scene(session);
    const char *map = zd_args_flag(args, "map");
    const char *where = zd_args_flag(args, "at");
    double at[2];
    double world[3];
    int axis = -1;
    int zdepth = -1;
    char rest = '\0';
    zd_scene_job_params frame = { 0 };
    if (args->positional_count < 3 || where == NULL ||
        sscanf(where, "%lf,%lf%c", &at[0], &at[1], &rest) != 2)
    {
        return fail_usage("zsnap SCENE AXIS --map MAP --at X,Y", err);
    }
    ZD_TRY(zd_cli_scene_frames(zd_args_flag(args, "frames"), &frame, err));
    if (frame.all) {
        zd_scene_range(scene, &frame.first, &frame.last);
    }
    ZD_TRY(find_named(scene, args->positional[2], ZD_SCENE_NODE_AXIS, &axis, err));
    ZD_TRY(
        find_named(scene, map != NULL ? map : only_map(scene), ZD_SCENE_NODE_ZDEPTH, &zdepth, err));
    ZD_TRY(zd_scene_zsnap(scene, zd_scene_job_services(session), axis, zdepth, at, frame.first,
                          world, err));
    ZD_TRY(write_snapped(cli, scene, args->positional[2], err));
    return report_snap(cli, scene, args->positional[2], world, err);
}
