/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See clean_plate.h. Level 0 is the frame, of which nothing is kept; level n + 1 is half of level n, rounded
 * up. A frame is gone through in tiles that the first levels cut evenly, then once more where there are gaps. */

#include "composite/clean_plate.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "composite/clean_plate_internal.h"
#include "core/pool.h"
#include "core/require.h"
#include "core/scratch.h"
#include "core/size.h"

enum {
    MAX_LEVELS = 32,
    COLUMNS = 64, /* of a tile */
    ROWS = 16,    /* of a tile, and of what is put */
    IN_TILE = 4,  /* levels that each tile makes alone */
    FAR_ROWS = 4, /* of which one is looked at, far from gaps */
    MARK = 32,    /* columns that are filled together */
    AROUND = 4,   /* columns beside them: chroma reaches to its neighbours */
    BAND = 32,    /* rows of a level, for one item of work */
    MOST_MARKS = 65536 / MARK + 1,
};

/* Floats of memory for one item of work. */
typedef struct room {
    float *nearby;
    float *trust; /* of a whole row of tiles, as all that follow */
    float *codes;
    float *light;
    float *made;
    float *near;
} room;

struct zd_clean_plate {
    zd_context *ctx;
    zd_image *light; /* NULL: frames come piece by piece */
    zd_plate_sums levels[MAX_LEVELS];
    int count;
    unsigned char *trusts; /* a zd_plate_trust of each tile */
    int tiles;             /* of a row */
    zd_scratch scratch;
    size_t nearby; /* floats of it */
};

/* ---- memory ---- */

/* Every pixel of a level is pushed before it is looked at. */
static void *make_plane(const zd_clean_plate *p, size_t pixels, size_t bytes)
{
    size_t all;
    return zd_size_mul(pixels, bytes, &all) ? zd_alloc(p->ctx, all) : NULL;
}

static zd_status make_level(const zd_clean_plate *p, zd_plate_sums *level, bool has_near,
                            zd_error *err)
{
    size_t pixels;
    if (!zd_size_mul((size_t) level->width, (size_t) level->height, &pixels)) {
        return zd_fail_memory(err, "a clean plate");
    }
    level->light = make_plane(p, pixels, sizeof *level->light);
    level->trust = make_plane(p, pixels, sizeof *level->trust);
    level->near = has_near ? make_plane(p, pixels, sizeof *level->near) : NULL;
    return level->light != NULL && level->trust != NULL && (!has_near || level->near != NULL)
               ? ZD_OK
               : zd_fail_memory(err, "a clean plate");
}

static zd_status make_levels(zd_clean_plate *p, int width, int height, bool has_near, zd_error *err)
{
    p->levels[p->count++] = (zd_plate_sums){ .width = width, .height = height };
    while (width > 1 || height > 1) {
        width = (width + 1) / 2;
        height = (height + 1) / 2;
        zd_plate_sums *level = &p->levels[p->count++];
        *level = (zd_plate_sums){ .width = width, .height = height, .stride = width };
        ZD_TRY(make_level(p, level, has_near, err));
    }
    return ZD_OK;
}

static zd_status make_scratch(zd_clean_plate *p, bool has_near, zd_error *err)
{
    size_t columns;
    size_t floats;
    size_t bytes = 0;
    p->nearby = zd_plate_trust_room(COLUMNS, ROWS, zd_plate_reach(p->levels[0].height));
    p->nearby = (p->nearby + 15) & ~(size_t) 15;
    bool fits = zd_size_align((size_t) p->levels[0].width, ROWS, &columns) &&
                zd_size_mul(columns, ROWS * (size_t) (has_near ? 14 : 13), &floats) &&
                zd_size_mul(floats + p->nearby, sizeof(float), &bytes);
    return fits ? zd_scratch_open(p->ctx, bytes, &p->scratch, "a clean plate", err)
                : zd_fail_memory(err, "a clean plate");
}

static zd_status make_trusts(zd_clean_plate *p, zd_error *err)
{
    p->tiles = (p->levels[0].width + COLUMNS - 1) / COLUMNS;
    size_t rows = ((size_t) p->levels[0].height + ROWS - 1) / ROWS;
    p->trusts = zd_alloc_zeroed(p->ctx, rows * (size_t) p->tiles, sizeof *p->trusts);
    return p->trusts != NULL ? ZD_OK : zd_fail_memory(err, "a clean plate");
}

static zd_status create(zd_context *ctx, int width, int height, bool is_whole, zd_clean_plate **out,
                        zd_error *err)
{
    zd_clean_plate *p = zd_alloc_zeroed(ctx, 1, sizeof *p);
    *out = NULL;
    if (p == NULL) {
        return zd_fail_memory(err, "a clean plate");
    }
    p->ctx = ctx;
    p->scratch.ctx = ctx;
    zd_status status =
        is_whole ? zd_image_create(ctx, width, height, ZD_RGBA_F32, &p->light, err) : ZD_OK;
    if (status == ZD_OK) {
        status = make_levels(p, width, height, is_whole, err);
    }
    if (status == ZD_OK) {
        status = make_trusts(p, err);
    }
    if (status == ZD_OK) {
        status = make_scratch(p, is_whole, err);
    }
    if (status != ZD_OK) {
        zd_clean_plate_destroy(&p);
    }
    *out = p;
    return status;
}

zd_status zd_clean_plate_create(zd_context *ctx, int width, int height, zd_clean_plate **out,
                                zd_error *err)
{
    ZD_REQUIRE(err, width > 0 && height > 0);
    return create(ctx, width, height, true, out, err);
}

zd_status zd_clean_plate_create_pieces(zd_context *ctx, int width, int height, zd_clean_plate **out,
                                       zd_error *err)
{
    ZD_REQUIRE(err, width > 0 && height > 0);
    return create(ctx, width, height, false, out, err);
}

void zd_clean_plate_destroy(zd_clean_plate **plate)
{
    zd_clean_plate *p = *plate;
    if (p == NULL) {
        return;
    }
    for (int i = 0; i < p->count; i++) {
        zd_free(p->ctx, p->levels[i].light);
        zd_free(p->ctx, p->levels[i].trust);
        zd_free(p->ctx, p->levels[i].near);
    }
    zd_image_unref(&p->light);
    zd_free(p->ctx, p->trusts);
    zd_scratch_close(&p->scratch);
    zd_free(p->ctx, p);
    *plate = NULL;
}

/* ---- one call ---- */

typedef struct work {
    zd_clean_plate *plate;
    zd_plate_layer layer;
    const zd_plate_source *source;
    int level; /* being made, or filled from the next */
    atomic_int failed;
} work;

static void run_rows(work *w, const zd_plate_sums *level, int rows, zd_pool_item item)
{
    zd_pool_run_on(zd_context_pool(w->plate->ctx), (int64_t) level->width * level->height,
                   (level->height + rows - 1) / rows, item, w);
}

static room room_of(const zd_clean_plate *p, float *memory)
{
    size_t row = ((size_t) p->levels[0].width + ROWS - 1) / ROWS * ROWS * ROWS;
    room r = { .nearby = memory, .trust = memory + p->nearby };
    r.codes = r.trust + row;
    r.light = r.codes + 4 * row;
    r.made = r.light + 4 * row;
    r.near = p->light != NULL ? r.made + 4 * row : NULL;
    return r;
}

static zd_view view_of(float *memory, zd_rect rect, zd_format format)
{
    int width = rect.x1 - rect.x0;
    return memory == NULL
               ? (zd_view){ 0 }
               : (zd_view){ memory, width, rect.y1 - rect.y0,
                            (ptrdiff_t) width * format.channels * (ptrdiff_t) sizeof(float),
                            format };
}

static zd_plate_piece piece_of(const room *r, zd_rect rect)
{
    return (zd_plate_piece){ .rect = rect,
                             .codes = view_of(r->codes, rect, ZD_RGBA_F32),
                             .light = view_of(r->light, rect, ZD_RGBA_F32),
                             .made = view_of(r->made, rect, ZD_RGBA_F32),
                             .nearness = view_of(r->near, rect, ZD_GRAY_F32) };
}

static void fail(work *w, zd_status status)
{
    if (status != ZD_OK) {
        atomic_store(&w->failed, (int) status);
    }
}

/* ---- push ---- */

/* The part of a level that a tile makes. */
static zd_plate_sums part_of(const zd_clean_plate *p, zd_rect tile, int level)
{
    const zd_plate_sums *l = &p->levels[level];
    zd_rect rect = { tile.x0 >> level, tile.y0 >> level,
                     zd_int_min((tile.x1 + (1 << level) - 1) >> level, l->width),
                     zd_int_min((tile.y1 + (1 << level) - 1) >> level, l->height) };
    return zd_plate_sums_crop(l, rect);
}

static unsigned char *trust_at(const zd_clean_plate *p, zd_rect tile)
{
    return p->trusts + (ptrdiff_t) (tile.y0 / ROWS) * p->tiles + tile.x0 / COLUMNS;
}

static zd_rect tile_at(const work *w, int x0, int y0)
{
    const zd_plate_sums *frame = &w->plate->levels[0];
    return (zd_rect){ x0, y0, zd_int_min(x0 + COLUMNS, frame->width),
                      zd_int_min(y0 + ROWS, frame->height) };
}

static void look_at_tiles(void *user, int item)
{
    const work *w = user;
    for (int x0 = 0; x0 < w->plate->levels[0].width; x0 += COLUMNS) {
        zd_rect tile = tile_at(w, x0, item * ROWS);
        *trust_at(w->plate, tile) = (unsigned char) zd_plate_trust_look(&w->layer, tile);
    }
}

/* Whether neither a tile nor one beside it has gaps: then nothing is filled from what is smaller than its
 * pixels of the last level that it makes. */
static bool is_far(const zd_clean_plate *p, zd_rect tile)
{
    int rows = (p->levels[0].height + ROWS - 1) / ROWS;
    int column = tile.x0 / COLUMNS;
    int row = tile.y0 / ROWS;
    bool has_gaps = p->count <= IN_TILE;
    for (int y = zd_int_max(row - 1, 0); y <= zd_int_min(row + 1, rows - 1); y++) {
        for (int x = zd_int_max(column - 1, 0); x <= zd_int_min(column + 1, p->tiles - 1); x++) {
            has_gaps |= p->trusts[(ptrdiff_t) y * p->tiles + x] != ZD_PLATE_ALL;
        }
    }
    return !has_gaps;
}

static zd_plate_sums sums_of(const room *r, const zd_plate_piece *piece)
{
    return (zd_plate_sums){ .light = (zd_vec4 *) (void *) r->light,
                            .trust = r->trust,
                            .near = r->near,
                            .width = piece->light.width,
                            .height = piece->light.height,
                            .stride = piece->light.width };
}

/* A tile that is far from gaps: means of some of its rows. */
static zd_status push_far(const work *w, const room *r, zd_rect tile)
{
    const zd_clean_plate *p = w->plate;
    zd_plate_sums to = part_of(p, tile, IN_TILE);
    zd_plate_sums_clear(&to);
    for (int y = tile.y0 + (tile.y1 - tile.y0 - 1) % FAR_ROWS / 2; y < tile.y1; y += FAR_ROWS) {
        zd_rect row = { tile.x0, y, tile.x1, y + 1 };
        zd_plate_piece piece = piece_of(r, row);
        zd_plate_sums sums = sums_of(r, &piece);
        zd_plate_trust_make(&w->layer, row, ZD_PLATE_ALL, r->nearby, r->trust, sums.stride);
        ZD_TRY(w->source->read(w->source->user, &piece));
        zd_plate_sums_weigh(&sums);
        zd_plate_sums_gather(&sums, 1 << IN_TILE, &to);
    }
    zd_plate_sums_bound(&to);
    for (int level = 1; level < IN_TILE; level++) {
        to = part_of(p, tile, level);
        zd_plate_sums_trust(&to);
    }
    return ZD_OK;
}

static zd_status push_tile(const work *w, const room *r, zd_rect tile)
{
    zd_clean_plate *p = w->plate;
    zd_plate_piece piece = piece_of(r, tile);
    zd_plate_sums sums = sums_of(r, &piece);
    zd_plate_trust trust = (zd_plate_trust) *trust_at(p, tile);
    if (is_far(p, tile)) {
        return push_far(w, r, tile);
    }
    if (trust != ZD_PLATE_NONE) {
        zd_plate_trust_make(&w->layer, tile, trust, r->nearby, r->trust, sums.stride);
        ZD_TRY(w->source->read(w->source->user, &piece));
        zd_plate_sums_weigh(&sums);
    }
    for (int level = 1; level <= IN_TILE && level < p->count; level++) {
        zd_plate_sums to = part_of(p, tile, level);
        if (trust == ZD_PLATE_NONE) {
            zd_plate_sums_clear(&to);
        } else {
            zd_plate_sums_push(&sums, &to);
        }
        sums = to;
    }
    return ZD_OK;
}

static void push_tiles(void *user, int item)
{
    work *w = user;
    float *memory = zd_scratch_take(&w->plate->scratch);
    room r = room_of(w->plate, memory);
    zd_status status = ZD_OK;
    for (int x0 = 0; x0 < w->plate->levels[0].width && status == ZD_OK; x0 += COLUMNS) {
        status = push_tile(w, &r, tile_at(w, x0, item * ROWS));
    }
    zd_scratch_give(&w->plate->scratch, memory);
    fail(w, status);
}

static void push_band(void *user, int item)
{
    const work *w = user;
    const zd_plate_sums *from = &w->plate->levels[w->level];
    const zd_plate_sums *to = from + 1;
    int y1 = zd_int_min(item * BAND + BAND, to->height);
    zd_plate_sums above = zd_plate_sums_crop(
        from, (zd_rect){ 0, 2 * item * BAND, from->width, zd_int_min(2 * y1, from->height) });
    zd_plate_sums below = zd_plate_sums_crop(to, (zd_rect){ 0, item * BAND, to->width, y1 });
    zd_plate_sums_push(&above, &below);
}

/* ---- pull ---- */

static void pull_band(void *user, int item)
{
    const work *w = user;
    const zd_plate_sums *to = &w->plate->levels[w->level];
    zd_plate_sums_pull(to + 1, to, item * BAND, zd_int_min(item * BAND + BAND, to->height));
}

/* Fills a rectangle of one row of tiles, whose trust is there, and hands it over. */
static zd_status fill_rect(const work *w, const room *r, zd_rect rect)
{
    zd_plate_piece piece = piece_of(r, rect);
    const zd_plate_sums *frame = &w->plate->levels[0];
    ZD_TRY(w->source->read(w->source->user, &piece));
    zd_view_copy(piece.light, piece.made);
    for (int y = 0; y < piece.made.height; y++) {
        zd_plate_sums sums = { .trust = r->trust + (ptrdiff_t) y * frame->width + rect.x0,
                               .width = piece.made.width,
                               .height = 1 };
        float *near = r->near != NULL ? zd_view_row_f32(piece.nearness, y) : NULL;
        zd_plate_sums_fill(frame + 1, &sums, rect.x0, rect.y0 + y, zd_view_row_f32(piece.made, y),
                           near);
    }
    return w->source->put(w->source->user, &piece);
}

static void mark_tile(const float *trust, zd_rect tile, ptrdiff_t stride, unsigned char *marks)
{
    for (int y = 0; y < tile.y1 - tile.y0; y++) {
        const float *row = trust + y * stride;
        for (int x = tile.x0; x < tile.x1; x += MARK) {
            int end = zd_int_min(x + MARK, tile.x1);
            int gaps = marks[x / MARK];
            for (int i = x; i < end; i++) {
                gaps |= row[i] < 1.0f;
            }
            marks[x / MARK] = (unsigned char) gaps;
        }
    }
}

/* Which columns of a row of tiles have gaps; their trust is made. */
static void mark_gaps(const work *w, const room *r, int y0, unsigned char *marks)
{
    int width = w->plate->levels[0].width;
    assert(width <= MOST_MARKS * MARK);
    memset(marks, 0, MOST_MARKS);
    for (int x0 = 0; x0 < width; x0 += COLUMNS) {
        zd_rect tile = tile_at(w, x0, y0);
        zd_plate_trust trust = (zd_plate_trust) *trust_at(w->plate, tile);
        zd_plate_trust_make(&w->layer, tile, trust, r->nearby, r->trust + x0, width);
        if (trust != ZD_PLATE_ALL) {
            mark_tile(r->trust, tile, width, marks);
        }
    }
}

static void fill_tiles(void *user, int item)
{
    work *w = user;
    unsigned char marks[MOST_MARKS];
    float *memory = zd_scratch_take(&w->plate->scratch);
    room r = room_of(w->plate, memory);
    zd_rect row = tile_at(w, 0, item * ROWS);
    zd_status status = ZD_OK;
    row.x1 = w->plate->levels[0].width;
    mark_gaps(w, &r, row.y0, marks);
    for (int mark = 0; mark * MARK < row.x1 && status == ZD_OK; mark++) {
        int first = mark;
        while (mark * MARK < row.x1 && marks[mark] != 0) {
            mark++;
        }
        if (mark > first) {
            zd_rect rect = { zd_int_max(first * MARK - AROUND, 0), row.y0,
                             zd_int_min(mark * MARK + AROUND, row.x1), row.y1 };
            status = fill_rect(w, &r, rect);
        }
    }
    zd_scratch_give(&w->plate->scratch, memory);
    fail(w, status);
}

/* ---- all of it ---- */

/* The smallest level holds one pixel: the layer's mean, with full trust if there is any. */
static bool has_mean(const zd_clean_plate *p)
{
    const zd_plate_sums *last = &p->levels[p->count - 1];
    float trust = last->trust[0];
    if (!(trust > 0.0f)) {
        return false;
    }
    last->light[0] /= zd_vec4_splat(trust);
    last->trust[0] /= trust;
    if (last->near != NULL) {
        last->near[0] /= trust;
    }
    return true;
}

/* Says in *filled whether there is a layer. */
static zd_status run(work *w, bool *filled, zd_error *err)
{
    const zd_clean_plate *p = w->plate;
    const zd_plate_sums *frame = &p->levels[0];
    *filled = false;
    assert(w->layer.matte.width == frame->width && w->layer.matte.height == frame->height);
    w->layer.reach = zd_plate_reach(frame->height);
    if (p->count < 2) {
        return ZD_OK;
    }
    run_rows(w, frame, ROWS, look_at_tiles);
    run_rows(w, frame, ROWS, push_tiles);
    for (w->level = IN_TILE; w->level + 1 < p->count; w->level++) {
        run_rows(w, &p->levels[w->level + 1], BAND, push_band);
    }
    if (atomic_load(&w->failed) == ZD_OK && has_mean(p)) {
        for (w->level = p->count - 2; w->level > 0; w->level--) {
            run_rows(w, &p->levels[w->level], BAND, pull_band);
        }
        run_rows(w, frame, ROWS, fill_tiles);
        *filled = true;
    }
    zd_status status = (zd_status) atomic_load(&w->failed);
    return status == ZD_OK ? ZD_OK : zd_fail(err, status, "a piece of a clean plate failed");
}

zd_status zd_clean_plate_run(zd_clean_plate *plate, zd_view matte, bool is_hidden,
                             const zd_plate_source *source, zd_error *err)
{
    bool filled;
    work w = { .plate = plate, .layer = { matte, is_hidden, 0 }, .source = source };
    return run(&w, &filled, err);
}

/* ---- whole frames ---- */

typedef struct whole {
    zd_view light;
    zd_view nearness;
    zd_view made;
} whole;

static zd_status read_whole(void *user, const zd_plate_piece *piece)
{
    const whole *all = user;
    zd_view_copy(zd_view_crop(all->light, piece->rect), piece->light);
    zd_view_copy(zd_view_crop(all->nearness, piece->rect), piece->nearness);
    return ZD_OK;
}

static zd_status put_whole(void *user, const zd_plate_piece *piece)
{
    const whole *all = user;
    zd_view_copy(piece->made, zd_view_crop(all->made, piece->rect));
    zd_view_copy(piece->nearness, zd_view_crop(all->nearness, piece->rect));
    return ZD_OK;
}

static void copy_rows(void *user, int item)
{
    const whole *all = user;
    zd_rect rows = { 0, item * ROWS, all->light.width,
                     zd_int_min(item * ROWS + ROWS, all->light.height) };
    zd_view_copy(zd_view_crop(all->light, rows), zd_view_crop(all->made, rows));
}

zd_view zd_clean_plate_make(zd_clean_plate *plate, zd_view light, zd_view nearness, zd_view matte,
                            bool is_hidden)
{
    assert(plate->light != NULL && nearness.width == light.width);
    bool filled;
    whole all = { light, nearness, zd_image_view(plate->light) };
    zd_plate_source source = { read_whole, put_whole, &all };
    work w = { .plate = plate, .layer = { matte, is_hidden, 0 }, .source = &source };
    assert(light.width == all.made.width && light.height == all.made.height);
    zd_pool_run_on(zd_context_pool(plate->ctx), (int64_t) light.width * light.height,
                   (light.height + ROWS - 1) / ROWS, copy_rows, &all);
    zd_status status = run(&w, &filled, NULL);
    assert(status == ZD_OK); /* copies do not fail */
    (void) status;
    return filled ? all.made : light;
}
