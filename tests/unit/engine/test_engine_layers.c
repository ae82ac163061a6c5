/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which layer of which frame an effect that moves layers gets: frames of one colour each, in which the layer lies
 * further to the right and further down in each. */

#include "engine/engine_layers.h"

#include "engine/engine_light.h"
#include "engine/engine_shots.h"
#include "project/project.h"
#include "zd_test.h"

enum { WIDTH = 61, HEIGHT = 37, LAYER_W = 9, LAYER_H = 5 };

static zd_error err;
static zd_context *ctx;
static float light[HEIGHT][WIDTH][4];
static float matte[HEIGHT][WIDTH];

static zd_view view_of(void *data, int channels)
{
    return (zd_view){
        data, WIDTH, HEIGHT, (ptrdiff_t) 4 * WIDTH * channels, { ZD_SAMPLE_F32, channels }
    };
}

static zd_rect place_of(int frame)
{
    int x = 3 + 2 * frame;
    int y = 4 + frame;
    return (zd_rect){ x, y, x + LAYER_W, y + LAYER_H };
}

static bool is_in(zd_rect rect, int x, int y)
{
    return x >= rect.x0 && x < rect.x1 && y >= rect.y0 && y < rect.y1;
}

/* Numbers beyond 0..1 and holes are what a matte may hold, too. */
static void draw(int frame, bool is_hidden)
{
    zd_rect rect = place_of(frame);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float inside = x == rect.x0 ? 0.25f : 1.5f;
            float m = is_in(rect, x, y) ? inside : x % 7 == 0 ? -0.5f : 0.0f;
            matte[y][x] = is_hidden ? 1.0f - m : m;
            for (int c = 0; c < 4; c++) {
                light[y][x][c] = (float) (frame + 1) + 0.01f * (float) x + 0.0001f * (float) y;
            }
        }
    }
    if (!is_hidden) {
        matte[HEIGHT - 1][WIDTH - 1] = NAN;
    }
}

/* Frame `index`, at 25 a second, of a shot that begins at `first`. */
static zd_engine_moved take(zd_engine_layers *l, const char *effect, int index, int first)
{
    zd_effect_chain chain;
    zd_engine_moved moved;
    zd_shot shot = { .first_frame = first };
    zd_layered_frame frame = { .index = index, .time_s = index / 25.0, .shot = &shot };
    REQUIRE_OK(zd_effect_parse(effect, 25.0, &chain, &err));
    draw(index, false);
    REQUIRE_OK(zd_engine_layers_take(l, &chain, &frame, view_of(light, 4), view_of(matte, 1), false,
                                     &moved, &err));
    return moved;
}

/* That the layer of that frame is held, all of it and where it was; -1: none. */
static void require_held(const zd_engine_moved *moved, int index)
{
    zd_placed_view picture = moved->held.picture;
    zd_placed_view held = moved->held.matte;
    REQUIRE((picture.view.data != NULL) == (index >= 0));
    if (index < 0) {
        return;
    }
    zd_rect rect = place_of(index);
    REQUIRE(picture.x == rect.x0 && picture.y == rect.y0);
    REQUIRE(held.x == rect.x0 && held.y == rect.y0);
    REQUIRE(picture.view.width == LAYER_W && picture.view.height == LAYER_H);
    REQUIRE(held.view.width == LAYER_W && held.view.height == LAYER_H);
    for (int y = 0; y < LAYER_H; y++) {
        for (int x = 0; x < LAYER_W; x++) {
            float expected = (float) (index + 1) + 0.01f * (float) (x + rect.x0) +
                             0.0001f * (float) (y + rect.y0);
            REQUIRE_NEAR(zd_view_row_f32(picture.view, y)[4 * x + 3], expected, 0);
            REQUIRE_NEAR(zd_view_row_f32(held.view, y)[x], x == 0 ? 0.25 : 1.0, 0);
        }
    }
}

static zd_engine_layers *layers_open(void)
{
    zd_engine_layers *l = NULL;
    REQUIRE_OK(zd_engine_layers_create(ctx, &l, &err));
    return l;
}

static void a_clone_is_late(void)
{
    zd_engine_layers *l = layers_open();
    for (int i = 0; i < 9; i++) {
        zd_engine_moved moved = take(l, "zclone=delay=3", i, 0);
        require_held(&moved, i >= 3 ? i - 3 : -1);
        REQUIRE(moved.grown.data == NULL);
    }
    zd_engine_moved now = take(l, "zclone=delay=0", 9, 0);
    require_held(&now, 9);
    now = take(l, "zclone=delay=48", 10, 0); /* longer than what was seen */
    require_held(&now, -1);
    now = take(l, "zclone=delay=11", 11, 0);
    require_held(&now, 0);
    zd_engine_layers_destroy(&l);
    REQUIRE(l == NULL);
    zd_engine_layers_destroy(&l);
}

/* After a cut, and after frames that were left out, nothing is older. */
static void a_jump_forgets(void)
{
    zd_engine_layers *l = layers_open();
    zd_engine_moved moved;
    for (int i = 0; i < 4; i++) {
        moved = take(l, "zclone=delay=1", i, 0);
    }
    require_held(&moved, 2);
    moved = take(l, "zclone=delay=1", 4, 4); /* the first of a shot */
    require_held(&moved, -1);
    moved = take(l, "zclone=delay=1", 5, 4);
    require_held(&moved, 4);
    moved = take(l, "zclone=delay=1", 7, 4);
    require_held(&moved, -1);
    moved = take(l, "zclone=delay=1", 7, 4); /* once more */
    require_held(&moved, -1);
    moved = take(l, "zclone=delay=1", 8, 4);
    require_held(&moved, 7);
    zd_engine_layers_destroy(&l);
}

static void a_frozen_layer_stands(void)
{
    zd_engine_layers *l = layers_open();
    for (int i = 0; i < 8; i++) {
        zd_engine_moved moved = take(l, "zfreeze=at=0.12", i, 0); /* that is frame 3 */
        require_held(&moved, i >= 3 ? 3 : -1);
        REQUIRE((moved.grown.data != NULL) == (i >= 3));
    }
    zd_engine_moved moved =
        take(l, "zfreeze=at=0.2", 8, 0); /* another moment: the first from there on */
    require_held(&moved, 8);
    moved = take(l, "zfreeze=at=0.2", 9, 0);
    require_held(&moved, 8);
    moved = take(l, "zfreeze=at=9", 10, 0);
    require_held(&moved, -1);
    zd_engine_layers_destroy(&l);
}

/* What is hidden is seen through a hole in what is left; the rim is two pixels wide in so low a frame. */
static void the_own_layer_and_its_rim(void)
{
    zd_engine_layers *l = layers_open();
    zd_effect_chain chain;
    zd_engine_moved moved;
    zd_shot shot = { .first_frame = 0 };
    zd_layered_frame frame = { .index = 2, .time_s = 2 / 25.0, .shot = &shot };
    zd_rect own = place_of(2);
    zd_rect grown = { own.x0 - 2, own.y0 - 2, own.x1 + 2, own.y1 + 2 };
    REQUIRE_OK(zd_effect_parse("zfreeze=at=0", 25.0, &chain, &err));
    for (int hidden = 0; hidden < 2; hidden++) {
        draw(2, hidden == 1);
        REQUIRE_OK(zd_engine_layers_take(l, &chain, &frame, view_of(light, 4), view_of(matte, 1),
                                         hidden == 1, &moved, &err));
        require_held(&moved, 2);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                double m = !is_in(own, x, y) ? 0.0 : x == own.x0 ? 0.25 : 1.0;
                REQUIRE_NEAR(zd_view_row_f32(moved.own, y)[x], m, 0);
                REQUIRE_NEAR(zd_view_row_f32(moved.grown, y)[x], is_in(grown, x, y), 0);
            }
        }
    }
    zd_engine_layers_destroy(&l);
}

static void chains_are_checked(void)
{
    zd_effect_chain chain;
    REQUIRE_OK(zd_effect_parse("zclone,zgrade", 25.0, &chain, &err));
    REQUIRE(zd_engine_layers_are_moved(&chain));
    REQUIRE_OK(zd_engine_layers_check(&chain, true, &err));
    REQUIRE_FAILS(zd_engine_layers_check(&chain, false, &err), ZD_ERR_INVALID_ARGUMENT,
                  "zclone moves the layer inside the matte: it needs mask_effects and clean_plate, "
                  "which are on without --no-mask-effects and --no-clean-plate");
    REQUIRE_OK(zd_effect_parse("zgrade,zfreeze", 25.0, &chain, &err));
    REQUIRE(!zd_engine_layers_are_moved(&chain) && !zd_engine_layers_are_moved(NULL));
    REQUIRE_FAILS(zd_engine_layers_check(&chain, true, &err), ZD_ERR_INVALID_ARGUMENT,
                  "zfreeze moves a layer of the footage and comes first in a chain, once");
    REQUIRE_OK(zd_effect_parse("zgrade", 25.0, &chain, &err));
    REQUIRE_OK(zd_engine_layers_check(&chain, false, &err));
    REQUIRE(!zd_engine_layers_are_moved(&chain));
}

/* ---- an insert's light ---- */

/* Each number is its parameter's at the time, and no other's. */
static void each_number_of_the_light(void)
{
    static const struct {
        zd_param_id id;
        size_t at;
    } numbers[] = {
        { ZD_P_LIGHT_WRAP, offsetof(zd_composite_light, wrap) },
        { ZD_P_LIGHT_WRAP_FRONT, offsetof(zd_composite_light, wrap_front) },
        { ZD_P_LIGHT_WRAP_WIDTH, offsetof(zd_composite_light, wrap_width) },
        { ZD_P_CONTACT_SHADOW, offsetof(zd_composite_light, shadow) },
        { ZD_P_CONTACT_FRONT, offsetof(zd_composite_light, shadow_front) },
        { ZD_P_CONTACT_SOFTNESS, offsetof(zd_composite_light, shadow_softness) },
        { ZD_P_CONTACT_DIRECTION, offsetof(zd_composite_light, shadow_direction) },
        { ZD_P_CONTACT_LENGTH, offsetof(zd_composite_light, shadow_length) },
        { ZD_P_CONTACT_REACH, offsetof(zd_composite_light, shadow_reach) },
    };
    enum { COUNT = sizeof numbers / sizeof *numbers };
    REQUIRE(COUNT * sizeof(float) == sizeof(zd_composite_light));
    zd_params none;
    zd_params_init(&none, ctx);
    zd_composite_light plain = zd_engine_light_of(&none, 1.0);
    REQUIRE(!zd_composite_light_is_on(&plain));
    for (int i = 0; i < COUNT; i++) {
        zd_params params;
        zd_params_init(&params, ctx);
        REQUIRE_OK(zd_params_parse(&params, numbers[i].id, "0=0.01, 4=0.05", 25, &err));
        zd_composite_light light_then = zd_engine_light_of(&params, 1.0);
        for (int k = 0; k < COUNT; k++) {
            float was;
            float now;
            memcpy(&was, (const char *) &plain + numbers[k].at, sizeof was);
            memcpy(&now, (const char *) &light_then + numbers[k].at, sizeof now);
            REQUIRE_NEAR(now, k == i ? 0.02 : (double) was, 1e-7);
        }
        zd_params_finish(&params);
    }
    zd_params_finish(&none);
}

/* ---- cuts that are told ---- */

static zd_shot_list listed(const char *cuts, bool *is_listed)
{
    zd_params params;
    zd_shot_list out = { .ctx = ctx };
    zd_params_init(&params, ctx);
    REQUIRE_OK(zd_params_set_text(&params, ZD_P_CUTS, cuts, &err));
    REQUIRE_OK(zd_engine_shots_listed(&params, &out, is_listed, &err));
    zd_params_finish(&params);
    return out;
}

static void require_listed(const char *cuts, const int *first, int count)
{
    bool is_listed = false;
    zd_shot_list list = listed(cuts, &is_listed);
    REQUIRE(is_listed && list.is_partial);
    REQUIRE_INT(list.count, count);
    for (int i = 0; i < count; i++) {
        REQUIRE_INT(list.shots[i].first_frame, first[i]);
        REQUIRE(list.shots[i].is_pending);
    }
    REQUIRE_INT(list.frame_count, first[count - 1] + 1);
    zd_shot_list_release(&list);
}

static void cuts_are_listed(void)
{
    bool is_listed = true;
    zd_shot_list list = listed("auto", &is_listed);
    REQUIRE(!is_listed && list.count == 0);
    zd_shot_list_release(&list);
    require_listed("none", (const int[]){ 0 }, 1);
    require_listed("0,48,131", (const int[]){ 0, 48, 131 }, 3);
    require_listed("131, 48", (const int[]){ 0, 48, 131 }, 3); /* the first shot is always there */
    require_listed("48,7,48", (const int[]){ 0, 7, 48 }, 3);
}

static void require_cuts(const char *cuts, bool is_good)
{
    char said[200];
    zd_params params;
    zd_params_init(&params, ctx);
    REQUIRE_OK(zd_params_set_text(&params, ZD_P_CUTS, cuts, &err));
    snprintf(said, sizeof said, "cuts is '%s'; write auto, none, or frame numbers such as 0,48,131",
             cuts);
    if (is_good) {
        REQUIRE_OK(zd_engine_shots_check(&params, &err));
    } else {
        REQUIRE_FAILS(zd_engine_shots_check(&params, &err), ZD_ERR_INVALID_ARGUMENT, said);
    }
    zd_params_finish(&params);
}

static void lists_of_cuts_are_checked(void)
{
    const char *const good[] = { "auto", "none", "0", "48", "0,48,131", "48 , 131" };
    const char *const bad[] = { "", "autos", "-1", "1,", "1,,2", "1;2", "1,x", "1.5" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        require_cuts(good[i], true);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        require_cuts(bad[i], false);
    }
}

int main(void)
{
    ctx = zd_test_context(2);
    RUN(a_clone_is_late);
    RUN(a_jump_forgets);
    RUN(a_frozen_layer_stands);
    RUN(the_own_layer_and_its_rim);
    RUN(chains_are_checked);
    RUN(each_number_of_the_light);
    RUN(cuts_are_listed);
    RUN(lists_of_cuts_are_checked);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
