/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Editing a project in place, as applications do: copies, and the order of its lists. */

#include <assert.h>
#include <string.h>

#include "project/project.h"

zd_status zd_project_copy(const zd_project *from, zd_project *to, zd_error *err)
{
    zd_project_init(to, from->ctx);
    zd_status status = zd_params_copy(&from->params, &to->params, err);
    for (int i = 0; status == ZD_OK && i < from->insert_count; i++) {
        zd_params *insert;
        status = zd_project_add_insert(to, &insert, err);
        if (status == ZD_OK) {
            status = zd_params_copy(&from->inserts[i], insert, err);
        }
    }
    for (int i = 0; status == ZD_OK && i < from->box_count; i++) {
        status = zd_project_add_box(to, from->boxes[i], err);
    }
    to->is_trusted = from->is_trusted;
    if (status != ZD_OK) {
        zd_project_finish(to);
    }
    return status;
}

bool zd_project_shows(const zd_project *project, int insert)
{
    assert(insert >= 0 && insert < project->insert_count);
    const zd_params *p = &project->inserts[insert];
    bool shows = !zd_params_bool(p, ZD_P_HIDE, 0.0);
    for (int i = 0; shows && i < project->insert_count; i++) {
        bool is_alone = zd_params_bool(&project->inserts[i], ZD_P_SOLO, 0.0);
        shows = !is_alone || zd_params_bool(p, ZD_P_SOLO, 0.0);
    }
    return shows;
}

void zd_project_remove_insert(zd_project *project, int index)
{
    if (index < 0 || index >= project->insert_count) {
        return;
    }
    zd_params_finish(&project->inserts[index]);
    project->insert_count--;
    memmove(project->inserts + index, project->inserts + index + 1,
            (size_t) (project->insert_count - index) * sizeof *project->inserts);
}

void zd_project_move_insert(zd_project *project, int from, int to)
{
    int count = project->insert_count;
    if (from < 0 || from >= count || to < 0 || to >= count || from == to) {
        return;
    }
    zd_params moved = project->inserts[from];
    zd_params *list = project->inserts;
    if (from < to) {
        memmove(list + from, list + from + 1, (size_t) (to - from) * sizeof *list);
    } else {
        memmove(list + to + 1, list + to, (size_t) (from - to) * sizeof *list);
    }
    list[to] = moved;
}

zd_status zd_box_check(const zd_box *box, zd_error *err)
{
    bool inside = box->x >= 0.0 && box->y >= 0.0 && box->width > 0.0 && box->height > 0.0 &&
                  box->x + box->width <= 1.0 + 1e-9 && box->y + box->height <= 1.0 + 1e-9;
    if (!inside) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the box %g,%g,%g,%g leaves the frame; its values are fractions from 0 to 1",
                       box->x, box->y, box->width, box->height);
    }
    if (!(box->time_s >= 0.0 && box->time_s < 1e9)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a box lies at %g s; times begin at 0",
                       box->time_s);
    }
    return ZD_OK;
}

void zd_project_remove_box(zd_project *project, int index)
{
    if (index < 0 || index >= project->box_count) {
        return;
    }
    project->box_count--;
    memmove(project->boxes + index, project->boxes + index + 1,
            (size_t) (project->box_count - index) * sizeof *project->boxes);
}
