/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The similarity by weighted least squares: Horn's quaternion by Jacobi's rotations, Umeyama's scale. */

#include "face/face_pose.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { SWEEPS = 30 };

void zd_face_turn(const double q[4], const double v[3], double out[3])
{
    /* v + 2 u x (u x v + w v), u the vector part. */
    double a[3] = { q[2] * v[2] - q[3] * v[1] + q[0] * v[0],
                    q[3] * v[0] - q[1] * v[2] + q[0] * v[1],
                    q[1] * v[1] - q[2] * v[0] + q[0] * v[2] };
    double b[3] = { q[2] * a[2] - q[3] * a[1], q[3] * a[0] - q[1] * a[2],
                    q[1] * a[1] - q[2] * a[0] };
    for (int i = 0; i < 3; i++) {
        out[i] = v[i] + 2.0 * b[i];
    }
}

void zd_face_pose_apply(const zd_face_pose *pose, const double cm[3], double out[3])
{
    double turned[3];
    zd_face_turn(pose->turn, cm, turned);
    for (int i = 0; i < 3; i++) {
        out[i] = pose->scale * turned[i] + pose->shift[i];
    }
}

void zd_face_pose_undo(const zd_face_pose *pose, const double at[3], double cm[3])
{
    assert(pose->scale > 0.0);
    const double back[4] = { pose->turn[0], -pose->turn[1], -pose->turn[2], -pose->turn[3] };
    double moved[3];
    for (int i = 0; i < 3; i++) {
        moved[i] = (at[i] - pose->shift[i]) / pose->scale;
    }
    zd_face_turn(back, moved, cm);
}

/** One rotation of Jacobi's method, in the plane of p and q; `v` collects the eigenvectors. */
static void rotate(double m[4][4], double v[4][4], int p, int q)
{
    if (fabs(m[p][q]) < 1e-300) {
        return;
    }
    double theta = (m[q][q] - m[p][p]) / (2.0 * m[p][q]);
    double t = (theta >= 0.0 ? 1.0 : -1.0) / (fabs(theta) + sqrt(theta * theta + 1.0));
    double c = 1.0 / sqrt(t * t + 1.0);
    double s = t * c;
    for (int k = 0; k < 4; k++) {
        double a = m[k][p];
        double b = m[k][q];
        m[k][p] = c * a - s * b;
        m[k][q] = s * a + c * b;
        a = v[k][p];
        b = v[k][q];
        v[k][p] = c * a - s * b;
        v[k][q] = s * a + c * b;
    }
    for (int k = 0; k < 4; k++) {
        double a = m[p][k];
        double b = m[q][k];
        m[p][k] = c * a - s * b;
        m[q][k] = s * a + c * b;
    }
}

/** The eigenvector of the largest eigenvalue of a symmetric matrix. */
static void largest_vector(double m[4][4], double out[4])
{
    double v[4][4] = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } };
    int best = 0;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        for (int p = 0; p < 3; p++) {
            for (int q = p + 1; q < 4; q++) {
                rotate(m, v, p, q);
            }
        }
    }
    for (int i = 1; i < 4; i++) {
        best = m[i][i] > m[best][best] ? i : best;
    }
    for (int i = 0; i < 4; i++) {
        out[i] = v[i][best];
    }
}

/** Weighted means of both shapes. */
static void means(const float points[ZD_FACE_POINTS][3], double a[3], double b[3])
{
    double total = 0.0;
    memset(a, 0, 3 * sizeof *a);
    memset(b, 0, 3 * sizeof *b);
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        double w = (double) zd_face_weight[i];
        total += w;
        for (int k = 0; k < 3; k++) {
            a[k] += w * (double) zd_face_mean[3 * i + k];
            b[k] += w * (double) points[i][k];
        }
    }
    for (int k = 0; k < 3; k++) {
        a[k] /= total;
        b[k] /= total;
    }
}

zd_face_pose zd_face_pose_fit(const float points[ZD_FACE_POINTS][3])
{
    double a[3];
    double b[3];
    double s[3][3] = { { 0.0 } }; /* sum of w a b' about the means */
    double spread = 0.0;
    zd_face_pose pose;
    means(points, a, b);
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        double w = (double) zd_face_weight[i];
        double p[3];
        for (int k = 0; k < 3; k++) {
            p[k] = (double) zd_face_mean[3 * i + k] - a[k];
            spread += w * p[k] * p[k];
        }
        for (int k = 0; k < 9; k++) {
            s[k / 3][k % 3] += w * p[k / 3] * ((double) points[i][k % 3] - b[k % 3]);
        }
    }
    double m[4][4] = {
        { s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0] },
        { 0, s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2] },
        { 0, 0, s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1] },
        { 0, 0, 0, s[2][2] - s[0][0] - s[1][1] },
    };
    for (int i = 0; i < 16; i++) {
        m[i / 4][i % 4] = i / 4 > i % 4 ? m[i % 4][i / 4] : m[i / 4][i % 4];
    }
    largest_vector(m, pose.turn);
    /* Umeyama's scale: the trace of R S over the spread. */
    double trace = 0.0;
    for (int r = 0; r < 3; r++) {
        const double row[3] = { s[r][0], s[r][1], s[r][2] };
        const double axis[3] = { r == 0, r == 1, r == 2 };
        double turned[3];
        zd_face_turn(pose.turn, axis, turned);
        trace += turned[0] * row[0] + turned[1] * row[1] + turned[2] * row[2];
    }
    pose.scale = spread > 0.0 ? trace / spread : 0.0;
    double moved[3];
    zd_face_turn(pose.turn, a, moved);
    for (int k = 0; k < 3; k++) {
        pose.shift[k] = b[k] - pose.scale * moved[k];
    }
    return pose;
}
