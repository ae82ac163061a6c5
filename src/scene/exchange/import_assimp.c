/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* glTF, FBX and Collada through assimp: cameras and lights in the world, and a geometry with an axis of
 * its own for each node with meshes. Motion is baked, a key for each frame that says something: position,
 * rotation, shear and scale of an axis hold any affine matrix (its QR decomposition). */

#include <assimp/cimport.h>
#include <assimp/material.h>
#include <assimp/postprocess.h>
#include <assimp/scene.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/size.h"
#include "scene/exchange/exchange_internal.h"
#include "scene/mesh_folder.h"

#define DEGREES 57.29577951308232

enum { MAX_DEPTH = 256, MAX_NODES = 4000 };

typedef struct reader {
    zd_import *import;
    const struct aiScene *scene;
    int frames;   /* of the animation; 1: none */
    double start; /* seconds of the file at the first of them */
    bool is_gltf;
} reader;

/* ---- places ---- */

static zd_mat4 matrix_of(const struct aiMatrix4x4 *m)
{
    return (zd_mat4){ { { (double) m->a1, (double) m->a2, (double) m->a3, (double) m->a4 },
                        { (double) m->b1, (double) m->b2, (double) m->b3, (double) m->b4 },
                        { (double) m->c1, (double) m->c2, (double) m->c3, (double) m->c4 },
                        { 0.0, 0.0, 0.0, 1.0 } } };
}

static zd_vec3 vector_of(const struct aiVector3D *v)
{
    return (zd_vec3){ (double) v->x, (double) v->y, (double) v->z };
}

/* The key before a time, and how far the next one is reached. */
static unsigned key_before(const void *keys, size_t size, unsigned count, double time, double *part)
{
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
    zd_vec3 a = vector_of(&keys[at].mValue);
    zd_vec3 b = at + 1 < count ? vector_of(&keys[at + 1].mValue) : a;
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

static const struct aiNodeAnim *channel_of(const reader *r, const struct aiNode *node)
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

static double ticks_a_second(const reader *r)
{
    double ticks = r->scene->mNumAnimations > 0 ? r->scene->mAnimations[0]->mTicksPerSecond : 0.0;
    return ticks > 0.0 ? ticks : 25.0;
}

static zd_mat4 local_at(const reader *r, const struct aiNode *node, double ticks)
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

static zd_mat4 world_at(const reader *r, const struct aiNode *node, double ticks)
{
    zd_mat4 out = zd_mat4_identity();
    for (int depth = 0; node != NULL && depth < MAX_DEPTH; node = node->mParent, depth++) {
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
static zd_status bake(const reader *r, const struct aiNode *node, const zd_mat4 *inner,
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

static const struct aiNode *find_node(const struct aiNode *node, const char *name, int depth)
{
    if (strcmp(node->mName.data, name) == 0) {
        return node;
    }
    for (unsigned i = 0; i < node->mNumChildren && depth < MAX_DEPTH; i++) {
        const struct aiNode *found = find_node(node->mChildren[i], name, depth + 1);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

/* What looks along `way`, looks along -z. */
static zd_mat4 looking(zd_vec3 from, zd_vec3 way, zd_vec3 up, double unit)
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

/* ---- cameras ---- */

/* Versions of assimp turn glTF's vertical angle into a horizontal one by its tangent, or, up to 5.2, by the
 * angle itself. Which one this is, a camera of 1 radian and twice the width tells. */
static bool scales_angles(void)
{
    static const char probe[] =
        "{\"asset\":{\"version\":\"2.0\"},\"scene\":0,\"scenes\":[{\"nodes\":[0]}],"
        "\"nodes\":[{\"camera\":0}],\"cameras\":[{\"type\":\"perspective\",\"perspective\":"
        "{\"yfov\":1,\"aspectRatio\":2,\"znear\":1}}]}";
    const struct aiScene *scene = aiImportFileFromMemory(probe, sizeof probe - 1, 0, "gltf");
    bool scales = scene != NULL && scene->mNumCameras == 1 &&
                  (double) scene->mCameras[0]->mHorizontalFOV > 1.9;
    aiReleaseImport(scene);
    return scales;
}

static double vertical_fov(const reader *r, const struct aiCamera *camera)
{
    double angle = (double) camera->mHorizontalFOV;
    double aspect = (double) camera->mAspect;
    if (!(aspect > 0.0)) { /* glTF without an aspect ratio holds the vertical angle */
        aspect = r->is_gltf ? 1.0 : r->import->frame[0] * r->import->aspect / r->import->frame[1];
    }
    return r->is_gltf && scales_angles() ? angle / aspect * DEGREES
                                         : 2.0 * atan(tan(0.5 * angle) / aspect) * DEGREES;
}

static zd_status read_camera(reader *r, const struct aiCamera *camera, zd_error *err)
{
    const struct aiNode *node = find_node(r->scene->mRootNode, camera->mName.data, 0);
    double unit = r->import->params->unit;
    double fov = vertical_fov(r, camera);
    zd_import_track track = { 0 };
    /* assimp 5.2 writes a glTF node's own place into its camera too. */
    zd_vec3 place = r->is_gltf ? (zd_vec3){ 0, 0, 0 } : vector_of(&camera->mPosition);
    zd_mat4 inner = looking(place, vector_of(&camera->mLookAt), vector_of(&camera->mUp), unit);
    ZD_TRY(zd_import_track_init(&track, r->import->doc->ctx, 7, r->frames, err));
    for (int i = 0; i < track.count; i++) {
        track.values[i * 7 + 6] = fov;
    }
    zd_status status = bake(r, node != NULL ? node : r->scene->mRootNode, &inner, &track, err);
    if (status == ZD_OK) {
        zd_import_camera(r->import, camera->mName.data, &track,
                         (double) camera->mClipPlaneNear * unit,
                         (double) camera->mClipPlaneFar * unit);
    }
    zd_import_track_finish(&track);
    return status;
}

/* ---- lights ---- */

static const char *light_word(const struct aiLight *light)
{
    switch ((int) light->mType) {
    case aiLightSource_DIRECTIONAL:
        return "directional";
    case aiLightSource_SPOT:
        return "spot";
    case aiLightSource_AREA:
        return "area";
    case aiLightSource_AMBIENT:
        return "ambient";
    default:
        return "point";
    }
}

static void number(zd_import *import, const char *key, double value)
{
    zd_text_format(import->out, " %s ", key);
    zd_scene_write_number(import->out, value);
}

static void write_brightness(zd_import *import, const struct aiColor3D *c)
{
    double rgb[3] = { fmax((double) c->r, 0.0), fmax((double) c->g, 0.0),
                      fmax((double) c->b, 0.0) };
    double most = fmax(rgb[0], fmax(rgb[1], rgb[2]));
    bool is_fine = isfinite(most) && most > 0.0;
    zd_text_add(import->out, " colour");
    for (int i = 0; i < 3; i++) {
        zd_text_add(import->out, " ");
        zd_scene_write_number(import->out, is_fine ? rgb[i] / most : 0.0);
    }
    number(import, "intensity", is_fine ? fmin(100.0 * most, 1e6) : 0.0);
}

static void write_light(reader *r, const struct aiLight *light, const zd_import_track *track)
{
    char name[ZD_SCENE_NAME_SIZE];
    zd_import *import = r->import;
    double unit = import->params->unit;
    double square = (double) light->mAttenuationQuadratic;
    double straight = (double) light->mAttenuationLinear;
    zd_import_name(import, light->mName.data, "light", name);
    zd_import_begin(import, "light", name);
    zd_text_format(import->out, " type %s", light_word(light));
    zd_import_values(import, "position", track, 0, 3);
    zd_import_values(import, "rotation", track, 3, 3);
    write_brightness(import, &light->mColorDiffuse);
    double reach = square > 0.0 ? unit / sqrt(square) : straight > 0.0 ? unit / straight : 0.0;
    bool decays = light->mType != aiLightSource_DIRECTIONAL &&
                  light->mType != aiLightSource_AMBIENT && reach >= 1e-3 && reach < 1e9;
    if (decays) {
        zd_text_format(import->out, " decay %s", square > 0.0 ? "quadratic" : "linear");
        number(import, "reach", reach);
    }
    if (light->mType == aiLightSource_SPOT) {
        double whole = r->is_gltf ? 1.0 : 0.5; /* glTF measures from the axis */
        double outer = (double) light->mAngleOuterCone * whole * DEGREES;
        double inner = (double) light->mAngleInnerCone * whole * DEGREES;
        outer = isfinite(outer) ? fmin(fmax(outer, 0.01), 90.0) : 45.0;
        number(import, "spread", outer);
        number(import, "penumbra", isfinite(inner) ? fmin(fmax(outer - inner, 0.0), 90.0) : 0.0);
    }
    zd_import_end(import);
    zd_import_keyframes(import, name, "position", track, 0, 3);
    zd_import_keyframes(import, name, "rotation", track, 3, 3);
}

static zd_status read_light(reader *r, const struct aiLight *light, zd_error *err)
{
    const struct aiNode *node = find_node(r->scene->mRootNode, light->mName.data, 0);
    zd_import_track track = { 0 };
    zd_vec3 way = vector_of(&light->mDirection);
    if (!(zd_vec3_length(way) > 0.0)) {
        way = (zd_vec3){ 0, 0, -1 };
    }
    zd_mat4 inner =
        looking(vector_of(&light->mPosition), way, vector_of(&light->mUp), r->import->params->unit);
    ZD_TRY(zd_import_track_init(&track, r->import->doc->ctx, 6, r->frames, err));
    zd_status status = bake(r, node != NULL ? node : r->scene->mRootNode, &inner, &track, err);
    if (status == ZD_OK) {
        write_light(r, light, &track);
    }
    zd_import_track_finish(&track);
    return status;
}

/* ---- objects ---- */

static double material_number(const struct aiMaterial *m, const char *key, double otherwise)
{
    ai_real value = 0;
    return aiGetMaterialFloatArray(m, key, 0, 0, &value, NULL) == aiReturn_SUCCESS &&
                   isfinite((double) value)
               ? (double) value
               : otherwise;
}

static void write_colour(zd_import *import, const char *key, const struct aiColor4D *c)
{
    const ai_real v[3] = { c->r, c->g, c->b };
    zd_text_format(import->out, " %s", key);
    for (int i = 0; i < 3; i++) {
        double one = isfinite((double) v[i]) ? fmin(fmax((double) v[i], 0.0), 1e6) : 1.0;
        zd_text_add(import->out, " ");
        zd_scene_write_number(import->out, floor(one * 1e6 + 0.5) / 1e6);
    }
}

static void write_material(zd_import *import, const struct aiMaterial *m)
{
    struct aiColor4D colour;
    double opacity = material_number(m, "$mat.opacity", 1.0);
    double shine = material_number(m, "$mat.shininess", 0.0);
    if (aiGetMaterialColor(m, "$clr.diffuse", 0, 0, &colour) == aiReturn_SUCCESS) {
        write_colour(import, "colour", &colour);
    }
    if (opacity < 1.0 && opacity >= 0.0) {
        number(import, "transparency", floor(1e6 * (1.0 - opacity) + 0.5) / 1e4);
    }
    if (shine > 0.0 && aiGetMaterialColor(m, "$clr.specular", 0, 0, &colour) == aiReturn_SUCCESS) {
        number(import, "shine", fmin(shine, 1000.0));
        write_colour(import, "specular", &colour);
    }
    int two_sided = 0;
    if (aiGetMaterialIntegerArray(m, "$mat.twosided", 0, 0, &two_sided, NULL) == aiReturn_SUCCESS &&
        two_sided != 0)
    {
        zd_text_add(import->out, " two_sided yes");
    }
}

/* A picture beside the file becomes a media; one inside it cannot be read. */
static bool add_texture(reader *r, const struct aiMaterial *m, char *media)
{
    struct aiString path;
    char name[64];
    const char *written = r->import->params->written;
    if (aiGetMaterialString(m, "$tex.file", aiTextureType_DIFFUSE, 0, &path) != aiReturn_SUCCESS ||
        path.length == 0 || path.data[0] == '*' || strpbrk(path.data, "\"\n\r\\") != NULL ||
        path.data[0] == '/' || strstr(path.data, "..") != NULL || strchr(path.data, ':') != NULL)
    {
        return false;
    }
    const char *base = zd_path_base(path.data);
    snprintf(name, sizeof name, "%.*s", (int) strcspn(base, "."), base);
    zd_import_name(r->import, name, "texture", media);
    zd_import_begin(r->import, "media", media);
    zd_text_format(r->import->out, " front \"%.*s%s\"", (int) (zd_path_base(written) - written),
                   written, path.data);
    zd_import_end(r->import);
    return true;
}

static void write_object(reader *r, const struct aiNode *node, unsigned index, const char *axis)
{
    char name[ZD_SCENE_NAME_SIZE];
    char media[ZD_SCENE_NAME_SIZE];
    zd_import *import = r->import;
    const struct aiMesh *mesh = r->scene->mMeshes[node->mMeshes[index]];
    const struct aiMaterial *material = mesh->mMaterialIndex < r->scene->mNumMaterials
                                            ? r->scene->mMaterials[mesh->mMaterialIndex]
                                            : NULL;
    bool has_texture = material != NULL && add_texture(r, material, media);
    zd_import_name(import, node->mName.data, "object", name);
    zd_import_begin(import, "geometry", name);
    zd_text_format(import->out, " parent %s file \"%s\" part \"%s", axis, import->params->written,
                   node->mName.data);
    zd_text_format(import->out, node->mNumMeshes > 1 ? ":%u\"" : "\"", index + 1);
    if (import->params->unit != 1.0) {
        number(import, "unit", import->params->unit);
    }
    if (has_texture) {
        zd_text_format(import->out, " media %s", media);
    }
    if (material != NULL) {
        write_material(import, material);
    }
    zd_import_end(import);
}

static zd_status read_object(reader *r, const struct aiNode *node, zd_error *err)
{
    char stem[ZD_SCENE_NAME_SIZE];
    char axis[ZD_SCENE_NAME_SIZE];
    zd_import_track track = { 0 };
    zd_mat4 inner = zd_mat4_identity();
    if (strpbrk(node->mName.data, "\"\n\r") != NULL || node->mName.length == 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' has a node without a name that can be written",
                       r->import->params->path);
    }
    ZD_TRY(zd_import_track_init(&track, r->import->doc->ctx, 12, r->frames, err));
    zd_status status = bake(r, node, &inner, &track, err);
    if (status == ZD_OK) {
        snprintf(stem, sizeof stem, "%.30s_axis", node->mName.data);
        zd_import_name(r->import, stem, "axis", axis);
        zd_import_begin(r->import, "axis", axis);
        static const struct {
            const char *key;
            int first;
        } keys[] = { { "position", 0 }, { "rotation", 3 }, { "scale", 6 }, { "shear", 9 } };
        for (int k = 0; k < 4; k++) {
            zd_import_values(r->import, keys[k].key, &track, keys[k].first, 3);
        }
        zd_import_end(r->import);
        for (int k = 0; k < 4; k++) {
            zd_import_keyframes(r->import, axis, keys[k].key, &track, keys[k].first, 3);
        }
        for (unsigned i = 0; i < node->mNumMeshes; i++) {
            write_object(r, node, i, axis);
        }
    }
    zd_import_track_finish(&track);
    return status;
}

static zd_status read_objects(reader *r, const struct aiNode *node, int depth, zd_error *err)
{
    if (depth > MAX_DEPTH || r->import->nodes > MAX_NODES) {
        return zd_fail(err, ZD_ERR_LIMIT, "'%s' has more than %d nodes, or %d in a chain",
                       r->import->params->path, MAX_NODES, MAX_DEPTH);
    }
    if (node->mNumMeshes > 0) {
        ZD_TRY(read_object(r, node, err));
    }
    for (unsigned i = 0; i < node->mNumChildren; i++) {
        ZD_TRY(read_objects(r, node->mChildren[i], depth + 1, err));
    }
    return ZD_OK;
}

/* When things begin to move, seconds; what has one key only stands still. */
static double find_start(const reader *r)
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
static void find_frames(reader *r)
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

static zd_status read_scene(reader *r, zd_error *err)
{
    find_frames(r);
    for (unsigned i = 0; i < r->scene->mNumCameras; i++) {
        ZD_TRY(read_camera(r, r->scene->mCameras[i], err));
    }
    for (unsigned i = 0; i < r->scene->mNumLights; i++) {
        ZD_TRY(read_light(r, r->scene->mLights[i], err));
    }
    return read_objects(r, r->scene->mRootNode, 0, err);
}

zd_status zd_import_assimp(zd_import *import, zd_error *err)
{
    zd_mesh_folder folder;
    const char *path = import->params->path;
    const char *ending = zd_path_extension(path);
    ending += ending[0] == '.';
    reader r = { .import = import,
                 .is_gltf = strcasecmp(ending, "gltf") == 0 || strcasecmp(ending, "glb") == 0 };
    if (!zd_file_exists(path)) {
        return zd_fail(err, ZD_ERR_IO, "'%s': there is no such file", path);
    }
    ZD_TRY(zd_file_check_regular(path, err));
    ZD_TRY(zd_mesh_folder_init(&folder, import->doc->ctx, path, err));
    r.scene = aiImportFileEx(
        path, aiProcess_Triangulate | aiProcess_SortByPType | aiProcess_ValidateDataStructure,
        &folder.io);
    zd_status status = ZD_OK;
    if (r.scene == NULL || r.scene->mRootNode == NULL) {
        status =
            zd_fail(err, ZD_ERR_CORRUPT, "'%s' cannot be read: %.200s", path, aiGetErrorString());
    } else {
        status = read_scene(&r, err);
    }
    aiReleaseImport(r.scene);
    zd_mesh_folder_finish(&folder);
    return status;
}
