/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where the nodes of a file are at a time, and over the frames of a scene. Motion is baked, a key for each
 * frame that says something: position, rotation, shear and scale of an axis hold any affine matrix (its QR
 * decomposition). */

#include <assert.h>
#include <assimp/scene.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "scene/exchange/import_assimp.h"

#define DEGREES 57.29577951308232

static zd_mat4 matrix_of(const struct aiMatrix4x4 *m)
{
    return (zd_mat4){ { { (double) m->a1, (double) m->a2, (double) m->a3, (double) m->a4 },
                        { (double) m->b1, (double) m->b2, (double) m->b3, (double) m->b4 },
                        { (double) m->c1, (double) m->c2, (double) m->c3, (double) m->c4 },
                        { 0.0, 0.0, 0.0, 1.0 } } };
}

/* The key before a time, and how far the next one is reached. */
static unsigned key_before(const void *keys, size_t size, unsigned count, double time, double *part)
{
    assert(count > 0);
    unsigned at = 0;
    const char *base = keys;
    *part = 0.0;
    while (at + 1 < count && *(const double *) (const void *) (base + (at + 1) * size) <= time) {
        at++;
    }
    if (at + 1 < count) {
        double before = *(const double *) (const void *) (base + at * size);
        double after = *(const double *) (const void *) (base + (at + 1) * size);
        *part = after > before ? fmin(fmax((time - before) / (after - before), 0.0), 1.0) : 0.0;
    }
    return at;
}

static zd_vec3 vector_at(const struct aiVectorKey *keys, unsigned count, double time,
                         zd_vec3 otherwise)
{
    double part = 0.0;
    if (count == 0) {
        return otherwise;
    }
    unsigned at = key_before(keys, sizeof *keys, count, time, &part);
    zd_vec3 a = zd_assimp_vector(&keys[at].mValue.x);
    zd_vec3 b = at + 1 < count ? zd_assimp_vector(&keys[at + 1].mValue.x) : a;
    return zd_vec3_add(a, zd_vec3_scale(zd_vec3_sub(b, a), part));
}

static zd_mat4 rotation_at(const struct aiQuatKey *keys, unsigned count, double time)
{
    double part = 0.0;
    double q[2][4];
    double dot = 0.0;
    if (count == 0) {
        return zd_mat4_identity();
    }
    unsigned at = key_before(keys, sizeof *keys, count, time, &part);
    for (int i = 0; i < 2; i++) {
        const struct aiQuaternion *k = &keys[at + (at + 1 < count ? (unsigned) i : 0)].mValue;
        const double v[4] = { (double) k->w, (double) k->x, (double) k->y, (double) k->z };
        memcpy(q[i], v, sizeof v);
    }
    for (int c = 0; c < 4; c++) {
        dot += q[0][c] * q[1][c];
    }
    /* Spherical, the short way round (Shoemake, Animating Rotation with Quaternion Curves, 1985). */
    double angle = acos(fmin(fabs(dot), 1.0));
    double a = angle > 1e-6 ? sin((1.0 - part) * angle) / sin(angle) : 1.0 - part;
    double b = (angle > 1e-6 ? sin(part * angle) / sin(angle) : part) * (dot < 0.0 ? -1.0 : 1.0);
    double w = a * q[0][0] + b * q[1][0];
    double x = a * q[0][1] + b * q[1][1];
    double y = a * q[0][2] + b * q[1][2];
    double z = a * q[0][3] + b * q[1][3];
    double n = w * w + x * x + y * y + z * z;
    double s = n > 0.0 ? 2.0 / n : 0.0;
    return (zd_mat4){ { { 1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y), 0 },
                        { s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x), 0 },
                        { s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y), 0 },
                        { 0, 0, 0, 1 } } };
}

static const struct aiNodeAnim *channel_of(const zd_assimp_reader *r, const struct aiNode *node)
{
    if (r->scene->mNumAnimations == 0) {
        return NULL;
    }
    const struct aiAnimation *anim = r->scene->mAnimations[0];
    for (unsigned i = 0; i < anim->mNumChannels; i++) {
        if (strcmp(anim->mChannels[i]->mNodeName.data, node->mName.data) == 0) {
            return anim->mChannels[i];
        }
    }
    return NULL;
}

static double ticks_a_second(const zd_assimp_reader *r)
{
    double ticks = r->scene->mNumAnimations > 0 ? r->scene->mAnimations[0]->mTicksPerSecond : 0.0;
    return ticks > 0.0 ? ticks : 25.0;
}

static zd_mat4 local_at(const zd_assimp_reader *r, const struct aiNode *node, double ticks)
{
    const struct aiNodeAnim *c = channel_of(r, node);
    if (c == NULL) {
        return matrix_of(&node->mTransformation);
    }
    zd_mat4 moved = zd_mat4_translation(
        vector_at(c->mPositionKeys, c->mNumPositionKeys, ticks, (zd_vec3){ 0, 0, 0 }));
    zd_mat4 turned = rotation_at(c->mRotationKeys, c->mNumRotationKeys, ticks);
    zd_mat4 scaled = zd_mat4_scaling(
        vector_at(c->mScalingKeys, c->mNumScalingKeys, ticks, (zd_vec3){ 1, 1, 1 }));
    zd_mat4 out = zd_mat4_multiply(&moved, &turned);
    return zd_mat4_multiply(&out, &scaled);
}

static zd_mat4 world_at(const zd_assimp_reader *r, const struct aiNode *node, double ticks)
{
    zd_mat4 out = zd_mat4_identity();
    for (int depth = 0; node != NULL && depth < ZD_ASSIMP_MAX_DEPTH; node = node->mParent, depth++)
    {
        zd_mat4 local = local_at(r, node, ticks);
        out = zd_mat4_multiply(&local, &out);
    }
    for (int i = 0; i < 3; i++) {
        out.m[i][3] *= r->import->params->unit;
    }
    return out;
}

/* M = Q U: the rotation, and shear times scale. */
static void decompose(const zd_mat4 *m, zd_mat4 *rotation, double scale[3], double shear[3])
{
    zd_vec3 x = zd_mat4_column(m, 0);
    zd_vec3 y = zd_mat4_column(m, 1);
    zd_vec3 z = zd_mat4_column(m, 2);
    zd_vec3 q0 = zd_vec3_unit(x);
    zd_vec3 q1 = zd_vec3_unit(zd_vec3_sub(y, zd_vec3_scale(q0, zd_vec3_dot(q0, y))));
    zd_vec3 q2 = zd_vec3_cross(q0, q1);
    scale[0] = zd_vec3_length(x);
    scale[1] = zd_vec3_dot(q1, y);
    scale[2] = zd_vec3_dot(q2, z);
    const double over[3] = { zd_vec3_dot(q0, y), zd_vec3_dot(q0, z), zd_vec3_dot(q1, z) };
    for (int i = 0; i < 3; i++) {
        double by = scale[i == 0 ? 1 : 2];
        shear[i] = by != 0.0 ? atan(over[i] / by) * DEGREES : 0.0;
        shear[i] = fabs(shear[i]) < 1e-5 ? 0.0 : fmin(fmax(shear[i], -89.0), 89.0);
        scale[i] *= 100.0;
        scale[i] = fabs(scale[i] - 100.0) < 1e-4 ? 100.0 : scale[i];
    }
    *rotation = (zd_mat4){ { { q0.x, q1.x, q2.x, 0 },
                             { q0.y, q1.y, q2.y, 0 },
                             { q0.z, q1.z, q2.z, 0 },
                             { 0, 0, 0, 1 } } };
}

/* Position, rotation, scale and shear of a node over the animation: 12 numbers; `inner` is in its space. */
zd_status zd_assimp_bake(const zd_assimp_reader *r, const struct aiNode *node, const zd_mat4 *inner,
                         zd_import_track *track, zd_error *err)
{
    for (int i = 0; i < track->count; i++) {
        double *to = track->values + (ptrdiff_t) i * track->numbers;
        double seconds = r->start + i / r->import->fps;
        zd_mat4 world = world_at(r, node, seconds * ticks_a_second(r));
        zd_mat4 all = zd_mat4_multiply(&world, inner);
        zd_mat4 turned;
        double parts[6];
        decompose(&all, &turned, parts, parts + 3);
        zd_vec3 angles = zd_import_angles(&turned, i > 0 ? to - track->numbers + 3 : NULL);
        track->frames[i] = r->import->first + i;
        const double numbers[6] = { all.m[0][3], all.m[1][3], all.m[2][3],
                                    angles.x,    angles.y,    angles.z };
        memcpy(to, numbers, sizeof numbers);
        if (track->numbers >= 12) {
            memcpy(to + 6, parts, sizeof parts);
        }
    }
    return zd_import_check(r->import, track, err);
}

const struct aiNode *zd_assimp_find_node(const struct aiNode *node, const char *name, int depth)
{
    if (strcmp(node->mName.data, name) == 0) {
        return node;
    }
    for (unsigned i = 0; i < node->mNumChildren && depth < ZD_ASSIMP_MAX_DEPTH; i++) {
        const struct aiNode *found = zd_assimp_find_node(node->mChildren[i], name, depth + 1);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

zd_mat4 zd_assimp_looking(zd_vec3 from, zd_vec3 way, zd_vec3 up, double unit)
{
    zd_vec3 back = zd_vec3_scale(zd_vec3_unit(way), -1.0);
    zd_vec3 right = zd_vec3_cross(up, back);
    if (!(zd_vec3_length(right) > 1e-9)) {
        right =
            zd_vec3_cross(fabs(back.y) < 0.9 ? (zd_vec3){ 0, 1, 0 } : (zd_vec3){ 1, 0, 0 }, back);
    }
    right = zd_vec3_unit(right);
    zd_vec3 above = zd_vec3_cross(back, right);
    return (zd_mat4){ { { right.x, above.x, back.x, from.x * unit },
                        { right.y, above.y, back.y, from.y * unit },
                        { right.z, above.z, back.z, from.z * unit },
                        { 0, 0, 0, 1 } } };
}

/* When things begin to move, seconds; what has one key only stands still. */
static double find_start(const zd_assimp_reader *r)
{
    double ticks = HUGE_VAL;
    const struct aiAnimation *anim = r->scene->mAnimations[0];
    for (unsigned i = 0; i < anim->mNumChannels; i++) {
        const struct aiNodeAnim *c = anim->mChannels[i];
        ticks = c->mNumPositionKeys > 1 ? fmin(ticks, c->mPositionKeys[0].mTime) : ticks;
        ticks = c->mNumRotationKeys > 1 ? fmin(ticks, c->mRotationKeys[0].mTime) : ticks;
        ticks = c->mNumScalingKeys > 1 ? fmin(ticks, c->mScalingKeys[0].mTime) : ticks;
    }
    return isfinite(ticks) ? ticks / ticks_a_second(r) : 0.0;
}

/* Programs write frame F at F / fps seconds, so motion that does not begin at 0 has frame numbers. They are
 * kept where the scene has such frames; else it begins at the scene's first, as that at 0 does. */
void zd_assimp_find_frames(zd_assimp_reader *r)
{
    if (r->scene->mNumAnimations == 0) {
        r->frames = 1;
        return;
    }
    zd_import *import = r->import;
    int first = import->first;
    int last = import->first;
    zd_scene_range(import->doc->parsed, &first, &last);
    double seconds = r->scene->mAnimations[0]->mDuration / ticks_a_second(r);
    double begin = floor(find_start(r) * import->fps + 0.5);
    double end = seconds * import->fps;
    bool has_numbers = begin >= 1.0 && begin <= 1e8 && end >= begin;
    r->start = has_numbers ? begin / import->fps : 0.0;
    double frames =
        seconds > r->start ? ceil((seconds - r->start) * import->fps - 0.01) + 1.0 : 1.0;
    r->frames = frames <= ZD_EXCHANGE_MAX_FRAMES ? (int) frames : INT_MAX;
    if (has_numbers && begin <= last && end >= first) {
        import->first = (int) begin;
    } else if (has_numbers) {
        zd_log_write(
            zd_context_log(import->doc->ctx), ZD_LOG_WARN, "scene",
            "'%s' moves at the frames %.0f to %.0f, which the scene's range does not have; "
            "it begins at %d",
            import->params->path, begin, floor(end + 0.5), first);
    }
}
