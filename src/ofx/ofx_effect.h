/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_OFX_OFX_EFFECT_H
#define ZD_OFX_OFX_EFFECT_H

/* The two effects of the plug-in: Z-Depth, a filter, and Z-Depth Compositor. What they have in
 * common is one code; a zd_ofx_form tells them apart.
 *
 * Each comes in two versions. Hosts give a project the version that made it. In the first, Depth In and
 * Depth Out are in the map's own scale and switches say whether they count. In the second they run from
 * 0 to 10 over the range at hand, and "automatic" is a value: below 0. So a host that tells of no change
 * and has no switches set (MLT) can set one number alone. */

#include <pthread.h>

#include "core/atomic.h"
#include "engine/engine.h"
#include "ofx/ofx_host.h"

/** Which effect, in which version. */
typedef struct zd_ofx_form {
    bool is_compositor;
    bool is_first; /* version */
} zd_ofx_form;

/** Parameters that only plug-ins have; those of the one table say themselves who shows them. Their names
 *  are stored in people's projects and never change. */
typedef enum zd_ofx_extra {
    ZD_OFX_SCALE,          /* of Depth In and Depth Out; in the first version the table's `mode` */
    ZD_OFX_AUTO_DEPTH,     /* Depth In and Depth Out are found; in the second a help to set them */
    ZD_OFX_LOCK_RANGE,     /* Furthest and Nearest are typed; likewise */
    ZD_OFX_FOUND,          /* text to look at: what is found */
    ZD_OFX_ANALYSE,        /* button */
    ZD_OFX_CLEAR_ANALYSIS, /* button */
    ZD_OFX_ANALYSIS_FILE,  /* path */
    ZD_OFX_BOX_A,          /* corners of the box to add, 0..1, y up */
    ZD_OFX_BOX_B,
    ZD_OFX_ADD_BOX,      /* button */
    ZD_OFX_SUBTRACT_BOX, /* button */
    ZD_OFX_CLEAR_BOXES,  /* button */
    ZD_OFX_TRANSFER,     /* choice */
    ZD_OFX_SWAP_INPUTS,  /* compositor */
    ZD_OFX_OWN_DEPTH,    /* compositor, first version: at_depth is used */
    ZD_OFX_PICK,         /* a point in the frame with the host's own handle: sets X and Y */
    ZD_OFX_MORE,         /* compositor: inserts as text */
    ZD_OFX_BUILTIN,      /* filter: a built-in effect */
    ZD_OFX_BOXES,        /* text: what was added; see zd_ofx_read_boxes */
    ZD_OFX_ANALYSIS,     /* hidden text: start time and shots */
    ZD_OFX_EXTRA_COUNT,
} zd_ofx_extra;

/** Who has an extra parameter. */
enum {
    ZD_OFX_IN_FIRST = 1 << 0,
    ZD_OFX_IN_SECOND = 1 << 1,
    ZD_OFX_IN_BOTH = ZD_OFX_IN_FIRST | ZD_OFX_IN_SECOND,
    ZD_OFX_OF_FILTER = 1 << 2, /* neither: of both effects */
    ZD_OFX_OF_COMPOSITOR = 1 << 3,
    ZD_OFX_NEEDS_CHANGES = 1 << 4, /* not for hosts that tell of none; second version */
    ZD_OFX_HELPS = 1 << 5,         /* changes no picture; second version */
};

typedef struct zd_ofx_extra_desc {
    const char *name;
    const char *type;
    const char *label;
    const char *hint;
    zd_param_group group;
    unsigned who;
    zd_param_id before; /* where it stands among the table's */
    bool initial;
    const char *const *choices;
} zd_ofx_extra_desc;

const zd_ofx_extra_desc *zd_ofx_extra_describe(zd_ofx_extra extra);
bool zd_ofx_has_extra(zd_ofx_form form, zd_ofx_extra extra);

/** Whether an effect shows a parameter of the table. */
bool zd_ofx_shows(zd_ofx_form form, zd_param_id id);

/** Whether a value below 0 of this parameter stands for what is found; second version. */
bool zd_ofx_is_automatic(zd_param_id id);

/** The value that stands for it, and the one below which it counts: what slips below the slider's 0 is
 *  still a 0. */
#define ZD_OFX_AUTOMATIC       (-1.0)
#define ZD_OFX_AUTOMATIC_BELOW (-0.5)

/** Numbers of the built-in effects, all of them one after the other. */
enum { ZD_OFX_MAX_FIELDS = 160 };

typedef struct zd_ofx_field {
    int effect; /* 0-based */
    const zd_effect_field *field;
    char name[48];
} zd_ofx_field;

/** Describes a number; false past the last one. */
bool zd_ofx_field_at(int index, zd_ofx_field *out);

/** Defines all parameters of an effect in a context. */
void zd_ofx_define_params(ofx_effect descriptor, zd_ofx_form form);

/** The names of the clips. The compositor's first input is called "Background" in VEGAS, which
 *  knows that name, and "Source" elsewhere. */
const char *zd_ofx_source_name(bool is_compositor);

ofx_status zd_ofx_describe(ofx_effect descriptor, zd_ofx_form form);
ofx_status zd_ofx_describe_in_context(ofx_effect descriptor, ofx_props in, zd_ofx_form form);

/** An instance. `lock` guards what render threads share. */
typedef struct zd_ofx_instance {
    ofx_effect effect;
    ofx_param_set set;
    zd_ofx_form form;
    ofx_param values[ZD_PARAM_COUNT];
    ofx_param extras[ZD_OFX_EXTRA_COUNT];
    ofx_param fields[ZD_OFX_MAX_FIELDS]; /* filter, second version */
    const char *source_name;
    ofx_clip source;
    ofx_clip insert; /* compositor */
    ofx_clip map;
    ofx_clip original; /* filter: the picture before other effects */
    ofx_clip output;
    pthread_mutex_t lock;
    char *analysis; /* the text or file that `shots` was read from */
    bool analysis_is_file;
    double start; /* the time of the analysis's first frame */
    zd_shot_list shots;
    zd_engine_kept kept; /* the analysis's steadied depth */
    bool told;
    double seen[ZD_PARAM_COUNT]; /* values known so far: hosts report changes that are none */
    double seen_extras[ZD_OFX_EXTRA_COUNT];
    ofx_point_d picked;  /* and where the handle was */
    atomic_int sequence; /* the number of the one being rendered; 0: none */
    bool in_bracket;     /* between Begin- and EndInstanceChanged */
    int bracket_changes;
    bool is_dragging; /* a box is being drawn, in 0..1 of the frame */
    ofx_point_d drag_from;
    ofx_point_d drag_to;
} zd_ofx_instance;

ofx_status zd_ofx_create(ofx_effect effect, zd_ofx_form form);
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

/** Reads the built-in effects: those typed, else the one chosen; none: the count is 0. */
ZD_MUST_USE zd_status zd_ofx_read_chain(const zd_ofx_instance *instance, const zd_params *params,
                                        ofx_time time, zd_effect_chain *out, zd_error *err);

/** Whether a parameter is a number with decimals in hosts, a double. */
bool zd_ofx_is_real(const zd_param_desc *desc);

/** Whether a parameter is text in hosts, and its text, "" without. */
bool zd_ofx_is_text(const zd_param_desc *desc);
const char *zd_ofx_value_text(const zd_ofx_instance *instance, zd_param_id id);

/** Reads titles, files and what is typed as inserts. `out` is initialised and finished by the caller. */
ZD_MUST_USE zd_status zd_ofx_read_inserts(const zd_ofx_instance *instance, const zd_params *params,
                                          zd_project *out, zd_error *err);

/** Whether there are any, without reading them. */
bool zd_ofx_has_inserts(const zd_ofx_instance *instance);

int zd_ofx_scale_of_choice(int choice);

/** The value of a parameter of the table that is no text, read as its type is; its initial one without. */
double zd_ofx_value_of(const zd_ofx_instance *instance, zd_param_id id, ofx_time time);

/** Where the handle of ZD_OFX_PICK is, in fractions of the frame, y up; its middle without. */
ofx_point_d zd_ofx_picked(const zd_ofx_instance *instance, ofx_time time);

double zd_ofx_value(ofx_param param, ofx_time time, bool is_whole, double otherwise);
int zd_ofx_extra_int(const zd_ofx_instance *instance, zd_ofx_extra extra, ofx_time time);
const char *zd_ofx_extra_text(const zd_ofx_instance *instance, zd_ofx_extra extra);

/** The analysed shot at a time; false when the clip was not analysed. */
bool zd_ofx_find_shot(zd_ofx_instance *instance, zd_context *ctx, ofx_time time, zd_shot *out);

/** Where the analysis has steadied depth, and the number of the frame at a time there. */
zd_engine_kept zd_ofx_find_kept(zd_ofx_instance *instance, ofx_time time, int64_t *frame);

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
    zd_engine_kept kept; /* second version */
    bool kept_missing;
    zd_box boxes[ZD_PROJECT_MAX_BOXES]; /* second version: of a clip that is not analysed */
    zd_effect_chain chain;
    zd_project inserts; /* compositor, second version */
    bool has_inserts;   /* and is to be finished */
    zd_image *map_file;
    zd_engine_frame frame;
    zd_ofx_instance *instance;
    zd_engine *engine;
    struct zd_ofx_frame *others; /* that inserts are placed in; owned */
    ofx_time time;
} zd_ofx_frame;

/** Other times whose frames a render looks at: inserts are placed in them. */
enum { ZD_OFX_NEEDED = 16 };

typedef struct zd_ofx_needed {
    ofx_time times[ZD_OFX_NEEDED];
    int count;
} zd_ofx_needed;

zd_ofx_needed zd_ofx_find_needed(zd_ofx_instance *instance, ofx_time time);

/** The time of the clip's first frame. */
ofx_time zd_ofx_first_time(const zd_ofx_instance *instance);

/** Fetches images and parameters. zd_ofx_frame_close must follow, also on failure. */
ZD_MUST_USE zd_status zd_ofx_frame_open(zd_ofx_instance *instance, zd_engine *engine, ofx_time time,
                                        zd_ofx_frame *out, zd_error *err);
void zd_ofx_frame_close(zd_ofx_frame *frame);

/* Actions. */
ofx_status zd_ofx_render(ofx_effect effect, ofx_props in);
ofx_status zd_ofx_is_identity(ofx_effect effect, ofx_props in, ofx_props out);
ofx_status zd_ofx_region_of_definition(ofx_effect effect, ofx_props in, ofx_props out);
ofx_status zd_ofx_regions_of_interest(ofx_effect effect, ofx_props in, ofx_props out);
ofx_status zd_ofx_frames_needed(ofx_effect effect, ofx_props in, ofx_props out);
ofx_status zd_ofx_clip_preferences(ofx_effect effect, ofx_props out);
ofx_status zd_ofx_output_colourspace(ofx_effect effect, ofx_props out);
ofx_status zd_ofx_changed(ofx_effect effect, ofx_props in);
ofx_status zd_ofx_changed_bracket(ofx_effect effect, bool begins);
ofx_status zd_ofx_end_edit(ofx_effect effect);
ofx_status zd_ofx_sequence(ofx_effect effect, bool begins);

/* Setting parameters, as one step of the user's undo. Values are brought into their range. */
void zd_ofx_edit_begin(zd_ofx_instance *instance, const char *label);
void zd_ofx_edit_end(zd_ofx_instance *instance);
void zd_ofx_set_value(zd_ofx_instance *instance, zd_param_id id, double value);
void zd_ofx_set_extra(zd_ofx_instance *instance, zd_ofx_extra extra, int value);
void zd_ofx_set_extra_text(zd_ofx_instance *instance, zd_ofx_extra extra, const char *text);

/** Tells of a failure, or takes back what was told. */
void zd_ofx_report(zd_ofx_instance *instance, zd_status status, const zd_error *err);

/** Greys out what is ignored. */
void zd_ofx_update_enabled(zd_ofx_instance *instance);

/** The button: every frame of the clip. */
void zd_ofx_analyse(zd_ofx_instance *instance, ofx_time now);

/** Keeps shots whose first frame is at `start`, with where their depth is kept. */
void zd_ofx_store_analysis(zd_ofx_instance *instance, const zd_shot_list *shots,
                           const zd_engine_kept *kept, double start);

/** The analysed shots, to be changed and stored; empty when the clip was not analysed. */
ZD_MUST_USE zd_status zd_ofx_copy_shots(zd_ofx_instance *instance, zd_shot_list *out, double *start,
                                        zd_error *err);

/** Shows what a shot was found to be. */
void zd_ofx_show_shot(zd_ofx_instance *instance, const zd_shot *shot);

/** The shot at a time, analysed, else measured from its frame. */
ZD_MUST_USE zd_status zd_ofx_shot_in_force(zd_ofx_instance *instance, ofx_time time, zd_shot *out,
                                           zd_error *err);

/** Scales of Depth In and Depth Out; the first two are the choices of ZD_P_MODE. */
enum { ZD_OFX_SCALE_ABSOLUTE, ZD_OFX_SCALE_NORMALISED, ZD_OFX_SCALE_TEN };
#define ZD_OFX_TEN 10.0 /* what the nearest is in the last */

/** The scale in force. */
int zd_ofx_scale(const zd_ofx_instance *instance, ofx_time time);

/** Rewrites Depth In and Depth Out from one scale to another: the picture stays. */
void zd_ofx_convert_scale(zd_depth_range range, int from, int to, double *depth_in,
                          double *depth_out);

/** The boxes kept as text; see zd_engine_read_boxes. */
int zd_ofx_read_boxes(const zd_ofx_instance *instance, zd_box boxes[ZD_PROJECT_MAX_BOXES]);
void zd_ofx_add_from_corners(zd_ofx_instance *instance, bool subtract, ofx_time time);
void zd_ofx_clear_boxes(zd_ofx_instance *instance);

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
