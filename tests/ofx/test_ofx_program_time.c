/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The plug-in against the program over time, bit for bit: a steadied shot, and inserts that belong to the
 * scene. */

#include "ofx_program.h"

enum { SHOT_FRAMES = 4 };

/* Noise and a change of light that no network sees past, another one in each frame. */
static void disturb_frame(mock_image *image, int time)
{
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        for (int x = 0; x < SCENE_WIDTH; x++) {
            float rgba[4];
            mock_image_get(image, x, y, rgba);
            for (int c = 0; c < 3; c++) {
                rgba[c] = rgba[c] * (1.0f + 0.05f * (float) (time % 3)) +
                          0.1f * wave(x + 977 * time, y + c);
            }
            mock_image_put(image, x, y, rgba);
        }
    }
}

static void open_shot(rig *s, const char *model, zd_context *ctx)
{
    rig_open_plugin(s, the.second_filter, ZD_SAMPLE_F32);
    set_linear(s->effect);
    mock_connect(s->effect, "Depth", NULL);
    mock_set_text(s->effect, "model", model);
    mock_set_int(s->effect, "transparency", 1);
    s->output->premultiplication = "OfxImageAlphaPremultiplied";
    ofx_clip clip = mock_clip(s->effect, "Source");
    mock_props_number(&clip->props, "OfxImageEffectPropFrameRange", 0, 0.0);
    mock_props_number(&clip->props, "OfxImageEffectPropFrameRange", 1, SHOT_FRAMES - 1.0);
    for (int t = 0; t < SHOT_FRAMES; t++) {
        char name[32];
        snprintf(name, sizeof name, "shot.%04d.exr", t);
        clip->images[t] = t == 0 ? s->source : scene_image(SCENE_COLOUR, ZD_SAMPLE_F32);
        disturb_frame(clip->images[t], t);
        if (ctx != NULL) {
            write_exr(ctx, clip->images[t], in_folder(0, name), "RGB");
        }
    }
}

static void close_shot(rig *s)
{
    ofx_clip clip = mock_clip(s->effect, "Source");
    for (int t = 1; t < SHOT_FRAMES; t++) {
        mock_image_free(clip->images[t]);
        clip->images[t] = NULL;
    }
    rig_close(s);
}

static void render_at(rig *s, int time)
{
    mock_render_args args = whole_of(s->output);
    args.time = time;
    REQUIRE_INT(mock_render(s->effect, &args), OFX_OK);
}

/* After Analyse any frame, last first, has the steadied depth that the program walks to; the text of the
 * analysis does the same as a file in another instance; without the cache there is one message. */
static void test_a_steady_shot(void)
{
    rig s;
    rig other;
    char model[4096];
    char cut[64];
    zd_context *ctx = zd_test_context(2);
    const char *source = getenv("ZD_SOURCE");
    snprintf(model, sizeof model, "%s/models/zdepth-embedded.safetensors",
             source != NULL ? source : ".");
    if (access(model, R_OK) != 0) {
        SKIP("there is no embedded network");
    }
    open_shot(&s, model, ctx);
    const char *const arguments[] = { program,
                                      "filter",
                                      in_folder(0, "shot.%04d.exr"),
                                      "--model",
                                      model,
                                      "--no-steady-edges",
                                      "--cuts",
                                      "none",
                                      "-o",
                                      in_folder(2, "steady.%04d.exr"),
                                      "-q",
                                      "--transparency",
                                      NULL };
    REQUIRE_INT(run_program(arguments), 0);
    mock_image *alone = scene_output(ZD_SAMPLE_F32);
    REQUIRE_INT(rig_render_to(&s, alone), OFX_OK);
    mock_user_edit(s.effect, "analyse");
    const char *text = mock_param(s.effect, "analysis")->text;
    REQUIRE(strstr(text, "\nsteadied ") != NULL);
    FILE *file = fopen(in_folder(3, "shots.txt"), "wb");
    REQUIRE(file != NULL && fputs(strchr(text, '\n') + 1, file) >= 0 && fclose(file) == 0);
    open_shot(&other, model, NULL);
    mock_set_text(other.effect, "analysis_file", names[3]);
    for (int t = SHOT_FRAMES - 1; t >= 0; t--) {
        snprintf(cut, sizeof cut, "steady.%04d.exr", t);
        render_at(&s, t);
        compare_exr(ctx, s.output, in_folder(4, cut), 4);
        render_at(&other, t);
        REQUIRE(same_pixels(other.output, s.output));
    }
    /* Stabilise 0: each frame's own depth, and nothing is kept. */
    mock_set_number(s.effect, "stabilise", 0.0);
    mock_user_edit(s.effect, "analyse");
    REQUIRE(strstr(mock_param(s.effect, "analysis")->text, "\nsteadied ") == NULL);
    render_at(&s, 3);
    render_at(&other, 3);
    REQUIRE(!same_pixels(other.output, s.output));
    /* Another model's depth is not this one's: its frames are its own. */
    mock_set_text(other.effect, "model", "embedded");
    atomic_store(&mock_messages, 0);
    render_at(&other, 3);
    REQUIRE_INT(atomic_load(&mock_messages), 0);
    mock_image_free(alone);
    close_shot(&other);
    close_shot(&s);
    /* A name that the cache has never seen: the frame's own depth, and one message. */
    open_shot(&s, model, NULL);
    char lost[8192];
    file = fopen(names[3], "rb");
    REQUIRE(file != NULL);
    size_t length = fread(lost, 1, sizeof lost - 1, file);
    REQUIRE(length > 140 && fclose(file) == 0);
    lost[length] = '\0';
    char *digits = strstr(lost, "steadied ") + 9;
    memset(digits, '0', 8);
    file = fopen(names[3], "wb");
    REQUIRE(file != NULL && fputs(lost, file) >= 0 && fclose(file) == 0);
    mock_set_text(s.effect, "analysis_file", names[3]);
    for (int t = 0; t < SHOT_FRAMES; t++) {
        render_at(&s, t);
    }
    REQUIRE_INT(atomic_load(&mock_messages), 1);
    REQUIRE_TEXT(mock_last_message,
                 "the analysis's steadied depth is no longer in the depth cache, so this frame has "
                 "its own; analyse again");
    /* A damaged line is no analysis. */
    digits[3] = 'x';
    file = fopen(names[3], "wb");
    REQUIRE(file != NULL && fputs(lost, file) >= 0 && fclose(file) == 0);
    mock_set_text(s.effect, "analysis_file", "");
    render_at(&s, 0);
    mock_set_text(s.effect, "analysis_file", names[3]);
    render_at(&s, 0);
    REQUIRE(strstr(mock_last_message, "the line of the steadied depth is damaged") != NULL);
    close_shot(&s);
    zd_context_destroy(&ctx);
}

/* ---- inserts that belong to the scene ---- */

enum { PLACED_FRAMES = 5, PLACED_FIRST = 10 };

/* Someone walks before a sloping wall. */
static void fill_walk(mock_image *image, int t)
{
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        for (int x = 0; x < SCENE_WIDTH; x++) {
            float u = ((float) x + 0.5f) / SCENE_WIDTH;
            float v = ((float) y + 0.5f) / SCENE_HEIGHT;
            bool near = in_disc(u + 0.15f - 0.04f * (float) t, v);
            float depth = near ? 0.9f : 0.1f + 0.25f * u;
            mock_image_put(image, x, y, (const float[4]){ depth, depth, depth, 1.0f });
        }
    }
}

static void open_walk(rig *s, zd_context *ctx)
{
    char name[32];
    rig_open_plugin(s, the.second_compositor, ZD_SAMPLE_F32);
    set_linear(s->effect);
    mock_connect(s->effect, "Foreground", NULL);
    ofx_clip clips[2] = { mock_clip(s->effect, "Source"), mock_clip(s->effect, "Depth") };
    mock_props_number(&clips[0]->props, "OfxImageEffectPropFrameRange", 0, PLACED_FIRST);
    mock_props_number(&clips[0]->props, "OfxImageEffectPropFrameRange", 1,
                      PLACED_FIRST + PLACED_FRAMES - 1.0);
    for (int t = 0; t < PLACED_FRAMES; t++) {
        mock_image *picture = scene_image(SCENE_COLOUR, ZD_SAMPLE_F32);
        mock_image *map = scene_image(SCENE_DEPTH, ZD_SAMPLE_F32);
        disturb_frame(picture, t);
        fill_walk(map, t);
        clips[0]->images[PLACED_FIRST + t] = picture;
        clips[1]->images[PLACED_FIRST + t] = map;
        snprintf(name, sizeof name, "walk.%04d.exr", t);
        write_exr(ctx, picture, in_folder(0, name), "RGB");
        snprintf(name, sizeof name, "near.%04d.exr", t);
        write_exr(ctx, map, in_folder(1, name), "Z");
    }
    mock_set_number(s->effect, "furthest", 0.0);
    mock_set_number(s->effect, "nearest", 1.0);
    mock_set_number(s->effect, "depth_in", 5.0);
    mock_set_number(s->effect, "depth_out", 10.0);
}

static void close_walk(rig *s)
{
    static const char *const names_of[] = { "Source", "Depth" };
    for (int c = 0; c < 2; c++) {
        ofx_clip clip = mock_clip(s->effect, names_of[c]);
        for (int t = 0; t < PLACED_FRAMES; t++) {
            mock_image_free(clip->images[PLACED_FIRST + t]);
            clip->images[PLACED_FIRST + t] = NULL;
        }
    }
    rig_close(s);
}

static void write_camera(const char *path)
{
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    for (int t = 0; t < PLACED_FRAMES; t++) {
        fprintf(file, "%d %g %g 0 0 %g %g 40\n", t, 0.1 * t, -0.05 * t, 2.0 * t, 1.5 * t);
    }
    REQUIRE(fclose(file) == 0);
}

/* The frames that the host is told of. */
static void check_needed(rig *s, double time, double placed)
{
    ofx_props in = mock_props_create();
    ofx_props out = mock_props_create();
    mock_props_number(in, "OfxPropTime", 0, time);
    REQUIRE_INT(mock_action(s->effect, "OfxImageEffectActionGetFramesNeeded", in, out), OFX_OK);
    static const char *const ranges[] = { "OfxImageClipPropFrameRange_Source",
                                          "OfxImageClipPropFrameRange_Depth" };
    for (int n = 0; n < 2; n++) {
        mock_prop *p = mock_props_find(out, ranges[n]);
        REQUIRE(p != NULL && p->count == 4);
        REQUIRE(p->numbers[0] == time && p->numbers[1] == time);
        REQUIRE(p->numbers[2] == placed && p->numbers[3] == placed);
    }
    mock_props_free(in);
    mock_props_free(out);
}

/* On the wall, coming out from behind someone, before a camera of a file: the program's pixels in every frame,
 * asked for in any order, though the insert is placed in one of them. */
static void test_inserts_in_the_scene(void)
{
    static const int order[] = { 4, 1, 3, 2, 0 };
    rig s;
    zd_context *ctx = zd_test_context(2);
    open_walk(&s, ctx);
    write_camera(in_folder(4, "walk.chan"));
    mock_set_text(s.effect, "title", "HELLO");
    mock_set_number(s.effect, "x", 0.65);
    mock_set_number(s.effect, "size", 0.3);
    mock_set_number(s.effect, "start", 0.04);
    mock_set_number(s.effect, "animate_time", 0.2);
    mock_set_number(s.effect, "track_distance", 5.0);
    mock_set_number(s.effect, "contact_shadow", 0.5);
    mock_set_text(s.effect, "track_camera", names[4]);
    mock_set_int(s.effect, "track", 2);
    mock_set_int(s.effect, "plane", 1);
    mock_set_int(s.effect, "reveal", 3);
    const char *const arguments[] = { program,
                                      "composite",
                                      in_folder(0, "walk.%04d.exr"),
                                      "--fps",
                                      "25",
                                      "--depth-map",
                                      in_folder(1, "near.%04d.exr"),
                                      "--depth-map-type",
                                      "normalised",
                                      "--mode",
                                      "normalised",
                                      "--furthest",
                                      "0",
                                      "--nearest",
                                      "1",
                                      "--depth-in",
                                      "0.5",
                                      "--depth-out",
                                      "1",
                                      "--cuts",
                                      "none",
                                      "-q",
                                      "--title",
                                      "HELLO",
                                      "--x",
                                      "0.65",
                                      "--size",
                                      "0.3",
                                      "--start",
                                      "0.04",
                                      "--animate-time",
                                      "0.2",
                                      "--track",
                                      names[4],
                                      "--track-distance",
                                      "5",
                                      "--contact-shadow",
                                      "0.5",
                                      "--plane",
                                      "wall",
                                      "--reveal",
                                      "slide-right",
                                      "-o",
                                      in_folder(2, "laid.%04d.exr"),
                                      NULL };
    REQUIRE_INT(run_program(arguments), 0);
    atomic_store(&mock_messages, 0);
    mock_last_message[0] = '\0';
    for (int i = 0; i < PLACED_FRAMES; i++) {
        char name[32];
        mock_render_args args = whole_of(s.output);
        args.time = PLACED_FIRST + order[i];
        REQUIRE_INT(mock_render(s.effect, &args), OFX_OK);
        REQUIRE_TEXT(mock_last_message, "");
        snprintf(name, sizeof name, "laid.%04d.exr", order[i]);
        compare_exr(ctx, s.output, in_folder(3, name), 3);
        mock_image *was = mock_clip(s.effect, "Source")->images[PLACED_FIRST + order[i]];
        REQUIRE(same_pixels(s.output, was) == (order[i] == 0)); /* it begins in frame 1 */
    }
    check_needed(&s, PLACED_FIRST + 4, PLACED_FIRST + 1);
    /* What only a walk over the shot finds is said once, and the insert stays. */
    mock_set_int(s.effect, "track", 1);
    for (int i = 0; i < 2; i++) {
        mock_render_args args = whole_of(s.output);
        args.time = PLACED_FIRST + 4;
        REQUIRE_INT(mock_render(s.effect, &args), OFX_OK);
    }
    REQUIRE_INT(atomic_load(&mock_messages), 1);
    REQUIRE(strstr(mock_last_message, "track = wall looks at all frames of a shot") != NULL);
    close_walk(&s);
    zd_context_destroy(&ctx);
}

int main(int argc, char **argv)
{
    open_folder(argc, argv);
    RUN(load_plugin);
    RUN(test_inserts_in_the_scene);
    RUN(test_a_steady_shot);
    close_folder();
    return zd_test_finish();
}
