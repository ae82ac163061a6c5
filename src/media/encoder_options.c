/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Encoder options that somebody else wrote. They are taken apart by the function that takes them
 * apart for the encoder, so that both see the same names. */

#include "media/encoder_options.h"

#include <libavutil/dict.h>
#include <string.h>

#include "media/allowed.h"

static zd_status fail_option(const char *name, const char *within, zd_error *err)
{
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "a project may not set the encoder option '%.60s'%s%s, which is not on the list "
                   "of those that lead to no other files; if you know who made the project, allow "
                   "it with --trust-project",
                   name, within != NULL ? " within " : "", within != NULL ? within : "");
}

/* Options within an option: "keyint=48:bframes=2". */
static zd_status check_list(const AVDictionaryEntry *list, zd_error *err)
{
    AVDictionary *inner = NULL;
    zd_status status = ZD_OK;
    if (av_dict_parse_string(&inner, list->value, "=", ":", 0) < 0) {
        status = fail_option(list->value, list->key, err);
    }
    const AVDictionaryEntry *at = NULL;
    while (status == ZD_OK && (at = av_dict_get(inner, "", at, AV_DICT_IGNORE_SUFFIX)) != NULL) {
        if (!zd_encoder_parameter_is_allowed(at->key) || strpbrk(at->value, "/\\") != NULL) {
            status = fail_option(at->key, list->key, err);
        }
    }
    av_dict_free(&inner);
    return status;
}

static zd_status check_options(const AVDictionary *options, zd_error *err)
{
    const AVDictionaryEntry *at = NULL;
    while ((at = av_dict_get(options, "", at, AV_DICT_IGNORE_SUFFIX)) != NULL) {
        if (zd_encoder_option_is_list(at->key)) {
            ZD_TRY(check_list(at, err));
        } else if (!zd_encoder_option_is_allowed(at->key) || strpbrk(at->value, "/\\") != NULL) {
            return fail_option(at->key, NULL, err);
        }
    }
    return ZD_OK;
}

zd_status zd_encoder_options_check(const char *text, zd_error *err)
{
    AVDictionary *options = NULL;
    if (text == NULL || av_dict_parse_string(&options, text, "=", ":", 0) < 0) {
        av_dict_free(&options); /* what cannot be read reaches no encoder either */
        return ZD_OK;
    }
    zd_status status = check_options(options, err);
    av_dict_free(&options);
    return status;
}
