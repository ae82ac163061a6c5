/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_EXCHANGE_IMPORT_ASSIMP_H
#define ZD_SCENE_EXCHANGE_IMPORT_ASSIMP_H

/* What the two halves of the reader of assimp's formats share. */

#include <assimp/scene.h>

#include "scene/exchange/exchange_internal.h"

enum { ZD_ASSIMP_MAX_DEPTH = 256 };

typedef struct zd_assimp_reader {
    zd_import *import;
    const struct aiScene *scene;
    int frames;   /* of the animation; 1: none */
    double start; /* seconds of the file at the first of them */
    bool is_gltf;
    bool is_fbx;
} zd_assimp_reader;

/** Of an aiVector3D, from its x on: C and C++ do not agree on that type's name. */
static inline zd_vec3 zd_assimp_vector(const ai_real *xyz)
{
    zd_vec3 v = { (double) xyz[0], (double) xyz[1], (double) xyz[2] };
    return v;
}

/** Finds how many frames the file's motion has, and where it begins in the file and in the scene. */
void zd_assimp_find_frames(zd_assimp_reader *r);

/** Position and rotation, and with room for 12 numbers scale and shear, of a node over these frames;
 *  `inner` is in its space. */
ZD_MUST_USE zd_status zd_assimp_bake(const zd_assimp_reader *r, const struct aiNode *node,
                                     const zd_mat4 *inner, zd_import_track *track, zd_error *err);

/** The node of a name under another, or NULL; `depth` is 0. */
const struct aiNode *zd_assimp_find_node(const struct aiNode *node, const char *name, int depth);

/** What looks along `way` from a place, looks along -z. */
zd_mat4 zd_assimp_looking(zd_vec3 from, zd_vec3 way, zd_vec3 up, double unit);

#endif
