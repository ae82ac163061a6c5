/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FRAME_INTERNAL_H
#define ZD_MEDIA_FRAME_INTERNAL_H

/* How the codes of a picture lie in memory and what they mean, derived once for each frame from
 * FFmpeg's pixel format descriptor. The kernels know only this description, so that one set of
 * them serves every planar, semi-planar and packed format of 8 to 16 bit or float. */

#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>

#include "core/atomic.h"
#include "media/frame.h"

typedef enum zd_code {
    ZD_CODE_U8,
    ZD_CODE_U16,
    ZD_CODE_F32,
} zd_code;

/** One component: value = (code - zero) * scale. */
typedef struct zd_frame_component {
    int plane;
    int offset; /* of the first sample from the plane's row start, in samples */
    int step;   /* from a pixel to the next, in samples */
    int shift;  /* the code is the sample >> shift */
    int log2_w; /* subsampling */
    int log2_h;
    int max_code;
    float zero;
    float scale;
    float code_scale; /* 1 / scale */
} zd_frame_component;

typedef struct zd_layout {
    zd_code code;
    int colour_count; /* 1 (gray) or 3 */
    bool is_yuv;
    bool has_alpha;
    bool is_site_left;            /* chroma co-sited with even columns, else midway */
    bool is_site_top;             /* chroma co-sited with even rows, else midway */
    zd_frame_component colour[3]; /* R G B, or Y U V, or gray */
    zd_frame_component alpha;
    float to_rgb[3][2];   /* what U and V add to Y for R, G and B */
    float from_rgb[3][3]; /* Y, U and V from R, G and B; row 0 also serves gray */
} zd_layout;

struct zd_frame {
    zd_context *ctx;
    atomic_int references;
    AVFrame *av;
    zd_frame_info info;
    zd_layout layout;
};

enum {
    ZD_CHUNK = 512,     /* pixels handled at once, so that rows of working values stay in cache */
    ZD_FRAME_BAND = 32, /* rows in one item of the pool */
};

/** Describes a pixel format; false when the kernels cannot read it as it is. */
bool zd_layout_describe(enum AVPixelFormat format, const zd_media_colour *colour, zd_layout *out);

/** Whether the kernels can read and write a format. */
bool zd_layout_supports(enum AVPixelFormat format);

/** The format nearest to one that the kernels cannot read, without loss where there is one. */
enum AVPixelFormat zd_layout_nearest(enum AVPixelFormat format);

/** Fills in the coefficients for a matrix id; false when it is not a linear one that we know. */
bool zd_matrix_set(int matrix_id, zd_layout *layout);

/** The colour of a decoded picture. `is_still` decides what an unspecified transfer means. */
zd_media_colour zd_frame_colour_of(const AVFrame *av, bool is_still);

/** The ZD transfer function of an H.273 transfer id. */
zd_transfer zd_frame_transfer_of(int transfer_id, bool is_rgb_or_still);

/** Wraps a picture, which becomes the frame's even on failure. `like` gives index, time base and
 *  the premultiplied flag; everything else is taken from the picture. Formats that the kernels
 *  cannot read are converted to the nearest that they can. */
ZD_MUST_USE zd_status zd_frame_wrap(zd_context *ctx, AVFrame *av, const zd_frame_info *like,
                                    bool is_still, zd_frame **out, zd_error *err);

/** Turns a picture clockwise by 90, 180 or 270 degrees (and mirrors it first when asked). The
 *  picture is replaced. */
ZD_MUST_USE zd_status zd_frame_rotate(AVFrame **av, int degrees, bool mirror, zd_error *err);

/** Makes a picture of which the kernels can read every code. The picture is replaced. */
ZD_MUST_USE zd_status zd_frame_convert_native(AVFrame **av, zd_error *err);

/** The same picture in the other byte order. The picture is replaced. */
ZD_MUST_USE zd_status zd_frame_swap_bytes(AVFrame **av, zd_error *err);

/** Whether a frame's codes can be laid out as another format's without arithmetic: the same depths,
 *  subsampling and components, as of uyvy422 and yuv422p, nv12 and yuv420p, p010le and yuv420p10le. */
bool zd_frame_can_repack(const zd_frame *frame, enum AVPixelFormat format);
ZD_MUST_USE zd_status zd_frame_repack(const zd_frame *frame, enum AVPixelFormat format,
                                      AVFrame **out, zd_error *err);

/** A new picture with the pixels undefined and the properties of `like` (may be NULL). */
ZD_MUST_USE zd_status zd_frame_allocate(int width, int height, enum AVPixelFormat format,
                                        const AVFrame *like, AVFrame **out, zd_error *err);

/** The same from memory that the context keeps for frames to come (core/block.h), for pictures that are
 *  made again and again. The context must outlive the picture. */
ZD_MUST_USE zd_status zd_frame_allocate_kept(zd_context *ctx, int width, int height,
                                             enum AVPixelFormat format, const AVFrame *like,
                                             AVFrame **out, zd_error *err);

/** A frame of black codes: as zd_frame_create_from_rgba makes it, before anything is added. */
ZD_MUST_USE zd_status zd_frame_create_black(zd_context *ctx, const zd_frame_info *info, int width,
                                            int height, zd_frame **out, zd_error *err);

/** Adds rows from row `y` on, of the frame's width, to a frame of black codes, which nobody else holds. `y`
 *  is a multiple of ZD_FRAME_ROWS, which no chroma is shared across. */
enum { ZD_FRAME_ROWS = 16 };
void zd_frame_add_rows(zd_frame *frame, int y, zd_view rows);

/** Another frame of the same picture, with its own time. The caller owns one reference. */
ZD_MUST_USE zd_status zd_frame_share(const zd_frame *frame, zd_rational time_base, int64_t pts,
                                     zd_frame **out, zd_error *err);

static inline const uint8_t *zd_frame_component_row(const AVFrame *av,
                                                    const zd_frame_component *component, int row)
{
    return av->data[component->plane] + (ptrdiff_t) row * av->linesize[component->plane];
}

static inline int zd_frame_ceil_shift(int value, int shift)
{
    return (value + (1 << shift) - 1) >> shift;
}

static inline zd_rect zd_frame_whole(const zd_frame *frame)
{
    return (zd_rect){ 0, 0, frame->info.width, frame->info.height };
}

#endif
