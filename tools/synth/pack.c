/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Renders samples on several threads. Each sample is a function of seed and number alone; the
 * manifest is written in order afterwards, so any thread count gives the same bytes. */

#include "pack.h"

#include "render/memory.h"
#include "render/png_io.h"
#include "world/build.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PACK_PATH = 1200 };

typedef struct row {
    int width, height;
    float depth_unit; /* inverse depth of one step, 1/m */
    float fg_share, sky_share;
    char family;
} row;

typedef struct job {
    const sy_pack_options *options;
    const sy_library *library;
    pthread_mutex_t lock;
    int next;
    row *rows;
} job;

static void random_size(sy_rng *rng, int side, int *width, int *height)
{
    static const float aspects[8] = {
        1.3333f, 1.3333f, 1.7778f, 1.7778f, 1.5f, 1.0f, 0.5625f, 2.4f
    };
    float aspect = aspects[sy_rng_int(rng, 8)];
    float w = aspect >= 1.0f ? (float) side * aspect : (float) side,
          h = aspect >= 1.0f ? (float) side : (float) side / aspect;
    *width = (int) (w / 8.0f + 0.5f) * 8;
    *height = (int) (h / 8.0f + 0.5f) * 8;
}

static void save(const char *dir, int number, const char *kind, const void *data, const row *r,
                 int channels, int bits)
{
    char path[PACK_PATH];
    snprintf(path, sizeof path, "%s/%06d.%s.png", dir, number, kind);
    sy_png_write(path, data, r->width, r->height, channels, bits);
}

static void save_depth(const char *dir, int number, const sy_frame *f, row *r)
{
    size_t count = (size_t) f->width * (size_t) f->height;
    uint16_t *depth = sy_alloc(count, sizeof *depth);
    float largest = 1e-6f, sky = 0.0f;
    for (size_t i = 0; i < count; i++) {
        largest = maxf(largest, f->inv_depth[i]);
        sky += f->inv_depth[i] <= 0.0f ? 1.0f : 0.0f;
    }
    r->depth_unit = largest / 65535.0f;
    r->sky_share = sky / (float) count;
    for (size_t i = 0; i < count; i++) {
        float v = f->inv_depth[i] / r->depth_unit + 0.5f;
        depth[i] = f->inv_depth[i] <= 0.0f ? 0 : (uint16_t) clampf(v, 1.0f, 65535.0f);
    }
    save(dir, number, "depth", depth, r, 1, 16);
    free(depth);
}

static void save_alpha(const char *dir, int number, const sy_frame *f, row *r)
{
    size_t count = (size_t) f->width * (size_t) f->height;
    uint8_t *alpha = sy_alloc(count, 1);
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        alpha[i] = (uint8_t) clampf(f->alpha[i] * 255.0f + 0.5f, 0.0f, 255.0f);
        sum += (double) f->alpha[i];
    }
    r->fg_share = (float) (sum / (double) count);
    save(dir, number, "fg", alpha, r, 1, 8);
    free(alpha);
}

static void make_sample(const job *j, int number, sy_scene *scene, sy_renderer *renderer, row *r)
{
    const sy_pack_options *o = j->options;
    sy_rng rng = sy_rng_make(o->seed, (uint64_t) number + 1);
    sy_scene_reset(scene, &j->library->patterns[SY_PATTERN_NOISE][0]);
    random_size(&rng, o->size, &scene->camera.width, &scene->camera.height);
    sy_build build = { .scene = scene, .library = j->library, .rng = &rng };
    sy_sample_build(&build, o->only);
    sy_render_options options = { .samples = 2, .seed = sy_rng_next(&rng) };
    const sy_frame *f = sy_render(renderer, scene, &options);
    r->width = f->width;
    r->height = f->height;
    save_depth(o->out, number, f, r);
    uint8_t *rgb = sy_alloc((size_t) f->width * (size_t) f->height, 3);
    sy_post_develop(f, &build.post, rgb);
    save(o->out, number, "rgb", rgb, r, 3, 8);
    save_alpha(o->out, number, f, r);
    free(rgb);
}

static void *work(void *arg)
{
    job *j = arg;
    sy_scene *scene = sy_alloc(1, sizeof *scene);
    sy_renderer *renderer = sy_alloc(1, sizeof *renderer);
    sy_mesh_init(&scene->mesh);
    for (;;) {
        pthread_mutex_lock(&j->lock);
        int i = j->next++;
        pthread_mutex_unlock(&j->lock);
        if (i >= j->options->count) {
            break;
        }
        make_sample(j, j->options->first + i, scene, renderer, &j->rows[i]);
    }
    sy_renderer_finish(renderer);
    sy_mesh_finish(&scene->mesh);
    free(renderer);
    free(scene);
    return NULL;
}

static void write_text(const sy_pack_options *o, const row *rows)
{
    char path[PACK_PATH];
    snprintf(path, sizeof path, "%s/manifest.tsv", o->out);
    FILE *file = sy_create(path);
    fputs("id\twidth\theight\tinverse_depth_per_step\tfg_share\tsky_share\n", file);
    for (int i = 0; i < o->count; i++) {
        fprintf(file, "%06d\t%d\t%d\t%.9g\t%.4f\t%.4f\n", o->first + i, rows[i].width,
                rows[i].height, (double) rows[i].depth_unit, (double) rows[i].fg_share,
                (double) rows[i].sky_share);
    }
    sy_finish(file, path);
    snprintf(path, sizeof path, "%s/README.txt", o->out);
    file = sy_create(path);
    fprintf(file,
            "Rendered by zdepth-synth: pack --count %d --first %d --seed %llu --size %d%s\n\n",
            o->count, o->first, (unsigned long long) o->seed, o->size,
            o->photos ? " --photos DIR" : "");
    fputs(
        "NNNNNN.rgb.png    8-bit picture\n"
        "NNNNNN.depth.png  16-bit inverse depth, 0 = sky, larger = nearer, nearest = 65535;\n"
        "                  times inverse_depth_per_step of manifest.tsv it is 1 / metres along the axis\n"
        "NNNNNN.fg.png     8-bit alpha of the foreground: people, or the nearest things of a still life\n",
        file);
    sy_finish(file, path);
}

void sy_pack_write(const sy_pack_options *o)
{
    sy_library *library = sy_alloc(1, sizeof *library);
    sy_library_create(library, o->photos);
    job j = { .options = o, .library = library, .rows = sy_alloc((size_t) o->count, sizeof(row)) };
    pthread_mutex_init(&j.lock, NULL);
    mkdir(o->out, 0777);
    int threads = clampi(o->threads, 1, 64);
    pthread_t ids[64];
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&ids[i], NULL, work, &j) != 0) {
            sy_die("cannot start a thread");
        }
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
    }
    write_text(o, j.rows);
    pthread_mutex_destroy(&j.lock);
    free(j.rows);
    sy_library_destroy(library);
    free(library);
}
