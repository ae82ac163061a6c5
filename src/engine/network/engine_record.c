/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* An entry is one struct of this build and machine, both of which are in its key, with a digest over it. A
 * cache is the user's own, but bytes rot: every number is looked at before it is believed. */

#include "engine/network/engine_record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cache/cache_digest.h"
#include "core/file.h"
#include "core/os.h"
#include "models/model_store.h"

enum { ORDER = 0x01020304, NAME = 128, WORD = 32, MOST_PIXELS = 65536, MOST_MULTIPLE = 256 };

typedef struct stored {
    zd_digest check; /* of what follows */
    zd_digest identity;
    zd_digest weights;
    char path[ZD_OS_PATH];
    char name[NAME];
    char licence[NAME];
    char family[WORD];
    char arithmetic[WORD];
    char outputs[ZD_NETWORK_MAX_OUTPUTS][WORD];
    int32_t enums[3]; /* kind, precision, scale */
    int32_t sizes[3]; /* multiple, least side, short side */
    int32_t flags[2]; /* area_resize, compares_all */
    int32_t output_count;
    float reals[8]; /* greatest depth, focal unit, mean, deviation */
    int64_t parameters;
} stored;

struct zd_engine_record {
    stored kept;
    zd_network_info info; /* whose texts are those of `kept` */
};

/* A path from the root on, also of a file that is away. */
static bool make_absolute(const char *path, char out[ZD_OS_PATH])
{
    char folder[ZD_OS_PATH];
    const char *base = zd_path_base(path);
    size_t length = (size_t) (base - path);
    if (length >= sizeof folder) {
        return false;
    }
    memcpy(folder, path, length);
    folder[length] = '\0';
    char real[ZD_OS_PATH];
    if (zd_os_real_path(length > 0 ? folder : ".", real) != 0) {
        return false;
    }
    return snprintf(out, ZD_OS_PATH, "%s/%s", real, base) < ZD_OS_PATH;
}

bool zd_engine_record_key(zd_context *ctx, const char *name, const zd_network_params *params,
                          zd_digest *out)
{
    static const char what[] = "zdepth network record 1";
    char place[ZD_OS_PATH];
    zd_error unused;
    zd_hasher hasher;
    int32_t settings[] = { ORDER,
                           (int32_t) sizeof(stored),
                           (int32_t) params->precision,
                           (int32_t) params->variant,
                           (int32_t) params->kind,
                           (int32_t) lroundf(params->max_depth_m * 1000.0f),
                           params->heads,
                           params->pos_embed_by_size,
                           (int32_t) zd_context_cpu(ctx) };
    if (params->backend != NULL || params->part != NULL || params->keep_tensors) {
        return false;
    }
    if (zd_model_table_find(name) != NULL) {
        char *folder = NULL;
        if (zd_model_store_folder(ctx, &folder, &unused) != ZD_OK) {
            return false;
        }
        bool fits = snprintf(place, sizeof place, "%s:%s", folder, name) < (int) sizeof place;
        zd_free(ctx, folder);
        if (!fits) {
            return false;
        }
    } else if (!make_absolute(name, place)) {
        return false;
    }
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, what, sizeof what);
    zd_hasher_update(&hasher, settings, sizeof settings);
    zd_hasher_update(&hasher, place, strlen(place));
    zd_hasher_finish(&hasher, out);
    return true;
}

static zd_digest check_of(const stored *kept)
{
    zd_digest out;
    zd_hasher hasher;
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, (const char *) kept + sizeof kept->check,
                     sizeof *kept - sizeof kept->check);
    zd_hasher_finish(&hasher, &out);
    return out;
}

static bool is_text(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static bool is_between(int32_t value, int32_t low, int32_t high)
{
    return value >= low && value <= high;
}

static bool is_sound(const stored *kept)
{
    zd_digest check = check_of(kept);
    bool good =
        memcmp(&check, &kept->check, sizeof check) == 0 && is_text(kept->path, sizeof kept->path) &&
        is_text(kept->name, NAME) && is_text(kept->licence, NAME) && is_text(kept->family, WORD) &&
        is_text(kept->arithmetic, WORD) &&
        is_between(kept->enums[0], ZD_NETWORK_KIND_AUTO, ZD_NETWORK_KIND_DISTANCE) &&
        is_between(kept->enums[1], ZD_PRECISION_AUTO, ZD_PRECISION_FAST) &&
        is_between(kept->enums[2], ZD_NETWORK_SCALE_SHORT_SIDE, ZD_NETWORK_SCALE_LONG_SIDE) &&
        is_between(kept->sizes[0], 1, MOST_MULTIPLE) &&
        is_between(kept->sizes[1], 1, MOST_PIXELS) && is_between(kept->sizes[2], 1, MOST_PIXELS) &&
        is_between(kept->output_count, 1, ZD_NETWORK_MAX_OUTPUTS);
    for (int i = 0; good && i < kept->output_count; i++) {
        good = is_text(kept->outputs[i], WORD);
    }
    for (int i = 0; good && i < 8; i++) {
        good = isfinite(kept->reals[i]);
    }
    return good;
}

static void fill_info(zd_engine_record *record)
{
    const stored *kept = &record->kept;
    record->info = (zd_network_info){ .name = kept->name,
                                      .licence = kept->licence,
                                      .family = kept->family,
                                      .kind = (zd_network_kind) kept->enums[0],
                                      .max_depth_m = kept->reals[0],
                                      .focal_unit_px = kept->reals[1],
                                      .precision = (zd_precision) kept->enums[1],
                                      .arithmetic = kept->arithmetic,
                                      .parameters = kept->parameters,
                                      .multiple = kept->sizes[0],
                                      .min_side = kept->sizes[1],
                                      .default_short_side = kept->sizes[2],
                                      .scale = (zd_network_scale) kept->enums[2],
                                      .area_resize = kept->flags[0] != 0,
                                      .window = 1,
                                      .compares_all = kept->flags[1] != 0,
                                      .output_count = kept->output_count };
    memcpy(record->info.mean, kept->reals + 2, sizeof record->info.mean);
    memcpy(record->info.std, kept->reals + 5, sizeof record->info.std);
    for (int i = 0; i < kept->output_count; i++) {
        record->info.output_names[i] = kept->outputs[i];
    }
}

zd_status zd_engine_record_read(zd_cache_folder *cache, const zd_digest *key, const char *path,
                                zd_engine_record **out, zd_error *err)
{
    zd_cache_bytes entry;
    zd_digest identity;
    *out = NULL;
    ZD_TRY(zd_cache_folder_read(cache, key, "network", sizeof(stored), &entry, err));
    if (entry.data == NULL || entry.bytes != sizeof(stored)) {
        zd_free(cache->ctx, entry.data);
        return ZD_OK;
    }
    zd_engine_record *record = zd_alloc_zeroed(cache->ctx, 1, sizeof *record);
    if (record != NULL) {
        memcpy(&record->kept, entry.data, sizeof record->kept);
    }
    zd_free(cache->ctx, entry.data);
    if (record == NULL) {
        return zd_fail_memory(err, "the record of a network");
    }
    bool is_good = is_sound(&record->kept);
    if (is_good && path != NULL) {
        is_good = zd_cache_file_identity(path, &identity) &&
                  memcmp(&identity, &record->kept.identity, sizeof identity) == 0;
    }
    if (is_good) {
        fill_info(record);
        *out = record;
    } else {
        zd_engine_record_release(cache->ctx, &record);
    }
    return ZD_OK;
}

void zd_engine_record_release(zd_context *ctx, zd_engine_record **record)
{
    zd_free(ctx, *record);
    *record = NULL;
}

const zd_network_info *zd_engine_record_info(const zd_engine_record *record)
{
    return &record->info;
}

const zd_digest *zd_engine_record_weights(const zd_engine_record *record)
{
    return &record->kept.weights;
}

const char *zd_engine_record_path(const zd_engine_record *record)
{
    return record->kept.path;
}

/* Copies a text, if it fits. */
static bool keep(char *out, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length >= size) {
        return false;
    }
    memcpy(out, text, length + 1);
    return true;
}

void zd_engine_record_write(zd_cache_folder *cache, const zd_digest *key, const char *path,
                            const zd_network_info *info, const zd_digest *weights)
{
    stored *kept = zd_alloc_zeroed(cache->ctx, 1, sizeof *kept);
    bool fits =
        kept != NULL && info->window == 1 && zd_cache_file_identity(path, &kept->identity) &&
        keep(kept->path, sizeof kept->path, path) && keep(kept->name, NAME, info->name) &&
        keep(kept->licence, NAME, info->licence) && keep(kept->family, WORD, info->family) &&
        keep(kept->arithmetic, WORD, info->arithmetic);
    for (int i = 0; fits && i < info->output_count; i++) {
        fits = keep(kept->outputs[i], WORD, info->output_names[i]);
    }
    if (fits) {
        kept->weights = *weights;
        memcpy(kept->enums, (int32_t[3]){ info->kind, info->precision, info->scale },
               sizeof kept->enums);
        memcpy(kept->sizes,
               (int32_t[3]){ info->multiple, info->min_side, info->default_short_side },
               sizeof kept->sizes);
        memcpy(kept->flags, (int32_t[2]){ info->area_resize, info->compares_all },
               sizeof kept->flags);
        kept->output_count = info->output_count;
        kept->reals[0] = info->max_depth_m;
        kept->reals[1] = info->focal_unit_px;
        memcpy(kept->reals + 2, info->mean, sizeof info->mean);
        memcpy(kept->reals + 5, info->std, sizeof info->std);
        kept->parameters = info->parameters;
        kept->check = check_of(kept);
        zd_cache_folder_write(cache, key, "network", kept, sizeof *kept);
    }
    zd_free(cache->ctx, kept);
}
