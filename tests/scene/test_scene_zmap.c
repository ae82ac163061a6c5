/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth maps of scenes without a graphics card: which of a file's values count, where they lie, what is made
 * again when something changes, and what is refused. */

#include "scene/zmap.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;
static zd_scene *scene;
static zd_scene_services services;
static zd_scene_media_store media;
static zd_zmap_store maps;
static zd_pose pose;
static zd_zmap *map;
static char said[2000];

enum { WIDE = 12, HIGH = 8 };

/* "gray" is x + 20 y + 100; "two" has hundredths in its second channel, "low" holds them alone. */
static zd_status load(void *user, const zd_scene_request *request, zd_scene_loaded *out,
                      zd_error *e)
{
    (void) user;
    bool is_two = strstr(request->path, "two") != NULL;
    bool is_low = strstr(request->path, "low") != NULL;
    int width = strstr(request->path, "narrow") != NULL ? WIDE - 1 : WIDE;
    zd_format format = is_two ? ZD_RGB_F32 : ZD_GRAY_F32;
    *out =
        (zd_scene_loaded){ .is_still = strstr(request->path, "moves") == NULL, .is_float = true };
    ZD_TRY(zd_image_create(ctx, width, HIGH, format, &out->image, e));
    zd_view view = zd_image_view(out->image);
    for (int i = 0; i < width * HIGH; i++) {
        int x = i % width;
        int y = i / width;
        float *to = zd_view_row_f32(view, y) + (ptrdiff_t) x * view.format.channels;
        to[0] = is_low ? 0.01f * (float) x : (float) (100 + x + 20 * y);
        to[0] += strstr(request->path, "moves") != NULL ? (float) request->frame : 0.0f;
        if (is_two) {
            to[1] = 0.01f * (float) x;
            to[2] = 5.0f;
        }
        if (strstr(request->path, "bad") != NULL) {
            to[0] = NAN;
        }
    }
    return ZD_OK;
}

static void note(void *user, zd_log_level level, const char *domain, const char *message)
{
    (void) user, (void) level, (void) domain;
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s\n", message);
}

static void end(void)
{
    zd_zmap_store_finish(&maps);
    zd_scene_media_store_finish(&media);
    zd_pose_finish(&pose);
    zd_scene_destroy(&scene);
}

static void begin(const char *surface, const char *zdepth, const char *more)
{
    char text[2000];
    said[0] = '\0';
    services.loader.load = load;
    snprintf(
        text, sizeof text,
        "zscene 1\nframe { size 12 8 range 1 9 }\ncamera cam { position 0 0 400 near 10 far 900 }\n"
        "media gray { front \"gray\" }\nmedia two { front \"two\" }\n"
        "media both { front \"gray\" matte \"low\" }\nmedia off { front \"gray\" matte \"low_narrow\" }\n"
        "media bad { front \"bad\" }\nmedia moves { front \"moves\" }\n"
        "surface s { %s }\naxis a { parent s }\nzdepth z { on s parent a %s }\n"
        "output o { camera cam }\n%s\n",
        surface, zdepth, more);
    REQUIRE_OK(zd_scene_parse(ctx, "s", text, strlen(text), &scene, &err));
    REQUIRE_OK(zd_scene_check(scene, &err));
    REQUIRE_OK(zd_scene_media_store_init(&media, scene, &services, &err));
    REQUIRE_OK(zd_zmap_store_init(&maps, scene, &media, &err));
    REQUIRE_OK(zd_pose_init(&pose, scene, &err));
}

static zd_status prepare(double frame)
{
    zd_pose_set_frame(&pose, frame);
    return zd_zmap_prepare(&maps, &pose, zd_scene_find(scene, "z"), zd_scene_find(scene, "cam"),
                           &map, &err);
}

static float z_at(int x, int y)
{
    return zd_view_row_f32(zd_image_view(map->z), y)[x];
}

/* ---- values ---- */

/* Z-Depth HQ: a second channel or the matte holds what the first could not. */
static void flame_z_depth_hq_adds_the_low_part(void)
{
    static const struct {
        const char *zdepth;
        double low; /* of x */
        double scale;
    } cases[] = { { "media gray range absolute", 0.0, 1.0 },
                  { "media two range absolute scale 0.5", 0.0, 0.5 },
                  { "media two range absolute hq yes", 0.01, 1.0 },
                  { "media both range absolute", 0.0, 1.0 },
                  { "media both range absolute hq yes", 0.01, 1.0 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin("", cases[i].zdepth, "");
        REQUIRE_OK(prepare(1));
        for (int k = 0; k < WIDE * HIGH; k++) {
            double x = k % WIDE;
            REQUIRE_NEAR(z_at(k % WIDE, k / WIDE),
                         cases[i].scale * (100.0 + x * (1.0 + cases[i].low) + 20.0 * (k / WIDE)),
                         2e-5);
        }
        REQUIRE(!map->has_invalid && !map->relief.is_height && map->normals == NULL);
        end();
    }
}

static void cropped_size_uses_a_part(void)
{
    begin("", "media two range absolute hq yes cropped_size 3 2 9 100", "");
    REQUIRE_OK(prepare(1));
    zd_view z = zd_image_view(map->z);
    REQUIRE(z.width == 6 && z.height == 6);
    REQUIRE_NEAR(z_at(0, 0), 100.0 + 3 * 1.01 + 40.0, 1e-4);
    REQUIRE_NEAR(z_at(5, 5), 100.0 + 8 * 1.01 + 140.0, 1e-4);
    end();
}

static void what_is_no_depth_is_told(void)
{
    static const struct {
        const char *zdepth;
        const char *message;
    } cases[] = {
        { "media gray range absolute hq yes",
          "s:12:1: 'z' has hq, and its media has one channel; the matte or a second channel holds the "
          "low part" },
        { "media off range absolute hq yes",
          "s:12:1: 'z': the high and the low part differ in size" },
        { "media gray range absolute cropped_size 12 0 20 8",
          "s:12:52: cropped_size of 'z' leaves nothing of a map of 12x8" },
        { "media bad range absolute", "s:12:1: 'z': no value of the map is a depth (all are NaN, "
                                      "infinite, huge or not positive)" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin("", cases[i].zdepth, "");
        REQUIRE(prepare(1) != ZD_OK);
        REQUIRE_TEXT(err.message, cases[i].message);
        end();
    }
    begin("", "media gray range absolute", "axis flat { scale 100 0 100 }\n");
    end();
}

/* ---- sizes, ways, places ---- */

static void objects_have_their_sizes(void)
{
    static const struct {
        const char *surface;
        double width;
        double height;
    } cases[] = { { "", 12, 8 },
                  { "media off", 12, 8 },
                  { "media gray size 30 20", 30, 20 },
                  { "size 30 0", 12, 8 },
                  { "size 0 20 media both", 12, 8 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(strcmp(cases[i].surface, "media off") == 0 ? "media gray" : cases[i].surface,
              "media gray range absolute", "");
        REQUIRE_OK(prepare(1));
        REQUIRE(map->card_w == cases[i].width && map->card_h == cases[i].height);
        end();
    }
    begin("size 20000 10", "media gray range absolute", "");
    REQUIRE(prepare(1) != ZD_OK);
    REQUIRE_TEXT(err.message, "s:10:1: 's' is 20000x10 pixels; a side may have 16384");
    end();
}

static void points_move_as_the_keys_say(void)
{
    begin("", "media gray range absolute effect 40", "");
    REQUIRE_OK(prepare(1));
    REQUIRE(map->relief.direction == ZD_SCENE_DIRECTION_RAY && map->relief.effect == 0.4);
    REQUIRE_NEAR(map->relief.camera.to_world.m[2][3], 400.0, 0.0);
    end();
    begin("", "media gray range height direction axis", "anim a.rotation.y { 1 0 3 60 }\n");
    REQUIRE_OK(prepare(3));
    REQUIRE(map->relief.direction == ZD_SCENE_DIRECTION_AXIS && map->relief.is_height);
    REQUIRE_NEAR(map->relief.axis.x, sin(M_PI / 3.0), 1e-12);
    REQUIRE_NEAR(map->relief.axis.z, 0.5, 1e-12);
    REQUIRE_NEAR(map->normal.z, 1.0, 1e-12); /* the card's, not the axis's */
    end();
}

/* A map's axis slides, turns and sizes it on the card: what it shows at a place. */
static void an_axis_lays_the_map(void)
{
    begin("size 24 16", "media gray range height",
          "anim a.position.x { 1 0 2 4 }\n"
          "anim a.position.y { 1 0 2 -2 }\n");
    REQUIRE_OK(prepare(1));
    REQUIRE(zd_image_view(map->field).width == WIDE); /* as it is: nothing is placed */
    REQUIRE_OK(prepare(2));
    zd_view field = zd_image_view(map->field);
    REQUIRE(field.width == 24 && field.height == 16);
    for (int k = 0; k < 24 * 16; k++)
    { /* two pixels of the card for one of the map, 2 and 1 aside */
        double x = (k % 24 + 0.5 - 4.0) / 2.0 - 0.5;
        double y = (k / 24 + 0.5 - 2.0) / 2.0 - 0.5;
        if (x > 0.0 && y > 0.0) {
            REQUIRE_NEAR(zd_view_row_f32(field, k / 24)[k % 24], 100.0 + x + 20.0 * y, 1e-3);
        }
    }
    REQUIRE_NEAR(zd_zmap_sample(map, zd_image_view(map->field), 0.0, 0.0, false),
                 100.0 + 3.5 + 20.0 * 2.5, 1e-3);
    end();
}

/* ---- what is kept ---- */

/* What a field depends on makes it anew, and nothing else does. */
static void fields_are_made_when_they_must(void)
{
    static const struct {
        const char *zdepth;
        const char *anim;
        bool field;
        bool normals;
    } cases[] = {
        { "media gray range absolute", "anim s.colour.x { 1 0 2 1 }", false, false },
        { "media gray range absolute", "anim z.effect { 1 50 2 60 }", false, true },
        { "media gray range absolute", "anim z.scale { 1 1 2 2 }", true, true },
        { "media gray range absolute", "anim z.softness.x { 1 0 2 2 }", true, true },
        { "media gray range absolute", "anim z.softness.y { 1 0 2 2 }", true, true },
        { "media gray range absolute", "anim z.bump_depth { 1 1 2 2 }", false, true },
        { "media gray range absolute", "anim cam.far { 1 900 2 901 }", true, true },
        { "media gray range absolute", "anim cam.near { 1 10 2 11 }", true, true },
        { "media gray range absolute", "anim cam.fov { 1 40 2 41 }", true, true },
        { "media gray range absolute", "anim cam.position.x { 1 0 2 3 }", false, true },
        { "media gray range absolute", "anim s.size.x { 1 12 2 14 }", true, true },
        { "media gray range absolute", "anim a.position.y { 1 0 2 3 }", true, true },
        { "media gray range absolute", "anim cam.aperture { 1 0 2 3 }", false, false },
        { "media moves range absolute", "", true, true },
        { "media moves range absolute", "anim gray.offset { 1 0 2 3 }", true, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char zdepth[200];
        const char *size = strstr(cases[i].anim, "s.size") != NULL ? "size 12 8" : "";
        snprintf(zdepth, sizeof zdepth, "%s bump yes", cases[i].zdepth);
        begin(size, zdepth, cases[i].anim);
        REQUIRE_OK(prepare(1));
        unsigned field = map->field_serial;
        unsigned normals = map->normals_serial;
        REQUIRE(map->normals != NULL && normals > field);
        REQUIRE_OK(prepare(1));
        REQUIRE(map->field_serial == field && map->normals_serial == normals);
        REQUIRE_OK(prepare(2));
        if ((map->field_serial != field) != cases[i].field ||
            (map->normals_serial != normals) != cases[i].normals)
        {
            ZD_TEST_FAIL("%s, %s: field %d, normals %d", zdepth, cases[i].anim,
                         map->field_serial != field, map->normals_serial != normals);
        }
        end();
    }
}

/* Above 1, bump_depth flattens by the part along the card's normal. */
static void bump_depth_scales_the_normal(void)
{
    double plain[2][3];
    for (int pass = 0; pass < 2; pass++) {
        begin(
            "",
            pass == 0
                ? "media two hq yes range height direction normal scale 0.05 bump yes"
                : "media two hq yes range height direction normal scale 0.05 bump yes bump_depth 3",
            "");
        REQUIRE_OK(prepare(1));
        const float *n = zd_view_row_f32(zd_image_view(map->normals), 4) + 6 * 4;
        for (int c = 0; c < 3; c++) {
            plain[pass][c] = (double) n[c];
        }
        end();
    }
    /* Heights rise, but for what is evened out of their steps, by 0.0505 to the right and by 1 down, a pixel. */
    const double length = sqrt(0.0505 * 0.0505 + 1.0 + 1.0);
    REQUIRE_NEAR(plain[0][0], -0.0505 / length, 2e-2);
    REQUIRE_NEAR(plain[0][1], 1.0 / length, 2e-2);
    REQUIRE_NEAR(plain[0][2], 1.0 / length, 2e-2);
    const double flat = sqrt(0.0505 * 0.0505 + 1.0 + 9.0);
    REQUIRE_NEAR(plain[1][2] / plain[1][1], 3.0 * plain[0][2] / plain[0][1], 1e-4);
    REQUIRE_NEAR(plain[1][0] / plain[1][1], plain[0][0] / plain[0][1], 1e-4);
    REQUIRE_NEAR(plain[1][0], -0.0505 / flat, 2e-2);
    REQUIRE_NEAR(plain[1][1], 1.0 / flat, 2e-2);
    REQUIRE_NEAR(plain[1][2], 3.0 / flat, 2e-2);
}

/* A guess is made of the scene's first frame, once, and told. */
static void guesses_are_told_once(void)
{
    begin("", "media gray range auto", "");
    REQUIRE_OK(prepare(5));
    REQUIRE_OK(prepare(6));
    REQUIRE_TEXT(said, "'z': range auto takes the map as absolute (likely: values reach 251)\n");
    REQUIRE_NEAR(z_at(0, 0), 100.0, 0.0);
    end();
}

int main(void)
{
    const zd_context_params params = { .allocator = { zd_test_allocate, zd_test_release,
                                                      &zd_test_held },
                                       .threads = 1,
                                       .log = { note, NULL, ZD_LOG_WARN } };
    if (zd_context_create(&params, &ctx, NULL) != ZD_OK) {
        return 1;
    }
    RUN(flame_z_depth_hq_adds_the_low_part);
    RUN(cropped_size_uses_a_part);
    RUN(what_is_no_depth_is_told);
    RUN(objects_have_their_sizes);
    RUN(points_move_as_the_keys_say);
    RUN(an_axis_lays_the_map);
    RUN(fields_are_made_when_they_must);
    RUN(bump_depth_scales_the_normal);
    RUN(guesses_are_told_once);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
