/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Entries of the depth cache, coded and as the EXR with ZIP that they were before: bytes and processor
 * time, both ways, the quickest of some rounds.
 *
 *     zdepth depth clip.mp4 --frames 0-15 -o /tmp/d.mkv --cache /tmp/c
 *     bench_depth /tmp/c/??/?*.zdm */

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache/cache_codec.h"
#include "core/file.h"
#include "media/exr.h"
#include "zd_test.h"

enum { ROUNDS = 5 };

static zd_context *ctx;
static zd_error err;
static const char exr_path[] = "/tmp/zdepth_bench_depth.exr";

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e3 * (double) t.tv_sec + 1e-6 * (double) t.tv_nsec;
}

static void must(zd_status status)
{
    if (status != ZD_OK) {
        printf("%s\n", err.message);
        exit(1);
    }
}

typedef struct cost {
    double bytes;
    double write_ms;
    double read_ms;
} cost;

static void add(cost *sum, double bytes, double write_ms, double read_ms)
{
    sum->bytes += bytes;
    sum->write_ms += write_ms;
    sum->read_ms += read_ms;
}

static void as_exr(const zd_cache_depth *entry, cost *sum)
{
    zd_exr_source channels[2] = { { .name = "Z", .view = zd_image_view(entry->depth.values) } };
    int count = entry->foreground != NULL ? 2 : 1;
    if (count == 2) {
        channels[1] =
            (zd_exr_source){ .name = "foreground", .view = zd_image_view(entry->foreground) };
    }
    zd_exr_file file = { channels, count, NULL, 0, 1.0f };
    zd_view views[2] = { zd_image_view(entry->depth.values) };
    struct stat info;
    double write_ms = 1e9;
    double read_ms = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ms();
        must(zd_exr_write(ctx, exr_path, &file, &err));
        write_ms = fmin(write_ms, now_ms() - start);
        zd_exr *exr = NULL;
        zd_image *copies[2] = { NULL };
        zd_exr_wanted wanted[2];
        start = now_ms();
        must(zd_exr_open(ctx, exr_path, &exr, &err));
        for (int i = 0; i < count; i++) {
            must(zd_image_create(ctx, views[0].width, views[0].height, ZD_GRAY_F32, &copies[i],
                                 &err));
            wanted[i] = (zd_exr_wanted){ zd_exr_find_channel(exr, 0, channels[i].name),
                                         zd_image_view(copies[i]), 0 };
        }
        must(zd_exr_read(exr, 0, wanted, count, NULL, &err));
        zd_exr_close(&exr);
        read_ms = fmin(read_ms, now_ms() - start);
        zd_image_unref(&copies[0]);
        zd_image_unref(&copies[1]);
    }
    add(sum, stat(exr_path, &info) == 0 ? (double) info.st_size : 0.0, write_ms, read_ms);
    unlink(exr_path);
}

static void as_code(const zd_cache_depth *entry, cost *sum)
{
    size_t bytes = 0;
    double write_ms = 1e9;
    double read_ms = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t *code = NULL;
        zd_cache_depth back;
        double start = now_ms();
        must(zd_cache_encode(ctx, entry, &code, &bytes, &err));
        must(zd_file_write(ctx, exr_path, code, bytes, &err));
        write_ms = fmin(write_ms, now_ms() - start);
        zd_mapping mapping;
        start = now_ms();
        must(zd_file_map(exr_path, &mapping, &err));
        must(zd_cache_decode(ctx, mapping.data, mapping.bytes, &back, &err));
        zd_file_unmap(&mapping);
        read_ms = fmin(read_ms, now_ms() - start);
        zd_cache_depth_release(&back);
        zd_free(ctx, code);
    }
    add(sum, (double) bytes, write_ms, read_ms);
    unlink(exr_path);
}

static void load(const char *path, zd_cache_depth *out)
{
    zd_mapping mapping;
    must(zd_file_map(path, &mapping, &err));
    must(zd_cache_decode(ctx, mapping.data, mapping.bytes, out, &err));
    zd_file_unmap(&mapping);
}

int main(int argc, char **argv)
{
    cost exr = { 0 };
    cost code = { 0 };
    ctx = zd_test_context(1);
    for (int i = 1; i < argc; i++) {
        zd_cache_depth entry;
        load(argv[i], &entry);
        as_exr(&entry, &exr);
        as_code(&entry, &code);
        zd_cache_depth_release(&entry);
    }
    double n = argc > 1 ? argc - 1 : 1;
    printf("%8s %12s %9s %9s\n", "", "bytes", "store ms", "read ms");
    printf("%8s %12.0f %9.2f %9.2f\n", "EXR ZIP", exr.bytes / n, exr.write_ms / n, exr.read_ms / n);
    printf("%8s %12.0f %9.2f %9.2f\n", "coded", code.bytes / n, code.write_ms / n,
           code.read_ms / n);
    printf("%8s %12.3f %9.3f %9.3f\n", "ratio", code.bytes / exr.bytes,
           code.write_ms / exr.write_ms, code.read_ms / exr.read_ms);
    zd_context_destroy(&ctx);
    return 0;
}
