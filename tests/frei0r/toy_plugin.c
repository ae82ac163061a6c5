/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A frei0r plug-in for test_filter_plugins: one parameter of each type, values outside of what they may be, and a
 * count of what was made and not given back. $TOY_TYPE is the type of its first parameter, $TOY_COUNT how many it
 * claims to have. */

#include <math.h>
#include <stdlib.h>

#include "frei0r/frei0r_doors.h"

F0R_EXPORT int toy_alive; /* instances, and inits without a deinit */

static int number_of(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? atoi(text) : otherwise;
}

int f0r_init(void)
{
    toy_alive++;
    return 1;
}

void f0r_deinit(void)
{
    toy_alive--;
}

void f0r_get_plugin_info(f0r_info *info)
{
    *info = (f0r_info){ .name = "toy",
                        .plugin_type = F0R_FILTER,
                        .num_params = number_of("TOY_COUNT", 6),
                        .explanation = "Plays\nwith all" };
}

void f0r_get_param_info(f0r_param *info, int index)
{
    static const f0r_param params[] = {
        { "is on", F0R_BOOL, "whether" },
        { "much", F0R_DOUBLE, "how much" },
        { "tint", F0R_COLOUR, "which" },
        { "where", F0R_POSITION, NULL },
        { "w\xC3\xB6rt", F0R_STRING, "a\tword" },
        { "a name of more letters than there is room for: sixty-three of them", F0R_DOUBLE,
          "no number" },
    };
    *info = params[index];
    if (index == 0) {
        info->type = number_of("TOY_TYPE", F0R_BOOL);
    }
}

void *f0r_construct(unsigned width, unsigned height)
{
    toy_alive++;
    return width > 0 && height > 0 ? &toy_alive : NULL;
}

void f0r_destruct(void *instance)
{
    toy_alive -= instance == &toy_alive;
}

void f0r_get_param_value(void *instance, void *value, int index)
{
    double *number = value;
    float *colour = value;
    (void) instance;
    if (index == 0 && number_of("TOY_TYPE", F0R_BOOL) == F0R_STRING) {
        index = 4;
    }
    switch (index) {
    case 2:
        colour[0] = 0.5f;
        colour[1] = 1.05f;
        colour[2] = -1.0f;
        break;
    case 3:
        number[0] = 0.125;
        number[1] = 0.75;
        break;
    case 4:
        *(const char **) value = "x\ny~\x7F";
        break;
    default:
        *number = index == 0 ? 1.0 : index == 1 ? 0.25 : (double) NAN;
    }
}
