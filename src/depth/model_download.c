/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "depth/model_download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

/** One attempt. */
typedef struct transfer {
    const zd_download *download;
    const zd_task *task;
    CURL *curl;
    int fd;
    int64_t done; /* bytes in the file */
    bool started; /* the first bytes of the answer's body have come */
    zd_status failure;
    zd_error *err;
} transfer;

/** Called once, at the first byte: a server that does not continue starts again. */
static bool begin_body(transfer *t)
{
    long code = 0;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
    t->started = true;
    if (code == 200 && t->done > 0) {
        t->done = 0;
        if (ftruncate(t->fd, 0) != 0 || lseek(t->fd, 0, SEEK_SET) != 0) {
            t->failure = zd_fail(t->err, ZD_ERR_IO, "cannot write '%s': %s", t->download->partial,
                                 strerror(errno));
            return false;
        }
    }
    return code == 200 || code == 206;
}

static size_t receive(char *data, size_t size, size_t count, void *user)
{
    transfer *t = user;
    size_t bytes = size * count;
    if (!t->started && !begin_body(t)) {
        return 0;
    }
    if ((int64_t) bytes > t->download->bytes - t->done) {
        t->failure =
            zd_fail(t->err, ZD_ERR_CORRUPT, "%s sends more than the %lld bytes that the model has",
                    t->download->address, (long long) t->download->bytes);
        return 0;
    }
    for (size_t written = 0; written < bytes;) {
        ssize_t n = write(t->fd, data + written, bytes - written);
        if (n < 0 && errno != EINTR) {
            t->failure = zd_fail(t->err, ZD_ERR_IO, "cannot write '%s': %s", t->download->partial,
                                 strerror(errno));
            return 0;
        }
        written += n > 0 ? (size_t) n : 0;
    }
    t->done += (int64_t) bytes;
    zd_task_report(t->task, "download", t->done, t->download->bytes);
    return bytes;
}

static int watch(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const transfer *t = user;
    (void) a;
    (void) b;
    (void) c;
    (void) d;
    return zd_task_cancelled(t->task) ? 1 : 0;
}

static void set_options(transfer *t)
{
    const char *address = t->download->address;
    /* Redirects may not leave encryption behind. */
    const char *protocols = strncmp(address, "https:", 6) == 0 ? "https" : "http,https";
    curl_easy_setopt(t->curl, CURLOPT_URL, address);
    curl_easy_setopt(t->curl, CURLOPT_USERAGENT, "zdepth");
    curl_easy_setopt(t->curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(t->curl, CURLOPT_MAXREDIRS, 10L);
#if CURL_AT_LEAST_VERSION(7, 85, 0)
    curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(t->curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
#else
    long allowed =
        strcmp(protocols, "https") == 0 ? CURLPROTO_HTTPS : CURLPROTO_HTTP | CURLPROTO_HTTPS;
    curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS, (long) (CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(t->curl, CURLOPT_REDIR_PROTOCOLS, allowed);
#endif
    curl_easy_setopt(t->curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->curl, CURLOPT_CONNECTTIMEOUT, 30L);
    curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_TIME, (long) t->download->stall_timeout_s);
    curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(t->curl, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(t->curl, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(t->curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(t->curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t) t->done);
}

/** Whether another attempt may do better than this answer. */
static bool is_passing(CURLcode result, long code)
{
    if (result == CURLE_HTTP_RETURNED_ERROR) {
        return code == 408 || code == 416 || code == 429 || code >= 500;
    }
    return result == CURLE_PARTIAL_FILE || result == CURLE_RECV_ERROR ||
           result == CURLE_GOT_NOTHING || result == CURLE_OPERATION_TIMEDOUT ||
           result == CURLE_SEND_ERROR || result == CURLE_HTTP2_STREAM ||
           result == CURLE_COULDNT_CONNECT || result == CURLE_RANGE_ERROR;
}

/** One attempt. *again: it failed in a way that passes. */
static zd_status attempt(transfer *t, bool *again)
{
    long code = 0;
    *again = false;
    t->started = false;
    t->failure = ZD_OK;
    curl_easy_reset(t->curl);
    set_options(t);
    if (lseek(t->fd, t->done, SEEK_SET) < 0) {
        return zd_fail(t->err, ZD_ERR_IO, "cannot write '%s': %s", t->download->partial,
                       strerror(errno));
    }
    CURLcode result = curl_easy_perform(t->curl);
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
    if (zd_task_cancelled(t->task)) {
        return zd_fail(t->err, ZD_ERR_CANCELLED,
                       "cancelled after %lld of %lld bytes; the next install goes on from there",
                       (long long) t->done, (long long) t->download->bytes);
    }
    if (t->failure != ZD_OK) {
        return t->failure;
    }
    if (result == CURLE_OK && t->done == t->download->bytes) {
        return ZD_OK;
    }
    *again = result == CURLE_OK || is_passing(result, code);
    if (code == 416 || result == CURLE_RANGE_ERROR) {
        /* The server does not continue here: from the start, once more. */
        t->done = ftruncate(t->fd, 0) == 0 ? 0 : t->done;
    }
    if (code >= 400) {
        return zd_fail(t->err, ZD_ERR_IO, "%s answers %ld", t->download->address, code);
    }
    return zd_fail(t->err, ZD_ERR_IO, "%s: %s after %lld of %lld bytes", t->download->address,
                   result == CURLE_OK ? "the answer ends" : curl_easy_strerror(result),
                   (long long) t->done, (long long) t->download->bytes);
}

static void wait_ms(int ms, const zd_task *task)
{
    for (; ms > 0 && !zd_task_cancelled(task); ms -= 50) {
        struct timespec t = { 0, (ms < 50 ? ms : 50) * 1000000L };
        nanosleep(&t, NULL);
    }
}

static zd_status run_attempts(transfer *t)
{
    zd_status status = ZD_OK;
    int delay = t->download->retry_delay_ms;
    bool again = true;
    for (int i = 0; i < t->download->attempts && again; i++) {
        if (i > 0) {
            wait_ms(delay, t->task);
            delay *= 2;
        }
        int64_t before = t->done;
        status = attempt(t, &again);
        if (status == ZD_OK) {
            return ZD_OK;
        }
        if (t->done > before + (1 << 20)) {
            i = 0; /* it moves: a long download may break off many times */
        }
    }
    return status;
}

static zd_status open_partial(const zd_download *download, transfer *t, zd_error *err)
{
    struct stat info;
    t->fd = open(download->partial, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (t->fd < 0 || fstat(t->fd, &info) != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %s", download->partial, strerror(errno));
    }
    if (flock(t->fd, LOCK_EX | LOCK_NB) != 0) {
        return zd_fail(err, ZD_ERR_IO, "'%s' is being downloaded by another process",
                       download->partial);
    }
    t->done = (int64_t) info.st_size;
    if (t->done > download->bytes) {
        t->done = 0;
        if (ftruncate(t->fd, 0) != 0) {
            return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %s", download->partial,
                           strerror(errno));
        }
    }
    return ZD_OK;
}

zd_status zd_download_run(const zd_download *download, const zd_task *task, zd_error *err)
{
    transfer t = { .download = download, .task = task, .fd = -1, .err = err };
    zd_status status = open_partial(download, &t, err);
    if (status == ZD_OK && t.done < download->bytes) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        t.curl = curl_easy_init();
        status = t.curl != NULL ? run_attempts(&t) : zd_fail_memory(err, "a download");
        curl_easy_cleanup(t.curl);
    }
    if (t.fd >= 0) {
        close(t.fd);
    }
    return status;
}
