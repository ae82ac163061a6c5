/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cameras for Nuke, frame by frame: .chan, and a node of a script. Angles are about z, then x, then y. */

#include <math.h>

#include "scene/exchange/export_internal.h"

#define DEGREES 57.29577951308232

/* R = Ry Rx Rz. */
static zd_vec3 angles_of(const zd_mat4 *m)
{
    double sine = fmin(fmax(-m->m[1][2], -1.0), 1.0);
    double cosine = hypot(m->m[1][0], m->m[1][1]);
    zd_vec3 a = { atan2(sine, cosine) * DEGREES, atan2(m->m[0][2], m->m[2][2]) * DEGREES,
                  atan2(m->m[1][0], m->m[1][1]) * DEGREES };
    if (cosine < 1e-9) { /* straight up or down: y and z turn about the same axis */
        a.y = atan2(-m->m[2][0], m->m[0][0]) * DEGREES;
        a.z = 0.0;
    }
    return a;
}

static zd_vec3 unwound(zd_vec3 a, zd_vec3 before)
{
    return (zd_vec3){ a.x + 360.0 * floor((before.x - a.x) / 360.0 + 0.5),
                      a.y + 360.0 * floor((before.y - a.y) / 360.0 + 0.5),
                      a.z + 360.0 * floor((before.z - a.z) / 360.0 + 0.5) };
}

zd_status zd_export_chan(const zd_export *job, zd_text *out, zd_error *err)
{
    zd_vec3 angles = { 0, 0, 0 };
    for (int i = 0; i < job->view_count; i++) {
        const zd_export_view *v = &job->views[i];
        angles = unwound(angles_of(&v->to_world), angles);
        zd_text_format(out, "%g\t%.12g\t%.12g\t%.12g\t%.12g\t%.12g\t%.12g\t%.12g\n", v->frame,
                       v->to_world.m[0][3], v->to_world.m[1][3], v->to_world.m[2][3], angles.x,
                       angles.y, angles.z, v->fov * DEGREES);
    }
    return zd_text_finish(out, "a camera", err);
}

/* One of a frame's seven numbers: place, angles, focal length. */
static double number_of(const zd_export *job, int frame, int number, zd_vec3 *before)
{
    const zd_export_view *v = &job->views[frame];
    if (number < 3) {
        return v->to_world.m[number][3];
    }
    if (number == 6) { /* of the film's width */
        return 0.5 * job->film_back / (job->aspect * tan(0.5 * v->fov));
    }
    *before = unwound(angles_of(&v->to_world), *before);
    return number == 3 ? before->x : number == 4 ? before->y : before->z;
}

static void write_curves(const zd_export *job, const char *knob, int first, int count, zd_text *out)
{
    zd_text_format(out, " %s {", knob);
    for (int k = first; k < first + count; k++) {
        zd_vec3 before = { 0, 0, 0 };
        zd_text_add(out, k > first ? " {curve" : "{curve");
        for (int i = 0; i < job->view_count; i++) {
            zd_text_format(out, " x%g %.12g", job->views[i].frame, number_of(job, i, k, &before));
        }
        zd_text_add(out, "}");
    }
    zd_text_add(out, "}\n");
}

zd_status zd_export_nuke(const zd_export *job, zd_text *out, zd_error *err)
{
    zd_text_add(out, "Camera3 {\n inputs 0\n rot_order ZXY\n");
    write_curves(job, "translate", 0, 3, out);
    write_curves(job, "rotate", 3, 3, out);
    write_curves(job, "focal", 6, 1, out);
    zd_text_format(
        out, " haperture %.12g\n vaperture %.12g\n near %.12g\n far %.12g\n name %s\n}\n",
        job->film_back, job->film_back / job->aspect, job->near_z, job->far_z, job->camera);
    return zd_text_finish(out, "a camera", err);
}
