/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cameras of film and glass, samples over shutter and lens, and the passes that are drawn by
 * themselves, all against numbers made by hand. */

#include "scene_fixture.h"

#include <string.h>

#include "scene/scene_internal.h"

static float colours(int x, int y, int channel)
{
    return channel == 3 ? 1.0f
                        : 0.1f + 0.001f * (float) (channel == 0   ? x
                                                   : channel == 1 ? y
                                                                  : 300);
}

static float ramp_matte(int x, int y, int channel)
{
    (void) y;
    (void) channel;
    return (float) x / 640.0f;
}

static const t0_picture pictures[] = {
    { .name = "colours", .formula = colours, .channels = 4 },
    { .name = "matte", .formula = ramp_matte, .channels = 1 },
};

#define HEAD(camera, frame)                        \
    "zscene 1\nframe { size 640 360 " frame " }\n" \
    "camera cam { near 10 far 5000 " camera " }\n"

static const zd_scene_picture *render(double frame, const char *text)
{
    return t0_render_text(frame, text);
}

/* Where a world point is seen, by the textbook: focal lengths, centre, k1, k2. */
static void project(const double p[3], const double eye[3], double f, const double centre[2],
                    double k1, double k2, double at[2])
{
    double z = eye[2] - p[2];
    double x = (p[0] - eye[0]) / z;
    double y = (p[1] - eye[1]) / z;
    double s = x * x + y * y;
    double bent = 1.0 + k1 * s + k2 * s * s;
    at[0] = centre[0] + f * x * bent;
    at[1] = centre[1] - f * y * bent;
}

/* The position pass of a card tells for each pixel which point is seen there. */
static void check_seen(const double eye[3], double f, const double centre[2], double k1, double k2,
                       double tolerance)
{
    zd_view p = t0_pass("position");
    zd_view id = t0_pass("object_id");
    int seen = 0;
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            if (t0_at(id, x, y, 0) == 0.0f) {
                continue;
            }
            double point[3];
            double at[2];
            for (int c = 0; c < 3; c++) {
                point[c] = (double) t0_at(p, x, y, c);
            }
            project(point, eye, f, centre, k1, k2, at);
            REQUIRE_NEAR(at[0], x + 0.5, tolerance);
            REQUIRE_NEAR(at[1], y + 0.5, tolerance);
            seen++;
        }
    }
    REQUIRE(seen > T0_W * T0_H / 3);
}

#define CARD                                                 \
    "axis a { position 13 -7 -50 rotation 10 25 0 }\n"       \
    "surface s { parent a size 600 300 lighting ambient }\n" \
    "output o { passes comp position object_id }\n"

static void test_focal_and_film(void)
{
    /* 50 mm on 24 mm of film: 640 * 50 / 24 pixels. */
    double f = 640.0 * 50.0 / 24.0;
    double eye[3] = { 5, 6, 900 };
    double middle[2] = { 320, 180 };
    render(1, HEAD("focal 50 film_back 24 position 5 6 900", "") CARD);
    check_seen(eye, f, middle, 0, 0, 2e-3);
    /* z auto stands where a surface at z 0 fills the frame. */
    render(1, HEAD("focal 50 film_back 24", "") "surface s { lighting ambient }\n"
                                                "output o { passes zdepth }\n");
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 3, 3, 0), f, 1e-3);
}

static void test_shift_moves_the_picture(void)
{
    double eye[3] = { 0, 0, T0_FOCAL };
    double centre[2] = { 320.0 - 64.0, 180.0 + 18.0 };
    render(1, HEAD("shift 0.1 0.05", "") CARD);
    check_seen(eye, T0_FOCAL, centre, 0, 0, 2e-3);
}

static void test_distortion_is_the_textbooks(void)
{
    static const double lenses[3][2] = { { -0.2, 0.03 }, { 0.15, 0.02 }, { 0, 0.3 } };
    double eye[3] = { 0, 0, T0_FOCAL };
    double centre[2] = { 320.0 - 64.0, 180.0 + 18.0 };
    for (int i = 0; i < 3; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "%s camera cam { near 10 far 5000 shift 0.1 0.05 distortion %g %g }\n%s",
                 "zscene 1\nframe { size 640 360 }\n", lenses[i][0], lenses[i][1], CARD);
        const zd_scene_picture *picture = render(1, text);
        REQUIRE_INT(picture->width, 640);
        REQUIRE_INT(picture->height, 360);
        REQUIRE_INT(t0_pass("comp").width, 640);
        /* Data is that of the nearest straight pixel. */
        check_seen(eye, T0_FOCAL, centre, lenses[i][0], lenses[i][1], 1.0);
    }
    /* Nothing is missing at the border where the lens draws in what lies around. */
    render(1, HEAD("distortion -0.2 0", "") "surface s { size 4000 3000 lighting ambient }\n"
                                            "output o { passes comp }\n");
    for (int i = 0; i < 4; i++) {
        REQUIRE_NEAR(t0_at(t0_pass("comp"), i % 2 * 639, i / 2 * 359, 3), 1.0, 1e-6);
    }
}

static void test_distortion_refuses_what_folds(void)
{
    zd_error err = { 0 };
    static const char text[] = HEAD("distortion -3 0", "") "surface s { }\noutput o { }\n";
    t0_clear();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &t0.scene, &err));
    REQUIRE_OK(zd_scene_check(t0.scene, &err));
    REQUIRE_OK(zd_scene_renderer_create(t0.ctx, t0.scene, &t0.services, &t0.renderer, &err));
    REQUIRE_FAILS(zd_scene_render(t0.renderer, 0, 1.0, &t0.picture, &err), ZD_ERR_CORRUPT,
                  "t0.zscene:3:1: camera 'cam': distortion -3 0 folds the picture over itself; "
                  "smaller values keep it whole");
}

/* A row's light, where its middle lies and how far it spreads. */
static void moments(zd_view comp, int y, double *sum, double *middle, double *first, double *last)
{
    *sum = 0.0;
    *middle = 0.0;
    *first = -1.0;
    *last = 0.0;
    for (int x = 0; x < comp.width; x++) {
        double v = (double) t0_at(comp, x, y, 3);
        *sum += v;
        *middle += v * (x + 0.5);
        *last = v > 1e-6 ? x + 1.0 : *last;
        *first = v > 1e-6 && *first < 0.0 ? x : *first;
    }
    *middle /= *sum > 0.0 ? *sum : 1.0;
}

static void test_depth_of_field_is_the_thin_lens(void)
{
    double sum;
    double middle;
    double first;
    double last;
    /* A bar of 4 x 200 at z 400 before a camera that is sharp at 200: the blur is the lens's width times
     * f |1/200 - 1/400| wide. */
    render(1, HEAD("position 0 0 400 aperture 20 focus 200",
                   "") "surface s { size 4 400 lighting ambient }\noutput o { samples 96 }\n");
    double blur = 20.0 * T0_FOCAL * (1.0 / 200.0 - 1.0 / 400.0);
    double wide = 4.0 * T0_FOCAL / 400.0;
    moments(t0_pass("comp"), 180, &sum, &middle, &first, &last);
    REQUIRE_NEAR(sum, wide, 0.05);
    REQUIRE_NEAR(middle, 320.0, 0.3);
    REQUIRE_NEAR(last - first, blur + wide, 3.0);
    /* What is in focus is as sharp as without a lens, in 3D and flat. */
    render(1, HEAD("position 0 0 400 aperture 20 focus 400",
                   "") "surface s { size 100 100 lighting ambient }\noutput o { samples 16 }\n");
    moments(t0_pass("comp"), 180, &sum, &middle, &first, &last);
    REQUIRE_NEAR(last - first, 100.0 * T0_FOCAL / 400.0, 1.5);
    /* focus 0 is sharp where z auto stands. */
    render(1, HEAD("aperture 20",
                   "") "surface s { size 100 100 lighting ambient }\noutput o { samples 16 }\n");
    moments(t0_pass("comp"), 180, &sum, &middle, &first, &last);
    REQUIRE_NEAR(last - first, 100.0, 1.5);
}

static void test_motion_blur_is_the_shutters(void)
{
    double sum;
    double middle;
    double first;
    double last;
    /* 40 pixels a frame, half a turn of the shutter about the frame: 20 pixels more. */
    render(5, HEAD("", "range 1 9") "axis a { }\nanim a.position.x { 1 -160 9 160 }\n"
                                    "surface s { parent a size 10 400 lighting ambient }\n"
                                    "output o { passes comp position samples 32 shutter 180 }\n");
    moments(t0_pass("comp"), 180, &sum, &middle, &first, &last);
    REQUIRE_NEAR(sum, 10.0, 0.05);
    REQUIRE_NEAR(middle, 320.0, 0.4);
    REQUIRE_NEAR(last - first, 30.0, 1.5);
    /* Places that are asked for afterwards are the frame's. */
    zd_scene_place place;
    REQUIRE(zd_scene_renderer_place(t0.renderer, zd_scene_find(t0.scene, "s"), &place));
    REQUIRE_NEAR(place.at[0], 0.5, 1e-9);
}

static void test_motion_vectors(void)
{
    /* The card goes 40 to the right and the camera 8 up: its points 40, -8 on the screen at z = f. */
    render(
        5,
        HEAD(
            "position 0 0 494.545936",
            "range 1 9") "axis a { }\nanim a.position.x { 1 -160 9 160 }\nanim cam.position.y { 1 0 9 64 }\n"
                         "surface s { parent a lighting ambient }\n"
                         "axis b { position 0 0 -494.545936 }\nsurface far { parent b size 4000 4000 lighting ambient }\n"
                         "output o { passes motion uv object_id }\n");
    zd_view motion = t0_pass("motion");
    zd_view uv = t0_pass("uv");
    zd_view id = t0_pass("object_id");
    REQUIRE_INT((int) t0_at(id, 320, 180, 0), 1);
    REQUIRE_NEAR(t0_at(motion, 320, 180, 0), 40.0, 1e-3);
    REQUIRE_NEAR(t0_at(motion, 320, 180, 1), -8.0, 1e-3);
    /* At twice the distance a still card moves half as much. */
    REQUIRE_INT((int) t0_at(id, 320, 3, 0), 2);
    REQUIRE_NEAR(t0_at(motion, 320, 3, 0), 0.0, 1e-3);
    REQUIRE_NEAR(t0_at(motion, 320, 3, 1), -4.0, 1e-3);
    /* u to the right, v up: the camera is 32 above the card. */
    REQUIRE_NEAR(t0_at(uv, 320, 180, 0), 320.5 / 640.0, 1e-5);
    REQUIRE_NEAR(t0_at(uv, 320, 180, 1), 1.0 - (180.5 - 32.0) / 360.0, 1e-5);
}

/* What is snapped to a map moves with the pixel that it is snapped to. */
static void test_motion_of_what_is_snapped(void)
{
    render(3, HEAD("", "range 1 9") "media z { front \"matte\" }\nsurface s { lighting ambient }\n"
                                    "zdepth zd { on s media z range absolute scale 400 }\n"
                                    "axis a { zsnap zd zsnap_at 0 120 }\n"
                                    "anim a.zsnap_at.x { 1 300 9 380 }\n"
                                    "surface card { parent a size 30 30 lighting ambient }\n"
                                    "output o { passes motion object_id }\n");
    REQUIRE_INT((int) t0_at(t0_pass("object_id"), 320, 120, 0), 2);
    REQUIRE_NEAR(t0_at(t0_pass("motion"), 320, 120, 0), 10.0, 0.02);
    REQUIRE_NEAR(t0_at(t0_pass("motion"), 320, 120, 1), 0.0, 0.02);
}

#define LIT                                                                                                              \
    HEAD("", "")                                                                                                         \
    "media c { front \"colours\" }\n"                                                                                    \
    "surface s { media c shine 20 specular 0.5 0.4 0.3 transparency 25 }\n"                                              \
    "axis up { position 60 0 80 }\nsurface blocker { parent up size 80 80 }\n"                                           \
    "axis aside { position -200 0 90 }\nsurface plain { parent aside size 50 50 lighting ambient colour 0.2 0.4 0.6 }\n" \
    "light key { position -150 60 300 shadow yes intensity 80 colour 1 0.9 0.8 }\n"                                      \
    "light sky { type ambient intensity 10 }\n"

static void test_passes_of_light_add_up(void)
{
    render(1, LIT "output o { passes comp matte albedo diffuse specular shadow samples 4 }\n");
    zd_view comp = t0_pass("comp");
    zd_view diffuse = t0_pass("diffuse");
    zd_view specular = t0_pass("specular");
    zd_view albedo = t0_pass("albedo");
    zd_view shadow = t0_pass("shadow");
    double gloss = 0.0;
    int shaded = 0;
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            for (int c = 0; c < 3; c++) {
                REQUIRE_NEAR(t0_at(comp, x, y, c),
                             t0_at(diffuse, x, y, c) + t0_at(specular, x, y, c), 2e-5);
                gloss = fmax(gloss, (double) t0_at(specular, x, y, c));
            }
            shaded += t0_at(shadow, x, y, 0) < 0.5f * t0_at(comp, x, y, 3);
        }
    }
    REQUIRE(gloss > 0.1 && shaded > 2000 && shaded < 20000);
    /* Away from edges: the media's colour times what is not transparent; a thing without lights. */
    REQUIRE_NEAR(t0_at(albedo, 500, 300, 0), 0.75 * 0.6, 2e-3);
    REQUIRE_NEAR(t0_at(shadow, 600, 300, 0), 0.75, 1e-4);
    int x = 320 - (int) (200.0 * T0_FOCAL / (T0_FOCAL - 90.0));
    REQUIRE_NEAR(t0_at(albedo, x, 180, 1), 0.4, 1e-5);
    REQUIRE_NEAR(t0_at(diffuse, x, 180, 2), 0.6, 1e-5);
    REQUIRE_NEAR(t0_at(specular, x, 180, 0), 0.0, 1e-6);
    REQUIRE_NEAR(t0_at(shadow, x, 180, 0), 1.0, 1e-6);
}

static double share_of(const char *name, int x, int y)
{
    uint32_t id = zd_scene_crypto_id(name);
    float before = 2.0f;
    double found = 0.0;
    for (int p = 0; p < t0.picture.pass_count; p++) {
        const zd_scene_pass *pass = &t0.picture.passes[p];
        for (int k = 0; k < 2 && strcmp(pass->name, "cryptomatte") == 0; k++) {
            float pair[2] = { t0_at(zd_image_view(pass->image), x, y, 2 * k),
                              t0_at(zd_image_view(pass->image), x, y, 2 * k + 1) };
            uint32_t bits = 0;
            memcpy(&bits, pair, sizeof bits);
            REQUIRE(pair[1] <= before); /* the largest first */
            before = pair[1];
            found += bits == id ? (double) pair[1] : 0.0;
        }
    }
    return found;
}

static void test_cryptomatte(void)
{
    /* Published vectors of MurmurHash3_x86_32 with the seed 0. */
    REQUIRE(zd_scene_crypto_hash("") == 0);
    REQUIRE(zd_scene_crypto_hash("hello") == 0x248bfa47u);
    REQUIRE(zd_scene_crypto_hash("hello, world") == 0x149bbb7fu);
    REQUIRE(zd_scene_crypto_hash("The quick brown fox jumps over the lazy dog") == 0x2e4ff723u);
    /* Exponents of 0 and 255 would be denormals, infinities and NaN. */
    for (int i = 0; i < 20000; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        uint32_t exponent = zd_scene_crypto_id(name) >> 23 & 255u;
        REQUIRE(exponent != 0 && exponent != 255);
    }
    render(
        1,
        HEAD(
            "",
            "") "media m { matte \"matte\" }\n"
                "surface back { size 640 360 }\n"
                "axis f { position 0 0 10 }\nsurface veil { parent f media m size 640 360 }\n"
                "axis n { position 0 0 20 }\nsurface half { parent n size 100 100 transparency 40 }\n"
                "surface d { parent n size 2 2 }\n"
                "output o { passes comp cryptomatte samples 4 }\n");
    for (int x = 100; x < 260; x += 20) {
        double m = (double) t0_at(t0_pass("comp"), x, 40, 3); /* all is covered */
        REQUIRE_NEAR(m, 1.0, 1e-5);
        double at = 320.0 + (x + 0.5 - 320.0) * (T0_FOCAL - 10.0) / T0_FOCAL - 0.5;
        REQUIRE_NEAR(share_of("veil", x, 40), at / 640.0, 2e-3);
        REQUIRE_NEAR(share_of("veil", x, 40) + share_of("back", x, 40), 1.0, 1e-4);
    }
    REQUIRE_NEAR(share_of("half", 300, 160), 0.6, 1e-4);
    REQUIRE_NEAR(share_of("half", 300, 160) + share_of("veil", 300, 160) +
                     share_of("back", 300, 160),
                 1.0, 1e-4);
    zd_error err = { 0 };
    zd_text manifest;
    zd_text_init(&manifest, t0.ctx);
    REQUIRE_OK(zd_scene_crypto_manifest(t0.scene, &manifest, &err));
    char expected[64];
    snprintf(expected, sizeof expected,
             "{\"back\": \"%08x\", \"veil\": ", zd_scene_crypto_id("back"));
    REQUIRE(strncmp(manifest.data, expected, strlen(expected)) == 0);
    zd_text_release(&manifest);
}

/* Passes that are drawn by themselves leave the others as they are. */
static void test_passes_leave_the_beauty(void)
{
    render(1, LIT "output o { passes comp zdepth samples 4 }\n");
    zd_image *comp = t0_keep("comp");
    zd_image *z = t0_keep("zdepth");
    render(1,
           LIT "output o { passes comp zdepth motion uv albedo diffuse specular shadow cryptomatte "
               "samples 4 }\n");
    REQUIRE(t0_same(zd_image_view(comp), t0_pass("comp")));
    REQUIRE(t0_same(zd_image_view(z), t0_pass("zdepth")));
    zd_image_unref(&comp);
    zd_image_unref(&z);
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(test_focal_and_film);
    RUN(test_shift_moves_the_picture);
    RUN(test_distortion_is_the_textbooks);
    RUN(test_distortion_refuses_what_folds);
    RUN(test_depth_of_field_is_the_thin_lens);
    RUN(test_motion_blur_is_the_shutters);
    RUN(test_motion_vectors);
    RUN(test_motion_of_what_is_snapped);
    RUN(test_passes_of_light_add_up);
    RUN(test_cryptomatte);
    RUN(test_passes_leave_the_beauty);
    t0_stop();
    return zd_test_finish();
}
