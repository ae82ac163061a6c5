/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A build without OpenGL renders no scenes, on farms either. */

#include "farm/farm_internal.h"

static zd_status fail(const zd_farm *farm, zd_error *err)
{
    return zd_fail(err, ZD_ERR_UNSUPPORTED,
                   "'%s' is a scene, and this build of Zdepth was made without OpenGL",
                   farm->scene);
}

zd_status zd_farm_scene_plan(zd_farm *farm, zd_farm_range *out, zd_error *err)
{
    (void) out;
    return fail(farm, err);
}

zd_status zd_farm_scene_identify(const zd_farm *farm, zd_hasher *hasher, zd_error *err)
{
    (void) hasher;
    return fail(farm, err);
}

zd_status zd_farm_scene_fit(const zd_farm *farm, const zd_task *task, zd_error *err)
{
    (void) task;
    return fail(farm, err);
}

zd_status zd_farm_scene_render(const zd_farm *farm, zd_farm_range range, const zd_task *task,
                               zd_farm_news *news, zd_error *err)
{
    (void) range;
    (void) task;
    (void) news;
    return fail(farm, err);
}
