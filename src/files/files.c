/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The readers of clip and media behind the engine's table. */

#include "files/files.h"

#include <assert.h>
#include <math.h>

#include "clip/inserts/clip_compositor.h"
#include "clip/inserts/insert_place.h"
#include "media/map_reader.h"

static zd_status open_map(zd_context *ctx, const char *path, double fps, void **out, zd_error *err)
{
    zd_map_params how = { .media.sequence_rate = { (int) lround(fps * 1000.0), 1000 } };
    zd_map_reader *reader = NULL;
    ZD_TRY(zd_map_reader_open(ctx, path, &how, &reader, err));
    *out = reader;
    return ZD_OK;
}

static zd_status map_at(void *map, double time_s, zd_image **out, zd_error *err)
{
    assert(map != NULL);
    bool usable = isfinite(time_s) && time_s >= 0.0 && time_s < 1e9;
    return zd_map_reader_at(map, usable ? llround(time_s * 1e6) : 0, out, err);
}

static void close_map(void *map)
{
    zd_map_reader *reader = map;
    zd_map_reader_close(&reader);
}

/* ---- inserts ---- */

typedef struct placed {
    zd_context *ctx;
    zd_insert_track track;
    zd_camera *camera;
    double fps;
} placed;

static zd_reader_info like(int width, int height, double fps)
{
    return (zd_reader_info){ .width = width,
                             .height = height,
                             .frame_rate = { (int) lround(fps * 1000.0), 1000 } };
}

static void free_place(void *place)
{
    placed *p = place;
    if (p != NULL) {
        zd_camera_close(&p->camera);
        zd_free(p->ctx, p);
    }
}

static zd_status place(zd_context *ctx, const zd_params *params, const zd_engine_scene *scene,
                       void **out, zd_error *err)
{
    zd_insert_found found;
    zd_reader_info footage = like(scene->width, scene->height, scene->fps);
    placed *p = zd_alloc_zeroed(ctx, 1, sizeof *p);
    *out = p;
    if (p == NULL) {
        return zd_fail_memory(err, "the place of an insert");
    }
    p->ctx = ctx;
    p->fps = scene->fps;
    zd_insert_scene here = { .ctx = ctx,
                             .footage = &footage,
                             .focal_mm = scene->focal_mm,
                             .depth = scene->depth,
                             .range = scene->range,
                             .hidden = scene->hidden,
                             .frame = scene->frame,
                             .time_s = scene->time_s,
                             .on_s = scene->on_s };
    zd_status status = zd_insert_camera_open(ctx, params, &p->camera, err);
    p->track.camera = p->camera;
    if (status == ZD_OK) {
        status = zd_insert_place(&here, params, &p->track, &found, err);
    }
    if (status != ZD_OK) {
        free_place(p);
        *out = NULL;
    }
    return status;
}

static const zd_insert_track *track_of(const void *user, int insert, double time_s, int64_t *frame)
{
    const placed *p = user;
    (void) insert;
    *frame = llround(time_s * p->fps);
    return &p->track;
}

static zd_status open_insert(zd_context *ctx, const zd_params *params, int width, int height,
                             const void *where, zd_compositor_insert *out, zd_error *err)
{
    zd_reader_info footage = like(width, height, 25.0);
    return where != NULL ? zd_insert_track_open(ctx, params, &footage, track_of, where, 0, out, err)
                         : zd_clip_insert_open(ctx, params, &footage, out, err);
}

const zd_engine_files *zd_files_table(void)
{
    static const zd_engine_files table = { .version = ZD_ENGINE_FILES_VERSION,
                                           .open_map = open_map,
                                           .map_at = map_at,
                                           .close_map = close_map,

                                           .place = place,
                                           .free_place = free_place,
                                           .open_insert = open_insert };
    return &table;
}
