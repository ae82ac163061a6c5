/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth maps from files, open once for all instances: hosts make and drop those for every frame. */

#include <string.h>

#include "engine/engine_internal.h"

void zd_engine_set_files(zd_engine *engine, const zd_engine_files *files)
{
    pthread_mutex_lock(&engine->maps_lock);
    if (engine->files == NULL && files != NULL && files->version == ZD_ENGINE_FILES_VERSION) {
        engine->files = files;
    }
    pthread_mutex_unlock(&engine->maps_lock);
}

void zd_engine_maps_finish(zd_engine *engine)
{
    for (int i = 0; i < ZD_ENGINE_MAPS; i++) {
        zd_engine_open_map *map = &engine->maps[i];
        if (map->path != NULL) {
            engine->files->close_map(map->reader);
            zd_free(engine->ctx, map->path);
        }
        *map = (zd_engine_open_map){ 0 };
    }
}

/* The place of a map: open, else free, else used longest ago. */
static zd_engine_open_map *find_map(zd_engine *engine, const char *path, double fps)
{
    zd_engine_open_map *best = &engine->maps[0];
    for (int i = 0; i < ZD_ENGINE_MAPS; i++) {
        zd_engine_open_map *map = &engine->maps[i];
        if (map->path != NULL && strcmp(map->path, path) == 0 && map->fps == fps) {
            return map;
        }
        best = map->used < best->used ? map : best;
    }
    return best;
}

static zd_status open_map(zd_engine *engine, zd_engine_open_map *map, const char *path, double fps,
                          zd_error *err)
{
    if (map->path != NULL && strcmp(map->path, path) == 0 && map->fps == fps) {
        return ZD_OK;
    }
    if (map->path != NULL) {
        engine->files->close_map(map->reader);
        zd_free(engine->ctx, map->path);
        *map = (zd_engine_open_map){ 0 };
    }
    char *copy = zd_strdup(engine->ctx, path);
    if (copy == NULL) {
        return zd_fail_memory(err, "a map's name");
    }
    zd_status status = engine->files->open_map(engine->ctx, path, fps, &map->reader, err);
    if (status != ZD_OK) {
        zd_free(engine->ctx, copy);
        return status;
    }
    map->path = copy;
    map->fps = fps;
    return ZD_OK;
}

zd_status zd_engine_map_at(zd_engine *engine, const char *path, double fps, double time_s,
                           zd_image **out, zd_error *err)
{
    zd_status status;
    *out = NULL;
    pthread_mutex_lock(&engine->maps_lock);
    if (engine->files == NULL) {
        status =
            zd_fail(err, ZD_ERR_MISSING,
                    "no files can be read here; give the depth map '%s' as the clip Depth", path);
    } else {
        zd_engine_open_map *map = find_map(engine, path, fps);
        status = open_map(engine, map, path, fps, err);
        if (status == ZD_OK) {
            map->used = ++engine->maps_clock;
            status = engine->files->map_at(map->reader, time_s, out, err);
        }
    }
    pthread_mutex_unlock(&engine->maps_lock);
    return status;
}
