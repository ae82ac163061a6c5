/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Styles on networks made here by hand, whose answers are known: "plain" gives the picture back,
 * "negative" its negative, "hard" ten times its contrast, which makes of noise a flicker. The effect's laws
 * are held with a painter that is no network. */

#include "zd_test.h"

#include <unistd.h>

#include "composite/effect_chain.h"
#include "composite/effects/stylise.h"
#include "image/colour.h"
#include "model/safetensors_write.h"
#include "style/style.h"

static zd_error err;

enum { WIDTH = 96, HEIGHT = 64 };

static const char *file_name(const char *name)
{
    static char path[300];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/zdepth-%s-%d.safetensors", folder != NULL ? folder : "/tmp",
             name, (int) getpid());
    return path;
}

#define LIST(style) \
    "input image c=3\nconv a image k=3 o=3 pad=reflect w=" style "\nmoments m a\nresult rgb a"

/* A 3x3 convolution of the middle alone: out = gain * (rgb - 0.5) + 0.5. */
static void middle_only(float gain, float weight[81])
{
    memset(weight, 0, 81 * sizeof *weight);
    for (int c = 0; c < 3; c++) {
        weight[(c * 3 + c) * 9 + 4] = 0.25f * gain;
    }
}

static const char *write_style(zd_context *ctx, const char *format, const char *styles)
{
    static float weights[3][81];
    static const float bias[3] = { 0.5f, 0.5f, 0.5f };
    static const float gains[3] = { 1.0f, -1.0f, 10.0f };
    static const char *const names[3][2] = { { "plain.weight", "plain.bias" },
                                             { "negative.weight", "negative.bias" },
                                             { "hard.weight", "hard.bias" } };
    zd_tensor_source tensors[6];
    for (int i = 0; i < 3; i++) {
        middle_only(gains[i], weights[i]);
        tensors[2 * i] =
            (zd_tensor_source){ names[i][0], ZD_DTYPE_F32, 4, { 3, 3, 3, 3 }, weights[i] };
        tensors[2 * i + 1] = (zd_tensor_source){ names[i][1], ZD_DTYPE_F32, 1, { 3 }, bias };
    }
    const char *const metadata[][2] = {
        { "format", format },
        { "version", "1" },
        { "styles", styles },
        { "mean", "0.5 0.5 0.5" },
        { "std", "0.25 0.25 0.25" },
        { "short_side", "64" },
        { "multiple", "4" },
        { "plain.arch", LIST("plain") },
        { "hard.arch", LIST("hard") },
        { "negative.arch", LIST("negative") },
        { "small.arch", "input image c=3\nconv a image k=3 s=2 o=3 w=plain\nresult rgb a" },
    };
    const zd_tensor_file file = { tensors, 6, metadata, sizeof metadata / sizeof *metadata };
    const char *path = file_name("style");
    REQUIRE_OK(zd_safetensors_write(ctx, path, &file, &err));
    return path;
}

static zd_style *open_style(zd_context *ctx)
{
    zd_style *style = NULL;
    const char *path = write_style(ctx, "zdepth-style", "plain negative hard");
    REQUIRE_OK(zd_style_open(ctx, path, &style, &err));
    (void) remove(path);
    return style;
}

static zd_image *new_picture(zd_context *ctx, int width, int height)
{
    zd_image *picture = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, ZD_RGB_F32, &picture, &err));
    return picture;
}

static float *at(const zd_image *image, int x, int y)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, y) + view.format.channels * (ptrdiff_t) x;
}

/* Something without repeats, moved by (dx, dy). */
static float pattern(int x, int y, int c)
{
    double u = 0.17 * x + 0.05 * c;
    return (float) (0.5 + 0.14 * sin(u + 2.0 * sin(0.071 * y)) +
                    0.1 * cos(0.23 * y - 1.5 * sin(0.053 * x)) + 0.08 * sin(0.11 * (x + 2.3 * y)));
}

static void draw(zd_image *image, int dx, int dy, float noise, unsigned long long *seed)
{
    zd_view view = zd_image_view(image);
    for (int y = 0; y < view.height; y++) {
        for (int x = 0; x < view.width; x++) {
            for (int c = 0; c < 3; c++) {
                float grain = noise * (2.0f * zd_test_uniform(seed) - 1.0f);
                at(image, x, y)[c] = pattern(x - dx, y - dy, c) + grain;
            }
        }
    }
}

static double mean_difference(const zd_image *a, const zd_image *b, int border)
{
    zd_view view = zd_image_view(a);
    double sum = 0.0;
    int count = 0;
    for (int y = border; y < view.height - border; y++) {
        for (int x = border; x < view.width - border; x++, count++) {
            sum += fabs((double) at(a, x, y)[1] - (double) at(b, x, y)[1]);
        }
    }
    return sum / count;
}

static void a_file_paints_in_its_styles(void)
{
    zd_context *ctx = zd_test_context(2);
    zd_style *style = open_style(ctx);
    zd_image *picture = new_picture(ctx, WIDTH, HEIGHT);
    zd_image *was = new_picture(ctx, WIDTH, HEIGHT);
    unsigned long long seed = 5;
    REQUIRE_INT(zd_style_count(style), 3);
    REQUIRE_TEXT(zd_style_name(style, 1), "negative");
    for (int i = 0; i < 2; i++) {
        zd_style_look look = { i, 1.0f, 0.0f };
        draw(picture, 0, 0, 0.0f, &seed);
        zd_view_copy(zd_image_view(picture), zd_image_view(was));
        REQUIRE_OK(zd_style_paint(style, &look, NULL, zd_image_view(picture), NULL, &err));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                float expected = i == 0 ? at(was, x, y)[2] : 1.0f - at(was, x, y)[2];
                REQUIRE_NEAR(at(picture, x, y)[2], expected, 1e-5);
            }
        }
    }
    zd_style_close(&style);
    zd_image_unref(&picture);
    zd_image_unref(&was);
    zd_context_destroy(&ctx);
}

static void the_working_size_follows_aspect_and_size(void)
{
    static const struct {
        int width, height;
        float size;
        int made_width, made_height;
    } rows[] = { { 960, 640, 1.0f, 96, 64 },   { 301, 200, 1.0f, 96, 64 },
                 { 96, 64, 0.5f, 192, 128 },   { 64, 96, 1.0f, 64, 96 },
                 { 4000, 10, 4.0f, 4096, 16 }, { 7, 7, 4.0f, 16, 16 } };
    zd_context *ctx = zd_test_context(1);
    zd_style *style = open_style(ctx);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        zd_style_look look = { 0, rows[i].size, 0.0f };
        zd_view picture = { .width = rows[i].width, .height = rows[i].height };
        int width;
        int height;
        zd_style_working_size(style, &look, picture, &width, &height);
        REQUIRE_INT(width, rows[i].made_width);
        REQUIRE_INT(height, rows[i].made_height);
    }
    zd_style_close(&style);
    zd_context_destroy(&ctx);
}

/* The message is `before`, the file's path and `after`. */
static void open_fails(zd_context *ctx, const char *format, const char *styles, const char *before,
                       const char *after)
{
    zd_style *style = NULL;
    char expected[512];
    const char *path = write_style(ctx, format, styles);
    snprintf(expected, sizeof expected, "%s'%s'%s", before, path, after);
    zd_status status = zd_style_open(ctx, path, &style, &err);
    (void) remove(path);
    REQUIRE(status != ZD_OK && style == NULL);
    REQUIRE_TEXT(err.message, expected);
}

static void foreign_files_are_one_clear_line(void)
{
    static const char names[] = ": its 'styles' are not 1 to 8 names of letters, "
                                "digits, '-' and '_', at most 31 each, parted by blanks";
    zd_context *ctx = zd_test_context(1);
    open_fails(ctx, "zdepth-face", "plain", "",
               " is no style file; embedded-styles comes with the program, and "
               "training/style.py makes one of a picture");
    open_fails(ctx, "zdepth-style", "", "style file ", names);
    open_fails(ctx, "zdepth-style", "a  b", "style file ", names);
    open_fails(ctx, "zdepth-style", "a/b", "style file ", names);
    open_fails(ctx, "zdepth-style", "a b c d e f g h i", "style file ", names);
    open_fails(ctx, "zdepth-style", "a23456789012345678901234567890123", "style file ", names);
    open_fails(ctx, "zdepth-style", "other", "model ",
               ": version 1 of the network's format has no operator list 'other.arch'");
    zd_context_destroy(&ctx);
}

static void what_a_list_must_make_is_checked(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_style *style = NULL;
    char expected[512];
    zd_image *picture = new_picture(ctx, WIDTH, HEIGHT);
    zd_style_look look = { 0, 1.0f, 0.0f };
    const char *path = write_style(ctx, "zdepth-style", "small");
    draw(picture, 0, 0, 0.0f, &(unsigned long long){ 1 });
    REQUIRE_OK(zd_style_open(ctx, path, &style, &err));
    snprintf(expected, sizeof expected,
             "style file '%s': its list has no result 'rgb' of 3 channels and the picture's size",
             path);
    REQUIRE_FAILS(zd_style_paint(style, &look, NULL, zd_image_view(picture), NULL, &err),
                  ZD_ERR_CORRUPT, expected);
    look.index = 1;
    snprintf(expected, sizeof expected,
             "style 1 is not in '%s'; it has 1, from 0 on, the last is 'small'", path);
    REQUIRE_FAILS(zd_style_paint(style, &look, NULL, zd_image_view(picture), NULL, &err),
                  ZD_ERR_INVALID_ARGUMENT, expected);
    (void) remove(path);
    zd_style_close(&style);
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
}

/* The mean change from frame to frame of a still, noisy picture. */
static double flicker(zd_context *ctx, zd_style *style, float steady)
{
    zd_style_memory *memory = NULL;
    zd_image *last = new_picture(ctx, WIDTH, HEIGHT);
    zd_image *now = new_picture(ctx, WIDTH, HEIGHT);
    zd_style_look look = { 2, 1.0f, steady };
    unsigned long long seed = 9;
    double sum = 0.0;
    REQUIRE_OK(zd_style_memory_create(ctx, &memory, &err));
    for (int i = 0; i < 16; i++) {
        draw(now, 0, 0, 0.02f, &seed);
        REQUIRE_OK(zd_style_paint(style, &look, memory, zd_image_view(now), NULL, &err));
        sum += i >= 6 ? mean_difference(now, last, 0) : 0.0;
        zd_view_copy(zd_image_view(now), zd_image_view(last));
    }
    zd_style_memory_destroy(&memory);
    zd_image_unref(&last);
    zd_image_unref(&now);
    return sum;
}

static void a_still_camera_does_not_flicker(void)
{
    zd_context *ctx = zd_test_context(2);
    zd_style *style = open_style(ctx);
    double alone = flicker(ctx, style, 0.0f);
    double steadied = flicker(ctx, style, 0.85f);
    printf("  flicker of noise on a still camera: %.1f %% of frame by frame\n",
           100.0 * steadied / alone);
    REQUIRE(alone > 0.0 && steadied <= 0.3 * alone);
    zd_style_close(&style);
    zd_context_destroy(&ctx);
}

/* What moves is moved along, and nothing of the scene before stays behind a cut. */
static void motion_and_cuts_leave_no_ghosts(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_style *style = open_style(ctx);
    zd_style_memory *memory = NULL;
    zd_image *now = new_picture(ctx, WIDTH, HEIGHT);
    zd_image *alone = new_picture(ctx, WIDTH, HEIGHT);
    zd_style_look look = { 1, 1.0f, 1.0f };
    unsigned long long seed = 2;
    REQUIRE_OK(zd_style_memory_create(ctx, &memory, &err));
    for (int i = 0; i < 8; i++) {
        draw(now, i < 6 ? 4 * i : 700, i < 6 ? -2 * i : 300, 0.0f, &seed);
        zd_view_copy(zd_image_view(now), zd_image_view(alone));
        REQUIRE_OK(zd_style_paint(style, &look, memory, zd_image_view(now), NULL, &err));
        REQUIRE_OK(zd_style_paint(style, &look, NULL, zd_image_view(alone), NULL, &err));
        double ghost = mean_difference(now, alone, 0);
        REQUIRE(ghost < (i == 6 ? 0.02 : 0.008));
    }
    zd_style_memory_forget(memory);
    draw(now, 3, 9, 0.0f, &seed);
    zd_view_copy(zd_image_view(now), zd_image_view(alone));
    REQUIRE_OK(zd_style_paint(style, &look, memory, zd_image_view(now), NULL, &err));
    REQUIRE_OK(zd_style_paint(style, &look, NULL, zd_image_view(alone), NULL, &err));
    REQUIRE_NEAR(mean_difference(now, alone, 0), 0.0, 0.0);
    zd_style_memory_destroy(&memory);
    zd_style_close(&style);
    zd_image_unref(&now);
    zd_image_unref(&alone);
    zd_context_destroy(&ctx);
}

static void threads_do_not_matter(void)
{
    enum { ODD_WIDTH = 139, ODD_HEIGHT = 83 };
    zd_image *made[2];
    zd_context *contexts[2];
    for (int t = 0; t < 2; t++) {
        zd_context *ctx = contexts[t] = zd_test_context(t == 0 ? 1 : 5);
        zd_style *style = open_style(ctx);
        zd_style_memory *memory = NULL;
        zd_style_look look = { 2, 0.7f, 0.6f };
        unsigned long long seed = 4;
        made[t] = new_picture(ctx, ODD_WIDTH, ODD_HEIGHT);
        REQUIRE_OK(zd_style_memory_create(ctx, &memory, &err));
        for (int i = 0; i < 3; i++) {
            draw(made[t], 3 * i, i, 0.02f, &seed);
            REQUIRE_OK(zd_style_paint(style, &look, memory, zd_image_view(made[t]), NULL, &err));
        }
        zd_style_memory_destroy(&memory);
        zd_style_close(&style);
    }
    for (int y = 0; y < ODD_HEIGHT; y++) {
        REQUIRE_BYTES(at(made[0], 0, y), at(made[1], 0, y), ODD_WIDTH * 3 * sizeof(float));
    }
    for (int t = 0; t < 2; t++) {
        zd_image_unref(&made[t]);
        zd_context_destroy(&contexts[t]);
    }
}

/* ---- the effect ---- */

typedef struct asked {
    zd_effect_painting how;
    int calls;
    bool was_in_range;
} asked;

/* The negative, with red and blue exchanged. */
static zd_status paint_negative(void *user, const zd_effect_painting *how, zd_view picture,
                                zd_error *e)
{
    asked *a = user;
    (void) e;
    a->how = *how;
    a->calls++;
    a->was_in_range = true;
    for (int y = 0; y < picture.height; y++) {
        float *row = zd_view_row_f32(picture, y);
        for (int x = 0; x < picture.width; x++, row += 3) {
            float red = row[0];
            for (int c = 0; c < 3; c++) {
                a->was_in_range = a->was_in_range && row[c] >= 0.0f && row[c] <= 1.0f;
            }
            row[0] = 1.0f - row[2];
            row[1] = 1.0f - row[1];
            row[2] = 1.0f - red;
        }
    }
    return ZD_OK;
}

typedef struct scene {
    zd_context *ctx;
    zd_image *picture;
    zd_image *matte;
    zd_image *out;
    asked asked;
    zd_effect_painter painter;
} scene;

static void scene_open(scene *s)
{
    unsigned long long seed = 3;
    *s = (scene){ .ctx = zd_test_context(2) };
    s->painter = (zd_effect_painter){ paint_negative, &s->asked };
    REQUIRE_OK(zd_image_create(s->ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &s->picture, &err));
    REQUIRE_OK(zd_image_create(s->ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &s->out, &err));
    REQUIRE_OK(zd_image_create(s->ctx, WIDTH, HEIGHT, ZD_GRAY_F32, &s->matte, &err));
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float alpha = x < 12 ? 0.5f : 1.0f;
            for (int c = 0; c < 3; c++) {
                at(s->picture, x, y)[c] = alpha * zd_test_uniform(&seed);
            }
            at(s->picture, x, y)[3] = alpha;
            *at(s->matte, x, y) = x < 30 ? 1.0f : x < 60 ? 0.25f : 0.0f;
        }
    }
    at(s->picture, 5, 5)[1] = NAN;
    at(s->picture, 7, 9)[0] = 40.0f; /* a highlight */
}

static void scene_close(scene *s)
{
    zd_image_unref(&s->picture);
    zd_image_unref(&s->out);
    zd_image_unref(&s->matte);
    zd_context_destroy(&s->ctx);
}

static zd_effect_io io_of(const scene *s)
{
    return (zd_effect_io){ .picture = zd_image_view(s->picture),
                           .matte = zd_image_view(s->matte),
                           .roi = { 0, 0, WIDTH, HEIGHT },
                           .out = zd_image_view(s->out),
                           .painter = &s->painter };
}

static const zd_stylise plain = { .style = 2, .strength = 1, .size = 1.5f, .steady = 0.5f };

static void the_effect_keeps_the_laws(void)
{
    scene s;
    scene_open(&s);
    zd_effect_io io = io_of(&s);
    REQUIRE_OK(zd_stylise_apply(s.ctx, &plain, &io, &err));
    REQUIRE(s.asked.calls == 1 && s.asked.was_in_range);
    REQUIRE_INT(s.asked.how.style, 2);
    REQUIRE_NEAR(s.asked.how.size, 1.5, 0.0);
    REQUIRE_NEAR(s.asked.how.steady, 0.5, 0.0);
    REQUIRE_BYTES(at(s.out, 5, 5), at(s.picture, 5, 5), 4 * sizeof(float));
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE_BYTES(at(s.out, 60, y), at(s.picture, 60, y), 36 * 4 * sizeof(float));
        REQUIRE_NEAR(at(s.out, 3, y)[3], 0.5, 0.0);
    }
    for (int x = 0; x < 60; x += 7) { /* the painted code, as light, by the matte */
        const float *from = at(s.picture, x, 20);
        float code = zd_transfer_encode(ZD_TRANSFER_SRGB, from[2] / from[3]);
        float light = from[3] * zd_transfer_decode(ZD_TRANSFER_SRGB, 1.0f - code);
        float expected = from[0] + *at(s.matte, x, 20) * (light - from[0]);
        REQUIRE_NEAR(at(s.out, x, 20)[0], expected, 2e-5);
    }
    scene_close(&s);
}

static void a_rectangle_is_that_of_the_whole(void)
{
    scene s;
    scene_open(&s);
    zd_image *part = NULL;
    zd_effect_io io = io_of(&s);
    zd_stylise half = plain;
    half.strength = 0.6f;
    half.colour = 0.4f;
    REQUIRE_OK(zd_stylise_apply(s.ctx, &half, &io, &err));
    REQUIRE_OK(zd_image_create(s.ctx, 40, 23, ZD_RGBA_F32, &part, &err));
    io.roi = (zd_rect){ 9, 31, 49, 54 };
    io.out = zd_image_view(part);
    REQUIRE_OK(zd_stylise_apply(s.ctx, &half, &io, &err));
    for (int y = 0; y < 23; y++) {
        REQUIRE_BYTES(at(part, 0, y), at(s.out, 9, 31 + y), 40 * 4 * sizeof(float));
    }
    zd_image_unref(&part);
    scene_close(&s);
}

static float chroma(const float *light, int a, int b)
{
    return zd_transfer_encode(ZD_TRANSFER_SRGB, light[a]) -
           zd_transfer_encode(ZD_TRANSFER_SRGB, light[b]);
}

static void colour_and_strength_do_what_they_say(void)
{
    scene s;
    scene_open(&s);
    zd_effect_io io = io_of(&s);
    zd_stylise numbers = plain;
    numbers.strength = 0.0f;
    REQUIRE_OK(zd_stylise_apply(s.ctx, &numbers, &io, &err));
    REQUIRE_BYTES(at(s.out, 12, 40), at(s.picture, 12, 40), 84 * 4 * sizeof(float));
    numbers.strength = 1.0f;
    numbers.colour = 1.0f;
    float *mild = at(s.picture, 20, 20);
    mild[0] = 0.30f;
    mild[1] = 0.22f;
    mild[2] = 0.20f;
    REQUIRE_OK(zd_stylise_apply(s.ctx, &numbers, &io, &err));
    REQUIRE_NEAR(chroma(at(s.out, 20, 20), 0, 1), chroma(mild, 0, 1), 1e-4);
    REQUIRE_NEAR(chroma(at(s.out, 20, 20), 2, 1), chroma(mild, 2, 1), 1e-4);
    REQUIRE(fabsf(at(s.out, 20, 20)[1] - mild[1]) > 0.02f);
    scene_close(&s);
}

static void bad_numbers_are_one_clear_line(void)
{
    scene s;
    zd_effect_chain chain;
    scene_open(&s);
    zd_effect_io io = io_of(&s);
    zd_stylise numbers = plain;
    numbers.size = 0.4f;
    REQUIRE_FAILS(zd_stylise_apply(s.ctx, &numbers, &io, &err), ZD_ERR_INVALID_ARGUMENT,
                  "zstyle: size is 0.4; it must be 0.5 to 4");
    io.painter = NULL;
    REQUIRE_FAILS(zd_stylise_apply(s.ctx, &plain, &io, &err), ZD_ERR_UNSUPPORTED,
                  "zstyle has no network here");
    REQUIRE_FAILS(zd_effect_parse("zstyle=style=inc", 0.0, &chain, &err), ZD_ERR_INVALID_ARGUMENT,
                  "zstyle: style is 'inc'; it must be oil, ink, mosaic or 0 to 7");
    REQUIRE_FAILS(zd_effect_parse("zstyle=strength=2", 0.0, &chain, &err), ZD_ERR_INVALID_ARGUMENT,
                  "zstyle: strength is '2'; it must be 0 to 1");
    REQUIRE_OK(zd_effect_parse("zstyle=style='0s=oil, 2s=mosaic':size=2", 0.0, &chain, &err));
    zd_effect_step step = zd_effect_step_at(&chain, 0, 3.0);
    memcpy(&numbers, &step.params, sizeof numbers);
    REQUIRE_NEAR(numbers.style, 2.0, 0.0);
    REQUIRE_NEAR(numbers.steady, 0.85, 1e-6);
    scene_close(&s);
}

int main(void)
{
    RUN(a_file_paints_in_its_styles);
    RUN(the_working_size_follows_aspect_and_size);
    RUN(foreign_files_are_one_clear_line);
    RUN(what_a_list_must_make_is_checked);
    RUN(a_still_camera_does_not_flicker);
    RUN(motion_and_cuts_leave_no_ghosts);
    RUN(threads_do_not_matter);
    RUN(the_effect_keeps_the_laws);
    RUN(a_rectangle_is_that_of_the_whole);
    RUN(colour_and_strength_do_what_they_say);
    RUN(bad_numbers_are_one_clear_line);
    return zd_test_finish();
}
