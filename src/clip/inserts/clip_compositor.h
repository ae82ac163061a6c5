/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_COMPOSITOR_H
#define ZD_CLIP_CLIP_COMPOSITOR_H

/* The compositor with a project's titles and files. */

#include "clip/inserts/clip_tracks.h"
#include "engine/compositor.h"
#include "media/reader.h"
#include "project/project.h"

/** Opens a title or a file as an insert of a compositor, for footage of this size and colour. Its
 *  parameters are borrowed; the compositor it is added to closes it. */
ZD_MUST_USE zd_status zd_clip_insert_open(zd_context *ctx, const zd_params *params,
                                          const zd_reader_info *footage, zd_compositor_insert *out,
                                          zd_error *err);

/** Opens all inserts of the project, which is borrowed, for footage of this size and colour. `tracks`, which
 *  may be NULL, is borrowed too and says where those lie that belong to the scene. The caller destroys *out. */
ZD_MUST_USE zd_status zd_clip_compositor_open(zd_context *ctx, const zd_project *project,
                                              const zd_reader_info *footage,
                                              const zd_clip_tracks *tracks, zd_compositor **out,
                                              zd_error *err);

#endif
