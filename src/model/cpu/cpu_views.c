/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Attention over the tokens of all views (ops/op_views.c). Every item packs keys and values of a head for
 * itself, an eighth of its work, so that no other stage needs to know of it; float32 in both precisions. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/runner_internal.h"

/** One head of all views. */
typedef struct head_of {
    const zd_kernels *kernels;
    int size;
    int tokens;    /* of all views */
    int padded;    /* rounded up to whole panels */
    float *keys;   /* [panels][size][ZD_PANEL] */
    float *values; /* [panels of size][tokens][ZD_PANEL] */
    float *asked;  /* [ZD_TILE_ROWS][size] */
    float *scores; /* [ZD_TILE_ROWS][padded] */
} head_of;

static size_t value_floats(const head_of *h)
{
    return (size_t) zd_panel_count(h->size) * ZD_PANEL * (size_t) h->padded;
}

static size_t key_floats(const head_of *h)
{
    return (size_t) h->padded * (size_t) h->size;
}

static head_of head_for(const zd_runner *cpu, int op)
{
    const zd_op *of = &cpu->graph->ops[op];
    int tokens = cpu->values[op].height * cpu->plan->frames;
    return (head_of){ .kernels = cpu->kernels,
                      .size = of->channels / of->heads,
                      .tokens = tokens,
                      .padded = zd_panel_count(tokens) * ZD_PANEL };
}

size_t zd_views_temp_floats(const zd_runner *cpu, int op, int rows)
{
    (void) rows;
    head_of h = head_for(cpu, op);
    return key_floats(&h) + value_floats(&h) +
           ZD_TILE_ROWS * ((size_t) h.size + (size_t) h.padded) + 64;
}

/** Packs keys and values of the head whose first channel is `first`. */
static void pack_head(const head_of *h, const zd_op_frames *f, int channels, int first)
{
    int each = h->tokens / f->count;
    memset(h->keys, 0, key_floats(h) * sizeof(float));
    for (int k = 0; k < h->tokens; k++) {
        const float *key = f->keys[k / each] + (size_t) (k % each) * f->step[k / each] + first;
        const float *value = key + channels;
        float *to = h->keys + (size_t) (k / ZD_PANEL * ZD_PANEL) * (size_t) h->size + k % ZD_PANEL;
        for (int i = 0; i < h->size; i++) {
            to[i * ZD_PANEL] = key[i];
        }
        for (int p = 0; p < zd_panel_count(h->size); p++) {
            int columns = zd_int_min(ZD_PANEL, h->size - p * ZD_PANEL);
            float *row = h->values + ((size_t) p * (size_t) h->tokens + (size_t) k) * ZD_PANEL;
            memset(row, 0, ZD_PANEL * sizeof(float));
            memcpy(row, value + p * ZD_PANEL, (size_t) columns * sizeof(float));
        }
    }
}

/** The results of a few queries of the head. */
static void run_strip(const head_of *h, const float *query, size_t query_step, int rows, float *out,
                      int channels)
{
    float factor = 1.44269504088896341f / sqrtf((float) h->size);
    for (int r = 0; r < rows; r++) {
        h->kernels->scale(query + (size_t) r * query_step, h->size, factor, h->asked + r * h->size);
    }
    for (int p = 0; p < h->padded / ZD_PANEL; p++) {
        const float *panel = h->keys + (size_t) p * (size_t) h->size * ZD_PANEL;
        zd_tile tile = { .a = h->asked,
                         .row_step = h->size,
                         .segments = 1,
                         .length = h->size,
                         .b = panel,
                         .c = h->scores + p * ZD_PANEL,
                         .c_step = h->padded,
                         .columns = ZD_PANEL,
                         .next = (const char *) panel };
        h->kernels->gemm_f32(&tile, rows);
    }
    for (int r = 0; r < rows; r++) {
        float *row = h->scores + (size_t) r * (size_t) h->padded;
        float sum = h->kernels->softmax(row, h->kernels->largest(row, h->tokens), h->tokens);
        h->kernels->scale(row, h->tokens, 1.0f / sum, row);
    }
    for (int p = 0; p < zd_panel_count(h->size); p++) {
        const float *panel = h->values + (size_t) p * (size_t) h->tokens * ZD_PANEL;
        zd_tile tile = { .a = h->scores,
                         .row_step = h->padded,
                         .segments = 1,
                         .length = h->tokens,
                         .b = panel,
                         .c = out + p * ZD_PANEL,
                         .c_step = channels,
                         .columns = zd_int_min(ZD_PANEL, h->size - p * ZD_PANEL),
                         .next = (const char *) panel };
        h->kernels->gemm_f32(&tile, rows);
    }
}

void zd_run_views(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_op_frames *f = band->frames;
    head_of h = head_for(cpu, band->op);
    h.tokens = cpu->values[band->op].height * f->count; /* a window may be shorter than the plan */
    h.padded = zd_panel_count(h.tokens) * ZD_PANEL;
    h.keys = band->temp;
    h.values = h.keys + key_floats(&h);
    h.asked = h.values + value_floats(&h);
    h.scores = h.asked + (size_t) ZD_TILE_ROWS * (size_t) h.size;
    int rows = band->y1 - band->y0;
    int strips = (rows + cpu->kernels->max_rows - 1) / cpu->kernels->max_rows;
    for (int first = 0; first < op->channels; first += h.size) {
        pack_head(&h, f, op->channels, first);
        for (int i = 0; i < f->queries * strips; i++) {
            int view = i / strips;
            int y = band->y0 + rows * (i % strips) / strips;
            int end = band->y0 + rows * (i % strips + 1) / strips;
            run_strip(&h, f->asked[view] + (size_t) y * f->asked_step + first, f->asked_step,
                      end - y, f->made[view] + (size_t) y * (size_t) op->channels + first,
                      op->channels);
        }
    }
}
