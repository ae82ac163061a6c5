/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth init: a project file from flags. */

#include <string.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "cli/verb_list.h"
#include "composite/effect_spec.h"
#include "core/file.h"
#include "media/encoder_options.h"
#include "media/filter_graph.h"
#include "media/writer.h"

/* The parts that a project lacks: where its result goes, and the edges of a first look. */
static zd_status complete_project(zd_params *p, const char *result, zd_error *err)
{
    if (result != NULL || !zd_params_is_set(p, ZD_P_OUTPUT)) {
        ZD_TRY(zd_params_set_text(p, ZD_P_OUTPUT, result != NULL ? result : "out.mp4", err));
    }
    return zd_params_is_set(p, ZD_P_AUTO_FEATHER)
               ? ZD_OK
               : zd_params_set_number(p, ZD_P_AUTO_FEATHER, 1, err);
}

/* Tells of texts that a project is not trusted with when somebody else renders it. */
static void tell_untrusted(zd_cli *cli, const zd_params *p)
{
    zd_effect_chain chain;
    zd_text checked;
    const char *effect = zd_params_text(p, ZD_P_EFFECT);
    zd_text_init(&checked, cli->ctx);
    bool is_plain =
        zd_encoder_options_check(zd_params_text(p, ZD_P_ENCODER_OPTIONS), NULL) == ZD_OK;
    if (effect != NULL && zd_effect_parse(effect, 0.0, &chain, NULL) == ZD_OK && chain.count == 0) {
        is_plain = is_plain && zd_filter_graph_check(effect, &checked, NULL) == ZD_OK;
    }
    if (!is_plain) {
        zd_log_write(zd_context_log(cli->ctx), ZD_LOG_WARN, "init",
                     "its effect or encoder options can lead to other files; render it with "
                     "--trust-project");
    }
    zd_text_release(&checked);
}

/* A project is work done by hand; init is not to undo it. */
static zd_status check_target(zd_cli *cli, const char *path, zd_error *err)
{
    ZD_TRY(zd_target_is_ours(path, "zdepth project", "a project", err));
    ZD_TRY(zd_target_keep(cli, path, err));
    if (!cli->may_overwrite && zd_file_exists(path)) {
        return zd_fail(err, ZD_ERR_IO,
                       "the project '%s' is there already; -y replaces it, and --project %s begins "
                       "with what it says",
                       path, path);
    }
    return ZD_OK;
}

static zd_status check_init(const zd_args *args, zd_error *err)
{
    return !zd_args_has_kept_scale(&args->project)
               ? ZD_OK
               : zd_fail(
                     err, ZD_ERR_INVALID_ARGUMENT,
                     "--mode is another than the project's, and only an analysis tells what its "
                     "depths are in that one; give --depth-in, --depth-out and --at-depth too");
}

static zd_status run_init(zd_cli *cli, zd_args *args, zd_error *err)
{
    const char *path = zd_args_flag(args, "output");
    path = path != NULL ? path : "project.zdp";
    if (zd_writer_knows(path)) {
        return zd_fail(
            err, ZD_ERR_INVALID_ARGUMENT,
            "'%s' is the name of a movie or picture; -o names the project file, --result "
            "what rendering it writes",
            path);
    }
    ZD_TRY(check_target(cli, path, err));
    ZD_TRY(complete_project(&args->project.params, zd_args_flag(args, "result"), err));
    ZD_TRY(zd_project_save(&args->project, path, err));
    tell_untrusted(cli, &args->project.params);
    if (cli->json) {
        zd_cli_line line;
        zd_cli_line_result(&line, cli->ctx, "init");
        zd_json_text(&line.json, "project", path);
        zd_json_text(&line.json, "output", zd_params_text(&args->project.params, ZD_P_OUTPUT));
        return zd_cli_line_print(&line, ZD_OK, err);
    }
    if (!cli->quiet) {
        zd_say(stderr, "wrote %s; change it in an editor, then: zdepth render %s", path, path);
    }
    return ZD_OK;
}

static const zd_flag init_flags[] = {
    { "output", "PROJECT", "The project file to write, also -o; project.zdp without it." },
    { "result", "FILE",
      "Where rendering the project will write; without it where a project given with --project "
      "writes, else out.mp4." },
    { NULL, NULL, NULL },
};

const zd_verb zd_verb_init = {
    .name = "init",
    .summary = "Write a project file from flags.",
    .synopsis = "FOOTAGE [-o PROJECT] [--result FILE] [FLAGS]",
    .text =
        "Writes what the flags say into a project file, project.zdp without -o: plain text, one "
        "value a line, easy to compare and to keep under version control.",
    .examples = "  zdepth init walk.mp4 --title \"HELLO\" --feather 0.4 -o walk.zdp\n"
                "  zdepth render walk.zdp\n",
    .groups = (1U << ZD_GROUP_COUNT) - 1U,
    .flags = init_flags,
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .check = check_init,
    .run = ZD_CLI_RUN(run_init),
};
