/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* An edge moves with the nearer of its two sides, so a pixel of the band around it takes, of the motions of
 * the blocks around, the one under which what is near in its neighbourhood looks the same in the other
 * frame, refined to a part of a pixel. Where nothing fits the frame keeps what it has. */

#include "depth/edge_median.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"
#include "core/vector.h"
#include "depth/carver.h"
#include "depth/motion.h"
#include "image/vec4.h"

enum {
    BLOCK = ZD_MOTION_BLOCK,
    BAND = 3,
    LOOK = 2,
    SIDE = 2 * LOOK + 1,
    MOST_MOTIONS = 10,
    TOGETHER = 4,        /* places in one frame that are compared at once */
    BOTH = 2 * TOGETHER, /* and in the other one */
    PIECE = 64
};

#define EDGE_LEAST  0.05f
#define DOUBT_LEAST 0.25f   /* the same of the probability */
#define FAR_WEIGHT  0.05f   /* of what is far in the neighbourhood, in a comparison */
#define SAME        0.1f    /* mean difference of luma up to which two places are one */
#define STILL       0.006f  /* the same, below which nothing has moved */
#define LENGTH_COST 0.0003f /* for each pixel that a motion is longer */

struct zd_edge_median {
    zd_context *ctx;
    int width;
    int height;
    int across; /* blocks */
    int down;
    float *memory;
    zd_luma lumas[3];
    float *vectors[2]; /* from the middle frame to the one before and the one after */
    float *scratch;
    float *extremes[4]; /* along each row: least and most of depth, then of probability */
};

/* One frame on its way through the rows. */
typedef struct median_job {
    const zd_edge_median *m;
    const zd_edge_frame *frames;
    zd_view depth;
    zd_view probability;
    float step; /* of depth, that is an edge */
} median_job;

/* Hands out the memory, or counts it. */
static size_t plan(zd_edge_median *m, float *base)
{
    zd_carver p = { .base = base };
    size_t vectors = 2 * (size_t) m->across * (size_t) m->down;
    for (int i = 0; i < 3; i++) {
        float *luma = zd_carver_take(&p, zd_luma_floats(m->width, m->height));
        if (luma != NULL) {
            zd_luma_init(&m->lumas[i], luma, m->width, m->height);
        }
    }
    m->vectors[0] = zd_carver_take(&p, vectors);
    m->vectors[1] = zd_carver_take(&p, vectors);
    m->scratch = zd_carver_take(&p, vectors);
    for (int i = 0; i < 4; i++) {
        m->extremes[i] = zd_carver_take(&p, (size_t) m->width * (size_t) m->height);
    }
    return p.used;
}

zd_status zd_edge_median_create(zd_context *ctx, int map_width, int map_height,
                                zd_edge_median **out, zd_error *err)
{
    ZD_REQUIRE(err, map_width > 0 && map_height > 0);
    *out = NULL;
    if (map_width > zd_context_max_dimension(ctx) || map_height > zd_context_max_dimension(ctx)) {
        return zd_fail(err, ZD_ERR_LIMIT, "a depth map of %dx%d; each side must be 1 to %d",
                       map_width, map_height, zd_context_max_dimension(ctx));
    }
    zd_edge_median *m = zd_alloc_zeroed(ctx, 1, sizeof *m);
    if (m == NULL) {
        return zd_fail_memory(err, "the median of edges");
    }
    m->ctx = ctx;
    m->width = map_width;
    m->height = map_height;
    m->across = (map_width + BLOCK - 1) / BLOCK;
    m->down = (map_height + BLOCK - 1) / BLOCK;
    m->memory = zd_alloc_zeroed(ctx, plan(m, NULL), sizeof(float));
    if (m->memory == NULL) {
        zd_edge_median_destroy(&m);
        return zd_fail_memory(err, "the median of edges");
    }
    plan(m, m->memory);
    *out = m;
    return ZD_OK;
}

void zd_edge_median_destroy(zd_edge_median **median)
{
    if (*median != NULL) {
        zd_free((*median)->ctx, (*median)->memory);
        zd_free((*median)->ctx, *median);
        *median = NULL;
    }
}

/* The extremes along a row within BAND columns of each pixel; holes do not count. */
static void find_row_extremes(zd_view view, int y, float *least, float *most)
{
    const float *row = zd_view_row_f32(view, y);
    for (int x = 0; x < view.width; x++) {
        least[x] = row[x];
        most[x] = row[x];
    }
    for (int k = 1; k <= BAND; k++) {
        for (int x = 0; x < view.width - k; x++) {
            least[x] = row[x + k] < least[x] ? row[x + k] : least[x];
            most[x] = row[x + k] > most[x] ? row[x + k] : most[x];
        }
        for (int x = k; x < view.width; x++) {
            least[x] = row[x - k] < least[x] ? row[x - k] : least[x];
            most[x] = row[x - k] > most[x] ? row[x - k] : most[x];
        }
    }
}

static ZD_VECTORISED void extremes_row(void *user, int y)
{
    const median_job *job = user;
    const zd_edge_median *m = job->m;
    ptrdiff_t at = (ptrdiff_t) y * m->width;
    find_row_extremes(job->frames[1].depth, y, m->extremes[0] + at, m->extremes[1] + at);
    if (job->probability.data != NULL) {
        find_row_extremes(job->frames[1].probability, y, m->extremes[2] + at, m->extremes[3] + at);
    }
}

/* The extremes in the squares around columns x .. x+count-1 of a row, of depth (plane 0) or probability
 * (plane 2). */
static inline void find_extremes(const zd_edge_median *m, int plane, int x, int y, int count,
                                 float *restrict least, float *restrict most)
{
    for (int i = 0; i < count; i++) {
        least[i] = INFINITY;
        most[i] = -INFINITY;
    }
    for (int v = zd_int_max(y - BAND, 0); v <= zd_int_min(y + BAND, m->height - 1); v++) {
        const float *low = m->extremes[plane] + (ptrdiff_t) v * m->width + x;
        const float *high = m->extremes[plane + 1] + (ptrdiff_t) v * m->width + x;
        for (int i = 0; i < count; i++) {
            least[i] = low[i] < least[i] ? low[i] : least[i];
            most[i] = high[i] > most[i] ? high[i] : most[i];
        }
    }
}

/* For some columns of a row: the depth between the two sides of the edge that is there; NaN: none is. */
static inline void find_edges(const median_job *job, int x, int y, int count,
                              float *restrict middle)
{
    float least[PIECE];
    float most[PIECE];
    float low[PIECE];
    float high[PIECE];
    bool has_doubt = job->probability.data != NULL;
    find_extremes(job->m, 0, x, y, count, least, most);
    if (has_doubt) {
        find_extremes(job->m, 2, x, y, count, low, high);
    }
    for (int i = 0; i < count; i++) {
        bool is_edge =
            most[i] - least[i] >= job->step || (has_doubt && high[i] - low[i] >= DOUBT_LEAST);
        middle[i] = is_edge ? 0.5f * (least[i] + most[i]) : NAN;
    }
}

/* The weights of a pixel's neighbourhood: what is near counts, as an edge is its edge. */
typedef struct outlook {
    int x;
    int y;
    float weights[SIDE * SIDE];
    float scale;
} outlook;

static inline void look_around(const median_job *job, int x, int y, float middle, outlook *out)
{
    float sum = 0.0f;
    zd_view depth = job->frames[1].depth;
    bool is_inside = x >= LOOK && x < depth.width - LOOK;
    out->x = x;
    out->y = y;
    for (int i = 0; i < SIDE; i++) {
        const float *row = zd_view_row_f32(depth, zd_int_clamp(y + i - LOOK, 0, depth.height - 1));
        float *weights = out->weights + (ptrdiff_t) SIDE * i;
        float values[SIDE];
        for (int k = 0; k < SIDE; k++) {
            values[k] =
                row[is_inside ? x + k - LOOK : zd_int_clamp(x + k - LOOK, 0, depth.width - 1)];
        }
        for (int k = 0; k < SIDE; k++) {
            weights[k] = values[k] >= middle ? 1.0f : FAR_WEIGHT;
        }
        for (int k = 0; k < SIDE; k++) {
            sum += weights[k];
        }
    }
    out->scale = 1.0f / sum;
}

/* Of the four places in the frame before, then of those in the frame after. */
typedef float both __attribute__((vector_size(4 * BOTH)));
typedef int32_t both_bits __attribute__((vector_size(4 * BOTH)));

#define TWICE(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7)
#define LOWER(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define UPPER(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define FIRST(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define LAST(a, b)  __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define SIZE(a)     ((both) ((both_bits) (a) &INT32_MAX))

/* How much places in the two frames look different from a pixel's own: `places` points at the first of their
 * squares. The products of four columns are made at once, and added in the order of the columns, side by side
 * for all places, since each addition waits for the one before it. */
static inline __attribute__((always_inline)) void compare(const zd_edge_median *m, const outlook *o,
                                                          const float *const places[BOTH],
                                                          float out[2][TOGETHER])
{
    ptrdiff_t stride = m->lumas[1].stride[0];
    const float *own = m->lumas[1].levels[0] + (o->y - LOOK) * stride + o->x - LOOK;
    both sums = { 0.0f };
    for (int i = 0; i < SIDE; i++, own += stride) {
        const float *weights = o->weights + (ptrdiff_t) SIDE * i;
        const float *at[BOTH];
        both p[TOGETHER];
        both here = TWICE(zd_vec4_load(own), zd_vec4_load(own));
        both weight = TWICE(zd_vec4_load(weights), zd_vec4_load(weights));
        for (int j = 0; j < BOTH; j++) {
            at[j] = places[j] + i * stride;
        }
        for (int j = 0; j < TOGETHER; j++) {
            both there = TWICE(zd_vec4_load(at[j]), zd_vec4_load(at[j + TOGETHER]));
            p[j] = weight * SIZE(here - there);
        }
        both low01 = LOWER(p[0], p[1]);
        both low23 = LOWER(p[2], p[3]);
        both high01 = UPPER(p[0], p[1]);
        both high23 = UPPER(p[2], p[3]);
        both fifth = { at[0][4], at[1][4], at[2][4], at[3][4],
                       at[4][4], at[5][4], at[6][4], at[7][4] };
        sums += FIRST(low01, low23);
        sums += LAST(low01, low23);
        sums += FIRST(high01, high23);
        sums += LAST(high01, high23);
        sums += weights[4] * SIZE(own[4] - fifth);
    }
    sums *= o->scale;
    *(zd_vec8_at *) (void *) out = sums;
}

/* The first of the square around the pixel in another frame. */
static inline const float *place_in(const zd_edge_median *m, const outlook *o, int other)
{
    return m->lumas[other].levels[0] + (o->y - LOOK) * (ptrdiff_t) m->lumas[other].stride[0] +
           o->x - LOOK;
}

/* How much the frames before and after look different some motions away. */
static inline __attribute__((always_inline)) void differences(const zd_edge_median *m,
                                                              const outlook *o,
                                                              int (*const motions[2])[2],
                                                              float out[2][TOGETHER])
{
    const float *places[BOTH];
    for (int j = 0; j < BOTH; j++) {
        const int *motion = motions[j / TOGETHER][j % TOGETHER];
        places[j] = place_in(m, o, j / TOGETHER * 2) +
                    motion[1] * (ptrdiff_t) m->lumas[1].stride[0] + motion[0];
    }
    compare(m, o, places, out);
}

/* The different motions of the blocks around one, to the frames before and after, and none; the rest is 0. */
typedef struct surroundings {
    int block; /* which one, in its row; -1: of none yet */
    int count[2];
    int motions[2][MOST_MOTIONS + TOGETHER][2];
} surroundings;

static void gather_motions(const zd_edge_median *m, int block, int row, int frame,
                           surroundings *out)
{
    int(*motions)[2] = out->motions[frame];
    int count = 1;
    for (int i = 0; i < 9; i++) {
        int bx = zd_int_clamp(block + i % 3 - 1, 0, m->across - 1);
        int by = zd_int_clamp(row + i / 3 - 1, 0, m->down - 1);
        const float *vector = m->vectors[frame] + 2 * ((ptrdiff_t) by * m->across + bx);
        int dx = (int) vector[0];
        int dy = (int) vector[1];
        bool is_new = true;
        for (int k = 0; k < count; k++) {
            is_new = is_new && (motions[k][0] != dx || motions[k][1] != dy);
        }
        if (is_new) {
            motions[count][0] = dx;
            motions[count++][1] = dy;
        }
    }
    out->count[frame] = count;
}

/* Neighbours along a row mostly lie in one block. */
static inline void find_surroundings(const zd_edge_median *m, int x, int y, surroundings *out)
{
    if (out->block != x / BLOCK) {
        memset(out->motions, 0, sizeof out->motions);
        out->block = x / BLOCK;
        gather_motions(m, out->block, y / BLOCK, 0, out);
        gather_motions(m, out->block, y / BLOCK, 1, out);
    }
}

/* How far beside the least of three differences its place is, -0.5..0.5. Differences grow in proportion to
 * distance, so the place parts the way to the better neighbour; a parabola would be drawn to the side where
 * the picture is plainer, and edges would grow. */
static float beside(float before, float here, float after)
{
    float better = before < after ? before : after;
    float worse = before < after ? after : before;
    if (worse - here < STILL) {
        return 0.0f;
    }
    float share = here / (here + better);
    return (before < after ? -1.0f : 1.0f) * (share < 0.5f ? share : 0.5f);
}

/* The motion under which another frame looks the most alike, by how different it looks under each. */
static inline int choose(int (*motions)[2], const float *found, int count)
{
    int best = 0;
    float least = INFINITY;
    for (int i = 0; i < count; i++) {
        float cost = found[i] + LENGTH_COST * (float) (abs(motions[i][0]) + abs(motions[i][1]));
        best = cost < least ? i : best;
        least = cost < least ? cost : least;
    }
    return best;
}

/* Finds where a pixel's edge is in one of the two other frames, or both: those in which it has `moved`; false:
 * it is not in one of them. */
static inline bool find(const zd_edge_median *m, const outlook *o, surroundings *near,
                        const bool moved[2], float places[2][2])
{
    static const int steps[TOGETHER][2] = { { -1, 0 }, { 1, 0 }, { 0, -1 }, { 0, 1 } };
    float found[2][MOST_MOTIONS + TOGETHER];
    float around[2][TOGETHER];
    float here[2] = { 0.0f, 0.0f };
    int beside_it[2][TOGETHER][2];
    int counts[2] = { moved[0] ? near->count[0] : 0, moved[1] ? near->count[1] : 0 };
    for (int i = 0; i < zd_int_max(counts[0], counts[1]); i += TOGETHER) {
        differences(m, o, (int(*[2])[2]){ near->motions[0] + i, near->motions[1] + i }, around);
        memcpy(found[0] + i, around[0], sizeof around[0]);
        memcpy(found[1] + i, around[1], sizeof around[1]);
    }
    for (int i = 0; i < 2; i++) {
        int best = choose(near->motions[i], found[i], counts[i]);
        here[i] = found[i][best];
        if (moved[i] && here[i] > SAME) {
            return false;
        }
        for (int k = 0; k < TOGETHER; k++) {
            beside_it[i][k][0] = near->motions[i][best][0] + steps[k][0];
            beside_it[i][k][1] = near->motions[i][best][1] + steps[k][1];
        }
    }
    differences(m, o, (int(*[2])[2]){ beside_it[0], beside_it[1] }, around);
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 2 && moved[i]; k++) {
            float motion = (float) (beside_it[i][0][k] - steps[0][k]);
            places[i][k] += motion + beside(around[i][2 * k], here[i], around[i][2 * k + 1]);
        }
    }
    return true;
}

static float sample(zd_view view, const float place[2])
{
    float px = zd_float_clamp(place[0], 0.0f, (float) (view.width - 1));
    float py = zd_float_clamp(place[1], 0.0f, (float) (view.height - 1));
    int x = (int) px;
    int y = (int) py;
    int x1 = zd_int_min(x + 1, view.width - 1);
    const float *top = zd_view_row_f32(view, y);
    const float *low = zd_view_row_f32(view, zd_int_min(y + 1, view.height - 1));
    float a = top[x] + (top[x1] - top[x]) * (px - (float) x);
    float b = low[x] + (low[x1] - low[x]) * (px - (float) x);
    return a + (b - a) * (py - (float) y);
}

/* `here` where either of the others is unknown. */
static float median(float before, float here, float after)
{
    if (!isfinite(before) || !isfinite(after)) {
        return here;
    }
    float low = before < after ? before : after;
    float high = before < after ? after : before;
    return here < low ? low : here > high ? high : here;
}

static inline void steady_pixel(const median_job *job, int x, int y, float middle,
                                surroundings *near)
{
    const zd_edge_frame *f = job->frames;
    outlook o;
    float here[2][TOGETHER];
    float places[2][2] = { { (float) x, (float) y }, { (float) x, (float) y } };
    look_around(job, x, y, middle, &o);
    const float *first = place_in(job->m, &o, 0);
    const float *last = place_in(job->m, &o, 2);
    compare(job->m, &o, (const float *[BOTH]){ first, first, first, first, last, last, last, last },
            here);
    bool moved[2] = { !(here[0][0] < STILL), !(here[1][0] < STILL) };
    if (moved[0] || moved[1]) {
        find_surroundings(job->m, x, y, near);
        if (!find(job->m, &o, near, moved, places)) {
            return;
        }
    }
    float *depth = zd_view_row_f32(job->depth, y) + x;
    *depth = median(sample(f[0].depth, places[0]), *depth, sample(f[2].depth, places[1]));
    if (job->probability.data != NULL) {
        float *p = zd_view_row_f32(job->probability, y) + x;
        *p = median(sample(f[0].probability, places[0]), *p, sample(f[2].probability, places[1]));
    }
}

static ZD_VECTORISED void steady_row(void *user, int y)
{
    const median_job *job = user;
    surroundings near = { .block = -1 };
    for (int x0 = 0; x0 < job->m->width; x0 += PIECE) {
        float middle[PIECE];
        int count = zd_int_min(PIECE, job->m->width - x0);
        find_edges(job, x0, y, count, middle);
        for (int i = 0; i < count; i++) {
            if (!isnan(middle[i])) {
                steady_pixel(job, x0 + i, y, middle[i], &near);
            }
        }
    }
}

static float extent_of(const zd_edge_median *m)
{
    float least = INFINITY;
    float most = -INFINITY;
    for (ptrdiff_t i = 0; i < (ptrdiff_t) m->width * m->height; i++) {
        least = m->extremes[0][i] < least ? m->extremes[0][i] : least;
        most = m->extremes[1][i] > most ? m->extremes[1][i] : most;
    }
    return most - least;
}

void zd_edge_median_apply(zd_edge_median *m, const zd_edge_frame frames[3], zd_view depth,
                          zd_view probability)
{
    assert(depth.width == m->width && depth.height == m->height);
    assert((frames[1].probability.data == NULL) == (probability.data == NULL));
    zd_pool *pool = zd_context_pool(m->ctx);
    for (int i = 0; i < 3; i++) {
        zd_luma_load(&m->lumas[i], frames[i].rgb);
    }
    zd_motion_find(m->ctx, &m->lumas[1], &m->lumas[0], m->vectors[0], m->scratch);
    zd_motion_find(m->ctx, &m->lumas[1], &m->lumas[2], m->vectors[1], m->scratch);
    zd_view_copy(frames[1].depth, depth);
    if (probability.data != NULL) {
        zd_view_copy(frames[1].probability, probability);
    }
    median_job job = { m, frames, depth, probability, 0.0f };
    zd_pool_run(pool, m->height, extremes_row, &job);
    job.step = EDGE_LEAST * extent_of(m);
    zd_pool_run(pool, m->height, steady_row, &job);
}
