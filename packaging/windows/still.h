/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_WIN_STILL_H
#define ZD_WIN_STILL_H

/* The verbs depth, view, filter and composite on one still, PNG or EXR, by the plug-ins' engine. */

#include <stdbool.h>

#include "core/context.h"

extern const char zd_win_still_usage[];

bool zd_win_still_knows(const char *verb);

/** Runs a verb. `words` begin with it. ZD_ERR_INVALID_ARGUMENT for what is no such line. */
ZD_MUST_USE zd_status zd_win_still_run(zd_context *ctx, char *const *words, int count,
                                       zd_error *err);

#endif
