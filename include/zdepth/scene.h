/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_SCENE_H
#define ZDEPTH_SCENE_H

/* A scene of pictures in 3D space (docs/scene.md): read, edited, looked at, rendered to files.
 *
 * A scene is its text. Each edit changes only what it is about: comments, order and layout of the
 * rest stay. An edit whose text would not be a scene any more is refused, and nothing is changed.
 * Between edits a scene may well be unfinished, a map without its object; zdepth_scene_check says
 * what is missing before it can be rendered.
 *
 * Nodes are counted in the order of the file from 1; node 0 is the frame. An edit that adds or removes
 * nodes counts them anew. Units are pixels, degrees and percent; the world is right-handed, y up;
 * frames are counted as the scene's range says.
 *
 * Thread-safety: one thread at a time uses a scene, or a view. A view keeps nothing of the scene that
 * it was given, so that a scene may be edited in one thread while another renders. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zdepth/context.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A scene: a text and the nodes that it describes. */
typedef struct zdepth_scene zdepth_scene;

/** What a node is. */
typedef enum zdepth_scene_kind {
    ZDEPTH_SCENE_FRAME, /* one in every scene, without a name */
    ZDEPTH_SCENE_MEDIA,
    ZDEPTH_SCENE_AXIS,
    ZDEPTH_SCENE_SURFACE,
    ZDEPTH_SCENE_GEOMETRY,
    ZDEPTH_SCENE_CAMERA,
    ZDEPTH_SCENE_LIGHT,
    ZDEPTH_SCENE_ZDEPTH,
    ZDEPTH_SCENE_NORMALMAP,
    ZDEPTH_SCENE_AOV,
    ZDEPTH_SCENE_OUTPUT,
    ZDEPTH_SCENE_KINDS
} zdepth_scene_kind;

/* ---- the table of keys ---- */

/** What a key of a node takes. */
typedef enum zdepth_scene_value {
    ZDEPTH_SCENE_NUMBERS, /* 1 to 4 numbers, each may be animated; "auto" where has_auto */
    ZDEPTH_SCENE_CHOICE,  /* one of the words of `choices` */
    ZDEPTH_SCENE_TEXT,
    ZDEPTH_SCENE_NODE,  /* a node's name */
    ZDEPTH_SCENE_NODES, /* nodes' names, separated by spaces, or "all" */
    ZDEPTH_SCENE_WORDS  /* some of the words of `choices`, separated by spaces */
} zdepth_scene_value;

/** What is known about a key of a kind of node. */
typedef struct zdepth_scene_key {
    const char *name;
    const char *help;
    zdepth_scene_value type;
    int count;  /* of numbers */
    double min; /* of numbers */
    double max;
    const char *choices; /* "a|b|c"; NULL when there are none */
    unsigned kinds;      /* of NODE and NODES: bits 1 << zdepth_scene_kind */
    bool has_auto;
} zdepth_scene_key;

/** The word of a kind in the file, "zdepth". Never NULL for a kind of the enum. */
ZDEPTH_API const char *zdepth_scene_kind_name(zdepth_scene_kind kind);

/** How many keys nodes of a kind have; 0 for what is no kind. */
ZDEPTH_API int zdepth_scene_key_count(zdepth_scene_kind kind);

/** Fills in a key in the order of the documentation; false outside. The texts are constant. */
ZDEPTH_API bool zdepth_scene_key_at(zdepth_scene_kind kind, int index, zdepth_scene_key *out);

/* ---- a scene ---- */

/** Parses a text. `path` is used in messages ("PATH:LINE:COLUMN: reason"), and its folder is where
 *  relative paths of media start; it need not exist. The caller owns *out. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_parse(zdepth_context *context,
                                                            const char *path, const char *text,
                                                            zdepth_scene **out, zdepth_error *err);

/** The same from a file, with its path and folder. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_load(zdepth_context *context,
                                                           const char *path, zdepth_scene **out,
                                                           zdepth_error *err);

/** Destroys it and sets it to NULL. Accepts a pointer to NULL. */
ZDEPTH_API void zdepth_scene_destroy(zdepth_scene **scene);

/** The text as it is now. Valid until the next edit. Never NULL. */
ZDEPTH_API const char *zdepth_scene_text(const zdepth_scene *scene);

/** Writes the text to a file, which appears whole or not at all. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_save(const zdepth_scene *scene,
                                                           const char *path, zdepth_error *err);

/** Whether the scene can be rendered. Changes nothing: maps that AOV nodes need are added when it is
 *  rendered, or for good by zdepth_scene_create_map. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_check(const zdepth_scene *scene,
                                                            zdepth_error *err);

/* ---- nodes ---- */

/** A node and what it hangs on. */
typedef struct zdepth_scene_node {
    zdepth_scene_kind kind;
    const char *name; /* valid until the next edit */
    int parent; /* the node that carries it; of maps and AOVs without one, their object; -1: none */
    int media_number; /* of a media its own, from 1; of others that of the media they use; 0: none */
} zdepth_scene_node;

/** How many nodes there are, the frame among them. */
ZDEPTH_API int zdepth_scene_node_count(const zdepth_scene *scene);

/** Fills in a node, counting from 0, the frame; false outside. */
ZDEPTH_API bool zdepth_scene_node_at(const zdepth_scene *scene, int node, zdepth_scene_node *out);

/** A node by its name, or -1. */
ZDEPTH_API int zdepth_scene_find(const zdepth_scene *scene, const char *name);

/** Appends a node, named after its kind and a number, and gives its index. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_add(zdepth_scene *scene,
                                                          zdepth_scene_kind kind, int *node,
                                                          zdepth_error *err);

/** Add Map: lays a zdepth, normalmap or aov on a surface or geometry. A zdepth gets an axis of its own,
 *  which is a child of the object. `media` is the map's; -1: the object's own. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_add_map(zdepth_scene *scene, int object,
                                                              zdepth_scene_kind kind, int media,
                                                              int *node, zdepth_error *err);

/** Create Map: writes down the map that an AOV node needs, with its axis, or the bump that its map
 *  needs. *made tells whether anything was missing. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_create_map(zdepth_scene *scene, int aov,
                                                                 bool *made, zdepth_error *err);

/** Removes a node with its keyframes. What it carried hangs on its parent from then on; maps that lie
 *  on it go with it; other links to it end. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_remove(zdepth_scene *scene, int node,
                                                             zdepth_error *err);

/** Renames a node everywhere. Names are letters, digits, '_' and '-', and no numbers. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_rename(zdepth_scene *scene, int node,
                                                             const char *name, zdepth_error *err);

/* ---- values ---- */

/** Sets a key as zdepth_scene_value says; NULL takes it back to what it is by itself. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_set(zdepth_scene *scene, int node,
                                                          const char *key, const char *text,
                                                          zdepth_error *err);

/** A key's value as zdepth_scene_set takes it. Release *out with zdepth_text_free. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_get(const zdepth_scene *scene, int node,
                                                          const char *key, char **out,
                                                          zdepth_error *err);

/** Whether the text says a value for a key; false for unknown nodes and keys. */
ZDEPTH_API bool zdepth_scene_is_set(const zdepth_scene *scene, int node, const char *key);

/** One number of a key at a frame; an "auto" is 0. 0 for what is no number. */
ZDEPTH_API double zdepth_scene_number(const zdepth_scene *scene, int node, const char *key,
                                      int component, double frame);

/** The node that a key links to, the `index`-th of several; -1: none. */
ZDEPTH_API int zdepth_scene_link(const zdepth_scene *scene, int node, const char *key, int index);

/* ---- keyframes ---- */

/** How a number goes from a keyframe to the next. */
typedef enum zdepth_scene_ease {
    ZDEPTH_SCENE_LINEAR,
    ZDEPTH_SCENE_HOLD,
    ZDEPTH_SCENE_SMOOTH
} zdepth_scene_ease;

/** A number at a frame. */
typedef struct zdepth_scene_keyframe {
    double frame;
    double value;
    zdepth_scene_ease ease; /* towards the next */
} zdepth_scene_keyframe;

/** How many keyframes one number of a key has; 0 for what is not animated. */
ZDEPTH_API int zdepth_scene_keyframe_count(const zdepth_scene *scene, int node, const char *key,
                                           int component);

/** Fills in a keyframe, counting from 0 in order of frames; false outside. */
ZDEPTH_API bool zdepth_scene_keyframe_at(const zdepth_scene *scene, int node, const char *key,
                                         int component, int index, zdepth_scene_keyframe *out);

/** Sets a keyframe, replacing the one of the very frame. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_set_keyframe(zdepth_scene *scene, int node,
                                                                   const char *key, int component,
                                                                   zdepth_scene_keyframe keyframe,
                                                                   zdepth_error *err);

/** Removes a keyframe by index. An index outside removes none. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_remove_keyframe(zdepth_scene *scene, int node,
                                                                      const char *key,
                                                                      int component, int index,
                                                                      zdepth_error *err);

/* ---- a view ---- */

/** Renders pictures of scenes to be looked at, and keeps what scenes have in common: media, measured
 *  depth, meshes, programs. */
typedef struct zdepth_scene_view zdepth_scene_view;

/** `model` is the network of analyses by name or file; NULL: the embedded one. Those that find faces are
 *  what a map's `face_model` says. The caller owns *out; close it before the context. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_view_open(zdepth_context *context,
                                                                const char *model,
                                                                zdepth_scene_view **out,
                                                                zdepth_error *err);

/** Closes it and sets it to NULL, in the thread that rendered. Accepts a pointer to NULL. */
ZDEPTH_API void zdepth_scene_view_close(zdepth_scene_view **view);

/** Takes over a scene's state, which must pass zdepth_scene_check. When only numbers differ from the
 *  state before, the next picture costs no more than another frame. On failure the old state stays. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_view_set(zdepth_scene_view *view,
                                                               const zdepth_scene *scene,
                                                               zdepth_error *err);

/** What of a scene a picture shows. */
typedef enum zdepth_scene_pass {
    ZDEPTH_SCENE_PASS_COMP,      /* with alpha */
    ZDEPTH_SCENE_PASS_MATTE,     /* gray */
    ZDEPTH_SCENE_PASS_ZDEPTH,    /* near white, far black, between the picture's own ends */
    ZDEPTH_SCENE_PASS_NORMALS,   /* -1 to 1 as 0 to 255 */
    ZDEPTH_SCENE_PASS_POSITION,  /* between the picture's own ends */
    ZDEPTH_SCENE_PASS_OBJECT_ID, /* a colour for each object */
    ZDEPTH_SCENE_PASSES
} zdepth_scene_pass;

/** One picture asked for. */
typedef struct zdepth_scene_request {
    size_t size; /* sizeof(zdepth_scene_request) */
    double frame;
    const char *output; /* the name of an output node; NULL: the first */
    zdepth_scene_pass pass;
    int width; /* of the picture; 0: the frame's. Smaller pictures are rendered small */
    int height;
    bool is_draft; /* one sample for each pixel, whatever the output says */
    /* The camera goes round what it looks at; all 0: it is the output's camera. */
    double yaw_deg;
    double pitch_deg;
    double zoom;  /* factor of the distance, less 1 */
    double pan_x; /* to the right and up, in heights of the picture */
    double pan_y;
    void *pixels; /* rows from the top, RGBA of 8 bits, display-referred, not premultiplied */
    ptrdiff_t stride_bytes; /* may be negative; 0: packed */
    zdepth_cancel *cancel;  /* may be NULL; looked at while depth is measured */
} zdepth_scene_request;

/** Renders into the caller's pixels, undefined after a failure. Long when depth is to be measured. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_view_render(
    zdepth_scene_view *view, const zdepth_scene_request *request, zdepth_error *err);

/** Where a node is in the picture that was rendered last. */
typedef struct zdepth_scene_place {
    double at[3]; /* in parts of the picture from its top left corner; the distance in pixels */
    double by[3]
             [3]; /* by[i]: the change of `at` for a pixel of position along the parent's axis i */
} zdepth_scene_place;

/** False for nodes without a place, and for what is behind the camera. */
ZDEPTH_API bool zdepth_scene_view_place(zdepth_scene_view *view, int node, zdepth_scene_place *out);

/** Where Z-snap lays an axis. */
typedef struct zdepth_scene_snap {
    double position[3]; /* for the axis, in what carries it */
    double world[3];
    int map; /* the node whose depth it is */
} zdepth_scene_snap;

/** Z-snap: the position that lays an axis on what a Z-Depth Map shows at a place of the output
 *  camera's picture, in parts of it; of several maps the nearest there. For the frame rendered last;
 *  nothing is changed. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_view_snap(zdepth_scene_view *view, int axis,
                                                                double x, double y,
                                                                zdepth_scene_snap *out,
                                                                zdepth_error *err);

/* ---- files ---- */

/** What a scene does not say about its files. */
typedef struct zdepth_scene_job_options {
    size_t size;        /* sizeof(zdepth_scene_job_options) */
    const char *file;   /* NULL: the outputs' own */
    const char *output; /* NULL: all of them */
    const char *model;  /* NULL: the embedded one */
    bool has_frames;    /* false: the scene's range */
    int first;
    int last;
    const char *face_model; /* what finds faces, by name or file; NULL: embedded-faces */
} zdepth_scene_job_options;

/** Renders frames into files, as `zdepth scene render` does with the same text. Long: reports the
 *  stage "render" in frames. *frames, which may be NULL, is how many there are now. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_scene_run(const zdepth_scene *scene,
                                                          const zdepth_scene_job_options *options,
                                                          const zdepth_task *task, int *frames,
                                                          zdepth_error *err);

#ifdef __cplusplus
}
#endif

#endif
