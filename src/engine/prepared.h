/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_PREPARED_H
#define ZD_ENGINE_PREPARED_H

/* One frame at one size on its way to a picture: read, given its depth, judged, its matte prepared.
 * The one way of footage from files and of pixels that hosts hand over; where the two differ is a
 * source of two functions.
 *
 *     zd_prepared_fill    picture, guide, depth       once for each frame
 *     zd_prepared_judge   shot, matte's parameters    when a parameter has changed
 *     zd_prepared_matte   the matte for any thresholds; again only when range or object changed */

#include "core/task.h"
#include "depth/sample.h"
#include "engine/layered_frame.h"
#include "engine/pixels/pixels.h"
#include "matte/matte.h"
#include "matte/object.h"
#include "project/project.h"

/** Pictures of the frame's size that renderers make when they first need them. */
typedef enum zd_prepared_plane {
    ZD_PREPARED_MATTE,   /* gray f32 */
    ZD_PREPARED_DEPTH,   /* gray f32 */
    ZD_PREPARED_DRAWN,   /* RGBA f32 */
    ZD_PREPARED_SCRATCH, /* RGBA f32 */
    ZD_PREPARED_PLANE_COUNT,
} zd_prepared_plane;

typedef struct zd_prepared {
    bool is_valid; /* it holds the frame `key` */
    bool is_busy;  /* of the pool, as are the next two */
    uint64_t used;
    zd_pixels_hash key;
    int width;
    int height;
    zd_layered_frame frame;

    zd_image *picture;
    zd_image *guide;
    zd_depth_sample sample; /* its images may be shared and are not to be written */
    bool has_shot;          /* the source knows the frame's shot, and has put it here */
    zd_shot known;
    bool is_measured; /* by itself, with the boxes that */
    zd_pixels_hash measured_with;
    zd_shot measured;
    zd_shot shot; /* the one in force */

    zd_image *object; /* mask of the nearest object */
    bool is_tracked;  /* the source has found it; else it is looked for in this frame alone */
    zd_view surface;  /* where the map is one unbroken surface; or no data */
    zd_image *own_surface;
    zd_object_tracker *tracker;
    zd_image *
        raise; /* what the matte is mended with by hand, by the source, or NULL; see zd_engine_mend */
    zd_image *cap;
    zd_matte_guide_reader read_guide; /* of the source, or NULL */
    void *guide_user;
    zd_matte *matte;
    zd_matte_size matte_size;
    bool is_prepared;
    zd_pixels_hash prepared_for;

    zd_image *planes[ZD_PREPARED_PLANE_COUNT];
    bool is_drawn; /* the plane holds what is drawn for */
    zd_pixels_hash drawn_for;
    struct zd_clean_plate *plate;     /* owned; made by who needs one */
    struct zd_compositor *compositor; /* owned; made by who needs one */
    zd_pixels_hash inserts;           /* those that it has */
    void *kept;                       /* what the source keeps with the frame, or NULL */
    void (*drop)(void *kept);
} zd_prepared;

/** Where frames come from. */
typedef struct zd_prepared_source {
    /** Reads the picture. *is_bounded: every number is within +-ZD_LINEAR_LIMIT. What it learns on
     *  the way, such as a depth that was steadied from frame to frame, it may keep for find_depth. */
    zd_status (*read)(void *user, zd_prepared *frame, zd_view out, bool *is_bounded, zd_error *err);

    /** Finds what belongs to the picture, which is read: `sample`, and what is known of `known` (then
     *  has_shot), `object` (then is_tracked), `surface`. */
    zd_status (*find_depth)(void *user, zd_prepared *frame, zd_error *err);

    /** May be NULL. Else the guide is read by it, piece by piece and as long as the frame is used: `read` is
     *  not called, the frame's `picture` is memory for the caller to read into what is needed of it, and its
     *  `guide` is without data. */
    zd_matte_guide_reader read_guide;

    zd_transfer transfer;
    const zd_task *task; /* may be NULL */
    void *user;
} zd_prepared_source;

/** Fills a frame whose size is set. On failure it is not valid and holds what it holds. */
ZD_MUST_USE zd_status zd_prepared_fill(zd_context *ctx, zd_prepared *frame,
                                       const zd_prepared_source *source, zd_error *err);

/** Finds the matte's parameters: those of `shot` where it is given, else of the shot that the source
 *  knows, else of what this frame shows by itself, as a still of the project `alone` would be judged.
 *  Ends of the range that `params` lock count. */
ZD_MUST_USE zd_status zd_prepared_judge(zd_context *ctx, zd_prepared *frame,
                                        const zd_params *params, const zd_shot *shot,
                                        const zd_project *alone, zd_error *err);

/** Prepares the matte of a judged frame. */
ZD_MUST_USE zd_status zd_prepared_matte(zd_context *ctx, zd_prepared *frame, zd_error *err);

/** Measures a sample by itself as the only frame of a clip of this project. */
ZD_MUST_USE zd_status zd_prepared_measure(zd_context *ctx, const zd_project *project,
                                          const zd_depth_sample *sample, double time_s,
                                          zd_shot *out, zd_error *err);

/** Gives a plane, made at first. */
ZD_MUST_USE zd_status zd_prepared_get_plane(zd_context *ctx, zd_prepared *frame,
                                            zd_prepared_plane plane, zd_view *out, zd_error *err);

/** Gives the memory for clean plates, made at first. */
ZD_MUST_USE zd_status zd_prepared_get_plate(zd_context *ctx, zd_prepared *frame,
                                            struct zd_clean_plate **out, zd_error *err);

/** Forgets the frame; memory of its size stays. */
void zd_prepared_forget(zd_prepared *frame);

/** Releases everything; its size becomes 0. What belongs to the pool stays. */
void zd_prepared_empty(zd_prepared *frame);

#endif
