/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_KEYS_H
#define ZD_CORE_KEYS_H

/* Numbers over time: keys, what lies between them, and how they are written:
 * "0s=0.2, 2.5s=0.6:smooth, f90=0.1:hold". */

#include "core/status.h"

typedef enum zd_ease {
    ZD_EASE_LINEAR,
    ZD_EASE_HOLD,   /* keeps the key's value until the next key */
    ZD_EASE_SMOOTH, /* starts and ends at rest: 3t^2 - 2t^3 */
} zd_ease;

typedef struct zd_key {
    double time_s;
    double value;
    zd_ease ease; /* from this key to the next */
} zd_key;

/** The number at a moment; before the first key and after the last it stays as there. `keys` lie in
 *  order of time, `count` is 1 or more. */
double zd_keys_at(const zd_key *keys, int count, double time_s);

/** Reads a key's value; `text` ends with it. */
typedef zd_status (*zd_key_value)(const void *user, const char *text, double *value, zd_error *err);

/** Reads "TIME=VALUE" or "TIME=VALUE:EASE", cut up in place. `what` is named in messages. */
ZD_MUST_USE zd_status zd_key_parse(char *text, const char *what, double fps, zd_key_value read,
                                   const void *user, zd_key *key, zd_error *err);

/** Reads a list of at most `most` keys, parted by commas and cut up in place, and sorts it. */
ZD_MUST_USE zd_status zd_keys_parse(char *text, const char *what, double fps, zd_key_value read,
                                    const void *user, zd_key *keys, int most, int *count,
                                    zd_error *err);

#endif
