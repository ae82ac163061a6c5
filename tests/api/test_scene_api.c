/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Scenes by the public library: edits keep what they do not touch, refusals change nothing, a view
 * shows what the renderer renders and snaps where `zdepth scene zsnap` does. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "zd_test.h"
#include "zdepth/zdepth.h"

static zdepth_context *context;

static const char text[] = "# A comment that stays.\n"
                           "zscene 1\n"
                           "frame { size 64 36 range 1 8 } # the frame's\n"
                           "\n"
                           "media plate { front \"p.png\" }\n"
                           "media depth { front \"d.png\" }\n"
                           "axis base { position 1 2 3 }   # moved by hand\n"
                           "surface card {\n"
                           "    parent base   # carried\n"
                           "    media 1\n"
                           "}\n"
                           "axis z_axis { parent card }\n"
                           "zdepth z { parent z_axis on card media 2 }\n"
                           "anim base.position.x { 1 0 8 10 smooth }\n"
                           "camera cam { look_at base }\n"
                           "light sun { affects card look_at card }\n"
                           "output main { camera cam }\n";

static zdepth_scene *parse(const char *from)
{
    zdepth_error err = { 0 };
    zdepth_scene *scene = NULL;
    if (zdepth_scene_parse(context, "test.zscene", from, &scene, &err) != ZDEPTH_OK) {
        printf("%s\n", err.message);
    }
    return scene;
}

/* The text with one part replaced. */
static const char *with(const char *part, const char *by)
{
    static char changed[4096];
    const char *at = strstr(text, part);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int) (at - text), text, by, at + strlen(part));
    return changed;
}

static void check_set(const char *node, const char *key, const char *value, const char *part,
                      const char *by)
{
    zdepth_scene *scene = parse(text);
    REQUIRE(zdepth_scene_set(scene, node[0] == '\0' ? 0 : zdepth_scene_find(scene, node), key,
                             value, NULL) == ZDEPTH_OK);
    REQUIRE_TEXT(zdepth_scene_text(scene), with(part, by));
    zdepth_scene_destroy(&scene);
}

static void test_set(void)
{
    check_set("base", "position", "4 5.5 -6", "position 1 2 3", "position 4 5.5 -6");
    check_set("base", "scale", "50 50 50", "3 }   #", "3 scale 50 50 50 }   #");
    check_set("card", "shine", "8", "media 1\n", "media 1\n    shine 8\n");
    check_set("card", "parent", NULL, "    parent base   # carried\n", "       # carried\n");
    check_set("card", "media", NULL, "    media 1\n", "");
    check_set("z_axis", "parent", NULL, "{ parent card }", "{ }");
    check_set("", "fps", "30", "range 1 8 }", "range 1 8 fps 30 }");
    check_set("plate", "front", "a b#{}.png", "\"p.png\"", "\"a b#{}.png\"");
    check_set("main", "passes", "comp zdepth", "camera cam }", "camera cam passes comp zdepth }");
    check_set("sun", "exclude", "card", "look_at card }", "look_at card exclude card }");
}

static void test_refusals_change_nothing(void)
{
    zdepth_error err = { 0 };
    zdepth_scene *scene = parse(text);
    int base = zdepth_scene_find(scene, "base");
    REQUIRE(zdepth_scene_set(scene, base, "position", "1 2", &err) != ZDEPTH_OK);
    REQUIRE(zdepth_scene_set(scene, base, "position", "1 2 3 } axis other {", &err) ==
            ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(err.message, "position cannot hold the character '}' (0x7d)");
    REQUIRE(zdepth_scene_set(scene, base, "sise", "1", &err) == ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(err.message, "axis has no key 'sise'");
    REQUIRE(zdepth_scene_set(scene, base, "parent", "nobody", &err) != ZDEPTH_OK);
    REQUIRE(zdepth_scene_set(scene, 99, "parent", "base", &err) == ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE(zdepth_scene_rename(scene, base, "card", &err) != ZDEPTH_OK);
    REQUIRE(zdepth_scene_rename(scene, base, "a b", &err) == ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE(zdepth_scene_remove(scene, 0, &err) == ZDEPTH_ERR_INVALID_ARGUMENT);
    int node = 0;
    REQUIRE(zdepth_scene_add_map(scene, base, ZDEPTH_SCENE_ZDEPTH, -1, &node, &err) ==
            ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(zdepth_scene_text(scene), text);
    zdepth_scene_destroy(&scene);
}

static void test_remove_relinks(void)
{
    zdepth_scene *scene = parse(text);
    REQUIRE(zdepth_scene_remove(scene, zdepth_scene_find(scene, "card"), NULL) == ZDEPTH_OK);
    REQUIRE(zdepth_scene_find(scene, "card") < 0 && zdepth_scene_find(scene, "z") < 0);
    zdepth_scene_node axis;
    zdepth_scene_node_at(scene, zdepth_scene_find(scene, "z_axis"), &axis);
    REQUIRE_INT(axis.parent, zdepth_scene_find(scene, "base"));
    REQUIRE(strstr(zdepth_scene_text(scene), "light sun { }\n") != NULL);
    REQUIRE(strstr(zdepth_scene_text(scene), "# moved by hand") != NULL);
    REQUIRE(zdepth_scene_remove(scene, zdepth_scene_find(scene, "base"), NULL) == ZDEPTH_OK);
    REQUIRE(strstr(zdepth_scene_text(scene), "anim") == NULL);
    REQUIRE(strstr(zdepth_scene_text(scene), "camera cam { }") != NULL);
    zdepth_scene_destroy(&scene);

    /* Media are also named by numbers, which a removal shifts. */
    scene = parse(text);
    REQUIRE(zdepth_scene_remove(scene, zdepth_scene_find(scene, "plate"), NULL) == ZDEPTH_OK);
    int map = zdepth_scene_find(scene, "z");
    REQUIRE_INT(zdepth_scene_link(scene, map, "media", 0), zdepth_scene_find(scene, "depth"));
    REQUIRE_INT(zdepth_scene_link(scene, zdepth_scene_find(scene, "card"), "media", 0), -1);
    zdepth_scene_destroy(&scene);
}

static void test_rename_is_everywhere(void)
{
    zdepth_scene *scene = parse(text);
    REQUIRE(zdepth_scene_rename(scene, zdepth_scene_find(scene, "base"), "root", NULL) ==
            ZDEPTH_OK);
    REQUIRE(strstr(zdepth_scene_text(scene), "base") == NULL);
    REQUIRE_INT(zdepth_scene_keyframe_count(scene, zdepth_scene_find(scene, "root"), "position", 0),
                2);
    REQUIRE(zdepth_scene_rename(scene, zdepth_scene_find(scene, "root"), "base", NULL) ==
            ZDEPTH_OK);
    REQUIRE_TEXT(zdepth_scene_text(scene), text);
    zdepth_scene_destroy(&scene);
}

static void test_add_map_has_its_axis(void)
{
    zdepth_error err = { 0 };
    zdepth_scene *scene = parse("zscene 1\nmedia m { front \"a.png\" }\ncamera c { }\n"
                                "surface s { media m }\noutput o { }");
    int map = -1;
    int on = zdepth_scene_find(scene, "s");
    REQUIRE(zdepth_scene_add_map(scene, on, ZDEPTH_SCENE_ZDEPTH, -1, &map, &err) == ZDEPTH_OK);
    zdepth_scene_node node;
    REQUIRE(zdepth_scene_node_at(scene, map, &node));
    REQUIRE_TEXT(node.name, "s_z");
    REQUIRE_INT(node.media_number, 1);
    REQUIRE(zdepth_scene_node_at(scene, node.parent, &node));
    REQUIRE_INT(node.kind, ZDEPTH_SCENE_AXIS);
    REQUIRE_INT(node.parent, on);
    REQUIRE(zdepth_scene_check(scene, &err) == ZDEPTH_OK);
    zdepth_scene_destroy(&scene);
}

static void test_create_map_writes_what_is_missing(void)
{
    zdepth_scene *scene = parse("zscene 1\nmedia m { }\nsurface s { media m }\n"
                                "aov a { on s type normal } # keyed\n");
    bool made = false;
    REQUIRE(zdepth_scene_create_map(scene, zdepth_scene_find(scene, "a"), &made, NULL) ==
            ZDEPTH_OK);
    REQUIRE(made && strstr(zdepth_scene_text(scene), "# keyed") != NULL);
    int map = zdepth_scene_find(scene, "s_zdepth");
    char *value = NULL;
    REQUIRE(zdepth_scene_get(scene, map, "analysis", &value, NULL) == ZDEPTH_OK);
    REQUIRE_TEXT(value, "global");
    zdepth_text_free(context, value);
    REQUIRE(zdepth_scene_get(scene, map, "bump", &value, NULL) == ZDEPTH_OK);
    REQUIRE_TEXT(value, "yes");
    zdepth_text_free(context, value);
    REQUIRE(zdepth_scene_create_map(scene, zdepth_scene_find(scene, "a"), &made, NULL) ==
            ZDEPTH_OK);
    REQUIRE(!made);
    zdepth_scene_destroy(&scene);
}

static void test_keyframes(void)
{
    zdepth_scene *scene = parse(text);
    int base = zdepth_scene_find(scene, "base");
    zdepth_scene_keyframe key = { 4.0, 7.5, ZDEPTH_SCENE_HOLD };
    REQUIRE(zdepth_scene_set_keyframe(scene, base, "position", 0, key, NULL) == ZDEPTH_OK);
    REQUIRE_TEXT(zdepth_scene_text(scene),
                 with("anim base.position.x { 1 0 8 10 smooth }",
                      "anim base.position.x { 1 0 4 7.5 hold 8 10 smooth }"));
    REQUIRE(zdepth_scene_number(scene, base, "position", 0, 6.0) == 7.5);
    REQUIRE(zdepth_scene_remove_keyframe(scene, base, "position", 0, 1, NULL) == ZDEPTH_OK);
    REQUIRE_INT(zdepth_scene_keyframe_count(scene, base, "position", 0), 2);
    REQUIRE(zdepth_scene_remove_keyframe(scene, base, "position", 0, 0, NULL) == ZDEPTH_OK);
    REQUIRE(zdepth_scene_remove_keyframe(scene, base, "position", 0, 0, NULL) == ZDEPTH_OK);
    REQUIRE_TEXT(zdepth_scene_text(scene), with("anim base.position.x { 1 0 8 10 smooth }\n", ""));
    REQUIRE(zdepth_scene_set_keyframe(scene, base, "position", 2, key, NULL) == ZDEPTH_OK);
    REQUIRE(strstr(zdepth_scene_text(scene), "anim base.position.z { 4 7.5 hold }") != NULL);
    REQUIRE(zdepth_scene_set_keyframe(scene, base, "parent", 0, key, NULL) != ZDEPTH_OK);
    zdepth_scene_destroy(&scene);
}

/* ---- a view ---- */

enum { WIDTH = 64, HEIGHT = 36 };

static const char lit[] = "zscene 1\nframe { size 128 72 range 1 2 }\n"
                          "media white { size 128 72 }\n"
                          "camera cam { near 10 far 1000 }\n"
                          "axis spot { }\n"
                          "surface card { parent spot media white size 32 18 colour 1 0.5 0.25 }\n"
                          "output main { camera cam samples 4 passes comp zdepth }\n";

static bool render(zdepth_scene_view *view, zdepth_scene_pass pass, double yaw, uint8_t *pixels)
{
    zdepth_error err = { 0 };
    zdepth_scene_request request = { .size = sizeof request,
                                     .frame = 1.0,
                                     .pass = pass,
                                     .width = WIDTH,
                                     .height = HEIGHT,
                                     .yaw_deg = yaw,
                                     .pixels = pixels };
    if (zdepth_scene_view_render(view, &request, &err) != ZDEPTH_OK) {
        printf("%s\n", err.message);
        return false;
    }
    return true;
}

static const uint8_t *pixel(const uint8_t *pixels, int x, int y)
{
    return pixels + ((size_t) y * WIDTH + (size_t) x) * 4;
}

/* The keys of every kind are counted from 0, and end. */
static void test_keys_can_be_listed(void)
{
    zdepth_scene_key key;
    for (int kind = 0; kind < ZDEPTH_SCENE_KINDS; kind++) {
        int count = zdepth_scene_key_count((zdepth_scene_kind) kind);
        REQUIRE(count > 0);
        for (int i = 0; i < count; i++) {
            REQUIRE(zdepth_scene_key_at((zdepth_scene_kind) kind, i, &key));
            REQUIRE(key.name != NULL && key.name[0] != '\0' && key.help != NULL);
        }
        REQUIRE(!zdepth_scene_key_at((zdepth_scene_kind) kind, -1, &key));
        REQUIRE(!zdepth_scene_key_at((zdepth_scene_kind) kind, count, &key));
        REQUIRE(key.name == NULL);
    }
}

static void test_view(void)
{
    zdepth_error err = { 0 };
    zdepth_scene *scene = parse(lit);
    zdepth_scene_view *view = NULL;
    uint8_t *pixels = malloc((size_t) WIDTH * HEIGHT * 4);
    REQUIRE(zdepth_scene_view_open(context, NULL, &view, &err) == ZDEPTH_OK);
    zdepth_status status = zdepth_scene_view_set(view, scene, &err);
    if (status == ZDEPTH_ERR_MISSING) {
        zdepth_scene_view_close(&view);
        zdepth_scene_destroy(&scene);
        free(pixels);
        SKIP("%s", err.message);
    } else {
        REQUIRE(status == ZDEPTH_OK);
        REQUIRE(render(view, ZDEPTH_SCENE_PASS_COMP, 0.0, pixels));
        const uint8_t *middle = pixel(pixels, 32, 18);
        REQUIRE_INT(middle[0], 255);
        REQUIRE_INT(middle[1], 188); /* sRGB of 0.5 */
        REQUIRE_INT(middle[2], 137); /* of 0.25 */
        REQUIRE_INT(pixel(pixels, 4, 4)[3], 0);

        /* A card of a quarter of the frame's width, 32 of 128 pixels, is 16 of 64 here. */
        REQUIRE_INT(pixel(pixels, 25, 18)[3], 255);
        REQUIRE_INT(pixel(pixels, 23, 18)[3], 0);
        int spot = zdepth_scene_find(scene, "spot");
        zdepth_scene_place place;
        REQUIRE(zdepth_scene_view_place(view, spot, &place));
        REQUIRE(fabs(place.at[0] - 0.5) < 1e-9 && fabs(place.at[1] - 0.5) < 1e-9);
        REQUIRE(fabs(place.by[0][0] * 128.0 - 1.0) < 1e-9); /* a pixel is a pixel at z 0 */
        REQUIRE(fabs(place.by[1][1] * 72.0 + 1.0) < 1e-9);

        /* Numbers alone change: the place follows, the picture too. */
        REQUIRE(zdepth_scene_set(scene, spot, "position", "32 0 0", &err) == ZDEPTH_OK);
        REQUIRE(zdepth_scene_view_set(view, scene, &err) == ZDEPTH_OK);
        REQUIRE(render(view, ZDEPTH_SCENE_PASS_COMP, 0.0, pixels));
        REQUIRE_INT(pixel(pixels, 48, 18)[3], 255);
        REQUIRE_INT(pixel(pixels, 32, 18)[3], 0);
        REQUIRE(zdepth_scene_view_place(view, spot, &place));
        REQUIRE(fabs(place.at[0] - 0.75) < 1e-9);

        /* Round the card by a right angle it has no width. */
        REQUIRE(zdepth_scene_set(scene, spot, "position", NULL, &err) == ZDEPTH_OK);
        REQUIRE(zdepth_scene_view_set(view, scene, &err) == ZDEPTH_OK);
        REQUIRE(render(view, ZDEPTH_SCENE_PASS_COMP, 60.0, pixels));
        REQUIRE_INT(pixel(pixels, 25, 18)[3], 0);
        REQUIRE_INT(pixel(pixels, 32, 18)[3], 255);

        /* A pass that the output does not have is there to be looked at. */
        REQUIRE(render(view, ZDEPTH_SCENE_PASS_NORMALS, 0.0, pixels));
        REQUIRE_INT(pixel(pixels, 32, 18)[2], 255);
        REQUIRE_INT(pixel(pixels, 32, 18)[0], 128);
        zdepth_scene_request wide = {
            .size = sizeof wide, .width = 16385, .height = 8, .pixels = pixels
        };
        REQUIRE_INT(zdepth_scene_view_render(view, &wide, &err), ZDEPTH_ERR_INVALID_ARGUMENT);
        wide.width = 8;
        wide.height = -1;
        REQUIRE_INT(zdepth_scene_view_render(view, &wide, &err), ZDEPTH_ERR_INVALID_ARGUMENT);
        zdepth_scene_snap snap = { .map = 7 };
        REQUIRE(zdepth_scene_view_snap(view, spot, 0.5, 0.5, &snap, &err) != ZDEPTH_OK);
        REQUIRE_TEXT(err.message, "there is no Z-Depth Map in the scene to snap to");
        REQUIRE_INT(snap.map, -1);
        snap.map = 7;
        REQUIRE(zdepth_scene_view_snap(view, -1, 0.5, 0.5, &snap, &err) ==
                ZDEPTH_ERR_INVALID_ARGUMENT);
        REQUIRE_INT(snap.map, -1);
    }
    free(pixels);
    zdepth_scene_view_close(&view);
    zdepth_scene_destroy(&scene);
}

static void test_broken_scene_keeps_the_view(void)
{
    zdepth_error err = { 0 };
    zdepth_scene *scene = parse("zscene 1\noutput o { }\n");
    zdepth_scene_view *view = NULL;
    uint8_t pixels[4];
    zdepth_scene_request request = {
        .size = sizeof request, .width = 1, .height = 1, .pixels = pixels
    };
    REQUIRE(zdepth_scene_view_open(context, NULL, &view, &err) == ZDEPTH_OK);
    REQUIRE(zdepth_scene_view_set(view, scene, &err) == ZDEPTH_ERR_CORRUPT);
    REQUIRE_TEXT(err.message, "test.zscene:2:1: output 'o' has no camera, and the scene has none");
    REQUIRE(zdepth_scene_view_render(view, &request, &err) == ZDEPTH_ERR_INVALID_ARGUMENT);
    zdepth_scene_view_close(&view);
    zdepth_scene_destroy(&scene);
}

int main(void)
{
    if (zdepth_context_create(NULL, &context, NULL) != ZDEPTH_OK) {
        return 1;
    }
    RUN(test_set);
    RUN(test_refusals_change_nothing);
    RUN(test_remove_relinks);
    RUN(test_rename_is_everywhere);
    RUN(test_add_map_has_its_axis);
    RUN(test_create_map_writes_what_is_missing);
    RUN(test_keyframes);
    RUN(test_keys_can_be_listed);
    RUN(test_view);
    RUN(test_broken_scene_keeps_the_view);
    zdepth_context_destroy(&context);
    return zd_test_finish();
}
