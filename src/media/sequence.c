/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Names are listed once, sorted by number and checked for gaps. */

#include "media/sequence.h"

#include <assert.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/require.h"
#include "core/size.h"
#include "media/encoder_defaults.h"

enum { MOST_HELD = 1000000 };

/* A number as a name may write it: "%04d", "####" and Houdini's "$F4". */
typedef struct number_mark {
    const char *at;
    const char *after;
    int width;
} number_mark;

static bool read_percent(const char *at, number_mark *out)
{
    const char *end = at + 1;
    int digits = 0;
    while (isdigit((unsigned char) *end) && digits < 100) {
        digits = digits * 10 + (*end++ - '0');
    }
    *out = (number_mark){ at, end + 1, digits };
    return *end == 'd';
}

static bool read_mark(const char *at, number_mark *out)
{
    size_t hashes = strspn(at, "#");
    if (*at == '%') {
        return read_percent(at, out);
    }
    if (hashes >= 2) { /* one alone is part of many a name */
        *out = (number_mark){ at, at + hashes, hashes > 18 ? 19 : (int) hashes };
        return true;
    }
    if (at[0] == '$' && at[1] == 'F') {
        bool has_width = isdigit((unsigned char) at[2]);
        *out = (number_mark){ at, at + (has_width ? 3 : 2), has_width ? at[2] - '0' : 1 };
        return true;
    }
    return false;
}

bool zd_sequence_split(const char *path, size_t *before, const char **after, int *width)
{
    number_mark found = { 0 };
    for (const char *at = zd_path_base(path); *at != '\0';) {
        number_mark mark = { 0 };
        bool is_mark = read_mark(at, &mark);
        if ((is_mark && found.at != NULL) || (!is_mark && *at == '%') || mark.width > 18) {
            return false; /* one number, and no other sign of one */
        }
        found = is_mark ? mark : found;
        at = is_mark ? mark.after : at + 1;
    }
    if (found.at == NULL) {
        return false;
    }
    *before = (size_t) (found.at - path);
    *after = found.after;
    *width = zd_int_max(found.width, 1);
    return true;
}

bool zd_sequence_is_path(const char *path)
{
    size_t before;
    const char *after;
    int width;
    if (zd_file_exists(path)) {
        return zd_file_is_folder(path);
    }
    return zd_sequence_split(path, &before, &after, &width) ||
           strpbrk(zd_path_base(path), "*?[") != NULL;
}

void zd_sequence_finish(zd_sequence *sequence)
{
    for (size_t i = 0; i < sequence->count; i++) {
        zd_free(sequence->ctx, sequence->files[i]);
    }
    zd_free(sequence->ctx, sequence->files);
    zd_free(sequence->ctx, sequence->numbers);
    *sequence = (zd_sequence){ .ctx = sequence->ctx };
}

static zd_status append(zd_sequence *sequence, size_t *room, char *file, zd_error *err)
{
    if (file == NULL) {
        return zd_fail_memory(err, "a list of files");
    }
    if (sequence->count == *room) {
        size_t grown = *room == 0 ? 64 : *room * 2;
        char **files = zd_alloc_zeroed(sequence->ctx, grown, sizeof *files);
        if (files == NULL) {
            zd_free(sequence->ctx, file);
            return zd_fail_memory(err, "a list of files");
        }
        if (sequence->count > 0) {
            memcpy(files, sequence->files, sequence->count * sizeof *files);
        }
        zd_free(sequence->ctx, sequence->files);
        sequence->files = files;
        *room = grown;
    }
    sequence->files[sequence->count++] = file;
    return ZD_OK;
}

/* Digits count as numbers: frame2 comes before frame10. */
static int compare_natural(const void *a, const void *b)
{
    const char *first = *(const char *const *) a;
    const char *second = *(const char *const *) b;
    return strverscmp(first, second);
}

/* Endings of pictures that are read; those that are written are read as well. */
static bool is_picture_name(const char *name)
{
    static const char *const only_read[] = {
        "bmp", "tga", "dpx", "pfm", "webp", "ppm", "pgm", "hdr"
    };
    const char *extension = zd_path_extension(name);
    const zd_ending *written = zd_ending_find(extension);
    if (written != NULL) {
        return written->kind != ZD_OUTPUT_MOVIE;
    }
    for (size_t i = 0; i < sizeof only_read / sizeof *only_read; i++) {
        if (strcasecmp(extension, only_read[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Digits as printf writes them: at least `width` characters, a sign included. */
static bool is_number_text(const char *text, size_t length, int width)
{
    if (length > 1 && text[0] == '-') {
        return is_number_text(text + 1, length - 1, width - 1);
    }
    if (length < (size_t) width || length > 18 || (length > (size_t) width && text[0] == '0')) {
        return false;
    }
    return strspn(text, "0123456789") >= length;
}

/* How the names of a folder are matched. */
typedef struct name_rule {
    const char *pattern; /* of the whole path */
    const char *base;    /* the pattern's name part */
    bool is_folder;
    bool is_printf;
    size_t before; /* length of the base before the number */
    const char *after;
    int width;
} name_rule;

static bool is_match(const name_rule *rule, const char *name)
{
    if (name[0] == '.') {
        return false;
    }
    if (rule->is_folder) {
        return is_picture_name(name);
    }
    if (!rule->is_printf) {
        return fnmatch(rule->base, name, FNM_PERIOD) == 0;
    }
    size_t length = strlen(name);
    size_t after = strlen(rule->after);
    return length > rule->before + after && strncmp(name, rule->base, rule->before) == 0 &&
           strcmp(name + length - after, rule->after) == 0 &&
           is_number_text(name + rule->before, length - rule->before - after, rule->width);
}

static zd_status list_files(zd_sequence *sequence, const name_rule *rule, const char *folder,
                            zd_error *err)
{
    size_t room = 0;
    zd_status status = ZD_OK;
    DIR *directory = opendir(folder[0] != '\0' ? folder : ".");
    if (directory == NULL) {
        return zd_fail(err, ZD_ERR_IO, "cannot open the folder '%s': %s", folder, strerror(errno));
    }
    const struct dirent *entry;
    while (status == ZD_OK && (entry = readdir(directory)) != NULL) {
        if (is_match(rule, entry->d_name)) {
            status =
                append(sequence, &room, zd_path_join(sequence->ctx, folder, entry->d_name), err);
        }
    }
    closedir(directory);
    if (status == ZD_OK && sequence->count > 0) {
        qsort(sequence->files, sequence->count, sizeof *sequence->files, compare_natural);
    }
    return status;
}

/* The last run of digits in a name: where frame numbers are. */
static bool find_number(const char *name, size_t *start, size_t *length)
{
    size_t end = strlen(name) - strlen(zd_path_extension(name));
    while (end > 0 && !isdigit((unsigned char) name[end - 1])) {
        end--;
    }
    size_t begin = end;
    while (begin > 0 && isdigit((unsigned char) name[begin - 1])) {
        begin--;
    }
    *start = begin;
    *length = end - begin;
    return end > begin && end - begin <= 18;
}

/* Whether two names are alike but for their numbers. */
static bool is_same_series(const char *a, const char *b)
{
    size_t start_a;
    size_t start_b;
    size_t length_a;
    size_t length_b;
    return find_number(a, &start_a, &length_a) && find_number(b, &start_b, &length_b) &&
           start_a == start_b && strncmp(a, b, start_a) == 0 &&
           strcmp(a + start_a + length_a, b + start_b + length_b) == 0;
}

typedef struct numbered_file {
    int64_t number;
    char *file;
} numbered_file;

static int compare_numbers(const void *a, const void *b)
{
    const numbered_file *first = a;
    const numbered_file *second = b;
    return first->number < second->number   ? -1
           : first->number > second->number ? 1
                                            : strcmp(first->file, second->file);
}

/* Whether the files are of one series, which patterns say and other names show. */
static zd_status check_series(const zd_sequence *sequence, const name_rule *rule, bool *is_series,
                              zd_error *err)
{
    size_t start;
    size_t length;
    const char *first = zd_path_base(sequence->files[0]);
    *is_series = rule->is_printf || find_number(first, &start, &length);
    for (size_t i = 1; i < sequence->count && !rule->is_printf; i++) {
        if (is_same_series(first, zd_path_base(sequence->files[i]))) {
            continue;
        }
        *is_series = false;
        if (rule->is_folder) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "the folder '%s' holds more than one sequence ('%s' and '%s'); give a "
                           "pattern such as 'name.%%04d.png'",
                           rule->pattern, first, zd_path_base(sequence->files[i]));
        }
    }
    return ZD_OK;
}

/* Only a pattern tells a sign from a hyphen. */
static int64_t number_in(const name_rule *rule, const char *name)
{
    size_t start = rule->before;
    size_t length;
    if (!rule->is_printf) {
        find_number(name, &start, &length);
    }
    return atoll(name + start);
}

/* Reads the numbers when all files are of one series, and puts the files in their order. A folder
 * of several series is refused: nobody could tell which one is meant. */
static zd_status read_numbers(zd_sequence *sequence, const name_rule *rule, zd_error *err)
{
    bool is_series;
    ZD_TRY(check_series(sequence, rule, &is_series, err));
    if (!is_series) {
        return ZD_OK;
    }
    numbered_file *sorted = zd_alloc_zeroed(sequence->ctx, sequence->count, sizeof *sorted);
    sequence->numbers = zd_alloc_zeroed(sequence->ctx, sequence->count, sizeof(int64_t));
    if (sorted == NULL || sequence->numbers == NULL) {
        zd_free(sequence->ctx, sorted);
        return zd_fail_memory(err, "a list of files");
    }
    for (size_t i = 0; i < sequence->count; i++) {
        sorted[i].file = sequence->files[i];
        sorted[i].number = number_in(rule, zd_path_base(sorted[i].file));
    }
    qsort(sorted, sequence->count, sizeof *sorted, compare_numbers);
    for (size_t i = 0; i < sequence->count; i++) {
        sequence->files[i] = sorted[i].file;
        sequence->numbers[i] = sorted[i].number;
    }
    zd_free(sequence->ctx, sorted);
    return ZD_OK;
}

static zd_status fail_missing(const zd_sequence *sequence, const char *pattern, int64_t number,
                              zd_error *err)
{
    const char *name = zd_path_base(sequence->files[0]);
    char expanded[300];
    size_t start = 0;
    size_t length = 0;
    if (zd_sequence_expand(zd_path_base(pattern), number, expanded, sizeof expanded)) {
        return zd_fail(err, ZD_ERR_IO,
                       "'%s' lacks frame %lld ('%s'); put it back, or hold the frame before it "
                       "with --no-strict",
                       pattern, (long long) number, expanded);
    }
    find_number(name, &start, &length);
    return zd_fail(err, ZD_ERR_IO,
                   "'%s' lacks frame %lld ('%.*s%0*lld%s'); put it back, or hold the frame before "
                   "it with --no-strict",
                   pattern, (long long) number, (int) start, name, (int) length, (long long) number,
                   name + start + length);
}

/* Every second or every tenth frame is a sequence too: its step is what all distances share. */
static int64_t common_step(const zd_sequence *sequence)
{
    assert(sequence->count > 0);
    int64_t step = 0;
    for (size_t i = 1; i < sequence->count; i++) {
        int64_t a = sequence->numbers[i] - sequence->numbers[i - 1];
        while (a != 0) {
            int64_t rest = step % a;
            step = a;
            a = rest;
        }
    }
    return sequence->count > 2 && step > 0 ? step : 1;
}

static zd_status check_gaps(zd_sequence *sequence, const char *pattern, zd_missing_frame missing,
                            zd_error *err)
{
    const int64_t *numbers = sequence->numbers;
    sequence->frames = (int64_t) sequence->count;
    sequence->step = numbers != NULL ? common_step(sequence) : 1;
    for (size_t i = 1; numbers != NULL && i < sequence->count; i++) {
        int64_t gap = (numbers[i] - numbers[i - 1]) / sequence->step - 1;
        if (gap > 0 && missing == ZD_MISSING_FAIL) {
            return fail_missing(sequence, pattern, numbers[i - 1] + sequence->step, err);
        }
        sequence->lacking += gap > 0 ? gap : 0;
    }
    if (sequence->lacking > MOST_HELD) {
        return zd_fail(err, ZD_ERR_LIMIT,
                       "'%s' lacks %lld frames; at most %d are held: part it by its numbers",
                       pattern, (long long) sequence->lacking, MOST_HELD);
    }
    if (sequence->lacking > 0) {
        sequence->is_held = true;
        sequence->frames += sequence->lacking;
    }
    return ZD_OK;
}

zd_status zd_sequence_init(zd_sequence *sequence, zd_context *ctx, const char *path,
                           zd_missing_frame missing, zd_error *err)
{
    ZD_REQUIRE(err, path != NULL && path[0] != '\0');
    size_t before = 0;
    name_rule rule = { .pattern = path, .base = zd_path_base(path) };
    *sequence = (zd_sequence){ .ctx = ctx };
    rule.is_folder = zd_file_is_folder(path);
    rule.is_printf = !rule.is_folder && zd_sequence_split(path, &before, &rule.after, &rule.width);
    size_t folder_length = rule.is_folder ? strlen(path) : (size_t) (rule.base - path);
    rule.before = rule.is_printf ? before - folder_length : 0;
    char *folder = zd_strdup(ctx, path);
    if (folder == NULL) {
        return zd_fail_memory(err, path);
    }
    folder[folder_length] = '\0';
    zd_status status = list_files(sequence, &rule, folder, err);
    zd_free(ctx, folder);
    if (status == ZD_OK && sequence->count == 0) {
        return zd_fail(
            err, ZD_ERR_IO,
            rule.is_folder ? "the folder '%s' holds no pictures" : "no file matches '%s'", path);
    }
    if (status == ZD_OK) {
        status = read_numbers(sequence, &rule, err);
    }
    return status == ZD_OK ? check_gaps(sequence, path, missing, err) : status;
}

zd_status zd_sequence_init_single(zd_sequence *sequence, zd_context *ctx, const char *path,
                                  zd_error *err)
{
    *sequence = (zd_sequence){ .ctx = ctx, .count = 1, .frames = 1, .step = 1 };
    sequence->files = zd_alloc_zeroed(ctx, 1, sizeof *sequence->files);
    if (sequence->files == NULL || (sequence->files[0] = zd_strdup(ctx, path)) == NULL) {
        sequence->count = 0;
        return zd_fail_memory(err, path);
    }
    return ZD_OK;
}

void zd_sequence_warn(const zd_sequence *sequence, const char *path)
{
    if (sequence->lacking > 0) {
        zd_log_write(zd_context_log(sequence->ctx), ZD_LOG_WARN, "media",
                     "'%s' lacks %lld frames; the frame before is held for each", path,
                     (long long) sequence->lacking);
    }
}

const char *zd_sequence_file(const zd_sequence *sequence, int64_t frame)
{
    assert(frame >= 0 && frame < sequence->frames);
    if (!sequence->is_held) {
        return sequence->files[frame];
    }
    size_t low = 0; /* the last file whose number is not after the frame's */
    size_t high = sequence->count;
    int64_t number = sequence->numbers[0] + frame * sequence->step;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (sequence->numbers[middle] <= number) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return sequence->files[low];
}

bool zd_sequence_expand(const char *path, int64_t number, char *name, size_t size)
{
    assert(name != NULL && size > 0);
    size_t before;
    const char *after;
    int width;
    if (!zd_sequence_split(path, &before, &after, &width)) {
        return false;
    }
    snprintf(name, size, "%.*s%0*lld%s", (int) before, path, width, (long long) number, after);
    return true;
}

zd_status zd_sequence_name(const char *pattern, int64_t number, char *out, size_t size,
                           zd_error *err)
{
    ZD_REQUIRE(err, pattern != NULL && out != NULL);
    if (strlen(pattern) + 24 > size) {
        return zd_fail(err, ZD_ERR_LIMIT, "the name '%.200s' is too long", pattern);
    }
    if (!zd_sequence_expand(pattern, number, out, size)) {
        if (strchr(zd_path_base(pattern), '%') != NULL) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "'%s' is not a sequence; write its number as %%d or %%04d, once",
                           pattern);
        }
        snprintf(out, size, "%s", pattern);
    }
    return ZD_OK;
}

zd_status zd_sequence_overlaps(const zd_sequence *sequence, const char *output, bool *overlaps,
                               int64_t *number, zd_error *err)
{
    ZD_REQUIRE(err, sequence->count > 0);
    size_t size = strlen(output) + 64;
    char *name = zd_alloc(sequence->ctx, size);
    *overlaps = false;
    if (name == NULL) {
        return zd_fail_memory(err, output);
    }
    for (size_t i = 0; i < sequence->count && !*overlaps; i++) {
        *number = sequence->numbers != NULL ? sequence->numbers[i] : (int64_t) i;
        bool is_pattern = zd_sequence_expand(output, *number, name, size);
        *overlaps = zd_file_same(is_pattern ? name : output, sequence->files[i]);
    }
    zd_free(sequence->ctx, name);
    return ZD_OK;
}
