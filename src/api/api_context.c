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

/* No struct of this library will ever be larger: a size beyond was never set. */
enum { MOST_STRUCT_BYTES = 4096 };

zdepth_status zd_api_take(void *to, size_t to_size, const void *from, const char *name,
                          zdepth_error *err)
{
    size_t size = to_size;
    memset(to, 0, to_size);
    if (from == NULL) {
        return ZDEPTH_OK;
    }
    memcpy(&size, from, sizeof size);
    if (size < sizeof size || size > MOST_STRUCT_BYTES) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                             "the size of a %s is %zu; set it to sizeof(%s)", name, size, name);
    }
    for (size_t i = to_size; i < size; i++) {
        if (((const char *) from)[i] != 0) {
            return zd_api_refuse(err, ZDEPTH_ERR_UNSUPPORTED,
                                 "a %s of %zu bytes asks for what this library, %s, does not know",
                                 name, size, zdepth_version());
        }
    }
    memcpy(to, from, size < to_size ? size : to_size);
    return ZDEPTH_OK;
}

zdepth_status zd_api_past_end(int64_t frame, zdepth_error *err)
{
    return zd_api_refuse(err, ZDEPTH_ERR_END, "the clip ends before frame %lld", (long long) frame);
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
    ZD_API_REQUIRE(err, out != NULL);
    zdepth_context_options with;
    zd_error error = { 0 };
    *out = NULL;
    ZD_API_TRY(zd_api_take(&with, sizeof with, options, "zdepth_context_options", err));
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
    if (text != NULL) {
        zd_free(context->core, text);
    }
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
