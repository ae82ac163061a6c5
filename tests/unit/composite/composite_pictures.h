/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_COMPOSITE_PICTURES_H
#define ZD_TESTS_COMPOSITE_PICTURES_H

/* What tests of effects draw into: a picture, its nearness and matte, and what comes out, of one size. */

#include "composite/effect.h"
#include "core/size.h"
#include "zd_test.h"

typedef struct pictures {
    zd_context *ctx;
    zd_image *picture; /* RGBA f32, scene-linear, premultiplied */
    zd_image *nearness;
    zd_image *matte;
    zd_image *out;
} pictures;

static inline void pictures_open(pictures *p, int threads, int width, int height)
{
    zd_error err;
    p->ctx = zd_test_context(threads);
    REQUIRE_OK(zd_image_create(p->ctx, width, height, ZD_RGBA_F32, &p->picture, &err));
    REQUIRE_OK(zd_image_create(p->ctx, width, height, ZD_RGBA_F32, &p->out, &err));
    REQUIRE_OK(zd_image_create(p->ctx, width, height, ZD_GRAY_F32, &p->nearness, &err));
    REQUIRE_OK(zd_image_create(p->ctx, width, height, ZD_GRAY_F32, &p->matte, &err));
}

static inline void pictures_close(pictures *p)
{
    zd_image_unref(&p->picture);
    zd_image_unref(&p->nearness);
    zd_image_unref(&p->matte);
    zd_image_unref(&p->out);
    zd_context_destroy(&p->ctx);
}

/* A pixel; beyond the frame, the nearest in it. */
static inline float *pictures_at(zd_image *image, int x, int y)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, zd_int_clamp(y, 0, view.height - 1)) +
           view.format.channels * (ptrdiff_t) zd_int_clamp(x, 0, view.width - 1);
}

static inline zd_effect_io pictures_io(const pictures *p, zd_rect roi)
{
    return (zd_effect_io){ .picture = zd_image_view(p->picture),
                           .nearness = zd_image_view(p->nearness),
                           .matte = zd_image_view(p->matte),
                           .roi = roi,
                           .out = zd_view_crop(zd_image_view(p->out), roi) };
}

#endif
