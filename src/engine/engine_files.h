/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_FILES_H
#define ZD_ENGINE_ENGINE_FILES_H

/* What the plug-ins' engine can have of files beside a host's pixels: depth maps, titles, pictures and
 * movies between the layers. Reading these takes FFmpeg and Pango, which the plug-in does not link; they
 * come behind this table, from src/files, only when somebody names a file or a title. */

#include "engine/compositor.h"
#include "image/colour.h"
#include "image/depth_map.h"

/** Of the table; both sides are of one build. */
enum { ZD_ENGINE_FILES_VERSION = 2 };

/** A frame in which an insert is placed: see clip/inserts/insert_place.h. Borrowed. */
typedef struct zd_engine_scene {
    int width; /* of the frame */
    int height;
    double fps;
    double focal_mm;
    const zd_depth_map *depth;
    zd_depth_range range;
    zd_view hidden;
    int64_t frame; /* from the clip's first on */
    double time_s;
    double on_s;
} zd_engine_scene;

/** Functions are called by one thread at a time for each object. */
typedef struct zd_engine_files {
    int version;

    /** A still, a sequence (of `fps` pictures a second) or a movie of maps. */
    zd_status (*open_map)(zd_context *ctx, const char *path, double fps, void **out, zd_error *err);
    zd_status (*map_at)(void *map, double time_s, zd_image **out, zd_error *err); /* gray f32 */
    void (*close_map)(void *map);

    /** How an insert lies in a scene; what is returned may be read by many threads. */
    zd_status (*place)(zd_context *ctx, const zd_params *params, const zd_engine_scene *scene,
                       void **out, zd_error *err);
    void (*free_place)(void *place);

    /** An insert of a project for frames of a size, which is closed by out->close. Its parameters, and its
     *  place where it has one, are borrowed for its life. */
    zd_status (*open_insert)(zd_context *ctx, const zd_params *params, int width, int height,
                             const void *place, zd_compositor_insert *out, zd_error *err);
} zd_engine_files;

/** The one function of the module, by its name. */
typedef const zd_engine_files *(*zd_engine_files_get)(void);
#define ZD_ENGINE_FILES_SYMBOL "zd_files_table"

#endif
