/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Labels: where their box lies, what they paint, and what they refuse. */

#include "title/label.h"
#include "title/title.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

enum { W = 201, H = 97 };

static zd_image *picture(zd_sample sample, int channels)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, W, H, (zd_format){ sample, channels }, &image, &err));
    zd_view_clear(zd_image_view(image));
    return image;
}

static float at(zd_image *image, int x, int y, int c)
{
    zd_view view = zd_image_view(image);
    int i = x * view.format.channels + c;
    return view.format.sample == ZD_SAMPLE_U8 ? (float) zd_view_row_u8(view, y)[i] / 255.0f
                                              : zd_view_row_f32(view, y)[i];
}

/* The rectangle of pixels whose red is not 0. */
static zd_rect painted(zd_image *image)
{
    zd_rect box = { W, H, 0, 0 };
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            if (at(image, x, y, 0) != 0.0f) {
                box = (zd_rect){ x < box.x0 ? x : box.x0, y < box.y0 ? y : box.y0,
                                 x + 1 > box.x1 ? x + 1 : box.x1, y + 1 > box.y1 ? y + 1 : box.y1 };
            }
        }
    }
    return box;
}

static const zd_label plain = { .text = "Ag",
                                .size_px = 20.0f,
                                .colour = { 0.25f, 0.5f, 0.75f, 1.0f },
                                .box_colour = { 1.0f, 0.5f, 0.0f, 1.0f } };

static zd_rect box_of(const zd_label *label, float x, float y)
{
    zd_image *image = picture(ZD_SAMPLE_F32, 3);
    REQUIRE_OK(zd_label_draw(ctx, label, x, y, zd_image_view(image), &err));
    zd_rect box = painted(image);
    zd_image_unref(&image);
    return box;
}

static void the_anchor_says_where_the_box_lies(void)
{
    zd_label label = plain;
    zd_rect box = box_of(&label, 40.0f, 30.0f);
    int width = box.x1 - box.x0;
    int height = box.y1 - box.y0;
    REQUIRE(box.x0 == 40 && box.y0 == 30);
    /* A line of DejaVu Sans is 1.164 of its size, and 0.3 of the size is left around. */
    REQUIRE_NEAR(height, 1.164 * 20 + 2 * 6, 1.5);
    REQUIRE_NEAR(width, (0.684 + 0.635) * 20 + 2 * 6, 1.5);
    label.anchor_x = 1.0f;
    box = box_of(&label, 140.0f, 30.0f);
    REQUIRE(box.x1 == 140 && box.y0 == 30 && box.x1 - box.x0 == width);
    label.anchor_y = 1.0f;
    box = box_of(&label, 140.0f, 80.0f);
    REQUIRE(box.x1 == 140 && box.y1 == 80 && box.y1 - box.y0 == height);
    label.anchor_x = 0.5f;
    label.anchor_y = 0.25f;
    box = box_of(&label, 100.0f, 50.0f);
    REQUIRE_NEAR(box.x0, 100.0 - 0.5 * width, 0.5);
    REQUIRE_NEAR(box.y0, 50.0 - 0.25 * height, 0.5);
    /* Cut at each border. */
    label.anchor_x = label.anchor_y = 0.0f;
    box = box_of(&label, -10.0f, -7.0f);
    REQUIRE(box.x0 == 0 && box.y0 == 0 && box.x1 == width - 10 && box.y1 == height - 7);
    box = box_of(&label, W - 5.0f, H - 6.0f);
    REQUIRE(box.x0 == W - 5 && box.y0 == H - 6 && box.x1 == W && box.y1 == H);
    label.text = "Ag\nAg"; /* one line, whatever it holds */
    box = box_of(&label, 10.0f, 30.0f);
    REQUIRE_INT(box.y1 - box.y0, height);
}

/* Behind the text is the box, and the text covers it by its own alpha. */
static void colours_are_mixed_by_their_alpha(void)
{
    static const zd_sample samples[2] = { ZD_SAMPLE_U8, ZD_SAMPLE_F32 };
    for (int s = 0; s < 2; s++) {
        zd_image *image = picture(samples[s], 4);
        zd_label label = plain;
        label.box_colour[3] = 0.5f;
        label.text = "\xE2\x96\x88"; /* a full block */
        REQUIRE_OK(zd_label_draw(ctx, &label, 40.0f, 30.0f, zd_image_view(image), &err));
        REQUIRE_NEAR(at(image, 41, 31, 0), 0.5, 0.003);
        REQUIRE_NEAR(at(image, 41, 31, 1), 0.25, 0.003);
        REQUIRE(at(image, 41, 31, 2) == 0.0f && at(image, 41, 31, 3) == 0.0f);
        REQUIRE_NEAR(at(image, 52, 45, 0), 0.25, 0.003);
        REQUIRE_NEAR(at(image, 52, 45, 1), 0.5, 0.003);
        REQUIRE_NEAR(at(image, 52, 45, 2), 0.75, 0.003);
        REQUIRE(at(image, 52, 45, 3) == 0.0f); /* alpha is left alone */
        label.colour[3] = 0.5f;
        label.box_colour[3] = 0.0f;
        REQUIRE_OK(zd_label_draw(ctx, &label, 40.0f, 30.0f, zd_image_view(image), &err));
        REQUIRE_NEAR(at(image, 41, 31, 0), 0.5, 0.003); /* no box, no change */
        label.colour[0] = 0.75f;
        REQUIRE_OK(zd_label_draw(ctx, &label, 40.0f, 30.0f, zd_image_view(image), &err));
        REQUIRE_NEAR(at(image, 52, 45, 0), 0.5, 0.004);
        zd_image_unref(&image);
    }
}

static void what_cannot_be_drawn_is_refused(void)
{
    zd_image *image = picture(ZD_SAMPLE_F32, 3);
    zd_image *gray = picture(ZD_SAMPLE_F32, 1);
    zd_image *deep = picture(ZD_SAMPLE_U16, 3);
    zd_view view = zd_image_view(image);
    zd_label label = plain;
    REQUIRE_FAILS(zd_label_draw(ctx, &label, 0, 0, zd_image_view(gray), &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "a label needs a picture in RGB or RGBA, 8 bit or float");
    REQUIRE_FAILS(zd_label_draw(ctx, &label, 0, 0, zd_image_view(deep), &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "a label needs a picture in RGB or RGBA, 8 bit or float");
    label.size_px = 3.9f;
    REQUIRE_FAILS(zd_label_draw(ctx, &label, 0, 0, view, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a label of 3.9 pixels; it must be 4 to 400");
    label.size_px = 400.5f;
    REQUIRE_FAILS(zd_label_draw(ctx, &label, 0, 0, view, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a label of 400.5 pixels; it must be 4 to 400");
    label.size_px = NAN;
    REQUIRE(zd_label_draw(ctx, &label, 0, 0, view, &err) == ZD_ERR_INVALID_ARGUMENT);
    label.size_px = 4.0f;
    REQUIRE_OK(zd_label_draw(ctx, &label, 0, 0, view, &err));
    label.size_px = 400.0f;
    REQUIRE_OK(zd_label_draw(ctx, &label, 999999.0f, -999999.0f, view, &err));
    REQUIRE_FAILS(zd_label_draw(ctx, &label, 1e6f, 0, view, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a label at 1e+06, 0 is nowhere");
    REQUIRE_FAILS(zd_label_draw(ctx, &label, 0, -1e6f, view, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a label at 0, -1e+06 is nowhere");
    zd_view_clear(view);
    label.text = "";
    REQUIRE_OK(zd_label_draw(ctx, &label, 0, 0, view, &err));
    label.text = NULL;
    REQUIRE_OK(zd_label_draw(ctx, &label, 0, 0, view, &err));
    zd_rect box = painted(image);
    REQUIRE(zd_rect_is_empty(box)); /* nothing to say, not even a box */
    zd_image_unref(&image);
    zd_image_unref(&gray);
    zd_image_unref(&deep);
}

static void titles_are_for_frames_that_can_be(void)
{
    zd_title *title = NULL;
    zd_title_params params = zd_title_defaults();
    char text[120];
    int most = zd_context_max_dimension(ctx);
    const int sizes[4][2] = { { 0, 10 }, { 10, 0 }, { most + 1, 10 }, { 10, most + 1 } };
    params.text = "i";
    for (int i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "a title for frames of %dx%d; each side must be 1 to %d",
                 sizes[i][0], sizes[i][1], most);
        REQUIRE_FAILS(zd_title_create(ctx, &params, sizes[i][0], sizes[i][1], &title, &err),
                      ZD_ERR_LIMIT, text);
        REQUIRE(title == NULL);
    }
    REQUIRE_OK(zd_title_create(ctx, &params, 1, 1, &title, &err));
    zd_title_destroy(&title);
    REQUIRE_OK(zd_title_create(ctx, &params, most, 1, &title, &err));
    zd_title_destroy(&title);
    params.in_s = -0.1;
    REQUIRE_FAILS(zd_title_create(ctx, &params, 9, 9, &title, &err), ZD_ERR_INVALID_ARGUMENT,
                  "the title's motion takes -0.1 s in and 0 s out; neither may be negative");
    params.in_s = 0.0;
    params.out_s = -0.5;
    REQUIRE_FAILS(zd_title_create(ctx, &params, 9, 9, &title, &err), ZD_ERR_INVALID_ARGUMENT,
                  "the title's motion takes 0 s in and -0.5 s out; neither may be negative");
    params.out_s = 0.0;
    params.start_s = params.end_s = 7.3;
    REQUIRE_FAILS(zd_title_create(ctx, &params, 9, 9, &title, &err), ZD_ERR_INVALID_ARGUMENT,
                  "the title ends at 7.3 s, which is not after its start at 7.3 s");
    params.end_s = 8.0;
    params.align = (zd_title_align) 3;
    REQUIRE_FAILS(zd_title_create(ctx, &params, 9, 9, &title, &err), ZD_ERR_INVALID_ARGUMENT,
                  "the title's motion or alignment is unknown");
    params.align = ZD_TITLE_ALIGN_CENTRE;
    params.out = ZD_TITLE_MOTION_COUNT;
    REQUIRE_FAILS(zd_title_create(ctx, &params, 9, 9, &title, &err), ZD_ERR_INVALID_ARGUMENT,
                  "the title's motion or alignment is unknown");
    params.out = ZD_TITLE_MOTION_NONE;
    params.in = ZD_TITLE_MOTION_COUNT;
    REQUIRE_FAILS(zd_title_create(ctx, &params, 9, 9, &title, &err), ZD_ERR_INVALID_ARGUMENT,
                  "the title's motion or alignment is unknown");
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(the_anchor_says_where_the_box_lies);
    RUN(colours_are_mixed_by_their_alpha);
    RUN(what_cannot_be_drawn_is_refused);
    RUN(titles_are_for_frames_that_can_be);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
