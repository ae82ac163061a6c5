/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Operators that give the memory of their input another shape: grid takes tokens without the first to a
 * picture, shape takes a picture to tokens or back, hold keeps what it is given for each frame. */

#include "model/operator.h"

static void like(const zd_op *op, const zd_op_sizes *sizes, long long *height, long long *width)
{
    (void) op;
    *height = sizes->like.height;
    *width = sizes->like.width;
}

static bool grid_fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    long long cells = (long long) made.height * made.width;
    (void) op;
    return sizes->from[0].width == 1 && sizes->from[0].height == cells + 1;
}

static void shape_shape(const zd_op *op, const zd_op_sizes *sizes, long long *height,
                        long long *width)
{
    if (op->like >= 0) {
        like(op, sizes, height, width);
        return;
    }
    *height *= *width;
    *width = 1;
}

static bool shape_fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    zd_op_size from = sizes->from[0];
    (void) op;
    return (long long) from.height * from.width == (long long) made.height * made.width;
}

const zd_op_type zd_op_type_grid = {
    .name = "grid",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(LIKE),
    .is_view = true,
    .skipped_rows = 1,
    .shape = like,
    .fits = grid_fits,
};

const zd_op_type zd_op_type_shape = {
    .name = "shape",
    .low_inputs = 1,
    .high_inputs = 1,
    .allows = ZD_OP_FIELD(LIKE),
    .is_view = true,
    .shape = shape_shape,
    .fits = shape_fits,
};

const zd_op_type zd_op_type_hold = {
    .name = "hold",
    .low_inputs = 1,
    .high_inputs = 1,
    .is_view = true,
};
