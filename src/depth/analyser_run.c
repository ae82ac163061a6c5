/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Running the analyser: a workspace for one size of input, whole pictures, tiles and two scales, and what
 * a network's planes become. */

#include "depth/analyser_internal.h"

#include <math.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "depth/detail.h"
#include "depth/even_out.h"
#include "depth/preprocess.h"

void zd_analyser_release_workspace(zd_analyser *a)
{
    zd_analyser_workspace *work = &a->work;
    zd_image_unref(&work->part);
    zd_image_unref(&work->shrunk);
    for (int i = 0; i < ZD_ANALYSER_PLANES; i++) {
        zd_free(a->ctx, work->planes[i]);
        zd_free(a->ctx, work->wholes[i]);
        zd_free(a->ctx, work->sums[i]);
    }
    *work = (zd_analyser_workspace){ 0 };
}

/** Takes the tile grid back from an input's size. */
static zd_status find_layout(const zd_analyser *a, zd_view input, zd_tiles *tiles, zd_error *err)
{
    const zd_network_info *info = zd_analyser_network(a);
    int count = zd_int_max(1, a->params.tiles);
    /* The whole is a rising function of the tile's size, so the multiples can be searched. */
    int width = info->multiple;
    int height = info->multiple;
    zd_tiles_layout(tiles, count, width, height, info->multiple);
    while (tiles->width < input.width) {
        width += info->multiple;
        zd_tiles_layout(tiles, count, width, height, info->multiple);
    }
    while (tiles->height < input.height) {
        height += info->multiple;
        zd_tiles_layout(tiles, count, width, height, info->multiple);
    }
    return tiles->width == input.width && tiles->height == input.height
               ? ZD_OK
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "an input of %d x %d was not prepared for this model", input.width,
                         input.height);
}

static zd_status allocate_workspace(zd_analyser *a, zd_view input, zd_error *err)
{
    zd_analyser_workspace *work = &a->work;
    size_t cells = (size_t) work->tiles.tile_width * (size_t) work->tiles.tile_height;
    size_t whole = (size_t) input.width * (size_t) input.height;
    bool complete = true;
    ZD_TRY(zd_image_create(a->ctx, work->tiles.tile_width, work->tiles.tile_height, ZD_RGB_F32,
                           &work->part, err));
    if (a->params.fine) {
        ZD_TRY(zd_image_create(a->ctx, input.width / 2, input.height / 2, ZD_RGB_F32, &work->shrunk,
                               err));
    }
    for (int i = 0; i < ZD_ANALYSER_PLANES; i++) {
        if (a->outputs[i] < 0) {
            continue;
        }
        work->planes[i] = zd_alloc(a->ctx, cells * sizeof(float));
        complete = complete && work->planes[i] != NULL;
        if (work->tiles.count > 1 || a->params.fine) {
            work->wholes[i] = zd_alloc(a->ctx, whole * sizeof(float));
            work->sums[i] = zd_alloc(a->ctx, whole * sizeof(float));
            complete = complete && work->wholes[i] != NULL && work->sums[i] != NULL;
        }
    }
    work->width = input.width;
    work->height = input.height;
    return complete ? ZD_OK : zd_fail_memory(err, "an analysis");
}

static zd_status prepare_workspace(zd_analyser *a, zd_view input, zd_error *err)
{
    zd_tiles tiles;
    if (a->work.width == input.width && a->work.height == input.height) {
        return ZD_OK;
    }
    zd_analyser_release_workspace(a);
    ZD_TRY(find_layout(a, input, &tiles, err));
    ZD_TRY(zd_network_plan(a->net, tiles.tile_width, tiles.tile_height, err));
    if (a->params.fine) {
        ZD_TRY(zd_network_plan(a->coarse, tiles.tile_width / 2, tiles.tile_height / 2, err));
    }
    a->work.tiles = tiles;
    zd_status status = allocate_workspace(a, input, err);
    if (status != ZD_OK) {
        zd_analyser_release_workspace(a);
    }
    return status;
}

/** Distances as nearness, their inverse: the unknown factor of one is that of the other. */
static void invert_distances(float *plane, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        plane[i] = plane[i] > 0.0f ? 1.0f / plane[i] : 0.0f;
    }
}

/** A network on the pixels of a view, packed into `part`, which has its size. */
static zd_status run_network(zd_analyser *a, zd_network *net, zd_view view, zd_image *part,
                             float *const planes[ZD_ANALYSER_PLANES], const zd_task *task,
                             zd_error *err)
{
    zd_network_io io = { 0 };
    float *packed = zd_view_row_f32(zd_image_view(part), 0);
    size_t row = (size_t) view.width * 3;
    for (int y = 0; y < view.height; y++) {
        memmove(packed + (size_t) y * row, zd_view_row_f32(view, y), row * sizeof(float));
    }
    io.rgb = packed;
    for (int i = 0; i < ZD_ANALYSER_PLANES; i++) {
        if (a->outputs[i] >= 0) {
            io.outputs[a->outputs[i]] = planes[i];
        }
    }
    ZD_TRY(zd_network_run(net, &io, task, err));
    if (zd_network_describe(net)->kind == ZD_NETWORK_KIND_DISTANCE) {
        invert_distances(planes[ZD_ANALYSER_PLANE_DEPTH],
                         (size_t) view.width * (size_t) view.height);
    }
    return ZD_OK;
}

static zd_status run_part(zd_analyser *a, zd_view view, const zd_task *task, zd_error *err)
{
    return run_network(a, a->net, view, a->work.part, a->work.planes, task, err);
}

/** Fits one tile's plane to the whole's and adds it to the blend. */
static void blend_tile(zd_analyser *a, int output, int tx, int ty)
{
    zd_analyser_workspace *work = &a->work;
    const zd_tiles *t = &work->tiles;
    size_t cells = (size_t) t->tile_width * (size_t) t->tile_height;
    float *guide = zd_view_row_f32(zd_image_view(work->part), 0); /* free after the run */
    float scale = 1.0f;
    float shift = 0.0f;
    ptrdiff_t corner = (ptrdiff_t) ty * t->step_y * t->width + (ptrdiff_t) tx * t->step_x;
    for (int y = 0; y < t->tile_height; y++) {
        memcpy(guide + (ptrdiff_t) y * t->tile_width,
               work->wholes[output] + corner + (ptrdiff_t) y * t->width,
               (size_t) t->tile_width * sizeof(float));
    }
    if (output == ZD_ANALYSER_PLANE_DEPTH) {
        zd_tiles_fit(work->planes[output], guide, cells, &scale, &shift);
    }
    for (int y = 0; y < t->tile_height; y++) {
        float *sum = work->sums[output] + corner + (ptrdiff_t) y * t->width;
        const float *from = work->planes[output] + (ptrdiff_t) y * t->tile_width;
        float wy = zd_tiles_weight(y, ty, t->count, t->tile_height, t->step_y);
        for (int x = 0; x < t->tile_width; x++) {
            float wx = zd_tiles_weight(x, tx, t->count, t->tile_width, t->step_x);
            float value = from[x] * scale + shift;
            sum[x] += wx * wy * (value > 0.0f ? value : 0.0f);
        }
    }
}

static zd_status run_tiles(zd_analyser *a, zd_view input, const zd_task *task, zd_error *err)
{
    zd_analyser_workspace *work = &a->work;
    const zd_tiles *t = &work->tiles;
    size_t whole = (size_t) t->width * (size_t) t->height;
    ZD_TRY(zd_scale_picture(a->ctx, input, ZD_SCALER_AREA, zd_image_view(work->part), err));
    ZD_TRY(run_part(a, zd_image_view(work->part), task, err));
    for (int i = 0; i < ZD_ANALYSER_PLANES; i++) {
        if (a->outputs[i] < 0) {
            continue;
        }
        zd_tiles_enlarge(work->planes[i], t->tile_width, t->tile_height, work->wholes[i], t->width,
                         t->height);
        memset(work->sums[i], 0, whole * sizeof(float));
    }
    for (int ty = 0; ty < t->count; ty++) {
        for (int tx = 0; tx < t->count; tx++) {
            zd_rect rect = { tx * t->step_x, ty * t->step_y, tx * t->step_x + t->tile_width,
                             ty * t->step_y + t->tile_height };
            ZD_TRY(run_part(a, zd_view_crop(input, rect), task, err));
            for (int i = 0; i < ZD_ANALYSER_PLANES; i++) {
                if (a->outputs[i] >= 0) {
                    blend_tile(a, i, tx, ty);
                }
            }
        }
    }
    return ZD_OK;
}

/** Left for right, in place; a view of float samples. */
static void mirror(zd_view view)
{
    int channels = view.format.channels;
    for (int y = 0; y < view.height; y++) {
        float *left = zd_view_row_f32(view, y);
        float *right = left + (ptrdiff_t) (view.width - 1) * channels;
        for (; left < right; left += channels, right -= channels) {
            for (int c = 0; c < channels; c++) {
                float kept = left[c];
                left[c] = right[c];
                right[c] = kept;
            }
        }
    }
}

/** The first scale, as `shrunk` is and as its mirror image is, in `sums`; `shrunk` becomes its mirror image.
 *  Each plane is a quarter of the input's, so the mirrored one fits behind it. */
static zd_status run_coarse(zd_analyser *a, const zd_task *task, zd_error *err)
{
    zd_analyser_workspace *work = &a->work;
    zd_view small = zd_image_view(work->shrunk);
    ptrdiff_t samples = (ptrdiff_t) small.width * small.height;
    float *mirrored[ZD_ANALYSER_PLANES];
    for (int i = 0; i < ZD_ANALYSER_PLANES; i++) {
        mirrored[i] = a->outputs[i] >= 0 ? work->sums[i] + samples : NULL;
    }
    ZD_TRY(run_network(a, a->coarse, small, work->part, work->sums, task, err));
    mirror(small);
    ZD_TRY(run_network(a, a->coarse, small, work->part, mirrored, task, err));
    for (int i = 0; i < ZD_ANALYSER_PLANES; i++) {
        if (a->outputs[i] < 0) {
            continue;
        }
        mirror((zd_view){ mirrored[i], small.width, small.height,
                          (ptrdiff_t) small.width * (ptrdiff_t) sizeof(float), ZD_GRAY_F32 });
        if (i == ZD_ANALYSER_PLANE_FOREGROUND) {
            zd_detail_pool(work->sums[i], mirrored[i], samples);
        } else {
            zd_detail_mean(work->sums[i], mirrored[i], samples);
        }
    }
    return ZD_OK;
}

/** Layout from the picture at half its size, detail from the whole (see depth/detail.h). */
static zd_status run_scales(zd_analyser *a, zd_view input, const zd_task *task, zd_error *err)
{
    zd_analyser_workspace *work = &a->work;
    zd_view small = zd_image_view(work->shrunk);
    zd_status status = ZD_OK;
    ZD_TRY(zd_scale_picture(a->ctx, input, ZD_SCALER_AREA, small, err));
    ZD_TRY(run_coarse(a, task, err));
    ZD_TRY(run_part(a, input, task, err));
    for (int i = 0; i < ZD_ANALYSER_PLANES && status == ZD_OK; i++) {
        if (a->outputs[i] < 0) {
            continue;
        }
        zd_tiles_enlarge(work->sums[i], small.width, small.height, work->wholes[i], input.width,
                         input.height);
        if (i == ZD_ANALYSER_PLANE_FOREGROUND) {
            zd_detail_pool(work->planes[i], work->wholes[i],
                           (ptrdiff_t) input.width * input.height);
        } else {
            status = zd_detail_merge(a->ctx, work->planes[i], work->wholes[i], input.width,
                                     input.height, err);
        }
    }
    return status;
}

static zd_status copy_plane(zd_analyser *a, const float *plane, zd_image **out, zd_error *err)
{
    ZD_TRY(zd_image_create(a->ctx, a->work.width, a->work.height, ZD_GRAY_F32, out, err));
    zd_view view = zd_image_view(*out);
    for (int y = 0; y < view.height; y++) {
        memcpy(zd_view_row_f32(view, y), plane + (ptrdiff_t) y * view.width,
               (size_t) view.width * sizeof(float));
    }
    return ZD_OK;
}

/** The focal length that the network's camera head saw: both fields of view, from the result "fov"
 *  (height, width, in radians), as on a picture 36 mm long. 0: the network has none, or nonsense. */
static float camera_focal(const zd_analyser *a)
{
    const float widest = 3.0f;
    zd_network_tensor fov;
    if (!zd_network_find_tensor(a->net, "fov", &fov) || fov.channels != 2) {
        return 0.0f;
    }
    bool is_wide = a->work.tiles.tile_width >= a->work.tiles.tile_height;
    float angle = fov.data[is_wide ? 1 : 0];
    return angle > 1e-3f && angle < widest ? 18.0f / tanf(0.5f * angle) : 0.0f;
}

void zd_analyser_scale(const zd_analyser *a, const zd_image *input, zd_depth_map *depth)
{
    float unit = zd_analyser_network(a)->focal_unit_px;
    if (!(unit > 0.0f) || depth->kind != ZD_DEPTH_METRES) {
        return;
    }
    float roi[4];
    zd_view view = zd_image_view(input);
    zd_view values = zd_image_view(depth->values);
    zd_analyser_region(a, roi);
    /* The picture that gives the layout: with two scales half as large, with tiles a tile. */
    zd_tiles tiles = { .tile_width = view.width, .tile_height = view.height };
    zd_error unused;
    if (a->params.fine) {
        tiles.tile_width /= 2;
        tiles.tile_height /= 2;
    } else if (find_layout(a, view, &tiles, &unused) != ZD_OK) {
        return;
    }
    float width = (float) tiles.tile_width / (roi[2] - roi[0]);
    float height = (float) tiles.tile_height / (roi[3] - roi[1]);
    float focal_mm = a->params.focal_mm > 0.0f ? a->params.focal_mm : (float) ZD_ANALYSER_FOCAL_MM;
    float factor = focal_mm / 36.0f * fmaxf(width, height) / unit;
    for (int y = 0; y < values.height; y++) {
        float *row = zd_view_row_f32(values, y);
        for (int x = 0; x < values.width; x++) {
            row[x] *= factor;
        }
    }
    depth->focal_mm = focal_mm;
}

/** What was found beside the depth. */
static zd_status copy_others(zd_analyser *a, float *const *planes, zd_view view,
                             zd_depth_map *depth, zd_image **foreground, zd_error *err)
{
    if (a->outputs[ZD_ANALYSER_PLANE_SKY] >= 0) {
        ZD_TRY(copy_plane(a, planes[ZD_ANALYSER_PLANE_SKY], &depth->sky, err));
        zd_depth_map_sink_sky(depth);
    }
    if (a->outputs[ZD_ANALYSER_PLANE_CONFIDENCE] >= 0) {
        ZD_TRY(copy_plane(a, planes[ZD_ANALYSER_PLANE_CONFIDENCE], &depth->confidence, err));
    }
    if (foreground == NULL || a->outputs[ZD_ANALYSER_PLANE_FOREGROUND] < 0) {
        return ZD_OK;
    }
    ZD_TRY(copy_plane(a, planes[ZD_ANALYSER_PLANE_FOREGROUND], foreground, err));
    return zd_even_out(a->ctx, zd_image_view(*foreground), view, err);
}

zd_status zd_analyser_run(zd_analyser *analyser, const zd_image *input, const zd_task *task,
                          zd_depth_map *depth, zd_image **foreground, zd_error *err)
{
    ZD_REQUIRE(err, analyser != NULL && input != NULL);
    zd_view view = zd_image_view(input);
    zd_analyser_workspace *work = &analyser->work;
    *depth = (zd_depth_map){ 0 };
    if (foreground != NULL) {
        *foreground = NULL;
    }
    if (analyser->net == NULL) {
        ZD_TRY(zd_analyser_open_networks(analyser, analyser->path, err));
    }
    ZD_TRY(prepare_workspace(analyser, view, err));
    bool tiled = work->tiles.count > 1;
    ZD_TRY(tiled                   ? run_tiles(analyser, view, task, err)
           : analyser->params.fine ? run_scales(analyser, view, task, err)
                                   : run_part(analyser, view, task, err));
    depth->kind = zd_analyser_network(analyser)->kind == ZD_NETWORK_KIND_METRIC ? ZD_DEPTH_METRES
                                                                                : ZD_DEPTH_NEARNESS;
    depth->focal_mm =
        tiled || zd_analyser_has_region(analyser->params.roi) ? 0.0f : camera_focal(analyser);
    float *const *planes = tiled ? work->sums : work->planes;
    zd_status status = copy_plane(analyser, planes[ZD_ANALYSER_PLANE_DEPTH], &depth->values, err);
    if (status == ZD_OK) {
        status = copy_others(analyser, planes, view, depth, foreground, err);
    }
    if (status != ZD_OK) {
        if (foreground != NULL) {
            zd_image_unref(foreground);
        }
        zd_depth_map_release(depth);
    }
    return status;
}
