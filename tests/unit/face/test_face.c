/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The shape of faces: the mesh, the pose, time, the drawing and the blend against plain computations. */

#include "zd_test.h"

#include "face/face.h"
#include "face/face_depth.h"
#include "face/face_surface.h"

static zd_error err;

/* ---- the mesh ---- */

static void test_mesh(void)
{
    static int edges[ZD_FACE_POINTS][ZD_FACE_POINTS];
    double weights = 0.0;
    int edge_count = 0;
    int rim = 0;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        int other = zd_face_mirror[i];
        weights += (double) zd_face_weight[i];
        REQUIRE_INT(zd_face_mirror[other], i);
        REQUIRE_NEAR(zd_face_mean[3 * other], -zd_face_mean[3 * i], 0.0011);
        REQUIRE_NEAR(zd_face_mean[3 * other + 1], zd_face_mean[3 * i + 1], 0.0011);
        REQUIRE_NEAR(zd_face_mean[3 * other + 2], zd_face_mean[3 * i + 2], 0.0011);
        REQUIRE_NEAR(zd_face_weight[other], zd_face_weight[i], 1e-9);
    }
    REQUIRE_NEAR(weights, 1.0, 1e-5);
    for (int t = 0; t < ZD_FACE_TRIANGLES; t++) {
        for (int i = 0; i < 3; i++) {
            edges[zd_face_triangles[t][i]][zd_face_triangles[t][(i + 1) % 3]]++;
        }
    }
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        for (int j = i + 1; j < ZD_FACE_POINTS; j++) {
            REQUIRE(edges[i][j] <= 1 && edges[j][i] <= 1);
            edge_count += edges[i][j] + edges[j][i] > 0;
            rim += edges[i][j] + edges[j][i] == 1;
        }
    }
    REQUIRE_INT(rim, ZD_FACE_OUTLINE);
    REQUIRE_INT(ZD_FACE_POINTS - edge_count + ZD_FACE_TRIANGLES, 1); /* a disc */
    for (int i = 0; i < ZD_FACE_OUTLINE; i++) {
        int a = zd_face_outline[i];
        int b = zd_face_outline[(i + 1) % ZD_FACE_OUTLINE];
        REQUIRE_INT(edges[a][b] + edges[b][a], 1);
    }
}

/* ---- the pose ---- */

static void make_head(const zd_face_pose *pose, float points[ZD_FACE_POINTS][3])
{
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        double cm[3];
        double at[3];
        for (int k = 0; k < 3; k++) {
            cm[k] = (double) zd_face_mean[3 * i + k];
        }
        zd_face_pose_apply(pose, cm, at);
        for (int k = 0; k < 3; k++) {
            points[i][k] = (float) at[k];
        }
    }
}

static zd_face_pose pose_at(double x, double y, double scale, double yaw, double roll)
{
    zd_face_pose pose = { .scale = scale, .shift = { x, y, 0.01 } };
    const double q[4] = { cos(yaw / 2) * cos(roll / 2), sin(yaw / 2) * sin(roll / 2),
                          sin(yaw / 2) * cos(roll / 2), cos(yaw / 2) * sin(roll / 2) };
    memcpy(pose.turn, q, sizeof q);
    return pose;
}

static void test_pose_is_found_again(void)
{
    static float points[ZD_FACE_POINTS][3];
    const float(*seen)[3] = (const float(*)[3]) points;
    for (int i = 0; i < 8; i++) {
        zd_face_pose pose = pose_at(0.3 + 0.05 * i, -0.4, 0.01 + 0.004 * i, 0.2 * i - 0.7, 0.9 * i);
        make_head(&pose, points);
        zd_face_pose found = zd_face_pose_fit(seen);
        REQUIRE_NEAR(found.scale / pose.scale, 1.0, 1e-5);
        double dot = 0.0;
        for (int k = 0; k < 4; k++) {
            dot += found.turn[k] * pose.turn[k];
        }
        REQUIRE_NEAR(fabs(dot), 1.0, 1e-6);
        for (int k = 0; k < 3; k++) {
            REQUIRE_NEAR(found.shift[k], pose.shift[k], 1e-5);
        }
    }
}

/* A quarter turn about the vertical axis takes x to -z: by hand. */
static void test_turn_by_hand(void)
{
    const double q[4] = { sqrt(0.5), 0.0, sqrt(0.5), 0.0 };
    const double v[3] = { 1.0, 2.0, 3.0 };
    double out[3];
    zd_face_turn(q, v, out);
    REQUIRE_NEAR(out[0], 3.0, 1e-12);
    REQUIRE_NEAR(out[1], 2.0, 1e-12);
    REQUIRE_NEAR(out[2], -1.0, 1e-12);
}

static void test_pose_of_a_point(void)
{
    static float points[ZD_FACE_POINTS][3];
    REQUIRE_NEAR(zd_face_pose_fit((const float(*)[3]) points).scale, 0.0, 1e-12);
}

/* ---- the surface ---- */

enum { GRID_W = 90, GRID_H = 61 };

static const zd_face_grid grid = { GRID_W, GRID_H, 0.7f };

static zd_head head_at(zd_face_pose pose)
{
    zd_head head = { .weight = 1.0f, .pose = pose };
    make_head(&pose, head.points);
    return head;
}

/* Whether a pixel's middle is in any triangle, by the signs of three cross products. */
static bool is_covered(const zd_head *head, int px, int py)
{
    double x = (px + 0.5) / GRID_W;
    double y = -(py + 0.5) / GRID_H * (double) grid.aspect;
    for (int t = 0; t < ZD_FACE_TRIANGLES; t++) {
        int above = 0;
        int below = 0;
        for (int i = 0; i < 3; i++) {
            const float *a = head->points[zd_face_triangles[t][i]];
            const float *b = head->points[zd_face_triangles[t][(i + 1) % 3]];
            double cross = ((double) b[0] - (double) a[0]) * (y - (double) a[1]) -
                           ((double) b[1] - (double) a[1]) * (x - (double) a[0]);
            above += cross > 1e-7;
            below += cross < -1e-7;
        }
        if (above == 3 || below == 3) {
            return true;
        }
    }
    return false;
}

enum { LARGE_W = 700, LARGE_H = 490 };

static float bowl(float x, float y)
{
    return -1.5f * ((x - 0.5f) * (x - 0.5f) + (y + 0.35f) * (y + 0.35f));
}

/* A face pressed onto a slanted plane gives the plane, wherever a triangle is, and nothing else. */
static void test_surface_is_the_plane(void)
{
    static float z[GRID_W * GRID_H];
    zd_head head = head_at(pose_at(0.5, -0.3, 0.02, 0.0, 0.3));
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        head.points[i][2] = 0.1f + 0.5f * head.points[i][0] - 0.25f * head.points[i][1];
    }
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        z[i] = NAN;
    }
    zd_rect touched = zd_face_surface_draw(&grid, &head, z);
    int covered = 0;
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        int x = i % GRID_W;
        int y = i / GRID_W;
        bool inside = x >= touched.x0 && x < touched.x1 && y >= touched.y0 && y < touched.y1;
        REQUIRE(inside || isnan(z[i]));
        if (is_covered(&head, x, y)) {
            float at_x = ((float) x + 0.5f) / GRID_W;
            float at_y = -((float) y + 0.5f) / GRID_H * grid.aspect;
            float plane = 0.1f + 0.5f * at_x - 0.25f * at_y;
            REQUIRE_NEAR(z[i], (plane - 0.01f) / 0.02f, 2e-3);
            covered++;
        }
    }
    REQUIRE(covered > 400);
}

static void test_surface_keeps_the_highest(void)
{
    static float z[GRID_W * GRID_H];
    zd_head head = head_at(pose_at(0.5, -0.3, 0.02, 0.0, 0.0));
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        z[i] = i % 2 == 0 ? 100.0f : -100.0f;
    }
    zd_face_surface_draw(&grid, &head, z);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        REQUIRE(i % 2 == 0 ? z[i] == 100.0f : z[i] > -100.0f || z[i] == -100.0f);
        if (i % 2 == 1 && is_covered(&head, i % GRID_W, i / GRID_W)) {
            REQUIRE(z[i] > -20.0f && z[i] < 10.0f);
        }
    }
}

/* Landmarks on a bowl give the bowl: what is drawn is off it by less than a third of what flat triangles are. */
static void test_surface_has_no_facets(void)
{
    static float z[LARGE_W * LARGE_H];
    const zd_face_grid large = { LARGE_W, LARGE_H, 0.7f };
    zd_head head = head_at(pose_at(0.5, -0.35, 0.03, 0.0, 0.0));
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        head.points[i][2] = bowl(head.points[i][0], head.points[i][1]);
    }
    for (int i = 0; i < LARGE_W * LARGE_H; i++) {
        z[i] = NAN;
    }
    zd_face_surface_draw(&large, &head, z);
    double flat = 0.0;
    double bent = 0.0;
    for (int t = 0; t < ZD_FACE_TRIANGLES; t++) {
        float mid[3] = { 0.0f };
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 3; k++) {
                mid[k] += head.points[zd_face_triangles[t][i]][k] / 3.0f;
            }
        }
        int x = (int) (mid[0] * LARGE_W);
        int y = (int) (-mid[1] / large.aspect * LARGE_H);
        float drawn = z[y * LARGE_W + x] * 0.03f + (float) head.pose.shift[2];
        float there =
            bowl(((float) x + 0.5f) / LARGE_W, -((float) y + 0.5f) / LARGE_H * large.aspect);
        flat += fabs((double) (mid[2] - bowl(mid[0], mid[1])));
        bent += fabs((double) (drawn - there));
    }
    REQUIRE(bent < flat / 3.0);
}

/* ---- faces over time ---- */

/** A face as a finder gives it, of a head with `aspect`. */
static void make_face(zd_face *face, zd_face_pose pose, float aspect)
{
    make_head(&pose, face->points);
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        face->points[i][1] /= -aspect;
    }
}

static float jitter_of(bool still)
{
    zd_context *ctx = zd_test_context(1);
    static zd_face_list list;
    static zd_head_list heads;
    zd_face_tracker *tracker = NULL;
    unsigned long long state = 3;
    float last[3] = { 0.0f };
    float sum = 0.0f;
    REQUIRE_OK(zd_face_tracker_create(ctx, 0.5f, &tracker, &err));
    for (int frame = 0; frame < 50; frame++) {
        list.count = 1;
        make_face(&list.faces[0], pose_at(0.5 + (still ? 0.0 : 0.01 * frame), -0.25, 0.01, 0, 0),
                  0.5f);
        for (int i = 0; i < ZD_FACE_POINTS; i++) {
            list.faces[0].points[i][0] += 0.002f * (zd_test_uniform(&state) - 0.5f);
        }
        zd_face_tracker_update(tracker, &list, frame / 25.0, &heads);
        REQUIRE_INT(heads.count, 1);
        if (still && frame > 10) {
            sum += fabsf(heads.heads[0].points[4][0] - last[0]);
        } else if (!still && frame == 49) {
            sum = heads.heads[0].points[4][0] - zd_face_mean[12] * 0.01f - 0.99f;
        }
        memcpy(last, heads.heads[0].points[4], sizeof last);
    }
    zd_face_tracker_destroy(&tracker);
    zd_context_destroy(&ctx);
    return still ? sum / 39.0f : sum;
}

/* Independent noise of 0.002 has a mean step of 0.00067. */
static void test_tracking_is_steady(void)
{
    REQUIRE(jitter_of(true) < 0.00025f);
}

/* A head that moves a quarter of the picture a second lags by less than a tenth of a head. */
static void test_tracking_follows(void)
{
    REQUIRE_NEAR(jitter_of(false), 0.0, 0.015);
}

static void test_faces_come_and_go(void)
{
    zd_context *ctx = zd_test_context(1);
    static zd_face_list list;
    static zd_head_list heads;
    zd_face_tracker *tracker = NULL;
    REQUIRE_OK(zd_face_tracker_create(ctx, 0.5f, &tracker, &err));
    list.count = 1;
    make_face(&list.faces[0], pose_at(0.3, -0.25, 0.01, 0, 0), 0.5f);
    zd_face_tracker_update(tracker, &list, 0.0, &heads);
    REQUIRE_INT(heads.count, 1);
    REQUIRE_NEAR(heads.heads[0].weight, 1.0, 0.0); /* a shot's first frame has it whole */
    int id = heads.heads[0].id;
    list.count = 2;
    make_face(&list.faces[1], pose_at(0.7, -0.25, 0.02, 0, 0), 0.5f);
    zd_face_tracker_update(tracker, &list, 0.1, &heads);
    REQUIRE_INT(heads.count, 2);
    REQUIRE(heads.heads[0].id != id && heads.heads[1].id == id); /* the larger first */
    REQUIRE(heads.heads[0].face == 1 && heads.heads[1].face == 0);
    REQUIRE_NEAR(heads.heads[0].weight, 0.5, 1e-6);
    list.count = 0;
    zd_face_tracker_update(tracker, &list, 0.2, &heads);
    REQUIRE_INT(heads.count, 1);
    REQUIRE_INT(heads.heads[0].face, -1); /* it is going */
    REQUIRE_NEAR(heads.heads[0].weight, 0.5, 1e-6);
    zd_face_tracker_update(tracker, &list, 0.4, &heads);
    REQUIRE_INT(heads.count, 0);
    zd_face_tracker_reset(tracker);
    list.count = 1;
    zd_face_tracker_update(tracker, &list, 0.5, &heads);
    REQUIRE_NEAR(heads.heads[0].weight, 1.0, 0.0);
    zd_face_tracker_destroy(&tracker);
    zd_context_destroy(&ctx);
}

/* ---- into the depth ---- */

typedef struct blend {
    zd_context *ctx;
    zd_face_depth *stage;
    zd_depth_map map;
    zd_face_list faces;
} blend;

static void blend_begin(blend *b, zd_depth_kind kind)
{
    memset(b, 0, sizeof *b);
    b->ctx = zd_test_context(1);
    b->map.kind = kind;
    REQUIRE_OK(zd_face_depth_create(b->ctx, GRID_W, GRID_H, grid.aspect, &b->stage, &err));
    REQUIRE_OK(zd_image_create(b->ctx, GRID_W, GRID_H, ZD_GRAY_F32, &b->map.values, &err));
    b->faces.count = 1;
    make_face(&b->faces.faces[0], pose_at(0.5, -0.3, 0.015, 0, 0), grid.aspect);
}

static void blend_end(blend *b)
{
    zd_face_depth_destroy(&b->stage);
    zd_image_unref(&b->map.values);
    zd_context_destroy(&b->ctx);
}

/** A person's nearness before a background. */
static float scene_value(int x, int y)
{
    bool person = abs(x - GRID_W / 2) < 24 && y > 6;
    return person ? 3.0f : 1.0f;
}

static void blend_fill(blend *b)
{
    for (int y = 0; y < GRID_H; y++) {
        for (int x = 0; x < GRID_W; x++) {
            zd_view_row_f32(zd_image_view(b->map.values), y)[x] = scene_value(x, y);
        }
    }
}

static float blend_at(const blend *b, int x, int y)
{
    return zd_view_row_f32(zd_image_view(b->map.values), y)[x];
}

/* g = s / (D - z) + t by hand: D = 1.1 / 0.015 cm, s = 0.7 (3 - 1) D since the map is flat, and the
 * mean over the face stays 3. */
static void test_nearness_by_hand(void)
{
    static blend b;
    static float z[GRID_W * GRID_H];
    zd_head head = head_at(pose_at(0.5, -0.3, 0.015, 0, 0));
    double distance = 1.1 / 0.015;
    double mean = 0.0;
    int count = 0;
    int before = 0;
    blend_begin(&b, ZD_DEPTH_NEARNESS);
    blend_fill(&b);
    zd_face_depth_apply(b.stage, &b.faces, 0.0, &b.map, NULL);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        z[i] = NAN;
    }
    zd_face_surface_draw(&grid, &head, z);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        if (!isnan(z[i])) {
            mean += 1.0 / (distance - (double) z[i]);
            count++;
        }
    }
    mean /= count;
    double scale = 0.7 * 2.0 * distance;
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        if (!isnan(z[i])) {
            double expected = scale * (1.0 / (distance - (double) z[i]) - mean) + 3.0;
            double found = (double) blend_at(&b, i % GRID_W, i / GRID_W);
            if (expected >= 3.0) {
                REQUIRE_NEAR(found, expected, 5e-3);
                before++;
            } else { /* near the outline what the map had may stay before the face */
                REQUIRE(found >= expected - 2e-2 && found <= 3.0 + 2e-2);
            }
        }
    }
    REQUIRE(count > 300 && before > 100);
    blend_end(&b);
}

static void test_metres_by_hand(void)
{
    static blend b;
    blend_begin(&b, ZD_DEPTH_METRES);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        zd_view_row_f32(zd_image_view(b.map.values), i / GRID_W)[i % GRID_W] = 2.0f;
    }
    zd_face_depth_apply(b.stage, &b.faces, 0.0, &b.map, NULL);
    /* The nose's tip stands out by the mean face's centimetres before the corner of the eye. */
    const float *nose = b.faces.faces[0].points[4];
    const float *eye = b.faces.faces[0].points[133];
    float at_nose = blend_at(&b, (int) (nose[0] * GRID_W), (int) (nose[1] * GRID_H));
    float at_eye = blend_at(&b, (int) (eye[0] * GRID_W), (int) (eye[1] * GRID_H));
    float cm = zd_face_mean[3 * 4 + 2] - zd_face_mean[3 * 133 + 2];
    REQUIRE_NEAR((at_eye - at_nose) * 100.0f, cm, 0.8);
    blend_end(&b);
}

/* What is not the person's keeps its bits, beside the face and far away. */
static void test_others_keep_their_depth(void)
{
    static blend b;
    zd_view surface;
    blend_begin(&b, ZD_DEPTH_NEARNESS);
    blend_fill(&b);
    REQUIRE(!zd_face_depth_surface(b.stage, &surface));
    zd_face_depth_apply(b.stage, &b.faces, 0.0, &b.map, NULL);
    REQUIRE(zd_face_depth_surface(b.stage, &surface));
    int changed = 0;
    for (int y = 0; y < GRID_H; y++) {
        for (int x = 0; x < GRID_W; x++) {
            bool differs = blend_at(&b, x, y) != scene_value(x, y);
            REQUIRE(!differs || scene_value(x, y) == 3.0f);
            REQUIRE(!differs || zd_view_row_f32(surface, y)[x] > 0.0f);
            changed += differs;
        }
    }
    REQUIRE(changed > 500);
    blend_end(&b);
}

static void test_no_face_no_change(void)
{
    static blend b;
    blend_begin(&b, ZD_DEPTH_NEARNESS);
    blend_fill(&b);
    b.faces.count = 0;
    zd_face_depth_apply(b.stage, &b.faces, 0.0, &b.map, NULL);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        REQUIRE_NEAR(blend_at(&b, i % GRID_W, i / GRID_W), scene_value(i % GRID_W, i / GRID_W), 0);
    }
    blend_end(&b);
}

/* The blend leaves off where the foreground ends, and the face itself does not hang on it. */
static void test_foreground_bounds_the_blend(void)
{
    static blend b;
    static float probability[GRID_W * GRID_H];
    static float z[GRID_W * GRID_H];
    zd_head head = head_at(pose_at(0.5, -0.3, 0.015, 0, 0));
    zd_view foreground = { probability, GRID_W, GRID_H, GRID_W * (ptrdiff_t) sizeof(float),
                           ZD_GRAY_F32 };
    blend_begin(&b, ZD_DEPTH_NEARNESS);
    blend_fill(&b);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        z[i] = NAN;
    }
    zd_face_surface_draw(&grid, &head, z);
    zd_face_depth_apply(b.stage, &b.faces, 0.0, &b.map, &foreground);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        bool differs = blend_at(&b, i % GRID_W, i / GRID_W) != scene_value(i % GRID_W, i / GRID_W);
        REQUIRE(!differs || !isnan(z[i]));
    }
    blend_end(&b);
}

/* A head turned by 40 degrees, hair of another depth about it: between what is just within the outline and just
 * outside the map changes by no more than the map and the face themselves do there. */
static void test_no_step_at_the_outline(void)
{
    static blend b;
    static float z[GRID_W * GRID_H];
    zd_head head = head_at(pose_at(0.5, -0.3, 0.02, 0.7, 0));
    blend_begin(&b, ZD_DEPTH_METRES);
    make_face(&b.faces.faces[0], pose_at(0.5, -0.3, 0.02, 0.7, 0), grid.aspect);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        float x = (float) (i % GRID_W - GRID_W / 2) / GRID_W;
        zd_view_row_f32(zd_image_view(b.map.values), i / GRID_W)[i % GRID_W] = 2.0f + 0.3f * x * x;
        z[i] = NAN;
    }
    zd_face_surface_draw(&grid, &head, z);
    zd_face_depth_apply(b.stage, &b.faces, 0.0, &b.map, NULL);
    float largest = 0.0f;
    int pairs = 0;
    for (int y = 1; y < GRID_H - 1; y++) {
        for (int x = 2; x < GRID_W - 2; x++) {
            bool within = !isnan(z[y * GRID_W + x]);
            if (within == !isnan(z[y * GRID_W + x + 1])) {
                continue;
            }
            float across = fabsf(blend_at(&b, x + 1, y) - blend_at(&b, x, y));
            float left = fabsf(blend_at(&b, x, y) - blend_at(&b, x - 1, y));
            float right = fabsf(blend_at(&b, x + 2, y) - blend_at(&b, x + 1, y));
            largest = fmaxf(largest, across - fmaxf(left, right));
            pairs++;
        }
    }
    REQUIRE(pairs > 40 && largest < 0.005f);
    blend_end(&b);
}

static void test_no_memory_for_depth(void)
{
    int made = 0;
    for (long at = 1; at < 40; at++) {
        zd_test_memory memory = { .fail_at = at };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_face_depth *stage = NULL;
        if (ctx == NULL) {
            continue;
        }
        zd_status status = zd_face_depth_create(ctx, 20, 10, 0.5f, &stage, &err);
        REQUIRE(status == ZD_OK ? stage != NULL : status == ZD_ERR_NO_MEMORY && stage == NULL);
        made += status == ZD_OK;
        zd_face_depth_destroy(&stage);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE(made > 0 && made < 39);
}

/* Nothing finite in the map, a face beyond its edge, and none at all. */
static void test_poison(void)
{
    static blend b;
    blend_begin(&b, ZD_DEPTH_NEARNESS);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        zd_view_row_f32(zd_image_view(b.map.values), i / GRID_W)[i % GRID_W] = i % 3 == 0 ? NAN
                                                                               : i % 3 == 1
                                                                                   ? INFINITY
                                                                                   : -INFINITY;
    }
    zd_face_depth_apply(b.stage, &b.faces, 0.0, &b.map, NULL);
    blend_fill(&b);
    make_face(&b.faces.faces[0], pose_at(-0.1, -0.7, 0.05, 0.9, 2.0), grid.aspect);
    b.faces.faces[1] = b.faces.faces[0];
    make_face(&b.faces.faces[1], pose_at(5.0, 3.0, 0.01, 0, 0), grid.aspect);
    b.faces.count = 2;
    zd_face_depth_reset(b.stage);
    zd_face_depth_apply(b.stage, &b.faces, 0.0, &b.map, NULL);
    for (int i = 0; i < GRID_W * GRID_H; i++) {
        REQUIRE(isfinite(blend_at(&b, i % GRID_W, i / GRID_W)));
    }
    blend_end(&b);
}

int main(void)
{
    RUN(test_mesh);
    RUN(test_pose_is_found_again);
    RUN(test_turn_by_hand);
    RUN(test_pose_of_a_point);
    RUN(test_surface_is_the_plane);
    RUN(test_surface_keeps_the_highest);
    RUN(test_surface_has_no_facets);
    RUN(test_tracking_is_steady);
    RUN(test_tracking_follows);
    RUN(test_faces_come_and_go);
    RUN(test_nearness_by_hand);
    RUN(test_metres_by_hand);
    RUN(test_others_keep_their_depth);
    RUN(test_no_face_no_change);
    RUN(test_foreground_bounds_the_blend);
    RUN(test_no_step_at_the_outline);
    RUN(test_no_memory_for_depth);
    RUN(test_poison);
    return zd_test_finish();
}
