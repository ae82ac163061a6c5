/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Squares of a picture, turned and scaled, as the two networks want them. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "face/face_internal.h"

enum { MOST_SUBSAMPLES = 8 };

/* The inner and outer corners of the eyes. */
static const int right_eye[2] = { 33, 133 };
static const int left_eye[2] = { 362, 263 };

void zd_face_crop_point(const zd_face_crop *crop, float u, float v, float out[2])
{
    float a = (u - 0.5f) * crop->side;
    float b = (v - 0.5f) * crop->side;
    float c = cosf(crop->angle);
    float s = sinf(crop->angle);
    out[0] = crop->x + c * a - s * b;
    out[1] = crop->y + s * a + c * b;
}

static void middle_of(const float points[ZD_FACE_POINTS][3], const int of[2], float out[2])
{
    for (int i = 0; i < 2; i++) {
        out[i] = 0.5f * (points[of[0]][i] + points[of[1]][i]);
    }
}

zd_face_crop zd_face_crop_of(const float points[ZD_FACE_POINTS][3])
{
    float right[2];
    float left[2];
    middle_of(points, right_eye, right);
    middle_of(points, left_eye, left);
    float angle = atan2f(left[1] - right[1], left[0] - right[0]);
    float c = cosf(angle);
    float s = sinf(angle);
    float low[2] = { INFINITY, INFINITY };
    float high[2] = { -INFINITY, -INFINITY };
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        float turned[2] = { c * points[i][0] + s * points[i][1],
                            c * points[i][1] - s * points[i][0] };
        for (int k = 0; k < 2; k++) {
            low[k] = fminf(low[k], turned[k]);
            high[k] = fmaxf(high[k], turned[k]);
        }
    }
    float x = 0.5f * (low[0] + high[0]);
    float y = 0.5f * (low[1] + high[1]);
    return (zd_face_crop){ .x = c * x - s * y,
                           .y = s * x + c * y,
                           .side = 1.5f * fmaxf(high[0] - low[0], high[1] - low[1]),
                           .angle = angle };
}

/** What the rows of a crop are sampled from. */
typedef struct sampler {
    zd_view picture;
    zd_rect part;
    const zd_face_crop *crop;
    int side;
    int subsamples; /* each way */
    float *rgb;
} sampler;

/** Adds a bilinear sample; pixels outside the part are black. */
static void add_sample(const sampler *s, float x, float y, float sum[3])
{
    float left = floorf(x - 0.5f);
    float top = floorf(y - 0.5f);
    float fx = x - 0.5f - left;
    float fy = y - 0.5f - top;
    if (!(left >= -1.0f && top >= -1.0f && left < (float) s->part.x1 && top < (float) s->part.y1)) {
        return;
    }
    for (int k = 0; k < 4; k++) {
        int px = (int) left + k % 2;
        int py = (int) top + k / 2;
        float weight = (k % 2 == 1 ? fx : 1.0f - fx) * (k / 2 == 1 ? fy : 1.0f - fy);
        if (px < s->part.x0 || py < s->part.y0 || px >= s->part.x1 || py >= s->part.y1) {
            continue;
        }
        const float *from =
            zd_view_row_f32(s->picture, py) + (size_t) px * (size_t) s->picture.format.channels;
        for (int c = 0; c < 3; c++) {
            sum[c] += weight * from[c];
        }
    }
}

static void sample_row(void *user, int row)
{
    const sampler *s = user;
    int n = s->subsamples;
    float step = 1.0f / (float) (s->side * n);
    float share = 1.0f / (float) (n * n);
    for (int i = 0; i < s->side; i++) {
        float sum[3] = { 0.0f };
        for (int k = 0; k < n * n; k++) {
            float at[2];
            zd_face_crop_point(s->crop, ((float) (i * n + k % n) + 0.5f) * step,
                               ((float) (row * n + k / n) + 0.5f) * step, at);
            add_sample(s, at[0], at[1], sum);
        }
        for (int c = 0; c < 3; c++) {
            s->rgb[((size_t) row * (size_t) s->side + (size_t) i) * 3 + (size_t) c] =
                sum[c] * share;
        }
    }
}

void zd_face_crop_sample(zd_context *ctx, zd_view picture, zd_rect part, const zd_face_crop *crop,
                         int side, float *rgb)
{
    assert(part.x0 >= 0 && part.y0 >= 0 && part.x1 <= picture.width && part.y1 <= picture.height);
    assert(side > 0 && crop->side > 0.0f);
    sampler s = { picture, part, crop, side, 1, rgb };
    float shrink = ceilf(crop->side / (float) side - 0.25f);
    s.subsamples = shrink > 1.0f ? (int) fminf(shrink, MOST_SUBSAMPLES) : 1;
    zd_pool_run(zd_context_pool(ctx), side, sample_row, &s);
}
