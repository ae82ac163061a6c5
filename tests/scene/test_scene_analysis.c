/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Maps that an analyser makes while a scene is rendered, regions of interest, ranges that are guessed, and
 * what lies on a map. */

#include "scene/scene_math.h"
#include "t0_pictures.h"

/* 0 to 1 on frame 1, beyond 1 later. */
static float growing(int x, int y, int channel)
{
    (void) y, (void) channel;
    return (float) (x + 1) / T0_W * (float) t0_frame;
}

static const t0_picture shown[] = {
    { .name = "texture", .formula = texture, .channels = 3 },
    { .name = "ramp", .formula = ramp, .channels = 1 },
    { .name = "growing", .formula = growing, .channels = 1, .moves = true },
};

static int analysed;

static zd_scene_measure measured;

static bool is_settled; /* whether the surroundings know the shot's range */
static zd_rect measured_region;

static zd_status analyse(void *user, const zd_scene_measure_request *request,
                         zd_scene_measured *out, zd_error *err)
{
    (void) user;
    zd_view rgb = request->picture;
    analysed++;
    measured = request->what;
    measured_region = request->region;
    *out = (zd_scene_measured){ .range = { 0.0f, 1.0f }, .is_settled = is_settled };
    ZD_TRY(zd_image_create(t0.ctx, rgb.width, rgb.height, ZD_GRAY_F32, &out->values, err));
    for (int y = 0; y < rgb.height; y++) {
        for (int x = 0; x < rgb.width; x++) {
            zd_view_row_f32(zd_image_view(out->values), y)[x] = (float) x / (float) (rgb.width - 1);
        }
    }
    return ZD_OK;
}

static void test_analysis(void)
{
    zd_error err = { 0 };
    t0.services.analyser.analyse = analyse;
    t0_render("media m { front \"texture\" }\nsurface s { media m }\n"
              "zdepth z { on s analysis global analysis_depth 200 400 roi 100 50 540 310 }\n"
              "output o { passes zdepth }");
    zd_view z = t0_pass("zdepth");
    REQUIRE_NEAR(t0_at(z, 50, 100, 0), T0_FOCAL, 1e-4); /* outside the region: the card */
    REQUIRE_NEAR(t0_at(z, 300, 20, 0), T0_FOCAL, 1e-4);
    for (int x = 101; x < 540; x++) {
        double t = x / 639.0;
        REQUIRE_NEAR(t0_at(z, x, 100, 0), 1.0 / (1.0 / 400.0 + t * (1.0 / 200.0 - 1.0 / 400.0)),
                     1e-3);
    }
    zd_scene_picture_release(&t0.picture);
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 2, &t0.picture, &err));
    REQUIRE_INT(analysed, 1); /* a still is analysed once */
    REQUIRE_INT(measured, ZD_SCENE_MEASURE_GLOBAL);
    t0_render_at(1.0,
                 "media m { front \"texture\" }\nsurface s { media m }\n"
                 "zdepth z { on s analysis global analysis_depth 200 400 roi 100 50 540 310 }\n"
                 "anim z.roi.x { 1 100 2 300 }\noutput o { passes zdepth }");
    REQUIRE(t0_at(t0_pass("zdepth"), 200, 100, 0) < 400.0f);
    zd_scene_picture_release(&t0.picture);
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 2, &t0.picture, &err));
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 200, 100, 0), T0_FOCAL, 1e-4); /* outside by now */
    REQUIRE_INT(analysed, 2); /* the region moves over one and the same depth */
    REQUIRE_INT(measured_region.x0, 100);
    REQUIRE_INT(measured_region.x1, 540);
    t0_render("media m { front \"texture\" }\nsurface s { media m }\n"
              "aov a { on s type distance band 0 300 }\noutput o { passes comp zdepth }");
    REQUIRE(t0_at(t0_pass("comp"), 600, 100, 3) == 1.0f);
    REQUIRE(t0_at(t0_pass("comp"), 20, 100, 3) == 0.0f);
    t0_render("media m { front \"texture\" }\nsurface s { media m }\n"
              "zdepth z { on s analysis face }\noutput o { passes zdepth }");
    REQUIRE_INT(measured, ZD_SCENE_MEASURE_FACE);
    t0.services.analyser.analyse = NULL;
}

static zd_status analyse_roughly(void *user, const zd_scene_measure_request *request,
                                 zd_scene_measured *out, zd_error *err)
{
    ZD_TRY(analyse(user, request, out, err));
    zd_view values = zd_image_view(out->values);
    unsigned long long state = 5;
    for (int y = 0; y < values.height; y++) {
        for (int x = 0; x < values.width; x++) {
            double noise = (double) (zd_test_random(&state) >> 11) * 0x1p-53 - 0.5;
            zd_view_row_f32(values, y)[x] += (float) (0.008 * noise);
        }
    }
    return ZD_OK;
}

/* The mean of how far normals are off the plane's at the picture's middle. */
static double roughness(const char *keys)
{
    double mean[3] = { 0, 0, 0 };
    double off = 0.0;
    int count = 0;
    t0_render("media m { front \"texture\" }\nsurface s { media m cell_px 1 }\n"
              "zdepth z { on s analysis global analysis_depth 200 400 three_d yes %s }\n"
              "output o { passes normals zdepth }",
              keys);
    for (int pass = 0; pass < 2; pass++) {
        for (int y = 120; y < 240; y++) {
            for (int x = 260; x < 380; x++) {
                double dot = 0.0;
                for (int c = 0; c < 3; c++) {
                    double n = (double) t0_at(t0_pass("normals"), x, y, c);
                    dot += n * mean[c];
                    mean[c] += pass == 0 ? n / 14400.0 : 0.0;
                }
                off += pass == 1 ? acos(fmin(dot, 1.0)) : 0.0;
                count += pass;
            }
        }
        double length = sqrt(mean[0] * mean[0] + mean[1] * mean[1] + mean[2] * mean[2]);
        for (int c = 0; c < 3 && pass == 0; c++) {
            mean[c] /= length;
        }
    }
    return off / count / 0.017453292519943295;
}

/* In 3D light sees measured depth evened out, bumped or not: without noise, and without the lines of what it was
 * refined by. Z stays as it was measured. */
static void flame_3d_lights_measured_depth_evenly(void)
{
    t0.services.analyser.analyse = analyse_roughly;
    double bumped = roughness("bump yes");
    double own = roughness("bump no");
    REQUIRE(bumped < 5.0);
    REQUIRE(own < 1.2 * bumped); /* 0.7 both; 30 by the places of the mesh */
    double t = 300.0 / 639.0;
    double plane = 1.0 / (1.0 / 400.0 + t * (1.0 / 200.0 - 1.0 / 400.0));
    double rough = 0.0;
    for (int y = 100; y < 200; y++) {
        rough = fmax(rough, fabs((double) t0_at(t0_pass("zdepth"), 300, y, 0) - plane));
    }
    REQUIRE(rough > 0.3);
    t0.services.analyser.analyse = NULL;
}

/* 1/z at a pixel, as a share of the way from the card's to that of the analysed depth. */
static double share_at(int x, int y)
{
    double t = x / 639.0;
    double analysed_inverse = 1.0 / 400.0 + t * (1.0 / 200.0 - 1.0 / 400.0);
    double inverse = 1.0 / (double) t0_at(t0_pass("zdepth"), x, y, 0);
    return (inverse - 1.0 / T0_FOCAL) / (analysed_inverse - 1.0 / T0_FOCAL);
}

/* Region of Interest: its shape, its feather in both modes and dimensions, and what it leaves out. */
static void flame_region_of_interest(void)
{
    static const char scene[] =
        "media m { front \"texture\" }\nsurface s { media m }\n"
        "zdepth z { on s analysis global analysis_depth 200 400 roi 100 50 540 310 %s }\n"
        "output o { passes comp zdepth }";
    t0.services.analyser.analyse = analyse;
    t0_render(scene, "roi_feather 40");
    for (int x = 60; x < 140; x++) {
        REQUIRE_NEAR(share_at(x, 180), fmin(fmax((x + 0.5 - 100.0) / 40.0 + 0.5, 0.0), 1.0), 1e-3);
    }
    REQUIRE_INT(measured_region.x0, 80); /* the feather is part of it */
    REQUIRE_INT(measured_region.y1, 330);
    t0_render(scene, "roi_mode exclude");
    REQUIRE_NEAR(share_at(50, 100), 1.0, 1e-4);
    REQUIRE_NEAR(share_at(300, 100), 0.0, 1e-4);
    REQUIRE_INT(measured_region.x0, 0);
    t0_render(scene, "roi_shape ellipse");
    for (int y = 51; y < 310; y += 7) {
        for (int x = 101; x < 540; x += 7) {
            double away = hypot((x + 0.5 - 320.0) / 220.0, (y + 0.5 - 180.0) / 130.0);
            REQUIRE_NEAR(share_at(x, y), away < 1.0 ? 1.0 : 0.0, 1e-3);
        }
    }
    /* A region that closes leaves nothing, and then not all of it. */
    t0_render(
        "media m { front \"texture\" }\nsurface s { media m }\n"
        "zdepth z { on s analysis global analysis_depth 200 400 roi 100 50 540 310 roi_feather 9 }\n"
        "anim z.roi.x { 0 100 1 540 }\noutput o { passes zdepth }");
    REQUIRE_NEAR(share_at(539, 180), 0.0, 1e-4);
    REQUIRE_NEAR(share_at(300, 180), 0.0, 1e-4);
    /* In 3D what lies outside is the card and no hole. */
    t0_render(scene, "roi_feather 20 three_d yes");
    for (int x = 1; x < T0_W; x += 7) {
        REQUIRE_NEAR(t0_at(t0_pass("comp"), x, 20, 3), 1.0, 1e-6);
        REQUIRE_NEAR(t0_at(t0_pass("zdepth"), x, 20, 0), T0_FOCAL, 1e-3);
    }
    t0.services.analyser.analyse = NULL;
}

/* With a range of the shot each frame is measured alone, and none but those rendered. */
static void flame_global_analysis_settled(void)
{
    t0.services.analyser.analyse = analyse;
    is_settled = true;
    analysed = 0;
    t0_render_at(7.0, "media m { front \"texture\" }\nsurface s { media m }\n"
                      "zdepth z { on s analysis global }\noutput o { passes zdepth }");
    REQUIRE_INT(analysed, 1);
    is_settled = false;
    t0.services.analyser.analyse = NULL;
}

#define GUESSED                                            \
    "media z { front \"growing\" %s }\nsurface card { }\n" \
    "zdepth zd { on card media z range auto }\noutput o { passes zdepth }"

/* Frame 2 alone would be taken as absolute. */
static void test_guess_stays(void)
{
    zd_error err = { 0 };
    t0_render_at(1.0, GUESSED, "");
    zd_scene_picture_release(&t0.picture);
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 2, &t0.picture, &err));
    zd_image *second = t0_keep("zdepth");
    REQUIRE_NEAR(t0_at(zd_image_view(second), 159, 100, 0), 10.0 + 0.5 * 500.0, 1e-3);
    t0_render_at(2.0, GUESSED, "");
    REQUIRE(t0_same(zd_image_view(second), t0_pass("zdepth")));
    REQUIRE_TEXT(t0.log, "'zd': range auto takes the map as normalized (unsure: values are "
                         "0.0015625 to 1)\n"
                         "'zd': nobody can tell black near from white near by these values: it may "
                         "be nearness as well; say range normalized (black near) or range nearness "
                         "(white near)\n");
    zd_image_unref(&second);
}

#define MAPPED                                       \
    "media z { front \"ramp\" }\nsurface card { }\n" \
    "zdepth zd { on card media z range absolute }\n"

/* The live relation: an object on a snapped axis lies on the map. */
static void test_live_snap(void)
{
    t0_render_at(1.0, MAPPED "axis ball { zsnap zd zsnap_at 200 100 scale 2 2 2 }\n"
                             "anim ball.zsnap_at.x { 1 200 11 400 }\n"
                             "surface mark { parent ball colour 1 0 0 }\n"
                             "output o { passes comp zdepth object_id objects mark }");
    REQUIRE_NEAR(t0_at(t0_pass("object_id"), 200, 100, 0), 2, 0);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 200, 100, 0), ramp(200, 0, 0), 1e-3);
    zd_error err = { 0 };
    zd_scene_picture_release(&t0.picture);
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 11, &t0.picture, &err));
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 400, 100, 0), ramp(400, 0, 0), 1e-3);
}

/* A map of a camera of its own: its values lie on that camera's rays through the card, and the output sees
 * where they lead. */
static void test_map_of_another_camera(void)
{
    t0_render_text(1.0, "zscene 1\nframe { size 640 360 range 1 1 }\n"
                        "camera own { position 30 -20 500 near 10 far 900 }\n"
                        "axis rig { rotation 0 -12 5 position 90 10 -20 }\n"
                        "camera seen { parent rig position 0 0 480 near 10 far 900 }\n"
                        "media z { front \"ramp\" }\nsurface s { size 900 700 }\n"
                        "zdepth zd { on s camera own media z range absolute }\n"
                        "output o { camera seen passes zdepth }\n");
    zd_view z = t0_pass("zdepth");
    zd_mat4 rig = zd_mat4_translation((zd_vec3){ 90, 10, -20 });
    zd_mat4 turn = zd_mat4_rotation((zd_vec3){ 0, -12, 5 });
    zd_mat4 back = zd_mat4_translation((zd_vec3){ 0, 0, 480 });
    zd_mat4 from_world;
    rig = zd_mat4_multiply(&rig, &turn);
    rig = zd_mat4_multiply(&rig, &back);
    REQUIRE(zd_mat4_invert(&rig, &from_world));
    const zd_vec3 own = { 30, -20, 500 };
    const zd_vec3 eye = zd_mat4_column(&rig, 3);
    for (int i = 0; i < 12; i++) {
        int x = 60 + 170 * (i % 4);
        int y = 40 + 130 * (i / 4);
        const zd_vec3 ray = { (x + 0.5 - 320.0) / T0_FOCAL, (180.0 - y - 0.5) / T0_FOCAL, -1.0 };
        zd_vec3 way = zd_mat4_direction(&rig, ray);
        zd_vec3 card = zd_vec3_add(eye, zd_vec3_scale(way, -eye.z / way.z));
        double value = 100.0 + 400.0 * (card.x / 900.0 + 0.5); /* the ramp's, from edge to edge */
        zd_vec3 moved = zd_vec3_add(own, zd_vec3_scale(zd_vec3_sub(card, own), value / 500.0));
        REQUIRE_NEAR(t0_at(z, x, y, 0), -zd_mat4_point(&from_world, moved).z, 0.5);
    }
}

int main(void)
{
    t0_start(shown, (int) (sizeof shown / sizeof shown[0]));
    RUN(test_analysis);
    RUN(flame_3d_lights_measured_depth_evenly);
    RUN(flame_region_of_interest);
    RUN(flame_global_analysis_settled);
    RUN(test_guess_stays);
    RUN(test_live_snap);
    RUN(test_map_of_another_camera);
    t0_stop();
    return zd_test_finish();
}
