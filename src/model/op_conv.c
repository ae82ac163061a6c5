/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Convolutions and linear layers. A windowed convolution first loads its band, with a border of
 * zeros, into the slot; the gemm tile then reads each window row as one run of values. */

#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/network_internal.h"

/** A matrix product over rows of interleaved values, cut into tiles. */
typedef struct product {
    const zd_kernels *kernels;
    const zd_packed *packed;
    int group;
    const float *a;      /* float32 ... */
    const int16_t *code; /* ... or 16-bit */
    const float *row_scale;
    int row_scale_step;
    ptrdiff_t row_step;
    int segments;
    int length;
    ptrdiff_t segment_step;
    int lines; /* runs of `rows` rows each */
    int rows;
    ptrdiff_t a_line;
    float *c;
    ptrdiff_t c_step;
    ptrdiff_t c_line;
} product;

/** What a tile brings nearer: its share of the next panel, when few tiles use each panel. */
typedef struct ahead {
    const char *from;
    int step;
} ahead;

static ahead look_ahead(const product *p, const void *panel_data, int panel, int tile, int tiles)
{
    enum { PANEL_STEP = 128, MOST_TILES = 16 }; /* a panel has 128 bytes for each k or pair */
    if (tiles > MOST_TILES || panel + 1 == p->packed->panels) {
        return (ahead){ panel_data, 0 };
    }
    ptrdiff_t steps = p->packed->is_i16 ? p->packed->depth / 2 : p->packed->depth;
    ptrdiff_t offset = steps * PANEL_STEP * tile / tiles / 64 * 64;
    return (ahead){ (const char *) panel_data + steps * PANEL_STEP + offset,
                    (PANEL_STEP + tiles - 1) / tiles };
}

static void run_tile_f32(const product *p, int panel, int line, int row, int rows, ahead next)
{
    size_t index = (size_t) (p->group * p->packed->panels + panel);
    zd_tile_f32 tile = {
        .a = p->a + line * p->a_line + row * p->row_step,
        .row_step = p->row_step,
        .segments = p->segments,
        .length = p->length,
        .segment_step = p->segment_step,
        .b = p->packed->f32 + index * (size_t) p->packed->depth * ZD_PANEL,
        .bias = p->packed->bias != NULL ? p->packed->bias + index * ZD_PANEL : NULL,
        .c = p->c + line * p->c_line + row * p->c_step + panel * ZD_PANEL,
        .c_step = p->c_step,
        .columns = zd_int_min(ZD_PANEL, p->packed->columns - panel * ZD_PANEL),
        .next = next.from,
        .next_step = next.step,
    };
    p->kernels->gemm_f32(&tile, rows);
}

static void run_tile_i16(const product *p, int panel, int line, int row, int rows, ahead next)
{
    size_t index = (size_t) (p->group * p->packed->panels + panel);
    zd_tile_i16 tile = {
        .a = p->code + line * p->a_line + row * p->row_step,
        .row_step = p->row_step,
        .segments = p->segments,
        .length = p->length,
        .segment_step = p->segment_step,
        .b = p->packed->i16 + index * (size_t) p->packed->depth * ZD_PANEL,
        .bias = p->packed->bias != NULL ? p->packed->bias + index * ZD_PANEL : NULL,
        .c = p->c + line * p->c_line + row * p->c_step + panel * ZD_PANEL,
        .c_step = p->c_step,
        .columns = zd_int_min(ZD_PANEL, p->packed->columns - panel * ZD_PANEL),
        .next = next.from,
        .next_step = next.step,
        .row_scale = p->row_scale + row * p->row_scale_step,
        .row_scale_step = p->row_scale_step,
        .column_scale = p->packed->column_scale + index * ZD_PANEL,
    };
    p->kernels->gemm_i16(&tile, rows);
}

/** Rows are shared out evenly over the tiles of a line. */
static void run_product(const product *p)
{
    int tiles = (p->rows + p->kernels->max_rows - 1) / p->kernels->max_rows;
    for (int panel = 0; panel < p->packed->panels; panel++) {
        size_t at =
            (size_t) (p->group * p->packed->panels + panel) * (size_t) p->packed->depth * ZD_PANEL;
        const void *data = p->packed->is_i16 ? (const void *) (p->packed->i16 + at)
                                             : (const void *) (p->packed->f32 + at);
        for (int line = 0; line < p->lines; line++) {
            for (int t = 0; t < tiles; t++) {
                int first = (int) ((long) p->rows * t / tiles);
                int end = (int) ((long) p->rows * (t + 1) / tiles);
                ahead next = look_ahead(p, data, panel, line * tiles + t, p->lines * tiles);
                if (p->packed->is_i16) {
                    run_tile_i16(p, panel, line, first, end - first, next);
                } else {
                    run_tile_f32(p, panel, line, first, end - first, next);
                }
            }
        }
    }
}

/** Encodes `count` values of at most a magnitude with one scale; returns the scale. */
static float encode(const zd_kernels *kernels, const float *x, size_t count, float largest,
                    int16_t *codes)
{
    float factor = largest > 0.0f ? (float) ZD_CODE_MAX / largest : 0.0f;
    kernels->encode_i16(x, (int) count, factor, ZD_CODE_MAX, codes);
    return factor > 0.0f ? 1.0f / factor : 0.0f;
}

static float encode_found(const zd_kernels *kernels, const float *x, size_t count, int16_t *codes)
{
    return encode(kernels, x, count, kernels->largest_magnitude(x, (int) count), codes);
}

static bool is_windowed(const zd_op *op)
{
    return op->kernel > 1 || op->stride > 1 || op->padding > 0;
}

/** Rows of the input that `rows` rows of the result see. */
static int window_rows(const zd_op *op, int rows)
{
    return (rows - 1) * op->stride + op->kernel;
}

size_t zd_conv_temp_floats(const zd_network *net, int op, int rows)
{
    const zd_op *of = &net->graph.ops[op];
    const zd_value *from = &net->values[of->inputs[0]];
    bool narrow = net->values[op].packed.is_i16;
    if (of->kind == ZD_OP_CONVT) {
        size_t floats = from->row * (size_t) (rows / of->kernel + 1);
        return narrow ? zd_round_floats(floats / 2 + 1) + 16 : 0;
    }
    if (!is_windowed(of)) {
        size_t codes = zd_round_floats(from->row * (size_t) rows / 2 + 1);
        return narrow ? codes + zd_round_floats((size_t) rows * (size_t) from->width) : 0;
    }
    size_t row = ((size_t) from->width + 2 * (size_t) of->padding) *
                 (size_t) net->graph.ops[of->inputs[0]].channels;
    size_t band = zd_round_floats(row * (size_t) window_rows(of, rows));
    size_t source = net->graph.ops[of->inputs[0]].input_count > 0
                        ? net->values[net->graph.ops[of->inputs[0]].inputs[0]].row
                        : 0;
    return band + (narrow ? zd_round_floats(band / 2 + 1) : 0) + zd_round_floats(source) + ZD_PANEL;
}

/** One row of the input, enlarged or cut at 0 as the operator wants it. */
static void load_row(const zd_network *net, const zd_op *op, int y, float *temp, float *out)
{
    const zd_value *from = &net->values[op->inputs[0]];
    const float *source = net->arena + from->offset + (size_t) y * from->row;
    if (from->is_virtual) {
        zd_resize_row(net, op->inputs[0], y, temp, out);
        source = out;
    }
    if (op->input_relu) {
        net->kernels->relu(source, (int) from->row, out);
    } else if (source != out) {
        memcpy(out, source, from->row * sizeof(float));
    }
}

/* The largest magnitude is found while a row is still near. */
void zd_conv_load_band(const zd_band *band, float *out, float *temp, float *largest)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *from = &net->values[op->inputs[0]];
    size_t border = (size_t) op->padding * (size_t) net->graph.ops[op->inputs[0]].channels;
    size_t row = from->row + 2 * border;
    int top = band->y0 * op->stride - op->padding;
    int rows = window_rows(op, band->y1 - band->y0);
    for (int i = 0; i < rows; i++, out += row) {
        int y = top + i;
        if (y < 0 || y >= from->height) {
            memset(out, 0, row * sizeof(float));
            continue;
        }
        memset(out, 0, border * sizeof(float));
        memset(out + border + from->row, 0, border * sizeof(float));
        load_row(net, op, y, temp, out + border);
        if (largest != NULL) {
            *largest =
                fmaxf(*largest, net->kernels->largest_magnitude(out + border, (int) from->row));
        }
    }
}

static void run_windowed(const zd_band *band)
{
    zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    const zd_value *from = &net->values[op->inputs[0]];
    int channels = net->graph.ops[op->inputs[0]].channels;
    ptrdiff_t row = ((ptrdiff_t) from->width + 2 * op->padding) * channels;
    size_t floats = (size_t) row * (size_t) window_rows(op, band->y1 - band->y0);
    float *loaded = band->temp;
    int16_t *codes = (int16_t *) (void *) (loaded + zd_round_floats(floats));
    float *source = loaded + zd_round_floats(floats) +
                    (value->packed.is_i16 ? zd_round_floats(floats / 2 + 1) : 0);
    float scale = 0.0f;
    zd_conv_load_band(band, loaded, source, value->packed.is_i16 ? &scale : NULL);
    if (value->packed.is_i16) {
        scale = encode(net->kernels, loaded, floats, scale, codes);
    }
    product p = {
        .kernels = net->kernels,
        .packed = &value->packed,
        .a = loaded,
        .code = codes,
        .row_scale = &scale,
        .row_step = (ptrdiff_t) op->stride * channels,
        .segments = op->kernel,
        .length = op->kernel * channels,
        .segment_step = row,
        .lines = band->y1 - band->y0,
        .rows = value->width,
        .a_line = op->stride * row,
        .c = zd_value_row(band, band->op, band->y0),
        .c_step = op->channels,
        .c_line = (ptrdiff_t) value->row,
    };
    run_product(&p);
}

/** 1x1: the rows of a band are one run. */
static void run_linear(const zd_band *band)
{
    zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    const zd_value *from = &net->values[op->inputs[0]];
    int channels = net->graph.ops[op->inputs[0]].channels;
    int rows = (band->y1 - band->y0) * value->width;
    float *row_scale = band->temp;
    size_t count = (size_t) rows * (size_t) channels;
    product p = {
        .kernels = net->kernels,
        .packed = &value->packed,
        .a = zd_value_row(band, op->inputs[0], band->y0),
        .row_scale = row_scale,
        .row_step = channels,
        .segments = 1,
        .length = channels,
        .lines = 1,
        .rows = rows,
        .c = zd_value_row(band, band->op, band->y0),
        .c_step = op->channels,
    };
    if (value->packed.is_i16) {
        int16_t *codes = (int16_t *) (void *) (row_scale + zd_round_floats((size_t) rows));
        if (from->width > 1) {
            row_scale[0] = encode_found(net->kernels, p.a, count, codes);
        } else {
            for (int r = 0; r < rows; r++) {
                row_scale[r] =
                    encode_found(net->kernels, p.a + (size_t) r * (size_t) channels,
                                 (size_t) channels, codes + (size_t) r * (size_t) channels);
            }
            p.row_scale_step = 1;
        }
        p.code = codes;
    }
    run_product(&p);
}

void zd_run_conv(const zd_band *band)
{
    const zd_op *op = &band->net->graph.ops[band->op];
    const zd_value *value = &band->net->values[band->op];
    if (op->groups > 1) {
        zd_run_depthwise(band);
    } else if (is_windowed(op)) {
        run_windowed(band);
    } else {
        run_linear(band);
    }
    zd_apply_act(band->net->kernels, op->act, zd_value_row(band, band->op, band->y0),
                 (size_t) (band->y1 - band->y0) * value->row);
}

/** Kernel and stride are equal, so each row of the kernel makes one row of the result: a product
 *  whose columns are (x within the kernel, channel). */
void zd_run_convt(const zd_band *band)
{
    zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    const zd_value *from = &net->values[op->inputs[0]];
    int lines = (band->y1 - band->y0) / op->kernel;
    int first = band->y0 / op->kernel;
    float scale = 1.0f;
    product p = {
        .kernels = net->kernels,
        .packed = &value->packed,
        .a = net->arena + from->offset + (size_t) first * from->row,
        .row_scale = &scale,
        .row_step = net->graph.ops[op->inputs[0]].channels,
        .segments = 1,
        .length = net->graph.ops[op->inputs[0]].channels,
        .lines = lines,
        .rows = from->width,
        .a_line = (ptrdiff_t) from->row,
        .c_step = (ptrdiff_t) op->kernel * op->channels,
        .c_line = (ptrdiff_t) value->row * op->kernel,
    };
    if (value->packed.is_i16) {
        int16_t *codes = (int16_t *) (void *) band->temp;
        scale = encode_found(net->kernels, p.a, (size_t) lines * from->row, codes);
        p.code = codes;
    }
    for (p.group = 0; p.group < op->kernel; p.group++) {
        p.c = zd_value_row(band, band->op, band->y0 + p.group);
        run_product(&p);
    }
    zd_apply_act(net->kernels, op->act, zd_value_row(band, band->op, band->y0),
                 (size_t) (band->y1 - band->y0) * value->row);
}
