/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Rows are padded to 64 bytes, so that vectors never share a cache line between rows. */

#include "image/image.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "core/block.h"
#include "core/size.h"

enum { ZD_ROW_ALIGNMENT = 64 };

struct zd_image {
    zd_context *ctx;
    atomic_int references;
    zd_view view;
};

size_t zd_format_pixel_bytes(zd_format format)
{
    assert(format.sample <= ZD_SAMPLE_F32 && format.channels >= 1 && format.channels <= 4);
    static const size_t sample_bytes[] = { 1, 2, 2, 4 };
    return sample_bytes[format.sample] * (size_t) format.channels;
}

zd_status zd_image_create(zd_context *ctx, int width, int height, zd_format format, zd_image **out,
                          zd_error *err)
{
    int limit = zd_context_max_dimension(ctx);
    size_t stride = 0;
    size_t bytes = 0;
    *out = NULL;
    if (width < 1 || height < 1 || width > limit || height > limit) {
        return zd_fail(err, ZD_ERR_LIMIT, "a picture of %dx%d; each side must be 1 to %d", width,
                       height, limit);
    }
    if (!zd_size_mul((size_t) width, zd_format_pixel_bytes(format), &stride) ||
        !zd_size_align(stride, ZD_ROW_ALIGNMENT, &stride) ||
        !zd_size_mul(stride, (size_t) height, &bytes))
    {
        return zd_fail(err, ZD_ERR_LIMIT, "a picture of %dx%d is too large", width, height);
    }
    zd_image *image = zd_alloc(ctx, sizeof *image);
    void *data = zd_block_take(ctx, bytes);
    if (image == NULL || data == NULL) {
        zd_block_give(ctx, data, bytes);
        zd_free(ctx, image);
        return zd_fail(err, ZD_ERR_NO_MEMORY, "not enough memory for a picture of %dx%d", width,
                       height);
    }
    image->ctx = ctx;
    image->view = (zd_view){ data, width, height, (ptrdiff_t) stride, format };
    atomic_init(&image->references, 1);
    *out = image;
    return ZD_OK;
}

zd_image *zd_image_ref(zd_image *image)
{
    if (image != NULL) {
        atomic_fetch_add_explicit(&image->references, 1, memory_order_relaxed);
    }
    return image;
}

void zd_image_unref(zd_image **image)
{
    zd_image *doomed = *image;
    *image = NULL;
    if (doomed != NULL &&
        atomic_fetch_sub_explicit(&doomed->references, 1, memory_order_acq_rel) == 1) {
        zd_block_give(doomed->ctx, doomed->view.data,
                      (size_t) doomed->view.stride_bytes * (size_t) doomed->view.height);
        zd_free(doomed->ctx, doomed);
    }
}

zd_view zd_image_view(const zd_image *image)
{
    assert(image != NULL);
    return image->view;
}

zd_view zd_view_crop(zd_view view, zd_rect rect)
{
    assert(rect.x0 >= 0 && rect.y0 >= 0 && rect.x1 <= view.width && rect.y1 <= view.height);
    assert(rect.x0 <= rect.x1 && rect.y0 <= rect.y1);
    char *data = view.data;
    data += (ptrdiff_t) rect.y0 * view.stride_bytes;
    data += (ptrdiff_t) rect.x0 * (ptrdiff_t) zd_format_pixel_bytes(view.format);
    return (zd_view){ data, rect.x1 - rect.x0, rect.y1 - rect.y0, view.stride_bytes, view.format };
}

void zd_view_copy(zd_view from, zd_view to)
{
    assert(from.width <= to.width && from.height <= to.height);
    assert(from.format.sample == to.format.sample && from.format.channels == to.format.channels);
    size_t bytes = (size_t) from.width * zd_format_pixel_bytes(from.format);
    for (int y = 0; y < from.height; y++) {
        memcpy(zd_view_row_u8(to, y), zd_view_row_u8(from, y), bytes);
    }
}

void zd_view_clear(zd_view view)
{
    assert(view.data != NULL || view.width == 0 || view.height == 0);
    size_t bytes = (size_t) view.width * zd_format_pixel_bytes(view.format);
    for (int y = 0; y < view.height; y++) {
        memset(zd_view_row_u8(view, y), 0, bytes);
    }
}

zd_rect zd_rect_intersect(zd_rect a, zd_rect b)
{
    return (zd_rect){ zd_int_max(a.x0, b.x0), zd_int_max(a.y0, b.y0), zd_int_min(a.x1, b.x1),
                      zd_int_min(a.y1, b.y1) };
}

int zd_rect_is_empty(zd_rect rect)
{
    return rect.x1 <= rect.x0 || rect.y1 <= rect.y0;
}
