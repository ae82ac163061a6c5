/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODELS_MODEL_CHECK_H
#define ZD_MODELS_MODEL_CHECK_H

/* Whether a file is the network of a table's entry, as far as the file alone tells: it must load, its tensors
 * must have the entry's shapes, and its metadata must not contradict it. */

#include "models/model_store.h"

/** ZD_ERR_UNSUPPORTED: another network; the message names the entry that has its shapes, if there is one. */
ZD_MUST_USE zd_status zd_model_check(zd_context *ctx, const zd_model_entry *entry, const char *path,
                                     zd_error *err);

#endif
