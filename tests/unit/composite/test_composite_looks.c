/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The drawing effects and the light: the laws of all effects, by the chain's text, and what each must do. */

#include "composite/effect_chain.h"
#include "composite/tone.h"
#include "composite_pictures.h"

enum { WIDTH = 210, HEIGHT = 130 };

static zd_error err;
static const zd_rect whole = { 0, 0, WIDTH, HEIGHT };

static const char *const looks[] = {
    "zposter=levels=4",
    "zcomic=line=0.01",
    "zpencil=line=0.01:colour=0.5",
    "zwater=rim=0.01",
    "zrelight=smooth=0.02",
    "zreveal=at=0.4:width=0.3",
    "zpaint=brush=0.04,zwater=grain=0.02",
    "zhaze=density=2",
    "zglow=threshold=0.2:near=0.5:amount=2",
    "zdepthgrade=exposure_far=-1:saturation_near=0.3:warmth_mid=1",
    "zparallax=x=0.08:y=-0.03:zoom=0.1",
    "zstereo=depth=0.08:comfort=0.1",
    "zstereo=depth=0.08:comfort=0.1:layout=2",
    "zdisplace=x=0.1:refract=0.2",
    "zrack=x=0.9:y=0.9:to_x=0.1:to_y=0.2:radius=0.06:range=0",
};

enum { LOOKS = sizeof looks / sizeof *looks };

static pictures scene_open(int threads)
{
    unsigned long long seed = 11;
    pictures s;
    pictures_open(&s, threads, WIDTH, HEIGHT);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float *p = pictures_at(s.picture, x, y);
            p[0] = 0.1f + 0.2f * zd_test_uniform(&seed) + (x > 100 ? 0.5f : 0.0f);
            p[1] = (float) x / WIDTH;
            p[2] = (float) y / HEIGHT;
            p[3] = 1.0f;
            *pictures_at(s.nearness, x, y) = x + y > 160 ? 0.8f : 0.1f + 0.002f * (float) y;
            *pictures_at(s.matte, x, y) = x < 40 ? 0.0f : 1.0f;
        }
    }
    return s;
}

/* A picture of one gray on a wall that faces the camera, with no matte. */
static zd_effect_io flat(const pictures *s, float gray)
{
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float *p = pictures_at(s->picture, x, y);
            p[0] = p[1] = p[2] = gray;
            *pictures_at(s->nearness, x, y) = 0.5f;
        }
    }
    return (zd_effect_io){ .picture = zd_image_view(s->picture),
                           .nearness = zd_image_view(s->nearness),
                           .roi = whole,
                           .out = zd_image_view(s->out) };
}

static zd_status apply_at(zd_context *ctx, const pictures *s, const char *look, zd_rect roi)
{
    zd_effect_chain chain;
    zd_effect_io io = { .picture = zd_image_view(s->picture),
                        .nearness = zd_image_view(s->nearness),
                        .matte = zd_image_view(s->matte),
                        .roi = roi,
                        .out = zd_view_crop(zd_image_view(s->out), roi) };
    REQUIRE_OK(zd_effect_parse(look, 0.0, &chain, &err));
    return zd_effect_step_apply(ctx, &chain.steps[chain.count - 1], &io, &err);
}

static void apply_flat(const pictures *s, const char *look, const zd_effect_io *io)
{
    zd_effect_chain chain;
    REQUIRE_OK(zd_effect_parse(look, 0.0, &chain, &err));
    REQUIRE_INT(chain.count, 1);
    REQUIRE_OK(zd_effect_step_apply(s->ctx, &chain.steps[0], io, &err));
}

static void require_same(zd_image *a, zd_image *b)
{
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE_BYTES(pictures_at(a, 0, y), pictures_at(b, 0, y), WIDTH * 16);
    }
}

static void tiles_and_threads_equal_the_whole(void)
{
    for (int look = 0; look < LOOKS; look++) {
        pictures a = scene_open(1);
        pictures b = scene_open(4);
        REQUIRE_OK(apply_at(a.ctx, &a, looks[look], whole));
        REQUIRE_OK(apply_at(b.ctx, &b, looks[look], whole));
        require_same(a.out, b.out);
        zd_view_clear(zd_image_view(b.out));
        for (int y = 0; y < HEIGHT; y += 37) {
            for (int x = 0; x < WIDTH; x += 53) {
                zd_rect tile = zd_rect_intersect((zd_rect){ x, y, x + 53, y + 37 }, whole);
                REQUIRE_OK(apply_at(b.ctx, &b, looks[look], tile));
            }
        }
        require_same(a.out, b.out);
        pictures_close(&a);
        pictures_close(&b);
    }
}

static void matte_of_zero_and_alpha_keep_their_bits(void)
{
    for (int look = 0; look < LOOKS; look++) {
        pictures s = scene_open(2);
        pictures_at(s.picture, 120, 60)[3] = 0.5f;
        REQUIRE_OK(apply_at(s.ctx, &s, looks[look], whole));
        int changed = 0;
        for (int y = 0; y < HEIGHT; y++) {
            REQUIRE_BYTES(pictures_at(s.out, 0, y), pictures_at(s.picture, 0, y), 40 * 16);
            for (int x = 40; x < WIDTH; x++) {
                REQUIRE_NEAR(pictures_at(s.out, x, y)[3], pictures_at(s.picture, x, y)[3], 0);
                changed += memcmp(pictures_at(s.out, x, y), pictures_at(s.picture, x, y), 16) != 0;
            }
        }
        REQUIRE(changed > 1000);
        pictures_close(&s);
    }
}

static void bad_numbers_stay_in_their_pixel(void)
{
    const float bad[] = { NAN, INFINITY };
    for (int look = 0; look < LOOKS; look++) {
        pictures s = scene_open(1);
        pictures_at(s.picture, 100, 20)[1] = bad[look % 2];
        *pictures_at(s.nearness, 60, 90) = bad[look % 2];
        *pictures_at(s.matte, 70, 100) = bad[look % 2];
        REQUIRE_OK(apply_at(s.ctx, &s, looks[look], whole));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                const float *p = pictures_at(s.out, x, y);
                REQUIRE((x == 100 && y == 20) || isfinite(p[0] + p[1] + p[2] + p[3]));
            }
        }
        pictures_close(&s);
    }
}

static void memory_is_taken_once_and_may_fail(void)
{
    for (int look = 0; look < LOOKS; look++) {
        pictures s = scene_open(1);
        zd_test_memory memory = { 0 };
        zd_context *counting = zd_test_context_failing(&memory);
        long before = memory.calls;
        REQUIRE_OK(apply_at(counting, &s, looks[look], whole));
        REQUIRE(memory.calls - before <= 1);
        bool takes = memory.calls > before;
        zd_context_destroy(&counting);
        counting = zd_test_context_failing(&memory);
        memory.fail_at = takes ? memory.calls + 1 : 0;
        REQUIRE(apply_at(counting, &s, looks[look], whole) == (takes ? ZD_ERR_NO_MEMORY : ZD_OK));
        zd_context_destroy(&counting);
        REQUIRE_INT(memory.alive, 0);
        pictures_close(&s);
    }
}

/* Tones 0 to 1 come out as four flat ones, in order: 0, 1/9, 4/9, 1 in light. */
static void posterise_makes_even_tones(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = flat(&s, 0.0f);
    const float expected[] = { 0.0f, 1.0f / 9.0f, 4.0f / 9.0f, 1.0f };
    for (int x = 0; x < WIDTH; x++) {
        float tone = (float) x / (WIDTH - 1);
        float *p = pictures_at(s.picture, x, 3);
        p[0] = p[1] = p[2] = tone * tone;
    }
    apply_flat(&s, "zposter=levels=4:soft=0.01", &io);
    for (int x = 1; x < WIDTH; x++) {
        float at = 3.0f * (float) x / (WIDTH - 1);
        REQUIRE(pictures_at(s.out, x, 3)[1] >= pictures_at(s.out, x - 1, 3)[1] - 1e-6f);
        if (fabsf(at - floorf(at) - 0.5f) > 0.02f) {
            REQUIRE_NEAR(pictures_at(s.out, x, 3)[1], expected[(int) (at + 0.5f)], 1e-5);
        }
    }
    pictures_close(&s);
}

/* Ink lies on the dark side of an edge, is about as wide as asked for, and flat pictures have none. */
static void ink_is_on_the_dark_side(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = flat(&s, 0.25f);
    apply_flat(&s, "zpencil=hatch=0", &io);
    REQUIRE_NEAR(pictures_at(s.out, 90, 60)[0], 0.97f * 0.97f, 1e-5);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 100; x < WIDTH; x++) {
            float *p = pictures_at(s.picture, x, y);
            p[0] = p[1] = p[2] = 0.6f;
        }
    }
    apply_flat(&s, "zpencil=hatch=0:line=0.01:lines=1", &io);
    int dark = 0;
    for (int x = 0; x < WIDTH; x++) {
        bool inked = pictures_at(s.out, x, 60)[0] < 0.3f;
        dark += inked;
        REQUIRE(!inked || (x >= 96 && x < 100));
    }
    REQUIRE(dark >= 1 && dark <= 3); /* 1.3 pixels were asked for */
    pictures_close(&s);
}

/* Of a step of depth in a flat picture only comic draws an outline, and on the far side. */
static void comic_outlines_depth(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = flat(&s, 0.36f);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 100; x < WIDTH; x++) {
            *pictures_at(s.nearness, x, y) = 0.9f;
        }
    }
    apply_flat(&s, "zcomic=outline=1:line=0.008:saturation=1", &io);
    float line = pictures_at(s.out, 99, 60)[0];
    float near_side = pictures_at(s.out, 101, 60)[0];
    REQUIRE(line < 0.01f);
    REQUIRE(near_side > 0.2f);
    REQUIRE_NEAR(pictures_at(s.out, 50, 60)[0], near_side, 1e-5);
    apply_flat(&s, "zcomic=outline=0:line=0.008:saturation=1", &io);
    REQUIRE_NEAR(pictures_at(s.out, 99, 60)[0], near_side, 1e-5);
    pictures_close(&s);
}

/* Strokes come back after hatch * height pixels along their normal, here 0.05 * 130 = 6.5. */
static void hatching_has_its_distance(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = flat(&s, 0.3f); /* tone 0.55: the first direction alone */
    apply_flat(&s, "zpencil=hatch=0.05:shade=1", &io);
    int strokes = 0;
    for (int x = 21; x < 189; x++) { /* a row crosses them at 45 degrees: every 9.19 pixels */
        strokes += pictures_at(s.out, x, 40)[0] < 0.8f && pictures_at(s.out, x - 1, 40)[0] >= 0.8f;
    }
    REQUIRE(strokes >= 17 && strokes <= 19);
    for (int i = 0; i < 30; i++) { /* and along a stroke nothing changes */
        REQUIRE_NEAR(pictures_at(s.out, 60 + i, 70 - i)[0], pictures_at(s.out, 60, 70)[0], 1e-3);
    }
    pictures_close(&s);
}

/* Without grain a flat picture is washed evenly; with it the mean stays, and it darkens middle grays
 * by C - (C - C^2) d and neither black nor white. */
static void watercolour_keeps_black_and_white(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = flat(&s, 0.4f);
    apply_flat(&s, "zwater=rough=0:wash=0", &io);
    REQUIRE_NEAR(pictures_at(s.out, 90, 60)[0], 0.4f, 1e-5);
    apply_flat(&s, "zwater=rough=1:wash=0:grain=0.02", &io);
    double sum = 0.0;
    float least = 1.0f;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            sum += (double) pictures_at(s.out, x, y)[0];
            least = fminf(least, pictures_at(s.out, x, y)[0]);
        }
    }
    REQUIRE_NEAR(sum / (WIDTH * HEIGHT), 0.4, 0.02);
    REQUIRE(least >= 0.4f - 0.24f - 1e-4f && least < 0.3f);
    const float ends[] = { 0.0f, 1.0f };
    for (int i = 0; i < 2; i++) {
        io = flat(&s, ends[i]);
        apply_flat(&s, "zwater=rough=1:wash=0", &io);
        REQUIRE_NEAR(pictures_at(s.out, 77, 33)[1], ends[i], 1e-5);
    }
    pictures_close(&s);
}

/* Light from far above on a slope of known steepness, by the formula of docs/composite.md. */
static void relight_follows_lambert(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = flat(&s, 0.5f);
    apply_flat(&s, "zrelight=amount=2", &io);
    REQUIRE_NEAR(pictures_at(s.out, 30, 90)[0], 0.5f, 1e-5); /* a wall stays */
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            *pictures_at(s.nearness, x, y) = 0.2f + 0.002f * (float) y; /* nearer below: faces up */
        }
    }
    apply_flat(&s, "zrelight=amount=0.5:x=0.5:y=-2:height=1:relief=1:smooth=0.005:red=2", &io);
    double steep = 0.002 * 130.0;
    steep /= 1.0 + steep / 0.8 * (steep / 0.8);
    double lx = 105.0 - 150.5;
    double ly = -260.0 - 65.5;
    double lz = 130.0 + 130.0 * (1.0 - (0.2 + 0.002 * 65.0));
    double length = sqrt(lx * lx + ly * ly + lz * lz);
    double facing = (lz - steep * ly) / (length * sqrt(1.0 + steep * steep));
    double gain = 0.5 * (facing - lz / length);
    REQUIRE(gain > 0.05);
    REQUIRE_NEAR(pictures_at(s.out, 150, 65)[0], 0.5 * (1.0 + 2.0 * gain), 1e-4);
    REQUIRE_NEAR(pictures_at(s.out, 150, 65)[1], 0.5 * (1.0 + gain), 1e-4);
    pictures_close(&s);
}

static void reveal_sweeps(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = flat(&s, 0.5f);
    apply_flat(&s, "zreveal=at=0.5:width=0.1:glow=2:hide=0:red=1:green=0.5:blue=0", &io);
    REQUIRE_NEAR(pictures_at(s.out, 9, 9)[0], 0.5 + 0.55 * 2.0, 1e-5); /* the sheet itself */
    REQUIRE_NEAR(pictures_at(s.out, 9, 9)[1], 0.5 + 0.55 * 1.0, 1e-5);
    REQUIRE_NEAR(pictures_at(s.out, 9, 9)[2], 0.5, 1e-6);
    apply_flat(&s, "zreveal=at=0.45:width=0.1:glow=2:hide=0:red=1", &io); /* t = 0.5 */
    REQUIRE_NEAR(pictures_at(s.out, 9, 9)[0], 0.5 + 0.55 * 2.0 * 0.5625, 1e-4);
    apply_flat(&s, "zreveal=at=0.3:width=0.1:glow=2:hide=0.75", &io); /* still before the sheet */
    REQUIRE_NEAR(pictures_at(s.out, 9, 9)[0], 0.125, 1e-5);
    apply_flat(&s, "zreveal=at=0.7:width=0.1:glow=2:hide=1", &io); /* uncovered */
    REQUIRE_BYTES(pictures_at(s.out, 9, 9), pictures_at(s.picture, 9, 9), 16);
    pictures_close(&s);
}

static float focus_at(const zd_effect_chain *chain, int step, double time_s)
{
    zd_effect_step now = zd_effect_step_at(chain, step, time_s);
    float focus;
    memcpy(&focus, now.params.bytes + now.effect->fields[0].offset, sizeof focus);
    return focus;
}

/* Keys as parameters have them, in single quotes: a rack focus. The other numbers stay. */
static void numbers_have_keys(void)
{
    zd_effect_chain chain;
    REQUIRE_OK(
        zd_effect_parse("zgrade=exposure=0.5,zblur=focus='1s=0.9:smooth, 60f=0.3':radius=0.01,"
                        "zposter=levels='0=2, 1=4:hold, 3=8'",
                        24.0, &chain, &err));
    REQUIRE_INT(chain.count, 3);
    REQUIRE_INT(chain.track_count, 2);
    REQUIRE_NEAR(focus_at(&chain, 0, 2.0), 0.5, 0);
    REQUIRE_NEAR(focus_at(&chain, 1, 0.0), 0.9, 1e-6);
    REQUIRE_NEAR(focus_at(&chain, 1, 1.75), 0.6, 1e-6);
    REQUIRE_NEAR(focus_at(&chain, 1, 1.375), 0.9 - 0.6 * 0.15625, 1e-6); /* 3/16 - 2/64 */
    REQUIRE_NEAR(focus_at(&chain, 1, 9.0), 0.3, 1e-6);
    REQUIRE_NEAR(focus_at(&chain, 2, 0.5), 3.0, 1e-6);
    REQUIRE_NEAR(focus_at(&chain, 2, 2.9), 4.0, 1e-6);
    REQUIRE_OK(zd_effect_parse("zblur=focus='0.25'", 0.0, &chain, &err));
    REQUIRE_INT(chain.track_count, 0);
    REQUIRE_NEAR(focus_at(&chain, 0, 1.0), 0.25, 0);
    REQUIRE_FAILS(zd_effect_parse("zblur=focus='0=2'", 0.0, &chain, &err), ZD_ERR_INVALID_ARGUMENT,
                  "zblur: focus is '2'; it must be 0 to 1");
    REQUIRE_FAILS(zd_effect_parse("zblur=focus='0=1, 0s=0.5'", 0.0, &chain, &err),
                  ZD_ERR_INVALID_ARGUMENT, "zblur: focus has two keys at 0 s");
    REQUIRE_FAILS(
        zd_effect_parse("zblur=focus='0=1:quick'", 0.0, &chain, &err), ZD_ERR_INVALID_ARGUMENT,
        "zblur: focus: 'quick' is not a way to the next key; it must be linear, smooth or "
        "hold");
    char many[1024] = "zblur=focus='";
    for (int i = 0; i <= ZD_EFFECT_MAX_KEYS; i++) {
        snprintf(many + strlen(many), sizeof many - strlen(many), "%d=0.5,", i);
    }
    strcat(many, "'");
    REQUIRE_FAILS(zd_effect_parse(many, 0.0, &chain, &err), ZD_ERR_LIMIT,
                  "zblur: focus has more than 32 keys");
}

/* What a chain makes at a moment is what its numbers of that moment make. */
static void keys_reach_the_pixels(void)
{
    zd_effect_chain keyed;
    zd_effect_chain plain;
    pictures s = scene_open(1);
    pictures t = scene_open(1);
    zd_effect_io io = flat(&s, 0.3f);
    REQUIRE_OK(zd_effect_parse("zposter=levels=5,zfog=density='0=0, 2=4'", 0.0, &keyed, &err));
    REQUIRE_OK(zd_effect_parse("zposter=levels=5,zfog=density=1", 0.0, &plain, &err));
    REQUIRE_OK(zd_effect_chain_apply(s.ctx, &keyed, 0.5, &io, &err));
    io = flat(&t, 0.3f);
    REQUIRE_OK(zd_effect_chain_apply(t.ctx, &plain, 7.0, &io, &err));
    require_same(s.out, t.out);
    pictures_close(&s);
    pictures_close(&t);
}

static void mistakes_are_named(void)
{
    zd_effect_chain chain;
    REQUIRE_FAILS(zd_effect_parse("zcomic=line=1", 0.0, &chain, &err), ZD_ERR_INVALID_ARGUMENT,
                  "zcomic: line is '1'; it must be 0.0005 to 0.01");
    REQUIRE_FAILS(zd_effect_parse("zwater=wet=1", 0.0, &chain, &err), ZD_ERR_INVALID_ARGUMENT,
                  "zwater has no 'wet' (see zdepth help effects)");
}

/* All effects: the first frame may take memory, those after it take none. Under sanitizers every block
 * comes and goes, so that they see it. */
static void frames_take_no_memory(void)
{
    static const char *const more[] = { "zblur=focus=0.2:radius=0.04", "zfog=density=1",
                                        "zgrade=exposure=1" };
    zd_test_memory memory = { 0 };
    pictures s = { .ctx = zd_test_context_failing(&memory) };
    pictures drawn = scene_open(1);
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &s.out, &err));
    s.picture = drawn.picture;
    s.nearness = drawn.nearness;
    s.matte = drawn.matte;
    for (size_t i = 0; i < LOOKS + sizeof more / sizeof *more; i++) {
        const char *look = i < LOOKS ? looks[i] : more[i - LOOKS];
        long before = 0;
        for (int frame = 0; frame < 3; frame++) {
            before = frame == 1 ? memory.calls : before;
            REQUIRE_OK(apply_at(s.ctx, &s, look, whole));
        }
#if !defined(__SANITIZE_ADDRESS__)
        REQUIRE_INT(memory.calls, before);
#endif
    }
    zd_image_unref(&s.out);
    zd_context_destroy(&s.ctx);
    REQUIRE_INT(memory.alive, 0);
    pictures_close(&drawn);
}

int main(void)
{
    RUN(frames_take_no_memory);
    RUN(tiles_and_threads_equal_the_whole);
    RUN(matte_of_zero_and_alpha_keep_their_bits);
    RUN(bad_numbers_stay_in_their_pixel);
    RUN(memory_is_taken_once_and_may_fail);
    RUN(posterise_makes_even_tones);
    RUN(ink_is_on_the_dark_side);
    RUN(comic_outlines_depth);
    RUN(hatching_has_its_distance);
    RUN(watercolour_keeps_black_and_white);
    RUN(relight_follows_lambert);
    RUN(reveal_sweeps);
    RUN(numbers_have_keys);
    RUN(keys_reach_the_pixels);
    RUN(mistakes_are_named);
    return zd_test_finish();
}
