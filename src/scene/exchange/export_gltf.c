/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* glTF 2.0 (Khronos): meshes with normals, texture coordinates and colours of their points, and a camera with
 * its motion. One file: the numbers are in it, as base64 in .gltf and as a chunk in .glb. */

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "scene/exchange/export_internal.h"

enum { FLOAT = 5126, UNSIGNED = 5125, ARRAY = 34962, ELEMENTS = 34963 };

/* The two halves of the file while they grow. */
typedef struct writer {
    const zd_export *job;
    zd_text bytes;
    zd_text views; /* JSON of buffer views and accessors, parts of arrays */
    zd_text accessors;
    int count; /* of both: one view for each accessor */
} writer;

/* Ends what was put since `begin` as an accessor of `count` elements; gives its index. */
static int accessor(writer *w, size_t begin, size_t count, const char *type, int component,
                    int target)
{
    assert(begin <= w->bytes.length);
    const char *comma = w->count > 0 ? "," : "";
    zd_text_format(&w->views, "%s{\"buffer\":0,\"byteOffset\":%zu,\"byteLength\":%zu", comma, begin,
                   w->bytes.length - begin);
    if (target != 0) {
        zd_text_format(&w->views, ",\"target\":%d", target);
    }
    zd_text_add(&w->views, "}");
    zd_text_format(&w->accessors,
                   "%s{\"bufferView\":%d,\"componentType\":%d,\"count\":%zu,\"type\":\"%s\"", comma,
                   w->count, component, count, type);
    return w->count++;
}

static void end_accessor(writer *w, const float *low, const float *high, int numbers)
{
    for (int side = 0; side < 2 && low != NULL; side++) {
        zd_text_format(&w->accessors, ",\"%s\":[", side == 0 ? "min" : "max");
        for (int c = 0; c < numbers; c++) {
            zd_text_format(&w->accessors, "%s%.9g", c > 0 ? "," : "",
                           (double) (side == 0 ? low : high)[c]);
        }
        zd_text_add(&w->accessors, "]");
    }
    zd_text_add(&w->accessors, "}");
}

/* Which numbers of a point go into one accessor. */
static int put_points(writer *w, const zd_export_mesh *mesh, size_t offset, int numbers,
                      const char *type)
{
    assert(numbers >= 1 && numbers <= 4);
    size_t begin = w->bytes.length;
    float low[3] = { HUGE_VALF, HUGE_VALF, HUGE_VALF };
    float high[3] = { -HUGE_VALF, -HUGE_VALF, -HUGE_VALF };
    for (size_t i = 0; i < mesh->point_count; i++) {
        float v[3];
        memcpy(v, (const char *) &mesh->points[i] + offset, (size_t) numbers * sizeof *v);
        if (offset == offsetof(zd_export_point, uv)) {
            v[1] = 1.0f - v[1]; /* glTF counts from the top */
        }
        for (int c = 0; c < numbers; c++) {
            zd_export_put_float(&w->bytes, v[c]);
            low[c] = fminf(low[c], v[c]);
            high[c] = fmaxf(high[c], v[c]);
        }
    }
    int index = accessor(w, begin, mesh->point_count, type, FLOAT, ARRAY);
    bool is_place = offset == offsetof(zd_export_point, position);
    end_accessor(w, is_place ? low : NULL, high, numbers);
    return index;
}

static void write_mesh(writer *w, const zd_export_mesh *mesh, zd_text *json)
{
    int position = put_points(w, mesh, offsetof(zd_export_point, position), 3, "VEC3");
    int normal = put_points(w, mesh, offsetof(zd_export_point, normal), 3, "VEC3");
    int uv = put_points(w, mesh, offsetof(zd_export_point, uv), 2, "VEC2");
    int colour = put_points(w, mesh, offsetof(zd_export_point, rgb), 3, "VEC3");
    zd_text_format(
        json,
        "{\"name\":\"%s\",\"primitives\":[{\"attributes\":{\"POSITION\":%d,\"NORMAL\":%d,"
        "\"TEXCOORD_0\":%d,\"COLOR_0\":%d},\"material\":0",
        mesh->name, position, normal, uv, colour);
    if (w->job->params->points) {
        zd_text_add(json, ",\"mode\":0}]}");
        return;
    }
    size_t begin = w->bytes.length;
    for (size_t i = 0; i < mesh->index_count; i++) {
        zd_export_put_u32(&w->bytes, mesh->indices[i]);
    }
    int indices = accessor(w, begin, mesh->index_count, "SCALAR", UNSIGNED, ELEMENTS);
    end_accessor(w, NULL, NULL, 0);
    zd_text_format(json, ",\"indices\":%d}]}", indices);
}

/* Of a rotation matrix (Shepperd, Quaternion from Rotation Matrix, 1978); x, y, z, w. */
static void quaternion_of(const zd_mat4 *m, double q[4])
{
    double trace = m->m[0][0] + m->m[1][1] + m->m[2][2];
    int most = 3;
    double best = trace;
    for (int i = 0; i < 3; i++) {
        if (m->m[i][i] > best) {
            best = m->m[i][i];
            most = i;
        }
    }
    int j = (most + 1) % 3;
    int k = (most + 2) % 3;
    if (most == 3) {
        q[3] = 0.5 * sqrt(1.0 + trace);
        for (int i = 0; i < 3; i++) {
            q[i] = (m->m[(i + 2) % 3][(i + 1) % 3] - m->m[(i + 1) % 3][(i + 2) % 3]) / (4.0 * q[3]);
        }
        return;
    }
    q[most] = 0.5 * sqrt(1.0 + 2.0 * m->m[most][most] - trace);
    q[j] = (m->m[j][most] + m->m[most][j]) / (4.0 * q[most]);
    q[k] = (m->m[k][most] + m->m[most][k]) / (4.0 * q[most]);
    q[3] = (m->m[k][j] - m->m[j][k]) / (4.0 * q[most]);
}

/* Frame F is at F / fps seconds, as other programs write and read it; none is before 0. */
static int put_times(writer *w)
{
    const zd_export *job = w->job;
    size_t begin = w->bytes.length;
    float ends[2] = { 0.0f, 0.0f };
    double from = job->view_count > 0 ? fmin(job->views[0].frame, 0.0) : 0.0;
    for (int i = 0; i < job->view_count; i++) {
        ends[1] = (float) ((job->views[i].frame - from) / job->fps);
        ends[0] = i == 0 ? ends[1] : ends[0];
        zd_export_put_float(&w->bytes, ends[1]);
    }
    int index = accessor(w, begin, (size_t) job->view_count, "SCALAR", FLOAT, 0);
    end_accessor(w, &ends[0], &ends[1], 1);
    return index;
}

static int put_motion(writer *w, bool is_rotation)
{
    const zd_export *job = w->job;
    size_t begin = w->bytes.length;
    double before[4] = { 0, 0, 0, 1 };
    for (int i = 0; i < job->view_count; i++) {
        double q[4];
        double dot = 0.0;
        quaternion_of(&job->views[i].to_world, q);
        for (int c = 0; c < 4; c++) {
            dot += q[c] * before[c];
        }
        for (int c = 0; c < (is_rotation ? 4 : 3); c++) {
            before[c] = dot < 0.0 ? -q[c] : q[c];
            zd_export_put_float(&w->bytes,
                                (float) (is_rotation ? before[c] : job->views[i].to_world.m[c][3]));
        }
    }
    int index =
        accessor(w, begin, (size_t) job->view_count, is_rotation ? "VEC4" : "VEC3", FLOAT, 0);
    end_accessor(w, NULL, NULL, 0);
    return index;
}

static void write_camera(writer *w, zd_text *json)
{
    const zd_export *job = w->job;
    const zd_export_view *v = &job->views[0];
    double q[4];
    quaternion_of(&v->to_world, q);
    zd_text_format(json,
                   "%s{\"name\":\"%s\",\"camera\":0,\"translation\":[%.12g,%.12g,%.12g],"
                   "\"rotation\":[%.12g,%.12g,%.12g,%.12g]}",
                   job->mesh_count > 0 ? "," : "", job->camera, v->to_world.m[0][3],
                   v->to_world.m[1][3], v->to_world.m[2][3], q[0], q[1], q[2], q[3]);
}

static void write_animation(writer *w, zd_text *json)
{
    int node = w->job->mesh_count;
    int times = put_times(w);
    int places = put_motion(w, false);
    int turns = put_motion(w, true);
    zd_text_format(
        json,
        ",\"animations\":[{\"channels\":[{\"sampler\":0,\"target\":{\"node\":%d,\"path\":"
        "\"translation\"}},{\"sampler\":1,\"target\":{\"node\":%d,\"path\":\"rotation\"}}],"
        "\"samplers\":[{\"input\":%d,\"output\":%d},{\"input\":%d,\"output\":%d}]}]",
        node, node, times, places, times, turns);
}

static void write_base64(const zd_text *bytes, zd_text *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes->length; i += 3) {
        size_t left = bytes->length - i;
        const unsigned char *b = (const unsigned char *) bytes->data + i;
        unsigned v = (unsigned) b[0] << 16 | (left > 1 ? (unsigned) b[1] << 8 : 0u) |
                     (left > 2 ? (unsigned) b[2] : 0u);
        const char four[4] = { letters[v >> 18], letters[v >> 12 & 63],
                               left > 1 ? letters[v >> 6 & 63] : '=',
                               left > 2 ? letters[v & 63] : '=' };
        zd_text_add_bytes(out, four, 4);
    }
}

static void write_json(writer *w, bool is_binary, zd_text *json)
{
    const zd_export *job = w->job;
    int nodes = job->mesh_count + (job->camera != NULL);
    zd_text_add(json, "{\"asset\":{\"version\":\"2.0\",\"generator\":\"zdepth\"},\"scene\":0,"
                      "\"scenes\":[{\"nodes\":[");
    for (int i = 0; i < nodes; i++) {
        zd_text_format(json, "%s%d", i > 0 ? "," : "", i);
    }
    zd_text_add(json, "]}],\"nodes\":[");
    for (int i = 0; i < job->mesh_count; i++) {
        zd_text_format(json, "%s{\"name\":\"%s\",\"mesh\":%d}", i > 0 ? "," : "",
                       job->meshes[i].name, i);
    }
    if (job->camera != NULL) {
        write_camera(w, json);
    }
    zd_text_add(json, "]");
    for (int i = 0; i < job->mesh_count; i++) {
        zd_text_add(json, i == 0 ? ",\"meshes\":[" : ",");
        write_mesh(w, &job->meshes[i], json);
    }
    zd_text_add(json, job->mesh_count > 0
                          ? "],\"materials\":[{\"pbrMetallicRoughness\":{\"metallicFactor\":0,"
                            "\"roughnessFactor\":1},\"doubleSided\":true}]"
                          : "");
    if (job->camera != NULL) {
        zd_text_format(json,
                       ",\"cameras\":[{\"name\":\"%s\",\"type\":\"perspective\",\"perspective\":{"
                       "\"yfov\":%.12g,\"aspectRatio\":%.12g,\"znear\":%.9g,\"zfar\":%.9g}}]",
                       job->camera, job->views[0].fov, job->aspect, job->near_z, job->far_z);
        if (job->view_count > 1) {
            write_animation(w, json);
        }
    }
    if (w->count > 0) {
        zd_text_format(json,
                       ",\"bufferViews\":[%s],\"accessors\":[%s],\"buffers\":[{\"byteLength\":%zu",
                       w->views.data != NULL ? w->views.data : "",
                       w->accessors.data != NULL ? w->accessors.data : "", w->bytes.length);
        if (!is_binary) {
            zd_text_add(json, ",\"uri\":\"data:application/octet-stream;base64,");
            write_base64(&w->bytes, json);
            zd_text_add(json, "\"");
        }
        zd_text_add(json, "}]");
    }
    zd_text_add(json, "}");
}

static zd_status write_both(const zd_export *job, bool is_binary, zd_text *json, zd_text *bytes,
                            zd_error *err)
{
    writer w = { .job = job };
    zd_text_init(&w.bytes, job->ctx);
    zd_text_init(&w.views, job->ctx);
    zd_text_init(&w.accessors, job->ctx);
    write_json(&w, is_binary, json);
    json->failed = json->failed || w.views.failed || w.accessors.failed || w.bytes.failed;
    zd_text_release(&w.views);
    zd_text_release(&w.accessors);
    if (bytes != NULL) {
        *bytes = w.bytes;
    } else {
        zd_text_release(&w.bytes);
    }
    return zd_text_finish(json, "a glTF file", err);
}

zd_status zd_export_gltf(const zd_export *job, zd_text *out, zd_error *err)
{
    ZD_TRY(write_both(job, false, out, NULL, err));
    zd_text_add(out, "\n");
    return zd_text_finish(out, "a glTF file", err);
}

static void pad(zd_text *text, char with)
{
    while (text->length % 4 != 0 && !text->failed) {
        zd_text_add_bytes(text, &with, 1);
    }
}

zd_status zd_export_glb(const zd_export *job, zd_text *out, zd_error *err)
{
    zd_text json;
    zd_text bytes;
    zd_text_init(&json, job->ctx);
    zd_text_init(&bytes, job->ctx);
    zd_status status = write_both(job, true, &json, &bytes, err);
    if (status == ZD_OK) {
        pad(&json, ' ');
        pad(&bytes, '\0');
        bool has_bytes = bytes.length > 0;
        size_t whole = 20 + json.length + (has_bytes ? 8 + bytes.length : 0);
        zd_text_add(out, "glTF");
        zd_export_put_u32(out, 2);
        zd_export_put_u32(out, (uint32_t) whole);
        zd_export_put_u32(out, (uint32_t) json.length);
        zd_text_add(out, "JSON");
        zd_text_add_bytes(out, json.data, json.length);
        if (has_bytes) {
            zd_export_put_u32(out, (uint32_t) bytes.length);
            zd_text_add_bytes(out, "BIN\0", 4);
            zd_text_add_bytes(out, bytes.data, bytes.length);
        }
        status = whole <= UINT32_MAX ? zd_text_finish(out, "a glTF file", err)
                                     : zd_fail(err, ZD_ERR_LIMIT, "a .glb above 4 GiB");
    }
    zd_text_release(&json);
    zd_text_release(&bytes);
    return status;
}
