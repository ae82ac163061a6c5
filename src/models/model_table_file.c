/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Read once a process; a line that is not as it should be is an error with its number. */

#include "models/model_table_file.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/file.h"
#include "core/os.h"

enum { WORDS = 8, MAX_BYTES = 16384, MAX_NAME = 48, MAX_WORD = 200 };

/* Set once, before anything reads it, and never changed after: the table has no owner that could
 * hold it. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char content[MAX_BYTES + 1];
static zd_model_entry extra[ZD_MODEL_TABLE_FILE_MAX];
static int extra_count;
static zd_error failure;

/** Letters that can neither leave a folder nor end an address's path. */
static bool is_plain(const char *word, const char *more, size_t limit)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    if (strlen(word) > limit || strchr(letters, word[0]) == NULL || strstr(word, "..") != NULL) {
        return false;
    }
    for (const char *at = word; *at != '\0'; at++) {
        if (strchr(letters, *at) == NULL && strchr(more, *at) == NULL) {
            return false;
        }
    }
    return true;
}

static bool read_bytes(const char *word, int64_t *out)
{
    char *end;
    long long value = strtoll(word, &end, 10);
    *out = value;
    return word[0] >= '1' && word[0] <= '9' && *end == '\0' && strlen(word) <= 13 && value > 0;
}

static bool is_digest(const char *word)
{
    return strlen(word) == ZD_DIGEST_TEXT_SIZE - 1 &&
           strspn(word, "0123456789abcdef") == ZD_DIGEST_TEXT_SIZE - 1;
}

static int split(char *line, char *words[WORDS + 1])
{
    int count = 0;
    char *rest = NULL;
    line[strcspn(line, "#")] = '\0';
    for (char *word = strtok_r(line, " \t\r", &rest); word != NULL && count <= WORDS;
         word = strtok_r(NULL, " \t\r", &rest))
    {
        words[count++] = word;
    }
    return count;
}

static zd_status read_line(char *const words[WORDS], zd_model_entry *out, zd_error *err)
{
    bool is_permissive = strcmp(words[7], "yes") == 0;
    const char *wrong = NULL;
    int64_t bytes = 0;
    const char *const texts[] = { words[0], words[1], words[2], words[3], words[6] };
    static const char *const allowed[] = { "._-", "._-/", "._-", "._-/", "._-+" };
    for (int i = 0; i < 5 && wrong == NULL; i++) {
        if (!is_plain(texts[i], allowed[i], i == 0 ? MAX_NAME : MAX_WORD)) {
            wrong = texts[i];
        }
    }
    if (wrong == NULL && !read_bytes(words[4], &bytes)) {
        wrong = words[4];
    } else if (wrong == NULL && !is_digest(words[5])) {
        wrong = words[5];
    } else if (wrong == NULL && !is_permissive && strcmp(words[7], "no") != 0) {
        wrong = words[7];
    }
    if (wrong != NULL) {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "'%.80s' is not possible; expected NAME REPOSITORY REVISION FILE BYTES "
                       "SHA256 LICENCE yes|no",
                       wrong);
    }
    *out = (zd_model_entry){ .name = words[0],
                             .title = words[0],
                             .repository = words[1],
                             .revision = words[2],
                             .file = words[3],
                             .bytes = bytes,
                             .sha256 = words[5],
                             .licence = words[6],
                             .is_permissive = is_permissive,
                             .source = ZD_MODEL_DOWNLOAD };
    return ZD_OK;
}

zd_status zd_model_table_file_parse(char *text, zd_model_entry *entries, int *count, zd_error *err)
{
    char *words[WORDS + 1];
    int number = 1;
    *count = 0;
    for (char *line = text, *next; line != NULL; line = next, number++) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        int found = split(line, words);
        if (found == 0) {
            continue;
        }
        if (found != WORDS) {
            return zd_fail(err, ZD_ERR_CORRUPT, "line %d: expected %d words", number, WORDS);
        }
        if (*count == ZD_MODEL_TABLE_FILE_MAX) {
            return zd_fail(err, ZD_ERR_LIMIT, "line %d: more than %d models", number,
                           ZD_MODEL_TABLE_FILE_MAX);
        }
        zd_status status = read_line(words, &entries[*count], err);
        if (status != ZD_OK) {
            return zd_fail_context(err, status, "line %d", number);
        }
        for (int i = 0; i < *count; i++) {
            if (strcmp(entries[i].name, words[0]) == 0) {
                return zd_fail(err, ZD_ERR_CORRUPT, "line %d: '%s' is there twice", number,
                               words[0]);
            }
        }
        (*count)++;
    }
    return ZD_OK;
}

static zd_status load(const char *path, zd_error *err)
{
    int code;
    FILE *file =
        zd_file_check_regular(path, err) == ZD_OK ? zd_os_open_stream(path, "rb", &code) : NULL;
    if (file == NULL) {
        return zd_fail(err, ZD_ERR_IO, "it cannot be read");
    }
    size_t bytes = fread(content, 1, sizeof content, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed || bytes > MAX_BYTES || memchr(content, '\0', bytes) != NULL) {
        return zd_fail(err, ZD_ERR_CORRUPT, "it is not a text file of at most %d bytes", MAX_BYTES);
    }
    content[bytes] = '\0';
    return zd_model_table_file_parse(content, extra, &extra_count, err);
}

static void load_once(void)
{
    char path[ZD_OS_PATH];
    if (!zd_os_environment("ZD_MODELS_TABLE", path)) {
        return;
    }
    zd_status status = load(path, &failure);
    if (status != ZD_OK) {
        extra_count = 0;
        (void) zd_fail_context(&failure, status, "table of models '%s' (ZD_MODELS_TABLE)", path);
    }
}

const zd_model_entry *zd_model_table_file_entries(int *count)
{
    pthread_once(&once, load_once);
    *count = extra_count;
    return extra;
}

zd_status zd_model_table_file_check(zd_error *err)
{
    pthread_once(&once, load_once);
    return failure.status == ZD_OK ? ZD_OK : zd_fail(err, failure.status, "%s", failure.message);
}
