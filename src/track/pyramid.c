/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The first level is smoothed by (1 2 1) / 4 each way, else bilinear samples would pull to the pixels' middles;
 * the others are made by (1 3 3 1) / 8 (Burt and Adelson, The Laplacian Pyramid, 1983, with even taps). */

#include "track/pyramid.h"

#include <assert.h>
#include <math.h>

#include "core/size.h"
#include "core/vector.h"

enum { LEAST_SIDE = 16 };

size_t zd_pyramid_floats(int width, int height)
{
    size_t floats = (size_t) width * (size_t) height;
    for (int i = 0; i < ZD_PYRAMID_LEVELS; i++) {
        floats += (size_t) width * (size_t) height;
        width = zd_int_max(width / 2, 1);
        height = zd_int_max(height / 2, 1);
    }
    return floats;
}

void zd_pyramid_init(zd_pyramid *p, float *memory, int width, int height)
{
    assert(width > 0 && height > 0);
    p->raw = memory;
    p->count = 0;
    memory += (ptrdiff_t) width * height;
    for (int i = 0; i < ZD_PYRAMID_LEVELS; i++) {
        p->levels[i] = (zd_pyramid_level){ memory, width, height };
        p->count += i == 0 || (width >= LEAST_SIDE && height >= LEAST_SIDE);
        memory += (ptrdiff_t) width * height;
        width = zd_int_max(width / 2, 1);
        height = zd_int_max(height / 2, 1);
    }
}

static void take_luma(float *out, zd_view picture)
{
    for (int y = 0; y < picture.height; y++) {
        const float *pixel = zd_view_row_f32(picture, y);
        for (int x = 0; x < picture.width; x++, pixel += picture.format.channels) {
            float value = 0.25f * pixel[0] + 0.5f * pixel[1] + 0.25f * pixel[2];
            *out++ = value > -1.0f ? zd_float_min(value, 4.0f) : -1.0f;
        }
    }
}

static void smooth(const zd_pyramid_level *to, const float *raw)
{
    for (int y = 0; y < to->height; y++) {
        const float *rows[3] = { raw + (ptrdiff_t) zd_int_max(y - 1, 0) * to->width,
                                 raw + (ptrdiff_t) y * to->width,
                                 raw + (ptrdiff_t) zd_int_min(y + 1, to->height - 1) * to->width };
        float *out = to->data + (ptrdiff_t) y * to->width;
        for (int x = 0; x < to->width; x++) {
            int left = zd_int_max(x - 1, 0);
            int right = zd_int_min(x + 1, to->width - 1);
            float sum = 0.0f;
            for (int i = 0; i < 3; i++) {
                float line = rows[i][left] + 2.0f * rows[i][x] + rows[i][right];
                sum += i == 1 ? 2.0f * line : line;
            }
            out[x] = sum * (1.0f / 16.0f);
        }
    }
}

static void halve(const zd_pyramid_level *from, const zd_pyramid_level *to)
{
    static const float taps[4] = { 1.0f, 3.0f, 3.0f, 1.0f };
    for (int y = 0; y < to->height; y++) {
        for (int x = 0; x < to->width; x++) {
            float sum = 0.0f;
            for (int j = 0; j < 4; j++) {
                int row = zd_int_clamp(2 * y - 1 + j, 0, from->height - 1);
                const float *in = from->data + (ptrdiff_t) row * from->width;
                float line = 0.0f;
                for (int i = 0; i < 4; i++) {
                    line += taps[i] * in[zd_int_clamp(2 * x - 1 + i, 0, from->width - 1)];
                }
                sum += taps[j] * line;
            }
            to->data[(ptrdiff_t) y * to->width + x] = sum * (1.0f / 64.0f);
        }
    }
}

void zd_pyramid_load(zd_pyramid *p, zd_view picture)
{
    assert(picture.width == p->levels[0].width && picture.height == p->levels[0].height);
    assert(picture.format.channels >= 3);
    take_luma(p->raw, picture);
    smooth(&p->levels[0], p->raw);
    for (int i = 1; i < p->count; i++) {
        halve(&p->levels[i - 1], &p->levels[i]);
    }
}

bool zd_pyramid_level_at(const zd_pyramid_level *level, double x, double y, float *out)
{
    x -= 0.5;
    y -= 0.5;
    if (!(x >= 0.0 && y >= 0.0 && x < level->width - 1 && y < level->height - 1)) {
        return false;
    }
    int column = (int) x;
    int row = (int) y;
    float across = (float) (x - column);
    float down = (float) (y - row);
    const float *a = level->data + (ptrdiff_t) row * level->width + column;
    const float *b = a + level->width;
    float above = a[0] + across * (a[1] - a[0]);
    float below = b[0] + across * (b[1] - b[0]);
    *out = above + down * (below - above);
    return true;
}
