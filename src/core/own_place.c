/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The folders are looked at from where the system says that this code's file is. */

#include "core/own_place.h"

#include <assert.h>

#include "core/file.h"
#include "core/os.h"

char *zd_own_place_find(zd_context *ctx, const char *const *folders, const char *name)
{
    assert(folders != NULL && name != NULL);
    char file[ZD_OS_PATH];
    char base[ZD_OS_PATH];
    char real[ZD_OS_PATH];
    if (!zd_os_own_file(file)) {
        return NULL;
    }
    int length = (int) (zd_path_base(file) - file);
    snprintf(base, sizeof base, "%.*s", length, file);
    for (; *folders != NULL; folders++) {
        char *folder = zd_path_join(ctx, base, *folders);
        char *path = folder != NULL ? zd_path_join(ctx, folder, name) : NULL;
        bool is_ours =
            path != NULL && zd_os_real_path(path, real) == 0 && zd_os_is_trusted(real, file);
        char *result = is_ours ? zd_strdup(ctx, real) : NULL;
        zd_free(ctx, path);
        zd_free(ctx, folder);
        if (result != NULL) {
            return result;
        }
    }
    return NULL;
}
