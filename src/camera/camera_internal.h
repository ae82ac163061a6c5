/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CAMERA_CAMERA_INTERNAL_H
#define ZD_CAMERA_CAMERA_INTERNAL_H

/* What the readers share. One format a file, camera_NAME.c. */

#include "camera/camera.h"

typedef struct zd_camera_source {
    zd_context *ctx;
    const char *path;
    int first;
    zd_camera_visit visit;
    void *user;
} zd_camera_source;

/** Takes memory for the poses, which the caller frees. */
ZD_MUST_USE zd_status zd_camera_make(zd_camera *camera, int count, zd_error *err);

/** The rotation about three axes, 0 to 2, in degrees by axis; the first of `axes` turns first. */
void zd_camera_turn(const int axes[3], const double degrees[3], double out[9]);

ZD_MUST_USE zd_status zd_camera_read_chan(const zd_camera_source *source, const char *text,
                                          size_t bytes, zd_error *err);
ZD_MUST_USE zd_status zd_camera_read_nuke(const zd_camera_source *source, const char *text,
                                          size_t bytes, zd_error *err);

#endif
