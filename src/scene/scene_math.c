/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* m[row][column], multiplied onto column vectors from the left. */

#include "scene/scene_math.h"

#include <assert.h>
#include <string.h>

#define RADIANS 0.017453292519943295

zd_mat4 zd_mat4_identity(void)
{
    return (zd_mat4){ { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } } };
}

zd_mat4 zd_mat4_multiply(const zd_mat4 *a, const zd_mat4 *b)
{
    zd_mat4 out;
    for (int r = 0; r < 4; r++) {
        for (int c = 0; c < 4; c++) {
            out.m[r][c] = a->m[r][0] * b->m[0][c] + a->m[r][1] * b->m[1][c] +
                          a->m[r][2] * b->m[2][c] + a->m[r][3] * b->m[3][c];
        }
    }
    return out;
}

zd_mat4 zd_mat4_translation(zd_vec3 offset)
{
    return (zd_mat4){
        { { 1, 0, 0, offset.x }, { 0, 1, 0, offset.y }, { 0, 0, 1, offset.z }, { 0, 0, 0, 1 } }
    };
}

zd_mat4 zd_mat4_scaling(zd_vec3 f)
{
    return (zd_mat4){ { { f.x, 0, 0, 0 }, { 0, f.y, 0, 0 }, { 0, 0, f.z, 0 }, { 0, 0, 0, 1 } } };
}

static zd_mat4 turn(int axis, double degrees)
{
    assert(axis >= 0 && axis < 3);
    zd_mat4 out = zd_mat4_identity();
    double c = cos(degrees * RADIANS);
    double s = sin(degrees * RADIANS);
    int i = (axis + 1) % 3;
    int j = (axis + 2) % 3;
    out.m[i][i] = c;
    out.m[i][j] = -s;
    out.m[j][i] = s;
    out.m[j][j] = c;
    return out;
}

zd_mat4 zd_mat4_rotation(zd_vec3 degrees)
{
    zd_mat4 x = turn(0, degrees.x);
    zd_mat4 y = turn(1, degrees.y);
    zd_mat4 z = turn(2, degrees.z);
    zd_mat4 yx = zd_mat4_multiply(&y, &x);
    return zd_mat4_multiply(&z, &yx);
}

bool zd_mat4_invert(const zd_mat4 *a, zd_mat4 *out)
{
    zd_vec3 x = zd_mat4_column(a, 0);
    zd_vec3 y = zd_mat4_column(a, 1);
    zd_vec3 z = zd_mat4_column(a, 2);
    zd_vec3 t = zd_mat4_column(a, 3);
    double volume = zd_vec3_dot(x, zd_vec3_cross(y, z));
    double size = zd_vec3_length(x) * zd_vec3_length(y) * zd_vec3_length(z);
    if (!(fabs(volume) > 1e-12 * size) || !isfinite(volume)) {
        return false;
    }
    zd_vec3 rows[3] = { zd_vec3_scale(zd_vec3_cross(y, z), 1.0 / volume),
                        zd_vec3_scale(zd_vec3_cross(z, x), 1.0 / volume),
                        zd_vec3_scale(zd_vec3_cross(x, y), 1.0 / volume) };
    memset(out, 0, sizeof *out);
    for (int r = 0; r < 3; r++) {
        out->m[r][0] = rows[r].x;
        out->m[r][1] = rows[r].y;
        out->m[r][2] = rows[r].z;
        out->m[r][3] = -zd_vec3_dot(rows[r], t);
    }
    out->m[3][3] = 1.0;
    return true;
}

zd_vec3 zd_mat4_normal(const zd_mat4 *inverse, zd_vec3 n)
{
    const double(*m)[4] = inverse->m;
    return (zd_vec3){ m[0][0] * n.x + m[1][0] * n.y + m[2][0] * n.z,
                      m[0][1] * n.x + m[1][1] * n.y + m[2][1] * n.z,
                      m[0][2] * n.x + m[1][2] * n.y + m[2][2] * n.z };
}

zd_mat4 zd_mat4_looking(zd_vec3 from, zd_vec3 to)
{
    zd_vec3 back = zd_vec3_unit(zd_vec3_sub(from, to));
    if (zd_vec3_length(back) < 0.5) {
        back = (zd_vec3){ 0, 0, 1 };
    }
    zd_vec3 up = fabs(back.y) > 0.9999 ? (zd_vec3){ 0, 0, -1 } : (zd_vec3){ 0, 1, 0 };
    zd_vec3 right = zd_vec3_unit(zd_vec3_cross(up, back));
    up = zd_vec3_cross(back, right);
    return (zd_mat4){ { { right.x, up.x, back.x, from.x },
                        { right.y, up.y, back.y, from.y },
                        { right.z, up.z, back.z, from.z },
                        { 0, 0, 0, 1 } } };
}
