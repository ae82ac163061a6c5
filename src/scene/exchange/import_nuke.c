/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Nuke's cameras, .chan and scripts, as a scene's: read by camera/camera.h. A focal length in widths becomes
 * the field of view over the scene's height. */

#include <math.h>

#include "camera/camera.h"
#include "scene/exchange/exchange_internal.h"

#define DEGREES 57.29577951308232

static double fov_of(const zd_import *import, const zd_camera_pose *pose)
{
    double focal = pose->focal * import->frame[0] * import->aspect;
    return pose->focal == 0.0 ? pose->fov : 2.0 * atan(0.5 * import->frame[1] / focal) * DEGREES;
}

static void bake(const zd_import *import, const zd_camera *camera, zd_import_track *track)
{
    for (int i = 0; i < camera->count; i++) {
        const zd_camera_pose *pose = &camera->poses[i];
        double *to = track->values + (ptrdiff_t) i * track->numbers;
        zd_mat4 turned = zd_mat4_identity();
        for (int k = 0; k < 9; k++) {
            turned.m[k / 3][k % 3] = pose->turn[k];
        }
        zd_vec3 angles = zd_import_angles(&turned, i > 0 ? to - track->numbers + 3 : NULL);
        track->frames[i] = pose->frame;
        for (int k = 0; k < 3; k++) {
            to[k] = pose->place[k] * import->params->unit;
        }
        to[3] = angles.x;
        to[4] = angles.y;
        to[5] = angles.z;
        to[6] = fov_of(import, pose);
    }
}

static zd_status take(void *user, const zd_camera *camera, zd_error *err)
{
    zd_import *import = user;
    zd_import_track track;
    if (camera->is_shifted) {
        zd_log_write(zd_context_log(import->doc->ctx), ZD_LOG_WARN, "scene",
                     "'%s': win_translate of '%s' is left out; set the camera's shift by hand",
                     import->params->path, camera->name);
    }
    ZD_TRY(zd_import_track_init(&track, import->doc->ctx, 7, camera->count, err));
    bake(import, camera, &track);
    zd_status status = zd_import_check(import, &track, err);
    if (status == ZD_OK) {
        double unit = import->params->unit;
        zd_import_camera(import, camera->name, &track, camera->near * unit, camera->far * unit);
    }
    zd_import_track_finish(&track);
    return status;
}

zd_status zd_import_nuke(zd_import *import, zd_error *err)
{
    return zd_camera_read(import->doc->ctx, import->params->path, import->first, take, import, err);
}
