/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_MODULE_H
#define ZD_ENGINE_ENGINE_MODULE_H

/* The module of src/files, loaded beside a plug-in when somebody names a file or a title. */

#include "engine/engine_files.h"

/** Loads zdepth-files.so out of the first of the folders that has it; they are relative to the plug-in's own,
 *  and the list ends with NULL. The first call decides for the process's copy of this code; NULL: there is
 *  none. For zd_engine_set_files. Thread-safe. */
const zd_engine_files *zd_engine_load_files(zd_context *ctx, const char *const *folders);

#endif
