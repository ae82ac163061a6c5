/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_FOOTAGE_FACTS_H
#define ZD_CLI_FOOTAGE_FACTS_H

#include "project/params.h"

/** What flags in frames or pixels need to know of the footage. */
typedef struct zd_footage_facts {
    double fps; /* --fps where it is given and the footage is a sequence; 0: it has no rate */
    int width;
    int height;
} zd_footage_facts;

/** Opens the footage that the parameters name, before a job does, and looks. */
ZD_MUST_USE zd_status zd_footage_look(zd_context *ctx, const zd_params *params,
                                      zd_footage_facts *out, zd_error *err);

#endif
