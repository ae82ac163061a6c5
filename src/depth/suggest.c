/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A histogram of depth by probability. Where there is foreground by the network's opinion, every
 * threshold is tried with depths moved by the probability, as the matte will do: the best is the
 * one whose matte overlaps the foreground most, by what the probabilities let expect (the sum of
 * probability inside over mask plus missed probability: the expected intersection over union,
 * Nowozin, CVPR 2014, eq. 7), and the emptiest among those that are as good. Without an opinion a
 * threshold parts the histogram in two (Otsu 1979) and moves to the valley between the parts. */

#include "depth/suggest.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

enum { BINS = ZD_SUGGEST_BINS, LEVELS = ZD_SUGGEST_LEVELS, SMOOTHING = 3 };

#define SPARE             0.25f /* of the measured range, on either side of a histogram */
#define ENOUGH_FOREGROUND 0.004 /* of all pixels: less is no object */
#define SURE_LEVEL        (5 * (ZD_SUGGEST_LEVELS - 1) / 7) /* of probability: this is somebody */
#define ENOUGH_SURE       0.0005                            /* of all pixels: less is nobody */
#define CLEARLY_APART     0.5f  /* confidence of two layers that stand without a subject */
#define NOBODY            1.25f /* normalised Depth In where nobody is there */
#define VALLEY_FLOOR      0.02  /* of the height around: what is lower is as empty */
#define AS_GOOD           0.02  /* of the expected overlap */

void zd_suggester_add(zd_suggester *suggester, const zd_depth_map *map, zd_depth_range range,
                      const zd_view *foreground)
{
    assert(map->values != NULL);
    zd_view values = zd_image_view(map->values);
    float extent = range.nearest - range.furthest;
    float scale = extent != 0.0f ? (float) BINS / extent : 0.0f;
    for (int y = 0; y < values.height; y++) {
        const float *row = zd_view_row_f32(values, y);
        const float *probability = foreground != NULL ? zd_view_row_f32(*foreground, y) : NULL;
        for (int x = 0; x < values.width; x++) {
            float at = (row[x] - range.furthest) * scale;
            float p = probability != NULL && probability[x] > 0.0f ? probability[x] : 0.0f;
            if (isnan(at)) {
                continue;
            }
            int bin = at <= 0.0f ? 0 : at >= (float) (BINS - 1) ? BINS - 1 : (int) at;
            int level = (int) (fminf(p, 1.0f) * (float) (LEVELS - 1) + 0.5f);
            suggester->counts[bin][level] += 1.0;
        }
    }
    suggester->frames++;
    suggester->frames_with_probability += foreground != NULL;
}

static double sum_of(const double *bins)
{
    double sum = 0.0;
    for (int i = 0; i < BINS; i++) {
        sum += bins[i];
    }
    return sum;
}

static void smooth(const double *from, double *to)
{
    for (int i = 0; i < BINS; i++) {
        double sum = 0.0;
        double weights = 0.0;
        for (int k = -SMOOTHING; k <= SMOOTHING; k++) {
            if (i + k >= 0 && i + k < BINS) {
                double w = SMOOTHING + 1 - (k < 0 ? -k : k);
                sum += w * from[i + k];
                weights += w;
            }
        }
        to[i] = sum / weights;
    }
}

/* The first bin of the upper part, and how much of the variance the parting explains. */
static int part_by_variance(const double *bins, double *explained)
{
    double total = sum_of(bins);
    double moment = 0.0;
    double square = 0.0;
    for (int i = 0; i < BINS; i++) {
        moment += i * bins[i];
        square += (double) i * i * bins[i];
    }
    double variance = square / total - moment / total * (moment / total);
    double best = -1.0;
    double below = 0.0;
    double moment_below = 0.0;
    int part = BINS / 2;
    for (int i = 1; i < BINS; i++) {
        below += bins[i - 1];
        moment_below += (i - 1) * bins[i - 1];
        double above = total - below;
        if (below <= 0.0 || above <= 0.0) {
            continue;
        }
        double apart = moment_below / below - (moment - moment_below) / above;
        double between = below / total * (above / total) * apart * apart;
        if (between > best) {
            best = between;
            part = i;
        }
    }
    *explained = variance > 0.0 && best > 0.0 ? best / variance : 0.0;
    return part;
}

/* The middle of the longest run of nearly empty bins in [from, to]. */
static int find_valley(const double *bins, int from, int to)
{
    double least = bins[from];
    double most = bins[from];
    for (int i = from; i <= to; i++) {
        least = fmin(least, bins[i]);
        most = fmax(most, bins[i]);
    }
    double limit = least + VALLEY_FLOOR * (most - least) + 1e-9;
    int best = from;
    int longest = 0;
    for (int i = from; i <= to; i++) {
        int begin = i;
        while (i <= to && bins[i] <= limit) {
            i++;
        }
        if (i - begin > longest) {
            longest = i - begin;
            best = begin + longest / 2;
        }
    }
    return best;
}

static double highest(const double *bins, int from, int to)
{
    double most = 0.0;
    for (int i = from; i <= to; i++) {
        most = fmax(most, bins[i]);
    }
    return most;
}

/* Where the mean of a part lies, as the limits of the search for a valley. */
static int mean_bin(const double *bins, int from, int to)
{
    double sum = 0.0;
    double moment = 0.0;
    for (int i = from; i <= to; i++) {
        sum += bins[i];
        moment += i * bins[i];
    }
    return sum > 0.0 ? (int) (moment / sum) : (from + to) / 2;
}

/* The histogram of depths alone, over one and a half times the measured range, smoothed. */
static void spread_depths(const zd_suggester *suggester, double bins[BINS])
{
    double plain[BINS] = { 0.0 };
    for (int i = 0; i < BINS; i++) {
        float depth = ((float) i + 0.5f) / BINS;
        int bin = (int) ((depth + SPARE) * (BINS / (1.0f + 2.0f * SPARE)));
        for (int level = 0; level < LEVELS; level++) {
            plain[bin] += suggester->counts[i][level];
        }
    }
    smooth(plain, bins);
}

static float nothing_too_near(zd_depth_range range)
{
    return range.nearest < range.furthest ? -INFINITY : INFINITY;
}

static zd_suggestion suggest_by_depth(const zd_suggester *suggester, zd_depth_range measured)
{
    double bins[BINS];
    double explained;
    spread_depths(suggester, bins);
    int part = part_by_variance(bins, &explained);
    int low = mean_bin(bins, 0, part - 1);
    int high = mean_bin(bins, part, BINS - 1);
    int valley = find_valley(bins, low, high);
    double peak = fmin(highest(bins, 0, valley), highest(bins, valley, BINS - 1));
    double depth = peak > 0.0 ? 1.0 - bins[valley] / peak : 0.0;
    float in = (float) valley / BINS * (1.0f + 2.0f * SPARE) - SPARE;
    return (zd_suggestion){ zd_depth_from_normalised(measured, in), nothing_too_near(measured),
                            (float) fmax(0.0, explained * depth), -1.0f };
}

/** Pixels of one level of probability that are nearer than each bin's begin. */
typedef struct above {
    double of[LEVELS][BINS + 1];
} above;

static void accumulate(const zd_suggester *suggester, above *out)
{
    for (int level = 0; level < LEVELS; level++) {
        out->of[level][BINS] = 0.0;
        for (int i = BINS - 1; i >= 0; i--) {
            out->of[level][i] = out->of[level][i + 1] + suggester->counts[i][level];
        }
    }
}

/* How many pixels of a level lie at `position` (in bins) or nearer, counted linearly in a bin. */
static double count_above(const double of[BINS + 1], double position)
{
    if (!(position > 0.0)) {
        return of[0];
    }
    if (position >= BINS) {
        return of[BINS];
    }
    int bin = (int) position;
    return of[bin] + (of[bin + 1] - of[bin]) * (position - bin);
}

/* Pixels and expected foreground in the matte of a Depth In (normalised to `range`). */
static void expect(const above *counts, zd_depth_range measured, zd_depth_range range, float in,
                   double *area, double *object)
{
    zd_subject_shift shift = zd_subject_shift_in(ZD_SUBJECT_WEIGHT, in);
    *area = 0.0;
    *object = 0.0;
    for (int level = 0; level < LEVELS; level++) {
        float p = (float) level / (LEVELS - 1);
        float least = zd_depth_from_normalised(range, in - zd_subject_shift_of(shift, p));
        double position = (double) zd_depth_to_normalised(measured, least) * BINS;
        double count = count_above(counts->of[level], position);
        *area += count;
        *object += (double) p * count;
    }
}

static zd_suggestion suggest_by_foreground(const zd_suggester *suggester, double object,
                                           zd_depth_range measured, zd_depth_range range)
{
    above counts;
    double areas[BINS + 1];
    double overlap[BINS];
    double passed[BINS];
    double between[BINS];
    double best = 0.0;
    accumulate(suggester, &counts);
    for (int i = 0; i <= BINS; i++) {
        double inside;
        expect(&counts, measured, range, (float) i / BINS, &areas[i], &inside);
        if (i < BINS) {
            overlap[i] = inside / fmax(areas[i] + object - inside, 1e-9);
            best = fmax(best, overlap[i]);
        }
    }
    int low = 0;
    int high = BINS - 1;
    while (overlap[low] < best - AS_GOOD) {
        low++;
    }
    while (overlap[high] < best - AS_GOOD) {
        high--;
    }
    for (int i = 0; i < BINS; i++) {
        passed[i] = fmax(areas[i] - areas[i + 1], 0.0);
    }
    smooth(passed, between);
    int valley = find_valley(between, low, high);
    return (zd_suggestion){ zd_depth_from_normalised(range, (float) valley / BINS),
                            nothing_too_near(range), (float) fmin(best, 1.0), ZD_SUBJECT_WEIGHT };
}

bool zd_suggestion_is_empty(zd_depth_range range, float depth_in)
{
    return zd_depth_to_normalised(range, depth_in) > 0.5f * (1.0f + NOBODY);
}

/* Whether the network has looked at every frame and is sure of nobody. */
static bool finds_nobody(const zd_suggester *suggester, double total)
{
    double sure = 0.0;
    for (int i = 0; i < BINS; i++) {
        for (int level = SURE_LEVEL; level < LEVELS; level++) {
            sure += suggester->counts[i][level];
        }
    }
    return suggester->frames_with_probability == suggester->frames && sure < ENOUGH_SURE * total;
}

zd_suggestion zd_suggester_result(const zd_suggester *suggester, zd_depth_range measured,
                                  zd_depth_range range)
{
    double total = 0.0;
    double object = 0.0;
    for (int i = 0; i < BINS; i++) {
        for (int level = 0; level < LEVELS; level++) {
            total += suggester->counts[i][level];
            object += suggester->counts[i][level] * level / (LEVELS - 1);
        }
    }
    if (total <= 0.0) {
        return (zd_suggestion){ zd_depth_from_normalised(measured, 0.5f),
                                nothing_too_near(measured), 0.0f, -1.0f };
    }
    bool is_empty = finds_nobody(suggester, total);
    if (object >= ENOUGH_FOREGROUND * total && !is_empty) {
        return suggest_by_foreground(suggester, object, measured, range);
    }
    zd_suggestion by_depth = suggest_by_depth(suggester, measured);
    if (is_empty && by_depth.confidence < CLEARLY_APART) {
        by_depth.depth_in = zd_depth_from_normalised(range, NOBODY);
    }
    return by_depth;
}
