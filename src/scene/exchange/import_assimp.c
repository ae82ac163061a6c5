/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* glTF, FBX and Collada through assimp: cameras and lights in the world, and a geometry with an axis of
 * its own for each node with meshes. Where they are is import_places.c's. */

#include <assimp/cimport.h>
#include <assimp/material.h>
#include <assimp/postprocess.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "scene/exchange/import_assimp.h"
#include "scene/mesh_folder.h"

#define DEGREES 57.29577951308232

enum { MAX_NODES = 4000 };

/* ---- cameras ---- */

/* What this assimp makes of the angle of a file's only camera; NaN: it reads none. */
static double angle_made_of(const char *text, const char *ending)
{
    const struct aiScene *scene = aiImportFileFromMemory(text, (unsigned) strlen(text), 0, ending);
    double angle = scene != NULL && scene->mNumCameras == 1
                       ? (double) scene->mCameras[0]->mHorizontalFOV
                       : (double) NAN;
    aiReleaseImport(scene);
    return angle;
}

/* Versions of assimp turn glTF's vertical angle into a horizontal one by its tangent, or, up to 5.2, by the
 * angle itself. Which one this is, a camera of 1 radian and twice the width tells. */
static bool scales_angles(void)
{
    return angle_made_of(
               "{\"asset\":{\"version\":\"2.0\"},\"scene\":0,\"scenes\":[{\"nodes\":[0]}],"
               "\"nodes\":[{\"camera\":0}],\"cameras\":[{\"type\":\"perspective\","
               "\"perspective\":{\"yfov\":1,\"aspectRatio\":2,\"znear\":1}}]}",
               "gltf") > 1.9;
}

/* From 5.4 on assimp gives half of an FBX camera's angle: one of 60 degrees tells. */
static bool halves_angles(void)
{
    return angle_made_of(
               "; FBX 7.4.0 project file\nFBXHeaderExtension:  {\n\tFBXVersion: 7400\n}\nObjects:  {\n"
               "\tNodeAttribute: 1, \"NodeAttribute::c\", \"Camera\" {\n\t\tProperties70:  {\n"
               "\t\t\tP: \"FieldOfView\", \"FieldOfView\", \"\", \"A\",60\n\t\t}\n\t}\n"
               "\tModel: 2, \"Model::c\", \"Camera\" {\n\t}\n}\n"
               "Connections:  {\n\tC: \"OO\",1,2\n\tC: \"OO\",2,0\n}\n",
               "fbx") < 0.8;
}

static double vertical_fov(const zd_assimp_reader *r, const struct aiCamera *camera)
{
    double angle = (double) camera->mHorizontalFOV * (r->is_fbx && halves_angles() ? 2.0 : 1.0);
    double aspect = (double) camera->mAspect;
    if (!(aspect > 0.0)) { /* glTF without an aspect ratio holds the vertical angle */
        aspect = r->is_gltf ? 1.0 : r->import->frame[0] * r->import->aspect / r->import->frame[1];
    }
    return r->is_gltf && scales_angles() ? angle / aspect * DEGREES
                                         : 2.0 * atan(tan(0.5 * angle) / aspect) * DEGREES;
}

static zd_status read_camera(zd_assimp_reader *r, const struct aiCamera *camera, zd_error *err)
{
    const struct aiNode *node = zd_assimp_find_node(r->scene->mRootNode, camera->mName.data, 0);
    double unit = r->import->params->unit;
    double fov = vertical_fov(r, camera);
    zd_import_track track = { 0 };
    /* assimp 5.2 writes a glTF node's own place into its camera too. */
    zd_vec3 place = r->is_gltf ? (zd_vec3){ 0, 0, 0 } : zd_assimp_vector(&camera->mPosition.x);
    zd_mat4 inner = zd_assimp_looking(place, zd_assimp_vector(&camera->mLookAt.x),
                                      zd_assimp_vector(&camera->mUp.x), unit);
    ZD_TRY(zd_import_track_init(&track, r->import->doc->ctx, 7, r->frames, err));
    for (int i = 0; i < track.count; i++) {
        track.values[i * 7 + 6] = fov;
    }
    zd_status status =
        zd_assimp_bake(r, node != NULL ? node : r->scene->mRootNode, &inner, &track, err);
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

static void write_light(zd_assimp_reader *r, const struct aiLight *light,
                        const zd_import_track *track)
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

static zd_status read_light(zd_assimp_reader *r, const struct aiLight *light, zd_error *err)
{
    const struct aiNode *node = zd_assimp_find_node(r->scene->mRootNode, light->mName.data, 0);
    zd_import_track track = { 0 };
    zd_vec3 way = zd_assimp_vector(&light->mDirection.x);
    if (!(zd_vec3_length(way) > 0.0)) {
        way = (zd_vec3){ 0, 0, -1 };
    }
    zd_mat4 inner = zd_assimp_looking(zd_assimp_vector(&light->mPosition.x), way,
                                      zd_assimp_vector(&light->mUp.x), r->import->params->unit);
    ZD_TRY(zd_import_track_init(&track, r->import->doc->ctx, 6, r->frames, err));
    zd_status status =
        zd_assimp_bake(r, node != NULL ? node : r->scene->mRootNode, &inner, &track, err);
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
static bool add_texture(zd_assimp_reader *r, const struct aiMaterial *m, char *media)
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

static void write_object(zd_assimp_reader *r, const struct aiNode *node, unsigned index,
                         const char *axis)
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

static zd_status read_object(zd_assimp_reader *r, const struct aiNode *node, zd_error *err)
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
    zd_status status = zd_assimp_bake(r, node, &inner, &track, err);
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

static zd_status read_objects(zd_assimp_reader *r, const struct aiNode *node, int depth,
                              zd_error *err)
{
    if (depth > ZD_ASSIMP_MAX_DEPTH || r->import->nodes > MAX_NODES) {
        return zd_fail(err, ZD_ERR_LIMIT, "'%s' has more than %d nodes, or %d in a chain",
                       r->import->params->path, MAX_NODES, ZD_ASSIMP_MAX_DEPTH);
    }
    if (node->mNumMeshes > 0) {
        ZD_TRY(read_object(r, node, err));
    }
    for (unsigned i = 0; i < node->mNumChildren; i++) {
        ZD_TRY(read_objects(r, node->mChildren[i], depth + 1, err));
    }
    return ZD_OK;
}

static zd_status read_scene(zd_assimp_reader *r, zd_error *err)
{
    zd_assimp_find_frames(r);
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
    zd_assimp_reader r = { .import = import,
                           .is_gltf =
                               strcasecmp(ending, "gltf") == 0 || strcasecmp(ending, "glb") == 0,
                           .is_fbx = strcasecmp(ending, "fbx") == 0 };
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
