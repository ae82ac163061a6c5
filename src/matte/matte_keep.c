/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which part of the field counts. Nearest object only: what belongs to the object and what to others;
 * samples of neither go to whichever is nearer, so that the object's own soft edge is kept whole. Without
 * it, crumbs do not count: small parts of the foreground that the network does not take for the subject and
 * that lie far from all else. An opening by area and likeness (Breen and Jones, CVIU 1996): both grow with a
 * part, so wider thresholds never drop what narrower ones keep. */

#include <math.h>
#include <string.h>

#include "matte/components.h"
#include "matte/matte_internal.h"

enum { OBJECT = 1, OTHER = 2, CRUMB = 3 };

#define CRUMB_AREA   0.001f /* of the field: a part that is smaller has to look like the subject */
#define CRUMB_LIKELY 0.6f   /* probability that a crumb does not reach */
#define CRUMB_FAR    0.045f /* of the height: what is this near to a part that counts is of it */

/* From the object's mask: everything else that is foreground belongs to others. */
static void label_by_mask(zd_matte *matte, zd_thresholds thresholds)
{
    zd_plane field = matte->field;
    for (int i = 0; i < field.width * field.height; i++) {
        float probability = matte->probability.data != NULL ? matte->probability.data[i] : 0.5f;
        bool inside = zd_thresholds_hold(thresholds, field.data[i], probability);
        matte->labels[i] = matte->object.data[i] >= 0.5f ? OBJECT : inside ? OTHER : 0;
    }
}

static void label_nearest(zd_matte *matte, zd_thresholds thresholds)
{
    zd_component components[ZD_MATTE_MAX_COMPONENTS];
    zd_plane field = matte->field;
    int count = zd_components_find(field, matte->probability, thresholds, matte->labels,
                                   matte->queue, components);
    int object = zd_components_nearest(components, count) + 1;
    for (int i = 0; i < field.width * field.height; i++) {
        int label = matte->labels[i];
        matte->labels[i] = label == 0 ? 0 : label == object ? OBJECT : OTHER;
    }
}

void zd_keep_build(zd_matte *matte, zd_thresholds thresholds)
{
    zd_plane field = matte->field;
    matte->settled_ready = false;
    if (matte->object.data != NULL) {
        label_by_mask(matte, thresholds);
    } else {
        label_nearest(matte, thresholds);
    }
    zd_components_spread(field.width, field.height, matte->labels, matte->queue);
    matte->keep = (zd_plane){ matte->keep.data, field.width, field.height, field.width };
    for (int i = 0; i < field.width * field.height; i++) {
        matte->keep.data[i] = matte->labels[i] == OBJECT ? 1.0f : 0.0f;
    }
}

/* Labels the part that a sample of the foreground (OTHER) belongs to: OBJECT, or CRUMB. */
static void label_part(zd_matte *matte, int start)
{
    zd_plane field = matte->field;
    int *labels = matte->labels;
    int *queue = matte->queue;
    int end = 0;
    float likely = 0.0f;
    queue[end++] = start;
    labels[start] = OBJECT;
    for (int begin = 0; begin < end; begin++) {
        int at = queue[begin];
        int x = at % field.width;
        const int beside[4] = { x > 0 ? at - 1 : at, x < field.width - 1 ? at + 1 : at,
                                at >= field.width ? at - field.width : at,
                                at + field.width < field.width * field.height ? at + field.width
                                                                              : at };
        float p = matte->probability.data[at];
        likely = p > likely ? p : likely;
        for (int i = 0; i < 4; i++) {
            if (labels[beside[i]] == OTHER) {
                labels[beside[i]] = OBJECT;
                queue[end++] = beside[i];
            }
        }
    }
    bool is_crumb = likely < CRUMB_LIKELY &&
                    (float) end < CRUMB_AREA * (float) field.width * (float) field.height;
    for (int i = 0; is_crumb && i < end; i++) {
        labels[queue[i]] = CRUMB;
    }
}

/* 1 within `reach` samples of each that is 1, along a line. */
static void spread_line(float *line, int count, int step, int reach)
{
    int since = reach + 1;
    for (int i = 0; i < count; i++) {
        float *here = line + (ptrdiff_t) i * step;
        since = *here >= 1.0f ? 0 : since + 1;
        *here = *here < 1.0f && since <= reach ? 0.5f : *here;
    }
    since = reach + 1;
    for (int i = count - 1; i >= 0; i--) {
        float *here = line + (ptrdiff_t) i * step;
        since = *here >= 1.0f ? 0 : since + 1;
        *here = *here > 0.0f || since <= reach ? 1.0f : 0.0f;
    }
}

void zd_settle_build(zd_matte *matte, zd_thresholds thresholds)
{
    zd_plane field = matte->field;
    int count = field.width * field.height;
    if (matte->settled_ready &&
        memcmp(&matte->settled_thresholds, &thresholds, sizeof thresholds) == 0) {
        return;
    }
    matte->keep = (zd_plane){ matte->keep.data, field.width, field.height, field.width };
    for (int i = 0; i < count; i++) {
        bool inside = zd_thresholds_hold(thresholds, field.data[i], matte->probability.data[i]);
        matte->labels[i] = inside ? OTHER : 0;
    }
    for (int i = 0; i < count; i++) {
        if (matte->labels[i] == OTHER) {
            label_part(matte, i);
        }
        matte->keep.data[i] = matte->labels[i] == OBJECT ? 1.0f : 0.0f;
    }
    int reach = (int) ceilf(CRUMB_FAR * (float) field.height);
    for (int y = 0; y < field.height; y++) {
        spread_line(zd_plane_row(matte->keep, y), field.width, 1, reach);
    }
    for (int x = 0; x < field.width; x++) {
        spread_line(matte->keep.data + x, field.height, field.width, reach);
    }
    matte->settled_ready = true;
    matte->settled_thresholds = thresholds;
}
