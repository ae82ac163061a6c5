/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Opens a clip, analyses it, writes the mattes of three frames as PGM, and composites a title:
 *
 *     cc mattes.c $(pkg-config --cflags --libs zdepth) -o mattes
 *     ./mattes walk.mp4 "HELLO" out.mkv */

#include <stdio.h>
#include <stdlib.h>
#include <zdepth/zdepth.h>

static zdepth_error error;

static void need(zdepth_status status)
{
    if (status != ZDEPTH_OK) {
        fprintf(stderr, "mattes: %s\n", error.message);
        exit(1);
    }
}

static void show(void *user, const char *stage, int64_t done, int64_t total)
{
    (void) user;
    fprintf(stderr, "\r%s %lld of %lld", stage, (long long) done, (long long) total);
}

static void write_matte(zdepth_engine *engine, int64_t frame, int width, int height)
{
    char name[64];
    float *matte = malloc(sizeof *matte * (size_t) width * (size_t) height);
    zdepth_request request = { .size = sizeof request, .frame = frame,
                               .output = ZDEPTH_OUTPUT_MATTE, .format = ZDEPTH_GRAY_F32,
                               .pixels = matte };
    need(zdepth_engine_render(engine, &request, &error));
    snprintf(name, sizeof name, "matte_%lld.pgm", (long long) frame);
    FILE *file = fopen(name, "wb");
    fprintf(file, "P5 %d %d 255\n", width, height);
    for (int i = 0; i < width * height; i++) {
        fputc((int) (matte[i] * 255.0f + 0.5f), file);
    }
    fclose(file);
    free(matte);
}

int main(int argc, char **argv)
{
    zdepth_context *context;
    zdepth_project *project;
    zdepth_engine *engine;
    zdepth_clip_info info;
    int title;
    zdepth_task task = { .progress = show };
    if (argc != 4) {
        fprintf(stderr, "usage: mattes CLIP TITLE OUTPUT\n");
        return 2;
    }
    need(zdepth_context_create(NULL, &context, &error));
    need(zdepth_project_create(context, &project, &error));
    need(zdepth_project_set(project, ZDEPTH_PROJECT_ITSELF, "footage", argv[1], 0.0, &error));
    need(zdepth_project_set(project, ZDEPTH_PROJECT_ITSELF, "output", argv[3], 0.0, &error));
    need(zdepth_project_add_insert(project, &title, &error));
    need(zdepth_project_set(project, title, "title", argv[2], 0.0, &error));

    need(zdepth_engine_open(context, project, NULL, &engine, &error));
    need(zdepth_engine_analyse(engine, &task, &error));
    zdepth_engine_info(engine, &info);
    const int64_t frames[] = { info.frame_count - 1, 0, info.frame_count / 2 };
    for (int i = 0; i < 3; i++) {
        write_matte(engine, frames[i], info.width, info.height);
    }
    zdepth_engine_close(&engine);

    need(zdepth_job_run(context, project, NULL, &task, NULL, &error));
    fprintf(stderr, "\nwrote %s\n", argv[3]);
    zdepth_project_destroy(&project);
    zdepth_context_destroy(&context);
    return 0;
}
