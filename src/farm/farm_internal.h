/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FARM_FARM_INTERNAL_H
#define ZD_FARM_FARM_INTERNAL_H

/* What the files of the farm share. */

#include "clip/clip.h"
#include "farm/farm.h"

enum { ZD_FARM_FILE_MOST = 1 << 20 };

/** A file of the farm's folder, "state/" and "3.done". Release with zd_free; NULL without memory. */
char *zd_farm_file(const zd_farm *farm, const char *format, ...) ZD_PRINTF(2, 3);

/** How clips are opened: with the farm's cache, which is never trimmed. Release cache_folder. */
ZD_MUST_USE zd_status zd_farm_clip_options(const zd_farm *farm, zd_clip_options *out,
                                           zd_error *err);

/** Cuts a range into equal pieces, at most `chunks`; returns how many. A range without an end is one
 *  of `length` frames, and its last piece has no end either. */
int zd_farm_cut(zd_farm_range range, int64_t length, int chunks, zd_farm_range *out);

/** Moves the borders between pieces to where shots begin; pieces that lose all go. Returns how many
 *  are left. */
int zd_farm_align(zd_farm_range *pieces, int count, const zd_shot_list *shots);

/** The same to where windows of a network for video begin, of a clip of `length` frames. */
int zd_farm_align_windows(zd_farm_range *pieces, int count, const zd_shot_list *shots,
                          int64_t length);

/** The plan as text, and back. */
void zd_farm_write_plan(const zd_farm *farm, zd_text *out);
ZD_MUST_USE zd_status zd_farm_parse_plan(zd_farm *farm, const char *path, char *text,
                                         zd_error *err);

/** The digest of the project as it is written. */
ZD_MUST_USE zd_status zd_farm_project_key(const zd_project *project, char out[ZD_FARM_KEY_SIZE],
                                          zd_error *err);

/** Writes the files for schedulers. */
ZD_MUST_USE zd_status zd_farm_write_scripts(const zd_farm *farm, zd_error *err);

/** The digest of all files that the job reads, without their contents. */
ZD_MUST_USE zd_status zd_farm_identify(const zd_farm *farm, char out[ZD_FARM_KEY_SIZE],
                                       zd_error *err);

/* Notes of what is done, in farm_state.c. */

/** Notes that a chunk is complete, or why not. */
ZD_MUST_USE zd_status zd_farm_note_done(const zd_farm *farm, int chunk, const zd_farm_news *news,
                                        zd_error *err);
void zd_farm_note_failure(const zd_farm *farm, int chunk, const char *message);

/** Takes a chunk for this process; *lock is closed to give it back. */
ZD_MUST_USE zd_status zd_farm_lock(const zd_farm *farm, int chunk, int *lock, zd_error *err);

/** Fails unless all chunks of a phase are done. */
ZD_MUST_USE zd_status zd_farm_need(const zd_farm *farm, zd_farm_phase phase, zd_error *err);

/** Where the fit has moved the borders of the pictures' chunks; nothing changes without such a note. */
ZD_MUST_USE zd_status zd_farm_read_borders(zd_farm *farm, zd_error *err);
ZD_MUST_USE zd_status zd_farm_write_borders(const zd_farm *farm, zd_error *err);

/* Scenes, in farm_scene.c or, in builds without them, farm_scene_absent.c. */

/** Sets the range of a scene's frames; refuses one whose outputs are no sequences. */
ZD_MUST_USE zd_status zd_farm_scene_plan(zd_farm *farm, zd_farm_range *out, zd_error *err);

/** Adds the files that the scene reads. */
ZD_MUST_USE zd_status zd_farm_scene_identify(const zd_farm *farm, zd_hasher *hasher, zd_error *err);

/** Analyses all that the scene asks for, or renders some of its frames. */
ZD_MUST_USE zd_status zd_farm_scene_fit(const zd_farm *farm, const zd_task *task, zd_error *err);
ZD_MUST_USE zd_status zd_farm_scene_render(const zd_farm *farm, zd_farm_range range,
                                           const zd_task *task, zd_farm_news *news, zd_error *err);

#endif
