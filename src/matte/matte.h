/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_MATTE_H
#define ZD_MATTE_MATTE_H

/* The matte: which part of the picture is foreground, by depth. See docs/matte.md.
 *
 * Work is split in two. zd_matte_prepare looks at a frame's depth and picture, and knows nothing of
 * the thresholds; zd_matte_render turns the prepared frame into a matte, as often as wanted: for
 * another Depth In, for another insert, for another tile. A slider moves only the second.
 *
 * A prepared frame holds depth as two layers where it jumps: a near value, a far value, and how much
 * of the near layer covers the pixel, found from the picture's colours. The matte of a pixel is
 * cover * inside(near) + (1 - cover) * inside(far), so an edge lies where the picture has it,
 * whatever the thresholds are, and widening them never makes a pixel less foreground.
 *
 * Laws, each a test: a tile equals the same part of the whole frame bit for bit; any thread count
 * gives the same bits; an inverted matte is 1 - matte exactly; a wider [Depth In, Depth Out] never
 * lowers a pixel; the matte is 0 or 1 with a feather of 0 and without Auto Feather; it is finite and
 * within 0..1 for any depth. All lengths are fractions of the frame's height. */

#include <stdbool.h>

#include "image/depth_map.h"
#include "image/image.h"

/** The scale in which Depth In and Depth Out are given. */
typedef enum zd_matte_mode {
    ZD_MATTE_ABSOLUTE,   /* the map's own values: nearness, 0..1, or metres */
    ZD_MATTE_NORMALISED, /* 0 at range.furthest, 1 at range.nearest, linear in the map's values */
} zd_matte_mode;

/** Whose edges the matte takes where depth jumps. */
typedef enum zd_matte_edges {
    ZD_MATTE_EDGES_PICTURE, /* the picture's, when a guide is given; a hard edge stays that of a map
                               that is about as fine as the picture */
    ZD_MATTE_EDGES_DEPTH,   /* those of the map, enlarged bilinearly */
} zd_matte_edges;

/** What is foreground. `{0}` is valid: no thresholds, so that all is foreground.
 *
 *  Foreground are the depths d with Depth In <= d <= Depth Out, both ends included; in metres,
 *  where larger is farther, Depth Out <= d <= Depth In. Use -INFINITY or INFINITY for a side that
 *  has no limit. When both are 0 there are no thresholds. */
typedef struct zd_matte_params {
    zd_matte_mode mode;
    float depth_in;    /* the furthest depth that is foreground */
    float depth_out;   /* the nearest depth that is foreground */
    float feather;     /* 0 hard .. 2; 1 softens the edge over 1 % of the frame's height */
    float choke;       /* -2..2: above 0 shrinks, below spreads; 1 moves by 1 % of the height */
    bool auto_feather; /* alpha from the picture at jumps, softness along slopes */
    bool invert;
    bool nearest_only; /* only the object of the `object` mask, or the nearest one without it */
    float level_far;   /* normalised depth at and below which all is furthest */
    float level_near;  /* normalised depth at and above which all is nearest; 0 means 1 */
    float level_gamma; /* above 1 lifts the middle; 0 means 1 */
    float probability; /* the subject's weight: how far the foreground probability moves depths
                            before they meet a threshold, as a part of the range; 0 means
                            ZD_SUBJECT_WEIGHT, below 0 none. See zd_subject_weight */
    zd_matte_edges edges;
} zd_matte_params;

/** What a matte is made of. Views are borrowed until the last render of the prepared frame. */
typedef struct zd_matte_frame {
    const zd_depth_map *map;   /* any size up to the one planned for; NaN (and, but for metres, Inf)
                                 marks pixels without depth, which take that of their neighbours.
                                 Its sky is beyond every Depth In; where its confidence is less than
                                 half of the picture's (geometric) mean, colour has all the say that
                                 it has at an edge */
    zd_depth_range range;      /* of the shot, in the map's own values */
    const zd_view *guide;      /* RGB or RGBA float32 of the frame's size, display-referred, not
                                 premultiplied; NULL: edges as in the map */
    const zd_view *foreground; /* float32 probability 0..1 of the map's size that a pixel is of a
                                  person or of the picture's object; NULL: unknown */
    const zd_view *object;     /* float32 mask of the map's size for nearest_only, from
                                 zd_object_tracker; NULL: found from this frame alone */
} zd_matte_frame;

/** The sizes that a matte plans its memory for. */
typedef struct zd_matte_size {
    int frame_width;
    int frame_height;
    int map_width; /* the largest map that will be given */
    int map_height;
} zd_matte_size;

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_matte zd_matte;

/** Makes a matte for frames of one size; all memory is taken here. The caller owns *out and
 *  releases it with zd_matte_destroy. */
ZD_MUST_USE zd_status zd_matte_create(zd_context *ctx, const zd_matte_size *size, zd_matte **out,
                                      zd_error *err);

/** Releases a matte and sets it to NULL. Accepts a pointer to NULL. */
void zd_matte_destroy(zd_matte **matte);

/** Takes in a frame. Fails with ZD_ERR_INVALID_ARGUMENT for views of the wrong size or format. */
ZD_MUST_USE zd_status zd_matte_prepare(zd_matte *matte, const zd_matte_frame *frame, zd_error *err);

/** Tells where the maps of the frames prepared from now on are one unbroken surface, steep as it may
 *  be: gray float32, 0..1, laid over the map, borrowed until the next call. NULL: nowhere known. */
void zd_matte_set_surface(zd_matte *matte, const zd_view *surface);

/** Gives pixels of the guide: RGBA float32 of the rectangle's size, which lies within the frame, finite and
 *  display-referred. From any thread, several at a time. */
typedef void (*zd_matte_guide_reader)(void *user, zd_rect rect, zd_view out);

/** Frames that are prepared from now on without a guide have one that is read piece by piece, where it is
 *  needed and until the last render: no float picture of the whole frame need lie in memory. The same
 *  pixels give the same bits either way. NULL: they have none. */
void zd_matte_set_guide_reader(zd_matte *matte, zd_matte_guide_reader read, void *user);

/** Tells that renders inside `roi` follow, so that what all of them need is made by the first. Without it
 *  the first makes what it needs itself and the second what all of the frame does. The same bits. Until the
 *  next prepared frame. */
void zd_matte_expect(zd_matte *matte, zd_rect roi);

/** Mends mattes by hand from now on: they are min(max(matte, raise), cap), before they are inverted. Both
 *  are ZD_GRAY_F32 of the frame's size, 0..1, and borrowed until the next call; NULL: no more. */
void zd_matte_set_hand(zd_matte *matte, const zd_view *raise, const zd_view *cap);

/** Writes the matte of the prepared frame inside `roi` into `out`, a ZD_GRAY_F32 view of the roi's
 *  size: 1 is foreground. */
ZD_MUST_USE zd_status zd_matte_render(zd_matte *matte, const zd_matte_params *params, zd_rect roi,
                                      zd_view out, zd_error *err);

/** Writes the prepared frame's depth at the picture's size with edges where the picture has them:
 *  one value for each pixel and never a mixture of two layers. In normalised values (0 furthest, 1
 *  nearest; beyond both for depths outside the range). `out` is ZD_GRAY_F32 of the roi's size. */
ZD_MUST_USE zd_status zd_matte_render_depth(zd_matte *matte, zd_rect roi, zd_view out,
                                            zd_error *err);

/** Rewrites depth_in and depth_out for another mode, so that the picture stays the same. The levels
 *  act before the thresholds in either mode and are left alone. */
void zd_matte_convert_mode(zd_matte_params *params, zd_depth_range range, zd_matte_mode mode);

/** Checks every number of the parameters; the message names the one that is out of its range. */
ZD_MUST_USE zd_status zd_matte_params_check(const zd_matte_params *params, zd_error *err);

#endif
