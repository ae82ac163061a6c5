/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Meshes from files, through assimp: triangles with smooth normals and one set of texture
 * coordinates, in the coordinates of the file's root. */

#include <assert.h>
#include <assimp/cimport.h>
#include <assimp/postprocess.h>
#include <assimp/scene.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/require.h"
#include "core/size.h"
#include "scene/mesh.h"
#include "scene/mesh_folder.h"

enum { MAX_POINTS = 1 << 24, MAX_DEPTH = 256 };

void zd_geometry_release(zd_context *ctx, zd_geometry *geometry)
{
    zd_free(ctx, geometry->points);
    zd_free(ctx, geometry->normals);
    zd_free(ctx, geometry->uv);
    zd_free(ctx, geometry->indices);
    zd_free(ctx, geometry->joins);
    *geometry = (zd_geometry){ 0 };
}

static zd_status make_room(zd_context *ctx, size_t points, size_t indices, zd_geometry *out,
                           zd_error *err)
{
    *out = (zd_geometry){ .point_count = points, .index_count = indices };
    out->points = zd_alloc_zeroed(ctx, points, sizeof *out->points);
    out->normals = zd_alloc_zeroed(ctx, points, sizeof *out->normals);
    out->uv = zd_alloc_zeroed(ctx, points, 2 * sizeof *out->uv);
    out->indices = zd_alloc_zeroed(ctx, indices, sizeof *out->indices);
    if (out->points == NULL || out->normals == NULL || out->uv == NULL || out->indices == NULL) {
        zd_geometry_release(ctx, out);
        return zd_fail_memory(err, "a mesh");
    }
    return ZD_OK;
}

static zd_vec3 vector(struct aiVector3D v)
{
    return (zd_vec3){ (double) v.x, (double) v.y, (double) v.z };
}

static bool is_number(zd_vec3 v)
{
    return isfinite(v.x) && isfinite(v.y) && isfinite(v.z);
}

static void append(const struct aiMesh *mesh, size_t first, size_t *at, zd_geometry *out)
{
    for (size_t i = 0; i < mesh->mNumVertices; i++) {
        out->points[first + i] = vector(mesh->mVertices[i]);
        out->normals[first + i] =
            mesh->mNormals != NULL ? vector(mesh->mNormals[i]) : (zd_vec3){ 0, 0, 1 };
        if (!is_number(out->normals[first + i])) { /* of triangles without area */
            out->normals[first + i] = (zd_vec3){ 0, 0, 1 };
        }
        if (mesh->mTextureCoords[0] != NULL) {
            out->uv[(first + i) * 2] = mesh->mTextureCoords[0][i].x;
            out->uv[(first + i) * 2 + 1] = 1.0f - mesh->mTextureCoords[0][i].y;
        }
    }
    for (size_t f = 0; f < mesh->mNumFaces; f++) {
        const struct aiFace *face = &mesh->mFaces[f];
        for (unsigned k = 0; face->mNumIndices == 3 && k < 3; k++) {
            out->indices[(*at)++] = (uint32_t) (first + face->mIndices[k]);
        }
    }
}

static zd_status fail_point(const char *path, size_t index, zd_error *err)
{
    return zd_fail(err, ZD_ERR_CORRUPT,
                   "'%s' is damaged: its point %zu is not a place (NaN or infinite); "
                   "export it again",
                   path, index + 1);
}

static zd_status check_points(zd_context *ctx, const char *path, zd_geometry *out, zd_error *err)
{
    for (size_t i = 0; i < out->point_count; i++) {
        if (!is_number(out->points[i]) || !isfinite(out->uv[i * 2]) ||
            !isfinite(out->uv[i * 2 + 1])) {
            zd_geometry_release(ctx, out);
            return fail_point(path, i, err);
        }
    }
    return ZD_OK;
}

/* As the file has them: joined with others, a point that is none would be taken for one of them. */
static zd_status check_read(const char *path, const struct aiScene *scene, zd_error *err)
{
    size_t first = 0;
    for (unsigned m = 0; m < scene->mNumMeshes; m++) {
        const struct aiMesh *mesh = scene->mMeshes[m];
        for (size_t i = 0; i < mesh->mNumVertices; i++) {
            if (!is_number(vector(mesh->mVertices[i]))) {
                return fail_point(path, first + i, err);
            }
        }
        first += mesh->mNumVertices;
    }
    return ZD_OK;
}

/* Meshes that are read: some of a file's. */
typedef struct mesh_list {
    struct aiMesh **all;
    const unsigned *which; /* NULL: in their order */
    unsigned count;
} mesh_list;

static const struct aiMesh *mesh_at(const mesh_list *list, unsigned i)
{
    return list->all[list->which != NULL ? list->which[i] : i];
}

static zd_status copy_meshes(zd_context *ctx, const char *path, const mesh_list *list,
                             zd_geometry *out, zd_error *err)
{
    size_t points = 0;
    size_t faces = 0;
    for (unsigned i = 0; i < list->count; i++) {
        points += mesh_at(list, i)->mNumVertices;
        faces += mesh_at(list, i)->mNumFaces;
    }
    if (points == 0 || faces == 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' holds no triangles", path);
    }
    if (points > MAX_POINTS || faces > MAX_POINTS) {
        return zd_fail(err, ZD_ERR_LIMIT, "'%s' has %zu points and %zu faces; at most %d", path,
                       points, faces, MAX_POINTS);
    }
    ZD_TRY(make_room(ctx, points, faces * 3, out, err));
    size_t first = 0;
    size_t at = 0;
    out->has_uv = true;
    for (unsigned i = 0; i < list->count; i++) {
        out->has_uv = out->has_uv && mesh_at(list, i)->mTextureCoords[0] != NULL;
        append(mesh_at(list, i), first, &at, out);
        first += mesh_at(list, i)->mNumVertices;
    }
    out->index_count = at;
    return check_points(ctx, path, out, err);
}

static const struct aiNode *find_node(const struct aiNode *node, const char *name, size_t length,
                                      int depth)
{
    if (strlen(node->mName.data) == length && memcmp(node->mName.data, name, length) == 0) {
        return node;
    }
    for (unsigned i = 0; i < node->mNumChildren && depth < MAX_DEPTH; i++) {
        const struct aiNode *found = find_node(node->mChildren[i], name, length, depth + 1);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

/* A node's meshes by "NAME", or one of them by "NAME:NUMBER" from 1. */
static zd_status find_part(const char *path, const struct aiScene *scene, const char *part,
                           mesh_list *list, zd_error *err)
{
    const char *colon = strrchr(part, ':');
    const struct aiNode *node = find_node(scene->mRootNode, part, strlen(part), 0);
    if (node != NULL) {
        *list = (mesh_list){ scene->mMeshes, node->mMeshes, node->mNumMeshes };
    } else if (colon != NULL) {
        unsigned long number = strtoul(colon + 1, NULL, 10);
        node = find_node(scene->mRootNode, part, (size_t) (colon - part), 0);
        if (node != NULL && number >= 1 && number <= node->mNumMeshes) {
            *list = (mesh_list){ scene->mMeshes, node->mMeshes + number - 1, 1 };
        } else {
            node = NULL;
        }
    }
    return node != NULL ? ZD_OK
                        : zd_fail(err, ZD_ERR_CORRUPT, "'%s' has no part '%.80s'", path, part);
}

static zd_status copy_scene(zd_context *ctx, const char *path, const char *part,
                            const struct aiScene *scene, zd_geometry *out, zd_error *err)
{
    mesh_list list = { scene->mMeshes, NULL, scene->mNumMeshes };
    if (part[0] != '\0') {
        ZD_TRY(find_part(path, scene, part, &list, err));
    }
    return copy_meshes(ctx, path, &list, out, err);
}

static zd_status fail_import(const zd_mesh_folder *folder, zd_error *err)
{
    if (folder->refused != NULL) {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "'%s' wants '%.200s', which is not in its folder; copy it there",
                       folder->mesh, folder->refused);
    }
    return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is not a mesh: %.200s%s", folder->mesh,
                   aiGetErrorString(), zd_mesh_folder_advice(folder->mesh));
}

zd_status zd_geometry_read(zd_context *ctx, const char *path, const char *part, zd_geometry *out,
                           zd_error *err)
{
    ZD_REQUIRE(err, path != NULL && part != NULL);
    zd_mesh_folder folder;
    *out = (zd_geometry){ 0 };
    if (!zd_file_exists(path)) {
        return zd_fail(err, ZD_ERR_IO, "'%s': there is no such file", path);
    }
    ZD_TRY(zd_file_check_regular(path, err));
    ZD_TRY(zd_mesh_folder_init(&folder, ctx, path, err));
    const unsigned steps = aiProcess_Triangulate | aiProcess_JoinIdenticalVertices |
                           aiProcess_GenSmoothNormals | aiProcess_SortByPType |
                           (part[0] == '\0' ? (unsigned) aiProcess_PreTransformVertices : 0u);
    const struct aiScene *scene =
        aiImportFileEx(path, (unsigned) aiProcess_ValidateDataStructure, &folder.io);
    zd_status status = scene != NULL ? check_read(path, scene, err) : fail_import(&folder, err);
    if (status == ZD_OK) {
        scene = aiApplyPostProcessing(scene, steps);
        status = scene != NULL ? copy_scene(ctx, path, part, scene, out, err)
                               : fail_import(&folder, err);
    }
    if (status == ZD_OK && folder.refused != NULL) {
        zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "scene",
                     "'%s' wants '%s', which is not in its folder and is left out", path,
                     folder.refused);
    }
    aiReleaseImport(scene);
    zd_mesh_folder_finish(&folder);
    return status;
}

static void halve(const zd_geometry *in, zd_geometry *out, uint32_t a, uint32_t b, size_t to)
{
    out->points[to] = zd_vec3_scale(zd_vec3_add(in->points[a], in->points[b]), 0.5);
    out->normals[to] = zd_vec3_unit(zd_vec3_add(in->normals[a], in->normals[b]));
    for (int k = 0; k < 2; k++) {
        out->uv[to * 2 + (size_t) k] =
            0.5f * (in->uv[(size_t) a * 2 + (size_t) k] + in->uv[(size_t) b * 2 + (size_t) k]);
    }
}

/* The points in the middle of edges, found again by the other triangle of the edge. */
typedef struct edge_table {
    uint64_t *keys; /* 0: free */
    uint32_t *points;
    size_t mask;
} edge_table;

static uint32_t middle_of(const zd_geometry *in, zd_geometry *out, edge_table *table, uint32_t a,
                          uint32_t b)
{
    assert(a < in->point_count && b < in->point_count);
    uint64_t key = ((uint64_t) (a < b ? a : b) << 32 | (a < b ? b : a)) + 1;
    size_t slot = (size_t) ((key * 0x9E3779B97F4A7C15u) >> 32) & table->mask;
    while (table->keys[slot] != 0 && table->keys[slot] != key) {
        slot = (slot + 1) & table->mask;
    }
    if (table->keys[slot] == 0) {
        table->keys[slot] = key;
        table->points[slot] = (uint32_t) out->point_count;
        halve(in, out, a, b, out->point_count++);
    }
    return table->points[slot];
}

static void split_triangles(const zd_geometry *in, zd_geometry *out, edge_table *table)
{
    for (size_t t = 0; t < in->index_count / 3; t++) {
        const uint32_t *v = in->indices + t * 3;
        uint32_t ab = middle_of(in, out, table, v[0], v[1]);
        uint32_t bc = middle_of(in, out, table, v[1], v[2]);
        uint32_t ca = middle_of(in, out, table, v[2], v[0]);
        uint32_t four[12] = { v[0], ab, ca, ab, v[1], bc, ca, bc, v[2], ab, bc, ca };
        memcpy(out->indices + t * 12, four, sizeof four);
    }
}

/* Each triangle becomes four. */
static zd_status subdivide_once(zd_context *ctx, zd_geometry *in, zd_error *err)
{
    zd_geometry out;
    edge_table table = { .mask = 1024 };
    size_t triangles = in->index_count / 3;
    if (in->point_count + triangles * 3 > MAX_POINTS) {
        return zd_fail(err, ZD_ERR_LIMIT, "a mesh subdivided beyond %d points", MAX_POINTS);
    }
    while (table.mask < triangles * 6) {
        table.mask *= 2;
    }
    ZD_TRY(make_room(ctx, in->point_count + triangles * 3, triangles * 12, &out, err));
    table.keys = zd_alloc_zeroed(ctx, table.mask, sizeof *table.keys);
    table.points = zd_alloc_zeroed(ctx, table.mask, sizeof *table.points);
    table.mask--;
    bool good = table.keys != NULL && table.points != NULL;
    if (good) {
        memcpy(out.points, in->points, in->point_count * sizeof *in->points);
        memcpy(out.normals, in->normals, in->point_count * sizeof *in->normals);
        memcpy(out.uv, in->uv, in->point_count * 2 * sizeof *in->uv);
        out.point_count = in->point_count;
        out.has_uv = in->has_uv;
        split_triangles(in, &out, &table);
        zd_geometry_release(ctx, in);
        *in = out;
    } else {
        zd_geometry_release(ctx, &out);
    }
    zd_free(ctx, table.keys);
    zd_free(ctx, table.points);
    return good ? ZD_OK : zd_fail_memory(err, "a mesh");
}

zd_status zd_geometry_subdivide(zd_context *ctx, zd_geometry *geometry, int times, zd_error *err)
{
    ZD_REQUIRE(err, times >= 0);
    for (int i = 0; i < times; i++) {
        ZD_TRY(subdivide_once(ctx, geometry, err));
    }
    return ZD_OK;
}

/* FNV-1a over a point's place and normal. */
static size_t hash_of(const zd_geometry *geometry, size_t i)
{
    uint64_t hash = 0xCBF29CE484222325u;
    const zd_vec3 both[2] = { geometry->points[i], geometry->normals[i] };
    const unsigned char *bytes = (const unsigned char *) both;
    for (size_t k = 0; k < sizeof both; k++) {
        hash = (hash ^ bytes[k]) * 0x100000001B3u;
    }
    return (size_t) (hash ^ hash >> 32);
}

static bool are_joined(const zd_geometry *geometry, size_t a, size_t b)
{
    return memcmp(&geometry->points[a], &geometry->points[b], sizeof(zd_vec3)) == 0 &&
           memcmp(&geometry->normals[a], &geometry->normals[b], sizeof(zd_vec3)) == 0;
}

zd_status zd_geometry_join(zd_context *ctx, zd_geometry *geometry, zd_error *err)
{
    size_t mask = 1024;
    while (mask < geometry->point_count * 2) {
        mask *= 2;
    }
    uint32_t *table = zd_alloc_zeroed(ctx, mask, sizeof *table); /* a point and one; 0: free */
    geometry->joins = zd_alloc_zeroed(ctx, geometry->point_count + 1, sizeof *geometry->joins);
    bool good = table != NULL && geometry->joins != NULL;
    for (size_t i = 0; good && i < geometry->point_count; i++) {
        size_t slot = hash_of(geometry, i) & (mask - 1);
        while (table[slot] != 0 && !are_joined(geometry, table[slot] - 1, i)) {
            slot = (slot + 1) & (mask - 1);
        }
        table[slot] = table[slot] != 0 ? table[slot] : (uint32_t) i + 1;
        geometry->joins[i] = table[slot] - 1;
    }
    zd_free(ctx, table);
    return good ? ZD_OK : zd_fail_memory(err, "a mesh");
}
