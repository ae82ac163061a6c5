/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_STILL_EXR_LIBRARY_H
#define ZD_MEDIA_STILL_EXR_LIBRARY_H

/* The one thing that is asked of OpenEXR's C++ library. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zd_exr_plane {
    const char *name;
    float *data; /* the whole data window, row by row */
} zd_exr_plane;

/** Reads channels of a part, whose data window is `width` x `height`, as float32. Returns 0, or 1 with
 *  the library's words in `reason`. No exception leaves. */
#if defined(__GNUC__) && !defined(__cplusplus)
__attribute__((weak)) /* NULL where the library is not linked: in plug-ins */
#endif
int zd_exr_library_read(const char *path, int part, int width, int height,
                        const zd_exr_plane *planes, int count, char *reason, size_t size);

#ifdef __cplusplus
}
#endif

#endif
