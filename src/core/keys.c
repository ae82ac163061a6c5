/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Keys are looked up by halving; their text is cut at commas, equals signs and colons. */

#include "core/keys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/time_text.h"

static double between(const zd_key *from, const zd_key *to, double time_s)
{
    double t = (time_s - from->time_s) / (to->time_s - from->time_s);
    if (from->ease == ZD_EASE_HOLD) {
        return from->value;
    }
    if (from->ease == ZD_EASE_SMOOTH) {
        t = t * t * (3.0 - 2.0 * t);
    }
    return from->value + (to->value - from->value) * t;
}

double zd_keys_at(const zd_key *keys, int count, double time_s)
{
    assert(count > 0);
    if (!(time_s > keys[0].time_s)) {
        return keys[0].value;
    }
    if (time_s >= keys[count - 1].time_s) {
        return keys[count - 1].value;
    }
    int low = 0; /* keys[low] is at or before the time, keys[high] after it */
    int high = count - 1;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (keys[middle].time_s <= time_s) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return between(&keys[low], &keys[high], time_s);
}

static zd_status read_ease(const char *text, const char *what, zd_ease *ease, zd_error *err)
{
    static const char *const names[] = {
        [ZD_EASE_LINEAR] = "linear", [ZD_EASE_HOLD] = "hold", [ZD_EASE_SMOOTH] = "smooth"
    };
    for (int i = 0; i < (int) (sizeof names / sizeof *names); i++) {
        if (strcmp(text, names[i]) == 0) {
            *ease = (zd_ease) i;
            return ZD_OK;
        }
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "%s: '%s' is not a way to the next key; it must be linear, smooth or hold", what,
                   text);
}

zd_status zd_key_parse(char *text, const char *what, double fps, zd_key_value read,
                       const void *user, zd_key *key, zd_error *err)
{
    char *equals = strchr(text, '=');
    if (equals == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s: '%s' is not a key; write TIME=VALUE or TIME=VALUE:smooth", what, text);
    }
    *equals = '\0';
    char *value = equals + 1;
    char *ease = strrchr(value, ':');
    key->ease = ZD_EASE_LINEAR;
    if (ease != NULL) {
        *ease++ = '\0';
        ZD_TRY(read_ease(ease, what, &key->ease, err));
    }
    zd_status status = zd_time_parse(text, fps, &key->time_s, err);
    if (status != ZD_OK) {
        return zd_fail_context(err, status, "%s", what);
    }
    return read(user, value, &key->value, err);
}

static int compare_keys(const void *a, const void *b)
{
    double first = ((const zd_key *) a)->time_s;
    double second = ((const zd_key *) b)->time_s;
    return first < second ? -1 : first > second;
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
        text[--length] = '\0';
    }
    return text;
}

zd_status zd_keys_parse(char *text, const char *what, double fps, zd_key_value read,
                        const void *user, zd_key *keys, int most, int *count, zd_error *err)
{
    char *rest = NULL;
    *count = 0;
    for (char *part = strtok_r(text, ",", &rest); part != NULL; part = strtok_r(NULL, ",", &rest)) {
        if (*count == most) {
            return zd_fail(err, ZD_ERR_LIMIT, "%s has more than %d keys", what, most);
        }
        ZD_TRY(zd_key_parse(trim(part), what, fps, read, user, &keys[*count], err));
        (*count)++;
    }
    qsort(keys, (size_t) *count, sizeof *keys, compare_keys);
    for (int i = 1; i < *count; i++) {
        if (!(keys[i].time_s > keys[i - 1].time_s)) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s has two keys at %g s", what,
                           keys[i].time_s);
        }
    }
    return ZD_OK;
}
