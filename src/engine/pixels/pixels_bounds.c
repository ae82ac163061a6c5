/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where a picture is not empty. Rows are read from both ends to the first pixel that is something,
 * so that only what is empty costs time. */

#include <pthread.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "engine/pixels/pixels.h"

enum { BAND_ROWS = 16 };

typedef struct bounds_job {
    const zd_pixels *picture;
    zd_rect rect; /* inside the picture */
    pthread_mutex_t lock;
    zd_rect found; /* guarded by `lock` */
} bounds_job;

static bool is_zero(const char *bytes, size_t count)
{
    static const char zeros[256];
    for (; count > sizeof zeros; bytes += sizeof zeros, count -= sizeof zeros) {
        if (memcmp(bytes, zeros, sizeof zeros) != 0) {
            return false;
        }
    }
    return memcmp(bytes, zeros, count) == 0;
}

/* The first and the end of what is something among `count` pixels; false when there is nothing. */
static bool find_ends(const char *row, int count, size_t pixel, int *first, int *end)
{
    enum { RUN = 16 };
    int x = 0;
    while (x + RUN <= count && is_zero(row + (size_t) x * pixel, RUN * pixel)) {
        x += RUN;
    }
    while (x < count && is_zero(row + (size_t) x * pixel, pixel)) {
        x++;
    }
    *first = x;
    *end = count;
    while (*end > x && is_zero(row + (size_t) (*end - 1) * pixel, pixel)) {
        --*end;
    }
    return x < count;
}

static void join(zd_rect *all, zd_rect more)
{
    if (zd_rect_is_empty(*all)) {
        *all = more;
        return;
    }
    *all = (zd_rect){ zd_int_min(all->x0, more.x0), zd_int_min(all->y0, more.y0),
                      zd_int_max(all->x1, more.x1), zd_int_max(all->y1, more.y1) };
}

static void look_at_band(void *user, int band)
{
    bounds_job *job = user;
    zd_rect found = { 0, 0, 0, 0 };
    const zd_pixels *picture = job->picture;
    size_t pixel = zd_format_pixel_bytes(picture->view.format);
    int width = job->rect.x1 - job->rect.x0;
    int y0 = job->rect.y0 + band * BAND_ROWS;
    int y1 = zd_int_min(y0 + BAND_ROWS, job->rect.y1);
    for (int y = y0; y < y1; y++) {
        int first;
        int end;
        const char *row = (const char *) zd_view_row_u8(picture->view, y - picture->y) +
                          (size_t) (job->rect.x0 - picture->x) * pixel;
        if (find_ends(row, width, pixel, &first, &end)) {
            join(&found, (zd_rect){ job->rect.x0 + first, y, job->rect.x0 + end, y + 1 });
        }
    }
    if (!zd_rect_is_empty(found)) {
        pthread_mutex_lock(&job->lock);
        join(&job->found, found);
        pthread_mutex_unlock(&job->lock);
    }
}

zd_rect zd_pixels_bounds(zd_context *ctx, const zd_pixels *picture, zd_rect rect)
{
    bounds_job job = { .picture = picture,
                       .rect = zd_rect_intersect(rect, zd_pixels_rect(picture)) };
    bool has_alpha = picture->view.format.channels == 4 && picture->alpha != ZD_PIXELS_OPAQUE;
    if (!has_alpha || zd_rect_is_empty(job.rect)) {
        return job.rect; /* a picture without alpha is something everywhere */
    }
    pthread_mutex_init(&job.lock, NULL);
    int64_t pixels = (int64_t) (job.rect.x1 - job.rect.x0) * (job.rect.y1 - job.rect.y0);
    zd_pool_run_on(zd_context_pool(ctx), pixels,
                   (job.rect.y1 - job.rect.y0 + BAND_ROWS - 1) / BAND_ROWS, look_at_band, &job);
    pthread_mutex_destroy(&job.lock);
    return job.found;
}
