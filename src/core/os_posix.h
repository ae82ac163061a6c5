/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_OS_POSIX_H
#define ZD_CORE_OS_POSIX_H

/* What the two halves of core/os.h for POSIX share. */

#include <sys/stat.h>

#include "core/os.h"

/** Fills in what is known of a file; gives a code when it is no regular one. */
int zd_os_posix_facts(const struct stat *info, zd_os_facts *out);

#endif
