/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The eyes' pictures by zd_shift_at. Red and cyan: the left eye's luminance in red, the right eye's green
 * and blue, in linear light. */

#include "composite/effects/stereo.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_list.h"
#include "composite/effects/depth_shift.h"
#include "composite/tone.h"

typedef enum layout { SIDE_BY_SIDE, OVER_UNDER, RED_CYAN, LEFT, RIGHT, LAYOUT_COUNT } layout;

typedef struct pair {
    layout layout;
    zd_shift eyes[2]; /* left, right */
    zd_shift_scene scene;
} pair;

/* A pixel of one eye whose picture is squeezed into part of the frame along one side: of two looks. */
static zd_vec4 squeezed(const pair *p, int at, int other, zd_vec4 own)
{
    bool across = p->layout == SIDE_BY_SIDE;
    zd_view picture = p->scene.io.picture;
    int size = across ? picture.width : picture.height;
    int first = size - size / 2; /* an odd size gives the first eye one more */
    int eye = at >= first;
    float scale = (float) size / (float) (eye == 0 ? first : size / 2);
    float along = ((float) (at - eye * first) + 0.5f) * scale;
    float beside = (float) other + 0.5f;
    float aside = 0.25f * scale;
    zd_shift_place place =
        zd_shift_find(&p->scene, &p->eyes[eye], across ? along : beside, across ? beside : along);
    zd_shift_place ends[2] = { place, place };
    *(across ? &ends[0].x : &ends[0].y) -= aside;
    *(across ? &ends[1].x : &ends[1].y) += aside;
    return zd_vec4_splat(0.5f) *
           (zd_shift_colour(&p->scene, ends[0], own) + zd_shift_colour(&p->scene, ends[1], own));
}

static zd_vec4 stereo_colour(const pair *p, int x, int y, zd_vec4 own)
{
    float at_x = (float) x + 0.5f;
    float at_y = (float) y + 0.5f;
    switch (p->layout) {
    case SIDE_BY_SIDE:
        return squeezed(p, x, y, own);
    case OVER_UNDER:
        return squeezed(p, y, x, own);
    case RED_CYAN: {
        zd_vec4 left = zd_shift_at(&p->scene, &p->eyes[0], at_x, at_y, own);
        zd_vec4 right = zd_shift_at(&p->scene, &p->eyes[1], at_x, at_y, own);
        return (zd_vec4){ zd_tone_luminance(left), right[1], right[2], 1.0f };
    }
    case LEFT:
    case RIGHT:
    case LAYOUT_COUNT:
        break;
    }
    return zd_shift_at(&p->scene, &p->eyes[p->layout == RIGHT], at_x, at_y, own);
}

static zd_vec4 stereo_pixel(const void *params, const zd_effect_io *io, int x, int y,
                            zd_vec4 colour, float strength)
{
    (void) io;
    if (!zd_vec4_is_finite(colour)[0]) {
        return colour;
    }
    zd_vec4 own = colour[3] > 0.0f ? colour / zd_vec4_alpha(colour) : colour;
    zd_vec4 made = stereo_colour(params, x, y, own) * zd_vec4_alpha(colour);
    return zd_vec4_with_alpha(colour + zd_vec4_splat(strength) * (made - colour), colour);
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
    ZD_TRY(zd_shift_scene_open(ctx, io, &p.eyes[0], &p.scene, err));
    zd_effect_run_pixels(ctx, io, stereo_pixel, &p);
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
