/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a clip's windows hold: bench_video VIDEO WIDTH HEIGHT exact|fast [FRAMES] [THREADS]. Runs the rule
 * of windows over frames and prints the memory of a window by sum and as the operating system measures
 * it: the most that was resident less what was before the window was planned, the weights being packed. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "depth/video_depth.h"

static zd_error err;

static void check(zd_status status)
{
    if (status != ZD_OK) {
        fprintf(stderr, "bench_video: %s\n", err.message);
        exit(1);
    }
}

/** A number of /proc/self/status in MiB. */
static double resident(const char *key)
{
    char line[128];
    double kib = 0.0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0) {
            kib = atof(line + strlen(key));
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return kib / 1024.0;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "bench_video VIDEO WIDTH HEIGHT exact|fast [FRAMES] [THREADS]\n");
        return 2;
    }
    zd_context *ctx = NULL;
    zd_network *net = NULL;
    zd_video_depth *video = NULL;
    zd_context_params context = { .threads = argc > 6 ? atoi(argv[6]) : 2 };
    zd_network_params params = { .precision = strcmp(argv[4], "fast") == 0 ? ZD_PRECISION_FAST
                                                                           : ZD_PRECISION_EXACT };
    zd_video_params how = { .width = atoi(argv[2]), .height = atoi(argv[3]) };
    int frames = argc > 5 ? atoi(argv[5]) : ZD_NETWORK_WINDOW;
    int made = 0;
    size_t values = (size_t) how.width * (size_t) how.height * 3;
    check(zd_context_create(&context, &ctx, &err));
    check(zd_network_open(ctx, argv[1], &params, &net, &err));
    float *rgb = malloc(values * sizeof *rgb);
    for (size_t i = 0; i < values; i++) {
        rgb[i] = (float) (i * 7919 % 257) / 257.0f;
    }
    double before = resident("VmRSS:");
    how.network = net;
    check(zd_video_depth_create(ctx, &how, &video, &err));
    for (int i = 0; i < frames; i++) {
        check(zd_video_depth_push(video, rgb, NULL, &err));
        for (; zd_video_depth_pop(video) != NULL; made++) {
        }
    }
    for (bool more = true; more;) {
        check(zd_video_depth_end(video, NULL, &more, &err));
        for (; zd_video_depth_pop(video) != NULL; made++) {
        }
    }
    double peak = resident("VmHWM:");
    printf(
        "%d frames of %d x %d: a window holds %.0f MiB by sum, %.0f measured (most resident %.0f, "
        "before %.0f)\n",
        made, how.width, how.height, (double) zd_video_depth_memory(video) / 1048576.0,
        peak - before, peak, before);
    zd_video_depth_destroy(&video);
    zd_network_close(&net);
    zd_context_destroy(&ctx);
    free(rgb);
    return 0;
}
