/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Body and clothes: lofts along the bones, with clothes as slightly wider lofts. */

#include "people/figure.h"
#include "render/shapes.h"

enum { LIMB_RINGS = 14, TORSO_RINGS = 12 };

/* A two-bone limb with radii at the root, mid upper, joint, mid lower and end. */
typedef struct limb {
    vec3 a, b, c;
    float radii[5];
} limb;

/* Position along a limb, 0 at the root, 1 at the end; the joint is rounded. */
static vec3 limb_point(const limb *l, float t)
{
    float k = clampf((t - 0.38f) / 0.24f, 0.0f, 1.0f);
    if (k <= 0.0f) {
        return v3_lerp(l->a, l->b, t * 2.0f);
    }
    if (k >= 1.0f) {
        return v3_lerp(l->b, l->c, t * 2.0f - 1.0f);
    }
    vec3 p = v3_lerp(l->a, l->b, 0.76f), q = v3_lerp(l->b, l->c, 0.24f);
    return v3_lerp(v3_lerp(p, l->b, k), v3_lerp(l->b, q, k), k);
}

static float limb_radius(const limb *l, float t)
{
    float x = clampf(t * 4.0f, 0.0f, 3.999f);
    int i = (int) x;
    return mixf(l->radii[i], l->radii[i + 1], x - (float) i);
}

static void emit_limb(sy_mesh *mesh, const limb *l, float t0, float t1, float extra, float flare,
                      int segments, sy_folds folds)
{
    sy_ring rings[LIMB_RINGS];
    int n = segments >= 12 ? LIMB_RINGS : 9;
    vec3 side = v3(1, 0, 0);
    for (int i = 0; i < n; i++) {
        float k = (float) i / (float) (n - 1), t = mixf(t0, t1, k);
        vec3 d = v3_normalize(
            v3_sub(limb_point(l, minf(t + 0.03f, 1.0f)), limb_point(l, maxf(t - 0.03f, 0.0f))));
        if (fabsf(d.x) > 0.9f && i == 0) {
            side = v3(0, 1, 0);
        }
        side = v3_normalize(v3_madd(side, d, -v3_dot(side, d)));
        float radius = limb_radius(l, t) + extra + flare * k;
        if (i == n - 1 && t1 >= 1.0f && extra <= 0.0f) {
            radius *= 0.55f;
        }
        rings[i] = (sy_ring){ limb_point(l, t), v3_scale(side, radius),
                              v3_scale(v3_cross(d, side), radius), 2.0f };
    }
    sy_shape_loft(mesh, rings, n, segments, folds);
    sy_shape_ellipsoid(mesh, limb_point(l, t0),
                       v3_scale(v3(1, 1, 1), 0.97f * (limb_radius(l, t0) + extra)),
                       segments / 2 + 2);
}

/* Half width, half depth and forward shift by height above the pelvis joint. */
static const float torso_profile[TORSO_RINGS][4] = {
    { -0.10f, 0.120f, 0.085f, 0.000f },  { -0.06f, 0.160f, 0.112f, -0.008f },
    { 0.00f, 0.166f, 0.116f, -0.006f },  { 0.06f, 0.156f, 0.106f, 0.004f },
    { 0.12f, 0.146f, 0.100f, 0.008f },   { 0.20f, 0.150f, 0.104f, 0.008f },
    { 0.28f, 0.162f, 0.114f, 0.008f },   { 0.36f, 0.176f, 0.116f, 0.004f },
    { 0.43f, 0.182f, 0.104f, -0.004f },  { 0.475f, 0.150f, 0.084f, -0.008f },
    { 0.505f, 0.085f, 0.066f, -0.006f }, { 0.52f, 0.060f, 0.058f, -0.004f }
};

static sy_ring torso_ring(const sy_person *who, const sy_joints *j, const float *profile,
                          float extra)
{
    float t = clampf(profile[0] / 0.52f, -0.2f, 1.0f), width = profile[1], depth = profile[2];
    float belly = who->girth, low = smoothf(0.15f, 0.0f, profile[0]),
          high = smoothf(0.25f, 0.43f, profile[0]);
    width *= mixf(mixf(belly, who->hips, low), who->shoulders, high);
    depth *= mixf(belly, 1.0f, high);
    float bust = who->bust * expf(-powf((profile[0] - 0.31f) / 0.06f, 2.0f));
    vec3 up = v3_normalize(v3_sub(j->neck, j->pelvis));
    float turn = smoothf(0.0f, 0.4f, profile[0]);
    vec3 side = v3_normalize(v3_lerp(v3(1, 0, 0), j->chest_side, turn));
    side = v3_normalize(v3_madd(side, up, -v3_dot(side, up)));
    vec3 front = v3_cross(side, up);
    vec3 centre = v3_add(v3_lerp(j->pelvis, j->neck, t), v3_scale(front, profile[3] + bust * 0.5f));
    return (sy_ring){ centre, v3_scale(side, width + extra),
                      v3_scale(front, depth + bust * 0.5f + extra), 2.4f };
}

static void emit_torso(sy_mesh *mesh, const sy_person *who, const sy_joints *j, int from, int to,
                       float extra, sy_folds folds)
{
    sy_ring rings[2 * TORSO_RINGS];
    int n = 0;
    for (int i = from; i <= to; i++) {
        rings[n++] = torso_ring(who, j, torso_profile[i], extra);
        if (i < to) {
            float mid[4];
            for (int k = 0; k < 4; k++) {
                mid[k] = 0.5f * (torso_profile[i][k] + torso_profile[i + 1][k]);
            }
            rings[n++] = torso_ring(who, j, mid, extra);
        }
    }
    sy_shape_loft(mesh, rings, n, who->detail > 1 ? 28 : 14, folds);
}

/* An open jacket shows a strip of shirt: a patch just outside the front of the torso. */
static void emit_front(sy_mesh *mesh, const sy_person *who, const sy_joints *j, float half_angle,
                       float extra)
{
    enum { ROWS = 9, COLS = 7 };
    vec3 points[ROWS * COLS];
    float uv[2 * ROWS * COLS];
    for (int r = 0; r < ROWS; r++) {
        sy_ring ring = torso_ring(who, j, torso_profile[r + 2], extra);
        float spread = half_angle * (0.35f + 0.65f * (float) r / (float) (ROWS - 1));
        for (int c = 0; c < COLS; c++) {
            float a = 0.5f * SY_PI + spread * (2.0f * (float) c / (float) (COLS - 1) - 1.0f);
            float e = 2.0f / ring.square, ca = cosf(a), sa = sinf(a);
            ca = copysignf(powf(fabsf(ca), e), ca);
            sa = powf(sa, e);
            points[r * COLS + c] = v3_madd(v3_madd(ring.centre, ring.axis_u, ca), ring.axis_v, sa);
            uv[2 * (r * COLS + c)] = 0.2f * (float) c / (float) COLS;
            uv[2 * (r * COLS + c) + 1] = 0.4f * (float) r / (float) ROWS;
        }
    }
    sy_shape_grid(mesh, points, uv, ROWS, COLS, false);
}

static void emit_hand(sy_mesh *mesh, const sy_person *who, vec3 wrist, vec3 elbow, float side)
{
    vec3 d = v3_normalize(v3_sub(wrist, elbow));
    vec3 across = v3_normalize(v3_cross(d, v3(side, 0.2f, 0)));
    vec3 palm = v3_cross(across, d);
    sy_mesh_begin(mesh, who->skin);
    sy_ring rings[6];
    static const float along[6] = { -0.01f, 0.02f, 0.06f, 0.09f, 0.13f, 0.165f };
    static const float wide[6] = { 0.026f, 0.032f, 0.042f, 0.041f, 0.034f, 0.012f };
    for (int i = 0; i < 6; i++) {
        vec3 centre = v3_madd(v3_madd(wrist, d, along[i]), palm, 0.0006f * (float) (i * i));
        rings[i] = (sy_ring){ centre, v3_scale(across, wide[i]),
                              v3_scale(palm, 0.016f - 0.001f * (float) i), 2.5f };
    }
    int last = who->detail > 1 ? 4 : 6;
    sy_shape_loft(mesh, rings, last, 10, (sy_folds){ 0 });
    for (int f = 0; f < 4 && who->detail > 1; f++) {
        float x = 0.030f - 0.020f * (float) f, reach = 0.075f - 0.008f * fabsf((float) f - 1.2f);
        vec3 root = v3_madd(v3_madd(wrist, d, 0.085f), across, x);
        vec3 path[4] = { root, v3_madd(root, d, reach * 0.5f),
                         v3_madd(v3_madd(root, d, reach * 0.85f), palm, 0.012f),
                         v3_madd(v3_madd(root, d, reach), palm, 0.022f) };
        float radii[4] = { 0.0105f, 0.010f, 0.009f, 0.005f };
        sy_shape_tube(mesh, path, radii, 4, 8);
    }
    vec3 thumb = v3_madd(v3_madd(wrist, d, 0.03f), across, 0.032f);
    vec3 tip = v3_madd(v3_madd(thumb, d, 0.055f), across, 0.022f);
    vec3 path[3] = { thumb, v3_lerp(thumb, tip, 0.6f), v3_madd(tip, d, 0.012f) };
    float radii[3] = { 0.014f, 0.011f, 0.006f };
    sy_shape_tube(mesh, path, radii, 3, 8);
}

static void emit_arm(sy_mesh *mesh, const sy_person *who, const sy_joints *j, int i, sy_folds folds)
{
    float g = mixf(1.0f, who->girth, 0.5f);
    /* The limb begins inside the body, so that the shoulder is round. */
    vec3 root = v3_madd(j->shoulder[i], j->chest_side, i ? -0.022f : 0.022f);
    limb l = { root,
               j->elbow[i],
               j->wrist[i],
               { 0.058f * g, 0.047f * g, 0.040f * g, 0.039f * g, 0.028f * g } };
    int segments = who->detail > 1 ? 14 : 8;
    static const float sleeve[SY_TOP_COUNT] = { 0.36f, 0.97f, 0.98f, 0.98f, 0.0f };
    float end = sleeve[who->top];
    if (end > 0.0f) {
        float thick =
            who->top == SY_TOP_COAT ? 0.020f : (who->top == SY_TOP_JACKET ? 0.014f : 0.008f);
        sy_mesh_begin(mesh, who->cloth);
        emit_limb(mesh, &l, 0.0f, end, thick, end < 0.5f ? 0.012f : 0.002f, segments, folds);
    }
    sy_mesh_begin(mesh, who->skin);
    emit_limb(mesh, &l, end > 0.1f ? end - 0.1f : 0.0f, 1.0f, 0.0f, 0.0f, segments,
              (sy_folds){ 0 });
    emit_hand(mesh, who, j->wrist[i], j->elbow[i], i ? 1.0f : -1.0f);
}

static void emit_foot(sy_mesh *mesh, const sy_person *who, const sy_joints *j, int i)
{
    vec3 shin = v3_normalize(v3_sub(j->knee[i], j->ankle[i]));
    vec3 front = v3_normalize(v3_sub(v3(0, 0, 1), v3_scale(shin, shin.z)));
    front = v3_normalize(v3_add(front, v3(i ? 0.12f : -0.12f, 0, 0)));
    vec3 side = v3_normalize(v3_cross(shin, front));
    static const float at[6][3] = { { -0.075f, 0.025f, 0.035f }, { -0.05f, 0.037f, 0.045f },
                                    { 0.0f, 0.040f, 0.050f },    { 0.08f, 0.046f, 0.036f },
                                    { 0.14f, 0.044f, 0.028f },   { 0.185f, 0.018f, 0.016f } };
    sy_ring rings[6];
    for (int k = 0; k < 6; k++) {
        vec3 centre = v3_madd(v3_madd(j->ankle[i], front, at[k][0]), shin, at[k][2] - 0.075f);
        rings[k] = (sy_ring){ centre, v3_scale(side, at[k][1]), v3_scale(shin, at[k][2]), 2.6f };
    }
    sy_mesh_begin(mesh, who->shoes);
    sy_shape_loft(mesh, rings, 6, 12, (sy_folds){ 0 });
}

static void emit_leg(sy_mesh *mesh, const sy_person *who, const sy_joints *j, int i, sy_folds folds)
{
    float g = mixf(1.0f, who->girth, 0.6f);
    limb l = { j->hip[i],
               j->knee[i],
               j->ankle[i],
               { 0.088f * g, 0.078f * g, 0.058f * g, 0.054f * g, 0.040f * g } };
    int segments = who->detail > 1 ? 16 : 8;
    float end = who->bottom == SY_BOTTOM_TROUSERS
                    ? 0.99f
                    : (who->bottom == SY_BOTTOM_SHORTS ? 0.46f : 0.0f);
    if (end > 0.0f) {
        sy_mesh_begin(mesh, who->trousers);
        emit_limb(mesh, &l, 0.0f, end, 0.012f, end < 0.6f ? 0.015f : 0.014f, segments, folds);
    }
    if (end < 0.9f) {
        sy_mesh_begin(mesh, who->skin);
        emit_limb(mesh, &l, end > 0.1f ? end - 0.1f : 0.0f, 1.0f, 0.0f, 0.0f, segments,
                  (sy_folds){ 0 });
    }
    emit_foot(mesh, who, j, i);
}

/* Skirts and coat tails: a loft from the waist round both thighs. */
static void emit_skirt(sy_mesh *mesh, const sy_person *who, const sy_joints *j, int material,
                       float length, float extra, sy_folds folds)
{
    enum { ROWS = 9 };
    sy_ring rings[ROWS];
    sy_ring waist = torso_ring(who, j, torso_profile[3], extra);
    for (int r = 0; r < ROWS; r++) {
        float k = (float) r / (float) (ROWS - 1), t = k * length;
        vec3 right = v3_lerp(j->hip[0], j->knee[0], minf(t, 1.0f)),
             left = v3_lerp(j->hip[1], j->knee[1], minf(t, 1.0f));
        if (t > 1.0f) {
            right = v3_lerp(j->knee[0], j->ankle[0], t - 1.0f);
            left = v3_lerp(j->knee[1], j->ankle[1], t - 1.0f);
        }
        vec3 mid = v3_lerp(right, left, 0.5f), apart = v3_scale(v3_sub(left, right), 0.5f);
        float flare = (material == who->cloth ? 0.012f : 0.05f) * t;
        float reach = maxf(fabsf(apart.x), 0.08f) + 0.085f + flare,
              deep = fabsf(apart.z) + 0.11f + flare;
        sy_ring ring = { mid, v3(reach + extra, 0, 0), v3(0, 0, deep + extra), 2.2f };
        float blend = smoothf(0.0f, 0.35f, k);
        rings[r] = (sy_ring){ v3_lerp(waist.centre, ring.centre, blend),
                              v3_lerp(waist.axis_u, ring.axis_u, blend),
                              v3_lerp(waist.axis_v, ring.axis_v, blend), 2.2f };
    }
    sy_mesh_begin(mesh, material);
    folds.along = 1.5f;
    folds.around = 3.5f;
    folds.height_m *= 2.0f;
    sy_shape_loft(mesh, rings, ROWS, 30, folds);
}

static void emit_neck(sy_mesh *mesh, const sy_person *who, const sy_joints *j)
{
    vec3 top = sy_xform_point(&j->head_frame, v3(0, -0.03f, -0.015f));
    vec3 path[4] = { v3_lerp(j->chest, j->neck, 0.6f), j->neck, v3_lerp(j->neck, top, 0.55f), top };
    float radii[4] = { 0.070f, 0.058f, 0.053f, 0.054f };
    sy_mesh_begin(mesh, who->skin);
    sy_shape_tube(mesh, path, radii, 4, 16);
    if (who->collar) {
        vec3 up = v3_normalize(v3_sub(j->head, j->neck));
        vec3 ring[3] = { v3_madd(j->neck, up, -0.03f), v3_madd(j->neck, up, 0.0f),
                         v3_madd(j->neck, up, 0.025f) };
        float wide[3] = { 0.088f, 0.074f, 0.070f };
        sy_mesh_begin(mesh, who->top == SY_TOP_JACKET ? who->inner : who->cloth);
        sy_shape_tube(mesh, ring, wide, 3, 18);
    }
}

static void emit_extras(sy_mesh *mesh, const sy_person *who, const sy_joints *j)
{
    if (!who->bag) {
        return;
    }
    sy_mesh_begin(mesh, who->extra);
    sy_mesh_push(mesh);
    vec3 back = v3_madd(v3_lerp(j->pelvis, j->chest, 0.65f), j->chest_front, -0.19f);
    sy_mesh_translate(mesh, back.x, back.y, back.z);
    sy_shape_soft_box(mesh, v3(0.30f, 0.42f, 0.17f), 0.06f, 3);
    sy_mesh_pop(mesh);
    for (int i = 0; i < 2; i++) {
        float side = i ? 0.11f : -0.11f;
        vec3 shoulder = v3_madd(v3_madd(j->chest, j->chest_side, side), v3(0, 1, 0), 0.085f);
        vec3 under =
            v3_madd(v3_madd(v3_lerp(j->pelvis, j->chest, 0.5f), j->chest_side, side * 1.3f),
                    j->chest_front, 0.09f);
        vec3 path[4] = { v3_madd(shoulder, j->chest_front, -0.13f), shoulder,
                         v3_madd(v3_lerp(shoulder, under, 0.4f), j->chest_front, 0.115f), under };
        float radii[4] = { 0.018f, 0.02f, 0.02f, 0.015f };
        sy_shape_tube(mesh, path, radii, 4, 8);
    }
}

static void emit_belt(sy_mesh *mesh, const sy_person *who, const sy_joints *j)
{
    static const float at[4] = { 0.045f, 0.05f, 0.085f, 0.09f };
    sy_ring rings[4];
    for (int i = 0; i < 4; i++) {
        float profile[4] = { at[i], 0.157f, 0.107f, 0.004f };
        rings[i] = torso_ring(who, j, profile, i == 0 || i == 3 ? 0.030f : 0.044f);
    }
    sy_mesh_begin(mesh, who->extra);
    sy_shape_loft(mesh, rings, 4, 28, (sy_folds){ 0 });
}

static void emit_clothes(sy_mesh *mesh, const sy_person *who, const sy_joints *j, sy_folds folds)
{
    float thick = who->top == SY_TOP_COAT ? 0.026f : (who->top == SY_TOP_JACKET ? 0.018f : 0.008f);
    sy_mesh_begin(mesh, who->trousers);
    emit_torso(mesh, who, j, 0, 4, 0.005f, (sy_folds){ 0 });
    sy_mesh_begin(mesh, who->cloth);
    emit_torso(mesh, who, j, 1, TORSO_RINGS - 1, thick, folds);
    if (who->top == SY_TOP_JACKET || who->top == SY_TOP_COAT) {
        sy_mesh_begin(mesh, who->inner);
        emit_front(mesh, who, j, who->tie ? 0.5f : 0.4f, thick + 0.006f);
        if (who->tie) {
            sy_mesh_begin(mesh, who->extra);
            emit_front(mesh, who, j, 0.13f, thick + 0.010f);
        }
    }
    if (who->bottom == SY_BOTTOM_SKIRT) {
        emit_skirt(mesh, who, j, who->trousers, who->skirt_length, 0.01f, folds);
    }
    if (who->top == SY_TOP_COAT) {
        emit_skirt(mesh, who, j, who->cloth, 0.9f, 0.035f, folds);
        emit_belt(mesh, who, j);
    }
}

void sy_figure_emit(sy_mesh *mesh, const sy_person *who, const sy_pose *pose)
{
    sy_joints j = sy_figure_joints(who, pose);
    sy_folds folds = { who->folds_m, 9.0f, 2.2f, who->seed };
    float scale = who->height_m / 1.75f;
    sy_mesh_push(mesh);
    sy_mesh_turn(mesh, SY_PI);
    sy_mesh_scale(mesh, scale, scale, scale);
    emit_clothes(mesh, who, &j, folds);
    for (int i = 0; i < 2; i++) {
        emit_arm(mesh, who, &j, i, folds);
        emit_leg(mesh, who, &j, i, folds);
    }
    emit_neck(mesh, who, &j);
    emit_extras(mesh, who, &j);
    sy_mesh_push(mesh);
    sy_mesh_apply(mesh, j.head_frame);
    sy_mesh_scale(mesh, who->head_scale, who->head_scale, who->head_scale);
    sy_figure_head(mesh, who);
    sy_mesh_pop(mesh);
    sy_mesh_pop(mesh);
}
