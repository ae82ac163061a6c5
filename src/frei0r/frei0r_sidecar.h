/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FREI0R_FREI0R_SIDECAR_H
#define ZD_FREI0R_FREI0R_SIDECAR_H

/* Depth maps from a file beside the footage, for plug-ins whose hosts have no second input. Apart
 * from the engine, since reading pictures and movies needs FFmpeg's libraries.
 *
 * Thread-safety: one thread at a time for each object. */

#include "engine/engine.h"

typedef struct zd_frei0r_sidecar zd_frei0r_sidecar;

/** Opens a still, a sequence or a movie of maps; a sequence has `fps` frames a second. */
ZD_MUST_USE zd_status zd_frei0r_sidecar_open(zd_context *ctx, const char *path, double fps,
                                             zd_frei0r_sidecar **out, zd_error *err);
void zd_frei0r_sidecar_close(zd_frei0r_sidecar **sidecar);

/** The map at a time; the picture is valid until the next call. */
ZD_MUST_USE zd_status zd_frei0r_sidecar_at(zd_frei0r_sidecar *sidecar, double time_s,
                                           zd_pixels *out, zd_error *err);

#endif
