/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_NETWORK_INTERNAL_H
#define ZD_MODEL_NETWORK_INTERNAL_H

/* A network above its backend; shared by network.c, sizes.c and frames.c. */

#include "model/backend.h"

struct zd_network {
    zd_network_model model;
    const zd_backend *backend;
    void *state; /* the backend's */
    zd_plan plan;
    zd_safetensors *file;
    char *path;
    char *name;
    char *licence;
    bool is_loaded;
    bool has_digest;
    zd_digest digest;
    int runs;
    int shown;         /* the frame whose tensors are found */
    zd_stream *stream; /* of a network that is fed frame by frame; or NULL */
};

/** Sizes of all results, and groups; the arrays are there. */
ZD_MUST_USE zd_status zd_plan_make(const zd_network_model *model, int width, int height, int frames,
                                   zd_plan *plan, zd_error *err);

void zd_stream_destroy(zd_network *net);

#endif
