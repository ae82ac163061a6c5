/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Files that appear under their name only when they are complete. */

#include "core/part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/file.h"

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
    return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %s", path, strerror(reason));
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

zd_status zd_part_create(zd_context *ctx, const char *path, zd_part *out, zd_error *err)
{
    *out = (zd_part){ .fd = -1 };
    for (int i = 0; i < ATTEMPTS && out->fd < 0; i++) {
        uint64_t bits;
        if (getentropy(&bits, sizeof bits) != 0) {
            return fail_write(path, errno, err);
        }
        char *name = make_name(ctx, path, bits);
        if (name == NULL) {
            return zd_fail_memory(err, path);
        }
        out->fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (out->fd < 0) {
            int reason = errno;
            zd_free(ctx, name);
            if (reason != EEXIST) {
                return fail_write(path, reason, err);
            }
        } else {
            out->path = name;
        }
    }
    if (out->fd < 0) {
        return fail_write(path, EEXIST, err);
    }
    int ignored = flock(out->fd, LOCK_EX | LOCK_NB); /* some network disks have no locks */
    (void) ignored;
    return ZD_OK;
}

zd_status zd_part_write(const zd_part *part, const char *path, const void *data, size_t bytes,
                        zd_error *err)
{
    const uint8_t *at = data;
    while (bytes > 0) {
        ssize_t written = write(part->fd, at, bytes);
        if (written < 0 && errno != EINTR) {
            return fail_write(path, errno, err);
        }
        at += written > 0 ? written : 0;
        bytes -= written > 0 ? (size_t) written : 0;
    }
    return ZD_OK;
}

static void forget(zd_context *ctx, zd_part *part)
{
    zd_free(ctx, part->path);
    *part = (zd_part){ .fd = -1 };
}

zd_status zd_part_commit(zd_context *ctx, zd_part *part, const char *path, bool durable,
                         zd_error *err)
{
    int reason = durable && fsync(part->fd) != 0 ? errno : 0;
    /* Network disks tell of a full disk only here. */
    if (close(part->fd) != 0 && reason == 0 && errno != EINTR) {
        reason = errno;
    }
    if (reason == 0 && rename(part->path, path) != 0) {
        reason = errno;
    }
    if (reason != 0) {
        unlink(part->path);
    }
    forget(ctx, part);
    return reason == 0 ? ZD_OK : fail_write(path, reason, err);
}

void zd_part_discard(zd_context *ctx, zd_part *part)
{
    if (part->path != NULL) {
        unlink(part->path);
        close(part->fd);
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

bool zd_part_is_name(const char *name, const char *base)
{
    const char *at = strstr(name, infix);
    if (name[0] != '.' || at == NULL) {
        return false;
    }
    for (const char *next = at; next != NULL; next = strstr(next + 1, infix)) {
        at = next; /* the last one: the file itself may be called ".part1" */
    }
    if (at == name || !is_tail(at + sizeof infix - 1)) {
        return false;
    }
    size_t stem = (size_t) (at - name) - 1;
    return base == NULL ||
           (stem == (size_t) stem_length(base) && strncmp(name + 1, base, stem) == 0);
}

bool zd_part_is_alive(int fd)
{
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK;
    }
    flock(fd, LOCK_UN);
    return false;
}
