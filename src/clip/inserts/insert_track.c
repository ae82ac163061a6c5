/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* An insert around an insert: what that gives is drawn larger than it is shown, so that it stays sharp when the
 * camera comes nearer, and warped. */

#include "clip/inserts/insert_track.h"

#include "clip/inserts/clip_compositor.h"
#include "core/size.h"
#include "image/warp.h"

enum { LARGER = 2 };

typedef struct tracked_insert {
    zd_context *ctx;
    zd_compositor_insert inner;
    zd_insert_track_source source;
    const void *user;
    int index;
    int width; /* of the frame */
    int height;
    int larger; /* how many times as large it is drawn */
    zd_image *drawn;
} tracked_insert;

bool zd_insert_track_is_wanted(const zd_params *params)
{
    return zd_params_int(params, ZD_P_TRACK) != ZD_STICK_OFF ||
           zd_params_int(params, ZD_P_PLANE) != ZD_LAY_SCREEN ||
           zd_params_int(params, ZD_P_REVEAL) != ZD_HIDING_NONE;
}

zd_camera_pose zd_insert_track_camera_at(const zd_insert_track *track, int64_t frame)
{
    return zd_camera_at(track->camera, track->camera_first + (double) frame);
}

void zd_insert_track_join(zd_insert_track *track, const zd_camera *camera,
                          const zd_reader_info *footage)
{
    track->camera = camera;
    track->aspect = (double) footage->width / footage->height;
    if (camera != NULL) {
        track->placed_by = zd_camera_at(camera, track->placed_by.frame);
    }
}

zd_homography zd_insert_track_at(const zd_insert_track *track, int64_t frame, double time_s,
                                 float *opacity)
{
    zd_homography h = track->lie;
    *opacity = 1.0f;
    if (track->is_revealed) {
        double part = track->time_s > 0.0 ? (time_s - track->start_s) / track->time_s : 1.0;
        zd_homography way = zd_hiding_place_way(&track->place, track->box, part);
        *opacity = (float) zd_hiding_place_opacity(&track->place, part);
        h = zd_homography_chain(h, way);
    }
    if (track->camera != NULL) {
        zd_camera_pose now = zd_insert_track_camera_at(track, frame);
        return zd_homography_chain(
            h, zd_camera_wall_seen(&track->wall, &track->placed_by, &now, track->aspect));
    }
    int64_t at = frame - track->first;
    at = at < track->count ? at : track->count - 1;
    return at > 0 ? zd_homography_chain(h, track->poses[at]) : h;
}

/* The rectangle of the insert's own picture that can be seen. */
static zd_rect larger(const tracked_insert *t, zd_rect rect)
{
    return (zd_rect){ rect.x0 * t->larger, rect.y0 * t->larger, rect.x1 * t->larger,
                      rect.y1 * t->larger };
}

/* From the drawn picture's pixels to the frame's. */
static zd_homography pixels(const tracked_insert *t, double time_s, float *opacity)
{
    int64_t frame = 0;
    zd_homography h = zd_homography_identity();
    const zd_insert_track *track = t->source(t->user, t->index, time_s, &frame);
    *opacity = 1.0f;
    if (track != NULL && track->is_known && frame >= track->first) {
        h = zd_insert_track_at(track, frame, time_s, opacity);
    }
    double down = 1.0 / t->larger;
    return zd_homography_chain(zd_homography_scaled(down, down, 0.0, 0.0),
                               zd_homography_resize(h, t->width, t->height));
}

static zd_status tracked_at(void *user, double time_s, zd_rect roi, zd_composite_layer *layer,
                            zd_error *err)
{
    float opacity;
    tracked_insert *t = user;
    zd_rect all = { 0, 0, t->width, t->height };
    ZD_TRY(t->inner.at(t->inner.user, time_s, larger(t, all), layer, err));
    if (layer->picture.view.data == NULL) {
        return ZD_OK;
    }
    zd_homography h = pixels(t, time_s, &opacity);
    zd_rect bounds = zd_warp_bounds(layer->picture, &h, roi);
    zd_placed_view from = layer->picture;
    layer->picture = (zd_placed_view){ 0 };
    layer->opacity *= opacity;
    if (zd_rect_is_empty(bounds)) {
        return ZD_OK;
    }
    zd_image_unref(&t->drawn);
    ZD_TRY(zd_image_create(t->ctx, bounds.x1 - bounds.x0, bounds.y1 - bounds.y0, ZD_RGBA_F32,
                           &t->drawn, err));
    zd_warp(t->ctx, from, &h, bounds, zd_image_view(t->drawn));
    layer->picture = (zd_placed_view){ zd_image_view(t->drawn), bounds.x0, bounds.y0 };
    return ZD_OK;
}

static void close_tracked(void *user)
{
    tracked_insert *t = user;
    if (t->inner.close != NULL) {
        t->inner.close(t->inner.user);
    }
    zd_image_unref(&t->drawn);
    zd_free(t->ctx, t);
}

zd_status zd_insert_track_open(zd_context *ctx, const zd_params *params,
                               const zd_reader_info *footage, zd_insert_track_source source,
                               const void *user, int insert, zd_compositor_insert *out,
                               zd_error *err)
{
    zd_reader_info large = *footage;
    tracked_insert *t = zd_alloc_zeroed(ctx, 1, sizeof *t);
    if (t == NULL) {
        return zd_fail_memory(err, "a tracked insert");
    }
    bool fits =
        zd_int_max(footage->width, footage->height) <= zd_context_max_dimension(ctx) / LARGER;
    *t = (tracked_insert){ .ctx = ctx,
                           .source = source,
                           .user = user,
                           .index = insert,
                           .width = footage->width,
                           .height = footage->height,
                           .larger = fits ? LARGER : 1 };
    large.width *= t->larger;
    large.height *= t->larger;
    zd_status status = zd_clip_insert_open(ctx, params, &large, &t->inner, err);
    if (status != ZD_OK) {
        zd_free(ctx, t);
        return status;
    }
    *out = (zd_compositor_insert){
        .params = params, .at = tracked_at, .close = close_tracked, .user = t
    };
    return ZD_OK;
}
