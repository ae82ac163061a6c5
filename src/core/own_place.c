/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The dynamic linker knows the name of a plug-in's file; of the program itself it knows only what the
 * shell called it, so the kernel is asked. */

#include "core/own_place.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"

/* The file that this code was loaded from, without links. */
static bool find_own_file(char file[PATH_MAX])
{
    Dl_info info;
    struct link_map *map = NULL;
    const char *name = "";
    if (dladdr1((const void *) (uintptr_t) zd_own_place_find, &info, (void **) (void *) &map,
                RTLD_DL_LINKMAP) != 0 &&
        map != NULL)
    {
        name = map->l_name;
    }
    return realpath(name[0] != '\0' ? name : "/proc/self/exe", file) != NULL;
}

char *zd_own_place_find(zd_context *ctx, const char *const *folders, const char *name)
{
    char file[PATH_MAX];
    struct stat own;
    struct stat found;
    if (!find_own_file(file) || stat(file, &own) != 0) {
        return NULL;
    }
    file[zd_path_base(file) - file] = '\0';
    for (; *folders != NULL; folders++) {
        char *folder = zd_path_join(ctx, file, *folders);
        char *path = folder != NULL ? zd_path_join(ctx, folder, name) : NULL;
        char *real = path != NULL ? realpath(path, NULL) : NULL;
        bool is_ours = real != NULL && stat(real, &found) == 0 &&
                       (found.st_uid == own.st_uid || found.st_uid == 0);
        char *result = is_ours ? zd_strdup(ctx, real) : NULL;
        free(real);
        zd_free(ctx, path);
        zd_free(ctx, folder);
        if (result != NULL) {
            return result;
        }
    }
    return NULL;
}
