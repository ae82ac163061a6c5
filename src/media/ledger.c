/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The ledger is text: a first line with the job's digest, then a line for each picture, written in one
 * piece when the picture has its name. A line that was broken off is cut away. */

#include "media/ledger.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"

enum { MAX_BYTES = 64 << 20, LINE_SIZE = 128, HEAD_SIZE = 96 };

typedef struct finished {
    int64_t number;
    int64_t bytes;
    int64_t seconds;
    int64_t nanoseconds;
} finished;

struct zd_ledger {
    zd_context *ctx;
    char *path;
    int fd;           /* locked */
    finished *before; /* by number: of earlier runs */
    size_t count;
    bool is_empty; /* it tells of no picture */
};

static char *name_of(zd_context *ctx, const char *pattern)
{
    const char *base = zd_path_base(pattern);
    size_t size = strlen(pattern) + 16;
    char *name = zd_alloc(ctx, size);
    if (name != NULL) {
        snprintf(name, size, "%.*s.%s.ledger", (int) (base - pattern), pattern, base);
        for (char *at = name + (base - pattern); *at != '\0'; at++) {
            *at = *at == '%' ? '#' : *at;
        }
    }
    return name;
}

static bool describe(int64_t number, const char *path, finished *out)
{
    struct stat info;
    if (lstat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        return false;
    }
    *out = (finished){ number, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec };
    return true;
}

static int by_number(const void *a, const void *b)
{
    int64_t one = ((const finished *) a)->number;
    int64_t other = ((const finished *) b)->number;
    return one < other ? -1 : one > other;
}

/* Reads whole lines; *good is where the last one ends. */
static bool read_lines(zd_ledger *ledger, const char *text, size_t head, size_t *good)
{
    size_t lines = 0;
    for (const char *at = strchr(text + head, '\n'); at != NULL; at = strchr(at + 1, '\n')) {
        lines++;
    }
    ledger->before = zd_alloc_zeroed(ledger->ctx, lines + 1, sizeof *ledger->before);
    *good = head;
    while (ledger->before != NULL && ledger->count < lines) {
        long long v[4];
        const char *line = text + *good;
        const char *end = strchr(line, '\n');
        char *rest = (char *) line;
        for (int i = 0; i < 4; i++) {
            v[i] = strtoll(rest, &rest, 10);
        }
        if (rest != end) {
            break;
        }
        ledger->before[ledger->count++] = (finished){ v[0], v[1], v[2], v[3] };
        *good = (size_t) (end - text) + 1;
    }
    if (ledger->before != NULL) {
        qsort(ledger->before, ledger->count, sizeof *ledger->before, by_number);
    }
    return ledger->before != NULL;
}

/* What the file holds, zero-terminated; NULL: it cannot be read, or is too large to be one. */
static char *read_all(zd_ledger *ledger, size_t *bytes)
{
    struct stat info;
    if (fstat(ledger->fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_uid != geteuid() ||
        info.st_nlink != 1 || info.st_size > MAX_BYTES)
    {
        return NULL;
    }
    *bytes = (size_t) info.st_size;
    char *text = zd_alloc_zeroed(ledger->ctx, *bytes + 1, 1);
    if (text != NULL && pread(ledger->fd, text, *bytes, 0) != (ssize_t) *bytes) {
        zd_free(ledger->ctx, text);
        text = NULL;
    }
    return text;
}

static bool write_at_end(const zd_ledger *ledger, const char *text)
{
    size_t length = strlen(text);
    return write(ledger->fd, text, length) == (ssize_t) length;
}

/* Takes what is there over, or begins anew. */
static bool take_over(zd_ledger *ledger, const char *head)
{
    static const char kind[] = "zdepth ledger ";
    size_t bytes = 0;
    size_t good = 0;
    char *text = read_all(ledger, &bytes);
    size_t length = strlen(head);
    /* A file of that name that is none of ours is left alone. */
    bool is_ours = text != NULL && (bytes == 0 || strncmp(text, kind, sizeof kind - 1) == 0);
    bool is_same = is_ours && strlen(text) == bytes && strncmp(text, head, length) == 0;
    bool works = is_ours && (!is_same || read_lines(ledger, text, length, &good));
    zd_free(ledger->ctx, text);
    if (!works || ftruncate(ledger->fd, (off_t) good) != 0 || lseek(ledger->fd, 0, SEEK_END) < 0 ||
        (!is_same && !write_at_end(ledger, head)))
    {
        return false;
    }
    ledger->is_empty = ledger->count == 0;
    return true;
}

static void release(zd_ledger **ledger)
{
    zd_ledger *doomed = *ledger;
    *ledger = NULL;
    if (doomed->fd >= 0) {
        close(doomed->fd);
    }
    zd_free(doomed->ctx, doomed->before);
    zd_free(doomed->ctx, doomed->path);
    zd_free(doomed->ctx, doomed);
}

zd_ledger *zd_ledger_open(zd_context *ctx, const char *pattern, const zd_digest *job)
{
    assert(pattern != NULL && job != NULL);
    char digest[ZD_DIGEST_TEXT_SIZE];
    char head[HEAD_SIZE];
    zd_ledger *ledger = zd_alloc_zeroed(ctx, 1, sizeof *ledger);
    if (ledger == NULL) {
        return NULL;
    }
    ledger->ctx = ctx;
    ledger->fd = -1;
    ledger->path = name_of(ctx, pattern);
    zd_digest_text(job, digest);
    snprintf(head, sizeof head, "zdepth ledger 1 %s\n", digest);
    if (ledger->path != NULL) {
        ledger->fd =
            open(ledger->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    }
    if (ledger->fd < 0 || flock(ledger->fd, LOCK_EX | LOCK_NB) != 0 || !take_over(ledger, head)) {
        release(&ledger);
    }
    return ledger;
}

bool zd_ledger_has(const zd_ledger *ledger, int64_t number, const char *path)
{
    finished now;
    if (ledger == NULL || ledger->count == 0 || !describe(number, path, &now)) {
        return false;
    }
    /* A picture that was made again has more than one line: any that fits will do. */
    const finished *found =
        bsearch(&now, ledger->before, ledger->count, sizeof *ledger->before, by_number);
    const finished *end = ledger->before + ledger->count;
    while (found != NULL && found > ledger->before && found[-1].number == number) {
        found--;
    }
    for (; found != NULL && found < end && found->number == number; found++) {
        if (memcmp(found, &now, sizeof now) == 0) {
            return true;
        }
    }
    return false;
}

void zd_ledger_add(zd_ledger *ledger, int64_t number, const char *path)
{
    finished now;
    char line[LINE_SIZE];
    if (ledger == NULL || !describe(number, path, &now)) {
        return;
    }
    snprintf(line, sizeof line, "%lld %lld %lld %lld\n", (long long) now.number,
             (long long) now.bytes, (long long) now.seconds, (long long) now.nanoseconds);
    ledger->is_empty = !write_at_end(ledger, line) && ledger->is_empty;
}

void zd_ledger_finish(zd_ledger **ledger)
{
    if (*ledger != NULL) {
        unlink((*ledger)->path);
        release(ledger);
    }
}

void zd_ledger_close(zd_ledger **ledger)
{
    if (*ledger != NULL && (*ledger)->is_empty) {
        unlink((*ledger)->path);
    }
    if (*ledger != NULL) {
        release(ledger);
    }
}
