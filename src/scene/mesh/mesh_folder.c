/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* assimp gets a file system of these functions and no other. */

#include "scene/mesh_folder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"

static FILE *stream_of(struct aiFile *file)
{
    return (FILE *) (void *) file->UserData;
}

static size_t read_file(struct aiFile *file, char *to, size_t size, size_t count)
{
    return fread(to, size, count, stream_of(file));
}

static size_t write_file(struct aiFile *file, const char *from, size_t size, size_t count)
{
    (void) file; /* a mesh that is read has nothing to write */
    (void) from;
    (void) size;
    (void) count;
    return 0;
}

static size_t tell_file(struct aiFile *file)
{
    long at = ftell(stream_of(file));
    return at > 0 ? (size_t) at : 0;
}

static enum aiReturn seek_file(struct aiFile *file, size_t offset, enum aiOrigin origin)
{
    static const int whence[] = { SEEK_SET, SEEK_CUR, SEEK_END };
    bool done = (unsigned) origin < 3 && offset <= LONG_MAX &&
                fseek(stream_of(file), (long) offset, whence[origin]) == 0;
    return done ? aiReturn_SUCCESS : aiReturn_FAILURE;
}

static size_t size_of_file(struct aiFile *file)
{
    long at = ftell(stream_of(file));
    fseek(stream_of(file), 0, SEEK_END);
    size_t size = tell_file(file);
    fseek(stream_of(file), at, SEEK_SET);
    return size;
}

static void flush_file(struct aiFile *file)
{
    (void) file;
}

/* Opens what a name leads to when that is the mesh or lies in its folder. */
static FILE *open_within(zd_mesh_folder *folder, const char *name)
{
    char real[PATH_MAX];
    bool is_mesh = strcmp(name, folder->mesh) == 0;
    if (realpath(name, real) == NULL) {
        return NULL;
    }
    if (!is_mesh && strncmp(real, folder->folder, strlen(folder->folder)) != 0) {
        if (folder->refused == NULL) {
            folder->refused = zd_strdup(folder->ctx, name);
        }
        return NULL;
    }
    return zd_file_check_regular(real, NULL) == ZD_OK ? fopen(real, "rb") : NULL;
}

static struct aiFile *open_file(struct aiFileIO *io, const char *name, const char *mode)
{
    zd_mesh_folder *folder = (zd_mesh_folder *) (void *) io->UserData;
    if (mode[0] != 'r') {
        return NULL;
    }
    FILE *stream = open_within(folder, name);
    struct aiFile *file = stream != NULL ? zd_alloc_zeroed(folder->ctx, 1, sizeof *file) : NULL;
    if (file == NULL) {
        if (stream != NULL) {
            fclose(stream);
        }
        return NULL;
    }
    *file = (struct aiFile){ .ReadProc = read_file,
                             .WriteProc = write_file,
                             .TellProc = tell_file,
                             .FileSizeProc = size_of_file,
                             .SeekProc = seek_file,
                             .FlushProc = flush_file,
                             .UserData = (aiUserData) (void *) stream };
    return file;
}

static void close_file(struct aiFileIO *io, struct aiFile *file)
{
    const zd_mesh_folder *folder = (const zd_mesh_folder *) (const void *) io->UserData;
    if (file != NULL) {
        fclose(stream_of(file));
        zd_free(folder->ctx, file);
    }
}

zd_status zd_mesh_folder_init(zd_mesh_folder *folder, zd_context *ctx, const char *mesh,
                              zd_error *err)
{
    char real[PATH_MAX];
    char *above = zd_strdup(ctx, mesh);
    *folder = (zd_mesh_folder){ .ctx = ctx, .mesh = mesh };
    if (above == NULL) {
        return zd_fail_memory(err, mesh);
    }
    above[zd_path_base(mesh) - mesh] = '\0';
    bool is_found = realpath(above[0] != '\0' ? above : ".", real) != NULL;
    zd_free(ctx, above);
    if (!is_found) {
        return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", mesh, strerror(errno));
    }
    folder->folder = zd_path_join(ctx, real, "");
    folder->io = (struct aiFileIO){ .OpenProc = open_file,
                                    .CloseProc = close_file,
                                    .UserData = (aiUserData) (void *) folder };
    return folder->folder != NULL ? ZD_OK : zd_fail_memory(err, mesh);
}

void zd_mesh_folder_finish(zd_mesh_folder *folder)
{
    zd_free(folder->ctx, folder->folder);
    zd_free(folder->ctx, folder->refused);
    *folder = (zd_mesh_folder){ .ctx = folder->ctx };
}

const char *zd_mesh_folder_advice(const char *path)
{
    static const char *const endings[] = { "abc", "usd", "usda", "usdc", "usdz" };
    const char *ending = zd_path_extension(path);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (strcasecmp(ending, endings[i]) == 0) {
            return "; no packaged library reads Alembic or USD: export glTF or FBX from the program "
                   "that wrote it";
        }
    }
    return "";
}
