/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* bench_api CLIP: what an application waits for, by libzdepth alone: a changed Depth In to the
 * finished 960x540 picture with depth cached, a frame that was not decoded, and a cancelled render.
 * Times are the median and the 95th percentile of this run, in milliseconds; limits are those of
 * docs/performance.md. Returns 1 when a median is above its limit and --check is given. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zdepth/zdepth.h>

enum { WIDTH = 960, HEIGHT = 540, ROUNDS = 60 };

static zdepth_error error;
static unsigned char pixels[WIDTH * HEIGHT * 4];

static void need(zdepth_status status)
{
    if (status != ZDEPTH_OK) {
        fprintf(stderr, "bench_api: %s\n", error.message);
        exit(1);
    }
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec * 1e-6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *) a;
    double y = *(const double *) b;
    return (x > y) - (x < y);
}

static int report(const char *what, double *times, int count, double limit)
{
    qsort(times, (size_t) count, sizeof *times, compare);
    double median = times[count / 2];
    printf("%-44s %8.2f %8.2f   limit %g\n", what, median, times[count * 95 / 100], limit);
    return median > limit;
}

static void render(zdepth_engine *engine, int64_t frame, zdepth_output output)
{
    zdepth_request request = { .size = sizeof request,
                               .frame = frame,
                               .output = output,
                               .width = WIDTH,
                               .height = HEIGHT,
                               .pixels = pixels };
    need(zdepth_engine_render(engine, &request, &error));
}

/* A threshold moved: the time from the new value to the picture. */
static int changed(zdepth_engine *engine, zdepth_project *project, zdepth_output output,
                   const char *what, double limit)
{
    double times[ROUNDS];
    char text[32];
    render(engine, 5, output);
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        snprintf(text, sizeof text, "%.4f", 0.3 + 0.004 * i);
        need(zdepth_project_set(project, -1, "depth_in", text, 0, &error));
        need(zdepth_engine_set_project(engine, project, &error));
        render(engine, 5, output);
        times[i] = now_ms() - start;
    }
    zdepth_project_unset(project, -1, "depth_in");
    return report(what, times, ROUNDS, limit);
}

static int scrub(zdepth_engine *engine, int64_t frames)
{
    double times[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        render(engine, (17 + 31 * (int64_t) i) % frames, ZDEPTH_OUTPUT_MATTE);
        times[i] = now_ms() - start;
    }
    return report("another frame, decoded and prepared", times, ROUNDS, 120.0);
}

typedef struct stopper {
    zdepth_cancel *cancel;
    double asked_ms;
} stopper;

static void *stop(void *user)
{
    stopper *s = user;
    struct timespec pause = { 0, 2000000 };
    nanosleep(&pause, NULL);
    s->asked_ms = now_ms();
    zdepth_cancel_request(s->cancel);
    return NULL;
}

static int cancelled(zdepth_engine *engine)
{
    double times[ROUNDS];
    int count = 0;
    zdepth_cancel *cancel = zdepth_cancel_create();
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t thread;
        stopper s = { cancel, 0.0 };
        zdepth_request request = { .size = sizeof request,
                                   .frame = (11 + 29 * i) % 60,
                                   .output = ZDEPTH_OUTPUT_MATTE,
                                   .width = WIDTH,
                                   .height = HEIGHT,
                                   .pixels = pixels,
                                   .cancel = cancel };
        zdepth_cancel_reset(cancel);
        pthread_create(&thread, NULL, stop, &s);
        zdepth_status status = zdepth_engine_render(engine, &request, &error);
        double ended = now_ms();
        pthread_join(thread, NULL);
        if (status == ZDEPTH_ERR_CANCELLED) {
            times[count++] = ended - s.asked_ms;
        }
    }
    zdepth_cancel_destroy(&cancel);
    return count > 0 ? report("a cancelled render ends", times, count, 5.0) : 0;
}

int main(int argc, char **argv)
{
    zdepth_context *context;
    zdepth_project *project;
    zdepth_engine *engine;
    zdepth_clip_info info;
    int title;
    if (argc < 2) {
        fprintf(stderr, "usage: bench_api CLIP [--check]\n");
        return 2;
    }
    need(zdepth_context_create(NULL, &context, &error));
    need(zdepth_project_create(context, &project, &error));
    need(zdepth_project_set(project, -1, "footage", argv[1], 0, &error));
    need(zdepth_project_add_insert(project, &title, &error));
    need(zdepth_project_set(project, title, "title", "HELLO", 0, &error));
    need(zdepth_engine_open(context, project, NULL, &engine, &error));
    need(zdepth_engine_analyse(engine, NULL, &error));
    zdepth_engine_info(engine, &info);
    printf("%-44s %8s %8s   (ms, %dx%d of %dx%d)\n", "", "median", "95 %", WIDTH, HEIGHT,
           info.width, info.height);
    int over = changed(engine, project, ZDEPTH_OUTPUT_MATTE, "changed Depth In to the matte", 12.0);
    over += changed(engine, project, ZDEPTH_OUTPUT_THRESHOLDED,
                    "changed Depth In to the thresholded view", 12.0);
    over +=
        changed(engine, project, ZDEPTH_OUTPUT_RESULT, "changed Depth In to the composite", 15.0);
    over += scrub(engine, info.frame_count);
    over += cancelled(engine);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
    zdepth_context_destroy(&context);
    return over > 0 && argc > 2 && strcmp(argv[2], "--check") == 0;
}
