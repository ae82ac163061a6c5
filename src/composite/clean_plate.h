/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_CLEAN_PLATE_H
#define ZD_COMPOSITE_CLEAN_PLATE_H

/* The clean plate of a layer: its own pixels, and where another layer stands its nearest colours
 * carried on beneath that one. What blurs or paints a background looks at this instead of the footage,
 * so that nothing of the subject runs into it.
 * Where the matte goes over gently (a wide feather) there is no other layer, and pixels stay.
 *
 * Push and pull: colours weighted by the trust in each pixel are summed into ever smaller pictures, then
 * the gaps of each size are filled from the next smaller one (Gortler, Grzeszczuk, Szeliski, Cohen: The
 * Lumigraph, SIGGRAPH 1996, section 3.4). The frame itself is looked at piece by piece, only what is
 * filled is looked at twice, and of tiles (64 x 16) that have no gap and are not beside one every fourth row is.
 * The same pixels for any number of threads. */

#include <stdbool.h>

#include "core/context.h"
#include "image/image.h"

typedef struct zd_clean_plate zd_clean_plate;

/** Memory for whole frames of one size, with their nearness: about 1.6 times an RGBA f32 frame. */
ZD_MUST_USE zd_status zd_clean_plate_create(zd_context *ctx, int width, int height,
                                            zd_clean_plate **out, zd_error *err);

/** Memory for frames of one size that come piece by piece, without nearness: about 0.4 times one. */
ZD_MUST_USE zd_status zd_clean_plate_create_pieces(zd_context *ctx, int width, int height,
                                                   zd_clean_plate **out, zd_error *err);
void zd_clean_plate_destroy(zd_clean_plate **plate); /* accepts NULL inside */

/** Makes the plate of the layer that `matte` (gray f32, 0..1) selects, or with `is_hidden` of what it
 *  leaves over. `light`: RGBA f32, linear premultiplied; `nearness` (gray f32), changed in place, is
 *  carried on in the same way. All of the plate's size. Pixels well inside the layer keep their bits; a
 *  frame without any stays as it is. Returns the plate's light, which is the plate's own and holds until
 *  the next call. One frame at a time. Of plates for whole frames. */
zd_view zd_clean_plate_make(zd_clean_plate *plate, zd_view light, zd_view nearness, zd_view matte,
                            bool is_hidden);

/** A part of a frame and memory for it: RGBA f32 of the rectangle's size. */
typedef struct zd_plate_piece {
    zd_rect rect;
    zd_view codes;    /* of whoever reads and puts; between them it stays */
    zd_view light;    /* linear premultiplied */
    zd_view made;     /* likewise, of the plate */
    zd_view nearness; /* gray f32; of plates for whole frames, else without data */
} zd_plate_piece;

/** Where frames come from and what is filled goes to. Called for several pieces at a time. */
typedef struct zd_plate_source {
    zd_status (*read)(void *user, const zd_plate_piece *piece); /* fills light and nearness */
    zd_status (*put)(void *user, const zd_plate_piece *piece);  /* takes made and nearness */
    void *user;
} zd_plate_source;

/** The same by pieces. What is put are runs of filled pixels with some others round them, never two with
 *  less than 16 columns between them, in bands of 16 rows. Fails as the source does. */
ZD_MUST_USE zd_status zd_clean_plate_run(zd_clean_plate *plate, zd_view matte, bool is_hidden,
                                         const zd_plate_source *source, zd_error *err);

#endif
