/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Everything a picture is rendered from: triangles, materials, lights, sky, fog and camera. */

#ifndef ZD_SYNTH_RENDER_SCENE_H
#define ZD_SYNTH_RENDER_SCENE_H

#include "render/mesh.h"
#include "render/texture.h"

enum { SY_SCENE_MATERIALS = 1024, SY_SCENE_LIGHTS = 5 };

typedef struct sy_material {
    const sy_texture *texture; /* borrowed; NULL = plain */
    vec3 tint;                 /* linear; multiplies the texture */
    float texture_gain;        /* 0 plain .. 1 texture */
    float scale_u, scale_v, offset_u, offset_v;
    float specular, gloss; /* strength 0..1, exponent */
    float bump;            /* metres-ish; 0 = smooth */
    float dirt, dirt_scale;
    float translucency; /* light from behind, for leaves, curtains and skin */
    float reflect;      /* mirror-like share of the surroundings */
    vec3 glow;          /* light it gives off itself */
    bool cutout;        /* texture alpha below one half is a hole */
} sy_material;

typedef enum sy_light_kind {
    SY_LIGHT_SUN,  /* parallel, along dir */
    SY_LIGHT_SPOT, /* from pos towards dir, wide cone */
    SY_LIGHT_POINT /* from pos, no shadow */
} sy_light_kind;

typedef struct sy_light {
    sy_light_kind kind;
    vec3 pos, dir, colour;
    float cone_cos; /* spot: cosine of the half angle */
    float softness; /* shadow blur, metres at the receiver */
    float reach_m;  /* sun: half side of the shadowed square around pos */
    bool shadow;
} sy_light;

typedef struct sy_sky {
    vec3 zenith, horizon, ground, sun_colour, sun_dir, cloud_colour;
    float clouds, cloud_scale, cloud_offset;
} sy_sky;

typedef struct sy_camera {
    sy_xform pose; /* ax right, ay up, az forward */
    float tan_x, tan_y;
    int width, height;
} sy_camera;

typedef struct sy_scene {
    sy_mesh mesh;
    sy_material materials[SY_SCENE_MATERIALS];
    int material_count;
    sy_light lights[SY_SCENE_LIGHTS];
    int light_count;
    sy_sky sky;
    vec3 ambient_up, ambient_down;
    vec3 fog_colour;
    float fog_density; /* per metre */
    float ao_radius_m, ao_strength;
    sy_camera camera;
    const sy_texture *noise;  /* tiled noise for clouds and dirt, borrowed */
    uint8_t alpha_everything; /* reserved for fixtures */
} sy_scene;

/** Empties the scene but keeps its memory. The noise texture is borrowed. */
void sy_scene_reset(sy_scene *scene, const sy_texture *noise);

/** Plain material of one colour; returns its index. */
int sy_scene_plain(sy_scene *scene, vec3 tint);

/** Adds a material, returns its index. When the table is full the last one is shared. */
int sy_scene_material(sy_scene *scene, const sy_material *material);

sy_material sy_material_plain(vec3 tint);

/** Aims a camera with a full vertical field of view in radians. */
void sy_camera_aim(sy_camera *camera, vec3 from, vec3 at, float roll_rad, float fov_y_rad);

/** View-space coordinates: x right, y up, z forward. */
vec3 sy_pose_inverse(const sy_xform *pose, vec3 world);

vec3 sy_sky_colour(const sy_scene *scene, vec3 dir);

#endif
