/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_MESH_FOLDER_H
#define ZD_SCENE_MESH_FOLDER_H

/* The files that assimp may open for a mesh: the mesh itself and what lies in its folder or below,
 * with no way out by "..", absolute names or links. */

#include <assimp/cfileio.h>

#include "core/context.h"

typedef struct zd_mesh_folder {
    zd_context *ctx;
    struct aiFileIO io; /* for assimp; valid as long as this struct stays in its place */
    const char *mesh;   /* borrowed */
    char *folder;       /* of the mesh, without links; ends with '/' */
    char *refused;      /* the first file outside that was asked for; NULL: none */
} zd_mesh_folder;

/** `mesh` is borrowed until zd_mesh_folder_finish. */
ZD_MUST_USE zd_status zd_mesh_folder_init(zd_mesh_folder *folder, zd_context *ctx, const char *mesh,
                                          zd_error *err);
void zd_mesh_folder_finish(zd_mesh_folder *folder);

/** What to do with a file of Alembic or USD, for the end of a message; "" for all others. */
const char *zd_mesh_folder_advice(const char *path);

#endif
