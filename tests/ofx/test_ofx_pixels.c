/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Checks 4 to 7: tiles, geometry, sample types, render scale; and that the pixels are those of the
 * functions that the command line is made of. */

#include "ofx_scene.h"

#include "composite/composite.h"
#include "engine/engine.h"
#include "engine/engine_matte_params.h"
#include "engine/engine_shots.h"
#include "image/linear.h"
#include "matte/decontaminate.h"
#include "matte/views.h"

/* The command line's own way from a picture and a map to a matte, top row first. */
typedef struct reference {
    zd_context *ctx;
    zd_image *picture;
    zd_image *values;
    zd_image *matte;
    zd_shot shot;
} reference;

static zd_image *upright(zd_context *ctx, const mock_image *image, zd_format format)
{
    zd_image *out = NULL;
    zd_error err;
    int width = image->bounds.x2 - image->bounds.x1;
    int height = image->bounds.y2 - image->bounds.y1;
    REQUIRE_OK(zd_image_create(ctx, width, height, format, &out, &err));
    for (int y = 0; y < height; y++) {
        float *row = zd_view_row_f32(zd_image_view(out), height - 1 - y);
        for (int x = 0; x < width; x++) {
            float rgba[4];
            mock_image_get(image, image->bounds.x1 + x, image->bounds.y1 + y, rgba);
            memcpy(row + format.channels * x, rgba, sizeof(float) * (size_t) format.channels);
        }
    }
    return out;
}

static void make_reference(const mock_image *source, const mock_image *map, const zd_params *params,
                           reference *r)
{
    zd_error err = { 0 };
    zd_project project;
    zd_engine_shots *analysis = NULL;
    zd_shot_list list = { 0 };
    zd_matte *matte = NULL;
    r->picture = upright(r->ctx, source, ZD_RGBA_F32);
    r->values = upright(r->ctx, map, ZD_GRAY_F32);
    zd_view picture = zd_image_view(r->picture);
    zd_view values = zd_image_view(r->values);
    zd_depth_sample sample = { .depth = { .values = zd_image_ref(r->values),
                                          .kind = ZD_DEPTH_NORMALISED } };
    REQUIRE_OK(
        zd_image_create(r->ctx, values.width, values.height, ZD_RGB_F32, &sample.small, &err));
    zd_pixels_shrink(r->ctx, picture, zd_image_view(sample.small));
    zd_project_init(&project, r->ctx);
    REQUIRE_OK(zd_params_set_number(&project.params, ZD_P_STABILISE, 0.0, &err));
    REQUIRE_OK(
        zd_engine_shots_create(r->ctx, &project, values.width, values.height, &analysis, &err));
    REQUIRE_OK(zd_engine_shots_push(analysis, &sample, 0.0, &err));
    REQUIRE_OK(zd_engine_shots_finish(analysis, &list, &err));
    r->shot = list.shots[0];
    zd_shot_list_release(&list);
    zd_engine_shots_destroy(&analysis);
    zd_project_finish(&project);
    zd_depth_map depth = { .values = r->values, .kind = ZD_DEPTH_NORMALISED };
    zd_matte_size size = { picture.width, picture.height, values.width, values.height };
    zd_matte_frame frame = { .map = &depth, .range = r->shot.range, .guide = &picture };
    zd_matte_params m = zd_engine_matte_params(params, &r->shot, ZD_DEPTH_NORMALISED, 0.0);
    zd_rect whole = { 0, 0, picture.width, picture.height };
    REQUIRE_OK(zd_matte_create(r->ctx, &size, &matte, &err));
    REQUIRE_OK(zd_matte_prepare(matte, &frame, &err));
    REQUIRE_OK(
        zd_image_create(r->ctx, size.frame_width, size.frame_height, ZD_GRAY_F32, &r->matte, &err));
    REQUIRE_OK(zd_matte_render(matte, &m, whole, zd_image_view(r->matte), &err));
    zd_matte_destroy(&matte);
}

static void free_reference(reference *r)
{
    zd_image_unref(&r->picture);
    zd_image_unref(&r->values);
    zd_image_unref(&r->matte);
    zd_context_destroy(&r->ctx);
}

static void require_same(const mock_image *out, zd_view expected, const char *what)
{
    for (int y = 0; y < expected.height; y++) {
        const float *row = zd_view_row_f32(expected, expected.height - 1 - y);
        const char *got = mock_image_pixel(out, out->bounds.x1, out->bounds.y1 + y);
        if (memcmp(got, row, (size_t) expected.width * 16) != 0) {
            ZD_TEST_FAIL("%s: row %d differs from the engine's own", what, y);
        }
    }
}

static void test_transparency_equals_command_line(void)
{
    rig s;
    zd_params params;
    reference r = { .ctx = zd_test_context(2) };
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transparency", 1);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    zd_params_init(&params, r.ctx);
    make_reference(s.source, s.map, &params, &r);
    zd_view expected = zd_image_view(r.picture);
    zd_view matte = zd_image_view(r.matte);
    for (int y = 0; y < expected.height; y++) {
        for (int x = 0; x < expected.width; x++) {
            zd_view_row_f32(expected, y)[4 * x + 3] *= zd_view_row_f32(matte, y)[x];
        }
    }
    require_same(s.output, expected, "transparency");
    REQUIRE(zd_view_row_f32(matte, 120)[180] > 0.99f);
    REQUIRE(zd_view_row_f32(matte, 10)[10] < 0.01f);
    zd_params_finish(&params);
    free_reference(&r);
    rig_close(&s);
}

static void test_composite_equals_command_line(void)
{
    rig s;
    zd_params params;
    zd_error err = { 0 };
    reference r = { .ctx = zd_test_context(2) };
    zd_decontaminator *cleaner = NULL;
    zd_image *linear = NULL;
    zd_image *mixed = NULL;
    zd_image *background = NULL;
    rig_open(&s, true, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transfer", 2);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    zd_params_init(&params, r.ctx);
    make_reference(s.source, s.map, &params, &r);
    zd_image *insert = upright(r.ctx, s.insert, ZD_RGBA_F32);
    zd_view display = zd_image_view(r.picture);
    zd_rect whole = { 0, 0, display.width, display.height };
    REQUIRE_OK(zd_image_create(r.ctx, whole.x1, whole.y1, ZD_RGBA_F32, &linear, &err));
    REQUIRE_OK(zd_image_create(r.ctx, whole.x1, whole.y1, ZD_RGBA_F32, &mixed, &err));
    REQUIRE_OK(zd_image_create(r.ctx, whole.x1, whole.y1, ZD_RGB_F32, &background, &err));
    REQUIRE_OK(zd_decontaminator_create(r.ctx, whole.x1, whole.y1, &cleaner, &err));
    zd_view lin = zd_image_view(linear);
    zd_view mix = zd_image_view(mixed);
    zd_view back = zd_image_view(background);
    zd_view ins = zd_image_view(insert);
    zd_view matte = zd_image_view(r.matte);
    zd_view_copy(display, lin);
    zd_transfer_decode_view(ZD_TRANSFER_SRGB, lin);
    zd_view_copy(lin, mix);
    zd_linear_decode(r.ctx, ZD_TRANSFER_SRGB, ins, ins);
    REQUIRE_OK(zd_matte_estimate_colours(cleaner, &lin, &matte, whole, &back, NULL, &err));
    zd_composite_layer layer = { .picture = { ins, 0, 0 },
                                 .matte = { matte, 0, 0 },
                                 .background = { back, 0, 0 },
                                 .opacity = 1.0f };
    zd_composite job = { .picture = { mix, 0, 0 }, .layers = &layer, .count = 1 };
    REQUIRE_OK(zd_composite_render(r.ctx, &job, whole, &err));
    REQUIRE(zd_linear_encode_changed(r.ctx, ZD_TRANSFER_SRGB, lin, mix, display, mix));
    require_same(s.output, mix, "composite");
    zd_image_unref(&linear);
    zd_image_unref(&mixed);
    zd_image_unref(&background);
    zd_image_unref(&insert);
    zd_decontaminator_destroy(&cleaner);
    zd_params_finish(&params);
    free_reference(&r);
    rig_close(&s);
}

static void test_views_equal_command_line(void)
{
    rig s;
    zd_params params;
    reference r = { .ctx = zd_test_context(2) };
    zd_image *expected = NULL;
    zd_error err;
    rig_open(&s, false, ZD_SAMPLE_F32);
    zd_params_init(&params, r.ctx);
    make_reference(s.source, s.map, &params, &r);
    zd_view picture = zd_image_view(r.picture);
    zd_rect whole = { 0, 0, picture.width, picture.height };
    zd_matte_view_source source = { .picture = picture,
                                    .matte = zd_image_view(r.matte),
                                    .depth = zd_image_view(r.values),
                                    .range = r.shot.range,
                                    .frame_width = whole.x1,
                                    .frame_height = whole.y1,
                                    .roi = whole };
    REQUIRE_OK(zd_image_create(r.ctx, whole.x1, whole.y1, ZD_RGBA_F32, &expected, &err));
    zd_view out = zd_image_view(expected);
    for (int kind = ZD_MATTE_VIEW_NONE + 1; kind < ZD_MATTE_VIEW_COUNT; kind++) {
        mock_set_int(s.effect, "view", kind);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        zd_matte_view_draw((zd_matte_view_kind) kind, &source, out);
        require_same(s.output, out, "view");
    }
    zd_image_unref(&expected);
    zd_params_finish(&params);
    free_reference(&r);
    rig_close(&s);
}

static void test_mask_effects(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_image *effect = scene_image(SCENE_EFFECT, ZD_SAMPLE_F32);
    mock_connect(s.effect, "Original", s.source);
    mock_connect(s.effect, "Source", effect);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    /* Far from the edge: the effect on the disc, the footage's own codes elsewhere. */
    REQUIRE_BYTES(mock_image_pixel(s.output, 8, 200), mock_image_pixel(s.source, 8, 200), 16);
    float got[4];
    float want[4];
    mock_image_get(s.output, 183, 98, got);
    mock_image_get(effect, 183, 98, want);
    for (int c = 0; c < 4; c++) {
        REQUIRE_NEAR(got[c], want[c], 1e-5);
    }
    mock_image_free(effect);
    rig_close(&s);
}

/* Check 4. */
static void test_tiles_equal_the_frame(void)
{
    static const int sizes[][2] = { { 64, 64 }, { 7, 5 }, { 333, 1 }, { 1, 217 }, { 101, 57 } };
    static const float feathers[] = { 0.0f, 0.5f, 2.0f };
    for (int pass = 0; pass < 8; pass++) {
        rig s;
        bool compositor = pass >= 6;
        rig_open(&s, compositor, ZD_SAMPLE_F32);
        if (!compositor) {
            mock_set_int(s.effect, "transparency", 1);
            mock_set_int(s.effect, "invert", pass % 2);
        }
        mock_set_number(s.effect, "feather", (double) feathers[pass % 3]);
        mock_set_int(s.effect, "auto_feather", pass < 3 || pass == 7);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        mock_image *tiled = scene_output(ZD_SAMPLE_F32);
        mock_connect(s.effect, "Output", tiled);
        const int *size = sizes[pass % 5];
        int columns = (SCENE_WIDTH + size[0] - 1) / size[0];
        int rows = (SCENE_HEIGHT + size[1] - 1) / size[1];
        int stride =
            size[0] * size[1] < 100 ? 23 : 1; /* small ones: a sample, in a stirred order */
        for (int t = 0; t < columns * rows; t += stride) {
            int at = (int) ((long) t * 7919 % (columns * rows));
            at = stride == 1 ? t * 1 : at;
            int x = at % columns * size[0];
            int y = at / columns * size[1];
            mock_render_args args = { 0.0,
                                      { x, y, x + size[0] < SCENE_WIDTH ? x + size[0] : SCENE_WIDTH,
                                        y + size[1] < SCENE_HEIGHT ? y + size[1] : SCENE_HEIGHT },
                                      1.0,
                                      NULL };
            REQUIRE_INT(mock_render(s.effect, &args), OFX_OK);
            for (int row = args.window.y1; row < args.window.y2; row++) {
                REQUIRE_BYTES(mock_image_pixel(tiled, x, row), mock_image_pixel(s.output, x, row),
                              (size_t) (args.window.x2 - x) * 16);
            }
        }
        mock_image_free(tiled);
        rig_close(&s);
    }
}

static void test_single_pixel_windows(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transparency", 1);
    mock_set_number(s.effect, "feather", 2.0);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    mock_image *one = scene_output(ZD_SAMPLE_F32);
    mock_connect(s.effect, "Output", one);
    for (int i = 0; i < 60; i++) {
        int x = i * 131 % SCENE_WIDTH;
        int y = i * 89 % SCENE_HEIGHT;
        mock_render_args args = { 0.0, { x, y, x + 1, y + 1 }, 1.0, NULL };
        REQUIRE_INT(mock_render(s.effect, &args), OFX_OK);
        REQUIRE_BYTES(mock_image_pixel(one, x, y), mock_image_pixel(s.output, x, y), 16);
    }
    mock_image_free(one);
    rig_close(&s);
}

/* Check 5. */
static void test_geometry(void)
{
    for (int form = 0; form < 8; form++) {
        rig s;
        rig_open(&s, false, ZD_SAMPLE_F32);
        mock_set_int(s.effect, "transparency", 1);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        ofx_rect_i bounds = { -37, 11, -37 + SCENE_WIDTH, 11 + SCENE_HEIGHT };
        mock_image *source =
            mock_image_create(bounds, ZD_SAMPLE_F32, 4, form & 1 ? 48 : 0, (form & 2) != 0);
        scene_fill(source, SCENE_COLOUR);
        ofx_rect_i wide = { bounds.x1 - 5, bounds.y1 - 3, bounds.x2 + 9, bounds.y2 + 2 };
        ofx_rect_i part = { bounds.x1 + 40, bounds.y1 + 20, bounds.x2 - 31, bounds.y2 - 7 };
        mock_image *output = mock_image_create(form < 4 ? wide : part, ZD_SAMPLE_F32, 4,
                                               form & 2 ? 16 : 0, (form & 1) != 0);
        mock_connect(s.effect, "Source", source);
        REQUIRE_INT(rig_render_to(&s, output), OFX_OK);
        REQUIRE(mock_guards_intact(output));
        REQUIRE(mock_guards_intact(source));
        for (int y = output->bounds.y1; y < output->bounds.y2; y++) {
            for (int x = output->bounds.x1; x < output->bounds.x2; x++) {
                static const char nothing[16];
                bool inside = x >= bounds.x1 && x < bounds.x2 && y >= bounds.y1 && y < bounds.y2;
                const char *want = inside ? mock_image_pixel(s.output, x + 37, y - 11) : nothing;
                REQUIRE_BYTES(mock_image_pixel(output, x, y), want, 16);
            }
        }
        mock_connect(s.effect, "Source", s.source);
        mock_image_free(source);
        mock_image_free(output);
        rig_close(&s);
    }
}

/* Check 6. */
static void test_sample_types(void)
{
    for (int compositor = 0; compositor < 2; compositor++) {
        rig s;
        rig_open(&s, compositor != 0, ZD_SAMPLE_U8);
        if (!compositor) {
            mock_set_int(s.effect, "view", 2); /* thresholded: colours and matte in one */
        }
        REQUIRE_INT(rig_render(&s), OFX_OK);
        static const zd_sample samples[] = { ZD_SAMPLE_U8, ZD_SAMPLE_U16, ZD_SAMPLE_F16,
                                             ZD_SAMPLE_F32 };
        static const double limits[] = { 1.0 / 255, 1.0 / 65535 + 1e-6, 1.0 / 1024, 1e-9 };
        /* The same codes of 8 bit in every type, so that only rounding differs. */
        mock_image *exact = scene_output(ZD_SAMPLE_F32);
        for (int t = 3; t >= 0; t--) {
            for (int bgr = 0; bgr < 2; bgr++) {
                ofx_rect_i b = s.source->bounds;
                mock_image *in[2] = { mock_image_create(b, samples[t], 4, 0, false),
                                      mock_image_create(b, samples[t], 4, 0, false) };
                mock_image *out = mock_image_create(b, samples[t], 4, 8, true);
                const mock_image *from[2] = { s.source, compositor ? s.insert : s.source };
                out->order = bgr ? "OfxImagePixelOrderBGRA" : NULL;
                for (int k = 0; k < 2; k++) {
                    in[k]->order = out->order;
                    for (int y = 0; y < b.y2; y++) {
                        for (int x = 0; x < b.x2; x++) {
                            float rgba[4];
                            mock_image_get(from[k], x, y, rgba);
                            for (int c = 0; c < 4; c++) {
                                rgba[c] = floorf(rgba[c] * 255.0f + 0.5f) * (1.0f / 255.0f);
                            }
                            mock_image_put(in[k], x, y, rgba);
                        }
                    }
                }
                mock_connect(s.effect, "Source", in[0]);
                if (compositor) {
                    mock_connect(s.effect, "Foreground", in[1]);
                }
                REQUIRE_INT(rig_render_to(&s, t == 3 && !bgr ? exact : out), OFX_OK);
                if (t != 3 || bgr) {
                    /* Half precision carries its own rounding of the input to the thresholds. */
                    REQUIRE(t == 2 || largest_difference(out, exact) <= (float) limits[t]);
                    REQUIRE(mock_guards_intact(out));
                }
                mock_image_free(in[0]);
                mock_image_free(in[1]);
                mock_image_free(out);
            }
        }
        mock_image_free(exact);
        rig_close(&s);
    }
}

static void test_alpha_states(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transparency", 1);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    mock_image *out = scene_output(ZD_SAMPLE_F32);
    out->premultiplication = "OfxImageAlphaPremultiplied";
    s.source->premultiplication = "OfxImageAlphaPremultiplied";
    REQUIRE_INT(rig_render_to(&s, out), OFX_OK);
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        for (int x = 0; x < SCENE_WIDTH; x++) {
            float straight[4];
            float multiplied[4];
            mock_image_get(s.output, x, y, straight);
            mock_image_get(out, x, y, multiplied);
            for (int c = 0; c < 3; c++) {
                REQUIRE_NEAR(multiplied[c], straight[c] * straight[3], 1e-6);
            }
            REQUIRE_NEAR(multiplied[3], straight[3], 1e-6);
        }
    }
    /* Opaque: what the alpha channel holds means nothing. */
    s.source->premultiplication = "OfxImageOpaque";
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        for (int x = 0; x < SCENE_WIDTH; x++) {
            float nothing = 0.0f;
            memcpy(mock_image_pixel(s.source, x, y) + 12, &nothing, 4);
        }
    }
    mock_image *opaque = scene_output(ZD_SAMPLE_F32);
    REQUIRE_INT(rig_render_to(&s, opaque), OFX_OK);
    REQUIRE(same_pixels(opaque, s.output));
    mock_image_free(opaque);
    mock_image_free(out);
    rig_close(&s);
}

static void test_other_components(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "view", 4);
    ofx_rect_i b = s.source->bounds;
    mock_image *rgb = mock_image_create(b, ZD_SAMPLE_F32, 3, 0, false);
    mock_image *rgb_out = mock_image_create(b, ZD_SAMPLE_F32, 3, 0, false);
    scene_fill(rgb, SCENE_COLOUR);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    mock_connect(s.effect, "Source", rgb);
    REQUIRE_INT(rig_render_to(&s, rgb_out), OFX_OK);
    REQUIRE(largest_difference(rgb_out, s.output) == 0.0f);
    mock_image *strange = scene_image(SCENE_COLOUR, ZD_SAMPLE_F32);
    strange->components = "OfxImageComponentNew";
    mock_connect(s.effect, "Source", strange);
    REQUIRE_INT(rig_render(&s), OFX_ERR_IMAGE_FORMAT);
    mock_image *gray = mock_image_create(b, ZD_SAMPLE_F32, 1, 0, false);
    scene_fill(gray, SCENE_COLOUR);
    mock_connect(s.effect, "Source", gray);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    mock_connect(s.effect, "Source", s.source);
    REQUIRE_INT(atomic_load(&mock_images_alive), 0);
    mock_image_free(rgb);
    mock_image_free(rgb_out);
    mock_image_free(strange);
    mock_image_free(gray);
    rig_close(&s);
}

/* The part of the smaller picture's matte that agrees with the larger one's. */
static double agreement(const mock_image *full, const mock_image *small, int factor, double *error)
{
    double both = 0.0;
    double either = 0.0;
    double sum = 0.0;
    int width = small->bounds.x2;
    int height = small->bounds.y2;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            float a[4];
            float mean = 0.0f;
            int count = 0;
            for (int dy = 0; dy < factor; dy++) {
                for (int dx = 0; dx < factor; dx++) {
                    float b[4];
                    if (x * factor + dx < full->bounds.x2 && y * factor + dy < full->bounds.y2) {
                        mock_image_get(full, x * factor + dx, y * factor + dy, b);
                        mean += b[0];
                        count++;
                    }
                }
            }
            mean /= (float) count;
            mock_image_get(small, x, y, a);
            sum += (double) fabsf(a[0] - mean);
            both += a[0] > 0.5f && mean > 0.5f;
            either += a[0] > 0.5f || mean > 0.5f;
        }
    }
    *error = sum / (width * height);
    return both / either;
}

/* Check 7. */
static void test_render_scale(void)
{
    ofx_rect_i big = { 0, 0, 1280, 720 };
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "view", 4);
    mock_set_number(s.effect, "feather", 1.0);
    mock_image *full = mock_image_create(big, ZD_SAMPLE_F32, 4, 0, false);
    mock_image *full_out = mock_image_create(big, ZD_SAMPLE_F32, 4, 0, false);
    scene_fill(full, SCENE_COLOUR);
    mock_connect(s.effect, "Source", full);
    REQUIRE_INT(rig_render_to(&s, full_out), OFX_OK);
    for (int factor = 2; factor <= 4; factor *= 2) {
        ofx_rect_i b = { 0, 0, 1280 / factor, 720 / factor };
        mock_image *small = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
        mock_image *out = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
        double error;
        scene_fill(small, SCENE_COLOUR);
        mock_connect(s.effect, "Source", small);
        REQUIRE_INT(rig_render_to(&s, out), OFX_OK);
        double iou = agreement(full_out, out, factor, &error);
        printf("  scale 1/%d: intersection over union %.4f, mean error %.4f\n", factor, iou, error);
        REQUIRE(iou >= 0.97);
        REQUIRE(error <= 0.02);
        /* A host that says 0.25 and gives full images: the images win. */
        mock_connect(s.effect, "Output", out);
        mock_render_args args = whole_of(out);
        args.scale = 0.25;
        REQUIRE_INT(mock_render(s.effect, &args), OFX_OK);
        mock_image_free(small);
        mock_image_free(out);
    }
    mock_image_free(full);
    mock_image_free(full_out);
    rig_close(&s);
}

int main(int argc, char **argv)
{
    plugin_path = argc > 1 ? argv[1] : "";
    RUN(load_plugin);
    RUN(test_transparency_equals_command_line);
    RUN(test_composite_equals_command_line);
    RUN(test_views_equal_command_line);
    RUN(test_mask_effects);
    RUN(test_tiles_equal_the_frame);
    RUN(test_single_pixel_windows);
    RUN(test_geometry);
    RUN(test_sample_types);
    RUN(test_alpha_states);
    RUN(test_other_components);
    RUN(test_render_scale);
    return zd_test_finish();
}
