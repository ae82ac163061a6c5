/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A build without networks: only supplied depth maps work. */

#include "engine/network/engine_network.h"

struct zd_engine_network {
    zd_context *ctx;
};

zd_status zd_engine_network_create(zd_context *ctx, zd_engine_network **out, zd_error *err)
{
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "the network");
    }
    (*out)->ctx = ctx;
    return ZD_OK;
}

void zd_engine_network_destroy(zd_engine_network **network)
{
    if (*network != NULL) {
        zd_free((*network)->ctx, *network);
        *network = NULL;
    }
}

zd_status zd_engine_network_depth(zd_engine_network *network, const char *model, zd_view picture,
                                  const zd_engine_abort *abort, zd_depth_sample *out, zd_error *err)
{
    (void) network;
    (void) picture;
    (void) abort;
    *out = (zd_depth_sample){ 0 };
    return zd_fail(err, ZD_ERR_MISSING, "this build has no networks; '%s' cannot run", model);
}

zd_engine_counts zd_engine_network_counts(zd_engine_network *network)
{
    (void) network;
    return (zd_engine_counts){ 0, 0 };
}
