/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_IMAGE_H
#define ZD_IMAGE_IMAGE_H

/* Pictures in memory: interleaved samples, top row first, y down, x right.
 *
 * A zd_view borrows pixels; a zd_image owns them and is counted. Channel order is gray, RGB or
 * RGBA. What the numbers mean (transfer, primaries, alpha state, depth convention) is said by the
 * function that takes the view, by zd_colour (image/colour.h) or by zd_depth_map. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "core/context.h"
#include "core/status.h"

typedef enum zd_sample {
    ZD_SAMPLE_U8,
    ZD_SAMPLE_U16, /* full 16-bit range */
    ZD_SAMPLE_F16,
    ZD_SAMPLE_F32,
} zd_sample;

typedef struct zd_format {
    zd_sample sample;
    int channels; /* 1, 3 or 4 */
} zd_format;

#define ZD_GRAY_F32 ((zd_format){ ZD_SAMPLE_F32, 1 })
#define ZD_RGB_F32  ((zd_format){ ZD_SAMPLE_F32, 3 })
#define ZD_RGBA_F32 ((zd_format){ ZD_SAMPLE_F32, 4 })

/** Borrowed pixels, valid as long as their owner says. */
typedef struct zd_view {
    void *data; /* the first sample of the top row */
    int width;
    int height;
    ptrdiff_t stride_bytes; /* from a row to the one below; may be negative or padded */
    zd_format format;
} zd_view;

/** Half-open rectangle of pixels, x0 <= x < x1. */
typedef struct zd_rect {
    int x0;
    int y0;
    int x1;
    int y1;
} zd_rect;

/** Owned pixels. Read by anyone; written only while the creator holds the only reference. */
typedef struct zd_image zd_image;

size_t zd_format_pixel_bytes(zd_format format);

/** Makes an image of uninitialised pixels with 64-byte aligned rows. The sides must be 1 to the
 *  context's limit. The caller owns one reference. */
ZD_MUST_USE zd_status zd_image_create(zd_context *ctx, int width, int height, zd_format format,
                                      zd_image **out, zd_error *err);

zd_image *zd_image_ref(zd_image *image); /* returns its argument; NULL is passed through */
void zd_image_unref(zd_image **image);   /* sets it to NULL; accepts a pointer to NULL */

zd_view zd_image_view(const zd_image *image);

/** The part of a view inside a rectangle, which must lie within it. */
zd_view zd_view_crop(zd_view view, zd_rect rect);

/** Copies pixels between views of one format and size. */
void zd_view_copy(zd_view from, zd_view to);

/** Sets every sample to zero. */
void zd_view_clear(zd_view view);

zd_rect zd_rect_intersect(zd_rect a, zd_rect b); /* empty results have x1 <= x0 or y1 <= y0 */
int zd_rect_is_empty(zd_rect rect);

static inline float *zd_view_row_f32(zd_view view, int y)
{
    assert(y >= 0 && y < view.height && view.format.sample == ZD_SAMPLE_F32);
    return (float *) (void *) ((char *) view.data + (ptrdiff_t) y * view.stride_bytes);
}

static inline uint8_t *zd_view_row_u8(zd_view view, int y)
{
    assert(y >= 0 && y < view.height);
    return (uint8_t *) view.data + (ptrdiff_t) y * view.stride_bytes;
}

static inline uint16_t *zd_view_row_u16(zd_view view, int y)
{
    assert(y >= 0 && y < view.height);
    return (uint16_t *) (void *) ((char *) view.data + (ptrdiff_t) y * view.stride_bytes);
}

#endif
