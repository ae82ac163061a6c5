/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Renders the frames of the sample clip on several threads and writes them in order: PNG files, or
 * one YUV4MPEG2 stream (4:2:0, BT.709, limited range), and optionally depth and alpha. */

#include "clip.h"

#include "render/memory.h"
#include "render/png_io.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CLIP_PATH = 1200, CLIP_FPS = 24, CLIP_AHEAD = 6 };

typedef struct job {
    const sy_clip_options *options;
    const sy_library *library;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int next, written;
    sy_picture *pictures;
    bool *ready;
    FILE *stream;
} job;

static void save_grey16(const char *dir, int number, const float *values, const sy_picture *p,
                        float scale)
{
    char path[CLIP_PATH];
    size_t count = (size_t) p->width * (size_t) p->height;
    uint16_t *out = sy_alloc(count, sizeof *out);
    for (size_t i = 0; i < count; i++) {
        out[i] = (uint16_t) clampf(values[i] * scale + 0.5f, 0.0f, 65535.0f);
    }
    snprintf(path, sizeof path, "%s/%06d.png", dir, number);
    sy_png_write(path, out, p->width, p->height, 1, 16);
    free(out);
}

static void luma_row(const uint8_t *rgb, int width, uint8_t *out)
{
    for (int x = 0; x < width; x++) {
        const uint8_t *p = rgb + 3 * x;
        out[x] = (uint8_t) ((11966 * p[0] + 40254 * p[1] + 4064 * p[2] + (16 << 16) + 32768) >> 16);
    }
}

static void chroma_row(const uint8_t *rgb, int width, uint8_t *cb, uint8_t *cr)
{
    const uint8_t *below = rgb + 3 * width;
    for (int x = 0; x + 1 < width; x += 2) {
        int sum[3];
        for (int c = 0; c < 3; c++) {
            sum[c] = rgb[3 * x + c] + rgb[3 * x + 3 + c] + below[3 * x + c] + below[3 * x + 3 + c];
        }
        int b = -6596 * sum[0] - 22189 * sum[1] + 28784 * sum[2],
            r = 28784 * sum[0] - 26145 * sum[1] - 2639 * sum[2];
        cb[x / 2] = (uint8_t) clampi((b + (128 << 18) + (1 << 17)) >> 18, 16, 240);
        cr[x / 2] = (uint8_t) clampi((r + (128 << 18) + (1 << 17)) >> 18, 16, 240);
    }
}

static void write_stream(FILE *stream, const sy_picture *p)
{
    size_t w = (size_t) p->width, h = (size_t) p->height, chroma = (w / 2) * (h / 2);
    uint8_t *planes = sy_alloc(w * h + 2 * chroma, 1);
    for (size_t y = 0; y < h; y++) {
        luma_row(p->rgb + 3 * y * w, p->width, planes + y * w);
        if (y % 2 == 0) {
            uint8_t *cb = planes + w * h + (y / 2) * (w / 2);
            chroma_row(p->rgb + 3 * y * w, p->width, cb, cb + chroma);
        }
    }
    fputs("FRAME\n", stream);
    if (fwrite(planes, 1, w * h + 2 * chroma, stream) != w * h + 2 * chroma) {
        sy_die("cannot write the video stream: %s", strerror(errno));
    }
    free(planes);
}

static void write_picture(const job *j, int number, const sy_picture *p)
{
    const sy_clip_options *o = j->options;
    char path[CLIP_PATH];
    if (o->out) {
        snprintf(path, sizeof path, "%s/%06d.png", o->out, number);
        sy_png_write(path, p->rgb, p->width, p->height, 3, 8);
    }
    if (j->stream) {
        write_stream(j->stream, p);
    }
    if (o->depth) {
        save_grey16(o->depth, number, p->inv_depth, p, 32768.0f);
    }
    if (o->alpha) {
        save_grey16(o->alpha, number, p->alpha, p, 65535.0f);
    }
}

/* One thread's scene; its still part is built once. */
typedef struct set {
    sy_scene *scene;
    sy_renderer *renderer;
    sy_rng rng;
    sy_build build;
    sy_mesh_mark mark;
    int materials;
} set;

static void open_set(set *s, const job *j)
{
    s->scene = sy_alloc(1, sizeof *s->scene);
    s->renderer = sy_alloc(1, sizeof *s->renderer);
    sy_mesh_init(&s->scene->mesh);
    sy_scene_reset(s->scene, &j->library->patterns[SY_PATTERN_NOISE][0]);
    s->scene->camera.width = j->options->width;
    s->scene->camera.height = j->options->height;
    s->build = (sy_build){ .scene = s->scene, .library = j->library, .rng = &s->rng };
    sy_clip_still(&s->build);
    s->mark = sy_mesh_get_mark(&s->scene->mesh);
    s->materials = s->scene->material_count;
}

static void close_set(set *s)
{
    sy_renderer_finish(s->renderer);
    sy_mesh_finish(&s->scene->mesh);
    free(s->renderer);
    free(s->scene);
}

static sy_picture make_picture(set *s, int number)
{
    sy_mesh_rewind(&s->scene->mesh, s->mark);
    s->scene->material_count = s->materials;
    sy_clip_moving(&s->build, (float) number / (float) CLIP_FPS);
    s->build.post.seed = (uint32_t) number + 1;
    sy_render_options options = {
        .samples = 3, .shadow_taps = 12, .shadow_scale = 2, .still_tris = s->mark.tri_count
    };
    return sy_picture_render(&s->build, s->renderer, &options);
}

/* Frames are claimed in order; a thread waits when the writer has fallen too far behind. */
static int claim(job *j)
{
    pthread_mutex_lock(&j->lock);
    while (j->next < j->options->frames && j->next > j->written + CLIP_AHEAD) {
        pthread_cond_wait(&j->changed, &j->lock);
    }
    int number = j->next++;
    pthread_mutex_unlock(&j->lock);
    return number;
}

static void *work(void *arg)
{
    job *j = arg;
    set s;
    open_set(&s, j);
    for (int n = claim(j); n < j->options->frames; n = claim(j)) {
        sy_picture p = make_picture(&s, j->options->first + n);
        pthread_mutex_lock(&j->lock);
        j->pictures[n] = p;
        j->ready[n] = true;
        pthread_cond_broadcast(&j->changed);
        pthread_mutex_unlock(&j->lock);
    }
    close_set(&s);
    return NULL;
}

static void write_all(job *j)
{
    for (int n = 0; n < j->options->frames; n++) {
        pthread_mutex_lock(&j->lock);
        while (!j->ready[n]) {
            pthread_cond_wait(&j->changed, &j->lock);
        }
        pthread_mutex_unlock(&j->lock);
        write_picture(j, j->options->first + n, &j->pictures[n]);
        sy_picture_free(&j->pictures[n]);
        pthread_mutex_lock(&j->lock);
        j->written = n;
        pthread_cond_broadcast(&j->changed);
        pthread_mutex_unlock(&j->lock);
    }
}

static FILE *open_stream(const sy_clip_options *o)
{
    if (!o->y4m) {
        return NULL;
    }
    FILE *stream = strcmp(o->y4m, "-") == 0 ? stdout : sy_create(o->y4m);
    fprintf(stream, "YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED\n", o->width,
            o->height, CLIP_FPS);
    return stream;
}

static void make_folder(const char *dir)
{
    if (dir) {
        mkdir(dir, 0777);
    }
}

void sy_clip_write(const sy_clip_options *o)
{
    sy_library *library = sy_alloc(1, sizeof *library);
    sy_library_create(library, NULL);
    make_folder(o->out);
    make_folder(o->depth);
    make_folder(o->alpha);
    job j = { .options = o, .library = library, .stream = open_stream(o) };
    j.pictures = sy_alloc((size_t) o->frames, sizeof *j.pictures);
    j.ready = sy_alloc((size_t) o->frames, sizeof *j.ready);
    pthread_mutex_init(&j.lock, NULL);
    pthread_cond_init(&j.changed, NULL);
    int threads = clampi(o->threads, 1, 64);
    pthread_t ids[64];
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&ids[i], NULL, work, &j) != 0) {
            sy_die("cannot start a thread");
        }
    }
    write_all(&j);
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
    }
    if (j.stream && (j.stream == stdout ? fflush(stdout) : fclose(j.stream)) != 0) {
        sy_die("cannot finish the video stream: %s", strerror(errno));
    }
    pthread_cond_destroy(&j.changed);
    pthread_mutex_destroy(&j.lock);
    free(j.pictures);
    free(j.ready);
    sy_library_destroy(library);
    free(library);
}
