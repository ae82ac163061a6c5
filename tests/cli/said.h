/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_SAID_H
#define ZD_TEST_SAID_H

/* What the transcripts of tests/cli/said work on: small media that are drawn here, and a way to look at
 * what came out. */

#include "core/context.h"

/** Writes into the current folder: clip.y4m, two.y4m (a cut at frame 3), still.ppm, card.png and
 *  map.png, flat.png (depth maps), mono.safetensors and views.safetensors (networks of made-up weights). */
void said_draw(void);

/** Prints a file's pictures: a pixel in hexadecimal codes of eight bits, GG for a gray, RRGGBB else, and :AA
 *  behind it where it is not opaque; "*N" for N of them, "(N rows)" likewise. Returns an exit status. */
int said_show(zd_context *ctx, const char *path);

#endif
