/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_VERBS_JOB_FACES_H
#define ZD_CLI_VERBS_JOB_FACES_H

/* What a job with face analysis has found, for people and for programs (docs/json.md). */

#include "clip/faces_seen.h"
#include "core/text.h"

/** A line for each face on the standard error; nothing without face analysis. */
void zd_cli_faces_say(const zd_clip_faces_seen *seen);

/** The member "faces"; none without face analysis. */
void zd_cli_faces_json(const zd_clip_faces_seen *seen, zd_json *json);

#endif
