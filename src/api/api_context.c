/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: contexts, cancelling, status. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_internal.h"

#define STRING_OF_(number) #number
#define STRING_OF(number)  STRING_OF_(number)

const char *zdepth_version(void)
{
    return STRING_OF(ZDEPTH_VERSION_MAJOR) "." STRING_OF(ZDEPTH_VERSION_MINOR) "." STRING_OF(
        ZDEPTH_VERSION_PATCH);
}

const char *zdepth_status_name(zdepth_status status)
{
    return zd_status_name((zd_status) status);
}

zdepth_status zd_api_answer(zd_status status, const zd_error *from, zdepth_error *to)
{
    if (status != ZD_OK && to != NULL) {
        to->status = (zdepth_status) status;
        memcpy(to->message, from->message, sizeof to->message);
    }
    return (zdepth_status) status;
}

zdepth_status zd_api_refuse(zdepth_error *err, zdepth_status status, const char *format, ...)
{
    if (err != NULL) {
        va_list arguments;
        va_start(arguments, format);
        err->status = status;
        vsnprintf(err->message, sizeof err->message, format, arguments);
        va_end(arguments);
    }
    return status;
}

zd_task zd_api_task(const zdepth_task *task)
{
    if (task == NULL) {
        return (zd_task){ 0 };
    }
    return (zd_task){ .cancel = task->cancel != NULL ? &task->cancel->core : NULL,
                      .progress = task->progress,
                      .progress_user = task->progress_user };
}

static void pass_log(void *user, zd_log_level level, const char *part, const char *text)
{
    const zdepth_context *context = user;
    context->log(context->log_user, (zdepth_log_level) level, part, text);
}

zdepth_status zdepth_context_create(const zdepth_context_options *options, zdepth_context **out,
                                    zdepth_error *err)
{
    zdepth_context_options with = { 0 };
    zd_error error = { 0 };
    *out = NULL;
    if (options != NULL) {
        size_t known = options->size < sizeof with ? options->size : sizeof with;
        memcpy(&with, options, known);
    }
    if (with.threads < 0 || with.threads > 256) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "threads is %d; it must be 0 to 256",
                             with.threads);
    }
    zdepth_context *context = calloc(1, sizeof *context);
    if (context == NULL) {
        return zd_api_refuse(err, ZDEPTH_ERR_NO_MEMORY, "not enough memory for the context");
    }
    context->log = with.log;
    context->log_user = with.log_user;
    zd_context_params params = { .threads = with.threads };
    if (with.log != NULL) {
        params.log = (zd_log){ pass_log, context, (zd_log_level) with.log_most };
    }
    zd_status status = zd_context_create(&params, &context->core, &error);
    if (status != ZD_OK) {
        free(context);
        return zd_api_answer(status, &error, err);
    }
    *out = context;
    return ZDEPTH_OK;
}

void zdepth_context_destroy(zdepth_context **context)
{
    if (*context != NULL) {
        zd_context_destroy(&(*context)->core);
        free(*context);
        *context = NULL;
    }
}

void zdepth_text_free(zdepth_context *context, char *text)
{
    zd_free(context->core, text);
}

zdepth_cancel *zdepth_cancel_create(void)
{
    return calloc(1, sizeof(zdepth_cancel));
}

void zdepth_cancel_destroy(zdepth_cancel **cancel)
{
    free(*cancel);
    *cancel = NULL;
}

void zdepth_cancel_request(zdepth_cancel *cancel)
{
    atomic_store_explicit(&cancel->core.requested, true, memory_order_relaxed);
}

void zdepth_cancel_reset(zdepth_cancel *cancel)
{
    atomic_store_explicit(&cancel->core.requested, false, memory_order_relaxed);
}

bool zdepth_cancel_requested(const zdepth_cancel *cancel)
{
    return atomic_load_explicit(&cancel->core.requested, memory_order_relaxed);
}
