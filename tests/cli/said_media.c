/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pictures of 16x10: a person, orange, before a wall that is darker at the top. The person is near. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formula.h"
#include "media/reader.h"
#include "media/writer.h"
#include "said.h"

enum { WIDTH = 16, HEIGHT = 10, FRAMES = 6 };

/* The person goes a pixel to the right from frame to frame. */
static bool is_person(int x, int y, int frame)
{
    return y >= 2 && x >= 4 + frame && x < 8 + frame;
}

static void fail(const char *what)
{
    fprintf(stderr, "cannot write %s\n", what);
    exit(3);
}

static void write_clip(const char *path, int cut)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        fail(path);
    }
    fprintf(file, "YUV4MPEG2 W%d H%d F12:1 Ip A1:1 C444\n", WIDTH, HEIGHT);
    for (int t = 0; t < FRAMES; t++) {
        fputs("FRAME\n", file);
        for (int plane = 0; plane < 3; plane++) {
            for (int i = 0; i < WIDTH * HEIGHT; i++) {
                bool near = is_person(i % WIDTH, i / WIDTH, t < cut ? t : 2 * t - cut);
                int wall[3] = { (t < cut ? 50 : 190) + 4 * (i / WIDTH), t < cut ? 140 : 90, 120 };
                static const int person[3] = { 160, 80, 190 };
                fputc(near ? person[plane] : wall[plane], file);
            }
        }
    }
    fclose(file);
}

static void write_still(void)
{
    FILE *file = fopen("still.ppm", "wb");
    if (file == NULL) {
        fail("still.ppm");
    }
    fprintf(file, "P6\n%d %d\n255\n", WIDTH, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        bool near = is_person(i % WIDTH, i / WIDTH, 0);
        int c[3] = { near ? 220 : 30, near ? 140 : 60 + 10 * (i / WIDTH), near ? 40 : 150 };
        for (int k = 0; k < 3; k++) {
            fputc(c[k], file);
        }
    }
    fclose(file);
}

static zd_view view_of(float *values, int channels)
{
    return (zd_view){
        values, WIDTH, HEIGHT, (ptrdiff_t) WIDTH * channels * 4, { ZD_SAMPLE_F32, channels }
    };
}

static void write_png(zd_context *ctx, const char *path, int channels, float *values, int bits)
{
    zd_error err;
    zd_writer *writer = NULL;
    const zd_reader_info like = { .kind = ZD_MEDIA_STILL,
                                  .width = WIDTH,
                                  .height = HEIGHT,
                                  .frame_rate = { 25, 1 },
                                  .time_base = { 1, 25 },
                                  .sample_aspect = { 1, 1 },
                                  .bit_depth = bits };
    zd_writer_params how = { .like = &like,
                             .is_gray = channels == 1,
                             .alpha = channels == 4 ? ZD_ALPHA_STRAIGHT : ZD_ALPHA_NONE };
    if (zd_writer_open(ctx, path, &how, &writer, &err) != ZD_OK ||
        zd_writer_put_view(writer, view_of(values, channels), 0, 1, &err) != ZD_OK ||
        zd_writer_finish(&writer, &err) != ZD_OK)
    {
        fprintf(stderr, "%s\n", err.message);
        fail(path);
    }
}

/* map.png has the person of frame 2 at 0.8, the wall from 0.1 at the top to 0.28; flat.png is 0.5. */
static void write_maps(zd_context *ctx)
{
    float map[WIDTH * HEIGHT];
    float flat[WIDTH * HEIGHT];
    float card[4 * WIDTH * HEIGHT];
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        map[i] = is_person(i % WIDTH, i / WIDTH, 0) ? 0.8f : 0.1f + 0.02f * (float) (i / WIDTH);
        flat[i] = 0.5f;
        float left = i % WIDTH < WIDTH / 2 ? 1.0f : 0.0f;
        const float c[4] = { left, 1.0f, 1.0f - left, i / WIDTH < 5 ? 1.0f : 0.6f };
        memcpy(card + (size_t) 4 * i, c, sizeof c);
    }
    write_png(ctx, "map.png", 1, map, 16);
    write_png(ctx, "flat.png", 1, flat, 16);
    write_png(ctx, "card.png", 4, card, 8);
}

static void write_network(zd_context *ctx, formula_network which, const char *name)
{
    char *path = formula_write(ctx, which);
    if (path == NULL || rename(path, name) != 0) {
        fail(name);
    }
    formula_remove(path);
}

void said_draw(void)
{
    zd_context *ctx = NULL;
    zd_context_params params = { .threads = 1 };
    if (zd_context_create(&params, &ctx, NULL) != ZD_OK) {
        fail("anything");
    }
    write_clip("clip.y4m", FRAMES);
    write_clip("two.y4m", 3);
    write_still();
    write_maps(ctx);
    write_network(ctx, FORMULA_MONO, "mono.safetensors");
    write_network(ctx, FORMULA_VIEWS, "views.safetensors");
    zd_context_destroy(&ctx);
}

static int code(float value)
{
    return (int) lrintf(fminf(fmaxf(value, 0.0f), 1.0f) * 255.0f);
}

enum { PIXEL_TEXT = 12 };

static void write_pixel(const float *rgba, char to[PIXEL_TEXT])
{
    int r = code(rgba[0]);
    int g = code(rgba[1]);
    int b = code(rgba[2]);
    size_t used = (size_t) (r == g && g == b ? snprintf(to, PIXEL_TEXT, "%02x", r)
                                             : snprintf(to, PIXEL_TEXT, "%02x%02x%02x", r, g, b));
    if (rgba[3] < 1.0f) {
        snprintf(to + used, PIXEL_TEXT - used, ":%02x", code(rgba[3]));
    }
}

/* Equal neighbours once, with their number. */
static void write_row(const float *rgba, int width, char *to, size_t size)
{
    char last[PIXEL_TEXT] = "";
    size_t used = 0;
    to[0] = '\0';
    for (int x = 0, run = 0; x <= width; x++, run++) {
        char now[PIXEL_TEXT] = "";
        if (x < width) {
            write_pixel(rgba + (ptrdiff_t) 4 * x, now);
        }
        if (x > 0 && strcmp(now, last) != 0 && used + 24 < size) {
            used +=
                (size_t) snprintf(to + used, size - used, run > 1 ? " %s*%d" : " %s", last, run);
            run = 0;
        }
        memcpy(last, now, sizeof last);
    }
}

static void print_picture(zd_view view)
{
    char last[4096] = "";
    for (int y = 0, run = 0; y <= view.height; y++, run++) {
        char now[4096] = "";
        if (y < view.height) {
            write_row(zd_view_row_f32(view, y), view.width, now, sizeof now);
        }
        if (y > 0 && strcmp(now, last) != 0) {
            if (run > 1) {
                printf("%s  (%d rows)\n", last, run);
            } else {
                printf("%s\n", last);
            }
            run = 0;
        }
        memcpy(last, now, sizeof last);
    }
}

static zd_status show_frames(zd_reader *reader, float *values, zd_error *err)
{
    const zd_reader_info *info = zd_reader_info_get(reader);
    zd_rect whole = { 0, 0, info->width, info->height };
    zd_view view = { values, whole.x1, whole.y1, (ptrdiff_t) whole.x1 * 16, ZD_RGBA_F32 };
    for (;;) {
        zd_frame *frame = NULL;
        zd_status status = zd_reader_next(reader, &frame, err);
        if (status != ZD_OK) {
            return status == ZD_ERR_END ? ZD_OK : status;
        }
        printf("%lld:\n", (long long) zd_frame_info_get(frame)->pts);
        status = zd_frame_read(frame, whole, view, err);
        zd_frame_unref(&frame);
        ZD_TRY(status);
        print_picture(view);
    }
}

int said_show(zd_context *ctx, const char *path)
{
    zd_error err;
    zd_reader *reader = NULL;
    float *values = NULL;
    zd_status status = zd_reader_open(ctx, path, NULL, &reader, &err);
    if (status == ZD_OK) {
        const zd_reader_info *info = zd_reader_info_get(reader);
        printf("%dx%d, %s, %d bit%s\n", info->width, info->height, info->codec, info->bit_depth,
               info->has_alpha ? ", alpha" : "");
        values = calloc((size_t) info->width * (size_t) info->height, 16);
        status = values != NULL ? show_frames(reader, values, &err) : ZD_ERR_NO_MEMORY;
    }
    if (status != ZD_OK) {
        fprintf(stderr, "%s\n", err.message);
    }
    free(values);
    zd_reader_close(&reader);
    return status != ZD_OK;
}
