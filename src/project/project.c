/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The project in memory: growing lists, boxes, presets. */

#include "project/project.h"
#include "core/require.h"

#include <stdlib.h>
#include <string.h>

void zd_project_init(zd_project *project, zd_context *ctx)
{
    *project = (zd_project){ .ctx = ctx };
    zd_params_init(&project->params, ctx);
}

void zd_project_finish(zd_project *project)
{
    for (int i = 0; i < project->insert_count; i++) {
        zd_params_finish(&project->inserts[i]);
    }
    zd_free(project->ctx, project->inserts);
    zd_free(project->ctx, project->boxes);
    zd_params_finish(&project->params);
    *project = (zd_project){ .ctx = project->ctx };
}

/* Makes room for one more element; lists are short, so one at a time is enough. */
static void *grown(zd_context *ctx, void *old, int count, size_t size)
{
    char *grown = zd_alloc_zeroed(ctx, (size_t) count + 1, size);
    if (grown != NULL && old != NULL) {
        memcpy(grown, old, (size_t) count * size);
    }
    if (grown != NULL) {
        zd_free(ctx, old);
    }
    return grown;
}

zd_status zd_project_add_insert(zd_project *project, zd_params **out, zd_error *err)
{
    if (project->insert_count == ZD_PROJECT_MAX_INSERTS) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d titles and inserts",
                       ZD_PROJECT_MAX_INSERTS);
    }
    zd_params *inserts =
        grown(project->ctx, project->inserts, project->insert_count, sizeof *inserts);
    if (inserts == NULL) {
        return zd_fail_memory(err, "an insert");
    }
    project->inserts = inserts;
    *out = &inserts[project->insert_count++];
    zd_params_init(*out, project->ctx);
    return ZD_OK;
}

zd_status zd_project_add_box(zd_project *project, zd_box box, zd_error *err)
{
    if (project->box_count == ZD_PROJECT_MAX_BOXES) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d selection boxes", ZD_PROJECT_MAX_BOXES);
    }
    zd_box *boxes = grown(project->ctx, project->boxes, project->box_count, sizeof *boxes);
    if (boxes == NULL) {
        return zd_fail_memory(err, "a selection box");
    }
    project->boxes = boxes;
    boxes[project->box_count++] = box;
    return ZD_OK;
}

bool zd_project_trusts(const zd_project *project, zd_param_id id)
{
    return project->is_trusted || project->params.slots[id].is_typed;
}

static bool parse_four(const char *text, double v[4], const char **rest)
{
    for (int i = 0; i < 4; i++) {
        char *end;
        v[i] = strtod(text, &end);
        if (end != text && *end == '%') {
            v[i] /= 100.0;
            end++;
        }
        if (end == text || (i < 3 && *end != ',')) {
            return false;
        }
        text = end + (i < 3);
        text += i < 3 ? strspn(text, " ") : 0;
    }
    text += strspn(text, " ");
    *rest = text;
    return *text == '\0' || *text == '@';
}

zd_status zd_box_parse(const char *text, double fps, bool subtract, zd_box *out, zd_error *err)
{
    double v[4];
    double time_s = 0.0;
    const char *rest;
    if (!parse_four(text, v, &rest)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' is not a box; write X,Y,W,H or X,Y,W,H@TIME in fractions of the frame",
                       text);
    }
    if (!(v[0] >= 0 && v[1] >= 0 && v[2] > 0 && v[3] > 0 && v[0] + v[2] <= 1.0 + 1e-9 &&
          v[1] + v[3] <= 1.0 + 1e-9))
    {
        bool is_large = v[0] > 1.0 || v[1] > 1.0 || v[2] > 1.0 || v[3] > 1.0;
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the box '%s' leaves the frame; its values are fractions from 0 to 1%s",
                       text, is_large ? " (pixels are written 120px, per cent 40%)" : "");
    }
    if (*rest == '@') {
        rest++;
        rest += strspn(rest, " ");
        ZD_TRY(zd_time_parse(rest, fps, &time_s, err));
    }
    *out = (zd_box){ v[0], v[1], v[2], v[3], time_s, subtract };
    return ZD_OK;
}

zd_status zd_project_apply_preset(zd_project *project, int preset, zd_error *err)
{
    ZD_REQUIRE(err, preset >= 0 && preset < ZD_PRESET_COUNT);
    zd_params *p = &project->params;
    if (preset == ZD_PRESET_FOREGROUND || preset == ZD_PRESET_BACKGROUND) {
        ZD_TRY(zd_params_set_number(p, ZD_P_INVERT, preset == ZD_PRESET_BACKGROUND, err));
        ZD_TRY(zd_params_set_number(p, ZD_P_MASK_EFFECTS, 1, err));
        ZD_TRY(zd_params_set_number(p, ZD_P_TRANSPARENCY, 0, err));
    } else if (preset == ZD_PRESET_COMPOSITOR) {
        ZD_TRY(zd_params_set_number(p, ZD_P_INVERT, 0, err));
        ZD_TRY(zd_params_set_number(p, ZD_P_MASK_EFFECTS, 0, err));
        ZD_TRY(zd_params_set_number(p, ZD_P_TRANSPARENCY, 0, err));
    }
    return ZD_OK;
}
