/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_FOOTAGE_RATE_H
#define ZD_CLI_FOOTAGE_RATE_H

#include "project/params.h"

/** Frames a second of the footage that the parameters name, for times written as frames: --fps where
 *  it is given and the footage is a sequence. */
ZD_MUST_USE zd_status zd_footage_rate(zd_context *ctx, const zd_params *params, double *fps,
                                      zd_error *err);

#endif
