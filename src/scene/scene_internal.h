/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_INTERNAL_H
#define ZD_SCENE_SCENE_INTERNAL_H

/* The scene as its own folder sees it: nodes are arrays of values, described by tables of keys. The
 * same tables drive the parser, the printer, the checks and the documentation's reference. */

#include "scene/scene.h"

typedef enum zd_scene_value_kind {
    ZD_SCENE_VALUE_NUMBER, /* 1 to 4 numbers, each may be animated */
    ZD_SCENE_VALUE_CHOICE, /* one of some words; yes/no are choices too */
    ZD_SCENE_VALUE_TEXT,
    ZD_SCENE_VALUE_NODE,   /* a node's name; media also by number */
    ZD_SCENE_VALUE_NODES,  /* some nodes' names, or "all" */
    ZD_SCENE_VALUE_PASSES, /* some of a list of words, as a bit mask */
} zd_scene_value_kind;

typedef struct zd_scene_key {
    const char *name;
    zd_scene_value_kind kind;
    int count;          /* of numbers */
    double defaults[4]; /* numbers; [0] is the choice or the mask of passes */
    double minimum;     /* of numbers */
    double maximum;
    const char *choices; /* "a|b|c" */
    unsigned node_kinds; /* bit mask of zd_scene_kind that a NODE may be */
    int auto_component;  /* 1 + the component for which "auto" may stand; 0: none */
    const char *help;
} zd_scene_key;

typedef enum zd_interp {
    ZD_SCENE_INTERP_LINEAR,
    ZD_SCENE_INTERP_HOLD,
    ZD_SCENE_INTERP_SMOOTH
} zd_interp;

typedef struct zd_keyframe {
    double frame;
    double value;
    zd_interp interp; /* towards the next */
} zd_keyframe;

typedef struct zd_scene_curve {
    zd_keyframe *keys; /* in order of frame */
    int count;
} zd_scene_curve;

typedef struct zd_scene_name_ref {
    const char *name;
    int node; /* -1 until linked */
    int line;
    int column;
} zd_scene_name_ref;

typedef struct zd_scene_value {
    bool is_set;
    bool is_auto;
    bool is_all; /* NODES: "all" */
    int line;
    int column;
    double number[4];
    int choice; /* CHOICE: index; PASSES: bit mask */
    const char *text;
    zd_scene_name_ref *refs; /* NODE: one */
    int ref_count;
    zd_scene_curve *curves; /* NULL, or one for each number; count 0: not animated */
} zd_scene_value;

typedef struct zd_scene_node {
    zd_scene_kind kind;
    const char *name;
    int line;
    int column;
    size_t begin; /* the statement's bytes in the file */
    size_t end;
    bool is_generated;      /* by Create Map */
    zd_scene_value *values; /* one for each key of the kind */
} zd_scene_node;

typedef struct zd_arena_block {
    struct zd_arena_block *next;
    size_t used;
    size_t bytes;
} zd_arena_block;

struct zd_scene {
    zd_context *ctx;
    char *path;
    zd_arena_block *arena;
    zd_scene_node *nodes; /* grown by the parser */
    int node_count;
    int node_capacity;
    int *by_name; /* hash table of node indexes, open addressing, -1 empty */
    int by_name_size;
    bool is_timeline;
    bool is_checked;
};

/* Keys, in the order of the tables of scene_keys.c. */
enum {
    ZD_SCENE_FRAME_SIZE,
    ZD_SCENE_FRAME_ASPECT,
    ZD_SCENE_FRAME_FPS,
    ZD_SCENE_FRAME_RANGE,
    ZD_SCENE_FRAME_OCIO,
    ZD_SCENE_FRAME_WORKING,
    ZD_SCENE_FRAME_KEYS
};
enum {
    ZD_SCENE_MEDIA_FRONT,
    ZD_SCENE_MEDIA_MATTE,
    ZD_SCENE_MEDIA_PREMULT,
    ZD_SCENE_MEDIA_COLOURSPACE,
    ZD_SCENE_MEDIA_SPACE,
    ZD_SCENE_MEDIA_SIZE,
    ZD_SCENE_MEDIA_OFFSET,
    ZD_SCENE_MEDIA_KEYS
};
enum {
    ZD_SCENE_AXIS_PARENT,
    ZD_SCENE_AXIS_POSITION,
    ZD_SCENE_AXIS_ROTATION,
    ZD_SCENE_AXIS_SCALE,
    ZD_SCENE_AXIS_SHEAR,
    ZD_SCENE_AXIS_CENTRE,
    ZD_SCENE_AXIS_LOOK_AT,
    ZD_SCENE_AXIS_ZSNAP,
    ZD_SCENE_AXIS_ZSNAP_AT,
    ZD_SCENE_AXIS_KEYS
};
/* Surface and geometry begin with the same keys. */
enum {
    ZD_SCENE_OBJECT_PARENT,
    ZD_SCENE_OBJECT_MEDIA,
    ZD_SCENE_OBJECT_COLOUR,
    ZD_SCENE_OBJECT_TRANSPARENCY,
    ZD_SCENE_OBJECT_LIGHTING,
    ZD_SCENE_OBJECT_SHINE,
    ZD_SCENE_OBJECT_SPECULAR,
    ZD_SCENE_OBJECT_TWO_SIDED,
    ZD_SCENE_OBJECT_FLIP_NORMALS,
    ZD_SCENE_OBJECT_FILTER,
    ZD_SCENE_OBJECT_VISIBLE,
    ZD_SCENE_OBJECT_KEYS,
    ZD_SCENE_SURFACE_CELL = ZD_SCENE_OBJECT_KEYS,
    ZD_SCENE_SURFACE_SIZE,
    ZD_SCENE_SURFACE_KEYS,
    ZD_SCENE_GEOMETRY_FILE = ZD_SCENE_OBJECT_KEYS,
    ZD_SCENE_GEOMETRY_UNIT,
    ZD_SCENE_GEOMETRY_SUBDIVIDE,
    ZD_SCENE_GEOMETRY_PART,
    ZD_SCENE_GEOMETRY_KEYS
};
enum {
    ZD_SCENE_CAMERA_PARENT,
    ZD_SCENE_CAMERA_POSITION,
    ZD_SCENE_CAMERA_ROTATION,
    ZD_SCENE_CAMERA_LOOK_AT,
    ZD_SCENE_CAMERA_FOV,
    ZD_SCENE_CAMERA_NEAR,
    ZD_SCENE_CAMERA_FAR,
    ZD_SCENE_CAMERA_FOCAL,
    ZD_SCENE_CAMERA_FILM_BACK,
    ZD_SCENE_CAMERA_SHIFT,
    ZD_SCENE_CAMERA_DISTORTION,
    ZD_SCENE_CAMERA_APERTURE,
    ZD_SCENE_CAMERA_FOCUS,
    ZD_SCENE_CAMERA_KEYS
};
enum {
    ZD_SCENE_LIGHT_PARENT,
    ZD_SCENE_LIGHT_POSITION,
    ZD_SCENE_LIGHT_ROTATION,
    ZD_SCENE_LIGHT_LOOK_AT,
    ZD_SCENE_LIGHT_TYPE,
    ZD_SCENE_LIGHT_INTENSITY,
    ZD_SCENE_LIGHT_COLOUR,
    ZD_SCENE_LIGHT_DECAY,
    ZD_SCENE_LIGHT_REACH,
    ZD_SCENE_LIGHT_SPREAD,
    ZD_SCENE_LIGHT_PENUMBRA,
    ZD_SCENE_LIGHT_SIZE,
    ZD_SCENE_LIGHT_SHAPE,
    ZD_SCENE_LIGHT_AFFECTS,
    ZD_SCENE_LIGHT_EXCLUDE,
    ZD_SCENE_LIGHT_SHADOW,
    ZD_SCENE_LIGHT_SHADOW_SOFTNESS,
    ZD_SCENE_LIGHT_SHADOW_DENSITY,
    ZD_SCENE_LIGHT_SHADOW_SIZE,
    ZD_SCENE_LIGHT_OCCLUSION,
    ZD_SCENE_LIGHT_OCCLUSION_RADIUS,
    ZD_SCENE_LIGHT_KEYS
};
enum {
    ZD_SCENE_ZDEPTH_PARENT,
    ZD_SCENE_ZDEPTH_ON,
    ZD_SCENE_ZDEPTH_MEDIA,
    ZD_SCENE_ZDEPTH_ANALYSIS,
    ZD_SCENE_ZDEPTH_MODEL,
    ZD_SCENE_ZDEPTH_FACE_MODEL,
    ZD_SCENE_ZDEPTH_ROI,
    ZD_SCENE_ZDEPTH_ROI_SHAPE,
    ZD_SCENE_ZDEPTH_ROI_MODE,
    ZD_SCENE_ZDEPTH_ROI_FEATHER,
    ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH,
    ZD_SCENE_ZDEPTH_RANGE,
    ZD_SCENE_ZDEPTH_GEOMETRY,
    ZD_SCENE_ZDEPTH_SCALE,
    ZD_SCENE_ZDEPTH_CAMERA,
    ZD_SCENE_ZDEPTH_EFFECT,
    ZD_SCENE_ZDEPTH_SOFTNESS,
    ZD_SCENE_ZDEPTH_SOFT_MODE,
    ZD_SCENE_ZDEPTH_DISPLACE,
    ZD_SCENE_ZDEPTH_THREE_D,
    ZD_SCENE_ZDEPTH_DIRECTION,
    ZD_SCENE_ZDEPTH_CUT_MODE,
    ZD_SCENE_ZDEPTH_CUT_ANGLE,
    ZD_SCENE_ZDEPTH_MAX_EDGE,
    ZD_SCENE_ZDEPTH_SKIRT,
    ZD_SCENE_ZDEPTH_BUMP,
    ZD_SCENE_ZDEPTH_BUMP_DEPTH,
    ZD_SCENE_ZDEPTH_ZPASS,
    ZD_SCENE_ZDEPTH_HQ,
    ZD_SCENE_ZDEPTH_LIGHT_AT,
    ZD_SCENE_ZDEPTH_REPEAT,
    ZD_SCENE_ZDEPTH_FIT,
    ZD_SCENE_ZDEPTH_KEEP_ASPECT,
    ZD_SCENE_ZDEPTH_CROP,
    ZD_SCENE_ZDEPTH_FILTER,
    ZD_SCENE_ZDEPTH_MAPPING,
    ZD_SCENE_ZDEPTH_KEYS
};
enum {
    ZD_SCENE_NORMALMAP_ON,
    ZD_SCENE_NORMALMAP_MEDIA,
    ZD_SCENE_NORMALMAP_ENCODING,
    ZD_SCENE_NORMALMAP_HAND,
    ZD_SCENE_NORMALMAP_SPACE,
    ZD_SCENE_NORMALMAP_KEYS
};
enum {
    ZD_SCENE_AOV_ON,
    ZD_SCENE_AOV_TYPE,
    ZD_SCENE_AOV_BAND,
    ZD_SCENE_AOV_FEATHER,
    ZD_SCENE_AOV_DIRECTION,
    ZD_SCENE_AOV_TOLERANCE,
    ZD_SCENE_AOV_CENTRE,
    ZD_SCENE_AOV_RADIUS,
    ZD_SCENE_AOV_INVERT,
    ZD_SCENE_AOV_KEYS
};
enum {
    ZD_SCENE_OUTPUT_CAMERA,
    ZD_SCENE_OUTPUT_OBJECTS,
    ZD_SCENE_OUTPUT_EXCLUDE,
    ZD_SCENE_OUTPUT_PASSES,
    ZD_SCENE_OUTPUT_FILE,
    ZD_SCENE_OUTPUT_ZDEPTH_RANGE,
    ZD_SCENE_OUTPUT_THRESHOLD,
    ZD_SCENE_OUTPUT_SAMPLES,
    ZD_SCENE_OUTPUT_SHUTTER,
    ZD_SCENE_OUTPUT_SPACE,
    ZD_SCENE_OUTPUT_DISPLAY,
    ZD_SCENE_OUTPUT_VIEW,
    ZD_SCENE_OUTPUT_KEYS
};
enum { ZD_SCENE_MAX_KEYS = 64 };

/* Choices that the code asks for, in the order of their tables. */
enum { ZD_SCENE_NO, ZD_SCENE_YES };
enum {
    ZD_SCENE_COLOURSPACE_AUTO,
    ZD_SCENE_COLOURSPACE_LINEAR,
    ZD_SCENE_COLOURSPACE_SRGB,
    ZD_SCENE_COLOURSPACE_BT709
};
enum { ZD_SCENE_LIGHTING_DIFFUSE, ZD_SCENE_LIGHTING_AMBIENT };
enum { ZD_SCENE_FILTER_LINEAR, ZD_SCENE_FILTER_NEAREST };
enum {
    ZD_SCENE_LIGHT_POINT,
    ZD_SCENE_LIGHT_SPOT,
    ZD_SCENE_LIGHT_DIRECTIONAL,
    ZD_SCENE_LIGHT_AREA,
    ZD_SCENE_LIGHT_AMBIENT,
};
enum { ZD_SCENE_DECAY_NONE, ZD_SCENE_DECAY_LINEAR, ZD_SCENE_DECAY_QUADRATIC };
enum { ZD_SCENE_SHAPE_RECTANGLE, ZD_SCENE_SHAPE_ELLIPSE };
enum { ZD_SCENE_ANALYSIS_NONE, ZD_SCENE_ANALYSIS_GLOBAL, ZD_SCENE_ANALYSIS_FACE };
enum { ZD_SCENE_ROI_RECTANGLE, ZD_SCENE_ROI_ELLIPSE };
enum { ZD_SCENE_ROI_INCLUDE, ZD_SCENE_ROI_EXCLUDE };
typedef enum zd_zrange {
    ZD_SCENE_ZRANGE_NORMALIZED,
    ZD_SCENE_ZRANGE_ABSOLUTE,
    ZD_SCENE_ZRANGE_INVERSE,            /* 1/z, 0 is infinitely far */
    ZD_SCENE_ZRANGE_INVERSE_NORMALIZED, /* 1 at near, 0 at far, affine in 1/z */
    ZD_SCENE_ZRANGE_HEIGHT,             /* pixels from the object towards the viewer */
    ZD_SCENE_ZRANGE_NEARNESS,           /* larger is nearer, no scale: read as analysis is */
    ZD_SCENE_ZRANGE_AUTO,
} zd_zrange;
enum { ZD_SCENE_GEOMETRY_PLANAR, ZD_SCENE_GEOMETRY_RADIAL };
enum { ZD_SCENE_SOFT_PLAIN, ZD_SCENE_SOFT_EDGE_AWARE };
enum {
    ZD_SCENE_DIRECTION_AUTO,
    ZD_SCENE_DIRECTION_RAY,
    ZD_SCENE_DIRECTION_NORMAL,
    ZD_SCENE_DIRECTION_AXIS
};
enum { ZD_SCENE_CUT_KEEP, ZD_SCENE_CUT_CUT, ZD_SCENE_CUT_SKIRT, ZD_SCENE_CUT_FILL };
enum { ZD_SCENE_LIGHT_AT_CARD, ZD_SCENE_LIGHT_AT_DEPTH };
enum { ZD_SCENE_REPEAT_CLAMP, ZD_SCENE_REPEAT_MIRROR, ZD_SCENE_REPEAT_TILE, ZD_SCENE_REPEAT_NONE };
enum { ZD_SCENE_FIT_FILL, ZD_SCENE_FIT_FIT, ZD_SCENE_FIT_CROP, ZD_SCENE_FIT_NONE };
enum {
    ZD_SCENE_MAPPING_AUTO,
    ZD_SCENE_MAPPING_UV,
    ZD_SCENE_MAPPING_CAMERA,
    ZD_SCENE_MAPPING_PLANE,
    ZD_SCENE_MAPPING_TRIPLANAR
};
enum { ZD_SCENE_ENCODING_UNSIGNED, ZD_SCENE_ENCODING_SIGNED };
enum { ZD_SCENE_HAND_RIGHT, ZD_SCENE_HAND_LEFT };
enum { ZD_SCENE_SPACE_SURFACE, ZD_SCENE_SPACE_WORLD };
enum { ZD_SCENE_AOV_DISTANCE, ZD_SCENE_AOV_NORMAL, ZD_SCENE_AOV_POSITION };
enum { ZD_SCENE_OUT_ABSOLUTE, ZD_SCENE_OUT_NORMALIZED };
enum {
    ZD_SCENE_PASS_COMP = 1 << 0,
    ZD_SCENE_PASS_MATTE = 1 << 1,
    ZD_SCENE_PASS_ZDEPTH = 1 << 2,
    ZD_SCENE_PASS_ZDEPTH_HQ = 1 << 3,
    ZD_SCENE_PASS_NORMALS = 1 << 4,
    ZD_SCENE_PASS_POSITION = 1 << 5,
    ZD_SCENE_PASS_OBJECT_ID = 1 << 6,
    ZD_SCENE_PASS_MOTION = 1 << 7,
    ZD_SCENE_PASS_UV = 1 << 8,
    ZD_SCENE_PASS_ALBEDO = 1 << 9,
    ZD_SCENE_PASS_DIFFUSE = 1 << 10,
    ZD_SCENE_PASS_SPECULAR = 1 << 11,
    ZD_SCENE_PASS_SHADOW = 1 << 12,
    ZD_SCENE_PASS_CRYPTOMATTE = 1 << 13,
};

/* scene_keys.c */
const zd_scene_key *zd_scene_node_keys(zd_scene_kind kind, int *count);
int zd_scene_node_find_key(zd_scene_kind kind, const char *name, size_t length);
int zd_scene_key_find_choice(const zd_scene_key *key, const char *word, size_t length); /* -1 */
int zd_scene_key_choice_name(const zd_scene_key *key, int choice, char *out, size_t size);
bool zd_scene_node_kind_find(const char *word, size_t length, zd_scene_kind *kind);

/* scene_nodes.c */
void *zd_scene_alloc(zd_scene *scene, size_t count, size_t size); /* zeroed; freed with the scene */
const char *zd_scene_copy_text(zd_scene *scene, const char *text, size_t length);
zd_status zd_scene_create(zd_context *ctx, const char *path, zd_scene **out, zd_error *err);
zd_status zd_scene_add_node(zd_scene *scene, zd_scene_kind kind, const char *name,
                            zd_scene_node **out, zd_error *err);
zd_status zd_scene_set_ref(zd_scene *scene, zd_scene_node *node, int key, int target,
                           zd_error *err);

/** Fails with "PATH:LINE:COLUMN: message". */
zd_status zd_scene_fail(const zd_scene *scene, int line, int column, zd_error *err,
                        const char *format, ...) ZD_PRINTF(5, 6);

static inline const zd_scene_value *zd_scene_node_value(const zd_scene_node *node, int key)
{
    return &node->values[key];
}

static inline int zd_scene_node_choice(const zd_scene_node *node, int key)
{
    return node->values[key].choice;
}

/** The linked node of a NODE key, or -1. */
static inline int zd_scene_node_ref(const zd_scene_node *node, int key)
{
    return node->values[key].ref_count > 0 ? node->values[key].refs[0].node : -1;
}

static inline const char *zd_scene_node_text(const zd_scene_node *node, int key)
{
    return node->values[key].text != NULL ? node->values[key].text : "";
}

/** Whether a NODES key names a node; `otherwise` when the key is not set or says "all". */
bool zd_scene_node_lists(const zd_scene_node *node, int key, int target, bool otherwise);

/** The node's parent: its `parent` key, or for a map without one the object that it lies on. */
int zd_scene_parent(const zd_scene *scene, int node);

/** The media that a node shows or reads, -1: none; of an output, axis or light always. */
int zd_scene_node_media(const zd_scene_node *node);

/** A media's number in Action's list, from 1 in the order of the file. */
int zd_scene_node_media_number(const zd_scene *scene, int media);

/* scene_animate.c */
double zd_scene_curve_at(const zd_scene_curve *curve, double frame);
double zd_scene_node_number(const zd_scene_node *node, int key, int component, double frame);

/* scene_write.c */
void zd_scene_write_number(zd_text *out, double value);
void zd_scene_write_node(const zd_scene *scene, const zd_scene_node *node, zd_text *out);

/* scene_link.c */
zd_status zd_scene_link(zd_scene *scene, zd_error *err);

/** A media by its name or its number; -1: there is none. */
int zd_scene_find_media(const zd_scene *scene, const char *name);

/* scene_aov.c: adds what an AOV node needs, or all of them */
zd_status zd_scene_create_map(zd_scene *scene, int aov, zd_error *err);
zd_status zd_scene_create_maps(zd_scene *scene, zd_error *err);

#endif
