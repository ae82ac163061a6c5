/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A converted file has no published hash, so what it is shows in its shapes: the family and the size of its
 * encoder. Metric networks have the shapes of relative ones; there only the metadata can tell. */

#include "models/model_check.h"

#include <string.h>

static bool is_metric(const zd_network_info *info)
{
    return info->kind == ZD_NETWORK_KIND_METRIC;
}

static bool has_shapes(const zd_model_entry *entry, const zd_network_info *info)
{
    return entry->family != NULL && strcmp(entry->family, info->family) == 0 &&
           strcmp(entry->encoder, info->encoder) == 0;
}

/** Whether what a file says about metres, if it says something, is what the entry has. */
static bool has_metres(const zd_model_entry *entry, const zd_network_info *info)
{
    bool is_alike = entry->kind == ZD_NETWORK_KIND_METRIC &&
                    !(entry->max_depth_m > info->max_depth_m) &&
                    !(entry->max_depth_m < info->max_depth_m);
    return !is_metric(info) || is_alike;
}

/** The entry that a network is, by its shapes and, where it says so, by its metres; NULL: none. */
static const zd_model_entry *entry_of(const zd_network_info *info)
{
    const zd_model_entry *found = NULL;
    for (int i = 0; i < zd_model_table_size(); i++) {
        const zd_model_entry *entry = zd_model_table_at(i);
        bool says_so =
            is_metric(info) ? has_metres(entry, info) : entry->kind != ZD_NETWORK_KIND_METRIC;
        if (has_shapes(entry, info) && says_so) {
            found = entry;
        }
    }
    return found;
}

static zd_status fail_other(const zd_model_entry *entry, const zd_network_info *info, zd_error *err)
{
    const zd_model_entry *other = entry_of(info);
    if (!has_shapes(entry, info) && other == NULL) {
        return zd_fail(
            err, ZD_ERR_UNSUPPORTED,
            "its tensors are those of %s %s, not of %s %s as '%s' has them; give its path "
            "to --model to use it as it is",
            info->family, info->encoder[0] != '\0' ? info->encoder : "of no known size",
            entry->family, entry->encoder, entry->name);
    }
    if (!has_shapes(entry, info)) {
        return zd_fail(
            err, ZD_ERR_UNSUPPORTED,
            "its tensors are those of '%s' (%s), not of '%s' (%s); its own command is: zdepth "
            "models install %s --from FILE%s",
            other->name, other->title, entry->name, entry->title, other->name,
            other->is_permissive ? "" : " --accept-license");
    }
    return zd_fail(
        err, ZD_ERR_UNSUPPORTED,
        "its metadata say that it gives metres, at most %g, which '%s' (%s) does not; convert "
        "the published file again, or install this one as %s",
        (double) info->max_depth_m, entry->name, entry->title,
        other != NULL ? other->name : "a path given to --model");
}

/** Opens the file, or one network of it, and compares. */
static zd_status check_part(zd_context *ctx, const zd_model_entry *entry, const char *path,
                            const char *part, zd_error *err)
{
    zd_network *net = NULL;
    bool is_known = entry->family != NULL;
    zd_network_params params = {
        .precision = ZD_PRECISION_EXACT,
        .variant = entry->variant,
        /* A file's own word, where there is something to compare it with. */
        .kind = is_known ? ZD_NETWORK_KIND_AUTO : entry->kind,
        .max_depth_m = is_known ? 0.0f : entry->max_depth_m,
        .part = part
    };
    ZD_TRY(zd_network_open(ctx, path, &params, &net, err));
    const zd_network_info *info = zd_network_describe(net);
    zd_status status = ZD_OK;
    if (is_known && (!has_shapes(entry, info) || !has_metres(entry, info))) {
        status = fail_other(entry, info, err);
    }
    zd_network_close(&net);
    return status;
}

zd_status zd_model_check(zd_context *ctx, const zd_model_entry *entry, const char *path,
                         zd_error *err)
{
    static const char *const face_parts[ZD_MODEL_PARTS] = { "detector", "landmarks" };
    zd_status status = ZD_OK;
    for (int i = 0; status == ZD_OK && i < (entry->finds_faces ? ZD_MODEL_PARTS : 1); i++) {
        status = check_part(ctx, entry, path, entry->finds_faces ? face_parts[i] : NULL, err);
    }
    return status;
}
