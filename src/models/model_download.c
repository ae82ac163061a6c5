/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Range requests continue a partial file; a server that sends something else starts it again. */

#include "models/model_download.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "core/require.h"

enum { LONGEST_DELAY_MS = 30000, STEP = 1 << 20 };

static const int64_t most_bytes = (int64_t) 1 << 36; /* of a file whose size is not known */

/** One attempt. */
typedef struct transfer {
    const zd_download *download;
    const zd_task *task;
    CURL *curl;
    int fd;
    int64_t bytes;       /* of the whole file; 0: the answer will tell */
    int64_t done;        /* bytes in the file */
    int64_t furthest;    /* greatest `done` so far */
    int64_t range_start; /* of the answer's Content-Range; -1: there is none */
    int64_t range_total;
    bool started;    /* the first bytes of the answer's body have come */
    bool from_start; /* the answer's body begins at byte 0; `head` is filled before it is kept */
    size_t head_bytes;
    uint8_t head[ZD_DOWNLOAD_HEAD];
    zd_status failure;
    zd_error *err;
} transfer;

static zd_status fail_write(const zd_download *download, zd_error *err)
{
    return zd_fail(err, ZD_ERR_IO, "cannot write '%s': %s", download->partial, strerror(errno));
}

static bool start_again(transfer *t)
{
    t->done = 0;
    if (ftruncate(t->fd, 0) != 0 || lseek(t->fd, 0, SEEK_SET) != 0) {
        t->failure = fail_write(t->download, t->err);
        return false;
    }
    return true;
}

/** "Content-Range: bytes 100-999/1000"; a header of a redirect before is forgotten. */
static size_t read_header(char *data, size_t size, size_t count, void *user)
{
    transfer *t = user;
    size_t bytes = size * count;
    char line[128];
    long long from, to, total;
    static const char key[] = "content-range:";
    snprintf(line, sizeof line, "%.*s", bytes < sizeof line ? (int) bytes : 0, data);
    if (bytes >= 5 && strncmp(data, "HTTP/", 5) == 0) {
        t->range_start = t->range_total = -1;
    } else if (strncasecmp(line, key, sizeof key - 1) == 0 &&
               sscanf(line + sizeof key - 1, " bytes %lld-%lld/%lld", &from, &to, &total) == 3)
    {
        t->range_start = from;
        t->range_total = total;
    }
    return bytes;
}

/** Called once, at the first byte: what the answer says of itself must fit the model. */
static bool begin_body(transfer *t)
{
    long code = 0;
    curl_off_t length = -1;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    t->started = true;
    int64_t total = code == 206 ? t->range_total : (int64_t) length;
    if (t->bytes == 0 && code < 300) {
        if (total <= 0 || total > most_bytes) {
            t->failure = zd_fail(t->err, ZD_ERR_CORRUPT,
                                 "%s does not tell how large the file is, or it is no model",
                                 t->download->shown);
            return false;
        }
        t->bytes = total;
    }
    if (total >= 0 && total != t->bytes) {
        t->failure = zd_fail(t->err, ZD_ERR_CORRUPT,
                             "%s offers %lld bytes, the model has %lld; it is not the published "
                             "file",
                             t->download->shown, (long long) total, (long long) t->bytes);
        return false;
    }
    if (code == 206 && t->range_start != t->done) {
        t->failure = zd_fail(t->err, ZD_ERR_IO, "%s goes on at another byte than was asked for",
                             t->download->shown);
        return false;
    }
    t->from_start = code == 200 || t->done == 0;
    return code == 200 || code == 206;
}

static bool fail_stranger(transfer *t, const char *what)
{
    t->failure = zd_fail(t->err, ZD_ERR_IO,
                         "%s answers with %s, not with the model; does this network want a sign-in "
                         "first? what has arrived is kept",
                         t->download->shown, what);
    return false;
}

/* A sign-in page comes with any status and often without a length. */
static bool check_type(transfer *t)
{
    const char *type = NULL;
    curl_easy_getinfo(t->curl, CURLINFO_CONTENT_TYPE, &type);
    bool is_page = type != NULL && strncasecmp(type, "text/html", 9) == 0;
    return is_page ? fail_stranger(t, "a web page") : true;
}

static bool write_bytes(transfer *t, const void *data, size_t bytes)
{
    for (size_t written = 0; written < bytes;) {
        ssize_t n = write(t->fd, (const char *) data + written, bytes - written);
        if (n < 0 && errno != EINTR) {
            t->failure = fail_write(t->download, t->err);
            return false;
        }
        written += n > 0 ? (size_t) n : 0;
    }
    t->done += (int64_t) bytes;
    return true;
}

/* Takes from the beginning of an answer what is needed to know it. Only when it is the model's does
 * it go over what was there before. */
static bool take_head(transfer *t, const char **data, size_t *bytes)
{
    assert(t->head_bytes <= ZD_DOWNLOAD_HEAD);
    size_t more = ZD_DOWNLOAD_HEAD - t->head_bytes;
    more = more < *bytes ? more : *bytes;
    memcpy(t->head + t->head_bytes, *data, more);
    t->head_bytes += more;
    *data += more;
    *bytes -= more;
    if (t->head_bytes < ZD_DOWNLOAD_HEAD) {
        return true;
    }
    t->from_start = false;
    if (!t->download->may_begin(t->head, t->bytes)) {
        return fail_stranger(t, "something else");
    }
    return start_again(t) && write_bytes(t, t->head, ZD_DOWNLOAD_HEAD);
}

static size_t receive(char *data, size_t size, size_t count, void *user)
{
    transfer *t = user;
    size_t bytes = size * count;
    size_t left = bytes;
    const char *rest = data;
    if (!t->started && !(begin_body(t) && check_type(t))) {
        return 0;
    }
    if (t->from_start && !take_head(t, &rest, &left)) {
        return 0;
    }
    if ((int64_t) left > t->bytes - t->done) {
        t->failure =
            zd_fail(t->err, ZD_ERR_CORRUPT, "%s sends more than the %lld bytes that the model has",
                    t->download->shown, (long long) t->bytes);
        unlink(t->download->partial);
        return 0;
    }
    if (!write_bytes(t, rest, left)) {
        return 0;
    }
    zd_task_report(t->task, "download", t->done, t->bytes);
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

/** Whether an address is plain HTTP on this machine, where encryption protects nothing. */
static bool is_loopback(const char *address)
{
    char *scheme = NULL;
    char *host = NULL;
    bool result = false;
    CURLU *url = curl_url();
    if (url != NULL && curl_url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
    {
        result = strcasecmp(scheme, "http") == 0 &&
                 (strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0 ||
                  strcasecmp(host, "localhost") == 0);
    }
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(url);
    return result;
}

/** Certificates to trust instead of the system's, named as the curl tool has it. */
static const char *certificates(void)
{
    const char *bundle = getenv("CURL_CA_BUNDLE");
    if (bundle == NULL || bundle[0] == '\0') {
        bundle = getenv("SSL_CERT_FILE");
    }
    return bundle != NULL && bundle[0] != '\0' ? bundle : NULL;
}

static void set_options(transfer *t)
{
    char range[32];
    const char *address = t->download->address;
    const char *protocols = is_loopback(address) ? "http,https" : "https";
    curl_easy_setopt(t->curl, CURLOPT_URL, address);
    curl_easy_setopt(t->curl, CURLOPT_USERAGENT, "zdepth");
    curl_easy_setopt(t->curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(t->curl, CURLOPT_MAXREDIRS, 10L);
#if CURL_AT_LEAST_VERSION(7, 85, 0)
    curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(t->curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
#else
    long allowed = protocols[4] == 's' ? CURLPROTO_HTTPS : CURLPROTO_HTTP | CURLPROTO_HTTPS;
    curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS, (long) (CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(t->curl, CURLOPT_REDIR_PROTOCOLS, allowed);
#endif
    if (certificates() != NULL) {
        curl_easy_setopt(t->curl, CURLOPT_CAINFO, certificates());
    }
    curl_easy_setopt(t->curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->curl, CURLOPT_CONNECTTIMEOUT, 30L);
    curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_LIMIT, (long) ZD_DOWNLOAD_SLOWEST);
    curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_TIME, (long) t->download->stall_timeout_s);
    curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(t->curl, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(t->curl, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(t->curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(t->curl, CURLOPT_HEADERFUNCTION, read_header);
    curl_easy_setopt(t->curl, CURLOPT_HEADERDATA, t);
    if (t->done > 0) {
        /* Not RESUME_FROM, which gives up on a server that starts again. */
        snprintf(range, sizeof range, "%lld-", (long long) t->done);
        curl_easy_setopt(t->curl, CURLOPT_RANGE, range);
    }
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
    t->from_start = false;
    t->head_bytes = 0;
    t->failure = ZD_OK;
    t->range_start = t->range_total = -1;
    curl_easy_reset(t->curl);
    set_options(t);
    if (lseek(t->fd, t->done, SEEK_SET) < 0) {
        return fail_write(t->download, t->err);
    }
    CURLcode result = curl_easy_perform(t->curl);
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
    if (zd_task_cancelled(t->task)) {
        return zd_fail(t->err, ZD_ERR_CANCELLED,
                       "%lld of %lld bytes are here, and the next install goes on from there",
                       (long long) t->done, (long long) t->bytes);
    }
    if (t->failure != ZD_OK) {
        return t->failure;
    }
    if (result == CURLE_OK && t->done == t->bytes) {
        return ZD_OK;
    }
    *again = result == CURLE_OK || is_passing(result, code);
    if (code == 416 && !start_again(t)) {
        return t->failure;
    }
    if (code >= 400) {
        return zd_fail(t->err, ZD_ERR_IO,
                       "%s answers %ld; a file from elsewhere is installed with --from FILE",
                       t->download->shown, code);
    }
    return zd_fail(t->err, ZD_ERR_IO, "%s: %s after %lld of %lld bytes; %s", t->download->shown,
                   result == CURLE_OK ? "the answer ends" : curl_easy_strerror(result),
                   (long long) t->done, (long long) t->bytes,
                   *again && t->done > 0 ? "the same command goes on from there"
                                         : "a file from elsewhere is installed with --from FILE");
}

static void wait_ms(int ms, const zd_task *task)
{
    for (; ms > 0 && !zd_task_cancelled(task); ms -= 50) {
        struct timespec t = { 0, (ms < 50 ? ms : 50) * 1000000L };
        nanosleep(&t, NULL);
    }
}

/** Repeats what passes. Failures in a row are counted, where only bytes further than any before
 *  end a row: a server that always starts again gets no more attempts than one that is silent. */
static zd_status run_attempts(transfer *t)
{
    zd_status status = ZD_OK;
    int delay = t->download->retry_delay_ms;
    bool again = true;
    t->furthest = t->done;
    for (int failures = 0; failures < t->download->attempts && again;) {
        status = attempt(t, &again);
        if (status == ZD_OK || !again) {
            return status;
        }
        failures++;
        if (t->done >= t->furthest + STEP) {
            t->furthest = t->done;
            failures = 1;
            delay = t->download->retry_delay_ms;
        }
        if (failures < t->download->attempts) {
            wait_ms(delay, t->task);
            delay = delay < LONGEST_DELAY_MS / 2 ? delay * 2 : LONGEST_DELAY_MS;
        }
    }
    return status;
}

/** Whether the part that is there may be the model's. */
static bool has_right_head(const transfer *t)
{
    uint8_t head[ZD_DOWNLOAD_HEAD];
    ssize_t bytes = pread(t->fd, head, sizeof head, 0);
    return bytes < (ssize_t) sizeof head ||
           t->download->may_begin(head, t->bytes > 0 ? t->bytes : most_bytes);
}

/** Opens and locks the partial file. *again: it was renamed or removed in between. */
static zd_status lock_partial(const zd_download *download, transfer *t, bool *again, zd_error *err)
{
    struct stat opened;
    struct stat named;
    *again = false;
    t->fd = open(download->partial, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (t->fd < 0) {
        return fail_write(download, err);
    }
    if (flock(t->fd, LOCK_EX | LOCK_NB) != 0) {
        return zd_fail(err, ZD_ERR_IO, "'%s' is being downloaded by another process",
                       download->partial);
    }
    if (fstat(t->fd, &opened) != 0) {
        return fail_write(download, err);
    }
    if (stat(download->partial, &named) != 0 || named.st_ino != opened.st_ino ||
        named.st_dev != opened.st_dev)
    {
        close(t->fd);
        t->fd = -1;
        *again = true;
        return ZD_OK;
    }
    t->done = (int64_t) opened.st_size;
    bool is_wrong = (t->bytes > 0 && t->done > t->bytes) || !has_right_head(t);
    return is_wrong && !start_again(t) ? t->failure : ZD_OK;
}

static zd_status check_space(const transfer *t, zd_error *err)
{
    struct statvfs disk;
    int64_t needed = t->bytes - t->done;
    if (fstatvfs(t->fd, &disk) == 0 &&
        (double) disk.f_bavail * (double) disk.f_frsize < (double) needed)
    {
        return zd_fail(err, ZD_ERR_IO,
                       "%lld MiB more are needed and %.0f are free where '%s' is; set ZD_MODELS to "
                       "a folder elsewhere",
                       (long long) (needed >> 20) + 1,
                       (double) disk.f_bavail * (double) disk.f_frsize / 1048576.0,
                       t->download->partial);
    }
    return ZD_OK;
}

/** Leaves no empty part behind. Called with the lock. */
static void drop_empty(const transfer *t)
{
    struct stat info;
    if (fstat(t->fd, &info) == 0 && info.st_size == 0) {
        unlink(t->download->partial);
    }
}

static zd_status open_partial(const zd_download *download, transfer *t, zd_error *err)
{
    bool again = true;
    for (int i = 0; i < 10 && again; i++) {
        ZD_TRY(lock_partial(download, t, &again, err));
    }
    if (again) {
        return zd_fail(err, ZD_ERR_IO, "'%s' is being downloaded by another process",
                       download->partial);
    }
    zd_status status = check_space(t, err);
    if (status != ZD_OK) {
        drop_empty(t);
    }
    return status;
}

zd_status zd_download_run(const zd_download *download, const zd_task *task, zd_error *err)
{
    ZD_REQUIRE(err, download->address != NULL && download->partial != NULL);
    transfer t = {
        .download = download, .task = task, .bytes = download->bytes, .fd = -1, .err = err
    };
    zd_status status = open_partial(download, &t, err);
    if (status == ZD_OK && (t.bytes == 0 || t.done < t.bytes)) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        t.curl = curl_easy_init();
        status = t.curl != NULL ? run_attempts(&t) : zd_fail_memory(err, "a download");
        curl_easy_cleanup(t.curl);
        if (status != ZD_OK) {
            drop_empty(&t);
        }
    }
    if (status == ZD_OK) {
        status = download->finish(download->user, err);
    }
    if (t.fd >= 0) {
        close(t.fd);
    }
    return status;
}
