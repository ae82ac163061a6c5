/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth cache: how much there is, and emptying it. */

#include <string.h>

#include "cache/cache_folder.h"
#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/print.h"
#include "cli/verb_list.h"

/* `usage` is what is there, or what was removed; NULL: neither. */
static zd_status print_json(zd_cli *cli, const zd_cache_folder *folder, const char *action,
                            const zd_cache_usage *usage, zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "cache");
    zd_json_text(&line.json, "action", action);
    zd_json_text(&line.json, "path", folder->path);
    if (usage != NULL) {
        zd_json_number(&line.json, "entries", (double) usage->entries);
        zd_json_number(&line.json, "bytes", (double) usage->bytes);
        zd_json_number(&line.json, "limit_bytes", (double) folder->limit_bytes);
    }
    return zd_cli_line_print(&line, ZD_OK, err);
}

static zd_status path(zd_cli *cli, const zd_cache_folder *folder, zd_error *err)
{
    if (cli->json) {
        return print_json(cli, folder, "path", NULL, err);
    }
    zd_say(stdout, "%s", folder->path);
    return ZD_OK;
}

static zd_status list(zd_cli *cli, zd_cache_folder *folder, zd_error *err)
{
    zd_cache_usage usage;
    ZD_TRY(zd_cache_folder_measure(folder, &usage, err));
    double mib = 1.0 / 1048576.0;
    if (cli->json) {
        return print_json(cli, folder, "list", &usage, err);
    } else {
        zd_say(stdout, "%s", folder->path);
        zd_say(stdout, "  %lld depth maps, %.1f MiB of at most %.0f MiB (ZD_CACHE_LIMIT in GiB)",
               (long long) usage.entries, (double) usage.bytes * mib,
               (double) folder->limit_bytes * mib);
    }
    return ZD_OK;
}

static zd_status clear(zd_cli *cli, zd_cache_folder *folder, zd_error *err)
{
    zd_cache_usage removed = { 0 };
    zd_cache_usage left;
    ZD_TRY(zd_cache_folder_measure(folder, &left, err));
    if (left.bytes > 0) {
        ZD_TRY(zd_cache_folder_prune(folder, 0, &removed, err));
        ZD_TRY(zd_cache_folder_measure(folder, &left, err));
    }
    if (left.entries > 0 && removed.entries == 0) {
        return zd_fail(err, ZD_ERR_IO, "none of the %lld depth maps in '%s' could be removed",
                       (long long) left.entries, folder->path);
    }
    if (cli->json) {
        return print_json(cli, folder, "clear", &removed, err);
    }
    if (!cli->quiet) {
        zd_say(stdout, "removed %lld depth maps, %.1f MiB", (long long) removed.entries,
               (double) removed.bytes / 1048576.0);
    }
    return ZD_OK;
}

/* What is there is told where nothing can be written, too. */
static zd_status open_folder(zd_cli *cli, zd_cache_folder *out, zd_error *err)
{
    zd_status status = zd_cache_folder_open(cli->ctx, cli->cache_folder, 0, out, err);
    if (status != ZD_ERR_IO) {
        return status;
    }
    zd_log_write(zd_context_log(cli->ctx), ZD_LOG_WARN, "cache", "%s; nothing is kept",
                 err->message);
    return zd_cache_folder_look(cli->ctx, cli->cache_folder, out, err);
}

static zd_status run_cache(zd_cli *cli, zd_args *args, zd_error *err)
{
    const char *what = args->positional_count > 0 ? args->positional[0] : "list";
    zd_cache_folder folder;
    ZD_TRY(open_folder(cli, &folder, err));
    zd_status status;
    if (strcmp(what, "list") == 0) {
        status = list(cli, &folder, err);
    } else if (strcmp(what, "clear") == 0) {
        status = clear(cli, &folder, err);
    } else {
        status = path(cli, &folder, err);
    }
    zd_cache_folder_close(&folder);
    return status;
}

const zd_verb zd_verb_cache = {
    .name = "cache",
    .summary = "Show or empty the depth cache.",
    .synopsis = "[list|clear|path]",
    .words = "list clear path",
    .text = "Depth is computed once and kept, without loss, under a name made from the picture and "
            "the network, least recently used ones going first at the limit of 20 GiB "
            "(ZD_CACHE_LIMIT, in GiB; ZD_CACHE for another folder).",
    .examples = "  zdepth cache\n  zdepth cache clear\n",
    .max_positional = 1,
    .run = ZD_CLI_RUN(run_cache),
};
