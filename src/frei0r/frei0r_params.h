/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FREI0R_FREI0R_PARAMS_H
#define ZD_FREI0R_FREI0R_PARAMS_H

/* The parameters of the frei0r plug-ins: rows of the project's table, and a few of their own. frei0r knows
 * numbers from 0 to 1, so every number is its parameter's range mapped to that.
 *
 * Thread-safety: safe, but for an instance that another thread changes. */

#include <stdbool.h>

#include "engine/engine.h"
#include "frei0r/frei0r_doors.h"

#if defined(ZD_FREI0R_MIXER)
enum { ZD_F_IS_MIXER = 1 };
#else
enum { ZD_F_IS_MIXER = 0 };
#endif

/* Hosts store numbers of parameters: new ones come last. */
enum {
    ZD_F_DEPTH_MAP,
    ZD_F_DEPTH_MAP_TYPE,
    ZD_F_MODEL,
    ZD_F_VIEW,
    ZD_F_DEPTH_IN,
    ZD_F_DEPTH_OUT,
    ZD_F_AUTO_FEATHER,
    ZD_F_FEATHER,
    ZD_F_CHOKE,
    ZD_F_INVERT,
    ZD_F_NEAREST_ONLY,
    ZD_F_LEVEL_FAR,
    ZD_F_LEVEL_NEAR,
    ZD_F_LEVEL_GAMMA,
    ZD_F_DECONTAMINATE,
    ZD_F_OPACITY,
    ZD_F_BLEND,
    ZD_F_AUTO_DEPTH,
    ZD_F_FPS,
    ZD_F_BOXES,
    ZD_F_ANALYSIS_FILE,
    ZD_F_EFFECT, /* of the filter; the mixer has none, and its next one has this number */
    ZD_F_INSERT = ZD_F_IS_MIXER ? ZD_F_EFFECT : ZD_F_EFFECT + 1,
    ZD_F_TITLE,
    ZD_F_FONT,
    ZD_F_COLOUR,
    ZD_F_X,
    ZD_F_Y,
    ZD_F_SIZE,
    ZD_F_AT_DEPTH,
    ZD_F_MORE_INSERTS,
    ZD_F_COUNT,
};

/** What the host is told of a parameter; an index that is none gives an empty name. */
void zd_frei0r_param_info(int index, f0r_param *info);

bool zd_frei0r_is_text(int index);

/** The row of the project's table, or -1: one of frei0r's own. */
int zd_frei0r_id(int index);

/** Of a number, from 0 to 1; of a text, "" where the table has none. */
double zd_frei0r_initial(int index);
const char *zd_frei0r_initial_text(int index);

/** What a number means: from 0..1 to its range. */
double zd_frei0r_value(const double numbers[ZD_F_COUNT], int index);

/** Whether a number stands as it began, so that it is found, or the table's default counts. */
bool zd_frei0r_is_initial(const double numbers[ZD_F_COUNT], int index);

#endif
