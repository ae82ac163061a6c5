/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Attention over all tokens. Keys and values of each head are packed into gemm panels once; then
 * a strip of a few queries at a time has its scores, softmax and weighted sum made while the strip
 * stays in the core's own cache: the scores never reach memory. The scale 1/sqrt(d) and the
 * softmax's log2(e) are multiplied into the queries, so that the exponential is a power of two.
 *
 * 16-bit form: queries are coded with a scale for each row, keys for each token, values for each
 * channel over all tokens; the softmax's rows with a scale that keeps sum |p| |v| below 2^31. */

#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/network_internal.h"

enum {
    VALUE_LIMIT = 2047,
    MOST_SIZE = 1024,       /* channels of a head */
    PANEL_STEP = 128,       /* bytes of a panel for each k or pair of k */
    LEAD = 64 * PANEL_STEP, /* how far a long panel is brought nearer in advance */
};

/** Sizes of one attention. */
typedef struct layout {
    int tokens;
    int padded; /* tokens, rounded up to whole panels */
    int width;  /* channels of a token */
    int size;   /* channels of a head */
    int even;   /* size, rounded up to even */
    int value_panels;
    bool is_i16;
    int code_limit; /* of queries and keys: size * limit^2 < 2^31 */
    /* Floats of one head's workspace. */
    size_t keys;
    size_t key_scales;
    size_t values;
    size_t value_scales;
    size_t head;
} layout;

static layout layout_of(const zd_network *net, int op)
{
    const zd_op *of = &net->graph.ops[op];
    layout l = { .tokens = net->values[op].height,
                 .width = of->channels,
                 .size = of->channels / of->heads };
    l.is_i16 = net->info.precision == ZD_PRECISION_FAST;
    l.padded = zd_panel_count(l.tokens) * ZD_PANEL;
    l.even = (l.size + 1) / 2 * 2;
    l.value_panels = zd_panel_count(l.size);
    l.code_limit = zd_int_min(8191, (int) sqrt(2147483000.0 / l.even));
    size_t shrink = l.is_i16 ? 2 : 1;
    l.keys = zd_round_floats((size_t) l.padded * (size_t) l.even / shrink);
    l.values = zd_round_floats((size_t) l.value_panels * ZD_PANEL * (size_t) l.padded / shrink);
    l.key_scales = l.is_i16 ? (size_t) l.padded : 0;
    l.value_scales = l.is_i16 ? (size_t) l.value_panels * ZD_PANEL : 0;
    l.head = l.keys + l.key_scales + l.values + l.value_scales;
    return l;
}

size_t zd_attention_pack_floats(const zd_network *net, int op)
{
    return layout_of(net, op).head * (size_t) net->graph.ops[op].heads;
}

/** Of a strip: queries, scores, their codes and scales. */
size_t zd_attention_temp_floats(const zd_network *net, int op)
{
    layout l = layout_of(net, op);
    return ZD_TILE_ROWS * (2 * (size_t) l.even + 2 * (size_t) l.padded + 16) + 64;
}

int zd_attention_pack_items(const zd_network *net, int op)
{
    return net->graph.ops[op].heads;
}

/** Up to ZD_PANEL tokens from `first` on: keys transposed, values copied; zeros after the last. */
static void pack_panel_f32(const layout *l, const float *qkv, int first, float *keys, float *values)
{
    size_t step = 3 * (size_t) l->width;
    int tokens = zd_int_min(ZD_PANEL, l->tokens - first);
    const float *k = qkv + (size_t) first * step + l->width;
    float *key = keys + (size_t) first * (size_t) l->size;
    for (int i0 = 0; i0 < l->size; i0 += 16) {
        int i1 = zd_int_min(i0 + 16, l->size);
        for (int t = 0; t < ZD_PANEL; t++) {
            for (int i = i0; i < i1; i++) {
                key[i * ZD_PANEL + t] = t < tokens ? k[(size_t) t * step + (size_t) i] : 0.0f;
            }
        }
    }
    for (int p = 0; p < l->value_panels; p++) {
        float *value = values + ((size_t) p * (size_t) l->padded + (size_t) first) * ZD_PANEL;
        size_t count = (size_t) zd_int_min(ZD_PANEL, l->size - p * ZD_PANEL);
        memset(value, 0, ZD_PANEL * ZD_PANEL * sizeof(float));
        for (int t = 0; t < tokens; t++) {
            memcpy(value + t * ZD_PANEL, k + (size_t) t * step + l->width + p * ZD_PANEL,
                   count * sizeof(float));
        }
    }
}

/** Codes one token's key; pairs of channels go where a dot product reads them. */
static void pack_key_i16(const layout *l, const zd_kernels *kernels, const float *k, int t,
                         int16_t *keys, float *scale)
{
    int16_t codes[MOST_SIZE + 2] = { 0 };
    int16_t *key = keys + ((size_t) (t / ZD_PANEL) * (size_t) l->even * ZD_PANEL) +
                   (size_t) (t % ZD_PANEL) * 2;
    float largest = kernels->largest_magnitude(k, l->size);
    float factor = largest > 0.0f ? (float) l->code_limit / largest : 0.0f;
    *scale = factor > 0.0f ? 1.0f / factor : 0.0f;
    kernels->encode_i16(k, l->size, factor, l->code_limit, codes);
    for (int i = 0; i < l->even; i += 2) {
        memcpy(key + i * ZD_PANEL, codes + i, 2 * sizeof *codes);
    }
}

/** Codes two tokens' values with a factor for each channel, and interleaves them. */
static void pack_values_i16(const layout *l, const zd_kernels *kernels, const float *v, int t,
                            const float *factors, int16_t *values)
{
    int16_t codes[2][MOST_SIZE + ZD_PANEL] = { { 0 } };
    float scaled[MOST_SIZE];
    size_t step = 3 * (size_t) l->width;
    for (int i = 0; i < 2 && t + i < l->tokens; i++) {
        kernels->mul(v + (size_t) i * step, factors, l->size, scaled);
        kernels->encode_i16(scaled, l->size, 1.0f, VALUE_LIMIT, codes[i]);
    }
    for (int p = 0; p < l->value_panels; p++) {
        int16_t *out = values + ((size_t) p * (size_t) l->padded + (size_t) t) * ZD_PANEL;
        for (int i = 0; i < ZD_PANEL; i++) {
            out[2 * i] = codes[0][p * ZD_PANEL + i];
            out[2 * i + 1] = codes[1][p * ZD_PANEL + i];
        }
    }
}

/** Largest magnitude of each channel of the values over all tokens. */
static void find_value_ranges(const layout *l, const float *v, float *ranges)
{
    size_t step = 3 * (size_t) l->width;
    for (int i = 0; i < l->value_panels * ZD_PANEL; i++) {
        ranges[i] = 0.0f;
    }
    for (int t = 0; t < l->tokens; t++, v += step) {
        for (int i = 0; i < l->size; i++) {
            float magnitude = v[i] < 0.0f ? -v[i] : v[i];
            ranges[i] = magnitude > ranges[i] ? magnitude : ranges[i];
        }
    }
}

static void pack_i16(const layout *l, const zd_kernels *kernels, const float *qkv, float *head,
                     float *factors)
{
    int16_t *keys = (int16_t *) (void *) head;
    float *key_scale = head + l->keys;
    int16_t *values = (int16_t *) (void *) (key_scale + l->key_scales);
    float *value_scale = key_scale + l->key_scales + l->values;
    size_t step = 3 * (size_t) l->width;
    find_value_ranges(l, qkv + 2 * l->width, factors);
    for (int i = 0; i < l->value_panels * ZD_PANEL; i++) {
        value_scale[i] = factors[i] / (float) VALUE_LIMIT;
        factors[i] = factors[i] > 0.0f ? (float) VALUE_LIMIT / factors[i] : 0.0f;
    }
    for (int t = 0; t < l->tokens; t++) {
        pack_key_i16(l, kernels, qkv + (size_t) t * step + l->width, t, keys, &key_scale[t]);
    }
    for (int t = l->tokens; t < l->padded; t++) {
        /* Codes of what is no token are left as they were: their scale is 0. */
        key_scale[t] = 0.0f;
    }
    for (int t = 0; t < l->padded; t += 2) {
        pack_values_i16(l, kernels, qkv + (size_t) t * step + 2 * l->width, t, factors, values);
    }
}

void zd_attention_pack_item(zd_network *net, int op, int item, float *temp)
{
    layout l = layout_of(net, op);
    const zd_value *from = &net->values[net->graph.ops[op].inputs[0]];
    const float *qkv = net->arena + from->offset + (size_t) item * (size_t) l.size;
    float *head = net->arena + net->values[op].pack_offset + (size_t) item * l.head;
    if (l.is_i16) {
        pack_i16(&l, net->kernels, qkv, head, temp);
    } else {
        for (int first = 0; first < l.padded; first += ZD_PANEL) {
            pack_panel_f32(&l, qkv, first, head, head + l.keys);
        }
    }
}

/** One strip of queries of one head. */
typedef struct strip {
    const zd_kernels *kernels;
    const layout *l;
    const float *qkv; /* of the strip's first token and of the head */
    float *head;
    float *out;
    int rows;
    float *queries;
    float *scores;
    float *scales;
} strip;

static float query_factor(const layout *l)
{
    return 1.44269504088896341f / sqrtf((float) l->size);
}

static void run_strip_f32(const strip *s)
{
    const layout *l = s->l;
    const float *values = s->head + l->keys;
    for (int r = 0; r < s->rows; r++) {
        s->kernels->scale(s->qkv + (size_t) r * 3 * (size_t) l->width, l->size, query_factor(l),
                          s->queries + r * l->size);
    }
    for (int p = 0; p < l->padded / ZD_PANEL; p++) {
        zd_tile tile = { .a = s->queries,
                         .row_step = l->size,
                         .segments = 1,
                         .length = l->size,
                         .b = s->head + (size_t) p * (size_t) l->size * ZD_PANEL,
                         .c = s->scores + p * ZD_PANEL,
                         .c_step = l->padded,
                         .columns = ZD_PANEL,
                         .next_step = PANEL_STEP };
        tile.next = (const char *) tile.b + l->size * PANEL_STEP;
        s->kernels->gemm_f32(&tile, s->rows);
    }
    for (int r = 0; r < s->rows; r++) {
        s->scales[r] =
            1.0f / s->kernels->softmax(s->scores + (size_t) r * (size_t) l->padded, l->tokens);
    }
    for (int p = 0; p < l->value_panels; p++) {
        zd_tile tile = { .a = s->scores,
                         .row_step = l->padded,
                         .segments = 1,
                         .length = l->tokens,
                         .b = values + (size_t) p * (size_t) l->padded * ZD_PANEL,
                         .c = s->out + p * ZD_PANEL,
                         .c_step = l->width,
                         .columns = zd_int_min(ZD_PANEL, l->size - p * ZD_PANEL),
                         .next_step = PANEL_STEP };
        tile.next = (const char *) tile.b + LEAD;
        s->kernels->gemm_f32(&tile, s->rows);
    }
    for (int r = 0; r < s->rows; r++) {
        float *row = s->out + (size_t) r * (size_t) l->width;
        s->kernels->scale(row, l->size, s->scales[r], row);
    }
}

/** Codes the strip's queries; scales[r] undoes it. */
static void code_queries(const strip *s, int16_t *codes)
{
    const layout *l = s->l;
    for (int r = 0; r < s->rows; r++) {
        const float *q = s->qkv + (size_t) r * 3 * (size_t) l->width;
        float largest = s->kernels->largest_magnitude(q, l->size);
        float factor = largest > 0.0f ? (float) l->code_limit / largest : 0.0f;
        s->scales[r] = factor > 0.0f ? query_factor(l) / factor : 0.0f;
        codes[r * l->even + l->even - 1] = 0;
        s->kernels->encode_i16(q, l->size, factor, l->code_limit, codes + r * l->even);
    }
}

/** Softmax of the strip's scores, coded; scales[r] undoes the code and divides by the sum. */
static void code_softmax(const strip *s, int16_t *codes)
{
    const layout *l = s->l;
    float room = 2147483647.0f / VALUE_LIMIT * 0.999f - 0.5f * (float) l->tokens;
    for (int r = 0; r < s->rows; r++) {
        float *row = s->scores + (size_t) r * (size_t) l->padded;
        float sum = s->kernels->softmax(row, l->tokens);
        float factor = fminf(32767.0f, room / sum);
        int16_t *to = codes + (size_t) r * (size_t) l->padded;
        s->kernels->encode_i16(row, l->tokens, factor, 32767, to);
        memset(to + l->tokens, 0, (size_t) (l->padded - l->tokens) * sizeof *to);
        s->scales[r] = 1.0f / (factor * sum);
    }
}

static void run_strip_i16(const strip *s)
{
    const layout *l = s->l;
    const float *key_scale = s->head + l->keys;
    const int16_t *values = (const int16_t *) (const void *) (key_scale + l->key_scales);
    const float *value_scale = key_scale + l->key_scales + l->values;
    int16_t *queries = (int16_t *) (void *) s->queries;
    int16_t *codes = (int16_t *) (void *) (s->scores + (size_t) ZD_TILE_ROWS * (size_t) l->padded);
    code_queries(s, queries);
    for (int p = 0; p < l->padded / ZD_PANEL; p++) {
        zd_tile tile = { .a = queries,
                         .row_step = l->even / 2,
                         .segments = 1,
                         .length = l->even / 2,
                         .b = (const int16_t *) (const void *) s->head +
                              (size_t) p * (size_t) l->even * ZD_PANEL,
                         .c = s->scores + p * ZD_PANEL,
                         .c_step = l->padded,
                         .columns = ZD_PANEL,
                         .row_scale = s->scales,
                         .row_scale_step = 1,
                         .column_scale = key_scale + p * ZD_PANEL,
                         .next_step = PANEL_STEP };
        tile.next = (const char *) tile.b + l->even / 2 * PANEL_STEP;
        s->kernels->gemm_i16(&tile, s->rows);
    }
    code_softmax(s, codes);
    for (int p = 0; p < l->value_panels; p++) {
        zd_tile tile = { .a = codes,
                         .row_step = l->padded / 2,
                         .segments = 1,
                         .length = l->padded / 2,
                         .b = values + (size_t) p * (size_t) l->padded * ZD_PANEL,
                         .c = s->out + p * ZD_PANEL,
                         .c_step = l->width,
                         .columns = zd_int_min(ZD_PANEL, l->size - p * ZD_PANEL),
                         .row_scale = s->scales,
                         .row_scale_step = 1,
                         .column_scale = value_scale + p * ZD_PANEL,
                         .next_step = PANEL_STEP };
        tile.next = (const char *) tile.b + LEAD;
        s->kernels->gemm_i16(&tile, s->rows);
    }
}

void zd_run_attention(const zd_band *band)
{
    zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *from = &net->values[op->inputs[0]];
    layout l = layout_of(net, band->op);
    int rows = band->y1 - band->y0;
    int strips = (rows + net->kernels->max_rows - 1) / net->kernels->max_rows;
    for (int h = 0; h < op->heads; h++) {
        for (int i = 0; i < strips; i++) {
            int first = band->y0 + rows * i / strips;
            int end = band->y0 + rows * (i + 1) / strips;
            strip s = { .kernels = net->kernels, .l = &l, .rows = end - first };
            s.qkv = net->arena + from->offset + (size_t) first * from->row + h * l.size;
            s.head = net->arena + net->values[band->op].pack_offset + (size_t) h * l.head;
            s.out = zd_value_row(band, band->op, first) + h * l.size;
            s.scales = band->temp;
            s.queries = s.scales + 16;
            s.scores = s.queries + zd_round_floats((size_t) (ZD_TILE_ROWS * l.even));
            if (l.is_i16) {
                run_strip_i16(&s);
            } else {
                run_strip_f32(&s);
            }
        }
    }
}
