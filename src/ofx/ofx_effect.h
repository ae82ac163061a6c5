/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_OFX_OFX_EFFECT_H
#define ZD_OFX_OFX_EFFECT_H

/* The two effects of the plug-in: Z-Depth, a filter, and Z-Depth Compositor. What they have in
 * common is one code; `is_compositor` tells them apart. */

#include <pthread.h>

#include "engine/engine.h"
#include "ofx/ofx_host.h"

/** Parameters that only plug-ins have; those of ZD_PARAM_HOST come from the one table. Their names
 *  are stored in people's projects and never change. */
typedef enum zd_ofx_extra {
    ZD_OFX_AUTO_DEPTH,     /* Depth In and Depth Out are found */
    ZD_OFX_LOCK_RANGE,     /* Furthest and Nearest are typed */
    ZD_OFX_ANALYSE,        /* button */
    ZD_OFX_CLEAR_ANALYSIS, /* button */
    ZD_OFX_BOX_A,          /* corners of the box to add, 0..1, y up */
    ZD_OFX_BOX_B,
    ZD_OFX_ADD_BOX,      /* button */
    ZD_OFX_SUBTRACT_BOX, /* button */
    ZD_OFX_CLEAR_BOXES,  /* button */
    ZD_OFX_TRANSFER,     /* choice */
    ZD_OFX_SWAP_INPUTS,  /* compositor */
    ZD_OFX_OWN_DEPTH,    /* compositor: at_depth is used */
    ZD_OFX_BOXES,        /* hidden text: what was added, for show */
    ZD_OFX_ANALYSIS,     /* hidden text: start time and shots */
    ZD_OFX_EXTRA_COUNT,
} zd_ofx_extra;

typedef struct zd_ofx_extra_desc {
    const char *name;
    const char *type;
    const char *label;
    const char *hint;
    zd_param_group group;
    bool initial;
    bool compositor_only;
    const char *const *choices;
} zd_ofx_extra_desc;

const zd_ofx_extra_desc *zd_ofx_extra_describe(zd_ofx_extra extra);

/** Whether an effect shows a parameter of the table. */
bool zd_ofx_shows(bool is_compositor, zd_param_id id);

/** Defines all parameters of an effect in a context. */
void zd_ofx_define_params(ofx_effect descriptor, bool is_compositor);

/** The names of the clips. The compositor's first input is called "Background" in VEGAS, which
 *  knows that name, and "Source" elsewhere. */
const char *zd_ofx_source_name(bool is_compositor);

ofx_status zd_ofx_describe(ofx_effect descriptor, bool is_compositor);
ofx_status zd_ofx_describe_in_context(ofx_effect descriptor, ofx_props in, bool is_compositor);

/** An instance. `lock` guards what render threads share. */
typedef struct zd_ofx_instance {
    ofx_effect effect;
    ofx_param_set set;
    bool is_compositor;
    ofx_param values[ZD_PARAM_COUNT];
    ofx_param extras[ZD_OFX_EXTRA_COUNT];
    ofx_clip source;
    ofx_clip insert; /* compositor */
    ofx_clip map;
    ofx_clip original; /* filter: the picture before other effects */
    ofx_clip output;
    pthread_mutex_t lock;
    char *analysis; /* the text that `shots` was read from */
    double start;   /* the time of the analysis's first frame */
    zd_shot_list shots;
    bool told;
    double seen[ZD_PARAM_COUNT]; /* values known so far: hosts report changes that are none */
    bool in_bracket;             /* between Begin- and EndInstanceChanged */
    int bracket_changes;
    bool is_dragging; /* a box is being drawn, in 0..1 of the frame */
    ofx_point_d drag_from;
    ofx_point_d drag_to;
} zd_ofx_instance;

ofx_status zd_ofx_create(ofx_effect effect, bool is_compositor);
ofx_status zd_ofx_destroy(ofx_effect effect);
zd_ofx_instance *zd_ofx_instance_of(ofx_effect effect);

/** The process's engine, made at first use. NULL with a message when it cannot be. */
zd_engine *zd_ofx_engine(zd_error *err);

/** After the host unloaded the plug-in: ends the engine unless instances live. */
void zd_ofx_drop_engine(void);

/** Reads all parameters at a time. `out` is initialised by the callee and finished by the caller,
 *  also on failure. */
ZD_MUST_USE zd_status zd_ofx_read_params(zd_ofx_instance *instance, zd_context *ctx, ofx_time time,
                                         zd_params *out, zd_error *err);

double zd_ofx_value(ofx_param param, ofx_time time, bool is_whole, double otherwise);
int zd_ofx_extra_int(const zd_ofx_instance *instance, zd_ofx_extra extra, ofx_time time);
const char *zd_ofx_extra_text(const zd_ofx_instance *instance, zd_ofx_extra extra);

/** The analysed shot at a time; false when the clip was not analysed. */
bool zd_ofx_find_shot(zd_ofx_instance *instance, zd_context *ctx, ofx_time time, zd_shot *out);

/** An image of a clip. `props` NULL: there is none. */
typedef struct zd_ofx_image {
    ofx_props props;
    zd_pixels picture;
    bool is_unusable; /* it is there, but its form is none that we know */
} zd_ofx_image;

void zd_ofx_image_fetch(ofx_clip clip, ofx_time time, zd_ofx_image *out);
void zd_ofx_image_release(zd_ofx_image *image);
bool zd_ofx_clip_connected(ofx_clip clip);

/** Everything fetched for one frame. */
typedef struct zd_ofx_frame {
    zd_ofx_image source;
    zd_ofx_image insert;
    zd_ofx_image map;
    zd_ofx_image original;
    zd_params params;
    zd_shot shot;
    zd_engine_frame frame;
} zd_ofx_frame;

/** Fetches images and parameters. zd_ofx_frame_close must follow, also on failure. */
ZD_MUST_USE zd_status zd_ofx_frame_open(zd_ofx_instance *instance, zd_engine *engine, ofx_time time,
                                        zd_ofx_frame *out, zd_error *err);
void zd_ofx_frame_close(zd_ofx_frame *frame);

/* Actions. */
ofx_status zd_ofx_render(ofx_effect effect, ofx_props in);
ofx_status zd_ofx_is_identity(ofx_effect effect, ofx_props in, ofx_props out);
ofx_status zd_ofx_region_of_definition(ofx_effect effect, ofx_props in, ofx_props out);
ofx_status zd_ofx_regions_of_interest(ofx_effect effect, ofx_props in, ofx_props out);
ofx_status zd_ofx_clip_preferences(ofx_effect effect, ofx_props out);
ofx_status zd_ofx_changed(ofx_effect effect, ofx_props in);
ofx_status zd_ofx_changed_bracket(ofx_effect effect, bool begins);
ofx_status zd_ofx_end_edit(ofx_effect effect);

/** Takes a box in 0..1 of the frame, y up, and finds its depths at a time: the button and the
 *  overlay end here. */
ofx_status zd_ofx_add_box(zd_ofx_instance *instance, ofx_point_d a, ofx_point_d b, bool subtract,
                          ofx_time time);

/** The second entry point: the overlay. */
ofx_status zd_ofx_overlay(const char *action, const void *handle, ofx_props in, ofx_props out);

/** A place in the frame, in fractions of its size, brought into it. */
static inline double zd_ofx_within(double value)
{
    return value > 0.0 ? (value < 1.0 ? value : 1.0) : 0.0;
}

#endif
