/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Finds where depth jumps and what the two layers look like there.
 *
 * Around a node the window's cells fall into a near and a far group by depth. Cover, the share of
 * the near layer in a pixel of colour I, is estimated by maximum likelihood for I = c F + (1 - c) B
 * with F and B distributed around the group means with a common covariance S:
 *     c = (F - B)' S^-1 (I - B) / q,   variance 1 / q,   q = (F - B)' S^-1 (F - B)
 * (Fisher's discriminant, scaled so that the group means give 1 and 0), and combined with what
 * depth alone says in proportion to their certainty. The result is linear in I, so that it is found
 * on a coarse grid and applied to every pixel of the picture, as in the fast guided filter (He and
 * Sun, arXiv:1505.00996). Where the colours of both layers are alike, depth decides. */

#include <assert.h>
#include <math.h>

#include "matte/matte_internal.h"

#include "core/vector.h"

enum { NODE_ROWS_PER_ITEM = 4 };

/* Tuned on the scenes of tests/quality; see docs/matte.md. */
#define REACH_SAMPLES    3.5f /* of the map: softness and displacement of a network's edges */
#define REACH_LEAST      3    /* cells */
#define REACH_MOST       9
#define JUMP_LEAST       0.03f /* of the range: smaller jumps are slopes */
#define JUMP_SURE        0.08f /* of the range */
#define JUMP_STEEP_LEAST 0.28f /* steepest change over the whole, where a slope has 0.27 */
#define JUMP_STEEP_SURE  0.42f
#define COLOUR_NOISE \
    0.02f /* standard deviation that any colour is taken to have: that of coded footage */
#define PRIOR_DEVIATION 0.6f  /* of depth's cover in the middle of a jump */
#define PRIOR_LEAST     0.03f /* far from it */
#define INSIDE_SURE \
    0.85f /* how much surer depth is where it is all near: networks lose
                                    hair, they hardly ever add any */
#define INSIDE_FROM       0.5f
#define CONTRACT          1.0f  /* standard deviations of colour noise that count as none */
#define SHARE_LEAST       0.01f /* part of the window that a layer must have to be one */
#define SHARE_SURE        0.06f
#define SLOPE_CELLS       10.0f /* length over which a slope is softened */
#define SLOPE_MOST        0.1f  /* of the range */
#define ALIKE             2.0f  /* q up to which the layers' colours tell nothing */
#define APART             16.0f /* q from which they do: four standard deviations */
#define EDGE_FAR          0.42f /* of depth's cover: what an edge without colours is drawn between */
#define EDGE_NEAR         0.58f
#define SPREAD_LEAST      0.1f /* of the jump, crossed near a node: depth is sure of the layer there */
#define SPREAD_SURE       0.6f /* and here it may be either */
#define PROBABILITY_APART 0.3f /* difference of the groups at which probability counts */

typedef struct layer_job {
    zd_matte *matte;
    bool with_guide;
    zd_rect nodes;      /* to be analysed */
    zd_rect candidates; /* and those beside them */
} layer_job;

/* What a window's near or far cells have in common. */
typedef struct group {
    float weight;
    float depth;
    float probability;
    float mean[3];
    float covariance[6]; /* rr gg bb rg rb gb */
} group;

static float ramp(float value, float low, float high)
{
    return zd_float_clamp((value - low) / (high - low), 0.0f, 1.0f);
}

static ZD_VECTORISED void find_row_extremes(void *user, int item)
{
    const layer_job *job = user;
    const zd_matte *matte = job->matte;
    int radius = matte->radius;
    item += 2 * job->candidates.y0 + 1;
    int y = item - radius;
    const float *depth = zd_plane_row(matte->cells[ZD_CELL_SMOOTH], y);
    const float *gradient = zd_plane_row(matte->cells[ZD_CELL_GRADIENT], y);
    float *low = zd_plane_row(matte->extremes[ZD_EXTREME_LOW], item);
    float *high = zd_plane_row(matte->extremes[ZD_EXTREME_HIGH], item);
    float *steep = zd_plane_row(matte->extremes[ZD_EXTREME_GRADIENT], item);
    for (int node = job->candidates.x0; node < job->candidates.x1; node++) {
        const float *window = depth + 2 * node + 1 - radius;
        const float *changes = gradient + 2 * node + 1 - radius;
        float least = window[0];
        float most = window[0];
        float change = changes[0];
        for (int i = 1; i < 2 * radius; i++) {
            least = window[i] < least ? window[i] : least;
            most = window[i] > most ? window[i] : most;
            change = changes[i] > change ? changes[i] : change;
        }
        low[node] = least;
        high[node] = most;
        steep[node] = change;
    }
}

static float surface_at(const zd_matte *matte, int cell_x, int cell_y)
{
    zd_plane cells = matte->cells[ZD_CELL_DEPTH];
    int x = zd_int_clamp(cell_x, 0, cells.width - 1) * matte->surface.width / cells.width;
    int y = zd_int_clamp(cell_y, 0, cells.height - 1) * matte->surface.height / cells.height;
    return zd_view_row_f32(matte->surface, y)[x];
}

/* How much of a node's window may jump: none of it where all of it is one surface. */
static float may_jump(const zd_matte *matte, int cell_x, int cell_y)
{
    float least = 1.0f;
    for (int i = -1; matte->surface.data != NULL && i <= 1; i++) {
        for (int j = -1; j <= 1; j++) {
            int r = matte->radius;
            least = fminf(least, surface_at(matte, cell_x + j * r, cell_y + i * r));
        }
    }
    return matte->surface.data != NULL ? 1.0f - least : 1.0f;
}

/* Gives every node the extremes of its window (in NEAR and FAR), its jump and its slope. */
static ZD_VECTORISED void find_jumps(void *user, int item)
{
    const layer_job *job = user;
    const zd_matte *matte = job->matte;
    item += job->candidates.y0;
    float *jump = zd_plane_row(matte->candidates, item);
    float *near = zd_plane_row(matte->nodes[ZD_MATTE_NODE_NEAR], item);
    float *far = zd_plane_row(matte->nodes[ZD_MATTE_NODE_FAR], item);
    float *slope = zd_plane_row(matte->nodes[ZD_MATTE_NODE_SLOPE], item);
    const float *smooth = zd_plane_row(matte->cells[ZD_CELL_GRADIENT], 2 * item);
    const float *lows = zd_plane_row(matte->extremes[ZD_EXTREME_LOW], 2 * item + 1);
    const float *highs = zd_plane_row(matte->extremes[ZD_EXTREME_HIGH], 2 * item + 1);
    const float *changes = zd_plane_row(matte->extremes[ZD_EXTREME_GRADIENT], 2 * item + 1);
    ptrdiff_t stride = matte->extremes[0].stride;
    for (int node = job->candidates.x0; node < job->candidates.x1; node++) {
        float least = lows[node];
        float most = highs[node];
        float change = changes[node];
        for (int i = 1; i < 2 * matte->radius; i++) {
            ptrdiff_t at = i * stride + node;
            least = lows[at] < least ? lows[at] : least;
            most = highs[at] > most ? highs[at] : most;
            change = changes[at] > change ? changes[at] : change;
        }
        float height = most - least;
        float steepness = height > 0.0f ? change / height : 0.0f;
        near[node] = most;
        far[node] = least;
        jump[node] = ramp(height, JUMP_LEAST, JUMP_SURE) *
                     ramp(steepness, JUMP_STEEP_LEAST, JUMP_STEEP_SURE) *
                     may_jump(matte, 2 * node, 2 * item);
        float soft = fminf(smooth[2 * node] * (SLOPE_CELLS / 4.0f), SLOPE_MOST);
        slope[node] = soft * (1.0f - jump[node]);
    }
}

static void finish_group(const float total[ZD_SUM_COUNT], group *out)
{
    static const int first[6] = { 0, 1, 2, 0, 0, 1 };
    static const int second[6] = { 0, 1, 2, 1, 2, 2 };
    float scale = total[ZD_SUM_WEIGHT] > 0.0f ? 1.0f / total[ZD_SUM_WEIGHT] : 0.0f;
    out->weight = total[ZD_SUM_WEIGHT];
    out->depth = total[ZD_SUM_DEPTH] * scale;
    out->probability = total[ZD_SUM_PROBABILITY] * scale;
    for (int c = 0; c < 3; c++) {
        out->mean[c] = total[ZD_SUM_RED + c] * scale;
    }
    for (int i = 0; i < 6; i++) {
        out->covariance[i] = (total[ZD_SUM_RR + i] + total[ZD_SUM_TEXTURE]) * scale -
                             out->mean[first[i]] * out->mean[second[i]];
    }
}

/* Parts the window's cells into the two layers. Cells where depth is in between belong to none. */
static void gather(const zd_matte *matte, int node_x, int node_y, float low, float high,
                   group groups[2])
{
    float totals[2][ZD_SUM_COUNT];
    int y = 2 * node_y + 1 - matte->radius;
    ptrdiff_t x = 2 * node_x + 1 - matte->radius;
    zd_layer_window window = {
        .depth = zd_plane_row(matte->cells[ZD_CELL_DEPTH], y) + x,
        .gradient = zd_plane_row(matte->cells[ZD_CELL_GRADIENT], y) + x,
        .probability = zd_plane_row(matte->cells[ZD_CELL_PROBABILITY], y) + x,
        .texture = zd_plane_row(matte->cells[ZD_CELL_TEXTURE], y) + x,
        .weights = matte->window,
        .stride = matte->cells[ZD_CELL_DEPTH].stride,
        .width = matte->window_width,
        .height = 2 * matte->radius,
        .first_row = node_x % ZD_LAYER_WINDOW_ROW_STEP,
        .low = low,
        .scale = 1.0f / (high - low),
    };
    for (int c = 0; c < 3; c++) {
        window.colours[c] = zd_plane_row(matte->cells[ZD_CELL_RED + c], y) + x;
    }
    matte->sum_window(&window, totals);
    finish_group(totals[0], &groups[0]);
    finish_group(totals[1], &groups[1]);
}

/* Solves S w = d for a symmetric positive S by its adjugate. */
static void solve(const float s[6], const float d[3], float w[3])
{
    float c00 = s[1] * s[2] - s[5] * s[5];
    float c01 = s[4] * s[5] - s[3] * s[2];
    float c02 = s[3] * s[5] - s[4] * s[1];
    float c11 = s[0] * s[2] - s[4] * s[4];
    float c12 = s[3] * s[4] - s[0] * s[5];
    float c22 = s[0] * s[1] - s[3] * s[3];
    float determinant = s[0] * c00 + s[3] * c01 + s[4] * c02;
    float scale = determinant > 0.0f ? 1.0f / determinant : 0.0f;
    w[0] = (c00 * d[0] + c01 * d[1] + c02 * d[2]) * scale;
    w[1] = (c01 * d[0] + c11 * d[1] + c12 * d[2]) * scale;
    w[2] = (c02 * d[0] + c12 * d[1] + c22 * d[2]) * scale;
}

/* w' S w */
static float scatter_along(const float s[6], const float w[3])
{
    float cross = s[3] * w[0] * w[1] + s[4] * w[0] * w[2] + s[5] * w[1] * w[2];
    float noise = COLOUR_NOISE * COLOUR_NOISE * (w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
    return s[0] * w[0] * w[0] + s[1] * w[1] * w[1] + s[2] * w[2] * w[2] + 2.0f * cross + noise;
}

/* q above, and the direction w = S^-1 (F - B). */
static float separate(const group groups[2], float w[3])
{
    float s[6];
    float d[3];
    for (int i = 0; i < 6; i++) {
        s[i] = 0.5f * (groups[0].covariance[i] + groups[1].covariance[i]);
    }
    for (int i = 0; i < 3; i++) {
        s[i] = fmaxf(s[i], 0.0f) + COLOUR_NOISE * COLOUR_NOISE;
        d[i] = groups[0].mean[i] - groups[1].mean[i];
    }
    solve(s, d, w);
    return fmaxf(w[0] * d[0] + w[1] * d[1] + w[2] * d[2], 0.0f);
}

/* What depth, and the foreground probability where it tells the layers apart, say of the cover. */
static float prior_cover(const zd_matte *matte, const group groups[2], int node_x, int node_y)
{
    float depth = 0.0f;
    float probability = 0.0f;
    for (int i = 0; i < 4; i++) {
        int y = 2 * node_y + i / 2;
        depth += 0.25f * zd_plane_row(matte->cells[ZD_CELL_DEPTH], y)[2 * node_x + i % 2];
        probability +=
            0.25f * zd_plane_row(matte->cells[ZD_CELL_PROBABILITY], y)[2 * node_x + i % 2];
    }
    float cover = ramp(depth, groups[1].depth, groups[0].depth);
    float apart = groups[0].probability - groups[1].probability;
    if (matte->probability.data != NULL && apart > PROBABILITY_APART) {
        float other = ramp(probability, groups[1].probability, groups[0].probability);
        cover += (other - cover) * 0.5f * ramp(apart, PROBABILITY_APART, 0.8f);
    }
    return cover;
}

/* One over the variance of cover for a pixel of the layer that it seems to belong to: a cluttered
 * background yields colours of the foreground, a plain one hardly ever does. */
static float colour_sureness(const group groups[2], const float w[3], float q, float cover)
{
    float near = scatter_along(groups[0].covariance, w);
    float far = scatter_along(groups[1].covariance, w);
    float scatter = fmaxf(far + (near - far) * cover, 0.25f * q);
    return q * q / scatter;
}

/* How much of the jump depth crosses within the error of a network's edge, 0..1; where the network doubts
 * itself its error may be twice as large. */
static float local_spread(const zd_matte *matte, int node_x, int node_y, float low, float high)
{
    int reach = zd_matte_is_doubtful(matte, node_x, node_y)
                    ? zd_int_min(2 * matte->error_reach, matte->radius)
                    : matte->error_reach;
    float least = INFINITY;
    float most = -INFINITY;
    for (int y = 2 * node_y + 1 - reach; y <= 2 * node_y + reach; y += 2) {
        const float *row = zd_plane_row(matte->cells[ZD_CELL_SMOOTH], y);
        for (int x = 2 * node_x + 1 - reach; x <= 2 * node_x + reach; x += 2) {
            least = row[x] < least ? row[x] : least;
            most = row[x] > most ? row[x] : most;
        }
    }
    return ramp(most - least, SPREAD_LEAST * (high - low), SPREAD_SURE * (high - low));
}

static void analyse_node(const layer_job *job, int node_x, int node_y)
{
    const zd_matte *matte = job->matte;
    float *at[ZD_MATTE_NODE_LEAST];
    for (int i = 0; i < ZD_MATTE_NODE_LEAST; i++) {
        at[i] = zd_plane_row(matte->nodes[i], node_y) + node_x;
    }
    group groups[2];
    float high = *at[ZD_MATTE_NODE_NEAR];
    float low = *at[ZD_MATTE_NODE_FAR];
    float w[3] = { 0.0f, 0.0f, 0.0f };
    float certainty = 0.0f;
    if (high - low < 1e-6f) {
        low -= 1e-6f;
    }
    gather(matte, node_x, node_y, low, high, groups);
    if (groups[0].weight <= 0.0f || groups[1].weight <= 0.0f) {
        groups[0].depth = high;
        groups[1].depth = low;
    } else if (job->with_guide) {
        certainty = separate(groups, w);
    }
    float cover = prior_cover(matte, groups, node_x, node_y);
    float least = fminf(groups[0].weight, groups[1].weight) / matte->window_sum;
    float jump = zd_plane_row(matte->candidates, node_y)[node_x];
    *at[ZD_MATTE_NODE_JUMP] = jump * ramp(least, SHARE_LEAST, SHARE_SURE);
    float spread = local_spread(matte, node_x, node_y, low, high);
    float deviation = PRIOR_LEAST + PRIOR_DEVIATION * spread;
    deviation *= 1.0f - INSIDE_SURE * ramp(cover, INSIDE_FROM, 1.0f);
    float precision = 1.0f / (deviation * deviation);
    float apart = ramp(certainty, ALIKE, APART);
    float sureness = apart > 0.0f ? apart * colour_sureness(groups, w, certainty, cover) : 0.0f;
    float colour = sureness / (sureness + precision); /* the say of colour */
    cover += (ramp(cover, EDGE_FAR, EDGE_NEAR) - cover) * (1.0f - apart);
    float noise = certainty > 0.0f ? 1.0f / sqrtf(certainty) : 0.0f;
    float gain = 1.0f / (1.0f - 2.0f * fminf(CONTRACT * noise, 0.25f));
    float scale = certainty > 0.0f ? colour * gain / certainty : 0.0f;
    float offset = (1.0f - colour) * cover + colour * 0.5f * (1.0f - gain);
    for (int c = 0; c < 3; c++) {
        w[c] *= scale;
        offset -= w[c] * groups[1].mean[c];
    }
    *at[ZD_MATTE_NODE_NEAR] = groups[0].depth;
    *at[ZD_MATTE_NODE_FAR] = groups[1].depth;
    *at[ZD_MATTE_NODE_RED] = w[0];
    *at[ZD_MATTE_NODE_GREEN] = w[1];
    *at[ZD_MATTE_NODE_BLUE] = w[2];
    *at[ZD_MATTE_NODE_OFFSET] = offset;
    *at[ZD_MATTE_NODE_NEAR_PROBABILITY] = groups[0].probability;
    *at[ZD_MATTE_NODE_FAR_PROBABILITY] = groups[1].probability;
}

/* A node that no pixel near a jump uses. */
static void clear_node(const zd_matte *matte, int node_x, int node_y)
{
    zd_plane_row(matte->nodes[ZD_MATTE_NODE_JUMP], node_y)[node_x] = 0.0f;
    for (int i = ZD_MATTE_NODE_RED; i < ZD_MATTE_NODE_LEAST; i++) {
        zd_plane_row(matte->nodes[i], node_y)[node_x] = 0.0f;
    }
}

/* Whether a node or a neighbour has a jump, so that pixels between them can interpolate. */
static bool is_needed(zd_plane jump, int x, int y)
{
    for (int i = zd_int_max(y - 1, 0); i <= zd_int_min(y + 1, jump.height - 1); i++) {
        const float *row = zd_plane_row(jump, i);
        for (int j = zd_int_max(x - 1, 0); j <= zd_int_min(x + 1, jump.width - 1); j++) {
            if (row[j] > 0.0f) {
                return true;
            }
        }
    }
    return false;
}

static void analyse_rows(void *user, int item)
{
    const layer_job *job = user;
    const zd_matte *matte = job->matte;
    int first = job->nodes.y0 + item * NODE_ROWS_PER_ITEM;
    int end = zd_int_min(first + NODE_ROWS_PER_ITEM, job->nodes.y1);
    for (int y = first; y < end; y++) {
        for (int x = job->nodes.x0; x < job->nodes.x1; x++) {
            if (is_needed(matte->candidates, x, y)) {
                analyse_node(job, x, y);
            } else {
                clear_node(matte, x, y);
            }
        }
    }
}

void zd_nodes_pad(zd_plane plane)
{
    for (int y = 0; y < plane.height; y++) {
        float *row = zd_plane_row(plane, y);
        row[-1] = row[0];
        row[plane.width] = row[plane.width - 1];
    }
    for (int x = -1; x <= plane.width; x++) {
        zd_plane_row(plane, -1)[x] = zd_plane_row(plane, 0)[x];
        zd_plane_row(plane, plane.height)[x] = zd_plane_row(plane, plane.height - 1)[x];
    }
}

/* Cells whose limits of cover the pixels of a rectangle look at. */
static zd_rect cells_of(const zd_matte *matte, zd_rect rect)
{
    float scale = (float) matte->cell_rows / (float) matte->size.frame_height;
    zd_rect cells = { (int) ((float) rect.x0 * scale) - 1, (int) ((float) rect.y0 * scale) - 1,
                      (int) ((float) rect.x1 * scale) + 2, (int) ((float) rect.y1 * scale) + 2 };
    return zd_rect_intersect(cells,
                             (zd_rect){ 0, 0, matte->cells[0].width, matte->cells[0].height });
}

static zd_rect widened(zd_rect rect, int by, zd_plane within)
{
    zd_rect wide = { rect.x0 - by, rect.y0 - by, rect.x1 + by, rect.y1 + by };
    return zd_rect_intersect(wide, (zd_rect){ 0, 0, within.width, within.height });
}

void zd_matte_layers_build(zd_matte *matte, bool with_guide, zd_rect rect)
{
    assert(rect.x0 >= 0 && rect.y0 >= 0 && rect.x1 > rect.x0 && rect.y1 > rect.y0);
    layer_job job = { .matte = matte, .with_guide = with_guide };
    zd_pool *pool = zd_context_pool(matte->ctx);
    zd_plane nodes = matte->nodes[0];
    float sample = (float) matte->cell_rows / (float) matte->field.height;
    matte->error_reach =
        zd_int_clamp((int) lroundf(REACH_SAMPLES * sample), REACH_LEAST, REACH_MOST);
    zd_rect cells = cells_of(matte, rect);
    zd_rect looked = widened(cells, ZD_COVER_REACH, matte->cells[0]);
    job.nodes =
        (zd_rect){ looked.x0 / 2 - 1, looked.y0 / 2 - 1, looked.x1 / 2 + 2, looked.y1 / 2 + 2 };
    job.nodes = widened(job.nodes, 0, nodes);
    job.candidates = widened(job.nodes, 1, nodes);
    zd_rect windows = { 2 * job.nodes.x0, 2 * job.nodes.y0, 2 * job.nodes.x1, 2 * job.nodes.y1 };
    zd_cells_build(matte, with_guide, widened(windows, matte->radius + 1, matte->cells[0]));
    zd_pool_run(pool, 2 * (job.candidates.y1 - job.candidates.y0 + matte->radius) - 2,
                find_row_extremes, &job);
    zd_pool_run(pool, job.candidates.y1 - job.candidates.y0, find_jumps, &job);
    int rows = job.nodes.y1 - job.nodes.y0;
    zd_pool_run(pool, (rows + NODE_ROWS_PER_ITEM - 1) / NODE_ROWS_PER_ITEM, analyse_rows, &job);
    for (int i = 0; i < ZD_MATTE_NODE_LEAST; i++) {
        zd_nodes_pad(matte->nodes[i]);
    }
    if (with_guide) {
        zd_matte_cover_build(matte, cells);
    }
    matte->layers_ready = true;
    matte->layers_rect = rect;
    matte->band_ready = false;
    matte->layers_with_guide = with_guide;
}
