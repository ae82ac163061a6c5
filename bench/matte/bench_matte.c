/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Speed of the matte of one 1080p frame, as multiples of copying the RGBA float frame. Times are of
 * the processor, of whichever thread worked longest: what the clock would show on a machine with
 * nothing else to do. The quickest of many rounds counts, of the copy and of every case in turn. */

#include <time.h>

#include "../../tests/quality/scene.h"
#include "matte/decontaminate.h"
#include "matte/matte.h"

enum { ROUNDS = 25, WIDTH = 1920, HEIGHT = 1080 };

typedef struct subject {
    const char *name;
    double bar; /* at most this many copies; 0: none */
    zd_matte_params params;
    bool guided;
    bool prepared; /* only the render is timed */
    bool decontaminate;
} subject;

static const subject subjects[] = {
    { "feather, edges of the map",
      6,
      { .depth_in = 4.5f, .depth_out = 9.0f, .feather = 1.0f, .edges = ZD_MATTE_EDGES_DEPTH },
      false,
      false,
      false },
    { "feather, edges of the picture",
      12,
      { .depth_in = 4.5f, .depth_out = 9.0f, .feather = 1.0f },
      true,
      false,
      false },
    { "auto feather",
      60,
      { .depth_in = 4.5f, .depth_out = 9.0f, .auto_feather = true },
      true,
      false,
      false },
    { "auto feather, a slider moved",
      12,
      { .depth_in = 4.4f, .depth_out = 9.0f, .auto_feather = true },
      true,
      true,
      false },
    { "decontamination", 0, { 0 }, true, false, true },
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static zd_error err;

static double clock_s(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

/* Where the clocks of this thread and of all threads stand. */
typedef struct stopwatch {
    double own;
    double all;
} stopwatch;

static stopwatch stopwatch_start(void)
{
    return (stopwatch){ clock_s(CLOCK_THREAD_CPUTIME_ID), clock_s(CLOCK_PROCESS_CPUTIME_ID) };
}

/* The time of the busier of this thread and the one that helps it. */
static double stopwatch_stop(stopwatch begin)
{
    double own = clock_s(CLOCK_THREAD_CPUTIME_ID) - begin.own;
    double others = clock_s(CLOCK_PROCESS_CPUTIME_ID) - begin.all - own;
    return own > others ? own : others;
}

typedef struct rig {
    zd_matte *matte;
    zd_decontaminator *decontaminator;
    zd_image *out;
    zd_image *background;
    zd_image *copy;
} rig;

static rig rig_open(zd_context *ctx, const scene *s)
{
    rig r = { 0 };
    zd_view map = zd_image_view(s->map.values);
    zd_matte_size size = { WIDTH, HEIGHT, map.width, map.height };
    if (zd_matte_create(ctx, &size, &r.matte, &err) != ZD_OK ||
        zd_decontaminator_create(ctx, WIDTH, HEIGHT, &r.decontaminator, &err) != ZD_OK)
    {
        printf("%s\n", err.message);
        exit(1);
    }
    r.out = scene_image(ctx, WIDTH, HEIGHT, 1);
    r.background = scene_image(ctx, WIDTH, HEIGHT, 3);
    r.copy = scene_image(ctx, WIDTH, HEIGHT, 4);
    return r;
}

static void rig_close(rig *r)
{
    zd_matte_destroy(&r->matte);
    zd_decontaminator_destroy(&r->decontaminator);
    zd_image_unref(&r->out);
    zd_image_unref(&r->background);
    zd_image_unref(&r->copy);
}

static double time_subject(rig *r, const scene *s, const subject *what)
{
    zd_view guide = zd_image_view(s->display);
    zd_view matte = zd_image_view(s->alpha);
    zd_view background = zd_image_view(r->background);
    zd_rect all = { 0, 0, WIDTH, HEIGHT };
    zd_matte_frame frame = { .map = &s->map,
                             .range = scene_range(),
                             .guide = what->guided ? &guide : NULL };
    stopwatch begin = stopwatch_start();
    zd_status status = ZD_OK;
    if (what->decontaminate) {
        status = zd_matte_estimate_colours(r->decontaminator, &guide, &matte, all, &background,
                                           NULL, &err);
    } else {
        if (!what->prepared) {
            status = zd_matte_prepare(r->matte, &frame, &err);
        }
        if (status == ZD_OK) {
            status = zd_matte_render(r->matte, &what->params, all, zd_image_view(r->out), &err);
        }
    }
    if (status != ZD_OK) {
        printf("%s\n", err.message);
        exit(1);
    }
    return stopwatch_stop(begin);
}

static double time_copy(rig *r, const scene *s)
{
    stopwatch begin = stopwatch_start();
    zd_view_copy(zd_image_view(s->display), zd_image_view(r->copy));
    return stopwatch_stop(begin);
}

static void keep_least(double *least, double value)
{
    *least = value < *least ? value : *least;
}

/* The first argument is the number of rounds. */
int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
    double copy = HUGE_VAL;
    double alone[SUBJECTS];
    double together[SUBJECTS];
    int missed = 0;
    zd_context *one = zd_test_context(1);
    zd_context *two = zd_test_context(2);
    scene s = scene_create(two, SCENE_HAIR, WIDTH, HEIGHT);
    rig single = rig_open(one, &s);
    rig both = rig_open(two, &s);
    for (int i = 0; i < SUBJECTS; i++) {
        alone[i] = HUGE_VAL;
        together[i] = HUGE_VAL;
    }
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < SUBJECTS; i++) {
            keep_least(&copy, time_copy(&single, &s));
            keep_least(&alone[i], time_subject(&single, &s, &subjects[i]));
            keep_least(&together[i], time_subject(&both, &s, &subjects[i]));
        }
    }
    printf("a copy takes %.2f ms\n", 1e3 * copy);
    for (int i = 0; i < SUBJECTS; i++) {
        double ratio = together[i] / copy;
        bool kept = subjects[i].bar <= 0.0 || ratio <= subjects[i].bar;
        char bar[32] = "no bar";
        if (subjects[i].bar > 0.0) {
            snprintf(bar, sizeof bar, "bar %g", subjects[i].bar);
        }
        printf("%-32s %6.2f copies (%s), one thread %.2f, two threads %.2fx one%s\n",
               subjects[i].name, ratio, bar, alone[i] / copy, alone[i] / together[i],
               kept ? "" : "  MISSED");
        missed += !kept;
    }
    rig_close(&single);
    rig_close(&both);
    scene_destroy(&s);
    zd_context_destroy(&one);
    zd_context_destroy(&two);
    return missed > 0;
}
