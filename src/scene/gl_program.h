/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_GL_PROGRAM_H
#define ZD_SCENE_GL_PROGRAM_H

/* Shader programs, one for each combination of what an object needs, compiled when first used. */

#include <epoxy/gl.h>

#include "core/status.h"

enum {
    ZD_GL_FIELD = 1 << 0,     /* default displacement: depth for each fragment from a field */
    ZD_GL_HOLES = 1 << 1,     /* the field has pixels without depth */
    ZD_GL_BUMP = 1 << 2,      /* normals from a texture in world space */
    ZD_GL_NORMALMAP = 1 << 3, /* normals from a media */
    ZD_GL_LIT = 1 << 4,       /* lights act */
    ZD_GL_KEY = 1 << 5,       /* an AOV keys the matte */
    ZD_GL_OUT_Z = 1 << 6,
    ZD_GL_OUT_NORMAL = 1 << 7,
    ZD_GL_OUT_POSITION = 1 << 8,
    ZD_GL_OUT_ID = 1 << 9,
    ZD_GL_SOLID = 1 << 10,        /* only fragments that hide what is behind */
    ZD_GL_BLEND = 1 << 11,        /* only the others, their colour */
    ZD_GL_DATA = 1 << 12,         /* only the others, all but their colour */
    ZD_GL_PROJECTED = 1 << 13,    /* the field's coordinates have a divisor */
    ZD_GL_RESOLVE = 1 << 14,      /* not an object: adds a sample to the picture's colour */
    ZD_GL_RESOLVE_DATA = 1 << 15, /* keeps the first sample that has something */
    ZD_GL_PLANES = 1 << 16,       /* triangles have planes of their own */
    ZD_GL_BUMP_FIELD = 1 << 17,   /* normals from the field's heights: geometry */
    ZD_GL_SHADOW_MAP = 1 << 18,   /* not an object's picture: its distances from a light */
    ZD_GL_SHADOWS = 1 << 19,      /* some light casts shadows */
    ZD_GL_OCCLUSION = 1 << 20,    /* some ambient light is occluded */
    ZD_GL_PEEL = 1 << 21,         /* with BLEND: only what lies before the layer drawn last */
    ZD_GL_OUT_EXTRA = 1 << 22,    /* texture coordinates and motion */
    ZD_GL_SHOW = 1 << 23,         /* something else than the beauty */
    ZD_GL_LENS = 1 << 24,         /* the camera's place on its lens differs by sample */
    ZD_GL_FACING = 1 << 25,       /* what blocks light is sought about the depth's own normals */
};

enum {
    ZD_GL_MAX_LIGHTS = 32,
    ZD_GL_LIGHT_VECTORS = 6,
    ZD_GL_MAX_SHADOWS = 24,
    ZD_GL_MAX_PROGRAMS = 256
};

typedef struct zd_gl_programs {
    struct {
        unsigned features;
        GLuint program;
    } entries[ZD_GL_MAX_PROGRAMS];
    int count;
} zd_gl_programs;

zd_status zd_gl_program_use(zd_gl_programs *programs, unsigned features, GLuint *out,
                            zd_error *err);
void zd_gl_programs_release(zd_gl_programs *programs);

/* shader_source.c */
extern const char zd_shader_vertex[];
enum { ZD_SHADER_PARTS = 10 };
extern const char *const zd_shader_fragment[ZD_SHADER_PARTS];
extern const char zd_shader_screen_vertex[];
extern const char zd_shader_resolve[];

/* shader_light.c */
extern const char zd_shader_lighting[];
extern const char zd_shader_shadows[];
extern const char zd_shader_soft_shadows[];
extern const char zd_shader_occlusion[];
extern const char zd_shader_shadow_vertex[];
extern const char zd_shader_shadow_fragment[];

#endif
