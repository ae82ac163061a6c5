/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_OUTPUT_FORMAT_H
#define ZD_MEDIA_OUTPUT_FORMAT_H

/* The pixel format of an output. Inside the media module only. */

#include "media/encode.h"

/** Whether pictures of a format can be made; *create is the format that is made and relabelled. */
bool zd_output_is_makeable(enum AVPixelFormat format, enum AVPixelFormat *create);

/** Whether an encoder takes a format. NULL takes all. */
bool zd_output_is_encodable(const AVCodec *codec, enum AVPixelFormat format);

/** Whether the encoder, with what was asked of it, gives back the very codes. */
bool zd_output_is_lossless(const zd_output_plan *plan, const zd_writer_params *params);

/** The format when none was named. The encoder, content and size of the plan are decided. */
enum AVPixelFormat zd_output_default_format(const zd_output_plan *plan,
                                            const zd_writer_params *params);

/** The encoder's profile for the plan's format; NULL: the default one. */
const char *zd_output_profile(const zd_output_plan *plan);

/** Tells when the output keeps 8 bits of footage that has more. */
void zd_output_warn_of_depth(zd_context *ctx, const char *path, const zd_output_plan *plan,
                             const zd_writer_params *params);

#endif
