/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What callers of the scene must keep: each ZD_REQUIRE is broken once, and each kind of invariant. */

#include "refused.h"
#include "scene/depth_convert.h"
#include "scene/depth_layers.h"
#include "scene/mesh.h"
#include "scene/render_internal.h"
#include "scene/scene_draft.h"
#include "scene/scene_exchange.h"
#include "scene/zmap.h"
#include "scene_job/scene_job.h"
#include "scene_job/scene_job_analysis.h"
#include "scene_job/scene_job_clip.h"
#include "scene_job/scene_job_colour.h"
#include "scene_job/scene_job_files.h"

static zd_context *ctx;
static zd_error err;
static float numbers[64];
static const char text[] = "zscene 1\nmedia m { front \"x.png\" }\n";

static zd_view gray(int width, int height)
{
    return (zd_view){ numbers, width, height, width * 4, ZD_GRAY_F32 };
}

static zd_view rgb(int width, int height)
{
    return (zd_view){ numbers, width, height, width * 12, ZD_RGB_F32 };
}

static void shapes(void)
{
    double step;
    zd_scene_steps steps = { 0 };
    zd_scene_filling filling = { 0 };
    zd_geometry geometry = { 0 };
    zd_mesh mesh = { .ctx = ctx };
    zd_zmap map = { 0 };
    zd_mat4 here = zd_mat4_identity();
    zd_gl_target target = { 0 };
    REFUSED(zd_scene_depth_dequantise(ctx, gray(2, 2), gray(2, 1), &step, &err),
            "raw.width == out.width");
    REFUSED(zd_scene_depth_fill(ctx, &steps, gray(2, 2), rgb(2, 2), -1.0, 0.0, &filling, &err),
            "z.format.channels == 1 && reach >= 0.0");
    REFUSED(zd_scene_depth_snap(ctx, &steps, gray(2, 2), rgb(2, 2), gray(1, 2), &err),
            "z.width == out.width");
    REFUSED(zd_scene_depth_soften(ctx, rgb(2, 2), 1.0, 1.0, false, &err), "z.format.sample");
    REFUSED(zd_scene_depth_even(ctx, rgb(2, 2), &err), "z.format.sample");
    REFUSED(zd_scene_bump_normals(ctx, &map, &here, gray(2, 2), gray(2, 2), &err),
            "out.format.sample == ZD_SAMPLE_F32 && out.format.channels == 4");
    REFUSED(zd_geometry_read(ctx, NULL, "", &geometry, &err), "path != NULL && part != NULL");
    REFUSED(zd_geometry_subdivide(ctx, &geometry, -1, &err), "times >= 0");
    REFUSED(zd_mesh_grid(&mesh, &here, &map, 0.0, NULL, &err), "cell_px > 0.0");
    REFUSED(zd_gl_target_resize(&target, 4, 0, 0, &err), "width > 0 && height > 0");
}

static void texts(void)
{
    zd_scene *scene = NULL;
    zd_scene_draft doc;
    zd_scene_renderer *renderer = NULL;
    const double at[2] = { 0 };
    double world[3];
    int nodes;
    const zd_scene_import_params from = { .path = "x.gltf", .unit = 1.0 };
    const zd_scene_export_params to = { .path = "x.ply" };
    REFUSED(zd_scene_parse(ctx, "x", NULL, 1, &scene, &err), "text != NULL || bytes == 0");
    REQUIRE_OK(zd_scene_draft_open(ctx, "x.zscene", text, strlen(text), &doc, &err));
    REFUSED(zd_scene_draft_set(&doc, 9, "front", "y.png", &err),
            "node >= 0 && node < doc->parsed->node_count && key != NULL");
    REFUSED(zd_scene_import(&doc, &from, &nodes, &err), "params->path != NULL");
    REFUSED(zd_scene_export(NULL, &to, &err), "params->path != NULL && params->unit > 0.0");
    REFUSED(zd_scene_renderer_create(ctx, doc.parsed, NULL, &renderer, &err),
            "scene != NULL && services != NULL");
    REFUSED(zd_scene_zsnap(doc.parsed, NULL, 0, -1, at, 1.0, world, &err), "zdepth >= 0");
    REFUSED(zd_scene_zsnap(doc.parsed, NULL, 2, 0, at, 1.0, world, &err),
            "axis >= 0 && axis < scene->node_count");
    zd_scene_draft_close(&doc);
}

static void files(void)
{
    zd_scene_job *job = NULL;
    zd_scene_job_options options = { 0 };
    zd_scene_job_analysis *analysis = NULL;
    const zd_scene_job_networks networks = { 0 };
    zd_scene_job_clip *clip = NULL;
    zd_scene_job_colour *colour = NULL;
    zd_scene_job_files *media = NULL;
    zd_scene *scene = NULL;
    zd_scene_loaded loaded;
    const zd_scene_request request = { .channel = "" };
    const zd_scene_job_clip_params params = { .path = "x.mp4" };
    REFUSED(zd_scene_job_open(ctx, NULL, &options, &job, &err), "path != NULL && options != NULL");
    REFUSED(zd_scene_job_open_text(ctx, "x", NULL, &options, &job, &err),
            "text != NULL && options != NULL");
    REFUSED(zd_scene_job_analysis_create(ctx, networks, NULL, &analysis, &err), "cache != NULL");
    REFUSED(zd_scene_job_clip_open(ctx, &params, NULL, &clip, &err),
            "params->path != NULL && params->options != NULL");
    REQUIRE_OK(zd_scene_parse(ctx, "x", text, strlen(text), &scene, &err));
    REQUIRE_OK(zd_scene_job_colour_create(ctx, NULL, &colour, &err));
    REFUSED(zd_scene_job_colour_show(colour, scene, 0, rgb(2, 2), &err), "output >= 0");
    zd_scene_job_colour_destroy(&colour);
    REQUIRE_OK(zd_scene_job_files_create(ctx, NULL, &media, &err));
    REFUSED(zd_scene_job_files_load(media, &request, &loaded, &err), "request->path != NULL");
    zd_scene_job_files_destroy(&media);
    zd_scene_destroy(&scene);
}

static void invariants(void)
{
    zd_scene *scene = NULL;
    zd_scene_curve curve = { 0 };
    zd_mesh mesh = { .ctx = ctx };
    int count;
    zd_test_need_asserts();
    REQUIRE_OK(zd_scene_parse(ctx, "x", text, strlen(text), &scene, &err));
    DIES(zd_scene_node_name(scene, zd_scene_node_count(scene)));
    DIES(zd_scene_node_keys(ZD_SCENE_NODE_KINDS, &count));
    DIES(zd_scene_colours_of(scene, 0));
    DIES(zd_scene_curve_at(&curve, 1.0));
    DIES(zd_scene_node_number(&scene->nodes[0], 0, 4, 1.0));
    DIES(zd_mesh_add_triangle(&mesh, 0, 1, 2));
    zd_scene_destroy(&scene);
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(shapes);
    RUN(texts);
    RUN(files);
    RUN(invariants);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
