/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Convolutions and linear layers. A windowed convolution first loads its band, with its
 * border, into the slot; the gemm tile then reads each window row as one run of values. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/runner_internal.h"

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
    size_t index = (size_t) p->group * (size_t) packed->panels + (size_t) panel;
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

/** Encodes values of at most a magnitude with one scale; returns what undoes it. */
static float encode(const zd_kernels *kernels, const float *x, size_t count, float magnitude,
                    int16_t *codes)
{
    float factor = magnitude > 0.0f ? (float) ZD_ACTIVATION_CODE_MAX / magnitude : 0.0f;
    kernels->encode_i16(x, (int) count, factor, -ZD_ACTIVATION_CODE_MAX, ZD_ACTIVATION_CODE_MAX,
                        codes);
    return factor > 0.0f ? 1.0f / factor : 0.0f;
}

zd_conv_aim zd_conv_aim_of(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    int sum = cpu->values[band->op].sum;
    assert(sum < 0 || cpu->graph->ops[sum].kind == ZD_OP_ADD);
    zd_conv_aim out = { .c = zd_value_row(band, sum >= 0 ? sum : band->op, band->y0) };
    if (sum >= 0) {
        const int *of = cpu->graph->ops[sum].inputs;
        out.add = zd_value_row(band, of[0] == band->op ? of[1] : of[0], band->y0);
    }
    return out;
}

static void aim(const zd_band *band, product *p)
{
    zd_conv_aim at = zd_conv_aim_of(band);
    p->c = at.c;
    p->add = at.add;
}

static bool is_windowed(const zd_op *op)
{
    return op->kernel > 1 || op->stride > 1 || op->padding > 0;
}

size_t zd_conv_temp_floats(const zd_runner *cpu, int op, int rows)
{
    const zd_op *of = &cpu->graph->ops[op];
    const zd_value *from = &cpu->values[of->inputs[0]];
    bool narrow = cpu->values[op].packed.is_i16;
    if (cpu->values[op].packed.is_winograd) {
        return zd_winograd_temp_floats(cpu, op, rows);
    }
    if (of->kind == ZD_OP_CONVT) {
        size_t floats = from->row * (size_t) (rows / of->kernel + 1);
        return narrow ? zd_round_floats(floats / 2 + 1) + 16 : 0;
    }
    if (!is_windowed(of)) {
        size_t codes = zd_round_floats(from->row * (size_t) rows / 2 + 1);
        return narrow ? codes + zd_round_floats((size_t) rows * (size_t) from->width) : 0;
    }
    size_t row = ((size_t) from->width + 2 * (size_t) of->padding) *
                 (size_t) cpu->graph->ops[of->inputs[0]].channels;
    size_t band = row * (size_t) zd_window_rows(of, rows);
    size_t source = cpu->graph->ops[of->inputs[0]].input_count > 0
                        ? cpu->values[cpu->graph->ops[of->inputs[0]].inputs[0]].row
                        : 0;
    return (narrow ? zd_round_floats(band / 2 + 1) + zd_round_floats(from->row)
                   : zd_round_floats(band)) +
           zd_round_floats(source) + ZD_PANEL;
}

/** The input of a windowed convolution while a band of it is loaded. */
typedef struct loader {
    const zd_runner *cpu;
    const zd_op *op;
    const zd_value *from;
    float *temp; /* a source row of an enlargement */
    int top;     /* of the band, with the border */
    int rows;
    int channels;
    size_t border; /* values beside a row */
    size_t pitch;  /* from a row of the loaded band to the next */
} loader;

static const float *source_row(const loader *in, int y)
{
    return zd_value_data(in->cpu, in->op->inputs[0]) + (size_t) y * in->from->row;
}

static loader loader_of(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    loader in = { .cpu = cpu, .op = op, .from = &cpu->values[op->inputs[0]] };
    in.top = band->y0 * op->stride - op->padding;
    in.rows = zd_window_rows(op, band->y1 - band->y0);
    in.channels = cpu->graph->ops[op->inputs[0]].channels;
    in.border = (size_t) op->padding * (size_t) in.channels;
    in.pitch = in.from->row + 2 * in.border;
    return in;
}

/** The row of the input that row `i` of the band is; -1: zeros. */
static int row_of(const loader *in, int i)
{
    int y = in->top + i;
    if (in->op->is_mirrored) {
        return zd_op_mirrored(y, in->from->height);
    }
    return y >= 0 && y < in->from->height ? y : -1;
}

/** Fills the border beside a row of `values`, whose cells are of `cell` bytes. */
static void fill_sides(const loader *in, char *row, size_t values, size_t cell)
{
    size_t border = (size_t) in->op->padding * cell;
    char *end = row + values;
    if (!in->op->is_mirrored) {
        memset(row - border, 0, border);
        memset(end, 0, border);
        return;
    }
    for (size_t i = 1; i <= (size_t) in->op->padding; i++) {
        memcpy(row - i * cell, row + i * cell, cell);
        memcpy(end + (i - 1) * cell, end - (i + 1) * cell, cell);
    }
}

/** Loads the band with its border: enlarged, or cut at 0, as the operator wants it. */
static void load_band(const loader *in, float *out)
{
    size_t row = in->from->row;
    size_t used = row + 2 * in->border;
    for (int i = 0; i < in->rows; i++, out += in->pitch) {
        int y = row_of(in, i);
        if (y < 0) {
            memset(out, 0, in->pitch * sizeof(float));
            continue;
        }
        memset(out + used, 0, (in->pitch - used) * sizeof(float));
        float *to = out + in->border;
        if (in->from->is_virtual) {
            zd_resize_row(in->cpu, in->op->inputs[0], y, in->temp, to);
        }
        const float *source = in->from->is_virtual ? to : source_row(in, y);
        if (in->op->input_relu) {
            in->cpu->kernels->relu(source, (int) row, to);
        } else if (source != to) {
            memcpy(to, source, row * sizeof(float));
        }
        fill_sides(in, (char *) to, row * sizeof(float), (size_t) in->channels * sizeof(float));
    }
}

void zd_conv_load_band(const zd_band *band, int rows, size_t pitch, float *out, float *temp)
{
    loader in = loader_of(band);
    in.temp = temp;
    in.rows = rows;
    in.pitch = pitch;
    load_band(&in, out);
}

/** A bound on the magnitude of a band: its largest, and of an enlargement that of its sources. */
static float band_bound(const loader *in)
{
    const zd_value *from = in->from;
    int first = zd_int_max(in->top, 0);
    int last = zd_int_min(in->top + in->rows, from->height) - 1;
    if (in->op->is_mirrored) { /* it may reach further in than the band does */
        last = zd_int_max(last, zd_op_mirrored(in->top, from->height));
        first = zd_int_min(first, zd_op_mirrored(in->top + in->rows - 1, from->height));
    }
    const zd_value *source = from;
    if (first > last) {
        return 0.0f; /* all border */
    }
    if (from->is_virtual) {
        source = &in->cpu->values[in->cpu->graph->ops[in->op->inputs[0]].inputs[0]];
        first = from->down.index[first];
        last = from->down.index[last] + from->down.step[last];
    }
    const float *x =
        zd_value_data(in->cpu, (int) (source - in->cpu->values)) + (size_t) first * source->row;
    int count = (int) ((size_t) (last - first + 1) * source->row);
    return in->op->input_relu ? fmaxf(in->cpu->kernels->largest(x, count), 0.0f)
                              : in->cpu->kernels->largest_magnitude(x, count);
}

/** Loads the band as codes; returns the scale that undoes them. `row` holds a row of the input. */
static float load_codes(const loader *in, float *row, int16_t *codes)
{
    const zd_kernels *kernels = in->cpu->kernels;
    size_t values = in->from->row;
    float bound = band_bound(in);
    float factor = bound > 0.0f ? (float) ZD_ACTIVATION_CODE_MAX / bound : 0.0f;
    int least = in->op->input_relu ? 0 : -ZD_ACTIVATION_CODE_MAX;
    for (int i = 0; i < in->rows; i++, codes += values + 2 * in->border) {
        int y = row_of(in, i);
        if (y < 0) {
            memset(codes, 0, (values + 2 * in->border) * sizeof *codes);
            continue;
        }
        if (in->from->is_virtual) {
            zd_resize_row(in->cpu, in->op->inputs[0], y, in->temp, row);
        }
        kernels->encode_i16(in->from->is_virtual ? row : source_row(in, y), (int) values, factor,
                            least, ZD_ACTIVATION_CODE_MAX, codes + in->border);
        fill_sides(in, (char *) (codes + in->border), values * sizeof *codes,
                   (size_t) in->channels * sizeof *codes);
    }
    return factor > 0.0f ? 1.0f / factor : 0.0f;
}

static void run_windowed(const zd_band *band)
{
    zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    loader in = loader_of(band);
    int row = (int) (in.from->row + 2 * in.border);
    size_t values = (size_t) row * (size_t) in.rows;
    float scale = 0.0f;
    if (value->packed.is_i16) {
        float *line = band->temp + zd_round_floats(values / 2 + 1);
        in.temp = line + zd_round_floats(in.from->row);
        scale = load_codes(&in, line, (int16_t *) (void *) band->temp);
    } else {
        in.temp = band->temp + zd_round_floats(values);
        load_band(&in, band->temp);
    }
    product p = {
        .kernels = cpu->kernels,
        .packed = &value->packed,
        .a = band->temp,
        .row_scale = &scale,
        .row_step = words(&value->packed, op->stride * in.channels),
        .segments = op->kernel,
        .length = words(&value->packed, op->kernel * in.channels),
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
    zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    const zd_value *from = &cpu->values[op->inputs[0]];
    int channels = cpu->graph->ops[op->inputs[0]].channels;
    int rows = (band->y1 - band->y0) * value->width;
    const float *source = zd_value_row(band, op->inputs[0], band->y0);
    float *row_scale = band->temp;
    product p = {
        .kernels = cpu->kernels,
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
            float peak = band->peaks->op == op->inputs[0]
                             ? band->peaks->rows[r]
                             : cpu->kernels->largest_magnitude(source + at, (int) count);
            row_scale[r] = encode(cpu->kernels, source + at, count, peak, codes + at);
        }
        p.row_scale_step = from->width > 1 ? 0 : 1;
        p.a = codes;
    }
    run_product(&p);
}

void zd_run_conv(const zd_band *band)
{
    const zd_op *op = &band->cpu->graph->ops[band->op];
    const zd_value *value = &band->cpu->values[band->op];
    if (op->groups > 1) {
        zd_run_depthwise(band);
    } else if (value->packed.is_winograd) {
        zd_run_winograd(band);
    } else if (is_windowed(op)) {
        run_windowed(band);
    } else {
        run_linear(band);
    }
    if (value->sum < 0) {
        zd_finish_band(band);
    }
}

/** Kernel and stride are equal, so each row of the kernel makes one row of the result: a product
 *  whose columns are (x within the kernel, channel). */
void zd_run_convt(const zd_band *band)
{
    zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    assert(band->y0 % op->kernel == 0);
    const zd_value *value = &cpu->values[band->op];
    const zd_value *from = &cpu->values[op->inputs[0]];
    int lines = (band->y1 - band->y0) / op->kernel;
    int first = band->y0 / op->kernel;
    int channels = words(&value->packed, cpu->graph->ops[op->inputs[0]].channels);
    const float *source = zd_value_data(cpu, op->inputs[0]) + (size_t) first * from->row;
    float scale = 1.0f;
    product p = {
        .kernels = cpu->kernels,
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
        size_t count = (size_t) lines * from->row;
        scale = encode(cpu->kernels, source, count,
                       cpu->kernels->largest_magnitude(source, (int) count), codes);
        p.a = codes;
    }
    for (p.group = 0; p.group < op->kernel; p.group++) {
        p.c = zd_value_row(band, band->op, band->y0 + p.group);
        run_product(&p);
    }
    zd_finish_band(band);
}
