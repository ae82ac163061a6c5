/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_TIME_TEXT_H
#define ZD_CORE_TIME_TEXT_H

/* Times as they are written. */

#include <stdbool.h>

#include "core/status.h"

/** Reads a time: seconds "1.5", with units "1.5s", "500ms", "1m30s", "1h"; a clock "2:03" or
 *  "01:02:03.5"; a frame "36f" or "f36"; a timecode of hours, minutes, seconds and frames
 *  "0:00:01:12", which counts frames without dropping numbers. Frames need `fps` > 0. */
ZD_MUST_USE zd_status zd_time_parse(const char *text, double fps, double *seconds, zd_error *err);

/** Whether a value, which may be a list of keys or a box with a time, names a frame or a timecode. */
bool zd_time_names_frame(const char *text);

#endif
