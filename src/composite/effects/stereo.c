/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The eyes' pictures, row by row. Red and cyan: the left eye's luminance in red, the right eye's green
 * and blue, in linear light. */

#include "composite/effects/stereo.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_list.h"
#include "composite/effects/depth_shift.h"
#include "composite/tone.h"
#include "core/pool.h"

typedef enum layout { SIDE_BY_SIDE, OVER_UNDER, RED_CYAN, LEFT, RIGHT, LAYOUT_COUNT } layout;

typedef struct pair {
    layout layout;
    zd_shift eyes[2]; /* left, right */
    zd_shift_scene scene;
} pair;

/* A row of the result that comes from one row of places: part of the frame's row, or all of it. */
typedef struct part {
    int x0; /* pixels of the result */
    int x1;
    int eye;
    zd_shift_span span; /* of the pixel x0 on */
    float aside_x;      /* two looks, that far to either side; 0: one */
    float aside_y;
} part;

/* The mean of two looks a little to either side of a place. */
static zd_vec4 two_looks(const pair *p, const part *at, float place, zd_vec4 own)
{
    zd_shift_place ends[2] = { { place - at->aside_x, at->span.y - at->aside_y },
                               { place + at->aside_x, at->span.y + at->aside_y } };
    return zd_vec4_splat(0.5f) *
           (zd_shift_colour(&p->scene, ends[0], own) + zd_shift_colour(&p->scene, ends[1], own));
}

static zd_vec4 look(const pair *p, const part *at, int y, const float *places, zd_vec4 own)
{
    if (p->layout == OVER_UNDER) {
        return two_looks(p, at, places[0], own);
    }
    if (p->layout == SIDE_BY_SIDE) {
        return zd_vec4_splat(0.5f) *
               (zd_shift_colour_row(&p->scene, places[0] - at->aside_x, y, own) +
                zd_shift_colour_row(&p->scene, places[0] + at->aside_x, y, own));
    }
    zd_vec4 seen = zd_shift_colour_row(&p->scene, places[0], y, own);
    if (p->layout == RED_CYAN) { /* the other eye's are a span further */
        zd_vec4 right = zd_shift_colour_row(&p->scene, places[ZD_SHIFT_SPAN], y, own);
        seen = (zd_vec4){ zd_tone_luminance(seen), right[1], right[2], 1.0f };
    }
    return seen;
}

static void make_part(const pair *p, const part *at, int y)
{
    float places[2 * ZD_SHIFT_SPAN];
    const zd_effect_io *io = &p->scene.io;
    zd_shift_find_row(&p->scene, &p->eyes[at->eye], at->span, places);
    if (p->layout == RED_CYAN) {
        zd_shift_find_row(&p->scene, &p->eyes[1], at->span, places + ZD_SHIFT_SPAN);
    }
    for (int x = at->x0; x < at->x1; x++) {
        zd_vec4 colour = zd_vec4_load(zd_effect_in(io, x, y));
        float strength = zd_effect_strength(io, x, y);
        if (strength > 0.0f && zd_vec4_is_finite(colour)[0]) {
            zd_vec4 own = colour[3] > 0.0f ? colour / zd_vec4_alpha(colour) : colour;
            colour = zd_shift_mix(colour, look(p, at, y, places + (x - at->x0), own), strength);
        }
        zd_vec4_store(zd_effect_out(io, x, y), colour);
    }
}

/* Half of a side: the first eye has one more of an odd size. */
static int first_half(int size)
{
    return size - size / 2;
}

/* The eye that a pixel of a squeezed side shows, and its scale; *at becomes its place in that eye's half. */
static int squeeze(int size, int *at, float *scale)
{
    int first = first_half(size);
    int eye = *at >= first;
    *scale = (float) size / (float) (eye == 0 ? first : size / 2);
    *at -= eye * first;
    return eye;
}

/* The pixels from x0 on that one span can have, and which. */
static part part_of(const pair *p, int x0, int y)
{
    float scale = 1.0f;
    zd_view picture = p->scene.io.picture;
    int end = p->scene.io.roi.x1;
    part out = { .x0 = x0, .eye = p->layout == RIGHT };
    out.span = (zd_shift_span){ .y = (float) y + 0.5f, .step = 1.0f, .first = x0 };
    if (p->layout == SIDE_BY_SIDE) {
        out.eye = squeeze(picture.width, &out.span.first, &scale);
        out.span.step = scale;
        out.aside_x = 0.25f * scale;
        end = out.eye == 0 ? zd_int_min(end, first_half(picture.width)) : end;
    } else if (p->layout == OVER_UNDER) {
        int at = y;
        out.eye = squeeze(picture.height, &at, &scale);
        out.span.y = ((float) at + 0.5f) * scale;
        out.aside_y = 0.25f * scale;
    }
    out.x1 = zd_int_min(end, x0 + ZD_SHIFT_SPAN);
    out.span.count = out.x1 - x0;
    return out;
}

static void make_rows(void *user, int item)
{
    const pair *p = user;
    zd_rect roi = p->scene.io.roi;
    int y0 = roi.y0 + item * ZD_EFFECT_BAND;
    for (int y = y0; y < zd_int_min(y0 + ZD_EFFECT_BAND, roi.y1); y++) {
        for (int x = roi.x0; x < roi.x1;) {
            part at = part_of(p, x, y);
            make_part(p, &at, y);
            x = at.x1;
        }
    }
}

/* The parallax over the whole depth, less where an end of it would exceed the comfort limit. */
static float comfortable(const zd_stereo *stereo)
{
    float longest = fmaxf(stereo->zero, 1.0f - stereo->zero);
    return fminf(stereo->depth, stereo->comfort / longest);
}

zd_status zd_stereo_apply(zd_context *ctx, const zd_stereo *stereo, const zd_effect_io *io,
                          zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_stereo, stereo, io, true, err));
    float half = 0.5f * comfortable(stereo) * (float) io->picture.width;
    pair p = { .layout = (layout) (stereo->layout + 0.5f),
               .eyes = { { half, 0.0f, 0.0f, stereo->zero },
                         { -half, 0.0f, 0.0f, stereo->zero } } };
    ZD_TRY(zd_shift_scene_open(ctx, io, NULL, &p.scene, err));
    int rows = io->roi.y1 - io->roi.y0;
    zd_pool_run(zd_context_pool(ctx), (rows + ZD_EFFECT_BAND - 1) / ZD_EFFECT_BAND, make_rows, &p);
    zd_shift_scene_close(&p.scene);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "depth",
      .offset = offsetof(zd_stereo, depth),
      .count = 1,
      .min = 0,
      .max = 0.1f,
      .initial = 0.02f,
      .help = "parallax from the furthest to the nearest, fraction of the width" },
    { .name = "zero",
      .offset = offsetof(zd_stereo, zero),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.5f,
      .help = "normalised depth that stands on the screen" },
    { .name = "comfort",
      .offset = offsetof(zd_stereo, comfort),
      .count = 1,
      .min = 0.001f,
      .max = 0.1f,
      .initial = 0.02f,
      .help = "the most parallax before or behind the screen, fraction of the width" },
    { .name = "layout",
      .offset = offsetof(zd_stereo, layout),
      .count = 1,
      .min = 0,
      .max = 4,
      .initial = 0,
      .help = "0 side by side, 1 over and under, 2 red and cyan, 3 left eye, 4 right eye" },
};

ZD_EFFECT_DEFINE(stereo, "zstereo", ZD_EFFECT_LOOKS_AROUND,
                 "two eyes out of one picture, within a comfort limit");
