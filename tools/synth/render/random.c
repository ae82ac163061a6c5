/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* PCG32 (O'Neill 2014), a small integer hash, value noise and Worley cell noise. */

#include "render/random.h"

sy_rng sy_rng_make(uint64_t seed, uint64_t stream)
{
    sy_rng rng = { seed * 0x9E3779B97F4A7C15ull + stream * 0xD1B54A32D192ED03ull +
                   0x632BE59BD9B4E019ull };
    for (int i = 0; i < 4; i++) {
        sy_rng_next(&rng);
    }
    return rng;
}

uint32_t sy_rng_next(sy_rng *rng)
{
    uint64_t old = rng->state;
    rng->state = old * 6364136223846793005ull + 1442695040888963407ull;
    uint32_t mixed = (uint32_t) (((old >> 18) ^ old) >> 27);
    uint32_t turn = (uint32_t) (old >> 59);
    return (mixed >> turn) | (mixed << ((32u - turn) & 31u));
}

float sy_rng_float(sy_rng *rng, float lo, float hi)
{
    return lo + (hi - lo) * ((float) (sy_rng_next(rng) >> 8) * (1.0f / 16777216.0f));
}

int sy_rng_int(sy_rng *rng, int count)
{
    return (int) (((uint64_t) sy_rng_next(rng) * (uint64_t) count) >> 32);
}

bool sy_rng_chance(sy_rng *rng, float probability)
{
    return sy_rng_float(rng, 0.0f, 1.0f) < probability;
}

float sy_rng_log(sy_rng *rng, float lo, float hi)
{
    return lo * expf(sy_rng_float(rng, 0.0f, 1.0f) * logf(hi / lo));
}

float sy_rng_normal(sy_rng *rng)
{
    float sum = 0.0f;
    for (int i = 0; i < 4; i++) {
        sum += sy_rng_float(rng, -1.0f, 1.0f);
    }
    return sum * 0.866f;
}

static float hue_channel(float hue, float offset)
{
    float t = hue + offset;
    t = fabsf((t - floorf(t)) * 6.0f - 3.0f) - 1.0f;
    return clampf(t, 0.0f, 1.0f);
}

vec3 sy_rng_colour(sy_rng *rng, float saturation, float brightness)
{
    /* Things people make and wear are more often warm or blue than green or violet. */
    float kind = sy_rng_float(rng, 0.0f, 1.0f), hue = sy_rng_float(rng, 0.0f, 1.0f);
    if (kind < 0.45f) {
        hue = mixf(-0.03f, 0.15f, hue);
    } else if (kind < 0.7f) {
        hue = mixf(0.52f, 0.68f, hue);
    }
    vec3 c = v3(hue_channel(hue, 0.0f), hue_channel(hue, 0.6667f), hue_channel(hue, 0.3333f));
    c = v3_scale(v3_lerp(v3(1, 1, 1), c, saturation), brightness);
    return sy_rgb(c.x, c.y, c.z);
}

uint32_t sy_hash(uint32_t x, uint32_t y, uint32_t z)
{
    uint32_t h = x * 0x8DA6B343u ^ y * 0xD8163841u ^ z * 0xCB1AB31Fu;
    h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
    h = (h ^ (h >> 12)) * 0x297A2D39u;
    return h ^ (h >> 15);
}

float sy_hash_float(int x, int y, uint32_t seed)
{
    return (float) (sy_hash((uint32_t) x, (uint32_t) y, seed) >> 8) * (1.0f / 16777216.0f);
}

static int wrap_cell(int i, int period)
{
    if (period <= 0) {
        return i;
    }
    int m = i % period;
    return m < 0 ? m + period : m;
}

float sy_noise2(float x, float y, uint32_t seed, int period)
{
    int fx = floor_int(x), fy = floor_int(y);
    int x0 = wrap_cell(fx, period), y0 = wrap_cell(fy, period);
    int x1 = wrap_cell(fx + 1, period), y1 = wrap_cell(fy + 1, period);
    float tx = x - (float) fx, ty = y - (float) fy;
    tx = tx * tx * (3.0f - 2.0f * tx);
    ty = ty * ty * (3.0f - 2.0f * ty);
    float top = mixf(sy_hash_float(x0, y0, seed), sy_hash_float(x1, y0, seed), tx);
    float bottom = mixf(sy_hash_float(x0, y1, seed), sy_hash_float(x1, y1, seed), tx);
    return mixf(top, bottom, ty);
}

float sy_noise3(float x, float y, float z, uint32_t seed)
{
    int fz = floor_int(z);
    float tz = z - (float) fz;
    tz = tz * tz * (3.0f - 2.0f * tz);
    uint32_t layer = (uint32_t) fz;
    float a = sy_noise2(x, y, seed + layer * 0x9E3779B9u, 0);
    float b = sy_noise2(x, y, seed + (layer + 1u) * 0x9E3779B9u, 0);
    return mixf(a, b, tz);
}

float sy_fbm2(float x, float y, uint32_t seed, int octaves, int period)
{
    float sum = 0.0f, weight = 0.5f, total = 0.0f;
    for (int i = 0; i < octaves; i++) {
        sum += weight * sy_noise2(x, y, seed + (uint32_t) i * 7919u, period);
        total += weight;
        weight *= 0.5f;
        x *= 2.0f;
        y *= 2.0f;
        period *= 2;
    }
    return sum / total;
}

sy_cell sy_cell_noise(float x, float y, uint32_t seed, int period)
{
    sy_cell cell = { 8.0f, 8.0f, 0.0f };
    int ix = floor_int(x), iy = floor_int(y);
    for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
            int cx = wrap_cell(ix + dx, period), cy = wrap_cell(iy + dy, period);
            float px = (float) (ix + dx) + sy_hash_float(cx, cy, seed) - x;
            float py = (float) (iy + dy) + sy_hash_float(cx, cy, seed + 1u) - y;
            float d = sqrtf(px * px + py * py);
            if (d < cell.nearest) {
                cell.second = cell.nearest;
                cell.nearest = d;
                cell.id = sy_hash_float(cx, cy, seed + 2u);
            } else if (d < cell.second) {
                cell.second = d;
            }
        }
    }
    return cell;
}
