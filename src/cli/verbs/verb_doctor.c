/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth doctor: what this machine has and lacks. */

#include <stdio.h>
#include <string.h>

#include "cache/cache_folder.h"
#include "cli/front.h"
#include "cli/json_line.h"
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

/** One thing that was looked for. */
typedef struct check {
    const char *name;
    bool is_there;
    bool is_needed;      /* nothing works without it */
    const char *detail;  /* where it is, which version, or why it cannot be used */
    const char *purpose; /* may be NULL */
    const char *remedy;  /* a command, or what to do; NULL: nothing */
} check;

/** How checks are told: printed, or put into a line of JSON. */
typedef struct teller {
    zd_cli *cli;
    zd_json *json;   /* NULL: printed */
    bool only_fixes; /* prints the commands that would help, and nothing else */
    int fixes;
    const char *remedy; /* the last one printed */
    bool is_healthy;
} teller;

static void tell(teller *t, const check *c)
{
    bool is_needed = c->is_needed && !c->is_there;
    t->is_healthy = t->is_healthy && !is_needed;
    if (t->json != NULL) {
        zd_json_open(t->json, NULL, '{');
        zd_json_text(t->json, "check", c->name);
        zd_json_bool(t->json, "ok", c->is_there);
        zd_json_bool(t->json, "needed", c->is_needed);
        zd_json_text(t->json, "detail", c->detail);
        zd_json_text(t->json, "remedy", c->is_there ? NULL : c->remedy);
        zd_json_close(t->json, '}');
    } else if (!t->only_fixes) {
        bool is_told = c->purpose != NULL;
        zd_say(stdout, "%s: %s%s%s%s", c->name, c->detail, is_told ? " (" : "",
               is_told ? c->purpose : "", is_told ? ")" : "");
    } else if (!c->is_there && c->remedy != NULL) {
        if (t->remedy == NULL || strcmp(t->remedy, c->remedy) != 0)
        { /* once for several in a row */
            zd_say(stdout, "%s", c->remedy);
        }
        zd_say(stdout, "# %s: %s", c->name, c->detail);
        t->remedy = c->remedy;
        t->fixes++;
    }
}

static void tell_cpu(teller *t, zd_context *ctx)
{
    uint32_t features = zd_context_cpu(ctx);
    if (t->json == NULL && !t->only_fixes) {
        zd_print(stdout, "processor: %d threads;", zd_pool_threads(zd_context_pool(ctx)));
        for (int i = 0; zd_cpu_feature_name(i) != NULL; i++) {
            zd_print(stdout, " %s%s", (features & (1U << i)) != 0 ? "" : "no ",
                     zd_cpu_feature_name(i));
        }
        fputc('\n', stdout);
    }
}

static void json_cpu(zd_json *json, zd_context *ctx)
{
    uint32_t features = zd_context_cpu(ctx);
    zd_json_number(json, "threads", zd_pool_threads(zd_context_pool(ctx)));
    zd_json_open(json, "features", '[');
    for (int i = 0; zd_cpu_feature_name(i) != NULL; i++) {
        if ((features & (1U << i)) != 0) {
            zd_json_text(json, NULL, zd_cpu_feature_name(i));
        }
    }
    zd_json_close(json, ']');
}

static void tell_media(teller *t)
{
    zd_probe_item item;
    static const char *const kinds[] = { "library", "decoder", "encoder", "filter" };
    for (int i = 0; zd_probe_get(i, &item); i++) {
        char name[96];
        bool is_plugin = item.kind == ZD_PROBE_FILTER;
        snprintf(name, sizeof name, "%s %s", kinds[item.kind], item.name);
        tell(t, &(check){ .name = name,
                          .is_there = item.is_available,
                          .is_needed = item.kind == ZD_PROBE_LIBRARY,
                          .detail = !item.is_available       ? "MISSING"
                                    : item.detail[0] != '\0' ? item.detail
                                                             : "yes",
                          .purpose = item.purpose,
                          .remedy = is_plugin ? "apt-get install frei0r-plugins"
                                              : "apt-get install ffmpeg libavcodec-extra" });
    }
}

static void tell_model(teller *t, zd_context *ctx)
{
    char *path = NULL;
    zd_error reason;
    bool is_there = zd_model_store_find(ctx, "embedded", &path, &reason) == ZD_OK;
    char detail[ZD_ERROR_MESSAGE_SIZE + 16];
    snprintf(detail, sizeof detail, is_there ? "%s" : "MISSING (%s)",
             is_there ? path : reason.message);
    tell(t, &(check){ .name = "embedded network",
                      .is_there = is_there,
                      .is_needed = true,
                      .detail = detail,
                      .remedy = "meson install -C build" });
    zd_free(ctx, path);
}

/* What people ask before they sell a film. */
static void tell_terms(teller *t)
{
    tell(t, &(check){ .name = "terms of the default network",
                      .is_there = true,
                      .detail =
                          "its training pictures are research sets, some for non-commercial use; "
                          "for work that is sold take --model embedded-permissive (zdepth models, "
                          "docs/licences.md)" });
}

static void tell_cache(teller *t)
{
    zd_cache_folder folder;
    zd_error reason;
    zd_cli *cli = t->cli;
    char detail[ZD_ERROR_MESSAGE_SIZE + 16];
    bool is_there = zd_cache_folder_open(cli->ctx, cli->cache_folder, 0, &folder, &reason) == ZD_OK;
    snprintf(detail, sizeof detail, is_there ? "%s" : "UNUSABLE (%s)",
             is_there ? folder.path : reason.message);
    tell(t, &(check){ .name = "depth cache",
                      .is_there = is_there,
                      .detail = detail,
                      .remedy = "export ZD_CACHE=/a/folder/of/yours" });
    if (is_there) {
        zd_cache_folder_close(&folder);
    }
}

static void tell_plugin(teller *t, const char *label, zd_plugin_place place)
{
    char detail[4096];
    if (place.path == NULL) {
        snprintf(detail, sizeof detail, "not installed (meson install)");
    } else if (place.is_seen) {
        snprintf(detail, sizeof detail, "%s", place.path);
    } else {
        int folder = (int) (zd_path_base(place.path) - place.path) - 1;
        snprintf(detail, sizeof detail, "%s (not every host looks there without %s=%.*s)",
                 place.path, place.variable, folder, place.path);
    }
    tell(t, &(check){ .name = label,
                      .is_there = place.path != NULL,
                      .detail = detail,
                      .remedy = "meson install -C build" });
    zd_free(t->cli->ctx, place.path);
}

static void tell_gl(teller *t)
{
    char detail[256];
    bool is_there = zd_cli_describe_gl(t->cli->ctx, detail, sizeof detail);
    tell(t, &(check){ .name = "OpenGL for scenes",
                      .is_there = is_there,
                      .detail = detail,
                      .remedy = "apt-get install libegl1 libgl1-mesa-dri" });
}

static void tell_all(teller *t)
{
    zd_context *ctx = t->cli->ctx;
    tell_cpu(t, ctx);
    tell_model(t, ctx);
    tell_terms(t);
    tell_cache(t);
    tell_media(t);
    tell_gl(t);
    tell_plugin(t, "OpenFX plug-in", zd_find_openfx_plugin(ctx));
    tell_plugin(t, "frei0r filter", zd_find_frei0r_plugin(ctx, "zdepth.so"));
    tell_plugin(t, "frei0r mixer", zd_find_frei0r_plugin(ctx, "zdepth_mixer.so"));
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

static zd_status finish(const teller *t, zd_error *err)
{
    return t->is_healthy
               ? ZD_OK
               : zd_fail(err, ZD_ERR_MISSING,
                         "something that every job needs is missing; see zdepth doctor --fix");
}

static zd_status doctor_json(zd_cli *cli, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "doctor");
    teller t = { .cli = cli, .json = &line.json, .is_healthy = true };
    zd_json_text(&line.json, "version", ZD_VERSION);
    json_cpu(&line.json, cli->ctx);
    zd_json_open(&line.json, "checks", '[');
    tell_all(&t);
    zd_json_close(&line.json, ']');
    zd_json_bool(&line.json, "healthy", t.is_healthy);
    ZD_TRY(zd_cli_line_print(&line, ZD_OK, err));
    return finish(&t, err);
}

static zd_status run_doctor(zd_cli *cli, zd_args *args, zd_error *err)
{
    teller t = { .cli = cli, .is_healthy = true };
    t.only_fixes = zd_args_flag(args, "fix") != NULL;
    if (cli->json) {
        return doctor_json(cli, err);
    }
    if (!t.only_fixes) {
        zd_say(stdout, "zdepth %s", ZD_VERSION);
    }
    tell_all(&t);
    if (t.only_fixes && t.fixes == 0) {
        zd_say(stdout, "# nothing is missing");
    }
    if (!t.only_fixes) {
        print_parts(cli, args);
    }
    return finish(&t, err);
}

static const zd_flag flags[] = {
    { "fix", NULL,
      "Print the commands that bring what is missing, for a look before they are run." },
    { NULL, NULL, NULL },
};

const zd_verb zd_verb_doctor = {
    .name = "doctor",
    .summary = "Tell what this machine has and lacks.",
    .synopsis = "[FOLDER ...] [--fix]",
    .text =
        "Lists processor features, models and their terms, the cache, codecs and plug-ins, and says "
        "what is missing; with --fix the commands that would bring it. Then it lists the hidden "
        "unfinished files that killed runs left in the folders, or in this one. Fails when something "
        "is missing that every job needs.",
    .examples = "  zdepth doctor\n  zdepth doctor --fix\n",
    .flags = flags,
    .max_positional = ZD_CLI_MAX_POSITIONAL,
    .run = ZD_CLI_RUN(run_doctor),
};
