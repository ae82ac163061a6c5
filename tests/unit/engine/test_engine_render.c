/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Renders of a host's pixels with a depth map that is given: wherever they lie, in whatever tiles, and after
 * whatever was rendered before, they are those of an engine that sees the frame for the first time. */

#include "engine/engine.h"
#include "zd_test.h"

enum { WIDTH = 135, HEIGHT = 83, MAP_W = 33, MAP_H = 21, MOST = WIDTH * HEIGHT * 4 };

static zd_error err;

/* A frame and all that it borrows. */
typedef struct stage {
    zd_context *ctx;
    zd_params params;
    zd_effect_chain chain;
    zd_box boxes[2];
    zd_shot shot;
    int width;
    int height;
    uint8_t footage[MOST];
    uint8_t processed[MOST];
    uint8_t insert[MOST];
    float map[MAP_W * MAP_H];
    zd_engine_frame frame;
} stage;

static zd_pixels codes_of(uint8_t *codes, int width, int height)
{
    zd_view view = { codes, width, height, (ptrdiff_t) 4 * width, { ZD_SAMPLE_U8, 4 } };
    return (zd_pixels){ .view = view };
}

static void place(stage *s, int x, int y)
{
    zd_pixels *all[] = { &s->frame.footage, &s->frame.processed, &s->frame.insert };
    for (int i = 0; i < 3; i++) {
        all[i]->x = x;
        all[i]->y = y;
    }
}

/* Six flat layers, nearer to the right and down, with a block before them, whose size is other in each direction; the picture shows
 * its edges a little further in. */
static void stage_open(stage *s, zd_engine_task task)
{
    unsigned long long seed = 3;
    *s = (stage){ .ctx = zd_test_context(1), .width = WIDTH, .height = HEIGHT };
    zd_params_init(&s->params, s->ctx);
    for (int i = 0; i < MOST; i++) {
        bool is_alpha = i % 4 == 3;
        int x = i / 4 % WIDTH;
        int y = i / 4 / WIDTH;
        bool is_laid = x > 19 && x < 120 && y > 6 && y < 72;
        bool is_block = x >= 62 && x < 100 && y >= 23 && y < 68;
        unsigned noise = (unsigned) (zd_test_random(&seed) % 40);
        s->footage[i] = is_alpha ? 255 : (uint8_t) ((is_block ? 190 : 50) + noise);
        s->processed[i] = is_alpha ? 255 : (uint8_t) (255 - s->footage[i]);
        s->insert[i] = !is_laid ? 0 : is_alpha ? 200 : (uint8_t) (zd_test_random(&seed) % 200);
    }
    for (int i = 0; i < MAP_W * MAP_H; i++) {
        int x = i % MAP_W;
        int y = i / MAP_W;
        bool is_block = x >= 14 && x < 25 && y >= 5 && y < 18;
        int layer = 3 * x / MAP_W;
        s->map[i] = is_block ? 0.95f : 0.1f + 0.25f * (float) layer + (y >= 8 ? 0.12f : 0.0f);
    }
    zd_view map = { s->map, MAP_W, MAP_H, 4 * MAP_W, ZD_GRAY_F32 };
    s->boxes[0] = (zd_box){ 0.8, 0.1, 0.1, 0.1, 0.0, false };
    s->boxes[1] = (zd_box){ 0.22, 0.1, 0.09, 0.2, 0.0, false };
    s->shot = (zd_shot){ .range = { 0.1f, 1.1f },
                         .suggested_in = 0.6f,
                         .suggested_out = 1.1f,
                         .suggested_probability = -1.0f };
    s->frame = (zd_engine_frame){ .task = task,
                                  .footage = codes_of(s->footage, WIDTH, HEIGHT),
                                  .map = { .view = map },
                                  .params = &s->params,
                                  .boxes = s->boxes,
                                  .transfer = ZD_TRANSFER_BT709 };
    if (task == ZD_ENGINE_COMPOSITE) {
        s->frame.insert = codes_of(s->insert, WIDTH, HEIGHT);
        s->frame.insert.alpha = ZD_PIXELS_PREMULTIPLIED;
    }
}

static void stage_close(stage *s)
{
    zd_params_finish(&s->params);
    zd_context_destroy(&s->ctx);
}

static void set(stage *s, const char *name, const char *text)
{
    zd_param_id id = zd_param_find(name);
    REQUIRE(id != ZD_PARAM_COUNT);
    REQUIRE_OK(zd_params_parse(&s->params, id, text, 25, &err));
}

static zd_pixels out_of(const stage *s, uint8_t *codes)
{
    zd_pixels out = codes_of(codes, s->width, s->height);
    out.x = s->frame.footage.x;
    out.y = s->frame.footage.y;
    return out;
}

static void render(zd_engine *engine, const stage *s, uint8_t *codes)
{
    zd_pixels out = out_of(s, codes);
    memset(codes, 7, MOST);
    REQUIRE_OK(
        zd_engine_render(engine, &s->frame, &out, zd_pixels_rect(&out), ZD_PIXELS_ROWS_ALL, &err));
}

/* By an engine that has seen nothing else. */
static void render_anew(const stage *s, uint8_t *codes)
{
    zd_engine *engine = NULL;
    REQUIRE_OK(zd_engine_acquire(&engine, &err));
    render(engine, s, codes);
    zd_engine_release(&engine);
    REQUIRE(engine == NULL);
}

/* ---- what an engine remembers ---- */

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
#define COUNT(array) ((int) (sizeof(array) / sizeof *(array)))

static void open_matte(stage *s)
{
    stage_open(s, ZD_ENGINE_FILTER);
    s->frame.box_count = 2;
    set(s, "view", "matte");
    set(s, "auto_feather", "no");
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

static void open_insert(stage *s)
{
    stage_open(s, ZD_ENGINE_COMPOSITE);
    set(s, "depth_in", "0.6");
    set(s, "opacity", "0=0.25, 4=1");
    set(s, "light_wrap", "0.5");
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

static void open_cut(stage *s)
{
    stage_open(s, ZD_ENGINE_FILTER);
    s->frame.processed = codes_of(s->processed, WIDTH, HEIGHT);
    set(s, "depth_in", "0.6");
    set(s, "transparency", "yes");
}

static void open_mask(stage *s)
{
    open_cut(s);
    set(s, "transparency", "no");
    set(s, "mask_effects", "yes");
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

static void open_chain(stage *s)
{
    stage_open(s, ZD_ENGINE_FILTER);
    set(s, "depth_in", "0.6");
    set(s, "mask_effects", "yes");
    set(s, "auto_feather", "no");
    REQUIRE_OK(zd_effect_parse("zgrade=exposure='0=1, 4=3':saturation=0.5", 25, &s->chain, &err));
    s->frame.chain = &s->chain;
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

/* ---- where it lies ---- */

static void (*const opens[])(stage *s) = { open_matte, open_insert, open_cut, open_mask,
                                           open_chain };

/* Moved with all its pictures, a frame has the same codes. */
static void a_frame_lies_anywhere(void)
{
    static uint8_t here[MOST];
    static uint8_t there[MOST];
    for (int i = 0; i < COUNT(opens); i++) {
        stage s;
        opens[i](&s);
        render_anew(&s, here);
        place(&s, 13, -29);
        render_anew(&s, there);
        REQUIRE_BYTES(here, there, MOST);
        stage_close(&s);
    }
}

/* Windows that divide the frame make the frame; each touches its own pixels only, and of those rows that are
 * asked for. */
static void windows_make_the_frame(void)
{
    static const int across[] = { 0, 1, 60, 134, WIDTH };
    static const int down[] = { 0, 34, 35, HEIGHT };
    static uint8_t whole[MOST];
    static uint8_t pieces[MOST];
    static uint8_t before[MOST];
    for (int i = 0; i < COUNT(opens); i++) {
        stage s;
        zd_engine *engine = NULL;
        opens[i](&s);
        place(&s, -5, 11);
        render_anew(&s, whole);
        REQUIRE_OK(zd_engine_acquire(&engine, &err));
        zd_pixels out = out_of(&s, pieces);
        memset(pieces, 7, MOST);
        for (int w = 0; w < 4 * 3 * 2; w++) {
            zd_rect window = { across[w % 4] - 5, down[w / 4 % 3] + 11, across[w % 4 + 1] - 5,
                               down[w / 4 % 3 + 1] + 11 };
            zd_pixels_rows rows = w < 12 ? ZD_PIXELS_ROWS_ODD : ZD_PIXELS_ROWS_EVEN;
            memcpy(before, pieces, MOST);
            REQUIRE_OK(zd_engine_render(engine, &s.frame, &out, window, rows, &err));
            for (int at = 0; at < WIDTH * HEIGHT; at++) {
                int x = at % WIDTH - 5;
                int y = at / WIDTH + 11;
                bool is_asked = x >= window.x0 && x < window.x1 && y >= window.y0 && y < window.y1;
                bool is_row = (y % 2 != 0) == (rows == ZD_PIXELS_ROWS_ODD);
                REQUIRE_BYTES(pieces + 4 * at, (is_asked && is_row ? whole : before) + 4 * at, 4);
            }
        }
        REQUIRE_BYTES(pieces, whole, MOST);
        zd_engine_release(&engine);
        stage_close(&s);
    }
}

/* Outside the footage there is nothing, on either side of it; where `out` ends nothing is written. */
static void around_the_footage_is_nothing(void)
{
    enum { W = WIDTH + 9, H = HEIGHT + 5, GIVEN = 4 * W * H };
    static uint8_t whole[MOST];
    static uint8_t codes[GIVEN];
    stage s;
    zd_engine *engine = NULL;
    open_insert(&s);
    render_anew(&s, whole);
    REQUIRE_OK(zd_engine_acquire(&engine, &err));
    zd_pixels out = codes_of(codes, W, H);
    out.x = -4;
    out.y = -2;
    memset(codes, 7, GIVEN);
    zd_rect window = { -90, -1, W - 5, 90 };
    REQUIRE_OK(zd_engine_render(engine, &s.frame, &out, window, ZD_PIXELS_ROWS_ALL, &err));
    for (int at = 0; at < W * H; at++) {
        int x = at % W - 4;
        int y = at / W - 2;
        bool is_in = x >= 0 && x < WIDTH && y >= 0 && y < HEIGHT;
        for (int c = 0; c < 4; c++) {
            int expected = x >= window.x1 || y < window.y0 ? 7
                           : is_in                         ? whole[4 * (y * WIDTH + x) + c]
                                                           : 0;
            REQUIRE_INT(codes[4 * at + c], expected);
        }
    }
    zd_engine_release(&engine);
    stage_close(&s);
}

static void a_picture_passes(void)
{
    enum { W = WIDTH + 9, H = HEIGHT + 5, GIVEN = 4 * W * H };
    static uint8_t codes[GIVEN];
    stage s;
    zd_engine *engine = NULL;
    open_insert(&s);
    REQUIRE_OK(zd_engine_acquire(&engine, &err));
    zd_pixels out = codes_of(codes, W, H);
    out.x = -4;
    out.y = -2;
    memset(codes, 7, GIVEN);
    zd_rect window = { -2, -90, W, 60 };
    REQUIRE_OK(zd_engine_pass(engine, &s.frame.footage, &out, window, ZD_PIXELS_ROWS_EVEN, &err));
    for (int at = 0; at < W * H; at++) {
        int x = at % W - 4;
        int y = at / W - 2;
        bool is_in = x >= 0 && x < WIDTH && y >= 0 && y < HEIGHT;
        int expected = x < window.x0 || y >= window.y1 || y % 2 != 0 ? 7
                       : is_in ? s.footage[4 * (y * WIDTH + x) + 1]
                               : 0;
        REQUIRE_INT(codes[4 * at + 1], expected);
    }
    zd_pixels none = { 0 };
    REQUIRE_OK(zd_engine_pass(engine, &none, &out, window, ZD_PIXELS_ROWS_ALL, &err));
    REQUIRE_INT(codes[4 * (20 * W + 40)], 0);
    zd_engine_release(&engine);
    stage_close(&s);
}

/* ---- what needs no render ---- */

static bool is_identity(zd_engine_task task, const char *name, const char *text, double time_s)
{
    stage s;
    stage_open(&s, task);
    if (name != NULL) {
        set(&s, name, text);
    }
    s.frame.time_s = time_s;
    bool is = zd_engine_frame_is_identity(&s.frame);
    stage_close(&s);
    return is;
}

static void what_changes_nothing_is_known(void)
{
    REQUIRE(!is_identity(ZD_ENGINE_FILTER, NULL, NULL, 0.0)); /* effects are masked */
    REQUIRE(is_identity(ZD_ENGINE_FILTER, "mask_effects", "no", 0.0));
    REQUIRE(!is_identity(ZD_ENGINE_COMPOSITE, NULL, NULL, 0.0));
    REQUIRE(!is_identity(ZD_ENGINE_COMPOSITE, "opacity", "0.01", 0.0));
    REQUIRE(is_identity(ZD_ENGINE_COMPOSITE, "opacity", "0", 0.0));
    REQUIRE(is_identity(ZD_ENGINE_COMPOSITE, "opacity", "1=0, 3=1", 1.0));
    REQUIRE(!is_identity(ZD_ENGINE_COMPOSITE, "opacity", "1=0, 3=1", 2.0));
    REQUIRE(!is_identity(ZD_ENGINE_COMPOSITE, "view", "depth", 0.0));
    stage s;
    zd_params *unused;
    zd_project more;
    stage_open(&s, ZD_ENGINE_COMPOSITE);
    zd_project_init(&more, s.ctx);
    s.frame.insert = (zd_pixels){ 0 };
    s.frame.inserts = &more;
    REQUIRE(zd_engine_frame_is_identity(&s.frame));
    REQUIRE_OK(zd_project_add_insert(&more, &unused, &err));
    REQUIRE(!zd_engine_frame_is_identity(&s.frame));
    zd_project_finish(&more);
    stage_close(&s);
    open_chain(&s);
    set(&s, "mask_effects", "no");
    REQUIRE(!zd_engine_frame_is_identity(&s.frame));
    s.frame.chain = NULL;
    REQUIRE(zd_engine_frame_is_identity(&s.frame));
    set(&s, "view", "matte");
    REQUIRE(!zd_engine_frame_is_identity(&s.frame));
    set(&s, "view", "none");
    set(&s, "transparency", "yes");
    REQUIRE(!zd_engine_frame_is_identity(&s.frame));
    stage_close(&s);
}

/* Of 2 .. 10, in nearness: a quarter is 4, and 8 is three quarters. */
static void modes_keep_the_thresholds(void)
{
    zd_depth_range range = { 2.0f, 10.0f };
    double in = 4.0;
    double out = 8.0;
    zd_engine_convert_mode(range, ZD_MATTE_ABSOLUTE, ZD_MATTE_NORMALISED, &in, &out);
    REQUIRE_NEAR(in, 0.25, 1e-6);
    REQUIRE_NEAR(out, 0.75, 1e-6);
    zd_engine_convert_mode(range, ZD_MATTE_NORMALISED, ZD_MATTE_ABSOLUTE, &in, &out);
    REQUIRE_NEAR(in, 4.0, 1e-6);
    REQUIRE_NEAR(out, 8.0, 1e-6);
}

static void boxes_are_read_from_text(void)
{
    static zd_box boxes[ZD_PROJECT_MAX_BOXES];
    REQUIRE_INT(zd_engine_read_boxes("", boxes), 0);
    REQUIRE_INT(zd_engine_read_boxes("0.1,0.2,0.3,0.4@1.5; -0.5,0.6,0.125,0.25;0,0,1,1", boxes), 3);
    REQUIRE(boxes[0].x == 0.1 && boxes[0].y == 0.2 && boxes[0].width == 0.3);
    REQUIRE(boxes[0].height == 0.4 && boxes[0].time_s == 1.5 && !boxes[0].subtract);
    REQUIRE(boxes[1].x == 0.5 && boxes[1].y == 0.6 && boxes[1].width == 0.125);
    REQUIRE(boxes[1].height == 0.25 && boxes[1].time_s == 0.0 && boxes[1].subtract);
    REQUIRE_INT(zd_engine_read_boxes("0.1,0.2,0.3,0.4;0.9,0.9,0.3,0.3;0,0,1,1", boxes), 1);
    REQUIRE_INT(zd_engine_read_boxes("0.1,0.2,0.3", boxes), 0);
}

int main(void)
{
    RUN(mattes_see_what_changed);
    RUN(inserts_see_what_changed);
    RUN(filters_see_what_changed);
    RUN(chains_see_what_changed);
    RUN(a_frame_lies_anywhere);
    RUN(windows_make_the_frame);
    RUN(around_the_footage_is_nothing);
    RUN(a_picture_passes);
    RUN(what_changes_nothing_is_known);
    RUN(modes_keep_the_thresholds);
    RUN(boxes_are_read_from_text);
    return zd_test_finish();
}
