/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The one engine at its own level: places for frames, sources that fail, what tells pictures apart, and
 * inserts that are fetched beside inserts that have their pixels. */

#include "engine/compositor.h"
#include "engine/engine_result.h"
#include "engine/prepared_pool.h"
#include "image/linear.h"
#include "zd_test.h"

enum { WIDTH = 67, HEIGHT = 41, MAP_WIDTH = 33, MAP_HEIGHT = 21 };

/* ---- a source of a made-up frame ---- */

typedef struct made_up {
    zd_context *ctx;
    bool read_fails;
    bool depth_fails;
    bool is_wild;
    int reads;
    int dropped;
} made_up;

static void count_drop(void *kept)
{
    ((made_up *) kept)->dropped++;
}

static zd_status read_made_up(void *user, zd_prepared *frame, zd_view out, bool *is_bounded,
                              zd_error *err)
{
    made_up *m = user;
    m->reads++;
    frame->kept = m;
    frame->drop = count_drop;
    *is_bounded = !m->is_wild;
    for (int y = 0; y < out.height; y++) {
        float *row = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++) {
            bool near = x > out.width / 3;
            row[4 * x + 0] = near ? 0.8f : 0.1f;
            row[4 * x + 1] = 0.3f + 0.01f * (float) (y % 7);
            row[4 * x + 2] = near ? 0.2f : 0.7f;
            row[4 * x + 3] = 1.0f;
        }
    }
    return m->read_fails ? zd_fail(err, ZD_ERR_IO, "no such frame") : ZD_OK;
}

static zd_status depth_made_up(void *user, zd_prepared *frame, zd_error *err)
{
    const made_up *m = user;
    zd_depth_sample *s = &frame->sample;
    s->depth.kind = ZD_DEPTH_NEARNESS;
    ZD_TRY(zd_image_create(m->ctx, MAP_WIDTH, MAP_HEIGHT, ZD_GRAY_F32, &s->depth.values, err));
    ZD_TRY(zd_image_create(m->ctx, MAP_WIDTH, MAP_HEIGHT, ZD_RGB_F32, &s->small, err));
    zd_pixels_shrink(m->ctx, zd_image_view(frame->guide), zd_image_view(s->small));
    zd_view map = zd_image_view(s->depth.values);
    for (int y = 0; y < map.height; y++) {
        for (int x = 0; x < map.width; x++) {
            zd_view_row_f32(map, y)[x] = x > map.width / 3 ? 7.0f : 2.0f;
        }
    }
    return m->depth_fails ? zd_fail(err, ZD_ERR_MISSING, "no such network") : ZD_OK;
}

static zd_prepared_source source_of(made_up *m)
{
    return (zd_prepared_source){
        .read = read_made_up, .find_depth = depth_made_up, .transfer = ZD_TRANSFER_BT709, .user = m
    };
}

static void prepare(made_up *m, zd_prepared *p, const zd_project *project)
{
    zd_error err = { 0 };
    zd_prepared_source source = source_of(m);
    p->width = WIDTH;
    p->height = HEIGHT;
    REQUIRE_OK(zd_prepared_fill(m->ctx, p, &source, &err));
    REQUIRE_OK(zd_prepared_judge(m->ctx, p, &project->params, NULL, project, &err));
    REQUIRE_OK(zd_prepared_matte(m->ctx, p, &err));
}

static void test_a_frame_is_judged_anew_and_read_once(void)
{
    made_up m = { .ctx = zd_test_context(2) };
    zd_prepared p = { 0 };
    zd_project project;
    zd_error err = { 0 };
    zd_project_init(&project, m.ctx);
    prepare(&m, &p, &project);
    REQUIRE(p.frame.matte.depth_in > 2.0f && p.frame.matte.depth_in < 7.0f);
    REQUIRE(p.guide == p.picture && !p.frame.needs_bound);
    zd_pixels_hash before = p.prepared_for;
    REQUIRE_OK(zd_params_set_number(&project.params, ZD_P_DEPTH_IN, 3.5, &err));
    REQUIRE_OK(zd_prepared_judge(m.ctx, &p, &project.params, NULL, &project, &err));
    REQUIRE_OK(zd_prepared_matte(m.ctx, &p, &err));
    REQUIRE_NEAR(p.frame.matte.depth_in, 3.5, 0);
    REQUIRE(zd_pixels_hash_is_same(before, p.prepared_for)); /* a threshold prepares nothing */
    long taken = zd_test_held.calls;
    REQUIRE_OK(zd_prepared_matte(m.ctx, &p, &err));
    REQUIRE_INT(zd_test_held.calls, taken); /* and what was planned for the size is used again */
    REQUIRE_OK(zd_params_set_number(&project.params, ZD_P_NEAREST, 9.0, &err));
    REQUIRE_OK(zd_prepared_judge(m.ctx, &p, &project.params, NULL, &project, &err));
    REQUIRE_OK(zd_prepared_matte(m.ctx, &p, &err));
    REQUIRE_NEAR(p.frame.shot->range.nearest, 9.0, 0);
    REQUIRE(!zd_pixels_hash_is_same(before, p.prepared_for)); /* the range does */
    zd_shot told = { .range = { 1.0f, 8.0f }, .suggested_in = 6.5f, .suggested_out = 8.0f };
    zd_params_unset(&project.params, ZD_P_DEPTH_IN);
    REQUIRE_OK(zd_prepared_judge(m.ctx, &p, &project.params, &told, &project, &err));
    REQUIRE_NEAR(p.frame.matte.depth_in, 6.5, 0);
    REQUIRE_NEAR(p.frame.shot->range.furthest, 1.0, 0);
    REQUIRE_INT(m.reads, 1);
    zd_prepared_empty(&p);
    REQUIRE_INT(m.dropped, 1);
    zd_project_finish(&project);
    zd_context_destroy(&m.ctx);
}

static void test_sources_that_fail(void)
{
    for (int which = 0; which < 3; which++) {
        made_up m = { .ctx = zd_test_context(2),
                      .read_fails = which == 0,
                      .depth_fails = which == 1,
                      .is_wild = which == 2 };
        zd_prepared p = { .width = WIDTH, .height = HEIGHT };
        zd_error err = { 0 };
        zd_prepared_source source = source_of(&m);
        zd_status status = zd_prepared_fill(m.ctx, &p, &source, &err);
        REQUIRE_INT(status, which == 0 ? ZD_ERR_IO : which == 1 ? ZD_ERR_MISSING : ZD_OK);
        REQUIRE_INT(p.is_valid, which == 2);
        REQUIRE(which != 2 || (p.guide != p.picture && p.frame.needs_bound));
        m.read_fails = m.depth_fails = false;
        REQUIRE_OK(zd_prepared_fill(m.ctx, &p, &source, &err));
        REQUIRE(p.is_valid);
        REQUIRE_INT(m.dropped, 1); /* what the first had kept */
        zd_prepared_empty(&p);
        REQUIRE_INT(m.dropped, 2);
        zd_context_destroy(&m.ctx);
    }
}

/* ---- places ---- */

static zd_prepared *visit(zd_prepared_pool *pool, uint64_t key, int width)
{
    zd_error err;
    zd_prepared *p;
    REQUIRE_OK(
        zd_prepared_pool_take(pool, (zd_pixels_hash){ key, 0 }, width, HEIGHT, NULL, &p, &err));
    zd_prepared *found = p;
    zd_prepared_pool_give(pool, &p);
    return found;
}

static void test_places(void)
{
    zd_prepared_pool pool = { 0 };
    zd_prepared_pool_init(&pool, 4, 2);
    zd_prepared *first = visit(&pool, 1, WIDTH);
    REQUIRE(!first->is_valid);
    first->is_valid = true;
    zd_prepared *second = visit(&pool, 2, WIDTH);
    REQUIRE(second != first);
    second->is_valid = true;
    REQUIRE(visit(&pool, 1, WIDTH) == first && first->is_valid);
    REQUIRE(visit(&pool, 3, WIDTH) == second &&
            !second->is_valid);                   /* two are kept, the older goes */
    REQUIRE(visit(&pool, 1, WIDTH + 1) != first); /* of another size: another */
    for (uint64_t key = 10; key < 20; key++) {
        visit(&pool, key, WIDTH + 1);
        visit(&pool, key, WIDTH + 2);
    }
    int sizes[3] = { 0 };
    for (int i = 0; i < 4; i++) {
        sizes[pool.items[i].width - WIDTH]++;
    }
    REQUIRE_INT(sizes[1], 2); /* a size that is no longer asked for gives its places away */
    REQUIRE_INT(sizes[2], 2);
    zd_prepared_pool_finish(&pool);
}

static bool give_up(void *user)
{
    (void) user;
    return true;
}

static void test_all_places_busy(void)
{
    zd_error err;
    zd_prepared *all[2];
    zd_prepared *none;
    zd_prepared_pool pool = { 0 };
    zd_task task = { .abort = give_up };
    zd_prepared_pool_init(&pool, 2, 2);
    for (int i = 0; i < 2; i++) {
        REQUIRE_OK(zd_prepared_pool_take(&pool, (zd_pixels_hash){ 7, 7 }, WIDTH, HEIGHT, NULL,
                                         &all[i], &err));
    }
    REQUIRE(all[0] != all[1]); /* one frame in two threads is at work in two places */
    REQUIRE_INT(
        zd_prepared_pool_take(&pool, (zd_pixels_hash){ 8, 8 }, WIDTH, HEIGHT, &task, &none, &err),
        ZD_ERR_CANCELLED);
    REQUIRE(none == NULL);
    zd_prepared_pool_give(&pool, &all[0]);
    zd_prepared_pool_give(&pool, &all[1]);
    zd_prepared_pool_finish(&pool);
}

/* ---- what tells pictures apart ---- */

static void test_keys_of_pictures(void)
{
    zd_context *ctx = zd_test_context(2);
    static uint8_t codes[HEIGHT][WIDTH * 4];
    zd_pixels picture = { .view = { codes, WIDTH, HEIGHT, WIDTH * 4, { ZD_SAMPLE_U8, 4 } } };
    zd_pixels_hash seed = { 3, 4 };
    zd_pixels_hash plain = zd_pixels_key(ctx, seed, &picture);
    codes[17][5] ^= 1; /* no row of the sample: all codes count where there is no word */
    REQUIRE(!zd_pixels_hash_is_same(plain, zd_pixels_key(ctx, seed, &picture)));
    picture.identity = (zd_pixels_hash){ 1, 2 };
    zd_pixels_hash told = zd_pixels_key(ctx, seed, &picture);
    REQUIRE(zd_pixels_hash_is_same(told, zd_pixels_key(ctx, seed, &picture)));
    for (int y = 0; y < HEIGHT; y++) {
        memset(codes[y], 90 + y, sizeof codes[y]); /* one word for all pictures: the sample tells */
    }
    REQUIRE(!zd_pixels_hash_is_same(told, zd_pixels_key(ctx, seed, &picture)));
    told = zd_pixels_key(ctx, seed, &picture);
    picture.identity.high++;
    REQUIRE(!zd_pixels_hash_is_same(told, zd_pixels_key(ctx, seed, &picture)));
    zd_context_destroy(&ctx);
}

/* ---- inserts ---- */

typedef struct patch {
    zd_params params;
    zd_image *pixels; /* linear, premultiplied, of the frame's size */
    int closed;
} patch;

static zd_status patch_at(void *user, double time_s, zd_rect roi, zd_composite_layer *layer,
                          zd_error *err)
{
    const patch *p = user;
    (void) roi;
    (void) time_s;
    (void) err;
    layer->opacity = (float) zd_params_number(&p->params, ZD_P_OPACITY, time_s);
    layer->picture.view = zd_image_view(p->pixels);
    return ZD_OK;
}

static void patch_fetch(void *user, zd_rect piece, zd_view out)
{
    zd_view_copy(zd_view_crop(zd_image_view(((const patch *) user)->pixels), piece), out);
}

static void patch_close(void *user)
{
    ((patch *) user)->closed++;
}

static void make_patch(zd_context *ctx, int index, patch *out)
{
    zd_error err = { 0 };
    *out = (patch){ 0 };
    zd_params_init(&out->params, ctx);
    if (index > 0) {
        REQUIRE_OK(zd_params_set_number(&out->params, ZD_P_AT_DEPTH, 1.0 + 4.0 * index, &err));
    }
    REQUIRE_OK(zd_params_set_number(&out->params, ZD_P_OPACITY, 0.9, &err));
    REQUIRE_OK(zd_image_create(ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &out->pixels, &err));
    zd_view view = zd_image_view(out->pixels);
    zd_view_clear(view);
    for (int y = 3 + 4 * index; y < HEIGHT - 5; y++) {
        for (int x = 10 * index; x < WIDTH - 7; x++) {
            float *pixel = zd_view_row_f32(view, y) + 4 * x;
            pixel[index] = 0.6f;
            pixel[3] = 0.7f;
        }
    }
}

/* Lays three patches; one of them, or none, is fetched. */
static void lay(zd_context *ctx, const zd_layered_frame *frame, const zd_params *params,
                patch patches[3], int fetched, zd_view out)
{
    zd_error err = { 0 };
    zd_rect roi;
    bool changed;
    zd_rect whole = { 0, 0, WIDTH, HEIGHT };
    zd_compositor *c = NULL;
    zd_compositor_target target = { .out = out };
    REQUIRE_OK(zd_compositor_create(ctx, WIDTH, HEIGHT, &c, &err));
    for (int i = 0; i < 3; i++) {
        zd_compositor_insert insert = { .params = &patches[i].params,
                                        .at = patch_at,
                                        .fetch = i == fetched ? patch_fetch : NULL,
                                        .close = patch_close,
                                        .user = &patches[i] };
        REQUIRE_OK(zd_compositor_add(c, &insert, &err));
    }
    zd_view_copy(frame->picture, out);
    REQUIRE_OK(zd_compositor_at(c, 0.0, whole, &roi, &err));
    REQUIRE_OK(zd_compositor_render(c, params, frame, roi, NULL, &target, &changed, &err));
    REQUIRE(changed);
    zd_compositor_destroy(&c);
}

static void light_patch(patch *p)
{
    zd_error err = { 0 };
    const zd_param_id amounts[] = { ZD_P_LIGHT_WRAP, ZD_P_LIGHT_WRAP_FRONT, ZD_P_CONTACT_SHADOW,
                                    ZD_P_CONTACT_FRONT };
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        REQUIRE_OK(zd_params_set_number(&p->params, amounts[i], 0.7, &err));
    }
    REQUIRE_OK(zd_params_set_number(&p->params, ZD_P_CONTACT_REACH, 1.0, &err));
    REQUIRE_OK(zd_params_set_number(&p->params, ZD_P_CONTACT_SOFTNESS, 0.1, &err));
}

static void fetched_inserts_are_like_others(bool is_lit)
{
    made_up m = { .ctx = zd_test_context(2) };
    zd_prepared p = { 0 };
    zd_project project;
    zd_error err = { 0 };
    patch patches[3];
    zd_image *out[4] = { NULL };
    zd_image *plain = NULL;
    zd_project_init(&project, m.ctx);
    prepare(&m, &p, &project);
    for (int i = 0; i < 3; i++) {
        make_patch(m.ctx, i, &patches[i]);
    }
    REQUIRE_OK(zd_image_create(m.ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &plain, &err));
    lay(m.ctx, &p.frame, &project.params, patches, -1, zd_image_view(plain));
    for (int i = 0; is_lit && i < 2; i++) { /* the last stays as it is */
        light_patch(&patches[i]);
    }
    for (int k = 0; k < 4; k++) {
        REQUIRE_OK(zd_image_create(m.ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &out[k], &err));
        lay(m.ctx, &p.frame, &project.params, patches, k - 1, zd_image_view(out[k]));
        for (int y = 0; y < HEIGHT; y++) {
            REQUIRE_BYTES(zd_view_row_f32(zd_image_view(out[k]), y),
                          zd_view_row_f32(zd_image_view(out[0]), y), WIDTH * 16);
        }
    }
    zd_view a = zd_image_view(plain);
    bool same = memcmp(a.data, zd_image_view(out[0]).data, (size_t) a.stride_bytes * HEIGHT) == 0;
    REQUIRE(same == !is_lit);
    zd_image_unref(&plain);
    for (int i = 0; i < 3; i++) {
        REQUIRE_INT(patches[i].closed, 5);
        zd_params_finish(&patches[i].params);
        zd_image_unref(&patches[i].pixels);
    }
    for (int k = 0; k < 4; k++) {
        zd_image_unref(&out[k]);
    }
    zd_prepared_empty(&p);
    zd_project_finish(&project);
    zd_context_destroy(&m.ctx);
}

static void test_fetched_inserts_are_like_others(void)
{
    fetched_inserts_are_like_others(false);
}

/* With their light, which wants the whole of what is fetched. */
static void test_fetched_inserts_are_lit_like_others(void)
{
    fetched_inserts_are_like_others(true);
}

/* An effect that moves layers leaves the frame as it is where nothing holds them. */
static void test_layers_that_nobody_holds(void)
{
    made_up m = { .ctx = zd_test_context(2) };
    zd_prepared p = { 0 };
    zd_project project;
    zd_effect_chain chain;
    zd_error err = { 0 };
    zd_image *planes[5] = { NULL }; /* nearness, light, the same by hand, the matte, the result */
    zd_clean_plate *plate = NULL;
    zd_project_init(&project, m.ctx);
    prepare(&m, &p, &project);
    REQUIRE_OK(zd_effect_parse("zclone=x=0.2:front=1", 25.0, &chain, &err));
    REQUIRE_OK(zd_clean_plate_create(m.ctx, WIDTH, HEIGHT, &plate, &err));
    for (int i = 0; i < 5; i++) {
        zd_format format = i == 0 || i == 3 ? ZD_GRAY_F32 : ZD_RGBA_F32;
        REQUIRE_OK(zd_image_create(m.ctx, WIDTH, HEIGHT, format, &planes[i], &err));
        zd_view_clear(zd_image_view(planes[i]));
    }
    zd_engine_frame_light(m.ctx, &p.frame, p.frame.picture, zd_image_view(planes[2]));
    for (int i = 0; i < 4; i++) { /* without layers, whatever else there is */
        zd_engine_chain_room room = { .nearness = zd_image_view(planes[0]),
                                      .linear = zd_image_view(planes[1]),
                                      .plate = i % 2 == 1 ? plate : NULL };
        if (i / 2 == 1) {
            room.layer = zd_image_view(planes[3]);
        }
        REQUIRE_OK(zd_engine_chain_light(m.ctx, &chain, &p.frame, (zd_view){ 0 }, &room,
                                         zd_image_view(planes[4]), &err));
        for (int y = 0; y < HEIGHT; y++) {
            REQUIRE_BYTES(zd_view_row_f32(zd_image_view(planes[4]), y),
                          zd_view_row_f32(zd_image_view(planes[2]), y), WIDTH * 16);
        }
    }
    for (int i = 0; i < 5; i++) {
        zd_image_unref(&planes[i]);
    }
    zd_clean_plate_destroy(&plate);
    zd_prepared_empty(&p);
    zd_project_finish(&project);
    zd_context_destroy(&m.ctx);
}

int main(void)
{
    RUN(test_layers_that_nobody_holds);
    RUN(test_a_frame_is_judged_anew_and_read_once);
    RUN(test_sources_that_fail);
    RUN(test_places);
    RUN(test_all_places_busy);
    RUN(test_keys_of_pictures);
    RUN(test_fetched_inserts_are_like_others);
    RUN(test_fetched_inserts_are_lit_like_others);
    return zd_test_finish();
}
