/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Painted patterns: lines of text, book spines, package labels, and leaf and blade cut-outs. */

#include "world/library.h"

static void fill_rect(sy_texture *t, int x0, int y0, int x1, int y1, vec3 c)
{
    for (int y = y0 < 0 ? 0 : y0; y < y1 && y < t->size; y++) {
        for (int x = x0 < 0 ? 0 : x0; x < x1 && x < t->size; x++) {
            sy_texture_set(t, x, y, c, 1.0f);
        }
    }
}

static vec3 ink(sy_rng *rng, float saturation, float brightness)
{
    vec3 c = sy_rng_colour(rng, saturation, brightness);
    return v3(sqrtf(c.x), sqrtf(c.y), sqrtf(c.z));
}

/* A line of letter-like strokes. */
static void text_line(sy_texture *t, int x0, int y0, int x1, int height, vec3 colour, sy_rng *rng)
{
    int stroke = height / 6 > 0 ? height / 6 : 1;
    for (int x = x0; x + height / 2 < x1; x += height * 3 / 4 + 1) {
        if (sy_rng_chance(rng, 0.16f)) {
            continue;
        }
        uint32_t bits = sy_rng_next(rng);
        int w = height / 2, h = bits & 64u ? height : height * 3 / 4, top = y0 + height - h;
        if (bits & 1u) {
            fill_rect(t, x, top, x + stroke, top + h, colour);
        }
        if (bits & 2u) {
            fill_rect(t, x + w - stroke, top, x + w, top + h, colour);
        }
        if (bits & 4u) {
            fill_rect(t, x, top, x + w, top + stroke, colour);
        }
        if (bits & 8u) {
            fill_rect(t, x, top + h / 2, x + w, top + h / 2 + stroke, colour);
        }
        if (bits & 16u) {
            fill_rect(t, x, top + h - stroke, x + w, top + h, colour);
        }
    }
}

static void make_text(sy_texture *t, sy_rng *rng)
{
    bool dark = sy_rng_chance(rng, 0.25f);
    vec3 paper = dark ? ink(rng, 0.3f, 0.2f) : ink(rng, 0.12f, 0.95f);
    vec3 colour = dark ? ink(rng, 0.3f, 0.9f) : ink(rng, 0.6f, 0.2f);
    fill_rect(t, 0, 0, t->size, t->size, paper);
    int margin = 10 + sy_rng_int(rng, 16), y = margin;
    int title = 18 + sy_rng_int(rng, 26);
    text_line(t, margin, y, t->size - margin, title, colour, rng);
    y += title + 10;
    int body = 5 + sy_rng_int(rng, 8);
    while (y + body < t->size - margin) {
        if (sy_rng_chance(rng, 0.06f)) {
            int h = 20 + sy_rng_int(rng, 40);
            fill_rect(t, margin, y, t->size / 2, y + h, ink(rng, 0.6f, 0.7f));
            y += h + 6;
        }
        int end = sy_rng_chance(rng, 0.2f) ? t->size / 2 : t->size - margin;
        text_line(t, margin, y, end, body, colour, rng);
        y += body * 2;
    }
}

static void make_spines(sy_texture *t, sy_rng *rng)
{
    for (int x = 0; x < t->size;) {
        int w = 10 + sy_rng_int(rng, 22);
        vec3 c = ink(rng, sy_rng_float(rng, 0.1f, 0.8f), sy_rng_float(rng, 0.2f, 0.95f));
        vec3 mark = sy_rng_chance(rng, 0.5f) ? v3(0.9f, 0.85f, 0.7f) : v3(0.1f, 0.1f, 0.1f);
        int top = sy_rng_chance(rng, 0.5f) ? sy_rng_int(rng, t->size / 4) : 4;
        fill_rect(t, x, 0, x + w, top, v3(0.06f, 0.05f, 0.05f));
        fill_rect(t, x, top, x + w, t->size, c);
        fill_rect(t, x, top, x + 1, t->size, v3_scale(c, 0.4f));
        int y0 = top + 20 + sy_rng_int(rng, 40), y1 = y0 + 50 + sy_rng_int(rng, 80);
        for (int y = y0; y < y1; y += 6) {
            if (sy_rng_chance(rng, 0.8f)) {
                fill_rect(t, x + w / 3, y, x + w - w / 3, y + 4, mark);
            }
        }
        x += w;
    }
}

static void make_label(sy_texture *t, sy_rng *rng)
{
    int n = t->size;
    vec3 a = ink(rng, sy_rng_float(rng, 0.2f, 0.95f), sy_rng_float(rng, 0.3f, 1.0f));
    vec3 b = ink(rng, sy_rng_float(rng, 0.1f, 0.9f), sy_rng_float(rng, 0.3f, 1.0f));
    fill_rect(t, 0, 0, n, n, a);
    for (int i = 0; i < 3 + sy_rng_int(rng, 5); i++) {
        int x = sy_rng_int(rng, n), y = sy_rng_int(rng, n);
        int w = 20 + sy_rng_int(rng, n), h = 8 + sy_rng_int(rng, n / 3);
        fill_rect(t, x - w / 2, y, x + w / 2, y + h, i & 1 ? b : ink(rng, 0.5f, 0.8f));
    }
    int cx = sy_rng_int(rng, n), cy = sy_rng_int(rng, n), radius = n / 8 + sy_rng_int(rng, n / 5);
    vec3 disc = ink(rng, 0.7f, 0.9f);
    for (int y = -radius; y <= radius; y++) {
        int w = (int) sqrtf((float) (radius * radius - y * y));
        fill_rect(t, cx - w, cy + y, cx + w, cy + y + 1, disc);
    }
    for (int i = 0; i < 4; i++) {
        int y = sy_rng_int(rng, n - 40), h = 8 + sy_rng_int(rng, 30);
        text_line(t, 10, y, n - 10, h,
                  sy_rng_chance(rng, 0.5f) ? v3(0.95f, 0.95f, 0.9f) : v3(0.1f, 0.1f, 0.12f), rng);
    }
}

void sy_pattern_make_printed(sy_texture *texture, sy_pattern pattern, sy_rng *rng)
{
    if (pattern == SY_PATTERN_TEXT) {
        make_text(texture, rng);
    } else if (pattern == SY_PATTERN_SPINES) {
        make_spines(texture, rng);
    } else {
        make_label(texture, rng);
    }
}

static void paint_leaf(sy_texture *t, float cx, float cy, float angle, float length, float width,
                       vec3 c)
{
    float ca = cosf(angle), sa = sinf(angle), reach = length + 2.0f;
    for (int y = (int) (cy - reach); y <= (int) (cy + reach); y++) {
        for (int x = (int) (cx - reach); x <= (int) (cx + reach); x++) {
            if (x < 0 || y < 0 || x >= t->size || y >= t->size) {
                continue;
            }
            float dx = (float) x - cx, dy = (float) y - cy;
            float along = (dx * ca + dy * sa) / length, across = (dy * ca - dx * sa) / width;
            float half = 1.0f - along * along;
            if (half > 0.0f && fabsf(across) < half) {
                float vein = fabsf(across) < 0.08f ? 1.15f : 1.0f;
                sy_texture_set(t, x, y, v3_scale(c, vein * (0.85f + 0.2f * across)), 1.0f);
            }
        }
    }
}

/* Leaves are pale green-grey; the tint makes the kind of tree. */
static void make_leaves(sy_texture *t, sy_rng *rng)
{
    int count = 40 + sy_rng_int(rng, 90);
    float n = (float) t->size, size = sy_rng_float(rng, 0.035f, 0.10f) * n;
    float slim = sy_rng_float(rng, 0.25f, 0.6f);
    for (int i = 0; i < count; i++) {
        float angle = sy_rng_float(rng, 0.0f, 2.0f * SY_PI);
        float radius = sqrtf(sy_rng_float(rng, 0.0f, 1.0f)) * 0.40f * n;
        float bright = sy_rng_float(rng, 0.5f, 1.0f), length = size * sy_rng_float(rng, 0.7f, 1.2f);
        vec3 c = v3(bright * sy_rng_float(rng, 0.85f, 1.0f), bright, bright * 0.75f);
        paint_leaf(t, n * 0.5f + radius * cosf(angle), n * 0.5f + radius * sinf(angle),
                   sy_rng_float(rng, 0.0f, 2.0f * SY_PI), length, length * slim, c);
    }
}

static void make_blades(sy_texture *t, sy_rng *rng)
{
    float n = (float) t->size;
    int count = 20 + sy_rng_int(rng, 40);
    for (int i = 0; i < count; i++) {
        float x = sy_rng_float(rng, 0.1f, 0.9f) * n, lean = sy_rng_float(rng, -0.3f, 0.3f);
        float height = sy_rng_float(rng, 0.3f, 0.95f) * n, wide = sy_rng_float(rng, 2.0f, 5.0f);
        float bright = sy_rng_float(rng, 0.5f, 1.0f);
        for (int y = 0; y < (int) height; y++) {
            float k = (float) y / height, w = wide * (1.0f - k);
            int x0 = (int) (x + lean * height * k * k - w), x1 = x0 + (int) (2.0f * w) + 1;
            fill_rect(t, x0, y, x1, y + 1,
                      v3(bright * 0.8f, bright * (0.6f + 0.4f * k), bright * 0.45f));
        }
    }
}

void sy_pattern_make_cutout(sy_texture *texture, sy_pattern pattern, sy_rng *rng)
{
    for (int i = 0; i < texture->size * texture->size; i++) {
        sy_texture_set(texture, i % texture->size, i / texture->size, v3(0.5f, 0.55f, 0.35f), 0.0f);
    }
    if (pattern == SY_PATTERN_LEAVES) {
        make_leaves(texture, rng);
    } else {
        make_blades(texture, rng);
    }
}
