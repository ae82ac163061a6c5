/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Renders of a host's pixels with a depth map that is given: wherever they lie and in whatever windows, they are those of the
 * whole frame; and what is known without a render. */

#include "engine_stage.h"

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
    RUN(a_frame_lies_anywhere);
    RUN(windows_make_the_frame);
    RUN(around_the_footage_is_nothing);
    RUN(a_picture_passes);
    RUN(what_changes_nothing_is_known);
    RUN(modes_keep_the_thresholds);
    RUN(boxes_are_read_from_text);
    return zd_test_finish();
}
