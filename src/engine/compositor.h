/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_COMPOSITOR_H
#define ZD_ENGINE_COMPOSITOR_H

/* Titles and inserts between the layers of one frame after the other, in any order: the one compositor
 * of jobs, applications and plug-ins. Only the pixels that an insert can touch are turned into light
 * and back. Where inserts come from, files or a host, is behind two functions. */

#include "composite/composite_codes.h"
#include "core/task.h"
#include "engine/layered_frame.h"
#include "engine/pixels/pixels.h"
#include "project/params.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_compositor zd_compositor;

/** One insert. */
typedef struct zd_compositor_insert {
    const zd_params *params; /* borrowed; at_depth is read */

    /** Fills in picture, opacity and blend mode for a moment; the picture is empty when nothing is
     *  shown. Its pixels, linear and premultiplied, are valid until the next call. */
    zd_status (*at)(void *user, double time_s, zd_rect roi, zd_composite_layer *layer,
                    zd_error *err);

    /** Not NULL, for one insert at most: only the rectangle of the picture counts, and its pixels are
     *  asked for piece by piece. From any thread. */
    zd_composite_codes_fetch fetch;

    void (*close)(void *user); /* may be NULL */
    void *user;
} zd_compositor_insert;

ZD_MUST_USE zd_status zd_compositor_create(zd_context *ctx, int width, int height,
                                           zd_compositor **out, zd_error *err);
void zd_compositor_destroy(
    zd_compositor **compositor); /* closes its inserts; accepts NULL inside */

/** Adds an insert, bottom-most first among equal depths, and takes it over; also on failure, when it is
 *  closed. */
ZD_MUST_USE zd_status zd_compositor_add(zd_compositor *compositor,
                                        const zd_compositor_insert *insert, zd_error *err);

/** An effect on the footage, seen inside the project's matte (mask_effects, invert), behind all inserts. */
typedef struct zd_compositor_effect {
    /** Makes the whole frame with the effect everywhere: RGBA f32 of the frame's size, linear and
     *  premultiplied. The frame's matte is prepared; `hidden` (gray f32) tells where the effect will not be
     *  seen, or is without data. */
    zd_status (*make)(void *user, const zd_layered_frame *frame, zd_view hidden, zd_view light,
                      zd_error *err);
    /** May be NULL. Otherwise `make` gets a light without data and keeps what it made, whose pixels are
     *  asked for piece by piece, so that no picture of it is needed. From any thread. */
    zd_composite_codes_fetch fetch;
    void *user; /* borrowed */
} zd_compositor_effect;

/** Gives the effect of all further frames; NULL: none. With one, invert tells on which side of the matte
 *  it is seen, and inserts stand behind the foreground as ever. */
void zd_compositor_set_effect(zd_compositor *compositor, const zd_compositor_effect *effect);

/** Puts an insert in the place of another, which is closed; the first is 0. */
void zd_compositor_replace(zd_compositor *compositor, int index,
                           const zd_compositor_insert *insert);

/** Closes all inserts; memory of the frame's size stays. */
void zd_compositor_clear(zd_compositor *compositor);

/** Finds what is shown at a moment inside `within`. *roi is where it can touch the picture, on even
 *  pixels, which chroma is shared by; empty when nothing is shown, all of `within` with an effect. Before zd_compositor_render. */
ZD_MUST_USE zd_status zd_compositor_at(zd_compositor *compositor, double time_s, zd_rect within,
                                       zd_rect *roi, zd_error *err);

/** Where a render inside `roi` looks at the frame's picture. */
zd_rect zd_compositor_reach(const zd_compositor *compositor, const zd_params *params, double time_s,
                            zd_rect roi);

enum { ZD_COMPOSITOR_BAND = 64 }; /* rows between two looks at a request to stop */

/** Where the pixels go. `put` may be NULL: into `out`, RGBA f32 of the frame's size, code values, not
 *  premultiplied. */
typedef struct zd_compositor_target {
    zd_view out;
    zd_composite_codes_put put; /* pieces that cover the roi, from any thread */
    /** May be NULL: called by the caller's thread when the pieces of `band` were put, and none of the next
     *  one was. Bands begin at multiples of ZD_COMPOSITOR_BAND rows, the first of them at the roi. */
    zd_status (*finish_band)(void *user, zd_rect band, bool changed, zd_error *err);
    void *user;
    /* Not zeros: of this prepared frame more tiles will follow. The mattes are made of the whole frame and
     * kept, since those of tiles overlap by far more than a tile. */
    zd_pixels_hash tiles_of;
} zd_compositor_target;

/** Lays what zd_compositor_at found on a prepared frame of that time, inside `roi`. `params` are the
 *  project's. Pixels where nothing shows get the picture's very bits. *changed tells whether any pixel
 *  did. `task` may be NULL and can cancel. */
ZD_MUST_USE zd_status zd_compositor_render(zd_compositor *compositor, const zd_params *params,
                                           const zd_layered_frame *frame, zd_rect roi,
                                           const zd_task *task, const zd_compositor_target *target,
                                           bool *changed, zd_error *err);

/** How much of an insert showed over all frames rendered since it was added, 0..1, by its alpha and the
 *  matte over it; -1 where it was never on or its pixels are fetched. */
double zd_compositor_visible(const zd_compositor *compositor, int insert);

#endif
