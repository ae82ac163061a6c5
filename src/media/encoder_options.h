/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_ENCODER_OPTIONS_H
#define ZD_MEDIA_ENCODER_OPTIONS_H

#include "core/status.h"

/** Refuses "key=value:key=value" when a key, or one within a list such as x265-params, is not held
 *  by media/allowed.h. `text` may be NULL. A text that is no such list passes: whoever parses it
 *  for the encoder says so. The message names the option and the way out. */
ZD_MUST_USE zd_status zd_encoder_options_check(const char *text, zd_error *err);

#endif
