/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_FILES_H
#define ZD_ENGINE_ENGINE_FILES_H

/* What the plug-ins' engine can have of files beside a host's pixels: depth maps, titles, pictures and
 * movies between the layers. Reading these takes FFmpeg and Pango, which the plug-in does not link; they
 * come behind this table, from src/files, only when somebody names a file or a title. */

#include "engine/compositor.h"
#include "image/colour.h"

/** Of the table; both sides are of one build. */
enum { ZD_ENGINE_FILES_VERSION = 1 };

/** Functions are called by one thread at a time for each object. */
typedef struct zd_engine_files {
    int version;

    /** A still, a sequence (of `fps` pictures a second) or a movie of maps. */
    zd_status (*open_map)(zd_context *ctx, const char *path, double fps, void **out, zd_error *err);
    zd_status (*map_at)(void *map, double time_s, zd_image **out, zd_error *err); /* gray f32 */
    void (*close_map)(void *map);

    /** An insert of a project for frames of a size, which is closed by out->close. Its parameters are
     *  borrowed for its life. */
    zd_status (*open_insert)(zd_context *ctx, const zd_params *params, int width, int height,
                             zd_compositor_insert *out, zd_error *err);
} zd_engine_files;

/** The one function of the module, by its name. */
typedef const zd_engine_files *(*zd_engine_files_get)(void);
#define ZD_ENGINE_FILES_SYMBOL "zd_files_table"

#endif
