/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a tile reads and writes, looked at as a whole by the address sanitizer. A check at every load of
 * every tile takes clang minutes, and half of the time of all tests that run a network: so each row is
 * checked once, and the tile itself computes as in a release. */

#ifndef ZD_MODEL_CPU_KERNEL_CHECK_H
#define ZD_MODEL_CPU_KERNEL_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "model/cpu/kernels.h"

#if defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define ZD_TILE_IS_CHECKED
#    endif
#endif

#ifdef ZD_TILE_IS_CHECKED
#    include <sanitizer/asan_interface.h>
#    define ZD_TILE_CODE __attribute__((no_sanitize("address", "undefined")))

static inline void zd_check_floats(const float *from, ptrdiff_t count)
{
    const volatile char *bad =
        from != NULL ? __asan_region_is_poisoned((void *) from, (size_t) count * sizeof *from)
                     : NULL;
    if (bad != NULL) {
        (void) *bad; /* which ends the program with a report */
    }
}

/** Of `rows` rows, `columns` columns are computed; words of the operands are as large as a float. */
static inline void zd_tile_check(const zd_tile *tile, int rows, int columns, bool is_i16)
{
    bool whole = tile->columns == columns;
    for (int r = 0; r < rows; r++) {
        const float *a = (const float *) tile->a + r * tile->row_step;
        for (int s = 0; s < tile->segments; s++) {
            zd_check_floats(a + s * tile->segment_step, tile->length);
        }
        zd_check_floats(tile->c + r * tile->c_step, whole ? columns : tile->columns);
        if (tile->add != NULL) {
            zd_check_floats(tile->add + r * tile->c_step, whole ? columns : tile->columns);
        }
        if (tile->tops != NULL && tile->columns == ZD_PANEL) {
            zd_check_floats(tile->tops + r * ZD_TOP_LANES, ZD_TOP_LANES);
        }
        if (is_i16) {
            zd_check_floats(tile->row_scale + r * tile->row_scale_step, 1);
        }
    }
    ptrdiff_t steps = (ptrdiff_t) tile->segments * tile->length;
    zd_check_floats(tile->b, steps > 0 ? (steps - 1) * ZD_PANEL + columns : 0);
    zd_check_floats(tile->bias, columns);
    zd_check_floats(is_i16 ? tile->column_scale : NULL, columns);
}
#else
#    define ZD_TILE_CODE

static inline void zd_tile_check(const zd_tile *tile, int rows, int columns, bool is_i16)
{
    (void) tile;
    (void) rows;
    (void) columns;
    (void) is_i16;
}
#endif

#endif
