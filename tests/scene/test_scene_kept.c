/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a renderer keeps from frame to frame: whatever changes, a frame is that of a renderer that begins
 * with it; and what does not change is not made again. */

#include "scene/render_internal.h"
#include "scene_fixture.h"

static float hill(int x, int y, int c)
{
    (void) c;
    return (float) (300.0 + 60.0 * sin(x * 0.05) * cos(y * 0.04) + (x > 350 ? 90.0 : 0.0));
}

static float wave(int x, int y, int c)
{
    return hill(x + 9 * t0_frame, y, c);
}

static float checks(int x, int y, int c)
{
    return (x / 20 + y / 20 + c) % 2 == 0 ? 0.7f : 0.2f;
}

/* The edge in the picture that a soft step goes to. */
static float wandering(int x, int y, int c)
{
    (void) y, (void) c;
    return x < 340 + 6 * t0_frame ? 0.8f : 0.1f;
}

static float soft_step(int x, int y, int c)
{
    (void) y, (void) c;
    return (float) (200.0 + 200.0 / (1.0 + exp(-(x + 0.5 - 348.0) / 4.0)));
}

static float height(int x, int y, int c)
{
    (void) c;
    return (float) (8.0 * sin(x * 0.1) + 0.02 * y);
}

static const t0_picture pictures[] = {
    { .name = "hill", .formula = hill, .channels = 1 },
    { .name = "wave", .formula = wave, .channels = 1, .moves = true },
    { .name = "checks", .formula = checks, .channels = 3 },
    { .name = "wandering", .formula = wandering, .channels = 3, .moves = true },
    { .name = "soft", .formula = soft_step, .channels = 1 },
    { .name = "height", .formula = height, .channels = 1 },
};

#define MEDIA                                                              \
    "zscene 1\nframe { size 640 360 range 1 9 }\n"                         \
    "media hill { front \"hill\" }\nmedia wave { front \"wave\" }\n"       \
    "media tex { front \"checks\" }\nmedia edge { front \"wandering\" }\n" \
    "media soft { front \"soft\" }\nmedia h { front \"height\" }\n"
#define CAMERAS                         \
    "camera cam { near 10 far 2000 }\n" \
    "axis orbit { }\n"                  \
    "camera side { parent orbit position 25 0 auto near 10 far 2000 }\n"
#define GRID                                               \
    "axis place { }\n"                                     \
    "surface card { parent place media tex cell_px 12 }\n" \
    "axis za { parent card }\n"                            \
    "zdepth zd { parent za on card media hill range absolute camera cam three_d yes "
#define OUT "output o { camera side passes comp zdepth normals position }\n"

typedef struct change {
    const char *name;
    const char *text;
    int made; /* meshes that the second frame makes anew */
    int seen; /* and others that it sees anew */
} change;

static const change changes[] = {
    { "nothing", MEDIA CAMERAS GRID "}\n" OUT, 0, 0 },
    { "nothing, torn and filled", MEDIA CAMERAS GRID "cut_mode fill }\n" OUT, 0, 0 },
    { "nothing, flat",
      MEDIA CAMERAS "surface card { media tex }\nzdepth zd { on card media hill range absolute "
                    "camera cam }\n" OUT,
      0, 0 },
    { "a light",
      MEDIA CAMERAS GRID "cut_mode fill }\n"
                         "light sun { type directional rotation 0 40 0 shadow yes }\n"
                         "anim sun.rotation.x { 1 0 2 20 }\n" OUT,
      0, 0 },
    { "the light of a flat surface",
      MEDIA CAMERAS "surface card { media tex cell_px 8 }\n"
                    "zdepth zd { on card media hill range absolute camera cam }\n"
                    "light sun { type directional rotation 0 40 0 shadow yes }\n"
                    "anim sun.rotation.x { 1 0 2 20 }\n" OUT,
      0, 0 },
    { "a colour", MEDIA CAMERAS GRID "}\nanim card.colour.x { 1 1 2 0.5 }\n" OUT, 0, 0 },
    { "the camera", MEDIA CAMERAS GRID "cut_mode fill }\nanim orbit.rotation.y { 1 0 2 2 }\n" OUT,
      0, 2 },
    { "its lens", MEDIA CAMERAS GRID "}\nanim side.fov { 1 40 2 44 }\n" OUT, 0, 1 },
    { "the map's camera", MEDIA CAMERAS GRID "}\nanim cam.position.x { 1 0 2 15 }\n" OUT, 1, 0 },
    { "the place", MEDIA CAMERAS GRID "}\nanim place.rotation.y { 1 0 2 7 }\n" OUT, 1, 0 },
    { "the map's place", MEDIA CAMERAS GRID "}\nanim za.position.x { 1 0 2 30 }\n" OUT, 1, 0 },
    { "the resolution", MEDIA CAMERAS GRID "}\nanim card.cell_px { 1 12 2 7 }\n" OUT, 1, 0 },
    { "the effect", MEDIA CAMERAS GRID "}\nanim zd.effect { 1 100 2 60 }\n" OUT, 1, 0 },
    { "softness", MEDIA CAMERAS GRID "}\nanim zd.softness.x { 1 0 2 9 }\n" OUT, 1, 0 },
    { "the cut's angle", MEDIA CAMERAS GRID "cut_mode cut }\nanim zd.cut_angle { 1 85 2 40 }\n" OUT,
      1, 0 },
    { "the longest edge", MEDIA CAMERAS GRID "cut_mode cut }\nanim zd.max_edge { 1 0 2 12 }\n" OUT,
      1, 0 },
    { "the skirt", MEDIA CAMERAS GRID "cut_mode skirt }\nanim zd.skirt_px { 1 4 2 30 }\n" OUT, 1,
      0 },
    { "the size",
      MEDIA CAMERAS "surface card { size 640 360 cell_px 12 }\n"
                    "zdepth zd { on card media hill range absolute camera cam three_d "
                    "yes }\nanim card.size.x { 1 640 2 500 }\n" OUT,
      1, 0 },
    { "the size of a flat surface",
      MEDIA CAMERAS "surface card { size 640 360 }\nanim card.size.y { 1 360 2 200 }\n" OUT, 1, 0 },
    { "the depth",
      MEDIA CAMERAS "surface card { media tex cell_px 12 }\n"
                    "zdepth zd { on card media wave range absolute camera cam "
                    "three_d yes cut_mode fill }\n" OUT,
      2, 0 },
    { "the picture's edge that a step goes to",
      MEDIA CAMERAS "surface card { media edge cell_px 1 }\n"
                    "zdepth zd { on card media soft range absolute camera cam three_d yes "
                    "cut_mode cut }\n" OUT,
      1, 0 },
    { "what is transparent and crosses",
      MEDIA CAMERAS "axis a { rotation 0 40 0 }\naxis b { rotation 0 -40 0 }\n"
                    "surface one { parent a size 400 300 transparency 50 }\n"
                    "surface two { parent b size 400 300 transparency 50 colour 1 0 0 }\n"
                    "anim b.position.z { 1 0 2 -400 }\n" OUT,
      1, 0 },
    { "one of two",
      MEDIA CAMERAS GRID "}\naxis p { position 0 0 300 }\n"
                         "surface near { parent p size 90 90 }\n"
                         "anim p.position.x { 1 0 2 40 }\n" OUT,
      1, 0 },
    { "a mesh's unit",
      MEDIA CAMERAS "geometry g { file \"test_scene_kept.obj\" }\n"
                    "zdepth zd { on g media h range height camera cam three_d yes "
                    "}\nanim g.unit { 1 1 2 0.7 }\n" OUT,
      1, 0 },
    { "a mesh's map",
      MEDIA CAMERAS "geometry g { file \"test_scene_kept.obj\" }\n"
                    "zdepth zd { on g media h range height camera cam three_d yes "
                    "}\nanim zd.effect { 1 100 2 300 }\n" OUT,
      1, 0 },
    { "nothing of a mesh",
      MEDIA CAMERAS "geometry g { file \"test_scene_kept.obj\" media tex }\n"
                    "zdepth zd { on g media h range height camera cam }\n" OUT,
      0, 0 },
};

static void write_mesh(void)
{
    FILE *file = fopen("test_scene_kept.obj", "w");
    REQUIRE(file != NULL);
    for (int i = 0; i < 25; i++) {
        fprintf(file, "v %d %d 0\nvt %g %g\n", i % 5 * 100 - 200, i / 5 * 60 - 120, i % 5 / 4.0,
                i / 5 / 4.0);
    }
    for (int i = 0; i < 16; i++) {
        int v = i / 4 * 5 + i % 4 + 1;
        fprintf(file, "f %d/%d %d/%d %d/%d %d/%d\n", v, v, v + 1, v + 1, v + 6, v + 6, v + 5,
                v + 5);
    }
    fclose(file);
}

static void require_same(zd_scene_picture *a, zd_scene_picture *b, const char *what)
{
    REQUIRE_INT(a->pass_count, b->pass_count);
    for (int i = 0; i < a->pass_count; i++) {
        if (!t0_same(zd_image_view(a->passes[i].image), zd_image_view(b->passes[i].image))) {
            ZD_TEST_FAIL("%s: the pass %s differs", what, a->passes[i].name);
        }
    }
}

/* The second frame of a renderer that has made the first, and of one that has not. */
static void what_changes_is_made_anew(void)
{
    write_mesh();
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        zd_error err = { 0 };
        zd_scene_picture later = { 0 };
        t0_render_text(1.0, changes[i].text);
        REQUIRE(t0.picture.timing.meshes_made > 0);
        REQUIRE_OK(zd_scene_render(t0.renderer, 0, 2.0, &later, &err));
        int seen = later.timing.meshes_seen - later.timing.meshes_made;
        if (later.timing.meshes_made != changes[i].made || seen != changes[i].seen) {
            ZD_TEST_FAIL("%s: %d meshes are made anew and %d more seen, not %d and %d",
                         changes[i].name, later.timing.meshes_made, seen, changes[i].made,
                         changes[i].seen);
        }
        t0_render_text(2.0, changes[i].text);
        require_same(&later, &t0.picture, changes[i].name);
        zd_scene_picture_release(&later);
    }
    remove("test_scene_kept.obj");
}

static const char orbiting[] =
    MEDIA CAMERAS GRID "cut_mode fill }\n"
                       "axis p { position 0 0 300 scale 20 20 20 }\n"
                       "surface near { parent p media edge }\n"
                       "zdepth zn { on near media wave range absolute camera cam three_d yes }\n"
                       "light sun { type spot position 0 200 700 shadow yes shadow_size 128 }\n"
                       "anim orbit.rotation.y { 1 0 3 8 6 -8 }\n"
                       "anim zd.effect { 3 100 5 60 }\n" OUT;

/* Frames forwards, backwards and out of order are those of renderers that begin with them. */
static void any_order_gives_the_same(void)
{
    static const double order[] = { 1, 2, 3, 4, 3, 2, 1, 4, 2, 2, 3 };
    zd_error err = { 0 };
    zd_scene_picture alone[5] = { 0 };
    for (int frame = 1; frame <= 4; frame++) {
        t0_render_text(frame, orbiting);
        alone[frame] = t0.picture;
        t0.picture = (zd_scene_picture){ 0 };
    }
    t0_render_text(1.0, orbiting);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        zd_scene_picture picture = { 0 };
        REQUIRE_OK(zd_scene_render(t0.renderer, 0, order[i], &picture, &err));
        require_same(&picture, &alone[(int) order[i]], "out of order");
        zd_scene_picture_release(&picture);
    }
    for (int frame = 1; frame <= 4; frame++) {
        zd_scene_picture_release(&alone[frame]);
    }
}

/* Where nothing may be kept, all is made again for each camera, with the same bits. */
static void a_limit_of_memory_changes_no_pixel(void)
{
    static const char text[] =
        MEDIA CAMERAS GRID "cut_mode fill }\nanim orbit.rotation.y { 1 0 4 9 }\n" OUT;
    zd_error err = { 0 };
    zd_scene_picture kept = { 0 };
    zd_scene_picture made = { 0 };
    t0_render_text(1.0, text);
    size_t bytes = t0.renderer->kept_bytes;
    REQUIRE(bytes > 1000 && bytes < t0.renderer->most_kept_bytes);
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 2.0, &kept, &err));
    REQUIRE_INT(kept.timing.meshes_made, 0);
    REQUIRE_INT(t0.renderer->kept_bytes, bytes);
    t0_render_text(1.0, text);
    t0.renderer->most_kept_bytes = 0;
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 3.0, &made, &err));
    zd_scene_picture_release(&made);
    REQUIRE_INT(t0.renderer->kept_bytes, 0);
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 2.0, &made, &err));
    REQUIRE_INT(made.timing.meshes_made, 2);
    require_same(&made, &kept, "without memory");
    zd_scene_picture_release(&kept);
    zd_scene_picture_release(&made);
}

/* Outputs with cameras of their own take turns. */
static void outputs_take_turns(void)
{
    static const char text[] =
        MEDIA CAMERAS GRID "cut_mode fill }\noutput a { camera cam passes comp zdepth }\n" OUT;
    zd_error err = { 0 };
    zd_scene_picture first = { 0 };
    zd_scene_picture again = { 0 };
    t0_render_text(1.0, text);
    REQUIRE_OK(zd_scene_render(t0.renderer, 1, 1.0, &first, &err));
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 1.0, &again, &err));
    require_same(&again, &t0.picture, "the first output");
    zd_scene_picture_release(&again);
    REQUIRE_OK(zd_scene_render(t0.renderer, 1, 2.0, &again, &err));
    require_same(&again, &first, "the second output");
    zd_scene_picture_release(&again);
    zd_scene_picture_release(&first);
}

/* A shutter in which nothing moves makes nothing twice. */
static void samples_share_what_stands_still(void)
{
    static const char text[] =
        MEDIA CAMERAS GRID "}\noutput o { camera side passes comp samples 4 shutter 180 }\n";
    t0_render_text(1.0, text);
    REQUIRE_INT(t0.picture.timing.meshes_made, 1);
}

/* Media without files are white all over: one pixel of the card's, which is also what a shadow sees. */
static void white_is_no_picture(void)
{
    static const char text[] = MEDIA CAMERAS
        "media none { size 64 64 }\naxis high { position 0 0 90 scale 100 100 100 }\n"
        "surface wall { media tex }\nsurface small { parent high media none colour 1 0 0 }\n"
        "light sun { type directional rotation 0 20 0 shadow yes }\n"
        "output o { camera cam passes comp }\n";
    t0_render_text(1.0, text);
    int none = zd_scene_find(t0.scene, "none");
    int tex = zd_scene_find(t0.scene, "tex");
    REQUIRE_INT(t0.renderer->nodes[none].colour.name, 0);
    REQUIRE(t0.renderer->nodes[tex].colour.name != 0);
    const zd_image *comp = t0.picture.passes[0].image;
    const float *middle = zd_view_row_f32(zd_image_view(comp), T0_H / 2) + (ptrdiff_t) T0_W / 2 * 4;
    REQUIRE(middle[0] > 0.5f && middle[1] == 0.0f && middle[2] == 0.0f);
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(what_changes_is_made_anew);
    RUN(outputs_take_turns);
    RUN(any_order_gives_the_same);
    RUN(a_limit_of_memory_changes_no_pixel);
    RUN(white_is_no_picture);
    RUN(samples_share_what_stands_still);
    t0_stop();
    return zd_test_finish();
}
