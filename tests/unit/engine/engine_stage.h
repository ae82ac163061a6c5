/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_ENGINE_STAGE_H
#define ZD_TESTS_ENGINE_STAGE_H

/* What tests of renders look at: a frame, its map and all that they borrow, opened for each task. */

#include "engine/engine.h"
#include "zd_test.h"

enum { WIDTH = 135, HEIGHT = 83, MAP_W = 33, MAP_H = 21, MOST = WIDTH * HEIGHT * 4 };

#define COUNT(array) ((int) (sizeof(array) / sizeof *(array)))

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

static inline zd_pixels codes_of(uint8_t *codes, int width, int height)
{
    zd_view view = { codes, width, height, (ptrdiff_t) 4 * width, { ZD_SAMPLE_U8, 4 } };
    return (zd_pixels){ .view = view };
}

static inline void place(stage *s, int x, int y)
{
    zd_pixels *all[] = { &s->frame.footage, &s->frame.processed, &s->frame.insert };
    for (int i = 0; i < 3; i++) {
        all[i]->x = x;
        all[i]->y = y;
    }
}

/* Six flat layers, nearer to the right and down, with a block before them, whose size is other in each direction; the picture shows
 * its edges a little further in. */
static inline void stage_open(stage *s, zd_engine_task task)
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

static inline void stage_close(stage *s)
{
    zd_params_finish(&s->params);
    zd_context_destroy(&s->ctx);
}

static inline void set(stage *s, const char *name, const char *text)
{
    zd_param_id id = zd_param_find(name);
    REQUIRE(id != ZD_PARAM_COUNT);
    REQUIRE_OK(zd_params_parse(&s->params, id, text, 25, &err));
}

static inline zd_pixels out_of(const stage *s, uint8_t *codes)
{
    zd_pixels out = codes_of(codes, s->width, s->height);
    out.x = s->frame.footage.x;
    out.y = s->frame.footage.y;
    return out;
}

static inline void render(zd_engine *engine, const stage *s, uint8_t *codes)
{
    zd_pixels out = out_of(s, codes);
    memset(codes, 7, MOST);
    REQUIRE_OK(
        zd_engine_render(engine, &s->frame, &out, zd_pixels_rect(&out), ZD_PIXELS_ROWS_ALL, &err));
}

/* By an engine that has seen nothing else. */
static inline void render_anew(const stage *s, uint8_t *codes)
{
    zd_engine *engine = NULL;
    REQUIRE_OK(zd_engine_acquire(&engine, &err));
    render(engine, s, codes);
    zd_engine_release(&engine);
    REQUIRE(engine == NULL);
}

static inline void open_matte(stage *s)
{
    stage_open(s, ZD_ENGINE_FILTER);
    s->frame.box_count = 2;
    set(s, "view", "matte");
    set(s, "auto_feather", "no");
}

static inline void open_insert(stage *s)
{
    stage_open(s, ZD_ENGINE_COMPOSITE);
    set(s, "depth_in", "0.6");
    set(s, "opacity", "0=0.25, 4=1");
    set(s, "light_wrap", "0.5");
}

static inline void open_cut(stage *s)
{
    stage_open(s, ZD_ENGINE_FILTER);
    s->frame.processed = codes_of(s->processed, WIDTH, HEIGHT);
    set(s, "depth_in", "0.6");
    set(s, "transparency", "yes");
}

static inline void open_mask(stage *s)
{
    open_cut(s);
    set(s, "transparency", "no");
    set(s, "mask_effects", "yes");
}

static inline void open_chain(stage *s)
{
    stage_open(s, ZD_ENGINE_FILTER);
    set(s, "depth_in", "0.6");
    set(s, "mask_effects", "yes");
    set(s, "auto_feather", "no");
    REQUIRE_OK(zd_effect_parse("zgrade=exposure='0=1, 4=3':saturation=0.5", 25, &s->chain, &err));
    s->frame.chain = &s->chain;
}

#endif
