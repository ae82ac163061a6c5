/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_PROJECT_PARAM_H
#define ZD_PROJECT_PARAM_H

/* The one table of parameters. Command line flags, the project file, the manual, completion, the
 * plug-ins and the Studio are all made from it, so a parameter is added in one place. */

#include <stdbool.h>
#include <stddef.h>

#include "core/context.h"
#include "core/status.h"

typedef enum zd_param_type {
    ZD_PARAM_BOOL,   /* on or off */
    ZD_PARAM_INT,    /* whole number in [min, max] */
    ZD_PARAM_NUMBER, /* number in [min, max] */
    ZD_PARAM_CHOICE, /* index into `choices` */
    ZD_PARAM_TEXT,   /* UTF-8 text */
    ZD_PARAM_PATH,   /* name of a file */
    ZD_PARAM_COLOUR, /* see zd_colour_parse */
    ZD_PARAM_TIME,   /* seconds; see core/time_text.h */
} zd_param_type;

/** Where a parameter belongs: a section of the project file and of the help. */
typedef enum zd_param_group {
    ZD_GROUP_SOURCE, /* what is read */
    ZD_GROUP_DEPTH,  /* how depth is found; changing one may run the network */
    ZD_GROUP_MATTE,  /* what is foreground; never runs the network */
    ZD_GROUP_INSERT, /* one of the pictures put between the layers */
    ZD_GROUP_EFFECT, /* what is done inside the matte */
    ZD_GROUP_OUTPUT, /* how the result is written */
    ZD_GROUP_COUNT,
} zd_param_group;

enum {
    ZD_PARAM_KEYED = 1 << 0,      /* may change over time */
    ZD_PARAM_NOT_STORED = 1 << 1, /* of one run only: never written to a project */
    ZD_PARAM_TITLE = 1 << 2,      /* for titles only */
    ZD_PARAM_FILE = 1 << 3,       /* for file inserts only */
    ZD_PARAM_HOST_1 = 1 << 4,     /* plug-ins show it in their first version */
    ZD_PARAM_ANALYSIS = 1 << 5,   /* the analysis looks at it, though it is of the matte */
    ZD_PARAM_FRACTION = 1 << 6,   /* may be written in per cent: 40% is 0.4 */
    ZD_PARAM_PERCENT = 1 << 7,    /* its unit is 1 %: 40% is 40 */
    ZD_PARAM_OF_WIDTH = 1 << 8, /* of the frame's width or height: flags may be written in pixels */
    ZD_PARAM_OF_HEIGHT = 1 << 9,
    ZD_PARAM_HOST_2 = 1 << 10, /* in their second; see ofx/ofx_effect.h */
    ZD_PARAM_HOST = ZD_PARAM_HOST_1 | ZD_PARAM_HOST_2,
    ZD_PARAM_OF_FILTER = 1 << 11, /* plug-ins: the filter shows it and the compositor does not */
    ZD_PARAM_OF_CLIP = 1 << 12,   /* plug-ins: also of a clip that the host gives as an insert */
};

typedef enum zd_param_id {
    /* source */
    ZD_P_FOOTAGE,
    ZD_P_FRAMES,
    ZD_P_FROM,
    ZD_P_TO,
    ZD_P_ALONE,
    ZD_P_FPS,
    ZD_P_STRICT,
    ZD_P_DEINTERLACE,
    ZD_P_DEPTH_MAP,
    ZD_P_DEPTH_MAP_TYPE,
    ZD_P_DEPTH_MAP_CHANNEL,
    /* depth */
    ZD_P_ANALYSIS,
    ZD_P_FACE_MODEL,
    ZD_P_MODEL,
    ZD_P_PRECISION,
    ZD_P_DEPTH_SIZE,
    ZD_P_DETAIL,
    ZD_P_FOCAL,
    ZD_P_TILES,
    ZD_P_REGION,
    ZD_P_STABILISE,
    ZD_P_STEADY_EDGES,
    ZD_P_CUTS,
    /* matte */
    ZD_P_PRESET,
    ZD_P_MODE,
    ZD_P_FURTHEST,
    ZD_P_NEAREST,
    ZD_P_DEPTH_IN,
    ZD_P_DEPTH_OUT,
    ZD_P_AUTO_FEATHER,
    ZD_P_FEATHER,
    ZD_P_CHOKE,
    ZD_P_DECONTAMINATE,
    ZD_P_INVERT,
    ZD_P_NEAREST_ONLY,
    ZD_P_LEVEL_FAR,
    ZD_P_LEVEL_NEAR,
    ZD_P_LEVEL_GAMMA,
    ZD_P_SUBJECT,
    ZD_P_MATTE_IN,
    ZD_P_MATTE_IN_MODE,
    ZD_P_SHAPE,
    /* insert */
    ZD_P_TITLE,
    ZD_P_INSERT,
    ZD_P_AT_DEPTH,
    ZD_P_START,
    ZD_P_END,
    ZD_P_HIDE,
    ZD_P_SOLO,
    ZD_P_OPACITY,
    ZD_P_BLEND,
    ZD_P_SCENE_LIGHT,
    ZD_P_LIGHT_WRAP,
    ZD_P_LIGHT_WRAP_FRONT,
    ZD_P_LIGHT_WRAP_WIDTH,
    ZD_P_CONTACT_SHADOW,
    ZD_P_CONTACT_FRONT,
    ZD_P_CONTACT_SOFTNESS,
    ZD_P_CONTACT_DIRECTION,
    ZD_P_CONTACT_LENGTH,
    ZD_P_CONTACT_REACH,
    ZD_P_X,
    ZD_P_Y,
    ZD_P_SIZE,
    ZD_P_FIT,
    ZD_P_FONT,
    ZD_P_COLOUR,
    ZD_P_OUTLINE,
    ZD_P_OUTLINE_COLOUR,
    ZD_P_SHADOW,
    ZD_P_ALIGN,
    ZD_P_WIDTH,
    ZD_P_ANIMATE_IN,
    ZD_P_ANIMATE_OUT,
    ZD_P_ANIMATE_TIME,
    ZD_P_TRACK,
    ZD_P_TRACK_CAMERA,
    ZD_P_TRACK_CAMERA_FIRST,
    ZD_P_TRACK_DISTANCE,
    ZD_P_TRACK_TIME,
    ZD_P_PLANE,
    ZD_P_REVEAL,
    /* effect */
    ZD_P_EFFECT,
    ZD_P_STYLE_MODEL,
    ZD_P_MASK_EFFECTS,
    ZD_P_CLEAN_PLATE,
    ZD_P_TRANSPARENCY,
    ZD_P_VIEW,
    /* output */
    ZD_P_OUTPUT,
    ZD_P_CODEC,
    ZD_P_LIKE_SOURCE,
    ZD_P_PIXEL_FORMAT,
    ZD_P_QUALITY,
    ZD_P_ENCODER_OPTIONS,
    ZD_P_ALPHA,
    ZD_P_AUDIO,
    ZD_P_ENCODE_AUDIO,
    ZD_PARAM_COUNT,
} zd_param_id;

/* Choices that belong to no product, in the order of their words. */
typedef enum zd_preset {
    ZD_PRESET_NONE,
    ZD_PRESET_FOREGROUND, /* effects on the foreground only */
    ZD_PRESET_BACKGROUND, /* or on the background */
    ZD_PRESET_COMPOSITOR,
    ZD_PRESET_COUNT,
} zd_preset;

typedef enum zd_fit {
    ZD_FIT_NONE,   /* as large as Size says */
    ZD_FIT_INSIDE, /* all of it is seen */
    ZD_FIT_FILL,   /* no border is seen */
    ZD_FIT_STRETCH,
    ZD_FIT_COUNT,
} zd_fit;

typedef enum zd_stick {
    ZD_STICK_OFF,
    ZD_STICK_WALL,   /* the insert stays on what is behind it */
    ZD_STICK_CAMERA, /* it stands still before a camera that a file tells of */
    ZD_STICK_COUNT,
} zd_stick;

typedef enum zd_lay {
    ZD_LAY_SCREEN, /* the insert faces the camera */
    ZD_LAY_WALL,   /* it lies on the plane behind it */
    ZD_LAY_COUNT,
} zd_lay;

typedef enum zd_align {
    ZD_ALIGN_LEFT,
    ZD_ALIGN_CENTRE,
    ZD_ALIGN_RIGHT,
    ZD_ALIGN_COUNT,
} zd_align;

/** What hints, help and manual say of zd_param_desc.needs_clip. */
#define ZD_PARAM_NEEDS_CLIP "Not in plug-ins, which see a frame at a time: %s."

typedef struct zd_param_desc {
    const char *name;  /* snake_case; the flag is the same with '-' */
    const char *label; /* as an editor reads it */
    zd_param_group group;
    zd_param_type type;
    unsigned flags;
    double min;
    double max;
    double soft_max;            /* where a slider ends; typed values may go up to max */
    double initial;             /* numbers, booleans and choices */
    const char *initial_text;   /* texts; NULL: none */
    const char *unit;           /* "" when it has none */
    const char *const *choices; /* ends with NULL; only for ZD_PARAM_CHOICE */
    const char *help;           /* one or two sentences */
    const char *
        needs_clip; /* the choices of it that look at other frames, which plug-ins are not given; or NULL */
} zd_param_desc;

/** The descriptor of a parameter. Never NULL for a valid id. */
const zd_param_desc *zd_param_describe(zd_param_id id);

/** Finds a parameter by its name, with '_' or '-'; ZD_PARAM_COUNT when there is none. */
zd_param_id zd_param_find(const char *name);

/** "source", "depth", "matte", "insert", "effect" or "output", and the same for a heading. */
const char *zd_param_group_name(zd_param_group group);
const char *zd_param_group_label(zd_param_group group);

#endif
