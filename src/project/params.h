/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_PROJECT_PARAMS_H
#define ZD_PROJECT_PARAMS_H

/* Values for the parameters of project/param.h, fixed or keyed over time. */

#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "core/keys.h"
#include "core/text.h"
#include "core/time_text.h"
#include "project/param.h"

enum { ZD_PARAM_MAX_KEYS = 10000 };

/** One parameter's value. */
typedef struct zd_param_value {
    bool set;
    bool is_typed; /* the user gave it for this run; it was not read from a file */
    int scale;     /* thresholds: 1 + the mode in whose scale they are; 0: in that of Mode */
    double number; /* numbers, booleans, choices, times */
    char *text;    /* texts, paths, colours; owned */
    zd_key *keys;  /* sorted by time; owned */
    int key_count;
} zd_param_value;

/** A value for every parameter. Thread-safety: read-only use from many threads is safe. */
typedef struct zd_params {
    zd_context *ctx;
    zd_param_value slots[ZD_PARAM_COUNT];
} zd_params;

void zd_params_init(zd_params *params, zd_context *ctx);
void zd_params_finish(zd_params *params);

/** Reads a value as written on the command line or in a project: "0.4", "on", "screen", or keys
 *  "0s=0.2, 2.5s=0.6:smooth, f90=0.1:hold" for parameters that may be keyed. Frame times ("f90")
 *  need `fps` > 0. The message of a failure names the parameter, the text and what is allowed. */
ZD_MUST_USE zd_status zd_params_parse(zd_params *params, zd_param_id id, const char *text,
                                      double fps, zd_error *err);

/** Writes a value so that zd_params_parse reads the same. The parameter must be set. */
void zd_params_write(const zd_params *params, zd_param_id id, zd_text *out);

ZD_MUST_USE zd_status zd_params_set_number(zd_params *params, zd_param_id id, double value,
                                           zd_error *err);
ZD_MUST_USE zd_status zd_params_set_text(zd_params *params, zd_param_id id, const char *value,
                                         zd_error *err);
void zd_params_unset(zd_params *params, zd_param_id id);

/** Notes that the value was given by the user for this run; setting it again takes that back. */
void zd_params_mark_typed(zd_params *params, zd_param_id id);

bool zd_params_is_set(const zd_params *params, zd_param_id id);
bool zd_params_is_keyed(const zd_params *params, zd_param_id id);

/** Makes a copy. The caller owns *to and finishes it; on failure there is nothing to finish. */
ZD_MUST_USE zd_status zd_params_copy(const zd_params *from, zd_params *to, zd_error *err);

/** The keys of a parameter in order of time; NULL outside. */
int zd_params_key_count(const zd_params *params, zd_param_id id);
const zd_key *zd_params_key_at(const zd_params *params, zd_param_id id, int index);

/** Sets a key, replacing the one of the very time. Fails for parameters that cannot change over time
 *  and values out of their range, and then changes nothing. */
ZD_MUST_USE zd_status zd_params_set_key(zd_params *params, zd_param_id id, zd_key key,
                                        zd_error *err);

/** Removes a key; with the last one the parameter keeps that key's value. */
void zd_params_remove_key(zd_params *params, zd_param_id id, int index);

/** The value at a time, or the initial value when the parameter is not set. */
double zd_params_number(const zd_params *params, zd_param_id id, double time_s);
bool zd_params_bool(const zd_params *params, zd_param_id id, double time_s);
int zd_params_int(const zd_params *params, zd_param_id id);

/** The text, or the initial text, which may be NULL. */
const char *zd_params_text(const zd_params *params, zd_param_id id);

#endif
