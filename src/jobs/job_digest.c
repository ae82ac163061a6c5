/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* All that a job reads and all parameters that reach its pictures go into one hash. */

#include "jobs/job_digest.h"

#include <string.h>

#include "core/file.h"
#include "media/identity.h"

enum { DIGEST_VERSION = 1 };

static void add_text(zd_hasher *hasher, const char *text)
{
    zd_hasher_update(hasher, text != NULL ? text : "", text != NULL ? strlen(text) + 1 : 1);
}

/* Where pictures go is told by their ledger's name. */
static bool counts(zd_param_id id, bool with_range)
{
    bool is_range = id == ZD_P_FRAMES || id == ZD_P_FROM || id == ZD_P_TO;
    bool is_sound = id == ZD_P_AUDIO || id == ZD_P_ENCODE_AUDIO;
    return id != ZD_P_OUTPUT && !is_sound && (with_range || !is_range);
}

/* Values, and the files that paths name; false when one is no plain file. */
static bool add_params(zd_hasher *hasher, const zd_params *params, bool with_range)
{
    bool is_known = true;
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_value *slot = &params->slots[id];
        if (!slot->set || !counts((zd_param_id) id, with_range)) {
            continue;
        }
        add_text(hasher, zd_param_describe((zd_param_id) id)->name);
        add_text(hasher, slot->text);
        zd_hasher_update(hasher, &slot->number, sizeof slot->number);
        zd_hasher_update(hasher, &slot->scale, sizeof slot->scale);
        zd_hasher_update(hasher, &slot->key_count, sizeof slot->key_count);
        for (int i = 0; i < slot->key_count; i++) {
            const zd_key *key = &slot->keys[i];
            double values[3] = { key->time_s, key->value, (double) key->ease };
            zd_hasher_update(hasher, values, sizeof values);
        }
        if (zd_param_describe((zd_param_id) id)->type == ZD_PARAM_PATH) {
            is_known = is_known && zd_media_identify(params->ctx, slot->text, hasher);
        }
    }
    return is_known;
}

static void add_boxes(zd_hasher *hasher, const zd_project *project)
{
    for (int i = 0; i < project->box_count; i++) {
        const zd_box *box = &project->boxes[i];
        double values[6] = { box->x,      box->y,      box->width,
                             box->height, box->time_s, box->subtract ? 1.0 : 0.0 };
        zd_hasher_update(hasher, values, sizeof values);
    }
}

bool zd_job_digest(const zd_clip *clip, const char *what, zd_digest *out)
{
    static const char program[] =
        "/proc/self/exe"; /* where there is one: another build is another */
    const zd_project *project = clip->project;
    int32_t numbers[3] = { DIGEST_VERSION, (int32_t) zd_context_cpu(clip->ctx),
                           project->insert_count };
    zd_hasher hasher;
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, numbers, sizeof numbers);
    add_text(&hasher, what);
    add_text(&hasher, zd_clip_depth_arithmetic(clip->depth));
    add_boxes(&hasher, project);
    (void) zd_media_identify(clip->ctx, program, &hasher);
    const char *styles = zd_params_text(&project->params, ZD_P_STYLE_MODEL);
    if (zd_file_exists(styles)) {
        (void) zd_media_identify(clip->ctx, styles, &hasher);
    }
    bool is_known = add_params(&hasher, &project->params, clip->is_alone) &&
                    zd_media_identify(clip->ctx, zd_clip_depth_model(clip->depth), &hasher);
    for (int i = 0; i < project->insert_count && is_known; i++) {
        is_known = add_params(&hasher, &project->inserts[i], true);
    }
    zd_hasher_finish(&hasher, out);
    return is_known;
}
