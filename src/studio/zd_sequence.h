/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SEQUENCE_H
#define ZD_STUDIO_ZD_SEQUENCE_H

/* A picture whose name ends with a number, with others of its kind beside it, is a frame of a sequence:
 * people open "shot.0101.exr" and mean "shot.%04d.exr". */

#include <glib.h>

G_BEGIN_DECLS

/** The pattern of the sequence that a file is a frame of, with the number of files in `count`; NULL when
 *  it stands alone. Release with g_free. */
char *zd_studio_sequence_of(const char *path, int *count);

G_END_DECLS

#endif
