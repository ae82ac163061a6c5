/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any bytes as a PNG for the program of Windows. Checks of parts are made right, so that what
 * lies behind them is reached; what is read is written and read the same. */

#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#include "core/file.h"
#include "png.h"

static uint32_t get_32(const uint8_t *p)
{
    return (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16 | (uint32_t) p[2] << 8 | p[3];
}

static void mend_checks(uint8_t *data, size_t size)
{
    for (size_t at = 8; size >= at + 12 && get_32(data + at) <= size - at - 12;) {
        size_t length = get_32(data + at);
        uint32_t crc = 0xFFFFFFFFU;
        for (size_t i = at + 4; i < at + 8 + length; i++) {
            crc ^= data[i];
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >> 1 ^ (0xEDB88320U & (0U - (crc & 1)));
            }
        }
        crc = ~crc;
        for (int i = 0; i < 4; i++) {
            data[at + 8 + length + (size_t) i] = (uint8_t) (crc >> (24 - 8 * i));
        }
        at += length + 12;
    }
}

static void check_again(zd_context *ctx, zd_image *image)
{
    char path[64];
    zd_mapping file;
    zd_image *again = NULL;
    zd_view a = zd_image_view(image);
    snprintf(path, sizeof path, "/tmp/zdepth-fuzz-%ld.png", (long) getpid());
    if (zd_win_png_write(ctx, path, a, NULL) != ZD_OK || zd_file_map(path, &file, NULL) != ZD_OK ||
        zd_win_png_read(ctx, path, file.data, file.bytes, &again, NULL) != ZD_OK)
    {
        abort();
    }
    zd_view b = zd_image_view(again);
    for (int y = 0; y < a.height; y++) {
        if (memcmp((char *) a.data + y * a.stride_bytes, (char *) b.data + y * b.stride_bytes,
                   (size_t) a.width * zd_format_pixel_bytes(a.format)) != 0)
        {
            abort();
        }
    }
    zd_image_unref(&again);
    zd_file_unmap(&file);
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_context *ctx = fuzz_context();
    zd_image *image = NULL;
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, data, size);
    mend_checks(copy, size);
    if (zd_win_png_read(ctx, "input", copy, size, &image, NULL) == ZD_OK &&
        zd_image_view(image).width < 256 && zd_image_view(image).height < 256)
    {
        check_again(ctx, image);
    }
    zd_image_unref(&image);
    free(copy);
    return 0;
}
