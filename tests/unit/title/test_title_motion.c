/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Titles in motion against a plain reference: the title at rest, moved and scaled by the formulas of
 * the animations (docs/composite.md), sampled pixel by pixel. And where shadow, outline, lines and
 * spacing put the letters. Nothing is in the middle, and nothing begins at 0. */

#include "image/image.h"
#include "title/title.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

enum { WIDTH = 301, HEIGHT = 173 };

#define START 7.3
#define END   11.9
#define IN    0.7
#define OUT   0.4

static const zd_rect frame = { 0, 0, WIDTH, HEIGHT };

static zd_title_params words(const char *text)
{
    zd_title_params params = zd_title_defaults();
    params.text = text;
    params.shadow_colour[3] = 0.0f;
    params.x = 0.42f;
    params.y = 0.61f;
    params.start_s = START;
    params.end_s = END;
    return params;
}

static zd_title *make(const zd_title_params *params)
{
    zd_title *title = NULL;
    REQUIRE_OK(zd_title_create(ctx, params, WIDTH, HEIGHT, &title, &err));
    return title;
}

static zd_image *draw(const zd_title *title, double time_s)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &image, &err));
    zd_title_render(title, time_s, frame, zd_image_view(image));
    return image;
}

static float at(zd_image *image, int x, int y, int channel)
{
    bool outside = x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT;
    return outside ? 0.0f : zd_view_row_f32(zd_image_view(image), y)[4 * x + channel];
}

static double bilinear(zd_image *image, double u, double v, int channel)
{
    int x = (int) floor(u - 0.5);
    int y = (int) floor(v - 0.5);
    double fx = u - 0.5 - x;
    double fy = v - 0.5 - y;
    return (1 - fy) * ((1 - fx) * (double) at(image, x, y, channel) +
                       fx * (double) at(image, x + 1, y, channel)) +
           fy * ((1 - fx) * (double) at(image, x, y + 1, channel) +
                 fx * (double) at(image, x + 1, y + 1, channel));
}

/* What a motion does at a progress of 0..1, for a title that lies in `box` at rest. */
typedef struct expectation {
    double dx, dy, scale, opacity;
} expectation;

static expectation expect(zd_title_motion motion, bool entering, double progress, zd_rect box)
{
    double left = pow(1.0 - progress, 3.0);
    expectation e = { 0.0, 0.0, 1.0, 1.0 };
    switch (motion) {
    case ZD_TITLE_MOTION_FADE:
        e.opacity = progress;
        break;
    case ZD_TITLE_MOTION_SLIDE_LEFT:
        e.dx = left * (entering ? WIDTH - box.x0 : -box.x1);
        break;
    case ZD_TITLE_MOTION_SLIDE_RIGHT:
        e.dx = left * (entering ? -box.x1 : WIDTH - box.x0);
        break;
    case ZD_TITLE_MOTION_SLIDE_UP:
        e.dy = left * (entering ? HEIGHT - box.y0 : -box.y1);
        break;
    case ZD_TITLE_MOTION_SLIDE_DOWN:
        e.dy = left * (entering ? -box.y1 : HEIGHT - box.y0);
        break;
    case ZD_TITLE_MOTION_SCALE:
        e.scale = 1.0 - left;
        e.opacity = progress;
        break;
    case ZD_TITLE_MOTION_NONE:
    case ZD_TITLE_MOTION_TYPEWRITER:
    case ZD_TITLE_MOTION_COUNT:
        break;
    }
    return e;
}

static double expected_pixel(zd_image *rest, zd_rect box, expectation e, int x, int y, int channel)
{
    double cx = 0.5 * (box.x0 + box.x1);
    double cy = 0.5 * (box.y0 + box.y1);
    int taps = (int) ceil(1.0 / e.scale);
    taps = taps > 16 ? 16 : taps;
    double sum = 0.0;
    for (int j = 0; j < taps; j++) {
        for (int i = 0; i < taps; i++) {
            double u = x + (i + 0.5) / taps - e.dx - cx;
            double v = y + (j + 0.5) / taps - e.dy - cy;
            sum += bilinear(rest, u / e.scale + cx, v / e.scale + cy, channel);
        }
    }
    return e.opacity * sum / (taps * taps);
}

static void require_moment(const zd_title *title, zd_image *rest, zd_rect box, expectation e,
                           double time_s)
{
    zd_image *seen = draw(title, time_s);
    zd_rect bounds = zd_title_bounds(title, time_s);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            double expected = expected_pixel(rest, box, e, x, y, 3);
            if (!(fabs((double) at(seen, x, y, 3) - expected) < 2e-5) ||
                !(fabs((double) at(seen, x, y, 1) - expected_pixel(rest, box, e, x, y, 1)) < 2e-5))
            {
                ZD_TEST_FAIL("at %g s the pixel %d,%d is %g, expected %g", time_s, x, y,
                             (double) at(seen, x, y, 3), expected);
            }
            bool inside = x >= bounds.x0 && x < bounds.x1 && y >= bounds.y0 && y < bounds.y1;
            REQUIRE(inside || expected == 0.0);
        }
    }
    zd_image_unref(&seen);
    /* The bounds are tight: two pixels around what the box becomes, at most. */
    double half = 0.5 * (box.x1 - box.x0) * e.scale;
    double low = 0.5 * (box.x0 + box.x1) + e.dx - half - 2.0;
    REQUIRE(bounds.x0 >= (low < 0.0 ? 0.0 : low > WIDTH ? 0.0 : low) - 1e-9);
    double half_y = 0.5 * (box.y1 - box.y0) * e.scale;
    double top = 0.5 * (box.y0 + box.y1) + e.dy - half_y - 2.0;
    REQUIRE(bounds.y0 >= (top < 0.0 ? 0.0 : top > HEIGHT ? 0.0 : top) - 1e-9);
}

static void motions_equal_a_plain_reference(void)
{
    for (int m = ZD_TITLE_MOTION_FADE; m <= ZD_TITLE_MOTION_SCALE; m++) {
        zd_title_params params = words("Aq");
        zd_title_motion leaves = m == ZD_TITLE_MOTION_SCALE ? ZD_TITLE_MOTION_FADE : m + 1;
        params.colour[1] = 0.5f;
        params.in = (zd_title_motion) m;
        params.out = leaves;
        params.in_s = IN;
        params.out_s = OUT;
        zd_title *title = make(&params);
        zd_image *rest = draw(title, START + IN);
        zd_rect box = zd_title_bounds(title, START + IN);
        const double times[3] = { 0.1, 0.35, 0.63 };
        for (int i = 0; i < 3; i++) {
            double time_s = START + times[i];
            require_moment(title, rest, box, expect(m, true, (time_s - START) / IN, box), time_s);
            time_s = END - 0.5 * times[i];
            require_moment(title, rest, box, expect(leaves, false, (END - time_s) / OUT, box),
                           time_s);
        }
        zd_image_unref(&rest);
        zd_title_destroy(&title);
    }
}

static bool is_shown(const zd_title *title, double time_s)
{
    zd_rect b = zd_title_bounds(title, time_s);
    return b.x1 > b.x0 && b.y1 > b.y0;
}

/* From its start, up to and without its end; still between its motions, and told so. */
static void times_are_half_open(void)
{
    zd_title_params params = words("Aq");
    params.in = ZD_TITLE_MOTION_SCALE;
    params.out = ZD_TITLE_MOTION_FADE;
    params.in_s = 0.5;
    params.out_s = 0.25;
    params.start_s = 7.25;
    params.end_s = 12.0;
    zd_title *title = make(&params);
    zd_placed_view still;
    float opacity = -1.0f;
    REQUIRE(!is_shown(title, 7.25)); /* nothing of it yet */
    REQUIRE(is_shown(title, 7.3));
    REQUIRE(!zd_title_still(title, 7.5, &still, &opacity));
    REQUIRE(zd_title_still(title, 7.75, &still, &opacity));
    REQUIRE(opacity == 1.0f);
    zd_rect box = zd_title_bounds(title, 9.0);
    REQUIRE_INT(still.x, box.x0);
    REQUIRE_INT(still.y, box.y0);
    REQUIRE_INT(still.view.width, box.x1 - box.x0);
    REQUIRE_INT(still.view.height, box.y1 - box.y0);
    REQUIRE(zd_title_still(title, 11.75, &still, &opacity));
    REQUIRE(opacity == 1.0f);
    REQUIRE(zd_title_still(title, 11.8125, &still, &opacity)); /* a fade does not move */
    REQUIRE_NEAR(opacity, 0.75, 1e-6);
    REQUIRE(is_shown(title, 11.999));
    REQUIRE(!is_shown(title, 12.0));
    REQUIRE(!zd_title_still(title, 12.0, &still, &opacity));
    REQUIRE(!is_shown(title, 7.2));
    zd_title_destroy(&title);
    params.in = params.out = ZD_TITLE_MOTION_NONE; /* whose times count for nothing */
    title = make(&params);
    REQUIRE(is_shown(title, 7.25));
    REQUIRE(zd_title_still(title, 7.25, &still, &opacity) && opacity == 1.0f);
    REQUIRE(zd_title_still(title, 11.999, &still, &opacity) && opacity == 1.0f);
    zd_title_destroy(&title);
}

/* Both motions at once multiply and add up: a title shorter than its two motions. */
static void motions_that_meet_work_together(void)
{
    zd_title_params params = words("Aq");
    params.in = ZD_TITLE_MOTION_FADE;
    params.out = ZD_TITLE_MOTION_FADE;
    params.in_s = 2.0;
    params.out_s = 4.0;
    params.start_s = 7.0;
    params.end_s = 9.0;
    zd_title *title = make(&params);
    zd_placed_view still;
    float opacity;
    REQUIRE(zd_title_still(title, 8.5, &still, &opacity));
    REQUIRE_NEAR(opacity, 0.75 * 0.125, 1e-6);
    zd_title_destroy(&title);
}

/* Coverage that is shifted, under the letters: white letters, a red shadow without blur. */
static void a_shadow_lies_where_it_is_put(void)
{
    zd_title_params params = words("Aq");
    params.may_be_cut = true;
    zd_title *plain = make(&params);
    params.shadow_colour[0] = 1.0f;
    params.shadow_colour[3] = 1.0f;
    params.shadow_x = 0.23f; /* of 43.25 pixels: 10, and -6 up */
    params.shadow_y = -0.14f;
    params.shadow_blur = 0.0f;
    zd_title *shadowed = make(&params);
    zd_image *letters = draw(plain, 9.0);
    zd_image *seen = draw(shadowed, 9.0);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            double a = (double) at(letters, x, y, 3);
            double s = (double) at(letters, x - 10, y + 6, 3);
            REQUIRE_NEAR(at(seen, x, y, 0), a + (1 - a) * s, 1e-5);
            REQUIRE_NEAR(at(seen, x, y, 1), a, 1e-5);
            REQUIRE_NEAR(at(seen, x, y, 3), a + (1 - a) * s, 1e-5);
        }
    }
    zd_image_unref(&letters);
    zd_image_unref(&seen);
    zd_title_destroy(&plain);
    zd_title_destroy(&shadowed);
}

static double sum_of(zd_image *image, int channel)
{
    double sum = 0.0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            sum += (double) at(image, x, y, channel);
        }
    }
    return sum;
}

static void moments(zd_image *image, double *x_mean, double *y_mean, double *x_spread)
{
    double sum = 0.0;
    double sx = 0.0;
    double sy = 0.0;
    double sxx = 0.0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            double a = (double) at(image, x, y, 3);
            sum += a;
            sx += a * x;
            sy += a * y;
            sxx += a * x * x;
        }
    }
    *x_mean = sx / sum;
    *y_mean = sy / sum;
    *x_spread = sxx / sum - *x_mean * *x_mean;
}

/* A blurred shadow keeps its amount and its place, and spreads by three boxes' variance. */
static void a_blurred_shadow_keeps_its_amount(void)
{
    double amount[2];
    double x[2];
    double y[2];
    double spread[2];
    for (int blurred = 0; blurred < 2; blurred++) {
        zd_title_params params = words("I");
        params.may_be_cut = true;
        params.colour[3] = 0.0f; /* the shadow alone */
        params.shadow_colour[3] = 1.0f;
        params.shadow_x = params.shadow_y = 0.1f;
        params.shadow_blur = blurred ? 0.15f : 0.0f;
        zd_title *title = make(&params);
        zd_image *image = draw(title, 9.0);
        amount[blurred] = sum_of(image, 3);
        moments(image, &x[blurred], &y[blurred], &spread[blurred]);
        zd_image_unref(&image);
        zd_title_destroy(&title);
    }
    REQUIRE(amount[0] > 100.0);
    REQUIRE_NEAR(amount[1] / amount[0], 1.0, 1e-4);
    REQUIRE_NEAR(x[1] - x[0], 0.0, 0.01);
    REQUIRE_NEAR(y[1] - y[0], 0.0, 0.01);
    /* 6.49 pixels: boxes of 2 h + 1, each of variance ((2 h + 1)^2 - 1) / 12. */
    double added = spread[1] - spread[0];
    bool is_whole = false;
    for (int h = 2; h <= 7; h++) {
        is_whole |= fabs(added - 3.0 * ((2 * h + 1) * (2 * h + 1) - 1) / 12.0) < 0.05;
    }
    REQUIRE(is_whole);
    REQUIRE(added > 0.5 * 6.49 * 6.49 / 4.0 && added < 1.3 * 6.49 * 6.49);
}

static zd_rect ink_of(const zd_title_params *params)
{
    zd_title *title = make(params);
    zd_image *image = draw(title, 9.0);
    zd_rect box = { WIDTH, HEIGHT, 0, 0 };
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            if (at(image, x, y, 3) > 0.3f) {
                box.x0 = x < box.x0 ? x : box.x0;
                box.x1 = x + 1 > box.x1 ? x + 1 : box.x1;
                box.y0 = y < box.y0 ? y : box.y0;
                box.y1 = y + 1 > box.y1 ? y + 1 : box.y1;
            }
        }
    }
    zd_image_unref(&image);
    zd_rect bounds = zd_title_bounds(title, 9.0); /* an edge of a few pixels, not more */
    REQUIRE(bounds.x0 <= box.x0 && bounds.x0 >= box.x0 - 8);
    REQUIRE(bounds.y0 <= box.y0 && bounds.y0 >= box.y0 - 8);
    REQUIRE(bounds.x1 >= box.x1 && bounds.x1 <= box.x1 + 8);
    REQUIRE(bounds.y1 >= box.y1 && bounds.y1 <= box.y1 + 8);
    zd_title_destroy(&title);
    return box;
}

static void an_outline_grows_outwards(void)
{
    zd_title_params params = words("H");
    params.size = 0.4f; /* 69.2 pixels */
    zd_rect plain = ink_of(&params);
    params.outline = 0.1f; /* 6.9 pixels outside */
    zd_rect outlined = ink_of(&params);
    REQUIRE_NEAR(plain.x0 - outlined.x0, 7, 1);
    REQUIRE_NEAR(plain.y0 - outlined.y0, 7, 1);
    REQUIRE_NEAR(outlined.x1 - plain.x1, 7, 1);
    REQUIRE_NEAR(outlined.y1 - plain.y1, 7, 1);
}

static void lines_are_spaced_and_aligned(void)
{
    zd_title_params params = words("H\nH");
    params.size = 0.15f;
    zd_rect one = ink_of(&params);
    params.line_spacing = 2.0f;
    zd_rect two = ink_of(&params);
    params.text = "H";
    zd_rect alone = ink_of(&params);
    int step = one.y1 - one.y0 - (alone.y1 - alone.y0);
    REQUIRE(step > 20 && step < 40); /* about 1.16 of 26 pixels */
    REQUIRE_NEAR(two.y1 - two.y0 - (alone.y1 - alone.y0), 2 * step, 1);
    REQUIRE_NEAR(0.5 * (one.x0 + one.x1), 0.42 * WIDTH, 1.0);

    params = words("HHHH\nI");
    params.size = 0.15f;
    double mean[3];
    zd_rect box[3];
    for (int i = 0; i < 3; i++) {
        params.align = (zd_title_align) i;
        box[i] = ink_of(&params);
        zd_title *title = make(&params);
        zd_image *image = draw(title, 9.0);
        double sum = 0.0;
        double sx = 0.0;
        for (int y = (box[i].y0 + box[i].y1) / 2; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                sum += (double) at(image, x, y, 3);
                sx += (double) at(image, x, y, 3) * (x + 0.5);
            }
        }
        mean[i] = sx / sum;
        zd_image_unref(&image);
        zd_title_destroy(&title);
    }
    REQUIRE_NEAR(mean[ZD_TITLE_ALIGN_CENTRE], 0.5 * (box[0].x0 + box[0].x1), 1.5);
    REQUIRE(mean[ZD_TITLE_ALIGN_LEFT] < box[1].x0 + 10);
    REQUIRE(mean[ZD_TITLE_ALIGN_RIGHT] > box[2].x1 - 10);
}

/* A title that is too wide for its largest width is wrapped, and one that does not fit shrunk. */
static void long_lines_are_wrapped(void)
{
    zd_title_params params = words("HHH HHH");
    params.size = 0.15f;
    zd_rect wide = ink_of(&params);
    params.max_width = 0.3f;
    zd_rect wrapped = ink_of(&params);
    REQUIRE(wide.x1 - wide.x0 > 100);
    REQUIRE(wrapped.x1 - wrapped.x0 < 0.3f * WIDTH);
    REQUIRE(wrapped.y1 - wrapped.y0 > 2 * (wide.y1 - wide.y0));
    params = words("HHH");
    params.size = 2.0f;
    params.x = 0.9f;
    zd_rect shrunk = ink_of(&params);
    REQUIRE(shrunk.x0 >= 0 && shrunk.x1 <= WIDTH && shrunk.x1 - shrunk.x0 > WIDTH / 2);
}

static void defaults_are_as_said(void)
{
    zd_title_params d = zd_title_defaults();
    const float white[4] = { 1, 1, 1, 1 };
    const float black[4] = { 0, 0, 0, 1 };
    const float half[4] = { 0, 0, 0, 0.5f };
    REQUIRE_TEXT(d.font, "DejaVu Sans Bold");
    REQUIRE(d.text == NULL && !d.markup && d.size == 0.25f);
    REQUIRE_BYTES(d.colour, white, sizeof white);
    REQUIRE_BYTES(d.outline_colour, black, sizeof black);
    REQUIRE_BYTES(d.shadow_colour, half, sizeof half);
    REQUIRE(d.outline == 0.0f && d.shadow_x == 0.03f && d.shadow_y == 0.03f);
    REQUIRE(d.shadow_blur == 0.06f && d.align == ZD_TITLE_ALIGN_CENTRE);
    REQUIRE(d.x == 0.5f && d.y == 0.5f && d.line_spacing == 1.0f && d.letter_spacing == 0.0f);
    REQUIRE(d.max_width == 0.95f && !d.may_be_cut);
    REQUIRE(d.in == ZD_TITLE_MOTION_NONE && d.out == ZD_TITLE_MOTION_NONE);
    REQUIRE(d.in_s == 0.0 && d.out_s == 0.0 && d.start_s == 0.0 && d.end_s == (double) INFINITY);
}

/* Each number at both of its ends, and a step beyond them. */
static void numbers_are_held_to_their_range(void)
{
    static const struct {
        const char *name;
        size_t offset;
        float low, high;
    } numbers[] = {
#define NUMBER(field, name, low, high) { name, offsetof(zd_title_params, field), low, high }
        NUMBER(size, "size", 0.001f, 4.0f),
        NUMBER(outline, "outline", 0.0f, 1.0f),
        NUMBER(shadow_x, "shadow offset", -4.0f, 4.0f),
        NUMBER(shadow_y, "shadow offset", -4.0f, 4.0f),
        NUMBER(shadow_blur, "shadow blur", 0.0f, 4.0f),
        NUMBER(x, "position", -10.0f, 10.0f),
        NUMBER(y, "position", -10.0f, 10.0f),
        NUMBER(line_spacing, "line spacing", 0.1f, 10.0f),
        NUMBER(letter_spacing, "letter spacing", -1.0f, 4.0f),
        NUMBER(max_width, "largest width", 0.01f, 1.0f),
        NUMBER(colour[3], "colour", 0.0f, 1.0f),
        NUMBER(outline_colour[0], "outline colour", 0.0f, 1.0f),
        NUMBER(shadow_colour[2], "shadow colour", 0.0f, 1.0f),
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        for (int end = 0; end < 2; end++) {
            zd_title_params params = words("i");
            float *value = (float *) ((char *) &params + numbers[i].offset);
            float limit = end ? numbers[i].high : numbers[i].low;
            char text[160];
            zd_title *title = NULL;
            *value = nextafterf(limit, end ? INFINITY : -INFINITY);
            snprintf(text, sizeof text, "the title's %s is %g; it must be %g to %g",
                     numbers[i].name, (double) *value, (double) numbers[i].low,
                     (double) numbers[i].high);
            REQUIRE_FAILS(zd_title_create(ctx, &params, WIDTH, HEIGHT, &title, &err),
                          ZD_ERR_INVALID_ARGUMENT, text);
            *value = NAN;
            REQUIRE(zd_title_create(ctx, &params, WIDTH, HEIGHT, &title, &err) ==
                    ZD_ERR_INVALID_ARGUMENT);
            *value = limit;
            if (numbers[i].high != 4.0f || !end) { /* but no rasters of thousands of pixels */
                REQUIRE_OK(zd_title_create(ctx, &params, WIDTH, HEIGHT, &title, &err));
                zd_title_destroy(&title);
            }
        }
    }
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(motions_equal_a_plain_reference);
    RUN(times_are_half_open);
    RUN(motions_that_meet_work_together);
    RUN(a_shadow_lies_where_it_is_put);
    RUN(a_blurred_shadow_keeps_its_amount);
    RUN(an_outline_grows_outwards);
    RUN(lines_are_spaced_and_aligned);
    RUN(long_lines_are_wrapped);
    RUN(defaults_are_as_said);
    RUN(numbers_are_held_to_their_range);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
