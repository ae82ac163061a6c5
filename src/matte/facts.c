/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Counts samples, and the subject's parts by flood fill. */

#include "matte/facts.h"

#include <assert.h>

#include "matte/matte_internal.h"

enum { LEAST_PART = 200 }; /* a part is no smaller than the map divided by this */

/* Fills one part of the subject, from `start`; returns its samples. `open` is 1 on those not seen. */
static int fill(unsigned char *open, int *queue, int width, int height, int start)
{
    assert(open[start]);
    int tail = 0;
    queue[tail++] = start;
    open[start] = 0;
    for (int head = 0; head < tail; head++) {
        int x = queue[head] % width;
        int y = queue[head] / width;
        int beside[4][2] = { { x - 1, y }, { x + 1, y }, { x, y - 1 }, { x, y + 1 } };
        for (int i = 0; i < 4; i++) {
            int at = beside[i][1] * width + beside[i][0];
            if (beside[i][0] >= 0 && beside[i][0] < width && beside[i][1] >= 0 &&
                beside[i][1] < height && open[at])
            {
                open[at] = 0;
                queue[tail++] = at;
            }
        }
    }
    return tail;
}

static int count_parts(unsigned char *open, int *queue, int width, int height)
{
    int parts = 0;
    int samples = width * height;
    for (int at = 0; at < samples; at++) {
        parts += open[at] && fill(open, queue, width, height, at) >= samples / LEAST_PART;
    }
    return parts;
}

static void count_samples(zd_plane field, const zd_view *foreground, zd_thresholds t,
                          unsigned char *subject, zd_matte_facts *out)
{
    float share = 1.0f / (float) (field.width * field.height);
    for (int y = 0; y < field.height; y++) {
        const float *probability = foreground != NULL ? zd_view_row_f32(*foreground, y) : NULL;
        for (int x = 0; x < field.width; x++) {
            float p = probability != NULL ? probability[x] : 0.0f;
            float known = probability != NULL ? p : 0.5f;
            float depth = zd_plane_row(field, y)[x];
            bool inside = zd_thresholds_hold(t, depth, known);
            bool is_subject = p >= 0.5f;
            subject[y * field.width + x] = is_subject;
            out->foreground += inside ? share : 0.0f;
            out->subject += is_subject ? share : 0.0f;
            out->in_subject += inside && is_subject ? share : 0.0f;
            out->floor += inside && !is_subject && 3 * y > 2 * field.height ? share : 0.0f;
            out->doubtful += p > 0.25f && p < 0.75f ? share : 0.0f;
        }
    }
}

zd_status zd_matte_facts_measure(zd_context *ctx, const zd_depth_map *map, zd_depth_range range,
                                 const zd_view *foreground, const zd_matte_params *params,
                                 zd_matte_facts *out, zd_error *err)
{
    zd_view values = zd_image_view(map->values);
    size_t samples = (size_t) values.width * (size_t) values.height;
    *out = (zd_matte_facts){ .has_probability = foreground != NULL };
    if (foreground != NULL &&
        (foreground->width != values.width || foreground->height != values.height))
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the depth map is %dx%d and the probability %dx%d", values.width,
                       values.height, foreground->width, foreground->height);
    }
    float *storage = zd_alloc(ctx, samples * sizeof *storage);
    int *queue = zd_alloc(ctx, samples * sizeof *queue);
    unsigned char *subject = zd_alloc(ctx, samples);
    bool complete = storage != NULL && queue != NULL && subject != NULL;
    if (complete) {
        zd_plane field = zd_field_load(ctx, map, range, storage);
        count_samples(field, foreground, zd_thresholds_resolve(params, range), subject, out);
        out->subjects = count_parts(subject, queue, values.width, values.height);
    }
    zd_free(ctx, storage);
    zd_free(ctx, queue);
    zd_free(ctx, subject);
    return complete ? ZD_OK : zd_fail_memory(err, "the facts of a matte");
}
