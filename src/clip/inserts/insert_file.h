/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_INSERT_FILE_H
#define ZD_CLIP_INSERT_FILE_H

/* Inserts that come from files. */

#include "image/placed.h"
#include "media/reader.h"
#include "project/params.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_insert_file zd_insert_file;

/** Opens the file named by the insert's parameters, which are borrowed. */
ZD_MUST_USE zd_status zd_insert_file_open(zd_context *ctx, const zd_params *params,
                                          const zd_reader_info *footage, zd_insert_file **out,
                                          zd_error *err);
void zd_insert_file_close(zd_insert_file **file);

/** The insert's pixels at a moment of the footage, RGBA float32, linear, premultiplied, valid until
 *  the next call. `own_s` is the time since the insert appeared; after its last frame a movie
 *  shows nothing, a still stands for ever. */
ZD_MUST_USE zd_status zd_insert_file_at(zd_insert_file *file, double time_s, double own_s,
                                        zd_placed_view *out, zd_error *err);

#endif
