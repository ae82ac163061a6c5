/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What callers of the clip must keep: every ZD_REQUIRE is broken once, and names function and condition. */

#include "clip/clip_ahead.h"
#include "clip/clip_engine.h"
#include "clip/clip_feed.h"
#include "clip/clip_focus.h"
#include "clip/clip_graph.h"
#include "clip/clip_walk.h"
#include "clip/depth/clip_detail.h"
#include "clip/depth/clip_faces.h"
#include "clip/inserts/clip_compositor.h"
#include "clip/inserts/clip_tracks_store.h"
#include "clip/inserts/insert_source.h"
#include "refused.h"

static zd_error err;

static zd_context *ctx;

static void what_is_opened(void)
{
    zd_reader *reader = NULL;
    zd_clip clip = { 0 };
    zd_project project;
    zd_clip_options options = { 0 };
    zd_clip_engine *engine = NULL;
    zd_clip_depth *depth = NULL;
    zd_clip_detail *detail = NULL;
    zd_clip_hand *hand = NULL;
    zd_clip_focus *focus = NULL;
    zd_clip_feed *feed = NULL;
    zd_compositor *compositor = NULL;
    zd_compositor_insert insert;
    zd_reader_info footage = { .width = 0, .height = 4 };
    const float roi[4] = { 0.0f, 0.0f, 1.0f, 1.0f };
    zd_project_init(&project, ctx);
    REFUSED(zd_clip_open_reader(ctx, NULL, &reader, &err), "params != NULL");
    REFUSED(zd_clip_open(ctx, NULL, &options, &clip, &err), "project != NULL");
    REFUSED(zd_clip_open(ctx, &project, NULL, &clip, &err), "project != NULL && options != NULL");
    REFUSED(zd_clip_engine_open(ctx, &project, NULL, &engine, &err),
            "project != NULL && options != NULL");
    REFUSED(zd_clip_insert_open(ctx, &project.params, &footage, &insert, &err),
            "footage->width > 0");
    REFUSED(zd_clip_compositor_open(ctx, &project, &footage, NULL, &compositor, &err),
            "footage->width > 0");
    REFUSED(zd_clip_depth_open(ctx, &project.params, NULL, &footage, &depth, &err),
            "footage->width > 0");
    REFUSED(zd_clip_hand_create(ctx, &footage, &hand, &err), "footage->width > 0");
    REFUSED(zd_clip_detail_open(ctx, &project.params, roi, 4, 0, NULL, &detail, &err), "width > 0");
    REFUSED(zd_clip_focus_create(ctx, 0, 4, &focus, &err), "map_width > 0");
    REFUSED(zd_clip_feed_start(ctx, NULL, &feed, &err), "reader != NULL");
    zd_project_finish(&project);
}

static void what_is_asked(void)
{
    zd_clip clip = { 0 };
    zd_clip_ahead ahead = { .at = -1 };
    zd_frame *frame = NULL;
    zd_image *image = NULL;
    zd_depth_sample sample = { 0 };
    zd_clip_walked walked;
    zd_layered_frame layered = { 0 };
    zd_composite_layer layer;
    zd_face_list *faces = NULL;
    float numbers[16] = { 0 };
    const float roi[4] = { 0.0f, 0.0f, 1.0f, 1.0f };
    zd_view gray = { numbers, 4, 4, 16, ZD_GRAY_F32 };
    zd_clip_track_entry entry;
    bool cached;
    int64_t frames;
    REFUSED(zd_clip_find_cuts(&clip, NULL, &err), "clip->reader != NULL");
    REFUSED(zd_clip_analyse(&clip, NULL, &err), "clip->depth != NULL");
    REFUSED(zd_clip_ahead_take(&ahead, &clip, -1, &frame, &err), "index >= 0");
    REFUSED(zd_clip_depth_get(NULL, NULL, NULL, &sample, &cached, &err), "source != NULL");
    REFUSED(zd_clip_graph_push(NULL, NULL, &err), "g != NULL");
    REFUSED(zd_clip_hand_make(NULL, NULL, 4, 0, 0.0, &image, &image, &err), "width > 0");
    REFUSED(zd_clip_video_make_windows(NULL, 5, 5, NULL, &frames, &err), "first >= 0");
    REFUSED(zd_clip_walk_take(NULL, NULL, 0, NULL, NULL, &walked, &err), "frame != NULL");
    REFUSED(zd_layers_take(NULL, NULL, 0, NULL, NULL, &layered, &err), "frame != NULL");
    REFUSED(zd_insert_source_at(NULL, (double) NAN, &layer, &err), "isfinite(time_s)");
    REFUSED(zd_clip_tracks_get(NULL, NULL, -1, &entry, &cached, &err), "insert >= 0");
    REFUSED(zd_clip_faces_find(NULL, gray, roi, &faces, &err), "picture.format.channels == 3");
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(what_is_opened);
    RUN(what_is_asked);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
