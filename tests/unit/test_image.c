/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "image/colour.h"
#include "image/depth_map.h"
#include "image/image.h"
#include "zd_test.h"

static void image_rejects_bad_sides(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    zd_error err;
    REQUIRE_FAILS(zd_image_create(ctx, 0, 5, ZD_GRAY_F32, &image, &err), ZD_ERR_LIMIT,
                  "a picture of 0x5; each side must be 1 to 65536");
    REQUIRE_INT(zd_image_create(ctx, 100000, 5, ZD_GRAY_F32, &image, &err), ZD_ERR_LIMIT);
    REQUIRE(image == NULL);
    zd_context_destroy(&ctx);
}

static void image_is_counted_and_aligned(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    zd_error err;
    REQUIRE_OK(zd_image_create(ctx, 33, 7, ZD_RGBA_F32, &image, &err));
    zd_view view = zd_image_view(image);
    REQUIRE_INT((size_t) view.data % 64, 0);
    REQUIRE_INT(view.stride_bytes % 64, 0);
    zd_image *second = zd_image_ref(image);
    zd_image_unref(&image);
    REQUIRE(image == NULL);
    zd_view_clear(zd_image_view(second));
    zd_view part = zd_view_crop(zd_image_view(second), (zd_rect){ 3, 2, 9, 5 });
    zd_view_row_f32(part, 1)[0] = 4.0f;
    REQUIRE_NEAR(zd_view_row_f32(zd_image_view(second), 3)[12], 4.0f, 0);
    zd_image_unref(&second);
    zd_context_destroy(&ctx);
}

static void transfers_round_trip(void)
{
    for (int t = ZD_TRANSFER_SRGB; t <= ZD_TRANSFER_HLG; t++) {
        float previous = -1.0f;
        for (int i = 0; i <= 1000; i++) {
            float code = (float) i / 1000.0f;
            float linear = zd_transfer_decode((zd_transfer) t, code);
            REQUIRE(isfinite(linear) && linear >= previous);
            REQUIRE_NEAR(zd_transfer_encode((zd_transfer) t, linear), code, 2e-4);
            previous = linear;
        }
        REQUIRE_NEAR(zd_transfer_decode((zd_transfer) t, 0.0f), 0.0f, 1e-6);
        REQUIRE_NEAR(zd_transfer_decode((zd_transfer) t, -0.25f),
                     -zd_transfer_decode((zd_transfer) t, 0.25f), 0);
    }
}

int main(void)
{
    RUN(image_rejects_bad_sides);
    RUN(image_is_counted_and_aligned);
    RUN(transfers_round_trip);
    return zd_test_finish();
}
