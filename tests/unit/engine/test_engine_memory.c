/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Renders of a host's pixels with a depth map that is given: after whatever was rendered before, they are those of an
 * engine that sees the frame for the first time. */

#include "engine_stage.h"

typedef void (*change)(stage *s);

/* Half of the block and some of what is beside it. */
static void change_part(uint8_t *codes)
{
    for (int y = 16; y < 42; y++) {
        for (int x = 30; x < 80; x++) {
            memset(codes + 4 * (y * WIDTH + x), 120, 3);
        }
    }
}

static void others_footage(stage *s)
{
    change_part(s->footage);
}

static void others_insert(stage *s)
{
    change_part(s->insert);
}

static void others_processed(stage *s)
{
    change_part(s->processed);
}

static void others_map(stage *s)
{
    for (int i = 0; i < 24; i++) {
        s->map[(2 + i / 6) * MAP_W + 6 + i % 6] = 0.8f;
    }
}

static void blue_first(stage *s)
{
    s->frame.footage.is_bgr = true;
}

static void others_transfer(stage *s)
{
    s->frame.transfer = ZD_TRANSFER_LINEAR;
}

static void half_the_alpha(stage *s)
{
    for (int i = 3; i < MOST; i += 4) {
        s->footage[i] = 128;
    }
}

static void premultiplied(stage *s)
{
    half_the_alpha(s);
    s->frame.footage.alpha = ZD_PIXELS_PREMULTIPLIED;
}

static void box_aside(stage *s)
{
    s->boxes[1].x = 0.8;
}

static void box_below(stage *s)
{
    s->boxes[1].y = 0.7;
}

static void box_wider(stage *s)
{
    s->boxes[1].width = 0.4;
}

static void box_higher(stage *s)
{
    s->boxes[1].height = 0.8;
}

static void box_of_another_time(stage *s)
{
    s->boxes[1].time_s = 5.0;
}

static void box_taken_away(stage *s)
{
    s->boxes[1].subtract = true;
}

static void one_box(stage *s)
{
    s->frame.box_count = 1;
}

static void later(stage *s)
{
    s->frame.time_s = 2.0;
}

static void upright(stage *s)
{
    s->width = HEIGHT;
    s->height = WIDTH;
    s->frame.footage = codes_of(s->footage, HEIGHT, WIDTH);
}

static void upright_map(stage *s)
{
    s->frame.map.view = (zd_view){ s->map, MAP_H, MAP_W, 4 * MAP_H, ZD_GRAY_F32 };
}

static void wider_map(stage *s)
{
    s->frame.map.view = (zd_view){ s->map, MAP_W + 1, MAP_H - 1, 4 * (MAP_W + 1), ZD_GRAY_F32 };
}

static void others_shot(stage *s)
{
    s->shot.suggested_in = 0.45f;
    s->frame.shot = &s->shot;
}

static void others_range(stage *s)
{
    s->shot.range.nearest = 0.9f;
    s->frame.shot = &s->shot;
}

typedef struct variant {
    const char *what;
    change change; /* or a parameter: */
    const char *name;
    const char *text;
} variant;

/* Renders the stage, then the stage changed by each variant, all by one engine. */
static void require_nothing_remembered(void (*open)(stage *s), const variant *variants, int count)
{
    static uint8_t first[MOST];
    static uint8_t then[MOST];
    static uint8_t anew[MOST];
    for (int i = 0; i < count; i++) {
        stage s;
        zd_engine *engine = NULL;
        open(&s);
        REQUIRE_OK(zd_engine_acquire(&engine, &err));
        render(engine, &s, first);
        if (variants[i].change != NULL) {
            variants[i].change(&s);
        } else {
            set(&s, variants[i].name, variants[i].text);
        }
        render(engine, &s, then);
        zd_engine_release(&engine);
        render_anew(&s, anew);
        if (memcmp(then, anew, MOST) != 0) {
            ZD_TEST_FAIL("%s is not seen by an engine that knows the frame before",
                         variants[i].what);
        }
        if (memcmp(first, anew, MOST) == 0) {
            ZD_TEST_FAIL("%s changes nothing", variants[i].what);
        }
        stage_close(&s);
    }
}

#define PARAMETER(name, text)  \
    {                          \
        name, NULL, name, text \
    }

static void mattes_see_what_changed(void)
{
    static const variant variants[] = {
        { "a code of the footage", others_footage, NULL, NULL },
        { "a part of the map", others_map, NULL, NULL },
        { "a box further right", box_aside, NULL, NULL },
        { "a box further down", box_below, NULL, NULL },
        { "a wider box", box_wider, NULL, NULL },
        { "a higher box", box_higher, NULL, NULL },
        { "a box of another time", box_of_another_time, NULL, NULL },
        { "a box that takes away", box_taken_away, NULL, NULL },
        { "one box", one_box, NULL, NULL },
        { "an upright frame", upright, NULL, NULL },
        { "an upright map", upright_map, NULL, NULL },
        { "a map with one more column", wider_map, NULL, NULL },
        { "a shot", others_shot, NULL, NULL },
        { "a shot's range", others_range, NULL, NULL },
        PARAMETER("depth_map_type", "distance"),
        PARAMETER("depth_in", "0.5"),
        PARAMETER("depth_out", "0.6"),
        PARAMETER("nearest", "2"),
        PARAMETER("furthest", "-2"),
        PARAMETER("feather", "2"),
        PARAMETER("choke", "-2"),
        PARAMETER("invert", "yes"),
        PARAMETER("view", "depth"),
    };
    require_nothing_remembered(open_matte, variants, COUNT(variants));
}

static void inserts_see_what_changed(void)
{
    static const variant variants[] = {
        { "a code of the footage", others_footage, NULL, NULL },
        { "a code of the insert", others_insert, NULL, NULL },
        { "the order of channels", blue_first, NULL, NULL },
        { "linear codes", others_transfer, NULL, NULL },
        { "a part of the map", others_map, NULL, NULL },
        { "a later time", later, NULL, NULL },
        { "a premultiplied footage", premultiplied, NULL, NULL },
        { "half the alpha", half_the_alpha, NULL, NULL },
        PARAMETER("opacity", "0.9"),
        PARAMETER("blend", "screen"),
        PARAMETER("at_depth", "0.3"),
        PARAMETER("depth_in", "0.5"),
        PARAMETER("light_wrap", "1"),
        PARAMETER("contact_shadow", "0.9"),
    };
    require_nothing_remembered(open_insert, variants, COUNT(variants));
}

static void filters_see_what_changed(void)
{
    static const variant cuts[] = {
        { "a code of the picture", others_processed, NULL, NULL },
        { "a part of the map", others_map, NULL, NULL },
        PARAMETER("invert", "yes"),
        PARAMETER("transparency", "no"),
    };
    static const variant masks[] = {
        { "a code of the picture", others_processed, NULL, NULL },
        { "a code of the footage", others_footage, NULL, NULL },
        PARAMETER("depth_in", "0.4"),
        PARAMETER("transparency", "yes"),
    };
    require_nothing_remembered(open_cut, cuts, COUNT(cuts));
    require_nothing_remembered(open_mask, masks, COUNT(masks));
}

static void another_number(stage *s)
{
    REQUIRE_OK(zd_effect_parse("zgrade=exposure='0=1, 4=3':saturation=0.6", 25, &s->chain, &err));
}

static void another_key(stage *s)
{
    REQUIRE_OK(zd_effect_parse("zgrade=exposure='0=2, 4=3':saturation=0.5", 25, &s->chain, &err));
}

static void another_effect(stage *s)
{
    REQUIRE_OK(zd_effect_parse("zfog=density=1", 25, &s->chain, &err));
}

static void two_effects(stage *s)
{
    REQUIRE_OK(
        zd_effect_parse("zgrade=exposure='0=1, 4=3':saturation=0.5,zposter", 25, &s->chain, &err));
}

static void chains_see_what_changed(void)
{
    static const variant variants[] = {
        { "another number", another_number, NULL, NULL },
        { "another key", another_key, NULL, NULL },
        { "another effect", another_effect, NULL, NULL },
        { "one more effect", two_effects, NULL, NULL },
        { "a later time", later, NULL, NULL },
        { "a code of the footage", others_footage, NULL, NULL },
        { "a part of the map", others_map, NULL, NULL },
        PARAMETER("depth_in", "0.5"),
        PARAMETER("depth_out", "0.7"),
        PARAMETER("choke", "1"),
        PARAMETER("feather", "2"),
        PARAMETER("invert", "yes"),
        PARAMETER("mask_effects", "no"),
    };
    require_nothing_remembered(open_chain, variants, COUNT(variants));
}

int main(void)
{
    RUN(mattes_see_what_changed);
    RUN(inserts_see_what_changed);
    RUN(filters_see_what_changed);
    RUN(chains_see_what_changed);
    return zd_test_finish();
}
