/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Movies of HDR and of more than 8 bits: their light, their codec, and encoders that hold frames back. */

#include "media/frame_internal.h"
#include "media_test.h"

#if defined(__GLIBC__)
#    include <malloc.h>
#endif

/* HDR footage keeps what it says about its light. */
static void test_hdr_light_is_kept(void)
{
    static const char *const names[] = { "hdr.mkv", "hdr.mp4" };
    zd_reader_info like = footage(64, 48);
    like.colour = (zd_media_colour){
        .primaries_id = 9, .transfer_id = 16, .matrix_id = 9, .transfer = ZD_TRANSFER_PQ
    };
    like.light = (zd_hdr_light){ .has_mastering = true,
                                 .primaries = { { { 34000, 50000 }, { 16000, 50000 } },
                                                { { 13250, 50000 }, { 34500, 50000 } },
                                                { { 7500, 50000 }, { 3000, 50000 } } },
                                 .white = { { 15635, 50000 }, { 16450, 50000 } },
                                 .least_nits = { 50, 10000 },
                                 .most_nits = { 1000, 1 },
                                 .has_level = true,
                                 .max_content_nits = 1000,
                                 .max_average_nits = 400 };
    for (int i = 0; i < 2; i++) {
        zd_reader *reader = NULL;
        make_movie(in_scratch("%s", names[i]), (zd_writer_params){ .like = &like }, 64, 48, 2);
        REQUIRE_OK(zd_reader_open(ctx, in_scratch("%s", names[i]), NULL, &reader, &err));
        const zd_hdr_light *light = &zd_reader_info_get(reader)->light;
        REQUIRE(light->has_mastering && light->has_level);
        REQUIRE_INT(light->max_content_nits, 1000);
        REQUIRE_INT(light->max_average_nits, 400);
        REQUIRE_NEAR((double) light->most_nits.numerator / light->most_nits.denominator, 1000.0,
                     0.01);
        REQUIRE_NEAR((double) light->primaries[1][1].numerator / light->primaries[1][1].denominator,
                     0.69, 1e-4);
        zd_reader_close(&reader);
    }
}

/* HLG is HDR as PQ is, also where its footage has 8 bits: all of them go into HEVC. */
static void test_hlg_is_hdr(void)
{
    static const zd_transfer transfers[3] = { ZD_TRANSFER_BT709, ZD_TRANSFER_PQ, ZD_TRANSFER_HLG };
    static const int ids[3] = { 1, 16, 18 };
    for (int i = 0; i < 3; i++) {
        zd_reader *reader = NULL;
        zd_reader_info like = footage(64, 48);
        like.bit_depth = 8;
        like.colour = (zd_media_colour){ .primaries_id = i > 0 ? 9 : 1,
                                         .transfer_id = ids[i],
                                         .matrix_id = i > 0 ? 9 : 1,
                                         .transfer = transfers[i] };
        make_movie(in_scratch("hlg.mp4"), (zd_writer_params){ .like = &like }, 64, 48, 2);
        REQUIRE_OK(zd_reader_open(ctx, in_scratch("hlg.mp4"), NULL, &reader, &err));
        REQUIRE_TEXT(zd_reader_info_get(reader)->codec, i > 0 ? "hevc" : "h264");
        REQUIRE_INT(zd_reader_info_get(reader)->bit_depth, i > 0 ? 10 : 8);
        zd_reader_close(&reader);
    }
}

/* Movies of fewer frames than an encoder holds back, whatever new memory holds. */
static void test_short_deep_movies(void)
{
#if defined(__GLIBC__)
    zd_reader_info like = footage(64, 48);
    like.colour = (zd_media_colour){
        .primaries_id = 9, .transfer_id = 16, .matrix_id = 9, .transfer = ZD_TRANSFER_PQ
    };
    for (int byte = 1; byte < 256; byte += byte < 4 ? 1 : 50) {
        mallopt(M_PERTURB, byte);
        for (int frames = 1; frames <= 4; frames++) {
            zd_reader *reader = NULL;
            make_movie(in_scratch("short.mkv"), (zd_writer_params){ .like = &like }, 64, 48,
                       frames);
            REQUIRE_OK(zd_reader_open(ctx, in_scratch("short.mkv"), NULL, &reader, &err));
            REQUIRE_INT(zd_reader_info_get(reader)->frame_count, frames);
            zd_reader_close(&reader);
        }
    }
    mallopt(M_PERTURB, 0);
#endif
}

int main(void)
{
    media_begin(2);
    RUN(test_hdr_light_is_kept);
    RUN(test_hlg_is_hdr);
    RUN(test_short_deep_movies);
    return media_end();
}
