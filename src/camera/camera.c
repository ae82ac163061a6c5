/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The table of formats, and a camera between its frames. */

#include "camera/camera.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "camera/camera_internal.h"
#include "core/file.h"
#include "core/require.h"

#define RADIANS 0.017453292519943295

static const struct {
    const char *ending;
    zd_status (*read)(const zd_camera_source *source, const char *text, size_t bytes,
                      zd_error *err);
} readers[] = { { "chan", zd_camera_read_chan }, { "nk", zd_camera_read_nuke } };

enum { READERS = sizeof readers / sizeof readers[0] };

static int reader_of(const char *path)
{
    int found = 0;
    const char *ending = zd_path_extension(path);
    while (found < READERS && strcasecmp(readers[found].ending, ending) != 0) {
        found++;
    }
    return found;
}

bool zd_camera_is_file(const char *path)
{
    return reader_of(path) < READERS;
}

zd_status zd_camera_read(zd_context *ctx, const char *path, int first, zd_camera_visit visit,
                         void *user, zd_error *err)
{
    ZD_REQUIRE(err, ctx != NULL && path != NULL && visit != NULL);
    char *text = NULL;
    size_t bytes = 0;
    int reader = reader_of(path);
    zd_camera_source source = { ctx, path, first, visit, user };
    if (reader == READERS) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' cannot be read as a camera; save it as Nuke's .chan or .nk", path);
    }
    ZD_TRY(zd_file_read_text(ctx, path, ZD_CAMERA_MAX_BYTES, &text, &bytes, err));
    zd_status status = readers[reader].read(&source, text, bytes, err);
    zd_free(ctx, text);
    return status;
}

zd_status zd_camera_make(zd_camera *camera, int count, zd_error *err)
{
    if (count < 1 || count > ZD_CAMERA_MAX_FRAMES) {
        return zd_fail(err, ZD_ERR_LIMIT, "an animation of %d frames; 1 to %d can be read", count,
                       ZD_CAMERA_MAX_FRAMES);
    }
    assert(camera->poses == NULL);
    camera->count = count;
    camera->poses = zd_alloc_zeroed(camera->ctx, (size_t) count, sizeof *camera->poses);
    return camera->poses != NULL ? ZD_OK : zd_fail_memory(err, "an animation");
}

void zd_camera_turn(const int axes[3], const double degrees[3], double out[9])
{
    memcpy(out, (const double[9]){ 1, 0, 0, 0, 1, 0, 0, 0, 1 }, 9 * sizeof *out);
    for (int i = 0; i < 3; i++) {
        assert(axes[i] >= 0 && axes[i] < 3);
        int to = (axes[i] + 1) % 3;
        int from = (axes[i] + 2) % 3;
        double c = cos(degrees[axes[i]] * RADIANS);
        double s = sin(degrees[axes[i]] * RADIANS);
        for (int k = 0; k < 3; k++) {
            double a = out[3 * to + k];
            double b = out[3 * from + k];
            out[3 * to + k] = c * a - s * b;
            out[3 * from + k] = s * a + c * b;
        }
    }
}

/* ---- one camera ---- */

static zd_status check(const zd_camera *camera, const char *path, zd_error *err)
{
    for (int i = 0; i < camera->count; i++) {
        const zd_camera_pose *p = &camera->poses[i];
        double sum = p->focal + p->fov;
        for (int k = 0; k < 9; k++) {
            sum += fabs(p->turn[k]) + (k < 3 ? fabs(p->place[k]) : 0.0);
        }
        double focal = zd_camera_focal(p, 1.0);
        if (!(sum < 1e9) || !(focal > 0.04 && focal < 1e4)) {
            return zd_fail(err, ZD_ERR_CORRUPT,
                           "'%s' is damaged: at frame %g its place, its angles or its lens are "
                           "those of no camera; export it again",
                           path, p->frame);
        }
    }
    return ZD_OK;
}

typedef struct keeper {
    const char *path;
    zd_camera *kept;
    int seen;
} keeper;

static zd_status keep_first(void *user, const zd_camera *camera, zd_error *err)
{
    keeper *k = user;
    if (k->seen++ > 0) {
        return ZD_OK;
    }
    ZD_TRY(check(camera, k->path, err));
    k->kept = zd_alloc_zeroed(camera->ctx, 1, sizeof *k->kept);
    if (k->kept == NULL) {
        return zd_fail_memory(err, "a camera");
    }
    *k->kept = *camera;
    k->kept->poses = zd_alloc_zeroed(camera->ctx, (size_t) camera->count, sizeof *camera->poses);
    if (k->kept->poses == NULL) {
        return zd_fail_memory(err, "a camera");
    }
    memcpy(k->kept->poses, camera->poses, (size_t) camera->count * sizeof *camera->poses);
    return ZD_OK;
}

zd_status zd_camera_open(zd_context *ctx, const char *path, zd_camera **out, zd_error *err)
{
    ZD_REQUIRE(err, ctx != NULL && path != NULL && out != NULL);
    keeper k = { .path = path };
    zd_status status = zd_camera_read(ctx, path, 1, keep_first, &k, err);
    if (status == ZD_OK && k.kept == NULL) {
        status = zd_fail(err, ZD_ERR_CORRUPT, "'%s' holds no camera that can be read", path);
    }
    *out = NULL;
    if (status != ZD_OK || k.kept == NULL) {
        zd_camera_close(&k.kept);
        return status;
    }
    if (k.kept->is_shifted) {
        zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "camera",
                     "'%s': the shift of '%s' (win_translate) is left out", path, k.kept->name);
    }
    if (k.seen > 1) {
        zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "camera",
                     "'%s' holds %d cameras; the first, '%s', is taken", path, k.seen,
                     k.kept->name);
    }
    *out = k.kept;
    return status;
}

void zd_camera_close(zd_camera **camera)
{
    if (*camera != NULL) {
        zd_free((*camera)->ctx, (*camera)->poses);
        zd_free((*camera)->ctx, *camera);
        *camera = NULL;
    }
}

/* Makes the rows of a mixed rotation those of one again. */
static void straighten(double m[9])
{
    double first = sqrt(m[0] * m[0] + m[1] * m[1] + m[2] * m[2]);
    for (int k = 0; k < 3; k++) {
        m[k] /= first;
    }
    double along = m[0] * m[3] + m[1] * m[4] + m[2] * m[5];
    for (int k = 0; k < 3; k++) {
        m[3 + k] -= along * m[k];
    }
    double second = sqrt(m[3] * m[3] + m[4] * m[4] + m[5] * m[5]);
    for (int k = 0; k < 3; k++) {
        m[3 + k] /= second;
    }
    for (int k = 0; k < 3; k++) {
        int a = (k + 1) % 3;
        int b = (k + 2) % 3;
        m[6 + k] = m[a] * m[3 + b] - m[b] * m[3 + a];
    }
}

zd_camera_pose zd_camera_at(const zd_camera *camera, double frame)
{
    assert(camera->count >= 1);
    int low = 0;
    int high = camera->count - 1;
    const zd_camera_pose *all = camera->poses;
    if (!(frame > all[0].frame)) {
        return all[0];
    }
    if (frame >= all[high].frame) {
        return all[high];
    }
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(all[middle].frame <= frame ? &low : &high) = middle;
    }
    assert(all[low].frame <= frame && frame < all[high].frame);
    double t = (frame - all[low].frame) / (all[high].frame - all[low].frame);
    zd_camera_pose pose = all[low];
    if (t == 0.0) {
        return pose;
    }
    pose.frame = frame;
    pose.focal += t * (all[high].focal - pose.focal);
    pose.fov += t * (all[high].fov - pose.fov);
    for (int k = 0; k < 3; k++) {
        pose.place[k] += t * (all[high].place[k] - pose.place[k]);
    }
    for (int k = 0; k < 9; k++) {
        pose.turn[k] += t * (all[high].turn[k] - pose.turn[k]);
    }
    straighten(pose.turn);
    return pose;
}

bool zd_camera_goes(const zd_camera *camera)
{
    for (int i = 1; i < camera->count; i++) {
        for (int k = 0; k < 3; k++) {
            if (camera->poses[i].place[k] != camera->poses[0].place[k]) {
                return true;
            }
        }
    }
    return false;
}

double zd_camera_focal(const zd_camera_pose *pose, double aspect)
{
    assert(aspect > 0.0);
    return pose->focal != 0.0 ? pose->focal * aspect : 0.5 / tan(0.5 * RADIANS * pose->fov);
}
