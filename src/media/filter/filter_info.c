/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libavfilter's option tables list short names as options of their own that write to the same place
 * (r and radius); of those the longest is shown. */

#include "media/filter_info.h"

#include <libavfilter/avfilter.h>
#include <libavutil/opt.h>
#include <string.h>

#include "media/allowed.h"

/* One video in, one video out, neither of them made by the options. */
static bool is_simple(const AVFilter *filter)
{
    bool is_dynamic =
        (filter->flags & (AVFILTER_FLAG_DYNAMIC_INPUTS | AVFILTER_FLAG_DYNAMIC_OUTPUTS)) != 0;
    return !is_dynamic && filter->nb_inputs == 1 && filter->nb_outputs == 1 &&
           avfilter_pad_get_type(filter->inputs, 0) == AVMEDIA_TYPE_VIDEO &&
           avfilter_pad_get_type(filter->outputs, 0) == AVMEDIA_TYPE_VIDEO;
}

const char *zd_filter_info_name(int index)
{
    const zd_filter_rule *rule;
    for (int i = 0; (rule = zd_filter_rule_at(i)) != NULL; i++) {
        const AVFilter *filter = avfilter_get_by_name(rule->name);
        if (filter != NULL && is_simple(filter) && !rule->is_named && index-- == 0) {
            return rule->name;
        }
    }
    return NULL;
}

const char *zd_filter_info_help(const char *name)
{
    const AVFilter *filter = avfilter_get_by_name(name);
    return filter != NULL && filter->description != NULL ? filter->description : "";
}

static const AVOption *next_option(const AVFilter *filter, const AVOption *last)
{
    const AVClass *class = filter->priv_class;
    return class != NULL ? av_opt_next(&class, last) : NULL;
}

/* Whether another option of the same place has a longer name, or as long a one before this. */
static bool has_longer_name(const AVFilter *filter, const AVOption *option)
{
    const AVOption *other = NULL;
    bool before = true;
    while ((other = next_option(filter, other)) != NULL) {
        before = before && other != option;
        size_t length = strlen(other->name);
        if (other != option && other->type != AV_OPT_TYPE_CONST &&
            other->offset == option->offset &&
            (length > strlen(option->name) || (before && length == strlen(option->name))))
        {
            return true;
        }
    }
    return false;
}

static bool has_choices(const AVFilter *filter, const AVOption *option)
{
    const AVOption *other = NULL;
    while (option->unit != NULL && (other = next_option(filter, other)) != NULL) {
        if (other->type == AV_OPT_TYPE_CONST && other->unit != NULL &&
            strcmp(other->unit, option->unit) == 0)
        {
            return true;
        }
    }
    return false;
}

/* The type that an option is edited as; -1: not at all. */
static int type_of(const AVFilter *filter, const AVOption *option)
{
    switch ((int) option->type) {
    case AV_OPT_TYPE_FLOAT:
    case AV_OPT_TYPE_DOUBLE:
        return ZD_FILTER_OPTION_NUMBER;
    case AV_OPT_TYPE_INT:
    case AV_OPT_TYPE_INT64:
        return has_choices(filter, option) ? ZD_FILTER_OPTION_CHOICE : ZD_FILTER_OPTION_INT;
    case AV_OPT_TYPE_BOOL:
        return ZD_FILTER_OPTION_BOOL;
    case AV_OPT_TYPE_STRING:
        return zd_filter_rule_takes(zd_filter_rule_find(filter->name), option->name)
                   ? ZD_FILTER_OPTION_TEXT
                   : -1;
    case AV_OPT_TYPE_COLOR:
        return ZD_FILTER_OPTION_TEXT;
    default:
        return -1;
    }
}

static bool is_shown(const AVFilter *filter, const AVOption *option)
{
    return option->type != AV_OPT_TYPE_CONST && strcmp(option->name, "enable") != 0 &&
           type_of(filter, option) >= 0 && !has_longer_name(filter, option);
}

static double initial_of(const AVOption *option)
{
    bool is_whole = option->type == AV_OPT_TYPE_INT || option->type == AV_OPT_TYPE_INT64 ||
                    option->type == AV_OPT_TYPE_BOOL;
    bool is_text = option->type == AV_OPT_TYPE_STRING || option->type == AV_OPT_TYPE_COLOR;
    return is_whole ? (double) option->default_val.i64 : is_text ? 0.0 : option->default_val.dbl;
}

bool zd_filter_info_option(const char *name, int index, zd_filter_option *out)
{
    const AVFilter *filter = avfilter_get_by_name(name);
    const AVOption *option = NULL;
    while (filter != NULL && (option = next_option(filter, option)) != NULL) {
        if (!is_shown(filter, option) || index-- > 0) {
            continue;
        }
        zd_filter_option_type type = (zd_filter_option_type) type_of(filter, option);
        bool is_text = type == ZD_FILTER_OPTION_TEXT && option->default_val.str != NULL;
        *out = (zd_filter_option){ .name = option->name,
                                   .help = option->help != NULL ? option->help : "",
                                   .type = type,
                                   .min = option->min,
                                   .max = option->max,
                                   .initial = initial_of(option),
                                   .initial_text = is_text ? option->default_val.str : "" };
        return true;
    }
    return false;
}

const char *zd_filter_info_choice(const char *name, const char *option, int index, double *value)
{
    const AVFilter *filter = avfilter_get_by_name(name);
    const AVOption *found = NULL;
    const AVOption *other = NULL;
    while (filter != NULL && (other = next_option(filter, other)) != NULL) {
        found =
            other->type != AV_OPT_TYPE_CONST && strcmp(other->name, option) == 0 ? other : found;
    }
    other = NULL;
    while (found != NULL && found->unit != NULL && (other = next_option(filter, other)) != NULL) {
        if (other->type == AV_OPT_TYPE_CONST && other->unit != NULL &&
            strcmp(other->unit, found->unit) == 0 && index-- == 0)
        {
            *value = (double) other->default_val.i64;
            return other->name;
        }
    }
    return NULL;
}
