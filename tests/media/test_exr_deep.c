/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Deep EXR files, written here sample by sample, are flattened as the formula says: samples are sorted by Z and
 * laid over one another (OpenEXR, Interpreting OpenEXR Deep Pixels, 2013), in double and one by one. Samples are in
 * no order, some have equal depths or none, channels are of three types, the data window leaves the display. */

#include <openexr.h>

#include "media/exr.h"
#include "media_test.h"

enum { WIDTH = 9, HEIGHT = 7, DATA_W = 11, DATA_H = 8, MOST = 40, CHANNELS = 6 };

static const struct {
    const char *name;
    exr_pixel_type_t type;
    int bytes;
} channels[CHANNELS] = { { "A", EXR_PIXEL_HALF, 2 },     { "G", EXR_PIXEL_FLOAT, 4 },
                         { "R", EXR_PIXEL_HALF, 2 },     { "Z", EXR_PIXEL_FLOAT, 4 },
                         { "ZBack", EXR_PIXEL_HALF, 2 }, { "id", EXR_PIXEL_UINT, 4 } };
enum { A, G, R, Z, BACK, ID };

typedef struct deep_form {
    bool has[CHANNELS];
    int left; /* of the data window in the display window */
    int top;
    int lost;   /* bytes that a line's samples are short of */
    bool falls; /* the counts of a line fall */
} deep_form;

static const deep_form whole = { .has = { true, true, true, true, true, true },
                                 .left = -3,
                                 .top = 2 };

/* A pixel of the data window has few samples, some have none, one has very many. */
static int count_at(int x, int y)
{
    return x == 5 && y == 1 ? MOST : x == 6 && y == 4 ? 33 : (x * 7 + y * 3) % 5;
}

/* Eighths, which halves hold as they are; depths come twice, some are no number. */
static float sample_at(int part, int channel, int x, int y, int i)
{
    int mixed = (part * 31 + channel * 17 + x * 5 + y * 11 + i * 13) % 29;
    switch (channel) {
    case A:
        return x == 8 ? 0.0f : (float) (mixed % 10 - 1) * 0.125f;
    case Z:
        return mixed == 9 ? NAN : 2.0f + (float) (mixed % 7) * 0.5f;
    case ID:
        return (float) (1000 * x + 100 * y + i);
    case BACK:
        return 8.0f + (float) mixed;
    default:
        return 0.25f + (float) mixed * 0.125f;
    }
}

static uint16_t to_half(float value)
{
    if (value == 0.0f) {
        return 0;
    }
    int exponent;
    float mantissa = frexpf(fabsf(value), &exponent);
    return (uint16_t) ((value < 0.0f ? 0x8000 : 0) | ((exponent + 14) << 10) |
                       ((int) (mantissa * 2048.0f) - 1024));
}

static size_t put_sample(uint8_t *to, int channel, float value)
{
    const void *from = &value;
    uint16_t half;
    uint32_t number;
    if (channels[channel].type == EXR_PIXEL_HALF) {
        half = to_half(value);
        from = &half;
    } else if (channels[channel].type == EXR_PIXEL_UINT) {
        number = (uint32_t) value;
        from = &number;
    }
    memcpy(to, from, (size_t) channels[channel].bytes);
    return (size_t) channels[channel].bytes;
}

static void write_line(exr_context_t exr, const deep_form *form, int part, int y)
{
    static uint8_t data[DATA_W * MOST * CHANNELS * 4];
    int32_t ends[DATA_W];
    int32_t total = 0;
    size_t used = 0;
    for (int x = 0; x < DATA_W; x++) {
        ends[x] = total += count_at(x, y);
    }
    for (int c = 0; c < CHANNELS; c++) {
        for (int x = 0; x < DATA_W && form->has[c]; x++) {
            for (int i = 0; i < count_at(x, y); i++) {
                used += put_sample(data + used, c, sample_at(part, c, x, y, i));
            }
        }
    }
    ends[DATA_W - 2] = form->falls ? ends[DATA_W - 3] - 1 : ends[DATA_W - 2];
    used -= (size_t) form->lost;
    REQUIRE_INT(exr_write_deep_scanline_chunk(exr, part, form->top + y, data, used, used, ends,
                                              sizeof ends),
                EXR_ERR_SUCCESS);
}

static void add_part(exr_context_t exr, const deep_form *form, int number, bool is_named)
{
    int part = 0;
    char name[16];
    exr_attr_box2i_t display;
    exr_attr_box2i_t data;
    exr_attr_v2f_t centre;
    memset(&centre, 0, sizeof centre);
    memset(&display, 0, sizeof display);
    display.max.x = WIDTH - 1;
    display.max.y = HEIGHT - 1;
    data.min.x = form->left;
    data.min.y = form->top;
    data.max.x = form->left + DATA_W - 1;
    data.max.y = form->top + DATA_H - 1;
    snprintf(name, sizeof name, "deep%d", number);
    REQUIRE_INT(exr_add_part(exr, is_named ? name : NULL, EXR_STORAGE_DEEP_SCANLINE, &part),
                EXR_ERR_SUCCESS);
    REQUIRE_INT(exr_initialize_required_attr(exr, part, &display, &data, 1.0f, &centre, 1.0f,
                                             EXR_LINEORDER_INCREASING_Y, EXR_COMPRESSION_NONE),
                EXR_ERR_SUCCESS);
    REQUIRE_INT(exr_set_version(exr, part, 1), EXR_ERR_SUCCESS);
    for (int c = 0; c < CHANNELS; c++) {
        if (form->has[c]) {
            REQUIRE_INT(exr_add_channel(exr, part, channels[c].name, channels[c].type,
                                        EXR_PERCEPTUALLY_LINEAR, 1, 1),
                        EXR_ERR_SUCCESS);
        }
    }
}

static const char *write_deep(const char *name, const deep_form *forms, int parts)
{
    exr_context_t exr;
    exr_context_initializer_t init = EXR_DEFAULT_CONTEXT_INITIALIZER;
    const char *path = in_scratch("%s", name);
    REQUIRE_INT(exr_start_write(&exr, path, EXR_WRITE_FILE_DIRECTLY, &init), EXR_ERR_SUCCESS);
    for (int i = 0; i < parts; i++) {
        add_part(exr, &forms[i], i, parts > 1);
    }
    REQUIRE_INT(exr_write_header(exr), EXR_ERR_SUCCESS);
    for (int i = 0; i < parts; i++) {
        for (int y = 0; y < DATA_H; y++) {
            write_line(exr, &forms[i], i, y);
        }
    }
    REQUIRE_INT(exr_finish(&exr), EXR_ERR_SUCCESS);
    return path;
}

/* What a pixel of the data window is */

typedef struct pixel {
    int order[MOST]; /* of its samples, the nearest first */
    double alpha[MOST];
    int count;
} pixel;

static double depth_at(const deep_form *form, int part, int x, int y, int i)
{
    double z = form->has[Z] ? (double) sample_at(part, Z, x, y, i) : 0.0;
    return isnan(z) ? (double) INFINITY : z;
}

static pixel sorted_pixel(const deep_form *form, int part, int x, int y)
{
    pixel p = { .count = count_at(x, y) };
    bool taken[MOST] = { false };
    for (int n = 0; n < p.count; n++) {
        int best = -1;
        for (int i = 0; i < p.count; i++) {
            bool is_nearer =
                best < 0 || depth_at(form, part, x, y, i) < depth_at(form, part, x, y, best);
            best = !taken[i] && is_nearer ? i : best;
        }
        taken[best] = true;
        double alpha = form->has[A] ? (double) sample_at(part, A, x, y, best) : 1.0;
        p.order[n] = best;
        p.alpha[n] = alpha > 1.0 ? 1.0 : alpha < 0.0 ? 0.0 : alpha;
    }
    return p;
}

static double flat(const deep_form *form, int part, int channel, int x, int y)
{
    pixel p = sorted_pixel(form, part, x, y);
    double clear = 1.0;
    double sum = 0.0;
    for (int n = 0; n < p.count; n++) {
        sum += clear * (double) sample_at(part, channel, x, y, p.order[n]);
        clear *= 1.0 - p.alpha[n];
    }
    double opacity = 1.0 - clear;
    if (channel == A || p.count == 0) {
        return p.count > 0 ? opacity : 0.0;
    }
    if (channel == G || channel == R) {
        return sum;
    }
    clear = 1.0;
    for (int n = 0; n < p.count; n++) {
        clear *= 1.0 - p.alpha[n];
        if (1.0 - clear >= 0.5 * opacity) {
            return (double) sample_at(part, channel, x, y, p.order[n]);
        }
    }
    return NAN;
}

static void require_value(double actual, double expected)
{
    if (isnan(expected)) {
        REQUIRE(isnan(actual));
    } else {
        REQUIRE_NEAR(actual, expected, 1e-5 * (1.0 + fabs(expected)));
    }
}

static void require_part(zd_exr *exr, const deep_form *form, int part)
{
    for (int c = 0; c < CHANNELS; c++) {
        int channel = zd_exr_find_channel(exr, part, channels[c].name);
        REQUIRE_INT(channel >= 0, form->has[c]);
        if (channel < 0) {
            continue;
        }
        zd_image *image = NULL;
        zd_view view = new_picture(WIDTH, HEIGHT, 3, &image);
        zd_exr_wanted wanted = { channel, view, 1 };
        fill_level(view, 0.5f);
        float untouched = zd_view_row_f32(view, 0)[0];
        REQUIRE_OK(zd_exr_read(exr, part, &wanted, 1, NULL, &err));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int from_x = x - form->left;
                int from_y = y - form->top;
                bool is_inside = from_x >= 0 && from_y >= 0 && from_x < DATA_W && from_y < DATA_H;
                const float *at = zd_view_row_f32(view, y) + 3 * x;
                require_value((double) at[1],
                              is_inside ? flat(form, part, c, from_x, from_y) : 0.0);
                REQUIRE(at[0] == untouched && at[2] == untouched);
            }
        }
        zd_image_unref(&image);
    }
}

static void check_file(const char *path, const deep_form *forms, int parts)
{
    zd_exr *exr = NULL;
    REQUIRE_OK(zd_exr_open(ctx, path, &exr, &err));
    REQUIRE_INT(zd_exr_part_count(exr), parts);
    for (int part = 0; part < parts; part++) {
        require_part(exr, &forms[part], part);
    }
    zd_exr_close(&exr);
}

static void samples_are_laid_over_one_another(void)
{
    check_file(write_deep("whole.exr", &whole, 1), &whole, 1);
}

/* Without alpha a sample hides what is behind it; without Z they are in order. */
static void parts_have_what_they_have(void)
{
    const deep_form forms[] = {
        { .has = { [G] = true, [Z] = true, [ID] = true }, .left = 1, .top = -1 },
        { .has = { [A] = true, [R] = true, [BACK] = true }, .left = -1, .top = 3 },
        whole
    };
    check_file(write_deep("parts.exr", forms, 3), forms, 3);
}

/* Several channels are read at once into the places that they are asked for. */
static void channels_come_together(void)
{
    zd_exr *exr = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(WIDTH, HEIGHT, 4, &image);
    REQUIRE_OK(zd_exr_open(ctx, write_deep("together.exr", &whole, 1), &exr, &err));
    const zd_exr_wanted wanted[] = { { zd_exr_find_channel(exr, 0, "A"), view, 3 },
                                     { zd_exr_find_channel(exr, 0, "Z"), view, 0 },
                                     { zd_exr_find_channel(exr, 0, "R"), view, 2 } };
    REQUIRE_OK(zd_exr_read(exr, 0, wanted, 3, NULL, &err));
    for (int x = 0; x < WIDTH; x++) {
        const float *at = zd_view_row_f32(view, 3) + 4 * x;
        int from_x = x - whole.left;
        require_value((double) at[3], from_x < DATA_W ? flat(&whole, 0, A, from_x, 1) : 0.0);
        require_value((double) at[0], from_x < DATA_W ? flat(&whole, 0, Z, from_x, 1) : 0.0);
        require_value((double) at[2], from_x < DATA_W ? flat(&whole, 0, R, from_x, 1) : 0.0);
    }
    zd_image_unref(&image);
    zd_exr_close(&exr);
}

static void counts_that_do_not_add_up_are_refused(void)
{
    deep_form short_of = whole;
    deep_form falling = whole;
    short_of.lost = 4;
    falling.falls = true;
    const deep_form *bad[] = { &short_of, &falling };
    for (int i = 0; i < 2; i++) {
        zd_exr *exr = NULL;
        zd_image *image = NULL;
        char said[600];
        zd_view view = new_picture(WIDTH, HEIGHT, 1, &image);
        const char *path = write_deep(i == 0 ? "short.exr" : "falls.exr", bad[i], 1);
        REQUIRE_OK(zd_exr_open(ctx, path, &exr, &err));
        zd_exr_wanted wanted = { zd_exr_find_channel(exr, 0, "G"), view, 0 };
        snprintf(said, sizeof said, "'%s' is damaged: ", path);
        REQUIRE_INT(zd_exr_read(exr, 0, &wanted, 1, NULL, &err), ZD_ERR_CORRUPT);
        REQUIRE(strncmp(err.message, said, strlen(said)) == 0);
        REQUIRE(i == 0 || strstr(err.message, "its deep samples do not add up") != NULL ||
                strstr(err.message, "deep sample table") !=
                    NULL); /* OpenEXR 3.1.13 counts as well */
        zd_image_unref(&image);
        zd_exr_close(&exr);
    }
}

int main(void)
{
    media_begin(1);
    RUN(samples_are_laid_over_one_another);
    RUN(parts_have_what_they_have);
    RUN(channels_come_together);
    RUN(counts_that_do_not_add_up_are_refused);
    return media_end();
}
