/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_CELL_EDGE_H
#define ZD_MATTE_CELL_EDGE_H

/* Cells are squares of a part of the frame's height, whose edges are rounded down to pixels. */

/** The first pixel row or column of a cell, where the height has `rows` cells; it may lie after the frame. */
static inline int zd_cell_edge(int cell, int frame_height, int rows)
{
    return cell * frame_height / rows;
}

#endif
