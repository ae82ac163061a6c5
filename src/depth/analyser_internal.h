/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_ANALYSER_INTERNAL_H
#define ZD_DEPTH_ANALYSER_INTERNAL_H

/* What opening, sizes and keys (analyser.c) share with running (analyser_run.c). */

#include "depth/analyser.h"
#include "depth/tiles.h"

/** What a network may tell of each pixel. */
enum {
    ZD_ANALYSER_PLANE_DEPTH,
    ZD_ANALYSER_PLANE_FOREGROUND,
    ZD_ANALYSER_PLANE_SKY,
    ZD_ANALYSER_PLANE_CONFIDENCE,
    ZD_ANALYSER_PLANES
};

/** Buffers for one size of input. */
typedef struct zd_analyser_workspace {
    int width; /* of the input; 0: none yet */
    int height;
    zd_tiles tiles;
    zd_image *part;                    /* RGB, the network's picture */
    float *planes[ZD_ANALYSER_PLANES]; /* of the network's picture */
    float *wholes
        [ZD_ANALYSER_PLANES]; /* the same enlarged to the input; only with tiles or two scales */
    float *sums[ZD_ANALYSER_PLANES]; /* blended tiles; with two scales the first one's planes */
    zd_image *shrunk;                /* RGB, the first scale's picture */
} zd_analyser_workspace;

struct zd_analyser {
    zd_context *ctx;
    zd_network_info known; /* of a network that is opened when it is first run */
    zd_digest weights;     /* told; of its file */
    bool has_weights;
    char *path; /* of such a network; NULL: it is open */
    zd_network *net;
    zd_network *coarse; /* with two scales: the same network, planned for the first of them */
    zd_analyser_params params;
    int outputs[ZD_ANALYSER_PLANES]; /* their indices; -1: there is none */
    zd_analyser_workspace work;
};

bool zd_analyser_has_region(const float roi[4]);

/** Opens the network, twice where two scales want it. */
ZD_MUST_USE zd_status zd_analyser_open_networks(zd_analyser *analyser, const char *path,
                                                zd_error *err);

/** Gives back what a size of input took. */
void zd_analyser_release_workspace(zd_analyser *analyser);

#endif
