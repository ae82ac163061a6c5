/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth that was filtered, scaled or estimated has ramps where things end, and a surface torn at
 * every steep place of a ramp leaves slivers. Along rows and columns a ramp is followed from its steep
 * part outwards for as long as its steps shrink faster and faster: a blurred step does that, while a
 * surface that turns away (the limb of a sphere) shrinks slower and slower. Its two ends are the two
 * layers; each goes on straight in 1/z up to one cut. The cut is where the picture changes most near
 * the ramp's middle, agreed upon with the ramps of the lines beside. */

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "scene/depth_layers.h"

enum { MOST_WALKED = 32, AGREEING_LINES = 6, PLATEAU = 8 };
#define LEAST_STEP  0.004 /* of the steepest, that still belongs to a ramp */
#define SHARP_SHARE 0.97  /* of the whole change in one step: nothing to mend */

/* A ramp on a line: samples `first` and `last` are its two ends. */
typedef struct ramp {
    int line;
    int first;
    int last;
    float middle;   /* where the signal is halfway, in samples */
    float shift;    /* from there to the picture's edge */
    float strength; /* of that edge */
    float change;   /* of the signal, from end to end */
} ramp;

typedef struct snapper {
    zd_context *ctx;
    const zd_scene_steps *steps;
    zd_view z;
    zd_view picture;
    zd_view out;
    bool is_vertical;
    int lines;
    int length;
    double *signal;       /* of one line: 1/z, or heights; larger is nearer */
    unsigned char *width; /* of the ramp that set a sample; 0: none */
    float *change;        /* and that ramp's whole change */
    ramp *ramps;
    size_t count;
    size_t capacity;
    size_t *begin; /* of each line's ramps */
    bool failed;
} snapper;

static float *sample(zd_view view, const snapper *s, int line, int i)
{
    return s->is_vertical ? zd_view_row_f32(view, i) + line : zd_view_row_f32(view, line) + i;
}

static void read_line(snapper *s, int line)
{
    for (int i = 0; i < s->length; i++) {
        double z = (double) *sample(s->z, s, line, i);
        s->signal[i] = s->steps->is_height ? z : 1.0 / z;
    }
}

/* Whether the surface that ends at a sample, and lies on the other side of it than `way`, turns away there. */
static bool is_limb(const snapper *s, int line, int last, int way)
{
    int innermost = last - 3 * way;
    if (s->steps->is_height || innermost < 0 || innermost >= s->length) {
        return false;
    }
    double z[4];
    for (int k = 0; k < 4; k++) {
        z[k] = (double) *sample(s->z, s, line, last - k * way);
    }
    return zd_scene_turns_away(z[0], z[1], z[2], z[3]);
}

static bool is_steep(const snapper *s, int line, int i)
{
    double a = (double) *sample(s->z, s, line, i);
    double b = (double) *sample(s->z, s, line, i + 1);
    return !isnan(a) && !isnan(b) && zd_scene_steps_apart(s->steps, a, b) &&
           !is_limb(s, line, i + 1, 1) && !is_limb(s, line, i, -1);
}

static double step_at(const snapper *s, int i)
{
    assert(i >= 0 && i + 1 < s->length);
    return s->signal[i + 1] - s->signal[i];
}

/* Walks outwards over the steps from `i`, by `way`; returns the last step that belongs to the ramp. */
static int walk(const snapper *s, int line, int i, int way, double peak)
{
    double before = HUGE_VAL;
    if (is_limb(s, line, way < 0 ? i : i + 1, -way)) {
        return i;
    }
    for (int n = 0; n < MOST_WALKED; n++) {
        int next = i + way;
        if (next < 0 || next + 1 >= s->length) {
            return i;
        }
        double step = step_at(s, next);
        double ratio = step / step_at(s, i);
        if (!(ratio > 0.0) || fabs(step) < LEAST_STEP * peak || ratio > before + 0.08) {
            return i;
        }
        before = fmin(ratio, 1.0);
        i = next;
    }
    return i;
}

static void add_ramp(snapper *s, const ramp *r)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 1024 : s->capacity * 2;
        ramp *grown = zd_alloc(s->ctx, capacity * sizeof *grown);
        if (grown == NULL) {
            s->failed = true;
            return;
        }
        if (s->count > 0) {
            memcpy(grown, s->ramps, s->count * sizeof *grown);
        }
        zd_free(s->ctx, s->ramps);
        s->ramps = grown;
        s->capacity = capacity;
    }
    s->ramps[s->count++] = *r;
}

/* The picture at a sample, by its nearest pixel. */
static const float *colour_at(const snapper *s, int line, int i)
{
    int x = s->is_vertical ? line : i;
    int y = s->is_vertical ? i : line;
    int px = (int) (((int64_t) 2 * x + 1) * s->picture.width / ((int64_t) 2 * s->z.width));
    int py = (int) (((int64_t) 2 * y + 1) * s->picture.height / ((int64_t) 2 * s->z.height));
    return zd_view_row_f32(s->picture, py) + (ptrdiff_t) px * s->picture.format.channels;
}

/* How much the picture changes from a sample to the next: of light's cube root, which is about how
 * much is seen. */
static double change(const snapper *s, int line, int i)
{
    const float *a = colour_at(s, line, i);
    const float *b = colour_at(s, line, i + 1);
    double sum = 0.0;
    for (int c = 0; c < zd_int_min(3, s->picture.format.channels); c++) {
        sum += fabs(cbrt((double) a[c]) - cbrt((double) b[c]));
    }
    return sum;
}

/* The picture's edge about the ramp's middle. */
static void find_edge(const snapper *s, ramp *r)
{
    double sigma = fmax(0.2 * (r->last - r->first), 0.75);
    double best = 0.0;
    double total = 1e-3;
    if (s->picture.data == NULL) {
        return;
    }
    for (int i = r->first; i < r->last; i++) {
        double away = (i + 0.5 - (double) r->middle) / sigma;
        double weighed = change(s, r->line, i) * exp(-0.5 * away * away);
        total += weighed;
        if (weighed > best) {
            best = weighed;
            r->shift = (float) (i + 0.5 - (double) r->middle);
        }
    }
    r->strength = (float) (best * best / total);
}

static void finish_ramp(snapper *s, ramp *r)
{
    double half = 0.5 * (s->signal[r->first] + s->signal[r->last]);
    bool rises = s->signal[r->last] > s->signal[r->first];
    int i = r->first;
    while (i + 1 < r->last && (s->signal[i + 1] < half) == rises) {
        i++;
    }
    r->middle = (float) (i + (half - s->signal[i]) / step_at(s, i));
    find_edge(s, r);
    add_ramp(s, r);
}

static void find_ramps(snapper *s, int line)
{
    for (int i = 0; i + 1 < s->length; i++) {
        if (!is_steep(s, line, i)) {
            continue;
        }
        int end = i;
        double peak = fabs(step_at(s, i));
        while (end + 2 < s->length && is_steep(s, line, end + 1) &&
               (step_at(s, end + 1) > 0.0) == (step_at(s, i) > 0.0))
        {
            end++;
            peak = fmax(peak, fabs(step_at(s, end)));
        }
        ramp r = { .line = line };
        r.first = walk(s, line, i, -1, peak);
        r.last = walk(s, line, end, 1, peak) + 1;
        double whole = fabs(s->signal[r.last] - s->signal[r.first]);
        r.change = (float) whole;
        if (r.last - r.first <= 255 && peak < SHARP_SHARE * whole) {
            finish_ramp(s, &r);
        }
        i = end;
    }
}

/* The ramps of the lines beside that continue this one agree upon a shift; one that is far from the
 * others counts less. */
static double agreed_shift(const snapper *s, const ramp *r)
{
    double shift = 0.0;
    for (int round = 0; round < 3; round++) {
        double sum = 0.0;
        double total = 1e-9;
        for (int n = -AGREEING_LINES; n <= AGREEING_LINES; n++) {
            int line = r->line + n;
            if (line < 0 || line >= s->lines) {
                continue;
            }
            for (size_t k = s->begin[line]; k < s->begin[line + 1]; k++) {
                const ramp *o = &s->ramps[k];
                double apart = fabs((double) o->middle - (double) r->middle);
                if (apart > 2.0 + 1.5 * abs(n)) {
                    continue;
                }
                double off = round == 0 ? 0.0 : ((double) o->shift - shift) / 1.5;
                double weight = (double) o->strength / (1.0 + off * off);
                sum += weight * (double) o->shift;
                total += weight;
            }
        }
        shift = sum / total;
    }
    return shift;
}

/* The smallest of the layer's own steps beside the ramp, where all go the same way. */
static double slope_beside(const snapper *s, int end, int way)
{
    double least = 0.0;
    for (int n = 0; n < PLATEAU; n++) {
        int i = way < 0 ? end - 1 - n : end + n;
        if (i < 0 || i + 1 >= s->length) {
            return 0.0;
        }
        double step = step_at(s, i);
        if (isnan(step) || (n > 0 && step * least <= 0.0)) {
            return 0.0;
        }
        least = n == 0 || fabs(step) < fabs(least) ? step : least;
    }
    return least;
}

/* Of the two ways through a sample the one counts that sees all of the step, and the shorter of two
 * that do. */
static bool is_better(const snapper *s, size_t at, const ramp *r)
{
    float other = s->change[at];
    return r->change > 1.15f * other ||
           (r->change > 0.87f * other && r->last - r->first < s->width[at]);
}

static void apply(const snapper *s, const ramp *r)
{
    double a = s->signal[r->first];
    double b = s->signal[r->last];
    double most = 0.25 * fabs(b - a) / (r->last - r->first);
    double slope_a = fmin(fmax(slope_beside(s, r->first, -1), -most), most);
    double slope_b = fmin(fmax(slope_beside(s, r->last, 1), -most), most);
    double cut = (double) r->middle + agreed_shift(s, r);
    unsigned char width = (unsigned char) (r->last - r->first);
    cut = fmin(fmax(cut, r->first + 0.01), r->last - 0.01);
    for (int i = r->first; i <= r->last; i++) {
        size_t at = s->is_vertical ? (size_t) i * (size_t) s->z.width + (size_t) r->line
                                   : (size_t) r->line * (size_t) s->z.width + (size_t) i;
        if (s->width[at] != 0 && !is_better(s, at, r)) {
            continue;
        }
        double v = i < cut ? a + slope_a * (i - r->first) : b + slope_b * (i - r->last);
        if (s->steps->is_height || v > 0.0) {
            s->width[at] = width;
            s->change[at] = r->change;
            *sample(s->out, s, r->line, i) = (float) (s->steps->is_height ? v : 1.0 / v);
        }
    }
}

static void pass(snapper *s, bool is_vertical)
{
    s->is_vertical = is_vertical;
    s->lines = is_vertical ? s->z.width : s->z.height;
    s->length = is_vertical ? s->z.height : s->z.width;
    s->count = 0;
    for (int line = 0; line < s->lines && !s->failed; line++) {
        s->begin[line] = s->count;
        read_line(s, line);
        find_ramps(s, line);
    }
    s->begin[s->lines] = s->count;
    int read = -1;
    for (size_t k = 0; k < s->count && !s->failed; k++) {
        if (s->ramps[k].line != read) {
            read = s->ramps[k].line;
            read_line(s, read);
        }
        apply(s, &s->ramps[k]);
    }
}

zd_status zd_scene_depth_snap(zd_context *ctx, const zd_scene_steps *steps, zd_view z,
                              zd_view picture, zd_view out, zd_error *err)
{
    ZD_REQUIRE(err, z.width == out.width && z.height == out.height);
    size_t longest = (size_t) zd_int_max(z.width, z.height);
    snapper s = { .ctx = ctx, .steps = steps, .z = z, .picture = picture, .out = out };
    zd_view_copy(z, out);
    s.signal = zd_alloc_zeroed(ctx, longest, sizeof *s.signal);
    s.begin = zd_alloc_zeroed(ctx, longest + 1, sizeof *s.begin);
    s.width = zd_alloc_zeroed(ctx, (size_t) z.width, (size_t) z.height);
    s.change = zd_alloc_zeroed(ctx, (size_t) z.width * sizeof *s.change, (size_t) z.height);
    s.failed = s.signal == NULL || s.begin == NULL || s.width == NULL || s.change == NULL;
    if (!s.failed) {
        pass(&s, false);
        pass(&s, true);
    }
    zd_free(ctx, s.signal);
    zd_free(ctx, s.begin);
    zd_free(ctx, s.width);
    zd_free(ctx, s.change);
    zd_free(ctx, s.ramps);
    return s.failed ? zd_fail_memory(err, "a depth map's edges") : ZD_OK;
}
