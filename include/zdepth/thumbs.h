/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_THUMBS_H
#define ZDEPTH_THUMBS_H

/* Small pictures of footage, for timelines and lists: read by themselves, without an engine, its depth or
 * the project's effects.
 *
 * Thread-safety: one thread at a time for each object. */

#include <stdint.h>

#include "zdepth/context.h"
#include "zdepth/project.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Footage from which small pictures are read. */
typedef struct zdepth_thumbs zdepth_thumbs;

/** Opens the footage that the project names. The caller owns *out; close it before the context. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_thumbs_open(zdepth_context *context,
                                                            const zdepth_project *project,
                                                            zdepth_thumbs **out, zdepth_error *err);

/** Closes it and sets it to NULL. Accepts a pointer to NULL. */
ZDEPTH_API void zdepth_thumbs_close(zdepth_thumbs **thumbs);

/** Reads a frame, counted from the clip's first, as its area average into height packed rows of RGBA, 8
 *  bits, display-referred, opaque. The sides are 1 to 1024 pixels. ZDEPTH_ERR_END past the last frame. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_thumbs_read(zdepth_thumbs *thumbs, int64_t frame,
                                                            int width, int height, uint8_t *rgba,
                                                            zdepth_error *err);

#ifdef __cplusplus
}
#endif

#endif
