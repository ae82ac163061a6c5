/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth doctor: what this machine has and lacks. */

#include <stdlib.h>
#include <string.h>

#include "cli/verb_list.h"
#include "config.h"
#include "core/cpu.h"
#include "core/file.h"
#include "core/pool.h"
#include "depth/model_store.h"
#include "media/probe.h"
#include "scene/gl_context.h"
#include "session/cache_folder.h"

static void print_cpu(zd_context *ctx)
{
    uint32_t features = zd_context_cpu(ctx);
    printf("processor: %d threads;", zd_pool_threads(zd_context_pool(ctx)));
    for (int i = 0; zd_cpu_feature_name(i) != NULL; i++) {
        printf(" %s%s", (features & (1U << i)) != 0 ? "" : "no ", zd_cpu_feature_name(i));
    }
    printf("\n");
}

static void print_media(void)
{
    zd_probe_item item;
    static const char *const kinds[] = { "library", "decoder", "encoder", "filter" };
    for (int i = 0; zd_probe_get(i, &item); i++) {
        printf("%s %s: %s (%s)\n", kinds[item.kind], item.name,
               item.is_available ? (item.detail[0] != '\0' ? item.detail : "yes") : "MISSING",
               item.purpose);
    }
}

static void print_model(zd_context *ctx)
{
    char *path = NULL;
    zd_error reason;
    if (zd_model_store_find(ctx, "embedded", &path, &reason) == ZD_OK) {
        printf("embedded network: %s\n", path);
        zd_free(ctx, path);
    } else {
        printf("embedded network: MISSING (%s)\n", reason.message);
    }
}

static void print_cache(zd_cli *cli)
{
    zd_cache_folder folder;
    zd_error reason;
    if (zd_cache_folder_open(cli->ctx, cli->cache_folder, 0, &folder, &reason) == ZD_OK) {
        printf("depth cache: %s\n", folder.path);
        zd_cache_folder_close(&folder);
    } else {
        printf("depth cache: UNUSABLE (%s)\n", reason.message);
    }
}

static void print_gl(zd_context *ctx)
{
    zd_gl_context *gl = NULL;
    zd_error reason;
    if (zd_gl_context_create(ctx, &gl, &reason) == ZD_OK) {
        printf("OpenGL for scenes: %s\n", zd_gl_renderer_name(gl));
        zd_gl_context_destroy(ctx, &gl);
    } else {
        printf("OpenGL for scenes: MISSING (%s)\n", reason.message);
    }
}

static void print_plugin(const char *label, const char *const *places)
{
    const char *found = NULL;
    for (int i = 0; places[i] != NULL; i++) {
        found = found == NULL && zd_file_exists(places[i]) ? places[i] : found;
    }
    printf("%s: %s\n", label, found != NULL ? found : "not installed (meson install)");
}

/* Where OpenFX hosts look: the folders of OFX_PLUGIN_PATH, then the standard one. */
static void print_openfx(zd_context *ctx)
{
    const char *given = getenv("OFX_PLUGIN_PATH");
    char *paths = zd_strdup(ctx, given != NULL ? given : "");
    char *rest = NULL;
    char *found = NULL;
    for (char *folder = paths != NULL ? strtok_r(paths, ":;", &rest) : NULL;
         folder != NULL && found == NULL; folder = strtok_r(NULL, ":;", &rest))
    {
        found = zd_path_join(ctx, folder, "ZDepth.ofx.bundle");
        if (found != NULL && !zd_file_exists(found)) {
            zd_free(ctx, found);
            found = NULL;
        }
    }
    const char *const places[] = { found != NULL ? found : "/usr/OFX/Plugins/ZDepth.ofx.bundle",
                                   NULL };
    print_plugin("OpenFX plug-in", places);
    zd_free(ctx, found);
    zd_free(ctx, paths);
}

static zd_status run_doctor(zd_cli *cli, zd_args *args, zd_error *err)
{
    static const char *const frei0r[] = { "/usr/lib/frei0r-1/zdepth.so",
                                          "/usr/local/lib/frei0r-1/zdepth.so",
                                          "/usr/lib/x86_64-linux-gnu/frei0r-1/zdepth.so",
                                          "/usr/local/lib/x86_64-linux-gnu/frei0r-1/zdepth.so",
                                          NULL };
    (void) args;
    (void) err;
    printf("zdepth %s\n", ZD_VERSION);
    print_cpu(cli->ctx);
    print_model(cli->ctx);
    print_cache(cli);
    print_media();
    print_gl(cli->ctx);
    print_openfx(cli->ctx);
    print_plugin("frei0r plug-in", frei0r);
    return ZD_OK;
}

const zd_verb zd_verb_doctor = {
    .name = "doctor",
    .summary = "Tell what this machine has and lacks.",
    .synopsis = "",
    .text = "Lists processor features, models, the cache, codecs and plug-ins, and says what is "
            "missing.",
    .run = run_doctor,
};
