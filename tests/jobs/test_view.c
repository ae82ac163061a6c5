/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth, matte and views as files, of a still with a map in metres that is flat in parts: a wall at 10 m, left of it
 * a box at 4 m, and below both what has no end. The values are known but for the seams. */

#include <strings.h>

#include "depth/supplied.h"
#include "jobs/job.h"
#include "media/map_reader.h"
#include "media_test.h"

enum { WIDTH = 191, HEIGHT = 299, SEAM = 12 }; /* rows are made 256 at a time */

static const double furthest = 12.0;
static const double nearest = 2.0;
static char still[300];
static char map[300];
static char output[300];

typedef enum part { BOX, WALL, NOTHING, NOWHERE } part;

/* Of a picture of any size; NOWHERE: so near a seam that the matte's edges may have moved. */
static part part_at(int x, int y, int width, int height)
{
    double u = (x + 0.5) / width;
    double v = (y + 0.5) / height;
    double seam = SEAM / (double) HEIGHT;
    if (fabs(v - 0.75) < seam || (v < 0.75 && fabs(u - 0.25) < seam)) {
        return NOWHERE;
    }
    return v > 0.75 ? NOTHING : u < 0.25 ? BOX : WALL;
}

static double metres_of(part p)
{
    return p == BOX ? 4.0 : p == WALL ? 10.0 : (double) INFINITY;
}

static void write_still(void)
{
    FILE *file = fopen(still, "wb");
    REQUIRE(file != NULL);
    fprintf(file, "P5\n%d %d\n255\n", WIDTH, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        bool is_low = i / WIDTH >= HEIGHT * 3 / 4;
        fputc(is_low ? 250 : i % WIDTH < WIDTH / 4 ? 40 : 140, file);
    }
    fclose(file);
}

/* PFM begins with the lowest row. */
static void write_map(void)
{
    FILE *file = fopen(map, "wb");
    REQUIRE(file != NULL);
    fprintf(file, "Pf\n%d %d\n-1.0\n", WIDTH, HEIGHT);
    for (int y = HEIGHT - 1; y >= 0; y--) {
        for (int x = 0; x < WIDTH; x++) {
            bool is_low = y >= HEIGHT * 3 / 4;
            float value = is_low ? INFINITY : x < WIDTH / 4 ? 4.0f : 10.0f;
            fwrite(&value, sizeof value, 1, file);
        }
    }
    fclose(file);
}

static void set(zd_project *project, zd_param_id id, const char *text)
{
    REQUIRE_OK(zd_params_parse(&project->params, id, text, 25, &err));
}

static zd_project project_for(const char *name)
{
    zd_project project;
    zd_project_init(&project, ctx);
    snprintf(output, sizeof output, "%s/%s", scratch, name);
    set(&project, ZD_P_FOOTAGE, still);
    set(&project, ZD_P_DEPTH_MAP, map);
    set(&project, ZD_P_DEPTH_MAP_TYPE, "metres");
    set(&project, ZD_P_FURTHEST, "12");
    set(&project, ZD_P_NEAREST, "2");
    set(&project, ZD_P_OUTPUT, output);
    return project;
}

static void write_depth(const char *name, bool is_raw)
{
    zd_job_report report = { 0 };
    zd_project project = project_for(name);
    zd_job job = { .project = &project, .clip = { .no_cache = true }, .raw = is_raw };
    REQUIRE_OK(zd_job_depth(ctx, &job, &report, &err));
    REQUIRE_INT(report.frames, 1);
    zd_project_finish(&project);
}

static zd_image *read_map(const char *channel, zd_map_info *info)
{
    zd_image *image = NULL;
    zd_map_reader *reader = NULL;
    zd_map_params params = { .channel = channel };
    REQUIRE_OK(zd_map_reader_open(ctx, output, &params, &reader, &err));
    *info = *zd_map_reader_info_get(reader);
    REQUIRE_OK(zd_map_reader_next(reader, &image, NULL, &err));
    zd_map_reader_close(&reader);
    return image;
}

/* Every pixel that is not beside a seam, against the value of its part. */
static void require_parts(zd_image *image, const double values[3], double tolerance)
{
    zd_view view = zd_image_view(image);
    int seen[3] = { 0 };
    for (int y = 0; y < view.height; y++) {
        for (int x = 0; x < view.width; x++) {
            part p = part_at(x, y, view.width, view.height);
            if (p == NOWHERE) {
                continue;
            }
            float value = zd_view_row_f32(view, y)[x];
            seen[p]++;
            if (isinf(values[p])) {
                REQUIRE(isinf(value) && value > 0.0f);
            } else {
                REQUIRE_NEAR(value, values[p], tolerance);
            }
        }
    }
    REQUIRE(seen[BOX] > 100 && seen[WALL] > 500 && seen[NOTHING] > 100);
}

static double normalised(double metres)
{
    return (furthest - metres) / (furthest - nearest);
}

static void require_declared(const zd_map_info *info)
{
    REQUIRE(info->declared.has_kind && info->declared.has_range);
    REQUIRE_TEXT(info->declared.kind, "metres");
    REQUIRE_NEAR(info->declared.furthest, furthest, 0);
    REQUIRE_NEAR(info->declared.nearest, nearest, 0);
}

/* At the frame's size, in metres, the furthest where there is nothing; the display beside it. */
static void exr_holds_metres(void)
{
    const double metres[3] = { 4.0, 10.0, furthest };
    const double shown[3] = { normalised(4.0), normalised(10.0), 0.0 };
    zd_map_info info;
    write_depth("depth.exr", false);
    zd_image *image = read_map("Z", &info);
    REQUIRE(info.width == WIDTH && info.height == HEIGHT);
    require_declared(&info);
    require_parts(image, metres, 2e-4);
    zd_image_unref(&image);
    image = read_map("Y", &info);
    require_parts(image, shown, 6e-4);
    zd_image_unref(&image);
}

/* At the map's size and as it was given. */
static void raw_exr_holds_the_map(void)
{
    const double metres[3] = { 4.0, 10.0, metres_of(NOTHING) };
    int width;
    int height;
    zd_map_info info;
    write_depth("raw.exr", true);
    zd_image *image = read_map("Z", &info);
    zd_supplied_size(WIDTH, HEIGHT, &width, &height);
    REQUIRE(info.width == width && info.height == height);
    require_declared(&info);
    require_parts(image, metres, 0);
    zd_image_unref(&image);
}

static void pictures_are_normalised(void)
{
    const double shown[3] = { normalised(4.0), normalised(10.0), 0.0 };
    const char *const names[] = { "depth.png", "raw.png", "depth.tif" };
    for (int i = 0; i < 3; i++) {
        zd_map_info info;
        write_depth(names[i], i == 1);
        zd_image *image = read_map(NULL, &info);
        require_parts(image, shown, 0.51 / 255.0);
        zd_image_unref(&image);
    }
}

/* ---- matte and views ---- */

static void require_job(const char *name, zd_matte_view_kind kind, const double values[3])
{
    zd_map_info info;
    zd_job_report report = { 0 };
    zd_project project = project_for(name);
    zd_job job = { .project = &project, .clip = { .no_cache = true } };
    set(&project, ZD_P_DEPTH_IN, "6");
    if (kind == ZD_MATTE_VIEW_NONE) {
        REQUIRE_OK(zd_job_matte(ctx, &job, &report, &err));
    } else {
        REQUIRE_OK(zd_job_view(ctx, &job, kind, &report, &err));
    }
    REQUIRE_INT(report.frames, 1);
    zd_image *image = read_map(NULL, &info);
    REQUIRE(info.width == WIDTH && info.height == HEIGHT);
    require_parts(image, values, 0.51 / 255.0);
    zd_image_unref(&image);
    zd_project_finish(&project);
}

static void mattes_and_views(void)
{
    const double matte[3] = { 1.0, 0.0, 0.0 };
    const double depth[3] = { normalised(4.0), normalised(10.0), 0.0 };
    require_job("matte.png", ZD_MATTE_VIEW_NONE, matte);
    require_job("view.png", ZD_MATTE_VIEW_MATTE, matte);
    require_job("view.png", ZD_MATTE_VIEW_DEPTH, depth);
}

static void what_a_map_does_not_tell_is_refused(void)
{
    zd_job_report report;
    zd_project project = project_for("sky.png");
    zd_job job = { .project = &project, .clip = { .no_cache = true } };
    char said[700];
    snprintf(said, sizeof said,
             "'%s' tells nothing of the sky; --model da3-mono-large and da3-metric-large do", map);
    REQUIRE_FAILS(zd_job_view(ctx, &job, ZD_MATTE_VIEW_SKY, &report, &err), ZD_ERR_UNSUPPORTED,
                  said);
    snprintf(said, sizeof said, "'%s' tells no confidence; --model da3-small and da3-base do", map);
    REQUIRE_FAILS(zd_job_view(ctx, &job, ZD_MATTE_VIEW_CONFIDENCE, &report, &err),
                  ZD_ERR_UNSUPPORTED, said);
    REQUIRE(access(output, F_OK) != 0);
    zd_project_finish(&project);
}

int main(void)
{
    media_begin(2);
    snprintf(still, sizeof still, "%s/still.pgm", scratch);
    snprintf(map, sizeof map, "%s/map.pfm", scratch);
    write_still();
    write_map();
    RUN(exr_holds_metres);
    RUN(raw_exr_holds_the_map);
    RUN(pictures_are_normalised);
    RUN(mattes_and_views);
    RUN(what_a_map_does_not_tell_is_refused);
    return media_end();
}
