/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Texture storage and sampling, see texture.h. */

#include "render/texture.h"

#include "render/memory.h"

#include <stdlib.h>
#include <string.h>

void sy_texture_create(sy_texture *texture, int size)
{
    memset(texture, 0, sizeof *texture);
    texture->size = size;
    for (int s = size; s >= 1 && texture->levels < SY_TEXTURE_LEVELS; s /= 2) {
        texture->data[texture->levels++] = sy_alloc((size_t) s * (size_t) s, 4);
    }
}

void sy_texture_destroy(sy_texture *texture)
{
    for (int i = 0; i < texture->levels; i++) {
        free(texture->data[i]);
    }
    memset(texture, 0, sizeof *texture);
}

static uint8_t to_byte(float x)
{
    return (uint8_t) (clampf(x, 0.0f, 1.0f) * 255.0f + 0.5f);
}

void sy_texture_set(sy_texture *texture, int x, int y, vec3 encoded, float alpha)
{
    uint8_t *t = texture->data[0] + 4 * ((size_t) y * (size_t) texture->size + (size_t) x);
    t[0] = to_byte(encoded.x);
    t[1] = to_byte(encoded.y);
    t[2] = to_byte(encoded.z);
    t[3] = to_byte(alpha);
}

/* One coarser texel: colour is averaged in linear light, weighted by alpha. */
static void reduce_texel(const uint8_t *fine, int fine_size, int x, int y, uint8_t *out)
{
    float sum[3] = { 0 }, weight = 1e-3f, alpha = 0.0f;
    for (int k = 0; k < 4; k++) {
        int fx = 2 * x + (k & 1), fy = 2 * y + (k >> 1);
        const uint8_t *t = fine + 4 * ((size_t) fy * (size_t) fine_size + (size_t) fx);
        float a = (float) t[3] + 1.0f;
        for (int c = 0; c < 3; c++) {
            sum[c] += a * (float) t[c] * (float) t[c];
        }
        weight += a;
        alpha += (float) t[3];
    }
    for (int c = 0; c < 3; c++) {
        out[c] = (uint8_t) minf(sqrtf(sum[c] / weight) + 0.5f, 255.0f);
    }
    out[3] = (uint8_t) (alpha * 0.25f + 0.5f);
}

void sy_texture_build_mips(sy_texture *texture)
{
    for (int i = 1; i < texture->levels; i++) {
        int s = texture->size >> i;
        for (int y = 0; y < s; y++) {
            for (int x = 0; x < s; x++) {
                uint8_t *out = texture->data[i] + 4 * ((size_t) y * (size_t) s + (size_t) x);
                reduce_texel(texture->data[i - 1], s * 2, x, y, out);
            }
        }
    }
}

/* Folds a coordinate into 0..1. */
static float fold(const sy_texture *texture, float u)
{
    if (!texture->mirror) {
        return u - (float) floor_int(u);
    }
    float half = 0.5f * u;
    return 1.0f - fabsf(1.0f - 2.0f * (half - (float) floor_int(half)));
}

static int texture_level(const sy_texture *texture, float level)
{
    return clampi(floor_int(level + 0.5f), 0, texture->levels - 1);
}

sy_texel sy_texture_sample(const sy_texture *texture, float u, float v, float level)
{
    int i = texture_level(texture, level);
    int size = texture->size >> i, mask = size - 1;
    float x = fold(texture, u) * (float) size - 0.5f, y = fold(texture, v) * (float) size - 0.5f;
    int fx = floor_int(x), fy = floor_int(y);
    int x0 = fx & mask, y0 = fy & mask;
    int x1 = (x0 + 1) & mask, y1 = (y0 + 1) & mask;
    float tx = x - (float) fx, ty = y - (float) fy;
    const uint8_t *d = texture->data[i];
    const uint8_t *a = d + 4 * (y0 * size + x0), *b = d + 4 * (y0 * size + x1);
    const uint8_t *c = d + 4 * (y1 * size + x0), *e = d + 4 * (y1 * size + x1);
    float w[4] = { (1 - tx) * (1 - ty), tx * (1 - ty), (1 - tx) * ty, tx * ty };
    float out[4];
    for (int k = 0; k < 4; k++) {
        out[k] = (w[0] * (float) a[k] + w[1] * (float) b[k] + w[2] * (float) c[k] +
                  w[3] * (float) e[k]) *
                 (1.0f / 255.0f);
    }
    return (sy_texel){ v3(out[0] * out[0], out[1] * out[1], out[2] * out[2]), out[3] };
}
