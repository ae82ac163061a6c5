/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Downloaded or copied under a hidden name, checked by size, SHA-256 and loading, then renamed. */

#include "models/model_install.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "core/file.h"
#include "core/part.h"
#include "core/require.h"
#include "core/text.h"
#include "models/face_convert.h"
#include "models/model_check.h"
#include "models/model_download.h"

static const char default_mirror[] = "https://huggingface.co";
static const char parts_mirror[] = "https://github.com";

/** Names of one model's files in the user's folder; released together. */
typedef struct places {
    zd_context *ctx;
    char *folder;
    char *model;   /* NAME.safetensors */
    char *partial; /* .NAME.download */
    char *hash;    /* NAME.sha256: the hash of what was installed */
} places;

static void release_places(places *p)
{
    zd_free(p->ctx, p->folder);
    zd_free(p->ctx, p->model);
    zd_free(p->ctx, p->partial);
    zd_free(p->ctx, p->hash);
    *p = (places){ .ctx = p->ctx };
}

static char *place(zd_context *ctx, const char *folder, const char *hidden, const char *name,
                   const char *ending)
{
    char file[128];
    snprintf(file, sizeof file, "%s%s.%s", hidden, name, ending);
    return zd_path_join(ctx, folder, file);
}

static zd_status find_places(zd_context *ctx, const zd_model_entry *entry, places *p, zd_error *err)
{
    *p = (places){ .ctx = ctx };
    ZD_TRY(zd_model_store_folder(ctx, &p->folder, err));
    p->model = place(ctx, p->folder, "", entry->name, "safetensors");
    p->partial = place(ctx, p->folder, ".", entry->name, "download");
    p->hash = place(ctx, p->folder, "", entry->name, "sha256");
    if (p->model == NULL || p->partial == NULL || p->hash == NULL) {
        release_places(p);
        return zd_fail_memory(err, "a model's name");
    }
    return ZD_OK;
}

static int64_t size_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (int64_t) info.st_size : -1;
}

char *zd_model_address(zd_context *ctx, const zd_model_entry *entry, const char *mirror)
{
    const char *base = mirror;
    zd_text text;
    if (base == NULL) {
        base = getenv("ZD_MODEL_MIRROR");
    }
    if (base == NULL || base[0] == '\0') {
        base = entry->parts != NULL ? parts_mirror : default_mirror;
    }
    zd_text_init(&text, ctx);
    zd_text_add(&text, base);
    zd_text_format(&text, "%s%s/%s/%s/%s", base[strlen(base) - 1] == '/' ? "" : "/",
                   entry->repository, entry->parts != NULL ? "raw" : "resolve",
                   entry->revision[0] != '\0' ? entry->revision : "main", entry->file);
    if (zd_text_finish(&text, "an address", NULL) != ZD_OK) {
        zd_text_release(&text);
        return NULL;
    }
    char *address = zd_strdup(ctx, text.data);
    zd_text_release(&text);
    return address;
}

char *zd_model_address_shown(zd_context *ctx, const char *address)
{
    char *plain = NULL;
    char *shown = NULL;
    CURLU *url = curl_url();
    if (url != NULL && curl_url_set(url, CURLUPART_URL, address, CURLU_NON_SUPPORT_SCHEME) == 0 &&
        curl_url_set(url, CURLUPART_USER, NULL, 0) == 0 &&
        curl_url_set(url, CURLUPART_PASSWORD, NULL, 0) == 0 &&
        curl_url_set(url, CURLUPART_QUERY, NULL, 0) == 0 &&
        curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0) == 0 &&
        curl_url_get(url, CURLUPART_URL, &plain, 0) == 0)
    {
        shown = zd_strdup(ctx, plain);
    } else { /* no address at all; whatever stands in it may be secret */
        shown = zd_strdup(ctx, "the mirror");
    }
    curl_free(plain);
    curl_url_cleanup(url);
    return shown;
}

/* A safetensors file begins with the length of its header, and the header with a brace. */
static bool may_begin(const uint8_t head[ZD_DOWNLOAD_HEAD], int64_t bytes)
{
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--) {
        length = length << 8 | head[i];
    }
    return head[8] == '{' && length <= (uint64_t) bytes;
}

/* And a TensorFlow Lite network with an offset and its mark. */
static bool may_begin_tflite(const uint8_t head[ZD_DOWNLOAD_HEAD], int64_t bytes)
{
    (void) bytes;
    return memcmp(head + 4, "TFL3", 4) == 0;
}

static zd_status check_digest(const char *path, const char *expected, zd_error *err)
{
    zd_digest digest;
    char text[ZD_DIGEST_TEXT_SIZE];
    ZD_TRY(zd_digest_file(path, &digest, err));
    zd_digest_text(&digest, text);
    if (strcmp(text, expected) != 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "its SHA-256 is %s, expected %s", text, expected);
    }
    return ZD_OK;
}

/** Notes the hash of a complete file and gives it its name; `part` when it is one, which ends. */
static zd_status put_in_place(const places *p, const char *file, zd_part *part, zd_error *err)
{
    zd_digest digest;
    char text[ZD_DIGEST_TEXT_SIZE + 1];
    ZD_TRY(zd_digest_file(file, &digest, err));
    zd_digest_text(&digest, text);
    strcat(text, "\n");
    unlink(p->hash); /* never another model's, wherever the next steps end */
    ZD_TRY(part != NULL ? zd_part_commit(p->ctx, part, p->model, true, err)
                        : zd_file_replace(file, p->model, err));
    return zd_file_write(p->ctx, p->hash, text, strlen(text), err);
}

/** What the end of a download needs. */
typedef struct arrival {
    const places *p;
    const zd_model_entry *entry;
    const zd_task *task;
} arrival;

/** The hash noted when the model was installed; the table's when there is no note. */
static void read_hash(const places *p, const zd_model_entry *entry, char hash[ZD_DIGEST_TEXT_SIZE])
{
    char *text = NULL;
    size_t bytes = 0;
    const char *source = entry->source == ZD_MODEL_DOWNLOAD ? entry->sha256 : "";
    if (source[0] == '\0' && zd_file_read_text(p->ctx, p->hash, 256, &text, &bytes, NULL) == ZD_OK)
    {
        source = text;
    }
    snprintf(hash, ZD_DIGEST_TEXT_SIZE, "%.64s", source);
    zd_free(p->ctx, text);
}

/** Of a file whose hash is not known: what came first, if something did. */
static zd_status check_first(const places *p, const zd_model_entry *entry, zd_error *err)
{
    char hash[ZD_DIGEST_TEXT_SIZE] = "";
    read_hash(p, entry, hash);
    return hash[0] != '\0' ? check_digest(p->partial, hash, err) : ZD_OK;
}

/** Checks a complete download and gives it its name. Nothing can be continued from wrong bytes. */
static zd_status finish_download(void *user, zd_error *err)
{
    const arrival *a = user;
    const zd_model_entry *entry = a->entry;
    bool is_known = entry->sha256[0] != '\0';
    zd_task_report(a->task, "check", 0, entry->bytes);
    zd_status status =
        is_known ? check_digest(a->p->partial, entry->sha256, err) : check_first(a->p, entry, err);
    if (status == ZD_ERR_CORRUPT) {
        unlink(a->p->partial);
        return zd_fail_context(err, status,
                               is_known ? "the download is not the published file"
                                        : "the download is not what came the first time");
    }
    ZD_TRY(status);
    status = zd_model_check(a->p->ctx, entry, a->p->partial, err);
    if (status == ZD_ERR_CORRUPT || status == ZD_ERR_UNSUPPORTED) {
        unlink(a->p->partial);
    }
    ZD_TRY(status);
    zd_task_report(a->task, "check", entry->bytes, entry->bytes);
    return put_in_place(a->p, a->p->partial, NULL, err);
}

typedef zd_status (*finish_function)(void *user, zd_error *err);

static zd_status download(const places *p, const zd_model_entry *entry,
                          const zd_model_install_params *params, const zd_task *task,
                          finish_function finish, zd_error *err)
{
    char *address = zd_model_address(p->ctx, entry, params->mirror);
    char *shown = address != NULL ? zd_model_address_shown(p->ctx, address) : NULL;
    arrival end = { p, entry, task };
    if (shown == NULL) {
        zd_free(p->ctx, address);
        return zd_fail_memory(err, "an address");
    }
    zd_download job = { .address = address,
                        .shown = shown,
                        .may_begin = entry->parts != NULL ? may_begin_tflite : may_begin,
                        .partial = p->partial,
                        .bytes = entry->bytes,
                        .attempts = params->attempts > 0 ? params->attempts : 5,
                        .retry_delay_ms =
                            params->retry_delay_ms > 0 ? params->retry_delay_ms : 1000,
                        .stall_timeout_s =
                            params->stall_timeout_s > 0 ? params->stall_timeout_s : 60,
                        .finish = finish,
                        .user = &end };
    zd_status status = zd_download_run(&job, task, err);
    zd_free(p->ctx, address);
    zd_free(p->ctx, shown);
    return status;
}

static zd_status copy_file(const char *from, const zd_part *part, const char *to, zd_error *err)
{
    zd_mapping mapping;
    ZD_TRY(zd_file_map(from, &mapping, err));
    zd_status status = zd_part_write(part, to, mapping.data, mapping.bytes, err);
    zd_file_unmap(&mapping);
    return status;
}

/** A local file's copy: what is published must have its hash; what had to be converted must load. */
static zd_status check_copy(zd_context *ctx, const zd_model_entry *entry, const char *copy,
                            zd_error *err)
{
    if (entry->source == ZD_MODEL_DOWNLOAD) {
        ZD_TRY(check_digest(copy, entry->sha256, err));
    } else if (entry->sha256[0] != '\0' && check_digest(copy, entry->sha256, NULL) == ZD_OK) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "it is the published pickle, which is not executed here; convert it with "
                       "tools/convert_checkpoint.py first");
    }
    return zd_model_check(ctx, entry, copy, err);
}

/** The copy is checked, not the original, so that nobody changes it in between. */
static zd_status install_file(const places *p, const zd_model_entry *entry, const char *from,
                              zd_error *err)
{
    zd_part copy;
    ZD_TRY(zd_part_create(p->ctx, p->model, &copy, err));
    zd_status status = copy_file(from, &copy, p->model, err);
    if (status == ZD_OK) {
        status = check_copy(p->ctx, entry, copy.path, err);
    }
    if (status == ZD_OK) {
        status = put_in_place(p, copy.path, &copy, err);
    }
    zd_part_discard(p->ctx, &copy);
    return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "'%s'", from);
}

/** The published files of a model of several parts, where they are while it is installed. */
typedef struct part_files {
    zd_context *ctx;
    char *paths[ZD_MODEL_PARTS];
    bool is_ours[ZD_MODEL_PARTS]; /* downloaded: removed when the model is made */
} part_files;

static zd_status finish_part(void *user, zd_error *err)
{
    const arrival *a = user;
    zd_status status = check_digest(a->p->partial, a->entry->sha256, err);
    if (status == ZD_ERR_CORRUPT) {
        unlink(a->p->partial);
        return zd_fail_context(err, status, "the download is not the published file");
    }
    return status;
}

/** Brings one part into the models' folder, or finds it in the folder that `from` names. */
static zd_status find_part(const places *p, const zd_model_entry *entry, int index,
                           const zd_model_install_params *params, const zd_task *task,
                           part_files *files, zd_error *err)
{
    assert(index >= 0 && index < ZD_MODEL_PARTS);
    char name[96];
    const zd_model_part *part = &entry->parts[index];
    if (params->from != NULL) {
        files->paths[index] = zd_path_join(p->ctx, params->from, zd_path_base(part->file));
        return files->paths[index] == NULL ? zd_fail_memory(err, part->file)
                                           : check_digest(files->paths[index], part->sha256, err);
    }
    snprintf(name, sizeof name, ".%s.%d.download", entry->name, index + 1);
    files->paths[index] = zd_path_join(p->ctx, p->folder, name);
    if (files->paths[index] == NULL) {
        return zd_fail_memory(err, part->file);
    }
    places here = { .ctx = p->ctx, .partial = files->paths[index] };
    zd_model_entry one = *entry;
    one.file = part->file;
    one.bytes = part->bytes;
    one.sha256 = part->sha256;
    files->is_ours[index] = true;
    return download(&here, &one, params, task, finish_part, err);
}

/** A model of several published files: all of them, converted into one of ours. */
static zd_status install_parts(const places *p, const zd_model_entry *entry,
                               const zd_model_install_params *params, const zd_task *task,
                               zd_error *err)
{
    part_files files = { .ctx = p->ctx };
    char *made = place(p->ctx, p->folder, ".", entry->name, "made");
    zd_status status = made != NULL ? ZD_OK : zd_fail_memory(err, "a model's name");
    for (int i = 0; status == ZD_OK && i < ZD_MODEL_PARTS; i++) {
        status = find_part(p, entry, i, params, task, &files, err);
        if (status != ZD_OK) {
            zd_fail_context(err, status, "'%s'",
                            params->from != NULL ? files.paths[i] : entry->parts[i].file);
        }
    }
    if (status == ZD_OK) {
        status = zd_model_convert_faces(p->ctx, files.paths[0], files.paths[1], made, err);
    }
    if (status == ZD_OK) {
        status = zd_model_check(p->ctx, entry, made, err);
    }
    if (status == ZD_OK) {
        status = put_in_place(p, made, NULL, err);
    }
    if (status != ZD_OK && made != NULL) {
        unlink(made);
    }
    for (int i = 0; i < ZD_MODEL_PARTS; i++) {
        if (status == ZD_OK && files.is_ours[i]) {
            unlink(files.paths[i]);
        }
        zd_free(p->ctx, files.paths[i]);
    }
    zd_free(p->ctx, made);
    return status;
}

static zd_status check_entry(const zd_model_entry *entry, const zd_model_install_params *params,
                             zd_error *err)
{
    if (entry->source == ZD_MODEL_SHIPPED) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "model '%s' comes with the program",
                       entry->name);
    }
    if (!entry->is_permissive && !params->accept_license) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "model '%s' has the licence %s, which forbids some uses; read it, then add "
                       "--accept-license",
                       entry->name, entry->licence);
    }
    if (entry->source == ZD_MODEL_CONVERSION && params->from == NULL) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "model '%s' is published as a pickle (%s of %s), which is not executed "
                       "here: convert it with tools/convert_checkpoint.py, then: zdepth models "
                       "install %s --from FILE",
                       entry->name, entry->file, entry->repository, entry->name);
    }
    if (params->trusts_first && entry->source != ZD_MODEL_BY_HAND) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--trust-first-download is for models whose hash is not known; that of '%s' "
                       "is, or it is converted: leave the flag out",
                       entry->name);
    }
    if (entry->source == ZD_MODEL_BY_HAND && params->from == NULL && !params->trusts_first) {
        return zd_fail(
            err, ZD_ERR_UNSUPPORTED,
            "the hash of model '%s' is not known here, so it is not downloaded: fetch %s "
            "of %s from a source that you trust, then: zdepth models install %s --from "
            "FILE; or add --trust-first-download, which takes what comes and notes its hash",
            entry->name, entry->file, entry->repository, entry->name);
    }
    return ZD_OK;
}

zd_status zd_model_install(zd_context *ctx, const zd_model_entry *entry,
                           const zd_model_install_params *params, const zd_task *task,
                           zd_error *err)
{
    ZD_REQUIRE(err, entry != NULL);
    zd_model_install_params given = params != NULL ? *params : (zd_model_install_params){ 0 };
    places p;
    ZD_TRY(check_entry(entry, &given, err));
    ZD_TRY(find_places(ctx, entry, &p, err));
    zd_status status = zd_file_make_folder(ctx, p.folder, err);
    if (status == ZD_OK) {
        status = entry->parts != NULL ? install_parts(&p, entry, &given, task, err)
                 : given.from != NULL ? install_file(&p, entry, given.from, err)
                                      : download(&p, entry, &given, task, finish_download, err);
    }
    release_places(&p);
    return status == ZD_OK ? ZD_OK
                           : zd_fail_context(err, status, "installing model '%s'", entry->name);
}

zd_status zd_model_state_of(zd_context *ctx, const zd_model_entry *entry, zd_model_state *out,
                            zd_error *err)
{
    places p;
    *out = (zd_model_state){ 0 };
    if (entry->source == ZD_MODEL_SHIPPED) {
        ZD_TRY(zd_model_store_find(ctx, entry->name, &out->path, err));
        out->is_installed = true;
        out->bytes = size_of(out->path);
        return ZD_OK;
    }
    ZD_TRY(find_places(ctx, entry, &p, err));
    int64_t bytes = size_of(p.model);
    int64_t part = size_of(p.partial);
    out->is_installed = bytes >= 0;
    out->bytes = bytes >= 0 ? bytes : part > 0 ? part : 0;
    out->path = p.model;
    p.model = NULL;
    release_places(&p);
    return ZD_OK;
}

zd_status zd_model_verify(zd_context *ctx, const zd_model_entry *entry, zd_error *err)
{
    places p = { .ctx = ctx };
    char hash[ZD_DIGEST_TEXT_SIZE] = "";
    char *path = NULL;
    ZD_TRY(zd_model_store_find(ctx, entry->name, &path, err));
    zd_status status = find_places(ctx, entry, &p, err);
    if (status == ZD_OK && entry->source != ZD_MODEL_SHIPPED) {
        read_hash(&p, entry, hash);
        status = hash[0] != '\0' ? check_digest(path, hash, err) : ZD_OK;
    }
    if (status == ZD_OK) {
        status = zd_model_check(ctx, entry, path, err);
    }
    if (status != ZD_OK) {
        zd_fail_context(err, status, "model '%s' (%s)", entry->name, path);
    }
    release_places(&p);
    zd_free(ctx, path);
    return status;
}

zd_status zd_model_remove(zd_context *ctx, const zd_model_entry *entry, zd_error *err)
{
    places p;
    zd_status status = ZD_OK;
    if (entry->source == ZD_MODEL_SHIPPED) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "model '%s' comes with the program and is not removed", entry->name);
    }
    ZD_TRY(find_places(ctx, entry, &p, err));
    bool had_part = unlink(p.partial) == 0;
    if (unlink(p.model) != 0 && (errno != ENOENT || !had_part)) {
        status = errno == ENOENT
                     ? zd_fail(err, ZD_ERR_MISSING, "model '%s' is not installed", entry->name)
                     : zd_fail(err, ZD_ERR_IO, "cannot remove '%s': %s", p.model, strerror(errno));
    }
    unlink(p.hash);
    release_places(&p);
    return status;
}
