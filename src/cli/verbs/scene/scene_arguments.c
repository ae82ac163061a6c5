/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Arguments that several of a scene's verbs take: frames, files and units. */

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/verbs/scene/scene_edits.h"

enum { MAX_FRAME = 100000000 };

zd_status zd_cli_scene_frames(const char *text, zd_scene_job_params *params, zd_error *err)
{
    char *end = NULL;
    params->all = text == NULL;
    if (text == NULL) {
        return ZD_OK;
    }
    long first = strtol(text, &end, 10);
    long last = first;
    bool good = end != text;
    if (good && *end == '-') {
        const char *rest = end + 1;
        last = strtol(rest, &end, 10);
        good = end != rest;
    }
    if (!good || *end != '\0' || last < first || first < -MAX_FRAME || last > MAX_FRAME) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--frames is '%s'; it must be a frame or FIRST-LAST", text);
    }
    params->first = (int) first;
    params->last = (int) last;
    return ZD_OK;
}

zd_status zd_cli_scene_path(const char *scene, const char *file, char *out, size_t size,
                            zd_error *err)
{
    assert(file != NULL && size > 0);
    char folder[PATH_MAX];
    const char *slash = strrchr(scene, '/');
    size_t length = slash != NULL ? (size_t) (slash - scene) + 1 : 0;
    int used = 0;
    if (file[0] == '/' || length == 0) {
        used = snprintf(out, size, "%s", file);
    } else if (strncmp(file, scene, length) == 0) {
        used = snprintf(out, size, "%s", file + length);
    } else if (getcwd(folder, sizeof folder) != NULL) {
        used = snprintf(out, size, "%s/%s", folder, file);
    } else {
        return zd_fail(err, ZD_ERR_IO, "the current folder has no name; give --file a whole path");
    }
    return used >= 0 && (size_t) used < size
               ? ZD_OK
               : zd_fail(err, ZD_ERR_LIMIT, "--file has more than %zu letters", size - 1);
}

zd_status zd_cli_scene_unit(const zd_args *args, double *unit, zd_error *err)
{
    const char *text = zd_args_flag(args, "unit");
    char rest = '\0';
    *unit = 1.0;
    if (text != NULL &&
        (sscanf(text, "%lf%c", unit, &rest) != 1 || !(*unit >= 1e-6) || *unit > 1e6)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--unit is '%s'; it must be pixels, 0.000001 to 1000000", text);
    }
    return ZD_OK;
}
