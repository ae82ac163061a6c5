/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a window of a network for video costs beside a network for stills of the same encoder, in one
 * run, by turns: bench_window VIDEO STILL WIDTH HEIGHT exact|fast [ROUNDS] [THREADS]. Prints processor
 * milliseconds a frame of a first window (32 encoded) and of each later one (22 encoded, 22 new, and 30
 * maps made: see video_depth.c), and the memory of a window. Stills run between the window's frames, so
 * that both meet the same machine. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/network.h"

enum { KEYS = 10, NEW = ZD_NETWORK_WINDOW - KEYS };

static zd_error err;

static void check(zd_status status)
{
    if (status != ZD_OK) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec * 1e-6;
}

static zd_network *open_network(zd_context *ctx, const char *path, const char *precision)
{
    zd_network *net = NULL;
    zd_network_params params = { .precision = strcmp(precision, "fast") == 0 ? ZD_PRECISION_FAST
                                                                             : ZD_PRECISION_EXACT };
    check(zd_network_open(ctx, path, &params, &net, &err));
    return net;
}

/** What the stages of windows cost, those of frames by the frame. */
static void print_stages(const zd_network *video)
{
    printf("%-22s %-10s %10s %8s %9s\n", "stage ends with", "begins", "ms a frame", "GFLOP",
           "GFLOP/s");
    for (int s = 0; s < zd_network_stage_count(video); s++) {
        zd_network_cost cost = zd_network_stage_cost(video, s);
        double ms = cost.cpu_seconds * 1e3 / ZD_NETWORK_WINDOW;
        printf("%-22s %-10s %10.3f %8.3f %9.0f\n", cost.name, cost.kind, ms, cost.flop * 1e-9,
               cost.flop * 1e-6 / ms);
    }
}

typedef struct bench {
    zd_network *video;
    zd_network *still;
    zd_network_io io; /* the same picture and map for all */
} bench;

/* Processor milliseconds. */
typedef struct times {
    double still;   /* of a frame */
    double encoder; /* of a frame */
    double rest;    /* of a window, of what comes after the encoder */
} times;

static double run_still(const bench *b)
{
    double start = now();
    check(zd_network_run(b->still, &b->io, NULL, &err));
    return now() - start;
}

/** Encodes a window's frames, with a still after every fourth. */
static void encode(const bench *b, times *t)
{
    for (int i = 0; i < ZD_NETWORK_WINDOW; i++) {
        double start = now();
        check(zd_network_encode(b->video, i, &b->io, NULL, &err));
        t->encoder += (now() - start) / ZD_NETWORK_WINDOW;
        t->still += i % 4 == 3 ? run_still(b) / (ZD_NETWORK_WINDOW / 4) : 0.0;
    }
}

/** What comes after the encoder; of the maps, all but one or two show. */
static double run_rest(const bench *b, bool is_first)
{
    zd_network_window window = { .count = ZD_NETWORK_WINDOW };
    for (int i = 0; i < ZD_NETWORK_WINDOW - 1; i++) {
        window.outputs[i][0] = i == 2 && !is_first ? NULL : b->io.outputs[0];
    }
    double start = now();
    check(zd_network_run_window(b->video, &window, NULL, &err));
    return now() - start;
}

/** A first window has 32 new frames, a later one 22. */
static void print_ratio(const times *t, bool is_first)
{
    double rest = t->rest / (is_first ? ZD_NETWORK_WINDOW : NEW);
    printf("still %.1f ms; %s: encoder %.1f and rest %.1f a new frame: %.3f of still\n", t->still,
           is_first ? "first window" : "later window", t->encoder, rest,
           (t->encoder + rest) / t->still);
}

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "bench_window VIDEO STILL WIDTH HEIGHT exact|fast [ROUNDS] [THREADS]\n");
        return 2;
    }
    int width = atoi(argv[3]);
    int height = atoi(argv[4]);
    int rounds = argc > 6 && atoi(argv[6]) > 1 ? atoi(argv[6]) : 1;
    size_t cells = (size_t) width * (size_t) height;
    zd_context *ctx = NULL;
    zd_context_params how = { .threads = argc > 7 ? atoi(argv[7]) : 2 };
    check(zd_context_create(&how, &ctx, &err));
    bench b = { .video = open_network(ctx, argv[1], argv[5]),
                .still = open_network(ctx, argv[2], argv[5]) };
    check(zd_network_plan_window(b.video, width, height, ZD_NETWORK_WINDOW, &err));
    check(zd_network_plan(b.still, width, height, &err));
    float *rgb = malloc(cells * 3 * sizeof *rgb);
    float *out = malloc(cells * sizeof *out);
    for (size_t i = 0; i < cells * 3; i++) {
        rgb[i] = (float) (i * 7919 % 257) / 257.0f;
    }
    b.io = (zd_network_io){ .rgb = rgb, .outputs = { out } };
    run_still(&b);
    encode(&b, &(times){ 0 }); /* a first window, in memory that is new */
    run_rest(&b, true);
    zd_network_profile_start(b.video);
    times t = { 0 };
    for (int r = 0; r < rounds; r++) {
        t = (times){ 0 };
        encode(&b, &t);
        t.rest = run_rest(&b, false);
        print_ratio(&t, false);
    }
    print_stages(b.video);
    t.rest = run_rest(&b, true);
    print_ratio(&t, true);
    size_t weights;
    size_t activations;
    zd_network_memory(b.video, &weights, &activations);
    printf("window of 32 at %d x %d: weights %.1f MiB, activations %.1f MiB\n", width, height,
           (double) weights / 1048576.0, (double) activations / 1048576.0);
    zd_network_close(&b.video);
    zd_network_close(&b.still);
    zd_context_destroy(&ctx);
    free(rgb);
    free(out);
    return 0;
}
