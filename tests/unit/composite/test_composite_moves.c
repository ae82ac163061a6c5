/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Effects that move the picture by its depth against slow plain versions of docs/composite.md in double
 * precision: displacement, rays that meet the relief, and the two eyes of stereo in every layout. */

#include "composite_plain.h"

static rgba displaced(int x, int y)
{
    rgba own = colour_at(x, y);
    double k = of(&soft_a, x, y) - 0.25;
    double bend = 0.5 * 0.12 * H * H;
    double from_x = x + k * 0.08 * H + bend * (of(&soft_a, x + 1, y) - of(&soft_a, x - 1, y));
    double from_y = y + k * -0.05 * H + bend * (of(&soft_a, x, y + 1) - of(&soft_a, x, y - 1));
    from_x = clamp(from_x, 0.0, W - 1.0);
    from_y = clamp(from_y, 0.0, H - 1.0);
    int x0 = (int) from_x;
    int y0 = (int) from_y;
    rgba sum = { { 0.0, 0.0, 0.0, 0.0 } };
    for (int i = 0; i < 4; i++) {
        double share =
            (i & 1 ? from_x - x0 : 1.0 - from_x + x0) * (i > 1 ? from_y - y0 : 1.0 - from_y + y0);
        rgba p = colour_at(x0 + (i & 1), y0 + (i >> 1));
        for (int c = 0; c < 4; c++) {
            sum.c[c] += share * p.c[c];
        }
    }
    for (int c = 0; c < 4; c++) {
        own.c[c] = c == 3 ? own.c[3] : sum.c[c] * own.c[3] / sum.c[3];
    }
    return own;
}

static void displacement_is_its_formula(void)
{
    open_all();
    blur(&nears, 0.012 * H, &soft_a);
    apply("zdisplace=x=0.08:y=-0.05:zero=0.25:refract=0.12:smooth=0.012");
    require_made(displaced, 2e-3);
    pictures_close(&canvas);
}

/* On a gentle relief a ray passes the place whose nearness is just what moves it there; without a wall there
 * is nothing to choose. */
static void rays_meet_the_relief(void)
{
    open_all();
    const zd_shift shifts[3] = { { 11.0f, -7.0f, 0.0f, 0.3f },
                                 { 0.0f, 5.0f, 0.2f, 0.0f },
                                 { -9.0f, 2.0f, -0.15f, 0.6f } };
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            *pictures_at(canvas.nearness, x, y) =
                0.5f + 0.25f * sinf(0.03f * (float) x) * cosf(0.04f * (float) y);
        }
    }
    for (int i = 0; i < 3; i++) {
        const zd_shift *s = &shifts[i];
        zd_effect_io io = io_of();
        zd_shift_scene scene;
        REQUIRE_OK(zd_shift_scene_open(canvas.ctx, &io, s, &scene, &err));
        for (int y = 30; y < H - 30; y += 3) {
            for (int x = 30; x < W - 30; x += 3) {
                zd_shift_place at = zd_shift_find(&scene, s, (float) x + 0.5f, (float) y + 0.5f);
                double near = 0.5 + 0.25 * sin(0.03 * ((double) at.x - 0.5)) *
                                        cos(0.04 * ((double) at.y - 0.5));
                double k = near - (double) s->zero;
                double zoom = k * (double) s->zoom;
                double px = (x + 0.5 - k * (double) s->x + zoom * 0.5 * W) / (1.0 + zoom);
                double py = (y + 0.5 - k * (double) s->y + zoom * 0.5 * H) / (1.0 + zoom);
                REQUIRE_NEAR(at.x, px, 0.25); /* the relief is widened by a pixel */
                REQUIRE_NEAR(at.y, py, 0.25);
            }
        }
        zd_shift_scene_close(&scene);
    }
    pictures_close(&canvas);
}

/* Rows give what the march gives, but for a part of a pixel at walls. */
static void rows_see_what_rays_see(void)
{
    open_all();
    zd_effect_io io = io_of();
    for (int way = -1; way <= 1; way += 2) {
        zd_shift shift = { 6.0f * (float) way, 0.0f, 0.0f, 0.4f };
        zd_shift_scene scene;
        int near = 0;
        int all = 0;
        REQUIRE_OK(zd_shift_scene_open(canvas.ctx, &io, &shift, &scene, &err));
        for (int y = 0; y < H; y++) {
            float places[ZD_SHIFT_SPAN];
            zd_shift_span span = { (float) y + 0.5f, 1.0f, 0, W };
            zd_shift_find_row(&scene, &shift, span, places);
            for (int x = 0; x < W; x++, all++) {
                zd_shift_place at =
                    zd_shift_find(&scene, &shift, (float) x + 0.5f, (float) y + 0.5f);
                near += fabsf(at.x - places[x]) < 1.0f;
            }
        }
        zd_shift_scene_close(&scene);
        REQUIRE(near > 97 * all / 100);
    }
    pictures_close(&canvas);
}

static zd_shift_scene eyes_scene;
static zd_shift eyes[2];
static int eyes_layout;

/* The relief at a pixel of a row that may lie between two. */
static double relief_at(int x, double y)
{
    int above = (int) floor(y - 0.5);
    double down = y - 0.5 - above;
    zd_view near = eyes_scene.io.nearness;
    x = x < 0 ? -1 - x : x >= W ? 2 * W - 1 - x : x;
    double a = (double) zd_view_row_f32(near, above < 0 ? -1 - above : above)[x];
    double b = (double) zd_view_row_f32(near, above + 1 >= H ? 2 * H - 2 - above : above + 1)[x];
    return a + down * (b - a);
}

/* The place that an eye sees: of all pieces between two pixels of the row that are no walls and not folded the
 * nearest; else behind the last wall that a ray comes to on its way down, mirrored. */
static double seen_from(int eye, double t, double y)
{
    double parallax = fabs((double) eyes[eye].x);
    double zero = (double) eyes[eye].zero;
    int way = eyes[eye].x > 0.0f ? 1 : -1;
    double best = -1.0;
    double place = t;
    int foot = 0;
    bool in_wall = false;
    for (int n = -30; n < W + 30; n++) {
        int x = way > 0 ? n : W - 1 - n;
        double near = relief_at(x, y);
        double rise = relief_at(x + way, y) - near;
        double from = x + 0.5 + way * (near - zero) * parallax;
        double part = (t - from) / (way * (1.0 + rise * parallax));
        bool is_wall = rise * parallax > 0.8;
        foot = is_wall && !in_wall ? x : foot;
        in_wall = is_wall;
        if (is_wall && part >= 0.0 && part < 1.0 && best < 0.0) {
            double end = t - way * (relief_at(foot, y) - zero) * parallax;
            double rim = 1.5 + 0.003 * H;
            place = foot + 0.5 - way * (way * (end - foot - 0.5) + rim);
        } else if (!is_wall && 1.0 + rise * parallax > 0.0 && part >= 0.0 && part <= 1.0 &&
                   near + part * rise > best)
        {
            best = near + part * rise;
            place = x + 0.5 + way * part;
        }
    }
    return place;
}

static rgba colour_seen(double x, double y)
{
    zd_vec4 p =
        zd_shift_colour(&eyes_scene, (zd_shift_place){ (float) x, (float) y }, zd_vec4_splat(0.0f));
    return (rgba){ { (double) p[0], (double) p[1], (double) p[2], 1.0 } };
}

static rgba seen(int eye, double x, double y)
{
    return colour_seen(seen_from(eye, x, y), y);
}

/* Two looks, a quarter of a squeezed pixel to either side of the place that its middle sees. */
static rgba seen_squeezed(int eye, double x, double y, double aside_x, double aside_y)
{
    double place = seen_from(eye, x, y);
    rgba all = { { 0.0, 0.0, 0.0, 1.0 } };
    for (int i = -1; i <= 1; i += 2) {
        rgba p = colour_seen(place + i * aside_x, y + i * aside_y);
        for (int c = 0; c < 3; c++) {
            all.c[c] += 0.5 * p.c[c];
        }
    }
    return all;
}

/* The first eye has the larger half of an odd size. */
static rgba in_stereo(int x, int y)
{
    double alpha = colour_at(x, y).c[3];
    rgba p = { { 0.0, 0.0, 0.0, 0.0 } };
    int half = eyes_layout == 0 ? (W + 1) / 2 : (H + 1) / 2;
    int at = eyes_layout == 0 ? x : y;
    int size = eyes_layout == 0 ? W : H;
    double scale = (double) size / (at < half ? half : size - half);
    double along = (at < half ? at + 0.5 : at - half + 0.5) * scale;
    if (eyes_layout == 0) {
        p = seen_squeezed(at >= half, along, y + 0.5, 0.25 * scale, 0.0);
    } else if (eyes_layout == 1) {
        p = seen_squeezed(at >= half, x + 0.5, along, 0.0, 0.25 * scale);
    } else if (eyes_layout == 2) {
        p = seen(1, x + 0.5, y + 0.5);
        p.c[0] = luminance(seen(0, x + 0.5, y + 0.5));
    } else {
        p = seen(eyes_layout - 3, x + 0.5, y + 0.5);
    }
    for (int c = 0; c < 3; c++) {
        p.c[c] *= alpha;
    }
    p.c[3] = alpha;
    return p;
}

static void stereo_layouts_are_what_they_say(void)
{
    static const char *const texts[] = {
        "zstereo=depth=0.05:zero=0.4:comfort=0.024:layout=0",
        "zstereo=depth=0.05:zero=0.4:comfort=0.024:layout=1",
        "zstereo=depth=0.05:zero=0.4:comfort=0.024:layout=2",
        "zstereo=depth=0.05:zero=0.4:comfort=0.024:layout=3",
        "zstereo=depth=0.05:zero=0.4:comfort=0.024:layout=4",
    };
    open_all();
    zd_effect_io io = io_of();
    float half = 0.5f * 0.024f / 0.6f * W; /* the limit is less than what was asked for */
    eyes[0] = (zd_shift){ half, 0.0f, 0.0f, 0.4f };
    eyes[1] = (zd_shift){ -half, 0.0f, 0.0f, 0.4f };
    REQUIRE_OK(zd_shift_scene_open(canvas.ctx, &io, NULL, &eyes_scene, &err));
    for (eyes_layout = 0; eyes_layout < 5; eyes_layout++) {
        apply(texts[eyes_layout]);
        require_made(in_stereo, 2e-3);
    }
    zd_shift_scene_close(&eyes_scene);
    pictures_close(&canvas);
}

int main(void)
{
    RUN(displacement_is_its_formula);
    RUN(rays_meet_the_relief);
    RUN(rows_see_what_rays_see);
    RUN(stereo_layouts_are_what_they_say);
    return zd_test_finish();
}
