/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Whole jobs of filter and compositor on a clip whose layers are known: six frames of one gray each, a box at the
 * left that is near, and a map that is flat on either side of its edge. */

#include "jobs/job.h"
#include "media_test.h"
#include "title/sheet.h"

enum { WIDTH = 160, HEIGHT = 96, FRAMES = 6, EDGE = 56, SEAM = 16 };

static char clip[300];
static char map[300];
static char card[300];
static char output[300];
static unsigned char got[HEIGHT][WIDTH][4];

static int gray_of(int frame, bool is_box)
{
    return is_box ? 60 + 10 * frame : 130 + 10 * frame;
}

static FILE *create(const char *path)
{
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    return file;
}

static void write_clip(void)
{
    FILE *file = create(clip);
    fprintf(file, "YUV4MPEG2 W%d H%d F25:1 Ip A1:1 Cmono XCOLORRANGE=FULL\n", WIDTH, HEIGHT);
    for (int frame = 0; frame < FRAMES; frame++) {
        fputs("FRAME\n", file);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            fputc(gray_of(frame, i % WIDTH < EDGE), file);
        }
    }
    fclose(file);
}

static void write_still(const char *path, void (*pixel)(int x, FILE *file))
{
    FILE *file = create(path);
    fprintf(file, "P5\n%d %d\n255\n", WIDTH, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        pixel(i % WIDTH, file);
    }
    fclose(file);
}

static void map_pixel(int x, FILE *file)
{
    fputc(x < EDGE ? 204 : 51, file);
}

static void card_pixel(int x, FILE *file)
{
    (void) x;
    fputc(200, file);
}

static zd_project project_for(const char *name)
{
    zd_project project;
    zd_project_init(&project, ctx);
    project.is_trusted = true;
    snprintf(output, sizeof output, "%s/%s", scratch, name);
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FOOTAGE, clip, &err));
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_DEPTH_MAP, map, &err));
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_OUTPUT, output, &err));
    REQUIRE_OK(zd_params_set_number(&project.params, ZD_P_DEPTH_IN, 0.5, &err));
    return project;
}

static void set(zd_project *project, zd_param_id id, const char *text)
{
    REQUIRE_OK(zd_params_parse(&project->params, id, text, 25, &err));
}

static zd_job job_of(const zd_project *project)
{
    return (zd_job){ .project = project, .clip = { .no_cache = true } };
}

/* A frame of the output as 8-bit codes; `at` counts from the output's first. */
static void read_frame(int at)
{
    static float values[HEIGHT][WIDTH][4];
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_view view = { values, WIDTH, HEIGHT, (ptrdiff_t) 16 * WIDTH, ZD_RGBA_F32 };
    REQUIRE_OK(zd_reader_open(ctx, output, NULL, &reader, &err));
    for (int i = 0; i <= at; i++) {
        zd_frame_unref(&frame);
        REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    }
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, WIDTH, HEIGHT }, view, &err));
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    for (int i = 0; i < WIDTH * HEIGHT * 4; i++) {
        ((unsigned char *) got)[i] =
            (unsigned char) lrintf(255.0f * fminf(fmaxf(((float *) values)[i], 0.0f), 1.0f));
    }
}

/* All pixels but those beside the edge; -1: any. */
static void require_sides(const int box[4], const int wall[4])
{
    for (int y = 0; y < HEIGHT; y += 5) {
        for (int x = 0; x < WIDTH; x++) {
            const int *expected = x < EDGE ? box : wall;
            for (int c = 0; c < 4 && abs(x - EDGE) > SEAM; c++) {
                if (expected[c] >= 0 && abs(got[y][x][c] - expected[c]) > 1) {
                    ZD_TEST_FAIL("channel %d at %d,%d is %d, expected %d", c, x, y, got[y][x][c],
                                 expected[c]);
                }
            }
        }
    }
}

static void require_grays(int box, int wall)
{
    require_sides((const int[]){ box, box, box, 255 }, (const int[]){ wall, wall, wall, 255 });
}

/* ---- the filter ---- */

static zd_status filter(zd_project *project, zd_job_report *report)
{
    zd_job job = job_of(project);
    zd_status status = zd_job_render(ctx, &job, report, &err);
    zd_project_finish(project);
    return status;
}

/* Black inside the matte, by an effect of ours and by one of FFmpeg's; the rest keeps its codes. */
static void an_effect_stays_inside(void)
{
    const char *const effects[] = { "zgrade=exposure=-10", "negate" };
    for (int i = 0; i < 2 * 2; i++) {
        zd_job_report report = { 0 };
        zd_project project = project_for("effect.mkv");
        bool is_inverted = i / 2 == 1;
        set(&project, ZD_P_EFFECT, effects[i % 2]);
        set(&project, ZD_P_INVERT, is_inverted ? "yes" : "no");
        REQUIRE_OK(filter(&project, &report));
        REQUIRE_INT(report.frames, FRAMES);
        REQUIRE_INT(report.untouched, 0);
        for (int frame = 0; frame < FRAMES; frame += 5) {
            int was = gray_of(frame, !is_inverted);
            int made = i % 2 == 0 ? 0 : 255 - was;
            int stays = gray_of(frame, is_inverted);
            read_frame(frame);
            require_grays(is_inverted ? stays : made, is_inverted ? made : stays);
        }
    }
}

static void without_a_mask_it_is_everywhere(void)
{
    zd_job_report report = { 0 };
    zd_project project = project_for("effect.mkv");
    set(&project, ZD_P_EFFECT, "negate");
    set(&project, ZD_P_MASK_EFFECTS, "no");
    set(&project, ZD_P_FRAMES, "2-4");
    REQUIRE_OK(filter(&project, &report));
    REQUIRE_INT(report.frames, 3);
    read_frame(2);
    require_grays(255 - gray_of(4, true), 255 - gray_of(4, false));
}

/* A matte that holds nothing leaves every code. */
static void untouched_frames_are_counted(void)
{
    zd_job_report report = { 0 };
    zd_project project = project_for("effect.mkv");
    set(&project, ZD_P_EFFECT, "negate");
    set(&project, ZD_P_DEPTH_IN, "0.95");
    REQUIRE_OK(filter(&project, &report));
    REQUIRE_INT(report.untouched, FRAMES);
    read_frame(1);
    require_grays(gray_of(1, true), gray_of(1, false));
}

static void the_matte_becomes_alpha(void)
{
    zd_job_report report = { 0 };
    zd_project project = project_for("cut.%d.png");
    set(&project, ZD_P_TRANSPARENCY, "yes");
    set(&project, ZD_P_FRAMES, "3-3");
    REQUIRE_OK(filter(&project, &report));
    int box = gray_of(3, true);
    read_frame(0);
    require_sides((const int[]){ box, box, box, 255 }, (const int[]){ -1, -1, -1, 0 });
}

static void require_refused(const char *effect, const char *frames, bool is_alone, zd_status status,
                            const char *said)
{
    zd_job_report report = { 0 };
    zd_project project = project_for("refused.mkv");
    if (effect != NULL) {
        set(&project, ZD_P_EFFECT, effect);
    }
    if (frames != NULL) {
        set(&project, ZD_P_FRAMES, frames);
    }
    set(&project, ZD_P_ALONE, is_alone ? "yes" : "no");
    if (said == NULL) {
        REQUIRE_OK(filter(&project, &report));
    } else {
        REQUIRE_FAILS(filter(&project, &report), status, said);
        REQUIRE(access(output, F_OK) != 0);
    }
    (void) remove(output);
}

static void graphs_that_cannot_be_are_refused(void)
{
    const char *const more = "the effect makes more frames than it gets";
    const char *const fewer = "the effect makes fewer frames than it gets";
    const char *const range =
        "the effect takes depth, matte or plate and may look at several frames; "
        "give it the whole clip, or --alone";
    const char *const looks = "[matte]format=gray[m];[footage]format=gray,tmix=frames=2[a];"
                              "[a][m]blend=all_mode=multiply";
    const char *const plain = "[matte]format=gray,negate";
    require_refused("fps=50", NULL, false, ZD_ERR_UNSUPPORTED, more);
    require_refused("fps=5", NULL, false, ZD_ERR_UNSUPPORTED, fewer);
    require_refused(looks, "0-3", false, ZD_ERR_UNSUPPORTED, range);
    require_refused(looks, "2-5", false, ZD_ERR_UNSUPPORTED, range);
    require_refused(looks, NULL, false, ZD_OK, NULL);
    require_refused(looks, "0-3", true, ZD_OK, NULL);
    require_refused(plain, "0-3", false, ZD_OK, NULL);
}

static void contradictions_are_told(void)
{
    zd_job_report report = { 0 };
    zd_project project = project_for("x.mkv");
    zd_job job = job_of(&project);
    REQUIRE_FAILS(zd_job_filter(ctx, &job, &report, &err), ZD_ERR_INVALID_ARGUMENT,
                  "there is nothing to do; give --effect GRAPH or --transparency");
    set(&project, ZD_P_EFFECT, "negate");
    set(&project, ZD_P_TRANSPARENCY, "yes");
    REQUIRE_FAILS(zd_job_filter(ctx, &job, &report, &err), ZD_ERR_INVALID_ARGUMENT,
                  "transparency contradicts effect; do one after the other");
    REQUIRE_FAILS(zd_job_composite(ctx, &job, &report, &err), ZD_ERR_INVALID_ARGUMENT,
                  "there is nothing to composite; give --title TEXT or --insert FILE");
    zd_params *insert = NULL;
    REQUIRE_OK(zd_project_add_insert(&project, &insert, &err));
    REQUIRE_FAILS(zd_job_render(ctx, &job, &report, &err), ZD_ERR_INVALID_ARGUMENT,
                  "the project has both transparency and inserts; render one, then the other");
    zd_project_finish(&project);
}

/* ---- the contact sheet ---- */

/* The middle of the left or right side of a cell's picture, as the sheet's file has it: cells lie two in a row, 16
 * pixels apart. */
static int code_of_cell(const float *values, int width, int height, int cell, bool is_wall)
{
    zd_sheet_params look = { .columns = 2, .cell_width_px = 640 };
    zd_sheet_cell cells[4];
    int wide[2];
    int high[2];
    for (int i = 0; i < 4; i++) {
        cells[i] = (zd_sheet_cell){ { .width = WIDTH, .height = HEIGHT }, "x" };
    }
    zd_sheet_size(&look, cells, 2, &wide[0], &high[0]);
    zd_sheet_size(&look, cells, 4, &wide[1], &high[1]);
    REQUIRE(wide[1] == width && high[1] == height);
    int across = (width - 3 * 16) / 2;
    int down = across * HEIGHT / WIDTH;
    int x = 16 + cell % 2 * (across + 16) + across * (is_wall ? 70 : 15) / 100;
    int y = 16 + cell / 2 * (high[1] - high[0]) + down / 2;
    return (int) lrintf(255.0f * values[4 * (y * width + x) + 1]);
}

/* Of a job of the frames told, with a moment that is asked for: which frame is on the sheet. */
static void require_sheet(const char *frames, double moment, int shown)
{
    char path[300];
    zd_job_report report = { 0 };
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    zd_project project = project_for("sheeted.mkv");
    zd_job job = job_of(&project);
    zd_params *insert = NULL;
    REQUIRE_OK(zd_project_add_insert(&project, &insert, &err));
    REQUIRE_OK(zd_params_set_text(insert, ZD_P_INSERT, card, &err));
    set(&project, ZD_P_FRAMES, frames);
    snprintf(path, sizeof path, "%s/sheet.png", scratch);
    job.sheet = path;
    job.sheet_time_s = moment;
    REQUIRE_OK(zd_job_render(ctx, &job, &report, &err));
    REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
    int width = zd_reader_info_get(reader)->width;
    int height = zd_reader_info_get(reader)->height;
    float *values = calloc((size_t) width * (size_t) height, 16);
    zd_view view = { values, width, height, (ptrdiff_t) 16 * width, ZD_RGBA_F32 };
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, width, height }, view, &err));
    for (int wall = 0; wall < 2; wall++) {
        int gray = gray_of(shown, wall == 0);
        REQUIRE_NEAR(code_of_cell(values, width, height, 0, wall == 1), gray, 1);
        REQUIRE_NEAR(code_of_cell(values, width, height, 3, wall == 1), wall == 1 ? 200 : gray,
                     1); /* laid behind the box */
    }
    REQUIRE(code_of_cell(values, width, height, 1, false) >
            code_of_cell(values, width, height, 1, true));
    free(values);
    zd_frame_unref(&frame);
    zd_reader_close(&reader);
    zd_project_finish(&project);
}

static void sheets_show_the_moment_asked_for(void)
{
    int before = warnings;
    require_sheet("0-5", -1.0, 2); /* the middle */
    require_sheet("0-5", 0.16, 4);
    require_sheet("2-5", -1.0, 3);
    REQUIRE_INT(warnings, before);
    require_sheet("1-3", 9.0, 3);
    REQUIRE_TEXT(last_warning,
                 "9 s lies outside what is rendered; the last frame is on the contact sheet");
    require_sheet("2-5", 0.04, 2);
    REQUIRE_TEXT(last_warning,
                 "0.04 s lies outside what is rendered; the first frame is on the contact sheet");
}

/* ---- the compositor ---- */

static void lay(const char *at_depth, const char *from_s, int due, const int *box, const int *wall)
{
    zd_params *insert = NULL;
    zd_job_report report = { 0 };
    zd_project project = project_for("laid.mkv");
    REQUIRE_OK(zd_project_add_insert(&project, &insert, &err));
    REQUIRE_OK(zd_params_set_text(insert, ZD_P_INSERT, card, &err));
    if (at_depth != NULL) {
        REQUIRE_OK(zd_params_parse(insert, ZD_P_AT_DEPTH, at_depth, 25, &err));
    }
    if (from_s != NULL) {
        REQUIRE_OK(zd_params_parse(insert, ZD_P_START, from_s, 25, &err));
    }
    REQUIRE_OK(filter(&project, &report));
    REQUIRE_INT(report.frames, FRAMES);
    REQUIRE_INT(report.due, due);
    REQUIRE_INT(report.untouched, FRAMES - due);
    read_frame(FRAMES - 1);
    require_sides(box, wall);
    read_frame(0);
    if (due < FRAMES) {
        require_grays(gray_of(0, true), gray_of(0, false));
    } else {
        require_sides(box[0] == 200 ? box : (const int[]){ -1, -1, -1, -1 }, wall);
    }
}

static void inserts_lie_between_the_layers(void)
{
    int gray = gray_of(FRAMES - 1, true);
    const int laid[] = { 200, 200, 200, 255 };
    const int box[] = { gray, gray, gray, 255 };
    lay(NULL, NULL, FRAMES, box, laid);
    lay("0.95", NULL, FRAMES, laid, laid); /* before all */
    lay(NULL, "0.1", 3, box, laid);        /* from frame 3 on */
}

int main(void)
{
    media_begin(2);
    snprintf(clip, sizeof clip, "%s/clip.y4m", scratch);
    snprintf(map, sizeof map, "%s/map.pgm", scratch);
    snprintf(card, sizeof card, "%s/card.pgm", scratch);
    write_clip();
    write_still(map, map_pixel);
    write_still(card, card_pixel);
    RUN(an_effect_stays_inside);
    RUN(without_a_mask_it_is_everywhere);
    RUN(untouched_frames_are_counted);
    RUN(the_matte_becomes_alpha);
    RUN(graphs_that_cannot_be_are_refused);
    RUN(contradictions_are_told);
    RUN(sheets_show_the_moment_asked_for);
    RUN(inserts_lie_between_the_layers);
    return media_end();
}
