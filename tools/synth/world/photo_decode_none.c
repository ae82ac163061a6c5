/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Built where FFmpeg's libraries are missing: only PNG photographs are read. */

#include "world/photo_decode.h"

#include <stddef.h>

uint8_t *sy_photo_decode(const char *path, int *width, int *height)
{
    (void) path;
    *width = *height = 0;
    return NULL;
}
