/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FILES_FILES_H
#define ZD_FILES_FILES_H

/* The module of files beside a host's pixels; see engine/engine_files.h. */

#include "engine/engine_files.h"

/** The table; static. */
const zd_engine_files *zd_files_table(void);

#endif
