/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libpng's simplified reader and its classic writer with fast compression. */

#include "render/png_io.h"

#include "render/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

static void put_big_endian(const uint16_t *in, uint8_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = (uint8_t) (in[i] >> 8);
        out[2 * i + 1] = (uint8_t) (in[i] & 0xFFu);
    }
}

static bool write_rows(png_structp png, png_infop info, FILE *file, const uint8_t *rows,
                       const int shape[4])
{
    if (setjmp(png_jmpbuf(png))) {
        return false;
    }
    png_init_io(png, file);
    png_set_compression_level(png, 2);
    png_set_filter(png, 0, shape[3] == 16 ? PNG_FILTER_PAETH : PNG_FILTER_SUB);
    int colour = shape[2] == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY;
    png_set_IHDR(png, info, (png_uint_32) shape[0], (png_uint_32) shape[1], shape[3], colour,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    size_t stride = (size_t) shape[0] * (size_t) shape[2] * (size_t) shape[3] / 8;
    for (int y = 0; y < shape[1]; y++) {
        png_write_row(png, rows + (size_t) y * stride);
    }
    png_write_end(png, NULL);
    return true;
}

void sy_png_write(const char *path, const void *pixels, int width, int height, int channels,
                  int bits)
{
    size_t count = (size_t) width * (size_t) height * (size_t) channels;
    uint8_t *swapped = NULL;
    if (bits == 16) {
        swapped = sy_alloc(count, 2);
        put_big_endian(pixels, swapped, count);
    }
    FILE *file = sy_create(path);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    const int shape[4] = { width, height, channels, bits };
    if (!info || !write_rows(png, info, file, swapped ? swapped : pixels, shape)) {
        sy_die("cannot write '%s': %s", path, strerror(errno));
    }
    png_destroy_write_struct(&png, &info);
    sy_finish(file, path);
    free(swapped);
}

uint8_t *sy_png_read_rgb(const char *path, int *width, int *height)
{
    png_image image;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_file(&image, path)) {
        return NULL;
    }
    image.format = PNG_FORMAT_RGB;
    uint8_t *pixels = sy_alloc(PNG_IMAGE_SIZE(image), 1);
    if (!png_image_finish_read(&image, NULL, pixels, 0, NULL)) {
        free(pixels);
        return NULL;
    }
    *width = (int) image.width;
    *height = (int) image.height;
    return pixels;
}
