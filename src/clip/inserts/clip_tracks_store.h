/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_TRACKS_STORE_H
#define ZD_CLIP_CLIP_TRACKS_STORE_H

/* Remembers the tracks of inserts between runs, in the cache beside the depth, under a key of all that decides them: what
 * the shots' key is made of, the matte's parameters and the inserts', without colours, outputs, effects and the range. */

#include "clip/inserts/clip_tracks.h"

/** A shot's track of one insert, and what was found out about it. */
typedef struct zd_clip_track_entry {
    zd_insert_track track; /* its poses are the caller's to free with zd_free */
    zd_clip_track_report report;
    int64_t first_held;
    bool has_texture;
} zd_clip_track_entry;

/** The key of a shot's tracks up to a frame; false: they are not remembered. */
ZD_MUST_USE zd_status zd_clip_tracks_key(const zd_clip *clip, int shot, int64_t end, bool *known,
                                         zd_digest *out, zd_error *err);

/** Finds an insert's entry; *found is false when it is not there or damaged. */
ZD_MUST_USE zd_status zd_clip_tracks_get(zd_cache_folder *cache, const zd_digest *key, int insert,
                                         zd_clip_track_entry *out, bool *found, zd_error *err);

/** Stores one. What cannot be stored is no failure. */
void zd_clip_tracks_put(zd_cache_folder *cache, const zd_digest *key, int insert,
                        const zd_clip_track_entry *entry);

#endif
