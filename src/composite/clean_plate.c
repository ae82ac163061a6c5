/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See clean_plate.h. Level 0 is the frame; level n + 1 is half of level n, rounded up. */

#include "composite/clean_plate.h"

#include <assert.h>
#include <math.h>

#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"
#include "image/vec4.h"

enum {
    MAX_LEVELS = 32,
    BAND = 32, /* rows of one item of work */
};

/* Mixed pixels at a layer's edge, and a matte that is a little too wide, must not count as the layer:
 * below SURE of it there is no trust, and trust is withdrawn by this part of the height. Where the matte
 * goes over so gently that it stays within GENTLE nearby (a wide feather), no other layer stands there, and
 * every pixel that the matte wants at all is the layer's own. */
static const float SURE = 0.94f;
static const float WANTED = 0.1f;
static const float GENTLE = 0.15f;
static const float WITHDRAWN = 1.0f / 360.0f;

/** One pixel of a level, times its trust. */
typedef struct sum {
    zd_vec4 light;
    zd_vec4 rest; /* nearness, trust, 0, 0 */
} sum;

typedef struct level {
    sum *pixels;
    int width;
    int height;
} level;

struct zd_clean_plate {
    zd_context *ctx;
    zd_image *light;
    zd_image *trust;
    zd_image *least;
    zd_image *most;
    level levels[MAX_LEVELS]; /* the first stays without pixels: it is the frame */
    int count;
};

static zd_status make_levels(zd_clean_plate *p, int width, int height, zd_error *err)
{
    p->levels[p->count++] = (level){ NULL, width, height };
    while (width > 1 || height > 1) {
        size_t pixels;
        width = (width + 1) / 2;
        height = (height + 1) / 2;
        level *l = &p->levels[p->count++];
        *l = (level){ NULL, width, height };
        if (!zd_size_mul((size_t) width, (size_t) height, &pixels) ||
            (l->pixels = zd_alloc_zeroed(p->ctx, pixels, sizeof(sum))) == NULL)
        {
            return zd_fail_memory(err, "a clean plate");
        }
    }
    return ZD_OK;
}

zd_status zd_clean_plate_create(zd_context *ctx, int width, int height, zd_clean_plate **out,
                                zd_error *err)
{
    ZD_REQUIRE(err, width > 0 && height > 0);
    zd_clean_plate *p = zd_alloc_zeroed(ctx, 1, sizeof *p);
    *out = NULL;
    if (p == NULL) {
        return zd_fail_memory(err, "a clean plate");
    }
    p->ctx = ctx;
    zd_status status = zd_image_create(ctx, width, height, ZD_RGBA_F32, &p->light, err);
    if (status == ZD_OK) {
        status = zd_image_create(ctx, width, height, ZD_GRAY_F32, &p->trust, err);
    }
    if (status == ZD_OK) {
        status = zd_image_create(ctx, width, height, ZD_GRAY_F32, &p->least, err);
    }
    if (status == ZD_OK) {
        status = zd_image_create(ctx, width, height, ZD_GRAY_F32, &p->most, err);
    }
    if (status == ZD_OK) {
        status = make_levels(p, width, height, err);
    }
    if (status != ZD_OK) {
        zd_clean_plate_destroy(&p);
    }
    *out = p;
    return status;
}

void zd_clean_plate_destroy(zd_clean_plate **plate)
{
    zd_clean_plate *p = *plate;
    if (p == NULL) {
        return;
    }
    for (int i = 0; i < p->count; i++) {
        zd_free(p->ctx, p->levels[i].pixels);
    }
    zd_image_unref(&p->light);
    zd_image_unref(&p->trust);
    zd_image_unref(&p->least);
    zd_image_unref(&p->most);
    zd_free(p->ctx, p);
    *plate = NULL;
}

/* What one call works on. */
typedef struct work {
    zd_clean_plate *plate;
    zd_view light;
    zd_view nearness;
    zd_view matte;
    bool is_hidden;
    int reach; /* pixels by which trust is withdrawn */
    int level; /* being made, or filled from the next */
} work;

static void run_rows(work *w, int width, int height, zd_pool_item item)
{
    zd_pool_run_on(zd_context_pool(w->plate->ctx), (int64_t) width * height,
                   (height + BAND - 1) / BAND, item, w);
}

static int band_end(int item, int height)
{
    return item * BAND + BAND < height ? item * BAND + BAND : height;
}

/* ---- trust ---- */

static float share(const work *w, float matte)
{
    return w->is_hidden ? 1.0f - matte : matte;
}

/* The least and the most of a row within reach. */
static void look_across(void *user, int item)
{
    const work *w = user;
    int width = w->matte.width;
    for (int y = item * BAND; y < band_end(item, w->matte.height); y++) {
        const float *m = zd_view_row_f32(w->matte, y);
        float *least = zd_view_row_f32(zd_image_view(w->plate->least), y);
        float *most = zd_view_row_f32(zd_image_view(w->plate->most), y);
        for (int x = 0; x < width; x++) {
            int x1 = x + w->reach < width ? x + w->reach : width - 1;
            least[x] = most[x] = share(w, m[x]);
            for (int i = x > w->reach ? x - w->reach : 0; i <= x1; i++) {
                float here = share(w, m[i]);
                least[x] = here < least[x] ? here : least[x];
                most[x] = here > most[x] ? here : most[x];
            }
        }
    }
}

static float bounded(float value)
{
    return value < 0.0f ? 0.0f : value < 1.0f ? value : 1.0f;
}

/* The trust in a pixel with the least and the most of the layer near it. */
static float trust_of(float mine, float least, float most)
{
    float is_edge = bounded((most - least - GENTLE) / GENTLE);
    float sure = bounded((least - SURE) / (1.0f - SURE));
    float gentle = bounded(mine / WANTED);
    return gentle + is_edge * (sure - gentle);
}

static void look_down(void *user, int item)
{
    const work *w = user;
    zd_view to = zd_image_view(w->plate->trust);
    for (int y = item * BAND; y < band_end(item, to.height); y++) {
        const float *m = zd_view_row_f32(w->matte, y);
        float *row = zd_view_row_f32(to, y);
        int y0 = y > w->reach ? y - w->reach : 0;
        int y1 = y + w->reach < to.height ? y + w->reach : to.height - 1;
        for (int x = 0; x < to.width; x++) {
            float least = 1.0f;
            float most = 0.0f;
            for (int i = y0; i <= y1; i++) {
                float low = zd_view_row_f32(zd_image_view(w->plate->least), i)[x];
                float high = zd_view_row_f32(zd_image_view(w->plate->most), i)[x];
                least = low < least ? low : least;
                most = high > most ? high : most;
            }
            row[x] = trust_of(share(w, m[x]), least, most);
        }
    }
}

/* ---- push ---- */

/* A pixel of the frame times its trust; one that is not finite has none. */
static sum frame_sum(const work *w, int x, int y)
{
    zd_vec4 light = zd_vec4_load(zd_view_row_f32(w->light, y) + 4 * x);
    float given = zd_view_row_f32(w->nearness, y)[x];
    float near = isfinite(given) ? given : 0.0f; /* furthest, as effects take it */
    float trust = zd_view_row_f32(zd_image_view(w->plate->trust), y)[x];
    float all = light[0] + light[1] + light[2] + light[3];
    if (!(trust > 0.0f) || !isfinite(all)) {
        return (sum){ { 0 }, { 0 } };
    }
    return (sum){ light * trust, { near * trust, trust, 0.0f, 0.0f } };
}

static sum sum_at(const work *w, int x, int y)
{
    const level *l = &w->plate->levels[w->level];
    if (x >= l->width || y >= l->height) {
        return (sum){ { 0 }, { 0 } };
    }
    return w->level == 0 ? frame_sum(w, x, y) : l->pixels[(size_t) y * l->width + x];
}

/* Four pixels as one, whose trust is at most 1. */
static void push_rows(void *user, int item)
{
    const work *w = user;
    const level *to = &w->plate->levels[w->level + 1];
    for (int y = item * BAND; y < band_end(item, to->height); y++) {
        for (int x = 0; x < to->width; x++) {
            sum a = sum_at(w, 2 * x, 2 * y);
            sum b = sum_at(w, 2 * x + 1, 2 * y);
            sum c = sum_at(w, 2 * x, 2 * y + 1);
            sum d = sum_at(w, 2 * x + 1, 2 * y + 1);
            sum all = { (a.light + b.light) + (c.light + d.light),
                        (a.rest + b.rest) + (c.rest + d.rest) };
            if (all.rest[1] > 1.0f) {
                zd_vec4 part = zd_vec4_splat(1.0f / all.rest[1]);
                all.light *= part;
                all.rest *= part;
            }
            to->pixels[(size_t) y * to->width + x] = all;
        }
    }
}

/* ---- pull ---- */

/* The next smaller level at the middle of a pixel, by its four nearest, 9 3 3 1. */
static sum smaller_at(const level *l, int x, int y)
{
    int x0 = x / 2;
    int y0 = y / 2;
    int x1 = x % 2 == 0 ? x0 - 1 : x0 + 1;
    int y1 = y % 2 == 0 ? y0 - 1 : y0 + 1;
    x1 = x1 < 0 ? 0 : x1 < l->width ? x1 : l->width - 1;
    y1 = y1 < 0 ? 0 : y1 < l->height ? y1 : l->height - 1;
    const sum *row = l->pixels + (size_t) y0 * l->width;
    const sum *other = l->pixels + (size_t) y1 * l->width;
    zd_vec4 large = zd_vec4_splat(0.5625f);
    zd_vec4 middle = zd_vec4_splat(0.1875f);
    zd_vec4 small = zd_vec4_splat(0.0625f);
    return (sum){ row[x0].light * large + (row[x1].light + other[x0].light) * middle +
                      other[x1].light * small,
                  row[x0].rest * large + (row[x1].rest + other[x0].rest) * middle +
                      other[x1].rest * small };
}

static void pull_rows(void *user, int item)
{
    const work *w = user;
    const level *to = &w->plate->levels[w->level];
    for (int y = item * BAND; y < band_end(item, to->height); y++) {
        sum *row = to->pixels + (size_t) y * to->width;
        for (int x = 0; x < to->width; x++) {
            zd_vec4 gap = zd_vec4_splat(1.0f - row[x].rest[1]);
            if (gap[0] > 0.0f) {
                sum up = smaller_at(to + 1, x, y);
                row[x].light += up.light * gap;
                row[x].rest += up.rest * gap;
            }
        }
    }
}

static void fill_rows(void *user, int item)
{
    const work *w = user;
    zd_view to = zd_image_view(w->plate->light);
    zd_view trusts = zd_image_view(w->plate->trust);
    for (int y = item * BAND; y < band_end(item, to.height); y++) {
        const float *from = zd_view_row_f32(w->light, y);
        const float *trust = zd_view_row_f32(trusts, y);
        float *row = zd_view_row_f32(to, y);
        float *near = zd_view_row_f32(w->nearness, y);
        for (int x = 0; x < to.width; x++) {
            zd_vec4 light = zd_vec4_load(from + 4 * x);
            if (trust[x] < 1.0f) {
                sum mine = frame_sum(w, x, y);
                sum up = smaller_at(&w->plate->levels[1], x, y);
                zd_vec4 gap = zd_vec4_splat(1.0f - mine.rest[1]);
                light = mine.light + up.light * gap;
                near[x] = mine.rest[0] + up.rest[0] * gap[0];
            }
            zd_vec4_store(row + 4 * x, light);
        }
    }
}

/* ---- all of it ---- */

/* The smallest level holds one pixel: the layer's mean, with full trust if there is any. */
static bool has_mean(const zd_clean_plate *p)
{
    sum *last = &p->levels[p->count - 1].pixels[0];
    float trust = last->rest[1];
    if (!(trust > 0.0f)) {
        return false;
    }
    last->light /= zd_vec4_splat(trust);
    last->rest /= zd_vec4_splat(trust);
    return true;
}

zd_view zd_clean_plate_make(zd_clean_plate *plate, zd_view light, zd_view nearness, zd_view matte,
                            bool is_hidden)
{
    const level *levels = plate->levels;
    work w = { plate, light, nearness, matte, is_hidden, 0, 0 };
    assert(light.width == levels[0].width && light.height == levels[0].height);
    assert(matte.width == light.width && nearness.width == light.width);
    assert(matte.height == light.height && nearness.height == light.height);
    w.reach = (int) ((float) light.height * WITHDRAWN + 0.5f);
    w.reach = w.reach > 1 ? w.reach : 1;
    run_rows(&w, light.width, light.height, look_across);
    run_rows(&w, light.width, light.height, look_down);
    for (w.level = 0; w.level + 1 < plate->count; w.level++) {
        run_rows(&w, levels[w.level + 1].width, levels[w.level + 1].height, push_rows);
    }
    if (plate->count < 2 || !has_mean(plate)) {
        return light;
    }
    for (w.level = plate->count - 2; w.level > 0; w.level--) {
        run_rows(&w, levels[w.level].width, levels[w.level].height, pull_rows);
    }
    run_rows(&w, light.width, light.height, fill_rows);
    return zd_image_view(plate->light);
}
