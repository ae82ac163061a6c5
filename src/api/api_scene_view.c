/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: scenes on a screen. The renderer stays as long as only numbers change; when it must go,
 * what was loaded and measured is remembered for the next. */

#include <stdlib.h>
#include <string.h>

#include "api/api_scene.h"
#include "scene/render.h"
#include "scene_job/scene_job_analysis.h"
#include "scene_job/scene_job_files.h"

static const char *const pass_names[ZDEPTH_SCENE_PASSES] = { "comp",    "matte",    "zdepth",
                                                             "normals", "position", "object_id" };
static const unsigned pass_bits[ZDEPTH_SCENE_PASSES] = {
    ZD_SCENE_PASS_COMP,    ZD_SCENE_PASS_MATTE,    ZD_SCENE_PASS_ZDEPTH,
    ZD_SCENE_PASS_NORMALS, ZD_SCENE_PASS_POSITION, ZD_SCENE_PASS_OBJECT_ID
};

struct zdepth_scene_view {
    zd_context *ctx;
    char *model;
    zd_scene_job_files *files;
    zd_scene_job_analysis *analysis;
    zd_scene_services services;
    zd_api_scene_memory *memory;
    zd_scene *scene; /* checked; NULL before the first */
    zd_scene_renderer *renderer;
    double frame; /* rendered last */
    bool has_picture;
};

static zd_status open_parts(zdepth_scene_view *v, const char *model, zd_error *err)
{
    v->model = model != NULL ? zd_strdup(v->ctx, model) : NULL;
    if (model != NULL && v->model == NULL) {
        return zd_fail_memory(err, "a view of scenes");
    }
    const zd_clip_options cache = { 0 };
    ZD_TRY(zd_scene_job_files_create(v->ctx, NULL, &v->files, err));
    const zd_scene_job_networks networks = { v->model, NULL };
    ZD_TRY(zd_scene_job_analysis_create(v->ctx, networks, &cache, &v->analysis, err));
    v->services = (zd_scene_services){ { v->files, zd_scene_job_files_load },
                                       { v->analysis, zd_scene_job_analysis_run } };
    return zd_api_scene_memory_create(v->ctx, &v->services, &v->memory, err);
}

zdepth_status zdepth_scene_view_open(zdepth_context *context, const char *model,
                                     zdepth_scene_view **out, zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && out != NULL);
    zd_error error = { 0 };
    *out = zd_alloc_zeroed(context->core, 1, sizeof **out);
    if (*out == NULL) {
        return zd_api_refuse(err, ZDEPTH_ERR_NO_MEMORY, "not enough memory for a view");
    }
    (*out)->ctx = context->core;
    zd_status status = open_parts(*out, model, &error);
    if (status != ZD_OK) {
        zdepth_scene_view_close(out);
    }
    return zd_api_answer(status, &error, err);
}

void zdepth_scene_view_close(zdepth_scene_view **view)
{
    zdepth_scene_view *v = *view;
    *view = NULL;
    if (v != NULL) {
        zd_scene_renderer_destroy(&v->renderer);
        zd_scene_destroy(&v->scene);
        zd_api_scene_memory_destroy(&v->memory);
        zd_scene_job_analysis_destroy(&v->analysis);
        zd_scene_job_files_destroy(&v->files);
        zd_free(v->ctx, v->model);
        zd_free(v->ctx, v);
    }
}

static zd_status set_scene(zdepth_scene_view *v, const zdepth_scene *scene, zd_error *err)
{
    zd_scene *next = NULL;
    ZD_TRY(zd_scene_parse(v->ctx, scene->doc.path, scene->doc.text, scene->doc.bytes, &next, err));
    zd_status status = zd_scene_check(next, err);
    if (status == ZD_OK && v->scene != NULL && zd_scene_assign_numbers(v->scene, next)) {
        zd_scene_destroy(&next);
        return ZD_OK;
    }
    zd_scene_renderer *renderer = NULL;
    if (status == ZD_OK) {
        status = zd_scene_renderer_create(v->ctx, next, zd_api_scene_memory_services(v->memory),
                                          &renderer, err);
    }
    if (status != ZD_OK) {
        zd_scene_destroy(&next);
        return status;
    }
    zd_scene_renderer_destroy(&v->renderer);
    zd_scene_destroy(&v->scene);
    v->scene = next;
    v->renderer = renderer;
    v->has_picture = false;
    return ZD_OK;
}

zdepth_status zdepth_scene_view_set(zdepth_scene_view *view, const zdepth_scene *scene,
                                    zdepth_error *err)
{
    ZD_API_REQUIRE(err, view != NULL && scene != NULL);
    zd_error error = { 0 };
    return zd_api_answer(set_scene(view, scene, &error), &error, err);
}

static int find_output(const zd_scene *scene, const char *name)
{
    for (int i = 0; i < zd_scene_output_count(scene); i++) {
        if (name == NULL ||
            strcmp(zd_scene_node_name(scene, zd_scene_output_node(scene, i)), name) == 0) {
            return i;
        }
    }
    return -1;
}

static zd_status render(zdepth_scene_view *v, const zdepth_scene_request *request, zd_error *err)
{
    zd_scene_picture picture;
    int output = find_output(v->scene, request->output);
    zd_scene_look look = { .width = request->width,
                           .height = request->height,
                           .passes = pass_bits[request->pass],
                           .samples = request->is_draft ? 1 : 0,
                           .yaw_deg = request->yaw_deg,
                           .pitch_deg = request->pitch_deg,
                           .zoom = request->zoom,
                           .pan_x = request->pan_x,
                           .pan_y = request->pan_y };
    if (output < 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: there is no output%s%s",
                       zd_scene_path(v->scene), request->output != NULL ? " " : "",
                       request->output != NULL ? request->output : "");
    }
    zd_scene_renderer_set_look(v->renderer, &look);
    v->has_picture = false;
    ZD_TRY(zd_scene_render(v->renderer, output, request->frame, &picture, err));
    v->has_picture = true;
    v->frame = request->frame;
    const zd_scene_pass *pass = zd_scene_picture_pass(&picture, pass_names[request->pass]);
    ptrdiff_t stride =
        request->stride_bytes != 0 ? request->stride_bytes : (ptrdiff_t) picture.width * 4;
    const zd_api_shown shown = { zd_scene_job_files_colour(v->files), v->scene, output };
    if ((stride < 0 ? -stride : stride) < (ptrdiff_t) picture.width * 4) {
        zd_scene_picture_release(&picture);
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a row of %d bytes does not fit into a stride of %td", picture.width * 4,
                       stride);
    }
    zd_status status = pass != NULL
                           ? zd_api_show_pass(v->ctx, zd_image_view(pass->image), request->pass,
                                              &shown, request->pixels, stride, err)
                           : zd_fail(err, ZD_ERR_UNSUPPORTED, "the pass '%s' is not there",
                                     pass_names[request->pass]);
    zd_scene_picture_release(&picture);
    return status;
}

zdepth_status zdepth_scene_view_render(zdepth_scene_view *view, const zdepth_scene_request *request,
                                       zdepth_error *err)
{
    ZD_API_REQUIRE(err, view != NULL && request != NULL);
    zd_error error = { 0 };
    zdepth_scene_request with;
    ZD_API_TRY(zd_api_take(&with, sizeof with, request, "zdepth_scene_request", err));
    if (view->scene == NULL || with.pixels == NULL || with.pass < 0 ||
        with.pass >= ZDEPTH_SCENE_PASSES || with.width < 0 || with.height < 0 ||
        with.width > 16384 || with.height > 16384)
    {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                             "the picture asked for has no scene, no pixels, no pass %d or no size "
                             "%dx%d",
                             (int) with.pass, with.width, with.height);
    }
    zd_task task = { .cancel = with.cancel != NULL ? &with.cancel->core : NULL };
    zd_scene_job_analysis_set_task(view->analysis, &task);
    zd_status status = render(view, &with, &error);
    zd_scene_job_analysis_set_task(view->analysis, NULL);
    return zd_api_answer(status, &error, err);
}

bool zdepth_scene_view_place(zdepth_scene_view *view, int node, zdepth_scene_place *out)
{
    *out = (zdepth_scene_place){ 0 };
    zd_scene_place place;
    if (!view->has_picture || node < 0 || node >= view->scene->node_count ||
        !zd_scene_renderer_place(view->renderer, node, &place))
    {
        return false;
    }
    memcpy(out->at, place.at, sizeof out->at);
    memcpy(out->by, place.by, sizeof out->by);
    return true;
}

zdepth_status zdepth_scene_view_snap(zdepth_scene_view *view, int axis, double x, double y,
                                     zdepth_scene_snap *out, zdepth_error *err)
{
    ZD_API_REQUIRE(err, view != NULL && out != NULL);
    zd_error error = { 0 };
    *out = (zdepth_scene_snap){ .map = -1 };
    if (!view->has_picture || axis < 0 || axis >= view->scene->node_count ||
        view->scene->nodes[axis].kind != ZD_SCENE_NODE_AXIS)
    {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                             "Z-snap moves an axis in a picture that was rendered");
    }
    const double *size = view->scene->nodes[0].values[ZD_SCENE_FRAME_SIZE].number;
    const double at[2] = { x * size[0] - 0.5, y * size[1] - 0.5 };
    zd_status status = zd_scene_renderer_snap(view->renderer, axis, at, out->position, out->world,
                                              &out->map, &error);
    return zd_api_answer(status, &error, err);
}
