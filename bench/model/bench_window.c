/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a window of a network for video costs beside a network for stills of the same encoder, in one
 * run, by turns: bench_window VIDEO STILL WIDTH HEIGHT exact|fast [ROUNDS] [THREADS]. Prints processor
 * milliseconds a frame of a first window (32 encoded) and of each later one (22 encoded, 22 new), and
 * the memory of a window. */

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

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "bench_window VIDEO STILL WIDTH HEIGHT exact|fast [ROUNDS] [THREADS]\n");
        return 2;
    }
    int width = atoi(argv[3]);
    int height = atoi(argv[4]);
    int rounds = argc > 6 ? atoi(argv[6]) : 1;
    size_t cells = (size_t) width * (size_t) height;
    zd_context *ctx = NULL;
    zd_context_params how = { .threads = argc > 7 ? atoi(argv[7]) : 2 };
    check(zd_context_create(&how, &ctx, &err));
    zd_network *video = open_network(ctx, argv[1], argv[5]);
    zd_network *still = open_network(ctx, argv[2], argv[5]);
    check(zd_network_plan_window(video, width, height, ZD_NETWORK_WINDOW, &err));
    check(zd_network_plan(still, width, height, &err));
    float *rgb = malloc(cells * 3 * sizeof *rgb);
    float *out = malloc(cells * sizeof *out);
    for (size_t i = 0; i < cells * 3; i++) {
        rgb[i] = (float) (i * 7919 % 257) / 257.0f;
    }
    zd_network_io io = { .rgb = rgb, .outputs = { out } };
    zd_network_window window = { .count = ZD_NETWORK_WINDOW };
    for (int i = 0; i < ZD_NETWORK_WINDOW; i++) {
        window.outputs[i][0] = out;
    }
    check(zd_network_run(still, &io, NULL, &err));
    for (int i = 0; i < ZD_NETWORK_WINDOW; i++) { /* a first window, in memory that is new */
        check(zd_network_encode(video, i, &io, NULL, &err));
    }
    check(zd_network_run_window(video, &window, NULL, &err));
    zd_network_profile_start(video);
    for (int r = 0; r < rounds; r++) {
        double start = now();
        for (int i = 0; i < ZD_NETWORK_WINDOW; i++) {
            check(zd_network_encode(video, i, &io, NULL, &err));
        }
        double encoded = now();
        check(zd_network_run_window(video, &window, NULL, &err));
        double ran = now();
        for (int i = 0; i < 8; i++) {
            check(zd_network_run(still, &io, NULL, &err));
        }
        double single = (now() - ran) / 8;
        double encoder = (encoded - start) / ZD_NETWORK_WINDOW;
        double rest = (ran - encoded) / ZD_NETWORK_WINDOW;
        double later = encoder + rest * ZD_NETWORK_WINDOW / NEW;
        printf("still %.1f ms; window: encoder %.1f, rest %.1f: first %.1f (%.3f), later %.1f "
               "(%.3f of still; encoding 32: %.3f)\n",
               single, encoder, rest, encoder + rest, (encoder + rest) / single, later,
               later / single, (encoder + rest) * ZD_NETWORK_WINDOW / NEW / single);
    }
    print_stages(video);
    size_t weights;
    size_t activations;
    zd_network_memory(video, &weights, &activations);
    printf("window of 32 at %d x %d: weights %.1f MiB, activations %.1f MiB\n", width, height,
           (double) weights / 1048576.0, (double) activations / 1048576.0);
    zd_network_close(&video);
    zd_network_close(&still);
    zd_context_destroy(&ctx);
    free(rgb);
    free(out);
    return 0;
}
