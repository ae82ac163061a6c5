/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The sheet to read boxes off, to the pixel: a still of 640x400 is shown in its own size, so that lines and digits
 * of the grid are where they are counted here. */

#include "jobs/job_look.h"
#include "media_test.h"

enum { WIDTH = 640, HEIGHT = 400, UNIT = 2, STILL = 90 };

static const char *const digits[10] = { "### #.# #.# #.# ###", ".#. ##. .#. .#. ###",
                                        "### ..# ### #.. ###", "### ..# .## ..# ###",
                                        "#.# #.# ### ..# ..#", "### #.. ### ..# ###",
                                        "### #.. ### #.# ###", "### ..# .#. .#. .#.",
                                        "### #.# ### #.# ###", "### #.# ### ..# ###" };

static char still[300];
static char map[300];
static char sheet[300];

static void write_gray(const char *path, int code)
{
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    fprintf(file, "P5\n%d %d\n255\n", WIDTH, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        fputc(code, file);
    }
    fclose(file);
}

/* What a pixel of the grid's picture is: 0 black, 1 a line's light gray, 2 a digit's white, 3 the picture. */
static int expected(int x, int y)
{
    int kind = 3;
    for (int i = 1; i < 10; i++) {
        int column = WIDTH * i / 10;
        int row = HEIGHT * i / 10;
        if ((x >= column - 1 && x < column + 2) || (y >= row - 1 && y < row + 2)) {
            kind = kind == 3 ? 0 : kind;
        }
        if (x == column || y == row) {
            kind = 1;
        }
    }
    for (int i = 1; i < 10; i++) { /* labels lie over the lines: at the top, and at the left */
        int places[2][2] = { { WIDTH * i / 10 + 2 * UNIT, 2 * UNIT },
                             { 2 * UNIT, HEIGHT * i / 10 + 2 * UNIT } };
        for (int k = 0; k < 2; k++) {
            int u = x - places[k][0];
            int v = y - places[k][1];
            if (u < -UNIT || v < -UNIT || u >= 6 * UNIT || v >= 6 * UNIT) {
                continue;
            }
            bool is_inside = u >= 2 * UNIT && u < 5 * UNIT && v >= 0 && v < 5 * UNIT;
            bool is_digit = is_inside && digits[i][4 * (v / UNIT) + u / UNIT - 2] == '#';
            bool is_point = u >= 0 && u < UNIT && v >= 4 * UNIT && v < 5 * UNIT;
            kind = is_digit || is_point ? 2 : 0;
        }
    }
    return kind;
}

static float *read_sheet(int *width, int *height)
{
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    REQUIRE_OK(zd_reader_open(ctx, sheet, NULL, &reader, &err));
    const zd_reader_info *info = zd_reader_info_get(reader);
    *width = info->width;
    *height = info->height;
    float *values = calloc((size_t) *width * (size_t) *height, 16);
    zd_view view = { values, *width, *height, (ptrdiff_t) 16 * *width, ZD_RGBA_F32 };
    REQUIRE(values != NULL);
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, *width, *height }, view, &err));
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    return values;
}

static void look(const char *footage, int moments, int frames)
{
    zd_project project;
    zd_job_report report;
    zd_project_init(&project, ctx);
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FOOTAGE, footage, &err));
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_DEPTH_MAP, map, &err));
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_OUTPUT, sheet, &err));
    zd_job job = { .project = &project, .clip = { .no_cache = true } };
    REQUIRE_OK(zd_job_look(ctx, &job, moments, &report, &err));
    REQUIRE_INT(report.frames, frames);
    zd_project_finish(&project);
}

/* The small sheet of two pictures has gaps of 16 and captions of 40; round it lies a gap of a fortieth of its
 * width. */
static void the_grid_is_where_it_is_counted(void)
{
    static const int codes[4] = { 0, 204, 255, STILL };
    const int small_width = 2 * WIDTH + 3 * 16;
    const int gap = small_width / 40;
    int width = 0;
    int height = 0;
    int wrong = 0;
    look(still, 1, 1);
    float *values = read_sheet(&width, &height);
    REQUIRE_INT(width, small_width + 2 * gap);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const float *c =
                values + 4 * ((size_t) (y + gap + 16) * (size_t) width + (size_t) (x + gap + 16));
            int code = (int) lrintf(c[0] * 255.0f);
            int should = codes[expected(x, y)];
            if (abs(code - should) > 1 && wrong++ == 0) {
                printf("%d,%d is %d, expected %d\n", x, y, code, should);
            }
        }
    }
    REQUIRE_INT(wrong, 0);
    free(values);
}

/* Frame i of twelve is 20 i; three moments are the middles of three thirds. Its place in the sheet is told by
 * the sheet's height, three small sheets and four gaps. */
static void moments_are_spread_evenly(void)
{
    static const int moments[] = { 1, 2, 3, 5 };
    static const int frames[][5] = { { 6 }, { 3, 9 }, { 2, 6, 10 }, { 1, 3, 6, 8, 10 } };
    char clip[300];
    int width;
    int height;
    snprintf(clip, sizeof clip, "%s/clip.y4m", scratch);
    FILE *file = fopen(clip, "wb");
    REQUIRE(file != NULL);
    fputs("YUV4MPEG2 W64 H40 F25:1 Ip A1:1 Cmono XCOLORRANGE=FULL\n", file);
    for (int i = 0; i < 12; i++) {
        fputs("FRAME\n", file);
        for (int k = 0; k < 64 * 40; k++) {
            fputc(20 * i, file);
        }
    }
    fclose(file);
    for (int m = 0; m < 4; m++) {
        look(clip, moments[m], 12);
        float *values = read_sheet(&width, &height);
        int gap = (2 * WIDTH + 48) / 40;
        int small = (height - gap) / moments[m] - gap;
        for (int i = 0; i < moments[m]; i++) { /* behind the last lines of the grid */
            int x = gap + 16 + WIDTH * 955 / 1000;
            int y = gap + i * (small + gap) + 16 + HEIGHT * 965 / 1000;
            float *c = values + 4 * ((size_t) y * (size_t) width + (size_t) x);
            REQUIRE_NEAR(c[0] * 255.0f, 20 * frames[m][i], 2.0);
        }
        free(values);
    }
}

int main(void)
{
    media_begin(2);
    snprintf(still, sizeof still, "%s/still.pgm", scratch);
    snprintf(map, sizeof map, "%s/map.pgm", scratch);
    snprintf(sheet, sizeof sheet, "%s/sheet.png", scratch);
    write_gray(still, STILL);
    write_gray(map, 128);
    RUN(moments_are_spread_evenly);
    RUN(the_grid_is_where_it_is_counted);
    return media_end();
}
