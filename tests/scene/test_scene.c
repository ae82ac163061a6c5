/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The scene file: parsing, messages, printing, keyframes, checks, hostile scenes, memory. */

#include "scene_fixture.h"

#include "core/file.h"
#include "scene/depth_convert.h"
#include "scene/scene_draft.h"

static zd_error err;

static zd_status parse(const char *text)
{
    t0_clear();
    return zd_scene_parse(t0.ctx, "s.zscene", text, strlen(text), &t0.scene, &err);
}

static zd_status parse_and_check(const char *text)
{
    zd_status status = parse(text);
    return status == ZD_OK ? zd_scene_check(t0.scene, &err) : status;
}

static const char *const whole =
    "zscene 1\n"
    "frame { size 320 180 fps 25 range 1 50 }\n"
    "media plate { front \"p.%04d.exr\" matte \"p.%04d.exr:A\" premult yes }\n"
    "media depth { front \"z.exr:depth.Z\" offset 2 }\n"
    "camera cam { position 0 0 auto fov 40 near 1 far 10000 }\n"
    "axis card_axis { rotation 0 10 0 }\n"
    "surface card { parent card_axis media plate cell_px 4 lighting diffuse shine 20 }\n"
    "axis zd_axis { parent card }\n"
    "zdepth zd { parent zd_axis on card media 2 range absolute softness 2 3 bump yes }\n"
    "axis ball_axis { zsnap zd zsnap_at 10 20 }\n"
    "light key { type spot parent ball_axis look_at card affects card }\n"
    "aov fg { on card band 10 20 }\n"
    "output main { camera cam objects all passes comp zdepth normals samples 8 }\n"
    "output second { objects card exclude card \"objects\" passes matte }\n"
    "surface objects { }\n"
    "anim card_axis.position.x { 1 0 25 100 hold 50 7 interp smooth }\n"
    "anim key.intensity { 1 0 50 100 }\n";

static void test_round_trip(void)
{
    zd_text first;
    zd_text second;
    REQUIRE_OK(parse(whole));
    REQUIRE_INT(zd_scene_node_count(t0.scene), 14);
    zd_text_init(&first, t0.ctx);
    REQUIRE_OK(zd_scene_write(t0.scene, &first, &err));
    REQUIRE_OK(parse(first.data));
    zd_text_init(&second, t0.ctx);
    REQUIRE_OK(zd_scene_write(t0.scene, &second, &err));
    REQUIRE_TEXT(second.data, first.data);
    zd_text_release(&first);
    zd_text_release(&second);
}

static void test_keyframes(void)
{
    REQUIRE_OK(parse(whole));
    const zd_scene_node *axis = &t0.scene->nodes[zd_scene_find(t0.scene, "card_axis")];
    const zd_scene_node *key = &t0.scene->nodes[zd_scene_find(t0.scene, "key")];
    REQUIRE_NEAR(zd_scene_node_number(axis, ZD_SCENE_AXIS_POSITION, 0, -5), 0, 0);
    REQUIRE_NEAR(zd_scene_node_number(axis, ZD_SCENE_AXIS_POSITION, 0, 13), 50,
                 1e-12); /* smooth, halfway */
    REQUIRE_NEAR(zd_scene_node_number(axis, ZD_SCENE_AXIS_POSITION, 0, 49), 100, 0); /* hold */
    REQUIRE_NEAR(zd_scene_node_number(axis, ZD_SCENE_AXIS_POSITION, 0, 50), 7, 0);
    REQUIRE_NEAR(zd_scene_node_number(axis, ZD_SCENE_AXIS_POSITION, 1, 20), 0, 0);
    REQUIRE_NEAR(zd_scene_node_number(key, ZD_SCENE_LIGHT_INTENSITY, 0, 25.5), 50, 1e-12);
    for (double f = 1; f <= 25; f += 0.25) { /* smooth never overshoots */
        double v = zd_scene_node_number(axis, ZD_SCENE_AXIS_POSITION, 0, f);
        REQUIRE(v >= 0 && v <= 100);
    }
}

static void test_messages(void)
{
    static const struct {
        const char *text;
        const char *message;
    } bad[] = {
        { "", "s.zscene:1:1: a scene begins with 'zscene 1'" },
        { "zscene 2",
          "s.zscene:1:8: version '2' of the format is not known; this program reads 1" },
        { "zscene 1\nsurfaces a { }", "s.zscene:2:1: 'surfaces' does not begin a statement" },
        { "zscene 1\n surface a { sizz 3 4 }",
          "s.zscene:2:14: surface has no key 'sizz'; did you mean size?" },
        { "zscene 1\nnormalmap a { kind b }",
          "s.zscene:2:15: normalmap has no key 'kind'; it has on, media, encoding, hand, space" },
        { "zscene 1\nsurface a { cell_px 0 }",
          "s.zscene:2:21: cell_px is 0; it must be 0.25 to 16384" },
        { "zscene 1\nsurface a { size 100000 10 }",
          "s.zscene:2:18: size is 100000; it must be 0 to 65536" },
        { "zscene 1\nsurface a { cell_px nan }",
          "s.zscene:2:21: cell_px takes 1 number; 'nan' is not one" },
        { "zscene 1\nsurface a { cell_px 1e999 }",
          "s.zscene:2:21: cell_px takes 1 number; '1e999' is not one" },
        { "zscene 1\naxis a { position 1 2 }", "s.zscene:2:23: position takes 3 numbers" },
        { "zscene 1\naxis a { parent b }", "s.zscene:2:17: parent: there is no node 'b'" },
        { "zscene 1\naxis a { }\nsurface s { media a }",
          "s.zscene:3:19: media takes media; 'a' is of the kind axis" },
        { "zscene 1\naxis a { }\naxis a { }",
          "s.zscene:3:6: 'a' is the name of the axis of line 2" },
        { "zscene 1\naxis a { position 0 0 0 position 0 0 0 }",
          "s.zscene:2:25: position is given twice" },
        { "zscene 1\naxis a {", "s.zscene:2:9: the file ends before the '}' of line 2" },
        { "zscene 1\nmedia m { front \"a }",
          "s.zscene:2:17: a quoted text does not end on its line" },
        { "zscene 1\naxis 7 { }",
          "s.zscene:2:6: axis needs a name of letters, digits, '_' and '-', at most 63 bytes" },
        { "zscene 1\nlight l { type laser }",
          "s.zscene:2:16: type is one of point|spot|directional|area|ambient, not 'laser'" },
        { "zscene 1\noutput o { passes beauty }",
          "s.zscene:2:19: passes are some of "
          "comp|matte|zdepth|zdepth_hq|normals|position|object_id|motion|uv|"
          "albedo|diffuse|specular|shadow|cryptomatte, not 'beauty'" },
        { "zscene 1\naxis a { }\nanim a.position { 1 2 }",
          "s.zscene:3:6: position has the components xyz" },
        { "zscene 1\naxis a { }\nanim a.position.x { 2 0 1 0 }",
          "s.zscene:3:25: keyframe 1 does not come after keyframe 2" },
        { "zscene 1\naxis a { }\nanim a.position.x { 2 0 2 1 }",
          "s.zscene:3:25: keyframe 2 does not come after keyframe 2" },
        { "zscene 1\nmode party", "s.zscene:2:6: mode is one of batch|timeline, not 'party'" },
        { "zscene 1\n\x01", "s.zscene:2:1: a control character (0x01)" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        REQUIRE_FAILS(parse(bad[i].text), ZD_ERR_CORRUPT, bad[i].message);
        REQUIRE(t0.scene == NULL);
    }
}

/* An animation may stand before its node, and a byte order mark before all. */
static void test_order_of_statements(void)
{
    REQUIRE_OK(parse("\xEF\xBB\xBFzscene 1\nanim a.position.x { 1 10 3 30 }\naxis a { }"));
    int axis = zd_scene_find(t0.scene, "a");
    REQUIRE_NEAR(zd_scene_node_number(&t0.scene->nodes[axis], ZD_SCENE_AXIS_POSITION, 0, 2.0), 20.0,
                 1e-12);
    REQUIRE_FAILS(parse("\xEF\xBB\xBFzscene 2"), ZD_ERR_CORRUPT,
                  "s.zscene:1:8: version '2' of the format is not known; this program reads 1");
    REQUIRE_FAILS(parse("zscene 1\nanim b.position.x { 1 10 }\naxis a { }"), ZD_ERR_CORRUPT,
                  "s.zscene:2:6: there is no node 'b'");
    REQUIRE_FAILS(parse("zscene 1\nanim a.position.x { 1 10 }\naxis a { }\n"
                        "anim a.position.x { 1 2 }"),
                  ZD_ERR_CORRUPT, "s.zscene:2:6: 'a.position.x' is animated twice");
    REQUIRE_FAILS(parse("zscene 1\nanim a.position.x { 1 10"), ZD_ERR_CORRUPT,
                  "s.zscene:2:25: the file ends before the '}' of line 2");
}

static void test_checks(void)
{
    static const struct {
        const char *text;
        const char *message;
    } bad[] = {
        { "zscene 1", "s.zscene: the scene has no output" },
        { "zscene 1\noutput o { }",
          "s.zscene:2:1: output 'o' has no camera, and the scene has none" },
        { "zscene 1\ncamera c { }\naxis a { parent b }\naxis b { parent a }\noutput o { }",
          "s.zscene:3:1: the place of 'a' depends on itself" },
        { "zscene 1\ncamera c { }\naxis a { look_at b }\naxis b { look_at a }\noutput o { }",
          "s.zscene:3:1: the place of 'a' depends on itself" },
        { "zscene 1\ncamera c { }\nmedia m { }\naxis a { zsnap z }\nsurface s { parent a }\n"
          "zdepth z { on s media m }\noutput o { }",
          "axis 'a' is snapped to 'z': s.zscene:4:1: the place of 'a' depends on itself" },
        { "zscene 1\ncamera c { }\nmedia m { }\naxis a { zsnap z }\nsurface s { }\n"
          "zdepth z { on s media m }\ncamera d { parent a }\noutput o { camera c }\noutput p { camera d }",
          "axis 'a' is snapped to 'z': s.zscene:4:1: the place of 'a' depends on itself" },
        { "zscene 1\ncamera c { near 10 far 5 }\noutput o { }",
          "s.zscene:2:1: camera 'c' has far 5, which must be beyond near 10" },
        { "zscene 1\ncamera c { }\nsurface s { }\nmedia m { }\naxis a { }\n"
          "zdepth z { parent a on s media m }\noutput o { }",
          "s.zscene:6:1: the parent of 'z' is not a child of 's'" },
        { "zscene 1\ncamera c { }\nsurface s { }\nzdepth z { on s }\noutput o { }",
          "s.zscene:4:1: zdepth 'z' has no 'media'" },
        { "zscene 1\ncamera c { }\nsurface s { }\nmedia m { }\nzdepth z { on s media m }\n"
          "zdepth y { on s media m }\noutput o { }",
          "s.zscene:6:1: 's' already has the zdepth 'z'" },
        { "zscene 1\nframe { size 40000 10 }\noutput o { }",
          "s.zscene:2:1: a frame of 40000x10; sides are whole numbers up to 16384" },
        { "zscene 1\nframe { range 5 2 }\noutput o { }",
          "s.zscene:2:1: the range ends (2) before it begins (5)" },
        { "zscene 1\nmode timeline\ncamera c { }\noutput o { passes zdepth }",
          "s.zscene:4:1: mode timeline allows the passes comp and matte; 'o' has others" },
        { "zscene 1\nmode timeline\ncamera c { }\noutput o { }\noutput p { }",
          "s.zscene:5:1: mode timeline allows one output; 'p' is the second after 'o'" },
        { "zscene 1\ncamera c { }\naxis a { parent b }\naxis b { parent a }\n"
          "surface s { parent a }\noutput o { }",
          "s.zscene:3:1: the place of 'a' depends on itself" },
        { "zscene 1\ncamera c { }\naxis s { parent a }\naxis a { look_at b }\n"
          "axis b { look_at a }\noutput o { }",
          "s.zscene:4:1: the place of 'a' depends on itself" },
        { "zscene 1\ncamera c { }\ncamera d { }\noutput o { }",
          "s.zscene:4:1: output 'o' names no camera, and the scene has 2; say which one it is" },
        { "zscene 1\ncamera c { }\nmedia m { }\nsurface s { media m }\n"
          "zdepth z { on s analysis global roi 300 10 100 300 }\noutput o { }",
          "s.zscene:5:33: roi of 'z' goes from 300 to 100; the second must not be less" },
        { "zscene 1\ncamera c { }\nmedia m { }\nsurface s { media m }\n"
          "zdepth z { on s analysis global analysis_depth 400 200 }\noutput o { }",
          "s.zscene:5:33: analysis_depth of 'z' goes from 400 to 200; the second must not be less" },
        { "zscene 1\ncamera c { }\nmedia m { }\nsurface s { media m }\n"
          "aov a { on s band 9 3 }\noutput o { }",
          "s.zscene:5:14: band of 'a' goes from 9 to 3; the second must not be less" },
        { "zscene 1\ncamera c { }\ngeometry g { }\noutput o { }",
          "s.zscene:3:1: geometry 'g' has no 'file'" },
        { "zscene 1\ncamera c { }\nsurface s { }\naov a { on s }\noutput o { }",
          "s.zscene:4:1: aov 'a' needs a depth map on 's', which has no media to analyse" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        REQUIRE_FAILS(parse_and_check(bad[i].text), ZD_ERR_CORRUPT, bad[i].message);
    }
    REQUIRE_OK(parse_and_check("zscene 1\nmode timeline\nmedia m { }\ncamera c { }\n"
                               "surface s { media m }\noutput o { passes comp matte }"));
}

static void test_create_map(void)
{
    REQUIRE_OK(parse_and_check("zscene 1\ncamera c { }\nmedia m { }\nsurface s { media m }\n"
                               "aov far { on s type normal }\noutput o { }"));
    int zdepth = zd_scene_find(t0.scene, "s_zdepth");
    REQUIRE(zdepth > 0 && zd_scene_find(t0.scene, "s_zdepth_axis") > 0);
    REQUIRE_INT(zd_scene_node_choice(&t0.scene->nodes[zdepth], ZD_SCENE_ZDEPTH_ANALYSIS),
                ZD_SCENE_ANALYSIS_GLOBAL);
    REQUIRE_INT(zd_scene_node_choice(&t0.scene->nodes[zdepth], ZD_SCENE_ZDEPTH_BUMP), ZD_SCENE_YES);
    REQUIRE_TEXT(t0.log, "create map: zdepth 's_zdepth' is added to 's'\n"
                         "create map: 's_zdepth' bumps the normals of 's'\n");
    /* A map that is there is used. */
    REQUIRE_OK(parse_and_check("zscene 1\ncamera c { }\nmedia m { }\nsurface s { media m }\n"
                               "zdepth z { on s media m }\naov near { on s }\noutput o { }"));
    REQUIRE_INT(zd_scene_node_count(t0.scene), 7);
    zd_text out;
    zd_text_init(&out, t0.ctx);
    REQUIRE_OK(zd_scene_print(t0.scene, 1, &out, &err));
    REQUIRE_TEXT(out.data, "frame 1  1920x1080, 24 fps, range 1 to 1\n"
                           "media [1] m  front white, matte white\n"
                           "camera c  at 0 0 1483.64\n"
                           "surface s [1]\n"
                           "  zdepth z [1]  normalized, displace, zpass\n"
                           "  aov near\n"
                           "output o  camera c, passes comp, 1 samples\n");
    zd_text_release(&out);
}

static void test_many_nodes(void)
{
    zd_text text;
    zd_text_init(&text, t0.ctx);
    zd_text_add(&text, "zscene 1\n");
    for (int i = 0; i < 10000; i++) {
        zd_text_format(&text, "axis a%d { }\n", i);
    }
    REQUIRE_FAILS(parse(text.data), ZD_ERR_CORRUPT, "s.zscene:4097:6: more than 4096 nodes");
    zd_text_release(&text);
    zd_text_init(&text, t0.ctx);
    zd_text_add(&text, "zscene 1\ncamera c { }\naxis a0 { }\n");
    for (int i = 1; i < 4000; i++) {
        zd_text_format(&text, "axis a%d { parent a%d }\n", i, i - 1);
    }
    zd_text_add(&text, "output o { }\n");
    REQUIRE_FAILS(parse_and_check(text.data), ZD_ERR_CORRUPT,
                  "s.zscene:260:1: 'a257' hangs in a chain of more than 256 nodes");
    zd_text_release(&text);
}

/* Every allocation fails once; nothing leaks and the message is the plain one. */
static void test_memory(void)
{
    for (long n = 3;; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        if (ctx == NULL) {
            continue;
        }
        zd_scene *scene = NULL;
        zd_text out;
        zd_text_init(&out, ctx);
        zd_status status = zd_scene_parse(ctx, "s", whole, strlen(whole), &scene, &err);
        if (status == ZD_OK) {
            status = zd_scene_check(scene, &err);
        }
        if (status == ZD_OK) {
            status = zd_scene_write(scene, &out, &err);
        }
        if (status == ZD_OK) {
            status = zd_scene_svg(scene, &out, &err);
        }
        if (status == ZD_OK) {
            status = zd_scene_print(scene, 3, &out, &err);
        }
        zd_text_release(&out);
        zd_scene_destroy(&scene);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
        if (memory.calls < n) {
            REQUIRE_OK(status);
            return;
        }
        REQUIRE_INT(status, ZD_ERR_NO_MEMORY);
    }
}

static zd_status edit_all(zd_scene_draft *doc)
{
    int node = -1;
    bool made = false;
    int card = zd_scene_find(doc->parsed, "card");
    ZD_TRY(zd_scene_draft_read_file(doc, "other.png", &node, &err));
    ZD_TRY(zd_scene_draft_apply_media(doc, card, node, &err));
    ZD_TRY(zd_scene_draft_add_map(doc, card, ZD_SCENE_NODE_ZDEPTH, -1, &node, &err));
    return zd_scene_draft_create_map(doc, zd_scene_find(doc->parsed, "key"), &made, &err);
}

/* The same of edits: one that fails leaves a scene, either the old one or the new. */
static void test_edits_memory(void)
{
    static const char text[] = "zscene 1\nmedia m { front \"m.png\" }\nsurface card { media m }\n"
                               "surface keyed { media m }\naov key { on keyed type normal }\n";
    for (long n = 3;; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        if (ctx == NULL) {
            continue;
        }
        zd_scene_draft doc;
        zd_status status = zd_scene_draft_open(ctx, "s", text, strlen(text), &doc, &err);
        if (status == ZD_OK) {
            status = edit_all(&doc);
            REQUIRE(doc.text != NULL && doc.parsed != NULL && strlen(doc.text) == doc.bytes);
        }
        zd_scene_draft_close(&doc);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
        if (memory.calls < n) {
            REQUIRE_OK(status);
            return;
        }
        REQUIRE_INT(status, ZD_ERR_NO_MEMORY);
    }
}

static zd_image *gray(int width, int height, float (*value)(int x, int y))
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(t0.ctx, width, height, ZD_GRAY_F32, &image, &err));
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            zd_view_row_f32(zd_image_view(image), y)[x] = value(x, y);
        }
    }
    return image;
}

static float v_normalised(int x, int y)
{
    (void) y;
    return 0.1f + 0.8f * (float) x / 64.0f;
}

static float v_background_one(int x, int y)
{
    return y < 20 ? 1.0f : v_normalised(x, y);
}

static float v_absolute(int x, int y)
{
    return 800.0f + (float) (x * 3 + y);
}

static float v_blender(int x, int y)
{
    return y < 20 ? 1e10f : v_absolute(x, y);
}

static float v_inverse(int x, int y)
{
    return y < 20 ? 0.0f : 1.0f / v_absolute(x, y);
}

static float v_metres(int x, int y)
{
    return 1.0f / (4.0f + 0.1f * (float) (x + 64 - y));
}

static float v_inverse_background(int x, int y)
{
    return y < 20 ? 0.0f : v_metres(x, y);
}

static void test_guess(void)
{
    static const struct {
        float (*value)(int x, int y);
        const char *declared;
        zd_zrange range;
        zd_scene_depth_confidence confidence;
    } files[8] = {
        { v_normalised, "", ZD_SCENE_ZRANGE_NORMALIZED, ZD_SCENE_GUESS_UNSURE },
        { v_background_one, "", ZD_SCENE_ZRANGE_NORMALIZED, ZD_SCENE_GUESS_LIKELY },
        { v_absolute, "", ZD_SCENE_ZRANGE_ABSOLUTE, ZD_SCENE_GUESS_LIKELY },
        { v_blender, "", ZD_SCENE_ZRANGE_ABSOLUTE, ZD_SCENE_GUESS_LIKELY },
        { v_inverse, "", ZD_SCENE_ZRANGE_INVERSE, ZD_SCENE_GUESS_LIKELY },
        { v_inverse_background, "", ZD_SCENE_ZRANGE_INVERSE, ZD_SCENE_GUESS_LIKELY },
        { v_metres, "planar,absolute", ZD_SCENE_ZRANGE_ABSOLUTE, ZD_SCENE_GUESS_DECLARED },
        { v_absolute, "radial,inverse", ZD_SCENE_ZRANGE_INVERSE, ZD_SCENE_GUESS_DECLARED },
    };
    for (int i = 0; i < 8; i++) {
        zd_image *image = gray(64, 64, files[i].value);
        zd_scene_depth_guess guess =
            zd_scene_depth_guess_range(files[i].declared, zd_image_view(image));
        zd_image_unref(&image);
        REQUIRE_INT(guess.range, files[i].range);
        REQUIRE_INT(guess.confidence, files[i].confidence);
        REQUIRE_INT(guess.is_radial, i == 7);
    }
}

static float v_white_near(int x, int y)
{
    return 0.1f + 0.8f * (float) (x + 3 * y) / 260.0f;
}

/* Own files are known; where nobody can tell, the guess names the other reading. */
static void test_guess_own(void)
{
    static const struct {
        const char *declared;
        zd_zrange range;
        const char *other;
    } files[] = {
        { "nearness, white near", ZD_SCENE_ZRANGE_NEARNESS, NULL },
        { "normalised, white near", ZD_SCENE_ZRANGE_NEARNESS, NULL },
        { "metres", ZD_SCENE_ZRANGE_ABSOLUTE, NULL },
        { "planar,normalized", ZD_SCENE_ZRANGE_NORMALIZED, NULL },
        { "", ZD_SCENE_ZRANGE_NEARNESS, "normalized" },
    };
    zd_image *image = gray(64, 64, v_white_near);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        zd_scene_depth_guess guess =
            zd_scene_depth_guess_range(files[i].declared, zd_image_view(image));
        REQUIRE_INT(guess.range, files[i].range);
        REQUIRE((guess.other == NULL) == (files[i].other == NULL));
        REQUIRE(guess.other == NULL || strcmp(guess.other, files[i].other) == 0);
    }
    zd_image_unref(&image);
    image = gray(64, 64, v_normalised);
    zd_scene_depth_guess guess = zd_scene_depth_guess_range("", zd_image_view(image));
    REQUIRE_TEXT(guess.other, "nearness");
    zd_image_unref(&image);
}

static float plateau(int x, int y)
{
    (void) y;
    return x < 32 ? 0.0f : 5.0f;
}

/* Flat ground has the height 0, beside which nothing is near. */
static void test_soft_heights(void)
{
    zd_image *image = gray(64, 64, plateau);
    REQUIRE_OK(zd_scene_depth_soften(t0.ctx, zd_image_view(image), 4.0, 4.0, true, &err));
    for (int x = 0; x < 64; x++) {
        REQUIRE_NEAR(zd_view_row_f32(zd_image_view(image), 30)[x], plateau(x, 30), 0);
    }
    zd_image_unref(&image);
}

static float nothing(int x, int y, int c)
{
    (void) x, (void) c;
    return y % 3 == 0 ? NAN : y % 3 == 1 ? INFINITY : -1.0f;
}

static float some(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 300.0f;
}

static const t0_picture pictures[] = {
    { .name = "nothing", .formula = nothing, .channels = 1 },
    { .name = "some", .formula = some, .channels = 1 },
    { .name = "wide", .formula = some, .channels = 1, .width = 20000, .height = 4 },
    { .name = "small", .formula = some, .channels = 1, .width = 30, .height = 20 },
};

static void require_render_fails(const char *rest, zd_status code, const char *message)
{
    char text[2048];
    zd_scene_picture picture;
    snprintf(text, sizeof text, "%s%s", T0_HEAD, rest);
    REQUIRE_OK(parse_and_check(text));
    zd_status status = zd_scene_renderer_create(t0.ctx, t0.scene, &t0.services, &t0.renderer, &err);
    if (status == ZD_ERR_MISSING) {
        SKIP("%s", err.message);
    }
    REQUIRE_OK(status);
    REQUIRE_FAILS(zd_scene_render(t0.renderer, 0, 1, &picture, &err), code, message);
}

static void test_hostile_renders(void)
{
    require_render_fails(
        "media m { front \"nothing\" }\nsurface s { }\n"
        "zdepth z { on s media m }\noutput o { }",
        ZD_ERR_CORRUPT,
        "s.zscene:6:1: 'z': no value of the map is a depth (all are NaN, infinite, "
        "huge or not positive)");
    require_render_fails("media m { front \"lost\" }\nsurface s { media m }\noutput o { }",
                         ZD_ERR_IO, "s.zscene:4:11: media 'm': 'lost': there is no such file");
    require_render_fails(
        "media m { front \"wide\" }\nsurface s { media m }\noutput o { }", ZD_ERR_LIMIT,
        "s.zscene:4:11: media 'm': 'wide' is 20000x4; a side may have 16384 pixels");
    require_render_fails("media m { front \"some\" matte \"small\" }\nsurface s { media m }\n"
                         "output o { }",
                         ZD_ERR_CORRUPT,
                         "s.zscene:4:1: media 'm' has a front of 640x360 and a matte of 30x20");
    require_render_fails("surface s { size 60000 60000 }\noutput o { }", ZD_ERR_CORRUPT,
                         "s.zscene:4:1: 's' is 60000x60000 pixels; a side may have 16384");
    require_render_fails("media m { front \"some\" }\nsurface s { size 16000 16000 cell_px 0.25 }\n"
                         "zdepth z { on s media m range absolute three_d yes }\noutput o { }",
                         ZD_ERR_LIMIT,
                         "s.zscene:5:1: surface 's': a surface of 16000x16000 pixels in cells of "
                         "0.25 has more than 16777216 of them; raise cell_px");
    FILE *file = fopen("test_scene_nan.obj", "w");
    REQUIRE(file != NULL);
    fputs("v 0 0 nan\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", file);
    fclose(file);
    require_render_fails(
        "geometry g { file \"test_scene_nan.obj\" }\noutput o { }", ZD_ERR_CORRUPT,
        "s.zscene:4:14: geometry 'g': 'test_scene_nan.obj' is damaged: its point 1 "
        "is not a place (NaN or infinite); export it again");
    remove("test_scene_nan.obj");
    require_render_fails("geometry g { file \"/lost.obj\" }\noutput o { }", ZD_ERR_IO,
                         "s.zscene:4:14: geometry 'g': '/lost.obj': there is no such file");
    require_render_fails("media m { front \"some\" }\nsurface s { media m }\n"
                         "zdepth z { on s analysis face }\noutput o { }",
                         ZD_ERR_UNSUPPORTED,
                         "s.zscene:6:1: 'z': face analysis is not available here");
    require_render_fails("media m { front \"some\" }\nsurface s { media m }\n"
                         "zdepth z { on s analysis global }\noutput o { }",
                         ZD_ERR_UNSUPPORTED,
                         "s.zscene:6:1: 'z': global analysis is not available here");
}

/* The manual names every key, every choice and every kind of node. */
static void test_manual(void)
{
    char path[1024];
    char *text = NULL;
    size_t bytes = 0;
    const char *source = getenv("ZD_SOURCE");
    if (source == NULL) {
        SKIP("ZD_SOURCE is not set");
    }
    snprintf(path, sizeof path, "%s/docs/scene.md", source);
    REQUIRE_OK(zd_file_read_text(t0.ctx, path, 1 << 20, &text, &bytes, &err));
    for (int kind = 0; kind < ZD_SCENE_NODE_KINDS; kind++) {
        char wanted[128];
        int count = 0;
        const zd_scene_key *keys = zd_scene_node_keys((zd_scene_kind) kind, &count);
        snprintf(wanted, sizeof wanted, "\n### %s\n",
                 zd_scene_node_kind_name((zd_scene_kind) kind));
        const char *section = strstr(text, wanted);
        REQUIRE(section != NULL);
        for (int k = 0; k < count; k++) {
            snprintf(wanted, sizeof wanted, "| `%s` |", keys[k].name);
            if (strstr(section, wanted) == NULL || strstr(section, keys[k].help) == NULL) {
                ZD_TEST_FAIL("docs/scene.md: %s of %s", keys[k].name,
                             zd_scene_node_kind_name((zd_scene_kind) kind));
            }
        }
    }
    zd_free(t0.ctx, text);
}

int main(void)
{
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(test_round_trip);
    RUN(test_keyframes);
    RUN(test_messages);
    RUN(test_checks);
    RUN(test_order_of_statements);
    RUN(test_create_map);
    RUN(test_many_nodes);
    RUN(test_memory);
    RUN(test_edits_memory);
    RUN(test_guess);
    RUN(test_guess_own);
    RUN(test_soft_heights);
    RUN(test_hostile_renders);
    RUN(test_manual);
    t0_stop();
    return zd_test_finish();
}
