/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FREI0R_ABI_H
#define ZD_MEDIA_FREI0R_ABI_H

/* The binary interface of frei0r 1.2, our own declarations: what plug-ins tell of themselves. */

enum { F0R_FILTER = 0, F0R_MIXER2 = 2 };
enum { F0R_RGBA8888 = 1 };
enum { F0R_BOOL = 0, F0R_DOUBLE = 1, F0R_COLOUR = 2, F0R_POSITION = 3, F0R_STRING = 4 };

typedef struct f0r_info {
    const char *name;
    const char *author;
    int plugin_type;
    int color_model;
    int frei0r_version;
    int major_version;
    int minor_version;
    int num_params;
    const char *explanation;
} f0r_info;

typedef struct f0r_param {
    const char *name;
    int type;
    const char *explanation;
} f0r_param;

#endif
