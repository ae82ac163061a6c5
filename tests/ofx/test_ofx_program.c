/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The plug-in against the program itself, through files: bit for bit in float, within a code in 8 bit. Over
 * time: test_ofx_program_time.c. */

#include "ofx_program.h"

#include "media/reader.h"

/* With a map, or with the embedded network when `model` is given. */
static void compare_float_filter(const char *model)
{
    rig s;
    zd_context *ctx = zd_test_context(2);
    rig_open(&s, false, ZD_SAMPLE_F32);
    set_linear(s.effect);
    mock_set_int(s.effect, "transparency", 1);
    if (model != NULL) {
        mock_connect(s.effect, "Depth", NULL);
        mock_set_text(s.effect, "model", model);
    }
    s.output->premultiplication = "OfxImageAlphaPremultiplied"; /* as in an EXR */
    atomic_store(&mock_messages, 0);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE_INT(atomic_load(&mock_messages), 0);
    write_exr(ctx, s.source, in_folder(0, "footage.exr"), "RGB");
    write_exr(ctx, s.map, in_folder(1, "map.exr"), "Z");
    const char *const arguments[] = { program,
                                      "filter",
                                      names[0],
                                      model != NULL ? "--model" : "--depth-map",
                                      model != NULL ? model : names[1],
                                      "--transparency",
                                      "-o",
                                      in_folder(2, "cut.exr"),
                                      model != NULL ? "--detail" : "--depth-map-type",
                                      model != NULL ? "off" : "normalised", /* as a movie's frame */
                                      NULL };
    REQUIRE_INT(run_program(arguments), 0);
    compare_exr(ctx, s.output, names[2], 4);
    zd_context_destroy(&ctx);
    rig_close(&s);
}

static void test_float_filter(void)
{
    compare_float_filter(NULL);
}

static void test_float_filter_with_the_network(void)
{
    char model[4096];
    const char *source = getenv("ZD_SOURCE");
    snprintf(model, sizeof model, "%s/models/zdepth-embedded.safetensors",
             source != NULL ? source : ".");
    if (access(model, R_OK) != 0) {
        SKIP("there is no embedded network");
    }
    compare_float_filter(model);
}

static void test_float_composite(void)
{
    rig s;
    zd_context *ctx = zd_test_context(2);
    rig_open(&s, true, ZD_SAMPLE_F32);
    set_linear(s.effect);
    s.insert->premultiplication = "OfxImageAlphaPremultiplied";
    REQUIRE_INT(rig_render(&s), OFX_OK);
    write_exr(ctx, s.source, in_folder(0, "footage.exr"), "RGB");
    write_exr(ctx, s.map, in_folder(1, "map.exr"), "Z");
    write_exr(ctx, s.insert, in_folder(2, "insert.exr"), "RGBA");
    const char *const arguments[] = { program,
                                      "composite",
                                      names[0],
                                      "--depth-map",
                                      names[1],
                                      "--depth-map-type",
                                      "normalised",
                                      "--insert",
                                      names[2],
                                      "-o",
                                      in_folder(3, "mixed.exr"),
                                      NULL };
    REQUIRE_INT(run_program(arguments), 0);
    compare_exr(ctx, s.output, names[3], 3);
    zd_context_destroy(&ctx);
    rig_close(&s);
}

/* A portable any-map of 8 bit. */
static void write_pam(const mock_image *image, const char *path, int channels)
{
    static const char *const kinds[] = { "", "GRAYSCALE", "", "RGB", "RGB_ALPHA" };
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    fprintf(file, "P7\nWIDTH %d\nHEIGHT %d\nDEPTH %d\nMAXVAL 255\nTUPLTYPE %s\nENDHDR\n",
            SCENE_WIDTH, SCENE_HEIGHT, channels, kinds[channels]);
    for (int y = SCENE_HEIGHT - 1; y >= 0; y--) {
        for (int x = 0; x < SCENE_WIDTH; x++) {
            float rgba[4];
            unsigned char codes[4];
            mock_image_get(image, x, y, rgba);
            for (int c = 0; c < channels; c++) {
                codes[c] = (unsigned char) (rgba[c] * 255.0f + 0.5f);
            }
            fwrite(codes, 1, (size_t) channels, file);
        }
    }
    REQUIRE_INT(fclose(file), 0);
}

static void compare_codes(zd_context *ctx, const mock_image *out, const char *path, int channels)
{
    zd_error err;
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_image *read = NULL;
    zd_reader_params how = { 0 };
    zd_rect whole = { 0, 0, SCENE_WIDTH, SCENE_HEIGHT };
    float worst = 0.0f;
    zd_image *picture = upright(ctx, out);
    REQUIRE_OK(zd_image_create(ctx, SCENE_WIDTH, SCENE_HEIGHT, ZD_RGBA_F32, &read, &err));
    REQUIRE_OK(zd_reader_open(ctx, path, &how, &reader, &err));
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_OK(zd_frame_read(frame, whole, zd_image_view(read), &err));
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        const float *a = zd_view_row_f32(zd_image_view(picture), y);
        const float *b = zd_view_row_f32(zd_image_view(read), y);
        for (int i = 0; i < 4 * SCENE_WIDTH; i++) {
            worst = i % 4 < channels ? fmaxf(worst, fabsf(a[i] - b[i])) : worst;
        }
    }
    printf("  %s: %.2f codes\n", path, (double) worst * 255.0);
    REQUIRE(worst <= 1.0001f / 255.0f);
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    zd_image_unref(&read);
    zd_image_unref(&picture);
}

static void test_codes(void)
{
    for (int compositor = 0; compositor < 2; compositor++) {
        rig s;
        zd_context *ctx = zd_test_context(2);
        rig_open(&s, compositor != 0, ZD_SAMPLE_U8);
        mock_set_int(s.effect, "transfer", 2); /* stills are sRGB */
        if (compositor == 0) {
            mock_set_int(s.effect, "transparency", 1);
        } else {
            write_pam(s.insert, in_folder(2, "insert.pam"), 4);
        }
        REQUIRE_INT(rig_render(&s), OFX_OK);
        write_pam(s.source, in_folder(0, "footage.pam"), 3);
        write_exr(ctx, s.map, in_folder(1, "map.exr"), "Z");
        const char *const arguments[] = { program,
                                          compositor != 0 ? "composite" : "filter",
                                          names[0],
                                          "--depth-map",
                                          names[1],
                                          "--depth-map-type",
                                          "normalised",
                                          "-o",
                                          in_folder(3, "out.png"),
                                          compositor != 0 ? "--insert" : "--transparency",
                                          compositor != 0 ? names[2] : NULL,
                                          NULL };
        REQUIRE_INT(run_program(arguments), 0);
        compare_codes(ctx, s.output, names[3], compositor != 0 ? 3 : 4);
        zd_context_destroy(&ctx);
        rig_close(&s);
    }
}

/* The compositor in a host with one input: a title, a picture and more as text, between the layers, bit for
 * bit what the program makes of the same. */
static void test_the_compositor_as_a_filter(void)
{
    static const char *const hosts[] = { NULL, "MLT", "com.vegascreativesoftware.vegas" };
    for (int host = 0; host < 3; host++) {
        rig s;
        char text[400];
        zd_context *ctx = zd_test_context(2);
        mock_how = (mock_options){ .name = hosts[host] };
        rig_open_in(&s, the.second_compositor, "OfxImageEffectContextFilter", ZD_SAMPLE_F32);
        REQUIRE(mock_clip(s.effect, "Foreground") == NULL && mock_clip(s.effect, "Source") != NULL);
        set_linear(s.effect);
        mock_image *insert = scene_image(SCENE_INSERT, ZD_SAMPLE_F32);
        write_exr(ctx, s.source, in_folder(0, "footage.exr"), "RGB");
        write_exr(ctx, s.map, in_folder(1, "map.exr"), "Z");
        write_exr(ctx, insert, in_folder(2, "insert.exr"), "RGBA");
        /* Nothing named: the footage itself. */
        ofx_props none = mock_props_create();
        REQUIRE_INT(mock_action(s.effect, "OfxImageEffectActionIsIdentity", none, none), OFX_OK);
        REQUIRE_TEXT(mock_props_find(none, "OfxPropName")->texts[0], "Source");
        mock_props_free(none);
        mock_set_text(s.effect, "title", "HELLO");
        mock_set_text(s.effect, "insert", names[2]);
        mock_set_number(s.effect, "size", 0.4);
        mock_set_number(s.effect, "opacity", 0.8);
        snprintf(text, sizeof text, "[insert]\ntitle = more\ny = 0.2\nat_depth = 0.9\n");
        mock_set_text(s.effect, "more_inserts", text);
        atomic_store(&mock_messages, 0);
        mock_last_message[0] = '\0';
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE_TEXT(mock_last_message, "");
        const char *const arguments[] = { program,
                                          "composite",
                                          names[0],
                                          "--depth-map",
                                          names[1],
                                          "--mode",
                                          "normalised",
                                          "--depth-map-type",
                                          "normalised",
                                          "--insert",
                                          names[2],
                                          "--fit",
                                          "fit",
                                          "--size",
                                          "0.4",
                                          "--opacity",
                                          "0.8",
                                          "--title",
                                          "HELLO",
                                          "--size",
                                          "0.4",
                                          "--opacity",
                                          "0.8",
                                          "--title",
                                          "more",
                                          "--y",
                                          "0.2",
                                          "--at-depth",
                                          "0.9",
                                          "-o",
                                          in_folder(3, "mixed.exr"),
                                          NULL };
        REQUIRE_INT(run_program(arguments), 0);
        compare_exr(ctx, s.output, names[3], 3);
        /* Tile by tile, and once more with one thing changed. */
        mock_image *tiled = scene_output(ZD_SAMPLE_F32);
        mock_connect(s.effect, "Output", tiled);
        for (int y = 0; y < SCENE_HEIGHT; y += 100) {
            mock_render_args args = whole_of(tiled);
            args.window =
                (ofx_rect_i){ 0, y, SCENE_WIDTH, y + 100 < SCENE_HEIGHT ? y + 100 : SCENE_HEIGHT };
            REQUIRE_INT(mock_render(s.effect, &args), OFX_OK);
        }
        REQUIRE(same_pixels(tiled, s.output));
        mock_set_text(s.effect, "title", "WORLD");
        REQUIRE_INT(rig_render_to(&s, tiled), OFX_OK);
        REQUIRE(!same_pixels(tiled, s.output));
        mock_set_text(s.effect, "insert", "/nowhere/at-all.png");
        REQUIRE_INT(rig_render_to(&s, tiled), OFX_OK);
        REQUIRE(same_pixels(tiled, s.source));
        REQUIRE_INT(atomic_load(&mock_messages), 1);
        mock_image_free(tiled);
        mock_image_free(insert);
        zd_context_destroy(&ctx);
        rig_close(&s);
        mock_how = (mock_options){ 0 };
    }
}

/* A map's name does what the clip does; a clip that is connected comes first. */
static void test_a_map_by_its_name(void)
{
    for (int compositor = 0; compositor < 2; compositor++) {
        rig s;
        zd_context *ctx = zd_test_context(2);
        rig_open_plugin(&s, compositor ? the.second_compositor : the.second_filter, ZD_SAMPLE_F32);
        mock_set_int(s.effect, "depth_map_type", 1);
        if (!compositor) {
            mock_set_int(s.effect, "transparency", 1);
        }
        write_exr(ctx, s.map, in_folder(1, "map.exr"), "Z");
        REQUIRE_INT(rig_render(&s), OFX_OK);
        mock_image *named = scene_output(ZD_SAMPLE_F32);
        mock_set_text(s.effect, "depth_map", "/nowhere/at-all.exr"); /* the clip is there */
        REQUIRE_INT(rig_render_to(&s, named), OFX_OK);
        REQUIRE(same_pixels(named, s.output));
        mock_connect(s.effect, "Depth", NULL);
        mock_set_text(s.effect, "depth_map", names[1]);
        REQUIRE_INT(rig_render_to(&s, named), OFX_OK);
        REQUIRE(same_pixels(named, s.output));
        mock_image_free(named);
        zd_context_destroy(&ctx);
        rig_close(&s);
    }
}

int main(int argc, char **argv)
{
    open_folder(argc, argv);
    RUN(load_plugin);
    RUN(test_float_filter);
    RUN(test_float_filter_with_the_network);
    RUN(test_float_composite);
    RUN(test_codes);
    RUN(test_the_compositor_as_a_filter);
    RUN(test_a_map_by_its_name);
    close_folder();
    return zd_test_finish();
}
