/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Paths are compared as files where these are there, and by folder and name where they are not yet. */

#include "cli/targets.h"

#include <assert.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/require.h"

/* The folder of a path, without links, and the name in it. */
static bool place_of(const char *path, char folder[PATH_MAX], const char **name)
{
    char text[PATH_MAX];
    *name = zd_path_base(path);
    size_t length = (size_t) (*name - path);
    if (length >= sizeof text) {
        return false;
    }
    memcpy(text, path, length);
    text[length] = '\0';
    return realpath(length > 0 ? text : ".", folder) != NULL;
}

bool zd_target_same(const char *a, const char *b)
{
    char one[PATH_MAX];
    char other[PATH_MAX];
    const char *one_name;
    const char *other_name;
    if (strcmp(a, b) == 0 || zd_file_same(a, b)) {
        return true;
    }
    return place_of(a, one, &one_name) && place_of(b, other, &other_name) &&
           strcmp(one, other) == 0 && strcmp(one_name, other_name) == 0;
}

static zd_status check_pair(const char *flag, const char *target, const char *other,
                            const char *what, zd_error *err)
{
    assert(flag != NULL && what != NULL);
    if (target != NULL && other != NULL && zd_target_same(target, other)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s '%s' is %s as well; give it another name",
                       flag, target, what);
    }
    return ZD_OK;
}

zd_status zd_targets_differ(const zd_args *args, const char *sheet, zd_error *err)
{
    const zd_params *p = &args->project.params;
    const char *output = zd_params_text(p, ZD_P_OUTPUT);
    ZD_TRY(check_pair("--sheet", sheet, output, "the output", err));
    ZD_TRY(check_pair("--sheet", sheet, zd_params_text(p, ZD_P_FOOTAGE), "the footage", err));
    ZD_TRY(check_pair("--sheet", sheet, zd_params_text(p, ZD_P_DEPTH_MAP), "the depth map", err));
    for (int i = 0; i < args->project.insert_count; i++) {
        const char *insert = zd_params_text(&args->project.inserts[i], ZD_P_INSERT);
        ZD_TRY(check_pair("--sheet", sheet, insert, "an insert", err));
    }
    for (int i = 0; i < args->project_count; i++) {
        ZD_TRY(check_pair("--sheet", sheet, args->projects[i], "the project", err));
        ZD_TRY(check_pair("the output", output, args->projects[i], "the project", err));
    }
    return ZD_OK;
}

/* Every picture of "out.%04d.png": the number may be any. */
static bool has_pictures(const char *path, const char *percent, char found[PATH_MAX])
{
    char pattern[2 * PATH_MAX];
    size_t used = 0;
    glob_t list;
    const char *end = percent + 1 + strspn(percent + 1, "0123456789");
    bool is_there = false;
    for (const char *at = path; *at != '\0' && used + 8 < sizeof pattern; at++) {
        if (at == percent) {
            memcpy(pattern + used, "[0-9]*", 6);
            used += 6;
            at = end;
        } else {
            if (strchr("*?[\\", *at) != NULL) {
                pattern[used++] = '\\';
            }
            pattern[used++] = *at;
        }
    }
    pattern[used] = '\0';
    if (glob(pattern, GLOB_NOSORT, NULL, &list) == 0) {
        is_there = list.gl_pathc > 0;
        snprintf(found, PATH_MAX, "%s", is_there ? list.gl_pathv[0] : "");
        globfree(&list);
    }
    return is_there;
}

zd_status zd_target_keep(const zd_cli *cli, const char *path, zd_error *err)
{
    char found[PATH_MAX];
    if (!cli->keeps_existing || path == NULL || strcmp(path, "-") == 0) {
        return ZD_OK;
    }
    const char *percent = strchr(path, '%');
    bool is_there = percent != NULL && percent[1 + strspn(percent + 1, "0123456789")] == 'd'
                        ? has_pictures(path, percent, found)
                        : zd_file_exists(path);
    if (is_there) {
        return zd_fail(err, ZD_ERR_IO, "'%s' is there already, and -n keeps it",
                       percent != NULL && !zd_file_exists(path) ? found : path);
    }
    return ZD_OK;
}

zd_status zd_target_is_ours(const char *path, const char *mark, const char *what, zd_error *err)
{
    ZD_REQUIRE(err, path != NULL && mark != NULL);
    char text[513] = "";
    if (!zd_file_exists(path)) {
        return ZD_OK;
    }
    FILE *file = fopen(path, "rb");
    size_t bytes = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    text[bytes] = '\0';
    if (bytes > 0 && strstr(text, mark) == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' is there and is not %s; give another name, or move it away", path,
                       what);
    }
    return ZD_OK;
}
