/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_MATTE_INTERNAL_H
#define ZD_MATTE_MATTE_INTERNAL_H

/* What the files of this folder share: the prepared frame and its grids.
 *
 * Three grids lie over a frame. The field is the depth map at its own size. Cells are squares of a 270th
 * of the frame's height (a pixel, where it has fewer), with the mean colour and the depth of each; their
 * edges are rounded down to pixels. So the analysis costs the same for any height from 270 on.
 * Nodes stand in the middle of two by two cells and hold what the layer analysis found; pixels
 * interpolate between four nodes. All lengths follow the frame's height. */

#include <stddef.h>

#include "core/atomic.h"
#include "core/pool.h"
#include "core/size.h"
#include "matte/cell_edge.h"
#include "matte/layer_window.h"
#include "matte/matte.h"

enum {
    ZD_CELL_ROWS = 270,       /* cells in a frame's height */
    ZD_MATTE_MAX_RADIUS = 16, /* of the analysis window, in cells */
    ZD_CELL_PAD = ZD_MATTE_MAX_RADIUS + 9,
    ZD_MATTE_SLOT_LIMIT = 256, /* as many as a context may have threads */
    ZD_MATTE_TILE_PLANES = 2,
    ZD_MATTE_LANES = 8,           /* samples of a line that are made at once */
    ZD_SOFTEN_KERNEL_REACH = 700, /* 1 % of the tallest frame */
    ZD_CELL_ROWS_PER_ITEM = 8,
    ZD_MATTE_BAND_PAD = 8,
};

/** Planes of the cell grid, padded by ZD_CELL_PAD. */
enum {
    ZD_CELL_DEPTH,
    ZD_CELL_RED,
    ZD_CELL_GREEN,
    ZD_CELL_BLUE,
    ZD_CELL_PROBABILITY,
    ZD_CELL_TEXTURE,  /* variance of the pixels' brightness within the cell */
    ZD_CELL_SMOOTH,   /* depth without single-cell sparks */
    ZD_CELL_GRADIENT, /* change over four cells */
    ZD_CELL_COVER,    /* of the near layer by the cell's own colour; see matte_cover.c */
    ZD_CELL_COVER_WEIGHT,
    ZD_CELL_COVER_TOTAL, /* scratch */
    ZD_CELL_COVER_MEAN,  /* what the cells around agree on */
    ZD_CELL_COVER_LEAST, /* and what a pixel's cover cannot go below */
    ZD_CELL_COVER_MOST,  /* and above */
    ZD_CELL_COUNT
};

/** Planes of the node grid, padded by 1. */
enum {
    ZD_MATTE_NODE_JUMP,  /* 0 depth is smooth here .. 1 it jumps */
    ZD_MATTE_NODE_NEAR,  /* depth of the near layer */
    ZD_MATTE_NODE_FAR,   /* depth of the far layer */
    ZD_MATTE_NODE_SLOPE, /* change of depth over the length that a slope is softened by */
    ZD_MATTE_NODE_RED,   /* cover = red * R + green * G + blue * B + offset, clamped to 0..1 */
    ZD_MATTE_NODE_GREEN,
    ZD_MATTE_NODE_BLUE,
    ZD_MATTE_NODE_OFFSET,
    ZD_MATTE_NODE_NEAR_PROBABILITY, /* of being foreground, of the near layer */
    ZD_MATTE_NODE_FAR_PROBABILITY,
    ZD_MATTE_NODE_LEAST, /* what colour cannot lower the matte below, for the thresholds of the band */
    ZD_MATTE_NODE_MOST, /* nor raise it above */
    ZD_MATTE_NODE_COUNT
};

/** Thresholds of a render, in bounded nearness. */
typedef struct zd_thresholds {
    float low;
    float high;
    zd_subject_shift at_low;
    zd_subject_shift at_high;
} zd_thresholds;

/** Extremes over the analysis window's width, for each node column and cell row. */
enum { ZD_EXTREME_LOW, ZD_EXTREME_HIGH, ZD_EXTREME_GRADIENT, ZD_EXTREME_COUNT };

/** A plane with room around it: data points at (0, 0), which padding precedes. */
typedef struct zd_plane {
    float *data;
    int width;
    int height;
    int stride;
} zd_plane;

static inline float *zd_plane_row(zd_plane plane, int y)
{
    return plane.data + (ptrdiff_t) y * plane.stride;
}

/** Samples of a line, raised to whole lanes. */
static inline int zd_matte_whole_lanes(int count)
{
    return (count + ZD_MATTE_LANES - 1) / ZD_MATTE_LANES * ZD_MATTE_LANES;
}

/** Scratch of one tile in flight. */
typedef struct zd_matte_tile_slot {
    atomic_flag taken;
    float *planes[ZD_MATTE_TILE_PLANES];
    float *line;  /* a row of the guide, and interpolated rows of the field and of the nodes */
    float *block; /* guide pixels of a few cells */
    float *sums;  /* and the sums of their columns */
} zd_matte_tile_slot;

struct zd_matte {
    zd_context *ctx;
    zd_matte_size size;
    void *memory;
    int cell_rows; /* in the frame's height; see zd_matte_cell_edge */
    int radius;    /* of the analysis window in cells */
    int max_halo;  /* pixels around a tile that the largest feather and choke need */
    int tile_side; /* side of a scratch plane */

    /* the prepared frame */
    bool prepared;
    bool has_guide;
    zd_view guide; /* data NULL: read by pieces */
    zd_matte_guide_reader read_guide;
    void *guide_user;
    zd_view surface; /* laid over the field; data NULL when not given */
    zd_view raise;   /* what is mended by hand; data NULL when nothing is */
    zd_view cap;
    zd_depth_range range;
    bool is_fine;         /* the map has edges as sharp as the picture's */
    zd_plane field;       /* bounded nearness, see zd_bound_depth */
    zd_plane probability; /* of the field's size; data NULL when unknown */
    zd_plane object;      /* of the field's size; data NULL when not given */
    zd_view confidence;   /* of the map; data NULL when not told */
    float doubt_below;    /* confidence above 1 that is too little */
    float *field_storage; /* where the three lie */
    float *probability_storage;
    float *object_storage;
    int *columns;         /* for each frame column: the field sample before its centre */
    float *column_shares; /* and the share of the one after it */

    /* the layer analysis, made when first needed */
    bool layers_ready;
    bool layers_with_guide;
    zd_rect layers_rect; /* pixels that they serve */
    zd_rect expected;    /* pixels that will be rendered; empty: not told */
    int block_cells;     /* cells whose guide is looked at together */
    zd_plane cells[ZD_CELL_COUNT];
    zd_plane nodes[ZD_MATTE_NODE_COUNT];
    zd_plane candidates; /* node grid: a jump by the extremes of the window alone */
    zd_plane extremes[ZD_EXTREME_COUNT];
    int error_reach; /* cells that the map's edges may be off by */
    bool band_ready; /* NODE_LEAST and NODE_MOST are there, for these thresholds */
    zd_thresholds band_thresholds;
    float *band_lines
        [2]; /* scratch: two rows of nodes, each with ZD_MATTE_BAND_PAD before and after it */
    zd_plane band_scratch[2];
    zd_layer_window_sum sum_window; /* chosen for the processor */
    int window_width;               /* raised to whole lanes */
    float window_sum;               /* weight of the rows that are used */
    float window[2 * ZD_MATTE_MAX_RADIUS * (2 * ZD_MATTE_MAX_RADIUS + ZD_LAYER_WINDOW_LANES)];

    /* 1 where the field counts: it belongs to the nearest object, or is no crumb; and scratch */
    zd_plane keep;
    bool settled_ready; /* it is about crumbs, for these thresholds */
    zd_thresholds settled_thresholds;
    int *labels;
    int *queue;

    int slot_count;
    zd_matte_tile_slot slots[ZD_MATTE_SLOT_LIMIT];
};

/** The first pixel row or column of a cell, which may lie after the frame. */
static inline int zd_matte_cell_edge(const zd_matte *matte, int cell)
{
    return zd_cell_edge(cell, matte->size.frame_height, matte->cell_rows);
}

/** The node before the centre of a pixel row or column; -1: the first is after it. */
static inline int zd_matte_node_before(const zd_matte *matte, int pixel)
{
    int height = matte->size.frame_height;
    return ((2 * pixel + 1) * matte->cell_rows + 2 * height) / (4 * height) - 1;
}

/** The first pixel whose centre lies after the node that follows `node`. */
static inline int zd_matte_node_end(const zd_matte *matte, int node)
{
    int rows = matte->cell_rows;
    return ((4 * node + 6) * matte->size.frame_height - rows + 2 * rows - 1) / (2 * rows);
}

/** Pixels from a node to the next. */
static inline float zd_matte_node_step(const zd_matte *matte)
{
    return (float) (2 * matte->size.frame_height) / (float) matte->cell_rows;
}

/** Pixels from a node to the centre of a pixel after it. */
static inline float zd_matte_node_distance(const zd_matte *matte, int pixel, int node)
{
    int height = matte->size.frame_height;
    int parts = (2 * pixel + 1) * matte->cell_rows + 2 * height - (node + 1) * 4 * height;
    return (float) parts / (float) (2 * matte->cell_rows);
}

/** How far the foreground probability may move a depth. */
static inline float zd_thresholds_reach(zd_thresholds t)
{
    float low = t.at_low.subject > t.at_low.rest ? t.at_low.subject : t.at_low.rest;
    float high = t.at_high.subject > t.at_high.rest ? t.at_high.subject : t.at_high.rest;
    return low > high ? low : high;
}

/** Whether the foreground probability matters at all. */
static inline bool zd_thresholds_heed_subject(zd_thresholds t)
{
    return zd_thresholds_reach(t) > 0.0f;
}

/** Whether a depth is foreground. probability: of the subject; 0.5 moves nothing. */
static inline bool zd_thresholds_hold(zd_thresholds t, float depth, float probability)
{
    return depth + zd_subject_shift_of(t.at_low, probability) >= t.low &&
           depth - zd_subject_shift_of(t.at_high, probability) <= t.high;
}

/** The thresholds of parameters, with their mode and levels resolved. In matte_params.c. */
zd_thresholds zd_thresholds_resolve(const zd_matte_params *params, zd_depth_range range);

/** Nearness 0..1 of a shot is kept; what lies beyond is bent into -1..2, in order, so that infinite
 *  depths and runaway values stay finite. */
static inline float zd_bound_depth(float n)
{
    if (n > 1.0f) {
        return 2.0f - 1.0f / n;
    }
    return n < 0.0f ? 1.0f / (1.0f - n) - 1.0f : n;
}

static inline float zd_unbound_depth(float b)
{
    if (b > 1.0f) {
        return 1.0f / (2.0f - b);
    }
    return b < 0.0f ? 1.0f - 1.0f / (b + 1.0f) : b;
}

/* depth_field.c */

/** Takes a map in, into memory for as many floats as it has samples. */
zd_plane zd_field_load(zd_context *ctx, const zd_depth_map *map, zd_depth_range range,
                       float *storage);
void zd_field_plan_columns(zd_matte *matte);

/** Takes in what the map says of its own values. */
void zd_field_load_confidence(zd_matte *matte, const zd_depth_map *map);

/** Whether the network itself doubts the depth at a node. */
bool zd_matte_is_doubtful(const zd_matte *matte, int node_x, int node_y);

/** Whether the field is about as large as the frame and its jumps are sharp, as in a rendered map;
 *  a network's are soft at any size. */
bool zd_field_is_fine(const zd_matte *matte);
void zd_field_load_plane(zd_plane *plane, float *storage, const zd_view *view);
int zd_field_position(int pixel, int frame_size, int map_size, float *share);

/* matte.c */

/** Scratch that nobody else has until it is given back; there is some for each item of the pool. */
zd_matte_tile_slot *zd_matte_take_slot(zd_matte *matte);
void zd_matte_give_slot(zd_matte_tile_slot *slot);

/* matte_cells.c */

/** Repeats the border of a plane of cells. */
void zd_cells_pad(zd_plane plane);

/* matte_cover.c */

/** How far around a cell the limits of its cover look. */
enum { ZD_COVER_REACH = 7 };

/** Limits the cover of the layers, which must be there, with the picture; for the cells of an area. */
void zd_matte_cover_build(zd_matte *matte, zd_rect cells);

/** The depth of all cells and the colours of those of an area. */
void zd_cells_build(zd_matte *matte, bool with_guide, zd_rect coloured);

/* matte_layers.c */

/** Makes the layers where pixels of `rect` need them. */
void zd_matte_layers_build(zd_matte *matte, bool with_guide, zd_rect rect);

/** Repeats the border of a node plane. */
void zd_nodes_pad(zd_plane plane);

/* matte_band.c */

/** Makes NODE_LEAST and NODE_MOST for these thresholds, unless they are there. Wants the layers. */
void zd_matte_band_build(zd_matte *matte, zd_thresholds thresholds);

/* matte_keep.c */

/** Finds what belongs to the nearest object. */
void zd_keep_build(zd_matte *matte, zd_thresholds thresholds);

/** Finds what is no crumb. Wants a probability. */
void zd_settle_build(zd_matte *matte, zd_thresholds thresholds);

#define ZD_MATTE_UNKNOWN 0.5f /* a probability that moves no depth */

typedef struct zd_pixel_job {
    const zd_matte *matte;
    zd_thresholds thresholds;
    bool soft;    /* Auto Feather */
    bool layered; /* the layer analysis counts */
    bool keep;    /* only what counts, by the plane of that name */
} zd_pixel_job;

/** Whether the probability of the subject has a say. */
static inline bool zd_pixel_job_heeds_subject(const zd_pixel_job *job)
{
    return job->matte->probability.data != NULL && zd_thresholds_heed_subject(job->thresholds);
}

/* matte_uniform.c */

/** Whether all pixels of a rectangle have the same matte, 0 or 1 (but for rounding): returns it, or -1 where that is
 *  not sure. Wants the layers and their band where they count. */
int zd_matte_pixels_uniform(const zd_pixel_job *job, zd_rect rect);

/** Whether all under a rectangle counts. */
bool zd_matte_keeps_all(const zd_matte *matte, zd_rect rect);

/* matte_pixels.c */

/** Writes the matte of a rectangle before choke and feather. */
void zd_matte_pixels_matte(const zd_pixel_job *job, zd_rect rect, float *out, int stride,
                           float *line);

/** Writes the refined depth of a rectangle, bounded. */
void zd_matte_pixels_depth(const zd_pixel_job *job, zd_rect rect, float *out, int stride,
                           float *line);

/* matte_soften.c */

/** A soft edge of `width_px`: weights of a raised cosine, symmetric, of 2 * reach + 1 taps. */
typedef struct zd_soften_kernel {
    int reach;
    float taps[2 * ZD_SOFTEN_KERNEL_REACH + 1];
} zd_soften_kernel;

void zd_soften_kernel_init(zd_soften_kernel *kernel, float width_px);

/** Erodes (radius > 0) or dilates a square plane of `width` x `height` in place by an octagon of
 *  fractional radius; samples outside repeat the border. */
void zd_soften_choke(float *plane, float *scratch, int width, int height, int stride,
                     float radius_px);

/** Blurs rows and columns; `out` may be `plane`. */
void zd_soften_blur(const zd_soften_kernel *kernel, float *plane, float *scratch, int width,
                    int height, int stride);

#endif
