/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Motion is looked for at half the working size, where a block is 16 x 16 of its pixels; vectors are whole
 * there, so a moved picture is never interpolated and does not soften from frame to frame. Whether motion
 * is true is told by the mean difference of luma over 3 x 3. */

#include "style/style_memory.h"

#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "depth/motion.h"

enum { ROWS = 16 };

static const float noise = 0.03f; /* a mean difference that halves what stays, about */

struct zd_style_memory {
    zd_context *ctx;
    int width; /* 0: nothing is remembered */
    int height;
    int style;
    bool has_footage;
    bool has_painted;
    zd_luma now; /* at half size */
    zd_luma before;
    float *luma[2];
    float *vectors;
    float *scratch;
    zd_image *half;    /* RGB f32 */
    zd_image *painted; /* RGB f32, the last */
    zd_image *next;
};

zd_status zd_style_memory_create(zd_context *ctx, zd_style_memory **out, zd_error *err)
{
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "a style's memory");
    }
    (*out)->ctx = ctx;
    return ZD_OK;
}

static void release(zd_style_memory *m)
{
    for (int i = 0; i < 2; i++) {
        zd_free(m->ctx, m->luma[i]);
        m->luma[i] = NULL;
    }
    zd_free(m->ctx, m->vectors);
    zd_free(m->ctx, m->scratch);
    m->vectors = NULL;
    m->scratch = NULL;
    zd_image_unref(&m->half);
    zd_image_unref(&m->painted);
    zd_image_unref(&m->next);
    m->width = 0;
}

void zd_style_memory_destroy(zd_style_memory **memory)
{
    zd_style_memory *m = *memory;
    if (m != NULL) {
        release(m);
        zd_free(m->ctx, m);
        *memory = NULL;
    }
}

void zd_style_memory_forget(zd_style_memory *memory)
{
    memory->has_footage = false;
    memory->has_painted = false;
}

static int blocks(int size)
{
    return (size + ZD_MOTION_BLOCK - 1) / ZD_MOTION_BLOCK;
}

static zd_status allocate(zd_style_memory *m, int width, int height, zd_error *err)
{
    int across = width / 2;
    int down = height / 2;
    size_t vectors = 2 * (size_t) blocks(across) * (size_t) blocks(down);
    release(m);
    zd_style_memory_forget(m);
    for (int i = 0; i < 2; i++) {
        m->luma[i] = zd_alloc_zeroed(m->ctx, zd_luma_floats(across, down), sizeof(float));
    }
    m->vectors = zd_alloc_zeroed(m->ctx, vectors, sizeof(float));
    m->scratch = zd_alloc_zeroed(m->ctx, vectors, sizeof(float));
    if (m->luma[0] == NULL || m->luma[1] == NULL || m->vectors == NULL || m->scratch == NULL) {
        return zd_fail_memory(err, "a style's memory");
    }
    ZD_TRY(zd_image_create(m->ctx, across, down, ZD_RGB_F32, &m->half, err));
    ZD_TRY(zd_image_create(m->ctx, width, height, ZD_RGB_F32, &m->painted, err));
    ZD_TRY(zd_image_create(m->ctx, width, height, ZD_RGB_F32, &m->next, err));
    zd_luma_init(&m->now, m->luma[0], across, down);
    zd_luma_init(&m->before, m->luma[1], across, down);
    m->width = width;
    m->height = height;
    return ZD_OK;
}

static void halve(zd_view from, zd_view to)
{
    for (int y = 0; y < to.height; y++) {
        const float *a = zd_view_row_f32(from, 2 * y);
        const float *b = zd_view_row_f32(from, 2 * y + 1);
        float *out = zd_view_row_f32(to, y);
        for (int x = 0; x < to.width; x++, a += 6, b += 6) {
            for (int c = 0; c < 3; c++) {
                *out++ = 0.25f * (a[c] + a[c + 3] + b[c] + b[c + 3]);
            }
        }
    }
}

zd_status zd_style_memory_see(zd_style_memory *m, zd_view footage, int style, zd_error *err)
{
    assert(footage.width % 2 == 0 && footage.height % 2 == 0);
    if (m->width != footage.width || m->height != footage.height) {
        ZD_TRY(allocate(m, footage.width, footage.height, err));
    }
    if (m->style != style) {
        zd_style_memory_forget(m);
    }
    m->style = style;
    zd_luma last = m->before;
    m->before = m->now;
    m->now = last;
    halve(footage, zd_image_view(m->half));
    zd_luma_load(&m->now, zd_image_view(m->half));
    if (m->has_footage) {
        zd_motion_find(m->ctx, &m->now, &m->before, m->vectors, m->scratch);
    }
    m->has_painted = m->has_painted && m->has_footage;
    m->has_footage = true;
    return ZD_OK;
}

/* The mean difference of luma around a point of half size and where it was. Lumas are padded. */
static float difference(const zd_style_memory *m, int x, int y, int dx, int dy)
{
    ptrdiff_t stride = m->now.stride[0];
    const float *now = m->now.levels[0] + (y - 1) * stride + x - 1;
    const float *before = m->before.levels[0] + (y + dy - 1) * stride + x + dx - 1;
    float sum = 0.0f;
    for (int v = 0; v < 3; v++, now += stride, before += stride) {
        for (int u = 0; u < 3; u++) {
            sum += now[u] - before[u];
        }
    }
    return fabsf(sum) * (1.0f / 9.0f);
}

typedef struct steady_job {
    const zd_style_memory *memory;
    float amount;
    zd_view painted;
    zd_view last;
    zd_view next;
} steady_job;

/* How much of the last picture stays at a point of half size, and from where in the working picture. */
static float trust(const steady_job *job, int x, int y, int from[2])
{
    const zd_style_memory *m = job->memory;
    int block = y / ZD_MOTION_BLOCK * blocks(m->width / 2) + x / ZD_MOTION_BLOCK;
    int dx = (int) m->vectors[2 * block];
    int dy = (int) m->vectors[2 * block + 1];
    from[0] = 2 * (x + dx);
    from[1] = 2 * (y + dy);
    if (from[0] < 0 || from[1] < 0 || from[0] + 2 > m->width || from[1] + 2 > m->height) {
        return 0.0f;
    }
    float d = difference(m, x, y, dx, dy) / noise;
    float off = 1.0f + d * d;
    return job->amount / (off * off);
}

/* Rows of half size. */
static void steady_rows(void *user, int item)
{
    const steady_job *job = user;
    int end = zd_int_min((item + 1) * ROWS, job->painted.height / 2);
    for (int y = item * ROWS; y < end; y++) {
        for (int x = 0; x < job->painted.width / 2; x++) {
            int from[2];
            float stays = trust(job, x, y, from);
            for (int v = 0; v < 2; v++) {
                const float *new = zd_view_row_f32(job->painted, 2 * y + v) + 6 * (ptrdiff_t) x;
                float *out = zd_view_row_f32(job->next, 2 * y + v) + 6 * (ptrdiff_t) x;
                const float *old = new;
                if (stays > 0.0f) {
                    old = zd_view_row_f32(job->last, from[1] + v) + 3 * (ptrdiff_t) from[0];
                }
                for (int c = 0; c < 6; c++) {
                    out[c] = new[c] + stays *(old[c] - new[c]);
                }
            }
        }
    }
}

void zd_style_memory_steady(zd_style_memory *m, float amount, zd_view painted)
{
    assert(m->has_footage && painted.width == m->width && painted.height == m->height);
    if (m->has_painted && amount > 0.0f) {
        steady_job job = { m, amount, painted, zd_image_view(m->painted), zd_image_view(m->next) };
        int items = (m->height / 2 + ROWS - 1) / ROWS;
        zd_pool_run(zd_context_pool(m->ctx), items, steady_rows, &job);
        zd_view_copy(job.next, painted);
    }
    zd_view_copy(painted, zd_image_view(m->painted));
    m->has_painted = true;
}
