/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* PFM as Paul Debevec's format is read everywhere: rows from the bottom up, a negative scale for
 * little endian. TIFF 6.0: one strip, sample format 3. Both little endian. */

#include "media/float_write.h"

#include <libavutil/intreadwrite.h>
#include <stdio.h>
#include <string.h>

#include "core/size.h"

enum { HEAD_ROOM = 256, TIFF_TAGS = 11 };

/* What is written of a file's channels. */
typedef struct float_picture {
    zd_exr_source sources[3];
    int count;
    int width;
    int height;
} float_picture;

static const zd_exr_source *find_source(const zd_exr_file *file, const char *name)
{
    for (int i = 0; i < file->channel_count; i++) {
        if (strcmp(file->channels[i].name, name) == 0) {
            return &file->channels[i];
        }
    }
    return NULL;
}

static float_picture choose(const zd_exr_file *file)
{
    static const char *const names[] = { "R", "G", "B" };
    float_picture picture = { .count = 0 };
    for (int i = 0; i < 3; i++) {
        const zd_exr_source *source = find_source(file, names[i]);
        if (source != NULL) {
            picture.sources[picture.count++] = *source;
        }
    }
    if (picture.count != 3) {
        const zd_exr_source *depth = find_source(file, "Z");
        const zd_exr_source *gray = depth != NULL ? depth : find_source(file, "Y");
        picture.sources[0] = gray != NULL ? *gray : file->channels[0];
        picture.count = 1;
    }
    picture.width = picture.sources[0].view.width;
    picture.height = picture.sources[0].view.height;
    return picture;
}

static void put_row(const float_picture *picture, int y, uint8_t *to)
{
    for (int x = 0; x < picture->width; x++) {
        for (int c = 0; c < picture->count; c++) {
            const zd_exr_source *s = &picture->sources[c];
            const float *row = zd_view_row_f32(s->view, y) + s->component;
            uint32_t bits;
            memcpy(&bits, row + (ptrdiff_t) x * s->view.format.channels, sizeof bits);
            AV_WL32(to, bits);
            to += 4;
        }
    }
}

/* Room for the pixels and some for what is around them. */
static zd_status make_room(zd_context *ctx, const float_picture *picture, size_t *pixels,
                           uint8_t **bytes, zd_error *err)
{
    bool fits = zd_size_mul3((size_t) picture->width, (size_t) picture->height,
                             4 * (size_t) picture->count, pixels) &&
                *pixels < SIZE_MAX - HEAD_ROOM;
    *bytes = fits ? zd_alloc(ctx, *pixels + HEAD_ROOM) : NULL;
    return *bytes != NULL ? ZD_OK : zd_fail_memory(err, "a picture of floats");
}

zd_status zd_pfm_make(zd_context *ctx, const zd_exr_file *file, uint8_t **bytes, size_t *count,
                      zd_error *err)
{
    size_t pixels = 0;
    float_picture picture = choose(file);
    ZD_TRY(make_room(ctx, &picture, &pixels, bytes, err));
    int head = snprintf((char *) *bytes, HEAD_ROOM, "%s\n%d %d\n-1.0\n",
                        picture.count == 3 ? "PF" : "Pf", picture.width, picture.height);
    size_t row = pixels / (size_t) picture.height;
    for (int y = 0; y < picture.height; y++) {
        put_row(&picture, picture.height - 1 - y, *bytes + head + (size_t) y * row);
    }
    *count = (size_t) head + pixels;
    return ZD_OK;
}

static uint8_t *put_tag(uint8_t *to, unsigned tag, unsigned type, uint32_t count, uint32_t value)
{
    AV_WL32(to, tag | type << 16);
    AV_WL32(to + 4, count);
    AV_WL32(to + 8, value);
    return to + 12;
}

/* The directory behind the pixels, and in front of it the lists of three that it points to. */
static size_t put_directory(const float_picture *picture, size_t pixels, uint8_t *bytes)
{
    enum { SHORT = 3, LONG = 4 };
    uint32_t lists = (uint32_t) (8 + pixels);
    uint32_t samples = (uint32_t) picture->count;
    uint8_t *to = bytes + lists;
    for (int i = 0; i < 3; i++) {
        static const uint8_t bits[2] = { 32, 0 };
        static const uint8_t floats[2] = { 3, 0 };
        memcpy(to + 2 * i, bits, sizeof bits);
        memcpy(to + 6 + 2 * i, floats, sizeof floats);
    }
    bool is_rgb = picture->count == 3;
    AV_WL32(bytes + 4, lists + 12);
    to += 12;
    to[0] = TIFF_TAGS;
    to[1] = 0;
    to = put_tag(to + 2, 256, LONG, 1, (uint32_t) picture->width);
    to = put_tag(to, 257, LONG, 1, (uint32_t) picture->height);
    to = put_tag(to, 258, SHORT, samples, is_rgb ? lists : 32);
    to = put_tag(to, 259, SHORT, 1, 1);              /* not compressed */
    to = put_tag(to, 262, SHORT, 1, is_rgb ? 2 : 1); /* RGB, or black is zero */
    to = put_tag(to, 273, LONG, 1, 8);
    to = put_tag(to, 277, SHORT, 1, samples);
    to = put_tag(to, 278, LONG, 1, (uint32_t) picture->height);
    to = put_tag(to, 279, LONG, 1, (uint32_t) pixels);
    to = put_tag(to, 284, SHORT, 1, 1);
    to = put_tag(to, 339, SHORT, samples, is_rgb ? lists + 6 : 3);
    AV_WL32(to, 0);
    return (size_t) (to + 4 - bytes);
}

zd_status zd_tiff_make(zd_context *ctx, const zd_exr_file *file, uint8_t **bytes, size_t *count,
                       zd_error *err)
{
    size_t pixels = 0;
    float_picture picture = choose(file);
    ZD_TRY(make_room(ctx, &picture, &pixels, bytes, err));
    if (pixels > UINT32_MAX - HEAD_ROOM) {
        zd_free(ctx, *bytes);
        *bytes = NULL;
        return zd_fail(err, ZD_ERR_LIMIT, "a TIFF holds 4 GiB; save %dx%d floats as EXR",
                       picture.width, picture.height);
    }
    memcpy(*bytes, "II*\0", 4);
    size_t row = pixels / (size_t) picture.height;
    for (int y = 0; y < picture.height; y++) {
        put_row(&picture, y, *bytes + 8 + (size_t) y * row);
    }
    *count = put_directory(&picture, pixels, *bytes);
    return ZD_OK;
}
