/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include <unistd.h>

#include "image/colour_parse.h"
#include "library_reports.h"
#include "title/label.h"
#include "title/sheet.h"
#include "title/svg.h"
#include "title/title.h"
#include "zd_test.h"

static zd_error err;

enum { WIDTH = 640, HEIGHT = 360 };

static const zd_rect frame = { 0, 0, WIDTH, HEIGHT };

static zd_title *make_title(zd_context *ctx, const zd_title_params *params)
{
    zd_title *title = NULL;
    REQUIRE_OK(zd_title_create(ctx, params, WIDTH, HEIGHT, &title, &err));
    return title;
}

static zd_title_params with_text(const char *text)
{
    zd_title_params params = zd_title_defaults();
    params.text = text;
    return params;
}

static zd_image *draw(zd_context *ctx, const zd_title *title, double time_s, zd_rect roi)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, roi.x1 - roi.x0, roi.y1 - roi.y0, ZD_RGBA_F32, &image, &err));
    zd_title_render(title, time_s, roi, zd_image_view(image));
    return image;
}

static double total_alpha(zd_image *image)
{
    zd_view view = zd_image_view(image);
    double sum = 0.0;
    for (int y = 0; y < view.height; y++) {
        for (int x = 0; x < view.width; x++) {
            sum += (double) zd_view_row_f32(view, y)[4 * x + 3];
        }
    }
    return sum;
}

static double alpha_at(zd_context *ctx, const zd_title *title, double time_s)
{
    zd_image *image = draw(ctx, title, time_s, frame);
    double sum = total_alpha(image);
    zd_image_unref(&image);
    return sum;
}

static void default_title_is_inside_the_frame(void)
{
    const char *texts[] = { "HELLO", "A much longer title that has to be wrapped onto many lines",
                            "one\ntwo\nthree\nfour\nfive\nsix", "Incomprehensibilities",
                            "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe4\xbd\xa0" };
    const float places[] = { 0.0f, 0.5f, 1.0f };
    zd_context *ctx = zd_test_context(1);
    for (int i = 0; i < 15; i++) {
        zd_title_params params = with_text(texts[i % 5]);
        zd_placed_view still;
        float opacity = 0.0f;
        params.x = places[i / 5];
        params.y = places[i / 5];
        params.outline = 0.05f;
        zd_title *title = make_title(ctx, &params);
        REQUIRE(zd_title_still(title, 0.0, &still, &opacity));
        REQUIRE(zd_rect_contains(frame, zd_placed_rect(still)));
        REQUIRE_NEAR(opacity, 1.0f, 0);
        REQUIRE(alpha_at(ctx, title, 0.0) > 1000.0);
        zd_title_destroy(&title);
        REQUIRE(title == NULL);
    }
    zd_context_destroy(&ctx);
}

static void colours_are_linear_and_premultiplied(void)
{
    zd_context *ctx = zd_test_context(1);
    for (int markup = 0; markup < 2; markup++) {
        zd_title_params params = with_text("\xe2\x96\x88\xe2\x96\x88"); /* two full blocks */
        float linear[4];
        params.markup = markup == 1;
        params.shadow_colour[3] = 0.0f;
        REQUIRE_OK(zd_colour_parse("#FF804080", params.colour, &err));
        zd_colour_to_linear(params.colour, linear);
        zd_title *title = make_title(ctx, &params);
        zd_image *image = draw(ctx, title, 0.0, frame);
        const float *middle = zd_view_row_f32(zd_image_view(image), HEIGHT / 2) + 4 * (WIDTH / 2);
        for (int c = 0; c < 4; c++) {
            REQUIRE_NEAR(middle[c], linear[c], markup ? 0.005 : 1e-6);
        }
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                const float *p = zd_view_row_f32(zd_image_view(image), y) + 4 * x;
                REQUIRE(p[0] <= p[3] * 1.0001f && p[1] <= p[3] && p[2] <= p[3]);
                if (p[3] > 0.0f && !markup) { /* no dark fringe: one colour at every coverage */
                    REQUIRE_NEAR(p[1] / p[3], linear[1] / linear[3], 1e-5);
                }
            }
        }
        zd_image_unref(&image);
        zd_title_destroy(&title);
    }
    zd_context_destroy(&ctx);
}

static void rectangles_equal_the_whole(void)
{
    zd_context *ctx = zd_test_context(1);
    for (int motion = 0; motion < ZD_TITLE_MOTION_COUNT; motion++) {
        zd_title_params params = with_text("Zdepth\nmoves");
        params.in = (zd_title_motion) motion;
        params.in_s = 1.0;
        zd_title *title = make_title(ctx, &params);
        zd_image *all = draw(ctx, title, 0.37, frame);
        zd_rect bounds = zd_title_bounds(title, 0.37);
        zd_rect roi = { 101, 53, 402, 222 };
        zd_image *part = draw(ctx, title, 0.37, roi);
        for (int y = roi.y0; y < roi.y1; y++) {
            REQUIRE_BYTES(zd_view_row_f32(zd_image_view(all), y) + 4 * roi.x0,
                          zd_view_row_f32(zd_image_view(part), y - roi.y0),
                          (size_t) (roi.x1 - roi.x0) * 16);
        }
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                bool inside = x >= bounds.x0 && x < bounds.x1 && y >= bounds.y0 && y < bounds.y1;
                REQUIRE(inside || zd_view_row_f32(zd_image_view(all), y)[4 * x + 3] == 0.0f);
            }
        }
        zd_image_unref(&part);
        zd_image_unref(&all);
        zd_title_destroy(&title);
    }
    zd_context_destroy(&ctx);
}

static void motions_come_and_go(void)
{
    zd_context *ctx = zd_test_context(1);
    for (int motion = ZD_TITLE_MOTION_FADE; motion < ZD_TITLE_MOTION_COUNT; motion++) {
        zd_title_params params = with_text("Zdepth moves");
        zd_placed_view still;
        float opacity = 0.0f;
        params.in = (zd_title_motion) motion;
        params.out = (zd_title_motion) motion;
        params.in_s = 1.0;
        params.out_s = 1.0;
        params.start_s = 2.0;
        params.end_s = 6.0;
        zd_title *title = make_title(ctx, &params);
        double full = alpha_at(ctx, title, 4.0);
        REQUIRE(full > 1000.0);
        REQUIRE_NEAR(alpha_at(ctx, title, 1.99), 0.0, 0.0);
        REQUIRE_NEAR(alpha_at(ctx, title, 6.0), 0.0, 0.0);
        REQUIRE_NEAR(alpha_at(ctx, title, (double) NAN), 0.0, 0.0);
        REQUIRE(alpha_at(ctx, title, 2.02) < 0.2 * full);
        REQUIRE(alpha_at(ctx, title, 5.999) < 0.2 * full);
        REQUIRE(alpha_at(ctx, title, 2.8) > 0.3 * full);
        REQUIRE_NEAR(alpha_at(ctx, title, 3.0), full, 0.0);
        REQUIRE(zd_title_still(title, 3.0, &still, &opacity));
        REQUIRE(!zd_title_still(title, 2.5, &still, &opacity) || motion == ZD_TITLE_MOTION_FADE);
        zd_title_destroy(&title);
    }
    zd_context_destroy(&ctx);
}

static void typewriter_writes_letter_by_letter(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_title_params params = with_text("ab\ncd");
    params.in = ZD_TITLE_MOTION_TYPEWRITER;
    params.in_s = 4.0;
    zd_title *title = make_title(ctx, &params);
    double before = 0.0;
    for (int letter = 1; letter <= 4; letter++) {
        double now = alpha_at(ctx, title, letter + 0.001);
        REQUIRE(now > before);
        REQUIRE_NEAR(alpha_at(ctx, title, letter + 0.9), now, 1e-9);
        before = now;
    }
    zd_title_destroy(&title);
    zd_context_destroy(&ctx);
}

static void same_title_has_same_bits(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_title_params params = with_text("Same");
    zd_title *a = make_title(ctx, &params);
    zd_title *b = make_title(ctx, &params);
    zd_image *one = draw(ctx, a, 0.0, frame);
    zd_image *two = draw(ctx, b, 0.0, frame);
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE_BYTES(zd_view_row_f32(zd_image_view(one), y),
                      zd_view_row_f32(zd_image_view(two), y), WIDTH * 16);
    }
    zd_image_unref(&one);
    zd_image_unref(&two);
    zd_title_destroy(&a);
    zd_title_destroy(&b);
    zd_context_destroy(&ctx);
}

static char logged[512];

static void keep_log(void *user, zd_log_level level, const char *domain, const char *message)
{
    (void) user;
    if (level == ZD_LOG_WARN) {
        (void) snprintf(logged, sizeof logged, "%s: %s", domain, message);
    }
}

static void missing_font_is_a_warning(void)
{
    zd_context *ctx = NULL;
    zd_context_params context = { .log = { keep_log, NULL, ZD_LOG_WARN }, .threads = 1 };
    REQUIRE_OK(zd_context_create(&context, &ctx, &err));
    zd_title_params params = with_text("Hello");
    zd_title *title = make_title(ctx, &params);
    REQUIRE_TEXT(logged, "");
    zd_title_destroy(&title);
    params.font = "No Such Font Bold";
    title = make_title(ctx, &params);
    const char *expected = "title: the font 'No Such Font' is not installed; '";
    REQUIRE(strncmp(logged, expected, strlen(expected)) == 0);
    zd_title_destroy(&title);
    zd_context_destroy(&ctx);
}

static void mistakes_are_named(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_title *title = NULL;
    zd_title_params params = with_text("");
    REQUIRE_FAILS(zd_title_create(ctx, &params, WIDTH, HEIGHT, &title, &err),
                  ZD_ERR_INVALID_ARGUMENT, "the title has no text");
    params.text = "\xff";
    REQUIRE_FAILS(zd_title_create(ctx, &params, WIDTH, HEIGHT, &title, &err),
                  ZD_ERR_INVALID_ARGUMENT, "the title's text is not valid UTF-8");
    params = with_text("x");
    params.size = 9.0f;
    REQUIRE_FAILS(zd_title_create(ctx, &params, WIDTH, HEIGHT, &title, &err),
                  ZD_ERR_INVALID_ARGUMENT, "the title's size is 9; it must be 0.001 to 4");
    params = with_text("x");
    params.start_s = 5.0;
    params.end_s = 5.0;
    REQUIRE_FAILS(zd_title_create(ctx, &params, WIDTH, HEIGHT, &title, &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "the title ends at 5 s, which is not after its start at 5 s");
    params = with_text("<b>x");
    params.markup = true;
    REQUIRE_INT(zd_title_create(ctx, &params, WIDTH, HEIGHT, &title, &err),
                ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(strncmp(err.message, "the title's markup: ", 20) == 0);
    params = with_text("x");
    REQUIRE_FAILS(zd_title_create(ctx, &params, 0, HEIGHT, &title, &err), ZD_ERR_LIMIT,
                  "a title for frames of 0x360; each side must be 1 to 65536");
    REQUIRE(title == NULL);
    zd_context_destroy(&ctx);
}

static void every_allocation_may_fail(void)
{
    bool done = false;
    for (long n = 1; !done && n < 100; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_title *title = NULL;
        zd_title_params params = with_text("Memory");
        params.outline = 0.1f;
        params.markup = true;
        if (ctx == NULL) {
            continue;
        }
        done = zd_title_create(ctx, &params, 160, 90, &title, &err) == ZD_OK;
        REQUIRE(done == (title != NULL));
        zd_title_destroy(&title);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE(done);
}

static const char *write_file(const char *name, const char *text)
{
    static char path[512];
    const char *folder = getenv("TMPDIR");
    (void) snprintf(path, sizeof path, "%s/zd_test_%ld_%s", folder != NULL ? folder : "/tmp",
                    (long) getpid(), name);
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    fputs(text, file);
    fclose(file);
    return path;
}

static void svg_is_linear_and_premultiplied(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    if (!zd_svg_is_available()) {
        zd_context_destroy(&ctx);
        SKIP("this build has no librsvg");
    }
    const char *path = write_file(
        "a.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'>"
                 "<rect width='10' height='10' fill='#ff8040' fill-opacity='0.5'/></svg>");
    REQUIRE_OK(zd_svg_load(ctx, path, 40, &image, &err));
    zd_view view = zd_image_view(image);
    REQUIRE_INT(view.width, 80);
    REQUIRE_INT(view.height, 40);
    const float code[4] = { 1.0f, 128.0f / 255.0f, 64.0f / 255.0f, 0.5f };
    float linear[4];
    zd_colour_to_linear(code, linear);
    for (int c = 0; c < 4; c++) {
        REQUIRE_NEAR(zd_view_row_f32(view, 20)[4 * 10 + c], linear[c], 0.005);
        REQUIRE_NEAR(zd_view_row_f32(view, 20)[4 * 60 + c], 0.0f, 0);
    }
    zd_image_unref(&image);
    REQUIRE_OK(zd_svg_load(ctx, path, 0, &image, &err));
    REQUIRE_INT(zd_image_view(image).height, 10);
    zd_image_unref(&image);
    (void) remove(path);
    zd_context_destroy(&ctx);
}

static void bad_svg_is_named(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    if (!zd_svg_is_available()) {
        zd_context_destroy(&ctx);
        SKIP("this build has no librsvg");
    }
    REQUIRE_INT(zd_svg_load(ctx, "/no/such/file.svg", 10, &image, &err), ZD_ERR_IO);
    const char *path = write_file("b.svg", "this is not SVG");
    REQUIRE_INT(zd_svg_load(ctx, path, 10, &image, &err), ZD_ERR_CORRUPT);
    REQUIRE(strstr(err.message, path) != NULL);
    (void) remove(path);
    path = write_file("c.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>");
    REQUIRE_INT(zd_svg_load(ctx, path, 100000, &image, &err), ZD_ERR_LIMIT);
    (void) remove(path);
    REQUIRE(image == NULL);
    zd_context_destroy(&ctx);
}

static void label_is_cut_at_the_border(void)
{
    zd_context *ctx = zd_test_context(1);
    const int samples[] = { ZD_SAMPLE_U8, ZD_SAMPLE_F32 };
    for (int i = 0; i < 2; i++) {
        zd_image *image = NULL;
        zd_format format = { (zd_sample) samples[i], 3 };
        zd_label label = { .text = "burnt in", .size_px = 20.0f, .colour = { 1, 1, 1, 1 } };
        label.box_colour[3] = 1.0f;
        REQUIRE_OK(zd_image_create(ctx, 60, 30, format, &image, &err));
        zd_view view = zd_image_view(image);
        for (int at = -500; at <= 500; at += 50) {
            REQUIRE_OK(zd_label_draw(ctx, &label, (float) at, (float) at / 3.0f, view, &err));
        }
        zd_view_clear(view);
        REQUIRE_OK(zd_label_draw(ctx, &label, 5.0f, 2.0f, view, &err));
        double sum = 0.0;
        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 180; x++) {
                sum += i == 0 ? zd_view_row_u8(view, y)[x] / 255.0
                              : (double) zd_view_row_f32(view, y)[x];
            }
        }
        REQUIRE(sum > 100.0);
        label.text = "";
        REQUIRE_OK(zd_label_draw(ctx, &label, 5.0f, 2.0f, view, &err));
        zd_image_unref(&image);
    }
    zd_context_destroy(&ctx);
}

static void sheet_shows_every_picture(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *gray = NULL;
    zd_image *colour = NULL;
    zd_image *sheet = NULL;
    REQUIRE_OK(zd_image_create(ctx, 90, 40, ZD_GRAY_F32, &gray, &err));
    REQUIRE_OK(zd_image_create(ctx, 30, 60, (zd_format){ ZD_SAMPLE_U8, 4 }, &colour, &err));
    for (int y = 0; y < 40; y++) {
        for (int x = 0; x < 90; x++) {
            zd_view_row_f32(zd_image_view(gray), y)[x] = 0.5f;
        }
    }
    for (int y = 0; y < 60; y++) {
        memset(zd_view_row_u8(zd_image_view(colour), y), 255, 120);
    }
    zd_sheet_cell cells[3] = { { zd_image_view(gray), "gray" },
                               { zd_image_view(colour), "a caption that is far too long for it" },
                               { zd_image_view(gray), NULL } };
    zd_sheet_params params = { .cell_width_px = 120 };
    REQUIRE_OK(zd_sheet_render(ctx, &params, cells, 3, &sheet, &err));
    zd_view view = zd_image_view(sheet);
    int width;
    int height;
    zd_sheet_size(&params, cells, 3, &width, &height);
    REQUIRE(width == view.width && height == view.height);
    REQUIRE_INT(view.width, 4 + 2 * 124);
    REQUIRE_INT(zd_view_row_u8(view, 4 + 20)[3 * (4 + 60)], 128);
    REQUIRE_INT(zd_view_row_u8(view, 4 + 20)[3 * (4 + 124 + 60)], 255);
    zd_image_unref(&sheet);
    REQUIRE_FAILS(zd_sheet_render(ctx, NULL, cells, 0, &sheet, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a sheet of 0 pictures; it must be 1 to 64");
    zd_image_unref(&gray);
    zd_image_unref(&colour);
    zd_context_destroy(&ctx);
}

/* Spacing is in sizes of the letters: of twice the size it is twice as wide. */
/* An outline of a tenth of the size stands around the letters, in its own colour, and takes nothing from their inside. */
static void an_outline_stands_around_the_letters(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_title_params params = with_text("H");
    double covered[2];
    double red[2];
    memcpy(params.colour, (float[4]){ 0.0f, 1.0f, 0.0f, 1.0f }, sizeof params.colour);
    memcpy(params.outline_colour, (float[4]){ 1.0f, 0.0f, 0.0f, 1.0f }, sizeof params.colour);
    params.shadow_colour[3] = 0.0f;
    params.size = 0.3f;
    for (int i = 0; i < 2; i++) {
        params.outline = 0.1f * (float) i;
        zd_title *title = make_title(ctx, &params);
        zd_image *image = draw(ctx, title, 1.0, frame);
        zd_view view = zd_image_view(image);
        covered[i] = total_alpha(image);
        red[i] = 0.0;
        for (int y = 0; y < view.height; y++) {
            for (int x = 0; x < view.width; x++) {
                red[i] += (double) zd_view_row_f32(view, y)[4 * x];
            }
        }
        zd_image_unref(&image);
        zd_title_destroy(&title);
    }
    REQUIRE_NEAR(red[0], 0.0, 1e-6);
    REQUIRE(covered[1] > 1.3 * covered[0]);
    REQUIRE_NEAR(red[1], covered[1] - covered[0], 0.1 * covered[1]);
    zd_context_destroy(&ctx);
}

/* Sizes in markup are points, and a point is a pixel of the title: text of so many points is text of that size. */
static void points_of_markup_are_pixels(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_title_params params = with_text("Hg");
    params.size = 30.0f / HEIGHT;
    params.may_be_cut = true;
    params.shadow_colour[3] = params.outline = 0.0f; /* which go with the size */
    zd_title *plain = make_title(ctx, &params);
    params.text = "<span size=\"30720\">Hg</span>"; /* in 1024ths of a point */
    params.markup = true;
    params.size = 12.0f / HEIGHT;
    zd_title *marked = make_title(ctx, &params);
    zd_image *a = draw(ctx, plain, 1.0, frame);
    zd_image *b = draw(ctx, marked, 1.0, frame);
    double covered = total_alpha(a);
    REQUIRE(covered > 100.0);
    REQUIRE_NEAR(total_alpha(b), covered, 0.01 * covered);
    zd_image_unref(&a);
    zd_image_unref(&b);
    zd_title_destroy(&plain);
    zd_title_destroy(&marked);
    zd_context_destroy(&ctx);
}

static void letter_spacing_grows_with_the_size(void)
{
    zd_context *ctx = zd_test_context(1);
    int added[2];
    for (int i = 0; i < 2; i++) {
        int width[2];
        for (int spaced = 0; spaced < 2; spaced++) {
            zd_title_params params = with_text("iiiiii");
            params.size = i == 0 ? 0.1f : 0.2f;
            params.letter_spacing = spaced ? 0.3f : 0.0f;
            zd_title *title = make_title(ctx, &params);
            zd_rect box = zd_title_bounds(title, 0.0);
            width[spaced] = box.x1 - box.x0;
            zd_title_destroy(&title);
        }
        added[i] = width[1] - width[0];
    }
    /* Five or six gaps of 0.3 sizes of 36 and 72 pixels. */
    REQUIRE(added[0] >= 50 && added[0] <= 70);
    REQUIRE_NEAR(added[1], 2 * added[0], 6);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(default_title_is_inside_the_frame);
    RUN(colours_are_linear_and_premultiplied);
    RUN(letter_spacing_grows_with_the_size);
    RUN(points_of_markup_are_pixels);
    RUN(an_outline_stands_around_the_letters);
    RUN(rectangles_equal_the_whole);
    RUN(motions_come_and_go);
    RUN(typewriter_writes_letter_by_letter);
    RUN(same_title_has_same_bits);
    RUN(missing_font_is_a_warning);
    RUN(mistakes_are_named);
    RUN(every_allocation_may_fail);
    RUN(svg_is_linear_and_premultiplied);
    RUN(bad_svg_is_named);
    RUN(label_is_cut_at_the_border);
    RUN(sheet_shows_every_picture);
    return zd_test_finish();
}
