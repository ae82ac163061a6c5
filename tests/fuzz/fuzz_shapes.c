/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any text as shapes. What is accepted is drawn, within 0..1. */

#include "fuzz.h"

#include "matte/shapes.h"

enum { W = 23, H = 17 };

static void check(zd_view view)
{
    for (int i = 0; i < W * H; i++) {
        float value = zd_view_row_f32(view, i / W)[i % W];
        if (!(value >= 0.0f && value <= 1.0f)) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    zd_context_params params = { .threads = 1 };
    zd_context *ctx = NULL;
    zd_shapes *shapes = NULL;
    if (zd_context_create(&params, &ctx, NULL) == ZD_OK &&
        zd_shapes_parse(ctx, text, &shapes, NULL) == ZD_OK)
    {
        static float planes[2][W * H];
        zd_format gray = ZD_GRAY_F32;
        zd_view views[2];
        for (int i = 0; i < 2; i++) {
            views[i] = (zd_view){ .data = planes[i], .width = W, .height = H, .format = gray };
            views[i].stride_bytes = W * (ptrdiff_t) sizeof(float);
        }
        zd_shapes_draw(ctx, shapes, 0.7, views[0], views[1]);
        check(views[0]);
        check(views[1]);
    }
    zd_shapes_destroy(&shapes);
    zd_context_destroy(&ctx);
    free(text);
    return 0;
}
