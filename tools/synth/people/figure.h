/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* People: a posed skeleton clothed in lofted shapes. A figure stands on y = 0 of the mesh's current
 * frame and faces -z, towards a camera that looks along +z. */

#ifndef ZD_SYNTH_PEOPLE_FIGURE_H
#define ZD_SYNTH_PEOPLE_FIGURE_H

#include "world/library.h"

typedef enum sy_top {
    SY_TOP_TSHIRT,
    SY_TOP_LONG_SLEEVE,
    SY_TOP_JACKET,
    SY_TOP_COAT,
    SY_TOP_SLEEVELESS,
    SY_TOP_COUNT
} sy_top;

typedef enum sy_bottom {
    SY_BOTTOM_TROUSERS,
    SY_BOTTOM_SHORTS,
    SY_BOTTOM_SKIRT,
    SY_BOTTOM_COUNT
} sy_bottom;

typedef enum sy_hair {
    SY_HAIR_NONE,
    SY_HAIR_SHORT,
    SY_HAIR_BOB,
    SY_HAIR_LONG,
    SY_HAIR_CURLY,
    SY_HAIR_BUN,
    SY_HAIR_COUNT
} sy_hair;

typedef enum sy_hat { SY_HAT_NONE, SY_HAT_CAP, SY_HAT_BEANIE, SY_HAT_BRIM, SY_HAT_COUNT } sy_hat;

/** Who it is: build, clothes and materials (indices into the scene). */
typedef struct sy_person {
    float height_m, girth, shoulders, hips, bust, head_scale;
    sy_top top;
    sy_bottom bottom;
    sy_hair hair;
    sy_hat hat;
    bool glasses, bag, tie, collar;
    float skirt_length, hair_length;
    int skin, face, cloth, inner, trousers, shoes, hair_material, hat_material, extra;
    float folds_m;
    uint32_t seed;
    int detail;                       /* 1 crowd, 2 usual, 3 close-up */
    int strands;                      /* loose hairs */
    float strand_width;               /* times a natural width; 0 = 1 */
    float blow_x, blow_z, blow_phase; /* wind in hair and coat, metres at the tips */
} sy_person;

/** What it does. Angles in radians; index 0 is the figure's right side. */
typedef struct sy_pose {
    float arm_swing[2], arm_out[2], elbow[2], elbow_in[2];
    float leg_swing[2], leg_out[2], knee[2];
    float lean, sway, twist, head_yaw, head_pitch, head_roll;
    float drop_m; /* lowers the hips, for sitting */
} sy_pose;

/** The joints in the figure's frame, for a body 1.75 m tall that faces +z. */
typedef struct sy_joints {
    vec3 pelvis, chest, neck, head;
    vec3 shoulder[2], elbow[2], wrist[2], hip[2], knee[2], ankle[2];
    vec3 chest_side, chest_front;
    sy_xform head_frame;
} sy_joints;

/** A random person; adds materials to the scene. */
sy_person sy_person_random(sy_scene *scene, const sy_library *library, sy_rng *rng, int detail);

sy_pose sy_pose_stand(sy_rng *rng);
sy_pose sy_pose_sit(sy_rng *rng);
sy_pose sy_pose_gesture(sy_rng *rng);

/** A walking stride; phase counts steps, one full cycle is 2 pi. */
sy_pose sy_pose_walk(float phase_rad, float vigour);

sy_joints sy_figure_joints(const sy_person *person, const sy_pose *pose);

/** Emits the figure. */
void sy_figure_emit(sy_mesh *mesh, const sy_person *person, const sy_pose *pose);

/** Emits a head alone, centred at the frame's origin, facing +z, about 0.23 m tall. */
void sy_figure_head(sy_mesh *mesh, const sy_person *person);

#endif
