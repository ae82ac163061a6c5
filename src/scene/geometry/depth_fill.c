/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The hidden layer. From the far side of each step it spreads behind the near thing, ring by ring,
 * each sample from its nearest source on the far side: its depth on the source's plane in 1/z, eased
 * afterwards between sources; its colour painted from what surely is the far layer, so without the samples
 * beside the cut, and those next to them, that look more like the near thing. */

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "scene/depth_layers.h"
#include "scene/scene_canvas.h"

enum {
    STRAIGHT = 6,
    EASING = 24,
    MIXED = 2,  /* samples beside a cut whose colour is mixed */
    MARGIN = 8, /* more samples are hidden than parallax shows */
    SOFT = 8,   /* and as far as that an edge may be soft */
    LENDING = 4 /* times the reach: how far away from a cut the far layer lends its colours */
};

#define LEANING \
    0.25f /* of the way from the far layer's colour to the near thing's: no colour of the far layer */
#define PURE   0.02f /* of that way: samples beside the cut keep their colour */
#define MIXING 0.1f  /* and so much farther on they get the painted one wholly */
#define UNLIKE 0.01f /* squared difference of the two, from which on that can be told */

typedef struct filler {
    zd_context *ctx;
    const zd_scene_steps *steps;
    zd_view z;
    int width;
    int height;
    double reach;
    double parallax; /* samples for a difference of 1 in 1/z; 0: the reach is the same everywhere */
    float *signal;   /* 1/z, or heights; larger is nearer; NaN: none */
    float *front;    /* the nearest of what a hidden sample lies behind, up to the cut */
    float *hidden;   /* the same of the hidden layer; NaN: none */
    int *source;     /* where on the far side a hidden sample comes from */
    int *queue;
    int queued;
    unsigned short *ring; /* of the far layer about a cut: samples from it, from 1; 0: not of it */
    unsigned char *role;  /* of the canvas */
    float *rgba;          /* the canvas */
} filler;

static const int ways[4][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } };

static int beside(const filler *f, int at, int way)
{
    assert(at >= 0 && at < f->width * f->height && way >= 0 && way < 4);
    int x = at % f->width + ways[way][0];
    int y = at / f->width + ways[way][1];
    return x < 0 || y < 0 || x >= f->width || y >= f->height ? -1 : y * f->width + x;
}

static double value_of(const filler *f, float signal)
{
    return f->steps->is_height ? (double) signal : 1.0 / (double) signal;
}

static bool is_apart(const filler *f, float a, float b)
{
    return zd_scene_steps_apart(f->steps, value_of(f, a), value_of(f, b));
}

/* The far layer's slope along one way: the smallest of some steps that all go the same way. */
static double slope_along(const filler *f, int at, int way, bool *is_known)
{
    double least = 0.0;
    *is_known = false;
    for (int n = 0; n < STRAIGHT; n++) {
        int next = beside(f, at, way);
        if (next < 0 || isnan(f->signal[next]) || is_apart(f, f->signal[at], f->signal[next])) {
            break;
        }
        double step = (double) (f->signal[next] - f->signal[at]);
        if (n > 0 && step * least <= 0.0) {
            return 0.0;
        }
        least = n == 0 || fabs(step) < fabs(least) ? step : least;
        *is_known = true;
        at = next;
    }
    return least;
}

static double slope(const filler *f, int at, int axis)
{
    assert(axis == 0 || axis == 1);
    bool known[2];
    double forward = slope_along(f, at, axis * 2, &known[0]);
    double backward = -slope_along(f, at, axis * 2 + 1, &known[1]);
    if (!known[0] || !known[1]) {
        return known[0] ? forward : backward;
    }
    return forward * backward <= 0.0 ? 0.0 : fabs(forward) < fabs(backward) ? forward : backward;
}

static double distance(const filler *f, int a, int b)
{
    return hypot(a % f->width - b % f->width, a / f->width - b / f->width);
}

/* The source's plane at a place, kept within half and twice the source's depth. */
static float spread(const filler *f, int source, int at)
{
    double own = (double) f->signal[source];
    double v = own + slope(f, source, 0) * (at % f->width - source % f->width) +
               slope(f, source, 1) * (at / f->width - source / f->width);
    return (float) (f->steps->is_height ? v : fmin(fmax(v, 0.5 * own), 2.0 * own));
}

/* Takes a place into the hidden layer of a source, if it is hidden there and can be seen from aside. */
static void reach_to(filler *f, int at, int source, float front)
{
    if (at < 0 || f->source[at] >= 0 || isnan(f->signal[at]) || distance(f, at, source) > f->reach)
    {
        return;
    }
    float hidden = spread(f, source, at);
    front = fmaxf(front, f->signal[at]);
    if (!(f->signal[at] > hidden) || !is_apart(f, f->signal[at], hidden) ||
        (f->parallax > 0.0 &&
         distance(f, at, source) > f->parallax * (double) (front - hidden) + MARGIN))
    {
        return;
    }
    f->front[at] = front;
    f->source[at] = source;
    f->hidden[at] = hidden;
    f->queue[f->queued++] = at;
}

static void spread_all(filler *f)
{
    int count = f->width * f->height;
    for (int at = 0; at < count; at++) {
        for (int way = 0; way < 4 && !isnan(f->signal[at]); way++) {
            int other = beside(f, at, way);
            if (other >= 0 && f->signal[other] > f->signal[at] &&
                is_apart(f, f->signal[at], f->signal[other])) {
                reach_to(f, other, at, f->signal[other]);
            }
        }
    }
    for (int i = 0; i < f->queued; i++) {
        for (int way = 0; way < 4; way++) {
            reach_to(f, beside(f, f->queue[i], way), f->source[f->queue[i]], f->front[f->queue[i]]);
        }
    }
}

/* Sources that differ meet smoothly. */
static void ease(filler *f)
{
    for (int round = 0; round < EASING; round++) {
        for (int i = 0; i < f->queued; i++) {
            int at = f->queue[round % 2 == 0 ? i : f->queued - 1 - i];
            double sum = 0.0;
            int count = 0;
            for (int way = 0; way < 4; way++) {
                int other = beside(f, at, way);
                if (other < 0) {
                    continue;
                }
                bool hides = f->source[other] >= 0;
                float v = hides ? f->hidden[other] : f->signal[other];
                if (!isnan(v) && !is_apart(f, v, f->hidden[at])) {
                    sum += (double) v;
                    count++;
                }
            }
            float eased = count > 0 ? (float) (sum / count) : f->hidden[at];
            f->hidden[at] = eased < f->signal[at] ? eased : f->hidden[at];
        }
    }
}

/* The far layer about the sources, as far as something is hidden. Uses what is left of the queue. */
static void find_rings(filler *f)
{
    int count = f->width * f->height;
    int *list = f->queue + f->queued;
    int listed = 0;
    int room = count - f->queued;
    int most = zd_int_min(LENDING * (int) f->reach + SOFT, USHRT_MAX);
    for (int i = 0; i < f->queued; i++) {
        int at = f->source[f->queue[i]];
        if (f->ring[at] == 0 && listed < room) {
            f->ring[at] = 1;
            list[listed++] = at;
        }
    }
    for (int i = 0; i < listed; i++) {
        int at = list[i];
        for (int way = 0; way < 4 && f->ring[at] < most; way++) {
            int other = beside(f, at, way);
            if (other >= 0 && f->ring[other] == 0 && f->source[other] < 0 &&
                !isnan(f->signal[other]) && listed < room &&
                !is_apart(f, f->signal[at], f->signal[other]))
            {
                f->ring[other] = (unsigned short) (f->ring[at] + 1);
                list[listed++] = other;
            }
        }
    }
}

/* No picture is white. */
static const float *picture_at(const filler *f, zd_view picture, int at)
{
    static const float white[4] = { 1.0f, 1.0f, 1.0f, 1.0f };
    if (picture.data == NULL) {
        return white;
    }
    int64_t x = at % f->width;
    int64_t y = at / f->width;
    int px = (int) ((2 * x + 1) * picture.width / ((int64_t) 2 * f->width));
    int py = (int) ((2 * y + 1) * picture.height / ((int64_t) 2 * f->height));
    return zd_view_row_f32(picture, py) + (ptrdiff_t) px * 4;
}

/* Smooth colours of the far layer on the canvas: of what it has beyond soft edges, and little of the rest. */
static zd_status smooth(filler *f, zd_view picture, int beyond, zd_error *err)
{
    int count = f->width * f->height;
    float *weight = zd_alloc_zeroed(f->ctx, (size_t) count, sizeof *weight);
    bool good = weight != NULL;
    for (int at = 0; good && at < count; at++) {
        bool is_known = f->role[at] == ZD_SCENE_CANVAS_KNOWN;
        memcpy(f->rgba + (size_t) at * 4, picture_at(f, picture, at), 4 * sizeof(float));
        weight[at] = !is_known ? 0.001f * (f->ring[at] > 0) : f->ring[at] > beyond ? 1.0f : 0.02f;
    }
    good = good && zd_scene_canvas_smooth(f->ctx, f->width, f->height, f->rgba, weight);
    zd_free(f->ctx, weight);
    return good ? ZD_OK : zd_fail_memory(err, "a hidden layer");
}

/* What is hidden and what is mixed wants a colour, and the far layer beyond has it. */
static void set_roles(const filler *f)
{
    for (int at = 0; at < f->width * f->height; at++) {
        bool is_mixed = f->ring[at] > 0 && f->ring[at] <= MIXED;
        f->role[at] = f->source[at] >= 0 || is_mixed ? ZD_SCENE_CANVAS_PAINT
                      : f->ring[at] > 0              ? ZD_SCENE_CANVAS_KNOWN
                                                     : ZD_SCENE_CANVAS_NONE;
    }
}

/* How far something is on a way, 0 to 1; 0 where the way is too short to tell. */
static float share_of_way(const float *gone, const float *way)
{
    float along = 0.0f;
    float length = 0.0f;
    for (int c = 0; c < 3; c++) {
        along += gone[c] * way[c];
        length += way[c] * way[c];
    }
    return length > UNLIKE ? fminf(fmaxf(along / length, 0.0f), 1.0f) : 0.0f;
}

/* How far a colour is on the way from one to another, as square roots of light: by its light, or by its hue, which
 * footage has at half the size, so that it reaches farther. */
static float way_between(const float *colour, const float *far_one, const float *near_one)
{
    float gone[3];
    float way[3];
    for (int c = 0; c < 3; c++) {
        float from = sqrtf(fmaxf(far_one[c], 0.0f));
        gone[c] = sqrtf(fmaxf(colour[c], 0.0f)) - from;
        way[c] = sqrtf(fmaxf(near_one[c], 0.0f)) - from;
    }
    float share = share_of_way(gone, way);
    float gone_gray = (gone[0] + gone[1] + gone[2]) / 3.0f;
    float way_gray = (way[0] + way[1] + way[2]) / 3.0f;
    for (int c = 0; c < 3; c++) {
        gone[c] -= gone_gray;
        way[c] -= way_gray;
    }
    return fmaxf(share, share_of_way(gone, way));
}

/* How much of a colour is of the near thing where it should be the far layer's: of the places that surely are of the
 * near thing beside a sample, the one counts that it looks most like. 0: there is none. */
static float near_share(const filler *f, zd_view picture, int at, const float *colour,
                        const float *far_one)
{
    enum { STEPS = SOFT + MIXED + 1 };
    static const int rays[8][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 },  { 0, -1 },
                                    { 1, 1 }, { -1, 1 }, { 1, -1 }, { -1, -1 } };
    float most = 0.0f;
    for (int k = 0; k < 8; k++) {
        for (int n = 1; n <= STEPS; n++) {
            int x = at % f->width + n * rays[k][0];
            int y = at / f->width + n * rays[k][1];
            int other = y * f->width + x;
            if (x >= 0 && y >= 0 && x < f->width && y < f->height && f->source[other] >= 0 &&
                distance(f, other, f->source[other]) > MIXED)
            {
                const float *near_one = picture_at(f, picture, other);
                most = fmaxf(most, way_between(colour, far_one, near_one));
                break;
            }
        }
    }
    return most;
}

/* Whether the far layer goes on from a sample beyond where an edge may be soft: else nothing tells its own colour. */
static bool goes_on(const filler *f, int at)
{
    while (at >= 0 && f->ring[at] <= SOFT) {
        int next = -1;
        for (int way = 0; way < 4; way++) {
            int other = beside(f, at, way);
            next = other >= 0 && f->ring[other] == f->ring[at] + 1 ? other : next;
        }
        at = next;
    }
    return at >= 0;
}

/* Soft edges: outwards from the cut, for as long as the far layer's samples look like the near thing. Takes the
 * smooth colours of the canvas. */
static void find_soft_edges(filler *f, zd_view picture)
{
    int count = f->width * f->height;
    for (int ring = MIXED + 1; ring <= SOFT; ring++) {
        for (int at = 0; at < count; at++) {
            bool follows = false;
            for (int way = 0; way < 4 && f->ring[at] == ring; way++) {
                int other = beside(f, at, way);
                follows = follows || (other >= 0 && f->ring[other] == ring - 1 &&
                                      f->role[other] == ZD_SCENE_CANVAS_PAINT);
            }
            if (follows && goes_on(f, at) &&
                near_share(f, picture, at, picture_at(f, picture, at), f->rgba + (size_t) at * 4) >
                    LEANING)
            {
                f->role[at] = ZD_SCENE_CANVAS_PAINT;
            }
        }
    }
}

/* Colours of all that is hidden or mixed. */
static zd_status paint(filler *f, zd_view picture, zd_error *err)
{
    int count = f->width * f->height;
    float *depth = zd_alloc_zeroed(f->ctx, (size_t) count, sizeof *depth);
    double deepest = 0.0;
    if (depth == NULL) {
        return zd_fail_memory(err, "a hidden layer");
    }
    for (int at = 0; at < count; at++) {
        depth[at] = f->source[at] >= 0 ? f->hidden[at] : f->signal[at];
        deepest = f->source[at] >= 0 ? fmax(deepest, distance(f, at, f->source[at])) : deepest;
        if (f->role[at] == ZD_SCENE_CANVAS_KNOWN) {
            memcpy(f->rgba + (size_t) at * 4, picture_at(f, picture, at), 4 * sizeof(float));
        }
    }
    zd_scene_canvas canvas = {
        f->width, f->height, f->rgba, f->role, f->steps->is_height ? NULL : depth, deepest
    };
    zd_status status = zd_scene_canvas_paint(f->ctx, &canvas, err);
    zd_free(f->ctx, depth);
    return status;
}

/* The colour that a sample of a far layer has where it does not mix with the near thing's. */
static void unmix(const filler *f, zd_view picture, int at, float colour[4])
{
    if (f->role[at] != ZD_SCENE_CANVAS_PAINT || f->source[at] >= 0) {
        return;
    }
    const float *painted = f->rgba + (size_t) at * 4;
    float way = near_share(f, picture, at, colour, painted);
    float share = fminf(fmaxf((way - PURE) / MIXING, 0.0f), 1.0f);
    for (int c = 0; c < 4; c++) {
        colour[c] += share * (painted[c] - colour[c]);
    }
}

static void write_colour(const filler *f, zd_view picture, zd_view out)
{
    for (int at = 0; at < f->width * f->height; at++) {
        float *to = zd_view_row_f32(out, at / f->width) + (ptrdiff_t) (at % f->width) * 4;
        bool is_hidden = f->source[at] >= 0;
        memcpy(to, is_hidden ? f->rgba + (size_t) at * 4 : picture_at(f, picture, at),
               4 * sizeof *to);
        unmix(f, picture, at, to);
        for (int c = 0; c < 4 && is_hidden; c++) {
            to[c] = fmaxf(to[c], 0.0f);
        }
        to[3] = is_hidden ? fminf(to[3], 1.0f) : to[3];
    }
}

static zd_status fill_colour(filler *f, zd_view picture, zd_view out, zd_error *err)
{
    if (picture.data != NULL) {
        set_roles(f);
        ZD_TRY(smooth(f, picture, SOFT, err));
        find_soft_edges(f, picture);
        ZD_TRY(smooth(f, picture, 0, err));
        ZD_TRY(paint(f, picture, err));
    } else {
        for (int i = 0; i < 4 * f->width * f->height; i++) {
            f->rgba[i] = 1.0f;
        }
    }
    write_colour(f, picture, out);
    return ZD_OK;
}

/* The picture, with the painted colour of the far layer where it mixes. Samples much larger than pixels would
 * smear more than they mend. */
static zd_status clean(const filler *f, zd_view picture, zd_image **out, zd_error *err)
{
    if (picture.data == NULL || 2 * picture.width > 3 * f->width) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(f->ctx, picture.width, picture.height, ZD_RGBA_F32, out, err));
    for (int y = 0; y < picture.height; y++) {
        float *to = zd_view_row_f32(zd_image_view(*out), y);
        int fy = (int) ((int64_t) y * f->height / picture.height);
        memcpy(to, zd_view_row_f32(picture, y), (size_t) picture.width * 4 * sizeof *to);
        for (int x = 0; x < picture.width; x++, to += 4) {
            int at = fy * f->width + (int) ((int64_t) x * f->width / picture.width);
            unmix(f, picture, at, to);
        }
    }
    return ZD_OK;
}

static void read_signal(filler *f)
{
    for (int y = 0; y < f->height; y++) {
        const float *row = zd_view_row_f32(f->z, y);
        for (int x = 0; x < f->width; x++) {
            size_t at = (size_t) y * (size_t) f->width + (size_t) x;
            f->signal[at] = f->steps->is_height ? row[x] : 1.0f / row[x];
            f->hidden[at] = NAN;
            f->source[at] = -1;
        }
    }
}

static void write_z(const filler *f, zd_view out)
{
    for (int y = 0; y < f->height; y++) {
        float *row = zd_view_row_f32(out, y);
        for (int x = 0; x < f->width; x++) {
            float hidden = f->hidden[(size_t) y * (size_t) f->width + (size_t) x];
            row[x] = isnan(hidden) ? NAN : (float) value_of(f, hidden);
        }
    }
}

static zd_status fill(filler *f, zd_view picture, zd_scene_filling *out, zd_error *err)
{
    read_signal(f);
    spread_all(f);
    ease(f);
    find_rings(f);
    ZD_TRY(zd_image_create(f->ctx, f->width, f->height, ZD_GRAY_F32, &out->z, err));
    ZD_TRY(zd_image_create(f->ctx, f->width, f->height, ZD_RGBA_F32, &out->colour, err));
    write_z(f, zd_image_view(out->z));
    ZD_TRY(fill_colour(f, picture, zd_image_view(out->colour), err));
    return clean(f, picture, &out->clean, err);
}

zd_status zd_scene_depth_fill(zd_context *ctx, const zd_scene_steps *steps, zd_view z,
                              zd_view picture, double reach, double nearest, zd_scene_filling *out,
                              zd_error *err)
{
    ZD_REQUIRE(err, z.format.channels == 1 && reach >= 0.0);
    size_t count = (size_t) z.width * (size_t) z.height;
    filler f = { .ctx = ctx, .steps = steps, .z = z, .width = z.width, .height = z.height };
    f.reach = reach;
    f.parallax = steps->is_height ? 0.0 : reach * nearest;
    *out = (zd_scene_filling){ 0 };
    f.signal = zd_alloc_zeroed(ctx, count, sizeof *f.signal);
    f.front = zd_alloc_zeroed(ctx, count, sizeof *f.front);
    f.hidden = zd_alloc_zeroed(ctx, count, sizeof *f.hidden);
    f.ring = zd_alloc_zeroed(ctx, count, sizeof *f.ring);
    f.role = zd_alloc_zeroed(ctx, count, sizeof *f.role);
    f.rgba = zd_alloc_zeroed(ctx, count, 4 * sizeof *f.rgba);
    f.source = zd_alloc_zeroed(ctx, count, sizeof *f.source);
    f.queue = zd_alloc_zeroed(ctx, count, sizeof *f.queue);
    bool good = f.signal != NULL && f.front != NULL && f.hidden != NULL && f.ring != NULL &&
                f.role != NULL && f.rgba != NULL && f.source != NULL && f.queue != NULL;
    zd_status status = good ? fill(&f, picture, out, err) : zd_fail_memory(err, "a hidden layer");
    zd_free(ctx, f.signal);
    zd_free(ctx, f.front);
    zd_free(ctx, f.hidden);
    zd_free(ctx, f.ring);
    zd_free(ctx, f.role);
    zd_free(ctx, f.rgba);
    zd_free(ctx, f.source);
    zd_free(ctx, f.queue);
    if (status != ZD_OK) {
        zd_scene_filling_release(out);
    }
    return status;
}

void zd_scene_filling_release(zd_scene_filling *filling)
{
    zd_image_unref(&filling->z);
    zd_image_unref(&filling->colour);
    zd_image_unref(&filling->clean);
}
