/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Renders fixtures and writes their parts, see README.md for the files. */

#include "fixture.h"

#include "render/memory.h"
#include "render/png_io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FIXTURE_PATH = 1200, NET_DIVISOR = 8, STILL_SAMPLES = 8 };

typedef struct studio {
    const sy_fixture_options *options;
    sy_library *library;
    sy_scene *scene;
    sy_renderer *renderer;
    sy_rng rng;
    sy_build build;
    int width, height;
} studio;

static void begin_scene(studio *s)
{
    sy_scene_reset(s->scene, &s->library->patterns[SY_PATTERN_NOISE][0]);
    s->scene->camera.width = s->width;
    s->scene->camera.height = s->height;
    s->rng = sy_rng_make(4711, 0);
    s->build = (sy_build){ .scene = s->scene, .library = s->library, .rng = &s->rng };
}

static void write_png(const studio *s, const char *name, const void *data, int w, int h,
                      int channels, int bits)
{
    char path[FIXTURE_PATH];
    snprintf(path, sizeof path, "%s/%s.png", s->options->out, name);
    sy_png_write(path, data, w, h, channels, bits);
}

static void write_grey16(const studio *s, const char *name, const float *v, int w, int h,
                         float scale)
{
    size_t count = (size_t) w * (size_t) h;
    uint16_t *out = sy_alloc(count, sizeof *out);
    for (size_t i = 0; i < count; i++) {
        out[i] = (uint16_t) clampf(v[i] * scale + 0.5f, 0.0f, 65535.0f);
    }
    write_png(s, name, out, w, h, 1, 16);
    free(out);
}

/* Depth as a network gives it: an eighth of the size, blurred, without the fine parts. */
static void write_net_depth(const studio *s, const float *inv_depth)
{
    int w = s->width / NET_DIVISOR, h = s->height / NET_DIVISOR;
    float *small = sy_alloc((size_t) w * (size_t) h, sizeof *small);
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            float sum = 0.0f, weight = 0.0f;
            for (int dy = -NET_DIVISOR; dy < 2 * NET_DIVISOR; dy++) {
                for (int dx = -NET_DIVISOR; dx < 2 * NET_DIVISOR; dx++) {
                    int sx = clampi(x * NET_DIVISOR + dx, 0, s->width - 1);
                    int sy = clampi(y * NET_DIVISOR + dy, 0, s->height - 1);
                    float rx = ((float) dx + 0.5f) / NET_DIVISOR - 0.5f,
                          ry = ((float) dy + 0.5f) / NET_DIVISOR - 0.5f;
                    float k = expf(-1.6f * (rx * rx + ry * ry));
                    sum += k * inv_depth[(size_t) sy * (size_t) s->width + (size_t) sx];
                    weight += k;
                }
            }
            small[(size_t) y * (size_t) w + (size_t) x] = sum / weight;
        }
    }
    write_grey16(s, "depth_net", small, w, h, 32768.0f);
    free(small);
}

/* Where nothing of the foreground is seen, its colour is taken from the nearest row or column that
 * shows some, so that the picture has no hard edge a filter could pick up. */
static void extend_foreground(vec3 *colour, const float *alpha, int w, int h)
{
    uint8_t *known = sy_alloc((size_t) w * (size_t) h, 1);
    for (int i = 0; i < w * h; i++) {
        known[i] = alpha[i] > 0.0f;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < w * h; k++) {
            int i = pass ? w * h - 1 - k : k, x = i % w, y = i / w, step = pass ? 1 : -1;
            int beside = x + step, above = y + step;
            if (known[i]) {
                continue;
            }
            if (beside >= 0 && beside < w && known[i + step]) {
                colour[i] = colour[i + step];
                known[i] = 1;
            } else if (above >= 0 && above < h && known[i + step * w]) {
                colour[i] = colour[i + step * w];
                known[i] = 1;
            }
        }
    }
    free(known);
}

static void develop(const studio *s, const sy_frame *f, vec3 *colour, uint8_t *rgb)
{
    sy_frame copy = *f;
    copy.colour = colour;
    sy_post_develop(&copy, &s->build.post, rgb);
}

static void write_still(studio *s, sy_fixture_still still)
{
    size_t count = (size_t) s->width * (size_t) s->height;
    sy_render_options o = {
        .samples = STILL_SAMPLES, .shadow_taps = 16, .shadow_scale = 2, .fg_colour = true
    };
    vec3 *back = sy_alloc(count, sizeof *back), *mixed = sy_alloc(count, sizeof *mixed);
    uint8_t *bg = sy_alloc(count, 3), *fg = sy_alloc(count, 3), *rgb = sy_alloc(count, 3);
    begin_scene(s);
    sy_fixture_still_scene(&s->build, still, false);
    memcpy(back, sy_render(s->renderer, s->scene, &o)->colour, count * sizeof *back);
    begin_scene(s);
    sy_fixture_still_scene(&s->build, still, true);
    const sy_frame *f = sy_render(s->renderer, s->scene, &o);
    extend_foreground(f->fg_colour, f->alpha, s->width, s->height);
    develop(s, f, back, bg);
    develop(s, f, f->fg_colour, fg);
    for (size_t i = 0; i < count; i++) {
        mixed[i] = v3_lerp(back[i], f->fg_colour[i], f->alpha[i]);
    }
    develop(s, f, mixed, rgb);
    write_png(s, "rgb", rgb, s->width, s->height, 3, 8);
    for (size_t i = 0; i < 3 * count; i++) {
        float a = f->alpha[i / 3];
        rgb[i] = (uint8_t) (a * (float) fg[i] + (1.0f - a) * (float) bg[i] + 0.5f);
    }
    write_png(s, "rgb_display", rgb, s->width, s->height, 3, 8);
    write_png(s, "foreground", fg, s->width, s->height, 3, 8);
    write_png(s, "background", bg, s->width, s->height, 3, 8);
    write_grey16(s, "alpha", f->alpha, s->width, s->height, 65535.0f);
    write_grey16(s, "depth", f->inv_depth, s->width, s->height, 32768.0f);
    write_net_depth(s, f->inv_depth);
    free(back);
    free(mixed);
    free(bg);
    free(fg);
    free(rgb);
}

typedef enum sequence { SEQUENCE_WALKBY, SEQUENCE_CUT, SEQUENCE_NOISE } sequence;

static void make_subfolder(const studio *s, const char *name)
{
    char path[FIXTURE_PATH];
    snprintf(path, sizeof path, "%s/%s", s->options->out, name);
    mkdir(path, 0777);
}

static void sequence_scene(studio *s, sequence kind, int n, int frames)
{
    float seconds = (float) n / 25.0f;
    begin_scene(s);
    if (kind == SEQUENCE_WALKBY) {
        sy_fixture_walkby_scene(&s->build, (float) n / (float) (frames > 1 ? frames - 1 : 1),
                                seconds);
    } else if (kind == SEQUENCE_CUT) {
        sy_fixture_shot_scene(&s->build, n >= frames / 2, seconds);
    } else {
        sy_fixture_shot_scene(&s->build, 0, 0.0f);
        s->build.post.noise = 6.0f;
    }
    s->build.post.seed = (uint32_t) n + 1;
}

static void write_sequence(studio *s, sequence kind, int frames)
{
    make_subfolder(s, "rgb");
    make_subfolder(s, "depth");
    make_subfolder(s, "alpha");
    for (int n = 0; n < frames; n++) {
        char name[64];
        sequence_scene(s, kind, n, frames);
        sy_render_options o = { .samples = 4, .shadow_taps = 12 };
        sy_picture p = sy_picture_render(&s->build, s->renderer, &o);
        snprintf(name, sizeof name, "rgb/%06d", n);
        write_png(s, name, p.rgb, p.width, p.height, 3, 8);
        snprintf(name, sizeof name, "depth/%06d", n);
        write_grey16(s, name, p.inv_depth, p.width, p.height, 32768.0f);
        snprintf(name, sizeof name, "alpha/%06d", n);
        write_grey16(s, name, p.alpha, p.width, p.height, 65535.0f);
        sy_picture_free(&p);
    }
}

typedef struct fixture_kind {
    const char *name;
    bool still;
    int kind, width, height, frames;
} fixture_kind;

static const fixture_kind kinds[] = {
    { "blocks", true, SY_STILL_BLOCKS, 320, 240, 1 },
    { "hair", true, SY_STILL_HAIR, 640, 480, 1 },
    { "fur", true, SY_STILL_FUR, 480, 360, 1 },
    { "walkby", false, SEQUENCE_WALKBY, 256, 144, 200 },
    { "cut", false, SEQUENCE_CUT, 256, 144, 80 },
    { "static-noise", false, SEQUENCE_NOISE, 256, 144, 60 },
};

static const fixture_kind *find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    sy_die("there is no fixture '%s': blocks, hair, fur, walkby, cut or static-noise", name);
}

void sy_fixture_write(const sy_fixture_options *o)
{
    const fixture_kind *kind = find_kind(o->name);
    studio s = { .options = o,
                 .library = sy_alloc(1, sizeof *s.library),
                 .scene = sy_alloc(1, sizeof *s.scene) };
    s.renderer = sy_alloc(1, sizeof *s.renderer);
    s.width = o->width ? o->width : kind->width;
    s.height = o->height ? o->height : kind->height;
    sy_library_create(s.library, NULL);
    sy_mesh_init(&s.scene->mesh);
    mkdir(o->out, 0777);
    if (kind->still) {
        write_still(&s, (sy_fixture_still) kind->kind);
    } else {
        write_sequence(&s, (sequence) kind->kind, o->frames ? o->frames : kind->frames);
    }
    sy_renderer_finish(s.renderer);
    sy_mesh_finish(&s.scene->mesh);
    sy_library_destroy(s.library);
    free(s.renderer);
    free(s.scene);
    free(s.library);
}
