/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a cache remembers of networks: all that was told comes back, of the file as it is only, and damage is
 * no record. */

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/file.h"
#include "engine/network/engine_record.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;
static zd_cache_folder cache;
static char folder[] = "/tmp/zdepth-test-record-XXXXXX";
static char model[200];
static const zd_digest weights = { { 7, 0, 255 } };

static zd_network_info told(void)
{
    return (zd_network_info){ .name = "a network",
                              .licence = "CC0-1.0",
                              .family = "depth-anything",
                              .kind = ZD_NETWORK_KIND_METRIC,
                              .max_depth_m = 80.0f,
                              .focal_unit_px = 300.0f,
                              .precision = ZD_PRECISION_FAST,
                              .arithmetic = "fast",
                              .parameters = 24785089,
                              .multiple = 14,
                              .min_side = 28,
                              .default_short_side = 518,
                              .scale = ZD_NETWORK_SCALE_LONG_SIDE,
                              .area_resize = true,
                              .mean = { 0.1f, 0.2f, 0.3f },
                              .std = { 0.4f, 0.5f, 0.6f },
                              .window = 1,
                              .compares_all = true,
                              .output_count = 2,
                              .output_names = { "depth", "sky" } };
}

static zd_digest key_for(const char *name, zd_network_params params)
{
    zd_digest key;
    REQUIRE(zd_engine_record_key(ctx, name, &params, &key));
    return key;
}

static zd_engine_record *recall(const zd_digest *key, const char *path)
{
    zd_engine_record *record = NULL;
    REQUIRE_OK(zd_engine_record_read(&cache, key, path, &record, &err));
    return record;
}

static bool is_known(const zd_digest *key, const char *path)
{
    zd_engine_record *record = recall(key, path);
    bool known = record != NULL;
    zd_engine_record_release(ctx, &record);
    return known;
}

static bool is_kept(zd_network_info info)
{
    zd_digest key = key_for("probe.safetensors", (zd_network_params){ 0 });
    zd_cache_folder_forget(&cache, &key, "network");
    zd_engine_record_write(&cache, &key, model, &info, &weights);
    return is_known(&key, NULL);
}

static void has_texts(const zd_network_info *after, const zd_network_info *before)
{
    REQUIRE_TEXT(after->name, before->name);
    REQUIRE_TEXT(after->licence, before->licence);
    REQUIRE_TEXT(after->family, before->family);
    REQUIRE_TEXT(after->arithmetic, before->arithmetic);
    REQUIRE_INT(after->output_count, before->output_count);
    for (int i = 0; i < before->output_count; i++) {
        REQUIRE_TEXT(after->output_names[i], before->output_names[i]);
    }
}

static void has_numbers(const zd_network_info *after, const zd_network_info *before)
{
    REQUIRE(after->kind == before->kind && after->precision == before->precision);
    REQUIRE(after->scale == before->scale && after->parameters == before->parameters);
    REQUIRE(after->area_resize == before->area_resize);
    REQUIRE(after->compares_all == before->compares_all);
    REQUIRE_INT(after->window, 1);
    REQUIRE_INT(after->multiple, before->multiple);
    REQUIRE_INT(after->min_side, before->min_side);
    REQUIRE_INT(after->default_short_side, before->default_short_side);
    REQUIRE_NEAR(after->max_depth_m, before->max_depth_m, 0.0);
    REQUIRE_NEAR(after->focal_unit_px, before->focal_unit_px, 0.0);
    REQUIRE(memcmp(after->mean, before->mean, sizeof before->mean) == 0);
    REQUIRE(memcmp(after->std, before->std, sizeof before->std) == 0);
}

static void all_that_was_told_comes_back(void)
{
    zd_digest key = key_for(model, (zd_network_params){ 0 });
    zd_network_info before = told();
    REQUIRE(!is_known(&key, model));
    zd_engine_record_write(&cache, &key, model, &before, &weights);
    zd_engine_record *record = recall(&key, model);
    REQUIRE(record != NULL);
    has_texts(zd_engine_record_info(record), &before);
    has_numbers(zd_engine_record_info(record), &before);
    REQUIRE_TEXT(zd_engine_record_path(record), model);
    REQUIRE(memcmp(zd_engine_record_weights(record), &weights, sizeof weights) == 0);
    zd_engine_record_release(ctx, &record);
    zd_engine_record_release(ctx, &record);
}

static void another_file_is_another_network(void)
{
    zd_digest key = key_for(model, (zd_network_params){ 0 });
    zd_network_info info = told();
    zd_engine_record_write(&cache, &key, model, &info, &weights);
    REQUIRE(is_known(&key, model));
    REQUIRE_OK(zd_file_write(ctx, model, "others", 6, &err));
    REQUIRE(!is_known(&key, model));
    REQUIRE(unlink(model) == 0);
    REQUIRE(!is_known(&key, model)); /* said to be there, and is not */
    REQUIRE(is_known(&key, NULL));
    REQUIRE_OK(zd_file_write(ctx, model, "again", 5, &err));
}

static void keys_tell_apart_what_differs(void)
{
    zd_network_params plain = { 0 };
    zd_digest key = key_for(model, plain);
    zd_digest others[] = {
        key_for("m.safetensors", plain),
        key_for("embedded", plain),
        key_for("v2-small", plain),
        key_for(model, (zd_network_params){ .precision = ZD_PRECISION_FAST }),
        key_for(model, (zd_network_params){ .variant = ZD_NETWORK_VARIANT_V1 }),
        key_for(model, (zd_network_params){ .kind = ZD_NETWORK_KIND_METRIC }),
        key_for(model, (zd_network_params){ .max_depth_m = 0.5f }),
        key_for(model, (zd_network_params){ .heads = 3 }),
        key_for(model, (zd_network_params){ .pos_embed_by_size = true }),
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        REQUIRE(memcmp(&others[i], &key, sizeof key) != 0);
        REQUIRE(memcmp(&others[i], &others[(i + 1) % 9], sizeof key) != 0);
    }
    /* One file by two names is one. */
    REQUIRE(chdir(folder) == 0);
    zd_digest near = key_for("m.safetensors", plain);
    zd_digest dotted = key_for("./m.safetensors", plain);
    REQUIRE(memcmp(&near, &key, sizeof key) == 0 && memcmp(&dotted, &key, sizeof key) == 0);
    zd_digest unused;
    zd_network_params part = { .part = "detector" };
    REQUIRE(!zd_engine_record_key(ctx, model, &part, &unused));
    REQUIRE(!zd_engine_record_key(ctx, "/no/such/folder/m.safetensors", &plain, &unused));
}

static void what_does_not_fit_is_not_kept(void)
{
    char text[400];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    zd_network_info info = told();
    REQUIRE(is_kept(info));
    info.window = 32;
    REQUIRE(!is_kept(info));
    info = told();
    info.licence = text;
    REQUIRE(!is_kept(info));
    info = told();
    info.output_names[1] = text;
    REQUIRE(!is_kept(info));
}

static void nonsense_is_no_record(void)
{
    zd_network_info info = told();
    info.multiple = 0;
    REQUIRE(!is_kept(info));
    info = told();
    info.default_short_side = 1 << 30;
    REQUIRE(!is_kept(info));
    info = told();
    info.output_count = 0;
    REQUIRE(!is_kept(info));
    info = told();
    info.std[2] = NAN;
    REQUIRE(!is_kept(info));
    info = told();
    info.scale = (zd_network_scale) 9;
    REQUIRE(!is_kept(info));
}

static void a_damaged_byte_is_no_record(void)
{
    zd_cache_bytes bytes;
    zd_digest key = key_for(model, (zd_network_params){ 0 });
    zd_network_info info = told();
    zd_engine_record_write(&cache, &key, model, &info, &weights);
    REQUIRE_OK(zd_cache_folder_read(&cache, &key, "network", 1 << 16, &bytes, &err));
    REQUIRE(bytes.data != NULL);
    for (size_t i = 0; i < bytes.bytes; i += 97) {
        bytes.data[i] ^= 1;
        zd_cache_folder_write(&cache, &key, "network", bytes.data, bytes.bytes);
        REQUIRE(!is_known(&key, NULL));
        bytes.data[i] ^= 1;
    }
    zd_cache_folder_write(&cache, &key, "network", bytes.data, bytes.bytes - 1);
    REQUIRE(!is_known(&key, NULL));
    zd_cache_folder_write(&cache, &key, "network", bytes.data, bytes.bytes);
    REQUIRE(is_known(&key, NULL));
    zd_free(ctx, bytes.data);
}

int main(void)
{
    char path[250];
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    ctx = zd_test_context(1);
    snprintf(model, sizeof model, "%s/m.safetensors", folder);
    snprintf(path, sizeof path, "%s/cache", folder);
    REQUIRE_OK(zd_file_write(ctx, model, "weights", 7, &err));
    REQUIRE_OK(zd_cache_folder_open(ctx, path, 0, &cache, &err));
    RUN(all_that_was_told_comes_back);
    RUN(another_file_is_another_network);
    RUN(keys_tell_apart_what_differs);
    RUN(what_does_not_fit_is_not_kept);
    RUN(nonsense_is_no_record);
    RUN(a_damaged_byte_is_no_record);
    zd_cache_folder_close(&cache);
    zd_context_destroy(&ctx);
    snprintf(path, sizeof path, "rm -r '%s'", folder);
    return system(path) == 0 ? zd_test_finish() : 1;
}
