/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A batch's preset as the job of one clip. */

#include "cli/verbs/batch_job.h"

#include <string.h>

#include "core/require.h"
#include "core/text.h"

/* "{name}" of a title is the clip's name. */
static zd_status name_titles(zd_project *project, const char *name, zd_error *err)
{
    for (int i = 0; i < project->insert_count; i++) {
        zd_params *insert = &project->inserts[i];
        const char *text =
            zd_params_is_set(insert, ZD_P_TITLE) ? zd_params_text(insert, ZD_P_TITLE) : "";
        const char *at = strstr(text, "{name}");
        if (at == NULL) {
            continue;
        }
        zd_text made;
        zd_text_init(&made, project->ctx);
        zd_text_add_bytes(&made, text, (size_t) (at - text));
        zd_text_format(&made, "%s%s", name, at + strlen("{name}"));
        zd_status status = zd_text_finish(&made, "a title", err);
        if (status == ZD_OK) {
            status = zd_params_set_text(insert, ZD_P_TITLE, made.data, err);
        }
        zd_text_release(&made);
        ZD_TRY(status);
    }
    return ZD_OK;
}

zd_status zd_batch_job_begin(zd_cli *cli, const zd_batch *batch, const zd_batch_clip *clip,
                             zd_batch_job *out, zd_error *err)
{
    zd_project *project = &out->project;
    zd_project_init(project, cli->ctx);
    out->job = (zd_job){
        .project = project,
        .clip = { .no_cache = cli->no_cache, .cache_folder = cli->cache_folder },
        .task = &cli->task,
        .sheet_time_s = -1.0,
    };
    ZD_REQUIRE(err, clip->path != NULL && clip->output != NULL);
    ZD_TRY(zd_project_load(project, batch->preset, err));
    ZD_TRY(zd_params_set_text(&project->params, ZD_P_FOOTAGE, clip->path, err));
    ZD_TRY(zd_params_set_text(&project->params, ZD_P_OUTPUT, clip->output, err));
    return name_titles(project, clip->name, err);
}

void zd_batch_job_end(zd_batch_job *work)
{
    zd_project_finish(&work->project);
}
