/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The plane is track/wall_plane.c's, the place to hide track/hiding_place.c's, the camera's view
 * track/camera_wall.c's; here they meet depth and matte. */

#include "clip/inserts/insert_place.h"

#include <math.h>

#include "clip/inserts/clip_compositor.h"
#include "core/size.h"

#define FAR_AWAY     10.0 /* how many times further the furthest is taken to be than the nearest */
#define LIKE_A_PLANE 0.5  /* agreement below which there is no plane */

static void add_box(zd_hiding_box *box, zd_placed_view picture, const zd_reader_info *info)
{
    if (picture.view.data != NULL) {
        zd_rect r = zd_placed_rect(picture);
        box->x0 = fmin(box->x0, (double) r.x0 / info->width);
        box->y0 = fmin(box->y0, (double) r.y0 / info->height);
        box->x1 = fmax(box->x1, (double) r.x1 / info->width);
        box->y1 = fmax(box->y1, (double) r.y1 / info->height);
    }
}

/* What it covers at its first moment, and once it has come; all of the frame where that is nothing. */
static zd_status find_box(const zd_insert_scene *scene, const zd_params *params, zd_hiding_box *out,
                          zd_error *err)
{
    zd_compositor_insert insert;
    const zd_reader_info *info = scene->footage;
    zd_rect all = { 0, 0, info->width, info->height };
    zd_hiding_box box = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    double moments[2] = { scene->on_s,
                          scene->on_s + zd_params_number(params, ZD_P_ANIMATE_TIME, scene->on_s) };
    ZD_TRY(zd_clip_insert_open(scene->ctx, params, info, &insert, err));
    zd_status status = ZD_OK;
    for (int i = 0; status == ZD_OK && i < 2; i++) {
        zd_composite_layer layer = { 0 };
        status = insert.at(insert.user, moments[i], all, &layer, err);
        if (status == ZD_OK) {
            add_box(&box, layer.picture, info);
        }
    }
    insert.close(insert.user);
    *out = box.x0 < box.x1 ? box : (zd_hiding_box){ 0.0, 0.0, 1.0, 1.0 };
    return status;
}

/* The camera of a file knows its lens; else it is the project's. */
static zd_wall_camera camera_of(const zd_insert_scene *scene, const zd_insert_track *track)
{
    double aspect = (double) scene->footage->width / scene->footage->height;
    double focal = scene->focal_mm / 36.0 * fmax(aspect, 1.0);
    return (zd_wall_camera){ aspect, track->camera != NULL
                                         ? zd_camera_focal(&track->placed_by, aspect)
                                         : focal };
}

/* The inverse of a depth's distance, of what is not hidden. */
static float inverse_of(const zd_insert_scene *scene, float depth, float hidden)
{
    if (!(hidden < 0.5f) || !isfinite(depth)) {
        return NAN;
    }
    if (scene->depth->kind == ZD_DEPTH_METRES) {
        return depth > 0.0f ? 1.0f / depth : NAN;
    }
    float near = zd_float_clamp(zd_depth_to_normalised(scene->range, depth), 0.0f, 1.0f);
    return 1.0f + near * ((float) FAR_AWAY - 1.0f);
}

static zd_status find_plane(const zd_insert_scene *scene, const zd_insert_track *track,
                            zd_wall_plane *out, zd_error *err)
{
    zd_image *inverse = NULL;
    zd_view depth = zd_image_view(scene->depth->values);
    const zd_hiding_box *b = &track->box;
    ZD_TRY(zd_image_create(scene->ctx, depth.width, depth.height, ZD_GRAY_F32, &inverse, err));
    zd_view view = zd_image_view(inverse);
    for (int y = 0; y < depth.height; y++) {
        for (int x = 0; x < depth.width; x++) {
            zd_view_row_f32(view, y)[x] = inverse_of(scene, zd_view_row_f32(depth, y)[x],
                                                     zd_view_row_f32(scene->hidden, y)[x]);
        }
    }
    zd_rect part = { (int) floor(b->x0 * depth.width), (int) floor(b->y0 * depth.height),
                     (int) ceil(b->x1 * depth.width), (int) ceil(b->y1 * depth.height) };
    *out = zd_wall_plane_fit(view, part, camera_of(scene, track));
    zd_image_unref(&inverse);
    return ZD_OK;
}

static void lay(const zd_insert_scene *scene, zd_insert_track *track, zd_insert_found *found)
{
    const zd_hiding_box *b = &track->box;
    double x = 0.5 * (b->x0 + b->x1);
    double y = 0.5 * (b->y0 + b->y1);
    found->is_laid = found->plane.is_found && found->plane.agreement >= LIKE_A_PLANE;
    if (found->is_laid) {
        track->lie = zd_wall_plane_lay(&found->plane, camera_of(scene, track), x, y);
    } else if (!scene->is_quiet) {
        zd_log_write(
            zd_context_log(scene->ctx), ZD_LOG_WARN, "track",
            "behind the insert at %.2f,%.2f is no plane in frame %lld (its depth agrees by %.0f %%): it "
            "faces the camera there",
            x, y, (long long) scene->frame, 100.0 * found->plane.agreement);
    }
}

static void find_hiding(const zd_insert_scene *scene, const zd_params *params,
                        zd_insert_track *track)
{
    zd_hiding kind = (zd_hiding) zd_params_int(params, ZD_P_REVEAL);
    double start_s = zd_params_number(params, ZD_P_START, scene->on_s);
    double rate = zd_reader_info_rate(scene->footage);
    double step_s = rate > 0.0 ? 1.0 / rate : 1.0;
    /* In a later shot it is there already. */
    track->is_revealed = kind != ZD_HIDING_NONE && scene->on_s < start_s + 1.5 * step_s;
    if (track->is_revealed) {
        track->start_s = scene->on_s;
        track->time_s = zd_params_number(params, ZD_P_ANIMATE_TIME, scene->on_s);
        track->place =
            zd_hiding_place_find(scene->hidden, track->box, kind, camera_of(scene, track).aspect);
    }
}

/* ---- a camera of a file ---- */

/* How far away the insert is, in the camera's units. */
static zd_status find_distance(const zd_insert_scene *scene, const zd_params *params,
                               const zd_insert_track *track, const zd_insert_found *found,
                               double *out, zd_error *err)
{
    zd_wall_camera camera = camera_of(scene, track);
    const zd_hiding_box *b = &track->box;
    *out = zd_params_number(params, ZD_P_TRACK_DISTANCE, scene->time_s);
    if (zd_params_is_set(params, ZD_P_TRACK_DISTANCE)) {
        return ZD_OK;
    }
    if (!zd_camera_goes(track->camera)) { /* it just turns: all distances look alike */
        *out = 1.0;
        return ZD_OK;
    }
    double metres =
        zd_wall_plane_distance(&found->plane, camera, 0.5 * (b->x0 + b->x1), 0.5 * (b->y0 + b->y1));
    if (scene->depth->kind != ZD_DEPTH_METRES || !found->plane.is_found || !(metres > 0.0)) {
        return zd_fail(
            err, ZD_ERR_INVALID_ARGUMENT,
            "the camera of '%s' moves in space, and nothing tells how far away the insert is: "
            "give track_distance in the camera's units, or depth in metres",
            zd_params_text(params, ZD_P_TRACK_CAMERA));
    }
    *out = metres;
    return ZD_OK;
}

static zd_status place_before_camera(const zd_insert_scene *scene, const zd_params *params,
                                     zd_insert_track *track, const zd_insert_found *found,
                                     zd_error *err)
{
    double distance;
    const zd_hiding_box *b = &track->box;
    ZD_TRY(find_distance(scene, params, track, found, &distance, err));
    track->wall = zd_camera_wall_at(found->is_laid ? &found->plane : NULL, camera_of(scene, track),
                                    0.5 * (b->x0 + b->x1), 0.5 * (b->y0 + b->y1), distance);
    return ZD_OK;
}

zd_status zd_insert_camera_open(zd_context *ctx, const zd_params *params, zd_camera **out,
                                zd_error *err)
{
    const char *path = zd_params_text(params, ZD_P_TRACK_CAMERA);
    *out = NULL;
    if (zd_params_int(params, ZD_P_TRACK) != ZD_STICK_CAMERA) {
        return ZD_OK;
    }
    return path != NULL ? zd_camera_open(ctx, path, out, err)
                        : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                                  "track = camera needs the camera's file as track_camera");
}

/* ---- all of it ---- */

zd_status zd_insert_place(const zd_insert_scene *scene, const zd_params *params,
                          zd_insert_track *track, zd_insert_found *found, zd_error *err)
{
    bool on_wall = zd_params_int(params, ZD_P_PLANE) == ZD_LAY_WALL;
    *found = (zd_insert_found){ 0 };
    track->lie = zd_homography_identity();
    track->first = scene->frame;
    track->is_known = true;
    if (track->camera != NULL) {
        track->camera_first = zd_params_is_set(params, ZD_P_TRACK_CAMERA_FIRST)
                                  ? zd_params_number(params, ZD_P_TRACK_CAMERA_FIRST, 0.0)
                                  : track->camera->poses[0].frame;
        track->placed_by.frame = track->camera_first + (double) scene->frame;
        zd_insert_track_join(track, track->camera, scene->footage);
    }
    ZD_TRY(find_box(scene, params, &track->box, err));
    if (on_wall || track->camera != NULL) {
        ZD_TRY(find_plane(scene, track, &found->plane, err));
    }
    if (on_wall) {
        lay(scene, track, found);
    }
    find_hiding(scene, params, track);
    return track->camera != NULL ? place_before_camera(scene, params, track, found, err) : ZD_OK;
}
