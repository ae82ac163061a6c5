/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Meshes as PLY (binary, little endian; with --points a point cloud) and Wavefront OBJ. A PLY's points begin
 * with an alpha of 255: assimp 5.4 takes a first byte that ends a line in text for a part of the head. Both hold a colour
 * for each point: sRGB codes in PLY, parts of 1 of the same behind OBJ's places, where most programs
 * look for them. */

#include <string.h>

#include "scene/exchange/export_internal.h"

static void put_point(zd_text *out, const zd_export_point *p)
{
    zd_text_add_bytes(out, "\xff", 1);
    for (int c = 0; c < 3; c++) {
        zd_export_put_float(out, p->position[c]);
    }
    for (int c = 0; c < 3; c++) {
        zd_export_put_float(out, p->normal[c]);
    }
    zd_export_put_float(out, p->uv[0]);
    zd_export_put_float(out, p->uv[1]);
    const char rgb[3] = { (char) zd_export_code(p->rgb[0]), (char) zd_export_code(p->rgb[1]),
                          (char) zd_export_code(p->rgb[2]) };
    zd_text_add_bytes(out, rgb, 3);
}

zd_status zd_export_ply(const zd_export *job, zd_text *out, zd_error *err)
{
    size_t points = 0;
    size_t triangles = 0;
    uint32_t first = 0;
    for (int i = 0; i < job->mesh_count; i++) {
        points += job->meshes[i].point_count;
        triangles += job->meshes[i].index_count / 3;
    }
    zd_text_format(
        out,
        "ply\nformat binary_little_endian 1.0\ncomment made by zdepth\n"
        "element vertex %zu\nproperty uchar alpha\nproperty float x\nproperty float y\nproperty float z\n"
        "property float nx\nproperty float ny\nproperty float nz\n"
        "property float s\nproperty float t\n"
        "property uchar red\nproperty uchar green\nproperty uchar blue\n",
        points);
    if (!job->params->points) {
        zd_text_format(out, "element face %zu\nproperty list uchar int vertex_indices\n",
                       triangles);
    }
    zd_text_add(out, "end_header\n");
    for (int i = 0; i < job->mesh_count; i++) {
        for (size_t p = 0; p < job->meshes[i].point_count; p++) {
            put_point(out, &job->meshes[i].points[p]);
        }
    }
    for (int i = 0; i < job->mesh_count && !job->params->points; i++) {
        for (size_t k = 0; k < job->meshes[i].index_count; k++) {
            if (k % 3 == 0) {
                zd_text_add_bytes(out, "\3", 1);
            }
            zd_export_put_u32(out, first + job->meshes[i].indices[k]);
        }
        first += (uint32_t) job->meshes[i].point_count;
    }
    return zd_text_finish(out, "a PLY file", err);
}

static void write_obj_mesh(const zd_export *job, const zd_export_mesh *mesh, size_t first,
                           zd_text *out)
{
    zd_text_format(out, "o %s\n", mesh->name);
    for (size_t i = 0; i < mesh->point_count; i++) {
        const zd_export_point *p = &mesh->points[i];
        zd_text_format(out, "v %.9g %.9g %.9g %.4g %.4g %.4g\nvt %.7g %.7g\nvn %.5g %.5g %.5g\n",
                       (double) p->position[0], (double) p->position[1], (double) p->position[2],
                       zd_export_code(p->rgb[0]) / 255.0, zd_export_code(p->rgb[1]) / 255.0,
                       zd_export_code(p->rgb[2]) / 255.0, (double) p->uv[0], (double) p->uv[1],
                       (double) p->normal[0], (double) p->normal[1], (double) p->normal[2]);
    }
    for (size_t k = 0; k + 2 < mesh->index_count && !job->params->points; k += 3) {
        zd_text_add(out, "f");
        for (size_t c = 0; c < 3; c++) {
            size_t at = first + mesh->indices[k + c];
            zd_text_format(out, " %zu/%zu/%zu", at, at, at);
        }
        zd_text_add(out, "\n");
    }
}

zd_status zd_export_obj(const zd_export *job, zd_text *out, zd_error *err)
{
    size_t first = 1;
    zd_text_add(out, "# made by zdepth\n");
    for (int i = 0; i < job->mesh_count; i++) {
        write_obj_mesh(job, &job->meshes[i], first, out);
        first += job->meshes[i].point_count;
    }
    return zd_text_finish(out, "an OBJ file", err);
}
