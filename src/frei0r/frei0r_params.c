/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Each row is the project's, but for what is said here. Depths are normalised: hosts give no other scale. */

#include "frei0r/frei0r_params.h"

#include <assert.h>
#include <math.h>

enum { OWN = -1 };

typedef struct row {
    int id;      /* of the table; OWN: `own` is told */
    double low;  /* what 0 and 1 mean; both 0: the table's */
    double high; /* of a row of the table with its own range, `initial` counts as well */
    double initial;
    f0r_param own;
} row;

static const row rows[ZD_F_COUNT] = {
    [ZD_F_DEPTH_MAP] = { .id = ZD_P_DEPTH_MAP },
    [ZD_F_DEPTH_MAP_TYPE] = { .id = ZD_P_DEPTH_MAP_TYPE },
    [ZD_F_MODEL] = { .id = ZD_P_MODEL },
    /* Up to the matte: later views must not move what hosts have stored. */
    [ZD_F_VIEW] = { .id = ZD_P_VIEW, .high = 4.0 },
    [ZD_F_DEPTH_IN] = { .id = ZD_P_DEPTH_IN, .high = 1.0, .initial = 0.5 },
    [ZD_F_DEPTH_OUT] = { .id = ZD_P_DEPTH_OUT, .high = 1.0, .initial = 1.0 },
    [ZD_F_AUTO_FEATHER] = { .id = ZD_P_AUTO_FEATHER },
    [ZD_F_FEATHER] = { .id = ZD_P_FEATHER },
    [ZD_F_CHOKE] = { .id = ZD_P_CHOKE },
    [ZD_F_INVERT] = { .id = ZD_P_INVERT },
    [ZD_F_NEAREST_ONLY] = { .id = ZD_P_NEAREST_ONLY },
    [ZD_F_LEVEL_FAR] = { .id = ZD_P_LEVEL_FAR },
    [ZD_F_LEVEL_NEAR] = { .id = ZD_P_LEVEL_NEAR },
    [ZD_F_LEVEL_GAMMA] = { .id = ZD_P_LEVEL_GAMMA },
    [ZD_F_DECONTAMINATE] = { .id = ZD_P_DECONTAMINATE },
    [ZD_F_OPACITY] = { .id = ZD_P_OPACITY },
    [ZD_F_BLEND] = { .id = ZD_P_BLEND },
    [ZD_F_AUTO_DEPTH] = { OWN,
                          0.0,
                          1.0,
                          1.0,
                          { "auto_depth", F0R_BOOL, "Depth In and Depth Out are found" } },
    [ZD_F_FPS] = { OWN,
                   0.0,
                   240.0,
                   25.0,
                   { "fps", F0R_DOUBLE,
                     "Frames a second divided by 240, for a depth map that is a sequence or a "
                     "movie" } },
    [ZD_F_BOXES] = { OWN,
                     0.0,
                     0.0,
                     0.0,
                     { "boxes", F0R_STRING,
                       "Selection boxes x,y,width,height in fractions of the frame from the upper "
                       "left, parted by semicolons; a minus sign before one that subtracts" } },
    [ZD_F_ANALYSIS_FILE] = { OWN,
                             0.0,
                             0.0,
                             0.0,
                             { "analysis_file", F0R_STRING,
                               "Ranges and thresholds of the clip's shots, as zdepth info --shots "
                               "writes them, and the steadied depth that it has kept in the depth "
                               "cache" } },
#if !defined(ZD_FREI0R_MIXER)
    [ZD_F_EFFECT] = { OWN,
                      0.0,
                      0.0,
                      0.0,
                      { "effect", F0R_STRING,
                        "Built-in effects such as zblur=focus=0.8 inside the matte, instead of the "
                        "cut-out" } },
#endif
    [ZD_F_INSERT] = { .id = ZD_P_INSERT },
    [ZD_F_TITLE] = { .id = ZD_P_TITLE },
    [ZD_F_FONT] = { .id = ZD_P_FONT },
    [ZD_F_COLOUR] = { .id = ZD_P_COLOUR },
    [ZD_F_X] = { .id = ZD_P_X, .high = 1.0, .initial = 0.5 },
    [ZD_F_Y] = { .id = ZD_P_Y, .high = 1.0, .initial = 0.5 },
    [ZD_F_SIZE] = { .id = ZD_P_SIZE, .high = 1.0, .initial = 0.2 },
    [ZD_F_AT_DEPTH] = { .id = ZD_P_AT_DEPTH, .high = 1.0 },
    [ZD_F_MORE_INSERTS] = { OWN,
                            0.0,
                            0.0,
                            0.0,
                            { "more_inserts", F0R_STRING,
                              "Any number of titles and files as a project writes them: a line "
                              "[insert] for each, then lines such as title = HELLO, at_depth = "
                              "0.6" } },
};

static const zd_param_desc *describe(int index)
{
    assert(index >= 0 && index < ZD_F_COUNT);
    return rows[index].id == OWN ? NULL : zd_param_describe((zd_param_id) rows[index].id);
}

bool zd_frei0r_is_text(int index)
{
    const zd_param_desc *d = describe(index);
    return d == NULL
               ? rows[index].own.type == F0R_STRING
               : d->type == ZD_PARAM_TEXT || d->type == ZD_PARAM_PATH || d->type == ZD_PARAM_COLOUR;
}

int zd_frei0r_id(int index)
{
    return rows[index].id;
}

void zd_frei0r_param_info(int index, f0r_param *info)
{
    *info = (f0r_param){ "", F0R_DOUBLE, "" };
    if (index < 0 || index >= ZD_F_COUNT) {
        return;
    }
    const zd_param_desc *d = describe(index);
    if (d == NULL) {
        *info = rows[index].own;
        return;
    }
    int type = zd_frei0r_is_text(index)   ? F0R_STRING
               : d->type == ZD_PARAM_BOOL ? F0R_BOOL
                                          : F0R_DOUBLE;
    *info = (f0r_param){ d->name, type, d->help };
}

static void range_of(int index, double *low, double *high)
{
    const zd_param_desc *d = describe(index);
    bool is_the_tables = rows[index].low == 0.0 && rows[index].high == 0.0 && d != NULL;
    *low = is_the_tables ? d->min : rows[index].low;
    *high = is_the_tables ? d->max : rows[index].high;
    assert(*low <= *high);
}

double zd_frei0r_initial(int index)
{
    double low;
    double high;
    range_of(index, &low, &high);
    bool is_the_tables = rows[index].low == 0.0 && rows[index].high == 0.0;
    const zd_param_desc *d = describe(index);
    double value = is_the_tables && d != NULL ? d->initial : rows[index].initial;
    return high > low ? (value - low) / (high - low) : 0.0;
}

const char *zd_frei0r_initial_text(int index)
{
    const zd_param_desc *d = describe(index);
    return d != NULL && d->initial_text != NULL ? d->initial_text : "";
}

double zd_frei0r_value(const double numbers[ZD_F_COUNT], int index)
{
    double low;
    double high;
    range_of(index, &low, &high);
    double value = low + numbers[index] * (high - low);
    const zd_param_desc *d = describe(index);
    if (d == NULL) {
        return value;
    }
    value = d->type == ZD_PARAM_NUMBER ? value : floor(value + 0.5);
    return fmin(fmax(value, d->min), d->max);
}

bool zd_frei0r_is_initial(const double numbers[ZD_F_COUNT], int index)
{
    return fabs(numbers[index] - zd_frei0r_initial(index)) < 1e-9;
}
