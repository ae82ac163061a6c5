/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_API_API_SCENE_H
#define ZD_API_API_SCENE_H

/* What stands behind a public scene, and the memory of a view. */

#include "api/api_internal.h"
#include "scene/scene_draft.h"
#include "scene/scene_services.h"
#include "scene_job/scene_job_colour.h"

struct zdepth_scene {
    zdepth_context *context;
    zd_scene_draft doc;
};

/** Pictures that were loaded and depth that was measured, kept for the next renderer. */
typedef struct zd_api_scene_memory zd_api_scene_memory;

ZD_MUST_USE zd_status zd_api_scene_memory_create(zd_context *ctx, const zd_scene_services *under,
                                                 zd_api_scene_memory **out, zd_error *err);
void zd_api_scene_memory_destroy(zd_api_scene_memory **memory);

/** The services that remember; valid as long as the memory. */
const zd_scene_services *zd_api_scene_memory_services(zd_api_scene_memory *memory);

/** Whose colours a picture has. */
typedef struct zd_api_shown {
    zd_scene_job_colour *colour;
    const zd_scene *scene;
    int output;
} zd_api_shown;

/** Makes a pass something to be looked at: RGBA of 8 bits, packed or with a stride. */
ZD_MUST_USE zd_status zd_api_show_pass(zd_context *ctx, zd_view pass, zdepth_scene_pass kind,
                                       const zd_api_shown *shown, uint8_t *pixels,
                                       ptrdiff_t stride_bytes, zd_error *err);

#endif
