/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The matte of single pixels: interpolates field and nodes and applies the thresholds. Everything
 * here depends on a pixel's place in the frame only, never on the rectangle that was asked for. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "matte/matte_internal.h"

#include "core/vector.h"
#include "matte/matte_lines.h"

enum {
    PIECE = 16,      /* pixels between two nodes that are looked at together */
    MOST_SPANS = 64, /* in a tile's row, which plan_geometry makes no longer than 44 */
};

#define ZD_MATTE_UNKNOWN 0.5f /* a probability that moves no depth */
#define ROUNDING         1e-5f /* of the range: more than interpolating and comparing depths is off by */

/* The pixels between two nodes. */
typedef struct span {
    int begin;
    int end;
    int node;     /* index into row_job.nodes */
    int base;     /* the first pixel between the two, whether it was asked for or not */
    float offset; /* share of the second node there */
    float step;   /* and its growth from pixel to pixel */
} span;

/* Where a rectangle's row finds its interpolated samples. */
typedef struct row_job {
    const zd_pixel_job *pixels;
    int y;
    int x0;
    int x1;
    int first_node; /* padded index: 0 is the padding before the first node */
    int node_count;
    const float *guide;                      /* the pixels, where the guide is read by pieces */
    const float *depth;                      /* of each pixel */
    const float *probability;                /* of each pixel; NULL: unknown */
    const float *nodes[ZD_MATTE_NODE_COUNT]; /* interpolated between two node rows */
    const float *limits[2];   /* of cover, between two cell rows, from first_cell on */
    const int *cells;         /* of each pixel: the one before it, counted from first_cell */
    const float *cell_shares; /* and the share of the one after it */
    int first_cell;
    const span *spans;
    int span_count;
} row_job;

/* A plane of the field's size along a row of the frame. `line` takes the vertical step. */
static void interpolate_field(const zd_matte *matte, zd_plane plane, int y, int x0, int x1,
                              float *line, float *out)
{
    float share;
    int row = zd_field_position(y, matte->size.frame_height, plane.height, &share);
    const float *top = zd_plane_row(plane, row);
    const float *bottom = zd_plane_row(plane, zd_int_min(row + 1, plane.height - 1));
    const int *columns = matte->columns + x0;
    int first = columns[0];
    int last = zd_int_min(columns[x1 - 1 - x0] + 1, plane.width - 1);
    zd_matte_mix_rows(top + first, bottom + first, share, last + 1 - first, line);
    line[last + 1 - first] = line[last - first];
    zd_matte_spread_line(line - first, columns, matte->column_shares + x0, x1 - x0, out);
}

/* Where a pixel lies among the cells. */
static inline float cell_position(const zd_matte *matte, int pixel)
{
    float scale = (float) matte->cell_rows / (float) matte->size.frame_height;
    return ((float) pixel + 0.5f) * scale - 0.5f;
}

/* Where the pixels of a rectangle lie among the limits of cover, for all its rows. */
static void find_cells(const zd_matte *matte, zd_rect rect, row_job *row, float *shares)
{
    float scale = (float) matte->cell_rows / (float) matte->size.frame_height;
    int width = rect.x1 - rect.x0;
    int *cells = (int *) (void *) (shares + width);
    row->first_cell = (int) floorf(cell_position(matte, rect.x0));
    for (int i = 0; i < width; i++) {
        float at = ((float) (rect.x0 + i) + 0.5f) * scale - 0.5f - (float) row->first_cell;
        cells[i] = (int) at;
        shares[i] = at - (float) cells[i];
    }
    row->cells = cells;
    row->cell_shares = shares;
}

/* The limits of cover between two rows of cells. */
static void interpolate_limits(const zd_matte *matte, int y, row_job *row, float *line)
{
    float at = cell_position(matte, y);
    float low = floorf(at);
    int count = (int) floorf(cell_position(matte, row->x1 - 1)) + 2 - row->first_cell;
    for (int p = 0; p < 2; p++) {
        zd_plane plane = matte->cells[ZD_CELL_COVER_LEAST + p];
        const float *top = zd_plane_row(plane, (int) low) + row->first_cell;
        const float *bottom = zd_plane_row(plane, (int) low + 1) + row->first_cell;
        zd_matte_mix_rows(top, bottom, at - low, count, line);
        row->limits[p] = line;
        line += zd_matte_whole_lanes(count);
    }
}

/* The node planes between two node rows, for the nodes around [x0, x1). */
static void interpolate_nodes(const zd_matte *matte, int y, row_job *row, float *line)
{
    int node_y = zd_matte_node_before(matte, y);
    float share = zd_matte_node_distance(matte, y, node_y) / zd_matte_node_step(matte);
    row->first_node = zd_matte_node_before(matte, row->x0) + 1;
    row->node_count = zd_matte_node_before(matte, row->x1 - 1) + 3 - row->first_node;
    for (int p = 0; p < ZD_MATTE_NODE_COUNT; p++) {
        const float *top = zd_plane_row(matte->nodes[p], node_y) + row->first_node - 1;
        const float *bottom = zd_plane_row(matte->nodes[p], node_y + 1) + row->first_node - 1;
        zd_matte_mix_rows(top, bottom, share, row->node_count, line);
        row->nodes[p] = line;
        line += zd_matte_whole_lanes(row->node_count);
    }
    if (matte->layers_with_guide) {
        interpolate_limits(matte, y, row, line);
    }
}

/* Whether colour has a say in any pixel of the row. */
static bool any_jump(const row_job *row)
{
    for (int i = 0; i < row->node_count; i++) {
        if (row->nodes[ZD_MATTE_NODE_JUMP][i] > 0.0f) {
            return true;
        }
    }
    return false;
}

/* The nodes around a row, and its guide where that is read by pieces. `line` has room for it. */
static void take_nodes(const zd_matte *matte, row_job *row, float *line, float *scratch)
{
    int width = row->x1 - row->x0;
    interpolate_nodes(matte, row->y, row, scratch);
    if (matte->layers_with_guide && matte->guide.data == NULL && any_jump(row)) {
        zd_view out = { line, width, 1, (ptrdiff_t) width * 16, ZD_RGBA_F32 };
        matte->read_guide(matte->guide_user, (zd_rect){ row->x0, row->y, row->x1, row->y + 1 },
                          out);
        row->guide = line;
    }
}

static span span_at(const zd_matte *matte, int x0, int x1, int x)
{
    int node = zd_matte_node_before(matte, x);
    int end = zd_matte_node_end(matte, node);
    int base = zd_matte_node_end(matte, node - 1);
    float step = 1.0f / zd_matte_node_step(matte);
    return (span){ .begin = x,
                   .end = zd_int_min(end, x1),
                   .node = node - zd_matte_node_before(matte, x0),
                   .base = base,
                   .offset = zd_matte_node_distance(matte, base, node) * step,
                   .step = step };
}

/* The spans of all rows of a rectangle; returns how many. */
static int find_spans(const zd_matte *matte, int x0, int x1, span spans[MOST_SPANS])
{
    int count = 0;
    for (int x = x0; x < x1; x = spans[count++].end) {
        assert(count < MOST_SPANS);
        spans[count] = span_at(matte, x0, x1, x);
    }
    return count;
}

static inline float between(const float *plane, int node, float share)
{
    return plane[node] + (plane[node + 1] - plane[node]) * share;
}

/* How much of the near layer covers a pixel: by its colour, or by its depth when there is no
 * picture. */
static inline float cover_of(const row_job *row, const float *pixel, int x, int node, float share)
{
    if (!row->pixels->matte->layers_with_guide) {
        float near = between(row->nodes[ZD_MATTE_NODE_NEAR], node, share);
        float far = between(row->nodes[ZD_MATTE_NODE_FAR], node, share);
        return zd_matte_clamp01((row->depth[x - row->x0] - far) / (near > far ? near - far : 1.0f));
    }
    float sum = between(row->nodes[ZD_MATTE_NODE_OFFSET], node, share);
    sum += between(row->nodes[ZD_MATTE_NODE_RED], node, share) * pixel[0];
    sum += between(row->nodes[ZD_MATTE_NODE_GREEN], node, share) * pixel[1];
    sum += between(row->nodes[ZD_MATTE_NODE_BLUE], node, share) * pixel[2];
    int cell = row->cells[x - row->x0];
    float within = row->cell_shares[x - row->x0];
    float least = between(row->limits[0], cell, within);
    float most = between(row->limits[1], cell, within);
    sum = sum < most ? sum : most;
    return zd_matte_clamp01(sum > least ? sum : least);
}

/* Keeps a matte that colour had a say in within what depth allows; see matte_band.c. */
static inline float within_band(const row_job *row, float m, int node, float share)
{
    float least = between(row->nodes[ZD_MATTE_NODE_LEAST], node, share);
    float most = between(row->nodes[ZD_MATTE_NODE_MOST], node, share);
    m = m < most ? m : most;
    return m > least ? m : least;
}

static bool has_jump(const row_job *row, span s)
{
    return row->nodes[ZD_MATTE_NODE_JUMP][s.node] > 0.0f ||
           row->nodes[ZD_MATTE_NODE_JUMP][s.node + 1] > 0.0f;
}

static const float black[4] = { 0.0f, 0.0f, 0.0f, 0.0f };

/* The guide's pixel at the start of a span and the distance to the next one. */
static const float *guide_at(const row_job *row, int x, int *stride)
{
    const zd_matte *matte = row->pixels->matte;
    if (!matte->layers_with_guide) {
        *stride = 0;
        return black;
    }
    if (row->guide != NULL) {
        *stride = 4;
        return row->guide + 4 * (ptrdiff_t) (x - row->x0);
    }
    *stride = matte->guide.format.channels;
    return zd_view_row_f32(matte->guide, row->y) + (ptrdiff_t) x * *stride;
}

static void hard_span(const row_job *row, span s, float *out)
{
    zd_thresholds t = row->pixels->thresholds;
    int stride;
    const float *pixel = guide_at(row, s.begin, &stride);
    for (int x = s.begin; x < s.end; x++) {
        float share = s.offset + (float) (x - s.base) * s.step;
        if (between(row->nodes[ZD_MATTE_NODE_JUMP], s.node, share) > 0.5f) {
            int layer = cover_of(row, pixel, x, s.node, share) >= 0.5f ? 0 : 1;
            float depth = between(row->nodes[ZD_MATTE_NODE_NEAR + layer], s.node, share);
            float probability =
                row->probability != NULL
                    ? between(row->nodes[ZD_MATTE_NODE_NEAR_PROBABILITY + layer], s.node, share)
                    : ZD_MATTE_UNKNOWN;
            float m = zd_matte_is_inside(t, depth, probability);
            out[x - row->x0] = within_band(row, m, s.node, share) >= 0.5f ? 1.0f : 0.0f;
        }
        pixel += stride;
    }
}

/* Colours, plane by plane. */
static inline __attribute__((always_inline)) void take_colours(const float *pixel, int stride,
                                                               int count, float rgb[3][PIECE])
{
    int i = 0;
    for (; stride == 4 && i + ZD_MATTE_LANES <= count; i += ZD_MATTE_LANES) { /* as nearly always */
        zd_matte_split_colours(pixel + 4 * (ptrdiff_t) i, &rgb[0][i], &rgb[1][i], &rgb[2][i]);
    }
    for (; i < count; i++) {
        for (int c = 0; c < 3; c++) {
            rgb[c][i] = pixel[i * stride + c];
        }
    }
}

/* How much of the near layer covers pixels x .. x+count-1 of a span, by their colours. */
static inline __attribute__((always_inline)) void cover_piece(const row_job *row, span s, int x,
                                                              int count, float *restrict cover)
{
    float rgb[3][PIECE];
    float least[PIECE];
    float most[PIECE];
    int stride;
    const float *pixel = guide_at(row, x, &stride);
    zd_matte_stretch offset = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_OFFSET], s.node);
    zd_matte_stretch red = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_RED], s.node);
    zd_matte_stretch green = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_GREEN], s.node);
    zd_matte_stretch blue = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_BLUE], s.node);
    const int *cells = row->cells + (x - row->x0);
    const float *shares = row->cell_shares + (x - row->x0);
    zd_matte_spread_line(row->limits[0], cells, shares, count, least);
    zd_matte_spread_line(row->limits[1], cells, shares, count, most);
    take_colours(pixel, stride, count, rgb);
    ZD_AS_VECTORS
    for (int i = 0; i < count; i++) {
        float share = s.offset + (float) (x + i - s.base) * s.step;
        float sum = zd_matte_at_share(offset, share);
        sum += zd_matte_at_share(red, share) * rgb[0][i];
        sum += zd_matte_at_share(green, share) * rgb[1][i];
        sum += zd_matte_at_share(blue, share) * rgb[2][i];
        sum = sum < most[i] ? sum : most[i];
        cover[i] = zd_matte_clamp01(sum > least[i] ? sum : least[i]);
    }
}

/* The same by depth, when there is no picture. */
static inline void cover_by_depth(const row_job *row, span s, int x, int count,
                                  float *restrict cover)
{
    for (int i = 0; i < count; i++) {
        float share = s.offset + (float) (x + i - s.base) * s.step;
        cover[i] = cover_of(row, black, x + i, s.node, share);
    }
}

static inline __attribute__((always_inline)) void soft_piece(const row_job *row, span s, int x,
                                                             int count, float *restrict out)
{
    zd_thresholds t = row->pixels->thresholds;
    zd_matte_stretch jump = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_JUMP], s.node);
    zd_matte_stretch slope = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_SLOPE], s.node);
    zd_matte_stretch near = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_NEAR], s.node);
    zd_matte_stretch far = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_FAR], s.node);
    zd_matte_stretch least = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_LEAST], s.node);
    zd_matte_stretch most = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_MOST], s.node);
    zd_matte_stretch of_near = { ZD_MATTE_UNKNOWN, 0.0f };
    zd_matte_stretch of_far = { ZD_MATTE_UNKNOWN, 0.0f };
    float cover[PIECE];
    if (row->probability != NULL) {
        of_near = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_NEAR_PROBABILITY], s.node);
        of_far = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_FAR_PROBABILITY], s.node);
    }
    if (row->pixels->matte->layers_with_guide) {
        cover_piece(row, s, x, count, cover);
    } else {
        cover_by_depth(row, s, x, count, cover);
    }
    ZD_AS_VECTORS
    for (int i = 0; i < count; i++) {
        float share = s.offset + (float) (x + i - s.base) * s.step;
        float soft = zd_matte_at_share(slope, share);
        float in_near = zd_matte_is_inside_soft(t, zd_matte_at_share(near, share),
                                                zd_matte_at_share(of_near, share), soft);
        float in_far = zd_matte_is_inside_soft(t, zd_matte_at_share(far, share),
                                               zd_matte_at_share(of_far, share), soft);
        float low = zd_matte_at_share(least, share);
        float high = zd_matte_at_share(most, share);
        float layered = cover[i] * in_near + (1.0f - cover[i]) * in_far;
        layered = layered < high ? layered : high;
        layered = layered > low ? layered : low;
        float say = zd_matte_at_share(jump, share);
        out[i] = (1.0f - say) * out[i] + say * layered;
    }
}

static inline void soft_span(const row_job *row, span s, float *out)
{
    for (int x = s.begin; x < s.end; x += PIECE) {
        int count = zd_int_min(PIECE, s.end - x);
        if (count == ZD_MATTE_LANES) { /* as at 1080 lines: nothing is left over for single steps */
            soft_piece(row, s, x, ZD_MATTE_LANES, out + (x - row->x0));
        } else {
            soft_piece(row, s, x, count, out + (x - row->x0));
        }
    }
}

/* Applies the thresholds to the depth of each pixel, without layers. */
static void plain_hard_row(const row_job *row, float *out)
{
    zd_thresholds t = row->pixels->thresholds;
    int count = row->x1 - row->x0;
    if (row->probability == NULL) {
        for (int i = 0; i < count; i++) {
            out[i] = zd_matte_is_inside(t, row->depth[i], ZD_MATTE_UNKNOWN);
        }
        return;
    }
    for (int i = 0; i < count; i++) {
        out[i] = zd_matte_is_inside(t, row->depth[i], row->probability[i]);
    }
}

/* The same of pixels x .. x+count-1 of a span, with its slope. */
static inline __attribute__((always_inline)) void plain_soft_piece(const row_job *row, span s,
                                                                   int x, int count,
                                                                   float *restrict out)
{
    zd_thresholds t = row->pixels->thresholds;
    zd_matte_stretch slope = zd_matte_stretch_of(row->nodes[ZD_MATTE_NODE_SLOPE], s.node);
    const float *depth = row->depth + (x - row->x0);
    if (row->probability == NULL) {
        for (int i = 0; i < count; i++) {
            float share = s.offset + (float) (x + i - s.base) * s.step;
            out[i] = zd_matte_is_inside_soft(t, depth[i], ZD_MATTE_UNKNOWN,
                                             zd_matte_at_share(slope, share));
        }
        return;
    }
    const float *probability = row->probability + (x - row->x0);
    ZD_AS_VECTORS
    for (int i = 0; i < count; i++) {
        float share = s.offset + (float) (x + i - s.base) * s.step;
        out[i] =
            zd_matte_is_inside_soft(t, depth[i], probability[i], zd_matte_at_share(slope, share));
    }
}

static inline void plain_soft_span(const row_job *row, span s, float *out)
{
    if (s.end - s.begin == ZD_MATTE_LANES) {
        plain_soft_piece(row, s, s.begin, ZD_MATTE_LANES, out + (s.begin - row->x0));
    } else {
        plain_soft_piece(row, s, s.begin, s.end - s.begin, out + (s.begin - row->x0));
    }
}

static void matte_row(const row_job *row, float *out)
{
    bool soft = row->pixels->soft;
    if (!soft) {
        plain_hard_row(row, out);
    }
    if (!row->pixels->layered) {
        return;
    }
    for (int i = 0; i < row->span_count; i++) {
        span s = row->spans[i];
        if (soft) {
            plain_soft_span(row, s, out);
        }
        if (has_jump(row, s)) {
            if (soft) {
                soft_span(row, s, out);
            } else {
                hard_span(row, s, out);
            }
        }
    }
}

/* Lowers what does not count. */
static void keep_row(const row_job *row, const float *keep, float *out)
{
    int count = row->x1 - row->x0;
    for (int i = 0; i < count; i++) {
        float share = row->pixels->soft ? zd_matte_clamp01(2.0f * keep[i] - 0.5f)
                                        : (keep[i] >= 0.5f ? 1.0f : 0.0f);
        out[i] *= share;
    }
}

ZD_VECTORISED void zd_matte_pixels_matte(const zd_pixel_job *job, zd_rect rect, float *out,
                                         int stride, float *line)
{
    const zd_matte *matte = job->matte;
    int width = rect.x1 - rect.x0;
    float *depth = line + 4 * (ptrdiff_t) width;
    float *probability = depth + width;
    float *keep = probability + width;
    float *shares = keep + width;
    float *scratch = shares + 2 * (ptrdiff_t) width;
    span spans[MOST_SPANS];
    row_job all = { .pixels = job, .x0 = rect.x0, .x1 = rect.x1, .depth = depth, .spans = spans };
    all.span_count = job->layered ? find_spans(matte, rect.x0, rect.x1, spans) : 0;
    find_cells(matte, rect, &all, shares);
    bool drops = job->keep && !zd_matte_keeps_all(matte, rect);
    for (int y = rect.y0; y < rect.y1; y++, out += stride) {
        row_job row = all;
        row.y = y;
        interpolate_field(matte, matte->field, y, rect.x0, rect.x1, scratch, depth);
        if (zd_pixel_job_heeds_subject(job)) {
            interpolate_field(matte, matte->probability, y, rect.x0, rect.x1, scratch, probability);
            row.probability = probability;
        }
        if (job->layered) {
            take_nodes(matte, &row, line, scratch);
        }
        matte_row(&row, out);
        if (drops) {
            interpolate_field(matte, matte->keep, y, rect.x0, rect.x1, scratch, keep);
            keep_row(&row, keep, out);
        }
    }
}

static void depth_span(const row_job *row, span s, float *out)
{
    int stride;
    const float *pixel = guide_at(row, s.begin, &stride);
    for (int x = s.begin; x < s.end; x++, pixel += stride) {
        float share = s.offset + (float) (x - s.base) * s.step;
        if (between(row->nodes[ZD_MATTE_NODE_JUMP], s.node, share) > 0.5f) {
            int layer = cover_of(row, pixel, x, s.node, share) >= 0.5f ? 0 : 1;
            out[x - row->x0] = between(row->nodes[ZD_MATTE_NODE_NEAR + layer], s.node, share);
        }
    }
}

ZD_VECTORISED void zd_matte_pixels_depth(const zd_pixel_job *job, zd_rect rect, float *out,
                                         int stride, float *line)
{
    const zd_matte *matte = job->matte;
    float *shares = line + 4 * (ptrdiff_t) (rect.x1 - rect.x0);
    float *scratch = shares + 2 * (ptrdiff_t) (rect.x1 - rect.x0);
    span spans[MOST_SPANS];
    row_job all = { .pixels = job, .x0 = rect.x0, .x1 = rect.x1, .spans = spans };
    all.span_count = job->layered ? find_spans(matte, rect.x0, rect.x1, spans) : 0;
    find_cells(matte, rect, &all, shares);
    for (int y = rect.y0; y < rect.y1; y++, out += stride) {
        row_job row = all;
        row.y = y;
        row.depth = out;
        interpolate_field(matte, matte->field, y, rect.x0, rect.x1, scratch, out);
        if (!job->layered) {
            continue;
        }
        take_nodes(matte, &row, line, scratch);
        for (int i = 0; i < all.span_count; i++) {
            if (has_jump(&row, spans[i])) { /* else there is no guide to look at either */
                depth_span(&row, spans[i], out);
            }
        }
    }
}
