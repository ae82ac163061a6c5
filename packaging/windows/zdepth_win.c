/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* As much of the command line as there is on Windows: networks, the cache of depth, and stills, in the command
 * line's words. What works on movies needs FFmpeg, which is not there. */

#include <stdio.h>
#include <string.h>
#include <windows.h>

#include "cache/cache_folder.h"
#include "core/digest.h"
#include "core/file.h"
#include "core/os.h"
#include "core/part.h"
#include "models/model_store.h"
#include "still.h"

static const char usage[] =
    "usage: zdepth models list\n"
    "       zdepth models path\n"
    "       zdepth models install NAME --from FILE [--accept-license]\n"
    "       zdepth cache list | path | clear\n"
    "       zdepth version\n"
    "%s"
    "This is the part of zdepth that Windows has; the plug-in is the rest (docs/hosts.md).\n";

enum { MOST_WORDS = 48 };

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* ---- models ---- */

static zd_status list_models(zd_context *ctx, zd_error *err)
{
    (void) err;
    for (int i = 0; i < zd_model_table_size(); i++) {
        const zd_model_entry *e = zd_model_table_at(i);
        char *path = NULL;
        zd_error unused;
        bool is_there = zd_model_store_find(ctx, e->name, &path, &unused) == ZD_OK;
        printf("%-26s %-18.18s %-15s %s\n", e->name, e->licence,
               e->is_permissive ? "permissive" : "not permissive",
               is_there                           ? path
               : e->source == ZD_MODEL_SHIPPED    ? "inside the plug-in"
               : e->sha256[0] == '\0' || e->parts ? "not installed; install it on Linux and copy it"
                                                  : "not installed");
        if (!is_there && e->source == ZD_MODEL_DOWNLOAD && e->sha256[0] != '\0' && !e->parts) {
            printf(
                "%26s fetch https://huggingface.co/%s/resolve/%s/%s, then: zdepth models install %s "
                "--from FILE%s\n",
                "", e->repository, e->revision, e->file, e->name,
                e->is_permissive ? "" : " --accept-license");
        }
        zd_free(ctx, path);
    }
    return ZD_OK;
}

static zd_status models_path(zd_context *ctx, zd_error *err)
{
    char *folder = NULL;
    ZD_TRY(zd_model_store_folder(ctx, &folder, err));
    printf("%s\n", folder);
    zd_free(ctx, folder);
    return ZD_OK;
}

static zd_status check_entry(const char *name, bool accepts, const zd_model_entry **out,
                             zd_error *err)
{
    const zd_model_entry *e = *out = zd_model_table_find(name);
    if (e == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "no model is called '%.60s'; 'zdepth models list' shows them", name);
    }
    if (e->source == ZD_MODEL_SHIPPED) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "model '%s' comes with the plug-in", name);
    }
    if (e->sha256[0] == '\0' || e->parts != NULL) {
        return zd_fail(
            err, ZD_ERR_UNSUPPORTED,
            "model '%s' is put together when it is installed, which Windows' zdepth cannot; "
            "install it on Linux and copy its file into the folder of 'zdepth models path'",
            name);
    }
    if (!e->is_permissive && !accepts) {
        return zd_fail(
            err, ZD_ERR_INVALID_ARGUMENT,
            "model '%s' has the licence %s, which does not allow every use; read it, then "
            "add --accept-license",
            name, e->licence);
    }
    return ZD_OK;
}

/* The file's digest is looked at before it gets a name. */
static zd_status check_file(const zd_model_entry *e, const char *from, zd_error *err)
{
    zd_digest digest;
    char text[ZD_DIGEST_TEXT_SIZE];
    ZD_TRY(zd_digest_file(from, &digest, err));
    zd_digest_text(&digest, text);
    if (strcmp(text, e->sha256) != 0) {
        return zd_fail(
            err, ZD_ERR_CORRUPT,
            "'%s' is not the file of model '%s': its SHA-256 is %s, expected %s; fetch %s "
            "of %s again",
            from, e->name, text, e->sha256, e->file, e->repository);
    }
    return ZD_OK;
}

static zd_status copy_model(zd_context *ctx, const char *from, const char *to, zd_error *err)
{
    zd_part part;
    zd_mapping mapping;
    ZD_TRY(zd_file_map(from, &mapping, err));
    zd_status status = zd_part_create(ctx, to, &part, err);
    if (status == ZD_OK) {
        status = zd_part_write(&part, to, mapping.data, mapping.bytes, err);
        if (status == ZD_OK) {
            status = zd_part_commit(ctx, &part, to, true, err);
        } else {
            zd_part_discard(ctx, &part);
        }
    }
    zd_file_unmap(&mapping);
    return status;
}

static zd_status install_model(zd_context *ctx, const char *name, const char *from, bool accepts,
                               zd_error *err)
{
    const zd_model_entry *e;
    char file[96];
    char *folder = NULL;
    ZD_TRY(check_entry(name, accepts, &e, err));
    ZD_TRY(check_file(e, from, err));
    ZD_TRY(zd_model_store_folder(ctx, &folder, err));
    snprintf(file, sizeof file, "%s.safetensors", e->name);
    char *path = zd_path_join(ctx, folder, file);
    zd_status status =
        path == NULL ? zd_fail_memory(err, folder) : zd_file_make_folder(ctx, folder, err);
    if (status == ZD_OK) {
        status = copy_model(ctx, from, path, err);
    }
    if (status == ZD_OK) {
        printf("installed %s: %s\n", e->name, path);
    }
    zd_free(ctx, path);
    zd_free(ctx, folder);
    return status;
}

/* ---- cache ---- */

static zd_status cache(zd_context *ctx, const char *action, zd_error *err)
{
    zd_cache_folder folder;
    zd_cache_usage found;
    ZD_TRY(zd_cache_folder_open(ctx, NULL, 0, &folder, err));
    zd_status status = ZD_OK;
    if (is(action, "clear")) {
        status = zd_cache_folder_prune(&folder, 0, &found, err);
    } else if (is(action, "list")) {
        status = zd_cache_folder_measure(&folder, &found, err);
    }
    if (status == ZD_OK && is(action, "path")) {
        printf("%s\n", folder.path);
    } else if (status == ZD_OK) {
        printf("%s: %s%lld depth maps, %.1f MiB\n", folder.path,
               is(action, "clear") ? "removed " : "", (long long) found.entries,
               (double) found.bytes / 1048576.0);
    }
    zd_cache_folder_close(&folder);
    return status;
}

/* ---- the line ---- */

typedef struct line {
    char *words[MOST_WORDS];
    int count;
    const char *from;
    bool accepts;
} line;

static bool read_line(char *const *given, int count, line *out)
{
    *out = (line){ 0 };
    for (int i = 0; i < count; i++) {
        if (is(given[i], "--accept-license")) {
            out->accepts = true;
        } else if (is(given[i], "--from") && i + 1 < count) {
            out->from = given[++i];
        } else if (given[i][0] == '-' && !is(given[i], "--version")) {
            return false;
        } else {
            out->words[out->count++] = given[i];
        }
    }
    return out->count > 0;
}

static bool run(zd_context *ctx, const line *l, zd_status *status, zd_error *err)
{
    const char *verb = l->words[0];
    const char *action = l->count > 1 ? l->words[1] : "list";
    if (is(verb, "version") || is(verb, "--version")) {
        printf("zdepth %s, stills, networks and cache\n", ZD_VERSION_TEXT);
        return true;
    }
    if (is(verb, "models") && l->count <= 2 && (is(action, "list") || is(action, "path"))) {
        *status = is(action, "list") ? list_models(ctx, err) : models_path(ctx, err);
        return true;
    }
    if (is(verb, "models") && l->count == 3 && is(action, "install") && l->from != NULL) {
        *status = install_model(ctx, l->words[2], l->from, l->accepts, err);
        return true;
    }
    if (is(verb, "cache") && l->count <= 2 &&
        (is(action, "list") || is(action, "path") || is(action, "clear")))
    {
        *status = cache(ctx, action, err);
        return true;
    }
    return false;
}

int wmain(int argc, wchar_t **argv); /* MinGW declares it nowhere */

int wmain(int argc, wchar_t **argv)
{
    static char texts[MOST_WORDS][ZD_OS_PATH];
    char *given[MOST_WORDS];
    int count = argc - 1 < MOST_WORDS ? argc - 1 : MOST_WORDS;
    zd_context *ctx = NULL;
    zd_context_params params = { .threads = 1 };
    zd_error err = { 0 };
    zd_status status = ZD_OK;
    line l;
    SetConsoleOutputCP(CP_UTF8);
    for (int i = 0; i < count; i++) {
        given[i] = texts[i];
        if (WideCharToMultiByte(CP_UTF8, 0, argv[i + 1], -1, texts[i], ZD_OS_PATH, NULL, NULL) == 0)
        {
            fprintf(stderr, "zdepth: word %d is too long\n", i + 1);
            return 2;
        }
    }
    if (zd_context_create(&params, &ctx, &err) != ZD_OK) {
        fprintf(stderr, "zdepth: %s\n", err.message);
        return 1;
    }
    bool is_still = argc - 1 <= MOST_WORDS && count > 1 && zd_win_still_knows(given[0]);
    bool is_known = is_still || (argc - 1 <= MOST_WORDS && read_line(given, count, &l) &&
                                 run(ctx, &l, &status, &err));
    if (is_still) {
        status = zd_win_still_run(ctx, given, count, &err);
    }
    if (!is_known) {
        fprintf(stderr, usage, zd_win_still_usage);
    } else if (status != ZD_OK) {
        fprintf(stderr, "zdepth: %s\n", err.message);
    }
    zd_context_destroy(&ctx);
    return !is_known ? 2 : status != ZD_OK;
}
