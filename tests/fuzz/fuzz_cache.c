/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any bytes as an entry of the depth cache that an earlier version stored, an EXR. It is
 * found whole, or removed. */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

#include "cache/cache_depth.h"
#include "core/file.h"

static zd_cache_folder *folder(void)
{
    static zd_cache_folder cache;
    static char path[] = "/tmp/zdepth-fuzz-XXXXXX";
    if (cache.path == NULL &&
        (mkdtemp(path) == NULL ||
         zd_cache_folder_open(fuzz_context(), path, 0, &cache, NULL) != ZD_OK))
    {
        abort();
    }
    return &cache;
}

/** Writes the input where the entry of the key would be. Release the path with zd_free. */
static char *place(const uint8_t *data, size_t size, const zd_digest *key)
{
    char *path = NULL;
    bool found;
    if (zd_cache_folder_find(folder(), key, "exr", &path, &found, NULL) != ZD_OK) {
        abort();
    }
    char *end = strrchr(path, '/');
    *end = '\0';
    mkdir(path, 0777);
    *end = '/';
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) {
        abort();
    }
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_cache_depth entry;
    zd_digest key = { { 0 } };
    zd_error err;
    bool found = false;
    char *path = place(data, size, &key);
    if (zd_cache_depth_get(folder(), &key, &entry, &found, &err) != ZD_OK ||
        found != zd_file_exists(path) || found != (entry.depth.values != NULL))
    {
        abort();
    }
    zd_cache_depth_release(&entry);
    zd_free(fuzz_context(), path);
    return 0;
}
