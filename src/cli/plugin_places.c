/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Folders are tried in the order in which hosts do; see plugin_places.h. */

#include "cli/plugin_places.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"

static char *in_folder(zd_context *ctx, const char *folder, const char *name)
{
    char *path = zd_path_join(ctx, folder, name);
    if (path != NULL && !zd_file_exists(path)) {
        zd_free(ctx, path);
        path = NULL;
    }
    return path;
}

static char *in_listed_folders(zd_context *ctx, const char *variable, const char *separators,
                               const char *name)
{
    const char *given = getenv(variable);
    char *list = given != NULL ? zd_strdup(ctx, given) : NULL;
    char *rest = NULL;
    char *found = NULL;
    for (char *folder = list != NULL ? strtok_r(list, separators, &rest) : NULL;
         folder != NULL && found == NULL; folder = strtok_r(NULL, separators, &rest))
    {
        found = in_folder(ctx, folder, name);
    }
    zd_free(ctx, list);
    return found;
}

/* What comes before the folder of programs where this one lies: the DESTDIR, mostly nothing. False
 * when it does not lie in such a folder, as before its installation. */
static bool find_destination(char *out, size_t size)
{
    assert(size > 1);
    ssize_t length = readlink("/proc/self/exe", out, size - 1);
    if (length <= 0) {
        return false;
    }
    out[length] = '\0';
    char *slash = strrchr(out, '/');
    *slash = '\0';
    size_t all = (size_t) (slash - out);
    size_t end = strlen(ZD_BIN_FOLDER);
    if (all < end || strcmp(out + all - end, ZD_BIN_FOLDER) != 0) {
        return false;
    }
    out[all - end] = '\0';
    return true;
}

static char *in_own_folder(zd_context *ctx, const char *folder, const char *name)
{
    char path[4096];
    if (!find_destination(path, sizeof path) || strlen(path) + strlen(folder) >= sizeof path) {
        return NULL;
    }
    strcat(path, folder);
    return in_folder(ctx, path, name);
}

zd_plugin_place zd_find_openfx_plugin(zd_context *ctx)
{
    static const char name[] = "ZDepth.ofx.bundle";
    zd_plugin_place place = { in_listed_folders(ctx, "OFX_PLUGIN_PATH", ":;", name), true,
                              "OFX_PLUGIN_PATH" };
    if (place.path == NULL) {
        place.path = in_folder(ctx, "/usr/OFX/Plugins", name);
    }
    if (place.path == NULL) {
        place.path = in_own_folder(ctx, ZD_OFX_FOLDER, name);
        place.is_seen = false;
    }
    return place;
}

zd_plugin_place zd_find_frei0r_plugin(zd_context *ctx, const char *file)
{
    static const char *const seen[] = { "/usr/local/lib/frei0r-1", "/usr/lib/frei0r-1" };
    static const char *const unseen[] = { "/usr/local/lib/x86_64-linux-gnu/frei0r-1",
                                          "/usr/lib/x86_64-linux-gnu/frei0r-1" };
    zd_plugin_place place = { in_listed_folders(ctx, "FREI0R_PATH", ":", file), true,
                              "FREI0R_PATH" };
    char *home = getenv("HOME") != NULL ? zd_path_join(ctx, getenv("HOME"), ".frei0r-1/lib") : NULL;
    if (place.path == NULL && home != NULL) {
        place.path = in_folder(ctx, home, file);
    }
    zd_free(ctx, home);
    for (int i = 0; place.path == NULL && i < 2; i++) {
        place.path = in_folder(ctx, seen[i], file);
    }
    place.is_seen = place.path != NULL;
    if (place.path == NULL) {
        place.path = in_own_folder(ctx, ZD_FREI0R_FOLDER, file);
    }
    for (int i = 0; place.path == NULL && i < 2; i++) {
        place.path = in_folder(ctx, unseen[i], file);
    }
    return place;
}
