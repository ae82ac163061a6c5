/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The compositor's identities, bit for bit, on random pictures. */

#include "composite/composite.h"
#include "zd_test.h"

enum { WIDTH = 301, HEIGHT = 67 };

static zd_error err;

typedef struct scene {
    zd_context *ctx;
    zd_image *footage;
    zd_image *result;
    zd_image *insert[2];
    zd_image *matte[2];
    zd_image *background;
    zd_image *depth;
    zd_image *z[2];
} scene;

static zd_image *make(zd_context *ctx, int channels, unsigned long long seed)
{
    zd_image *image = NULL;
    zd_format format = { ZD_SAMPLE_F32, channels };
    bool opaque = seed % 2 == 0;
    REQUIRE_OK(zd_image_create(ctx, WIDTH, HEIGHT, format, &image, &err));
    for (int y = 0; y < HEIGHT; y++) {
        float *row = zd_view_row_f32(zd_image_view(image), y);
        for (int x = 0; x < WIDTH; x++) {
            float alpha = opaque ? 1.0f : zd_test_uniform(&seed);
            for (int c = 0; c < channels; c++) {
                row[x * channels + c] = c == 3 ? alpha : alpha * zd_test_uniform(&seed);
            }
        }
    }
    return image;
}

static void fill(zd_image *image, float value)
{
    zd_view view = zd_image_view(image);
    for (int y = 0; y < view.height; y++) {
        for (int i = 0; i < view.width * view.format.channels; i++) {
            zd_view_row_f32(view, y)[i] = value;
        }
    }
}

static scene scene_open(int threads)
{
    scene s = { .ctx = zd_test_context(threads) };
    s.footage = make(s.ctx, 4, 2);
    s.result = make(s.ctx, 4, 4);
    s.background = make(s.ctx, 3, 6);
    s.depth = make(s.ctx, 1, 8);
    for (int i = 0; i < 2; i++) {
        s.insert[i] = make(s.ctx, 4, 11 + 2ULL * i);
        s.matte[i] = make(s.ctx, 1, 20 + 2ULL * i);
        s.z[i] = make(s.ctx, 1, 30 + 2ULL * i);
    }
    zd_view_copy(zd_image_view(s.footage), zd_image_view(s.result));
    return s;
}

static void scene_close(scene *s)
{
    zd_image_unref(&s->footage);
    zd_image_unref(&s->result);
    zd_image_unref(&s->background);
    zd_image_unref(&s->depth);
    for (int i = 0; i < 2; i++) {
        zd_image_unref(&s->insert[i]);
        zd_image_unref(&s->matte[i]);
        zd_image_unref(&s->z[i]);
    }
    zd_context_destroy(&s->ctx);
}

static zd_placed_view placed(zd_image *image)
{
    return (zd_placed_view){ zd_image_view(image), 0, 0 };
}

static zd_composite_layer plain_layer(const scene *s, int which)
{
    return (zd_composite_layer){ .picture = placed(s->insert[which]),
                                 .matte = placed(s->matte[which]),
                                 .depth = (float) which,
                                 .opacity = 1.0f };
}

static const zd_rect whole = { 0, 0, WIDTH, HEIGHT };

static void render(scene *s, const zd_composite_layer *layers, int count, zd_rect roi)
{
    zd_composite composite = { .picture = placed(s->result),
                               .depth = placed(s->depth),
                               .depth_kind = ZD_DEPTH_NEARNESS,
                               .layers = layers,
                               .count = count };
    REQUIRE_OK(zd_composite_render(s->ctx, &composite, roi, &err));
}

static void require_same(zd_image *a, zd_image *b)
{
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE_BYTES(zd_view_row_f32(zd_image_view(a), y), zd_view_row_f32(zd_image_view(b), y),
                      WIDTH * 4 * sizeof(float));
    }
}

static void insert_behind_everything_changes_nothing(void)
{
    for (int blend = 0; blend < ZD_BLEND_COUNT; blend++) {
        scene s = scene_open(1);
        zd_composite_layer layer = plain_layer(&s, 0);
        layer.blend = (zd_blend) blend;
        layer.background = placed(s.background);
        fill(s.matte[0], 1.0f);
        render(&s, &layer, 1, whole);
        require_same(s.result, s.footage);
        scene_close(&s);
    }
}

static void transparent_insert_changes_nothing(void)
{
    for (int blend = 0; blend < ZD_BLEND_COUNT; blend++) {
        scene s = scene_open(1);
        zd_composite_layer layer = plain_layer(&s, 0);
        layer.blend = (zd_blend) blend;
        zd_view_row_f32(zd_image_view(s.footage), 3)[40] = -0.0f;
        zd_view_row_f32(zd_image_view(s.result), 3)[40] = -0.0f;
        fill(s.insert[0], 0.0f);
        render(&s, &layer, 1, whole);
        require_same(s.result, s.footage);
        scene_close(&s);
    }
}

static void opacity_zero_changes_nothing(void)
{
    scene s = scene_open(1);
    zd_composite_layer layer = plain_layer(&s, 0);
    layer.opacity = 0.0f;
    fill(s.matte[0], 0.0f);
    render(&s, &layer, 1, whole);
    require_same(s.result, s.footage);
    scene_close(&s);
}

static void insert_in_front_is_a_plain_blend(void)
{
    for (int blend = 0; blend < ZD_BLEND_COUNT; blend++) {
        scene s = scene_open(1);
        zd_composite_layer layer = plain_layer(&s, 0);
        layer.blend = (zd_blend) blend;
        layer.background = placed(s.background);
        fill(s.matte[0], 0.0f);
        render(&s, &layer, 1, whole);
        for (int y = 0; y < HEIGHT; y++) {
            float *footage = zd_view_row_f32(zd_image_view(s.footage), y);
            for (int x = 0; x < WIDTH; x++) {
                zd_blend_pixel((zd_blend) blend,
                               zd_view_row_f32(zd_image_view(s.insert[0]), y) + 4 * x,
                               footage + 4 * x, footage + 4 * x);
            }
        }
        require_same(s.result, s.footage);
        scene_close(&s);
    }
}

static void opaque_insert_in_front_keeps_its_bits(void)
{
    scene s = scene_open(1);
    zd_composite_layer layer = plain_layer(&s, 0);
    zd_image *opaque = make(s.ctx, 4, 40);
    layer.picture = placed(opaque);
    layer.matte = (zd_placed_view){ 0 };
    render(&s, &layer, 1, whole);
    require_same(s.result, opaque);
    zd_image_unref(&opaque);
    scene_close(&s);
}

/* With B given, out = m F + (1 - m) (I over B) for a pixel C = m F + (1 - m) B. */
static void decontaminated_edge_shows_no_old_background(void)
{
    scene s = scene_open(1);
    zd_composite_layer layer = plain_layer(&s, 0);
    layer.background = placed(s.background);
    zd_image *foreground = make(s.ctx, 3, 50);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float m = zd_view_row_f32(zd_image_view(s.matte[0]), y)[x];
            for (int c = 0; c < 3; c++) {
                float f = zd_view_row_f32(zd_image_view(foreground), y)[3 * x + c];
                float b = zd_view_row_f32(zd_image_view(s.background), y)[3 * x + c];
                zd_view_row_f32(zd_image_view(s.result), y)[4 * x + c] = m * f + (1.0f - m) * b;
            }
        }
    }
    render(&s, &layer, 1, whole);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float m = zd_view_row_f32(zd_image_view(s.matte[0]), y)[x];
            const float *insert = zd_view_row_f32(zd_image_view(s.insert[0]), y) + 4 * x;
            for (int c = 0; c < 3; c++) {
                float f = zd_view_row_f32(zd_image_view(foreground), y)[3 * x + c];
                float b = zd_view_row_f32(zd_image_view(s.background), y)[3 * x + c];
                float expected = m * f + (1.0f - m) * (insert[c] + (1.0f - insert[3]) * b);
                REQUIRE_NEAR(zd_view_row_f32(zd_image_view(s.result), y)[4 * x + c], expected,
                             1e-6);
            }
        }
    }
    zd_image_unref(&foreground);
    scene_close(&s);
}

/* Two inserts at one depth with one matte and an estimate of B are one insert: the two laid on
 * each other first. */
static void two_inserts_behind_one_matte_are_one(void)
{
    scene s = scene_open(1);
    zd_composite_layer layers[2] = { plain_layer(&s, 0), plain_layer(&s, 1) };
    zd_image *once = NULL;
    for (int i = 0; i < 2; i++) {
        layers[i].matte = placed(s.matte[0]);
        layers[i].background = placed(s.background);
    }
    render(&s, layers, 2, whole);
    once = s.result;
    s.result = make(s.ctx, 4, 4);
    zd_view_copy(zd_image_view(s.footage), zd_image_view(s.result));
    for (int y = 0; y < HEIGHT; y++) {
        float *far_row = zd_view_row_f32(zd_image_view(s.insert[0]), y);
        for (int x = 0; x < WIDTH; x++) {
            zd_blend_pixel(ZD_BLEND_NORMAL, zd_view_row_f32(zd_image_view(s.insert[1]), y) + 4 * x,
                           far_row + 4 * x, far_row + 4 * x);
        }
    }
    render(&s, layers, 1, whole);
    for (int y = 0; y < HEIGHT; y++) {
        for (int i = 0; i < 4 * WIDTH; i++) {
            REQUIRE_NEAR(zd_view_row_f32(zd_image_view(s.result), y)[i],
                         zd_view_row_f32(zd_image_view(once), y)[i], 2e-6);
        }
    }
    zd_image_unref(&once);
    scene_close(&s);
}

static void swapped_depths_swap_exactly(void)
{
    scene a = scene_open(1);
    scene b = scene_open(1);
    zd_composite_layer of_a[2] = { plain_layer(&a, 0), plain_layer(&a, 1) };
    zd_composite_layer of_b[2] = { plain_layer(&b, 1), plain_layer(&b, 0) };
    of_a[0].depth = 5.0f; /* the first insert comes in front */
    of_a[1].depth = 2.0f;
    of_b[0].depth = 5.0f; /* in the other scene the two are exchanged in the list and in depth */
    of_b[1].depth = 5.0f; /* equal: the order given */
    render(&a, of_a, 2, whole);
    render(&b, of_b, 2, whole);
    require_same(a.result, b.result);
    scene_close(&a);
    scene_close(&b);
}

static void layers_use_everything(const scene *s, zd_composite_layer layers[2])
{
    for (int i = 0; i < 2; i++) {
        layers[i] = plain_layer(s, i);
        layers[i].background = placed(s->background);
        layers[i].z = placed(s->z[i]);
        layers[i].z_softness = 0.3f;
        layers[i].opacity = 0.8f;
        layers[i].blend = i == 0 ? ZD_BLEND_SOFT_LIGHT : ZD_BLEND_NORMAL;
    }
    layers[1].picture.x = layers[1].z.x = 37; /* reaches out of the frame */
    layers[1].picture.y = layers[1].z.y = -11;
}

static void tiles_and_threads_equal_the_whole(void)
{
    scene a = scene_open(1);
    scene b = scene_open(4);
    zd_composite_layer layers[2];
    layers_use_everything(&a, layers);
    render(&a, layers, 2, whole);
    layers_use_everything(&b, layers);
    for (int y = 0; y < HEIGHT; y += 13) {
        for (int x = 0; x < WIDTH; x += 29) {
            zd_rect tile = { x, y, x + 29, y + 13 };
            render(&b, layers, 2, zd_rect_intersect(tile, whole));
        }
    }
    require_same(a.result, b.result);
    zd_view_copy(zd_image_view(b.footage), zd_image_view(b.result));
    render(&b, layers, 2, whole);
    require_same(a.result, b.result);
    scene_close(&a);
    scene_close(&b);
}

static void own_depth_is_merged_per_pixel(void)
{
    scene s = scene_open(1);
    zd_composite_layer layer = plain_layer(&s, 0);
    zd_image *opaque = make(s.ctx, 4, 40);
    layer.picture = placed(opaque);
    layer.matte = (zd_placed_view){ 0 };
    layer.z = placed(s.z[0]);
    render(&s, &layer, 1, whole);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float footage_depth = zd_view_row_f32(zd_image_view(s.depth), y)[x];
            float insert_depth = zd_view_row_f32(zd_image_view(s.z[0]), y)[x];
            zd_image *front = footage_depth > insert_depth ? s.footage : opaque;
            REQUIRE_BYTES(zd_view_row_f32(zd_image_view(s.result), y) + 4 * x,
                          zd_view_row_f32(zd_image_view(front), y) + 4 * x, 16);
        }
    }
    zd_image_unref(&opaque);
    scene_close(&s);
}

/* With a matte and an own depth the stronger hides: as a matte alone of the larger of the two. */
static void matte_and_own_depth_hide_by_the_stronger(void)
{
    scene s = scene_open(1);
    zd_composite_layer layer = plain_layer(&s, 0);
    zd_image *stronger = make(s.ctx, 1, 41);
    zd_image *both = make(s.ctx, 4, 42);
    int from_depth = 0;
    int from_matte = 0;
    layer.z = placed(s.z[0]);
    layer.z_softness = 0.0f;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            bool nearer = zd_view_row_f32(zd_image_view(s.depth), y)[x] >
                          zd_view_row_f32(zd_image_view(s.z[0]), y)[x];
            float matte = zd_view_row_f32(zd_image_view(s.matte[0]), y)[x];
            zd_view_row_f32(zd_image_view(stronger), y)[x] = nearer ? 1.0f : matte;
            from_depth += nearer && matte < 0.5f;
            from_matte += !nearer && matte > 0.5f;
        }
    }
    REQUIRE(from_depth > 100 && from_matte > 100);
    render(&s, &layer, 1, whole);
    zd_view_copy(zd_image_view(s.result), zd_image_view(both));
    zd_view_copy(zd_image_view(s.footage), zd_image_view(s.result));
    layer.z = (zd_placed_view){ 0 };
    layer.matte = placed(stronger);
    render(&s, &layer, 1, whole);
    require_same(s.result, both);
    zd_image_unref(&stronger);
    zd_image_unref(&both);
    scene_close(&s);
}

static void crossing_inserts_are_sorted_per_pixel(void)
{
    scene s = scene_open(1);
    zd_composite_layer layers[2];
    zd_image *opaque[2] = { make(s.ctx, 4, 40), make(s.ctx, 4, 42) };
    fill(s.depth, -1.0f);
    for (int i = 0; i < 2; i++) {
        layers[i] = plain_layer(&s, i);
        layers[i].picture = placed(opaque[i]);
        layers[i].matte = (zd_placed_view){ 0 };
        layers[i].z = placed(s.z[i]);
    }
    render(&s, layers, 2, whole);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float first = zd_view_row_f32(zd_image_view(s.z[0]), y)[x];
            float second = zd_view_row_f32(zd_image_view(s.z[1]), y)[x];
            REQUIRE_BYTES(zd_view_row_f32(zd_image_view(s.result), y) + 4 * x,
                          zd_view_row_f32(zd_image_view(opaque[first > second ? 0 : 1]), y) + 4 * x,
                          16);
        }
    }
    zd_image_unref(&opaque[0]);
    zd_image_unref(&opaque[1]);
    scene_close(&s);
}

/* Where the footage or the insert has no depth the insert is laid over, in either scale and however soft. */
static void what_has_no_depth_hides_nothing(void)
{
    const float none[] = { NAN, INFINITY, -INFINITY };
    zd_image *opaque = NULL;
    for (int i = 0; i < 3 * 2 * 2 * 2; i++) {
        scene s = scene_open(1);
        bool is_footage = i / 3 % 2 == 0;
        zd_composite_layer layer = plain_layer(&s, 0);
        zd_composite composite = { placed(s.result), placed(s.depth),
                                   i / 6 % 2 == 0 ? ZD_DEPTH_NEARNESS : ZD_DEPTH_METRES, &layer,
                                   1 };
        opaque = make(s.ctx, 4, 40);
        layer.picture = placed(opaque);
        layer.matte = (zd_placed_view){ 0 };
        layer.z = placed(s.z[0]);
        layer.z_softness = i / 12 == 0 ? 0.0f : 0.5f;
        fill(s.depth, is_footage ? none[i % 3] : 3.0f);
        fill(s.z[0], is_footage ? 3.0f : none[i % 3]);
        REQUIRE_OK(zd_composite_render(s.ctx, &composite, whole, &err));
        require_same(s.result, opaque);
        zd_image_unref(&opaque);
        scene_close(&s);
    }
}

static void metres_run_the_other_way(void)
{
    scene s = scene_open(1);
    zd_composite_layer layer = plain_layer(&s, 0);
    zd_composite composite = { placed(s.result), placed(s.depth), ZD_DEPTH_METRES, &layer, 1 };
    layer.z = placed(s.z[0]);
    layer.matte = (zd_placed_view){ 0 };
    fill(s.depth, 2.0f);
    fill(s.z[0], 3.0f); /* farther than the footage */
    REQUIRE_OK(zd_composite_render(s.ctx, &composite, whole, &err));
    require_same(s.result, s.footage);
    scene_close(&s);
}

static void bad_numbers_stay_in_their_pixel(void)
{
    const float bad[] = { NAN, INFINITY, -INFINITY };
    for (int i = 0; i < 3; i++) {
        scene a = scene_open(1);
        scene b = scene_open(1);
        zd_composite_layer layers[2];
        layers_use_everything(&a, layers);
        render(&a, layers, 2, whole);
        layers_use_everything(&b, layers);
        zd_view_row_f32(zd_image_view(b.insert[0]), 20)[4 * 100 + 1] = bad[i];
        zd_view_row_f32(zd_image_view(b.matte[0]), 20)[102] = bad[i];
        zd_view_row_f32(zd_image_view(b.background), 20)[3 * 104] = bad[i];
        zd_view_row_f32(zd_image_view(b.depth), 20)[106] = bad[i];
        zd_view_row_f32(zd_image_view(b.z[0]), 20)[108] = bad[i];
        render(&b, layers, 2, whole);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                const float *pa = zd_view_row_f32(zd_image_view(a.result), y) + 4 * x;
                const float *pb = zd_view_row_f32(zd_image_view(b.result), y) + 4 * x;
                if (y == 20 && x >= 100 && x <= 108) {
                    REQUIRE(isfinite(pb[0] + pb[1] + pb[2] + pb[3]));
                } else {
                    REQUIRE_BYTES(pa, pb, 16);
                }
            }
        }
        scene_close(&a);
        scene_close(&b);
    }
}

static void premultiplied_stays_premultiplied(void)
{
    for (int blend = 0; blend < ZD_BLEND_COUNT; blend++) {
        scene s = scene_open(1);
        zd_image *veil = make(s.ctx, 4, 61);
        zd_view_copy(zd_image_view(veil), zd_image_view(s.result));
        zd_composite_layer layer = plain_layer(&s, 0);
        layer.blend = (zd_blend) blend;
        render(&s, &layer, 1, whole);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                const float *p = zd_view_row_f32(zd_image_view(s.result), y) + 4 * x;
                float most = blend == ZD_BLEND_ADD ? 2.0f : p[3] + 1e-6f;
                REQUIRE(p[3] >= 0.0f && p[3] <= 1.0f + 1e-6f);
                REQUIRE(p[0] >= -1e-6f && p[0] <= most);
            }
        }
        zd_image_unref(&veil);
        scene_close(&s);
    }
}

static void bounds_are_the_union_inside_the_frame(void)
{
    scene s = scene_open(1);
    zd_composite_layer layers[3] = { plain_layer(&s, 0), plain_layer(&s, 1), plain_layer(&s, 0) };
    zd_rect frame = { 0, 0, 1000, 500 };
    layers[0].picture.x = -100;
    layers[0].picture.y = 20;
    layers[1].picture.x = 50;
    layers[1].picture.y = 10;
    layers[2].picture.x = 700;
    layers[2].opacity = 0.0f;
    zd_rect rect = zd_composite_bounds(layers, 3, frame);
    REQUIRE_INT(rect.x0, 0);
    REQUIRE_INT(rect.y0, 10);
    REQUIRE_INT(rect.x1, 50 + WIDTH);
    REQUIRE_INT(rect.y1, 20 + HEIGHT);
    REQUIRE(zd_rect_is_empty(zd_composite_bounds(layers, 0, frame)));
    scene_close(&s);
}

static void mistakes_are_named(void)
{
    scene s = scene_open(1);
    zd_composite_layer layer = plain_layer(&s, 0);
    zd_composite composite = { .picture = placed(s.result), .layers = &layer, .count = 1 };
    layer.matte.x = 5;
    REQUIRE_FAILS(zd_composite_render(s.ctx, &composite, whole, &err), ZD_ERR_INVALID_ARGUMENT,
                  "layer 0: the matte covers 5,0 to 306,67 and must cover 0,0 to 301,67");
    layer.matte = placed(s.insert[1]);
    REQUIRE_FAILS(zd_composite_render(s.ctx, &composite, whole, &err), ZD_ERR_INVALID_ARGUMENT,
                  "layer 0: the matte has a wrong pixel format");
    layer = plain_layer(&s, 0);
    layer.z = placed(s.z[0]);
    REQUIRE_FAILS(zd_composite_render(s.ctx, &composite, whole, &err), ZD_ERR_INVALID_ARGUMENT,
                  "layer 0 has its own depth and the footage has none to compare it with");
    layer.opacity = 1.5f;
    REQUIRE_FAILS(zd_composite_render(s.ctx, &composite, whole, &err), ZD_ERR_INVALID_ARGUMENT,
                  "layer 0: an opacity of 1.5; it is 0 to 1");
    REQUIRE_FAILS(zd_composite_render(s.ctx, &composite, (zd_rect){ 0, 0, 302, 5 }, &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "the picture must be RGBA in float and cover 0,0 to 302,5");
    composite.count = 1000;
    REQUIRE_FAILS(zd_composite_render(s.ctx, &composite, whole, &err), ZD_ERR_LIMIT,
                  "1000 inserts; at most 256 are possible");
    require_same(s.result, s.footage);
    scene_close(&s);
}

int main(void)
{
    RUN(insert_behind_everything_changes_nothing);
    RUN(transparent_insert_changes_nothing);
    RUN(opacity_zero_changes_nothing);
    RUN(insert_in_front_is_a_plain_blend);
    RUN(opaque_insert_in_front_keeps_its_bits);
    RUN(decontaminated_edge_shows_no_old_background);
    RUN(two_inserts_behind_one_matte_are_one);
    RUN(swapped_depths_swap_exactly);
    RUN(tiles_and_threads_equal_the_whole);
    RUN(own_depth_is_merged_per_pixel);
    RUN(matte_and_own_depth_hide_by_the_stronger);
    RUN(crossing_inserts_are_sorted_per_pixel);
    RUN(what_has_no_depth_hides_nothing);
    RUN(metres_run_the_other_way);
    RUN(bad_numbers_stay_in_their_pixel);
    RUN(premultiplied_stays_premultiplied);
    RUN(bounds_are_the_union_inside_the_frame);
    RUN(mistakes_are_named);
    return zd_test_finish();
}
