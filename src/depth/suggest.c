/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A histogram of depth by probability. Where there is foreground by the network's opinion, depths
 * are first moved by the probability, as the matte will do. A threshold then parts the histogram in
 * two (Otsu 1979) and moves to the valley between the parts; with an opinion it goes where most
 * foreground is nearer and most background farther (Youden's index), and to the emptiest depth
 * among those that are as good. */

#include "depth/suggest.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

enum { BINS = ZD_SUGGEST_BINS, LEVELS = ZD_SUGGEST_LEVELS, SMOOTHING = 3 };

#define SPARE             0.25f /* of the range, on either side of the histogram */
#define MOVED             0.33f /* of the shot's extent: how far probability moves depths */
#define ENOUGH_FOREGROUND 0.004 /* of all pixels: less is no object */
#define VALLEY_FLOOR      0.02  /* of the height around: what is lower is as empty */
#define AS_GOOD           0.02  /* of Youden's index */

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

static zd_suggestion suggest_by_depth(const double *bins)
{
    double explained;
    int part = part_by_variance(bins, &explained);
    int low = mean_bin(bins, 0, part - 1);
    int high = mean_bin(bins, part, BINS - 1);
    int valley = find_valley(bins, low, high);
    double peak = fmin(highest(bins, 0, valley), highest(bins, valley, BINS - 1));
    double depth = peak > 0.0 ? 1.0 - bins[valley] / peak : 0.0;
    return (zd_suggestion){ (float) valley / BINS, INFINITY, (float) fmax(0.0, explained * depth),
                            -1.0f };
}

static zd_suggestion suggest_by_foreground(const double *bins, const double *foreground)
{
    double object = sum_of(foreground);
    double rest = fmax(sum_of(bins) - object, 1e-9);
    double index[BINS];
    double best = -2.0;
    double nearer_object = 0.0;
    double nearer_rest = 0.0;
    for (int i = BINS - 1; i >= 0; i--) {
        nearer_object += foreground[i];
        nearer_rest += fmax(bins[i] - foreground[i], 0.0);
        index[i] = nearer_object / object - nearer_rest / rest;
        best = fmax(best, index[i]);
    }
    int low = 0;
    int high = BINS - 1;
    while (index[low] < best - AS_GOOD) {
        low++;
    }
    while (index[high] < best - AS_GOOD) {
        high--;
    }
    int valley = find_valley(bins, low, high);
    return (zd_suggestion){ (float) valley / BINS, INFINITY, (float) fmax(0.0, fmin(best, 1.0)),
                            -1.0f };
}

/* The part of the bins between the 1st and the 99th percentile. */
static float extent_of(const zd_suggester *suggester, double total)
{
    double below = 0.0;
    int low = 0;
    int high = 0;
    for (int i = 0; i < BINS; i++) {
        for (int level = 0; level < LEVELS; level++) {
            below += suggester->counts[i][level];
        }
        low = below < 0.01 * total ? i + 1 : low;
        high = below < 0.99 * total ? i + 1 : high;
    }
    return (float) (high - low + 1) / BINS;
}

/* Histograms of the depths, moved by up to `moved` of the range, over one and a half times the
 * range, so that none falls off its ends. */
static void move_depths(const zd_suggester *suggester, float moved, double all[BINS],
                        double foreground[BINS])
{
    double plain[2][BINS] = { { 0.0 } };
    for (int i = 0; i < BINS; i++) {
        for (int level = 0; level < LEVELS; level++) {
            float p = (float) level / (LEVELS - 1);
            float depth = ((float) i + 0.5f) / BINS + moved * (2.0f * p - 1.0f);
            float at = (depth + SPARE) * (BINS / (1.0f + 2.0f * SPARE));
            int bin = at <= 0.0f ? 0 : at >= (float) (BINS - 1) ? BINS - 1 : (int) at;
            plain[0][bin] += suggester->counts[i][level];
            plain[1][bin] += (double) p * suggester->counts[i][level];
        }
    }
    smooth(plain[0], all);
    smooth(plain[1], foreground);
}

zd_suggestion zd_suggester_result(const zd_suggester *suggester)
{
    double bins[BINS];
    double foreground[BINS];
    double total = 0.0;
    double object = 0.0;
    for (int i = 0; i < BINS; i++) {
        for (int level = 0; level < LEVELS; level++) {
            total += suggester->counts[i][level];
            object += suggester->counts[i][level] * level / (LEVELS - 1);
        }
    }
    if (total <= 0.0) {
        return (zd_suggestion){ 0.5f, INFINITY, 0.0f, -1.0f };
    }
    bool found = object >= ENOUGH_FOREGROUND * total;
    float moved = found ? fminf(MOVED * extent_of(suggester, total), 2.0f * SPARE) : 0.0f;
    move_depths(suggester, moved, bins, foreground);
    zd_suggestion result = found ? suggest_by_foreground(bins, foreground) : suggest_by_depth(bins);
    result.depth_in = result.depth_in * (1.0f + 2.0f * SPARE) - SPARE;
    result.probability = found ? moved : -1.0f;
    return result;
}
