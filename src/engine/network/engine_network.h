/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_NETWORK_H
#define ZD_ENGINE_ENGINE_NETWORK_H

/* The networks of a plug-in's process. One thread runs them, one frame after the other; the
 * threads of the host wait for it and look every few milliseconds whether the host still wants the
 * frame, so a render is given up at once even while the network works. Depth is looked for in
 * memory, then in the folder that the command line uses, and only then computed.
 *
 * Thread-safety: safe. */

#include "core/context.h"
#include "core/task.h"
#include "depth/sample.h"
#include "engine/pixels/pixels.h"

/** Asks whether the host has given up; called only from the thread that renders. */
typedef struct zd_engine_abort {
    bool (*poll)(void *user); /* NULL: never */
    void *user;
} zd_engine_abort;

static inline bool zd_engine_aborted(const zd_engine_abort *abort)
{
    return abort->poll != NULL && abort->poll(abort->user);
}

/** The host's wish as a task that shared steps look at. */
static inline zd_task zd_engine_task_of(const zd_engine_abort *abort)
{
    zd_task task = { .abort = abort->poll, .abort_user = abort->user };
    return task;
}

typedef struct zd_engine_network zd_engine_network;

ZD_MUST_USE zd_status zd_engine_network_create(zd_context *ctx, zd_engine_network **out,
                                               zd_error *err);
void zd_engine_network_destroy(zd_engine_network **network);

/** The depth of a picture: RGBA f32, display-referred, unpremultiplied, finite. The caller releases
 *  the sample; its images may be shared and are not to be written. ZD_ERR_CANCELLED when the host
 *  gave up, ZD_ERR_MISSING when the model is not installed. */
ZD_MUST_USE zd_status zd_engine_network_depth(zd_engine_network *network, const char *model,
                                              zd_view picture, const zd_engine_abort *abort,
                                              zd_depth_sample *out, zd_error *err);

/** How often a model file was opened and a network ran, for tests and benchmarks. */
typedef struct zd_engine_counts {
    long opened;
    long runs;
} zd_engine_counts;

zd_engine_counts zd_engine_network_counts(zd_engine_network *network);

#endif
