/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The face finder without the published networks: on networks made here by hand, whose answers are
 * known. */

#include "refused.h"

#include <unistd.h>

#include "face/face.h"
#include "face/face_internal.h"
#include "model/safetensors_write.h"

static zd_error err;

enum { SIDE = 64, CELLS = SIDE / 8, CELL_VALUES = 16, LAND = 32 };

/* The detector's answer for a cell: its logit is 60 times the mean of red less 20; the face is 24
 * pixels large about the cell's middle, the eyes level. The landmark network says the mean face in
 * the middle of any crop; presence is 5 - 20 green, and blue hides eyes, nose or mouth by its third. */
static float face_px = 24.0f;

static const char *finder_file(void)
{
    static char path[256];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/zdepth-faces-%d.safetensors", folder != NULL ? folder : "/tmp",
             (int) getpid());
    return path;
}

static void write_finder(zd_context *ctx, const char *decoder)
{
    static float cell_w[CELL_VALUES * 3 * 64];
    static float cell_b[CELL_VALUES];
    static float point_w[ZD_FACE_POINTS * 3 * 3];
    static float point_b[ZD_FACE_POINTS * 3];
    static float flag_w[4 * 3];
    static const float flag_b[4] = { 5.0f, 4.0f, 4.0f, 4.0f };
    for (int i = 0; i < 64; i++) {
        cell_w[i] = 60.0f / 64.0f;
    }
    cell_b[0] = -20.0f;
    cell_b[3] = logf(face_px / 32.0f);
    for (int k = 0; k < 6; k++) {
        cell_b[4 + 2 * k] = (k % 2 == 0 ? -4.0f : 4.0f) / 32.0f;
    }
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        point_b[3 * i] = 0.5f + zd_face_mean[3 * i] / 25.37f;
        point_b[3 * i + 1] = 0.5f - (zd_face_mean[3 * i + 1] + 2.8785f) / 25.37f;
        point_b[3 * i + 2] = -zd_face_mean[3 * i + 2] / 25.37f;
    }
    flag_w[1] = -20.0f;
    for (int k = 1; k < 4; k++) {
        flag_w[k * 3 + 2] = k == 2 ? -20.0f : -2.0f;
    }
    const zd_tensor_source tensors[] = {
        { "cells.weight", ZD_DTYPE_F32, 4, { CELL_VALUES, 3, 8, 8 }, cell_w },
        { "cells.bias", ZD_DTYPE_F32, 1, { CELL_VALUES }, cell_b },
        { "xyz.weight", ZD_DTYPE_F32, 4, { ZD_FACE_POINTS * 3, 3, 1, 1 }, point_w },
        { "xyz.bias", ZD_DTYPE_F32, 1, { ZD_FACE_POINTS * 3 }, point_b },
        { "seen.weight", ZD_DTYPE_F32, 4, { 4, 3, 1, 1 }, flag_w },
        { "seen.bias", ZD_DTYPE_F32, 1, { 4 }, flag_b },
    };
    const char *const metadata[][2] = {
        { "format", "zdepth-face" },
        { "version", "1" },
        { "mean", "0 0 0" },
        { "std", "1 1 1" },
        { "detector.arch",
          "input image c=3\nconv cells image k=8 s=8 p=0 o=16\nresult faces cells" },
        { "detector.decoder", decoder },
        { "detector.short_side", "64" },
        { "detector.multiple", "64" },
        { "landmarks.arch", "input image c=3\ngap mean image\nconv xyz mean k=1 s=1 o=1404\n"
                            "conv seen mean k=1 s=1 o=4\nresult points0 xyz\nresult flags0 seen" },
        { "landmarks.short_side", "32" },
        { "landmarks.multiple", "32" },
    };
    const zd_tensor_file file = { tensors, 6, metadata, 11 };
    REQUIRE_OK(zd_safetensors_write(ctx, finder_file(), &file, &err));
}

/** A black picture of 128 x 64: a cell of the detector is 16 pixels, its field of view 128 x 128. */
static zd_image *black_picture(zd_context *ctx)
{
    zd_image *picture = NULL;
    REQUIRE_OK(zd_image_create(ctx, 128, 64, ZD_RGB_F32, &picture, &err));
    zd_view_clear(zd_image_view(picture));
    return picture;
}

static void paint(zd_image *picture, zd_rect box, float r, float g, float b)
{
    for (int y = box.y0; y < box.y1; y++) {
        for (int x = box.x0; x < box.x1; x++) {
            float *at = zd_view_row_f32(zd_image_view(picture), y) + (ptrdiff_t) x * 3;
            at[0] = r;
            at[1] = g;
            at[2] = b;
        }
    }
}

static const zd_rect whole = { 0, 0, 128, 64 };

static void find(zd_context *ctx, zd_image *picture, zd_rect part, zd_face_list *list)
{
    zd_face_finder *finder = NULL;
    write_finder(ctx, "cells");
    REQUIRE_OK(zd_face_finder_open(ctx, finder_file(), &finder, &err));
    REQUIRE_OK(zd_face_find(finder, zd_image_view(picture), part, list, &err));
    zd_digest key;
    zd_view gray = zd_image_view(picture);
    gray.format = ZD_GRAY_F32;
    REFUSED(zd_face_find(finder, gray, part, list, &err),
            "picture.format.sample == ZD_SAMPLE_F32 && picture.format.channels >= 3");
    gray.format.sample = ZD_SAMPLE_U8;
    REFUSED(zd_face_key(finder, gray, part, &key, &err), "picture.format.sample");
    zd_face_finder_close(&finder);
    unlink(finder_file());
}

/* A red cell is a face of 48 pixels about its middle; the mean face's eyes are 6.3 of 25.37 cm of the
 * crop apart, and the second look's crop is the landmarks' own. Two looks from beside see 0.94 of it, one into
 * a mirror 0.9, and the mean of the four is taken. */
static void test_one_face(void)
{
    zd_context *ctx = zd_test_context(2);
    static zd_face_list list;
    zd_image *picture = black_picture(ctx);
    paint(picture, (zd_rect){ 48, 16, 64, 32 }, 1.0f, 0.0f, 0.0f);
    find(ctx, picture, whole, &list);
    REQUIRE_INT(list.count, 1);
    REQUIRE_INT(list.verdict, ZD_FACE_FOUND);
    REQUIRE_INT(list.refused_count, 0);
    for (int k = 0; k < ZD_FACE_PARTS; k++) {
        REQUIRE_NEAR(list.faces[0].shown[k], 1.0 / (1.0 + exp(-4.0)),
                     1e-3); /* their logits are 4 */
    }
    const float(*p)[3] = (const float(*)[3]) list.faces[0].points;
    float right = 0.5f * (p[33][0] + p[133][0]) * 128.0f;
    float left = 0.5f * (p[362][0] + p[263][0]) * 128.0f;
    REQUIRE_NEAR(0.5f * (right + left), 56.0, 0.2);
    const double side = 72.0 * (1.0 + 2.0 * 0.94 + 0.9) / 4.0;
    REQUIRE_NEAR(left - right, 6.3 / 25.37 * side, 0.1);
    REQUIRE_NEAR((p[4][2] - p[33][2]) * 128.0f,
                 (double) (zd_face_mean[14] - zd_face_mean[101]) / 25.37 * side, 0.3);
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
}

/* Alpha changes nothing. */
static void test_rgba(void)
{
    zd_context *ctx = zd_test_context(1);
    static zd_face_list lists[2];
    zd_image *picture = black_picture(ctx);
    zd_image *with_alpha = NULL;
    paint(picture, (zd_rect){ 48, 16, 64, 32 }, 1.0f, 0.0f, 0.0f);
    REQUIRE_OK(zd_image_create(ctx, 128, 64, ZD_RGBA_F32, &with_alpha, &err));
    for (int i = 0; i < 128 * 64; i++) {
        const float *from = zd_view_row_f32(zd_image_view(picture), i / 128) + i % 128 * 3;
        float *to = zd_view_row_f32(zd_image_view(with_alpha), i / 128) + i % 128 * 4;
        memcpy(to, from, 3 * sizeof *to);
        to[3] = (float) (i % 7);
    }
    find(ctx, picture, whole, &lists[0]);
    find(ctx, with_alpha, whole, &lists[1]);
    REQUIRE_INT(lists[1].count, 1);
    REQUIRE_BYTES(lists[0].faces, lists[1].faces, sizeof lists[0].faces[0]);
    zd_image_unref(&picture);
    zd_image_unref(&with_alpha);
    zd_context_destroy(&ctx);
}

static void test_two_faces_and_a_region(void)
{
    zd_context *ctx = zd_test_context(1);
    static zd_face_list list;
    zd_image *picture = black_picture(ctx);
    paint(picture, (zd_rect){ 16, 32, 32, 48 }, 1.0f, 0.0f, 0.0f);
    paint(picture, (zd_rect){ 96, 32, 112, 48 }, 1.0f, 0.0f, 0.0f);
    find(ctx, picture, whole, &list);
    REQUIRE_INT(list.count, 2);
    REQUIRE(fabsf(list.faces[0].points[4][0] - list.faces[1].points[4][0]) > 0.5f);
    find(ctx, picture, (zd_rect){ 64, 0, 128, 64 }, &list);
    REQUIRE_INT(list.count, 1);
    REQUIRE(list.faces[0].points[4][0] > 0.5f);
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
}

/* A face that is small for the whole picture's cells fills one of a part's, and parts are looked at
 * where another small face was found. */
static void test_small_faces_beside_a_face(void)
{
    zd_context *ctx = zd_test_context(1);
    static zd_face_list list;
    zd_image *picture = NULL;
    const zd_rect all = { 0, 0, 512, 512 };
    REQUIRE_OK(zd_image_create(ctx, 512, 512, ZD_RGB_F32, &picture, &err));
    zd_view_clear(zd_image_view(picture));
    face_px = 8.0f;
    paint(picture, (zd_rect){ 400, 400, 430, 430 }, 1.0f, 0.0f, 0.0f);
    find(ctx, picture, all, &list);
    REQUIRE_INT(list.count, 0);
    paint(picture, (zd_rect){ 64, 64, 128, 128 }, 1.0f, 0.0f, 0.0f);
    find(ctx, picture, all, &list);
    REQUIRE(list.count >= 2);
    bool is_found = false;
    for (int i = 0; i < list.count; i++) {
        is_found = is_found || fabsf(list.faces[i].points[4][0] * 512.0f - 416.0f) < 8.0f;
    }
    REQUIRE(is_found);
    face_px = 24.0f;
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
}

static zd_face_verdict verdict_of(float green, float blue)
{
    zd_context *ctx = zd_test_context(1);
    static zd_face_list list;
    zd_image *picture = black_picture(ctx);
    paint(picture, whole, 0.0f, green, blue);
    paint(picture, (zd_rect){ 48, 16, 64, 32 }, 1.0f, green, blue);
    find(ctx, picture, whole, &list);
    REQUIRE_INT(list.count, list.verdict == ZD_FACE_FOUND ? 1 : 0);
    REQUIRE_INT(list.refused_count, list.verdict == ZD_FACE_NOSE_HIDDEN ? 1 : 0);
    if (list.refused_count > 0) {
        const zd_face_refusal *no = &list.refused[0];
        REQUIRE_INT(no->verdict, ZD_FACE_NOSE_HIDDEN);
        REQUIRE(no->score > 0.99f);
        REQUIRE_NEAR(0.5f * (no->box[0] + no->box[2]), 56.0 / 128.0, 0.01);
        REQUIRE(no->box[1] > 0.0f && no->box[3] < 1.0f && no->box[3] - no->box[1] > 0.5f);
    }
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
    return list.verdict;
}

static void test_why_there_is_none(void)
{
    REQUIRE_INT(verdict_of(0.0f, 0.0f), ZD_FACE_FOUND);
    REQUIRE_INT(verdict_of(0.5f, 0.0f), ZD_FACE_UNSURE);
    REQUIRE_INT(verdict_of(0.0f, 0.5f), ZD_FACE_NOSE_HIDDEN);
    zd_context *ctx = zd_test_context(1);
    static zd_face_list list;
    zd_image *picture = black_picture(ctx);
    find(ctx, picture, whole, &list);
    REQUIRE_INT(list.count, 0);
    REQUIRE_INT(list.verdict, ZD_FACE_NONE);
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
    REQUIRE_TEXT(zd_face_verdict_text(ZD_FACE_NONE), "no face is found");
    REQUIRE_TEXT(zd_face_verdict_text(ZD_FACE_EYES_HIDDEN),
                 "a face is there, but its eyes are hidden");
}

/* The published detector's form: in each cell of 16 x 16 the second of two anchors answers to red, with
 * a middle 4 to the right and 2 up, 30 wide and 40 high, its points of 128; in each of 8 x 8 none does.
 * Landmarks come in pixels of the crop, and there is one logit. */
static void write_anchor_finder(zd_context *ctx)
{
    static float box_b[32];
    static float score_w[2 * 3 * 64];
    static const float score_b[2] = { -20.0f, -20.0f };
    static float zero[96 * 3 * 256];
    static float low[6] = { -20.0f, -20.0f, -20.0f, -20.0f, -20.0f, -20.0f };
    static float point_b[ZD_FACE_POINTS * 3];
    static const float flag_b[1] = { 5.0f };
    static const float box[6] = { 4.0f, -2.0f, 30.0f, 40.0f, -10.0f, 0.0f };
    memcpy(box_b + 16, box, sizeof box);
    box_b[16 + 6] = 10.0f;
    for (int i = 0; i < 64; i++) {
        score_w[3 * 64 + i] = 60.0f / 64.0f;
    }
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        point_b[3 * i] = 32.0f * (0.5f + zd_face_mean[3 * i] / 25.37f);
        point_b[3 * i + 1] = 32.0f * (0.5f - (zd_face_mean[3 * i + 1] + 2.8785f) / 25.37f);
        point_b[3 * i + 2] = -32.0f * zd_face_mean[3 * i + 2] / 25.37f;
    }
    const zd_tensor_source tensors[] = {
        { "b0.weight", ZD_DTYPE_F32, 4, { 32, 3, 8, 8 }, zero },
        { "b0.bias", ZD_DTYPE_F32, 1, { 32 }, box_b },
        { "s0.weight", ZD_DTYPE_F32, 4, { 2, 3, 8, 8 }, score_w },
        { "s0.bias", ZD_DTYPE_F32, 1, { 2 }, score_b },
        { "b1.weight", ZD_DTYPE_F32, 4, { 96, 3, 16, 16 }, zero },
        { "b1.bias", ZD_DTYPE_F32, 1, { 96 }, zero },
        { "s1.weight", ZD_DTYPE_F32, 4, { 6, 3, 16, 16 }, zero },
        { "s1.bias", ZD_DTYPE_F32, 1, { 6 }, low },
        { "xyz.weight", ZD_DTYPE_F32, 4, { ZD_FACE_POINTS * 3, 3, 1, 1 }, zero },
        { "xyz.bias", ZD_DTYPE_F32, 1, { ZD_FACE_POINTS * 3 }, point_b },
        { "seen.weight", ZD_DTYPE_F32, 4, { 1, 3, 1, 1 }, zero },
        { "seen.bias", ZD_DTYPE_F32, 1, { 1 }, flag_b },
    };
    const char *const metadata[][2] = {
        { "format", "zdepth-face" },
        { "version", "1" },
        { "mean", "0 0 0" },
        { "std", "1 1 1" },
        { "detector.arch",
          "input image c=3\nconv b0 image k=8 s=8 p=0 o=32\nconv s0 image k=8 s=8 p=0 o=2\n"
          "conv b1 image k=16 s=16 p=0 o=96\nconv s1 image k=16 s=16 p=0 o=6\n"
          "result boxes0 b0\nresult scores0 s0\nresult boxes1 b1\nresult scores1 s1" },
        { "detector.decoder", "anchors" },
        { "detector.short_side", "128" },
        { "detector.multiple", "128" },
        { "landmarks.arch", "input image c=3\ngap mean image\nconv xyz mean k=1 s=1 o=1404\n"
                            "conv seen mean k=1 s=1 o=1\nresult points0 xyz\nresult flags0 seen" },
        { "landmarks.short_side", "32" },
        { "landmarks.multiple", "32" },
    };
    const zd_tensor_file file = { tensors, 12, metadata, 11 };
    REQUIRE_OK(zd_safetensors_write(ctx, finder_file(), &file, &err));
}

/* A red cell at 48..56, 32..40 of the picture, which lies 32 down in its square: the cell's middle is
 * (52, 68) of 128, the face's (56, 66), in the picture (56, 34); its crop is 60 large. */
static void test_anchors_by_hand(void)
{
    zd_context *ctx = zd_test_context(1);
    static zd_face_list list;
    zd_face_finder *finder = NULL;
    zd_image *picture = black_picture(ctx);
    write_anchor_finder(ctx);
    REQUIRE_OK(zd_face_finder_open(ctx, finder_file(), &finder, &err));
    REQUIRE_OK(zd_face_find(finder, zd_image_view(picture), whole, &list, &err));
    REQUIRE_INT(list.count, 0);
    paint(picture, (zd_rect){ 48, 32, 56, 40 }, 1.0f, 0.0f, 0.0f);
    REQUIRE_OK(zd_face_find(finder, zd_image_view(picture), whole, &list, &err));
    REQUIRE_INT(list.count, 1);
    REQUIRE_NEAR(list.faces[0].score, 1.0, 1e-6);
    REQUIRE_NEAR(list.faces[0].presence, 5.0, 0.0);
    REQUIRE(list.faces[0].shown[ZD_FACE_EYES] < 0.0f); /* the published network does not say */
    for (int i = 0; i < ZD_FACE_POINTS; i += 17) {
        const float *p = list.faces[0].points[i];
        const float *cm = zd_face_mean + (ptrdiff_t) i * 3;
        REQUIRE_NEAR(p[0] * 128.0f, 56.0 + (double) cm[0] / 25.37 * 60.0, 0.05);
        REQUIRE_NEAR(p[1] * 64.0f, 34.0 - ((double) cm[1] + 2.8785) / 25.37 * 60.0, 0.05);
        REQUIRE_NEAR(p[2] * 128.0f, (double) cm[2] / 25.37 * 60.0, 0.05);
    }
    zd_face_finder_close(&finder);
    zd_image_unref(&picture);
    unlink(finder_file());
    zd_context_destroy(&ctx);
}

static void test_wrong_networks(void)
{
    zd_context *ctx = zd_test_context(1);
    static zd_face_list list;
    zd_face_finder *finder = NULL;
    zd_image *picture = black_picture(ctx);
    write_finder(ctx, "anchors");
    REQUIRE_OK(zd_face_finder_open(ctx, finder_file(), &finder, &err));
    REQUIRE_FAILS(zd_face_find(finder, zd_image_view(picture), whole, &list, &err),
                  ZD_ERR_UNSUPPORTED, "its results are not those of a face detector");
    zd_face_finder_close(&finder);
    zd_image_unref(&picture);
    unlink(finder_file());
    zd_context_destroy(&ctx);
}

static void test_no_memory(void)
{
    zd_context *good = zd_test_context(1);
    int opened = 0;
    write_finder(good, "cells");
    for (long at = 1; at < 400 && opened == 0; at++) {
        zd_test_memory memory = { .fail_at = at };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_face_finder *finder = NULL;
        if (ctx == NULL) {
            continue;
        }
        zd_status status = zd_face_finder_open(ctx, finder_file(), &finder, &err);
        REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
        opened += status == ZD_OK;
        zd_face_finder_close(&finder);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE_INT(opened, 1);
    unlink(finder_file());
    zd_context_destroy(&good);
}

/* What lies over a mouth lies over some of the nose: the part that is hidden most is named. */
static void test_the_most_hidden_part_is_named(void)
{
    static zd_face_answer answer = { .presence = 5.0f, .shown = { 1.0f, -1.0f, -3.0f } };
    REQUIRE_INT(zd_face_judge(&answer), ZD_FACE_MOUTH_HIDDEN);
    answer.shown[1] = -4.0f;
    REQUIRE_INT(zd_face_judge(&answer), ZD_FACE_NOSE_HIDDEN);
    answer.shown[0] = -5.0f;
    REQUIRE_INT(zd_face_judge(&answer), ZD_FACE_EYES_HIDDEN);
    for (int k = 0; k < ZD_FACE_PARTS; k++) {
        answer.shown[k] = (float) k;
    }
    REQUIRE_INT(zd_face_judge(&answer), ZD_FACE_FOUND);
}

int main(void)
{
    RUN(test_the_most_hidden_part_is_named);
    RUN(test_one_face);
    RUN(test_rgba);
    RUN(test_two_faces_and_a_region);
    RUN(test_small_faces_beside_a_face);
    RUN(test_why_there_is_none);
    RUN(test_anchors_by_hand);
    RUN(test_wrong_networks);
    RUN(test_no_memory);
    return zd_test_finish();
}
