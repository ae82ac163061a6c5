/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The bridge from clip/inserts/insert_source.h to the compositor's two functions. */

#include "clip/inserts/clip_compositor.h"

#include <assert.h>

#include "clip/inserts/insert_source.h"
#include "core/require.h"

static zd_status insert_at(void *user, double time_s, zd_rect roi, zd_composite_layer *layer,
                           zd_error *err)
{
    (void) roi;
    return zd_insert_source_at(user, time_s, layer, err);
}

static void close_insert(void *user)
{
    zd_insert_source *source = user;
    zd_insert_source_close(&source);
}

zd_status zd_clip_insert_open(zd_context *ctx, const zd_params *params,
                              const zd_reader_info *footage, zd_compositor_insert *out,
                              zd_error *err)
{
    ZD_REQUIRE(err, footage->width > 0 && footage->height > 0);
    zd_insert_source *source = NULL;
    ZD_TRY(zd_insert_source_open(ctx, params, footage, &source, err));
    *out = (zd_compositor_insert){
        .params = params, .at = insert_at, .close = close_insert, .user = source
    };
    return ZD_OK;
}

static zd_status nothing_at(void *user, double time_s, zd_rect roi, zd_composite_layer *layer,
                            zd_error *err)
{
    (void) user;
    (void) time_s;
    (void) roi;
    (void) err;
    *layer = (zd_composite_layer){ 0 };
    return ZD_OK;
}

/* One that takes no part keeps its place in the order. */
static zd_status add(zd_context *ctx, const zd_project *project, int index,
                     const zd_reader_info *footage, const zd_clip_tracks *tracks,
                     zd_compositor *compositor, zd_error *err)
{
    assert(index >= 0 && index < project->insert_count);
    const zd_params *params = &project->inserts[index];
    zd_compositor_insert insert = { .params = params, .at = nothing_at };
    if (!zd_project_shows(project, index)) {
        return zd_compositor_add(compositor, &insert, err);
    }
    ZD_TRY(tracks != NULL && zd_insert_track_is_wanted(params)
               ? zd_insert_track_open(ctx, params, footage, zd_clip_tracks_of, tracks, index,
                                      &insert, err)
               : zd_clip_insert_open(ctx, params, footage, &insert, err));
    return zd_compositor_add(compositor, &insert, err);
}

zd_status zd_clip_compositor_open(zd_context *ctx, const zd_project *project,
                                  const zd_reader_info *footage, const zd_clip_tracks *tracks,
                                  zd_compositor **out, zd_error *err)
{
    ZD_REQUIRE(err, footage->width > 0 && footage->height > 0);
    zd_status status = zd_compositor_create(ctx, footage->width, footage->height, out, err);
    for (int i = 0; status == ZD_OK && i < project->insert_count; i++) {
        status = add(ctx, project, i, footage, tracks, *out, err);
    }
    if (status != ZD_OK) {
        zd_compositor_destroy(out);
    }
    return status;
}
