/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* EXR with DWA compression, written by OpenEXR's own C interface, which holds RGBA halves. */

#include <ImfCRgbaFile.h>

#include "media/exr.h"
#include "zd_test.h"

enum { WIDTH = 70, HEIGHT = 45 };

static void write_dwa(const char *path, int compression)
{
    static ImfRgba pixels[WIDTH * HEIGHT];
    ImfHeader *header = ImfNewHeader();
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        ImfFloatToHalf(0.25f + 0.5f * (float) (i % WIDTH) / WIDTH, &pixels[i].r);
        ImfFloatToHalf(0.5f, &pixels[i].g);
        ImfFloatToHalf((float) (i / WIDTH) / HEIGHT, &pixels[i].b);
        ImfFloatToHalf(1.0f, &pixels[i].a);
    }
    ImfHeaderSetDisplayWindow(header, 0, 0, WIDTH - 1, HEIGHT - 1);
    ImfHeaderSetDataWindow(header, 0, 0, WIDTH - 1, HEIGHT - 1);
    ImfHeaderSetCompression(header, compression);
    ImfOutputFile *file = ImfOpenOutputFile(path, header, IMF_WRITE_RGBA);
    REQUIRE(file != NULL);
    REQUIRE(ImfOutputSetFrameBuffer(file, pixels, 1, WIDTH));
    REQUIRE(ImfOutputWritePixels(file, HEIGHT));
    REQUIRE(ImfCloseOutputFile(file));
    ImfDeleteHeader(header);
}

static void dwa_is_read_through_the_library(void)
{
    static const int compressions[] = { IMF_DWAA_COMPRESSION, IMF_DWAB_COMPRESSION };
    zd_context *ctx = NULL;
    zd_error err = { 0 };
    REQUIRE_OK(zd_context_create(&(zd_context_params){ .threads = 1 }, &ctx, &err));
    for (int i = 0; i < 2; i++) {
        zd_exr *exr = NULL;
        zd_image *image = NULL;
        write_dwa("test_scene_dwa.exr", compressions[i]);
        REQUIRE_OK(zd_exr_open(ctx, "test_scene_dwa.exr", &exr, &err));
        REQUIRE(zd_exr_is_dwa(exr, 0));
        REQUIRE_OK(zd_image_create(ctx, WIDTH, HEIGHT, ZD_RGB_F32, &image, &err));
        zd_view view = zd_image_view(image);
        const zd_exr_wanted wanted[] = { { zd_exr_find_channel(exr, 0, "R"), view, 0 },
                                         { zd_exr_find_channel(exr, 0, "B"), view, 2 } };
        REQUIRE_FAILS(zd_exr_read(exr, 0, wanted, 2, NULL, &err), ZD_ERR_UNSUPPORTED,
                      "'test_scene_dwa.exr' has DWA compression, which is not read here; save it "
                      "with ZIP or PIZ");
        REQUIRE_OK(zd_exr_read_any(exr, 0, (zd_exr_place){ 0, 0 }, wanted, 2, NULL, &err));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                REQUIRE_NEAR(zd_view_row_f32(view, y)[x * 3], 0.25 + 0.5 * x / WIDTH, 0.02);
                REQUIRE_NEAR(zd_view_row_f32(view, y)[x * 3 + 2], (double) y / HEIGHT, 0.02);
            }
        }
        zd_exr_close(&exr);
        zd_image_unref(&image);
    }
    remove("test_scene_dwa.exr");
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(dwa_is_read_through_the_library);
    return zd_test_finish();
}
