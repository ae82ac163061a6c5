/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What scene builders share: the scene being filled, the textures, the random sequence, and pickers
 * for usual materials. World: x right, y up (ground at 0), z away from the camera; metres. */

#ifndef ZD_SYNTH_WORLD_BUILD_H
#define ZD_SYNTH_WORLD_BUILD_H

#include "people/figure.h"
#include "render/post.h"
#include "render/shapes.h"
#include "world/library.h"

enum { SY_PLAN_PEOPLE = 16, SY_BUILD_TAKEN = 64 };

/** Where the camera and the people are, decided before the surroundings are built. */
typedef struct sy_plan {
    vec3 eye, target;
    float roll, fov_y;
    int people;
    vec3 spot[SY_PLAN_PEOPLE]; /* on the ground */
    bool seated[SY_PLAN_PEOPLE];
    float reach_m; /* distance of the farthest person */
} sy_plan;

/** A rectangle of ground that is in use. */
typedef struct sy_area {
    float x0, z0, x1, z1;
} sy_area;

typedef struct sy_build {
    sy_scene *scene;
    const sy_library *library;
    sy_rng *rng;
    sy_post_options post;
    float photo_share; /* chance that a surface takes a photograph as its texture */
    sy_plan plan;
    sy_area taken[SY_BUILD_TAKEN];
    int taken_count;
} sy_build;

/** Short for the current mesh. */
static inline sy_mesh *sy_mesh_of(const sy_build *b)
{
    return &b->scene->mesh;
}

/** A material with a procedural pattern repeating every size_m metres. */
int sy_pick_pattern(sy_build *b, sy_pattern pattern, vec3 tint, float size_m);

int sy_pick_wall(sy_build *b);
int sy_pick_floor(sy_build *b);
int sy_pick_ceiling(sy_build *b);
int sy_pick_wood(sy_build *b);
int sy_pick_fabric(sy_build *b);
int sy_pick_object(sy_build *b); /* anything */
int sy_pick_metal(sy_build *b);
int sy_pick_paint(sy_build *b); /* plain glossy or matt colour */
int sy_pick_foliage(sy_build *b);
int sy_pick_glass(sy_build *b);

/** A material for sy_shape_picture: a photograph, poster or screen filling 0..1. */
int sy_pick_picture(sy_build *b, float glow);

/* Lights and sky. */
void sy_light_day(sy_build *b, float reach_m, vec3 around);
void sy_light_room(sy_build *b, float width, float depth, float height);

/* Small things that stand on a surface at y = 0, inside a disc; returns roughly their height. */
float sy_prop_small(sy_build *b, float radius, float height);

/** A random figure standing or sitting at a spot; marks it as foreground if asked. */
void sy_cast_person(sy_build *b, vec3 spot, bool seated, bool foreground, int detail);

/** Everybody of the plan, as foreground. */
void sy_cast_plan(sy_build *b);

/** Claims a rectangle of ground; false when some of it is in use. */
bool sy_area_claim(sy_build *b, sy_area area);

/* Plans: a picture with people in it at a random framing, or a look at a place without any. */
void sy_plan_people(sy_build *b);
void sy_plan_place(sy_build *b, float eye_lo_m, float eye_hi_m, float pitch_down_rad);
void sy_plan_aim(sy_build *b);

/** Turns the camera to one of the things of a finished room, from nearby if there is space. */
void sy_plan_look_closer(sy_build *b);

/** Puts the camera anywhere between a room's walls, held high or low, aslant, looking anywhere. */
void sy_plan_roam(sy_build *b, sy_area room, float height_m);

/* Surroundings for a plan. */
void sy_place_room(sy_build *b);
void sy_place_room_to_roam(sy_build *b); /* with boards standing about, seen from anywhere in it */
void sy_place_street(sy_build *b);
void sy_place_nature(sy_build *b);
void sy_place_studio(sy_build *b);

/** A whole still life, with its own camera and foreground marks. */
void sy_place_table(sy_build *b);

/* Furniture stands on y = 0, back towards +z, front towards -z; width x depth is its footprint. */
typedef struct sy_furniture {
    float width, depth, height;
    void (*make)(sy_build *b, const struct sy_furniture *size);
    bool wall; /* stands against a wall */
} sy_furniture;

sy_furniture sy_furniture_random(sy_build *b);
void sy_furniture_chair(sy_build *b, const sy_furniture *size);
sy_furniture sy_furniture_kitchen(sy_build *b);

/** A desk in front of a person at the current frame's origin. */
void sy_furniture_presenter_desk(sy_build *b);

/** Clutter on a horizontal rectangle of the current frame. */
void sy_clutter(sy_build *b, float width, float depth, float y, int count, float scale);

/* Outdoor things, standing at the current frame's origin. */
void sy_tree_emit(sy_build *b, float height, int leaves);
void sy_bush_emit(sy_build *b, float width, float height);
void sy_car_emit(sy_build *b);
void sy_building_emit(sy_build *b, float width, float depth, float height);
void sy_street_lamp_emit(sy_build *b, float height);

/** The number of a subject of sy_sample_subjects, or -1. */
int sy_sample_subject(const char *name);

/** All subjects' names with commas between; returns text. */
const char *sy_sample_subjects(char *text, size_t size);

/** Fills the scene at random with that subject, with any for -1; the post settings come back in the build. */
void sy_sample_build(sy_build *b, int only);

#endif
