/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_ENCODE_H
#define ZD_MEDIA_ENCODE_H

/* An encoder of FFmpeg, opened by our defaults, and frames brought into its pixel format. Used by
 * movies and stills alike. Inside the media module only. */

#include "media/av_support.h"
#include "media/encoder_defaults.h"
#include "media/frame_internal.h"
#include "media/writer.h"

/** What is decided about an output before anything is opened. */
typedef struct zd_output_plan {
    const zd_ending *ending;
    const zd_encoder *defaults; /* may be NULL: an encoder that we have no defaults for */
    const AVCodec *codec;       /* NULL: our own EXR writer */
    char codec_name[ZD_MEDIA_NAME_SIZE];
    enum AVPixelFormat format;        /* the encoder's */
    enum AVPixelFormat create_format; /* the one that is made and then relabelled or swapped */
    zd_output_content content;
    zd_frame_info picture; /* of the frames that are made */
    zd_transfer from;      /* of values that come in */
    AVBufferRef *icc;      /* the footage's colour profile, or NULL */
    bool keeps_icc;        /* the output holds it */
    bool is_converted;     /* the transfer must be changed between in and out */
} zd_output_plan;

/** Decides. Every refusal says what would work. */
ZD_MUST_USE zd_status zd_output_plan_make(const char *path, const zd_writer_params *params,
                                          zd_output_plan *out, zd_error *err);
void zd_output_plan_release(zd_output_plan *plan);

/** Tells what the output does not keep: bits, or a colour profile that nobody can use. */
void zd_output_plan_warn(zd_context *ctx, const char *path, zd_output_plan *plan,
                         const zd_writer_params *params);

/** Opens the encoder of a plan. *left holds the options that it did not know, for the muxer. */
ZD_MUST_USE zd_status zd_encoder_open(const zd_output_plan *plan, const zd_writer_params *params,
                                      bool has_global_header, AVCodecContext **out,
                                      AVDictionary **left, zd_error *err);

/** A frame's picture in the encoder's format: the very codes when they are in that format. The
 *  caller owns *out. */
ZD_MUST_USE zd_status zd_output_convert(zd_context *ctx, const zd_output_plan *plan,
                                        const zd_frame *frame, AVFrame **out, zd_error *err);

/** The same from gray, RGB or RGBA float32 values of the footage's transfer. */
ZD_MUST_USE zd_status zd_output_convert_view(zd_context *ctx, const zd_output_plan *plan,
                                             zd_view view, AVFrame **out, zd_error *err);

/** The same in parts: begins a picture of black codes, adds rows of RGB, RGBA or gray float32 to it, which
 *  are written over, from row `y` on (a multiple of ZD_FRAME_ROWS), and makes it the encoder's. */
ZD_MUST_USE zd_status zd_output_begin(zd_context *ctx, const zd_output_plan *plan, zd_frame **out,
                                      zd_error *err);
ZD_MUST_USE zd_status zd_output_add_rows(const zd_output_plan *plan, zd_frame *frame, int y,
                                         zd_view rows, zd_error *err);
ZD_MUST_USE zd_status zd_output_end(const zd_output_plan *plan, const zd_frame *frame,
                                    AVFrame **out, zd_error *err);

#endif
