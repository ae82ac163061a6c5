/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth scene: renders, checks and prints 3D scenes (docs/scene.md). */

#include <string.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "cli/verb_list.h"
#include "cli/verbs/scene/scene_edits.h"
#include "core/file.h"
#include "scene/gl_context.h"
#include "scene_job/scene_job.h"

/* A target that is the scene itself, or is there and to be kept. `path` may be NULL. */
static zd_status check_target(zd_cli *cli, const zd_args *args, const char *flag, const char *path,
                              zd_error *err)
{
    if (path != NULL && zd_target_same(path, args->positional[1])) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s '%s' is the scene as well; give it another name", flag, path);
    }
    return zd_target_keep(cli, path, err);
}

static zd_status render(zd_cli *cli, zd_args *args, zd_scene_job *session, zd_error *err)
{
    zd_scene_job_params params = { .file = zd_args_flag(args, "output"),
                                   .output = zd_args_flag(args, "node") };
    ZD_TRY(zd_cli_scene_frames(zd_args_flag(args, "frames"), &params, err));
    ZD_TRY(check_target(cli, args, "--output", params.file, err));
    if (cli->dry_run) {
        return zd_cli_scene_dry_run(cli, args, session, err);
    }
    zd_scene_job_report done;
    zd_status status = zd_scene_job_render(session, &params, &cli->task, &done, err);
    if (status == ZD_ERR_CANCELLED) {
        return zd_fail(err, status,
                       done.is_resumable
                           ? "the same command keeps the finished frames and makes the others"
                           : "the same command begins anew");
    }
    if (status == ZD_OK && cli->json) {
        zd_cli_line line;
        zd_cli_line_result(&line, cli->ctx, "scene");
        zd_json_text(&line.json, "action", "render");
        zd_json_text(&line.json, "output", params.file);
        zd_json_number(&line.json, "frames", done.frames);
        zd_json_number(&line.json, "kept_frames", done.kept);
        return zd_cli_line_print(&line, status, err);
    }
    if (status == ZD_OK && done.kept > 0 && !cli->quiet) {
        zd_cli_progress_end(&cli->progress);
        zd_say(stderr, "%d of %d frames were finished before", done.kept, done.frames);
    }
    return status;
}

static zd_status check(zd_cli *cli, zd_args *args, zd_scene_job *session, zd_error *err)
{
    const zd_scene *scene = zd_scene_job_scene(session);
    int first = 0;
    int last = 0;
    (void) args;
    zd_scene_range(scene, &first, &last);
    if (cli->json) {
        zd_cli_line line;
        zd_cli_line_result(&line, cli->ctx, "scene");
        zd_json_text(&line.json, "action", "check");
        zd_json_text(&line.json, "scene", zd_scene_path(scene));
        zd_json_number(&line.json, "nodes", zd_scene_node_count(scene) - 1);
        zd_json_number(&line.json, "outputs", zd_scene_output_count(scene));
        zd_json_number(&line.json, "first_frame", first);
        zd_json_number(&line.json, "last_frame", last);
        return zd_cli_line_print(&line, ZD_OK, err);
    }
    if (!cli->quiet) {
        zd_say(stdout, "%s: %d nodes, %d output%s, frames %d to %d; nothing wrong",
               zd_scene_path(scene), zd_scene_node_count(scene) - 1, zd_scene_output_count(scene),
               zd_scene_output_count(scene) == 1 ? "" : "s", first, last);
    }
    return ZD_OK;
}

static zd_status print(zd_cli *cli, zd_args *args, zd_scene_job *session, zd_error *err)
{
    const zd_scene *scene = zd_scene_job_scene(session);
    const char *svg = zd_args_flag(args, "svg");
    zd_scene_job_params at = { 0 };
    zd_text text;
    ZD_TRY(zd_cli_scene_frames(zd_args_flag(args, "frames"), &at, err));
    if (at.all) {
        zd_scene_range(scene, &at.first, &at.last);
    }
    ZD_TRY(check_target(cli, args, "--svg", svg, err));
    if (svg != NULL) {
        ZD_TRY(zd_target_is_ours(svg, "<svg", "an SVG picture", err));
    }
    zd_text_init(&text, cli->ctx);
    zd_status status = svg != NULL ? zd_scene_svg(scene, &text, err)
                       : zd_args_flag(args, "canonical") != NULL
                           ? zd_scene_write(scene, &text, err)
                           : zd_scene_print(scene, at.first, &text, err);
    if (status == ZD_OK && svg != NULL) {
        status = zd_file_write(cli->ctx, svg, text.data, text.length, err);
    } else if (status == ZD_OK && !cli->json) {
        zd_say_text(stdout, text.data);
    }
    if (status == ZD_OK && cli->json) {
        zd_cli_line line;
        zd_cli_line_result(&line, cli->ctx, "scene");
        zd_json_text(&line.json, "action", "print");
        zd_json_text(&line.json, svg != NULL ? "svg" : "text", svg != NULL ? svg : text.data);
        status = zd_cli_line_print(&line, status, err);
    }
    zd_text_release(&text);
    return status;
}

static const struct {
    const char *name;
    zd_status (*run)(zd_cli *cli, zd_args *args, zd_scene_job *session, zd_error *err);
} actions[] = { { "render", ZD_CLI_RUN(render) },
                { "check", ZD_CLI_RUN(check) },
                { "print", ZD_CLI_RUN(print) },
                { "export", ZD_CLI_RUN(zd_cli_scene_export) },
                { "zsnap", ZD_CLI_RUN(zd_cli_scene_zsnap) } };

static zd_status run_scene(zd_cli *cli, zd_args *args, zd_error *err)
{
    if (cli->dry_run && strcmp(args->positional[0], "render") != 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "zdepth scene %s does not use --dry-run; zdepth scene render does",
                       args->positional[0]);
    }
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, args->positional[0]) == 0) {
            zd_scene_job *session = NULL;
            zd_scene_job_options options = {
                .model = zd_args_flag(args, "model"),
                .face_model = zd_args_flag(args, "face-model"),
                .ocio = zd_args_flag(args, "ocio"),
                .cache = { .no_cache = cli->no_cache,
                           .cache_folder = cli->cache_folder,
                           .is_trial = cli->dry_run },
            };
            ZD_TRY(zd_scene_job_open(cli->ctx, args->positional[1], &options, &session, err));
            zd_status status = actions[i].run(cli, args, session, err);
            zd_scene_job_close(&session);
            return status;
        }
    }
    return zd_cli_scene_edit(cli, args, err);
}

static const zd_flag flags[] = {
    { "output", "FILE",
      "Where frames go: OUT.%04d.exr with all passes, or a picture or movie of "
      "the beauty. Without it: the outputs' own files. export: the file, whose ending is the format." },
    { "node", "NAME", "Render only this output node. export: a camera, surface or geometry." },
    { "frames", "FIRST-LAST", "Frames instead of the scene's range." },
    { "svg", "FILE", "print: the node graph as an SVG picture." },
    { "canonical", NULL, "print: the scene in its canonical form." },
    { "map", "NAME", "zsnap: the zdepth map; may be left out when there is one." },
    { "at", "X,Y", "zsnap: the pixel, from the top left corner." },
    { "type", "zdepth|normalmap|aov", "add-map: the map's kind; without it zdepth." },
    { "media", "NAME", "add-map, apply-media: a media of the scene, by name or number." },
    { "file", "FILE",
      "init: the footage. add-map, apply-media: a file, which becomes a media of the scene." },
    { "analysis", "global|face", "add-map: measure the depth on the media." },
    { "unit", "PIXELS", "import, export: pixels for one unit of the file; without it 1." },
    { "points", NULL, "export: a point cloud, without triangles." },
    { "model", "NAME", "The network of global analysis; without it the embedded one." },
    { "face-model", "NAME",
      "The networks that find faces and their landmarks, for maps that name none: embedded-faces (the "
      "default), face-landmarks once that is installed, or a safetensors file." },
    { "ocio", "FILE",
      "The OpenColorIO configuration of the spaces that the scene names, in place of its own. Without "
      "either: $OCIO." },
    { NULL, NULL, NULL },
};

/* Which of the actions use a flag, in the order of `flags`. */
static const char *const users[] = { "render export",
                                     "render export",
                                     "render print zsnap export",
                                     "print",
                                     "print",
                                     "zsnap",
                                     "zsnap",
                                     "add-map",
                                     "add-map apply-media",
                                     "init add-map apply-media",
                                     "add-map",
                                     "import export",
                                     "export",
                                     "render zsnap export",
                                     "render zsnap export",
                                     "render check zsnap export print" };

static zd_status check_flags(const zd_args *args, zd_error *err)
{
    const char *action = args->positional[0];
    for (int i = 0; flags[i].name != NULL; i++) {
        if (args->flag_values[i] != NULL && strstr(users[i], action) == NULL) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "zdepth scene %s does not use --%s; zdepth scene %.*s does", action,
                           flags[i].name, (int) strcspn(users[i], " "), users[i]);
        }
    }
    return ZD_OK;
}

#if !defined(ZD_CLI_FRONT) /* which links none of it */
bool zd_cli_describe_gl(zd_context *ctx, char *to, size_t size)
{
    zd_gl_context *gl = NULL;
    zd_error reason;
    if (zd_gl_context_create(ctx, &gl, &reason) != ZD_OK) {
        snprintf(to, size, "MISSING (%s)", reason.message);
        return false;
    }
    snprintf(to, size, "%s", zd_gl_renderer_name(gl));
    zd_gl_context_destroy(ctx, &gl);
    return true;
}

zd_status zd_cli_tour_scene(zd_cli *cli, const char *folder, const char *picture, zd_error *err)
{
    static const char scene[] =
        "# A picture on a surface that its depth extrudes, turned, with a lamp on it.\n"
        "zscene 1\n"
        "frame { size 640 360 }\n"
        "camera cam { position 0 0 auto near 100 far 2000 }\n"
        "axis turn { rotation 2 -5 0 }\n"
        "media still { front \"0_frame.png\" }\n"
        "surface card { parent turn media still size 640 360 cell_px 2 }\n"
        "axis below { parent card }\n"
        "zdepth z { parent below on card media still analysis global scale 30 direction normal "
        "three_d yes bump yes }\n"
        "light sky { type ambient colour 1 1 1 intensity 40 }\n"
        "light lamp { type point position -200 150 260 colour 1 0.92 0.8 intensity 60 decay linear "
        "reach 400 }\n"
        "output main { camera cam passes comp samples 4 }\n";
    zd_scene_job *session = NULL;
    zd_scene_job_report done;
    zd_scene_job_params params = { .file = picture, .all = true };
    zd_scene_job_options options = { .cache = { .no_cache = cli->no_cache,
                                                .cache_folder = cli->cache_folder } };
    char *path = zd_path_join(cli->ctx, folder, "5_scene.zscene");
    if (path == NULL) {
        return zd_fail_memory(err, "the tour");
    }
    zd_status status = zd_target_keep(cli, path, err);
    if (status == ZD_OK) {
        status = zd_file_write(cli->ctx, path, scene, sizeof scene - 1, err);
    }
    if (status == ZD_OK) {
        status = zd_scene_job_open(cli->ctx, path, &options, &session, err);
    }
    if (status == ZD_OK) {
        status = zd_scene_job_render(session, &params, &cli->task, &done, err);
        zd_scene_job_close(&session);
    }
    zd_free(cli->ctx, path);
    return status;
}
#endif

const zd_verb zd_verb_scene = {
    .name = "scene",
    .summary = "Render a 3D scene of surfaces with depth, cameras and lights.",
    .synopsis =
        "init|render|check|print|add-map|create-map|apply-media|import|export|zsnap SCENE [NODE|FILE] [FLAGS]",
    .words = "init render check print add-map create-map apply-media import export zsnap",
    .text =
        "Scenes are plain text (docs/scene.md). 'init' begins one with footage on a surface that "
        "fills the frame; 'render' writes frames; 'check' says what is "
        "wrong, with line and column; 'print' shows who carries whom. The others change the "
        "file and leave its comments, order and layout: 'add-map' lays a depth map on a "
        "surface, with an axis of its own; 'create-map' adds the map that an aov node needs, "
        "or all aov nodes; 'apply-media' gives a surface or map another media; 'import' adds "
        "the cameras, lights and objects of a glTF, FBX, Collada, .chan or .nk file; 'zsnap' puts "
        "an axis where a depth map has a pixel. 'export' writes meshes (.ply, .obj, .gltf, .glb) "
        "and cameras (.chan, .nk, .gltf).",
    .examples = "  zdepth scene init shot.zscene --file clip.mp4\n"
                "  zdepth scene render relief.zscene -o relief.mp4 --dry-run\n"
                "  zdepth scene render relief.zscene -o relief.%04d.exr\n"
                "  zdepth scene render relief.zscene -o relief.mp4\n"
                "  zdepth scene print relief.zscene --svg relief.svg\n"
                "  zdepth scene add-map title_wall.zscene title_card --analysis global\n"
                "  zdepth scene apply-media relief.zscene card --file table.png\n"
                "  zdepth scene export relief.zscene -o relief.ply\n"
                "  zdepth scene zsnap ball_table.zscene ball_axis --map table_z --at 480,90\n",
    .flags = flags,
    .min_positional = 2,
    .max_positional = 3,
    .dry_run = true,
    .check = check_flags,
    .run = ZD_CLI_RUN(run_scene),
};
