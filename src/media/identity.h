/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_IDENTITY_H
#define ZD_MEDIA_IDENTITY_H

/* Whether files are still the same, without reading them. */

#include <stdbool.h>

#include "core/context.h"
#include "core/digest.h"

/** Adds the place, size and time of change of every file that a path stands for: one, or those of a
 *  sequence. False when one is no plain file, and nothing can be said. `path` NULL adds that alone. */
bool zd_media_identify(zd_context *ctx, const char *path, zd_hasher *hasher);

#endif
