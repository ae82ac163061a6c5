/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Three by three matrices. */

#include "image/homography.h"

#include <math.h>

#define NEAREST 1e-9 /* a denominator below is behind the eye */

zd_homography zd_homography_identity(void)
{
    return zd_homography_scaled(1.0, 1.0, 0.0, 0.0);
}

zd_homography zd_homography_scaled(double scale_x, double scale_y, double move_x, double move_y)
{
    return (zd_homography){ { scale_x, 0.0, move_x, 0.0, scale_y, move_y, 0.0, 0.0, 1.0 } };
}

zd_homography zd_homography_chain(zd_homography first, zd_homography then)
{
    zd_homography out;
    for (int i = 0; i < 9; i++) {
        const double *row = then.m + i / 3 * 3;
        const double *column = first.m + i % 3;
        out.m[i] = row[0] * column[0] + row[1] * column[3] + row[2] * column[6];
    }
    return out;
}

zd_homography zd_homography_normal(zd_homography h)
{
    double by = h.m[8] != 0.0 ? 1.0 / h.m[8] : 1.0;
    for (int i = 0; i < 9; i++) {
        h.m[i] *= by;
    }
    return h;
}

bool zd_homography_invert(zd_homography h, zd_homography *out)
{
    const double *m = h.m;
    zd_homography adjoint = {
        { m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
          m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
          m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3] }
    };
    double determinant = m[0] * adjoint.m[0] + m[1] * adjoint.m[3] + m[2] * adjoint.m[6];
    bool good = isfinite(determinant) && determinant != 0.0;
    for (int i = 0; i < 9; i++) {
        adjoint.m[i] /= determinant;
        good = good && isfinite(adjoint.m[i]);
    }
    if (good) {
        *out = adjoint;
    }
    return good;
}

bool zd_homography_apply(const zd_homography *h, double x, double y, double out[2])
{
    const double *m = h->m;
    double w = m[6] * x + m[7] * y + m[8];
    if (!(w > NEAREST)) {
        return false;
    }
    out[0] = (m[0] * x + m[1] * y + m[2]) / w;
    out[1] = (m[3] * x + m[4] * y + m[5]) / w;
    return true;
}

zd_homography zd_homography_resize(zd_homography h, double x, double y)
{
    zd_homography smaller = zd_homography_scaled(1.0 / x, 1.0 / y, 0.0, 0.0);
    return zd_homography_chain(zd_homography_chain(smaller, h),
                               zd_homography_scaled(x, y, 0.0, 0.0));
}
