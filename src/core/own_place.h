/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_OWN_PLACE_H
#define ZD_CORE_OWN_PLACE_H

/* Where the program or plug-in lies that this code is part of. */

#include "core/context.h"

/** Finds `name` in the first of the folders that has it. They are relative to the folder of the program
 *  or plug-in; the list ends with NULL. Only files of its owner or of the superuser count. Release with
 *  zd_free; NULL: it is in none, or there is no memory. */
char *zd_own_place_find(zd_context *ctx, const char *const *folders, const char *name);

#endif
