/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Smooth colours of what is known in places, by push-pull (Gortler et al., The Lumigraph, SIGGRAPH 1996). */

#include <math.h>

#include "core/size.h"
#include "scene/scene_canvas.h"

enum {
    SMOOTH_LEVEL = 3, /* of the pyramid: what is finer is detail */
    MAX_LEVELS = 16
};

/* One level of the pyramid: weighted colour and weight. */
typedef struct level {
    float *rgba;
    float *weight;
    int width;
    int height;
} level;

static void push(const level *fine, const level *coarse)
{
    for (int y = 0; y < coarse->height; y++) {
        for (int x = 0; x < coarse->width; x++) {
            float sum[4] = { 0 };
            float total = 0.0f;
            for (int k = 0; k < 4; k++) {
                int fx = zd_int_min(2 * x + (k & 1), fine->width - 1);
                int fy = zd_int_min(2 * y + (k >> 1), fine->height - 1);
                size_t at = (size_t) fy * (size_t) fine->width + (size_t) fx;
                for (int c = 0; c < 4; c++) {
                    sum[c] += fine->weight[at] * fine->rgba[at * 4 + (size_t) c];
                }
                total += fine->weight[at];
            }
            size_t to = (size_t) y * (size_t) coarse->width + (size_t) x;
            for (int c = 0; c < 4; c++) {
                coarse->rgba[to * 4 + (size_t) c] = total > 0.0f ? sum[c] / total : 0.0f;
            }
            coarse->weight[to] = fminf(total, 1.0f);
        }
    }
}

static void coarse_at(const level *coarse, double x, double y, float out[4])
{
    double fx = fmin(fmax(0.5 * (x + 0.5) - 0.5, 0.0), coarse->width - 1.0);
    double fy = fmin(fmax(0.5 * (y + 0.5) - 0.5, 0.0), coarse->height - 1.0);
    int x0 = (int) fx;
    int y0 = (int) fy;
    double px = fx - x0;
    double py = fy - y0;
    for (int c = 0; c < 4; c++) {
        out[c] = 0.0f;
    }
    for (int k = 0; k < 4; k++) {
        int cx = zd_int_min(x0 + (k & 1), coarse->width - 1);
        int cy = zd_int_min(y0 + (k >> 1), coarse->height - 1);
        double w = ((k & 1) != 0 ? px : 1.0 - px) * ((k >> 1) != 0 ? py : 1.0 - py);
        for (int c = 0; c < 4; c++) {
            out[c] +=
                (float) w *
                coarse->rgba[((size_t) cy * (size_t) coarse->width + (size_t) cx) * 4 + (size_t) c];
        }
    }
}

static void pull(const level *coarse, const level *fine, bool all)
{
    for (int y = 0; y < fine->height; y++) {
        for (int x = 0; x < fine->width; x++) {
            size_t at = (size_t) y * (size_t) fine->width + (size_t) x;
            float w = all ? 0.0f : fine->weight[at];
            float other[4];
            if (w >= 1.0f) {
                continue;
            }
            coarse_at(coarse, x, y, other);
            for (int c = 0; c < 4; c++) {
                fine->rgba[at * 4 + (size_t) c] =
                    w * fine->rgba[at * 4 + (size_t) c] + (1.0f - w) * other[c];
            }
        }
    }
}

static bool make_level(zd_context *ctx, int width, int height, level *out)
{
    size_t count = (size_t) width * (size_t) height;
    *out = (level){ .width = width, .height = height };
    out->rgba = zd_alloc_zeroed(ctx, count, 4 * sizeof *out->rgba);
    out->weight = zd_alloc_zeroed(ctx, count, sizeof *out->weight);
    return out->rgba != NULL && out->weight != NULL;
}

/* The coarser levels fill what they have no colour for, and give the finer ones all of theirs. */
bool zd_scene_canvas_smooth(zd_context *ctx, int width, int height, float *rgba, float *weight)
{
    level levels[MAX_LEVELS];
    int count = 1;
    bool good = true;
    levels[0] = (level){ .rgba = rgba, .weight = weight, .width = width, .height = height };
    while (good && count < MAX_LEVELS &&
           (levels[count - 1].width > 1 || levels[count - 1].height > 1)) {
        const level *fine = &levels[count - 1];
        good = make_level(ctx, (fine->width + 1) / 2, (fine->height + 1) / 2, &levels[count]);
        if (good) {
            push(fine, &levels[count]);
        }
        count++;
    }
    for (int i = count - 2; good && i >= 0; i--) {
        pull(&levels[i + 1], &levels[i], i < SMOOTH_LEVEL);
    }
    for (int i = 1; i < count; i++) {
        zd_free(ctx, levels[i].rgba);
        zd_free(ctx, levels[i].weight);
    }
    return good;
}
