/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Solid subjects before clutter: grass, ferns, a grid of lines. Nothing of the clutter may print into
 * an insert, and nothing may cut through a subject. Shapes are signed distances, so that it is known
 * how far any pixel lies from the true edge. */

#include "figures.h"
#include "matte/matte.h"
#include "scene.h"

enum { LIMBS = 8, CLEAR = 8 };

static zd_error err;

/* A capsule. Units: the frame's height; the depth is 0 for the nearest. */
typedef struct limb {
    float x0, y0, x1, y1, radius;
    float behind;
} limb;

typedef struct figure {
    limb limbs[LIMBS];
    int count;
} figure;

/* Distance to a limb's outline, above 0 inside. Units: the frame's height. */
static float inside_limb(const limb *l, float x, float y)
{
    float ax = l->x1 - l->x0;
    float ay = l->y1 - l->y0;
    float along = ((x - l->x0) * ax + (y - l->y0) * ay) / (ax * ax + ay * ay + 1e-9f);
    along = fminf(fmaxf(along, 0.0f), 1.0f);
    float dx = x - l->x0 - along * ax;
    float dy = y - l->y0 - along * ay;
    return l->radius - sqrtf(dx * dx + dy * dy);
}

static float depth_inside(const figure *f, float x, float y)
{
    float most = -1e9f;
    for (int i = 0; i < f->count; i++) {
        most = fmaxf(most, inside_limb(&f->limbs[i], x, y));
    }
    return most;
}

static float inside_at(const scene *s, const figure *f, float px, float py)
{
    return depth_inside(f, px / (float) s->height, py / (float) s->height) * (float) s->height;
}

/* Cover of the figure while it moves by `blur` pixels to the right. */
static void draw_alpha(scene *s, const figure *f, float blur)
{
    int steps = (int) (2.0f * blur) + 1;
    for (int y = 0; y < s->height; y++) {
        for (int x = 0; x < s->width; x++) {
            float sum = 0.0f;
            for (int i = 0; i < steps; i++) {
                float shift = blur * ((float) i + 0.5f) / (float) steps - 0.5f * blur;
                float inside = inside_at(s, f, (float) x + 0.5f - shift, (float) y + 0.5f);
                sum += fminf(fmaxf(inside + 0.5f, 0.0f), 1.0f);
            }
            scene_row(s->alpha, y)[x] = sum / (float) steps;
        }
    }
}

/* A network's map: soft over five samples, displaced by up to one and a half, with noise. */
static void draw_map(scene *s, const figure *f, int map_width, int seed)
{
    int map_height = (map_width * s->height + s->width / 2) / s->width;
    float scale = (float) s->width / (float) map_width;
    unsigned long long random = (unsigned long long) seed;
    zd_image *map = scene_image(s->ctx, map_width, map_height, 1);
    for (int y = 0; y < map_height; y++) {
        for (int x = 0; x < map_width; x++) {
            float wx = 3.0f * (scene_noise((float) x / 12.0f, (float) y / 12.0f, seed + 11) - 0.5f);
            float wy = 3.0f * (scene_noise((float) x / 12.0f, (float) y / 12.0f, seed + 12) - 0.5f);
            float u = ((float) x + 0.5f + wx) * scale / (float) s->height;
            float v = ((float) y + 0.5f + wy) * scale / (float) s->height;
            float depth = SCENE_FAR + 0.8f * (float) y / (float) map_height;
            for (int i = 0; i < f->count; i++) {
                float inside = inside_limb(&f->limbs[i], u, v) * (float) s->height;
                float share = 0.5f + 0.5f * erff(inside / (scale * 1.9f * 1.414f));
                depth += (SCENE_NEAR - f->limbs[i].behind - depth) * share;
            }
            float noise = 0.03f * (zd_test_uniform(&random) - 0.5f) * 3.46f;
            scene_row(map, y)[x] = depth + noise;
        }
    }
    s->map = (zd_depth_map){ .values = map, .kind = ZD_DEPTH_NEARNESS };
}

static scene open_scene(zd_context *ctx, int width, int height)
{
    scene s = { .ctx = ctx, .width = width, .height = height };
    s.alpha = scene_image(ctx, width, height, 1);
    s.foreground = scene_image(ctx, width, height, 3);
    s.background = scene_image(ctx, width, height, 3);
    s.picture = scene_image(ctx, width, height, 4);
    s.display = scene_image(ctx, width, height, 4);
    return s;
}

static void render(const scene *s, bool soft, zd_image *out)
{
    zd_matte *matte = NULL;
    zd_view map = zd_image_view(s->map.values);
    zd_view guide = zd_image_view(s->display);
    zd_matte_size size = { s->width, s->height, map.width, map.height };
    zd_matte_frame frame = { .map = &s->map, .range = scene_range(), .guide = &guide };
    zd_matte_params params = { .depth_in = 4.2f, .depth_out = INFINITY, .auto_feather = soft };
    REQUIRE_OK(zd_matte_create(s->ctx, &size, &matte, &err));
    REQUIRE_OK(zd_matte_prepare(matte, &frame, &err));
    REQUIRE_OK(zd_matte_render(matte, &params, (zd_rect){ 0, 0, s->width, s->height },
                               zd_image_view(out), &err));
    zd_matte_destroy(&matte);
}

typedef enum clutter { GRASS, FERNS, GRID, CLUTTER_COUNT } clutter;

static const char *const clutter_names[CLUTTER_COUNT] = { "grass", "ferns", "grid" };

/* Blades: long in one direction, each with its own shade. */
static float blades(float u, float v, float lean, float across, float along, int seed)
{
    float a = u * cosf(lean) + v * sinf(lean);
    float b = v * cosf(lean) - u * sinf(lean);
    return scene_noise(a * across, b * along, seed);
}

static void clutter_at(clutter kind, float u, float v, float colour[3])
{
    float shade;
    if (kind == GRASS) {
        shade =
            fmaxf(blades(u, v, 0.2f, 160.0f, 14.0f, 31), blades(u, v, -0.3f, 140.0f, 12.0f, 32));
        shade *= 0.4f + 0.6f * blades(u, v, 0.1f, 60.0f, 8.0f, 33);
        colour[0] = 0.02f + 0.3f * shade * shade;
        colour[1] = 0.03f + 0.5f * shade * shade;
        colour[2] = 0.01f + 0.1f * shade * shade;
    } else if (kind == FERNS) {
        float leaf = blades(u, v, 0.9f, 90.0f, 25.0f, 41) - blades(u, v, -0.8f, 80.0f, 22.0f, 42);
        shade = fminf(fmaxf(3.0f * leaf + 0.5f, 0.0f), 1.0f);
        shade *= 0.3f + 0.7f * scene_noise(u * 9.0f, v * 9.0f, 43);
        colour[0] = 0.01f + 0.35f * shade;
        colour[1] = 0.02f + 0.55f * shade;
        colour[2] = 0.01f + 0.2f * shade * shade;
    } else {
        float line_u = fabsf(u * 18.0f - roundf(u * 18.0f)) / 18.0f;
        float line_v = fabsf(v * 18.0f - roundf(v * 18.0f)) / 18.0f;
        float on = fminf(line_u, line_v) < 0.0014f ? 1.0f : 0.0f;
        float grain = 0.9f + 0.2f * scene_noise(u * 200.0f, v * 200.0f, 51);
        colour[0] = (0.03f + 0.55f * on) * grain;
        colour[1] = (0.13f + 0.5f * on) * grain;
        colour[2] = (0.09f + 0.45f * on) * grain;
    }
}

/* White shirt, dark hair, skin and jeans: each stands before clutter that has something of it. */
static void subject_at(float u, float v, float colour[3])
{
    static const float parts[4][3] = { { 0.03f, 0.02f, 0.015f },
                                       { 0.45f, 0.26f, 0.19f },
                                       { 0.6f, 0.58f, 0.52f },
                                       { 0.05f, 0.08f, 0.2f } };
    int part = v < 0.2f ? 0 : v < 0.31f ? 1 : v < 0.68f ? 2 : 3;
    float fold = 0.7f + 0.45f * scene_noise(u * 14.0f, v * 10.0f, 61);
    for (int c = 0; c < 3; c++) {
        colour[c] = parts[part][c] * fold;
    }
}

static void block_at(float u, float v, float colour[3])
{
    float wood = scene_noise(u * 11.0f, v * 11.0f, 71);
    float grain = 0.85f + 0.3f * scene_noise(u * 50.0f, v * 50.0f, 72);
    colour[0] = (0.45f + 0.35f * wood) * grain;
    colour[1] = (0.42f + 0.25f * wood) * grain;
    colour[2] = (0.5f - 0.3f * wood) * grain;
}

static void draw_clutter(scene *s, clutter kind)
{
    float h = (float) s->height;
    for (int y = 0; y < s->height; y++) {
        for (int x = 0; x < s->width; x++) {
            float u = ((float) x + 0.5f) / h;
            float v = ((float) y + 0.5f) / h;
            if (kind == GRID) {
                block_at(u, v, scene_row(s->foreground, y) + 3 * x);
            } else {
                subject_at(u, v, scene_row(s->foreground, y) + 3 * x);
            }
            clutter_at(kind, u, v, scene_row(s->background, y) + 3 * x);
        }
    }
}

static const figure person = { { { 0.85f, 0.24f, 0.85f, 0.27f, 0.1f, 0.0f },
                                 { 0.85f, 0.3f, 0.85f, 0.5f, 0.06f, 0.0f },
                                 { 0.78f, 0.45f, 0.92f, 0.45f, 0.09f, 0.0f },
                                 { 0.8f, 0.5f, 0.9f, 0.72f, 0.12f, 0.0f },
                                 { 0.74f, 0.46f, 0.56f, 0.66f, 0.045f, 0.0f },
                                 { 0.96f, 0.46f, 1.2f, 0.36f, 0.045f, 0.0f },
                                 { 0.79f, 0.7f, 0.76f, 1.1f, 0.075f, 0.0f },
                                 { 0.93f, 0.7f, 0.97f, 1.1f, 0.075f, 0.0f } },
                               LIMBS };

/* Pale blocks on a cutting mat, no more than a little above it. */
static const figure blocks = { { { 0.25f, 0.25f, 0.27f, 0.26f, 0.06f, 2.0f },
                                 { 0.6f, 0.3f, 0.62f, 0.28f, 0.06f, 2.0f },
                                 { 0.95f, 0.22f, 0.97f, 0.24f, 0.06f, 2.0f },
                                 { 1.35f, 0.3f, 1.37f, 0.28f, 0.06f, 2.0f },
                                 { 0.35f, 0.65f, 0.37f, 0.66f, 0.06f, 2.0f },
                                 { 0.7f, 0.7f, 0.72f, 0.68f, 0.06f, 2.0f },
                                 { 1.05f, 0.62f, 1.07f, 0.64f, 0.06f, 2.0f },
                                 { 1.45f, 0.7f, 1.47f, 0.68f, 0.06f, 2.0f } },
                               LIMBS };

typedef struct faults {
    double stray;   /* matte farther than CLEAR pixels outside, as a share of the picture */
    double missing; /* the same inside */
    double error;   /* sum of |matte - alpha| as a share of the figure's area */
} faults;

static faults count_faults(const scene *s, const figure *f, zd_image *matte)
{
    faults sums = { 0 };
    double area = 0.0;
    for (int y = 0; y < s->height; y++) {
        for (int x = 0; x < s->width; x++) {
            float inside = inside_at(s, f, (float) x + 0.5f, (float) y + 0.5f);
            float m = scene_row(matte, y)[x];
            float a = scene_row(s->alpha, y)[x];
            sums.stray += inside < -CLEAR ? (double) m : 0.0;
            sums.missing += inside > CLEAR ? 1.0 - (double) m : 0.0;
            sums.error += fabs((double) m - (double) a);
            area += (double) a;
        }
    }
    sums.stray /= (double) s->width * s->height;
    sums.missing /= (double) s->width * s->height;
    sums.error /= area;
    return sums;
}

static faults measure_clutter(zd_context *ctx, clutter kind, bool soft)
{
    char name[64];
    const figure *subject = kind == GRID ? &blocks : &person;
    scene s = open_scene(ctx, 1280, 720);
    draw_alpha(&s, subject, 0.0f);
    draw_clutter(&s, kind);
    scene_mix(&s);
    draw_map(&s, subject, 341, 5);
    zd_image *out = scene_image(ctx, s.width, s.height, 1);
    render(&s, soft, out);
    faults found = count_faults(&s, subject, out);
    figures("%s, %s: stray %.3f %%, missing %.3f %%, error %.1f %% of the subject\n",
            clutter_names[kind], soft ? "soft" : "hard", 100.0 * found.stray, 100.0 * found.missing,
            100.0 * found.error);
    snprintf(name, sizeof name, "%s_%s", clutter_names[kind], soft ? "soft" : "hard");
    scene_dump(out, name);
    snprintf(name, sizeof name, "%s_picture", clutter_names[kind]);
    scene_dump(s.display, name);
    zd_image_unref(&out);
    scene_destroy(&s);
    return found;
}

static void clutter_does_not_print(void)
{
    zd_context *ctx = zd_test_context(0);
    for (int kind = 0; kind < CLUTTER_COUNT; kind++) {
        for (int soft = 0; soft < 2; soft++) {
            faults found = measure_clutter(ctx, (clutter) kind, soft == 1);
            REQUIRE(found.stray <= 0.0003);
            REQUIRE(found.missing <= 0.0001);
        }
    }
    zd_context_destroy(&ctx);
}

/* Colours of a random material: two shades mixed by noise of its own scale. */
typedef struct material {
    float shades[2][3];
    float scale;
    int seed;
} material;

static material random_material(unsigned long long *random)
{
    material m = { .scale = 4.0f + 60.0f * zd_test_uniform(random) };
    m.seed = (int) (1000.0f * zd_test_uniform(random));
    for (int i = 0; i < 6; i++) {
        m.shades[i / 3][i % 3] = 0.02f + 0.6f * zd_test_uniform(random);
    }
    return m;
}

static void material_at(const material *m, float u, float v, float colour[3])
{
    float mix = scene_noise(u * m->scale, v * m->scale, m->seed);
    for (int c = 0; c < 3; c++) {
        colour[c] = m->shades[0][c] + (m->shades[1][c] - m->shades[0][c]) * mix;
    }
}

static figure random_figure(unsigned long long *random)
{
    figure f = { .count = 2 + (int) (3.0f * zd_test_uniform(random)) };
    float x = 0.6f + 0.6f * zd_test_uniform(random);
    float y = 0.35f + 0.3f * zd_test_uniform(random);
    for (int i = 0; i < f.count; i++) {
        float nx = x + 0.5f * (zd_test_uniform(random) - 0.5f);
        float ny = y + 0.5f * (zd_test_uniform(random) - 0.5f);
        float radius = 0.07f + 0.13f * zd_test_uniform(random);
        f.limbs[i] = (limb){ x, y, nx, ny, radius, 2.0f * zd_test_uniform(random) };
        x = nx;
        y = ny;
    }
    return f;
}

/* Two materials of the subject share a shade with the ground behind it. */
static void draw_random(scene *s, unsigned long long *random)
{
    material near[2] = { random_material(random), random_material(random) };
    material far = random_material(random);
    memcpy(near[1].shades[0], far.shades[1], sizeof far.shades[1]);
    for (int y = 0; y < s->height; y++) {
        for (int x = 0; x < s->width; x++) {
            float u = ((float) x + 0.5f) / (float) s->height;
            float v = ((float) y + 0.5f) / (float) s->height;
            bool stripe = scene_noise(u * 6.0f, v * 30.0f, near[0].seed) > 0.6f;
            material_at(&near[stripe], u, v, scene_row(s->foreground, y) + 3 * x);
            material_at(&far, u, v, scene_row(s->background, y) + 3 * x);
        }
    }
}

/* Pixels well inside that the matte opens: a slit, or a bite. */
static long count_open(const scene *s, const figure *f, zd_image *matte)
{
    long open = 0;
    for (int y = 0; y < s->height; y++) {
        for (int x = 0; x < s->width; x++) {
            bool inside = inside_at(s, f, (float) x + 0.5f, (float) y + 0.5f) > CLEAR;
            open += inside && scene_row(matte, y)[x] < 0.5f;
        }
    }
    return open;
}

static void solids_have_no_slits(void)
{
    enum { SHAPES = 200 };
    zd_context *ctx = zd_test_context(0);
    scene s = open_scene(ctx, 480, 270);
    zd_image *out = scene_image(ctx, s.width, s.height, 1);
    unsigned long long random = 77;
    int torn[2] = { 0, 0 };
    for (int i = 0; i < SHAPES; i++) {
        figure f = random_figure(&random);
        draw_alpha(&s, &f, 0.0f);
        draw_random(&s, &random);
        scene_mix(&s);
        draw_map(&s, &f, 192, i);
        for (int soft = 0; soft < 2; soft++) {
            render(&s, soft == 1, out);
            torn[soft] += count_open(&s, &f, out) > 0;
        }
        zd_image_unref(&s.map.values);
    }
    figures("of %d solid shapes are torn: %d hard, %d soft\n", SHAPES, torn[0], torn[1]);
    REQUIRE(torn[0] == 0 && torn[1] == 0);
    zd_image_unref(&out);
    scene_destroy(&s);
    zd_context_destroy(&ctx);
}

/* A moving subject: its trailing edge is a mixture over the length that it moved by. */
static void motion_blur_has_alpha(void)
{
    zd_context *ctx = zd_test_context(0);
    scene s = open_scene(ctx, 1280, 720);
    double errors[2];
    draw_alpha(&s, &person, 24.0f);
    for (int y = 0; y < s.height; y++) {
        for (int x = 0; x < s.width; x++) {
            float u = ((float) x + 0.5f) / (float) s.height;
            float v = ((float) y + 0.5f) / (float) s.height;
            subject_at(u, v, scene_row(s.foreground, y) + 3 * x);
            scene_clutter(u, v, 4, scene_row(s.background, y) + 3 * x);
        }
    }
    scene_mix(&s);
    draw_map(&s, &person, 341, 5);
    zd_image *out = scene_image(ctx, s.width, s.height, 1);
    for (int soft = 0; soft < 2; soft++) {
        render(&s, soft == 1, out);
        errors[soft] = count_faults(&s, &person, out).error;
        scene_dump(out, soft ? "blur_soft" : "blur_hard");
    }
    scene_dump(s.display, "blur_picture");
    figures("motion blur of 24 pixels: error %.1f %% hard, %.1f %% soft\n", 100.0 * errors[0],
            100.0 * errors[1]);
    REQUIRE(errors[1] <= 0.6 * errors[0]);
    zd_image_unref(&out);
    scene_destroy(&s);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(clutter_does_not_print);
    RUN(solids_have_no_slits);
    RUN(motion_blur_has_alpha);
    FIGURES_RUN("texture.txt");
    return zd_test_finish();
}
