/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The painter of the engine with styles made here by hand, whose answers are known: "plain" gives the picture back,
 * "negative" its negative, "hard" ten times its contrast, which makes of noise a flicker. */

#include "engine/engine_style.h"

#include <unistd.h>

#include "model/safetensors_write.h"
#include "zd_test.h"

enum { WIDTH = 96, HEIGHT = 64 };

static zd_error err;
static zd_context *ctx;
static char files[2][300];
static float picture[HEIGHT][WIDTH][4];
static float painted[HEIGHT][WIDTH][4];

/* Of a 3x3 convolution the middle alone: out = gain * (rgb - 0.5) + 0.5. */
static void write_styles(const char *path, const char *names, const float gains[3])
{
    static float weights[3][81];
    static const float bias[3] = { 0.5f, 0.5f, 0.5f };
    static const char *const tensor_names[3][2] = { { "a.weight", "a.bias" },
                                                    { "b.weight", "b.bias" },
                                                    { "c.weight", "c.bias" } };
    static const char list[] = "input image c=3\nconv x image k=3 o=3 pad=reflect w=%s\n"
                               "moments m x\nresult rgb x";
    char lists[3][120];
    zd_tensor_source tensors[6];
    for (int i = 0; i < 3; i++) {
        memset(weights[i], 0, sizeof weights[i]);
        for (int c = 0; c < 3; c++) {
            weights[i][(c * 3 + c) * 9 + 4] = 0.25f * gains[i];
        }
        tensors[2 * i] =
            (zd_tensor_source){ tensor_names[i][0], ZD_DTYPE_F32, 4, { 3, 3, 3, 3 }, weights[i] };
        tensors[2 * i + 1] = (zd_tensor_source){ tensor_names[i][1], ZD_DTYPE_F32, 1, { 3 }, bias };
        snprintf(lists[i], sizeof lists[i], list, (const char *[]){ "a", "b", "c" }[i]);
    }
    const char *const metadata[][2] = {
        { "format", "zdepth-style" }, { "version", "1" },          { "styles", names },
        { "mean", "0.5 0.5 0.5" },    { "std", "0.25 0.25 0.25" }, { "short_side", "64" },
        { "multiple", "4" },          { "plain.arch", lists[0] },  { "negative.arch", lists[1] },
        { "hard.arch", lists[2] },
    };
    const zd_tensor_file file = { tensors, 6, metadata, sizeof metadata / sizeof *metadata };
    REQUIRE_OK(zd_safetensors_write(ctx, path, &file, &err));
}

static zd_effect_chain chain_of(const char *text)
{
    zd_effect_chain chain;
    REQUIRE_OK(zd_effect_parse(text, 25.0, &chain, &err));
    return chain;
}

/* A slope of grays as light, and noise that is small beside it. */
static void draw(unsigned long long seed)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        float *p = picture[i / WIDTH][i % WIDTH];
        float value =
            0.1f + 0.2f * (float) (i % WIDTH) / WIDTH + 0.1f * (float) (i / WIDTH) / HEIGHT;
        p[0] = p[1] = p[2] = value + 0.004f * (zd_test_uniform(&seed) - 0.5f);
        p[3] = 1.0f;
    }
}

static zd_status paint(zd_engine_style *style, const char *model, const char *effect, int index,
                       int shot_begin)
{
    zd_effect_chain chain = chain_of(effect);
    zd_shot shot = { .first_frame = shot_begin };
    zd_layered_frame frame = { .index = index, .time_s = index / 25.0, .shot = &shot };
    zd_effect_io io = { .picture = { picture, WIDTH, HEIGHT, 16 * WIDTH, ZD_RGBA_F32 },
                        .roi = { 0, 0, WIDTH, HEIGHT },
                        .out = { painted, WIDTH, HEIGHT, 16 * WIDTH, ZD_RGBA_F32 } };
    return zd_engine_style_apply(style, model, &chain, &frame, &io, &err);
}

static double code_of(double light)
{
    return light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1.0 / 2.4) - 0.055;
}

/* Codes are `gain` times as far from a half, and within 0 .. 1; but for the border. */
static void require_gain(double gain)
{
    for (int y = 2; y < HEIGHT - 2; y += 3) {
        for (int x = 2; x < WIDTH - 2; x++) {
            double expected = 0.5 + gain * (code_of((double) picture[y][x][1]) - 0.5);
            REQUIRE_NEAR(code_of((double) painted[y][x][1]), fmin(fmax(expected, 0.0), 1.0), 0.01);
        }
    }
}

static zd_engine_style *style_open(bool remembers)
{
    zd_engine_style *style = NULL;
    REQUIRE_OK(zd_engine_style_create(ctx, remembers, &style, &err));
    return style;
}

/* The model that is named counts, whichever was open; what was opened is closed. */
static void models_and_styles_are_those_named(void)
{
    zd_engine_style *style = style_open(false);
    draw(1);
    for (int i = 0; i < 3; i++) {
        REQUIRE_OK(paint(style, files[i % 2], "zstyle=style=0:steady=0", i, 0));
        require_gain(i % 2 == 0 ? 1.0 : 0.5);
        REQUIRE_OK(paint(style, files[i % 2], "zstyle=style=1:steady=0", i, 0));
        require_gain(i % 2 == 0 ? -1.0 : -0.5);
    }
    REQUIRE(paint(style, "/no/such/file.safetensors", "zstyle=style=0", 9, 0) != ZD_OK);
    REQUIRE_OK(paint(style, files[0], "zstyle=style=1:steady=0", 10, 0));
    require_gain(-1.0);
    zd_engine_style_destroy(&style);
    REQUIRE(style == NULL);
    zd_engine_style_destroy(&style);
}

static void styles_that_are_not_there_are_named(void)
{
    static const char *const chains[] = { "zstyle=style=2", "zgrade,zstyle=style=2",
                                          "zstyle=style='0=0, 2=2'" };
    char said[500];
    zd_engine_style *style = style_open(false);
    snprintf(said, sizeof said, "style 2 is not in style_model '%s'; its last is 1, 'negative'",
             files[1]);
    for (int i = 0; i < 3; i++) {
        zd_effect_chain chain = chain_of(chains[i]);
        REQUIRE_OK(zd_engine_style_check(style, files[0], &chain, &err));
        REQUIRE_FAILS(zd_engine_style_check(style, files[1], &chain, &err), ZD_ERR_INVALID_ARGUMENT,
                      said);
    }
    REQUIRE_FAILS(paint(style, files[1], chains[0], 0, 0), ZD_ERR_INVALID_ARGUMENT, said);
    zd_effect_chain other = chain_of("zblur=focus='0=0, 2=1'");
    REQUIRE_OK(zd_engine_style_check(style, files[1], &other, &err));
    zd_engine_style_destroy(&style);
}

static void chains_say_what_they_want(void)
{
    static const struct {
        const char *chain;
        bool is_wanted;
        bool remembers;
    } cases[] = { { "zgrade", false, false },
                  { "zstyle", true, true },
                  { "zgrade,zstyle=steady=0", true, false },
                  { "zstyle=steady=0,zstyle=steady=0.1", true, true },
                  { "zstyle=steady='0=0, 1=0'", true, true },
                  { "zstyle=steady=0:strength='0=0, 1=1'", true, false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_effect_chain chain = chain_of(cases[i].chain);
        REQUIRE(zd_engine_style_is_wanted(&chain) == cases[i].is_wanted);
        REQUIRE(zd_engine_style_remembers(&chain) == cases[i].remembers);
    }
}

/* Frame 0, then another of the same but for its noise as frame `then`: whether it is as by itself. */
static bool is_by_itself(bool remembers, int then, int shot_begin)
{
    static float alone[HEIGHT][WIDTH][4];
    static const char effect[] = "zstyle=style=2:steady=1";
    zd_engine_style *style = style_open(remembers);
    draw(2);
    REQUIRE_OK(paint(style, files[0], effect, 7, 0));
    memcpy(alone, painted, sizeof alone);
    zd_engine_style_destroy(&style);
    style = style_open(remembers);
    draw(1);
    REQUIRE_OK(paint(style, files[0], effect, 0, 0));
    draw(2);
    REQUIRE_OK(paint(style, files[0], effect, then, shot_begin));
    zd_engine_style_destroy(&style);
    return memcmp(alone, painted, sizeof alone) == 0;
}

static void frames_that_follow_are_steadied(void)
{
    REQUIRE(!is_by_itself(true, 1, 0));
    REQUIRE(is_by_itself(true, 2, 0));  /* one was left out */
    REQUIRE(is_by_itself(true, 1, 1));  /* it begins a shot */
    REQUIRE(is_by_itself(true, 0, 0));  /* once more */
    REQUIRE(is_by_itself(false, 1, 0)); /* nothing is remembered */
}

int main(void)
{
    const char *folder = getenv("TMPDIR");
    ctx = zd_test_context(2);
    for (int i = 0; i < 2; i++) {
        snprintf(files[i], sizeof files[i], "%s/zdepth-engine-style-%d-%d.safetensors",
                 folder != NULL ? folder : "/tmp", (int) getpid(), i);
    }
    write_styles(files[0], "plain negative hard", (const float[]){ 1.0f, -1.0f, 10.0f });
    write_styles(files[1], "plain negative", (const float[]){ 0.5f, -0.5f, 1.0f });
    RUN(models_and_styles_are_those_named);
    RUN(styles_that_are_not_there_are_named);
    RUN(chains_say_what_they_want);
    RUN(frames_that_follow_are_steadied);
    for (int i = 0; i < 2; i++) {
        (void) remove(files[i]);
    }
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
