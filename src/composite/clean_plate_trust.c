/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which pixels are the layer's own. Mixed pixels at a layer's edge, and a matte that is a little too wide,
 * must not count as the layer: below SURE of it there is no trust, and trust is withdrawn by this part of
 * the height. Where the matte goes over so gently that it stays within GENTLE nearby (a wide feather), no
 * other layer stands there, and every pixel that the matte wants at all is the layer's own.
 *
 * The least and the most nearby are found by windows of doubled length, two of which make any: their cost
 * grows with the logarithm of the reach. */

#include <assert.h>

#include "composite/clean_plate_internal.h"
#include "core/size.h"
#include "core/vector.h"

static const float SURE = 0.94f;
static const float WANTED = 0.1f;
static const float GENTLE = 0.15f;
static const float WITHDRAWN = 1.0f / 360.0f;

int zd_plate_reach(int height)
{
    int reach = (int) ((float) height * WITHDRAWN + 0.5f);
    return reach > 1 ? reach : 1;
}

size_t zd_plate_trust_room(int width, int height, int reach)
{
    return 2 * ((size_t) width + 2 * (size_t) reach) * ((size_t) height + 2 * (size_t) reach);
}

/* The layer's share of a tile and what lies within reach; the frame's edge goes on. */
typedef struct nearby {
    float *least;
    float *most;
    int width;
    int height;
    int window; /* twice the reach and one */
} nearby;

ZD_VECTORISED static void look_at_row(const float *matte, int count, float bounds[2])
{
    float low = bounds[0];
    float high = bounds[1];
    for (int x = 0; x < count; x++) {
        low = matte[x] < low ? matte[x] : low;
        high = matte[x] > high ? matte[x] : high;
    }
    bounds[0] = low;
    bounds[1] = high;
}

/* What of the frame the trust in a tile depends on. */
static zd_rect seen_from(const zd_plate_layer *layer, zd_rect tile)
{
    zd_rect wide = { tile.x0 - layer->reach, tile.y0 - layer->reach, tile.x1 + layer->reach,
                     tile.y1 + layer->reach };
    return zd_rect_intersect(wide, (zd_rect){ 0, 0, layer->matte.width, layer->matte.height });
}

zd_plate_trust zd_plate_trust_look(const zd_plate_layer *layer, zd_rect tile)
{
    zd_rect seen = seen_from(layer, tile);
    float bounds[2] = { 1.0f, 0.0f };
    for (int y = seen.y0; y < seen.y1 && (bounds[0] == 1.0f || bounds[1] == 0.0f); y++) {
        look_at_row(zd_view_row_f32(layer->matte, y) + seen.x0, seen.x1 - seen.x0, bounds);
    }
    if (bounds[0] != 1.0f && bounds[1] != 0.0f) {
        return ZD_PLATE_SOME;
    }
    bool is_own = (bounds[0] == 1.0f) != layer->is_hidden;
    return is_own ? ZD_PLATE_ALL : ZD_PLATE_NONE;
}

static void repeat(float *row, int from, int to, float value)
{
    for (int x = from; x < to; x++) {
        row[x] = value;
    }
}

ZD_VECTORISED static void copy_shares(const float *from, int count, bool is_hidden, float *least,
                                      float *most)
{
    for (int x = 0; x < count; x++) {
        float share = is_hidden ? 1.0f - from[x] : from[x];
        least[x] = share;
        most[x] = share;
    }
}

static void take_row(const zd_plate_layer *layer, zd_rect tile, int row, const nearby *n)
{
    int y = zd_int_clamp(tile.y0 - layer->reach + row, 0, layer->matte.height - 1);
    zd_rect seen = seen_from(layer, tile);
    int before = seen.x0 - (tile.x0 - layer->reach);
    int end = before + seen.x1 - seen.x0;
    float *least = n->least + (ptrdiff_t) row * n->width;
    float *most = n->most + (ptrdiff_t) row * n->width;
    copy_shares(zd_view_row_f32(layer->matte, y) + seen.x0, seen.x1 - seen.x0, layer->is_hidden,
                least + before, most + before);
    repeat(least, 0, before, least[before]);
    repeat(most, 0, before, least[before]);
    repeat(least, end, n->width, least[end - 1]);
    repeat(most, end, n->width, least[end - 1]);
}

/* The least and the most of each place and that `apart` floats on. */
ZD_VECTORISED static void join(float *restrict least, float *restrict most, ptrdiff_t apart,
                               ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        float low = least[i + apart];
        float high = most[i + apart];
        least[i] = low < least[i] ? low : least[i];
        most[i] = high > most[i] ? high : most[i];
    }
}

/* Windows along rows (step 1) or columns (step = width). Where a window runs over the end of a row into the
 * next, nobody looks. */
static void slide(const nearby *n, ptrdiff_t step)
{
    ptrdiff_t count = (ptrdiff_t) n->width * n->height;
    int length = 1;
    for (; 2 * length <= n->window; length *= 2) {
        count -= length * step;
        join(n->least, n->most, length * step, count);
    }
    count -= (n->window - length) * step;
    join(n->least, n->most, (n->window - length) * step, count);
}

static float bounded(float value)
{
    return value < 0.0f ? 0.0f : value < 1.0f ? value : 1.0f;
}

/* The trust in pixels with the least and the most of the layer near them. */
ZD_VECTORISED static void trust_row(const float *matte, bool is_hidden, const float *least,
                                    const float *most, int count, float *trust)
{
    for (int x = 0; x < count; x++) {
        float mine = is_hidden ? 1.0f - matte[x] : matte[x];
        float is_edge = bounded((most[x] - least[x] - GENTLE) / GENTLE);
        float sure = bounded((least[x] - SURE) / (1.0f - SURE));
        float gentle = bounded(mine / WANTED);
        trust[x] = gentle + is_edge * (sure - gentle);
    }
}

void zd_plate_trust_make(const zd_plate_layer *layer, zd_rect tile, zd_plate_trust known,
                         float *room, float *trust, ptrdiff_t stride)
{
    assert(layer->reach > 0 && !zd_rect_is_empty(tile));
    int columns = tile.x1 - tile.x0;
    int rows = tile.y1 - tile.y0;
    nearby n = { .width = columns + 2 * layer->reach,
                 .height = rows + 2 * layer->reach,
                 .window = 2 * layer->reach + 1 };
    if (known != ZD_PLATE_SOME) {
        for (int y = 0; y < rows; y++) {
            repeat(trust + y * stride, 0, columns, known == ZD_PLATE_ALL ? 1.0f : 0.0f);
        }
        return;
    }
    n.least = room;
    n.most = room + (ptrdiff_t) n.width * n.height;
    for (int y = 0; y < n.height; y++) {
        take_row(layer, tile, y, &n);
    }
    slide(&n, 1);
    slide(&n, n.width);
    for (int y = 0; y < rows; y++) {
        ptrdiff_t at = (ptrdiff_t) y * n.width;
        trust_row(zd_view_row_f32(layer->matte, tile.y0 + y) + tile.x0, layer->is_hidden,
                  n.least + at, n.most + at, columns, trust + y * stride);
    }
}
