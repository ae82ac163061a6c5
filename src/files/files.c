/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The readers of clip and media behind the engine's table. */

#include "files/files.h"

#include <assert.h>
#include <math.h>

#include "clip/inserts/clip_compositor.h"
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

static zd_status open_insert(zd_context *ctx, const zd_params *params, int width, int height,
                             zd_compositor_insert *out, zd_error *err)
{
    zd_reader_info like = { .width = width, .height = height, .frame_rate = { 25, 1 } };
    return zd_clip_insert_open(ctx, params, &like, out, err);
}

const zd_engine_files *zd_files_table(void)
{
    static const zd_engine_files table = { .version = ZD_ENGINE_FILES_VERSION,
                                           .open_map = open_map,
                                           .map_at = map_at,
                                           .close_map = close_map,
                                           .open_insert = open_insert };
    return &table;
}
