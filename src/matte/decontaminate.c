/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Works on cells of a 240th of the frame's height. Each cell sums its pixels' colours weighted by
 * how surely they are foreground, and background. Around mixed cells the two are averaged over
 * 3 % of the height with weights that fall with the distance, and every mixed pixel corrects them
 * by what they leave unexplained of it. Cells lie on the frame, so that tiles agree; their edges are
 * rounded down to pixels, so that the cost of a picture does not step with its height. */

#include "matte/decontaminate.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"
#include "core/vector.h"
#include "image/vec4.h"
#include "matte/cell_edge.h"

enum { CELL_ROWS = 240, MAX_REACH = 8, SUMS = 8, MEANS = 6, ROWS_PER_ITEM = 4, TOGETHER = 4 };

/* Flags of a cell. */
enum { MIXED = 1, WANTED = 2, SUMMED = 4 };

#define FALLBACK 1e-3f /* weight of the cell's own colour where nothing pure is near */

struct zd_decontaminator {
    zd_context *ctx;
    int width;
    int height;
    int cell_rows; /* in the frame's height */
    int reach;     /* of the average, in cells */
    int cells_w;
    int cells_h;
    unsigned char *flags;
    float *sums;  /* weight, red, green, blue of the foreground, then of the background */
    float *means; /* red, green, blue of the foreground, then of the background */
    float window[(2 * MAX_REACH + 1) * (2 * MAX_REACH + 1)];
};

typedef struct colour_job {
    zd_decontaminator *d;
    zd_view picture;
    zd_view matte;
    zd_rect roi;
    zd_rect cells; /* that cover the roi */
    const zd_view *background;
    const zd_view *foreground;
    bool edges_only; /* pure pixels are not written */
} colour_job;

/* Cells in a frame's height: each has a pixel at least. */
static int cell_rows_of(int frame_height)
{
    return zd_int_min(frame_height, CELL_ROWS);
}

/* Of the window, in cells. */
static int reach_of(int frame_height)
{
    return zd_int_clamp((int) lroundf(0.03f * (float) cell_rows_of(frame_height)), 2, MAX_REACH);
}

int zd_decontaminator_margin_of(int frame_height)
{
    int rows = cell_rows_of(frame_height);
    return ((reach_of(frame_height) + 3) * frame_height + rows - 1) / rows;
}

/* The cell of a pixel row or column. */
static int cell_at(const zd_decontaminator *d, int pixel)
{
    return ((pixel + 1) * d->cell_rows - 1) / d->height;
}

/* The first pixel row or column of a cell, which may lie after the frame. */
static int first_of(const zd_decontaminator *d, int cell)
{
    return zd_cell_edge(cell, d->height, d->cell_rows);
}

zd_status zd_decontaminator_create(zd_context *ctx, int frame_width, int frame_height,
                                   zd_decontaminator **out, zd_error *err)
{
    ZD_REQUIRE(err, frame_width > 0 && frame_height > 0);
    *out = NULL;
    if (frame_width < 1 || frame_height < 1 || frame_width > zd_context_max_dimension(ctx) ||
        frame_height > zd_context_max_dimension(ctx))
    {
        return zd_fail(err, ZD_ERR_LIMIT, "a frame of %dx%d; each side must be 1 to %d",
                       frame_width, frame_height, zd_context_max_dimension(ctx));
    }
    zd_decontaminator *d = zd_alloc_zeroed(ctx, 1, sizeof *d);
    if (d == NULL) {
        return zd_fail_memory(err, "the decontamination");
    }
    d->ctx = ctx;
    d->width = frame_width;
    d->height = frame_height;
    d->cell_rows = cell_rows_of(frame_height);
    d->reach = reach_of(frame_height);
    d->cells_w = cell_at(d, frame_width - 1) + 1;
    d->cells_h = d->cell_rows;
    size_t cells = (size_t) d->cells_w * (size_t) d->cells_h;
    d->flags = zd_alloc_zeroed(ctx, cells, 1);
    d->sums = zd_alloc(ctx, cells * SUMS * sizeof(float));
    d->means = zd_alloc(ctx, cells * MEANS * sizeof(float));
    for (int y = -d->reach; y <= d->reach; y++) {
        for (int x = -d->reach; x <= d->reach; x++) {
            float distance = (float) (x * x + y * y) + 0.5f;
            d->window[(y + d->reach) * (2 * d->reach + 1) + x + d->reach] =
                1.0f / (distance * distance);
        }
    }
    if (d->flags == NULL || d->sums == NULL || d->means == NULL) {
        zd_decontaminator_destroy(&d);
        return zd_fail_memory(err, "the decontamination");
    }
    *out = d;
    return ZD_OK;
}

void zd_decontaminator_destroy(zd_decontaminator **decontaminator)
{
    zd_decontaminator *d = *decontaminator;
    if (d != NULL) {
        zd_free(d->ctx, d->flags);
        zd_free(d->ctx, d->sums);
        zd_free(d->ctx, d->means);
        zd_free(d->ctx, d);
        *decontaminator = NULL;
    }
}

int zd_decontaminator_margin(const zd_decontaminator *decontaminator)
{
    assert(decontaminator != NULL);
    return zd_decontaminator_margin_of(decontaminator->height);
}

static zd_rect cell_pixels(const zd_decontaminator *d, int x, int y)
{
    return (zd_rect){ first_of(d, x), first_of(d, y), zd_int_min(first_of(d, x + 1), d->width),
                      first_of(d, y + 1) };
}

static zd_rect grow(const zd_decontaminator *d, zd_rect cells, int by)
{
    zd_rect all = { 0, 0, d->cells_w, d->cells_h };
    return zd_rect_intersect(
        (zd_rect){ cells.x0 - by, cells.y0 - by, cells.x1 + by, cells.y1 + by }, all);
}

static unsigned char *flag_row(const zd_decontaminator *d, int y)
{
    return d->flags + (ptrdiff_t) y * d->cells_w;
}

static bool is_mixed(zd_view matte, zd_rect pixels)
{
    for (int y = pixels.y0; y < pixels.y1; y++) {
        const float *row = zd_view_row_f32(matte, y);
        for (int x = pixels.x0; x < pixels.x1; x++) {
            if (row[x] > 0.0f && row[x] < 1.0f) {
                return true;
            }
        }
    }
    return false;
}

/* Finds the mixed cells of the roi and one cell more, since pixels look at their neighbours. */
static void flag_rows(void *user, int item)
{
    const colour_job *job = user;
    zd_rect around = grow(job->d, job->cells, job->d->reach + 2);
    zd_rect near = grow(job->d, job->cells, 1);
    int y = around.y0 + item;
    unsigned char *flags = flag_row(job->d, y);
    for (int x = around.x0; x < around.x1; x++) {
        bool inside = x >= near.x0 && x < near.x1 && y >= near.y0 && y < near.y1;
        flags[x] = inside && is_mixed(job->matte, cell_pixels(job->d, x, y)) ? MIXED : 0;
    }
}

static void raise_flags(const colour_job *job, zd_rect within, int from, int to, int by)
{
    for (int y = within.y0; y < within.y1; y++) {
        for (int x = within.x0; x < within.x1; x++) {
            if ((flag_row(job->d, y)[x] & from) == 0) {
                continue;
            }
            zd_rect reach = grow(job->d, (zd_rect){ x, y, x + 1, y + 1 }, by);
            for (int v = reach.y0; v < reach.y1; v++) {
                unsigned char *flags = flag_row(job->d, v);
                for (int u = reach.x0; u < reach.x1; u++) {
                    flags[u] = (unsigned char) (flags[u] | to);
                }
            }
        }
    }
}

/* Sums the colours of one cell. Pure pixels count far more than mixed ones. */
static void sum_cell(const colour_job *job, zd_rect pixels, float sums[SUMS])
{
    int channels = job->picture.format.channels;
    memset(sums, 0, SUMS * sizeof *sums);
    for (int y = pixels.y0; y < pixels.y1; y++) {
        const float *m = zd_view_row_f32(job->matte, y) + pixels.x0;
        const float *pixel = zd_view_row_f32(job->picture, y) + (ptrdiff_t) pixels.x0 * channels;
        for (int x = 0; x < pixels.x1 - pixels.x0; x++, pixel += channels) {
            float front = m[x] * m[x] * m[x];
            float rest = 1.0f - m[x];
            float back = rest * rest * rest;
            sums[0] += front;
            sums[4] += back;
            for (int c = 0; c < 3; c++) {
                sums[1 + c] += front * pixel[c];
                sums[5 + c] += back * pixel[c];
            }
        }
    }
    for (int i = 0; i < SUMS; i++) {
        sums[i] = fabsf(sums[i]) < 1e30f ? sums[i] : 0.0f; /* a damaged pixel costs its cell */
    }
}

static ZD_VECTORISED void sum_rows(void *user, int item)
{
    const colour_job *job = user;
    zd_rect around = grow(job->d, job->cells, job->d->reach + 2);
    int y = around.y0 + item;
    for (int x = around.x0; x < around.x1; x++) {
        if ((flag_row(job->d, y)[x] & SUMMED) != 0) {
            sum_cell(job, cell_pixels(job->d, x, y),
                     job->d->sums + ((ptrdiff_t) y * job->d->cells_w + x) * SUMS);
        }
    }
}

typedef float cell_sums __attribute__((vector_size(4 * SUMS)));

/* Adds what lies around some cells of a row, weighted. The windows of all must be cut alike by the frame.
 * Each addition waits for the one before it, so cells side by side cost hardly more than one. */
static inline __attribute__((always_inline)) void add_windows(const zd_decontaminator *d,
                                                              const int *xs, int count, int y,
                                                              cell_sums *totals)
{
    int side = 2 * d->reach + 1;
    int left = zd_int_min(d->reach, xs[0]);
    int right = zd_int_min(d->reach, d->cells_w - 1 - xs[0]);
    for (int v = zd_int_max(y - d->reach, 0); v <= zd_int_min(y + d->reach, d->cells_h - 1); v++) {
        const float *window = d->window + (ptrdiff_t) (v - y + d->reach) * side + d->reach;
        const float *row = d->sums + (ptrdiff_t) v * d->cells_w * SUMS;
        for (int u = -left; u <= right; u++) {
            for (int i = 0; i < count; i++) {
                cell_sums sums;
                sums = *(const zd_vec8_at *) (const void *) (row + (ptrdiff_t) (xs[i] + u) * SUMS);
                totals[i] += window[u] * sums;
            }
        }
    }
}

static void finish_cell(const zd_decontaminator *d, int x, int y, const cell_sums *totals)
{
    float total[SUMS];
    memcpy(total, totals, sizeof total);
    const float *own = d->sums + ((ptrdiff_t) y * d->cells_w + x) * SUMS;
    float *means = d->means + ((ptrdiff_t) y * d->cells_w + x) * MEANS;
    for (int c = 0; c < 3; c++) {
        float colour = (own[1 + c] + own[5 + c]) / (own[0] + own[4] + 1e-12f);
        means[c] = (total[1 + c] + FALLBACK * colour) / (total[0] + FALLBACK);
        means[3 + c] = (total[5 + c] + FALLBACK * colour) / (total[4] + FALLBACK);
    }
}

static inline __attribute__((always_inline)) void average_cells(const zd_decontaminator *d,
                                                                const int *xs, int count, int y)
{
    cell_sums totals[TOGETHER];
    memset(totals, 0, sizeof totals);
    add_windows(d, xs, count, y, totals);
    for (int i = 0; i < count; i++) {
        finish_cell(d, xs[i], y, &totals[i]);
    }
}

static ZD_VECTORISED void average_rows(void *user, int item)
{
    const colour_job *job = user;
    const zd_decontaminator *d = job->d;
    zd_rect near = grow(d, job->cells, 2);
    int y = near.y0 + item;
    int xs[TOGETHER];
    int waiting = 0;
    for (int x = near.x0; x < near.x1; x++) {
        if ((flag_row(d, y)[x] & WANTED) == 0) {
            continue;
        }
        if (x < d->reach || x >= d->cells_w - d->reach) {
            average_cells(d, &x, 1, y);
            continue;
        }
        xs[waiting++] = x;
        if (waiting == TOGETHER) {
            average_cells(d, xs, TOGETHER, y);
            waiting = 0;
        }
    }
    for (int i = 0; i < waiting; i++) {
        average_cells(d, &xs[i], 1, y);
    }
}

/* The means at a pixel, between those of the four nearest cells: front, then back. Of four lanes the last one
 * of the front and the first of the back are of the other. */
static inline void means_at(const zd_decontaminator *d, int x, int y, zd_vec4 *front, zd_vec4 *back)
{
    float scale = (float) d->cell_rows / (float) d->height;
    float cx = zd_float_clamp(((float) x + 0.5f) * scale - 0.5f, 0.0f, (float) (d->cells_w - 1));
    float cy = zd_float_clamp(((float) y + 0.5f) * scale - 0.5f, 0.0f, (float) (d->cells_h - 1));
    int x0 = (int) cx;
    int y0 = (int) cy;
    int x1 = zd_int_min(x0 + 1, d->cells_w - 1);
    int y1 = zd_int_min(y0 + 1, d->cells_h - 1);
    const float *top = d->means + (ptrdiff_t) y0 * d->cells_w * MEANS;
    const float *bottom = d->means + (ptrdiff_t) y1 * d->cells_w * MEANS;
    zd_vec4 fx = zd_vec4_splat(cx - (float) x0);
    zd_vec4 fy = zd_vec4_splat(cy - (float) y0);
    zd_vec4 *out[2] = { front, back };
    for (int i = 0; i < 2; i++) {
        const int first = i * (MEANS - 4);
        zd_vec4 a = zd_vec4_load(top + x0 * MEANS + first);
        zd_vec4 b = zd_vec4_load(bottom + x0 * MEANS + first);
        a += (zd_vec4_load(top + x1 * MEANS + first) - a) * fx;
        b += (zd_vec4_load(bottom + x1 * MEANS + first) - b) * fx;
        *out[i] = a + (b - a) * fy;
    }
    *back = __builtin_shufflevector(*back, *back, 1, 2, 3, 3);
}

/* Parts a mixed pixel into its two colours, so that m F + (1 - m) B explains it. */
static inline void part_pixel(zd_vec4 pixel, float m, zd_vec4 *front, zd_vec4 *back)
{
    const zd_vec4 zero = zd_vec4_splat(0.0f);
    zd_vec4 share = zd_vec4_splat(1.0f / (m * m + (1.0f - m) * (1.0f - m)));
    zd_vec4 mine = zd_vec4_splat(m);
    zd_vec4 others = zd_vec4_splat(1.0f - m);
    zd_vec4 rest = pixel - mine * *front - others * *back;
    zd_vec4 most = zd_vec4_max(pixel, zero) / others;
    *front = zd_vec4_max(*front + rest * mine * share, zero);
    *back += rest * others * share;
    *back = zd_vec4_select(*back < zero, zero, zd_vec4_select(*back > most, most, *back));
}

static void write_pixel(const zd_view *view, int x, int y, const float rgb[3])
{
    if (view != NULL) {
        memcpy(zd_view_row_f32(*view, y) + 3 * (ptrdiff_t) x, rgb, 3 * sizeof *rgb);
    }
}

static ZD_VECTORISED void part_rows(void *user, int item)
{
    const colour_job *job = user;
    int y0 = job->roi.y0 + item * ROWS_PER_ITEM;
    int y1 = zd_int_min(y0 + ROWS_PER_ITEM, job->roi.y1);
    int channels = job->picture.format.channels;
    for (int y = y0; y < y1; y++) {
        const float *m = zd_view_row_f32(job->matte, y);
        const float *pixel = zd_view_row_f32(job->picture, y) + (ptrdiff_t) job->roi.x0 * channels;
        for (int x = job->roi.x0; x < job->roi.x1; x++, pixel += channels) {
            if (!(m[x] > 0.0f && m[x] < 1.0f)) {
                if (job->edges_only) {
                    continue;
                }
                write_pixel(job->background, x - job->roi.x0, y - job->roi.y0, pixel);
                write_pixel(job->foreground, x - job->roi.x0, y - job->roi.y0, pixel);
                continue;
            }
            zd_vec4 front;
            zd_vec4 back;
            means_at(job->d, x, y, &front, &back);
            part_pixel((zd_vec4){ pixel[0], pixel[1], pixel[2], 0.0f }, m[x], &front, &back);
            write_pixel(job->background, x - job->roi.x0, y - job->roi.y0, (float *) &back);
            write_pixel(job->foreground, x - job->roi.x0, y - job->roi.y0, (float *) &front);
        }
    }
}

static zd_status check(const zd_decontaminator *d, const colour_job *job, zd_error *err)
{
    zd_rect roi = job->roi;
    if (job->picture.width != d->width || job->picture.height != d->height ||
        job->matte.width != d->width || job->matte.height != d->height)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "picture of %dx%d and matte of %dx%d; expected %dx%d", job->picture.width,
                       job->picture.height, job->matte.width, job->matte.height, d->width,
                       d->height);
    }
    if (zd_rect_is_empty(roi) || roi.x0 < 0 || roi.y0 < 0 || roi.x1 > d->width ||
        roi.y1 > d->height) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the region %d,%d..%d,%d lies outside the frame of %dx%d", roi.x0, roi.y0,
                       roi.x1, roi.y1, d->width, d->height);
    }
    return ZD_OK;
}

static zd_status estimate(colour_job *job, zd_error *err)
{
    const zd_decontaminator *d = job->d;
    zd_rect roi = job->roi;
    ZD_TRY(check(d, job, err));
    job->cells = (zd_rect){ cell_at(d, roi.x0), cell_at(d, roi.y0), cell_at(d, roi.x1 - 1) + 1,
                            cell_at(d, roi.y1 - 1) + 1 };
    zd_pool *pool = zd_context_pool(d->ctx);
    zd_rect around = grow(d, job->cells, d->reach + 2);
    zd_rect near = grow(d, job->cells, 1);
    zd_rect wanted = grow(d, job->cells, 2);
    int64_t pixels = (int64_t) (roi.x1 - roi.x0) * (roi.y1 - roi.y0);
    zd_pool_run_on(pool, pixels, around.y1 - around.y0, flag_rows, job);
    raise_flags(job, near, MIXED, WANTED, 1);
    raise_flags(job, wanted, WANTED, SUMMED, d->reach);
    zd_pool_run_on(pool, pixels, around.y1 - around.y0, sum_rows, job);
    zd_pool_run_on(pool, pixels, wanted.y1 - wanted.y0, average_rows, job);
    zd_pool_run_on(pool, pixels, (roi.y1 - roi.y0 + ROWS_PER_ITEM - 1) / ROWS_PER_ITEM, part_rows,
                   job);
    return ZD_OK;
}

zd_status zd_matte_estimate_colours(zd_decontaminator *decontaminator, const zd_view *picture,
                                    const zd_view *matte, zd_rect roi, const zd_view *background,
                                    const zd_view *foreground, zd_error *err)
{
    colour_job job = { .d = decontaminator,
                       .picture = *picture,
                       .matte = *matte,
                       .roi = roi,
                       .background = background,
                       .foreground = foreground };
    return estimate(&job, err);
}

zd_status zd_matte_estimate_edges(zd_decontaminator *decontaminator, const zd_view *picture,
                                  const zd_view *matte, zd_rect roi, const zd_view *background,
                                  zd_error *err)
{
    colour_job job = { .d = decontaminator,
                       .picture = *picture,
                       .matte = *matte,
                       .roi = roi,
                       .background = background,
                       .edges_only = true };
    return estimate(&job, err);
}
