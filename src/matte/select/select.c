/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A box's object is the subject, where the network sees one in it: people draw a box round somebody, and
 * most of it is background. Elsewhere it is the densest depth inside. Its range grows from there, in the histogram of
 * the box, to where that falls below a small part of the peak, and on, in the histogram of the
 * frame, to the valley between the object and the next layer. */

#include "matte/select.h"

#include <assert.h>
#include <math.h>

#include "core/size.h"

enum { BINS = 256, SMOOTHING = 2, REACH = 40 };

#define EMPTY         0.06f /* part of the peak below which the object ends */
#define SURE          0.5f  /* the probability from which a sample is of the subject */
#define SUBJECT_SHARE 0.1f  /* of a box from which it is drawn round the subject, sloppily */

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

/* Whether the plane says that a sample of the map belongs to the subject; without one all do. */
static bool is_subject(const zd_view *plane, zd_view values, int x, int y)
{
    if (plane == NULL) {
        return true;
    }
    int px = (int) ((int64_t) x * plane->width / values.width);
    int py = (int) ((int64_t) y * plane->height / values.height);
    return zd_view_row_f32(*plane, py)[px] >= SURE;
}

/* Counts the depths of a rectangle, of the subject alone where there is a plane of it. Samples on steep
 * depth are of no object: they would fill the valleys. Returns how many there are. */
static int count_depths(zd_view values, zd_depth_range range, zd_rect rect, const zd_view *plane,
                        float bins[BINS])
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
            if (!isfinite(depth) || !is_subject(plane, values, x, y)) {
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
    assert(peak >= 0 && peak < BINS && (step == 1 || step == -1));
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

/* `plane` may be NULL: the object is then the densest depth. */
static zd_status find_object(const zd_depth_map *map, zd_depth_range range, zd_selection box,
                             const zd_view *plane, float depths[2], zd_error *err)
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
    if (count_depths(values, range, zd_rect_intersect(rect, whole), plane, inside) == 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the selection %g,%g,%g,%g holds no depths",
                       (double) box.x, (double) box.y, (double) box.width, (double) box.height);
    }
    count_depths(values, range, whole, NULL, frame);
    int peak = 0;
    for (int i = 1; i < BINS; i++) {
        peak = inside[i] > inside[peak] ? i : peak;
    }
    depths[0] = bin_depth((float) find_end(inside, frame, peak, -1));
    depths[1] = bin_depth((float) find_end(inside, frame, peak, 1) + 1.0f);
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

bool zd_select_has_subject(zd_view plane, zd_selection box)
{
    zd_rect whole = { 0, 0, plane.width, plane.height };
    zd_rect rect = zd_rect_intersect(rect_of(box, plane.width, plane.height), whole);
    int64_t sure = 0;
    int64_t count = 0;
    for (int y = rect.y0; y < rect.y1; y++) {
        for (int x = rect.x0; x < rect.x1; x++) {
            sure += zd_view_row_f32(plane, y)[x] >= SURE;
            count++;
        }
    }
    return !box.subtract && count > 0 && (float) sure >= SUBJECT_SHARE * (float) count;
}

zd_status zd_select_add(const zd_depth_map *map, zd_depth_range range, zd_selection box,
                        const zd_view *plane, zd_matte_params *params, zd_error *err)
{
    bool first = params->depth_in == 0.0f && params->depth_out == 0.0f;
    zd_matte_mode mode = params->mode;
    float depths[2];
    bool on_subject = plane != NULL && zd_select_has_subject(*plane, box);
    if (first && box.subtract) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the first selection cannot take away: there is nothing yet");
    }
    ZD_TRY(find_object(map, range, box, on_subject ? plane : NULL, depths, err));
    float far = depths[0];
    float near = depths[1];
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
        ZD_TRY(zd_select_add(map, range, boxes[i], NULL, &result, err));
    }
    params->depth_in = result.depth_in;
    params->depth_out = result.depth_out;
    return ZD_OK;
}
float zd_select_subject_depth(const zd_depth_map *map, zd_depth_range range, zd_view foreground,
                              zd_selection box, float weight, float least)
{
    zd_view values = zd_image_view(map->values);
    zd_rect whole = { 0, 0, values.width, values.height };
    zd_rect rect = zd_rect_intersect(rect_of(box, values.width, values.height), whole);
    float bins[BINS] = { 0.0f };
    float total = 0.0f;
    for (int y = rect.y0; y < rect.y1; y++) {
        for (int x = rect.x0; x < rect.x1; x++) {
            float p = zd_view_row_f32(foreground, y)[x];
            float depth = zd_depth_to_normalised(range, zd_view_row_f32(values, y)[x]);
            if (p >= least && isfinite(depth)) {
                bins[bin_of(depth + weight * (2.0f * p - 1.0f))] += 1.0f;
                total += 1.0f;
            }
        }
    }
    int bin = 0;
    for (float below = bins[0]; bin < BINS - 1 && below <= 0.1f * total; below += bins[bin]) {
        bin++;
    }
    return zd_depth_from_normalised(range, bin_depth((float) bin));
}
