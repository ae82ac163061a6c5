/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_LENGTHS_H
#define ZD_CLI_LENGTHS_H

/* Lengths in pixels, which only a command line has: a project keeps fractions, so that it fits any
 * clip. */

#include <stdbool.h>

#include "core/text.h"

/** Whether a value has a length such as "120px", or is a box written "WxH+X+Y". */
bool zd_lengths_in_pixels(const char *text);

/** Adds a value to `out` with every length in pixels as a part of `extents[n]`, n counting the commas
 *  before it and beginning anew after `count`; a box "WxH+X+Y" as "X,Y,W,H"; and, where `per_cent`,
 *  "40%" as 0.4. */
void zd_lengths_resolve(zd_text *out, const char *text, const double *extents, int count,
                        bool per_cent);

#endif
