/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Still shapes alone are drawn once; a supplied matte is enlarged bilinearly, each frame anew. */

#include "clip/clip_hand.h"

#include <math.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "matte/shapes.h"
#include "media/map_reader.h"

struct zd_clip_hand {
    zd_context *ctx;
    const zd_reader_info *footage; /* borrowed */
    zd_shapes *shapes;
    char *shapes_text; /* of which they were read; NULL: none */
    zd_map_reader *supplied;
    char *supplied_path;
    zd_image *raise; /* drawn last, kept while shapes stand still */
    zd_image *cap;
};

zd_status zd_clip_hand_create(zd_context *ctx, const zd_reader_info *footage, zd_clip_hand **out,
                              zd_error *err)
{
    ZD_REQUIRE(err, footage->width > 0 && footage->height > 0);
    zd_clip_hand *hand = zd_alloc_zeroed(ctx, 1, sizeof *hand);
    *out = hand;
    if (hand == NULL) {
        return zd_fail_memory(err, "shapes");
    }
    hand->ctx = ctx;
    hand->footage = footage;
    return ZD_OK;
}

static void forget_drawn(zd_clip_hand *hand)
{
    zd_image_unref(&hand->raise);
    zd_image_unref(&hand->cap);
}

void zd_clip_hand_destroy(zd_clip_hand **hand)
{
    zd_clip_hand *doomed = *hand;
    if (doomed == NULL) {
        return;
    }
    forget_drawn(doomed);
    zd_shapes_destroy(&doomed->shapes);
    zd_map_reader_close(&doomed->supplied);
    zd_free(doomed->ctx, doomed->shapes_text);
    zd_free(doomed->ctx, doomed->supplied_path);
    zd_free(doomed->ctx, doomed);
    *hand = NULL;
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Keeps a copy of a text, or of none. */
static zd_status keep(zd_context *ctx, const char *text, char **out, zd_error *err)
{
    zd_free(ctx, *out);
    *out = NULL;
    if (text == NULL) {
        return ZD_OK;
    }
    size_t bytes = strlen(text) + 1;
    *out = zd_alloc(ctx, bytes);
    if (*out == NULL) {
        return zd_fail_memory(err, "shapes");
    }
    memcpy(*out, text, bytes);
    return ZD_OK;
}

static zd_status update_shapes(zd_clip_hand *hand, const char *text, zd_error *err)
{
    if (is_same(text, hand->shapes_text)) {
        return ZD_OK;
    }
    zd_shapes_destroy(&hand->shapes);
    ZD_TRY(keep(hand->ctx, NULL, &hand->shapes_text, err));
    if (text != NULL) {
        ZD_TRY(zd_shapes_parse(hand->ctx, text, &hand->shapes, err));
    }
    return keep(hand->ctx, text, &hand->shapes_text, err);
}

static zd_status update_supplied(zd_clip_hand *hand, const char *path, zd_error *err)
{
    zd_map_params how = { .media = { .sequence_rate = hand->footage->frame_rate,
                                     .missing = ZD_MISSING_FAIL } };
    if (is_same(path, hand->supplied_path)) {
        return ZD_OK;
    }
    zd_map_reader_close(&hand->supplied);
    ZD_TRY(keep(hand->ctx, NULL, &hand->supplied_path, err));
    if (path != NULL) {
        ZD_TRY(zd_map_reader_open(hand->ctx, path, &how, &hand->supplied, err));
    }
    return keep(hand->ctx, path, &hand->supplied_path, err);
}

static const char *text_of(const zd_params *params, zd_param_id id)
{
    const char *text = zd_params_is_set(params, id) ? zd_params_text(params, id) : NULL;
    return text != NULL && text[0] != '\0' ? text : NULL;
}

zd_status zd_clip_hand_update(zd_clip_hand *hand, const zd_params *params, zd_error *err)
{
    const char *shapes = text_of(params, ZD_P_SHAPE);
    const char *path = text_of(params, ZD_P_MATTE_IN);
    if (is_same(shapes, hand->shapes_text) && is_same(path, hand->supplied_path)) {
        return ZD_OK;
    }
    forget_drawn(hand);
    ZD_TRY(update_shapes(hand, shapes, err));
    return update_supplied(hand, path, err);
}

static void fill(zd_view view, float value)
{
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = value;
        }
    }
}

/* A sample of the supplied matte between its pixels, 0..1; what is no number is 0. */
static float sample(zd_view from, float x, float y)
{
    int x0 = zd_int_clamp((int) floorf(x), 0, from.width - 1);
    int y0 = zd_int_clamp((int) floorf(y), 0, from.height - 1);
    int x1 = zd_int_min(x0 + 1, from.width - 1);
    int y1 = zd_int_min(y0 + 1, from.height - 1);
    float fx = zd_float_clamp(x - (float) x0, 0.0f, 1.0f);
    float fy = zd_float_clamp(y - (float) y0, 0.0f, 1.0f);
    const float *top = zd_view_row_f32(from, y0);
    const float *bottom = zd_view_row_f32(from, y1);
    float a = top[x0] + (top[x1] - top[x0]) * fx;
    float b = bottom[x0] + (bottom[x1] - bottom[x0]) * fx;
    float value = a + (b - a) * fy;
    return value > 0.0f ? fminf(value, 1.0f) : 0.0f;
}

static void lay_supplied(zd_view from, zd_matte_given mode, zd_view raise, zd_view cap)
{
    float scale_x = (float) from.width / (float) raise.width;
    float scale_y = (float) from.height / (float) raise.height;
    for (int y = 0; y < raise.height; y++) {
        float *least = zd_view_row_f32(raise, y);
        float *most = zd_view_row_f32(cap, y);
        float at_y = ((float) y + 0.5f) * scale_y - 0.5f;
        for (int x = 0; x < raise.width; x++) {
            float value = sample(from, ((float) x + 0.5f) * scale_x - 0.5f, at_y);
            if (mode == ZD_MATTE_GIVEN_ADD) {
                least[x] = value;
            } else {
                most[x] = mode == ZD_MATTE_GIVEN_INTERSECT ? value : 1.0f - value;
            }
        }
    }
}

static zd_status draw(zd_clip_hand *hand, const zd_params *params, double time_s, zd_error *err)
{
    zd_view raise = zd_image_view(hand->raise);
    zd_view cap = zd_image_view(hand->cap);
    fill(raise, 0.0f);
    fill(cap, 1.0f);
    if (hand->supplied != NULL) {
        zd_matte_given mode = (zd_matte_given) zd_params_int(params, ZD_P_MATTE_IN_MODE);
        zd_image *map = NULL;
        ZD_TRY(zd_map_reader_at(hand->supplied, llround(time_s * 1e6), &map, err));
        lay_supplied(zd_image_view(map), mode, raise, cap);
        zd_image_unref(&map);
    }
    if (hand->shapes != NULL) {
        zd_shapes_draw(hand->ctx, hand->shapes, time_s, raise, cap);
    }
    return ZD_OK;
}

/* Whether what was drawn last still stands. */
static bool still_stands(const zd_clip_hand *hand, int width, int height)
{
    if (hand->raise == NULL || hand->cap == NULL || hand->supplied != NULL) {
        return false;
    }
    zd_view view = zd_image_view(hand->raise);
    return view.width == width && view.height == height && zd_shapes_are_still(hand->shapes);
}

zd_status zd_clip_hand_make(zd_clip_hand *hand, const zd_params *params, int width, int height,
                            double time_s, zd_image **raise, zd_image **cap, zd_error *err)
{
    ZD_REQUIRE(err, width > 0 && height > 0);
    zd_image_unref(raise);
    zd_image_unref(cap);
    ZD_TRY(zd_clip_hand_update(hand, params, err));
    if (hand->supplied == NULL && hand->shapes == NULL) {
        return ZD_OK;
    }
    if (!still_stands(hand, width, height)) {
        forget_drawn(hand);
        ZD_TRY(zd_image_create(hand->ctx, width, height, ZD_GRAY_F32, &hand->raise, err));
        ZD_TRY(zd_image_create(hand->ctx, width, height, ZD_GRAY_F32, &hand->cap, err));
        zd_status status = draw(hand, params, time_s, err);
        if (status != ZD_OK) {
            forget_drawn(hand);
            return status;
        }
    }
    *raise = zd_image_ref(hand->raise);
    *cap = zd_image_ref(hand->cap);
    return ZD_OK;
}

int zd_clip_hand_shapes(const zd_clip_hand *hand, bool holdout)
{
    return hand->shapes != NULL ? zd_shapes_count(hand->shapes, holdout) : 0;
}
