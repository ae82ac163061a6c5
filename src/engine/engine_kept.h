/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_KEPT_H
#define ZD_ENGINE_ENGINE_KEPT_H

/* Steadied depth for doors that want frames in any order. An analysis walks over the clip once, steadies
 * the depth of every frame and keeps it in the cache of depth, under a name of its own and the frame's
 * number. Whoever has the analysis's text finds it there. */

#include "core/digest.h"
#include "core/text.h"
#include "depth/shot_list.h"

/** Where an analysis has kept its depth. */
typedef struct zd_engine_kept {
    bool is_known;
    zd_digest base;      /* the analysis */
    zd_digest model;     /* of the model's name: another one's depth is another */
    int64_t frame_count; /* frames from 0 on are kept; read with the shots */
} zd_engine_kept;

/** A name that no other analysis has, for depth of the model called so. */
void zd_engine_kept_begin(zd_engine_kept *out, const char *model);

/** The digest of a model's name. */
zd_digest zd_engine_kept_model(const char *name);

/** The key of a frame's entry in the cache. */
zd_digest zd_engine_kept_key(const zd_digest *base, int64_t frame);

/** The text of an analysis: shots, then a line that says where depth is kept, if it is. Reading gives
 *  ZD_ERR_CORRUPT for anything else; the list is empty then. */
void zd_engine_kept_write(const zd_shot_list *shots, const zd_engine_kept *kept, zd_text *out);
ZD_MUST_USE zd_status zd_engine_kept_parse(zd_shot_list *shots, zd_engine_kept *kept,
                                           const char *text, zd_error *err);

#endif
