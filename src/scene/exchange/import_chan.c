/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Nuke's .chan: a line for each frame, "FRAME TX TY TZ RX RY RZ [VFOV]", angles in degrees about z, then
 * x, then y (Nuke's own order, ZXY), the field of view vertical. '#' begins a comment. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "scene/exchange/exchange_internal.h"

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

static zd_status fail_line(const zd_import *import, int line, zd_error *err)
{
    return zd_fail(
        err, ZD_ERR_CORRUPT,
        "%s:%d: a line of a .chan file is FRAME TX TY TZ RX RY RZ [VFOV], frames in order",
        import->params->path, line);
}

/* Counts the frames, or stores them where `track` has room. */
static zd_status walk(const zd_import *import, const char *text, zd_import_track *track, int *count,
                      zd_error *err)
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
            return fail_line(import, line, err);
        }
        last = n[0];
        if (track->values != NULL) {
            double *to = track->values + (ptrdiff_t) *count * track->numbers;
            zd_mat4 z = zd_mat4_rotation((zd_vec3){ 0.0, 0.0, n[6] });
            zd_mat4 x = zd_mat4_rotation((zd_vec3){ n[4], 0.0, 0.0 });
            zd_mat4 y = zd_mat4_rotation((zd_vec3){ 0.0, n[5], 0.0 });
            zd_mat4 xz = zd_mat4_multiply(&x, &z);
            zd_mat4 all = zd_mat4_multiply(&y, &xz);
            zd_vec3 angles = zd_import_angles(&all, *count > 0 ? to - track->numbers + 3 : NULL);
            track->frames[*count] = n[0];
            for (int i = 0; i < 3; i++) {
                to[i] = n[1 + i] * import->params->unit;
            }
            to[3] = angles.x;
            to[4] = angles.y;
            to[5] = angles.z;
            to[6] = numbers > 7 ? n[7] : 40.0;
        }
        (*count)++;
    }
    return ZD_OK;
}

static zd_status read_track(zd_import *import, const char *text, zd_import_track *track,
                            zd_error *err)
{
    int count = 0;
    ZD_TRY(walk(import, text, track, &count, err));
    if (count == 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' holds no frame", import->params->path);
    }
    ZD_TRY(zd_import_track_init(track, import->doc->ctx, 7, count, err));
    ZD_TRY(walk(import, text, track, &count, err));
    return zd_import_check(import, track, err);
}

zd_status zd_import_chan(zd_import *import, zd_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    char stem[64];
    zd_import_track track = { 0 };
    const char *base = zd_path_base(import->params->path);
    ZD_TRY(zd_file_read_text(import->doc->ctx, import->params->path, ZD_EXCHANGE_MAX_BYTES, &text,
                             &bytes, err));
    zd_status status = read_track(import, text, &track, err);
    if (status == ZD_OK) {
        snprintf(stem, sizeof stem, "%.*s", (int) strcspn(base, "."), base);
        zd_import_camera(import, stem, &track, 0.0, 0.0);
    }
    zd_import_track_finish(&track);
    zd_free(import->doc->ctx, text);
    return status;
}
