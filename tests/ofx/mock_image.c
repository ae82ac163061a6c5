/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Images with guard bytes around them, in any sample type and order of rows. */

#include "mock_internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/half.h"

enum { GUARD = 64, GUARD_BYTE = 0xA5 };

mock_image *mock_image_create(ofx_rect_i bounds, zd_sample sample, int channels, int padding,
                              bool negative)
{
    static const char *const depths[] = { "OfxBitDepthByte", "OfxBitDepthShort", "OfxBitDepthHalf",
                                          "OfxBitDepthFloat" };
    mock_image *image = calloc(1, sizeof *image);
    size_t pixel = zd_format_pixel_bytes((zd_format){ sample, channels });
    size_t width = (size_t) (bounds.x2 - bounds.x1);
    size_t height = (size_t) (bounds.y2 - bounds.y1);
    size_t row = width * pixel + (size_t) padding;
    image->bounds = bounds;
    image->sample = sample;
    image->channels = channels;
    image->depth = depths[sample];
    image->components = channels == 4   ? "OfxImageComponentRGBA"
                        : channels == 3 ? "OfxImageComponentRGB"
                                        : "OfxImageComponentAlpha";
    image->premultiplication = "OfxImageAlphaUnPremultiplied";
    image->memory_bytes = row * height + 2 * GUARD;
    image->memory = malloc(image->memory_bytes);
    memset(image->memory, GUARD_BYTE, image->memory_bytes);
    image->data = image->memory + GUARD + (negative ? row * (height - 1) : 0);
    image->row_bytes = negative ? -(int) row : (int) row;
    return image;
}

void mock_image_free(mock_image *image)
{
    if (image != NULL) {
        free(image->memory);
        free(image);
    }
}

char *mock_image_pixel(const mock_image *image, int x, int y)
{
    size_t pixel = zd_format_pixel_bytes((zd_format){ image->sample, image->channels });
    return image->data + (ptrdiff_t) (y - image->bounds.y1) * image->row_bytes +
           (ptrdiff_t) (x - image->bounds.x1) * (ptrdiff_t) pixel;
}

bool mock_guards_intact(const mock_image *image)
{
    size_t pixel = zd_format_pixel_bytes((zd_format){ image->sample, image->channels });
    size_t used = (size_t) (image->bounds.x2 - image->bounds.x1) * pixel;
    size_t row = (size_t) abs(image->row_bytes);
    const unsigned char *at = (const unsigned char *) image->memory;
    for (size_t i = 0; i < image->memory_bytes; i++) {
        bool is_row = i >= GUARD && i < image->memory_bytes - GUARD && (i - GUARD) % row < used;
        if (!is_row && at[i] != GUARD_BYTE) {
            return false;
        }
    }
    return true;
}

static int place_of(const mock_image *image, int channel)
{
    bool bgr = image->order != NULL && strcmp(image->order, "OfxImagePixelOrderBGRA") == 0;
    return bgr && channel != 3 ? 2 - channel : channel;
}

void mock_image_put(mock_image *image, int x, int y, const float rgba[4])
{
    char *at = mock_image_pixel(image, x, y);
    for (int c = 0; c < image->channels; c++) {
        float v = rgba[c];
        int to = place_of(image, c);
        float bounded = !(v > 0.0f) ? 0.0f : v > 1.0f ? 1.0f : v;
        uint16_t word = image->sample == ZD_SAMPLE_F16 ? zd_half_from_float(v)
                                                       : (uint16_t) (bounded * 65535.0f + 0.5f);
        if (image->sample == ZD_SAMPLE_U8) {
            at[to] = (char) (unsigned char) (bounded * 255.0f + 0.5f);
        } else if (image->sample == ZD_SAMPLE_F32) {
            memcpy(at + 4 * to, &v, 4);
        } else {
            memcpy(at + 2 * to, &word, 2);
        }
    }
}

void mock_image_get(const mock_image *image, int x, int y, float rgba[4])
{
    const char *at = mock_image_pixel(image, x, y);
    rgba[3] = 1.0f;
    for (int c = 0; c < image->channels; c++) {
        int from = place_of(image, c);
        uint16_t word;
        if (image->sample == ZD_SAMPLE_U8) {
            rgba[c] = (float) (unsigned char) at[from] / 255.0f;
        } else if (image->sample == ZD_SAMPLE_F32) {
            memcpy(&rgba[c], at + 4 * from, 4);
        } else {
            memcpy(&word, at + 2 * from, 2);
            rgba[c] =
                image->sample == ZD_SAMPLE_F16 ? zd_half_to_float(word) : (float) word / 65535.0f;
        }
    }
}
