/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cuts from small features of each frame: a colour histogram and a grid of block means. The last
 * frames' features are kept, so that any two of them can be compared. */

#include "depth/shots.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/size.h"

enum {
    GRID_W = 32,
    GRID_H = 18,
    LEVELS = 8,
    HISTOGRAM = LEVELS * LEVELS * LEVELS,
    PAST = 8, /* frames before the one that is judged */
    KEPT = PAST + ZD_SHOT_DELAY + 1,
    SHIFT_X = 6,
    SHIFT_Y = 3,
};

#define LEAST_DIFFERENCE 0.20f /* below this nothing is a cut */
#define OVER_NEIGHBOURS  2.2f  /* how much more than its neighbours a cut differs */
#define COMES_BACK       0.60f /* part of the difference that is left after a flash */

typedef struct features {
    float grid[GRID_H][GRID_W][3];
    float histogram[HISTOGRAM];
} features;

struct zd_shot_detector {
    zd_context *ctx;
    int64_t pushed;
    int64_t decided;
    int64_t shot_start;
    features kept[KEPT];     /* frame f lies at f % KEPT */
    float differences[KEPT]; /* of frame f from the one before */
};

zd_status zd_shot_detector_create(zd_context *ctx, zd_shot_detector **out, zd_error *err)
{
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "the shot detector");
    }
    (*out)->ctx = ctx;
    return ZD_OK;
}

void zd_shot_detector_destroy(zd_shot_detector **detector)
{
    if (*detector != NULL) {
        zd_free((*detector)->ctx, *detector);
        *detector = NULL;
    }
}

static float tame(float value)
{
    return value > 0.0f ? fminf(value, 1.0f) : 0.0f;
}

/* Spreads a pixel over two neighbouring levels, so that noise moves little between bins. */
static void add_colour(float histogram[HISTOGRAM], const float rgb[3], float weight)
{
    int low[3];
    float share[3];
    for (int c = 0; c < 3; c++) {
        float at = rgb[c] * (LEVELS - 1);
        low[c] = zd_int_min((int) at, LEVELS - 2);
        share[c] = at - (float) low[c];
    }
    for (int i = 0; i < 8; i++) {
        int bin = 0;
        float part = weight;
        for (int c = 0; c < 3; c++) {
            int up = i >> c & 1;
            bin = bin * LEVELS + low[c] + up;
            part *= up ? share[c] : 1.0f - share[c];
        }
        histogram[bin] += part;
    }
}

/* One grid block: the mean of its pixels, and its colours, of every second pixel. */
static void measure_block(zd_view rgb, int grid_x, int grid_y, features *out)
{
    int x0 = grid_x * rgb.width / GRID_W;
    int x1 = zd_int_max(x0 + 1, (grid_x + 1) * rgb.width / GRID_W);
    int y0 = grid_y * rgb.height / GRID_H;
    int y1 = zd_int_max(y0 + 1, (grid_y + 1) * rgb.height / GRID_H);
    float sum[3] = { 0.0f, 0.0f, 0.0f };
    float scale = 1.0f / (float) ((x1 - x0) * (y1 - y0));
    int samples = ((x1 - x0 + 1) / 2) * ((y1 - y0 + 1) / 2);
    float weight = 1.0f / (float) (samples * GRID_W * GRID_H);
    for (int y = y0; y < y1; y++) {
        const float *pixel = zd_view_row_f32(rgb, y) + (ptrdiff_t) x0 * rgb.format.channels;
        for (int x = x0; x < x1; x++, pixel += rgb.format.channels) {
            float colour[3] = { tame(pixel[0]), tame(pixel[1]), tame(pixel[2]) };
            for (int c = 0; c < 3; c++) {
                sum[c] += colour[c] * scale;
            }
            if (((x - x0) | (y - y0)) % 2 == 0) {
                add_colour(out->histogram, colour, weight);
            }
        }
    }
    memcpy(out->grid[grid_y][grid_x], sum, sizeof sum);
}

static void measure(zd_view rgb, features *out)
{
    memset(out, 0, sizeof *out);
    for (int y = 0; y < GRID_H; y++) {
        for (int x = 0; x < GRID_W; x++) {
            measure_block(rgb, x, y, out);
        }
    }
}

/* 0 the same colours .. 1 none in common. */
static float colour_difference(const features *a, const features *b)
{
    float sum = 0.0f;
    for (int i = 0; i < HISTOGRAM; i++) {
        sum += fabsf(a->histogram[i] - b->histogram[i]);
    }
    return 0.5f * sum;
}

/* Mean difference of the blocks when b is shifted, over the part that both have. */
static float shifted_difference(const features *a, const features *b, int dx, int dy)
{
    float sum = 0.0f;
    int x0 = zd_int_max(0, -dx);
    int x1 = zd_int_min(GRID_W, GRID_W - dx);
    int y0 = zd_int_max(0, -dy);
    int y1 = zd_int_min(GRID_H, GRID_H - dy);
    for (int y = y0; y < y1; y++) {
        for (int x = x0; x < x1; x++) {
            for (int c = 0; c < 3; c++) {
                sum += fabsf(a->grid[y][x][c] - b->grid[y + dy][x + dx][c]);
            }
        }
    }
    return sum / (float) ((x1 - x0) * (y1 - y0) * 3);
}

static float contrast(const features *f)
{
    float mean[3] = { 0.0f, 0.0f, 0.0f };
    float sum = 0.0f;
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        for (int c = 0; c < 3; c++) {
            mean[c] += f->grid[i / GRID_W][i % GRID_W][c] / (GRID_W * GRID_H);
        }
    }
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        for (int c = 0; c < 3; c++) {
            sum += fabsf(f->grid[i / GRID_W][i % GRID_W][c] - mean[c]);
        }
    }
    return sum / (GRID_W * GRID_H * 3);
}

/* 0 the same layout, up to a common shift .. 1 nothing alike. Relative to the contrast, so that
 * dark scenes count as much as bright ones. */
static float layout_difference(const features *a, const features *b)
{
    float best = INFINITY;
    for (int dy = -SHIFT_Y; dy <= SHIFT_Y; dy++) {
        for (int dx = -SHIFT_X; dx <= SHIFT_X; dx++) {
            best = fminf(best, shifted_difference(a, b, dx, dy));
        }
    }
    float scale = 0.5f * (contrast(a) + contrast(b)) + 0.02f;
    return fminf(best / scale, 1.0f);
}

static float difference(const features *a, const features *b)
{
    float colour = colour_difference(a, b);
    if (colour < 0.05f) {
        return colour; /* the search for a shift costs most: skip it for frames that agree */
    }
    return sqrtf(colour * layout_difference(a, b));
}

static const features *kept(const zd_shot_detector *detector, int64_t frame)
{
    return &detector->kept[frame % KEPT];
}

/* The least difference between any frame just before the cut and any just after it, other than the
 * two that meet there: small when the picture comes back as after a flash. */
static float least_across(const zd_shot_detector *detector, int64_t frame)
{
    float least = INFINITY;
    for (int64_t before = frame - 1; before >= frame - ZD_SHOT_DELAY; before--) {
        for (int64_t after = frame; after < frame + ZD_SHOT_DELAY; after++) {
            bool meet = before == frame - 1 && after == frame;
            if (before >= detector->shot_start && after < detector->pushed && !meet) {
                least = fminf(least, difference(kept(detector, before), kept(detector, after)));
            }
        }
    }
    return least;
}

/* How much frames around differ from one another: the mean without the largest. */
static float usual_difference(const zd_shot_detector *detector, int64_t frame)
{
    float sum = 0.0f;
    float most = 0.0f;
    int count = 0;
    for (int64_t f = frame - PAST + 1; f < detector->pushed && f <= frame + ZD_SHOT_DELAY; f++) {
        if (f <= detector->shot_start || f == frame) {
            continue;
        }
        sum += detector->differences[f % KEPT];
        most = fmaxf(most, detector->differences[f % KEPT]);
        count++;
    }
    return count > 1 ? (sum - most) / (float) (count - 1) : 0.0f;
}

static void decide(zd_shot_detector *detector, zd_shot_decision *decision)
{
    int64_t frame = detector->decided++;
    *decision = (zd_shot_decision){ frame, frame == 0, frame == 0 ? 1.0f : 0.0f };
    if (frame == 0) {
        return;
    }
    float here = detector->differences[frame % KEPT];
    float limit = fmaxf(LEAST_DIFFERENCE, OVER_NEIGHBOURS * usual_difference(detector, frame));
    decision->strength = here / limit;
    if (decision->strength > 1.0f && least_across(detector, frame) < COMES_BACK * here) {
        decision->strength = 0.99f;
    }
    decision->starts_shot = decision->strength > 1.0f;
    if (decision->starts_shot) {
        detector->shot_start = frame;
    }
}

bool zd_shot_detector_push(zd_shot_detector *detector, zd_view rgb, zd_shot_decision *decision)
{
    assert(rgb.format.channels == 3 || rgb.format.channels == 4);
    int64_t frame = detector->pushed++;
    features *now = &detector->kept[frame % KEPT];
    measure(rgb, now);
    detector->differences[frame % KEPT] =
        frame > 0 ? difference(kept(detector, frame - 1), now) : 0.0f;
    if (detector->pushed - detector->decided <= ZD_SHOT_DELAY) {
        return false;
    }
    decide(detector, decision);
    return true;
}

bool zd_shot_detector_drain(zd_shot_detector *detector, zd_shot_decision *decision)
{
    if (detector->decided >= detector->pushed) {
        return false;
    }
    decide(detector, decision);
    return true;
}
