/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The 3x3 convolutions of published networks' heads by Winograd's minimal filtering F(4x4, 3x3)
 * (Lavin and Gray 2016): a tile of 4x4 results needs 36 products of a channel with a channel instead
 * of 144. Tiles of a band are worked on some at a time, so that their points stay in the core's cache;
 * each point is a plain product for the gemm kernels. float32 in both precisions: that is faster than
 * 16-bit codes are without it, and nearer to the exact sums. */

#include <string.h>

#include "core/size.h"
#include "model/cpu/runner_internal.h"

enum {
    TILE = ZD_WINOGRAD_TILE,
    POINTS = ZD_WINOGRAD_POINTS,
    SOME_TILES = 2 * ZD_TILE_ROWS, /* that are worked on at a time; of many channels half as many */
    MANY_CHANNELS = 128,
    MOST_CHANNELS = 256,
    APART = 16, /* floats between points, which would otherwise share few lines of the cache */
};

bool zd_conv_is_winograd(const zd_runner *cpu, int op)
{
    const zd_op *of = &cpu->graph->ops[op];
    int from = of->input_count > 0 ? cpu->graph->ops[of->inputs[0]].channels : 0;
    return cpu->model->info.compares_all && of->kind == ZD_OP_CONV && of->kernel == 3 &&
           of->stride == 1 && of->padding == 1 && of->groups <= 1 && !of->is_mirrored &&
           from % 16 == 0 && of->channels % 16 == 0 && from <= MOST_CHANNELS &&
           of->channels <= MOST_CHANNELS;
}

static int tiles_of(int side)
{
    return (side + TILE - 1) / TILE;
}

static int some_tiles(int channels)
{
    return channels >= MANY_CHANNELS ? SOME_TILES / 2 : SOME_TILES;
}

/** Three weights of a line at its six points. */
static void transform_line(const double w[3], double out[6])
{
    out[0] = w[0] / 4.0;
    out[1] = -(w[0] + w[1] + w[2]) / 6.0;
    out[2] = -(w[0] - w[1] + w[2]) / 6.0;
    out[3] = w[0] / 24.0 + w[1] / 12.0 + w[2] / 6.0;
    out[4] = w[0] / 24.0 - w[1] / 12.0 + w[2] / 6.0;
    out[5] = w[2];
}

/** A window's weights, `step` from one to the next, at its points. */
static void transform_window(const float *w, int step, double out[6][6])
{
    double half[3][6];
    for (int y = 0; y < 3; y++) {
        const double line[3] = { (double) w[y * 3 * step], (double) w[(y * 3 + 1) * step],
                                 (double) w[(y * 3 + 2) * step] };
        transform_line(line, half[y]);
    }
    for (int x = 0; x < 6; x++) {
        double done[6];
        const double column[3] = { half[0][x], half[1][x], half[2][x] };
        transform_line(column, done);
        for (int y = 0; y < 6; y++) {
            out[y][x] = done[y];
        }
    }
}

void zd_winograd_pack_panel(const float *rows, int inputs, int columns, float *out)
{
    memset(out, 0, (size_t) POINTS * (size_t) inputs * ZD_PANEL * sizeof(float));
    for (int n = 0; n < columns; n++) {
        for (int c = 0; c < inputs; c++) {
            double points[6][6];
            transform_window(rows + (size_t) n * 9 * (size_t) inputs + c, inputs, points);
            for (int p = 0; p < POINTS; p++) {
                out[((size_t) p * (size_t) inputs + (size_t) c) * ZD_PANEL + (size_t) n] =
                    (float) points[p / 6][p % 6];
            }
        }
    }
}

/** A band in tiles. */
typedef struct tiling {
    const zd_band *band;
    const zd_kernels *kernels;
    const zd_packed *packed;
    int inputs;
    int across; /* tiles in a row */
    int count;
    size_t pitch;  /* floats of a loaded row */
    float *loaded; /* rows of the band with their border, and of whole tiles */
    float *points; /* [POINTS][tiles][inputs] */
    ptrdiff_t step;
    float *products; /* [POINTS][tiles][ZD_PANEL] */
    ptrdiff_t product_step;
} tiling;

static size_t pitch_of(int width, int inputs)
{
    return (size_t) (tiles_of(width) * TILE + 2) * (size_t) inputs;
}

static size_t loaded_floats(int width, int rows, int inputs)
{
    return zd_round_floats(pitch_of(width, inputs) * (size_t) (tiles_of(rows) * TILE + 2));
}

static ptrdiff_t point_step(int inputs)
{
    return some_tiles(inputs) * inputs + APART;
}

size_t zd_winograd_temp_floats(const zd_runner *cpu, int op, int rows)
{
    const zd_op *of = &cpu->graph->ops[op];
    const zd_op *from = &cpu->graph->ops[of->inputs[0]];
    size_t source = from->input_count > 0 ? cpu->values[from->inputs[0]].row : 0;
    return loaded_floats(cpu->values[op].width, rows, from->channels) +
           POINTS * (size_t) (point_step(from->channels) + point_step(ZD_PANEL)) +
           zd_round_floats(source);
}

/** Tiles first..end to their points. */
static void load_tiles(const tiling *t, int first, int end)
{
    for (int i = first; i < end; i++) {
        size_t y = (size_t) (i / t->across) * TILE;
        size_t x = (size_t) (i % t->across) * TILE;
        t->kernels->winograd_in(t->loaded + y * t->pitch + x * (size_t) t->inputs,
                                (ptrdiff_t) t->pitch, t->inputs,
                                t->points + (ptrdiff_t) (i - first) * t->inputs, t->step);
    }
}

/** The products of a panel's columns with some tiles, point by point. */
static void multiply_tiles(const tiling *t, int panel, int tiles)
{
    const ptrdiff_t bytes = (ptrdiff_t) t->inputs * ZD_PANEL * (ptrdiff_t) sizeof(float);
    int strips = (tiles + t->kernels->max_rows - 1) / t->kernels->max_rows;
    for (int p = 0; p < POINTS; p++) {
        zd_tile tile = { .row_step = t->inputs,
                         .segments = 1,
                         .length = t->inputs,
                         .b = t->packed->f32 + ((size_t) panel * POINTS + (size_t) p) *
                                                   (size_t) t->inputs * ZD_PANEL,
                         .c_step = ZD_PANEL,
                         .columns = ZD_PANEL };
        bool is_last = p == POINTS - 1 && panel == t->packed->panels - 1;
        for (int i = 0; i < strips; i++) {
            int row = tiles * i / strips;
            int end = tiles * (i + 1) / strips;
            tile.a = t->points + p * t->step + row * t->inputs;
            tile.c = t->products + p * t->product_step + row * ZD_PANEL;
            tile.next =
                (const char *) tile.b + (is_last ? 0 : bytes + bytes * i / strips / 64 * 64);
            tile.next_step = is_last ? 0 : (ZD_PANEL * (int) sizeof(float) + strips - 1) / strips;
            t->kernels->gemm_f32(&tile, end - row);
        }
    }
}

/** The results of tiles first..end, of a panel's columns. */
static void store_tiles(const tiling *t, const zd_conv_aim *aim, int panel, int first, int end)
{
    const zd_band *band = t->band;
    const zd_value *value = &band->cpu->values[band->op];
    int channels = band->cpu->graph->ops[band->op].channels;
    zd_winograd of = { .step = t->product_step,
                       .bias = t->packed->bias != NULL ? t->packed->bias + panel * ZD_PANEL : NULL,
                       .c_row = (ptrdiff_t) value->row,
                       .c_step = channels,
                       .columns = zd_int_min(ZD_PANEL, channels - panel * ZD_PANEL) };
    for (int i = first; i < end; i++) {
        int y = i / t->across * TILE;
        int x = i % t->across * TILE;
        ptrdiff_t at = y * of.c_row + x * of.c_step + panel * ZD_PANEL;
        of.points = t->products + (ptrdiff_t) (i - first) * ZD_PANEL;
        of.c = aim->c + at;
        of.add = aim->add != NULL ? aim->add + at : NULL;
        of.height = zd_int_min(TILE, band->y1 - band->y0 - y);
        of.width = zd_int_min(TILE, value->width - x);
        t->kernels->winograd_out(&of);
    }
}

void zd_run_winograd(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    int rows = band->y1 - band->y0;
    tiling t = { .band = band,
                 .kernels = cpu->kernels,
                 .packed = &value->packed,
                 .inputs = cpu->graph->ops[op->inputs[0]].channels,
                 .across = tiles_of(value->width),
                 .loaded = band->temp };
    t.count = t.across * tiles_of(rows);
    t.pitch = pitch_of(value->width, t.inputs);
    t.step = point_step(t.inputs);
    t.product_step = point_step(ZD_PANEL);
    t.points = t.loaded + loaded_floats(value->width, rows, t.inputs);
    t.products = t.points + POINTS * t.step;
    zd_conv_load_band(band, tiles_of(rows) * TILE + 2, t.pitch, t.loaded,
                      t.products + POINTS * t.product_step);
    zd_conv_aim aim = zd_conv_aim_of(band);
    int parts = (t.count + some_tiles(t.inputs) - 1) / some_tiles(t.inputs);
    for (int i = 0; i < parts; i++) {
        int first = t.count * i / parts;
        int end = t.count * (i + 1) / parts;
        load_tiles(&t, first, end);
        for (int panel = 0; panel < value->packed.panels; panel++) {
            multiply_tiles(&t, panel, end - first);
            store_tiles(&t, &aim, panel, first, end);
        }
    }
}
