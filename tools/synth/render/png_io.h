/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* PNG files through libpng. */

#ifndef ZD_SYNTH_RENDER_PNG_IO_H
#define ZD_SYNTH_RENDER_PNG_IO_H

#include <stdint.h>

/** Writes 8- or 16-bit samples in native byte order with 1 (grey) or 3 (RGB) channels; ends the program
 * when it cannot. */
void sy_png_write(const char *path, const void *pixels, int width, int height, int channels,
                  int bits);

/** Reads any PNG as 8-bit RGB; the caller frees the pixels. NULL when unreadable. */
uint8_t *sy_png_read_rgb(const char *path, int *width, int *height);

#endif
