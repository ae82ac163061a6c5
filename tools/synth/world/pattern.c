/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Procedural surface patterns: one function gives the encoded colour at a point of the unit square,
 * which repeats without a seam. Most are pale, so that a tint can colour them. */

#include "world/library.h"

typedef struct style {
    uint32_t seed;
    int repeat;    /* features across the tile */
    float a, b, c; /* three free parameters, 0..1 */
    vec3 base, other;
} style;

static float fbm(const style *s, float x, float y, int period, int octaves, uint32_t salt)
{
    return sy_fbm2(x * (float) period, y * (float) period, s->seed + salt, octaves, period);
}

static vec3 grey(float g)
{
    return v3(g, g, g);
}

static vec3 pattern_noise(const style *s, float x, float y)
{
    return grey(fbm(s, x, y, 4, 5, 0));
}

static vec3 pattern_plaster(const style *s, float x, float y)
{
    float n = fbm(s, x, y, 6 + s->repeat, 5, 0), m = fbm(s, x, y, 48, 2, 9);
    return grey(0.78f + (0.10f + 0.12f * s->a) * n + 0.08f * m);
}

static vec3 pattern_concrete(const style *s, float x, float y)
{
    float n = fbm(s, x, y, 3, 6, 0), m = fbm(s, x, y, 80, 1, 5);
    float g = 0.45f + 0.35f * n + 0.12f * m;
    if (s->a > 0.5f && (x < 0.008f || y < 0.008f)) {
        g *= 0.6f;
    }
    return v3(g, g * 0.99f, g * 0.96f);
}

static vec3 wood_colour(const style *s, float x, float y, float shift)
{
    float warp = fbm(s, x, y, 2, 3, 3) * 1.5f;
    float rings = sy_noise2(x * 2.0f + warp + shift, (y * 24.0f + warp * 5.0f), s->seed + 1, 24);
    float fine = sy_noise2(x * 8.0f + shift * 7.0f, y * 128.0f, s->seed + 2, 128);
    float t = 0.65f * rings + 0.35f * fine;
    return v3_lerp(s->base, s->other, t);
}

static vec3 pattern_wood(const style *s, float x, float y)
{
    return wood_colour(s, x, y, 0.0f);
}

static vec3 pattern_planks(const style *s, float x, float y)
{
    int rows = 3 + s->repeat;
    float fy = y * (float) rows;
    int row = (int) fy;
    float offset = sy_hash_float(row, 0, s->seed), fx = x * 2.0f + offset;
    int col = (int) floorf(fx) & 1;
    float shade = 0.8f + 0.3f * sy_hash_float(row, col + 1, s->seed);
    float gap = minf(fy - floorf(fy), (fx - floorf(fx)) * (float) rows * 0.5f);
    vec3 c = v3_scale(wood_colour(s, x, y, sy_hash_float(row, col, s->seed + 4) * 9.0f), shade);
    return gap < 0.05f ? v3_scale(c, 0.45f) : c;
}

static vec3 pattern_brick(const style *s, float x, float y)
{
    int rows = 8 + 2 * s->repeat, cols = rows / 2;
    float fy = y * (float) rows;
    int row = (int) fy % rows;
    float fx = x * (float) cols + (row & 1 ? 0.5f : 0.0f);
    int col = (int) floorf(fx) % cols;
    float bx = fx - floorf(fx), by = fy - floorf(fy);
    float rough = 0.06f * fbm(s, x, y, 32, 2, 5);
    if (bx < 0.05f + rough || by < 0.1f + 2.0f * rough) {
        return grey(0.62f + 0.25f * s->b - rough);
    }
    float t = sy_hash_float(row, col, s->seed);
    vec3 c = v3_lerp(s->base, s->other, t);
    return v3_scale(c, 0.8f + 0.4f * fbm(s, x, y, 24, 3, 8));
}

static vec3 pattern_tiles(const style *s, float x, float y)
{
    int n = 2 + s->repeat;
    float fx = x * (float) n, fy = y * (float) n;
    int ix = (int) fx % n, iy = (int) fy % n;
    float bx = fx - floorf(fx), by = fy - floorf(fy);
    float line = 0.015f + 0.03f * s->a;
    if (bx < line || by < line) {
        return grey(0.35f + 0.5f * s->c);
    }
    bool dark = s->b > 0.6f && ((ix + iy) & 1);
    float shade = 0.85f + 0.15f * sy_hash_float(ix, iy, s->seed);
    shade *= 0.9f + 0.15f * fbm(s, x, y, 8, 4, 3);
    return v3_scale(dark ? s->other : v3_lerp(s->base, grey(0.9f), 0.6f), shade);
}

static vec3 pattern_paving(const style *s, float x, float y)
{
    int n = 4 + 2 * s->repeat;
    sy_cell c = sy_cell_noise(x * (float) n, y * (float) n, s->seed, n);
    float gap = smoothf(0.02f, 0.1f, c.second - c.nearest);
    float g = (0.5f + 0.3f * c.id) * (0.8f + 0.3f * fbm(s, x, y, 32, 3, 2));
    return v3_scale(v3(1.0f, 0.97f, 0.92f), mixf(0.25f, g, gap));
}

static vec3 pattern_asphalt(const style *s, float x, float y)
{
    float n = fbm(s, x, y, 4, 4, 0), grain = sy_noise2(x * 128.0f, y * 128.0f, s->seed + 3, 128);
    sy_cell crack = sy_cell_noise(x * 3.0f + n, y * 3.0f + n, s->seed, 0);
    float g = 0.30f + 0.14f * n + 0.16f * grain;
    (void) crack;
    return v3(g, g, g * 1.02f);
}

static vec3 pattern_grass(const style *s, float x, float y)
{
    float big = fbm(s, x, y, 4, 4, 0), fine = sy_noise2(x * 64.0f, y * 100.0f, s->seed + 1, 0);
    float wrapped = sy_noise2(x * 64.0f, y * 64.0f, s->seed + 2, 64);
    float t = 0.5f * big + 0.25f * fine + 0.25f * wrapped;
    vec3 c = v3_lerp(v3(0.16f, 0.24f, 0.08f), v3(0.52f, 0.60f, 0.26f), t * t * 1.6f);
    return v3_lerp(c, v3(0.62f, 0.55f, 0.33f), s->a * 0.6f * big);
}

static vec3 pattern_soil(const style *s, float x, float y)
{
    float n = fbm(s, x, y, 6, 6, 0);
    sy_cell c = sy_cell_noise(x * 24.0f, y * 24.0f, s->seed, 24);
    float stone = smoothf(0.45f, 0.2f, c.nearest) * (c.id > 0.6f ? 1.0f : 0.2f);
    vec3 base = v3_lerp(v3(0.32f, 0.25f, 0.18f), v3(0.62f, 0.54f, 0.42f), n);
    return v3_lerp(base, grey(0.45f + 0.4f * c.id), 0.6f * stone);
}

static vec3 pattern_carpet(const style *s, float x, float y)
{
    float grain = sy_noise2(x * 128.0f, y * 128.0f, s->seed, 128);
    int n = 2 + s->repeat;
    float fx = x * (float) n, fy = y * (float) n;
    float dx = fx - floorf(fx) - 0.5f, dy = fy - floorf(fy) - 0.5f;
    float d = fabsf(dx) + fabsf(dy), ring = sinf(d * (12.0f + 20.0f * s->b));
    float t = s->a > 0.5f ? smoothf(-0.1f, 0.1f, ring) : fbm(s, x, y, 6, 3, 4);
    return v3_scale(v3_lerp(s->base, s->other, t), 0.65f + 0.45f * grain);
}

static vec3 pattern_weave(const style *s, float x, float y)
{
    float n = 32.0f + 16.0f * (float) s->repeat;
    float w = 0.5f + 0.25f * sinf(x * n * 2.0f * SY_PI) *
                         (s->a > 0.5f ? sinf(y * n * 2.0f * SY_PI) : 1.0f);
    float grain = sy_noise2(x * 128.0f, y * 128.0f, s->seed, 128), soft = fbm(s, x, y, 4, 4, 6);
    return grey(0.55f + 0.2f * w + 0.12f * grain + 0.15f * soft);
}

static vec3 pattern_stripes(const style *s, float x, float y)
{
    float n = (float) (4 + 3 * s->repeat);
    float f = x * n - floorf(x * n);
    vec3 c = f < 0.3f + 0.4f * s->a ? s->base : s->other;
    if (s->b > 0.6f && f > 0.8f && f < 0.88f) {
        c = grey(0.9f);
    }
    return v3_scale(c, 0.85f + 0.15f * sy_noise2(x * 128.0f, y * 128.0f, s->seed, 128));
}

static vec3 pattern_plaid(const style *s, float x, float y)
{
    float n = (float) (3 + s->repeat);
    float fx = x * n - floorf(x * n), fy = y * n - floorf(y * n);
    float a = (fx < 0.4f ? 0.5f : 0.0f) + (fy < 0.4f ? 0.5f : 0.0f);
    vec3 c = v3_lerp(s->base, s->other, a);
    if (fabsf(fx - 0.7f) < 0.03f || fabsf(fy - 0.7f) < 0.03f) {
        c = v3_lerp(c, grey(0.9f), 0.6f);
    }
    return v3_scale(c, 0.85f + 0.2f * sy_noise2(x * 128.0f, y * 128.0f, s->seed, 128));
}

static vec3 pattern_checker(const style *s, float x, float y)
{
    int n = 2 * (1 + s->repeat);
    int k = (int) (x * (float) n) + (int) (y * (float) n);
    return v3_scale(k & 1 ? s->base : s->other, 0.9f + 0.1f * fbm(s, x, y, 16, 3, 1));
}

static vec3 pattern_dots(const style *s, float x, float y)
{
    float n = (float) (4 + 2 * s->repeat);
    float fx = x * n, fy = y * n;
    fx += ((int) floorf(fy) & 1) ? 0.5f : 0.0f;
    float dx = fx - floorf(fx) - 0.5f, dy = fy - floorf(fy) - 0.5f;
    float d = hypotf(dx, dy);
    return v3_lerp(s->other, s->base, smoothf(0.2f + 0.2f * s->a, 0.24f + 0.2f * s->a, d));
}

static vec3 pattern_wallpaper(const style *s, float x, float y)
{
    float n = (float) (2 + s->repeat);
    float fx = x * n - floorf(x * n) - 0.5f, fy = y * n - floorf(y * n) - 0.5f;
    float angle = atan2f(fy, fx), radius = hypotf(fx, fy);
    float petals = 0.3f + 0.12f * cosf(angle * (3.0f + floorf(4.0f * s->a)));
    float t = smoothf(petals + 0.02f, petals - 0.02f, radius) * (0.4f + 0.5f * s->b);
    vec3 pale = v3_lerp(s->base, grey(0.92f), 0.65f);
    return v3_scale(v3_lerp(pale, s->other, t), 0.94f + 0.08f * fbm(s, x, y, 16, 3, 2));
}

static vec3 pattern_marble(const style *s, float x, float y)
{
    float n = fbm(s, x, y, 3, 6, 0);
    float vein = fabsf(sinf((x + 1.6f * n) * 2.0f * SY_PI * (float) (1 + s->repeat / 3)));
    float t = powf(1.0f - vein, 3.0f) * n * 1.6f;
    return v3_lerp(v3_lerp(grey(0.85f), s->base, 0.3f), v3_scale(s->other, 0.5f), 0.35f * t);
}

static vec3 pattern_bark(const style *s, float x, float y)
{
    float n = sy_noise2(x * 24.0f + 2.0f * fbm(s, x, y, 4, 3, 0), y * 6.0f, s->seed, 0);
    float ridge = 1.0f - fabsf(2.0f * n - 1.0f);
    float m = fbm(s, x, y, 16, 4, 4);
    return v3_scale(v3(0.50f, 0.42f, 0.34f), 0.35f + 0.55f * (1.0f - ridge) + 0.3f * m);
}

static vec3 pattern_hair(const style *s, float x, float y)
{
    float wave = 0.06f * sinf(y * 2.0f * SY_PI + s->a * 6.0f) * s->b;
    float n = sy_noise2((x + wave) * 96.0f, y * 3.0f, s->seed, 0);
    float m = sy_noise2((x + wave) * 30.0f, y * 2.0f, s->seed + 1, 0);
    return grey(0.45f + 0.35f * n + 0.25f * m);
}

static vec3 pattern_cloudy(const style *s, float x, float y)
{
    float n = fbm(s, x, y, 2, 4, 0), m = fbm(s, x, y, 3, 5, 40);
    vec3 c = v3_lerp(s->base, s->other, smoothf(0.3f, 0.7f, n));
    return v3_scale(c, 0.7f + 0.5f * m);
}

typedef vec3 (*pattern_fn)(const style *s, float x, float y);

static pattern_fn pattern_function(sy_pattern pattern)
{
    static const pattern_fn table[SY_PATTERN_COUNT] = {
        [SY_PATTERN_NOISE] = pattern_noise,       [SY_PATTERN_PLASTER] = pattern_plaster,
        [SY_PATTERN_CONCRETE] = pattern_concrete, [SY_PATTERN_WOOD] = pattern_wood,
        [SY_PATTERN_PLANKS] = pattern_planks,     [SY_PATTERN_BRICK] = pattern_brick,
        [SY_PATTERN_TILES] = pattern_tiles,       [SY_PATTERN_PAVING] = pattern_paving,
        [SY_PATTERN_ASPHALT] = pattern_asphalt,   [SY_PATTERN_GRASS] = pattern_grass,
        [SY_PATTERN_SOIL] = pattern_soil,         [SY_PATTERN_CARPET] = pattern_carpet,
        [SY_PATTERN_WEAVE] = pattern_weave,       [SY_PATTERN_STRIPES] = pattern_stripes,
        [SY_PATTERN_PLAID] = pattern_plaid,       [SY_PATTERN_CHECKER] = pattern_checker,
        [SY_PATTERN_DOTS] = pattern_dots,         [SY_PATTERN_WALLPAPER] = pattern_wallpaper,
        [SY_PATTERN_MARBLE] = pattern_marble,     [SY_PATTERN_BARK] = pattern_bark,
        [SY_PATTERN_HAIR] = pattern_hair,         [SY_PATTERN_CLOUDY] = pattern_cloudy,
    };
    return table[pattern] ? table[pattern] : pattern_noise;
}

static void choose_colours(style *s, sy_pattern pattern, sy_rng *rng)
{
    float strong = sy_rng_float(rng, 0.0f, 1.0f), saturation = 0.08f + 0.7f * strong * strong;
    vec3 a = sy_rng_colour(rng, saturation, sy_rng_float(rng, 0.4f, 1.0f));
    vec3 b = sy_rng_colour(rng, saturation * 1.2f, sy_rng_float(rng, 0.15f, 0.95f));
    s->base = v3(sqrtf(a.x), sqrtf(a.y), sqrtf(a.z));
    s->other = v3(sqrtf(b.x), sqrtf(b.y), sqrtf(b.z));
    if (pattern == SY_PATTERN_WOOD || pattern == SY_PATTERN_PLANKS) {
        float t = sy_rng_float(rng, 0.0f, 1.0f);
        s->base = v3_lerp(v3(0.32f, 0.20f, 0.12f), v3(0.80f, 0.64f, 0.44f), t);
        s->other = v3_scale(s->base, sy_rng_float(rng, 0.55f, 0.8f));
    } else if (pattern == SY_PATTERN_BRICK) {
        float t = sy_rng_float(rng, 0.0f, 1.0f);
        s->base = v3_lerp(v3(0.52f, 0.25f, 0.18f), v3(0.72f, 0.60f, 0.46f), t);
        s->other = v3_scale(s->base, 0.7f);
    }
}

void sy_pattern_make(sy_texture *texture, sy_pattern pattern, sy_rng *rng)
{
    style s = { .seed = sy_rng_next(rng), .repeat = sy_rng_int(rng, 5) };
    s.a = sy_rng_float(rng, 0.0f, 1.0f);
    s.b = sy_rng_float(rng, 0.0f, 1.0f);
    s.c = sy_rng_float(rng, 0.0f, 1.0f);
    choose_colours(&s, pattern, rng);
    pattern_fn fn = pattern_function(pattern);
    float inv = 1.0f / (float) texture->size;
    for (int y = 0; y < texture->size; y++) {
        for (int x = 0; x < texture->size; x++) {
            vec3 c = fn(&s, ((float) x + 0.5f) * inv, ((float) y + 0.5f) * inv);
            sy_texture_set(texture, x, y, c, 1.0f);
        }
    }
}
