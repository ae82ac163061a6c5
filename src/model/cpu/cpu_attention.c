/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Attention over all tokens. Each item of the stage that makes queries, keys and values also packs
 * its keys and values into gemm panels, while they are near; then a strip of a few queries at a time
 * has its scores, softmax and weighted sum made while the strip stays in the core's own cache: the
 * scores never reach memory. The scale 1/sqrt(d) and the softmax's log2(e) are multiplied into the
 * queries, so that the exponential is a power of two.
 *
 * 16-bit form: queries, keys and values are coded with a scale for each token. A value's scale is
 * multiplied into its weight, and a row of weights has a scale that keeps sum |p| |v| below 2^31. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/runner_internal.h"

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

static layout layout_of(const zd_runner *cpu, int op)
{
    const zd_op *of = &cpu->graph->ops[op];
    assert(of->heads > 0 && of->channels % of->heads == 0);
    layout l = { .tokens = cpu->values[op].height,
                 .width = of->channels,
                 .size = of->channels / of->heads };
    l.is_i16 = cpu->model->info.precision == ZD_PRECISION_FAST;
    l.padded = zd_panel_count(l.tokens) * ZD_PANEL;
    l.even = (l.size + 1) / 2 * 2;
    l.value_panels = zd_panel_count(l.size);
    l.code_limit = zd_int_min(8191, (int) sqrt(2147483000.0 / l.even));
    size_t shrink = l.is_i16 ? 2 : 1;
    l.keys = zd_round_floats((size_t) l.padded * (size_t) l.even / shrink);
    l.values = zd_round_floats((size_t) l.value_panels * ZD_PANEL * (size_t) l.padded / shrink);
    l.key_scales = l.is_i16 ? (size_t) l.padded : 0;
    l.value_scales = l.is_i16 ? (size_t) l.padded : 0;
    l.head = l.keys + l.key_scales + l.values + l.value_scales;
    assert(l.tokens > 0 && l.size <= MOST_SIZE);
    return l;
}

size_t zd_attention_pack_floats(const zd_runner *cpu, int op)
{
    return layout_of(cpu, op).head * (size_t) cpu->graph->ops[op].heads;
}

/** Of a strip: queries, scores, their codes and scales. */
size_t zd_attention_temp_floats(const zd_runner *cpu, int op, int rows)
{
    (void) rows;
    layout l = layout_of(cpu, op);
    return ZD_TILE_ROWS * (2 * (size_t) l.even + 2 * (size_t) l.padded + 16 + ZD_TOP_LANES) + 64;
}

/** Keys of tokens first..end of one panel transposed, values copied. */
static void pack_f32(const layout *l, const float *k, int first, int end, float *head)
{
    assert(first < end && first / ZD_PANEL == (end - 1) / ZD_PANEL);
    size_t step = 3 * (size_t) l->width;
    float *values = head + l->keys;
    float *key = head + (size_t) (first / ZD_PANEL) * (size_t) l->size * ZD_PANEL;
    for (int i0 = 0; i0 < l->size; i0 += 16) {
        int i1 = zd_int_min(i0 + 16, l->size);
        for (int t = first; t < end; t++) {
            const float *from = k + (size_t) (t - first) * step;
            for (int i = i0; i < i1; i++) {
                key[i * ZD_PANEL + t % ZD_PANEL] = from[i];
            }
        }
    }
    for (int t = first; t < end; t++, k += step) {
        for (int p = 0; p < l->value_panels; p++) {
            int count = zd_int_min(ZD_PANEL, l->size - p * ZD_PANEL);
            float *value = values + ((size_t) p * (size_t) l->padded + (size_t) t) * ZD_PANEL;
            memcpy(value, k + l->width + p * ZD_PANEL, (size_t) count * sizeof(float));
            memset(value + count, 0, (size_t) (ZD_PANEL - count) * sizeof(float));
        }
    }
}

/** Codes one token's key or value; returns the scale that undoes it. */
static float code_token(const layout *l, const zd_kernels *kernels, const float *x, int limit,
                        int16_t *codes)
{
    float largest = kernels->largest_magnitude(x, l->size);
    float factor = largest > 0.0f ? (float) limit / largest : 0.0f;
    kernels->encode_i16(x, l->size, factor, -limit, limit, codes);
    return factor > 0.0f ? 1.0f / factor : 0.0f;
}

/** Pairs of a key's channels go where a dot product reads them, and values of two tokens together:
 *  the first of them is even. */
static void pack_i16(const layout *l, const zd_kernels *kernels, const float *k, int first, int end,
                     float *head)
{
    int16_t codes[2][MOST_SIZE + ZD_PANEL] = { { 0 } };
    float *key_scale = head + l->keys;
    int16_t *values = (int16_t *) (void *) (key_scale + l->key_scales);
    float *value_scale = key_scale + l->key_scales + l->values;
    for (int t = first; t < end; t++, k += 3 * (size_t) l->width) {
        int16_t *key = (int16_t *) (void *) head +
                       (size_t) (t / ZD_PANEL) * (size_t) l->even * ZD_PANEL +
                       (size_t) (t % ZD_PANEL) * 2;
        key_scale[t] = code_token(l, kernels, k, l->code_limit, codes[0]);
        for (int i = 0; i < l->even; i += 2) {
            memcpy(key + i * ZD_PANEL, codes[0] + i, 2 * sizeof codes[0][0]);
        }
    }
    k -= 3 * (size_t) l->width * (size_t) (end - first);
    for (int t = first; t < end; t += 2, k += 6 * (size_t) l->width) {
        const float *v = k + l->width;
        value_scale[t] = code_token(l, kernels, v, VALUE_LIMIT, codes[0]);
        if (t + 1 < end) {
            v += 3 * (size_t) l->width;
            value_scale[t + 1] = code_token(l, kernels, v, VALUE_LIMIT, codes[1]);
        } else {
            memset(codes[1], 0, (size_t) l->size * sizeof codes[1][0]);
        }
        for (int p = 0; p < l->value_panels; p++) {
            int16_t *out = values + ((size_t) p * (size_t) l->padded + (size_t) t) * ZD_PANEL;
            for (int i = 0; i < ZD_PANEL; i++) {
                out[2 * i] = codes[0][p * ZD_PANEL + i];
                out[2 * i + 1] = codes[1][p * ZD_PANEL + i];
            }
        }
    }
}

/** What stands for tokens after the last in the last panel. */
static void pack_rest(const layout *l, float *head)
{
    size_t key = (size_t) (l->padded - ZD_PANEL) * (size_t) l->even;
    for (int t = l->tokens; t < l->padded && l->is_i16; t++) {
        /* Their codes may be anything: their scores are not used, and their weights are 0. */
        head[l->keys + (size_t) t] = 0.0f;
        head[l->keys + l->key_scales + l->values + (size_t) t] = 0.0f;
    }
    for (int t = l->tokens; t < l->padded && !l->is_i16; t++) {
        for (int i = 0; i < l->size; i++) {
            head[key + (size_t) (i * ZD_PANEL + t % ZD_PANEL)] = 0.0f;
        }
    }
}

void zd_attention_pack(zd_runner *cpu, int op, int y0, int y1)
{
    layout l = layout_of(cpu, op);
    const zd_value *from = &cpu->values[cpu->graph->ops[op].inputs[0]];
    for (int h = 0; h < cpu->graph->ops[op].heads; h++) {
        float *head = cpu->arena + cpu->values[op].pack_offset + (size_t) h * l.head;
        for (int first = y0; first < y1;) {
            int end = zd_int_min(y1, (first / ZD_PANEL + 1) * ZD_PANEL);
            const float *k = zd_value_data(cpu, cpu->graph->ops[op].inputs[0]) +
                             (size_t) first * from->row + (size_t) (l.width + h * l.size);
            if (l.is_i16) {
                pack_i16(&l, cpu->kernels, k, first, end, head);
            } else {
                pack_f32(&l, k, first, end, head);
            }
            first = end;
        }
        if (y1 == l.tokens) {
            pack_rest(&l, head);
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
    float *tops; /* largest scores; see zd_tile */
} strip;

static float query_factor(const layout *l)
{
    return 1.44269504088896341f / sqrtf((float) l->size);
}

static void clear_tops(const strip *s)
{
    for (int i = 0; i < ZD_TILE_ROWS * ZD_TOP_LANES; i++) {
        s->tops[i] = -INFINITY;
    }
}

/** The tops of a row of scores, when a panel of keys is whole: what pads the last is no token. */
static float *panel_tops(const strip *s, int panel)
{
    return (panel + 1) * ZD_PANEL <= s->l->tokens ? s->tops : NULL;
}

/** The largest score of a row. */
static float top_score(const strip *s, int r)
{
    int whole = s->l->tokens / ZD_PANEL * ZD_PANEL;
    const float *row = s->scores + (size_t) r * (size_t) s->l->padded;
    return fmaxf(s->kernels->largest(s->tops + r * ZD_TOP_LANES, ZD_TOP_LANES),
                 s->kernels->largest(row + whole, s->l->tokens - whole));
}

static void run_strip_f32(const strip *s)
{
    const layout *l = s->l;
    const float *values = s->head + l->keys;
    for (int r = 0; r < s->rows; r++) {
        s->kernels->scale(s->qkv + (size_t) r * 3 * (size_t) l->width, l->size, query_factor(l),
                          s->queries + r * l->size);
    }
    clear_tops(s);
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
        tile.tops = panel_tops(s, p);
        s->kernels->gemm_f32(&tile, s->rows);
    }
    for (int r = 0; r < s->rows; r++) {
        float *row = s->scores + (size_t) r * (size_t) l->padded;
        s->scales[r] = 1.0f / s->kernels->softmax(row, top_score(s, r), l->tokens);
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
        s->kernels->encode_i16(q, l->size, factor, -l->code_limit, l->code_limit,
                               codes + r * l->even);
    }
}

/** Softmax of the strip's scores times the values' scales, coded; scales[r] undoes the code and
 *  divides by the sum. */
static void code_softmax(const strip *s, const float *value_scale, int16_t *codes)
{
    const layout *l = s->l;
    float room = 2147483647.0f / VALUE_LIMIT * 0.999f - 0.5f * (float) l->tokens;
    float top_weight = s->kernels->largest(value_scale, l->tokens);
    for (int r = 0; r < s->rows; r++) {
        float *row = s->scores + (size_t) r * (size_t) l->padded;
        float top = top_score(s, r);
        for (int t = l->tokens; t < l->padded; t++) {
            row[t] = -INFINITY;
        }
        s->scales[r] = s->kernels->softmax_i16(row, top, value_scale, top_weight, l->padded, room,
                                               codes + (size_t) r * (size_t) l->padded);
    }
}

static void run_strip_i16(const strip *s)
{
    static const float ones[ZD_PANEL] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                          1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
    const layout *l = s->l;
    const float *key_scale = s->head + l->keys;
    const int16_t *values = (const int16_t *) (const void *) (key_scale + l->key_scales);
    const float *value_scale = key_scale + l->key_scales + l->values;
    int16_t *queries = (int16_t *) (void *) s->queries;
    int16_t *codes = (int16_t *) (void *) (s->scores + (size_t) ZD_TILE_ROWS * (size_t) l->padded);
    code_queries(s, queries);
    clear_tops(s);
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
        tile.tops = panel_tops(s, p);
        s->kernels->gemm_i16(&tile, s->rows);
    }
    code_softmax(s, value_scale, codes);
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
                         .column_scale = ones,
                         .next_step = PANEL_STEP };
        tile.next = (const char *) tile.b + LEAD;
        s->kernels->gemm_i16(&tile, s->rows);
    }
}

void zd_run_attention(const zd_band *band)
{
    zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *from = &cpu->values[op->inputs[0]];
    layout l = layout_of(cpu, band->op);
    int rows = band->y1 - band->y0;
    assert(rows > 0);
    int strips = (rows + cpu->kernels->max_rows - 1) / cpu->kernels->max_rows;
    for (int h = 0; h < op->heads; h++) {
        for (int i = 0; i < strips; i++) {
            int first = band->y0 + rows * i / strips;
            int end = band->y0 + rows * (i + 1) / strips;
            strip s = { .kernels = cpu->kernels, .l = &l, .rows = end - first };
            s.qkv = zd_value_data(cpu, op->inputs[0]) + (size_t) first * from->row + h * l.size;
            s.head = cpu->arena + cpu->values[band->op].pack_offset + (size_t) h * l.head;
            s.out = zd_value_row(band, band->op, first) + h * l.size;
            s.scales = band->temp;
            s.tops = s.scales + 16;
            s.queries = s.tops + (size_t) ZD_TILE_ROWS * ZD_TOP_LANES;
            s.scores = s.queries + zd_round_floats((size_t) ZD_TILE_ROWS * (size_t) l.even);
            if (l.is_i16) {
                run_strip_i16(&s);
            } else {
                run_strip_f32(&s);
            }
        }
    }
    zd_finish_band(band);
}
