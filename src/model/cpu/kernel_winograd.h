/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Part of kernel_body.h, by whose types it is written; no include guard. The two transforms of
 * Winograd's minimal filtering F(4x4, 3x3), with the points 0, 1, -1, 2, -2 and infinity (Lavin and
 * Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, section 4.1). */

/** Six samples of a line to its six points. */
BODY_INLINE void winograd_points(const vf a[6], vf out[6])
{
    vf even = v_fma(a[2], v_set1(-4.0f), a[4]);
    vf odd = v_fma(a[1], v_set1(-4.0f), a[3]);
    vf far_even = a[4] - a[2];
    vf far_odd = a[3] - a[1];
    out[0] = v_fma(a[0], v_set1(4.0f), v_fma(a[2], v_set1(-5.0f), a[4]));
    out[1] = even + odd;
    out[2] = even - odd;
    out[3] = v_fma(far_odd, v_set1(2.0f), far_even);
    out[4] = v_fma(far_odd, v_set1(-2.0f), far_even);
    out[5] = v_fma(a[1], v_set1(4.0f), v_fma(a[3], v_set1(-5.0f), a[5]));
}

/** Six points to the line's four results. */
BODY_INLINE void winograd_results(const vf m[6], vf out[4])
{
    vf near_sum = m[1] + m[2];
    vf near_difference = m[1] - m[2];
    vf far_sum = m[3] + m[4];
    vf far_difference = m[3] - m[4];
    out[0] = m[0] + near_sum + far_sum;
    out[1] = v_fma(far_difference, v_set1(2.0f), near_difference);
    out[2] = v_fma(far_sum, v_set1(4.0f), near_sum);
    out[3] = v_fma(far_difference, v_set1(8.0f), near_difference) + m[5];
}

static void winograd_in(const float *a, ptrdiff_t row, int channels, float *points, ptrdiff_t step)
{
    for (int c = 0; c < channels; c += BODY_LANES) {
        vf half[6][6]; /* [x][y], its columns done */
        BODY_UNROLL
        for (int x = 0; x < 6; x++) {
            vf column[6];
            BODY_UNROLL
            for (int y = 0; y < 6; y++) {
                column[y] = v_load(a + y * row + x * channels + c);
            }
            winograd_points(column, half[x]);
        }
        BODY_UNROLL
        for (int y = 0; y < 6; y++) {
            vf line[6];
            vf done[6];
            BODY_UNROLL
            for (int x = 0; x < 6; x++) {
                line[x] = half[x][y];
            }
            winograd_points(line, done);
            BODY_UNROLL
            for (int x = 0; x < 6; x++) {
                v_store(points + (y * 6 + x) * step + c, done[x]);
            }
        }
    }
}

static void winograd_out(const zd_winograd *of)
{
    for (int c = 0; c < of->columns; c += BODY_LANES) {
        vf half[4][6]; /* [y][x], its columns done */
        vf bias = of->bias != NULL ? v_load(of->bias + c) : v_set1(0.0f);
        BODY_UNROLL
        for (int x = 0; x < 6; x++) {
            vf column[6];
            vf done[4];
            BODY_UNROLL
            for (int y = 0; y < 6; y++) {
                column[y] = v_load(of->points + (y * 6 + x) * of->step + c);
            }
            winograd_results(column, done);
            BODY_UNROLL
            for (int y = 0; y < 4; y++) {
                half[y][x] = done[y];
            }
        }
        for (int y = 0; y < of->height; y++) {
            vf done[4];
            winograd_results(half[y], done);
            for (int x = 0; x < of->width; x++) {
                ptrdiff_t at = y * of->c_row + x * of->c_step + c;
                vf value = done[x] + bias;
                if (of->add != NULL) {
                    value = value + v_load(of->add + at);
                }
                v_store(of->c + at, value);
            }
        }
    }
}
