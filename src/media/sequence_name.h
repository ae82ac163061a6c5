/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_SEQUENCE_NAME_H
#define ZD_MEDIA_SEQUENCE_NAME_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

/** The file of one picture of a sequence: the pattern's "%d" or "%04d" replaced by the number. A
 *  name without a pattern is given back as it is. Other uses of % are refused. */
ZD_MUST_USE zd_status zd_sequence_name(const char *pattern, int64_t number, char *out, size_t size,
                                       zd_error *err);

#endif
