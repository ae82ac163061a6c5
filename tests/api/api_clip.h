/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the tests of libzdepth share: a clip that is drawn here, two shots with a square that moves before a
 * slope, and its depth as 16-bit maps, steadied so that order matters. */

#ifndef ZD_API_CLIP_H
#define ZD_API_CLIP_H

#include <stdlib.h>
#include <unistd.h>
#include <zdepth/zdepth.h>

#include "zd_test.h"

enum { WIDTH = 97, HEIGHT = 55, FRAMES = 14, CUT = 8, PIXELS = WIDTH * HEIGHT };

static zdepth_error error;
static zdepth_context *context;
static char folder[] = "/tmp/zdepth-api-XXXXXX";

#define NEED(expression)                                                                       \
    do {                                                                                       \
        zdepth_status need_ = (expression);                                                    \
        if (need_ != ZDEPTH_OK) {                                                              \
            ZD_TEST_FAIL("%s: %s: %s", #expression, zdepth_status_name(need_), error.message); \
        }                                                                                      \
    } while (0)

/* ---- the clip ---- */

static inline bool in_square(int frame, int x, int y)
{
    int left = frame < CUT ? 10 + 3 * frame : 60 - 2 * frame;
    return x >= left && x < left + 25 && y >= 15 && y < 48;
}

static inline const char *path_of(const char *name)
{
    static char paths[4][300];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static inline void draw_frame(int frame)
{
    char name[64];
    snprintf(name, sizeof name, "f%03d.ppm", frame);
    FILE *picture = fopen(path_of(name), "wb");
    snprintf(name, sizeof name, "d%03d.pgm", frame);
    FILE *map = fopen(path_of(name), "wb");
    fprintf(picture, "P6 %d %d 255\n", WIDTH, HEIGHT);
    fprintf(map, "P5 %d %d 65535\n", WIDTH, HEIGHT);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            bool near = in_square(frame, x, y);
            int depth = near ? 50000 + 900 * (frame % 3) : 5000 + 200 * y + 300 * (frame % 2);
            int texture = (x * 7 + y * 13) % 23;
            fputc(near ? 220 - texture : 40 + (frame < CUT ? 0 : 90), picture);
            fputc(near ? 60 : 90 + texture, picture);
            fputc(near ? 50 + texture : 160, picture);
            fputc(depth >> 8, map);
            fputc(depth & 255, map);
        }
    }
    fclose(picture);
    fclose(map);
}

static inline zdepth_project *new_project(void)
{
    zdepth_project *project;
    NEED(zdepth_project_create(context, &project, &error));
    NEED(zdepth_project_set(project, -1, "footage", path_of("f%03d.ppm"), 0, &error));
    NEED(zdepth_project_set(project, -1, "depth_map", path_of("d%03d.pgm"), 0, &error));
    NEED(zdepth_project_set(project, -1, "stabilise", "1", 0, &error));
    return project;
}

static inline zdepth_engine *new_engine(const zdepth_project *project)
{
    zdepth_engine *engine;
    zdepth_engine_options options = { .size = sizeof options, .no_cache = true };
    NEED(zdepth_engine_open(context, project, &options, &engine, &error));
    return engine;
}

static inline bool open_clip(void)
{
    zdepth_context_options options = { .size = sizeof options, .threads = 3 };
    if (mkdtemp(folder) == NULL || zdepth_context_create(&options, &context, &error) != ZDEPTH_OK) {
        return false;
    }
    for (int i = 0; i < FRAMES; i++) {
        draw_frame(i);
    }
    return true;
}

static inline int close_clip(void)
{
    char command[64];
    zdepth_context_destroy(&context);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) != 0 ? 1 : zd_test_finish();
}

#endif
