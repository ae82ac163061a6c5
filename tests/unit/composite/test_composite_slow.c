/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The lens, the clean plate and the walk over code values against slow plain versions: a pixel at a time in
 * double precision, by the formulas of docs/composite.md, without running sums, tiles, halves or threads. */

#include "composite/clean_plate.h"
#include "composite/composite_codes.h"
#include "composite/effects/lens_blur.h"
#include "composite/effects/lens_kernel.h"
#include "composite/effects/lens_tile.h"
#include "composite_pictures.h"
#include "core/size.h"
#include "image/linear.h"

enum { W = 61, H = 53 };

static zd_error err;
static pictures canvas;

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static void open_all(void)
{
    unsigned long long seed = 9;
    pictures_open(&canvas, 2, W, H);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float *p = pictures_at(canvas.picture, x, y);
            for (int c = 0; c < 3; c++) {
                p[c] = 1.2f * zd_test_uniform(&seed);
            }
            p[3] = y < 10 ? 0.5f : 1.0f;
            bool is_front = x > 40 && y > 8 && y < 40;
            bool is_sharp = x > 15 && x < 32 && y > 12;
            float far = 0.05f + 0.004f * (float) (x + y) + 0.02f * zd_test_uniform(&seed);
            *pictures_at(canvas.nearness, x, y) = is_front   ? 0.75f + 0.004f * (float) y
                                                  : is_sharp ? 0.5f
                                                             : far;
            *pictures_at(canvas.matte, x, y) = x + y < 20 ? 0.4f : 1.0f;
        }
    }
}

/* ---- the lens ---- */

static zd_lens_levels levels;
static zd_lens_blur lens;

/* How blurred: levels below 0 behind the focus, above in front. */
static double position_at(int x, int y)
{
    double ahead = (double) *pictures_at(canvas.nearness, x, y) - (double) lens.focus;
    double past = fabs(ahead) - (double) lens.range;
    double span = fmax((double) lens.focus, 1.0 - (double) lens.focus) - (double) lens.range;
    double radius = (double) lens.radius * H * fmin(past / span, 1.0) *
                    (double) *pictures_at(canvas.matte, x, y);
    if (past <= 0.0) {
        return 0.0;
    }
    int i = 1;
    while (i < levels.count - 1 && radius >= levels.shapes[i].radius) {
        i++;
    }
    double before = levels.shapes[i - 1].radius;
    double at =
        fmin(i - 1 + (radius - before) / (levels.shapes[i].radius - before), levels.count - 1.0);
    return ahead > 0.0 ? at : -at;
}

/* A pixel beside something clearly nearer is partly of that. */
static double purity_at(int x, int y)
{
    double most = 0.0;
    for (int v = -1; v <= 1; v++) {
        for (int u = -1; u <= 1; u++) {
            most = fmax(most, (double) *pictures_at(canvas.nearness, x + u, y + v));
        }
    }
    return clamp((0.08 - (most - (double) *pictures_at(canvas.nearness, x, y))) / 0.05, 0.0, 1.0);
}

typedef enum part { BEHIND, FRONT, NOT_FRONT } part;

static double share_of(part which, int level, int x, int y)
{
    double at = position_at(x, y);
    if (which == NOT_FRONT) {
        return at > 0.0 ? 0.0 : purity_at(x, y);
    }
    at = which == BEHIND ? -at : at;
    double share = at > 0.0 ? fmax(1.0 - fabs(at - level), 0.0) : 0.0;
    return which == BEHIND ? share * purity_at(x, y) : share;
}

/* The mean of a part over the aperture, and its coverage. */
static void mean_of(part which, int level, const zd_lens_shape *shape, int x, int y, double mean[4])
{
    for (int c = 0; c < 4; c++) {
        mean[c] = 0.0;
    }
    for (int v = -shape->reach; v <= shape->reach; v++) {
        for (int u = shape->left[v + shape->reach]; u <= shape->right[v + shape->reach]; u++) {
            double share = share_of(which, level, x + u, y + v) / shape->area;
            const float *p = pictures_at(canvas.picture, x + u, y + v);
            double most = fmax((double) p[0], fmax((double) p[1], (double) p[2]));
            double above = clamp((most - 0.7) / 0.3, 0.0, 1.0);
            double gain = 1.0 + (double) lens.bloom * above * above *
                                    fmin(fabs(position_at(x + u, y + v)), 1.0);
            for (int c = 0; c < 3; c++) {
                mean[c] += share * gain * (double) p[c];
            }
            mean[3] += share;
        }
    }
}

static void expect_pixel(int x, int y, int front_level, double expected[3])
{
    double at = position_at(x, y);
    double under[4] = { 0.0, 0.0, 0.0, 0.0 };
    double front[4] = { 0.0, 0.0, 0.0, 0.0 };
    double mean[4];
    const float *p = pictures_at(canvas.picture, x, y);
    for (int level = levels.count - 1; level >= 0; level--) {
        mean_of(BEHIND, level, &levels.shapes[level], x, y, mean);
        double rest = 1.0 - fmin(mean[3], 1.0);
        for (int c = 0; c < 4 && at < 0.0; c++) {
            under[c] = mean[c] + under[c] * rest;
        }
        mean_of(FRONT, level, &levels.shapes[level], x, y, mean);
        for (int c = 0; c < 4; c++) {
            front[c] += mean[c];
        }
    }
    if (at > 0.0) {
        mean_of(NOT_FRONT, 0, &levels.shapes[front_level], x, y, under);
    }
    double cover = fmin(front[3], 1.0);
    for (int c = 0; c < 3; c++) {
        double below = at != 0.0 && under[3] > 1e-4 ? under[c] / under[3] : (double) p[c];
        double over = front[3] > 1e-4 ? front[c] / front[3] : (double) p[c];
        expected[c] = cover * over + (1.0 - cover) * below;
    }
}

static void the_lens_is_layers_of_means(void)
{
    const zd_lens_blur lenses[3] = {
        { .focus = 0.5f, .range = 0.03f, .radius = 0.07f, .bloom = 2.0f },
        { .focus = 0.45f,
          .range = 0.1f,
          .radius = 0.1f,
          .blades = 5.0f,
          .turn = 0.1f,
          .squeeze = 0.3f },
        { .focus = 0.9f, .range = 0.01f, .radius = 0.03f },
    };
    open_all();
    for (int i = 0; i < 3; i++) {
        double most = 0.0;
        lens = lenses[i];
        zd_lens_levels_make(&levels, &lens, lens.radius * H);
        zd_effect_io io = { .picture = zd_image_view(canvas.picture),
                            .nearness = zd_image_view(canvas.nearness),
                            .matte = zd_image_view(canvas.matte),
                            .roi = { 2, 1, W - 3, H - 2 } };
        io.out = zd_view_crop(zd_image_view(canvas.out), io.roi);
        REQUIRE_OK(zd_lens_blur_apply(canvas.ctx, &lens, &io, &err));
        for (int at = 0; at < W * H; at++) {
            most = fmax(most, position_at(at % W, at / W));
        }
        for (int y = io.roi.y0; y < io.roi.y1; y += 2) {
            for (int x = io.roi.x0 + y / 2 % 2; x < io.roi.x1; x += 2) {
                double expected[3];
                expect_pixel(x, y, (int) ceil(most), expected);
                for (int c = 0; c < 3; c++) {
                    REQUIRE_NEAR(pictures_at(canvas.out, x, y)[c], expected[c], 2e-4);
                }
                REQUIRE(pictures_at(canvas.out, x, y)[3] == pictures_at(canvas.picture, x, y)[3]);
            }
        }
    }
    pictures_close(&canvas);
}

/* How much of a disc of radius 1 lies beyond a line at -t. */
static double part_of_disc(double t)
{
    t = clamp(t, -1.0, 1.0);
    return 0.5 + (t * sqrt(1.0 - t * t) + asin(t)) / acos(-1.0);
}

/* Discs that are summed in squares of pixels cover as much as others: white in front, unsharp, runs over what is
 * sharp and black by the part of the disc that holds it. */
static void large_discs_cover_by_their_part(void)
{
    enum { WIDE = 151, HIGH = 441, EDGE = 76 };
    static const float radii[] = { 12.0f, 20.0f, 30.0f, 44.0f };
    pictures_open(&canvas, 2, WIDE, HIGH);
    for (int i = 0; i < WIDE * HIGH; i++) {
        float white = i % WIDE >= EDGE ? 1.0f : 0.0f;
        float *p = pictures_at(canvas.picture, i % WIDE, i / WIDE);
        p[0] = p[1] = p[2] = white;
        p[3] = 1.0f;
        *pictures_at(canvas.nearness, i % WIDE, i / WIDE) = white;
        *pictures_at(canvas.matte, i % WIDE, i / WIDE) = 1.0f;
    }
    for (int r = 0; r < 4; r++) {
        lens = (zd_lens_blur){ .range = 0.01f, .radius = radii[r] / HIGH };
        zd_effect_io io = pictures_io(&canvas, (zd_rect){ 0, 0, WIDE, HIGH });
        REQUIRE_OK(zd_lens_blur_apply(canvas.ctx, &lens, &io, &err));
        for (int x = 0; x < WIDE; x += 3) {
            double expected = part_of_disc((x + 0.5 - EDGE) / (double) radii[r]);
            REQUIRE_NEAR(pictures_at(canvas.out, x, HIGH / 2)[1], expected, 0.03);
        }
    }
    pictures_close(&canvas);
}

/* A pixel is pure unless something within reach is clearly nearer. */
static void purity_looks_as_far_as_its_reach(void)
{
    enum { SIDE = 41 };
    static float near[SIDE * SIDE];
    static float purity[SIDE * SIDE];
    static float spread[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
        near[i] = 0.4f + 0.01f * (float) (i * 7919 % 5) + (i % 97 == 3 ? 0.055f : 0.0f);
    }
    for (int reach = 1; reach <= 8; reach++) {
        zd_lens_job job = { .edge_px = reach };
        zd_lens_tile tile = {
            .job = &job, .side = SIDE, .nearness = near, .purity = purity, .spread = spread
        };
        zd_lens_find_purity(&tile);
        for (int at = 0; at < SIDE * SIDE; at++) {
            float most = 0.0f;
            int x = at % SIDE;
            int y = at / SIDE;
            for (int v = zd_int_max(y - reach, 0); v <= zd_int_min(y + reach, SIDE - 1); v++) {
                for (int u = zd_int_max(x - reach, 0); u <= zd_int_min(x + reach, SIDE - 1); u++) {
                    most = fmaxf(most, near[v * SIDE + u]);
                }
            }
            double expected = clamp((0.08 - (double) (most - near[at])) / 0.05, 0.0, 1.0);
            REQUIRE_NEAR(purity[at], expected, 1e-4);
        }
    }
}

/* Whole numbers at the levels' radii, straight between them. */
static void positions_lie_between_the_levels(void)
{
    zd_lens_blur disc = { .radius = 0.05f };
    for (int most = 1; most <= ZD_LENS_MAX_RADIUS; most += 9) {
        zd_lens_levels_make(&levels, &disc, (float) most);
        REQUIRE(zd_lens_levels_position(&levels, -1.0f) == 0.0f);
        REQUIRE(zd_lens_levels_position(&levels, 1000.0f) == (float) (levels.count - 1));
        for (int i = 1; i < levels.count; i++) {
            float from = (float) levels.shapes[i - 1].radius;
            float to = (float) levels.shapes[i].radius;
            REQUIRE_NEAR(zd_lens_levels_position(&levels, to), i, 1e-6);
            REQUIRE_NEAR(zd_lens_levels_position(&levels, from + 0.25f * (to - from)), i - 0.75,
                         1e-5);
        }
    }
}

/* ---- the clean plate ---- */

enum { MOST = 8 };

typedef struct heap { /* four colours, nearness and trust of each pixel of a level */
    int width;
    int height;
    double at[H][W][6];
} heap;

static heap heaps[MOST];

static double share_at(int x, int y)
{
    return 1.0 - (double) *pictures_at(canvas.matte, x, y); /* the layer that the matte hides */
}

static double trust_at(int x, int y)
{
    double least = 1.0;
    double most = 0.0;
    for (int v = zd_int_max(y - 1, 0); v <= zd_int_min(y + 1, H - 1); v++) {
        for (int u = zd_int_max(x - 1, 0); u <= zd_int_min(x + 1, W - 1); u++) {
            least = fmin(least, share_at(u, v));
            most = fmax(most, share_at(u, v));
        }
    }
    double edge = clamp((most - least - 0.15) / 0.15, 0.0, 1.0);
    double sure = clamp((least - 0.94) / 0.06, 0.0, 1.0);
    double gentle = clamp(share_at(x, y) / 0.1, 0.0, 1.0);
    return gentle + edge * (sure - gentle);
}

static void push(const heap *from, heap *to)
{
    to->width = (from->width + 1) / 2;
    to->height = (from->height + 1) / 2;
    for (int y = 0; y < to->height; y++) {
        for (int x = 0; x < to->width; x++) {
            double *sum = to->at[y][x];
            memset(sum, 0, 6 * sizeof *sum);
            for (int i = 0; i < 4; i++) {
                int u = 2 * x + i % 2;
                int v = 2 * y + i / 2;
                for (int c = 0; c < 6 && u < from->width && v < from->height; c++) {
                    sum[c] += from->at[v][u][c];
                }
            }
            double trust = fmax(sum[5], 1.0);
            for (int c = 0; c < 6; c++) {
                sum[c] /= trust;
            }
        }
    }
}

/* Fills what is missing to full trust from the smaller level, nine, three, three and one sixteenths. */
static void pull(const heap *from, heap *to)
{
    for (int y = 0; y < to->height; y++) {
        for (int x = 0; x < to->width; x++) {
            double gap = 1.0 - to->at[y][x][5];
            int x1 = zd_int_clamp(x / 2 + (x % 2 != 0 ? 1 : -1), 0, from->width - 1);
            int y1 = zd_int_clamp(y / 2 + (y % 2 != 0 ? 1 : -1), 0, from->height - 1);
            for (int c = 0; c < 6; c++) {
                to->at[y][x][c] += gap *
                                   (9.0 * from->at[y / 2][x / 2][c] + 3.0 * from->at[y / 2][x1][c] +
                                    3.0 * from->at[y1][x / 2][c] + from->at[y1][x1][c]) /
                                   16.0;
            }
        }
    }
}

static void the_plate_is_pushed_and_pulled(void)
{
    int count = 1;
    open_all();
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            double r = sqrt((x - 35) * (x - 35) + (y - 22) * (y - 22));
            *pictures_at(canvas.matte, x, y) =
                (float) clamp((17.0 - r) / 3.0, 0.0, y > 45 ? 0.9 : 0.98);
        }
    }
    heaps[0].width = W;
    heaps[0].height = H;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            double trust = trust_at(x, y);
            for (int c = 0; c < 4; c++) {
                heaps[0].at[y][x][c] = trust * (double) pictures_at(canvas.picture, x, y)[c];
            }
            heaps[0].at[y][x][4] = trust * (double) *pictures_at(canvas.nearness, x, y);
            heaps[0].at[y][x][5] = trust;
        }
    }
    while (heaps[count - 1].width > 1 || heaps[count - 1].height > 1) {
        push(&heaps[count - 1], &heaps[count]);
        count++;
    }
    double trust = heaps[count - 1].at[0][0][5];
    for (int c = 0; c < 6; c++) {
        heaps[count - 1].at[0][0][c] /= trust;
    }
    for (int i = count - 2; i >= 0; i--) {
        pull(&heaps[i + 1], &heaps[i]);
    }
    zd_clean_plate *plate = NULL;
    REQUIRE_OK(zd_clean_plate_create(canvas.ctx, W, H, &plate, &err));
    zd_view made =
        zd_clean_plate_make(plate, zd_image_view(canvas.picture), zd_image_view(canvas.nearness),
                            zd_image_view(canvas.matte), true);
    REQUIRE(made.width == W && made.height == H);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            for (int c = 0; c < 4; c++) {
                REQUIRE_NEAR(zd_view_row_f32(made, y)[4 * x + c], heaps[0].at[y][x][c], 1e-4);
            }
            REQUIRE_NEAR(*pictures_at(canvas.nearness, x, y), heaps[0].at[y][x][4], 1e-4);
        }
    }
    zd_clean_plate_destroy(&plate);
    pictures_close(&canvas);
}

/* ---- code values ---- */

typedef struct collected {
    zd_image *result;
    zd_image *counts;
    int same; /* pieces whose result is the footage's own view */
    int fetches;
} collected;

static void collect(void *user, zd_rect piece, zd_view result, zd_view display)
{
    collected *to = user;
    to->same += result.data == display.data;
    REQUIRE(result.width == piece.x1 - piece.x0 && result.height == piece.y1 - piece.y0);
    zd_view_copy(result, zd_view_crop(zd_image_view(to->result), piece));
    for (int y = piece.y0; y < piece.y1; y++) {
        for (int x = piece.x0; x < piece.x1; x++) {
            *pictures_at(to->counts, x, y) += 1.0f;
        }
    }
}

/* A gradient that tells where in the frame it was asked for. */
static void fetch(void *user, zd_rect piece, zd_view view)
{
    collected *to = user;
    to->fetches++;
    for (int y = 0; y < view.height; y++) {
        for (int x = 0; x < view.width; x++) {
            float *p = zd_view_row_f32(view, y) + 4 * (ptrdiff_t) x;
            p[0] = 0.01f * (float) (x + piece.x0);
            p[1] = 0.01f * (float) (y + piece.y0);
            p[2] = 0.0f;
            p[3] = 1.0f;
        }
    }
}

static double decode(double code)
{
    return code <= 0.04045 ? code / 12.92 : pow((code + 0.055) / 1.055, 2.4);
}

static double encode(double light)
{
    return light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1.0 / 2.4) - 0.055;
}

/* Only where a layer shows are codes decoded; the others stay theirs, in a view of their own. */
static void codes_are_mixed_in_light(void)
{
    const zd_rect roi = { 5, 3, 58, 51 };
    bool changed = false;
    collected to = { 0 };
    open_all();
    zd_context *single = zd_test_context(1); /* counts are not atomic */
    REQUIRE_OK(zd_image_create(canvas.ctx, W, H, ZD_RGBA_F32, &to.result, &err));
    REQUIRE_OK(zd_image_create(canvas.ctx, W, H, ZD_GRAY_F32, &to.counts, &err));
    for (int round = 0; round < 3; round++) {
        zd_view_clear(zd_image_view(to.counts));
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                *pictures_at(canvas.matte, x, y) = round == 2 || y < 20 ? 1.0f : 0.25f;
                float *p = pictures_at(canvas.picture, x, y);
                for (int c = 0; c < 3; c++) {
                    p[c] = 0.002f * (float) (x + 4 * c + y);
                }
                p[3] = 1.0f;
                for (int c = 0; c < 4; c++) { /* 0.6 of white, premultiplied */
                    pictures_at(canvas.out, x, y)[c] = 0.6f;
                }
            }
        }
        zd_composite_layer layer = { .picture = { zd_image_view(canvas.out), 0, 0 },
                                     .matte = { zd_image_view(canvas.matte), 0, 0 },
                                     .opacity = 0.5f };
        zd_composite_codes codes = { .transfer = ZD_TRANSFER_SRGB,
                                     .display = zd_image_view(canvas.picture),
                                     .layers = &layer,
                                     .count = 1,
                                     .fetch = round == 1 ? fetch : NULL,
                                     .put = collect,
                                     .user = &to };
        if (round == 1) {
            layer.picture = (zd_placed_view){ 0 };
        }
        to.same = 0;
        to.fetches = 0;
        REQUIRE_OK(zd_composite_codes_run(single, &codes, roi, &changed, &err));
        REQUIRE_INT(changed, round != 2);
        REQUIRE((to.fetches > 0) == (round == 1));
        REQUIRE(to.same > 0 && (round == 2 || to.same < 13)); /* pieces of four rows */
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                bool inside = x >= roi.x0 && x < roi.x1 && y >= roi.y0 && y < roi.y1;
                REQUIRE_INT((int) *pictures_at(to.counts, x, y), inside);
                for (int c = 0; c < 3 && inside; c++) {
                    double alpha = round == 1 ? 0.5 : 0.3;
                    double insert =
                        round == 1 ? 0.5 * (c < 2 ? 0.01 * (c == 0 ? x : y) : 0.0) : 0.3;
                    double light = decode((double) pictures_at(canvas.picture, x, y)[c]);
                    double mixed = light + 0.75 * (insert - alpha * light);
                    bool shows = round != 2 && y >= 20;
                    REQUIRE_NEAR(pictures_at(to.result, x, y)[c],
                                 shows ? encode(mixed)
                                       : (double) pictures_at(canvas.picture, x, y)[c],
                                 shows ? 2e-4 : 0.0);
                }
            }
        }
    }
    zd_composite_layer wrong = { .picture = { zd_image_view(canvas.out), 0, 0 }, .opacity = 2.0f };
    zd_composite_codes codes = { .transfer = ZD_TRANSFER_SRGB,
                                 .display = zd_image_view(canvas.picture),
                                 .layers = &wrong,
                                 .count = 1,
                                 .put = collect,
                                 .user = &to };
    REQUIRE_FAILS(zd_composite_codes_run(single, &codes, roi, &changed, &err),
                  ZD_ERR_INVALID_ARGUMENT, "layer 0: an opacity of 2; it is 0 to 1");
    REQUIRE(zd_composite_codes_run(single, &codes, roi, &changed, NULL) == ZD_ERR_INVALID_ARGUMENT);
    zd_image_unref(&to.result);
    zd_image_unref(&to.counts);
    zd_context_destroy(&single);
    pictures_close(&canvas);
}

int main(void)
{
    RUN(the_lens_is_layers_of_means);
    RUN(large_discs_cover_by_their_part);
    RUN(purity_looks_as_far_as_its_reach);
    RUN(positions_lie_between_the_levels);
    RUN(the_plate_is_pushed_and_pulled);
    RUN(codes_are_mixed_in_light);
    return zd_test_finish();
}
