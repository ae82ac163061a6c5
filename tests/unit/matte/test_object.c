/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The object that is followed: the nearest at first, the same one later, another after a cut or a box.
 * Two squares on a flat ground, of which either may be the nearer. */

#include "matte/object.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

enum { W = 97, H = 61 };

typedef struct stage {
    zd_image *map;
    zd_image *mask;
    zd_object_tracker *tracker;
    const zd_view *rgb; /* NULL: no colour */
} stage;

static zd_image *gray(void)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_GRAY_F32, &image, &err));
    return image;
}

static stage stage_open(void)
{
    stage s = { .map = gray(), .mask = gray() };
    REQUIRE_OK(zd_object_tracker_create(ctx, W, H, &s.tracker, &err));
    return s;
}

static void stage_close(stage *s)
{
    zd_image_unref(&s->map);
    zd_image_unref(&s->mask);
    zd_object_tracker_destroy(&s->tracker);
    REQUIRE(s->tracker == NULL);
    zd_object_tracker_destroy(&s->tracker);
}

static bool in_left(int x, int y)
{
    return x >= 11 && x < 33 && y >= 9 && y < 47;
}

static bool in_right(int x, int y)
{
    return x >= 55 && x < 84 && y >= 20 && y < 53;
}

/* A frame with the squares at these depths; 0: not there. Which is followed: 'l', 'r', '-' or 'x'. */
static char follow(stage *s, float left, float right, const zd_selection *box)
{
    zd_depth_map map = { .values = s->map };
    zd_matte_params params = { .depth_in = 0.5f, .depth_out = 1.0f, .probability = -1.0f };
    zd_object_frame frame = {
        .map = &map, .range = { 0.0f, 1.0f }, .rgb = s->rgb, .boxes = box, .box_count = box != NULL
    };
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float depth = in_left(x, y) && left > 0.0f     ? left
                          : in_right(x, y) && right > 0.0f ? right
                                                           : 0.1f;
            zd_view_row_f32(zd_image_view(s->map), y)[x] = depth;
        }
    }
    REQUIRE_OK(zd_object_tracker_update(s->tracker, &frame, &params, zd_image_view(s->mask), &err));
    int on[3] = { 0, 0, 0 };
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float m = zd_view_row_f32(zd_image_view(s->mask), y)[x];
            REQUIRE(m == 0.0f || m == 1.0f);
            on[in_left(x, y) ? 0 : in_right(x, y) ? 1 : 2] += m == 1.0f;
        }
    }
    bool is_left = on[0] > 22 * 38 * 3 / 4 && on[1] == 0;
    bool is_right = on[1] > 29 * 33 * 3 / 4 && on[0] == 0;
    bool is_tight = on[2] < 200;
    return on[0] + on[1] + on[2] == 0 ? '-'
           : is_left && is_tight      ? 'l'
           : is_right && is_tight     ? 'r'
                                      : 'x';
}

static void the_first_is_the_nearest_and_stays(void)
{
    stage s = stage_open();
    REQUIRE_INT(follow(&s, 0.7f, 0.9f, NULL), 'r');
    REQUIRE_INT(follow(&s, 0.9f, 0.85f, NULL), 'r');
    REQUIRE_INT(follow(&s, 0.9f, 0.82f, NULL), 'r');
    stage_close(&s);
}

static void a_cut_forgets_it(void)
{
    stage s = stage_open();
    REQUIRE_INT(follow(&s, 0.7f, 0.9f, NULL), 'r');
    zd_object_tracker_reset(s.tracker);
    REQUIRE_INT(follow(&s, 0.9f, 0.88f, NULL), 'l');
    REQUIRE_INT(follow(&s, 0.85f, 0.9f, NULL), 'l');
    zd_object_tracker_reset(s.tracker);
    REQUIRE_INT(follow(&s, 0.85f, 0.9f, NULL), 'r');
    stage_close(&s);
}

/* What hides is waited for; with nothing there at first there is none. */
static void what_is_hidden_is_waited_for(void)
{
    stage s = stage_open();
    REQUIRE_INT(follow(&s, 0.0f, 0.0f, NULL), '-');
    REQUIRE_INT(follow(&s, 0.7f, 0.9f, NULL), 'r');
    REQUIRE_INT(follow(&s, 0.7f, 0.0f, NULL), '-');
    REQUIRE_INT(follow(&s, 0.7f, 0.9f, NULL), 'r');
    stage_close(&s);
}

static void a_box_chooses_another(void)
{
    stage s = stage_open();
    zd_selection box = { 0.15f, 0.2f, 0.1f, 0.4f, false };
    REQUIRE_INT(follow(&s, 0.7f, 0.9f, NULL), 'r');
    REQUIRE_INT(follow(&s, 0.7f, 0.9f, &box), 'l');
    REQUIRE_INT(follow(&s, 0.7f, 0.9f, NULL), 'l');
    stage_close(&s);
}

/* The right square goes; what appears at the left much later is the same when it has its colour, and else it is
 * waited for. */
static void colour_tells_who_comes_back(void)
{
    static const float colours[2][3] = { { 0.9f, 0.2f, 0.1f }, { 0.1f, 0.7f, 0.9f } };
    stage s = stage_open();
    zd_image *picture = NULL;
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_RGB_F32, &picture, &err));
    zd_view rgb = zd_image_view(picture);
    s.rgb = &rgb;
    for (int frame = 0; frame < 90; frame++) {
        bool is_gone = frame > 0 && frame < 80;
        const float *colour = colours[frame < 85 && !is_gone && frame > 0 ? 1 : 0];
        for (int i = 0; i < 3 * W * H; i++) {
            bool is_square = in_left(i / 3 % W, i / 3 / W) || in_right(i / 3 % W, i / 3 / W);
            zd_view_row_f32(rgb, i / 3 / W)[i % (3 * W)] = is_square ? colour[i % 3] : 0.4f;
        }
        float left = frame >= 80 && frame != 84 ? 0.9f : 0.0f; /* it goes before it comes back */
        float right = frame == 0 ? 0.9f : 0.0f;
        REQUIRE_INT(follow(&s, left, right, NULL), frame == 0 ? 'r' : frame < 85 ? '-' : 'l');
    }
    zd_image_unref(&picture);
    stage_close(&s);
}

static bool is_in_foot(bool is_aside, int width, int x, int y)
{
    int along = is_aside ? y - 22 : x - 50;
    int out = is_aside ? x - 80 : y - 40;
    return along >= -width / 2 && along < width / 2 && out >= 0 && out < 12;
}

/* A screen at .95 with a foot that is parted by its depth, below it or, as an arm from which something hangs that
 * touches it less, at its right; the share of the foot in the mask after a box on the screen, which a second box may
 * take away from. */
static float foot_after_click_at(bool is_aside, int foot_width, float foot_depth,
                                 float foot_probability, bool taken)
{
    stage s = stage_open();
    zd_image *foreground = gray();
    zd_depth_map map = { .values = s.map };
    zd_matte_params params = { .depth_in = 0.5f, .depth_out = 1.0f, .probability = -1.0f };
    const zd_selection boxes[2] = { { 0.45f, 0.2f, 0.1f, 0.1f, false },
                                    { 0.45f, 0.7f, 0.05f, 0.06f, true } };
    zd_object_frame frame = { .map = &map,
                              .range = { 0.0f, 1.0f },
                              .foreground = foreground,
                              .boxes = boxes,
                              .box_count = taken ? 2 : 1 };
    for (int i = 0; i < W * H; i++) {
        int x = i % W;
        int y = i / W;
        bool is_screen = x >= 20 && x < 80 && y >= 5 && y < 40;
        bool is_foot = is_in_foot(is_aside, foot_width, x, y);
        bool hangs = is_aside && x >= 80 && x < 92 && y >= 29 && y < 45;
        float depth = is_screen ? 0.95f : is_foot ? foot_depth : hangs ? 0.74f : 0.1f;
        zd_view_row_f32(zd_image_view(s.map), y)[x] = depth;
        zd_view_row_f32(zd_image_view(foreground), y)[x] = is_screen ? 0.97f
                                                           : is_foot ? foot_probability
                                                                     : 0.0f;
    }
    REQUIRE_OK(zd_object_tracker_update(s.tracker, &frame, &params, zd_image_view(s.mask), &err));
    REQUIRE(zd_view_row_f32(zd_image_view(s.mask), 20)[50] == 1.0f);
    float share = 0.0f;
    for (int i = 0; i < W * H; i++) { /* but for two rows beside the screen */
        bool counts = is_aside ? i % W >= 82 : i / W >= 42;
        if (counts && is_in_foot(is_aside, foot_width, i % W, i / W)) {
            share +=
                zd_view_row_f32(zd_image_view(s.mask), i / W)[i % W] / (float) (10 * foot_width);
        }
    }
    zd_image_unref(&foreground);
    stage_close(&s);
    return share;
}

static float foot_after_click(int foot_width, float foot_depth, float foot_probability, bool taken)
{
    return foot_after_click_at(false, foot_width, foot_depth, foot_probability, taken);
}

static void arms_come_along_as_feet_do(void)
{
    REQUIRE(foot_after_click_at(true, 14, 0.6f, 0.9f, false) > 0.9f);  /* sure */
    REQUIRE(foot_after_click_at(true, 14, 0.6f, 0.7f, false) < 0.1f);  /* neither */
    REQUIRE(foot_after_click_at(true, 14, 0.87f, 0.2f, false) > 0.9f); /* level */
}

static void small_parts_come_along(void)
{
    REQUIRE(foot_after_click(14, 0.6f, 0.9f, false) > 0.9f);  /* sure */
    REQUIRE(foot_after_click(14, 0.6f, 0.7f, false) < 0.1f);  /* neither */
    REQUIRE(foot_after_click(14, 0.87f, 0.2f, false) > 0.9f); /* level */
    REQUIRE(foot_after_click(60, 0.6f, 0.9f, false) < 0.1f);  /* not small */
    REQUIRE(foot_after_click(14, 0.6f, 0.9f, true) < 0.1f);   /* taken away */
}

static void other_sizes_are_refused(void)
{
    stage s = stage_open();
    zd_depth_map map = { .values = s.map };
    zd_object_frame frame = { .map = &map, .range = { 0.0f, 1.0f } };
    zd_matte_params params = { .depth_in = 0.5f, .depth_out = 1.0f };
    zd_view cut = zd_view_crop(zd_image_view(s.mask), (zd_rect){ 0, 0, W - 1, H });
    REQUIRE_FAILS(zd_object_tracker_update(s.tracker, &frame, &params, cut, &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "the depth map is 97x61; the object tracker was made for 97x61");
    stage_close(&s);
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(the_first_is_the_nearest_and_stays);
    RUN(a_cut_forgets_it);
    RUN(what_is_hidden_is_waited_for);
    RUN(a_box_chooses_another);
    RUN(colour_tells_who_comes_back);
    RUN(small_parts_come_along);
    RUN(arms_come_along_as_feet_do);
    RUN(other_sizes_are_refused);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
