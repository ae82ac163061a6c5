/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_RENDER_H
#define ZD_SCENE_RENDER_H

/* Renders a scene's outputs. One renderer belongs to one scene and keeps what frames have in
 * common: pictures, fields, meshes, programs.
 *
 * Thread-safety: one thread at a time uses a renderer, not always the same one. The thread's own
 * OpenGL context is put back after each call. */

#include "scene/scene.h"
#include "scene/scene_services.h"

typedef struct zd_scene_renderer zd_scene_renderer;

enum { ZD_SCENE_MAX_PASSES = 20, ZD_SCENE_CRYPTO_LAYERS = 3 };

/** A pass of a rendered frame, float32, top row first. */
typedef struct zd_scene_pass {
    const char *name;        /* the word of the output's `passes`; some words give several */
    zd_image *image;         /* gray, RGB or RGBA */
    const char *channels[4]; /* names in an EXR */
    bool as_half;            /* holds only values that a half can */
    bool is_averaged;        /* over the samples; others are of one of them */
} zd_scene_pass;

/** Where the time of a frame went, microseconds. */
typedef struct zd_scene_timing {
    int64_t prepare_us; /* pictures, maps, meshes */
    int64_t draw_us;
    int64_t read_us; /* back from the graphics card */
    int meshes_made; /* others are those of the frame before */
    int meshes_seen; /* by a camera that is another; of the others not even this was anew */
} zd_scene_timing;

typedef struct zd_scene_picture {
    int width;
    int height;
    double pixel_aspect; /* width of a pixel over its height */
    double frame;
    int pass_count;
    zd_scene_pass passes[ZD_SCENE_MAX_PASSES];
    bool is_normalised; /* the zdepth pass: 0 at near, 1 at far; else absolute, pixels */
    double near_px;
    double far_px;
    double focal_px;
    double focal_x_px; /* in the width of pixels */
    double centre[2];  /* where the camera's axis meets the picture, from its top left */
    double fps;
    double world_to_camera[16]; /* row-major, multiplies columns */
    zd_scene_timing timing;
} zd_scene_picture;

/** Makes a renderer for a checked scene. The scene and the services outlive it. ZD_ERR_MISSING when
 *  the machine has no OpenGL. The caller owns *out. */
ZD_MUST_USE zd_status zd_scene_renderer_create(zd_context *ctx, const zd_scene *scene,
                                               const zd_scene_services *services,
                                               zd_scene_renderer **out, zd_error *err);
void zd_scene_renderer_destroy(zd_scene_renderer **renderer);

/** Renders an output (counted in file order) at a frame. The caller owns *out and ends it with
 *  zd_scene_picture_release.
 *
 *  comp: premultiplied linear RGBA. Z, normals (world), position (world) and ids (1 for the first
 *  object in the file, 0 for nothing) are those of the sample nearest to the pixel's centre that
 *  has something; where there is nothing, Z is far and the others are 0. */
ZD_MUST_USE zd_status zd_scene_render(zd_scene_renderer *renderer, int output, double frame,
                                      zd_scene_picture *out, zd_error *err);
void zd_scene_picture_release(zd_scene_picture *picture);

/** The named pass, or NULL. */
const zd_scene_pass *zd_scene_picture_pass(const zd_scene_picture *picture, const char *name);

/** An object's id in the cryptomatte passes, as the bits of their floats, and the hash that it comes
 *  from. */
uint32_t zd_scene_crypto_id(const char *name);
uint32_t zd_scene_crypto_hash(const char *name);

/** Writes the names and ids of a scene's objects as a cryptomatte's manifest, JSON. */
ZD_MUST_USE zd_status zd_scene_crypto_manifest(const zd_scene *scene, zd_text *out, zd_error *err);

/** How a picture to be looked at differs from the output's own. All zero: in nothing. */
typedef struct zd_scene_look {
    int width; /* of the picture; 0: the frame's. The camera sees the same angles */
    int height;
    unsigned passes;  /* bit mask of ZD_SCENE_PASS_; 0: the output's */
    int samples;      /* 0: the output's */
    double yaw_deg;   /* the camera goes round what it looks at, about the upright */
    double pitch_deg; /* and over it */
    double zoom;      /* factor of the distance, less 1: -0.5 is half as far */
    double pan_x;     /* to the right, as part of the picture's height */
    double pan_y;     /* up */
} zd_scene_look;

/** Sets how the next pictures are looked at; copied. */
void zd_scene_renderer_set_look(zd_scene_renderer *renderer, const zd_scene_look *look);

/** Where a node is in the picture that was rendered last. */
typedef struct zd_scene_place {
    double at[3]; /* in parts of the picture from its top left corner, and the distance in pixels */
    double by[3]
             [3]; /* by[i]: how `at` changes for a pixel of the node's position along its parent's
                        axis i */
} zd_scene_place;

/** False for nodes without a place, and for what lies behind the camera. */
bool zd_scene_renderer_place(zd_scene_renderer *renderer, int node, zd_scene_place *out);

/** The position that lays an axis on what a map shows at a pixel of the map's camera, with the map
 *  that is nearest there, or -1; for the frame that was rendered last. Nothing is changed. */
ZD_MUST_USE zd_status zd_scene_renderer_snap(zd_scene_renderer *renderer, int axis,
                                             const double at[2], double position[3],
                                             double world[3], int *map, zd_error *err);

const char *zd_scene_renderer_name(const zd_scene_renderer *renderer);

/** Sets an axis's position so that it lies on what a map shows at a pixel of the map's camera
 *  (Z-snap), and ends its live relation if it has one. Refused when the position is animated, and
 *  when the map has no camera and the outputs have several. Needs no OpenGL. */
ZD_MUST_USE zd_status zd_scene_zsnap(zd_scene *scene, const zd_scene_services *services, int axis,
                                     int zdepth, const double at[2], double frame, double world[3],
                                     zd_error *err);

#endif
