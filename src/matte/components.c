/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Flood fill over samples that are foreground and lie on smooth depth. */

#include "matte/components.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { UNSEEN = -1, BINS = 128 };

#define BARRIER 0.06f /* of the range: a change over two samples that parts objects */

static bool is_foreground(zd_plane field, zd_plane probability, zd_thresholds t, int at)
{
    return zd_thresholds_hold(t, field.data[at],
                              probability.data != NULL ? probability.data[at] : 0.5f);
}

static bool is_smooth(zd_plane field, int x, int y)
{
    const float *row = zd_plane_row(field, y);
    float left = row[zd_int_max(x - 1, 0)];
    float right = row[zd_int_min(x + 1, field.width - 1)];
    float above = zd_plane_row(field, zd_int_max(y - 1, 0))[x];
    float below = zd_plane_row(field, zd_int_min(y + 1, field.height - 1))[x];
    return fabsf(right - left) < BARRIER && fabsf(below - above) < BARRIER;
}

/* Marks what may belong to an object as unseen, all else as nothing. */
static void mark(zd_plane field, zd_plane probability, zd_thresholds thresholds, int *labels)
{
    for (int y = 0; y < field.height; y++) {
        for (int x = 0; x < field.width; x++) {
            int at = y * field.width + x;
            bool inside = is_foreground(field, probability, thresholds, at);
            labels[at] = inside && is_smooth(field, x, y) ? UNSEEN : 0;
        }
    }
}

/* Visits the unlabelled neighbours of a sample; returns how many were queued. */
static int push_neighbours(int width, int height, int at, int from, int to, int *labels, int *queue)
{
    int count = 0;
    int x = at % width;
    int y = at / width;
    const int neighbours[4] = { x > 0 ? at - 1 : at, x < width - 1 ? at + 1 : at,
                                y > 0 ? at - width : at, y < height - 1 ? at + width : at };
    for (int i = 0; i < 4; i++) {
        if (labels[neighbours[i]] == from) {
            labels[neighbours[i]] = to;
            queue[count++] = neighbours[i];
        }
    }
    return count;
}

static int fill(int width, int height, int start, int label, int *labels, int *queue)
{
    int tail = 1;
    queue[0] = start;
    labels[start] = label;
    for (int head = 0; head < tail; head++) {
        tail += push_neighbours(width, height, queue[head], UNSEEN, label, labels, queue + tail);
    }
    return tail;
}

static void describe(zd_plane field, const int *samples, int count, zd_component *out)
{
    int bins[BINS] = { 0 };
    double depth = 0.0;
    double x = 0.0;
    double y = 0.0;
    for (int i = 0; i < count; i++) {
        float d = field.data[samples[i]];
        int bin = (int) ((d + 1.0f) * (BINS / 3.0f)); /* bounded depth is -1..2 */
        bins[zd_int_clamp(bin, 0, BINS - 1)]++;
        depth += (double) d;
        x += samples[i] % field.width;
        y += samples[i] / field.width;
    }
    int bin = BINS - 1;
    for (int above = bins[bin]; above * 20 < count && bin > 0; above += bins[bin]) {
        bin--;
    }
    *out = (zd_component){ count, ((float) bin + 0.5f) * (3.0f / BINS) - 1.0f,
                           (float) (depth / count), (float) (x / count), (float) (y / count) };
}

int zd_components_find(zd_plane field, zd_plane probability, zd_thresholds thresholds, int *labels,
                       int *queue, zd_component components[ZD_MATTE_MAX_COMPONENTS])
{
    assert(probability.data == NULL ||
           (probability.width == field.width && probability.height == field.height));
    int count = 0;
    int total = field.width * field.height;
    int least = zd_int_max(total / 1000, 1);
    mark(field, probability, thresholds, labels);
    for (int at = 0; at < total; at++) {
        if (labels[at] != UNSEEN) {
            continue;
        }
        int area = fill(field.width, field.height, at, count + 1, labels, queue);
        if (area >= least && count < ZD_MATTE_MAX_COMPONENTS) {
            describe(field, queue, area, &components[count]);
            count++;
            continue;
        }
        for (int i = 0; i < area; i++) {
            labels[queue[i]] = 0;
        }
    }
    return count;
}

/* Breadth first from all labelled samples at once. `open` is the mark of samples to take over. */
static void spread_from(int width, int height, int open, int *labels, int *queue)
{
    int tail = 0;
    for (int at = 0; at < width * height; at++) {
        if (labels[at] > 0) {
            queue[tail++] = at;
        }
    }
    for (int head = 0; head < tail; head++) {
        int at = queue[head];
        tail += push_neighbours(width, height, at, open, labels[at], labels, queue + tail);
    }
}

void zd_components_spread(int width, int height, int *labels, int *queue)
{
    spread_from(width, height, 0, labels, queue);
}

void zd_components_grow(zd_plane field, zd_plane probability, zd_thresholds thresholds, int *labels,
                        int *queue)
{
    int total = field.width * field.height;
    for (int at = 0; at < total; at++) {
        if (labels[at] == 0 && is_foreground(field, probability, thresholds, at)) {
            labels[at] = UNSEEN;
        }
    }
    spread_from(field.width, field.height, UNSEEN, labels, queue);
    for (int at = 0; at < total; at++) {
        labels[at] = labels[at] == UNSEEN ? 0 : labels[at];
    }
}

int zd_components_nearest(const zd_component *components, int count)
{
    int best = -1;
    for (int i = 0; i < count; i++) {
        if (best < 0 || components[i].nearest > components[best].nearest) {
            best = i;
        }
    }
    return best;
}
