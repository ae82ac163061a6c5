/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lens blur by layers. Work is cut into tiles at fixed places of the frame, so that a rectangle
 * has the bits of the whole. For each tile:
 *
 *  1. every pixel around it gets a signed place among the levels of blur: negative behind the
 *     focus, positive in front, 0 sharp;
 *  2. the layers behind the focus, each filtered by its own aperture, are laid over each other far
 *     to near and the result is divided by its coverage: where something sharp left a hole, only
 *     its own kind fills it;
 *  3. the layers in front are filtered and added; their coverage lies over the rest, and what is
 *     under them is filled from the pixels beside them. */

#include "composite/effects/lens_blur.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"
#include "composite/effects/lens_focus.h"
#include "composite/effects/lens_tile.h"
#include "core/pool.h"
#include "core/vector.h"

enum { LEAST_TILE = 64, LINE = ZD_LENS_MOST_TILE / 2 + 2, LINES = 2 * LINE };

typedef enum part { PART_BEHIND, PART_FRONT, PART_NOT_FRONT } part;

/* How much of a pixel belongs to a level of a part: linear between the two levels beside it. */
static inline float pixel_share(const zd_lens_tile *t, part which, int level, int at)
{
    float position = t->position[at];
    if (which == PART_NOT_FRONT) {
        return position > 0.0f ? 0.0f : t->purity[at];
    }
    position = which == PART_BEHIND ? -position : position;
    float share = 1.0f - fabsf(position - (float) level);
    if (!(position > 0.0f) || share <= 0.0f) {
        return 0.0f;
    }
    return which == PART_BEHIND ? share * t->purity[at] : share;
}

/* Whether a run of columns may have something of a level. */
static bool is_met(const zd_lens_met *run, part which, int level)
{
    uint32_t levels = which == PART_BEHIND ? run->behind : run->front;
    return which == PART_NOT_FRONT || (levels >> level & 1) != 0;
}

/* A pixel's colour with coverage in the place of alpha, by its share; false where there is none. */
static inline bool share_of_pixel(const zd_lens_tile *t, part which, int level, int at,
                                  const float *pixel, zd_vec4 *out)
{
    float share = pixel_share(t, which, level, at);
    if (!(share > 0.0f)) {
        return false;
    }
    zd_vec4 c = zd_vec4_load(pixel);
    if (!zd_vec4_is_finite(c)[0]) {
        return false;
    }
    if (t->job->blur->bloom > 0.0f) {
        c = zd_lens_bloom(t->job->blur->bloom, c, fabsf(t->position[at]));
    }
    *out = zd_vec4_with_alpha(c, zd_vec4_splat(1.0f)) * zd_vec4_splat(share);
    return true;
}

/* Adds the pixels of one row to its sums, each by `weight`. */
ZD_VECTORISED static bool add_row(const zd_lens_tile *t, part which, int level, int y, int shift,
                                  zd_lens_sum *row)
{
    const zd_effect_io *io = t->job->io;
    const zd_lens_met *runs = t->runs + (ptrdiff_t) y * zd_lens_runs(t->side);
    zd_vec4 weight = zd_vec4_splat(1.0f / (float) (1 << 2 * shift));
    int frame_y = zd_int_clamp(t->y0 + y, 0, io->picture.height - 1);
    bool any = false;
    for (int first = 0; first < t->side; first += ZD_LENS_RUN) {
        int end = is_met(&runs[first / ZD_LENS_RUN], which, level)
                      ? zd_int_min(first + ZD_LENS_RUN, t->side)
                      : first;
        for (int x = first; x < end; x++) {
            zd_vec4 c;
            int frame_x = zd_int_clamp(t->x0 + x, 0, io->picture.width - 1);
            const float *pixel = zd_effect_in(io, frame_x, frame_y);
            if (share_of_pixel(t, which, level, y * t->side + x, pixel, &c)) {
                row[(x >> shift) + 1] += __builtin_convertvector(c * weight, zd_lens_sum);
                any = true;
            }
        }
    }
    return any;
}

ZD_VECTORISED static void run_on(zd_lens_sum *row, int count)
{
    zd_lens_sum sum = row[0];
    for (int x = 0; x < count; x++) {
        sum += row[x + 1];
        row[x + 1] = sum;
    }
}

/* Running sums of a part's colour, with its coverage in the place of alpha, which stays as it is; of
 * squares of `shrink` pixels their means. False when the part has nothing here. */
static bool sum_part(zd_lens_tile *t, part which, int level, int shrink)
{
    bool any = false;
    int shift = __builtin_ctz((unsigned) shrink);
    int side = t->side >> shift;
    t->square.side = side;
    for (int y = 0; y < t->side; y++) {
        zd_lens_sum *row = t->square.sums + (ptrdiff_t) (y >> shift) * (side + 1);
        if (y % shrink == 0) {
            memset(row, 0, (size_t) (side + 1) * sizeof *row);
        }
        any |= add_row(t, which, level, y, shift, row);
        if ((y + 1) % shrink == 0) {
            run_on(row, side);
        }
    }
    return any;
}

/* How a level's sums are joined with those before it. */
typedef enum collect { LAY_OVER, ADD_TO } collect;

static inline void lay_over(zd_lens_sum *into, const zd_lens_sum *blurred)
{
    *into = *blurred + *into * (1.0 - ((*blurred)[3] < 1.0 ? (*blurred)[3] : 1.0));
}

/* The columns of a tile row that show a part: what is behind shows where the tile is behind the
 * focus, what fills up shows under the front, and the front shows anywhere. */
static void needed_columns(const zd_lens_tile *t, part which, int y, int *from, int *to)
{
    int halo = t->job->halo;
    const float *position = t->position + (ptrdiff_t) (y + halo) * t->side + halo;
    *from = 0;
    *to = t->job->tile;
    if (which == PART_FRONT) {
        return;
    }
    float sign = which == PART_BEHIND ? -1.0f : 1.0f;
    while (*from < t->job->tile && !(sign * position[*from] > 0.0f)) {
        (*from)++;
    }
    while (*to > *from && !(sign * position[*to - 1] > 0.0f)) {
        (*to)--;
    }
}

/* Joins sums, scaled, with what is at `into`. */
ZD_VECTORISED static void collect_row(const zd_lens_sum *sums, double scale, int count,
                                      zd_lens_sum *into, collect how)
{
    for (int x = 0; x < count; x++) {
        zd_lens_sum sum = sums[x];
        if (sum[3] > 0.0) {
            sum *= scale;
            if (how == LAY_OVER) {
                lay_over(&into[x], &sum);
            } else {
                into[x] += sum;
            }
        }
    }
}

static void blur_full(zd_lens_tile *t, part which, const zd_lens_shape *shape, zd_lens_sum *into,
                      collect how)
{
    zd_lens_sum row[ZD_LENS_MOST_TILE];
    int halo = t->job->halo;
    for (int y = 0; y < t->job->tile; y++) {
        int from = 0;
        int to = 0;
        needed_columns(t, which, y, &from, &to);
        if (from < to) {
            zd_lens_shape_sums(shape, &t->square, from + halo, y + halo, to - from, row);
            collect_row(row, 1.0 / shape->area, to - from, into + y * t->job->tile + from, how);
        }
    }
}

/* Where a pixel lies between the middles of shrunk ones: after one, by a share of the way to the next. */
static inline int between_shrunk(int pixel, int shrink, double *share)
{
    double at = ((double) (pixel % shrink) + 0.5) / shrink - 0.5;
    *share = at < 0.0 ? 1.0 + at : at;
    return at < 0.0 ? pixel / shrink - 1 : pixel / shrink;
}

/* One row of pixels from the two rows of shrunk sums around it, which begin one before the tile. */
ZD_VECTORISED static void enlarge_row(const zd_lens_sum *above, const zd_lens_sum *below,
                                      double share, int shrink, int from, int to, zd_lens_sum *out)
{
    zd_lens_sum between[LINE];
    for (int i = from / shrink; i <= (to - 1) / shrink + 2; i++) {
        between[i] = above[i] + (below[i] - above[i]) * share;
    }
    for (int x = from; x < to; x++) {
        double along;
        int at = between_shrunk(x, shrink, &along) + 1;
        out[x - from] = between[at] + (between[at + 1] - between[at]) * along;
    }
}

static void blur_shrunk(zd_lens_tile *t, part which, const zd_lens_shape *shape, zd_lens_sum *into,
                        collect how)
{
    zd_lens_sum row[ZD_LENS_MOST_TILE];
    int shrink = shape->shrink;
    int halo = t->job->halo / shrink;
    int length = t->job->tile / shrink + 2; /* one more to either side */
    int done = -2;                          /* the last row of shrunk sums that is made */
    for (int y = 0; y < t->job->tile; y++) {
        double share;
        int from = 0;
        int to = 0;
        int above = between_shrunk(y, shrink, &share);
        needed_columns(t, which, y, &from, &to);
        if (from == to) {
            continue;
        }
        for (int next = zd_int_max(done + 1, above); next <= above + 1; next++, done = next - 1) {
            zd_lens_shape_sums(shape, &t->square, halo - 1, next + halo, length,
                               t->lines + (next & 1) * LINE);
        }
        enlarge_row(t->lines + (above & 1) * LINE, t->lines + ((above + 1) & 1) * LINE, share,
                    shrink, from, to, row);
        collect_row(row, 1.0 / shape->area, to - from, into + y * t->job->tile + from, how);
    }
}

/* False where the part has nothing of the level. */
static bool blur_part(zd_lens_tile *t, part which, int level, const zd_lens_shape *shape,
                      zd_lens_sum *into, collect how)
{
    if (!sum_part(t, which, level, shape->shrink)) {
        return false;
    }
    if (shape->shrink == 1) {
        blur_full(t, which, shape, into, how);
    } else {
        blur_shrunk(t, which, shape, into, how);
    }
    return true;
}

static void blur_all(zd_lens_tile *t)
{
    const zd_lens_levels *levels = &t->job->levels;
    int front_level = 0;
    for (int level = levels->count - 1; level >= 0; level--) {
        if ((t->met.behind >> level & 1) != 0) {
            blur_part(t, PART_BEHIND, level, &levels->shapes[level], t->behind, LAY_OVER);
        }
    }
    for (int level = 0; level < levels->count; level++) {
        if ((t->met.front >> level & 1) != 0 &&
            blur_part(t, PART_FRONT, level, &levels->shapes[level], t->front, ADD_TO))
        {
            front_level = level;
        }
    }
    if (t->met.front != 0) {
        blur_part(t, PART_NOT_FRONT, 0, &levels->shapes[front_level], t->fill, ADD_TO);
    }
}

/* Colour undivided by coverage; the original where there is none. Alpha is the pixel's own. */
static zd_vec4 normalised(const zd_lens_sum *sum, zd_vec4 original)
{
    double coverage = (*sum)[3];
    if (!(coverage > 1e-4)) {
        return original;
    }
    return zd_vec4_with_alpha(__builtin_convertvector(*sum / coverage, zd_vec4), original);
}

static zd_vec4 tile_pixel(const zd_lens_tile *t, int x, int y, zd_vec4 original)
{
    int halo = t->job->halo;
    float position = t->position[(y + halo) * t->side + x + halo];
    int at = y * t->job->tile + x;
    zd_vec4 under = original;
    if (!zd_vec4_is_finite(original)[0]) {
        return original;
    }
    if (position < 0.0f) {
        under = normalised(&t->behind[at], original);
    } else if (position > 0.0f) {
        under = normalised(&t->fill[at], original);
    }
    double front = t->front[at][3];
    if (!(front > 0.0)) {
        return under;
    }
    zd_vec4 cover = zd_vec4_splat((float) fmin(front, 1.0));
    zd_vec4 over = normalised(&t->front[at], original);
    return zd_vec4_with_alpha(cover * over + (zd_vec4_splat(1.0f) - cover) * under, original);
}

ZD_VECTORISED static void store_tile(const zd_lens_tile *t)
{
    const zd_effect_io *io = t->job->io;
    int left = t->x0 + t->job->halo;
    int top = t->y0 + t->job->halo;
    bool sharp = (t->met.behind | t->met.front) == 0;
    int tile = t->job->tile;
    zd_rect area = zd_rect_intersect((zd_rect){ left, top, left + tile, top + tile }, io->roi);
    for (int y = area.y0; y < area.y1; y++) {
        for (int x = area.x0; x < area.x1; x++) {
            zd_vec4 original = zd_vec4_load(zd_effect_in(io, x, y));
            zd_vec4 made = sharp ? original : tile_pixel(t, x - left, y - top, original);
            zd_vec4_store(zd_effect_out(io, x, y), made);
        }
    }
}

/* A tile's arrays in a block. */
static void lay_out(zd_lens_tile *t, char *block)
{
    size_t pixels = (size_t) t->side * (size_t) t->side;
    size_t sums = (size_t) t->side * (size_t) (t->side + 1);
    size_t results = (size_t) t->job->tile * (size_t) t->job->tile;
    zd_lens_sum *at = (zd_lens_sum *) block;
    t->behind = at;
    t->front = at + results;
    t->fill = at + 2 * results;
    t->square = (zd_lens_square){ t->side, at + 3 * results };
    t->lines = at + 3 * results + sums;
    t->nearness = (float *) (t->lines + LINES);
    t->position = t->nearness + pixels;
    t->purity = t->position + pixels;
    t->spread = t->purity + pixels;
    t->runs = (zd_lens_met *) (void *) (t->spread + pixels);
}

/* The bytes of such a block. */
static size_t block_bytes(const zd_lens_job *job)
{
    size_t pixels = (size_t) job->side * (size_t) job->side;
    size_t sums = (size_t) job->side * (size_t) (job->side + 1);
    size_t results = (size_t) job->tile * (size_t) job->tile;
    size_t runs = (size_t) job->side * (size_t) zd_lens_runs(job->side);
    return (3 * results + sums + LINES) * sizeof(zd_lens_sum) + 4 * pixels * sizeof(float) +
           runs * sizeof(zd_lens_met);
}

static void blur_tile_item(void *user, int item)
{
    zd_lens_job *job = user;
    char *block = zd_scratch_take(&job->scratch);
    zd_lens_tile t = { .job = job, .side = job->side };
    lay_out(&t, block);
    t.x0 = (job->tile_x0 + item % job->tiles_x) * job->tile - job->halo;
    t.y0 = (job->tile_y0 + item / job->tiles_x) * job->tile - job->halo;
    zd_lens_measure(&t);
    if ((t.met.behind | t.met.front) != 0) {
        memset(t.behind, 0, 3 * (size_t) job->tile * (size_t) job->tile * sizeof *t.behind);
        zd_lens_find_purity(&t);
        blur_all(&t);
    }
    store_tile(&t);
    zd_scratch_give(&job->scratch, block);
}

/* Tiles twice the halo, in steps; more where blurs are large, whose shrunk sums cost little. */
static int choose_tile(int halo, int shrink)
{
    assert(halo >= 0 && shrink >= 1);
    int halos = shrink > 1 ? 4 : 2;
    return zd_int_clamp((halos * halo + 63) / 64 * 64, LEAST_TILE, ZD_LENS_MOST_TILE);
}

/* How far a pixel reaches. Shrunk pixels lie on a grid of the frame, and one more is looked at. */
static int find_halo(const zd_lens_job *job)
{
    const zd_lens_shape *last = &job->levels.shapes[job->levels.count - 1];
    int halo = last->radius + job->edge_px;
    return last->shrink == 1 ? halo
                             : (halo + last->shrink + ZD_LENS_MAX_SHRINK - 1) / ZD_LENS_MAX_SHRINK *
                                   ZD_LENS_MAX_SHRINK;
}

static zd_status run_tiles(zd_lens_job *job, int tiles, zd_error *err)
{
    ZD_TRY(zd_scratch_open(job->ctx, block_bytes(job), &job->scratch, "the lens blur", err));
    zd_pool_run(zd_context_pool(job->ctx), tiles, blur_tile_item, job);
    zd_scratch_close(&job->scratch);
    return ZD_OK;
}

zd_status zd_lens_blur_apply(zd_context *ctx, const zd_lens_blur *lens, const zd_effect_io *io,
                             zd_error *err)
{
    zd_lens_blur focused = *lens;
    const zd_lens_blur *blur = &focused;
    ZD_TRY(zd_effect_check(&zd_effect_lens_blur, lens, io, true, err));
    focused.focus = zd_lens_focus_of(lens, io);
    zd_lens_job job = { .ctx = ctx, .blur = blur, .io = io };
    float height = (float) io->picture.height;
    job.radius_px = fminf(blur->radius * height, (float) ZD_LENS_MAX_RADIUS);
    job.span = fmaxf(blur->focus, 1.0f - blur->focus) - blur->range;
    if (blur->show >= 0.5f) {
        zd_lens_focus_view(ctx, blur, job.span, io);
        return ZD_OK;
    }
    job.edge_px = zd_int_clamp((int) lroundf(0.002f * height), 1, 8);
    zd_lens_levels_make(&job.levels, blur, job.radius_px);
    job.halo = find_halo(&job);
    job.tile = choose_tile(job.halo, job.levels.shapes[job.levels.count - 1].shrink);
    job.side = job.tile + 2 * job.halo;
    job.tile_x0 = io->roi.x0 / job.tile;
    job.tile_y0 = io->roi.y0 / job.tile;
    job.tiles_x = (io->roi.x1 + job.tile - 1) / job.tile - job.tile_x0;
    int tiles_y = (io->roi.y1 + job.tile - 1) / job.tile - job.tile_y0;
    return run_tiles(&job, job.tiles_x * tiles_y, err);
}

static const zd_effect_field fields[] = {
    { .name = "focus",
      .offset = offsetof(zd_lens_blur, focus),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 1,
      .help = "normalised depth that is sharp" },
    { .name = "range",
      .offset = offsetof(zd_lens_blur, range),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.1f,
      .help = "depth around it still sharp" },
    ZD_LENS_FIELDS(zd_lens_blur),
    { .name = "x",
      .offset = offsetof(zd_lens_blur, x),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0,
      .help = "where in the frame focus is taken, fraction of the width; 0: the number counts",
      .place = ZD_EFFECT_PLACE_X },
    { .name = "y",
      .offset = offsetof(zd_lens_blur, y),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0,
      .help = "fraction of the height",
      .place = ZD_EFFECT_PLACE_Y },
    { .name = "follow",
      .offset = offsetof(zd_lens_blur, follow),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0,
      .help = "1 follows what is at that place when the shot begins, and at each key of x" },
    { .name = "pull",
      .offset = offsetof(zd_lens_blur, pull),
      .count = 1,
      .min = 0,
      .max = 60,
      .initial = 0,
      .help = "seconds in which the focus goes on to the place of the next key" },
};

ZD_EFFECT_DEFINE(lens_blur, "zblur", ZD_EFFECT_LOOKS_AROUND, "depth of field by the depth map");
