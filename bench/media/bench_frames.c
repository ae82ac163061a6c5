/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Speed of frames at 1080p on one thread: reading to float, the network's small picture, writing
 * back by difference, and making a frame anew. Times are of the processor, the quickest of many
 * rounds; the copy of one RGBA float frame stands beside them as the machine's measure. */

#include <float.h>
#include <time.h>

#include "media/frame.h"
#include "zd_test.h"

enum { WIDTH = 1920, HEIGHT = 1080, ROUNDS = 12 };

static const char *const formats[] = { "yuv420p",     "yuv420p10le", "nv12",         "p010le",
                                       "yuv422p10le", "rgb24",       "yuva444p12le", "rgba64le",
                                       "gray16le",    "gbrapf32le" };

typedef struct pictures {
    zd_view before; /* RGBA */
    zd_view after;
    zd_view rgb;
    zd_view small;
} pictures;

static zd_context *ctx;
static zd_error err;

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e3 * (double) t.tv_sec + 1e-6 * (double) t.tv_nsec;
}

static void keep_least(double *least, double start)
{
    double took = now_ms() - start;
    *least = took < *least ? took : *least;
}

static void must(zd_status status)
{
    if (status != ZD_OK) {
        printf("%s\n", err.message);
        exit(1);
    }
}

static zd_image *images[8];
static int image_count;

static zd_view new_view(int width, int height, int channels)
{
    must(zd_image_create(ctx, width, height, (zd_format){ ZD_SAMPLE_F32, channels },
                         &images[image_count], &err));
    return zd_image_view(images[image_count++]);
}

static void measure(const char *format, const pictures *p)
{
    enum { READ_RGBA, READ_RGB, SMALL, WRITE, UNCHANGED, CREATE, COUNT };
    double least[COUNT];
    zd_rect whole = { 0, 0, WIDTH, HEIGHT };
    zd_frame_info info = { .colour = { .matrix_id = 1 }, .time_base = { 1, 24 } };
    snprintf(info.pixel_format, sizeof info.pixel_format, "%s", format);
    for (int i = 0; i < COUNT; i++) {
        least[i] = DBL_MAX;
    }
    for (int round = 0; round < ROUNDS; round++) {
        zd_frame *frame = NULL;
        double start = now_ms();
        must(zd_frame_create_from_rgba(ctx, &info, p->after, &frame, &err));
        keep_least(&least[CREATE], start);
        start = now_ms();
        must(zd_frame_read(frame, whole, p->rgb, &err));
        keep_least(&least[READ_RGB], start);
        start = now_ms();
        must(zd_frame_read_small(frame, p->small, &err));
        keep_least(&least[SMALL], start);
        start = now_ms();
        must(zd_frame_read(frame, whole, p->before, &err));
        keep_least(&least[READ_RGBA], start);
        start = now_ms();
        must(zd_frame_write(&frame, whole, p->before, p->after, &err));
        keep_least(&least[WRITE], start);
        start = now_ms();
        must(zd_frame_write(&frame, whole, p->after, p->after, &err));
        keep_least(&least[UNCHANGED], start);
        zd_frame_unref(&frame);
    }
    printf("%-14s %9.2f %9.2f %9.2f %9.2f %9.2f %9.2f\n", format, least[READ_RGBA], least[READ_RGB],
           least[SMALL], least[WRITE], least[UNCHANGED], least[CREATE]);
}

int main(void)
{
    unsigned long long seed = 1;
    double copy = DBL_MAX;
    ctx = zd_test_context(1);
    pictures p = { new_view(WIDTH, HEIGHT, 4), new_view(WIDTH, HEIGHT, 4),
                   new_view(WIDTH, HEIGHT, 3), new_view(686, 392, 3) };
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < 4 * WIDTH; x++) {
            zd_view_row_f32(p.after, y)[x] = zd_test_uniform(&seed);
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ms();
        zd_view_copy(p.after, p.before);
        keep_least(&copy, start);
    }
    printf("1080p, one thread, ms; copying an RGBA float frame takes %.2f\n", copy);
    printf("%-14s %9s %9s %9s %9s %9s %9s\n", "codes", "read RGBA", "read RGB", "small", "write",
           "unchanged", "create");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        measure(formats[i], &p);
    }
    while (image_count > 0) {
        zd_image_unref(&images[--image_count]);
    }
    zd_context_destroy(&ctx);
    return 0;
}
