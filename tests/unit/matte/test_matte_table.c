/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Rough made scenes through the whole of the matte, and the figures that came of them: tests/unit/matte_table.txt.
 * The tests beside this one say what is right; this one says that nothing changed, in the corners that no
 * formula was written for. Shapes have a plain version here. */

#include <math.h>

#include "core/size.h"
#include "matte/object.h"
#include "matte/select.h"
#include "matte/shapes.h"
#include "table.h"

static zd_error err;
static zd_context *ctx;
static zd_text table;
static unsigned long long seed;

static float random_between(float low, float high)
{
    return low + (high - low) * zd_test_uniform(&seed);
}

static zd_image *image_of(int width, int height, zd_format format)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, format, &image, &err));
    zd_view_clear(zd_image_view(image));
    return image;
}

/* Sum, and centre from the upper left, of a gray picture; what is not finite counts as -1. */
static void write_moments(zd_view view)
{
    double sum = 0.0;
    double x_sum = 0.0;
    double y_sum = 0.0;
    for (int y = 0; y < view.height; y++) {
        for (int x = 0; x < view.width; x++) {
            float v = zd_view_row_f32(view, y)[x];
            double value = isfinite(v) ? (double) v : -1.0;
            sum += value;
            x_sum += value * (x + 1);
            y_sum += value * (y + 1);
        }
    }
    double n = (double) view.width * view.height;
    zd_text_format(&table, " %.4f %.4f %.4f", sum / n, x_sum / n / view.width,
                   y_sum / n / view.height);
}

/* ---- scenes of boxes that move ---- */

enum { W = 61, H = 37, BOXES = 4, FRAMES = 40 };

typedef struct thing {
    float x, y, dx, dy, width, height, depth, drift, rgb[3];
} thing;

/* One by one: the order in which a list of calls is made is the compiler's own. */
static zd_selection random_box(float low, float high, float least, float most)
{
    float n[4];
    for (int i = 0; i < 4; i++) {
        n[i] = i < 2 ? random_between(low, high) : random_between(least, most);
    }
    return (zd_selection){ n[0], n[1], n[2], n[3], false };
}

static void make_things(thing things[BOXES])
{
    static const float lows[] = { -5, -5, -1.6f, -0.8f, 3, 4, 0.3f, -0.008f, 0, 0, 0 };
    static const float highs[] = { 50, 28, 1.6f, 0.8f, 20, 22, 0.95f, 0.008f, 1, 1, 1 };
    for (int i = 0; i < BOXES; i++) {
        float n[11];
        for (int k = 0; k < 11; k++) {
            n[k] = random_between(lows[k], highs[k]);
        }
        things[i] =
            (thing){ n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], { n[8], n[9], n[10] } };
    }
}

/* How much of a thing covers a sample: its edges are soft over two. */
static float cover(const thing *t, int frame, int x, int y)
{
    float left = (float) x - (t->x + t->dx * (float) frame);
    float top = (float) y - (t->y + t->dy * (float) frame);
    float least = fminf(fminf(left, t->width - left), fminf(top, t->height - top));
    return zd_float_clamp(0.5f * least + 0.5f, 0.0f, 1.0f);
}

static void paint(const thing things[BOXES], int frame, zd_view map, zd_view rgb, zd_view subject)
{
    for (int y = 0; y < map.height; y++) {
        for (int x = 0; x < map.width; x++) {
            float depth = 0.1f + 0.1f * (float) y / H;
            float p = 0.2f;
            float c[3] = { 0.3f, 0.35f, 0.4f };
            for (int i = 0; i < BOXES; i++) {
                const thing *t = &things[i];
                float w = cover(t, frame, x, y);
                float at = t->depth + t->drift * (float) frame;
                if (at < depth) {
                    continue;
                }
                depth += w * (at - depth);
                p += w * ((i % 2 ? 0.9f : 0.35f) - p);
                for (int k = 0; k < 3; k++) {
                    c[k] += w * (t->rgb[k] - c[k]);
                }
            }
            zd_view_row_f32(map, y)[x] = depth + random_between(-0.004f, 0.004f);
            zd_view_row_f32(subject, y)[x] = p;
            for (int k = 0; k < 3; k++) {
                zd_view_row_f32(rgb, y)[3 * x + k] = c[k] + random_between(-0.02f, 0.02f);
            }
        }
    }
}

static void objects_are_followed_as_ever(void)
{
    zd_depth_map map = { .values = image_of(W, H, ZD_GRAY_F32) };
    zd_image *rgb_image = image_of(W, H, ZD_RGB_F32);
    zd_image *subject = image_of(W, H, ZD_GRAY_F32);
    zd_image *mask = image_of(W, H, ZD_GRAY_F32);
    zd_view rgb = zd_image_view(rgb_image);
    zd_object_tracker *tracker = NULL;
    REQUIRE_OK(zd_object_tracker_create(ctx, W, H, &tracker, &err));
    for (int scene = 0; scene < 16; scene++) {
        thing things[BOXES];
        make_things(things);
        zd_matte_params params = { .depth_in = random_between(0.2f, 0.5f),
                                   .depth_out = scene % 4 == 3 ? 0.85f : 1.0f,
                                   .probability = scene % 3 == 0 ? -1.0f : 0.0f };
        zd_object_tracker_reset(tracker);
        for (int f = 0; f < FRAMES; f++) {
            zd_selection boxes[2];
            boxes[0] = random_box(0, 0.6f, 0.3f, 0.4f);
            boxes[1] = random_box(0, 0.6f, 0.2f, 0.3f);
            boxes[1].subtract = true;
            bool drawn = scene % 5 == 4 && f % 19 == 0;
            /* a wall passes before all, and a flash of nothing */
            int at = scene % 2 && f > 15 && f < 22 ? -1000 : f;
            paint(things, at, zd_image_view(map.values), rgb, zd_image_view(subject));
            zd_object_frame frame = { .map = &map,
                                      .range = { 0.0f, 1.0f },
                                      .foreground = scene % 3 == 1 ? subject : NULL,
                                      .rgb = scene % 4 != 1 ? &rgb : NULL,
                                      .boxes = boxes,
                                      .box_count = drawn ? 2 : 0 };
            REQUIRE_OK(
                zd_object_tracker_update(tracker, &frame, &params, zd_image_view(mask), &err));
            zd_text_format(&table, "object-%d-%d", scene, f);
            write_moments(zd_image_view(mask));
            zd_text_format(&table, "\n");
        }
    }
    zd_object_tracker_destroy(&tracker);
    zd_image_unref(&map.values);
    zd_image_unref(&rgb_image);
    zd_image_unref(&subject);
    zd_image_unref(&mask);
}

static void boxes_take_the_same_depths(void)
{
    zd_depth_map map = { .values = image_of(W, H, ZD_GRAY_F32) };
    zd_image *rgb = image_of(W, H, ZD_RGB_F32);
    zd_image *subject = image_of(W, H, ZD_GRAY_F32);
    for (int scene = 0; scene < 24; scene++) {
        thing things[BOXES];
        make_things(things);
        paint(things, 0, zd_image_view(map.values), zd_image_view(rgb), zd_image_view(subject));
        zd_depth_range range =
            scene % 2 ? (zd_depth_range){ 0.0f, 1.0f } : (zd_depth_range){ 0.15f, 0.8f };
        for (int i = 0; i < 20; i++) {
            int x = zd_int_min((int) random_between(0, W), W - 1);
            int y = zd_int_min((int) random_between(0, H), H - 1);
            zd_view_row_f32(zd_image_view(map.values), y)[x] = i % 2 ? NAN : INFINITY;
        }
        zd_matte_params params = { .mode = scene % 3 ? ZD_MATTE_NORMALISED : ZD_MATTE_ABSOLUTE };
        zd_view plane = zd_image_view(subject);
        for (int i = 0; i < 3; i++) {
            zd_selection box = random_box(-0.1f, 0.7f, 0.15f, 0.5f);
            box.subtract = i == 2;
            zd_status status =
                zd_select_add(&map, range, box, scene % 4 == 1 ? &plane : NULL, &params, &err);
            zd_text_format(&table, "select-%d-%d %d %d %.4f %.4f %.4f\n", scene, i, (int) status,
                           (int) zd_select_has_subject(plane, box), (double) params.depth_in,
                           (double) params.depth_out,
                           (double) zd_select_subject_depth(&map, range, plane, box, 0.1f, 0.5f));
        }
    }
    zd_image_unref(&map.values);
    zd_image_unref(&rgb);
    zd_image_unref(&subject);
}

/* ---- the matte itself ---- */

static void render_one(int i, int w, int h)
{
    int mw = zd_int_max(w / (1 + i % 3), 1);
    int mh = zd_int_max(h / (1 + i % 2), 1);
    zd_depth_map map = { .values = image_of(mw, mh, ZD_GRAY_F32) };
    zd_image *rgb = image_of(w, h, ZD_RGB_F32);
    zd_image *subject = image_of(mw, mh, ZD_GRAY_F32);
    zd_image *fine = image_of(w, h, ZD_GRAY_F32);
    zd_image *out = image_of(w, h, ZD_GRAY_F32);
    zd_view guide = zd_image_view(rgb);
    zd_view probability = zd_image_view(subject);
    thing things[BOXES];
    zd_matte *matte = NULL;
    zd_matte_size size = { w, h, mw, mh };
    make_things(things);
    /* the map is smaller, and displaced a little */
    paint(things, 0, zd_image_view(fine), guide, zd_image_view(out));
    for (int y = 0; y < mh; y++) {
        for (int x = 0; x < mw; x++) {
            int fx = zd_int_min(x * w / mw + 1, w - 1);
            int fy = y * h / mh;
            zd_view_row_f32(zd_image_view(map.values), y)[x] =
                zd_view_row_f32(zd_image_view(fine), fy)[fx];
            zd_view_row_f32(probability, y)[x] = zd_view_row_f32(zd_image_view(out), fy)[fx];
        }
    }
    if (i % 4 == 2) {
        zd_view_row_f32(zd_image_view(map.values), mh / 2)[mw / 2] = NAN;
        zd_view_row_f32(guide, h / 3)[3 * (w / 3)] = INFINITY;
    }
    float threshold = random_between(0.2f, 0.6f);
    float feather = random_between(0, 2);
    float choke = random_between(-2, 2);
    zd_matte_params params = { .mode = i % 2 ? ZD_MATTE_NORMALISED : ZD_MATTE_ABSOLUTE,
                               .depth_in = threshold,
                               .depth_out = i % 5 == 0 ? 0.8f : INFINITY,
                               .feather = i % 3 == 0 ? feather : 0.0f,
                               .choke = i % 4 == 1 ? choke : 0.0f,
                               .auto_feather = i % 2 == 0,
                               .invert = i % 7 == 6,
                               .nearest_only = i % 6 == 5,
                               .level_far = i % 5 == 1 ? 0.1f : 0.0f,
                               .level_near = i % 5 == 2 ? 0.9f : 0.0f,
                               .level_gamma = i % 5 == 3 ? 1.4f : 0.0f,
                               .probability = i % 3 == 2 ? 0.2f : 0.0f,
                               .edges =
                                   i % 8 == 7 ? ZD_MATTE_EDGES_DEPTH : ZD_MATTE_EDGES_PICTURE };
    zd_matte_frame frame = { .map = &map,
                             .range = { 0.05f, 0.95f },
                             .guide = i % 9 == 8 ? NULL : &guide,
                             .foreground = i % 3 ? &probability : NULL };
    zd_rect roi = { w / 5, h / 4, w, h };
    zd_view part = zd_image_view(out);
    part.width = roi.x1 - roi.x0;
    part.height = roi.y1 - roi.y0;
    REQUIRE_OK(zd_matte_create(ctx, &size, &matte, &err));
    REQUIRE_OK(zd_matte_prepare(matte, &frame, &err));
    zd_text_format(&table, "matte-%d-%dx%d", i, w, h);
    REQUIRE_OK(zd_matte_render(matte, &params, roi, part, &err));
    write_moments(part);
    REQUIRE_OK(zd_matte_render(matte, &params, (zd_rect){ 0, 0, w, h }, zd_image_view(out), &err));
    write_moments(zd_image_view(out));
    REQUIRE_OK(zd_matte_render_depth(matte, (zd_rect){ 0, 0, w, h }, zd_image_view(out), &err));
    write_moments(zd_image_view(out));
    zd_text_format(&table, "\n");
    zd_matte_destroy(&matte);
    zd_image_unref(&map.values);
    zd_image_unref(&rgb);
    zd_image_unref(&subject);
    zd_image_unref(&fine);
    zd_image_unref(&out);
}

static void mattes_are_as_ever(void)
{
    static const int sizes[][2] = { { 1, 1 },   { 1, 7 },   { 9, 1 },   { 61, 37 },
                                    { 37, 61 }, { 83, 59 }, { 60, 300 } };
    for (int i = 0; i < 70; i++) {
        render_one(i, sizes[i % 7][0], sizes[i % 7][1]);
    }
}

/* ---- shapes ---- */

typedef struct corner {
    float x, y;
} corner;

/* Whether a point lies inside by even and odd crossings, and how far it is from the outline. */
static bool is_inside(const corner *c, int count, float x, float y, float *distance)
{
    bool inside = false;
    *distance = INFINITY;
    for (int i = 0; i < count; i++) {
        corner a = c[i];
        corner b = c[(i + 1) % count];
        float dx = b.x - a.x;
        float dy = b.y - a.y;
        float t = ((x - a.x) * dx + (y - a.y) * dy) / fmaxf(dx * dx + dy * dy, 1e-12f);
        t = zd_float_clamp(t, 0.0f, 1.0f);
        *distance = fminf(*distance, hypotf(x - a.x - t * dx, y - a.y - t * dy));
        if ((a.y > y) != (b.y > y) && x < a.x + (y - a.y) / dy * dx) {
            inside = !inside;
        }
    }
    return inside;
}

/* Beyond the softened outline a shape is all or nothing; on it the cover rises with the distance. */
static void shapes_cover_what_they_surround(void)
{
    zd_image *raise = image_of(W, H, ZD_GRAY_F32);
    zd_image *cap = image_of(W, H, ZD_GRAY_F32);
    for (int i = 0; i < 60; i++) {
        corner c[5];
        char words[400];
        int count = 3 + i % 3;
        float feather = i % 4 ? random_between(0, 8) : 0.0f;
        bool holdout = i % 2;
        zd_shapes *shapes = NULL;
        int length = snprintf(words, sizeof words, "%s feather %.4f",
                              holdout ? "holdout" : "garbage", (double) feather);
        for (int k = 0; k < count; k++) {
            c[k].x = random_between(-0.3f, 1.3f);
            c[k].y = random_between(-0.3f, 1.3f);
            length += snprintf(words + length, sizeof words - (size_t) length, " %.5f,%.5f",
                               (double) c[k].x, (double) c[k].y);
            c[k].x *= W;
            c[k].y *= H;
        }
        REQUIRE_OK(zd_shapes_parse(ctx, words, &shapes, &err));
        REQUIRE_INT(zd_shapes_count(shapes, holdout), 1);
        REQUIRE_INT(zd_shapes_count(shapes, !holdout), 0);
        zd_view_clear(zd_image_view(raise));
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                zd_view_row_f32(zd_image_view(cap), y)[x] = 1.0f;
            }
        }
        zd_shapes_draw(ctx, shapes, 0.0, zd_image_view(raise), zd_image_view(cap));
        float ramp = 0.5f * feather * 0.01f * H + 1.0f;
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                float distance;
                bool inside = is_inside(c, count, (float) x + 0.5f, (float) y + 0.5f, &distance);
                float up = zd_view_row_f32(zd_image_view(raise), y)[x];
                float down = 1.0f - zd_view_row_f32(zd_image_view(cap), y)[x];
                float drawn = holdout ? up : down;
                REQUIRE((holdout ? down : up) == 0.0f);
                REQUIRE(drawn >= 0.0f && drawn <= 1.0f);
                if (distance > ramp) {
                    REQUIRE_NEAR(drawn, inside ? 1.0f : 0.0f, 1e-5);
                } else if (distance > 0.05f) {
                    REQUIRE(inside ? drawn >= 0.49f : drawn <= 0.51f);
                }
            }
        }
        zd_text_format(&table, "shape-%d", i);
        write_moments(zd_image_view(holdout ? raise : cap));
        zd_text_format(&table, "\n");
        zd_shapes_destroy(&shapes);
    }
    zd_image_unref(&raise);
    zd_image_unref(&cap);
}

static void all_is_as_written(void)
{
    zd_table_check(ctx, "unit/matte_table.txt", &table, 2e-3);
}

int main(void)
{
    ctx = zd_test_context(2);
    zd_text_init(&table, ctx);
    seed = 1;
    RUN(objects_are_followed_as_ever);
    seed = 2;
    RUN(boxes_take_the_same_depths);
    seed = 3;
    RUN(mattes_are_as_ever);
    seed = 4;
    RUN(shapes_cover_what_they_surround);
    RUN(all_is_as_written);
    zd_text_release(&table);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
