/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What is hidden is painted so that every patch of it looks like one that is seen (Wexler, Shechtman, Irani,
 * Space-Time Completion of Video, PAMI 2007), coarse to fine; the patches are found as by PatchMatch (Barnes et al.,
 * SIGGRAPH 2009): a neighbour's offset is tried, then places ever nearer to the best. Colours are compared as
 * square roots of light. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "scene/scene_canvas.h"

enum {
    RADIUS = 3, /* of a patch; levels have a margin of it */
    SIDE = 2 * RADIUS + 1,
    MAX_LEVELS = 8,
    LEAST_REACH = 16,   /* within which distance costs little */
    COARSEST_REACH = 6, /* samples to be painted between known ones at the coarsest level, about */
    LEAST_SIDE = 24     /* of a level */
};

enum { KNOWN = ZD_SCENE_CANVAS_KNOWN, PAINT = ZD_SCENE_CANVAS_PAINT };

#define FAR_COST \
    0.02f /* of a patch that is as far away as the canvas's reach: 14 % of the colours' range */
#define DEPTH_COST \
    1.0f /* of a patch whose depth differs wholly: a tenth costs what 10 % of the range do */
#define SHARPNESS \
    0.006f /* cost at which a patch's vote has lost two thirds; more where all cost much */
#define DOUBTFUL     0.1f /* cost at which a painted colour has lost two thirds to the first guess */
#define RING_TRUSTED 0.9f /* a painted sample's trust, of that of the one before it */

typedef struct level {
    int width; /* with the margin */
    int height;
    float *seen;  /* 4 a sample: square roots */
    float *depth; /* 0: none */
    float *trust; /* weight in comparisons; 0: takes no part */
    unsigned char *role;
    unsigned char *is_source; /* its whole patch is known */
    int *centres;             /* samples whose patches have something to be painted */
    int centre_count;
    int *from;   /* the source of a centre's patch; -1: none */
    float *sure; /* of a painted sample's colour, 0 to 1 */
    float *cost; /* of it */
    float reach;
    unsigned seed;
} level;

static size_t count_of(const level *l)
{
    return (size_t) l->width * (size_t) l->height;
}

static void free_level(zd_context *ctx, level *l)
{
    zd_free(ctx, l->seen);
    zd_free(ctx, l->depth);
    zd_free(ctx, l->trust);
    zd_free(ctx, l->role);
    zd_free(ctx, l->is_source);
    zd_free(ctx, l->centres);
    zd_free(ctx, l->from);
    zd_free(ctx, l->sure);
    zd_free(ctx, l->cost);
}

static bool make_level(zd_context *ctx, int width, int height, level *l)
{
    *l = (level){ .width = width + 2 * RADIUS, .height = height + 2 * RADIUS, .seed = 1 };
    size_t count = count_of(l);
    l->seen = zd_alloc_zeroed(ctx, count, 4 * sizeof *l->seen);
    l->depth = zd_alloc_zeroed(ctx, count, sizeof *l->depth);
    l->trust = zd_alloc_zeroed(ctx, count, sizeof *l->trust);
    l->role = zd_alloc_zeroed(ctx, count, sizeof *l->role);
    l->is_source = zd_alloc_zeroed(ctx, count, sizeof *l->is_source);
    l->centres = zd_alloc_zeroed(ctx, count, sizeof *l->centres);
    l->from = zd_alloc_zeroed(ctx, count, sizeof *l->from);
    l->sure = zd_alloc_zeroed(ctx, count, sizeof *l->sure);
    l->cost = zd_alloc_zeroed(ctx, count, sizeof *l->cost);
    return l->seen != NULL && l->depth != NULL && l->trust != NULL && l->role != NULL &&
           l->is_source != NULL && l->centres != NULL && l->from != NULL && l->sure != NULL &&
           l->cost != NULL;
}

static int at_of(const level *l, int x, int y)
{
    assert(x >= 0 && y >= 0 && x < l->width - 2 * RADIUS && y < l->height - 2 * RADIUS);
    return (y + RADIUS) * l->width + x + RADIUS;
}

static float root(float light)
{
    float kept = light > -1e6f && light < 1e6f ? light : 0.0f;
    return copysignf(sqrtf(fabsf(kept)), kept);
}

static void read_canvas(const zd_scene_canvas *canvas, level *l)
{
    for (int y = 0; y < canvas->height; y++) {
        for (int x = 0; x < canvas->width; x++) {
            size_t at = (size_t) y * (size_t) canvas->width + (size_t) x;
            size_t to = (size_t) at_of(l, x, y);
            l->role[to] = canvas->role[at];
            if (l->role[to] == 0) {
                continue;
            }
            for (size_t c = 0; c < 4; c++) {
                l->seen[to * 4 + c] = root(canvas->rgba[at * 4 + c]);
            }
            l->depth[to] = canvas->depth != NULL ? canvas->depth[at] : 0.0f;
        }
    }
}

/* A sample of a coarser level: to be painted if one of its four is, known if all are. */
static void shrink_at(const level *fine, level *coarse, int x, int y)
{
    int roles[3] = { 0 };
    float sum[5] = { 0 };
    float weight = 0.0f;
    int to = at_of(coarse, x, y);
    for (int k = 0; k < 4; k++) {
        size_t at = (size_t) at_of(fine, zd_int_min(2 * x + (k & 1), fine->width - SIDE),
                                   zd_int_min(2 * y + (k >> 1), fine->height - SIDE));
        float w = fine->role[at] == KNOWN ? 1.0f : fine->role[at] == PAINT ? 1e-3f : 0.0f;
        roles[fine->role[at]]++;
        for (size_t c = 0; c < 4; c++) {
            sum[c] += w * fine->seen[at * 4 + c];
        }
        sum[4] += w * fine->depth[at];
        weight += w;
    }
    coarse->role[to] = roles[PAINT] > 0 ? PAINT : roles[KNOWN] == 4 ? KNOWN : 0;
    for (size_t c = 0; c < 4 && weight > 0.0f; c++) {
        coarse->seen[(size_t) to * 4 + c] = sum[c] / weight;
    }
    coarse->depth[to] = weight > 0.0f ? sum[4] / weight : 0.0f;
}

static void shrink(const level *fine, level *coarse)
{
    for (int y = 0; y < coarse->height - 2 * RADIUS; y++) {
        for (int x = 0; x < coarse->width - 2 * RADIUS; x++) {
            shrink_at(fine, coarse, x, y);
        }
    }
}

/* Known samples are trusted wholly, painted ones the less the farther inside they are. */
static void set_trust(level *l)
{
    const int ways[4] = { 1, -1, l->width, -l->width };
    int *queue = l->centres; /* not used yet */
    int queued = 0;
    for (size_t at = 0; at < count_of(l); at++) {
        l->trust[at] = l->role[at] == KNOWN ? 1.0f : 0.0f;
        for (int way = 0; way < 4 && l->role[at] == PAINT && l->trust[at] == 0.0f; way++) {
            if (l->role[(int) at + ways[way]] == KNOWN) {
                l->trust[at] = RING_TRUSTED;
                queue[queued++] = (int) at;
            }
        }
    }
    for (int i = 0; i < queued; i++) {
        for (int way = 0; way < 4; way++) {
            int other = queue[i] + ways[way];
            if (l->role[other] == PAINT && l->trust[other] == 0.0f) {
                l->trust[other] = fmaxf(RING_TRUSTED * l->trust[queue[i]], 0.05f);
                queue[queued++] = other;
            }
        }
    }
}

static void find_centres(level *l)
{
    l->centre_count = 0;
    for (int y = RADIUS; y < l->height - RADIUS; y++) {
        for (int x = RADIUS; x < l->width - RADIUS; x++) {
            int at = y * l->width + x;
            int counts[3] = { 0 };
            for (int n = -RADIUS; n <= RADIUS && l->role[at] != 0; n++) {
                const unsigned char *row = l->role + at + n * l->width - RADIUS;
                for (int k = 0; k < SIDE; k++) {
                    counts[row[k]]++;
                }
            }
            l->is_source[at] = counts[KNOWN] == SIDE * SIDE;
            l->from[at] = -1;
            if (counts[PAINT] > 0) {
                l->centres[l->centre_count++] = at;
            }
        }
    }
}

/* How unlike two patches are; `most` and more is not told apart. */
static float unlike(const level *l, int at, int from, float most)
{
    float sum[4] = { 0 };
    float weight = 0.0f;
    float across = (float) (at % l->width - from % l->width);
    float down = (float) (at / l->width - from / l->width);
    float depth = l->depth[from] > 0.0f ? l->depth[at] / l->depth[from] - 1.0f : 0.0f;
    float cost = FAR_COST * (across * across + down * down) / (l->reach * l->reach) +
                 DEPTH_COST * depth * depth;
    if (cost >= most) {
        return most;
    }
    for (int n = -RADIUS; n <= RADIUS; n++) {
        const float *trust = l->trust + at + n * l->width - RADIUS;
        const float *a = l->seen + (ptrdiff_t) (at + n * l->width - RADIUS) * 4;
        const float *b = l->seen + (ptrdiff_t) (from + n * l->width - RADIUS) * 4;
        for (int k = 0; k < SIDE; k++) {
            for (int c = 0; c < 4; c++) {
                float off = a[4 * k + c] - b[4 * k + c];
                sum[c] += trust[k] * off * off;
            }
            weight += trust[k];
        }
    }
    return weight > 0.0f ? cost + (sum[0] + sum[1] + sum[2] + sum[3]) / weight : most;
}

static void try_from(level *l, int at, int x, int y)
{
    if (x < RADIUS || y < RADIUS || x >= l->width - RADIUS || y >= l->height - RADIUS) {
        return;
    }
    int from = y * l->width + x;
    if (l->is_source[from] != 0 && from != l->from[at]) {
        float cost = unlike(l, at, from, l->cost[at]);
        if (cost < l->cost[at]) {
            l->cost[at] = cost;
            l->from[at] = from;
        }
    }
}

static int draw_within(level *l, int radius)
{
    l->seed ^= l->seed << 13;
    l->seed ^= l->seed >> 17;
    l->seed ^= l->seed << 5;
    return (int) (l->seed % (unsigned) (2 * radius + 1)) - radius;
}

/* One centre: what its neighbours' offsets say, then places ever nearer to the best one. */
static void search(level *l, int at, int side, int window)
{
    const int beside[2] = { at - side, at - side * l->width };
    for (int k = 0; k < 2; k++) {
        if (l->role[beside[k]] != 0 && l->from[beside[k]] >= 0) {
            int from = l->from[beside[k]] + (at - beside[k]);
            try_from(l, at, from % l->width, from / l->width);
        }
    }
    for (int radius = window; radius >= 1; radius /= 2) {
        int middle = l->from[at] >= 0 ? l->from[at] : at;
        int x = middle % l->width + draw_within(l, radius);
        int y = middle / l->width + draw_within(l, radius);
        try_from(l, at, x, y);
    }
}

static void search_all(level *l, int round, int window)
{
    for (int i = 0; i < l->centre_count; i++) {
        bool forward = round % 2 == 0;
        int at = l->centres[forward ? i : l->centre_count - 1 - i];
        search(l, at, forward ? 1 : -1, window);
    }
}

/* Colours have changed: so have costs. */
static void weigh_again(level *l)
{
    for (int i = 0; i < l->centre_count; i++) {
        int at = l->centres[i];
        l->cost[at] = l->from[at] >= 0 ? unlike(l, at, l->from[at], HUGE_VALF) : HUGE_VALF;
    }
}

/* The least cost of the patches that a sample lies in. */
static float least_cost(const level *l, int to)
{
    float least = HUGE_VALF;
    for (int y = -RADIUS; y <= RADIUS; y++) {
        for (int x = -RADIUS; x <= RADIUS; x++) {
            int at = to + y * l->width + x;
            least = l->role[at] != 0 && l->from[at] >= 0 ? fminf(least, l->cost[at]) : least;
        }
    }
    return least;
}

/* Every patch says what the samples under it should be; the votes are averaged, those that fit best counting most.
 * `spread` is how much a patch says of samples off its middle. */
static void vote(level *l, float spread)
{
    float off_middle[SIDE * SIDE];
    for (int n = 0; n < SIDE * SIDE; n++) {
        int x = n % SIDE - RADIUS;
        int y = n / SIDE - RADIUS;
        off_middle[n] = (float) (x * x + y * y) / spread;
    }
    for (int i = 0; i < l->centre_count; i++) {
        int to = l->centres[i];
        float least = l->role[to] == PAINT ? least_cost(l, to) : HUGE_VALF;
        float sum[4] = { 0 };
        float total = 0.0f;
        for (int n = 0; n < SIDE * SIDE && least < HUGE_VALF; n++) {
            int way = (n / SIDE - RADIUS) * l->width + n % SIDE - RADIUS;
            int at = to - way;
            if (l->role[at] == 0 || l->from[at] < 0) {
                continue;
            }
            const float *seen = l->seen + (ptrdiff_t) (l->from[at] + way) * 4;
            float w = expf((least - l->cost[at]) / (SHARPNESS + 0.3f * least) - off_middle[n]);
            for (int c = 0; c < 4; c++) {
                sum[c] += w * seen[c];
            }
            total += w;
        }
        for (int c = 0; c < 4 && total > 0.0f; c++) {
            l->seen[(ptrdiff_t) to * 4 + c] = sum[c] / total;
        }
        l->sure[to] = expf(-least / DOUBTFUL);
    }
}

/* A finer level begins with what the coarser one has found. */
static void refine(const level *coarse, level *fine)
{
    for (int i = 0; i < fine->centre_count; i++) {
        int at = fine->centres[i];
        int x = at % fine->width - RADIUS;
        int y = at / fine->width - RADIUS;
        int from = coarse->from[at_of(coarse, x / 2, y / 2)];
        fine->cost[at] = HUGE_VALF;
        if (from >= 0) {
            try_from(fine, at, 2 * (from % coarse->width - RADIUS) + x % 2 + RADIUS,
                     2 * (from / coarse->width - RADIUS) + y % 2 + RADIUS);
        }
    }
}

static void paint_level(level *l, const level *coarser, int index)
{
    int rounds = coarser == NULL ? 12 : zd_int_min(1 + 2 * index, 5);
    float spread = index == 0 ? 4.0f : 12.0f;
    if (coarser != NULL) {
        refine(coarser, l);
        vote(l, spread);
    }
    for (int round = 0; round < rounds; round++) {
        weigh_again(l);
        search_all(l, round, index == 0 ? 2 : zd_int_min((int) (2.0f * l->reach) + 2, l->width));
        if (coarser == NULL && round == 0) {
            search_all(l, 1, (int) (2.0f * l->reach) + 2);
        }
        vote(l, spread);
    }
}

/* The painted colour, and where nothing known looks like what is about it, the first guess. */
static void write_canvas(const level *l, const zd_scene_canvas *canvas)
{
    for (int y = 0; y < canvas->height; y++) {
        for (int x = 0; x < canvas->width; x++) {
            size_t at = (size_t) y * (size_t) canvas->width + (size_t) x;
            size_t from = (size_t) at_of(l, x, y);
            for (size_t c = 0; c < 4 && canvas->role[at] == PAINT; c++) {
                float guess = root(canvas->rgba[at * 4 + c]);
                float seen = guess + l->sure[from] * (l->seen[from * 4 + c] - guess);
                canvas->rgba[at * 4 + c] = seen * fabsf(seen);
            }
        }
    }
}

zd_status zd_scene_canvas_paint(zd_context *ctx, const zd_scene_canvas *canvas, zd_error *err)
{
    ZD_REQUIRE(err, canvas->width > 0 && canvas->height > 0 && canvas->reach >= 0.0);
    level levels[MAX_LEVELS];
    int count = 1;
    double reach = canvas->reach;
    bool good = make_level(ctx, canvas->width, canvas->height, &levels[0]);
    if (good) {
        read_canvas(canvas, &levels[0]);
    }
    while (good && count < MAX_LEVELS && reach > COARSEST_REACH &&
           zd_int_min(levels[count - 1].width, levels[count - 1].height) > 2 * LEAST_SIDE)
    {
        const level *fine = &levels[count - 1];
        good = make_level(ctx, (fine->width - SIDE) / 2 + 1, (fine->height - SIDE) / 2 + 1,
                          &levels[count]);
        if (good) {
            shrink(fine, &levels[count]);
        }
        reach *= 0.5;
        count++;
    }
    for (int i = count - 1; good && i >= 0; i--) {
        levels[i].reach = (float) fmax(fmax(canvas->reach, LEAST_REACH) / (1 << i), 1.0);
        set_trust(&levels[i]);
        find_centres(&levels[i]);
        paint_level(&levels[i], i + 1 < count ? &levels[i + 1] : NULL, i);
    }
    if (good) {
        write_canvas(&levels[0], canvas);
    }
    for (int i = 0; i < count; i++) {
        free_level(ctx, &levels[i]);
    }
    return good ? ZD_OK : zd_fail_memory(err, "a hidden layer's picture");
}
