/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The hidden layer. From the far side of each step it spreads behind the near thing, ring by ring,
 * each sample from its nearest source on the far side: its depth on the source's plane in 1/z, eased
 * afterwards between sources; its colour by push-pull (Gortler et al., The Lumigraph, SIGGRAPH 1996) over
 * the far layer alone, with the detail of the mirrored place laid over. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "scene/depth_layers.h"

enum {
    STRAIGHT = 6,
    SMOOTH_LEVEL = 3, /* of the pyramid: what is finer is detail */

    EASING = 24,
    MAX_LEVELS = 16,
    MIXED = 2 /* samples beside a cut whose colour is mixed */
};

typedef struct filler {
    zd_context *ctx;
    const zd_scene_steps *steps;
    zd_view z;
    int width;
    int height;
    double reach;
    float *signal; /* 1/z, or heights; larger is nearer; NaN: none */
    float *hidden; /* the same of the hidden layer; NaN: none */
    int *source;   /* where on the far side a hidden sample comes from */
    int *queue;
    int queued;
    float *known; /* how much a sample tells of the far layer's colour */
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

/* Takes a place into the hidden layer of a source, if it is hidden there. */
static void reach_to(filler *f, int at, int source)
{
    if (at < 0 || f->source[at] >= 0 || isnan(f->signal[at]) || distance(f, at, source) > f->reach)
    {
        return;
    }
    float hidden = spread(f, source, at);
    if (!(f->signal[at] > hidden) || !is_apart(f, f->signal[at], hidden)) {
        return;
    }
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
                reach_to(f, other, at);
            }
        }
    }
    for (int i = 0; i < f->queued; i++) {
        for (int way = 0; way < 4; way++) {
            reach_to(f, beside(f, f->queue[i], way), f->source[f->queue[i]]);
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

/* The far layer about the sources, as far as something is hidden, without the samples at the very cut:
 * their colour holds some of the near thing. */
static void mark_known(filler *f, int *depth)
{
    int count = f->width * f->height;
    int *list = f->queue + f->queued;
    int listed = 0;
    int room = count - f->queued;
    for (int i = 0; i < f->queued; i++) {
        int at = f->source[f->queue[i]];
        if (depth[at] == 0 && listed < room) {
            depth[at] = 1;
            list[listed++] = at;
        }
    }
    for (int i = 0; i < listed; i++) {
        int at = list[i];
        f->known[at] = depth[at] > MIXED ? 1.0f : 0.05f;
        for (int way = 0; way < 4 && depth[at] < (int) f->reach + MIXED + 2; way++) {
            int other = beside(f, at, way);
            if (other >= 0 && depth[other] == 0 && f->source[other] < 0 &&
                !isnan(f->signal[other]) && listed < room &&
                !is_apart(f, f->signal[at], f->signal[other]))
            {
                depth[other] = depth[at] + 1;
                list[listed++] = other;
            }
        }
    }
}

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

/* Makes smooth colours of what is known: the coarser levels fill what they have no colour for, and
 * give the finer ones all of theirs. */
static bool push_pull(zd_context *ctx, level *finest)
{
    level levels[MAX_LEVELS];
    int count = 1;
    bool good = true;
    levels[0] = *finest;
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

/* The place on the far side that a hidden one mirrors at its source; -1 where that is not known. */
static int mirrored(const filler *f, int at)
{
    int source = f->source[at];
    assert(source >= 0);
    double away = distance(f, at, source);
    double by = 1.0 + MIXED / away; /* beyond what is mixed */
    int x = (int) lround(source % f->width + by * (source % f->width - at % f->width));
    int y = (int) lround(source / f->width + by * (source / f->width - at / f->width));
    if (x < 0 || y < 0 || x >= f->width || y >= f->height) {
        return -1;
    }
    int other = y * f->width + x;
    return f->known[other] >= 1.0f ? other : -1;
}

/* Smooth colours of the far layer everywhere, and once more with weights of blocks, so that the
 * detail of a mirrored place is what differs from its surroundings. */
static zd_status fill_colour(filler *f, zd_view picture, zd_view out, zd_error *err)
{
    level base;
    int count = f->width * f->height;
    bool good = make_level(f->ctx, f->width, f->height, &base);
    for (int at = 0; good && at < count; at++) {
        memcpy(base.rgba + (size_t) at * 4, picture_at(f, picture, at), 4 * sizeof(float));
        memcpy(zd_view_row_f32(out, at / f->width) + (ptrdiff_t) (at % f->width) * 4,
               base.rgba + (size_t) at * 4, 4 * sizeof(float));
        base.weight[at] = f->known[at];
    }
    good = good && push_pull(f->ctx, &base);
    for (int i = 0; good && i < f->queued; i++) {
        int at = f->queue[i];
        int other = mirrored(f, at);
        float *to = zd_view_row_f32(out, at / f->width) + (ptrdiff_t) (at % f->width) * 4;
        for (size_t c = 0; c < 4; c++) {
            float smooth = base.rgba[(size_t) at * 4 + c];
            float detail =
                other >= 0 ? picture_at(f, picture, other)[c] - base.rgba[(size_t) other * 4 + c]
                           : 0.0f;
            to[c] = fmaxf(smooth + detail, 0.0f);
        }
        to[3] = fminf(to[3], 1.0f);
    }
    zd_free(f->ctx, base.rgba);
    zd_free(f->ctx, base.weight);
    return good ? ZD_OK : zd_fail_memory(err, "a hidden layer");
}

/* The nearest sample of a far layer's own colour to one that is mixed; -1: none, or it is not mixed. */
static int pure_beside(const filler *f, int at)
{
    enum { NEAR_BY = MIXED + 1 };
    int x = at % f->width;
    int y = at / f->width;
    int nearest = -1;
    if (!(f->known[at] > 0.0f && f->known[at] < 1.0f)) {
        return -1;
    }
    for (int ny = zd_int_max(y - NEAR_BY, 0); ny <= zd_int_min(y + NEAR_BY, f->height - 1); ny++) {
        for (int nx = zd_int_max(x - NEAR_BY, 0); nx <= zd_int_min(x + NEAR_BY, f->width - 1); nx++)
        {
            int other = ny * f->width + nx;
            if (f->known[other] >= 1.0f && !is_apart(f, f->signal[at], f->signal[other]) &&
                (nearest < 0 || distance(f, at, other) < distance(f, at, nearest)))
            {
                nearest = other;
            }
        }
    }
    return nearest;
}

/* The picture, with the colour of the far layer beside where it mixes. Samples much larger than pixels would
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
        for (int x = 0; x < picture.width; x++) {
            int pure =
                pure_beside(f, fy * f->width + (int) ((int64_t) x * f->width / picture.width));
            if (pure >= 0) {
                memcpy(to + (ptrdiff_t) x * 4, picture_at(f, picture, pure), 4 * sizeof *to);
            }
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

static zd_status fill(filler *f, zd_view picture, int *depth, zd_scene_filling *out, zd_error *err)
{
    read_signal(f);
    spread_all(f);
    ease(f);
    mark_known(f, depth);
    ZD_TRY(zd_image_create(f->ctx, f->width, f->height, ZD_GRAY_F32, &out->z, err));
    ZD_TRY(zd_image_create(f->ctx, f->width, f->height, ZD_RGBA_F32, &out->colour, err));
    write_z(f, zd_image_view(out->z));
    ZD_TRY(fill_colour(f, picture, zd_image_view(out->colour), err));
    return clean(f, picture, &out->clean, err);
}

zd_status zd_scene_depth_fill(zd_context *ctx, const zd_scene_steps *steps, zd_view z,
                              zd_view picture, double reach, zd_scene_filling *out, zd_error *err)
{
    ZD_REQUIRE(err, z.format.channels == 1 && reach >= 0.0);
    size_t count = (size_t) z.width * (size_t) z.height;
    filler f = { .ctx = ctx, .steps = steps, .z = z, .width = z.width, .height = z.height };
    f.reach = reach;
    *out = (zd_scene_filling){ 0 };
    f.signal = zd_alloc_zeroed(ctx, count, sizeof *f.signal);
    f.hidden = zd_alloc_zeroed(ctx, count, sizeof *f.hidden);
    f.known = zd_alloc_zeroed(ctx, count, sizeof *f.known);
    f.source = zd_alloc_zeroed(ctx, count, sizeof *f.source);
    f.queue = zd_alloc_zeroed(ctx, count, sizeof *f.queue);
    int *depth = zd_alloc_zeroed(ctx, count, sizeof *depth);
    bool good = f.signal != NULL && f.hidden != NULL && f.known != NULL && f.source != NULL &&
                f.queue != NULL && depth != NULL;
    zd_status status =
        good ? fill(&f, picture, depth, out, err) : zd_fail_memory(err, "a hidden layer");
    zd_free(ctx, f.signal);
    zd_free(ctx, f.hidden);
    zd_free(ctx, f.known);
    zd_free(ctx, f.source);
    zd_free(ctx, f.queue);
    zd_free(ctx, depth);
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
