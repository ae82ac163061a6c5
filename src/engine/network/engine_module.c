/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The module stays in its own corner of the process: FFmpeg and Pango come in with it, and a host's own copies
 * do not see them. */

#include "engine/network/engine_module.h"

#if defined(_WIN32)

const zd_engine_files *zd_engine_load_files(zd_context *ctx, const char *const *folders)
{
    (void) ctx;
    (void) folders;
    return NULL; /* FFmpeg is not there yet; see docs/hosts.md */
}

#else

#    include <dlfcn.h>
#    include <pthread.h>
#    include <string.h>

#    include "core/own_place.h"

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static const zd_engine_files *the_files;
static bool is_tried;

static const zd_engine_files *load(const char *path)
{
    zd_engine_files_get get = NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library != NULL ? dlsym(library, ZD_ENGINE_FILES_SYMBOL) : NULL;
    if (symbol == NULL) {
        return NULL;
    }
    memcpy(&get, &symbol, sizeof get); /* ISO C has no cast between the two */
    return get();
}

const zd_engine_files *zd_engine_load_files(zd_context *ctx, const char *const *folders)
{
    pthread_mutex_lock(&gate);
    if (!is_tried) {
        char *path = zd_own_place_find(ctx, folders, "zdepth-files.so");
        is_tried = true;
        the_files = path != NULL ? load(path) : NULL;
        zd_free(ctx, path);
    }
    const zd_engine_files *files = the_files;
    pthread_mutex_unlock(&gate);
    return files;
}

#endif
