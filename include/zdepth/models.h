/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_MODELS_H
#define ZDEPTH_MODELS_H

/* The networks that find depth: those that come with the library, and those that can be installed.
 * Projects name them in "model".
 *
 * Thread-safety: safe; a model is installed, verified or removed by one call at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zdepth/context.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is known about a network. */
typedef struct zdepth_model {
    const char *name; /* constant, as are the other texts */
    const char *title;
    const char *licence;
    const char *repository; /* where it is published; "" for those that are shipped */
    int64_t bytes;          /* 0: not known */
    bool is_permissive;     /* false: installing needs an explicit acceptance */
    bool is_shipped;        /* comes with the library */
    bool is_download;       /* false: published in a form that must be converted first */
    bool is_installed;      /* usable now */
    int64_t bytes_present;  /* of the installed file, or of the part downloaded so far */
} zdepth_model;

/** How many models are known, installed or not. */
ZDEPTH_API int zdepth_model_count(void);

/** Fills in what is known of the model `index`; looks at the disk. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_model_at(zdepth_context *context, int index,
                                                         zdepth_model *out, zdepth_error *err);

/** How a model is installed. */
typedef struct zdepth_install_options {
    size_t size;         /* sizeof(zdepth_install_options) */
    const char *from;    /* a file to install instead of a download; NULL: none */
    const char *mirror;  /* NULL: $ZD_MODEL_MIRROR, else the usual address */
    bool accept_license; /* of weights that are not permissive */
} zdepth_install_options;

/** Installs a model by name. Reports the stages "download" and "check" in bytes. A cancelled or
 *  broken download is continued by the next call. What is not what the table says is never usable. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_model_install(zdepth_context *context,
                                                              const char *name,
                                                              const zdepth_install_options *options,
                                                              const zdepth_task *task,
                                                              zdepth_error *err);

/** Reads an installed model again: its hash, and whether it loads. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_model_verify(zdepth_context *context,
                                                             const char *name, zdepth_error *err);

/** Removes an installed model's file. ZDEPTH_ERR_MISSING when there is none; those that are shipped stay. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_model_remove(zdepth_context *context,
                                                             const char *name, zdepth_error *err);

#ifdef __cplusplus
}
#endif

#endif
