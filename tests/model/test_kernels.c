/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every table that this processor can run, against sums in double precision: all tile heights,
 * whole and partial panels, odd lengths, and guard values around what may be written. */

#include "zd_test.h"

#include "core/cpu.h"
#include "model/cpu/kernels.h"

enum { GUARD = 12345, SIDE = 64 };

static const zd_kernels *tables[4];
static int table_count;

static void find_tables(void)
{
    static const uint32_t masks[] = { 0, ZD_CPU_VNNI, ZD_CPU_VNNI | ZD_CPU_AVX512,
                                      ZD_CPU_VNNI | ZD_CPU_AVX512 | ZD_CPU_AVX2 };
    for (int i = 0; i < 4; i++) {
        const zd_kernels *table = zd_kernels_choose(zd_cpu_features() & ~masks[i]);
        if (table_count == 0 || tables[table_count - 1] != table) {
            tables[table_count++] = table;
        }
    }
}

static float a[ZD_TILE_ROWS * 512];
static float b[512 * ZD_PANEL];
static float c[ZD_TILE_ROWS * SIDE];
static float addend[ZD_TILE_ROWS * SIDE];
static int16_t codes_a[ZD_TILE_ROWS * 512];
static int16_t codes_b[512 * ZD_PANEL];

static void fill(void)
{
    unsigned long long seed = 11;
    for (size_t i = 0; i < sizeof a / sizeof a[0]; i++) {
        a[i] = zd_test_uniform(&seed) * 2.0f - 1.0f;
        codes_a[i] = (int16_t) (zd_test_random(&seed) % 8191) - 4095;
    }
    for (size_t i = 0; i < sizeof b / sizeof b[0]; i++) {
        b[i] = zd_test_uniform(&seed) * 2.0f - 1.0f;
        codes_b[i] = (int16_t) (zd_test_random(&seed) % 801) - 400;
    }
    for (size_t i = 0; i < sizeof addend / sizeof addend[0]; i++) {
        addend[i] = zd_test_uniform(&seed) * 2.0f - 1.0f;
    }
}

static void guard(void)
{
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        c[i] = GUARD;
    }
}

static void check_guard(int rows, int columns)
{
    for (int r = 0; r < ZD_TILE_ROWS; r++) {
        for (int n = 0; n < SIDE; n++) {
            if (r >= rows || n >= columns) {
                REQUIRE_NEAR(c[r * SIDE + n], GUARD, 0.0);
            }
        }
    }
}

/** The largest value of each row, if the tile was asked for it and is whole. */
static void check_tops(const zd_tile *tile, int rows)
{
    for (int r = 0; r < rows; r++) {
        float top = 0.5f;
        float given = 0.5f;
        for (int n = 0; n < ZD_PANEL; n++) {
            top = fmaxf(top, c[r * SIDE + n]);
            given = fmaxf(given, tile->tops[r * ZD_TOP_LANES + n % ZD_TOP_LANES]);
        }
        REQUIRE_NEAR(given, tile->columns == ZD_PANEL ? top : 0.5f, 0.0);
    }
}

static float *make_tops(void)
{
    static float tops[ZD_TILE_ROWS * ZD_TOP_LANES];
    for (int i = 0; i < ZD_TILE_ROWS * ZD_TOP_LANES; i++) {
        tops[i] = 0.5f;
    }
    return tops;
}

static void check_f32(const zd_kernels *k, int rows, int columns, int length, int segments)
{
    zd_tile tile = { .a = a,
                     .row_step = 500,
                     .segments = segments,
                     .length = length,
                     .segment_step = length + 3,
                     .b = b,
                     .bias = segments == 2 ? b + 7 : NULL,
                     .add = length % 4 == 0 ? addend : NULL,
                     .c = c,
                     .tops = make_tops(),
                     .c_step = SIDE,
                     .columns = columns,
                     .next = (const char *) b };
    guard();
    k->gemm_f32(&tile, rows);
    check_guard(rows, columns);
    check_tops(&tile, rows);
    for (int r = 0; r < rows; r++) {
        for (int n = 0; n < columns; n++) {
            double sum = segments == 2 ? (double) b[7 + n] : 0.0;
            sum += tile.add != NULL ? (double) addend[r * SIDE + n] : 0.0;
            for (int s = 0; s < segments; s++) {
                for (int i = 0; i < length; i++) {
                    sum += (double) a[r * 500 + s * (length + 3) + i] *
                           (double) b[(s * length + i) * ZD_PANEL + n];
                }
            }
            REQUIRE_NEAR(c[r * SIDE + n], sum, 2e-5);
        }
    }
}

static void check_i16(const zd_kernels *k, int rows, int columns, int length, int segments)
{
    float row_scale[ZD_TILE_ROWS];
    float column_scale[ZD_PANEL];
    for (int i = 0; i < ZD_PANEL; i++) {
        column_scale[i] = 1.0f + (float) i;
        row_scale[i % ZD_TILE_ROWS] = 1.0f / 1024.0f;
    }
    zd_tile tile = { .a = codes_a,
                     .row_step = 500 / 2,
                     .segments = segments,
                     .length = length / 2,
                     .segment_step = length / 2 + 2,
                     .b = codes_b,
                     .add = length % 4 == 0 ? addend : NULL,
                     .c = c,
                     .tops = make_tops(),
                     .c_step = SIDE,
                     .columns = columns,
                     .row_scale = row_scale,
                     .row_scale_step = 1,
                     .column_scale = column_scale,
                     .next = (const char *) codes_b };
    guard();
    k->gemm_i16(&tile, rows);
    check_guard(rows, columns);
    check_tops(&tile, rows);
    for (int r = 0; r < rows; r++) {
        for (int n = 0; n < columns; n++) {
            long sum = 0;
            for (int i = 0; i < segments * length; i++) {
                long from = codes_a[r * 500 + i / length * (length + 4) + i % length];
                sum += from * codes_b[(i / 2 * ZD_PANEL + n) * 2 + i % 2];
            }
            double expected = (double) sum / 1024.0 * (1.0 + n);
            expected += tile.add != NULL ? (double) addend[r * SIDE + n] : 0.0;
            REQUIRE_NEAR(c[r * SIDE + n], expected, 1e-6 * fabs(expected) + 1e-6);
        }
    }
}

/** Five results of a 3x3 or 5x5 window over `channels` interleaved channels, the panel at `first`. */
static void check_depthwise(const zd_kernels *k, int kernel, int stride, int columns)
{
    enum { COUNT = 5, CHANNELS = 37, ROW = 900 };
    zd_depthwise of = { .a = a,
                        .step = (ptrdiff_t) stride * CHANNELS,
                        .tap_step = CHANNELS,
                        .row_step = ROW,
                        .kernel = kernel,
                        .weights = b,
                        .bias = stride == 2 ? b + 7 : NULL,
                        .c = c,
                        .c_step = SIDE,
                        .columns = columns };
    guard();
    k->depthwise(&of, COUNT);
    check_guard(COUNT, columns);
    for (int x = 0; x < COUNT; x++) {
        for (int n = 0; n < columns; n++) {
            double sum = stride == 2 ? (double) b[7 + n] : 0.0;
            for (int t = 0; t < kernel * kernel; t++) {
                int at = t / kernel * ROW + (x * stride + t % kernel) * CHANNELS + n;
                sum += (double) a[at] * (double) b[t * ZD_PANEL + n];
            }
            REQUIRE_NEAR(c[x * SIDE + n], sum, 1e-5);
        }
    }
}

static void depthwise(void)
{
    static const int columns[] = { 1, 5, 16, 31, 32 };
    for (int t = 0; t < table_count; t++) {
        for (int i = 0; i < 20; i++) {
            check_depthwise(tables[t], i % 2 != 0 ? 3 : 5, 1 + i / 2 % 2, columns[i % 5]);
        }
    }
}

enum { WINDOW = 6, INPUTS = 16, MOST_COLUMNS = ZD_PANEL };

/** Weight [y][x] of an input for column n. */
static double window_weight(int y, int x, int input, int n)
{
    return (double) b[((y * 3 + x) * INPUTS + input) * ZD_PANEL + n];
}

/** The same at point (py, px): G w G^T, with G as published. */
static double point_weight(int py, int px, int input, int n)
{
    static const double g[WINDOW][3] = {
        { 0.25, 0, 0 },
        { -1 / 6.0, -1 / 6.0, -1 / 6.0 },
        { -1 / 6.0, 1 / 6.0, -1 / 6.0 },
        { 1 / 24.0, 1 / 12.0, 1 / 6.0 },
        { 1 / 24.0, -1 / 12.0, 1 / 6.0 },
        { 0, 0, 1 },
    };
    double sum = 0.0;
    for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 3; x++) {
            sum += g[py][y] * window_weight(y, x, input, n) * g[px][x];
        }
    }
    return sum;
}

/** A tile of a 3x3 convolution by its points, of which height x width results are wanted. */
static void check_winograd(const zd_kernels *k, int columns, int height, int width, bool adds)
{
    enum { ROW = WINDOW * INPUTS + 5, STEP = INPUTS + 3, AT = MOST_COLUMNS + 1, CELL = 40 };
    static float points[ZD_WINOGRAD_POINTS * STEP];
    static float products[ZD_WINOGRAD_POINTS * AT];
    zd_winograd of = { .points = products,
                       .step = AT,
                       .bias = adds ? b + 7 : NULL,
                       .add = adds ? addend : NULL,
                       .c = c,
                       .c_row = 4 * CELL,
                       .c_step = CELL,
                       .height = height,
                       .width = width,
                       .columns = columns };
    k->winograd_in(a, ROW, INPUTS, points, STEP);
    for (int p = 0; p < ZD_WINOGRAD_POINTS; p++) {
        for (int n = 0; n < columns; n++) {
            double sum = 0.0;
            for (int i = 0; i < INPUTS; i++) {
                sum += (double) points[p * STEP + i] * point_weight(p / WINDOW, p % WINDOW, i, n);
            }
            products[p * AT + n] = (float) sum;
        }
    }
    for (int i = 0; i < 4 * 4 * CELL; i++) {
        c[i] = GUARD;
    }
    k->winograd_out(&of);
    for (int i = 0; i < 4 * 4 * CELL; i++) {
        int y = i / (4 * CELL);
        int x = i / CELL % 4;
        int n = i % CELL;
        double sum = adds && n < columns ? (double) b[7 + n] + (double) addend[i] : 0.0;
        for (int t = 0; t < 9 * INPUTS && n < columns; t++) {
            int ky = t / 3 / INPUTS;
            int kx = t / INPUTS % 3;
            sum += window_weight(ky, kx, t % INPUTS, n) *
                   (double) a[(y + ky) * ROW + (x + kx) * INPUTS + t % INPUTS];
        }
        bool is_written = y < height && x < width && n < columns;
        REQUIRE_NEAR(c[i], is_written ? sum : GUARD, 4e-5);
    }
}

static void winograd(void)
{
    for (int t = 0; t < table_count; t++) {
        for (int i = 0; i < 16; i++) {
            check_winograd(tables[t], i % 3 != 0 ? 32 : 16, 1 + i / 4, 1 + i % 4, i % 2 != 0);
        }
    }
}

static void tiles(void)
{
    static const int columns[] = { 1, 5, 16, 31, 32 };
    static const int lengths[] = { 2, 10, 64, 126 };
    for (int t = 0; t < table_count; t++) {
        for (int rows = 1; rows <= tables[t]->max_rows; rows++) {
            for (int i = 0; i < 20; i++) {
                int segments = 1 + (rows + i) % 3;
                check_f32(tables[t], rows, columns[i % 5], lengths[i / 5] - segments % 2, segments);
                if (tables[t]->gemm_i16 != NULL) {
                    check_i16(tables[t], rows, columns[i % 5], lengths[i / 5], segments);
                }
            }
        }
    }
}

static void check_softmax(const zd_kernels *k, int count)
{
    float x[160];
    double largest = -INFINITY;
    double sum = 0.0;
    for (int i = 0; i < 160; i++) {
        x[i] = i < count ? a[i] * 40.0f : GUARD;
        largest = i < count ? fmax(largest, (double) x[i]) : largest;
    }
    float given = k->softmax(x, (float) largest, count);
    for (int i = 0; i < 160; i++) {
        double expected = i < count ? exp2((double) a[i] * 40.0 - largest) : GUARD;
        sum += i < count ? expected : 0.0;
        REQUIRE_NEAR(x[i], expected, 4e-6);
    }
    REQUIRE_NEAR(given, sum, 1e-5 * sum);
}

/** Rows of a table with gaps become columns of another; nothing else is written. */
static void check_turn(const zd_kernels *k, int rows, int columns, float factor)
{
    enum { STEP = 53, OUT_STEP = SIDE + 3 };
    static float out[SIDE * OUT_STEP];
    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
        out[i] = GUARD;
    }
    k->turn(a, STEP, rows, columns, factor, out, OUT_STEP);
    for (int n = 0; n < SIDE; n++) {
        for (int r = 0; r < OUT_STEP; r++) {
            float expected = n < columns && r < rows ? a[r * STEP + n] * factor : (float) GUARD;
            REQUIRE(memcmp(&out[n * OUT_STEP + r], &expected, sizeof expected) == 0);
        }
    }
}

static void turned(void)
{
    static const int sides[] = { 1, 7, 16, 21, 32, 48 };
    for (int t = 0; t < table_count; t++) {
        for (int i = 0; i < 36; i++) {
            check_turn(tables[t], sides[i / 6], sides[i % 6], i % 2 != 0 ? 1.0f : 0.7f);
        }
    }
}

/** Every table gives the bits of the plain sums in order, and of a product and a sum rounded apart. */
static void check_channels(const zd_kernels *k, int cells, int channels)
{
    double sums[2][SIDE];
    const zd_affine affine = { channels, a + 100, a + 200, a + 300 };
    k->sum_channels(a, (size_t) cells, channels, NULL, sums[0]);
    k->sum_channels(a, (size_t) cells, channels, sums[0], sums[1]);
    guard();
    k->affine(a, (size_t) cells, &affine, c);
    for (int n = 0; n < channels; n++) {
        double sum = 0.0;
        double squares = 0.0;
        for (int i = 0; i < cells; i++) {
            float x = a[i * channels + n];
            double d = (double) x - sums[0][n];
            float product = (x - a[100 + n]) * a[200 + n];
            sum += (double) x;
            squares += d * d;
            REQUIRE_NEAR(c[i * channels + n], product + a[300 + n], 0.0);
        }
        REQUIRE_NEAR(sums[0][n], sum, 0.0);
        REQUIRE_NEAR(sums[1][n], squares, 0.0);
    }
    REQUIRE_NEAR(c[cells * channels], GUARD, 0.0);
}

static void by_channels(void)
{
    for (int t = 0; t < table_count; t++) {
        for (int channels = 1; channels <= SIDE; channels += 7) {
            check_channels(tables[t], 9, channels);
        }
        check_channels(tables[t], 9, SIDE);
    }
}

static void check_softmax_columns(const zd_kernels *k, int rows, int columns)
{
    float x[ZD_PANEL * ZD_PANEL];
    for (int i = 0; i < rows * ZD_PANEL; i++) {
        x[i] = a[i] * 40.0f;
    }
    k->softmax_columns(x, rows, columns);
    for (int n = 0; n < columns; n++) {
        double sum = 0.0;
        double top = -INFINITY;
        for (int r = 0; r < rows; r++) {
            top = fmax(top, (double) a[r * ZD_PANEL + n] * 40.0);
        }
        for (int r = 0; r < rows; r++) {
            sum += exp2((double) a[r * ZD_PANEL + n] * 40.0 - top);
        }
        for (int r = 0; r < rows; r++) {
            double expected = exp2((double) a[r * ZD_PANEL + n] * 40.0 - top) / sum;
            REQUIRE_NEAR(x[r * ZD_PANEL + n], expected, 4e-6);
        }
    }
}

static void softmax_of_columns(void)
{
    static const int columns[] = { 1, 5, 16, 17, 32 };
    for (int t = 0; t < table_count; t++) {
        for (int i = 0; i < 5; i++) {
            check_softmax_columns(tables[t], 1, columns[i]);
            check_softmax_columns(tables[t], 32, columns[i]);
        }
    }
}

/** Codes and the factor that undoes them, in and out of the bound on their sum. */
static void check_coded_softmax(const zd_kernels *k, int panels, float room)
{
    float x[160];
    float weight[160];
    int16_t codes[160];
    int count = panels * ZD_PANEL;
    double sum = 0.0;
    double largest = -INFINITY;
    long total = 0;
    for (int i = 0; i < count; i++) {
        x[i] = i % 7 == 3 ? -INFINITY : a[i] * 12.0f;
        weight[i] = 0.5f + 0.5f * fabsf(b[i]);
        largest = fmax(largest, (double) x[i]);
    }
    for (int i = 0; i < count; i++) {
        sum += exp2((double) x[i] - largest);
    }
    float undo = k->softmax_i16(x, (float) largest, weight, 1.0f, count, room, codes);
    for (int i = 0; i < count; i++) {
        double wanted = i % 7 == 3 ? 0.0 : exp2((double) a[i] * 12.0 - largest) / sum;
        double step = (double) undo * 0.6;
        REQUIRE_NEAR((double) undo * codes[i], wanted * (double) weight[i], step + 1e-5);
        total += codes[i];
    }
    REQUIRE((double) total <= (double) room + 0.5 * count);
}

static void check_maps(const zd_kernels *k, int count)
{
    float x[160];
    float y[160];
    float z[160];
    float top = 0.0f;
    for (int i = 0; i < 160; i++) {
        x[i] = y[i] = z[i] = i < count ? a[i] * 9.0f : GUARD;
    }
    float w[160];
    memcpy(w, x, sizeof w);
    k->clamp(w, count, 6.0f);
    float given = k->gelu(x, count);
    for (int i = 0; i < count; i++) {
        top = fmaxf(top, fabsf(x[i]));
    }
    REQUIRE_NEAR(given, top, 0.0);
    k->gelu_coarse(z, count);
    k->sigmoid(y, count);
    for (int i = 0; i < 160; i++) {
        double v = (double) (a[i] * 9.0f);
        REQUIRE_NEAR(x[i], i < count ? 0.5 * v * (1.0 + erf(v / sqrt(2.0))) : GUARD, 2e-6);
        REQUIRE_NEAR(z[i], (double) (i < count ? x[i] : GUARD), 1e-4);
        REQUIRE_NEAR(y[i], i < count ? 1.0 / (1.0 + exp(-v)) : GUARD, 1e-6);
        REQUIRE_NEAR(w[i], i < count ? fmin(fmax(v, 0.0), 6.0) : GUARD, 0.0);
    }
    float extremes[3] = { 1e30f, -1e30f, 0.0f };
    k->sigmoid(extremes, 3);
    REQUIRE_NEAR(extremes[0], 1.0, 0.0);
    REQUIRE_NEAR(extremes[1], 0.0, 1e-30);
    REQUIRE_NEAR(extremes[2], 0.5, 1e-7);
}

static void check_geglu(const zd_kernels *k, int count)
{
    for (int coarse = 0; coarse < 2; coarse++) {
        float out[160];
        float top = 0.0f;
        for (int i = 0; i < 160; i++) {
            out[i] = GUARD;
        }
        float given = (coarse ? k->geglu_coarse : k->geglu)(b, a, count, out);
        for (int i = 0; i < 160; i++) {
            double gate = (double) a[i];
            double wanted = (double) b[i] * 0.5 * gate * (1.0 + erf(gate / sqrt(2.0)));
            double step = fabs((double) b[i]) * (coarse ? 1e-4 : 2e-6) + 1e-7;
            REQUIRE_NEAR(out[i], i < count ? wanted : GUARD, i < count ? step : 0.0);
            top = i < count ? fmaxf(top, fabsf(out[i])) : top;
        }
        REQUIRE_NEAR(given, top, 0.0);
    }
}

static void check_norm(const zd_kernels *k, int count)
{
    float out[160];
    double mean = 0.0;
    double variance = 0.0;
    for (int i = 0; i < count; i++) {
        mean += (double) a[i] / count;
    }
    for (int i = 0; i < count; i++) {
        variance += ((double) a[i] - mean) * ((double) a[i] - mean) / count;
    }
    k->norm(a, count, 1e-6f, b, b + 200, out);
    for (int i = 0; i < count; i++) {
        double expected =
            ((double) a[i] - mean) / sqrt(variance + 1e-6) * (double) b[i] + (double) b[200 + i];
        REQUIRE_NEAR(out[i], expected, 1e-5);
    }
}

static void check_codes(const zd_kernels *k, int count)
{
    int16_t codes[160];
    float largest = 0.0f;
    for (int i = 0; i < count; i++) {
        largest = fmaxf(largest, fabsf(a[i]));
    }
    REQUIRE_NEAR(k->largest_magnitude(a, count), largest, 0.0);
    largest = -INFINITY;
    for (int i = 0; i < count; i++) {
        largest = fmaxf(largest, a[i]);
    }
    REQUIRE_NEAR(k->largest(a, count), largest, 0.0);
    memset(codes, 0x55, sizeof codes);
    k->encode_i16(a, count, 5000.0f, -100, 4095, codes);
    for (int i = 0; i < 160; i++) {
        float v = fminf(fmaxf(a[i] * 5000.0f, -100.0f), 4095.0f);
        REQUIRE_INT(codes[i], i < count ? (int) lrintf(v) : 0x5555);
    }
}

static void rows(void)
{
    for (int t = 0; t < table_count; t++) {
        for (int count = 1; count <= 150; count++) {
            check_softmax(tables[t], count);
            if (tables[t]->softmax_i16 != NULL && count <= 5) {
                check_coded_softmax(tables[t], count, 1e9f);
                check_coded_softmax(tables[t], count, 50000.0f);
            }
            check_maps(tables[t], count);
            check_geglu(tables[t], count);
            check_codes(tables[t], count);
            if (count > 1) {
                check_norm(tables[t], count);
            }
        }
    }
}

static void stretches(void)
{
    int index[9] = { 0, 0, 1, 1, 1, 2, 2, 2, 2 };
    int step[9] = { 1, 1, 1, 1, 1, 0, 0, 0, 0 };
    float at[9] = { 0.0f, 0.5f, 0.1f, 0.4f, 0.9f, 0.0f, 0.3f, 0.0f, 0.0f };
    zd_axis axis = { index, step, at };
    for (int t = 0; t < table_count; t++) {
        for (int channels = 1; channels < 40; channels++) {
            float out[9 * 40];
            tables[t]->stretch(a, channels, &axis, 9, out);
            for (int i = 0; i < 9 * channels; i++) {
                int x = i / channels;
                const float *from = a + index[x] * channels + i % channels;
                float to = from[step[x] * channels];
                REQUIRE_NEAR(out[i], from[0] + (to - from[0]) * at[x], 1e-6);
            }
        }
    }
}

int main(void)
{
    find_tables();
    fill();
    for (int t = 0; t < table_count; t++) {
        printf("  %s\n", tables[t]->name);
    }
    RUN(tiles);
    RUN(depthwise);
    RUN(winograd);
    RUN(turned);
    RUN(by_channels);
    RUN(softmax_of_columns);
    RUN(rows);
    RUN(stretches);
    return zd_test_finish();
}
