/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The Z-Depth Map menu's rows that have no other test; docs/scene.md says which row has which. */

#include "scene_fixture.h"

/* A map half as wide as the card. */
static float narrow(int x, int y, int c)
{
    (void) y, (void) c;
    return x < 160 ? 200.0f : 400.0f;
}

static float ramp(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (100.0 + 400.0 * (x + 0.5) / 640.0);
}

static float spot(int x, int y, int c)
{
    (void) c;
    return x == 320 && y == 180 ? 400.0f : 200.0f;
}

static float height(int x, int y, int c)
{
    (void) y, (void) c;
    return 0.25f * ((float) x + 0.5f);
}

static const t0_picture pictures[] = {
    { .name = "narrow", .formula = narrow, .channels = 1, .width = 320, .height = 360 },
    { .name = "ramp", .formula = ramp, .channels = 1 },
    { .name = "spot", .formula = spot, .channels = 1 },
    { .name = "height", .formula = height, .channels = 1 },
};

static double z_at(int x, int y)
{
    return (double) t0_at(t0_pass("zdepth"), x, y, 0);
}

#define MAP \
    "surface card { }\nzdepth zd { on card media z range absolute %s }\noutput o { passes zdepth }"

/* Softness X and Y blur apart from one another. */
static void flame_softness_x_and_y(void)
{
    t0_render("media z { front \"spot\" }\n" MAP, "softness 6 0");
    REQUIRE(z_at(323, 180) > 200.5);
    REQUIRE_NEAR(z_at(320, 183), 200.0, 1e-4);
    t0_render("media z { front \"spot\" }\n" MAP, "softness 0 6");
    REQUIRE_NEAR(z_at(323, 180), 200.0, 1e-4);
    REQUIRE(z_at(320, 183) > 200.5);
}

/* Texture tab: Fit Method with and without Keep Aspect. A map of 320 pixels that keeps its shape covers
 * the middle of a card of 640. */
static void flame_texture_fit_and_keep_aspect(void)
{
    t0_render("media z { front \"narrow\" }\n" MAP, "fit fit repeat none");
    REQUIRE_NEAR(z_at(100, 90), T0_FOCAL, 1e-4);
    REQUIRE_NEAR(z_at(200, 90), 200.0, 1e-4);
    REQUIRE_NEAR(z_at(400, 90), 400.0, 1e-4);
    t0_render("media z { front \"narrow\" }\n" MAP, "fit fit repeat none keep_aspect no");
    REQUIRE_NEAR(z_at(100, 90), 200.0, 1e-4);
    REQUIRE_NEAR(z_at(600, 90), 400.0, 1e-4);
    t0_render("media z { front \"narrow\" }\n" MAP, "fit crop repeat none");
    REQUIRE_NEAR(z_at(100, 90), 200.0, 1e-4);
    t0_render("media z { front \"narrow\" }\n" MAP, "fit none repeat tile");
    REQUIRE_NEAR(z_at(100, 90), 400.0, 1e-4);
}

/* Texture tab: Use Cropped Size lays a part of the map on the surface. */
static void flame_texture_cropped_size(void)
{
    t0_render("media z { front \"ramp\" }\n" MAP, "cropped_size 160 0 480 360");
    for (int x = 4; x < T0_W - 4; x += 50) {
        REQUIRE_NEAR(z_at(x, 90), 100.0 + 400.0 * (160.0 + 0.5 * (x + 0.5)) / 640.0, 0.2);
    }
    zd_error err = { 0 };
    static const char none[] =
        T0_HEAD "media z { front \"ramp\" }\nsurface card { }\n"
                "zdepth zd { on card media z geometry radial cropped_size 1 1 9 9 }\noutput o { }";
    t0_clear();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t", none, strlen(none), &t0.scene, &err));
    REQUIRE_FAILS(zd_scene_check(t0.scene, &err), ZD_ERR_CORRUPT,
                  "t:6:1: 'zd' has cropped_size and geometry radial; the rays of a part are not "
                  "known");
}

static void write_quad(const char *path, bool turned)
{
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    fputs(turned ? "v 0 -180 320\nv 0 -180 -320\nv 0 180 -320\nv 0 180 320\n"
                 : "v -320 -180 0\nv 320 -180 0\nv 320 180 0\nv -320 180 0\n",
          file);
    fputs("f 1 2 3\nf 1 3 4\n", file);
    fclose(file);
}

/* A mesh that moves takes a map along that lies on it; one that the camera projects stays where it is. */
static void require_projection_stays(void)
{
    static const char *const mappings[] = { "plane", "triplanar", "camera" };
    const char *path = "test_scene_moved.obj";
    write_quad(path, false);
    for (int i = 0; i < 3; i++) {
        t0_render("axis a { position 40 0 0 }\ngeometry g { parent a file \"%s\" }\n"
                  "media h { front \"height\" }\n"
                  "zdepth zd { on g media h range height mapping %s }\noutput o { passes zdepth }",
                  path, mappings[i]);
        double moved = i < 2 ? 40.0 : 0.0;
        for (int x = 60; x < 620; x += 70) {
            REQUIRE_NEAR(T0_FOCAL - z_at(x, 90), 0.25 * (x + 0.5 - moved), 0.01);
        }
    }
    remove(path);
}

/* Texture tab: Mapping of geometry without texture coordinates: plane, tri-planar, projection. */
static void flame_texture_mapping(void)
{
    static const char *const mappings[] = { "plane", "triplanar", "camera" };
    const char *path = "test_scene_quad.obj";
    write_quad(path, false);
    for (int i = 0; i < 6; i++) {
        t0_render("geometry g { file \"%s\" subdivide 3 }\nmedia h { front \"height\" }\n"
                  "zdepth zd { on g media h range height mapping %s three_d %s }\n"
                  "output o { passes zdepth object_id }",
                  path, mappings[i / 2], i % 2 == 0 ? "no" : "yes");
        for (int x = 120; x < 500; x += 50) {
            double up = i % 2 == 0 ? 0.25 * (x + 0.5) : T0_FOCAL - z_at(x, 90);
            /* In 3D the point that is seen at x stood somewhere else on the flat mesh. */
            double from =
                i % 2 == 0 ? x + 0.5 : 320.0 + (x + 0.5 - 320.0) * (T0_FOCAL - up) / T0_FOCAL;
            REQUIRE_NEAR(T0_FOCAL - z_at(x, 90), 0.25 * from, 0.3);
        }
    }
    write_quad(path, true);
    t0_render("axis a { rotation 0 -90 0 }\ngeometry g { parent a file \"%s\" }\n"
              "media h { front \"height\" }\n"
              "zdepth zd { on g media h range height mapping triplanar }\n"
              "output o { passes zdepth object_id }",
              path);
    for (int x = 20; x < 620; x += 50) {
        REQUIRE_NEAR(T0_FOCAL - z_at(x, 90), 0.25 * (640.0 - x - 0.5), 0.01);
    }
    REQUIRE(strstr(t0.log, "has no texture coordinates") == NULL);
    require_projection_stays();
    t0_render("geometry g { file \"%s\" }\nmedia h { front \"height\" }\n"
              "zdepth zd { on g media h range height }\noutput o { passes zdepth }",
              path);
    REQUIRE(strstr(t0.log, "has no texture coordinates, so its depth map shows one colour or "
                           "value; unwrap it, or use mapping camera") != NULL);
    remove(path);
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(flame_softness_x_and_y);
    RUN(flame_texture_fit_and_keep_aspect);
    RUN(flame_texture_cropped_size);
    RUN(flame_texture_mapping);
    t0_stop();
    return zd_test_finish();
}
