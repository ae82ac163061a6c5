/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See clip_graph.h. A graph that looks at several frames sees them as they are, for a range has plates of those in
 * it alone; one that looks at each pixel alone would make the same of a plate. */

#include "clip/clip_graph.h"

#include <string.h>

#include "clip/clip_plate.h"
#include "composite/effect_spec.h"
#include "core/require.h"
#include "engine/engine_between.h"
#include "engine/engine_result.h"

struct zd_clip_graph {
    zd_context *ctx;
    const zd_project *project;
    zd_filter *filter;
    int width;
    int height;
    bool takes_more;
    bool wants_plate; /* in the place of the footage */
    zd_image *depth;  /* gray f32 */
    zd_image *matte;  /* gray f32 */
    zd_clean_plate *plate;
};

/* A filter that FFmpeg lacks is one of our effects without its z before it is any other word. */
static zd_status tell_ours(const char *graph, zd_status status, zd_error *err)
{
    const char *ours = zd_effect_meant(graph);
    if (ours == NULL || err == NULL || strstr(err->message, "No such filter") == NULL) {
        return status;
    }
    return zd_fail(err, status,
                   "the effect '%.160s' cannot be used: No such filter: '%s'; did you mean %s?",
                   graph, ours + 1, ours);
}

zd_status zd_clip_graph_open(zd_context *ctx, const zd_project *project, const zd_frame_info *like,
                             zd_rational frame_rate, zd_clip_graph **out, zd_error *err)
{
    zd_clip_graph *g = zd_alloc_zeroed(ctx, 1, sizeof *g);
    zd_trust trust = zd_project_trusts(project, ZD_P_EFFECT) ? ZD_TRUST_FULL : ZD_TRUST_NONE;
    *out = g;
    if (g == NULL) {
        return zd_fail_memory(err, "an effect");
    }
    g->ctx = ctx;
    g->project = project;
    g->width = like->width;
    g->height = like->height;
    zd_status status = zd_filter_open(ctx, zd_params_text(&project->params, ZD_P_EFFECT), trust,
                                      like, frame_rate, &g->filter, err);
    if (status != ZD_OK) {
        zd_clip_graph_close(out);
        return tell_ours(zd_params_text(&project->params, ZD_P_EFFECT), status, err);
    }
    g->takes_more = zd_filter_takes(g->filter, ZD_FILTER_DEPTH) ||
                    zd_filter_takes(g->filter, ZD_FILTER_MATTE) ||
                    zd_filter_takes(g->filter, ZD_FILTER_PLATE);
    g->wants_plate = !g->takes_more && zd_engine_wants_plate(&project->params, NULL) &&
                     !zd_filter_has_memory(g->filter) && !zd_filter_is_pointwise(g->filter);
    return ZD_OK;
}

void zd_clip_graph_close(zd_clip_graph **graph)
{
    zd_clip_graph *g = *graph;
    if (g == NULL) {
        return;
    }
    zd_filter_close(&g->filter);
    zd_image_unref(&g->depth);
    zd_image_unref(&g->matte);
    zd_clean_plate_destroy(&g->plate);
    zd_free(g->ctx, g);
    *graph = NULL;
}

zd_filter *zd_clip_graph_filter(zd_clip_graph *graph)
{
    return graph->filter;
}

bool zd_clip_graph_needs_layers(const zd_clip_graph *graph)
{
    return graph->takes_more || graph->wants_plate;
}

bool zd_clip_graph_takes_more(const zd_clip_graph *graph)
{
    return graph->takes_more;
}

static zd_rect whole_of(const zd_clip_graph *g)
{
    return (zd_rect){ 0, 0, g->width, g->height };
}

static zd_status fit(const zd_clip_graph *g, zd_image **image, zd_view *out, zd_error *err)
{
    if (*image == NULL) {
        ZD_TRY(zd_image_create(g->ctx, g->width, g->height, ZD_GRAY_F32, image, err));
    }
    *out = zd_image_view(*image);
    return ZD_OK;
}

/* Makes *media the clean plate of a layer. */
static zd_status use_plate(zd_clip_graph *g, const zd_clip_graph_frame *frame,
                           const zd_clip_plate_layer *layer, zd_frame **media, zd_error *err)
{
    if (g->plate == NULL) {
        ZD_TRY(zd_clean_plate_create_pieces(g->ctx, g->width, g->height, &g->plate, err));
    }
    return zd_clip_plate_make(g->ctx, g->plate, frame->frame, frame->codes, layer, media, err);
}

static zd_status find_more(zd_clip_graph *g, const zd_clip_graph_frame *given, zd_frame **plate,
                           zd_filter_more *out, zd_error *err)
{
    const zd_layered_frame *frame = given->frame;
    bool is_background = frame->matte.invert; /* what the matte shows */
    bool has_plate = zd_filter_takes(g->filter, ZD_FILTER_PLATE);
    if (has_plate || zd_filter_takes(g->filter, ZD_FILTER_MATTE)) {
        ZD_TRY(fit(g, &g->matte, &out->matte, err));
        ZD_TRY(zd_engine_render_matte(frame->prepared, &frame->matte, whole_of(g), NULL, out->matte,
                                      err));
    }
    if (has_plate) {
        zd_clip_plate_layer layer = { out->matte, !is_background };
        ZD_TRY(use_plate(g, given, &layer, plate, err));
        out->plate = *plate;
    }
    if (zd_filter_takes(g->filter, ZD_FILTER_DEPTH)) {
        ZD_TRY(fit(g, &g->depth, &out->depth, err));
        ZD_TRY(zd_matte_render_depth(frame->prepared, whole_of(g), out->depth, err));
    }
    return ZD_OK;
}

zd_status zd_clip_graph_push(zd_clip_graph *g, const zd_clip_graph_frame *frame, zd_error *err)
{
    ZD_REQUIRE(err, g != NULL); /* no frame: there are no more */
    zd_status status = ZD_OK;
    zd_filter_more more = { .plate = NULL };
    if (frame == NULL) {
        return zd_filter_push(g->filter, NULL, err);
    }
    zd_frame *media = zd_frame_ref((zd_frame *) frame->media);
    zd_frame *plate = zd_frame_ref((zd_frame *) frame->media);
    bool has_layers = frame->frame != NULL;
    if (g->wants_plate && has_layers && frame->layer.data != NULL) {
        zd_clip_plate_layer layer = { frame->layer, frame->is_hidden };
        status = use_plate(g, frame, &layer, &media, err);
    } else if (g->takes_more && has_layers) {
        status = find_more(g, frame, &plate, &more, err);
    }
    if (status == ZD_OK) {
        status = zd_filter_push_more(g->filter, media, &more, err);
    }
    zd_frame_unref(&media);
    zd_frame_unref(&plate);
    return status;
}
