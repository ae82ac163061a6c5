/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_STILL_EXR_INTERNAL_H
#define ZD_MEDIA_STILL_EXR_INTERNAL_H

/* Shared by exr_read.c (flat parts) and exr_deep.c (deep ones). */

#include <openexr.h>

#include "media/exr.h"

struct zd_exr {
    zd_context *ctx;
    exr_context_t exr;
    char *path;
    char reason[200]; /* OpenEXR's last message */
};

/** A failure in OpenEXR's words. */
zd_status zd_exr_fail(const zd_exr *file, exr_result_t code, zd_error *err);

/** The chunks of a part: those of scan lines have one column. */
typedef struct zd_exr_chunks {
    bool is_tiled;
    int64_t columns;
    int64_t rows;
    int64_t chunk_width; /* in pixels; 0: all */
    int64_t chunk_height;
    int first_y; /* of the data window */
} zd_exr_chunks;

ZD_MUST_USE zd_status zd_exr_list_chunks(zd_exr *exr, int part, zd_exr_chunks *out, zd_error *err);
ZD_MUST_USE zd_status zd_exr_find_chunk(zd_exr *exr, int part, const zd_exr_chunks *chunks,
                                        int64_t column, int64_t row, exr_chunk_info_t *out,
                                        zd_error *err);

bool zd_exr_is_deep(const zd_exr *exr, int part);

/** Reads channels of a deep part, flattened; pixels without samples keep what the views hold. The data
 *  window begins at (x, y) of the views. */
ZD_MUST_USE zd_status zd_exr_deep_read(zd_exr *exr, int part, const zd_exr_wanted *wanted,
                                       int count, int x, int y, zd_error *err);

#endif
