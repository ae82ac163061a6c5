/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_FOOTAGE_RATE_H
#define ZD_CLI_FOOTAGE_RATE_H

#include "core/context.h"

/** Frames a second of footage, for times written as frames. */
ZD_MUST_USE zd_status zd_footage_rate(zd_context *ctx, const char *path, double *fps,
                                      zd_error *err);

#endif
