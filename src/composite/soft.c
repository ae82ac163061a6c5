/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Means of squares, a separable Gaussian, and bilinear samples. */

#include "composite/soft.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/block.h"
#include "core/pool.h"
#include "core/size.h"

enum { BAND = 16 };

/* `sigma` in small pixels. Means and bilinear samples blur by themselves, by 1/12 and 1/6 of a small pixel's square,
 * which the kernel has the less. */
static void make_weights(zd_soft *soft, zd_vec4 sigma)
{
    zd_vec4 total = zd_vec4_splat(0.0f);
    for (int c = 0; c < 4 && soft->shrink > 1; c++) {
        sigma[c] = sqrtf(sigma[c] * sigma[c] - 0.25f);
    }
    float most = fmaxf(fmaxf(sigma[0], sigma[1]), fmaxf(sigma[2], sigma[3]));
    soft->reach = zd_int_clamp((int) ceilf(3.0f * most), 1, ZD_SOFT_MOST_REACH);
    for (int i = 0; i <= soft->reach; i++) {
        for (int c = 0; c < 4; c++) {
            float at = (float) i / sigma[c];
            soft->weights[i][c] = expf(-0.5f * at * at);
        }
        total += i == 0 ? soft->weights[i] : zd_vec4_splat(2.0f) * soft->weights[i];
    }
    for (int i = 0; i <= soft->reach; i++) {
        soft->weights[i] /= total;
    }
}

zd_status zd_soft_open(zd_context *ctx, int frame_width, int frame_height, zd_vec4 sigma,
                       const char *what, zd_soft *out, zd_error *err)
{
    float least = fminf(fminf(sigma[0], sigma[1]), fminf(sigma[2], sigma[3]));
    assert(frame_width > 0 && frame_height > 0 && least >= 0.3f);
    *out = (zd_soft){
        .ctx = ctx, .frame_width = frame_width, .frame_height = frame_height, .shrink = 1
    };
    while (3.0f * (float) out->shrink <= least) {
        out->shrink *= 2;
    }
    out->width = (frame_width + out->shrink - 1) / out->shrink;
    out->height = (frame_height + out->shrink - 1) / out->shrink;
    make_weights(out, sigma / zd_vec4_splat((float) out->shrink));
    size_t pixels = (size_t) out->width * (size_t) out->height; /* fewer than the picture has */
    if (!zd_size_mul(pixels, 2 * sizeof(zd_vec4), &out->bytes) ||
        (out->values = zd_block_take(ctx, out->bytes)) == NULL)
    {
        return zd_fail_memory(err, what);
    }
    out->across = out->values + pixels;
    return ZD_OK;
}

void zd_soft_close(zd_soft *soft)
{
    zd_block_give(soft->ctx, soft->values, soft->bytes);
    soft->values = NULL;
}

typedef struct fill_job {
    const zd_soft *soft;
    zd_soft_row row;
    const void *user;
} fill_job;

static int band_end(int item, int height)
{
    return zd_int_min((item + 1) * BAND, height);
}

/* The means of the squares; those at the border are of the pixels that there are. */
static void shrink_rows(void *user, int item)
{
    const fill_job *job = user;
    const zd_soft *s = job->soft;
    for (int y = item * BAND; y < band_end(item, s->height); y++) {
        zd_vec4 *row = s->values + (size_t) y * (size_t) s->width;
        int last = zd_int_min((y + 1) * s->shrink, s->frame_height);
        int rows = last - y * s->shrink;
        int columns = s->frame_width - (s->width - 1) * s->shrink;
        memset(row, 0, (size_t) s->width * sizeof *row);
        for (int from = y * s->shrink; from < last; from++) {
            job->row(job->user, s, from, 1.0f / (float) (s->shrink * rows), row);
        }
        row[s->width - 1] *= zd_vec4_splat((float) s->shrink / (float) columns);
    }
}

static void blur_across(void *user, int item)
{
    const zd_soft *s = ((const fill_job *) user)->soft;
    for (int y = item * BAND; y < band_end(item, s->height); y++) {
        const zd_vec4 *in = s->values + (size_t) y * (size_t) s->width;
        zd_vec4 *out = s->across + (size_t) y * (size_t) s->width;
        for (int x = 0; x < s->width; x++) {
            zd_vec4 sum = s->weights[0] * in[x];
            for (int i = 1; i <= s->reach; i++) {
                sum += s->weights[i] *
                       (in[zd_int_max(x - i, 0)] + in[zd_int_min(x + i, s->width - 1)]);
            }
            out[x] = sum;
        }
    }
}

static void blur_down(void *user, int item)
{
    const zd_soft *s = ((const fill_job *) user)->soft;
    for (int y = item * BAND; y < band_end(item, s->height); y++) {
        zd_vec4 *out = s->values + (size_t) y * (size_t) s->width;
        memset(out, 0, (size_t) s->width * sizeof *out);
        for (int i = -s->reach; i <= s->reach; i++) {
            int from = zd_int_clamp(y + i, 0, s->height - 1);
            const zd_vec4 *in = s->across + (size_t) from * (size_t) s->width;
            zd_vec4 weight = s->weights[i < 0 ? -i : i];
            for (int x = 0; x < s->width; x++) {
                out[x] += weight * in[x];
            }
        }
    }
}

void zd_soft_fill(zd_soft *soft, zd_soft_row row, const void *user)
{
    fill_job job = { soft, row, user };
    int bands = (soft->height + BAND - 1) / BAND;
    zd_pool *pool = zd_context_pool(soft->ctx);
    zd_pool_run(pool, bands, shrink_rows, &job);
    zd_pool_run(pool, bands, blur_across, &job);
    zd_pool_run(pool, bands, blur_down, &job);
}

/* The small pixel before a place, and how far behind its middle that is. */
static int before(float pixel, int shrink, int size, float *share)
{
    assert(shrink >= 1 && size > 0);
    float at = zd_float_clamp(pixel / (float) shrink - 0.5f, 0.0f, (float) (size - 1));
    int first = zd_int_min((int) at, zd_int_max(size - 2, 0));
    *share = at - (float) first;
    return first;
}

zd_vec4 zd_soft_at(const zd_soft *soft, float x, float y)
{
    float right;
    float down;
    int left = before(x, soft->shrink, soft->width, &right);
    int above = before(y, soft->shrink, soft->height, &down);
    const zd_vec4 *row = soft->values + (size_t) above * (size_t) soft->width + left;
    const zd_vec4 *next = above + 1 < soft->height ? row + soft->width : row;
    int one = left + 1 < soft->width;
    zd_vec4 up = row[0] + zd_vec4_splat(right) * (row[one] - row[0]);
    zd_vec4 low = next[0] + zd_vec4_splat(right) * (next[one] - next[0]);
    return up + zd_vec4_splat(down) * (low - up);
}
