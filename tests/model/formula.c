/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "formula.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/safetensors_write.h"
#include "test_system.h"

enum { MOST_TENSORS = 512, BLOCKS = 12, TINY_WIDTH = 64, SMALL_WIDTH = 384, POSITIONS = 32 };

uint64_t formula_bits(const char *name, size_t i)
{
    uint64_t z = 0xCBF29CE484222325U;
    for (; *name != '\0'; name++) {
        z = (z ^ (uint8_t) *name) * 0x100000001B3U;
    }
    z += (uint64_t) (i + 1) * 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

double formula_unit(const char *name, size_t i)
{
    return 2.0 * ((double) (formula_bits(name, i) >> 40) / 16777216.0) - 1.0;
}

typedef struct maker {
    formula_network which;
    int width; /* channels of a token */
    zd_tensor_source tensors[MOST_TENSORS];
    int count;
} maker;

static bool ends(const char *name, const char *end)
{
    size_t length = strlen(name);
    return length >= strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

static void rule_of(const maker *m, const zd_tensor_source *t, double *c, double *s)
{
    const char *name = t->name;
    bool video = m->which == FORMULA_VIDEO || m->which == FORMULA_STILL;
    bool transposed =
        strstr(name, "resize_layers.0.weight") || strstr(name, "resize_layers.1.weight");
    double fan = 1.0;
    for (int i = 1; i < t->rank; i++) {
        fan *= (double) t->shape[i];
    }
    *c = 0.0;
    *s = sqrt(3.0 / (transposed ? (double) t->shape[0] : fan));
    if (ends(name, "pos_embed") || ends(name, "cls_token") || ends(name, "camera_token")) {
        *s = 0.5;
    } else if (ends(name, "gamma")) {
        *c = 0.6;
        *s = 0.5;
    } else if (ends(name, "weight") && (video ? strstr(name, "norm") != NULL : t->rank == 1)) {
        *c = 1.0;
        *s = 0.5;
    } else if (video && strcmp(name, "head.scratch.output_conv2.2.bias") == 0) {
        *c = 2.0;
        *s = 0.0;
    } else if (ends(name, "bias")) {
        *s = 0.1;
    }
}

/** The table of positions in a window, in float32 as it is stored. */
static float position(size_t at, size_t channels)
{
    size_t t = at / channels;
    size_t c = at % channels;
    float rate = expf((float) (c / 2 * 2) * (float) (-log(10000.0) / (double) channels));
    float angle = (float) t * rate;
    return c % 2 == 0 ? sinf(angle) : cosf(angle);
}

static void add(maker *m, int rank, const int *shape, const char *format, ...)
{
    va_list args;
    char name[200];
    zd_tensor_source *t = &m->tensors[m->count++];
    size_t count = 1;
    double c;
    double s;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    *t = (zd_tensor_source){ .name = strdup(name), .dtype = ZD_DTYPE_F32, .rank = rank };
    for (int i = 0; i < rank; i++) {
        t->shape[i] = (size_t) shape[i];
        count *= t->shape[i];
    }
    float *data = calloc(count, sizeof *data);
    rule_of(m, t, &c, &s);
    for (size_t i = 0; i < count && m->which != FORMULA_VIDEO_SMALL; i++) {
        data[i] =
            ends(name, ".pe") ? position(i, t->shape[2]) : (float) (c + s * formula_unit(name, i));
    }
    t->data = data;
}

#define S(...)      \
    (const int[])   \
    {               \
        __VA_ARGS__ \
    }

static void add_layer(maker *m, const char *begin, const char *name, int to, int from, int kernel)
{
    if (kernel > 0) {
        add(m, 4, S(to, from, kernel, kernel), "%s%s.weight", begin, name);
    } else {
        add(m, 2, S(to, from), "%s%s.weight", begin, name);
    }
    add(m, 1, S(to), "%s%s.bias", begin, name);
}

static void add_norm(maker *m, const char *begin, const char *name, int channels)
{
    add(m, 1, S(channels), "%s%s.weight", begin, name);
    add(m, 1, S(channels), "%s%s.bias", begin, name);
}

static void add_encoder(maker *m, const char *p)
{
    add(m, 3, S(1, 1, m->width), "%scls_token", p);
    add(m, 3, S(1, 1370, m->width), "%spos_embed", p);
    if (m->which == FORMULA_VIEWS) {
        add(m, 3, S(1, 2, m->width), "%scamera_token", p);
    }
    add_layer(m, p, "patch_embed.proj", m->width, 3, 14);
    for (int i = 0; i < BLOCKS; i++) {
        char b[64];
        snprintf(b, sizeof b, "%sblocks.%d.", p, i);
        add_norm(m, b, "norm1", m->width);
        add_norm(m, b, "norm2", m->width);
        add(m, 1, S(m->width), "%sls1.gamma", b);
        add(m, 1, S(m->width), "%sls2.gamma", b);
        if (m->which == FORMULA_VIEWS && i >= 4) {
            add_norm(m, b, "attn.q_norm", m->width);
            add_norm(m, b, "attn.k_norm", m->width);
        }
        add_layer(m, b, "attn.qkv", 3 * m->width, m->width, 0);
        add_layer(m, b, "attn.proj", m->width, m->width, 0);
        add_layer(m, b, "mlp.fc1", 4 * m->width, m->width, 0);
        add_layer(m, b, "mlp.fc2", m->width, 4 * m->width, 0);
    }
    add_norm(m, p, "norm", m->width);
}

static void add_head(maker *m, const char *h, int features, const int channels[4])
{
    int from = m->which == FORMULA_VIEWS ? 2 * m->width : m->width;
    char name[64];
    if (m->which == FORMULA_VIEWS) {
        add_norm(m, h, "norm", from);
    }
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "projects.%d", i);
        add_layer(m, h, name, channels[i], from, 1);
        add(m, 4, S(features, channels[i], 3, 3), "%sscratch.layer%d_rn.weight", h, i + 1);
        snprintf(name, sizeof name, "resize_layers.%d", i);
        if (i != 2) {
            add_layer(m, h, name, channels[i], channels[i], i == 0 ? 4 : i == 1 ? 2 : 3);
        }
    }
    for (int i = 1; i <= 4; i++) {
        snprintf(name, sizeof name, "scratch.refinenet%d.out_conv", i);
        add_layer(m, h, name, features, features, 1);
        for (int unit = i < 4 ? 1 : 2; unit <= 2; unit++) {
            for (int c = 1; c <= 2; c++) {
                snprintf(name, sizeof name, "scratch.refinenet%d.resConfUnit%d.conv%d", i, unit, c);
                add_layer(m, h, name, features, features, 3);
            }
        }
    }
    add_layer(m, h, "scratch.output_conv1", features / 2, features, 3);
    add_layer(m, h, "scratch.output_conv2.0", 32, features / 2, 3);
    add_layer(m, h, "scratch.output_conv2.2", m->which == FORMULA_VIEWS ? 2 : 1, 32, 1);
    if (m->which == FORMULA_MONO) {
        add_layer(m, h, "scratch.sky_output_conv2.0", 32, features / 2, 3);
        add_layer(m, h, "scratch.sky_output_conv2.2", 1, 32, 1);
    }
}

static void add_module(maker *m, int index, int channels)
{
    char p[80];
    char b[120];
    snprintf(p, sizeof p, "head.motion_modules.%d.temporal_transformer.", index);
    add_norm(m, p, "norm", channels);
    add_layer(m, p, "proj_in", channels, channels, 0);
    add_layer(m, p, "proj_out", channels, channels, 0);
    snprintf(b, sizeof b, "%stransformer_blocks.0.", p);
    for (int a = 0; a < 2; a++) {
        for (int i = 0; i < 3; i++) {
            add(m, 2, S(channels, channels), "%sattention_blocks.%d.to_%c.weight", b, a, "qkv"[i]);
        }
        add(m, 2, S(channels, channels), "%sattention_blocks.%d.to_out.0.weight", b, a);
        add(m, 1, S(channels), "%sattention_blocks.%d.to_out.0.bias", b, a);
        add(m, 3, S(1, POSITIONS, channels), "%sattention_blocks.%d.pos_encoder.pe", b, a);
        add(m, 1, S(channels), "%snorms.%d.weight", b, a);
        add(m, 1, S(channels), "%snorms.%d.bias", b, a);
    }
    add_layer(m, b, "ff.net.0.proj", 8 * channels, channels, 0);
    add_layer(m, b, "ff.net.2", channels, 4 * channels, 0);
    add_norm(m, b, "ff_norm", channels);
}

static void add_all(maker *m)
{
    static const int video[4] = { 8, 16, 64, 96 };
    static const int small[4] = { 48, 96, 192, 384 };
    static const int others[4] = { 8, 16, 24, 32 };
    if (m->which == FORMULA_VIDEO || m->which == FORMULA_VIDEO_SMALL) {
        const int *channels = m->which == FORMULA_VIDEO ? video : small;
        int features = m->which == FORMULA_VIDEO ? 32 : 64;
        add_encoder(m, "pretrained.");
        add_head(m, "head.", features, channels);
        for (int i = 0; i < 4; i++) {
            add_module(m, i, i < 2 ? channels[i + 2] : features);
        }
        return;
    }
    if (m->which == FORMULA_STILL) {
        add_encoder(m, "pretrained.");
        add_head(m, "depth_head.", 16, others);
        return;
    }
    add_encoder(m, "model.backbone.pretrained.");
    add_head(m, "model.head.", m->which == FORMULA_VIEWS ? 32 : 16, others);
    if (m->which == FORMULA_VIEWS) {
        add_layer(m, "model.cam_dec.", "backbone.0", 2 * m->width, 2 * m->width, 0);
        add_layer(m, "model.cam_dec.", "backbone.2", 2 * m->width, 2 * m->width, 0);
        add_layer(m, "model.cam_dec.", "fc_t", 3, 2 * m->width, 0);
        add_layer(m, "model.cam_dec.", "fc_qvec", 4, 2 * m->width, 0);
        add_layer(m, "model.cam_dec.", "fc_fov.0", 2, 2 * m->width, 0);
    }
}

char *formula_write(zd_context *ctx, formula_network which)
{
    return formula_write_wide(ctx, which, which == FORMULA_VIDEO_SMALL ? SMALL_WIDTH : TINY_WIDTH);
}

char *formula_write_wide(zd_context *ctx, formula_network which, int width)
{
    static maker m;
    static const char *const none[1][2] = { { "format", "pt" } };
    char folder[] = "/tmp/zdepth-formula-XXXXXX";
    char path[64];
    zd_error err;
    m = (maker){ .which = which, .width = width };
    add_all(&m);
    if (mkdtemp(folder) == NULL) {
        return NULL;
    }
    snprintf(path, sizeof path, "%s/tiny.safetensors", folder);
    zd_tensor_file file = { m.tensors, m.count, none, 1 };
    if (zd_safetensors_write(ctx, path, &file, &err) != ZD_OK) {
        printf("%s\n", err.message);
        return NULL;
    }
    for (int i = 0; i < m.count; i++) {
        free((void *) m.tensors[i].name);
        free((void *) m.tensors[i].data);
    }
    return strdup(path);
}

void formula_remove(char *path)
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    free(path);
}

void formula_window_frame(int t, int height, int width, float *rgb)
{
    char name[32];
    size_t cells = (size_t) height * (size_t) width;
    snprintf(name, sizeof name, "input.%d", t);
    for (size_t i = 0; i < 3 * cells; i++) {
        size_t c = i % 3;
        size_t y = i / 3 / (size_t) width;
        size_t x = i / 3 % (size_t) width;
        size_t from = (x + (size_t) width - (size_t) t % (size_t) width) % (size_t) width;
        double base = 2.0 * formula_unit("input", c * cells + y * (size_t) width + from);
        double own = 2.0 * formula_unit(name, c * cells + i / 3);
        rgb[i] = (float) (t == 0 ? base : 0.8 * base + 0.2 * own);
    }
}

void formula_film_frame(int t, int height, int width, float *rgb)
{
    char name[32];
    snprintf(name, sizeof name, "frames.%d", t);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int from = ((x - t) % width + width) % width;
            from = from < width / 8 * 8 ? from : from - width / 8 * 8;
            for (int c = 0; c < 3; c++) {
                size_t block = (size_t) ((y / 8) * (width / 8) + from / 8) * 3 + (size_t) c;
                size_t at = (size_t) ((y * width + x) * 3 + c);
                int base = (int) (formula_bits("frames.base", block) >> 56);
                int value = base + (int) (formula_bits(name, at) >> 60) - 8;
                value = value < 0 ? 0 : value > 255 ? 255 : value;
                rgb[at] = (float) value / 255.0f;
            }
        }
    }
}
