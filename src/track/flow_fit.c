/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The vectors' median is where the fit begins; then least squares again and again, with less weight for what
 * disagrees. Blocks without texture have no vector of their own and are passed over. */

#include "track/flow_fit.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/size.h"

enum {
    MOST_WIDTH = 480, /* of the picture that is searched */
    ROUNDS = 8,
    LEAST_BLOCKS = 24,
    BLOCK = ZD_MOTION_BLOCK,
};

#define LEAST_TEXTURE 0.0004 /* variance of the brightness in a block */
#define MOST_CHANGE   0.06   /* of turn and size from one frame to the next: more is an accident */
#define LEAST_AGREE   0.4    /* of the blocks, within a pixel or so, on turn and size */

zd_status zd_flow_fit_init(zd_context *ctx, int width, int height, zd_flow_fit *fit, zd_error *err)
{
    int level = 0;
    *fit = (zd_flow_fit){ 0 };
    while (level + 1 < ZD_PYRAMID_LEVELS && (width >> level) > MOST_WIDTH) {
        level++;
    }
    width = zd_int_max(width >> level, 1);
    height = zd_int_max(height >> level, 1);
    fit->size = (double) (1 << level);
    size_t luma = zd_luma_floats(width, height);
    size_t blocks =
        (size_t) ((width + BLOCK - 1) / BLOCK) * (size_t) ((height + BLOCK - 1) / BLOCK);
    fit->memory = zd_alloc_zeroed(ctx, 2 * luma + 4 * blocks, sizeof(float));
    if (fit->memory == NULL) {
        return zd_fail_memory(err, "the search for motion");
    }
    float *memory = fit->memory;
    zd_luma_init(&fit->lumas[0], memory, width, height);
    zd_luma_init(&fit->lumas[1], memory + luma, width, height);
    fit->vectors = memory + 2 * luma;
    fit->scratch = fit->vectors + 2 * blocks;
    return zd_image_create(ctx, width, height, ZD_RGB_F32, &fit->picture, err);
}

void zd_flow_fit_finish(zd_context *ctx, zd_flow_fit *fit)
{
    zd_free(ctx, fit->memory);
    zd_image_unref(&fit->picture);
    *fit = (zd_flow_fit){ 0 };
}

void zd_flow_fit_load(zd_context *ctx, zd_flow_fit *fit, const zd_pyramid *luma)
{
    zd_view view = zd_image_view(fit->picture);
    const zd_pyramid_level *level = luma->levels;
    while (level->width > view.width) {
        level++;
    }
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        const float *in = level->data + (ptrdiff_t) y * level->width;
        for (int x = 0; x < view.width; x++) {
            row[3 * x] = row[3 * x + 1] = row[3 * x + 2] = in[x];
        }
    }
    fit->now = 1 - fit->now;
    zd_luma_load(&fit->lumas[fit->now], view);
    if (fit->count++ > 0) {
        zd_motion_find(ctx, &fit->lumas[fit->now], &fit->lumas[1 - fit->now], fit->vectors,
                       fit->scratch);
    }
}

/* What is known of the blocks' motion. */
typedef struct vote {
    float x; /* where it is now, in pixels of the searched picture, from the picture's middle */
    float y;
    float dx; /* and by how much it has come here */
    float dy;
} vote;

static bool has_texture(const zd_luma *luma, int x, int y)
{
    double sum = 0.0;
    double square = 0.0;
    for (int i = 0; i < BLOCK * BLOCK; i++) {
        float v = luma->levels[0][(ptrdiff_t) (y + i / BLOCK) * luma->stride[0] + x + i % BLOCK];
        sum += (double) v;
        square += (double) v * (double) v;
    }
    sum /= BLOCK * BLOCK;
    return square / (BLOCK * BLOCK) - sum * sum > LEAST_TEXTURE;
}

static int take_votes(const zd_flow_fit *fit, const zd_wall_picture *picture, zd_wall_box box,
                      vote *votes)
{
    int count = 0;
    const zd_luma *now = &fit->lumas[fit->now];
    int across = (now->width[0] + BLOCK - 1) / BLOCK;
    for (int y = 0; y + BLOCK <= now->height[0]; y += BLOCK) {
        for (int x = 0; x + BLOCK <= now->width[0]; x += BLOCK) {
            double px = (x + BLOCK / 2) * fit->size;
            double py = (y + BLOCK / 2) * fit->size;
            const float *v = fit->vectors + 2 * ((ptrdiff_t) (y / BLOCK) * across + x / BLOCK);
            bool is_in = px >= box.x0 && px < box.x1 && py >= box.y0 && py < box.y1;
            if (is_in && !zd_wall_is_hidden(picture, px, py) && has_texture(now, x, y)) {
                votes[count++] =
                    (vote){ (float) (x + BLOCK / 2 - now->width[0] / 2),
                            (float) (y + BLOCK / 2 - now->height[0] / 2), -v[0], -v[1] };
            }
        }
    }
    return count;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *) a;
    float y = *(const float *) b;
    return (x > y) - (x < y);
}

static float median(const vote *votes, int count, bool down, float *scratch)
{
    assert(count > 0);
    for (int i = 0; i < count; i++) {
        scratch[i] = down ? votes[i].dy : votes[i].dx;
    }
    qsort(scratch, (size_t) count, sizeof *scratch, compare_floats);
    return scratch[count / 2];
}

/* The way back: (x - dx, y - dy) = (x, y) - (tx + a x - b y, ty + b x + a y). One round of the fit. */
static void refine(const vote *votes, int count, double width, double n[4])
{
    double w = 0.0;
    double sx = 0.0;
    double sy = 0.0;
    double ss = 0.0;
    double right[4] = { 0 };
    for (int i = 0; i < count; i++) {
        double x = (double) votes[i].x;
        double y = (double) votes[i].y;
        double ex = (double) votes[i].dx - (n[0] + n[2] * x - n[3] * y);
        double ey = (double) votes[i].dy - (n[1] + n[3] * x + n[2] * y);
        double far = (ex * ex + ey * ey) / (width * width);
        double weight = 1.0 / ((1.0 + far) * (1.0 + far));
        w += weight;
        sx += weight * x;
        sy += weight * y;
        ss += weight * (x * x + y * y);
        right[0] += weight * (double) votes[i].dx;
        right[1] += weight * (double) votes[i].dy;
        right[2] += weight * (x * (double) votes[i].dx + y * (double) votes[i].dy);
        right[3] += weight * (x * (double) votes[i].dy - y * (double) votes[i].dx);
    }
    double below = ss - (sx * sx + sy * sy) / w;
    if (!(w > 1e-9) || !(below > 1e-6 * ss)) {
        return;
    }
    n[2] = (right[2] - (sx * right[0] + sy * right[1]) / w) / below;
    n[3] = (right[3] - (sx * right[1] - sy * right[0]) / w) / below;
    n[0] = (right[0] - n[2] * sx + n[3] * sy) / w;
    n[1] = (right[1] - n[3] * sx - n[2] * sy) / w;
}

/* The map from the frame before to the one now, by the numbers of the way back. */
static zd_homography map_of(const zd_flow_fit *fit, const double n[4])
{
    zd_homography forth = zd_homography_identity();
    const zd_luma *now = &fit->lumas[fit->now];
    zd_homography back = { { 1.0 - n[2], n[3], -n[0], -n[3], 1.0 - n[2], -n[1], 0.0, 0.0, 1.0 } };
    zd_homography to =
        zd_homography_scaled(1.0 / fit->size, 1.0 / fit->size, -(double) (now->width[0] / 2),
                             -(double) (now->height[0] / 2));
    zd_homography from;
    if (!zd_homography_invert(back, &forth) || !zd_homography_invert(to, &from)) {
        return zd_homography_identity();
    }
    return zd_homography_normal(zd_homography_chain(zd_homography_chain(to, forth), from));
}

/* The share of the votes that a fit is near. */
static double agreeing(const vote *votes, int count, const double n[4])
{
    int near = 0;
    for (int i = 0; i < count; i++) {
        double x = (double) votes[i].x;
        double y = (double) votes[i].y;
        double ex = (double) votes[i].dx - (n[0] + n[2] * x - n[3] * y);
        double ey = (double) votes[i].dy - (n[1] + n[3] * x + n[2] * y);
        near += ex * ex + ey * ey < 2.0;
    }
    return (double) near / count;
}

zd_homography zd_flow_fit_find(zd_context *ctx, const zd_flow_fit *fit,
                               const zd_wall_picture *picture, zd_wall_box box)
{
    const zd_luma *now = &fit->lumas[fit->now];
    int most = (now->width[0] / BLOCK + 1) * (now->height[0] / BLOCK + 1);
    vote *votes = fit->count > 1 ? zd_alloc_zeroed(ctx, (size_t) most, sizeof *votes) : NULL;
    double n[4] = { 0 };
    if (votes == NULL) { /* without memory the fine search goes without a first guess */
        return zd_homography_identity();
    }
    int count = take_votes(fit, picture, box, votes);
    if (count < LEAST_BLOCKS) {
        zd_wall_box all = { 0.0, 0.0, now->width[0] * fit->size, now->height[0] * fit->size };
        count = take_votes(fit, picture, all, votes);
    }
    if (count > 0) {
        n[0] = (double) median(votes, count, false, fit->scratch);
        n[1] = (double) median(votes, count, true, fit->scratch);
    }
    double place[4] = { n[0], n[1], 0.0, 0.0 };
    for (int i = 0; i < ROUNDS && count >= LEAST_BLOCKS; i++) {
        refine(votes, count, i < 3 ? 4.0 : 1.5, n);
    }
    bool is_sane =
        hypot(n[2], n[3]) < MOST_CHANGE && (count == 0 || agreeing(votes, count, n) >= LEAST_AGREE);
    zd_free(ctx, votes);
    return map_of(fit, is_sane ? n : place);
}
