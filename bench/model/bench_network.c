/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Times a network: bench_network MODEL WIDTH HEIGHT exact|fast [RUNS | serve] [THREADS] [OUT]
 *
 * Prints a table by stage of time, operations and rate, the rate of bare gemm tiles of the same
 * shapes in the same run, the processor's name and peak and the share of it, memory and start. With `serve` it runs one frame for each line it reads
 * and answers with the frame's wall and processor milliseconds, so that another program can time
 * its own in between. OUT receives the depth as float32. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/pool.h"
#include "core/size.h"
#include "model/cpu/runner_internal.h"
#include "peak.h"

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *) a;
    double y = *(const double *) b;
    return x < y ? -1 : x > y;
}

static void fail(const zd_error *err)
{
    fprintf(stderr, "bench_network: %s\n", err->message);
    exit(1);
}

/** The formula of the reference vectors for the tensor "input" (planes), interleaved. */
static float *make_input(int width, int height)
{
    unsigned long long state = 0x1ebbae8f5810b65bULL; /* FNV-1a of "input" */
    size_t cells = (size_t) width * (size_t) height;
    float *rgb = malloc(cells * 3 * sizeof *rgb);
    for (size_t i = 0; i < cells * 3; i++) {
        unsigned long long z = (state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        z ^= z >> 31;
        rgb[i % cells * 3 + i / cells] =
            (float) (2.0 * (2.0 * (double) (z >> 40) / 16777216.0 - 1.0));
    }
    return rgb;
}

/* Bare tiles: the products of every operator, on memory that is in the cache as the network's is,
 * without anything between them. */
typedef struct bare_job {
    const zd_runner *cpu;
    int rows; /* of one item */
    int depth;
    int columns;
    float *a;
    float *b;
    float *c;
} bare_job;

static void bare_item(void *user, int item)
{
    const bare_job *j = user;
    const zd_kernels *k = j->cpu->kernels;
    static const float scales[ZD_PANEL] = { 0 };
    size_t a_floats = (size_t) j->rows * (size_t) j->depth;
    float *a = j->a + (size_t) (item % 8) * a_floats;
    float *c = j->c + (size_t) (item % 8) * (size_t) j->rows * ZD_PANEL;
    for (int p = 0; p < zd_panel_count(j->columns); p++) {
        for (int r = 0; r < j->rows; r += k->max_rows) {
            int rows = zd_int_min(k->max_rows, j->rows - r);
            int shrink = j->cpu->model->info.precision == ZD_PRECISION_FAST ? 2 : 1;
            int words = j->depth / shrink;
            zd_tile t = { .a = a + (size_t) r * (size_t) words,
                          .row_step = words,
                          .segments = 1,
                          .length = words,
                          .b = j->b + (size_t) p * (size_t) words * ZD_PANEL,
                          .c = c + (size_t) r * ZD_PANEL,
                          .c_step = ZD_PANEL,
                          .columns = ZD_PANEL,
                          .row_scale = scales,
                          .column_scale = scales };
            if (shrink == 2) {
                k->gemm_i16(&t, rows);
            } else {
                k->gemm_f32(&t, rows);
            }
        }
    }
}

static double bare_product(const zd_runner *cpu, int rows, int depth, int columns)
{
    bare_job j = { .cpu = cpu, .rows = 70, .depth = depth, .columns = columns };
    size_t panels = (size_t) zd_panel_count(columns);
    j.a = calloc(8 * 70 * (size_t) depth, sizeof(float));
    j.b = calloc(panels * (size_t) depth * ZD_PANEL, sizeof(float));
    j.c = calloc(8 * 70 * ZD_PANEL, sizeof(float));
    int items = (rows + 69) / 70;
    zd_pool_run(zd_context_pool(cpu->ctx), 2, bare_item, &j);
    double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
    zd_pool_run(zd_context_pool(cpu->ctx), items, bare_item, &j);
    double spent = (seconds(CLOCK_PROCESS_CPUTIME_ID) - start) * rows / (70.0 * items);
    free(j.a);
    free(j.b);
    free(j.c);
    return spent;
}

static double bare_network(const zd_runner *cpu)
{
    double total = 0.0;
    for (int i = 0; i < cpu->graph->count; i++) {
        const zd_op *op = &cpu->graph->ops[i];
        const zd_value *v = &cpu->values[i];
        int cells = v->height * v->width;
        if (op->kind == ZD_OP_CONV) {
            total += bare_product(cpu, cells, v->packed.depth, op->channels);
        } else if (op->kind == ZD_OP_CONVT) {
            total += bare_product(cpu, cells / op->kernel / op->kernel, v->packed.depth,
                                  op->channels * op->kernel * op->kernel);
        } else if (op->kind == ZD_OP_ATTENTION) {
            int size = op->channels / op->heads;
            total += bare_product(cpu, cells * op->heads, size, cells);
            total += bare_product(cpu, cells * op->heads, cells, size);
        }
    }
    return total;
}

/** Of which processor the rate is which share. */
static void print_share(bool is_i16, double rate)
{
    char name[128];
    double peak = peak_rate(is_i16);
    peak_name(name, sizeof name);
    printf("processor %s; ", name);
    if (peak > 0.0) {
        printf("its registers' peak %.1f GFLOP/s a core: %.0f %%\n", peak, 100.0 * rate / peak);
    } else {
        printf("its peak is not measured without %s\n", is_i16 ? "VNNI" : "AVX-512");
    }
}

static void print_table(zd_network *net)
{
    double total = 0.0;
    double flop = 0.0;
    for (int s = 0; s < zd_network_stage_count(net); s++) {
        zd_network_cost cost = zd_network_stage_cost(net, s);
        total += cost.cpu_seconds;
        flop += cost.flop;
    }
    printf("%-22s %-10s %8s %6s %8s %8s\n", "stage ends with", "begins", "cpu ms", "%", "GFLOP",
           "GFLOP/s");
    for (int s = 0; s < zd_network_stage_count(net); s++) {
        zd_network_cost cost = zd_network_stage_cost(net, s);
        printf("%-22s %-10s %8.2f %6.1f %8.3f %8.0f\n", cost.name, cost.kind,
               cost.cpu_seconds * 1e3, 100.0 * cost.cpu_seconds / total, cost.flop * 1e-9,
               cost.flop * 1e-9 / cost.cpu_seconds);
    }
    double bare = bare_network(zd_runner_of(net));
    double again = bare_network(zd_runner_of(net));
    bare = again < bare ? again : bare;
    printf(
        "network %.1f ms of processor, %.1f GFLOP, %.0f GFLOP/s a core; bare tiles of its shapes %.1f ms: "
        "%.0f %%\n",
        total * 1e3, flop * 1e-9, flop * 1e-9 / total, bare * 1e3, 100.0 * bare / total);
    print_share(zd_network_describe(net)->precision == ZD_PRECISION_FAST, flop * 1e-9 / total);
}

typedef struct frame_time {
    double wall;
    double cpu;
} frame_time;

static frame_time run_frame(zd_network *net, const zd_network_io *io)
{
    zd_error err;
    frame_time t = { seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID) };
    if (zd_network_run(net, io, NULL, &err) != ZD_OK) {
        fail(&err);
    }
    t.wall = (seconds(CLOCK_MONOTONIC) - t.wall) * 1e3;
    t.cpu = (seconds(CLOCK_PROCESS_CPUTIME_ID) - t.cpu) * 1e3;
    return t;
}

static void serve(zd_network *net, const zd_network_io *io)
{
    char line[16];
    while (fgets(line, sizeof line, stdin) != NULL) {
        frame_time t = run_frame(net, io);
        printf("%.3f %.3f\n", t.wall, t.cpu);
        fflush(stdout);
    }
}

static void time_frames(zd_network *net, const zd_network_io *io, int runs)
{
    double *wall = malloc((size_t) runs * sizeof *wall);
    double *cpu = malloc((size_t) runs * sizeof *cpu);
    zd_network_profile_start(net);
    for (int i = 0; i < runs; i++) {
        frame_time t = run_frame(net, io);
        wall[i] = t.wall;
        cpu[i] = t.cpu;
    }
    print_table(net);
    qsort(wall, (size_t) runs, sizeof *wall, compare);
    qsort(cpu, (size_t) runs, sizeof *cpu, compare);
    printf("frame: wall median %.1f ms, best %.1f; processor median %.1f ms, best %.1f\n",
           wall[runs / 2], wall[0], cpu[runs / 2], cpu[0]);
    free(wall);
    free(cpu);
}

static void write_depth(const char *path, const float *depth, size_t count)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(depth, sizeof *depth, count, file) != count || fclose(file) != 0) {
        fprintf(stderr, "bench_network: cannot write %s\n", path);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr,
                "bench_network MODEL WIDTH HEIGHT exact|fast [RUNS | serve] [THREADS] [OUT]\n");
        return 2;
    }
    zd_error err;
    zd_context *ctx = NULL;
    zd_network *net = NULL;
    int width = atoi(argv[2]);
    int height = atoi(argv[3]);
    zd_context_params context = { .threads = argc > 6 ? atoi(argv[6]) : 2 };
    zd_network_params params = { .precision = strcmp(argv[4], "fast") == 0 ? ZD_PRECISION_FAST
                                                                           : ZD_PRECISION_EXACT };
    if (zd_context_create(&context, &ctx, &err) != ZD_OK) {
        fail(&err);
    }
    float *rgb = make_input(width, height);
    float *out = malloc((size_t) width * (size_t) height * sizeof *out);
    zd_network_io io = { .rgb = rgb, .is_normalised = true, .outputs = { out } };
    double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double wall = seconds(CLOCK_MONOTONIC);
    if (zd_network_open(ctx, argv[1], &params, &net, &err) != ZD_OK ||
        zd_network_plan(net, width, height, &err) != ZD_OK)
    {
        fail(&err);
    }
    start = (seconds(CLOCK_PROCESS_CPUTIME_ID) - start) * 1e3;
    wall = (seconds(CLOCK_MONOTONIC) - wall) * 1e3;
    run_frame(net, &io);
    if (argc > 7) {
        write_depth(argv[7], out, (size_t) width * (size_t) height);
    }
    if (argc > 5 && strcmp(argv[5], "serve") == 0) {
        serve(net, &io);
    } else {
        time_frames(net, &io, argc > 5 ? atoi(argv[5]) : 5);
        size_t weights;
        size_t activations;
        struct rusage usage;
        zd_network_memory(net, &weights, &activations);
        getrusage(RUSAGE_SELF, &usage);
        printf("open and plan: wall %.1f ms, processor %.1f ms; weights %.1f MiB, activations %.1f "
               "MiB, peak resident %.1f MiB\n",
               wall, start, (double) weights / 1048576.0, (double) activations / 1048576.0,
               (double) usage.ru_maxrss / 1024.0);
    }
    zd_network_close(&net);
    zd_context_destroy(&ctx);
    free(rgb);
    free(out);
    return 0;
}
