/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_RENDER_INTERNAL_H
#define ZD_SCENE_RENDER_INTERNAL_H

/* The inside of the scene renderer, shared by scene/gl/render_*.c: targets and textures, what is drawn in
 * a frame and where, and the order of its steps: collect, place, draw, read. */

#include "scene/gl_context.h"
#include "scene/gl_program.h"
#include "scene/mesh.h"
#include "scene/render.h"
#include "scene/scene_media.h"
#include "scene/scene_pose.h"
#include "scene/zmap.h"

enum {
    ZD_SCENE_TARGET_COLOUR,
    ZD_SCENE_TARGET_Z,
    ZD_SCENE_TARGET_NORMAL,
    ZD_SCENE_TARGET_POSITION,
    ZD_SCENE_TARGET_ID,
    ZD_SCENE_TARGET_EXTRA, /* texture coordinates, motion */
    ZD_SCENE_TARGETS
};

typedef struct zd_gl_target {
    GLuint framebuffer;
    GLuint textures[ZD_SCENE_TARGETS];
    GLuint depth;
    int width;
    int height;
    unsigned outputs; /* bit mask of ZD_TARGET_ */
} zd_gl_target;

zd_status zd_gl_target_resize(zd_gl_target *target, int width, int height, unsigned outputs,
                              zd_error *err);
void zd_gl_target_release(zd_gl_target *target);

/** Chooses what is drawn: all outputs, only colour, or all but colour. */
void zd_gl_target_select(const zd_gl_target *target, bool colour, bool data);
void zd_gl_target_clear(const zd_gl_target *target);

/** Reads an output into a float32 view of its size; top row first. */
zd_status zd_gl_target_read(zd_context *ctx, const zd_gl_target *target, int output, zd_view view,
                            zd_error *err);

/** A picture on the graphics card, uploaded again when its serial changes. */
typedef struct zd_gl_texture {
    GLuint name;
    int width;
    int height;
    int channels;
    unsigned serial;
    unsigned shrunk; /* the serial that the smaller levels are of */
} zd_gl_texture;

void zd_gl_texture_upload(zd_gl_texture *texture, zd_view view, unsigned serial);

/** Makes the smaller levels of an uploaded RGBA picture, for what is drawn smaller than it is. */
void zd_gl_texture_shrink(zd_gl_texture *texture);
void zd_gl_texture_release(zd_gl_texture *texture);

typedef enum zd_scene_form {
    ZD_SCENE_FORM_CARD,
    ZD_SCENE_FORM_GRID,
    ZD_SCENE_FORM_HIDDEN
} zd_scene_form;

/** All that a mesh in the world is made of; padding is zero. */
typedef struct zd_scene_mesh_key {
    zd_mat4 object;
    zd_scene_relief relief; /* zeros without a map */
    double card[2];
    double cell;
    zd_scene_tear tear;
    unsigned field; /* serials of the map's field, and of what it is torn into */
    unsigned layers;
    int form;       /* ZD_SCENE_FORM_ */
    int subdivided; /* times, a file's mesh */
} zd_scene_mesh_key;

/** A mesh on the graphics card, as a camera sees it, and in the world, from where other cameras see it. */
typedef struct zd_scene_render_mesh {
    GLuint vertex_array;
    GLuint vertex_buffer; /* zd_vertex */
    GLuint lie_buffer;    /* zd_mesh_lie */
    GLuint index_buffer;
    GLuint plane_buffer;
    GLuint plane_texture;
    float plane[ZD_SCENE_PLANE_FLOATS]; /* of a flat object */
    GLsizei index_count;
    double low[3]; /* what it spans, in the camera's space */
    double high[3];
    double nearest; /* depth of what the picture shows of it before near; HUGE_VAL: nothing */
    bool is_made;
    zd_scene_mesh_key key; /* what it was made of */
    bool is_seen;
    zd_scene_view_camera camera; /* that sees it; padding is zero */
    zd_mesh mesh;                /* without its lies */
    size_t bytes;                /* of that; 0: not kept */
} zd_scene_render_mesh;

/** What the renderer keeps for a node. */
typedef struct zd_scene_render_node {
    zd_gl_texture colour; /* media */
    zd_gl_texture data;   /* media, for normal maps */
    zd_gl_texture field;  /* zdepth */
    zd_gl_texture shape;  /* zdepth: what casts shadows, where that is not the field */
    zd_gl_texture bump;
    zd_gl_texture filling; /* zdepth: colour of what is hidden */
    zd_gl_texture clean;   /* zdepth: the picture as other cameras see it */
    zd_geometry geometry;
    bool has_geometry;
    int subdivided;              /* times, the geometry */
    zd_scene_render_mesh mesh;   /* objects */
    zd_scene_render_mesh hidden; /* of torn surfaces */
    zd_scene_render_mesh caster; /* of surfaces in the default mode, for shadows */
    bool has_warned;
    bool has_warned_near;
} zd_scene_render_node;

/** One object of a frame, ready to draw. */
typedef struct zd_scene_draw {
    int node;
    int zdepth;    /* -1: none */
    int normalmap; /* -1: none */
    int aov;       /* -1: none */
    unsigned features;
    bool is_opaque;
    bool is_minified; /* its picture is seen smaller than it is */
    bool is_hidden;   /* the layer behind a torn surface, not the surface */
    double distance;  /* of the object's origin */
    zd_zmap *map;
    zd_mat4 world;
    GLsizei index_count;
    GLsizei caster_count; /* 0: the mesh itself casts */
    double low[3];        /* what the meshes span, in the camera's space */
    double high[3];
} zd_scene_draw;

/* What is drawn in place of the beauty. */
typedef enum zd_scene_show {
    ZD_SCENE_SHOW_BEAUTY,
    ZD_SCENE_SHOW_ALBEDO,
    ZD_SCENE_SHOW_DIFFUSE,
    ZD_SCENE_SHOW_SPECULAR,
    ZD_SCENE_SHOW_SHADOW,
    ZD_SCENE_SHOW_MASK, /* up to three objects in red, green and blue */
} zd_scene_show;

/* The lens of the rendering camera. */
typedef struct zd_scene_lens {
    int width; /* of the frame; the camera's is larger by what follows */
    int height;
    int left;
    int top;
    int right;
    int bottom;
    double k1;
    double k2;
    bool bends;
    bool is_wide;      /* depth of field */
    double offset[2];  /* of the sample on the lens, pixels of the world */
    double refocus[2]; /* what keeps the focus in its place, pixels of the picture */
} zd_scene_lens;

typedef struct zd_scene_lights {
    float values[ZD_GL_MAX_LIGHTS * ZD_GL_LIGHT_VECTORS][4];
    int nodes[ZD_GL_MAX_LIGHTS];
    int count;
    bool is_shading; /* the scene has a light */
    bool casts;      /* and one with shadows */
    bool occludes;   /* and an ambient one that is occluded */
} zd_scene_lights;

/** What lights with shadows see: layers of distances. */
typedef struct zd_scene_shadows {
    float view[ZD_GL_MAX_SHADOWS][16]; /* from the rendering camera; columns */
    float lens[ZD_GL_MAX_SHADOWS][4];  /* scale, whether parallel, size of a texel */
    int count;
    int size; /* sides of a map, texels */
    GLuint maps;
    GLuint depth;
    GLuint framebuffer;
    int made_size;
    int made_layers;
} zd_scene_shadows;

/** Takes the mesh of one object, in r->mesh and, as the camera sees it, in r->seen. */
typedef zd_status zd_scene_mesh_sink(void *user, zd_scene_renderer *r, const zd_scene_draw *draw,
                                     zd_error *err);

struct zd_scene_renderer {
    zd_context *ctx;
    const zd_scene *scene;
    const zd_scene_services *services;
    zd_gl_context *gl;
    zd_gl_programs programs;
    zd_gl_target sample;  /* what is drawn into */
    zd_gl_target picture; /* sums of samples */
    GLuint samplers[3];   /* linear, nearest, linear with smaller levels */
    GLuint white;
    GLuint screen_array;
    zd_pose pose;
    zd_scene_media_store media;
    zd_zmap_store maps;
    zd_scene_render_node *nodes;
    zd_mesh mesh; /* for the sink */
    zd_mesh_seen seen;
    size_t kept_bytes; /* of all meshes that are kept in the world */
    size_t most_kept_bytes;
    int meshes_made; /* in this frame */
    int meshes_seen;
    zd_scene_draw *draws;
    int draw_count;
    zd_scene_lights lights;
    zd_scene_shadows shadows;
    zd_gl_target peels[2]; /* one layer of what is transparent, and the one behind it */
    zd_gl_target around;   /* z alone, for ambient occlusion */
    bool is_looking;       /* that target is being drawn */
    int peeling;           /* the layer, in the phase that peels */
    zd_scene_view_camera camera;
    int camera_node;
    int output_node;
    unsigned outputs; /* ZD_TARGET_ mask */
    unsigned passes;  /* that are read */
    int samples;
    zd_scene_look look;
    double frame; /* that is rendered; the pose's may lie beside it */
    zd_scene_lens lens;
    zd_scene_show show;
    int masked[3];  /* objects of ZD_SCENE_SHOW_MASK; -1: none */
    zd_mat4 *steps; /* of each object in the world, to the next frame; NULL: not asked for */
    zd_scene_view_camera later; /* in the next frame */
    zd_scene_mesh_sink *sink;   /* takes meshes that are made; NULL: none is wanted */
    void *sink_user;
};

/* render_objects.c */
zd_status zd_scene_render_collect(zd_scene_renderer *r, zd_error *err);
/** The texture of an object's media, white where it has none (`media` below 0) or one without files. */
GLuint zd_scene_render_picture(const zd_scene_renderer *r, int media);

/* render_meshes.c */
/** Makes an object's mesh, and the one that lights see of it, where they are not those that are kept; or
 *  gives the mesh to the sink. */
zd_status zd_scene_render_meshes(zd_scene_renderer *r, zd_scene_draw *draw, bool three_d,
                                 zd_error *err);

/** The same of what a torn surface hides; fills *draw. */
zd_status zd_scene_render_hidden_mesh(zd_scene_renderer *r, const zd_scene_draw *surface,
                                      zd_scene_draw *draw, zd_error *err);
/** Whether the camera may see behind steps of an object's map: not from where the map's own camera stands, along whose
 *  rays the map moves points. */
bool zd_scene_render_sees_behind(const zd_scene_renderer *r, const zd_scene_draw *draw);
void zd_scene_render_mesh_release(zd_scene_render_mesh *mesh);

/* render_near.c */
/** The least depth of what the camera's picture shows of a mesh, which is in the camera's space, where
 *  that is less than near; else anything beyond it. */
double zd_scene_render_nearest_of_mesh(const zd_scene_view_camera *camera, const zd_mesh *mesh,
                                       const zd_mesh_seen *seen);

/** Warns once for an object that near cuts holes into it. Its mesh is made. */
void zd_scene_render_warn_near(zd_scene_renderer *r, const zd_scene_draw *draw);

/* render.c */
/** Places the camera of the first output at a frame; OpenGL is entered by the caller. */
zd_status zd_scene_render_place(zd_scene_renderer *r, double frame, zd_error *err);

/* render_look.c */
/** Moves and sizes the camera as the look says. */
void zd_scene_render_look(zd_scene_renderer *r);

/* render_lens.c */
/** Finds how much more than the frame is drawn for the lens's distortion. */
zd_status zd_scene_lens_measure(zd_scene_renderer *r, zd_error *err);

/** Widens the camera by it. */
void zd_scene_lens_widen(zd_scene_renderer *r);

/** Bends the passes of a picture to the frame's size. */
zd_status zd_scene_lens_bend(const zd_scene_renderer *r, zd_scene_picture *out, zd_error *err);

/** Chooses a sample's place on the lens, and its time. */
void zd_scene_lens_sample(zd_scene_renderer *r, int index);
double zd_scene_lens_time(const zd_scene_renderer *r, int index);

/* render_motion.c */
/** Finds each object's step to the next frame where the motion pass is wanted. */
zd_status zd_scene_render_steps(zd_scene_renderer *r, zd_error *err);

/* render_cryptomatte.c */
/** Draws all samples of the frame as something else than the beauty into an RGBA view. */
typedef zd_status zd_scene_draw_all(zd_scene_renderer *r, zd_scene_show show, zd_image *to,
                                    zd_error *err);
zd_status zd_scene_render_cryptomatte(zd_scene_renderer *r, zd_scene_draw_all *draw_all,
                                      zd_scene_picture *out, zd_error *err);

/* render_lights.c */
zd_status zd_scene_render_lights(zd_scene_renderer *r, zd_error *err);

/** Packs the lights that act on an object; returns their number. */
int zd_scene_render_object_lights(const zd_scene_renderer *r, int object, float (*values)[4]);

/* render_draw.c */
zd_status zd_scene_render_draw_sample(zd_scene_renderer *r, const double shift[2], zd_error *err);

/* render_shadows.c */

/** Draws what the lights with shadows see of the collected objects. */
zd_status zd_scene_render_shadows(zd_scene_renderer *r, zd_error *err);
void zd_scene_shadows_bind(const zd_scene_renderer *r, GLuint program);
void zd_scene_shadows_release(zd_scene_shadows *shadows);

/* render_peel.c */

/** Whether transparent objects of the frame cross, so that no order of objects is right. */
bool zd_scene_render_crosses(const zd_scene_renderer *r);

/** Draws what is transparent over the sample's colour, layer by layer from the back. `draw` draws one
 *  object's transparent fragments. */
zd_status zd_scene_render_peel(zd_scene_renderer *r, const double shift[2],
                               zd_status (*draw)(zd_scene_renderer *r, const zd_scene_draw *draw,
                                                 unsigned phase, const double shift[2],
                                                 zd_error *err),
                               zd_error *err);

/* render_draw.c: z alone of what hides, for ambient occlusion. */
zd_status zd_scene_render_around(zd_scene_renderer *r, zd_error *err);

/* render_outputs.c */
/** Adds the passes that are drawn by themselves: albedo, light by light, cryptomatte. */
zd_status zd_scene_render_read_shows(zd_scene_renderer *r, zd_scene_draw_all *draw_all,
                                     zd_scene_picture *out, zd_error *err);

/** The mean of the samples' colours. */
zd_status zd_scene_render_read_mean(zd_scene_renderer *r, const zd_gl_target *from, zd_view to,
                                    zd_error *err);
zd_status zd_scene_render_read_passes(zd_scene_renderer *r, const zd_gl_target *from,
                                      zd_scene_picture *out, zd_error *err);

#endif
