/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A row of the table is one advice: its condition on a shot's figures, its words and its flag. */

#include "jobs/explain.h"

#include <assert.h>

#include "clip/inserts/clip_compositor.h"
#include "clip/layers.h"
#include "core/require.h"
#include "depth/sample.h"
#include "depth/suggest.h"
#include "engine/engine_matte_params.h"

#define LITTLE     0.03f /* of the picture: hardly anything */
#define ALMOST_ALL 0.90f
#define FLOOR_MUCH 0.25f /* of the foreground */
#define UNSURE     0.60f /* of the thresholds, from where on they are trusted */
#define MISSED     0.60f /* of the subject inside the matte, below which some is missing */

static bool is_chosen_by_hand(const zd_finding *f)
{
    return f->shot->selected;
}

static bool finds_nobody(const zd_finding *f)
{
    return f->facts.has_probability && f->facts.subject < LITTLE && !is_chosen_by_hand(f);
}

static bool is_empty(const zd_finding *f)
{
    return zd_suggestion_is_empty(f->shot->range, f->shot->suggested_in) && !is_chosen_by_hand(f);
}

static bool is_split_by_distance(const zd_finding *f)
{
    return finds_nobody(f) && !is_empty(f);
}

static bool is_without_probability(const zd_finding *f)
{
    return !f->facts.has_probability;
}

static bool is_unsure(const zd_finding *f)
{
    return !finds_nobody(f) && !is_empty(f) && f->shot->confidence < UNSURE &&
           !is_chosen_by_hand(f);
}

static bool takes_floor(const zd_finding *f)
{
    return f->facts.floor > FLOOR_MUCH * f->facts.foreground && f->facts.foreground > LITTLE;
}

static bool has_several(const zd_finding *f)
{
    return f->facts.subjects > 1;
}

static bool misses_subject(const zd_finding *f)
{
    return f->facts.subject >= LITTLE && f->facts.in_subject < MISSED * f->facts.subject;
}

static bool takes_everything(const zd_finding *f)
{
    return f->facts.foreground > ALMOST_ALL;
}

static bool takes_nothing(const zd_finding *f)
{
    return f->facts.foreground < 0.5f * LITTLE && !is_empty(f);
}

static const zd_advice advices[] = {
    { "no_probability",
      "This depth says nothing of people: only distance decides. Set --depth-in, or draw a box.",
      is_without_probability },
    { "empty",
      "No person or clear object was found, and no clear gap in distance: nothing is foreground, and an "
      "insert covers all. Set --depth-in, or draw a box around what should be in front: --select X,Y,W,H.",
      is_empty },
    { "nobody",
      "No person or clear object was found, so the split is by distance alone. If it is wrong, set "
      "--depth-in, or draw a box around what should be in front: --select X,Y,W,H.",
      is_split_by_distance },
    { "unsure",
      "The split is a guess. Look at it with 'zdepth view --view opacity', then nudge --depth-in, or "
      "draw a box around the subject: --select X,Y,W,H.",
      is_unsure },
    { "floor",
      "Ground or furniture near the camera counts as foreground. Raise --depth-in a little, or "
      "--subject towards 1 so that only what looks like the subject stays.",
      takes_floor },
    { "several",
      "There is more than one subject. --nearest-only keeps the nearest of them through the shot.",
      has_several },
    { "missing",
      "Part of what looks like the subject is left out. Lower --depth-in, or raise --subject.",
      misses_subject },
    { "everything",
      "Nearly the whole picture is foreground, so an insert would hardly be seen. Raise --depth-in.",
      takes_everything },
    { "nothing", "Hardly anything is foreground, so an insert covers all. Lower --depth-in.",
      takes_nothing },
};

const zd_advice *zd_explain_advices(int *count)
{
    *count = (int) (sizeof advices / sizeof *advices);
    return advices;
}

bool zd_explain_has_subject(const zd_finding *finding)
{
    return finding->facts.has_probability && finding->facts.subject >= LITTLE;
}

zd_hand_finding zd_explain_hand(const zd_clip *clip)
{
    const zd_params *p = &clip->project->params;
    const zd_param_desc *mode = zd_param_describe(ZD_P_MATTE_IN_MODE);
    return (zd_hand_finding){
        .garbage = zd_clip_hand_shapes(clip->hand, false),
        .holdout = zd_clip_hand_shapes(clip->hand, true),
        .supplied = zd_params_is_set(p, ZD_P_MATTE_IN) ? zd_params_text(p, ZD_P_MATTE_IN) : NULL,
        .mode = mode->choices[zd_params_int(p, ZD_P_MATTE_IN_MODE)],
    };
}

static int64_t middle_of(const zd_shot_list *list, int index)
{
    assert(index >= 0 && index < list->count);
    const zd_shot *shot = &list->shots[index];
    int64_t end = index + 1 < list->count ? shot[1].first_frame : list->frame_count;
    return (shot->first_frame + end) / 2;
}

static zd_status read_frame(zd_clip *clip, int64_t index, zd_frame **out, zd_error *err)
{
    ZD_TRY(zd_reader_seek_frame(clip->reader, index, err));
    return zd_reader_next(clip->reader, out, err);
}

zd_status zd_explain_shot(zd_clip *clip, int index, const zd_task *task, zd_finding *out,
                          zd_error *err)
{
    ZD_REQUIRE(err, index >= 0 && index < clip->shots.count);
    const zd_shot_list *list = &clip->shots;
    const zd_shot *shot = &list->shots[index];
    zd_depth_sample sample = { 0 };
    zd_frame *frame = NULL;
    *out = (zd_finding){ .shot = shot, .frame = middle_of(list, index) };
    ZD_TRY(read_frame(clip, out->frame, &frame, err));
    zd_status status = zd_clip_depth_get(clip->depth, frame, task, &sample, NULL, err);
    if (status == ZD_OK) {
        zd_matte_params params = zd_engine_matte_params(&clip->project->params, shot, list->kind,
                                                        zd_clip_time_s(clip, frame));
        zd_view foreground = { 0 };
        if (sample.foreground != NULL) {
            foreground = zd_image_view(sample.foreground);
        }
        status = zd_matte_facts_measure(clip->ctx, &sample.depth, shot->range,
                                        sample.foreground != NULL ? &foreground : NULL, &params,
                                        &out->facts, err);
    }
    zd_depth_sample_release(&sample);
    zd_frame_unref(&frame);
    return status;
}

/* Lays the inserts on one frame, for what the compositor learns of them. */
static zd_status lay(zd_layers *layers, zd_compositor *compositor, const zd_params *params,
                     zd_layered_frame *frame, zd_view scratch, zd_error *err)
{
    zd_rect roi;
    bool changed;
    zd_rect whole = { 0, 0, scratch.width, scratch.height };
    zd_compositor_target target = { .out = scratch };
    ZD_TRY(zd_compositor_at(compositor, frame->time_s, whole, &roi, err));
    if (zd_rect_is_empty(roi)) {
        return ZD_OK;
    }
    ZD_TRY(zd_layers_look(layers, frame, whole, err));
    return zd_compositor_render(compositor, params, frame, roi, NULL, &target, &changed, err);
}

/* What lays inserts on frames. */
typedef struct layer_room {
    zd_layers *layers;
    zd_clip_tracks *tracks;
    zd_compositor *compositor;
    zd_image *scratch;
} layer_room;

static zd_status open_room(zd_clip *clip, const zd_clip_options *options, layer_room *room,
                           zd_error *err)
{
    zd_context *ctx = clip->ctx;
    const zd_reader_info *info = clip->info;
    ZD_TRY(zd_layers_create(clip, &room->layers, err));
    ZD_TRY(zd_clip_tracks_create(clip, options, &room->tracks, err));
    ZD_TRY(zd_clip_compositor_open(ctx, clip->project, info, room->tracks, &room->compositor, err));
    return zd_image_create(ctx, info->width, info->height, ZD_RGBA_F32, &room->scratch, err);
}

static void close_room(layer_room *room)
{
    zd_image_unref(&room->scratch);
    zd_compositor_destroy(&room->compositor);
    zd_clip_tracks_destroy(&room->tracks);
    zd_layers_destroy(&room->layers);
}

static zd_status lay_on_shots(zd_clip *clip, const layer_room *room, const zd_task *task,
                              zd_error *err)
{
    int first;
    int end;
    zd_status status = ZD_OK;
    zd_clip_shots_in_range(clip, &first, &end);
    for (int i = first; status == ZD_OK && i < end; i++) {
        zd_layered_frame layered;
        zd_frame *frame = NULL;
        int64_t index = middle_of(&clip->shots, i);
        status = zd_clip_tracks_seek(room->tracks, index, task, err);
        if (status == ZD_OK) {
            status = read_frame(clip, index, &frame, err);
        }
        if (status == ZD_OK) {
            status = zd_layers_take(room->layers, frame, index, NULL, task, &layered, err);
        }
        if (status == ZD_OK) {
            status = lay(room->layers, room->compositor, &clip->project->params, &layered,
                         zd_image_view(room->scratch), err);
        }
        zd_frame_unref(&frame);
    }
    return status;
}

zd_status zd_explain_inserts(zd_clip *clip, const zd_clip_options *options, const zd_task *task,
                             zd_explain_insert *findings, zd_error *err)
{
    layer_room room = { 0 };
    zd_status status = open_room(clip, options, &room, err);
    if (status == ZD_OK) {
        status = lay_on_shots(clip, &room, task, err);
    }
    for (int i = 0; status == ZD_OK && i < clip->project->insert_count; i++) {
        findings[i].visible = zd_compositor_visible(room.compositor, i);
        findings[i].track = zd_clip_tracks_report(room.tracks, i);
    }
    close_room(&room);
    return status;
}
