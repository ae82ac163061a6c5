/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_OFX_OFX_ABI_H
#define ZD_OFX_OFX_ABI_H

/* The binary interface of OpenFX image effect plug-ins (openfx.org, version 1.5) as far as Zdepth
 * uses it: our own declarations of the layouts and names that hosts and plug-ins agree on. Function
 * tables hold their members in the published order, so unused ones stand here too. */

#include <stddef.h>

typedef int ofx_status;
typedef double ofx_time;
typedef struct ofx_property_set_s *ofx_props;
typedef struct ofx_image_effect_s *ofx_effect;
typedef struct ofx_image_clip_s *ofx_clip;
typedef struct ofx_param_s *ofx_param;
typedef struct ofx_param_set_s *ofx_param_set;
typedef struct ofx_image_memory_s *ofx_memory;
typedef struct ofx_mutex_s *ofx_mutex;
typedef struct ofx_interact_s *ofx_interact;
typedef struct ofx_draw_context_s *ofx_draw_context;

enum {
    OFX_OK = 0,
    OFX_FAILED = 1,
    OFX_ERR_FATAL = 2,
    OFX_ERR_UNKNOWN = 3,
    OFX_ERR_MISSING_HOST_FEATURE = 4,
    OFX_ERR_UNSUPPORTED = 5,
    OFX_ERR_EXISTS = 6,
    OFX_ERR_FORMAT = 7,
    OFX_ERR_MEMORY = 8,
    OFX_ERR_BAD_HANDLE = 9,
    OFX_ERR_BAD_INDEX = 10,
    OFX_ERR_VALUE = 11,
    OFX_REPLY_YES = 12,
    OFX_REPLY_NO = 13,
    OFX_REPLY_DEFAULT = 14,
    OFX_ERR_IMAGE_FORMAT = 1000,
};

typedef struct ofx_rect_i {
    int x1, y1, x2, y2;
} ofx_rect_i;

typedef struct ofx_rect_d {
    double x1, y1, x2, y2;
} ofx_rect_d;

typedef struct ofx_point_d {
    double x, y;
} ofx_point_d;

typedef struct ofx_range_d {
    double min, max;
} ofx_range_d;

typedef struct ofx_rgba_f {
    float r, g, b, a;
} ofx_rgba_f;

typedef struct ofx_host {
    ofx_props host;
    const void *(*fetch_suite)(ofx_props host, const char *name, int version);
} ofx_host;

typedef ofx_status (*ofx_entry)(const char *action, const void *handle, ofx_props in,
                                ofx_props out);

typedef struct ofx_plugin {
    const char *api;
    int api_version;
    const char *identifier;
    unsigned major;
    unsigned minor;
    void (*set_host)(ofx_host *host);
    ofx_entry main_entry;
} ofx_plugin;

typedef struct ofx_property_suite {
    ofx_status (*set_pointer)(ofx_props, const char *, int, void *);
    ofx_status (*set_string)(ofx_props, const char *, int, const char *);
    ofx_status (*set_double)(ofx_props, const char *, int, double);
    ofx_status (*set_int)(ofx_props, const char *, int, int);
    ofx_status (*set_pointer_n)(ofx_props, const char *, int, void *const *);
    ofx_status (*set_string_n)(ofx_props, const char *, int, const char *const *);
    ofx_status (*set_double_n)(ofx_props, const char *, int, const double *);
    ofx_status (*set_int_n)(ofx_props, const char *, int, const int *);
    ofx_status (*get_pointer)(ofx_props, const char *, int, void **);
    ofx_status (*get_string)(ofx_props, const char *, int, char **);
    ofx_status (*get_double)(ofx_props, const char *, int, double *);
    ofx_status (*get_int)(ofx_props, const char *, int, int *);
    ofx_status (*get_pointer_n)(ofx_props, const char *, int, void **);
    ofx_status (*get_string_n)(ofx_props, const char *, int, char **);
    ofx_status (*get_double_n)(ofx_props, const char *, int, double *);
    ofx_status (*get_int_n)(ofx_props, const char *, int, int *);
    ofx_status (*reset)(ofx_props, const char *);
    ofx_status (*get_dimension)(ofx_props, const char *, int *);
} ofx_property_suite;

typedef struct ofx_effect_suite {
    ofx_status (*get_property_set)(ofx_effect, ofx_props *);
    ofx_status (*get_param_set)(ofx_effect, ofx_param_set *);
    ofx_status (*clip_define)(ofx_effect, const char *, ofx_props *);
    ofx_status (*clip_get_handle)(ofx_effect, const char *, ofx_clip *, ofx_props *);
    ofx_status (*clip_get_property_set)(ofx_clip, ofx_props *);
    ofx_status (*clip_get_image)(ofx_clip, ofx_time, const ofx_rect_d *, ofx_props *);
    ofx_status (*clip_release_image)(ofx_props);
    ofx_status (*clip_get_region_of_definition)(ofx_clip, ofx_time, ofx_rect_d *);
    int (*abort)(ofx_effect);
    ofx_status (*image_memory_alloc)(ofx_effect, size_t, ofx_memory *);
    ofx_status (*image_memory_free)(ofx_memory);
    ofx_status (*image_memory_lock)(ofx_memory, void **);
    ofx_status (*image_memory_unlock)(ofx_memory);
} ofx_effect_suite;

typedef struct ofx_param_suite {
    ofx_status (*define)(ofx_param_set, const char *type, const char *name, ofx_props *);
    ofx_status (*get_handle)(ofx_param_set, const char *name, ofx_param *, ofx_props *);
    ofx_status (*set_get_property_set)(ofx_param_set, ofx_props *);
    ofx_status (*get_property_set)(ofx_param, ofx_props *);
    ofx_status (*get_value)(ofx_param, ...);
    ofx_status (*get_value_at_time)(ofx_param, ofx_time, ...);
    ofx_status (*get_derivative)(ofx_param, ofx_time, ...);
    ofx_status (*get_integral)(ofx_param, ofx_time, ofx_time, ...);
    ofx_status (*set_value)(ofx_param, ...);
    ofx_status (*set_value_at_time)(ofx_param, ofx_time, ...);
    ofx_status (*get_num_keys)(ofx_param, unsigned *);
    ofx_status (*get_key_time)(ofx_param, unsigned, ofx_time *);
    ofx_status (*get_key_index)(ofx_param, ofx_time, int, int *);
    ofx_status (*delete_key)(ofx_param, ofx_time);
    ofx_status (*delete_all_keys)(ofx_param);
    ofx_status (*copy)(ofx_param, ofx_param, ofx_time, const ofx_range_d *);
    ofx_status (*edit_begin)(ofx_param_set, const char *);
    ofx_status (*edit_end)(ofx_param_set);
} ofx_param_suite;

typedef struct ofx_message_suite {
    ofx_status (*message)(void *, const char *type, const char *id, const char *format, ...);
    /* version 2 */
    ofx_status (*set_persistent)(void *, const char *type, const char *id, const char *format, ...);
    ofx_status (*clear_persistent)(void *);
} ofx_message_suite;

/** Version 1; that of version 2 takes a message id as its third argument. */
typedef struct ofx_progress_suite {
    ofx_status (*start)(void *, const char *label);
    ofx_status (*update)(void *, double);
    ofx_status (*end)(void *);
} ofx_progress_suite;

typedef struct ofx_progress_suite_2 {
    ofx_status (*start)(void *, const char *label, const char *id);
    ofx_status (*update)(void *, double);
    ofx_status (*end)(void *);
} ofx_progress_suite_2;

typedef struct ofx_interact_suite {
    ofx_status (*swap_buffers)(ofx_interact);
    ofx_status (*redraw)(ofx_interact);
    ofx_status (*get_property_set)(ofx_interact, ofx_props *);
} ofx_interact_suite;

enum { OFX_DRAW_LINE_LOOP = 2, OFX_COLOUR_SELECTED = 2, OFX_STIPPLE_DASH = 2 };

typedef struct ofx_draw_suite {
    ofx_status (*get_colour)(ofx_draw_context, int standard, ofx_rgba_f *);
    ofx_status (*set_colour)(ofx_draw_context, const ofx_rgba_f *);
    ofx_status (*set_line_width)(ofx_draw_context, float);
    ofx_status (*set_line_stipple)(ofx_draw_context, int);
    ofx_status (*draw)(ofx_draw_context, int primitive, const ofx_point_d *, int count);
    ofx_status (*draw_text)(ofx_draw_context, const char *, const ofx_point_d *, int alignment);
} ofx_draw_suite;

#endif
