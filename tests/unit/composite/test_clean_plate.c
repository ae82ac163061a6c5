/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The clean plate of a layer: its own bits, nothing of the other, the same for any threads. */

#include "composite/clean_plate.h"

#include <stdatomic.h>

#include "composite/clean_plate_internal.h"
#include "core/size.h"
#include "zd_test.h"

enum { WIDTH = 203, HEIGHT = 117 };

static zd_error err;

typedef struct stage {
    zd_context *ctx;
    zd_clean_plate *plate;
    zd_image *light;
    zd_image *nearness;
    zd_image *matte; /* 1 on the background */
} stage;

static float *light_at(const stage *s, int x, int y)
{
    return zd_view_row_f32(zd_image_view(s->light), y) + 4 * x;
}

static float *gray_at(const zd_image *image, int x, int y)
{
    return zd_view_row_f32(zd_image_view(image), y) + x;
}

/* A red disc, near, before a far ramp of green and blue; its edge is mixed over two pixels. */
static stage open_stage(int threads)
{
    stage s = { .ctx = zd_test_context(threads) };
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &s.light, &err));
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_GRAY_F32, &s.nearness, &err));
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_GRAY_F32, &s.matte, &err));
    REQUIRE_OK(zd_clean_plate_create(s.ctx, WIDTH, HEIGHT, &s.plate, &err));
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float r = sqrtf((float) ((x - 120) * (x - 120) + (y - 50) * (y - 50)));
            float m = fminf(1.0f, fmaxf(0.0f, (r - 29.0f) / 2.0f));
            float *p = light_at(&s, x, y);
            p[0] = 1.0f - m;
            p[1] = m * (0.2f + 0.6f * (float) x / WIDTH);
            p[2] = m * (0.8f - 0.6f * (float) y / HEIGHT);
            p[3] = 1.0f;
            *gray_at(s.matte, x, y) = m;
            *gray_at(s.nearness, x, y) = 0.9f - 0.8f * m;
        }
    }
    return s;
}

static void close_stage(stage *s)
{
    zd_clean_plate_destroy(&s->plate);
    zd_image_unref(&s->light);
    zd_image_unref(&s->nearness);
    zd_image_unref(&s->matte);
    zd_context_destroy(&s->ctx);
}

static zd_view make(stage *s, bool is_hidden)
{
    return zd_clean_plate_make(s->plate, zd_image_view(s->light), zd_image_view(s->nearness),
                               zd_image_view(s->matte), is_hidden);
}

static void nothing_of_the_subject_is_in_the_plate(void)
{
    stage s = open_stage(1);
    zd_view plate = make(&s, false);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const float *p = zd_view_row_f32(plate, y) + 4 * x;
            REQUIRE(p[0] <= 1.0f / 255.0f);
            REQUIRE_NEAR(p[3], 1.0f, 1e-5);
            REQUIRE_NEAR(*gray_at(s.nearness, x, y), 0.1f, 4e-3);
            /* The ramps are carried on: no farther off than the disc is wide. */
            REQUIRE_NEAR(p[1], 0.2f + 0.6f * (float) x / WIDTH, 0.6 * 60 / WIDTH);
            REQUIRE_NEAR(p[2], 0.8f - 0.6f * (float) y / HEIGHT, 0.6 * 60 / HEIGHT);
        }
    }
    close_stage(&s);
}

static void the_layer_keeps_its_bits(void)
{
    stage s = open_stage(1);
    zd_view plate = make(&s, false);
    REQUIRE(memcmp(zd_view_row_f32(plate, 50) + 4 * 30, light_at(&s, 30, 50), 4 * sizeof(float)) ==
            0);
    REQUIRE(memcmp(zd_view_row_f32(plate, 116) + 4 * 202, light_at(&s, 202, 116),
                   4 * sizeof(float)) == 0);
    close_stage(&s);
}

static void what_the_matte_leaves_over_is_the_other_layer(void)
{
    stage s = open_stage(1);
    zd_view plate = make(&s, true);
    const float *outside = zd_view_row_f32(plate, 5) + 4 * 5;
    REQUIRE_NEAR(outside[0], 1.0f, 1.0 / 255);
    REQUIRE_NEAR(outside[1], 0.0f, 1.0 / 255);
    close_stage(&s);
}

static void a_wide_feather_keeps_its_own_pixels(void)
{
    stage s = open_stage(1);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            *gray_at(s.matte, x, y) = fminf(1.0f, fmaxf(0.0f, (float) (x - 20) / 150.0f));
        }
    }
    zd_view plate = make(&s, false);
    for (int x = 36; x < WIDTH; x++) { /* from a tenth of the matte on */
        REQUIRE_BYTES(zd_view_row_f32(plate, 50) + 4 * x, light_at(&s, x, 50), 4 * sizeof(float));
    }
    close_stage(&s);
}

static void a_frame_without_the_layer_stays(void)
{
    stage s = open_stage(1);
    for (int y = 0; y < HEIGHT; y++) {
        memset(gray_at(s.matte, 0, y), 0, WIDTH * sizeof(float));
    }
    REQUIRE(make(&s, false).data == zd_image_view(s.light).data);
    REQUIRE_NEAR(*gray_at(s.nearness, 120, 50), 0.9f, 1e-6);
    close_stage(&s);
}

static void what_is_not_finite_does_not_spread(void)
{
    stage s = open_stage(1);
    light_at(&s, 60, 60)[1] = NAN;
    light_at(&s, 61, 60)[2] = INFINITY;
    *gray_at(s.nearness, 40, 40) = NAN;
    zd_view plate = make(&s, false);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const float *p = zd_view_row_f32(plate, y) + 4 * x;
            bool is_one = y == 60 && (x == 60 || x == 61);
            REQUIRE(is_one || (isfinite(p[0]) && isfinite(p[1]) && isfinite(p[2])));
        }
    }
    close_stage(&s);
}

static void any_number_of_threads_gives_the_same_bits(void)
{
    stage one = open_stage(1);
    stage three = open_stage(3);
    zd_view a = make(&one, false);
    zd_view b = make(&three, false);
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE(memcmp(zd_view_row_f32(a, y), zd_view_row_f32(b, y), 16 * WIDTH) == 0);
    }
    close_stage(&one);
    close_stage(&three);
}

static void one_pixel_and_one_row_are_frames_too(void)
{
    static const int sizes[][2] = { { 1, 1 }, { 7, 1 }, { 1, 5 }, { 2, 2 } };
    zd_context *ctx = zd_test_context(1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        zd_clean_plate *plate;
        zd_image *light;
        zd_image *gray;
        REQUIRE_OK(zd_clean_plate_create(ctx, sizes[i][0], sizes[i][1], &plate, &err));
        REQUIRE_OK(zd_image_create(ctx, sizes[i][0], sizes[i][1], ZD_RGBA_F32, &light, &err));
        REQUIRE_OK(zd_image_create(ctx, sizes[i][0], sizes[i][1], ZD_GRAY_F32, &gray, &err));
        for (int y = 0; y < sizes[i][1]; y++) {
            for (int x = 0; x < sizes[i][0]; x++) {
                *gray_at(gray, x, y) = 1.0f;
                for (int c = 0; c < 4; c++) {
                    zd_view_row_f32(zd_image_view(light), y)[4 * x + c] = 0.25f;
                }
            }
        }
        zd_view made = zd_clean_plate_make(plate, zd_image_view(light), zd_image_view(gray),
                                           zd_image_view(gray), false);
        REQUIRE(zd_view_row_f32(made, 0)[0] == 0.25f);
        zd_image_unref(&light);
        zd_image_unref(&gray);
        zd_clean_plate_destroy(&plate);
    }
    zd_context_destroy(&ctx);
}

/* ---- trust ---- */

static float noise(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (float) (*state >> 8) / (float) (1 << 24);
}

/* As it is defined, pixel by pixel. */
static float plain_trust(const zd_plate_layer *layer, int x, int y)
{
    float least = 1.0f;
    float most = 0.0f;
    float mine = 0.0f;
    for (int v = y - layer->reach; v <= y + layer->reach; v++) {
        for (int u = x - layer->reach; u <= x + layer->reach; u++) {
            if (u >= 0 && u < layer->matte.width && v >= 0 && v < layer->matte.height) {
                float m = zd_view_row_f32(layer->matte, v)[u];
                float share = layer->is_hidden ? 1.0f - m : m;
                least = fminf(least, share);
                most = fmaxf(most, share);
                mine = u == x && v == y ? share : mine;
            }
        }
    }
    float edge = fminf(fmaxf((most - least - 0.15f) / 0.15f, 0.0f), 1.0f);
    float sure = fminf(fmaxf((least - 0.94f) / 0.06f, 0.0f), 1.0f);
    float gentle = fminf(fmaxf(mine / 0.1f, 0.0f), 1.0f);
    return gentle + edge * (sure - gentle);
}

static void expect_trust(const zd_plate_layer *layer, zd_rect tile)
{
    static float room[2 * 64 * 64];
    float trust[23 * 16];
    int columns = tile.x1 - tile.x0;
    REQUIRE(zd_plate_trust_room(columns, tile.y1 - tile.y0, layer->reach) <= 2 * 64 * 64);
    zd_plate_trust known = zd_plate_trust_look(layer, tile);
    zd_plate_trust_make(layer, tile, known, room, trust, columns);
    for (int y = tile.y0; y < tile.y1; y++) {
        for (int x = tile.x0; x < tile.x1; x++) {
            float expected = plain_trust(layer, x, y);
            REQUIRE_NEAR(trust[(y - tile.y0) * columns + x - tile.x0], expected, 1e-5);
            REQUIRE(known != ZD_PLATE_ALL || expected == 1.0f);
            REQUIRE(known != ZD_PLATE_NONE || expected == 0.0f);
        }
    }
}

static void trust_looks_as_far_as_it_reaches(void)
{
    static const zd_rect tiles[] = {
        { 0, 0, 23, 16 }, { 60, 30, 83, 46 }, { 190, 110, 203, 117 }, { 100, 101, 101, 102 }
    };
    stage s = open_stage(1);
    unsigned state = 7;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float n = noise(&state);
            *gray_at(s.matte, x, y) = n < 0.99f ? 1.0f : 0.6f + 0.4f * noise(&state);
        }
    }
    for (int reach = 1; reach <= 12; reach++) {
        for (int i = 0; i < 8; i++) {
            zd_plate_layer layer = { zd_image_view(s.matte), i % 2 != 0, reach };
            expect_trust(&layer, tiles[i / 2]);
        }
    }
    close_stage(&s);
}

static void a_tile_of_one_layer_is_told_by_the_matte(void)
{
    stage s = open_stage(1); /* a disc of 30 pixels round 120, 50 */
    zd_plate_layer layer = { zd_image_view(s.matte), false, 3 };
    zd_plate_layer other = { zd_image_view(s.matte), true, 3 };
    zd_rect outside = { 0, 0, 23, 16 };
    zd_rect inside = { 110, 40, 130, 56 };
    zd_rect edge = { 85, 40, 100, 56 };
    REQUIRE(zd_plate_trust_look(&layer, outside) == ZD_PLATE_ALL);
    REQUIRE(zd_plate_trust_look(&other, outside) == ZD_PLATE_NONE);
    REQUIRE(zd_plate_trust_look(&layer, inside) == ZD_PLATE_NONE);
    REQUIRE(zd_plate_trust_look(&other, inside) == ZD_PLATE_ALL);
    REQUIRE(zd_plate_trust_look(&layer, edge) == ZD_PLATE_SOME);
    close_stage(&s);
}

/* ---- the plain version ---- */

/* Sums of a level: light, nearness and trust. */
enum { NEARNESS = 4, TRUST = 5, SUMS = 6, PLAIN_LEVELS = 12 };

typedef struct plain_level {
    int width;
    int height;
    double *sums;
} plain_level;

static double *plain_at(const plain_level *l, int x, int y)
{
    x = zd_int_clamp(x, 0, l->width - 1);
    y = zd_int_clamp(y, 0, l->height - 1);
    return l->sums + SUMS * ((size_t) y * (size_t) l->width + (size_t) x);
}

static plain_level plain_half(const plain_level *from)
{
    plain_level to = { (from->width + 1) / 2, (from->height + 1) / 2, NULL };
    to.sums = calloc(sizeof(double) * SUMS * (size_t) to.width, (size_t) to.height);
    REQUIRE(to.sums != NULL);
    for (int y = 0; y < from->height; y++) {
        for (int x = 0; x < from->width; x++) {
            for (int i = 0; i < SUMS; i++) {
                plain_at(&to, x / 2, y / 2)[i] += plain_at(from, x, y)[i];
            }
        }
    }
    for (int i = 0; i < to.width * to.height; i++) {
        double *all = to.sums + (size_t) i * SUMS;
        double most = to.width * to.height == 1 ? all[TRUST] : fmax(all[TRUST], 1.0);
        for (int k = 0; k < SUMS; k++) {
            all[k] /= most;
        }
    }
    return to;
}

static void plain_fill(const plain_level *from, const plain_level *to)
{
    for (int y = 0; y < to->height; y++) {
        for (int x = 0; x < to->width; x++) {
            double *here = plain_at(to, x, y);
            double gap = 1.0 - here[TRUST];
            int u = x / 2 + (x % 2 == 0 ? -1 : 1);
            int v = y / 2 + (y % 2 == 0 ? -1 : 1);
            for (int i = 0; i < SUMS; i++) {
                here[i] += gap / 16.0 *
                           (9.0 * plain_at(from, x / 2, y / 2)[i] +
                            3.0 * (plain_at(from, u, y / 2)[i] + plain_at(from, x / 2, v)[i]) +
                            plain_at(from, u, v)[i]);
            }
        }
    }
}

/* A frame of any size with its plate, by the definition: every pixel is looked at. */
typedef struct plain {
    zd_context *ctx;
    zd_image *light;
    zd_image *nearness;
    zd_image *matte;
    plain_level levels[PLAIN_LEVELS];
    int count;
} plain;

/* Gaps are a wide leaning bar from the upper border on, the lower right corner and a dot; of a small frame one pixel
 * at its lower border. */
static bool is_gap(const plain_level *frame, int x, int y)
{
    int right = frame->width - x;
    int below = frame->height - y;
    if (frame->width < 50) {
        return right == 3 && below == 1;
    }
    int along = x - frame->width / 3 - y / 4;
    bool is_bar = y < frame->height * 3 / 4 && along >= 0 && along < frame->width / 3;
    return is_bar || (right <= 40 && below <= 9) || (right == 100 && below == 27);
}

static plain open_plain(int width, int height)
{
    plain p = { .ctx = zd_test_context(2), .levels[0] = { width, height, NULL }, .count = 1 };
    unsigned state = 11;
    p.levels[0].sums = calloc(sizeof(double) * SUMS * (size_t) width, (size_t) height);
    REQUIRE(p.levels[0].sums != NULL);
    REQUIRE_OK(zd_image_create(p.ctx, width, height, ZD_RGBA_F32, &p.light, &err));
    REQUIRE_OK(zd_image_create(p.ctx, width, height, ZD_GRAY_F32, &p.nearness, &err));
    REQUIRE_OK(zd_image_create(p.ctx, width, height, ZD_GRAY_F32, &p.matte, &err));
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            float *light = zd_view_row_f32(zd_image_view(p.light), y) + 4 * x;
            light[0] = 0.5f + 0.4f * sinf(0.02f * (float) x) + 0.1f * (noise(&state) - 0.5f);
            light[1] = 0.2f + 0.01f * (float) y;
            light[2] = 0.1f + 0.1f * (float) (y * 7 % 16) / 16.0f; /* rows that differ */
            light[3] = x > width / 2 ? 0.5f : 1.0f;
            *gray_at(p.nearness, x, y) = 0.9f - 0.002f * (float) y;
            *gray_at(p.matte, x, y) = is_gap(&p.levels[0], x, y) ? 0.0f : 1.0f;
        }
    }
    return p;
}

static void close_plain(plain *p)
{
    for (int i = 0; i < p->count; i++) {
        free(p->levels[i].sums);
    }
    zd_image_unref(&p->light);
    zd_image_unref(&p->nearness);
    zd_image_unref(&p->matte);
    zd_context_destroy(&p->ctx);
}

static void make_plain(plain *p)
{
    plain_level *frame = &p->levels[0];
    zd_plate_layer layer = { zd_image_view(p->matte), false, zd_plate_reach(frame->height) };
    for (int y = 0; y < frame->height; y++) {
        for (int x = 0; x < frame->width; x++) {
            double *sums = plain_at(frame, x, y);
            double trust = (double) plain_trust(&layer, x, y);
            for (int c = 0; c < 4; c++) {
                sums[c] = trust * (double) zd_view_row_f32(zd_image_view(p->light), y)[4 * x + c];
            }
            sums[NEARNESS] = trust * (double) *gray_at(p->nearness, x, y);
            sums[TRUST] = trust;
        }
    }
    for (; p->levels[p->count - 1].width > 1 || p->levels[p->count - 1].height > 1; p->count++) {
        REQUIRE(p->count < PLAIN_LEVELS);
        p->levels[p->count] = plain_half(&p->levels[p->count - 1]);
    }
    for (int i = p->count - 1; i > 0; i--) {
        plain_fill(&p->levels[i], &p->levels[i - 1]);
    }
}

/* What is filled differs from the plain version by what some rows of far tiles leave out: less around the dot, which
 * is filled from beside it. */
static void rows_of_far_tiles_stand_for_all(void)
{
    static const int sizes[][2] = {
        { 901, 193 }, { 601, 243 }, { 517, 61 }, { 331, 34 }, { 5, 8 }
    };
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        zd_clean_plate *plate;
        plain p = open_plain(sizes[k][0], sizes[k][1]);
        make_plain(&p);
        REQUIRE_OK(zd_clean_plate_create(p.ctx, sizes[k][0], sizes[k][1], &plate, &err));
        zd_view made = zd_clean_plate_make(plate, zd_image_view(p.light), zd_image_view(p.nearness),
                                           zd_image_view(p.matte), false);
        for (int y = 0; y < made.height; y++) {
            for (int x = 0; x < made.width; x++) {
                const double *expected = plain_at(&p.levels[0], x, y);
                const float *got = zd_view_row_f32(made, y) + 4 * x;
                bool is_at_dot = abs(made.width - 100 - x) < 4 && abs(made.height - 27 - y) < 4;
                double tolerance = is_at_dot ? 1e-5 : 1.2e-3;
                for (int c = 0; c < 4; c++) {
                    REQUIRE_NEAR(got[c], expected[c], tolerance);
                }
                REQUIRE_NEAR(*gray_at(p.nearness, x, y), expected[NEARNESS], tolerance);
            }
        }
        zd_clean_plate_destroy(&plate);
        close_plain(&p);
    }
}

/* ---- pieces ---- */

enum { WIDE = 900, HIGH = 1300 }; /* several tiles, and trust withdrawn by 4 */

typedef struct pieces {
    zd_view light;
    zd_view made;
    zd_view counts; /* how often each pixel was put */
    atomic_int fail_at;
} pieces;

static zd_status read_piece(void *user, const zd_plate_piece *piece)
{
    pieces *p = user;
    REQUIRE(piece->nearness.data == NULL);
    zd_view_copy(zd_view_crop(p->light, piece->rect), piece->light);
    zd_view_copy(piece->light, piece->codes);
    return atomic_fetch_sub(&p->fail_at, 1) == 1 ? ZD_ERR_IO : ZD_OK;
}

static zd_status put_piece(void *user, const zd_plate_piece *piece)
{
    pieces *p = user;
    REQUIRE(piece->rect.y0 % 16 == 0);
    for (int y = piece->rect.y0; y < piece->rect.y1; y++) {
        const float *codes = zd_view_row_f32(piece->codes, y - piece->rect.y0);
        REQUIRE_BYTES(codes, zd_view_row_f32(p->light, y) + 4 * piece->rect.x0,
                      (size_t) piece->codes.width * 16);
        for (int x = piece->rect.x0; x < piece->rect.x1; x++) {
            zd_view_row_f32(p->counts, y)[x] += 1.0f;
        }
    }
    zd_view_copy(piece->made, zd_view_crop(p->made, piece->rect));
    return ZD_OK;
}

typedef struct frame {
    zd_context *ctx;
    zd_image *light;
    zd_image *made;
    zd_image *matte;
    zd_image *nearness;
    zd_image *counts;
} frame;

/* Gentle waves of colour; the other layer is a slanted bar with a soft edge, and dots. */
static frame open_frame(int threads)
{
    frame f = { .ctx = zd_test_context(threads) };
    REQUIRE_OK(zd_image_create(f.ctx, WIDE, HIGH, ZD_RGBA_F32, &f.light, &err));
    REQUIRE_OK(zd_image_create(f.ctx, WIDE, HIGH, ZD_RGBA_F32, &f.made, &err));
    REQUIRE_OK(zd_image_create(f.ctx, WIDE, HIGH, ZD_GRAY_F32, &f.matte, &err));
    REQUIRE_OK(zd_image_create(f.ctx, WIDE, HIGH, ZD_GRAY_F32, &f.nearness, &err));
    REQUIRE_OK(zd_image_create(f.ctx, WIDE, HIGH, ZD_GRAY_F32, &f.counts, &err));
    for (int y = 0; y < HIGH; y++) {
        for (int x = 0; x < WIDE; x++) {
            float *p = zd_view_row_f32(zd_image_view(f.light), y) + 4 * x;
            float bar = fabsf((float) x - 200.0f - 0.4f * (float) y) - 60.0f;
            bool is_dot = x % 211 == 5 && y % 97 == 6;
            p[0] = 0.5f + 0.4f * sinf(0.01f * (float) x);
            p[1] = 0.5f + 0.4f * sinf(0.013f * (float) y);
            p[2] = 0.25f;
            p[3] = x > 700 ? 0.5f : 1.0f;
            *gray_at(f.matte, x, y) = is_dot ? 0.3f : fminf(1.0f, fmaxf(0.0f, bar / 3.0f));
            *gray_at(f.nearness, x, y) = 0.5f;
            *gray_at(f.counts, x, y) = 0.0f;
        }
    }
    zd_view_copy(zd_image_view(f.light), zd_image_view(f.made));
    return f;
}

static void close_frame(frame *f)
{
    zd_image_unref(&f->light);
    zd_image_unref(&f->made);
    zd_image_unref(&f->matte);
    zd_image_unref(&f->nearness);
    zd_image_unref(&f->counts);
    zd_context_destroy(&f->ctx);
}

static zd_status run_pieces(const frame *f, int fail_at)
{
    zd_clean_plate *plate;
    pieces p = { .light = zd_image_view(f->light),
                 .made = zd_image_view(f->made),
                 .counts = zd_image_view(f->counts) };
    zd_plate_source source = { read_piece, put_piece, &p };
    atomic_init(&p.fail_at, fail_at);
    REQUIRE_OK(zd_clean_plate_create_pieces(f->ctx, WIDE, HIGH, &plate, &err));
    zd_status status = zd_clean_plate_run(plate, zd_image_view(f->matte), false, &source, &err);
    zd_clean_plate_destroy(&plate);
    return status;
}

static void pieces_give_what_whole_frames_do(void)
{
    for (int threads = 1; threads <= 3; threads += 2) {
        frame f = open_frame(threads);
        zd_clean_plate *plate;
        int untouched = 0;
        REQUIRE_OK(run_pieces(&f, 0));
        REQUIRE_OK(zd_clean_plate_create(f.ctx, WIDE, HIGH, &plate, &err));
        zd_view whole =
            zd_clean_plate_make(plate, zd_image_view(f.light), zd_image_view(f.nearness),
                                zd_image_view(f.matte), false);
        for (int y = 0; y < HIGH; y++) {
            REQUIRE_BYTES(zd_view_row_f32(zd_image_view(f.made), y), zd_view_row_f32(whole, y),
                          16 * WIDE);
            for (int x = 0; x < WIDE; x++) {
                REQUIRE(*gray_at(f.counts, x, y) <= 1.0f);
                untouched += *gray_at(f.counts, x, y) == 0.0f;
                REQUIRE_NEAR(*gray_at(f.nearness, x, y), 0.5f, 1e-5);
            }
        }
        REQUIRE(untouched > WIDE * HIGH / 3);
        zd_clean_plate_destroy(&plate);
        close_frame(&f);
    }
}

static void a_source_that_fails_is_heard(void)
{
    frame f = open_frame(2);
    REQUIRE_INT(run_pieces(&f, 3), ZD_ERR_IO);
    REQUIRE_TEXT(err.message, "a piece of a clean plate failed");
    close_frame(&f);
}

static void every_allocation_may_fail(void)
{
    bool done = false;
    for (long n = 1; !done && n < 64; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_clean_plate *plate = NULL;
        if (ctx == NULL) {
            continue;
        }
        zd_status status = zd_clean_plate_create(ctx, 40, 30, &plate, &err);
        REQUIRE(status == ZD_OK || (status == ZD_ERR_NO_MEMORY && plate == NULL));
        done = status == ZD_OK;
        zd_clean_plate_destroy(&plate);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE(done);
}

int main(void)
{
    RUN(nothing_of_the_subject_is_in_the_plate);
    RUN(the_layer_keeps_its_bits);
    RUN(what_the_matte_leaves_over_is_the_other_layer);
    RUN(a_wide_feather_keeps_its_own_pixels);
    RUN(a_frame_without_the_layer_stays);
    RUN(what_is_not_finite_does_not_spread);
    RUN(any_number_of_threads_gives_the_same_bits);
    RUN(one_pixel_and_one_row_are_frames_too);
    RUN(trust_looks_as_far_as_it_reaches);
    RUN(a_tile_of_one_layer_is_told_by_the_matte);
    RUN(rows_of_far_tiles_stand_for_all);
    RUN(pieces_give_what_whole_frames_do);
    RUN(a_source_that_fails_is_heard);
    RUN(every_allocation_may_fail);
    return zd_test_finish();
}
