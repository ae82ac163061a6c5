/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_JOB_SCENE_JOB_COLOUR_H
#define ZD_SCENE_JOB_SCENE_JOB_COLOUR_H

/* The colours of a scene that names spaces of an OpenColorIO configuration: media on their way in, frames
 * on their way out. The configuration is the one given here, else the scene's, else that of $OCIO; it is
 * opened when a space is first met. A scene that names none has nothing of it.
 *
 * Thread-safety: one thread at a time. */

#include "core/digest.h"
#include "scene/render.h"

typedef struct zd_scene_job_colour zd_scene_job_colour;

/** `config` is a configuration that goes before all others, copied, or NULL. The caller owns *out. */
ZD_MUST_USE zd_status zd_scene_job_colour_create(zd_context *ctx, const char *config,
                                                 zd_scene_job_colour **out, zd_error *err);
void zd_scene_job_colour_destroy(zd_scene_job_colour **colour);

/** Whether all that a scene names is there and fits: media's and outputs' spaces, displays and views. Fails
 *  with the place of the statement. What frames depend on is then told by zd_scene_job_colour_identify. */
ZD_MUST_USE zd_status zd_scene_job_colour_check(zd_scene_job_colour *colour, const zd_scene *scene,
                                                zd_error *err);
void zd_scene_job_colour_identify(const zd_scene_job_colour *colour, zd_hasher *hasher);

/** Codes of a front in its space, RGB float32, become the scene's light, in place. */
ZD_MUST_USE zd_status zd_scene_job_colour_decode(zd_scene_job_colour *colour,
                                                 const zd_scene_request *request, zd_view view,
                                                 zd_error *err);

/** Linear light of BT.709's primaries becomes the scene's light, in place. */
ZD_MUST_USE zd_status zd_scene_job_colour_enter(zd_scene_job_colour *colour,
                                                const zd_scene_request *request, zd_view view,
                                                zd_error *err);

/** The scene's light, RGBA float32 that is not premultiplied, becomes what an output's pictures and movies
 *  hold, in place: its display's view, or sRGB. A view without data is only asked whether it could. */
ZD_MUST_USE zd_status zd_scene_job_colour_show(zd_scene_job_colour *colour, const zd_scene *scene,
                                               int output, zd_view view, zd_error *err);

/** The light of a rendered frame's passes becomes that of the output's space, in place. */
ZD_MUST_USE zd_status zd_scene_job_colour_write(zd_scene_job_colour *colour, const zd_scene *scene,
                                                int output, zd_scene_picture *picture,
                                                zd_error *err);

/** The name of the space that an output's EXR files have; "" for linear light of BT.709's primaries. */
const char *zd_scene_job_colour_name(const zd_scene *scene, int output);

#endif
