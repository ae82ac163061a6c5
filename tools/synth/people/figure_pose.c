/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Poses and the joints they put a body into. */

#include "people/figure.h"

sy_pose sy_pose_stand(sy_rng *rng)
{
    sy_pose p = { 0 };
    for (int i = 0; i < 2; i++) {
        p.arm_swing[i] = 0.2f * sy_rng_normal(rng);
        p.arm_out[i] = sy_rng_float(rng, 0.05f, 0.35f);
        p.elbow[i] = sy_rng_float(rng, 0.05f, 0.6f);
        p.leg_swing[i] = 0.08f * sy_rng_normal(rng);
        p.leg_out[i] = sy_rng_float(rng, 0.0f, 0.15f);
        p.knee[i] = sy_rng_float(rng, 0.0f, 0.15f);
    }
    p.lean = 0.06f * sy_rng_normal(rng);
    p.sway = 0.05f * sy_rng_normal(rng);
    p.twist = 0.15f * sy_rng_normal(rng);
    p.head_yaw = 0.35f * sy_rng_normal(rng);
    p.head_pitch = 0.12f * sy_rng_normal(rng);
    p.head_roll = 0.08f * sy_rng_normal(rng);
    return p;
}

sy_pose sy_pose_gesture(sy_rng *rng)
{
    sy_pose p = sy_pose_stand(rng);
    for (int i = 0; i < 2; i++) {
        if (sy_rng_chance(rng, 0.7f)) {
            p.arm_swing[i] = sy_rng_float(rng, -0.3f, 2.2f);
            p.arm_out[i] = sy_rng_float(rng, 0.05f, 0.9f);
            p.elbow[i] = sy_rng_float(rng, 0.2f, 2.2f);
            p.elbow_in[i] = sy_rng_float(rng, -0.6f, 1.0f);
        }
    }
    return p;
}

sy_pose sy_pose_sit(sy_rng *rng)
{
    sy_pose p = sy_pose_gesture(rng);
    for (int i = 0; i < 2; i++) {
        p.leg_swing[i] = sy_rng_float(rng, 1.35f, 1.6f);
        p.leg_out[i] = sy_rng_float(rng, 0.02f, 0.3f);
        p.knee[i] = sy_rng_float(rng, 1.2f, 1.8f);
    }
    p.drop_m = 0.42f;
    return p;
}

sy_pose sy_pose_walk(float phase, float vigour)
{
    sy_pose p = { 0 };
    for (int i = 0; i < 2; i++) {
        float t = phase + (i ? SY_PI : 0.0f), s = sinf(t);
        p.leg_swing[i] = 0.48f * vigour * s;
        float swing = maxf(cosf(t + 0.35f), 0.0f);
        p.knee[i] = 0.06f + 1.0f * vigour * swing * swing;
        p.arm_swing[i] = -0.45f * vigour * s;
        p.arm_out[i] = 0.10f;
        p.elbow[i] = 0.30f + 0.25f * vigour * maxf(-s, 0.0f);
        p.leg_out[i] = 0.01f;
    }
    p.lean = 0.05f * vigour;
    p.twist = 0.12f * vigour * sinf(phase);
    p.sway = 0.02f * vigour * cosf(phase);
    p.drop_m = 0.018f * vigour * (1.0f - cosf(2.0f * phase));
    return p;
}

/* A direction that starts downwards, swings forward about x, and leans out by side. */
static vec3 limb_dir(float swing, float out, float side)
{
    vec3 d = v3(0, -cosf(swing), sinf(swing));
    return v3_normalize(v3_add(v3_scale(d, cosf(out)), v3(side * sinf(out), 0, 0)));
}

static void place_arms(const sy_person *who, const sy_pose *pose, sy_joints *j)
{
    for (int i = 0; i < 2; i++) {
        float side = i ? 1.0f : -1.0f;
        j->shoulder[i] = v3_madd(v3_madd(j->chest, j->chest_side, side * 0.166f * who->shoulders),
                                 v3(0, 1, 0), 0.008f);
        vec3 upper = limb_dir(pose->arm_swing[i], pose->arm_out[i], side);
        vec3 fore = limb_dir(pose->arm_swing[i] + pose->elbow[i], pose->arm_out[i], side);
        fore = v3_normalize(v3_madd(fore, v3(-side, 0, 0.2f), 0.7f * pose->elbow_in[i]));
        j->elbow[i] = v3_madd(j->shoulder[i], upper, 0.29f);
        j->wrist[i] = v3_madd(j->elbow[i], fore, 0.25f);
    }
}

static void place_legs(const sy_person *who, const sy_pose *pose, sy_joints *j)
{
    for (int i = 0; i < 2; i++) {
        float side = i ? 1.0f : -1.0f;
        j->hip[i] = v3_add(j->pelvis, v3(side * 0.088f * who->hips, -0.04f, 0));
        vec3 thigh = limb_dir(pose->leg_swing[i], pose->leg_out[i], side);
        vec3 shin = limb_dir(pose->leg_swing[i] - pose->knee[i], pose->leg_out[i] * 0.5f, side);
        j->knee[i] = v3_madd(j->hip[i], thigh, 0.42f);
        j->ankle[i] = v3_madd(j->knee[i], shin, 0.41f);
    }
}

/* Standing figures: the lower foot touches the ground. */
static float ground_shift(const sy_pose *pose, const sy_joints *j)
{
    if (pose->leg_swing[0] > 1.0f && pose->leg_swing[1] > 1.0f) {
        return 0.0f;
    }
    return 0.075f - minf(j->ankle[0].y, j->ankle[1].y);
}

static void shift_joints(sy_joints *j, float dy)
{
    vec3 *points[] = { &j->pelvis, &j->chest, &j->neck, &j->head, &j->head_frame.origin };
    for (int i = 0; i < 5; i++) {
        points[i]->y += dy;
    }
    for (int i = 0; i < 2; i++) {
        vec3 *limbs[] = { &j->shoulder[i], &j->elbow[i], &j->wrist[i],
                          &j->hip[i],      &j->knee[i],  &j->ankle[i] };
        for (int k = 0; k < 6; k++) {
            limbs[k]->y += dy;
        }
    }
}

sy_joints sy_figure_joints(const sy_person *who, const sy_pose *pose)
{
    sy_joints j;
    j.pelvis = v3(0, 0.95f - pose->drop_m, 0);
    vec3 up = v3_normalize(v3(sinf(pose->sway), cosf(pose->lean), sinf(pose->lean)));
    float c = cosf(pose->twist), s = sinf(pose->twist);
    j.chest_side = v3_normalize(v3_sub(v3(c, 0, -s), v3_scale(up, v3_dot(v3(c, 0, -s), up))));
    j.chest_front = v3_cross(j.chest_side, up);
    j.chest = v3_madd(j.pelvis, up, 0.43f);
    j.neck = v3_madd(j.pelvis, up, 0.52f);
    sy_xform yaw = sy_xform_rotate_y(pose->twist + pose->head_yaw);
    sy_xform pitch = sy_xform_rotate_x(pose->head_pitch), roll = sy_xform_rotate_z(pose->head_roll);
    sy_xform turn = sy_xform_mul(&pitch, &roll);
    turn = sy_xform_mul(&yaw, &turn);
    j.head =
        v3_add(j.neck, v3_add(v3_scale(up, 0.048f), sy_xform_dir(&turn, v3(0, 0.10f, 0.018f))));
    j.head_frame = turn;
    j.head_frame.origin = j.head;
    place_arms(who, pose, &j);
    place_legs(who, pose, &j);
    shift_joints(&j, ground_shift(pose, &j));
    return j;
}
