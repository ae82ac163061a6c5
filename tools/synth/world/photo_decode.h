/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* JPEG decoding, built with FFmpeg's libraries or without (then nothing is read). */

#ifndef ZD_SYNTH_WORLD_PHOTO_DECODE_H
#define ZD_SYNTH_WORLD_PHOTO_DECODE_H

#include <stdint.h>

/** Decodes to 8-bit RGB; the caller frees the pixels. NULL when unreadable. */
uint8_t *sy_photo_decode(const char *path, int *width, int *height);

#endif
