/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The last three of the fifteen analytic checks of the 3D surface on fixture T0: what is snapped onto it,
 * its axes, and the way of depth out and in again. */

#include "scene/scene_draft.h"
#include "scene/scene_pose.h"
#include "t0_pictures.h"

static void check_13_zsnap(void)
{
    static const double effects[2] = { 100, 50 };
    static const double depth[2] = { 260.0, 377.27297 };
    for (int i = 0; i < 2; i++) {
        zd_error err = { 0 };
        char text[2048];
        double world[3];
        const double at[2] = { 480, 90 };
        snprintf(text, sizeof text,
                 T0_HEAD "media z { front \"c260\" }\nsurface card { }\naxis za { parent card }\n"
                         "zdepth zd { parent za on card media z range absolute effect %g }\n"
                         "axis lifted { position 5 6 7 rotation 0 30 0 scale 50 50 50 }\n"
                         "axis ball { parent lifted scale 20 20 20 }\n"
                         "axis live { parent lifted zsnap zd zsnap_at 480 90 }\n"
                         "output o { }",
                 effects[i]);
        t0_clear();
        REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &t0.scene, &err));
        REQUIRE_OK(zd_scene_check(t0.scene, &err));
        REQUIRE_OK(zd_scene_zsnap(t0.scene, &t0.services, zd_scene_find(t0.scene, "ball"),
                                  zd_scene_find(t0.scene, "zd"), at, 1.0, world, &err));
        if (i == 0) {
            REQUIRE_NEAR(world[0], 84.38043, 1e-3);
            REQUIRE_NEAR(world[1], 47.05326, 1e-3);
            REQUIRE_NEAR(world[2], 234.54594, 1e-3);
        }
        double z = T0_FOCAL - world[2];
        REQUIRE_NEAR(z, depth[i], 1e-4);
        REQUIRE_NEAR(320.0 + T0_FOCAL * world[0] / z, 480.5, 0.01);
        REQUIRE_NEAR(180.0 - T0_FOCAL * world[1] / z, 90.5, 0.01);
        /* Written, read back and rendered, it is where the live relation is. */
        zd_scene_draft again;
        int ball = zd_scene_find(t0.scene, "ball");
        REQUIRE_OK(zd_scene_draft_open(t0.ctx, "again", text, strlen(text), &again, &err));
        REQUIRE_OK(zd_scene_draft_snap(&again, ball, t0.scene, &err));
        REQUIRE_INT(zd_scene_node_count(again.parsed), zd_scene_node_count(t0.scene));
        REQUIRE_NEAR(
            zd_scene_node_number(&again.parsed->nodes[ball], ZD_SCENE_AXIS_POSITION, 2, 1.0),
            zd_scene_node_number(&t0.scene->nodes[ball], ZD_SCENE_AXIS_POSITION, 2, 1.0), 1e-12);
        zd_scene_draft_close(&again);
    }
}

static void require_ball(const char *map)
{
    t0_render(
        "camera two { position 20 0 auto near 10 far 510 }\nmedia z { front \"c260\" }\n"
        "surface card { }\naxis live { zsnap zd zsnap_at 480 90 }\n"
        "surface ball { parent live size 5 5 }\nzdepth zd { on card media z range absolute %s }\n"
        "output o { camera two exclude card passes comp object_id }",
        map);
    zd_view ids = t0_pass("object_id");
    double sum[3] = { 0 };
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            double on = t0_at(ids, x, y, 0) == 2.0f ? 1.0 : 0.0;
            sum[0] += on * x;
            sum[1] += on * y;
            sum[2] += on;
        }
    }
    bool by_two = map[0] == '\0';
    REQUIRE_NEAR(sum[0] / sum[2], by_two ? 480.0 : 480.0 - 20.0 * T0_FOCAL / 260.0, 0.6);
    REQUIRE_NEAR(sum[1] / sum[2], 90.0, 0.6);
}

/* A map without a camera is seen by the output's, not by the first in the file. */
static void check_13_zsnap_camera(void)
{
    require_ball("camera cam");
    require_ball("");
}

static void require_snap_fails(const char *rest, const char *message)
{
    zd_error err = { 0 };
    char text[2048];
    double world[3];
    const double at[2] = { 480, 90 };
    snprintf(text, sizeof text,
             T0_HEAD "media z { front \"c260\" }\nsurface card { }\naxis ball { }\n"
                     "zdepth zd { on card media z range absolute }\n%s",
             rest);
    t0_clear();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &t0.scene, &err));
    REQUIRE_OK(zd_scene_check(t0.scene, &err));
    REQUIRE_FAILS(zd_scene_zsnap(t0.scene, &t0.services, zd_scene_find(t0.scene, "ball"),
                                 zd_scene_find(t0.scene, "zd"), at, 1.0, world, &err),
                  ZD_ERR_CORRUPT, message);
}

static void check_13_zsnap_refuses(void)
{
    require_snap_fails("anim ball.position.y { 1 0 9 5 }\noutput o { }",
                       "t0.zscene:6:1: the position of 'ball' is animated; remove its 'anim "
                       "ball.position' statements, or snap it live with zsnap and zsnap_at");
    require_snap_fails("camera two { }\noutput o { camera cam }\noutput p { camera two }",
                       "t0.zscene:7:1: 'zd' has no camera, and the outputs have several; give it "
                       "the one to snap by");
}

/* The axis's own centre, rotation, scale and shear move its origin away from its position. */
static void check_13_zsnap_centre(void)
{
    zd_error err = { 0 };
    zd_pose pose;
    zd_mat4 placed;
    double world[3];
    const double at[2] = { 480, 90 };
    static const char text[] = T0_HEAD
        "media z { front \"c260\" }\nsurface card { }\naxis up { position 1 2 3 rotation 9 8 7 }\n"
        "axis ball { parent up rotation 0 20 90 centre 100 30 0 scale 50 20 70 shear 10 0 5 }\n"
        "zdepth zd { on card media z range absolute }\noutput o { }";
    t0_clear();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &t0.scene, &err));
    REQUIRE_OK(zd_scene_check(t0.scene, &err));
    int ball = zd_scene_find(t0.scene, "ball");
    REQUIRE_OK(zd_scene_zsnap(t0.scene, &t0.services, ball, zd_scene_find(t0.scene, "zd"), at, 1.0,
                              world, &err));
    REQUIRE_OK(zd_pose_init(&pose, t0.scene, &err));
    zd_pose_set_frame(&pose, 1.0);
    REQUIRE_OK(zd_pose_world(&pose, ball, &placed, &err));
    zd_pose_finish(&pose);
    REQUIRE_NEAR(world[2], T0_FOCAL - 260.0, 1e-3);
    for (int i = 0; i < 3; i++) {
        REQUIRE_NEAR(placed.m[i][3], world[i], 1e-9);
    }
}

static int edge_column(zd_view z, int y)
{
    for (int x = 1; x < z.width; x++) {
        if (t0_at(z, x - 1, y, 0) < 300.0f && t0_at(z, x, y, 0) > 300.0f) {
            return x;
        }
    }
    return -1;
}

#define STEPPED                                                           \
    "media z { front \"step\" }\nmedia tex { front \"texture\" }\n"       \
    "axis ca { position %g 0 0 }\nsurface card { parent ca media tex }\n" \
    "axis za { parent card position %g 0 0 scale %g %g 100 }\n"           \
    "zdepth zd { parent za on card media z range absolute filter nearest %s }\n"

static void check_14_axes(void)
{
    t0_render(STEPPED OUT, 0.0, 0.0, 100.0, 100.0, "", "");
    zd_image *comp = t0_keep("comp");
    zd_image *plain_z = t0_keep("zdepth");
    REQUIRE_INT(edge_column(t0_pass("zdepth"), 100), 320);
    t0_render(STEPPED OUT, 0.0, 64.0, 100.0, 100.0, "", "");
    REQUIRE_INT(edge_column(t0_pass("zdepth"), 100), 384);
    REQUIRE(t0_same(zd_image_view(comp), t0_pass("comp")));
    t0_render(STEPPED OUT, 64.0, 0.0, 100.0, 100.0, "", "");
    REQUIRE_INT(edge_column(t0_pass("zdepth"), 100), 384);
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 264, 50, 0), t0_at(zd_image_view(comp), 200, 50, 0), 1e-3);
    zd_image_unref(&comp);
    t0_render(STEPPED OUT, 0.0, 0.0, 100.0, 100.0, "softness 0 0", "");
    REQUIRE(t0_same(zd_image_view(plain_z), t0_pass("zdepth")));
    t0_render(STEPPED OUT, 0.0, 0.0, 100.0, 100.0, "softness 8 0", "");
    zd_view z = t0_pass("zdepth");
    double mean = 0.0;
    for (int x = 0; x < T0_W; x++) {
        mean += (double) t0_at(z, x, 100, 0) / T0_W;
        REQUIRE(t0_at(z, x, 10, 0) == t0_at(z, x, 300, 0));
    }
    REQUIRE_NEAR(mean, 300.0, 1e-3);
    REQUIRE(t0_at(z, 318, 100, 0) > 210.0f);
    t0_render(STEPPED OUT, 0.0, 0.0, 100.0, 100.0, "softness 8 8 soft_mode edge_aware", "");
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 319, 100, 0), 200.0, 1e-3);
    zd_image_unref(&plain_z);
    /* At half size the map covers columns 160 to 480, its edge at 320; clamp goes on, mirror turns
     * round at 160 and 480, tile begins again. */
    static const char *const repeat[4] = { "clamp", "mirror", "tile", "none" };
    for (int mode = 0; mode < 4; mode++) {
        char extra[64];
        snprintf(extra, sizeof extra, "repeat %s", repeat[mode]);
        t0_render(STEPPED OUT, 0.0, 0.0, 50.0, 50.0, extra, "");
        z = t0_pass("zdepth");
        for (int x = 0; x < T0_W; x++) {
            int u = x < 160 ? 0 : x >= 480 ? 2 : 1;
            double expected = x < 320 ? 200.0 : 400.0;
            if (mode == 2 && u != 1) {
                expected = u == 0 ? 400.0 : 200.0;
            }
            if (mode == 3 && u != 1) {
                expected = T0_FOCAL;
            }
            REQUIRE_NEAR(t0_at(z, x, 180, 0), expected, 1e-4);
        }
    }
}

static const zd_image *as_memory(zd_image *image)
{
    t0_memory = image;
    return image;
}

static void check_15_round_trip(void)
{
    zd_error err = { 0 };
    static const char back[] =
        "media z { front \"memory\" %s }\nsurface card { }\naxis za { parent card }\n"
        "zdepth zd { parent za on card media z %s }\noutput o { passes zdepth }";
    t0_render(CARD "zdepth zd { parent za on card media z range absolute }\n" OUT, "ramp", "");
    zd_image *z = t0_keep("zdepth");
    as_memory(z);
    t0_render(back, "", "range absolute");
    REQUIRE(z_error(t0_pass("zdepth"), ramp_z) <= 1e-4);
    zd_image_unref(&z);
    t0_render(CARD "zdepth zd { parent za on card media z range absolute }\n" OUT, "ramp",
              "zdepth_range normalized");
    z = t0_keep("zdepth");
    as_memory(z);
    t0_render(back, "", "range normalized");
    REQUIRE(z_error(t0_pass("zdepth"), ramp_z) <= 1e-4);
    zd_image_unref(&z);
    /* HQ: two halves give back what one cannot. The camera of the pair is the wide one. */
    const char *wide =
        "camera wide { near 1 far 10000 }\nmedia z { front \"ramp\" }\n"
        "surface card { }\nzdepth zd { on card media z range absolute camera wide }\n"
        "output o { camera wide passes zdepth_hq }";
    t0_render("%s", wide);
    zd_view high = t0_pass("zdepth_hq");
    zd_view low = t0_pass("zdepth_hq_low");
    double worst_pair = 0.0;
    double worst_half = 0.0;
    for (int x = 1; x < T0_W - 1; x++) {
        double d = (double) t0_at(high, x, 100, 0) + (double) t0_at(low, x, 100, 0);
        worst_pair = fmax(worst_pair, fabs(1.0 + d * 9999.0 - ramp_z(x, 0)));
        worst_half =
            fmax(worst_half, fabs(1.0 + (double) t0_at(high, x, 100, 0) * 9999.0 - ramp_z(x, 0)));
    }
    REQUIRE(worst_pair <= 6e-4);
    REQUIRE(worst_half > 0.1 && worst_half < 0.7);
    /* Beyond the largest half the low part takes the rest, and beyond two it stays finite. */
    const char *beyond = "camera wide { near 1 far 100 }\nmedia z { front \"c250\" }\n"
                         "surface card { }\n"
                         "zdepth zd { on card media z range absolute scale %g camera wide }\n"
                         "output o { camera wide passes zdepth_hq }";
    t0_render(beyond, 32000.0);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth_hq"), 100, 100, 0), 65504.0, 0);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth_hq_low"), 100, 100, 0), 7999999.0 / 99.0 - 65504.0, 4.0);
    t0_render(beyond, 2e6);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth_hq"), 100, 100, 0), 65504.0, 0);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth_hq_low"), 100, 100, 0), 65504.0, 0);
    t0_render("camera wide { near 1 far 10000 }\nmedia z { front \"half\" }\nsurface card { }\n"
              "zdepth zd { on card media z camera wide }\noutput o { camera wide }");
    REQUIRE(strstr(t0.log, "half float map has steps of 1.22 pixels") != NULL);
    t0_render("camera wide { near 1 far 10000 }\nmedia z { front \"eight\" }\nsurface card { }\n"
              "zdepth zd { on card media z camera wide }\noutput o { camera wide }");
    REQUIRE(strstr(t0.log, "8-bit map has steps of 39.2 pixels") != NULL);
    /* Pixels that are no depth stay on the card and do not bleed. */
    t0_render(CARD "zdepth zd { parent za on card media z range absolute softness 8 8 }\n" OUT,
              "dirty", "");
    zd_view pass = t0_pass("zdepth");
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            bool bad = x >= 300 && x < 340 && y >= 160 && y < 200;
            REQUIRE_NEAR(t0_at(pass, x, y, 0), bad ? T0_FOCAL : 260.0, 1e-4);
        }
    }
    t0_clear();
    const char *line = T0_HEAD "mode timeline\nmedia a { }\nmedia b { }\nsurface s { media a }\n"
                               "output o { }";
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t.zscene", line, strlen(line), &t0.scene, &err));
    REQUIRE_FAILS(zd_scene_check(t0.scene, &err), ZD_ERR_CORRUPT,
                  "t.zscene:6:1: mode timeline allows one media; 'b' is the second after 'a'");
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(check_13_zsnap);
    RUN(check_13_zsnap_camera);
    RUN(check_13_zsnap_refuses);
    RUN(check_13_zsnap_centre);
    RUN(check_14_axes);
    RUN(check_15_round_trip);
    t0_stop();
    return zd_test_finish();
}
