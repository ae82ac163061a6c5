/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One row piece of the compositor: how much of each pixel an insert may change (weights), and the
 * kernels that change it. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "composite/blend_kernel.h"
#include "composite/composite_internal.h"
#include "core/size.h"

/* How much of the pixel is in front of an insert at depth z, both in nearness order. */
static float hidden_by_depth(float footage, float z, float softness)
{
    float ahead = footage - z;
    if (!(fabsf(ahead) < INFINITY)) {
        return 0.0f; /* one of the two has no depth */
    }
    if (softness <= 0.0f) {
        return ahead > 0.0f ? 1.0f : 0.0f;
    }
    return zd_float_clamp(0.5f + ahead / softness, 0.0f, 1.0f);
}

static void weights_from_matte(const zd_composite_layer *layer, int x0, int x1, int y,
                               float *weight)
{
    if (layer->matte.view.data == NULL) {
        for (int i = 0; i < x1 - x0; i++) {
            weight[i] = 1.0f;
        }
        return;
    }
    const float *matte = zd_placed_pixel_f32(layer->matte, x0, y);
    for (int i = 0; i < x1 - x0; i++) {
        float w = 1.0f - matte[i];
        w = w > 0.0f ? w : 0.0f;
        w = w < 1.0f ? w : 1.0f;
        weight[i] = matte[i] - matte[i] == 0.0f ? w : 1.0f; /* NaN and infinity hide nothing */
    }
}

static void weights_from_depth(const zd_composite *composite, const zd_composite_layer *layer,
                               int x0, int x1, int y, float *weight)
{
    const float *footage = zd_placed_pixel_f32(composite->depth, x0, y);
    const float *z = zd_placed_pixel_f32(layer->z, x0, y);
    float sign = composite->depth_kind == ZD_DEPTH_METRES ? -1.0f : 1.0f;
    for (int i = 0; i < x1 - x0; i++) {
        float w = 1.0f - hidden_by_depth(sign * footage[i], sign * z[i], layer->z_softness);
        weight[i] = w < weight[i] ? w : weight[i];
    }
}

/* What is behind the insert in one pixel that is partly foreground. The change that inserts behind
 * this one made to the pixel was made to the part of it that they showed in, so undivided by that
 * part it is the change of the background itself. */
static zd_vec4 background_behind(const zd_span *span, const float *estimate, int channels, int i,
                                 zd_vec4 picture)
{
    zd_vec4 original = zd_vec4_load(span->original + 4 * i);
    zd_vec4 b = { estimate[0], estimate[1], estimate[2],
                  channels == 4 ? estimate[3] : original[3] };
    float part = span->shown[i] > span->weight[i] ? span->shown[i] : span->weight[i];
    b += (picture - original) / zd_vec4_splat(part);
    return zd_vec4_select(zd_vec4_is_finite(b), b, picture);
}

/* out = w * blend(I over B) + (1 - w) * P + w * (P - B). With w = 1 and B = P the last two terms
 * are exactly zero, which is the identity "in front of everything is a plain over". */
static inline __attribute__((always_inline)) void lay_pixels(zd_blend blend, zd_span *span,
                                                             const zd_composite_layer *layer,
                                                             int x0, int x1)
{
    const float *insert = zd_placed_pixel_f32(layer->picture, x0, span->y);
    float *picture = zd_placed_pixel_f32(span->composite->picture, x0, span->y);
    const float *background = NULL;
    int channels = layer->background.view.format.channels;
    if (layer->background.view.data != NULL) {
        background = zd_placed_pixel_f32(layer->background, x0, span->y);
    }
    zd_vec4 opacity = zd_vec4_splat(layer->opacity);
    const zd_vec4 zero = zd_vec4_splat(0.0f);
    for (int i = 0; i < x1 - x0; i++) {
        int at = x0 - span->x0 + i;
        float weight = span->weight[at];
        if (weight == 0.0f || zd_vec4_is_nothing(insert + 4 * i)) {
            continue;
        }
        zd_vec4 source = zd_vec4_load(insert + 4 * i);
        source = zd_vec4_select(zd_vec4_is_finite(source), source * opacity, zero);
        zd_vec4 p = zd_vec4_load(picture + 4 * i);
        if (weight == 1.0f) {
            zd_vec4_store(picture + 4 * i, zd_blend_kernel(blend, source, p));
        } else {
            zd_vec4 b = background == NULL
                            ? p
                            : background_behind(span, background + channels * i, channels, at, p);
            zd_vec4 w = zd_vec4_splat(weight);
            zd_vec4 laid = w * zd_blend_kernel(blend, source, b);
            laid += (zd_vec4_splat(1.0f) - w) * p + w * (p - b);
            zd_vec4_store(picture + 4 * i, laid);
        }
        span->shown[at] = span->shown[at] > weight ? span->shown[at] : weight;
    }
}

#define LAY_CASE(id, function, word)                    \
    case ZD_BLEND_##id:                                 \
        lay_pixels(ZD_BLEND_##id, span, layer, x0, x1); \
        break;

static void lay_piece(zd_span *span, const zd_composite_layer *layer, int x0, int x1)
{
    switch (layer->blend) {
        ZD_BLENDS(LAY_CASE)
    case ZD_BLEND_COUNT:
        break;
    }
}

static void lay_layer(zd_span *span, const zd_composite_layer *layer, int x0, int x1)
{
    zd_rect rect = zd_placed_rect(layer->picture);
    x0 = zd_int_max(x0, rect.x0);
    x1 = zd_int_min(x1, rect.x1);
    if (x0 >= x1 || span->y < rect.y0 || span->y >= rect.y1) {
        return;
    }
    weights_from_matte(layer, x0, x1, span->y, span->weight + (x0 - span->x0));
    if (layer->z.view.data != NULL) {
        weights_from_depth(span->composite, layer, x0, x1, span->y, span->weight + (x0 - span->x0));
    }
    lay_piece(span, layer, x0, x1);
}

/* A layer's own depth at a pixel in nearness order; the furthest where it has none. */
static float own_depth(const zd_composite *composite, const zd_composite_layer *layer, int x, int y)
{
    zd_rect rect = zd_placed_rect(layer->z);
    if (x < rect.x0 || x >= rect.x1 || y < rect.y0 || y >= rect.y1) {
        return -INFINITY;
    }
    float z = *zd_placed_pixel_f32(layer->z, x, y);
    if (!(fabsf(z) < INFINITY)) {
        return -INFINITY;
    }
    return composite->depth_kind == ZD_DEPTH_METRES ? -z : z;
}

/* Sorts the layers with a z of their own by their depth in one pixel, stable, among the places
 * that they hold in the span's order. */
static void order_at_pixel(const zd_span *span, int x, int *order)
{
    const zd_composite_layer *layers = span->composite->layers;
    int places[ZD_COMPOSITE_MAX_LAYERS];
    float depths[ZD_COMPOSITE_MAX_LAYERS];
    int count = 0;
    for (int i = 0; i < span->order_count; i++) {
        order[i] = span->order[i];
        if (layers[order[i]].z.view.data == NULL) {
            continue;
        }
        int which = order[i];
        float depth = own_depth(span->composite, &layers[which], x, span->y);
        int at = count;
        places[count++] = i;
        for (; at > 0 && depths[at - 1] > depth; at--) {
            depths[at] = depths[at - 1];
            order[places[at]] = order[places[at - 1]];
        }
        depths[at] = depth;
        order[places[at]] = which;
    }
}

/* Whether two layers with a z of their own meet in this span. */
static bool depths_meet(const zd_span *span)
{
    zd_rect piece = { span->x0, span->y, span->x1, span->y + 1 };
    zd_rect met = { 0, 0, 0, 0 };
    for (int i = 0; i < span->order_count; i++) {
        const zd_composite_layer *layer = &span->composite->layers[span->order[i]];
        zd_rect rect = zd_rect_intersect(zd_placed_rect(layer->z), piece);
        if (zd_rect_is_empty(rect)) {
            continue;
        }
        if (!zd_rect_is_empty(met)) {
            return true;
        }
        met = rect;
    }
    return false;
}

static void render_by_pixel(zd_span *span)
{
    int order[ZD_COMPOSITE_MAX_LAYERS];
    for (int x = span->x0; x < span->x1; x++) {
        order_at_pixel(span, x, order);
        for (int i = 0; i < span->order_count; i++) {
            lay_layer(span, &span->composite->layers[order[i]], x, x + 1);
        }
    }
}

void zd_span_render(zd_span *span)
{
    assert(span->x1 >= span->x0);
    size_t count = (size_t) (span->x1 - span->x0);
    if (span->keep_original) {
        const float *picture = zd_placed_pixel_f32(span->composite->picture, span->x0, span->y);
        memcpy(span->original, picture, count * 4 * sizeof(float));
        memset(span->shown, 0, count * sizeof(float));
    }
    if (depths_meet(span)) {
        render_by_pixel(span);
        return;
    }
    for (int i = 0; i < span->order_count; i++) {
        lay_layer(span, &span->composite->layers[span->order[i]], span->x0, span->x1);
    }
}
