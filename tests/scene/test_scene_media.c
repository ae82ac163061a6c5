/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Media of scenes: what is asked for, how front and matte become one picture, and what is kept from frame to
 * frame. No graphics card. */

#include "scene/scene_media.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;
static zd_scene *scene;
static zd_scene_media_store store;
static zd_scene_services services;

/* What the loader was asked for, and what it gives. */
static char asked[2000];
static int loads;
static int made; /* pictures of the movie */
static bool is_still;
static int front_width;
static int last_frame; /* of a movie, which stays; 0: it has none */

static void paint(zd_image *image, bool is_front)
{
    zd_view view = zd_image_view(image);
    for (int y = 0; y < view.height; y++) {
        for (int x = 0; x < view.width; x++) {
            for (int c = 0; c < view.format.channels; c++) {
                zd_view_row_f32(view, y)[x * view.format.channels + c] =
                    is_front ? (float) (0.25 * (c + 1) + 0.1 * x + y)
                             : (c == 0   ? 0.5f
                                : c == 1 ? 0.25f
                                         : 1.0f);
            }
        }
    }
}

static zd_status load(void *user, const zd_scene_request *request, zd_scene_loaded *out,
                      zd_error *e)
{
    (void) user;
    bool is_front = strstr(request->path, "front") != NULL;
    zd_format format = is_front || strstr(request->path, "rgb") != NULL ? ZD_RGB_F32 : ZD_GRAY_F32;
    loads++;
    snprintf(asked + strlen(asked), sizeof asked - strlen(asked), "%s|%s|%d|%d|%d|%s|%s|%s\n",
             request->path, request->channel, request->frame, request->as_data,
             request->colourspace, request->space, request->colours.config,
             request->colours.working);
    *out = (zd_scene_loaded){ .is_still = is_still };
    if (last_frame > 0 && strstr(request->path, "film") != NULL) {
        out->identity = request->frame < last_frame ? request->frame : last_frame;
        if (out->identity == request->known) {
            return ZD_OK;
        }
        made++;
    }
    if (strstr(request->path, "gone") != NULL) {
        return zd_fail(e, ZD_ERR_IO, "no such file");
    }
    ZD_TRY(zd_image_create(ctx, is_front ? front_width : 5, 2, format, &out->image, e));
    paint(out->image, is_front);
    if (strstr(request->path, "odd") != NULL) {
        float *at = zd_view_row_f32(zd_image_view(out->image), 0);
        at[0] = is_front ? INFINITY : NAN;
        at[1] = is_front ? 0.5f : 3.0f;
        at[2] = is_front ? NAN : -1.0f;
    }
    return ZD_OK;
}

static void begin(const char *text)
{
    asked[0] = '\0';
    loads = 0;
    is_still = true;
    front_width = 5;
    last_frame = 0;
    made = 0;
    services.loader.load = load;
    REQUIRE_OK(zd_scene_parse(ctx, "shots/s.zscene", text, strlen(text), &scene, &err));
    REQUIRE_OK(zd_scene_media_store_init(&store, scene, &services, &err));
}

static void end(void)
{
    zd_scene_media_store_finish(&store);
    zd_scene_destroy(&scene);
}

static zd_scene_media_slot *colour(const char *name, double frame)
{
    zd_scene_media_slot *slot = NULL;
    REQUIRE_OK(zd_scene_media_colour(&store, zd_scene_find(scene, name), frame, &slot, &err));
    return slot;
}

static zd_scene_media_slot *data(const char *name, double frame)
{
    zd_scene_media_slot *slot = NULL;
    REQUIRE_OK(zd_scene_media_data(&store, zd_scene_find(scene, name), frame, &slot, &err));
    return slot;
}

/* Past its end a movie is the same picture: nothing is made of it again, and its serial stays. */
static void held_frames_are_the_same_picture(void)
{
    begin("zscene 1\nmedia m { front \"film front\" }\nmedia d { front \"film\" }\n"
          "media both { front \"film front\" matte \"film\" }\n");
    is_still = false;
    last_frame = 3;
    for (int round = 0; round < 2; round++) {
        const char *name = round == 0 ? "m" : "both";
        unsigned second = colour(name, 2.0)->colour_serial;
        zd_scene_media_slot *slot = colour(name, 3.0);
        unsigned third = slot->colour_serial;
        const zd_image *image = slot->colour;
        REQUIRE(second != third);
        made = 0;
        REQUIRE(colour(name, 4.0)->colour_serial == third && slot->colour == image);
        REQUIRE(colour(name, 90.0)->colour_serial == third);
        REQUIRE_INT(made, 0);
        REQUIRE(colour(name, 1.0)->colour_serial != third);
        REQUIRE_INT(made, round + 1);
    }
    unsigned third = data("d", 3.0)->data_serial;
    made = 0;
    REQUIRE_INT(data("d", 7.0)->data_serial, third);
    REQUIRE_INT(made, 0);
    REQUIRE(data("d", 2.0)->data_serial != third);
    REQUIRE_INT(made, 1);
    end();
}

/* A matte that goes on beside a front that stays takes the front again. */
static void a_held_front_with_another_matte_is_new(void)
{
    begin("zscene 1\nmedia m { front \"film front\" matte \"grain\" }\n");
    is_still = false;
    last_frame = 3;
    zd_scene_media_slot *slot = colour("m", 3.0);
    unsigned serial = slot->colour_serial;
    REQUIRE(colour("m", 4.0)->colour_serial != serial);
    REQUIRE_NEAR(zd_view_row_f32(zd_image_view(slot->colour), 1)[0], (0.25 + 1.0) * 0.5, 1e-6);
    end();
}

static void media_ask_for_what_they_name(void)
{
    begin(
        "zscene 1\nframe { ocio \"c/a.ocio\" working_space \"ACEScg\" }\n"
        "media m { front \"front.%04d.exr:beauty\" matte \"/abs/m.exr:A\" offset 3 colourspace srgb }\n"
        "media n { front \"front.png\" space \"raw\" offset -2.6 }\n");
    colour("m", 10.0);
    REQUIRE_TEXT(asked, "shots/front.%04d.exr|beauty|7|0|2||shots/c/a.ocio|ACEScg\n"
                        "/abs/m.exr|A|7|1|2||shots/c/a.ocio|ACEScg\n");
    asked[0] = '\0';
    data("m", 10.0);
    data("n", 10.0);
    REQUIRE_TEXT(asked, "shots/front.%04d.exr|beauty|7|1|2||shots/c/a.ocio|ACEScg\n"
                        "/abs/m.exr|A|7|1|2||shots/c/a.ocio|ACEScg\n"
                        "shots/front.png||13|1|0|raw|shots/c/a.ocio|ACEScg\n");
    REQUIRE_INT(zd_scene_media_number(&store, zd_scene_find(scene, "m"), 10.4), 7);
    REQUIRE_INT(zd_scene_media_number(&store, zd_scene_find(scene, "m"), 10.5), 8);
    end();
}

/* A channel stands behind the last colon; a letter before one is a drive's, a '/' behind one makes it part of a folder, and
 * no channel is longer than its room. */
static void a_channel_is_cut_off_its_file(void)
{
    static const char *const cases[][2] = {
        { "front.exr:R", "shots/front.exr|R" },
        { "front:a:b", "shots/front:a|b" },
        { "fr:R", "shots/fr|R" },
        { "f:R", "shots/f:R|" },
        { ":R", "shots/:R|" },
        { "front:", "shots/front|" },
        { "a:b/front.exr", "shots/a:b/front.exr|" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "zscene 1\nmedia m { front \"%s\" }\n", cases[i][0]);
        begin(text);
        colour("m", 1.0);
        REQUIRE(strncmp(asked, cases[i][1], strlen(cases[i][1])) == 0 &&
                asked[strlen(cases[i][1])] == '|');
        end();
    }
}

static void require_pixel(const zd_scene_media_slot *slot, int x, int y, const double rgba[4])
{
    const float *p = zd_view_row_f32(zd_image_view(slot->colour), y) + (ptrdiff_t) x * 4;
    for (int c = 0; c < 4; c++) {
        REQUIRE_NEAR(p[c], rgba[c], 1e-6);
    }
}

/* A front is multiplied by its matte, once; what is missing is white; the matte's light is BT.709's. */
static void front_and_matte_become_one(void)
{
    const double luma = 0.2126 * 0.5 + 0.7152 * 0.25 + 0.0722 * 1.0;
    begin(
        "zscene 1\nframe { size 6 3 }\nmedia both { front \"front\" matte \"m\" }\n"
        "media done { front \"front\" matte \"m\" premult yes }\nmedia rgb { front \"front\" matte \"rgb\" }\n"
        "media alone { front \"front\" }\nmedia matte { matte \"m\" }\nmedia none { }\n"
        "media sized { size 4 2 }\nmedia gray { front \"m\" }\nmedia odd { front \"front_odd\" matte "
        "\"odd\" }\n");
    const double front[3] = { 0.25 + 0.2 + 1.0, 0.5 + 0.2 + 1.0, 0.75 + 0.2 + 1.0 };
    require_pixel(colour("both", 1), 2, 1,
                  (double[4]){ front[0] * 0.5, front[1] * 0.5, front[2] * 0.5, 0.5 });
    require_pixel(colour("done", 1), 2, 1, (double[4]){ front[0], front[1], front[2], 0.5 });
    require_pixel(colour("rgb", 1), 2, 1,
                  (double[4]){ front[0] * luma, front[1] * luma, front[2] * luma, luma });
    require_pixel(colour("alone", 1), 2, 1, (double[4]){ front[0], front[1], front[2], 1 });
    require_pixel(colour("matte", 1), 2, 1, (double[4]){ 0.5, 0.5, 0.5, 0.5 });
    require_pixel(colour("none", 1), 5, 2, (double[4]){ 1, 1, 1, 1 });
    require_pixel(colour("gray", 1), 2, 1, (double[4]){ 0.5, 0.5, 0.5, 1 });
    REQUIRE(colour("alone", 1)->is_opaque && colour("none", 1)->is_opaque);
    REQUIRE(!colour("both", 1)->is_opaque && !colour("matte", 1)->is_opaque);
    zd_view none = zd_image_view(colour("none", 1)->colour);
    zd_view sized = zd_image_view(colour("sized", 1)->colour);
    REQUIRE(none.width == 6 && none.height == 3 && sized.width == 4 && sized.height == 2);
    /* Numbers that are none are black or clear, and alpha stays between 0 and 1. */
    require_pixel(colour("odd", 1), 0, 0, (double[4]){ 0, 0, 0, 0 });
    require_pixel(colour("odd", 1), 1, 0, (double[4]){ 0.35, 0.6, 0.85, 1 });
    require_pixel(colour("odd", 1), 2, 0, (double[4]){ 0, 0, 0, 0 });
    end();
}

/* A still is read once, a movie once a frame; what is new has a serial of its own. */
static void pictures_are_kept(void)
{
    begin("zscene 1\nmedia m { front \"front\" matte \"m\" }\nmedia n { front \"front\" }\n");
    unsigned first = colour("m", 1)->colour_serial;
    REQUIRE(colour("m", 2)->colour_serial == first && loads == 2);
    REQUIRE(colour("n", 2)->colour_serial > first && loads == 3);
    unsigned of_data = data("m", 1)->data_serial;
    REQUIRE(data("m", 7)->data_serial == of_data && loads == 5 && of_data > first);
    REQUIRE(data("m", 7)->data_low != NULL && data("n", 7)->data_low == NULL);
    end();
    begin("zscene 1\nmedia m { front \"front\" matte \"m\" }\n");
    is_still = false;
    first = colour("m", 1)->colour_serial;
    REQUIRE(colour("m", 1.4)->colour_serial == first && loads == 2);
    REQUIRE(colour("m", 1.5)->colour_serial > first && loads == 4);
    of_data = data("m", 1)->data_serial;
    REQUIRE(data("m", 1.4)->data_serial == of_data && loads == 6);
    REQUIRE(data("m", 2)->data_serial > of_data && loads == 8);
    end();
}

static void require_refused(const char *name, bool as_data, const char *message)
{
    zd_scene_media_slot *slot = NULL;
    int node = zd_scene_find(scene, name);
    REQUIRE((as_data ? zd_scene_media_data(&store, node, 1.0, &slot, &err)
                     : zd_scene_media_colour(&store, node, 1.0, &slot, &err)) != ZD_OK);
    REQUIRE_TEXT(err.message, message);
}

static void what_cannot_be_is_told_with_its_place(void)
{
    begin("zscene 1\nmedia m { front \"front\" matte \"m\" }\nmedia gone { front \"gone\" }\n"
          "media none { matte \"m\" }\nmedia low { front \"front\" matte \"gone\" }\n");
    front_width = 7;
    require_refused("m", false,
                    "shots/s.zscene:2:1: media 'm' has a front of 7x2 and a matte of 5x2");
    require_refused("gone", false, "shots/s.zscene:3:14: media 'gone': no such file");
    require_refused("gone", true, "shots/s.zscene:3:14: media 'gone': no such file");
    require_refused("low", true, "shots/s.zscene:5:27: media 'low': no such file");
    require_refused("none", true,
                    "shots/s.zscene:4:1: media 'none' has no front to read depth or normals from");
    front_width = 16385;
    require_refused(
        "m", true,
        "shots/s.zscene:2:11: media 'm': 'front' is 16385x2; a side may have 16384 pixels");
    end();
}

/* Footage is what a movie's own analysis may be asked of: a front that is nothing else. */
static void footage_is_a_front_alone(void)
{
    static const char *const expected[] = { "shots/front", NULL, NULL, NULL, NULL };
    static const char *const names[] = { "plain", "channel", "space", "coded", "none" };
    begin(
        "zscene 1\nmedia plain { front \"front\" }\nmedia channel { front \"front:A\" }\n"
        "media space { front \"front\" space \"raw\" }\nmedia coded { front \"front\" colourspace srgb "
        "}\nmedia none { }\n");
    for (int i = 0; i < 5; i++) {
        char *path = NULL;
        REQUIRE_OK(zd_scene_media_footage(&store, zd_scene_find(scene, names[i]), &path, &err));
        REQUIRE((path == NULL) == (expected[i] == NULL));
        if (path != NULL) {
            REQUIRE_TEXT(path, expected[i]);
        }
        zd_free(ctx, path);
    }
    end();
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(held_frames_are_the_same_picture);
    RUN(a_held_front_with_another_matte_is_new);
    RUN(media_ask_for_what_they_name);
    RUN(a_channel_is_cut_off_its_file);
    RUN(front_and_matte_become_one);
    RUN(pictures_are_kept);
    RUN(what_cannot_be_is_told_with_its_place);
    RUN(footage_is_a_front_alone);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
