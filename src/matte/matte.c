/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The matte object: plans its memory, takes frames in, and renders tile by tile. Tiles lie on a
 * grid fixed to the frame, so that neither the roi nor the number of threads changes a bit. */

#include "matte/matte.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/cpu.h"
#include "core/require.h"
#include "matte/matte_internal.h"

enum {
    ALIGNMENT_FLOATS = 16,
    BLOCK_COLUMNS =
        256, /* pixels of the guide looked at together, so that they stay in the cache */
};

#define HEEDED 0.2f /* the subject's weight from which on crumbs are told by it */

/* Hands out pieces of one block; the first pass, without a block, only counts. */
typedef struct arena {
    char *base;
    size_t used;
    bool overflow;
} arena;

static void *take(arena *a, size_t count, size_t item_bytes)
{
    size_t bytes;
    size_t end;
    if (!zd_size_mul(count, item_bytes, &bytes) || !zd_size_align(bytes, 64, &bytes) ||
        !zd_size_add(a->used, bytes, &end))
    {
        a->overflow = true;
        return NULL;
    }
    void *result = a->base != NULL ? a->base + a->used : NULL;
    a->used = end;
    return result;
}

static zd_plane take_plane(arena *a, int width, int height, int pad)
{
    size_t stride = (size_t) width + 2 * (size_t) pad;
    stride = (stride + ALIGNMENT_FLOATS - 1) / ALIGNMENT_FLOATS * ALIGNMENT_FLOATS;
    float *data = take(a, stride * ((size_t) height + 2 * (size_t) pad), sizeof(float));
    if (data != NULL) {
        data += (size_t) pad * stride + (size_t) pad;
    }
    return (zd_plane){ data, width, height, (int) stride };
}

static void plan_geometry(zd_matte *matte)
{
    int height = matte->size.frame_height;
    matte->cell_rows = zd_int_min(height, ZD_CELL_ROWS);
    matte->block_cells = zd_int_clamp(BLOCK_COLUMNS * matte->cell_rows / height, 1, BLOCK_COLUMNS);
    int radius = (int) lroundf(0.06f * (float) matte->cell_rows);
    matte->radius = zd_int_clamp(radius, 2, ZD_MATTE_MAX_RADIUS);
    /* The widest feather reaches 1 % of the height to each side, the most choke moves by 2 %. */
    matte->max_halo = (int) ceilf(0.03f * (float) height) + 3;
    matte->tile_side = zd_int_max(64, 2 * matte->max_halo) + 2 * matte->max_halo;
}

static void plan_grids(zd_matte *matte, arena *a)
{
    int height = matte->size.frame_height;
    int cells_w = (matte->size.frame_width * matte->cell_rows + height - 1) / height;
    int cells_h = matte->cell_rows;
    int nodes_w = (cells_w + 1) / 2;
    int nodes_h = (cells_h + 1) / 2;
    for (int i = 0; i < ZD_CELL_COUNT; i++) {
        matte->cells[i] = take_plane(a, cells_w, cells_h, ZD_CELL_PAD);
    }
    for (int i = 0; i < ZD_MATTE_NODE_COUNT; i++) {
        matte->nodes[i] = take_plane(a, nodes_w, nodes_h, 1);
    }
    matte->candidates = take_plane(a, nodes_w, nodes_h, 1);
    for (int i = 0; i < 2; i++) {
        matte->band_lines[i] =
            take(a, 2 * ((size_t) nodes_w + 2 * ZD_MATTE_BAND_PAD), sizeof(float));
        matte->band_scratch[i] = take_plane(a, nodes_w, nodes_h, 0);
    }
    for (int i = 0; i < ZD_EXTREME_COUNT; i++) {
        matte->extremes[i] = take_plane(a, nodes_w, 2 * (nodes_h + matte->radius), 0);
    }
}

static void plan_fields(zd_matte *matte, arena *a)
{
    size_t samples = (size_t) matte->size.map_width * (size_t) matte->size.map_height;
    matte->field_storage = take(a, samples, sizeof(float));
    matte->probability_storage = take(a, samples, sizeof(float));
    matte->object_storage = take(a, samples, sizeof(float));
    matte->keep.data = take(a, samples, sizeof(float));
    matte->labels = take(a, samples, sizeof(int));
    matte->queue = take(a, samples, sizeof(int));
    matte->columns = take(a, (size_t) matte->size.frame_width, sizeof(int));
    matte->column_shares = take(a, (size_t) matte->size.frame_width, sizeof(float));
}

static void plan_slots(zd_matte *matte, arena *a)
{
    size_t side = (size_t) matte->tile_side;
    size_t line = 10 * side + (size_t) matte->size.map_width + 2 + ZD_MATTE_LANES;
    size_t nodes = side * (size_t) matte->cell_rows / (2 * (size_t) matte->size.frame_height) + 5;
    line += (ZD_MATTE_NODE_COUNT + 4) * (nodes + ZD_MATTE_LANES);
    size_t cell = (size_t) (matte->size.frame_height / matte->cell_rows) + 1; /* pixels at most */
    size_t columns = cell * (size_t) matte->block_cells;
    matte->slot_count =
        zd_int_min(zd_pool_threads(zd_context_pool(matte->ctx)), (int) ZD_MATTE_SLOT_LIMIT);
    for (int i = 0; i < matte->slot_count; i++) {
        for (int p = 0; p < ZD_MATTE_TILE_PLANES; p++) {
            matte->slots[i].planes[p] = take(a, side * (side + 4), sizeof(float));
        }
        matte->slots[i].line = take(a, line, sizeof(float));
        matte->slots[i].block = take(a, 4 * columns * cell, sizeof(float));
        matte->slots[i].sums = take(a, 4 * columns, sizeof(float));
    }
}

static size_t plan(zd_matte *matte, void *base)
{
    arena a = { base, 0, false };
    plan_grids(matte, &a);
    plan_fields(matte, &a);
    plan_slots(matte, &a);
    return a.overflow ? 0 : a.used;
}

/* Weights of the analysis window: most in the middle, nothing at its corners. */
static void plan_window(zd_matte *matte)
{
    int side = 2 * matte->radius;
    float reach = (float) matte->radius + 0.5f;
    matte->window_width =
        (side + ZD_LAYER_WINDOW_LANES - 1) / ZD_LAYER_WINDOW_LANES * ZD_LAYER_WINDOW_LANES;
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            float dx = (float) x + 0.5f - (float) matte->radius;
            float dy = (float) y + 0.5f - (float) matte->radius;
            float w = fmaxf(1.0f - (dx * dx + dy * dy) / (reach * reach), 0.0f);
            matte->window[y * matte->window_width + x] = w;
            matte->window_sum += w / (float) ZD_LAYER_WINDOW_ROW_STEP;
        }
    }
    matte->sum_window = zd_layer_window_sum_c;
#ifdef __x86_64__
    if ((zd_context_cpu(matte->ctx) & ZD_CPU_AVX2) != 0) {
        matte->sum_window = zd_layer_window_sum_avx2;
    }
#endif
}

zd_status zd_matte_create(zd_context *ctx, const zd_matte_size *size, zd_matte **out, zd_error *err)
{
    ZD_REQUIRE(err, size->frame_width > 0 && size->frame_height > 0);
    ZD_REQUIRE(err, size->map_width > 0 && size->map_height > 0);
    const int sides[4] = { size->frame_width, size->frame_height, size->map_width,
                           size->map_height };
    *out = NULL;
    for (int i = 0; i < 4; i++) {
        if (sides[i] < 1 || sides[i] > zd_context_max_dimension(ctx)) {
            return zd_fail(err, ZD_ERR_LIMIT,
                           "a matte of %dx%d from a map of %dx%d; each side must be 1 to %d",
                           sides[0], sides[1], sides[2], sides[3], zd_context_max_dimension(ctx));
        }
    }
    zd_matte *matte = zd_alloc_zeroed(ctx, 1, sizeof *matte);
    if (matte == NULL) {
        return zd_fail_memory(err, "the matte");
    }
    matte->ctx = ctx;
    matte->size = *size;
    plan_geometry(matte);
    size_t bytes = plan(matte, NULL);
    matte->memory = bytes > 0 ? zd_alloc(ctx, bytes) : NULL;
    if (matte->memory == NULL) {
        zd_free(ctx, matte);
        return zd_fail_memory(err, "the matte");
    }
    plan(matte, matte->memory);
    plan_window(matte);
    for (int i = 0; i < matte->slot_count; i++) {
        atomic_flag_clear(&matte->slots[i].taken);
    }
    *out = matte;
    return ZD_OK;
}

void zd_matte_destroy(zd_matte **matte)
{
    if (*matte != NULL) {
        zd_free((*matte)->ctx, (*matte)->memory);
        zd_free((*matte)->ctx, *matte);
        *matte = NULL;
    }
}

static zd_status check_view(const zd_view *view, const char *name, int channels, int width,
                            int height, zd_error *err)
{
    if (view->data == NULL || view->format.sample != ZD_SAMPLE_F32 ||
        view->format.channels < channels || view->width != width || view->height != height)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the %s is %dx%d with %d channels; expected %dx%d float with %d", name,
                       view->width, view->height, view->format.channels, width, height, channels);
    }
    return ZD_OK;
}

static zd_status check_frame(const zd_matte *matte, const zd_matte_frame *frame, zd_error *err)
{
    zd_view map = zd_image_view(frame->map->values);
    if (map.width > matte->size.map_width || map.height > matte->size.map_height) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the depth map is %dx%d; the matte was made for %dx%d", map.width,
                       map.height, matte->size.map_width, matte->size.map_height);
    }
    ZD_TRY(check_view(&map, "depth map", 1, map.width, map.height, err));
    if (!isfinite(frame->range.furthest) || !isfinite(frame->range.nearest)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the depth range must be finite");
    }
    const zd_image *told[2] = { frame->map->sky, frame->map->confidence };
    for (int i = 0; i < 2; i++) {
        if (told[i] != NULL) {
            zd_view view = zd_image_view(told[i]);
            ZD_TRY(check_view(&view, i == 0 ? "sky" : "confidence", 1, map.width, map.height, err));
        }
    }
    if (frame->guide != NULL) {
        ZD_TRY(check_view(frame->guide, "guide", 3, matte->size.frame_width,
                          matte->size.frame_height, err));
    }
    if (frame->foreground != NULL) {
        ZD_TRY(
            check_view(frame->foreground, "foreground probability", 1, map.width, map.height, err));
    }
    return frame->object == NULL
               ? ZD_OK
               : check_view(frame->object, "object mask", 1, map.width, map.height, err);
}

void zd_matte_set_surface(zd_matte *matte, const zd_view *surface)
{
    matte->surface = surface != NULL ? *surface : (zd_view){ 0 };
    matte->layers_ready = false;
}

void zd_matte_set_guide_reader(zd_matte *matte, zd_matte_guide_reader read, void *user)
{
    matte->read_guide = read;
    matte->guide_user = user;
}

static zd_rect whole_of(const zd_matte *matte)
{
    return (zd_rect){ 0, 0, matte->size.frame_width, matte->size.frame_height };
}

void zd_matte_expect(zd_matte *matte, zd_rect roi)
{
    matte->expected = zd_rect_intersect(roi, whole_of(matte));
}

void zd_matte_set_hand(zd_matte *matte, const zd_view *raise, const zd_view *cap)
{
    assert((raise == NULL) == (cap == NULL));
    assert(raise == NULL ||
           (raise->width == matte->size.frame_width && cap->height == matte->size.frame_height));
    matte->raise = raise != NULL ? *raise : (zd_view){ 0 };
    matte->cap = cap != NULL ? *cap : (zd_view){ 0 };
}

zd_status zd_matte_prepare(zd_matte *matte, const zd_matte_frame *frame, zd_error *err)
{
    ZD_REQUIRE(err, matte != NULL && frame->map != NULL);
    matte->prepared = false;
    ZD_TRY(check_frame(matte, frame, err));
    matte->range = frame->range;
    matte->has_guide = frame->guide != NULL || matte->read_guide != NULL;
    matte->guide = frame->guide != NULL ? *frame->guide : (zd_view){ 0 };
    matte->layers_ready = false;
    matte->settled_ready = false;
    matte->expected = (zd_rect){ 0 };
    matte->field = zd_field_load(matte->ctx, frame->map, frame->range, matte->field_storage);
    zd_field_plan_columns(matte);
    matte->is_fine = zd_field_is_fine(matte);
    zd_field_load_plane(&matte->probability, matte->probability_storage, frame->foreground);
    zd_field_load_plane(&matte->object, matte->object_storage, frame->object);
    zd_field_load_confidence(matte, frame->map);
    matte->prepared = true;
    return ZD_OK;
}

/* One render: what all its tiles share. */
typedef struct render_job {
    zd_matte *matte;
    zd_pixel_job pixels;
    zd_soften_kernel kernel;
    float choke_px;
    bool invert;
    bool mended_invert; /* instead of `invert`, where the matte is mended by hand before */
    bool binary;
    bool depth; /* depth is wanted instead of a matte */
    int halo;
    int tile;
    int tiles_across;
    int first_tile_x;
    int first_tile_y;
    zd_rect roi;
    zd_view out;
} render_job;

zd_matte_tile_slot *zd_matte_take_slot(zd_matte *matte)
{
    for (int i = 0;; i = (i + 1) % matte->slot_count) {
        if (!atomic_flag_test_and_set_explicit(&matte->slots[i].taken, memory_order_acquire)) {
            return &matte->slots[i];
        }
    }
}

void zd_matte_give_slot(zd_matte_tile_slot *slot)
{
    atomic_flag_clear_explicit(&slot->taken, memory_order_release);
}

static void fill_tile(const render_job *job, zd_rect tile, float value)
{
    for (int y = tile.y0; y < tile.y1; y++) {
        float *row = zd_view_row_f32(job->out, y - job->roi.y0) + (tile.x0 - job->roi.x0);
        for (int x = 0; x < tile.x1 - tile.x0; x++) {
            row[x] = value;
        }
    }
}

/* The last step of a row: snaps rounding to 0 and 1, makes hard mattes binary, inverts. */
static void finish_row(const render_job *job, const float *from, float *to, int width)
{
    float low = job->binary ? 0.5f : 1e-5f;
    float high = job->binary ? 0.5f : 1.0f - 1e-5f;
    for (int x = 0; x < width; x++) {
        float m = from[x] >= high ? 1.0f : from[x] < low ? 0.0f : from[x];
        to[x] = job->invert ? 1.0f - m : m;
    }
}

/* Mends a row that was written, and inverts it now. */
static void mend_row(const render_job *job, int x0, int x1, int y, float *row)
{
    const float *raise = zd_view_row_f32(job->matte->raise, y) + x0;
    const float *cap = zd_view_row_f32(job->matte->cap, y) + x0;
    for (int x = 0; x < x1 - x0; x++) {
        float m = row[x] > raise[x] ? row[x] : raise[x];
        m = m < cap[x] ? m : cap[x];
        row[x] = job->mended_invert ? 1.0f - m : m;
    }
}

static void mend_tile(const render_job *job, zd_rect tile)
{
    for (int y = tile.y0; y < tile.y1; y++) {
        mend_row(job, tile.x0, tile.x1, y,
                 zd_view_row_f32(job->out, y - job->roi.y0) + (tile.x0 - job->roi.x0));
    }
}

static void render_soft_tile(const render_job *job, zd_matte_tile_slot *slot, zd_rect tile)
{
    zd_rect wide = { tile.x0 - job->halo, tile.y0 - job->halo, tile.x1 + job->halo,
                     tile.y1 + job->halo };
    wide = zd_rect_intersect(wide, whole_of(job->matte));
    int uniform = zd_matte_pixels_uniform(&job->pixels, wide);
    if (uniform >= 0) {
        fill_tile(job, tile, (uniform == 1) != job->invert ? 1.0f : 0.0f);
        return;
    }
    int width = wide.x1 - wide.x0;
    int height = wide.y1 - wide.y0;
    float *plane = slot->planes[0];
    zd_matte_pixels_matte(&job->pixels, wide, plane, width, slot->line);
    if (job->choke_px != 0.0f) {
        zd_soften_choke(plane, slot->planes[1], width, height, width, job->choke_px);
    }
    if (job->kernel.reach > 0) {
        zd_soften_blur(&job->kernel, plane, slot->planes[1], width, height, width);
    }
    for (int y = tile.y0; y < tile.y1; y++) {
        finish_row(job, plane + (ptrdiff_t) (y - wide.y0) * width + (tile.x0 - wide.x0),
                   zd_view_row_f32(job->out, y - job->roi.y0) + (tile.x0 - job->roi.x0),
                   tile.x1 - tile.x0);
    }
}

static void render_depth_tile(const render_job *job, zd_matte_tile_slot *slot, zd_rect tile)
{
    int width = tile.x1 - tile.x0;
    float *plane = slot->planes[0];
    zd_matte_pixels_depth(&job->pixels, tile, plane, width, slot->line);
    for (int y = tile.y0; y < tile.y1; y++, plane += width) {
        float *row = zd_view_row_f32(job->out, y - job->roi.y0) + (tile.x0 - job->roi.x0);
        for (int x = 0; x < width; x++) {
            row[x] = zd_unbound_depth(zd_float_clamp(plane[x], -0.999f, 1.999f));
        }
    }
}

static void render_tile(void *user, int item)
{
    const render_job *job = user;
    int x = (job->first_tile_x + item % job->tiles_across) * job->tile;
    int y = (job->first_tile_y + item / job->tiles_across) * job->tile;
    zd_rect tile = zd_rect_intersect((zd_rect){ x, y, x + job->tile, y + job->tile }, job->roi);
    zd_matte_tile_slot *slot = zd_matte_take_slot(job->matte);
    if (job->depth) {
        render_depth_tile(job, slot, tile);
    } else {
        render_soft_tile(job, slot, tile);
        if (job->matte->raise.data != NULL) {
            mend_tile(job, tile);
        }
    }
    zd_matte_give_slot(slot);
}

static zd_status check_render(const zd_matte *matte, zd_rect roi, zd_view out, zd_error *err)
{
    if (!matte->prepared) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the matte has no prepared frame");
    }
    if (zd_rect_is_empty(roi) || roi.x0 < 0 || roi.y0 < 0 || roi.x1 > matte->size.frame_width ||
        roi.y1 > matte->size.frame_height)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the region %d,%d..%d,%d lies outside the frame of %dx%d", roi.x0, roi.y0,
                       roi.x1, roi.y1, matte->size.frame_width, matte->size.frame_height);
    }
    return check_view(&out, "matte", 1, roi.x1 - roi.x0, roi.y1 - roi.y0, err);
}

/* Cuts the roi into the frame's tiles and renders them. */
static void run(render_job *job)
{
    job->tile = zd_int_max(64, 2 * job->halo);
    job->first_tile_x = job->roi.x0 / job->tile;
    job->first_tile_y = job->roi.y0 / job->tile;
    job->tiles_across = (job->roi.x1 - 1) / job->tile - job->first_tile_x + 1;
    int tiles_down = (job->roi.y1 - 1) / job->tile - job->first_tile_y + 1;
    zd_pool_run(zd_context_pool(job->matte->ctx), job->tiles_across * tiles_down, render_tile, job);
}

static zd_rect around(zd_rect a, zd_rect b)
{
    return zd_rect_is_empty(b) ? a
                               : (zd_rect){ zd_int_min(a.x0, b.x0), zd_int_min(a.y0, b.y0),
                                            zd_int_max(a.x1, b.x1), zd_int_max(a.y1, b.y1) };
}

static bool holds(zd_rect outer, zd_rect inner)
{
    return inner.x0 >= outer.x0 && inner.y0 >= outer.y0 && inner.x1 <= outer.x1 &&
           inner.y1 <= outer.y1;
}

/* Layers for the first part of a frame that is asked for; who asks for a second one gets all. */
static void need_layers(zd_matte *matte, bool with_guide, zd_rect roi, int halo)
{
    zd_rect wide = { roi.x0 - halo, roi.y0 - halo, roi.x1 + halo, roi.y1 + halo };
    wide = zd_rect_intersect(wide, whole_of(matte));
    if (!matte->layers_ready || matte->layers_with_guide != with_guide) {
        zd_rect told = matte->expected;
        told = (zd_rect){ told.x0 - halo, told.y0 - halo, told.x1 + halo, told.y1 + halo };
        wide = zd_rect_is_empty(matte->expected) ? wide : around(wide, told);
        zd_matte_layers_build(matte, with_guide, zd_rect_intersect(wide, whole_of(matte)));
    } else if (!holds(matte->layers_rect, wide)) {
        zd_matte_layers_build(matte, with_guide, whole_of(matte));
    }
}

zd_status zd_matte_render(zd_matte *matte, const zd_matte_params *params, zd_rect roi, zd_view out,
                          zd_error *err)
{
    ZD_TRY(zd_matte_params_check(params, err));
    ZD_TRY(check_render(matte, roi, out, err));
    float percent = 0.01f * (float) matte->size.frame_height;
    bool guided = matte->has_guide && params->edges == ZD_MATTE_EDGES_PICTURE;
    render_job job = { .matte = matte, .roi = roi, .out = out, .invert = params->invert };
    job.pixels = (zd_pixel_job){ .matte = matte,
                                 .thresholds = zd_thresholds_resolve(params, matte->range),
                                 .soft = params->auto_feather,
                                 .layered = (guided && !matte->is_fine) || params->auto_feather,
                                 .keep = params->nearest_only };
    job.choke_px = params->choke * percent;
    if (matte->raise.data != NULL) {
        job.invert = false;
        job.mended_invert = params->invert;
    }
    job.binary = params->feather == 0.0f && !params->auto_feather;
    zd_soften_kernel_init(&job.kernel, params->feather * percent);
    job.halo = job.kernel.reach + (int) ceilf(fabsf(job.choke_px));
    if (job.pixels.layered) {
        need_layers(matte, guided, roi, job.halo);
        zd_matte_band_build(matte, job.pixels.thresholds);
    }
    if (job.pixels.keep) {
        zd_keep_build(matte, job.pixels.thresholds);
    } else if (matte->probability.data != NULL &&
               zd_thresholds_reach(job.pixels.thresholds) >= HEEDED) {
        zd_settle_build(matte, job.pixels.thresholds);
        job.pixels.keep = true;
    }
    run(&job);
    return ZD_OK;
}

zd_status zd_matte_render_depth(zd_matte *matte, zd_rect roi, zd_view out, zd_error *err)
{
    ZD_TRY(check_render(matte, roi, out, err));
    render_job job = { .matte = matte, .roi = roi, .out = out, .depth = true };
    job.pixels = (zd_pixel_job){ .matte = matte, .layered = matte->has_guide && !matte->is_fine };
    if (job.pixels.layered) {
        need_layers(matte, true, roi, 0);
    }
    run(&job);
    return ZD_OK;
}
