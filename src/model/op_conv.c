/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Convolutions and linear layers. A windowed convolution first loads its band, with a border of
 * zeros, into the slot; the gemm tile then reads each window row as one run of values. */

#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/network_internal.h"

/** A matrix product over rows of interleaved values, cut into tiles. `a` and its steps are words:
 *  see kernels.h. */
typedef struct product {
    const zd_kernels *kernels;
    const zd_packed *packed;
    int group;
    const void *a;
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
    const float *add; /* laid out as c is, or NULL */
    ptrdiff_t c_step;
    ptrdiff_t c_line;
} product;

enum {
    WORD = 4,                     /* bytes */
    PANEL_STEP = ZD_PANEL * WORD, /* a panel's for each k */
};

/** Words that `values` values of a product's operand take. */
static int words(const zd_packed *packed, int values)
{
    return packed->is_i16 ? values / 2 : values;
}

/** What a tile brings nearer: its share of the next panel, when few tiles use each panel. */
static void look_ahead(const product *p, int panel, int index, int tiles, zd_tile *tile)
{
    enum { MOST_TILES = 16 };
    bool is_worth = tiles <= MOST_TILES && panel + 1 < p->packed->panels;
    ptrdiff_t bytes = (ptrdiff_t) words(p->packed, p->packed->depth) * PANEL_STEP;
    tile->next = (const char *) tile->b + (is_worth ? bytes + bytes * index / tiles / 64 * 64 : 0);
    tile->next_step = is_worth ? (PANEL_STEP + tiles - 1) / tiles : 0;
}

static void run_panel(const product *p, int panel)
{
    const zd_packed *packed = p->packed;
    size_t index = (size_t) (p->group * packed->panels + panel);
    size_t values = index * (size_t) packed->depth * ZD_PANEL;
    zd_tile tile = {
        .row_step = p->row_step,
        .segments = p->segments,
        .length = p->length,
        .segment_step = p->segment_step,
        .b = packed->is_i16 ? (const void *) (packed->i16 + values) : packed->f32 + values,
        .bias = packed->bias != NULL ? packed->bias + index * ZD_PANEL : NULL,
        .c_step = p->c_step,
        .columns = zd_int_min(ZD_PANEL, packed->columns - panel * ZD_PANEL),
        .row_scale_step = p->row_scale_step,
        .column_scale = packed->is_i16 ? packed->column_scale + index * ZD_PANEL : NULL,
    };
    /* Rows are shared out evenly over the tiles of a line. */
    int tiles = (p->rows + p->kernels->max_rows - 1) / p->kernels->max_rows;
    for (int i = 0; i < p->lines * tiles; i++) {
        int line = i / tiles;
        int row = (int) ((long) p->rows * (i % tiles) / tiles);
        int end = (int) ((long) p->rows * (i % tiles + 1) / tiles);
        tile.a = (const char *) p->a + (line * p->a_line + row * p->row_step) * WORD;
        ptrdiff_t at = line * p->c_line + row * p->c_step + panel * ZD_PANEL;
        tile.c = p->c + at;
        tile.add = p->add != NULL ? p->add + at : NULL;
        tile.row_scale = packed->is_i16 ? p->row_scale + row * p->row_scale_step : NULL;
        look_ahead(p, panel, i, p->lines * tiles, &tile);
        if (packed->is_i16) {
            p->kernels->gemm_i16(&tile, end - row);
        } else {
            p->kernels->gemm_f32(&tile, end - row);
        }
    }
}

static void run_product(const product *p)
{
    for (int panel = 0; panel < p->packed->panels; panel++) {
        run_panel(p, panel);
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

/** Where a convolution's result goes: to its own rows, or with what is added to it to a sum's. */
static void aim(const zd_band *band, product *p)
{
    const zd_network *net = band->net;
    int sum = net->values[band->op].sum;
    p->c = zd_value_row(band, sum >= 0 ? sum : band->op, band->y0);
    if (sum >= 0) {
        const int *of = net->graph.ops[sum].inputs;
        p->add = zd_value_row(band, of[0] == band->op ? of[1] : of[0], band->y0);
    }
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
    int row = (from->width + 2 * op->padding) * channels;
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
        .a = value->packed.is_i16 ? (const void *) codes : loaded,
        .row_scale = &scale,
        .row_step = words(&value->packed, op->stride * channels),
        .segments = op->kernel,
        .length = words(&value->packed, op->kernel * channels),
        .segment_step = words(&value->packed, row),
        .lines = band->y1 - band->y0,
        .rows = value->width,
        .a_line = (ptrdiff_t) op->stride * words(&value->packed, row),
        .c_step = op->channels,
        .c_line = (ptrdiff_t) value->row,
    };
    aim(band, &p);
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
    const float *source = zd_value_row(band, op->inputs[0], band->y0);
    float *row_scale = band->temp;
    product p = {
        .kernels = net->kernels,
        .packed = &value->packed,
        .a = source,
        .row_scale = row_scale,
        .row_step = words(&value->packed, channels),
        .segments = 1,
        .length = words(&value->packed, channels),
        .lines = 1,
        .rows = rows,
        .c_step = op->channels,
    };
    aim(band, &p);
    if (value->packed.is_i16) {
        int16_t *codes = (int16_t *) (void *) (row_scale + zd_round_floats((size_t) rows));
        /* A scale for each token; pictures have one for the band. */
        int runs = from->width > 1 ? 1 : rows;
        size_t count = (size_t) (rows / runs) * (size_t) channels;
        for (int r = 0; r < runs; r++) {
            size_t at = (size_t) r * count;
            row_scale[r] = encode_found(net->kernels, source + at, count, codes + at);
        }
        p.row_scale_step = from->width > 1 ? 0 : 1;
        p.a = codes;
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
    if (value->sum < 0) {
        zd_apply_act(band->net->kernels, op->act, zd_value_row(band, band->op, band->y0),
                     (size_t) (band->y1 - band->y0) * value->row);
    }
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
    int channels = words(&value->packed, net->graph.ops[op->inputs[0]].channels);
    const float *source = net->arena + from->offset + (size_t) first * from->row;
    float scale = 1.0f;
    product p = {
        .kernels = net->kernels,
        .packed = &value->packed,
        .a = source,
        .row_scale = &scale,
        .row_step = channels,
        .segments = 1,
        .length = channels,
        .lines = lines,
        .rows = from->width,
        .a_line = (ptrdiff_t) from->width * channels,
        .c_step = (ptrdiff_t) op->kernel * op->channels,
        .c_line = (ptrdiff_t) value->row * op->kernel,
    };
    if (value->packed.is_i16) {
        int16_t *codes = (int16_t *) (void *) band->temp;
        scale = encode_found(net->kernels, source, (size_t) lines * from->row, codes);
        p.a = codes;
    }
    for (p.group = 0; p.group < op->kernel; p.group++) {
        p.c = zd_value_row(band, band->op, band->y0 + p.group);
        run_product(&p);
    }
    zd_apply_act(net->kernels, op->act, zd_value_row(band, band->op, band->y0),
                 (size_t) (band->y1 - band->y0) * value->row);
}
