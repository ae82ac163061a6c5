/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Nuke's .chan: a line for each frame, "FRAME TX TY TZ RX RY RZ [VFOV]", angles in degrees about z, then
 * x, then y (Nuke's own order, ZXY), the field of view vertical. '#' begins a comment. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera/camera_internal.h"
#include "core/file.h"

enum { COLUMNS = 8 };

/* Reads a line's numbers; -1: something else stands there. */
static int read_line(const char *text, size_t length, double numbers[COLUMNS])
{
    char line[512];
    int count = 0;
    if (length >= sizeof line) {
        return -1;
    }
    memcpy(line, text, length);
    line[length] = '\0';
    line[strcspn(line, "#\r")] = '\0';
    for (char *at = line;;) {
        at += strspn(at, " \t,");
        if (*at == '\0') {
            return count;
        }
        char *end = NULL;
        double value = strtod(at, &end);
        if (end == at || count == COLUMNS) {
            return -1;
        }
        numbers[count++] = value;
        at = end;
    }
}

static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

static zd_status fail_line(const zd_camera_source *source, int line, zd_error *err)
{
    return zd_fail(
        err, ZD_ERR_CORRUPT,
        "%s:%d: a line of a .chan file is FRAME TX TY TZ RX RY RZ [VFOV], frames in order",
        source->path, line);
}

static zd_camera_pose pose_of(const double n[COLUMNS], bool has_fov)
{
    static const int order[3] = { 2, 0, 1 };
    zd_camera_pose pose = { .frame = n[0],
                            .place = { n[1], n[2], n[3] },
                            .fov = has_fov ? n[7] : 40.0 };
    zd_camera_turn(order, n + 4, pose.turn);
    return pose;
}

/* Counts the frames, or stores them where there is room. */
static zd_status walk(const zd_camera_source *source, const char *text, zd_camera_pose *poses,
                      int *count, zd_error *err)
{
    int line = 1;
    double last = -HUGE_VAL;
    *count = 0;
    for (const char *at = text; *at != '\0'; line++) {
        double n[COLUMNS] = { 0 };
        size_t length = line_length(at);
        int numbers = read_line(at, length, n);
        at += length + (at[length] == '\n');
        if (numbers == 0) {
            continue;
        }
        if (numbers < 7 || !isfinite(n[0]) || n[0] <= last) {
            return fail_line(source, line, err);
        }
        last = n[0];
        if (poses != NULL) {
            poses[*count] = pose_of(n, numbers > 7);
        }
        (*count)++;
    }
    return ZD_OK;
}

zd_status zd_camera_read_chan(const zd_camera_source *source, const char *text, size_t bytes,
                              zd_error *err)
{
    int count = 0;
    zd_camera camera = { .ctx = source->ctx };
    const char *base = zd_path_base(source->path);
    (void) bytes;
    ZD_TRY(walk(source, text, NULL, &count, err));
    if (count == 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' holds no frame", source->path);
    }
    ZD_TRY(zd_camera_make(&camera, count, err));
    snprintf(camera.name, sizeof camera.name, "%.*s", (int) strcspn(base, "."), base);
    zd_status status = walk(source, text, camera.poses, &count, err);
    assert(count == camera.count);
    if (status == ZD_OK) {
        status = source->visit(source->user, &camera, err);
    }
    zd_free(camera.ctx, camera.poses);
    return status;
}
