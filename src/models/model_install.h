/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODELS_MODEL_INSTALL_H
#define ZD_MODELS_MODEL_INSTALL_H

/* The model installer: brings a file of the table into the user's folder. What is incomplete,
 * damaged or not what the table says never gets a model's name. A download that broke off is
 * continued by the next one. */

#include "core/task.h"
#include "models/model_store.h"

/** `{0}` gives the defaults. */
typedef struct zd_model_install_params {
    const char *from;    /* a file to install instead of a download */
    bool accept_license; /* of weights that are not permissive */
    bool trusts_first;   /* downloads weights whose hash is not known, and notes what came */
    const char *mirror;  /* base address; NULL: $ZD_MODEL_MIRROR, else https://huggingface.co */
    int attempts;        /* of a download that breaks off; 0: 5 */
    int retry_delay_ms;  /* before the second attempt, doubled for each further; 0: 1000 */
    int stall_timeout_s; /* without a byte; 0: 60 */
} zd_model_install_params;

typedef struct zd_model_state {
    char *path;        /* where the model is or would be; release with zd_free */
    bool is_installed; /* in the user's folder */
    int64_t bytes;     /* of the installed file, or of the part downloaded so far */
} zd_model_state;

/** Installs a model. Progress is reported as stage "download" or "check", in bytes. A cancelled
 *  download keeps its part. */
ZD_MUST_USE zd_status zd_model_install(zd_context *ctx, const zd_model_entry *entry,
                                       const zd_model_install_params *params, const zd_task *task,
                                       zd_error *err);

ZD_MUST_USE zd_status zd_model_state_of(zd_context *ctx, const zd_model_entry *entry,
                                        zd_model_state *out, zd_error *err);

/** Reads an installed model again: its hash as installed, and whether it loads. */
ZD_MUST_USE zd_status zd_model_verify(zd_context *ctx, const zd_model_entry *entry, zd_error *err);

/** Removes an installed model and any part of a download. */
ZD_MUST_USE zd_status zd_model_remove(zd_context *ctx, const zd_model_entry *entry, zd_error *err);

/** The address a model comes from. Release with zd_free. NULL without memory. */
char *zd_model_address(zd_context *ctx, const zd_model_entry *entry, const char *mirror);

/** An address as it may be shown: without user, password and what follows a '?'. Release with
 *  zd_free. NULL without memory. */
char *zd_model_address_shown(zd_context *ctx, const char *address);

#endif
