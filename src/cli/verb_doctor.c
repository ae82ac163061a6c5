/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth doctor: what this machine has and lacks. */

#include <stdio.h>

#include "cache/cache_folder.h"
#include "cli/front.h"
#include "cli/plugin_places.h"
#include "cli/print.h"
#include "cli/verb_list.h"
#include "config.h"
#include "core/cpu.h"
#include "core/file.h"
#include "core/part.h"
#include "core/pool.h"
#include "media/probe.h"
#include "models/model_store.h"

static void print_cpu(zd_context *ctx)
{
    uint32_t features = zd_context_cpu(ctx);
    zd_print(stdout, "processor: %d threads;", zd_pool_threads(zd_context_pool(ctx)));
    for (int i = 0; zd_cpu_feature_name(i) != NULL; i++) {
        zd_print(stdout, " %s%s", (features & (1U << i)) != 0 ? "" : "no ", zd_cpu_feature_name(i));
    }
    fputc('\n', stdout);
}

static void print_media(void)
{
    zd_probe_item item;
    static const char *const kinds[] = { "library", "decoder", "encoder", "filter" };
    for (int i = 0; zd_probe_get(i, &item); i++) {
        zd_say(stdout, "%s %s: %s (%s)", kinds[item.kind], item.name,
               item.is_available ? (item.detail[0] != '\0' ? item.detail : "yes") : "MISSING",
               item.purpose);
    }
}

static void print_model(zd_context *ctx)
{
    char *path = NULL;
    zd_error reason;
    if (zd_model_store_find(ctx, "embedded", &path, &reason) == ZD_OK) {
        zd_say(stdout, "embedded network: %s", path);
        zd_free(ctx, path);
    } else {
        zd_say(stdout, "embedded network: MISSING (%s)", reason.message);
    }
}

static void print_cache(zd_cli *cli)
{
    zd_cache_folder folder;
    zd_error reason;
    if (zd_cache_folder_open(cli->ctx, cli->cache_folder, 0, &folder, &reason) == ZD_OK) {
        zd_say(stdout, "depth cache: %s", folder.path);
        zd_cache_folder_close(&folder);
    } else {
        zd_say(stdout, "depth cache: UNUSABLE (%s)", reason.message);
    }
}

static void print_plugin(zd_context *ctx, const char *label, zd_plugin_place place)
{
    if (place.path == NULL) {
        zd_say(stdout, "%s: not installed (meson install)", label);
        return;
    }
    zd_print(stdout, "%s: %s", label, place.path);
    if (!place.is_seen) {
        int folder = (int) (zd_path_base(place.path) - place.path) - 1;
        zd_print(stdout, " (not every host looks there without %s=%.*s)", place.variable, folder,
                 place.path);
    }
    fputc('\n', stdout);
    zd_free(ctx, place.path);
}

static void print_part(void *user, const char *name, long long bytes)
{
    const char *folder = user;
    zd_print(
        stdout,
        "left by a killed run: %s/%s (%.1f MiB); the next run with the same output removes it\n",
        folder, name, (double) bytes / 1048576.0);
}

/* Hidden files that nobody would find. */
static void print_parts(zd_cli *cli, const zd_args *args)
{
    static char here[] = ".";
    for (int i = 0; i < args->positional_count; i++) {
        zd_part_visit_abandoned(cli->ctx, args->positional[i], print_part,
                                (char *) args->positional[i]);
    }
    if (args->positional_count == 0) {
        zd_part_visit_abandoned(cli->ctx, here, print_part, here);
    }
}

static zd_status run_doctor(zd_cli *cli, zd_args *args, zd_error *err)
{
    (void) err;
    zd_say(stdout, "zdepth %s", ZD_VERSION);
    print_cpu(cli->ctx);
    print_model(cli->ctx);
    print_cache(cli);
    print_media();
    zd_cli_print_gl(cli->ctx);
    print_plugin(cli->ctx, "OpenFX plug-in", zd_find_openfx_plugin(cli->ctx));
    print_plugin(cli->ctx, "frei0r filter", zd_find_frei0r_plugin(cli->ctx, "zdepth.so"));
    print_plugin(cli->ctx, "frei0r mixer", zd_find_frei0r_plugin(cli->ctx, "zdepth_mixer.so"));
    print_parts(cli, args);
    return ZD_OK;
}

const zd_verb zd_verb_doctor = {
    .name = "doctor",
    .summary = "Tell what this machine has and lacks.",
    .synopsis = "[FOLDER ...]",
    .text =
        "Lists processor features, models, the cache, codecs and plug-ins, and says what is "
        "missing. Then it lists the hidden unfinished files that killed runs left in the folders, "
        "or in this one.",
    .max_positional = ZD_CLI_MAX_POSITIONAL,
    .run = ZD_CLI_RUN(run_doctor),
};
