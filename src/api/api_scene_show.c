/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Passes as pictures to be looked at. */

#include <math.h>

#include "api/api_scene.h"

static void put(uint8_t *to, uint8_t red, uint8_t green, uint8_t blue)
{
    to[0] = red;
    to[1] = green;
    to[2] = blue;
    to[3] = 255;
}

/* The ends of a channel's finite values. */
static void find_ends(zd_view pass, int channel, float *low, float *high)
{
    int channels = pass.format.channels;
    *low = INFINITY;
    *high = -INFINITY;
    for (int y = 0; y < pass.height; y++) {
        const float *row = zd_view_row_f32(pass, y);
        for (int x = 0; x < pass.width; x++) {
            float value = row[x * channels + channel];
            if (isfinite(value)) {
                *low = fminf(*low, value);
                *high = fmaxf(*high, value);
            }
        }
    }
}

/* Straight display-referred colour of premultiplied light. */
static zd_status show_comp(zd_context *ctx, zd_view pass, const zd_api_shown *shown,
                           uint8_t *pixels, ptrdiff_t stride, zd_error *err)
{
    zd_image *line = NULL;
    ZD_TRY(zd_image_create(ctx, pass.width, pass.height, ZD_RGBA_F32, &line, err));
    zd_view display = zd_image_view(line);
    for (int y = 0; y < pass.height; y++) {
        const float *from = zd_view_row_f32(pass, y);
        float *to = zd_view_row_f32(display, y);
        for (int x = 0; x < pass.width; x++, from += 4, to += 4) {
            float scale = from[3] > 0.0f ? 1.0f / from[3] : 0.0f;
            for (int c = 0; c < 3; c++) {
                to[c] = from[c] * scale;
            }
            to[3] = from[3];
        }
    }
    zd_status status =
        zd_scene_job_colour_show(shown->colour, shown->scene, shown->output, display, err);
    for (int y = 0; y < pass.height && status == ZD_OK; y++) {
        const float *from = zd_view_row_f32(display, y);
        uint8_t *to = pixels + (ptrdiff_t) y * stride;
        for (int i = 0; i < pass.width * 4; i++) {
            to[i] = zd_api_byte(from[i]);
        }
    }
    zd_image_unref(&line);
    return status;
}

/* A channel between two values, black at the first and white at the second. */
static void show_gray(zd_view pass, float black, float white, uint8_t *pixels, ptrdiff_t stride)
{
    float scale = white != black ? 1.0f / (white - black) : 0.0f;
    for (int y = 0; y < pass.height; y++) {
        const float *from = zd_view_row_f32(pass, y);
        uint8_t *to = pixels + (ptrdiff_t) y * stride;
        for (int x = 0; x < pass.width; x++, to += 4) {
            uint8_t code = zd_api_byte((from[x] - black) * scale);
            put(to, code, code, code);
        }
    }
}

static void show_vectors(zd_view pass, bool by_ends, uint8_t *pixels, ptrdiff_t stride)
{
    float low[3] = { -1.0f, -1.0f, -1.0f };
    float high[3] = { 1.0f, 1.0f, 1.0f };
    for (int c = 0; c < 3 && by_ends; c++) {
        find_ends(pass, c, &low[c], &high[c]);
    }
    for (int y = 0; y < pass.height; y++) {
        const float *from = zd_view_row_f32(pass, y);
        uint8_t *to = pixels + (ptrdiff_t) y * stride;
        for (int x = 0; x < pass.width; x++, from += 3, to += 4) {
            for (int c = 0; c < 3; c++) {
                float span = high[c] - low[c];
                to[c] = zd_api_byte(span > 0.0f ? (from[c] - low[c]) / span : 0.5f);
            }
            to[3] = 255;
        }
    }
}

/* Colours that are far from their neighbours': steps of the golden section round the wheel. */
static void show_ids(zd_view pass, uint8_t *pixels, ptrdiff_t stride)
{
    for (int y = 0; y < pass.height; y++) {
        const float *from = zd_view_row_f32(pass, y);
        uint8_t *to = pixels + (ptrdiff_t) y * stride;
        for (int x = 0; x < pass.width; x++, to += 4) {
            float hue = from[x] * 0.618034f;
            hue = 6.2831853f * (hue - floorf(hue));
            float size = from[x] >= 0.5f ? 0.5f : 0.0f;
            put(to, zd_api_byte(size * (1.0f + cosf(hue))),
                zd_api_byte(size * (1.0f + cosf(hue - 2.0944f))),
                zd_api_byte(size * (1.0f + cosf(hue + 2.0944f))));
        }
    }
}

zd_status zd_api_show_pass(zd_context *ctx, zd_view pass, zdepth_scene_pass kind,
                           const zd_api_shown *shown, uint8_t *pixels, ptrdiff_t stride_bytes,
                           zd_error *err)
{
    float low = 0.0f;
    float high = 1.0f;
    switch (kind) {
    case ZDEPTH_SCENE_PASS_COMP:
        return show_comp(ctx, pass, shown, pixels, stride_bytes, err);
    case ZDEPTH_SCENE_PASS_MATTE:
        show_gray(pass, 0.0f, 1.0f, pixels, stride_bytes);
        break;
    case ZDEPTH_SCENE_PASS_ZDEPTH:
        find_ends(pass, 0, &low, &high);
        show_gray(pass, high, low, pixels, stride_bytes);
        break;
    case ZDEPTH_SCENE_PASS_NORMALS:
        show_vectors(pass, false, pixels, stride_bytes);
        break;
    case ZDEPTH_SCENE_PASS_POSITION:
        show_vectors(pass, true, pixels, stride_bytes);
        break;
    case ZDEPTH_SCENE_PASS_OBJECT_ID:
        show_ids(pass, pixels, stride_bytes);
        break;
    case ZDEPTH_SCENE_PASSES:
        break;
    }
    return ZD_OK;
}
