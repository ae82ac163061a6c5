/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: the table of parameters, and the asserts that public enums have the inner numbers. */

#include <assert.h>

#include "api/api_internal.h"
#include "image/depth_map.h"

#define SAME(outer, inner) static_assert((int) (outer) == (int) (inner), #outer)

SAME(ZDEPTH_ERR_INVALID_ARGUMENT, ZD_ERR_INVALID_ARGUMENT);
SAME(ZDEPTH_ERR_NO_MEMORY, ZD_ERR_NO_MEMORY);
SAME(ZDEPTH_ERR_IO, ZD_ERR_IO);
SAME(ZDEPTH_ERR_CORRUPT, ZD_ERR_CORRUPT);
SAME(ZDEPTH_ERR_UNSUPPORTED, ZD_ERR_UNSUPPORTED);
SAME(ZDEPTH_ERR_LIMIT, ZD_ERR_LIMIT);
SAME(ZDEPTH_ERR_CANCELLED, ZD_ERR_CANCELLED);
SAME(ZDEPTH_ERR_MISSING, ZD_ERR_MISSING);
SAME(ZDEPTH_ERR_END, ZD_ERR_END);
SAME(ZDEPTH_ERROR_MESSAGE_SIZE, ZD_ERROR_MESSAGE_SIZE);
SAME(ZDEPTH_LOG_ERROR, ZD_LOG_ERROR);
SAME(ZDEPTH_LOG_WARN, ZD_LOG_WARN);
SAME(ZDEPTH_LOG_INFO, ZD_LOG_INFO);
SAME(ZDEPTH_LOG_DEBUG, ZD_LOG_DEBUG);
SAME(ZDEPTH_PARAM_BOOL, ZD_PARAM_BOOL);
SAME(ZDEPTH_PARAM_INT, ZD_PARAM_INT);
SAME(ZDEPTH_PARAM_NUMBER, ZD_PARAM_NUMBER);
SAME(ZDEPTH_PARAM_CHOICE, ZD_PARAM_CHOICE);
SAME(ZDEPTH_PARAM_TEXT, ZD_PARAM_TEXT);
SAME(ZDEPTH_PARAM_PATH, ZD_PARAM_PATH);
SAME(ZDEPTH_PARAM_COLOUR, ZD_PARAM_COLOUR);
SAME(ZDEPTH_PARAM_TIME, ZD_PARAM_TIME);
SAME(ZDEPTH_GROUP_SOURCE, ZD_GROUP_SOURCE);
SAME(ZDEPTH_GROUP_DEPTH, ZD_GROUP_DEPTH);
SAME(ZDEPTH_GROUP_MATTE, ZD_GROUP_MATTE);
SAME(ZDEPTH_GROUP_INSERT, ZD_GROUP_INSERT);
SAME(ZDEPTH_GROUP_EFFECT, ZD_GROUP_EFFECT);
SAME(ZDEPTH_GROUP_OUTPUT, ZD_GROUP_OUTPUT);
SAME(ZDEPTH_PARAM_KEYED, ZD_PARAM_KEYED);
SAME(ZDEPTH_PARAM_NOT_STORED, ZD_PARAM_NOT_STORED);
SAME(ZDEPTH_PARAM_TITLE, ZD_PARAM_TITLE);
SAME(ZDEPTH_PARAM_FILE, ZD_PARAM_FILE);
SAME(ZDEPTH_EASE_LINEAR, ZD_EASE_LINEAR);
SAME(ZDEPTH_EASE_HOLD, ZD_EASE_HOLD);
SAME(ZDEPTH_EASE_SMOOTH, ZD_EASE_SMOOTH);
SAME(ZDEPTH_DEPTH_NEARNESS, ZD_DEPTH_NEARNESS);
SAME(ZDEPTH_DEPTH_NORMALISED, ZD_DEPTH_NORMALISED);
SAME(ZDEPTH_DEPTH_METRES, ZD_DEPTH_METRES);

int zdepth_param_count(void)
{
    return ZD_PARAM_COUNT;
}

bool zdepth_param_at(int index, zdepth_param *out)
{
    if (index < 0 || index >= ZD_PARAM_COUNT) {
        *out = (zdepth_param){ 0 };
        return false;
    }
    const zd_param_desc *desc = zd_param_describe((zd_param_id) index);
    *out = (zdepth_param){ .name = desc->name,
                           .label = desc->label,
                           .group = (zdepth_param_group) desc->group,
                           .type = (zdepth_param_type) desc->type,
                           .flags = desc->flags,
                           .min = desc->min,
                           .max = desc->max,
                           .slider_max = desc->soft_max,
                           .initial = desc->initial,
                           .initial_text = desc->initial_text,
                           .unit = desc->unit,
                           .choices = desc->choices,
                           .help = desc->help };
    return true;
}

bool zdepth_param_find(const char *name, zdepth_param *out)
{
    return zdepth_param_at((int) zd_param_find(name), out);
}

const char *zdepth_param_group_label(zdepth_param_group group)
{
    return zd_param_group_label((zd_param_group) group);
}
