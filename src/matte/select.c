/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A box's object is the densest depth inside it. Its range grows from there, in the histogram of
 * the box, to where that falls below a small part of the peak, and on, in the histogram of the
 * frame, to the valley between the object and the next layer. */

#include "matte/select.h"

#include <math.h>

#include "core/size.h"

enum { BINS = 256, SMOOTHING = 2, REACH = 40 };

#define EMPTY 0.06f /* part of the peak below which the object ends */

/* Depths of -0.25 to 1.25 of the range; what lies beyond counts at the ends. */
static float bin_depth(float bin)
{
    return bin * (1.5f / BINS) - 0.25f;
}

static int bin_of(float normalised)
{
    float at = (normalised + 0.25f) * (BINS / 1.5f);
    return at <= 0.0f ? 0 : at >= (float) (BINS - 1) ? BINS - 1 : (int) at;
}

static void smooth(float bins[BINS])
{
    float from[BINS];
    for (int i = 0; i < BINS; i++) {
        from[i] = bins[i];
    }
    for (int i = 0; i < BINS; i++) {
        float sum = 0.0f;
        for (int k = -SMOOTHING; k <= SMOOTHING; k++) {
            sum +=
                from[zd_int_clamp(i + k, 0, BINS - 1)] * (float) (SMOOTHING + 1 - (k < 0 ? -k : k));
        }
        bins[i] = sum / ((SMOOTHING + 1) * (SMOOTHING + 1));
    }
}

/* How much depth changes from a to b, either of which may be a hole beside `here`. */
static float change(float a, float b, float here)
{
    return fabsf((isfinite(b) ? b : here) - (isfinite(a) ? a : here));
}

/* Counts the depths of a rectangle. Samples on steep depth are of no object: they would fill the
 * valleys. Returns how many there are. */
static int count_depths(zd_view values, zd_depth_range range, zd_rect rect, float bins[BINS])
{
    int count = 0;
    for (int i = 0; i < BINS; i++) {
        bins[i] = 0.0f;
    }
    for (int y = rect.y0; y < rect.y1; y++) {
        const float *row = zd_view_row_f32(values, y);
        const float *above = zd_view_row_f32(values, zd_int_max(y - 1, 0));
        const float *below = zd_view_row_f32(values, zd_int_min(y + 1, values.height - 1));
        for (int x = rect.x0; x < rect.x1; x++) {
            float depth = zd_depth_to_normalised(range, row[x]);
            if (!isfinite(depth)) {
                continue;
            }
            float across =
                change(row[zd_int_max(x - 1, 0)], row[zd_int_min(x + 1, values.width - 1)], row[x]);
            float down = change(above[x], below[x], row[x]);
            float steep = fmaxf(across, down) / fabsf(range.nearest - range.furthest);
            bins[bin_of(depth)] += 1.0f / (1.0f + 2500.0f * steep * steep);
            count++;
        }
    }
    smooth(bins);
    return count;
}

/* From the peak outwards: past the box's own depths, then down the frame's slope to its valley. */
static int find_end(const float box[BINS], const float frame[BINS], int peak, int step)
{
    int end = peak;
    while (end + step >= 0 && end + step < BINS && box[end + step] > EMPTY * box[peak]) {
        end += step;
    }
    int lowest = end;
    for (int i = 0; i < REACH && end + step >= 0 && end + step < BINS; i++) {
        end += step;
        if (frame[end] < frame[lowest]) {
            lowest = end;
        } else if (frame[end] > 2.0f * frame[lowest] + 0.02f * frame[peak]) {
            break; /* climbing the next layer */
        }
    }
    return lowest;
}

/* A box that touches the frame, in samples. */
static zd_rect rect_of(zd_selection box, int width, int height)
{
    float w = (float) width;
    float h = (float) height;
    return (zd_rect){ (int) (fmaxf(box.x, 0.0f) * w), (int) (fmaxf(box.y, 0.0f) * h),
                      (int) ceilf(fminf(box.x + box.width, 1.0f) * w),
                      (int) ceilf(fminf(box.y + box.height, 1.0f) * h) };
}

static zd_status find_object(const zd_depth_map *map, zd_depth_range range, zd_selection box,
                             float *far, float *near, zd_error *err)
{
    zd_view values = zd_image_view(map->values);
    zd_rect whole = { 0, 0, values.width, values.height };
    if (!(box.width > 0.0f && box.height > 0.0f && box.x < 1.0f && box.y < 1.0f &&
          box.x + box.width > 0.0f && box.y + box.height > 0.0f))
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the selection %g,%g,%g,%g lies outside the frame", (double) box.x,
                       (double) box.y, (double) box.width, (double) box.height);
    }
    zd_rect rect = rect_of(box, values.width, values.height);
    float inside[BINS];
    float frame[BINS];
    if (count_depths(values, range, zd_rect_intersect(rect, whole), inside) == 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the selection %g,%g,%g,%g holds no depths",
                       (double) box.x, (double) box.y, (double) box.width, (double) box.height);
    }
    count_depths(values, range, whole, frame);
    int peak = 0;
    for (int i = 1; i < BINS; i++) {
        peak = inside[i] > inside[peak] ? i : peak;
    }
    *far = bin_depth((float) find_end(inside, frame, peak, -1));
    *near = bin_depth((float) find_end(inside, frame, peak, 1) + 1.0f);
    return ZD_OK;
}

/* Takes [far, near] away from [*low, *high], on the side where less is left to lose. */
static void subtract(float *low, float *high, float far, float near)
{
    if (near <= *low || far >= *high) {
        return;
    }
    if (near - *low < *high - far) {
        *low = near;
    } else {
        *high = far;
    }
}

zd_status zd_select_add(const zd_depth_map *map, zd_depth_range range, zd_selection box,
                        zd_matte_params *params, zd_error *err)
{
    bool first = params->depth_in == 0.0f && params->depth_out == 0.0f;
    zd_matte_mode mode = params->mode;
    float far;
    float near;
    if (first && box.subtract) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the first selection cannot take away: there is nothing yet");
    }
    ZD_TRY(find_object(map, range, box, &far, &near, err));
    zd_matte_convert_mode(params, range, ZD_MATTE_NORMALISED);
    if (first) {
        params->depth_in = far;
        params->depth_out = near;
    } else if (box.subtract) {
        subtract(&params->depth_in, &params->depth_out, far, near);
    } else {
        params->depth_in = fminf(params->depth_in, far);
        params->depth_out = fmaxf(params->depth_out, near);
    }
    zd_matte_convert_mode(params, range, mode);
    return ZD_OK;
}

zd_status zd_select_range(const zd_depth_map *map, zd_depth_range range, const zd_selection *boxes,
                          int count, zd_matte_params *params, zd_error *err)
{
    zd_matte_params result = *params;
    result.depth_in = 0.0f;
    result.depth_out = 0.0f;
    for (int i = 0; i < count; i++) {
        ZD_TRY(zd_select_add(map, range, boxes[i], &result, err));
    }
    params->depth_in = result.depth_in;
    params->depth_out = result.depth_out;
    return ZD_OK;
}

float zd_select_mean(zd_view plane, zd_selection box)
{
    zd_rect whole = { 0, 0, plane.width, plane.height };
    zd_rect rect = zd_rect_intersect(rect_of(box, plane.width, plane.height), whole);
    double sum = 0.0;
    for (int y = rect.y0; y < rect.y1; y++) {
        for (int x = rect.x0; x < rect.x1; x++) {
            sum += (double) zd_view_row_f32(plane, y)[x];
        }
    }
    double count = fmax((double) (rect.x1 - rect.x0) * (rect.y1 - rect.y0), 1.0);
    return rect.x1 > rect.x0 && rect.y1 > rect.y0 ? (float) (sum / count) : 0.0f;
}
