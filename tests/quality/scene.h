/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_SCENE_H
#define ZD_TEST_SCENE_H

/* Small drawn scenes with known depth, alpha and colours, at any size, and what a depth network
 * would make of them: a map of 384 columns with soft, displaced edges and noise. */

#include "image/colour.h"
#include "image/depth_map.h"
#include "zd_test.h"

typedef enum scene_kind {
    SCENE_BLOCKS, /* opaque discs and boxes at one depth */
    SCENE_HAIR,   /* a head with long strands */
    SCENE_FUR,    /* a body with short dense strands */
    SCENE_ALIKE,  /* the blocks, coloured like what is behind them */
    SCENE_COUNT
} scene_kind;

static const char *const scene_names[SCENE_COUNT] = { "blocks", "hair", "fur", "alike" };

static inline bool scene_has_blocks(scene_kind kind)
{
    return kind == SCENE_BLOCKS || kind == SCENE_ALIKE;
}

typedef struct scene {
    zd_context *ctx;
    int width;
    int height;
    zd_image *alpha;      /* gray: cover of the foreground */
    zd_image *foreground; /* RGB, linear light */
    zd_image *background; /* RGB, linear light */
    zd_image *picture;    /* RGBA, linear light */
    zd_image *display;    /* RGBA, sRGB */
    zd_depth_map map;     /* nearness as a network gives it */
} scene;

#define SCENE_FAR  2.0f
#define SCENE_NEAR 7.0f

static inline zd_image *scene_image(zd_context *ctx, int width, int height, int channels)
{
    zd_image *image = NULL;
    zd_format format = { ZD_SAMPLE_F32, channels };
    if (zd_image_create(ctx, width, height, format, &image, NULL) != ZD_OK) {
        printf("no memory for a scene\n");
        exit(1);
    }
    zd_view_clear(zd_image_view(image));
    return image;
}

static inline float *scene_row(zd_image *image, int y)
{
    return zd_view_row_f32(zd_image_view(image), y);
}

static inline float scene_hash(int x, int y, int seed)
{
    unsigned long long state = ((unsigned long long) (unsigned) x * 73856093u) ^
                               ((unsigned long long) (unsigned) y * 19349663u) ^
                               ((unsigned long long) (unsigned) seed * 83492791u);
    return zd_test_uniform(&state);
}

/* Smooth value noise of period 1. */
static inline float scene_noise(float x, float y, int seed)
{
    int ix = (int) floorf(x);
    int iy = (int) floorf(y);
    float fx = x - (float) ix;
    float fy = y - (float) iy;
    fx = fx * fx * (3.0f - 2.0f * fx);
    fy = fy * fy * (3.0f - 2.0f * fy);
    float a = scene_hash(ix, iy, seed);
    float b = scene_hash(ix + 1, iy, seed);
    float c = scene_hash(ix, iy + 1, seed);
    float d = scene_hash(ix + 1, iy + 1, seed);
    return (a + (b - a) * fx) + ((c + (d - c) * fx) - (a + (b - a) * fx)) * fy;
}

static inline void scene_raise(zd_image *alpha, int x, int y, float value)
{
    zd_view view = zd_image_view(alpha);
    if (x >= 0 && y >= 0 && x < view.width && y < view.height && value > 0.0f) {
        float *a = &zd_view_row_f32(view, y)[x];
        *a = 1.0f - (1.0f - *a) * (1.0f - fminf(value, 1.0f));
    }
}

/* A filled ellipse with a one-pixel edge. Units: the frame's height. */
static inline void scene_ellipse(scene *s, float cx, float cy, float rx, float ry)
{
    float h = (float) s->height;
    for (int y = 0; y < s->height; y++) {
        float *row = scene_row(s->alpha, y);
        for (int x = 0; x < s->width; x++) {
            float dx = ((float) x + 0.5f) / h - cx;
            float dy = ((float) y + 0.5f) / h - cy;
            float q = sqrtf(dx * dx / (rx * rx) + dy * dy / (ry * ry));
            float inside = (1.0f - q) * fminf(rx, ry) * h + 0.5f;
            row[x] = fmaxf(row[x], fminf(fmaxf(inside, 0.0f), 1.0f));
        }
    }
}

static inline void scene_box(scene *s, float x0, float y0, float x1, float y1)
{
    float h = (float) s->height;
    for (int y = 0; y < s->height; y++) {
        float cover_y = fminf(y1 * h, (float) y + 1.0f) - fmaxf(y0 * h, (float) y);
        float *row = scene_row(s->alpha, y);
        for (int x = 0; x < s->width; x++) {
            float cover_x = fminf(x1 * h, (float) x + 1.0f) - fmaxf(x0 * h, (float) x);
            row[x] = fmaxf(row[x], fmaxf(cover_x, 0.0f) * fmaxf(cover_y, 0.0f));
        }
    }
}

/* A strand from a point outwards, bent, thinner towards its end. Units: the frame's height. Each
 * pixel takes the cover of the nearest piece, so that a strand does not darken itself. */
static inline void scene_strand(scene *s, zd_image *scratch, float x, float y, float angle,
                                float length, float bend, float thickness)
{
    float h = (float) s->height;
    int pieces = (int) (length * h * 2.0f) + 2;
    zd_view touched = zd_image_view(scratch);
    float ox = x;
    float oy = y;
    for (int pass = 0; pass < 2; pass++) { /* draw into scratch, then move over */
        x = ox;
        y = oy;
        for (int i = 0; i < pieces; i++) {
            float t = (float) i / (float) pieces;
            float half = 0.5f * thickness * (1.0f - 0.8f * t) * h;
            float px = x * h;
            float py = y * h;
            int reach = (int) half + 2;
            for (int yy = (int) py - reach; yy <= (int) py + reach; yy++) {
                for (int xx = (int) px - reach; xx <= (int) px + reach; xx++) {
                    if (xx < 0 || yy < 0 || xx >= s->width || yy >= s->height) {
                        continue;
                    }
                    float *cell = &zd_view_row_f32(touched, yy)[xx];
                    float dx = (float) xx + 0.5f - px;
                    float dy = (float) yy + 0.5f - py;
                    float distance = sqrtf(dx * dx + dy * dy);
                    float cover = fminf(fmaxf(half - distance + 0.5f, 0.0f), 1.0f);
                    if (half < 0.5f) {
                        cover = 2.0f * half * fmaxf(1.0f - distance, 0.0f);
                    }
                    if (pass == 0) {
                        *cell = fmaxf(*cell, cover);
                    } else {
                        scene_raise(s->alpha, xx, yy, *cell);
                        *cell = 0.0f;
                    }
                }
            }
            float direction = angle + bend * t;
            x += cosf(direction) * length / (float) pieces;
            y += sinf(direction) * length / (float) pieces;
        }
    }
}

static inline void scene_draw_alpha(scene *s, scene_kind kind)
{
    float aspect = (float) s->width / (float) s->height;
    float cx = 0.5f * aspect;
    unsigned long long random = 7;
    if (scene_has_blocks(kind)) {
        scene_ellipse(s, cx - 0.35f, 0.4f, 0.2f, 0.25f);
        scene_box(s, cx + 0.1f, 0.3f, cx + 0.45f, 0.85f);
        scene_ellipse(s, cx + 0.3f, 0.25f, 0.14f, 0.14f);
        return;
    }
    zd_image *scratch = scene_image(s->ctx, s->width, s->height, 1);
    float ry = kind == SCENE_HAIR ? 0.24f : 0.28f;
    float rx = kind == SCENE_HAIR ? 0.18f : 0.36f;
    int strands = kind == SCENE_HAIR ? 260 : 1400;
    scene_ellipse(s, cx, 0.45f, rx, ry);
    if (kind == SCENE_HAIR) {
        scene_ellipse(s, cx, 0.95f, 0.42f, 0.22f);
    }
    for (int i = 0; i < strands; i++) {
        float angle = 6.2831853f * zd_test_uniform(&random);
        float length = kind == SCENE_HAIR ? 0.03f + 0.09f * zd_test_uniform(&random)
                                          : 0.015f + 0.03f * zd_test_uniform(&random);
        float bend = (zd_test_uniform(&random) - 0.5f) * 1.6f;
        float thickness = kind == SCENE_HAIR ? 0.0012f + 0.002f * zd_test_uniform(&random) : 0.003f;
        scene_strand(s, scratch, cx + 0.97f * rx * cosf(angle), 0.45f + 0.97f * ry * sinf(angle),
                     angle, length, bend, thickness);
    }
    zd_image_unref(&scratch);
}

/* The background's colours; the seed tells where its fine texture is light and dark. */
static inline void scene_clutter(float u, float v, int seed, float colour[3])
{
    float soft = scene_noise(u * 2.0f, v * 2.0f, 3);
    float fine = scene_noise(u * 25.0f, v * 25.0f, seed);
    colour[0] = 0.15f + 0.3f * soft + 0.12f * fine;
    colour[1] = 0.35f + 0.2f * fine;
    colour[2] = 0.3f + 0.3f * (1.0f - soft) + 0.1f * fine;
}

/* Colours of both layers: several materials each, with texture, in linear light. */
static inline void scene_draw_colours(scene *s, scene_kind kind)
{
    static const float materials[SCENE_ALIKE][2][3] = {
        { { 0.5f, 0.12f, 0.06f }, { 0.08f, 0.2f, 0.5f } },
        { { 0.06f, 0.03f, 0.015f }, { 0.5f, 0.3f, 0.22f } },
        { { 0.35f, 0.22f, 0.1f }, { 0.5f, 0.42f, 0.3f } },
    };
    float h = (float) s->height;
    for (int y = 0; y < s->height; y++) {
        float *f = scene_row(s->foreground, y);
        float *b = scene_row(s->background, y);
        float v = ((float) y + 0.5f) / h;
        for (int x = 0; x < s->width; x++, f += 3, b += 3) {
            float u = ((float) x + 0.5f) / h;
            float grain = 0.75f + 0.5f * scene_noise(u * 60.0f, v * 60.0f, 1);
            float mix = scene_noise(u * 3.0f, v * 3.0f, 2);
            if (kind == SCENE_HAIR) { /* face inside, hair outside */
                float dx = (u - 0.5f * (float) s->width / h) / 0.11f;
                float dy = (v - 0.48f) / 0.15f;
                mix = fminf(fmaxf((1.0f - sqrtf(dx * dx + dy * dy)) * 8.0f, 0.0f), 1.0f);
            }
            scene_clutter(u, v, 4, b);
            if (kind == SCENE_ALIKE) {
                scene_clutter(u, v, 24, f);
                continue;
            }
            for (int c = 0; c < 3; c++) {
                const float *m0 = materials[kind][0];
                const float *m1 = materials[kind][1];
                f[c] = (m0[c] + (m1[c] - m0[c]) * mix) * grain;
            }
        }
    }
}

static inline void scene_mix(scene *s)
{
    for (int y = 0; y < s->height; y++) {
        const float *a = scene_row(s->alpha, y);
        const float *f = scene_row(s->foreground, y);
        const float *b = scene_row(s->background, y);
        float *p = scene_row(s->picture, y);
        for (int x = 0; x < s->width; x++, f += 3, b += 3, p += 4) {
            for (int c = 0; c < 3; c++) {
                p[c] = a[x] * f[c] + (1.0f - a[x]) * b[c];
            }
            p[3] = 1.0f;
        }
    }
    zd_view_copy(zd_image_view(s->picture), zd_image_view(s->display));
    zd_transfer_encode_view(ZD_TRANSFER_SRGB, zd_image_view(s->display));
}

/* Mean of a gray image over a rectangle given in fractions. */
static inline float scene_area_mean(zd_image *image, float x0, float y0, float x1, float y1)
{
    zd_view view = zd_image_view(image);
    int left = (int) fmaxf(x0 * (float) view.width, 0.0f);
    int top = (int) fmaxf(y0 * (float) view.height, 0.0f);
    int right = (int) fminf(x1 * (float) view.width + 1.0f, (float) view.width);
    int bottom = (int) fminf(y1 * (float) view.height + 1.0f, (float) view.height);
    double sum = 0.0;
    int count = 0;
    for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++, count++) {
            sum += (double) zd_view_row_f32(view, y)[x];
        }
    }
    return count > 0 ? (float) (sum / count) : 0.0f;
}

static inline void scene_blur(zd_image *image, float sigma)
{
    zd_view v = zd_image_view(image);
    int reach = (int) (3.0f * sigma) + 1;
    float *line = malloc(sizeof(float) * (size_t) (v.width > v.height ? v.width : v.height));
    for (int pass = 0; pass < 2; pass++) {
        int lines = pass == 0 ? v.height : v.width;
        int length = pass == 0 ? v.width : v.height;
        for (int l = 0; l < lines; l++) {
            for (int i = 0; i < length; i++) {
                float sum = 0.0f;
                float weights = 0.0f;
                for (int k = -reach; k <= reach; k++) {
                    int j = i + k < 0 ? 0 : i + k >= length ? length - 1 : i + k;
                    float w = expf(-0.5f * (float) (k * k) / (sigma * sigma));
                    sum += w * (pass == 0 ? zd_view_row_f32(v, l)[j] : zd_view_row_f32(v, j)[l]);
                    weights += w;
                }
                line[i] = sum / weights;
            }
            for (int i = 0; i < length; i++) {
                *(pass == 0 ? &zd_view_row_f32(v, l)[i] : &zd_view_row_f32(v, i)[l]) = line[i];
            }
        }
    }
    free(line);
}

/* What a network makes of the scene: `map_width` columns, edges displaced by up to a pixel and a
 * half and five pixels soft, noise, and a background that slopes. */
static inline void scene_draw_map(scene *s, int map_width, float noise, int seed)
{
    int map_height = (map_width * s->height + s->width / 2) / s->width;
    zd_image *map = scene_image(s->ctx, map_width, map_height, 1);
    unsigned long long random = (unsigned long long) seed;
    for (int y = 0; y < map_height; y++) {
        for (int x = 0; x < map_width; x++) {
            float wx = 3.0f * (scene_noise((float) x / 12.0f, (float) y / 12.0f, 11) - 0.5f);
            float wy = 3.0f * (scene_noise((float) x / 12.0f, (float) y / 12.0f, 12) - 0.5f);
            float px = ((float) x + wx) / (float) map_width;
            float py = ((float) y + wy) / (float) map_height;
            float a = scene_area_mean(s->alpha, px, py, px + 1.0f / (float) map_width,
                                      py + 1.0f / (float) map_height);
            float far = SCENE_FAR + 0.8f * (float) y / (float) map_height;
            scene_row(map, y)[x] = far + (SCENE_NEAR - far) * a;
        }
    }
    scene_blur(map, 1.9f);
    for (int y = 0; y < map_height; y++) {
        for (int x = 0; x < map_width; x++) {
            scene_row(map, y)[x] += noise * 5.0f * (zd_test_uniform(&random) - 0.5f) * 3.46f;
        }
    }
    s->map = (zd_depth_map){ .values = map, .kind = ZD_DEPTH_NEARNESS };
}

static inline scene scene_create(zd_context *ctx, scene_kind kind, int width, int height)
{
    scene s = { .ctx = ctx, .width = width, .height = height };
    s.alpha = scene_image(ctx, width, height, 1);
    s.foreground = scene_image(ctx, width, height, 3);
    s.background = scene_image(ctx, width, height, 3);
    s.picture = scene_image(ctx, width, height, 4);
    s.display = scene_image(ctx, width, height, 4);
    scene_draw_alpha(&s, kind);
    scene_draw_colours(&s, kind);
    scene_mix(&s);
    scene_draw_map(&s, 384, 0.006f, 5);
    return s;
}

static inline void scene_destroy(scene *s)
{
    zd_image_unref(&s->alpha);
    zd_image_unref(&s->foreground);
    zd_image_unref(&s->background);
    zd_image_unref(&s->picture);
    zd_image_unref(&s->display);
    zd_image_unref(&s->map.values);
}

static inline zd_depth_range scene_range(void)
{
    return (zd_depth_range){ SCENE_FAR, SCENE_NEAR };
}

/* Writes a picture into $ZD_DUMP as PPM or PGM, for people to look at. */
static inline void scene_dump(zd_image *image, const char *name)
{
    const char *folder = getenv("ZD_DUMP");
    char path[512];
    zd_view v = zd_image_view(image);
    if (folder == NULL) {
        return;
    }
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, v.format.channels == 1 ? "pgm" : "ppm");
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return;
    }
    fprintf(file, "P%d %d %d 255\n", v.format.channels == 1 ? 5 : 6, v.width, v.height);
    for (int y = 0; y < v.height; y++) {
        for (int x = 0; x < v.width; x++) {
            const float *p = zd_view_row_f32(v, y) + (ptrdiff_t) x * v.format.channels;
            for (int c = 0; c < (v.format.channels == 1 ? 1 : 3); c++) {
                fputc((int) (255.0f * fminf(fmaxf(p[c], 0.0f), 1.0f) + 0.5f), file);
            }
        }
    }
    fclose(file);
}

#endif
