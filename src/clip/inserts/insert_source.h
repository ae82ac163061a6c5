/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_INSERT_SOURCE_H
#define ZD_CLIP_INSERT_SOURCE_H

/* What is put between the layers, ready to be laid: a title, a picture, an SVG, a sequence or a
 * movie, placed and sized for the footage and turned into linear light. */

#include "composite/composite.h"
#include "media/reader.h"
#include "project/params.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_insert_source zd_insert_source;

/** Opens an insert for footage. Its parameters are borrowed for the source's life. */
ZD_MUST_USE zd_status zd_insert_source_open(zd_context *ctx, const zd_params *params,
                                            const zd_reader_info *footage, zd_insert_source **out,
                                            zd_error *err);
void zd_insert_source_close(zd_insert_source **source);

/** Fills in the picture, opacity and blend mode of a layer for a moment of the footage. The picture
 *  has no data when nothing is shown then; its pixels are valid until the next call. */
ZD_MUST_USE zd_status zd_insert_source_at(zd_insert_source *source, double time_s,
                                          zd_composite_layer *layer, zd_error *err);

/** The transfer by which an insert's codes become light: its own, or the footage's where both are of
 *  ordinary displays, so that the codes come out as they went in. */
zd_transfer zd_insert_transfer(const zd_params *params, zd_transfer own, zd_transfer footage);

#endif
