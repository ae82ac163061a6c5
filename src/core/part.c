/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Files that appear under their name only when they are complete. */

#include "core/part.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/os.h"
#include "core/place_hint.h"

enum {
    STEM_LENGTH = 180, /* of a name's bytes: the rest stays below what file systems allow, 255 */
    ENDING_LENGTH = 32,
    ATTEMPTS = 16,
};

static const char infix[] = ".part";

/* How much of a file's name its parts' names begin with. */
static int stem_length(const char *base)
{
    size_t length = strcspn(base, "%");
    return (int) (length < STEM_LENGTH ? length : STEM_LENGTH);
}

static zd_status fail_write(const char *path, int reason, zd_error *err)
{
    int folder = (int) (zd_path_base(path) - path) - 1;
    const char *hint = zd_place_hint_write(path);
    if (reason == ENOENT && folder > 0 && hint[0] == '\0') {
        return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %s; make the folder '%.*s' first", path,
                       zd_os_reason(reason), folder, path);
    }
    return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %s%s", path, zd_os_reason(reason), hint);
}

static char *make_name(zd_context *ctx, const char *path, uint64_t bits)
{
    const char *base = zd_path_base(path);
    const char *extension = zd_path_extension(path);
    size_t size = strlen(path) + 48;
    char *name = zd_alloc(ctx, size);
    if (name != NULL) {
        snprintf(name, size, "%.*s.%.*s%s%016llx%s%.*s", (int) (base - path), path,
                 stem_length(base), base, infix, (unsigned long long) bits,
                 *extension != '\0' ? "." : "", ENDING_LENGTH, extension);
    }
    return name;
}

/* Locks a new part. Somebody who sweeps may have found it before and taken it for abandoned: then it
 * has no name any more, and another is tried. */
static int create_named(const char *name, int *file, bool *is_there)
{
    int code = zd_os_create_new(name, file, is_there);
    if (code == 0 && !zd_os_lock(*file)) {
        code = zd_os_close(*file, false);
        code = code != 0 ? code : -1;
        *file = -1;
        *is_there = true;
    }
    return code;
}

zd_status zd_part_create(zd_context *ctx, const char *path, zd_part *out, zd_error *err)
{
    *out = (zd_part){ .fd = -1 };
    for (int i = 0; i < ATTEMPTS && out->fd < 0; i++) {
        uint64_t bits;
        int code = zd_os_random(&bits, sizeof bits);
        if (code != 0) {
            return fail_write(path, code, err);
        }
        char *name = make_name(ctx, path, bits);
        if (name == NULL) {
            return zd_fail_memory(err, path);
        }
        bool is_there;
        code = create_named(name, &out->fd, &is_there);
        if (code == 0) {
            out->path = name;
        } else {
            zd_free(ctx, name);
            if (!is_there) {
                return fail_write(path, code, err);
            }
        }
    }
    if (out->fd < 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %d names for its part are taken", path,
                       ATTEMPTS);
    }
    return ZD_OK;
}

zd_status zd_part_write(const zd_part *part, const char *path, const void *data, size_t bytes,
                        zd_error *err)
{
    assert(part->path != NULL);
    int code = zd_os_write(part->fd, data, bytes);
    return code == 0 ? ZD_OK : fail_write(path, code, err);
}

static void forget(zd_context *ctx, zd_part *part)
{
    zd_free(ctx, part->path);
    *part = (zd_part){ .fd = -1 };
}

zd_status zd_part_commit(zd_context *ctx, zd_part *part, const char *path, bool durable,
                         zd_error *err)
{
    assert(part->path != NULL);
    int reason = zd_os_close(part->fd, durable);
    if (reason == 0) {
        reason = zd_os_rename(part->path, path);
    }
    if (reason != 0) {
        zd_os_remove(part->path);
    }
    forget(ctx, part);
    return reason == 0 ? ZD_OK : fail_write(path, reason, err);
}

void zd_part_discard(zd_context *ctx, zd_part *part)
{
    if (part->path != NULL) {
        zd_os_remove(part->path);
        int ignored = zd_os_close(part->fd, false);
        (void) ignored;
        forget(ctx, part);
    }
}

/* The bits, or the number of an earlier version, then nothing or an ending. */
static bool is_tail(const char *text)
{
    size_t bits = strspn(text, "0123456789abcdef");
    size_t number = strspn(text, "0123456789");
    bool is_good = bits == 16 || (number == bits && number >= 1 && number <= 10);
    const char *rest = text + bits;
    return is_good &&
           (*rest == '\0' || (*rest == '.' && rest[1] != '\0' && strchr(rest + 1, '.') == NULL));
}

/* Where the infix of a part's name is; NULL: it is no part's. */
static const char *find_infix(const char *name)
{
    const char *at = strstr(name, infix);
    if (name[0] != '.' || at == NULL) {
        return NULL;
    }
    for (const char *next = at; next != NULL; next = strstr(next + 1, infix)) {
        at = next; /* the last one: the file itself may be called ".part1" */
    }
    return at != name && is_tail(at + sizeof infix - 1) ? at : NULL;
}

bool zd_part_is_name(const char *name, const char *base)
{
    const char *at = find_infix(name);
    if (at == NULL) {
        return false;
    }
    size_t stem = (size_t) (at - name) - 1;
    return base == NULL ||
           (stem == (size_t) stem_length(base) && strncmp(name + 1, base, stem) == 0);
}

bool zd_part_is_alive(int fd)
{
    return zd_os_is_locked(fd);
}

/* ---- what killed runs left ---- */

/* Whether `length` bytes of text are the pattern with some number in place of its %0Nd. */
static bool is_of_pattern(const char *text, size_t length, const char *pattern)
{
    size_t before = strcspn(pattern, "%");
    const char *after = pattern + before + (pattern[before] == '%');
    after += strspn(after, "0123456789");
    if (pattern[before] == '\0' || *after != 'd') {
        return false;
    }
    after++;
    size_t rest = strlen(after);
    if (length <= before + rest || strncmp(text, pattern, before) != 0) {
        return false;
    }
    size_t digits = strspn(text + before, "0123456789");
    return before + digits + rest == length && strncmp(text + before + digits, after, rest) == 0;
}

/* A part with random bits: earlier versions' names could be anybody's, and were not locked. */
static bool is_random(const char *name)
{
    const char *at = find_infix(name);
    return at != NULL && strspn(at + sizeof infix - 1, "0123456789abcdef") == 16;
}

static bool belongs(const char *name, const char *base)
{
    size_t stem = (size_t) (find_infix(name) - name) - 1;
    return zd_part_is_name(name, base) || is_of_pattern(name + 1, stem, base);
}

/* A walk over the parts of a folder. */
typedef struct walk {
    zd_context *ctx;
    const char *folder;
    const char *base; /* whose parts go; NULL: all are visited */
    zd_part_visitor visit;
    void *user;
} walk;

static void look_at(void *user, const char *name)
{
    const walk *w = user;
    int file;
    long long bytes;
    char *path = NULL;
    if (!is_random(name) || (w->base != NULL && !belongs(name, w->base)) ||
        (path = zd_path_join(w->ctx, w->folder, name)) == NULL)
    {
        return;
    }
    if (zd_os_claim(path, &file, &bytes)) {
        if (w->base != NULL) {
            zd_os_remove(path);
        } else {
            w->visit(w->user, name, bytes);
        }
        int ignored = zd_os_close(file, false);
        (void) ignored;
    }
    zd_free(w->ctx, path);
}

void zd_part_sweep(zd_context *ctx, const char *path)
{
    const char *base = zd_path_base(path);
    char *folder = base == path ? zd_strdup(ctx, ".") : zd_strdup(ctx, path);
    if (folder != NULL && base != path) {
        folder[base - path] = '\0';
    }
    walk w = { .ctx = ctx, .folder = folder, .base = base };
    if (folder != NULL) {
        zd_os_visit_folder(folder, look_at, &w);
    }
    zd_free(ctx, folder);
}

void zd_part_visit_abandoned(zd_context *ctx, const char *folder, zd_part_visitor visit, void *user)
{
    walk w = { .ctx = ctx, .folder = folder, .visit = visit, .user = user };
    zd_os_visit_folder(folder, look_at, &w);
}
