/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The bridge from the engine's samples to src/face. */

#include "engine/engine_faces.h"

zd_status zd_engine_faces_create(zd_context *ctx, const zd_params *params, int width, int height,
                                 zd_face_depth **out, zd_error *err)
{
    *out = NULL;
    if (zd_params_int(params, ZD_P_ANALYSIS) != ZD_ANALYSE_FACE) {
        return ZD_OK;
    }
    return zd_face_depth_create(ctx, width, height, (float) height / (float) width, out, err);
}

void zd_engine_faces_reset(zd_face_depth *faces)
{
    if (faces != NULL) {
        zd_face_depth_reset(faces);
    }
}

void zd_engine_faces_apply(zd_face_depth *faces, zd_depth_sample *sample, double time_s)
{
    if (faces == NULL || sample->faces == NULL) {
        return;
    }
    zd_view foreground = { 0 };
    if (sample->foreground != NULL) {
        foreground = zd_image_view(sample->foreground);
    }
    zd_face_depth_apply(faces, sample->faces, time_s, &sample->depth,
                        sample->foreground != NULL ? &foreground : NULL);
}
