/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The second version of the two effects: what is automatic is a value, so that hosts which tell of no
 * change can do everything; switches, presets and boxes where hosts do tell; built-in effects. */

#include "ofx_scene.h"

#include <unistd.h>

static void open_second(rig *s)
{
    rig_open_plugin(s, the.second_filter, ZD_SAMPLE_F32);
    mock_set_int(s->effect, "transparency", 1);
}

static mock_image *copy_output(const rig *s)
{
    mock_image *copy = scene_output(s->output->sample);
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        memcpy(mock_image_pixel(copy, 0, y), mock_image_pixel(s->output, 0, y),
               (size_t) SCENE_WIDTH * 16);
    }
    return copy;
}

static double number(rig *s, const char *name)
{
    return mock_param(s->effect, name)->numbers[0];
}

/* Nothing typed: the same pixels as in the first version. */
static void test_defaults_are_those_of_the_first(void)
{
    for (int compositor = 0; compositor < 2; compositor++) {
        rig first;
        rig second;
        rig_open_plugin(&first, compositor ? the.compositor : the.filter, ZD_SAMPLE_F32);
        rig_open_plugin(&second, compositor ? the.second_compositor : the.second_filter,
                        ZD_SAMPLE_F32);
        if (!compositor) {
            mock_set_int(first.effect, "transparency", 1);
            mock_set_int(second.effect, "transparency", 1);
        }
        REQUIRE_INT(rig_render(&first), OFX_OK);
        REQUIRE_INT(rig_render(&second), OFX_OK);
        REQUIRE(same_pixels(first.output, second.output));
        REQUIRE(!same_pixels(first.output, first.source));
        rig_close(&first);
        rig_close(&second);
    }
}

/* A host that tells of nothing: each number alone changes the matte, and taken back restores it. */
static void test_one_number_alone_acts(void)
{
    static const struct {
        const char *name;
        double value;
    } numbers[] = { { "depth_in", 9.9 }, { "depth_out", 6.0 }, { "furthest", 0.7 },
                    { "nearest", 3.0 },  { "depth_in", 0.0 },  { "feather", 1.5 },
                    { "choke", 1.0 },    { "level_near", 0.4 } };
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        rig s;
        mock_how = (mock_options){ .name = "MLT" };
        open_second(&s);
        REQUIRE(mock_param(s.effect, "auto_depth") == NULL);
        REQUIRE(mock_param(s.effect, "box_a") == NULL && mock_param(s.effect, "add_box") == NULL);
        if (strcmp(numbers[n].name, "nearest") == 0 || strcmp(numbers[n].name, "furthest") == 0 ||
            strcmp(numbers[n].name, "level_near") == 0)
        {
            mock_set_number(s.effect, "depth_in", 5.0); /* so that the range means something */
        }
        REQUIRE_INT(rig_render(&s), OFX_OK);
        mock_image *before = copy_output(&s);
        double was = number(&s, numbers[n].name);
        mock_set_number(s.effect, numbers[n].name, numbers[n].value);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        if (same_pixels(s.output, before)) {
            ZD_TEST_FAIL("%s=%g alone changes nothing", numbers[n].name, numbers[n].value);
        }
        mock_set_number(s.effect, numbers[n].name, was);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE(same_pixels(s.output, before));
        mock_image_free(before);
        rig_close(&s);
        mock_how = (mock_options){ 0 };
    }
}

/* 0 to 10 is the normalised scale times ten, and what slips a little below 0 is 0. */
static void test_the_scale(void)
{
    rig ten;
    rig plain;
    open_second(&ten);
    open_second(&plain);
    mock_set_int(plain.effect, "scale", 2);
    static const double pairs[][2] = { { 6.5, 0.65 }, { 2.0, 0.2 }, { -0.3, 0.0 }, { 12.0, 1.2 } };
    for (int i = 0; i < 4; i++) {
        mock_set_number(ten.effect, "depth_in", pairs[i][0]);
        mock_set_number(plain.effect, "depth_in", pairs[i][1]);
        REQUIRE_INT(rig_render(&ten), OFX_OK);
        REQUIRE_INT(rig_render(&plain), OFX_OK);
        REQUIRE(same_pixels(ten.output, plain.output));
    }
    rig_close(&ten);
    rig_close(&plain);
}

static void test_another_scale_keeps_the_picture(void)
{
    rig s;
    open_second(&s);
    mock_set_number(s.effect, "depth_in", 6.5);
    mock_user_edit(s.effect, "depth_in");
    REQUIRE_INT(rig_render(&s), OFX_OK);
    mock_image *before = copy_output(&s);
    for (int scale = 1; scale <= 3; scale++) {
        int edits = s.effect->params.edits;
        mock_set_int(s.effect, "scale", scale % 3);
        mock_user_edit(s.effect, "scale");
        REQUIRE_INT(s.effect->params.edits, edits + 1);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE(largest_difference(s.output, before) < 0.01f);
    }
    REQUIRE_NEAR(number(&s, "depth_in"), 6.5, 1e-4);
    REQUIRE_NEAR(number(&s, "depth_out"), -1.0, 0); /* automatic in every scale */
    mock_image_free(before);
    rig_close(&s);
}

/* Switched off, the numbers in force are taken over, and the picture stays. */
static void test_automatic_off_takes_over(void)
{
    for (int analysed = 0; analysed < 2; analysed++) {
        rig s;
        open_second(&s);
        if (analysed) {
            mock_user_edit(s.effect, "analyse");
            REQUIRE(strstr(mock_param(s.effect, "found")->text, "Depth In") != NULL);
            REQUIRE_NEAR(number(&s, "depth_in"), -1.0, 0); /* looking is not setting */
        }
        REQUIRE_INT(rig_render(&s), OFX_OK);
        mock_image *before = copy_output(&s);
        int edits = s.effect->params.edits;
        mock_set_int(s.effect, "auto_depth", 0);
        mock_user_edit(s.effect, "auto_depth");
        REQUIRE_INT(s.effect->params.edits, edits + 1);
        REQUIRE(number(&s, "depth_in") > 2.0 && number(&s, "depth_in") < 9.5);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE(largest_difference(s.output, before) < 0.01f);
        mock_set_number(s.effect, "depth_in", 9.9);
        mock_user_edit(s.effect, "depth_in");
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE(!same_pixels(s.output, before));
        mock_set_int(s.effect, "auto_depth", 1);
        mock_user_edit(s.effect, "auto_depth");
        REQUIRE_NEAR(number(&s, "depth_in"), -1.0, 0);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE(same_pixels(s.output, before));
        mock_image_free(before);
        rig_close(&s);
    }
}

static void test_moving_a_value_moves_its_switch(void)
{
    rig s;
    open_second(&s);
    REQUIRE_INT(mock_param(s.effect, "auto_depth")->whole, 1);
    mock_set_number(s.effect, "depth_out", 8.0);
    mock_user_edit(s.effect, "depth_out");
    REQUIRE_INT(mock_param(s.effect, "auto_depth")->whole, 0);
    REQUIRE_NEAR(number(&s, "depth_out"), 8.0, 0); /* and only the switch */
    REQUIRE_NEAR(number(&s, "depth_in"), -1.0, 0);
    mock_set_number(s.effect, "depth_out", -1.0);
    mock_user_edit(s.effect, "depth_out");
    REQUIRE_INT(mock_param(s.effect, "auto_depth")->whole, 1);
    mock_set_int(s.effect, "lock_range", 1);
    mock_user_edit(s.effect, "lock_range");
    REQUIRE(number(&s, "nearest") > 0.7 && number(&s, "furthest") < 0.3);
    REQUIRE(number(&s, "furthest") > 0.0);
    mock_set_int(s.effect, "lock_range", 0);
    mock_user_edit(s.effect, "lock_range");
    REQUIRE_NEAR(number(&s, "nearest"), -1.0, 0);
    rig_close(&s);
}

static bool is_enabled(rig *s, const char *name)
{
    ofx_param param = mock_param(s->effect, name);
    REQUIRE(param != NULL);
    mock_prop *p = mock_props_find(&param->props, "OfxParamPropEnabled");
    return p == NULL || p->ints[0] != 0;
}

static void test_what_is_ignored_is_grey(void)
{
    rig s;
    rig_open_plugin(&s, the.second_filter, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "lock_range", 1);
    mock_user_edit(s.effect, "lock_range");
    REQUIRE(is_enabled(&s, "furthest") && is_enabled(&s, "mask_effects"));
    REQUIRE(!is_enabled(&s, "model") && is_enabled(&s, "depth_map_type")); /* there is a map */
    REQUIRE(!is_enabled(&s, "zfog_density"));
    mock_set_int(s.effect, "builtin_effect", 2);
    mock_user_edit(s.effect, "builtin_effect");
    REQUIRE(is_enabled(&s, "zfog_density") && !is_enabled(&s, "zblur_radius"));
    mock_set_int(s.effect, "transparency", 1);
    mock_user_edit(s.effect, "transparency");
    REQUIRE(!is_enabled(&s, "mask_effects") && !is_enabled(&s, "zfog_density"));
    mock_set_int(s.effect, "lock_range", 0);
    mock_user_edit(s.effect, "lock_range");
    REQUIRE(!is_enabled(&s, "furthest"));
    mock_connect(s.effect, "Depth", NULL);
    ofx_props in = mock_props_create();
    mock_props_text(in, "OfxPropType", "OfxTypeClip");
    mock_props_text(in, "OfxPropName", "Depth");
    REQUIRE_INT(mock_action(s.effect, "OfxActionInstanceChanged", in, NULL), OFX_OK);
    REQUIRE(is_enabled(&s, "model") && !is_enabled(&s, "depth_map_type"));
    mock_props_free(in);
    rig_close(&s);
}

/* The host's handle sets the place of the inserts in one step; seconds are numbers like others. */
static void test_a_place_is_picked(void)
{
    rig s;
    rig_open_plugin(&s, the.second_compositor, ZD_SAMPLE_F32);
    int edits = s.effect->params.edits;
    mock_set_point(s.effect, "pick", 0.25, 0.9);
    mock_user_edit(s.effect, "pick");
    REQUIRE_INT(s.effect->params.edits, edits + 1);
    REQUIRE_NEAR(number(&s, "x"), 0.25, 1e-12);
    REQUIRE_NEAR(number(&s, "y"), 0.1, 1e-12);
    mock_set_number(s.effect, "start", 1.25);
    mock_user_edit(s.effect, "start");
    REQUIRE_NEAR(number(&s, "start"), 1.25, 0);
    rig_close(&s);
    mock_how = (mock_options){ .name = "MLT" };
    rig_open_plugin(&s, the.second_compositor, ZD_SAMPLE_F32);
    REQUIRE(mock_param(s.effect, "pick") == NULL && mock_param(s.effect, "x") != NULL);
    rig_close(&s);
    mock_how = (mock_options){ 0 };
}

/* A preset is a value where the host is silent, and a command elsewhere: the same picture. */
static void test_presets_work_either_way(void)
{
    rig told;
    rig silent;
    open_second(&told);
    open_second(&silent);
    mock_image *effect = scene_image(SCENE_EFFECT, ZD_SAMPLE_F32);
    rig *both[] = { &told, &silent };
    for (int i = 0; i < 2; i++) {
        mock_connect(both[i]->effect, "Original", both[i]->source);
        mock_connect(both[i]->effect, "Source", effect);
        mock_set_int(both[i]->effect, "preset", 2);
    }
    mock_user_edit(told.effect, "preset");
    REQUIRE_INT(told.effect->params.edits, 1);
    REQUIRE_INT(mock_param(told.effect, "preset")->whole, 0); /* done */
    REQUIRE_INT(mock_param(told.effect, "invert")->whole, 1);
    REQUIRE_INT(mock_param(silent.effect, "invert")->whole, 0);
    REQUIRE_INT(rig_render(&told), OFX_OK);
    REQUIRE_INT(rig_render(&silent), OFX_OK);
    REQUIRE(same_pixels(told.output, silent.output));
    REQUIRE(!same_pixels(told.output, told.source));
    mock_image_free(effect);
    rig_close(&told);
    rig_close(&silent);
}

/* Boxes as text alone do what the button does. */
static void test_boxes_as_text(void)
{
    rig drawn;
    rig typed;
    open_second(&drawn);
    open_second(&typed);
    REQUIRE_INT(rig_render(&typed), OFX_OK);
    mock_image *without = copy_output(&typed);
    mock_set_point(drawn.effect, "box_a", 0.05, 0.6);
    mock_set_point(drawn.effect, "box_b", 0.25, 0.9);
    mock_user_edit(drawn.effect, "add_box");
    REQUIRE(mock_param(drawn.effect, "analysis")->text[0] != '\0');
    mock_set_text(typed.effect, "boxes", "0.05,0.1,0.2,0.3");
    REQUIRE_INT(rig_render(&drawn), OFX_OK);
    REQUIRE_INT(rig_render(&typed), OFX_OK);
    REQUIRE(same_pixels(drawn.output, typed.output));
    REQUIRE(!same_pixels(typed.output, without));
    mock_set_text(typed.effect, "boxes", "");
    REQUIRE_INT(rig_render(&typed), OFX_OK);
    REQUIRE(same_pixels(typed.output, without));
    mock_set_text(typed.effect, "boxes", "nonsense; more");
    REQUIRE_INT(rig_render(&typed), OFX_OK);
    REQUIRE(same_pixels(typed.output, without));
    mock_image_free(without);
    rig_close(&drawn);
    rig_close(&typed);
}

/* A file of shots does what the button does, in a clip that starts late too. */
static void test_analysis_from_a_file(void)
{
    char path[] = "/tmp/zdepth-shots-XXXXXX";
    rig made;
    rig read;
    open_second(&made);
    open_second(&read);
    rig *both[] = { &made, &read };
    for (int i = 0; i < 2; i++) {
        ofx_props source = &mock_clip(both[i]->effect, "Source")->props;
        mock_props_number(source, "OfxImageEffectPropFrameRange", 0, 90.0);
        mock_props_number(source, "OfxImageEffectPropFrameRange", 1, 92.0);
    }
    mock_user_edit(made.effect, "analyse");
    const char *text = mock_param(made.effect, "analysis")->text;
    const char *shots = strchr(text, '\n');
    REQUIRE(shots != NULL && atof(text) == 90.0);
    int file = mkstemp(path);
    REQUIRE(file >= 0);
    unsigned bytes = (unsigned) strlen(shots + 1);
    REQUIRE(write(file, shots + 1, bytes) == (ssize_t) bytes);
    close(file);
    mock_set_text(read.effect, "analysis_file", path);
    /* Another picture: measured by itself it would have another range. */
    for (int i = 0; i < 2; i++) {
        for (int y = 0; y < SCENE_HEIGHT; y++) {
            for (int x = 0; x < 60; x++) {
                const float far[4] = { 0.01f, 0.01f, 0.01f, 1.0f };
                mock_image_put(both[i]->map, x, y, far);
            }
        }
        REQUIRE_INT(rig_render(both[i]), OFX_OK);
    }
    REQUIRE(same_pixels(made.output, read.output));
    atomic_store(&mock_messages, 0);
    mock_set_text(read.effect, "analysis_file", "/nowhere/at-all.shots");
    REQUIRE_INT(rig_render(&read), OFX_OK); /* measured, and told of */
    REQUIRE_INT(rig_render(&read), OFX_OK);
    REQUIRE_INT(atomic_load(&mock_messages), 1);
    unlink(path);
    rig_close(&made);
    rig_close(&read);
}

/* OpenFX 1.5: a host that says what its numbers mean is believed while Light is auto. */
static void test_colourspaces(void)
{
    static const struct {
        const char *name;
        int light;
    } told[] = { { "ofx_scene_linear", 3 }, { "lin_rec709", 3 },     { "ACEScg", 3 },
                 { "srgb_tx", 2 },          { "rec709_display", 1 }, { "arri_logc4", 0 } };
    rig s;
    rig_open_plugin(&s, the.second_compositor, ZD_SAMPLE_F32);
    ofx_props source = &mock_clip(s.effect, "Source")->props;
    for (int i = 0; i < 6; i++) {
        mock_props_text(source, "OfxImageClipPropColourspace", told[i].name);
        mock_set_int(s.effect, "transfer", 0);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        mock_image *automatic = copy_output(&s);
        mock_props_text(source, "OfxImageClipPropColourspace", "");
        mock_set_int(s.effect, "transfer", told[i].light);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        if (!same_pixels(s.output, automatic)) {
            ZD_TEST_FAIL("%s is not taken for light %d", told[i].name, told[i].light);
        }
        mock_image_free(automatic);
    }
    ofx_props out = mock_props_create();
    REQUIRE_INT(mock_action(s.effect, "OfxImageEffectActionGetOutputColourspace", out, out),
                OFX_OK);
    REQUIRE_TEXT(mock_props_find(out, "OfxImageClipPropColourspace")->texts[0],
                 "OfxColourspace_Source");
    mock_props_free(out);
    rig_close(&s);
}

/* ---- built-in effects ---- */

static void test_builtin_effects(void)
{
    static const char *const texts[] = { "zblur", "zfog", "zgrade", "zpaint" };
    for (int e = 0; e < 4; e++) {
        rig s;
        rig_open_plugin(&s, the.second_filter, ZD_SAMPLE_F32);
        mock_set_int(s.effect, "builtin_effect", e + 1);
        mock_set_int(s.effect, "invert", 1);
        if (e == 2) {
            mock_set_number(s.effect, "zgrade_saturation", 0.0);
        }
        REQUIRE_INT(rig_render(&s), OFX_OK);
        if (same_pixels(s.output, s.source)) {
            ZD_TEST_FAIL("%s does nothing", texts[e]);
        }
        /* In the middle of the disc, outside the inverted matte: the footage's very codes. */
        REQUIRE_BYTES(mock_image_pixel(s.output, 183, 98), mock_image_pixel(s.source, 183, 98), 16);
        /* The same as text. */
        mock_image *by_choice = copy_output(&s);
        mock_set_int(s.effect, "builtin_effect", 0);
        mock_set_text(s.effect, "effect", e == 2 ? "zgrade=saturation=0" : texts[e]);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE(same_pixels(s.output, by_choice));
        /* Tile by tile. */
        mock_image *tiled = scene_output(ZD_SAMPLE_F32);
        mock_connect(s.effect, "Output", tiled);
        for (int y = 0; y < SCENE_HEIGHT; y += 71) {
            for (int x = 0; x < SCENE_WIDTH; x += 113) {
                mock_render_args args = whole_of(tiled);
                args.window = (ofx_rect_i){ x, y, x + 113 < SCENE_WIDTH ? x + 113 : SCENE_WIDTH,
                                            y + 71 < SCENE_HEIGHT ? y + 71 : SCENE_HEIGHT };
                REQUIRE_INT(mock_render(s.effect, &args), OFX_OK);
            }
        }
        REQUIRE(same_pixels(tiled, by_choice));
        mock_image_free(tiled);
        mock_image_free(by_choice);
        rig_close(&s);
    }
}

static void test_an_effect_follows_its_numbers_and_the_matte(void)
{
    rig s;
    rig_open_plugin(&s, the.second_filter, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "builtin_effect", 2);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    mock_image *before = copy_output(&s);
    mock_set_number(s.effect, "zfog_density", 0.2);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(!same_pixels(s.output, before));
    mock_set_number(s.effect, "zfog_density", 1.0);
    mock_set_number(s.effect, "depth_in", 0.5);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(!same_pixels(s.output, before));
    mock_set_number(s.effect, "depth_in", -1.0);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(same_pixels(s.output, before));
    mock_set_int(s.effect, "mask_effects", 0); /* everywhere */
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(memcmp(mock_image_pixel(s.output, 8, 200), mock_image_pixel(s.source, 8, 200), 16) !=
            0);
    mock_image_free(before);
    rig_close(&s);
}

static void test_effects_that_are_none(void)
{
    rig s;
    rig_open_plugin(&s, the.second_filter, ZD_SAMPLE_U8);
    atomic_store(&mock_messages, 0);
    mock_set_text(s.effect, "effect", "gblur=sigma=4");
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(same_pixels(s.output, s.source));
    REQUIRE_INT(atomic_load(&mock_messages), 1);
    REQUIRE_INT(atomic_load(&mock_images_alive), 0);
    rig_close(&s);
}

/* A message is told once, stands as long as there is a reason for it, and is taken back after. */
static void test_messages_are_taken_back(void)
{
    rig s;
    rig_open_plugin(&s, the.second_filter, ZD_SAMPLE_U8);
    atomic_store(&mock_messages, 0);
    for (int round = 1; round <= 2; round++) {
        mock_set_text(s.effect, "effect", "gblur=sigma=4");
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE_INT(atomic_load(&mock_messages), round);
        REQUIRE(atomic_load(&mock_message_stands));
        mock_set_text(s.effect, "effect", "");
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE_INT(atomic_load(&mock_messages), round);
        REQUIRE(!atomic_load(&mock_message_stands));
    }
    rig_close(&s);
}

/* Light wrap and contact shadows of the picture between the layers: every amount changes pixels, and tiles are parts
 * of the whole. */
static void test_the_insert_is_lit(void)
{
    static const char *const amounts[] = { "light_wrap", "light_wrap_front", "contact_shadow",
                                           "contact_front" };
    for (int n = 0; n < 4; n++) {
        rig s;
        rig_open_plugin(&s, the.second_compositor, ZD_SAMPLE_F32);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        mock_image *plain = copy_output(&s);
        mock_set_number(s.effect, amounts[n], 0.8);
        mock_set_number(s.effect, "contact_reach", 1.0);
        mock_set_number(s.effect, "contact_softness", 0.08);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        mock_image *whole = copy_output(&s);
        if (same_pixels(whole, plain)) {
            ZD_TEST_FAIL("%s alone changes nothing", amounts[n]);
        }
        scene_fill(s.output, SCENE_COLOUR);
        for (int y = 0; y < SCENE_HEIGHT; y += 17) {
            mock_render_args args = whole_of(s.output);
            args.window.y1 = s.output->bounds.y1 + y;
            args.window.y2 = s.output->bounds.y1 + (y + 17 < SCENE_HEIGHT ? y + 17 : SCENE_HEIGHT);
            REQUIRE_INT(mock_render(s.effect, &args), OFX_OK);
        }
        REQUIRE(same_pixels(s.output, whole));
        mock_image_free(plain);
        mock_image_free(whole);
        rig_close(&s);
    }
}

int main(int argc, char **argv)
{
    plugin_path = argc > 1 ? argv[1] : "";
    RUN(load_plugin);
    RUN(test_defaults_are_those_of_the_first);
    RUN(test_one_number_alone_acts);
    RUN(test_the_scale);
    RUN(test_another_scale_keeps_the_picture);
    RUN(test_automatic_off_takes_over);
    RUN(test_moving_a_value_moves_its_switch);
    RUN(test_what_is_ignored_is_grey);
    RUN(test_a_place_is_picked);
    RUN(test_presets_work_either_way);
    RUN(test_boxes_as_text);
    RUN(test_analysis_from_a_file);
    RUN(test_colourspaces);
    RUN(test_builtin_effects);
    RUN(test_an_effect_follows_its_numbers_and_the_matte);
    RUN(test_effects_that_are_none);
    RUN(test_messages_are_taken_back);
    RUN(test_the_insert_is_lit);
    return zd_test_finish();
}
