/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Renders a scene into linear-light colour, inverse depth and foreground alpha. */

#ifndef ZD_SYNTH_RENDER_RENDER_H
#define ZD_SYNTH_RENDER_RENDER_H

#include "render/raster.h"

enum { SY_SHADOW_SUN_SIZE = 1024, SY_SHADOW_SPOT_SIZE = 512 };

typedef struct sy_shadow {
    sy_raster map;
    sy_projector projector;
    float *still; /* the map with the still triangles alone, kept between frames */
    size_t still_capacity, still_tris;
} sy_shadow;

/** A rendered picture; the arrays belong to the renderer and live until its next call. */
typedef struct sy_frame {
    int width, height;
    vec3 *colour;    /* linear light, exposure 1 */
    vec3 *fg_colour; /* un-premultiplied colour of the foreground; NULL unless asked for */
    float
        *inv_depth; /* 1 / metres along the optical axis, 0 = sky; of the largest part of a pixel */
    float *nearest; /* the same of a pixel's nearest part, for lens blur */
    float *alpha;   /* share of the foreground, 0..1 */
} sy_frame;

typedef struct sy_render_options {
    int samples;      /* per pixel side: 2 means 4 samples */
    int shadow_taps;  /* 0 = 6 */
    int shadow_scale; /* multiplies shadow map sizes; 0 = 1 */
    bool fg_colour;
    size_t still_tris; /* leading triangles that are those of the last call, lights too; 0 = none */
    uint32_t seed;     /* turns the sampling patterns */
} sy_render_options;

typedef struct sy_renderer {
    sy_raster raster;
    sy_projector projector;
    sy_shadow shadows[SY_SCENE_LIGHTS];
    sy_render_options options;
    sy_frame frame;
    float *ao, *ao_scratch;
    vec3 *normal; /* view space, one per pixel */
    size_t colour_capacity, fg_capacity, depth_capacity, alpha_capacity, ao_capacity;
    size_t scratch_capacity, normal_capacity, nearest_capacity;
} sy_renderer;

void sy_renderer_finish(sy_renderer *renderer);

/** Renders; the returned frame is owned by the renderer. */
const sy_frame *sy_render(sy_renderer *renderer, const sy_scene *scene,
                          const sy_render_options *options);

/* Steps, shared between render*.c and shade.c. */

typedef struct sy_hit {
    uint32_t tri;
    float inv_depth;
    vec3 world, normal, geometric; /* normals face the viewer */
    vec3 to_eye;
    float u, v, footprint_m;
    float px, py; /* pixel position, for sampling patterns */
    float ao;
} sy_hit;

/** Where the view ray through (x, y) in samples meets the plane of a triangle. */
sy_hit sy_render_hit(const sy_renderer *renderer, const sy_scene *scene, uint32_t tri, float x,
                     float y);

vec3 sy_shade(const sy_renderer *renderer, const sy_scene *scene, sy_hit *hit);
void sy_render_shadows(sy_renderer *renderer, const sy_scene *scene);
float sy_shadow_light(const sy_renderer *renderer, const sy_scene *scene, int light,
                      const sy_hit *hit);
void sy_render_occlusion(sy_renderer *renderer, const sy_scene *scene);

#endif
