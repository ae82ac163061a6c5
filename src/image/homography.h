/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_HOMOGRAPHY_H
#define ZD_IMAGE_HOMOGRAPHY_H

/* Maps of the plane onto the plane that keep lines straight: what two pictures of one flat thing have to do
 * with each other (Hartley and Zisserman, Multiple View Geometry, 2003, section 2.3).
 *
 * Points are continuous: the middle of the pixel in column i is at i + 0.5, so that another size of the
 * picture is a factor and no more. */

#include <stdbool.h>

/** Row by row: (x, y) goes to (m0 x + m1 y + m2, m3 x + m4 y + m5) / (m6 x + m7 y + m8). Points where the
 *  denominator is not above 0 lie behind the eye. */
typedef struct zd_homography {
    double m[9];
} zd_homography;

zd_homography zd_homography_identity(void);

/** Scales by (a, d) and then moves by (b, e). */
zd_homography zd_homography_scaled(double scale_x, double scale_y, double move_x, double move_y);

/** What `first` does and then `then`. */
zd_homography zd_homography_chain(zd_homography first, zd_homography then);

/** The same map with m[8] = 1; as it is where m[8] is 0. */
zd_homography zd_homography_normal(zd_homography h);

/** The way back, so that the denominators' signs agree; false: there is none, or it is not finite. */
bool zd_homography_invert(zd_homography h, zd_homography *out);

/** Where a point goes; false, and nothing is written: behind the eye. */
bool zd_homography_apply(const zd_homography *h, double x, double y, double out[2]);

/** The same map between pictures that are scaled by (x, y). */
zd_homography zd_homography_resize(zd_homography h, double x, double y);

#endif
