/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CAMERA_CAMERA_H
#define ZD_CAMERA_CAMERA_H

/* Cameras in motion from other programs' files, frame by frame: Nuke's .chan and the cameras of its scripts
 * (.nk). What is read is hostile: numbers are checked, sizes have limits.
 *
 * Cameras look along -z, y is up, as in Nuke and OpenGL. */

#include <stdbool.h>

#include "core/context.h"

enum { ZD_CAMERA_MAX_FRAMES = 100000, ZD_CAMERA_MAX_BYTES = 64 << 20 };

typedef struct zd_camera_pose {
    double frame;
    double place[3]; /* the file's units */
    double turn[9];  /* row by row, from the camera's axes to the world's */
    double focal;    /* in widths of the picture; 0: `fov` counts */
    double fov;      /* vertical, degrees */
} zd_camera_pose;

typedef struct zd_camera {
    zd_context *ctx;
    char name[64];
    zd_camera_pose *poses; /* in order of their frames; owned */
    int count;             /* at least 1 */
    double near;           /* 0: the file says none */
    double far;
    bool is_shifted; /* its picture is shifted, which `poses` do not say */
} zd_camera;

/** Takes a camera, which is borrowed for the call. */
typedef zd_status (*zd_camera_visit)(void *user, const zd_camera *camera, zd_error *err);

/** Whether a file's name ends like one that can be read. */
bool zd_camera_is_file(const char *path);

/** Reads all cameras of a file; curves without frames begin at `first`. Ends with the first visit that fails. */
ZD_MUST_USE zd_status zd_camera_read(zd_context *ctx, const char *path, int first,
                                     zd_camera_visit visit, void *user, zd_error *err);

/** Reads the first camera of a file, with numbers that are places and angles. The caller closes *out. */
ZD_MUST_USE zd_status zd_camera_open(zd_context *ctx, const char *path, zd_camera **out,
                                     zd_error *err);
void zd_camera_close(zd_camera **camera); /* accepts a pointer to NULL */

/** The camera at a frame: between two of the file's in a straight line, before the first and after the last
 *  as there. */
zd_camera_pose zd_camera_at(const zd_camera *camera, double frame);

/** Whether it goes anywhere, and does not just turn. */
bool zd_camera_goes(const zd_camera *camera);

/** Its focal length in heights of a picture that is `aspect` times as wide as high. */
double zd_camera_focal(const zd_camera_pose *pose, double aspect);

#endif
