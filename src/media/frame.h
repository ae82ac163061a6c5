/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FRAME_H
#define ZD_MEDIA_FRAME_H

/* One picture of footage in the codes of its source: 8 to 16 bit YUV, RGB or gray, or float. It is
 * turned into float32 on reading, and changed by difference on writing, so that what was not
 * touched keeps its very codes.
 *
 * Float values are display-referred code values (linear light for linear footage such as EXR):
 * 0 is black and 1 white; footroom and headroom of limited range give values below 0 and above 1.
 * Alpha is 0..1 and never premultiplied on this side, whatever the file holds.
 *
 * Thread-safety: any number of threads may read one frame at a time. */

#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "core/status.h"
#include "image/colour.h"
#include "image/image.h"

enum { ZD_MEDIA_NAME_SIZE = 32 };

typedef struct zd_rational {
    int numerator;
    int denominator; /* 0 with numerator 0: unknown */
} zd_rational;

/** What the codes of a picture mean. The ids are the code points of ITU-T H.273 and are carried
 *  to the output as they were; 2 is "unspecified". */
typedef struct zd_media_colour {
    zd_transfer transfer; /* the function that transfer_id stands for, guessed if unspecified */
    int transfer_id;
    int primaries_id;
    int matrix_id;      /* 0: the codes are RGB */
    int chroma_site_id; /* AVChromaLocation numbers; 0: unspecified, taken as left */
    bool is_full_range; /* always true for RGB and float */
} zd_media_colour;

typedef struct zd_frame_info {
    int width; /* display orientation; pixels may still be non-square, see sample_aspect */
    int height;
    int64_t index;    /* 0 for the first frame of the clip, or of the selected range */
    int64_t pts;      /* in time_base */
    int64_t duration; /* in time_base; 0: unknown */
    zd_rational time_base;
    zd_rational sample_aspect; /* 1/1 when unknown */
    int bit_depth;             /* of a colour code; 32 for float */
    bool is_float;
    bool has_alpha;
    bool is_premultiplied; /* of the stored codes: EXR. zd_frame_read undoes it */
    zd_media_colour colour;
    char pixel_format[ZD_MEDIA_NAME_SIZE]; /* FFmpeg's name, such as "yuv420p10le" */
} zd_frame_info;

/** Whether pictures are so large that as few of them as can be wait for somebody: 64 MiB with three or four
 *  samples a pixel. */
static inline bool zd_frame_is_large(int width, int height, int bit_depth, bool has_alpha)
{
    int sample_bytes = (bit_depth + 7) / 8;
    return (int64_t) width * height * (has_alpha ? 4 : 3) * sample_bytes >= (int64_t) 64 << 20;
}

/** A picture. Counted; changed only through zd_frame_write. */
typedef struct zd_frame zd_frame;

zd_frame *zd_frame_ref(zd_frame *frame); /* returns its argument; NULL is passed through */
void zd_frame_unref(zd_frame **frame);   /* sets it to NULL; accepts a pointer to NULL */

/** What the frame is; valid as long as the frame. */
const zd_frame_info *zd_frame_info_get(const zd_frame *frame);

/** Sets the time stamp, in the frame's time base. For a caller that holds the only reference. */
void zd_frame_set_time(zd_frame *frame, int64_t pts, int64_t duration);

/** Sets the frame's number. For a caller that holds the only reference. */
void zd_frame_set_index(zd_frame *frame, int64_t index);

/** The time of a frame in microseconds. */
int64_t zd_frame_time_us(const zd_frame *frame);

/** Reads a rectangle, which must lie within the picture, as RGB or RGBA float32 (the view's
 *  format) of the rectangle's size. Alpha is 1 where the frame has none. Chroma is upsampled
 *  bilinearly from where it is sited. Reading a rectangle gives the same bits as reading the whole
 *  picture and cutting it out. Runs on the context's pool. */
ZD_MUST_USE zd_status zd_frame_read(const zd_frame *frame, zd_rect roi, zd_view out, zd_error *err);

/** Reads the whole picture as its area average in RGB float32 at the view's size, which may be any:
 *  each output pixel is the mean of what zd_frame_read gives over the box it covers, to 1e-5. */
ZD_MUST_USE zd_status zd_frame_read_small(const zd_frame *frame, zd_view out, zd_error *err);

/** Reads a one-channel picture (or the luma of YUV, or the red of RGB) as gray float32 at full
 *  size: 0..1 over the range of the codes, float as it is. */
ZD_MUST_USE zd_status zd_frame_read_gray(const zd_frame *frame, zd_view out, zd_error *err);

/** Changes a rectangle by difference: code = round(code + encode(after - before)), clipped to what
 *  the format stores. `before` and `after` are RGB or RGBA float32 of the rectangle's size, as from
 *  zd_frame_read. Codes whose pixels are bit-equal in both stay as they are, so that a change that
 *  covers nothing leaves the frame bit-identical. Float frames take `after` where it differs.
 *
 *  Chroma takes the mean change over the pixels it is sited among; pixels outside the rectangle
 *  count as unchanged. So cut a picture, if at all, into bands of full width at even rows, or give
 *  a rectangle that holds all of the change.
 *
 *  A shared frame is copied first: *frame is then another frame, and the caller's reference moved.
 *  On failure *frame is still valid. Runs on the context's pool. */
ZD_MUST_USE zd_status zd_frame_write(zd_frame **frame, zd_rect roi, zd_view before, zd_view after,
                                     zd_error *err);

/** Copies a shared frame, as zd_frame_write does, so that several threads may write to parts of it whose
 *  chroma is not shared. */
ZD_MUST_USE zd_status zd_frame_make_writable(zd_frame **frame, zd_error *err);

/** Takes over the codes of another frame of the same size and pixel format where `mask` (gray f32 of
 *  the frame's size) is 1; chroma where it is 1 on all the pixels that share it. Without data it is 1
 *  everywhere, and nothing is copied. Copies a shared frame first, as zd_frame_write does. *changed
 *  becomes true when a code does, and else stays. */
ZD_MUST_USE zd_status zd_frame_copy_where(zd_frame **to, const zd_frame *from, zd_view mask,
                                          bool *changed, zd_error *err);

/** Makes a frame of info->pixel_format from gray, RGB or RGBA float32, unpremultiplied, rounding to
 *  the nearest code. Width and height are the view's; info gives times, colour, sample aspect and
 *  whether to store premultiplied. A missing alpha is 1; an unused one is dropped without
 *  compositing. The caller owns one reference. Fails on formats that cannot be written. */
ZD_MUST_USE zd_status zd_frame_create_from_rgba(zd_context *ctx, const zd_frame_info *info,
                                                zd_view view, zd_frame **out, zd_error *err);

#endif
