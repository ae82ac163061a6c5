/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* An entry is a head of numbers and the poses, as they lie in memory; everything in it is checked, for the folder may
 * hold anything. */

#include "clip/inserts/clip_tracks_store.h"

#include <math.h>
#include <string.h>

#include "cache/cache_shots.h"
#include "core/require.h"

enum { KEY_VERSION = 2, WORDS = 8, NUMBERS = 32, MOST_BYTES = 64 << 20 };

typedef struct entry_head {
    int64_t words[WORDS];
    double numbers[NUMBERS];
} entry_head;

/* What an entry's look depends on, and not its place. */
static const zd_param_id looks[] = { ZD_P_COLOUR, ZD_P_OUTLINE_COLOUR, ZD_P_OPACITY, ZD_P_BLEND,
                                     ZD_P_SCENE_LIGHT };

/* The project without what no track depends on. */
static void strip(zd_project *project)
{
    static const zd_param_id range[] = { ZD_P_FRAMES, ZD_P_FROM, ZD_P_TO };
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        zd_param_group group = zd_param_describe((zd_param_id) id)->group;
        if (group == ZD_GROUP_OUTPUT || group == ZD_GROUP_EFFECT) {
            zd_params_unset(&project->params, (zd_param_id) id);
        }
    }
    for (size_t i = 0; i < sizeof range / sizeof *range; i++) {
        zd_params_unset(&project->params, range[i]);
    }
    for (int i = 0; i < project->insert_count; i++) {
        for (size_t k = 0; k < sizeof looks / sizeof *looks; k++) {
            zd_params_unset(&project->inserts[i], looks[k]);
        }
    }
}

/* The files that the project's tracks are looked at in; false: one is no plain file. */
static bool add_files(zd_hasher *hasher, const zd_project *project)
{
    const char *matte = zd_params_text(&project->params, ZD_P_MATTE_IN);
    bool is_known = matte == NULL || zd_hasher_add_file(hasher, matte);
    for (int i = 0; i < project->insert_count && is_known; i++) {
        const char *path = zd_params_text(&project->inserts[i], ZD_P_INSERT);
        const char *camera = zd_params_text(&project->inserts[i], ZD_P_TRACK_CAMERA);
        is_known = path == NULL || zd_hasher_add_file(hasher, path);
        is_known = is_known && (camera == NULL || zd_hasher_add_file(hasher, camera));
    }
    return is_known;
}

zd_status zd_clip_tracks_key(const zd_clip *clip, int shot, int64_t end, bool *known,
                             zd_digest *out, zd_error *err)
{
    zd_text text;
    zd_project plain;
    zd_digest shots;
    zd_hasher hasher;
    *known = false;
    if (clip->cache.path == NULL || clip->is_alone ||
        !zd_cache_shots_key(clip->project, zd_clip_depth_model(clip->depth),
                            zd_clip_depth_arithmetic(clip->depth), &shots))
    {
        return ZD_OK;
    }
    ZD_TRY(zd_project_copy(clip->project, &plain, err));
    strip(&plain);
    zd_text_init(&text, clip->ctx);
    zd_project_write(&plain, &text);
    int64_t numbers[4] = { KEY_VERSION, clip->shots.shots[shot].first_frame, end,
                           (int64_t) sizeof(entry_head) };
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, "zdepth tracks", sizeof "zdepth tracks");
    zd_hasher_update(&hasher, numbers, sizeof numbers);
    zd_hasher_update(&hasher, &shots, sizeof shots);
    *known = add_files(&hasher, &plain);
    zd_status status = zd_text_finish(&text, "the key of tracks", err);
    if (status == ZD_OK) {
        zd_hasher_update(&hasher, text.data, text.length);
    }
    zd_hasher_finish(&hasher, out);
    zd_text_release(&text);
    zd_project_finish(&plain);
    return status;
}

static zd_digest of_insert(const zd_digest *key, int insert)
{
    zd_digest out;
    zd_hasher hasher;
    int32_t number = insert;
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, key, sizeof *key);
    zd_hasher_update(&hasher, &number, sizeof number);
    zd_hasher_finish(&hasher, &out);
    return out;
}

/* Moves the numbers between an entry and its head. */
static void exchange(zd_clip_track_entry *entry, entry_head *head, bool out)
{
    zd_insert_track *t = &entry->track;
    zd_clip_track_report *r = &entry->report;
    double *numbers[] = { &t->box.x0,    &t->box.y0,          &t->box.x1,       &t->box.y1,
                          &t->place.x,   &t->place.y,         &t->place.scale,  &t->place.hidden,
                          &t->start_s,   &t->time_s,          &r->agreement,    &r->least,
                          &r->error_px,  &r->plane.a,         &r->plane.b,      &r->plane.c,
                          &r->hidden,    &r->plane.agreement, &t->camera_first, &t->placed_by.frame,
                          &t->wall.n[0], &t->wall.n[1],       &t->wall.n[2] };
    int64_t *words[] = { &t->first, &r->frames, &r->held, &entry->first_held };
    enum { COUNT = sizeof numbers / sizeof *numbers };
    _Static_assert(COUNT + 9 <= NUMBERS, "the head is too small");
    for (int i = 0; i < COUNT; i++) {
        double *a = out ? &head->numbers[i] : numbers[i];
        *a = out ? *numbers[i] : head->numbers[i];
    }
    for (int i = 0; i < 9; i++) {
        double *a = out ? &head->numbers[COUNT + i] : &t->lie.m[i];
        *a = out ? t->lie.m[i] : head->numbers[COUNT + i];
    }
    for (int i = 0; i < 4; i++) {
        int64_t *a = out ? &head->words[i] : words[i];
        *a = out ? *words[i] : head->words[i];
    }
}

enum { KNOWN = 1, REVEALED = 2, TRACKED = 4, LAID = 8, SHOWN = 16, TEXTURE = 32, FOUND = 64 };

static int64_t flags_of(const zd_clip_track_entry *e)
{
    return (e->track.is_known ? KNOWN : 0) | (e->track.is_revealed ? REVEALED : 0) |
           (e->report.is_tracked ? TRACKED : 0) | (e->report.is_laid ? LAID : 0) |
           (e->report.is_revealed ? SHOWN : 0) | (e->has_texture ? TEXTURE : 0) |
           (e->report.plane.is_found ? FOUND : 0);
}

static void set_flags(zd_clip_track_entry *e, int64_t flags)
{
    e->track.is_known = (flags & KNOWN) != 0;
    e->track.is_revealed = (flags & REVEALED) != 0;
    e->report.is_tracked = (flags & TRACKED) != 0;
    e->report.is_laid = (flags & LAID) != 0;
    e->report.is_revealed = (flags & SHOWN) != 0;
    e->has_texture = (flags & TEXTURE) != 0;
    e->report.plane.is_found = (flags & FOUND) != 0;
}

static bool is_sound(const entry_head *head, size_t bytes)
{
    int64_t count = head->words[4];
    bool good = count >= 0 && count <= MOST_BYTES / (int64_t) sizeof(zd_homography) &&
                bytes == sizeof *head + (size_t) count * sizeof(zd_homography) &&
                head->words[0] >= 0 && head->words[1] >= head->words[2] && head->words[2] >= 0 &&
                head->words[6] >= ZD_WALL_NONE && head->words[6] <= ZD_WALL_PERSPECTIVE;
    for (int i = 0; i < NUMBERS; i++) {
        good = good && isfinite(head->numbers[i]);
    }
    return good;
}

static zd_status take(zd_context *ctx, const zd_cache_bytes *data, zd_clip_track_entry *out,
                      bool *found, zd_error *err)
{
    entry_head head;
    *found = data->bytes >= sizeof head;
    if (*found) {
        memcpy(&head, data->data, sizeof head);
        *found = is_sound(&head, data->bytes);
    }
    if (!*found) {
        return ZD_OK;
    }
    *out = (zd_clip_track_entry){ 0 };
    exchange(out, &head, false);
    set_flags(out, head.words[5]);
    out->report.by = (zd_wall_model) head.words[6];
    out->track.count = (int) head.words[4];
    size_t count = (size_t) out->track.count;
    out->track.poses = zd_alloc_zeroed(ctx, count > 0 ? count : 1, sizeof(zd_homography));
    if (out->track.poses == NULL) {
        return zd_fail_memory(err, "the track of an insert");
    }
    memcpy(out->track.poses, data->data + sizeof head, count * sizeof(zd_homography));
    for (size_t i = 0; i < 9 * count; i++) {
        *found = *found && isfinite(out->track.poses[i / 9].m[i % 9]);
    }
    if (!*found) {
        zd_free(ctx, out->track.poses);
        out->track.poses = NULL;
    }
    return ZD_OK;
}

zd_status zd_clip_tracks_get(zd_cache_folder *cache, const zd_digest *key, int insert,
                             zd_clip_track_entry *out, bool *found, zd_error *err)
{
    ZD_REQUIRE(err, insert >= 0);
    zd_cache_bytes data;
    zd_digest own = of_insert(key, insert);
    *found = false;
    ZD_TRY(zd_cache_folder_read(cache, &own, "track", MOST_BYTES, &data, err));
    if (data.data == NULL) {
        return ZD_OK;
    }
    zd_status status = take(cache->ctx, &data, out, found, err);
    zd_free(cache->ctx, data.data);
    if (status == ZD_OK && !*found) {
        zd_cache_folder_forget(cache, &own, "track");
    }
    return status;
}

void zd_clip_tracks_put(zd_cache_folder *cache, const zd_digest *key, int insert,
                        const zd_clip_track_entry *entry)
{
    zd_clip_track_entry copy = *entry;
    entry_head head = { .words = { [4] = entry->track.count,
                                   [5] = flags_of(entry),
                                   [6] = (int64_t) entry->report.by } };
    size_t poses = (size_t) entry->track.count * sizeof(zd_homography);
    zd_digest own = of_insert(key, insert);
    uint8_t *bytes = zd_alloc_zeroed(cache->ctx, sizeof head + poses, 1);
    if (bytes == NULL) {
        return; /* a cache is a help and no need */
    }
    exchange(&copy, &head, true);
    memcpy(bytes, &head, sizeof head);
    if (poses > 0) {
        memcpy(bytes + sizeof head, entry->track.poses, poses);
    }
    zd_cache_folder_write(cache, &own, "track", bytes, sizeof head + poses);
    zd_free(cache->ctx, bytes);
}
