/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "network_maker.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/** The next decision, 0 when there is none left. */
static unsigned decide(network_maker *m, unsigned choices)
{
    unsigned byte = m->at < m->end ? *m->at++ : 0;
    return choices > 0 ? byte % choices : byte;
}

/** Whether to bend here. */
static int bends(network_maker *m)
{
    return m->bend > 0 && decide(m, 0) % m->bend == 1;
}

static __attribute__((format(printf, 2, 3))) void add_list(network_maker *m, const char *format,
                                                           ...)
{
    va_list args;
    va_start(args, format);
    size_t room = sizeof m->list - m->list_length;
    int length = vsnprintf(m->list + m->list_length, room, format, args);
    va_end(args);
    m->list_length += length > 0 && (size_t) length < room ? (size_t) length : 0;
}

static __attribute__((format(printf, 2, 3))) void add_header(network_maker *m, const char *format,
                                                             ...)
{
    va_list args;
    va_start(args, format);
    size_t room = sizeof m->header - m->header_length;
    int length = vsnprintf(m->header + m->header_length, room, format, args);
    va_end(args);
    m->header_length += length > 0 && (size_t) length < room ? (size_t) length : 0;
}

/** One weight, of a kind that is chosen for each tensor. */
static float weight(network_maker *m, unsigned kind)
{
    static const float odd[] = { 0.0f, 1e30f, -1e30f, 1e-38f };
    m->noise = m->noise * 1664525U + 1013904223U;
    float x = (float) (m->noise >> 8) / 16777216.0f - 0.5f;
    if (kind < 12) {
        return x;
    }
    uint32_t bits = 0x7FC00000U;
    float nan;
    memcpy(&nan, &bits, sizeof nan);
    return kind == 15 ? nan : kind == 14 ? x * 1e6f : odd[m->noise >> 30];
}

static void add_tensor(network_maker *m, const char *name, const char *suffix, const int shape[4],
                       int rank)
{
    size_t count = 1;
    int bent[4] = { 1, 1, 1, 1 };
    for (int i = 0; i < rank; i++) {
        bent[i] = bends(m) ? (int) decide(m, 40) : shape[i];
        count *= (size_t) bent[i];
    }
    if (m->tensors == MAKER_MOST_TENSORS || count > (1 << 20) ||
        m->data_bytes + count * 4 > MAKER_FILE_BYTES - 131072)
    {
        return;
    }
    unsigned kind = decide(m, 22);
    uint8_t *to = m->data + m->data_bytes;
    for (size_t i = 0; i < count; i++) {
        float x = weight(m, kind);
        memcpy(to + i * 4, &x, sizeof x);
    }
    add_header(m, ",\"%s.%s\":{\"dtype\":\"%s\",\"shape\":[", name, suffix,
               bends(m) ? "F16" : "F32");
    for (int i = 0; i < rank; i++) {
        add_header(m, i > 0 ? ",%d" : "%d", bent[i]);
    }
    add_header(m, "],\"data_offsets\":[%zu,%zu]}", m->data_bytes, m->data_bytes + count * 4);
    m->data_bytes += count * 4;
    m->tensors++;
}

static const made_value *pick(network_maker *m)
{
    /* Late tensors more often, so that lists become long. */
    unsigned back = decide(m, 0);
    back = back < 160 ? 0 : back % (unsigned) m->count;
    const made_value *v = &m->values[m->count - 1 - (int) back];
    return v->is_output ? &m->values[0] : v;
}

/** Another tensor of the same size as one, or the one itself; with `channels` also of as many. */
static const made_value *pick_like(network_maker *m, const made_value *one, int channels)
{
    int start = (int) decide(m, (unsigned) m->count);
    for (int i = 0; i < m->count && !bends(m); i++) {
        const made_value *v = &m->values[(start + i) % m->count];
        if (!v->is_output && v->height == one->height && v->width == one->width &&
            (!channels || v->channels == one->channels))
        {
            return v;
        }
    }
    return one;
}

static void write_act(network_maker *m)
{
    static const char *const acts[] = { "",           "",          "",
                                        " act=relu",  " act=gelu", " act=sigmoid",
                                        " act=relu6", " act=none" };
    add_list(m, "%s\\n", acts[decide(m, bends(m) ? 8 : 7)]);
}

static int number(network_maker *m, int value)
{
    static const int odd[] = { 0, 1, 2, 15, 16, 17, 255, 16384, 16385, 65536, 999999 };
    return bends(m) ? odd[decide(m, 11)] : value;
}

static void make_conv(network_maker *m, made_value *v, const made_value *from)
{
    static const int kernels[] = { 1, 1, 3, 3, 5, 2, 16, 7 };
    static const int widths[] = { 1, 2, 3, 4, 8, 12, 24, 33, 64, 16 };
    int k = kernels[decide(m, 8)];
    int s = decide(m, 4) == 1 ? 2 + (int) decide(m, 15) : 1;
    int p = decide(m, 4) == 1 ? (int) decide(m, 9) : k / 2;
    int bias = decide(m, 4) != 1;
    int each = k > 1 && from->channels > 1 && decide(m, 3) == 1;
    v->channels = each ? from->channels : number(m, widths[decide(m, 10)]);
    v->height = (from->height + 2 * p - k) / s + 1;
    v->width = (from->width + 2 * p - k) / s + 1;
    add_list(m, "conv %s %s k=%d s=%d p=%d o=%d bias=%d", v->name, from->name, number(m, k),
             number(m, s), number(m, p), v->channels, bias);
    if (each) {
        add_list(m, " g=%d", number(m, from->channels));
    }
    int scaled = decide(m, 8) == 1;
    if (scaled) {
        add_list(m, " scale=%s.scale", v->name);
    }
    if (decide(m, 4) == 1) {
        add_list(m, " pre=relu");
    }
    write_act(m);
    int channels = v->channels < 4096 ? v->channels : 4096;
    add_tensor(m, v->name, "weight", (int[4]){ channels, each ? 1 : from->channels, k, k }, 4);
    if (bias) {
        add_tensor(m, v->name, "bias", (int[4]){ channels }, 1);
    }
    if (scaled) {
        add_tensor(m, v->name, "scale", (int[4]){ channels }, 1);
    }
}

static void make_convt(network_maker *m, made_value *v, const made_value *from)
{
    int k = 1 + (int) decide(m, 4);
    v->channels = 1 + (int) decide(m, 40);
    v->height = from->height * k;
    v->width = from->width * k;
    add_list(m, "convt %s %s k=%d o=%d", v->name, from->name, number(m, k), number(m, v->channels));
    write_act(m);
    add_tensor(m, v->name, "weight", (int[4]){ from->channels, v->channels, k, k }, 4);
    add_tensor(m, v->name, "bias", (int[4]){ v->channels }, 1);
}

static void make_pair(network_maker *m, made_value *v, const made_value *from)
{
    const made_value *second = pick_like(m, from, 1);
    for (int i = 0; i < m->count && decide(m, 4) == 1; i++) {
        const made_value *one = &m->values[i];
        second =
            one->height == 1 && one->width == 1 && one->channels == from->channels ? one : second;
    }
    add_list(m, "%s %s %s %s", decide(m, 2) ? "mul" : "add", v->name, from->name, second->name);
    write_act(m);
}

static void make_cat(network_maker *m, made_value *v, const made_value *from)
{
    int more = 1 + (int) decide(m, 3);
    add_list(m, "cat %s %s", v->name, from->name);
    for (int i = 0; i < more; i++) {
        const made_value *other = pick_like(m, from, 0);
        v->channels += other->channels;
        add_list(m, " %s", other->name);
    }
    write_act(m);
}

static void make_resize(network_maker *m, made_value *v, const made_value *from)
{
    if (decide(m, 2)) {
        int factor = 1 + (int) decide(m, 4);
        v->height *= factor;
        v->width *= factor;
        add_list(m, "resize %s %s factor=%d", v->name, from->name, number(m, factor));
    } else {
        const made_value *like = pick(m);
        v->height = like->height;
        v->width = like->width;
        add_list(m, "resize %s %s like=%s", v->name, from->name, like->name);
    }
    write_act(m);
}

static void make_tokens(network_maker *m, made_value *v, const made_value *from)
{
    int side = 1 + (int) decide(m, 6);
    v->height = from->height * from->width + 1;
    v->width = 1;
    add_list(m, "tokens %s %s\\n", v->name, from->name);
    add_tensor(m, v->name, "pos_embed", (int[4]){ 1, side * side + 1, from->channels }, 3);
    add_tensor(m, v->name, "cls_token", (int[4]){ 1, 1, from->channels }, 3);
}

/** What tokens can be laid out like, or NULL. */
static const made_value *grid_of(const network_maker *m, const made_value *from)
{
    const made_value *like = NULL;
    for (int i = 0; i < m->count && from->width == 1; i++) {
        const made_value *one = &m->values[i];
        like = one->height * one->width + 1 == from->height ? one : like;
    }
    return like;
}

static void make_grid(network_maker *m, made_value *v, const made_value *from)
{
    const made_value *like = bends(m) ? NULL : grid_of(m, from);
    like = like != NULL ? like : pick(m);
    v->height = like->height;
    v->width = like->width;
    add_list(m, "grid %s %s like=%s\\n", v->name, from->name, like->name);
}

static void make_norm(network_maker *m, made_value *v, const made_value *from)
{
    add_list(m, "norm %s %s", v->name, from->name);
    write_act(m);
    add_tensor(m, v->name, "weight", (int[4]){ from->channels }, 1);
    add_tensor(m, v->name, "bias", (int[4]){ from->channels }, 1);
}

static void make_attention(network_maker *m, made_value *v, const made_value *from)
{
    static const int heads[] = { 1, 2, 3, 4 };
    int count = heads[decide(m, 4)];
    made_value qkv = *from;
    int size = 1 + (int) decide(m, 12);
    qkv.channels = 3 * count * size;
    snprintf(qkv.name, sizeof qkv.name, "%s.qkv", v->name);
    add_list(m, "conv %s %s k=1 o=%d\\n", qkv.name, from->name, number(m, qkv.channels));
    add_tensor(m, qkv.name, "weight", (int[4]){ qkv.channels, from->channels, 1, 1 }, 4);
    add_tensor(m, qkv.name, "bias", (int[4]){ qkv.channels }, 1);
    v->channels = qkv.channels / 3;
    add_list(m, "attention %s %s heads=%d", v->name, qkv.name, number(m, count));
    write_act(m);
}

/** Views: tokens of a picture, a picture of as many cells, or what a window holds. */
static void make_view(network_maker *m, made_value *v, const made_value *from)
{
    unsigned which = decide(m, 3);
    const made_value *like = pick_like(m, from, 0);
    if (which == 0) {
        add_list(m, "hold %s %s\\n", v->name, from->name);
    } else if (which == 1) {
        add_list(m, "shape %s %s like=%s\\n", v->name, from->name, like->name);
    } else {
        v->height = from->height * from->width;
        v->width = 1;
        add_list(m, "shape %s %s\\n", v->name, from->name);
    }
}

/** Attention along time or over tokens, of queries that may be normalised and turned. */
static void make_time(network_maker *m, made_value *v, const made_value *from)
{
    int heads = 1 + (int) decide(m, 3);
    int channels = heads * 4 * (1 + (int) decide(m, 3));
    int turned = decide(m, 2) == 1;
    char qkv[40];
    char parts[48];
    snprintf(qkv, sizeof qkv, "%s.q", v->name);
    add_list(m, "conv %s %s k=1 o=%d\\n", qkv, from->name, 3 * channels);
    add_tensor(m, qkv, "weight", (int[4]){ 3 * channels, from->channels, 1, 1 }, 4);
    add_tensor(m, qkv, "bias", (int[4]){ 3 * channels }, 1);
    if (turned) {
        int size = channels / heads;
        add_list(m, "headnorm %s.n %s heads=%d eps=%d\\n", v->name, qkv, number(m, heads),
                 1 + (int) decide(m, 12));
        add_list(m, "rope %s.r %s.n heads=%d like=%s flat=%d\\n", v->name, v->name,
                 number(m, heads), pick(m)->name, decide(m, 4) != 1);
        snprintf(parts, sizeof parts, "%s.n", v->name);
        add_tensor(m, parts, "q_norm.weight", (int[4]){ size }, 1);
        add_tensor(m, parts, "q_norm.bias", (int[4]){ size }, 1);
        add_tensor(m, parts, "k_norm.weight", (int[4]){ size }, 1);
        add_tensor(m, parts, "k_norm.bias", (int[4]){ size }, 1);
        snprintf(qkv, sizeof qkv, "%s.r", v->name);
    }
    v->channels = channels;
    if (decide(m, 3) == 0) {
        const char *kind = decide(m, 2) == 0 ? "views" : "attention";
        add_list(m, "%s %s %s heads=%d\\n", kind, v->name, qkv, number(m, heads));
        return;
    }
    add_list(m, "time %s %s heads=%d\\n", v->name, qkv, number(m, heads));
    add_tensor(m, v->name, "pos_encoder.pe", (int[4]){ 1, 32, channels }, 3);
    for (int i = 0; i < 3; i++) {
        snprintf(parts, sizeof parts, "to_%c.weight", "qkv"[i]);
        add_tensor(m, v->name, parts, (int[4]){ channels, channels }, 2);
    }
}

/** What the newer families add beside attention. */
static void make_newer(network_maker *m, made_value *v, const made_value *from)
{
    unsigned which = decide(m, 5);
    if (which == 0) {
        int groups = from->channels % 4 == 0 ? 4 : 1;
        add_list(m, "groupnorm %s %s g=%d\\n", v->name, from->name, number(m, groups));
        add_tensor(m, v->name, "weight", (int[4]){ from->channels }, 1);
        add_tensor(m, v->name, "bias", (int[4]){ from->channels }, 1);
    } else if (which == 1 && (from->channels % 2 == 0 || bends(m))) {
        v->channels = from->channels / 2;
        add_list(m, "geglu %s %s\\n", v->name, from->name);
    } else if (which == 2 && (from->channels % 4 == 0 || bends(m))) {
        add_list(m, "place %s %s\\n", v->name, from->name);
    } else if (which == 3 && (from->width == 1 || bends(m))) {
        v->height = 1;
        add_list(m, "first %s %s\\n", v->name, from->name);
    } else {
        add_list(m, "mark %s %s w=%s.token\\n", v->name, from->name, v->name);
        add_tensor(m, v->name, "token", (int[4]){ 1, 2, from->channels }, 3);
    }
}

static void make_op(network_maker *m)
{
    static const char *const plain[] = { "up2", "avg2", "gap" };
    const made_value *from = pick(m);
    made_value *v = &m->values[m->count];
    unsigned kind = decide(m, 16);
    *v = *from;
    snprintf(v->name, sizeof v->name, "x%d", m->count);
    if (from->width == 1 && decide(m, 2)) {
        kind = 11 + decide(m, 4); /* tokens: what belongs to them */
    }
    bool wrong = kind == 11 ? grid_of(m, from) == NULL : kind > 12 && kind < 15 && from->width > 1;
    if (kind < 4 || (wrong && !bends(m))) {
        make_conv(m, v, from);
    } else if (kind == 4) {
        make_convt(m, v, from);
    } else if (kind == 16 || kind == 17) {
        make_view(m, v, from);
    } else if (kind == 18 || kind == 19) {
        make_newer(m, v, from);
    } else if (kind > 19) {
        if (from->width > 1 && !bends(m)) {
            make_view(m, v, from);
        } else {
            make_time(m, v, from);
        }
    } else if (kind < 7) {
        make_pair(m, v, from);
    } else if (kind == 7) {
        make_cat(m, v, from);
    } else if (kind == 8) {
        make_resize(m, v, from);
    } else if (kind == 9) {
        unsigned which = decide(m, 3);
        v->height = which == 0 ? v->height * 2 : which == 1 ? v->height / 2 : 1;
        v->width = which == 0 ? v->width * 2 : which == 1 ? v->width / 2 : 1;
        add_list(m, "%s %s %s", plain[which], v->name, from->name);
        write_act(m);
    } else if (kind == 10 || kind == 15) {
        make_tokens(m, v, from);
    } else if (kind == 11) {
        make_grid(m, v, from);
    } else if (kind == 12) {
        make_norm(m, v, from);
    } else {
        make_attention(m, v, from);
    }
    m->count++;
}

/** Outputs of the last tensors, brought to the picture's size. */
static void make_outputs(network_maker *m)
{
    static const char *const names[] = { "nearness", "foreground", "sky" };
    int count = 1 + (int) decide(m, 3);
    for (int i = 0; i < count; i++) {
        const made_value *from = pick(m);
        add_list(m, "resize big%d %s like=x0\\noutput %s big%d channel=%d", i, from->name, names[i],
                 i, number(m, (int) decide(m, (unsigned) from->channels)));
        write_act(m);
    }
}

size_t network_maker_make(network_maker *m, const uint8_t *decisions, size_t count, uint8_t *out)
{
    *m = (network_maker){ .at = decisions, .end = decisions + count };
    m->data = out + 131072; /* moved to its place when the header is known */
    static const int multiples[] = { 1, 2, 8, 14, 16, 32 };
    static const unsigned bending[] = { 0, 0, 50, 120 };
    m->bend = bending[decide(m, 4)];
    m->multiple = multiples[decide(m, 6)];
    m->width = m->multiple * (1 + (int) decide(m, 5));
    m->height = m->multiple * (1 + (int) decide(m, 5));
    m->fast = (int) decide(m, 2);
    m->keep = decide(m, 4) == 1;
    m->noise = decide(m, 0);
    int ops = 1 + (int) decide(m, MAKER_MOST_OPS - 8);
    m->values[0] = (made_value){ "x0", 3, m->height, m->width, 0 };
    m->count = 1;
    add_list(m, "input x0 c=3\\n");
    for (int i = 0; i < ops; i++) {
        make_op(m);
    }
    make_outputs(m);
    char tensors[sizeof m->header];
    memcpy(tensors, m->header, m->header_length + 1);
    m->header_length = 0;
    add_header(m,
               "{\"__metadata__\":{\"format\":\"zdepth-embedded\",\"version\":\"1\",\"multiple\":"
               "\"%d\",\"mean\":\"0.5 0.4 0.3\",\"std\":\"0.2 0.3 %s\",\"arch\":\"%s\"}%s}",
               m->multiple, bends(m) ? "0" : "0.1", m->list, tensors);
    if (m->header_length == 0) {
        return 0;
    }
    for (int i = 0; i < 8; i++) {
        out[i] = (uint8_t) (i < 3 ? m->header_length >> (8 * i) : 0);
    }
    memcpy(out + 8, m->header, m->header_length);
    memmove(out + 8 + m->header_length, m->data, m->data_bytes);
    return 8 + m->header_length + m->data_bytes;
}
